//! The engine for one machine: one SQLite file, one process, one writer that commits in groups.
//!
//! Reads go to a small pool of read-only connections. Every write is a job for the writer task
//! (`writer`), which puts the jobs that are waiting into one transaction, syncs once and then
//! answers each caller. SQL text is such that PostgreSQL takes it too.

mod act;
mod codec;
mod company;
mod exchange;
mod files;
mod find;
mod repository;
mod schema;
mod table;
mod tape;
mod views;
mod writer;

use std::fs::{File, OpenOptions, TryLockError};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use sea_orm::sqlx::sqlite::SqliteConnectOptions;
use sea_orm::{
    ConnectOptions, ConnectionTrait, Database, DatabaseConnection, DbBackend, QueryResult, Statement, Value,
};
use tokio::sync::{OwnedMutexGuard, mpsc, oneshot};

pub use self::tape::{Bare, Tape};

use self::table::Table;
use self::writer::{Answer, Job, Work, Write, Writer};
use crate::error::StoreError;
use crate::rows::Committed;

type Result<T> = std::result::Result<T, StoreError>;

const READERS: u32 = 4;
const QUEUE: usize = 1024;
/// Commits and views have many shapes of statement; each is prepared once.
const STATEMENTS: usize = 400;

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
#[derive(Debug)]
pub struct Sqlite {
    read: DatabaseConnection,
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
        let base = SqliteConnectOptions::new()
            .filename(path)
            .busy_timeout(Duration::from_secs(10))
            .foreign_keys(true)
            .statement_cache_capacity(STATEMENTS);
        let write = connect(1, durable(base.clone().create_if_missing(true))).await?;
        schema::migrate(&write).await?;
        // The file belongs to this process alone, so whoever held a lease is gone.
        write.execute_unprepared("UPDATE outbox SET lease_until = NULL WHERE delivered_at IS NULL").await?;
        Self::begin(write, base, lock).await
    }

    /// Opens a database that must be there, to look at it: whatever would write fails.
    ///
    /// # Errors
    /// As [`Sqlite::open`], and where the schema is not the one this program knows.
    pub async fn open_to_look(path: &Path) -> Result<Self> {
        let lock = lock(path)?;
        let base = SqliteConnectOptions::new()
            .filename(path)
            .busy_timeout(Duration::from_secs(10))
            .statement_cache_capacity(STATEMENTS);
        let write = connect(1, base.clone().pragma("query_only", "ON")).await?;
        schema::current(&write).await?;
        Self::begin(write, base, lock).await
    }

    /// Starts the readers and the writer.
    async fn begin(write: DatabaseConnection, base: SqliteConnectOptions, lock: File) -> Result<Self> {
        let read = connect(READERS, base.pragma("query_only", "ON")).await?;
        let shared = Arc::new(writer::Shared::default());
        let (jobs, queue) = mpsc::channel(QUEUE);
        tokio::spawn(Writer::new(write, read.clone(), lock, Arc::clone(&shared)).run(queue));
        Ok(Self { read, jobs, shared })
    }

    /// Writes what is waiting, closes the file and frees it for others. Later calls fail.
    pub async fn close(&self) {
        // A writer that has stopped already has nothing left to close.
        let _ = self.job(Work::Stop).await;
    }

    /// What the writer has done so far.
    pub fn stats(&self) -> Stats {
        self.shared.stats()
    }

    /// Holds the writer back until the guard is dropped: jobs pile up and then share groups. For
    /// the conformance suite, which may not depend on timing.
    pub async fn hold_writer(&self) -> OwnedMutexGuard<()> {
        Arc::clone(&self.shared.gate).lock_owned().await
    }

    async fn job(&self, work: Work) -> Result<Answer> {
        let (answer, answered) = oneshot::channel();
        self.shared.arrived();
        if self.jobs.send(Job { work, answer }).await.is_err() {
            self.shared.left();
            return Err(StoreError::Stopped);
        }
        answered.await.map_err(|_| StoreError::Stopped)?
    }

    async fn act(&self, act: act::Act) -> Result<Committed> {
        match self.job(Work::Act(Box::new(act))).await? {
            Answer::Committed(c) => Ok(c),
            Answer::Rows(_) => Err(StoreError::Stopped),
        }
    }

    /// Writes statements, all or nothing, and gives the rows of the last one.
    async fn write(&self, write: Write) -> Result<Vec<QueryResult>> {
        match self.job(Work::Write(write)).await? {
            Answer::Rows(rows) => Ok(rows),
            Answer::Committed(_) => Err(StoreError::Stopped),
        }
    }

    async fn all(&self, sql: impl Into<String>, args: Vec<Value>) -> Result<Vec<QueryResult>> {
        Ok(self.read.query_all_raw(statement(sql, args)).await?)
    }

    async fn one(&self, sql: impl Into<String>, args: Vec<Value>) -> Result<Option<QueryResult>> {
        Ok(self.read.query_one_raw(statement(sql, args)).await?)
    }

    /// `SELECT` the columns of `T`, `rest` being what follows them.
    async fn select<T: Table>(&self, rest: &str, args: Vec<Value>) -> Result<Vec<T>> {
        self.all(format!("SELECT {} {rest}", T::COLUMNS), args).await?.iter().map(T::read).collect()
    }

    async fn select_one<T: Table>(&self, rest: &str, args: Vec<Value>) -> Result<Option<T>> {
        self.one(format!("SELECT {} {rest}", T::COLUMNS), args).await?.as_ref().map(T::read).transpose()
    }
}

/// How the connection that writes keeps what it writes.
/// What keeps a commit through a power cut; and what is lawfully destroyed must not stay behind in
/// free pages.
const DURABLE: [(&str, &str); 3] = [("journal_mode", "WAL"), ("synchronous", "FULL"), ("secure_delete", "ON")];

fn durable(options: SqliteConnectOptions) -> SqliteConnectOptions {
    DURABLE.into_iter().fold(options, |options, (name, value)| options.pragma(name, value))
}

fn statement(sql: impl Into<String>, args: Vec<Value>) -> Statement {
    Statement::from_sql_and_values(DbBackend::Sqlite, sql, args)
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

async fn connect(connections: u32, sqlite: SqliteConnectOptions) -> Result<DatabaseConnection> {
    let mut options = ConnectOptions::new("sqlite::memory:");
    options
        .max_connections(connections)
        .min_connections(connections)
        .idle_timeout(None::<Duration>)
        .max_lifetime(None::<Duration>)
        .test_before_acquire(false)
        .sqlx_logging(false)
        .record_stmt_in_spans(false)
        .map_sqlx_sqlite_opts(move |_| {
            use sea_orm::sqlx::ConnectOptions as _;
            sqlite.clone().disable_statement_logging()
        });
    Ok(Database::connect(options).await?)
}
