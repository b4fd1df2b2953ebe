//! Small clocks: bail that is executed for another organ, forfeited bail and what may be said against
//! it, time that does not count while a suspect is examined.

use case::RefusalKind;
use jiff::civil::date;
use serde_json::json;

use crate::common::{COURT, POLICE, PROCURATORATE, Paper, Story};

#[test]
fn a_station_is_named_and_a_violation_answered_in_time() {
    let mut story = Story::under_review();
    story.does(PROCURATORATE, "prosecutor", "XQ01", "redecide_bail").done();
    story
        .does(PROCURATORATE, "prosecutor", "QB01", "decide_procuratorate")
        .person(json!({"bail_kind": "deposit", "deposit": 200_000}))
        .done();
    assert_eq!(story.stands(POLICE, "QB01"), "entrusted");
    assert_eq!(story.last_day(POLICE, "QB01", "D26S"), date(2026, 3, 11), "twenty-four hours");
    let unnamed = story.does(POLICE, "officer", "QB01", "assign_station").refused();
    assert_eq!(unnamed.kind, RefusalKind::Requirements);
    story.does(POLICE, "officer", "QB01", "assign_station").person(json!({"station": "城关派出所"})).done();
    // 公91、解154: nobody is let out on a deposit that is not there.
    let unpaid = story
        .does(POLICE, "station_officer", "QB01", "report_execution")
        .person(json!({"measure_executed_on": "2026-03-10"}))
        .refused();
    assert!(unpaid.reasons[0].text.starts_with("缺少《保证金收款凭证（银行）》（林疏桐）"), "{unpaid:?}");
    story.does(POLICE, "officer", "QB01", "collect_deposit").files(&["EDEPOSIT"]).done();
    story
        .does(POLICE, "station_officer", "QB01", "report_execution")
        .person(json!({"measure_executed_on": "2026-03-10"}))
        .done();
    // Whoever executes for another keeps the twelve months in mind too.
    assert_eq!(story.last_day(POLICE, "QB01", "D25"), date(2027, 3, 10));

    story.on("2026-03-16");
    story.does(POLICE, "station_officer", "QB01", "report_violation").person(json!({"violation": "擅自离开"})).done();
    assert_eq!(story.stands(PROCURATORATE, "QB01"), "violated");
    // The opinion came on Monday the 16th; the fifth day is a Saturday.
    assert_eq!(story.last_day(PROCURATORATE, "QB01", "D26V"), date(2026, 3, 23));
    story.does(PROCURATORATE, "prosecutor", "QB01", "keep").done();

    let more =
        story.does(POLICE, "officer", "QB01", "forfeit").person(json!({"deposit_forfeited": 6_000_000})).refused();
    let texts: Vec<&str> = more.reasons.iter().map(|r| r.text.as_str()).collect();
    assert!(texts[0].starts_with("缺少《上级公安机关批准没收保证金的文书》（林疏桐）"), "{texts:?}");
    assert!(texts[1].starts_with("不符合条件：没收的数额不超过保证金数额（林疏桐）"), "{texts:?}");
    story.does(POLICE, "officer", "QB01", "forfeit").person(json!({"deposit_forfeited": 100_000})).done();
    story.does(POLICE, "officer", "QB01", "serve_forfeit").done();
    // 公99: five days to ask for a review; 公100: the organ that decided on bail is told.
    assert_eq!(story.last_day(POLICE, "QB01", "D26A"), date(2026, 3, 23), "the fifth day is a Saturday");
    assert_eq!(story.last_day(POLICE, "QB01", "D26N"), date(2026, 3, 24));
    story.does(POLICE, "officer", "QB01", "notify_forfeit").done();
    assert_eq!(story.person(PROCURATORATE, "deposit_forfeited"), json!(100_000));
    story.does(POLICE, "officer", "QB01", "register_review").file(Paper::of("EBAILREVIEW")).done();
    assert_eq!(story.last_day(POLICE, "QB01", "D26R"), date(2026, 3, 23));
    story.does(POLICE, "legal_reviewer", "QB01", "decide_review").done();
    // 公99: five days for asking the police above, seven for their decision.
    assert_eq!(story.last_day(POLICE, "QB01", "D26C"), date(2026, 3, 23));
    story.does(POLICE, "legal_reviewer", "QB01", "register_recheck").done();
    assert_eq!(story.last_day(POLICE, "QB01", "D26D"), date(2026, 3, 23));
    story.does(POLICE, "legal_reviewer", "QB01", "record_recheck").because("维持").done();
    story.does(POLICE, "officer", "QB01", "serve_forfeit").done();
    story.on("2026-03-25");
    let late = story.does(POLICE, "officer", "QB01", "register_review").refused();
    assert!(late.reasons.iter().any(|r| r.text.contains("申请复议的期限已经届满")), "{late:?}");
    story.does(POLICE, "officer", "QB01", "refund_deposit").done();
}

