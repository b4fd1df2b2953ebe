//! 规则库：有哪些流程、文书、法律法规；流程和条文各有一页说明。

pub mod articles;
mod changes;
pub mod citations;
pub mod page;
pub mod words;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use axum::extract::State;
use law::Confidence;
use procedure::model::{Action, Id, MessageKind, Process as Run};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use crate::App;
use crate::extract::Path;
use crate::problem::{Answer, Document, Problem};
use crate::signed::Signed;

/// The active library.
#[derive(Serialize, ToSchema)]
pub struct Library {
    /// Digest over all its files.
    digest: String,
    /// Its processes.
    processes: Vec<Process>,
    /// Kinds of documents, by identifier.
    documents: BTreeMap<String, DocumentKind>,
    /// Roles, by identifier.
    roles: BTreeMap<String, RoleKind>,
    /// Full names of the statutes, by the abbreviation that citations use.
    statutes: BTreeMap<String, String>,
    /// Names of the reasons for which a hand-over is returned, by code.
    return_codes: BTreeMap<String, String>,
    /// The overlays in force.
    overlays: Vec<OverlayInForce>,
}

/// A role.
#[derive(Serialize, ToSchema)]
pub struct RoleKind {
    /// Chinese name.
    name: String,
    /// Agencies that have it; empty for all.
    agency: Vec<String>,
    /// Roles whose holders it may be lent to for a time.
    lends_to: Vec<String>,
}

/// An overlay in force.
#[derive(Serialize, ToSchema)]
pub struct OverlayInForce {
    /// Identifier.
    id: String,
    /// Chinese name.
    name: String,
    /// When it is in force, in Chinese.
    valid: String,
    /// How many changes it makes.
    patches: usize,
    /// `checked`, `excerpt` or `unverified`.
    confidence: &'static str,
}

/// What the check of a process found. A library with a fault is never put in force, so what is
/// told here is what was proven, and what a person has not yet confirmed.
#[derive(Serialize, ToSchema)]
pub struct ProcessCheck {
    /// States, each of which can be reached and left.
    states: usize,
    /// Acts.
    actions: usize,
    /// Deadlines.
    deadlines: usize,
    /// Requirements, each of which passes and fails on its own examples.
    requirements: usize,
    /// Parts that were read in an excerpt or a second-hand copy.
    excerpt: usize,
    /// Parts that no person has checked yet.
    unverified: usize,
}

/// What is known of a process that is in force.
pub(super) fn checked(p: &Run) -> ProcessCheck {
    let count = |wanted| page::confidences(p).filter(|c| *c == wanted).count();
    ProcessCheck {
        states: p.states.len(),
        actions: p.actions.len(),
        deadlines: p.deadlines.len(),
        requirements: p.requirements.len(),
        excerpt: count(Confidence::Excerpt),
        unverified: count(Confidence::Unverified),
    }
}

/// A kind of document or evidence.
#[derive(Serialize, ToSchema)]
pub struct DocumentKind {
    /// The document's own title.
    name: String,
    /// The kind of volume it is filed in.
    volume: String,
    /// It has a number (文号) that must be given and fit one of these grammars; empty for none.
    #[schema(value_type = Vec<String>)]
    numbered: Vec<procedure::model::Grammar>,
    /// The fields of its typed index entry (著录), `card.field`.
    says: Vec<String>,
    /// An act issues it: it is a legal document (文书), not a piece of evidence.
    issued: bool,
}

/// An action of a process.
#[derive(Serialize, ToSchema)]
pub struct ActionName {
    /// What the button says.
    name: String,
    /// Legal source, in full Chinese.
    basis: Vec<String>,
}

/// A process.
#[derive(Serialize, ToSchema)]
pub struct Process {
    /// Identifier.
    id: String,
    /// Chinese name.
    name: String,
    /// Agencies that run it.
    agency: Vec<String>,
    /// The card of its subjects.
    subject: String,
    /// The action by which a person opens it; absent where messages or other processes do, and on a
    /// day on which it is not in force.
    #[serde(skip_serializing_if = "Option::is_none")]
    opened_by: Option<String>,
    /// Roles that may do that action.
    open_to: Vec<String>,
    /// That action names its subjects itself, so that it may begin a case; otherwise it is done in
    /// a case that there is already.
    begins_case: bool,
    /// Chinese names of the agencies that run it.
    agency_names: Vec<String>,
    /// It is in force today.
    in_force: bool,
    /// `checked`, `excerpt` or `unverified`.
    confidence: &'static str,
    /// What its check found.
    check: ProcessCheck,
    /// How many changes overlays make in it.
    changes: usize,
    /// Its actions, by identifier.
    actions: BTreeMap<String, ActionName>,
    /// Roles that accept or return what is handed over to it.
    answered_by: Vec<String>,
    /// Roles whose acts hand over to another unit.
    handed_over_by: Vec<String>,
}

