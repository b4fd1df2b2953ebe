//! Files and their lists.

use std::collections::HashMap;

use access::Filter;
use case::{Event, FileState, Grant};
use law::time::Moment;

use super::codec::{Arg, Columns, Row, Value, args, from_json, unhex};
use super::find::Sql;
use super::table::{Table, placeholders};
use super::way::Way;
use super::{Database, Engine, Reader};
use crate::error::StoreError;
use crate::find::{Find, Order, Test};
use crate::rows::{ClockRow, FileRow, FoundRow, Listed, ReturnedRow, TodoRow, TrackRow, ValueRow};

type Result<T> = std::result::Result<T, StoreError>;

const COLUMNS: &str = "files.id, files.unit, files.matter, files.title, files.version, files.grade, files.sealed,
    files.closed, files.updated_at";

/// The row, and the columns behind it.
fn read(row: &Row) -> Result<(FileRow, Columns<'_>)> {
    let mut c = Columns::of(row, "案卷");
    let file = FileRow {
        id: c.next()?,
        unit: c.next()?,
        matter: c.next()?,
        title: c.next()?,
        version: c.next()?,
        grade: c.next()?,
        sealed: c.next()?,
        closed: c.next()?,
        updated_at: c.next()?,
        people: Vec::new(),
        grants: Vec::new(),
    };
    Ok((file, c))
}

impl<E: Engine> Database<E> {
    pub async fn read_state(&self, file: &str) -> Result<Option<FileState>> {
        let row = self.one("SELECT state FROM file_states WHERE file = $1", args![file]).await?;
        row.as_ref().map(|r| Columns::of(r, "案卷状态").json()).transpose()
    }

    pub async fn read_file(&self, file: &str) -> Result<Option<FileRow>> {
        // One statement is one snapshot.
        let sql = format!(
            "SELECT {COLUMNS}, p.\"user\", p.relation, NULL AS from_at, NULL AS to_at, p.pos AS pos
             FROM files LEFT JOIN file_people p ON p.file = files.id WHERE files.id = $1
             UNION ALL
             SELECT {COLUMNS}, g.\"user\", NULL, g.from_at, g.to_at, g.pos
             FROM files JOIN file_grants g ON g.file = files.id WHERE files.id = $1
             ORDER BY pos"
        );
        let rows = self.all(sql, args![file]).await?;
        let Some(first) = rows.first() else { return Ok(None) };
        let (mut found, _) = read(first)?;
        for row in &rows {
            let (_, mut c) = read(row)?;
            let (user, relation): (Option<String>, Option<String>) = (c.next()?, c.next()?);
            let (from, to): (Option<Moment>, Option<Moment>) = (c.next()?, c.next()?);
            match (user, relation, from, to) {
                (Some(user), Some(relation), ..) => found.people.push((user, relation)),
                (Some(user), None, Some(from), Some(to)) => found.grants.push(Grant { user, from, to }),
                _ => {}
            }
        }
        Ok(Some(found))
    }

    pub async fn read_events(&self, file: &str) -> Result<Vec<Event>> {
        let sql = "SELECT e.header, e.hash, p.salt, p.payload FROM events e
            LEFT JOIN event_payloads p ON p.event = e.id WHERE e.file = $1 ORDER BY e.seq";
        let what = "事件";
        self.all(sql, args![file])
            .await?
            .iter()
            .map(|row| {
                let mut c = Columns::of(row, what);
                Ok(Event {
                    header: c.json()?,
                    hash: c.next()?,
                    // Empty where a part of the payload was lawfully destroyed.
                    salt: c.next::<Option<String>>()?.filter(|s| !s.is_empty()).map(|s| unhex(&s, what)).transpose()?,
                    payload: c.next::<Option<String>>()?.map(|s| from_json(&s, what)).transpose()?,
                })
            })
            .collect()
    }

    pub async fn list_files(
        &self,
        filter: &Filter,
        now: Moment,
        find: &Find,
        limit: u32,
        offset: u32,
    ) -> Result<Vec<FoundRow>> {
        let db = self.0.snapshot().await?;
        let names = ordered::<E>(&db, filter, now, find, Part { limit, offset }).await?;
        whole(&db, names).await
    }

