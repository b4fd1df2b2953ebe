//! Every form is made, says what it was given, and is what its format claims.

#![allow(clippy::unwrap_used, reason = "helpers of tests stand outside the test functions")]

use std::collections::BTreeMap;
use std::io::Cursor;

use casework::{Defect, Error, Format, Made, Order, forms, make};
use lopdf::Document;

fn sample() -> BTreeMap<String, String> {
    include_str!("../examples/sample.txt")
        .lines()
        .filter_map(|line| line.split_once('='))
        .map(|(a, b)| (a.trim().to_owned(), b.trim().replace("\\n", "\n")))
        .collect()
}

fn order(form: &str) -> Order {
    Order {
        form: form.to_owned(),
        kind: "W000".to_owned(),
        title: String::new(),
        pages: 0,
        values: sample(),
        seed: 11,
        dpi: 200,
        defects: Vec::new(),
    }
}

fn made(form: &str, defects: &[Defect]) -> Made {
    make(&Order { defects: defects.to_vec(), ..order(form) }).unwrap()
}

fn squeezed(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace()).collect()
}

fn text_of(bytes: &[u8]) -> String {
    let document = Document::load_mem(bytes).unwrap();
    let pages: Vec<u32> = document.get_pages().keys().copied().collect();
    squeezed(&document.extract_text(&pages).unwrap())
}

/// The JPEG of page `number` (from 1).
fn page_image(bytes: &[u8], number: u32) -> image::RgbImage {
    let document = Document::load_mem(bytes).unwrap();
    let images = document.get_page_images(document.get_pages()[&number]).unwrap();
    image::load_from_memory(images[0].content).unwrap().to_rgb8()
}

/// Mean difference of neighbours: how sharp an image is.
fn sharpness(image: &image::RgbImage) -> f64 {
    let total: u64 = image.as_raw().windows(6).step_by(3).map(|w| u64::from(w[0].abs_diff(w[3]))).sum();
    total as f64 / f64::from(image.width() * image.height())
}

#[test]
fn each_form_is_made_and_prints_the_values_it_needs() {
    let values = sample();
    let all = forms();
    assert!(all.len() >= 80, "{}", all.len());
    for info in all.iter().filter(|info| info.format == Format::PdfScan) {
        // Exactly the values it asks for, no more: what it calls optional must be so.
        let only: BTreeMap<String, String> =
            info.needs.iter().map(|field| (field.clone(), values[field].clone())).collect();
        let file = make(&Order { values: only, ..order(&info.id) }).unwrap();
        assert_eq!(file.format, Format::PdfScan);
        assert_eq!(file.pages, info.pages, "{}", info.id);
        let document = Document::load_mem(&file.bytes).unwrap();
        assert_eq!(document.get_pages().len(), file.pages as usize, "{}", info.id);
        let per_page = file.bytes.len() / file.pages as usize;
        assert!((120_000..600_000).contains(&per_page), "{}: {per_page}", info.id);
        let text = text_of(&file.bytes);
        for field in info.needs.iter().filter(|field| *field != "catalogue.rows") {
            for line in values[field].lines() {
                assert!(text.contains(&squeezed(line)), "{} lacks {field}", info.id);
            }
        }
    }
}

#[test]
fn a_missing_value_is_named() {
    for info in forms() {
        for field in &info.needs {
            let mut order = order(&info.id);
            order.values.retain(|name, _| info.needs.contains(name) && name != field);
            match make(&order) {
                Err(Error::MissingValue { field: named, .. }) => assert_eq!(&named, field, "{}", info.id),
                other => panic!("{} without {field}: {:?}", info.id, other.map(|made| made.file_name)),
            }
        }
    }
}

#[test]
fn an_unknown_form_and_an_unoffered_format_are_refused() {
    assert!(matches!(make(&order("W999")), Err(Error::UnknownForm(id)) if id == "W999"));
    assert!(matches!(make(&order("W131:mp4")), Err(Error::FormatNotOffered { .. })));
    assert!(matches!(make(&order("photo-road:ofd")), Err(Error::FormatNotOffered { .. })));
}

