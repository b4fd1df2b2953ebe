//! 登录、查看登录身份、退出。

use std::sync::Arc;

use access::Deed;
use axum::extract::State;
use axum::http::header::{self, HeaderValue};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{AppendHeaders, IntoResponse, Response};
use door::{Principal, real_now};
use jiff::SignedDuration;
use law::time::Moment;
use serde::{Deserialize, Serialize};
use store::StandsOn;
use store::rows::UserRow;
use store::sign_ins::{DeviceRow, SessionRow};
use utoipa::ToSchema;

use super::{factors, passkeys, units};
use crate::App;
use crate::address::Address;
use crate::extract::Json;
use crate::password;
use crate::problem::{Answer, Document, Problem};
use crate::signed::{self, Lacks, Signed, Way, cookie, passkey_needed, session_cookie, set_cookie};
use crate::tries::{DEVICE, DEVICE_LASTS, Tries};

/// Name and password.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"login": "bai.ruolan", "password": "……"}))]
pub struct SignIn {
    /// Name used to sign in.
    login: String,
    /// Password.
    password: String,
    /// The code that the authenticator shows, where one is set up.
    #[serde(default)]
    code: Option<String>,
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
    /// The password was set by another person: first of all, one's own is to be chosen.
    temporary_password: bool,
    /// The role asks for one-time codes or a passkey: first of all, one of them is to be set up.
    codes_due: bool,
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
    fn of(app: &App, who: &Principal, codes_due: bool, way: Way) -> Self {
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
            temporary_password: way.needs_own_password(who),
            codes_due,
        }
    }
}

/// What a browser or program calls itself, for the list of one's sessions.
pub(super) fn browser(headers: &HeaderMap) -> String {
    let named = headers.get(header::USER_AGENT).and_then(|v| v.to_str().ok()).unwrap_or_default();
    named.chars().take(300).collect()
}

/// 登录
///
/// 用户名、密码正确的，开始登录，返回令牌，同时设置 cookie。登录十二小时后失效，两小时没有操作的也失效。
/// 启用了动态验证码的，第一次返回 code-needed，请连同验证码再次提交。失败次数过多的，十五分钟内不再受理；
/// 本人登录过的浏览器单独计数，不因他人在别处尝试而受影响。
#[utoipa::path(
    post, path = "/api/session", tag = "登录", operation_id = "sign_in",
    responses(
        (status = 200, description = "已登录", body = Session),
        (status = 401, description = "用户名、密码或者验证码不正确，需要验证码，临时密码已过期，岗位要求使用通行密钥", body = Document, content_type = "application/problem+json"),
        (status = 429, description = "失败次数过多", body = Document, content_type = "application/problem+json"),
    )
)]
pub async fn sign_in(
    State(app): State<Arc<App>>,
    Address(address): Address,
    headers: HeaderMap,
    Json(body): Json<SignIn>,
) -> Answer<Response> {
    let store = app.door.store();
    let login = body.login.trim().to_owned();
    let turn = app.passwords.turn().await?;
    let tries = Tries::of_sign_in(store, &login, &address, &headers).await?;
    tries.allowed(store).await?;
    let user = store.user_by_login(&login).await?.filter(|u| u.active);
    let stored = user.as_ref().map(|u| u.password.clone());
    let (right, turn) = app.passwords.check(body.password, stored, turn).await?;
    let Some(user) = user.filter(|_| right) else {
        tries.failed(store).await?;
        return Err(wrong_password());
    };
    lasting(&user)?;
    factors::prove(store, &user.id, body.code.as_deref(), &tries).await?;
    drop(turn);
    enough(&app, &user).await?;
    begin_here(&app, &user, address, &headers, Way::Password, StandsOn::Password(&user.password)).await
}

fn wrong_password() -> Problem {
    refused("wrong-password", "登录失败", "用户名或者密码不正确，请核对后重新输入")
}

/// Refuses whom a password of another person let in for a time that is over.
pub(super) fn lasting(user: &UserRow) -> Answer<()> {
    if password::over(user) {
        return Err(refused(
            "temporary-password-over",
            "临时密码已过期",
            "管理员设置的临时密码已过期，请联系本单位管理员重新设置",
        ));
    }
    Ok(())
}

/// Whether a person's role asks for more than one proof, and a passkey is what he has set up for it.
pub(super) async fn needs_passkey(app: &App, user: &UserRow) -> Answer<bool> {
    let who = Principal::load(app.door.store(), &app.door.units(), user.clone(), app.door.now()).await?;
    Ok(signed::lacks(app, &who, Way::Password).await? == Lacks::Passkey)
}

