//! Provisional ends of deadlines are computed again, as events, when a year's holiday notice comes.
#![allow(clippy::disallowed_methods, reason = "tests")]

use serde_json::json;
use store::Repository;

use crate::common;

/// An invented notice: the first three days of 2027 are off, and the Monday after as well.
const NOTICE: &str = r#"{"year": 2027, "off": {"2027-01-01": "元旦", "2027-01-02": "元旦", "2027-01-03": "元旦",
    "2027-01-04": "元旦"}, "work": {}, "source": "试", "confidence": "unverified"}"#;

#[tokio::test]
async fn a_notice_that_comes_later_moves_and_settles_what_was_provisional() {
    let data = tempfile::tempdir().unwrap();
    let (door, store) = common::node(data.path()).await;
    door.set_clock(Some("2026-12-31T09:00:00+08:00".parse().unwrap())).await.unwrap();
    let who = common::person(&door, "officer").await;
    let sm3 = common::picture(&door, &who, data.path(), 7).await;
    let input = serde_json::from_value(json!({
        "case": {"name": "甲某盗窃案", "category": "public", "source": "found",
            "accepted_at": "2026-12-31T08:00:00+08:00", "offence": "221"},
        "new_subjects": [{"name": "甲某"}],
        "materials": [{"kind": "W001", "sm3": sm3}],
    }))
    .unwrap();
    let command = case::Command::Open { process: "GA01".into(), subjects: vec![], input };
    let file = door.perform(&who, door::Request { file: None, command, key: None, expected: None }).await.unwrap().file;
    let d01 = async |door: &door::Door| {
        let all = door.store().clocks(&file).await.unwrap();
        all.into_iter().find(|c| c.deadline == "D01").unwrap()
    };
    // Three days from the last of December end on a Sunday; the next working day is not sure yet.
    let before = d01(&door).await;
    assert!(before.provisional, "{before:?}");
    assert_eq!(door.recompute().await.unwrap(), 0, "nothing has come");
    let events = door.store().events(&file).await.unwrap().len();
    drop(door);
    store.close().await;
    drop(store);

    let (door, store) = common::node_with(data.path(), &[("law/holidays/2027.json", NOTICE)]).await;
    assert_eq!(door.recompute().await.unwrap(), 1);
    let after = d01(&door).await;
    assert!(!after.provisional, "{after:?}");
    assert!(after.due_at > before.due_at, "the Monday is off too: {} {}", before.due_at, after.due_at);
    let all = door.store().events(&file).await.unwrap();
    assert_eq!(all.len(), events + 1);
    let effects = &all.last().unwrap().payload.as_ref().unwrap().effects;
    let told = effects.iter().any(|e| matches!(e, case::Effect::ClockRecomputed { due, .. } if *due == after.due_at));
    assert!(told, "{effects:?}");
    assert_eq!(door.recompute().await.unwrap(), 0, "once is enough");
    let verified = door.verify(false).await.unwrap();
    assert!(verified.defects.is_empty(), "{:?}", verified.defects);
    store.close().await;
}
