//! Messages between units (协同消息).

use indexmap::IndexMap;
use law::{Confidence, period::Length};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::card::checked;
use super::{FieldRef, Id};

/// A file of message kinds.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct MessagesFile {
    /// The kinds, by identifier (flow, dot, kind: `GJ-QS.YSQS`).
    pub messages: IndexMap<Id, MessageDef>,
}

/// What a message asks of its receiver.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum MessageKind {
    /// A hand-over (移送): the receiver must accept or return it by an act of its own.
    Handover,
    /// The answer to a hand-over: accepted, returned, result.
    Answer,
    /// A notice (通知、状态反馈): recorded on arrival, which is its business receipt.
    Notice,
}

/// One kind of message.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct MessageDef {
    /// Chinese name.
    pub name: String,
    /// What it asks of its receiver.
    pub kind: MessageKind,
    /// Agencies that may send it.
    pub from: Vec<Id>,
    /// Agencies that may receive it.
    pub to: Vec<Id>,
    /// What goes with it.
    #[serde(default)]
    pub carries: Carries,
    /// How and by when it is answered (hand-overs only).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answers: Option<Answers>,
    /// Legal source.
    #[serde(default)]
    pub basis: Vec<String>,
    /// How sure the definition is.
    #[serde(default = "checked")]
    #[schemars(with = "super::ids::ConfidenceSchema")]
    pub confidence: Confidence,
}

/// What goes with a message.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Carries {
    /// Card fields whose known values travel.
    #[serde(default)]
    pub fields: Vec<FieldRef>,
    /// Volumes whose materials travel; an untransferable volume cannot stand here.
    #[serde(default)]
    pub volumes: Vec<Id>,
    /// Kinds of documents that travel by themselves.
    #[serde(default)]
    pub documents: Vec<Id>,
    /// The faults found by the receiver, each with place and basis, travel back.
    #[serde(default)]
    pub faults: bool,
}

/// How a hand-over is answered.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Answers {
    /// The technical receipt (seal, schema, digests) is due within this; default from the standard.
    #[schemars(with = "super::ids::LengthSchema")]
    pub technical: Length,
    /// The business answer (acceptance or return) is due within this.
    #[schemars(with = "super::ids::LengthSchema")]
    pub business: Length,
}
