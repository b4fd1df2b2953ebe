//! 强制措施: what one organ decides anew ends what another decided, and nothing is ended by being proposed.

use case::RefusalKind;
use jiff::civil::date;
use serde_json::json;

use crate::common::{COURT, POLICE, PROCURATORATE, Paper, Story};

/// Whether the deadline that was started last still runs.
fn runs(story: &Story, unit: &str, process: &str, deadline: &str) -> bool {
    let clocks = &story.instance(unit, process).clocks;
    let last = clocks.iter().rev().find(|c| c.deadline.as_str() == deadline);
    last.unwrap_or_else(|| panic!("{process} {deadline} was never started")).ended.is_none()
}

#[test]
fn an_arrest_in_review_is_decided_by_the_chief_and_ends_bail_everywhere() {
    let mut story = Story::under_review();
    story.bail_is_decided_by_the_procuratorate();
    assert_eq!(story.stands(POLICE, "QB01"), "entrusted");
    assert_eq!(story.stands(PROCURATORATE, "QB01"), "in_force");
    story.on("2026-03-12");
    let unwritten = story.does(PROCURATORATE, "prosecutor", "XQ01", "decide_arrest").without("W096").refused();
    assert_eq!(unwritten.reasons[0].text, "“决定逮捕”须同时制作《逮捕决定书》，请将其随本次办理入卷");
    let typed =
        story.does(PROCURATORATE, "prosecutor", "XQ01", "fill_card").person(json!({"measure": "arrest"})).refused();
    assert_eq!(typed.kind, RefusalKind::Input, "{typed:?}");

    let (story_, unit, instance) =
        story.does(PROCURATORATE, "prosecutor", "XQ01", "decide_arrest").because("毁灭证据").proposed();
    assert_eq!(story_.person(PROCURATORATE, "measure"), "bail", "not before the chief decides");
    let chain = &story_.instance(PROCURATORATE, "XQ01").proposals.last().unwrap().chain;
    assert_eq!(chain, &[vec!["chief_prosecutor".into()]]);
    story_.approves(&unit, &instance);
    for unit in [POLICE, PROCURATORATE] {
        assert_eq!(story.person(unit, "measure"), "arrest", "{unit}");
        assert!(!runs(&story, unit, "QB01", "D25") || unit == POLICE);
    }
    assert_eq!(story.stands(PROCURATORATE, "QB01"), "superseded");
    assert_eq!(story.stands(POLICE, "QB01"), "ended");
    assert_eq!(story.material(POLICE, "W096").id, story.material(PROCURATORATE, "W096").id);
    story
        .does(PROCURATORATE, "prosecutor", "XQ01", "register_measure")
        .person(json!({"measure_executed_on": "2026-03-12", "custody_place": "东篱县看守所"}))
        .done();
    story.does(PROCURATORATE, "prosecutor", "XQ01", "release").because("没有社会危险性").done();
    assert_eq!(story.person(POLICE, "measure"), "lifted");
    story.ends_in_order();
}

#[test]
fn bail_that_is_only_proposed_leaves_the_seven_days_running() {
    let mut story = Story::under_review();
    assert_eq!(story.last_day(PROCURATORATE, "XQ01", "D27"), date(2026, 3, 17));
    story.does(PROCURATORATE, "prosecutor", "XQ01", "redecide_bail").done();
    assert!(runs(&story, PROCURATORATE, "XQ01", "D27"));
    story
        .does(PROCURATORATE, "prosecutor", "QB01", "decide_procuratorate")
        .person(json!({"bail_kind": "guarantor", "guarantor": "沈既白"}))
        .files(&["W021"])
        .done();
    assert!(!runs(&story, PROCURATORATE, "XQ01", "D27"));
}

/// Under residential surveillance by the police, and accepted for review.
fn surveilled() -> Story {
    let mut story = Story::investigated();
    let register = |story: &mut Story, kinds: &[&str]| {
        let act = story.does(POLICE, "officer", "GA01", "register_measure").files(kinds);
        act.person(
            json!({"measure": "residence", "measure_decided_on": "2026-03-04", "measure_executed_on": "2026-03-04"}),
        )
        .command()
        .2
    };
    let undocumented = register(&mut story, &[]);
    let refusal = story.decides(&crate::common::asker(POLICE, "officer"), &undocumented).unwrap_err();
    assert_eq!(refusal.reasons[0].text, "缺少《监视居住决定书》（林疏桐）。请将监视居住决定书入卷");
    story
        .does(POLICE, "officer", "GA01", "register_measure")
        .files(&["W028"])
        .person(
            json!({"measure": "residence", "measure_decided_on": "2026-03-04", "measure_executed_on": "2026-03-04"}),
        )
        .done();
    // 公162: the bail ends by itself.
    assert_eq!(story.stands(POLICE, "QB01"), "superseded");
    story.is_transferred();
    story.on("2026-03-10");
    story.is_accepted_for_review();
    story
}

#[test]
fn residential_surveillance_is_decided_anew_within_seven_days_too() {
    let mut story = surveilled();
    assert_eq!(story.last_day(PROCURATORATE, "XQ01", "D27"), date(2026, 3, 17));
    story.on("2026-03-13");
    story.does(PROCURATORATE, "prosecutor", "XQ01", "decide_arrest").done();
    assert!(!runs(&story, PROCURATORATE, "XQ01", "D27"));
    story.does(PROCURATORATE, "prosecutor", "XQ01", "decide_residence").done();
    assert_eq!(story.person(POLICE, "measure"), "residence");
    story.ends_in_order();
}

