//! Exports of the case list: made in the background, kept for an hour, each for one person alone.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use jiff::SignedDuration;
use law::time::Moment;
use tempfile::NamedTempFile;

/// How long a finished file waits for its person.
const KEPT: SignedDuration = SignedDuration::from_hours(1);
/// Exports of one person at a time.
const EACH: usize = 3;

/// How far an export is.
pub enum Stage {
    /// Rows are being written.
    Making,
    /// The file is there.
    Ready(NamedTempFile),
    /// It could not be written.
    Failed,
}

/// One export.
pub struct Job {
    /// Identifier.
    pub id: String,
    /// Whose it is.
    pub user: String,
    /// When it was begun (real time).
    pub at: Moment,
    /// Files to write.
    pub total: u64,
    /// Files written so far.
    pub done: AtomicU64,
    stopped: AtomicBool,
    stage: Mutex<Stage>,
}

impl Job {
    /// Whether its person has given it up.
    pub fn stopped(&self) -> bool {
        self.stopped.load(Ordering::Relaxed)
    }

    /// Puts it into another stage.
    pub fn becomes(&self, stage: Stage) {
        if let Ok(mut now) = self.stage.lock() {
            *now = stage;
        }
    }

    /// `making`, `ready` or `failed`.
    pub fn name(&self) -> &'static str {
        match self.stage.lock().as_deref() {
            Ok(Stage::Making) => "making",
            Ok(Stage::Ready(_)) => "ready",
            Ok(Stage::Failed) | Err(_) => "failed",
        }
    }

    /// Where the finished file stands.
    pub fn file(&self) -> Option<PathBuf> {
        match self.stage.lock().as_deref() {
            Ok(Stage::Ready(file)) => Some(file.path().to_owned()),
            _ => None,
        }
    }
}

/// All exports.
#[derive(Default)]
pub struct Exports(Mutex<BTreeMap<String, Arc<Job>>>);

impl Exports {
    /// Begins an export; none where the person has too many.
    pub fn begin(&self, user: &str, total: u64, at: Moment) -> Option<Arc<Job>> {
        let mut jobs = self.0.lock().ok()?;
        jobs.retain(|_, j| at.duration_since(j.at) < KEPT || j.name() == "making");
        if jobs.values().filter(|j| j.user == user).count() >= EACH {
            return None;
        }
        let job = Arc::new(Job {
            id: uuid::Uuid::now_v7().simple().to_string(),
            user: user.to_owned(),
            at,
            total,
            done: AtomicU64::new(0),
            stopped: AtomicBool::new(false),
            stage: Mutex::new(Stage::Making),
        });
        jobs.insert(job.id.clone(), job.clone());
        Some(job)
    }

    /// A person's exports, the oldest first.
    pub fn of(&self, user: &str, now: Moment) -> Vec<Arc<Job>> {
        let Ok(mut jobs) = self.0.lock() else { return Vec::new() };
        jobs.retain(|_, j| now.duration_since(j.at) < KEPT || j.name() == "making");
        jobs.values().filter(|j| j.user == user).cloned().collect()
    }

    /// One export of a person.
    pub fn one(&self, user: &str, id: &str) -> Option<Arc<Job>> {
        self.0.lock().ok()?.get(id).filter(|j| j.user == user).cloned()
    }

    /// Gives an export up, or removes its file; tells whether it was there.
    pub fn drop(&self, user: &str, id: &str) -> bool {
        let Ok(mut jobs) = self.0.lock() else { return false };
        if jobs.get(id).is_none_or(|j| j.user != user) {
            return false;
        }
        if let Some(job) = jobs.remove(id) {
            job.stopped.store(true, Ordering::Relaxed);
        }
        true
    }
}
