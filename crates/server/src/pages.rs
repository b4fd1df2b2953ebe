//! Page images: each made once, kept in memory up to a limit.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex};

use axum::body::Bytes;
use dossier::{Kind, PageImageError};
use seal::Digest;
use tokio::sync::{OnceCell, Semaphore};

use crate::problem::{Answer, Problem};

/// Bytes of images kept.
const KEPT: usize = 128 << 20;
const QUALITY: u8 = 80;

/// One image.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Key {
    /// The content.
    pub sm3: Digest,
    /// Page from 1.
    pub page: u32,
    /// Width in pixels.
    pub width: u32,
}

type Cell = Arc<OnceCell<Bytes>>;

/// The images.
pub struct Pages {
    made: Mutex<Made>,
    /// Each drawing binds a core.
    turns: Arc<Semaphore>,
}

#[derive(Default)]
struct Made {
    cells: HashMap<Key, Cell>,
    oldest: VecDeque<(Key, usize)>,
    bytes: usize,
}

impl Pages {
    /// No images yet.
    pub fn new() -> Self {
        let cores = std::thread::available_parallelism().map_or(2, std::num::NonZero::get);
        Self { made: Mutex::default(), turns: Arc::new(Semaphore::new(cores)) }
    }

    /// The image, drawn from the file at `path` where it was not drawn before. Several who ask at
    /// once wait for one drawing.
    ///
    /// # Errors
    /// Where there is no such page or it cannot be drawn.
    pub async fn image(&self, key: Key, path: std::path::PathBuf) -> Answer<Bytes> {
        let cell = self.cell(key);
        let drawn = cell.get_or_try_init(|| self.draw(key, path)).await;
        match drawn {
            Ok(b) => Ok(b.clone()),
            Err(p) => {
                self.forget(&key);
                Err(p)
            }
        }
    }

    fn cell(&self, key: Key) -> Cell {
        match self.made.lock() {
            Ok(mut m) => m.cells.entry(key).or_default().clone(),
            Err(_) => Cell::default(),
        }
    }

    fn forget(&self, key: &Key) {
        if let Ok(mut m) = self.made.lock() {
            m.cells.remove(key);
        }
    }

    async fn draw(&self, key: Key, path: std::path::PathBuf) -> Answer<Bytes> {
        let turn = self.turns.clone().acquire_owned().await.map_err(|e| Problem::internal(e.to_string()))?;
        let drawn = tokio::task::spawn_blocking(move || -> Answer<Vec<u8>> {
            // The turn lasts as long as the work, also when the reader has hung up.
            let _turn = turn;
            let bytes = std::fs::read(path).map_err(|e| Problem::internal(e.to_string()))?;
            dossier::page_image(&bytes, Kind::of(&bytes), key.page, key.width, QUALITY).map_err(|e| match e {
                PageImageError::Width => Problem::bad_request("bad-query", e.to_string()),
                PageImageError::Unreadable(_) => Problem::internal(e.to_string()),
                PageImageError::NoPages(_) | PageImageError::NoSuchPage { .. } => Problem::not_found(e.to_string()),
            })
        });
        let image = Bytes::from(drawn.await.map_err(|e| Problem::internal(e.to_string()))??);
        if let Ok(mut m) = self.made.lock() {
            m.keep(key, image.len());
        }
        Ok(image)
    }
}

impl Made {
    fn keep(&mut self, key: Key, bytes: usize) {
        self.oldest.push_back((key, bytes));
        self.bytes += bytes;
        while self.bytes > KEPT
            && let Some((old, size)) = self.oldest.pop_front()
        {
            self.cells.remove(&old);
            self.bytes -= size;
        }
    }
}
