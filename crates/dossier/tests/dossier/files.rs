//! Files as they come: sound, broken, disguised and hostile.

use std::io::Write as _;

use crate::common::{
    Paper, RECORD, document, files, font, jpeg, package, page, pdf, png, samples, samples_beside, scanned_pdf,
    text_pdf, tiff,
};
use dossier::{Checks, Class, FaultCode, ImportError, Imported, Kind, Severity, Stop, import, import_file};
use image::{GrayImage, Luma};
use lopdf::dictionary;

fn read(bytes: &[u8], name: &str) -> Imported {
    import(bytes, name, &Checks::default())
}

fn codes(found: &Imported) -> Vec<FaultCode> {
    found.faults.iter().map(|fault| fault.code).collect()
}

fn grey() -> GrayImage {
    GrayImage::from_fn(400, 560, |x, y| Luma([if x % 40 < 20 && y % 40 < 6 { 30 } else { 240 }]))
}

#[test]
fn every_ofd_sample_opens_with_its_pages() {
    let hello = std::fs::read(samples("ofd").join("helloworld.ofd")).unwrap();
    assert!(read(&hello, "").text_layer.unwrap()[0].contains("OFD Reader&Writer"));
    each_opens_with_its_pages(files(&samples("ofd"), &["ofd"]), 15);
}

#[test]
#[ignore = "needs XIEZHI_SAMPLES"]
fn samples_beside_open_with_their_pages() {
    each_opens_with_its_pages(files(&samples_beside("ofd"), &["ofd"]), 31);
}

fn each_opens_with_its_pages(samples: Vec<(String, Vec<u8>)>, many: usize) {
    assert_eq!(samples.len(), many);
    for (name, bytes) in samples {
        let found = read(&bytes, &name);
        assert_eq!(found.kind, Kind::Ofd, "{name}");
        assert!(!found.quarantined(), "{name}: {:?}", found.faults);
        assert!(!found.pages.is_empty(), "{name}");
        assert!(
            found.pages.iter().all(|page| page.width_mm > 10.0 && page.height_mm > 10.0),
            "{name}: {:?}",
            found.pages
        );
        assert_eq!(found.text_layer.as_ref().map(Vec::len), Some(found.pages.len()), "{name}");
        assert_eq!(found, read(&bytes, &name), "{name}");
    }
}

#[test]
fn a_pdf_born_digital_has_text_and_no_resolution() {
    let found = read(&text_pdf(3), "决定书.pdf");
    assert_eq!((found.kind, found.faults.as_slice()), (Kind::Pdf, [].as_slice()));
    assert_eq!(found.pages.len(), 3);
    assert_eq!(found.pages[2].number, 3);
    assert!((found.pages[0].width_mm - 210.0).abs() < 0.5 && (found.pages[0].height_mm - 297.0).abs() < 0.5);
    assert!(found.pages.iter().all(|page| page.dpi.is_none()));
    assert!(found.text_layer.unwrap()[1].contains("Page 2"));
}

#[test]
fn a_scanned_pdf_is_measured_from_its_images_as_they_are_shown() {
    let font = font("NotoSansCJK-Regular.ttc");
    let upright = page(&font, RECORD, Paper::default(), 1);
    let turned = image::imageops::rotate180(&upright);
    // The last is turned in the image and turned back by the page.
    let found = read(&scanned_pdf(&[(upright, 0), (turned.clone(), 0), (turned, 180)]), "卷宗.pdf");
    assert_eq!(found.faults, []);
    let page = &found.pages[0];
    assert_eq!((page.width_px, page.height_px, page.dpi), (Some(1653), Some(2338), Some(200)));
    assert!(
        found.pages.iter().all(|page| page.sharpness.unwrap() > 0.6 && page.contrast.unwrap() > 0.5),
        "{:?}",
        found.pages
    );
    let confidence = |index: usize| found.pages[index].upside_down.unwrap();
    assert!(confidence(0) < 0.1 && confidence(1) > 0.9 && confidence(2) < 0.1, "{:?}", found.pages);
}

