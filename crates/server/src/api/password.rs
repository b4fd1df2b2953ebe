//! 密码：本人修改，管理员重设。

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use door::real_now;
use jiff::SignedDuration;
use law::time::Moment;
use serde::{Deserialize, Serialize};
use store::NewPassword;
use store::rows::UserRow;
use utoipa::ToSchema;

use super::audit::{self, Audited, Detail};
use super::people::administered;
use crate::App;
use crate::extract::{Json, Path};
use crate::password::{hashed, strong_enough, temporary_password, wrong_password};
use crate::problem::{Answer, Document, wrong};
use crate::signed::Signed;

/// How long a password serves that another person set, in seconds.
const TEMPORARY_LASTS: i64 = 3 * 24 * 3600;

/// The old and the new password.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"old": "……", "new": "……"}))]
pub struct PasswordChange {
    /// The password until now.
    old: String,
    /// The new one: 10 characters at least, and not easily guessed.
    new: String,
    /// Leaves one's passkeys as they are. Otherwise they are removed: whoever knew the password could have added one.
    #[serde(default)]
    keep_passkeys: bool,
}

/// A password that serves until its person chooses one of his own. It is shown this once.
#[derive(Serialize, ToSchema)]
pub struct TemporaryPassword {
    /// The password.
    password: String,
    /// Until when it serves (real time).
    #[schema(value_type = String, format = DateTime)]
    until: Moment,
}

impl TemporaryPassword {
    /// A new one.
    pub(super) fn new() -> Self {
        Self { password: temporary_password(), until: real_now() + SignedDuration::from_secs(TEMPORARY_LASTS) }
    }

    /// The user with it.
    pub(super) async fn of(&self, user: UserRow) -> Answer<UserRow> {
        let password = hashed(self.password.clone()).await?;
        Ok(UserRow { password, temporary_until: Some(self.until), ..user })
    }
}

/// 修改本人密码
///
/// 修改后，本人在其他地方的登录全部失效；通行密钥一并移除，但指定保留的除外。
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
    let (store, user) = (app.door.store(), &signed.who.user);
    strong_enough(&body.new, user, "new")?;
    if body.new == body.old {
        return Err(wrong("new", "新密码应与原密码不同"));
    }
    app.passwords.prove(store, user, body.old, "old").await?;
    let removed = || audit::row(&signed, user, Audited::PasskeyRemoved, &Detail::default());
    let new = NewPassword {
        user: &user.id,
        old: Some(&user.password),
        password: &hashed(body.new).await?,
        temporary_until: None,
        session: &signed.session,
        passkeys: if body.keep_passkeys { None } else { Some(removed()?) },
    };
    let noted = audit::row(&signed, user, Audited::PasswordChanged, &Detail::default())?;
    if !store.set_password(new, noted).await? {
        return Err(wrong_password("old"));
    }
    Ok(StatusCode::NO_CONTENT)
}

/// 重设人员密码
///
/// 供忘记密码的人员使用。返回临时密码，只显示这一次，三日内有效；本人以它登录后，须先改为自己的密码。
/// 重设后，其登录全部失效。
#[utoipa::path(
    put, path = "/api/users/{user}/password", tag = "单位和人员", operation_id = "reset_password", params(("user" = String, Path, description = "人员")),
    responses(
        (status = 200, description = "已重设", body = TemporaryPassword),
        (status = 403, description = "不管理其单位，或者是本人", body = Document, content_type = "application/problem+json"),
        (status = 404, description = "没有这个人员", body = Document, content_type = "application/problem+json"),
    )
)]
pub async fn reset(
    State(app): State<Arc<App>>,
    signed: Signed,
    Path(user): Path<String>,
) -> Answer<axum::Json<TemporaryPassword>> {
    let row = administered(&app, &signed, &user).await?;
    let store = app.door.store();
    let noted = audit::row(&signed, &row, Audited::PasswordReset, &Detail::default())?;
    let temporary = TemporaryPassword::new();
    let new = NewPassword {
        user: &row.id,
        old: None,
        password: &hashed(temporary.password.clone()).await?,
        temporary_until: Some(temporary.until),
        session: "",
        passkeys: None,
    };
    store.set_password(new, noted).await?;
    Ok(axum::Json(temporary))
}
