//! Clocks of the second row: aid that was applied for, preparation of a hearing, what the procuratorate may say of
//! serving outside and of commutation, what becomes of frozen money and of things that nobody claims.

use jiff::civil::date;
use procedure::situation::Running;
use serde_json::{Value, json};

use crate::common::{COURT, JUSTICE, LEGAL_AID, POLICE, PROCURATORATE, Story, judgment};

fn running<'s>(story: &'s Story, unit: &str, process: &str, deadline: &str) -> Option<&'s Running> {
    let clocks = &story.instance(unit, process).clocks;
    clocks.iter().rev().find(|c| c.deadline.as_str() == deadline && c.ended.is_none())
}

#[test]
fn aid_that_was_applied_for_is_examined_and_then_given() {
    let mut story = Story::under_review();
    story.does(PROCURATORATE, "prosecutor", "XQ01", "decide_arrest").because("毁灭证据").done();
    story.on("2026-03-12");
    story.does(PROCURATORATE, "prosecutor", "XQ01", "register_aid_request").done();
    // 规43: the family has three days' notice; the third is a Sunday.
    assert_eq!(story.last_day(PROCURATORATE, "XQ01", "D46F"), date(2026, 3, 16));
    story.does(PROCURATORATE, "prosecutor", "XQ01", "notify_family").done();
    assert!(running(&story, PROCURATORATE, "XQ01", "D46F").is_none());
    story.does(PROCURATORATE, "prosecutor", "XQ01", "notify_lawyer").done();
    // 援43: seven days to examine, three to appoint; nobody must appoint without examining.
    assert_eq!(story.last_day(LEGAL_AID, "DL01", "D47"), date(2026, 3, 19));
    assert!(running(&story, LEGAL_AID, "DL01", "D50").is_none());
    story.on("2026-03-16");
    story.does(LEGAL_AID, "legal_aid_officer", "DL01", "grant_aid").done();
    assert!(running(&story, LEGAL_AID, "DL01", "D47").is_none());
    assert_eq!(story.last_day(LEGAL_AID, "DL01", "D47A"), date(2026, 3, 19));
    story
        .does(LEGAL_AID, "legal_aid_officer", "DL01", "assign_lawyer")
        .person(
            json!({"defender_kind": "appointed", "defender_name": "江听澜", "defender_licence": "19701202000000001"}),
        )
        .done();
    assert_eq!(story.person(PROCURATORATE, "defender_kind"), "appointed");
}

#[test]
fn a_notice_without_an_application_is_answered_in_three_days() {
    let mut story = Story::under_review();
    story.does(PROCURATORATE, "prosecutor", "XQ01", "notify_lawyer").done();
    assert_eq!(story.last_day(LEGAL_AID, "DL01", "D50"), date(2026, 3, 13));
    assert!(running(&story, LEGAL_AID, "DL01", "D47").is_none());
}

/// In the ordinary procedure, the hearing fixed for the 31st.
fn scheduled() -> Story {
    let mut story = Story::in_court();
    story.does(COURT, "judge", "FY01", "apply_ordinary").case(json!({"tribunal": "three"})).done();
    story.does(COURT, "court_clerk", "FY01", "serve_indictment").done();
    story
        .does(COURT, "judge", "FY01", "schedule")
        .case(json!({"hearing_at": "2026-03-31T09:00:00+08:00", "hearing_place": "第一法庭"}))
        .done();
    story
}

fn opened(story: &mut Story) -> Vec<String> {
    let (_, asker, command) = story.does(COURT, "judge", "FY01", "open_hearing").command();
    story.decides(&asker, &command).unwrap().warnings.iter().map(|w| w.requirement.to_string()).collect()
}

#[test]
fn names_of_witnesses_are_asked_for_five_days_before() {
    let mut story = scheduled();
    story.on("2026-03-26");
    story.does(COURT, "court_clerk", "FY01", "ask_witnesses").done();
    assert_eq!(story.last_day(COURT, "FY01", "D64W"), date(2026, 3, 31));
    story.on("2026-03-31");
    assert_eq!(opened(&mut story), ["FY01-R90"], "the fifth day is not over");
    story.on("2026-04-01");
    assert_eq!(opened(&mut story), [""; 0]);
    story.does(COURT, "judge", "FY01", "open_hearing").done();
}

