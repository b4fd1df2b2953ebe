//! 办理表单：一个流程的事项需要填写什么、制作什么，以及代码表。

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use axum::extract::State;
use procedure::Library;
use procedure::model::{Action, Answering, Field, FieldType, Id, MessageKind, Process as Run, Route};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::App;
use crate::extract::{Path, Query};
use crate::problem::{Answer, Document, Problem};
use crate::signed::Signed;

/// What the acts of a process ask for.
#[derive(Serialize, ToSchema)]
pub struct ProcessForms {
    /// Digest of the library.
    library: String,
    /// The process.
    process: String,
    /// Chinese name.
    name: String,
    /// The card of its subjects.
    subject: String,
    /// Chinese name of that card.
    subject_name: String,
    /// The acts, by identifier.
    acts: BTreeMap<String, ActForm>,
    /// All fields of all cards, as `card.field`.
    fields: BTreeMap<String, FieldForm>,
    /// The kinds of documents that may be filed, by identifier.
    documents: BTreeMap<String, DocumentForm>,
}

/// What one act asks for.
#[derive(Serialize, ToSchema)]
pub struct ActForm {
    /// What the button says.
    name: String,
    /// The expected next step.
    main: bool,
    /// It concerns every open subject.
    whole: bool,
    /// Card fields to fill in, `card.field`, in order.
    form: Vec<String>,
    /// Kinds of documents that are issued with it.
    issue: Vec<String>,
    /// Further materials may be filed.
    files: bool,
    /// Further subjects may be named.
    subjects: bool,
    /// It brings further subjects, and is about nobody else.
    begins: bool,
    /// Who is given the case.
    assign: Option<AssignForm>,
    /// The chain of approval, in order; empty where the act takes effect at once.
    approve: Vec<ApprovalStep>,
    /// The answer it gives to the hand-over that opened the process: `accepted`, `returned` or `refused`.
    answers: Option<String>,
    /// Messages that go out with it.
    sends: Vec<SendForm>,
    /// A reason must be given.
    reason: bool,
    /// What is written with it, by its name, where that is no reason.
    words: Option<String>,
    /// The dossier is closed for good.
    locks: bool,
    /// Chinese name of the state that follows.
    to: Option<String>,
    /// Legal source, in full Chinese.
    basis: Vec<String>,
}

/// In which role a case is given to somebody.
#[derive(Serialize, ToSchema)]
pub struct AssignForm {
    /// The role.
    role: String,
    /// Chinese name.
    role_name: String,
    /// Naming the person needs a reason.
    automatic: bool,
}

/// One step of a chain of approval.
#[derive(Serialize, ToSchema)]
pub struct ApprovalStep {
    /// Chinese names of the roles one of which must agree.
    by: Vec<String>,
    /// Needed only in some cases.
    conditional: bool,
    /// Legal source, in full Chinese.
    basis: Vec<String>,
}

/// A message that goes out.
#[derive(Serialize, ToSchema)]
pub struct SendForm {
    /// Kind of message.
    message: String,
    /// Chinese name.
    name: String,
    /// It is a hand-over, which the receiver must accept or return.
    handover: bool,
    /// The receiving unit must be chosen among those of this agency.
    choose: Option<String>,
    /// Chinese name of that agency.
    choose_name: Option<String>,
}

/// A card field as forms show it.
#[derive(Serialize, ToSchema)]
pub struct FieldForm {
    /// Identifier on its card.
    id: String,
    /// Its position on the card, from 0.
    order: usize,
    /// Chinese name.
    name: String,
    /// Type: text, int, fen, bool, date, moment, enum, enums, code, id_number, region, offence, unit, user, table.
    #[serde(rename = "type")]
    #[schema(value_type = String)]
    kind: FieldType,
    /// The table of codes to choose from, see `/api/library/tables/{table}`.
    table: Option<String>,
    /// Options to choose from.
    options: Vec<Choice>,
    /// Columns of a table.
    #[schema(no_recursion)]
    columns: Vec<FieldForm>,
    /// Unit of a number.
    unit: Option<String>,
    /// Smallest number.
    min: Option<i64>,
    /// Largest number, or longest text.
    max: Option<i64>,
    /// It may lie in the future.
    future: bool,
    /// Masked where it is not needed.
    personal: bool,
    /// Legal source of what it asks for, in full Chinese; absent where it stands on the act.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    basis: Vec<String>,
}

