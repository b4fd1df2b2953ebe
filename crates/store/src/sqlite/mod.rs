//! The engine for one machine: one SQLite file, one process, one writer that commits in groups.
//!
//! Reads go to a few read-only connections, each on a thread of its own (`hand`). Every write is a
//! job for the writer task (`writer`), which puts the jobs that are waiting into one transaction,
//! syncs once and then answers each caller.

mod company;
mod hand;
mod schema;
mod tape;
mod writer;

use std::fs::{File, OpenOptions, TryLockError};
use std::path::Path;
use std::sync::Arc;

use async_trait::async_trait;
use rusqlite::Connection;
use tokio::sync::{OwnedMutexGuard, mpsc, oneshot};

pub use self::tape::{Bare, Tape};

use self::hand::{Hand, Reader, Readers};
use self::writer::{Answer, Job, Trace, Work, Writer};
use crate::error::StoreError;
use crate::repository::{Hold, News};
use crate::rows::Committed;
use crate::sql::{Act, Database, Dialect, Engine, Row, Write};

type Result<T> = std::result::Result<T, StoreError>;

const READERS: usize = 4;
const QUEUE: usize = 1024;

/// How much the writer has done since it was opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stats {
    /// Transactions, each with one sync.
    pub groups: u64,
    /// Jobs that they held.
    pub jobs: u64,
    /// Jobs that are waiting or being written now.
    pub waiting: u64,
}

/// The database in one SQLite file.
pub type Sqlite = Database<OneFile>;

/// The engine.
#[derive(Debug)]
pub struct OneFile {
    read: Arc<Readers>,
    jobs: mpsc::Sender<Job>,
    shared: Arc<writer::Shared>,
}

impl Sqlite {
    /// Opens the database, creates it where there is none, and brings its schema up to date.
    ///
    /// Must be called within a Tokio runtime, in which the writer then lives.
    ///
    /// # Errors
    /// [`StoreError::InUse`] when another process (or this one) has it open; a database error
    /// when the file is none, or was written by a newer version.
    pub async fn open(path: &Path) -> Result<Self> {
        let lock = lock(path)?;
        let of = path.to_owned();
        let write = blocking(move || {
            let mut write = hand::open(&of, &DURABLE)?;
            schema::migrate(&mut write)?;
            // The file belongs to this process alone, so whoever held a lease is gone.
            write.execute_batch(
                "UPDATE outbox SET lease_until = NULL WHERE delivered_at IS NULL;
                 UPDATE exports SET state = 'failed' WHERE state = 'making'",
            )?;
            Ok(write)
        });
        Self::begin(path, write.await?, lock).await
    }

    /// Opens a database that must be there, to look at it: whatever would write fails.
    ///
    /// # Errors
    /// As [`Sqlite::open`], and where the schema is not the one this program knows.
    pub async fn open_to_look(path: &Path) -> Result<Self> {
        let lock = lock(path)?;
        if !path.exists() {
            return Err(StoreError::Database(format!("没有数据库 {}", path.display())));
        }
        let of = path.to_owned();
        let write = blocking(move || {
            let write = hand::open(&of, &LOOKING)?;
            schema::current(&write)?;
            Ok(write)
        });
        Self::begin(path, write.await?, lock).await
    }

    /// Opens a database beside the process that has it open, to read from it. Whatever would write fails.
    ///
    /// # Errors
    /// As [`Sqlite::open_to_look`], but for [`StoreError::InUse`].
    pub async fn open_beside(path: &Path) -> Result<Self> {
        let of = path.to_owned();
        let write = blocking(move || {
            if !of.exists() {
                return Err(StoreError::Database(format!("没有数据库 {}", of.display())));
            }
            let write = hand::open(&of, &LOOKING)?;
            schema::current(&write)?;
            Ok(write)
        });
        Self::begin(path, write.await?, None).await
    }

