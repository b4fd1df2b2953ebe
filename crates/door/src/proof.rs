//! What proves a file: its chain of events, the state rebuilt from them, and each hand-over in both
//! ledgers.

use std::collections::BTreeSet;
use std::sync::Arc;

use access::Deed;
use case::FileState;
use procedure::Library;
use procedure::engine::clocks;
use procedure::model::Process;
use procedure::situation::{Instance, Running};
use seal::{Digest, Sha256};

use crate::person::Principal;
use crate::verify::{Defect, Verification};
use crate::{Door, DoorError};

/// What proves a file, computed anew.
#[derive(Debug, Clone)]
pub struct Proof {
    /// Events whose chain and commitment were recomputed.
    pub events: u64,
    /// The last link of the chain.
    pub head: Digest,
    /// Contents whose digests were recomputed, and their bytes; none where that was not asked for.
    pub contents: Option<(u64, u64)>,
    /// What does not hold; empty when all does.
    pub defects: Vec<Defect>,
    /// The hand-overs that this file knows.
    pub messages: Vec<MessageProof>,
}

/// What proves one hand-over.
#[derive(Debug, Clone)]
pub struct MessageProof {
    /// The message.
    pub message: String,
    /// SM3 of its manifest, as the file has it.
    pub sm3: Digest,
    /// SHA-256 of its manifest, computed anew; none where the manifest is not on this node.
    pub sha256: Option<Sha256>,
    /// The manifest has the digest that the file, the sender's ledger and the receiver's ledger name;
    /// none where the manifest is not on this node.
    pub agrees: Option<bool>,
    /// Materials, pages and bytes that it carried.
    pub carried: Option<(usize, u32, u64)>,
    /// Number of the technical receipt in the receiver's ledger.
    pub receipt: Option<String>,
}

/// A deadline that was started, with what its end is made of.
#[derive(Debug, Clone)]
pub struct Span {
    /// The instance.
    pub instance: String,
    /// The library that it is pinned to.
    pub library: Arc<Library>,
    /// The deadline as it runs.
    pub running: Running,
    /// Its end without extensions and suspensions.
    pub base: law::Due,
    /// Its end after each extension, without suspensions.
    pub extended: Vec<law::Due>,
    /// Its end.
    pub due: law::Due,
}

impl Span {
    /// The process of the instance.
    pub fn process<'a>(&'a self, instances: &'a [Instance]) -> Option<&'a Process> {
        let i = instances.iter().find(|i| i.id == self.instance)?;
        self.library.processes.get(&i.process)
    }
}

impl Door {
    /// Computes anew what proves a file, if this person may see it. `contents` also recomputes the
    /// digests of everything filed.
    ///
    /// # Errors
    /// [`DoorError::Hidden`] where he may not see it; where storage fails.
    pub async fn proof(&self, who: &Principal, file: &str, contents: bool) -> Result<Proof, DoorError> {
        let row = self.store().file(file).await?.ok_or(DoorError::Hidden)?;
        self.allowed(who, &row, Deed::View)?;
        let stored = self.store().state(file).await?.ok_or(DoorError::Hidden)?;
        let mut v = Verification::default();
        let state = self.refold(&mut v, stored).await?;
        if contents {
            self.verify_contents(&mut v, &state, &mut BTreeSet::new()).await?;
        }
        let s = &state.situation;
        let known = s.sent.iter().map(|m| (&m.message, m.digest));
        let known = known.chain(s.received.iter().map(|m| (&m.message, m.digest)));
        let mut messages = Vec::new();
        for (message, digest) in known {
            messages.push(self.message_proof(message, digest).await?);
        }
        for m in messages.iter().filter(|m| m.agrees == Some(false)) {
            v.defects.push(Defect {
                kind: "ledger",
                place: m.message.clone(),
                text: "清单重算的摘要与登记的不一致".into(),
            });
        }
        Ok(Proof {
            events: v.events,
            head: state.head,
            contents: contents.then_some((v.contents, v.bytes)),
            defects: v.defects,
            messages,
        })
    }

    async fn message_proof(&self, message: &str, sm3: Digest) -> Result<MessageProof, DoorError> {
        let (sent, arrived) = (self.store().outbox(message).await?, self.store().inbox(message).await?);
        let mut proof = MessageProof {
            message: message.to_owned(),
            sm3,
            sha256: None,
            agrees: None,
            carried: None,
            receipt: arrived.as_ref().map(|a| a.receipt.clone()),
        };
        if let Some(o) = sent {
            let manifest = o.message.manifest().map_err(|e| DoorError::Internal(e.to_string()))?;
            let digests = seal::digests(&manifest);
            let (pages, bytes) = o.message.weight();
            let ledgers = o.digest == sm3 && arrived.is_none_or(|a| a.digest == sm3);
            proof.agrees = Some(digests.sm3 == sm3 && ledgers);
            proof.sha256 = Some(digests.sha256);
            proof.carried = Some((o.message.materials.len(), pages, bytes));
        }
        Ok(proof)
    }

    /// The deadlines of a file with what their ends are made of, if this person may see it.
    ///
    /// # Errors
    /// [`DoorError::Hidden`] where he may not.
    pub async fn spans(&self, who: &Principal, file: &str) -> Result<(FileState, Vec<Span>), DoorError> {
        let row = self.store().file(file).await?.ok_or(DoorError::Hidden)?;
        self.allowed(who, &row, Deed::View)?;
        let state = self.store().state(file).await?.ok_or(DoorError::Hidden)?;
        self.fetch_libraries(&state).await?;
        let now = self.now();
        let mut spans = Vec::new();
        for i in &state.situation.instances {
            let Some(library) = self.pinned(&i.library) else { continue };
            for r in &i.clocks {
                let calendar = &library.law.calendar;
                let part = |extensions: usize| {
                    let extended = r.extended[..extensions].to_vec();
                    clocks::due(&Running { extended, suspended: Vec::new(), ..r.clone() }, calendar, now)
                };
                spans.push(Span {
                    instance: i.id.clone(),
                    running: r.clone(),
                    base: part(0),
                    extended: (1..=r.extended.len()).map(part).collect(),
                    due: clocks::due(r, calendar, now),
                    library: library.clone(),
                });
            }
        }
        Ok((state, spans))
    }
}
