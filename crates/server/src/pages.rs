//! Page images: each drawn once for all who ask at once, and kept on the disk.
//!
//! A document is parsed once and stays open while somebody reads it; the pages behind the one that
//! was asked for are drawn meanwhile, so that turning a page is reading a small file.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

use axum::body::Bytes;
use dossier::{Line, OutlineEntry, PageImageError, PageReader};
use store::content::Folder;
use store::images::ImageKey;
use tokio::sync::{OnceCell, Semaphore};
use tokio::time::Instant;

use crate::problem::{Answer, Problem};

/// Bytes of documents kept open; one is kept however large it is.
const OPEN: usize = 256 << 20;
/// How long an open document waits for its reader to turn the page.
const PATIENCE: Duration = Duration::from_secs(60);
/// Pages drawn ahead of the reader.
const AHEAD: u32 = 4;
const QUALITY: u8 = 80;

type Cell<T> = Arc<OnceCell<T>>;
/// A content of a unit.
type Place = (String, seal::Digest);

/// The images.
pub struct Pages {
    folder: Folder,
    drawing: Mutex<HashMap<ImageKey, Cell<Bytes>>>,
    open: Mutex<HashMap<Place, Open>>,
    /// Each drawing binds a core.
    turns: Arc<Semaphore>,
    /// Drawing ahead never binds more than one.
    ahead: Arc<Semaphore>,
}

struct Open {
    reader: Cell<Arc<PageReader>>,
    used: Instant,
}

impl Pages {
    /// Images of these contents.
    pub fn new(folder: Folder) -> Arc<Self> {
        let cores = std::thread::available_parallelism().map_or(2, std::num::NonZero::get);
        Arc::new(Self {
            folder,
            drawing: Mutex::default(),
            open: Mutex::default(),
            turns: Arc::new(Semaphore::new(cores)),
            ahead: Arc::new(Semaphore::new(1)),
        })
    }

    /// The image of a page of a content that has so many. The next pages are drawn in the background.
    ///
    /// # Errors
    /// Where there is no such page or it cannot be drawn.
    pub async fn image(self: &Arc<Self>, key: ImageKey, pages: u32) -> Answer<Bytes> {
        let image = self.one(key.clone()).await?;
        self.draw_ahead(key, pages);
        Ok(image)
    }

    /// The text of a page with its places.
    ///
    /// # Errors
    /// Where there is no such page or it cannot be read.
    pub async fn lines(self: &Arc<Self>, unit: &str, sm3: &seal::Digest, page: u32) -> Answer<Vec<Line>> {
        let reader = self.reader(unit, sm3).await?;
        let turn = self.turns.clone().acquire_owned().await.map_err(|e| Problem::internal(e.to_string()))?;
        let read = blocking(move || {
            let _turn = turn;
            reader.lines(page)
        });
        read.await?.map_err(unreadable)
    }

    /// The document's own bookmarks.
    ///
    /// # Errors
    /// Where it cannot be opened.
    pub async fn outline(self: &Arc<Self>, unit: &str, sm3: &seal::Digest) -> Answer<Vec<OutlineEntry>> {
        let reader = self.reader(unit, sm3).await?;
        let turn = self.turns.clone().acquire_owned().await.map_err(|e| Problem::internal(e.to_string()))?;
        blocking(move || {
            let _turn = turn;
            reader.outline()
        })
        .await
    }

    /// The kept image; drawn where there is none, once for all who ask meanwhile.
    async fn one(self: &Arc<Self>, key: ImageKey) -> Answer<Bytes> {
        if let Some(kept) = self.kept(&key).await? {
            return Ok(kept);
        }
        let cell = match self.drawing.lock() {
            Ok(mut drawing) => drawing.entry(key.clone()).or_default().clone(),
            Err(_) => Cell::default(),
        };
        // A task of its own: who hangs up leaves the drawing to the others.
        let (pages, wanted) = (self.clone(), key.clone());
        let drawn = cell
            .get_or_try_init(async || {
                let drawing = tokio::spawn(async move { pages.kept_or_drawn(&wanted).await });
                drawing.await.map_err(|e| Problem::internal(e.to_string()))?
            })
            .await
            .cloned();
        if let Ok(mut drawing) = self.drawing.lock() {
            drawing.remove(&key);
        }
        drawn
    }

    async fn kept(&self, key: &ImageKey) -> Answer<Option<Bytes>> {
        let (folder, key) = (self.folder.clone(), key.clone());
        Ok(blocking(move || folder.images().get(&key, SystemTime::now())).await??.map(Bytes::from))
    }

    /// Looks once more: who asked first may just have finished.
    async fn kept_or_drawn(self: &Arc<Self>, key: &ImageKey) -> Answer<Bytes> {
        match self.kept(key).await? {
            Some(kept) => Ok(kept),
            None => self.draw(key).await,
        }
    }

