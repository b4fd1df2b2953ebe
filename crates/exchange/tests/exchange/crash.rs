//! Killed with -9 in the middle of hand-overs: nothing acknowledged is lost, nothing is half there.
//!
//! `XIEZHI_ROUNDS` sets the number of rounds (20, 4 on PostgreSQL), `XIEZHI_SEED` replays one.

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use store::{Postgres, Repository, Sqlite};

use crate::common;
use crate::servers::postgres;

const CHILD: &str = "XIEZHI_CRASH_CHILD";
const DATABASE: &str = "XIEZHI_CRASH_DATABASE";

async fn opened(data: &Path, database: Option<&str>) -> Arc<dyn Repository> {
    match database {
        Some(address) => Arc::new(Postgres::open(address).await.unwrap()),
        None => Arc::new(Sqlite::open(&data.join("xiezhi.db")).await.unwrap()),
    }
}

/// The program that is killed: it opens cases and hands them over until it dies.
#[test]
fn child() {
    let Ok(data) = std::env::var(CHILD) else { return };
    let data = std::path::PathBuf::from(data);
    let first: u32 = std::env::var("XIEZHI_CRASH_FIRST").unwrap().parse().unwrap();
    tokio::runtime::Runtime::new().unwrap().block_on(async {
        let database = std::env::var(DATABASE).ok();
        let door = common::node_on(opened(&data, database.as_deref()).await, &data).await;
        common::set_clock(&door).await;
        let _carrier = exchange::start(door.clone());
        println!("ready");
        for n in first.. {
            common::case(&door, &data, n, &mut |a| {
                let mut out = std::io::stdout().lock();
                writeln!(out, "ack {} {} {}", a.file, a.version, a.event).unwrap();
                out.flush().unwrap();
            })
            .await;
        }
    });
}

#[test]
fn killed_in_a_hand_over_nothing_acknowledged_is_lost() {
    killed(None, 20);
}

#[test]
fn killed_beside_a_server_nothing_acknowledged_is_lost() {
    let database = tokio::runtime::Runtime::new().unwrap().block_on(postgres::database());
    killed(Some(&database), 4);
}

fn killed(database: Option<&str>, rounds: u32) {
    let rounds: u32 = std::env::var("XIEZHI_ROUNDS").ok().and_then(|r| r.parse().ok()).unwrap_or(rounds);
    let seed: u64 = std::env::var("XIEZHI_SEED").ok().and_then(|s| s.parse().ok()).unwrap_or_else(rand::random);
    println!("seed {seed}");
    let mut random = StdRng::seed_from_u64(seed);
    let data = tempfile::tempdir().unwrap();
    let mut acknowledged: Vec<(String, u64, String)> = Vec::new();
    for round in 0..rounds {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "crash::child", "--nocapture"])
            .env(CHILD, data.path())
            .envs(database.map(|address| (DATABASE, address)))
            .env("XIEZHI_CRASH_FIRST", (round * 10_000 + 1).to_string())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines().map_while(Result::ok);
        assert!(lines.any(|l| l.ends_with("ready")), "round {round} of seed {seed}: the child did not start");
        // Some acts first, then the kill at a random moment after the last of them.
        let wanted = random.random_range(3..18);
        let mut seen = 0;
        for l in lines.by_ref() {
            seen += note(&l, &mut acknowledged);
            if seen >= wanted {
                break;
            }
        }
        let until = Instant::now() + Duration::from_micros(random.random_range(0..40_000));
        while Instant::now() < until {
            std::hint::spin_loop();
        }
        child.kill().unwrap();
        child.wait().unwrap();
        for l in lines {
            note(&l, &mut acknowledged);
        }
    }
    tokio::runtime::Runtime::new().unwrap().block_on(async {
        let door = common::node_on(opened(data.path(), database).await, data.path()).await;
        // What was interrupted is carried on.
        while exchange::carry_waiting(&door).await.unwrap() > 0 {}
        for (file, version, event) in &acknowledged {
            let events = door.store().events(file).await.unwrap();
            let found = usize::try_from(*version).ok().and_then(|v| events.get(v - 1));
            assert!(
                found.is_some_and(|e| &e.header.id == event),
                "seed {seed}: acknowledged event {event} of {file} is lost"
            );
        }
        let v = door.verify(false).await.unwrap();
        let open: Vec<_> = v
            .defects
            .iter()
            // The legal aid centre answers in person; here nobody does.
            .filter(|d| !(d.kind == "receipt" && d.text.contains("业务回执")))
            .collect();
        assert!(open.is_empty(), "seed {seed}: {open:?}");
        assert!(v.sent > 0, "seed {seed}: no hand-over was made");
        assert_eq!(v.sent, v.received, "seed {seed}");
    });
    assert!(acknowledged.len() > 20, "too little happened to prove anything: {}", acknowledged.len());
}

fn note(line: &str, acknowledged: &mut Vec<(String, u64, String)>) -> u32 {
    // The test harness may print in front of the first line.
    let Some(rest) = line.split("ack ").nth(1) else { return 0 };
    let parts: Vec<&str> = rest.split(' ').collect();
    let [file, version, event] = parts.as_slice() else { return 0 };
    // A line that the kill cut short was not acknowledged to anybody.
    let Ok(version) = version.parse() else { return 0 };
    if event.len() < 32 {
        return 0;
    }
    acknowledged.push(((*file).to_owned(), version, (*event).to_owned()));
    1
}
