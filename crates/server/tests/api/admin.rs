//! Administration: people, roles, delegations, passwords; who may see and change what.

use jiff::SignedDuration;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::province::{PASSWORD, Province, answer, kind};

const UNIT: &str = "GA-970102";

async fn put(p: &Province, user: &str, path: &str, body: &Value) -> (StatusCode, Value) {
    answer(p.as_user(user, Method::PUT, path).await.json(body).send().await.unwrap()).await
}

async fn delete(p: &Province, user: &str, path: &str) -> StatusCode {
    p.as_user(user, Method::DELETE, path).await.send().await.unwrap().status()
}

fn at(hours: i64) -> String {
    (door::real_now() + jiff::SignedDuration::from_hours(hours)).to_string()
}

async fn delegated(p: &Province, body: Value) -> (StatusCode, Value) {
    p.post("chief", "/api/delegations", &body).await
}

#[tokio::test]
async fn an_administrator_sees_every_term_of_office_and_others_see_roles_only() {
    let p = Province::start().await;
    let body = json!({"role": "property_keeper", "from": at(24), "to": at(48)});
    p.done("admin", "/api/users/colleague/roles", &body).await;
    let of = |list: &Value| list.as_array().unwrap().iter().find(|m| m["id"] == "colleague").unwrap().clone();
    let (_, all) = p.get("admin", &format!("/api/units/{UNIT}/users")).await;
    let terms = of(&all)["terms"].clone();
    assert_eq!(terms[0]["role"], "property_keeper");
    assert_eq!((terms[0]["in_force"].as_bool(), terms[1]["in_force"].as_bool()), (Some(false), Some(true)));
    assert_eq!(of(&all)["roles"], json!(["officer"]));
    let (_, all) = p.get("handler", &format!("/api/units/{UNIT}/users")).await;
    assert!(of(&all)["terms"].is_null() && of(&all)["login"].is_null());
}

#[tokio::test]
async fn units_say_which_of_them_one_administers() {
    let p = Province::start().await;
    for (user, expected) in [("admin", vec![UNIT]), ("handler", vec![]), ("auditor", vec![])] {
        let (_, units) = p.get(user, "/api/units").await;
        let mine: Vec<&str> = units
            .as_array()
            .unwrap()
            .iter()
            .filter(|u| u["administered"] == true)
            .map(|u| u["id"].as_str().unwrap())
            .collect();
        assert_eq!(mine, expected, "{user}");
        let (_, session) = p.get(user, "/api/session").await;
        assert_eq!(session["user"]["administers"], !expected.is_empty(), "{user}");
    }
}

#[tokio::test]
async fn what_is_wrong_is_told_at_its_field() {
    let p = Province::start().await;
    let users = format!("/api/units/{UNIT}/users");
    let good = json!({"login": "shi.qingyan", "name": "时青颜", "clearance": 0});
    for (field, value) in
        [("login", json!("Ä")), ("login", json!("chief")), ("name", json!(" ")), ("clearance", json!(9))]
    {
        let mut body = good.clone();
        body[field] = value;
        let (_, problem) = p.post("admin", &users, &body).await;
        assert_eq!(problem["reasons"][0]["place"], field, "{problem:#}");
    }
    let to = json!({"to_user": "head", "from": at(1), "to": at(9), "basis": "培训", "roles": ["police_chief"]});
    for (field, value) in
        [("to_user", json!("stranger")), ("to", json!(at(0))), ("basis", json!("")), ("roles", json!(["officer"]))]
    {
        let mut body = to.clone();
        body[field] = value;
        let (status, problem) = delegated(&p, body).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(problem["reasons"][0]["place"], field, "{problem:#}");
    }
}

#[tokio::test]
async fn a_delegation_is_seen_by_both_and_the_administrator_and_ends_early() {
    let p = Province::start().await;
    let body = json!({"to_user": "head", "from": at(-1), "to": at(9), "basis": "外出培训", "roles": ["police_chief"]});
    let (status, made) = delegated(&p, body).await;
    assert_eq!(status, StatusCode::CREATED, "{made:#}");
    let path = format!("/api/delegations/{}", made["id"].as_str().unwrap());
    for (user, seen) in [("chief", 1), ("head", 1), ("handler", 0), ("stranger", 0), ("admin", 0)] {
        let (_, list) = p.get(user, "/api/delegations").await;
        assert_eq!(list.as_array().unwrap().len(), seen, "{user}");
    }
    let (_, list) = p.get("admin", &format!("/api/delegations?unit={UNIT}")).await;
    assert_eq!((list[0]["from_name"].as_str(), list[0]["to_name"].as_str()), (Some("顾长宁"), Some("陆怀瑾")));
    assert_eq!(list[0]["role_names"], json!(["县级以上公安机关负责人"]));
    assert_eq!(p.get("handler", &format!("/api/delegations?unit={UNIT}")).await.0, StatusCode::FORBIDDEN);
    let roles = async || p.get("head", "/api/session").await.1["user"]["roles"].clone();
    assert_eq!(roles().await, json!(["police_chief", "police_dept_head"]));
    for user in ["head", "handler", "stranger", "auditor"] {
        assert_eq!(delete(&p, user, &path).await, StatusCode::NOT_FOUND, "{user}");
    }
    assert_eq!(delete(&p, "admin", &path).await, StatusCode::NO_CONTENT);
    assert_eq!(delete(&p, "chief", &path).await, StatusCode::NOT_FOUND, "it is over");
    assert_eq!(roles().await, json!(["police_dept_head"]));
}

