//! One act: guards first, then everything it writes.

use case::{Effect, FileState};
use sea_orm::{ConnectionTrait, DatabaseTransaction, Value};

use super::codec::{args, hex, to_json};
use super::statement;
use super::table::{Table, insert};
use super::views;
use crate::error::StoreError;
use crate::rows::{Commit, Committed, FileRow, InboxRow, KeyRow, OutboxRow, Views};

type Result<T> = std::result::Result<T, StoreError>;

/// Applies a commit within the writer's transaction. An answer other than `Done` has written
/// nothing. The key is asked first: a request that was carried out is answered as such, even
/// though its file has moved on since.
pub(super) async fn apply(tx: &DatabaseTransaction, c: &Commit) -> Result<Committed> {
    if let Some(key) = &c.key {
        let sql = format!("SELECT {} FROM idempotency_keys WHERE user_id = $1 AND key = $2", KeyRow::COLUMNS);
        if let Some(row) = tx.query_one_raw(statement(sql, args![key.user, key.key])).await? {
            return Ok(Committed::KeyUsed(KeyRow::read(&row)?));
        }
    }
    if let Some(inbox) = &c.inbox {
        let asked = statement("SELECT message FROM inbox WHERE message = $1", args![inbox.message]);
        if tx.query_one_raw(asked).await?.is_some() {
            return Ok(Committed::Arrived);
        }
    }
    for sm3 in &c.holdings {
        let asked = statement("SELECT sm3 FROM contents WHERE unit = $1 AND sm3 = $2", args![c.file.unit, sm3]);
        if tx.query_one_raw(asked).await?.is_none() {
            return Ok(Committed::NoContent);
        }
    }
    if !file(tx, c).await? {
        return Ok(Committed::Conflict);
    }
    event(tx, c).await?;
    destroy(tx, c).await?;
    views::replace(tx, &c.file, &c.views).await?;
    for row in &c.outbox {
        run(tx, OUTBOX, outbox_args(row)?).await?;
    }
    if let Some(row) = &c.inbox {
        run(tx, INBOX, inbox_args(row)).await?;
    }
    for sm3 in &c.holdings {
        run(tx, "INSERT INTO holdings (file, sm3) VALUES ($1, $2) ON CONFLICT DO NOTHING", args![c.file.id, sm3])
            .await?;
    }
    if let Some(key) = &c.key {
        run(tx, insert::<KeyRow>("idempotency_keys"), key.args()).await?;
    }
    if let Some(message) = &c.delivered {
        let at = c.event.header.recorded_at;
        run(tx, "UPDATE outbox SET delivered_at = $2 WHERE id = $1", args![message, at]).await?;
    }
    Ok(Committed::Done)
}

/// Writes a file's row, state and views anew. The stream of events tells whether the file has
/// moved on, not its row: the row may be what is to be repaired.
pub(super) async fn rebuild(
    tx: &DatabaseTransaction,
    f: &FileRow,
    state: &FileState,
    views: &Views,
) -> Result<Committed> {
    let written = run(
        tx,
        "UPDATE files SET title = $3, version = $2, grade = $4, sealed = $5, closed = $6, updated_at = $7, state = $8
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

/// Writes the file's row where it has the expected version still.
async fn file(tx: &DatabaseTransaction, c: &Commit) -> Result<bool> {
    let f = &c.file;
    let state = to_json(&c.state, "案卷状态")?;
    let written = if c.expected == 0 {
        run(
            tx,
            "INSERT INTO files (id, unit, matter, title, version, grade, sealed, closed, updated_at, state)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT DO NOTHING",
            args![f.id, f.unit, f.matter, f.title, f.version, f.grade, f.sealed, f.closed, f.updated_at, state],
        )
        .await?
    } else {
        run(
            tx,
            "UPDATE files SET title = $3, version = $4, grade = $5, sealed = $6, closed = $7, updated_at = $8,
             state = $9 WHERE id = $1 AND version = $2",
            args![f.id, c.expected, f.title, f.version, f.grade, f.sealed, f.closed, f.updated_at, state],
        )
        .await?
    };
    Ok(written == 1)
}

async fn event(tx: &DatabaseTransaction, c: &Commit) -> Result<()> {
    let h = &c.event.header;
    run(
        tx,
        "INSERT INTO events (file, seq, id, header, hash, recorded_at) VALUES ($1, $2, $3, $4, $5, $6)",
        args![h.file, h.seq, h.id, to_json(h, "事件头")?, c.event.hash, h.recorded_at],
    )
    .await?;
    let (Some(payload), Some(salt)) = (&c.event.payload, &c.event.salt) else { return Ok(()) };
    run(
        tx,
        "INSERT INTO event_payloads (event, salt, payload) VALUES ($1, $2, $3)",
        args![h.id, hex(salt), to_json(payload, "事件内容")?],
    )
    .await?;
    for effect in &payload.effects {
        let Effect::HandlerSet { handler, .. } = effect else { continue };
        run(
            tx,
            "INSERT INTO assignments (unit, role, user_id, file, at) VALUES ($1, $2, $3, $4, $5)
             ON CONFLICT (unit, role, user_id, file) DO UPDATE SET at = excluded.at",
            args![c.file.unit, handler.role.as_str(), handler.user, h.file, handler.since],
        )
        .await?;
    }
    Ok(())
}

/// Replaces what is left of payloads, and takes the holdings away; what is known of a content
/// (its text among it) goes with the last holding of the unit.
async fn destroy(tx: &DatabaseTransaction, c: &Commit) -> Result<()> {
    for (event, rest) in &c.destroys.redacted {
        let sql = "UPDATE event_payloads SET salt = '', payload = $2 WHERE event = $1";
        run(tx, sql, args![event, to_json(rest, "事件内容")?]).await?;
    }
    for sm3 in &c.destroys.released {
        run(tx, "DELETE FROM holdings WHERE file = $1 AND sm3 = $2", args![c.file.id, sm3]).await?;
        let sql = format!("DELETE FROM contents WHERE unit = $1 AND sm3 = $2 AND {UNHELD}");
        run(tx, sql, args![c.file.unit, sm3]).await?;
    }
    Ok(())
}

/// That no file of the unit holds a row of `contents`.
pub(super) const UNHELD: &str = "NOT EXISTS (SELECT 1 FROM holdings JOIN files ON files.id = holdings.file
    WHERE holdings.sm3 = contents.sm3 AND files.unit = contents.unit)";

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

/// Rows written.
pub(super) async fn run(tx: &DatabaseTransaction, sql: impl Into<String>, args: Vec<Value>) -> Result<u64> {
    Ok(tx.execute_raw(statement(sql, args)).await?.rows_affected())
}
