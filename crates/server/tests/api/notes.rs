//! Notes beside the pages: whose they are, who sees them, and when they are gone.

use door::{Destruction, Principal};
use futures_util::StreamExt;
use jiff::SignedDuration;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use server::Settings;
use store::rows::RoleRow;

use crate::province::{Province, answer, kind, registration, worded};

async fn material(p: &Province, file: &str) -> String {
    p.store().state(file).await.unwrap().unwrap().situation.materials[0].id.clone()
}

fn note(material: &str, text: &str, shared: bool) -> Value {
    json!({"material": material, "page": 1, "kind": "note", "text": text, "shared": shared})
}

async fn add(p: &Province, user: &str, file: &str, body: &Value) -> (StatusCode, Value) {
    p.post(user, &format!("/api/files/{file}/notes"), body).await
}

async fn texts(p: &Province, user: &str, file: &str) -> Option<Vec<String>> {
    let (status, list) = p.get(user, &format!("/api/files/{file}/notes")).await;
    let items = list["items"].as_array().filter(|_| status.is_success())?;
    Some(items.iter().map(|n| n["text"].as_str().unwrap().to_owned()).collect())
}

async fn send(
    p: &Province,
    user: &str,
    method: Method,
    path: &str,
    tag: Option<&str>,
    body: &Value,
) -> (StatusCode, Value) {
    let mut request = p.as_user(user, method, path).await.json(body);
    if let Some(tag) = tag {
        request = request.header("if-match", tag);
    }
    answer(request.send().await.unwrap()).await
}

/// A case with two handlers.
async fn handled_by_two(p: &Province) -> (String, String) {
    let file = p.case().await;
    p.filed(&file).await;
    let mut row = p.store().file(&file).await.unwrap().unwrap();
    row.people.push(("colleague".into(), "handler".into()));
    let state = p.store().state(&file).await.unwrap().unwrap();
    let views = p.store().views(&file).await.unwrap();
    p.store().replace_state(row, state, views).await.unwrap();
    let m = material(p, &file).await;
    (file, m)
}

#[tokio::test]
async fn a_note_is_private_unless_it_is_shared_with_those_who_handle_the_case() {
    let p = Province::start().await;
    let (file, m) = handled_by_two(&p).await;
    for (text, shared) in [("只给自己看", false), ("请核对时间", true)] {
        let (status, made) = add(&p, "handler", &file, &note(&m, text, shared)).await;
        assert_eq!(status, StatusCode::CREATED, "{made:#}");
        assert_eq!(
            (&made["mine"], &made["author_name"], &made["version"]),
            (&json!(true), &json!("岑砚舟"), &json!(1))
        );
    }
    assert_eq!(texts(&p, "handler", &file).await.unwrap(), ["只给自己看", "请核对时间"]);
    assert_eq!(texts(&p, "colleague", &file).await.unwrap(), ["请核对时间"]);
    let (_, list) = p.get("colleague", &format!("/api/files/{file}/notes")).await;
    assert_eq!((&list["shares"], &list["items"][0]["mine"]), (&json!(true), &json!(false)));
    // Another role of the unit reads the dossier, and not the team's notes.
    for user in ["head", "chief", "reviewer"] {
        assert_eq!(texts(&p, user, &file).await.unwrap(), Vec::<String>::new(), "{user}");
        let (status, no) = add(&p, user, &file, &note(&m, "部门意见", true)).await;
        assert_eq!((status, kind(&no)), (StatusCode::FORBIDDEN, "forbidden"), "{no:#}");
        assert_eq!(add(&p, user, &file, &note(&m, "部门意见", false)).await.0, StatusCode::CREATED);
        assert_eq!(texts(&p, user, &file).await.unwrap(), ["部门意见"], "one's own");
    }
    assert_eq!(texts(&p, "handler", &file).await.unwrap().len(), 2);
    for user in ["stranger", "aid", "lawyer", "auditor", "admin"] {
        assert_eq!(texts(&p, user, &file).await, None, "{user}");
        assert_eq!(add(&p, user, &file, &note(&m, "外人", false)).await.0, StatusCode::NOT_FOUND, "{user}");
    }
}

