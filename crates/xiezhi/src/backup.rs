//! `xiezhi backup`, `restore`, `move`: everything that a node keeps, taken along, brought back, carried to another
//! database.
//!
//! A backup is a folder: `backup.json` says what it is and is written last, `database.jsonl.gz` holds the rows of all
//! tables (`store::whole`), `contents/` the contents by digest. It is the same whichever engine the database was on.
//! A backup into a folder that has one adds what is new and removes what was lawfully destroyed since.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{BufRead, BufReader, BufWriter, Read, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, bail, ensure};
use door::real_now;
use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;
use law::time::Moment;
use seal::{Digest, Sha256};
use serde::{Deserialize, Serialize};
use store::content::Folder;
use store::whole::{Batch, Value};
use store::{Repository, StoreError};

use crate::node::{self, Place};
use crate::rebuild;

const ABOUT: &str = "backup.json";
const ROWS: &str = "database.jsonl.gz";
/// Of the folder's own form, not of the tables.
const FORM: u32 = 1;

/// Says what a backup holds.
#[derive(Debug, Serialize, Deserialize)]
struct About {
    form: u32,
    program: String,
    taken_at: Moment,
    /// Rows of all tables.
    rows: u64,
    /// SHA-256 of the file of rows.
    sha256: String,
    contents: u64,
    bytes: u64,
}

#[derive(clap::Args)]
pub struct Backup {
    #[command(flatten)]
    place: Place,
    /// 备份到哪个目录；其中已有本系统的备份的，只补充新增的文件
    #[arg(long)]
    to: PathBuf,
}

#[derive(clap::Args)]
pub struct Restore {
    #[command(flatten)]
    place: Place,
    /// 备份所在目录
    #[arg(long)]
    from: PathBuf,
    /// 只核对备份是否完整，不恢复
    #[arg(long)]
    check: bool,
}

#[derive(clap::Args)]
pub struct Move {
    /// 数据目录（文件内容不动）
    #[arg(long, default_value = "data")]
    data: PathBuf,
    /// 文件内容所在的 S3 存储（s3://存储桶/前缀）；不指定的，在数据目录中
    #[arg(long, env = "XIEZHI_CONTENT")]
    content: Option<String>,
    /// 从哪个数据库：sqlite，或者 postgres://用户@主机:端口/库名
    #[arg(long, env = "XIEZHI_FROM", hide_env_values = true)]
    from: String,
    /// 到哪个数据库，写法相同；应是空的
    #[arg(long, env = "XIEZHI_TO", hide_env_values = true)]
    to: String,
}

/// Takes a backup, also while the node is served.
pub async fn backup(args: &Backup) -> anyhow::Result<bool> {
    let store = args.place.store_beside().await?;
    let from = args.place.folder()?;
    node::private(&args.to).with_context(|| format!("创建备份目录“{}”", args.to.display()))?;
    let to = Folder::open(args.to.join("contents"))?;
    // From before the rows are read nothing is removed, so what they name is there.
    let held = from.bringing_in(store.as_ref()).await?;
    let rows = args.to.join(format!("{ROWS}.new"));
    let (count, wanted) = write_rows(store.as_ref(), &rows).await?;
    eprintln!("数据 {count} 行，文件 {} 份", wanted.len());
    let (bytes, missing) = copy_all(&from, &to, &wanted).await?;
    held.stands()?;
    drop(held);
    for (unit, sm3) in &missing {
        println!("[缺少] 单位 {unit} 的文件 {sm3} 有记载而没有内容");
    }
    let gone = remove_others(&to, &wanted)?;
    let about = About {
        form: FORM,
        program: env!("CARGO_PKG_VERSION").into(),
        taken_at: real_now(),
        rows: count,
        sha256: sha256(&rows)?.to_string(),
        contents: (wanted.len() - missing.len()) as u64,
        bytes,
    };
    // The old one is none from here on, until the new one is complete.
    remove(&args.to.join(ABOUT))?;
    fs::rename(&rows, args.to.join(ROWS))?;
    let text = serde_json::to_vec_pretty(&about)?;
    let unfinished = args.to.join(format!("{ABOUT}.new"));
    let mut file = File::create(&unfinished)?;
    file.write_all(&text)?;
    file.sync_all()?;
    fs::rename(&unfinished, args.to.join(ABOUT))?;
    File::open(&args.to)?.sync_all()?;
    store.close().await;
    println!("已备份：数据 {count} 行，文件 {} 份，{:.1} MB", about.contents, about.bytes as f64 / 1e6);
    if gone > 0 {
        println!("原有备份中已经销毁、清理的文件 {gone} 份，已一并删除");
    }
    Ok(missing.is_empty())
}

