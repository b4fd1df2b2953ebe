//! 动态验证码：在密码之外，再以本人手机上的验证器证明是本人。

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use door::real_now;
use law::time::Moment;
use serde::{Deserialize, Serialize};
use store::Repository;
use store::sign_ins::FactorRow;
use totp_rs::{Builder, Secret, Totp};
use utoipa::ToSchema;

use super::audit::{self, Audited, Detail};
use super::people::administered;
use super::session::refused;
use crate::App;
use crate::extract::{Json, Path};
use crate::problem::{Answer, Document, Problem, wrong};
use crate::signed::Signed;
use crate::tries::Tries;

/// Codes of an authenticator (RFC 6238: SHA-1, six digits, thirty seconds).
const CODES: &str = "totp";
/// Authenticators that one person may have.
const MOST: u32 = 5;

/// A way to prove who one is.
#[derive(Serialize, ToSchema)]
pub struct Factor {
    /// Identifier.
    id: String,
    /// What its person calls it.
    name: String,
    /// Since when it is asked for (real time).
    #[schema(value_type = String, format = DateTime)]
    since: Moment,
}

/// What an authenticator is called.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"name": "手机", "password": "……"}))]
pub struct NewFactor {
    /// What its person calls it, 1 to 40 characters.
    name: String,
    /// The own password once more.
    password: String,
}

/// What the authenticator is to be given. It is shown this once.
#[derive(Serialize, ToSchema)]
pub struct BegunFactor {
    /// Identifier.
    id: String,
    /// The secret, in base 32, to be typed.
    secret: String,
    /// The same as an `otpauth` address, to be shown as a square code.
    address: String,
}

/// A code.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"code": "123456"}))]
pub struct Code {
    /// What the authenticator shows.
    pub(super) code: String,
}

/// The own password.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"password": "……"}))]
pub struct Proof {
    /// The own password once more.
    pub(super) password: String,
}

fn authenticator(secret: Secret, login: &str) -> Answer<Totp> {
    let builder = Builder::new().with_secret(secret).with_account_name(login).with_issuer(Some("獬豸"));
    builder.build().map_err(|e| Problem::internal(e.to_string()))
}

/// The step of a code that fits, one step early or late allowed.
fn step(factor: &FactorRow, code: &str) -> Answer<Option<i64>> {
    let secret = Secret::try_from_base32(&factor.secret).map_err(|e| Problem::internal(e.to_string()))?;
    let now = u64::try_from(real_now().as_second()).map_err(|e| Problem::internal(e.to_string()))?;
    let digits: String = code.chars().filter(|c| !c.is_whitespace()).collect();
    Ok(authenticator(secret, &factor.user)?.check(&digits, now).and_then(|s| i64::try_from(s).ok()))
}

/// The code of somebody whose password was right, where he has set up an authenticator. Each serves once.
///
/// # Errors
/// 401 where it is missing or wrong; those of the database.
pub(super) async fn prove(store: &dyn Repository, user: &str, code: Option<&str>, tries: &Tries) -> Answer<()> {
    let factors: Vec<_> = store.factors(user).await?.into_iter().filter(|f| f.confirmed_at.is_some()).collect();
    if factors.is_empty() {
        return Ok(());
    }
    let Some(code) = code.filter(|c| !c.trim().is_empty()) else {
        return Err(refused("code-needed", "请输入动态验证码", "请输入您的验证器上显示的六位验证码"));
    };
    for f in &factors {
        if let Some(step) = step(f, code)?
            && store.use_factor(&f.id, step).await?
        {
            return Ok(());
        }
    }
    tries.failed(store).await?;
    Err(refused(
        "wrong-code",
        "验证码不正确",
        "验证码不正确、已过期或者已经用过，请输入验证器上新显示的验证码；手机丢失的，请联系本单位管理员",
    ))
}

/// What a person calls a thing of his own.
pub(super) fn name_of(text: &str) -> Answer<String> {
    let name = text.trim();
    if name.is_empty() || name.chars().count() > 40 || name.chars().any(char::is_control) {
        return Err(wrong("name", "名称应为 1 至 40 字"));
    }
    Ok(name.to_owned())
}

fn none_waits() -> Problem {
    Problem::not_found("没有待确认的验证器，请重新添加")
}

/// 查看动态验证码
#[utoipa::path(get, path = "/api/session/factors", tag = "登录", operation_id = "list_factors", responses((status = 200, description = "本人启用的验证器", body = Vec<Factor>)))]
pub async fn list(State(app): State<Arc<App>>, signed: Signed) -> Answer<axum::Json<Vec<Factor>>> {
    let all = app.door.store().factors(&signed.who.user.id).await?;
    let confirmed = |f: FactorRow| f.confirmed_at.map(|since| Factor { id: f.id, name: f.name, since });
    Ok(axum::Json(all.into_iter().filter_map(confirmed).collect()))
}

