//! Programs of other agencies: what a key opens, and for how long.

use jiff::SignedDuration;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use server::{CLIENT, token_digest};
use store::rows::AuditRow;
use store::sign_ins::ClientKeyRow;

use crate::province::{Province, answer, kind};

/// Gives an account a key that lasts so many hours.
async fn key(p: &Province, login: &str, scopes: &[&str], hours: i64) -> String {
    let user = p.store().user_by_login(login).await.unwrap().unwrap();
    let (token, now) = (server::new_token(), door::real_now());
    let row = ClientKeyRow {
        token: token_digest(&token),
        id: token_digest(&token)[..8].to_owned(),
        user: user.id.clone(),
        scopes: scopes.iter().map(|s| (*s).to_owned()).collect(),
        created_at: now,
        expires_at: now + SignedDuration::from_hours(hours),
        seen_at: None,
    };
    p.store().put_client_key(row, noted(&user.id)).await.unwrap();
    format!("{CLIENT}{token}")
}

fn noted(user: &str) -> AuditRow {
    AuditRow {
        id: server::new_token(),
        at: door::real_now(),
        by: "-".into(),
        unit: "GA-970102".into(),
        user: user.into(),
        act: "client_key_given".into(),
        detail: json!({}),
    }
}

async fn ask(p: &Province, key: &str, method: Method, path: &str, body: Option<&Value>) -> (StatusCode, Value) {
    let mut request = p.client.request(method, format!("{}{path}", p.base)).bearer_auth(key);
    if let Some(body) = body {
        request = request.json(body);
    }
    answer(request.send().await.unwrap()).await
}

#[tokio::test]
async fn a_key_opens_what_its_scopes_name_within_the_rights_of_its_account() {
    let p = Province::start().await;
    let file = p.case().await;
    let [reads, acts] = [key(&p, "handler", &["read"], 1).await, key(&p, "handler", &["read", "act"], 1).await];
    let path = format!("/api/files/{file}");
    for key in [&reads, &acts] {
        assert_eq!(ask(&p, key, Method::GET, &path, None).await.0, StatusCode::OK);
        assert_eq!(ask(&p, key, Method::GET, "/api/session", None).await.1["user"]["login"], "handler");
    }
    let (i, subject) = p.instance(&file).await;
    let act = format!("{path}/instances/{i}/actions/fill_card");
    let body = json!({"subjects": [subject], "input": {"case": {"summary": "由办案系统填录"}}});
    let (status, refused) = ask(&p, &reads, Method::POST, &act, Some(&body)).await;
    assert_eq!((status, kind(&refused)), (StatusCode::FORBIDDEN, "forbidden"), "{refused:#}");
    assert!(refused["detail"].as_str().unwrap().contains("act"), "{refused:#}");
    assert_eq!(ask(&p, &acts, Method::POST, &act, Some(&body)).await.0, StatusCode::OK);
    // Never, whatever the scopes: accounts, settings, signing out, delegating.
    for (method, path) in [
        (Method::GET, "/api/session/factors"),
        (Method::DELETE, "/api/session"),
        (Method::POST, "/api/delegations"),
        (Method::PUT, "/api/session/password"),
    ] {
        let (status, refused) = ask(&p, &acts, method.clone(), path, Some(&json!({}))).await;
        assert_eq!(status, StatusCode::FORBIDDEN, "{method} {path}: {refused:#}");
        assert!(refused["detail"].as_str().unwrap().contains("不对程序开放"), "{refused:#}");
    }
    // Not more than the account may: a stranger sees no file.
    let stranger = key(&p, "stranger", &["read", "act"], 1).await;
    assert_eq!(ask(&p, &stranger, Method::GET, &path, None).await.0, StatusCode::NOT_FOUND);
    assert!(p.store().client_keys(None).await.unwrap().iter().all(|k| k.seen_at.is_some()));
}

#[tokio::test]
async fn a_key_ends_and_a_new_one_serves_beside_the_old_one() {
    let p = Province::start().await;
    let old = key(&p, "handler", &["read"], 1).await;
    let new = key(&p, "handler", &["read"], 1).await;
    let works = async |key: &str| ask(&p, key, Method::GET, "/api/files", None).await.0;
    assert_eq!((works(&old).await, works(&new).await), (StatusCode::OK, StatusCode::OK));
    let user = p.store().user_by_login("handler").await.unwrap().unwrap().id;
    let keep = token_digest(new.strip_prefix(CLIENT).unwrap())[..8].to_owned();
    let now = door::real_now();
    assert_eq!(p.store().end_client_keys(&user, Some(&keep), now, noted(&user)).await.unwrap(), 1);
    assert_eq!((works(&old).await, works(&new).await), (StatusCode::UNAUTHORIZED, StatusCode::OK));
    let over = key(&p, "handler", &["read"], -1).await;
    for wrong in [over.as_str(), "xzc_", &new[4..], &format!("{new}0")] {
        assert_eq!(works(wrong).await, StatusCode::UNAUTHORIZED, "{wrong}");
    }
    // By cookie it is nothing: a browser has no key.
    let cookie = p.client.get(format!("{}/api/files", p.base)).header("Cookie", format!("xiezhi_session={new}"));
    assert_eq!(cookie.send().await.unwrap().status(), StatusCode::UNAUTHORIZED);
}
