//! 一个案件：案卡、卷宗目录、流程、可以办理的事项、期限。

use std::collections::BTreeSet;
use std::sync::Arc;

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{AppendHeaders, IntoResponse, Response};
use door::{FileView, real_now};
use law::time::Moment;
use procedure::Library;
use procedure::model::Id;
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
    /// Who else may see it, and what may be done about that; for those who may change it.
    #[serde(skip_serializing_if = "Option::is_none")]
    protection: Option<Protected>,
    /// Chinese names of what the other parts name by identifier.
    names: Names,
}

/// The circle of those who may see a file.
#[derive(Serialize, ToSchema)]
pub struct Protected {
    /// What this person may do about it.
    offers: Vec<Change>,
    /// Permissions to read, run out or not.
    grants: Vec<Reader>,
    /// Users who are kept out for good.
    barred: Vec<String>,
}

/// A change of the circle.
#[derive(Serialize, ToSchema)]
pub struct Change {
    /// `grade`, `seal`, `unseal`, `grant`, `revoke` or `bar`.
    change: String,
    /// What the button says.
    name: String,
    /// Legal source, in full Chinese.
    basis: Vec<String>,
}

/// A permission to read.
#[derive(Serialize, ToSchema)]
pub struct Reader {
    /// Who.
    user: String,
    /// From when (legal time).
    #[schema(value_type = String, format = DateTime)]
    from: Moment,
    /// Until when.
    #[schema(value_type = String, format = DateTime)]
    to: Moment,
    /// It counts now.
    in_force: bool,
}

/// 查看一个案件
///
/// 证件号码以星号遮蔽；确需查看的，加 reveal=true，并记入访问日志。
#[utoipa::path(
    get, path = "/api/files/{file}", tag = "案件", operation_id = "read_file",
    params(("file" = String, Path, description = "案件"), How, ("If-None-Match" = Option<String>, Header, description = "已有版本的 ETag")),
    responses(
        (status = 200, description = "案件", body = File, headers(("ETag" = String, description = "案件版本和所见内容，如 \"v12-8a3f\""))),
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
    let version = view.row.version;
    let tracks = door::project(&view.state, &|_| Some(library.clone()), door.now()).tracks;
    let json = |e: serde_json::Error| Problem::internal(e.to_string());
    let mut situation = serde_json::to_value(&view.state.situation).map_err(json)?;
    hide_inputs(&mut situation, &library, &view.readable);
    let protection = protection(&view, &library, who, door.now());
    let mut out = File {
        row: Item::new(&door.units(), view.row, tracks),
        situation,
        instances: instances(&view.instances).map_err(json)?,
        clocks: view.clocks,
        reads: view.reads,
        reads_internal: view.reads_internal,
        protection,
        names,
    };
    if !how.reveal {
        mask::value(&mut out.situation);
        mask::value(&mut out.instances);
    }
    let body = serde_json::to_vec(&out).map_err(json)?;
    let tag = etag::of_view(version, &who.user.id, &body);
    if !how.reveal && etag::already_has(&headers, &tag) {
        return Ok((StatusCode::NOT_MODIFIED, AppendHeaders([(header::ETAG, tag)])).into_response());
    }
    app.journal.opened(&who.user.id, &file, "", 0).await;
    let headers = AppendHeaders([(header::ETAG, tag), (header::CONTENT_TYPE, "application/json".to_owned())]);
    Ok((headers, body).into_response())
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
fn hide_inputs(situation: &mut Value, library: &Library, readable: &BTreeSet<Id>) {
    let inputs = situation["instances"]
        .as_array_mut()
        .into_iter()
        .flatten()
        .filter_map(|i| i["proposals"].as_array_mut())
        .flatten();
    for p in inputs {
        hide_materials(&mut p["input"], library, readable);
    }
}

/// Takes the materials out of an input that would stand in volumes that may not be read.
pub fn hide_materials(input: &mut Value, library: &Library, readable: &BTreeSet<Id>) {
    let volume = |m: &Value| {
        let of_kind = || Some(library.documents.get(m["kind"].as_str()?)?.volume.clone());
        m["volume"].as_str().map(Id::from).or_else(of_kind)
    };
    if let Some(list) = input.get_mut("materials").and_then(Value::as_array_mut) {
        list.retain(|m| volume(m).is_some_and(|v| readable.contains(&v)));
    }
}

/// The circle of readers, for those who may change it.
fn protection(view: &FileView, library: &Library, who: &door::Principal, now: Moment) -> Option<Protected> {
    if !view.protects {
        return None;
    }
    let roles = &who.person.roles;
    let offers = library.standard.protection.all().into_iter().filter(|(change, p)| {
        let sensible = match *change {
            "seal" => !view.row.sealed,
            "unseal" => view.row.sealed,
            "revoke" => view.row.grants.iter().any(|g| g.to > now),
            _ => true,
        };
        sensible && p.by.iter().any(|r| roles.contains(r.as_str()))
    });
    Some(Protected {
        offers: offers
            .map(|(change, p)| Change {
                change: change.into(),
                name: p.name.clone(),
                basis: p.basis.iter().map(|b| library.cite(b)).collect(),
            })
            .collect(),
        grants: view
            .row
            .grants
            .iter()
            .map(|g| Reader { user: g.user.clone(), from: g.from, to: g.to, in_force: g.from <= now && now < g.to })
            .collect(),
        barred: view.state.barred.iter().cloned().collect(),
    })
}
