//! Whatever is cut off or altered: never a panic, and a cut file is either told or loses nothing.

use std::sync::LazyLock;

use crate::common::{files, jpeg, package, png, samples, scanned_pdf, text_pdf, tiff};
use dossier::{Checks, Imported, PageReader, import};
use image::{GrayImage, Luma};
use proptest::prelude::*;

use crate::made;

fn picture() -> GrayImage {
    GrayImage::from_fn(300, 420, |x, y| Luma([if (x / 7 + y / 11) % 3 == 0 { 20 } else { 240 }]))
}

static SAMPLES: LazyLock<Vec<(String, Vec<u8>, Imported)>> = LazyLock::new(|| {
    let mut all = vec![
        ("text.pdf".to_owned(), text_pdf(3)),
        ("scan.pdf".to_owned(), scanned_pdf(&[(picture(), 0), (picture(), 90)])),
        ("a.jpg".to_owned(), jpeg(&picture(), 85)),
        ("a.png".to_owned(), png(&picture())),
        ("a.tif".to_owned(), tiff(&[picture()])),
        ("b.tif".to_owned(), tiff(&[picture(), picture(), picture()])),
        ("a.zip".to_owned(), package(&[("a.csv", b"1,2"), ("b.csv", b"3,4")])),
        ("a.docx".to_owned(), package(&[("word/document.xml", b"<x/>")])),
        ("a.mp4".to_owned(), made::mp4(true, true)),
        ("b.mp4".to_owned(), made::mp4(true, false)),
        ("a.webm".to_owned(), made::webm(false)),
        ("a.avi".to_owned(), made::avi()),
        ("a.wav".to_owned(), made::wav()),
        ("a.mp3".to_owned(), made::mp3()),
    ];
    all.extend(files(&samples("ofd"), &["ofd"]));
    let examine = |(name, bytes): (String, Vec<u8>)| {
        let found = import(&bytes, &name, &Checks::default());
        assert!(!found.quarantined(), "{name}: {:?}", found.faults);
        (name, bytes, found)
    };
    all.into_iter().map(examine).collect()
});

proptest! {
    #![proptest_config(ProptestConfig::with_cases(ProptestConfig::default().cases * 2))]

    #[test]
    fn a_cut_file_is_told_or_loses_nothing(which: prop::sample::Index, at: prop::sample::Index) {
        let (name, bytes, whole) = which.get(&SAMPLES);
        let length = at.index(bytes.len());
        let cut = import(&bytes[..length], name, &Checks::default());
        if !cut.quarantined() {
            prop_assert_eq!(cut.pages.len(), whole.pages.len(), "{} cut to {}", name, length);
            // Frames of MP3 have no common frame: cut between two, the file is only shorter.
            if !name.ends_with(".mp3") {
                prop_assert_eq!(&cut.media, &whole.media, "{} cut to {}", name, length);
            }
        }
    }

    #[test]
    fn altered_bytes_never_panic(
        which: prop::sample::Index, changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..8),
    ) {
        let (name, bytes, _) = which.get(&SAMPLES);
        let mut altered = bytes.clone();
        for (at, value) in changes {
            altered[at.index(bytes.len())] = value;
        }
        let found = import(&altered, name, &Checks::default());
        prop_assert_eq!(&found, &import(&altered, name, &Checks::default()));
        prop_assert_eq!(found.digests.bytes, bytes.len() as u64);
        if !found.pages.is_empty() && !found.quarantined() {
            // Drawn or refused, as the case may be.
            let drawn = PageReader::open(altered).image(1, 100, 60);
            prop_assert!(drawn.is_err() || drawn.is_ok_and(|jpeg| jpeg.starts_with(&[0xff, 0xd8])));
        }
    }

    #[test]
    fn noise_never_panics(bytes: Vec<u8>, magic in prop::sample::select(vec![
        "%PDF-1.7\n", "PK\x03\x04", "PK\x05\x06", "RIFF\0\0\0\0WAVE", "RIFF\0\0\0\0AVI ", "\0\0\0\x08ftyp", "ID3", "II*\0", "",
    ])) {
        let mut content = magic.as_bytes().to_vec();
        content.extend(bytes);
        prop_assert!(import(&content, "a.pdf", &Checks::default()).quarantined());
    }
}

// Nested so deep that a reader that recurses without bound would exhaust the stack, which no one can catch.
const DEEP: usize = 200_000;

#[test]
fn deep_nesting_ends_the_reading_and_not_the_program() {
    let nested = |open: &str, close: &str| open.repeat(DEEP) + &close.repeat(DEEP);
    for nest in [nested("[", "]"), nested("<</A ", ">>"), "[".repeat(DEEP), "(".repeat(DEEP)] {
        let objects = format!("3 0 obj\n{nest}\nendobj\n");
        let page = "<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 5 0 R/Annots 3 0 R>>";
        let content = format!("5 0 obj\n<</Length {}>>stream\n{nest} Tj\nendstream\nendobj\n", nest.len() + 3);
        let catalog = "1 0 obj\n<</Type/Catalog/Pages 2 0 R/X 3 0 R>>\nendobj\n";
        let tree = format!("2 0 obj\n<</Type/Pages/Count 1/Kids[4 0 R]>>\nendobj\n4 0 obj\n{page}\nendobj\n");
        let pdf = format!(
            "%PDF-1.5\n{catalog}{tree}{objects}{content}trailer\n<</Root 1 0 R/Size 6>>\nstartxref\n0\n%%EOF\n"
        );
        let found = import(pdf.as_bytes(), "a.pdf", &Checks::default());
        assert!(found.quarantined() || found.pages.len() == 1, "{:?}", found.faults);
        // Drawn or refused; what counts is that it comes back.
        let drawn = PageReader::open(pdf.into_bytes()).image(1, 100, 60);
        assert!(drawn.is_err() || drawn.is_ok_and(|jpeg| jpeg.starts_with(&[0xff, 0xd8])));
    }
    let xml = nested("<a>", "</a>");
    let ofd = package(&[("OFD.xml", xml.as_bytes())]);
    assert!(import(&ofd, "a.ofd", &Checks::default()).quarantined());
    let whole = std::fs::read(samples("ofd").join("helloworld.ofd")).unwrap();
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(&whole)).unwrap();
    let names: Vec<String> = archive.file_names().map(|name| name.unwrap().into_owned()).collect();
    for deep in &names {
        let entries: Vec<(String, Vec<u8>)> = names
            .iter()
            .map(|name| {
                let mut content = Vec::new();
                std::io::Read::read_to_end(&mut archive.by_name(name).unwrap(), &mut content).unwrap();
                if name == deep {
                    // Inside the root element, so that what comes before still reads.
                    let at = content.windows(2).rposition(|pair| pair == b"</").unwrap_or(0);
                    content.splice(at..at, nested("<ofd:PageBlock>", "</ofd:PageBlock>").into_bytes());
                }
                (name.clone(), content)
            })
            .collect();
        let borrowed: Vec<(&str, &[u8])> =
            entries.iter().map(|(name, content)| (name.as_str(), content.as_slice())).collect();
        let bytes = package(&borrowed);
        let found = import(&bytes, "a.ofd", &Checks::default());
        assert!(found.quarantined() || found.pages.len() == 1, "{deep}: {:?}", found.faults);
    }
}
