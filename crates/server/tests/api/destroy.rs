//! Lawful destruction, through the door: what goes, what stays, and who may not.

use std::path::Path;

use door::{Destruction, DoorError, Principal};
use reqwest::{Method, StatusCode};

use crate::province::{Province, answer, kind};

async fn principal(p: &Province, user: &str) -> Principal {
    let row = p.store().user(user).await.unwrap().unwrap();
    Principal::load(p.store(), &p.app.door.units(), row, p.app.door.now()).await.unwrap()
}

fn wish(file: &str, material: &str) -> Destruction {
    Destruction {
        file: file.into(),
        material: material.into(),
        basis: "诉286".into(),
        reason: "记录封存后依法销毁".into(),
    }
}

async fn materials(p: &Province, file: &str) -> Vec<procedure::situation::Material> {
    p.store().state(file).await.unwrap().unwrap().situation.materials
}

fn files(dir: &Path) -> usize {
    let Ok(entries) = std::fs::read_dir(dir) else { return 0 };
    entries.map(|e| e.unwrap().path()).map(|e| if e.is_dir() { files(&e) } else { 1 }).sum()
}

#[tokio::test]
async fn what_is_destroyed_is_gone_and_the_file_still_verifies() {
    let p = Province::start().await;
    let file = p.case().await;
    p.filed(&file).await;
    let before = materials(&p, &file).await;
    let m = &before[0];
    let path = format!("/api/files/{file}/materials/{}", m.id);
    let page = p.as_user("handler", Method::GET, &format!("{path}/pages/1")).await.send().await.unwrap();
    assert_eq!(page.status(), StatusCode::OK);
    let images = p.folder.path().join("pages").join("GA-970102");
    assert_eq!(files(&images), 1);
    let content = p.app.door.contents().path("GA-970102", &m.sm3).unwrap();
    assert!(content.exists());

    let chief = principal(&p, "chief").await;
    let done = p.app.door.destroy(&chief, &wish(&file, &m.id)).await.unwrap();
    assert!(done.content_gone && done.events == 1, "{done:?}");
    assert!(!content.exists() && files(&images) == 0);
    assert_eq!(p.store().content("GA-970102", &m.sm3).await.unwrap(), None);
    for part in ["content", "pages/1"] {
        let response = p.as_user("handler", Method::GET, &format!("{path}/{part}")).await.send().await.unwrap();
        let (status, problem) = answer(response).await;
        assert_eq!((status, kind(&problem)), (StatusCode::GONE, "destroyed"), "{part}");
    }
    let after = materials(&p, &file).await;
    assert!(after[0].destroyed && after[0].says.is_empty() && after[0].title != m.title);
    assert_eq!(after[1..], before[1..], "the others are as they were");

    let event = p.store().events(&file).await.unwrap().pop().unwrap();
    assert_eq!((event.header.id, event.header.actor.role.as_str()), (done.event, "police_chief"));
    assert_eq!(event.header.basis, ["诉286"]);
    assert_eq!(event.payload.unwrap().reason.as_deref(), Some("记录封存后依法销毁"));
    for _ in 0..2 {
        let v = p.app.door.verify(false).await.unwrap();
        assert_eq!(v.defects, [], "destroyed is no defect");
        assert_eq!(v.destroyed, 1);
        p.app.door.rebuild().await.unwrap();
    }
    // The case goes on: nothing that was only named beside the material is lost.
    let i = p.instance(&file).await.0;
    let sm3 = p.upload("handler", 3).await;
    let body = serde_json::json!({"input": {"materials": [{"kind": "W047", "sm3": sm3}]}});
    p.done("handler", &format!("/api/files/{file}/instances/{i}/actions/collect"), &body).await;
}

#[tokio::test]
async fn a_content_lives_as_long_as_one_file_of_the_unit_holds_it() {
    let p = Province::start().await;
    let (one, two) = (p.case().await, p.case().await);
    let (a, b) = (materials(&p, &one).await.remove(0), materials(&p, &two).await.remove(0));
    assert_eq!(a.sm3, b.sm3, "the same paper in two cases");
    let chief = principal(&p, "chief").await;
    let content = p.app.door.contents().path("GA-970102", &a.sm3).unwrap();
    assert!(!p.app.door.destroy(&chief, &wish(&one, &a.id)).await.unwrap().content_gone);
    assert!(content.exists());
    let (status, _) = answer(
        p.as_user("handler", Method::GET, &format!("/api/files/{one}/materials/{}/content", a.id))
            .await
            .send()
            .await
            .unwrap(),
    )
    .await;
    assert_eq!(status, StatusCode::GONE, "it is another file's now");
    assert!(p.app.door.destroy(&chief, &wish(&two, &b.id)).await.unwrap().content_gone);
    assert!(!content.exists());
    assert_eq!(p.app.door.verify(false).await.unwrap().defects, []);
}

#[tokio::test]
async fn only_who_may_approve_destroys_and_only_on_a_known_basis_with_a_reason() {
    let p = Province::start().await;
    let file = p.case().await;
    let m = materials(&p, &file).await.remove(0);
    for (user, hidden) in [("handler", false), ("stranger", true), ("admin", true), ("aid", true)] {
        let refused = p.app.door.destroy(&principal(&p, user).await, &wish(&file, &m.id)).await.unwrap_err();
        match refused {
            DoorError::Hidden => assert!(hidden, "{user}"),
            DoorError::Forbidden { .. } => assert!(!hidden, "{user}"),
            other => panic!("{user}: {other:?}"),
        }
    }
    let chief = principal(&p, "chief").await;
    let good = wish(&file, &m.id);
    for (bad, says) in [
        (Destruction { reason: " ".into(), ..good.clone() }, "理由"),
        (Destruction { basis: "诉9999".into(), ..good.clone() }, "诉9999"),
        (Destruction { basis: "有关规定".into(), ..good.clone() }, "有关规定"),
        (Destruction { material: "M0".into(), ..good.clone() }, "M0"),
    ] {
        match p.app.door.destroy(&chief, &bad).await {
            Err(DoorError::Refused(r)) => assert!(r.reasons[0].text.contains(says), "{:?}", r.reasons),
            other => panic!("{bad:?}: {other:?}"),
        }
    }
    assert!(!materials(&p, &file).await[0].destroyed, "a refusal changes nothing");
    p.app.door.destroy(&chief, &good).await.unwrap();
    match p.app.door.destroy(&chief, &good).await {
        Err(DoorError::Refused(r)) => assert!(r.reasons[0].text.contains("已经销毁")),
        other => panic!("{other:?}"),
    }
}
