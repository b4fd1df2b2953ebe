//! Verification of everything that is kept: contents, chains, hand-overs, deadlines, states.

use std::collections::{BTreeMap, BTreeSet};

use case::FileState;
use serde::Serialize;
use store::StoreError;
use store::rows::OutboxRow;

use crate::rebuild::differing;
use crate::{Door, DoorError, joined};

/// What was found.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Verification {
    /// Files looked at.
    pub files: u64,
    /// Events whose chain and commitment were recomputed.
    pub events: u64,
    /// Contents whose digests were recomputed.
    pub contents: u64,
    /// Bytes of those contents.
    pub bytes: u64,
    /// Materials that were lawfully destroyed: nothing is left to recompute.
    pub destroyed: u64,
    /// Messages found in the senders' ledger.
    pub sent: u64,
    /// Messages found in the receivers' ledger.
    pub received: u64,
    /// Deadlines looked at.
    pub deadlines: u64,
    /// States that were folded again from events.
    pub rebuilt: u64,
    /// What is wrong; empty when all holds.
    pub defects: Vec<Defect>,
}

/// One thing that does not hold.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Defect {
    /// Kind: chain, content, ledger, receipt, deadline, rebuild.
    pub kind: &'static str,
    /// Identifier of what it was found in.
    pub place: String,
    /// What, in Chinese.
    pub text: String,
}

impl Verification {
    fn fault(&mut self, kind: &'static str, place: impl Into<String>, text: impl Into<String>) {
        self.defects.push(Defect { kind, place: place.into(), text: text.into() });
    }
}

impl Door {
    /// Verifies everything. `deadlines` also counts broken deadlines as defects, as a story does
    /// at its end.
    ///
    /// # Errors
    /// Where storage fails; what does not hold is a defect, not an error.
    pub async fn verify(&self, deadlines: bool) -> Result<Verification, DoorError> {
        self.verified(deadlines, None).await
    }

    /// Verifies all that belongs to one matter, as [`Door::verify`] does for everything.
    ///
    /// # Errors
    /// Where storage fails.
    pub async fn verify_matter(&self, matter: &str, deadlines: bool) -> Result<Verification, DoorError> {
        self.verified(deadlines, Some(matter)).await
    }

    async fn verified(&self, deadlines: bool, matter: Option<&str>) -> Result<Verification, DoorError> {
        let mut v = Verification::default();
        let mut seen = BTreeSet::new();
        let mut states = Vec::new();
        for id in self.store().all_files().await? {
            let Some(stored) = self.store().state(&id).await? else { continue };
            if matter.is_some_and(|m| stored.matter != m) {
                continue;
            }
            v.files += 1;
            states.push(self.refold(&mut v, stored).await?);
        }
        for state in &states {
            self.verify_contents(&mut v, state, &mut seen).await?;
        }
        self.reconcile(&mut v, &states, matter).await?;
        if deadlines {
            let now = self.now();
            let ours: BTreeSet<&str> = states.iter().map(|s| s.id.as_str()).collect();
            for c in self.store().all_clocks().await? {
                if !ours.contains(c.file.as_str()) {
                    continue;
                }
                v.deadlines += 1;
                let broken = c.breach && !c.suspended && c.ended_at.map_or(now >= c.due_at, |e| e > c.due_at);
                if broken {
                    let when = crate::notices::end(c.due_at);
                    v.fault("deadline", c.file, format!("“{}”至{when}届满，未按期办结", c.name));
                }
            }
        }
        Ok(v)
    }

    /// Folds the events again and compares with the stored state, row and views; verifies the
    /// chain on the way. Gives the state compared: a file that moves on meanwhile is read again.
    pub(crate) async fn refold(&self, v: &mut Verification, mut stored: FileState) -> Result<FileState, DoorError> {
        let id = stored.id.clone();
        let (events, row, views) = loop {
            let read = (
                self.store().events(&id).await?,
                self.store().file(&id).await?.ok_or(DoorError::Hidden)?,
                self.store().views(&id).await?,
            );
            match self.store().state(&id).await? {
                Some(now) if now.version != stored.version => stored = now,
                _ => break read,
            }
        };
        let mut state = FileState::empty(&stored.id, &stored.unit, &stored.matter);
        v.events += events.len() as u64;
        for fault in case::verify_chain(&events) {
            v.fault("chain", &stored.id, fault.to_string());
        }
        events.iter().for_each(|e| state.fold(e));
        v.rebuilt += 1;
        if state != stored {
            v.fault("rebuild", &stored.id, "由事件重建的状态与保存的状态不一致");
        }
        let fresh = self.derived(&state, &events).await?;
        for part in differing(&row, &views, &fresh) {
            v.fault("rebuild", &stored.id, format!("由事件重建的{part}与保存的不一致"));
        }
        Ok(stored)
    }

