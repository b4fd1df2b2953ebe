//! The acceptance standard (受理标准) common to hand-overs: thresholds, volumes, reason codes.

use indexmap::IndexMap;
use law::{Confidence, period::Length};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::card::checked;
use super::{Condition, Id};

/// What is common to all hand-overs.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct StandardFile {
    /// Thresholds by which a page counts as unreadable.
    pub pages: PageThresholds,
    /// Titles in a catalogue that say nothing.
    pub vague_titles: VagueTitles,
    /// Kinds of volumes.
    pub volumes: IndexMap<Id, VolumeDef>,
    /// Reason codes of a return.
    pub return_codes: IndexMap<String, ReturnCode>,
    /// Which earlier doer of an act may not do which later one.
    pub separation: Vec<Separation>,
    /// Acts on the circle of those who may see a file (阅看范围).
    pub protection: Protections,
}

/// Acts on the circle of those who may see a file: they belong to no process, and may be done
/// also when the file is closed.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Protections {
    /// The grade of secrecy is set.
    pub grade: ProtectionDef,
    /// The record is sealed (犯罪记录封存).
    pub seal: ProtectionDef,
    /// The seal is lifted.
    pub unseal: ProtectionDef,
    /// A person is allowed to read for a time.
    pub grant: ProtectionDef,
    /// That permission ends early.
    pub revoke: ProtectionDef,
    /// A person is kept out for good (回避).
    pub bar: ProtectionDef,
}

impl Protections {
    /// Each act with its key in the file.
    pub fn all(&self) -> [(&'static str, &ProtectionDef); 6] {
        [
            ("grade", &self.grade),
            ("seal", &self.seal),
            ("unseal", &self.unseal),
            ("grant", &self.grant),
            ("revoke", &self.revoke),
            ("bar", &self.bar),
        ]
    }
}

/// Who may do one of these acts.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ProtectionDef {
    /// What the button says.
    pub name: String,
    /// Roles that may do it.
    pub by: Vec<Id>,
    /// May be done only where this is true of one subject of the file at least.
    #[serde(default, rename = "if", skip_serializing_if = "Option::is_none")]
    pub when: Option<Condition>,
    /// The longest time for which it may be given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<super::ids::LengthSchema>")]
    pub longest: Option<Length>,
    /// Legal source.
    #[serde(default)]
    pub basis: Vec<String>,
    /// How sure the definition is.
    #[serde(default = "checked")]
    #[schemars(with = "super::ids::ConfidenceSchema")]
    pub confidence: Confidence,
}

/// Titles (题名) that a catalogue may not give.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct VagueTitles {
    /// The titles, as a whole; an empty title is one of them in any case.
    pub titles: Vec<String>,
    /// Legal source.
    pub basis: Vec<String>,
    /// How sure the definition is.
    #[serde(default = "checked")]
    #[schemars(with = "super::ids::ConfidenceSchema")]
    pub confidence: Confidence,
}

/// Thresholds by which a page counts as unreadable; measures are defined by the page checker.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PageThresholds {
    /// Fewest dots per inch of a scan.
    pub min_dpi: u32,
    /// A page with less ink than this many parts per million counts as blank.
    pub blank_ink_ppm_below: u32,
    /// Sharpness (thousandths) below which a page counts as blurred.
    pub sharpness_milli_below: u32,
    /// Contrast (thousandths) below which a page counts as too faint.
    pub contrast_milli_below: u32,
    /// Confidence (thousandths) above which a page counts as upside down.
    pub upside_down_milli_above: u32,
    /// Legal source.
    #[serde(default)]
    pub basis: Vec<String>,
    /// How sure the definition is.
    #[serde(default = "checked")]
    #[schemars(with = "super::ids::ConfidenceSchema")]
    pub confidence: Confidence,
}

/// One kind of volume (卷).
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct VolumeDef {
    /// Chinese name.
    pub name: String,
    /// It never leaves the unit (内卷).
    #[serde(default)]
    pub internal: bool,
    /// Grade: 0 ordinary, higher needs clearance.
    #[serde(default)]
    pub grade: u8,
    /// Legal source.
    #[serde(default)]
    pub basis: Vec<String>,
}

/// One reason for which a hand-over is returned.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ReturnCode {
    /// Chinese name.
    pub name: String,
}

/// A separation of duties.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Separation {
    /// The agencies it holds for, each with a source of its own; all where none is named.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub agency: Vec<Id>,
    /// Who did this (`propose`) ...
    pub done: Id,
    /// ... may not do that (`approve`).
    pub bars: Id,
    /// Chinese text of the refusal.
    pub text: String,
    /// Legal source.
    #[serde(default)]
    pub basis: Vec<String>,
    /// How sure it is.
    #[serde(default = "checked")]
    #[schemars(with = "super::ids::ConfidenceSchema")]
    pub confidence: Confidence,
}
