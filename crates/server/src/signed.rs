//! Who asks: the session behind a token.

use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method, StatusCode, header};
use door::{Principal, real_now};
use jiff::SignedDuration;
use law::time::Moment;
use rand::Rng;
use seal::Sha256;
use store::Repository;
use store::sign_ins::SessionRow;

use crate::App;
use crate::problem::{Answer, Problem};

/// Name of the cookie that carries the token for browsers.
pub const COOKIE: &str = "xiezhi_session";
/// Its name over TLS: browsers then refuse one that another host or plain HTTP set.
const COOKIE_OVER_TLS: &str = "__Host-xiezhi_session";
/// Name of the cookie that binds a sign-in at the identity provider to the browser that began it.
const BEGUN: &str = "xiezhi_begun";
/// Its name over TLS.
const BEGUN_OVER_TLS: &str = "__Host-xiezhi_begun";
/// How long a session lasts, in seconds.
pub const LASTS: i64 = 12 * 3600;
/// A session that was not used so long has ended, in seconds.
pub const IDLE: i64 = 2 * 3600;
/// How exactly the last use of a session is known, in seconds.
const SEEN_EVERY: i64 = 60;

/// What everybody may do: leave.
const LEAVING: (Method, &str) = (Method::DELETE, "/api/session");

/// What somebody whose password another person set may do: learn who he is and which passkeys he has, choose a password of
/// his own, leave.
const WITH_A_TEMPORARY_PASSWORD: [(Method, &str); 4] =
    [(Method::GET, "/api/session"), LEAVING, (Method::PUT, "/api/session/password"), (Method::GET, PASSKEYS)];

/// What somebody may do beside confirming codes, whose role asks for them: learn who he is, set up codes or a passkey, leave.
const WITHOUT_CODES: [(Method, &str); 7] = [
    (Method::GET, "/api/session"),
    LEAVING,
    (Method::GET, FACTORS),
    (Method::POST, FACTORS),
    (Method::GET, PASSKEYS),
    (Method::POST, PASSKEYS),
    (Method::POST, "/api/session/passkeys/challenge"),
];
const FACTORS: &str = "/api/session/factors";
const PASSKEYS: &str = "/api/session/passkeys";

/// What a key of a program begins with.
pub const CLIENT: &str = "xzc_";
/// What a key may be used for: reading, bringing contents in, acting. Opinions, accounts and settings are for people.
pub const SCOPES: [&str; 3] = ["read", "upload", "act"];

/// The scope that a request of a program needs; none where no program may make it.
fn scope(method: &Method, path: &str) -> Option<&'static str> {
    let below = |prefix: &str| path == prefix || path.strip_prefix(prefix).is_some_and(|rest| rest.starts_with('/'));
    if method == Method::GET || method == Method::HEAD {
        return (path == "/api/session" || !below("/api/session")).then_some("read");
    }
    if method != Method::POST {
        return None;
    }
    let acts =
        path == "/api/files" || (below("/api/files") && (path.ends_with("/processes") || path.contains("/actions/")));
    if acts { Some("act") } else { (path == "/api/contents").then_some("upload") }
}

/// What the person of a session proved himself by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// The own password, with a code where one is set up.
    Password,
    /// The identity provider, with a code where one is set up.
    Provider,
    /// The identity provider, which asked for several factors and is trusted with that.
    ProviderSeveral,
    /// A passkey, whose device made sure who holds it.
    Passkey,
}

impl Way {
    /// As it is stored.
    pub fn word(self) -> &'static str {
        match self {
            Self::Password => "password",
            Self::Provider => "provider",
            Self::ProviderSeveral => "provider-several",
            Self::Passkey => "passkey",
        }
    }

    /// From what is stored; what is not known counts as the least.
    fn of(word: &str) -> Self {
        let others = [Self::Provider, Self::ProviderSeveral, Self::Passkey];
        others.into_iter().find(|w| w.word() == word).unwrap_or(Self::Password)
    }

    /// Whether a password that another person set keeps its person from everything else.
    pub fn needs_own_password(self, who: &Principal) -> bool {
        matches!(self, Self::Password | Self::Passkey) && who.user.temporary_until.is_some()
    }
}

/// A signed-in person, or a program.
pub struct Signed {
    /// Who, with the roles in force now.
    pub who: Principal,
    /// The session: digest of the token.
    pub session: String,
    /// When the session ends.
    pub expires_at: Moment,
    /// His role asks for codes or a passkey, and he has set up neither.
    pub codes_due: bool,
    /// What he proved himself by.
    pub way: Way,
}

