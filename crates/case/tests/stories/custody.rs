//! What the detention centre is told and signs for: a changed term (变更羁押期限), and whose prisoner it is (换押).

use jiff::civil::date;
use procedure::situation::Running;
use serde_json::json;

use crate::common::{COURT, DETENTION, POLICE, PROCURATORATE, Story};

fn running<'s>(story: &'s Story, unit: &str, process: &str, deadline: &str) -> Option<&'s Running> {
    let clocks = &story.instance(unit, process).clocks;
    clocks.iter().rev().find(|c| c.deadline.as_str() == deadline && c.ended.is_none())
}

/// Detained, then accepted for review on 10 March.
fn held() -> Story {
    let mut story = Story::investigated();
    story
        .does(POLICE, "officer", "GA01", "register_measure")
        .files(&["W015"])
        .person(json!({"measure": "detention", "measure_decided_on": "2026-03-04", "measure_executed_on": "2026-03-04",
            "custody_place": "东篱县看守所", "custody_at": "2026-03-04T15:00:00+08:00"}))
        .done();
    story.is_transferred();
    story.on("2026-03-10");
    story.is_accepted_for_review();
    story
}

/// The detention centre has the paper and signs for it.
fn signed(story: &mut Story, from: &str, kind: &str) {
    assert_eq!(story.stands(DETENTION, "ZX02"), "pending");
    assert_eq!(story.material(DETENTION, kind).id, story.material(from, kind).id);
    story.does(DETENTION, "detention_officer", "ZX02", "sign").done();
    assert_eq!(story.stands(DETENTION, "ZX02"), "registered");
    assert_eq!(story.material(from, "ECUSTODYRECEIPT").id, story.material(DETENTION, "ECUSTODYRECEIPT").id);
}

#[test]
fn the_police_tell_of_a_longer_detention() {
    let mut story = Story::investigated();
    story
        .does(POLICE, "officer", "GA01", "register_measure")
        .files(&["W015"])
        .person(json!({"measure": "detention", "measure_decided_on": "2026-03-04", "measure_executed_on": "2026-03-04",
            "custody_place": "东篱县看守所"}))
        .done();
    story.does(POLICE, "officer", "GA01", "notify_term").done();
    signed(&mut story, POLICE, "W042");
    story.ends_in_order();
}

#[test]
fn whoever_receives_a_prisoner_tells_the_detention_centre() {
    let mut story = held();
    assert_eq!(story.last_day(PROCURATORATE, "XQ01", "D41"), date(2026, 3, 11));
    story.does(PROCURATORATE, "prosecutor", "XQ01", "change_custody").done();
    assert!(running(&story, PROCURATORATE, "XQ01", "D41").is_none());
    let returned = story.does(DETENTION, "detention_officer", "ZX02", "return").because("姓名与凭证不符");
    returned.done();
    story.does(PROCURATORATE, "prosecutor", "XQ01", "change_custody").done();
    signed(&mut story, PROCURATORATE, "W043");
    // 规152: fifteen days more, and the detention centre hears of them.
    story.does(PROCURATORATE, "prosecutor", "XQ01", "extend").case(json!({"major": true})).done();
    assert_eq!(story.last_day(PROCURATORATE, "XQ01", "D37"), date(2026, 3, 13));
    story.does(PROCURATORATE, "prosecutor", "XQ01", "notify_term").done();
    assert!(running(&story, PROCURATORATE, "XQ01", "D37").is_none());
    signed(&mut story, PROCURATORATE, "W042");
    story.ends_in_order();
}

#[test]
fn back_to_the_police_and_again_to_the_procuratorate() {
    let mut story = held();
    story.does(PROCURATORATE, "prosecutor", "XQ01", "change_custody").done();
    signed(&mut story, PROCURATORATE, "W043");
    story.does(PROCURATORATE, "prosecutor", "XQ01", "return_supplement").because("主要事实不清").done();
    story.does(POLICE, "legal_reviewer", "XQ05", "accept").done();
    assert_eq!(story.last_day(POLICE, "XQ05", "D41"), date(2026, 3, 11));
    story.does(POLICE, "officer", "XQ05", "change_custody").done();
    signed(&mut story, POLICE, "W043");
    story.on("2026-03-20");
    story.does(POLICE, "officer", "XQ05", "resubmit").case(json!({"supplement_result": "done"})).done();
    story.does(PROCURATORATE, "case_manager", "XQ01", "accept_resubmitted").done();
    // 20 March is a Friday; the day after is shifted to Monday, since it is no term of custody.
    assert_eq!(story.last_day(PROCURATORATE, "XQ01", "D41"), date(2026, 3, 23));
    story.does(PROCURATORATE, "prosecutor", "XQ01", "change_custody").done();
    signed(&mut story, PROCURATORATE, "W043");
    story.does(PROCURATORATE, "prosecutor", "XQ01", "notify_term").done();
    signed(&mut story, PROCURATORATE, "W042");
    story.ends_in_order();
}

