//! The HTTP interface of the platform: sign-in, case files, dossiers, live updates, and the
//! OpenAPI 3.1 description of it all.
//!
//! One file in `api` is one group of endpoints: request and answer types, refusals with their
//! status, description with an example, handler. Every change of a case goes through the door;
//! what is not a yes becomes a problem document (RFC 9457) in Chinese.
//!
//! Not here: what may be done (`door`, `access`, `procedure`), carrying messages (`exchange`), the
//! web pages themselves (`bundle`); how they are served stands in `site`.
//!
//! Start reading at [`router`], then any file in `api`.

mod address;
mod api;
mod at_once;
mod edge;
mod etag;
mod exports;
mod extract;
mod filters;
mod home;
mod journal;
mod listen;
mod lists;
mod mask;
pub mod metrics;
mod origin;
mod pages;
mod passkeys;
mod password;
mod problem;
mod provider;
mod reminders;
mod schema;
mod signed;
mod site;
mod traces;
mod tries;

use std::collections::BTreeSet;
use std::future::Future;
use std::net::IpAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::{DefaultBodyLimit, Request};
use axum::middleware::{from_fn, from_fn_with_state};
use door::Door;
use tokio::net::TcpListener;
use tokio::sync::{Notify, Semaphore, watch};
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;

use at_once::AtOnce;

pub use api::openapi;
pub use origin::Origin;
pub use passkeys::Passkeys;
pub use password::{hash_password, temporary_password};
pub use provider::{Provider, ProviderOptions};
pub use signed::{CLIENT, SCOPES, digest as token_digest, new_token};
pub use site::{Asset, Site};

/// The largest JSON body, in bytes.
const JSON_LIMIT: usize = 2 << 20;
/// Uploads of one person at once.
const UPLOADS: u32 = 16;
/// Live streams of one person at once: one for each open page.
const STREAMS: u32 = 32;
/// How long connections may take to end when the server stops.
const FAREWELL: Duration = Duration::from_secs(15);

/// What an operator decides.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The session cookie is sent over TLS only.
    pub secure_cookies: bool,
    /// Roles whose people sign in with a one-time code beside the password, or with a passkey.
    pub codes_for: BTreeSet<String>,
    /// The office's own identity provider, where people may sign in with it.
    pub provider: Option<Arc<Provider>>,
    /// Where passkeys serve, if they do.
    pub passkeys: Option<Passkeys>,
    /// The operator's own proxies, whose word on where a request comes from is believed.
    pub proxies: Vec<IpAddr>,
    /// Folder in which uploads wait until they are imported; it needs room for the largest.
    pub spool: PathBuf,
    /// The built web pages, where this program has them.
    pub site: Option<Site>,
    /// How long a header may take to arrive, and a connection to its next request.
    pub patience: Duration,
    /// Spans that did not reach the collector of traces, counted by whoever sends them.
    pub spans_lost: metrics::Counter,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            secure_cookies: false,
            codes_for: BTreeSet::new(),
            provider: None,
            passkeys: None,
            proxies: Vec::new(),
            spool: std::env::temp_dir(),
            site: None,
            patience: Duration::from_secs(60),
            spans_lost: metrics::Counter::default(),
        }
    }
}

/// Everything behind the interface.
pub struct App {
    /// The one door.
    pub door: Arc<Door>,
    settings: Settings,
    passwords: password::Checker,
    filters: filters::Filters,
    desks: api::desk::Desks,
    journal: journal::Journal,
    metrics: metrics::Metrics,
    pages: Arc<pages::Pages>,
    imports: Arc<Semaphore>,
    uploads: AtOnce,
    streams: AtOnce,
    at_once: usize,
    /// Somebody gave an export up.
    exports_over: Notify,
    closing: watch::Sender<bool>,
}

impl App {
    /// Puts the interface before a door. Needs a running Tokio runtime, because the access log is
    /// written by a task of its own.
    pub fn new(door: Arc<Door>, settings: Settings) -> Self {
        let cores = std::thread::available_parallelism().map_or(2, std::num::NonZero::get);
        Self {
            journal: journal::Journal::start(door.clone()),
            pages: pages::Pages::new(door.contents().clone()),
            door,
            passwords: password::Checker::new(),
            filters: filters::Filters::default(),
            desks: api::desk::Desks::default(),
            metrics: metrics::Metrics::new(&settings),
            settings,
            imports: Arc::new(Semaphore::new(cores)),
            uploads: AtOnce::new(UPLOADS, "同时上传的文件"),
            streams: AtOnce::new(STREAMS, "同时打开的实时更新"),
            at_once: cores,
            exports_over: Notify::new(),
            closing: watch::Sender::new(false),
        }
    }

    /// Waits until the access log is written.
    pub async fn flush(&self) {
        self.journal.flush().await;
    }

    /// Uploads that are being read and checked.
    fn importing(&self) -> usize {
        self.at_once.saturating_sub(self.imports.available_permits())
    }

    /// Tells open streams and waiting requests to end.
    pub fn close(&self) {
        self.closing.send_replace(true);
    }
}

/// The whole interface.
pub fn router(app: Arc<App>) -> Router {
    let (quick, slow) = api::routers();
    let site = app.settings.site.clone();
    let (quick, _) = quick.split_for_parts();
    let (slow, _) = slow.split_for_parts();
    quick
        .merge(home::router(&openapi()))
        .layer(from_fn(edge::limited))
        .merge(slow)
        .fallback(move |request: Request| site::serve(site.clone(), request))
        .with_state(app.clone())
        .layer(DefaultBodyLimit::max(JSON_LIMIT))
        .layer(CatchPanicLayer::custom(edge::panicked))
        .layer(from_fn(edge::finish))
        .layer(from_fn_with_state(app.clone(), traces::traced))
        .layer(from_fn_with_state(app, metrics::counted))
        .layer(CompressionLayer::new().gzip(true).compress_when(edge::compresses))
}

/// Serves until `shutdown` is ready; then ends open streams, lets requests finish and writes the
/// access log.
pub async fn serve<F>(app: Arc<App>, listener: TcpListener, shutdown: F)
where
    F: Future<Output = ()> + Send + 'static,
{
    let mut closed = app.closing.subscribe();
    let reminders = tokio::spawn(reminders::run(app.door.clone(), app.closing.subscribe()));
    let exports = tokio::spawn(exports::forget(app.clone(), app.closing.subscribe()));
    let ends = {
        let app = app.clone();
        async move {
            shutdown.await;
            app.close();
        }
    };
    let server = listen::serve(router(app.clone()), listener, app.settings.patience, ends);
    let too_late = async {
        // The sender lives as long as the app.
        let _ = closed.wait_for(|c| *c).await;
        tokio::time::sleep(FAREWELL).await;
    };
    tokio::select! {
        () = server => {}
        () = too_late => {}
    }
    reminders.abort();
    exports.abort();
    if tokio::time::timeout(FAREWELL, app.flush()).await.is_err() {
        tracing::error!("the access log could not be written before the end");
    }
}
