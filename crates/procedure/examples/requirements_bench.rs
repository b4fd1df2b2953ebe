//! Prints how long it takes to check every requirement of accepting a case for review, on a file
//! with five persons and four hundred pages: the median of a thousand rounds.
//!
//! Run with `cargo run --release -p procedure --example requirements_bench`.
#![allow(clippy::unwrap_used, clippy::disallowed_methods, reason = "an example reads files and measures time")]

use std::collections::BTreeMap;
use std::hint::black_box;
use std::path::Path;
use std::time::{Duration, Instant};

use jiff::civil::date;
use law::time;
use procedure::Library;
use procedure::engine::requirements::{Question, check};
use procedure::situation::{Card, Material, Says, Situation, Subject, Unmeasured, Volume};
use seal::{Digest, Sha256};
use serde_json::json;

const PERSONS: usize = 5;
const PAGES: u32 = 400;
const PAGES_EACH: u32 = 4;
const ROUNDS: usize = 1000;

fn main() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../library");
    let mut files = BTreeMap::new();
    read(&root, &root, &mut files);
    let library = Library::read(&files).unwrap_or_else(|faults| panic!("{faults:#?}"));
    let situation = situation();
    let subjects: Vec<String> = situation.subjects.keys().cloned().collect();
    let question = Question {
        library: &library,
        process: &library.processes["XQ01"],
        action: &"accept".into(),
        situation: &situation,
        instance: None,
        subjects: &subjects,
        actor: "U1",
        contents: &Unmeasured,
        now: time::moment(date(2026, 3, 10).at(9, 0, 0, 0)),
    };
    let checked = question.process.requirements.iter().filter(|r| r.at.contains(question.action)).count();
    let mut rounds: Vec<Duration> = (0..ROUNDS)
        .map(|_| {
            let begun = Instant::now();
            black_box(check(black_box(&question)));
            begun.elapsed()
        })
        .collect();
    rounds.sort();
    println!(
        "requirements: {checked} of XQ01 accept, {PERSONS} persons, {PAGES} pages, {} findings: median {} µs, 99th percentile {} µs of {ROUNDS} rounds",
        check(&question).len(),
        rounds[ROUNDS / 2].as_micros(),
        rounds[ROUNDS * 99 / 100].as_micros(),
    );
}

/// Five persons whose cards and documents agree, and evidence that concerns all of them.
fn situation() -> Situation {
    let card = |v: serde_json::Value| -> Card {
        v.as_object().unwrap().iter().map(|(k, v)| (k.as_str().into(), v.clone())).collect()
    };
    let person = json!({"name": "林疏桐", "id_number": "身份不明", "birth": "1990-01-02", "blood_alcohol": 168,
        "measure": "bail", "at_large": false, "plea": "investigation"});
    let subjects: BTreeMap<String, Subject> = (1..=PERSONS)
        .map(|n| (format!("P{n}"), Subject { card: "person".into(), fields: card(person.clone()) }))
        .collect();
    let mut materials = Vec::new();
    for p in subjects.keys() {
        for kind in ["W077", "EBLOOD", "EIDENTITY", "W018", "EPLEA", "EBLOODREG", "ECAPTURE", "W085"] {
            materials.push(material(kind, materials.len(), Some(p), &card(person.clone())));
        }
    }
    for kind in ["W005", "W047"].into_iter().chain(std::iter::repeat("EPHOTO")) {
        if materials.len() >= (PAGES / PAGES_EACH) as usize {
            break;
        }
        materials.push(material(kind, materials.len(), None, &Card::new()));
    }
    Situation {
        case: card(json!({"offence": "55", "jurisdiction": "place", "acted_to": "2026-03-01T22:00:00+08:00"})),
        subjects,
        volumes: vec![Volume { id: "V1".into(), kind: "zhengju".into(), producer: "GA-970123".into(), partial: false }],
        materials,
        ..Situation::default()
    }
}

fn material(kind: &str, position: usize, about: Option<&String>, says: &Card) -> Material {
    let first = u32::try_from(position).unwrap() * PAGES_EACH + 1;
    let content = position.to_string();
    let says = Says { case: Card::new(), subjects: about.map(|p| (p.clone(), says.clone())).into_iter().collect() };
    Material {
        id: format!("M{position}"),
        kind: kind.into(),
        volume: "V1".into(),
        title: kind.into(),
        number: None,
        date: None,
        responsible: None,
        sm3: Digest::of(content.as_bytes()),
        sha256: Sha256::of(content.as_bytes()),
        bytes: 1,
        media: "application/pdf".into(),
        pages: PAGES_EACH,
        listed: Some((first, first + PAGES_EACH - 1)),
        about: about.cloned().into_iter().collect(),
        says,
        filed_at: time::moment(date(2026, 3, 9).at(9, 0, 0, 0)),
        corrected_by: None,
        destroyed: false,
        message: None,
    }
}

fn read(root: &Path, dir: &Path, out: &mut BTreeMap<String, Vec<u8>>) {
    for entry in std::fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            read(root, &path, out);
        } else {
            let name = path.strip_prefix(root).unwrap().to_string_lossy().replace('\\', "/");
            if !name.starts_with("policies/") && !name.ends_with(".md") {
                out.insert(name, std::fs::read(&path).unwrap());
            }
        }
    }
}
