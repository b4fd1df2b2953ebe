//! The repository, method by method.

use std::collections::BTreeSet;

use access::Filter;
use async_trait::async_trait;
use case::{Event, FileState};
use law::time::Moment;
use seal::Digest;
use serde_json::Value;

use super::act::{self, Act, UNHELD};
use super::codec::{Arg, Columns, Value as Bound, args};
use super::files::{self, LISTED};
use super::sign_ins::note_where;
use super::statement::{CHUNK, Write, insert_many, listed, many};
use super::table::{Table, insert, placeholders};
use super::{Database, Dialect, Engine, Reader};
use crate::error::StoreError;
use crate::find::Find;
use crate::repository::{Hold, News, Repository};
use crate::rows::{
    AccessRow, AsideRow, AuditRow, ClockRow, Commit, Committed, ContentRow, DelegationRow, ExportRow, FileRow,
    FoundRow, HandoverRow, Handovers, InboxRow, KeyRow, LibraryRow, NoteRow, Noted, NoticeRow, OutboxRow, ReturnedRow,
    RoleRow, SavedView, TodoRow, UnheldRow, UnitRow, UserRow, ValueRow, Views,
};
use crate::whole::{Batch, Whole};

type Result<T> = std::result::Result<T, StoreError>;

impl<E: Engine> Database<E> {
    pub(super) async fn put(&self, sql: impl Into<String> + Send, args: Vec<Bound>) -> Result<()> {
        self.0.write(Write::one(sql, args)).await.map(drop)
    }

    /// A change, and who made it.
    async fn audited(&self, write: Write, audit: Option<AuditRow>) -> Result<()> {
        let note = |write: Write, row: AuditRow| write.then(insert::<AuditRow>("audit"), row.args());
        self.0
            .write(match audit {
                Some(row) => note(write, row),
                None => write,
            })
            .await
            .map(drop)
    }
}

/// The rows of a file, in order.
async fn of_file<T: Table>(db: &impl Reader, table: &str, order: &str, file: &str) -> Result<Vec<T>> {
    let sql = format!("SELECT {} FROM {table} WHERE file = $1 ORDER BY {order}", T::COLUMNS);
    db.all(sql, args![file]).await?.iter().map(T::read).collect()
}

/// Below a unit: itself and all units under it, whatever their paths were before.
const BELOW: &str = "WITH RECURSIVE below(id) AS (SELECT id FROM units WHERE id = $1 UNION
    SELECT units.id FROM units JOIN below ON units.parent = below.id)";

/// What a unit is below of, and what is below of it, is written down anew.
fn pathed(write: Write, unit: &str) -> Write {
    let forget = format!("DELETE FROM unit_paths WHERE unit IN ({BELOW} SELECT id FROM below)");
    let paths = format!(
        "INSERT INTO unit_paths (unit, ancestor) {BELOW}, path(unit, ancestor) AS (SELECT id, id FROM below UNION
         SELECT path.unit, units.parent FROM path JOIN units ON units.id = path.ancestor
         WHERE units.parent IS NOT NULL) SELECT unit, ancestor FROM path"
    );
    write.then(forget, args![unit]).then(paths, args![unit])
}

#[async_trait]
impl<E: Engine> Repository for Database<E> {
    async fn commit(&self, commit: Commit) -> Result<Committed> {
        self.0.act(Act::new(E::DIALECT, &commit)?).await
    }

    async fn state(&self, file: &str) -> Result<Option<FileState>> {
        self.read_state(file).await
    }

    async fn file(&self, file: &str) -> Result<Option<FileRow>> {
        self.read_file(file).await
    }

    async fn file_of(&self, unit: &str, matter: &str) -> Result<Option<String>> {
        let row = self.one("SELECT id FROM files WHERE unit = $1 AND matter = $2", args![unit, matter]).await?;
        row.as_ref().map(|r| Columns::of(r, "案卷").next()).transpose()
    }

    async fn files(&self, filter: &Filter, now: Moment, find: &Find, limit: u32, offset: u32) -> Result<Vec<FoundRow>> {
        self.list_files(filter, now, find, limit, offset).await
    }

    async fn file_ids(&self, filter: &Filter, now: Moment, find: &Find) -> Result<Vec<String>> {
        self.list_ids(filter, now, find).await
    }

    async fn count_files(&self, filter: &Filter, now: Moment, find: &Find) -> Result<u64> {
        self.count(filter, now, find).await
    }

    async fn stages(&self, filter: &Filter, now: Moment) -> Result<Vec<(String, String, u64)>> {
        self.count_stages(filter, now).await
    }

    async fn loads(&self, filter: &Filter, now: Moment, find: &Find) -> Result<Vec<(String, u64)>> {
        self.count_handlers(filter, now, find).await
    }