#[test]
fn a_prisoner_who_goes_to_another_procuratorate_goes_with_his_paper() {
    let mut story = held();
    story.does(PROCURATORATE, "prosecutor", "XQ01", "find_outside").because("属于下级人民法院管辖").done();
    let (asker, command) = {
        let act = story.does(PROCURATORATE, "prosecutor", "XQ01", "move_case").towards("procuratorate", "JC-970124");
        let (_, asker, command) = act.command();
        (asker, command)
    };
    let told = story.decides(&asker, &command).unwrap();
    assert!(told.warnings.iter().any(|w| w.text.contains("应当换押")), "{:?}", told.warnings);
}

#[test]
fn every_change_of_the_term_of_a_trial_is_told() {
    let mut story = Story::in_court();
    story
        .does(COURT, "judge", "FY01", "register_measure")
        .files(&["W169"])
        .person(json!({"measure": "arrest", "measure_decided_on": "2026-03-17", "measure_executed_on": "2026-03-17",
            "custody_place": "东篱县看守所"}))
        .done();
    story.does(COURT, "court_clerk", "FY01", "serve_indictment").done();
    story.does(COURT, "judge", "FY01", "change_custody").done();
    signed(&mut story, COURT, "W043");
    let consent = json!({"fast_consent": true, "expected_over_year": false});
    story.does(COURT, "judge", "FY01", "apply_fast").person(consent).done();
    assert!(running(&story, COURT, "FY01", "D37").is_none(), "nothing has changed yet");
    let tell = |story: &mut Story, act: &str, due: jiff::civil::Date| {
        assert_eq!(story.last_day(COURT, "FY01", "D37"), due, "{act}");
        story.does(COURT, "judge", "FY01", "notify_term").done();
        assert!(running(story, COURT, "FY01", "D37").is_none(), "{act}");
        signed(story, COURT, "W042");
    };
    story.does(COURT, "judge", "FY01", "turn_simple").because("不宜适用速裁程序").done();
    tell(&mut story, "turn_simple", date(2026, 3, 20));
    story.on("2026-03-18");
    story.does(COURT, "judge", "FY01", "turn_ordinary").case(json!({"tribunal": "three"})).because("案情复杂").done();
    tell(&mut story, "turn_ordinary", date(2026, 3, 23));
    story.does(COURT, "judge", "FY01", "suspend").because("患有严重疾病").done();
    tell(&mut story, "suspend", date(2026, 3, 23));
    story.on("2026-03-25");
    story.does(COURT, "judge", "FY01", "resume").done();
    tell(&mut story, "resume", date(2026, 3, 30));
    story.does(COURT, "judge", "FY01", "extend").because("案情复杂").done();
    tell(&mut story, "extend", date(2026, 3, 30));
    story.does(COURT, "judge", "FY01", "adjourn").done();
    story.on("2026-03-27");
    story.does(COURT, "judge", "FY01", "resume_hearing").done();
    assert_eq!(story.last_day(COURT, "FY01", "D41"), date(2026, 3, 30), "the paper changes hands too");
    story.does(COURT, "judge", "FY01", "change_custody").done();
    signed(&mut story, COURT, "W043");
    tell(&mut story, "resume_hearing", date(2026, 3, 30));
    let ground = json!({"extension_ground": "wide"});
    story.does(COURT, "judge", "FY01", "ask_upper_term").case(ground).because("取证困难").done();
    assert!(running(&story, COURT, "FY01", "D37").is_none(), "asking changes nothing");
    story.does(COURT, "judge", "FY01", "extend_by_upper").done();
    tell(&mut story, "extend_by_upper", date(2026, 3, 30));
    story.ends_in_order();
}
