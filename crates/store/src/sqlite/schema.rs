//! The schema's numbered steps.

use rusqlite::{Connection, TransactionBehavior};

use super::codec::{Arg, Columns};
use super::hand;
use crate::error::StoreError;

/// Step `n` of the schema stands at `n - 1`. A step that was released is never changed.
const STEPS: &[&str] = &[
    include_str!("../../migrations/0001_base.sql"),
    include_str!("../../migrations/0002_contents.sql"),
    include_str!("../../migrations/0003_reading.sql"),
    include_str!("../../migrations/0004_notices.sql"),
    include_str!("../../migrations/0005_lists.sql"),
    include_str!("../../migrations/0006_notes.sql"),
    include_str!("../../migrations/0007_back.sql"),
];

/// Refuses a database whose schema is not the one this program knows; nothing is changed.
pub(super) fn current(db: &Connection) -> Result<(), StoreError> {
    let have = step(db)?;
    let known = STEPS.len() as u64;
    if have == known {
        return Ok(());
    }
    Err(StoreError::Database(format!(
        "数据库结构为第 {have} 版，本程序核对的是第 {known} 版，请先用相应版本的程序启动一次"
    )))
}

/// Applies the steps that are missing, each in its own transaction.
pub(super) fn migrate(db: &mut Connection) -> Result<(), StoreError> {
    db.execute_batch("CREATE TABLE IF NOT EXISTS schema_version (step BIGINT NOT NULL PRIMARY KEY)")?;
    let have = step(db)?;
    let known = STEPS.len() as u64;
    if have > known {
        return Err(StoreError::Database(format!(
            "数据库结构为第 {have} 版，本程序只认识到第 {known} 版，请使用较新的程序打开"
        )));
    }
    for (n, step) in (1u64..).zip(STEPS).filter(|(n, _)| *n > have) {
        let tx = db.transaction_with_behavior(TransactionBehavior::Immediate)?;
        tx.execute_batch(step)?;
        hand::run(&tx, "INSERT INTO schema_version (step) VALUES ($1)", &[n.arg()])?;
        tx.commit()?;
    }
    Ok(())
}

/// The last step that was applied.
fn step(db: &Connection) -> Result<u64, StoreError> {
    let rows = hand::all(db, "SELECT COALESCE(MAX(step), 0) FROM schema_version", &[])?;
    rows.first().map_or(Ok(0), |r| Columns::of(r, "数据库版本").next())
}
