//! 预先核对：办理以前，看看会发出什么、还缺什么、收件单位的受理标准是否满足。

use std::collections::BTreeSet;
use std::sync::Arc;

use axum::extract::State;
use case::{Command, Rehearsal, Stays};
use law::time::Moment;
use procedure::Library;
use procedure::engine::requirements;
use procedure::model::Id;
use procedure::situation::Material;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::acts::Act;
use crate::App;
use crate::extract::{Json, Path};
use crate::mask;
use crate::problem::{Answer, Document, Problem, Reason};
use crate::schema;
use crate::signed::Signed;

/// What an act would do.
#[derive(Serialize, ToSchema)]
pub struct Rehearsed {
    /// The steps of approval that would follow, in order: Chinese names of the roles one of which must agree.
    chain: Vec<Vec<String>>,
    /// What is wrong with what was filled in, and what cannot be carried out.
    reasons: Vec<Reason>,
    /// The requirements of the act itself, met or not.
    checks: Vec<CheckedRequirement>,
    /// Messages that would go out.
    going: Vec<Going>,
    /// The dossier would be closed for good.
    locks: bool,
}

/// A requirement that was looked at.
#[derive(Serialize, ToSchema)]
pub struct CheckedRequirement {
    /// The requirement.
    requirement: String,
    /// What must be so, in Chinese.
    text: String,
    /// How strong it is: block, warn, remind.
    #[schema(value_type = String)]
    severity: procedure::model::Severity,
    /// Legal source, in full Chinese.
    basis: Vec<String>,
    /// Each way in which it is not met; none where it is.
    #[schema(value_type = Vec<schema::Finding>)]
    findings: Vec<requirements::Finding>,
}

/// A message that would go out.
#[derive(Serialize, ToSchema)]
pub struct Going {
    /// Kind of message.
    kind: String,
    /// Chinese name.
    name: String,
    /// It must be accepted or returned.
    handover: bool,
    /// Receiving unit.
    to: String,
    /// Its Chinese name.
    to_name: String,
    /// Names of the subjects.
    subjects: Vec<String>,
    /// Until when the receiver has to answer.
    #[schema(value_type = Option<String>, format = DateTime)]
    answer_due: Option<Moment>,
    /// Pages carried.
    pages: u32,
    /// Bytes carried.
    bytes: u64,
    /// Materials carried.
    materials: Vec<Carried>,
    /// Materials that stay behind and that this person may see.
    stays: Vec<Staying>,
    /// How many stay behind that this person may not see.
    stays_unseen: usize,
    /// What the receiver's rules of acceptance would say; absent where nobody has to accept it.
    acceptance: Option<Acceptance>,
    /// Why the receiver could not take it.
    refused: Vec<Reason>,
}

/// A material that would travel.
#[derive(Serialize, ToSchema)]
pub struct Carried {
    /// The material; absent where it is filed with this very act.
    id: Option<String>,
    /// Its title.
    title: String,
    /// Document number.
    number: Option<String>,
    /// Chinese name of the volume.
    volume: String,
    /// Pages.
    pages: u32,
    /// Size.
    bytes: u64,
    /// The receiver has it from an earlier hand-over.
    before: bool,
    /// It was corrected; the new one travels beside it.
    corrected: bool,
}

/// A material that stays behind.
#[derive(Serialize, ToSchema)]
pub struct Staying {
    /// The material.
    id: String,
    /// Its title.
    title: String,
    /// Chinese name of the volume.
    volume: String,
    /// Pages.
    pages: u32,
    /// Why: internal, destroyed, not_carried, others.
    #[schema(value_type = String)]
    why: Stays,
}

/// The acceptance, tried out by the rules of the receiver.
#[derive(Serialize, ToSchema)]
pub struct Acceptance {
    /// Chinese name of the receiver's process.
    process: String,
    /// What the accepting act is called.
    action: String,
    /// Its requirements, met or not.
    checks: Vec<CheckedRequirement>,
}

/// 预先核对一个事项
///
/// 按所填内容试办，不作任何登记：会发出什么、哪些材料随去哪些不随去、本单位的办理要求和收件单位的受理标准是否满足。
/// 受理标准按收件单位受理时的同一套规则核对，只依据本单位发出的材料，不查看收件单位的案卷。
#[utoipa::path(
    post, path = "/api/files/{file}/instances/{instance}/actions/{action}/rehearsal", tag = "办理", operation_id = "rehearse",
    params(("file" = String, Path, description = "案件"), ("instance" = String, Path, description = "流程实例，如 I1"), ("action" = String, Path, description = "事项")),
    responses(
        (status = 200, description = "核对结果", body = Rehearsed),
        (status = 403, description = "不是本人职责，或者案件不在本人手中", body = Document, content_type = "application/problem+json"),
        (status = 404, description = "没有这个案件、流程或者事项", body = Document, content_type = "application/problem+json"),
        (status = 409, description = "不在这个环节，或者案件已锁定", body = Document, content_type = "application/problem+json"),
    )
)]
pub async fn act(
    State(app): State<Arc<App>>,
    signed: Signed,
    Path((file, instance, action)): Path<(String, String, String)>,
    Json(body): Json<Act>,
) -> Answer<axum::Json<Value>> {
    let command = body.command(instance, &action);
    answer(&app, &signed, &file, command).await
}

