//! PDF: pages, text, scans inside pages, and what must not be in it.

mod active;
mod bombs;
mod outline;
mod scan;
mod scanned;
mod scans;

use hayro::hayro_syntax::Pdf;
use hayro::vello_cpu::color::palette::css::WHITE;
use hayro::{PixmapSettings, RenderCache, RenderSettings, hayro_interpret::InterpreterSettings};
use image::{DynamicImage, RgbImage};
use lopdf::{Dictionary, Document, LoadOptions, Object, ObjectId};

use crate::fault::{END, WHOLE};
use crate::guard::guarded;
use crate::import::Found;
pub(crate) use scanned::Scanned;
pub(crate) use scans::Scans;

use crate::{Checks, Fault, FaultCode, Kind, Line, OutlineEntry, PageFact, Stop, lines, measure};

const POINTS_TO_MM: f64 = 25.4 / 72.0;
// What one stream may unpack to: pages of text stay far below, bombs far above.
const MAX_STREAM: usize = 64 << 20;
// The resolution at which a page is drawn to be measured.
const MEASURE_DPI: f64 = 100.0;

/// Everything about a PDF that needs no case.
pub(crate) fn inspect(bytes: &[u8], checks: &Checks, stop: &Stop) -> Found {
    if !is_whole(bytes) {
        let text = "PDF文档不完整，末尾缺失，请重新导出或者传送";
        return Found::fault(Fault::quarantine(FaultCode::Truncated, END, text));
    }
    let options = LoadOptions { max_decompressed_size: Some(MAX_STREAM), ..LoadOptions::default() };
    let document = match guarded(|| Document::load_mem_with_options(bytes, options)) {
        Ok(Ok(document)) => document,
        Ok(Err(error)) if is_password(&error) => return encrypted(),
        _ => return Found::unreadable(Kind::Pdf),
    };
    if document.is_encrypted() || document.was_encrypted() || document.trailer.has(b"Encrypt") {
        return encrypted();
    }
    let mut found = Found { faults: active::scan(&document), ..Found::default() };
    let ids: Vec<_> = document.page_iter().take(checks.max_pages as usize + 1).collect();
    if ids.is_empty() {
        return Found::unreadable(Kind::Pdf);
    }
    if ids.len() > checks.max_pages as usize {
        let text = format!("PDF文档超过{}页的上限，请分卷提交", checks.max_pages);
        found.faults.push(Fault::quarantine(FaultCode::TooLarge, WHOLE, text));
        return found;
    }
    if let Some(fault) = bombs::find(&document, checks) {
        found.faults.push(fault);
        return found;
    }
    let drawing = guarded(|| Drawing::open(bytes.to_vec())).ok().flatten();
    let mut texts = Vec::with_capacity(ids.len());
    for (number, id) in (1..).zip(&ids).take_while(|_| !stop.pulled()) {
        let text = guarded(|| text_of(&document, number, *id, checks)).unwrap_or_default();
        let page = guarded(|| page_fact(&document, drawing.as_ref(), number, *id, &text, checks));
        match page {
            Ok(Ok(page)) => found.pages.push(page),
            Ok(Err(mut fault)) => {
                fault.place = format!("第{number}页");
                found.faults.push(fault);
                found.pages.push(bare_page(&document, number, *id));
            }
            Err(_) => {
                let text = format!("第{number}页损坏，无法显示，请重新导出");
                found.faults.push(Fault::quarantine(FaultCode::Unreadable, format!("第{number}页"), text));
                found.pages.push(bare_page(&document, number, *id));
            }
        }
        texts.push(text);
    }
    found.text_layer = Some(texts);
    found
}

fn encrypted() -> Found {
    let text = "PDF文档设有密码或者权限限制，请去除后重新提交";
    Found::fault(Fault::quarantine(FaultCode::Encrypted, WHOLE, text))
}

fn is_password(error: &lopdf::Error) -> bool {
    matches!(
        error,
        lopdf::Error::Decryption(_) | lopdf::Error::InvalidPassword | lopdf::Error::UnsupportedSecurityHandler(_)
    )
}