    async fn values(&self, files: &[String], fields: &[String]) -> Result<Vec<ValueRow>> {
        self.card_values(files, fields).await
    }

    async fn clocks_of(
        &self,
        filter: &Filter,
        now: Moment,
        due: (Moment, Moment),
        part: (u32, u32),
    ) -> Result<(u64, Vec<(String, ClockRow)>)> {
        self.clocks_within(filter, now, due, part).await
    }

    async fn clock_ends(
        &self,
        filter: &Filter,
        now: Moment,
        due: (Moment, Moment),
    ) -> Result<Vec<(Moment, String, u64)>> {
        self.clock_days(filter, now, due).await
    }

    async fn saved_views(&self, user: &str, unit: &str) -> Result<Vec<SavedView>> {
        let rest = "FROM saved_views WHERE user_id = $1 OR (unit = $2 AND shared = 1) ORDER BY name, id";
        self.select(rest, args![user, unit]).await
    }

    async fn put_saved_view(&self, view: SavedView) -> Result<()> {
        let sql = format!(
            "{} ON CONFLICT (id) DO UPDATE SET name = excluded.name, query = excluded.query,
             shared = excluded.shared, at = excluded.at WHERE saved_views.user_id = excluded.user_id",
            insert::<SavedView>("saved_views")
        );
        self.put(sql, view.args()).await
    }

    async fn drop_saved_view(&self, id: &str, user: &str) -> Result<()> {
        self.put("DELETE FROM saved_views WHERE id = $1 AND user_id = $2", args![id, user]).await
    }

    async fn begin_export(&self, row: ExportRow, most: u64, lease_until: Moment) -> Result<bool> {
        let width = ExportRow::WIDTH;
        let sql = format!(
            "INSERT INTO exports ({}, lease_until, lease_by) SELECT {}
             WHERE (SELECT COUNT(*) FROM exports WHERE user_id = $2 AND ends_at > $4 AND state <> 'over') < ${} RETURNING id",
            ExportRow::COLUMNS,
            placeholders(width + 2),
            width + 3
        );
        let mut args = row.args();
        args.extend(args![lease_until, self.0.holder().await?, most]);
        let write = Write::one(sql, args).alone(format!("exports {}", row.user));
        Ok(!self.0.write(write).await?.is_empty())
    }

    async fn exports(&self, user: &str, now: Moment) -> Result<Vec<ExportRow>> {
        let sql = format!(
            "SELECT id, user_id, unit, at, total, done,
                CASE WHEN state = 'making' AND (lease_until <= $2 OR {}) THEN 'failed' ELSE state END, sm3, ends_at
             FROM exports WHERE user_id = $1 AND ends_at > $2 AND state <> 'over' ORDER BY at, id",
            E::DIALECT.gone()
        );
        self.all(sql, args![user, now]).await?.iter().map(ExportRow::read).collect()
    }

    async fn export_goes_on(&self, id: &str, done: u64, lease_until: Moment, ends_at: Moment) -> Result<bool> {
        let sql = "UPDATE exports SET done = $2, lease_until = $3, ends_at = $4, lease_by = $5
            WHERE id = $1 AND state = 'making' RETURNING id";
        let holder = self.0.holder().await?;
        Ok(!self.0.write(Write::one(sql, args![id, done, lease_until, ends_at, holder])).await?.is_empty())
    }

    async fn note_export(&self, id: &str, sm3: &Digest) -> Result<bool> {
        let sql = "UPDATE exports SET sm3 = $2 WHERE id = $1 AND state = 'making' RETURNING id";
        Ok(!self.0.write(Write::one(sql, args![id, sm3])).await?.is_empty())
    }

    async fn end_export(&self, id: &str, ready: bool, ends_at: Moment) -> Result<bool> {
        let sql = "UPDATE exports SET done = CASE WHEN $2 = 'ready' THEN total ELSE done END, state = $2, ends_at = $3
            WHERE id = $1 AND state = 'making' RETURNING id";
        let state = if ready { "ready" } else { "failed" };
        Ok(!self.0.write(Write::one(sql, args![id, state, ends_at])).await?.is_empty())
    }

    async fn give_up_export(&self, user: &str, id: &str) -> Result<bool> {
        let sql = "UPDATE exports SET state = 'over' WHERE user_id = $1 AND id = $2 AND state <> 'over' RETURNING id";
        Ok(!self.0.write(Write::one(sql, args![user, id])).await?.is_empty())
    }

    async fn over_exports(&self, now: Moment) -> Result<Vec<ExportRow>> {
        let columns = ExportRow::COLUMNS;
        let sql =
            format!("UPDATE exports SET state = 'over' WHERE state = 'over' OR ends_at <= $1 RETURNING {columns}");
        self.0.write(Write::one(sql, args![now])).await?.iter().map(ExportRow::read).collect()
    }

