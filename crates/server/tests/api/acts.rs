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
    assert_eq!(problem["detail"], "案件已被他人更新（现为第 2 版），请刷新后重新办理");
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

/// Gives somebody a further role in the unit.
async fn also(p: &Province, user: &str, unit: &str, role: &str) {
    let from = door::real_now() - jiff::SignedDuration::from_hours(24 * 3650);
    let row = store::rows::RoleRow { user: user.into(), unit: unit.into(), role: role.into(), from, to: None };
    p.store().put_role(row, None).await.unwrap();
}

#[tokio::test]
async fn who_proposed_does_not_approve() {
    let p = Province::start().await;
    let file = p.case().await;
    let (i, _) = p.instance(&file).await;
    let sm3 = p.upload("handler", 3).await;
    let path = format!("/api/files/{file}/instances/{i}");
    p.done("handler", &format!("{path}/actions/file_case"), &filing(&sm3)).await;
    // He holds the head's role himself by now, and still may not agree to what he proposed.
    also(&p, "handler", "GA-970102", "police_dept_head").await;
    let opinions = format!("{path}/proposals/{}/opinions", p.open_proposal(&file).await);
    let agree = json!({"agrees": true, "text": "同意"});
    let before = p.store().file(&file).await.unwrap().unwrap().version;
    let (status, problem) = p.post("handler", &opinions, &agree).await;
    assert_eq!((status, kind(&problem)), (StatusCode::FORBIDDEN, "separation"), "{problem:#}");
    assert!(problem["reasons"][0]["text"].as_str().unwrap().contains("不得审批同一事项"), "{problem:#}");
    assert!(problem["reasons"][0]["basis"][0].as_str().unwrap().contains("条"), "{problem:#}");
    assert_eq!(p.store().file(&file).await.unwrap().unwrap().version, before, "nothing was noted");
    p.done("head", &opinions, &agree).await;
}

#[tokio::test]
async fn a_role_of_the_same_name_in_another_unit_is_no_role_here() {
    let p = Province::start().await;
    let file = p.case().await;
    let (i, _) = p.instance(&file).await;
    also(&p, "stranger", "GA-970103", "police_chief").await;
    let path = format!("/api/files/{file}/instances/{i}/actions/fill_card");
    let body = json!({"input": {"case": {"summary": "一"}}});
    let (status, problem) = p.post("stranger", &path, &body).await;
    assert_eq!((status, kind(&problem)), (StatusCode::NOT_FOUND, "hidden"), "what he may not see is not there");
    assert_eq!(p.store().file(&file).await.unwrap().unwrap().version, 1);
    // The unit above may see it and not act in it.
    let (status, problem) = p.post("upper", &path, &body).await;
    assert_eq!((status, kind(&problem)), (StatusCode::FORBIDDEN, "forbidden"), "{problem:#}");
    assert_eq!(p.store().file(&file).await.unwrap().unwrap().version, 1);
}

#[tokio::test]
async fn who_was_taken_off_by_reassignment_is_out() {
    let p = Province::start().await;
    let file = p.case().await;
    let (i, _) = p.instance(&file).await;
    let path = format!("/api/files/{file}/instances/{i}/actions");
    let reassign = json!({"input": {"assign": {"how": "manual", "user": "colleague"}, "reason": "原承办人休假"}});
    p.done("head", &format!("{path}/change_officer"), &reassign).await;
    let body = json!({"input": {"case": {"summary": "一"}}});
    let (status, problem) = p.post("handler", &format!("{path}/fill_card"), &body).await;
    assert_eq!((status, kind(&problem)), (StatusCode::NOT_FOUND, "hidden"), "{problem:#}");
    assert_eq!(p.get("handler", &format!("/api/files/{file}")).await.0, StatusCode::NOT_FOUND);
    assert_eq!(p.get("handler", "/api/files").await.1["total"], 0);
    p.done("colleague", &format!("{path}/fill_card"), &body).await;
}

