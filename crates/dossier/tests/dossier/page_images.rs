//! Page images for the screen.

use std::path::Path;

use crate::common::{
    Paper, RECORD, files, font, jpeg, page, pdf, png, samples, samples_beside, scanned_pdf, text_pdf, tiff,
};
use dossier::{Checks, Kind, PageImageError, PageReader, import, measure};
use image::{GrayImage, Luma};
use lopdf::dictionary;

fn page_image(bytes: &[u8], page: u32, width: u32, quality: u8) -> Result<Vec<u8>, PageImageError> {
    PageReader::open(bytes.to_vec()).image(page, width, quality)
}

fn decoded(jpeg: &[u8]) -> GrayImage {
    image::load_from_memory_with_format(jpeg, image::ImageFormat::Jpeg).unwrap().to_luma8()
}

#[test]
fn pages_of_a_pdf_are_drawn_at_the_width_asked_for() {
    let picture = decoded(&page_image(&text_pdf(2), 2, 800, 80).unwrap());
    assert!(picture.width().abs_diff(800) <= 1 && picture.height().abs_diff(1132) <= 2, "{:?}", picture.dimensions());
    assert!(measure(&picture).ink > 0.0005);
}

#[test]
fn a_scan_is_shown_as_it_was_scanned() {
    let font = font("NotoSansCJK-Regular.ttc");
    let scan = page(&font, RECORD, Paper::default(), 1);
    let ink = measure(&scan).ink;
    let turned = image::imageops::rotate180(&scan);
    let bytes = scanned_pdf(&[(scan, 0), (turned, 180)]);
    for number in [1, 2] {
        let measures = measure(&decoded(&page_image(&bytes, number, 1200, 85).unwrap()));
        assert!((measures.ink - ink).abs() < 0.02 && measures.upside_down.unwrap() < 0.1, "{number}: {measures:?}");
    }
}

#[test]
fn every_ofd_sample_is_drawn() {
    // One is a form with nothing filled in.
    each_is_drawn(&samples("ofd"), 14);
}

#[test]
#[ignore = "needs XIEZHI_SAMPLES"]
fn samples_beside_are_drawn() {
    each_is_drawn(&samples_beside("ofd"), 26);
}

fn each_is_drawn(folder: &Path, at_least: usize) {
    let mut inked = 0;
    for (name, bytes) in files(folder, &["ofd"]) {
        let pages = import(&bytes, &name, &Checks::default()).pages.len();
        for number in 1..=pages.min(3) as u32 {
            let picture =
                decoded(&page_image(&bytes, number, 600, 80).unwrap_or_else(|error| panic!("{name}: {error}")));
            assert!(picture.width().abs_diff(600) <= 1, "{name}: {:?}", picture.dimensions());
            inked += usize::from(measure(&picture).ink > 0.0);
        }
    }
    assert!(inked >= at_least, "{inked} pages with ink");
}

#[test]
fn pictures_are_shrunk_but_never_blown_up_and_lie_on_white() {
    let picture = png(&GrayImage::from_pixel(500, 300, Luma([10])));
    assert_eq!(decoded(&page_image(&picture, 1, 250, 80).unwrap()).dimensions(), (250, 150));
    assert_eq!(decoded(&page_image(&picture, 1, 900, 80).unwrap()).dimensions(), (500, 300));
    let mut bytes = std::io::Cursor::new(Vec::new());
    image::RgbaImage::from_pixel(50, 50, image::Rgba([0, 0, 0, 0]))
        .write_to(&mut bytes, image::ImageFormat::Png)
        .unwrap();
    let shown = decoded(&page_image(bytes.get_ref(), 1, 50, 80).unwrap());
    assert!(shown.pixels().all(|pixel| pixel.0[0] > 250));
}

#[test]
fn what_cannot_be_shown_is_said() {
    let pdf = text_pdf(2);
    let missing = |page| Err(PageImageError::NoSuchPage { page, pages: 2 });
    assert_eq!(page_image(&pdf, 0, 800, 80), missing(0));
    assert_eq!(page_image(&pdf, 3, 800, 80), missing(3));
    assert_eq!(page_image(&pdf, 1, 0, 80), Err(PageImageError::Width));
    assert_eq!(page_image(&pdf, 1, 9_000, 80), Err(PageImageError::Width));
    assert_eq!(page_image(b"%PDF-words", 1, 800, 80), Err(PageImageError::Unreadable(1)));
    assert_eq!(page_image(b"\xff\xd8\xffwords", 1, 800, 80), Err(PageImageError::Unreadable(1)));
    assert_eq!(page_image(b"II*\0words", 1, 800, 80), Err(PageImageError::Unreadable(1)));
    assert_eq!(page_image(b"\0\0\0\x18ftypisom", 1, 800, 80), Err(PageImageError::NoPages(Kind::Mp4)));
}