    async fn forget_exports(&self, ids: &[String]) -> Result<()> {
        if ids.is_empty() {
            return Ok(());
        }
        let mut write = Write::default();
        for some in ids.chunks(CHUNK) {
            let mut args = Vec::new();
            let ids = listed(some, &mut args);
            write = write.then(format!("DELETE FROM exports WHERE state = 'over' AND id IN ({ids})"), args);
        }
        self.0.write(write).await.map(drop)
    }

    async fn all_files(&self) -> Result<Vec<String>> {
        let rows = self.all("SELECT id FROM files ORDER BY id", vec![]).await?;
        rows.iter().map(|r| Columns::of(r, "案卷").next()).collect()
    }

    async fn replace_state(&self, file: FileRow, state: FileState, views: Views) -> Result<()> {
        match self.0.act(Act::rebuild(E::DIALECT, &file, &state, &views)?).await? {
            Committed::Done => Ok(()),
            _ => Err(StoreError::Database(format!("案卷 {} 不存在或者已有新的变化，未重建", file.id))),
        }
    }

    async fn events(&self, file: &str) -> Result<Vec<Event>> {
        self.read_events(file).await
    }

    async fn key(&self, user: &str, key: &str) -> Result<Option<KeyRow>> {
        self.select_one("FROM idempotency_keys WHERE user_id = $1 AND key = $2", args![user, key]).await
    }

    async fn todos(&self, user: &str, unit: &str, roles: &[String]) -> Result<Vec<TodoRow>> {
        let mut args = args![user, unit];
        let roles = listed(roles, &mut args);
        let rest = format!(
            "FROM todos WHERE user_id = $1 OR (unit = $2 AND user_id IS NULL AND role IN ({roles}))
             ORDER BY (due_at IS NULL), due_at, file, pos"
        );
        self.select(&rest, args).await
    }

    async fn todos_of(
        &self,
        filter: &Filter,
        now: Moment,
        users: &[String],
        unit: &str,
        roles: &[String],
        limit: u32,
    ) -> Result<(u64, Vec<(String, TodoRow)>)> {
        self.todos_within(filter, now, (users, unit, roles), limit).await
    }

    async fn returned(
        &self,
        filter: &Filter,
        now: Moment,
        (user, unit, roles): (&str, &str, &[String]),
        limit: u32,
    ) -> Result<(u64, Vec<(String, ReturnedRow)>)> {
        self.returned_within(filter, now, (user, unit, roles), limit).await
    }

    async fn views(&self, file: &str) -> Result<Views> {
        let db = self.0.snapshot().await?;
        let listed = db.all(format!("SELECT {LISTED} FROM files WHERE id = $1"), args![file]).await?;
        let listed = listed.first().map(|r| files::listed(&mut Columns::of(r, "案卷"))).transpose()?;
        Ok(Views {
            listed: listed.unwrap_or_default(),
            values: of_file(&db, "card_values", "field, subject, value", file).await?,
            todos: of_file(&db, "todos", "pos", file).await?,
            clocks: of_file(&db, "clocks", "pos", file).await?,
            tracks: of_file(&db, "tracks", "pos", file).await?,
            returned: of_file(&db, "returned", "pos", file).await?,
        })
    }

    async fn clocks(&self, file: &str) -> Result<Vec<ClockRow>> {
        self.select("FROM clocks WHERE file = $1 AND ended_at IS NULL ORDER BY due_at, pos", args![file]).await
    }

    async fn clocks_due(&self, unit: &str, before: Moment) -> Result<Vec<ClockRow>> {
        let rest = "FROM clocks WHERE unit = $1 AND ended_at IS NULL AND suspended = 0 AND due_at < $2
            ORDER BY due_at, file, pos";
        self.select(rest, args![unit, before]).await
    }

    async fn clocks_to_tell(&self, now: Moment, limit: u32) -> Result<Vec<ClockRow>> {
        let rest = "FROM clocks WHERE ended_at IS NULL AND next_at <= $1 ORDER BY next_at, file, pos LIMIT $2";
        self.select(rest, args![now, limit]).await
    }

    async fn tell(&self, notices: Vec<NoticeRow>, clocks: Vec<ClockRow>) -> Result<Vec<String>> {
        let mut write = Write::default();
        for c in &clocks {
            write = write.then(
                "UPDATE clocks SET next_at = $6 WHERE file = $1 AND instance = $2 AND subject = $3 AND deadline = $4
                 AND from_at = $5",
                args![c.file, c.instance, c.subject, c.deadline, c.from, c.next_at],
            );
        }
        if !notices.is_empty() {
            let rows: Vec<Vec<Bound>> = notices.iter().map(Table::args).collect();
            let sql = many("notices", NoticeRow::COLUMNS, &rows);
            write = write.then(format!("{sql} ON CONFLICT DO NOTHING RETURNING file"), rows.concat());
        }
        let rows = self.0.write(write).await?;
        let files: BTreeSet<String> = rows.iter().map(|r| Columns::of(r, "提醒").next()).collect::<Result<_>>()?;
        Ok(files.into_iter().collect())
    }