#[test]
fn an_empty_page_of_a_pdf_has_no_ink() {
    let found = read(
        &pdf(1, |_, _| (dictionary! { "MediaBox" => vec![0.into(), 0.into(), 595.into(), 842.into()] }, Vec::new())),
        "a.pdf",
    );
    assert_eq!(found.pages[0].ink, Some(0.0));
}

#[test]
fn empty_unknown_and_programs_are_kept_aside() {
    for (bytes, code) in [
        (b"".as_slice(), FaultCode::Empty),
        (b"MZ\x90\0 a program", FaultCode::Active),
        (b"\x7fELF a program", FaultCode::Active),
        (b"plain words", FaultCode::Type),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 an old document", FaultCode::Type),
    ] {
        let found = read(bytes, "x");
        assert_eq!((found.kind, found.kind.class(), codes(&found)), (Kind::Unknown, Class::Unreadable, vec![code]));
        assert!(found.quarantined());
    }
    let mut locked = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".to_vec();
    locked.extend("EncryptedPackage".encode_utf16().flat_map(u16::to_le_bytes));
    assert_eq!(codes(&read(&locked, "说明.docx")), [FaultCode::Encrypted]);
}

#[test]
fn the_name_is_not_trusted() {
    let found = read(&text_pdf(1), "照片.jpg");
    assert_eq!((found.kind, codes(&found), found.quarantined()), (Kind::Pdf, vec![FaultCode::Renamed], true));
    assert!(found.faults[0].text.contains("内容实为PDF文档"));
    for name in ["决定书.PDF", "决定书", "", ".pdf"] {
        assert_eq!(read(&text_pdf(1), name).faults, [], "{name}");
    }
    let odd = read(&text_pdf(1), "起诉意见书.2026");
    assert_eq!(odd.faults[0].severity, Severity::Warn);
    assert_eq!(read(&jpeg(&grey(), 90), "a.JPEG").faults, []);
}

#[test]
fn packages_are_told_apart_by_what_is_in_them() {
    let docx = package(&[("[Content_Types].xml", b"<x/>"), ("word/document.xml", b"<x/>")]);
    let xlsx = package(&[("[Content_Types].xml", b"<x/>"), ("xl/workbook.xml", b"<x/>")]);
    let other = package(&[("聊天记录.csv", b"1,2")]);
    for (bytes, name, kind) in
        [(&docx, "a.docx", Kind::Docx), (&xlsx, "a.xlsx", Kind::Xlsx), (&other, "a.zip", Kind::Zip)]
    {
        let found = read(bytes, name);
        assert_eq!((found.kind, found.kind.class(), found.faults.len()), (kind, Class::Attachment, 0));
    }
    let macros = package(&[("word/document.xml", b"<x/>"), ("word/vbaProject.bin", b"x")]);
    assert_eq!(
        (codes(&read(&macros, "a.docx")), read(&macros, "a.docx").quarantined()),
        (vec![FaultCode::Active], true)
    );
    let seized = package(&[("镜像/木马.exe", b"MZ")]);
    assert_eq!(
        (codes(&read(&seized, "a.zip")), read(&seized, "a.zip").quarantined()),
        (vec![FaultCode::Active], false)
    );
    let broken_ofd = package(&[("OFD.xml", b"<not-closed")]);
    assert_eq!(codes(&read(&broken_ofd, "a.ofd")), [FaultCode::Unreadable]);
}

#[test]
fn a_locked_package_is_kept_aside() {
    let mut bytes = package(&[("a.txt", b"words"), ("b.txt", b"words")]);
    // Sets the flag of encryption in both copies of the second entry's header.
    let headers: Vec<_> = bytes
        .windows(4)
        .enumerate()
        .filter(|(_, magic)| *magic == b"PK\x03\x04" || *magic == b"PK\x01\x02")
        .map(|(at, _)| at)
        .collect();
    for at in [headers[1], headers[3]] {
        let flags = if bytes[at + 2] == 3 { at + 6 } else { at + 8 };
        bytes[flags] |= 1;
    }
    assert_eq!(codes(&read(&bytes, "a.zip")), [FaultCode::Encrypted]);
}