    pub async fn list_ids(&self, filter: &Filter, now: Moment, find: &Find) -> Result<Vec<String>> {
        let db = self.0.snapshot().await?;
        ordered::<E>(&db, filter, now, find, Part { limit: u32::MAX, offset: 0 }).await
    }

    pub async fn count(&self, filter: &Filter, now: Moment, find: &Find) -> Result<u64> {
        let db = self.0.reader().await?;
        let way = Way::to_all::<E>(&db, filter, now, find).await?;
        let (by, sql) = (way.by(), way.condition(filter, now, find));
        let rows = db.all(format!("SELECT COUNT(*) FROM files {by} WHERE {}", sql.text), sql.args).await?;
        rows.first().map_or(Ok(0), |r| Columns::of(r, "案卷数").next())
    }

    /// How many open files stand in each state of each process.
    pub async fn count_stages(&self, filter: &Filter, now: Moment) -> Result<Vec<(String, String, u64)>> {
        let db = self.0.reader().await?;
        let open = Find::all().and(Test::Open(true));
        let way = Way::to_all::<E>(&db, filter, now, &open).await?;
        let (by, sql) = (way.by(), way.condition(filter, now, &open));
        // CROSS JOIN keeps SQLite from turning the two around.
        let text = format!(
            "SELECT t.process, t.state, COUNT(DISTINCT t.file) FROM files {by} CROSS JOIN tracks t
             WHERE t.file = files.id AND t.ended = 0 AND {} GROUP BY t.process, t.state ORDER BY t.process, t.state",
            sql.text
        );
        let rows = db.all(text, sql.args).await?;
        rows.iter()
            .map(|r| {
                let mut c = Columns::of(r, "案卷数");
                Ok((c.next()?, c.next()?, c.next()?))
            })
            .collect()
    }

    /// How many of the files found each handler has in hand.
    pub async fn count_handlers(&self, filter: &Filter, now: Moment, find: &Find) -> Result<Vec<(String, u64)>> {
        let db = self.0.reader().await?;
        let way = Way::to_all::<E>(&db, filter, now, find).await?;
        let (by, sql) = (way.by(), way.condition(filter, now, find));
        let text = format!(
            "SELECT p.\"user\", COUNT(*) FROM files {by} CROSS JOIN file_people p
             WHERE p.file = files.id AND p.relation = 'handler' AND {} GROUP BY p.\"user\" ORDER BY p.\"user\"",
            sql.text
        );
        let rows = db.all(text, sql.args).await?;
        rows.iter()
            .map(|r| {
                let mut c = Columns::of(r, "案卷数");
                Ok((c.next()?, c.next()?))
            })
            .collect()
    }

    /// The values that some fields have in some files.
    pub async fn card_values(&self, files: &[String], fields: &[String]) -> Result<Vec<ValueRow>> {
        if files.is_empty() || fields.is_empty() {
            return Ok(Vec::new());
        }
        let list = |from: usize, n: usize| (from..from + n).map(|n| format!("${n}")).collect::<Vec<_>>().join(", ");
        let rest = format!(
            "FROM card_values WHERE file IN ({}) AND field IN ({}) ORDER BY file, field, subject, value",
            list(1, files.len()),
            list(1 + files.len(), fields.len())
        );
        self.select(&rest, files.iter().chain(fields).map(Arg::arg).collect()).await
    }

    /// Running deadlines of files that pass the filter.
    pub async fn clocks_within(
        &self,
        filter: &Filter,
        now: Moment,
        due: (Moment, Moment),
        (limit, offset): (u32, u32),
    ) -> Result<(u64, Vec<(String, ClockRow)>)> {
        let mut sql = Sql::condition(E::DIALECT, filter, now, &Find::all());
        sql.by_unit("clocks.unit", filter, now);
        let (from, to) = (sql.bind(due.0), sql.bind(due.1));
        let text = format!(
            "FROM clocks CROSS JOIN files
             WHERE files.id = clocks.file AND clocks.ended_at IS NULL AND clocks.suspended = 0 AND clocks.due_at >= {from} AND clocks.due_at < {to} AND {}",
            sql.text
        );
        let order = "clocks.due_at, clocks.file, clocks.pos";
        self.titled::<ClockRow>("clocks", Titled { text, args: sql.args, order }, Part { limit, offset }).await
    }

