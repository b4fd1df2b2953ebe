//! What receipts do to the sender's file.

use procedure::model::Id;
use procedure::situation::{Receipt, ReceiptAnswer, Sent};

use crate::command::{Decided, Ids, World};
use crate::event::Effect;
use crate::state::FileState;
use crate::work::Work;

/// Records the receipts of a message that was sent; nothing where they are known already.
///
/// A hand-over that is refused technically has not come about: its subjects go back to where they
/// stood, deadlines that it ended run on, and those that it started end. So a failure on the way
/// never moves a deadline of custody.
pub fn receipts(
    world: &World<'_>,
    ids: &mut dyn Ids,
    state: &FileState,
    message: &str,
    technical: &Receipt,
    business: Option<&Receipt>,
) -> Option<Decided> {
    let sent = state.situation.sent.iter().find(|s| s.message == message)?.clone();
    let mut w = Work::new(world, ids, state, "-");
    if sent.technical.is_none() {
        w.push(Effect::TechnicalReceipt { message: message.to_owned(), receipt: technical.clone() });
    }
    let refused = technical.answer == ReceiptAnswer::Refused;
    if let Some(receipt) = business.or(refused.then_some(technical))
        && sent.business.is_none()
    {
        w.push(Effect::BusinessReceipt { message: message.to_owned(), receipt: receipt.clone() });
        if refused {
            undo(&mut w, &sent);
        }
    }
    let mut d = w.finish();
    if d.effects.is_empty() {
        return None;
    }
    d.role = Id::from("exchange");
    d.action = Id::from("receipt");
    d.reason.clone_from(&technical.reason);
    Some(d)
}

fn undo(w: &mut Work<'_>, sent: &Sent) {
    let now = w.world.now;
    let instance = sent.instance.clone();
    for (subject, state) in &sent.before {
        let Some(i) = w.instance(&instance) else { return };
        let mut effects = Vec::new();
        if i.tracks.get(subject).is_some_and(|t| &t.state != state) {
            effects.push(Effect::TrackMoved {
                instance: instance.clone(),
                subject: subject.clone(),
                to: state.clone(),
            });
        }
        for c in i.clocks.iter().filter(|c| &c.subject == subject) {
            let (instance, deadline, subject) = (instance.clone(), c.deadline.clone(), subject.clone());
            if c.ended == Some(sent.at) {
                effects.push(Effect::ClockReopened { instance, deadline, subject });
            } else if c.from == sent.at && c.ended.is_none() {
                effects.push(Effect::ClockEnded { instance, deadline, subject, at: now });
            }
        }
        for e in effects {
            w.push(e);
        }
    }
}