#[test]
fn each_picture_of_a_tiff_is_a_page() {
    let pages: Vec<GrayImage> =
        [(400, 600), (600, 400)].into_iter().map(|(w, h)| GrayImage::from_pixel(w, h, Luma([w as u8]))).collect();
    let reader = PageReader::open(tiff(&pages));
    for (number, page) in (1..).zip(&pages) {
        let shown = decoded(&reader.image(number, 1000, 90).unwrap());
        assert_eq!(shown.dimensions(), page.dimensions());
        assert!(shown.get_pixel(20, 20).0[0].abs_diff(page.get_pixel(20, 20).0[0]) < 4, "page {number}");
    }
    assert_eq!(reader.image(3, 1000, 90), Err(PageImageError::NoSuchPage { page: 3, pages: 2 }));
}

#[test]
fn several_readers_share_an_opened_document() {
    fn shared<T: Send + Sync>(_: &T) {}
    let reader = PageReader::open(text_pdf(4));
    shared(&reader);
    let apart: Vec<Vec<u8>> = (1..=4).map(|page| page_image(&text_pdf(4), page, 300, 80).unwrap()).collect();
    let together: Vec<Vec<u8>> = std::thread::scope(|scope| {
        let reader = &reader;
        let readers: Vec<_> = (1..=4).map(|page| scope.spawn(move || reader.image(page, 300, 80).unwrap())).collect();
        readers.into_iter().map(|reader| reader.join().unwrap()).collect()
    });
    assert_eq!(apart, together);
}

/// Lines of a page, and how many of them lie on ink.
fn lines_on_ink(bytes: &[u8], number: u32) -> (usize, usize) {
    let reader = PageReader::open(bytes.to_vec());
    let picture = decoded(&reader.image(number, 1200, 85).unwrap());
    let lines = reader.lines(number).unwrap();
    let (width, height) = (f64::from(picture.width()), f64::from(picture.height()));
    let on_ink = |line: &&dossier::Line| {
        let [x, y, w, h] = line.area;
        let range = |from: f64, to: f64, side: f64| (from * side).max(0.0) as u32..((to * side).min(side) as u32);
        range(y, y + h, height)
            .any(|row| range(x, x + w, width).any(|column| picture.get_pixel(column, row).0[0] < 140))
    };
    (lines.len(), lines.iter().filter(on_ink).count())
}

#[test]
fn text_stands_where_it_is_drawn() {
    let bytes = text_pdf(2);
    let lines = PageReader::open(bytes.clone()).lines(2).unwrap();
    assert!(!lines.is_empty());
    for line in &lines {
        assert!(line.ends.is_empty() || line.ends.len() == line.text.chars().count(), "{line:?}");
        assert!(line.ends.is_sorted(), "{line:?}");
    }
    let (all, inked) = lines_on_ink(&bytes, 2);
    assert_eq!(all, inked);
    assert_eq!(PageReader::open(bytes).lines(3), Err(PageImageError::NoSuchPage { page: 3, pages: 2 }));
    let picture = png(&GrayImage::from_pixel(50, 30, Luma([10])));
    assert_eq!(PageReader::open(picture).lines(1), Ok(Vec::new()));
}

#[test]
fn the_text_of_ofd_samples_stands_where_it_is_drawn() {
    each_text_stands_on_ink(&samples("ofd"), 50);
}

#[test]
#[ignore = "needs XIEZHI_SAMPLES"]
fn samples_beside_have_their_text_where_it_is_drawn() {
    each_text_stands_on_ink(&samples_beside("ofd"), 100);
}

fn each_text_stands_on_ink(folder: &Path, at_least: usize) {
    let (mut all, mut inked) = (0, 0);
    for (name, bytes) in files(folder, &["ofd"]) {
        if import(&bytes, &name, &Checks::default()).pages.is_empty() {
            continue;
        }
        let (lines, found) = lines_on_ink(&bytes, 1);
        all += lines;
        inked += found;
    }
    // Some samples write in white, or under a picture.
    assert!(all >= at_least && inked * 10 > all * 9, "{inked} of {all} lines");
}

