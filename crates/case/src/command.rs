//! Commands: what a person asks for, and the three answers.

use std::collections::BTreeMap;

use jiff::civil::Date;
use law::time::Moment;
use procedure::Library;
use procedure::engine::requirements::Finding;
use procedure::model::Id;
use procedure::situation::{Card, Contents, Says};
use seal::{Digest, Sha256};
use serde::{Deserialize, Serialize};

use crate::event::{Effect, Payload};
use crate::message::Message;

/// What goes with an act.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Input {
    /// Fields of the case card.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub case: Card,
    /// Fields of subjects' cards, by subject.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub subjects: BTreeMap<String, Card>,
    /// New subjects.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub new_subjects: Vec<Card>,
    /// Materials to file.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub materials: Vec<NewMaterial>,
    /// To whom the case is given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub assign: Option<AssignTo>,
    /// Units chosen as receivers, by agency.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub to_units: BTreeMap<Id, String>,
    /// A reason.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// A material to file: its content is already in the store.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewMaterial {
    /// Kind of document.
    pub kind: Id,
    /// Digest of the content.
    pub sm3: Digest,
    /// The document's own title; the kind's name where none is given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// Document number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub number: Option<String>,
    /// Date of the document.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub date: Option<Date>,
    /// Who is responsible for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub responsible: Option<String>,
    /// Volume kind, where it is not the kind's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub volume: Option<Id>,
    /// Page numbers as the clerk's catalogue gives them; counted on where none are given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub listed: Option<(u32, u32)>,
    /// Subjects concerned; empty for all.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub about: Vec<String>,
    /// The typed index entry.
    #[serde(default, skip_serializing_if = "Says::is_empty")]
    pub says: Says,
    /// The material that this one corrects; both stay.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub corrects: Option<String>,
    /// Measured when the content came in: the door fills it in from the store, whatever a caller
    /// wrote here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub measured: Option<Measured>,
}

/// What import measured of a content.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Measured {
    /// Second digest.
    pub sha256: Sha256,
    /// Size.
    pub bytes: u64,
    /// Media type.
    pub media: String,
    /// Pages.
    pub pages: u32,
}

/// To whom a case is given.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AssignTo {
    /// How the person is found.
    pub how: How,
    /// The person: given for `manual`, filled by the door otherwise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user: Option<String>,
}

/// How a handler is found (轮案、随机、指定).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum How {
    /// In turn.
    Turn,
    /// At random.
    Random,
    /// Named, with a reason.
    Manual,
}

impl How {
    /// As it is written.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Turn => "turn",
            Self::Random => "random",
            Self::Manual => "manual",
        }
    }
}

/// A command on a file.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "do", rename_all = "snake_case")]
pub enum Command {
    /// Opens a process, and the file with it where there is none.
    Open {
        /// The process.
        process: Id,
        /// The subjects that it is opened for; all of its kind in the file where none are named.
        #[serde(default)]
        subjects: Vec<String>,
        /// What goes with it.
        input: Input,
    },
    /// Does an action of an instance.
    Act {
        /// The instance.
        instance: String,
        /// The action.
        action: Id,
        /// The subjects; all for whom it may be done where none are named.
        #[serde(default)]
        subjects: Vec<String>,
        /// What goes with it.
        input: Input,
    },
    /// Gives an opinion on a proposal.
    Decide {
        /// The instance.
        instance: String,
        /// The proposal.
        proposal: String,
        /// What he says to it.
        verdict: Verdict,
        /// The opinion's words.
        #[serde(default)]
        text: String,
    },
    /// Changes who may see the file (阅看范围).
    Protect {
        /// What is changed.
        what: Protection,
        /// Why.
        reason: String,
    },
}

/// What an approver says to a proposal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// Agrees: the next step is asked, or the act takes effect.
    Agree,
    /// Does not agree (不同意): the proposal is over.
    Disagree,
    /// Sends it back (退回): the proposer may correct what he gave and propose again.
    Return,
}

/// A change of the circle of those who may see a file.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "change", rename_all = "snake_case", deny_unknown_fields)]
pub enum Protection {
    /// The grade of secrecy, 0 to 3.
    Grade {
        /// 0 ordinary, 1 to 3 rising.
        grade: u8,
    },
    /// The record is sealed.
    Seal {},
    /// The seal is lifted.
    Unseal {},
    /// A person may read until then.
    Grant {
        /// Who.
        user: String,
        /// Until when.
        to: Moment,
    },
    /// A person's grant ends now.
    Revoke {
        /// Who.
        user: String,
    },
    /// A person is kept out for good.
    Bar {
        /// Who.
        user: String,
    },
}

/// Who asks, with the roles held in the file's unit at this moment.
#[derive(Debug, Clone)]
pub struct Asker {
    /// The user.
    pub user: String,
    /// The unit.
    pub unit: String,
    /// Roles held in that unit.
    pub roles: Vec<Id>,
    /// Users whose delegation is in force.
    pub acting_for: Vec<String>,
    /// Roles lent by them: role and lender.
    pub lent: Vec<(Id, String)>,
}

