//! 收件和发件：等待受理、等待答复的移送。

use std::sync::Arc;

use axum::extract::State;
use door::FileView;
use law::time::Moment;
use procedure::Library;
use procedure::engine::offers::Offer;
use procedure::engine::requirements::{Finding, label};
use procedure::model::{Action, Answering, FieldRef, Severity};
use procedure::situation::{Instance, Receipt};
use serde::{Deserialize, Serialize};
use store::rows::{HandoverRow, Handovers};
use utoipa::{IntoParams, ToSchema};

use crate::App;
use crate::extract::Query;
use crate::problem::{Answer, Problem};
use crate::schema;
use crate::signed::Signed;

/// Most rows of one answer: each is looked at like a case that is opened.
const MOST: u32 = 100;

/// Which side.
#[derive(Clone, Copy, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Side {
    /// What came in.
    Received,
    /// What went out.
    Sent,
}

/// What to list.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct Wanted {
    /// 收到的（received）还是发出的（sent）
    #[param(inline)]
    side: Side,
    /// 已经答复的；默认列等待答复的
    #[serde(default)]
    answered: bool,
    /// 只列逾期的：到期还没有答复，或者到期以后才答复
    #[serde(default)]
    late: bool,
    /// 案件名称、人名或者文号中的文字
    text: Option<String>,
    /// 件数，1 至 100，默认 20
    limit: Option<u32>,
    /// 从第几件起，默认 0
    #[serde(default)]
    offset: u32,
}

/// Hand-overs of one's unit.
#[derive(Serialize, ToSchema)]
pub struct Listed {
    /// How many there are.
    total: u64,
    /// Those of this page.
    items: Vec<Handover>,
}

/// A hand-over.
#[derive(Serialize, ToSchema)]
pub struct Handover {
    /// The message.
    message: String,
    /// Chinese name of its kind.
    name: String,
    /// The file in which it stands.
    file: String,
    /// Title of the file.
    title: String,
    /// The instance that sent it or was opened by it.
    instance: String,
    /// Chinese name of that instance's process.
    process: String,
    /// The other unit.
    unit: String,
    /// Its Chinese name.
    unit_name: String,
    /// Names of the subjects.
    subjects: Vec<String>,
    /// When it was sent, or received.
    #[schema(value_type = String, format = DateTime)]
    at: Moment,
    /// Until when the answer is due.
    #[schema(value_type = String, format = DateTime)]
    due_at: Moment,
    /// When it was answered.
    #[schema(value_type = Option<String>, format = DateTime)]
    answered_at: Option<Moment>,
    /// The answer: accepted, returned or refused.
    answer: Option<String>,
    /// The case number that was given.
    number: Option<String>,
    /// Pages carried.
    pages: u32,
    /// Bytes carried.
    bytes: u64,
    /// The technical receipt.
    #[schema(value_type = Option<schema::Receipt>)]
    technical: Option<Receipt>,
    /// Why it could not be delivered so far.
    error: Option<String>,
    /// Acts that answer it, where it waits in one's unit.
    answers: Vec<Answers>,
}

/// An act that answers a hand-over.
#[derive(Serialize, ToSchema)]
pub struct Answers {
    /// The act.
    action: String,
    /// What the button says.
    name: String,
    /// The answer it gives: accepted, returned or refused.
    answer: String,
    /// This person may do it.
    mine: bool,
    /// What stands against it.
    #[schema(value_type = Vec<schema::Finding>)]
    findings: Vec<Finding>,
    /// One of them blocks.
    blocked: bool,
}

/// 查看收件和发件
///
/// 本单位收到、发出的移送中，本人有权查看其案件的。等待答复的，最先到期的在前；已经答复的，最近答复的在前。
/// 等待受理的来件附受理标准的核对结果。
#[utoipa::path(get, path = "/api/handovers", tag = "移送", operation_id = "list_handovers", params(Wanted), responses((status = 200, description = "移送", body = Listed)))]
pub async fn list(
    State(app): State<Arc<App>>,
    signed: Signed,
    Query(wanted): Query<Wanted>,
) -> Answer<axum::Json<Listed>> {
    let limit = wanted.limit.unwrap_or(20);
    if !(1..=MOST).contains(&limit) {
        return Err(Problem::bad_request("bad-query", format!("查询参数“limit”：应为 1 至 {MOST}")));
    }
    let filter = app.filters.view(&app.door, &signed.who)?;
    let (total, rows) = app
        .door
        .store()
        .handovers(Handovers {
            unit: &signed.who.user.unit,
            sent: wanted.side == Side::Sent,
            waiting: !wanted.answered,
            late: wanted.late,
            text: wanted.text.as_deref(),
            filter: &filter,
            now: app.door.now(),
            limit,
            offset: wanted.offset,
        })
        .await?;
    let mut items = Vec::new();
    for row in rows {
        // The list and the single reading agree; a file may have changed between the two.
        let Ok(view) = app.door.look(&signed.who, &row.file).await else { continue };
        items.extend(match wanted.side {
            Side::Received => received(&app, &view, row).await?,
            Side::Sent => sent(&app, &view, row).await?,
        });
    }
    Ok(axum::Json(Listed { total, items }))
}

