//! What a collector of traces is told: how long what took, and nothing of anybody. And what it cannot do: hold up a
//! request.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

mod common;

use std::collections::{BTreeMap, BTreeSet};
use std::future::pending;
use std::io::BufRead;
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::Bytes;
use axum::routing::post;
use common::{Node, program, root};
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::common::v1::any_value::Value as Any;
use opentelemetry_proto::tonic::trace::v1::Span;
use prost::Message;
use reqwest::{Client, Method};
use serde_json::{Value, json};

/// A collector on loopback, which keeps what it is sent.
struct Collector {
    url: String,
    kept: Arc<Mutex<Vec<Bytes>>>,
}

impl Collector {
    /// One that answers, or one that takes what comes and never says a word.
    async fn start(answers: bool) -> Self {
        let kept = Arc::<Mutex<Vec<Bytes>>>::default();
        let to = kept.clone();
        let take = async move |body: Bytes| {
            to.lock().unwrap().push(body);
            if !answers {
                pending::<()>().await;
            }
        };
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let router = Router::new().route("/v1/traces", post(take));
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { url, kept }
    }

    fn requests(&self) -> Vec<ExportTraceServiceRequest> {
        self.kept.lock().unwrap().iter().map(|b| ExportTraceServiceRequest::decode(b.as_ref()).unwrap()).collect()
    }

    fn spans(&self) -> Vec<Span> {
        let all = self.requests().into_iter().flat_map(|r| r.resource_spans);
        all.flat_map(|r| r.scope_spans).flat_map(|s| s.spans).collect()
    }
}

/// A node that tells the collector.
fn node(data: &Path, collector: &Collector, further: &[&str]) -> Node {
    let args = [&["--secure-cookies", "false"], further].concat();
    Node::start(data, &args, &[("OTEL_EXPORTER_OTLP_ENDPOINT".to_owned(), collector.url.clone())])
}

fn client() -> Client {
    let _ = rustls::crypto::ring::default_provider().install_default();
    Client::builder().no_proxy().user_agent(AGENT).build().unwrap()
}

/// What a caller tells of himself, and what must not be told on.
const AGENT: &str = "Browser-of-ZhuChunsheng";
const ADDRESS: &str = "10.77.66.55";
const NUMBER: &str = "970123199203170031";
const JOINED: &str = "4bf92f3577b34da6a3ce929d0e0e4736";
const UNWANTED: &str = "5bf92f3577b34da6a3ce929d0e0e4736";
const PASSWORD: &str = "mei-you-zhe-ge-mima-2026";

/// Within this a request is answered that waits for nothing.
const SOON: Duration = Duration::from_secs(2);

/// What stands in a span: attributes by name, as text.
fn attributes(span: &Span) -> BTreeMap<String, String> {
    let text = |value: Option<Any>| match value {
        Some(Any::StringValue(text)) => text,
        Some(Any::IntValue(n)) => n.to_string(),
        other => panic!("neither a text nor a whole number: {other:?}"),
    };
    let told: BTreeMap<_, _> =
        span.attributes.iter().map(|a| (a.key.clone(), text(a.value.clone().and_then(|v| v.value)))).collect();
    assert_eq!(told.len(), span.attributes.len(), "each is told once: {span:?}");
    told
}

/// Every text of the database that tells of a person or a case, and every identifier in it.
fn texts_of(database: &Path) -> BTreeSet<String> {
    let db = rusqlite::Connection::open(database).unwrap();
    let mut found = BTreeSet::new();
    for sql in [
        "SELECT id FROM users UNION SELECT login FROM users UNION SELECT name FROM users UNION SELECT password FROM users",
        "SELECT id FROM units UNION SELECT name FROM units",
        "SELECT id FROM files UNION SELECT matter FROM files UNION SELECT title FROM files UNION SELECT words FROM files",
        "SELECT id FROM events",
        "SELECT sm3 FROM contents UNION SELECT sha256 FROM contents",
        "SELECT id FROM outbox",
        "SELECT key FROM idempotency_keys",
        "SELECT token FROM sessions UNION SELECT id FROM sessions UNION SELECT address FROM sessions",
        "SELECT value FROM card_values",
    ] {
        let mut asked = db.prepare(sql).unwrap();
        let rows: Vec<String> = asked.query_map([], |r| r.get(0)).unwrap().map(Result::unwrap).collect();
        assert!(!rows.is_empty(), "{sql}");
        // Words of the Latin alphabet are codes of the library, or accounts, which are looked for below.
        found.extend(rows.into_iter().filter(|text| {
            !text.is_ascii() && text.chars().count() > 1
                || text.len() > 5 && text.contains(|c: char| c.is_ascii_digit())
        }));
    }
    found
}