#[test]
fn equal_orders_give_equal_bytes_and_seeds_differ() {
    for form in [
        "W018",
        "W047",
        "W131:ofd",
        "W182:text",
        "photo-road",
        "video-body",
        "audio-interview",
        "W005:tiff",
        "W005:png",
        "map-track",
    ] {
        let again = make(&Order { seed: 12, ..order(form) }).unwrap();
        assert_eq!(made(form, &[]), made(form, &[]), "{form}");
        if form != "W182:text" {
            assert_ne!(made(form, &[]).bytes, again.bytes, "{form}");
        }
    }
}

#[test]
fn a_transcript_grows_to_the_pages_ordered_and_counts_them() {
    for pages in [3, 8, 20] {
        let file = make(&Order { pages, ..order("W047") }).unwrap();
        assert_eq!(file.pages, pages);
        assert!(text_of(&file.bytes).contains(&format!("第{pages}页共{pages}页")));
    }
    assert_eq!(make(&Order { pages: 4, ..order("W005") }).unwrap().pages, 4);
}

#[test]
fn page_defects_touch_their_page_only() {
    let good = make(&Order { pages: 3, ..order("W077") }).unwrap();
    let defects = vec![Defect::BlurredPage(1), Defect::BlankPage(2), Defect::LowResolutionPage(3)];
    let flawed = make(&Order { pages: 3, defects, ..order("W077") }).unwrap();
    let (sharp, soft) = (sharpness(&page_image(&good.bytes, 1)), sharpness(&page_image(&flawed.bytes, 1)));
    assert!(soft < sharp / 2.0, "{soft} {sharp}");
    let blank = page_image(&flawed.bytes, 2);
    assert!(blank.pixels().skip(100 * blank.width() as usize).filter(|p| p.0[0] < 90).count() < 3000);
    assert_eq!(page_image(&good.bytes, 3).width(), 1654);
    assert_eq!(page_image(&flawed.bytes, 3).width(), 595);
    let document = Document::load_mem(&flawed.bytes).unwrap();
    assert!(squeezed(&document.extract_text(&[2]).unwrap()).is_empty());
    assert!(!squeezed(&document.extract_text(&[3]).unwrap()).is_empty());
    assert!(matches!(make(&Order { defects: vec![Defect::BlankPage(9)], ..order("W077") }), Err(Error::NoSuchPage(9))));
}

#[test]
fn a_page_upside_down_is_the_page_turned() {
    let mut turned = page_image(&made("W005", &[Defect::UpsideDownPage(1)]).bytes, 1);
    image::imageops::rotate180_in_place(&mut turned);
    let good = page_image(&made("W005", &[]).bytes, 1);
    let apart: u64 = good.as_raw().iter().zip(turned.as_raw()).map(|(a, b)| u64::from(a.abs_diff(*b))).sum();
    assert!(apart < good.as_raw().len() as u64 * 3);
}

#[test]
fn file_defects_do_what_they_say() {
    let good = made("W005", &[]);
    assert_eq!(made("W005", &[Defect::Truncated]).bytes, good.bytes[..good.bytes.len() * 3 / 5]);
    assert!(made("W005", &[Defect::Empty]).bytes.is_empty());
    let renamed = made("W005", &[Defect::Renamed]);
    assert!(renamed.file_name.ends_with(".ofd") && renamed.bytes == good.bytes && renamed.format == Format::PdfScan);
    let locked = made("W005", &[Defect::Encrypted]);
    let document = Document::load_mem(&locked.bytes);
    assert!(document.map_or(true, |d| d.is_encrypted()));
    assert!(matches!(
        make(&Order { defects: vec![Defect::Encrypted], ..order("photo-road") }),
        Err(Error::DefectNotOffered(_))
    ));
}

#[test]
fn a_born_digital_pdf_says_its_text() {
    let text = text_of(&made("W182:text", &[]).bytes);
    assert!(text.contains("刑事判决书") && text.contains("柏青禾"), "{text}");
}

#[test]
fn the_ofd_opens() {
    let file = made("W131:ofd", &[]);
    assert_eq!(file.format, Format::Ofd);
    let document = sofd::Document::open_bytes(&file.bytes).unwrap();
    assert_eq!(document.page_count(), file.pages as usize);
}

