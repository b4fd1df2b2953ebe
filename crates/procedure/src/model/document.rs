//! Kinds of documents (文书种类) and of evidence.

use indexmap::IndexMap;
use law::Confidence;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::card::checked;
use super::{FieldRef, Grammar, Id};

/// A file of document kinds.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DocumentsFile {
    /// The kinds, by identifier (W001 ...; E... for evidence).
    pub documents: IndexMap<Id, DocumentDef>,
}

/// One kind of document or evidence.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DocumentDef {
    /// The document's own title.
    pub name: String,
    /// Agencies that make it.
    #[serde(default)]
    pub agency: Vec<Id>,
    /// Volume in which it is filed.
    pub volume: Id,
    /// Who signs or approves it, in Chinese.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sign: Option<String>,
    /// Whether it bears the unit's seal.
    #[serde(default)]
    pub seal: bool,
    /// On whom it is served, in Chinese.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub served_on: Option<String>,
    /// Kind of receipt, in Chinese.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub receipt: Option<String>,
    /// It has a number (文号) that must be given and fit one of these grammars.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub numbered: Vec<Grammar>,
    /// It concerns particular subjects and must name them.
    #[serde(default)]
    pub personal: bool,
    /// It is a picture of something, not a page to be read: its pages are not measured.
    #[serde(default)]
    pub picture: bool,
    /// What the document says: the fields of its typed index entry (著录).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub says: Vec<FieldRef>,
    /// Legal source.
    #[serde(default)]
    pub basis: Vec<String>,
    /// How sure the definition is.
    #[serde(default = "checked")]
    #[schemars(with = "super::ids::ConfidenceSchema")]
    pub confidence: Confidence,
}

impl DocumentDef {
    /// What is wrong with a number of this kind of document, in Chinese; none where it fits, or
    /// where the kind has no grammar.
    pub fn misnumbered(&self, number: &str) -> Option<String> {
        let mut faults = self.numbered.iter().map(|g| g.print(number).err());
        let first = faults.next()??;
        faults.all(|f| f.is_some()).then_some(first)
    }
}
