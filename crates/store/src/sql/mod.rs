//! The repository in SQL, once for every engine.
//!
//! Here stand all statements and all that is read from their rows. An [`Engine`] only carries them
//! out: an [`Act`] with its guards, a [`Write`], questions. What two engines say differently is a
//! [`Dialect`]; statements are written so that it stays small.

mod act;
mod codec;
mod exchange;
mod files;
mod find;
mod repository;
pub mod schema;
mod sign_ins;
mod statement;
mod table;
mod views;
mod way;
mod whole;

use async_trait::async_trait;

pub use self::act::{Act, Ask};
pub use self::codec::{Arg, Row, Value};
pub use self::statement::{Group, Statement, Write};

use self::table::Table;
use crate::error::StoreError;
use crate::repository::{Hold, News};
use crate::rows::Committed;

type Result<T> = std::result::Result<T, StoreError>;

/// What carries statements out.
#[async_trait]
pub trait Engine: std::fmt::Debug + Send + Sync + 'static {
    /// How it likes its SQL.
    const DIALECT: Dialect;
    /// Reads for one caller.
    type Reader: Reader;
    /// Writes an act where its guards hold. Another answer than `Done` has written nothing.
    async fn act(&self, act: Act) -> Result<Committed>;
    /// Writes statements, all or nothing, and gives the rows of the last one.
    async fn write(&self, write: Write) -> Result<Vec<Row>>;
    /// Somebody who answers questions.
    async fn reader(&self) -> Result<Self::Reader>;
    /// The same, who answers all of them as things stand at the first.
    async fn snapshot(&self) -> Result<Self::Reader>;
    /// Tells the other processes something.
    async fn announce(&self, what: &[String]) -> Result<()>;
    /// Waits for what another process announces.
    async fn news(&self) -> Result<News>;
    /// Who holds the leases of this process. See [`Dialect::gone`].
    async fn holder(&self) -> Result<i64>;
    /// See [`crate::Repository::hold_contents`].
    async fn hold_contents(&self, alone: bool) -> Result<Option<Hold>>;
    /// Writes what is waiting and lets go of the database. Later calls fail.
    async fn close(&self);
}

/// Answers questions.
#[async_trait]
pub trait Reader: Send + Sync {
    /// Runs a statement and gives the rows that it returns.
    async fn all(&self, sql: String, args: Vec<Value>) -> Result<Vec<Row>>;
}

/// What engines say differently.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dialect {
    /// One process writes, one act after the other: nothing has to be locked.
    Sqlite,
    /// Many write at once. Every transaction is `READ COMMITTED`; what must not change under it, it locks.
    Postgres,
}

impl Dialect {
    /// Ends a SELECT whose rows nobody else may change or remove until the transaction ends.
    pub fn for_update(self) -> &'static str {
        self.locked(" FOR UPDATE")
    }

    /// Ends a SELECT whose rows nobody may remove until the transaction ends.
    pub fn for_key_share(self) -> &'static str {
        self.locked(" FOR KEY SHARE")
    }

    /// Ends a SELECT that takes only rows which nobody has locked.
    pub fn skip_locked(self) -> &'static str {
        self.locked(" FOR UPDATE SKIP LOCKED")
    }

    /// What holds of a lease whose holder has ended. One process frees all of them when it begins; of several each
    /// holds a lock of the server's under its own number for as long as it runs.
    pub fn gone(self) -> &'static str {
        match self {
            Self::Sqlite => "1 = 0",
            Self::Postgres => {
                "lease_by NOT IN (SELECT objid::bigint FROM pg_locks JOIN pg_database d ON d.oid = pg_locks.database
                 WHERE locktype = 'advisory' AND classid = 7 AND granted AND d.datname = current_database())"
            }
        }
    }

    /// Finds a process that holds leases; none where only one process can be.
    pub fn present(self) -> Option<&'static str> {
        (self == Self::Postgres).then_some(
            "SELECT objid::bigint FROM pg_locks JOIN pg_database d ON d.oid = pg_locks.database
             WHERE locktype = 'advisory' AND classid = 7 AND granted AND d.datname = current_database() LIMIT 1",
        )
    }

    fn locked(self, words: &'static str) -> &'static str {
        if self == Self::Postgres { words } else { "" }
    }

    /// The operator that finds a pattern in a text, capital or small Latin letters alike.
    pub fn like(self) -> &'static str {
        if self == Self::Postgres { "ILIKE" } else { "LIKE" }
    }
}

/// A database on one of the engines.
#[derive(Debug)]
pub struct Database<E>(pub(crate) E);

impl<E: Engine> Database<E> {
    async fn all(&self, sql: impl Into<String> + Send, args: Vec<Value>) -> Result<Vec<Row>> {
        self.0.reader().await?.all(sql.into(), args).await
    }

    async fn one(&self, sql: impl Into<String> + Send, args: Vec<Value>) -> Result<Option<Row>> {
        Ok(self.all(sql, args).await?.into_iter().next())
    }

    /// `SELECT` the columns of `T`, `rest` being what follows them.
    async fn select<T: Table>(&self, rest: &str, args: Vec<Value>) -> Result<Vec<T>> {
        self.all(format!("SELECT {} {rest}", T::COLUMNS), args).await?.iter().map(T::read).collect()
    }

    async fn select_one<T: Table>(&self, rest: &str, args: Vec<Value>) -> Result<Option<T>> {
        self.one(format!("SELECT {} {rest}", T::COLUMNS), args).await?.as_ref().map(T::read).transpose()
    }
}