#[test]
fn the_legal_aid_centre_is_told_fifteen_days_before() {
    let mut story = Story::under_review();
    story.bail_is_decided_by_the_procuratorate();
    story.is_interrogated();
    story
        .does(PROCURATORATE, "prosecutor", "XQ01", "exempt_undertaking")
        .person(json!({"undertaking_exempt": "other"}))
        .done();
    story.on("2026-03-16");
    story.is_prosecuted();
    story.on("2026-03-17");
    story.is_accepted_by_the_court();
    story.does(COURT, "judge", "FY01", "apply_ordinary").case(json!({"tribunal": "three"})).done();
    story.does(COURT, "court_clerk", "FY01", "serve_indictment").done();
    story.does(COURT, "court_clerk", "FY01", "ask_witnesses").done();
    story.on("2026-03-20");
    story.does(COURT, "judge", "FY01", "notify_lawyer").done();
    assert_eq!(story.last_day(COURT, "FY01", "D50H"), date(2026, 4, 7), "the fifteenth is in a holiday");
    story
        .does(COURT, "judge", "FY01", "schedule")
        .case(json!({"hearing_at": "2026-03-31T09:00:00+08:00", "hearing_place": "第一法庭"}))
        .done();
    story.on("2026-03-31");
    assert_eq!(opened(&mut story), ["FY01-R91"]);
    story.on("2026-04-08");
    assert_eq!(opened(&mut story), [""; 0]);
}

#[test]
fn the_supreme_court_lengthens_a_trial_month_by_month() {
    let mut story = scheduled();
    assert_eq!(story.last_day(COURT, "FY01", "D72"), date(2026, 5, 18));
    story.does(COURT, "judge", "FY01", "extend").because("案情复杂").done();
    story
        .does(COURT, "judge", "FY01", "ask_upper_term")
        .case(json!({"extension_ground": "wide"}))
        .because("取证困难")
        .done();
    story.does(COURT, "judge", "FY01", "extend_by_upper").done();
    assert_eq!(story.last_day(COURT, "FY01", "D72"), date(2026, 9, 17));
    story.does(COURT, "judge", "FY01", "extend_by_supreme").done();
    assert_eq!(story.last_day(COURT, "FY01", "D72"), date(2026, 10, 19), "17 October is a Saturday");
    story.does(COURT, "judge", "FY01", "extend_by_supreme").done();
    assert_eq!(story.last_day(COURT, "FY01", "D72"), date(2026, 11, 17));
}

#[test]
fn both_organs_know_when_a_trial_goes_on_and_when_a_recommendation_is_too_hard() {
    let mut story = scheduled();
    story.does(COURT, "judge", "FY01", "suspend").because("患有严重疾病").done();
    story.does(COURT, "judge", "FY01", "resume").done();
    story.does(COURT, "judge", "FY01", "ask_adjustment").because("量刑建议明显不当").done();
    let carried: Vec<&str> = story.carried.iter().rev().take(2).map(|m| m.kind.as_str()).collect();
    assert_eq!(carried, ["JF-QS.LT", "JF-QS.HS"]);
    assert_eq!(story.carried.last().unwrap().reason.as_deref(), Some("量刑建议明显不当"));
    story.does(PROCURATORATE, "prosecutor", "XQ01", "adjust_recommendation").person(json!({"rec_months": 1})).done();
    assert_eq!(story.person(COURT, "rec_months"), json!(1));
    let (_, asker, command) = story.does(PROCURATORATE, "prosecutor", "XQ01", "attend_court").command();
    let warned = story.decides(&asker, &command).unwrap().warnings;
    let ids: Vec<&str> = warned.iter().map(|w| w.requirement.as_str()).collect();
    assert_eq!(ids, ["XQ01-R97", "XQ01-R98"]);
    story.does(PROCURATORATE, "prosecutor", "XQ01", "attend_court").files(&["W155", "W156"]).done();
}

/// Final on 11 April.
fn delivered(with: Value) -> Story {
    let mut story = scheduled();
    story.on("2026-03-31");
    story.does(COURT, "judge", "FY01", "open_hearing").done();
    story.does(COURT, "court_clerk", "FY01", "record_hearing").done();
    story.does(COURT, "judge", "FY01", "pronounce").person(judgment()).person(with).done();
    story
        .does(COURT, "court_clerk", "FY01", "serve_judgment")
        .person(json!({"judgment_served_on": "2026-03-31"}))
        .done();
    story
}

#[test]
fn a_victim_has_five_days_to_ask_for_a_protest() {
    let mut story = delivered(json!({}));
    let asked = |story: &mut Story, served: &str| {
        let act = story.does(PROCURATORATE, "prosecutor", "XQ01", "register_victim_request");
        let (_, asker, command) = act.person(json!({"victim_served_on": served})).command();
        let warned = story.decides(&asker, &command).unwrap().warnings;
        warned.iter().map(|w| w.requirement.to_string()).collect::<Vec<_>>()
    };
    story.on("2026-04-07");
    assert_eq!(asked(&mut story, "2026-04-02"), [""; 0]);
    assert_eq!(asked(&mut story, "2026-04-01"), ["XQ01-R96"]);
    story
        .does(PROCURATORATE, "prosecutor", "XQ01", "register_victim_request")
        .person(json!({"victim_served_on": "2026-04-02"}))
        .done();
    assert_eq!(story.last_day(PROCURATORATE, "XQ01", "D76"), date(2026, 4, 13), "the fifth day is a Sunday");
}