#[tokio::test]
async fn who_is_taken_off_the_case_sees_no_note_any_more() {
    let p = Province::start().await;
    let (file, m) = handled_by_two(&p).await;
    add(&p, "handler", &file, &note(&m, "我的", false)).await;
    let (_, shared) = add(&p, "handler", &file, &note(&m, "共享的", true)).await;
    let bar = json!({"what": {"change": "bar", "user": "handler"}, "reason": "回避"});
    p.done("chief", &format!("/api/files/{file}/protections"), &bar).await;
    assert_eq!(texts(&p, "handler", &file).await, None);
    let path = format!("/api/files/{file}/notes/{}", shared["id"].as_str().unwrap());
    for method in [Method::PUT, Method::DELETE] {
        let (status, _) = send(&p, "handler", method, &path, None, &json!({"text": "改"})).await;
        assert_eq!(status, StatusCode::NOT_FOUND);
    }
}

#[tokio::test]
async fn a_sealed_file_hides_its_notes_from_those_who_may_not_see_it() {
    let p = Province::start().await;
    let sm3 = p.upload("handler", 1).await;
    let mut young = registration(&sm3);
    young["input"]["new_subjects"][0]["birth"] = json!("2008-03-07");
    young["input"]["new_subjects"][0].as_object_mut().unwrap().remove("id_number");
    let file = p.done("handler", "/api/files", &young).await["file"].as_str().unwrap().to_owned();
    let m = material(&p, &file).await;
    assert_eq!(add(&p, "handler", &file, &note(&m, "封存前", true)).await.0, StatusCode::CREATED);
    let change = |what: &str| json!({"what": {"change": what}, "reason": "依法办理"});
    p.done("chief", &format!("/api/files/{file}/protections"), &change("seal")).await;
    assert_eq!(texts(&p, "handler", &file).await, None);
    assert_eq!(add(&p, "handler", &file, &note(&m, "封存后", false)).await.0, StatusCode::NOT_FOUND);
    p.done("chief", &format!("/api/files/{file}/protections"), &change("unseal")).await;
    assert_eq!(texts(&p, "handler", &file).await.unwrap(), ["封存前"]);
}

#[tokio::test]
async fn a_lawyer_with_a_grant_writes_for_himself_alone() {
    let p = Province::start().await;
    let file = p.case().await;
    let m = material(&p, &file).await;
    add(&p, "handler", &file, &note(&m, "办案组内部", true)).await;
    let until = p.app.door.now() + SignedDuration::from_hours(48);
    let grant = json!({"what": {"change": "grant", "user": "lawyer", "to": until.to_string()}, "reason": "申请阅卷"});
    p.done("chief", &format!("/api/files/{file}/protections"), &grant).await;
    assert_eq!(texts(&p, "lawyer", &file).await.unwrap(), Vec::<String>::new());
    assert_eq!(add(&p, "lawyer", &file, &note(&m, "辩护要点", true)).await.0, StatusCode::FORBIDDEN);
    assert_eq!(add(&p, "lawyer", &file, &note(&m, "辩护要点", false)).await.0, StatusCode::CREATED);
    assert_eq!(texts(&p, "lawyer", &file).await.unwrap(), ["辩护要点"]);
    assert_eq!(texts(&p, "handler", &file).await.unwrap(), ["办案组内部"]);
}

