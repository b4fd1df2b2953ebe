//! Requests that are wrong, and what every answer carries.

use reqwest::{Method, StatusCode};
use serde_json::json;

use crate::province::{Province, answer, kind};

#[tokio::test]
async fn every_malformed_request_gets_a_document() {
    let p = Province::start().await;
    let post = async |path: &str, media: &str, body: &str| {
        let request =
            p.as_user("handler", Method::POST, path).await.header("content-type", media).body(body.to_owned());
        answer(request.send().await.unwrap()).await
    };
    let json = "application/json";
    for (path, media, body, status, wanted, word) in [
        ("/api/files", json, "{\"process\": ", 400, "bad-json", "第 1 行第 12 列"),
        (
            "/api/files",
            json,
            "{\"process\": \"GA01\",\n \"input\": {\"nom\": 1}}",
            400,
            "bad-value",
            "没有“nom”这个字段",
        ),
        (
            "/api/files",
            json,
            "{\"process\": \"GA01\", \"input\": {\"materials\": [{\"kind\": \"W001\"}]}}",
            400,
            "bad-value",
            "缺少字段“sm3”",
        ),
        ("/api/files", json, "{\"process\": 7}", 400, "bad-value", "应为文字"),
        (
            "/api/files",
            json,
            "{\"process\": \"GA01\", \"input\": {\"case\": {\"amount\": 9007199254740993}}}",
            422,
            "input",
            "2^53-1",
        ),
        (
            "/api/files",
            json,
            "{\"process\": \"GA01\", \"input\": {\"materials\": [{\"kind\": \"W001\", \"sm3\": \"zz\"}]}}",
            400,
            "bad-value",
            "64位",
        ),
        ("/api/files", json, "{\"input\": {}}", 400, "bad-value", "缺少字段“process”"),
        ("/api/files", "text/plain", "{}", 415, "unsupported-media-type", "application/json"),
        ("/api/files", json, "{\"process\": \"XX99\"}", 404, "unknown", ""),
        ("/api/no-such-thing", json, "{}", 404, "no-such-path", "/api"),
        ("/api/clock", json, "{}", 405, "method-not-allowed", "Allow"),
        ("/api/session", json, "[]", 400, "bad-value", ""),
    ] {
        let (found, problem) = post(path, media, body).await;
        assert_eq!((found.as_u16(), kind(&problem)), (status, wanted), "{path} {body}: {problem:#}");
        assert!(problem["detail"].as_str().unwrap().contains(word), "{body}: {problem:#}");
        assert_eq!(problem["status"], status);
        assert!(!problem["title"].as_str().unwrap().is_ascii());
        assert_eq!(problem["instance"].as_str().map(str::len), Some(32));
    }
    let (status, problem) = post("/api/files", json, &format!("{{\"process\": \"{}\"}}", "x".repeat(3 << 20))).await;
    assert_eq!((status, kind(&problem)), (StatusCode::PAYLOAD_TOO_LARGE, "too-large"));
    for query in ["limit=0", "limit=x", "limit=201", "colour=red", "offset=-1"] {
        let (status, problem) = p.get("handler", &format!("/api/files?{query}")).await;
        assert_eq!((status, kind(&problem)), (StatusCode::BAD_REQUEST, "bad-query"), "{query}");
        assert!(!problem["detail"].as_str().unwrap().is_ascii());
    }
}

#[tokio::test]
async fn every_answer_is_guarded() {
    let p = Province::start().await;
    for path in ["/ready", "/api/session", "/api/nowhere", "/api"] {
        let response = p.as_user("nobody", Method::GET, path).await.send().await.unwrap();
        let header = |name: &str| response.headers()[name].to_str().unwrap().to_owned();
        assert!(header("content-security-policy").starts_with("default-src 'none'"), "{path}");
        assert_eq!(header("x-content-type-options"), "nosniff");
        assert_eq!(header("referrer-policy"), "no-referrer");
        assert_eq!(header("x-frame-options"), "DENY");
        assert_eq!(header("cache-control"), "no-store");
        assert_eq!(header("cross-origin-resource-policy"), "same-origin");
        assert_eq!(header("x-request-id").len(), 32);
    }
    let missing = p.as_user("nobody", Method::GET, "/api/nowhere").await.send().await.unwrap();
    assert_eq!(missing.headers()["content-type"], "application/problem+json");
    let wrong = p.as_user("nobody", Method::DELETE, "/api/clock").await.send().await.unwrap();
    assert!(wrong.headers()["allow"].to_str().unwrap().contains("PUT"));
}

