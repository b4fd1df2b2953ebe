//! Page images for reading on screen.

use std::path::Path;

use image::{DynamicImage, Rgb, RgbImage};
use jpeg_encoder::{ColorType, Encoder, SamplingFactor};
use pic_scale::{ImageSize, ImageStore, ImageStoreMut, ResamplingFunction, Scaler, ThreadingPolicy};

use crate::guard::guarded;
use crate::{Checks, Class, Kind, Line, image_in, ofd, pdf, scan_image, tiff};

/// The version of the drawing; images that are kept carry it, so that a later version draws anew.
pub const DRAWING: &str = "d2";

/// The widest image that is made.
const MAX_WIDTH: u32 = 4_000;

/// Why there is no image of a page.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PageImageError {
    /// The content has no pages.
    #[error("{}没有可以显示的页", .0.label())]
    NoPages(Kind),
    /// The page's number is out of range.
    #[error("没有第{page}页，全文共{pages}页")]
    NoSuchPage {
        /// The page asked for.
        page: u32,
        /// The pages there are.
        pages: usize,
    },
    /// The width must be 1 to 4000 pixels.
    #[error("图像宽度应为1至4000像素")]
    Width,
    /// The page cannot be drawn.
    #[error("第{0}页无法显示")]
    Unreadable(u32),
}

/// An entry of a document's own outline.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutlineEntry {
    /// How far down it stands, from 0.
    pub level: u32,
    /// Its title, on one line.
    pub title: String,
    /// The page to which it leads, from 1.
    pub page: u32,
}

/// A content opened for showing its pages: parsed once, then drawn page by page, by several readers at once.
///
/// For content that [`import`](crate::import) let pass: the limits against content that unpacks enormously are checked
/// there, and not again for each page that is read.
pub struct PageReader {
    source: Source,
    bytes: usize,
}

enum Source {
    Pdf(pdf::Drawing),
    Scans(pdf::Scans),
    Ofd(Box<ofd::Drawing>),
    Tiff(Vec<u8>, Vec<tiff::Directory>),
    Image(Vec<u8>, Kind),
    /// It could not be opened.
    Unreadable,
    /// It has no pages.
    Pageless(Kind),
}

impl PageReader {
    /// Opens a content. What is wrong with it is said when a page is asked for.
    #[must_use]
    pub fn open(bytes: Vec<u8>) -> Self {
        let (kind, length) = (Kind::of(&bytes), bytes.len());
        let source = guarded(|| match kind {
            Kind::Pdf => pdf::Drawing::open(bytes).map_or(Source::Unreadable, Source::Pdf),
            Kind::Ofd => {
                ofd::Drawing::open(&bytes).map_or(Source::Unreadable, |drawing| Source::Ofd(Box::new(drawing)))
            }
            Kind::Tiff => match tiff::pictures(&bytes, Checks::default().max_pages) {
                Some(pictures) => Source::Tiff(bytes, pictures),
                None => Source::Unreadable,
            },
            _ if kind.class() == Class::Image => Source::Image(bytes, kind),
            _ => Source::Pageless(kind),
        });
        Self { source: source.unwrap_or(Source::Unreadable), bytes: length }
    }

