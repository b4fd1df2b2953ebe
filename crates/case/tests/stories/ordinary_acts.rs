//! What happens on the way and moves nobody on: requests and answers, telling, changes of hands, notices of money.

use case::{How, RefusalKind};
use jiff::civil::date;
use serde_json::json;

use crate::common::{COURT, DANGEROUS_DRIVING, JUSTICE, LEGAL_AID, POLICE, PROCURATORATE, Story, judgment};

#[test]
fn a_case_changes_hands_with_a_reason() {
    let mut story = Story::investigated();
    let silent = story.does(POLICE, "police_chief", "GA01", "change_officer").bare().refused();
    assert_eq!(silent.kind, RefusalKind::Input);
    story
        .does(POLICE, "police_chief", "GA01", "change_officer")
        .because("主办民警调离")
        .assigned(How::Manual, Some("second.officer@GA-970123"))
        .done();
    let taken_off = story.does(POLICE, "officer", "GA01", "collect").refused();
    assert_eq!(taken_off.kind, RefusalKind::NotAssigned);
    story.does(POLICE, "officer", "GA01", "collect").by_user("second.officer@GA-970123").files(&["W047"]).done();
}

#[test]
fn whoever_is_in_charge_gives_a_case_to_another() {
    let mut story = Story::under_review();
    story.bail_is_decided_by_the_procuratorate();
    story.a_duty_lawyer_helps();
    story
        .does(LEGAL_AID, "legal_aid_officer", "DL01", "reassign")
        .person(json!({"defender_name": "江听澜", "defender_licence": "19701202000000001"}))
        .because("律师生病")
        .assigned(How::Manual, Some("other.lawyer@AID-970123"))
        .done();
    let before = story.does(LEGAL_AID, "duty_lawyer", "DL01", "read_file").refused();
    assert_eq!(before.kind, RefusalKind::NotAssigned);
    story.does(LEGAL_AID, "duty_lawyer", "DL01", "read_file").by_user("other.lawyer@AID-970123").done();

    story.does(PROCURATORATE, "prosecutor", "XQ01", "entrust_assessment").towards("justice", JUSTICE).done();
    story.does(JUSTICE, "corrections_intake", "SJ02", "accept").done();
    story
        .does(JUSTICE, "justice_head", "SJ02", "reassign")
        .because("工作人员休假")
        .assigned(How::Manual, Some("other.officer@SF-970123"))
        .done();
    story.does(JUSTICE, "corrections_officer", "SJ02", "inquire").by_user("other.officer@SF-970123").done();
}

#[test]
fn somebody_more_is_found_before_the_case_is_filed() {
    let mut story = Story::registered();
    story
        .does(POLICE, "officer", "GA01", "add_subject")
        .new_person(json!({"name": "顾长青", "birth": "1991-02-03"}))
        .done();
    assert_eq!(story.instance(POLICE, "GA01").tracks.len(), 2);
    assert_eq!(story.stands(POLICE, "GA01"), "reviewing");
}

#[test]
fn bail_is_proposed_by_itself() {
    let mut story = Story::under_review();
    let who = story.subject(PROCURATORATE);
    story.does(PROCURATORATE, "prosecutor", "QB01", "propose").for_subjects(&[&who]).done();
    assert_eq!(story.stands(PROCURATORATE, "QB01"), "proposed");
}

