//! One act: guards first, then everything it writes.
//!
//! Rows become statements before an engine is asked, so that it only executes.

use std::collections::BTreeSet;

use case::{Effect, FileState};
use seal::Digest;

use super::codec::{Columns, Row, Value, args, hex, to_json};
use super::files::NEVER;
use super::statement::{CHUNK, Group, Statement, insert_many};
use super::table::{Table, insert};
use super::{Dialect, statement, views};
use crate::error::StoreError;
use crate::rows::{Commit, Committed, FileRow, InboxRow, KeyRow, Listed, NumberRow, OutboxRow, Views};

type Result<T> = std::result::Result<T, StoreError>;

/// A question that must be answered well before an act is written.
#[derive(Debug, Clone)]
pub struct Ask {
    /// The question. Where several write at once it also locks what it finds.
    pub statement: Statement,
    /// What must be found.
    pub guard: Guard,
}

/// What must be found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Guard {
    /// No row: the idempotency key is unused so far.
    Unused,
    /// No row: the message has not arrived so far.
    New,
    /// So many contents: all are still there.
    There(usize),
    /// This number, or no row where it is 0: the last one of the series.
    Last(u64),
    /// Whatever: it only locks.
    Locked,
}

impl Ask {
    fn new(guard: Guard, sql: impl Into<String>, args: Vec<Value>) -> Self {
        Self { statement: (sql.into(), args), guard }
    }

    /// What the act is answered where the rows found stand against it.
    pub fn refused(&self, rows: &[Row]) -> Result<Option<Committed>> {
        Ok(match self.guard {
            Guard::Unused => rows.first().map(KeyRow::read).transpose()?.map(Committed::KeyUsed),
            Guard::New => (!rows.is_empty()).then_some(Committed::Arrived),
            Guard::There(all) => (rows.len() != all).then_some(Committed::NoContent),
            Guard::Last(n) => {
                let last: u64 = rows.first().map_or(Ok(0), |r| Columns::of(r, "编号").next())?;
                (last != n).then_some(Committed::Conflict)
            }
            Guard::Locked => None,
        })
    }

    /// Whether it tells that the act itself was done before, which says more than what stands against it since.
    pub fn tells_of_before(&self) -> bool {
        matches!(self.guard, Guard::Unused | Guard::New)
    }
}

/// What an act writes, and what must hold for it.
#[derive(Debug, Clone)]
pub struct Act {
    /// What must hold, in the order in which it is asked and locked. The key is asked first: a request
    /// that was carried out is answered as such, even though its file has moved on since.
    pub asks: Vec<Ask>,
    /// Writes one row, or the file has moved on.
    pub first: Statement,
    /// What every act writes, in the same words: no two touch the same rows, and the order does not matter.
    pub every: Group,
    /// Everything else, in order.
    pub rest: Group,
    /// What it overwrites must not be left in a log: a file is written anew after some of its
    /// contents were lawfully destroyed.
    pub scrubs: bool,
}

impl Act {
    /// A commit.
    pub fn new(dialect: Dialect, c: &Commit) -> Result<Self> {
        let (mut every, mut rest) = (Group::new(), Group::new());
        every.push(state(&c.file, &c.state)?);
        event(&mut every, c)?;
        views::forget(&mut every, &c.file);
        assignments(&mut rest, c);
        destroy(&mut rest, c)?;
        views::write(&mut rest, &c.file, &c.views);
        if changes_cards(c) {
            views::values(&mut rest, &c.file, &c.views.values);
        }
        rest.extend(c.number.as_ref().map(given));
        for row in &c.outbox {
            rest.push((OUTBOX.into(), outbox_args(row)?));
        }
        if let Some(row) = &c.inbox {
            rest.push((INBOX.into(), inbox_args(row)));
        }
        let holdings: Vec<Vec<Value>> = c.holdings.iter().map(|sm3| args![c.file.id, sm3]).collect();
        rest.extend(insert_many("holdings", "file, sm3", &holdings, " ON CONFLICT DO NOTHING"));
        if let Some(key) = &c.key {
            rest.push((insert::<KeyRow>("idempotency_keys"), key.args()));
        }
        if let Some(message) = &c.delivered {
            let at = c.event.header.recorded_at;
            rest.push(("UPDATE outbox SET delivered_at = $2 WHERE id = $1".into(), args![message, at]));
        }
        let scrubs =
            !c.destroys.redacted.is_empty() || !c.destroys.released.is_empty() || destroyed(c).next().is_some();
        Ok(Self { asks: asks(dialect, c), first: file(c), every, rest, scrubs })
    }

