//! Born-digital pages: the outline of each character used is embedded once, and the text stands over it as in a scan,
//! because simple fonts with own glyph names are not read back by every extractor.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use lopdf::{Dictionary, ObjectId, Stream, dictionary};

use crate::Error;
use crate::fonts::Fonts;
use crate::layout::{Item, POINT, Sheet};
use crate::marks;
use crate::outline::{Curve, Mask, Shape};
use crate::random::Random;
use crate::raster::Lie;

use super::{Book, text_layer, text_layer_font};

type Glyphs = BTreeMap<(usize, char), String>;

pub(super) fn draw(fonts: &Fonts, book: &mut Book, sheets: &[Sheet]) -> Result<(), Error> {
    let font = text_layer_font(&mut book.document, sheets);
    let (glyphs, forms) = embed(fonts, book, sheets);
    for (page, sheet) in sheets.iter().enumerate() {
        let mut content = String::new();
        let mut objects = forms.clone();
        for item in &sheet.items {
            place(fonts, book, item, sheet, &glyphs, &mut content, &mut objects, page);
        }
        text_layer(&mut content, sheet, Lie::flat())?;
        book.page(sheet, content, dictionary! { "Font" => dictionary! { "F0" => font }, "XObject" => objects });
    }
    Ok(())
}

/// Each character of each face used, once, as a form of one em.
fn embed(fonts: &Fonts, book: &mut Book, sheets: &[Sheet]) -> (Glyphs, Dictionary) {
    let (mut glyphs, mut forms) = (Glyphs::new(), Dictionary::new());
    for item in sheets.iter().flat_map(|sheet| &sheet.items) {
        let Item::Text { face, text, .. } = item else { continue };
        for c in text.chars().filter(|c| !c.is_whitespace()) {
            let next = glyphs.len();
            glyphs.entry((*face as usize, c)).or_insert_with(|| {
                let mut drawing = String::new();
                path(&mut drawing, &fonts.shape(*face, c));
                let mut stream = Stream::new(
                    dictionary! {
                        "Type" => "XObject", "Subtype" => "Form", "Resources" => Dictionary::new(),
                        "BBox" => vec![(-300).into(), (-400).into(), 1400.into(), 1200.into()],
                        "Matrix" => vec![0.001.into(), 0.into(), 0.into(), 0.001.into(), 0.into(), 0.into()],
                    },
                    drawing.into_bytes(),
                );
                let _ = stream.compress();
                let name = format!("G{next}");
                forms.set(name.clone(), book.document.add_object(stream));
                name
            });
        }
    }
    (glyphs, forms)
}

fn path(out: &mut String, shape: &Shape) {
    let mut at = None;
    for curve in &shape.curves {
        let (from, to) = match curve {
            Curve::Line([a, b]) => (*a, *b),
            Curve::Cubic([a, _, _, d]) => (*a, *d),
        };
        if at != Some(from) {
            let _ = writeln!(out, "{:.0} {:.0} m", from.0 * 1000.0, from.1 * 1000.0);
        }
        let _ = match curve {
            Curve::Line(_) => writeln!(out, "{:.0} {:.0} l", to.0 * 1000.0, to.1 * 1000.0),
            Curve::Cubic([_, b, c, d]) => {
                let [b, c, d] = [b, c, d].map(|p| (p.0 * 1000.0, p.1 * 1000.0));
                writeln!(out, "{:.0} {:.0} {:.0} {:.0} {:.0} {:.0} c", b.0, b.1, c.0, c.1, d.0, d.1)
            }
        };
        at = Some(to);
    }
    out.push_str("f\n");
}

#[allow(clippy::too_many_arguments, reason = "one page's state, used in one place")]
fn place(
    fonts: &Fonts,
    book: &mut Book,
    item: &Item,
    sheet: &Sheet,
    glyphs: &Glyphs,
    content: &mut String,
    images: &mut Dictionary,
    page: usize,
) {
    let flip = |y: f32| (sheet.height - y) / POINT;
    let mut stamp = |mask: &Mask, x: f32, y: f32, scale: f32, colour: [f32; 3]| {
        let name = format!("M{}", images.len());
        images.set(name.clone(), image(book, mask, colour));
        let (w, h) = (mask.width as f32 / scale / POINT, mask.height as f32 / scale / POINT);
        let (left, top) = (x + mask.left as f32 / scale, y + mask.top as f32 / scale);
        let _ = writeln!(content, "q {w:.2} 0 0 {h:.2} {:.2} {:.2} cm /{name} Do Q", left / POINT, flip(top) - h);
    };
    const SCALE: f32 = 12.0;
    let mut random = Random::part(page as u64, "marks", 0);
    match item {
        Item::Seal { x, y, unit, caption } => {
            stamp(&marks::seal(fonts, unit, caption, SCALE, true), *x, *y, SCALE, [0.9, 0.0, 0.0])
        }
        Item::Print { x, y } => stamp(&marks::fingerprint(SCALE, &mut random), *x, *y, SCALE, [0.8, 0.1, 0.15]),
        Item::Hand { x, y, size, text } => {
            stamp(&marks::handwriting(fonts, text, size * SCALE, &mut random), *x, *y, SCALE, [0.1, 0.1, 0.3])
        }
        Item::Rule { x0, y0, x1, y1, width, ink } => {
            let [r, g, b] = ink.rgb().map(|c| f32::from(c) / 255.0);
            let _ = writeln!(
                content,
                "{r:.2} {g:.2} {b:.2} RG {:.2} w {:.2} {:.2} m {:.2} {:.2} l S",
                width / POINT,
                x0 / POINT,
                flip(*y0),
                x1 / POINT,
                flip(*y1)
            );
        }
        Item::Text { x, y, size, face, ink, text, stretch } => {
            let [r, g, b] = ink.rgb().map(|c| f32::from(c) / 255.0);
            let _ = writeln!(content, "{r:.2} {g:.2} {b:.2} rg");
            let (em, mut pen) = (size / POINT, *x);
            for c in text.chars() {
                if let Some(glyph) = glyphs.get(&(*face as usize, c)) {
                    let _ =
                        writeln!(content, "q {em:.2} 0 0 {em:.2} {:.2} {:.2} cm /{glyph} Do Q", pen / POINT, flip(*y));
                }
                pen += (fonts.advance(*face, c) + stretch) * size;
            }
        }
    }
}

/// A mask in one colour.
fn image(book: &mut Book, mask: &Mask, colour: [f32; 3]) -> ObjectId {
    let mut soft = Stream::new(
        dictionary! { "Type" => "XObject", "Subtype" => "Image", "Width" => mask.width as i64, "Height" => mask.height as i64, "ColorSpace" => "DeviceGray", "BitsPerComponent" => 8 },
        mask.coverage.clone(),
    );
    let _ = soft.compress();
    let soft = book.document.add_object(soft);
    let pixel = colour.map(|c| (c * 255.0) as u8).repeat(mask.width * mask.height);
    let mut stream = Stream::new(
        dictionary! { "Type" => "XObject", "Subtype" => "Image", "Width" => mask.width as i64, "Height" => mask.height as i64, "ColorSpace" => "DeviceRGB", "BitsPerComponent" => 8, "SMask" => soft },
        pixel,
    );
    let _ = stream.compress();
    book.document.add_object(stream)
}
