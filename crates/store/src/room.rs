//! A folder of copies that may go at any time: at most so many bytes, the least recently used go first.
//!
//! All calls block. `now` is real time.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime};

type Result<T> = io::Result<T>;

/// Use is noted by the file's time, at most this often: a reader leafing back and forth writes nothing.
const NOTED: Duration = Duration::from_secs(60 * 60);
/// What a writer that was killed left behind is older than this.
const ABANDONED: Duration = Duration::from_secs(60 * 60);
/// Names of files that are being written begin so.
pub(crate) const UNFINISHED: &str = ".new-";

/// The room that a folder may take.
#[derive(Debug)]
pub(crate) struct Room {
    root: PathBuf,
    limit: AtomicU64,
    /// What was used less long ago stays, whatever the limit says.
    spared: Duration,
    /// Bytes kept, once they were counted.
    held: Mutex<Option<u64>>,
}

struct Kept {
    path: PathBuf,
    bytes: u64,
    used: SystemTime,
    unfinished: bool,
}

impl Room {
    /// Of the folder at `root`, which need not be there yet.
    pub fn new(root: PathBuf, limit: u64, spared: Duration) -> Self {
        Self { root, limit: AtomicU64::new(limit), spared, held: Mutex::new(None) }
    }

    /// Keeps at most so many bytes from now on.
    pub fn limit_to(&self, limit: u64) {
        self.limit.store(limit, Ordering::Release);
    }

    /// A file came to stand in the folder: room is made where the limit is passed.
    ///
    /// # Errors
    /// Where the folder cannot be read or changed.
    pub fn came(&self, bytes: u64, now: SystemTime) -> Result<()> {
        let mut held = self.held.lock().map_err(|_| io::Error::other("目录占用的计数已损坏"))?;
        let sum = match *held {
            Some(sum) => sum + bytes,
            None => all(&self.root)?.iter().map(|file| file.bytes).sum(),
        };
        *held = Some(if sum > self.limit.load(Ordering::Acquire) { self.make(now)? } else { sum });
        Ok(())
    }

    /// Removes the least recently used until a tenth is free; answers what is left.
    fn make(&self, now: SystemTime) -> Result<u64> {
        let goal = self.limit.load(Ordering::Acquire) / 10 * 9;
        let (half, mut files): (Vec<Kept>, Vec<Kept>) = all(&self.root)?.into_iter().partition(|file| file.unfinished);
        files.sort_by_key(|file| file.used);
        let mut left: u64 = files.iter().map(|file| file.bytes).sum();
        let older = |file: &Kept, than| now.duration_since(file.used).is_ok_and(|ago| ago > than);
        for file in half.iter().filter(|file| older(file, ABANDONED)) {
            gone(fs::remove_file(&file.path))?;
        }
        for file in files {
            if left <= goal || (!self.spared.is_zero() && !older(&file, self.spared)) {
                break;
            }
            gone(fs::remove_file(&file.path))?;
            left -= file.bytes;
            // An empty folder is no harm, a full one stays.
            let _ = file.path.parent().map(fs::remove_dir);
        }
        Ok(left)
    }
}

/// Notes that a file is used.
pub(crate) fn used(path: &Path, now: SystemTime) {
    let last = fs::metadata(path).and_then(|m| m.modified());
    if last.is_ok_and(|last| now.duration_since(last).is_ok_and(|ago| ago > NOTED)) {
        // Not noting it costs making it again at worst.
        let _ = File::options().append(true).open(path).and_then(|f| f.set_modified(now));
    }
}

/// Somebody else may have removed it.
fn gone(removed: Result<()>) -> Result<()> {
    match removed {
        Err(e) if e.kind() != io::ErrorKind::NotFound => Err(e),
        _ => Ok(()),
    }
}

/// Every file below a folder. What goes meanwhile is passed over.
fn all(root: &Path) -> Result<Vec<Kept>> {
    let (mut found, mut waiting) = (Vec::new(), vec![root.to_path_buf()]);
    while let Some(folder) = waiting.pop() {
        let entries = match fs::read_dir(&folder) {
            Err(e) if e.kind() == io::ErrorKind::NotFound => continue,
            other => other?,
        };
        for entry in entries {
            let entry = entry?;
            match entry.metadata() {
                Ok(m) if m.is_dir() => waiting.push(entry.path()),
                Ok(m) => found.push(Kept {
                    path: entry.path(),
                    bytes: m.len(),
                    used: m.modified()?,
                    unfinished: entry.file_name().to_string_lossy().starts_with(UNFINISHED),
                }),
                Err(e) if e.kind() == io::ErrorKind::NotFound => {}
                Err(e) => return Err(e),
            }
        }
    }
    Ok(found)
}