/// Names, numbers, addresses and accounts as the story writes them into its papers.
fn texts_of_the_story() -> BTreeSet<String> {
    let story = std::fs::read_to_string(root().join("examples/stories/returned.yaml")).unwrap();
    let values = story.split_once("values:\n").unwrap().1.split_once("\nforms:").unwrap().0;
    let texts: BTreeSet<String> =
        values.lines().map(|l| l.split_once(": ").unwrap().1.trim_matches('"').to_owned()).collect();
    assert!(texts.contains(NUMBER) && texts.contains("祁远程") && texts.contains("云A·K5M08"), "{texts:?}");
    texts
}

fn logins() -> BTreeSet<String> {
    let province = std::fs::read_to_string(root().join("examples/province/province.yaml")).unwrap();
    let logins = province.lines().filter_map(|l| l.split_once("{login: ")?.1.split_once(','));
    logins.map(|(login, _)| login.to_owned()).collect()
}

/// What a browser asks, and what somebody asks who wants to have his words repeated.
async fn asked(url: &str) -> Vec<String> {
    let client = client();
    let signed: Value = client
        .post(format!("{url}/api/session"))
        .header("x-forwarded-for", ADDRESS)
        .json(&json!({"login": "shao", "password": "dongli-2026"}))
        .send()
        .await
        .unwrap()
        .json()
        .await
        .unwrap();
    let token = signed["token"].as_str().unwrap_or_else(|| panic!("{signed:#}")).to_owned();
    let ask = |method: Method, path: &str| {
        let request = client.request(method, format!("{url}{path}")).bearer_auth(&token);
        request
            .header("x-forwarded-for", ADDRESS)
            .header("tracestate", "name=qiyuancheng")
            .header("baggage", "p=qiyuancheng")
    };
    let get = async |path: &str| ask(Method::GET, path).send().await.unwrap();
    let list: Value = get("/api/files?text=%E7%A5%81%E8%BF%9C%E7%A8%8B").await.json().await.unwrap();
    let file = list["items"][0]["id"].as_str().unwrap().to_owned();
    let view: Value = get(&format!("/api/files/{file}?reveal=true")).await.json().await.unwrap();
    assert!(view.to_string().contains(NUMBER), "what is secret was really asked for");
    let material =
        view["situation"]["materials"].as_array().unwrap().iter().find(|m| m["pages"].as_u64() > Some(0)).unwrap();
    let material = material["id"].as_str().unwrap();
    assert!(get(&format!("/api/files/{file}/materials/{material}/pages/1?width=300")).await.status().is_success());
    get(&format!("/{NUMBER}/qiyuancheng?name={NUMBER}")).await;
    get(&format!("/api/{NUMBER}")).await;
    let odd = Method::from_bytes(format!("M{NUMBER}").as_bytes()).unwrap();
    ask(odd, "/api/files").send().await.unwrap();
    for (path, body) in [
        (format!("/api/files/{file}/instances/I1/actions/{NUMBER}"), json!({"input": {"case": {"name": "祁远程"}}})),
        (format!("/api/files/{file}/instances/{NUMBER}/actions/fill_card"), json!({"input": {}})),
        ("/api/files".to_owned(), json!({"process": NUMBER, "input": {}})),
        ("/api/session".to_owned(), json!({"login": NUMBER, "password": PASSWORD})),
    ] {
        assert!(ask(Method::POST, &path).json(&body).send().await.unwrap().status().is_client_error(), "{path}");
    }
    for (trace, flags) in [(JOINED, "01"), (UNWANTED, "00")] {
        let parent = format!("00-{trace}-00f067aa0ba902b7-{flags}");
        let ready = ask(Method::GET, "/api/desk").header("traceparent", parent).send().await.unwrap();
        assert!(ready.status().is_success());
    }
    vec![token, file]
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_played_act_leaves_times_and_nothing_of_anybody() {
    let data = tempfile::tempdir().unwrap();
    let collector = Collector::start(true).await;
    let mut node = node(data.path(), &collector, &["--proxy", "127.0.0.1"]);
    let play = ["demo", "play", "returned", "--json", "--pages", "1", "--server", &node.url];
    let played = program().args(play).output().unwrap();
    assert!(played.status.success(), "{}", String::from_utf8_lossy(&played.stdout));
    let mut secrets: BTreeSet<String> = asked(&node.url).await.into_iter().collect();
    node.stop();

    let spans = collector.spans();
    let by_id: BTreeMap<&[u8], &Span> = spans.iter().map(|s| (s.span_id.as_slice(), s)).collect();
    let named = |name: &str| spans.iter().filter(|s| s.name == name).collect::<Vec<_>>();
    let above = |span: &Span| by_id.get(span.parent_span_id.as_slice()).map(|s| s.name.as_str());
    let one = |name: &str| *named(name).first().unwrap_or_else(|| panic!("no span “{name}”"));

    // Where time goes, from the request down to the disk.
    let request = "POST /api/files/{file}/instances/{instance}/actions/{action}";
    let act = named("act").into_iter().find(|s| attributes(s).get("action").is_some_and(|a| a == "transfer")).unwrap();
    assert_eq!(attributes(act)["process"], "GA01");
    assert_eq!(above(act), Some(request));
    for within in ["wait for the writer", "write"] {
        assert!(named(within).into_iter().any(|s| s.parent_span_id == act.span_id), "{within}");
    }
    assert!(attributes(one("write"))["jobs"].parse::<u64>().unwrap() > 0);
    for (within, of) in [("contents", "hand-over"), ("record", "hand-over"), ("receipts", "hand-over")] {
        assert_eq!(above(one(within)), Some(of), "{within}");
    }
    assert!(named("hand-over").into_iter().any(|s| attributes(s)["kind"] == "GJ-QS.YSQS"));
    // The pages behind it, which are drawn ahead, belong to no request.
    let page = Some("GET /api/files/{file}/materials/{material}/pages/{page}");
    let drawn = named("draw a page");
    assert!(!drawn.is_empty() && drawn.into_iter().all(|s| above(s) == page));
    let answered = attributes(one(request));
    assert_eq!(answered["http.route"], "/api/files/{file}/instances/{instance}/actions/{action}");
    assert_eq!(
        (answered["http.request.method"].as_str(), answered["http.response.status_code"].as_str()),
        ("POST", "200")
    );
    assert_eq!(attributes(one("_OTHER /api/files"))["http.response.status_code"], "405");
    assert!(!named("GET pages").is_empty(), "what matches no route");
    for span in &spans {
        assert!(span.end_time_unix_nano >= span.start_time_unix_nano, "{}", span.name);
    }

    // The trace of a trusted proxy is joined, and its word on whether it is wanted is taken.
    let trace =
        |hex: &str| spans.iter().filter(|s| s.trace_id.iter().map(|b| format!("{b:02x}")).eq(two_by_two(hex))).count();
    assert!(trace(JOINED) > 0);
    assert_eq!(trace(UNWANTED), 0);

    // What may stand in it at all.
    let keys: BTreeSet<String> = spans.iter().flat_map(|s| attributes(s).into_keys()).collect();
    let known = [
        "action",
        "http.request.method",
        "http.response.status_code",
        "http.route",
        "jobs",
        "kind",
        "pages",
        "process",
    ];
    assert_eq!(keys.iter().map(String::as_str).collect::<Vec<_>>(), known);
    let mut told: BTreeSet<String> = BTreeSet::new();
    for span in &spans {
        assert!(span.events.is_empty() && span.links.is_empty() && span.trace_state.is_empty(), "{span:?}");
        assert!(span.status.as_ref().is_none_or(|s| s.message.is_empty()), "{span:?}");
        told.insert(span.name.clone());
        told.extend(attributes(span).into_values());
    }
    for r in collector.requests().into_iter().flat_map(|r| r.resource_spans) {
        for a in r.resource.unwrap().attributes {
            let Some(Any::StringValue(text)) = a.value.and_then(|v| v.value) else { panic!("{}", a.key) };
            assert!(a.key == "service.name" || a.key.starts_with("telemetry.sdk."), "{}", a.key);
            told.insert(text);
        }
        told.extend(r.scope_spans.into_iter().filter_map(|s| s.scope).map(|s| s.name));
    }

    // No name, number, title, address, account, token or identifier.
    secrets.extend(texts_of(&data.path().join("xiezhi.db")));
    secrets.extend(texts_of_the_story().into_iter().filter(|text| text.len() > 3));
    secrets.extend([AGENT, ADDRESS, NUMBER, PASSWORD, "127.0.0.1", "qiyuancheng", "dongli-2026"].map(str::to_owned));
    let telling: Vec<_> =
        told.iter().flat_map(|t| secrets.iter().filter(|s| t.contains(s.as_str())).map(move |s| (t, s))).collect();
    assert_eq!(telling, Vec::<(&String, &String)>::new());
    let words: BTreeSet<&str> =
        told.iter().flat_map(|t| t.split(|c: char| !c.is_ascii_alphanumeric() && c != '_')).collect();
    assert_eq!(logins().iter().filter(|l| words.contains(l.as_str())).collect::<Vec<_>>(), Vec::<&String>::new());
}

fn two_by_two(hex: &str) -> Vec<String> {
    hex.as_bytes().chunks(2).map(|two| String::from_utf8_lossy(two).into_owned()).collect()
}

/// A collector that takes what it is sent and never answers holds nobody up, and what it cannot take is counted. The
/// trace that a stranger brings along is not joined.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_silent_collector_holds_nobody_up() {
    let data = tempfile::tempdir().unwrap();
    let collector = Collector::start(false).await;
    let mut node = node(data.path(), &collector, &["--metrics", "127.0.0.1:0"]);
    let mut metrics = String::new();
    while !metrics.contains("/metrics") {
        metrics.clear();
        assert!(node.said.read_line(&mut metrics).unwrap() > 0);
    }
    let metrics = metrics.trim_end().split_once('：').unwrap().1.to_owned();
    let client = client();
    let lost = async || -> u64 {
        let text = client.get(&metrics).send().await.unwrap().text().await.unwrap();
        let line =
            text.lines().find_map(|l| l.strip_prefix("xiezhi_spans_lost_total ")).unwrap_or_else(|| panic!("{text}"));
        line.parse().unwrap()
    };
    let parent = format!("00-{JOINED}-00f067aa0ba902b7-01");
    let mut asked = 0;
    let arrived = || collector.spans().iter().any(|s| s.name == "GET /health");
    while lost().await == 0 || !arrived() {
        for _ in 0..500 {
            let health =
                client.get(format!("{}/health", node.url)).header("traceparent", &parent).timeout(SOON).send().await;
            let health = health.expect("nobody waits for the collector");
            assert!(health.status().is_success());
        }
        asked += 500;
        assert!(asked < 100_000, "everything fits into the queue");
    }
    let began = Instant::now();
    node.stop();
    assert!(began.elapsed() < Duration::from_secs(30), "it waits for nobody who never answers: {:?}", began.elapsed());
    let spans = collector.spans();
    let joined: Vec<String> = two_by_two(JOINED);
    assert!(!spans.iter().any(|s| s.trace_id.iter().map(|b| format!("{b:02x}")).eq(joined.iter().cloned())));
}
