//! The office's own identity provider (OpenID Connect): asking it who somebody is, and believing no more than it signed.
//!
//! Authorization code flow with PKCE, state and nonce. What the provider says of itself is fetched when it is first
//! needed, by one at a time, kept for a moment, and fetched again after a failure: a provider that is away keeps nobody out but those who
//! would sign in with it. Which account that is, and what begins with it, stands in `api::provider`.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::{Debug, Formatter};
use std::time::{Duration, Instant};

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use openidconnect::core::{
    CoreAuthDisplay, CoreAuthPrompt, CoreAuthenticationFlow, CoreClientAuthMethod, CoreErrorResponseType,
    CoreGenderClaim, CoreJsonWebKey, CoreJweContentEncryptionAlgorithm, CoreJwsSigningAlgorithm, CoreProviderMetadata,
    CoreRevocableToken, CoreRevocationErrorResponse, CoreTokenIntrospectionResponse, CoreTokenType,
};
use openidconnect::{
    AdditionalClaims, AuthType, AuthorizationCode, ClaimsVerificationError, ClientId, ClientSecret, CsrfToken,
    DiscoveryError, EmptyExtraTokenFields, EndpointMaybeSet, EndpointNotSet, EndpointSet, HttpRequest, HttpResponse,
    IdTokenClaims, IdTokenFields, IssuerUrl, Nonce, OAuth2TokenResponse, PkceCodeChallenge, PkceCodeVerifier,
    RedirectUrl, RequestTokenError, Scope, SignatureVerificationError, StandardErrorResponse, StandardTokenResponse,
    TokenResponse, UserInfoClaims, UserInfoError,
};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use tokio::sync::Mutex;

use crate::origin::{Origin, secure};

/// Where the provider's page leads back to, below the address of this server.
pub const RETURN: &str = "/api/session/provider/return";
/// How long what the provider says of itself is believed. Not for long: who is sent to its page is sent to one that
/// answered just now.
const KEPT: Duration = Duration::from_secs(10);
/// How long it is not asked again after it failed: those who come meanwhile are told the same at once.
const FAILED: Duration = Duration::from_secs(1);
/// How long it may take to connect, and to answer: a person waits, and several answers are needed.
const CONNECT: Duration = Duration::from_secs(3);
const PATIENCE: Duration = Duration::from_secs(5);
/// The longest answer, in bytes.
const MOST: usize = 1 << 20;

/// Claims that the library has no field for, by name.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Others(BTreeMap<String, Value>);

impl AdditionalClaims for Others {}

type Fields = IdTokenFields<
    Others,
    EmptyExtraTokenFields,
    CoreGenderClaim,
    CoreJweContentEncryptionAlgorithm,
    CoreJwsSigningAlgorithm,
>;
type Client = openidconnect::Client<
    Others,
    CoreAuthDisplay,
    CoreGenderClaim,
    CoreJweContentEncryptionAlgorithm,
    CoreJsonWebKey,
    CoreAuthPrompt,
    StandardErrorResponse<CoreErrorResponseType>,
    StandardTokenResponse<Fields, CoreTokenType>,
    CoreTokenIntrospectionResponse,
    CoreRevocableToken,
    CoreRevocationErrorResponse,
    EndpointSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointMaybeSet,
    EndpointMaybeSet,
>;

/// What an operator says of the provider.
pub struct ProviderOptions {
    /// The issuer, exactly as the provider names itself.
    pub issuer: String,
    /// How this server is registered there.
    pub client: String,
    /// What it proves that by.
    pub secret: String,
    /// What people call the provider: stands on the button.
    pub name: String,
    /// The claim that holds the sign-in name of an account here.
    pub claim: String,
    /// Values of `amr` or `acr` that are trusted to mean several factors.
    pub several: BTreeSet<String>,
    /// Where browsers have this server.
    pub origin: Origin,
}

/// The provider.
pub struct Provider {
    issuer: IssuerUrl,
    client: ClientId,
    secret: ClientSecret,
    name: String,
    claim: String,
    several: BTreeSet<String>,
    back: RedirectUrl,
    http: reqwest::Client,
    known: Mutex<Option<(Instant, Result<Client, Failure>)>>,
}

impl Debug for Provider {
    fn fmt(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Provider").field("issuer", &self.issuer).finish_non_exhaustive()
    }
}

