//! Verification of everything that is kept: contents, chains, hand-overs, deadlines, states.

use std::collections::{BTreeMap, BTreeSet};

use case::FileState;
use serde::Serialize;
use store::rows::OutboxRow;

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
        let mut v = Verification::default();
        let mut seen = BTreeSet::new();
        let mut states = Vec::new();
        for id in self.store().all_files().await? {
            let Some(stored) = self.store().state(&id).await? else { continue };
            v.files += 1;
            self.refold(&mut v, &stored).await?;
            states.push(stored);
        }
        for state in &states {
            self.verify_contents(&mut v, state, &mut seen).await?;
        }
        self.reconcile(&mut v, &states).await?;
        if deadlines {
            let now = self.now();
            for c in self.store().all_clocks().await? {
                v.deadlines += 1;
                let broken = c.breach && c.ended_at.map_or(now >= c.due_at, |e| e > c.due_at);
                if broken {
                    let when = law::time::date_cn(law::time::day(c.due_at));
                    v.fault("deadline", c.file, format!("“{}”应于{when}前办结，未按期", c.name));
                }
            }
        }
        Ok(v)
    }

    /// Folds the events again and compares with the stored state; verifies the chain on the way.
    async fn refold(&self, v: &mut Verification, stored: &FileState) -> Result<(), DoorError> {
        let mut state = FileState::empty(&stored.id, &stored.unit, &stored.matter);
        let events = self.store().events(&stored.id).await?;
        v.events += events.len() as u64;
        for fault in case::verify_chain(&events) {
            v.fault("chain", &stored.id, fault.to_string());
        }
        events.iter().for_each(|e| state.fold(e));
        v.rebuilt += 1;
        if &state != stored {
            v.fault("rebuild", &stored.id, "由事件重建的状态与保存的状态不一致");
        }
        Ok(())
    }

    async fn verify_contents(
        &self,
        v: &mut Verification,
        state: &FileState,
        seen: &mut BTreeSet<(String, seal::Digest)>,
    ) -> Result<(), DoorError> {
        for m in &state.situation.materials {
            if m.destroyed {
                v.destroyed += 1;
                if !self.store().known(&state.unit, &m.sm3).await?
                    && self.contents().path(&state.unit, &m.sm3)?.exists()
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
            if let Err(e) = checked {
                v.fault("content", &m.id, format!("《{}》{e}", m.title));
            }
        }
        Ok(())
    }

    /// Compares what was sent with what was received, both in the ledgers and in the files.
    async fn reconcile(&self, v: &mut Verification, states: &[FileState]) -> Result<(), DoorError> {
        let (sent, received) = self.store().ledgers().await?;
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
