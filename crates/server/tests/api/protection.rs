//! Who may see a file changes: grade, sealing, permissions to read, recusal; and who acts for whom.

use jiff::SignedDuration;
use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::province::{Province, kind};

fn change(what: Value) -> Value {
    json!({"what": what, "reason": "依法办理"})
}

async fn protect(p: &Province, user: &str, file: &str, what: Value) -> (StatusCode, Value) {
    p.post(user, &format!("/api/files/{file}/protections"), &change(what)).await
}

async fn sees(p: &Province, user: &str, file: &str) -> bool {
    let (status, _) = p.get(user, &format!("/api/files/{file}")).await;
    let (_, list) = p.get(user, "/api/files").await;
    let listed = list["items"].as_array().unwrap().iter().any(|i| i["id"] == file);
    assert_eq!(status.is_success(), listed, "{user}: the list and the single read agree");
    listed
}

#[tokio::test]
async fn a_lawyer_reads_while_his_grant_lasts() {
    let p = Province::start_as(true).await;
    let file = p.case().await;
    let now = p.app.door.now();
    p.app.door.set_clock(Some(now)).await.unwrap();
    let until = now + SignedDuration::from_hours(48);
    let grant = json!({"change": "grant", "user": "lawyer", "to": until.to_string()});
    assert!(!sees(&p, "lawyer", &file).await);
    let (status, no) = protect(&p, "handler", &file, grant.clone()).await;
    assert_eq!((status, kind(&no)), (StatusCode::FORBIDDEN, "forbidden"), "{no:#}");
    let (status, no) = p
        .post("chief", &format!("/api/files/{file}/protections"), &json!({"what": grant.clone(), "reason": " "}))
        .await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{no:#}");
    assert_eq!(no["reasons"][0]["place"], "reason");
    for (to, says) in [(now, "晚于现在"), (now + SignedDuration::from_hours(24 * 200), "最长为3月")] {
        let (_, no) =
            protect(&p, "chief", &file, json!({"change": "grant", "user": "lawyer", "to": to.to_string()})).await;
        assert!(no["detail"].as_str().unwrap().contains(says), "{no:#}");
        assert!(no["reasons"][0]["basis"][0].as_str().unwrap().contains("刑事诉讼法"), "{no:#}");
    }
    let (status, yes) = protect(&p, "chief", &file, grant.clone()).await;
    assert_eq!(status, StatusCode::OK, "{yes:#}");
    assert!(sees(&p, "lawyer", &file).await);
    let (_, view) = p.get("lawyer", &format!("/api/files/{file}")).await;
    assert_eq!((&view["reads"], &view["reads_internal"]), (&json!(true), &json!(false)));
    assert!(view.get("protection").is_none(), "who may read is shown to those who may change it");
    let (_, view) = p.get("chief", &format!("/api/files/{file}")).await;
    assert_eq!(view["protection"]["grants"][0]["in_force"], true, "{view:#}");
    // It runs out by itself, in lists as in single reads.
    p.app.door.set_clock(Some(until)).await.unwrap();
    assert!(!sees(&p, "lawyer", &file).await);
    p.app.door.set_clock(Some(now)).await.unwrap();
    assert!(sees(&p, "lawyer", &file).await);
    let revoke = json!({"change": "revoke", "user": "lawyer"});
    assert_eq!(protect(&p, "chief", &file, revoke.clone()).await.0, StatusCode::OK);
    assert!(!sees(&p, "lawyer", &file).await);
    let (status, no) = protect(&p, "chief", &file, revoke).await;
    assert_eq!((status, kind(&no)), (StatusCode::CONFLICT, "out-of-order"));
}

#[tokio::test]
async fn a_grade_hides_the_file_from_those_without_clearance() {
    let p = Province::start().await;
    let file = p.case().await;
    let (status, no) = protect(&p, "chief", &file, json!({"change": "grade", "grade": 4})).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{no:#}");
    let (status, no) = protect(&p, "chief", &file, json!({"change": "grade", "grade": 1})).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "who sets it must be cleared for it");
    assert!(no["detail"].as_str().unwrap().contains("高于您的知悉范围"), "{no:#}");
    let clear = async |user: &str, clearance: u8| {
        let request = p.as_user("admin", reqwest::Method::PUT, &format!("/api/users/{user}")).await;
        request.json(&json!({"clearance": clearance, "active": true})).send().await.unwrap().status()
    };
    assert_eq!(clear("chief", 4).await, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(clear("admin", 3).await, StatusCode::FORBIDDEN, "nobody clears himself");
    assert_eq!(clear("chief", 1).await, StatusCode::OK);
    assert_eq!(protect(&p, "chief", &file, json!({"change": "grade", "grade": 1})).await.0, StatusCode::OK);
    assert!(sees(&p, "chief", &file).await);
    assert!(!sees(&p, "handler", &file).await, "a handler without clearance");
    assert_eq!(clear("handler", 1).await, StatusCode::OK);
    assert!(sees(&p, "handler", &file).await);
    // Should nobody be left who is cleared, the grade can still be lowered.
    assert_eq!(clear("chief", 0).await, StatusCode::OK);
    assert!(!sees(&p, "chief", &file).await);
    assert_eq!(protect(&p, "chief", &file, json!({"change": "grade", "grade": 0})).await.0, StatusCode::OK);
    assert!(sees(&p, "chief", &file).await);
}

#[tokio::test]
async fn a_juveniles_record_is_sealed_and_an_adults_is_not() {
    let p = Province::start().await;
    let file = p.case().await;
    let (status, no) = protect(&p, "chief", &file, json!({"change": "seal"})).await;
    assert_eq!((status, kind(&no)), (StatusCode::UNPROCESSABLE_ENTITY, "requirements"), "{no:#}");
    assert!(no["detail"].as_str().unwrap().contains("犯罪时不满十八周岁"), "{no:#}");
    assert!(no["reasons"][0]["basis"][0].as_str().unwrap().contains("第二百八十六条"), "{no:#}");
    let sm3 = p.upload("handler", 1).await;
    let mut young = crate::province::registration(&sm3);
    young["input"]["new_subjects"][0]["birth"] = json!("2008-03-07");
    young["input"]["new_subjects"][0].as_object_mut().unwrap().remove("id_number");
    let file = match p.post("handler", "/api/files", &young).await {
        (status, answer) if status.is_success() => answer["file"].as_str().unwrap().to_owned(),
        (_, answer) => panic!("{answer:#}"),
    };
    let (status, yes) = protect(&p, "chief", &file, json!({"change": "seal"})).await;
    assert_eq!(status, StatusCode::OK, "{yes:#}");
    assert!(!sees(&p, "handler", &file).await);
    assert!(!sees(&p, "head", &file).await);
    assert_eq!(protect(&p, "chief", &file, json!({"change": "unseal"})).await.0, StatusCode::OK);
    assert!(sees(&p, "handler", &file).await);
}

#[tokio::test]
async fn who_is_recused_is_out_and_stays_out() {
    let p = Province::start().await;
    let file = p.case().await;
    let (status, no) = protect(&p, "chief", &file, json!({"change": "bar", "user": "chief"})).await;
    assert_eq!((status, kind(&no)), (StatusCode::FORBIDDEN, "separation"), "{no:#}");
    for (user, says) in [("nobody-at-all", "没有这个人员"), ("stranger", "不是本单位人员")] {
        let (_, no) = protect(&p, "chief", &file, json!({"change": "bar", "user": user})).await;
        assert!(no["detail"].as_str().unwrap().contains(says), "{no:#}");
    }
    assert_eq!(protect(&p, "chief", &file, json!({"change": "bar", "user": "handler"})).await.0, StatusCode::OK);
    assert!(!sees(&p, "handler", &file).await);
    let (i, _) = p.instance(&file).await;
    let reassign = |user: &str| json!({"input": {"assign": {"how": "manual", "user": user}, "reason": "原承办人回避"}});
    let path = format!("/api/files/{file}/instances/{i}/actions/change_officer");
    let (status, no) = p.post("head", &path, &reassign("handler")).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{no:#}");
    assert!(no["detail"].as_str().unwrap().contains("已回避"), "{no:#}");
    let (status, no) = p.post("head", &path, &reassign("reviewer")).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "who is named must hold the role: {no:#}");
    p.done("head", &path, &reassign("colleague")).await;
    assert!(sees(&p, "colleague", &file).await);
    assert!(!sees(&p, "handler", &file).await);
}

#[tokio::test]
async fn a_lent_role_approves_in_the_name_of_the_lender() {
    let p = Province::start_as(true).await;
    let file = p.case().await;
    let (i, _) = p.instance(&file).await;
    let now = p.app.door.now();
    let at = |h: i64| (now + SignedDuration::from_hours(h)).to_string();
    let lend =
        |roles: &[&str]| json!({"to_user": "head", "from": at(-1), "to": at(24), "basis": "外出开会", "roles": roles});
    for (user, roles, says) in [
        ("handler", ["police_chief"].as_slice(), "您现在没有"),
        ("reviewer", ["legal_reviewer"].as_slice(), "不得委托"),
    ] {
        let (status, no) = p.post(user, "/api/delegations", &lend(roles)).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{no:#}");
        assert!(no["detail"].as_str().unwrap().contains(says), "{no:#}");
    }
    let sm3 = p.upload("handler", 2).await;
    let path = format!("/api/files/{file}/instances/{i}");
    p.done("handler", &format!("{path}/actions/file_case"), &crate::province::filing(&sm3)).await;
    let opinion = json!({"agrees": true, "text": "同意"});
    let first = p.open_proposal(&file).await;
    let opinions = format!("{path}/proposals/{first}/opinions");
    p.done("head", &opinions, &opinion).await;
    // The second step is the chief's: the head has it lent for a day.
    assert_eq!(p.post("head", &opinions, &opinion).await.0, StatusCode::FORBIDDEN);
    p.done("chief", "/api/delegations", &lend(&["police_chief"])).await;
    let (_, todos) = p.get("head", "/api/todos").await;
    assert!(todos["items"].as_array().unwrap().iter().any(|t| t["role"] == "police_chief"), "{todos:#}");
    p.app.door.set_clock(Some(now + SignedDuration::from_hours(25))).await.unwrap();
    assert_eq!(p.post("head", &opinions, &opinion).await.0, StatusCode::FORBIDDEN, "it has run out");
    p.app.door.set_clock(Some(now)).await.unwrap();
    p.done("head", &opinions, &opinion).await;
    let (_, events) = p.get("chief", &format!("/api/files/{file}/events")).await;
    let last = &events.as_array().unwrap().last().unwrap()["header"];
    assert_eq!((&last["actor"]["user"], &last["actor"]["acting_for"]), (&json!("head"), &json!("chief")), "{last:#}");
}
