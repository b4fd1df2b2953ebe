//! Contents in a folder, by digest: `<root>/<unit>/<first two digits>/<rest of the SM3>`.
//!
//! Equal content is stored once within a unit, never shared between units. What stands under its
//! final name is complete and synced: it is written beside it, synced, and renamed. All calls
//! block; callers in async code hand them to `spawn_blocking`.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::thread;

use seal::{Digest, Digests, Hasher, Sha256};

use crate::error::StoreError;

type Result<T> = std::result::Result<T, StoreError>;

const CHUNK: usize = 1 << 20;
/// Threads of [`Folder::carry_many`]: hashing binds one, syncing the other.
const CARRIERS: usize = 2;

/// A folder of contents.
#[derive(Debug, Clone)]
pub struct Folder {
    root: PathBuf,
}

impl Folder {
    /// The folder at `root`, which is created where it is missing.
    ///
    /// # Errors
    /// Where it cannot be created.
    pub fn open(root: impl Into<PathBuf>) -> Result<Self> {
        let root = root.into();
        fs::create_dir_all(&root)?;
        Ok(Self { root })
    }

    /// Where a content of a unit stands, or would stand.
    ///
    /// # Errors
    /// [`StoreError::Content`] where the unit's identifier has other signs than letters, digits
    /// and `-` (of ASCII).
    pub fn path(&self, unit: &str, sm3: &Digest) -> Result<PathBuf> {
        let hex = sm3.to_string();
        let (first, rest) = hex.split_at(2);
        Ok(self.unit(unit)?.join(first).join(rest))
    }

    /// Stores bytes. What is there already is not written again.
    ///
    /// # Errors
    /// Where the folder cannot be written.
    pub fn put_bytes(&self, unit: &str, bytes: &[u8]) -> Result<Digests> {
        self.put_stream(unit, &mut &*bytes)
    }

    /// Stores what a reader gives, with both digests computed in the same pass.
    ///
    /// # Errors
    /// Where reading or writing fails; nothing is left then.
    pub fn put_stream(&self, unit: &str, reader: &mut dyn Read) -> Result<Digests> {
        let folder = self.unit(unit)?;
        fs::create_dir_all(&folder)?;
        let (temporary, found) = copy(reader, &folder)?;
        let mut dirs = Dirs::default();
        self.settle(unit, &found.sm3, temporary, &mut dirs)?;
        dirs.sync(&self.root)?;
        Ok(found)
    }

    /// Stores a file.
    ///
    /// # Errors
    /// As [`Self::put_stream`].
    pub fn put_file(&self, unit: &str, file: &Path) -> Result<Digests> {
        self.put_stream(unit, &mut File::open(file)?)
    }

    /// A content.
    ///
    /// # Errors
    /// [`StoreError::Content`] where it is not there.
    pub fn read(&self, unit: &str, sm3: &Digest) -> Result<Vec<u8>> {
        Ok(fs::read(self.path(unit, sm3)?)?)
    }

    /// Recomputes both digests from what is stored.
    ///
    /// # Errors
    /// [`StoreError::Digest`] where one of them differs.
    pub fn verify(&self, unit: &str, sm3: &Digest, sha256: Option<&Sha256>) -> Result<Digests> {
        let mut file = File::open(self.path(unit, sm3)?)?;
        let found = pass(&mut file, &mut std::io::sink())?;
        expect(&found, sm3, sha256)?;
        Ok(found)
    }

    /// Brings a content over to another unit, with both digests recomputed from the very bytes
    /// that are written. Answers its size.
    ///
    /// # Errors
    /// [`StoreError::Digest`] where it is not what its digests say; nothing is left then.
    pub fn carry(&self, from: &str, to: &str, sm3: &Digest, sha256: &Sha256) -> Result<u64> {
        let mut dirs = Dirs::default();
        let bytes = self.carry_unsynced(from, to, sm3, sha256, &mut dirs)?;
        dirs.sync(&self.root)?;
        Ok(bytes)
    }