/// A sign-in that begins.
pub struct Beginning {
    /// The provider's page, for the browser.
    pub address: String,
    /// What comes back with the person.
    pub state: String,
    /// What the identity token must repeat.
    pub nonce: String,
    /// What shows that the code is redeemed by who asked for it.
    pub verifier: String,
}

/// Whom the provider named.
pub struct Named {
    /// The sign-in name.
    pub login: String,
    /// It asked for several factors, and is trusted with that.
    pub several: bool,
}

/// Why the provider named nobody. The cause is for the log and repeats nothing of a person.
#[derive(Debug, Clone)]
pub struct Failure {
    /// What kind of failure it is.
    pub kind: FailureKind,
    /// What happened.
    pub cause: String,
}

/// Kinds of failure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FailureKind {
    /// It does not answer, or nothing that can be read.
    Away,
    /// It answers with a refusal, or not as agreed.
    Refused,
    /// It knows nothing of the code with which the person came back.
    Code,
    /// What it answers does not prove anything.
    Untrusted,
}

impl Failure {
    fn new(kind: FailureKind, cause: impl Into<String>) -> Self {
        Self { kind, cause: cause.into() }
    }
}

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
enum NoAnswer {
    #[error("{0}")]
    Http(#[from] reqwest::Error),
    #[error("the answer is too long")]
    TooLong,
    #[error("{0}")]
    Broken(reqwest::StatusCode),
}

impl Provider {
    /// The provider that these options describe. Nothing is fetched yet.
    ///
    /// # Errors
    /// What is wrong with the options, in Chinese.
    pub fn new(options: ProviderOptions) -> Result<Self, String> {
        let issuer = secure(&options.issuer).ok_or_else(|| {
            let given = &options.issuer;
            format!("身份认证系统的地址“{given}”不是有效的网址，应以 https:// 开头（只有本机地址可以用 http://）")
        })?;
        let blank = [&options.client, &options.secret, &options.name, &options.claim];
        if blank.iter().any(|t| t.trim().is_empty()) {
            return Err("身份认证系统的客户端标识、密钥、名称和用户名所在的声明都不能为空".into());
        }
        let back = options.origin.url().join(RETURN).map_err(|e| e.to_string())?;
        let http = reqwest::Client::builder()
            // A redirect would lead this server wherever the provider, or who answers for it, likes.
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            .https_only(issuer.scheme() == "https")
            .connect_timeout(CONNECT)
            .timeout(PATIENCE)
            .build()
            .map_err(|e| e.to_string())?;
        Ok(Self {
            issuer: IssuerUrl::new(options.issuer).map_err(|e| e.to_string())?,
            client: ClientId::new(options.client),
            secret: ClientSecret::new(options.secret),
            name: options.name,
            claim: options.claim,
            several: options.several,
            back: RedirectUrl::from_url(back),
            http,
            known: Mutex::default(),
        })
    }

    /// What people call it.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Where it must lead people back to.
    pub fn back(&self) -> &str {
        &self.back
    }

    /// Begins a sign-in; `anew` where the person is to show once more who he is, whoever was there before.
    ///
    /// # Errors
    /// Where the provider cannot be reached, or says of itself what cannot be used.
    pub async fn begin(&self, anew: bool) -> Result<Beginning, Failure> {
        let client = self.client().await?;
        let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
        let flow = CoreAuthenticationFlow::AuthorizationCode;
        let mut asked = client
            .authorize_url(flow, CsrfToken::new_random, Nonce::new_random)
            .add_scope(Scope::new("profile".into()))
            .set_pkce_challenge(challenge);
        if self.claim == "email" {
            asked = asked.add_scope(Scope::new("email".into()));
        }
        if anew {
            asked = asked.add_prompt(CoreAuthPrompt::Login);
        }
        let (address, state, nonce) = asked.url();
        Ok(Beginning {
            address: address.into(),
            state: state.into_secret(),
            nonce: nonce.secret().clone(),
            verifier: verifier.into_secret(),
        })
    }

