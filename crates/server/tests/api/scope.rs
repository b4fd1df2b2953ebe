//! Nobody sees another's cases: in lists, counts, to-dos, deadlines and live updates, with many at once.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use access::Deed;
use door::{Principal, access_row};
use futures_util::StreamExt;
use jiff::SignedDuration;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::province::Province;

const PEOPLE: [&str; 11] =
    ["handler", "colleague", "head", "reviewer", "chief", "admin", "stranger", "upper", "aid", "lawyer", "auditor"];

fn files(list: &Value, field: &str) -> BTreeSet<String> {
    list.as_array().unwrap().iter().map(|x| x[field].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn lists_hold_what_the_policies_allow_and_nothing_else() {
    let p = Arc::new(Province::start().await);
    let writers = ["handler", "colleague", "stranger"];
    let write = |user: &'static str| {
        let p = p.clone();
        async move {
            for _ in 0..3 {
                p.case_of(user).await;
            }
        }
    };
    let read = |user: &'static str| {
        let p = p.clone();
        async move {
            for _ in 0..4 {
                check(&p, user, false).await;
            }
        }
    };
    tokio::join!(futures_util::future::join_all(writers.map(write)), futures_util::future::join_all(PEOPLE.map(read)));
    for user in PEOPLE {
        check(&p, user, true).await;
    }
    let (_, all) = p.get("chief", "/api/files?limit=200").await;
    assert_eq!(all["total"], 6, "those of handler and colleague, not of the stranger");
}

/// Every list of a person against the decision, row by row; when nothing is being written, in both directions.
async fn check(p: &Province, user: &str, still: bool) {
    let store = p.store();
    let row = store.user(user).await.unwrap().unwrap();
    let who = Principal::load(store, &p.app.door.units(), row, p.app.door.now()).await.unwrap();
    let (_, list) = p.get(user, "/api/files?limit=200").await;
    let listed = files(&list["items"], "id");
    let (_, todos) = p.get(user, "/api/todos").await;
    let (_, deadlines) = p.get(user, "/api/deadlines?days=3660").await;
    let sees = async |id: &str| {
        let row = store.file(id).await.unwrap().unwrap();
        p.app
            .door
            .policies()
            .decide(&who.person, Deed::View, &access_row(&p.app.door.units(), &row, p.app.door.now()))
            .is_allowed()
    };
    for id in listed.iter().cloned().chain(files(&todos["items"], "file")).chain(files(&deadlines["items"], "file")) {
        assert!(sees(&id).await, "{user} must not see {id}");
    }
    if still {
        assert_eq!(list["total"].as_u64().unwrap(), listed.len() as u64, "{user}");
        for id in store.all_files().await.unwrap() {
            assert_eq!(sees(&id).await, listed.contains(&id), "{user} {id}");
        }
    }
}

#[tokio::test]
async fn live_updates_reach_those_who_may_see_the_case() {
    let p = Province::start().await;
    let open = async |user: &str| {
        let response = p.as_user(user, Method::GET, "/api/live").await.send().await.unwrap();
        Box::pin(response.bytes_stream())
    };
    let (mut chief, mut stranger) = (open("chief").await, open("stranger").await);
    let ours = p.case_of("handler").await;
    let theirs = p.case_of("stranger").await;
    for (stream, sees, hidden) in [(&mut chief, &ours, &theirs), (&mut stranger, &theirs, &ours)] {
        let mut text = String::new();
        while !text.contains(sees.as_str()) {
            text += std::str::from_utf8(&stream.next().await.unwrap().unwrap()).unwrap();
        }
        assert!(text.contains("event: change") && !text.contains(hidden.as_str()), "{text}");
    }
}

#[tokio::test]
async fn a_foreign_matter_is_an_empty_list() {
    let p = Province::start().await;
    let file = p.case().await;
    let matter = p.store().file(&file).await.unwrap().unwrap().matter;
    for (user, total) in [("handler", 1), ("chief", 1), ("colleague", 0), ("stranger", 0), ("lawyer", 0)] {
        let (_, list) = p.get(user, &format!("/api/files?matter={matter}")).await;
        assert_eq!(list["total"], json!(total), "{user}");
    }
}

