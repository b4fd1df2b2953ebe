//! Contents in a folder, by digest: `<root>/<unit>/<first two digits>/<rest of the SM3>`.
//!
//! Equal content is stored once within a unit, never shared between units. What stands under its
//! final name is complete and synced: it is written beside it, synced, and renamed. All calls
//! block; callers in async code hand them to `spawn_blocking`.
//!
//! Where a [`Bucket`] stands behind the folder, contents are kept there, and the folder has copies of those that
//! were used lately: what comes in is there before the call returns, what is asked for and not in the folder is
//! fetched, digested and only then given its name.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, SystemTime};

use seal::{Digest, Digests, Hasher, Sha256};
use tokio::sync::{OwnedRwLockReadGuard, OwnedRwLockWriteGuard, RwLock};

use crate::bucket::Bucket;
use crate::error::StoreError;
use crate::images::{self, Images};
use crate::repository::{Hold, Repository};
use crate::room::{self, Room, UNFINISHED};

type Result<T> = std::result::Result<T, StoreError>;

const CHUNK: usize = 1 << 20;
/// Threads of [`Folder::carry_many`]: hashing binds one, syncing the other.
const CARRIERS: usize = 2;

/// A copy that was used less long ago is in somebody's hands.
const SPARED: Duration = Duration::from_secs(2 * 60 * 60);

/// A folder of contents.
#[derive(Debug, Clone)]
pub struct Folder {
    root: PathBuf,
    images: Images,
    intake: Arc<RwLock<()>>,
    behind: Option<Arc<Behind>>,
}

/// Where contents are kept of which a folder has copies.
#[derive(Debug)]
struct Behind {
    bucket: Bucket,
    room: Room,
}

/// A content that is kept.
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
    /// Its file in the folder, where it is kept there.
    pub(crate) path: Option<PathBuf>,
}

/// A lock on the contents, in this process and among several. It ends with its holder, however that ends.
#[derive(Debug)]
pub struct Held<G> {
    // The other processes first: whoever comes next in this one asks for their lock again.
    elsewhere: Option<Hold>,
    _there: File,
    _here: G,
}

