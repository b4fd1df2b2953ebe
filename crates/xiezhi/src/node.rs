//! A node: its folder, its door, and the province of a demonstration.

use std::path::Path;
use std::sync::Arc;

use anyhow::Context;
use door::Door;
use store::content::Folder;
use store::sqlite::Sqlite;

use crate::{demo, files};

/// The day on which the business clock of a new demonstration stands.
const BEGINS: &str = "2026-03-02T09:00:00+08:00";

/// Opens the node kept in a folder (created where it is new).
pub async fn open(
    data: &Path,
    library: &Path,
    examples: &Path,
    demonstration: bool,
) -> anyhow::Result<(Arc<Door>, Arc<Sqlite>)> {
    std::fs::create_dir_all(data).with_context(|| format!("创建数据目录“{}”", data.display()))?;
    let policies = files::policies(library)?;
    let province = demonstration.then(|| demo::Province::read(examples)).transpose()?;
    let files = files::with_province(library, demonstration.then_some(examples))?;
    let editions = tokio::task::spawn_blocking(move || files::read_editions(files)).await??;
    let store: Arc<Sqlite> = Arc::new(Sqlite::open(&data.join("xiezhi.db")).await?);
    let contents = Folder::open(data.join("contents"))?;
    if let Some(p) = &province {
        p.settle(store.as_ref()).await?;
    }
    let door = Door::open(store.clone(), contents, editions, policies, demonstration).await?;
    if demonstration && !door.clock_is_set() {
        door.set_clock(Some(BEGINS.parse()?)).await?;
    }
    let rebuilt = door.rebuild_if_stale().await?;
    if rebuilt > 0 {
        tracing::info!(files = rebuilt, "states and views were made again after a change of the schema");
    }
    let recomputed = door.recompute().await?;
    if recomputed > 0 {
        tracing::info!(files = recomputed, "provisional deadlines were computed again");
    }
    Ok((Arc::new(door), store))
}

/// Opens the node kept in a folder only to look at it: nothing is written, and the library on disk
/// is not read.
pub async fn look(data: &Path, demonstration: bool) -> anyhow::Result<(Arc<Door>, Arc<Sqlite>)> {
    let file = data.join("xiezhi.db");
    anyhow::ensure!(file.exists(), "“{}”不是数据目录：没有 xiezhi.db", data.display());
    let store: Arc<Sqlite> = Arc::new(Sqlite::open_to_look(&file).await?);
    let contents = Folder::open(data.join("contents"))?;
    Ok((Arc::new(Door::to_look(store.clone(), contents, demonstration).await?), store))
}

/// Uploads wait beside the data, where there is room for the largest.
pub fn settings(data: &Path) -> anyhow::Result<server::Settings> {
    let spool = data.join("spool");
    std::fs::create_dir_all(&spool)?;
    Ok(server::Settings { spool, site: site(), ..server::Settings::default() })
}

/// The web pages that were built into this program.
fn site() -> Option<server::Site> {
    let assets = bundle::FILES.iter().map(|&(path, media, plain, gzip, brotli)| server::Asset {
        path,
        media,
        plain,
        gzip,
        brotli,
    });
    bundle::INDEX.map(|index| server::Site::new(index, assets))
}
