//! Exits that an ordinary case does not take: each leaves no track behind that stays for ever.

use case::RefusalKind;
use jiff::civil::date;
use serde_json::json;

use crate::common::{COURT, DETENTION, JUSTICE, POLICE, PROCURATORATE, Story, judgment};

fn pronounced(with: serde_json::Value, acquits: bool) -> Story {
    let mut story = Story::in_court();
    story.does(COURT, "judge", "FY01", "apply_ordinary").case(json!({"tribunal": "three"})).done();
    story.does(COURT, "court_clerk", "FY01", "serve_indictment").done();
    story
        .does(COURT, "judge", "FY01", "schedule")
        .case(json!({"hearing_at": "2026-03-31T09:00:00+08:00", "hearing_place": "第一法庭"}))
        .done();
    story.on("2026-03-31");
    story.does(COURT, "judge", "FY01", "open_hearing").done();
    story.does(COURT, "court_clerk", "FY01", "record_hearing").done();
    if acquits {
        story.does(COURT, "judge", "FY01", "acquit").case(json!({"pronounced": "in_court"})).because("证据不足").done();
    } else {
        story.does(COURT, "judge", "FY01", "pronounce").person(judgment()).person(with).done();
    }
    story
        .does(COURT, "court_clerk", "FY01", "serve_judgment")
        .person(json!({"judgment_served_on": "2026-03-31"}))
        .done();
    story.on("2026-04-11");
    story.does(COURT, "judge", "FY01", "take_effect").done();
    story
}

/// The measure that the police carry out for the court is over.
fn bail_is_over(story: &Story) {
    assert_eq!(story.stands(POLICE, "QB01"), "ended");
}

#[test]
fn an_acquittal_ends_the_measure_everywhere() {
    let mut story = pronounced(json!({}), true);
    assert_eq!(story.stands(POLICE, "GA01"), "acquitted");
    bail_is_over(&story);
    story.does(COURT, "judge", "FY01", "close_acquitted").done();
    story.ends_in_order();
}

#[test]
fn a_fine_alone_ends_the_measure_when_the_judgment_takes_effect() {
    let story = pronounced(
        json!({"judged_penalty": "none", "judged_months": 0, "probation": false, "probation_months": 0}),
        false,
    );
    assert_eq!(story.stands(POLICE, "GA01"), "effective");
    bail_is_over(&story);
}

#[test]
fn delivery_into_custody_ends_the_measure() {
    let mut story = pronounced(json!({"probation": false, "probation_months": 0}), false);
    story.does(COURT, "judge", "FY01", "deliver").done();
    story
        .does(COURT, "judge", "JF01", "deliver_custody")
        .person(json!({"term_from": "2026-04-11", "term_to": "2026-06-10"}))
        .done();
    bail_is_over(&story);
    assert_eq!(story.person(POLICE, "term_to"), "2026-06-10");
}

