//! What the tests share: files made by others, and files made here.
#![allow(dead_code, reason = "each test file uses a part")]
#![allow(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use std::io::Cursor;
use std::path::{Path, PathBuf};

use ab_glyph::{Font, FontVec, PxScale, ScaleFont};
use image::{DynamicImage, GrayImage, ImageFormat, Luma};
use lopdf::{Document, Object, Stream, dictionary};

/// A folder of files made by others that stand in the repository (`samples/SOURCE.md`).
pub fn samples(folder: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/samples").join(folder)
}

/// A folder of the whole sets, of which the repository holds a part; `XIEZHI_SAMPLES` names where they
/// are. For tests that are run only when asked for.
pub fn samples_beside(folder: &str) -> PathBuf {
    let beside = std::env::var_os("XIEZHI_SAMPLES").unwrap();
    Path::new(&beside).join(folder)
}

/// The files of a folder with this extension, by name.
pub fn files(folder: &Path, extensions: &[&str]) -> Vec<(String, Vec<u8>)> {
    let mut found: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|found| extensions.iter().any(|wanted| found == *wanted)))
        .map(|path| (path.file_name().unwrap().to_string_lossy().into_owned(), std::fs::read(&path).unwrap()))
        .collect();
    found.sort();
    found
}

/// A font with Chinese characters, which `make setup` installs.
pub fn font(name: &str) -> FontVec {
    let path = Path::new("/usr/share/fonts/opentype/noto").join(name);
    let bytes = std::fs::read(&path).unwrap_or_else(|e| panic!("{}: {e}; run make setup", path.display()));
    FontVec::try_from_vec_and_index(bytes, 2).unwrap()
}

/// A record of an interrogation of an invented person, as paragraphs.
pub const RECORD: &[&str] = &[
    "讯问笔录（第一次）",
    "讯问时间：二〇二六年三月五日九时十分至十一时二十分，地点：云岭省青石县公安局办案区。",
    "问：我们是青石县公安局民警，现依法对你进行讯问。你应当如实回答我们的提问，对与本案无关的问题，你有拒绝回答的权利。听明白了吗？",
    "答：听明白了。",
    "问：你因何事被传唤到公安机关？",
    "答：因为我拿了别人的手机。三月三日晚上，我在青石县城关镇集贸市场买菜，看见旁边摊位上放着一部手机，没有人看管，我就顺手拿走了，装进了外衣口袋里。",
    "问：手机是什么样的？现在在哪里？",
    "答：黑色的，屏幕右上角有一道裂痕。我第二天把它卖给了路边收旧货的人，卖了四百元钱，钱已经花掉了。",
    "问：你还有什么要补充的吗？",
    "答：没有了，我知道错了，愿意退赔，请求从宽处理。",
    "以上笔录我看过，和我说的相符。",
];

/// How a page is drawn.
#[derive(Clone, Copy)]
pub struct Paper {
    pub dpi: u32,
    pub points: f32,
    pub ink: u8,
    pub paper: u8,
    /// Paragraphs are repeated until so much of the page is full.
    pub full: f32,
}

impl Default for Paper {
    fn default() -> Self {
        Self { dpi: 200, points: 14.0, ink: 20, paper: 245, full: 0.8 }
    }
}

/// Draws an A4 page of text: title, indented paragraphs, lines broken at the margin, noise of a scanner.
pub fn page(font: &FontVec, paragraphs: &[&str], paper: Paper, seed: u32) -> GrayImage {
    let pixels = |mm: f32| mm / 25.4 * paper.dpi as f32;
    let (width, height) = (pixels(210.0) as u32, pixels(297.0) as u32);
    let mut page = GrayImage::from_pixel(width, height, Luma([paper.paper]));
    let scale = PxScale::from(paper.points / 72.0 * paper.dpi as f32 * 1.45);
    let scaled = font.as_scaled(scale);
    let (left, right, bottom) = (pixels(28.0), pixels(184.0), height as f32 * paper.full);
    let mut y = pixels(37.0) + scaled.ascent();
    let advance = |character| scaled.h_advance(font.glyph_id(character));
    'page: for (index, paragraph) in paragraphs.iter().cycle().enumerate() {
        if index == paragraphs.len() && paper.full < 0.5 {
            break;
        }
        let mut x = left + 2.0 * advance('国');
        for character in paragraph.chars() {
            if x + advance(character) > right && !"，。、；：？！）".contains(character) {
                (x, y) = (left, y + scaled.height() * 1.05);
            }
            if y > bottom {
                break 'page;
            }
            let glyph = font.glyph_id(character).with_scale_and_position(scale, ab_glyph::point(x, y));
            if let Some(outline) = font.outline_glyph(glyph) {
                let bounds = outline.px_bounds();
                outline.draw(|dx, dy, cover| {
                    let (px, py) = (bounds.min.x as i64 + i64::from(dx), bounds.min.y as i64 + i64::from(dy));
                    if (0..i64::from(width)).contains(&px) && (0..i64::from(height)).contains(&py) {
                        let pixel = page.get_pixel_mut(px as u32, py as u32);
                        let mixed = f32::from(paper.paper) * (1.0 - cover) + f32::from(paper.ink) * cover;
                        pixel.0[0] = pixel.0[0].min(mixed as u8);
                    }
                });
            }
            x += advance(character);
        }
        y += scaled.height() * 1.05;
        if y > bottom {
            break;
        }
    }
    noisy(page, seed)
}