/// Brings a backup into an empty node, or only looks whether it is whole.
pub async fn restore(args: &Restore) -> anyhow::Result<bool> {
    let about = about(&args.from)?;
    let rows = args.from.join(ROWS);
    ensure!(sha256(&rows)?.to_string() == about.sha256, "备份不完整：{ROWS} 与记载的摘要不一致");
    let from = Folder::open(args.from.join("contents"))?;
    if args.check {
        let (mut count, mut wanted) = (0, BTreeSet::new());
        for batch in read_rows(&rows)? {
            let batch = batch?;
            count += batch.rows.len() as u64;
            named(&batch, &mut wanted)?;
        }
        ensure!(count == about.rows, "备份不完整：应有数据 {} 行，实有 {count} 行", about.rows);
        let mut sound = true;
        for (unit, sm3, sha256) in &wanted {
            if let Err(e) = from.verify(unit, sm3, sha256.as_ref()) {
                println!("[缺损] 单位 {unit} 的文件 {sm3}：{e}");
                sound = false;
            }
        }
        println!("{}", if sound { "备份完整" } else { "备份有缺损" });
        return Ok(sound);
    }
    node::private(&args.place.data)?;
    let store = args.place.store().await?;
    let to = args.place.folder()?;
    store.begin_whole().await?;
    let (mut count, mut wanted) = (0, BTreeSet::new());
    for batch in read_rows(&rows)? {
        let batch = batch?;
        count += batch.rows.len() as u64;
        named(&batch, &mut wanted)?;
        store.fill(batch).await?;
    }
    ensure!(count == about.rows, "备份不完整：应有数据 {} 行，实有 {count} 行", about.rows);
    let (bytes, missing) = copy_all(&from, &to, &wanted).await?;
    for (unit, sm3) in &missing {
        println!("[缺少] 单位 {unit} 的文件 {sm3}：备份中没有");
    }
    ensure!(missing.is_empty(), "备份不完整，没有恢复");
    store.end_whole().await?;
    store.close().await;
    println!("已恢复：数据 {count} 行，文件 {} 份，{:.1} MB。正在核对……", wanted.len(), bytes as f64 / 1e6);
    rebuild::check(&args.place).await
}

/// Carries the rows of one database over to another.
pub async fn carry(args: &Move) -> anyhow::Result<bool> {
    let place = |database: &str| Place {
        content: args.content.clone(),
        ..Place::new(&args.data, (database != "sqlite").then_some(database))
    };
    ensure!(args.from != args.to, "两处是同一个数据库");
    let (from, to) = (place(&args.from), place(&args.to));
    let source = from.store_to_look().await?;
    ensure!(!source.served().await?, "原数据库正在使用：请先停止所有 xiezhi serve，再搬移，否则其间办理的事项会丢失");
    let target = to.store().await?;
    target.begin_whole().await?;
    let mut whole = source.whole().await?;
    let mut count = 0;
    while let Some(batch) = whole.next().await? {
        count += batch.rows.len() as u64;
        target.fill(batch).await?;
    }
    drop(whole);
    ensure!(!source.served().await?, "搬移过程中有 xiezhi serve 启动，搬移作废：请停止后重新搬移");
    target.end_whole().await?;
    target.close().await;
    source.close().await;
    println!("已搬移数据 {count} 行。正在核对……");
    rebuild::check(&to).await
}

fn about(folder: &Path) -> anyhow::Result<About> {
    let path = folder.join(ABOUT);
    let text = fs::read(&path).with_context(|| format!("“{}”不是完整的备份：没有 {ABOUT}", folder.display()))?;
    let about: About = serde_json::from_slice(&text).with_context(|| format!("{} 不合格式", path.display()))?;
    ensure!(about.form == FORM, "备份的格式为第 {} 版，本程序只认识第 {FORM} 版", about.form);
    Ok(about)
}

/// A content that rows name, with its other digest where they have it.
type Wanted = (String, Digest, Option<Sha256>);

