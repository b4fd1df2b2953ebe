//! What only the door knows: keys, versions, conflicts, numbers, pinned libraries, the clock.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

mod common;

use std::collections::BTreeMap;
use std::sync::Arc;

use case::{Command, Input, Refusal, RefusalKind};
use common::{AID, UNITS, person};
use door::{Answer, Door, DoorError, Principal, Request, Stop};
use serde_json::{Value, json};
use store::conformance::Draft;
use store::rows::{Commit, Committed, NumberRow};
use store::{Repository, Sqlite};
use tempfile::TempDir;
use tokio::task::JoinHandle;

async fn begun() -> (TempDir, Arc<Door>, Arc<Sqlite>, Principal, String) {
    let data = tempfile::tempdir().unwrap();
    let (door, store) = common::node(data.path()).await;
    common::set_clock(&door).await;
    let who = person(&door, "officer").await;
    let file = register(&door, &who, &data).await.file;
    (data, door, store, who, file)
}

async fn register(door: &Door, who: &Principal, data: &TempDir) -> Answer {
    common::register(door, who, data.path(), 1).await
}

fn fill(file: &str, card: Value) -> Request {
    let input: Input = serde_json::from_value(json!({"case": card})).unwrap();
    let command = Command::Act { instance: "I1".into(), action: "fill_card".into(), subjects: vec![], input };
    Request { file: Some(file.into()), command, key: None, expected: None }
}

fn keyed(request: Request, key: &str) -> Request {
    Request { key: Some(key.into()), ..request }
}

#[tokio::test]
async fn a_key_gets_its_first_answer_even_after_the_file_has_moved_on() {
    let (_data, door, store, who, file) = begun().await;
    let request = keyed(fill(&file, json!({"summary": "一"})), "k1");
    let first = door.perform(&who, request.clone()).await.unwrap();
    assert!(!first.already);
    door.perform(&who, fill(&file, json!({"summary": "二"}))).await.unwrap();
    let again = door.perform(&who, request.clone()).await.unwrap();
    assert_eq!(again, Answer { already: true, ..first });
    let state = store.state(&file).await.unwrap().unwrap();
    assert_eq!((state.version, &state.situation.case["summary"]), (3, &json!("二")));

    let other = door.perform(&who, keyed(fill(&file, json!({"summary": "三"})), "k1")).await.unwrap_err();
    assert!(matches!(other, DoorError::KeyReused), "{other}");
    // A key is a person's own, and a refused request has not used it.
    let head = person(&door, "head").await;
    assert!(!matches!(
        door.perform(&head, request).await,
        Err(DoorError::KeyReused) | Ok(Answer { already: true, .. })
    ));
    let bad = keyed(fill(&file, json!({"no_such_field": 1})), "k2");
    assert!(matches!(door.perform(&who, bad).await, Err(DoorError::Refused(_))));
    let good = keyed(fill(&file, json!({"summary": "四"})), "k2");
    assert!(!door.perform(&who, good).await.unwrap().already);
}

#[tokio::test]
async fn who_saw_an_older_version_is_told_the_present_one() {
    let (_data, door, store, who, file) = begun().await;
    let on = |version| Request { expected: Some(version), ..fill(&file, json!({"summary": "一"})) };
    door.perform(&who, on(1)).await.unwrap();
    for version in [1, 3] {
        let stale = door.perform(&who, on(version)).await.unwrap_err();
        assert!(matches!(stale, DoorError::Stale { current: 2 }), "{stale}");
    }
    assert_eq!(store.state(&file).await.unwrap().unwrap().version, 2);
}

