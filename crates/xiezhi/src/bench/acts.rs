//! Many people act at once; the peer writes the very same rows in the same groups and does nothing else.

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context, ensure};
use case::{Command as Act, Input};
use door::{Door, Principal, Request};
use seal::Digest;
use serde_json::json;
use store::postgres::peer;
use store::sqlite::Bare;
use store::{Postgres, Repository, Sqlite};

use crate::node;

/// Cases that a client works on in turn: a case sees some tens of acts, not hundreds.
const CASES: u32 = 8;

/// How many do how much.
#[derive(Clone, Copy)]
pub struct Load {
    /// People.
    pub clients: u32,
    /// Acts of each.
    pub each: u32,
}

impl Load {
    fn acts(self) -> f64 {
        f64::from(self.clients * self.each)
    }
}

/// Figures by name, with their digits and unit.
type Figures = Vec<(&'static str, f64, usize, &'static str)>;

pub async fn run(
    library: &Path,
    examples: &Path,
    load: Load,
    runs: usize,
    database: Option<&str>,
) -> anyhow::Result<bool> {
    let Load { clients, each } = load;
    ensure!(clients > 0 && each > 0 && runs > 0, "人数、次数都要大于零");
    let mut all = Vec::new();
    for _ in 0..runs {
        all.push(match database {
            Some(address) => on_postgres(library, examples, load, address).await?,
            None => on_sqlite(library, examples, load).await?,
        });
    }
    let on = if database.is_some() { "PostgreSQL" } else { "SQLite" };
    println!("acts      {on}, {clients} clients x {each} in {CASES} cases each, median (least to most) of {runs} runs");
    for (n, (name, _, digits, unit)) in all[0].iter().enumerate() {
        let mut values: Vec<f64> = all.iter().filter_map(|run| run.get(n).map(|f| f.1)).collect();
        values.sort_by(f64::total_cmp);
        let at = |n: usize| values.get(n).copied().unwrap_or_default();
        let (median, least, most) = (at(runs / 2), at(0), at(runs - 1));
        println!("          {name:<26} {median:>8.digits$} {unit:<8} ({least:.digits$} to {most:.digits$})");
    }
    Ok(true)
}

async fn on_sqlite(library: &Path, examples: &Path, load: Load) -> anyhow::Result<Figures> {
    let data = tempfile::tempdir()?;
    let database = data.path().join("xiezhi.db");
    let copy = data.path().join("bare.db");
    let place = node::Place::demonstration(data.path(), None);
    let (door, store) = node::open(&place, library, examples).await?;
    let files = cases(&door, data.path(), load).await?;
    // The peer begins with what the platform begins with.
    store.close().await;
    std::fs::copy(&database, &copy)?;
    let store = Arc::new(Sqlite::open(&database).await?);
    let door = node::open_on(store.clone(), &place, library, examples).await?;

    let before = store.stats();
    store.record();
    let (seconds, took) = acted(&door, files, load).await?;
    let tape = store.recorded();
    let after = store.stats();
    store.close().await;

    let bare_seconds = tokio::task::spawn_blocking(move || {
        let mut bare = Bare::open(&copy)?;
        let began = Instant::now();
        bare.play(&tape)?;
        anyhow::Ok(began.elapsed().as_secs_f64())
    })
    .await??;
    let shared = (after.jobs - before.jobs) as f64 / (after.groups - before.groups) as f64;
    let mut figures = told(load, seconds, &took);
    figures.extend([
        ("acts sharing an fsync", shared, 1, ""),
        ("bare loop, same rows", load.acts() / bare_seconds, 0, "a second"),
        ("ratio to the bare loop", bare_seconds / seconds, 2, ""),
    ]);
    Ok(figures)
}

async fn on_postgres(library: &Path, examples: &Path, load: Load, address: &str) -> anyhow::Result<Figures> {
    let data = tempfile::tempdir()?;
    let place = node::Place::demonstration(data.path(), Some(address));
    let store = Arc::new(Postgres::open(address).await?);
    let door = node::open_on(store.clone(), &place, library, examples).await?;
    let files = cases(&door, data.path(), load).await?;
    let first: Vec<String> = files.iter().filter_map(|hers| hers.first().cloned()).collect();

    store.record();
    let (seconds, took) = acted(&door, files, load).await?;
    let act = store.recorded().context("nothing was written")?;
    store.close().await;

    let mut figures = told(load, seconds, &took);
    let rate = load.acts() / seconds;
    for (pipelined, peer, ratio) in
        [(false, "pgbench, same rows", "ratio to pgbench"), (true, "pgbench in a pipeline", "ratio to the pipeline")]
    {
        let script = data.path().join("act.sql");
        std::fs::write(&script, act.script(&first, pipelined))?;
        let peers = pgbench(address, &script, load)?;
        figures.extend([(peer, peers, 0, "a second"), (ratio, rate / peers, 2, "")]);
    }
    Ok(figures)
}

