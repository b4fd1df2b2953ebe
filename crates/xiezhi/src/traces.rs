//! Traces for a collector (OpenTelemetry, OTLP over HTTP): which requests and acts took how long, and where.
//!
//! Only spans whose target is [`store::TRACES`] leave this machine; lines of the log never do. They wait in a queue of
//! a fixed length and are sent by a thread of their own, so a collector that is slow or gone slows nobody: what does
//! not fit, or does not arrive, is counted and lost.

use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use opentelemetry::Context;
use opentelemetry::trace::TracerProvider;
use opentelemetry_http::{Bytes, HttpClient, HttpError, Request, Response};
use opentelemetry_otlp::{Protocol, WithExportConfig, WithHttpConfig};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::error::OTelSdkResult;
use opentelemetry_sdk::trace::{
    BatchConfigBuilder, BatchSpanProcessor, Sampler, SdkTracerProvider, Span, SpanData, SpanExporter, SpanProcessor,
};
use reqwest::Url;
use reqwest::redirect::Policy;
use server::metrics::Counter;
use tokio::runtime::Handle;
use tracing::Subscriber;
use tracing_subscriber::Layer;
use tracing_subscriber::filter::filter_fn;
use tracing_subscriber::registry::LookupSpan;

/// Spans that may wait for the collector.
const QUEUE: usize = 4096;
/// Spans that are sent together.
const BATCH: usize = 512;
/// How long a span waits for others.
const REST: Duration = Duration::from_secs(1);
/// How long a collector may take to answer.
const PATIENCE: Duration = Duration::from_secs(5);
/// How long the last spans may take when the program stops.
const FAREWELL: Duration = Duration::from_secs(3);

/// Where spans go, and which.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// 链路追踪收集器（OpenTelemetry，OTLP/HTTP）的地址，如 http://127.0.0.1:4318；不指定的，不追踪。访问凭证用环境变量 OTEL_EXPORTER_OTLP_HEADERS
    #[arg(long, global = true, value_parser = collector, env = "OTEL_EXPORTER_OTLP_ENDPOINT")]
    traces: Option<Url>,
    /// 追踪百分之多少的请求（1 至 100）
    #[arg(long, global = true, default_value_t = 100, value_parser = clap::value_parser!(u8).range(1..=100), env = "XIEZHI_TRACES_PERCENT")]
    traces_percent: u8,
}

/// The address of a collector, by the rules for `OTEL_EXPORTER_OTLP_ENDPOINT`.
fn collector(text: &str) -> Result<Url, String> {
    let wrong = || "应为 http://主机:端口 或者 https://主机:端口".to_owned();
    let address: Url = text.parse().map_err(|_| wrong())?;
    if !matches!(address.scheme(), "http" | "https") || address.query().is_some() || address.fragment().is_some() {
        return Err(wrong());
    }
    if !address.username().is_empty() || address.password().is_some() {
        return Err("地址会显示给他人，不能写用户名和密码：请用环境变量 OTEL_EXPORTER_OTLP_HEADERS".into());
    }
    Ok(address)
}

/// What sends spans.
pub struct Traces {
    provider: SdkTracerProvider,
    lost: Counter,
}

impl Args {
    /// Begins to send spans, where a collector is named. Sending is done by `runtime`.
    ///
    /// # Errors
    /// Where no client can be made for it.
    pub fn begin(&self, runtime: &Handle) -> anyhow::Result<Option<Traces>> {
        let Some(address) = &self.traces else { return Ok(None) };
        let client = reqwest::Client::builder().no_proxy().redirect(Policy::none()).timeout(PATIENCE).build()?;
        let exporter = opentelemetry_otlp::SpanExporter::builder()
            .with_http()
            .with_http_client(Sender { client, runtime: runtime.clone() })
            .with_protocol(Protocol::HttpBinary)
            .with_endpoint(format!("{}/v1/traces", address.as_str().trim_end_matches('/')))
            .with_timeout(PATIENCE)
            .build()?;
        let (waiting, lost) = (Arc::new(AtomicUsize::new(0)), Counter::default());
        let counted =
            Counted { to: exporter, waiting: waiting.clone(), lost: lost.clone(), away: AtomicBool::new(false) };
        let config = BatchConfigBuilder::default()
            .with_max_queue_size(QUEUE)
            .with_max_export_batch_size(BATCH)
            .with_scheduled_delay(REST)
            .build();
        let batch = BatchSpanProcessor::builder(counted).with_batch_config(config).build();
        let share = f64::from(self.traces_percent) / 100.0;
        let provider = SdkTracerProvider::builder()
            .with_span_processor(Bounded { batch, waiting, lost: lost.clone() })
            .with_sampler(Sampler::ParentBased(Box::new(Sampler::TraceIdRatioBased(share))))
            .with_resource(Resource::builder().with_service_name("xiezhi").build())
            .build();
        Ok(Some(Traces { provider, lost }))
    }
}

impl Traces {
    /// What hands spans over: those that may leave this machine, and nothing else.
    pub fn layer<S: Subscriber + for<'a> LookupSpan<'a>>(&self) -> impl Layer<S> + use<S> {
        tracing_opentelemetry::layer()
            .with_tracer(self.provider.tracer("xiezhi"))
            .with_location(false)
            .with_threads(false)
            .with_target(false)
            .with_tracked_inactivity(false)
            .with_filter(filter_fn(|of| of.is_span() && of.target() == store::TRACES))
    }

