//! `xiezhi bench`: figures beside a peer in the same run, never a verdict.

mod acts;
mod list;
mod pages;
mod served;

use std::path::{Path, PathBuf};
use std::process::Command as Process;
use std::time::Instant;

use anyhow::{Context, ensure};
use clap::Subcommand;

use crate::demo;

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
    /// 翻阅一份扫描案卷：首次打开、逐页翻阅、再次阅读
    Pages {
        /// 页数
        #[arg(long, default_value_t = 300)]
        pages: u32,
        /// 扫描分辨率
        #[arg(long, default_value_t = 240)]
        dpi: u32,
    },
    /// 多人同时办理：每秒办理数、用时；对照：同样的语句只写不办（SQLite 按同样的分组，PostgreSQL 用 pgbench）
    Acts {
        /// 人数
        #[arg(long, default_value_t = 16)]
        clients: u32,
        /// 每人办理次数
        #[arg(long, default_value_t = 200)]
        each: u32,
        /// 测量次数，取中位数
        #[arg(long, default_value_t = 5)]
        runs: usize,
        /// 在这个数据库上测量（postgres://用户@主机:端口/库名，应为空库）；不指定的，用 SQLite
        #[arg(long, env = "XIEZHI_DATABASE", hide_env_values = true)]
        database: Option<String>,
    },
    /// 全省案件上的日常使用（先用 xiezhi demo populate 生成）：待办、工作台、案件列表各用时；实时更新的连接占用的内存
    Served {
        /// 数据目录
        #[arg(long)]
        data: PathBuf,
        /// 数据库；不指定的，用数据目录中的 SQLite
        #[arg(long, env = "XIEZHI_DATABASE", hide_env_values = true)]
        database: Option<String>,
        /// 每秒请求数
        #[arg(long, default_value_t = 50)]
        rate: u32,
        /// 多少秒
        #[arg(long, default_value_t = 30)]
        seconds: u32,
        /// 实时更新的连接数
        #[arg(long, default_value_t = 1000)]
        listeners: usize,
    },
    /// 一个大单位的案件清单：筛选、排序、翻页和计数各用时
    List {
        /// 案件数
        #[arg(long, default_value_t = 100_000)]
        rows: u32,
        /// 每项测量次数
        #[arg(long, default_value_t = 15)]
        runs: usize,
        /// 保留数据的文件夹；其中已有案件的，只测量
        #[arg(long)]
        keep: Option<PathBuf>,
    },
}

pub async fn run(command: &Command, library: &Path, examples: &Path) -> anyhow::Result<bool> {
    match command {
        Command::Handover { pages, dpi } => handover(library, examples, *pages, *dpi).await,
        Command::Pages { pages, dpi } => pages::turned(library, examples, *pages, *dpi).await,
        Command::Served { data, database, rate, seconds, listeners } => {
            served::run(data, database.as_deref(), *rate, *seconds, *listeners).await
        }
        Command::List { rows, runs, keep } => list::run(library, *rows, *runs, keep.as_deref()).await,
        Command::Acts { clients, each, runs, database } => {
            let load = acts::Load { clients: *clients, each: *each };
            acts::run(library, examples, load, *runs, database.as_deref()).await
        }
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