#[test]
fn what_lawyers_and_victims_ask_of_a_prosecutor() {
    let mut story = Story::investigated();
    story
        .does(POLICE, "officer", "GA01", "fill_card")
        .case(json!({"victims": [{"name": "钟望舒", "age": 40, "loss": 500_000}]}))
        .done();
    story.is_transferred();
    story.on("2026-03-10");
    story.does(PROCURATORATE, "case_manager", "XQ01", "accept").done();
    // 规158: at once, and the next day at the latest.
    assert_eq!(story.last_day(PROCURATORATE, "XQ01", "D49A"), date(2026, 3, 10));
    story.does(PROCURATORATE, "case_manager", "XQ01", "assign").done();
    story.does(PROCURATORATE, "procuratorate_dept_head", "XQ01", "assign_assistant").done();
    // 诉46: three days from receipt.
    assert_eq!(story.last_day(PROCURATORATE, "XQ01", "D49V"), date(2026, 3, 12));
    story.does(PROCURATORATE, "prosecutor", "XQ01", "tell_victim").done();
    // 规53: five days. 规48: three.
    story.does(PROCURATORATE, "case_manager", "XQ01", "register_victim_evidence").done();
    assert_eq!(story.last_day(PROCURATORATE, "XQ01", "D48A"), date(2026, 3, 16), "the fifth day is a Sunday");
    story.does(PROCURATORATE, "case_manager", "XQ01", "register_lay_reading").done();
    assert_eq!(story.last_day(PROCURATORATE, "XQ01", "D48B"), date(2026, 3, 13));
    for act in ["answer_victim_evidence", "answer_lay_reading"] {
        story.does(PROCURATORATE, "prosecutor", "XQ01", act).because("许可").done();
    }
    // 规341, 规356: the police are asked to explain, and to send what was left out.
    for (act, kind) in [("ask_legality", "W114"), ("ask_transfer", "W128")] {
        story.does(PROCURATORATE, "prosecutor", "XQ01", act).because("依法办理").done();
        assert_eq!(story.material(POLICE, kind).id, story.material(PROCURATORATE, kind).id);
    }
    story.ends_in_order();
}

#[test]
fn a_plea_is_retracted_and_the_fast_way_left() {
    let mut story = Story::under_review();
    let fast = |story: &mut Story| {
        story
            .does(PROCURATORATE, "prosecutor", "XQ01", "apply_fast_track")
            .person(json!({"expected_over_year": false}))
            .done();
    };
    fast(&mut story);
    assert_eq!(story.last_day(PROCURATORATE, "XQ01", "D57"), date(2026, 3, 19));
    story.does(PROCURATORATE, "prosecutor", "XQ01", "leave_fast_track").because("案情复杂").done();
    assert_eq!(story.person(PROCURATORATE, "fast_track"), false);
    story.bail_is_decided_by_the_procuratorate();
    story.a_duty_lawyer_helps();
    story.is_interrogated();
    story.the_undertaking_is_signed();
    story.does(PROCURATORATE, "prosecutor", "XQ01", "retract_plea").because("对量刑建议反悔").done();
    assert_eq!(story.person(PROCURATORATE, "plea"), "none");
    story.does(PROCURATORATE, "prosecutor", "XQ01", "suggest_simple").done();
    assert_eq!(story.case(PROCURATORATE, "suggested_procedure"), "simple");
}

#[test]
fn a_prosecutor_detains_who_breaks_bail() {
    let mut story = Story::under_review();
    story.bail_is_decided_by_the_procuratorate();
    story.does(PROCURATORATE, "prosecutor", "XQ01", "decide_detention").because("企图逃跑").done();
    for unit in [POLICE, PROCURATORATE] {
        assert_eq!(story.person(unit, "measure"), "detention", "{unit}");
    }
    story.ends_in_order();
}

#[test]
fn a_guarantor_is_fined() {
    let mut story = Story::investigated();
    story.does(POLICE, "officer", "QB01", "serve_fine").done();
    assert_eq!(story.last_day(POLICE, "QB01", "D26A"), date(2026, 3, 9));
    let none = story.does(POLICE, "officer", "QB01", "refund_deposit").refused();
    assert_eq!(none.kind, RefusalKind::OutOfOrder, "there is no deposit");
}

#[test]
fn bail_that_was_broken_becomes_surveillance() {
    let mut story = Story::investigated();
    story
        .does(POLICE, "station_officer", "QB01", "note_violation")
        .person(json!({"violation": "未经批准离开所居住的市、县"}))
        .done();
    assert_eq!(story.stands(POLICE, "QB01"), "violated");
    story
        .does(POLICE, "officer", "QB01", "change_police")
        .person(json!({"measure": "residence", "measure_decided_on": "2026-03-04"}))
        .files(&["W028"])
        .done();
    assert_eq!(story.stands(POLICE, "QB01"), "changed");
    assert_eq!(story.person(POLICE, "measure"), "residence");
}