    /// As [`Self::carry`] for many contents on two threads. Each file is synced, and at the end
    /// each directory once. Answers the bytes of all.
    ///
    /// # Errors
    /// The first that was met; contents that were carried before it stay, which does no harm:
    /// nobody holds them.
    pub fn carry_many(&self, from: &str, to: &str, contents: &[(Digest, Sha256)]) -> Result<u64> {
        let rest = Mutex::new(contents.iter());
        let next = || rest.lock().ok().and_then(|mut rest| rest.next());
        let work = || -> (Result<u64>, Dirs) {
            let mut dirs = Dirs::default();
            let mut bytes = 0;
            while let Some((sm3, sha256)) = next() {
                match self.carry_unsynced(from, to, sm3, sha256, &mut dirs) {
                    Ok(more) => bytes += more,
                    Err(e) => return (Err(e), dirs),
                }
            }
            (Ok(bytes), dirs)
        };
        let done = thread::scope(|scope| {
            let threads: Vec<_> = (0..CARRIERS.min(contents.len())).map(|_| scope.spawn(work)).collect();
            threads.into_iter().map(thread::ScopedJoinHandle::join).collect::<Vec<_>>()
        });
        let mut all = Dirs::default();
        let mut bytes = 0;
        for one in done {
            let (carried, dirs) = one.map_err(|_| std::io::Error::other("复制线程异常终止"))?;
            bytes += carried?;
            all.0.extend(dirs.0);
        }
        all.sync(&self.root)?;
        Ok(bytes)
    }

    fn carry_unsynced(&self, from: &str, to: &str, sm3: &Digest, sha256: &Sha256, dirs: &mut Dirs) -> Result<u64> {
        let mut source = File::open(self.path(from, sm3)?)?;
        let folder = self.unit(to)?;
        fs::create_dir_all(&folder)?;
        let there = self.path(to, sm3)?;
        if there.exists() {
            dirs.add(&there);
            let found = pass(&mut source, &mut std::io::sink())?;
            expect(&found, sm3, Some(sha256))?;
            return Ok(found.bytes);
        }
        let (temporary, found) = copy(&mut source, &folder)?;
        expect(&found, sm3, Some(sha256))?;
        self.settle(to, sm3, temporary, dirs)?;
        Ok(found.bytes)
    }

    fn unit(&self, unit: &str) -> Result<PathBuf> {
        let plain = !unit.is_empty() && unit.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
        if !plain {
            let why = "单位标识只能由字母、数字和“-”组成";
            return Err(std::io::Error::new(std::io::ErrorKind::InvalidInput, why).into());
        }
        Ok(self.root.join(unit))
    }

    /// Syncs a written file and gives it its final name, unless the content is there already.
    fn settle(&self, unit: &str, sm3: &Digest, temporary: tempfile::NamedTempFile, dirs: &mut Dirs) -> Result<()> {
        let path = self.path(unit, sm3)?;
        dirs.add(&path);
        if path.exists() {
            return Ok(());
        }
        fs::create_dir_all(path.parent().unwrap_or(&self.root))?;
        temporary.as_file().sync_all()?;
        // Two writers of the same content: the rename of the second changes nothing.
        temporary.persist(&path).map_err(|e| e.error)?;
        Ok(())
    }
}

/// Directories whose entries are not synced yet.
#[derive(Default)]
struct Dirs(BTreeSet<PathBuf>);

impl Dirs {
    /// Notes the directory of a content, also of one that stands there already: whoever renamed
    /// it may not have synced yet.
    fn add(&mut self, content: &Path) {
        self.0.extend(content.parent().map(Path::to_owned));
    }

    /// Syncs each once, and those above them up to the root, for they may be new.
    fn sync(self, root: &Path) -> Result<()> {
        let above: BTreeSet<&Path> =
            self.0.iter().flat_map(|dir| dir.ancestors().take_while(|a| a.starts_with(root))).collect();
        for dir in above.into_iter().rev() {
            File::open(dir)?.sync_all()?;
        }
        Ok(())
    }
}

/// Copies into a temporary file of the folder and computes both digests in the same pass.
fn copy(reader: &mut dyn Read, folder: &Path) -> Result<(tempfile::NamedTempFile, Digests)> {
    let mut temporary = tempfile::Builder::new().prefix(".new-").tempfile_in(folder)?;
    let found = pass(reader, temporary.as_file_mut())?;
    Ok((temporary, found))
}

fn pass(reader: &mut dyn Read, writer: &mut dyn Write) -> Result<Digests> {
    let mut hasher = Hasher::new();
    let mut chunk = vec![0; CHUNK];
    loop {
        match reader.read(&mut chunk) {
            Ok(0) => return Ok(hasher.finish()),
            Ok(n) => {
                hasher.update(&chunk[..n]);
                writer.write_all(&chunk[..n])?;
            }
            Err(e) if e.kind() == std::io::ErrorKind::Interrupted => {}
            Err(e) => return Err(e.into()),
        }
    }
}

fn expect(found: &Digests, sm3: &Digest, sha256: Option<&Sha256>) -> Result<()> {
    if &found.sm3 != sm3 || sha256.is_some_and(|s| &found.sha256 != s) {
        return Err(StoreError::Digest(sm3.to_string()));
    }
    Ok(())
}
