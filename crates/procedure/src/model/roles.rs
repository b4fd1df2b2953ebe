//! Agencies and the roles people hold in them.

use indexmap::IndexMap;
use law::Confidence;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::card::checked;
use super::{FieldRef, Grammar, Id};

/// Agencies and roles.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RolesFile {
    /// Kinds of agencies.
    pub agencies: IndexMap<Id, AgencyDef>,
    /// Roles.
    pub roles: IndexMap<Id, RoleDef>,
}

/// One kind of agency.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AgencyDef {
    /// Chinese name.
    pub name: String,
    /// Digits of its units' codes, where they have a common form; the first six name the division.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit_digits: Option<u8>,
    /// Other kinds of agencies whose units may stand below one of its own: a detention centre below the police.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub below: Vec<Id>,
    /// The number that it gives to an accepted case.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub case_number: Option<CaseNumber>,
}

/// How an agency numbers the cases that it accepts.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CaseNumber {
    /// How it is put together: `{abbr}`, `{year}`, `{code}` and `{seq}` or `{seq6}` stand for the
    /// unit's short name, the year, its code and the running number.
    pub print: String,
    /// The grammar that it must fit, and in whose form it is printed.
    pub grammar: Grammar,
    /// The field of the case card that it fills.
    pub fills: FieldRef,
}

impl CaseNumber {
    /// The number of one case of a unit.
    ///
    /// # Errors
    /// The unit's short name or code does not make a number of this grammar; in Chinese.
    pub fn of(&self, abbr: &str, code: &str, year: i16, serial: u64) -> Result<String, String> {
        let text = self
            .print
            .replace("{abbr}", abbr)
            .replace("{year}", &year.to_string())
            .replace("{code}", code)
            .replace("{seq6}", &format!("{serial:06}"))
            .replace("{seq}", &serial.to_string());
        self.grammar.print(&text)
    }
}

/// Whether a role works on the cases given to the person or on all of the unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Works {
    /// Only on the cases given to the person (承办).
    Assigned,
    /// On every case of the unit (案管、审批).
    Unit,
}

/// One role.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RoleDef {
    /// Chinese name.
    pub name: String,
    /// Agencies in which it is held; empty for every agency.
    #[serde(default)]
    pub agency: Vec<Id>,
    /// On which cases it works.
    pub works: Works,
    /// Who holds it may lend it for a time to somebody of the unit who holds one of these roles
    /// (委托行使职权); nobody where none is named.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub lends_to: Vec<Id>,
    /// Its place in the line of approval of its agency: higher approves lower, and a power is
    /// delegated only downwards. Roles outside the line have none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rank: Option<u8>,
    /// Legal source.
    #[serde(default)]
    pub basis: Vec<String>,
    /// How sure the definition is.
    #[serde(default = "checked")]
    #[schemars(with = "super::ids::ConfidenceSchema")]
    pub confidence: Confidence,
}
