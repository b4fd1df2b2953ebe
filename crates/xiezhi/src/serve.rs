//! `xiezhi serve`.

use std::net::{IpAddr, SocketAddr};
use std::path::Path;
use std::sync::Arc;

use anyhow::Context;
use server::metrics::Counter;
use server::{Origin, Passkeys};

use crate::spool::Spool;
use crate::{contents, demo, node, provider};

#[derive(clap::Args)]
pub struct Args {
    #[command(flatten)]
    place: node::Place,
    /// 监听地址
    #[arg(long, default_value = "127.0.0.1:8080", env = "XIEZHI_LISTEN")]
    listen: SocketAddr,
    /// 页面图像最多占用多少 MB 磁盘（可以随时重新绘制，超出时先清理最久未看的）
    #[arg(long, default_value_t = 4096, env = "XIEZHI_PAGE_IMAGES")]
    page_images: u64,
    /// 前面的反向代理的地址（可以重复）：它们在 X-Forwarded-For 中写明的来源才可信
    #[arg(long, env = "XIEZHI_PROXY", value_delimiter = ',')]
    proxy: Vec<IpAddr>,
    /// 登录凭证是否只经 HTTPS 传送；不指定的，只有监听本机地址而且没有反向代理时才允许经 HTTP 传送
    #[arg(long, num_args = 0..=1, default_missing_value = "true", env = "XIEZHI_SECURE_COOKIES")]
    secure_cookies: Option<bool>,
    /// 哪些岗位登录时必须使用动态验证码或者通行密钥（岗位标识，可以重复）；还没有启用的，登录后须先启用
    #[arg(long, env = "XIEZHI_CODES_FOR", value_delimiter = ',')]
    codes_for: Vec<String>,
    #[command(flatten)]
    provider: provider::Options,
    /// 浏览器访问本平台的网址，如 https://xz.example：通行密钥只在这个网址有效，由身份认证系统登录后返回这个网址。不指定的，只有监听本机地址而且没有反向代理时，为 http://localhost
    #[arg(long, env = "XIEZHI_ORIGIN")]
    origin: Option<String>,
    /// 运行指标（Prometheus 格式，/metrics）的监听地址；不指定的，不提供
    #[arg(long, env = "XIEZHI_METRICS")]
    metrics: Option<SocketAddr>,
    /// 只打印实际采用的配置及其来源，不启动
    #[arg(long)]
    pub print_config: bool,
}

pub async fn run(args: &Args, library: &Path, examples: &Path, spans_lost: Counter) -> anyhow::Result<bool> {
    let (door, store) = node::open(&args.place, library, examples).await?;
    door.contents().images().keep_up_to(args.page_images << 20);
    let roles = &door.library().roles.roles;
    if let Some(unknown) = args.codes_for.iter().find(|r| !roles.contains_key(r.as_str())) {
        anyhow::bail!("--codes-for：规则库没有岗位“{unknown}”");
    }
    let origin = args.origin.as_deref().map(Origin::parse).transpose();
    let origin = origin.map_err(|why| anyhow::anyhow!("--origin：{why}"))?;
    let carrier = exchange::start(door.clone());
    let cleaner = contents::start(door.clone());
    let follower = door::follow(door.clone());
    let listener = tokio::net::TcpListener::bind(args.listen)
        .await
        .with_context(|| format!("不能监听 {}：可能已有程序占用", args.listen))?;
    let address = listener.local_addr()?;
    let alone = args.listen.ip().is_loopback() && args.proxy.is_empty();
    let local = || Origin::parse(&format!("http://localhost:{}", address.port())).ok();
    let origin = origin.or_else(|| if alone { local() } else { None });
    let passkeys = origin.as_ref().and_then(Passkeys::at);
    let provider = args.provider.provider(origin.as_ref())?;
    // Who signs in at the provider comes back to the origin: a page that was opened elsewhere does not know him.
    match origin.as_ref().filter(|_| provider.is_some()) {
        Some(origin) => println!("獬豸已启动：{}\n监听地址：http://{address}", origin.text()),
        None => println!("獬豸已启动：http://{address}"),
    }
    if args.place.demonstration {
        demo::Province::read(examples)?.announce(&door.library());
    }
    let spool = Spool::begin(&args.place.data)?;
    if let Some(origin) = &origin {
        let off = if passkeys.is_none() { "（没有域名，不能使用通行密钥）" } else { "" };
        println!("浏览器访问的网址：{}{off}", origin.text());
    }
    if let Some(p) = &provider {
        println!("由“{}”登录后返回的地址（须在身份认证系统登记）：{}", p.name(), p.back());
    }
    let settings = server::Settings {
        provider,
        secure_cookies: args.secure_cookies.unwrap_or(!alone),
        codes_for: args.codes_for.iter().cloned().collect(),
        passkeys,
        proxies: args.proxy.iter().map(IpAddr::to_canonical).collect(),
        spans_lost,
        ..node::settings(&spool)
    };
    if !alone && args.secure_cookies.is_none() {
        println!("登录凭证只经 HTTPS 传送：请经前面的反向代理以 HTTPS 访问");
    }
    let app = Arc::new(server::App::new(door, settings));
    let figures = match args.metrics {
        Some(at) => {
            let listener = tokio::net::TcpListener::bind(at).await.with_context(|| format!("不能监听 {at}"))?;
            println!("运行指标：http://{}/metrics", listener.local_addr()?);
            Some(tokio::spawn(server::metrics::serve(app.clone(), listener)))
        }
        None => None,
    };
    server::serve(app, listener, stopped()).await;
    if let Some(figures) = figures {
        figures.await??;
    }
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
