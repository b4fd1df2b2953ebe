//! What came back to those who sent it: proposals that were sent back or not agreed to, hand-overs returned or
//! refused. Whatever was proposed or sent again since is no longer among them; what was not agreed to stays until
//! something else is proposed or done in its place.

use case::FileState;
use law::time::Moment;
use procedure::Library;
use procedure::model::{Id, Process};
use procedure::situation::{Instance, Opinion, Receipt, ReceiptAnswer, Sent};
use serde_json::Value;
use store::rows::ReturnedRow;

/// Of one instance.
pub(crate) fn of(state: &FileState, i: &Instance, library: &Library, process: &Process) -> Vec<ReturnedRow> {
    let row = |user: Option<&String>, what: String, text: &str, faults: usize, at: Moment| ReturnedRow {
        file: state.id.clone(),
        instance: i.id.clone(),
        user: user.cloned(),
        what,
        text: text.to_owned(),
        faults: u32::try_from(faults).unwrap_or(u32::MAX),
        at,
    };
    let mut out = Vec::new();
    for (n, p) in i.proposals.iter().enumerate().filter(|(_, p)| !p.open) {
        let Some(opinion) = p.opinions.last().filter(|o| !o.agrees) else { continue };
        if again(i, n, &p.action, opinion) {
            continue;
        }
        let name = process.actions.get(&p.action).map_or_else(|| p.action.to_string(), |a| a.name.clone());
        out.push(row(Some(&p.by), name, &opinion.text, 0, opinion.at));
    }
    for (m, receipt) in state.situation.sent.iter().filter(|m| m.instance == i.id).filter_map(back) {
        if state.situation.sent.iter().any(|x| x.kind == m.kind && x.instance == i.id && x.at > receipt.at) {
            continue;
        }
        let reply = state.situation.received.iter().find(|r| r.in_reply_to.as_ref() == Some(&m.message));
        let faults: &[Value] = reply.map_or(&[], |r| &r.faults);
        let first = faults.first().and_then(|f| f["text"].as_str()).unwrap_or_default();
        let name = library.messages.get(&m.kind).map_or_else(|| m.kind.to_string(), |d| d.name.clone());
        out.push(row(None, name, first, faults.len(), receipt.at));
    }
    out
}

/// The act was proposed again or done since; where it was not agreed to, any act. Proposals stand in their order, also
/// where several are made at one moment.
fn again(i: &Instance, n: usize, action: &Id, opinion: &Opinion) -> bool {
    let instead = |other: &Id| opinion.refuses || other == action;
    i.proposals.iter().skip(n + 1).any(|p| instead(&p.action))
        || i.done.iter().any(|d| instead(&d.action) && d.at > opinion.at)
}

/// What the receiver returned or refused.
fn back(m: &Sent) -> Option<(&Sent, &Receipt)> {
    let receipt = m.business.as_ref()?;
    matches!(receipt.answer, ReceiptAnswer::Returned | ReceiptAnswer::Refused).then_some((m, receipt))
}