/// Comes back when so many writes wait, the last of them that of a task.
async fn waiting<T>(store: &Sqlite, n: u64, task: &JoinHandle<T>) {
    while store.stats().waiting < n {
        assert!(!task.is_finished(), "the task wanted to write nothing");
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn who_was_overtaken_is_decided_again_on_what_is_there_now() {
    let (_data, door, store, who, file) = begun().await;
    let held = store.hold_writer().await;
    let mut tasks = Vec::new();
    for (n, card) in (1..).zip([json!({"summary": "一"}), json!({"place": "东篱县"})]) {
        let (door, who, request) = (door.clone(), who.clone(), fill(&file, card));
        let task = tokio::spawn(async move { door.perform(&who, request).await });
        waiting(&store, n, &task).await;
        tasks.push(task);
    }
    // Both were decided on version 1.
    drop(held);
    let mut versions = Vec::new();
    for t in tasks {
        versions.push(t.await.unwrap().unwrap().version);
    }
    assert_eq!(versions, [2, 3]);
    let card = store.state(&file).await.unwrap().unwrap().situation.case;
    assert_eq!((&card["summary"], &card["place"]), (&json!("一"), &json!("东篱县")));
    assert_eq!(door.verify(false).await.unwrap().defects, []);
}

/// A hand-over that waits to be accepted by the legal aid centre, and what accepts it.
async fn handed_over(door: &Door, data: &TempDir, seed: u32) -> (Principal, Request) {
    let sent = common::case(door, data.path(), seed, &mut |_| {}).await;
    let row = door.store().outbox(&sent.messages[0].id).await.unwrap().unwrap();
    let officer = person(door, "officer").await;
    for m in &row.message.materials {
        door.contents().carry_many(&officer.user.unit, AID, &[(m.sm3, m.sha256)]).unwrap();
        let known = door.store().content(&officer.user.unit, &m.sm3).await.unwrap().unwrap();
        door.store().put_content(store::rows::ContentRow { unit: AID.into(), ..known }).await.unwrap();
    }
    door.record(&row.message, row.digest).await.unwrap();
    let aid = person(door, "aid").await;
    let file = door.store().file_of(AID, &sent.matter).await.unwrap().unwrap();
    let state = door.store().state(&file).await.unwrap().unwrap();
    let (instance, subject) = (&state.situation.instances[0].id, state.situation.subjects.keys().next().unwrap());
    let w212 = common::picture(door, &aid, data.path(), seed * 4 + 3).await;
    let input = json!({
        "assign": {"how": "turn"},
        "materials": [{"kind": "W212", "sm3": w212, "number": "篱援指〔2026〕1号", "about": [subject]}],
        "subjects": {subject: {"defender_kind": "duty", "defender_name": "江听澜", "defender_licence": "19701202000000001"}},
    });
    let input: Input = serde_json::from_value(input).unwrap();
    let command = Command::Act { instance: instance.clone(), action: "assign_lawyer".into(), subjects: vec![], input };
    (aid, Request { file: Some(file), command, key: None, expected: None })
}

#[tokio::test]
async fn a_number_is_given_with_the_act_or_not_at_all() {
    let (data, door, store, _, _) = begun().await;
    let last = async || store.last_number(AID, "case", 2026).await.unwrap();
    let (aid, mut first) = handed_over(&door, &data, 10).await;
    let (_, second) = handed_over(&door, &data, 20).await;

    // A refusal gives none.
    let Command::Act { input, .. } = &mut first.command else { unreachable!() };
    let materials = std::mem::take(&mut input.materials);
    let refused = door.perform(&aid, first.clone()).await.unwrap_err();
    assert!(matches!(&refused, DoorError::Refused(Refusal { .. })), "{refused}");
    assert_eq!(last().await, 0);
    let Command::Act { input, .. } = &mut first.command else { unreachable!() };
    input.materials = materials;

    // Another process gives number 1 after this act was decided with it: it is decided again.
    let held = store.hold_writer().await;
    let mut draft = Draft::new("F-other", AID, "M-other");
    let number = NumberRow { unit: AID.into(), series: "case".into(), year: 2026, n: 1 };
    let other = Commit { number: Some(number), ..draft.next(vec![]).unwrap() };
    let theirs = tokio::spawn({
        let store = store.clone();
        async move { store.commit(other).await }
    });
    waiting(&store, 1, &theirs).await;
    let ours = tokio::spawn({
        let (door, aid, first) = (door.clone(), aid.clone(), first.clone());
        async move { door.perform(&aid, first).await }
    });
    waiting(&store, 2, &ours).await;
    drop(held);
    assert_eq!(theirs.await.unwrap().unwrap(), Committed::Done);
    assert_eq!(ours.await.unwrap().unwrap().number.unwrap(), "篱通〔2026〕2号");

    // Who comes too late is refused and gives none; the next one has the next.
    let late = door.perform(&aid, first).await.unwrap_err();
    assert!(matches!(&late, DoorError::Refused(r) if r.kind == RefusalKind::OutOfOrder), "{late}");
    assert_eq!(last().await, 2);
    assert_eq!(door.perform(&aid, second).await.unwrap().number.unwrap(), "篱通〔2026〕3号");
}

#[tokio::test]
async fn what_began_under_an_older_library_goes_on_under_it() {
    let (data, door, store, who, file) = begun().await;
    let old = door.library().digest;
    store.close().await;
    drop(door);
    let renamed = |files: &mut BTreeMap<String, Vec<u8>>| {
        let text = String::from_utf8(files["processes/GA01.yaml"].clone()).unwrap();
        assert!(text.contains("name: 受案登记"));
        files.insert("processes/GA01.yaml".into(), text.replace("name: 受案登记", "name: 登记受案").into_bytes());
    };
    let (door, store) = common::open(data.path(), &UNITS, common::people, true, renamed).await;
    let new = door.library().digest;
    assert_ne!(new, old);
    door.perform(&who, fill(&file, json!({"summary": "一"}))).await.unwrap();
    let young = register(&door, &who, &data).await.file;
    door.perform(&who, fill(&young, json!({"summary": "一"}))).await.unwrap();
    for (file, library) in [(file, old), (young, new)] {
        let events = store.events(&file).await.unwrap();
        assert!(events.len() == 2 && events.iter().all(|e| e.header.library == library), "{file}");
    }
}

#[tokio::test]
async fn only_a_demonstration_sets_the_clock() {
    let data = tempfile::tempdir().unwrap();
    let noon = Some("2026-03-05T12:00:00+08:00".parse().unwrap());
    let (door, store) = common::open(data.path(), &UNITS, common::people, false, |_| {}).await;
    assert!(matches!(door.set_clock(noon).await, Err(DoorError::NotDemonstration)));
    assert!(!door.clock_is_set());
    store.close().await;

    let (door, store) = common::open(data.path(), &UNITS, common::people, true, |_| {}).await;
    door.set_clock(noon).await.unwrap();
    assert_eq!(Some(door.now()), noon);
    store.close().await;
    // What a demonstration set does not count for a node that is none.
    let (door, store) = common::open(data.path(), &UNITS, common::people, false, |_| {}).await;
    assert!(!door.clock_is_set());
    assert_ne!(Some(door.now()), noon);
    store.close().await;
    let (door, _store) = common::open(data.path(), &UNITS, common::people, true, |_| {}).await;
    assert_eq!(Some(door.now()), noon);
}

#[tokio::test]
async fn a_clock_that_was_set_back_stands_still_in_a_file_until_it_has_caught_up() {
    let (data, door, store, who, file) = begun().await;
    let at = |t: &str| t.parse::<law::time::Moment>().unwrap();
    door.perform(&who, fill(&file, json!({"summary": "一"}))).await.unwrap();
    door.set_clock(Some(at("2026-03-01T09:00:00+08:00"))).await.unwrap();
    door.perform(&who, fill(&file, json!({"summary": "二"}))).await.unwrap();
    door.set_clock(Some(at("2026-03-06T09:00:00+08:00"))).await.unwrap();
    door.perform(&who, fill(&file, json!({"summary": "三"}))).await.unwrap();
    let times: Vec<_> = store.events(&file).await.unwrap().iter().map(|e| e.header.occurred_at).collect();
    let before = at("2026-03-05T09:00:00+08:00");
    assert_eq!(times, [before, before, before, at("2026-03-06T09:00:00+08:00")]);
    // A file that begins meanwhile has no time of its own to wait for.
    door.set_clock(Some(at("2026-03-04T23:00:00+08:00"))).await.unwrap();
    let other = register(&door, &who, &data).await.file;
    assert_eq!(store.events(&other).await.unwrap()[0].header.occurred_at, at("2026-03-04T23:00:00+08:00"));
}

#[tokio::test]
async fn what_nobody_waits_for_any_more_is_not_taken_in() {
    let (data, door, store, who, _) = begun().await;
    let path = data.path().join("given-up.png");
    image::RgbImage::new(64, 64).save(&path).unwrap();
    let sm3 = seal::digests(&std::fs::read(&path).unwrap()).sm3;
    let stop = Stop::default();
    drop(stop.on_drop());
    let given_up = door.import(&who, path.clone(), "page.png".into(), stop).await;
    assert!(matches!(given_up, Err(DoorError::Stopped)), "{given_up:?}");
    assert!(store.content(&who.user.unit, &sm3).await.unwrap().is_none());
    // The same file, with somebody waiting.
    door.import(&who, path, "page.png".into(), Stop::default()).await.unwrap();
    assert!(store.content(&who.user.unit, &sm3).await.unwrap().is_some());
}
