//! The schema's numbered steps.

use super::codec::{Columns, Row};
use crate::error::StoreError;

/// Step `n` of the schema stands at `n - 1`. A step that was released is never changed.
pub const STEPS: &[&str] = &[
    include_str!("../../migrations/0001_base.sql"),
    include_str!("../../migrations/0002_contents.sql"),
    include_str!("../../migrations/0003_reading.sql"),
    include_str!("../../migrations/0004_notices.sql"),
    include_str!("../../migrations/0005_lists.sql"),
    include_str!("../../migrations/0006_notes.sql"),
    include_str!("../../migrations/0007_back.sql"),
    include_str!("../../migrations/0008_leases.sql"),
    include_str!("../../migrations/0009_brought.sql"),
    include_str!("../../migrations/0010_temporary.sql"),
    include_str!("../../migrations/0011_sessions.sql"),
    include_str!("../../migrations/0012_devices.sql"),
    include_str!("../../migrations/0013_factors.sql"),
    include_str!("../../migrations/0014_suspended.sql"),
    include_str!("../../migrations/0015_provisional.sql"),
    include_str!("../../migrations/0016_clients.sql"),
    include_str!("../../migrations/0017_open.sql"),
    include_str!("../../migrations/0018_provider.sql"),
    include_str!("../../migrations/0019_exports.sql"),
    include_str!("../../migrations/0020_passkeys.sql"),
    include_str!("../../migrations/0021_passkey_host.sql"),
    include_str!("../../migrations/0022_cells.sql"),
];

/// Where the steps that were applied are noted.
pub const NOTED: &str = "CREATE TABLE IF NOT EXISTS schema_version (step BIGINT NOT NULL PRIMARY KEY)";
/// The last of them.
pub const LAST: &str = "SELECT COALESCE(MAX(step), 0) FROM schema_version";
/// Notes one.
pub const NOTE: &str = "INSERT INTO schema_version (step) VALUES ($1)";

/// What [`LAST`] says; fails where it is more than this program knows.
pub fn known_to(rows: &[Row]) -> Result<u64, StoreError> {
    let have = last(rows)?;
    let known = STEPS.len() as u64;
    if have > known {
        return Err(StoreError::Database(format!(
            "数据库结构为第 {have} 版，本程序只认识到第 {known} 版，请使用较新的程序打开"
        )));
    }
    Ok(have)
}

/// Fails where the schema is not the one that this program knows.
pub fn current(rows: &[Row]) -> Result<(), StoreError> {
    let have = last(rows)?;
    let known = STEPS.len() as u64;
    if have == known {
        return Ok(());
    }
    Err(StoreError::Database(format!(
        "数据库结构为第 {have} 版，本程序核对的是第 {known} 版，请先用相应版本的程序启动一次"
    )))
}

fn last(rows: &[Row]) -> Result<u64, StoreError> {
    rows.first().map_or(Ok(0), |r| Columns::of(r, "数据库版本").next())
}
