//! Carrying messages between units: outbox → message → inbox → receipts.
//!
//! A hand-over is always two streams and two transactions. The sender's act writes the message
//! into the outbox in its own transaction; the carrier here brings contents and message to the
//! receiver's side, checks them there (manifest, digests, sizes), has them recorded in a
//! transaction of the receiver, and brings the receipts back into a transaction of the sender.
//! Every step may be repeated without another effect, so a crash at any moment loses nothing:
//! what is in the outbox without a receipt is carried again.
//!
//! Within one node the carriage is a copy from the sender's to the receiver's content folder.
//!
//! Not here: what a message does to a file (`case::receive`), who may send it (`door`).

use std::sync::Arc;
use std::time::Duration;

use case::Message;
use door::{Carried, Door, DoorError, real_now};
use store::rows::{InboxRow, OutboxRow};
use store::{StoreError, TRACES, part};
use tokio::task::JoinHandle;
use tracing::Instrument;

/// How long a worker holds a message that it carries.
const LEASE: jiff::SignedDuration = jiff::SignedDuration::from_secs(120);
/// How many messages are taken at once.
const BATCH: u32 = 16;
/// How often the outbox is looked at although nobody rang.
const REST: Duration = Duration::from_secs(5);

/// Starts the carrier of a node; it runs until the handle is aborted.
pub fn start(door: Arc<Door>) -> JoinHandle<()> {
    tokio::spawn(async move {
        let bell = door.outbox_waker();
        loop {
            match carry_waiting(&door).await {
                Ok(0) => {
                    tokio::select! {
                        () = bell.notified() => {}
                        () = tokio::time::sleep(REST) => {}
                    }
                }
                Ok(_) => {}
                Err(e) => {
                    tracing::warn!(error = %e, "the outbox could not be read");
                    tokio::time::sleep(REST).await;
                }
            }
        }
    })
}

/// Carries what waits in the outbox; returns how many messages were delivered.
///
/// # Errors
/// Where the outbox itself cannot be read; a message that fails is noted and tried again.
pub async fn carry_waiting(door: &Arc<Door>) -> Result<usize, DoorError> {
    door.catch_up().await?;
    let now = real_now();
    let until = now.checked_add(LEASE).unwrap_or(now);
    let waiting = door.store().lease_outbox(now, until, BATCH).await?;
    let mut delivered = 0;
    for row in waiting {
        let traced = tracing::info_span!(target: TRACES, "hand-over", kind = row.message.kind.as_str());
        match carry(door, &row).instrument(traced).await {
            Ok(()) => delivered += 1,
            Err(e) => {
                tracing::warn!(message_id = %row.message.id, error = %e, "a message was not delivered");
                door.store().outbox_failed(&row.message.id, &e.to_string()).await?;
            }
        }
    }
    Ok(delivered)
}

/// Carries one message to its receiver and the receipts back.
///
/// # Errors
/// Where storage fails: to be tried again.
pub async fn carry(door: &Arc<Door>, row: &OutboxRow) -> Result<(), DoorError> {
    let carried = deliver(door, row).await?;
    let receipts = door.record_receipts(&row.file, &row.message.id, carried.technical, carried.business);
    receipts.instrument(part(|| tracing::info_span!(target: TRACES, "receipts"))).await
}

/// The way to the receiver: checks the message, records it or refuses it, and gives the receipts.
/// A message that was delivered before gets its first receipts again.
///
/// # Errors
/// Where storage fails: to be tried again. A fault of the message is a receipt, not an error.
pub async fn deliver(door: &Arc<Door>, row: &OutboxRow) -> Result<Carried, DoorError> {
    // What was answered once is not judged again: its contents may be gone by now.
    if door.store().inbox(&row.message.id).await?.is_some() {
        return record(door, row).await;
    }
    let contents = part(|| tracing::info_span!(target: TRACES, "contents", pages = i64::from(row.message.weight().0)));
    match accept_technically(door, row).instrument(contents).await {
        Ok(()) => match record(door, row).await {
            // No process takes it, or its kind is unknown: the receiver says so, once and for all.
            Err(DoorError::Refused(r)) => {
                let why = r.reasons.iter().map(|x| x.text.as_str()).collect::<Vec<_>>().join("；");
                refuse(door, row, why).await
            }
            recorded => recorded,
        },
        Err(Trouble::Refused(why)) => refuse(door, row, why).await,
        Err(Trouble::Passing(e)) => Err(e),
    }
}

