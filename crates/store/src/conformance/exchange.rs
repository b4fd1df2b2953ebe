//! The exchange: leases, deliveries, ledgers.

use super::Outcome;
use super::draft::{Draft, arrived, at, outgoing};
use crate::repository::Repository;
use crate::rows::Committed;

/// Outgoing messages are leased to one worker at a time, and both ledgers are kept.
///
/// # Errors
/// Those of the engine.
pub async fn exchange(repo: &dyn Repository) -> Outcome {
    let mut file = Draft::new("F1", "GA-970101", "M1");
    let mut commit = file.next(vec![])?;
    commit.outbox = vec![outgoing("B", "F1", 2)?, outgoing("A", "F1", 2)?, outgoing("C", "F1", 1)?];
    repo.commit(commit.clone()).await?;
    assert_eq!(repo.outbox("A").await?.as_ref(), Some(&commit.outbox[1]));
    assert_eq!(repo.outbox("Z").await?, None);

    let ids = |rows: Vec<crate::rows::OutboxRow>| rows.into_iter().map(|r| r.message.id).collect::<Vec<_>>();
    assert_eq!(ids(repo.lease_outbox(at(10), at(20), 2).await?), ["C", "A"]);
    assert_eq!(ids(repo.lease_outbox(at(10), at(30), 9).await?), ["B"]);
    assert_eq!(ids(repo.lease_outbox(at(19), at(40), 9).await?), [""; 0]);

    // A failed try is counted, and comes again when its lease has run out.
    repo.outbox_failed("C", "对方节点没有应答").await?;
    assert_eq!(ids(repo.lease_outbox(at(19), at(40), 9).await?), [""; 0]);
    let mut commit = file.next(vec![])?;
    commit.delivered = Some("A".into());
    repo.commit(commit.clone()).await?;
    let again = repo.lease_outbox(at(20), at(40), 9).await?;
    assert_eq!(again.iter().map(|r| (r.message.id.as_str(), r.attempts)).collect::<Vec<_>>(), [("C", 1)]);
    assert_eq!(again[0].error.as_deref(), Some("对方节点没有应答"));
    let delivered = repo.outbox("A").await?.and_then(|r| r.delivered_at);
    assert_eq!(delivered, Some(commit.event.header.recorded_at));

    // Arrivals: with an act, or refused; neither overwrites the other.
    let mut commit = file.next(vec![])?;
    commit.inbox = Some(arrived("IN-1", Some("F1")));
    assert_eq!(repo.commit(commit).await?, Committed::Done);
    repo.refuse_inbox(arrived("IN-2", None)).await?;
    repo.refuse_inbox(arrived("IN-1", None)).await?;
    assert_eq!(repo.inbox("IN-1").await?, Some(arrived("IN-1", Some("F1"))));
    assert_eq!(repo.inbox("IN-2").await?, Some(arrived("IN-2", None)));
    let mut commit = file.clone().next(vec![])?;
    commit.inbox = Some(arrived("IN-2", Some("F1")));
    assert_eq!(repo.commit(commit).await?, Committed::Arrived);
    let (out, inn) = repo.ledgers().await?;
    assert_eq!(ids(out), ["C", "A", "B"]);
    assert_eq!(inn.into_iter().map(|r| r.message).collect::<Vec<_>>(), ["IN-1", "IN-2"]);
    Ok(())
}