    /// A file's row, state and views anew. The stream of events tells whether the file has moved
    /// on, not its row: the row may be what is to be repaired.
    pub fn rebuild(dialect: Dialect, f: &FileRow, of: &FileState, views: &Views) -> Result<Self> {
        let sql = "UPDATE files SET title = $3, version = $2, grade = $4, sealed = $5, closed = $6, updated_at = $7,
            open = $8, opened_at = $9, handed_at = $10, due_at = $11, words = $12
            WHERE id = $1 AND (SELECT MAX(seq) FROM events WHERE file = $1) = $2";
        let mut first = args![f.id, f.version, f.title, f.grade, f.sealed, f.closed, f.updated_at];
        first.extend(listed(&views.listed));
        let (mut every, mut rest) = (Group::new(), Group::new());
        every.push(state(f, of)?);
        views::forget(&mut every, f);
        views::write(&mut rest, f, views);
        views::values(&mut rest, f, &views.values);
        let locked = format!("SELECT id FROM files WHERE id = $1{}", dialect.for_update());
        let asks = vec![Ask::new(Guard::Locked, locked, args![f.id])];
        Ok(Self { asks, first: (sql.into(), first), every, rest, scrubs: true })
    }
}

/// What must hold for a commit. Where several write at once, locks are taken in this order: contents by
/// digest, the series of a number, and then the file's row.
fn asks(dialect: Dialect, c: &Commit) -> Vec<Ask> {
    let mut asks = Vec::new();
    if let Some(key) = &c.key {
        let sql = format!("SELECT {} FROM idempotency_keys WHERE user_id = $1 AND key = $2", KeyRow::COLUMNS);
        asks.push(Ask::new(Guard::Unused, sql, args![key.user, key.key]));
    }
    if let Some(row) = &c.inbox {
        asks.push(Ask::new(Guard::New, "SELECT message FROM inbox WHERE message = $1", args![row.message]));
    }
    let contents = |digests: &[Digest], guard: fn(usize) -> Guard, locked: &str| {
        let all: BTreeSet<String> = digests.iter().map(Digest::to_string).collect();
        let all: Vec<String> = all.into_iter().collect();
        let mut asks = Vec::new();
        for some in all.chunks(CHUNK) {
            let mut args = args![c.file.unit];
            let list = statement::listed(some, &mut args);
            let sql = format!("SELECT sm3 FROM contents WHERE unit = $1 AND sm3 IN ({list}) ORDER BY sm3{locked}");
            asks.push(Ask::new(guard(some.len()), sql, args));
        }
        asks
    };
    asks.extend(contents(&c.holdings, Guard::There, dialect.for_key_share()));
    asks.extend(contents(&c.destroys.released, |_| Guard::Locked, dialect.for_update()));
    if let Some(n) = &c.number {
        // No number comes before 0; what is found is never so great.
        let before = n.n.checked_sub(1).unwrap_or(u64::MAX);
        let sql = format!("{LAST_NUMBER}{}", dialect.for_update());
        asks.push(Ask::new(Guard::Last(before), sql, args![n.unit, n.series, n.year]));
    }
    asks
}

/// Gives a number. The first one of a series has no row to lock: of two who give it at the same time, one
/// finds the other's row there.
fn given(n: &NumberRow) -> Statement {
    let sql = if n.n == 1 {
        "INSERT INTO counters (unit, series, year, last) VALUES ($1, $2, $3, $4)"
    } else {
        "UPDATE counters SET last = $4 WHERE unit = $1 AND series = $2 AND year = $3"
    };
    (sql.into(), args![n.unit, n.series, n.year, n.n])
}

pub const LAST_NUMBER: &str = "SELECT last FROM counters WHERE unit = $1 AND series = $2 AND year = $3";

/// Writes the file's row where it has the expected version still.
fn file(c: &Commit) -> (String, Vec<Value>) {
    let f = &c.file;
    let (sql, mut args) = if c.expected == 0 {
        (
            "INSERT INTO files (id, unit, matter, title, version, grade, sealed, closed, updated_at,
             open, opened_at, handed_at, due_at, words)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14) ON CONFLICT DO NOTHING",
            args![f.id, f.unit, f.matter, f.title, f.version, f.grade, f.sealed, f.closed, f.updated_at],
        )
    } else {
        (
            "UPDATE files SET title = $3, version = $4, grade = $5, sealed = $6, closed = $7, updated_at = $8,
             open = $9, opened_at = $10, handed_at = $11, due_at = $12, words = $13 WHERE id = $1 AND version = $2",
            args![f.id, c.expected, f.title, f.version, f.grade, f.sealed, f.closed, f.updated_at],
        )
    };
    args.extend(listed(&c.views.listed));
    (sql.into(), args)
}

