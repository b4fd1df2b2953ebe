//! The page at `/api`: where to sign in, and every endpoint with its description.

use std::fmt::Write;
use std::sync::Arc;

use axum::Router;
use axum::http::header;
use axum::response::{AppendHeaders, Html, IntoResponse};
use axum::routing::get;
use utoipa::openapi::OpenApi;
use utoipa::openapi::path::{Operation, PathItem};

use crate::App;

const STYLE: &str = "
:root{color-scheme:light dark;--ink:#1d2733;--soft:#5c6b7a;--line:#dde3e9;--paper:#fff;--ground:#f4f6f8;--seal:#1f4e8c}
@media(prefers-color-scheme:dark){:root{--ink:#e6ebf0;--soft:#9aa8b5;--line:#2f3b47;--paper:#1a222a;--ground:#12181e;--seal:#7fb0ea}}
*{box-sizing:border-box}
body{margin:0;background:var(--ground);color:var(--ink);font:16px/1.7 'Noto Sans CJK SC','Source Han Sans SC','PingFang SC','Microsoft YaHei',sans-serif}
main{max-width:60rem;margin:0 auto;padding:3rem 1.25rem 5rem}
h1{margin:0;font-size:2.1rem;letter-spacing:.12em}
h1 small{display:block;font-size:1rem;font-weight:400;letter-spacing:.02em;color:var(--soft)}
h1::before{content:'';display:block;width:3rem;height:.3rem;background:var(--seal);margin-bottom:1rem}
h2{font-size:1.1rem;margin:2.5rem 0 .5rem}
section{background:var(--paper);border:1px solid var(--line);border-radius:.5rem;overflow:hidden}
article{padding:.8rem 1.1rem;border-top:1px solid var(--line)}
article:first-child{border-top:0}
article p{margin:.2rem 0 0;color:var(--soft);font-size:.92rem}
code{font:.88em/1.5 ui-monospace,'Cascadia Mono',Menlo,Consolas,monospace;overflow-wrap:anywhere}
code b{display:inline-block;min-width:4.2em;color:var(--seal)}
strong{display:block;font-weight:600}
pre{margin:.8rem 0 0;padding:.9rem 1.1rem;background:var(--ground);border-radius:.4rem;overflow-x:auto}
a{color:var(--seal)}
.sign{padding:1.1rem 1.3rem}
.sign p{margin:0}
";

/// Serves the page. It is put together once; each answer has a nonce of its own for the style.
pub fn router(api: &OpenApi) -> Router<Arc<App>> {
    let list: Arc<str> = list(api).into();
    let page = move || {
        let list = list.clone();
        async move { answer(&list) }
    };
    Router::new().route("/api", get(page))
}

fn answer(list: &str) -> impl IntoResponse + use<> {
    let nonce = uuid::Uuid::new_v4().simple().to_string();
    let policy = format!(
        "default-src 'none'; style-src 'nonce-{nonce}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    );
    let page = format!(
        "<!doctype html><html lang=\"zh-CN\"><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\
         <title>獬豸 · 接口说明</title><style nonce=\"{nonce}\">{STYLE}</style><main>\
         <h1>獬豸<small>政法一体化单轨制协同办案平台 · 接口说明</small></h1>{list}</main></html>"
    );
    (AppendHeaders([(header::CONTENT_SECURITY_POLICY, policy)]), Html(page))
}

/// Method, path and operation.
type Line<'a> = (&'static str, &'a str, &'a Operation);

/// The part of the page that does not change.
fn list(api: &OpenApi) -> String {
    let mut out = String::from(
        "<h2>登录</h2><section class=\"sign\"><p>以用户名、密码提交 <code>POST /api/session</code>，得到十二小时有效的令牌；\
         此后每次请求带上 <code>Authorization: Bearer 令牌</code>。浏览器登录的，令牌同时保存在 cookie 中。</p>\
         <pre><code>curl -X POST 本站地址/api/session -H 'content-type: application/json' \\\n     -d '{\"login\": \"用户名\", \"password\": \"密码\"}'</code></pre>\
         <p>机器可读的接口说明：<a href=\"/api/openapi.json\">/api/openapi.json</a>（OpenAPI 3.1）</p></section>",
    );
    let mut tags: Vec<(&str, Vec<Line<'_>>)> = Vec::new();
    for (path, item) in &api.paths.paths {
        for (method, o) in operations(item) {
            let tag = o.tags.as_ref().and_then(|t| t.first()).map_or("其他", String::as_str);
            match tags.iter_mut().find(|(t, _)| *t == tag) {
                Some((_, list)) => list.push((method, path, o)),
                None => tags.push((tag, vec![(method, path, o)])),
            }
        }
    }
    for (tag, list) in tags {
        // Writing into a String cannot fail.
        let _ = write!(out, "<h2>{}</h2><section>", escape(tag));
        for (method, path, o) in list {
            let summary = escape(o.summary.as_deref().unwrap_or_default());
            let _ = write!(out, "<article><strong>{summary}</strong><code><b>{method}</b>{}</code>", escape(path));
            if let Some(d) = o.description.as_deref().filter(|d| !d.trim().is_empty()) {
                let _ = write!(out, "<p>{}</p>", escape(d));
            }
            out.push_str("</article>");
        }
        out.push_str("</section>");
    }
    out
}

/// The operations of a path with their methods.
fn operations(item: &PathItem) -> impl Iterator<Item = (&'static str, &Operation)> {
    [("GET", &item.get), ("POST", &item.post), ("PUT", &item.put), ("DELETE", &item.delete)]
        .into_iter()
        .filter_map(|(m, o)| o.as_ref().map(|o| (m, o)))
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
