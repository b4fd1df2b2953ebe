//! `xiezhi contents`: cleaning away what nobody holds, and lawful destruction.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use clap::Subcommand;
use door::{DESTROY, Destruction, Door, Principal, real_now};
use jiff::SignedDuration;
use store::clean::{Before, Cleaned, clean};
use tokio::sync::broadcast::error::RecvError;
use tokio::task::JoinHandle;

use crate::node;

/// An upload that was not filed after so many hours is taken to be given up: a draft waits over a long holiday.
const GIVEN_UP: u32 = 30 * 24;
/// A file that nothing knew of for so many hours was left by a writer that was killed.
const STRAY: u32 = 1;
/// How often a server cleans.
const REST: Duration = Duration::from_secs(6 * 60 * 60);

#[derive(Subcommand)]
pub enum Command {
    /// 清理上传后一直没有入卷、无人持有的文件（服务器运行时每六小时自动清理）
    Clean {
        #[command(flatten)]
        place: node::Place,
        /// 上传满多少小时仍未入卷的才清理；没有登记的文件满一小时即清理
        #[arg(long, default_value_t = GIVEN_UP)]
        hours: u32,
        /// 只统计，不删除
        #[arg(long)]
        dry_run: bool,
    },
    /// 依法销毁案卷中的一份材料：内容和著录删除，卷内位置、事件链和销毁记录保留
    Destroy {
        /// 案件标识
        file: String,
        /// 材料标识
        material: String,
        /// 销毁依据，写法同规则库的引用（如 诉54.3）
        #[arg(long)]
        basis: String,
        /// 销毁理由
        #[arg(long)]
        reason: String,
        /// 决定销毁的人（登录名），须有本案的审批权限
        #[arg(long)]
        by: String,
        #[command(flatten)]
        place: node::Place,
    },
}

pub async fn run(command: &Command, library: &Path, examples: &Path) -> anyhow::Result<bool> {
    match command {
        Command::Clean { place, hours, dry_run } => {
            let (door, store) = node::open(place, library, examples).await?;
            let cleaned = clean(door.store(), door.contents(), before(*hours), *dry_run).await?;
            println!("{}{}", if *dry_run { "可以清理：" } else { "已清理：" }, told(&cleaned));
            store.close().await;
            Ok(true)
        }
        Command::Destroy { file, material, basis, reason, by, place } => {
            let (door, store) = node::open(place, library, examples).await?;
            let wish = Destruction {
                file: file.clone(),
                material: material.clone(),
                basis: basis.clone(),
                reason: reason.clone(),
            };
            let done = destroy(&door, by, &wish).await;
            store.close().await;
            done
        }
    }
}

async fn destroy(door: &Door, by: &str, wish: &Destruction) -> anyhow::Result<bool> {
    let user = door.store().user_by_login(by).await?.filter(|u| u.active);
    let user = user.with_context(|| format!("没有登录名为“{by}”的在职人员"))?;
    let who = Principal::load(door.store(), &door.units(), user, door.now()).await?;
    match door.destroy(&who, wish).await {
        Ok(d) => {
            println!("已销毁：销毁事件 {}，清除 {} 个事件中的著录", d.event, d.events);
            println!(
                "{}",
                if d.content_gone {
                    "文件已删除"
                } else {
                    "本单位其他案卷仍持有同一文件，文件保留"
                }
            );
            Ok(true)
        }
        Err(door::DoorError::Refused(r)) => {
            for reason in r.reasons {
                println!("不能销毁：{}", reason.text);
            }
            Ok(false)
        }
        Err(e) => Err(e.into()),
    }
}

/// What is cleaned away where an upload is given up after so many hours.
fn before(hours: u32) -> Before {
    let ago =
        |hours: u32| real_now().checked_sub(SignedDuration::from_hours(hours.into())).unwrap_or(jiff::Timestamp::MIN);
    Before { unheld: ago(hours), strays: ago(hours.min(STRAY)) }
}

fn told(c: &Cleaned) -> String {
    format!(
        "无人持有的文件 {} 份，没有登记的文件 {} 份，共 {:.1} MB；页面图像 {} 组",
        c.contents,
        c.strays,
        c.bytes as f64 / 1e6,
        c.images
    )
}

/// Cleans at the start and from time to time, and forgets what was destroyed elsewhere; runs until the handle is
/// aborted.
pub fn start(door: Arc<Door>) -> JoinHandle<()> {
    tokio::spawn(async move {
        tokio::join!(clean_in_time(&door), forget_at_once(&door));
    })
}

/// Copies of what was destroyed by another process, which may be on another machine, go as soon as it tells.
async fn forget_at_once(door: &Door) {
    let mut changes = door.changes();
    loop {
        match changes.recv().await {
            Ok(change) if change.action == DESTROY || change.file.is_empty() => {}
            Ok(_) => continue,
            Err(RecvError::Lagged(_)) => {}
            Err(RecvError::Closed) => return,
        }
        match door.contents().forget_unknown(door.store()).await {
            Ok(0) => {}
            Ok(copies) => tracing::info!(copies, "copies of what was destroyed were removed"),
            Err(e) => tracing::warn!(error = %e, "copies of what was destroyed could not be removed"),
        }
    }
}

async fn clean_in_time(door: &Door) {
    loop {
        match clean(door.store(), door.contents(), before(GIVEN_UP), false).await {
            Ok(c) if c == Cleaned::default() => {}
            Ok(c) => tracing::info!(contents = c.contents, strays = c.strays, bytes = c.bytes, "cleaned"),
            Err(e) => tracing::warn!(error = %e, "contents could not be cleaned"),
        }
        tokio::time::sleep(REST).await;
    }
}
