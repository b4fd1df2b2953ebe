//! Files are decoded in processes of their own, with limits of time and memory: whatever a file does to a decoder, it
//! does not do to the server, and one that takes for ever holds up nobody else.
//!
//! Here: what the server asks ([`Decoder`]) and what it says where there was no answer. `pool` has the processes and
//! their turns, `child` one of them, `work` what goes to and fro, `inside` what runs there. In this process the server
//! opens no document.

mod child;
mod inside;
mod pool;
mod work;

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::time::Duration;

use axum::body::Bytes;
use axum::http::StatusCode;
use dossier::{Imported, Line, OutlineEntry, PageImageError};

use crate::pages::blocking;
use crate::problem::{Answer, Problem};
pub use inside::run;
use pool::{Failure, Limits, Pool, Turn};
use work::{Ask, Reply};

/// How files are decoded.
#[derive(Debug, Clone)]
pub struct Decoding {
    /// The program that decodes, with its arguments: it calls [`run`]. By default this very program with `decode`,
    /// also where a newer one has taken its place on the disk.
    pub command: Vec<OsString>,
    /// Bytes of memory that one of its processes may have.
    pub memory: u64,
    /// How long a page may take to be drawn or read.
    pub page: Duration,
    /// How long an import may take for one page.
    pub import_page: Duration,
    /// How long it may take in all.
    pub import: Duration,
}

impl Default for Decoding {
    fn default() -> Self {
        Self {
            command: ["/proc/self/exe", "decode"].map(OsString::from).into(),
            memory: 3 << 30,
            page: Duration::from_secs(20),
            import_page: Duration::from_secs(30),
            import: Duration::from_secs(15 * 60),
        }
    }
}

/// The processes that decode: some for pages that people wait to see, others for imports.
pub(crate) struct Decoder {
    decoding: Decoding,
    drawing: Pool,
    importing: Pool,
}

impl Decoder {
    /// None is started yet. They may open what lies below the folders `readable`, and nothing else.
    pub fn new(decoding: Decoding, readable: Vec<PathBuf>) -> Self {
        let pool = || Pool::new(decoding.clone(), readable.clone());
        Self { drawing: pool(), importing: pool(), decoding }
    }

    /// Examines a file that was sent in. One whose examination comes to no end is given up: the answer says so, and has
    /// it kept aside. When this is dropped, the work ends at once.
    ///
    /// # Errors
    /// Where the file cannot be read from the disk, or no process be started.
    pub async fn import(&self, who: &str, path: &Path, name: &str) -> Answer<Imported> {
        let ask = Ask::Import { path: path.to_owned(), name: name.to_owned() };
        let limits = Limits { step: self.decoding.import_page, whole: self.decoding.import };
        let own = path.to_owned();
        let turn = self.importing.turn(who).await;
        // Who is broken into is not believed what the file's digests are.
        let (found, digests) =
            tokio::join!(self.importing.ask(turn, &ask, limits), blocking(move || dossier::digest_file(&own)));
        let digests = digests?.map_err(|e| Problem::internal(e.to_string()))?;
        let (page, text) = match found {
            Ok((Reply::Imported(found), _)) if found.digests == digests => return Ok(*found),
            Ok((Reply::Failed(e), _)) => return Err(Problem::internal(e)),
            Ok(_) => (None, ENDED.to_owned()),
            Err(Failure::Start(e)) => return Err(Problem::internal(e.to_string())),
            Err(Failure::Ended { page }) => (page, ENDED.to_owned()),
            Err(Failure::Step { page: Some(page) }) => {
                let limit = seconds(limits.step);
                (Some(page), format!("第{page}页过于复杂，{limit}内没有检查完，请重新导出或者扫描后提交"))
            }
            Err(Failure::Step { page: None }) => {
                (None, format!("文件过于复杂，{}内没有读取完，请重新导出或者扫描后提交", seconds(limits.step)))
            }
            Err(Failure::Whole) => {
                (None, format!("文件过于复杂，{}内没有检查完，请拆分后分别提交", seconds(limits.whole)))
            }
        };
        Ok(dossier::given_up(digests, page, &text))
    }

