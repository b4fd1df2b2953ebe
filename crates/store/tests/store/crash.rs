//! A process is killed while it writes: what it acknowledged is there, nothing is half there.

use std::collections::BTreeSet;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;

use access::Filter;
use case::genesis;
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use seal::Digest;
use serde_json::json;
use store::conformance::Draft;
use store::rows::{Committed, KeyRow, TrackRow};
use store::{Repository, Sqlite};

const DATABASE: &str = "XIEZHI_CRASH_DATABASE";
const TASKS: usize = 4;
/// Rounds where `XIEZHI_ROUNDS` names no other number.
const ROUNDS: u32 = 5;

/// Not a test by itself: the process that is killed.
#[test]
fn child() {
    let Some(path) = std::env::var_os(DATABASE) else { return };
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    runtime.block_on(async {
        let db = Arc::new(Sqlite::open(Path::new(&path)).await.unwrap());
        let tasks: Vec<_> = (0..TASKS).map(|n| tokio::spawn(write(Arc::clone(&db), n))).collect();
        for task in tasks {
            task.await.unwrap();
        }
    });
}

/// Commits for ever, and prints what was acknowledged.
async fn write(db: Arc<Sqlite>, n: usize) {
    let id = format!("F{n}");
    let mut file = Draft::new(&id, "JC-970101", &format!("M{n}"));
    if let (Some(row), Some(state)) = (db.file(&id).await.unwrap(), db.state(&id).await.unwrap()) {
        file = Draft { row, state };
    }
    loop {
        let mut commit = file.next(vec![]).unwrap();
        let event = commit.event.header.id.clone();
        commit.key = Some(KeyRow {
            user: "u1".into(),
            key: event.clone(),
            request: Digest::of(event.as_bytes()),
            answer: json!({"event": event}),
        });
        // Larger than a page of the database, so that a torn write would show.
        commit.views.tracks = (0..40).map(|i| track(&id, i, file.state.version)).collect();
        assert_eq!(db.commit(commit).await.unwrap(), Committed::Done);
        println!("ack {event}");
    }
}

fn track(file: &str, i: usize, version: u64) -> TrackRow {
    TrackRow {
        file: file.into(),
        instance: "I1".into(),
        process: "P1".into(),
        subject: format!("S{i}"),
        label: format!("云五一 {}", "x".repeat(200)),
        state: format!("v{version}"),
        state_name: "在办".into(),
        ended: false,
    }
}

#[test]
fn nothing_acknowledged_is_lost_and_nothing_is_half_written() {
    let seed: u64 = std::env::var("XIEZHI_SEED").ok().and_then(|s| s.parse().ok()).unwrap_or_else(rand::random);
    println!("seed {seed}");
    let mut random = StdRng::seed_from_u64(seed);
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("xiezhi.db");
    let mut acknowledged = BTreeSet::new();
    let rounds = std::env::var("XIEZHI_ROUNDS").ok().and_then(|r| r.parse().ok()).unwrap_or(ROUNDS);
    for round in 0..rounds {
        let mut process = Command::new(std::env::current_exe().unwrap())
            .args(["crash::child", "--exact", "--nocapture"])
            .env(DATABASE, &path)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut output = BufReader::new(process.stdout.take().unwrap());
        let kill_after = random.random_range(1..120);
        let mut seen = 0;
        let mut line = String::new();
        while output.read_line(&mut line).unwrap() > 0 {
            // A last line that was cut off by the kill acknowledges nothing.
            if let Some((_, event)) = line.trim_start().split_once("ack ")
                && let Some(event) = event.strip_suffix('\n')
            {
                acknowledged.insert(event.to_owned());
                seen += 1;
                if seen == kill_after {
                    process.kill().unwrap();
                }
            }
            line.clear();
        }
        process.wait().unwrap();
        assert!(seen >= kill_after, "round {round}: the child ended by itself after {seen}");
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(examine(&path, &acknowledged, round));
    }
}

async fn examine(path: &Path, acknowledged: &BTreeSet<String>, round: u32) {
    let db = Sqlite::open(path).await.unwrap();
    let mut stored = BTreeSet::new();
    let all = db.files(&Filter::All, law::time::Moment::UNIX_EPOCH, &store::Find::all(), 100, 0).await.unwrap();
    for (row, tracks) in all.into_iter().map(|f| (f.file, f.tracks)) {
        let events = db.events(&row.id).await.unwrap();
        let mut previous = genesis();
        for (seq, event) in (1..).zip(&events) {
            event.verify(seq, &previous).unwrap();
            assert!(event.payload.is_some() && event.salt.is_some());
            assert!(db.key("u1", &event.header.id).await.unwrap().is_some());
            previous = event.hash;
            stored.insert(event.header.id.clone());
        }
        let state = db.state(&row.id).await.unwrap().unwrap();
        assert_eq!((row.version, state.version, state.head), (events.len() as u64, events.len() as u64, previous));
        let expected: Vec<_> = (0..40).map(|i| track(&row.id, i, row.version)).collect();
        assert_eq!(tracks, expected, "round {round}: {}", row.id);
    }
    let lost: Vec<_> = acknowledged.difference(&stored).collect();
    assert!(lost.is_empty(), "round {round}: acknowledged and lost: {lost:?}");
    db.close().await;
}
