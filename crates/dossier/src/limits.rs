//! How much work a file may cause.

use serde::{Deserialize, Serialize};

/// Limits under which a file is read. The defaults are the project's own; an operator may set others.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Checks {
    /// Pages a document may have.
    pub max_pages: u32,
    /// Pixels an image may declare before it is decoded.
    pub max_pixels: u64,
    /// Bytes a document of pages, an image or an office document may have; video and sound have no limit here.
    pub max_document_bytes: u64,
    /// Bytes the text layer of one page may have; the rest is cut.
    pub max_text_bytes: usize,
    /// Entries a ZIP package may list.
    pub max_entries: usize,
    /// Bytes all entries of one package may declare unpacked.
    pub max_unpacked_bytes: u64,
}

impl Default for Checks {
    fn default() -> Self {
        Self {
            max_pages: 3_000,
            max_pixels: 120_000_000,
            max_document_bytes: 512 << 20,
            max_text_bytes: 256 << 10,
            max_entries: 20_000,
            max_unpacked_bytes: 2 << 30,
        }
    }
}