/// A value and what people read.
#[derive(Serialize, ToSchema)]
pub struct Choice {
    /// The value.
    pub value: String,
    /// Chinese label.
    pub label: String,
}

/// A kind of document as forms show it.
#[derive(Serialize, ToSchema)]
pub struct DocumentForm {
    /// The document's own title.
    name: String,
    /// Chinese name of the volume it is filed in.
    volume: String,
    /// That volume never leaves the unit.
    internal: bool,
    /// It has a document number (文号) that must be given.
    numbered: bool,
    /// It concerns particular subjects.
    personal: bool,
    /// It is a picture of something: its pages are not measured.
    picture: bool,
    /// The fields of its typed index entry, `card.field`.
    says: Vec<String>,
    /// Legal source, in full Chinese.
    basis: Vec<String>,
}

/// A table of codes.
#[derive(Serialize, ToSchema)]
pub struct CodeList {
    /// Digest of the library.
    library: String,
    /// Chinese name.
    name: String,
    /// Its rows.
    rows: Vec<Choice>,
}

/// Which version of the library.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct Version {
    /// 规则库的摘要；不填的，为现行规则库。正在办理的流程，按其启动时的规则库
    library: Option<String>,
}

/// 查看一个流程的办理表单
///
/// 每个事项要填写的案卡项、要制作的文书、可否附卷、如何分案、由谁审批、发往何处；页面据此生成表单。
#[utoipa::path(
    get, path = "/api/library/processes/{process}/forms", tag = "规则库", operation_id = "read_forms", params(("process" = String, Path, description = "流程，如 GA01"), Version),
    responses(
        (status = 200, description = "办理表单", body = ProcessForms),
        (status = 404, description = "没有这个流程，或者没有这个规则库版本", body = Document, content_type = "application/problem+json"),
    )
)]
pub async fn forms(
    State(app): State<Arc<App>>,
    _: Signed,
    Path(process): Path<String>,
    Query(version): Query<Version>,
) -> Answer<axum::Json<ProcessForms>> {
    let library = match &version.library {
        None => app.door.library(),
        Some(digest) => {
            let digest =
                digest.parse().map_err(|_| Problem::bad_request("bad-query", "查询参数“library”：应为规则库的摘要"))?;
            app.door.version(&digest).await?.ok_or_else(|| Problem::not_found("没有这个规则库版本"))?
        }
    };
    let run = library.processes.get(&Id::from(process.as_str()));
    let run = run.ok_or_else(|| Problem::not_found("规则库中没有这个流程"))?;
    let issued: BTreeSet<&Id> = run.actions.values().flat_map(|a| &a.issue).collect();
    let documents: BTreeMap<String, DocumentForm> = library
        .documents
        .iter()
        .filter(|(id, d)| issued.contains(id) || d.agency.is_empty() || d.agency.iter().any(|a| run.agency.contains(a)))
        .filter_map(|(id, _)| Some((id.to_string(), document(&library, id)?)))
        .collect();
    let shown = &library;
    let fields = library.cards.iter().flat_map(|(card, c)| {
        c.fields.iter().enumerate().map(move |(at, (id, f))| (format!("{card}.{id}"), field(shown, id.as_str(), at, f)))
    });
    Ok(axum::Json(ProcessForms {
        library: library.digest.to_string(),
        process,
        name: run.name.clone(),
        subject: run.subject.to_string(),
        subject_name: library.cards.get(&run.subject).map_or_else(String::new, |c| c.name.clone()),
        acts: run.actions.iter().map(|(id, a)| (id.to_string(), act(&library, run, a))).collect(),
        fields: fields.collect(),
        documents,
    }))
}

/// 查看代码表
///
/// 罪名为 offence，行政区划为 region，其余见字段的 table。
#[utoipa::path(
    get, path = "/api/library/tables/{table}", tag = "规则库", operation_id = "read_table", params(("table" = String, Path, description = "代码表，如 ethnic")),
    responses(
        (status = 200, description = "代码表", body = CodeList),
        (status = 404, description = "没有这个代码表", body = Document, content_type = "application/problem+json"),
    )
)]
pub async fn table(State(app): State<Arc<App>>, _: Signed, Path(table): Path<String>) -> Answer<axum::Json<CodeList>> {
    let library = app.door.library();
    let law = &library.law;
    let choice = |value: &str, label: &str| Choice { value: value.to_owned(), label: label.to_owned() };
    let (name, rows) = match table.as_str() {
        "offence" => ("罪名".to_owned(), law.offences.iter().map(|o| choice(&o.id, &o.name)).collect()),
        "agency" => {
            let agencies = library.roles.agencies.iter();
            ("机关种类".to_owned(), agencies.map(|(id, a)| choice(id.as_str(), &a.name)).collect())
        }
        "region" => {
            let full = |code: &String| law.regions.full_name(code).map(|name| choice(code, &name));
            ("行政区划".to_owned(), law.regions.codes().iter().filter_map(full).collect())
        }
        other => {
            let t = law.tables.get(other).ok_or_else(|| Problem::not_found("规则库中没有这个代码表"))?;
            (t.name.clone(), t.rows.iter().map(|(code, label)| choice(code, label)).collect())
        }
    };
    Ok(axum::Json(CodeList { library: library.digest.to_string(), name, rows }))
}

