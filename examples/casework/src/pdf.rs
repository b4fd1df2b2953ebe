//! PDF files: scans with an invisible text layer, and born-digital ones with the outlines of their characters.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use lopdf::{Dictionary, Document, Object, ObjectId, Stream, StringFormat, dictionary};

use crate::fonts::fonts;
use crate::layout::{Item, POINT, Sheet};
use crate::raster::{Lie, each_page, jpeg, resolution};
use crate::{Error, Format, Made, Order, defects};

pub(crate) mod vector;

/// JPEG quality of page images; a page of text comes to 200 to 400 kB at 200 dpi.
const QUALITY: u8 = 80;

/// A scan: each page one JPEG as the scanner wrote it, over it the recognised text, invisible.
pub(crate) fn scanned(order: &Order, sheets: &[Sheet]) -> Result<Made, Error> {
    let images = each_page(order, sheets, |canvas, page| {
        Ok((jpeg(&canvas, resolution(order, page), QUALITY)?, canvas.width, canvas.height))
    })?;
    let mut book = Book::new();
    let font = text_layer_font(&mut book.document, sheets);
    for (page, (sheet, (image, width, height))) in sheets.iter().zip(images).enumerate() {
        let picture = Stream::new(
            dictionary! {
                "Type" => "XObject", "Subtype" => "Image", "Width" => width as i64, "Height" => height as i64,
                "ColorSpace" => "DeviceRGB", "BitsPerComponent" => 8, "Filter" => "DCTDecode",
            },
            image,
        )
        .with_compression(false);
        let picture = book.document.add_object(picture);
        let (w, h) = (sheet.width / POINT, sheet.height / POINT);
        let mut content = format!("q {w:.2} 0 0 {h:.2} 0 0 cm /Im0 Do Q\n");
        if defects::readable(order, page) {
            text_layer(&mut content, sheet, Lie::of(sheet, order.seed, page))?;
        }
        let resources = dictionary! {
            "XObject" => dictionary! { "Im0" => picture },
            "Font" => dictionary! { "F0" => font },
        };
        book.page(sheet, content, resources);
    }
    let bytes = book.finish(order, sheets)?;
    Ok(order.made(&order.form, Format::PdfScan, bytes, sheets.len() as u32))
}

/// A born-digital PDF.
pub(crate) fn born_digital(order: &Order, sheets: &[Sheet]) -> Result<Made, Error> {
    let mut book = Book::new();
    vector::draw(fonts()?, &mut book, sheets)?;
    let bytes = book.finish(order, sheets)?;
    Ok(order.made(&order.form, Format::PdfText, bytes, sheets.len() as u32))
}

/// The recognised text, line by line where it stands in the image.
fn text_layer(content: &mut String, sheet: &Sheet, lie: Lie) -> Result<(), Error> {
    let fonts = fonts()?;
    let (sin, cos) = lie.turn();
    for item in &sheet.items {
        let (x, y, size, text, natural) = match item {
            Item::Text { x, y, size, face, text, stretch, .. } => {
                (*x, *y, *size, text, fonts.width(*face, text) + stretch * text.chars().count() as f32)
            }
            Item::Hand { x, y, size, text } => (*x, *y, *size, text, text.chars().count() as f32 * 0.9),
            _ => continue,
        };
        let nominal: f32 = text.chars().map(|c| if c.is_ascii() { 0.5 } else { 1.0 }).sum();
        let (px, py) = lie.at(x, y);
        let _ = write!(
            content,
            "BT 3 Tr /F0 {:.2} Tf {:.1} Tz {cos:.5} {:.5} {sin:.5} {cos:.5} {:.2} {:.2} Tm <",
            size / POINT,
            100.0 * natural / nominal.max(0.5),
            -sin,
            px / POINT,
            (sheet.height - py) / POINT,
        );
        for unit in text.encode_utf16() {
            let _ = write!(content, "{unit:04X}");
        }
        content.push_str("> Tj ET\n");
    }
    Ok(())
}

/// A font without outlines whose codes are the characters themselves, as recognition programs write it.
fn text_layer_font(document: &mut Document, sheets: &[Sheet]) -> ObjectId {
    let mut used = BTreeSet::new();
    for item in sheets.iter().flat_map(|sheet| &sheet.items) {
        if let Item::Text { text, .. } | Item::Hand { text, .. } = item {
            used.extend(text.encode_utf16());
        }
    }
    let map: Vec<(u32, String)> = used.iter().map(|unit| (u32::from(*unit), format!("{unit:04X}"))).collect();
    let unicode = document.add_object(Stream::new(dictionary! {}, to_unicode(&map).into_bytes()));
    let descriptor = document.add_object(dictionary! {
        "Type" => "FontDescriptor", "FontName" => "SimSun", "Flags" => 4, "ItalicAngle" => 0, "Ascent" => 880,
        "Descent" => -120, "CapHeight" => 880, "StemV" => 80,
        "FontBBox" => vec![0.into(), (-120).into(), 1000.into(), 880.into()],
    });
    let descendant = document.add_object(dictionary! {
        "Type" => "Font", "Subtype" => "CIDFontType2", "BaseFont" => "SimSun", "FontDescriptor" => descriptor,
        "CIDSystemInfo" => dictionary! {
            "Registry" => Object::string_literal("Adobe"), "Ordering" => Object::string_literal("Identity"), "Supplement" => 0,
        },
        "DW" => 1000, "W" => vec![32.into(), 126.into(), 500.into()],
    });
    document.add_object(dictionary! {
        "Type" => "Font", "Subtype" => "Type0", "BaseFont" => "SimSun", "Encoding" => "Identity-H",
        "DescendantFonts" => vec![descendant.into()], "ToUnicode" => unicode,
    })
}

