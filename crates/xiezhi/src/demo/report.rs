//! What a played story prints: for people, as JSON lines, or nothing.

use std::io::{IsTerminal, Write};
use std::sync::Mutex;

use serde_json::{Value, json};

/// Where lines go.
pub struct Report {
    form: Form,
    progress: bool,
}

enum Form {
    People,
    Json,
    Kept(Mutex<Vec<Value>>),
}

impl Report {
    /// For people, or JSON lines.
    pub fn new(json: bool) -> Self {
        let form = if json { Form::Json } else { Form::People };
        Self { form, progress: std::io::stderr().is_terminal() }
    }

    /// Prints nothing and keeps the objects.
    pub fn keeping() -> Self {
        Self { form: Form::Kept(Mutex::new(Vec::new())), progress: false }
    }

    /// What was kept.
    pub fn kept(&self) -> Vec<Value> {
        match &self.form {
            Form::Kept(k) => k.lock().map(|k| k.clone()).unwrap_or_default(),
            Form::People | Form::Json => Vec::new(),
        }
    }

    /// A line for people and an object for programs.
    pub fn line(&self, text: &str, object: &Value) {
        let mut out = std::io::stdout().lock();
        // A closed pipe must not stop the story.
        let _ = match &self.form {
            Form::People => writeln!(out, "{text}"),
            Form::Json => writeln!(out, "{object}"),
            Form::Kept(k) => {
                if let Ok(mut k) = k.lock() {
                    k.push(object.clone());
                }
                Ok(())
            }
        };
    }

    /// How far long work has come; for people replaced by the next line.
    pub fn progress(&self, text: &str) {
        if matches!(self.form, Form::Json) {
            self.line(text, &json!({"type": "progress", "text": text}));
        } else if self.progress {
            eprint!("\r\u{1b}[2K  {text}");
            let _ = std::io::stderr().flush();
        }
    }

    /// Removes the progress line.
    pub fn done(&self) {
        if self.progress && matches!(self.form, Form::People) {
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
