//! Case cards (案卡): typed fields, and the facts and values derived from them.

use indexmap::IndexMap;
use law::Confidence;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Condition, FieldRef, Grammar, Id};

/// One card: the fields kept about a case, a person, an application ...
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CardFile {
    /// Identifier of the card, also the first part of a field reference.
    pub card: Id,
    /// Chinese name.
    pub name: String,
    /// The one-letter name that expressions use for this card.
    pub var: String,
    /// Whether the card describes a subject with a track of its own (person, application).
    #[serde(default)]
    pub subject: bool,
    /// The field whose value labels the subject in lists.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label: Option<Id>,
    /// The fields by which a subject is known at a glance, in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub summary: Vec<Id>,
    /// Fields in the order in which forms show them.
    pub fields: IndexMap<Id, Field>,
}

/// One field of a card.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Field {
    /// Chinese name, as forms print it.
    pub name: String,
    /// Type of the value.
    #[serde(rename = "type")]
    pub kind: FieldType,
    /// Number in the field catalogue (F001 ...).
    #[serde(default, rename = "ref", skip_serializing_if = "Option::is_none")]
    pub reference: Option<String>,
    /// Code table of a `code` or `codes` field.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub table: Option<Id>,
    /// Allowed values of an `enum` field: value and Chinese label.
    #[serde(default, skip_serializing_if = "IndexMap::is_empty")]
    pub options: IndexMap<Id, String>,
    /// Columns of a `table` field.
    #[serde(default, skip_serializing_if = "IndexMap::is_empty")]
    pub columns: IndexMap<Id, Field>,
    /// Unit shown behind a number (mg/100ml, 月, 分).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
    /// Smallest allowed number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub min: Option<i64>,
    /// Largest allowed number, or longest text in characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max: Option<i64>,
    /// The grammar that a `text` field must fit, where it is a number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub grammar: Option<Grammar>,
    /// The date or moment may lie in the future.
    #[serde(default)]
    pub future: bool,
    /// Another date field that may not be later than this one: of the same card, or of another, written
    /// `card.field`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub not_before: Option<Id>,
    /// Masked in lists, shown on demand with a record.
    #[serde(default)]
    pub personal: bool,
    /// Legal source of what the field asks for; a field without one stands on the act that fills it in.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub basis: Vec<String>,
    /// How sure the definition is.
    #[serde(default = "checked")]
    #[schemars(with = "super::ids::ConfidenceSchema")]
    pub confidence: Confidence,
}

pub(super) fn checked() -> Confidence {
    Confidence::Checked
}

impl Field {
    /// The field that may not be later than this one, which stands on this card.
    pub fn earlier(&self, card: &str) -> Option<FieldRef> {
        let name = self.not_before.as_ref()?.as_str();
        Some(name.parse().unwrap_or_else(|_| FieldRef::new(card, name)))
    }
}

/// Type of a card field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum FieldType {
    /// One line or paragraph of text.
    Text,
    /// A whole number.
    Int,
    /// A sum of money in fen.
    Fen,
    /// Yes or no.
    Bool,
    /// A date, `YYYY-MM-DD`.
    Date,
    /// A moment, RFC 3339 with offset.
    Moment,
    /// One of the field's options.
    Enum,
    /// Several of the field's options.
    Enums,
    /// One row of a code table.
    Code,
    /// An identity number of 18 characters (GB 11643), or 身份不明.
    IdNumber,
    /// A division code (GB/T 2260).
    Region,
    /// A charge (罪名) of the table of offences.
    Offence,
    /// A unit of the platform.
    Unit,
    /// A user of the platform.
    User,
    /// Rows with columns.
    Table,
}

/// What an action sets a field to by itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum Setting {
    /// A literal yes or no.
    Bool(bool),
    /// A literal number.
    Int(i64),
    /// A literal text or option; `$today`, `$now`, `$actor`, `$unit` stand for the date, the
    /// moment, the acting person and the acting unit, `$received` for the moment at which the
    /// opening hand-over arrived, `$plus1` adds one to a number, `$after:D74` is the day after the
    /// last one of the subject's deadline, `$of:case.name` the value of another field, `$reason` the reason that was
    /// given for the act, `$assigned` how the case was given to its handler (`turn`, `random`, `manual`).
    Text(String),
}

/// Facts (true, false or unknown) and values derived from cards: the only place in the library
/// where expressions stand.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FactsFile {
    /// Values computed from cards, usable in expressions like a field.
    #[serde(default)]
    pub values: IndexMap<Id, ValueDef>,
    /// Facts.
    #[serde(default)]
    pub facts: IndexMap<Id, FactDef>,
}

/// Type of a derived value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ValueType {
    /// A whole number.
    Int,
    /// A date.
    Date,
}

/// A derived value.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ValueDef {
    /// The card that the value belongs to.
    pub about: Id,
    /// Chinese name.
    pub name: String,
    /// Type of the value.
    #[serde(rename = "type")]
    pub kind: ValueType,
    /// The expression.
    pub cel: String,
    /// Legal source.
    #[serde(default)]
    pub basis: Vec<String>,
    /// How sure the definition is.
    #[serde(default = "checked")]
    #[schemars(with = "super::ids::ConfidenceSchema")]
    pub confidence: Confidence,
}

/// A fact: exactly one of `cel`, `all`, `any`, `document`, `state`, `beside` says when it is true.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FactDef {
    /// The card that the fact is about; `case` for the whole file.
    pub about: Id,
    /// What is so when it is true, in Chinese; refusals print it.
    pub name: String,
    /// An expression over card fields.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cel: Option<String>,
    /// True when all of these are.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub all: Vec<Condition>,
    /// True when one of these is.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub any: Vec<Condition>,
    /// True when a document of this kind is in the dossier.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub document: Option<Id>,
    /// True when the subject stands in one of these states of another process of the file,
    /// written `PROCESS: [states]`.
    #[serde(default, skip_serializing_if = "IndexMap::is_empty")]
    pub state: IndexMap<Id, Vec<Id>>,
    /// True when somebody, the subject or another, who is in the same instance of a process (the latest one
    /// with the subject in it) stands in one of these states: 同案. Written like `state`.
    #[serde(default, skip_serializing_if = "IndexMap::is_empty")]
    pub beside: IndexMap<Id, Vec<Id>>,
    /// True while the latest instance of a process that the subject is in waits for the answer to a hand-over of one of
    /// these kinds, which opened it. Written `PROCESS: [messages]`.
    #[serde(default, skip_serializing_if = "IndexMap::is_empty")]
    pub waiting: IndexMap<Id, Vec<Id>>,
    /// Legal source.
    #[serde(default)]
    pub basis: Vec<String>,
    /// How sure the definition is.
    #[serde(default = "checked")]
    #[schemars(with = "super::ids::ConfidenceSchema")]
    pub confidence: Confidence,
}