    /// Starts the readers and the writer.
    async fn begin(path: &Path, write: Connection, lock: impl Into<Option<File>>) -> Result<Self> {
        let of = path.to_owned();
        let read = blocking(move || (0..READERS).map(|_| Hand::new(hand::open(&of, &LOOKING)?, "reader")).collect());
        let read = Readers::new(read.await?);
        let shared = Arc::new(writer::Shared::default());
        let (jobs, queue) = mpsc::channel(QUEUE);
        let write = Hand::new(write, "writer")?;
        tokio::spawn(Writer::new(write, Arc::clone(&read), lock.into(), Arc::clone(&shared)).run(queue));
        Ok(Database(OneFile { read, jobs, shared }))
    }

    /// What the writer has done so far.
    pub fn stats(&self) -> Stats {
        self.0.shared.stats()
    }

    /// Holds the writer back until the guard is dropped: jobs pile up and then share groups. For
    /// the conformance suite, which may not depend on timing.
    pub async fn hold_writer(&self) -> OwnedMutexGuard<()> {
        Arc::clone(&self.0.shared.gate).lock_owned().await
    }
}

impl OneFile {
    async fn job(&self, work: Work) -> Result<Answer> {
        let (answer, answered) = oneshot::channel();
        self.shared.arrived();
        if self.jobs.send(Job { work, answer, trace: Trace::waits() }).await.is_err() {
            self.shared.left();
            return Err(StoreError::Stopped);
        }
        answered.await.map_err(|_| StoreError::Stopped)?
    }
}

#[async_trait]
impl Engine for OneFile {
    const DIALECT: Dialect = Dialect::Sqlite;
    type Reader = Reader;

    async fn act(&self, act: Act) -> Result<Committed> {
        match self.job(Work::Act(Box::new(act))).await? {
            Answer::Committed(c) => Ok(c),
            Answer::Rows(_) => Err(StoreError::Stopped),
        }
    }

    async fn write(&self, write: Write) -> Result<Vec<Row>> {
        match self.job(Work::Write(write)).await? {
            Answer::Rows(rows) => Ok(rows),
            Answer::Committed(_) => Err(StoreError::Stopped),
        }
    }

    async fn reader(&self) -> Result<Reader> {
        self.read.one().await
    }

    async fn snapshot(&self) -> Result<Reader> {
        self.read.one().await?.snapshot().await
    }

    async fn announce(&self, _: &[String]) -> Result<()> {
        Ok(())
    }

    async fn news(&self) -> Result<News> {
        std::future::pending().await
    }

    async fn hold_contents(&self, _: bool) -> Result<Option<Hold>> {
        Ok(None)
    }

    async fn holder(&self) -> Result<i64> {
        Ok(0)
    }

    async fn close(&self) {
        // A writer that has stopped already has nothing left to close.
        let _ = self.job(Work::Stop).await;
    }
}

/// What keeps a commit through a power cut; and what is lawfully destroyed must not stay behind in
/// free pages.
const DURABLE: [(&str, &str); 4] =
    [("journal_mode", "WAL"), ("synchronous", "FULL"), ("secure_delete", "ON"), ("foreign_keys", "ON")];
/// Whatever would write fails.
const LOOKING: [(&str, &str); 1] = [("query_only", "ON")];

/// Does what blocks elsewhere.
async fn blocking<T: Send + 'static>(work: impl FnOnce() -> Result<T> + Send + 'static) -> Result<T> {
    tokio::task::spawn_blocking(work).await.map_err(|_| StoreError::Stopped)?
}

/// The exclusive lock on `<path>.lock`. The operating system frees it when the process dies.
fn lock(path: &Path) -> Result<File> {
    let mut name = path.as_os_str().to_owned();
    name.push(".lock");
    let file = OpenOptions::new().create(true).truncate(false).write(true).open(&name)?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(StoreError::InUse(path.display().to_string())),
        Err(TryLockError::Error(e)) => Err(e.into()),
    }
}
