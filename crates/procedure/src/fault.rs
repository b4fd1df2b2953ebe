//! Faults found in the library: all of them at once, each with its place.

use std::fmt;

/// A place in a file of the library; lines and columns count from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Place {
    /// Index into the list of files.
    pub file: u16,
    /// Line.
    pub line: u32,
    /// Column, in characters.
    pub column: u32,
}

/// One fault, ready to be shown to the person who edits the file.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
pub struct Fault {
    /// Path below `library/`.
    pub file: String,
    /// Line, from 1.
    pub line: u32,
    /// Column, from 1.
    pub column: u32,
    /// Stable code of the kind of fault.
    pub code: &'static str,
    /// What is wrong and what would be right, in Chinese.
    pub text: String,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}: [{}] {}", self.file, self.line, self.column, self.code, self.text)
    }
}

/// Collects faults; files are named by index until the end.
#[derive(Debug, Default)]
pub(crate) struct Faults {
    pub(crate) files: Vec<String>,
    found: Vec<Fault>,
}

impl Faults {
    pub(crate) fn add(&mut self, place: Place, code: &'static str, text: impl Into<String>) {
        let file = self.files.get(usize::from(place.file)).cloned().unwrap_or_default();
        self.found.push(Fault { file, line: place.line, column: place.column, code, text: text.into() });
    }

    /// Whether nothing was found so far.
    pub(crate) fn is_empty(&self) -> bool {
        self.found.is_empty()
    }

    /// All faults, by file and place.
    pub(crate) fn finish(mut self) -> Vec<Fault> {
        self.found.sort();
        self.found.dedup();
        self.found
    }
}