#[tokio::test]
async fn a_person_changes_the_own_password_and_other_sessions_end() {
    let p = Province::start().await;
    let other = p.token("chief").await;
    let body = |old: &str, new: &str| json!({"old": old, "new": new});
    let (_, problem) = put(&p, "chief", "/api/session/password", &body("wrong-one-1", "vivid-otter-plumage")).await;
    assert_eq!(problem["reasons"][0]["place"], "old");
    for new in ["short", "password1234", "chief-chief-1", PASSWORD] {
        let (_, problem) = put(&p, "chief", "/api/session/password", &body(PASSWORD, new)).await;
        assert_eq!(problem["reasons"][0]["place"], "new", "{new}");
    }
    let (status, _) = put(&p, "chief", "/api/session/password", &body(PASSWORD, "vivid-otter-plumage")).await;
    assert_eq!(status, StatusCode::NO_CONTENT);
    let old = p.client.get(format!("{}/api/session", p.base)).bearer_auth(other).send().await.unwrap();
    assert_eq!(old.status(), StatusCode::UNAUTHORIZED);
    let (status, _) =
        p.post("nobody", "/api/session", &json!({"login": "chief", "password": "vivid-otter-plumage"})).await;
    assert_eq!(status, StatusCode::OK);
}

#[tokio::test]
async fn guessing_the_old_password_is_stopped() {
    let p = Province::start().await;
    let body = json!({"old": "wrong-one-1", "new": "vivid-otter-plumage"});
    for _ in 0..5 {
        assert_eq!(put(&p, "chief", "/api/session/password", &body).await.0, StatusCode::UNPROCESSABLE_ENTITY);
    }
    let (status, problem) = put(&p, "chief", "/api/session/password", &body).await;
    assert_eq!((status, kind(&problem)), (StatusCode::TOO_MANY_REQUESTS, "too-many-tries"));
}

#[tokio::test]
async fn a_password_that_another_set_serves_only_to_choose_ones_own() {
    let p = Province::start().await;
    let path = "/api/users/colleague/password";
    let token = p.token("colleague").await;
    let nothing = Value::Null;
    assert_eq!(put(&p, "handler", path, &nothing).await.0, StatusCode::FORBIDDEN);
    assert_eq!(put(&p, "stranger", path, &nothing).await.0, StatusCode::NOT_FOUND);
    let (status, temporary) = put(&p, "admin", path, &nothing).await;
    assert_eq!(status, StatusCode::OK);
    let as_bearer = async |token: &str, method: Method, path: &str, body: Value| {
        let request = p.client.request(method, format!("{}{path}", p.base)).bearer_auth(token).json(&body);
        answer(request.send().await.unwrap()).await
    };
    let (status, _) = as_bearer(&token, Method::GET, "/api/session", json!(null)).await;
    assert_eq!(status, StatusCode::UNAUTHORIZED, "who was signed in is out");

    let sign_in = json!({"login": "colleague", "password": temporary["password"]});
    let (status, session) = p.post("nobody", "/api/session", &sign_in).await;
    assert_eq!((status, &session["user"]["temporary_password"]), (StatusCode::OK, &json!(true)));
    let token = session["token"].as_str().unwrap();
    for (method, path) in [
        (Method::GET, "/api/files"),
        (Method::GET, "/api/live"),
        (Method::GET, "/api/sessions"),
        (Method::POST, "/api/contents?name=a.pdf"),
        (Method::POST, "/api/session/factors"),
    ] {
        let (status, problem) = as_bearer(token, method, path, json!({})).await;
        assert_eq!((status, kind(&problem)), (StatusCode::FORBIDDEN, "temporary-password"), "{path}");
    }
    let change = json!({"old": temporary["password"], "new": "vivid-otter-plumage"});
    let (status, _) = as_bearer(token, Method::PUT, "/api/session/password", change).await;
    assert_eq!(status, StatusCode::NO_CONTENT);
    let (status, me) = as_bearer(token, Method::GET, "/api/session", json!(null)).await;
    assert_eq!((status, &me["user"]["temporary_password"]), (StatusCode::OK, &json!(false)));
    assert_eq!(as_bearer(token, Method::GET, "/api/files", json!(null)).await.0, StatusCode::OK);
    assert_eq!(p.post("nobody", "/api/session", &sign_in).await.0, StatusCode::UNAUTHORIZED, "it is used up");
}

