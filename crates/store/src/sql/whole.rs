//! Reading all tables, and filling empty ones.

use async_trait::async_trait;

use super::codec::{Columns, Value, args};
use super::statement::{CHUNK, Write, insert_many};
use super::{Database, Dialect, Engine, Reader};
use crate::error::StoreError;
use crate::whole::{Batch, LEFT, TABLES, Whole};

type Result<T> = std::result::Result<T, StoreError>;

/// Rows of one question.
const ROWS: i64 = 1000;
/// The setting that stands while a database is being filled.
const FILLING: &str = "filling";

/// A name that may be a word of the language, too.
fn quoted(name: &str) -> String {
    format!("\"{name}\"")
}

/// The tables of the schema as they are.
async fn tables(db: &impl Reader, dialect: Dialect) -> Result<Vec<String>> {
    let sql = match dialect {
        Dialect::Sqlite => {
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name"
        }
        Dialect::Postgres => {
            "SELECT tablename::text FROM pg_tables WHERE schemaname = current_schema() ORDER BY tablename"
        }
    };
    db.all(sql.into(), vec![]).await?.iter().map(|r| Columns::of(r, "数据表").next()).collect()
}

async fn columns(db: &impl Reader, dialect: Dialect, table: &str) -> Result<Vec<String>> {
    let sql = match dialect {
        Dialect::Sqlite => "SELECT name FROM pragma_table_info($1) ORDER BY cid",
        Dialect::Postgres => {
            "SELECT column_name::text FROM information_schema.columns
             WHERE table_schema = current_schema() AND table_name = $1 ORDER BY ordinal_position"
        }
    };
    db.all(sql.into(), args![table]).await?.iter().map(|r| Columns::of(r, "数据表").next()).collect()
}

/// Fails where the schema has other tables than those named: then a backup would lack some.
async fn complete(db: &impl Reader, dialect: Dialect) -> Result<()> {
    for table in tables(db, dialect).await? {
        if !TABLES.contains(&table.as_str()) && !LEFT.contains(&table.as_str()) {
            return Err(StoreError::Database(format!("数据表“{table}”没有列入备份的范围")));
        }
    }
    Ok(())
}

/// Where the reading stands in a table.
struct At {
    table: usize,
    columns: Vec<String>,
    last: i64,
}

struct Reading<R> {
    db: R,
    dialect: Dialect,
    at: Option<At>,
    next: usize,
}

#[async_trait]
impl<R: Reader> Whole for Reading<R> {
    async fn next(&mut self) -> Result<Option<Batch>> {
        loop {
            let Some(at) = &mut self.at else {
                let Some(table) = TABLES.get(self.next) else { return Ok(None) };
                let columns = columns(&self.db, self.dialect, table).await?;
                if self.dialect == Dialect::Postgres {
                    let list = columns.iter().map(|c| quoted(c)).collect::<Vec<_>>().join(", ");
                    let cursor =
                        format!("DECLARE of_{table} NO SCROLL CURSOR FOR SELECT {list} FROM {}", quoted(table));
                    self.db.all(cursor, vec![]).await?;
                }
                self.at = Some(At { table: self.next, columns, last: i64::MIN });
                self.next += 1;
                continue;
            };
            let table = TABLES[at.table];
            let mut rows = match self.dialect {
                Dialect::Sqlite => {
                    let list = at.columns.iter().map(|c| quoted(c)).collect::<Vec<_>>().join(", ");
                    let sql = format!(
                        "SELECT rowid, {list} FROM {} WHERE rowid > $1 ORDER BY rowid LIMIT {ROWS}",
                        quoted(table)
                    );
                    self.db.all(sql, args![at.last]).await?
                }
                Dialect::Postgres => self.db.all(format!("FETCH {ROWS} FROM of_{table}"), vec![]).await?,
            };
            if rows.is_empty() {
                if self.dialect == Dialect::Postgres {
                    self.db.all(format!("CLOSE of_{table}"), vec![]).await?;
                }
                self.at = None;
                continue;
            }
            if self.dialect == Dialect::Sqlite {
                for row in &mut rows {
                    if let Value::Int(id) = row.remove(0) {
                        at.last = id;
                    }
                }
            }
            if table == "settings" {
                rows.retain(|r| r.first() != Some(&Value::Text(FILLING.into())));
            }
            return Ok(Some(Batch { table: table.into(), columns: at.columns.clone(), rows }));
        }
    }
}

impl<E: Engine> Database<E> {
    pub(super) async fn read_whole(&self) -> Result<Box<dyn Whole + '_>>
    where
        E::Reader: 'static,
    {
        let db = self.0.snapshot().await?;
        complete(&db, E::DIALECT).await?;
        Ok(Box::new(Reading { db, dialect: E::DIALECT, at: None, next: 0 }))
    }

    /// Whether a filling was begun and did not end.
    pub(super) async fn half_filled(&self) -> Result<bool> {
        Ok(self.one("SELECT 1 FROM settings WHERE key = $1", args![FILLING]).await?.is_some())
    }

    /// Makes ready for [`Self::fill_with`]: the tables are empty, or hold what an earlier filling left.
    pub(super) async fn begin_filling(&self) -> Result<()> {
        complete(&self.0.reader().await?, E::DIALECT).await?;
        if !self.half_filled().await? {
            for table in TABLES {
                if self.one(format!("SELECT 1 FROM {} LIMIT 1", quoted(table)), vec![]).await?.is_some() {
                    return Err(StoreError::Database(format!("数据库不是空的（“{table}”中有数据），不能装入")));
                }
            }
        }
        let mark = "INSERT INTO settings (key, value) VALUES ($1, 'true') ON CONFLICT DO NOTHING";
        self.0.write(Write::one(mark, args![FILLING])).await?;
        for table in TABLES.iter().rev() {
            // The mark stays.
            let rest = if *table == "settings" { format!(" WHERE key <> '{FILLING}'") } else { String::new() };
            self.0.write(Write::one(format!("DELETE FROM {}{rest}", quoted(table)), vec![])).await?;
        }
        Ok(())
    }

    pub(super) async fn fill_with(&self, batch: Batch) -> Result<()> {
        let known = columns(&self.0.reader().await?, E::DIALECT, &batch.table).await?;
        if !TABLES.contains(&batch.table.as_str()) || known.len() != batch.columns.len() {
            return Err(unknown(&batch.table));
        }
        if batch.columns.iter().any(|c| !known.contains(c)) || batch.rows.iter().any(|r| r.len() != known.len()) {
            return Err(unknown(&batch.table));
        }
        let list = batch.columns.iter().map(|c| quoted(c)).collect::<Vec<_>>().join(", ");
        for rows in batch.rows.chunks(CHUNK) {
            let statements = insert_many(&quoted(&batch.table), &list, rows, "");
            self.0.write(Write { statements, ..Write::default() }).await?;
        }
        Ok(())
    }

    /// Everything is in: leases of the former process are void, and the mark goes.
    pub(super) async fn end_filling(&self) -> Result<()> {
        let leases = "UPDATE outbox SET lease_until = NULL, lease_by = NULL WHERE delivered_at IS NULL";
        let write = Write::one(leases, vec![]).then("DELETE FROM settings WHERE key = $1", args![FILLING]);
        self.0.write(write).await.map(drop)
    }
}

fn unknown(table: &str) -> StoreError {
    StoreError::Database(format!("“{table}”不是本程序认识的数据表，或者列不一致"))
}
