//! Several processes on one database: each hears what the others have changed.

use std::sync::Arc;
use std::time::Duration;

use store::{News, StoreError};
use tokio::sync::broadcast::{self, error::RecvError};
use tokio::task::JoinHandle;

use crate::units::UNITS;
use crate::{Change, Door};

/// Changes that a listener may be behind by.
const BEHIND: usize = 4096;
/// Changes told at once.
const TOLD: usize = 100;
/// Until the database is asked again after a failure.
const REST: Duration = Duration::from_secs(2);

/// Changes as they happen: here, and in other processes.
pub(crate) struct Changes {
    all: broadcast::Sender<Change>,
    own: broadcast::Sender<Change>,
}

impl Default for Changes {
    fn default() -> Self {
        Self { all: broadcast::channel(BEHIND).0, own: broadcast::channel(BEHIND).0 }
    }
}

impl Changes {
    /// Something was changed by this process. Nobody may be listening.
    pub fn send(&self, change: Change) -> Result<usize, broadcast::error::SendError<Change>> {
        // Others are told where there may be any.
        let _ = self.own.send(change.clone());
        self.all.send(change)
    }

    pub fn listeners(&self) -> usize {
        self.all.receiver_count()
    }

    pub fn subscribe(&self) -> broadcast::Receiver<Change> {
        self.all.subscribe()
    }
}

impl Change {
    fn missed() -> Self {
        Self { file: String::new(), version: 0, action: String::new() }
    }
}

/// Tells other processes on the same database what this one changes, and hears what they change, until the handle is
/// aborted.
pub fn follow(door: Arc<Door>) -> JoinHandle<()> {
    let own = door.changes.own.subscribe();
    tokio::spawn(async move {
        if door.store().shared() {
            tokio::join!(tell(&door, own), hear(&door));
        }
    })
}

async fn tell(door: &Door, mut own: broadcast::Receiver<Change>) {
    loop {
        let mut some = Vec::new();
        let mut next = own.recv().await.map(Some);
        loop {
            match next {
                Ok(Some(change)) => some.extend(serde_json::to_string(&change)),
                Ok(None) => break,
                Err(RecvError::Lagged(_)) => some.extend(serde_json::to_string(&Change::missed())),
                Err(RecvError::Closed) => return,
            }
            next = if some.len() < TOLD { own.try_recv().map(Some).or(Ok(None)) } else { Ok(None) };
        }
        match door.store().announce(&some).await {
            Ok(()) => {}
            Err(StoreError::Stopped) => return,
            // They hear of the loss of their own connections, and look again.
            Err(e) => tracing::warn!(error = %e, "other processes were not told of changes"),
        }
    }
}

async fn hear(door: &Door) {
    loop {
        let change = match door.store().news().await {
            Ok(News::Said(said)) => serde_json::from_str(&said).unwrap_or_else(|_| Change::missed()),
            Ok(News::Missed) => Change::missed(),
            Err(StoreError::Stopped) => return,
            Err(e) => {
                tracing::warn!(error = %e, "other processes cannot be heard");
                tokio::time::sleep(REST).await;
                Change::missed()
            }
        };
        if (change.action == UNITS || change.file.is_empty())
            && let Err(e) = door.reload_units().await
        {
            tracing::warn!(error = %e, "the units that others changed cannot be read");
        }
        // Nobody may be listening.
        let _ = door.changes.all.send(change);
    }
}