/// The columns of a file's row that only lists look at.
fn listed(l: &Listed) -> Vec<Value> {
    args![l.open, l.opened_at, l.handed_at, l.due_at.map_or(NEVER, |at| at.as_microsecond()), l.words]
}

fn state(file: &FileRow, state: &FileState) -> Result<(String, Vec<Value>)> {
    let sql = "INSERT INTO file_states (file, state) VALUES ($1, $2)
        ON CONFLICT (file) DO UPDATE SET state = excluded.state";
    Ok((sql.into(), args![file.id, to_json(state, "案卷状态")?]))
}

/// Whether the values of the cards may be others after an act: most acts leave them as they are.
fn changes_cards(c: &Commit) -> bool {
    let set = |e: &Effect| matches!(e, Effect::CardSet { .. } | Effect::SubjectAdded { .. });
    c.expected == 0 || c.event.payload.iter().flat_map(|p| &p.effects).any(set)
}

fn event(out: &mut Group, c: &Commit) -> Result<()> {
    let h = &c.event.header;
    out.push((
        "INSERT INTO events (file, seq, id, header, hash, recorded_at) VALUES ($1, $2, $3, $4, $5, $6)".into(),
        args![h.file, h.seq, h.id, to_json(h, "事件头")?, c.event.hash, h.recorded_at],
    ));
    let (Some(payload), Some(salt)) = (&c.event.payload, &c.event.salt) else { return Ok(()) };
    out.push((
        "INSERT INTO event_payloads (event, salt, payload) VALUES ($1, $2, $3)".into(),
        args![h.id, hex(salt), to_json(payload, "事件内容")?],
    ));
    Ok(())
}

/// Who was given the file, for assignment in turn.
fn assignments(out: &mut Group, c: &Commit) {
    for effect in c.event.payload.iter().flat_map(|p| &p.effects) {
        let Effect::HandlerSet { handler, .. } = effect else { continue };
        out.push((
            "INSERT INTO assignments (unit, role, user_id, file, at) VALUES ($1, $2, $3, $4, $5)
             ON CONFLICT (unit, role, user_id, file) DO UPDATE SET at = excluded.at"
                .into(),
            args![c.file.unit, handler.role.as_str(), handler.user, c.event.header.file, handler.since],
        ));
    }
}

/// Replaces what is left of payloads, and takes the holdings away; what is known of a content
/// (its text among it) goes with the last holding of the unit.
fn destroy(out: &mut Group, c: &Commit) -> Result<()> {
    for (event, rest) in &c.destroys.redacted {
        let sql = "UPDATE event_payloads SET salt = '', payload = $2 WHERE event = $1";
        out.push((sql.into(), args![event, to_json(rest, "事件内容")?]));
    }
    // What people wrote beside the pages goes with them.
    for material in destroyed(c) {
        out.push(("DELETE FROM notes WHERE file = $1 AND material = $2".into(), args![c.file.id, material]));
    }
    for sm3 in &c.destroys.released {
        out.push(("DELETE FROM holdings WHERE file = $1 AND sm3 = $2".into(), args![c.file.id, sm3]));
        let sql = format!("DELETE FROM contents WHERE unit = $1 AND sm3 = $2 AND {UNHELD}");
        out.push((sql, args![c.file.unit, sm3]));
    }
    Ok(())
}

/// The materials that an act destroys.
fn destroyed(c: &Commit) -> impl Iterator<Item = &String> {
    c.event.payload.iter().flat_map(|p| &p.effects).filter_map(|e| match e {
        Effect::MaterialDestroyed { material, .. } => Some(material),
        _ => None,
    })
}

/// That no file of the unit holds a row of `contents`.
pub const UNHELD: &str = "NOT EXISTS (SELECT 1 FROM holdings JOIN files ON files.id = holdings.file
    WHERE holdings.sm3 = contents.sm3 AND files.unit = contents.unit)";

const OUTBOX: &str = "INSERT INTO outbox (id, message, file, digest, queued_at, delivered_at, attempts, error)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";

fn outbox_args(row: &OutboxRow) -> Result<Vec<Value>> {
    let message = to_json(&row.message, "待发消息")?;
    Ok(args![row.message.id, message, row.file, row.digest, row.queued_at, row.delivered_at, row.attempts, row.error])
}

pub const INBOX: &str = "INSERT INTO inbox
    (message, unit, from_unit, kind, file, digest, received_at, receipt, refused, pages, bytes)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)";

pub fn inbox_args(row: &InboxRow) -> Vec<Value> {
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
