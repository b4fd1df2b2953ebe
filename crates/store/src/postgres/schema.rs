//! The steps of the schema, taken on PostgreSQL.

use tokio_postgres::{Client, Transaction};

use super::link::{NAMED_LOCK, row};
use crate::error::StoreError;
use crate::sql::schema::{self, LAST, NOTE, NOTED, STEPS};
use crate::sql::{Arg, Row};

type Result<T> = std::result::Result<T, StoreError>;

/// Ends a line of a step that only SQLite takes.
const ONLY_SQLITE: &str = "-- SQLite";

/// A step as PostgreSQL takes it. Texts are compared byte by byte, as SQLite compares them, whatever language the
/// database was made for. Indexes hold no long texts: an entry may not be longer than a third of a page.
fn translated(step: &str) -> String {
    let lines = step.lines().filter(|line| !line.ends_with(ONLY_SQLITE));
    let lines = lines.map(|line| line.replace(" TEXT", " TEXT COLLATE \"C\"").replace(", words)", ")"));
    lines.map(|line| line + "\n").collect()
}

/// Applies the steps that are missing, each in its own transaction. Of several processes that start at the same
/// time one applies a step while the others wait, and then see that it was applied.
pub(super) async fn migrate(db: &mut Client) -> Result<()> {
    while step(db).await? {}
    Ok(())
}

/// Applies one step; whether there may be more.
async fn step(db: &mut Client) -> Result<bool> {
    let tx = db.transaction().await?;
    tx.execute(NAMED_LOCK, &[&"schema"]).await?;
    if !noted(&tx).await? {
        tx.batch_execute(NOTED).await?;
    }
    let have = schema::known_to(&last(&tx).await?)?;
    let Some(step) = usize::try_from(have).ok().and_then(|n| STEPS.get(n)) else { return Ok(false) };
    tx.batch_execute(&translated(step)).await?;
    tx.execute(NOTE, &[&(have + 1).arg()]).await?;
    tx.commit().await?;
    tracing::info!(step = have + 1, "the schema was brought up to date");
    Ok(true)
}

/// Refuses a database whose schema is not the one this program knows; nothing is changed.
pub(super) async fn current(db: &mut Client) -> Result<()> {
    let tx = db.build_transaction().read_only(true).start().await?;
    let rows = if noted(&tx).await? { last(&tx).await? } else { Vec::new() };
    schema::current(&rows)
}

async fn noted(tx: &Transaction<'_>) -> Result<bool> {
    let found = tx.query_one("SELECT to_regclass('schema_version')::text", &[]).await?;
    Ok(found.try_get::<_, Option<String>>(0)?.is_some())
}

async fn last(tx: &Transaction<'_>) -> Result<Vec<Row>> {
    tx.query(LAST, &[]).await?.iter().map(row).collect()
}