#[tokio::test]
async fn the_page_of_the_interface_lists_every_endpoint() {
    let p = Province::start().await;
    let response = p.as_user("nobody", Method::GET, "/api").await.send().await.unwrap();
    let policy = response.headers()["content-security-policy"].to_str().unwrap().to_owned();
    let page = response.text().await.unwrap();
    let nonce = page.split("nonce=\"").nth(1).unwrap().split('"').next().unwrap();
    assert!(policy.contains(&format!("style-src 'nonce-{nonce}'")), "{policy}");
    assert!(page.contains("獬豸") && !page.contains("<script") && !page.contains("http://"));
    for endpoint in server::openapi().paths.paths.keys() {
        assert!(page.contains(&format!("</b>{endpoint}</code>")), "{endpoint}");
    }
}

#[tokio::test]
async fn texts_are_compressed_where_the_caller_takes_it() {
    let p = Province::start().await;
    let request = p.as_user("nobody", Method::GET, "/api/openapi.json").await.header("accept-encoding", "gzip");
    let response = request.send().await.unwrap();
    assert_eq!(response.headers()["content-encoding"], "gzip");
}

#[tokio::test]
async fn live_streams_and_waiting_requests_end_with_the_server() {
    let mut p = Province::start().await;
    let stream = p.as_user("handler", Method::GET, "/api/live").await.send().await.unwrap();
    assert_eq!(stream.headers()["content-type"], "text/event-stream");
    p.stop().await;
    assert!(stream.text().await.is_ok(), "the stream ended");
}

