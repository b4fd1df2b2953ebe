//! `xiezhi serve`.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;

use anyhow::Context;

use crate::{contents, demo, node};

#[derive(clap::Args)]
pub struct Args {
    #[command(flatten)]
    place: node::Place,
    /// 监听地址
    #[arg(long, default_value = "127.0.0.1:8080")]
    listen: SocketAddr,
    /// 页面图像最多占用多少 MB 磁盘（可以随时重新绘制，超出时先清理最久未看的）
    #[arg(long, default_value_t = 4096)]
    page_images: u64,
    /// 登录凭证只经 HTTPS 传送：前面有加密的反向代理时使用
    #[arg(long)]
    secure_cookies: bool,
}

pub async fn run(args: &Args, library: &Path, examples: &Path) -> anyhow::Result<bool> {
    let (door, store) = node::open(&args.place, library, examples).await?;
    door.contents().images().keep_up_to(args.page_images << 20);
    let carrier = exchange::start(door.clone());
    let cleaner = contents::start(door.clone());
    let follower = door::follow(door.clone());
    let listener = tokio::net::TcpListener::bind(args.listen)
        .await
        .with_context(|| format!("不能监听 {}：可能已有程序占用", args.listen))?;
    let address = listener.local_addr()?;
    println!("獬豸已启动：http://{address}");
    if args.place.demonstration {
        demo::Province::read(examples)?.announce(&door.library());
    }
    let settings = server::Settings { secure_cookies: args.secure_cookies, ..node::settings(&args.place.data)? };
    let app = Arc::new(server::App::new(door, settings));
    server::serve(app, listener, stopped()).await?;
    carrier.abort();
    cleaner.abort();
    follower.abort();
    store.close().await;
    Ok(true)
}

/// Ctrl-C or SIGTERM.
async fn stopped() {
    let interrupt = tokio::signal::ctrl_c();
    let terminate = async {
        match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
            Ok(mut s) => {
                s.recv().await;
            }
            Err(_) => std::future::pending().await,
        }
    };
    tokio::select! {
        _ = interrupt => {}
        () = terminate => {}
    }
}
