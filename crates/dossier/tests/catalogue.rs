//! The one-to-one rule between a catalogue and its pages.

use dossier::{CatalogueFaultKind as Kind, Entry, GENERIC_TITLES, check_catalogue};
use proptest::prelude::*;

fn entry(seq: u32, title: &str, from_page: u32, to_page: u32) -> Entry {
    Entry { seq, responsible: None, number: None, title: title.to_owned(), date: None, from_page, to_page, note: None }
}

fn found(entries: &[Entry], materials: &[u32], total: Option<u32>) -> Vec<(Kind, String, String)> {
    check_catalogue(entries, materials, total, GENERIC_TITLES)
        .into_iter()
        .map(|fault| (fault.kind, fault.place, fault.check))
        .collect()
}

fn one(kind: Kind, place: &str, check: &str) -> (Kind, String, String) {
    (kind, place.to_owned(), check.to_owned())
}

#[test]
fn a_right_catalogue_has_no_fault() {
    let entries = [entry(1, "立案决定书", 1, 1), entry(2, "受案登记表", 2, 3), entry(3, "讯问笔录（第一次）", 4, 9)];
    assert_eq!(found(&entries, &[1, 2, 6], Some(9)), []);
    assert_eq!(found(&[], &[], None), []);
}

#[test]
fn each_breach_is_told_with_its_place() {
    let gap = [entry(1, "立案决定书", 1, 1), entry(2, "拘留证", 3, 4)];
    assert_eq!(found(&gap, &[1, 2], None), [one(Kind::Gap, "目录第2行", "Q01"), one(Kind::Total, "卷末", "Q01")]);
    let overlap = [entry(1, "立案决定书", 1, 2), entry(2, "拘留证", 2, 3)];
    assert_eq!(found(&overlap, &[2, 2], None), [one(Kind::Overlap, "目录第2行", "Q05"), one(Kind::Gap, "卷末", "Q01")]);
    let range = [entry(1, "立案决定书", 2, 1)];
    assert_eq!(found(&range, &[0], None), [one(Kind::Range, "目录第1行", "Q05")]);
    let titles = [entry(1, "材料", 1, 1), entry(2, " ", 2, 2), entry(4, "其他", 3, 3)];
    assert_eq!(
        found(&titles, &[1, 1, 1], Some(4)),
        [
            one(Kind::Title, "目录第1行", "Q05"),
            one(Kind::Title, "目录第2行", "Q05"),
            one(Kind::Sequence, "目录第3行", "Q05"),
            one(Kind::Title, "目录第3行", "Q05"),
            one(Kind::Total, "卷末", "Q01"),
        ]
    );
    let length = [entry(1, "立案决定书", 1, 2)];
    assert_eq!(found(&length, &[3], None), [one(Kind::Length, "目录第1行", "Q05"), one(Kind::Gap, "卷末", "Q01")]);
    assert_eq!(found(&length, &[2, 0], None), [one(Kind::Count, "卷末", "Q05")]);
    assert_eq!(found(&[entry(1, "立案决定书", 1, u32::MAX)], &[1], None).len(), 2);
}

proptest! {
    #[test]
    fn a_catalogue_made_from_its_materials_is_right_and_any_moved_page_is_found(
        lengths in prop::collection::vec(1u32..40, 1..30), which: prop::sample::Index, shift in 1u32..5, first: bool,
    ) {
        let mut next = 1;
        let mut entries: Vec<_> = lengths.iter().zip(1..).map(|(length, seq)| {
            next += length;
            entry(seq, "讯问笔录", next - length, next - 1)
        }).collect();
        prop_assert!(check_catalogue(&entries, &lengths, Some(next - 1), GENERIC_TITLES).is_empty());
        let moved = which.get_mut(&mut entries);
        if first { moved.from_page += shift } else { moved.to_page += shift }
        prop_assert!(!check_catalogue(&entries, &lengths, Some(next - 1), GENERIC_TITLES).is_empty());
    }
}