    async fn draw(self: &Arc<Self>, key: &ImageKey) -> Answer<Bytes> {
        let reader = self.reader(&key.unit, &key.sm3).await?;
        let turn = self.turns.clone().acquire_owned().await.map_err(|e| Problem::internal(e.to_string()))?;
        let (folder, key) = (self.folder.clone(), key.clone());
        blocking(move || -> Answer<Bytes> {
            let _turn = turn;
            let jpeg = reader.image(key.page, key.width, QUALITY).map_err(unreadable)?;
            let content = folder.path(&key.unit, &key.sm3)?;
            // The reader has the image even where it cannot be kept.
            if let Err(e) = folder.images().put(&key, &jpeg, &content, SystemTime::now()) {
                tracing::warn!(error = %e, "a page image could not be kept");
            }
            Ok(jpeg.into())
        })
        .await?
    }

    fn draw_ahead(self: &Arc<Self>, key: ImageKey, pages: u32) {
        let last = key.page.saturating_add(AHEAD).min(pages);
        if key.page >= last {
            return;
        }
        // Whoever reads quickly is not followed page by page.
        let Ok(turn) = self.ahead.clone().try_acquire_owned() else { return };
        let this = self.clone();
        tokio::spawn(async move {
            let _turn = turn;
            for page in key.page + 1..=last {
                let key = ImageKey { page, ..key.clone() };
                if !this.folder.images().has(&key) && this.one(key).await.is_err() {
                    return;
                }
            }
        });
    }

    /// The opened document.
    async fn reader(self: &Arc<Self>, unit: &str, sm3: &seal::Digest) -> Answer<Arc<PageReader>> {
        let place = (unit.to_owned(), *sm3);
        let path = self.folder.path(unit, sm3)?;
        let cell = match self.open.lock() {
            Ok(mut open) => {
                let new = Open { reader: Cell::default(), used: Instant::now() };
                let entry = open.entry(place.clone()).or_insert(new);
                entry.used = Instant::now();
                entry.reader.clone()
            }
            Err(_) => Cell::default(),
        };
        let first = !cell.initialized();
        let reader = cell.get_or_try_init(async || -> Answer<Arc<PageReader>> { opened(path).await }).await.cloned();
        match &reader {
            Ok(_) if first => {
                self.close_some(&place);
                tokio::spawn(close_in_time(Arc::downgrade(self), place));
            }
            Ok(_) => {}
            Err(_) => self.close(&place),
        }
        reader
    }

    /// Closes the documents that were not used for longest, until the others are within the limit.
    fn close_some(&self, but: &Place) {
        let Ok(mut open) = self.open.lock() else { return };
        let bytes = |o: &Open| o.reader.get().map_or(0, |r| r.bytes());
        while open.values().map(bytes).sum::<usize>() > OPEN {
            let oldest = open.iter().filter(|(place, _)| *place != but).min_by_key(|(_, o)| o.used);
            let Some(place) = oldest.map(|(place, _)| place.clone()) else { return };
            open.remove(&place);
        }
    }

    fn close(&self, place: &Place) {
        if let Ok(mut open) = self.open.lock() {
            open.remove(place);
        }
    }

    /// When a document is to be closed, if it still is open.
    fn until(&self, place: &Place) -> Option<Instant> {
        self.open.lock().ok()?.get(place).map(|o| o.used + PATIENCE)
    }
}

fn unreadable(e: PageImageError) -> Problem {
    match e {
        PageImageError::Width => Problem::bad_request("bad-query", e.to_string()),
        PageImageError::Unreadable(_) => Problem::internal(e.to_string()),
        PageImageError::NoPages(_) | PageImageError::NoSuchPage { .. } => Problem::not_found(e.to_string()),
    }
}

/// Closes a document when nobody has read in it for a while. The images may be dropped before.
async fn close_in_time(pages: std::sync::Weak<Pages>, place: Place) {
    while let Some(until) = pages.upgrade().and_then(|p| p.until(&place)) {
        if until <= Instant::now() {
            if let Some(pages) = pages.upgrade() {
                pages.close(&place);
            }
            return;
        }
        tokio::time::sleep_until(until).await;
    }
}

async fn opened(path: PathBuf) -> Answer<Arc<PageReader>> {
    blocking(move || {
        let bytes = std::fs::read(path).map_err(|e| Problem::internal(format!("content: {e}")))?;
        Ok(Arc::new(PageReader::open(bytes)))
    })
    .await?
}

async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Answer<T> {
    tokio::task::spawn_blocking(work).await.map_err(|e| Problem::internal(e.to_string()))
}
