//! The acceptance standard (受理标准) common to hand-overs: thresholds, volumes, reason codes.

use indexmap::IndexMap;
use law::Confidence;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Id;
use super::card::checked;

/// What is common to all hand-overs.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct StandardFile {
    /// Thresholds by which a page counts as unreadable.
    pub pages: PageThresholds,
    /// Kinds of volumes.
    pub volumes: IndexMap<Id, VolumeDef>,
    /// Reason codes of a return.
    pub return_codes: IndexMap<String, ReturnCode>,
    /// Which earlier doer of an act may not do which later one.
    pub separation: Vec<Separation>,
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
    /// Who did this (`propose`) ...
    pub done: Id,
    /// ... may not do that (`approve`).
    pub bars: Id,
    /// Chinese text of the refusal.
    pub text: String,
    /// Legal source.
    #[serde(default)]
    pub basis: Vec<String>,
}
