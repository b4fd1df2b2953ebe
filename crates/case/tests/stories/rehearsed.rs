//! 移送前核对: a dry run says what would go, what stays, what is missing, and changes nothing. That it says what
//! the receiver then finds is asserted at every hand-over of every story (`Story::was_foretold`).

use case::{Command, Input, Stays};
use procedure::model::Severity;
use serde_json::json;

use crate::common::{EVIDENCE, POLICE, PROCURATORATE, Paper, Story, asker};

fn investigated() -> Story {
    let mut story = Story::investigated();
    story
        .does(POLICE, "officer", "GA01", "collect")
        .files(&EVIDENCE)
        .file(Paper::of("W048").unreadable())
        .file(Paper::of("W047").into_volume("zhencha_nei"))
        .done();
    story.on("2026-03-09");
    story
}

#[test]
fn what_goes_what_stays_and_what_the_receiver_would_miss() {
    let mut story = investigated();
    let before = story.state(POLICE);
    let (story, officer, command) = story
        .does(POLICE, "officer", "GA01", "transfer")
        .file(Paper::of("W077").says("person.blood_alcohol", 186))
        .command();
    let r = story.rehearses(&officer, &command).unwrap();
    assert_eq!(story.state(POLICE), before, "nothing has changed");
    assert_eq!(r.reasons, []);
    assert_eq!(r.chain.len(), 2, "legal reviewer and head");
    let going = &r.going[0];
    assert!(going.handover && going.answer_due.is_some());
    assert_eq!(going.message.to, PROCURATORATE);
    assert_eq!(going.subjects, ["林疏桐"]);
    assert!(going.message.materials.iter().any(|m| m.kind.as_str() == "W077"), "the letter itself goes");
    let stays: Vec<_> = going.stays.iter().map(|s| (s.material.kind.as_str(), s.why)).collect();
    assert!(stays.contains(&("W047", Stays::Internal)), "{stays:?}");
    let acceptance = going.acceptance.as_ref().unwrap();
    assert_eq!((acceptance.process.as_str(), acceptance.action.as_str()), ("XQ01", "accept"));
    let missed: Vec<&str> = acceptance
        .checks
        .iter()
        .filter(|c| c.severity == Severity::Block && !c.findings.is_empty())
        .map(|c| c.requirement.as_str())
        .collect();
    assert_eq!(missed, ["XQ01-R02", "XQ01-R04", "XQ01-R05"]);
    let met = acceptance.checks.iter().find(|c| c.requirement.as_str() == "XQ01-R07").unwrap();
    assert_eq!((met.text.as_str(), met.findings.len()), ("有《立案决定书》", 0));
}

#[test]
fn what_is_not_given_yet_is_told_and_the_rest_is_still_looked_at() {
    let mut story = investigated();
    let instance = story.instance(POLICE, "GA01").id.clone();
    let officer = asker(POLICE, "officer");
    let input: Input = serde_json::from_value(json!({
        "case": {"suggested_procedure": "nowhere"},
        "materials": [{"kind": "W077", "sm3": "0".repeat(64)}],
    }))
    .unwrap();
    let command = Command::Act { instance, action: "transfer".into(), subjects: Vec::new(), input };
    let r = story.rehearses(&officer, &command).unwrap();
    let places: Vec<&str> = r.reasons.iter().filter_map(|x| x.place.as_deref()).collect();
    assert_eq!(places, ["case.suggested_procedure", "materials.0.sm3", "materials.0.number"], "{:?}", r.reasons);
    let acceptance = r.going[0].acceptance.as_ref().unwrap();
    let letter = acceptance.checks.iter().find(|c| c.requirement.as_str() == "XQ01-R03").unwrap();
    assert_eq!(letter.findings.len(), 1, "the receiver would miss the letter, too");
    assert!(!r.going[0].message.materials.is_empty());
}

#[test]
fn a_proposal_is_tried_out_for_its_approver() {
    let mut story = investigated();
    let (story, _, instance) = story.does(POLICE, "officer", "GA01", "transfer").proposed();
    let proposal = story.instance(POLICE, "GA01").proposals.last().unwrap().id.clone();
    let reviewer = asker(POLICE, "legal_reviewer");
    let state = story.state(POLICE);
    let command = Command::Decide { instance, proposal, verdict: case::Verdict::Agree, text: String::new() };
    let r = story.rehearses(&reviewer, &command).unwrap();
    assert_eq!(r.going.len(), 1);
    assert_eq!(r.going[0].message.to, PROCURATORATE);
    assert_eq!(story.state(POLICE), state);
}

#[test]
fn who_may_not_do_it_may_not_try_it_out() {
    let mut story = investigated();
    let instance = story.instance(POLICE, "GA01").id.clone();
    let command = Command::Act { instance, action: "transfer".into(), subjects: Vec::new(), input: Input::default() };
    let chief = asker(POLICE, "police_chief");
    assert!(story.rehearses(&chief, &command).is_none());
}