#[test]
fn days_of_an_examination_are_not_counted() {
    let mut story = Story::under_review();
    let before = story.last_day(PROCURATORATE, "XQ01", "D56");
    assert_eq!(before, date(2026, 4, 9));
    story.on("2026-03-12");
    story.does(PROCURATORATE, "prosecutor", "XQ01", "send_examination").done();
    story.on("2026-03-22");
    story.does(PROCURATORATE, "prosecutor", "XQ01", "end_examination").done();
    assert_eq!(story.last_day(PROCURATORATE, "XQ01", "D56"), date(2026, 4, 20), "ten days, and not on a Sunday");
    let again = story.does(PROCURATORATE, "prosecutor", "XQ01", "end_examination").refused();
    assert_eq!(again.kind, RefusalKind::OutOfOrder);
}

#[test]
fn a_guarantor_who_is_lost_is_reported_within_three_days() {
    let mut story = Story::under_review();
    story.bail_is_decided_by_the_procuratorate();
    story.on("2026-03-13");
    story.does(POLICE, "station_officer", "QB01", "note_guarantor_lost").done();
    assert_eq!(story.last_day(POLICE, "QB01", "D26B"), date(2026, 3, 16));
    story.does(POLICE, "station_officer", "QB01", "report_guarantor_lost").done();
    // The procuratorate has three days from the notice.
    assert_eq!(story.last_day(PROCURATORATE, "QB01", "D26G"), date(2026, 3, 16));
    story
        .does(PROCURATORATE, "prosecutor", "QB01", "change_guarantor")
        .person(json!({"bail_kind": "guarantor", "guarantor": "顾又青"}))
        .done();
    story.ends_in_order();
}

#[test]
fn a_guarantor_is_fined_between_one_and_twenty_thousand() {
    let mut story = Story::investigated();
    let fine = |story: &mut Story, fen: i64| {
        story.does(POLICE, "officer", "QB01", "fine_guarantor").person(json!({"guarantor_fine": fen})).refused()
    };
    assert_eq!(fine(&mut story, 99_900).reasons[0].text, "“对保证人罚款数额”不得小于 100000");
    assert_eq!(fine(&mut story, 2_000_100).reasons[0].text, "“对保证人罚款数额”不得大于 2000000");
    let silent = story.does(POLICE, "officer", "QB01", "fine_guarantor").refused();
    assert!(silent.reasons[0].text.starts_with("未填写“人员案卡·对保证人罚款数额”"), "{silent:?}");
    story.does(POLICE, "officer", "QB01", "fine_guarantor").person(json!({"guarantor_fine": 500_000})).done();
    assert_eq!(story.last_day(POLICE, "QB01", "D26F"), date(2026, 3, 9), "three days end on a Saturday");
}

#[test]
fn a_request_to_change_a_measure_is_answered_in_three_days() {
    let mut story = Story::under_review();
    story.does(PROCURATORATE, "prosecutor", "XQ01", "register_change_request").done();
    assert_eq!(story.last_day(PROCURATORATE, "XQ01", "D34"), date(2026, 3, 13));
    story.does(PROCURATORATE, "prosecutor", "XQ01", "answer_change_request").because("不符合条件").done();
    let mut story = Story::investigated();
    story.does(POLICE, "officer", "GA01", "register_change_request").done();
    assert_eq!(story.last_day(POLICE, "GA01", "D34"), date(2026, 3, 9), "the third day is a Saturday");
    story.does(POLICE, "officer", "GA01", "answer_change_request").because("不符合条件").done();
    story.ends_in_order();
    // 解174: the court has three days too.
    let mut story = Story::in_court();
    story.does(COURT, "court_clerk", "FY01", "register_change_request").done();
    assert_eq!(story.last_day(COURT, "FY01", "D34"), date(2026, 3, 20));
    story.does(COURT, "judge", "FY01", "answer_change_request").because("不符合条件").done();
    story.ends_in_order();
}

