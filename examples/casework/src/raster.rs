//! A sheet as the scanner delivers it, and image files of sheets.

use std::io::Cursor;

use image::{ExtendedColorType, ImageEncoder};

use crate::canvas::Canvas;
use crate::fonts::{Fonts, fonts};
use crate::layout::{Item, Sheet};
use crate::outline::polygon;
use crate::random::Random;
use crate::{Defect, Error, Format, Made, Order, defects, marks, paper};

/// How the sheet lay on the glass: a small turn about its middle, then a shift.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Lie {
    sin: f32,
    cos: f32,
    shift: (f32, f32),
    middle: (f32, f32),
}

impl Lie {
    pub(crate) fn of(sheet: &Sheet, seed: u64, page: usize) -> Self {
        let mut random = Random::part(seed, "lie", page as u64);
        let (sin, cos) = random.between(-0.0105, 0.0105).sin_cos();
        Self {
            sin,
            cos,
            shift: (random.between(-0.8, 0.8), random.between(-0.8, 0.8)),
            middle: (sheet.width / 2.0, sheet.height / 2.0),
        }
    }

    /// Not turned and not shifted.
    pub(crate) fn flat() -> Self {
        Self { sin: 0.0, cos: 1.0, shift: (0.0, 0.0), middle: (0.0, 0.0) }
    }

    /// Where a point of the sheet is in the image, both in millimetres.
    pub(crate) fn at(&self, x: f32, y: f32) -> (f32, f32) {
        let (dx, dy) = (x - self.middle.0, y - self.middle.1);
        (
            self.middle.0 + dx * self.cos - dy * self.sin + self.shift.0,
            self.middle.1 + dx * self.sin + dy * self.cos + self.shift.1,
        )
    }

    /// Sine and cosine of the turn.
    pub(crate) fn turn(&self) -> (f32, f32) {
        (self.sin, self.cos)
    }
}

/// Resolution at which a page is scanned, with its defects.
pub(crate) fn resolution(order: &Order, page: usize) -> u32 {
    if defects::on_page(order, page).any(|d| matches!(d, Defect::LowResolutionPage(_))) {
        72
    } else {
        order.resolution()
    }
}

/// Renders page number `page` (from 0).
pub(crate) fn render(fonts: &Fonts, order: &Order, sheet: &Sheet, page: usize) -> Canvas {
    let scale = resolution(order, page) as f32 / 25.4;
    let (width, height) = ((sheet.width * scale).round() as usize, (sheet.height * scale).round() as usize);
    let mut random = Random::part(order.seed, "page", page as u64);
    let mut canvas = paper::sheet(width, height, &mut random);
    let flaws: Vec<Defect> = defects::on_page(order, page).collect();
    if !flaws.iter().any(|d| matches!(d, Defect::BlankPage(_))) {
        let lie = Lie::of(sheet, order.seed, page);
        for item in &sheet.items {
            draw(fonts, &mut canvas, item, lie, scale, &mut random);
        }
    }
    for flaw in flaws {
        match flaw {
            Defect::BlurredPage(_) => canvas.blur((scale * 0.55) as usize + 1),
            Defect::UpsideDownPage(_) => canvas.turn(),
            _ => {}
        }
    }
    canvas
}

fn draw(fonts: &Fonts, canvas: &mut Canvas, item: &Item, lie: Lie, scale: f32, random: &mut Random) {
    let place = |x: f32, y: f32| {
        let (x, y) = lie.at(x, y);
        (x * scale, y * scale)
    };
    match item {
        Item::Text { x, y, size, face, ink, text, stretch } => {
            let mut pen = *x;
            for c in text.chars() {
                if !c.is_whitespace() && c != '\u{3000}' {
                    let (px, py) = place(pen, *y);
                    canvas.ink(&fonts.mask(*face, c, size * scale), px.round() as i32, py.round() as i32, ink.rgb());
                }
                pen += (fonts.advance(*face, c) + stretch) * size;
            }
        }
        Item::Rule { x0, y0, x1, y1, width, ink } => {
            let half = (width / 2.0).max(0.5 / scale);
            let (dx, dy) = if (x1 - x0).abs() > (y1 - y0).abs() { (0.0, half) } else { (half, 0.0) };
            let corners = [(x0 - dx, y0 - dy), (x1 - dx, y1 - dy), (x1 + dx, y1 + dy), (x0 + dx, y0 + dy)]
                .map(|(x, y)| place(x, y));
            let shape = polygon(&corners);
            canvas.ink(&shape.render(|x, y| (x, y)), 0, 0, ink.rgb());
        }
        Item::Seal { x, y, unit, caption } => {
            let mask = marks::seal(fonts, unit, caption, scale, false);
            let (px, py) = place(x + random.between(-2.0, 2.0), y + random.between(-1.5, 1.5));
            canvas.ink(&mask, px as i32, py as i32, [214, 32, 40]);
        }
        Item::Print { x, y } => {
            let (px, py) = place(x + random.between(-2.0, 2.0), y + random.between(-1.0, 1.0));
            canvas.ink(&marks::fingerprint(scale, random), px as i32, py as i32, [206, 36, 48]);
        }
        Item::Hand { x, y, size, text } => {
            let (px, py) = place(*x, *y);
            canvas.ink(&marks::handwriting(fonts, text, size * scale, random), px as i32, py as i32, [26, 30, 66]);
        }
    }
}