#[test]
fn who_serves_outside_for_a_time_may_be_taken_in_again() {
    let mut story = pronounced(json!({"probation": false, "probation_months": 0}), false);
    story.does(COURT, "judge", "FY01", "deliver").done();
    story
        .does(COURT, "judge", "JF01", "grant_temporary")
        .files(&["ETEMPOPINION", "EMEDICAL"])
        .because("患有严重疾病需要保外就医")
        .done();
    let runs = |c: &&procedure::situation::Running| c.ended.is_none();
    let clocks: Vec<&str> =
        story.instance(COURT, "JF01").clocks.iter().filter(runs).map(|c| c.deadline.as_str()).collect();
    assert_eq!(clocks, ["D83", "D83N"], "the papers now go to community corrections");
    story
        .does(COURT, "judge", "JF01", "deliver_corrections")
        .person(json!({"corrections_unit": JUSTICE, "corrections_region": "970123", "credit_days": 10}))
        .done();
    story.does(JUSTICE, "corrections_intake", "SJ01", "accept").done();
    // 刑44: two months less ten days of custody before; 11 April to 10 June, less ten days.
    assert_eq!(story.last_day(JUSTICE, "SJ01", "TERM"), date(2026, 5, 31));
    story.does(JUSTICE, "corrections_intake", "SJ01", "assign").done();
    story
        .does(JUSTICE, "corrections_officer", "SJ01", "report_in")
        .person(json!({"corrections_from": "2026-04-11"}))
        .done();
    story.does(JUSTICE, "corrections_officer", "SJ01", "announce").done();
    let wrong = story.does(JUSTICE, "corrections_officer", "SJ01", "propose_revocation").refused();
    assert_eq!(wrong.kind, RefusalKind::OutOfOrder, "there is no probation to revoke");
    story.does(JUSTICE, "corrections_officer", "SJ01", "propose_imprisonment").because("情形消失").done();
    story.does(COURT, "judge", "JF01", "imprison").because("暂予监外执行情形消失").done();
    assert_eq!(story.stands(JUSTICE, "SJ01"), "ended");
    assert_eq!(story.stands(COURT, "JF01"), "revoked");
    story
        .does(COURT, "judge", "JF01", "deliver_custody")
        .person(json!({"term_from": "2026-04-11", "term_to": "2026-05-31"}))
        .done();
    story.does(DETENTION, "detention_officer", "ZX01", "return").because("缺少结案登记表").done();
    assert_eq!(story.stands(COURT, "JF01"), "pending", "delivered again, with what was missing");
}

#[test]
fn the_police_who_never_answer_do_not_hold_up_the_case() {
    let mut story = Story::under_review();
    story.bail_is_decided_by_the_procuratorate();
    story.is_interrogated();
    story.does(PROCURATORATE, "prosecutor", "XQ01", "return_supplement").because("主要事实不清").done();
    story.does(POLICE, "legal_reviewer", "XQ05", "accept").done();
    let early = story.does(PROCURATORATE, "prosecutor", "XQ01", "resume_review").refused();
    assert_eq!(early.kind, RefusalKind::Requirements);
    story.on("2026-04-13");
    story.does(PROCURATORATE, "prosecutor", "XQ01", "press_supplement").done();
    story.does(PROCURATORATE, "prosecutor", "XQ01", "resume_review").because("逾期未重新移送").done();
    assert_eq!(story.stands(PROCURATORATE, "XQ01"), "reviewing");
    assert_eq!(story.stands(POLICE, "XQ05"), "lapsed");
    assert_eq!(story.stands(POLICE, "GA01"), "accepted");
    assert_eq!(story.last_day(PROCURATORATE, "XQ01", "D56H"), date(2026, 5, 13));
}

#[test]
fn what_was_sent_back_again_is_still_due_within_the_first_month() {
    let mut story = Story::under_review();
    story.bail_is_decided_by_the_procuratorate();
    story.is_interrogated();
    story.does(PROCURATORATE, "prosecutor", "XQ01", "return_supplement").because("主要事实不清").done();
    story.does(POLICE, "legal_reviewer", "XQ05", "accept").done();
    story.on("2026-03-20");
    story.does(POLICE, "officer", "XQ05", "resubmit").case(json!({"supplement_result": "done"})).done();
    story.does(PROCURATORATE, "case_manager", "XQ01", "return_resubmitted").because("报告书缺页").done();
    assert_eq!(story.stands(POLICE, "XQ05"), "investigating");
    for (unit, process) in [(POLICE, "XQ05"), (PROCURATORATE, "XQ01")] {
        assert_eq!(story.last_day(unit, process, "D58"), date(2026, 4, 10), "{unit}");
        let runs = |c: &&procedure::situation::Running| c.deadline.as_str() == "D58" && c.ended.is_none();
        assert_eq!(story.instance(unit, process).clocks.iter().filter(runs).count(), 1, "{unit}");
    }
    story.on("2026-03-25");
    story.does(POLICE, "officer", "XQ05", "resubmit").done();
    story.does(PROCURATORATE, "case_manager", "XQ01", "accept_resubmitted").done();
    story.ends_in_order();
}

