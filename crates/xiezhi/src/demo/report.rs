//! What a played story prints: for people, or as JSON lines.

use std::io::{IsTerminal, Write};

use serde_json::{Value, json};

/// Where lines go.
pub struct Report {
    json: bool,
    progress: bool,
}

impl Report {
    /// For people, or JSON lines.
    pub fn new(json: bool) -> Self {
        Self { json, progress: !json && std::io::stderr().is_terminal() }
    }

    /// A line for people and an object for programs.
    pub fn line(&self, text: &str, object: &Value) {
        let mut out = std::io::stdout().lock();
        // A closed pipe must not stop the story.
        let _ = if self.json { writeln!(out, "{object}") } else { writeln!(out, "{text}") };
    }

    /// How far long work has come; replaced by the next line.
    pub fn progress(&self, text: &str) {
        if self.progress {
            eprint!("\r\u{1b}[2K  {text}");
            let _ = std::io::stderr().flush();
        }
    }

    /// Removes the progress line.
    pub fn done(&self) {
        if self.progress {
            eprint!("\r\u{1b}[2K");
        }
    }

    /// A title.
    pub fn title(&self, story: &str, name: &str) {
        self.line(&format!("{name}\n"), &json!({"type": "story", "story": story, "name": name}));
    }
}

/// Bytes as people read them.
pub fn size(bytes: u64) -> String {
    if bytes < 1_000_000 { format!("{} KB", bytes.div_ceil(1000)) } else { format!("{:.1} MB", bytes as f64 / 1e6) }
}
