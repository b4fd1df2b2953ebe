//! Events: what happened, immutable, generic, chained.

use law::time::Moment;
use procedure::model::{Answering, Id};
use procedure::situation::{
    Card, Handler, Material, Opinion, Origin, Proposal, Receipt, Received, Running, Sent, Volume,
};
use seal::Digest;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::destroy::Rest;

/// The schema version written into every new event.
pub const SCHEMA: u32 = 1;

/// Who acted, in which role, for which unit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Actor {
    /// The user; `-` for what the exchange records by itself.
    pub user: String,
    /// The role in which he acted.
    pub role: Id,
    /// The unit.
    pub unit: String,
    /// The user for whom he acted under a delegation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub acting_for: Option<String>,
}

/// One event: the record of one act.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Event {
    /// What is chained.
    pub header: Header,
    /// Link of the chain: SM3 over the previous link and the canonical header.
    pub hash: Digest,
    /// What changed; stands beside the chain so that lawful destruction can remove it.
    /// None once it was destroyed.
    pub payload: Option<Payload>,
    /// Salt of the commitment; removed together with the payload, or with a part of it.
    pub salt: Option<[u8; 16]>,
}

/// The part of an event that the chain holds. No personal data stands here.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Header {
    /// Version of this format.
    pub schema: u32,
    /// Identifier.
    pub id: String,
    /// The file.
    pub file: String,
    /// The unit that keeps the file.
    pub unit: String,
    /// The matter (整案).
    pub matter: String,
    /// Position in the file's stream, from 1.
    pub seq: u64,
    /// The library under which it was decided.
    pub library: Digest,
    /// Who acted.
    pub actor: Actor,
    /// The instance concerned.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub instance: Option<String>,
    /// The action, or what the exchange recorded.
    pub action: Id,
    /// The subjects.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub subjects: Vec<String>,
    /// When it is said to have happened.
    pub occurred_at: Moment,
    /// When this node recorded it.
    pub recorded_at: Moment,
    /// Citations.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub basis: Vec<String>,
    /// SM3 over salt and canonical payload.
    pub commitment: Digest,
    /// The previous link.
    pub previous: Digest,
}

/// What an event changed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Payload {
    /// The changes, in order.
    pub effects: Vec<Effect>,
    /// A reason given by the actor.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Warnings that were shown and passed over.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub warnings: Vec<Value>,
}

/// One change. The list names kinds of change, never legal acts.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "effect", rename_all = "snake_case")]
#[allow(missing_docs)]
pub enum Effect {
    SubjectAdded {
        subject: String,
        card: Id,
        fields: Card,
    },
    CardSet {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        subject: Option<String>,
        field: Id,
        value: Value,
    },
    InstanceOpened {
        instance: String,
        process: Id,
        library: Digest,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        origin: Option<Origin>,
        subjects: Vec<String>,
        state: Id,
    },
    OriginSet {
        instance: String,
        origin: Origin,
    },
    TrackMoved {
        instance: String,
        subject: String,
        to: Id,
    },
    /// A subject comes into an instance that runs already.
    TrackBegun {
        instance: String,
        subject: String,
        state: Id,
    },
    ActDone {
        instance: String,
        action: Id,
        subjects: Vec<String>,
        by: String,
    },
    HandlerSet {
        instance: String,
        handler: Handler,
    },
    HandlerRemoved {
        instance: String,
        role: Id,
        user: String,
    },
    ClockStarted {
        instance: String,
        running: Running,
    },
    ClockExtended {
        instance: String,
        deadline: Id,
        subject: String,
        on: String,
        by: law::period::Length,
    },
    /// It runs on another kind of clock from now on: the measure has changed.
    ClockTurned {
        instance: String,
        deadline: Id,
        subject: String,
        clock: law::period::Clock,
    },
    ClockSuspended {
        instance: String,
        deadline: Id,
        subject: String,
        day: jiff::civil::Date,
    },
    ClockResumed {
        instance: String,
        deadline: Id,
        subject: String,
        day: jiff::civil::Date,
    },
    ClockEnded {
        instance: String,
        deadline: Id,
        subject: String,
        at: Moment,
    },
    /// It runs on as if it had never been ended: what ended it did not come about.
    ClockReopened {
        instance: String,
        deadline: Id,
        subject: String,
    },
    /// Its end was computed again when a year's holiday notice had come (暂定的重新计算); the end
    /// follows from the calendar, and is written here for the record.
    ClockRecomputed {
        instance: String,
        deadline: Id,
        subject: String,
        from: Moment,
        due: Moment,
    },
    VolumeOpened {
        volume: Volume,
    },
    MaterialFiled {
        material: Box<Material>,
    },
    MaterialCorrected {
        material: String,
        by: String,
    },
    MaterialDestroyed {
        material: String,
        sm3: Digest,
        rests: Vec<Rest>,
    },
    Proposed {
        instance: String,
        proposal: Box<Proposal>,
    },
    OpinionGiven {
        instance: String,
        proposal: String,
        opinion: Opinion,
        closes: bool,
    },
    MessageSent {
        sent: Sent,
    },
    TechnicalReceipt {
        message: String,
        receipt: Receipt,
    },
    BusinessReceipt {
        message: String,
        receipt: Receipt,
    },
    MessageReceived {
        received: Received,
    },
    Answered {
        instance: String,
        answer: Answering,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        number: Option<String>,
    },
    Locked {},
    /// A hand-over takes a closed file up again.
    Unlocked {},
    /// The grade of secrecy is this from now on.
    Graded {
        grade: u8,
    },
    /// The record was sealed, or the seal was lifted.
    Sealed {
        sealed: bool,
    },
    /// Somebody may read for a time; a later grant replaces his earlier one.
    GrantGiven {
        grant: Grant,
    },
    /// His grant has ended.
    GrantEnded {
        user: String,
    },
    /// He is kept out for good (回避).
    Barred {
        user: String,
    },
}

