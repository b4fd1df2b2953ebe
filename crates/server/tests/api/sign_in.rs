//! Signing in, being refused, staying signed in, signing out.

use jiff::SignedDuration;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::province::{PASSWORD, Province, answer, kind};

async fn sign_in(p: &Province, login: &str, password: &str) -> (StatusCode, Value) {
    p.post("nobody", "/api/session", &json!({"login": login, "password": password})).await
}

#[tokio::test]
async fn the_right_password_gives_a_token_and_a_cookie() {
    let p = Province::start().await;
    let body = json!({"login": "chief", "password": PASSWORD});
    let response = p.as_user("nobody", Method::POST, "/api/session").await.json(&body).send().await.unwrap();
    let cookie = response.headers()["set-cookie"].to_str().unwrap().to_owned();
    let (status, session) = answer(response).await;
    assert_eq!(status, StatusCode::OK);
    let token = session["token"].as_str().unwrap();
    assert_eq!(session["user"]["unit_name"], "云岭省青石县公安局");
    assert_eq!(session["user"]["roles"], json!(["police_chief"]));
    for part in ["HttpOnly", "SameSite=Strict", "Path=/"] {
        assert!(cookie.contains(part), "{cookie}");
    }
    assert!(!cookie.contains("Secure"));
    assert!(cookie.starts_with(&format!("xiezhi_session={token};")));

    let me = p.client.get(format!("{}/api/session", p.base)).header("cookie", format!("xiezhi_session={token}"));
    let (status, me) = answer(me.send().await.unwrap()).await;
    assert_eq!((status, me["user"]["id"].as_str()), (StatusCode::OK, Some("chief")));

    let out = || p.client.delete(format!("{}/api/session", p.base)).header("cookie", format!("xiezhi_session={token}"));
    let (status, foreign) = answer(out().header("sec-fetch-site", "cross-site").send().await.unwrap()).await;
    assert_eq!((status, foreign["rule"].as_str()), (StatusCode::FORBIDDEN, Some("same-origin")));
    let (status, _) = answer(out().header("sec-fetch-site", "same-origin").send().await.unwrap()).await;
    assert_eq!(status, StatusCode::NO_CONTENT);
    let (status, over) =
        answer(p.client.get(format!("{}/api/session", p.base)).bearer_auth(token).send().await.unwrap()).await;
    assert_eq!((status, kind(&over)), (StatusCode::UNAUTHORIZED, "session-expired"));
}

#[tokio::test]
async fn an_unknown_name_is_answered_like_a_wrong_password() {
    let p = Province::start().await;
    let wrong = sign_in(&p, "chief", "wrong").await;
    let unknown = sign_in(&p, "nobody-at-all", "wrong").await;
    for (status, problem) in [&wrong, &unknown] {
        assert_eq!((*status, kind(problem)), (StatusCode::UNAUTHORIZED, "wrong-password"));
    }
    assert_eq!(wrong.1["detail"], unknown.1["detail"]);
}

#[tokio::test]
async fn five_failures_lock_the_name_from_this_address_only() {
    let p = Province::start().await;
    for _ in 0..5 {
        assert_eq!(sign_in(&p, "chief", "wrong").await.0, StatusCode::UNAUTHORIZED);
    }
    let body = json!({"login": "chief", "password": PASSWORD});
    let response = p.as_user("nobody", Method::POST, "/api/session").await.json(&body).send().await.unwrap();
    assert_eq!(response.headers()["retry-after"], "900");
    let (status, problem) = answer(response).await;
    assert_eq!((status, kind(&problem)), (StatusCode::TOO_MANY_REQUESTS, "too-many-tries"));
    assert!(problem["detail"].as_str().unwrap().contains("15 分钟"));
    assert_eq!(sign_in(&p, "head", PASSWORD).await.0, StatusCode::OK);
}

#[tokio::test]
async fn many_tries_at_once_do_not_slip_past_the_limit() {
    let p = Province::start().await;
    let tries = (0..16).map(|_| sign_in(&p, "chief", "wrong"));
    let tried = futures_util::future::join_all(tries).await;
    let checked = tried.iter().filter(|(s, _)| *s == StatusCode::UNAUTHORIZED).count();
    assert!((5..=6).contains(&checked), "{checked} passwords were checked");
}

#[tokio::test]
async fn no_session_and_an_ended_one_are_told_apart() {
    let p = Province::start().await;
    let (status, problem) = p.get("nobody", "/api/files").await;
    assert_eq!((status, kind(&problem)), (StatusCode::UNAUTHORIZED, "not-signed-in"));
    let token = p.session("chief", SignedDuration::from_secs(-1)).await;
    let request = p.client.get(format!("{}/api/files", p.base)).bearer_auth(token);
    let (status, problem) = answer(request.send().await.unwrap()).await;
    assert_eq!((status, kind(&problem)), (StatusCode::UNAUTHORIZED, "session-expired"));
}

#[tokio::test]
async fn a_user_who_was_stopped_is_out_at_once() {
    let p = Province::start().await;
    let token = p.token("chief").await;
    let mut user = p.store().user("chief").await.unwrap().unwrap();
    user.active = false;
    p.store().put_user(user, None).await.unwrap();
    let (status, _) =
        answer(p.client.get(format!("{}/api/files", p.base)).bearer_auth(token).send().await.unwrap()).await;
    assert_eq!(status, StatusCode::UNAUTHORIZED);
    assert_eq!(sign_in(&p, "chief", PASSWORD).await.0, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn sessions_do_not_look_at_the_business_clock() {
    let p = Province::start_as(true).await;
    let token = p.token("chief").await;
    let put =
        |at: Value| p.client.put(format!("{}/api/clock", p.base)).bearer_auth(&token).json(&json!({"at": at})).send();
    let (status, clock) = answer(put(json!("2031-01-01T09:00:00+08:00")).await.unwrap()).await;
    assert_eq!((status, clock["set"].as_bool()), (StatusCode::OK, Some(true)));
    assert_eq!(clock["now"], "2031-01-01T01:00:00Z");
    let (status, clock) = answer(put(Value::Null).await.unwrap()).await;
    assert_eq!((status, clock["set"].as_bool()), (StatusCode::OK, Some(false)));
}

#[tokio::test]
async fn an_ordinary_node_keeps_its_clock() {
    let p = Province::start().await;
    let request = p.as_user("chief", Method::PUT, "/api/clock").await.json(&json!({"at": "2031-01-01T09:00:00+08:00"}));
    let (status, problem) = answer(request.send().await.unwrap()).await;
    assert_eq!((status, kind(&problem)), (StatusCode::FORBIDDEN, "forbidden"));
    let (_, clock) = p.get("nobody", "/api/clock").await;
    assert_eq!((clock["set"].as_bool(), clock["demonstration"].as_bool()), (Some(false), Some(false)));
}
