//! 登录、查看登录身份、退出。

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use access::Deed;
use axum::extract::{ConnectInfo, FromRequestParts, State};
use axum::http::StatusCode;
use axum::http::header::{self, HeaderValue};
use axum::http::request::Parts;
use axum::response::{AppendHeaders, IntoResponse};
use door::{Principal, real_now};
use jiff::SignedDuration;
use law::time::Moment;
use serde::{Deserialize, Serialize};
use store::rows::SessionRow;
use utoipa::ToSchema;

use super::units;
use crate::App;
use crate::extract::Json;
use crate::problem::{Answer, Document, Problem};
use crate::signed::{self, Signed};

/// Failed tries that one name may have from one address within the window.
pub(super) const TRIES_OF_NAME: u32 = 5;
/// Failed tries that one address may have for all names together.
const TRIES_OF_ADDRESS: u32 = 50;
/// The window, in seconds.
pub(super) const WINDOW: i64 = 15 * 60;

/// Name and password.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"login": "bai.ruolan", "password": "……"}))]
pub struct SignIn {
    /// Name used to sign in.
    login: String,
    /// Password.
    password: String,
}

/// A session that began.
#[derive(Serialize, ToSchema)]
pub struct Session {
    /// The token: send it as `Authorization: Bearer`. Browsers get it as a cookie, too.
    token: String,
    /// When it ends (real time).
    #[schema(value_type = String, format = DateTime)]
    expires_at: Moment,
    /// Who signed in.
    user: User,
}

/// A session that is in force.
#[derive(Serialize, ToSchema)]
pub struct SessionInfo {
    /// When it ends (real time).
    #[schema(value_type = String, format = DateTime)]
    expires_at: Moment,
    /// Who is signed in.
    user: User,
}

/// A person with the roles in force now.
#[derive(Serialize, ToSchema)]
pub struct User {
    /// Identifier.
    id: String,
    /// Name used to sign in.
    login: String,
    /// Chinese name.
    name: String,
    /// Unit.
    unit: String,
    /// Chinese name of the unit.
    unit_name: String,
    /// Agency of the unit.
    agency: String,
    /// Roles.
    roles: Vec<String>,
    /// Chinese names of the roles, in the same order.
    role_names: Vec<String>,
    /// Users whose delegation is in force.
    acting_for: Vec<String>,
    /// Roles among them that are lent by others.
    lent: Vec<Lent>,
    /// Administers people and roles of the own unit.
    administers: bool,
}

/// A role that somebody lends for a time.
#[derive(Serialize, ToSchema)]
pub struct Lent {
    /// The role.
    role: String,
    /// Who lends it.
    by: String,
}

impl User {
    fn of(app: &App, who: &Principal) -> Self {
        let library = app.door.library();
        let name = |r: &String| library.roles.roles.get(r.as_str()).map_or_else(|| r.clone(), |d| d.name.clone());
        Self {
            id: who.user.id.clone(),
            login: who.user.login.clone(),
            name: who.user.name.clone(),
            unit: who.user.unit.clone(),
            unit_name: app.door.units().get(&who.user.unit).map_or_else(|| who.user.unit.clone(), |u| u.name.clone()),
            agency: who.person.agency.clone(),
            roles: who.person.roles.iter().cloned().collect(),
            role_names: who.person.roles.iter().map(name).collect(),
            acting_for: who.person.acting_for.iter().cloned().collect(),
            lent: who.asker().lent.into_iter().map(|(r, by)| Lent { role: r.to_string(), by }).collect(),
            administers: units::may(app, &who.person, &who.user.unit, Deed::Administer),
        }
    }
}

/// Where a request comes from. Of an IPv6 address the network counts: one subscriber has it whole.
pub struct Address(String);

impl<S: Send + Sync> FromRequestParts<S> for Address {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Self::Rejection> {
        let from = parts.extensions.get::<ConnectInfo<SocketAddr>>().map(|c| c.0.ip().to_canonical());
        Ok(Self(match from {
            Some(IpAddr::V4(a)) => a.to_string(),
            Some(IpAddr::V6(a)) => a.segments().iter().take(4).map(|s| format!("{s:x}")).collect::<Vec<_>>().join(":"),
            None => "-".into(),
        }))
    }
}