/// Adds the noise of a scanner.
pub fn noisy(mut page: GrayImage, seed: u32) -> GrayImage {
    let mut state = seed.wrapping_mul(2_654_435_761).wrapping_add(12345);
    for pixel in page.pixels_mut() {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        let noise = ((state >> 24) % 9) as i16 - 4;
        pixel.0[0] = (i16::from(pixel.0[0]) + noise).clamp(0, 255) as u8;
    }
    page
}

pub fn jpeg(page: &GrayImage, quality: u8) -> Vec<u8> {
    let mut bytes = Vec::new();
    image::codecs::jpeg::JpegEncoder::new_with_quality(&mut bytes, quality).encode_image(page).unwrap();
    bytes
}

pub fn png(page: &GrayImage) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    DynamicImage::ImageLuma8(page.clone()).write_to(&mut bytes, ImageFormat::Png).unwrap();
    bytes.into_inner()
}

/// A TIFF with one picture a page.
pub fn tiff(pages: &[GrayImage]) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    let mut encoder = tiff::encoder::TiffEncoder::new(&mut bytes).unwrap();
    for page in pages {
        let mut image = encoder.new_image::<tiff::encoder::colortype::Gray8>(page.width(), page.height()).unwrap();
        image.resolution(tiff::tags::ResolutionUnit::Inch, tiff::encoder::Rational { n: 200, d: 1 });
        image.write_data(page.as_raw()).unwrap();
    }
    bytes.into_inner()
}

/// A PDF whose pages are these scans on A4, with an invisible layer of Latin text where asked.
pub fn scanned_pdf(scans: &[(GrayImage, i64)]) -> Vec<u8> {
    pdf(scans.len(), |document, index| {
        let (scan, rotate) = &scans[index];
        let image = document.add_object(Stream::new(
            dictionary! {
                "Type" => "XObject", "Subtype" => "Image", "Width" => scan.width(), "Height" => scan.height(),
                "ColorSpace" => "DeviceGray", "BitsPerComponent" => 8, "Filter" => "DCTDecode",
            },
            jpeg(scan, 85),
        ));
        let (width, height) = if scan.width() > scan.height() { (842, 595) } else { (595, 842) };
        let page = dictionary! {
            "MediaBox" => vec![0.into(), 0.into(), width.into(), height.into()],
            "Rotate" => *rotate,
            "Resources" => dictionary! { "XObject" => dictionary! { "Im0" => image } },
        };
        (page, format!("q {width} 0 0 {height} 0 0 cm /Im0 Do Q").into_bytes())
    })
}

/// A PDF with one line of text on each page.
pub fn text_pdf(pages: usize) -> Vec<u8> {
    pdf(pages, |document, index| {
        let font =
            document.add_object(dictionary! { "Type" => "Font", "Subtype" => "Type1", "BaseFont" => "Helvetica" });
        let page = dictionary! {
            "MediaBox" => vec![0.into(), 0.into(), 595.into(), 842.into()],
            "Resources" => dictionary! { "Font" => dictionary! { "F1" => font } },
        };
        (page, format!("BT /F1 24 Tf 72 700 Td (Page {}) Tj ET", index + 1).into_bytes())
    })
}

/// A PDF whose pages the closure makes: the page's dictionary and its content.
pub fn pdf(pages: usize, make: impl Fn(&mut Document, usize) -> (lopdf::Dictionary, Vec<u8>)) -> Vec<u8> {
    let mut document = document(pages, make);
    let mut bytes = Vec::new();
    document.save_to(&mut bytes).unwrap();
    bytes
}

pub fn document(pages: usize, make: impl Fn(&mut Document, usize) -> (lopdf::Dictionary, Vec<u8>)) -> Document {
    let mut document = Document::with_version("1.5");
    let parent = document.new_object_id();
    let mut kids = Vec::new();
    for index in 0..pages {
        let (mut page, content) = make(&mut document, index);
        let content = document.add_object(Stream::new(dictionary! {}, content));
        page.set("Type", "Page");
        page.set("Parent", parent);
        page.set("Contents", content);
        kids.push(Object::from(document.add_object(page)));
    }
    document.objects.insert(parent, dictionary! { "Type" => "Pages", "Count" => pages as i64, "Kids" => kids }.into());
    let catalog = document.add_object(dictionary! { "Type" => "Catalog", "Pages" => parent });
    document.trailer.set("Root", catalog);
    document
}

/// A ZIP package with these entries.
pub fn package(entries: &[(&str, &[u8])]) -> Vec<u8> {
    use std::io::Write as _;
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in entries {
        writer.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
        writer.write_all(content).unwrap();
    }
    writer.finish().unwrap().into_inner()
}
