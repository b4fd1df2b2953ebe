//! The web pages beside the interface.

use reqwest::{Method, StatusCode};
use server::{Asset, Site};

use crate::province::Province;

const INDEX: &str = "<!doctype html><meta name=\"csp-nonce\" content=\"%NONCE%\"><title>獬豸</title>";
const SCRIPT: &[u8] = b"console.log('plain')";

/// Pages that stand for the built ones.
pub fn fixture() -> Site {
    let script = Asset {
        path: "assets/main-1a2b3c.js",
        media: "text/javascript; charset=utf-8",
        plain: SCRIPT,
        gzip: Some(b"gzipped"),
        brotli: Some(b"brotli"),
    };
    let icon = Asset { path: "favicon.svg", media: "image/svg+xml", plain: b"<svg/>", gzip: None, brotli: None };
    Site::new(INDEX, [script, icon])
}

#[tokio::test]
async fn every_address_outside_the_interface_is_the_page_with_a_fresh_nonce() {
    let p = Province::start().await;
    let mut seen = std::collections::BTreeSet::new();
    for path in ["/", "/files/F1", "/files/F1/read/M1/2", "/nowhere"] {
        let response = p.as_user("nobody", Method::GET, path).await.send().await.unwrap();
        assert_eq!(response.status(), StatusCode::OK, "{path}");
        assert_eq!(response.headers()["cache-control"], "no-cache");
        let policy = response.headers()["content-security-policy"].to_str().unwrap().to_owned();
        assert!(!policy.contains("unsafe-inline") && policy.starts_with("default-src 'none'"), "{policy}");
        let page = response.text().await.unwrap();
        let nonce = page.split("content=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
        assert!(policy.contains(&format!("'nonce-{nonce}'")), "{policy}");
        assert!(seen.insert(nonce), "a nonce came twice");
    }
}

#[tokio::test]
async fn files_are_compressed_beforehand_and_kept_by_their_name() {
    let p = Province::start().await;
    let path = "/assets/main-1a2b3c.js";
    for (accepted, coding, body) in [
        ("gzip, deflate, br", Some("br"), &b"brotli"[..]),
        ("gzip;q=1.0", Some("gzip"), b"gzipped"),
        ("identity", None, SCRIPT),
    ] {
        let request = p.as_user("nobody", Method::GET, path).await.header("accept-encoding", accepted);
        let response = request.send().await.unwrap();
        assert_eq!(response.headers().get("content-encoding").map(|v| v.to_str().unwrap()), coding);
        assert_eq!(response.headers()["cache-control"], "public, max-age=31536000, immutable");
        assert_eq!(response.headers()["x-content-type-options"], "nosniff");
        assert_eq!(response.bytes().await.unwrap(), body, "{accepted}");
    }
    let icon = p.as_user("nobody", Method::GET, "/favicon.svg").await.send().await.unwrap();
    assert_eq!(icon.headers()["cache-control"], "no-cache");
}

#[tokio::test]
async fn what_is_missing_in_the_interface_or_among_the_files_is_not_the_page() {
    let p = Province::start().await;
    for (method, path) in
        [(Method::GET, "/api/nowhere"), (Method::GET, "/assets/main-of-yesterday.js"), (Method::POST, "/files/F1")]
    {
        let response = p.as_user("nobody", method, path).await.send().await.unwrap();
        assert_eq!(response.status(), StatusCode::NOT_FOUND, "{path}");
        assert_eq!(response.headers()["content-type"], "application/problem+json", "{path}");
    }
}