    async fn notices(
        &self,
        user: &str,
        unit: &str,
        roles: &[String],
        now: Moment,
        limit: u32,
    ) -> Result<Vec<(NoticeRow, Option<Moment>)>> {
        let mut args = args![user, unit, limit, now];
        let roles = listed(roles, &mut args);
        let sql = format!(
            "SELECT (SELECT r.at FROM notice_reads r WHERE r.notice = notices.id AND r.user_id = $1) AS read_at, {}
             FROM notices WHERE unit = $2 AND (user_id = $1 OR (user_id IS NULL AND role IN ({roles})))
             AND (kind <> 'warning' OR due_at > $4) AND EXISTS (SELECT 1 FROM clocks c
                 WHERE c.file = notices.file AND c.due_at = notices.due_at AND c.ended_at IS NULL)
             ORDER BY at DESC, id LIMIT $3",
            NoticeRow::COLUMNS
        );
        let rows = self.all(sql, args).await?;
        rows.iter()
            .map(|r| {
                let mut c = Columns::of(r, "提醒");
                let read = c.next()?;
                Ok((NoticeRow::from_columns(&mut c)?, read))
            })
            .collect()
    }

    async fn notice(&self, id: &str) -> Result<Option<NoticeRow>> {
        self.select_one("FROM notices WHERE id = $1", args![id]).await
    }

    async fn read_notice(&self, id: &str, user: &str, at: Moment) -> Result<()> {
        let sql = "INSERT INTO notice_reads (notice, user_id, at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING";
        self.put(sql, args![id, user, at]).await
    }

    async fn all_clocks(&self) -> Result<Vec<ClockRow>> {
        self.select("FROM clocks ORDER BY file, pos", vec![]).await
    }

    async fn provisional(&self) -> Result<Vec<String>> {
        let sql = "SELECT DISTINCT file FROM clocks WHERE provisional = 1 AND ended_at IS NULL ORDER BY file";
        let rows = self.all(sql.to_owned(), vec![]).await?;
        rows.iter().map(|r| Columns::of(r, "期限").next()).collect()
    }

    async fn destroy_payload(&self, event: &str) -> Result<()> {
        self.0.write(Write::one("DELETE FROM event_payloads WHERE event = $1", args![event]).scrub()).await.map(drop)
    }

