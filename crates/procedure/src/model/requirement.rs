//! Requirements (办案要求): what must be so before an act may be done.

use std::collections::BTreeMap;

use indexmap::IndexMap;
use law::{Confidence, period::Length};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::card::checked;
use super::{Condition, FieldRef, Id};

/// How strong a requirement is; never stronger than its basis.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// 提醒 (可以).
    Remind,
    /// 警告 (一般应当).
    Warn,
    /// 阻断 (应当, or a condition of validity).
    Block,
}

/// Over what a requirement is quantified; never implied.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Each {
    /// Once for the file.
    Case,
    /// For each subject that the act concerns.
    Subject,
    /// For each material of the hand-over.
    Material,
}

/// One requirement.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Requirement {
    /// Identifier, unique in the library.
    pub id: Id,
    /// Actions at which it is checked.
    pub at: Vec<Id>,
    /// Over what it is quantified.
    pub each: Each,
    /// Applies only where this is true.
    #[serde(default, rename = "if", skip_serializing_if = "Option::is_none")]
    pub when: Option<Condition>,
    /// What must be so.
    pub need: Need,
    /// How strong it is.
    pub severity: Severity,
    /// Reason code when it leads to a return (退回事由).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// What to do about it, in Chinese, shown behind the generated text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub remedy: Option<String>,
    /// Legal source.
    pub basis: Vec<String>,
    /// How sure the definition is.
    #[serde(default = "checked")]
    #[schemars(with = "super::ids::ConfidenceSchema")]
    pub confidence: Confidence,
    /// A situation in which it is met and one in which it is not; `library check` tries both.
    pub examples: BTreeMap<ExampleKind, Example>,
}

/// Which of the two a requirement's example shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ExampleKind {
    /// The requirement is met.
    Pass,
    /// The requirement is not met.
    Fail,
}

/// What must be so: exactly one of the keys.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Need {
    /// A document of this kind is in the dossier (about the subject, where quantified so).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub document: Option<Id>,
    /// A document of one of these kinds is.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub any_document: Vec<Id>,
    /// The field has a value.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub field: Option<FieldRef>,
    /// Each of these fields has a value; every one that has none is told.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fields: Vec<FieldRef>,
    /// The fact is true (or false: `not ...`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fact: Option<Condition>,
    /// Every page of the material can be read, by the thresholds of the standard.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub readable: bool,
    /// The catalogue of every volume agrees with its pages.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub catalogue: bool,
    /// The document's index entry and text say the same as the card, in each of these fields.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub agrees: Option<Agreement>,
    /// This deadline has run out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lapsed: Option<Id>,
    /// This deadline has not run out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub within: Option<Id>,
    /// With `within`: this long before the end of the deadline at the latest (期限届满十五日以前).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<super::ids::LengthSchema>")]
    pub ahead: Option<Length>,
    /// Every hand-over sent from this file has its business answer.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub answered: bool,
}

impl Need {
    /// The fields that must have a value.
    pub fn wanted(&self) -> impl Iterator<Item = &FieldRef> {
        self.field.iter().chain(&self.fields)
    }
}

/// A document whose content must agree with the card.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Agreement {
    /// The kind of document.
    pub document: Id,
    /// The fields that must be equal.
    pub fields: Vec<FieldRef>,
}

/// A small situation on which `library check` tries a requirement.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Example {
    /// Fields of the case card.
    #[serde(default, skip_serializing_if = "IndexMap::is_empty")]
    pub case: IndexMap<Id, serde_json::Value>,
    /// Fields of one subject's card.
    #[serde(default, skip_serializing_if = "IndexMap::is_empty")]
    pub subject: IndexMap<Id, serde_json::Value>,
    /// Materials in the dossier.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub materials: Vec<ExampleMaterial>,
    /// States of other processes of the file, `PROCESS: state`.
    #[serde(default, skip_serializing_if = "IndexMap::is_empty")]
    pub states: IndexMap<Id, Id>,
    /// The hand-over that opened the instance and has no answer yet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub opened_by: Option<Id>,
    /// Deadlines that have run out.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub lapsed: Vec<Id>,
    /// Hand-overs without an answer.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unanswered: Vec<Id>,
    /// The catalogue of a volume disagrees with its pages.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub catalogue_fault: bool,
}

/// A material in an example.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ExampleMaterial {
    /// Kind of document.
    pub kind: Id,
    /// What its index entry says, `card.field: value`.
    #[serde(default, skip_serializing_if = "IndexMap::is_empty")]
    pub says: IndexMap<FieldRef, serde_json::Value>,
    /// One of its pages cannot be read.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub unreadable: bool,
}