// A whole file ends with its end marker; what a transfer cut off does not. A file prepared for the web states its
// own length, since it has an end marker near its beginning too.
fn is_whole(bytes: &[u8]) -> bool {
    let tail = &bytes[bytes.len().saturating_sub(2048)..];
    let head = &bytes[..bytes.len().min(1024)];
    let stated = find(head, b"/Linearized").and_then(|at| {
        let rest = &head[at..];
        let after = rest.get(find(rest, b"/L ")? + 3..)?;
        let digits: String = after.iter().map(|byte| char::from(*byte)).take_while(char::is_ascii_digit).collect();
        digits.parse::<usize>().ok()
    });
    // What follows the last end marker and looks like an object is an update that was cut off: reading on would
    // show the document as it was before.
    let after = tail.windows(5).rposition(|window| window == b"%%EOF").map(|at| tail[at + 5..].trim_ascii_start());
    let ended = after.is_some_and(|rest| rest.first().is_none_or(|byte| !byte.is_ascii_digit() && *byte != b'x'));
    ended && stated.is_none_or(|length| length <= bytes.len())
}

fn find(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    bytes.windows(wanted.len()).position(|window| window == wanted)
}

fn page_fact(
    document: &Document,
    drawing: Option<&Drawing>,
    number: u32,
    id: ObjectId,
    text: &str,
    checks: &Checks,
) -> Result<PageFact, Fault> {
    let page = bare_page(document, number, id);
    if let Some(scan) = scan::find(document, id) {
        let page = PageFact { width_px: Some(scan.width), height_px: Some(scan.height), dpi: Some(scan.dpi), ..page };
        let picture = match scan.jpeg(document, checks.max_pixels)? {
            Some(picture) => Some(turned(picture, rotation(document, id))),
            None => drawing.and_then(|drawing| drawing.page(number, MEASURE_DPI / 72.0)),
        };
        return Ok(match picture {
            Some(picture) => page.with(&measure(&picture.to_luma8())),
            None => page,
        });
    }
    // A page with words is neither blank nor blurred, and drawing it would only cost.
    if !text.trim().is_empty() {
        return Ok(page);
    }
    let picture = drawing.and_then(|drawing| drawing.page(number, MEASURE_DPI / 72.0));
    Ok(match picture {
        Some(picture) => page.with(&measure(&picture.to_luma8())),
        None => page,
    })
}

fn bare_page(document: &Document, number: u32, id: ObjectId) -> PageFact {
    let [left, bottom, right, top] = page_box(document, id);
    let (width, height) = ((right - left) * POINTS_TO_MM, (top - bottom) * POINTS_TO_MM);
    let (width, height) = if rotation(document, id) % 180 == 90 { (height, width) } else { (width, height) };
    PageFact { number, width_mm: width, height_mm: height, ..PageFact::default() }
}

fn text_of(document: &Document, number: u32, id: ObjectId, checks: &Checks) -> String {
    if document.get_page_fonts(id).is_ok_and(|fonts| fonts.is_empty()) {
        return String::new();
    }
    let mut text = document.extract_text_with_limit(&[number], MAX_STREAM).unwrap_or_default();
    text.truncate(text.floor_char_boundary(checks.max_text_bytes));
    text
}

/// An attribute that a page may inherit from the nodes above it.
fn inherited<'a>(document: &'a Document, page: ObjectId, key: &[u8]) -> Option<&'a Object> {
    let mut node = document.get_dictionary(page).ok()?;
    // The bound ends a chain of parents that bites its tail.
    for _ in 0..64 {
        if let Ok(value) = node.get_deref(key, document) {
            return Some(value);
        }
        node = node.get_deref(b"Parent", document).and_then(Object::as_dict).ok()?;
    }
    None
}

