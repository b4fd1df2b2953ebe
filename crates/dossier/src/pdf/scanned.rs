//! Pages that show one JPEG and nothing else, as a scanner makes them: their pictures are taken out of the file as
//! they are, which is several times as quick as drawing the page.

use std::ops::Range;

use hayro::hayro_interpret::font::GlyphRun;
use hayro::hayro_interpret::util::TransformExt;
use hayro::hayro_interpret::{
    BlendMode, ClipPath, Context, Device, DrawMode, DrawProps, Image, ImageDrawProps, InterpreterCache,
    InterpreterSettings, SoftMask, interpret_page,
};
use hayro::hayro_syntax::Filter;
use hayro::hayro_syntax::object::{Name, Stream};
use hayro::hayro_syntax::page::Page;
use hayro::kurbo::{Affine, BezPath, Rect};

/// How far the sides of picture and page may lie apart, as a part of the page's sides.
const APART: f64 = 0.005;
/// A factor that turns or tilts less than this does not turn.
const STRAIGHT: f64 = 1e-3;

/// The picture that is the page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Scanned {
    /// Where its JPEG lies in the file.
    pub at: Range<usize>,
    /// Its width in pixels, before it is turned.
    pub width: u32,
    /// Degrees clockwise by which it is turned, a multiple of 90.
    pub turned: u16,
}

/// The picture, if the page of the document `data` is one.
pub(super) fn find(page: &Page<'_>, data: &[u8]) -> Option<Scanned> {
    let (width, height) = page.render_dimensions();
    let area = Rect::new(0.0, 0.0, f64::from(width), f64::from(height));
    let cache = InterpreterCache::new();
    let mut context = Context::new(
        page.initial_transform(true).to_kurbo(),
        area,
        &cache,
        page.xref(),
        InterpreterSettings::default(),
    );
    let mut look = Look { data, area, found: None, other: false };
    interpret_page(page, &mut context, &mut look);
    look.found.filter(|_| !look.other)
}

struct Look<'d> {
    data: &'d [u8],
    area: Rect,
    found: Option<Scanned>,
    /// Something is shown that is not the picture, or the picture is not shown as it is.
    other: bool,
}

impl Look<'_> {
    fn picture(&self, stream: &Stream<'_>, (width, height): (u32, u32), place: Affine) -> Option<Scanned> {
        let turned = turn(place)?;
        let lies = place.transform_rect_bbox(Rect::new(0.0, 0.0, f64::from(width), f64::from(height)));
        let (across, down) = (self.area.width() * APART, self.area.height() * APART);
        let fits = (lies.x0 - self.area.x0).abs() <= across
            && (lies.x1 - self.area.x1).abs() <= across
            && (lies.y0 - self.area.y0).abs() <= down
            && (lies.y1 - self.area.y1).abs() <= down;
        if !fits || !is_plain(stream) {
            return None;
        }
        let jpeg = stream.raw_data();
        let start = (jpeg.as_ptr() as usize).checked_sub(self.data.as_ptr() as usize)?;
        let at = start..start.checked_add(jpeg.len())?;
        // What was unlocked stands nowhere in the file.
        (self.data.get(at.clone()).is_some_and(|there| std::ptr::eq(there, &*jpeg)) && jpeg.starts_with(&[0xff, 0xd8]))
            .then_some(Scanned { at, width, turned })
    }
}

/// By how much a placing turns; `None` if it mirrors or tilts.
fn turn(place: Affine) -> Option<u16> {
    let [a, b, c, d, ..] = place.as_coeffs();
    let none = |small: f64, great: f64| small.abs() <= STRAIGHT * great.abs();
    if none(b, a) && none(c, d) {
        return if a > 0.0 && d > 0.0 { Some(0) } else { (a < 0.0 && d < 0.0).then_some(180) };
    }
    if none(a, b) && none(d, c) {
        return if b > 0.0 && c < 0.0 { Some(90) } else { (b < 0.0 && c > 0.0).then_some(270) };
    }
    None
}

/// A JPEG whose values are colours of the screen as they stand.
fn is_plain(stream: &Stream<'_>) -> bool {
    let dict = stream.dict();
    let colour = dict.get::<Name<'_>>("ColorSpace");
    let plain = colour.is_some_and(|name| matches!(name.as_ref(), b"DeviceRGB" | b"DeviceGray"));
    let jpeg = *stream.filters() == [Filter::DctDecode];
    plain
        && jpeg
        && !["Decode", "DecodeParms", "SMask", "SMaskInData", "Mask"].into_iter().any(|key| dict.contains_key(key))
}

impl<'a> Device<'a> for Look<'_> {
    fn draw_image(&mut self, image: Image<'a, '_>, props: ImageDrawProps<'a>) {
        let size = (image.width(), image.height());
        let Image::Raster(raster) = image else {
            self.other = true;
            return;
        };
        let plain = props.soft_mask.is_none() && props.blend_mode == BlendMode::Normal && self.found.is_none();
        self.found = plain.then(|| self.picture(raster.stream(), size, props.transform)).flatten();
        self.other |= self.found.is_none();
    }
    fn draw_path(&mut self, _: &BezPath, _: DrawProps<'a>, _: &DrawMode) {
        self.other = true;
    }
    fn draw_glyph_run(&mut self, _: &GlyphRun<'_, 'a>, _: DrawProps<'a>, mode: &DrawMode) {
        // Words that are not shown are those that were recognised.
        self.other |= !matches!(mode, DrawMode::Invisible);
    }
    fn push_clip_path(&mut self, _: &ClipPath) {
        self.other = true;
    }
    fn push_clip_rect(&mut self, rect: &Rect) {
        // A clip around the page takes nothing away.
        let inner = self.area.inset(-0.5);
        self.other |= !(rect.contains_rect(inner) || inner.is_zero_area());
    }
    fn push_transparency_group(&mut self, opacity: f32, mask: Option<SoftMask<'a>>, blend: BlendMode) {
        self.other |= opacity < 1.0 || mask.is_some() || blend != BlendMode::Normal;
    }
    fn pop_clip(&mut self) {}
    fn pop_transparency_group(&mut self) {}
}