/// Refuses who has to come by passkey.
pub(super) async fn enough(app: &App, user: &UserRow) -> Answer<()> {
    if needs_passkey(app, user).await? { Err(passkey_needed()) } else { Ok(()) }
}

/// Where a session begins.
pub(super) struct Place {
    /// From which address.
    pub address: String,
    /// What the browser or program calls itself.
    pub browser: String,
    /// Digest of what the browser is known by.
    pub device: String,
}

/// What a browser is known by: the digest of it, and the cookie that keeps it.
pub(super) fn device(headers: &HeaderMap, secure: bool) -> Answer<(String, HeaderValue)> {
    let device = cookie(headers, DEVICE).filter(|t| signed::is_token(t)).map_or_else(signed::new_token, str::to_owned);
    Ok((signed::digest(&device), value(&set_cookie(DEVICE, &device, "/api/session", DEVICE_LASTS, secure))?))
}

/// Begins a session of somebody who has proved who he is, unless what he proved it by is another by now. There is no
/// second way to begin one.
pub(super) async fn begin(app: &App, user: &UserRow, place: Place, way: Way, on: StandsOn<'_>) -> Answer<Session> {
    let (store, now) = (app.door.store(), real_now());
    let token = signed::new_token();
    let expires_at = now + SignedDuration::from_secs(signed::LASTS);
    let row = SessionRow {
        token: signed::digest(&token),
        user: user.id.clone(),
        created_at: now,
        expires_at,
        id: uuid::Uuid::now_v7().simple().to_string(),
        seen_at: now,
        address: place.address,
        browser: place.browser,
        way: way.word().into(),
    };
    if !store.put_session(row, on).await? {
        return Err(if matches!(on, StandsOn::Passkey(_)) { passkeys::unknown() } else { wrong_password() });
    }
    let known = DeviceRow { token: place.device, user: user.id.clone(), seen_at: now };
    store.put_device(known, now - SignedDuration::from_secs(DEVICE_LASTS)).await?;
    let who = Principal::load(store, &app.door.units(), user.clone(), app.door.now()).await?;
    let codes_due = signed::lacks(app, &who, way).await? == Lacks::Proof;
    Ok(Session { token, expires_at, user: User::of(app, &who, codes_due, way) })
}

/// Begins one on the browser that asks, and answers with it.
pub(super) async fn begin_here(
    app: &App,
    user: &UserRow,
    address: String,
    headers: &HeaderMap,
    way: Way,
    on: StandsOn<'_>,
) -> Answer<Response> {
    let (device, known) = device(headers, app.settings.secure_cookies)?;
    let begun = begin(app, user, Place { address, browser: browser(headers), device }, way, on).await?;
    let cookies = [(header::SET_COOKIE, begun.cookie(app)?), (header::SET_COOKIE, known)];
    Ok((AppendHeaders(cookies), axum::Json(begun)).into_response())
}

impl Session {
    /// The cookie that carries its token.
    pub(super) fn cookie(&self, app: &App) -> Answer<HeaderValue> {
        value(&session_cookie(&self.token, signed::LASTS, app.settings.secure_cookies))
    }
}

/// Why nobody is signed in.
pub(super) fn refused(kind: &'static str, title: &'static str, detail: &str) -> Problem {
    Problem::new(StatusCode::UNAUTHORIZED, kind, title, detail)
}

/// 查看登录身份
#[utoipa::path(get, path = "/api/session", tag = "登录", operation_id = "who_am_i", responses((status = 200, description = "当前登录的人员", body = SessionInfo)))]
pub async fn who_am_i(State(app): State<Arc<App>>, signed: Signed) -> axum::Json<SessionInfo> {
    axum::Json(SessionInfo {
        expires_at: signed.expires_at,
        user: User::of(&app, &signed.who, signed.codes_due, signed.way),
    })
}

/// 退出登录
#[utoipa::path(delete, path = "/api/session", tag = "登录", operation_id = "sign_out", responses((status = 204, description = "已退出")))]
pub async fn sign_out(State(app): State<Arc<App>>, signed: Signed) -> Answer<impl IntoResponse> {
    app.door.store().end_session(&signed.session).await?;
    Ok((
        StatusCode::NO_CONTENT,
        AppendHeaders([(header::SET_COOKIE, value(&session_cookie("", 0, app.settings.secure_cookies))?)]),
    ))
}

pub(super) fn value(text: &str) -> Answer<HeaderValue> {
    HeaderValue::from_str(text).map_err(|e| Problem::internal(e.to_string()))
}