#[tokio::test]
async fn a_temporary_password_is_over_after_its_days() {
    let p = Province::start().await;
    let mut user = p.store().user("colleague").await.unwrap().unwrap();
    user.temporary_until = Some(door::real_now() - SignedDuration::from_secs(1));
    p.store().put_user(user, None).await.unwrap();
    let body = json!({"login": "colleague", "password": PASSWORD});
    let (status, problem) = p.post("nobody", "/api/session", &body).await;
    assert_eq!((status, kind(&problem)), (StatusCode::UNAUTHORIZED, "temporary-password-over"));
}

#[tokio::test]
async fn the_roster_shows_who_is_next_and_how_many_cases_each_has() {
    let p = Province::start().await;
    p.case().await;
    let path = format!("/api/units/{UNIT}/roster?role=officer");
    let (_, list) = p.get("head", &path).await;
    let rows: Vec<(&str, u64)> =
        list.as_array().unwrap().iter().map(|c| (c["name"].as_str().unwrap(), c["cases"].as_u64().unwrap())).collect();
    assert_eq!(rows, [("温既白", 0), ("岑砚舟", 1)]);
    assert_eq!(p.get("stranger", &path).await.0, StatusCode::FORBIDDEN);
    assert_eq!(p.get("head", "/api/units/NONE/roster?role=officer").await.0, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn every_change_of_people_says_who_made_it() {
    let p = Province::start().await;
    let path = format!("/api/units/{UNIT}/audit");
    let list = async || p.get("admin", &path).await.1;
    let before = list().await["total"].as_u64().unwrap();
    let new = json!({"login": "shi.qingyan", "name": "时青颜", "clearance": 1});
    let (_, made) = p.post("admin", &format!("/api/units/{UNIT}/users"), &new).await;
    let user = format!("/api/users/{}", made["member"]["id"].as_str().unwrap());
    put(&p, "admin", &user, &json!({"clearance": 2, "active": false})).await;
    let named = json!({"clearance": 2, "active": false, "name": " 时清颜 "});
    put(&p, "admin", &user, &named).await;
    let faulty = json!({"clearance": 2, "active": false, "name": " "});
    assert_eq!(put(&p, "admin", &user, &faulty).await.0, StatusCode::UNPROCESSABLE_ENTITY);
    // Nothing is changed, so nothing is noted.
    put(&p, "admin", &user, &json!({"clearance": 2, "active": false})).await;
    let (_, temporary) = put(&p, "admin", &format!("{user}/password"), &Value::Null).await;
    p.done("admin", &format!("{user}/roles"), &json!({"role": "officer"})).await;
    assert_eq!(delete(&p, "admin", &format!("{user}/roles/officer")).await, StatusCode::NO_CONTENT);
    let body = json!({"to_user": "head", "from": at(-1), "to": at(9), "basis": "外出培训", "roles": ["police_chief"]});
    let (_, lent) = delegated(&p, body).await;
    let lent = format!("/api/delegations/{}", lent["id"].as_str().unwrap());
    assert_eq!(delete(&p, "admin", &lent).await, StatusCode::NO_CONTENT);
    put(&p, "chief", "/api/session/password", &json!({"old": PASSWORD, "new": "vivid-otter-plumage"})).await;
    // What is refused is not noted.
    p.post("admin", &format!("{user}/roles"), &json!({"role": "judge"})).await;

    let all = list().await;
    assert_eq!(all["total"].as_u64().unwrap() - before, 9, "{all:#}");
    let acts: Vec<&str> = all["items"].as_array().unwrap().iter().map(|i| i["act"].as_str().unwrap()).collect();
    assert_eq!(
        acts[..9],
        [
            "password_changed",
            "delegation_ended",
            "delegated",
            "role_ended",
            "role_given",
            "password_reset",
            "person_changed",
            "person_changed",
            "person_added"
        ]
    );
    let item = |n: usize| &all["items"][n];
    assert_eq!((item(1)["by_name"].as_str(), item(1)["user_name"].as_str()), (Some("宋知夏"), Some("顾长宁")));
    assert_eq!((item(2)["delegate_name"].as_str(), item(2)["basis"].as_str()), (Some("陆怀瑾"), Some("外出培训")));
    assert_eq!(item(2)["roles"], json!(["县级以上公安机关负责人"]));
    assert_eq!(item(6)["name"], json!(["时青颜", "时清颜"]));
    assert_eq!((&item(7)["clearance"], &item(7)["active"]), (&json!([1, 2]), &json!([true, false])));
    for password in ["vivid-otter", temporary["password"].as_str().unwrap()] {
        assert!(!all.to_string().contains(password), "no password is noted");
    }
    let (_, part) = p.get("admin", &format!("{path}?limit=1&offset=8")).await;
    assert_eq!(part["items"][0]["act"], "person_added");
    assert_eq!(p.get("admin", &format!("{path}?limit=0")).await.0, StatusCode::BAD_REQUEST);
    for user in ["handler", "chief", "stranger"] {
        assert_eq!(p.get(user, &path).await.0, StatusCode::FORBIDDEN, "{user}");
    }
    assert_eq!(p.get("auditor", &path).await.1["total"], all["total"], "somebody watches the administrators");
}

#[tokio::test]
async fn an_administrator_renames_a_unit_and_adds_one_below() {
    let p = Province::start().await;
    let path = format!("/api/units/{UNIT}");
    let named = json!({"name": "云岭省青石市公安局", "abbr": "青石公", "code": "970102000000"});
    for (user, status) in [("handler", StatusCode::FORBIDDEN), ("stranger", StatusCode::FORBIDDEN)] {
        assert_eq!(put(&p, user, &path, &named).await.0, status, "{user}");
    }
    assert_eq!(put(&p, "admin", "/api/units/GA-970103", &named).await.0, StatusCode::FORBIDDEN, "beside");
    for (field, value) in [("name", " 青石"), ("name", ""), ("abbr", "青石县公安局刑事侦查大队"), ("code", "970102")]
    {
        let mut body = named.clone();
        body[field] = json!(value.repeat(if field == "abbr" { 2 } else { 1 }));
        let (status, problem) = put(&p, "admin", &path, &body).await;
        assert_eq!((status, problem["reasons"][0]["place"].as_str()), (StatusCode::UNPROCESSABLE_ENTITY, Some(field)));
    }
    assert_eq!(put(&p, "admin", &path, &named).await.0, StatusCode::NO_CONTENT);
    assert_eq!(put(&p, "admin", &path, &named).await.0, StatusCode::NO_CONTENT, "nothing is noted twice");

    let below = json!({"id": "KS-970102", "agency": "detention", "region": "970102", "name": "青石市看守所",
        "abbr": "青石看", "code": "970102"});
    let units = format!("{path}/units");
    assert_eq!(p.post("chief", &units, &below).await.0, StatusCode::FORBIDDEN);
    // Nobody makes himself a court, the platform's auditor, or what serves another division.
    let wrong =
        [("id", "看守所"), ("agency", "prison"), ("agency", "court"), ("agency", "platform"), ("region", "000000")];
    for (field, value) in wrong.into_iter().chain([("region", "970103"), ("code", " 970102")]) {
        let mut body = below.clone();
        body[field] = json!(value);
        assert_eq!(p.post("admin", &units, &body).await.1["reasons"][0]["place"], field, "{value}");
    }
    assert_eq!(p.post("admin", &units, &below).await.0, StatusCode::CREATED);
    let (status, taken) = p.post("admin", &units, &below).await;
    assert_eq!((status, taken["reasons"][0]["place"].as_str()), (StatusCode::UNPROCESSABLE_ENTITY, Some("id")));

    // A second one for the same division would take what is sent to the first.
    let mut second = below.clone();
    second["id"] = json!("DP-970102");
    let (_, problem) = p.post("admin", &units, &second).await;
    assert!(problem["reasons"][0]["text"].as_str().unwrap().contains("青石市看守所"), "{problem:#}");
    // A station below the bureau, first in the alphabet, takes nothing from it.
    let station = json!({"id": "DP-970102", "agency": "police", "region": "970102", "name": "青石市公安局西街派出所",
        "abbr": "青西", "code": "970102010000"});
    assert_eq!(p.post("admin", &units, &station).await.0, StatusCode::CREATED);

    let (_, all) = p.get("handler", "/api/units").await;
    let of = |id: &str| all.as_array().unwrap().iter().find(|u| u["id"] == id).unwrap().clone();
    assert_eq!(of(UNIT)["abbr"], "青石公");
    assert_eq!(
        (of("KS-970102")["parent"].as_str(), of("KS-970102")["name"].as_str()),
        (Some(UNIT), Some("青石市看守所"))
    );
    let (_, changes) = p.get("admin", &format!("{path}/audit")).await;
    assert_eq!((changes["total"].as_u64(), changes["items"][0]["act"].as_str()), (Some(1), Some("unit_changed")));
    assert_eq!(changes["items"][0]["abbr"], json!(["青公", "青石公"]));
    // Who administers the unit above brings people into the new one.
    let person = json!({"login": "shou.menren", "name": "守明远", "clearance": 0});
    assert_eq!(p.post("admin", "/api/units/KS-970102/users", &person).await.0, StatusCode::CREATED);
}
