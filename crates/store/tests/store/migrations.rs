//! A database of any earlier schema is brought up to date when it is opened: nothing in it is lost, and what comes
//! out is what a new one would be. A process that is killed on the way leaves a whole step behind, or none.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use rusqlite::Connection;
use store::{Postgres, Repository, Sqlite};

use crate::servers::postgres as server;

const DATABASE: &str = "XIEZHI_MIGRATED";

/// The steps that were released, in order.
fn steps() -> Vec<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations");
    let mut paths: Vec<_> = std::fs::read_dir(folder).unwrap().map(|e| e.unwrap().path()).collect();
    paths.sort();
    paths.iter().map(|p| std::fs::read_to_string(p).unwrap()).collect()
}

/// What somebody had when the first schema was all there was: each row as it was written then.
const ROWS: &str = "
INSERT INTO units VALUES ('GA-1', '东篱县公安局', '篱', '970123', 'police', '970123', NULL);
INSERT INTO unit_paths VALUES ('GA-1', 'GA-1');
INSERT INTO users VALUES ('u1', 'shao', '邵砺锋', 'GA-1', 'x', 0, 1);
INSERT INTO users VALUES ('u2', 'wei', '卫知远', 'GA-1', 'x', 0, 1);
INSERT INTO user_roles VALUES ('u1', 'GA-1', 'officer', 0, NULL);
INSERT INTO delegations VALUES ('d1', 'u1', 'u2', 0, 9, '因公外出');
INSERT INTO sessions VALUES ('t1', 'u1', 0, 9);
INSERT INTO files VALUES ('f1', 'GA-1', 'm1', '甲某盗窃案', 1, 0, 0, 0, 7, '{\"title\": \"甲某盗窃案\"}');
INSERT INTO file_people VALUES ('f1', 'u1', 'handler', 0);
INSERT INTO events VALUES ('f1', 1, 'e1', '{}', 'h', 7);
INSERT INTO event_payloads VALUES ('e1', 's', '{}');
INSERT INTO clocks VALUES ('f1', 'GA-1', 'I1', 'P1', 'D01', '受案审查', '办案', 0, 9, 8, NULL, 1, 0, 0);
INSERT INTO contents VALUES ('GA-1', 'aa', 'bb', 5, 'application/pdf', 1, '[]', '1', 'u1', 7, NULL);
INSERT INTO holdings VALUES ('f1', 'aa');
INSERT INTO outbox VALUES ('x1', '{}', 'f1', 'd', 7, NULL, 0, NULL, NULL);
INSERT INTO access_log VALUES (7, 'u1', 'f1', 'M1', 1);
INSERT INTO settings VALUES ('business_clock', '1');
";

/// What must be found after the last step: a question and its answer.
const FOUND: &[(&str, &str)] = &[
    ("SELECT name FROM units", "东篱县公安局"),
    ("SELECT login FROM users WHERE id = 'u1' AND temporary_until IS NULL", "shao"),
    ("SELECT role FROM user_roles", "officer"),
    ("SELECT roles FROM delegations", "[]"),
    ("SELECT title FROM files WHERE id = 'f1'", "甲某盗窃案"),
    ("SELECT state FROM file_states WHERE file = 'f1'", "{\"title\": \"甲某盗窃案\"}"),
    ("SELECT \"user\" FROM file_people", "u1"),
    ("SELECT hash FROM events", "h"),
    ("SELECT payload FROM event_payloads", "{}"),
    ("SELECT deadline FROM clocks WHERE suspended = 0", "D01"),
    ("SELECT sha256 FROM contents WHERE seen_at = 7", "bb"),
    ("SELECT user_id FROM brought WHERE sm3 = 'aa'", "u1"),
    ("SELECT message FROM outbox WHERE lease_by IS NULL", "{}"),
    ("SELECT how FROM access_log", "opened"),
    ("SELECT value FROM settings WHERE key = 'rebuild'", "true"),
    ("SELECT value FROM settings WHERE key = 'business_clock'", "1"),
];

const NOTED: &str = "CREATE TABLE schema_version (step BIGINT NOT NULL PRIMARY KEY)";

/// A database as it was when so many steps had been released.
fn sqlite_of(path: &Path, released: usize) {
    let db = Connection::open(path).unwrap();
    db.execute_batch(NOTED).unwrap();
    for (n, step) in (1..=released).zip(steps()) {
        db.execute_batch(&step).unwrap();
        db.execute("INSERT INTO schema_version VALUES (?1)", [i64::try_from(n).unwrap()]).unwrap();
        if n == 1 {
            db.execute_batch(ROWS).unwrap();
        }
    }
}

/// Tables with their columns, and indexes.
fn sqlite_shape(path: &Path) -> BTreeSet<String> {
    let db = Connection::open(path).unwrap();
    let question = "SELECT m.type || ' ' || m.name || ' ' || coalesce(c.name || ' ' || c.type || ' ' || c.\"notnull\" || ' ' || c.pk, m.sql, '')
        FROM sqlite_master m LEFT JOIN pragma_table_info(m.name) c ON m.type = 'table' WHERE m.name NOT LIKE 'sqlite%'";
    let mut rows = db.prepare(question).unwrap();
    rows.query_map([], |r| r.get(0)).unwrap().map(Result::unwrap).collect()
}