#[test]
fn the_procuratorate_may_object_to_service_outside_within_a_month() {
    let mut story = delivered(json!({"probation": false, "probation_months": 0}));
    story.on("2026-04-11");
    story.does(COURT, "judge", "FY01", "take_effect").done();
    story.does(COURT, "judge", "FY01", "deliver").done();
    story
        .does(COURT, "judge", "JF01", "grant_temporary")
        .files(&["ETEMPOPINION", "EMEDICAL"])
        .because("患有严重疾病需要保外就医")
        .done();
    // 矫20: from the decision, not from the judgment.
    assert_eq!(story.last_day(COURT, "JF01", "D83"), date(2026, 4, 21));
    // 诉267: a month from the notice.
    assert_eq!(story.last_day(PROCURATORATE, "XQ01", "D88"), date(2026, 5, 11));
    story.on("2026-04-20");
    story.does(PROCURATORATE, "prosecutor", "XQ01", "oppose_temporary").because("不符合保外就医条件").done();
    assert!(running(&story, PROCURATORATE, "XQ01", "D88").is_none());
    assert_eq!(story.material(COURT, "W159").id, story.material(PROCURATORATE, "W159").id);
    assert_eq!(story.last_day(COURT, "JF01", "D88"), date(2026, 5, 20));
    story.does(COURT, "judge", "JF01", "recheck_temporary").because("维持").done();
    assert!(running(&story, COURT, "JF01", "D88").is_none());
}

#[test]
fn a_commutation_is_waited_for_and_spoken_to() {
    let mut story = delivered(json!({}));
    story.on("2026-04-11");
    story.begins_corrections("2026-04-11", "2026-04-11");
    story.does(JUSTICE, "corrections_officer", "SJ01", "propose_commutation").because("有重大立功表现").done();
    assert_eq!(story.last_day(PROCURATORATE, "XQ01", "D89"), date(2026, 4, 21));
    assert_eq!(story.last_day(JUSTICE, "SJ01", "D89"), date(2026, 5, 11));
    story.does(PROCURATORATE, "prosecutor", "XQ01", "give_commutation_opinion").done();
    assert!(running(&story, PROCURATORATE, "XQ01", "D89").is_none());
    story
        .does(JUSTICE, "corrections_officer", "SJ01", "register_commutation")
        .person(json!({"judged_months": 1, "probation_months": 3}))
        .done();
    assert!(running(&story, JUSTICE, "SJ01", "D89").is_none());
}

#[test]
fn frozen_money_and_unclaimed_things_have_their_days() {
    let mut story = delivered(json!({}));
    let mut file = story.files[COURT].clone();
    file.state.situation.case.insert("property".into(), json!([{"name": "存款"}]));
    story.files.insert(COURT.into(), file);
    story.on("2026-04-11");
    story.does(COURT, "judge", "FY01", "take_effect").done();
    story.does(COURT, "judge", "FY01", "deliver").done();
    // 解447: ten days to those who seized; 解448: fifteen for the bank; 解445: a year for whoever owns it.
    assert_eq!(story.last_day(COURT, "JF01", "D92"), date(2026, 4, 21));
    story.does(COURT, "judge", "JF01", "deliver_property").done();
    assert!(running(&story, COURT, "JF01", "D92").is_none());
    assert_eq!(story.last_day(POLICE, "GA01", "D92"), date(2026, 5, 11));
    story.does(POLICE, "officer", "GA01", "report_disposal").done();
    assert!(running(&story, POLICE, "GA01", "D92").is_none());
    story.does(COURT, "judge", "JF01", "order_frozen").done();
    assert_eq!(story.last_day(COURT, "JF01", "D92F"), date(2026, 4, 27), "26 April is a Sunday");
    story.does(COURT, "judge", "JF01", "register_frozen").done();
    assert!(running(&story, COURT, "JF01", "D92F").is_none());
    story.does(COURT, "judge", "JF01", "announce_claim").done();
    assert_eq!(story.last_day(COURT, "JF01", "D92C"), date(2027, 4, 12), "11 April 2027 is a Sunday");
    story.does(COURT, "judge", "JF01", "settle_claim").because("无人认领，上缴国库").done();
    assert!(running(&story, COURT, "JF01", "D92C").is_none());
}
