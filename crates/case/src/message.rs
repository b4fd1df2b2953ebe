//! Messages between units: what a hand-over carries, and its canonical manifest.

use std::collections::BTreeMap;

use law::time::Moment;
use procedure::engine::requirements::Finding;
use procedure::model::{Answering, Id};
use procedure::situation::{Card, Material, Subject, Volume};
use seal::Digest;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::event::EventError;

/// A message from one unit to another. Its canonical JSON is the manifest that receipts name
/// by digest.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Message {
    /// Version of this format.
    pub schema: u32,
    /// Identifier; a second arrival of the same one has no effect.
    pub id: String,
    /// Kind of message.
    pub kind: Id,
    /// The matter.
    pub matter: String,
    /// Sending unit.
    pub from: String,
    /// Receiving unit.
    pub to: String,
    /// When it was sent.
    pub sent_at: Moment,
    /// Which hand-over of this kind on this matter between the two units, from 1.
    pub batch: u32,
    /// The message that it answers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub in_reply_to: Option<String>,
    /// The business answer that it gives.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answer: Option<Answering>,
    /// The case number given with an acceptance.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub number: Option<String>,
    /// Carried fields of the case card.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub case: Card,
    /// Subjects with their carried fields.
    pub subjects: BTreeMap<String, Subject>,
    /// Carried volumes.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub volumes: Vec<Volume>,
    /// Carried materials, each with both digests.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub materials: Vec<Material>,
    /// Every fault found, where the message returns a hand-over.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub faults: Vec<Value>,
    /// Reason or remark.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Grade of secrecy of the sender's file: the receiver's takes it over where it is higher.
    #[serde(default, skip_serializing_if = "crate::state::ordinary")]
    pub grade: u8,
}

impl Message {
    /// The canonical manifest.
    ///
    /// # Errors
    /// Where a carried value has no canonical form.
    pub fn manifest(&self) -> Result<Vec<u8>, EventError> {
        Ok(seal::canonical_json(&serde_json::to_value(self)?)?)
    }

    /// SM3 of the manifest.
    ///
    /// # Errors
    /// Where a carried value has no canonical form.
    pub fn digest(&self) -> Result<Digest, EventError> {
        Ok(Digest::of(&self.manifest()?))
    }

    /// Pages and bytes that it carries.
    pub fn weight(&self) -> (u32, u64) {
        (self.materials.iter().map(|m| m.pages).sum(), self.materials.iter().map(|m| m.bytes).sum())
    }
}

/// Findings as they travel.
pub fn faults(findings: &[Finding]) -> Vec<Value> {
    findings.iter().filter_map(|f| serde_json::to_value(f).ok()).collect()
}
