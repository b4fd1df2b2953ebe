//! What the engine looks at: the state of one unit's file on one matter, as values.
//!
//! These types hold no rule. The `case` crate folds events into them; the engine reads them.

use std::collections::BTreeMap;

use jiff::civil::Date;
use law::period::{Clock, Length};
use law::time::Moment;
use seal::{Digest, Sha256};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::model::{Answering, FieldRef, Id};

/// The known fields of one card, by field identifier. A field that is absent is unknown.
pub type Card = BTreeMap<Id, Value>;

/// Everything the engine may ask about a file.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Situation {
    /// The case card.
    pub case: Card,
    /// Persons, applications ... by identifier (`P1`, `P2` ...).
    pub subjects: BTreeMap<String, Subject>,
    /// Volumes in the order in which they were begun.
    pub volumes: Vec<Volume>,
    /// Materials in the order in which they were filed.
    pub materials: Vec<Material>,
    /// Process instances in the order in which they were opened.
    pub instances: Vec<Instance>,
    /// Messages that went out.
    pub sent: Vec<Sent>,
    /// Messages that came in.
    pub received: Vec<Received>,
    /// The dossier is closed for good.
    pub locked: bool,
}

/// A subject with its card.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Subject {
    /// The card's kind.
    pub card: Id,
    /// Known fields.
    pub fields: Card,
}

/// A volume (卷).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Volume {
    /// Identifier within the file (`V1` ...).
    pub id: String,
    /// Kind of volume.
    pub kind: Id,
    /// The unit that produced it and alone supplements it.
    pub producer: String,
    /// Only a part of it was handed over (other subjects' materials stayed behind), so that gaps
    /// in its page numbers are no fault.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub partial: bool,
}

/// One document or piece of evidence (件).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Material {
    /// Identifier, kept over hand-overs.
    pub id: String,
    /// Kind of document.
    pub kind: Id,
    /// Volume in which it stands.
    pub volume: String,
    /// The document's own title.
    pub title: String,
    /// Document number (文号).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub number: Option<String>,
    /// Date of the document.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub date: Option<Date>,
    /// Who is responsible for it (责任者).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub responsible: Option<String>,
    /// Digest of the content.
    pub sm3: Digest,
    /// Second digest of the content.
    pub sha256: Sha256,
    /// Size in bytes.
    pub bytes: u64,
    /// Media type found from the content.
    pub media: String,
    /// Number of pages found; 0 for sound, video and attachments.
    pub pages: u32,
    /// First and last page number that the catalogue gives.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub listed: Option<(u32, u32)>,
    /// Subjects it concerns; empty for all.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub about: Vec<String>,
    /// The typed index entry (著录): what the document says.
    #[serde(default, skip_serializing_if = "Says::is_empty")]
    pub says: Says,
    /// When it was filed.
    pub filed_at: Moment,
    /// The material that corrects this one; both stay (补充不改).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub corrected_by: Option<String>,
    /// Its content and what was said of it were lawfully destroyed; its place in the dossier stays.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub destroyed: bool,
    /// The message it came with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
}

/// What a document says, in the fields of the cards.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Says {
    /// About the case.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub case: Card,
    /// About each subject.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub subjects: BTreeMap<String, Card>,
}
impl Says {
    /// Whether it says nothing.
    pub fn is_empty(&self) -> bool {
        self.case.is_empty() && self.subjects.is_empty()
    }
    /// What it says about a field.
    pub fn get(&self, field: &FieldRef, subject: Option<&str>) -> Option<&Value> {
        if field.card.as_str() == "case" {
            self.case.get(&field.field)
        } else {
            self.subjects.get(subject?)?.get(&field.field)
        }
    }
}

