//! A node: its folder, its door, and the province of a demonstration.

use std::collections::BTreeMap;
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
    let mut files = files::library_files(library)?;
    let policies = files::policies(library)?;
    let province = demonstration.then(|| demo::Province::read(examples)).transpose()?;
    if let Some(p) = &province {
        add_regions(&mut files, p);
    }
    let checked = {
        let files = files.clone();
        tokio::task::spawn_blocking(move || files::read_library(&files)).await??
    };
    let store: Arc<Sqlite> = Arc::new(Sqlite::open(&data.join("xiezhi.db")).await?);
    let contents = Folder::open(data.join("contents"))?;
    if let Some(p) = &province {
        p.settle(store.as_ref()).await?;
    }
    let door = Door::open(store.clone(), contents, checked, &files, policies, demonstration).await?;
    if demonstration && !door.clock_is_set() {
        door.set_clock(Some(BEGINS.parse()?)).await?;
    }
    Ok((Arc::new(door), store))
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

/// The invented divisions of a demonstration stand behind the real ones.
fn add_regions(files: &mut BTreeMap<String, Vec<u8>>, province: &demo::Province) {
    if let Some(csv) = files.get_mut("law/regions.csv") {
        for r in &province.regions {
            csv.extend_from_slice(format!("{},{}\n", r.code, r.name).as_bytes());
        }
    }
}