#[test]
fn an_ofd_with_encrypted_parts_is_kept_aside() {
    let bytes = package(&[("OFD.xml", b"<x/>"), ("Encryptions.xml", b"<x/>")]);
    assert_eq!(codes(&read(&bytes, "a.ofd")), [FaultCode::Encrypted]);
}

#[test]
fn an_update_of_a_pdf_that_was_cut_off_is_not_taken_for_the_whole() {
    let mut bytes = text_pdf(1);
    bytes.extend(b"\n9 0 obj\n<</Type/Annot");
    assert_eq!(codes(&read(&bytes, "a.pdf")), [FaultCode::Truncated]);
    let mut padded = text_pdf(1);
    padded.extend(b"\r\n\0\0");
    assert_eq!(codes(&read(&padded, "a.pdf")), []);
}

#[test]
fn each_picture_of_a_tiff_is_a_page_and_measured() {
    let blank = GrayImage::from_pixel(1654, 2339, Luma([255]));
    let found = read(&tiff(&[grey(), blank]), "传真.tiff");
    assert_eq!(codes(&found), []);
    assert_eq!(found.pages.iter().map(|page| page.number).collect::<Vec<_>>(), [1, 2]);
    assert_eq!((found.pages[1].width_px, found.pages[1].dpi, found.pages[1].ink), (Some(1654), Some(200), Some(0.0)));
}

#[test]
fn a_tiff_whose_chain_of_pages_is_broken_is_kept_aside() {
    let whole = tiff(&[grey(), grey()]);
    let at = |offset: usize| u32::from_le_bytes(whole[offset..offset + 4].try_into().unwrap()) as usize;
    let first = at(4);
    let next = first + 2 + 12 * usize::from(u16::from_le_bytes(whole[first..first + 2].try_into().unwrap()));
    // The directory names itself as the next one, or one beyond the end.
    for wrong in [first as u32, whole.len() as u32 + 4] {
        let mut bytes = whole.clone();
        bytes[next..next + 4].copy_from_slice(&wrong.to_le_bytes());
        let found = read(&bytes, "a.tif");
        assert_eq!(codes(&found), [FaultCode::Truncated]);
        assert!(found.quarantined());
    }
    // The second page's own data are gone: the fault names the page.
    let second = at(next);
    let mut bytes = whole.clone();
    let entries = usize::from(u16::from_le_bytes(whole[second..second + 2].try_into().unwrap()));
    for entry in (0..entries).map(|index| second + 2 + 12 * index) {
        if whole[entry..entry + 2] == 273_u16.to_le_bytes() {
            bytes[entry + 8..entry + 12].copy_from_slice(&u32::MAX.to_le_bytes());
        }
    }
    let found = read(&bytes, "a.tif");
    assert_eq!(codes(&found), [FaultCode::Unreadable]);
    assert_eq!(found.faults[0].place, "第2页");
}

#[test]
fn locked_pdfs_are_kept_aside() {
    let mut document = document(1, |_, _| {
        (dictionary! { "MediaBox" => vec![0.into(), 0.into(), 595.into(), 842.into()] }, Vec::new())
    });
    document.trailer.set("ID", vec![lopdf::Object::string_literal("a"), lopdf::Object::string_literal("a")]);
    for (owner, user) in [("owner", "user"), ("owner", "")] {
        let mut locked = document.clone();
        let version = lopdf::EncryptionVersion::V2 {
            document: &document,
            owner_password: owner,
            user_password: user,
            key_length: 128,
            permissions: lopdf::Permissions::all(),
        };
        locked.encrypt(&version.try_into().unwrap()).unwrap();
        let mut bytes = Vec::new();
        locked.save_to(&mut bytes).unwrap();
        assert_eq!(codes(&read(&bytes, "a.pdf")), [FaultCode::Encrypted], "user password {user:?}");
    }
}