#[test]
fn residential_surveillance_lasts_six_months_until_another_measure_is_decided() {
    let mut story = Story::under_review();
    let ended = |story: &Story| {
        let clocks = &story.instance(PROCURATORATE, "XQ01").clocks;
        clocks.iter().rfind(|c| c.deadline.as_str() == "D25R").unwrap().ended.is_some()
    };
    story.does(PROCURATORATE, "prosecutor", "XQ01", "decide_residence").because("系唯一扶养人").done();
    assert_eq!(story.last_day(PROCURATORATE, "XQ01", "D25R"), date(2026, 9, 10));
    assert!(!ended(&story), "its own decision does not end it");
    story.does(PROCURATORATE, "prosecutor", "XQ01", "redecide_bail").done();
    assert!(!ended(&story), "proposed is not decided");
    story
        .does(PROCURATORATE, "prosecutor", "QB01", "decide_procuratorate")
        .person(json!({"bail_kind": "guarantor", "guarantor": "沈既白"}))
        .files(&["W021"])
        .done();
    assert!(ended(&story));
    // 解162, 诉79: before the court likewise, from the day of execution.
    let mut story = Story::in_court();
    let card = json!({"measure": "residence", "measure_decided_on": "2026-03-17", "measure_executed_on": "2026-03-17"});
    story.does(COURT, "judge", "FY01", "register_measure").person(card).files(&["W171"]).done();
    assert_eq!(story.last_day(COURT, "FY01", "D25R"), date(2026, 9, 17));
}

#[test]
fn a_lawyer_reads_and_a_request_for_aid_goes_on_in_time() {
    let mut story = Story::under_review();
    story.on("2026-03-12");
    story.does(PROCURATORATE, "case_manager", "XQ01", "register_reading").done();
    // 规49: three working days from Thursday.
    assert_eq!(story.last_day(PROCURATORATE, "XQ01", "D53"), date(2026, 3, 17));
    story.does(PROCURATORATE, "case_manager", "XQ01", "arrange_reading").done();
    let free = story.does(PROCURATORATE, "prosecutor", "XQ01", "register_aid_request").refused();
    assert_eq!(free.reasons[0].text, "林疏桐不符合“登记在押犯罪嫌疑人的法律援助申请”的条件：被拘留或者逮捕（在押）");
    story.does(PROCURATORATE, "prosecutor", "XQ01", "decide_arrest").done();
    story.does(PROCURATORATE, "prosecutor", "XQ01", "register_aid_request").done();
    // 援39: twenty-four hours.
    assert_eq!(story.last_day(PROCURATORATE, "XQ01", "D46"), date(2026, 3, 13));
    story.does(PROCURATORATE, "prosecutor", "XQ01", "notify_lawyer").done();
    let clocks = &story.instance(PROCURATORATE, "XQ01").clocks;
    assert!(clocks.iter().filter(|c| c.deadline.as_str() == "D46").all(|c| c.ended.is_some()));
}

/// R5: who is arrested while the case is reviewed does not wait over a Sunday for the end of the time, and who
/// is released does again.
#[test]
fn a_clock_turns_with_the_measure() {
    let mut story = Story::investigated();
    story.does(POLICE, "officer", "GA01", "collect").files(&crate::common::EVIDENCE).files(&["EBLOOD"]).done();
    story.on("2026-03-12");
    story.does(POLICE, "officer", "GA01", "transfer").case(json!({"suggested_procedure": "fast"})).done();
    story.is_accepted_for_review();
    let sunday = date(2026, 4, 12);
    let clock = |story: &Story| {
        let i = story.instance(PROCURATORATE, "XQ01");
        i.clocks.iter().rfind(|c| c.deadline.as_str() == "D56").unwrap().clock
    };
    assert_eq!(clock(&story), law::period::Clock::Handling);
    assert_eq!(story.last_day(PROCURATORATE, "XQ01", "D56"), sunday.tomorrow().unwrap());
    story.on("2026-03-13");
    story.does(PROCURATORATE, "prosecutor", "XQ01", "decide_arrest").done();
    assert_eq!(clock(&story), law::period::Clock::Custody);
    assert_eq!(story.last_day(PROCURATORATE, "XQ01", "D56"), sunday);
    story.on("2026-03-20");
    story.does(PROCURATORATE, "prosecutor", "XQ01", "release").done();
    assert_eq!(clock(&story), law::period::Clock::Handling);
    assert_eq!(story.last_day(PROCURATORATE, "XQ01", "D56"), sunday.tomorrow().unwrap());
    story.ends_in_order();
}