    /// Rows of a table in order, each with the title of its file, and how many there are at that moment.
    async fn titled<T: Table>(&self, table: &str, of: Titled, part: Part) -> Result<(u64, Vec<(String, T)>)> {
        let Titled { text, args, order } = of;
        let columns: Vec<String> = T::COLUMNS.split(", ").map(|c| format!("{table}.{c}")).collect();
        let n = args.len();
        let mut all = args.clone();
        all.extend([part.limit.arg(), part.offset.arg()]);
        let rows = format!(
            "SELECT files.title, {} {text} ORDER BY {order} LIMIT ${} OFFSET ${}",
            columns.join(", "),
            n + 1,
            n + 2
        );
        let read = |r| {
            let mut c = Columns::of(r, "清单");
            Ok((c.next()?, T::from_columns(&mut c)?))
        };
        let db = self.0.snapshot().await?;
        let rows = db.all(rows, all).await?.iter().map(read).collect::<Result<Vec<_>>>()?;
        let found = u32::try_from(rows.len()).unwrap_or(u32::MAX);
        // Only what was cut is counted.
        let whole = found < part.limit && (found > 0 || part.offset == 0);
        let total = if whole {
            u64::from(part.offset) + u64::from(found)
        } else {
            let counted = db.all(format!("SELECT COUNT(*) {text}"), args).await?;
            counted.first().map_or(Ok(0), |r| Columns::of(r, "清单").next())?
        };
        Ok((total, rows))
    }

    /// To-dos of people, and of roles in a unit, in files that pass the filter.
    pub async fn todos_within(
        &self,
        filter: &Filter,
        now: Moment,
        (users, unit, roles): (&[String], &str, &[String]),
        limit: u32,
    ) -> Result<(u64, Vec<(String, TodoRow)>)> {
        let mut sql = Sql::condition(E::DIALECT, filter, now, &Find::all());
        let users = sql.bind_all(users);
        let (unit, roles) = (sql.bind(unit), sql.bind_all(roles));
        let text = format!(
            "FROM todos JOIN files ON files.id = todos.file
             WHERE (todos.user_id IN ({users}) OR (todos.unit = {unit} AND todos.user_id IS NULL AND todos.role IN ({roles})))
             AND {}",
            sql.text
        );
        let order = "(todos.due_at IS NULL), todos.due_at, todos.file, todos.pos";
        self.titled("todos", Titled { text, args: sql.args, order }, Part { limit, offset: 0 }).await
    }

    /// What came back in files that pass the filter and in which somebody has something to do.
    pub async fn returned_within(
        &self,
        filter: &Filter,
        now: Moment,
        (user, unit, roles): (&str, &str, &[String]),
        limit: u32,
    ) -> Result<(u64, Vec<(String, ReturnedRow)>)> {
        let mut sql = Sql::condition(E::DIALECT, filter, now, &Find::all());
        let (user, unit) = (sql.bind(user), sql.bind(unit));
        let roles = sql.bind_all(roles);
        let text = format!(
            "FROM returned JOIN files ON files.id = returned.file
             WHERE (returned.user_id IS NULL OR returned.user_id = {user})
             AND returned.file IN (SELECT file FROM todos WHERE user_id = {user}
                OR (unit = {unit} AND user_id IS NULL AND role IN ({roles})))
             AND {}",
            sql.text
        );
        let order = "returned.at DESC, returned.file, returned.pos";
        self.titled("returned", Titled { text, args: sql.args, order }, Part { limit, offset: 0 }).await
    }