    /// Redeems the code with which a person came back.
    ///
    /// # Errors
    /// Where the provider cannot be reached, refuses the code, or answers what proves nothing.
    pub async fn redeem(&self, code: String, verifier: String, nonce: String) -> Result<Named, Failure> {
        use FailureKind::{Refused, Untrusted};
        let (client, http, asked_at) = (self.client().await?, self.http(), Instant::now());
        let asked = client.exchange_code(AuthorizationCode::new(code));
        let asked = asked.map_err(|e| Failure::new(Refused, e.to_string()))?;
        let tokens = asked.set_pkce_verifier(PkceCodeVerifier::new(verifier)).request_async(&http).await;
        let tokens = tokens.map_err(of_token)?;
        let token = tokens.id_token().ok_or_else(|| Failure::new(Untrusted, "there is no identity token"))?;
        let nonce = Nonce::new(nonce);
        let claims = match token.claims(&client.id_token_verifier(), &nonce) {
            // The provider may have new keys.
            Err(ClaimsVerificationError::SignatureVerification(SignatureVerificationError::NoMatchingKey)) => {
                token.claims(&self.client_since(Some(asked_at)).await?.id_token_verifier(), &nonce)
            }
            claims => claims,
        };
        let claims = claims.map_err(|e| Failure::new(Untrusted, of_claims(&e)))?;
        let login = match self.named(claims) {
            Some(login) => login,
            None => {
                let asked = client.user_info(tokens.access_token().clone(), Some(claims.subject().clone()));
                let asked = asked.map_err(|e| Failure::new(Refused, e.to_string()))?;
                let info: UserInfoClaims<Others, CoreGenderClaim> =
                    asked.request_async(&http).await.map_err(of_user_info)?;
                let missing = || Failure::new(Refused, "the claim with the sign-in name is missing or not verified");
                self.named(&info).ok_or_else(missing)?
            }
        };
        Ok(Named { login, several: self.several_factors(claims) })
    }

    /// The sign-in name among claims. An address counts only where the provider made sure whose it is: elsewhere people
    /// may write in any.
    fn named(&self, claims: &impl Serialize) -> Option<String> {
        let all = serde_json::to_value(claims).ok()?;
        if self.claim == "email" && all.get("email_verified") != Some(&Value::Bool(true)) {
            return None;
        }
        let name = all.get(&self.claim)?.as_str()?.trim();
        (!name.is_empty()).then(|| name.to_owned())
    }

    fn several_factors(&self, claims: &IdTokenClaims<Others, CoreGenderClaim>) -> bool {
        let context = claims.auth_context_ref().map(|acr| acr.as_str());
        let methods = claims.auth_method_refs().into_iter().flatten().map(|amr| amr.as_str());
        context.into_iter().chain(methods).any(|said| self.several.contains(said))
    }

    /// What is known of the provider, fetched where it is not.
    async fn client(&self) -> Result<Client, Failure> {
        self.client_since(None).await
    }

    /// The same, no older than `since`. One asks at a time; who waited meanwhile has what that one was told.
    async fn client_since(&self, since: Option<Instant>) -> Result<Client, Failure> {
        let mut known = self.known.lock().await;
        if let Some((at, told)) = known.as_ref() {
            let kept = if told.is_ok() { KEPT } else { FAILED };
            if at.elapsed() < kept && since.is_none_or(|since| *at >= since) {
                return told.clone();
            }
        }
        let told = self.fetch().await;
        *known = Some((Instant::now(), told.clone()));
        told
    }

    /// Fetches what the provider says of itself, with its keys.
    async fn fetch(&self) -> Result<Client, Failure> {
        let metadata = CoreProviderMetadata::discover_async(self.issuer.clone(), &self.http()).await;
        let metadata = metadata.map_err(of_discovery)?;
        let scheme = self.issuer.url().scheme();
        let endpoints = [
            Some(metadata.authorization_endpoint().url()),
            metadata.token_endpoint().map(|t| t.url()),
            metadata.userinfo_endpoint().map(|u| u.url()),
            Some(metadata.jwks_uri().url()),
        ];
        if endpoints.into_iter().flatten().any(|url| url.scheme() != scheme) {
            return Err(Failure::new(FailureKind::Refused, format!("discovery: an endpoint is not {scheme}")));
        }
        let methods = metadata.token_endpoint_auth_methods_supported().cloned();
        let mut client = Client::from_provider_metadata(metadata, self.client.clone(), Some(self.secret.clone()))
            .set_redirect_uri(self.back.clone());
        // What a provider takes that names nothing is the header.
        if methods.is_some_and(|m| !m.contains(&CoreClientAuthMethod::ClientSecretBasic)) {
            client = client.set_auth_type(AuthType::RequestBody);
        }
        Ok(client)
    }