/// Where messages can go: the units, without a database.
pub trait Units {
    /// The agency of a unit.
    fn agency(&self, unit: &str) -> Option<Id>;
    /// The unit of an agency for the same division as a unit.
    fn same_region(&self, unit: &str, agency: &Id) -> Option<String>;
    /// A unit's Chinese name.
    fn name(&self, unit: &str) -> String;
    /// A unit's short name, for case numbers.
    fn abbr(&self, unit: &str) -> String;
    /// A unit's code, for case numbers.
    fn code(&self, unit: &str) -> String;
}

/// Identifiers and running numbers, handed in so that decisions can be replayed.
pub trait Ids {
    /// A new identifier.
    fn next(&mut self) -> String;
    /// The next running number of a series of a unit in a year.
    fn number(&mut self, unit: &str, series: &str, year: i16) -> u64;
}

/// Everything a decision needs besides the state.
pub struct World<'a> {
    /// The active library, for new instances.
    pub library: &'a Library,
    /// Any library version by digest, for instances pinned to it.
    pub pinned: &'a dyn Fn(&Digest) -> Option<std::sync::Arc<Library>>,
    /// What is known of contents.
    pub contents: &'a dyn Contents,
    /// The units.
    pub units: &'a dyn Units,
    /// The legal moment.
    pub now: Moment,
}

/// What a decided command changes.
#[derive(Debug, Clone, Default)]
pub struct Decided {
    /// Header: role in which it was done.
    pub role: Id,
    /// Header: the instance.
    pub instance: Option<String>,
    /// Header: the action.
    pub action: Id,
    /// Header: the subjects.
    pub subjects: Vec<String>,
    /// Header: citations.
    pub basis: Vec<String>,
    /// Header: when a delegation was used.
    pub acting_for: Option<String>,
    /// The library it was decided under; the active one for new instances.
    pub library: Option<Digest>,
    /// The changes.
    pub effects: Vec<Effect>,
    /// Messages to send.
    pub messages: Vec<Message>,
    /// Warnings passed over.
    pub warnings: Vec<Finding>,
    /// A reason given.
    pub reason: Option<String>,
}
impl Decided {
    /// The event's payload.
    pub fn payload(&self) -> Payload {
        Payload {
            effects: self.effects.clone(),
            reason: self.reason.clone(),
            warnings: crate::message::faults(&self.warnings),
        }
    }
}

/// Why a command was refused: every reason, each with its basis.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Refusal {
    /// Kind of refusal.
    pub kind: RefusalKind,
    /// The reasons.
    pub reasons: Vec<Reason>,
}

/// Kinds of refusal; each is a stable type at the edge.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum RefusalKind {
    /// The instance, action or proposal does not exist.
    Unknown,
    /// The person does not hold a role that may do it.
    Role,
    /// The case is not in this person's hands.
    NotAssigned,
    /// Who proposed may not approve.
    Separation,
    /// Not at this stage.
    OutOfOrder,
    /// The file is closed.
    Locked,
    /// Something given with the act is wrong.
    Input,
    /// Requirements stand against it.
    Requirements,
    /// The process is not in force on this day.
    NotInForce,
    /// There is nobody to send it to.
    Route,
}

/// One reason.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Reason {
    /// What is wrong and what to do, in Chinese.
    pub text: String,
    /// Where: field, material or page.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub place: Option<String>,
    /// Legal source, in full Chinese.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub basis: Vec<String>,
    /// The requirement.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub requirement: Option<Id>,
    /// Reason code for a return.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
}
impl Reason {
    /// A reason that is only words.
    pub fn new(text: impl Into<String>) -> Self {
        Self { text: text.into(), place: None, basis: Vec::new(), requirement: None, code: None }
    }
    /// Names its place.
    pub fn at(mut self, place: impl Into<String>) -> Self {
        self.place = Some(place.into());
        self
    }
    /// Names its basis.
    pub fn on(mut self, basis: Vec<String>) -> Self {
        self.basis = basis;
        self
    }
}
impl From<&Finding> for Reason {
    fn from(f: &Finding) -> Self {
        Self {
            text: f.text.clone(),
            place: f.place.clone(),
            basis: f.basis.clone(),
            requirement: Some(f.requirement.clone()),
            code: f.code.clone(),
        }
    }
}
impl Refusal {
    /// A refusal for one reason.
    pub fn one(kind: RefusalKind, text: impl Into<String>) -> Self {
        Self { kind, reasons: vec![Reason::new(text)] }
    }
    /// Names the basis of those reasons that have none of their own.
    pub(crate) fn on(mut self, basis: &[String]) -> Self {
        for r in self.reasons.iter_mut().filter(|r| r.basis.is_empty()) {
            r.basis = basis.to_vec();
        }
        self
    }
}
