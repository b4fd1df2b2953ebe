//! What the writer wrote, statement by statement and group by group, and a bare loop that writes
//! the same once more: the peer against which a benchmark measures everything around it.

use std::path::Path;

use rusqlite::types::ToSqlOutput;
use rusqlite::{Connection, TransactionBehavior, params_from_iter};
use sea_orm::{ConnectionTrait, DatabaseTransaction, QueryResult, Value};

use super::{DURABLE, STATEMENTS, Sqlite, statement};
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

/// One connection to a database file, as durable as the writer's, and nothing around it: the calls
/// of SQLite from one thread, without the hops between threads that an asynchronous driver makes.
pub struct Bare(Connection);

impl Bare {
    /// Opens a copy of the database that a tape was recorded on, as it stood before.
    ///
    /// # Errors
    /// Those of the database.
    pub fn open(path: &Path) -> Result<Self> {
        let db = Connection::open(path).map_err(refused)?;
        db.set_prepared_statement_cache_capacity(STATEMENTS);
        for (name, value) in DURABLE {
            db.pragma_update(None, name, value).map_err(refused)?;
        }
        Ok(Self(db))
    }

    /// Writes what stands on the tape: the same rows with prepared statements in the same groups,
    /// one sync a group. Blocks.
    ///
    /// # Errors
    /// Those of the database.
    pub fn play(&mut self, tape: &Tape) -> Result<()> {
        for group in &tape.groups {
            let tx = self.0.transaction_with_behavior(TransactionBehavior::Immediate).map_err(refused)?;
            for (sql, args) in group {
                let mut statement = tx.prepare_cached(sql).map_err(refused)?;
                let mut rows = statement.query(params_from_iter(bound(args)?)).map_err(refused)?;
                while rows.next().map_err(refused)?.is_some() {}
            }
            tx.commit().map_err(refused)?;
        }
        Ok(())
    }
}

fn bound(args: &[Value]) -> Result<Vec<ToSqlOutput<'_>>> {
    args.iter()
        .map(|arg| match arg {
            Value::BigInt(n) => Ok(ToSqlOutput::Owned((*n).into())),
            Value::String(s) => Ok(ToSqlOutput::Borrowed(s.as_deref().into())),
            other => Err(StoreError::Database(format!("{other:?} 不能绑定"))),
        })
        .collect()
}

fn refused(e: rusqlite::Error) -> StoreError {
    StoreError::Database(e.to_string())
}