#[test]
fn bail_is_changed_only_on_the_decision_of_what_follows() {
    let mut story = Story::under_review();
    story.bail_is_decided_by_the_procuratorate();
    let change = |story: &mut Story, measure: &str, papers: &[&str]| {
        let act = story.does(PROCURATORATE, "prosecutor", "QB01", "change").person(json!({"measure": measure}));
        act.files(papers).command().2
    };
    for (measure, missing) in [
        ("arrest", "缺少《逮捕证》、《逮捕决定书》、《逮捕决定书》中的任何一种"),
        ("detention", "缺少《拘留证》、《拘留决定书（人民检察院）》中的任何一种"),
        ("residence", "缺少《监视居住决定书》、《监视居住决定书、执行通知书》、《监视居住决定书》中的任何一种"),
        ("none", "不符合条件：被监视居住、拘留或者逮捕"),
    ] {
        let command = change(&mut story, measure, &[]);
        let refusal = story.decides(&crate::common::asker(PROCURATORATE, "prosecutor"), &command).unwrap_err();
        assert_eq!(refusal.kind, RefusalKind::Requirements);
        assert!(refusal.reasons.iter().any(|r| r.text.starts_with(missing)), "{measure}: {refusal:#?}");
    }
    story
        .does(PROCURATORATE, "prosecutor", "QB01", "change")
        .person(json!({"measure": "arrest"}))
        .files(&["W096"])
        .done();
    assert_eq!(story.stands(PROCURATORATE, "QB01"), "changed");
    assert_eq!(story.person(POLICE, "measure"), "arrest");
}

#[test]
fn both_ledgers_count_the_supplement_from_the_receipt_of_the_police() {
    let mut story = Story::under_review();
    story.does(PROCURATORATE, "prosecutor", "XQ01", "return_supplement").because("主要事实不清").done();
    // The police sign for it two days after it came.
    story.on("2026-03-12");
    story.does(POLICE, "legal_reviewer", "XQ05", "accept").done();
    let due = date(2026, 4, 10);
    assert_eq!(story.last_day(POLICE, "XQ05", "D58"), due);
    assert_eq!(story.last_day(PROCURATORATE, "XQ01", "D58"), due);
}

#[test]
fn a_supplement_in_custody_ends_on_a_holiday() {
    let mut story = Story::under_review();
    story.does(PROCURATORATE, "prosecutor", "XQ01", "decide_arrest").done();
    // A month from 3 April ends on 3 May, within the holiday.
    story.on("2026-04-03");
    story.does(PROCURATORATE, "prosecutor", "XQ01", "return_supplement").because("主要事实不清").done();
    story.does(POLICE, "legal_reviewer", "XQ05", "accept").done();
    for (unit, process) in [(POLICE, "XQ05"), (PROCURATORATE, "XQ01")] {
        assert_eq!(story.last_day(unit, process, "D58"), date(2026, 5, 3), "{unit}");
    }
}

#[test]
fn what_was_resumed_is_extended_by_fifteen_days() {
    let mut story = Story::under_review();
    story.does(PROCURATORATE, "prosecutor", "XQ01", "return_supplement").because("主要事实不清").done();
    story.does(POLICE, "legal_reviewer", "XQ05", "accept").done();
    story.on("2026-04-11");
    story.does(PROCURATORATE, "prosecutor", "XQ01", "resume_review").done();
    assert_eq!(story.last_day(PROCURATORATE, "XQ01", "D56H"), date(2026, 5, 11));
    story.does(PROCURATORATE, "prosecutor", "XQ01", "extend").case(json!({"major": true})).done();
    assert_eq!(story.last_day(PROCURATORATE, "XQ01", "D56H"), date(2026, 5, 26));
    let again = story.does(PROCURATORATE, "prosecutor", "XQ01", "extend").refused();
    assert!(again.reasons[0].text.contains("已经延长过 1 次"), "{again:#?}");
}

#[test]
fn who_is_set_free_is_told_before_the_case_is_closed() {
    let mut story = Story::investigated();
    story
        .does(POLICE, "officer", "GA01", "register_measure")
        .files(&["W015"])
        .person(json!({"measure": "detention", "measure_decided_on": "2026-03-04", "measure_executed_on": "2026-03-04",
            "custody_place": "东篱县看守所"}))
        .done();
    story.does(POLICE, "officer", "GA01", "withdraw").because("没有犯罪事实").done();
    let held = story.does(POLICE, "officer", "GA01", "serve_withdrawal").refused();
    assert!(held.reasons[0].text.starts_with("缺少《释放证明书》（林疏桐）"), "{held:#?}");
    story.does(POLICE, "officer", "GA01", "serve_withdrawal").file(Paper::of("W038")).done();
    assert_eq!(story.stands(POLICE, "GA01"), "withdrawn");
    story.ends_in_order();
}

#[test]
fn a_judge_continues_bail_without_the_president() {
    let mut story = Story::under_review();
    story.bail_is_decided_by_the_procuratorate();
    story.a_duty_lawyer_helps();
    story.is_interrogated();
    story.the_undertaking_is_signed();
    story.is_prosecuted();
    story.does(COURT, "filing_clerk", "FY01", "accept").done();
    story.does(COURT, "filing_clerk", "FY01", "assign").case(json!({"tribunal": "single"})).done();
    story.does(COURT, "judge", "FY01", "redecide_bail").done();
    let (story, unit, _) = story
        .does(COURT, "judge", "QB01", "continue_court")
        .person(json!({"bail_kind": "guarantor", "guarantor": "沈既白"}))
        .files(&["W021"])
        .proposed();
    // 解147: nobody need approve; the procuratorate's bail ends by itself.
    assert_eq!(story.stands(&unit, "QB01"), "decided");
    assert_eq!(story.stands(PROCURATORATE, "QB01"), "superseded");
    assert_eq!(story.stands(POLICE, "QB01"), "entrusted");
}