/// 添加验证器
///
/// 返回密钥，只显示这一次。以验证器显示的验证码确认后启用。
#[utoipa::path(
    post, path = "/api/session/factors", tag = "登录", operation_id = "begin_factor",
    responses(
        (status = 201, description = "待确认", body = BegunFactor),
        (status = 422, description = "密码不正确，或者名称不合要求", body = Document, content_type = "application/problem+json"),
        (status = 429, description = "失败次数过多", body = Document, content_type = "application/problem+json"),
    )
)]
pub async fn begin(
    State(app): State<Arc<App>>,
    signed: Signed,
    Json(new): Json<NewFactor>,
) -> Answer<(StatusCode, axum::Json<BegunFactor>)> {
    let (store, user) = (app.door.store(), &signed.who.user);
    let name = name_of(&new.name)?;
    app.passwords.prove(store, user, new.password, "password").await?;
    let secret = Secret::generate();
    let row = FactorRow {
        id: uuid::Uuid::now_v7().simple().to_string(),
        user: user.id.clone(),
        kind: CODES.into(),
        name,
        secret: secret.to_base32(),
        created_at: real_now(),
        confirmed_at: None,
        step: 0,
    };
    let address = authenticator(secret, &user.login)?.to_url().map_err(|e| Problem::internal(e.to_string()))?;
    let begun = BegunFactor { id: row.id.clone(), secret: row.secret.clone(), address };
    if !store.put_factor(row, MOST, &signed.session).await? {
        signed.stands(store).await?;
        return Err(wrong("name", format!("最多可以有 {MOST} 个验证器，请先移除不用的")));
    }
    Ok((StatusCode::CREATED, axum::Json(begun)))
}

/// 确认验证器
///
/// 此后登录须输入验证码；本人在其他地方的登录全部失效。
#[utoipa::path(
    put, path = "/api/session/factors/{factor}", tag = "登录", operation_id = "confirm_factor", params(("factor" = String, Path, description = "验证器")),
    responses(
        (status = 204, description = "已启用"),
        (status = 404, description = "没有这个验证器", body = Document, content_type = "application/problem+json"),
        (status = 422, description = "验证码不正确", body = Document, content_type = "application/problem+json"),
        (status = 429, description = "失败次数过多", body = Document, content_type = "application/problem+json"),
    )
)]
pub async fn confirm(
    State(app): State<Arc<App>>,
    signed: Signed,
    Path(factor): Path<String>,
    Json(body): Json<Code>,
) -> Answer<StatusCode> {
    let (store, user) = (app.door.store(), &signed.who.user);
    let begun = store.factors(&user.id).await?.into_iter().find(|f| f.id == factor && f.confirmed_at.is_none());
    let begun = begun.ok_or_else(none_waits)?;
    let tries = Tries::of_proof(&user.id);
    tries.allowed(store).await?;
    let Some(step) = step(&begun, &body.code)? else {
        tries.failed(store).await?;
        return Err(wrong("code", "验证码不正确，请核对手机的时间，再输入新显示的验证码"));
    };
    let noted = audit::row(&signed, user, Audited::FactorAdded, &Detail::default())?;
    if !store.confirm_factor(&begun, step, real_now(), &signed.session, noted).await? {
        signed.stands(store).await?;
        return Err(none_waits());
    }
    Ok(StatusCode::NO_CONTENT)
}

/// 移除验证器
///
/// 本人在其他地方的登录全部失效。
#[utoipa::path(
    post, path = "/api/session/factors/{factor}/removal", tag = "登录", operation_id = "remove_factor", params(("factor" = String, Path, description = "验证器")),
    responses(
        (status = 204, description = "已移除"),
        (status = 404, description = "没有这个验证器", body = Document, content_type = "application/problem+json"),
        (status = 422, description = "密码不正确", body = Document, content_type = "application/problem+json"),
        (status = 429, description = "失败次数过多", body = Document, content_type = "application/problem+json"),
    )
)]
pub async fn remove(
    State(app): State<Arc<App>>,
    signed: Signed,
    Path(factor): Path<String>,
    Json(body): Json<Proof>,
) -> Answer<StatusCode> {
    let (store, user) = (app.door.store(), &signed.who.user);
    app.passwords.prove(store, user, body.password, "password").await?;
    let noted = audit::row(&signed, user, Audited::FactorRemoved, &Detail::default())?;
    if store.end_factors(&user.id, Some(&factor), &signed.session, noted).await? == 0 {
        signed.stands(store).await?;
        return Err(Problem::not_found("没有这个验证器，可能已经移除"));
    }
    Ok(StatusCode::NO_CONTENT)
}

/// 移除人员的全部验证器
///
/// 供丢失手机的人员使用。移除后，其登录全部失效。
#[utoipa::path(
    delete, path = "/api/users/{user}/factors", tag = "单位和人员", operation_id = "remove_factors_of", params(("user" = String, Path, description = "人员")),
    responses(
        (status = 204, description = "已移除"),
        (status = 403, description = "不管理其单位，或者是本人", body = Document, content_type = "application/problem+json"),
        (status = 404, description = "没有这个人员，或者其没有启用验证器", body = Document, content_type = "application/problem+json"),
    )
)]
pub async fn remove_all(State(app): State<Arc<App>>, signed: Signed, Path(user): Path<String>) -> Answer<StatusCode> {
    let row = administered(&app, &signed, &user).await?;
    let store = app.door.store();
    let noted = audit::row(&signed, &row, Audited::FactorRemoved, &Detail::default())?;
    if store.end_factors(&row.id, None, "", noted).await? == 0 {
        return Err(Problem::not_found("其没有启用动态验证码"));
    }
    Ok(StatusCode::NO_CONTENT)
}
