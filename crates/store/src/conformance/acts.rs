//! Acts: guards, groups, chains, destruction.

use std::sync::Arc;

use case::{FileState, genesis};

use super::Outcome;
use super::draft::{Draft, arrived, at, key, outgoing};
use crate::repository::Repository;
use crate::rows::{Committed, ContentRow, FileRow, Views};

/// Guards of a commit, and that a refused one writes nothing.
///
/// # Errors
/// Those of the engine.
pub async fn acts(repo: &dyn Repository) -> Outcome {
    let mut file = Draft::new("F1", "JC-970101", "M1");
    assert_eq!(repo.state("F1").await?, None);
    assert_eq!(repo.file("F1").await?, None);

    let mut first = file.next(vec![])?;
    first.key = Some(key("u1", "k1", "open"));
    first.inbox = Some(arrived("MSG-1", Some("F1")));
    assert_eq!(repo.commit(first.clone()).await?, Committed::Done);
    assert_eq!(repo.state("F1").await?.as_ref(), Some(&file.state));
    assert_eq!(repo.file("F1").await?.as_ref(), Some(&file.row));
    assert_eq!(repo.file_of("JC-970101", "M1").await?.as_deref(), Some("F1"));
    assert_eq!(repo.file_of("JC-970101", "M2").await?, None);
    assert_eq!(repo.key("u1", "k1").await?, first.key);
    assert_eq!(repo.key("u2", "k1").await?, None);

    // The same request once more: what it was answered, although the version has moved on.
    let used = first.key.clone().into_iter().next();
    assert_eq!(repo.commit(first.clone()).await?, used.map_or(Committed::Conflict, Committed::KeyUsed));
    // Another request under the same key: the row tells that it is another.
    let mut other = file.clone().next(vec![])?;
    other.key = Some(key("u1", "k1", "other"));
    assert_eq!(repo.commit(other).await?, Committed::KeyUsed(key("u1", "k1", "open")));

    // The same message once more, under a new key: nothing is written, the key neither.
    let mut again = file.clone().next(vec![])?;
    again.key = Some(key("u1", "k2", "again"));
    again.inbox = Some(arrived("MSG-1", Some("F1")));
    assert_eq!(repo.commit(again).await?, Committed::Arrived);
    assert_eq!(repo.key("u1", "k2").await?, None);

    // Opened a second time, under its own or another identifier.
    first.key = None;
    first.inbox = None;
    assert_eq!(repo.commit(first).await?, Committed::Conflict);
    let twin = Draft::new("F9", "JC-970101", "M1").next(vec![])?;
    assert_eq!(repo.commit(twin).await?, Committed::Conflict);
    assert_eq!(repo.file("F9").await?, None);

    // Decided on a version that has passed, or has not come.
    let mut stale = file.clone();
    let second = file.next(vec![])?;
    assert_eq!(repo.commit(second).await?, Committed::Done);
    let mut late = stale.next(vec![])?;
    late.key = Some(key("u1", "k3", "late"));
    late.inbox = Some(arrived("MSG-2", Some("F1")));
    late.outbox = vec![outgoing("OUT-late", "F1", 1)?];
    repo.put_content(ContentRow {
        unit: "JC-970101".into(),
        sm3: seal::Digest::of(b"late"),
        sha256: seal::Sha256::of(b"late"),
        bytes: 4,
        media: "application/pdf".into(),
        pages: 1,
        facts: serde_json::json!([]),
        checker: "1".into(),
        text: None,
        by: "u1".into(),
        at: at(1),
    })
    .await?;
    late.holdings = vec![seal::Digest::of(b"late")];
    assert_eq!(repo.commit(late).await?, Committed::Conflict);
    assert_eq!(repo.key("u1", "k3").await?, None);
    assert_eq!(repo.inbox("MSG-2").await?, None);
    assert_eq!(repo.outbox("OUT-late").await?, None);
    assert!(!repo.holds("F1", &seal::Digest::of(b"late")).await?);
    let mut early = file.clone();
    early.next(vec![])?;
    assert_eq!(repo.commit(early.next(vec![])?).await?, Committed::Conflict);
    let absent = {
        let mut never = Draft::new("F8", "JC-970101", "M8");
        never.next(vec![])?;
        never.next(vec![])?
    };
    assert_eq!(repo.commit(absent).await?, Committed::Conflict);

    assert_eq!(repo.all_files().await?, ["F1"]);
    chain(repo, "F1", 2).await
}

