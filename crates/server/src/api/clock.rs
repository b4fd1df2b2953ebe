//! 业务时间。

use std::sync::Arc;

use axum::extract::State;
use law::time::Moment;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::App;
use crate::extract::Json;
use crate::problem::{Answer, Document};
use crate::signed::Signed;

/// The business clock: legal time. Sessions never look at it.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({"now": "2024-03-07T01:30:00Z", "set": true, "demonstration": true}))]
pub struct BusinessClock {
    /// The legal moment.
    #[schema(value_type = String, format = DateTime)]
    now: Moment,
    /// It was set, and stands still.
    set: bool,
    /// This is a demonstration node: the clock may be set.
    demonstration: bool,
}

/// What the clock is set to.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"at": "2024-03-07T09:30:00+08:00"}))]
pub struct SetClock {
    /// The moment (RFC 3339), or null for real time.
    #[serde(deserialize_with = "Option::deserialize")]
    #[schema(value_type = Option<String>, format = DateTime, required = true)]
    at: Option<Moment>,
}

fn clock(app: &App) -> BusinessClock {
    BusinessClock { now: app.door.now(), set: app.door.clock_is_set(), demonstration: app.door.demonstration() }
}

/// 查看业务时间
#[utoipa::path(get, path = "/api/clock", tag = "业务时间", operation_id = "read_clock", responses((status = 200, description = "业务时间", body = BusinessClock)))]
pub async fn read(State(app): State<Arc<App>>) -> axum::Json<BusinessClock> {
    axum::Json(clock(&app))
}

/// 设置业务时间（仅演示环境）
#[utoipa::path(
    put, path = "/api/clock", tag = "业务时间", operation_id = "set_clock",
    responses(
        (status = 200, description = "已设置", body = BusinessClock),
        (status = 403, description = "不是演示环境", body = Document, content_type = "application/problem+json"),
    )
)]
pub async fn set(
    State(app): State<Arc<App>>,
    _: Signed,
    Json(body): Json<SetClock>,
) -> Answer<axum::Json<BusinessClock>> {
    app.door.set_clock(body.at).await?;
    Ok(axum::Json(clock(&app)))
}
