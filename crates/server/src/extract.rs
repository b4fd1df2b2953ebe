//! Reading requests: like axum's extractors, but every refusal is a problem document.

use axum::body::Bytes;
use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::request::Parts;
use axum::http::{StatusCode, header};
use axum::response::IntoResponse;
use serde::de::DeserializeOwned;
use serde_json::error::Category;

use crate::problem::{Problem, Reason};

/// A JSON body.
pub struct Json<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Json<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        let json = request
            .headers()
            .get(header::CONTENT_TYPE)
            .and_then(|v| v.to_str().ok())
            .and_then(|v| v.split(';').next())
            .is_some_and(|v| v.trim().eq_ignore_ascii_case("application/json"));
        if !json {
            return Err(Problem::of_status(StatusCode::UNSUPPORTED_MEDIA_TYPE));
        }
        let bytes = Bytes::from_request(request, state).await.map_err(|r| match r.into_response().status() {
            StatusCode::PAYLOAD_TOO_LARGE => Problem::of_status(StatusCode::PAYLOAD_TOO_LARGE),
            _ => Problem::bad_request("bad-body", "请求内容没有完整送达，请重新提交"),
        })?;
        read(&bytes).map(Self)
    }
}

/// Reads a JSON text, and says where it is wrong.
fn read<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Problem> {
    let mut source = serde_json::Deserializer::from_slice(bytes);
    let read = serde_path_to_error::deserialize(&mut source).map_err(|e| {
        let path = e.path().to_string();
        (path, e.into_inner())
    });
    let read = read.and_then(|v| source.end().map(|()| v).map_err(|e| (".".into(), e)));
    read.map_err(|(path, e)| {
        let at = format!("第 {} 行第 {} 列", e.line(), e.column());
        let place = if path == "." || !e.is_data() { at } else { format!("{path}（{at}）") };
        let (kind, text) = match e.classify() {
            Category::Data => ("bad-value", data_fault(&e.to_string())),
            Category::Eof => ("bad-json", "JSON 不完整，缺少结尾".into()),
            Category::Syntax | Category::Io => ("bad-json", "不是有效的 JSON".into()),
        };
        Problem::bad_request(kind, format!("{place}：{text}")).because([Reason {
            text,
            place: Some(place),
            ..Reason::default()
        }])
    })
}

/// What serde says, in Chinese and without the value that was sent.
pub fn data_fault(message: &str) -> String {
    let message = message.rsplit_once(" at line ").map_or(message, |(m, _)| m);
    let name = || message.split('`').nth(1).unwrap_or_default();
    if message.starts_with("unknown field") {
        format!("没有“{}”这个字段，请核对接口说明", name())
    } else if message.starts_with("missing field") {
        format!("缺少字段“{}”", name())
    } else if message.starts_with("duplicate field") {
        format!("字段“{}”重复", name())
    } else if message.starts_with("unknown variant") {
        let options = message.split_once("expected").map_or("", |(_, o)| o.trim_start_matches(" one of").trim());
        format!("没有“{}”这个选项，可用的有：{}", name(), options.replace('`', ""))
    } else if let Some((_, wanted)) = message.split_once(", expected ").filter(|_| message.starts_with("invalid")) {
        format!("类型不对，应为{}", wanted_type(wanted))
    } else if message.is_ascii() {
        "值不符合要求，请核对接口说明".into()
    } else {
        message.to_owned()
    }
}

fn wanted_type(wanted: &str) -> &str {
    let has = |words: &[&str]| words.iter().any(|w| wanted.contains(w));
    if has(&["string", "str"]) {
        "文字"
    } else if has(&["boolean", "bool"]) {
        "是或否（true、false）"
    } else if has(&["struct", "map"]) {
        "对象"
    } else if has(&["sequence", "array", "tuple"]) {
        "数组"
    } else if has(&["i8", "i16", "i32", "i64", "u8", "u16", "u32", "u64", "integer", "usize"]) {
        "整数"
    } else {
        "接口说明规定的类型"
    }
}

/// Parts of the path.
pub struct Path<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned + Send> FromRequestParts<S> for Path<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        axum::extract::Path::from_request_parts(parts, state)
            .await
            .map(|axum::extract::Path(v)| Self(v))
            .map_err(|_| Problem::bad_request("bad-path", "路径中的编号或者数字不正确，请核对接口地址"))
    }
}

/// The query.
pub struct Query<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequestParts<S> for Query<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        axum::extract::Query::try_from_uri(&parts.uri).map(|axum::extract::Query(v)| Self(v)).map_err(|e| {
            let text = e.body_text();
            let text = text.split_once(": ").map_or("", |(_, t)| t);
            let (place, fault) = text.split_once(": ").unwrap_or(("", text));
            let place = if place.is_empty() { "查询参数".to_owned() } else { format!("查询参数“{place}”") };
            Problem::bad_request("bad-query", format!("{place}：{}", data_fault(fault)))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, serde::Deserialize)]
    #[serde(deny_unknown_fields)]
    #[allow(dead_code)]
    struct Sample {
        name: String,
        #[serde(default)]
        pages: Vec<u32>,
    }

    fn detail(text: &str) -> String {
        let answer = read::<Sample>(text.as_bytes()).unwrap_err().render("r");
        let body =
            futures_util::FutureExt::now_or_never(axum::body::to_bytes(answer.into_body(), 10_000)).unwrap().unwrap();
        serde_json::from_slice::<serde_json::Value>(&body).unwrap()["detail"].as_str().unwrap().to_owned()
    }

    #[test]
    fn every_fault_says_where_and_what() {
        for (text, wanted) in [
            ("{\"name\": ", "第 1 行第 9 列：JSON 不完整，缺少结尾"),
            ("{\n  \"name\": x}", "第 2 行第 11 列"),
            ("{}", "缺少字段“name”"),
            ("{\"name\": \"a\", \"nome\": 1}", "没有“nome”这个字段"),
            ("{\"name\": 5}", "类型不对，应为文字"),
            ("{\"name\": \"a\", \"pages\": [1, \"b\"]}", "pages[1]（第 1 行第 30 列）：类型不对，应为整数"),
            ("{\"name\": \"a\"} {}", "不是有效的 JSON"),
        ] {
            let found = detail(text);
            assert!(found.contains(wanted), "{text}: {found}");
        }
    }

    #[test]
    fn a_sent_value_is_not_repeated() {
        assert!(!detail("{\"name\": \"a\", \"pages\": [\"970102199003074518\"]}").contains("97010"));
    }
}
