//! People and rows from a seed, for the tests that hold a store's lists against [`crate::Policies::decide`].
//!
//! Few units and users, so that every relation between a person and a row comes up often.

use std::collections::BTreeSet;

use crate::{Person, Row};

/// Every unit with its path: itself first, then its ancestors.
pub const UNITS: [&[&str]; 4] = [&["U0"], &["U1", "U0"], &["U2", "U0"], &["U9"]];
/// Every user.
pub const USERS: [&str; 5] = ["a", "b", "c", "d", "e"];
/// Every kind of unit.
pub const AGENCIES: [&str; 8] =
    ["police", "procuratorate", "court", "justice", "legal_aid", "law_firm", "detention", "platform"];

/// A stream of values that depends on its seed alone (SplitMix64).
#[derive(Debug, Clone)]
pub struct Sample(u64);

impl Sample {
    /// The stream of that seed.
    #[must_use]
    pub const fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// A person with roles from `roles`.
    pub fn person(&mut self, roles: &BTreeSet<String>) -> Person {
        let path = self.path();
        Person {
            id: self.user(),
            unit: path.first().cloned().unwrap_or_default(),
            unit_path: path,
            agency: AGENCIES[self.below(AGENCIES.len())].to_owned(),
            roles: roles.iter().filter(|_| self.below(8) == 0).cloned().collect(),
            clearance: self.grade(),
            acting_for: self.users(4),
        }
    }

    /// A row.
    pub fn row(&mut self) -> Row {
        let path = self.path();
        Row {
            id: format!("F{}", self.next()),
            unit: path.first().cloned().unwrap_or_default(),
            unit_path: path,
            handlers: self.users(3),
            removed: self.users(6),
            grants: self.users(3),
            grade: self.grade(),
            sealed: self.below(5) == 0,
            closed: self.below(4) == 0,
        }
    }

    fn path(&mut self) -> Vec<String> {
        UNITS[self.below(UNITS.len())].iter().map(|&unit| unit.to_owned()).collect()
    }

    fn user(&mut self) -> String {
        USERS[self.below(USERS.len())].to_owned()
    }

    /// Each user with a chance of one in `rarity`.
    fn users(&mut self, rarity: usize) -> BTreeSet<String> {
        USERS.iter().filter(|_| self.below(rarity) == 0).map(|&user| user.to_owned()).collect()
    }

    /// Mostly ordinary, else up to 3.
    fn grade(&mut self) -> u8 {
        let grades = [0, 0, 0, 1, 2, 3];
        grades[self.below(grades.len())]
    }

    fn below(&mut self, bound: usize) -> usize {
        usize::try_from(self.next() >> 33).unwrap_or_default() % bound
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut value = self.0;
        value = (value ^ (value >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        value = (value ^ (value >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        value ^ (value >> 31)
    }
}
