//! 密码：本人修改，管理员重设。

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use door::real_now;
use jiff::SignedDuration;
use serde::Deserialize;
use store::rows::UserRow;
use utoipa::ToSchema;

use super::audit::{self, Audited, Detail};
use super::people::{administered, hashed, long_enough, wrong};
use super::session::{TRIES_OF_NAME, WINDOW, too_many_tries};
use crate::App;
use crate::extract::{Json, Path};
use crate::problem::{Answer, Document};
use crate::signed::Signed;

/// The old and the new password.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"old": "……", "new": "……"}))]
pub struct PasswordChange {
    /// The password until now.
    old: String,
    /// The new one, of 10 characters at least.
    new: String,
}

/// A new password.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"password": "……"}))]
pub struct NewPassword {
    /// The new one, of 10 characters at least.
    password: String,
}

/// 修改本人密码
///
/// 修改后，本人在其他地方的登录全部失效。
#[utoipa::path(
    put, path = "/api/session/password", tag = "登录", operation_id = "change_password",
    responses(
        (status = 204, description = "已修改"),
        (status = 422, description = "原密码不正确，或者新密码不合要求", body = Document, content_type = "application/problem+json"),
        (status = 429, description = "失败次数过多", body = Document, content_type = "application/problem+json"),
    )
)]
pub async fn change(
    State(app): State<Arc<App>>,
    signed: Signed,
    Json(body): Json<PasswordChange>,
) -> Answer<StatusCode> {
    long_enough(&body.new, "new")?;
    if body.new == body.old {
        return Err(wrong("new", "新密码应与原密码不同"));
    }
    let (store, user) = (app.door.store(), signed.who.user.clone());
    let key = format!("password:{}", user.id);
    let turn = app.passwords.turn().await?;
    let now = real_now();
    let since = now - SignedDuration::from_secs(WINDOW);
    if store.failed_sign_ins(&key, since).await? >= TRIES_OF_NAME {
        return Err(too_many_tries());
    }
    let (right, turn) = app.passwords.check(body.old, Some(user.password.clone()), turn).await?;
    if !right {
        store.failed_sign_in(&key, now, since).await?;
        return Err(wrong("old", "原密码不正确，请重新输入"));
    }
    drop(turn);
    let id = user.id.clone();
    let noted = audit::note(&signed, &user, Audited::PasswordChanged, &Detail::default())?;
    store.put_user(UserRow { password: hashed(body.new).await?, ..user }, noted).await?;
    store.end_sessions(&id, &signed.session).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// 重设人员密码
///
/// 供忘记密码的人员使用。重设后，其登录全部失效。
#[utoipa::path(
    put, path = "/api/users/{user}/password", tag = "单位和人员", operation_id = "reset_password", params(("user" = String, Path, description = "人员")),
    responses(
        (status = 204, description = "已重设"),
        (status = 403, description = "不管理其单位，或者是本人", body = Document, content_type = "application/problem+json"),
        (status = 404, description = "没有这个人员", body = Document, content_type = "application/problem+json"),
        (status = 422, description = "新密码不合要求", body = Document, content_type = "application/problem+json"),
    )
)]
pub async fn reset(
    State(app): State<Arc<App>>,
    signed: Signed,
    Path(user): Path<String>,
    Json(body): Json<NewPassword>,
) -> Answer<StatusCode> {
    let row = administered(&app, &signed, &user).await?;
    long_enough(&body.password, "password")?;
    let store = app.door.store();
    let noted = audit::note(&signed, &row, Audited::PasswordReset, &Detail::default())?;
    store.put_user(UserRow { password: hashed(body.password).await?, ..row }, noted).await?;
    store.end_sessions(&user, "").await?;
    Ok(StatusCode::NO_CONTENT)
}
