//! What can be wrong with a file, told so that a clerk can act on it.

use serde::{Deserialize, Serialize};

/// What a fault does to the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// The file is taken, and the fault is shown.
    Warn,
    /// The file is kept aside with its digest and this reason; it enters no volume.
    Quarantine,
}

/// The kinds of fault, with the codes that reports carry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum FaultCode {
    /// No content at all.
    #[serde(rename = "F-EMPTY")]
    Empty,
    /// The end is missing, or parts that the file itself declares.
    #[serde(rename = "F-TRUNCATED")]
    Truncated,
    /// A password is needed.
    #[serde(rename = "F-ENCRYPTED")]
    Encrypted,
    /// The extension of the name contradicts the content.
    #[serde(rename = "F-RENAMED")]
    Renamed,
    /// Scripts, macros, programs or embedded files.
    #[serde(rename = "F-ACTIVE")]
    Active,
    /// Recognised, but the content cannot be read.
    #[serde(rename = "F-UNREADABLE")]
    Unreadable,
    /// Beyond a limit of size, pages or pixels.
    #[serde(rename = "F-TOO-LARGE")]
    TooLarge,
    /// Not a kind that a dossier takes.
    #[serde(rename = "F-TYPE")]
    Type,
}

impl FaultCode {
    /// The code as reports write it, such as `F-EMPTY`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Empty => "F-EMPTY",
            Self::Truncated => "F-TRUNCATED",
            Self::Encrypted => "F-ENCRYPTED",
            Self::Renamed => "F-RENAMED",
            Self::Active => "F-ACTIVE",
            Self::Unreadable => "F-UNREADABLE",
            Self::TooLarge => "F-TOO-LARGE",
            Self::Type => "F-TYPE",
        }
    }

    /// The check of the quality list (质检) this fault belongs to, where there is one.
    #[must_use]
    pub const fn check(self) -> Option<&'static str> {
        match self {
            Self::Active => Some("Q20"),
            _ => None,
        }
    }
}

/// One fault of a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fault {
    /// What kind of fault.
    pub code: FaultCode,
    /// What follows from it.
    pub severity: Severity,
    /// What is wrong and what to do, in Chinese.
    pub text: String,
    /// Where in the file, in Chinese (全文件, 第3页, 文件末尾, 文件名 …).
    pub place: String,
}

impl Fault {
    pub(crate) fn quarantine(code: FaultCode, place: impl Into<String>, text: impl Into<String>) -> Self {
        Self { code, severity: Severity::Quarantine, text: text.into(), place: place.into() }
    }

    pub(crate) fn warn(code: FaultCode, place: impl Into<String>, text: impl Into<String>) -> Self {
        Self { code, severity: Severity::Warn, text: text.into(), place: place.into() }
    }
}

/// The place of a fault that concerns the file as a whole.
pub(crate) const WHOLE: &str = "全文件";
/// The place of a fault at the end of a file.
pub(crate) const END: &str = "文件末尾";
