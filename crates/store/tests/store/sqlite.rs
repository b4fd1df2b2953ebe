//! The conformance suite on SQLite, and what is SQLite's own: one process, reopening, schema.

use std::path::Path;
use std::sync::Arc;

use access::Filter;
use law::time::Moment;
use rusqlite::Connection;
use store::conformance::{self, Draft};
use store::find::{Find, Match, Order, Span, Test, Time};
use store::rows::Committed;
use store::{Repository, Sqlite, StoreError};
use tempfile::TempDir;

async fn fresh() -> (TempDir, Sqlite) {
    let dir = tempfile::tempdir().unwrap();
    let db = Sqlite::open(&dir.path().join("xiezhi.db")).await.unwrap();
    (dir, db)
}

/// A second way into the file, past the lock: what a damaged disk or another program could do.
fn behind(path: &Path) -> Connection {
    Connection::open(path).unwrap()
}

macro_rules! conforms {
    ($($name:ident),*) => {$(
        #[tokio::test]
        async fn $name() {
            let (_dir, db) = fresh().await;
            conformance::$name(&db).await.unwrap();
        }
    )*};
}
conforms!(
    acts,
    payloads,
    exchange,
    exports,
    handovers,
    filters,
    finds,
    rosters,
    views,
    notices,
    passkeys,
    people,
    contents,
    destruction,
    notes,
    records
);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn counters() {
    let (_dir, db) = fresh().await;
    conformance::counters(Arc::new(db)).await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn groups_share_one_transaction() {
    let (_dir, db) = fresh().await;
    let db = Arc::new(db);
    let queued = async |n| {
        while db.stats().waiting < n {
            tokio::task::yield_now().await;
        }
    };
    conformance::groups(Arc::clone(&db) as Arc<dyn Repository>, || db.hold_writer(), queued).await.unwrap();
    let stats = db.stats();
    // Sixteen in one group; then a failed group, of which three jobs succeed alone.
    assert_eq!((stats.jobs, stats.groups, stats.waiting), (16 + 3, 1 + 3, 0));
}

/// So many files that their lists are read from the index of their order: the same rows, and the
/// same answers, as for few.
#[tokio::test]
async fn long_lists_are_as_right_as_short_ones() {
    let (dir, db) = fresh().await;
    let other = behind(&dir.path().join("xiezhi.db"));
    let rows = "WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 11999)
        INSERT INTO files (id, unit, matter, title, version, grade, sealed, closed, updated_at, open, opened_at, due_at, words)
        SELECT printf('F%05d', i), 'U' || (i % 2), 'M' || i, printf('第%03d号', i * 7 % 1000), 1, 0, i % 3 = 0, 0,
        i * 31 % 12000, i % 10 = 0, i / 10, i * 17 % 12000, printf('第%03d号', i * 7 % 1000) FROM n";
    other.execute_batch(rows).unwrap();
    let value = "INSERT INTO card_values SELECT id, 'case.amount', '', n, n FROM (SELECT id, CAST(substr(id, 2) AS INTEGER) % 50 AS n FROM files)";
    other.execute_batch(value).unwrap();
    let track = "INSERT INTO tracks SELECT id, 'I', 'XQ01', 'P1', '', 'review', '', open = 0, 0 FROM files";
    other.execute_batch(track).unwrap();
    let number = |id: &str| id[1..].parse::<i64>().unwrap();
    let open = Filter::SealedIs(false);
    let wide = Filter::or([Filter::UnitIs("U0".into()), Filter::HandlerHas("nobody".into()), Filter::SealedIs(false)]);
    other.execute("INSERT INTO file_people VALUES ('F00001', 'somebody', 'handler', 0)", []).unwrap();
    let own = Filter::or([Filter::UnitIs("U0".into()), Filter::HandlerHas("somebody".into())]);
    for (filter, total) in [(&Filter::All, 12000), (&open, 8000), (&wide, 10000), (&own, 6001)] {
        for (order, key) in [
            (Order::Updated, (|i| i * 31 % 12000) as fn(i64) -> i64),
            (Order::Opened, |i| i / 10),
            (Order::Due, |i| i * 17 % 12000),
            (Order::Title, |i| i * 7 % 1000),
            (Order::Number("case.amount".into()), |i| i % 50),
        ] {
            for descending in [false, true] {
                let find = Find { order: order.clone(), descending, ..Find::default() };
                let ids = db.file_ids(filter, Moment::UNIX_EPOCH, &find).await.unwrap();
                let mut wanted: Vec<i64> = (0..12000).filter(|i| passes(filter, *i)).collect();
                wanted.sort_by_key(|i| (key(*i), *i));
                if descending {
                    wanted.reverse();
                }
                assert_eq!(ids.iter().map(|id| number(id)).collect::<Vec<_>>(), wanted, "{filter:?} {find:?}");
                assert_eq!(db.count_files(filter, Moment::UNIX_EPOCH, &find).await.unwrap(), total);
                let page = db.files(filter, Moment::UNIX_EPOCH, &find, 20, 3000).await.unwrap();
                let page: Vec<i64> = page.iter().map(|f| number(&f.file.id)).collect();
                assert_eq!(page, wanted[3000..3020], "{filter:?} {find:?}");
            }
        }
        for (find, found) in tests() {
            let wanted: Vec<i64> = (0..12000).filter(|i| passes(filter, *i) && found(*i)).collect();
            let count = db.count_files(filter, Moment::UNIX_EPOCH, &find).await.unwrap();
            assert_eq!(count, wanted.len() as u64, "{filter:?} {find:?}");
            for order in [Order::Updated, Order::Title, Order::Number("case.amount".into())] {
                let find = Find { order, ..find.clone() };
                let mut ids = db.file_ids(filter, Moment::UNIX_EPOCH, &find).await.unwrap();
                ids.sort();
                assert_eq!(ids.iter().map(|id| number(id)).collect::<Vec<_>>(), wanted, "{filter:?} {find:?}");
            }
        }
        let open = (0..12000).filter(|i| passes(filter, *i) && i % 10 == 0).count() as u64;
        let stages = db.stages(filter, Moment::UNIX_EPOCH).await.unwrap();
        assert_eq!(stages, [("XQ01".into(), "review".into(), open)]);
        let find = Find { text: Some("第007号".into()), ..Find::all() };
        let found = (0..12000).filter(|i| passes(filter, *i) && i * 7 % 1000 == 7).count() as u64;
        assert_eq!(db.count_files(filter, Moment::UNIX_EPOCH, &find).await.unwrap(), found);
    }
}

/// Whether the `i`th file is to be found.
type Holds = fn(i64) -> bool;

/// Tests that leave many and few, alone and together: each goes another way through the files.
fn tests() -> Vec<(Find, Holds)> {
    let amount = |n: std::ops::Range<i64>| {
        Test::Card(vec!["case.amount".into()], Match::Among(n.map(|n| (n % 50).to_string()).collect()))
    };
    let has = |text: &str| Test::Card(vec!["case.amount".into()], Match::Has(text.into()));
    let ids = |ids: &[i64]| Test::Ids(ids.iter().map(|i| format!("F{i:05}")).collect());
    let stage = || Test::Stage("XQ01".into(), "review".into());
    let opened = || Test::When(Time::Opened, Span { from: Some(Moment::from_microsecond(300).unwrap()), to: None });
    let all = Find::all;
    vec![
        (all().and(Test::Open(true)), |i| i % 10 == 0),
        (all().and(ids(&[0, 1, 20, 40, 11_999])).and(Test::Open(true)), |i| [0, 20, 40].contains(&i)),
        (all().and(ids(&[0, 1, 2, 3, 11_999])).and(has("2")), |i| i == 2),
        (all().and(ids(&[])), |_| false),
        (all().and(Test::Open(false)), |i| i % 10 != 0),
        (all().and(amount(0..45)), |i| i % 50 < 45),
        (all().and(amount(7..8)), |i| i % 50 == 7),
        (all().and(amount(0..45)).and(Test::Open(true)), |i| i % 50 < 45 && i % 10 == 0),
        (all().and(stage()).and(amount(0..45)), |i| i % 10 == 0 && i % 50 < 45),
        (all().and(has("4")).and(Test::Open(false)), |i| (i % 50).to_string().contains('4') && i % 10 != 0),
        (all().and(opened()).and(has("4")), |i| i / 10 >= 300 && (i % 50).to_string().contains('4')),
        (all().and(Test::Card(vec!["case.amount".into()], Match::Known(false))), |_| false),
    ]
}

fn passes(filter: &Filter, i: i64) -> bool {
    match filter {
        Filter::All => true,
        Filter::SealedIs(_) => i % 3 != 0,
        Filter::Or(parts) if parts.len() == 2 => i % 2 == 0 || i == 1,
        _ => i % 2 == 0 || i % 3 != 0,
    }
}

#[tokio::test]
async fn everything_is_there_after_reopening() {
    let (dir, db) = fresh().await;
    let path = dir.path().join("xiezhi.db");
    let mut file = Draft::new("F1", "JC-970101", "M1");
    for _ in 0..3 {
        assert_eq!(db.commit(file.next(vec![]).unwrap()).await.unwrap(), Committed::Done);
    }
    let events = db.events("F1").await.unwrap();
    conformance::exporters(&db).await.unwrap();
    let export = conformance::export("e1", "u1", 1);
    assert!(db.begin_export(export.clone(), 1, Moment::MAX).await.unwrap());
    assert_eq!(db.exports("u1", export.at).await.unwrap()[0].state, "making");
    db.close().await;
    assert!(matches!(db.put_setting("clock", serde_json::json!(1)).await, Err(StoreError::Stopped)));
    let again = Sqlite::open(&path).await.unwrap();
    assert_eq!(again.events("F1").await.unwrap(), events);
    assert_eq!(again.state("F1").await.unwrap(), Some(file.state));
    assert_eq!(again.file("F1").await.unwrap(), Some(file.row));
    assert_eq!(again.exports("u1", export.at).await.unwrap()[0].state, "failed", "nobody makes it any more");
}

#[tokio::test]
async fn a_second_opening_is_refused() {
    let (dir, db) = fresh().await;
    let path = dir.path().join("xiezhi.db");
    let refused = Sqlite::open(&path).await.unwrap_err();
    assert!(matches!(refused, StoreError::InUse(_)), "{refused}");
    assert!(refused.to_string().starts_with("数据库已被另一个进程打开"), "{refused}");
    db.close().await;
    Sqlite::open(&path).await.unwrap();
}

#[tokio::test]
async fn a_newer_schema_is_refused_and_left_alone() {
    let (dir, db) = fresh().await;
    let path = dir.path().join("xiezhi.db");
    db.close().await;
    let other = behind(&path);
    other.execute_batch("INSERT INTO schema_version (step) VALUES (9999)").unwrap();
    other.close().unwrap();
    for _ in 0..2 {
        let refused = Sqlite::open(&path).await.unwrap_err();
        assert!(refused.to_string().contains("第 9999 版"), "{refused}");
    }
}

#[tokio::test]
async fn what_cannot_be_read_is_called_corrupt() {
    let (dir, db) = fresh().await;
    let path = dir.path().join("xiezhi.db");
    let mut file = Draft::new("F1", "JC-970101", "M1");
    db.commit(file.next(vec![]).unwrap()).await.unwrap();
    let other = behind(&path);
    other.execute_batch("UPDATE file_states SET state = '{\"id\": 云五一'; UPDATE events SET hash = 'x'").unwrap();
    let state = db.state("F1").await.unwrap_err();
    assert!(matches!(state, StoreError::Corrupt { what: "案卷状态", .. }), "{state}");
    assert!(!state.to_string().contains("云五一"), "an error must not repeat what is stored: {state}");
    let events = db.events("F1").await.unwrap_err();
    assert!(matches!(events, StoreError::Corrupt { what: "事件", .. }), "{events}");
    // The rest can still be served.
    assert!(db.file("F1").await.unwrap().is_some());
}

#[tokio::test]
async fn what_was_destroyed_is_not_left_in_the_files() {
    let (dir, db) = fresh().await;
    let mut file = Draft::new("F1", "JC-970101", "M1");
    let mut commit = file.next(vec![]).unwrap();
    commit.event.payload.as_mut().unwrap().reason = Some("SECRET-REASON".into());
    db.commit(commit).await.unwrap();
    let traces = || {
        let all = std::fs::read_dir(dir.path()).unwrap();
        all.filter(|f| {
            let bytes = std::fs::read(f.as_ref().unwrap().path()).unwrap();
            bytes.windows(13).any(|w| w == b"SECRET-REASON")
        })
        .count()
    };
    assert!(traces() > 0);
    db.destroy_payload("E-F1-1").await.unwrap();
    assert_eq!(traces(), 0);
}
