//! 经本单位的身份认证系统登录（OpenID Connect）。

use std::sync::Arc;

use axum::extract::{Extension, State};
use axum::http::header::{self, HeaderValue};
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::response::{AppendHeaders, IntoResponse, Response};
use door::real_now;
use jiff::SignedDuration;
use serde::{Deserialize, Serialize};
use store::rows::UserRow;
use store::sign_ins::BegunRow;
use store::{Repository, StandsOn};
use utoipa::ToSchema;

use super::factors::{self, Code};
use super::session::{self, Place, Session, browser, device, refused, value};
use crate::App;
use crate::address::Address;
use crate::edge::RequestId;
use crate::extract::Json;
use crate::problem::{Answer, Document, Problem};
use crate::provider::{Failure, FailureKind};
use crate::signed::{self, Way, begun, begun_cookie, digest};
use crate::tries::{Tries, too_many_begun};

/// How long a sign-in waits for its person to come back, in seconds.
const WAITS: i64 = 10 * 60;
/// How many may wait that were begun from one address.
const AT_ONCE: u32 = 300;

/// The ways to sign in beside name and password.
#[derive(Serialize, ToSchema)]
pub struct SignInWays {
    /// What the office's own identity provider is called, where there is one.
    provider: Option<String>,
}

/// How a sign-in at the identity provider begins.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"anew": false}))]
pub struct BeginAtProvider {
    /// The person shows there once more who he is, whoever signed in there before.
    #[serde(default)]
    anew: bool,
}

/// A sign-in that began.
#[derive(Serialize, ToSchema)]
pub struct BegunAtProvider {
    /// The identity provider's page, where the browser goes next.
    address: String,
}

/// 查看登录方式
#[utoipa::path(get, path = "/api/session/ways", tag = "登录", operation_id = "ways_to_sign_in", responses((status = 200, description = "用户名、密码之外的登录方式", body = SignInWays)))]
pub async fn ways(State(app): State<Arc<App>>) -> axum::Json<SignInWays> {
    axum::Json(SignInWays { provider: app.settings.provider.as_ref().map(|p| p.name().to_owned()) })
}

/// 开始经身份认证系统登录
///
/// 返回身份认证系统的页面地址，由浏览器前往；十分钟内须由同一浏览器返回。
#[utoipa::path(
    post, path = "/api/session/provider", tag = "登录", operation_id = "begin_at_provider",
    responses(
        (status = 200, description = "已开始", body = BegunAtProvider),
        (status = 404, description = "没有设置身份认证系统", body = Document, content_type = "application/problem+json"),
        (status = 429, description = "失败次数过多，或者同时进行的登录过多", body = Document, content_type = "application/problem+json"),
        (status = 502, description = "身份认证系统没有按约定应答", body = Document, content_type = "application/problem+json"),
        (status = 503, description = "身份认证系统暂时不能使用", body = Document, content_type = "application/problem+json"),
    )
)]
pub async fn begin(
    State(app): State<Arc<App>>,
    Address(address): Address,
    headers: HeaderMap,
    Json(body): Json<BeginAtProvider>,
) -> Answer<impl IntoResponse> {
    let (store, secure) = (app.door.store(), app.settings.secure_cookies);
    let provider = app.settings.provider.as_ref();
    let provider = provider.ok_or_else(|| Problem::not_found("本系统没有设置身份认证系统，请用用户名、密码登录"))?;
    let (device, known) = device(&headers, secure)?;
    Tries::of_provider(store, &device, &address).await?.allowed(store).await?;
    let begins = provider.begin(body.anew).await.map_err(unusable)?;
    // One for all pages of a browser: who begins on two of them comes back to either.
    let kept = begun(&headers, secure).map_or_else(signed::new_token, str::to_owned);
    let now = real_now();
    let row = BegunRow {
        state: digest(&begins.state),
        browser: digest(&kept),
        device,
        address,
        nonce: begins.nonce,
        verifier: begins.verifier,
        user: None,
        expires_at: now + SignedDuration::from_secs(WAITS),
    };
    if !store.put_begun(row, AT_ONCE, now).await? {
        return Err(too_many_begun(WAITS));
    }
    let cookies = [(header::SET_COOKIE, value(&begun_cookie(&kept, WAITS, secure))?), (header::SET_COOKIE, known)];
    Ok((AppendHeaders(cookies), axum::Json(BegunAtProvider { address: begins.address })))
}

