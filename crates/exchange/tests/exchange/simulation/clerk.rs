//! How the people of the simulation fill in what an act asks for: mostly sensibly.

use std::collections::BTreeSet;

use case::{AssignTo, How, Input, NewMaterial};
use law::time::Moment;
use procedure::Library;
use procedure::model::{Action, FieldRef, FieldType, Grammar, Id, Route};
use procedure::situation::{Card, Says, Situation};
use rand::RngExt;
use rand::rngs::StdRng;
use serde_json::{Value, json};

use super::JUSTICE;
use super::county::UNITS;

/// What a clerk looks at while he fills in.
pub struct Desk<'a> {
    pub library: &'a Library,
    pub situation: &'a Situation,
    pub now: Moment,
    /// Digests of what the unit has scanned.
    pub scans: &'a [String],
    /// Documents and fields that were found missing in this file before.
    pub wanted: &'a BTreeSet<String>,
    /// Fills in everything, and thinks again of what is a decision.
    pub careful: bool,
    /// The clerk's unit.
    pub unit: &'a str,
}

/// What people decide anew, though it stands on the card already.
const DECIDED: [&str; 10] = [
    "defender_kind",
    "plea",
    "fast_consent",
    "tribunal",
    "suggested_procedure",
    "measure",
    "social_impact",
    "co_objection",
    "not_guilty_defence",
    "residence",
];

/// Sentences that hang together: what a judge gives, or a prosecutor proposes.
fn sentences() -> [Value; 7] {
    [
        json!({"judged_penalty": "detention", "judged_months": 2, "probation": true, "probation_months": 4, "judged_fine": 500_000}),
        json!({"judged_penalty": "detention", "judged_months": 1, "probation": true, "probation_months": 2, "judged_fine": 0}),
        json!({"judged_penalty": "imprisonment", "judged_months": 12, "probation": true, "probation_months": 24, "judged_fine": 0}),
        json!({"judged_penalty": "detention", "judged_months": 3, "probation": false, "probation_months": 0, "judged_fine": 300_000}),
        json!({"judged_penalty": "imprisonment", "judged_months": 10, "probation": false, "probation_months": 0, "judged_fine": 0}),
        json!({"judged_penalty": "control", "judged_months": 6, "probation": false, "probation_months": 0, "judged_fine": 0}),
        json!({"judged_penalty": "exempt", "judged_months": 0, "probation": false, "probation_months": 0, "judged_fine": 0}),
    ]
}

