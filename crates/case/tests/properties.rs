//! What holds for every sequence of commands, sensible or not; a failing seed is printed.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "helpers of tests fail by panicking, as tests do")]

mod common;

use case::{Asker, Command, FileState, How, Units, Verdict};
use common::{POLICE, PROCURATORATE, Province, Story, asker};
use procedure::model::Id;
use proptest::prelude::*;
use serde_json::{Value, json};

/// One step: a command as a careless person might give it.
#[derive(Debug, Clone)]
enum Step {
    /// An action of one of the instances of any unit, well or badly filled in.
    Act { instance: usize, role: usize, action: usize, filled: bool, spoiled: Option<usize> },
    /// An opinion on one of the proposals that wait.
    Opinion { role: usize, proposal: usize, verdict: Verdict },
    /// Days pass.
    Wait(u8),
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        8 => (0..20usize, 0..10usize, 0..600usize, prop::bool::weighted(0.9), prop::option::weighted(0.15, 0..SPOILS))
            .prop_map(|(instance, role, action, filled, spoiled)| Step::Act { instance, role, action, filled, spoiled }),
        6 => (0..10usize, 0..3usize, verdict())
            .prop_map(|(role, proposal, verdict)| Step::Opinion { role, proposal, verdict }),
        1 => (1..10u8).prop_map(Step::Wait),
    ]
}

fn verdict() -> impl Strategy<Value = Verdict> {
    prop_oneof![18 => Just(Verdict::Agree), 1 => Just(Verdict::Return), 1 => Just(Verdict::Disagree)]
}

/// Ways in which an input is spoiled.
const SPOILS: usize = 8;

fn spoil(command: &mut Command, way: usize) {
    let (Command::Act { input, .. } | Command::Open { input, .. }) = command else { return };
    match way {
        0 => drop(input.case.insert("nonsense".into(), json!(1))),
        1 => drop(input.subjects.insert("P9999".into(), Default::default())),
        2 => input.materials.iter_mut().for_each(|m| m.measured = None),
        3 => input.materials.iter_mut().for_each(|m| m.listed = Some((u32::MAX, 1))),
        4 => input.materials.iter_mut().for_each(|m| m.kind = "E404".into()),
        5 => input.reason = None,
        6 => input.new_subjects.push([(Id::from("birth"), json!("2026-02-30"))].into_iter().collect()),
        _ => drop(input.case.insert("acted_to".into(), Value::Null)),
    }
}

/// The command of a step, and who gives it; none where there is nothing to act on.
fn command(story: &mut Story, step: &Step) -> Option<(Asker, Command)> {
    let open = |story: &Story| -> Vec<(String, String, String)> {
        let files = story.files.iter().flat_map(|(u, f)| f.state.situation.instances.iter().map(move |i| (u, i)));
        files
            .flat_map(|(u, i)| i.proposals.iter().filter(|p| p.open).map(|p| (u.clone(), i.id.clone(), p.id.clone())))
            .collect()
    };
    match step {
        Step::Wait(_) => None,
        Step::Opinion { role, proposal, verdict } => {
            let all = open(story);
            let (unit, instance, proposal) = all.get(*proposal % all.len().max(1))?.clone();
            // Mostly the right approver, sometimes anybody.
            let who = if *role < 8 { story.approver(&unit, &instance, &proposal) } else { asker(&unit, "officer") };
            Some((who, Command::Decide { instance, proposal, verdict: *verdict, text: "意见".into() }))
        }
        Step::Act { instance, role, action, filled, spoiled } => {
            let library = story.library.clone();
            let all: Vec<(String, procedure::situation::Instance)> = story
                .files
                .iter()
                .flat_map(|(u, f)| f.state.situation.instances.iter().map(move |i| (u.clone(), i.clone())))
                .collect();
            let (unit, instance) = &all[*instance % all.len()];
            let process = &library.processes[&instance.process];
            // Mostly the expected next step or what else may be done, sometimes anything.
            let agency = Province.agency(unit).unwrap();
            let held = |r: &&Id| library.roles.roles[*r].agency.contains(&agency);
            let theirs = || process.actions.iter().filter(|(_, a)| a.by.iter().any(|r| held(&r)));
            let fits = |main: bool| -> Vec<&Id> {
                let stands = |a: &procedure::model::Action| instance.tracks.values().any(|t| a.from.contains(&t.state));
                theirs().filter(|(_, a)| stands(a) && (a.main || !main)).map(|(id, _)| id).collect()
            };
            let choices = [fits(true), fits(false), fits(true), fits(false), theirs().map(|(id, _)| id).collect()];
            let from = choices[*action % 5..].iter().find(|c| !c.is_empty())?;
            let id = from[*action / 5 % from.len()];
            let def = &process.actions[id];
            let by: Vec<&Id> = def.by.iter().filter(held).collect();
            let by = by[*role % by.len()];
            let role_held = if *role == 9 { "auditor" } else { by.as_str() };
            let mut act = story.does(unit, role_held, process.process.as_str(), id.as_str()).in_instance(&instance.id);
            if *filled {
                act = act.person(fields(&def.form, "person")).case(fields(&def.form, "case"));
            }
            if *role == 8 {
                act = act.assigned(How::Manual, None);
            }
            let (_, who, mut command) = act.command();
            if let Some(way) = spoiled {
                spoil(&mut command, *way);
            }
            Some((who, command))
        }
    }
}