/// A file's events are `count`, in order, and chained.
async fn chain(repo: &dyn Repository, file: &str, count: usize) -> Outcome {
    let events = repo.events(file).await?;
    assert_eq!(events.len(), count, "events of {file}");
    let mut previous = genesis();
    for (seq, event) in (1..).zip(&events) {
        let verified = event.verify(seq, &previous);
        assert!(verified.is_ok(), "{file} {seq}: {verified:?}");
        previous = event.hash;
    }
    let state = repo.state(file).await?;
    assert_eq!(state.map(|s| (s.version, s.head)), Some((count as u64, previous)));
    Ok(())
}

/// Sixteen tasks commit at once, then one that cannot be written stands in the midst of others.
///
/// `hold` keeps the engine from writing, `queued` comes back when that many commits wait, and
/// dropping what `hold` gave lets it go on; an engine without groups gives `()`.
///
/// # Errors
/// Those of the engine.
pub async fn groups<H>(repo: Arc<dyn Repository>, hold: impl AsyncFn() -> H, queued: impl AsyncFn(u64)) -> Outcome {
    const TASKS: u64 = 16;
    let held = hold().await;
    let mut tasks = Vec::new();
    for n in 0..TASKS {
        let commit = Draft::new(&format!("G{n}"), "JC-970101", &format!("MG{n}")).next(vec![])?;
        let repo = Arc::clone(&repo);
        tasks.push(tokio::spawn(async move { repo.commit(commit).await }));
    }
    queued(TASKS).await;
    drop(held);
    for task in tasks {
        assert_eq!(finished(task.await)?, Committed::Done);
    }

    // Two on one file, and one whose event belongs to a file that does not exist.
    let held = hold().await;
    let mut file = Draft::new("H1", "JC-970101", "MH1");
    let first = file.next(vec![])?;
    let second = file.next(vec![])?;
    let mut broken = Draft::new("H2", "JC-970101", "MH2").next(vec![])?;
    broken.event.header.file = "H3".into();
    let mut tasks = Vec::new();
    for (n, commit) in (1..).zip([first, broken, second.clone(), second]) {
        let repo = Arc::clone(&repo);
        tasks.push(tokio::spawn(async move { repo.commit(commit).await }));
        queued(n).await;
    }
    drop(held);
    let mut answers = Vec::new();
    for task in tasks {
        answers.push(finished(task.await));
    }
    assert!(matches!(answers[0], Ok(Committed::Done)), "{answers:?}");
    assert!(answers[1].is_err(), "{answers:?}");
    assert!(matches!(answers[2], Ok(Committed::Done)), "{answers:?}");
    assert!(matches!(answers[3], Ok(Committed::Conflict)), "{answers:?}");
    assert_eq!(repo.file("H2").await?, None);
    for n in 0..TASKS {
        chain(&*repo, &format!("G{n}"), 1).await?;
    }
    chain(&*repo, "H1", 2).await
}

fn finished<T>(task: Result<Result<T, crate::StoreError>, tokio::task::JoinError>) -> Result<T, crate::StoreError> {
    task.map_err(|e| crate::StoreError::Database(e.to_string()))?
}

/// Destruction takes payload and salt and leaves the chain whole.
///
/// # Errors
/// Those of the engine.
pub async fn payloads(repo: &dyn Repository) -> Outcome {
    let mut file = Draft::new("F1", "JC-970101", "M1");
    for _ in 0..3 {
        repo.commit(file.next(vec![])?).await?;
    }
    let before = repo.events("F1").await?;
    repo.destroy_payload(&before[1].header.id).await?;
    let after = repo.events("F1").await?;
    assert_eq!((&after[0], &after[2]), (&before[0], &before[2]));
    assert_eq!((&after[1].header, after[1].hash), (&before[1].header, before[1].hash));
    assert_eq!((&after[1].payload, after[1].salt), (&None, None));
    chain(repo, "F1", 3).await?;
    // What is gone is gone: a second time changes nothing.
    repo.destroy_payload(&before[1].header.id).await?;
    chain(repo, "F1", 3).await?;

    // Written anew from the events: the row, the state and the views, and nothing else.
    let mut state = FileState::empty("F1", "JC-970101", "M1");
    after.iter().for_each(|e| state.fold(e));
    let row = FileRow { title: "重建".into(), people: vec![("u1".into(), "handler".into())], ..file.row.clone() };
    repo.replace_state(row.clone(), state.clone(), Views::default()).await?;
    assert_eq!(repo.file("F1").await?.as_ref(), Some(&row));
    assert_eq!(repo.state("F1").await?.as_ref(), Some(&state));
    chain(repo, "F1", 3).await?;
    repo.commit(file.next(vec![])?).await?;
    assert!(repo.replace_state(row, state, Views::default()).await.is_err(), "the file has moved on");
    assert_eq!(repo.file("F1").await?, Some(file.row));
    chain(repo, "F1", 4).await
}