/// Acts a second of pgbench with as many clients, in as many transactions each.
fn pgbench(address: &str, script: &Path, load: Load) -> anyhow::Result<f64> {
    let program = peer::program("pgbench").context("pgbench is missing: it comes with the server")?;
    // Beyond the versions of all files, and of every run before.
    let from = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH)?.as_millis();
    let out = std::process::Command::new(program)
        .envs(peer::environment(address)?)
        .args(["-n", "-M", "prepared", "-c", &load.clients.to_string(), "-t", &load.each.to_string()])
        .args(["-j", "2", "-D", &format!("n={from}"), "-f"])
        .arg(script)
        .output()?;
    let said = String::from_utf8_lossy(&out.stdout);
    ensure!(out.status.success(), "pgbench: {}", String::from_utf8_lossy(&out.stderr));
    let rate = said.lines().find_map(|line| line.strip_prefix("tps = ")?.split(' ').next()?.parse().ok());
    rate.with_context(|| format!("pgbench said no rate: {said}"))
}

/// The cases of each client.
async fn cases(door: &Door, spool: &Path, load: Load) -> anyhow::Result<Vec<Vec<String>>> {
    let who = officer(door).await?;
    let mut files = Vec::new();
    for client in 0..load.clients {
        let photo = photo(door, &who, spool, client).await?;
        let mut hers = Vec::new();
        for _ in 0..CASES {
            hers.push(opened(door, &who, photo).await?);
        }
        files.push(hers);
    }
    Ok(files)
}

/// All act at once: how long it took, and how long each act, the shortest first.
async fn acted(door: &Arc<Door>, files: Vec<Vec<String>>, load: Load) -> anyhow::Result<(f64, Vec<Duration>)> {
    let who = Arc::new(officer(door).await?);
    let began = Instant::now();
    let tasks: Vec<_> =
        files.into_iter().map(|hers| tokio::spawn(acts(door.clone(), who.clone(), hers, load.each))).collect();
    let mut took = Vec::new();
    for t in tasks {
        took.extend(t.await??);
    }
    let seconds = began.elapsed().as_secs_f64();
    took.sort_unstable();
    Ok((seconds, took))
}

fn told(load: Load, seconds: f64, took: &[Duration]) -> Figures {
    let ms = |share: usize| took.get(took.len() * share / 100).map_or(0.0, |d| d.as_secs_f64() * 1e3);
    vec![
        ("acts", load.acts() / seconds, 0, "a second"),
        ("an act, median", ms(50), 1, "ms"),
        ("an act, 99 of 100", ms(99), 1, "ms"),
    ]
}

/// One client: an act, its answer, the next act. Gives how long each took.
async fn acts(door: Arc<Door>, who: Arc<Principal>, files: Vec<String>, each: u32) -> anyhow::Result<Vec<Duration>> {
    let mut took = Vec::new();
    for (n, file) in (0..each).zip(files.iter().cycle()) {
        let input: Input = serde_json::from_value(json!({"case": {"summary": format!("第{n}次填录")}}))?;
        let command = Act::Act { instance: "I1".into(), action: "fill_card".into(), subjects: vec![], input };
        let began = Instant::now();
        door.perform(&who, Request { file: Some(file.clone()), command, key: None, expected: None })
            .await
            .map_err(with_reasons)?;
        took.push(began.elapsed());
    }
    Ok(took)
}

async fn officer(door: &Door) -> anyhow::Result<Principal> {
    let user = door.store().user("U-shao").await?.context("no officer")?;
    Ok(Principal::load(door.store(), &door.units(), user, door.now()).await?)
}

/// A photograph to file in the cases of one client.
async fn photo(door: &Door, who: &Principal, spool: &Path, n: u32) -> anyhow::Result<Digest> {
    let values = [("event.time", "2026年3月4日21时36分"), ("vehicle.plate", "云A·D8T26")];
    let made = casework::make(&casework::Order {
        form: "photo-road".into(),
        kind: "W001".into(),
        title: String::new(),
        pages: 0,
        values: values.into_iter().map(|(k, v)| (k.to_owned(), v.to_owned())).collect(),
        seed: u64::from(n),
        dpi: 0,
        defects: Vec::new(),
    })?;
    let path = spool.join(format!("up-{n}"));
    std::fs::write(&path, &made.bytes)?;
    Ok(door.import(who, path, made.file_name, door::Stop::default()).await?.row.sm3)
}

/// A case.
async fn opened(door: &Door, who: &Principal, photo: Digest) -> anyhow::Result<String> {
    let input: Input = serde_json::from_value(json!({
        "case": {"name": "甲某危险驾驶案", "category": "public", "source": "found",
            "accepted_at": "2026-03-01T22:20:00+08:00", "offence": "55",
            "acted_from": "2026-03-01T21:00:00+08:00", "acted_to": "2026-03-01T21:30:00+08:00"},
        "new_subjects": [{"name": "甲某", "arrival": "caught", "birth": "1990-01-02", "impaired": false}],
        "materials": [{"kind": "W001", "sm3": photo}],
    }))?;
    let command = Act::Open { process: "GA01".into(), subjects: vec![], input };
    let done = door.perform(who, Request { file: None, command, key: None, expected: None }).await;
    Ok(done.map_err(with_reasons)?.file)
}

/// A refusal with all that was said.
fn with_reasons(e: door::DoorError) -> anyhow::Error {
    match e {
        door::DoorError::Refused(r) => {
            anyhow::anyhow!("{}", r.reasons.iter().map(|r| r.text.as_str()).collect::<Vec<_>>().join("；"))
        }
        other => other.into(),
    }
}