/// One process run over subjects.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Instance {
    /// Identifier within the file (`I1` ...).
    pub id: String,
    /// The process.
    pub process: Id,
    /// Digest of the library version it is pinned to.
    pub library: Digest,
    /// When it was opened.
    pub opened_at: Moment,
    /// The hand-over that opened it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub origin: Option<Origin>,
    /// Hand-overs that were answered before the one that it is about now, in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub former: Vec<Origin>,
    /// One track for each subject.
    pub tracks: BTreeMap<String, Track>,
    /// Who has the case in hand.
    #[serde(default)]
    pub handlers: Vec<Handler>,
    /// Deadlines that ran or run.
    #[serde(default)]
    pub clocks: Vec<Running>,
    /// Proposals that wait for approval, or did.
    #[serde(default)]
    pub proposals: Vec<Proposal>,
    /// Acts done, in order.
    #[serde(default)]
    pub done: Vec<Done>,
    /// The number given on acceptance.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub number: Option<String>,
}

/// The hand-over that opened an instance.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Origin {
    /// The message.
    pub message: String,
    /// Its kind.
    pub kind: Id,
    /// The unit that sent it.
    pub unit: String,
    /// When it was actually received.
    pub received_at: Moment,
    /// The business answer given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answered: Option<Answering>,
    /// When it was given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answered_at: Option<Moment>,
}

impl Instance {
    /// When the case of a subject was received: with the hand-over, or when he came later.
    pub fn received(&self, subject: &str) -> Option<Moment> {
        let at = self.origin.as_ref()?.received_at;
        let joined = self.tracks.get(subject).and_then(|t| t.joined);
        Some(joined.map_or(at, |j| j.max(at)))
    }

    /// The hand-overs that it was and is about, in order.
    pub fn hand_overs(&self) -> impl Iterator<Item = &Origin> {
        self.former.iter().chain(&self.origin)
    }
}

/// Where one subject stands in a process.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Track {
    /// The state.
    pub state: Id,
    /// Since when.
    pub since: Moment,
    /// When the subject came into an instance that ran already.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub joined: Option<Moment>,
}

/// A person who has the case in hand.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Handler {
    /// In which role.
    pub role: Id,
    /// The user.
    pub user: String,
    /// Since when.
    pub since: Moment,
}

fn none(days: &u32) -> bool {
    *days == 0
}

/// A deadline that was started; its end is a function of this, the calendar and nothing else.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Running {
    /// The deadline.
    pub deadline: Id,
    /// The subject; none for the whole instance.
    pub subject: String,
    /// The anchor (R4: always the original one).
    pub from: Moment,
    /// 羁押, 限制 or 办案, as it was when it started.
    pub clock: Clock,
    /// Length, by the rule that applied when it started.
    pub length: Length,
    /// A term: it ends on the day before the same-numbered day (解202.2).
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub term: bool,
    /// Days taken off at the end (折抵), as they were known when it started.
    #[serde(default, skip_serializing_if = "none")]
    pub credit: u32,
    /// Extensions, in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub extended: Vec<Extended>,
    /// Days not counted: first day and, when over, the day on which counting went on.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub suspended: Vec<(Date, Option<Date>)>,
    /// When it was ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended: Option<Moment>,
}

/// An extension of a running deadline.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Extended {
    /// What extended it.
    pub on: String,
    /// By how much.
    pub by: Length,
}

/// An act that waits for approval.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Proposal {
    /// Identifier within the instance (`A1` ...).
    pub id: String,
    /// The act proposed.
    pub action: Id,
    /// For which subjects.
    pub subjects: Vec<String>,
    /// What the proposer gave with it.
    pub input: Value,
    /// The proposer.
    pub by: String,
    /// The role in which it was proposed.
    pub role: Id,
    /// When.
    pub at: Moment,
    /// The chain: the roles of each step.
    pub chain: Vec<Vec<Id>>,
    /// The basis on which steps of it were moved down (权力清单).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub powers: Vec<String>,
    /// Opinions so far.
    pub opinions: Vec<Opinion>,
    /// Whether it still waits.
    pub open: bool,
}

/// An approver's opinion.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Opinion {
    /// The approver.
    pub by: String,
    /// The role in which he decided.
    pub role: Id,
    /// When.
    pub at: Moment,
    /// Agreed, or not.
    pub agrees: bool,
    /// Not agreed for good (不同意); without it, what was not agreed goes back for correction (退回).
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub refuses: bool,
    /// Whose role he had, where it was lent to him.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub acting_for: Option<String>,
    /// His words.
    pub text: String,
}