#[tokio::test]
async fn only_its_author_changes_a_note_and_only_the_one_he_saw() {
    let p = Province::start().await;
    let (file, m) = handled_by_two(&p).await;
    let (_, made) = add(&p, "handler", &file, &note(&m, "初稿", true)).await;
    let (_, own) = add(&p, "handler", &file, &note(&m, "不给看", false)).await;
    let path = format!("/api/files/{file}/notes/{}", made["id"].as_str().unwrap());
    let hidden = format!("/api/files/{file}/notes/{}", own["id"].as_str().unwrap());
    let change = json!({"text": "二稿", "shared": true});
    for method in [Method::PUT, Method::DELETE] {
        let (status, no) = send(&p, "colleague", method.clone(), &path, None, &change).await;
        assert_eq!((status, no["rule"].as_str()), (StatusCode::FORBIDDEN, Some("note-author")), "{no:#}");
        let (status, _) = send(&p, "colleague", method, &hidden, None, &change).await;
        assert_eq!(status, StatusCode::NOT_FOUND, "another's private note is not there");
    }
    let (status, changed) = send(&p, "handler", Method::PUT, &path, Some("\"v1\""), &change).await;
    assert_eq!(
        (status, &changed["version"], &changed["text"]),
        (StatusCode::OK, &json!(2), &json!("二稿")),
        "{changed:#}"
    );
    for method in [Method::PUT, Method::DELETE] {
        let (status, no) = send(&p, "handler", method, &path, Some("\"v1\""), &change).await;
        assert_eq!((status, &no["current_version"]), (StatusCode::PRECONDITION_FAILED, &json!(2)), "{no:#}");
    }
    let (status, _) = send(&p, "handler", Method::DELETE, &path, Some("\"v2\""), &Value::Null).await;
    assert_eq!(status, StatusCode::NO_CONTENT);
    assert_eq!(texts(&p, "colleague", &file).await.unwrap(), Vec::<String>::new());
    let (status, _) = send(&p, "handler", Method::DELETE, &path, None, &Value::Null).await;
    assert_eq!(status, StatusCode::NOT_FOUND);
    // Under another file's address it is not there.
    let other = p.case().await;
    let (status, _) =
        send(&p, "handler", Method::PUT, &hidden.replace(&file, &other), None, &json!({"text": "越案"})).await;
    assert_eq!(status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn the_same_key_makes_one_note() {
    let p = Province::start().await;
    let file = p.case().await;
    let m = material(&p, &file).await;
    let with_key = async |body: Value| {
        let request = p.as_user("handler", Method::POST, &format!("/api/files/{file}/notes")).await;
        answer(request.header("idempotency-key", "k1").json(&body).send().await.unwrap()).await
    };
    let (a, b) = tokio::join!(with_key(note(&m, "一次", false)), with_key(note(&m, "一次", false)));
    assert_eq!((a.0, b.0, &a.1["id"]), (StatusCode::CREATED, StatusCode::CREATED, &b.1["id"]));
    assert_eq!(texts(&p, "handler", &file).await.unwrap(), ["一次"]);
    let (status, no) = with_key(note(&m, "另一条", false)).await;
    assert_eq!((status, kind(&no)), (StatusCode::UNPROCESSABLE_ENTITY, "key-reused"));
}

#[tokio::test]
async fn a_note_has_a_place_and_a_size() {
    let p = Province::start().await;
    let file = p.case().await;
    let m = material(&p, &file).await;
    let area = json!([[0.1, 0.2, 0.3, 0.05]]);
    for (body, place) in [
        (json!({"material": m, "page": 2, "kind": "bookmark"}), "page"),
        (json!({"material": m, "page": 0, "kind": "bookmark"}), "page"),
        (json!({"material": m, "at_ms": 1000, "kind": "bookmark"}), "at_ms"),
        (json!({"material": m, "page": 1, "at_ms": 1000, "kind": "bookmark"}), "at_ms"),
        (json!({"material": m, "page": 1, "kind": "note", "text": " "}), "text"),
        (json!({"material": m, "page": 1, "kind": "note", "text": "长".repeat(4001)}), "text"),
        (json!({"material": m, "page": 1, "kind": "highlight"}), "areas"),
        (json!({"material": m, "kind": "highlight", "areas": area}), "areas"),
        (json!({"material": m, "page": 1, "kind": "highlight", "areas": [[0.9, 0.2, 0.3, 0.05]]}), "areas"),
        (json!({"material": m, "page": 1, "kind": "highlight", "areas": [[0.1, 0.2, 0.0, 0.05]]}), "areas"),
        (json!({"material": m, "page": 1, "kind": "highlight", "areas": vec![[0.1, 0.1, 0.1, 0.1]; 201]}), "areas"),
        (json!({"material": m, "page": 1, "kind": "excerpt", "text": "没有摘到什么"}), "quote"),
    ] {
        let (status, no) = add(&p, "handler", &file, &body).await;
        assert_eq!(
            (status, no["reasons"][0]["place"].as_str()),
            (StatusCode::UNPROCESSABLE_ENTITY, Some(place)),
            "{body} {no:#}"
        );
    }
    let (status, _) = add(&p, "handler", &file, &json!({"material": "M99", "kind": "note", "text": "无"})).await;
    assert_eq!(status, StatusCode::NOT_FOUND);
    for body in [
        json!({"material": m, "kind": "note", "text": "整份材料"}),
        json!({"material": m, "page": 1, "kind": "bookmark"}),
        json!({"material": m, "page": 1, "kind": "highlight", "areas": area}),
        json!({"material": m, "page": 1, "kind": "excerpt", "quote": "血液酒精含量", "areas": area}),
    ] {
        assert_eq!(add(&p, "handler", &file, &body).await.0, StatusCode::CREATED, "{body}");
    }
    let (_, list) = p.get("handler", &format!("/api/files/{file}/notes")).await;
    assert_eq!(list["items"][2]["areas"], area);
}

#[tokio::test]
async fn what_is_known_is_not_sent_again() {
    let p = Province::start().await;
    let file = p.case().await;
    let m = material(&p, &file).await;
    add(&p, "handler", &file, &note(&m, "一", false)).await;
    let path = format!("/api/files/{file}/notes");
    let list = p.as_user("handler", Method::GET, &path).await.send().await.unwrap();
    let tag = list.headers()["etag"].clone();
    let ask = async || {
        let request = p.as_user("handler", Method::GET, &path).await.header("if-none-match", tag.clone());
        request.send().await.unwrap().status()
    };
    assert_eq!(ask().await, StatusCode::NOT_MODIFIED);
    add(&p, "handler", &file, &note(&m, "二", false)).await;
    assert_eq!(ask().await, StatusCode::OK);
}

#[tokio::test]
async fn a_note_goes_with_its_material_and_leaves_nothing_in_the_database() {
    let p = Province::start().await;
    let file = p.case().await;
    p.filed(&file).await;
    let materials = p.store().state(&file).await.unwrap().unwrap().situation.materials;
    let (gone, stays) = (&materials[0].id, &materials[1].id);
    let secret = "销毁后不得留下的批注文字";
    add(&p, "handler", &file, &note(gone, secret, false)).await;
    add(&p, "handler", &file, &note(stays, "留下", false)).await;
    let row = p.store().user("chief").await.unwrap().unwrap();
    let chief = Principal::load(p.store(), &p.app.door.units(), row, p.app.door.now()).await.unwrap();
    let wish =
        Destruction {
            file: file.clone(), material: gone.clone(), basis: "诉286".into(), reason: "依法销毁".into()
        };
    p.app.door.destroy(&chief, &wish).await.unwrap();
    assert_eq!(texts(&p, "handler", &file).await.unwrap(), ["留下"]);
    assert_eq!(add(&p, "handler", &file, &note(gone, "再写", false)).await.0, StatusCode::NOT_FOUND);
    for entry in std::fs::read_dir(p.folder.path()).unwrap().map(|e| e.unwrap().path()).filter(|p| p.is_file()) {
        let bytes = std::fs::read(&entry).unwrap();
        assert!(!bytes.windows(secret.len()).any(|w| w == secret.as_bytes()), "{}", entry.display());
    }
}

#[tokio::test]
async fn no_hand_over_carries_a_note_and_no_event_says_of_one() {
    let p = Province::start().await;
    let file = p.case().await;
    p.filed(&file).await;
    let m = material(&p, &file).await;
    let before = p.store().events(&file).await.unwrap().len();
    add(&p, "handler", &file, &note(&m, "内部批注不外传", true)).await;
    assert_eq!(p.store().events(&file).await.unwrap().len(), before);
    let (i, s) = p.instance(&file).await;
    let sm3 = p.upload("handler", 1).await;
    let body = json!({"subjects": [s], "input": {"materials": [{"kind": "W075", "sm3": sm3, "about": [s]}]}});
    let sent = p.done("handler", &format!("/api/files/{file}/instances/{i}/actions/notify_lawyer"), &body).await;
    let message = sent["messages"][0]["id"].as_str().unwrap();
    let (_, carried) = p.get("handler", &format!("/api/files/{file}/messages/{message}?wait=20")).await;
    assert!(!carried.to_string().contains("内部批注"), "{carried:#}");
    let (_, theirs) = p.get("aid", "/api/files").await;
    let theirs = theirs["items"][0]["id"].as_str().unwrap();
    assert_eq!(texts(&p, "aid", theirs).await.unwrap(), Vec::<String>::new());
}

#[tokio::test]
async fn a_shared_note_is_told_at_once_and_a_private_one_to_nobody() {
    let p = Province::start().await;
    let (file, m) = handled_by_two(&p).await;
    let live = p.as_user("colleague", Method::GET, "/api/live").await.send().await.unwrap();
    let mut live = Box::pin(live.bytes_stream());
    add(&p, "handler", &file, &note(&m, "私下", false)).await;
    add(&p, "handler", &file, &note(&m, "共享", true)).await;
    let mut told = String::new();
    while !told.contains("\"notes\"") {
        told += std::str::from_utf8(&live.next().await.unwrap().unwrap()).unwrap();
    }
    assert_eq!(told.matches("event: change").count(), 1, "{told}");
    assert!(!told.contains("共享") && !told.contains("私下"), "{told}");
}

/// Who may do nothing any more until he has a second proof is told nothing, either.
#[tokio::test]
async fn a_live_stream_ends_where_its_session_opens_nothing_any_more() {
    let settings = Settings { codes_for: ["unit_admin".to_owned()].into(), ..Settings::default() };
    let p = Province::start_with(false, settings).await;
    let (file, m) = handled_by_two(&p).await;
    let live = p.as_user("colleague", Method::GET, "/api/live").await.send().await.unwrap();
    let from = door::real_now() - SignedDuration::from_hours(24);
    let (user, unit, role) = ("colleague".into(), "GA-970102".into(), "unit_admin".into());
    p.store().put_role(RoleRow { user, unit, role, from, to: None }, None).await.unwrap();
    add(&p, "handler", &file, &note(&m, "共享", true)).await;
    let told = tokio::time::timeout(std::time::Duration::from_secs(30), live.text()).await.expect("it ends").unwrap();
    assert!(!told.contains("event: change"), "{told}");
}

#[tokio::test]
async fn the_dossier_is_searched_as_far_as_one_may_read_it() {
    let p = Province::start().await;
    let upload = async |pages: &[&str]| {
        let request = p.as_user("handler", Method::POST, "/api/contents?name=a.pdf").await.body(worded(pages));
        let (status, content) = answer(request.send().await.unwrap()).await;
        assert_eq!(status, StatusCode::CREATED, "{content:#}");
        content["sm3"].as_str().unwrap().to_owned()
    };
    let sm3 = upload(&["Breath test 128 mg", "nothing", "the breath\ntest again, BREATH TEST"]).await;
    let file = p.done("handler", "/api/files", &registration(&sm3)).await["file"].as_str().unwrap().to_owned();
    p.filed(&file).await;
    let materials = p.store().state(&file).await.unwrap().unwrap().situation.materials;
    let search = async |user: &str, q: &str| {
        let request = p.as_user(user, Method::GET, &format!("/api/files/{file}/search")).await.query(&[("q", q)]);
        answer(request.send().await.unwrap()).await
    };
    let (status, found) = search("handler", "breath test").await;
    assert_eq!(status, StatusCode::OK, "{found:#}");
    let hits: Vec<_> =
        found["hits"].as_array().unwrap().iter().map(|h| (h["page"].as_u64(), h["count"].as_u64())).collect();
    assert_eq!(hits, [(Some(1), Some(1)), (Some(3), Some(2))], "{found:#}");
    assert_eq!(found["hits"][0]["material"], materials[0].id.as_str());
    assert_eq!(found["hits"][0]["after"], "128 mg");
    // The other papers are pictures without words, and it is said so.
    let textless = |n: usize| json!({"material": materials[n].id, "pages": [1, 2]});
    assert_eq!(found["textless"], json!([textless(1), textless(2)]));
    assert_eq!(search("handler", "nowhere").await.1["hits"], json!([]));
    for (user, status) in
        [("chief", StatusCode::OK), ("stranger", StatusCode::NOT_FOUND), ("upper", StatusCode::FORBIDDEN)]
    {
        assert_eq!(search(user, "breath").await.0, status, "{user}");
    }
    for bad in ["", "  ", &"长".repeat(101)] {
        let (status, no) = search("handler", bad).await;
        assert_eq!((status, kind(&no)), (StatusCode::BAD_REQUEST, "bad-query"), "{bad:?}");
    }
    // Where the words stand on the page.
    let (status, lines) =
        p.get("handler", &format!("/api/files/{file}/materials/{}/pages/1/text", materials[0].id)).await;
    assert_eq!(status, StatusCode::OK);
    let line = &lines[0];
    assert_eq!(line["text"], "Breath test 128 mg", "{lines:#}");
    let area: Vec<f64> = line["area"].as_array().unwrap().iter().map(|n| n.as_f64().unwrap()).collect();
    assert!(
        (area[0] - 72.0 / 595.0).abs() < 0.01 && (area[1] - (842.0 - 700.0 - 20.0) / 842.0).abs() < 0.02,
        "{area:?}"
    );
    assert_eq!(line["ends"].as_array().unwrap().len(), "Breath test 128 mg".len());
    let (status, none) =
        p.get("handler", &format!("/api/files/{file}/materials/{}/pages/1/text", materials[1].id)).await;
    assert_eq!((status, none), (StatusCode::OK, json!([])));
    let (status, _) = p.get("handler", &format!("/api/files/{file}/materials/{}/pages/4/text", materials[0].id)).await;
    assert_eq!(status, StatusCode::NOT_FOUND);
    // The access log says that it was searched, and never for what.
    p.app.flush().await;
    let rows = p.store().access_log(&file, 100).await.unwrap();
    assert_eq!(rows.iter().filter(|r| r.material == "search").count(), 3, "{rows:?}");
}
