//! What the page of one case stands on: processes to begin, the way it went, deadlines with their parts, proof.

use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::province::Province;

async fn read(p: &Province, user: &str, path: &str) -> Value {
    let (status, body) = p.get(user, path).await;
    assert_eq!(status, StatusCode::OK, "{user} {path}: {body:#}");
    body
}

#[tokio::test]
async fn a_process_is_begun_in_a_case_by_those_who_have_it_in_hand() {
    let p = Province::start().await;
    let file = p.case().await;
    p.filed(&file).await;
    let base = format!("/api/files/{file}");
    let offered = |view: &Value| view["openings"].as_array().unwrap().iter().any(|o| o["process"] == "QB01");
    let view = read(&p, "handler", &base).await;
    assert!(offered(&view));
    let (_, subject) = p.instance(&file).await;
    let bail = view["openings"].as_array().unwrap().iter().find(|o| o["process"] == "QB01").unwrap();
    assert_eq!(bail["subjects"], json!([subject]), "for whom it can be begun");
    for user in ["head", "chief", "upper"] {
        assert!(!offered(&read(&p, user, &base).await), "{user}");
    }
    let begun = p
        .post(
            "handler",
            &format!("{base}/processes"),
            &json!({"process": "QB01", "subjects": bail["subjects"], "input": {}}),
        )
        .await;
    assert_eq!(begun.0, StatusCode::CREATED, "{:#}", begun.1);
    // It runs for everybody: it is not begun a second time.
    assert!(!offered(&read(&p, "handler", &base).await));
}

#[tokio::test]
async fn the_way_of_each_person_is_told_from_the_events() {
    let p = Province::start().await;
    let file = p.case().await;
    p.filed(&file).await;
    let tracks = read(&p, "handler", &format!("/api/files/{file}/tracks")).await;
    let steps: Vec<&str> =
        tracks[0]["steps"].as_array().unwrap().iter().map(|s| s["state"].as_str().unwrap()).collect();
    assert_eq!(steps, ["reviewing", "investigating"]);
    let view = read(&p, "handler", &format!("/api/files/{file}")).await;
    assert_eq!(view["row"]["tracks"][0]["state"], steps[1]);
    for user in ["stranger", "lawyer", "aid"] {
        for what in ["tracks", "deadlines", "proof", "candidates?unit=LS-970102"] {
            let (status, _) = p.get(user, &format!("/api/files/{file}/{what}")).await;
            assert_eq!(status, StatusCode::NOT_FOUND, "{user} {what}");
        }
    }
}

#[tokio::test]
async fn the_parts_of_a_deadline_make_its_end() {
    let p = Province::start().await;
    let file = p.case().await;
    let spans = read(&p, "handler", &format!("/api/files/{file}/deadlines")).await;
    let view = read(&p, "handler", &format!("/api/files/{file}")).await;
    assert!(!spans.as_array().unwrap().is_empty());
    for s in spans.as_array().unwrap() {
        let clocks = view["clocks"].as_array().unwrap();
        let same = |c: &&Value| c["deadline"] == s["deadline"] && c["from"] == s["from"];
        let row = clocks.iter().find(same).unwrap_or_else(|| panic!("{s:#}"));
        assert_eq!((&row["due_at"], &row["name"]), (&s["due_at"], &s["name"]));
        assert_eq!(s["base_due"], s["due_at"], "nothing lengthened it");
        assert!(!s["length"].as_str().unwrap().is_ascii(), "{s:#}");
        assert!(!s["basis"].as_array().unwrap().is_empty(), "{s:#}");
    }
}

#[tokio::test]
async fn the_proof_holds_and_says_where_it_does_not() {
    let p = Province::start().await;
    let file = p.case().await;
    p.filed(&file).await;
    let (instance, subject) = p.instance(&file).await;
    let sm3 = p.upload("handler", 1).await;
    let body = json!({"subjects": [subject], "input": {"materials": [{"kind": "W075", "sm3": sm3, "number": "青公援通字〔2024〕1号", "about": [subject]}]}});
    let sent = p.done("handler", &format!("/api/files/{file}/instances/{instance}/actions/notify_lawyer"), &body).await;
    let message = sent["messages"][0]["id"].as_str().unwrap().to_owned();
    let waited = read(&p, "handler", &format!("/api/files/{file}/messages/{message}?wait=20")).await;
    let proof = read(&p, "handler", &format!("/api/files/{file}/proof")).await;
    assert_eq!(proof["defects"], json!([]));
    assert_eq!(proof["contents"], Value::Null);
    let events = read(&p, "handler", &format!("/api/files/{file}/events")).await;
    assert_eq!(proof["events"], events.as_array().unwrap().len());
    assert_eq!(proof["head"], events.as_array().unwrap().last().unwrap()["hash"]);
    let m = &proof["messages"][0];
    assert_eq!((&m["message"], &m["agrees"]), (&json!(message), &json!(true)));
    assert_eq!((&m["sm3"], &m["receipt"]), (&waited["digest"], &waited["technical"]["number"]));
    assert_eq!(m["sha256"].as_str().unwrap().len(), 64);
    // What the other side received is proved from its own file as well.
    let (_, theirs) = p.get("aid", "/api/files").await;
    let other = theirs["items"][0]["id"].as_str().unwrap();
    let proof = read(&p, "aid", &format!("/api/files/{other}/proof?contents=true")).await;
    assert_eq!(proof["messages"][0]["sm3"], m["sm3"]);
    assert_eq!(proof["defects"], json!([]));
    assert!(proof["contents"].as_u64().unwrap() > 0, "{proof:#}");
    // A content that was changed on the disk is found where it is asked for, and named.
    let path = p.app.door.contents().path("GA-970102", &sm3.parse().unwrap()).unwrap();
    let mut permissions = std::fs::metadata(&path).unwrap().permissions();
    #[allow(clippy::permissions_set_readonly_false)]
    permissions.set_readonly(false);
    std::fs::set_permissions(&path, permissions).unwrap();
    std::fs::write(&path, b"something else").unwrap();
    let proof = read(&p, "handler", &format!("/api/files/{file}/proof?contents=true")).await;
    assert_eq!(proof["defects"][0]["kind"], "content", "{proof:#}");
}

#[tokio::test]
async fn who_lets_people_in_sees_whom_he_could_let_in() {
    let p = Province::start().await;
    let file = p.case().await;
    let path = format!("/api/files/{file}/candidates?unit=LS-970102");
    let people = read(&p, "chief", &path).await;
    assert_eq!(people, json!([{"id": "lawyer", "name": "楚云深", "roles": ["律师"]}]));
    assert_eq!(p.get("handler", &path).await.0, StatusCode::FORBIDDEN);
    assert_eq!(p.get("chief", &format!("/api/files/{file}/candidates?unit=NONE")).await.0, StatusCode::NOT_FOUND);
    let view = read(&p, "chief", &format!("/api/files/{file}")).await;
    let grant = view["protection"]["offers"].as_array().unwrap().iter().find(|o| o["change"] == "grant").unwrap();
    assert_eq!(grant["longest"], "3 个月");
    let log = read(&p, "chief", &format!("/api/files/{file}/access-log")).await;
    assert_eq!(log[0]["name"], "顾长宁");
    assert!(log[0]["unit"].as_str().unwrap().contains("公安局"), "{log:#}");
}
