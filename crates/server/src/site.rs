//! The web pages: built files by their path, and one page for every other address.
//!
//! Files whose name holds their digest are kept by browsers for a year; the page itself is asked
//! for each time and bears a fresh nonce for the styles that its program puts in. Everything was
//! compressed when it was built.

use std::sync::Arc;

use axum::extract::Request;
use axum::http::header::{self, HeaderMap, HeaderName, HeaderValue};
use axum::http::{Method, StatusCode};
use axum::response::{AppendHeaders, Html, IntoResponse, Response};

/// What stands in the built page for the nonce.
const NONCE: &str = "%NONCE%";
/// Kept for a year: another content has another name.
const IMMUTABLE: &str = "public, max-age=31536000, immutable";

/// One built file.
#[derive(Debug, Clone, Copy)]
pub struct Asset {
    /// Its path, such as `assets/main-1a2b3c.js`.
    pub path: &'static str,
    /// Its media type.
    pub media: &'static str,
    /// As it is.
    pub plain: &'static [u8],
    /// Compressed with gzip, where that is smaller.
    pub gzip: Option<&'static [u8]>,
    /// Compressed with brotli, where that is smaller.
    pub brotli: Option<&'static [u8]>,
}

/// The built web pages.
#[derive(Debug, Clone)]
pub struct Site {
    index: &'static str,
    assets: Arc<[Asset]>,
}

impl Site {
    /// The page, with `%NONCE%` where the nonce belongs, and the files beside it.
    pub fn new(index: &'static str, assets: impl IntoIterator<Item = Asset>) -> Self {
        Self { index, assets: assets.into_iter().collect() }
    }

    fn asset(&self, path: &str) -> Option<&Asset> {
        self.assets.iter().find(|a| a.path == path)
    }

    fn page(&self) -> Response {
        let nonce = uuid::Uuid::new_v4().simple().to_string();
        let policy = format!(
            "default-src 'none'; script-src 'self'; style-src 'self' 'nonce-{nonce}'; img-src 'self' data: blob:; \
             font-src 'self'; media-src 'self' blob:; connect-src 'self'; manifest-src 'self'; base-uri 'none'; \
             form-action 'none'; frame-ancestors 'none'"
        );
        let headers = [(header::CONTENT_SECURITY_POLICY, policy), (header::CACHE_CONTROL, "no-cache".into())];
        (AppendHeaders(headers), Html(self.index.replace(NONCE, &nonce))).into_response()
    }
}

/// Answers what no endpoint answers.
pub async fn serve(site: Option<Site>, request: Request) -> Response {
    let path = request.uri().path();
    let reads = matches!(*request.method(), Method::GET | Method::HEAD);
    if !reads || path == "/api" || path.starts_with("/api/") {
        return StatusCode::NOT_FOUND.into_response();
    }
    let Some(site) = site else { return unbuilt(path) };
    let path = path.trim_start_matches('/');
    match site.asset(path) {
        Some(a) => file(a, request.headers()),
        // A file of an older build: the page that asks for it must be loaded again.
        None if path.starts_with("assets/") => StatusCode::NOT_FOUND.into_response(),
        None => site.page(),
    }
}

fn file(asset: &Asset, headers: &HeaderMap) -> Response {
    let accepted = headers.get(header::ACCEPT_ENCODING).and_then(|v| v.to_str().ok()).unwrap_or_default();
    let accepts = |coding: &str| {
        accepted.split(',').filter_map(|c| c.split(';').next()).any(|c| c.trim().eq_ignore_ascii_case(coding))
    };
    let (bytes, coding) = match (asset.brotli, asset.gzip) {
        (Some(b), _) if accepts("br") => (b, Some("br")),
        (_, Some(g)) if accepts("gzip") => (g, Some("gzip")),
        _ => (asset.plain, None),
    };
    let caching = if asset.path.starts_with("assets/") { IMMUTABLE } else { "no-cache" };
    // Set, not appended: the bytes alone would say that they are of no particular kind, and a proxy may keep the first.
    let mut response = (
        [
            (header::CONTENT_TYPE, asset.media),
            (header::CACHE_CONTROL, caching),
            (header::VARY, "accept-encoding"),
            // The API's policy sandboxes; a script or style sheet needs none of its own.
            (header::CONTENT_SECURITY_POLICY, "default-src 'none'"),
        ],
        bytes,
    )
        .into_response();
    if let Some(c) = coding {
        response.headers_mut().insert(header::CONTENT_ENCODING, HeaderValue::from_static(c));
    }
    response
}

/// The program was built without the pages: say so, and what works nevertheless.
fn unbuilt(path: &str) -> Response {
    if path != "/" {
        return StatusCode::NOT_FOUND.into_response();
    }
    const PAGE: &str = "<!doctype html><html lang=\"zh-CN\"><meta charset=\"utf-8\"><title>獬豸</title>\
        <h1>本程序构建时没有包含网页</h1><p>接口可以使用，说明见 <a href=\"/api\">/api</a>。需要网页的，请安装 Node.js 20 以上版本，\
        执行 <code>make run</code>（或者先在 web 目录执行 npm ci 和 npm run build，再重新构建本程序）。</p></html>";
    (AppendHeaders([(HeaderName::from_static("cache-control"), "no-cache")]), Html(PAGE)).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::body::Body;

    #[test]
    fn a_file_is_of_one_kind() {
        let asset = Asset {
            path: "assets/a.js",
            media: "text/javascript; charset=utf-8",
            plain: b"1",
            gzip: None,
            brotli: None,
        };
        let answer = file(&asset, &HeaderMap::new());
        let kinds: Vec<_> = answer.headers().get_all(header::CONTENT_TYPE).iter().collect();
        assert_eq!(kinds, ["text/javascript; charset=utf-8"]);
    }

    #[tokio::test]
    async fn a_program_without_pages_says_so_at_its_front_door_alone() {
        for (path, status) in [("/", StatusCode::OK), ("/files/F1", StatusCode::NOT_FOUND)] {
            let request = Request::builder().uri(path).body(Body::empty()).unwrap();
            assert_eq!(serve(None, request).await.status(), status, "{path}");
        }
    }
}
