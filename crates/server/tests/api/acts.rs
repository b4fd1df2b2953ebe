//! Opening files, acting, approving: once, on the version that was seen, and by one person.

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::province::{Province, answer, filing, kind, registration};

async fn keyed(p: &Province, key: &str, body: &Value) -> (StatusCode, Value) {
    let request = p.as_user("handler", Method::POST, "/api/files").await.header("idempotency-key", key).json(body);
    answer(request.send().await.unwrap()).await
}

#[tokio::test]
async fn the_same_key_gets_the_same_answer_and_no_second_case() {
    let p = Province::start().await;
    let body = registration(&p.upload("handler", 1).await);
    let (status, mut first) = keyed(&p, "k-1", &body).await;
    assert_eq!(status, StatusCode::CREATED, "{first:#}");
    let (status, second) = keyed(&p, "k-1", &body).await;
    assert_eq!((status, second["already"].as_bool()), (StatusCode::CREATED, Some(true)));
    first["already"] = json!(true);
    assert_eq!(first, second);
    assert_eq!(p.get("handler", "/api/files").await.1["total"], 1);

    let mut other = body.clone();
    other["input"]["case"]["name"] = json!("另一案件");
    let (status, problem) = keyed(&p, "k-1", &other).await;
    assert_eq!((status, kind(&problem)), (StatusCode::UNPROCESSABLE_ENTITY, "key-reused"));
}

#[tokio::test]
async fn the_same_key_used_by_many_at_once_opens_one_case() {
    let p = Province::start().await;
    let body = registration(&p.upload("handler", 1).await);
    let answers = futures_util::future::join_all((0..8).map(|_| keyed(&p, "k-2", &body))).await;
    for (status, a) in &answers {
        assert_eq!((status, &a["file"]), (&StatusCode::CREATED, &answers[0].1["file"]));
    }
    assert_eq!(p.get("handler", "/api/files").await.1["total"], 1);
}

#[tokio::test]
async fn an_old_version_is_refused_with_the_present_one() {
    let p = Province::start().await;
    let file = p.case().await;
    let (i, _) = p.instance(&file).await;
    let path = format!("/api/files/{file}/instances/{i}/actions/fill_card");
    let body = json!({"input": {"case": {"summary": "一"}}});
    let with = async |tag: &str| {
        let request = p.as_user("handler", Method::POST, &path).await.header("if-match", tag).json(&body);
        answer(request.send().await.unwrap()).await
    };
    let (status, done) = with("\"v1\"").await;
    assert_eq!((status, done["version"].as_u64()), (StatusCode::OK, Some(2)), "{done:#}");
    let (status, problem) = with("\"v1\"").await;
    assert_eq!((status, kind(&problem)), (StatusCode::PRECONDITION_FAILED, "stale"));
    assert_eq!(problem["current_version"], 2);
    assert_eq!(kind(&with("2").await.1), "bad-header");
}

#[tokio::test]
async fn of_two_who_decide_at_once_one_wins() {
    let p = Province::start().await;
    let file = p.case().await;
    let (i, _) = p.instance(&file).await;
    let sm3 = p.upload("handler", 2).await;
    let path = format!("/api/files/{file}/instances/{i}/actions/file_case");
    p.done("handler", &path, &filing(&sm3)).await;
    let proposal = p.open_proposal(&file).await;
    let opinions = format!("/api/files/{file}/instances/{i}/proposals/{proposal}/opinions");
    let seen = p.store().file(&file).await.unwrap().unwrap().version;
    let give = async || {
        let request = p.as_user("head", Method::POST, &opinions).await.header("if-match", format!("\"v{seen}\""));
        answer(request.json(&json!({"agrees": true, "text": "同意"})).send().await.unwrap()).await
    };
    let (a, b) = tokio::join!(give(), give());
    let won = [&a, &b].iter().filter(|x| x.0 == StatusCode::OK).count();
    assert_eq!(won, 1, "{a:?} {b:?}");
    let lost = if a.0 == StatusCode::OK { b } else { a };
    assert!(
        matches!(lost.0, StatusCode::PRECONDITION_FAILED | StatusCode::CONFLICT | StatusCode::FORBIDDEN),
        "{lost:?}"
    );
}

#[tokio::test]
async fn who_proposed_does_not_approve() {
    let p = Province::start().await;
    let file = p.case().await;
    p.filed(&file).await;
    let (status, view) = p.get("handler", &format!("/api/files/{file}")).await;
    assert_eq!(status, StatusCode::OK);
    assert!(view["row"]["tracks"][0]["state_name"] == "立案侦查", "{:#}", view["row"]);
    let (i, _) = p.instance(&file).await;
    let sm3 = p.upload("handler", 3).await;
    let (status, problem) =
        p.post("handler", &format!("/api/files/{file}/instances/{i}/actions/file_case"), &filing(&sm3)).await;
    assert_eq!((status, kind(&problem)), (StatusCode::CONFLICT, "out-of-order"));
}