/// A new token: 256 random bits.
pub fn new_token() -> String {
    let mut bits = [0u8; 32];
    rand::rng().fill_bytes(&mut bits);
    bits.iter().map(|b| format!("{b:02x}")).collect()
}

/// Whether a text looks like one of ours.
pub fn is_token(text: &str) -> bool {
    text.len() == 64 && text.bytes().all(|b| b.is_ascii_hexdigit())
}

/// What is stored of a token.
pub fn digest(token: &str) -> String {
    Sha256::of(token.as_bytes()).to_string()
}

/// No token.
fn not_signed_in() -> Problem {
    Problem::new(StatusCode::UNAUTHORIZED, "not-signed-in", "尚未登录", "请先登录（POST /api/session），再提交请求")
        .header(header::WWW_AUTHENTICATE, "Bearer")
}

fn expired() -> Problem {
    Problem::new(
        StatusCode::UNAUTHORIZED,
        "session-expired",
        "登录已失效",
        "登录已超过有效期限、已退出或者账号已停用，请重新登录",
    )
    .header(header::WWW_AUTHENTICATE, "Bearer error=\"invalid_token\"")
}

/// The token of a request, and whether it came by cookie.
fn token(headers: &HeaderMap) -> Option<(&str, bool)> {
    if let Some(value) = headers.get(header::AUTHORIZATION) {
        let (scheme, token) = value.to_str().ok()?.split_once(' ')?;
        return scheme.eq_ignore_ascii_case("bearer").then_some((token.trim(), false));
    }
    cookie(headers, COOKIE_OVER_TLS).or_else(|| cookie(headers, COOKIE)).map(|t| (t, true))
}

/// The value of a cookie.
pub fn cookie<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|v| v.to_str().ok())
        .flat_map(|v| v.split(';'))
        .find_map(|c| c.trim().strip_prefix(name)?.strip_prefix('='))
}

/// The cookie that carries a token for so many seconds.
pub fn session_cookie(token: &str, lasts: i64, over_tls: bool) -> String {
    let name = if over_tls { COOKIE_OVER_TLS } else { COOKIE };
    set_cookie(name, token, "/", lasts, over_tls)
}

/// What the browser keeps of a sign-in that it began at the identity provider.
pub fn begun(headers: &HeaderMap, over_tls: bool) -> Option<&str> {
    cookie(headers, if over_tls { BEGUN_OVER_TLS } else { BEGUN }).filter(|t| is_token(t))
}

/// The cookie for it. It goes along when the provider's page leads back here, which a strict one would not.
pub fn begun_cookie(token: &str, lasts: i64, over_tls: bool) -> String {
    a_cookie(if over_tls { BEGUN_OVER_TLS } else { BEGUN }, token, "/", lasts, over_tls, "Lax")
}

/// A cookie that no script reads and no foreign page sends.
pub fn set_cookie(name: &str, value: &str, path: &str, lasts: i64, over_tls: bool) -> String {
    a_cookie(name, value, path, lasts, over_tls, "Strict")
}

fn a_cookie(name: &str, value: &str, path: &str, lasts: i64, over_tls: bool, same_site: &str) -> String {
    let secure = if over_tls { "; Secure" } else { "" };
    format!("{name}={value}; HttpOnly; SameSite={same_site}; Path={path}; Max-Age={lasts}{secure}")
}

/// A browser sends the cookie by itself, so a change must come from a page of our own.
fn same_origin(headers: &HeaderMap) -> bool {
    let text = |name| headers.get(name).and_then(|v| v.to_str().ok());
    if let Some(site) = text(header::HeaderName::from_static("sec-fetch-site")) {
        return site == "same-origin";
    }
    let origin = text(header::ORIGIN).and_then(|o| o.split_once("://")).map(|(_, host)| host);
    origin.is_some() && origin == text(header::HOST)
}

