//! Contents in a folder, by digest: `<root>/<unit>/<first two digits>/<rest of the SM3>`.
//!
//! Equal content is stored once within a unit, never shared between units. What stands under its
//! final name is complete and synced: it is written beside it, synced, and renamed. All calls
//! block; callers in async code hand them to `spawn_blocking`.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::SystemTime;

use seal::{Digest, Digests, Hasher, Sha256};
use tokio::sync::{OwnedRwLockReadGuard, OwnedRwLockWriteGuard, RwLock};

use crate::error::StoreError;
use crate::images::{self, Images};

type Result<T> = std::result::Result<T, StoreError>;

const CHUNK: usize = 1 << 20;
/// Threads of [`Folder::carry_many`]: hashing binds one, syncing the other.
const CARRIERS: usize = 2;

/// A folder of contents.
#[derive(Debug, Clone)]
pub struct Folder {
    root: PathBuf,
    images: Images,
    intake: Arc<RwLock<()>>,
}

/// A file that stands in the folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stored {
    /// The unit.
    pub unit: String,
    /// The content; none for what a writer that was killed left behind.
    pub sm3: Option<Digest>,
    /// Size.
    pub bytes: u64,
    /// When it was written.
    pub written: SystemTime,
    path: PathBuf,
}

/// A lock on the folder, in this process and among several. It ends with its holder, however that ends.
#[derive(Debug)]
pub struct Held<G> {
    // The other processes first: whoever comes next in this one asks for their lock again.
    _there: File,
    _here: G,
}

impl Folder {
    /// The folder at `root`, which is created where it is missing.
    ///
    /// # Errors
    /// Where it cannot be created.
    pub fn open(root: impl Into<PathBuf>) -> Result<Self> {
        let root = root.into();
        fs::create_dir_all(&root)?;
        let images = Images::new(root.with_file_name("pages"), images::KEPT);
        Ok(Self { root, images, intake: Arc::default() })
    }

    /// Held while a content is brought in, from before its file is written until it is noted in the
    /// database: no cleaning takes the file away in between, of whichever process.
    ///
    /// # Errors
    /// Where the folder cannot be locked.
    pub async fn bringing_in(&self) -> Result<Held<OwnedRwLockReadGuard<()>>> {
        let here = Arc::clone(&self.intake).read_owned().await;
        Ok(Held { _there: self.locked(File::lock_shared).await?, _here: here })
    }

    /// Held while a content is removed, from before it is forgotten until its file has gone.
    ///
    /// # Errors
    /// Where the folder cannot be locked.
    pub async fn nobody_brings_in(&self) -> Result<Held<OwnedRwLockWriteGuard<()>>> {
        let here = Arc::clone(&self.intake).write_owned().await;
        Ok(Held { _there: self.locked(File::lock).await?, _here: here })
    }

    /// The lock that other processes see.
    async fn locked(&self, how: fn(&File) -> std::io::Result<()>) -> Result<File> {
        let path = self.root.join(".intake");
        let locked = tokio::task::spawn_blocking(move || {
            let file = File::options().create(true).truncate(false).write(true).open(path)?;
            how(&file)?;
            Ok(file)
        });
        locked.await.map_err(|_| StoreError::Stopped)?
    }

    /// The images drawn from the pages of these contents: in the folder `pages` beside this one.
    pub fn images(&self) -> &Images {
        &self.images
    }

    /// Removes a content and the images drawn from it, for good. What is not there is no error.
    ///
    /// # Errors
    /// Where the folder cannot be changed.
    pub fn remove(&self, unit: &str, sm3: &Digest) -> Result<()> {
        let path = self.path(unit, sm3)?;
        erase(&path)?;
        self.images.forget(unit, sm3)
    }

    /// Removes a file found by [`Self::stored`].
    ///
    /// # Errors
    /// As [`Self::remove`].
    pub fn remove_stored(&self, stored: &Stored) -> Result<()> {
        erase(&stored.path)?;
        stored.sm3.map_or(Ok(()), |sm3| self.images.forget(&stored.unit, &sm3))
    }

    /// Everything that stands in the folder.
    ///
    /// # Errors
    /// Where it cannot be read.
    pub fn stored(&self) -> Result<Vec<Stored>> {
        let mut found = Vec::new();
        for (unit, home) in images::folders(&self.root)? {
            let firsts = images::folders(&home)?;
            for (first, folder) in firsts.into_iter().chain([(String::new(), home)]) {
                for entry in fs::read_dir(&folder)? {
                    let entry = entry?;
                    let meta = entry.metadata()?;
                    if !meta.is_file() {
                        continue;
                    }
                    let name = entry.file_name().to_string_lossy().into_owned();
                    found.push(Stored {
                        unit: unit.clone(),
                        sm3: format!("{first}{name}").parse().ok(),
                        bytes: meta.len(),
                        written: meta.modified()?,
                        path: entry.path(),
                    });
                }
            }
        }
        Ok(found)
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

    /// Takes over a file whose digests were computed when it was read: it is moved and not read again.
    /// From another file system it is copied, and must still be what it was.
    ///
    /// # Errors
    /// Where the folder cannot be written; [`StoreError::Digest`] where a copy differs.
    pub fn adopt(&self, unit: &str, file: &Path, known: &Digests) -> Result<()> {
        let path = self.path(unit, &known.sm3)?;
        if path.exists() {
            return Ok(());
        }
        fs::create_dir_all(path.parent().unwrap_or(&self.root))?;
        let source = File::open(file)?;
        source.sync_all()?;
        let mut dirs = Dirs::default();
        match fs::rename(file, &path) {
            Ok(()) => dirs.add(&path),
            Err(e) if e.kind() == std::io::ErrorKind::CrossesDevices => {
                let (temporary, found) = copy(&mut &source, &self.unit(unit)?)?;
                expect(&found, &known.sm3, Some(&known.sha256))?;
                self.settle(unit, &known.sm3, temporary, &mut dirs)?;
            }
            Err(e) => return Err(e.into()),
        }
        dirs.sync(&self.root)
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
        if is_unit(unit) { Ok(self.root.join(unit)) } else { Err(no_unit()) }
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

/// Whether an identifier may be a folder's name.
pub(crate) fn is_unit(unit: &str) -> bool {
    !unit.is_empty() && unit.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
}

pub(crate) fn no_unit() -> StoreError {
    let why = "单位标识只能由字母、数字和“-”组成";
    std::io::Error::new(std::io::ErrorKind::InvalidInput, why).into()
}

/// Removes a file and syncs its directory, so that it does not come back after a power cut.
fn erase(path: &Path) -> Result<()> {
    match fs::remove_file(path) {
        Ok(()) => {}
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => return Ok(()),
        Err(e) => return Err(e.into()),
    }
    if let Some(folder) = path.parent() {
        File::open(folder)?.sync_all()?;
    }
    Ok(())
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
