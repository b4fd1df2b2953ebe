//! Uploading and reading: what comes in, what is kept aside, what goes out.

use reqwest::{Method, StatusCode};
use serde_json::Value;

use crate::province::{Province, answer, kind, pdf};

async fn upload(p: &Province, name: &str, body: Vec<u8>) -> (StatusCode, Value) {
    let request = p.as_user("handler", Method::POST, "/api/contents").await.query(&[("name", name)]).body(body);
    answer(request.send().await.unwrap()).await
}

pub fn encrypted() -> Vec<u8> {
    use lopdf::{Document, EncryptionVersion, Object, Permissions, StringFormat};
    let mut doc = Document::load_mem(&pdf(1)).unwrap();
    let id = Object::String(vec![7; 16], StringFormat::Hexadecimal);
    doc.trailer.set("ID", Object::Array(vec![id.clone(), id]));
    let version = EncryptionVersion::V2 {
        document: &doc,
        owner_password: "owner",
        user_password: "user",
        key_length: 128,
        permissions: Permissions::all(),
    };
    let state = version.try_into().unwrap();
    doc.encrypt(&state).unwrap();
    let mut out = Vec::new();
    doc.save_to(&mut out).unwrap();
    out
}

#[tokio::test]
async fn a_sound_file_is_measured() {
    let p = Province::start().await;
    let (status, content) = upload(&p, "受案登记表.pdf", pdf(3)).await;
    assert_eq!(status, StatusCode::CREATED, "{content:#}");
    assert_eq!((content["media"].as_str(), content["pages"].as_u64()), (Some("application/pdf"), Some(3)));
    assert_eq!(content["sm3"].as_str().map(str::len), Some(64));
    assert_eq!(content["faults"], Value::Array(Vec::new()));
    assert!(content["flaws"].is_array());
    assert_eq!(
        std::fs::read_dir(p.folder.path())
            .unwrap()
            .filter(|e| e.as_ref().unwrap().file_name().to_string_lossy().starts_with("upload-"))
            .count(),
        0
    );
}

