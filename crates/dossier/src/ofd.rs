//! OFD (GB/T 33190-2016): pages, text, scans inside pages.

use std::io::Cursor;

use image::{DynamicImage, RgbaImage};
use sofd::{Document, RenderOptions};
use sofd_display::{DrawOp, ImageCodec, ImageRef, PageDisplay};

use crate::fault::WHOLE;
use crate::guard::guarded;
use crate::import::Found;
use crate::{Checks, Fault, FaultCode, Kind, Line, PageFact, Severity, Stop, image_in, lines, measure, package};

// The share of the page that an image must cover to be the page.
const COVERS: f64 = 0.8;

/// Everything about an OFD document that needs no case.
pub(crate) fn inspect(bytes: &[u8], checks: &Checks, stop: &Stop) -> Found {
    let faults = match package::inspect(&mut Cursor::new(bytes), Kind::Ofd, checks) {
        Ok(faults) => faults,
        Err(_) => return Found::unreadable(Kind::Ofd),
    };
    if faults.iter().any(|fault| fault.severity == Severity::Quarantine) {
        return Found { faults, ..Found::default() };
    }
    let document = match guarded(|| Document::open_bytes(bytes)) {
        Ok(Ok(document)) if document.page_count() > 0 => document,
        _ => return Found::unreadable(Kind::Ofd),
    };
    let mut found = Found { faults, ..Found::default() };
    if document.page_count() > checks.max_pages as usize {
        let text = format!("OFD文档超过{}页的上限，请分卷提交", checks.max_pages);
        found.faults.push(Fault::quarantine(FaultCode::TooLarge, WHOLE, text));
        return found;
    }
    let mut texts = Vec::new();
    for (number, index) in (1..).zip(0..document.page_count()).take_while(|_| !stop.pulled()) {
        let Some(page) = document.page(index) else {
            continue;
        };
        let mut fact =
            PageFact { number, width_mm: page.page_box.w, height_mm: page.page_box.h, ..PageFact::default() };
        match guarded(|| scan_fact(page, &fact, checks)) {
            Ok(Ok(Some(scanned))) => fact = scanned,
            Ok(Ok(None)) if page.is_blank() => fact.ink = Some(0.0),
            Ok(Ok(None)) => {}
            Ok(Err(mut fault)) => {
                fault.place = format!("第{number}页");
                found.faults.push(fault);
            }
            Err(_) => {
                let text = format!("第{number}页损坏，无法显示，请重新导出");
                found.faults.push(Fault::quarantine(FaultCode::Unreadable, format!("第{number}页"), text));
            }
        }
        found.pages.push(fact);
        texts.push(text_of(page, checks));
    }
    found.text_layer = Some(texts);
    found
}

fn text_of(page: &PageDisplay, checks: &Checks) -> String {
    let mut text = String::new();
    for op in &page.ops {
        if let DrawOp::Text(run) = op {
            text.push_str(run.plain_text());
            text.push('\n');
        }
        if text.len() > checks.max_text_bytes {
            text.truncate(text.floor_char_boundary(checks.max_text_bytes));
            break;
        }
    }
    text
}

// The image that covers the page. Born-digital pages are not drawn to be measured: the outcome would hang on the
// fonts of the machine.
fn scan_fact(page: &PageDisplay, fact: &PageFact, checks: &Checks) -> Result<Option<PageFact>, Fault> {
    let area = page.page_box.w * page.page_box.h;
    let covering = page.ops.iter().find_map(|op| match op {
        DrawOp::Image { image, dst, .. } if dst.w * dst.h >= COVERS * area => Some((image, dst)),
        _ => None,
    });
    let Some((image, place)) = covering else {
        return Ok(None);
    };
    let Some(kind) = kind_of(image) else {
        return Ok(None);
    };
    let picture = image_in::decode(&image.data, kind, checks.max_pixels)?;
    let across = f64::from(picture.width()) / (place.w / 25.4);
    let down = f64::from(picture.height()) / (place.h / 25.4);
    let fact = PageFact {
        width_px: Some(picture.width()),
        height_px: Some(picture.height()),
        dpi: Some(across.min(down).round() as u32),
        ..fact.clone()
    };
    Ok(Some(fact.with(&measure(&picture.to_luma8()))))
}

fn kind_of(image: &ImageRef) -> Option<Kind> {
    match image.codec {
        ImageCodec::Jpeg => Some(Kind::Jpeg),
        ImageCodec::Png => Some(Kind::Png),
        ImageCodec::Tiff => Some(Kind::Tiff),
        _ => None,
    }
}

/// An OFD document opened for drawing its pages.
pub(crate) struct Drawing(Document);

impl Drawing {
    pub(crate) fn open(bytes: &[u8]) -> Option<Self> {
        Document::open_bytes(bytes).ok().map(Self)
    }

    pub(crate) fn pages(&self) -> usize {
        self.0.page_count()
    }

    /// The text of a page with its places; `None` if there is no such page.
    pub(crate) fn lines(&self, number: u32) -> Option<Vec<Line>> {
        self.0.page((number as usize).checked_sub(1)?).map(lines::of_ofd)
    }

    /// A page drawn so many pixels wide.
    pub(crate) fn page(&self, number: u32, width_px: u32) -> Option<DynamicImage> {
        let index = (number as usize).checked_sub(1)?;
        let inches = self.0.page(index)?.page_box.w / 25.4;
        let options = RenderOptions { dpi: f64::from(width_px) / inches, ..RenderOptions::default() };
        let raster = self.0.render_page(index, &options).ok()?;
        RgbaImage::from_raw(raster.width, raster.height, raster.rgba_bytes()).map(DynamicImage::ImageRgba8)
    }
}
