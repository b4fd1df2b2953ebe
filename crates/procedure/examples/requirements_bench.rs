//! Prints how long it takes to check every requirement of accepting a case for review, on a file
//! with five persons and four hundred pages, each measured and with a text: the median of a thousand rounds.
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
use procedure::situation::{Card, Contents, Material, Says, Situation, Subject, Volume};
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
    let contents = Measured::of(&situation);
    let question = Question {
        library: &library,
        process: &library.processes["XQ01"],
        action: &"accept".into(),
        situation: &situation,
        instance: None,
        subjects: &subjects,
        actor: "U1",
        contents: &contents,
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

/// What the import knows of every material: five measures of each page, and the text.
struct Measured(BTreeMap<Digest, ([[f64; 5]; PAGES_EACH as usize], String)>);

impl Measured {
    fn of(situation: &Situation) -> Self {
        let page = "  林疏桐，涉嫌危险驾驶罪，血液中乙醇含量为168mg/100ml。".repeat(30);
        let pages = [[300.0, 0.04, 0.8, 0.7, 0.1]; PAGES_EACH as usize];
        Self(situation.materials.iter().map(|m| (m.sm3, (pages, page.repeat(PAGES_EACH as usize)))).collect())
    }
}

impl Contents for Measured {
    fn flaws(&self, digest: &Digest) -> Vec<(u32, String)> {
        const LEAST: [f64; 5] = [150.0, 0.001, 0.2, 0.1, 0.0];
        let pages = self.0.get(digest).into_iter().flat_map(|(pages, _)| pages);
        let bad = |page: &[f64; 5]| page.iter().zip(LEAST).any(|(measured, least)| *measured < least);
        (1..).zip(pages).filter(|(_, page)| bad(page)).map(|(n, _)| (n, "不能辨认".into())).collect()
    }
    fn text(&self, digest: &Digest) -> Option<&str> {
        self.0.get(digest).map(|(_, text)| text.as_str())
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
