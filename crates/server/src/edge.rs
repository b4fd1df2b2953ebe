//! What every request passes on its way in and out: identifier, headers, time limit, log.

use std::any::Any;
use std::time::{Duration, Instant};

use axum::extract::Request;
use axum::http::header::{self, HeaderName, HeaderValue};
use axum::http::{HeaderMap, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use crate::problem::Problem;

/// How long an ordinary request may take.
const LIMIT: Duration = Duration::from_secs(30);

const HEADERS: [(&str, &str); 9] = [
    (
        "content-security-policy",
        "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'; sandbox",
    ),
    ("x-content-type-options", "nosniff"),
    ("referrer-policy", "no-referrer"),
    ("x-frame-options", "DENY"),
    ("cross-origin-opener-policy", "same-origin"),
    ("cross-origin-resource-policy", "same-origin"),
    ("cross-origin-embedder-policy", "require-corp"),
    ("permissions-policy", "camera=(), microphone=(), geolocation=()"),
    ("cache-control", "no-store"),
];

/// What a request is called in the log, and in what its person is told.
#[derive(Clone)]
pub struct RequestId(pub String);

/// Gives the request its identifier, renders problems, sets the security headers, and logs once.
pub async fn finish(mut request: Request, next: Next) -> Response {
    let id = uuid::Uuid::now_v7().simple().to_string();
    let method = request.method().clone();
    // Without the query: it may hold what people searched for.
    let path = request.uri().path().to_owned();
    request.extensions_mut().insert(RequestId(id.clone()));
    let begun = Instant::now();
    let mut response = next.run(request).await;
    let status = response.status();
    let problem = response.extensions_mut().remove::<Problem>().or_else(|| {
        let refusal = status.is_client_error() || status.is_server_error();
        refusal.then(|| Problem::of_status(status))
    });
    let ms = u64::try_from(begun.elapsed().as_millis()).unwrap_or(u64::MAX);
    if let Some(p) = problem {
        if p.status().is_server_error() {
            tracing::error!(request_id = %id, %method, path, ms, cause = p.cause().unwrap_or("-"), "a request failed: {id}");
        } else {
            tracing::info!(request_id = %id, %method, path, ms, status = p.status().as_u16(), kind = p.kind(), "refused");
        }
        let mut rendered = p.render(&id);
        if let Some(allow) = response.headers().get(header::ALLOW) {
            rendered.headers_mut().insert(header::ALLOW, allow.clone());
        }
        response = rendered;
    } else {
        tracing::debug!(request_id = %id, %method, path, ms, status = status.as_u16(), "answered");
    }
    secure(response.headers_mut(), &id);
    response
}

fn secure(headers: &mut HeaderMap, id: &str) {
    for (name, value) in HEADERS {
        headers.entry(HeaderName::from_static(name)).or_insert(HeaderValue::from_static(value));
    }
    if let Ok(v) = HeaderValue::from_str(id) {
        headers.insert(HeaderName::from_static("x-request-id"), v);
    }
}

/// Ends a request that takes too long.
pub async fn limited(request: Request, next: Next) -> Response {
    tokio::time::timeout(LIMIT, next.run(request)).await.unwrap_or_else(|_| {
        Problem::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "timeout",
            "处理超时",
            "处理时间过长，已中止。请先刷新查看是否已经办理；没有办理的，用同一个幂等键重新提交",
        )
        .header(header::RETRY_AFTER, 5)
        .into_response()
    })
}

/// What a panic becomes. Its message may quote data, so it stays with the panic hook.
pub fn panicked(_: Box<dyn Any + Send>) -> Response {
    Problem::internal("panic").into_response()
}

/// Whether an answer is worth compressing: texts are, images and streams are not.
pub fn compresses(_: StatusCode, _: axum::http::Version, headers: &HeaderMap, _: &axum::http::Extensions) -> bool {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|v| v.to_str().ok()).unwrap_or_default();
    ["application/json", "application/problem+json", "text/html"].iter().any(|k| kind.starts_with(k))
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::Router;
    use axum::middleware::from_fn;
    use axum::routing::get;
    use tower_http::catch_panic::CatchPanicLayer;

    async fn fails() -> Response {
        panic!("970102199003070018")
    }

    #[tokio::test]
    async fn a_panic_shows_an_identifier_and_nothing_else() {
        let router =
            Router::new().route("/", get(fails)).layer(CatchPanicLayer::custom(panicked)).layer(from_fn(finish));
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let served = tokio::spawn(async move { axum::serve(listener, router).await });
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = reqwest::Client::builder().no_proxy().build().unwrap();
        let answer = client.get(format!("http://{address}/")).send().await.unwrap();
        let id = answer.headers()["x-request-id"].to_str().unwrap().to_owned();
        assert_eq!(answer.status(), StatusCode::INTERNAL_SERVER_ERROR);
        let problem: serde_json::Value = answer.json().await.unwrap();
        assert_eq!(problem["instance"], id.as_str());
        assert!(!problem.to_string().contains("970102"), "{problem}");
        served.abort();
    }
}
