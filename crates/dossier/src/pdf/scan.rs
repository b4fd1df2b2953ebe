//! Pages that are one scanned image.

use image::DynamicImage;
use lopdf::content::Content;
use lopdf::{Document, Object, ObjectId, Stream};

use super::{name_of, page_box};
use crate::{Fault, Kind, image_in};

// Beyond this the content is drawing, not the placing of a scan.
const MAX_CONTENT: usize = 4 << 20;
const MAX_OPERATIONS: usize = 200_000;
// The share of the page that an image must cover to be the page.
const COVERS: f64 = 0.8;

/// The image that is the page.
#[derive(Debug)]
pub(super) struct Scan {
    image: ObjectId,
    pub width: u32,
    pub height: u32,
    pub dpi: u32,
    /// Placed upright, not mirrored: its pixels may be taken as the page's.
    plain: bool,
}

impl Scan {
    /// The embedded JPEG, if the scan is one that shows the page just as it is; decoded within the limit.
    pub fn jpeg(&self, document: &Document, max_pixels: u64) -> Result<Option<DynamicImage>, Fault> {
        image_in::check_size(self.width, self.height, max_pixels)?;
        let Ok(stream) = document.get_object(self.image).and_then(Object::as_stream) else {
            return Ok(None);
        };
        if !self.plain || !is_plain_jpeg(document, stream) {
            return Ok(None);
        }
        image_in::decode(&stream.content, Kind::Jpeg, max_pixels).map(Some)
    }
}

fn is_plain_jpeg(document: &Document, stream: &Stream) -> bool {
    let jpeg = stream.filters().is_ok_and(|filters| filters == [b"DCTDecode"]);
    let colours = match stream.dict.get_deref(b"ColorSpace", document) {
        Ok(Object::Name(name)) => matches!(name.as_slice(), b"DeviceRGB" | b"DeviceGray"),
        Ok(Object::Array(parts)) => match parts.first().and_then(|name| name.as_name().ok()) {
            Some(b"CalRGB" | b"CalGray") => true,
            Some(b"ICCBased") => parts
                .get(1)
                .and_then(|profile| document.dereference(profile).ok())
                .and_then(|(_, profile)| profile.as_stream().ok())
                .and_then(|profile| profile.dict.get(b"N").and_then(Object::as_i64).ok())
                .is_some_and(|channels| channels == 1 || channels == 3),
            _ => false,
        },
        _ => false,
    };
    jpeg && colours && !stream.dict.has(b"Decode") && !stream.dict.has(b"SMask") && !stream.dict.has(b"Mask")
}

type Matrix = [f64; 6];

fn times(inner: Matrix, outer: Matrix) -> Matrix {
    let [a, b, c, d, e, f] = inner;
    let [g, h, i, j, k, l] = outer;
    [a * g + b * i, a * h + b * j, c * g + d * i, c * h + d * j, e * g + f * i + k, e * h + f * j + l]
}

/// The image of the page, if one image covers it.
pub(super) fn find(document: &Document, page: ObjectId) -> Option<Scan> {
    if !has_large_image(document, page) {
        return None;
    }
    let [left, bottom, right, top] = page_box(document, page);
    let area = (right - left) * (top - bottom);
    let content = document.get_page_content_with_limit(page, MAX_CONTENT).ok()?;
    let (mut matrix, mut stack): (Matrix, Vec<Matrix>) = ([1.0, 0.0, 0.0, 1.0, 0.0, 0.0], Vec::new());
    for operation in Content::decode_iter(&content).take(MAX_OPERATIONS) {
        let operation = operation.ok()?;
        match operation.operator.as_str() {
            "q" if stack.len() < 256 => stack.push(matrix),
            "Q" => matrix = stack.pop().unwrap_or(matrix),
            "cm" => {
                let mut numbers = [0.0; 6];
                for (number, operand) in numbers.iter_mut().zip(&operation.operands) {
                    *number = f64::from(operand.as_float().ok()?);
                }
                matrix = times(numbers, matrix);
            }
            "Do" => {
                let name = operation.operands.first()?.as_name().ok()?;
                let [a, b, c, d, ..] = matrix;
                let covered = (a * d - b * c).abs();
                if let Some((image, stream)) = image(document, page, name).filter(|_| covered >= COVERS * area) {
                    return scan(image, stream, matrix);
                }
            }
            _ => {}
        }
    }
    None
}

fn scan(image: ObjectId, stream: &Stream, [a, b, c, d, ..]: Matrix) -> Option<Scan> {
    let side =
        |key: &[u8]| stream.dict.get(key).and_then(Object::as_i64).ok().and_then(|side| u32::try_from(side).ok());
    let (width, height) = (side(b"Width")?, side(b"Height")?);
    let (across, up) = (a.hypot(b), c.hypot(d));
    let dpi = (f64::from(width) / across).min(f64::from(height) / up) * 72.0;
    let plain = a > 0.0 && d > 0.0 && b.abs() < 0.01 * a && c.abs() < 0.01 * d;
    Some(Scan { image, width, height, dpi: dpi.round() as u32, plain })
}

fn image<'a>(document: &'a Document, page: ObjectId, name: &[u8]) -> Option<(ObjectId, &'a Stream)> {
    let resources = super::inherited(document, page, b"Resources")?.as_dict().ok()?;
    let objects = resources.get_deref(b"XObject", document).and_then(Object::as_dict).ok()?;
    let id = objects.get(name).and_then(Object::as_reference).ok()?;
    let stream = document.get_object(id).and_then(Object::as_stream).ok()?;
    (name_of(&stream.dict, b"Subtype") == Some(b"Image")).then_some((id, stream))
}

// Spares reading the content of the many pages that have no image at all.
fn has_large_image(document: &Document, page: ObjectId) -> bool {
    let objects = super::inherited(document, page, b"Resources")
        .and_then(|resources| resources.as_dict().ok())
        .and_then(|resources| resources.get_deref(b"XObject", document).and_then(Object::as_dict).ok());
    objects.is_some_and(|objects| {
        objects.iter().take(1_000).any(|(name, _)| {
            image(document, page, name).is_some_and(|(_, stream)| {
                let side = |key: &[u8]| stream.dict.get(key).and_then(Object::as_i64).unwrap_or(0);
                side(b"Width").saturating_mul(side(b"Height")) >= 100_000
            })
        })
    })
}