    /// Spans that did not reach the collector.
    pub fn lost(&self) -> Counter {
        self.lost.clone()
    }

    /// Sends what waits, for a while.
    pub fn end(self) {
        if let Err(e) = self.provider.shutdown_with_timeout(FAREWELL) {
            tracing::warn!(error = %e, "the last spans were not sent");
        }
    }
}

/// Sends on the runtime that there is: the thread that batches spans has none.
#[derive(Debug)]
struct Sender {
    client: reqwest::Client,
    runtime: Handle,
}

#[async_trait]
impl HttpClient for Sender {
    async fn send_bytes(&self, request: Request<Bytes>) -> Result<Response<Bytes>, HttpError> {
        let client = self.client.clone();
        self.runtime.spawn(async move { client.send_bytes(request).await }).await?
    }
}

/// Lets no more spans wait than the queue holds, and counts those that are lost.
#[derive(Debug)]
struct Bounded {
    batch: BatchSpanProcessor,
    waiting: Arc<AtomicUsize>,
    lost: Counter,
}

impl SpanProcessor for Bounded {
    fn on_start(&self, span: &mut Span, of: &Context) {
        self.batch.on_start(span, of);
    }

    fn on_end(&self, span: SpanData) {
        if self.waiting.fetch_add(1, Ordering::AcqRel) < QUEUE {
            self.batch.on_end(span);
        } else {
            self.waiting.fetch_sub(1, Ordering::AcqRel);
            self.lost.inc();
        }
    }

    fn force_flush(&self) -> OTelSdkResult {
        self.batch.force_flush()
    }

    fn shutdown_with_timeout(&self, timeout: Duration) -> OTelSdkResult {
        self.batch.shutdown_with_timeout(timeout)
    }

    fn set_resource(&mut self, resource: &Resource) {
        self.batch.set_resource(resource);
    }
}

/// Counts what no longer waits, and what did not arrive.
#[derive(Debug)]
struct Counted<E> {
    to: E,
    waiting: Arc<AtomicUsize>,
    lost: Counter,
    away: AtomicBool,
}

impl<E: SpanExporter> SpanExporter for Counted<E> {
    fn export(&self, batch: Vec<SpanData>) -> impl Future<Output = OTelSdkResult> + Send {
        let spans = batch.len();
        self.waiting.fetch_sub(spans, Ordering::AcqRel);
        async move {
            let sent = self.to.export(batch).await;
            if sent.is_err() {
                self.lost.inc_by(spans as u64);
            }
            // Told once, not for each batch.
            match (self.away.swap(sent.is_err(), Ordering::AcqRel), &sent) {
                (false, Err(e)) => tracing::warn!(error = %e, "the collector of traces cannot be reached"),
                (true, Ok(())) => tracing::warn!("the collector of traces is reached again"),
                _ => {}
            }
            sent
        }
    }

    fn shutdown_with_timeout(&self, timeout: Duration) -> OTelSdkResult {
        self.to.shutdown_with_timeout(timeout)
    }

    fn force_flush(&self) -> OTelSdkResult {
        self.to.force_flush()
    }

    fn set_resource(&mut self, resource: &Resource) {
        self.to.set_resource(resource);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_holds_no_secret() {
        for good in ["http://127.0.0.1:4318", "https://collector.example/otlp/"] {
            assert!(collector(good).is_ok(), "{good}");
        }
        for (wrong, why) in [
            ("127.0.0.1:4318", "http://主机"),
            ("ftp://collector", "http://主机"),
            ("http://collector?key=1", "http://主机"),
            ("http://name:secret@collector", "用户名和密码"),
        ] {
            assert!(collector(wrong).unwrap_err().contains(why), "{wrong}");
        }
    }

    #[derive(Debug)]
    struct Gone;

    impl SpanExporter for Gone {
        async fn export(&self, _: Vec<SpanData>) -> OTelSdkResult {
            Err(opentelemetry_sdk::error::OTelSdkError::InternalFailure("gone".into()))
        }
    }

    #[test]
    fn what_does_not_fit_or_does_not_arrive_is_counted() {
        use opentelemetry::trace::{Span as _, Tracer as _};
        let (waiting, lost) = (Arc::new(AtomicUsize::new(0)), Counter::default());
        let counted = Counted { to: Gone, waiting: waiting.clone(), lost: lost.clone(), away: AtomicBool::new(false) };
        let batch = BatchSpanProcessor::builder(counted).build();
        let provider = SdkTracerProvider::builder()
            .with_span_processor(Bounded { batch, waiting: waiting.clone(), lost: lost.clone() })
            .build();
        let tracer = provider.tracer("test");
        tracer.start("arrives nowhere").end();
        assert!(provider.force_flush().is_err());
        assert_eq!((lost.get(), waiting.load(Ordering::Acquire)), (1, 0));
        waiting.store(QUEUE, Ordering::Release);
        tracer.start("does not fit").end();
        assert_eq!((lost.get(), waiting.load(Ordering::Acquire)), (2, QUEUE));
    }
}
