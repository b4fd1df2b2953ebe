//! 全面核验。

use std::sync::Arc;

use access::Deed;
use axum::extract::State;
use door::Verification;
use serde::Deserialize;
use utoipa::IntoParams;

use super::units;
use crate::App;
use crate::extract::Query;
use crate::problem::{Answer, Document};
use crate::schema;
use crate::signed::Signed;

/// What to verify.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct What {
    /// 超期也列为缺陷
    #[serde(default)]
    deadlines: bool,
    /// 只核验这一个整案
    matter: Option<String>,
}

/// 核验全部（或者一个整案的）事件、文件、移送和期限
///
/// 由平台审计人员办理：重算全部摘要、事件链，重建全部状态，核对收发台账。
#[utoipa::path(
    get, path = "/api/verification", tag = "审计", operation_id = "verify", params(What),
    responses(
        (status = 200, description = "核验结果；defects 为空即全部相符", body = schema::Verification),
        (status = 403, description = "不是平台审计人员", body = Document, content_type = "application/problem+json"),
    )
)]
pub async fn verify(
    State(app): State<Arc<App>>,
    signed: Signed,
    Query(what): Query<What>,
) -> Answer<axum::Json<Verification>> {
    let unit = signed.who.user.unit.clone();
    let path = app.door.units().path(&unit);
    units::decide(&app, &signed, &unit, path, Deed::Audit)?;
    let found = match &what.matter {
        Some(matter) => app.door.verify_matter(matter, what.deadlines).await?,
        None => app.door.verify(what.deadlines).await?,
    };
    Ok(axum::Json(found))
}