/// Sensible values for the fields of a form.
fn fields(form: &[procedure::model::FieldRef], card: &str) -> Value {
    let known = json!({
        "name": "林疏桐", "birth": "1990-01-02", "id_number": "身份不明", "charge": "221", "measure": "none",
        "bail_kind": "guarantor", "guarantor": "沈既白", "at_large": false, "impaired": false, "plea": "none",
        "interrogated_on": "2026-03-02", "nonprosecution_reason": "情节轻微", "prosecuted_charge": "221",
        "jurisdiction": "place", "major": true, "supplement_result": "done", "suggested_procedure": "ordinary",
        "offence": "221", "judged_charge": "221", "judged_penalty": "imprisonment", "judged_months": 12, "tribunal": "single",
        "hearing_at": "2026-03-20T09:00:00+08:00", "fast_consent": true, "expected_over_year": false, "acted_to": "2026-03-01T22:00:00+08:00",
    });
    form.iter()
        .filter(|f| f.card.as_str() == card && (card == "person" || f.field.as_str() != "name"))
        .filter_map(|f| Some((f.field.to_string(), known.get(f.field.as_str())?.clone())))
        .collect::<serde_json::Map<_, _>>()
        .into()
}

/// A theft, just registered; nobody is at hand but the police.
fn small_story() -> Story {
    let mut story = Story::begins("2026-03-02");
    story
        .does(POLICE, "officer", "GA01", "register")
        .case(json!({"name": "南山失窃案", "offence": "221", "acted_to": "2026-03-01T22:00:00+08:00", "lead_officer": "甲", "second_officer": "乙"}))
        .person(json!({"name": "林疏桐", "birth": "1990-01-02", "id_number": "身份不明"}))
        .done();
    story
}

fn folded(story: &Story, unit: &str) -> FileState {
    let file = &story.files[unit];
    let mut again = FileState::empty(file.state.id.clone(), unit, file.state.matter.clone());
    file.events.iter().for_each(|e| again.fold(e));
    again
}

