//! Before a hand-over and after it: the dry run, what came in, what went out.

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::province::{Province, filing};

/// A hand-over to the legal aid centre, which has to answer it; returns file, instance and body.
async fn asked(p: &Province) -> (String, String, Value) {
    let file = p.case().await;
    p.filed(&file).await;
    let (instance, subject) = p.instance(&file).await;
    let sm3 = p.upload("handler", 1).await;
    let body = json!({"subjects": [subject], "input": {"materials": [{"kind": "W075", "sm3": sm3, "number": "青公援通字〔2024〕1号", "about": [subject]}]}});
    (file, instance, body)
}

#[tokio::test]
async fn a_dry_run_tells_what_would_go_and_changes_nothing() {
    let p = Province::start().await;
    let (file, instance, body) = asked(&p).await;
    let path = format!("/api/files/{file}/instances/{instance}/actions/notify_lawyer/rehearsal");
    let before = p.store().state(&file).await.unwrap().unwrap();
    let r = p.done("handler", &path, &body).await;
    assert_eq!(p.store().state(&file).await.unwrap().unwrap(), before);
    assert_eq!(r["reasons"], json!([]), "{r:#}");
    let going = &r["going"][0];
    assert_eq!(
        (going["handover"].as_bool(), going["to_name"].as_str()),
        (Some(true), Some("云岭省青石县法律援助中心"))
    );
    assert_eq!(going["subjects"], json!(["乔木森"]));
    assert_eq!(going["materials"][0]["pages"], 1);
    assert!(going["materials"][0]["id"].is_null(), "it is filed with the act");
    assert!(going["acceptance"]["checks"].is_array(), "{going:#}");
    // What is missing is told, and the rest is still looked at.
    let r = p.done("handler", &path, &json!({"input": {}})).await;
    assert_eq!(r["reasons"][0]["place"], "materials.W075", "{r:#}");
    for (user, status) in [
        ("colleague", StatusCode::NOT_FOUND),
        ("stranger", StatusCode::NOT_FOUND),
        ("chief", StatusCode::FORBIDDEN),
        ("upper", StatusCode::FORBIDDEN),
    ] {
        assert_eq!(p.post(user, &path, &body).await.0, status, "{user}");
    }
}

#[tokio::test]
async fn an_approver_tries_out_what_he_is_asked_for() {
    let p = Province::start().await;
    let file = p.case().await;
    let (instance, _) = p.instance(&file).await;
    let sm3 = p.upload("handler", 2).await;
    p.done("handler", &format!("/api/files/{file}/instances/{instance}/actions/file_case"), &filing(&sm3)).await;
    let proposal = p.open_proposal(&file).await;
    let path = format!("/api/files/{file}/instances/{instance}/proposals/{proposal}/rehearsal");
    let (status, r) = p.get("head", &path).await;
    assert_eq!((status, r["chain"].as_array().map(Vec::len)), (StatusCode::OK, Some(2)), "{r:#}");
    assert_eq!(p.get("handler", &path).await.0, StatusCode::FORBIDDEN);
    assert_eq!(p.get("stranger", &path).await.0, StatusCode::NOT_FOUND);
    let (status, _) = p.get("head", &path.replace(&proposal, "A99")).await;
    assert_eq!(status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn what_waits_is_listed_on_both_sides_and_only_for_those_who_see_the_case() {
    let p = Province::start().await;
    let (file, instance, body) = asked(&p).await;
    let sent = p.done("handler", &format!("/api/files/{file}/instances/{instance}/actions/notify_lawyer"), &body).await;
    let message = sent["messages"][0]["id"].as_str().unwrap();
    let (status, _) = p.get("handler", &format!("/api/files/{file}/messages/{message}?wait=30")).await;
    assert_eq!(status, StatusCode::OK);
    let list = async |user: &str, query: &str| p.get(user, &format!("/api/handovers?{query}")).await.1;
    let came = list("aid", "side=received").await;
    assert_eq!(came["total"], 1, "{came:#}");
    let item = &came["items"][0];
    assert_eq!(item["message"], message);
    assert_eq!((item["unit_name"].as_str(), item["pages"].as_u64()), (Some("云岭省青石县公安局"), Some(1)));
    assert!(item["answers"].as_array().unwrap().iter().any(|a| a["answer"] == "accepted" && a["mine"] == true));
    // The lawyer's name is for the centre to fill in with its act, and not missing from what came.
    let accept = item["answers"].as_array().unwrap().iter().find(|a| a["answer"] == "accepted").unwrap();
    assert_eq!((accept["blocked"].as_bool(), &accept["findings"]), (Some(false), &json!([])), "{accept:#}");
    let manifest =
        async |user: &str, file: &str| p.get(user, &format!("/api/files/{file}/messages/{message}/manifest")).await;
    let (_, ours) = manifest("handler", &file).await;
    assert_eq!((ours["materials"][0]["pages"].as_u64(), ours["sent"].as_bool()), (Some(1), Some(true)), "{ours:#}");
    assert_eq!(ours["technical"]["answer"], "received");
    let (_, theirs) = manifest("aid", item["file"].as_str().unwrap()).await;
    for same in ["digest", "materials", "from_name", "to_name", "technical"] {
        assert_eq!(ours[same], theirs[same], "{same}");
    }
    assert_eq!(manifest("stranger", &file).await.0, StatusCode::NOT_FOUND);
    assert_eq!(manifest("aid", &file).await.0, StatusCode::NOT_FOUND);
    let went = list("handler", "side=sent").await;
    assert_eq!((went["total"].as_u64(), &went["items"][0]["technical"]["answer"]), (Some(1), &json!("received")));
    for user in ["colleague", "stranger", "admin", "auditor", "lawyer", "upper"] {
        assert_eq!(list(user, "side=sent").await["total"], 0, "{user}");
        assert_eq!(list(user, "side=received").await["total"], 0, "{user}");
    }
    assert_eq!(list("handler", "side=received").await["total"], 0);
    // Looked for by what its case is called, and by whether it is late.
    let title = item["title"].as_str().unwrap();
    for (more, total) in [(&*format!("&text={}", &title[..6]), 1), ("&text=查无此案", 0), ("&late=true", 0)] {
        assert_eq!(list("aid", &format!("side=received{more}")).await["total"], total, "{more}");
    }
    assert_eq!(list("aid", "side=received&answered=true").await["total"], 0);
    // Answered: it waits no more, on either side.
    let (aid_file, aid_instance) = (item["file"].as_str().unwrap(), item["instance"].as_str().unwrap());
    let back = item["answers"].as_array().unwrap().iter().find(|a| a["answer"] == "returned").unwrap();
    let action = back["action"].as_str().unwrap();
    let body = json!({"input": {"reason": "通知书未写明案由"}});
    p.done("aid", &format!("/api/files/{aid_file}/instances/{aid_instance}/actions/{action}"), &body).await;
    assert_eq!(list("aid", "side=received").await["total"], 0);
    assert_eq!(list("aid", "side=received&answered=true").await["items"][0]["answer"], "returned");
    let bad = p.as_user("aid", Method::GET, "/api/handovers?side=received&limit=101").await.send().await.unwrap();
    assert_eq!(bad.status(), StatusCode::BAD_REQUEST);
}