/// Renders every page on two threads and gives each to `use_page`.
pub(crate) fn each_page<T: Send>(
    order: &Order,
    sheets: &[Sheet],
    use_page: impl Fn(Canvas, usize) -> Result<T, Error> + Sync,
) -> Result<Vec<T>, Error> {
    let fonts = fonts()?;
    defects::check_pages(order, sheets.len())?;
    let make = |page: usize| use_page(render(fonts, order, &sheets[page], page), page);
    let (even, odd) = std::thread::scope(|scope| {
        let odd = scope.spawn(|| (1..sheets.len()).step_by(2).map(make).collect::<Result<Vec<T>, Error>>());
        let even: Result<Vec<T>, Error> = (0..sheets.len()).step_by(2).map(make).collect();
        (even, odd.join())
    });
    let mut odd = odd.map_err(|_| Error::encode("page thread"))??.into_iter();
    let mut pages = Vec::with_capacity(sheets.len());
    for page in even? {
        pages.push(page);
        pages.extend(odd.next());
    }
    Ok(pages)
}

/// JPEG of an image.
pub(crate) fn jpeg(canvas: &Canvas, dpi: u32, quality: u8) -> Result<Vec<u8>, Error> {
    let mut bytes = Vec::new();
    let mut encoder = jpeg_encoder::Encoder::new(&mut bytes, quality);
    let dots = u16::try_from(dpi).map_err(Error::encode)?;
    encoder.set_density(jpeg_encoder::PixelDensity {
        density: (dots, dots),
        unit: jpeg_encoder::PixelDensityUnit::Inches,
    });
    encoder.set_sampling_factor(jpeg_encoder::SamplingFactor::R_4_2_0);
    let (width, height) =
        (u16::try_from(canvas.width).map_err(Error::encode)?, u16::try_from(canvas.height).map_err(Error::encode)?);
    encoder.encode(&canvas.pixels, width, height, jpeg_encoder::ColorType::Rgb).map_err(Error::encode)?;
    Ok(bytes)
}

/// PNG of an image.
pub(crate) fn png(canvas: &Canvas) -> Result<Vec<u8>, Error> {
    use image::codecs::png::{CompressionType, FilterType, PngEncoder};
    let mut bytes = Vec::new();
    let (width, height) = (canvas.width as u32, canvas.height as u32);
    PngEncoder::new_with_quality(&mut bytes, CompressionType::Fast, FilterType::Adaptive)
        .write_image(&canvas.pixels, width, height, ExtendedColorType::Rgb8)
        .map_err(Error::encode)?;
    Ok(bytes)
}

/// The sheets as an image file: TIFF holds all pages as a fax archive keeps them, JPEG and PNG the first.
pub(crate) fn image_file(order: &Order, sheets: &[Sheet], format: Format) -> Result<Made, Error> {
    let name = order.form.as_str();
    if format == Format::Tiff {
        return Ok(order.made(name, format, tiff(order, sheets)?, sheets.len() as u32));
    }
    let first = sheets.get(..1).unwrap_or(sheets);
    let mut pages = each_page(order, first, |canvas, page| {
        if format == Format::Png { png(&canvas) } else { jpeg(&canvas, resolution(order, page), 82) }
    })?;
    Ok(order.made(name, format, pages.pop().unwrap_or_default(), 1))
}

/// Black and white, as a fax machine sends a sheet.
fn faxed(canvas: &Canvas) -> Vec<u8> {
    let grey = |pixel: &[u8]| pixel.iter().map(|value| u32::from(*value)).sum::<u32>() / 3;
    canvas.pixels.chunks_exact(3).map(|pixel| if grey(pixel) < 150 { 0 } else { 255 }).collect()
}

fn tiff(order: &Order, sheets: &[Sheet]) -> Result<Vec<u8>, Error> {
    use tiff::encoder::{Compression, Rational, TiffEncoder, colortype};
    use tiff::tags::ResolutionUnit;
    let pages = each_page(order, sheets, |canvas, _| Ok((canvas.width, canvas.height, faxed(&canvas))))?;
    let mut bytes = Cursor::new(Vec::new());
    let mut encoder = TiffEncoder::new(&mut bytes).map_err(Error::encode)?.with_compression(Compression::Lzw);
    for (page, (width, height, pixels)) in pages.iter().enumerate() {
        let mut image = encoder.new_image::<colortype::Gray8>(*width as u32, *height as u32).map_err(Error::encode)?;
        image.resolution(ResolutionUnit::Inch, Rational { n: resolution(order, page), d: 1 });
        image.write_data(pixels).map_err(Error::encode)?;
    }
    Ok(bytes.into_inner())
}
