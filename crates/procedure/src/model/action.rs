//! What may be done in a process (办案动作), by whom, and what follows.

use indexmap::IndexMap;
use law::Confidence;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::card::checked;
use super::{Condition, FieldRef, Id, Setting, Trigger};

/// One action. An action without `from` opens the process.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Action {
    /// What the button says: the act itself, in Chinese.
    pub name: String,
    /// Roles that may do it.
    pub by: Vec<Id>,
    /// States of the subject's track in which it may be done; `open` stands for every state
    /// that is not an end.
    #[serde(default)]
    pub from: Vec<Id>,
    /// The state that follows; none when the act leaves the track where it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<Id>,
    /// Offered only to subjects for whom this is true.
    #[serde(default, rename = "if", skip_serializing_if = "Option::is_none")]
    pub when: Option<Condition>,
    /// The act always concerns every open subject of the instance, not a chosen few.
    #[serde(default)]
    pub whole: bool,
    /// The expected next step: shown first, and made a to-do of the persons who may do it.
    #[serde(default)]
    pub main: bool,
    /// Card fields that the form of this act shows.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub form: Vec<FieldRef>,
    /// Fields that the act sets by itself.
    #[serde(default, skip_serializing_if = "IndexMap::is_empty")]
    pub set: IndexMap<FieldRef, Setting>,
    /// Documents that are issued with the act: each must be filed with it or stand unissued in
    /// the dossier.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub issue: Vec<Id>,
    /// Of the documents issued, those that stay here or go to somebody outside of the platform: no message of
    /// the act carries them, and that is meant so.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub keeps: Vec<Id>,
    /// The act may file further materials.
    #[serde(default)]
    pub files: bool,
    /// The act may name further subjects. They begin in the initial state, like everybody.
    #[serde(default)]
    pub subjects: bool,
    /// The act brings further subjects into work that goes on, and is about nobody else: they begin in
    /// this state. Only with `subjects`, and without `to`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub begins: Option<Id>,
    /// Who is given the case by this act.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub assign: Option<Assignment>,
    /// Who must approve it before it takes effect, in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub approve: Vec<Approval>,
    /// The business answer it gives to the hand-over that opened the instance.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answers: Option<Answering>,
    /// Messages that go out with it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub send: Vec<Sending>,
    /// Processes of the same unit that it opens over the same subjects.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub opens: Vec<Id>,
    /// Signals to other processes of the same file.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub signals: Vec<Id>,
    /// The dossier is closed for good: what was filed stays, nothing is added (锁定).
    #[serde(default)]
    pub locks: bool,
    /// A reason must be given.
    #[serde(default)]
    pub reason: bool,
    /// What is written with it, by its name, where that is no reason: 审查意见. Kept as a reason is; may be left out
    /// where no reason must be given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub words: Option<String>,
    /// Legal source.
    #[serde(default)]
    pub basis: Vec<String>,
    /// How sure the definition is.
    #[serde(default = "checked")]
    #[schemars(with = "super::ids::ConfidenceSchema")]
    pub confidence: Confidence,
}

/// Who is given the case, and how.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Assignment {
    /// The role in which the person is given the case.
    pub role: Id,
    /// The person must be chosen otherwise than by turn or chance only with a reason.
    #[serde(default)]
    pub automatic: bool,
}

/// One step of an approval chain.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Approval {
    /// Roles one of which must agree.
    pub by: Vec<Id>,
    /// Needed only where this is true.
    #[serde(default, rename = "if", skip_serializing_if = "Option::is_none")]
    pub when: Option<Condition>,
    /// Whether a province may delegate the step to a lower role (权力清单).
    #[serde(default)]
    pub discretion: Discretion,
    /// To whom a province has delegated it; the first that holds counts. Written by overlays only.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub delegated: Vec<Delegation>,
    /// Legal source.
    #[serde(default)]
    pub basis: Vec<String>,
}

/// An entry of a list of powers (权力清单): a lower role decides in the place of a higher one.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Delegation {
    /// The role that the step names.
    pub from: Id,
    /// The role that decides instead.
    pub to: Id,
    /// Only where this is true of every subject of the act.
    #[serde(default, rename = "if", skip_serializing_if = "Option::is_none")]
    pub when: Option<Condition>,
    /// Source of the delegation.
    pub basis: Vec<String>,
}

/// Whether a list of powers (权力清单) may move an approval down.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Discretion {
    /// The law reserves it.
    #[default]
    Reserved,
    /// A province may delegate it.
    Delegable,
}

/// The business answer to the hand-over that opened the instance.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Answering {
    /// 受理: a case number is given.
    Accepted,
    /// 退回补正: with every fault at once.
    Returned,
    /// 不予受理.
    Refused,
}

/// A message that goes out with an act.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Sending {
    /// The kind of message.
    pub message: Id,
    /// To whom.
    pub to: Route,
    /// Sent only where this is true.
    #[serde(default, rename = "if", skip_serializing_if = "Option::is_none")]
    pub when: Option<Condition>,
}

/// To which unit a message goes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Route {
    /// The unit that handed the case over to this instance.
    Origin,
    /// The unit of this agency for the same division.
    SameRegion(Id),
    /// Every unit of this agency that has handed over or received this matter.
    Taken(Id),
    /// The unit that a field of the subject's or the case's card names.
    Field(FieldRef),
    /// A unit of this agency that the acting person chooses.
    Chosen(Id),
}

/// What an arriving message or a signal does to a track.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Receive {
    /// The message or signal.
    pub on: Trigger,
    /// States in which it has this effect; elsewhere it is recorded without one.
    pub from: Vec<Id>,
    /// The state that follows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<Id>,
    /// Offered only where this is true.
    #[serde(default, rename = "if", skip_serializing_if = "Option::is_none")]
    pub when: Option<Condition>,
    /// Fields of the message that are taken over.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub takes: Vec<FieldRef>,
    /// Fields that are set.
    #[serde(default, skip_serializing_if = "IndexMap::is_empty")]
    pub set: IndexMap<FieldRef, Setting>,
    /// Processes that are opened.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub opens: Vec<Id>,
    /// Signals that are given on.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub signals: Vec<Id>,
}