impl Desk<'_> {
    /// What goes with an act for these subjects.
    pub fn input(&self, random: &mut StdRng, action: &Action, subjects: &[String]) -> Input {
        let mut input = Input::default();
        if action.begins.is_some() {
            let mut card = suspect(format!("甲某之{}", self.situation.subjects.len()));
            card.insert("measure".into(), "none".into());
            input.new_subjects = vec![card];
        }
        let sentence = sentences()[random.random_range(0..7)].take();
        for f in &action.form {
            // Most people fill in everything, and nobody writes over what stands there for no reason.
            if !self.careful && !random.random_bool(0.95) {
                continue;
            }
            let anew = self.careful && DECIDED.contains(&f.field.as_str()) && random.random_bool(0.3);
            let case = f.card.as_str() == "case";
            for s in if case { &[][..] } else { subjects } {
                if (anew || self.situation.field(f, Some(s)).is_none())
                    && let Some(v) = self.value(random, f, &sentence)
                {
                    input.subjects.entry(s.clone()).or_default().insert(f.field.clone(), v);
                }
            }
            if case
                && (anew || self.situation.field(f, None).is_none())
                && let Some(v) = self.value(random, f, &sentence)
            {
                input.case.insert(f.field.clone(), v);
            }
        }
        let mut kinds: Vec<Id> = action.issue.clone();
        if action.files {
            let known = |k: &&String| self.library.documents.contains_key(k.as_str());
            kinds.extend(self.wanted.iter().filter(known).map(|k| Id::from(k.as_str())));
        }
        input.materials = kinds.iter().map(|k| self.paper(random, k, &input, subjects)).collect();
        if action.assign.is_some() {
            let how = if random.random_bool(0.5) { How::Turn } else { How::Random };
            input.assign = Some(AssignTo { how, user: None });
        }
        input.reason = action.reason.then(|| "依法办理".to_owned());
        if self.careful {
            for s in &action.send {
                if let Route::Chosen(agency) = &s.to {
                    let other = |u: &&crate::common::Unit<'_>| u.2 == agency.as_str() && u.0 != self.unit;
                    let to = UNITS.iter().find(other).unwrap().0;
                    input.to_units.insert(agency.clone(), to.to_owned());
                }
            }
        }
        input
    }

    fn paper(&self, random: &mut StdRng, kind: &Id, input: &Input, subjects: &[String]) -> NewMaterial {
        let def = &self.library.documents[kind];
        let mut says = Says::default();
        for f in &def.says {
            if f.card.as_str() == "case" {
                let known = input.case.get(&f.field).or_else(|| self.situation.field(f, None));
                says.case.extend(known.map(|v| (f.field.clone(), v.clone())));
                continue;
            }
            for s in subjects {
                let given = input.subjects.get(s).and_then(|c| c.get(&f.field));
                let known = given.or_else(|| self.situation.field(f, Some(s))).cloned();
                // A report says what was measured, whether or not it stands on the card yet.
                let measured = || (f.field.as_str() == "blood_alcohol").then(|| json!(168));
                if let Some(v) = known.or_else(measured) {
                    says.subjects.entry(s.clone()).or_default().insert(f.field.clone(), v);
                }
            }
        }
        let scan = &self.scans[random.random_range(0..self.scans.len())];
        let mut paper: NewMaterial = serde_json::from_value(json!({"kind": kind, "sm3": scan})).unwrap();
        paper.number = def.numbered.first().map(|g| match g {
            Grammar::Court => "（2026）云0123刑初1号".to_owned(),
            _ => "篱文〔2026〕1号".to_owned(),
        });
        paper.about = if def.personal { subjects.to_vec() } else { Vec::new() };
        paper.says = says;
        paper
    }

    /// A sensible value of a field.
    fn value(&self, random: &mut StdRng, f: &FieldRef, sentence: &Value) -> Option<Value> {
        if self.careful
            && let Some(v) = careful(random, f.field.as_str(), sentence)
        {
            return Some(v);
        }
        if let Some(v) = described(f.field.as_str()) {
            return Some(v);
        }
        let known = json!({
            "birth": "1990-01-02", "offence": "55", "charge": "55", "prosecuted_charge": "55", "judged_charge": "55",
            "measure": "none", "bail_kind": "guarantor", "at_large": false, "impaired": false, "plea": "prosecution",
            "plea_voluntary": true, "jurisdiction": "place", "civil": "none", "blood_alcohol": 168,
            "suggested_procedure": "fast", "fast_consent": true, "expected_over_year": false, "tribunal": "single",
            "rec_kind": "fixed", "rec_penalty": "detention", "rec_months": 2, "rec_probation": true,
            "rec_probation_months": 4, "rec_fine": 500_000, "judged_penalty": "detention", "judged_months": 2,
            "probation": true, "probation_months": 4, "judged_fine": 500_000, "rec_adopted": "adopted",
            "corrections_unit": JUSTICE, "corrections_region": "970123", "residence_region": "970123",
            "drunk_aggravating": ["none"], "acted_from": "2026-03-04T21:00:00+08:00",
            "acted_to": "2026-03-04T21:30:00+08:00", "accepted_at": "2026-03-04T22:20:00+08:00",
            "supplement_result": "done", "filed_on": law::time::day(self.now).to_string(), "defender_kind": "duty", "name": "甲某",
        });
        if let Some(v) = known.get(f.field.as_str()) {
            return Some(v.clone());
        }
        let def = self.library.cards.get(&f.card)?.fields.get(&f.field)?;
        let today = law::time::day(self.now);
        Some(match def.kind {
            FieldType::Text => match def.grammar {
                None => json!("某项"),
                Some(Grammar::Document) => json!("篱文〔2026〕1号"),
                Some(Grammar::Court) => json!("（2026）云0123刑初1号"),
                // Printed by whoever accepts, or left open.
                Some(_) => return None,
            },
            FieldType::Int | FieldType::Fen => json!(def.min.unwrap_or(1).max(1)),
            FieldType::Bool => json!(random.random_bool(0.3)),
            FieldType::Date => json!(today.to_string()),
            FieldType::Moment => json!(self.now.to_string()),
            FieldType::Enum => {
                json!(def.options.get_index(random.random_range(0..def.options.len()))?.0)
            }
            FieldType::Region => json!("970123"),
            FieldType::Offence => json!("55"),
            FieldType::IdNumber => json!("身份不明"),
            FieldType::Enums | FieldType::Code | FieldType::Unit | FieldType::User | FieldType::Table => return None,
        })
    }
}

