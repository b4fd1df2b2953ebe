//! What is posted in time is in time (诉105.3), what is missed without fault is made up for (诉106), and what was
//! spent in custody is taken off (刑44, 刑47).

use case::RefusalKind;
use jiff::civil::date;
use serde_json::{Value, json};

use crate::common::{COURT, PROCURATORATE, Story, judgment};

/// Judged and served on 20 March: the ten days end on Monday the 30th.
fn served() -> Story {
    let mut story = Story::in_court();
    story
        .does(COURT, "judge", "FY01", "apply_fast")
        .person(json!({"fast_consent": true, "expected_over_year": false}))
        .done();
    story.does(COURT, "court_clerk", "FY01", "serve_indictment").done();
    story.is_tried_and_judged("2026-03-20");
    assert_eq!(story.last_day(COURT, "FY01", "D74"), date(2026, 3, 30));
    story
}

fn texts(refusal: &case::Refusal) -> Vec<&str> {
    refusal.reasons.iter().map(|r| r.text.as_str()).collect()
}

#[test]
fn an_appeal_that_was_posted_on_the_last_day_is_in_time() {
    let mut story = served();
    story.on("2026-04-01");
    let late = story.does(COURT, "judge", "FY01", "register_appeal").refused();
    assert!(texts(&late)[0].contains("期满前已经交邮"), "{late:?}");
    let after = json!({"appeal_posted_on": "2026-03-31"});
    let posted_late = story.does(COURT, "judge", "FY01", "register_appeal").person(after).refused();
    assert!(texts(&posted_late)[0].starts_with("不符合条件：上诉状在上诉期满前交邮（提出）"), "{posted_late:?}");
    assert_eq!(posted_late.reasons[0].basis[0], "《中华人民共和国刑事诉讼法》第一百零五条第三款");
    let before = json!({"appeal_posted_on": "2026-03-30"});
    story.does(COURT, "judge", "FY01", "register_appeal").person(before).done();
    assert_eq!(story.stands(COURT, "FY01"), "appealed");
    assert_eq!(story.person(COURT, "appeal_closed_on"), "2026-03-31");
    // 诉231: the ten days are over, so the three run from today; 4 April begins a holiday.
    assert_eq!(story.last_day(COURT, "FY01", "D75"), date(2026, 4, 7));
    story.does(COURT, "judge", "FY01", "send_up").done();
    assert_eq!(story.stands(PROCURATORATE, "XQ01"), "second_instance");
    story.ends_in_order();
}

#[test]
fn an_appeal_that_was_taken_back_is_posted_anew() {
    let mut story = served();
    story.on("2026-03-26");
    let posted = json!({"appeal_posted_on": "2026-03-25"});
    story.does(COURT, "judge", "FY01", "register_appeal").person(posted).done();
    story.does(COURT, "judge", "FY01", "withdraw_appeal").done();
    story.on("2026-04-01");
    let stale = story.does(COURT, "judge", "FY01", "register_appeal").refused();
    assert!(texts(&stale)[0].starts_with("不符合条件：上诉状在上诉期满前交邮（提出）"), "{stale:?}");
    let again = json!({"appeal_posted_on": "2026-03-30"});
    story.does(COURT, "judge", "FY01", "register_appeal").person(again).done();
}

#[test]
fn an_appeal_that_was_made_to_the_upper_court_comes_back_in_three_days() {
    let mut story = served();
    story.on("2026-04-02");
    let unsaid = story.does(COURT, "judge", "FY01", "register_direct_appeal").refused();
    assert_eq!(unsaid.kind, RefusalKind::Requirements);
    let made = json!({"appeal_posted_on": "2026-03-30"});
    story.does(COURT, "judge", "FY01", "register_direct_appeal").person(made).done();
    // 解382: three days from receipt; 4 to 6 April are a holiday.
    assert_eq!(story.last_day(COURT, "FY01", "D75D"), date(2026, 4, 7));
    story.does(COURT, "judge", "FY01", "send_up").done();
    story.ends_in_order();
}

#[test]
fn a_period_that_was_missed_without_fault_is_restored() {
    let mut story = served();
    story.on("2026-04-08");
    let ended = json!({"obstacle_ended_on": "2026-04-03"});
    story.does(COURT, "judge", "FY01", "register_restoration").person(ended).done();
    let pending = story.does(COURT, "judge", "FY01", "take_effect").refused();
    assert_eq!(
        texts(&pending),
        ["有不得存在的情形：恢复期限的申请尚未裁定（林疏桐）。请先裁定准许或者不准许"],
        "{pending:?}"
    );
    story.does(COURT, "judge", "FY01", "allow_restoration").done();
    story.does(COURT, "judge", "FY01", "register_appeal").done();
    assert_eq!(story.stands(COURT, "FY01"), "appealed");

    let mut story = served();
    story.on("2026-04-08");
    let long_ago = json!({"obstacle_ended_on": "2026-04-01"});
    let (asker, command) = {
        let (_, a, c) = story.does(COURT, "judge", "FY01", "register_restoration").person(long_ago.clone()).command();
        (a, c)
    };
    let warned = story.decides(&asker, &command).unwrap().warnings;
    assert!(warned.iter().any(|w| w.requirement.as_str() == "FY01-R68"), "{warned:?}");
    story.does(COURT, "judge", "FY01", "register_restoration").person(long_ago).done();
    story.does(COURT, "judge", "FY01", "refuse_restoration").because("没有正当理由").done();
    let late = story.does(COURT, "judge", "FY01", "register_appeal").refused();
    assert_eq!(late.kind, RefusalKind::Requirements);
    story.does(COURT, "judge", "FY01", "take_effect").done();
    story.ends_in_order();
}

