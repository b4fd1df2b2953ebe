//! 移送管辖: a case that belongs elsewhere is handed over, and its clock begins anew there.

use case::RefusalKind;
use jiff::civil::date;
use serde_json::json;

use crate::common::{COURT, DETENTION, JUSTICE, POLICE, PROCURATORATE, Paper, Story};

const OTHER_POLICE: &str = "GA-970124";
const OTHER_PROCURATORATE: &str = "JC-970124";
const OTHER_JUSTICE: &str = "SF-970124";

fn moved_by_the_police() -> Story {
    let mut story = Story::registered();
    story.does(POLICE, "officer", "GA01", "find_outside").because("犯罪地不在本县").done();
    // 公175: within 24 hours.
    assert_eq!(story.last_day(POLICE, "GA01", "D02"), date(2026, 3, 3));
    story.does(POLICE, "officer", "GA01", "move_case").towards("police", OTHER_POLICE).done();
    assert_eq!(story.stands(POLICE, "GA01"), "moving");
    assert_eq!(story.stands(OTHER_POLICE, "GA01"), "reviewing");
    story
}

#[test]
fn the_police_who_have_jurisdiction_take_the_case_over() {
    let mut story = moved_by_the_police();
    story.on("2026-03-03");
    story.does(OTHER_POLICE, "legal_reviewer", "GA01", "accept_moved").done();
    assert_eq!(story.stands(POLICE, "GA01"), "moved");
    assert_eq!(story.case(OTHER_POLICE, "handling_unit"), OTHER_POLICE);
    // D01 runs from the day of acceptance.
    assert_eq!(story.last_day(OTHER_POLICE, "GA01", "D01"), date(2026, 3, 6));
    story.on("2026-03-05");
    story
        .does(OTHER_POLICE, "officer", "GA01", "file_case")
        .case(json!({"filed_on": "2026-03-05", "filing_no": "溪公立字〔2026〕1号"}))
        .done();
    assert_eq!(story.stands(OTHER_POLICE, "GA01"), "investigating");
    story.ends_in_order();
}

#[test]
fn the_police_send_back_what_is_not_theirs() {
    let mut story = moved_by_the_police();
    story.does(OTHER_POLICE, "legal_reviewer", "GA01", "return_moved").because("犯罪地在移送单位辖区").done();
    assert_eq!(story.stands(OTHER_POLICE, "GA01"), "moved_back");
    assert_eq!(story.stands(POLICE, "GA01"), "outside");
    story.ends_in_order();
}

#[test]
fn the_period_for_review_begins_anew_at_the_other_procuratorate() {
    let mut story = Story::under_review();
    story.bail_is_decided_by_the_procuratorate();
    story.does(PROCURATORATE, "prosecutor", "XQ01", "find_outside").because("审判管辖不符").done();
    story.on("2026-03-12");
    story.does(PROCURATORATE, "prosecutor", "XQ01", "move_case").towards("procuratorate", OTHER_PROCURATORATE).done();
    assert_eq!(story.stands(PROCURATORATE, "XQ01"), "moving");
    assert_eq!(story.stands(POLICE, "GA01"), "accepted", "it is still under review, elsewhere");
    // The ways of a case that comes from the police are closed to it.
    let wrong = story.does(OTHER_PROCURATORATE, "case_manager", "XQ01", "accept").refused();
    assert_eq!(wrong.kind, RefusalKind::OutOfOrder);
    story.does(OTHER_PROCURATORATE, "case_manager", "XQ01", "accept_moved").done();
    assert_eq!(story.stands(PROCURATORATE, "XQ01"), "moved");
    // 诉172: counted from the day on which the other procuratorate received it.
    assert_eq!(story.last_day(OTHER_PROCURATORATE, "XQ01", "D56"), date(2026, 4, 13));
    story.does(OTHER_PROCURATORATE, "case_manager", "XQ01", "assign").done();
    story.does(OTHER_PROCURATORATE, "prosecutor", "XQ01", "tell_rights").done();
    story
        .does(OTHER_PROCURATORATE, "prosecutor", "XQ01", "interrogate")
        .person(json!({"interrogated_on": "2026-03-12", "plea": "prosecution", "plea_voluntary": true}))
        .done();
    story.does(OTHER_PROCURATORATE, "prosecutor", "XQ01", "finish_review").done();
    story
        .does(OTHER_PROCURATORATE, "prosecutor", "XQ01", "nonprosecute_discretionary")
        .person(json!({"nonprosecution_reason": "犯罪情节轻微"}))
        .done();
    story.does(OTHER_PROCURATORATE, "prosecutor", "XQ01", "announce").done();
    // The notice finds the police who investigated, not the procuratorate that sent the case on.
    assert_eq!(story.stands(POLICE, "GA01"), "not_prosecuted");
}

#[test]
fn a_case_that_is_tried_below_is_given_to_the_procuratorate_below() {
    let mut story = Story::under_review();
    story.bail_is_decided_by_the_procuratorate();
    story.does(PROCURATORATE, "prosecutor", "XQ01", "find_outside").because("属于下级人民法院管辖").done();
    assert_eq!(story.last_day(PROCURATORATE, "XQ01", "D60"), date(2026, 3, 16));
    story.does(PROCURATORATE, "prosecutor", "XQ01", "assign_down").towards("procuratorate", OTHER_PROCURATORATE).done();
    assert_eq!(story.stands(PROCURATORATE, "XQ01"), "moving");
    // 规328: the other procuratorate has the decision, and the police are told.
    for unit in [OTHER_PROCURATORATE, POLICE] {
        assert_eq!(story.material(unit, "W129").id, story.material(PROCURATORATE, "W129").id, "{unit}");
    }
    story.does(OTHER_PROCURATORATE, "case_manager", "XQ01", "accept_moved").done();
    assert_eq!(story.stands(PROCURATORATE, "XQ01"), "moved");
    assert_eq!(story.last_day(OTHER_PROCURATORATE, "XQ01", "D56"), date(2026, 4, 10));
}