/// An act that took effect.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Done {
    /// The action.
    pub action: Id,
    /// For which subjects.
    pub subjects: Vec<String>,
    /// By whom.
    pub by: String,
    /// When it is said to have happened.
    pub at: Moment,
}

/// A message that went out, with what is known of its fate.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Sent {
    /// Identifier of the message.
    pub message: String,
    /// Its kind.
    pub kind: Id,
    /// The instance that sent it.
    pub instance: String,
    /// Receiving unit.
    pub to: String,
    /// Its subjects.
    pub subjects: Vec<String>,
    /// Where their tracks stood before the act that handed them over: they go back there where
    /// the hand-over is refused technically.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub before: BTreeMap<String, Id>,
    /// When.
    pub at: Moment,
    /// Digest of its canonical manifest.
    pub digest: Digest,
    /// It asks for a business answer, due then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answer_due: Option<Moment>,
    /// Technical receipt: when and its number, or the refusal.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub technical: Option<Receipt>,
    /// Business receipt.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub business: Option<Receipt>,
}

/// A receipt.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Receipt {
    /// Number of the receipt.
    pub number: String,
    /// When it was given.
    pub at: Moment,
    /// What it says.
    pub answer: ReceiptAnswer,
    /// Why it was refused technically, in Chinese.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// What a receipt says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReceiptAnswer {
    /// Technically sound, or recorded.
    Received,
    /// 受理.
    Accepted,
    /// 退回补正.
    Returned,
    /// Refused, technically or legally.
    Refused,
}
impl From<Answering> for ReceiptAnswer {
    fn from(a: Answering) -> Self {
        match a {
            Answering::Accepted => Self::Accepted,
            Answering::Returned => Self::Returned,
            Answering::Refused => Self::Refused,
        }
    }
}

/// A message that came in.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Received {
    /// Identifier of the message.
    pub message: String,
    /// Its kind.
    pub kind: Id,
    /// Sending unit.
    pub from: String,
    /// When it was received.
    pub at: Moment,
    /// Digest of its canonical manifest.
    pub digest: Digest,
    /// The message that it answers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub in_reply_to: Option<String>,
    /// Faults that came with a return.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub faults: Vec<Value>,
}

impl Situation {
    /// An instance by identifier.
    pub fn instance(&self, id: &str) -> Option<&Instance> {
        self.instances.iter().find(|i| i.id == id)
    }
    /// The state of a subject in the latest instance of a process.
    pub fn state_in(&self, process: &Id, subject: &str) -> Option<&Id> {
        self.instances
            .iter()
            .rev()
            .filter(|i| &i.process == process)
            .find_map(|i| i.tracks.get(subject))
            .map(|t| &t.state)
    }
    /// Materials that count: those that no later material corrects and that were not destroyed.
    pub fn current(&self) -> impl Iterator<Item = &Material> {
        self.materials.iter().filter(|m| m.corrected_by.is_none() && !m.destroyed)
    }
    /// The value of a field, for a subject where the field is not on the case card.
    pub fn field(&self, field: &FieldRef, subject: Option<&str>) -> Option<&Value> {
        let value = if field.card.as_str() == "case" {
            self.case.get(&field.field)
        } else {
            let s = self.subjects.get(subject?)?;
            if s.card != field.card {
                return None;
            }
            s.fields.get(&field.field)
        };
        value.filter(|v| !v.is_null())
    }
}

/// What is known about the contents of materials, by digest: handed in, because measuring is
/// not the engine's work.
pub trait Contents {
    /// Pages that cannot be read by the thresholds of the standard: page number and reason.
    fn flaws(&self, digest: &Digest) -> Vec<(u32, String)>;
    /// The text layer, where the content has one.
    fn text(&self, digest: &Digest) -> Option<&str>;
}

/// Contents of which nothing is known.
pub struct Unmeasured;
impl Contents for Unmeasured {
    fn flaws(&self, _: &Digest) -> Vec<(u32, String)> {
        Vec::new()
    }
    fn text(&self, _: &Digest) -> Option<&str> {
        None
    }
}
