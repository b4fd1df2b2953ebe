//! The peer of `xiezhi bench acts`: a bare loop that writes rows of the same sizes with prepared
//! statements in groups of the same size, one sync a group, and does nothing else.
//!
//! `cargo run -p store --example bare -- GROUP STATE HEADER PAYLOAD` (bytes)
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a benchmark")]

use std::time::Instant;

use sea_orm::sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous};
use sea_orm::sqlx::{self, Connection, SqliteConnection};

const ACTS: u32 = 3200;

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let args: Vec<usize> = std::env::args().skip(1).map(|a| a.parse().unwrap()).collect();
    let [group, state, header, payload] = args[..] else { panic!("GROUP STATE HEADER PAYLOAD") };
    let dir = tempfile::tempdir().unwrap();
    let options = SqliteConnectOptions::new()
        .filename(dir.path().join("bare.db"))
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full);
    let mut db = SqliteConnection::connect_with(&options).await.unwrap();
    for sql in [
        "CREATE TABLE files (id TEXT PRIMARY KEY, version INTEGER, state TEXT)",
        "CREATE TABLE events (file TEXT, seq INTEGER, id TEXT UNIQUE, header TEXT, PRIMARY KEY (file, seq))",
        "CREATE TABLE payloads (event TEXT PRIMARY KEY, salt TEXT, payload TEXT)",
        "CREATE TABLE views (file TEXT, kind TEXT, row TEXT)",
        "CREATE INDEX views_file ON views (file)",
    ] {
        sqlx::query(sql).execute(&mut db).await.unwrap();
    }
    let text = |n: usize| "x".repeat(n);
    let (state, header, payload, row) = (text(state), text(header), text(payload), text(120));
    for f in 0..16 {
        sqlx::query("INSERT INTO files VALUES ($1, 0, $2)")
            .bind(format!("f{f}"))
            .bind(&state)
            .execute(&mut db)
            .await
            .unwrap();
    }
    let began = Instant::now();
    let mut n = 0u32;
    while n < ACTS {
        let mut tx = db.begin().await.unwrap();
        for _ in 0..group.max(1) {
            let file = format!("f{}", n % 16);
            sqlx::query("UPDATE files SET version = version + 1, state = $2 WHERE id = $1")
                .bind(&file)
                .bind(&state)
                .execute(&mut *tx)
                .await
                .unwrap();
            sqlx::query("INSERT INTO events VALUES ($1, $2, $3, $4)")
                .bind(&file)
                .bind(n)
                .bind(format!("e{n}"))
                .bind(&header)
                .execute(&mut *tx)
                .await
                .unwrap();
            sqlx::query("INSERT INTO payloads VALUES ($1, 's', $2)")
                .bind(format!("e{n}"))
                .bind(&payload)
                .execute(&mut *tx)
                .await
                .unwrap();
            sqlx::query("DELETE FROM views WHERE file = $1").bind(&file).execute(&mut *tx).await.unwrap();
            for kind in ["people", "todo", "clock", "track"] {
                sqlx::query("INSERT INTO views VALUES ($1, $2, $3)")
                    .bind(&file)
                    .bind(kind)
                    .bind(&row)
                    .execute(&mut *tx)
                    .await
                    .unwrap();
            }
            n += 1;
        }
        tx.commit().await.unwrap();
    }
    println!("bare loop {:.0} acts/s in groups of {group}", f64::from(n) / began.elapsed().as_secs_f64());
}
