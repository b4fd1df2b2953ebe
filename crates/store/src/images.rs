//! Page images that were drawn once: `<root>/<unit>/<first two digits>/<rest of the SM3>/<drawing>-<page>-<width>.jpg`.
//!
//! All of it can be drawn again, so nothing is synced; what stands under its final name is complete
//! all the same. Images of one unit are never shown to another: a digest tells nobody what others
//! hold. The least recently used go when the folder is full. All calls block.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use seal::Digest;

use crate::content::{is_unit, no_unit};
use crate::error::StoreError;
use crate::room::{self, Room, UNFINISHED};

type Result<T> = std::result::Result<T, StoreError>;

/// Bytes of images that a node keeps where nothing else is said.
pub const KEPT: u64 = 4 << 30;
/// Which image.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ImageKey {
    /// The unit that holds the content.
    pub unit: String,
    /// The content.
    pub sm3: Digest,
    /// Version of the drawing.
    pub drawing: &'static str,
    /// Page from 1.
    pub page: u32,
    /// Width in pixels.
    pub width: u32,
}

/// A folder of page images.
#[derive(Debug, Clone)]
pub struct Images {
    root: PathBuf,
    room: Arc<Room>,
}

impl Images {
    /// Images below `root`, at most `limit` bytes of them. The folder is created with the first.
    pub fn new(root: impl Into<PathBuf>, limit: u64) -> Self {
        let root = root.into();
        Self { room: Arc::new(Room::new(root.clone(), limit, Duration::ZERO)), root }
    }

    /// Keeps at most so many bytes from now on.
    pub fn keep_up_to(&self, limit: u64) {
        self.room.limit_to(limit);
    }

    /// An image that is kept. `now` is real time.
    ///
    /// # Errors
    /// Where it is there and cannot be read.
    pub fn get(&self, key: &ImageKey, now: SystemTime) -> Result<Option<Vec<u8>>> {
        let path = self.path(key)?;
        let bytes = match fs::read(&path) {
            Ok(bytes) => bytes,
            Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(e) => return Err(e.into()),
        };
        room::used(&path, now);
        Ok(Some(bytes))
    }

    /// Whether an image is kept.
    #[must_use]
    pub fn has(&self, key: &ImageKey) -> bool {
        self.path(key).is_ok_and(|path| path.exists())
    }

    /// Keeps an image, and makes room where the limit is passed. `content` is the file it was drawn
    /// from: where that has gone meanwhile, the image is not kept either.
    ///
    /// # Errors
    /// Where it cannot be written.
    pub fn put(&self, key: &ImageKey, jpeg: &[u8], content: &Path, now: SystemTime) -> Result<()> {
        let path = self.path(key)?;
        let folder = path.parent().unwrap_or(&self.root);
        fs::create_dir_all(folder)?;
        let mut temporary = tempfile::Builder::new().prefix(UNFINISHED).tempfile_in(folder)?;
        temporary.write_all(jpeg)?;
        temporary.persist(&path).map_err(|e| e.error)?;
        // Contents go before their images, so one of the two sees the other.
        if !content.exists() {
            return self.forget(&key.unit, &key.sm3);
        }
        Ok(self.room.came(jpeg.len() as u64, now)?)
    }

    /// Removes all images of a content.
    ///
    /// # Errors
    /// Where the folder cannot be changed.
    pub fn forget(&self, unit: &str, sm3: &Digest) -> Result<()> {
        let folder = self.folder(unit, sm3)?;
        loop {
            match fs::remove_dir_all(&folder) {
                Ok(()) => return Ok(()),
                Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(()),
                // An image was put there at this moment.
                Err(e) if e.kind() == io::ErrorKind::DirectoryNotEmpty => {}
                Err(e) => return Err(e.into()),
            }
        }
    }

    /// Removes the images of contents that are no longer there. Answers of how many.
    ///
    /// # Errors
    /// Where the folder cannot be read or changed.
    pub fn forget_without(&self, there: impl Fn(&str, &Digest) -> bool) -> Result<u64> {
        let mut gone = 0;
        for (unit, units) in folders(&self.root)? {
            for (first, firsts) in folders(&units)? {
                for (rest, _) in folders(&firsts)? {
                    let Ok(sm3) = format!("{first}{rest}").parse::<Digest>() else { continue };
                    if !there(&unit, &sm3) {
                        self.forget(&unit, &sm3)?;
                        gone += 1;
                    }
                }
            }
        }
        Ok(gone)
    }

    fn folder(&self, unit: &str, sm3: &Digest) -> Result<PathBuf> {
        if !is_unit(unit) {
            return Err(no_unit());
        }
        let hex = sm3.to_string();
        let (first, rest) = hex.split_at(2);
        Ok(self.root.join(unit).join(first).join(rest))
    }

    fn path(&self, key: &ImageKey) -> Result<PathBuf> {
        let name = format!("{}-{}-{}.jpg", key.drawing, key.page, key.width);
        Ok(self.folder(&key.unit, &key.sm3)?.join(name))
    }
}

/// Folders in a folder, by name; none where it is not there.
pub(crate) fn folders(root: &Path) -> Result<Vec<(String, PathBuf)>> {
    let entries = match fs::read_dir(root) {
        Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        other => other?,
    };
    let mut found = Vec::new();
    for entry in entries {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            found.push((entry.file_name().to_string_lossy().into_owned(), entry.path()));
        }
    }
    found.sort();
    Ok(found)
}
