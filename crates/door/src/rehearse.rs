//! A dry run of an act: nothing is written.

use case::{Command, Message, Rehearsal, World, rehearse};
use procedure::Library;
use seal::Digest;
use std::sync::Arc;
use store::rows::FileRow;

use crate::perform::Under;
use crate::person::Principal;
use crate::{Door, DoorError, Request};

impl Door {
    /// Tries out an act, or the act that a proposal asks for: what would go out, what stands against it,
    /// and what its receivers' rules would say. Whoever may do it may ask.
    ///
    /// # Errors
    /// Those of doing it, as far as they do not depend on what was filled in.
    pub async fn rehearse(
        &self,
        who: &Principal,
        file: &str,
        command: Command,
    ) -> Result<(FileRow, Rehearsal), DoorError> {
        let request = Request { file: Some(file.to_owned()), command, key: None, expected: None };
        let (row, state) = self.load(who, &request).await?;
        self.fetch_libraries(&state).await?;
        let under = Under { library: self.library(), now: self.now() };
        let command = self.prepare(who, &state, &request.command, &under).await?;
        let mut known = self.known(&state, &command, &under.library).await?;
        if let Command::Act { instance, .. } | Command::Decide { instance, .. } = &command
            && let Some(pinned) = state.situation.instance(instance).and_then(|i| self.pinned(&i.library))
        {
            known.judge_by(&pinned);
        }
        let mut earlier: Vec<Message> = Vec::new();
        for sent in state.situation.sent.iter().filter(|s| s.answer_due.is_some()) {
            earlier.extend(self.store().outbox(&sent.message).await?.map(|o| o.message));
        }
        let units = self.units();
        let pinned = |d: &Digest| self.pinned(d);
        let world =
            World { library: &under.library, pinned: &pinned, contents: &known, units: units.as_ref(), now: under.now };
        let rehearsal = rehearse(&world, &state, &who.asker(), &command, &earlier)?;
        Ok((row, rehearsal))
    }
}