fn unusable(f: Failure) -> Problem {
    let problem = match f.kind {
        FailureKind::Away => Problem::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "provider-away",
            "身份认证系统暂时不能使用",
            "身份认证系统没有应答，请稍后再试；急需办理的，请用本系统的用户名、密码登录",
        )
        .header(header::RETRY_AFTER, 30),
        FailureKind::Refused | FailureKind::Code | FailureKind::Untrusted => Problem::new(
            StatusCode::BAD_GATEWAY,
            "provider-refused",
            "身份认证系统没有按约定应答",
            "身份认证系统没有按约定应答，请用本系统的用户名、密码登录，并告知系统管理员",
        ),
    };
    problem.caused_by(f.cause)
}

/// What leads a person back here.
#[derive(Deserialize)]
struct Returned {
    state: String,
    code: Option<String>,
    error: Option<String>,
}

/// Why a person who came back is not signed in. The sign-in page has the words for each.
struct Stopped {
    why: &'static str,
    cause: Option<String>,
}

impl Stopped {
    fn at(why: &'static str) -> Self {
        Self { why, cause: None }
    }
}

impl From<Problem> for Stopped {
    fn from(p: Problem) -> Self {
        if p.status() == StatusCode::TOO_MANY_REQUESTS {
            return Self::at("too-many");
        }
        Self { why: "failed", cause: Some(p.cause().unwrap_or(p.kind()).to_owned()) }
    }
}

impl From<store::StoreError> for Stopped {
    fn from(e: store::StoreError) -> Self {
        Problem::from(e).into()
    }
}

impl From<Failure> for Stopped {
    fn from(f: Failure) -> Self {
        let why = match f.kind {
            FailureKind::Away => "away",
            FailureKind::Refused | FailureKind::Code => "refused",
            FailureKind::Untrusted => "untrusted",
        };
        Self { why, cause: Some(f.cause) }
    }
}

/// 由身份认证系统返回
///
/// 浏览器由身份认证系统返回时访问，程序不直接调用。登录成功的，设置 cookie 并转到工作台；没有成功的，转到登录页并说明原因，需要联系系统管理员的，带有请求编号。
#[utoipa::path(
    get, path = "/api/session/provider/return", tag = "登录", operation_id = "return_from_provider",
    responses((status = 303, description = "转到工作台，或者转到登录页（sign-in 为原因，request 为请求编号）"))
)]
pub async fn come_back(
    State(app): State<Arc<App>>,
    Address(address): Address,
    Extension(RequestId(id)): Extension<RequestId>,
    headers: HeaderMap,
    uri: Uri,
) -> Response {
    let stopped = match signed_in(&app, address, &headers, &uri).await {
        Ok(cookies) => {
            return (StatusCode::SEE_OTHER, [(header::LOCATION, "/")], AppendHeaders(cookies)).into_response();
        }
        Err(stopped) => stopped,
    };
    let why = stopped.why;
    // Whoever is told to call is to say which request it was.
    let request = if let Some(cause) = &stopped.cause {
        tracing::warn!(request_id = %id, kind = why, cause, "a sign-in at the identity provider failed: {id}");
        format!("&request={id}")
    } else {
        tracing::info!(request_id = %id, kind = why, "a sign-in at the identity provider was refused");
        String::new()
    };
    (StatusCode::SEE_OTHER, [(header::LOCATION, format!("/?sign-in={why}{request}"))]).into_response()
}

type Cookies = [(header::HeaderName, HeaderValue); 2];