fn cite(library: &Library, basis: &[String]) -> Vec<String> {
    basis.iter().map(|b| library.cite(b)).collect()
}

fn role(library: &Library, id: &Id) -> String {
    library.roles.roles.get(id).map_or_else(|| id.to_string(), |r| r.name.clone())
}

fn act(library: &Library, run: &Run, a: &Action) -> ActForm {
    let answers = a.answers.map(|x| match x {
        Answering::Accepted => "accepted",
        Answering::Returned => "returned",
        Answering::Refused => "refused",
    });
    let approve = a.approve.iter().map(|s| ApprovalStep {
        by: s.by.iter().map(|r| role(library, r)).collect(),
        conditional: s.when.is_some(),
        basis: cite(library, &s.basis),
    });
    let sends = a.send.iter().map(|s| {
        let message = library.messages.get(&s.message);
        let chosen = if let Route::Chosen(agency) = &s.to { Some(agency) } else { None };
        SendForm {
            message: s.message.to_string(),
            name: message.map_or_else(|| s.message.to_string(), |m| m.name.clone()),
            handover: message.is_some_and(|m| m.kind == MessageKind::Handover),
            choose: chosen.map(ToString::to_string),
            choose_name: chosen.and_then(|c| library.roles.agencies.get(c)).map(|c| c.name.clone()),
        }
    });
    ActForm {
        name: a.name.clone(),
        main: a.main,
        whole: a.whole,
        form: a.form.iter().map(ToString::to_string).collect(),
        issue: a.issue.iter().map(ToString::to_string).collect(),
        files: a.files,
        subjects: a.subjects,
        begins: a.begins.is_some(),
        assign: a.assign.as_ref().map(|x| AssignForm {
            role: x.role.to_string(),
            role_name: role(library, &x.role),
            automatic: x.automatic,
        }),
        approve: approve.collect(),
        answers: answers.map(str::to_owned),
        sends: sends.collect(),
        reason: a.reason,
        words: a.words.clone(),
        locks: a.locks,
        to: a.to.as_ref().and_then(|s| run.states.get(s)).map(|s| s.name.clone()),
        basis: cite(library, &a.basis),
    }
}

pub(super) fn field(library: &Library, id: &str, order: usize, f: &Field) -> FieldForm {
    let table = match f.kind {
        FieldType::Offence => Some("offence".to_owned()),
        FieldType::Region => Some("region".to_owned()),
        _ => f.table.as_ref().map(ToString::to_string),
    };
    FieldForm {
        id: id.to_owned(),
        order,
        name: f.name.clone(),
        kind: f.kind,
        table,
        options: f.options.iter().map(|(v, l)| Choice { value: v.to_string(), label: l.clone() }).collect(),
        columns: f.columns.iter().enumerate().map(|(at, (id, c))| field(library, id.as_str(), at, c)).collect(),
        unit: f.unit.clone(),
        min: f.min,
        max: f.max,
        future: f.future,
        personal: f.personal,
        basis: cite(library, &f.basis),
    }
}

fn document(library: &Library, id: &Id) -> Option<DocumentForm> {
    let d = library.documents.get(id)?;
    let volume = library.standard.volumes.get(&d.volume);
    Some(DocumentForm {
        name: d.name.clone(),
        volume: volume.map_or_else(|| d.volume.to_string(), |v| v.name.clone()),
        internal: volume.is_some_and(|v| v.internal),
        numbered: !d.numbered.is_empty(),
        personal: d.personal,
        picture: d.picture,
        says: d.says.iter().map(ToString::to_string).collect(),
        basis: cite(library, &d.basis),
    })
}
