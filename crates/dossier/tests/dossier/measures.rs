//! The measures tell good pages from bad ones, on pages drawn here and on pages photographed by others.

use std::path::Path;
use std::time::Instant;

use crate::common::{Paper, RECORD, files, font, noisy, page, samples, samples_beside};
use ab_glyph::FontVec;
use dossier::{Checks, Flaw, Measures, PageFact, Thresholds, import, judge, measure};
use image::imageops::{fast_blur, rotate180};
use image::{GrayImage, Luma};

// What a library would say; the project's thresholds live there.
const THRESHOLDS: Thresholds = Thresholds {
    min_dpi: 200,
    blank_ink_below: 0.0001,
    sharpness_below: 0.25,
    contrast_below: 0.12,
    upside_down_above: 0.9,
};

fn fonts() -> Vec<FontVec> {
    ["NotoSansCJK-Regular.ttc", "NotoSerifCJK-Regular.ttc"].into_iter().map(font).collect()
}

fn fact(measures: &Measures) -> PageFact {
    PageFact {
        number: 1,
        width_mm: 210.0,
        height_mm: 297.0,
        width_px: Some(1654),
        height_px: Some(2339),
        dpi: Some(200),
        ink: Some(measures.ink),
        sharpness: measures.sharpness,
        contrast: measures.contrast,
        upside_down: measures.upside_down,
    }
}

fn flaws(page: &GrayImage) -> Vec<Flaw> {
    judge(&fact(&measure(page)), &THRESHOLDS).into_iter().map(|flaw| flaw.flaw).collect()
}

#[test]
fn clean_pages_have_no_flaw_and_turned_ones_that_alone() {
    for font in fonts() {
        for points in [10.5, 14.0, 16.0, 22.0] {
            for full in [0.3, 0.85] {
                let page = page(&font, RECORD, Paper { points, full, ..Paper::default() }, 1);
                assert_eq!(flaws(&page), [], "{points} points, {full} full: {:?}", measure(&page));
                let turned = rotate180(&page);
                assert_eq!(flaws(&turned), [Flaw::UpsideDown], "{points} points, {full} full: {:?}", measure(&turned));
            }
        }
    }
}

#[test]
fn blurred_pages_lie_far_from_clean_ones() {
    for font in fonts() {
        for (dpi, points) in [(200, 10.5), (200, 14.0), (200, 22.0), (300, 14.0)] {
            let page = page(&font, RECORD, Paper { dpi, points, ..Paper::default() }, 2);
            let sharpness = |page: &GrayImage| measure(page).sharpness.unwrap();
            let clean = sharpness(&page);
            assert!(clean > 0.7, "{dpi} dpi, {points} points: {clean}");
            for sigma in [4.0, 6.0] {
                let blurred = noisy(fast_blur(&page, sigma), 3);
                assert!(
                    sharpness(&blurred) < 0.2,
                    "{dpi} dpi, {points} points, sigma {sigma}: {}",
                    sharpness(&blurred)
                );
                assert!(flaws(&blurred).contains(&Flaw::Blurred));
            }
        }
    }
}

#[test]
fn pale_ink_is_pale_and_not_blurred() {
    for font in fonts() {
        let pale = page(&font, RECORD, Paper { ink: 217, ..Paper::default() }, 4);
        assert_eq!(flaws(&pale), [Flaw::LowContrast], "{:?}", measure(&pale));
        let grey_paper = page(&font, RECORD, Paper { ink: 30, paper: 170, ..Paper::default() }, 4);
        assert_eq!(flaws(&grey_paper), []);
    }
}

// A frame with ruled rows around the text, and a round stamp at its end.
fn ruled_and_stamped(mut page: GrayImage) -> GrayImage {
    let (left, top, right, bottom) = (190, 270, 1480, 1990);
    for x in left..right {
        for y in (top..=bottom).step_by(172) {
            for thick in 0..3 {
                page.put_pixel(x, y + thick, Luma([40]));
            }
        }
    }
    for y in top..bottom {
        for x in [left, right] {
            for thick in 0..3 {
                page.put_pixel(x + thick, y, Luma([40]));
            }
        }
    }
    for step in 0..6000 {
        let (angle, radius) = (f64::from(step) / 6000.0 * std::f64::consts::TAU, f64::from(155 + step % 8));
        let (x, y) = (1200.0 + radius * angle.cos(), 1750.0 + radius * angle.sin());
        page.put_pixel(x as u32, y as u32, Luma([110]));
    }
    page
}

#[test]
fn frames_and_stamps_do_not_hide_the_direction() {
    for font in fonts() {
        for points in [12.0, 16.0] {
            let page = page(&font, RECORD, Paper { points, ..Paper::default() }, 8);
            let page = ruled_and_stamped(page);
            assert_eq!(flaws(&page), [], "{:?}", measure(&page));
            let turned = rotate180(&page);
            assert_eq!(flaws(&turned), [Flaw::UpsideDown], "{:?}", measure(&turned));
        }
    }
}