    /// Waits for a person's turn to see a page.
    pub async fn turn(&self, who: &str) -> Turn {
        self.drawing.turn(who).await
    }

    /// The image of a page of a document as JPEG. When this is dropped, the work ends at once.
    ///
    /// # Errors
    /// Where there is no such page, it cannot be drawn, or that takes too much.
    pub async fn image(&self, turn: Turn, path: PathBuf, page: u32, width: u32, quality: u8) -> Answer<Bytes> {
        match self.page(turn, &Ask::Image { path, page, width, quality }, Some(page)).await? {
            (Reply::Image { .. }, jpeg) => Ok(jpeg.into()),
            _ => Err(too_costly(Some(page), "绘制程序异常中止")),
        }
    }

    /// The text of a page with its places.
    ///
    /// # Errors
    /// As [`Self::image`].
    pub async fn lines(&self, turn: Turn, path: PathBuf, page: u32) -> Answer<Vec<Line>> {
        match self.page(turn, &Ask::Lines { path, page }, Some(page)).await? {
            (Reply::Lines(lines), _) => Ok(lines),
            _ => Err(too_costly(Some(page), "绘制程序异常中止")),
        }
    }

    /// The document's own bookmarks.
    ///
    /// # Errors
    /// As [`Self::image`].
    pub async fn outline(&self, turn: Turn, path: PathBuf) -> Answer<Vec<OutlineEntry>> {
        match self.page(turn, &Ask::Outline { path }, None).await? {
            (Reply::Outline(entries), _) => Ok(entries),
            _ => Err(too_costly(None, "绘制程序异常中止")),
        }
    }

    async fn page(&self, turn: Turn, ask: &Ask, page: Option<u32>) -> Answer<(Reply, Vec<u8>)> {
        let limit = self.decoding.page;
        match self.drawing.ask(turn, ask, Limits { step: limit, whole: limit }).await {
            Ok((Reply::Refused(why), _)) => Err(refused(why)),
            Ok((Reply::Failed(e), _)) => Err(Problem::internal(e)),
            Ok(answer) => Ok(answer),
            Err(Failure::Start(e)) => Err(Problem::internal(e.to_string())),
            Err(Failure::Ended { .. }) => Err(too_costly(page, "超出内存限额，或者绘制程序异常中止")),
            Err(Failure::Step { .. } | Failure::Whole) => {
                Err(too_costly(page, &format!("过于复杂，{}内没有绘制完", seconds(limit))))
            }
        }
    }

    /// Starts the first, and has it logged where that cannot be done.
    pub async fn warm(&self) {
        if let Err(e) = self.drawing.warm().await {
            tracing::error!(error = %e, "files cannot be decoded");
        }
    }

    /// Has the processes that nobody needs just now let go of the pictures of scanned documents, which they can read
    /// from the disk one by one.
    pub async fn lighten(&self) {
        self.drawing.lighten(self.decoding.page).await;
    }

    /// Imports under way.
    pub fn importing(&self) -> usize {
        self.importing.busy()
    }
}

const ENDED: &str = "检查这份文件时超出内存限额，或者检查程序异常中止，请重新导出、重新扫描或者拆分后提交";

fn seconds(limit: Duration) -> String {
    match limit.as_secs() {
        s if s >= 60 && s % 60 == 0 => format!("{}分钟", s / 60),
        s => format!("{}秒", s.max(1)),
    }
}

fn too_costly(page: Option<u32>, why: &str) -> Problem {
    let place = page.map_or_else(|| "这份文件".to_owned(), |page| format!("第{page}页"));
    let text = format!("{place}{why}，不能在线显示，请下载原件查看");
    Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "page-too-costly", "页面不能在线显示", text)
}

fn refused(why: PageImageError) -> Problem {
    match why {
        PageImageError::Width => Problem::bad_request("bad-query", why.to_string()),
        PageImageError::Unreadable(_) => Problem::internal(why.to_string()),
        PageImageError::NoPages(_) | PageImageError::NoSuchPage { .. } => Problem::not_found(why.to_string()),
    }
}