    async fn roster(&self, unit: &str, role: &str, at: Moment) -> Result<Vec<(String, u64, Option<Moment>)>> {
        let sql = "SELECT u.id,
                (SELECT COUNT(*) FROM file_people p JOIN files f ON f.id = p.file
                 WHERE p.\"user\" = u.id AND p.relation = 'handler' AND f.unit = $1) AS given,
                (SELECT MAX(a.at) FROM assignments a WHERE a.unit = $1 AND a.role = $2 AND a.user_id = u.id) AS last
            FROM users u WHERE u.unit = $1 AND u.active = 1 AND EXISTS
                (SELECT 1 FROM user_roles r WHERE r.user_id = u.id AND r.unit = $1 AND r.role = $2
                 AND r.from_at <= $3 AND (r.to_at IS NULL OR r.to_at > $3))
            ORDER BY 2, 3 NULLS FIRST, 1";
        let rows = self.all(sql, args![unit, role, at]).await?;
        rows.iter()
            .map(|r| {
                let mut c = Columns::of(r, "轮案名册");
                Ok((c.next()?, c.next()?, c.next()?))
            })
            .collect()
    }

    async fn last_number(&self, unit: &str, series: &str, year: i16) -> Result<u64> {
        let row = self.one(act::LAST_NUMBER, args![unit, series, year]).await?;
        row.as_ref().map_or(Ok(0), |r| Columns::of(r, "编号").next())
    }

    async fn lease_outbox(&self, now: Moment, lease_until: Moment, limit: u32) -> Result<Vec<OutboxRow>> {
        self.lease(now, lease_until, limit).await
    }

    async fn outbox_failed(&self, message: &str, error: &str) -> Result<()> {
        self.put("UPDATE outbox SET attempts = attempts + 1, error = $2 WHERE id = $1", args![message, error]).await
    }

    async fn outbox(&self, message: &str) -> Result<Option<OutboxRow>> {
        self.read_outbox(message).await
    }

    async fn inbox(&self, message: &str) -> Result<Option<InboxRow>> {
        self.read_inbox(message).await
    }

    async fn refuse_inbox(&self, row: InboxRow) -> Result<()> {
        self.put(format!("{} ON CONFLICT DO NOTHING", act::INBOX), act::inbox_args(&row)).await
    }

    async fn handovers(&self, wanted: Handovers<'_>) -> Result<(u64, Vec<HandoverRow>)> {
        self.list_handovers(wanted).await
    }

    async fn ledgers(&self) -> Result<(Vec<OutboxRow>, Vec<InboxRow>)> {
        self.read_ledgers().await
    }

    async fn put_content(&self, row: ContentRow) -> Result<()> {
        let n = ContentRow::WIDTH + 1;
        let sql = format!(
            "INSERT INTO contents ({}, seen_at) VALUES ({})
             ON CONFLICT (unit, sm3) DO UPDATE SET media = excluded.media, pages = excluded.pages,
             facts = excluded.facts, checker = excluded.checker, text = excluded.text,
             seen_at = CASE WHEN excluded.seen_at > contents.seen_at THEN excluded.seen_at ELSE contents.seen_at END",
            ContentRow::COLUMNS,
            placeholders(n)
        );
        let mut args = row.args();
        args.push(row.at.arg());
        let brought = "INSERT INTO brought (unit, sm3, user_id) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING";
        let write = Write::one(sql, args).then(brought, args![row.unit, row.sm3, row.by]);
        self.0.write(write).await.map(drop)
    }

    async fn brought(&self, unit: &str, sm3: &Digest, user: &str) -> Result<bool> {
        let sql = "SELECT 1 FROM brought WHERE unit = $1 AND sm3 = $2 AND user_id = $3";
        Ok(self.one(sql, args![unit, sm3, user]).await?.is_some())
    }

    async fn brought_of(&self, unit: &str, user: &str, sm3: &[Digest]) -> Result<Vec<Digest>> {
        let mut found = Vec::new();
        for some in sm3.chunks(CHUNK) {
            let mut args = args![unit, user];
            let list = listed(some, &mut args);
            let sql =
                format!("SELECT sm3 FROM brought WHERE unit = $1 AND user_id = $2 AND sm3 IN ({list}) ORDER BY sm3");
            for row in self.all(sql, args).await? {
                found.push(Columns::of(&row, "文件内容").next()?);
            }
        }
        Ok(found)
    }

    async fn content(&self, unit: &str, sm3: &Digest) -> Result<Option<ContentRow>> {
        self.select_one("FROM contents WHERE unit = $1 AND sm3 = $2", args![unit, sm3]).await
    }

    async fn contents(&self, unit: &str, sm3: &[Digest]) -> Result<Vec<ContentRow>> {
        let columns = ContentRow::COLUMNS.replace("text", "NULL AS text");
        let mut found = Vec::with_capacity(sm3.len());
        for some in sm3.chunks(CHUNK) {
            let mut args = args![unit];
            let list = listed(some, &mut args);
            let sql = format!("SELECT {columns} FROM contents WHERE unit = $1 AND sm3 IN ({list}) ORDER BY sm3");
            for row in self.all(sql, args).await? {
                found.push(ContentRow::read(&row)?);
            }
        }
        Ok(found)
    }

    async fn texts(&self, unit: &str, sm3: &[Digest]) -> Result<Vec<(Digest, String)>> {
        let mut found = Vec::new();
        for some in sm3.chunks(CHUNK) {
            let mut args = args![unit];
            let list = listed(some, &mut args);
            let sql = format!(
                "SELECT sm3, text FROM contents WHERE unit = $1 AND sm3 IN ({list}) AND text IS NOT NULL ORDER BY sm3"
            );
            for row in self.all(sql, args).await? {
                let mut c = Columns::of(&row, "文字层");
                found.push((c.next()?, c.next()?));
            }
        }
        Ok(found)
    }

    async fn add_note(&self, note: NoteRow, limit: u64) -> Result<Noted> {
        let sql = format!(
            "INSERT INTO notes ({}) SELECT {} WHERE (SELECT COUNT(*) FROM notes WHERE file = $2 AND author = $11) < ${}
             ON CONFLICT (author, key) DO NOTHING RETURNING id",
            NoteRow::COLUMNS,
            placeholders(NoteRow::WIDTH),
            NoteRow::WIDTH + 1
        );
        let mut args = note.args();
        args.push(limit.arg());
        let write = Write::one(sql, args).alone(format!("notes {} {}", note.file, note.author));
        if !self.0.write(write).await?.is_empty() {
            return Ok(Noted::Done);
        }
        let kept = self.select_one("FROM notes WHERE author = $1 AND key = $2", args![note.author, note.key]).await?;
        Ok(kept.map_or(Noted::Full, |row| Noted::KeyUsed(Box::new(row))))
    }

    async fn note(&self, id: &str) -> Result<Option<NoteRow>> {
        self.select_one("FROM notes WHERE id = $1", args![id]).await
    }

    async fn notes(&self, file: &str, author: &str, shared: bool) -> Result<Vec<NoteRow>> {
        let rest = "FROM notes WHERE file = $1 AND (author = $2 OR (shared = 1 AND $3 = 1)) ORDER BY created_at, id";
        self.select(rest, args![file, author, shared]).await
    }

    async fn change_note(&self, note: NoteRow, version: u64) -> Result<bool> {
        let sql = "UPDATE notes SET shared = $3, text = $4, quote = $5, areas = $6, changed_at = $7, version = $8
            WHERE id = $1 AND version = $2 RETURNING id";
        let n = &note;
        let args = args![n.id, version, n.shared, n.text, n.quote, n.areas, n.changed_at, n.version];
        Ok(!self.0.write(Write::one(sql, args).scrub()).await?.is_empty())
    }

    async fn drop_note(&self, id: &str, version: u64) -> Result<bool> {
        let sql = "DELETE FROM notes WHERE id = $1 AND version = $2 RETURNING id";
        Ok(!self.0.write(Write::one(sql, args![id, version]).scrub()).await?.is_empty())
    }

    async fn holds(&self, file: &str, sm3: &Digest) -> Result<bool> {
        let sql = "SELECT file FROM holdings WHERE file = $1 AND sm3 = $2";
        Ok(self.one(sql, args![file, sm3]).await?.is_some())
    }

    async fn unheld(&self, before: Moment) -> Result<Vec<UnheldRow>> {
        let sql = format!(
            "SELECT unit, sm3, bytes, seen_at FROM contents WHERE seen_at < $1 AND {UNHELD} ORDER BY unit, sm3"
        );
        let rows = self.all(sql, args![before]).await?;
        rows.iter()
            .map(|r| {
                let mut c = Columns::of(r, "无人持有的文件");
                Ok(UnheldRow { unit: c.next()?, sm3: c.next()?, bytes: c.next()?, seen_at: c.next()? })
            })
            .collect()
    }

    async fn drop_unheld(&self, unit: &str, sm3: &Digest, before: Moment) -> Result<bool> {
        let sql =
            format!("DELETE FROM contents WHERE unit = $1 AND sm3 = $2 AND seen_at < $3 AND {UNHELD} RETURNING sm3");
        let lock = format!("SELECT sm3 FROM contents WHERE unit = $1 AND sm3 = $2{}", E::DIALECT.for_update());
        let write = Write::one(sql, args![unit, sm3, before]).lock(lock, args![unit, sm3]).scrub();
        Ok(!self.0.write(write).await?.is_empty())
    }

    async fn known(&self, unit: &str, sm3: &Digest) -> Result<bool> {
        let sql = "SELECT 1 FROM contents WHERE unit = $1 AND sm3 = $2
            UNION ALL SELECT 1 FROM aside WHERE unit = $1 AND sm3 = $2
            UNION ALL SELECT 1 FROM exports WHERE unit = $1 AND sm3 = $2 AND state <> 'over' LIMIT 1";
        Ok(self.one(sql, args![unit, sm3]).await?.is_some())
    }

    async fn put_aside(&self, row: AsideRow) -> Result<()> {
        self.put(insert::<AsideRow>("aside"), row.args()).await
    }

    async fn aside(&self, unit: &str) -> Result<Vec<AsideRow>> {
        self.select("FROM aside WHERE unit = $1 ORDER BY at DESC, sm3", args![unit]).await
    }

    async fn put_unit(&self, unit: UnitRow) -> Result<()> {
        let put = format!(
            "{} ON CONFLICT (id) DO UPDATE SET name = excluded.name, abbr = excluded.abbr, code = excluded.code,
             agency = excluded.agency, region = excluded.region, parent = excluded.parent",
            insert::<UnitRow>("units")
        );
        let write = pathed(Write::one(put, unit.args()), &unit.id).alone("units");
        self.0.write(write).await.map(drop)
    }

    async fn add_unit(&self, unit: UnitRow, noted: AuditRow) -> Result<bool> {
        let (note, of_note) = note_where("NOT EXISTS (SELECT 1 FROM units WHERE id = $1)", args![unit.id], &noted);
        let add = insert::<UnitRow>("units") + " ON CONFLICT (id) DO NOTHING";
        let write = pathed(Write::one(note, of_note).then(add, unit.args()), &unit.id)
            .then("SELECT id FROM audit WHERE id = $1", args![noted.id])
            .alone("units");
        Ok(!self.0.write(write).await?.is_empty())
    }

    async fn change_unit(&self, unit: UnitRow, noted: AuditRow) -> Result<()> {
        let change = "UPDATE units SET name = $2, abbr = $3, code = $4 WHERE id = $1";
        let write = Write::one(change, args![unit.id, unit.name, unit.abbr, unit.code])
            .then(insert::<AuditRow>("audit"), noted.args())
            .alone("units");
        self.0.write(write).await.map(drop)
    }

    async fn units(&self) -> Result<Vec<UnitRow>> {
        self.select("FROM units ORDER BY id", vec![]).await
    }

    async fn put_audit(&self, row: AuditRow) -> Result<()> {
        self.put(insert::<AuditRow>("audit"), row.args()).await
    }

    async fn audit(&self, unit: &str, limit: u32, offset: u32) -> Result<(u64, Vec<AuditRow>)> {
        let db = self.0.snapshot().await?;
        let total = db.all("SELECT COUNT(*) FROM audit WHERE unit = $1".into(), args![unit]).await?;
        let total = total.first().map_or(Ok(0), |r| Columns::of(r, "变更记录").next())?;
        let sql =
            format!("SELECT {} FROM audit WHERE unit = $1 ORDER BY at DESC, id LIMIT $2 OFFSET $3", AuditRow::COLUMNS);
        let rows = db.all(sql, args![unit, limit, offset]).await?;
        Ok((total, rows.iter().map(AuditRow::read).collect::<Result<_>>()?))
    }

    async fn put_user(&self, user: UserRow, audit: Option<AuditRow>) -> Result<()> {
        let sql = format!(
            "{} ON CONFLICT (id) DO UPDATE SET login = excluded.login, name = excluded.name, unit = excluded.unit,
             password = excluded.password, clearance = excluded.clearance, active = excluded.active,
             temporary_until = excluded.temporary_until",
            insert::<UserRow>("users")
        );
        self.audited(Write::one(sql, user.args()), audit).await
    }

    async fn change_user(&self, user: &UserRow, audit: Option<AuditRow>) -> Result<()> {
        let sql = "UPDATE users SET name = $2, clearance = $3, active = $4 WHERE id = $1";
        self.audited(Write::one(sql, args![user.id, user.name, user.clearance, user.active]), audit).await
    }

    async fn user(&self, id: &str) -> Result<Option<UserRow>> {
        self.select_one("FROM users WHERE id = $1", args![id]).await
    }

    async fn user_by_login(&self, login: &str) -> Result<Option<UserRow>> {
        self.select_one("FROM users WHERE login = $1", args![login]).await
    }

    async fn users_of(&self, unit: &str) -> Result<Vec<UserRow>> {
        self.select("FROM users WHERE unit = $1 ORDER BY id", args![unit]).await
    }

    async fn put_role(&self, role: RoleRow, audit: Option<AuditRow>) -> Result<()> {
        let sql = format!(
            "{} ON CONFLICT (user_id, unit, role, from_at) DO UPDATE SET to_at = excluded.to_at",
            insert::<RoleRow>("user_roles")
        );
        self.audited(Write::one(sql, role.args()), audit).await
    }

    async fn end_role(&self, user: &str, unit: &str, role: &str, at: Moment, audit: Option<AuditRow>) -> Result<()> {
        let sql = "UPDATE user_roles SET to_at = $4 WHERE user_id = $1 AND unit = $2 AND role = $3
            AND from_at <= $4 AND (to_at IS NULL OR to_at > $4)";
        self.audited(Write::one(sql, args![user, unit, role, at]), audit).await
    }

    async fn roles(&self, user: &str, at: Moment) -> Result<Vec<RoleRow>> {
        let rest = "FROM user_roles WHERE user_id = $1 AND from_at <= $2 AND (to_at IS NULL OR to_at > $2)
            ORDER BY unit, role, from_at";
        self.select(rest, args![user, at]).await
    }

    async fn role_terms(&self, user: &str, unit: &str) -> Result<Vec<RoleRow>> {
        let rest = "FROM user_roles WHERE user_id = $1 AND unit = $2 ORDER BY from_at DESC, role";
        self.select(rest, args![user, unit]).await
    }

    async fn put_delegation(&self, d: DelegationRow, audit: Option<AuditRow>) -> Result<()> {
        let sql = format!(
            "{} ON CONFLICT (id) DO UPDATE SET from_user = excluded.from_user, to_user = excluded.to_user,
             from_at = excluded.from_at, to_at = excluded.to_at, basis = excluded.basis, roles = excluded.roles",
            insert::<DelegationRow>("delegations")
        );
        self.audited(Write::one(sql, d.args()), audit).await
    }

    async fn delegations(&self, to_user: &str, at: Moment) -> Result<Vec<DelegationRow>> {
        let rest = "FROM delegations WHERE to_user = $1 AND from_at <= $2 AND to_at > $2 ORDER BY from_at, id";
        self.select(rest, args![to_user, at]).await
    }

    async fn delegation(&self, id: &str) -> Result<Option<DelegationRow>> {
        self.select_one("FROM delegations WHERE id = $1", args![id]).await
    }

    async fn delegations_of(&self, unit: &str, after: Moment) -> Result<Vec<DelegationRow>> {
        let rest = "FROM delegations WHERE from_user IN (SELECT users.id FROM users WHERE users.unit = $1)
            AND to_at > $2 AND to_at > from_at ORDER BY from_at, id";
        self.select(rest, args![unit, after]).await
    }

    async fn whole(&self) -> Result<Box<dyn Whole + '_>> {
        self.read_whole().await
    }

