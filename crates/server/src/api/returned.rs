//! 退回的事项：未获同意的呈请，被退回补正或者不予受理的移送。

use std::collections::BTreeSet;
use std::sync::Arc;

use access::Deed;
use axum::extract::State;
use law::time::Moment;
use procedure::Library;
use procedure::situation::{Instance, Opinion, ReceiptAnswer, Situation};
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
    /// The act that was proposed, for a proposal.
    action: Option<String>,
    /// The proposal that came back for correction: what was given with it can be taken up again.
    proposal: Option<String>,
    /// Whether the proposal was not agreed to (不同意) and is over.
    refused: bool,
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
            out.extend(found.map(|f| Returned {
                file: file.clone(),
                title: row.title.clone(),
                instance: i.id.clone(),
                what: f.what,
                text: f.text,
                faults: f.faults,
                action: f.action,
                proposal: f.proposal,
                refused: f.refused,
                at: f.at,
            }));
        }
    }
    out.sort_by_key(|r| std::cmp::Reverse(r.at));
    Ok(axum::Json(out))
}

struct Found {
    what: String,
    text: String,
    faults: u32,
    action: Option<String>,
    proposal: Option<String>,
    refused: bool,
    at: Moment,
}

/// One's own proposals that were sent back, and neither proposed again nor done since; and those that were not agreed
/// to, until something else is proposed or done in their place.
fn proposals(library: &Library, i: &Instance, me: &str) -> Vec<Found> {
    // Proposals stand in their order, also where several are made at one moment.
    let again = |n: usize, action, o: &Opinion| {
        i.proposals.iter().skip(n + 1).any(|p| o.refuses || &p.action == action)
            || i.done.iter().any(|d| (o.refuses || &d.action == action) && d.at > o.at)
    };
    let name = |action| {
        let a = library.processes.get(&i.process).and_then(|p| p.actions.get(action));
        a.map_or_else(|| format!("{action}"), |a| a.name.clone())
    };
    i.proposals
        .iter()
        .enumerate()
        .filter(|(_, p)| !p.open && p.by == me)
        .filter_map(|(n, p)| Some((n, p, p.opinions.last().filter(|o| !o.agrees)?)))
        .filter(|(n, p, o)| !again(*n, &p.action, o))
        .map(|(_, p, o)| Found {
            what: name(&p.action),
            text: o.text.clone(),
            faults: 0,
            action: Some(p.action.to_string()),
            proposal: (!o.refuses).then(|| p.id.clone()),
            refused: o.refuses,
            at: o.at,
        })
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
        let text = first.unwrap_or_default();
        out.push(Found { what: name, text, faults: count, action: None, proposal: None, refused: false, at: b.at });
    }
    out
}