#[test]
fn a_procuratorate_lifts_its_bail() {
    let mut story = Story::under_review();
    story.bail_is_decided_by_the_procuratorate();
    story.does(PROCURATORATE, "prosecutor", "QB01", "lift").because("不应当追究刑事责任").done();
    assert_eq!((story.stands(PROCURATORATE, "QB01"), story.stands(POLICE, "QB01")), ("lifted".into(), "ended".into()));
    assert_eq!(story.person(POLICE, "measure"), "lifted");
    story.ends_in_order();
}

#[test]
fn before_and_in_the_hearing() {
    let mut story = Story::in_court();
    story.does(COURT, "judge", "FY01", "apply_ordinary").case(json!({"tribunal": "three"})).done();
    story.does(COURT, "court_clerk", "FY01", "serve_indictment").done();
    story.does(COURT, "judge", "FY01", "hold_conference").case(json!({"conference_on": "2026-03-24"})).done();
    story.does(COURT, "court_clerk", "FY01", "register_exclusion").done();
    story.does(COURT, "judge", "FY01", "decide_exclusion").because("不予排除").done();
    story.does(COURT, "judge", "FY01", "order_evidence").because("需要调取同步录音录像").done();
    for kind in ["W218", "W178"] {
        assert_eq!(story.material(PROCURATORATE, kind).id, story.material(COURT, kind).id);
    }
    story
        .does(PROCURATORATE, "prosecutor", "XQ01", "supplement_indictment")
        .person(json!({"prosecuted_charge": DANGEROUS_DRIVING}))
        .done();
    assert_eq!(story.material(COURT, "W149").id, story.material(PROCURATORATE, "W149").id);
}

#[test]
fn appeals_are_withdrawn_each_in_its_way() {
    let mut story = Story::in_court();
    story.does(COURT, "judge", "FY01", "apply_ordinary").case(json!({"tribunal": "three"})).done();
    story.on("2026-03-20");
    story.does(COURT, "judge", "FY01", "terminate").because("犯罪已过追诉时效").done();
    story.does(COURT, "court_clerk", "FY01", "serve_ruling").person(json!({"ruling_served_on": "2026-03-20"})).done();
    story.does(COURT, "court_clerk", "FY01", "register_ruling_appeal").done();
    story.does(COURT, "court_clerk", "FY01", "withdraw_ruling_appeal").done();
    assert_eq!(story.person(COURT, "appeal"), "withdrawn");
    story.on("2026-03-27");
    story.does(COURT, "judge", "FY01", "end_terminated").done();

    let mut story = Story::in_court();
    story
        .does(COURT, "judge", "FY01", "apply_fast")
        .person(json!({"fast_consent": true, "expected_over_year": false}))
        .done();
    story.does(COURT, "court_clerk", "FY01", "serve_indictment").done();
    story.is_tried_and_judged("2026-03-20");
    story.does(COURT, "judge", "FY01", "register_appeal").done();
    story.does(PROCURATORATE, "prosecutor", "XQ01", "protest").because("量刑畸轻").done();
    story.does(COURT, "judge", "FY01", "withdraw_of_both").done();
    // The protest stands, and goes up.
    assert_eq!((story.stands(COURT, "FY01"), story.person(COURT, "appeal")), ("appealed".into(), json!("protested")));
    story.ends_in_order();
}

#[test]
fn who_owes_a_fine_is_told() {
    let mut story = Story::in_court();
    story
        .does(COURT, "judge", "FY01", "apply_fast")
        .person(json!({"fast_consent": true, "expected_over_year": false}))
        .done();
    story.does(COURT, "court_clerk", "FY01", "serve_indictment").done();
    story.is_tried_and_judged("2026-03-20");
    story.on("2026-03-31");
    story.does(COURT, "judge", "FY01", "take_effect").done();
    story.does(COURT, "judge", "FY01", "deliver").done();
    assert_eq!(judgment()["judged_fine"], 500_000);
    story.does(COURT, "court_clerk", "JF01", "notify_fine").done();
    assert_eq!(story.material(COURT, "W189").kind.as_str(), "W189");
}
