//! Provisional ends of deadlines, computed again when the holiday notice of their year has come.

use case::{Actor, Decided, Effect};
use procedure::model::Id;
use store::rows::{ClockRow, Committed};

use crate::perform::Under;
use crate::views::project;
use crate::{Door, DoorError};

impl Door {
    /// Computes provisional ends again under the calendar of the library in force; where one has
    /// become final or has moved, an event of the file says so. Returns how many files changed.
    ///
    /// # Errors
    /// Storage.
    pub async fn recompute(&self) -> Result<usize, DoorError> {
        let mut changed = 0;
        for file in self.store().provisional().await? {
            changed += usize::from(self.recompute_file(&file).await?);
        }
        Ok(changed)
    }

    async fn recompute_file(&self, file: &str) -> Result<bool, DoorError> {
        loop {
            let state = self.store().state(file).await?.ok_or(DoorError::Hidden)?;
            let row = self.store().file(file).await?.ok_or(DoorError::Hidden)?;
            self.fetch_libraries(&state).await?;
            let now = self.now();
            let under = Under { library: self.in_force(now).await?, now };
            let kept = self.store().clocks(file).await?;
            let fresh = project(&state, &|d| self.pinned(d), now).clocks;
            let moved = fresh.iter().filter(|f| kept.iter().any(|k| settled(k, f)));
            let effects: Vec<Effect> = moved
                .map(|c| Effect::ClockRecomputed {
                    instance: c.instance.clone(),
                    deadline: Id::from(c.deadline.as_str()),
                    subject: c.subject.clone(),
                    from: c.from,
                    due: c.due_at,
                })
                .collect();
            if effects.is_empty() {
                return Ok(false);
            }
            let role = Id::from("calendar");
            let actor = Actor { user: "-".into(), role: role.clone(), unit: state.unit.clone(), acting_for: None };
            let decided = Decided { role, action: Id::from("recompute"), effects, ..Decided::default() };
            let (commit, _) = self.commit_of(row, state, decided, actor, &under)?;
            match self.store().commit(commit).await? {
                Committed::Done => return Ok(true),
                Committed::Conflict | Committed::Arrived | Committed::KeyUsed(_) | Committed::NoContent => {}
            }
        }
    }
}

/// Whether a provisional end that still counts has become final, or has moved.
fn settled(kept: &ClockRow, fresh: &ClockRow) -> bool {
    let of = |c: &ClockRow| (c.instance.clone(), c.subject.clone(), c.deadline.clone(), c.from);
    of(kept) == of(fresh)
        && kept.provisional
        && kept.ended_at.is_none()
        && (kept.due_at != fresh.due_at || !fresh.provisional)
}
