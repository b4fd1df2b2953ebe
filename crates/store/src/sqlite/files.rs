//! Files and their lists.

use std::collections::HashMap;

use access::Filter;
use case::{Event, FileState, Grant};
use law::time::Moment;
use sea_orm::{ConnectionTrait, QueryResult, TransactionTrait, Value};

use super::codec::{Arg, Columns, args, from_json, unhex};
use super::table::{Table, placeholders};
use super::{Sqlite, statement};
use crate::error::StoreError;
use crate::rows::{FileRow, TrackRow};

type Result<T> = std::result::Result<T, StoreError>;

const COLUMNS: &str = "files.id, files.unit, files.matter, files.title, files.version, files.grade, files.sealed,
    files.closed, files.updated_at";

/// The row, and the columns behind it.
fn read(row: &QueryResult) -> Result<(FileRow, Columns<'_>)> {
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

impl Sqlite {
    pub(super) async fn read_state(&self, file: &str) -> Result<Option<FileState>> {
        let row = self.one("SELECT state FROM files WHERE id = $1", args![file]).await?;
        row.as_ref().map(|r| Columns::of(r, "案卷状态").json()).transpose()
    }

    pub(super) async fn read_file(&self, file: &str) -> Result<Option<FileRow>> {
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

    pub(super) async fn read_events(&self, file: &str) -> Result<Vec<Event>> {
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

    pub(super) async fn list_files(
        &self,
        filter: &Filter,
        now: Moment,
        text: Option<&str>,
        limit: u32,
        offset: u32,
    ) -> Result<Vec<(FileRow, Vec<TrackRow>)>> {
        let (condition, mut args) = condition(filter, now, text);
        args.extend([limit.arg(), offset.arg()]);
        let n = args.len();
        let sql = format!(
            "SELECT {COLUMNS} FROM files WHERE {condition} ORDER BY files.updated_at DESC, files.id LIMIT ${} OFFSET ${n}",
            n - 1
        );
        self.list(&sql, args).await
    }

    pub(super) async fn count(&self, filter: &Filter, now: Moment, text: Option<&str>) -> Result<u64> {
        let (condition, args) = condition(filter, now, text);
        let row = self.one(format!("SELECT COUNT(*) FROM files WHERE {condition}"), args).await?;
        row.as_ref().map_or(Ok(0), |r| Columns::of(r, "案卷数").next())
    }

    /// The files that a query finds, with people and tracks, all from one snapshot.
    async fn list(&self, sql: &str, args: Vec<Value>) -> Result<Vec<(FileRow, Vec<TrackRow>)>> {
        let tx = self.read.begin().await?;
        let rows = tx.query_all_raw(statement(sql, args)).await?;
        let mut found: Vec<_> = rows.iter().map(|r| Ok((read(r)?.0, Vec::new()))).collect::<Result<_>>()?;
        if found.is_empty() {
            return Ok(found);
        }
        let place: HashMap<String, usize> = found.iter().enumerate().map(|(i, (f, _))| (f.id.clone(), i)).collect();
        let ids: Vec<Value> = found.iter().map(|(f, _)| f.id.arg()).collect();
        let list = placeholders(ids.len());
        let people =
            format!("SELECT file, \"user\", relation FROM file_people WHERE file IN ({list}) ORDER BY file, pos");
        for row in tx.query_all_raw(statement(people, ids.clone())).await? {
            let mut c = Columns::of(&row, "案卷人员");
            if let Some(at) = place.get(&c.next::<String>()?) {
                found[*at].0.people.push((c.next()?, c.next()?));
            }
        }
        let grants =
            format!("SELECT file, \"user\", from_at, to_at FROM file_grants WHERE file IN ({list}) ORDER BY file, pos");
        for row in tx.query_all_raw(statement(grants, ids.clone())).await? {
            let mut c = Columns::of(&row, "阅卷授权");
            if let Some(at) = place.get(&c.next::<String>()?) {
                found[*at].0.grants.push(Grant { user: c.next()?, from: c.next()?, to: c.next()? });
            }
        }
        let tracks = format!("SELECT {} FROM tracks WHERE file IN ({list}) ORDER BY file, pos", TrackRow::COLUMNS);
        for row in tx.query_all_raw(statement(tracks, ids)).await? {
            let track = TrackRow::read(&row)?;
            if let Some(at) = place.get(&track.file) {
                found[*at].1.push(track);
            }
        }
        tx.commit().await?;
        Ok(found)
    }
}

/// The WHERE of a list: what the filter lets through and the text is found in.
pub(super) fn condition(filter: &Filter, now: Moment, text: Option<&str>) -> (String, Vec<Value>) {
    let mut params = Vec::new();
    let mut sql = filter.to_sql(now.as_microsecond(), &mut params);
    let mut args: Vec<Value> = params
        .iter()
        .map(|p| match p {
            access::Value::Text(t) => t.arg(),
            access::Value::Int(i) => i.arg(),
        })
        .collect();
    if let Some(text) = text.map(str::trim).filter(|t| !t.is_empty()) {
        args.push(like(text).arg());
        let n = args.len();
        sql = format!(
            "({sql}) AND (files.title LIKE ${n} ESCAPE '\\' OR EXISTS
             (SELECT 1 FROM tracks WHERE tracks.file = files.id AND tracks.label LIKE ${n} ESCAPE '\\'))"
        );
    }
    (sql, args)
}

/// A LIKE pattern that finds the text anywhere, its own `%` and `_` taken as they stand.
fn like(text: &str) -> String {
    let mut pattern = String::from("%");
    for c in text.chars() {
        if matches!(c, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(c);
    }
    pattern.push('%');
    pattern
}
