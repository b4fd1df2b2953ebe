//! Exports of the case list: made in the background, kept for an hour, each for one person alone.
//!
//! Who wanted which, and how far it is, stands in the database; the finished file stands among the contents of the
//! person's unit. So whichever process is asked knows of it and has it. The process that makes one shows every now and
//! then that it goes on, and learns in the same breath whether it is still wanted.

use std::future::Future;
use std::io::Seek;
use std::pin::pin;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use door::{Door, real_now};
use jiff::SignedDuration;
use law::time::Moment;
use seal::Digest;
use store::content::Folder;
use store::rows::ExportRow;
use store::{Repository, StoreError};
use tempfile::NamedTempFile;
use tokio::sync::watch;

use crate::pages::blocking;
use crate::problem::{Answer, Problem};

/// How long a finished file waits for its person.
const KEPT: SignedDuration = SignedDuration::from_hours(1);
/// Exports of one person at a time.
const EACH: u64 = 3;
/// How often a process shows that it goes on with an export.
const SHOWN: Duration = Duration::from_secs(1);
/// After so long without a sign it has failed.
const LEASE: SignedDuration = SignedDuration::from_mins(2);
/// How often those that have ended are cleared away.
const REST: Duration = Duration::from_secs(5 * 60);

fn later(now: Moment, by: SignedDuration) -> Moment {
    now.checked_add(by).unwrap_or(now)
}

/// Begins an export of so many files; none where the person has too many.
///
/// # Errors
/// Where storage fails.
pub async fn begin(repo: &dyn Repository, user: &str, unit: &str, total: u64) -> Answer<Option<ExportRow>> {
    let at = real_now();
    let row = ExportRow {
        id: uuid::Uuid::now_v7().simple().to_string(),
        user: user.to_owned(),
        unit: unit.to_owned(),
        at,
        total,
        done: 0,
        state: "making".to_owned(),
        sm3: None,
        ends_at: later(at, KEPT),
    };
    Ok(repo.begin_export(row.clone(), EACH, later(at, LEASE)).await?.then_some(row))
}

/// How far an export is, and whether it is still wanted.
#[derive(Default)]
pub struct Progress {
    done: AtomicU64,
    unwanted: AtomicBool,
}

impl Progress {
    /// So many files more are written.
    pub fn wrote(&self, files: u64) {
        self.done.fetch_add(files, Ordering::Relaxed);
    }

    /// Whether its person has given it up.
    pub fn unwanted(&self) -> bool {
        self.unwanted.load(Ordering::Relaxed)
    }
}

/// Has an export made, and brings it to where every process finds it. `making` tells the progress how far it is, and
/// ends without a file where it finds that nobody wants it any more.
///
/// # Errors
/// Where it cannot be made or kept; then it has failed for its person too.
pub async fn make(
    door: &Door,
    row: &ExportRow,
    progress: &Progress,
    making: impl Future<Output = Answer<Option<NamedTempFile>>>,
) -> Answer<()> {
    let mut making = pin!(making);
    let made = tokio::select! {
        made = &mut making => made,
        () = until_unwanted(door.store(), &row.id, progress) => {
            progress.unwanted.store(true, Ordering::Relaxed);
            // Not left in the midst of a question, which would stay with the connection.
            making.await
        }
    };
    let made = match made {
        Ok(Some(file)) => keep(door, row, file).await,
        Ok(None) => Ok(()),
        Err(e) => Err(e),
    };
    if made.is_err() {
        door.store().end_export(&row.id, None, later(real_now(), KEPT)).await?;
    }
    made
}

/// Shows that an export goes on, until nobody wants it any more.
async fn until_unwanted(repo: &dyn Repository, id: &str, progress: &Progress) {
    let mut tick = tokio::time::interval(SHOWN);
    tick.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        tick.tick().await;
        let (now, done) = (real_now(), progress.done.load(Ordering::Relaxed));
        match repo.export_goes_on(id, done, later(now, LEASE), later(now, KEPT)).await {
            Ok(true) => {}
            Ok(false) | Err(StoreError::Stopped) => return,
            // A database that is away for a moment ends nothing.
            Err(e) => tracing::warn!(error = %e, "an export could not be shown to go on; it is tried again"),
        }
    }
}

/// Brings the finished file to where every process finds it.
async fn keep(door: &Door, row: &ExportRow, mut file: NamedTempFile) -> Answer<()> {
    let bringing_in = door.contents().bringing_in(door.store()).await?;
    let (folder, unit) = (door.contents().clone(), row.unit.clone());
    let digests = blocking(move || -> Result<_, StoreError> {
        file.rewind()?;
        folder.put_stream(&unit, file.as_file_mut())
    });
    let sm3 = digests.await??.sm3;
    bringing_in.stands()?;
    let wanted = door.store().end_export(&row.id, Some(&sm3), later(real_now(), KEPT)).await?;
    drop(bringing_in);
    if !wanted {
        remove(door, &row.unit, sm3).await?;
    }
    Ok(())
}

/// A person's exports, the oldest first.
///
/// # Errors
/// Where storage fails.
pub async fn of(repo: &dyn Repository, user: &str) -> Answer<Vec<ExportRow>> {
    Ok(repo.exports(user, real_now()).await?)
}

/// Gives an export up, or removes its file; tells whether it was there.
///
/// # Errors
/// Where storage fails.
pub async fn give_up(door: &Door, user: &str, id: &str) -> Answer<bool> {
    let Some(row) = door.store().drop_export(user, id).await? else { return Ok(false) };
    if let Some(sm3) = row.sm3 {
        remove(door, &row.unit, sm3).await?;
    }
    Ok(true)
}

/// Removes the file of an export that is forgotten, where it is nothing else. Cut off before, it is cleaned away
/// with what else nobody knows.
async fn remove(door: &Door, unit: &str, sm3: Digest) -> Answer<()> {
    let _nobody_brings_in = door.contents().nobody_brings_in(door.store()).await?;
    if door.store().known(unit, &sm3).await? {
        return Ok(());
    }
    let (folder, unit): (Folder, _) = (door.contents().clone(), unit.to_owned());
    Ok(blocking(move || folder.remove(&unit, &sm3)).await??)
}

/// Clears away what has ended, until the server closes.
pub async fn forget(door: std::sync::Arc<Door>, mut closing: watch::Receiver<bool>) {
    let mut tick = tokio::time::interval(REST);
    tick.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            _ = tick.tick() => {}
            _ = closing.wait_for(|c| *c) => return,
        }
        forget_ended(&door, real_now()).await;
    }
}

/// Forgets what has ended by a moment (real time), and removes its files.
async fn forget_ended(door: &Door, now: Moment) {
    let failed = |e: &Problem| {
        tracing::warn!(cause = e.cause().unwrap_or("-"), "an export could not be cleared away; it is tried again");
    };
    match door.store().drop_ended_exports(now).await {
        Ok(ended) => {
            for row in ended {
                if let Some(sm3) = row.sm3
                    && let Err(e) = remove(door, &row.unit, sm3).await
                {
                    failed(&e);
                }
            }
        }
        Err(e) => failed(&e.into()),
    }
}