    /// When running deadlines end that can be breached, and whether they are of custody, with how many.
    pub async fn clock_days(
        &self,
        filter: &Filter,
        now: Moment,
        due: (Moment, Moment),
    ) -> Result<Vec<(Moment, String, u64)>> {
        let mut sql = Sql::condition(E::DIALECT, filter, now, &Find::all());
        sql.by_unit("clocks.unit", filter, now);
        let (from, to) = (sql.bind(due.0), sql.bind(due.1));
        // CROSS JOIN keeps SQLite from turning the two around.
        let text = format!(
            "SELECT clocks.due_at, clocks.clock, COUNT(*) FROM clocks CROSS JOIN files
             WHERE files.id = clocks.file AND clocks.ended_at IS NULL AND clocks.breach = 1 AND clocks.suspended = 0
             AND clocks.due_at >= {from} AND clocks.due_at < {to} AND {}
             GROUP BY clocks.due_at, clocks.clock ORDER BY clocks.due_at, clocks.clock",
            sql.text
        );
        let rows = self.all(text, sql.args).await?;
        rows.iter()
            .map(|r| {
                let mut c = Columns::of(r, "期限");
                Ok((c.next()?, c.next()?, c.next()?))
            })
            .collect()
    }
}

pub const LISTED: &str = "files.open, files.opened_at, files.handed_at, files.due_at, files.words";

/// The columns of [`LISTED`].
pub fn listed(c: &mut Columns<'_>) -> Result<Listed> {
    Ok(Listed {
        open: c.next()?,
        opened_at: c.next()?,
        handed_at: c.next()?,
        due_at: Some(c.next::<i64>()?)
            .filter(|us| *us < NEVER)
            .map(|us| {
                Moment::from_microsecond(us).map_err(|e| StoreError::Corrupt { what: "案卷", why: e.to_string() })
            })
            .transpose()?,
        words: c.next()?,
    })
}

/// Which part of a list.
struct Part {
    limit: u32,
    offset: u32,
}

/// What is read of a table and of the files that its rows belong to: `FROM` and `WHERE`, and the order.
struct Titled {
    text: String,
    args: Vec<Value>,
    order: &'static str,
}

async fn number(db: &impl Reader, sql: String, args: Vec<Value>) -> Result<u32> {
    let rows = db.all(sql, args).await?;
    rows.first().map_or(Ok(0), |r| Columns::of(r, "案卷数").next())
}

async fn named(db: &impl Reader, sql: String, args: Vec<Value>) -> Result<Vec<String>> {
    db.all(sql, args).await?.iter().map(|r| Columns::of(r, "案卷").next()).collect()
}

/// The identifiers of the files found, in order.
async fn ordered<E: Engine>(
    db: &E::Reader,
    filter: &Filter,
    now: Moment,
    find: &Find,
    part: Part,
) -> Result<Vec<String>> {
    let (column, index) = match &find.order {
        Order::Updated => ("files.updated_at", "files_updated"),
        Order::Opened => ("files.opened_at", "files_opened"),
        Order::Due => ("files.due_at", "files_due"),
        Order::Title => ("files.title", "files_title"),
        Order::Value(field) => return by_card::<E>(db, filter, now, find, part, (field, "value")).await,
        Order::Number(field) => return by_card::<E>(db, filter, now, find, part, (field, "number")).await,
    };
    let way = Way::to_page::<E>(db, filter, now, find, index).await?;
    let (by, mut sql) = (way.by(), way.condition(filter, now, find));
    let (limit, offset) = (sql.bind(part.limit), sql.bind(part.offset));
    let (condition, order) = (sql.text, Sql::order(find, column));
    let text =
        format!("SELECT files.id FROM files {by} WHERE {condition} ORDER BY {order} LIMIT {limit} OFFSET {offset}");
    named(db, text, sql.args).await
}