    async fn half_whole(&self) -> Result<bool> {
        self.half_filled().await
    }

    async fn begin_whole(&self) -> Result<()> {
        self.begin_filling().await
    }

    async fn fill(&self, batch: Batch) -> Result<()> {
        self.fill_with(batch).await
    }

    async fn end_whole(&self) -> Result<()> {
        self.end_filling().await
    }

    async fn waiting(&self) -> Result<u64> {
        let row = self.one("SELECT COUNT(*) FROM outbox WHERE delivered_at IS NULL", vec![]).await?;
        row.as_ref().map_or(Ok(0), |r| Columns::of(r, "待送达的消息").next())
    }

    async fn served(&self) -> Result<bool> {
        match E::DIALECT.present() {
            Some(sql) => Ok(self.one(sql, vec![]).await?.is_some()),
            // Whoever has the file has it alone.
            None => Ok(false),
        }
    }

    async fn put_library(&self, row: LibraryRow) -> Result<()> {
        let keep = "INSERT INTO libraries (digest, bundle) VALUES ($1, $2) ON CONFLICT DO NOTHING";
        let activate = "INSERT INTO activations (n, digest, activated_at, activated_by)
            SELECT COALESCE(MAX(n), 0) + 1, $1, $2, $3 FROM activations";
        let write = Write::one(keep, args![row.digest, row.bundle])
            .then(activate, args![row.digest, row.activated_at, row.activated_by])
            .alone("activations");
        self.0.write(write).await.map(drop)
    }

