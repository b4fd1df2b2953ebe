//! Many people act at once; the peer writes the very same rows in the same groups and does nothing else.

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context, ensure};
use case::{Command as Act, Input};
use door::{Door, Principal, Request};
use seal::Digest;
use serde_json::json;
use store::sqlite::Bare;

use crate::node;

/// Cases that a client works on in turn: a case sees some tens of acts, not hundreds.
const CASES: u32 = 8;

/// What one run measured.
struct Figures {
    acts_a_second: f64,
    acts_a_sync: f64,
    median_ms: f64,
    slow_ms: f64,
    bare_a_second: f64,
    ratio: f64,
}

pub async fn run(library: &Path, examples: &Path, clients: u32, each: u32, runs: usize) -> anyhow::Result<bool> {
    ensure!(clients > 0 && each > 0 && runs > 0, "人数、次数都要大于零");
    let mut all = Vec::new();
    for _ in 0..runs {
        all.push(once(library, examples, clients, each).await?);
    }
    let of = |figure: fn(&Figures) -> f64| {
        let mut values: Vec<f64> = all.iter().map(figure).collect();
        values.sort_by(f64::total_cmp);
        let at = |n: usize| values.get(n).copied().unwrap_or_default();
        (at(runs / 2), at(0), at(runs - 1))
    };
    let line = |name: &str, (median, least, most): (f64, f64, f64), digits: usize, unit: &str| {
        println!("          {name:<22} {median:>8.digits$} {unit:<8} ({least:.digits$} to {most:.digits$})");
    };
    println!("acts      {clients} clients x {each} in {CASES} cases each, median (least to most) of {runs} runs");
    line("acts", of(|f| f.acts_a_second), 0, "a second");
    line("acts sharing an fsync", of(|f| f.acts_a_sync), 1, "");
    line("an act, median", of(|f| f.median_ms), 1, "ms");
    line("an act, 99 of 100", of(|f| f.slow_ms), 1, "ms");
    line("bare loop, same rows", of(|f| f.bare_a_second), 0, "a second");
    line("ratio to the bare loop", of(|f| f.ratio), 2, "");
    Ok(true)
}

async fn once(library: &Path, examples: &Path, clients: u32, each: u32) -> anyhow::Result<Figures> {
    let data = tempfile::tempdir()?;
    let database = data.path().join("xiezhi.db");
    let copy = data.path().join("bare.db");
    let (door, store) = node::open(data.path(), library, examples, true).await?;
    let who = officer(&door).await?;
    let mut files = Vec::new();
    for client in 0..clients {
        let photo = photo(&door, &who, data.path(), client).await?;
        let mut hers = Vec::new();
        for _ in 0..CASES {
            hers.push(opened(&door, &who, photo).await?);
        }
        files.push(hers);
    }
    // The peer begins with what the platform begins with.
    store.close().await;
    std::fs::copy(&database, &copy)?;
    let (door, store) = node::open(data.path(), library, examples, true).await?;
    let who = Arc::new(officer(&door).await?);

    let before = store.stats();
    store.record();
    let began = Instant::now();
    let tasks: Vec<_> =
        files.into_iter().map(|hers| tokio::spawn(acts(door.clone(), who.clone(), hers, each))).collect();
    let mut took = Vec::new();
    for t in tasks {
        took.extend(t.await??);
    }
    let seconds = began.elapsed().as_secs_f64();
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

    took.sort_unstable();
    let ms = |share: usize| took.get(took.len() * share / 100).map_or(0.0, |d| d.as_secs_f64() * 1e3);
    let done = f64::from(clients * each);
    Ok(Figures {
        acts_a_second: done / seconds,
        acts_a_sync: (after.jobs - before.jobs) as f64 / (after.groups - before.groups) as f64,
        median_ms: ms(50),
        slow_ms: ms(99),
        bare_a_second: done / bare_seconds,
        ratio: bare_seconds / seconds,
    })
}

/// One client: an act, its answer, the next act. Gives how long each took.
async fn acts(door: Arc<Door>, who: Arc<Principal>, files: Vec<String>, each: u32) -> anyhow::Result<Vec<Duration>> {
    let mut took = Vec::new();
    for (n, file) in (0..each).zip(files.iter().cycle()) {
        let input: Input = serde_json::from_value(json!({"case": {"summary": format!("第{n}次填录")}}))?;
        let command = Act::Act { instance: "I1".into(), action: "fill_card".into(), subjects: vec![], input };
        let began = Instant::now();
        door.perform(&who, Request { file: Some(file.clone()), command, key: None, expected: None }).await?;
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
            "accepted_at": "2026-03-04T22:20:00+08:00", "offence": "55"},
        "new_subjects": [{"name": "甲某", "arrival": "caught"}],
        "materials": [{"kind": "W001", "sm3": photo}],
    }))?;
    let command = Act::Open { process: "GA01".into(), subjects: vec![], input };
    Ok(door.perform(who, Request { file: None, command, key: None, expected: None }).await?.file)
}