#[test]
fn active_content_of_pdfs_is_found() {
    for (name, action) in [
        ("OpenAction", dictionary! { "S" => "JavaScript", "JS" => lopdf::Object::string_literal("app.alert(1)") }),
        ("OpenAction", dictionary! { "S" => "Launch", "F" => lopdf::Object::string_literal("x.exe") }),
        ("Names", dictionary! { "EmbeddedFiles" => dictionary! {} }),
        ("AA", dictionary! { "WC" => dictionary! { "S" => "SubmitForm" } }),
    ] {
        let mut document = document(1, |_, _| (dictionary! {}, Vec::new()));
        document.catalog_mut().unwrap().set(name, action);
        let mut bytes = Vec::new();
        document.save_to(&mut bytes).unwrap();
        let found = read(&bytes, "a.pdf");
        assert_eq!(codes(&found), [FaultCode::Active], "{name}: {:?}", found.faults);
        assert_eq!(found.faults[0].code.check(), Some("Q20"));
        assert_eq!(found.pages.len(), 1);
    }
}

#[test]
fn loops_in_a_pdf_end() {
    let mut looped = document(2, |_, _| (dictionary! {}, Vec::new()));
    let parent = looped.catalog().unwrap().get(b"Pages").and_then(lopdf::Object::as_reference).unwrap();
    let kids: Vec<lopdf::Object> = vec![parent.into(); 40];
    looped.get_dictionary_mut(parent).unwrap().set("Kids", kids);
    looped.get_dictionary_mut(parent).unwrap().set("Parent", parent);
    let mut bytes = Vec::new();
    looped.save_to(&mut bytes).unwrap();
    assert!(read(&bytes, "a.pdf").quarantined());
}

fn crc32(bytes: &[u8]) -> u32 {
    let fold = |crc: u32, byte: &u8| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| if crc & 1 == 1 { crc >> 1 ^ 0xedb8_8320 } else { crc >> 1 })
    };
    !bytes.iter().fold(u32::MAX, fold)
}

// A page that shows this image on half of itself, where it is no scan.
fn half_page(dictionary: lopdf::Dictionary, content: Vec<u8>) -> Vec<u8> {
    pdf(1, |document, _| {
        let image =
            document.add_object(lopdf::Stream::new(dictionary.clone(), content.clone()).with_compression(false));
        (
            dictionary! { "Resources" => dictionary! { "XObject" => dictionary! { "Im0" => image } } },
            b"q 300 0 0 800 0 0 cm /Im0 Do Q".to_vec(),
        )
    })
}

#[test]
fn bombs_inside_a_pdf_are_found_before_it_is_drawn() {
    let image = |width: i64, filter: &str| dictionary! { "Subtype" => "Image", "Width" => width, "Height" => width, "ColorSpace" => "DeviceGray", "BitsPerComponent" => 8, "Filter" => filter };
    assert_eq!(codes(&read(&half_page(image(60_000, "DCTDecode"), jpeg(&grey(), 80)), "a.pdf")), [FaultCode::TooLarge]);
    // The dictionary says small, the JPEG's header says large.
    let mut lying = jpeg(&grey(), 80);
    let frame = lying.windows(2).position(|pair| pair == [0xff, 0xc0]).unwrap();
    lying[frame + 5..frame + 9].copy_from_slice(&[0xff, 0, 0xff, 0]);
    assert_eq!(codes(&read(&half_page(image(400, "DCTDecode"), lying), "a.pdf")), [FaultCode::TooLarge]);
    // 600 MB of zeros, deflated once.
    let mut zeros = lopdf::Stream::new(dictionary! {}, vec![0; 600 << 20]);
    zeros.compress().unwrap();
    assert_eq!(codes(&read(&half_page(image(400, "FlateDecode"), zeros.content), "a.pdf")), [FaultCode::TooLarge]);
}

