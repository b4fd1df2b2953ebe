//! Where uploads and exports wait: a folder of this process alone, which goes with it. What a process that was
//! killed left behind goes when the next one begins.

use std::fs::{self, File, TryLockError};
use std::path::{Path, PathBuf};

use tempfile::TempDir;

/// What is locked in each of them, and in the folder that holds them all.
const LOCK: &str = ".lock";

/// The folder, while it is used.
pub struct Spool {
    folder: TempDir,
    _lock: File,
}

impl Spool {
    /// Begins one beside the data, where there is room for the largest upload.
    ///
    /// # Errors
    /// Where the data folder cannot be written.
    pub fn begin(data: &Path) -> std::io::Result<Self> {
        let all = data.join("spool");
        fs::create_dir_all(&all)?;
        // Nobody clears away a folder that another has made and not yet locked.
        let alone = File::create(all.join(LOCK))?;
        alone.lock()?;
        for left in fs::read_dir(&all)?.map(|e| e.map(|e| e.path())).collect::<Result<Vec<PathBuf>, _>>()? {
            if left.is_dir() && unused(&left)? {
                fs::remove_dir_all(&left)?;
            }
        }
        let folder = tempfile::Builder::new().prefix("process-").tempdir_in(&all)?;
        let lock = File::create(folder.path().join(LOCK))?;
        lock.lock()?;
        Ok(Self { folder, _lock: lock })
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        self.folder.path()
    }
}

/// Whether no process holds it.
fn unused(folder: &Path) -> std::io::Result<bool> {
    match File::create(folder.join(LOCK))?.try_lock() {
        Ok(()) => Ok(true),
        Err(TryLockError::WouldBlock) => Ok(false),
        Err(TryLockError::Error(e)) => Err(e),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    #[test]
    fn what_is_left_goes_and_what_is_used_stays() {
        let data = tempfile::tempdir().unwrap();
        let one = Spool::begin(data.path()).unwrap();
        fs::write(one.path().join("upload-1"), "half").unwrap();
        let killed = data.path().join("spool/process-killed");
        fs::create_dir(&killed).unwrap();
        fs::write(killed.join("upload-2"), "half").unwrap();
        let other = Spool::begin(data.path()).unwrap();
        assert!(one.path().join("upload-1").exists() && other.path().exists() && !killed.exists());
        let (first, second) = (one.path().to_owned(), other.path().to_owned());
        drop((one, other));
        assert!(!first.exists() && !second.exists());
    }
}
