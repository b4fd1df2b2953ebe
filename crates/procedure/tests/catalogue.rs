//! The one-to-one rule between the catalogue of a volume and its pages.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "helpers of tests fail by panicking, as tests do")]

mod common;

use std::sync::LazyLock;

use jiff::civil::date;
use law::time;
use procedure::Library;
use procedure::engine::requirements::{self, Question};
use procedure::situation::{Material, Says, Situation, Unmeasured, Volume};
use proptest::prelude::*;
use seal::{Digest, Sha256};

static LIBRARY: LazyLock<Library> = LazyLock::new(|| Library::read(&common::files()).unwrap());

/// Faults of the catalogue that the receiver of a case finds: place and text. A material is given by the pages
/// that it has and those that the catalogue lists.
fn found(materials: &[(u32, (u32, u32))], partial: bool) -> Vec<(String, String)> {
    let volume = Volume { id: "V1".into(), kind: "zhengju".into(), producer: "GA-970123".into(), partial };
    let material = |(n, (pages, listed)): (usize, &(u32, (u32, u32)))| Material {
        id: format!("M{n}"),
        kind: "EPHOTO".into(),
        volume: "V1".into(),
        title: format!("照片{n}"),
        number: None,
        date: None,
        responsible: None,
        sm3: Digest::of(&n.to_be_bytes()),
        sha256: Sha256::of(&n.to_be_bytes()),
        bytes: 1,
        media: "application/pdf".into(),
        pages: *pages,
        listed: Some(*listed),
        about: Vec::new(),
        says: Says::default(),
        filed_at: time::moment(date(2026, 3, 9).at(9, 0, 0, 0)),
        corrected_by: None,
        destroyed: false,
        message: None,
    };
    let materials = materials.iter().enumerate().map(material).collect();
    let situation = Situation { volumes: vec![volume], materials, ..Situation::default() };
    requirements::check(&Question {
        library: &LIBRARY,
        process: &LIBRARY.processes["XQ01"],
        action: &"accept".into(),
        situation: &situation,
        instance: None,
        subjects: &[],
        actor: "U1",
        contents: &Unmeasured,
        now: time::moment(date(2026, 3, 9).at(9, 0, 0, 0)),
    })
    .into_iter()
    .filter(|f| f.requirement.as_str() == "XQ01-R01")
    .map(|f| (f.place.unwrap_or_default(), f.text))
    .collect()
}

#[test]
fn each_breach_is_told_with_its_place() {
    let one = |place: &str, text: &str| vec![(place.to_owned(), format!("{text}。请核对卷内目录与页码后补正"))];
    assert_eq!(found(&[(1, (1, 1)), (2, (2, 3)), (6, (4, 9))], false), []);
    assert_eq!(found(&[], false), []);
    let gap = [(1, (1, 1)), (2, (3, 4))];
    assert_eq!(found(&gap, false), one("V1/M1", "证据卷目录中《照片1》起页为 3，与前一件之间缺页"));
    // Of a part that was handed over, the rest stayed behind.
    assert_eq!(found(&gap, true), []);
    let overlap = [(2, (1, 2)), (2, (2, 3))];
    for partial in [false, true] {
        assert_eq!(found(&overlap, partial), one("V1/M1", "证据卷目录中《照片1》起页为 2，与前一件重叠"));
    }
    // What was filed first may have arrived last.
    assert_eq!(found(&[(2, (2, 3)), (1, (1, 1))], false), []);
    assert_eq!(found(&[(3, (1, 2))], false), one("V1/M0", "证据卷目录载明《照片0》为第 1 至 2 页（2 页），实际 3 页"));
    assert_eq!(found(&[(1, (2, 1))], false).len(), 1);
    assert_eq!(found(&[(1, (1, u32::MAX)), (1, (2, 2))], false).len(), 2);
}

proptest! {
    #[test]
    fn a_catalogue_made_from_its_materials_is_right_and_any_moved_page_is_found(
        lengths in prop::collection::vec(1u32..40, 1..30), which: prop::sample::Index, shift in 1u32..5, first: bool,
    ) {
        let mut next = 1;
        let mut materials: Vec<_> = lengths.iter().map(|n| {
            next += n;
            (*n, (next - n, next - 1))
        }).collect();
        prop_assert_eq!(found(&materials, false), []);
        let (_, listed) = which.get_mut(&mut materials);
        if first { listed.0 += shift } else { listed.1 += shift }
        prop_assert!(!found(&materials, false).is_empty());
    }
}
