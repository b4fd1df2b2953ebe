//! Exports of the case list: made in the background, kept for an hour, each for one person alone.
//!
//! Who wanted which, and how far it is, stands in the database; the finished file stands among the contents of the
//! person's unit. So whichever process is asked knows of it and has it. The process that makes one shows every now and
//! then that it goes on, and learns in the same breath whether it is still wanted.

use std::future::Future;
use std::io::Seek;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use door::{Door, real_now};
use jiff::SignedDuration;
use law::time::Moment;
use store::content::digests;
use store::rows::ExportRow;
use store::{Repository, StoreError};
use tempfile::NamedTempFile;
use tokio::sync::watch;

use crate::App;
use crate::pages::blocking;
use crate::problem::Answer;

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
    if made.is_err()
        && let Err(e) = door.store().end_export(&row.id, false, later(real_now(), KEPT)).await
    {
        // Why it failed is what its caller tells; without this it has failed with the lease.
        tracing::warn!(error = %e, "a failed export could not be noted");
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

/// Brings the finished file to where every process finds it. What it is stands in the database before: cut off in
/// between, it is forgotten with its export.
async fn keep(door: &Door, row: &ExportRow, mut file: NamedTempFile) -> Answer<()> {
    let digested = blocking(move || -> Result<_, StoreError> {
        file.rewind()?;
        Ok((digests(file.as_file_mut())?, file))
    });
    let (known, file) = digested.await??;
    let bringing_in = door.contents().bringing_in(door.store()).await?;
    if !door.store().note_export(&row.id, &known.sm3).await? {
        return Ok(());
    }
    let (folder, unit) = (door.contents().clone(), row.unit.clone());
    blocking(move || folder.adopt(&unit, file.path(), &known)).await??;
    bringing_in.stands()?;
    door.store().end_export(&row.id, true, later(real_now(), KEPT)).await?;
    Ok(())
}

/// A person's exports, the oldest first.
///
/// # Errors
/// Where storage fails.
pub async fn of(repo: &dyn Repository, user: &str) -> Answer<Vec<ExportRow>> {
    Ok(repo.exports(user, real_now()).await?)
}

/// Clears away what has ended, at once where something was given up here, until the server closes.
pub async fn forget(app: Arc<App>, mut closing: watch::Receiver<bool>) {
    let mut tick = tokio::time::interval(REST);
    tick.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            _ = tick.tick() => {}
            () = app.exports_over.notified() => {}
            _ = closing.wait_for(|c| *c) => return,
        }
        if let Err(e) = forget_over(&app.door).await {
            let cause = e.cause().unwrap_or("-");
            tracing::warn!(cause, "exports could not be cleared away; it is tried again");
        }
    }
}

/// Removes the files of the exports that are over, where they are nothing else, and then forgets the exports. Cut off
/// in between, it is done once more; so is what failed, and keeps nothing else.
async fn forget_over(door: &Door) -> Answer<()> {
    let store = door.store();
    // What is over gets no file any more.
    let (with_file, without): (Vec<_>, Vec<_>) =
        store.over_exports(real_now()).await?.into_iter().partition(|row| row.sm3.is_some());
    store.forget_exports(&without.into_iter().map(|row| row.id).collect::<Vec<_>>()).await?;
    if with_file.is_empty() {
        return Ok(());
    }
    // Whoever made one has brought its file in by then.
    let nobody_brings_in = door.contents().nobody_brings_in(store).await?;
    let (mut gone, mut removed, mut failed) = (Vec::new(), false, None);
    for ExportRow { id, unit, sm3, .. } in with_file {
        if let Some(sm3) = sm3
            && !store.known(&unit, &sm3).await?
        {
            let folder = door.contents().clone();
            match blocking(move || folder.remove(&unit, &sm3)).await? {
                Ok(()) => removed = true,
                Err(e) => {
                    failed = Some(e);
                    continue;
                }
            }
        }
        gone.push(id);
    }
    store.forget_exports(&gone).await?;
    drop(nobody_brings_in);
    if removed {
        door.contents_gone();
    }
    failed.map_or(Ok(()), |e| Err(e.into()))
}
