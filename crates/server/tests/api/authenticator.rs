//! An authenticator without a device, and the browser before it: honest unless told otherwise.

use async_trait::async_trait;
use passkey_authenticator::{Authenticator, UiHint, UserCheck, UserValidationMethod};
use passkey_crypto::hash::Sha256Backend;
use passkey_crypto::{AvailableBackend, AvailableSha2};
use passkey_types::Passkey;
use passkey_types::ctap2::{Aaguid, Ctap2Error, get_assertion, make_credential};
use passkey_types::encoding::base64url;
use serde_json::{Value, json};

/// Where the platform of these tests is opened.
pub const ORIGIN: &str = "http://localhost:8080";

/// A device with at most one passkey. A clone is what a thief makes of it.
#[derive(Clone)]
pub struct Device {
    pub key: Option<Passkey>,
    /// Whether it looks who holds it.
    pub verifies: bool,
    /// The page that the browser has open.
    pub origin: String,
}

/// Somebody who touches the device.
struct Finger(bool);

#[async_trait]
impl UserValidationMethod for Finger {
    type PasskeyItem = Passkey;

    async fn check_user<'a>(&self, _: UiHint<'a, Passkey>, _: bool, _: bool) -> Result<UserCheck, Ctap2Error> {
        Ok(UserCheck { presence: true, verification: self.0 })
    }

    fn is_presence_enabled(&self) -> bool {
        true
    }

    fn is_verification_enabled(&self) -> Option<bool> {
        Some(self.0)
    }
}

impl Device {
    pub fn new() -> Self {
        Self { key: None, verifies: true, origin: ORIGIN.into() }
    }

    fn authenticator(&self) -> Authenticator<Option<Passkey>, Finger, AvailableBackend> {
        let mut a = Authenticator::new(Aaguid::new_empty(), self.key.clone(), Finger(self.verifies), AvailableBackend);
        a.set_make_credentials_with_signature_counter(true);
        a
    }

    /// What a browser hands to its authenticator, and its digest.
    fn client_data(&self, kind: &str, options: &Value) -> (String, Vec<u8>) {
        let data =
            json!({"type": kind, "challenge": options["challenge"], "origin": self.origin, "crossOrigin": false});
        let data = data.to_string();
        let digest = AvailableSha2::sha256(data.as_bytes()).to_vec();
        (data, digest)
    }

    fn credential(&self, response: &Value) -> Value {
        let id = base64url(&self.key.as_ref().unwrap().credential_id);
        json!({
            "id": id, "rawId": id, "type": "public-key", "response": response,
            "clientExtensionResults": {"credProps": {"rk": true}},
        })
    }

    /// `navigator.credentials.create`.
    pub async fn create(&mut self, options: &Value) -> Value {
        let (data, digest) = self.client_data("webauthn.create", options);
        let mut authenticator = self.authenticator();
        let request = make_credential::Request {
            client_data_hash: digest.into(),
            rp: serde_json::from_value(options["rp"].clone()).unwrap(),
            user: serde_json::from_value(options["user"].clone()).unwrap(),
            pub_key_cred_params: serde_json::from_value(options["pubKeyCredParams"].clone()).unwrap(),
            exclude_list: None,
            extensions: None,
            options: make_credential::Options { rk: true, up: true, uv: self.verifies },
            pin_auth: None,
            pin_protocol: None,
        };
        let made = authenticator.make_credential(request).await.unwrap();
        self.key = authenticator.store().clone();
        self.credential(&json!({
            "attestationObject": base64url(&made.as_webauthn_bytes()),
            "clientDataJSON": base64url(data.as_bytes()),
            "transports": ["internal"],
        }))
    }

    /// `navigator.credentials.get`.
    pub async fn get(&mut self, options: &Value) -> Value {
        let (data, digest) = self.client_data("webauthn.get", options);
        let mut authenticator = self.authenticator();
        let request = get_assertion::Request {
            rp_id: options["rpId"].as_str().unwrap().into(),
            client_data_hash: digest.into(),
            allow_list: None,
            extensions: None,
            options: get_assertion::Options { up: true, uv: self.verifies },
            pin_auth: None,
            pin_protocol: None,
        };
        let signed = authenticator.get_assertion(request).await.unwrap();
        self.key = authenticator.store().clone();
        let handle = self.key.as_ref().unwrap().user_handle.clone().unwrap();
        self.credential(&json!({
            "authenticatorData": base64url(&signed.auth_data.to_vec()),
            "clientDataJSON": base64url(data.as_bytes()),
            "signature": base64url(&signed.signature),
            "userHandle": base64url(&handle),
        }))
    }
}
