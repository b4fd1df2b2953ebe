//! The schema's numbered steps.

use sea_orm::{ConnectionTrait, DatabaseConnection, SqliteTransactionMode, TransactionOptions, TransactionTrait};

use super::codec::{Columns, args};
use super::statement;
use crate::error::StoreError;

/// Step `n` of the schema stands at `n - 1`. A step that was released is never changed.
const STEPS: &[&str] = &[
    include_str!("../../migrations/0001_base.sql"),
    include_str!("../../migrations/0002_contents.sql"),
    include_str!("../../migrations/0003_reading.sql"),
    include_str!("../../migrations/0004_notices.sql"),
    include_str!("../../migrations/0005_lists.sql"),
    include_str!("../../migrations/0006_notes.sql"),
];

/// Refuses a database whose schema is not the one this program knows; nothing is changed.
pub(super) async fn current(db: &DatabaseConnection) -> Result<(), StoreError> {
    let row = db.query_one_raw(statement("SELECT COALESCE(MAX(step), 0) FROM schema_version", vec![])).await?;
    let have: u64 = row.as_ref().map_or(Ok(0), |r| Columns::of(r, "数据库版本").next())?;
    let known = STEPS.len() as u64;
    if have == known {
        return Ok(());
    }
    Err(StoreError::Database(format!(
        "数据库结构为第 {have} 版，本程序核对的是第 {known} 版，请先用相应版本的程序启动一次"
    )))
}

/// Applies the steps that are missing, each in its own transaction.
pub(super) async fn migrate(db: &DatabaseConnection) -> Result<(), StoreError> {
    db.execute_unprepared("CREATE TABLE IF NOT EXISTS schema_version (step BIGINT NOT NULL PRIMARY KEY)").await?;
    let row = db.query_one_raw(statement("SELECT COALESCE(MAX(step), 0) FROM schema_version", vec![])).await?;
    let have: u64 = row.as_ref().map_or(Ok(0), |r| Columns::of(r, "数据库版本").next())?;
    let known = STEPS.len() as u64;
    if have > known {
        return Err(StoreError::Database(format!(
            "数据库结构为第 {have} 版，本程序只认识到第 {known} 版，请使用较新的程序打开"
        )));
    }
    for (n, step) in (1u64..).zip(STEPS).filter(|(n, _)| *n > have) {
        let tx = db
            .begin_with_options(TransactionOptions {
                sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
                ..Default::default()
            })
            .await?;
        tx.execute_unprepared(step).await?;
        tx.execute_raw(statement("INSERT INTO schema_version (step) VALUES ($1)", args![n])).await?;
        tx.commit().await?;
    }
    Ok(())
}