#[test]
fn a_lean_of_a_scan_does_not_hide_its_direction() {
    for font in fonts() {
        let page = page(&font, RECORD, Paper::default(), 5);
        for slope in [-0.025, -0.01, 0.015, 0.03] {
            let leaning = GrayImage::from_fn(page.width(), page.height(), |x, y| {
                let from = f64::from(y) - slope * (f64::from(x) - 800.0);
                if (0.0..f64::from(page.height())).contains(&from) {
                    *page.get_pixel(x, from as u32)
                } else {
                    Luma([245])
                }
            });
            assert_eq!(flaws(&leaning), [], "slope {slope}: {:?}", measure(&leaning));
            assert_eq!(flaws(&rotate180(&leaning)), [Flaw::UpsideDown], "slope {slope}");
        }
    }
}

// Paper that is uneven and noisy, with a dark border, punch holes and specks of dust.
fn used_blank() -> GrayImage {
    let mut page = GrayImage::from_fn(1654, 2339, |x, y| Luma([(246 - x / 60 - y / 90) as u8]));
    for (x, y) in [(60, 900), (60, 1380)] {
        for (dx, dy) in
            (-22i32..=22).flat_map(|dx| (-22..=22).map(move |dy| (dx, dy))).filter(|(dx, dy)| dx * dx + dy * dy <= 484)
        {
            page.put_pixel((x + dx) as u32, (y + dy) as u32, Luma([40]));
        }
    }
    for y in 0..2339 {
        for x in 1640..1654 {
            page.put_pixel(x, y, Luma([15]));
        }
    }
    for at in 0..12 {
        page.put_pixel(300 + at * 97, 500 + at * 131, Luma([60]));
    }
    noisy(page, 6)
}

#[test]
fn an_empty_page_is_blank_in_spite_of_border_holes_and_dust() {
    for page in [
        noisy(GrayImage::from_pixel(1654, 2339, Luma([240])), 3),
        used_blank(),
        GrayImage::from_pixel(1654, 2339, Luma([255])),
    ] {
        assert_eq!(flaws(&page), [Flaw::Blank], "{:?}", measure(&page));
    }
}

#[test]
fn one_short_line_is_not_blank_nor_is_a_photograph() {
    for font in fonts() {
        let page = page(&font, &["（此页无正文）"], Paper { full: 0.2, ..Paper::default() }, 1);
        assert_eq!(flaws(&page), [], "{:?}", measure(&page));
    }
    let photograph = GrayImage::from_fn(1600, 1200, |x, y| {
        Luma([(90.0 + 60.0 * (f64::from(x) / 130.0).sin() * (f64::from(y) / 90.0).cos()) as u8])
    });
    assert!(measure(&photograph).ink > 0.01, "{:?}", measure(&photograph));
}

#[test]
fn odd_sizes_are_measured_without_panic() {
    for (width, height) in [(1, 1), (1, 5000), (5000, 1), (2, 3), (31, 33), (1401, 7)] {
        for level in [0, 128, 255] {
            let measures = measure(&GrayImage::from_pixel(width, height, Luma([level])));
            assert!((0.0..=1.0).contains(&measures.ink));
        }
    }
}

#[test]
fn a_page_costs_milliseconds() {
    let font = font("NotoSerifCJK-Regular.ttc");
    let page = page(&font, RECORD, Paper::default(), 7);
    let start = Instant::now();
    for _ in 0..10 {
        assert!(measure(&page).ink > 0.0);
    }
    // Ten times the aim, so that a busy machine does not fail it; a slow algorithm would by far.
    let each = start.elapsed() / 10;
    println!("{each:?} a page");
    assert!(each.as_millis() < 300, "{each:?}");
}

#[test]
fn photographed_pictures_of_others_are_measured() {
    each_is_measured(&samples("pictures"), 4);
}

#[test]
#[ignore = "needs XIEZHI_SAMPLES"]
fn samples_beside_are_measured() {
    each_is_measured(&samples_beside("ocr/images"), 11);
}

fn each_is_measured(folder: &Path, many: usize) {
    let pictures = files(folder, &["jpg", "jpeg", "png"]);
    assert_eq!(pictures.len(), many);
    for (name, bytes) in pictures {
        let found = import(&bytes, &name, &Checks::default());
        assert!(found.faults.is_empty(), "{name}: {:?}", found.faults);
        let page = &found.pages[0];
        assert!(page.ink.unwrap() > 0.01, "{name}: {page:?}");
        assert!(
            page.upside_down.is_none_or(|confidence| confidence < THRESHOLDS.upside_down_above),
            "{name}: {page:?}"
        );
    }
}

#[test]
fn judgement_follows_the_thresholds_and_leaves_the_unknown_alone() {
    let unknown = PageFact { number: 3, ..PageFact::default() };
    assert_eq!(judge(&unknown, &THRESHOLDS), []);
    let bad = PageFact {
        dpi: Some(150),
        ink: Some(0.05),
        sharpness: Some(0.1),
        contrast: Some(0.05),
        upside_down: Some(0.95),
        ..unknown.clone()
    };
    let codes: Vec<_> = judge(&bad, &THRESHOLDS).into_iter().map(|flaw| (flaw.flaw, flaw.check, flaw.page)).collect();
    let of = |flaw, check: &str| (flaw, check.to_owned(), 3);
    assert_eq!(
        codes,
        [
            of(Flaw::LowResolution, "Q04"),
            of(Flaw::Blurred, "Q04"),
            of(Flaw::LowContrast, "Q04"),
            of(Flaw::UpsideDown, "Q03")
        ]
    );
    let born_digital = PageFact { dpi: None, ..bad };
    assert_eq!(judge(&born_digital, &THRESHOLDS).len(), 1);
}