/// A ToUnicode map of two-byte codes.
fn to_unicode(map: &[(u32, String)]) -> String {
    let mut out = String::from(
        "/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def\n\
         /CMapName /Adobe-Identity-UCS def\n/CMapType 2 def\n1 begincodespacerange\n<0000> <FFFF>\nendcodespacerange\n",
    );
    for part in map.chunks(100) {
        let _ = writeln!(out, "{} beginbfchar", part.len());
        for (code, text) in part {
            let _ = writeln!(out, "<{code:04X}> <{text}>");
        }
        out.push_str("endbfchar\n");
    }
    out.push_str("endcmap\nCMapName currentdict /CMap defineresource pop\nend\nend\n");
    out
}

/// A PDF under construction.
pub(crate) struct Book {
    pub(crate) document: Document,
    tree: ObjectId,
    pages: Vec<ObjectId>,
}

impl Book {
    fn new() -> Self {
        let mut document = Document::with_version("1.6");
        let tree = document.new_object_id();
        Self { document, tree, pages: Vec::new() }
    }

    pub(crate) fn page(&mut self, sheet: &Sheet, content: String, resources: Dictionary) {
        let mut stream = Stream::new(dictionary! {}, content.into_bytes());
        // Left plain if it does not shrink; both are right.
        let _ = stream.compress();
        let content = self.document.add_object(stream);
        let page = self.document.add_object(dictionary! {
            "Type" => "Page", "Parent" => self.tree, "Contents" => content, "Resources" => resources,
            "MediaBox" => vec![0.into(), 0.into(), (sheet.width / POINT).into(), (sheet.height / POINT).into()],
        });
        self.pages.push(page);
    }

    fn finish(mut self, order: &Order, sheets: &[Sheet]) -> Result<Vec<u8>, Error> {
        let outline = self.outline(order, sheets);
        let kids: Vec<Object> = self.pages.iter().map(|id| (*id).into()).collect();
        self.document
            .objects
            .insert(self.tree, dictionary! { "Type" => "Pages", "Count" => kids.len() as i64, "Kids" => kids }.into());
        let catalog = self.document.add_object(dictionary! {
            "Type" => "Catalog", "Pages" => self.tree, "Outlines" => outline, "PageMode" => "UseOutlines", "Lang" => Object::string_literal("zh-CN"),
        });
        let info = self.document.add_object(dictionary! {
            "Title" => text(title(order, sheets)), "Subject" => text(&order.kind), "Producer" => text("高速文件扫描工作站"),
        });
        self.document.trailer.set("Root", catalog);
        self.document.trailer.set("Info", info);
        let mut bytes = Vec::new();
        self.document.save_to(&mut bytes).map_err(Error::encode)?;
        Ok(bytes)
    }

    /// Document, then its sections and annexes.
    fn outline(&mut self, order: &Order, sheets: &[Sheet]) -> ObjectId {
        let root = self.document.new_object_id();
        let top = self.document.new_object_id();
        let mut entries: Vec<(String, usize)> = Vec::new();
        for (page, sheet) in sheets.iter().enumerate() {
            entries.extend(sheet.headings.iter().map(|heading| (heading.clone(), page)));
        }
        if !entries.is_empty() {
            entries.remove(0);
        }
        let ids: Vec<ObjectId> = entries.iter().map(|_| self.document.new_object_id()).collect();
        for (index, (heading, page)) in entries.iter().enumerate() {
            let mut entry =
                dictionary! { "Title" => text(heading), "Parent" => top, "Dest" => self.destination(*page) };
            if let Some(previous) = index.checked_sub(1).and_then(|i| ids.get(i)) {
                entry.set("Prev", *previous);
            }
            if let Some(next) = ids.get(index + 1) {
                entry.set("Next", *next);
            }
            self.document.objects.insert(ids[index], entry.into());
        }
        let mut entry =
            dictionary! { "Title" => text(title(order, sheets)), "Parent" => root, "Dest" => self.destination(0) };
        if let (Some(first), Some(last)) = (ids.first(), ids.last()) {
            entry.set("First", *first);
            entry.set("Last", *last);
            entry.set("Count", ids.len() as i64);
        }
        self.document.objects.insert(top, entry.into());
        let count = ids.len() as i64 + 1;
        self.document
            .objects
            .insert(root, dictionary! { "Type" => "Outlines", "First" => top, "Last" => top, "Count" => count }.into());
        root
    }

    fn destination(&self, page: usize) -> Object {
        let page = self.pages.get(page).map_or(Object::Null, |id| (*id).into());
        Object::Array(vec![page, "Fit".into()])
    }
}

fn title<'a>(order: &'a Order, sheets: &'a [Sheet]) -> &'a str {
    if !order.title.is_empty() {
        return &order.title;
    }
    sheets.first().and_then(|sheet| sheet.headings.first()).map_or(order.form.as_str(), String::as_str)
}

/// A text string of the document level (UTF-16BE with its mark).
fn text(value: &str) -> Object {
    let bytes = [0xfe, 0xff].into_iter().chain(value.encode_utf16().flat_map(u16::to_be_bytes)).collect();
    Object::String(bytes, StringFormat::Hexadecimal)
}
