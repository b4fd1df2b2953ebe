//! The conformance suite on PostgreSQL, and what is PostgreSQL's own: several processes, races, lost connections.

use std::sync::Arc;

use access::Filter;
use law::time::Moment;
use seal::{Digest, Sha256};
use serde_json::json;
use store::conformance::{self, Draft, export};
use store::rows::{Commit, Committed, ContentRow, ExportRow, InboxRow, KeyRow, NumberRow, OutboxRow, UnitRow, Views};
use store::{Find, News, Postgres, Repository, StoreError};

use crate::servers::postgres as server;

const UNIT: &str = "JC-970101";

async fn fresh() -> Postgres {
    Postgres::open(&server::database().await).await.unwrap()
}

macro_rules! conforms {
    ($($name:ident),*) => {$(
        #[tokio::test]
        async fn $name() {
            conformance::$name(&fresh().await).await.unwrap();
        }
    )*};
}
conforms!(
    acts,
    payloads,
    exchange,
    exports,
    handovers,
    filters,
    finds,
    rosters,
    views,
    notices,
    passkeys,
    people,
    contents,
    destruction,
    notes,
    records
);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn counters() {
    conformance::counters(Arc::new(fresh().await)).await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn groups() {
    let db = Arc::new(fresh().await);
    let before = std::sync::atomic::AtomicU64::new(0);
    // Sixteen at once; then one after the other, each answered before the next begins.
    let answered = async |n| {
        let all = before.load(std::sync::atomic::Ordering::Acquire) + n;
        while db.answered() < all {
            tokio::task::yield_now().await;
        }
        if n == 16 {
            before.store(16, std::sync::atomic::Ordering::Release);
        }
    };
    conformance::groups(Arc::clone(&db) as Arc<dyn Repository>, async || (), answered).await.unwrap();
}

/// Two processes on one database: each has an engine of its own.
async fn two() -> [Arc<Postgres>; 2] {
    let address = server::database().await;
    let (one, other) = tokio::join!(Postgres::open(&address), Postgres::open(&address));
    [one, other].map(|db| Arc::new(db.unwrap()))
}

/// The same commit to both at once.
async fn both(dbs: &[Arc<Postgres>; 2], commits: [Commit; 2]) -> [Committed; 2] {
    let tasks = dbs.iter().zip(commits).map(|(db, commit)| {
        let db = Arc::clone(db);
        tokio::spawn(async move { db.commit(commit).await.unwrap() })
    });
    let mut answers = Vec::new();
    for task in tasks.collect::<Vec<_>>() {
        answers.push(task.await.unwrap());
    }
    answers.try_into().unwrap()
}

/// Whoever makes an export holds it for as long as its process runs, however long the lease.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn an_export_fails_with_the_process_that_made_it() {
    let [maker, other] = two().await;
    conformance::exporters(maker.as_ref()).await.unwrap();
    let (now, long) = (Moment::UNIX_EPOCH, Moment::from_second(4_000_000_000).unwrap());
    for id in ["e1", "e2"] {
        assert!(maker.begin_export(ExportRow { ends_at: long, ..export(id, "u1", 1) }, 9, long).await.unwrap());
    }
    let states =
        async || -> Vec<String> { other.exports("u1", now).await.unwrap().into_iter().map(|e| e.state).collect() };
    assert_eq!(states().await, ["making", "making"]);
    // Given up where it is not made.
    assert!(other.give_up_export("u1", "e2").await.unwrap());
    assert!(!maker.export_goes_on("e2", 1, long, long).await.unwrap());
    assert!(maker.export_goes_on("e1", 1, long, long).await.unwrap());
    assert_eq!(states().await, ["making"]);
    maker.close().await;
    drop(maker);
    // The server needs a moment to see that nobody is there any more.
    while states().await != ["failed"] {
        tokio::task::yield_now().await;
    }
}

fn done(answers: &[Committed]) -> usize {
    answers.iter().filter(|a| **a == Committed::Done).count()
}