#[test]
fn limits_are_checked_before_work_is_done() {
    // A PNG that declares 50000 × 50000 pixels.
    let mut bomb = png(&grey());
    bomb[16..24].copy_from_slice(&[0, 0, 0xc3, 0x50, 0, 0, 0xc3, 0x50]);
    let checksum = crc32(&bomb[12..29]);
    bomb[29..33].copy_from_slice(&checksum.to_be_bytes());
    assert_eq!(codes(&read(&bomb, "a.png")), [FaultCode::TooLarge]);
    let few = Checks { max_pages: 2, max_document_bytes: 1 << 20, ..Checks::default() };
    assert_eq!(codes(&import(&text_pdf(3), "a.pdf", &few)), [FaultCode::TooLarge]);
    let small = Checks { max_document_bytes: 100, ..Checks::default() };
    assert_eq!(codes(&import(&text_pdf(1), "a.pdf", &small)), [FaultCode::TooLarge]);
    let entries = Checks { max_entries: 1, ..Checks::default() };
    assert_eq!(codes(&import(&package(&[("a", b""), ("b", b"")]), "a.zip", &entries)), [FaultCode::TooLarge]);
    let unpacked = Checks { max_unpacked_bytes: 3, ..Checks::default() };
    assert_eq!(codes(&import(&package(&[("a", b"four")]), "a.zip", &unpacked)), [FaultCode::TooLarge]);
}

#[test]
fn a_file_on_disk_is_examined_like_content_in_memory() {
    let folder = tempfile::tempdir().unwrap();
    let mut wav =
        b"RIFF\x24\x1f\0\0WAVEfmt \x10\0\0\0\x01\0\x01\0\x40\x1f\0\0\x40\x1f\0\0\x01\0\x08\0data\0\x1f\0\0".to_vec();
    wav.extend(vec![128; 0x1f00]);
    let zip = package(&[("聊天记录.csv", b"1,2")]);
    for (name, bytes) in [
        ("a.pdf", text_pdf(2)),
        ("a.jpg", jpeg(&grey(), 80)),
        ("a.wav", wav),
        ("a.zip", zip),
        ("a.bin", b"words".to_vec()),
        ("e", Vec::new()),
    ] {
        let path = folder.path().join(name);
        std::fs::File::create(&path).unwrap().write_all(&bytes).unwrap();
        assert_eq!(
            import_file(&path, name, &Checks::default(), &Stop::default()).unwrap(),
            read(&bytes, name),
            "{name}"
        );
    }
    let small = Checks { max_document_bytes: 100, ..Checks::default() };
    let large = import_file(&folder.path().join("a.pdf"), "a.pdf", &small, &Stop::default()).unwrap();
    assert_eq!((codes(&large), large.digests), (vec![FaultCode::TooLarge], read(&text_pdf(2), "a.pdf").digests));
    assert!(import_file(&folder.path().join("none"), "none", &small, &Stop::default()).is_err());
    // What nobody waits for is given up, whatever was found until then.
    let stop = Stop::default();
    drop(stop.on_drop());
    let given_up = import_file(&folder.path().join("a.pdf"), "a.pdf", &Checks::default(), &stop);
    assert!(matches!(given_up, Err(ImportError::Stopped)));
}

#[test]
fn what_is_known_of_a_file_survives_json() {
    for bytes in [text_pdf(1), jpeg(&grey(), 80), b"words".to_vec()] {
        let found = read(&bytes, "a.pdf");
        let json = serde_json::to_string(&found).unwrap();
        assert_eq!(serde_json::from_str::<Imported>(&json).unwrap(), found, "{json}");
    }
    let kinds = serde_json::to_string(&(Kind::Pdf, FaultCode::TooLarge, Severity::Quarantine)).unwrap();
    assert_eq!(kinds, r#"["pdf","F-TOO-LARGE","quarantine"]"#);
}