impl<G> Held<G> {
    /// Asked before what was brought in is noted: a lock that lives in the database ends with its connection.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] where the lock was lost.
    pub fn stands(&self) -> Result<()> {
        self.elsewhere.as_ref().map_or(Ok(()), Hold::stands)
    }
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
        Ok(Self { root, images, intake: Arc::default(), behind: None })
    }

    /// The same folder with copies, at most `limit` bytes of them, of what is kept in a bucket.
    #[must_use]
    pub fn of(self, bucket: Bucket, limit: u64) -> Self {
        let room = Room::new(self.root.clone(), limit, SPARED);
        Self { behind: Some(Arc::new(Behind { bucket, room })), ..self }
    }

    /// Held while a content is brought in, from before its file is written until it is noted in the
    /// database: no cleaning takes the file away in between, of whichever process.
    ///
    /// # Errors
    /// Where the folder cannot be locked, or (with a bucket) the database not be asked.
    pub async fn bringing_in(&self, repo: &dyn Repository) -> Result<Held<OwnedRwLockReadGuard<()>>> {
        let here = Arc::clone(&self.intake).read_owned().await;
        let there = self.locked(File::lock_shared).await?;
        Ok(Held { elsewhere: self.elsewhere(repo, false).await?, _there: there, _here: here })
    }

    /// Held while a content is removed, from before it is forgotten until its file has gone.
    ///
    /// # Errors
    /// As [`Self::bringing_in`].
    pub async fn nobody_brings_in(&self, repo: &dyn Repository) -> Result<Held<OwnedRwLockWriteGuard<()>>> {
        let here = Arc::clone(&self.intake).write_owned().await;
        let there = self.locked(File::lock).await?;
        Ok(Held { elsewhere: self.elsewhere(repo, true).await?, _there: there, _here: here })
    }

    /// The lock that processes with other folders see, on whichever machine: they share a bucket and a database.
    async fn elsewhere(&self, repo: &dyn Repository, alone: bool) -> Result<Option<Hold>> {
        Ok(if self.behind.is_some() { repo.hold_contents(alone).await? } else { None })
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
    /// Where it cannot be changed where it is kept.
    pub fn remove(&self, unit: &str, sm3: &Digest) -> Result<()> {
        if let Some(behind) = &self.behind {
            behind.bucket.remove(unit, sm3)?;
        }
        self.forget(unit, sm3)
    }

    /// Removes the copy of a content and the images drawn from it: all there is of it on this machine.
    fn forget(&self, unit: &str, sm3: &Digest) -> Result<()> {
        erase(&self.path(unit, sm3)?)?;
        self.images.forget(unit, sm3)
    }

    /// Removes what was found by [`Self::stored`].
    ///
    /// # Errors
    /// As [`Self::remove`].
    pub fn remove_stored(&self, stored: &Stored) -> Result<()> {
        if let Some(path) = &stored.path {
            erase(path)?;
            return stored.sm3.map_or(Ok(()), |sm3| self.images.forget(&stored.unit, &sm3));
        }
        stored.sm3.map_or(Ok(()), |sm3| self.remove(&stored.unit, &sm3))
    }

    /// Everything that is kept.
    ///
    /// # Errors
    /// Where it cannot be read.
    pub fn stored(&self) -> Result<Vec<Stored>> {
        match &self.behind {
            Some(behind) => behind.bucket.stored(),
            None => self.in_folder(),
        }
    }

    /// Removes the copies of contents that nobody knows any more: they were destroyed by another process, on another
    /// machine perhaps. Without a bucket there are no copies.
    ///
    /// # Errors
    /// Where the database or the folder fails.
    pub async fn forget_unknown(&self, repo: &dyn Repository) -> Result<u64> {
        if self.behind.is_none() {
            return Ok(0);
        }
        let this = self.clone();
        let copies = tokio::task::spawn_blocking(move || this.in_folder()).await.map_err(|_| StoreError::Stopped)??;
        let mut gone = 0;
        for copy in copies {
            let Some(sm3) = copy.sm3 else { continue };
            if repo.known(&copy.unit, &sm3).await? {
                continue;
            }
            let _nobody_brings_in = self.nobody_brings_in(repo).await?;
            if repo.known(&copy.unit, &sm3).await? {
                continue;
            }
            let this = self.clone();
            let forgotten = tokio::task::spawn_blocking(move || this.forget(&copy.unit, &sm3)).await;
            forgotten.map_err(|_| StoreError::Stopped)??;
            gone += 1;
        }
        Ok(gone)
    }

    /// Everything that stands in the folder.
    fn in_folder(&self) -> Result<Vec<Stored>> {
        let mut found = Vec::new();
        for (unit, home) in images::folders(&self.root)? {
            let firsts = images::folders(&home)?;
            for (first, folder) in firsts.into_iter().chain([(String::new(), home)]) {
                let entries = match fs::read_dir(&folder) {
                    // It went with the last of its contents.
                    Err(e) if e.kind() == std::io::ErrorKind::NotFound => continue,
                    entries => entries?,
                };
                for entry in entries {
                    let entry = entry?;
                    let meta = match entry.metadata() {
                        // Whoever brings something in renames it meanwhile.
                        Err(e) if e.kind() == std::io::ErrorKind::NotFound => continue,
                        meta => meta?,
                    };
                    if !meta.is_file() {
                        continue;
                    }
                    let name = entry.file_name().to_string_lossy().into_owned();
                    found.push(Stored {
                        unit: unit.clone(),
                        sm3: format!("{first}{name}").parse().ok(),
                        bytes: meta.len(),
                        written: meta.modified()?,
                        path: Some(entry.path()),
                    });
                }
            }
        }
        Ok(found)
    }

    /// The bytes of a content that is kept; none where it is not.
    ///
    /// # Errors
    /// Where that cannot be told; as [`Self::path`].
    pub fn size(&self, unit: &str, sm3: &Digest) -> Result<Option<u64>> {
        if let Some(behind) = &self.behind {
            return behind.bucket.size(unit, sm3);
        }
        match fs::metadata(self.path(unit, sm3)?) {
            Ok(meta) => Ok(Some(meta.len())),
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(e) => Err(e.into()),
        }
    }

    /// The file of a content, to be opened at once. It is fetched where the folder has no copy.
    ///
    /// # Errors
    /// [`StoreError::Content`] where it is not kept, [`StoreError::Digest`] where what comes is something else.
    pub fn file(&self, unit: &str, sm3: &Digest) -> Result<PathBuf> {
        let path = self.path(unit, sm3)?;
        let Some(behind) = &self.behind else { return Ok(path) };
        let now = SystemTime::now();
        if path.exists() {
            room::used(&path, now);
            return Ok(path);
        }
        let folder = self.unit(unit)?;
        fs::create_dir_all(&folder)?;
        let mut temporary = temporary(&folder)?;
        let found = behind.bucket.read(unit, sm3, temporary.as_file_mut())?;
        expect(&found, sm3, None)?;
        self.settle(unit, sm3, temporary, &mut Dirs::default())?;
        behind.room.came(found.bytes, now)?;
        Ok(path)
    }

    /// Brings what stands in the folder to where it is kept.
    fn keep(&self, unit: &str, sm3: &Digest) -> Result<()> {
        let Some(behind) = &self.behind else { return Ok(()) };
        let path = self.path(unit, sm3)?;
        behind.bucket.put(unit, sm3, &path)?;
        Ok(behind.room.came(fs::metadata(&path)?.len(), SystemTime::now())?)
    }

    /// Where a content of a unit stands in the folder, or would stand.
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
        self.keep(unit, &found.sm3)?;
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
            return self.keep(unit, &known.sm3);
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
        dirs.sync(&self.root)?;
        self.keep(unit, &known.sm3)
    }

    /// A content.
    ///
    /// # Errors
    /// [`StoreError::Content`] where it is not there.
    pub fn read(&self, unit: &str, sm3: &Digest) -> Result<Vec<u8>> {
        Ok(fs::read(self.file(unit, sm3)?)?)
    }

    /// Recomputes both digests from what is kept: of no copy.
    ///
    /// # Errors
    /// [`StoreError::Digest`] where one of them differs.
    pub fn verify(&self, unit: &str, sm3: &Digest, sha256: Option<&Sha256>) -> Result<Digests> {
        let found = self.digested(unit, sm3, &mut std::io::sink())?;
        expect(&found, sm3, sha256)?;
        Ok(found)
    }

    /// Takes a content from where another folder keeps it. Answers its size.
    ///
    /// # Errors
    /// [`StoreError::Digest`] where it is not what its digests say; nothing is left then.
    pub fn take(&self, from: &Self, unit: &str, sm3: &Digest, sha256: Option<&Sha256>) -> Result<u64> {
        let folder = self.unit(unit)?;
        fs::create_dir_all(&folder)?;
        let mut temporary = temporary(&folder)?;
        let found = from.digested(unit, sm3, temporary.as_file_mut())?;
        expect(&found, sm3, sha256)?;
        let mut dirs = Dirs::default();
        self.settle(unit, sm3, temporary, &mut dirs)?;
        dirs.sync(&self.root)?;
        self.keep(unit, sm3)?;
        Ok(found.bytes)
    }

    /// Reads what is kept to its end.
    fn digested(&self, unit: &str, sm3: &Digest, to: &mut dyn Write) -> Result<Digests> {
        match &self.behind {
            Some(behind) => behind.bucket.read(unit, sm3, to),
            None => pass(&mut File::open(self.path(unit, sm3)?)?, to),
        }
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
        let here = tracing::Span::current();
        let done = thread::scope(|scope| {
            let threads: Vec<_> =
                (0..CARRIERS.min(contents.len())).map(|_| scope.spawn(|| here.in_scope(work))).collect();
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
        let mut source = File::open(self.file(from, sm3)?)?;
        let folder = self.unit(to)?;
        fs::create_dir_all(&folder)?;
        let there = self.path(to, sm3)?;
        if there.exists() {
            dirs.add(&there);
            let found = pass(&mut source, &mut std::io::sink())?;
            expect(&found, sm3, Some(sha256))?;
            self.keep(to, sm3)?;
            return Ok(found.bytes);
        }
        let (temporary, found) = copy(&mut source, &folder)?;
        expect(&found, sm3, Some(sha256))?;
        self.settle(to, sm3, temporary, dirs)?;
        self.keep(to, sm3)?;
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
    let mut temporary = temporary(folder)?;
    let found = pass(reader, temporary.as_file_mut())?;
    Ok((temporary, found))
}

fn temporary(folder: &Path) -> std::io::Result<tempfile::NamedTempFile> {
    tempfile::Builder::new().prefix(UNFINISHED).tempfile_in(folder)
}

/// Both digests of what a reader gives.
///
/// # Errors
/// Where it cannot be read.
pub fn digests(reader: &mut dyn Read) -> Result<Digests> {
    pass(reader, &mut std::io::sink())
}

fn pass(reader: &mut dyn Read, writer: &mut dyn Write) -> Result<Digests> {
    let mut hasher = Hasher::new();
    let mut chunk = vec![0; CHUNK];
    loop {
        match reader.read(&mut chunk) {
            Ok(0) => return Ok(hasher.finish()),
            Ok(n) => pass_on(&chunk[..n], &mut hasher, writer)?,
            Err(e) if e.kind() == std::io::ErrorKind::Interrupted => {}
            Err(e) => return Err(e.into()),
        }
    }
}

pub(crate) fn pass_on(some: &[u8], hasher: &mut Hasher, writer: &mut dyn Write) -> Result<()> {
    hasher.update(some);
    Ok(writer.write_all(some)?)
}

fn expect(found: &Digests, sm3: &Digest, sha256: Option<&Sha256>) -> Result<()> {
    if &found.sm3 != sm3 || sha256.is_some_and(|s| &found.sha256 != s) {
        return Err(StoreError::Digest(sm3.to_string()));
    }
    Ok(())
}
