//! `xiezhi rebuild`: states are folds of events, so they can be made again.

use std::path::{Path, PathBuf};

use crate::node;

#[derive(clap::Args)]
pub struct Args {
    /// 数据目录
    #[arg(long, default_value = "data")]
    data: PathBuf,
    /// 只核对，不改动
    #[arg(long)]
    check: bool,
    /// 数据目录是演示环境
    #[arg(long)]
    demonstration: bool,
}

pub async fn run(args: &Args, library: &Path, examples: &Path) -> anyhow::Result<bool> {
    let (door, store) = if args.check {
        node::look(&args.data, args.demonstration).await?
    } else {
        node::open(&args.data, library, examples, args.demonstration).await?
    };
    if !args.check {
        let n = door.rebuild().await?;
        println!("已由事件重建 {n} 个案件的状态");
    }
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
    store.close().await;
    Ok(v.defects.is_empty())
}
