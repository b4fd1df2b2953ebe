//! The two ledgers of the exchange.

use law::time::Moment;

use super::codec::{Columns, Row, args};
use super::find::Sql;
use super::statement::Write;
use super::{Database, Engine};
use crate::error::StoreError;
use crate::find::Find;
use crate::rows::{HandoverRow, Handovers, InboxRow, OutboxRow};

type Result<T> = std::result::Result<T, StoreError>;

const OUTBOX: &str = "message, file, digest, queued_at, delivered_at, attempts, error";
const INBOX: &str = "message, unit, from_unit, kind, file, digest, received_at, receipt, refused, pages, bytes";

fn outbox(row: &Row) -> Result<OutboxRow> {
    let mut c = Columns::of(row, "待发消息");
    Ok(OutboxRow {
        message: c.json()?,
        file: c.next()?,
        digest: c.next()?,
        queued_at: c.next()?,
        delivered_at: c.next()?,
        attempts: c.next()?,
        error: c.next()?,
    })
}

fn inbox(row: &Row) -> Result<InboxRow> {
    let mut c = Columns::of(row, "收到的消息");
    Ok(InboxRow {
        message: c.next()?,
        unit: c.next()?,
        from_unit: c.next()?,
        kind: c.next()?,
        file: c.next()?,
        digest: c.next()?,
        received_at: c.next()?,
        receipt: c.next()?,
        refused: c.next()?,
        weight: (c.next()?, c.next()?),
    })
}

impl<E: Engine> Database<E> {
    pub async fn lease(&self, now: Moment, until: Moment, limit: u32) -> Result<Vec<OutboxRow>> {
        let sql = format!(
            "WITH free AS MATERIALIZED (SELECT id FROM outbox WHERE delivered_at IS NULL
             AND (lease_until IS NULL OR lease_until <= $1 OR {}) ORDER BY queued_at, id LIMIT $3{})
             UPDATE outbox SET lease_until = $2, lease_by = $4 WHERE id IN (SELECT id FROM free) RETURNING {OUTBOX}",
            E::DIALECT.gone(),
            E::DIALECT.skip_locked()
        );
        let holder = self.0.holder().await?;
        let rows = self.0.write(Write::one(sql, args![now, until, limit, holder])).await?;
        let mut rows: Vec<OutboxRow> = rows.iter().map(outbox).collect::<Result<_>>()?;
        // RETURNING promises no order.
        rows.sort_by(|a, b| (a.queued_at, &a.message.id).cmp(&(b.queued_at, &b.message.id)));
        Ok(rows)
    }

    pub async fn read_outbox(&self, message: &str) -> Result<Option<OutboxRow>> {
        let row = self.one(format!("SELECT {OUTBOX} FROM outbox WHERE id = $1"), args![message]).await?;
        row.as_ref().map(outbox).transpose()
    }

    pub async fn read_inbox(&self, message: &str) -> Result<Option<InboxRow>> {
        let row = self.one(format!("SELECT {INBOX} FROM inbox WHERE message = $1"), args![message]).await?;
        row.as_ref().map(inbox).transpose()
    }

    /// What waits for an answer stands among the deadlines of its file: `answer:` and the message, as
    /// a duty of the one who received it, and as no duty of the one who sent it.
    pub async fn list_handovers(&self, w: Handovers<'_>) -> Result<(u64, Vec<HandoverRow>)> {
        let find = Find { text: w.text.map(str::to_owned), ..Find::all() };
        let mut sql = Sql::condition(E::DIALECT, w.filter, w.now, &find);
        let late = if w.late {
            format!("AND clocks.due_at < COALESCE(clocks.ended_at, {})", sql.bind(w.now))
        } else {
            String::new()
        };
        let (unit, breach) = (sql.bind(w.unit), sql.bind(!w.sent));
        let (limit, offset) = (sql.bind(w.limit), sql.bind(w.offset));
        let Sql { text: may_see, args, .. } = sql;
        let (ended, order) = if w.waiting {
            ("IS NULL", "clocks.due_at, clocks.file, clocks.pos")
        } else {
            ("IS NOT NULL", "clocks.ended_at DESC, clocks.file, clocks.pos")
        };
        let sql = format!(
            "SELECT COUNT(*) OVER (), substr(clocks.deadline, 8), files.id, files.title, clocks.instance,
                clocks.from_at, clocks.due_at, clocks.ended_at
             FROM clocks JOIN files ON files.id = clocks.file
             WHERE ({may_see}) AND clocks.unit = {unit} AND clocks.breach = {breach} AND clocks.deadline >= 'answer:'
                AND clocks.deadline < 'answer;'
               AND clocks.ended_at {ended} {late}
             ORDER BY {order} LIMIT {limit} OFFSET {offset}",
        );
        let mut total = 0;
        let mut found = Vec::new();
        for row in self.all(sql, args).await? {
            let mut c = Columns::of(&row, "移送清单");
            total = c.next()?;
            found.push(HandoverRow {
                message: c.next()?,
                file: c.next()?,
                title: c.next()?,
                instance: c.next()?,
                at: c.next()?,
                due_at: c.next()?,
                answered_at: c.next()?,
            });
        }
        Ok((total, found))
    }

    pub async fn read_ledgers(&self) -> Result<(Vec<OutboxRow>, Vec<InboxRow>)> {
        let out = self.all(format!("SELECT {OUTBOX} FROM outbox ORDER BY queued_at, id"), vec![]).await?;
        let arrived = self.all(format!("SELECT {INBOX} FROM inbox ORDER BY received_at, message"), vec![]).await?;
        Ok((out.iter().map(outbox).collect::<Result<_>>()?, arrived.iter().map(inbox).collect::<Result<_>>()?))
    }
}
