//! From bytes to what is known of them.

use std::fs::File;
use std::io::{self, BufReader, Cursor, Read, Seek, SeekFrom};
use std::path::Path;

use image::DynamicImage;
use seal::{Digests, Hasher};
use serde::{Deserialize, Serialize};

use crate::fault::WHOLE;
use crate::guard::guarded;
use crate::{
    Checks, Class, Fault, FaultCode, Kind, Measures, MediaFact, Severity, Stop, image_in, measure, media, ofd, package,
    pdf, tiff,
};

/// The version of these checks; it is written into every report, so that a later version can be told apart.
pub const CHECKER: &str = "v2";

/// What was measured on one page. Nothing here is a judgement: see [`judge`](crate::judge). A measure that could not
/// be taken is `None`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct PageFact {
    /// The page's number, from 1.
    pub number: u32,
    /// Width in millimetres; of an image without a stated resolution, as if it filled an A4 sheet.
    pub width_mm: f64,
    /// Height in millimetres.
    pub height_mm: f64,
    /// Width of the scan in pixels; `None` for a page that was born digital.
    pub width_px: Option<u32>,
    /// Height of the scan in pixels.
    pub height_px: Option<u32>,
    /// Resolution of the scan; `None` for a page that was born digital, and for an image that does not state it.
    pub dpi: Option<u32>,
    /// Share of the page that is ink, 0 to 1, without borders, punch holes and specks.
    pub ink: Option<f64>,
    /// Steepness of the edges relative to the contrast; above 0.5 crisp, below 0.25 out of focus.
    pub sharpness: Option<f64>,
    /// Difference between paper and ink, 0 to 1.
    pub contrast: Option<f64>,
    /// Confidence that the page stands on its head, 0 to 1.
    pub upside_down: Option<f64>,
}

impl PageFact {
    pub(crate) fn with(mut self, measures: &Measures) -> Self {
        self.ink = Some(measures.ink);
        self.sharpness = measures.sharpness;
        self.contrast = measures.contrast;
        self.upside_down = measures.upside_down;
        self
    }
}

/// What is known of an imported file.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Imported {
    /// Digests and length of the content.
    pub digests: Digests,
    /// What the content is.
    pub kind: Kind,
    /// Its pages, if it is a document or an image.
    pub pages: Vec<PageFact>,
    /// Its facts, if it is video or sound.
    pub media: Option<MediaFact>,
    /// The text of each page, if it is a document of pages; empty for a page without text.
    pub text_layer: Option<Vec<String>>,
    /// What is wrong with it.
    pub faults: Vec<Fault>,
    /// The version of the checks, [`CHECKER`].
    pub checker: String,
}

impl Imported {
    /// Whether the file must be kept aside.
    #[must_use]
    pub fn quarantined(&self) -> bool {
        self.faults.iter().any(|fault| fault.severity == Severity::Quarantine)
    }
}

/// A file could not be read from the disk.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// What the operating system reported.
    #[error("读取文件失败：{0}")]
    Io(#[from] io::Error),
    /// Nobody waits for it any more.
    #[error("已取消")]
    Stopped,
}

/// Examines content in memory. `name` is the name it came under: it is never trusted, and an extension that
/// contradicts the content is a fault. Never fails and never panics: what is wrong stands in the faults.
#[must_use]
pub fn import(bytes: &[u8], name: &str, checks: &Checks) -> Imported {
    import_until(bytes, name, checks, &Stop::default())
}

/// What is found after a stop is not the whole.
fn import_until(bytes: &[u8], name: &str, checks: &Checks, stop: &Stop) -> Imported {
    let (kind, found) = if bytes.is_empty() {
        (Kind::Unknown, Found::default())
    } else {
        let kind = Kind::of(bytes);
        match Route::of(kind) {
            Route::Stream => examine_stream(&mut Cursor::new(bytes), kind, checks)
                .unwrap_or_else(|_| (kind, Found::unreadable(kind))),
            Route::Memory => (kind, examine_bytes(bytes, kind, checks, stop)),
        }
    };
    conclude(seal::digests(bytes), kind, found, name)
}

/// Examines a file on the disk: [`import`] for content that need not fit into memory. Video, sound and packages are
/// read by pieces whatever their size; documents and images above the limit are refused with a fault.
///
/// # Errors
/// [`ImportError::Io`] if the disk does, [`ImportError::Stopped`] if `stop` was pulled before the end; all else stands
/// in the faults.
pub fn import_file(path: &Path, name: &str, checks: &Checks, stop: &Stop) -> Result<Imported, ImportError> {
    let imported = import_file_until(path, name, checks, stop)?;
    if stop.pulled() { Err(ImportError::Stopped) } else { Ok(imported) }
}

fn import_file_until(path: &Path, name: &str, checks: &Checks, stop: &Stop) -> Result<Imported, ImportError> {
    let mut file = BufReader::with_capacity(1 << 16, File::open(path)?);
    let kind = Kind::of_reader(&mut file)?;
    let length = file.seek(SeekFrom::End(0))?;
    file.seek(SeekFrom::Start(0))?;
    if matches!(Route::of(kind), Route::Memory) && length <= checks.max_document_bytes {
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes)?;
        return Ok(import_until(&bytes, name, checks, stop));
    }
    let digests = hash(&mut file, stop)?;
    let (kind, found) = match Route::of(kind) {
        Route::Memory => (kind, Found::too_large(kind, checks)),
        Route::Stream => examine_stream(&mut file, kind, checks)?,
    };
    Ok(conclude(digests, kind, found, name))
}

