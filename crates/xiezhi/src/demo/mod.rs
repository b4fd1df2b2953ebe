//! `xiezhi demo`: the invented province and the stories played in it.

mod bench;
mod client;
mod papers;
mod play;
mod populate;
mod province;
mod report;
mod story;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::Subcommand;

use crate::spool::Spool;

pub use bench::handover;
pub use client::Client;
pub use province::{PASSWORD, Province};

#[derive(Subcommand)]
pub enum Command {
    /// 通过 HTTP 接口播放一个案例剧本（drunk-driving、returned ...）
    Play(PlayArgs),
    /// 列出案例剧本
    List,
    /// 批量生成全省的历史案件，供测量和试用（只能在没有案件的演示环境）
    Populate(populate::PopulateArgs),
    /// 制作一个剧本的全部材料，供在网页上逐步办理
    Papers(papers::PapersArgs),
}

#[derive(clap::Args)]
pub struct PlayArgs {
    /// 剧本名称
    story: String,
    /// 正在运行的演示服务器；几个服务器共用一个数据库的，用逗号分开，轮流使用
    #[arg(long, default_value = "http://127.0.0.1:8080")]
    server: String,
    /// 另起一个临时的演示服务器，播放后删除
    #[arg(long)]
    ephemeral: bool,
    /// 案卷大约多少页
    #[arg(long)]
    pages: Option<u32>,
    /// 每行输出一个 JSON 对象
    #[arg(long)]
    json: bool,
    /// 临时服务器的数据目录（默认新建并在结束后删除）
    #[arg(long)]
    keep: Option<PathBuf>,
}

pub async fn run(command: &Command, library: &Path, examples: &Path) -> anyhow::Result<bool> {
    match command {
        Command::List => {
            for entry in std::fs::read_dir(examples.join("stories"))? {
                let path = entry?.path();
                if path.extension().is_some_and(|e| e == "yaml") {
                    let s: story::Story = crate::files::yaml(&path)?;
                    println!("{:<20}{}", s.story, s.name);
                }
            }
            Ok(true)
        }
        Command::Play(args) => play_args(args, library, examples).await,
        Command::Populate(args) => populate::run(args, library, examples).await,
        Command::Papers(args) => papers::run(args, library, examples),
    }
}

async fn play_args(args: &PlayArgs, library: &Path, examples: &Path) -> anyhow::Result<bool> {
    let province = Province::read(examples)?;
    let story = story::named(&args.story, examples)?;
    let report = report::Report::new(args.json);
    if !args.ephemeral {
        return play::play(&story, &province, &args.server, args.pages, &report).await;
    }
    let temporary = tempfile::tempdir()?;
    let data = args.keep.clone().unwrap_or_else(|| temporary.path().to_path_buf());
    let place = crate::node::Place::demonstration(&data, None);
    let node = Node::start(&place, library, examples).await?;
    let good = play::play(&story, &province, &node.url, args.pages, &report).await;
    node.stop().await?;
    good
}

/// A demonstration server of one's own on a free port.
pub struct Node {
    /// Where it answers.
    pub url: String,
    stop: tokio::sync::oneshot::Sender<()>,
    served: tokio::task::JoinHandle<()>,
    carrier: tokio::task::JoinHandle<()>,
    follower: tokio::task::JoinHandle<()>,
    _spool: Spool,
}

impl Node {
    /// Starts it.
    pub async fn start(place: &crate::node::Place, library: &Path, examples: &Path) -> anyhow::Result<Self> {
        let door = crate::node::open(place, library, examples).await?.0;
        let carrier = exchange::start(door.clone());
        let follower = door::follow(door.clone());
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
        let url = format!("http://{}", listener.local_addr()?);
        let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
        let spool = Spool::begin(&place.data)?;
        let app = Arc::new(server::App::new(door, crate::node::settings(&spool)));
        let served = tokio::spawn(server::serve(app, listener, async {
            // The sender gone means the same as a word from it.
            let _ = stopped.await;
        }));
        Ok(Self { url, stop, served, carrier, follower, _spool: spool })
    }

    /// Stops it.
    pub async fn stop(self) -> anyhow::Result<()> {
        let _ = self.stop.send(());
        self.served.await?;
        self.carrier.abort();
        self.follower.abort();
        Ok(())
    }
}