#[tokio::test]
async fn every_wrong_value_of_a_card_is_named() {
    let p = Province::start().await;
    let sm3 = p.upload("handler", 1).await;
    for (change, place, word) in [
        (json!({"id_number": "970102199003070019"}), "new_subjects.0.id_number", "校验码"),
        (json!({"birth": "2023-02-30"}), "new_subjects.0.birth", "不是有效日期"),
        (json!({"birth": "2999-01-01"}), "new_subjects.0.birth", "不得晚于今日"),
        (json!({"name": 5}), "new_subjects.0.name", "应为文字"),
        (json!({"at_large": "否"}), "new_subjects.0.at_large", "应为是或否"),
        (json!({"sex": "第三"}), "new_subjects.0.sex", "代码表里没有"),
        (json!({"no_such_field": 1}), "new_subjects.0.no_such_field", "没有字段"),
    ] {
        let mut body = registration(&sm3);
        for (k, v) in change.as_object().unwrap() {
            body["input"]["new_subjects"][0][k] = v.clone();
        }
        let (status, problem) = p.post("handler", "/api/files", &body).await;
        assert_eq!((status, kind(&problem)), (StatusCode::UNPROCESSABLE_ENTITY, "input"), "{change}");
        let reasons = problem["reasons"].as_array().unwrap();
        let found = reasons.iter().any(|r| r["place"] == place && r["text"].as_str().unwrap().contains(word));
        assert!(found, "{change}: {problem:#}");
        assert!(!problem.to_string().contains("970102199003070019"), "{problem:#}");
    }
    assert_eq!(p.get("handler", "/api/files").await.1["total"], 0, "nothing partial is stored");
}

#[tokio::test]
async fn identity_numbers_are_shown_on_demand_and_on_record() {
    let p = Province::start().await;
    let file = p.case().await;
    let (_, masked) = p.get("handler", &format!("/api/files/{file}")).await;
    assert!(!masked.to_string().contains("970102199003070018"));
    assert!(masked.to_string().contains("970*************18"), "{masked:#}");
    let (_, events) = p.get("handler", &format!("/api/files/{file}/events")).await;
    assert!(!events.to_string().contains("970102199003070018"));
    let (_, shown) = p.get("handler", &format!("/api/files/{file}?reveal=true")).await;
    assert!(shown["situation"].to_string().contains("970102199003070018"));
    let (_, log) = p.get("chief", &format!("/api/files/{file}/access-log")).await;
    let revealed = log.as_array().unwrap().iter().filter(|r| r["material"] == "reveal").count();
    assert_eq!(revealed, 1, "{log:#}");
}

#[tokio::test]
async fn what_was_seen_is_not_sent_again() {
    let p = Province::start().await;
    let file = p.case().await;
    let path = format!("/api/files/{file}");
    let response = p.as_user("handler", Method::GET, &path).await.send().await.unwrap();
    let tag = response.headers()["etag"].clone();
    assert_eq!(tag, "\"v1\"");
    let again = p.as_user("handler", Method::GET, &path).await.header("if-none-match", &tag).send().await.unwrap();
    assert_eq!(again.status(), StatusCode::NOT_MODIFIED);
    let other = p.as_user("stranger", Method::GET, &path).await.header("if-none-match", tag).send().await.unwrap();
    assert_eq!(other.status(), StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_message_is_waited_for_until_its_receipt() {
    let p = Province::start().await;
    let file = p.case().await;
    p.filed(&file).await;
    let (i, s) = p.instance(&file).await;
    let sm3 = p.upload("handler", 1).await;
    let body = json!({"subjects": [s], "input": {"materials": [{"kind": "W075", "sm3": sm3, "number": "青公援通字〔2024〕1号", "about": [s]}]}});
    let done = p.done("handler", &format!("/api/files/{file}/instances/{i}/actions/notify_lawyer"), &body).await;
    let message = done["messages"][0]["id"].as_str().unwrap_or_else(|| panic!("{done:#}"));
    let (status, sent) = p.get("handler", &format!("/api/files/{file}/messages/{message}?wait=20")).await;
    assert_eq!(status, StatusCode::OK);
    assert_eq!(sent["technical"]["answer"], "received", "{sent:#}");
    let matter = done["matter"].as_str().unwrap();
    let (_, list) = p.get("aid", &format!("/api/files?matter={matter}")).await;
    assert_eq!(list["total"], 1, "{list:#}");
    assert_eq!(list["items"][0]["unit"], "FY-970102");
    assert_ne!(list["items"][0]["id"], json!(file));
}