/// A process as it is in force after composition.
#[derive(Serialize, ToSchema)]
pub struct Definition {
    /// Digest of the library.
    library: String,
    /// The definition.
    #[schema(value_type = Object)]
    definition: Value,
}

/// 查看规则库
#[utoipa::path(get, path = "/api/library", tag = "规则库", operation_id = "read_library", responses((status = 200, description = "现行规则库", body = Library)))]
pub async fn summary(State(app): State<Arc<App>>, _: Signed) -> axum::Json<Library> {
    let library = app.door.library();
    let today = law::time::day(app.door.now());
    let processes = library.processes.values().map(|p| Process {
        id: p.process.to_string(),
        name: p.name.clone(),
        agency: p.agency.iter().map(ToString::to_string).collect(),
        subject: p.subject.to_string(),
        opened_by: p.opens_on.action.as_ref().filter(|_| p.valid.contains(today)).map(ToString::to_string),
        begins_case: begins_case(p),
        agency_names: p.agency.iter().map(|a| words::agency(&library, a)).collect(),
        in_force: p.valid.contains(today),
        confidence: p.confidence.id(),
        check: checked(p),
        changes: changes::count(&library, p),
        open_to: p
            .opens_on
            .action
            .as_ref()
            .and_then(|a| p.actions.get(a))
            .map(|a| a.by.iter().map(ToString::to_string).collect())
            .unwrap_or_default(),
        actions: p
            .actions
            .iter()
            .map(|(id, a)| {
                let basis = a.basis.iter().map(|b| library.cite(b)).collect();
                (id.to_string(), ActionName { name: a.name.clone(), basis })
            })
            .collect(),
        answered_by: roles_of(p, &|a| a.answers.is_some()),
        handed_over_by: roles_of(p, &|a| {
            a.send.iter().any(|s| library.messages.get(&s.message).is_some_and(|m| m.kind == MessageKind::Handover))
        }),
    });
    let issued: BTreeSet<&Id> =
        library.processes.values().flat_map(|p| p.actions.values()).flat_map(|a| &a.issue).collect();
    let documents = library.documents.iter().map(|(id, d)| {
        let says = d.says.iter().map(ToString::to_string).collect();
        (
            id.to_string(),
            DocumentKind {
                name: d.name.clone(),
                volume: d.volume.to_string(),
                numbered: d.numbered.clone(),
                says,
                issued: issued.contains(id),
            },
        )
    });
    axum::Json(Library {
        digest: library.digest.to_string(),
        processes: processes.collect(),
        documents: documents.collect(),
        statutes: library.law.statutes.iter().map(|s| (s.id().to_owned(), s.name().to_owned())).collect(),
        return_codes: library.standard.return_codes.iter().map(|(code, r)| (code.clone(), r.name.clone())).collect(),
        overlays: library
            .overlays
            .iter()
            .map(|o| OverlayInForce {
                id: o.overlay.to_string(),
                name: o.name.clone(),
                valid: o.valid.to_string(),
                patches: o.patches.len(),
                confidence: o.confidence.id(),
            })
            .collect(),
        roles: library
            .roles
            .roles
            .iter()
            .map(|(id, r)| {
                let text = |list: &[Id]| list.iter().map(ToString::to_string).collect();
                let kind = RoleKind { name: r.name.clone(), agency: text(&r.agency), lends_to: text(&r.lends_to) };
                (id.to_string(), kind)
            })
            .collect(),
    })
}

/// Whether the opening act of a process may begin a case: it can name subjects. One that cannot
/// needs a case in which they stand already.
pub fn begins_case(p: &Run) -> bool {
    p.opens_on.action.as_ref().and_then(|a| p.actions.get(a)).is_some_and(|a| a.subjects)
}

/// The roles that do acts of a kind.
fn roles_of(p: &Run, which: &dyn Fn(&Action) -> bool) -> Vec<String> {
    let roles: BTreeSet<String> =
        p.actions.values().filter(|a| which(a)).flat_map(|a| &a.by).map(ToString::to_string).collect();
    roles.into_iter().collect()
}

/// 查看一个流程的现行规定
#[utoipa::path(
    get, path = "/api/library/processes/{process}", tag = "规则库", operation_id = "read_process", params(("process" = String, Path, description = "流程，如 GA01")),
    responses(
        (status = 200, description = "流程的现行规定（已套入骨架）", body = Definition),
        (status = 404, description = "没有这个流程", body = Document, content_type = "application/problem+json"),
    )
)]
pub async fn process(
    State(app): State<Arc<App>>,
    _: Signed,
    Path(process): Path<String>,
) -> Answer<axum::Json<Definition>> {
    let library = app.door.library();
    let definition = library.effective(&format!("process/{process}"));
    let definition = definition.ok_or_else(|| Problem::not_found("规则库中没有这个流程"))?;
    Ok(axum::Json(Definition { library: library.digest.to_string(), definition }))
}