/// What describes a person, and nothing hangs on.
fn described(field: &str) -> Option<Value> {
    Some(match field {
        "sex" => json!("1"),
        "ethnic" => json!("01"),
        "education" => json!("61"),
        "political" => json!("13"),
        "deputy" => json!("none"),
        "sensitive" | "special" | "circumstances" => json!(["none"]),
        _ => return None,
    })
}

/// What somebody careful gives, where more than one answer is sensible.
fn careful(random: &mut StdRng, field: &str, sentence: &Value) -> Option<Value> {
    let one = |random: &mut StdRng, of: &[&str]| Some(json!(of[random.random_range(0..of.len())]));
    match field {
        "judged_penalty" | "judged_months" | "probation" | "probation_months" | "judged_fine" => {
            Some(sentence[field].clone())
        }
        "corrections_kind" => Some(json!(if sentence["probation"] == true { "probation" } else { "control" })),
        "plea" => one(random, &["prosecution", "prosecution", "prosecution", "none"]),
        "defender_kind" => one(random, &["duty", "appointed", "entrusted"]),
        "suggested_procedure" => one(random, &["fast", "fast", "simple", "ordinary"]),
        "tribunal" => one(random, &["single", "single", "three"]),
        "measure" => one(random, &["none", "bail", "detention", "arrest"]),
        "bail_kind" => one(random, &["guarantor", "deposit"]),
        "deposit" => Some(json!(200_000)),
        "fast_consent" => Some(json!(random.random_bool(0.85))),
        "social_impact" | "co_objection" | "not_guilty_defence" | "recidivist" | "expected_over_year" => {
            Some(json!(random.random_bool(0.1)))
        }
        _ => None,
    }
}

/// What enters a petition.
pub fn petition(scan: &str) -> Input {
    serde_json::from_value(json!({
        "new_subjects": [{"applicant": "乙某", "content": "请求监督立案", "received_on": "2026-03-05", "jurisdiction": "own"}],
        "materials": [{"kind": "EPETITION", "sm3": scan}],
    }))
    .unwrap()
}

/// What registers a case of so many suspects.
pub fn registration(scan: &str, n: u64, suspects: usize) -> Input {
    let mut input: Input = serde_json::from_value(json!({
        "case": {"name": format!("甲某{n}危险驾驶案"), "offence": "55", "category": "public", "source": "found", "accepted_at": "2026-03-04T22:20:00+08:00",
            "acted_from": "2026-03-04T21:00:00+08:00", "acted_to": "2026-03-04T21:30:00+08:00"},
        "materials": [{"kind": "W001", "sm3": scan}],
    }))
    .unwrap();
    input.new_subjects = (0..suspects).map(|p| suspect(format!("甲某{n}之{p}"))).collect();
    input
}

fn suspect(name: String) -> Card {
    let card = json!({"name": name, "arrival": "caught", "birth": "1990-01-02", "id_number": "身份不明"});
    serde_json::from_value(card).unwrap()
}
