//! The steps of the schema, taken on SQLite.

use rusqlite::{Connection, TransactionBehavior};

use super::hand;
use crate::error::StoreError;
use crate::sql::Arg;
use crate::sql::schema::{self, LAST, NOTE, NOTED, STEPS};

/// Refuses a database whose schema is not the one this program knows; nothing is changed.
pub(super) fn current(db: &Connection) -> Result<(), StoreError> {
    schema::current(&hand::all(db, LAST, &[])?)
}

/// Applies the steps that are missing, each in its own transaction.
pub(super) fn migrate(db: &mut Connection) -> Result<(), StoreError> {
    db.execute_batch(NOTED)?;
    let have = schema::known_to(&hand::all(db, LAST, &[])?)?;
    for (n, step) in (1u64..).zip(STEPS).filter(|(n, _)| *n > have) {
        let tx = db.transaction_with_behavior(TransactionBehavior::Immediate)?;
        tx.execute_batch(step)?;
        hand::run(&tx, NOTE, &[n.arg()])?;
        tx.commit()?;
    }
    Ok(())
}