/// The cookies of the session that begins.
async fn signed_in(app: &App, address: String, headers: &HeaderMap, uri: &Uri) -> Result<Cookies, Stopped> {
    let (store, now) = (app.door.store(), real_now());
    let (Some(provider), Ok(axum::extract::Query(returned))) =
        (app.settings.provider.as_ref(), axum::extract::Query::<Returned>::try_from_uri(uri))
    else {
        return Err(Stopped::at("expired"));
    };
    let kept = begun(headers, app.settings.secure_cookies).ok_or(Stopped::at("expired"))?;
    // What is not of this browser, was used, or waited too long counts for nothing, and as nobody's failure: any page
    // can send a browser here.
    let row = store.take_begun(&digest(&returned.state), &digest(kept), now).await?;
    let row = row.filter(|r| r.user.is_none()).ok_or(Stopped::at("expired"))?;
    let tries = Tries::of_provider(store, &row.device, &address).await?;
    tries.allowed(store).await?;
    let code = match (returned.error.as_deref(), returned.code) {
        (None, Some(code)) => code,
        (Some("access_denied"), _) => return Err(Stopped::at("denied")),
        // What the error is called was written by whoever sent the browser here.
        _ => return Err(Stopped { why: "refused", cause: Some("another error came back, or no code".into()) }),
    };
    let named = match provider.redeem(code, row.verifier.clone(), row.nonce.clone()).await {
        Ok(named) => named,
        Err(f) => {
            // Only what somebody could have made up counts as his try.
            if matches!(f.kind, FailureKind::Code | FailureKind::Untrusted) {
                tries.failed(store).await?;
            }
            return Err(f.into());
        }
    };
    let user = account(store, &named.login).await??;
    if !named.several && store.factors(&user.id).await?.iter().any(|f| f.confirmed_at.is_some()) {
        let waits = BegunRow {
            state: digest(kept),
            user: Some(user.id),
            nonce: String::new(),
            verifier: String::new(),
            expires_at: now + SignedDuration::from_secs(WAITS),
            ..row
        };
        let kept = store.put_begun(waits, AT_ONCE, now).await?;
        return Err(Stopped::at(if kept { "code" } else { "too-many-begun" }));
    }
    if !named.several && session::needs_passkey(app, &user).await? {
        return Err(Stopped::at("passkey"));
    }
    let way = if named.several { Way::ProviderSeveral } else { Way::Provider };
    let place = Place { address, browser: browser(headers), device: row.device };
    cookies(app, &session::begin(app, &user, place, way, StandsOn::Nothing).await?).map_err(Stopped::from)
}

/// The account that has this sign-in name, where a person may sign in with it.
async fn account(store: &dyn Repository, login: &str) -> Result<Result<UserRow, Stopped>, Stopped> {
    let Some(user) = store.user_by_login(login).await? else { return Ok(Err(Stopped::at("no-account"))) };
    // That of a program is nobody's.
    if !store.client_keys(Some(&user.id)).await?.is_empty() {
        return Ok(Err(Stopped::at("no-account")));
    }
    Ok(if user.active { Ok(user) } else { Err(Stopped::at("stopped")) })
}

/// The session's cookie; what was kept meanwhile goes.
fn cookies(app: &App, session: &Session) -> Answer<Cookies> {
    let over = value(&begun_cookie("", 0, app.settings.secure_cookies))?;
    Ok([(header::SET_COOKIE, session.cookie(app)?), (header::SET_COOKIE, over)])
}

/// 经身份认证系统登录后输入动态验证码
///
/// 本人启用了动态验证码，而身份认证系统没有核验多种要素的，返回后凭验证码完成登录。
#[utoipa::path(
    post, path = "/api/session/provider/code", tag = "登录", operation_id = "code_after_provider",
    responses(
        (status = 200, description = "已登录", body = Session),
        (status = 401, description = "验证码不正确，登录已经超时，或者岗位要求使用通行密钥", body = Document, content_type = "application/problem+json"),
        (status = 429, description = "失败次数过多", body = Document, content_type = "application/problem+json"),
    )
)]
pub async fn code(
    State(app): State<Arc<App>>,
    Address(address): Address,
    headers: HeaderMap,
    Json(body): Json<Code>,
) -> Answer<impl IntoResponse> {
    let (store, now) = (app.door.store(), real_now());
    let over = || refused("sign-in-over", "登录没有完成", "这次登录已经超时或者已经完成，请重新开始登录");
    let kept = digest(begun(&headers, app.settings.secure_cookies).ok_or_else(over)?);
    let user = store.begun(&kept, &kept, now).await?.and_then(|r| r.user).ok_or_else(over)?;
    let user = store.user(&user).await?.filter(|u| u.active).ok_or_else(over)?;
    // One at a time, as passwords are checked: many at once do not slip past the limit.
    let turn = app.passwords.turn().await?;
    let tries = Tries::of_sign_in(store, &user.login, &address, &headers).await?;
    tries.allowed(store).await?;
    factors::prove(store, &user.id, Some(&body.code), &tries).await?;
    drop(turn);
    session::enough(&app, &user).await?;
    let row = store.take_begun(&kept, &kept, now).await?.ok_or_else(over)?;
    let place = Place { address, browser: browser(&headers), device: row.device };
    let session = session::begin(&app, &user, place, Way::Provider, StandsOn::Nothing).await?;
    Ok((AppendHeaders(cookies(&app, &session)?), axum::Json(session)))
}