fn sqlite_has_all(path: &Path) {
    let db = Connection::open(path).unwrap();
    for (question, answer) in FOUND {
        let found: String = db.query_row(question, [], |r| r.get(0)).unwrap_or_else(|e| panic!("{question}: {e}"));
        assert_eq!(&found, answer, "{question}");
    }
}

#[tokio::test]
async fn every_schema_that_was_released_comes_up_to_date() {
    let dir = tempfile::tempdir().unwrap();
    let fresh = dir.path().join("fresh.db");
    Sqlite::open(&fresh).await.unwrap().close().await;
    for released in 1..=steps().len() {
        let path = dir.path().join(format!("{released}.db"));
        sqlite_of(&path, released);
        Sqlite::open(&path).await.unwrap().close().await;
        assert_eq!(sqlite_shape(&path), sqlite_shape(&fresh), "from step {released}");
        sqlite_has_all(&path);
    }
}

#[tokio::test]
async fn on_postgres_too() {
    let shape = "SELECT table_name || ' ' || column_name || ' ' || data_type || ' ' || is_nullable FROM information_schema.columns
        WHERE table_schema = 'public' UNION ALL SELECT indexdef FROM pg_indexes WHERE schemaname = 'public'";
    let shape_of = async |address: &str| -> BTreeSet<String> {
        let rows = server::behind(address).await.query(shape, &[]).await.unwrap();
        rows.iter().map(|r| r.get(0)).collect()
    };
    let fresh = server::database().await;
    Postgres::open(&fresh).await.unwrap().close().await;
    let all = steps();
    for released in [1, 4, 8, all.len() - 1] {
        let address = server::database().await;
        let db = server::behind(&address).await;
        db.batch_execute(NOTED).await.unwrap();
        for (n, step) in (1_i64..).zip(&all[..released]) {
            // What is for the other engine, and how texts are compared.
            let lines = step.lines().filter(|l| !l.ends_with("-- SQLite"));
            let step: String =
                lines.map(|l| l.replace(" TEXT", " TEXT COLLATE \"C\"").replace(", words)", ")") + "\n").collect();
            db.batch_execute(&step).await.unwrap();
            db.execute("INSERT INTO schema_version VALUES ($1)", &[&n]).await.unwrap();
            if n == 1 {
                db.batch_execute(ROWS).await.unwrap();
            }
        }
        Postgres::open(&address).await.unwrap().close().await;
        assert_eq!(shape_of(&address).await, shape_of(&fresh).await, "from step {released}");
        for (question, answer) in FOUND {
            let found: String = db.query_one(*question, &[]).await.unwrap().get(0);
            assert_eq!(&found, answer, "{question}");
        }
    }
}

/// Not a test by itself: the process that is killed.
#[tokio::test]
async fn child() {
    let Some(path) = std::env::var_os(DATABASE) else { return };
    Sqlite::open(Path::new(&path)).await.unwrap().close().await;
}

#[tokio::test]
async fn killed_half_way_it_goes_on_from_there() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("xiezhi.db");
    sqlite_of(&path, 1);
    {
        // Enough that a step takes its time.
        let db = Connection::open(&path).unwrap();
        let many = "WITH RECURSIVE n(i) AS (SELECT 2 UNION ALL SELECT i + 1 FROM n WHERE i < 60000)
            INSERT INTO files SELECT 'f' || i, 'GA-1', 'm' || i, 't', 1, 0, 0, 0, 7, '{}' FROM n";
        db.execute_batch(many).unwrap();
    }
    let step = |path: &Path| -> i64 {
        let db = Connection::open(path).unwrap();
        db.query_row("SELECT max(step) FROM schema_version", [], |r| r.get(0)).unwrap()
    };
    let (last, mut killed_between, mut wait) = (i64::try_from(steps().len()).unwrap(), false, 5);
    while step(&path) < last {
        let mut process = Command::new(std::env::current_exe().unwrap())
            .args(["migrations::child", "--exact"])
            .env(DATABASE, &path)
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        tokio::time::sleep(Duration::from_millis(wait)).await;
        process.kill().unwrap();
        process.wait().unwrap();
        // Whatever was reached is whole: the schema is that of the steps that are noted.
        let reached = step(&path);
        let like = dir.path().join(format!("like-{wait}.db"));
        sqlite_of(&like, usize::try_from(reached).unwrap());
        assert_eq!(sqlite_shape(&path), sqlite_shape(&like), "killed after {wait} ms");
        killed_between |= (2..last).contains(&reached);
        wait += 5;
    }
    println!("killed between steps: {killed_between}, up to date within {wait} ms");
    sqlite_has_all(&path);
    let db = Connection::open(&path).unwrap();
    let all: i64 = db.query_row("SELECT count(*) FROM file_states", [], |r| r.get(0)).unwrap();
    assert_eq!(all, 59_999 + 1);
}