#[test]
fn images_open_at_their_size() {
    for form in ["photo-road", "photo-breath", "photo-plate", "photo-tube"] {
        let image = image::load_from_memory(&made(form, &[]).bytes).unwrap();
        assert_eq!((image.width(), image.height()), (1600, 1200), "{form}");
    }
    let slip = image::load_from_memory(&made("breath-slip", &[]).bytes).unwrap();
    assert!(slip.height() > slip.width() * 2);
    for (form, magic, width) in
        [("W005:tiff", b"II*\0", 1654), ("W005:png", b"\x89PNG", 1654), ("map-track", b"\x89PNG", 1600)]
    {
        let file = made(form, &[]);
        assert_eq!(&file.bytes[..4], magic);
        assert_eq!(image::load_from_memory(&file.bytes).unwrap().width(), width);
    }
    let fax = make(&Order { pages: 3, ..order("generic:tiff") }).unwrap();
    let mut pages = tiff::decoder::Decoder::new(Cursor::new(&fax.bytes)).unwrap();
    let mut count = 1;
    while pages.more_images() {
        pages.next_image().unwrap();
        count += 1;
    }
    assert!(count == fax.pages && count > 1, "{count} of {}", fax.pages);
    assert!(fax.bytes.len() < 3_000_000, "black and white takes little: {}", fax.bytes.len());
}

#[test]
fn the_recording_has_its_seconds() {
    let file = make(&Order { pages: 12, ..order("audio-interview") }).unwrap();
    let reader = hound::WavReader::new(Cursor::new(file.bytes)).unwrap();
    assert_eq!(reader.duration() / reader.spec().sample_rate, 12);
}

/// The payload of a box along a path of types.
fn find<'a>(mut bytes: &'a [u8], path: &[&[u8; 4]]) -> Option<&'a [u8]> {
    let (kind, rest) = path.split_first()?;
    while bytes.len() >= 8 {
        let size = u32::from_be_bytes(bytes[..4].try_into().ok()?) as usize;
        if &bytes[4..8] == kind.as_slice() {
            return if rest.is_empty() { bytes.get(8..size) } else { find(bytes.get(8..size)?, rest) };
        }
        bytes = bytes.get(size.max(8)..)?;
    }
    None
}

#[test]
fn the_video_parses_lasts_and_decodes() {
    let file = make(&Order { pages: 6, ..order("video-body") }).unwrap();
    let word = |bytes: &[u8], at: usize| u32::from_be_bytes(bytes[at..at + 4].try_into().unwrap());
    let header = find(&file.bytes, &[b"moov", b"mvhd"]).unwrap();
    assert_eq!(word(header, 16), word(header, 12) * 6);
    let table: [&[u8; 4]; 5] = [b"moov", b"trak", b"mdia", b"minf", b"stbl"];
    let of = |kind: &'static [u8; 4]| find(&file.bytes, &[&table[..], &[kind]].concat()).unwrap();
    let (sizes, offset) = (of(b"stsz"), word(of(b"stco"), 8) as usize);
    let count = word(sizes, 8) as usize;
    assert_eq!(count, 90);
    let avc = of(b"stsd");
    let config = &avc[16 + 78 + 8..];
    let sps = u16::from_be_bytes([config[6], config[7]]) as usize;
    let pps = u16::from_be_bytes([config[9 + sps], config[10 + sps]]) as usize;
    let mut decoder = openh264::decoder::Decoder::new().unwrap();
    let mut stream = [&[0, 0, 0, 1], &config[8..8 + sps], &[0, 0, 0, 1], &config[11 + sps..11 + sps + pps]].concat();
    let (mut at, mut pictures) = (offset, 0);
    for frame in 0..count {
        let end = at + word(sizes, 12 + frame * 4) as usize;
        while at < end {
            let size = word(&file.bytes, at) as usize;
            stream.extend([0, 0, 0, 1]);
            stream.extend(&file.bytes[at + 4..at + 4 + size]);
            at += 4 + size;
        }
        if let Some(picture) = decoder.decode(&stream).unwrap() {
            use openh264::formats::YUVSource;
            assert_eq!(picture.dimensions(), (640, 360));
            pictures += 1;
        }
        stream.clear();
    }
    assert!(pictures >= count - 2, "{pictures}");
}
