//! 权力清单: what an overlay delegates, who decides then, and on which basis.

use procedure::Library;
use serde_json::json;
use std::sync::Arc;

use crate::common::with_overlay;
use crate::common::{PROCURATORATE, Story};

/// A case whose review began under this library.
fn reviewed(library: Arc<Library>) -> Story {
    let mut story = Story::investigated();
    story.under(library);
    story.is_transferred();
    story.on("2026-03-10");
    story.is_accepted_for_review();
    story.bail_is_decided_by_the_procuratorate();
    story.a_duty_lawyer_helps();
    story.is_interrogated();
    story.the_undertaking_is_signed();
    story
}

/// The roles that had to agree to an act, step by step.
fn chain(story: &Story, action: &str) -> Vec<Vec<String>> {
    let proposals = &story.instance(PROCURATORATE, "XQ01").proposals;
    let steps = proposals.iter().filter(|p| p.action.as_str() == action).flat_map(|p| &p.chain);
    steps.map(|roles| roles.iter().map(ToString::to_string).collect()).collect()
}

/// The basis of the last event in the procuratorate's file that names this action.
fn basis(story: &Story, action: &str) -> Vec<String> {
    let events = &story.files[PROCURATORATE].events;
    events.iter().rev().find(|e| e.header.action.as_str() == action).unwrap().header.basis.clone()
}

#[test]
fn the_department_head_decides_in_the_place_of_the_chief() {
    let mut story = reviewed(with_overlay(&[]));
    story.is_prosecuted();
    // He agrees once, though two steps are his now.
    assert_eq!(chain(&story, "prosecute"), [["procuratorate_dept_head"]]);
    assert!(basis(&story, "prosecute").contains(&"云权".to_owned()), "the list of powers stands in the event");
    assert_eq!(story.stands(PROCURATORATE, "XQ01"), "prosecuted");
}

#[test]
fn without_the_condition_nothing_is_delegated() {
    let mut story = reviewed(with_overlay(&[("if: dangerous_driving", "if: juvenile")]));
    story.is_prosecuted();
    assert_eq!(chain(&story, "prosecute"), [["procuratorate_dept_head"], ["chief_prosecutor"]]);
    assert!(!basis(&story, "prosecute").contains(&"云权".to_owned()));
}

#[test]
fn a_fact_that_is_unknown_delegates_nothing() {
    // Nobody has said why no undertaking was needed: neither true nor false.
    let fact = "{id: yl_unknown, fact: {about: person, name: 试, cel: \"p.undertaking_exempt == 'other'\"}}";
    let patches = format!("patches:\n  - {{add: {fact}, reason: 试}}");
    let library = with_overlay(&[("if: dangerous_driving", "if: yl_unknown"), ("patches:", &patches)]);
    let mut story = reviewed(library);
    story.is_prosecuted();
    assert_eq!(chain(&story, "prosecute").len(), 2);
}

#[test]
fn delegated_to_the_proposer_nobody_need_approve() {
    let extends = |story: &mut Story| {
        story
            .does(PROCURATORATE, "prosecutor", "XQ01", "extend")
            .case(json!({"major": true}))
            .because("案情重大、复杂")
            .done();
    };
    let mut story = reviewed(with_overlay(&[]));
    extends(&mut story);
    assert!(chain(&story, "extend").is_empty());
    assert!(basis(&story, "extend").contains(&"云权".to_owned()));
    assert_eq!(story.person(PROCURATORATE, "extension_count"), 1);

    let mut story = Story::under_review();
    extends(&mut story);
    assert_eq!(chain(&story, "extend"), [["chief_prosecutor"]], "the base keeps it with the chief");
}

#[test]
fn what_began_before_the_overlay_keeps_its_approvals() {
    let mut story = Story::under_review();
    story.under(with_overlay(&[]));
    story
        .does(PROCURATORATE, "prosecutor", "XQ01", "extend")
        .case(json!({"major": true}))
        .because("案情重大、复杂")
        .done();
    assert_eq!(chain(&story, "extend"), [["chief_prosecutor"]]);
}