/// A PDF of one page: a scan of light grey, with more in its content.
fn scan_with(more: &str) -> (Vec<u8>, Vec<u8>) {
    let scan = GrayImage::from_fn(400, 566, |x, y| Luma([if x < 40 && y < 40 { 90 } else { 200 }]));
    let picture = jpeg(&scan, 90);
    let bytes = pdf(1, |document, _| {
        let image = document.add_object(lopdf::Stream::new(
            dictionary! {
                "Type" => "XObject", "Subtype" => "Image", "Width" => 400, "Height" => 566,
                "ColorSpace" => "DeviceGray", "BitsPerComponent" => 8, "Filter" => "DCTDecode",
            },
            picture.clone(),
        ));
        let page = dictionary! {
            "MediaBox" => vec![0.into(), 0.into(), 595.into(), 842.into()],
            "Resources" => dictionary! { "XObject" => dictionary! { "Im0" => image } },
        };
        (page, more.replace("SCAN", "q 595 0 0 842 0 0 cm /Im0 Do Q").into_bytes())
    });
    (bytes, picture)
}

#[test]
fn a_scan_hardly_larger_than_asked_for_is_given_as_it_is() {
    let (bytes, picture) = scan_with("SCAN");
    for width in [270, 400, 2_000] {
        assert!(page_image(&bytes, 1, width, 80).unwrap() == picture, "{width}");
    }
    assert_eq!(decoded(&page_image(&bytes, 1, 200, 80).unwrap()).dimensions(), (200, 283));
}

#[test]
fn what_a_page_shows_beside_its_scan_is_drawn() {
    // A stroke over it, half of it cut away, lying smaller on the page, mirrored, shown twice.
    for (more, place, about) in [
        ("SCAN 0 g 200 400 100 100 re f", (250, 350), 0),
        ("0 0 595 421 re W n SCAN", (250, 100), 255),
        ("q 0.5 0 0 0.5 0 0 cm SCAN Q", (450, 100), 255),
        ("q -1 0 0 1 595 0 cm SCAN Q", (590, 10), 90),
        ("SCAN q 0.5 0 0 0.5 0 0 cm SCAN Q", (10, 430), 90),
    ] {
        let (bytes, picture) = scan_with(more);
        let shown = page_image(&bytes, 1, 600, 90).unwrap();
        assert!(shown != picture, "{more}");
        let value = decoded(&shown).get_pixel(place.0, place.1).0[0];
        assert!(value.abs_diff(about) < 12, "{more}: {value}");
    }
}

#[test]
fn a_scan_lies_as_its_page_lies() {
    let font = font("NotoSansCJK-Regular.ttc");
    let scan = page(&font, RECORD, Paper::default(), 1);
    // The page turns what was scanned lying on its side.
    let on_its_left = image::imageops::rotate270(&scan);
    let on_its_right = image::imageops::rotate90(&scan);
    let bytes = scanned_pdf(&[(scan, 0), (on_its_left, 90), (on_its_right, 270)]);
    // Seen from afar, so that only where the ink lies is compared.
    let shown = |number| {
        let picture = decoded(&page_image(&bytes, number, 600, 90).unwrap());
        image::imageops::thumbnail(&picture, 30, 42)
    };
    let upright = shown(1);
    for number in [2, 3] {
        let apart = upright.pixels().zip(shown(number).pixels()).map(|(a, b)| a.0[0].abs_diff(b.0[0])).max();
        assert!(apart.unwrap() < 12, "page {number}: {apart:?}");
    }
    assert!(
        image::imageops::rotate180(&upright).pixels().zip(upright.pixels()).any(|(a, b)| a.0[0].abs_diff(b.0[0]) > 30)
    );
}

#[test]
fn a_scanned_document_without_its_pictures_in_memory_reads_the_same() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("scans");
    let scans: Vec<(GrayImage, i64)> = (0..4)
        .map(|n| (GrayImage::from_fn(700, 990, |x, y| Luma([((x * y) >> (4 + n)) as u8])), i64::from(n) * 90))
        .collect();
    let bytes = scanned_pdf(&scans);
    std::fs::write(&path, &bytes).unwrap();
    let whole = PageReader::open(bytes.clone());
    let light = whole.lightened(&path).unwrap();
    assert!(light.bytes() * 10 < whole.bytes(), "{} of {}", light.bytes(), whole.bytes());
    for number in 1..=5 {
        for width in [200, 1_000] {
            assert_eq!(light.image(number, width, 80), whole.image(number, width, 80), "{number} {width}");
        }
        assert_eq!(light.lines(number), whole.lines(number));
    }
    // A page that is more than its scan keeps the document whole, and so does one of words.
    std::fs::write(&path, scan_with("SCAN 0 g 9 9 9 9 re f").0).unwrap();
    assert!(PageReader::open(std::fs::read(&path).unwrap()).lightened(&path).is_none());
    assert!(PageReader::open(text_pdf(2)).lightened(&path).is_none());
    // Once the file is gone there is nothing to show.
    std::fs::remove_file(&path).unwrap();
    assert_eq!(light.image(1, 200, 80), Err(PageImageError::Unreadable(1)));
}
