//! The access log, written in batches: page reads are many, and none may be lost.

use std::sync::Arc;
use std::time::Duration;

use door::{Door, real_now};
use serde::Serialize;
use store::rows::AccessRow;
use tokio::sync::{mpsc, oneshot};
use utoipa::ToSchema;

/// How something of a material came to a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Took {
    /// Shown, or handed out to be kept.
    Opened,
    /// Fetched by the reader for the case that its page is turned to; when it is shown, that is a row of its own.
    Ahead,
    /// A small picture in an overview.
    Thumbnail,
    /// The titles and page numbers of the document's own bookmarks.
    Outline,
}

impl Took {
    /// The word that stands in the log.
    pub fn word(self) -> &'static str {
        match self {
            Self::Opened => "opened",
            Self::Ahead => "ahead",
            Self::Thumbnail => "thumbnail",
            Self::Outline => "outline",
        }
    }

    /// How something came to a person by the word that stands in the log: by an unknown one, it was opened.
    pub fn read(word: &str) -> Self {
        let known = [Self::Ahead, Self::Thumbnail, Self::Outline];
        known.into_iter().find(|how| how.word() == word).unwrap_or(Self::Opened)
    }
}

/// Rows that are written at once.
const BATCH: usize = 200;
/// How long a row waits at most.
const REST: Duration = Duration::from_secs(1);
/// Rows that may wait; then readers wait too.
const QUEUE: usize = 10_000;

enum Entry {
    Row(AccessRow),
    Flush(oneshot::Sender<()>),
}

/// Takes rows and writes them soon.
pub struct Journal(mpsc::Sender<Entry>);

impl Journal {
    /// Starts the writer; it ends, with everything written, when the journal is dropped.
    pub fn start(door: Arc<Door>) -> Self {
        let (sender, receiver) = mpsc::channel(QUEUE);
        tokio::spawn(write(door, receiver));
        Self(sender)
    }

    /// Notes that somebody opened something: page from 1, 0 for the whole.
    pub async fn opened(&self, user: &str, file: &str, material: &str, page: u32) {
        self.took(Took::Opened, user, file, material, page).await;
    }

    /// Notes that something came to somebody, and how.
    pub async fn took(&self, how: Took, user: &str, file: &str, material: &str, page: u32) {
        let (user, file, material, how) = (user.into(), file.into(), material.into(), how.word().into());
        let row = AccessRow { at: real_now(), user, file, material, page, how };
        if self.0.send(Entry::Row(row)).await.is_err() {
            tracing::error!("the access log has stopped");
        }
    }

    /// Waits until everything noted so far is written.
    pub async fn flush(&self) {
        let (done, written) = oneshot::channel();
        if self.0.send(Entry::Flush(done)).await.is_ok() {
            let _ = written.await;
        }
    }
}

async fn write(door: Arc<Door>, mut entries: mpsc::Receiver<Entry>) {
    let mut rows = Vec::new();
    let mut tick = tokio::time::interval(REST);
    tick.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        // A failing database must not fill the memory: with too many rows in hand, none is taken.
        let (flush, waiting, over) = tokio::select! {
            entry = entries.recv(), if rows.len() < QUEUE => match entry {
                Some(Entry::Row(r)) => {
                    rows.push(r);
                    (rows.len() % BATCH == 0, None, false)
                }
                Some(Entry::Flush(done)) => (true, Some(done), false),
                None => (true, None, true),
            },
            _ = tick.tick() => (true, None, false),
        };
        if flush && !rows.is_empty() {
            match door.store().log_access(rows.clone()).await {
                Ok(()) => rows.clear(),
                Err(e) => {
                    tracing::error!(error = %e, rows = rows.len(), "the access log could not be written; it is tried again")
                }
            }
        }
        if let Some(done) = waiting {
            let _ = done.send(());
        }
        if over {
            return;
        }
    }
}
