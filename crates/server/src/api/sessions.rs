//! 本人的登录：在哪些地方登录了，逐个或者全部退出。

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use door::real_now;
use jiff::SignedDuration;
use law::time::Moment;
use serde::Serialize;
use store::sign_ins::SessionRow;
use utoipa::ToSchema;

use super::people::administered;
use crate::App;
use crate::extract::Path;
use crate::problem::{Answer, Document, Problem};
use crate::signed::{IDLE, Signed};

/// A session of one's own.
#[derive(Serialize, ToSchema)]
pub struct OwnSession {
    /// What it is ended by.
    id: String,
    /// When it began (real time).
    #[schema(value_type = String, format = DateTime)]
    since: Moment,
    /// When it was last used, to the minute (real time).
    #[schema(value_type = String, format = DateTime)]
    seen_at: Moment,
    /// From which address it began.
    address: String,
    /// On which browser or program, as it names itself.
    browser: String,
    /// By what one proved who one is: `password`, `provider`, `provider-several` (which asked for several factors), `passkey`.
    way: String,
    /// The one that asks.
    this: bool,
}

/// 查看本人的登录
#[utoipa::path(get, path = "/api/sessions", tag = "登录", operation_id = "list_sessions", responses((status = 200, description = "本人现有的登录，最近使用的在前", body = Vec<OwnSession>)))]
pub async fn list(State(app): State<Arc<App>>, signed: Signed) -> Answer<axum::Json<Vec<OwnSession>>> {
    let now = real_now();
    let all = app.door.store().sessions_of(&signed.who.user.id, now).await?;
    let shown = |s: SessionRow| OwnSession {
        this: s.token == signed.session,
        id: s.id,
        since: s.created_at,
        seen_at: s.seen_at,
        address: s.address,
        browser: s.browser,
        way: s.way,
    };
    let used = all.into_iter().filter(|s| s.seen_at >= now - SignedDuration::from_secs(IDLE));
    Ok(axum::Json(used.map(shown).collect()))
}

/// 退出本人在其他地方的全部登录
#[utoipa::path(delete, path = "/api/sessions", tag = "登录", operation_id = "end_other_sessions", responses((status = 204, description = "已退出")))]
pub async fn end_others(State(app): State<Arc<App>>, signed: Signed) -> Answer<StatusCode> {
    app.door.store().end_sessions(&signed.who.user.id, &signed.session).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// 退出本人的一处登录
#[utoipa::path(
    delete, path = "/api/sessions/{id}", tag = "登录", operation_id = "end_own_session", params(("id" = String, Path, description = "登录")),
    responses(
        (status = 204, description = "已退出"),
        (status = 404, description = "没有这处登录", body = Document, content_type = "application/problem+json"),
    )
)]
pub async fn end(State(app): State<Arc<App>>, signed: Signed, Path(id): Path<String>) -> Answer<StatusCode> {
    if !app.door.store().end_session_of(&signed.who.user.id, &id).await? {
        return Err(Problem::not_found("没有这处登录，可能已经退出"));
    }
    Ok(StatusCode::NO_CONTENT)
}

/// 退出人员的全部登录
#[utoipa::path(
    delete, path = "/api/users/{user}/sessions", tag = "单位和人员", operation_id = "end_sessions_of", params(("user" = String, Path, description = "人员")),
    responses(
        (status = 204, description = "已退出"),
        (status = 403, description = "不管理其单位，或者是本人", body = Document, content_type = "application/problem+json"),
        (status = 404, description = "没有这个人员", body = Document, content_type = "application/problem+json"),
    )
)]
pub async fn end_of(State(app): State<Arc<App>>, signed: Signed, Path(user): Path<String>) -> Answer<StatusCode> {
    let row = administered(&app, &signed, &user).await?;
    app.door.store().end_sessions(&row.id, "").await?;
    Ok(StatusCode::NO_CONTENT)
}
