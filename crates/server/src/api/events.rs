//! 案件的办理记录和访问日志。

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use access::Deed;
use axum::extract::State;
use case::{Event, FileState};
use door::DoorError;
use law::time::Moment;
use procedure::Library;
use procedure::model::Id;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use store::rows::AccessRow;
use utoipa::{IntoParams, ToSchema};

use super::file::hide_materials;
use crate::App;
use crate::extract::{Path, Query};
use crate::journal::Took;
use crate::problem::{Answer, Document, Problem};
use crate::signed::Signed;
use crate::{mask, schema};

/// One event.
#[derive(Serialize, ToSchema)]
pub struct Recorded {
    /// What is chained: who, in which role, when, on which basis.
    #[schema(value_type = schema::Header)]
    header: Value,
    /// Link of the chain.
    hash: String,
    /// What changed; absent where it was destroyed lawfully, or where the reader sees traces only.
    #[schema(value_type = Option<schema::Payload>)]
    payload: Option<Value>,
}

/// What one person sees of payloads.
struct Sight {
    /// He handles or watches over the file; an auditor sees traces only.
    payload: bool,
    readable: BTreeSet<Id>,
}

/// 查看办理记录
///
/// 承办人、流程监控人员可以看到每次变更的内容；审计人员只看到痕迹。
#[utoipa::path(
    get, path = "/api/files/{file}/events", tag = "案件", operation_id = "list_events", params(("file" = String, Path, description = "案件")),
    responses(
        (status = 200, description = "办理记录，按先后顺序", body = Vec<Recorded>),
        (status = 403, description = "不承办本案，也无权查阅日志", body = Document, content_type = "application/problem+json"),
        (status = 404, description = "没有这个案件，或者无权查看", body = Document, content_type = "application/problem+json"),
    )
)]
pub async fn list(
    State(app): State<Arc<App>>,
    signed: Signed,
    Path(file): Path<String>,
) -> Answer<axum::Json<Vec<Recorded>>> {
    let (door, who) = (&app.door, &signed.who);
    let row = door.store().file(&file).await?.ok_or(DoorError::Hidden)?;
    let may = |deed| door.allowed(who, &row, deed).is_ok();
    let watches = door.allowed(who, &row, Deed::ReadLog);
    // A closed file is no longer acted on, but who handled it still reads what was done.
    let handles =
        may(Deed::View) && (may(Deed::Act) || row.people.iter().any(|(u, r)| u == &who.user.id && r == "handler"));
    if !handles {
        watches?;
    }
    let sight = Sight { payload: may(Deed::View), readable: door.readable_volumes(who, &row) };
    let state = door.store().state(&file).await?.ok_or(DoorError::Hidden)?;
    let library = door.library();
    let events = door.store().events(&file).await?;
    let shown: Answer<Vec<_>> = events.into_iter().map(|e| show(e, &sight, &state, &library)).collect();
    shown.map(axum::Json)
}

fn show(e: Event, sight: &Sight, state: &FileState, library: &Library) -> Answer<Recorded> {
    let json = |e: serde_json::Error| Problem::internal(e.to_string());
    let header = serde_json::to_value(&e.header).map_err(json)?;
    let payload = match e.payload.filter(|_| sight.payload) {
        None => None,
        Some(p) => {
            let mut v = serde_json::to_value(&p).map_err(json)?;
            hide(&mut v, sight, state, library);
            mask::value(&mut v);
            Some(v)
        }
    };
    Ok(Recorded { header, hash: e.hash.to_string(), payload })
}

/// Takes out what stands in volumes that the reader may not read.
fn hide(payload: &mut Value, sight: &Sight, state: &FileState, library: &Library) {
    let readable: BTreeSet<&str> =
        state.situation.volumes.iter().filter(|v| sight.readable.contains(&v.kind)).map(|v| v.id.as_str()).collect();
    let materials: BTreeSet<&str> = state
        .situation
        .materials
        .iter()
        .filter(|m| readable.contains(m.volume.as_str()))
        .map(|m| m.id.as_str())
        .collect();
    let Some(effects) = payload["effects"].as_array_mut() else { return };
    effects.retain(|e| match e["effect"].as_str() {
        Some("volume_opened") => e["volume"]["id"].as_str().is_some_and(|v| readable.contains(v)),
        Some("material_filed") => e["material"]["id"].as_str().is_some_and(|m| materials.contains(m)),
        Some("material_corrected" | "material_destroyed") => {
            e["material"].as_str().is_some_and(|m| materials.contains(m))
        }
        _ => true,
    });
    for e in effects.iter_mut().filter(|e| e["effect"] == "proposed") {
        hide_materials(&mut e["proposal"]["input"], library, &sight.readable);
    }
}

/// How much to list.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct HowMany {
    /// 条数，1 至 1000，默认 200
    limit: Option<u32>,
}

/// One thing opened.
#[derive(Serialize, ToSchema)]
pub struct Access {
    /// When (real time).
    #[schema(value_type = String, format = DateTime)]
    at: Moment,
    /// Who.
    user: String,
    /// The name of that person.
    name: String,
    /// The name of that person's unit.
    unit: String,
    /// The material; empty for the file itself, `reveal` where identity numbers were shown, `search` where
    /// the dossier was searched, `export` where the row left with an exported list.
    material: String,
    /// Page from 1; 0 for the whole.
    page: u32,
    /// How it came to the person: what was only fetched ahead was not seen yet.
    how: Took,
}

/// 查看访问日志
#[utoipa::path(
    get, path = "/api/files/{file}/access-log", tag = "案件", operation_id = "read_access_log",
    params(("file" = String, Path, description = "案件"), HowMany),
    responses(
        (status = 200, description = "谁在何时打开过什么，新的在前", body = Vec<Access>),
        (status = 403, description = "无权查阅日志", body = Document, content_type = "application/problem+json"),
        (status = 404, description = "没有这个案件，或者无权查看", body = Document, content_type = "application/problem+json"),
    )
)]
pub async fn access_log(
    State(app): State<Arc<App>>,
    signed: Signed,
    Path(file): Path<String>,
    Query(many): Query<HowMany>,
) -> Answer<axum::Json<Vec<Access>>> {
    let row = app.door.store().file(&file).await?.ok_or(DoorError::Hidden)?;
    app.door.allowed(&signed.who, &row, Deed::ReadLog)?;
    let limit = many.limit.unwrap_or(200);
    if !(1..=1000).contains(&limit) {
        return Err(Problem::bad_request("bad-query", "查询参数“limit”：应为 1 至 1000"));
    }
    app.journal.flush().await;
    let rows = app.door.store().access_log(&file, limit).await?;
    let units = app.door.units();
    let mut people: BTreeMap<String, (String, String)> = BTreeMap::new();
    for id in rows.iter().map(|r| r.user.clone()).collect::<BTreeSet<String>>() {
        if let Some(u) = app.door.store().user(&id).await? {
            let unit = units.get(&u.unit).map_or_else(|| u.unit.clone(), |x| x.name.clone());
            people.insert(id, (u.name, unit));
        }
    }
    let shown = |r: AccessRow| {
        let (name, unit) = people.get(&r.user).cloned().unwrap_or_else(|| (r.user.clone(), String::new()));
        Access { at: r.at, user: r.user, name, unit, material: r.material, page: r.page, how: Took::read(&r.how) }
    };
    Ok(axum::Json(rows.into_iter().map(shown).collect()))
}
