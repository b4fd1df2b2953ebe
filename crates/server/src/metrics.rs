//! Figures for whoever runs a node, in the text format of Prometheus. No person, file or unit stands in them: what is
//! counted are routes, never their parameters.

use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::time::{Duration, Instant};

use axum::Router;
use axum::extract::{Request, State};
use axum::http::header;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::encoding::text::encode;
pub use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::{Registry, Unit};
use tokio::net::TcpListener;

use crate::traces::{method, route};
use crate::{App, Settings};

/// Bounds of the durations, in seconds: a page turned, a list, an import.
const SECONDS: [f64; 10] = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0, 30.0];
/// How long the figures may wait for the database.
const PATIENCE: Duration = Duration::from_secs(5);

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Asked {
    method: String,
    route: String,
    status: u16,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Route {
    method: String,
    route: String,
}

/// The figures of a process.
pub(crate) struct Metrics {
    registry: Registry,
    requests: Family<Asked, Counter>,
    seconds: Family<Route, Histogram>,
    listeners: Gauge,
    importing: Gauge,
    ready: Gauge,
    outbox: Gauge,
    memory: Gauge<u64, AtomicU64>,
}

impl Metrics {
    /// None counted yet.
    pub fn new(settings: &Settings) -> Self {
        let histogram: fn() -> Histogram = || Histogram::new(SECONDS);
        let mut m = Self {
            registry: Registry::with_prefix("xiezhi"),
            requests: Family::default(),
            seconds: Family::new_with_constructor(histogram),
            listeners: Gauge::default(),
            importing: Gauge::default(),
            ready: Gauge::default(),
            outbox: Gauge::default(),
            memory: Gauge::default(),
        };
        let r = &mut m.registry;
        r.register("requests", "Requests answered, by route and status", m.requests.clone());
        r.register_with_unit("request", "Time until an answer began", Unit::Seconds, m.seconds.clone());
        r.register("live_listeners", "Open streams of live updates", m.listeners.clone());
        r.register("imports_running", "Uploads that are being read and checked", m.importing.clone());
        r.register("database_ready", "1 where the database answers", m.ready.clone());
        r.register("outbox_waiting", "Messages not yet delivered", m.outbox.clone());
        r.register("spans_lost", "Spans that did not reach the collector of traces", settings.spans_lost.clone());
        r.register_with_unit("resident_memory", "Memory of the process", Unit::Bytes, m.memory.clone());
        m
    }

    fn answered(&self, method: &str, route: &str, status: u16, took: Duration) {
        let (method, route) = (method.to_owned(), route.to_owned());
        self.seconds.get_or_create(&Route { method: method.clone(), route: route.clone() }).observe(took.as_secs_f64());
        self.requests.get_or_create(&Asked { method, route, status }).inc();
    }
}

/// Counts a request. What matches no route is counted as the pages.
pub(crate) async fn counted(State(app): State<Arc<App>>, request: Request, next: Next) -> Response {
    let begun = Instant::now();
    let (method, route) = (method(&request), route(&request).to_owned());
    let response = next.run(request).await;
    app.metrics.answered(method, &route, response.status().as_u16(), begun.elapsed());
    response
}

/// Resident memory in bytes; 0 where the system does not say.
fn resident() -> u64 {
    let pages = std::fs::read_to_string("/proc/self/statm").ok();
    let pages = pages.and_then(|s| s.split_whitespace().nth(1)?.parse::<u64>().ok());
    pages.unwrap_or_default() * 4096
}

async fn figures(State(app): State<Arc<App>>) -> Response {
    let m = &app.metrics;
    m.listeners.set(i64::try_from(app.door.listeners()).unwrap_or(i64::MAX));
    m.importing.set(i64::try_from(app.importing()).unwrap_or(i64::MAX));
    m.memory.set(resident());
    match tokio::time::timeout(PATIENCE, app.door.store().waiting()).await {
        Ok(Ok(waiting)) => {
            m.outbox.set(i64::try_from(waiting).unwrap_or(i64::MAX));
            m.ready.set(1);
        }
        _ => {
            m.ready.set(0);
        }
    }
    let mut text = String::new();
    if encode(&mut text, &m.registry).is_err() {
        return axum::http::StatusCode::INTERNAL_SERVER_ERROR.into_response();
    }
    ([(header::CONTENT_TYPE, "application/openmetrics-text; version=1.0.0; charset=utf-8")], text).into_response()
}

/// Serves the figures at `/metrics`, apart from the interface, to who may come to this address.
///
/// # Errors
/// Where the listener fails.
pub async fn serve(app: Arc<App>, listener: TcpListener) -> std::io::Result<()> {
    let mut closed = app.closing.subscribe();
    let router = Router::new().route("/metrics", get(figures)).with_state(app);
    axum::serve(listener, router)
        .with_graceful_shutdown(async move {
            let _ = closed.wait_for(|c| *c).await;
        })
        .await
}