enum Trouble {
    /// The message itself is at fault.
    Refused(String),
    /// Storage failed: to be tried again.
    Passing(DoorError),
}

/// The technical check: the manifest is the one that was sent, the unit exists, and every content
/// that it lists arrives with both its digests.
async fn accept_technically(door: &Arc<Door>, row: &OutboxRow) -> Result<(), Trouble> {
    let m = &row.message;
    let digest = m.digest().map_err(|e| Trouble::Refused(e.to_string()))?;
    if digest != row.digest {
        return Err(Trouble::Refused("清单摘要不符，来文可能被改动".into()));
    }
    if door.units().get(&m.to).is_none() {
        return Err(Trouble::Refused("收文单位不存在".into()));
    }
    bring_contents(door, m).await
}

/// Copies contents into the receiver's folder while recomputing their digests, and hands over
/// what was measured of them.
async fn bring_contents(door: &Arc<Door>, m: &Message) -> Result<(), Trouble> {
    if m.materials.is_empty() {
        return Ok(());
    }
    let list: Vec<_> = m.materials.iter().map(|x| (x.sm3, x.sha256)).collect();
    let (folder, from, to) = (door.contents().clone(), m.from.clone(), m.to.clone());
    let bringing_in = folder.bringing_in(door.store()).await.map_err(|e| Trouble::Passing(e.into()))?;
    let here = tracing::Span::current();
    let copied = tokio::task::spawn_blocking(move || here.in_scope(|| folder.carry_many(&from, &to, &list))).await;
    match copied {
        Ok(Ok(_)) => {}
        Ok(Err(StoreError::Digest(d))) => return Err(Trouble::Refused(format!("文件内容与清单所列摘要不符：{d}"))),
        Ok(Err(e)) => return Err(Trouble::Passing(e.into())),
        Err(e) => return Err(Trouble::Passing(DoorError::Internal(e.to_string()))),
    }
    bringing_in.stands().map_err(|e| Trouble::Passing(e.into()))?;
    let store = door.store();
    for x in &m.materials {
        let mut known = store.content(&m.to, &x.sm3).await.map_err(|e| Trouble::Passing(e.into()))?;
        if known.is_none() {
            known = store.content(&m.from, &x.sm3).await.map_err(|e| Trouble::Passing(e.into()))?;
        }
        let Some(mut row) = known else {
            return Err(Trouble::Refused(format!("《{}》没有检查记录", x.title)));
        };
        if row.bytes != x.bytes || row.sha256 != x.sha256 {
            return Err(Trouble::Refused(format!("《{}》的大小或者第二摘要与清单不符", x.title)));
        }
        row.unit.clone_from(&m.to);
        // Known before or not: brought in now, so that no cleaning takes it before the message is recorded.
        row.at = real_now();
        store.put_content(row).await.map_err(|e| Trouble::Passing(e.into()))?;
    }
    Ok(())
}

/// Keeps the refusal in the receiver's ledger, and gives the receipts that stand there then.
async fn refuse(door: &Arc<Door>, row: &OutboxRow, why: String) -> Result<Carried, DoorError> {
    let m = &row.message;
    door.store()
        .refuse_inbox(InboxRow {
            message: m.id.clone(),
            unit: m.to.clone(),
            from_unit: m.from.clone(),
            kind: m.kind.to_string(),
            file: None,
            digest: row.digest,
            received_at: door.now(),
            receipt: format!("JT{}", m.id),
            refused: Some(why),
            weight: m.weight(),
        })
        .await?;
    record(door, row).await
}

/// Has the receiver record it.
async fn record(door: &Arc<Door>, row: &OutboxRow) -> Result<Carried, DoorError> {
    door.record(&row.message, row.digest).instrument(part(|| tracing::info_span!(target: TRACES, "record"))).await
}
