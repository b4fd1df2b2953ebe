//! `xiezhi bench`: figures beside a peer in the same run, never a verdict.

use std::path::{Path, PathBuf};
use std::process::Command as Process;
use std::sync::Arc;
use std::time::Instant;

use anyhow::{Context, ensure};
use case::{Command as Act, Input};
use clap::Subcommand;
use door::{Door, Principal, Request};
use serde_json::json;

use crate::{demo, node};

#[derive(Subcommand)]
pub enum Command {
    /// 移送一套案卷：从按下到收文单位受理审查完成，对照：复制同样的文件并用 openssl 计算 SM3
    Handover {
        /// 页数
        #[arg(long, default_value_t = 300)]
        pages: u32,
        /// 扫描分辨率
        #[arg(long, default_value_t = 260)]
        dpi: u32,
    },
    /// 十六人同时办理：每秒办理数、每次落盘合并的办理数
    Acts {
        /// 人数
        #[arg(long, default_value_t = 16)]
        clients: u32,
        /// 每人办理次数
        #[arg(long, default_value_t = 200)]
        each: u32,
    },
}

pub async fn run(command: &Command, library: &Path, examples: &Path) -> anyhow::Result<bool> {
    match command {
        Command::Handover { pages, dpi } => handover(library, examples, *pages, *dpi).await,
        Command::Acts { clients, each } => acts(library, examples, *clients, *each).await,
    }
}

async fn handover(library: &Path, examples: &Path, pages: u32, dpi: u32) -> anyhow::Result<bool> {
    let data = tempfile::tempdir()?;
    let m = demo::handover(data.path(), library, examples, pages, dpi).await?;
    let peer = copy_and_digest(&data.path().join("contents/JC-970123"))?;
    let whole = m.carried + m.checked;
    println!(
        "handover  {} pages, {:.1} MB: {whole} ms (carried {} ms, acceptance check {} ms); cp + openssl dgst -sm3 of the same files: {peer} ms; ratio {:.2}",
        m.pages,
        m.bytes as f64 / 1e6,
        m.carried,
        m.checked,
        whole as f64 / peer as f64
    );
    Ok(true)
}

/// Copies a folder once and digests the copy once with openssl, in milliseconds.
fn copy_and_digest(folder: &Path) -> anyhow::Result<u128> {
    let target = tempfile::tempdir()?;
    let began = Instant::now();
    let copied = Process::new("cp").arg("-r").arg(folder).arg(target.path().join("copy")).status()?;
    ensure!(copied.success(), "cp failed");
    let mut files = Vec::new();
    walk(&target.path().join("copy"), &mut files)?;
    let out = Process::new("openssl").args(["dgst", "-sm3"]).args(&files).output().context("openssl")?;
    ensure!(out.status.success(), "openssl failed");
    Ok(began.elapsed().as_millis())
}

fn walk(dir: &Path, out: &mut Vec<PathBuf>) -> anyhow::Result<()> {
    for e in std::fs::read_dir(dir)? {
        let p = e?.path();
        if p.is_dir() {
            walk(&p, out)?;
        } else {
            out.push(p);
        }
    }
    Ok(())
}

async fn acts(library: &Path, examples: &Path, clients: u32, each: u32) -> anyhow::Result<bool> {
    let data = tempfile::tempdir()?;
    let (door, store) = node::open(data.path(), library, examples, true).await?;
    let user = door.store().user("U-shao").await?.context("no officer")?;
    let who = Arc::new(Principal::load(door.store(), &door.units(), user, door.now()).await?);
    let mut files = Vec::new();
    for n in 0..clients {
        files.push(opened(&door, &who, data.path(), n).await?);
    }
    let file = files.first().context("no file")?.clone();
    let small = state_size(&door, &file).await?;
    let before = store.stats();
    let began = Instant::now();
    let mut tasks = Vec::new();
    for file in files.clone() {
        let (door, who) = (door.clone(), who.clone());
        tasks.push(tokio::spawn(async move {
            for n in 0..each {
                let input: Input = serde_json::from_value(json!({"case": {"summary": format!("第{n}次填录")}}))?;
                let command = Act::Act { instance: "I1".into(), action: "fill_card".into(), subjects: vec![], input };
                door.perform(&who, Request { file: Some(file.clone()), command, key: None, expected: None }).await?;
            }
            anyhow::Ok(())
        }));
    }
    for t in tasks {
        t.await??;
    }
    let seconds = began.elapsed().as_secs_f64();
    let after = store.stats();
    let groups = after.groups - before.groups;
    let jobs = after.jobs - before.jobs;
    // The state grows by the same with each act, so the peer writes its mean size.
    let state = usize::midpoint(small, state_size(&door, &file).await?);
    let event = door.store().events(&file).await?.pop().context("no event")?;
    let header = serde_json::to_string(&event.header)?.len();
    let payload = serde_json::to_string(&event.payload)?.len();
    println!(
        "acts      {clients} clients x {each}: {:.0} acts/s, {:.1} acts an fsync ({groups} groups); state {state} bytes, header {header}, payload {payload}",
        f64::from(clients * each) / seconds,
        jobs as f64 / groups as f64
    );
    store.close().await;
    Ok(true)
}

async fn state_size(door: &Door, file: &str) -> anyhow::Result<usize> {
    Ok(serde_json::to_string(&door.store().state(file).await?)?.len())
}

/// A case of its own for one client.
async fn opened(door: &Door, who: &Principal, spool: &Path, n: u32) -> anyhow::Result<String> {
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
    let imported = door.import(who, path, made.file_name).await?;
    let input: Input = serde_json::from_value(json!({
        "case": {"name": "甲某危险驾驶案", "offence": "55"},
        "new_subjects": [{"name": "甲某", "arrival": "caught"}],
        "materials": [{"kind": "W001", "sm3": imported.row.sm3}],
    }))?;
    let command = Act::Open { process: "GA01".into(), input };
    Ok(door.perform(who, Request { file: None, command, key: None, expected: None }).await?.file)
}