/// The contents that rows name.
fn named(batch: &Batch, wanted: &mut BTreeSet<Wanted>) -> anyhow::Result<()> {
    if batch.table != "contents" && batch.table != "aside" {
        return Ok(());
    }
    let at = |name: &str| batch.columns.iter().position(|c| c == name);
    let (unit, sm3) = at("unit").zip(at("sm3")).context("数据表没有单位和摘要")?;
    for row in &batch.rows {
        let text = |n: usize| match row.get(n) {
            Some(Value::Text(t)) => Some(t.as_str()),
            _ => None,
        };
        let (unit, sm3) = text(unit).zip(text(sm3)).context("数据行没有单位和摘要")?;
        let sha256 = at("sha256").and_then(text).map(str::parse).transpose()?;
        wanted.insert((unit.to_owned(), sm3.parse()?, sha256));
    }
    Ok(())
}

async fn write_rows(store: &dyn Repository, to: &Path) -> anyhow::Result<(u64, BTreeSet<Wanted>)> {
    let (mut count, mut wanted) = (0, BTreeSet::new());
    let mut out = GzEncoder::new(BufWriter::new(File::create(to)?), Compression::fast());
    let mut whole = store.whole().await?;
    while let Some(batch) = whole.next().await? {
        count += batch.rows.len() as u64;
        named(&batch, &mut wanted)?;
        serde_json::to_writer(&mut out, &batch)?;
        out.write_all(b"\n")?;
    }
    out.finish()?.into_inner().map_err(|e| e.into_error())?.sync_all()?;
    Ok((count, wanted))
}

/// The rows of a backup, one batch after the other.
fn read_rows(from: &Path) -> anyhow::Result<impl Iterator<Item = anyhow::Result<Batch>>> {
    let lines = BufReader::new(GzDecoder::new(File::open(from)?)).lines();
    Ok(lines
        .enumerate()
        .map(|(n, line)| serde_json::from_str(&line?).with_context(|| format!("{ROWS} 第 {} 行不合格式", n + 1))))
}

/// Copies contents that are not there yet, each checked by its digests. Answers the bytes of all, and which are missing.
async fn copy_all(from: &Folder, to: &Folder, wanted: &BTreeSet<Wanted>) -> anyhow::Result<Copied> {
    let (from, to, wanted) = (from.clone(), to.clone(), wanted.clone());
    tokio::task::spawn_blocking(move || copy(&from, &to, wanted)).await?
}

/// The bytes of all contents, and those that are missing.
type Copied = (u64, Vec<(String, Digest)>);

fn copy(from: &Folder, to: &Folder, wanted: BTreeSet<Wanted>) -> anyhow::Result<Copied> {
    let (mut bytes, mut missing) = (0, Vec::new());
    let all = wanted.len();
    for (n, (unit, sm3, sha256)) in wanted.into_iter().enumerate() {
        match (to.size(&unit, &sm3)?, from.size(&unit, &sm3)?) {
            (_, None) => missing.push((unit, sm3)),
            (Some(there), Some(here)) if there == here => bytes += here,
            _ => match to.take(from, &unit, &sm3, sha256.as_ref()) {
                Ok(more) => bytes += more,
                Err(StoreError::Digest(_)) => bail!("单位 {unit} 的文件 {sm3} 与其摘要不一致：原件已损坏"),
                Err(e) => return Err(e.into()),
            },
        }
        if n % 500 == 499 {
            eprintln!("文件 {}/{all}", n + 1);
        }
    }
    Ok((bytes, missing))
}

/// Removes from a backup what its rows no longer name.
fn remove_others(folder: &Folder, wanted: &BTreeSet<Wanted>) -> anyhow::Result<u64> {
    let named: BTreeSet<(&str, Digest)> = wanted.iter().map(|(unit, sm3, _)| (unit.as_str(), *sm3)).collect();
    let mut gone = 0;
    for stored in folder.stored()? {
        if stored.sm3.is_none_or(|sm3| !named.contains(&(stored.unit.as_str(), sm3))) {
            folder.remove_stored(&stored)?;
            gone += 1;
        }
    }
    Ok(gone)
}

fn remove(path: &Path) -> std::io::Result<()> {
    match fs::remove_file(path) {
        Err(e) if e.kind() != std::io::ErrorKind::NotFound => Err(e),
        _ => Ok(()),
    }
}

fn sha256(path: &Path) -> anyhow::Result<Sha256> {
    let mut hasher = seal::Hasher::new();
    let mut file = File::open(path)?;
    let mut chunk = vec![0; 1 << 20];
    loop {
        match file.read(&mut chunk)? {
            0 => return Ok(hasher.finish().sha256),
            n => hasher.update(&chunk[..n]),
        }
    }
}
