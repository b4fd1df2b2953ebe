//! A database as a whole goes from one engine to the other and back, and is the same.

use store::conformance;
use store::whole::{Batch, TABLES, Value};
use store::{Postgres, Repository, Sqlite, StoreError};

use crate::servers::postgres as server;

/// Everything, the rows of each table sorted: engines give them in orders of their own.
async fn all(db: &dyn Repository) -> Vec<Batch> {
    let mut out: Vec<Batch> = Vec::new();
    let mut whole = db.whole().await.unwrap();
    while let Some(batch) = whole.next().await.unwrap() {
        match out.last_mut().filter(|b| b.table == batch.table) {
            Some(before) => before.rows.extend(batch.rows),
            None => out.push(batch),
        }
    }
    for batch in &mut out {
        // Whoever held a lease stayed behind.
        for (at, _) in batch.columns.iter().enumerate().filter(|(_, c)| c.starts_with("lease_")) {
            batch.rows.iter_mut().for_each(|r| r[at] = Value::Null);
        }
        batch.rows.sort_by_key(|r| format!("{r:?}"));
    }
    out.retain(|b| !b.rows.is_empty());
    out
}

async fn carry(from: &dyn Repository, to: &dyn Repository) {
    to.begin_whole().await.unwrap();
    assert!(to.half_whole().await.unwrap());
    let mut whole = from.whole().await.unwrap();
    while let Some(batch) = whole.next().await.unwrap() {
        to.fill(batch).await.unwrap();
    }
    to.end_whole().await.unwrap();
    assert!(!to.half_whole().await.unwrap());
}

const PARTS: usize = 9;

/// A database with the rows that one part of the suite leaves.
async fn filled(path: &std::path::Path, part: usize) -> Sqlite {
    let db = Sqlite::open(path).await.unwrap();
    match part {
        0 => conformance::acts(&db).await,
        1 => conformance::exchange(&db).await,
        2 => conformance::people(&db).await,
        3 => conformance::notes(&db).await,
        4 => conformance::notices(&db).await,
        5 => conformance::contents(&db).await,
        6 => conformance::views(&db).await,
        7 => conformance::passkeys(&db).await,
        _ => conformance::records(&db).await,
    }
    .unwrap();
    db
}

#[tokio::test]
async fn it_goes_to_the_other_engine_and_back() {
    let dir = tempfile::tempdir().unwrap();
    let mut seen = std::collections::BTreeSet::new();
    for part in 0..PARTS {
        let db = filled(&dir.path().join(format!("{part}.db")), part).await;
        let before = all(&db).await;
        seen.extend(before.iter().map(|b| b.table.clone()));
        let there = Postgres::open(&server::database().await).await.unwrap();
        carry(&db, &there).await;
        assert_eq!(all(&there).await, before);
        let back = Sqlite::open(&dir.path().join(format!("{part}-back.db"))).await.unwrap();
        carry(&there, &back).await;
        assert_eq!(all(&back).await, before);
    }
    assert!(!seen.contains("sessions"));
    assert!(seen.len() * 4 > TABLES.len() * 3, "few tables had rows: {seen:?}");
}

#[tokio::test]
async fn a_full_database_is_not_filled_and_a_half_filled_one_begins_anew() {
    let dir = tempfile::tempdir().unwrap();
    let db = filled(&dir.path().join("a.db"), 2).await;
    let refused = db.begin_whole().await.unwrap_err();
    assert!(refused.to_string().contains("不是空的"), "{refused}");
    let to = Sqlite::open(&dir.path().join("b.db")).await.unwrap();
    to.begin_whole().await.unwrap();
    let mut whole = db.whole().await.unwrap();
    for _ in 0..3 {
        to.fill(whole.next().await.unwrap().unwrap()).await.unwrap();
    }
    drop(whole);
    assert!(to.half_whole().await.unwrap(), "it was given up");
    carry(&db, &to).await;
    assert_eq!(all(&to).await, all(&db).await);
}

#[tokio::test]
async fn what_is_no_table_of_ours_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    let db = Sqlite::open(&dir.path().join("a.db")).await.unwrap();
    db.begin_whole().await.unwrap();
    let batch = |table: &str, columns: &[&str]| Batch {
        table: table.into(),
        columns: columns.iter().map(|c| (*c).to_owned()).collect(),
        rows: vec![vec![Value::Text("x".into()); columns.len()]],
    };
    for wrong in [
        batch("sqlite_master", &["name"]),
        batch("settings\" (key) VALUES ('x'); --", &["key", "value"]),
        batch("settings", &["key"]),
        batch("settings", &["key", "value) VALUES ('a','b'); --"]),
    ] {
        assert!(matches!(db.fill(wrong.clone()).await, Err(StoreError::Database(_))), "{}", wrong.table);
    }
}

#[tokio::test]
async fn who_reads_beside_the_server_sees_one_moment() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("a.db");
    let db = filled(&path, 2).await;
    let beside = Sqlite::open_beside(&path).await.unwrap();
    let mut whole = beside.whole().await.unwrap();
    let first = whole.next().await.unwrap().unwrap();
    db.put_setting("later", serde_json::Value::Bool(true)).await.unwrap();
    let mut rest = vec![first];
    while let Some(batch) = whole.next().await.unwrap() {
        rest.push(batch);
    }
    let later = Value::Text("later".into());
    assert!(rest.iter().all(|b| b.table != "settings" || b.rows.iter().all(|r| r[0] != later)));
    drop(whole);
    assert!(beside.put_setting("x", serde_json::Value::Null).await.is_err(), "whoever looks changes nothing");
}
