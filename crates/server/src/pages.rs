//! Page images: each drawn once for all who ask at once, and kept on the disk.
//!
//! A document is parsed once and stays open while somebody reads it, a scanned one without its pictures; the pages
//! behind the one that was asked for are drawn meanwhile, so that turning a page is reading a small file. What nobody
//! waits for any more is not drawn.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

use axum::body::Bytes;
use dossier::{Line, OutlineEntry, PageImageError, PageReader};
use futures_util::FutureExt;
use futures_util::future::{BoxFuture, Shared, WeakShared};
use store::content::Folder;
use store::images::ImageKey;
use store::{TRACES, part};
use tokio::sync::{OnceCell, Semaphore};
use tokio::time::Instant;
use tracing::{Instrument, Span};

use crate::problem::{Answer, Problem};

/// Bytes of documents kept open; one is kept however large it is.
const OPEN: usize = 256 << 20;
/// A document of more bytes is lightened, where it can be.
const HEAVY: usize = 8 << 20;
/// How long an open document waits for its reader to turn the page.
const PATIENCE: Duration = Duration::from_secs(60);
/// Pages drawn ahead of the reader.
const AHEAD: u32 = 4;
const QUALITY: u8 = 80;

type Cell<T> = Arc<OnceCell<T>>;
/// A drawing that goes on as long as somebody waits for it.
type Drawing = BoxFuture<'static, Answer<Bytes>>;
/// A content of a unit.
type Place = (String, seal::Digest);

/// The images.
pub struct Pages {
    folder: Folder,
    drawing: Mutex<HashMap<ImageKey, WeakShared<Drawing>>>,
    open: Mutex<HashMap<Place, Open>>,
    /// Each drawing binds a core.
    turns: Arc<Semaphore>,
    /// Drawing ahead and lightening never bind more than one.
    background: Arc<Semaphore>,
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
            background: Arc::new(Semaphore::new(1)),
        })
    }

    /// The image of a page of a content that has so many. The next pages are drawn in the background.
    ///
    /// # Errors
    /// Where there is no such page or it cannot be drawn.
    pub async fn image(self: &Arc<Self>, key: ImageKey, pages: u32) -> Answer<Bytes> {
        // At the same time: whoever opens a document turns its page sooner than he could begin to fetch the next.
        self.draw_ahead(key.clone(), pages);
        self.one(key).await
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
        self.drawing(key)?.await
    }

    /// The drawing of an image, one for all. It waits for its turn only while somebody waits for it: who turns pages
    /// quickly leaves none behind him.
    fn drawing(self: &Arc<Self>, key: ImageKey) -> Answer<Shared<Drawing>> {
        let mut all = self.drawing.lock().map_err(|e| Problem::internal(e.to_string()))?;
        if let Some(begun) = all.get(&key).and_then(WeakShared::upgrade) {
            return Ok(begun);
        }
        all.retain(|_, drawing| drawing.upgrade().is_some());
        let (pages, wanted) = (self.clone(), key.clone());
        let new = async move { pages.kept_or_drawn(&wanted).await }.boxed().shared();
        if let Some(drawing) = new.downgrade() {
            all.insert(key, drawing);
        }
        Ok(new)
    }

    async fn kept(&self, key: &ImageKey) -> Answer<Option<Bytes>> {
        let (folder, key) = (self.folder.clone(), key.clone());
        Ok(blocking(move || folder.images().get(&key, SystemTime::now())).await??.map(Bytes::from))
    }

    /// Looks once more: who asked first may just have finished.
    async fn kept_or_drawn(self: &Arc<Self>, key: &ImageKey) -> Answer<Bytes> {
        match self.kept(key).await? {
            Some(kept) => Ok(kept),
            None => self.draw(key).instrument(part(|| tracing::info_span!(target: TRACES, "draw a page"))).await,
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
        let Ok(turn) = self.background.clone().try_acquire_owned() else { return };
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
        let reader = cell.get_or_try_init(async || opened(self.folder.clone(), place.clone()).await).await.cloned();
        match &reader {
            Ok(opened) if first => {
                self.close_some(&place);
                if opened.bytes() > HEAVY {
                    let path = self.folder.path(unit, sm3)?;
                    tokio::spawn(lighten(Arc::downgrade(self), place.clone(), path, opened.clone()));
                }
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

/// Puts what is left of a scanned document in the place of the whole, for as long as it stays open.
async fn lighten(pages: std::sync::Weak<Pages>, place: Place, path: PathBuf, whole: Arc<PageReader>) {
    let Some(background) = pages.upgrade().map(|p| p.background.clone()) else { return };
    let Ok(_turn) = background.acquire_owned().await else { return };
    let Ok(Some(light)) = blocking(move || whole.lightened(&path)).await else { return };
    if let Some(pages) = pages.upgrade()
        && let Ok(mut open) = pages.open.lock()
        && let Some(open) = open.get_mut(&place)
    {
        open.reader = Arc::new(OnceCell::new_with(Some(Arc::new(light))));
    }
}

async fn opened(folder: Folder, (unit, sm3): Place) -> Answer<Arc<PageReader>> {
    blocking(move || Ok(Arc::new(PageReader::open(folder.read(&unit, &sm3)?)))).await?
}

pub(crate) async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Answer<T> {
    let here = Span::current();
    tokio::task::spawn_blocking(move || here.in_scope(work)).await.map_err(|e| Problem::internal(e.to_string()))
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test stops at the first surprise")]
mod tests {
    use super::*;

    /// A folder with one content, a picture, and its image wanted.
    fn place() -> (tempfile::TempDir, Arc<Pages>, ImageKey) {
        let root = tempfile::tempdir().unwrap();
        let folder = Folder::open(root.path().join("contents")).unwrap();
        let mut png = std::io::Cursor::new(Vec::new());
        image::RgbImage::new(40, 60).write_to(&mut png, image::ImageFormat::Png).unwrap();
        let stored = folder.put_bytes("GA-1", png.get_ref()).unwrap();
        let key = ImageKey { unit: "GA-1".into(), sm3: stored.sm3, drawing: dossier::DRAWING, page: 1, width: 100 };
        (root, Pages::new(folder), key)
    }

    #[tokio::test]
    async fn what_nobody_waits_for_any_more_is_not_drawn() {
        let (_root, pages, key) = place();
        let all = pages.turns.available_permits();
        let busy = pages.turns.clone().acquire_many_owned(u32::try_from(all).unwrap()).await.unwrap();
        let mut asked = Box::pin(pages.one(key.clone()));
        let mut also = Box::pin(pages.one(key.clone()));
        let waiting = || pages.drawing.lock().unwrap().get(&key).and_then(WeakShared::upgrade);
        // Both have come as far as the turn; the third is this question.
        while waiting().and_then(|drawing| drawing.strong_count()) != Some(3) {
            tokio::select! {
                biased;
                _ = &mut asked => panic!("there was no turn"),
                _ = &mut also => panic!("there was no turn"),
                () = tokio::task::yield_now() => {}
            }
        }
        drop(asked);
        assert!(waiting().is_some(), "one still waits");
        drop(also);
        assert!(waiting().is_none());
        drop(busy);
        assert_eq!(pages.turns.available_permits(), all);
        assert!(!pages.folder.images().has(&key));
        // Whoever asks now has it.
        assert!(pages.one(key.clone()).await.unwrap().starts_with(&[0xff, 0xd8]));
        assert!(pages.folder.images().has(&key));
    }
}