/// 登录
///
/// 用户名、密码正确的，开始十二小时的登录，返回令牌，同时设置 cookie。同一地址对同一用户名连续失败五次、
/// 或者同一地址合计失败五十次的，十五分钟内不再受理。
#[utoipa::path(
    post, path = "/api/session", tag = "登录", operation_id = "sign_in",
    responses(
        (status = 200, description = "已登录", body = Session),
        (status = 401, description = "用户名或者密码不正确", body = Document, content_type = "application/problem+json"),
        (status = 429, description = "失败次数过多", body = Document, content_type = "application/problem+json"),
    )
)]
pub async fn sign_in(
    State(app): State<Arc<App>>,
    Address(address): Address,
    Json(body): Json<SignIn>,
) -> Answer<impl IntoResponse> {
    let store = app.door.store();
    let login = body.login.trim().to_owned();
    // The name's digest: people type passwords into the wrong field.
    let name_key = format!("login:{}@{address}", signed::digest(&login.to_lowercase()));
    let address_key = format!("address:{address}");
    let turn = app.passwords.turn().await?;
    let now = real_now();
    let since = now - SignedDuration::from_secs(WINDOW);
    let (of_name, of_address) =
        (store.failed_sign_ins(&name_key, since).await?, store.failed_sign_ins(&address_key, since).await?);
    if of_name >= TRIES_OF_NAME || of_address >= TRIES_OF_ADDRESS {
        return Err(too_many_tries());
    }
    let user = store.user_by_login(&login).await?.filter(|u| u.active);
    let stored = user.as_ref().map(|u| u.password.clone());
    let (right, turn) = app.passwords.check(body.password, stored, turn).await?;
    let Some(user) = user.filter(|_| right) else {
        store.failed_sign_in(&name_key, now, since).await?;
        store.failed_sign_in(&address_key, now, since).await?;
        return Err(Problem::new(
            StatusCode::UNAUTHORIZED,
            "wrong-password",
            "登录失败",
            "用户名或者密码不正确，请核对后重新输入",
        ));
    };
    drop(turn);
    let token = signed::new_token();
    let expires_at = now + SignedDuration::from_secs(signed::LASTS);
    store
        .put_session(SessionRow { token: signed::digest(&token), user: user.id.clone(), created_at: now, expires_at })
        .await?;
    let who = Principal::load(store, &app.door.units(), user, app.door.now()).await?;
    let cookie = cookie(&app, &token, signed::LASTS)?;
    let user = User::of(&app, &who);
    Ok((AppendHeaders([(header::SET_COOKIE, cookie)]), axum::Json(Session { token, expires_at, user })))
}

/// Wrong passwords came too often.
pub(super) fn too_many_tries() -> Problem {
    Problem::new(
        StatusCode::TOO_MANY_REQUESTS,
        "too-many-tries",
        "登录失败次数过多",
        format!("登录失败次数过多，请在 {} 分钟后再试；忘记密码的，请联系本单位管理员", WINDOW / 60),
    )
    .header(header::RETRY_AFTER, WINDOW)
}

/// 查看登录身份
#[utoipa::path(get, path = "/api/session", tag = "登录", operation_id = "who_am_i", responses((status = 200, description = "当前登录的人员", body = SessionInfo)))]
pub async fn who_am_i(State(app): State<Arc<App>>, signed: Signed) -> axum::Json<SessionInfo> {
    axum::Json(SessionInfo { expires_at: signed.expires_at, user: User::of(&app, &signed.who) })
}

/// 退出登录
#[utoipa::path(delete, path = "/api/session", tag = "登录", operation_id = "sign_out", responses((status = 204, description = "已退出")))]
pub async fn sign_out(State(app): State<Arc<App>>, signed: Signed) -> Answer<impl IntoResponse> {
    app.door.store().end_session(&signed.session).await?;
    Ok((StatusCode::NO_CONTENT, AppendHeaders([(header::SET_COOKIE, cookie(&app, "", 0)?)])))
}

fn cookie(app: &App, token: &str, lasts: i64) -> Answer<HeaderValue> {
    let secure = if app.settings.secure_cookies { "; Secure" } else { "" };
    let text = format!("{}={token}; HttpOnly; SameSite=Strict; Path=/; Max-Age={lasts}{secure}", signed::COOKIE);
    HeaderValue::from_str(&text).map_err(|e| Problem::internal(e.to_string()))
}
