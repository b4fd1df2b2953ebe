//! Passkeys (WebAuthn): at which address they serve, and what the library's refusals mean to a person.

use std::time::Duration;

use serde_json::{Value, json};
use store::rows::UserRow;
use store::sign_ins::PasskeyRow;
use webauthn_rs::prelude::{
    DiscoverableAuthentication, Passkey, PasskeyRegistration, Uuid, Webauthn, WebauthnBuilder, WebauthnError,
};

use crate::origin::Origin;
use crate::problem::{Answer, Problem};
use crate::signed::digest;

/// How long a challenge waits for its answer, in seconds.
pub const WAITS: i64 = 5 * 60;

/// The address at which this node's passkeys serve. Each is bound to its host by the browser.
#[derive(Debug, Clone)]
pub struct Passkeys {
    pub(crate) web: Webauthn,
    pub(crate) origin: String,
    pub(crate) host: String,
}

impl Passkeys {
    /// For browsers that open the platform there; none where they know no passkeys: at an address without a name.
    #[must_use]
    pub fn at(origin: &Origin) -> Option<Self> {
        let host = origin.url().domain()?;
        let web = WebauthnBuilder::new(host, origin.url()).ok()?;
        let web = web.rp_name("獬豸").timeout(Duration::from_secs(WAITS.unsigned_abs())).build().ok()?;
        Some(Self { web, origin: origin.text(), host: host.to_owned() })
    }

    /// What a browser needs to add a passkey that is none of these, and what the answer is checked against.
    pub(crate) fn begin_adding(&self, to: &UserRow, have: &[PasskeyRow]) -> Answer<(Value, PasskeyRegistration)> {
        let mut known = Vec::new();
        for row in have {
            known.push(read::<Passkey>(&row.credential)?.cred_id().clone());
        }
        let (options, state) = self
            .web
            .start_passkey_registration(handle(&to.id)?, &to.login, &to.name, Some(known))
            .map_err(|e| Problem::internal(e.to_string()))?;
        let mut options = written(&options.public_key)?;
        // It is to be found without a name: so nobody learns here who has passkeys.
        options["authenticatorSelection"]["residentKey"] = json!("required");
        options["authenticatorSelection"]["requireResidentKey"] = json!(true);
        Ok((options, state))
    }

    /// The same for signing in.
    pub(crate) fn begin_signing_in(&self) -> Answer<(Value, DiscoverableAuthentication)> {
        let (options, state) =
            self.web.start_discoverable_authentication().map_err(|e| Problem::internal(e.to_string()))?;
        Ok((written(&options.public_key)?, state))
    }
}

/// By what an authenticator knows a person: nothing that names him.
pub fn handle(user: &str) -> Answer<Uuid> {
    Uuid::parse_str(&digest(&format!("passkey {user}"))[..32]).map_err(|e| Problem::internal(e.to_string()))
}

/// How an authenticator names a passkey, as it is kept.
pub fn named(id: &[u8]) -> String {
    id.iter().map(|b| format!("{b:02x}")).collect()
}

/// What the library wrote.
pub fn read<T: serde::de::DeserializeOwned>(value: &Value) -> Answer<T> {
    serde::Deserialize::deserialize(value).map_err(|e: serde_json::Error| Problem::internal(e.to_string()))
}

/// As the library writes it.
pub fn written<T: serde::Serialize>(value: &T) -> Answer<Value> {
    serde_json::to_value(value).map_err(|e| Problem::internal(e.to_string()))
}

/// Kind and text of a refusal.
pub fn told(error: &WebauthnError) -> (&'static str, &'static str) {
    match error {
        WebauthnError::MismatchedChallenge => OVER,
        WebauthnError::InvalidRPOrigin | WebauthnError::InvalidRPIDHash | WebauthnError::CredentialCrossOrigin => (
            "passkey-origin",
            "通行密钥不是在本平台的页面上使用的，已拒绝。请核对浏览器地址栏中的网址，在本平台的页面上重新操作",
        ),
        WebauthnError::UserNotVerified | WebauthnError::UserNotPresent => (
            "passkey-unverified",
            "设备没有核验是否本人，请重新操作，并按设备的提示以指纹、面容或者设备密码（PIN）核验",
        ),
        WebauthnError::CredentialExcludedFromRequest => KNOWN,
        _ => ("wrong-passkey", "通行密钥的回答不正确，请重新操作；仍然不能使用的，请改用密码登录，并联系系统管理员"),
    }
}

/// The challenge is over, answered already, somebody else's, or none.
pub const OVER: (&str, &str) = ("passkey-challenge", "本次操作已超过五分钟、已经完成或者不是由您发起的，请重新操作");
/// The passkey was added before.
pub const KNOWN: (&str, &str) = ("passkey-known", "这个通行密钥已经添加过，不必重复添加");

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passkeys_serve_at_a_name() {
        let at = |address: &str| Passkeys::at(&Origin::parse(address).unwrap()).map(|p| (p.origin, p.host));
        let port = ("https://xz.example:8443".to_owned(), "xz.example".to_owned());
        assert_eq!(at("https://xz.example:8443/"), Some(port));
        assert_eq!(at("http://localhost:8080").unwrap().1, "localhost");
        for address in ["http://127.0.0.1:8080", "https://10.0.0.1", "https://[::1]"] {
            assert_eq!(at(address), None, "{address}");
        }
    }

    #[test]
    fn a_handle_is_the_same_for_a_person_and_names_nobody() {
        assert_eq!(handle("u1").unwrap(), handle("u1").unwrap());
        assert_ne!(handle("u1").unwrap(), handle("u2").unwrap());
    }
}
