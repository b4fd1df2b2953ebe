//! The exchange knocks here: recording a message on the receiver's side, and receipts on the
//! sender's.

use std::collections::BTreeSet;

use case::{Actor, Arrival, FileState, Message, World, receipts, receive};
use procedure::model::{Id, MessageKind};
use procedure::situation::{Receipt, ReceiptAnswer, Unmeasured};
use seal::Digest;
use store::rows::{Committed, InboxRow};

use crate::perform::{Drawn, Under, new_row};
use crate::{Change, Door, DoorError};

/// A message that was recorded on the receiver's side.
#[derive(Debug, Clone)]
pub struct Carried {
    /// The technical receipt.
    pub technical: Receipt,
    /// The business receipt, where recording is all that the message asks for.
    pub business: Option<Receipt>,
}

impl Door {
    /// Records a message whose contents the receiver's unit already has and has verified.
    /// A second arrival has no effect and gives the first receipts again, also those of a refusal.
    ///
    /// # Errors
    /// Storage; a hand-over that no process takes is refused.
    pub async fn record(&self, message: &Message, digest: Digest) -> Result<Carried, DoorError> {
        let receipt_number = format!("JS{}", message.id);
        for _ in 0..16 {
            if let Some(row) = self.store().inbox(&message.id).await? {
                return Ok(given(&self.library(), message, &row));
            }
            let state = match self.store().file_of(&message.to, &message.matter).await? {
                Some(f) => self.store().state(&f).await?.ok_or(DoorError::Hidden)?,
                None => FileState::empty(self.source().id(), &message.to, &message.matter),
            };
            let row = match self.store().file(&state.id).await? {
                Some(r) => r,
                None => new_row(&state, self.source().now()),
            };
            self.fetch_libraries(&state).await?;
            let received_at = self.now_in(&row);
            let under = Under { library: self.in_force(received_at).await?, now: received_at };
            let digests: Vec<Digest> = message.materials.iter().map(|m| m.sm3).collect();
            let known = self.known_of(&state, &digests, &BTreeSet::new(), &under.library).await?;
            let units = self.units();
            let decided = {
                let pinned = |d: &Digest| self.pinned(d);
                let world = World {
                    library: &under.library,
                    pinned: &pinned,
                    contents: &known,
                    units: units.as_ref(),
                    now: received_at,
                };
                let mut ids = Drawn { source: self.source(), number: None };
                match receive(&world, &mut ids, &state, message, received_at)? {
                    Arrival::Already => {
                        return Err(DoorError::Internal("来文已登记，但收文登记簿没有记录".into()));
                    }
                    Arrival::Recorded(d) => d,
                }
            };
            let actor =
                Actor { user: "-".into(), role: decided.role.clone(), unit: message.to.clone(), acting_for: None };
            let (mut commit, answer) = self.commit_of(row, state, decided, actor, &under)?;
            let inbox = InboxRow {
                message: message.id.clone(),
                unit: message.to.clone(),
                from_unit: message.from.clone(),
                kind: message.kind.to_string(),
                file: Some(commit.file.id.clone()),
                digest,
                received_at,
                receipt: receipt_number.clone(),
                refused: None,
                weight: message.weight(),
            };
            commit.inbox = Some(inbox.clone());
            match self.store().commit(commit).await? {
                Committed::Done => {
                    let _ = self.changes.send(Change {
                        file: answer.file,
                        version: answer.version,
                        action: answer.action.to_string(),
                    });
                    return Ok(given(&under.library, message, &inbox));
                }
                Committed::NoContent => return Err(DoorError::NoContent),
                Committed::Conflict | Committed::Arrived | Committed::KeyUsed(_) => {}
            }
        }
        Err(DoorError::Internal("收文登记多次冲突，将稍后重试".into()))
    }

    /// Records receipts in the sender's file and that the message was delivered.
    ///
    /// # Errors
    /// Storage.
    pub async fn record_receipts(
        &self,
        file: &str,
        message: &str,
        technical: Receipt,
        business: Option<Receipt>,
    ) -> Result<(), DoorError> {
        for _ in 0..16 {
            let state = self.store().state(file).await?.ok_or(DoorError::Hidden)?;
            let row = self.store().file(file).await?.ok_or(DoorError::Hidden)?;
            self.fetch_libraries(&state).await?;
            let now = self.now_in(&row);
            let under = Under { library: self.in_force(now).await?, now };
            let units = self.units();
            let decided = {
                let pinned = |d: &Digest| self.pinned(d);
                let world = World {
                    library: &under.library,
                    pinned: &pinned,
                    contents: &Unmeasured,
                    units: units.as_ref(),
                    now,
                };
                receipts(
                    &world,
                    &mut Drawn { source: self.source(), number: None },
                    &state,
                    message,
                    &technical,
                    business.as_ref(),
                )
            };
            let Some(decided) = decided else { return Ok(()) };
            let actor =
                Actor { user: "-".into(), role: Id::from("exchange"), unit: state.unit.clone(), acting_for: None };
            let (mut commit, answer) = self.commit_of(row, state, decided, actor, &under)?;
            commit.delivered = Some(message.to_owned());
            if let Committed::Done = self.store().commit(commit).await? {
                let _ =
                    self.changes.send(Change { file: answer.file, version: answer.version, action: "receipt".into() });
                return Ok(());
            }
        }
        Err(DoorError::Internal("回执登记多次冲突，将稍后重试".into()))
    }
}

fn given(library: &procedure::Library, message: &Message, row: &InboxRow) -> Carried {
    let answer = if row.refused.is_some() { ReceiptAnswer::Refused } else { ReceiptAnswer::Received };
    let technical = Receipt { number: row.receipt.clone(), at: row.received_at, answer, reason: row.refused.clone() };
    let asks = library.messages.get(&message.kind).is_some_and(|d| d.kind == MessageKind::Handover);
    let business = (!asks).then(|| technical.clone());
    Carried { technical, business }
}