/// A permission to read a file for a time (阅卷授权).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Grant {
    /// Who may read.
    pub user: String,
    /// From when.
    pub from: Moment,
    /// Until when.
    pub to: Moment,
}

/// Why an event could not be made or does not verify.
#[derive(Debug, thiserror::Error)]
pub enum EventError {
    /// A value that has no canonical form (a fraction, say).
    #[error("事件内容没有规范形式：{0}")]
    Canonical(#[from] seal::CanonicalError),
    /// A value that cannot be written as JSON.
    #[error("事件内容不能写成 JSON：{0}")]
    Json(#[from] serde_json::Error),
    /// The chain is broken here.
    #[error("事件链在第 {seq} 个事件处断开：{what}")]
    Broken {
        /// Position.
        seq: u64,
        /// What does not fit.
        what: &'static str,
    },
}

impl Event {
    /// Seals a payload under a header whose `commitment` and `previous` are still to be filled.
    ///
    /// # Errors
    /// Where the payload has no canonical form.
    pub fn seal(mut header: Header, payload: Payload, salt: [u8; 16], previous: Digest) -> Result<Self, EventError> {
        header.commitment = seal::commitment(&salt, &serde_json::to_value(&payload)?)?;
        header.previous = previous;
        let hash = seal::chain(&previous, &serde_json::to_value(&header)?)?;
        Ok(Self { header, hash, payload: Some(payload), salt: Some(salt) })
    }

    /// Verifies the link to the previous event, and the commitment where the payload is kept. An event of
    /// which a part was destroyed verifies only within its stream: see [`verify_chain`](crate::verify_chain).
    ///
    /// # Errors
    /// What does not fit.
    pub fn verify(&self, seq: u64, previous: &Digest) -> Result<(), EventError> {
        self.verify_rest(seq, previous, None)
    }

    /// As [`Self::verify`]; `rest` is the digest of what a lawful destruction left of the payload, where a
    /// later event tells of one.
    pub(crate) fn verify_rest(&self, seq: u64, previous: &Digest, rest: Option<&Digest>) -> Result<(), EventError> {
        let broken = |what| EventError::Broken { seq, what };
        if self.header.seq != seq {
            return Err(broken("序号不连续"));
        }
        if &self.header.previous != previous {
            return Err(broken("与前一事件不相接"));
        }
        if seal::chain(previous, &serde_json::to_value(&self.header)?)? != self.hash {
            return Err(broken("事件头被改动"));
        }
        match (&self.payload, &self.salt, rest) {
            (Some(p), None, Some(rest)) => {
                if &p.digest()? != rest {
                    return Err(broken("销毁后所余的事件内容被改动"));
                }
            }
            (Some(p), Some(salt), None) => {
                if seal::commitment(salt, &serde_json::to_value(p)?)? != self.header.commitment {
                    return Err(broken("事件内容被改动"));
                }
            }
            (Some(_), Some(_), Some(_)) => return Err(broken("依法销毁的内容仍然存在")),
            // Lawful destruction removes both.
            (None, None, _) => {}
            _ => return Err(broken("事件内容与其盐值不齐全")),
        }
        Ok(())
    }

    /// A short line for logs: identifiers only.
    pub fn line(&self) -> Value {
        json!({"event": self.header.id, "file": self.header.file, "seq": self.header.seq, "action": self.header.action})
    }
}

/// The link before the first event of every file.
pub fn genesis() -> Digest {
    Digest::from_bytes([0; 32])
}
