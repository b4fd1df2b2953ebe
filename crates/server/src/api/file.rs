//! 一个案件：案卡、卷宗目录、流程、可以办理的事项、期限。

use std::sync::Arc;

use access::Deed;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{AppendHeaders, IntoResponse, Response};
use door::{DoorError, real_now};
use procedure::Library;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use store::rows::{AccessRow, ClockRow};
use utoipa::{IntoParams, ToSchema};

use super::files::Item;
use super::names::Names;
use crate::App;
use crate::extract::{Path, Query};
use crate::problem::{Answer, Document, Problem};
use crate::signed::Signed;
use crate::{etag, mask, schema};

/// What the access log says where identity numbers were shown.
const REVEALED: &str = "reveal";

/// How to look.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct How {
    /// 显示完整证件号码；每次显示都记入访问日志
    #[serde(default)]
    reveal: bool,
}

/// A file as this person sees it.
#[derive(Serialize, ToSchema)]
pub struct File {
    /// The file.
    row: Item,
    /// What is known: cards, subjects, dossier, instances, messages.
    #[schema(value_type = schema::Situation)]
    situation: Value,
    /// Instances with what may be done in them now.
    #[schema(value_type = Vec<schema::InstanceOffers>)]
    instances: Value,
    /// Deadlines.
    #[schema(value_type = Vec<schema::DeadlineRow>)]
    clocks: Vec<ClockRow>,
    /// This person may read the dossier.
    reads: bool,
    /// This person may read internal volumes.
    reads_internal: bool,
    /// Chinese names of what the other parts name by identifier.
    names: Names,
}

/// 查看一个案件
///
/// 证件号码以星号遮蔽；确需查看的，加 reveal=true，并记入访问日志。
#[utoipa::path(
    get, path = "/api/files/{file}", tag = "案件", operation_id = "read_file",
    params(("file" = String, Path, description = "案件"), How, ("If-None-Match" = Option<String>, Header, description = "已有版本的 ETag")),
    responses(
        (status = 200, description = "案件", body = File, headers(("ETag" = String, description = "案件版本，如 \"v12\""))),
        (status = 304, description = "没有变化"),
        (status = 404, description = "没有这个案件，或者无权查看", body = Document, content_type = "application/problem+json"),
    )
)]
pub async fn read(
    State(app): State<Arc<App>>,
    signed: Signed,
    Path(file): Path<String>,
    Query(how): Query<How>,
    headers: HeaderMap,
) -> Answer<Response> {
    let (door, who) = (&app.door, &signed.who);
    if !how.reveal {
        let row = door.store().file(&file).await?.ok_or(DoorError::Hidden)?;
        door.allowed(who, &row, Deed::View)?;
        let tag = etag::of_version(row.version);
        if etag::already_has(&headers, &tag) {
            return Ok((StatusCode::NOT_MODIFIED, AppendHeaders([(header::ETAG, tag)])).into_response());
        }
    }
    let view = door.look(who, &file).await?;
    if how.reveal {
        // Written before anything is shown.
        let row = AccessRow {
            at: real_now(),
            user: who.user.id.clone(),
            file: file.clone(),
            material: REVEALED.into(),
            page: 0,
        };
        door.store().log_access(vec![row]).await?;
    }
    let library = door.library();
    let names = Names::of(door, &library, &view.state).await?;
    let tag = etag::of_version(view.row.version);
    let tracks = door::project(&view.state, &|_| Some(library.clone()), door.now()).tracks;
    let json = |e: serde_json::Error| Problem::internal(e.to_string());
    let mut situation = serde_json::to_value(&view.state.situation).map_err(json)?;
    hide_inputs(&mut situation, &library, view.reads, view.reads_internal);
    let mut out = File {
        row: Item::new(&door.units(), view.row, tracks),
        situation,
        instances: instances(&view.instances).map_err(json)?,
        clocks: view.clocks,
        reads: view.reads,
        reads_internal: view.reads_internal,
        names,
    };
    if !how.reveal {
        mask::value(&mut out.situation);
        mask::value(&mut out.instances);
    }
    app.journal.opened(&who.user.id, &file, "", 0).await;
    Ok((AppendHeaders([(header::ETAG, tag)]), axum::Json(out)).into_response())
}

/// Each offer with `mine` beside its own fields.
fn instances(views: &[door::InstanceView]) -> Result<Value, serde_json::Error> {
    let mut all = Vec::new();
    for i in views {
        let mut offers = Vec::new();
        for (offer, mine) in &i.offers {
            let mut o = serde_json::to_value(offer)?;
            o["mine"] = Value::Bool(*mine);
            o["blocked"] = Value::Bool(offer.blocked());
            offers.push(o);
        }
        all.push(serde_json::json!({"id": i.id, "name": i.name, "offers": offers}));
    }
    Ok(Value::Array(all))
}

/// Proposals carry the materials that they would file: what the reader may not read goes.
fn hide_inputs(situation: &mut Value, library: &Library, reads: bool, reads_internal: bool) {
    if reads && reads_internal {
        return;
    }
    let inputs = situation["instances"]
        .as_array_mut()
        .into_iter()
        .flatten()
        .filter_map(|i| i["proposals"].as_array_mut())
        .flatten();
    for p in inputs {
        hide_materials(&mut p["input"], library, reads);
    }
}

/// Takes the materials of internal volumes out of an input, or all where nothing may be read.
pub fn hide_materials(input: &mut Value, library: &Library, reads: bool) {
    if let Some(list) = input.get_mut("materials").and_then(Value::as_array_mut) {
        list.retain(|m| reads && !internal(library, m));
    }
}

fn internal(library: &Library, material: &Value) -> bool {
    let own = material["volume"].as_str();
    let of_kind = material["kind"].as_str().and_then(|k| library.documents.get(k)).map(|d| d.volume.as_str());
    own.or(of_kind).and_then(|v| library.standard.volumes.get(v)).is_none_or(|v| v.internal)
}