/// In the order of a card field: first those that have a value, as the index of values has them, then
/// the others.
async fn by_card<E: Engine>(
    db: &E::Reader,
    filter: &Filter,
    now: Moment,
    find: &Find,
    part: Part,
    (field, column): (&str, &str),
) -> Result<Vec<String>> {
    let way = Way::to_all::<E>(db, filter, now, find).await?;
    let mut sql = way.condition(filter, now, find);
    let field_at = sql.bind(field);
    // CROSS JOIN keeps SQLite from turning the two around.
    let from = format!(
        "FROM card_values k CROSS JOIN files WHERE k.field = {field_at} AND k.{column} IS NOT NULL
         AND files.id = k.file AND {}",
        sql.text
    );
    let counted = sql.args.clone();
    let (limit, offset) = (sql.bind(part.limit), sql.bind(part.offset));
    let down = if find.descending { " DESC" } else { "" };
    let text = format!("SELECT k.file {from} ORDER BY k.{column}{down}, k.file{down} LIMIT {limit} OFFSET {offset}");
    let mut names = named(db, text, sql.args).await?;
    let left = part.limit - u32::try_from(names.len()).unwrap_or(part.limit);
    if left > 0 {
        let valued = number(db, format!("SELECT COUNT(*) {from}"), counted).await?;
        let (by, mut sql) = (way.by(), way.condition(filter, now, find));
        let field_at = sql.bind(field);
        let (limit, offset) = (sql.bind(left), sql.bind(part.offset.saturating_sub(valued)));
        let text = format!(
            "SELECT files.id FROM files {by} WHERE {} AND files.id NOT IN
             (SELECT file FROM card_values WHERE field = {field_at} AND {column} IS NOT NULL)
             ORDER BY files.id LIMIT {limit} OFFSET {offset}",
            sql.text
        );
        names.extend(named(db, text, sql.args).await?);
    }
    Ok(names)
}

/// The files of these names, in this order, with people, tracks and soonest deadlines.
async fn whole(db: &impl Reader, names: Vec<String>) -> Result<Vec<FoundRow>> {
    if names.is_empty() {
        return Ok(Vec::new());
    }
    let place: HashMap<String, usize> = names.iter().enumerate().map(|(i, id)| (id.clone(), i)).collect();
    let ids: Vec<Value> = names.iter().map(Arg::arg).collect();
    let list = placeholders(ids.len());
    let rows = format!("SELECT {COLUMNS}, {LISTED} FROM files WHERE files.id IN ({list})");
    let mut found: Vec<FoundRow> = db
        .all(rows, ids.clone())
        .await?
        .iter()
        .map(|r| {
            let (file, mut columns) = read(r)?;
            Ok(FoundRow { file, listed: listed(&mut columns)?, tracks: Vec::new(), clocks: Vec::new() })
        })
        .collect::<Result<_>>()?;
    found.sort_by_key(|f| place.get(&f.file.id).copied());
    let people = format!("SELECT file, \"user\", relation FROM file_people WHERE file IN ({list}) ORDER BY file, pos");
    for row in db.all(people, ids.clone()).await? {
        let mut c = Columns::of(&row, "案卷人员");
        if let Some(at) = place.get(&c.next::<String>()?) {
            found[*at].file.people.push((c.next()?, c.next()?));
        }
    }
    let grants =
        format!("SELECT file, \"user\", from_at, to_at FROM file_grants WHERE file IN ({list}) ORDER BY file, pos");
    for row in db.all(grants, ids.clone()).await? {
        let mut c = Columns::of(&row, "阅卷授权");
        if let Some(at) = place.get(&c.next::<String>()?) {
            found[*at].file.grants.push(Grant { user: c.next()?, from: c.next()?, to: c.next()? });
        }
    }
    let tracks = format!("SELECT {} FROM tracks WHERE file IN ({list}) ORDER BY file, pos", TrackRow::COLUMNS);
    for row in db.all(tracks, ids.clone()).await? {
        let track = TrackRow::read(&row)?;
        if let Some(at) = place.get(&track.file) {
            found[*at].tracks.push(track);
        }
    }
    let clocks = format!(
        "SELECT {} FROM clocks WHERE file IN ({list}) AND ended_at IS NULL AND breach = 1 AND suspended = 0
         ORDER BY file, due_at, pos",
        ClockRow::COLUMNS
    );
    for row in db.all(clocks, ids).await? {
        let clock = ClockRow::read(&row)?;
        if let Some(at) = place.get(&clock.file) {
            found[*at].clocks.push(clock);
        }
    }
    Ok(found)
}

/// When the deadline of a file runs out that has none.
pub const NEVER: i64 = 253_402_207_200_000_000;
