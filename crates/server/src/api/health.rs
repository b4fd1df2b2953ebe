//! 运行状态和接口说明。

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa::openapi::OpenApi;

use crate::App;
use crate::problem::{Answer, Document, Problem};

/// Whether requests can be served.
#[derive(Serialize, ToSchema)]
pub struct Health {
    /// The database answers.
    ready: bool,
}

/// 查看运行状态
#[utoipa::path(
    get, path = "/api/health", tag = "运行", operation_id = "health",
    responses(
        (status = 200, description = "可以受理请求", body = Health),
        (status = 503, description = "暂时不能受理请求", body = Document, content_type = "application/problem+json"),
    )
)]
pub async fn ready(State(app): State<Arc<App>>) -> Answer<axum::Json<Health>> {
    app.door.store().setting("health").await.map_err(|e| {
        tracing::error!(error = %e, "the database does not answer");
        Problem::new(StatusCode::SERVICE_UNAVAILABLE, "not-ready", "暂时不能受理请求", "数据库没有应答，请稍后再试")
    })?;
    Ok(axum::Json(Health { ready: true }))
}

/// 下载本接口说明（OpenAPI 3.1）
#[utoipa::path(get, path = "/api/openapi.json", tag = "运行", operation_id = "openapi", responses((status = 200, description = "OpenAPI 3.1 文件", body = Object)))]
pub async fn description() -> axum::Json<OpenApi> {
    axum::Json(super::openapi())
}
