//! `xiezhi rebuild`: states are folds of events, so they can be made again.

use std::path::Path;

use door::Door;

use crate::node;

#[derive(clap::Args)]
pub struct Args {
    #[command(flatten)]
    place: node::Place,
    /// 只核对，不改动
    #[arg(long)]
    check: bool,
}

pub async fn run(args: &Args, library: &Path, examples: &Path) -> anyhow::Result<bool> {
    if args.check {
        return check(&args.place).await;
    }
    let (door, store) = node::open(&args.place, library, examples).await?;
    let n = door.rebuild().await?;
    println!("已由事件重建 {n} 个案件的状态");
    let sound = verified(&door).await?;
    store.close().await;
    Ok(sound)
}

/// Looks whether everything that a node keeps agrees with itself; nothing is changed.
pub async fn check(place: &node::Place) -> anyhow::Result<bool> {
    let store = place.store_to_look().await?;
    let new = store.all_files().await?.is_empty();
    store.close().await;
    if new {
        println!("还没有办理过案件，没有可以核对的内容");
        return Ok(true);
    }
    let (door, store) = node::look(place).await?;
    let sound = verified(&door).await?;
    store.close().await;
    Ok(sound)
}

async fn verified(door: &Door) -> anyhow::Result<bool> {
    let v = door.verify(false).await?;
    println!(
        "案件 {}，事件 {}，由事件重建的状态 {}，文件 {}（{:.1} MB），发文 {}，收文 {}",
        v.files,
        v.events,
        v.rebuilt,
        v.contents,
        v.bytes as f64 / 1e6,
        v.sent,
        v.received
    );
    if v.destroyed > 0 {
        println!("依法销毁的材料 {} 件，不再重算", v.destroyed);
    }
    for d in &v.defects {
        println!("[{}] {} {}", d.kind, d.place, d.text);
    }
    if v.defects.is_empty() {
        println!("全部一致");
    }
    Ok(v.defects.is_empty())
}
