//! 一个案件：案卡、卷宗目录、流程、可以办理的事项、期限。

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use access::Deed;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{AppendHeaders, IntoResponse, Response};
use door::{DoorError, FileView, real_now};
use law::time::Moment;
use procedure::Library;
use procedure::model::{Id, Process};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use store::rows::{AccessRow, ClockRow};
use utoipa::{IntoParams, ToSchema};

use super::files::Item;
use super::library::words;
use super::names::Names;
use crate::App;
use crate::extract::{Path, Query};
use crate::journal::Took;
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
    /// Processes that this person may begin in this case.
    openings: Vec<Opening>,
    /// Who else may see it, and what may be done about that; for those who may change it.
    #[serde(skip_serializing_if = "Option::is_none")]
    protection: Option<Protected>,
    /// Chinese names of what the other parts name by identifier.
    names: Names,
}

/// A process that may be begun in a case.
#[derive(Serialize, ToSchema)]
pub struct Opening {
    /// The process.
    process: String,
    /// Its Chinese name.
    name: String,
    /// What the button says.
    action: String,
    /// Those of the case for whom it does not run yet, and can be begun.
    subjects: Vec<String>,
    /// Legal source, in full Chinese.
    basis: Vec<String>,
}

/// The circle of those who may see a file.
#[derive(Serialize, ToSchema)]
pub struct Protected {
    /// What this person may do about it.
    offers: Vec<Change>,
    /// Permissions to read, run out or not.
    grants: Vec<Reader>,
    /// Users who are kept out for good.
    barred: Vec<KeptOut>,
}

/// Somebody who is kept out for good.
#[derive(Serialize, ToSchema)]
pub struct KeptOut {
    /// Who.
    user: String,
    /// The name of that person.
    name: String,
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
    /// The longest time for which it may be given, in Chinese.
    longest: Option<String>,
    /// May be done only where this is so, in Chinese.
    when: Option<String>,
}

/// A permission to read.
#[derive(Serialize, ToSchema)]
pub struct Reader {
    /// Who.
    user: String,
    /// The name of that person, and of the unit.
    name: String,
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
            how: Took::Opened.word().into(),
        };
        door.store().log_access(vec![row]).await?;
    }
    let library = door.library();
    let names = Names::of(door, &library, &view.state).await?;
    let openings = openings(&app, who, &view, &library);
    let version = view.row.version;
    let tracks = door::project(&view.state, &|_| Some(library.clone()), door.now()).tracks;
    let json = |e: serde_json::Error| Problem::internal(e.to_string());
    let mut situation = serde_json::to_value(&view.state.situation).map_err(json)?;
    hide_inputs(&mut situation, &library, &view.readable);
    let protection = protection(&app, &view, &library, who).await?;
    let mut out = File {
        row: Item::new(&door.units(), view.row, tracks),
        situation,
        instances: instances(&view.instances).map_err(json)?,
        clocks: view.clocks,
        reads: view.reads,
        reads_internal: view.reads_internal,
        openings,
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
    let headers = [(header::ETAG, tag), (header::CONTENT_TYPE, "application/json".to_owned())];
    Ok((headers, body).into_response())
}