#[test]
fn without_prosecution_the_rest_is_settled_with_the_decision() {
    let mut story = Story::under_review();
    story.bail_is_decided_by_the_procuratorate();
    story.is_interrogated();
    story.does(PROCURATORATE, "prosecutor", "XQ01", "ask_evidence").because("调取监控录像").done();
    story.does(POLICE, "officer", "GA01", "supply_evidence").files(&["EVIDEO"]).done();
    let unapproved = story
        .does(PROCURATORATE, "prosecutor", "XQ01", "nonprosecute_special")
        .person(json!({"nonprosecution_reason": "有重大立功"}))
        .refused();
    assert_eq!(unapproved.kind, RefusalKind::Requirements);
    story
        .does(PROCURATORATE, "prosecutor", "XQ01", "nonprosecute_special")
        .person(json!({"nonprosecution_reason": "有重大立功"}))
        .files(&["EAPPROVAL"])
        .done();
    story.does(PROCURATORATE, "prosecutor", "XQ01", "give_opinion").done();
    story.does(PROCURATORATE, "prosecutor", "XQ01", "release_property").done();
    story.does(PROCURATORATE, "prosecutor", "XQ01", "announce").done();
    for kind in ["W139", "W140", "W115"] {
        assert_eq!(story.material(POLICE, kind).id, story.material(PROCURATORATE, kind).id);
    }
    story.ends_in_order();
}

#[test]
fn an_assessment_is_asked_for_and_given() {
    let mut story = Story::under_review();
    story.bail_is_decided_by_the_procuratorate();
    story.does(PROCURATORATE, "prosecutor", "XQ01", "entrust_assessment").towards("justice", JUSTICE).done();
    story.does(JUSTICE, "corrections_intake", "SJ02", "accept").done();
    // 速裁: five working days.
    assert_eq!(story.last_day(JUSTICE, "SJ02", "D80"), date(2026, 3, 17));
    story.does(JUSTICE, "corrections_officer", "SJ02", "inquire").files(&["EASSESS"]).done();
    story.does(JUSTICE, "corrections_officer", "SJ02", "give_opinion").person(json!({"assessment": "fit"})).done();
    assert_eq!(story.person(PROCURATORATE, "assessment"), "fit");
    story.ends_in_order();
}

#[test]
fn the_charge_is_changed_in_court() {
    let mut story = Story::in_court();
    story.does(COURT, "judge", "FY01", "apply_ordinary").case(json!({"tribunal": "three"})).done();
    story
        .does(PROCURATORATE, "prosecutor", "XQ01", "change_indictment")
        .person(json!({"prosecuted_charge": "54"}))
        .because("事实与起诉书不符")
        .done();
    assert_eq!(story.person(COURT, "prosecuted_charge"), "54");
    assert_eq!(story.material(COURT, "W147").id, story.material(PROCURATORATE, "W147").id);
}

#[test]
fn a_guarantor_who_withdraws_is_replaced_in_three_days() {
    let mut story = Story::investigated();
    story.does(POLICE, "station_officer", "QB01", "note_guarantor_lost").done();
    assert_eq!(story.last_day(POLICE, "QB01", "D26G"), date(2026, 3, 9));
    let mixed = story
        .does(POLICE, "officer", "QB01", "change_guarantor")
        .person(json!({"bail_kind": "guarantor", "guarantor": "柏远山"}));
    mixed.done();
    story.does(POLICE, "officer", "QB01", "lift_police").because("不应当追究刑事责任").done();
    // 同一机关: what was used before is told when bail is asked for again.
    let unsaid = story.does(POLICE, "officer", "GA01", "propose_bail").refused();
    assert_eq!(unsaid.kind, RefusalKind::Requirements);
    story.does(POLICE, "officer", "GA01", "propose_bail").person(json!({"bail_days_before": 5})).done();
}
