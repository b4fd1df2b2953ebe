//! Processes (办案流程) and the skeletons they are composed from.

use indexmap::IndexMap;
use law::Confidence;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::card::checked;
use super::{Action, Deadline, Id, Receive, Requirement, Trigger};

/// One process, as it is in force after composition.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Process {
    /// Identifier.
    pub process: Id,
    /// Chinese name.
    pub name: String,
    /// The agencies that run it.
    pub agency: Vec<Id>,
    /// The card of its subjects: each has a track of its own.
    pub subject: Id,
    /// When it is in force.
    pub valid: Validity,
    /// Legal source.
    pub basis: Vec<String>,
    /// How sure the definition is.
    #[serde(default = "checked")]
    #[schemars(with = "super::ids::ConfidenceSchema")]
    pub confidence: Confidence,
    /// The skeleton it was composed from.
    #[serde(default, rename = "use", skip_serializing_if = "Option::is_none")]
    pub skeleton: Option<Id>,
    /// Values of the skeleton's parameters.
    #[serde(default, rename = "with", skip_serializing_if = "IndexMap::is_empty")]
    pub parameters: IndexMap<Id, serde_json::Value>,
    /// How it is opened.
    pub opens_on: Opening,
    /// The state in which tracks begin when the process opens.
    pub initial: Id,
    /// How further subjects come into an instance that runs, beside acts that bring them ([`Action::begins`]).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub joined_on: Vec<Joining>,
    /// The states of a track.
    #[serde(default)]
    pub states: IndexMap<Id, State>,
    /// What may be done.
    #[serde(default)]
    pub actions: IndexMap<Id, Action>,
    /// What messages and signals do.
    #[serde(default)]
    pub receives: Vec<Receive>,
    /// Deadlines.
    #[serde(default)]
    pub deadlines: IndexMap<Id, Deadline>,
    /// Requirements.
    #[serde(default)]
    pub requirements: Vec<Requirement>,
}

impl Process {
    /// The states in which the tracks of those begin who come into an instance that runs.
    pub fn joins(&self) -> impl Iterator<Item = &Id> {
        let acts = self.actions.values().filter_map(|a| a.begins.as_ref());
        acts.chain(self.joined_on.iter().map(|j| &j.begins))
    }

    /// The messages that it takes: they open it, bring further subjects, or tell something to a track.
    pub fn messages(&self) -> impl Iterator<Item = &Id> {
        let on = self.receives.iter().map(|r| &r.on).chain(self.joined_on.iter().map(|j| &j.on));
        let told = on.filter_map(|t| match t {
            Trigger::Message(m) => Some(m),
            _ => None,
        });
        self.opens_on.messages.iter().chain(told)
    }
}

/// A message or signal that brings further subjects into an instance that runs (追加): those of whom it
/// tells and who have no track there. A message that finds no such instance opens one, where it may.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Joining {
    /// The hand-over or signal. A signal reaches the instances in which somebody is of whom it tells.
    pub on: Trigger,
    /// They join where somebody stands in one of these states.
    pub beside: Vec<Id>,
    /// The state in which they begin.
    pub begins: Id,
}

/// When a definition is in force.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Validity {
    /// First day.
    #[schemars(with = "super::ids::DateSchema")]
    pub from: jiff::civil::Date,
    /// Last day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<super::ids::DateSchema>")]
    pub to: Option<jiff::civil::Date>,
}
impl Validity {
    /// Whether it is in force on a day; both ends count.
    pub fn contains(&self, day: jiff::civil::Date) -> bool {
        self.from <= day && self.to.is_none_or(|to| day <= to)
    }
}
impl std::fmt::Display for Validity {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}起", law::time::date_cn(self.from))?;
        match self.to {
            Some(to) => write!(f, "至{}止", law::time::date_cn(to)),
            None => Ok(()),
        }
    }
}

/// How a process is opened.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Opening {
    /// By the arrival of one of these messages.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub messages: Vec<Id>,
    /// By this action, which has no `from`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub action: Option<Id>,
    /// By an act of another process of the same unit.
    #[serde(default)]
    pub process: bool,
}

/// One state of a track.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct State {
    /// Chinese name.
    pub name: String,
    /// Code of the stage in the life of a case (S01 ... X09).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stage: Option<String>,
    /// The track ends here.
    #[serde(default)]
    pub end: bool,
}

/// A skeleton (骨架): the common part of a family of processes, with typed parameters.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Skeleton {
    /// Identifier (K01 ...).
    pub skeleton: Id,
    /// Chinese name.
    pub name: String,
    /// Parameters: written `${name}` in the body.
    #[serde(default)]
    pub parameters: IndexMap<Id, SkeletonParameter>,
    /// The states it gives.
    #[serde(default)]
    pub states: IndexMap<Id, State>,
    /// The actions it gives; a process may override each key.
    #[serde(default)]
    pub actions: IndexMap<Id, serde_json::Value>,
    /// What messages and signals do.
    #[serde(default)]
    pub receives: Vec<serde_json::Value>,
    /// The deadlines it gives.
    #[serde(default)]
    pub deadlines: IndexMap<Id, serde_json::Value>,
    /// The requirements it gives.
    #[serde(default)]
    pub requirements: Vec<serde_json::Value>,
}

/// A parameter of a skeleton.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SkeletonParameter {
    /// Chinese name.
    pub name: String,
    /// What may be given for it.
    #[serde(rename = "type")]
    pub kind: ParameterType,
    /// Used when the process gives none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default: Option<serde_json::Value>,
}

/// Type of a skeleton's parameter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ParameterType {
    /// Any text.
    Text,
    /// A role.
    Role,
    /// Several roles.
    Roles,
    /// A kind of document.
    Document,
    /// A message.
    Message,
    /// A length of time.
    Length,
    /// Citations.
    Basis,
}