    pub(crate) async fn verify_contents(
        &self,
        v: &mut Verification,
        state: &FileState,
        seen: &mut BTreeSet<(String, seal::Digest)>,
    ) -> Result<(), DoorError> {
        for m in &state.situation.materials {
            if m.destroyed {
                v.destroyed += 1;
                let (folder, unit, sm3) = (self.contents().clone(), state.unit.clone(), m.sm3);
                if !self.store().known(&unit, &sm3).await?
                    && joined(tokio::task::spawn_blocking(move || folder.size(&unit, &sm3)).await)??.is_some()
                {
                    v.fault("content", &m.id, "材料已依法销毁，文件仍在，请运行 xiezhi contents clean");
                }
                continue;
            }
            if !seen.insert((state.unit.clone(), m.sm3)) {
                continue;
            }
            let (folder, unit, sm3, sha256) = (self.contents().clone(), state.unit.clone(), m.sm3, m.sha256);
            let checked = joined(tokio::task::spawn_blocking(move || folder.verify(&unit, &sm3, Some(&sha256))).await)?;
            v.contents += 1;
            v.bytes += m.bytes;
            match checked {
                Ok(_) => {}
                // Nothing can be said of it now.
                Err(e @ StoreError::Away(_)) => return Err(e.into()),
                Err(e) => v.fault("content", &m.id, format!("《{}》{e}", m.title)),
            }
        }
        Ok(())
    }

    /// Compares what was sent with what was received, both in the ledgers and in the files.
    async fn reconcile(
        &self,
        v: &mut Verification,
        states: &[FileState],
        matter: Option<&str>,
    ) -> Result<(), DoorError> {
        let (mut sent, mut received) = self.store().ledgers().await?;
        if let Some(matter) = matter {
            sent.retain(|s| s.message.matter == matter);
            let files: BTreeSet<&str> = states.iter().map(|s| s.id.as_str()).collect();
            let messages: BTreeSet<&str> = sent.iter().map(|s| s.message.id.as_str()).collect();
            received.retain(|r| {
                messages.contains(r.message.as_str()) || r.file.as_deref().is_some_and(|f| files.contains(f))
            });
        }
        v.sent = sent.len() as u64;
        v.received = received.len() as u64;
        let inbox: BTreeMap<&str, _> = received.iter().map(|r| (r.message.as_str(), r)).collect();
        let outbox: BTreeMap<&str, &OutboxRow> = sent.iter().map(|r| (r.message.id.as_str(), r)).collect();
        for s in &sent {
            match inbox.get(s.message.id.as_str()) {
                None => v.fault("ledger", &s.message.id, "已发出，收方没有登记"),
                Some(r) if r.digest != s.digest => v.fault("ledger", &s.message.id, "收发双方登记的清单摘要不一致"),
                Some(r) if (r.weight.0, r.weight.1) != s.message.weight() => {
                    v.fault("ledger", &s.message.id, "收发双方登记的页数或者字节数不一致")
                }
                Some(_) => {}
            }
            if s.delivered_at.is_none() {
                v.fault("ledger", &s.message.id, "尚未送达");
            }
        }
        for r in &received {
            if !outbox.contains_key(r.message.as_str()) {
                v.fault("ledger", &r.message, "收方有登记，发方没有发出记录");
            }
        }
        for state in states {
            for s in &state.situation.sent {
                if s.technical.is_none() {
                    v.fault("receipt", &s.message, "没有技术回执");
                }
                if s.business.is_none() {
                    v.fault("receipt", &s.message, "没有业务回执");
                }
            }
        }
        Ok(())
    }
}