    /// Bytes that it keeps in memory: the content, or what is left of it when it was [lightened](Self::lightened).
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.bytes
    }

    /// The same document without its pictures in memory, where each of its pages is a scanned picture: they are read
    /// from the content's file at `path` when they are asked for. `None` where nothing would be won.
    #[must_use]
    pub fn lightened(&self, path: &Path) -> Option<Self> {
        let Source::Pdf(drawing) = &self.source else { return None };
        let scans = guarded(|| pdf::Scans::of(drawing, path)).ok().flatten()?;
        let bytes = scans.bytes();
        (bytes < self.bytes).then_some(Self { source: Source::Scans(scans), bytes })
    }

    /// The text of one page (from 1) with its places; empty if it has none, or is only a picture.
    ///
    /// # Errors
    /// [`PageImageError`] if there is no such page or it cannot be read.
    pub fn lines(&self, page: u32) -> Result<Vec<Line>, PageImageError> {
        let unreadable = PageImageError::Unreadable(page);
        guarded(|| match &self.source {
            Source::Pdf(drawing) => {
                check_number(page, drawing.pages())?;
                drawing.lines(page).ok_or(PageImageError::Unreadable(page))
            }
            Source::Scans(scans) => {
                check_number(page, scans.pages())?;
                scans.words().lines(page).ok_or(PageImageError::Unreadable(page))
            }
            Source::Ofd(drawing) => {
                check_number(page, drawing.pages())?;
                drawing.lines(page).ok_or(PageImageError::Unreadable(page))
            }
            Source::Tiff(..) | Source::Image(..) => Ok(Vec::new()),
            Source::Unreadable => Err(PageImageError::Unreadable(page)),
            Source::Pageless(kind) => Err(PageImageError::NoPages(*kind)),
        })
        .unwrap_or(Err(unreadable))
    }

    /// The content's own bookmarks, in their order; empty where it has none.
    #[must_use]
    pub fn outline(&self) -> Vec<OutlineEntry> {
        match &self.source {
            Source::Pdf(drawing) => guarded(|| drawing.outline()).unwrap_or_default(),
            Source::Scans(scans) => guarded(|| scans.words().outline()).unwrap_or_default(),
            _ => Vec::new(),
        }
    }

    /// The image of one page (from 1) as JPEG, `width_px` pixels wide; `quality` is 1 to 100. A scan or a picture is
    /// never made larger than it is. A scan that is hardly larger than asked for is given as it is, up to half as wide again.
    ///
    /// # Errors
    /// [`PageImageError`] if there is no such page or it cannot be drawn.
    pub fn image(&self, page: u32, width_px: u32, quality: u8) -> Result<Vec<u8>, PageImageError> {
        if width_px == 0 || width_px > MAX_WIDTH {
            return Err(PageImageError::Width);
        }
        let unreadable = PageImageError::Unreadable(page);
        let jpeg = guarded(|| {
            let picture = match &self.source {
                Source::Pdf(drawing) => {
                    check_number(page, drawing.pages())?;
                    if let Some(scanned) = drawing.scanned(page) {
                        let jpeg = drawing.data().get(scanned.at.clone());
                        return jpeg
                            .and_then(|jpeg| scan_image::drawn(jpeg, &scanned, width_px, quality))
                            .ok_or(PageImageError::Unreadable(page));
                    }
                    let (width, _) = drawing.size(page).ok_or(PageImageError::Unreadable(page))?;
                    drawing.page(page, f64::from(width_px) / f64::from(width))
                }
                Source::Scans(scans) => {
                    check_number(page, scans.pages())?;
                    let found = scans.jpeg(page);
                    return found
                        .and_then(|(jpeg, scanned)| scan_image::drawn(&jpeg, scanned, width_px, quality))
                        .ok_or(PageImageError::Unreadable(page));
                }
                Source::Ofd(drawing) => {
                    check_number(page, drawing.pages())?;
                    drawing.page(page, width_px)
                }
                Source::Tiff(bytes, pictures) => {
                    check_number(page, pictures.len())?;
                    let picture = (page as usize).checked_sub(1).and_then(|index| pictures.get(index));
                    picture.and_then(|picture| tiff::decode(bytes, *picture, Checks::default().max_pixels).ok())
                }
                Source::Image(bytes, kind) => {
                    check_number(page, 1)?;
                    image_in::decode(bytes, *kind, Checks::default().max_pixels).ok()
                }
                Source::Unreadable => None,
                Source::Pageless(kind) => return Err(PageImageError::NoPages(*kind)),
            };
            encode(picture.ok_or(PageImageError::Unreadable(page))?, width_px, quality)
                .ok_or(PageImageError::Unreadable(page))
        });
        jpeg.unwrap_or(Err(unreadable))
    }
}

fn check_number(page: u32, pages: usize) -> Result<(), PageImageError> {
    if page == 0 || page as usize > pages { Err(PageImageError::NoSuchPage { page, pages }) } else { Ok(()) }
}

fn encode(picture: DynamicImage, width_px: u32, quality: u8) -> Option<Vec<u8>> {
    encoded(shrunk(on_white(picture), width_px)?, quality)
}

/// A picture of this width; a narrower one as it is.
pub(crate) fn shrunk(picture: RgbImage, width_px: u32) -> Option<RgbImage> {
    let (width, height) = picture.dimensions();
    if width <= width_px {
        return Some(picture);
    }
    let low = u32::try_from((u64::from(height) * u64::from(width_px) / u64::from(width)).max(1)).ok()?;
    let size = |w: u32, h: u32| ImageSize::new(w as usize, h as usize);
    let scaler = Scaler::new(ResamplingFunction::Bilinear).set_threading_policy(ThreadingPolicy::Single);
    let plan = scaler.plan_rgb_resampling(size(width, height), size(width_px, low)).ok()?;
    let source = ImageStore::<u8, 3>::borrow(picture.as_raw(), width as usize, height as usize).ok()?;
    let mut target = ImageStoreMut::<u8, 3>::alloc(width_px as usize, low as usize);
    plan.resample(&source, &mut target).ok()?;
    RgbImage::from_raw(width_px, low, target.as_bytes().to_vec())
}

/// As JPEG.
pub(crate) fn encoded(picture: RgbImage, quality: u8) -> Option<Vec<u8>> {
    let mut jpeg = Vec::new();
    let mut encoder = Encoder::new(&mut jpeg, quality.clamp(1, 100));
    encoder.set_sampling_factor(SamplingFactor::R_4_2_0);
    let (width, height) = (u16::try_from(picture.width()).ok()?, u16::try_from(picture.height()).ok()?);
    encoder.encode(picture.as_raw(), width, height, ColorType::Rgb).ok()?;
    Some(jpeg)
}

// JPEG knows no transparency, and dropping it would show what the author hid: paper is white.
fn on_white(picture: DynamicImage) -> RgbImage {
    if !picture.color().has_alpha() {
        return picture.into_rgb8();
    }
    let picture = picture.into_rgba8();
    RgbImage::from_fn(picture.width(), picture.height(), |x, y| {
        let [red, green, blue, alpha] = picture.get_pixel(x, y).0.map(u32::from);
        Rgb([red, green, blue].map(|colour| u8::try_from((colour * alpha + 255 * (255 - alpha)) / 255).unwrap_or(255)))
    })
}
