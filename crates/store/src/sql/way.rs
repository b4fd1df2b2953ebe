//! Which way SQLite goes through the files of a list.
//!
//! It keeps no statistics that would tell it what leaves few files and what many. So the few things that decide are
//! counted, as far as [`WIDE`], before it is asked:
//!
//! * where some files are named, they are read by their keys;
//! * where few files pass the filter, they are gathered, and each is asked the tests;
//! * where a test leaves few, those are gathered, and each is asked the rest;
//! * else an index is read that holds all that is asked of a file itself: of the open files of the units in question,
//!   where only they are asked for; of all their files, where something is searched for; or that of the order, which
//!   ends with the page.

use access::Filter;
use law::time::Moment;

use super::codec::Columns;
use super::find::{Ask, Sql};
use super::{Dialect, Engine, Reader};
use crate::error::StoreError;
use crate::find::{Find, Test};

type Result<T> = std::result::Result<T, StoreError>;

/// Files from which on they are many.
const WIDE: u32 = 5_000;
/// The index of the access policies.
const SCOPE: &str = "files_scope";
/// The index of open files.
const OPEN: &str = "files_open";

/// The index of their keys.
const KEYS: &str = "sqlite_autoindex_files_1";

/// A way to the files that pass a filter and are to be found.
pub struct Way {
    by: &'static str,
    asks: Vec<Ask>,
    dialect: Dialect,
}

impl Way {
    /// To count them, or to gather all.
    pub async fn to_all<E: Engine>(db: &E::Reader, filter: &Filter, now: Moment, find: &Find) -> Result<Self> {
        let mut way = Self::to_page::<E>(db, filter, now, find, SCOPE).await?;
        if way.by == SCOPE {
            // Every file of the scope is looked at: a test that an index answers is answered for all of them at once.
            let asks =
                find.tests.iter().map(|t| if Sql::inner(E::DIALECT, t).is_some() { Ask::Once } else { Ask::Each });
            way.asks = asks.collect();
        }
        Ok(way)
    }

    /// To some of them, in the order of an index.
    pub async fn to_page<E: Engine>(
        db: &E::Reader,
        filter: &Filter,
        now: Moment,
        find: &Find,
        index: &'static str,
    ) -> Result<Self> {
        let mut way = Self { by: "", asks: Vec::new(), dialect: E::DIALECT };
        if E::DIALECT != Dialect::Sqlite {
            return Ok(way);
        }
        way.asks = vec![Ask::Each; find.tests.len()];
        if find.tests.iter().any(|t| matches!(t, Test::Ids(ids) if !ids.is_empty())) {
            way.by = KEYS;
            return Ok(way);
        }
        let mut scope = Sql::condition(E::DIALECT, filter, now, &Find::default());
        scope.text = format!("SELECT 1 FROM files WHERE {}", scope.text);
        if few(db, scope).await? {
            return Ok(way);
        }
        let mut gathered = false;
        for (test, ask) in find.tests.iter().zip(&mut way.asks) {
            if let Some(sql) = Sql::inner(E::DIALECT, test)
                && few(db, sql).await?
            {
                (*ask, gathered) = (Ask::Once, true);
            }
        }
        if !gathered {
            let searched = find.text.is_some() || !find.tests.is_empty();
            way.by = match () {
                () if find.tests.contains(&Test::Open(true)) => OPEN,
                // What is found may be little, and then the page ends only with the last file: better of the unit.
                () if searched && bounded(filter) => SCOPE,
                () => index,
            };
        }
        Ok(way)
    }

    /// What follows the name of the table.
    pub fn by(&self) -> String {
        if self.by.is_empty() { String::new() } else { format!("INDEXED BY {}", self.by) }
    }

    /// The WHERE.
    pub fn condition(&self, filter: &Filter, now: Moment, find: &Find) -> Sql {
        let mut sql = Sql::asked(self.dialect, filter, now, find, &self.asks);
        if [SCOPE, OPEN].contains(&self.by) {
            sql.by_unit("files.unit", filter, now);
        }
        sql
    }
}

/// Whether it is known which units alone can have what passes.
fn bounded(filter: &Filter) -> bool {
    filter.units_to_sql(0, &mut Vec::new()).is_some()
}

async fn few(db: &impl Reader, mut sql: Sql) -> Result<bool> {
    let most = sql.bind(WIDE);
    let rows = db.all(format!("SELECT COUNT(*) FROM ({} LIMIT {most}) AS few", sql.text), sql.args).await?;
    let counted: u32 = rows.first().map_or(Ok(0), |r| Columns::of(r, "案卷数").next())?;
    Ok(counted < WIDE)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test stops at the first surprise")]
mod tests {
    use super::*;
    use crate::Sqlite;
    use crate::sqlite::OneFile;

    /// Otherwise a portion of an export reads the index of an order to its end.
    #[tokio::test]
    async fn files_that_are_named_are_read_by_their_keys() {
        let dir = tempfile::tempdir().unwrap();
        let db = Sqlite::open(&dir.path().join("xiezhi.db")).await.unwrap();
        let reader = db.0.reader().await.unwrap();
        let by = async |ids: &[&str], filter: &Filter| {
            let find = Find::all().and(Test::Open(true)).and(Test::Ids(ids.iter().map(|id| (*id).into()).collect()));
            let way = Way::to_page::<OneFile>(&reader, filter, Moment::UNIX_EPOCH, &find, SCOPE).await.unwrap();
            let condition = way.condition(filter, Moment::UNIX_EPOCH, &find);
            let sql = format!("EXPLAIN QUERY PLAN SELECT 1 FROM files {} WHERE {}", way.by(), condition.text);
            reader.all(sql, condition.args).await.unwrap();
            way.by
        };
        let own = Filter::or([Filter::UnitIs("U0".into()), Filter::HandlerHas("somebody".into())]);
        for filter in [&Filter::All, &own, &Filter::Nothing] {
            assert_eq!(by(&["F1", "F2"], filter).await, KEYS);
            assert_ne!(by(&[], filter).await, KEYS, "there is no key to read by");
        }
    }
}
