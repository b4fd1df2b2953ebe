//! 运行状态和接口说明。

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa::openapi::OpenApi;

use crate::App;
use crate::problem::{Answer, Document, Problem};

/// The process lives.
#[derive(Serialize, ToSchema)]
pub struct Alive {
    /// Always.
    alive: bool,
}

/// 查看程序是否在运行
///
/// 只说明本进程在运行；能否受理请求，见 /ready。
#[utoipa::path(get, path = "/health", tag = "运行", operation_id = "health", responses((status = 200, description = "正在运行", body = Alive)))]
pub async fn alive() -> axum::Json<Alive> {
    axum::Json(Alive { alive: true })
}

/// Whether requests can be served.
#[derive(Serialize, ToSchema)]
pub struct Ready {
    /// The database answers, and the process is not about to stop.
    ready: bool,
}

/// 查看能否受理请求
///
/// 数据库没有应答，或者正在停止的，返回 503；负载均衡据此分配请求。
#[utoipa::path(
    get, path = "/ready", tag = "运行", operation_id = "ready",
    responses(
        (status = 200, description = "可以受理请求", body = Ready),
        (status = 503, description = "暂时不能受理请求", body = Document, content_type = "application/problem+json"),
    )
)]
pub async fn ready(State(app): State<Arc<App>>) -> Answer<axum::Json<Ready>> {
    let not_ready = |text| Problem::new(StatusCode::SERVICE_UNAVAILABLE, "not-ready", "暂时不能受理请求", text);
    if *app.closing.borrow() {
        return Err(not_ready("正在停止，请稍后再试"));
    }
    app.door.store().setting("health").await.map_err(|e| {
        tracing::error!(error = %e, "the database does not answer");
        not_ready("数据库没有应答，请稍后再试")
    })?;
    Ok(axum::Json(Ready { ready: true }))
}

/// 下载本接口说明（OpenAPI 3.1）
#[utoipa::path(get, path = "/api/openapi.json", tag = "运行", operation_id = "openapi", responses((status = 200, description = "OpenAPI 3.1 文件", body = Object)))]
pub async fn description() -> axum::Json<OpenApi> {
    axum::Json(super::openapi())
}
