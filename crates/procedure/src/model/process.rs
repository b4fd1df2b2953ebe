//! Processes (办案流程) and the skeletons they are composed from.

use indexmap::IndexMap;
use law::Confidence;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::card::checked;
use super::{Action, Deadline, Id, Receive, Requirement};

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
    /// The state in which every track begins.
    pub initial: Id,
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
