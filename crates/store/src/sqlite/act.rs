//! One act: guards first, then everything it writes.

use case::{Effect, FileState};
use sea_orm::Value;

use super::codec::{Columns, args, hex, to_json};
use super::table::{Table, insert};
use super::tape::Tx;
use super::views;
use crate::error::StoreError;
use crate::rows::{Commit, Committed, FileRow, InboxRow, KeyRow, NumberRow, OutboxRow, Views};

type Result<T> = std::result::Result<T, StoreError>;

/// Applies a commit within the writer's transaction. An answer other than `Done` has written
/// nothing. The key is asked first: a request that was carried out is answered as such, even
/// though its file has moved on since.
pub(super) async fn apply(tx: &mut Tx, c: &Commit) -> Result<Committed> {
    if let Some(key) = &c.key {
        let sql = format!("SELECT {} FROM idempotency_keys WHERE user_id = $1 AND key = $2", KeyRow::COLUMNS);
        if let Some(row) = tx.ask(sql, args![key.user, key.key]).await? {
            return Ok(Committed::KeyUsed(KeyRow::read(&row)?));
        }
    }
    if let Some(inbox) = &c.inbox {
        let asked = "SELECT message FROM inbox WHERE message = $1";
        if tx.ask(asked, args![inbox.message]).await?.is_some() {
            return Ok(Committed::Arrived);
        }
    }
    if let Some(number) = &c.number
        && last_number(tx, number).await? + 1 != number.n
    {
        return Ok(Committed::Conflict);
    }
    if !file(tx, c).await? {
        return Ok(Committed::Conflict);
    }
    event(tx, c).await?;
    views::replace(tx, &c.file, &c.views).await?;
    if let Some(number) = &c.number {
        let sql = "INSERT INTO counters (unit, series, year, last) VALUES ($1, $2, $3, $4)
            ON CONFLICT (unit, series, year) DO UPDATE SET last = excluded.last";
        tx.run(sql, args![number.unit, number.series, number.year, number.n]).await?;
    }
    for row in &c.outbox {
        tx.run(OUTBOX, outbox_args(row)?).await?;
    }
    if let Some(row) = &c.inbox {
        tx.run(INBOX, inbox_args(row)).await?;
    }
    for sm3 in &c.holdings {
        tx.run("INSERT INTO holdings (file, sm3) VALUES ($1, $2) ON CONFLICT DO NOTHING", args![c.file.id, sm3])
            .await?;
    }
    if let Some(key) = &c.key {
        tx.run(insert::<KeyRow>("idempotency_keys"), key.args()).await?;
    }
    if let Some(message) = &c.delivered {
        let at = c.event.header.recorded_at;
        tx.run("UPDATE outbox SET delivered_at = $2 WHERE id = $1", args![message, at]).await?;
    }
    Ok(Committed::Done)
}

/// Writes a file's row, state and views anew. The stream of events tells whether the file has
/// moved on, not its row: the row may be what is to be repaired.
pub(super) async fn rebuild(tx: &mut Tx, f: &FileRow, state: &FileState, views: &Views) -> Result<Committed> {
    let written = tx.run("UPDATE files SET title = $3, version = $2, grade = $4, sealed = $5, closed = $6, updated_at = $7, state = $8
         WHERE id = $1 AND (SELECT MAX(seq) FROM events WHERE file = $1) = $2",
        args![f.id, f.version, f.title, f.grade, f.sealed, f.closed, f.updated_at, to_json(state, "案卷状态")?],
    )
    .await?;
    if written != 1 {
        return Ok(Committed::Conflict);
    }
    views::replace(tx, f, views).await?;
    Ok(Committed::Done)
}

/// The last number that was given in a series.
async fn last_number(tx: &Tx, of: &NumberRow) -> Result<u64> {
    let row = tx.ask(LAST_NUMBER, args![of.unit, of.series, of.year]).await?;
    row.as_ref().map_or(Ok(0), |r| Columns::of(r, "编号").next())
}

pub(super) const LAST_NUMBER: &str = "SELECT last FROM counters WHERE unit = $1 AND series = $2 AND year = $3";

/// Writes the file's row where it has the expected version still.
async fn file(tx: &mut Tx, c: &Commit) -> Result<bool> {
    let f = &c.file;
    let state = to_json(&c.state, "案卷状态")?;
    let written = if c.expected == 0 {
        tx.run(
            "INSERT INTO files (id, unit, matter, title, version, grade, sealed, closed, updated_at, state)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT DO NOTHING",
            args![f.id, f.unit, f.matter, f.title, f.version, f.grade, f.sealed, f.closed, f.updated_at, state],
        )
        .await?
    } else {
        tx.run(
            "UPDATE files SET title = $3, version = $4, grade = $5, sealed = $6, closed = $7, updated_at = $8,
             state = $9 WHERE id = $1 AND version = $2",
            args![f.id, c.expected, f.title, f.version, f.grade, f.sealed, f.closed, f.updated_at, state],
        )
        .await?
    };
    Ok(written == 1)
}

async fn event(tx: &mut Tx, c: &Commit) -> Result<()> {
    let h = &c.event.header;
    tx.run(
        "INSERT INTO events (file, seq, id, header, hash, recorded_at) VALUES ($1, $2, $3, $4, $5, $6)",
        args![h.file, h.seq, h.id, to_json(h, "事件头")?, c.event.hash, h.recorded_at],
    )
    .await?;
    let (Some(payload), Some(salt)) = (&c.event.payload, &c.event.salt) else { return Ok(()) };
    tx.run(
        "INSERT INTO event_payloads (event, salt, payload) VALUES ($1, $2, $3)",
        args![h.id, hex(salt), to_json(payload, "事件内容")?],
    )
    .await?;
    for effect in &payload.effects {
        let Effect::HandlerSet { handler, .. } = effect else { continue };
        tx.run(
            "INSERT INTO assignments (unit, role, user_id, file, at) VALUES ($1, $2, $3, $4, $5)
             ON CONFLICT (unit, role, user_id, file) DO UPDATE SET at = excluded.at",
            args![c.file.unit, handler.role.as_str(), handler.user, h.file, handler.since],
        )
        .await?;
    }
    Ok(())
}

const OUTBOX: &str = "INSERT INTO outbox (id, message, file, digest, queued_at, delivered_at, attempts, error)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";

fn outbox_args(row: &OutboxRow) -> Result<Vec<Value>> {
    let message = to_json(&row.message, "待发消息")?;
    Ok(args![row.message.id, message, row.file, row.digest, row.queued_at, row.delivered_at, row.attempts, row.error])
}

pub(super) const INBOX: &str = "INSERT INTO inbox
    (message, unit, from_unit, kind, file, digest, received_at, receipt, refused, pages, bytes)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)";

pub(super) fn inbox_args(row: &InboxRow) -> Vec<Value> {
    let (pages, bytes) = row.weight;
    args![
        row.message,
        row.unit,
        row.from_unit,
        row.kind,
        row.file,
        row.digest,
        row.received_at,
        row.receipt,
        row.refused,
        pages,
        bytes
    ]
}
