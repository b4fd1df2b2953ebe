//! 呈请中拟制作的文书：审批人在文书入卷以前查看。

use std::sync::Arc;

use access::Deed;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{AppendHeaders, IntoResponse, Response};
use case::{Input, NewMaterial};
use door::DoorError;
use dossier::DRAWING;
use store::images::ImageKey;
use store::rows::FileRow;

use super::materials::{CACHING, Size};
use crate::App;
use crate::etag;
use crate::extract::{Path, Query};
use crate::problem::{Answer, Document, Problem};
use crate::signed::Signed;

/// 查看拟制作文书的一页
///
/// 呈请审批的事项带有文书的，审批人在文书入卷以前查看。
#[utoipa::path(
    get, path = "/api/files/{file}/instances/{instance}/proposals/{proposal}/materials/{sm3}/pages/{page}", tag = "卷宗材料", operation_id = "read_draft_page",
    params(("file" = String, Path, description = "案件"), ("instance" = String, Path, description = "流程实例"), ("proposal" = String, Path, description = "呈请，如 A1"),
        ("sm3" = String, Path, description = "文书的摘要，见呈请的 input.materials"), ("page" = u32, Path, description = "页码，从 1 起"), Size),
    responses(
        (status = 200, description = "页面图像", content_type = "image/jpeg", body = Vec<u8>),
        (status = 304, description = "没有变化"),
        (status = 403, description = "无权阅卷", body = Document, content_type = "application/problem+json"),
        (status = 404, description = "没有这份文书或者这一页，或者无权查看", body = Document, content_type = "application/problem+json"),
    )
)]
pub async fn page(
    State(app): State<Arc<App>>,
    signed: Signed,
    Path((file, instance, proposal, sm3, page)): Path<(String, String, String, String, u32)>,
    Query(size): Query<Size>,
    headers: HeaderMap,
) -> Answer<Response> {
    let width = size.pixels()?;
    let (row, m) = find(&app, &signed, &file, &instance, &proposal, &sm3).await?;
    let pages = m.measured.as_ref().map_or(0, |x| x.pages);
    if page == 0 || page > pages {
        return Err(Problem::not_found(format!("这份文书没有第 {page} 页，共 {pages} 页")));
    }
    let tag = format!("\"{}-{page}-{width}\"", m.sm3);
    let common = [(header::ETAG, tag.clone()), (header::CACHE_CONTROL, CACHING.into())];
    app.journal.opened(&signed.who.user.id, &file, &format!("{instance}.{proposal}"), page).await;
    if etag::already_has(&headers, &tag) {
        return Ok((StatusCode::NOT_MODIFIED, AppendHeaders(common)).into_response());
    }
    let key = ImageKey { unit: row.unit, sm3: m.sm3, drawing: DRAWING, page, width };
    let image = app.pages.image(key, pages).await?;
    Ok((AppendHeaders(common), [(header::CONTENT_TYPE, "image/jpeg")], image).into_response())
}

/// The document of the proposal, if this person may read the volume that it would stand in.
async fn find(
    app: &App,
    signed: &Signed,
    file: &str,
    instance: &str,
    proposal: &str,
    sm3: &str,
) -> Answer<(FileRow, NewMaterial)> {
    let (door, who) = (&app.door, &signed.who);
    let row = door.store().file(file).await?.ok_or(DoorError::Hidden)?;
    door.allowed(who, &row, Deed::ReadDossier)?;
    let situation = door.store().state(file).await?.ok_or(DoorError::Hidden)?.situation;
    let missing = || Problem::not_found("呈请没有这份文书，或者您无权查看");
    let instance = situation.instances.into_iter().find(|i| i.id == instance).ok_or_else(missing)?;
    let p = instance.proposals.into_iter().find(|p| p.id == proposal).ok_or_else(missing)?;
    let input: Input = serde_json::from_value(p.input).map_err(|e| Problem::internal(e.to_string()))?;
    let m = input.materials.into_iter().find(|m| m.sm3.to_string() == sm3).ok_or_else(missing)?;
    let library = door.library();
    let volume = m.volume.clone().or_else(|| library.documents.get(&m.kind).map(|d| d.volume.clone()));
    if volume.is_none_or(|v| !door.readable_volumes(who, &row).contains(&v)) {
        return Err(missing());
    }
    Ok((row, m))
}
