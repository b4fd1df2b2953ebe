//! The `xiezhi` command line: serving a node, playing demonstrations, checking the library,
//! verifying what is kept.

mod backup;
mod bench;
mod clients;
mod config;
mod contents;
mod demo;
mod files;
mod library;
mod node;
mod provider;
mod rebuild;
mod serve;
mod spool;
mod traces;
mod units;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{CommandFactory, FromArgMatches, Parser, Subcommand, ValueEnum};
use tracing_subscriber::Layer;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

use traces::Traces;

/// 政法一体化单轨制协同办案平台
#[derive(Parser)]
#[command(name = "xiezhi", version, about, long_about = None)]
struct Cli {
    /// 规则库所在目录
    #[arg(long, global = true, default_value = "library", env = "XIEZHI_LIBRARY")]
    library: PathBuf,
    /// 示例（虚构省份、案例剧本）所在目录
    #[arg(long, global = true, default_value = "examples", env = "XIEZHI_EXAMPLES")]
    examples: PathBuf,
    /// 配置文件（TOML）：各命令选项的默认值；不指定的，有 /etc/xiezhi/xiezhi.toml 的用它
    #[arg(long, global = true, env = "XIEZHI_CONFIG")]
    config: Option<PathBuf>,
    /// 运行日志的格式：text 供人阅读，json 供日志系统收集
    #[arg(long, global = true, value_enum, default_value_t = LogForm::Text, env = "XIEZHI_LOG")]
    log: LogForm,
    #[command(flatten)]
    traces: traces::Args,
    #[command(subcommand)]
    command: Command,
}

/// How the program log is written.
#[derive(Clone, Copy, ValueEnum)]
enum LogForm {
    Text,
    Json,
}

#[derive(Subcommand)]
enum Command {
    /// 启动一个节点
    Serve(serve::Args),
    /// 演示：播放一个案例剧本
    #[command(subcommand)]
    Demo(demo::Command),
    /// 规则库：检查、查看、导出格式定义
    #[command(subcommand)]
    Library(library::Command),
    /// 测量：移送、办理速度（与同机的对照相比）
    #[command(subcommand)]
    Bench(bench::Command),
    /// 案卷文件：清理无人持有的、依法销毁
    #[command(subcommand)]
    Contents(contents::Command),
    /// 单位和人员：在新的节点上装入
    #[command(subcommand)]
    Units(units::Command),
    /// 其他系统的程序：发放、更换、终止接口密钥
    #[command(subcommand)]
    Clients(clients::Command),
    /// 备份数据库和全部文件；服务器可以同时运行
    Backup(backup::Backup),
    /// 把备份恢复到空的节点；--check 只核对备份是否完整
    Restore(backup::Restore),
    /// 把数据库搬到另一种数据库，例如从 SQLite 到 PostgreSQL
    Move(backup::Move),
    /// 由事件重建状态；--check 只核对、不改动
    Rebuild(rebuild::Args),
}

fn main() -> ExitCode {
    let (command, matches, cli) = match read() {
        Ok(read) => read,
        Err(e) => {
            eprintln!("错误：{e:#}");
            return ExitCode::from(2);
        }
    };
    if let (Command::Serve(a), Some(("serve", serve))) = (&cli.command, matches.subcommand())
        && a.print_config
    {
        for line in config::effective(&command, serve) {
            println!("{line}");
        }
        return ExitCode::SUCCESS;
    }
    // For whoever connects by TLS: the database, the store of contents, the collector. There is none before.
    let _ = rustls::crypto::ring::default_provider().install_default();
    match done(&cli) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(e) => {
            eprintln!("错误：{e:#}");
            ExitCode::from(2)
        }
    }
}

/// Does what the command line says.
fn done(cli: &Cli) -> anyhow::Result<bool> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let traces = cli.traces.begin(runtime.handle())?;
    log_to_stderr(cli.log, traces.as_ref());
    let lost = traces.as_ref().map(Traces::lost).unwrap_or_default();
    let done = match &cli.command {
        Command::Library(c) => library::run(c, &cli.library, &cli.examples),
        Command::Serve(a) => runtime.block_on(serve::run(a, &cli.library, &cli.examples, lost)),
        Command::Demo(c) => runtime.block_on(demo::run(c, &cli.library, &cli.examples)),
        Command::Bench(c) => runtime.block_on(bench::run(c, &cli.library, &cli.examples)),
        Command::Contents(c) => runtime.block_on(contents::run(c, &cli.library, &cli.examples)),
        Command::Units(c) => runtime.block_on(units::run(c, &cli.library, &cli.examples)),
        Command::Clients(c) => runtime.block_on(clients::run(c, &cli.library, &cli.examples)),
        Command::Backup(a) => runtime.block_on(backup::backup(a)),
        Command::Restore(a) => runtime.block_on(backup::restore(a)),
        Command::Move(a) => runtime.block_on(backup::carry(a)),
        Command::Rebuild(a) => runtime.block_on(rebuild::run(a, &cli.library, &cli.examples)),
    };
    if let Some(traces) = traces {
        traces.end();
    }
    done
}

/// The program log, and spans for a collector. A panic is told by where it happened, for what it says may repeat what is
/// stored.
fn log_to_stderr(form: LogForm, traces: Option<&Traces>) {
    let filter = tracing_subscriber::EnvFilter::try_from_default_env()
        .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new("warn,server=info,exchange=info,webauthn_rs_core=off"));
    let log = tracing_subscriber::fmt::layer().with_writer(std::io::stderr);
    let log = match form {
        LogForm::Text => log.boxed(),
        LogForm::Json => log.json().flatten_event(true).boxed(),
    };
    tracing_subscriber::registry().with(log.with_filter(filter)).with(traces.map(Traces::layer)).init();
    std::panic::set_hook(Box::new(|panic| {
        let at = panic.location().map(ToString::to_string).unwrap_or_default();
        tracing::error!(at, "a panic");
    }));
}

/// The command line, with the defaults of the configuration file.
fn read() -> anyhow::Result<(clap::Command, clap::ArgMatches, Cli)> {
    let command = config::apply(Cli::command())?;
    let matches = command.clone().get_matches();
    let cli = Cli::from_arg_matches(&matches)?;
    Ok((command, matches, cli))
}
