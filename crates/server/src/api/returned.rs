//! 退回的事项：未获同意的呈请，被退回补正或者不予受理的移送。

use std::collections::BTreeSet;
use std::sync::Arc;

use access::Deed;
use axum::extract::State;
use law::time::Moment;
use procedure::Library;
use procedure::situation::{Instance, ReceiptAnswer, Situation};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use crate::App;
use crate::problem::Answer;
use crate::signed::Signed;

/// Something that came back and was not done again.
#[derive(Serialize, ToSchema)]
pub struct Returned {
    /// The file.
    file: String,
    /// Title of the file.
    title: String,
    /// The instance.
    instance: String,
    /// What came back: the act proposed, or the hand-over.
    what: String,
    /// Why: the opinion, or the first fault.
    text: String,
    /// Number of faults; 0 for an opinion.
    faults: u32,
    /// When.
    #[schema(value_type = String, format = DateTime)]
    at: Moment,
}

/// 查看退回的事项
///
/// 本人待办所在案件中，本人呈请未获同意、移送被退回而没有重新办理的；最新的在前。
#[utoipa::path(get, path = "/api/returned", tag = "待办和期限", operation_id = "list_returned", responses((status = 200, description = "退回的事项", body = Vec<Returned>)))]
pub async fn list(State(app): State<Arc<App>>, signed: Signed) -> Answer<axum::Json<Vec<Returned>>> {
    let (store, who) = (app.door.store(), &signed.who);
    let roles: Vec<String> = who.person.roles.iter().cloned().collect();
    let todos = store.todos(&who.user.id, &who.user.unit, &roles).await?;
    let files: BTreeSet<String> = todos.into_iter().map(|t| t.file).collect();
    let library = app.door.library();
    let mut out = Vec::new();
    for file in files {
        let Some(row) = store.file(&file).await? else { continue };
        if app.door.allowed(who, &row, Deed::View).is_err() {
            continue;
        }
        let Some(state) = store.state(&file).await? else { continue };
        let s = &state.situation;
        for i in &s.instances {
            let found = proposals(&library, i, &who.user.id).into_iter().chain(handovers(&library, s, i));
            out.extend(found.map(|(what, text, faults, at)| Returned {
                file: file.clone(),
                title: row.title.clone(),
                instance: i.id.clone(),
                what,
                text,
                faults,
                at,
            }));
        }
    }
    out.sort_by_key(|r| std::cmp::Reverse(r.at));
    Ok(axum::Json(out))
}

type Found = (String, String, u32, Moment);

/// One's own proposals that were sent back, and neither proposed again nor done since.
fn proposals(library: &Library, i: &Instance, me: &str) -> Vec<Found> {
    let again = |action, at: Moment| {
        i.proposals.iter().any(|p| &p.action == action && p.at > at)
            || i.done.iter().any(|d| &d.action == action && d.at > at)
    };
    let name = |action| {
        let a = library.processes.get(&i.process).and_then(|p| p.actions.get(action));
        a.map_or_else(|| format!("{action}"), |a| a.name.clone())
    };
    i.proposals
        .iter()
        .filter(|p| !p.open && p.by == me)
        .filter_map(|p| Some((p, p.opinions.last().filter(|o| !o.agrees)?)))
        .filter(|(p, o)| !again(&p.action, o.at))
        .map(|(p, o)| (name(&p.action), o.text.clone(), 0, o.at))
        .collect()
}

/// Hand-overs that the receiver returned or refused, and that were not sent again since.
fn handovers(library: &Library, s: &Situation, i: &Instance) -> Vec<Found> {
    let back = |m: &&procedure::situation::Sent| {
        m.instance == i.id
            && m.business.as_ref().is_some_and(|b| matches!(b.answer, ReceiptAnswer::Returned | ReceiptAnswer::Refused))
    };
    let mut out = Vec::new();
    for m in s.sent.iter().filter(back) {
        let Some(b) = &m.business else { continue };
        if s.sent.iter().any(|x| x.kind == m.kind && x.instance == i.id && x.at > b.at) {
            continue;
        }
        let faults = s.received.iter().find(|r| r.in_reply_to.as_ref() == Some(&m.message)).map(|r| &r.faults);
        let first = faults.and_then(|f| f.first()).and_then(|f| f["text"].as_str()).map(str::to_owned);
        let count = faults.map_or(0, |f: &Vec<Value>| u32::try_from(f.len()).unwrap_or(u32::MAX));
        let name = library.messages.get(&m.kind).map_or_else(|| m.kind.to_string(), |d| d.name.clone());
        out.push((name, first.unwrap_or_default(), count, b.at));
    }
    out
}