fn rectangle(document: &Document, page: ObjectId, key: &[u8]) -> Option<[f64; 4]> {
    let numbers = inherited(document, page, key)?.as_array().ok()?;
    let mut corners = [0.0; 4];
    for (corner, number) in corners.iter_mut().zip(numbers.get(..4)?) {
        *corner = f64::from(document.dereference(number).ok()?.1.as_float().ok()?);
    }
    let [a, b, c, d] = corners;
    let ordered = [a.min(c), b.min(d), a.max(c), b.max(d)];
    (ordered[2] - ordered[0] > 1.0 && ordered[3] - ordered[1] > 1.0).then_some(ordered)
}

// Left, bottom, right, top in points.
fn page_box(document: &Document, page: ObjectId) -> [f64; 4] {
    const A4: [f64; 4] = [0.0, 0.0, 595.0, 842.0];
    rectangle(document, page, b"CropBox").or_else(|| rectangle(document, page, b"MediaBox")).unwrap_or(A4)
}

// Degrees clockwise, a multiple of 90.
fn rotation(document: &Document, page: ObjectId) -> i64 {
    inherited(document, page, b"Rotate").and_then(|value| value.as_i64().ok()).unwrap_or(0).rem_euclid(360)
}

fn turned(picture: DynamicImage, degrees: i64) -> DynamicImage {
    match degrees {
        90 => picture.rotate90(),
        180 => picture.rotate180(),
        270 => picture.rotate270(),
        _ => picture,
    }
}

fn name_of<'a>(dictionary: &'a Dictionary, key: &[u8]) -> Option<&'a [u8]> {
    dictionary.get(key).ok()?.as_name().ok()
}

/// A PDF opened for drawing its pages.
pub(crate) struct Drawing(Pdf);

impl Drawing {
    pub(crate) fn open(bytes: Vec<u8>) -> Option<Self> {
        Pdf::new(bytes).ok().map(Self)
    }

    pub(crate) fn pages(&self) -> usize {
        self.0.pages().len()
    }

    /// Width and height of a page in points, as it is shown.
    pub(crate) fn size(&self, number: u32) -> Option<(f32, f32)> {
        let page = self.0.pages().get((number as usize).checked_sub(1)?)?;
        Some(page.render_dimensions())
    }

    /// The picture that the page is, if it is one and nothing else.
    pub(crate) fn scanned(&self, number: u32) -> Option<Scanned> {
        scanned::find(self.0.pages().get((number as usize).checked_sub(1)?)?, self.data())
    }

    /// The document.
    pub(crate) fn data(&self) -> &[u8] {
        self.0.data().as_ref()
    }

    /// The text of a page with its places; `None` if there is no such page.
    pub(crate) fn lines(&self, number: u32) -> Option<Vec<Line>> {
        self.0.pages().get((number as usize).checked_sub(1)?).map(lines::of_pdf)
    }

    /// The document's own bookmarks.
    pub(crate) fn outline(&self) -> Vec<OutlineEntry> {
        outline::read(&self.0)
    }

    /// A page drawn at so many pixels a point; `None` if there is no such page or it would be absurdly large.
    pub(crate) fn page(&self, number: u32, scale: f64) -> Option<DynamicImage> {
        const MAX_SIDE: f64 = 12_000.0;
        let page = self.0.pages().get((number as usize).checked_sub(1)?)?;
        let (width, height) = page.render_dimensions();
        let sides = [width, height].map(|side| f64::from(side) * scale);
        if !sides.iter().all(|side| (1.0..MAX_SIDE).contains(side)) {
            return None;
        }
        let settings = PixmapSettings { x_scale: scale as f32, y_scale: scale as f32, bg_color: WHITE };
        let pixmap = hayro::render(
            page,
            &RenderCache::new(),
            &InterpreterSettings::default(),
            &RenderSettings::default(),
            &settings,
        );
        // On a white ground every pixel is opaque, so premultiplied colours are plain ones.
        let (width, height) = (u32::from(pixmap.width()), u32::from(pixmap.height()));
        let opaque = pixmap.data_as_u8_slice().chunks_exact(4).flat_map(|pixel| [pixel[0], pixel[1], pixel[2]]);
        RgbImage::from_raw(width, height, opaque.collect()).map(DynamicImage::ImageRgb8)
    }
}
