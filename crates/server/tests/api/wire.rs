//! What comes over a connection and is no sound request: it is refused, the connection ends, and nothing that stands
//! behind it is taken for a request of its own.

use std::time::Duration;

use reqwest::StatusCode;
use serde_json::json;
use server::Settings;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::province::{PASSWORD, Province};

async fn connected(p: &Province) -> TcpStream {
    TcpStream::connect(p.base.trim_start_matches("http://")).await.unwrap()
}

/// What comes back until the server ends the connection.
async fn all_of_it(p: &Province, sent: &str) -> String {
    let mut stream = connected(p).await;
    // The server may have refused it before the end.
    let _ = stream.write_all(sent.as_bytes()).await;
    let mut out = Vec::new();
    let read = tokio::time::timeout(Duration::from_secs(20), stream.read_to_end(&mut out));
    // A reset is an end, too.
    let _ = read.await.expect("the connection is held open");
    String::from_utf8_lossy(&out).into_owned()
}

/// The statuses of the answers on a connection.
fn statuses(text: &str) -> Vec<&str> {
    text.split("HTTP/1.1 ").skip(1).map(|rest| &rest[..3]).collect()
}

/// A second request that would be seen if it were carried out: the health of the server, which has a body of its own.
const BEHIND: &str = "GET /health HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";

#[tokio::test]
async fn no_request_hides_behind_another() {
    let patience = Duration::from_millis(500);
    let p = Province::start_with(false, Settings { patience, ..Settings::default() }).await;
    let length = BEHIND.len();
    let heads = [
        // Two lengths that differ.
        format!("Content-Length: 2\r\nContent-Length: {length}\r\n"),
        format!("Content-Length: 2, {length}\r\n"),
        // Lengths that some read and others do not.
        "Content-Length: +2\r\n".into(),
        "Content-Length: 0x2\r\n".into(),
        "Content-Length : 2\r\n".into(),
        "Content-Length: -1\r\n".into(),
        // Codings that some read and others do not.
        "Transfer-Encoding: xchunked\r\n".into(),
        "Transfer-Encoding: identity\r\n".into(),
        "Transfer-Encoding: chunked, identity\r\n".into(),
        // A folded line and a null.
        "X-A: b\r\n Content-Length: 2\r\n".into(),
        "X-A: b\0\r\n".into(),
    ];
    for head in heads {
        let text = all_of_it(&p, &format!("POST /api/session HTTP/1.1\r\nHost: x\r\n{head}\r\n{{}}{BEHIND}")).await;
        assert_eq!(statuses(&text), ["400"], "{head:?}: {text}");
    }
    // Both a length and chunks: the chunks count, what is behind them is the next request, and not what is in them.
    let chunks = format!("{:x}\r\n{BEHIND}\r\n0\r\n\r\n", length);
    let head = "Content-Type: application/json\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n";
    let text = all_of_it(&p, &format!("POST /api/session HTTP/1.1\r\nHost: x\r\n{head}\r\n{chunks}")).await;
    assert_eq!(statuses(&text).len(), 1, "{text}");
    assert!(!text.contains("HTTP/1.1 200"), "{text}");
}

#[tokio::test]
async fn what_never_ends_is_ended() {
    let patience = Duration::from_millis(500);
    let p = Province::start_with(false, Settings { patience, ..Settings::default() }).await;
    for begun in ["", "GET /api/se", "GET /health HTTP/1.1\r\nHost: x\r\nX-A: "] {
        let text = all_of_it(&p, begun).await;
        assert!(!text.contains("HTTP/1.1 200"), "{begun:?}: {text}");
    }
    // One that asks in time and then nothing more is answered, and let go.
    let text = all_of_it(&p, "GET /health HTTP/1.1\r\nHost: x\r\n\r\n").await;
    assert_eq!(statuses(&text), ["200"], "{text}");
}

#[tokio::test]
async fn oversized_headers_and_addresses_are_refused() {
    let p = Province::start().await;
    let long = "a".repeat(200_000);
    let many = (0..2_000).map(|n| format!("X-{n}: b\r\n")).collect::<String>();
    for request in [
        format!("GET /health HTTP/1.1\r\nHost: x\r\nX-A: {long}\r\n\r\n"),
        format!("GET /health HTTP/1.1\r\nHost: x\r\n{many}\r\n"),
        format!("GET /health HTTP/1.1\r\nHost: x\r\nCookie: xiezhi_session={long}\r\n\r\n"),
        format!("GET /health?{long} HTTP/1.1\r\nHost: x\r\n\r\n"),
    ] {
        let text = all_of_it(&p, &request).await;
        assert!(matches!(statuses(&text)[..], ["431" | "414"]), "{}: {text}", &request[..60]);
    }
    let well = p.get("nobody", "/health").await;
    assert_eq!(well.0, StatusCode::OK);
}

/// Ten thousand tries from one place: that place is closed, nobody else is, and the server goes on.
#[tokio::test]
async fn ten_thousand_tries_close_one_place_and_no_other() {
    let proxies = vec!["127.0.0.1".parse().unwrap()];
    let p = Province::start_with(false, Settings { proxies, ..Settings::default() }).await;
    let sign_in = |login: String, password: &str, address: &'static str| {
        let body = json!({"login": login, "password": password});
        p.client.post(format!("{}/api/session", p.base)).header("x-forwarded-for", address).json(&body).send()
    };
    let (mut wrong, mut refused) = (0, 0);
    for round in 0..500 {
        let tries = (0..20).map(|n| sign_in(format!("nobody-{round}-{n}"), "wrong", "10.9.0.1"));
        for answer in futures_util::future::join_all(tries).await {
            match answer.unwrap().status() {
                StatusCode::UNAUTHORIZED => wrong += 1,
                StatusCode::TOO_MANY_REQUESTS => refused += 1,
                other => panic!("{other}"),
            }
        }
    }
    // Those that were on their way together may pass the limit of fifty by so many.
    assert!((50..=70).contains(&wrong), "{wrong} were looked at");
    assert_eq!(wrong + refused, 10_000);
    assert_eq!(sign_in("chief".into(), PASSWORD, "10.9.0.1").await.unwrap().status(), StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(sign_in("chief".into(), PASSWORD, "10.1.0.1").await.unwrap().status(), StatusCode::OK);
}