/// The person behind a session that is in force, until when it is, and by what he proved himself.
pub(crate) async fn principal(app: &App, session: &str) -> Answer<(Principal, Moment, Way)> {
    app.door.catch_up().await?;
    let store = app.door.store();
    let now = real_now();
    if let Some(token) = session.strip_prefix(CLIENT) {
        let key = store.client_key(token).await?.filter(|k| k.expires_at > now).ok_or_else(expired)?;
        if key.seen_at.is_none_or(|seen| now - SignedDuration::from_secs(SEEN_EVERY) > seen) {
            store.client_key_seen(token, now).await?;
        }
        let user = store.user(&key.user).await?.filter(|u| u.active).ok_or_else(expired)?;
        let who = Principal::load(store, &app.door.units(), user, app.door.now()).await?;
        return Ok((who, key.expires_at, Way::Password));
    }
    let idle = |s: &SessionRow| now - SignedDuration::from_secs(IDLE) > s.seen_at;
    let row = store.session(session).await?.filter(|s| s.expires_at > now && !idle(s)).ok_or_else(expired)?;
    if now - SignedDuration::from_secs(SEEN_EVERY) > row.seen_at {
        store.session_seen(session, now).await?;
    }
    let user = store.user(&row.user).await?.filter(|u| u.active).ok_or_else(expired)?;
    let who = Principal::load(store, &app.door.units(), user, app.door.now()).await?;
    Ok((who, row.expires_at, Way::of(&row.way)))
}

impl FromRequestParts<Arc<App>> for Signed {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Answer<Self> {
        let (token, by_cookie) = token(&parts.headers).ok_or_else(not_signed_in)?;
        let safe = matches!(parts.method, Method::GET | Method::HEAD | Method::OPTIONS);
        if by_cookie && !safe && !same_origin(&parts.headers) {
            return Err(Problem::forbidden(
                Some("same-origin".into()),
                "请求不是从本平台页面发出的，已拒绝。程序调用请使用 Authorization: Bearer",
            ));
        }
        let client = token.strip_prefix(CLIENT).filter(|_| !by_cookie).map(digest);
        let session = client.as_ref().map_or_else(|| digest(token), |token| format!("{CLIENT}{token}"));
        let (who, expires_at, way) = principal(app, &session).await?;
        if let Some(token) = &client {
            let has = app.door.store().client_key(token).await?.map(|k| k.scopes).unwrap_or_default();
            let needed = scope(&parts.method, parts.uri.path());
            if needed.is_none_or(|needed| !has.iter().any(|h| h == needed)) {
                let scope = needed.map_or_else(|| "不对程序开放".to_owned(), |s| format!("需要权限“{s}”"));
                return Err(Problem::forbidden(
                    Some("client-scope".into()),
                    format!("接口密钥不能用于本次请求：{scope}。请联系系统管理员"),
                ));
            }
            return Ok(Self { who, session, expires_at, codes_due: false, way });
        }
        let allowed = |(method, path): &(Method, &str)| *method == parts.method && *path == parts.uri.path();
        let needs_own = way.needs_own_password(&who);
        if needs_own && !WITH_A_TEMPORARY_PASSWORD.iter().any(allowed) {
            return Err(Problem::new(
                StatusCode::FORBIDDEN,
                "temporary-password",
                "请先设置本人的密码",
                "您的密码是管理员设置的临时密码，请先改为只有本人知道的密码，再办理其他事项",
            ));
        }
        let lacks = lacks(app, &who, way).await?;
        if lacks == Lacks::Passkey && !allowed(&LEAVING) {
            return Err(passkey_needed());
        }
        let codes_due = lacks == Lacks::Proof;
        let confirms = parts.method == Method::PUT && parts.uri.path().starts_with(FACTORS);
        if codes_due && !confirms && !WITHOUT_CODES.iter().any(allowed) && !needs_own {
            return Err(Problem::new(
                StatusCode::FORBIDDEN,
                "codes-due",
                "请先启用动态验证码或者通行密钥",
                "您的岗位要求登录时使用动态验证码或者通行密钥，请先启用其中一种，再办理其他事项",
            ));
        }
        Ok(Self { who, session, expires_at, codes_due, way })
    }
}

impl Signed {
    /// Asked where nothing was written of what is written only in a session that stands: it may have ended since the
    /// request began.
    ///
    /// # Errors
    /// 401 where it has; those of the database.
    pub async fn stands(&self, store: &dyn Repository) -> Answer<()> {
        store.session(&self.session).await?.map(drop).ok_or_else(expired)
    }
}

/// What a session lacks, where the role of its person asks for more than a password.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Lacks {
    /// Nothing.
    Nothing,
    /// The person has set up neither codes nor a passkey yet.
    Proof,
    /// The person has a passkey, and this session did not begin with it.
    Passkey,
}

