//! The same thing wanted twice at the same moment: it is done once, and who came too late is told.

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::province::{Province, answer, kind};

const AID: &str = "FY-970102";

/// A hand-over that waits for the legal aid centre: the police file, and where it is accepted.
struct Waiting {
    sender: String,
    receiver: String,
    accept: String,
    body: Value,
}

async fn handed_over(p: &Province) -> Waiting {
    let sender = p.case().await;
    p.filed(&sender).await;
    let (i, s) = p.instance(&sender).await;
    let sm3 = p.upload("handler", 1).await;
    let notice = json!({"subjects": [s], "input": {"materials": [
        {"kind": "W075", "sm3": sm3, "number": "青公援通字〔2024〕1号", "about": [s]}]}});
    let sent = p.done("handler", &format!("/api/files/{sender}/instances/{i}/actions/notify_lawyer"), &notice).await;
    delivered(p, &sender, &sent).await;
    let (_, list) = p.get("aid", &format!("/api/files?matter={}", sent["matter"].as_str().unwrap())).await;
    let receiver = list["items"][0]["id"].as_str().unwrap().to_owned();
    let (i, s) = p.instance(&receiver).await;
    // Each has the letter on his own desk.
    let sm3 = p.upload("aid", 2).await;
    p.upload("aid-2", 2).await;
    let body = json!({"input": {"assign": {"how": "turn"},
        "subjects": {&s: {"defender_kind": "duty", "defender_name": "贺兰亭", "defender_licence": "19701202000000001"}},
        "materials": [{"kind": "W212", "sm3": sm3, "number": "青援指〔2024〕1号", "about": [s]}]}});
    let accept = format!("/api/files/{receiver}/instances/{i}/actions/assign_lawyer");
    Waiting { sender, receiver, accept, body }
}

/// Waits for the receipts of what an act sent.
async fn delivered(p: &Province, file: &str, sent: &Value) {
    for m in sent["messages"].as_array().unwrap() {
        let path = format!("/api/files/{file}/messages/{}?wait=20", m["id"].as_str().unwrap());
        let user = if m["to"] == AID { "handler" } else { "aid" };
        let (status, row) = p.get(user, &path).await;
        assert_eq!((status, &row["technical"]["answer"]), (StatusCode::OK, &json!("received")), "{row:#}");
    }
}

/// Two officers of the legal aid centre, and a lawyer whom they can send.
async fn two_clerks() -> Province {
    let p = Province::start().await;
    p.employs("aid-2", AID, "苏挽舟", &["legal_aid_officer"]).await;
    p.employs("duty", AID, "贺兰亭", &["duty_lawyer"]).await;
    p
}

async fn accepts(p: &Province, user: &str, w: &Waiting, key: Option<&str>) -> (StatusCode, Value) {
    let mut request = p.as_user(user, Method::POST, &w.accept).await.json(&w.body);
    if let Some(key) = key {
        request = request.header("idempotency-key", key);
    }
    answer(request.send().await.unwrap()).await
}

/// The hand-over was accepted once: one number, one act, one answer to the sender.
async fn accepted_once(p: &Province, w: &Waiting, won: &Value, n: u64) {
    assert!(won["number"].as_str().unwrap().ends_with(&format!("〕{n}号")), "{won:#}");
    assert_eq!(p.store().last_number(AID, "case", year()).await.unwrap(), n);
    let events = p.store().events(&w.receiver).await.unwrap();
    assert_eq!(events.iter().filter(|e| e.header.action.as_str() == "assign_lawyer").count(), 1);
    delivered(p, &w.receiver, won).await;
    let sender = p.store().state(&w.sender).await.unwrap().unwrap();
    let receipts: Vec<_> = sender.situation.sent.iter().filter_map(|s| s.business.as_ref()).collect();
    assert_eq!(receipts.len(), 1, "{receipts:?}");
    assert_eq!(sender.situation.received.iter().filter(|r| r.kind.as_str() == "FY.ZP").count(), 1);
}

fn year() -> i16 {
    law::time::day(door::real_now()).year()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_two_clerks_who_accept_at_once_one_does_and_the_other_is_told() {
    let p = two_clerks().await;
    // The series has no gap, however often somebody comes too late.
    for n in 1..=3 {
        let w = handed_over(&p).await;
        let (a, b) = tokio::join!(accepts(&p, "aid", &w, None), accepts(&p, "aid-2", &w, None));
        let (won, lost) = if a.0 == StatusCode::OK { (a, b) } else { (b, a) };
        assert_eq!(won.0, StatusCode::OK, "{won:?} {lost:?}");
        assert_eq!((lost.0, kind(&lost.1)), (StatusCode::CONFLICT, "out-of-order"), "{lost:?}");
        let why = lost.1["reasons"][0]["text"].as_str().unwrap();
        assert!(why.contains("办理") && !why.is_ascii(), "{why}");
        accepted_once(&p, &w, &won.1, n).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_act_asked_for_twice_at_once_under_one_key_is_done_once() {
    let p = two_clerks().await;
    let w = handed_over(&p).await;
    let (a, b) = tokio::join!(accepts(&p, "aid", &w, Some("k-1")), accepts(&p, "aid", &w, Some("k-1")));
    assert_eq!((a.0, b.0), (StatusCode::OK, StatusCode::OK), "{a:?} {b:?}");
    assert_ne!(a.1["already"], b.1["already"], "{a:?} {b:?}");
    assert_eq!((&a.1["event"], &a.1["number"]), (&b.1["event"], &b.1["number"]));
    accepted_once(&p, &w, &a.1, 1).await;
}