#[tokio::test]
async fn who_brought_a_file_is_told_that_it_is_there() {
    let p = Province::start().await;
    let (_, content) = upload(&p, "受案登记表.pdf", pdf(3)).await;
    let asked = serde_json::json!({"sm3": [content["sm3"], "0".repeat(64)]});
    let told = async |user: &str| p.post(user, "/api/contents/brought", &asked).await.1;
    assert_eq!(told("handler").await, serde_json::json!([content["sm3"]]));
    // To know a digest is not to have the content.
    assert_eq!(told("colleague").await, Value::Array(Vec::new()));
    let many = serde_json::json!({"sm3": vec!["0".repeat(64); 201]});
    assert_eq!(p.post("handler", "/api/contents/brought", &many).await.0, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn what_cannot_be_read_is_kept_aside_with_its_reason() {
    let p = Province::start().await;
    let whole = pdf(3);
    for (name, body, code) in [
        ("空.pdf", Vec::new(), "F-EMPTY"),
        ("截断.pdf", whole[..whole.len() / 2].to_vec(), "F-TRUNCATED"),
        ("加密.pdf", encrypted(), "F-ENCRYPTED"),
        ("不明.dat", b"no such format at all, only words".to_vec(), "F-TYPE"),
    ] {
        let (status, problem) = upload(&p, name, body).await;
        assert_eq!((status, kind(&problem)), (StatusCode::UNPROCESSABLE_ENTITY, "unreadable"), "{name} {problem:#}");
        let reasons = problem["reasons"].as_array().unwrap();
        assert!(reasons.iter().any(|r| r["code"] == code), "{name}: {problem:#}");
        assert!(reasons.iter().all(|r| !r["text"].as_str().unwrap().is_empty()));
    }
    let (_, aside) = p.get("colleague", "/api/aside").await;
    assert_eq!(aside.as_array().unwrap().len(), 4, "{aside:#}");
    let (_, elsewhere) = p.get("stranger", "/api/aside").await;
    assert_eq!(elsewhere, Value::Array(Vec::new()));
}

#[tokio::test]
async fn a_renamed_file_is_told_by_its_content() {
    let p = Province::start().await;
    let (status, answer) = upload(&p, "照片.jpg", pdf(1)).await;
    let text = answer.to_string();
    assert!(text.contains("F-RENAMED"), "{status} {answer:#}");
}

#[tokio::test]
async fn a_name_is_needed() {
    let p = Province::start().await;
    let request = p.as_user("handler", Method::POST, "/api/contents").await.body(pdf(1));
    let (status, problem) = answer(request.send().await.unwrap()).await;
    assert_eq!((status, kind(&problem)), (StatusCode::BAD_REQUEST, "bad-query"));
    assert!(problem["detail"].as_str().unwrap().contains("name"), "{problem:#}");
    assert_eq!(upload(&p, " ", pdf(1)).await.0, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn pages_are_drawn_and_every_opening_is_logged() {
    let mut p = Province::start().await;
    let file = p.case().await;
    let material = p.store().state(&file).await.unwrap().unwrap().situation.materials[0].id.clone();
    let path = format!("/api/files/{file}/materials/{material}/pages/1");
    let response = p.as_user("handler", Method::GET, &format!("{path}?width=777")).await.send().await.unwrap();
    assert_eq!(response.status(), StatusCode::OK);
    assert_eq!(response.headers()["content-type"], "image/jpeg");
    assert_eq!(response.headers()["cache-control"], "private, no-cache");
    let tag = response.headers()["etag"].clone();
    let image = response.bytes().await.unwrap();
    assert_eq!(image[..3], [0xFF, 0xD8, 0xFF]);
    let again = p
        .as_user("handler", Method::GET, &format!("{path}?width=777"))
        .await
        .header("if-none-match", tag)
        .send()
        .await
        .unwrap();
    assert_eq!(again.status(), StatusCode::NOT_MODIFIED);
    for (bad, status) in [
        ("2", StatusCode::NOT_FOUND),
        ("0", StatusCode::NOT_FOUND),
        ("x", StatusCode::BAD_REQUEST),
        ("1?width=99", StatusCode::BAD_REQUEST),
    ] {
        let (found, _) = p.get("handler", &format!("/api/files/{file}/materials/{material}/pages/{bad}")).await;
        assert_eq!(found, status, "{bad}");
    }
    assert_eq!(p.get("stranger", &path).await.0, StatusCode::NOT_FOUND);
    p.stop().await;
    let rows = p.store().access_log(&file, 100).await.unwrap();
    let pages: Vec<_> = rows.iter().filter(|r| r.page == 1).collect();
    assert_eq!(pages.len(), 2, "written at the end, the stranger's not among them: {rows:?}");
    assert!(pages.iter().all(|r| r.user == "handler" && r.material == material));
}

#[tokio::test]
async fn the_access_log_tells_what_was_shown_from_what_was_fetched_ahead() {
    let p = Province::start().await;
    let file = p.case().await;
    let m = p.store().state(&file).await.unwrap().unwrap().situation.materials[0].id.clone();
    let page = format!("/api/files/{file}/materials/{m}/pages/1");
    for query in ["?width=800&ahead=true", "?width=200", "?width=800"] {
        let response = p.as_user("handler", Method::GET, &format!("{page}{query}")).await.send().await.unwrap();
        assert_eq!(response.status(), StatusCode::OK, "{query}");
    }
    let told = async || {
        let (_, log) = p.get("chief", &format!("/api/files/{file}/access-log")).await;
        let rows = log.as_array().unwrap().iter().filter(|r| r["material"] == m.as_str());
        rows.rev().map(|r| (r["how"].as_str().unwrap().to_owned(), r["page"].as_u64().unwrap())).collect::<Vec<_>>()
    };
    let first = [("ahead", 1), ("thumbnail", 1), ("opened", 1)].map(|(how, page)| (how.to_owned(), page));
    let rows = told().await;
    // Rows of one moment stand in any order.
    assert!(rows.len() == 3 && first.iter().all(|r| rows.contains(r)), "{rows:?}");

    let shown = format!("/api/files/{file}/pages-shown");
    let report = |page: u32| serde_json::json!({"pages": [{"material": m, "page": page}]});
    assert_eq!(p.post("handler", &shown, &report(1)).await.0, StatusCode::NO_CONTENT);
    assert_eq!(told().await.iter().filter(|(how, _)| how == "opened").count(), 2);
    // What is not there, or may not be read, was not shown; and of many none is noted where one is wrong.
    for (user, body, status) in [
        ("handler", report(2), StatusCode::NOT_FOUND),
        (
            "handler",
            serde_json::json!({"pages": [{"material": m, "page": 1}, {"material": "M99", "page": 1}]}),
            StatusCode::NOT_FOUND,
        ),
        ("stranger", report(1), StatusCode::NOT_FOUND),
        ("handler", serde_json::json!({"pages": vec![report(1)["pages"][0].clone(); 201]}), StatusCode::BAD_REQUEST),
    ] {
        assert_eq!(p.post(user, &shown, &body).await.0, status, "{user} {body}");
    }
    assert_eq!(told().await.len(), 4);
}

#[tokio::test]
async fn the_bookmarks_of_a_document_are_told() {
    let p = Province::start().await;
    let file = p.case().await;
    let (instance, _) = p.instance(&file).await;
    let (status, content) = upload(&p, "卷.pdf", bookmarked()).await;
    assert_eq!(status, StatusCode::CREATED, "{content:#}");
    let filing = serde_json::json!({"input": {"materials": [{"kind": "W072", "sm3": content["sm3"], "title": "卷"}]}});
    p.done("handler", &format!("/api/files/{file}/instances/{instance}/actions/collect"), &filing).await;
    let materials = p.store().state(&file).await.unwrap().unwrap().situation.materials;
    let of = |m: &procedure::situation::Material| format!("/api/files/{file}/materials/{}/outline", m.id);
    let book = materials.iter().find(|m| m.title == "卷").unwrap();
    let (status, outline) = p.get("handler", &of(book)).await;
    assert_eq!(status, StatusCode::OK, "{outline:#}");
    let wanted = serde_json::json!([
        {"level": 0, "title": "First", "page": 1}, {"level": 1, "title": "Second", "page": 2}, {"level": 0, "title": "Third", "page": 3},
    ]);
    assert_eq!(outline, wanted);
    let plain = materials.iter().find(|m| m.title != "卷").unwrap();
    assert_eq!(p.get("handler", &of(plain)).await, (StatusCode::OK, Value::Array(Vec::new())));
    assert_eq!(p.get("stranger", &of(book)).await.0, StatusCode::NOT_FOUND);
    let (_, log) = p.get("chief", &format!("/api/files/{file}/access-log")).await;
    assert!(
        log.as_array().unwrap().iter().any(|r| r["how"] == "outline" && r["material"] == book.id.as_str()),
        "{log:#}"
    );
}

fn bookmarked() -> Vec<u8> {
    use lopdf::{Bookmark, Document};
    let mut doc = Document::load_mem(&pdf(3)).unwrap();
    let pages: Vec<_> = doc.get_pages().into_values().collect();
    let first = doc.add_bookmark(Bookmark::new("First".into(), [0.0; 3], 0, pages[0]), None);
    doc.add_bookmark(Bookmark::new("Second".into(), [0.0; 3], 0, pages[1]), Some(first));
    doc.add_bookmark(Bookmark::new("Third".into(), [0.0; 3], 0, pages[2]), None);
    let outline = doc.build_outline().unwrap();
    doc.catalog_mut().unwrap().set("Outlines", outline);
    let mut out = Vec::new();
    doc.save_to(&mut out).unwrap();
    out
}

#[tokio::test]
async fn a_page_is_drawn_once_for_all_who_ask_and_then_read_from_the_disk() {
    let p = Province::start().await;
    let file = p.case().await;
    let material = p.store().state(&file).await.unwrap().unwrap().situation.materials.remove(0);
    let path = format!("/api/files/{file}/materials/{}/pages/1?width=300", material.id);
    let ask = async || {
        let response = p.as_user("handler", Method::GET, &path).await.send().await.unwrap();
        assert_eq!(response.status(), StatusCode::OK);
        response.bytes().await.unwrap()
    };
    let (a, b, c, d) = tokio::join!(ask(), ask(), ask(), ask());
    assert!(a.starts_with(&[0xFF, 0xD8]) && [&b, &c, &d].iter().all(|other| **other == a));
    let hex = material.sm3.to_string();
    let folder = p.folder.path().join("pages").join("GA-970102").join(&hex[..2]).join(&hex[2..]);
    let kept: Vec<_> = std::fs::read_dir(folder).unwrap().map(|e| e.unwrap().path()).collect();
    assert_eq!(kept.len(), 1, "{kept:?}");
    assert_eq!(std::fs::read(&kept[0]).unwrap(), a);
    std::fs::write(&kept[0], b"from the disk").unwrap();
    assert_eq!(ask().await, &b"from the disk"[..]);
}

#[tokio::test]
async fn originals_come_whole_or_in_part() {
    let p = Province::start().await;
    let file = p.case().await;
    let material = p.store().state(&file).await.unwrap().unwrap().situation.materials[0].id.clone();
    let path = format!("/api/files/{file}/materials/{material}/content");
    let whole = pdf(1);
    let response = p.as_user("handler", Method::GET, &path).await.send().await.unwrap();
    for (name, value) in
        [("content-type", "application/pdf"), ("x-content-type-options", "nosniff"), ("accept-ranges", "bytes")]
    {
        assert_eq!(response.headers()[name], value);
    }
    let disposition = response.headers()["content-disposition"].to_str().unwrap().to_owned();
    assert!(disposition.starts_with("inline; filename=\"material.pdf\"; filename*=UTF-8''%E5%8F%97"), "{disposition}");
    assert_eq!(response.bytes().await.unwrap(), whole);
    let part = p.as_user("handler", Method::GET, &path).await.header("range", "bytes=10-19").send().await.unwrap();
    assert_eq!(part.status(), StatusCode::PARTIAL_CONTENT);
    assert_eq!(part.headers()["content-range"], format!("bytes 10-19/{}", whole.len()).as_str());
    assert_eq!(part.bytes().await.unwrap(), whole[10..20]);
    let beyond = p.as_user("handler", Method::GET, &path).await.header("range", "bytes=999999-").send().await.unwrap();
    assert_eq!(beyond.headers()["content-range"], format!("bytes */{}", whole.len()).as_str());
    assert_eq!(kind(&answer(beyond).await.1), "bad-range");
}

#[tokio::test]
async fn internal_volumes_stay_with_those_who_may_read_them() {
    let p = Province::start().await;
    let file = p.case().await;
    let (i, _) = p.instance(&file).await;
    let sm3 = p.upload("handler", 4).await;
    let body = serde_json::json!({"input": {"materials": [{"kind": "W004", "sm3": sm3}]}});
    p.done("handler", &format!("/api/files/{file}/instances/{i}/actions/collect"), &body).await;
    let situation = p.store().state(&file).await.unwrap().unwrap().situation;
    let internal = situation.materials.iter().find(|m| m.kind.as_str() == "W004").unwrap().id.clone();
    // The property keeper works on every case of the unit, without the internal volume.
    let since = door::real_now() - jiff::SignedDuration::from_hours(1);
    let keeper = store::rows::RoleRow {
        user: "colleague".into(),
        unit: "GA-970102".into(),
        role: "property_keeper".into(),
        from: since,
        to: None,
    };
    p.store().put_role(keeper, None).await.unwrap();
    let page = format!("/api/files/{file}/materials/{internal}/pages/1");
    assert_eq!(p.get("colleague", &page).await.0, StatusCode::NOT_FOUND);
    assert_eq!(
        p.get("colleague", &format!("/api/files/{file}/materials/{internal}/content")).await.0,
        StatusCode::NOT_FOUND
    );
    for user in ["handler", "chief"] {
        assert_eq!(p.get(user, &page).await.0, StatusCode::OK, "{user}");
    }
    let (_, seen) = p.get("colleague", &format!("/api/files/{file}")).await;
    assert!(!seen.to_string().contains(&sm3), "not even its digest");
    let (status, events) = p.get("colleague", &format!("/api/files/{file}/events")).await;
    assert_eq!(status, StatusCode::OK);
    assert!(!events.to_string().contains(&sm3), "not even its digest");
    assert!(p.get("chief", &format!("/api/files/{file}/events")).await.1.to_string().contains(&sm3));
}

/// Whoever has seen a digest on a printed manifest does not get the content by filing it in a case of his own.
#[tokio::test]
async fn a_content_is_filed_by_whoever_brought_it_in_and_nobody_else() {
    let p = Province::start().await;
    let theirs = p.upload("handler", 3).await;
    p.done("handler", "/api/files", &crate::province::registration(&theirs)).await;
    let (status, problem) = p.post("colleague", "/api/files", &crate::province::registration(&theirs)).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{problem:#}");
    assert_eq!(problem["reasons"][0]["place"], "materials.0.sm3");
    let unknown = "0".repeat(64);
    let (_, nothing) = p.post("colleague", "/api/files", &crate::province::registration(&unknown)).await;
    assert_eq!(nothing["detail"], problem["detail"], "nor does he learn that it is there");
    // Who has the file himself brings it in himself.
    assert_eq!(p.upload("colleague", 3).await, theirs);
    p.done("colleague", "/api/files", &crate::province::registration(&theirs)).await;
}
