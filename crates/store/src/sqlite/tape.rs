//! What the writer wrote, statement by statement and group by group, and a bare loop that writes
//! the same once more: the peer against which a benchmark measures everything around it.

use std::path::Path;

use rusqlite::{Connection, Transaction, TransactionBehavior};

use super::{DURABLE, Sqlite, hand};
use crate::error::StoreError;
use crate::sql::{Group, Row, Value};

type Result<T> = std::result::Result<T, StoreError>;

/// A transaction of the writer, which notes what it runs while a tape is recorded.
pub(super) struct Tx<'a> {
    db: Transaction<'a>,
    ran: Option<Group>,
}

impl<'a> Tx<'a> {
    pub fn begin(db: &'a mut Connection, recorded: bool) -> Result<Self> {
        let db = db.transaction_with_behavior(TransactionBehavior::Immediate)?;
        Ok(Self { db, ran: recorded.then(Group::new) })
    }

    /// Writes; gives the number of rows written.
    pub fn run(&mut self, sql: &str, args: &[Value]) -> Result<u64> {
        self.note(sql, args);
        hand::run(&self.db, sql, args)
    }

    /// Writes; gives the rows that the statement returns.
    pub fn returning(&mut self, sql: &str, args: &[Value]) -> Result<Vec<Row>> {
        self.note(sql, args);
        hand::all(&self.db, sql, args)
    }

    /// Asks; is not noted.
    pub fn ask(&self, sql: &str, args: &[Value]) -> Result<Vec<Row>> {
        hand::all(&self.db, sql, args)
    }

    /// Commits; gives what was noted. Who does not commit has written nothing.
    pub fn commit(self) -> Result<Option<Group>> {
        self.db.commit()?;
        Ok(self.ran)
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
        self.0.shared.record(Some(Tape::default()));
    }

    /// What was written since [`Sqlite::record`].
    pub fn recorded(&self) -> Tape {
        self.0.shared.record(None).unwrap_or_default()
    }
}

/// One connection to a database file, as durable as the writer's, and nothing around it.
pub struct Bare(Connection);

impl Bare {
    /// Opens a copy of the database that a tape was recorded on, as it stood before.
    ///
    /// # Errors
    /// Those of the database.
    pub fn open(path: &Path) -> Result<Self> {
        Ok(Self(hand::open(path, &DURABLE)?))
    }

    /// Writes what stands on the tape: the same rows with prepared statements in the same groups,
    /// one sync a group. Blocks.
    ///
    /// # Errors
    /// Those of the database.
    pub fn play(&mut self, tape: &Tape) -> Result<()> {
        for group in &tape.groups {
            let tx = self.0.transaction_with_behavior(TransactionBehavior::Immediate)?;
            for (sql, args) in group {
                hand::all(&tx, sql, args)?;
            }
            tx.commit()?;
        }
        Ok(())
    }
}