/// 预先核对一项呈请
///
/// 审批人在同意以前查看：审批通过后会发出什么、办理要求和收件单位的受理标准是否满足。
#[utoipa::path(
    get, path = "/api/files/{file}/instances/{instance}/proposals/{proposal}/rehearsal", tag = "办理", operation_id = "rehearse_proposal",
    params(("file" = String, Path, description = "案件"), ("instance" = String, Path, description = "流程实例"), ("proposal" = String, Path, description = "呈请，如 A1")),
    responses(
        (status = 200, description = "核对结果", body = Rehearsed),
        (status = 403, description = "无审批职责", body = Document, content_type = "application/problem+json"),
        (status = 404, description = "没有这个案件或者呈请，或者已经审结", body = Document, content_type = "application/problem+json"),
    )
)]
pub async fn proposal(
    State(app): State<Arc<App>>,
    signed: Signed,
    Path((file, instance, proposal)): Path<(String, String, String)>,
) -> Answer<axum::Json<Value>> {
    let command = Command::Decide { instance, proposal, verdict: case::Verdict::Agree, text: String::new() };
    answer(&app, &signed, &file, command).await
}

async fn answer(app: &App, signed: &Signed, file: &str, command: Command) -> Answer<axum::Json<Value>> {
    let (row, rehearsal) = app.door.rehearse(&signed.who, file, command).await?;
    let library = app.door.library();
    let readable = app.door.readable_volumes(&signed.who, &row);
    let shown = shown(app, &library, &readable, rehearsal);
    let mut value = serde_json::to_value(shown).map_err(|e| Problem::internal(e.to_string()))?;
    mask::value(&mut value);
    Ok(axum::Json(value))
}

fn shown(app: &App, library: &Library, readable: &BTreeSet<Id>, r: Rehearsal) -> Rehearsed {
    let role = |r: &Id| library.roles.roles.get(r).map_or_else(|| r.to_string(), |d| d.name.clone());
    Rehearsed {
        chain: r.chain.iter().map(|step| step.iter().map(role).collect()).collect(),
        reasons: r.reasons.into_iter().map(Reason::from).collect(),
        checks: r.checks.into_iter().map(CheckedRequirement::from).collect(),
        going: r.going.into_iter().map(|g| outgoing(app, library, readable, g)).collect(),
        locks: r.locks,
    }
}

impl From<requirements::Checked> for CheckedRequirement {
    fn from(c: requirements::Checked) -> Self {
        Self {
            requirement: c.requirement.to_string(),
            text: c.text,
            severity: c.severity,
            basis: c.basis,
            findings: c.findings,
        }
    }
}

fn outgoing(app: &App, library: &Library, readable: &BTreeSet<Id>, g: case::Going) -> Going {
    let m = g.message;
    let (pages, bytes) = m.weight();
    let named = |kind: &Id| library.standard.volumes.get(kind).map_or_else(|| kind.to_string(), |v| v.name.clone());
    let volume =
        |x: &Material| m.volumes.iter().find(|v| v.id == x.volume).map_or_else(String::new, |v| named(&v.kind));
    // What a copy filed has an identifier of the copy.
    let kept = |id: &str| (!id.contains('~')).then(|| id.to_owned());
    let materials = m.materials.iter().map(|x| Carried {
        id: kept(&x.id),
        title: x.title.clone(),
        number: x.number.clone(),
        volume: volume(x),
        pages: x.pages,
        bytes: x.bytes,
        before: g.before.contains(&x.id),
        corrected: x.corrected_by.is_some(),
    });
    let own = |x: &Material| library.documents.get(&x.kind).map(|d| d.volume.clone());
    let seen = |kind: &Option<Id>, x: &Material| {
        kind.as_ref().is_some_and(|k| readable.contains(k)) && own(x).is_none_or(|k| readable.contains(&k))
    };
    let stays: Vec<Staying> = g
        .stays
        .iter()
        .filter(|s| seen(&s.volume, &s.material))
        .map(|s| Staying {
            id: s.material.id.clone(),
            title: s.material.title.clone(),
            volume: s.volume.as_ref().map_or_else(String::new, named),
            pages: s.material.pages,
            why: s.why,
        })
        .collect();
    Going {
        name: library.messages.get(&m.kind).map_or_else(|| m.kind.to_string(), |d| d.name.clone()),
        handover: g.handover,
        to_name: app.door.units().get(&m.to).map_or_else(|| m.to.clone(), |u| u.name.clone()),
        subjects: g.subjects,
        answer_due: g.answer_due,
        pages,
        bytes,
        stays_unseen: g.stays.len() - stays.len(),
        stays,
        materials: materials.collect(),
        acceptance: g.acceptance.map(|a| acceptance(library, a)),
        refused: g.refused.into_iter().map(Reason::from).collect(),
        kind: m.kind.to_string(),
        to: m.to,
    }
}

fn acceptance(library: &Library, a: case::Acceptance) -> Acceptance {
    let process = library.processes.get(&a.process);
    let action = process.and_then(|p| p.actions.get(&a.action));
    Acceptance {
        process: process.map_or_else(|| a.process.to_string(), |p| p.name.clone()),
        action: action.map_or_else(|| a.action.to_string(), |x| x.name.clone()),
        checks: a.checks.into_iter().map(CheckedRequirement::from).collect(),
    }
}