/// The processes that this person may begin in a file: those whose opening act is his, needs a case in
/// which its subjects stand already, and does not run for all of them; with those for whom it does not.
fn openings(app: &App, who: &door::Principal, view: &FileView, library: &Library) -> Vec<Opening> {
    let s = &view.state.situation;
    if s.locked || app.door.allowed(who, &view.row, Deed::Act).is_err() {
        return Vec::new();
    }
    let units = app.door.units();
    let agency = units.get(&who.user.unit).map_or("", |u| u.agency.as_str());
    let today = law::time::day(app.door.now());
    let without = |p: &Process| -> Vec<String> {
        let runs = |subject: &String| {
            let of = s.instances.iter().filter(|i| i.process == p.process);
            of.filter_map(|i| i.tracks.get(subject)).any(|t| p.states.get(&t.state).is_some_and(|d| !d.end))
        };
        let subjects = s.subjects.iter().filter(|(_, x)| x.card == p.subject).map(|(id, _)| id);
        subjects.filter(|id| !runs(id)).cloned().collect()
    };
    library
        .processes
        .values()
        .filter(|p| p.valid.contains(today) && p.agency.iter().any(|a| a.as_str() == agency))
        .filter(|p| !super::library::begins_case(p))
        .map(|p| (p, without(p)))
        .filter(|(_, subjects)| !subjects.is_empty())
        .filter_map(|(p, subjects)| {
            let action = p.actions.get(p.opens_on.action.as_ref()?)?;
            action.by.iter().any(|r| who.person.roles.contains(r.as_str())).then(|| Opening {
                process: p.process.to_string(),
                name: p.name.clone(),
                action: action.name.clone(),
                subjects,
                basis: words::cite(library, &action.basis),
            })
        })
        .collect()
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
async fn protection(app: &App, view: &FileView, library: &Library, who: &door::Principal) -> Answer<Option<Protected>> {
    if !view.protects {
        return Ok(None);
    }
    let now = app.door.now();
    let mut names: BTreeMap<&str, String> = BTreeMap::new();
    for id in view.row.grants.iter().map(|g| &g.user).chain(&view.state.barred) {
        if let Some(u) = app.door.store().user(id).await? {
            let unit = app.door.units().get(&u.unit).map_or_else(String::new, |x| format!("（{}）", x.name));
            names.insert(id, format!("{}{unit}", u.name));
        }
    }
    let name = |id: &String| names.get(id.as_str()).unwrap_or(id).clone();
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
    Ok(Some(Protected {
        offers: offers
            .map(|(change, p)| Change {
                change: change.into(),
                name: p.name.clone(),
                basis: p.basis.iter().map(|b| library.cite(b)).collect(),
                longest: p.longest.as_ref().map(words::length),
                when: p.when.as_ref().map(|c| words::condition(library, c)),
            })
            .collect(),
        grants: view
            .row
            .grants
            .iter()
            .map(|g| Reader {
                name: name(&g.user),
                user: g.user.clone(),
                from: g.from,
                to: g.to,
                in_force: g.from <= now && now < g.to,
            })
            .collect(),
        barred: view.state.barred.iter().map(|u| KeptOut { name: name(u), user: u.clone() }).collect(),
    }))
}

/// In which unit to look.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct Where {
    /// 单位
    unit: String,
}

/// Somebody who may be let into a file, or kept out.
#[derive(Serialize, ToSchema)]
pub struct Nominee {
    /// Identifier.
    id: String,
    /// Chinese name.
    name: String,
    /// Chinese names of the roles in force.
    roles: Vec<String>,
}

/// 查看可以授权阅卷或者回避的人员
///
/// 由有权变更阅看范围的人查看：任一单位中在用的人员。
#[utoipa::path(
    get, path = "/api/files/{file}/candidates", tag = "案件", operation_id = "list_candidates", params(("file" = String, Path, description = "案件"), Where),
    responses(
        (status = 200, description = "人员", body = Vec<Nominee>),
        (status = 403, description = "无权变更阅看范围", body = Document, content_type = "application/problem+json"),
        (status = 404, description = "没有这个案件或者单位，或者无权查看", body = Document, content_type = "application/problem+json"),
    )
)]
pub async fn candidates(
    State(app): State<Arc<App>>,
    signed: Signed,
    Path(file): Path<String>,
    Query(Where { unit }): Query<Where>,
) -> Answer<axum::Json<Vec<Nominee>>> {
    let (door, library) = (&app.door, app.door.library());
    let row = door.store().file(&file).await?.ok_or(DoorError::Hidden)?;
    door.allowed(&signed.who, &row, Deed::Protect)?;
    if door.units().get(&unit).is_none() {
        return Err(Problem::not_found("没有这个单位"));
    }
    let mut all = Vec::new();
    for u in door.store().users_of(&unit).await?.into_iter().filter(|u| u.active) {
        let roles = door.store().roles(&u.id, door.now()).await?;
        let roles =
            roles.iter().filter(|r| r.unit == u.unit).map(|r| words::role(&library, &Id::from(r.role.as_str())));
        all.push(Nominee { roles: roles.collect(), id: u.id, name: u.name });
    }
    Ok(axum::Json(all))
}