fn hash(reader: &mut impl Read, stop: &Stop) -> Result<Digests, ImportError> {
    let (mut hasher, mut chunk) = (Hasher::new(), vec![0; 1 << 20]);
    loop {
        if stop.pulled() {
            return Err(ImportError::Stopped);
        }
        match reader.read(&mut chunk)? {
            0 => return Ok(hasher.finish()),
            read => hasher.update(&chunk[..read]),
        }
    }
}

enum Route {
    /// Needs the whole content at once.
    Memory,
    /// Is read by pieces.
    Stream,
}

impl Route {
    fn of(kind: Kind) -> Self {
        match kind.class() {
            Class::Pages | Class::Image => Self::Memory,
            Class::Video | Class::Audio | Class::Attachment | Class::Unreadable => Self::Stream,
        }
    }
}

#[derive(Default)]
pub(crate) struct Found {
    pub pages: Vec<PageFact>,
    pub media: Option<MediaFact>,
    pub text_layer: Option<Vec<String>>,
    pub faults: Vec<Fault>,
}

impl Found {
    pub(crate) fn fault(fault: Fault) -> Self {
        Self { faults: vec![fault], ..Self::default() }
    }

    pub(crate) fn unreadable(kind: Kind) -> Self {
        let text = format!("{}损坏，无法打开，请重新导出", kind.label());
        Self::fault(Fault::quarantine(FaultCode::Unreadable, WHOLE, text))
    }

    fn too_large(kind: Kind, checks: &Checks) -> Self {
        let text = format!("{}超过{}MB的上限，请分卷或者压缩后重新提交", kind.label(), checks.max_document_bytes >> 20);
        Self::fault(Fault::quarantine(FaultCode::TooLarge, WHOLE, text))
    }
}

fn conclude(digests: Digests, kind: Kind, found: Found, name: &str) -> Imported {
    let Found { pages, media, text_layer, mut faults } = found;
    if digests.bytes == 0 {
        faults.push(Fault::quarantine(FaultCode::Empty, WHOLE, "文件没有内容，请重新提交"));
    } else {
        faults.extend(renamed(kind, name));
    }
    Imported { digests, kind, pages, media, text_layer, faults, checker: CHECKER.to_owned() }
}

fn renamed(kind: Kind, name: &str) -> Option<Fault> {
    let extension = Path::new(name).extension()?.to_str()?.to_ascii_lowercase();
    if kind == Kind::Unknown || kind.extensions().contains(&extension.as_str()) {
        return None;
    }
    let known = |kind: Kind| kind.extensions().contains(&extension.as_str());
    use Kind::{Avi, Docx, Jpeg, M4a, Mp3, Mp4, Ofd, Pdf, Png, Tiff, Wav, Webm, Xlsx, Zip};
    let claimed = [Pdf, Ofd, Jpeg, Png, Tiff, Mp4, Webm, Avi, Wav, Mp3, M4a, Docx, Xlsx, Zip]
        .into_iter()
        .find(|kind| known(*kind));
    let label = kind.label();
    Some(match claimed {
        Some(claimed) => {
            let text =
                format!("扩展名为.{extension}（{}），内容实为{label}，请核对文件后按真实类型提交", claimed.label());
            Fault::quarantine(FaultCode::Renamed, "文件名", text)
        }
        None => Fault::warn(FaultCode::Renamed, "文件名", format!("扩展名.{extension}与内容不符，内容为{label}")),
    })
}

fn examine_stream<R: Read + Seek>(reader: &mut R, kind: Kind, checks: &Checks) -> io::Result<(Kind, Found)> {
    let (mut kind, mut found) = (kind, Found::default());
    match kind.class() {
        Class::Video | Class::Audio => {
            (found.media, found.faults) = media::inspect(reader, &mut kind)?;
        }
        Class::Attachment => {
            found.faults = package::inspect(reader, kind, checks)?;
        }
        _ => {
            let mut head = Vec::new();
            reader.seek(SeekFrom::Start(0))?;
            reader.by_ref().take(1 << 20).read_to_end(&mut head)?;
            if !head.is_empty() {
                found.faults.push(package::unknown(&head));
            }
        }
    }
    Ok((kind, found))
}

fn examine_bytes(bytes: &[u8], kind: Kind, checks: &Checks, stop: &Stop) -> Found {
    if bytes.len() as u64 > checks.max_document_bytes {
        return Found::too_large(kind, checks);
    }
    guarded(|| match kind {
        Kind::Pdf => pdf::inspect(bytes, checks, stop),
        Kind::Ofd => ofd::inspect(bytes, checks, stop),
        Kind::Tiff => tiff::inspect(bytes, checks, stop),
        _ => match image_in::inspect(bytes, kind, checks) {
            Ok((picture, dpi)) => Found { pages: vec![page_of_image(1, &picture, dpi)], ..Found::default() },
            Err(fault) => Found::fault(fault),
        },
    })
    .unwrap_or_else(|_| Found::unreadable(kind))
}

/// The facts of a page that is a picture.
pub(crate) fn page_of_image(number: u32, picture: &DynamicImage, dpi: Option<u32>) -> PageFact {
    let (width, height) = (f64::from(picture.width()), f64::from(picture.height()));
    let millimetres_a_pixel = match dpi {
        Some(dpi) => 25.4 / f64::from(dpi),
        None if width > height => (297.0 / width).min(210.0 / height),
        None => (210.0 / width).min(297.0 / height),
    };
    PageFact {
        number,
        width_mm: width * millimetres_a_pixel,
        height_mm: height * millimetres_a_pixel,
        width_px: Some(picture.width()),
        height_px: Some(picture.height()),
        dpi,
        ..PageFact::default()
    }
    .with(&measure(&picture.to_luma8()))
}