/// What a session lacks that was begun in this way.
pub(crate) async fn lacks(app: &App, who: &Principal, way: Way) -> Answer<Lacks> {
    let asked = !who.person.roles.is_disjoint(&app.settings.codes_for);
    if !asked || matches!(way, Way::ProviderSeveral | Way::Passkey) {
        return Ok(Lacks::Nothing);
    }
    let (store, user) = (app.door.store(), &who.user.id);
    if store.factors(user).await?.iter().any(|f| f.confirmed_at.is_some()) {
        return Ok(Lacks::Nothing);
    }
    let Some(here) = &app.settings.passkeys else { return Ok(Lacks::Proof) };
    let has = store.passkeys(user).await?.iter().any(|p| p.serves(&here.host));
    Ok(if has { Lacks::Passkey } else { Lacks::Proof })
}

/// Whether a session opens more than the way to what it lacks; a program's lacks nothing.
pub(crate) async fn opens(app: &App, session: &str, who: &Principal, way: Way) -> Answer<bool> {
    if session.starts_with(CLIENT) {
        return Ok(true);
    }
    Ok(!way.needs_own_password(who) && lacks(app, who, way).await? == Lacks::Nothing)
}

/// Who came without his passkey, and has to come with it.
pub(crate) fn passkey_needed() -> Problem {
    Problem::new(
        StatusCode::UNAUTHORIZED,
        "passkey-needed",
        "请使用通行密钥登录",
        "您的岗位要求不能只用密码登录，请使用通行密钥登录；通行密钥丢失的，请联系本单位管理员",
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::{HeaderName, HeaderValue};

    fn headers(list: &[(&'static str, &'static str)]) -> HeaderMap {
        list.iter().map(|(n, v)| (HeaderName::from_static(n), HeaderValue::from_static(v))).collect()
    }

    #[test]
    fn a_token_comes_by_header_or_cookie() {
        assert_eq!(token(&headers(&[("authorization", "Bearer abc")])), Some(("abc", false)));
        assert_eq!(token(&headers(&[("cookie", "a=b; xiezhi_session=abc")])), Some(("abc", true)));
        assert_eq!(token(&headers(&[("cookie", "xiezhi_session2=abc")])), None);
        assert_eq!(token(&headers(&[("authorization", "Basic abc"), ("cookie", "xiezhi_session=abc")])), None);
        assert_eq!(token(&headers(&[])), None);
    }

    #[test]
    fn a_foreign_page_cannot_change_anything() {
        assert!(same_origin(&headers(&[("sec-fetch-site", "same-origin")])));
        assert!(same_origin(&headers(&[("origin", "https://xz.example"), ("host", "xz.example")])));
        for foreign in [
            &[("sec-fetch-site", "cross-site")][..],
            &[("sec-fetch-site", "same-site"), ("origin", "https://xz.example"), ("host", "xz.example")],
            &[("origin", "https://other.example"), ("host", "xz.example")],
            &[("origin", "null"), ("host", "xz.example")],
            &[("host", "xz.example")],
            &[],
        ] {
            assert!(!same_origin(&headers(foreign)), "{foreign:?}");
        }
    }

    #[test]
    fn a_program_reads_uploads_and_acts_and_nothing_else() {
        let (get, post, put) = (Method::GET, Method::POST, Method::PUT);
        for (method, path, needed) in [
            (&get, "/api/files/F1", Some("read")),
            (&get, "/api/session", Some("read")),
            (&get, "/api/session/factors", None),
            (&post, "/api/contents", Some("upload")),
            (&post, "/api/files", Some("act")),
            (&post, "/api/files/F1/processes", Some("act")),
            (&post, "/api/files/F1/instances/I1/actions/collect", Some("act")),
            (&post, "/api/files/F1/instances/I1/proposals/A1/opinions", None),
            (&post, "/api/units/U1/users", None),
            (&post, "/api/filesystem/actions/x", None),
            (&put, "/api/session/password", None),
            (&put, "/api/clock", None),
            (&Method::DELETE, "/api/session", None),
        ] {
            assert_eq!(scope(method, path), needed, "{method} {path}");
        }
    }

    #[test]
    fn tokens_have_256_bits_and_only_their_digest_is_kept() {
        let t = new_token();
        assert_eq!(t.len(), 64);
        assert_ne!(t, new_token());
        assert_ne!(digest(&t), t);
    }
}
