//! What the writer wrote, statement by statement and group by group, and a bare loop that writes
//! the same once more: the peer against which a benchmark measures everything around it.

use std::path::Path;

use sea_orm::sqlx::sqlite::{SqliteArguments, SqliteConnectOptions};
use sea_orm::sqlx::{self, Arguments, AssertSqlSafe, Connection, SqliteConnection};
use sea_orm::{ConnectionTrait, DatabaseTransaction, QueryResult, Value};

use super::{STATEMENTS, Sqlite, durable, statement};
use crate::error::StoreError;

type Result<T> = std::result::Result<T, StoreError>;
/// The statements of one transaction.
pub(super) type Group = Vec<(String, Vec<Value>)>;

/// A transaction of the writer, which notes what it runs while a tape is recorded.
pub(super) struct Tx {
    db: DatabaseTransaction,
    ran: Option<Group>,
}

impl Tx {
    pub fn new(db: DatabaseTransaction, recorded: bool) -> Self {
        Self { db, ran: recorded.then(Group::new) }
    }

    /// Writes; gives the number of rows written.
    pub async fn run(&mut self, sql: impl Into<String>, args: Vec<Value>) -> Result<u64> {
        let sql = sql.into();
        self.note(&sql, &args);
        Ok(self.db.execute_raw(statement(sql, args)).await?.rows_affected())
    }

    /// Writes; gives the rows that the statement returns.
    pub async fn returning(&mut self, sql: &str, args: Vec<Value>) -> Result<Vec<QueryResult>> {
        self.note(sql, &args);
        Ok(self.db.query_all_raw(statement(sql, args)).await?)
    }

    /// Asks for one row; is not noted.
    pub async fn ask(&self, sql: impl Into<String>, args: Vec<Value>) -> Result<Option<QueryResult>> {
        Ok(self.db.query_one_raw(statement(sql, args)).await?)
    }

    /// Commits; gives what was noted.
    pub async fn commit(self) -> Result<Option<Group>> {
        self.db.commit().await?;
        Ok(self.ran)
    }

    pub async fn rollback(self) -> Result<()> {
        Ok(self.db.rollback().await?)
    }

    fn note(&mut self, sql: &str, args: &[Value]) {
        if let Some(ran) = &mut self.ran {
            ran.push((sql.to_owned(), args.to_vec()));
        }
    }
}

/// The statements that were committed while it ran, in their groups.
#[derive(Debug, Default)]
pub struct Tape {
    groups: Vec<Group>,
}

impl Tape {
    pub(super) fn push(&mut self, group: Group) {
        self.groups.push(group);
    }

    /// Transactions on it.
    pub fn groups(&self) -> usize {
        self.groups.len()
    }

    /// Statements on it.
    pub fn statements(&self) -> usize {
        self.groups.iter().map(Vec::len).sum()
    }
}

impl Sqlite {
    /// From now on notes what is written, until [`Sqlite::recorded`]. For benchmarks.
    pub fn record(&self) {
        self.shared.record(Some(Tape::default()));
    }

    /// What was written since [`Sqlite::record`].
    pub fn recorded(&self) -> Tape {
        self.shared.record(None).unwrap_or_default()
    }
}

/// One connection to a database file, as durable as the writer's, and nothing around it.
pub struct Bare(SqliteConnection);

impl Bare {
    /// Opens a copy of the database that a tape was recorded on, as it stood before.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn open(path: &Path) -> Result<Self> {
        let options = durable(SqliteConnectOptions::new().filename(path).statement_cache_capacity(STATEMENTS));
        Ok(Self(SqliteConnection::connect_with(&options).await.map_err(refused)?))
    }

    /// Writes what stands on the tape: the same rows with prepared statements in the same groups,
    /// one sync a group.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn play(&mut self, tape: &Tape) -> Result<()> {
        for group in &tape.groups {
            let mut tx = self.0.begin_with("BEGIN IMMEDIATE").await.map_err(refused)?;
            for (sql, args) in group {
                let query = sqlx::query_with(AssertSqlSafe(sql.as_str()), bound(args)?);
                query.execute(&mut *tx).await.map_err(refused)?;
            }
            tx.commit().await.map_err(refused)?;
        }
        Ok(())
    }
}

fn bound(args: &[Value]) -> Result<SqliteArguments> {
    let mut out = SqliteArguments::default();
    for arg in args {
        match arg {
            Value::BigInt(n) => out.add(*n),
            Value::String(s) => out.add(s.clone()),
            other => return Err(StoreError::Database(format!("{other:?} 不能绑定"))),
        }
        .map_err(|e| StoreError::Database(e.to_string()))?;
    }
    Ok(out)
}

fn refused(e: sqlx::Error) -> StoreError {
    StoreError::Database(e.to_string())
}
