//! 一次移送的去向。

use std::sync::Arc;
use std::time::Duration;

use access::Deed;
use axum::extract::State;
use door::DoorError;
use procedure::situation::Sent;
use serde::Deserialize;
use tokio::sync::broadcast::error::RecvError;
use tokio::time::Instant;
use utoipa::IntoParams;

use crate::App;
use crate::extract::{Path, Query};
use crate::problem::{Answer, Document, Problem};
use crate::schema;
use crate::signed::Signed;

/// How long to wait.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct Wait {
    /// 等待技术回执的秒数，0 至 30，默认 0
    #[serde(default)]
    wait: u64,
}

/// 查看一次移送的回执
///
/// 带 wait 的，等到有技术回执或者时间届满为止；没有回执时 technical 不出现。
#[utoipa::path(
    get, path = "/api/files/{file}/messages/{message}", tag = "移送", operation_id = "read_message",
    params(("file" = String, Path, description = "案件"), ("message" = String, Path, description = "移送"), Wait),
    responses(
        (status = 200, description = "移送及其回执", body = schema::Sent),
        (status = 404, description = "没有这个案件或者移送，或者无权查看", body = Document, content_type = "application/problem+json"),
    )
)]
pub async fn read(
    State(app): State<Arc<App>>,
    signed: Signed,
    Path((file, message)): Path<(String, String)>,
    Query(Wait { wait }): Query<Wait>,
) -> Answer<axum::Json<Sent>> {
    if wait > 30 {
        return Err(Problem::bad_request("bad-query", "查询参数“wait”：应为 0 至 30"));
    }
    let until = Instant::now() + Duration::from_secs(wait);
    let mut closing = app.closing.subscribe();
    // Before reading, so that no receipt slips between.
    let mut changes = app.door.changes();
    loop {
        let sent = find(&app, &signed, &file, &message).await?;
        if sent.technical.is_some() || wait == 0 {
            return Ok(axum::Json(sent));
        }
        let changed = async {
            loop {
                match changes.recv().await {
                    Ok(c) if c.file != file && !c.file.is_empty() => {}
                    // Fallen behind: it may have been among those missed.
                    Ok(_) | Err(RecvError::Lagged(_)) => return true,
                    Err(RecvError::Closed) => return false,
                }
            }
        };
        let again = tokio::select! {
            changed = tokio::time::timeout_at(until, changed) => changed.unwrap_or(false),
            _ = closing.wait_for(|c| *c) => false,
        };
        if !again {
            return Ok(axum::Json(sent));
        }
    }
}

async fn find(app: &App, signed: &Signed, file: &str, message: &str) -> Answer<Sent> {
    let store = app.door.store();
    let row = store.file(file).await?.ok_or(DoorError::Hidden)?;
    app.door.allowed(&signed.who, &row, Deed::View)?;
    let state = store.state(file).await?.ok_or(DoorError::Hidden)?;
    let sent = state.situation.sent.into_iter().find(|s| s.message == message);
    sent.ok_or_else(|| Problem::not_found("本案没有发出这次移送"))
}