#[tokio::test]
async fn a_key_is_not_spent_by_a_refusal() {
    let p = Province::start().await;
    let good = registration(&p.upload("handler", 1).await);
    let mut bad = good.clone();
    bad["input"]["new_subjects"][0]["birth"] = json!("2023-02-30");
    for _ in 0..2 {
        let (status, problem) = keyed(&p, "k-3", &bad).await;
        assert_eq!((status, kind(&problem)), (StatusCode::UNPROCESSABLE_ENTITY, "input"), "{problem:#}");
    }
    let (status, done) = keyed(&p, "k-3", &good).await;
    assert_eq!((status, done["already"].as_bool()), (StatusCode::CREATED, Some(false)), "{done:#}");
    let (status, problem) = keyed(&p, "k-3", &bad).await;
    assert_eq!((status, kind(&problem)), (StatusCode::UNPROCESSABLE_ENTITY, "key-reused"));
    assert_eq!(p.get("handler", "/api/files").await.1["total"], 1);
}

#[tokio::test]
async fn a_refused_act_names_its_basis() {
    let p = Province::start().await;
    let file = p.case().await;
    let (i, _) = p.instance(&file).await;
    let path = format!("/api/files/{file}/instances/{i}/actions");
    let body = json!({"input": {"case": {"summary": "一"}}});
    for (user, action, expected) in [("reviewer", "fill_card", "role"), ("handler", "archive", "out-of-order")] {
        let (_, problem) = p.post(user, &format!("{path}/{action}"), &body).await;
        assert_eq!(kind(&problem), expected, "{problem:#}");
        for r in problem["reasons"].as_array().unwrap() {
            assert!(!r["basis"].as_array().unwrap().is_empty(), "{problem:#}");
        }
    }
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
async fn what_was_seen_is_not_sent_again_until_something_changes() {
    let p = Province::start_as(true).await;
    p.app.door.set_clock(Some("2024-03-04T10:00:00+08:00".parse().unwrap())).await.unwrap();
    let file = p.case().await;
    let path = format!("/api/files/{file}");
    let tag_of = async |user: &str| {
        let response = p.as_user(user, Method::GET, &path).await.send().await.unwrap();
        response.headers()["etag"].to_str().unwrap().to_owned()
    };
    let again = async |user: &str, tag: &str| {
        p.as_user(user, Method::GET, &path).await.header("if-none-match", tag).send().await.unwrap().status()
    };
    let tag = tag_of("handler").await;
    assert!(tag.starts_with("\"v1-"), "{tag}");
    assert_eq!(again("handler", &tag).await, StatusCode::NOT_MODIFIED);
    assert_eq!(again("stranger", &tag).await, StatusCode::NOT_FOUND);
    assert_eq!(again("chief", &tag).await, StatusCode::OK, "another person sees something else");
    // His roles change: what he may do is another thing, though the file is the same.
    also(&p, "handler", "GA-970102", "police_chief").await;
    assert_eq!(again("handler", &tag).await, StatusCode::OK);
    // A permission to read runs out: the list of those in force is another, without a new version.
    let until = p.app.door.now() + jiff::SignedDuration::from_hours(48);
    let grant = json!({"what": {"change": "grant", "user": "lawyer", "to": until.to_string()}, "reason": "阅卷"});
    p.done("chief", &format!("{path}/protections"), &grant).await;
    let tag = tag_of("chief").await;
    assert_eq!(again("chief", &tag).await, StatusCode::NOT_MODIFIED);
    p.app.door.set_clock(Some(until)).await.unwrap();
    assert_eq!(again("chief", &tag).await, StatusCode::OK);
    // It still names the version for an act.
    let (i, _) = p.instance(&file).await;
    let act = format!("{path}/instances/{i}/actions/fill_card");
    let body = json!({"input": {"case": {"summary": "一"}}});
    let with = async |tag: &str| {
        let request = p.as_user("handler", Method::POST, &act).await.header("if-match", tag).json(&body);
        answer(request.send().await.unwrap()).await.0
    };
    assert_eq!(with(&tag).await, StatusCode::OK);
    assert_eq!(with(&tag).await, StatusCode::PRECONDITION_FAILED);
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
