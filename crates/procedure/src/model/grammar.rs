//! The numbers whose grammar the law crate knows, by the name that the library gives them.

use law::CreditCode;
use law::numbers::{CourtNumber, DocumentNumber, PoliceKind, PoliceNumber, ProcuratorateNumber};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The grammar of a number that stands in a card field, on a document or on an accepted case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Grammar {
    /// Number of a case in a procuratorate's department (部门受案号).
    Procuratorate,
    /// A court's case number (案号).
    Court,
    /// Number of a police case.
    PoliceCase,
    /// Number of a person in a police case.
    PolicePerson,
    /// Number of a document (文号).
    Document,
    /// Unified social credit code (统一社会信用代码).
    CreditCode,
}

impl Grammar {
    /// Reads a number and prints it as documents show it.
    ///
    /// # Errors
    /// What is wrong with it and how one looks, in Chinese.
    pub fn print(self, text: &str) -> Result<String, String> {
        match self {
            Self::Procuratorate => ProcuratorateNumber::parse(text).map(|n| n.printed()).map_err(|e| e.to_string()),
            Self::Court => CourtNumber::parse(text).map(|n| n.printed()).map_err(|e| e.to_string()),
            Self::PoliceCase => {
                police(text, PoliceKind::Case, "公安案件编号以A开头，人员编号以R开头，此处应填案件编号")
            }
            Self::PolicePerson => {
                police(text, PoliceKind::Person, "公安案件编号以A开头，人员编号以R开头，此处应填人员编号")
            }
            Self::Document => DocumentNumber::parse(text).map(|n| n.printed()).map_err(|e| e.to_string()),
            Self::CreditCode => CreditCode::parse(text).map(|c| c.to_string()).map_err(|e| e.to_string()),
        }
    }

    /// A unit's short name and code such as numbers of this kind begin with, to try a pattern with.
    pub(crate) fn sample(self) -> (&'static str, &'static str) {
        match self {
            Self::Procuratorate => ("沭检", "371329"),
            Self::Court => ("浙0106", "330106"),
            _ => ("沭", "371329"),
        }
    }
}

fn police(text: &str, wanted: PoliceKind, otherwise: &str) -> Result<String, String> {
    let number = PoliceNumber::parse(text).map_err(|e| e.to_string())?;
    if number.kind == wanted { Ok(number.printed()) } else { Err(otherwise.to_owned()) }
}