async fn received(app: &App, view: &FileView, row: HandoverRow) -> Answer<Option<Handover>> {
    let s = &view.state.situation;
    let Some(instance) = s.instance(&row.instance) else { return Ok(None) };
    let Some(library) = app.door.version(&instance.library).await? else { return Ok(None) };
    let Some(inbox) = app.door.store().inbox(&row.message).await? else { return Ok(None) };
    let origin = instance.hand_overs().find(|o| o.message == row.message);
    let technical = s.received.iter().find(|r| r.message == row.message).map(|r| Receipt {
        number: inbox.receipt.clone(),
        at: r.at,
        answer: procedure::situation::ReceiptAnswer::Received,
        reason: None,
    });
    let (pages, bytes) = inbox.weight;
    let base = base(app, &library, view, instance, row, &inbox.kind, &inbox.from_unit);
    Ok(Some(Handover {
        subjects: names(&library, view, instance.tracks.keys()),
        answer: origin.and_then(|o| o.answered).map(|a| word(a).to_owned()),
        number: instance.number.clone().filter(|_| origin.is_some_and(|o| o.answered == Some(Answering::Accepted))),
        pages,
        bytes,
        technical,
        answers: if base.answered_at.is_none() { answers(&library, view, instance) } else { Vec::new() },
        ..base
    }))
}

async fn sent(app: &App, view: &FileView, row: HandoverRow) -> Answer<Option<Handover>> {
    let s = &view.state.situation;
    let Some(instance) = s.instance(&row.instance) else { return Ok(None) };
    let Some(library) = app.door.version(&instance.library).await? else { return Ok(None) };
    let Some(m) = s.sent.iter().find(|m| m.message == row.message) else { return Ok(None) };
    let outbox = app.door.store().outbox(&row.message).await?;
    let (pages, bytes) = outbox.as_ref().map_or((0, 0), |o| o.message.weight());
    let base = base(app, &library, view, instance, row, m.kind.as_str(), &m.to);
    Ok(Some(Handover {
        subjects: names(&library, view, m.subjects.iter()),
        answer: m.business.as_ref().and_then(|b| serde_json::to_value(b.answer).ok()?.as_str().map(str::to_owned)),
        number: m.business.as_ref().map(|b| b.number.clone()),
        pages,
        bytes,
        technical: m.technical.clone(),
        error: outbox.filter(|_| m.technical.is_none()).and_then(|o| o.error),
        ..base
    }))
}

fn base(
    app: &App,
    library: &Library,
    view: &FileView,
    instance: &Instance,
    row: HandoverRow,
    kind: &str,
    unit: &str,
) -> Handover {
    Handover {
        name: library.messages.get(kind).map_or_else(|| kind.to_owned(), |d| d.name.clone()),
        process: library.processes.get(&instance.process).map_or_else(String::new, |p| p.name.clone()),
        unit_name: app.door.units().get(unit).map_or_else(|| unit.to_owned(), |u| u.name.clone()),
        unit: unit.to_owned(),
        title: view.row.title.clone(),
        message: row.message,
        file: row.file,
        instance: row.instance,
        at: row.at,
        due_at: row.due_at,
        answered_at: row.answered_at,
        subjects: Vec::new(),
        answer: None,
        number: None,
        pages: 0,
        bytes: 0,
        technical: None,
        error: None,
        answers: Vec::new(),
    }
}

fn names<'a>(library: &Library, view: &FileView, subjects: impl Iterator<Item = &'a String>) -> Vec<String> {
    subjects.map(|s| label(library, &view.state.situation, s).unwrap_or_else(|| s.clone())).collect()
}

fn word(a: Answering) -> &'static str {
    match a {
        Answering::Accepted => "accepted",
        Answering::Returned => "returned",
        Answering::Refused => "refused",
    }
}

/// The acts that answer, in the order of the library. Whatever the answer, what stands against it is
/// what stands against acceptance.
fn answers(library: &Library, view: &FileView, instance: &Instance) -> Vec<Answers> {
    let Some(process) = library.processes.get(&instance.process) else { return Vec::new() };
    let Some(shown) = view.instances.iter().find(|i| i.id == instance.id) else { return Vec::new() };
    let answering = |o: &Offer| process.actions.get(&o.action).and_then(|a: &Action| a.answers);
    shown
        .offers
        .iter()
        .filter_map(|(o, mine)| {
            let form = process.actions.get(&o.action).map_or(&[][..], |a| &a.form);
            let against = |f: &&Finding| f.severity != Severity::Remind && !asked_for(form, f);
            let findings: Vec<Finding> = o.findings.iter().filter(against).cloned().collect();
            Some(Answers {
                action: o.action.to_string(),
                name: o.name.clone(),
                answer: word(answering(o)?).to_owned(),
                mine: *mine,
                blocked: findings.iter().any(|f| f.severity == Severity::Block),
                findings,
            })
        })
        .collect()
}

/// What the answering act itself asks for is not missing from what was handed over.
fn asked_for(form: &[FieldRef], f: &Finding) -> bool {
    let field = f.place.as_ref().is_some_and(|place| form.iter().any(|asked| asked.to_string() == *place));
    field || (!f.missing.is_empty() && f.missing.iter().all(|missing| form.contains(missing)))
}
