//! Overlays (省级补充规定): what a province changes in the library, as typed patches by identifier.

use std::collections::BTreeMap;

use law::{Confidence, period::Length};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Condition, DocumentDef, FactDef, Field, Id, Requirement, Severity, Target, Validity};

/// One overlay: patches that are in force together, from a day and perhaps to a day.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Overlay {
    /// Identifier (P and the first two digits of the province's division).
    pub overlay: Id,
    /// Chinese name.
    pub name: String,
    /// Normative documents of the province that patches may cite: abbreviation and full name.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub sources: BTreeMap<String, String>,
    /// Source of every patch that names none of its own.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub basis: Vec<String>,
    /// How sure the overlay is.
    #[schemars(with = "super::ids::ConfidenceSchema")]
    pub confidence: Confidence,
    /// When it is in force.
    pub valid: Validity,
    /// The patches.
    pub patches: Vec<Patch>,
}

/// One patch: exactly one of `set`, `add`, `strengthen`, `delegate`.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Patch {
    /// Gives an open value.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub set: Option<SetValue>,
    /// Adds something new.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub add: Option<Addition>,
    /// Makes a requirement or an internal deadline stricter.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub strengthen: Option<Strengthening>,
    /// Moves an approval down (权力清单).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub delegate: Option<Delegating>,
    /// Its own source; the overlay's where it names none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub basis: Vec<String>,
    /// Why, in Chinese.
    pub reason: String,
}

/// Gives a value that the base leaves open.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SetValue {
    /// The value, such as `process/XQ01/deadlines/D56/warn`.
    pub at: Target,
    /// What it becomes; checked as if it stood in the base.
    pub value: serde_json::Value,
    /// How sure the definition is afterwards; needs a basis of the patch's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<super::ids::ConfidenceSchema>")]
    pub confidence: Option<Confidence>,
}

/// Adds one thing: exactly one of the keys besides `to` and `id`.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Addition {
    /// Where it goes: a process for a requirement, a card for a field, a field for an option,
    /// a deadline for a warned role; nothing for a document or a fact.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<Target>,
    /// The new identifier of a document, fact, field or option.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<Id>,
    /// A requirement, with examples that pass and fail.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub requirement: Option<Requirement>,
    /// A kind of document.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub document: Option<DocumentDef>,
    /// A fact.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fact: Option<FactDef>,
    /// A field of a card.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub field: Option<Field>,
    /// An option of a field, as its label.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub option: Option<String>,
    /// A role that is warned of a deadline.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub warned: Option<Id>,
}

/// Makes something stricter: exactly one of `severity` and `length`.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Strengthening {
    /// The requirement or the deadline.
    pub at: Target,
    /// The requirement's severity, stronger than before; needs a basis of the patch's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub severity: Option<Severity>,
    /// Which of the deadline's rules: the one with this `if`; the `otherwise` rule where none is named.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rule: Option<Condition>,
    /// The rule's length, surely shorter than before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<super::ids::LengthSchema>")]
    pub length: Option<Length>,
}

/// Moves one approval of an action from a role to a lower one (权力清单).
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Delegating {
    /// The action, such as `process/XQ01/actions/prosecute`.
    pub at: Target,
    /// The role whose step it is; the step must be `delegable`.
    pub from: Id,
    /// The lower role that decides instead. Where it is the proposer's own, nobody need approve.
    pub to: Id,
    /// Only where this is true of every subject of the act.
    #[serde(default, rename = "if", skip_serializing_if = "Option::is_none")]
    pub when: Option<Condition>,
}
