//! How far a fact taken from the law has been checked.

use std::fmt;

use serde::{Deserialize, Serialize};

/// How far a fact taken from the law has been checked. Ordered: a later value is weaker, so the
/// confidence of a combination is the `max` of its parts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Confidence {
    /// Read in the official text.
    Checked,
    /// Read in an excerpt or a second-hand copy (‡).
    Excerpt,
    /// Not yet checked by a person (待核).
    #[default]
    Unverified,
}

impl Confidence {
    /// The word users read.
    pub fn label(self) -> &'static str {
        match self {
            Self::Checked => "已核对",
            Self::Excerpt => "据摘录",
            Self::Unverified => "待核",
        }
    }

    /// The word files carry: `checked`, `excerpt`, `unverified`.
    pub fn id(self) -> &'static str {
        match self {
            Self::Checked => "checked",
            Self::Excerpt => "excerpt",
            Self::Unverified => "unverified",
        }
    }
}

impl fmt::Display for Confidence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.label())
    }
}
