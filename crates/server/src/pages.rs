//! Page images: each drawn once for all who ask at once, and kept on the disk.
//!
//! They are drawn by processes apart (`decoder`), in which a document stays open while somebody reads it; the pages
//! behind the one that was asked for are drawn meanwhile, so that turning a page is reading a small file. What nobody
//! waits for any more is not drawn.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

use axum::body::Bytes;
use dossier::{Line, OutlineEntry};
use futures_util::FutureExt;
use futures_util::future::{BoxFuture, Shared, WeakShared};
use store::TRACES;
use store::content::Folder;
use store::images::ImageKey;
use tokio::runtime::Handle;
use tokio::sync::Semaphore;
use tokio::task::JoinHandle;
use tokio::time::timeout;
use tracing::{Instrument, Span};

use crate::decoder::Decoder;
use crate::problem::{Answer, Problem};

/// Pages drawn ahead of the reader.
const AHEAD: u32 = 4;
/// How long one of them may take, and what nobody waits for any more.
const BRIEFLY: Duration = Duration::from_secs(1);
const QUALITY: u8 = 80;

/// A drawing that goes on as long as somebody waits for it.
type Drawing = BoxFuture<'static, Answer<Bytes>>;
/// The images.
pub struct Pages {
    folder: Folder,
    decoder: Arc<Decoder>,
    drawing: Mutex<HashMap<ImageKey, WeakShared<Drawing>>>,
    /// Drawing ahead never binds more than one core.
    background: Arc<Semaphore>,
}

impl Pages {
    /// Images of these contents, drawn there.
    pub fn new(folder: Folder, decoder: Arc<Decoder>) -> Arc<Self> {
        Arc::new(Self { folder, decoder, drawing: Mutex::default(), background: Arc::new(Semaphore::new(1)) })
    }

    /// The image of a page of a content that has so many, for a person. The next pages are drawn in the background.
    ///
    /// # Errors
    /// Where there is no such page, it cannot be drawn, or that takes too much.
    pub async fn image(self: &Arc<Self>, who: &str, key: ImageKey, pages: u32) -> Answer<Bytes> {
        // At the same time: whoever opens a document turns its page sooner than he could begin to fetch the next.
        self.draw_ahead(who, key.clone(), pages);
        self.one(who, key).await
    }

    /// The text of a page with its places.
    ///
    /// # Errors
    /// As [`Self::image`].
    pub async fn lines(&self, who: &str, unit: &str, sm3: &seal::Digest, page: u32) -> Answer<Vec<Line>> {
        let (file, turn, decoder) = (self.file(unit, sm3).await?, self.decoder.turn(who).await, self.decoder.clone());
        lasting(async move { decoder.lines(turn, file, page).await }).await
    }

    /// The document's own bookmarks.
    ///
    /// # Errors
    /// Where it cannot be opened, or that takes too much.
    pub async fn outline(&self, who: &str, unit: &str, sm3: &seal::Digest) -> Answer<Vec<OutlineEntry>> {
        let (file, turn, decoder) = (self.file(unit, sm3).await?, self.decoder.turn(who).await, self.decoder.clone());
        lasting(async move { decoder.outline(turn, file).await }).await
    }

    async fn file(&self, unit: &str, sm3: &seal::Digest) -> Answer<PathBuf> {
        let (folder, unit, sm3) = (self.folder.clone(), unit.to_owned(), *sm3);
        Ok(blocking(move || folder.file(&unit, &sm3)).await??)
    }

    /// The kept image; drawn where there is none, once for all who ask meanwhile.
    async fn one(self: &Arc<Self>, who: &str, key: ImageKey) -> Answer<Bytes> {
        if let Some(kept) = self.kept(&key).await? {
            return Ok(kept);
        }
        self.drawing(who, key)?.await
    }

    /// The drawing of an image, one for all, in the name of who asked first. It goes on only while somebody waits for
    /// it: who turns pages quickly leaves none behind him.
    fn drawing(self: &Arc<Self>, who: &str, key: ImageKey) -> Answer<Shared<Drawing>> {
        let mut all = self.drawing.lock().map_err(|e| Problem::internal(e.to_string()))?;
        if let Some(begun) = all.get(&key).and_then(WeakShared::upgrade) {
            return Ok(begun);
        }
        all.retain(|_, drawing| drawing.upgrade().is_some());
        let (pages, who, wanted) = (self.clone(), who.to_owned(), key.clone());
        let new = async move { pages.kept_or_drawn(&who, &wanted).await }.boxed().shared();
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
    async fn kept_or_drawn(&self, who: &str, key: &ImageKey) -> Answer<Bytes> {
        match self.kept(key).await? {
            Some(kept) => Ok(kept),
            None => self.draw(who, key).instrument(tracing::info_span!(target: TRACES, "draw a page")).await,
        }
    }

    async fn draw(&self, who: &str, key: &ImageKey) -> Answer<Bytes> {
        let (file, turn) = (self.file(&key.unit, &key.sm3).await?, self.decoder.turn(who).await);
        let (folder, decoder, key) = (self.folder.clone(), self.decoder.clone(), key.clone());
        let drawn = lasting(async move {
            let jpeg = decoder.image(turn, file.clone(), key.page, key.width, QUALITY).await?;
            let image = jpeg.clone();
            let put = blocking(move || folder.images().put(&key, &image, &file, SystemTime::now()));
            // The reader has the image even where it cannot be kept.
            if let Err(e) = put.await? {
                tracing::warn!(error = %e, "a page image could not be kept");
            }
            Ok(jpeg)
        });
        drawn.await
    }

    fn draw_ahead(self: &Arc<Self>, who: &str, key: ImageKey, pages: u32) {
        let last = key.page.saturating_add(AHEAD).min(pages);
        if key.page >= last {
            return;
        }
        // Whoever reads quickly is not followed page by page.
        let Ok(turn) = self.background.clone().try_acquire_owned() else { return };
        let (this, who) = (self.clone(), who.to_owned());
        tokio::spawn(async move {
            let _turn = turn;
            for page in key.page + 1..=last {
                let key = ImageKey { page, ..key.clone() };
                if !this.folder.images().has(&key) && !matches!(timeout(BRIEFLY, this.one(&who, key)).await, Ok(Ok(_)))
                {
                    return;
                }
            }
            this.decoder.lighten().await;
        });
    }
}

/// Goes on for a moment when nobody waits for it any more: who turns pages quickly leaves many behind that have begun,
/// and ending a process for each of them would make the next one wait.
async fn lasting<T: Send + 'static>(work: impl Future<Output = Answer<T>> + Send + 'static) -> Answer<T> {
    struct Lasting<T: Send + 'static>(Option<JoinHandle<Answer<T>>>);
    impl<T: Send + 'static> Drop for Lasting<T> {
        fn drop(&mut self) {
            // Where the program ends, everything does.
            if let Some(mut work) = self.0.take().filter(|work| !work.is_finished())
                && let Ok(runtime) = Handle::try_current()
            {
                runtime.spawn(async move {
                    if timeout(BRIEFLY, &mut work).await.is_err() {
                        work.abort();
                    }
                });
            }
        }
    }
    let mut lasting = Lasting(Some(tokio::spawn(work)));
    let Some(work) = &mut lasting.0 else { return Err(Problem::internal("nothing to wait for")) };
    work.await.map_err(|e| Problem::internal(e.to_string()))?
}

pub(crate) async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Answer<T> {
    let here = Span::current();
    tokio::task::spawn_blocking(move || here.in_scope(work)).await.map_err(|e| Problem::internal(e.to_string()))
}
