//! 撤回: the police recall what they sent; the procuratorate withdraws what it prosecuted.

use case::RefusalKind;
use jiff::civil::date;
use serde_json::json;

use crate::common::{COURT, POLICE, PROCURATORATE, Story};

#[test]
fn the_police_recall_the_case_and_drop_it() {
    let mut story = Story::under_review();
    let unasked = story.does(PROCURATORATE, "prosecutor", "XQ01", "allow_recall").refused();
    assert_eq!(unasked.kind, RefusalKind::OutOfOrder);
    assert_eq!(unasked.reasons[0].text, "林疏桐不符合“同意公安机关撤回”的条件：公安机关已要求撤回");

    story.does(POLICE, "officer", "GA01", "recall").because("发现不应当追究刑事责任").done();
    assert_eq!(story.case(PROCURATORATE, "recall_requested"), true);
    story.does(PROCURATORATE, "prosecutor", "XQ01", "allow_recall").done();
    assert_eq!(story.stands(PROCURATORATE, "XQ01"), "recalled");
    assert_eq!(story.stands(POLICE, "GA01"), "investigating");

    story.on("2026-03-12");
    story.does(POLICE, "officer", "GA01", "withdraw").because("情节显著轻微、危害不大").done();
    story.does(POLICE, "officer", "GA01", "serve_withdrawal").done();
    assert_eq!(story.stands(POLICE, "GA01"), "withdrawn");
    assert_eq!(story.stands(POLICE, "QB01"), "ended", "the measure ends with the case");
    story.ends_in_order();
}

#[test]
fn the_procuratorate_withdraws_the_prosecution_and_decides_not_to_prosecute() {
    let mut story = Story::in_court();
    story.does(COURT, "judge", "FY01", "apply_ordinary").case(json!({"tribunal": "three"})).done();
    story.on("2026-03-20");
    story.does(PROCURATORATE, "prosecutor", "XQ01", "withdraw_prosecution").because("不应当追究刑事责任").done();
    assert_eq!(story.stands(PROCURATORATE, "XQ01"), "withdrawing");
    story.does(COURT, "judge", "FY01", "allow_withdrawal").done();
    // 诉230: a ruling may be appealed for five days, and is final afterwards.
    assert_eq!(story.stands(COURT, "FY01"), "ruled");
    assert_eq!(story.material(PROCURATORATE, "W180").id, story.material(COURT, "W180").id);
    assert_eq!(story.last_day(PROCURATORATE, "XQ01", "D74C"), date(2026, 3, 25));
    story.does(COURT, "court_clerk", "FY01", "serve_ruling").person(json!({"ruling_served_on": "2026-03-20"})).done();
    assert_eq!(story.last_day(COURT, "FY01", "D74C"), date(2026, 3, 25));
    let early = story.does(COURT, "judge", "FY01", "end_withdrawn").refused();
    assert_eq!(early.kind, RefusalKind::Requirements);
    story.on("2026-03-26");
    let late = story.does(PROCURATORATE, "prosecutor", "XQ01", "protest_ruling").because("确有错误").refused();
    assert!(late.reasons[0].text.contains("对裁定的抗诉期限是五日"), "{late:?}");
    story.does(COURT, "judge", "FY01", "end_withdrawn").done();
    assert_eq!(story.stands(COURT, "FY01"), "withdrawn");
    assert_eq!(story.stands(PROCURATORATE, "XQ01"), "withdrawn");
    assert_eq!(story.stands(POLICE, "GA01"), "accepted");
    // 规424: thirty days for the decision; 25 April is a Saturday.
    assert_eq!(story.last_day(PROCURATORATE, "XQ01", "D69"), date(2026, 4, 27));
    story.on("2026-04-20");
    story
        .does(PROCURATORATE, "prosecutor", "XQ01", "nonprosecute_statutory")
        .person(json!({"nonprosecution_reason": "情节显著轻微，不认为是犯罪"}))
        .done();
    story.does(PROCURATORATE, "prosecutor", "XQ01", "announce").done();
    assert_eq!(story.stands(POLICE, "GA01"), "not_prosecuted");
    story.ends_in_order();
}

#[test]
fn a_court_that_does_not_allow_it_goes_on() {
    let mut story = Story::in_court();
    story.does(COURT, "judge", "FY01", "apply_ordinary").case(json!({"tribunal": "three"})).done();
    story.does(PROCURATORATE, "prosecutor", "XQ01", "withdraw_prosecution").because("证据变化").done();
    story.does(COURT, "judge", "FY01", "refuse_withdrawal").because("撤回起诉的理由不成立").done();
    assert_eq!(story.stands(PROCURATORATE, "XQ01"), "in_court");
    assert_eq!(story.stands(COURT, "FY01"), "preparing");
    story.ends_in_order();
}

#[test]
fn a_ruling_that_ends_the_trial_is_protested_and_goes_up() {
    let mut story = Story::in_court();
    story.does(COURT, "judge", "FY01", "apply_ordinary").case(json!({"tribunal": "three"})).done();
    story.on("2026-03-20");
    story.does(COURT, "judge", "FY01", "terminate").because("犯罪已过追诉时效").done();
    assert_eq!(story.stands(PROCURATORATE, "XQ01"), "in_court", "it is not final yet");
    story.does(COURT, "court_clerk", "FY01", "serve_ruling").person(json!({"ruling_served_on": "2026-03-20"})).done();
    story.does(COURT, "court_clerk", "FY01", "register_ruling_appeal").done();
    story.does(PROCURATORATE, "prosecutor", "XQ01", "protest_ruling").because("确有错误").done();
    assert_eq!(story.person(COURT, "appeal"), "both");
    // 诉231: three days after the five; 28 March is a Saturday.
    assert_eq!(story.last_day(COURT, "FY01", "D75C"), date(2026, 3, 30));
    story.on("2026-03-26");
    let held = story.does(COURT, "judge", "FY01", "end_terminated").refused();
    assert_eq!(held.reasons[0].text, "林疏桐不符合“终止审理的裁定生效”的条件：裁定终止审理，没有上诉、抗诉");
    story.does(COURT, "court_clerk", "FY01", "send_up_ruling").done();
    assert_eq!(story.stands(COURT, "FY01"), "second_instance");
    assert_eq!(story.stands(PROCURATORATE, "XQ01"), "second_instance");
    story.ends_in_order();
}