#[test]
fn the_place_of_corrections_changes() {
    let mut story = Story::in_court();
    story
        .does(COURT, "judge", "FY01", "apply_fast")
        .person(json!({"fast_consent": true, "expected_over_year": false}))
        .done();
    story.does(COURT, "court_clerk", "FY01", "serve_indictment").done();
    story.is_tried_and_judged("2026-03-20");
    story.begins_corrections("2026-03-31", "2026-04-03");
    story.on("2026-04-20");
    story
        .does(JUSTICE, "corrections_officer", "SJ01", "change_place")
        .because("因工作迁居")
        .person(json!({"residence": "云岭省南陌市", "residence_region": "970123", "corrections_region": "970123"}))
        .towards("justice", OTHER_JUSTICE)
        .done();
    assert_eq!(story.stands(JUSTICE, "SJ01"), "moving");
    story.does(OTHER_JUSTICE, "corrections_intake", "SJ01", "accept_moved").done();
    assert_eq!(story.stands(JUSTICE, "SJ01"), "moved");
    // 矫办31: seven days from the papers to the new place.
    assert_eq!(story.last_day(OTHER_JUSTICE, "SJ01", "D84X"), date(2026, 4, 27));
    story.does(OTHER_JUSTICE, "corrections_intake", "SJ01", "assign").done();
    story
        .does(OTHER_JUSTICE, "corrections_officer", "SJ01", "report_in")
        .person(json!({"corrections_from": "2026-04-03"}))
        .done();
    story.does(OTHER_JUSTICE, "corrections_officer", "SJ01", "announce").done();
    // The term is the same wherever it is served.
    assert_eq!(story.last_day(OTHER_JUSTICE, "SJ01", "TERM"), date(2026, 7, 30));
    story.on("2026-07-31");
    story.does(OTHER_JUSTICE, "corrections_officer", "SJ01", "release").done();
    assert_eq!(story.stands(COURT, "JF01"), "executed");
    assert_eq!(story.stands(POLICE, "GA01"), "executed");
    story.ends_in_order();
}

#[test]
fn measures_and_requests_in_corrections() {
    let mut story = Story::in_court();
    story
        .does(COURT, "judge", "FY01", "apply_fast")
        .person(json!({"fast_consent": true, "expected_over_year": false}))
        .done();
    story.does(COURT, "court_clerk", "FY01", "serve_indictment").done();
    story.is_tried_and_judged("2026-03-20");
    story.begins_corrections("2026-03-31", "2026-04-03");
    story.does(JUSTICE, "justice_head", "SJ01", "reassign").because("工作调整").done();
    // 矫29: three months, and three more with leave.
    story.does(JUSTICE, "corrections_officer", "SJ01", "use_locator").done();
    assert_eq!(story.last_day(JUSTICE, "SJ01", "D101"), date(2026, 7, 3));
    story.does(JUSTICE, "corrections_officer", "SJ01", "extend_locator").because("仍有脱离监管的可能").done();
    for (act, kind) in [("admonish", "W202"), ("caution", "W203"), ("propose_penalty", "W204")] {
        story.does(JUSTICE, "corrections_officer", "SJ01", act).because("未经批准外出").done();
        assert_eq!(story.material(PROCURATORATE, kind).id, story.material(JUSTICE, kind).id, "{act}");
    }
    assert_eq!(story.material(POLICE, "W204").id, story.material(JUSTICE, "W204").id);
    for act in ["approve_leave", "commend"] {
        story.does(JUSTICE, "corrections_officer", "SJ01", act).bare().refused();
        story.does(JUSTICE, "corrections_officer", "SJ01", act).because("表现良好").done();
    }
    story.does(JUSTICE, "corrections_officer", "SJ01", "end_locator").file(Paper::of("EASSESS")).done();
    // 矫49: imprisonment is for those who serve outside for a time, not for these.
    let no = story.does(JUSTICE, "corrections_officer", "SJ01", "propose_imprisonment").refused();
    assert_eq!(no.kind, RefusalKind::OutOfOrder);
    story.does(JUSTICE, "corrections_officer", "SJ01", "propose_revocation").because("多次脱离监管").done();
    assert_eq!(story.stands(COURT, "JF01"), "revocation");
    // 矫47: the court decides on an arrest within 48 hours.
    story.does(JUSTICE, "corrections_officer", "SJ01", "propose_arrest").because("可能逃跑").done();
    story.does(COURT, "judge", "JF01", "decide_arrest").done();
    story.on("2026-04-10");
    story.does(COURT, "judge", "JF01", "revoke").done();
    assert_eq!(story.stands(JUSTICE, "SJ01"), "ended");
    // The sentence is then served in custody, and the detention centre answers for the papers.
    story
        .does(COURT, "judge", "JF01", "deliver_custody")
        .person(json!({"term_from": "2026-04-10", "term_to": "2026-06-09"}))
        .done();
    let kept = DETENTION;
    assert_eq!(story.stands(kept, "ZX01"), "pending");
    story.does(kept, "detention_officer", "ZX01", "accept").done();
    assert_eq!(story.stands(COURT, "JF01"), "in_custody");
    story.on("2026-06-09");
    story.does(kept, "detention_officer", "ZX01", "release").done();
    story.does(COURT, "judge", "JF01", "close_custody").done();
    assert_eq!(story.stands(COURT, "JF01"), "executed");
    story.ends_in_order();
}