fn key(key: &str) -> KeyRow {
    KeyRow { user: "u1".into(), key: key.into(), request: Digest::of(key.as_bytes()), answer: json!({"key": key}) }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn one_request_that_comes_twice_at_once_is_done_once() {
    let dbs = two().await;
    let mut file = Draft::new("F", UNIT, "M");
    for n in 0..60 {
        // On the same version, as a double click does; and each on a file of its own, so that only the key stops it.
        let commits = if n % 2 == 0 {
            let mut commit = file.clone().next(vec![]).unwrap();
            commit.key = Some(key(&format!("k{n}")));
            [commit.clone(), commit]
        } else {
            ["a", "b"].map(|side| {
                let id = format!("F{n}{side}");
                Commit { key: Some(key(&format!("k{n}"))), ..Draft::new(&id, UNIT, &id).next(vec![]).unwrap() }
            })
        };
        let answers = both(&dbs, commits).await;
        assert_eq!(done(&answers), 1, "round {n}: {answers:?}");
        assert!(answers.contains(&Committed::KeyUsed(key(&format!("k{n}")))), "round {n}: {answers:?}");
        if n % 2 == 0 {
            file.next(vec![]).unwrap();
        }
    }
    assert_eq!(dbs[0].events("F").await.unwrap().len(), 30);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn one_message_that_comes_twice_at_once_arrives_once() {
    let dbs = two().await;
    for n in 0..40 {
        let commits = ["a", "b"].map(|side| {
            // The same file, opened by its arrival; or two different ones.
            let id = if n % 2 == 0 { format!("F{n}") } else { format!("F{n}{side}") };
            let mut commit = Draft::new(&id, UNIT, &id).next(vec![]).unwrap();
            commit.inbox = Some(InboxRow {
                message: format!("MSG-{n}"),
                unit: UNIT.into(),
                from_unit: "GA-970101".into(),
                kind: "hand_over".into(),
                file: Some(id),
                digest: Digest::of(b"message"),
                received_at: Moment::UNIX_EPOCH,
                receipt: "R".into(),
                refused: None,
                weight: (1, 1),
            });
            commit
        });
        let answers = both(&dbs, commits).await;
        assert_eq!(done(&answers), 1, "round {n}: {answers:?}");
        assert!(answers.contains(&Committed::Arrived), "round {n}: {answers:?}");
    }
    assert_eq!(dbs[1].ledgers().await.unwrap().1.len(), 40);
}

/// Eight writers on each of two engines, all on the same two files, and all of them give numbers of the same series.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn two_processes_on_the_same_files_and_numbers_write_each_once() {
    let dbs = two().await;
    let tasks: Vec<_> = (0..16)
        .map(|w| {
            let db = Arc::clone(&dbs[w % 2]);
            tokio::spawn(async move {
                let id = format!("F{}", w / 2 % 2);
                let mut given = Vec::new();
                let mut tries = 0;
                while given.len() < 6 {
                    tries += 1;
                    assert!(tries < 5000, "writer {w} gets nowhere");
                    let mut file = Draft::new(&id, UNIT, &id);
                    if let Some(state) = db.state(&id).await.unwrap() {
                        file.row.version = state.version;
                        file.state = state;
                    }
                    let mut commit = file.next(vec![]).unwrap();
                    let n = db.last_number(UNIT, "审查", 2026).await.unwrap() + 1;
                    commit.number = Some(NumberRow { unit: UNIT.into(), series: "审查".into(), year: 2026, n });
                    commit.key = Some(key(&format!("{w} {}", given.len())));
                    match db.commit(commit).await.unwrap() {
                        Committed::Done => given.push(n),
                        Committed::Conflict => {}
                        other => panic!("writer {w}: {other:?}"),
                    }
                }
                given
            })
        })
        .collect();
    let mut all = Vec::new();
    for task in tasks {
        all.extend(task.await.unwrap());
    }
    all.sort_unstable();
    assert_eq!(all, (1..=96).collect::<Vec<_>>(), "each number once, without a gap");
    let mut events = 0;
    for id in ["F0", "F1"] {
        let mut previous = case::genesis();
        for (seq, event) in (1..).zip(dbs[0].events(id).await.unwrap()) {
            event.verify(seq, &previous).unwrap();
            previous = event.hash;
            events += 1;
        }
        assert_eq!(dbs[1].state(id).await.unwrap().unwrap().head, previous);
    }
    assert_eq!(events, 96);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn what_is_filed_while_it_is_forgotten_is_there_or_refused() {
    let dbs = two().await;
    let (mut filed, mut refused) = (0, 0);
    for n in 0..60u32 {
        let sm3 = Digest::of(&n.to_be_bytes());
        dbs[0].put_content(content(n)).await.unwrap();
        let id = format!("F{n}");
        let commit = Commit { holdings: vec![sm3], ..Draft::new(&id, UNIT, &id).next(vec![]).unwrap() };
        let (db, later) = (Arc::clone(&dbs[1]), Moment::from_second(100).unwrap());
        let forgetting = tokio::spawn(async move { db.drop_unheld(UNIT, &sm3, later).await.unwrap() });
        let answer = dbs[0].commit(commit).await.unwrap();
        let gone = forgetting.await.unwrap();
        assert_eq!(dbs[0].content(UNIT, &sm3).await.unwrap().is_none(), gone);
        match answer {
            Committed::Done => {
                assert!(!gone, "round {n}: filed and forgotten");
                filed += 1;
            }
            Committed::NoContent => {
                assert!(gone, "round {n}: refused and still there");
                refused += 1;
            }
            other => panic!("round {n}: {other:?}"),
        }
    }
    println!("filed {filed}, refused {refused}");
}

fn content(n: u32) -> ContentRow {
    ContentRow {
        unit: UNIT.into(),
        sm3: Digest::of(&n.to_be_bytes()),
        sha256: Sha256::of(&n.to_be_bytes()),
        bytes: 4,
        media: "application/pdf".into(),
        pages: 1,
        facts: json!([]),
        checker: "1".into(),
        text: Some("一\0二".into()),
        by: "u1".into(),
        at: Moment::UNIX_EPOCH,
    }
}

#[tokio::test]
async fn a_sign_that_no_text_may_hold_is_replaced() {
    let db = fresh().await;
    db.put_content(content(1)).await.unwrap();
    let kept = db.content(UNIT, &Digest::of(&1u32.to_be_bytes())).await.unwrap().unwrap();
    assert_eq!(kept.text.as_deref(), Some("一\u{fffd}二"));
    assert!(db.user_by_login("a\0b").await.unwrap().is_none());
}

/// A file is written anew while acts go on: never with what was true before one of them.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_file_written_anew_takes_no_act_back() {
    let dbs = two().await;
    let mut file = Draft::new("F", UNIT, "M");
    dbs[0].commit(file.next(vec![]).unwrap()).await.unwrap();
    for n in 0..40 {
        let (row, state) = (file.row.clone(), file.state.clone());
        let anew = {
            let db = Arc::clone(&dbs[1]);
            tokio::spawn(async move { db.replace_state(row, state, Views::default()).await })
        };
        assert_eq!(dbs[0].commit(file.next(vec![]).unwrap()).await.unwrap(), Committed::Done);
        // Whether it came before or too late does not matter.
        drop(anew.await.unwrap());
        assert_eq!(dbs[1].state("F").await.unwrap().unwrap(), file.state, "round {n}");
        assert_eq!(dbs[1].file("F").await.unwrap().unwrap(), file.row, "round {n}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn trees_moved_at_once_have_the_paths_of_both() {
    let dbs = two().await;
    let unit = |id: &str, parent: Option<&str>| UnitRow {
        id: id.into(),
        name: id.into(),
        abbr: id.into(),
        code: id.into(),
        agency: "police".into(),
        region: "970101".into(),
        parent: parent.map(Into::into),
    };
    for n in 0..20 {
        let [top, mid, low] = ["a", "b", "c"].map(|l| format!("{n}{l}"));
        for id in [&top, &mid, &low] {
            dbs[0].put_unit(unit(id, None)).await.unwrap();
        }
        let (one, other) =
            tokio::join!(dbs[0].put_unit(unit(&low, Some(&mid))), dbs[1].put_unit(unit(&mid, Some(&top))));
        one.and(other).unwrap();
        let id = format!("F{n}");
        dbs[0].commit(Draft::new(&id, &low, &id).next(vec![]).unwrap()).await.unwrap();
        let under = Filter::UnitUnder(top);
        assert_eq!(dbs[1].count_files(&under, Moment::UNIX_EPOCH, &Find::all()).await.unwrap(), 1, "round {n}");
    }
}

/// A lease holds others off while its holder runs, and no longer.
#[tokio::test]
async fn a_lease_ends_with_its_holder() {
    let [one, other] = two().await;
    let mut commit = Draft::new("F1", "GA-970101", "M1").next(vec![]).unwrap();
    let message = serde_json::from_value(json!({
        "schema": 1, "id": "M", "kind": "hand_over", "matter": "M1", "from": "GA-970101", "to": UNIT,
        "sent_at": Moment::UNIX_EPOCH, "batch": 1, "subjects": {}
    }));
    commit.outbox = vec![OutboxRow {
        message: message.unwrap(),
        file: "F1".into(),
        digest: Digest::of(b"M"),
        queued_at: Moment::UNIX_EPOCH,
        delivered_at: None,
        attempts: 0,
        error: None,
    }];
    one.commit(commit).await.unwrap();
    let now = |s| Moment::from_second(s).unwrap();
    let (mine, theirs) = tokio::join!(one.lease_outbox(now(1), now(100), 9), other.lease_outbox(now(1), now(100), 9));
    assert_eq!(mine.unwrap().len() + theirs.unwrap().len(), 1, "one of the two holds it");
    assert_eq!(one.lease_outbox(now(99), now(200), 9).await.unwrap(), []);
    assert_eq!(other.lease_outbox(now(100), now(200), 9).await.unwrap().len(), 1, "it has run out");
    assert_eq!(one.lease_outbox(now(101), now(300), 9).await.unwrap(), []);
    other.close().await;
    assert!(matches!(other.lease_outbox(now(101), now(300), 9).await, Err(StoreError::Stopped)));
    // The server notices when it reads from the connection that has gone.
    let limit = std::time::Instant::now() + std::time::Duration::from_secs(20);
    while one.lease_outbox(now(102), now(300), 9).await.unwrap().is_empty() {
        assert!(std::time::Instant::now() < limit, "its holder has gone, and it is still held");
    }
}

#[tokio::test]
async fn a_newer_schema_is_refused_and_left_alone() {
    let address = server::database().await;
    Postgres::open(&address).await.unwrap().close().await;
    let other = server::behind(&address).await;
    other.batch_execute("INSERT INTO schema_version (step) VALUES (9999)").await.unwrap();
    for _ in 0..2 {
        for refused in [Postgres::open(&address).await, Postgres::open_to_look(&address).await] {
            let refused = refused.unwrap_err();
            assert!(refused.to_string().contains("第 9999 版"), "{refused}");
        }
    }
}

#[tokio::test]
async fn who_only_looks_changes_nothing() {
    let address = server::database().await;
    assert!(Postgres::open_to_look(&address).await.is_err());
    let other = server::behind(&address).await;
    let tables = "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'";
    assert_eq!(other.query_one(tables, &[]).await.unwrap().get::<_, i64>(0), 0);
}

/// Sixteen processes begin at once on an empty database.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn many_may_begin_at_once() {
    let address = server::database().await;
    let tasks: Vec<_> = (0..16)
        .map(|_| {
            let address = address.clone();
            tokio::spawn(async move { Postgres::open(&address).await.unwrap().close().await })
        })
        .collect();
    for task in tasks {
        task.await.unwrap();
    }
}

/// Every connection is cut while acts are written: who was not answered learns by his key whether it was done.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_lost_connection_is_told_and_its_act_is_done_once() {
    let address = server::database().await;
    let db = Arc::new(Postgres::open(&address).await.unwrap());
    let cut = server::behind(&address).await;
    let tasks: Vec<_> = (0..4)
        .map(|w| {
            let db = Arc::clone(&db);
            tokio::spawn(async move {
                let id = format!("F{w}");
                let mut file = Draft::new(&id, UNIT, &id);
                let mut lost = 0;
                for n in 0..60 {
                    let commit = Commit { key: Some(key(&format!("{w} {n}"))), ..file.next(vec![]).unwrap() };
                    loop {
                        match db.commit(commit.clone()).await {
                            Ok(Committed::Done) => break,
                            Ok(Committed::KeyUsed(row)) if lost > 0 && Some(&row) == commit.key.as_ref() => break,
                            Err(StoreError::Unavailable(_)) => lost += 1,
                            other => panic!("{id} {n}: {other:?}"),
                        }
                    }
                }
                lost
            })
        })
        .collect();
    let all = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
        WHERE application_name = 'xiezhi' AND datname = current_database()";
    while !tasks.iter().all(tokio::task::JoinHandle::is_finished) {
        cut.query(all, &[]).await.unwrap();
        let written = db.answered() + 20;
        while db.answered() < written && !tasks.iter().all(tokio::task::JoinHandle::is_finished) {
            tokio::task::yield_now().await;
        }
    }
    let mut lost = 0;
    for task in tasks {
        lost += task.await.unwrap();
    }
    assert!(lost > 0, "no connection was cut in time");
    for w in 0..4 {
        let events = cut.query_one("SELECT count(*) FROM events WHERE file = $1", &[&format!("F{w}")]).await.unwrap();
        assert_eq!(events.get::<_, i64>(0), 60);
    }
}

#[tokio::test]
async fn an_address_is_not_repeated_where_it_is_wrong() {
    for wrong in ["postgres://u:secret@host:port/name", "postgres://u:secret@127.0.0.1/x?sslmode=perhaps"] {
        let refused = Postgres::open(wrong).await.unwrap_err();
        assert!(!format!("{refused} {refused:?}").contains("secret"), "{refused:?}");
    }
    let nobody = Postgres::open("postgres://u:secret@127.0.0.1:1/x").await.unwrap_err();
    assert!(matches!(nobody, StoreError::Unavailable(_)), "{nobody:?}");
}

/// The way to the server is encrypted and leads to nobody else, for acts, announcements and locks alike.
#[tokio::test]
async fn a_server_shows_who_it_is_or_is_not_spoken_to() {
    let (plain, certificate) = (server::database().await, server::certificate());
    let certificate = certificate.display();
    let address = format!("{plain}?sslmode=verify-full&sslrootcert={certificate}");
    let db = Postgres::open(&address).await.unwrap();
    db.put_setting("clock", json!(1)).await.unwrap();
    db.announce(&["something".into()]).await.unwrap();
    let held = db.hold_contents(true).await.unwrap();
    let protected = "SELECT count(*) FILTER (WHERE ssl), count(*) FROM pg_stat_ssl JOIN pg_stat_activity USING (pid)
        WHERE application_name = 'xiezhi' AND datname = current_database()";
    let row = server::behind(&plain).await.query_one(protected, &[]).await.unwrap();
    let (encrypted, all) = (row.get::<_, i64>(0), row.get::<_, i64>(1));
    assert!(encrypted == all && all >= 3, "{encrypted} of {all}");
    drop(held);

    let elsewhere = address.replace("127.0.0.1", "localhost");
    let unknown = format!("{plain}?sslmode=require");
    let no_file = format!("{plain}?sslmode=require&sslrootcert={certificate}.none");
    for (wrong, why) in [(elsewhere, "certificate"), (unknown, "certificate"), (no_file, "sslrootcert")] {
        let refused = Postgres::open(&wrong).await.unwrap_err().to_string();
        assert!(refused.contains(why), "{wrong}: {refused}");
    }
}

#[tokio::test]
async fn what_one_process_announces_the_others_hear() {
    let [one, other] = two().await;
    let next = {
        let other = Arc::clone(&other);
        tokio::spawn(async move { other.news().await.unwrap() })
    };
    // It listens only once it is there: told until it hears.
    while !next.is_finished() {
        one.announce(&["a".into(), "b".into()]).await.unwrap();
        tokio::task::yield_now().await;
    }
    assert_eq!(next.await.unwrap(), News::Said("a".into()));
    assert_eq!(other.news().await.unwrap(), News::Said("b".into()));
    other.announce(&["mine".into()]).await.unwrap();
    assert_eq!(one.news().await.unwrap(), News::Said("mine".into()), "what it said itself it does not hear");
    other.close().await;
    let end = async { while other.news().await.is_ok() {} };
    tokio::time::timeout(std::time::Duration::from_secs(20), end).await.unwrap();
}