#[tokio::test]
async fn administration_is_for_administrators() {
    let p = Province::start().await;
    let new = json!({"login": "shi.qingyan", "name": "时青颜"});
    let (status, problem) = p.post("chief", "/api/units/GA-970102/users", &new).await;
    assert_eq!((status, kind(&problem)), (StatusCode::FORBIDDEN, "forbidden"));
    assert_eq!(p.post("admin", "/api/units/GA-970103/users", &new).await.0, StatusCode::FORBIDDEN);
    let user = p.done("admin", "/api/units/GA-970102/users", &new).await;
    let id = user["member"]["id"].as_str().unwrap();
    assert_eq!(kind(&p.post("admin", "/api/units/GA-970102/users", &new).await.1), "login-taken");
    let roles = format!("/api/users/{id}/roles");
    assert_eq!(p.post("admin", &roles, &json!({"role": "judge"})).await.0, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(p.post("admin", &roles, &json!({"role": "no_such"})).await.0, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(p.done("admin", &roles, &json!({"role": "officer"})).await["roles"], json!(["officer"]));
    assert_eq!(
        p.post("admin", "/api/users/admin/roles", &json!({"role": "police_chief"})).await.0,
        StatusCode::FORBIDDEN
    );
    assert_eq!(p.post("stranger", &roles, &json!({"role": "officer"})).await.0, StatusCode::NOT_FOUND);
    let sign_in = json!({"login": "shi.qingyan", "password": user["temporary"]["password"]});
    assert_eq!(p.done("nobody", "/api/session", &sign_in).await["user"]["roles"], json!(["officer"]));
    let end = p.as_user("admin", Method::DELETE, &format!("{roles}/officer")).await.send().await.unwrap();
    assert_eq!(end.status(), StatusCode::NO_CONTENT);
    for (login, name) in [("A B", "某"), ("ab", " ")] {
        let body = json!({"login": login, "name": name});
        assert_eq!(
            p.post("admin", "/api/units/GA-970102/users", &body).await.0,
            StatusCode::UNPROCESSABLE_ENTITY,
            "{body}"
        );
    }
}

#[tokio::test]
async fn a_delegate_stands_in_for_the_handler_within_the_period() {
    let p = Province::start().await;
    let file = p.case().await;
    let path = format!("/api/files/{file}");
    assert_eq!(p.get("colleague", &path).await.0, StatusCode::NOT_FOUND);
    let now = door::real_now();
    let hours = |h: i64| (now + jiff::SignedDuration::from_hours(h)).to_string();
    let delegate = |to: &str, from: i64, until: i64| json!({"to_user": to, "from": hours(from), "to": hours(until), "basis": "外出培训"});
    assert_eq!(
        p.post("handler", "/api/delegations", &delegate("stranger", -1, 1)).await.0,
        StatusCode::UNPROCESSABLE_ENTITY
    );
    assert_eq!(
        p.post("handler", "/api/delegations", &delegate("handler", -1, 1)).await.0,
        StatusCode::UNPROCESSABLE_ENTITY
    );
    assert_eq!(
        p.post("handler", "/api/delegations", &delegate("colleague", 1, -1)).await.0,
        StatusCode::UNPROCESSABLE_ENTITY
    );
    p.done("handler", "/api/delegations", &delegate("colleague", 1, 2)).await;
    assert_eq!(p.get("colleague", &path).await.0, StatusCode::NOT_FOUND, "not yet");
    p.done("handler", "/api/delegations", &delegate("colleague", -1, 1)).await;
    assert_eq!(p.get("colleague", &path).await.0, StatusCode::OK);
    let (_, todos) = p.get("colleague", "/api/todos").await;
    assert!(todos["items"].as_array().unwrap().iter().any(|t| t["file"] == json!(file)), "{todos:#}");
}

#[tokio::test]
async fn figures_count_routes_and_tell_of_nobody() {
    let mut p = Province::start().await;
    let file = p.case().await;
    p.get("handler", &format!("/api/files/{file}")).await;
    p.get("stranger", &format!("/api/files/{file}?q=乔木森")).await;
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/metrics", listener.local_addr().unwrap());
    let served = tokio::spawn(server::metrics::serve(p.app.clone(), listener));
    let response = p.client.get(&url).send().await.unwrap();
    assert!(response.headers()["content-type"].to_str().unwrap().starts_with("application/openmetrics-text"));
    let text = response.text().await.unwrap();
    for line in [
        "xiezhi_requests_total{method=\"GET\",route=\"/api/files/{file}\",status=\"200\"} 1",
        "xiezhi_requests_total{method=\"POST\",route=\"/api/files\",status=\"201\"} 1",
        "xiezhi_request_seconds_count{method=\"POST\",route=\"/api/contents\"} 1",
        "xiezhi_database_ready 1",
        "xiezhi_imports_running 0",
        "xiezhi_outbox_waiting 0",
    ] {
        assert!(text.lines().any(|l| l == line), "{line}\n{text}");
    }
    assert!(text.ends_with("# EOF\n"));
    for secret in [file.as_str(), "乔木森", "handler", "GA-970102"] {
        assert!(!text.contains(secret), "{secret}");
    }
    p.stop().await;
    served.await.unwrap().unwrap();
}

#[tokio::test]
async fn who_is_about_to_stop_is_alive_and_not_ready() {
    let p = Province::start().await;
    for path in ["/health", "/ready"] {
        assert_eq!(p.get("nobody", path).await.0, StatusCode::OK);
    }
    p.app.close();
    assert_eq!(p.get("nobody", "/health").await.0, StatusCode::OK);
    let (status, problem) = p.get("nobody", "/ready").await;
    assert_eq!((status, kind(&problem)), (StatusCode::SERVICE_UNAVAILABLE, "not-ready"));
}
