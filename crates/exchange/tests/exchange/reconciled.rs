//! The ledgers of sender and receiver are compared: each way in which they can differ is found.
#![allow(clippy::disallowed_methods, reason = "tests")]

use std::path::Path;

use store::Repository;

use crate::common;

/// What the verification finds, by kind and text, in order.
async fn found(data: &Path) -> Vec<(String, String)> {
    let (door, store) = common::node(data).await;
    let v = door.verify(false).await.unwrap();
    store.close().await;
    let mut found: Vec<_> = v.defects.into_iter().map(|d| (d.kind.to_string(), d.text)).collect();
    found.sort();
    found
}

/// What the officer was told.
async fn told(door: &door::Door) -> Vec<String> {
    let list = door.store().notices("officer", "GA-970123", &["officer".into()], door.now(), 50).await.unwrap();
    list.into_iter().map(|(n, _)| n.text).collect()
}

#[tokio::test]
async fn a_hand_over_that_does_not_arrive_alarms_its_sender() {
    let data = tempfile::tempdir().unwrap();
    let (door, _store) = common::node(data.path()).await;
    common::set_clock(&door).await;
    common::case(&door, data.path(), 1, &mut |_| {}).await;
    let missing = |list: Vec<String>| list.into_iter().filter(|t| t.starts_with("“等待技术回执：")).count();
    door.give_notices().await.unwrap();
    assert_eq!(missing(told(&door).await), 0, "it may still come");
    let sent = door.now();
    for (hours, alarms) in [(1, 0), (3, 1)] {
        door.set_clock(Some(sent + jiff::SignedDuration::from_hours(hours))).await.unwrap();
        door.give_notices().await.unwrap();
        assert_eq!(missing(told(&door).await), alarms, "after {hours} hours");
    }
    // It comes after all.
    while exchange::carry_waiting(&door).await.unwrap() > 0 {}
    assert_eq!(missing(told(&door).await), 0);
}

#[tokio::test]
async fn what_the_ledgers_do_not_agree_on_is_told() {
    let data = tempfile::tempdir().unwrap();
    let (door, store) = common::node(data.path()).await;
    common::set_clock(&door).await;
    common::case(&door, data.path(), 1, &mut |_| {}).await;
    drop(door);
    store.close().await;
    drop(store);
    let fault = |kind: &str, text: &str| (kind.to_owned(), text.to_owned());
    let answer = fault("receipt", "没有业务回执");
    assert_eq!(
        found(data.path()).await,
        [
            fault("ledger", "尚未送达"),
            fault("ledger", "已发出，收方没有登记"),
            answer.clone(),
            fault("receipt", "没有技术回执"),
        ],
        "before it is carried"
    );

    let (door, store) = common::node(data.path()).await;
    while exchange::carry_waiting(&door).await.unwrap() > 0 {}
    drop(door);
    store.close().await;
    drop(store);
    assert_eq!(
        found(data.path()).await,
        std::slice::from_ref(&answer),
        "the legal aid centre answers in person; here nobody does"
    );

    let database = data.path().join("xiezhi.db");
    let sound = std::fs::read(&database).unwrap();
    for (change, told) in [
        ("UPDATE inbox SET digest = (SELECT sm3 FROM contents LIMIT 1)", "收发双方登记的清单摘要不一致"),
        ("UPDATE inbox SET pages = pages + 1", "收发双方登记的页数或者字节数不一致"),
        ("UPDATE inbox SET bytes = bytes - 1", "收发双方登记的页数或者字节数不一致"),
        ("DELETE FROM inbox", "已发出，收方没有登记"),
        ("DELETE FROM outbox", "收方有登记，发方没有发出记录"),
        ("UPDATE outbox SET delivered_at = NULL", "尚未送达"),
    ] {
        std::fs::write(&database, &sound).unwrap();
        let changed = rusqlite::Connection::open(&database).unwrap().execute(change, []).unwrap();
        assert_eq!(changed, 1, "{change}");
        assert_eq!(found(data.path()).await, [fault("ledger", told), answer.clone()], "{change}");
    }
}