#[tokio::test]
async fn verification_is_for_the_auditor_and_finds_nothing() {
    let p = Province::start().await;
    let file = p.case().await;
    let (_, found) = p.get("auditor", "/api/verification?deadlines=true").await;
    assert_eq!((found["files"].as_u64(), &found["defects"]), (Some(1), &json!([])), "{found:#}");
    let (_, events) = p.get("auditor", &format!("/api/files/{file}/events")).await;
    assert!(events[0]["header"].is_object() && events[0]["payload"].is_null(), "traces only: {events:#}");
}

#[tokio::test]
async fn what_others_left_undone_is_no_fault_of_a_matter() {
    let p = Province::start_as(true).await;
    p.app.door.set_clock(Some("2024-03-04T10:00:00+08:00".parse().unwrap())).await.unwrap();
    let theirs = p.case().await;
    p.app.door.set_clock(Some("2024-04-04T10:00:00+08:00".parse().unwrap())).await.unwrap();
    let ours = p.case().await;
    let matter = async |file: &str| p.store().file(file).await.unwrap().unwrap().matter;
    let verified = async |query: String| p.get("auditor", &format!("/api/verification?deadlines=true{query}")).await.1;
    let all = verified(String::new()).await;
    assert_eq!((all["files"].as_u64(), &all["defects"][0]["place"]), (Some(2), &json!(theirs)), "{all:#}");
    let mine = verified(format!("&matter={}", matter(&ours).await)).await;
    assert_eq!((mine["files"].as_u64(), &mine["defects"]), (Some(1), &json!([])), "{mine:#}");
    let other = verified(format!("&matter={}", matter(&theirs).await)).await;
    assert_eq!(other["defects"][0]["kind"], "deadline", "{other:#}");
}

/// Someone reads on and on while permission is given and taken away: nothing is seen by a read that began after
/// the answer to him who took it away.
#[tokio::test]
async fn rights_change_while_people_read() {
    const GIVEN: usize = 1;
    const TAKEN: usize = 2;
    let p = Arc::new(Province::start().await);
    let file = p.case().await;
    let material = p.get("chief", &format!("/api/files/{file}")).await.1["situation"]["materials"][0]["id"].clone();
    let page = format!("/api/files/{file}/materials/{}/pages/1", material.as_str().unwrap());
    let (changes, reads) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let reader = |path: String, listed: bool| {
        let (p, file, changes, reads) = (p.clone(), file.clone(), changes.clone(), reads.clone());
        tokio::spawn(async move {
            let mut seen = [false; 3];
            loop {
                let before = changes.load(Ordering::SeqCst);
                let (status, body) = p.get("lawyer", &path).await;
                let sees = if listed { files(&body["items"], "id").contains(&file) } else { status.is_success() };
                assert!(sees || listed || status == StatusCode::NOT_FOUND, "{status} {body}");
                assert!(before != TAKEN || !sees, "{path}: read after the permission was taken");
                seen[before] |= sees;
                reads.fetch_add(1, Ordering::SeqCst);
                if before == TAKEN {
                    return seen;
                }
            }
        })
    };
    let readers = [
        reader("/api/files?limit=200".into(), true),
        reader(format!("/api/files/{file}"), false),
        reader(page, false),
        reader(format!("/api/files/{file}/materials/{}/content", material.as_str().unwrap()), false),
    ];
    let enough = async || {
        let from = reads.load(Ordering::SeqCst);
        while reads.load(Ordering::SeqCst) < from + 40 {
            tokio::task::yield_now().await;
        }
    };
    let until = p.app.door.now() + SignedDuration::from_hours(48);
    let protections = format!("/api/files/{file}/protections");
    enough().await;
    let grant = json!({"change": "grant", "user": "lawyer", "to": until.to_string()});
    p.done("chief", &protections, &json!({"what": grant, "reason": "依法办理"})).await;
    changes.store(GIVEN, Ordering::SeqCst);
    enough().await;
    p.done("chief", &protections, &json!({"what": {"change": "revoke", "user": "lawyer"}, "reason": "依法办理"})).await;
    changes.store(TAKEN, Ordering::SeqCst);
    for reader in readers {
        let seen = reader.await.unwrap();
        assert!(seen[GIVEN] && !seen[TAKEN], "{seen:?}");
    }
}
