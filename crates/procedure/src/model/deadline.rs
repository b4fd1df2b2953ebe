//! Deadlines (期限).

use law::{
    Confidence,
    period::{Clock, Length},
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::card::checked;
use super::{Condition, FieldRef, Id, Trigger};

/// One deadline of a process. Periods are computed by `law::period`.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Deadline {
    /// Chinese name.
    pub name: String,
    /// Legal source.
    #[serde(default)]
    pub basis: Vec<String>,
    /// What starts it.
    pub starts: Vec<Trigger>,
    /// From which moment it runs.
    #[serde(default)]
    pub anchor: Anchor,
    /// The date field that `anchor: field` names.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub field: Option<FieldRef>,
    /// The deadline that `anchor: lapse` names.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub of: Option<Id>,
    /// What ends it in time.
    pub ends: Vec<Trigger>,
    /// Runs only where this is true when it starts.
    #[serde(default, rename = "if", skip_serializing_if = "Option::is_none")]
    pub when: Option<Condition>,
    /// 羁押, 限制 or 办案: only the last is extended over a holiday (诉105).
    #[schemars(with = "super::ids::ClockSchema")]
    pub clock: Clock,
    /// Runs as a custody period where this fact is true, whatever `clock` says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub custody_if: Option<Condition>,
    /// Lengths; the first whose condition is true applies.
    pub rules: Vec<DeadlineRule>,
    /// Acts that lengthen it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub extends: Vec<Extension>,
    /// What stops the counting (R9, R10).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub suspends: Vec<Trigger>,
    /// What lets it run on.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub resumes: Vec<Trigger>,
    /// How long before its end a warning is given, longest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(with = "Vec<super::ids::LengthSchema>")]
    pub warn: Vec<Length>,
    /// What its expiry means.
    #[serde(default)]
    pub expiry: Expiry,
    /// What follows when it is missed, in Chinese.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub missed: Option<String>,
    /// Roles that are warned.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub warns: Vec<Id>,
    /// How sure the definition is.
    #[serde(default = "checked")]
    #[schemars(with = "super::ids::ConfidenceSchema")]
    pub confidence: Confidence,
}

/// From which moment a deadline runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Anchor {
    /// The moment of the act that starts it.
    #[default]
    Act,
    /// The moment at which the hand-over was actually received (诉91, 诉172).
    Received,
    /// A date field of a card.
    Field,
    /// The last day of another deadline of the same track (期满后三日内), or the act where that day is
    /// past. Does not run where the other one never started.
    Lapse,
}

/// What the expiry of a deadline means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Expiry {
    /// A duty was missed.
    #[default]
    Breach,
    /// A right or a term has run out (上诉期, 考验期): nothing was missed.
    Lapse,
}

/// One length of a deadline.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DeadlineRule {
    /// Applies where this is true.
    #[serde(default, rename = "if", skip_serializing_if = "Option::is_none")]
    pub when: Option<Condition>,
    /// Applies where no other rule does; the last rule says so.
    #[serde(default)]
    pub otherwise: bool,
    /// Fixed length, such as `7日`, `1月`, `24时`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<super::ids::LengthSchema>")]
    pub length: Option<Length>,
    /// Length in months from a number field; the term ends the day before (解202.2).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub months: Option<FieldRef>,
    /// Days already served or used, from a number field, taken off at the end (折抵, 规103).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub credit: Option<FieldRef>,
}

/// An act that lengthens a deadline.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Extension {
    /// The act.
    pub on: Trigger,
    /// By how much, always counted from the end of the original length.
    #[schemars(with = "super::ids::LengthSchema")]
    pub by: Length,
    /// How often at most in one run.
    #[serde(default = "once")]
    pub times: u8,
}

fn once() -> u8 {
    1
}