    async fn library(&self, digest: &Digest) -> Result<Option<LibraryRow>> {
        let sql = "SELECT l.digest, l.bundle, a.activated_at, a.activated_by FROM libraries l
            JOIN activations a ON a.digest = l.digest WHERE l.digest = $1 ORDER BY a.n DESC LIMIT 1";
        self.one(sql, args![digest]).await?.as_ref().map(LibraryRow::read).transpose()
    }

    async fn active_library(&self) -> Result<Option<LibraryRow>> {
        let sql = "SELECT l.digest, l.bundle, a.activated_at, a.activated_by FROM libraries l
            JOIN activations a ON a.digest = l.digest ORDER BY a.n DESC LIMIT 1";
        self.one(sql, vec![]).await?.as_ref().map(LibraryRow::read).transpose()
    }

    async fn setting(&self, key: &str) -> Result<Option<Value>> {
        let row = self.one("SELECT value FROM settings WHERE key = $1", args![key]).await?;
        row.as_ref().map(|r| Columns::of(r, "设置").next()).transpose()
    }

    async fn put_setting(&self, key: &str, value: Value) -> Result<()> {
        let sql = "INSERT INTO settings (key, value) VALUES ($1, $2)
            ON CONFLICT (key) DO UPDATE SET value = excluded.value";
        self.put(sql, args![key, value]).await
    }

    async fn log_access(&self, rows: Vec<AccessRow>) -> Result<()> {
        let rows: Vec<Vec<Bound>> = rows.iter().map(Table::args).collect();
        let statements = insert_many("access_log", AccessRow::COLUMNS, &rows, "");
        self.0.write(Write { statements, ..Write::default() }).await.map(drop)
    }

    async fn access_log(&self, file: &str, limit: u32) -> Result<Vec<AccessRow>> {
        self.select("FROM access_log WHERE file = $1 ORDER BY at DESC LIMIT $2", args![file, limit]).await
    }

    fn shared(&self) -> bool {
        E::DIALECT == Dialect::Postgres
    }

    async fn hold_contents(&self, alone: bool) -> Result<Option<Hold>> {
        self.0.hold_contents(alone).await
    }

    async fn announce(&self, what: &[String]) -> Result<()> {
        self.0.announce(what).await
    }

    async fn news(&self) -> Result<News> {
        self.0.news().await
    }

    async fn close(&self) {
        self.0.close().await;
    }
}