#[test]
fn a_ruling_is_appealed_by_post_too() {
    let mut story = Story::in_court();
    story.does(COURT, "judge", "FY01", "terminate").because("被告人死亡").done();
    story.does(COURT, "court_clerk", "FY01", "serve_ruling").person(json!({"ruling_served_on": "2026-03-17"})).done();
    // Five days from the 17th end on a Sunday.
    assert_eq!(story.last_day(COURT, "FY01", "D74C"), date(2026, 3, 23));
    story.on("2026-03-25");
    let late = story.does(COURT, "judge", "FY01", "register_ruling_appeal").refused();
    assert_eq!(late.kind, RefusalKind::Requirements);
    let posted = json!({"appeal_posted_on": "2026-03-23"});
    story.does(COURT, "judge", "FY01", "register_ruling_appeal").person(posted).done();
    story.does(COURT, "judge", "FY01", "send_up_ruling").done();
    assert_eq!(story.stands(COURT, "FY01"), "second_instance");
    story.ends_in_order();
}

/// Warned of when the papers go to the detention centre.
fn warned(measure: &Value, sentence: Value, term: Value) -> Vec<String> {
    let mut story = Story::in_court();
    story.does(COURT, "judge", "FY01", "register_measure").files(&["W169", "W171"]).person(measure.clone()).done();
    story.does(COURT, "judge", "FY01", "apply_ordinary").case(json!({"tribunal": "three"})).done();
    story.does(COURT, "court_clerk", "FY01", "serve_indictment").done();
    story
        .does(COURT, "judge", "FY01", "schedule")
        .case(json!({"hearing_at": "2026-03-31T09:00:00+08:00", "hearing_place": "第一法庭"}))
        .done();
    story.on("2026-03-31");
    story.does(COURT, "judge", "FY01", "open_hearing").done();
    story
        .does(COURT, "judge", "FY01", "pronounce")
        .person(judgment())
        .person(json!({"probation": false, "probation_months": 0}))
        .person(sentence)
        .done();
    story
        .does(COURT, "court_clerk", "FY01", "serve_judgment")
        .files(&["W173"])
        .person(json!({"judgment_served_on": "2026-03-31"}))
        .done();
    story.on("2026-04-11");
    story.does(COURT, "judge", "FY01", "take_effect").done();
    story.does(COURT, "judge", "FY01", "deliver").done();
    let (_, asker, command) = story.does(COURT, "judge", "JF01", "deliver_custody").person(term).command();
    let decided = story.decides(&asker, &command).unwrap();
    decided.warnings.iter().map(|w| w.requirement.to_string()).filter(|r| r > &"JF01-R13".to_owned()).collect()
}

#[test]
fn days_in_custody_are_taken_off_one_for_one() {
    // Taken in on 17 March; the term counts from 11 April: twenty-five days.
    let arrest = json!({"measure": "arrest", "measure_decided_on": "2026-03-17", "measure_executed_on": "2026-03-17",
        "custody_place": "东篱县看守所", "custody_at": "2026-03-17T16:00:00+08:00"});
    let year = || json!({"judged_penalty": "imprisonment", "judged_months": 12});
    let right = json!({"term_from": "2026-04-11", "term_to": "2027-03-16", "credit_days": 25});
    assert_eq!(warned(&arrest, year(), right), [""; 0]);
    let wrong = json!({"term_from": "2026-04-11", "term_to": "2027-03-06", "credit_days": 35});
    assert_eq!(warned(&arrest, year(), wrong), ["JF01-R18"]);
    // The same, written from the first day in custody.
    let begun = json!({"term_from": "2026-03-17", "term_to": "2027-03-16"});
    assert_eq!(warned(&arrest, year(), begun), [""; 0]);
}

#[test]
fn days_in_a_designated_residence_are_taken_off_two_for_one() {
    let house = json!({"measure": "designated_residence", "measure_decided_on": "2026-03-17",
        "measure_executed_on": "2026-03-17"});
    let year = || json!({"judged_penalty": "imprisonment", "judged_months": 12});
    let half = json!({"term_from": "2026-04-11", "term_to": "2027-03-29", "credit_days": 12});
    assert_eq!(warned(&house, year(), half), [""; 0]);
    let whole = json!({"term_from": "2026-04-11", "term_to": "2027-03-16", "credit_days": 25});
    assert_eq!(warned(&house, year(), whole), ["JF01-R19"]);
}
