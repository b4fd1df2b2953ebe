//! The values a decision is made of.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

/// Who asks. Built by the caller for one session, with what is in force at the moment of asking.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Person {
    /// The user's identifier.
    pub id: String,
    /// The unit (单位) the person serves in.
    pub unit: String,
    /// That unit first, then its ancestors.
    pub unit_path: Vec<String>,
    /// The kind of that unit: `police`, `procuratorate`, `court`, `justice`, `legal_aid`, `law_firm`, `detention`, `platform`.
    pub agency: String,
    /// Roles the person holds in that unit now.
    pub roles: BTreeSet<String>,
    /// The highest grade the person may see.
    pub clearance: u8,
    /// Users whose delegation to this person is in force.
    pub acting_for: BTreeSet<String>,
}

/// What is asked for: the access row of a file, or of a unit where units are administered.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Row {
    /// The file's identifier.
    pub id: String,
    /// The unit that holds it.
    pub unit: String,
    /// That unit first, then its ancestors.
    pub unit_path: Vec<String>,
    /// Users who handle it.
    pub handlers: BTreeSet<String>,
    /// Users taken off it or recused (回避). Being here outweighs being a handler.
    pub removed: BTreeSet<String>,
    /// Users with a grant of reading that is in force: the caller has compared its times.
    pub grants: BTreeSet<String>,
    /// 0 ordinary, 1 to 3 rising secrecy.
    pub grade: u8,
    /// Sealed, as a juvenile's record is (刑事诉讼法第286条).
    pub sealed: bool,
    /// Closed and locked (办结).
    pub closed: bool,
}

/// What somebody wants to do with a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Deed {
    /// See that the file is there, and its card.
    View,
    /// Take part in the handling.
    Act,
    /// Choose who handles it.
    Assign,
    /// Approve what another proposed.
    Approve,
    /// Read the dossier.
    ReadDossier,
    /// Read the internal volume (内卷), which never leaves its unit.
    ReadInternal,
    /// Share notes on the dossier (批注) with those who handle it, and read theirs.
    ShareNotes,
    /// Read who did and read what.
    ReadLog,
    /// Change who may see it: grade, sealing, permissions to read, recusal (阅看范围).
    Protect,
    /// Administer a unit's people, roles and settings.
    Administer,
    /// Audit the platform.
    Audit,
}

impl Deed {
    /// Every deed, in the order of the declaration.
    pub const ALL: [Self; 11] = [
        Self::View,
        Self::Act,
        Self::Assign,
        Self::Approve,
        Self::ReadDossier,
        Self::ReadInternal,
        Self::ShareNotes,
        Self::ReadLog,
        Self::Protect,
        Self::Administer,
        Self::Audit,
    ];

    /// The identifier used in policies.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::View => "view",
            Self::Act => "act",
            Self::Assign => "assign",
            Self::Approve => "approve",
            Self::ReadDossier => "read_dossier",
            Self::ReadInternal => "read_internal",
            Self::ShareNotes => "share_notes",
            Self::ReadLog => "read_log",
            Self::Protect => "protect",
            Self::Administer => "administer",
            Self::Audit => "audit",
        }
    }

    /// What a user reads.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::View => "查看",
            Self::Act => "办理",
            Self::Assign => "分案",
            Self::Approve => "审批",
            Self::ReadDossier => "阅卷",
            Self::ReadInternal => "查阅内卷",
            Self::ShareNotes => "共享批注",
            Self::ReadLog => "查阅日志",
            Self::Protect => "设定阅看范围",
            Self::Administer => "单位管理",
            Self::Audit => "安全审计",
        }
    }

    /// The deed of that identifier.
    #[must_use]
    pub fn of(id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|deed| deed.id() == id)
    }
}