proptest! {
    #![proptest_config(ProptestConfig { cases: ProptestConfig::default().cases * 3 / 4, ..ProptestConfig::default() })]

    #[test]
    fn no_sequence_of_commands_leaves_the_rails(begins in 0..3usize, steps in prop::collection::vec(step(), 1..80)) {
        let mut story = [small_story, Story::under_review, Story::in_court][begins]();
        for step in &steps {
            if let Step::Wait(days) = step {
                story.now = law::time::moment(law::time::local(story.now).checked_add(jiff::Span::new().days(i64::from(*days))).unwrap());
            }
            let Some((who, command)) = command(&mut story, step) else { continue };
            let before: Vec<(String, FileState)> = story.files.iter().map(|(u, f)| (u.clone(), f.state.clone())).collect();
            let ids = story.ids.clone();
            let decided = story.decides(&who, &command);

            // The same command on the same state with the same identifiers decides the same.
            let after = std::mem::replace(&mut story.ids, ids);
            let again = story.decides(&who, &command);
            story.ids = after;
            match (&decided, &again) {
                (Ok(a), Ok(b)) => {
                    prop_assert_eq!(&a.effects, &b.effects);
                    prop_assert_eq!(&a.messages, &b.messages);
                    prop_assert_eq!(&a.warnings, &b.warnings);
                }
                (Err(a), Err(b)) => prop_assert_eq!(a, b),
                _ => prop_assert!(false, "decided differently the second time"),
            }
            match decided {
                Err(refusal) => {
                    prop_assert!(!refusal.reasons.is_empty(), "a refusal names a reason");
                    for (unit, state) in &before {
                        prop_assert_eq!(state, &story.files[unit].state, "a refusal changes nothing");
                    }
                }
                Ok(decided) => {
                    prop_assert!(!decided.effects.is_empty(), "what is done has effects");
                    let receivers = decided.messages.iter().filter(|m| m.to == who.unit).count();
                    let version = story.state(&who.unit).version;
                    story.records(&who, decided);
                    prop_assert_eq!(story.state(&who.unit).version, version + 1 + u64::try_from(receivers).unwrap(), "one event an act");
                }
            }
        }
        for unit in story.files.keys() {
            prop_assert_eq!(&folded(&story, unit), &story.files[unit].state, "the state is the fold");
        }
    }

    #[test]
    fn any_flipped_byte_of_an_event_is_found(which in 0..1000usize, at in 0..100_000usize) {
        let story = small_story();
        let events = &story.files[POLICE].events;
        let event = &events[which % events.len()];
        let previous = event.header.previous;
        let text = serde_json::to_string(event).unwrap();
        let mut chars: Vec<char> = text.chars().collect();
        let at = at % chars.len();
        chars[at] = if chars[at] == '7' { '8' } else { '7' };
        let altered: String = chars.into_iter().collect();
        // Either it no longer reads, or it reads as something that no longer verifies.
        if let Ok(read) = serde_json::from_str::<case::Event>(&altered) {
            prop_assert!(&read == event || read.verify(event.header.seq, &previous).is_err(), "{}", altered);
        }
    }
}

#[test]
fn a_library_that_is_changed_later_does_not_change_what_was_done() {
    let mut story = Story::under_review();
    let before = story.state(PROCURATORATE);
    let due = story.last_day(PROCURATORATE, "XQ01", "D56");

    // The period for review is shortened, and a requirement of interrogation is taken away.
    let shorter = "rules: [{otherwise: true, length: 1月}]\n    extends: [{\"on\": extend, by: 15日}]";
    let changed = common::edited(
        "processes/XQ01.yaml",
        &[
            (shorter, "rules: [{otherwise: true, length: 20日}]\n    extends: [{\"on\": extend, by: 15日}]"),
            ("at: [sign_undertaking, interrogate]", "at: [sign_undertaking]"),
        ],
    );
    assert_ne!(changed.digest, story.library.digest);
    let old = story.library.clone();
    story.under(changed.clone());

    // The fold does not look at any library.
    assert_eq!(folded(&story, PROCURATORATE), before);
    assert_eq!(story.last_day(PROCURATORATE, "XQ01", "D56"), due);
    // The instance that began under the old library goes on under it.
    assert_eq!(story.instance(PROCURATORATE, "XQ01").library, old.digest);
    let (_, who, command) = story.does(PROCURATORATE, "prosecutor", "XQ01", "collect").files(&["EDOCUMENT"]).command();
    assert_eq!(story.decides(&who, &command).unwrap().library, Some(old.digest));

    // What begins now, begins under the new one.
    let mut other = Story::transferred();
    other.under(changed.clone());
    let message = other.carried.pop().unwrap();
    other.files.remove(PROCURATORATE);
    other.carries(&message);
    assert_eq!(other.instance(PROCURATORATE, "XQ01").library, changed.digest);
    assert_eq!(other.last_day(PROCURATORATE, "XQ01", "D56"), jiff::civil::date(2026, 3, 30));
    other.on("2026-03-10");
    other.does(PROCURATORATE, "case_manager", "XQ01", "accept").done();
    other.does(PROCURATORATE, "case_manager", "XQ01", "assign").done();
    other
        .does(PROCURATORATE, "prosecutor", "XQ01", "interrogate")
        .person(json!({"interrogated_on": "2026-03-10"}))
        .done();
}