    /// How the library asks.
    fn http(&self) -> impl Fn(HttpRequest) -> BoxFuture<'static, Result<HttpResponse, NoAnswer>> + use<> {
        let http = self.http.clone();
        move |request| {
            let http = http.clone();
            async move { answer(&http, request).await }.boxed()
        }
    }
}

async fn answer(http: &reqwest::Client, request: HttpRequest) -> Result<HttpResponse, NoAnswer> {
    let mut answer = http.execute(request.try_into()?).await?;
    if answer.status().is_server_error() {
        return Err(NoAnswer::Broken(answer.status()));
    }
    let mut response = HttpResponse::new(Vec::new());
    *response.status_mut() = answer.status();
    *response.headers_mut() = std::mem::take(answer.headers_mut());
    while let Some(part) = answer.chunk().await? {
        if response.body().len() + part.len() > MOST {
            return Err(NoAnswer::TooLong);
        }
        response.body_mut().extend_from_slice(&part);
    }
    Ok(response)
}

fn of_discovery(e: DiscoveryError<NoAnswer>) -> Failure {
    match e {
        DiscoveryError::Request(e) => Failure::new(FailureKind::Away, e.to_string()),
        DiscoveryError::Response(status, ..) => Failure::new(FailureKind::Away, format!("discovery: {status}")),
        e => Failure::new(FailureKind::Refused, format!("discovery: {e}")),
    }
}

fn of_token(e: RequestTokenError<NoAnswer, StandardErrorResponse<CoreErrorResponseType>>) -> Failure {
    match e {
        RequestTokenError::Request(e) => Failure::new(FailureKind::Away, e.to_string()),
        // Its description may name somebody.
        RequestTokenError::ServerResponse(e) => {
            let kind = match e.error() {
                CoreErrorResponseType::InvalidGrant => FailureKind::Code,
                _ => FailureKind::Refused,
            };
            Failure::new(kind, format!("token: {}", e.error()))
        }
        RequestTokenError::Parse(..) | RequestTokenError::Other(_) => {
            Failure::new(FailureKind::Away, "token: cannot be read")
        }
    }
}

fn of_user_info(e: UserInfoError<NoAnswer>) -> Failure {
    match e {
        UserInfoError::Request(e) => Failure::new(FailureKind::Away, e.to_string()),
        UserInfoError::ClaimsVerification(_) => Failure::new(FailureKind::Untrusted, "user info: of somebody else"),
        UserInfoError::Response(status, ..) => Failure::new(FailureKind::Refused, format!("user info: {status}")),
        _ => Failure::new(FailureKind::Away, "user info: cannot be read"),
    }
}

/// What does not hold of an identity token; not what stands in it.
fn of_claims(e: &ClaimsVerificationError) -> &'static str {
    match e {
        ClaimsVerificationError::Expired(_) => "identity token: expired",
        ClaimsVerificationError::InvalidAudience(_) => "identity token: for somebody else",
        ClaimsVerificationError::InvalidIssuer(_) => "identity token: of another issuer",
        ClaimsVerificationError::InvalidNonce(_) => "identity token: of another sign-in",
        ClaimsVerificationError::SignatureVerification(_) => "identity token: not signed by the provider",
        _ => "identity token: not as agreed",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn options() -> ProviderOptions {
        ProviderOptions {
            issuer: "https://id.example".into(),
            client: "xiezhi".into(),
            secret: "geheim".into(),
            name: "统一身份认证".into(),
            claim: "preferred_username".into(),
            several: BTreeSet::new(),
            origin: Origin::parse("https://xz.example").unwrap(),
        }
    }

    #[test]
    fn what_an_operator_says_is_checked() {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let right = Provider::new(options()).unwrap();
        assert_eq!(right.back(), "https://xz.example/api/session/provider/return");
        assert!(!format!("{right:?}").contains("geheim"));
        let wrong = [
            (ProviderOptions { issuer: "id.example".into(), ..options() }, "不是有效的网址"),
            (ProviderOptions { issuer: "http://id.example".into(), ..options() }, "https://"),
            (ProviderOptions { issuer: "http://127.0.0.1.example".into(), ..options() }, "https://"),
            (ProviderOptions { secret: " ".into(), ..options() }, "不能为空"),
            (ProviderOptions { claim: String::new(), ..options() }, "不能为空"),
        ];
        for (options, why) in wrong {
            let told = Provider::new(options).unwrap_err();
            assert!(told.contains(why), "{told}");
        }
    }
}
