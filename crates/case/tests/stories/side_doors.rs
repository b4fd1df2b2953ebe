//! Ends that few cases come to, each reached once, with the clocks on the way there.

use jiff::civil::date;
use procedure::situation::Running;
use serde_json::{Value, json};

use crate::common::{COURT, DETENTION, JUSTICE, LEGAL_AID, POLICE, PROCURATORATE, Story, judgment};

const OTHER_PROCURATORATE: &str = "JC-970124";

fn running<'s>(story: &'s Story, unit: &str, process: &str, deadline: &str) -> Option<&'s Running> {
    let clocks = &story.instance(unit, process).clocks;
    clocks.iter().rev().find(|c| c.deadline.as_str() == deadline && c.ended.is_none())
}

#[test]
fn a_juvenile_is_not_prosecuted_on_condition_and_told_within_three_days() {
    let mut story = Story::under_review();
    story.bail_is_decided_by_the_procuratorate();
    let who = story.subject(PROCURATORATE);
    let mut file = story.files[PROCURATORATE].clone();
    let card = &mut file.state.situation.subjects.get_mut(&who).unwrap().fields;
    card.insert("birth".into(), json!("2009-05-06"));
    card.insert("charge".into(), json!("221"));
    story.files.insert(PROCURATORATE.into(), file);
    story.is_interrogated();
    story.does(PROCURATORATE, "prosecutor", "XQ01", "hear_opinions").done();
    story
        .does(PROCURATORATE, "prosecutor", "XQ01", "nonprosecute_conditionally")
        .person(json!({"nonprosecution_reason": "有悔罪表现", "probation_of_nonprosecution": 6,
            "expected_over_year": false}))
        .done();
    assert_eq!(story.last_day(PROCURATORATE, "XQ01", "D65"), date(2026, 3, 13));
    story.does(PROCURATORATE, "prosecutor", "XQ01", "serve_conditional").done();
    assert_eq!(story.stands(PROCURATORATE, "XQ01"), "conditional");
    assert_eq!(story.stands(POLICE, "GA01"), "conditional");
    assert_eq!(story.material(POLICE, "W136").id, story.material(PROCURATORATE, "W136").id);
}

#[test]
fn what_cannot_be_accepted_goes_back_into_investigation() {
    let mut story = Story::transferred();
    story.does(PROCURATORATE, "case_manager", "XQ01", "refuse").because("不属于本院管辖").done();
    assert_eq!(story.stands(PROCURATORATE, "XQ01"), "refused");
    assert_eq!(story.stands(POLICE, "GA01"), "investigating");
    assert_eq!(story.case(POLICE, "proc_conclusion"), "refused");
    assert!(running(&story, PROCURATORATE, "XQ01", "D56").is_none());
    story.ends_in_order();
}

#[test]
fn the_other_procuratorate_sends_back_what_is_not_its_own() {
    let mut story = Story::under_review();
    story.bail_is_decided_by_the_procuratorate();
    story.does(PROCURATORATE, "prosecutor", "XQ01", "find_outside").because("审判管辖不符").done();
    story.does(PROCURATORATE, "prosecutor", "XQ01", "move_case").towards("procuratorate", OTHER_PROCURATORATE).done();
    story.does(OTHER_PROCURATORATE, "case_manager", "XQ01", "return_moved").because("也不属于本院管辖").done();
    assert_eq!(story.stands(OTHER_PROCURATORATE, "XQ01"), "moved_back");
    assert_eq!(story.stands(PROCURATORATE, "XQ01"), "outside");
    // 规22: the procuratorate above both says whose it is; the time of review begins anew.
    story.does(PROCURATORATE, "prosecutor", "XQ01", "keep_case").because("市检察院指定由本院审查").refused();
    story.does(PROCURATORATE, "prosecutor", "XQ01", "resume_moved").because("市检察院指定由本院审查").done();
    assert_eq!(story.stands(PROCURATORATE, "XQ01"), "reviewing");
    assert!(running(&story, PROCURATORATE, "XQ01", "D60").is_none());
    assert!(running(&story, PROCURATORATE, "XQ01", "D56").is_none());
    assert!(running(&story, PROCURATORATE, "XQ01", "D56H").is_some());
    story.ends_in_order();
}

#[test]
fn a_case_that_was_never_sent_on_keeps_its_time() {
    let mut story = Story::under_review();
    story.bail_is_decided_by_the_procuratorate();
    story.does(PROCURATORATE, "prosecutor", "XQ01", "find_outside").because("审判管辖有争议").done();
    story.does(PROCURATORATE, "prosecutor", "XQ01", "resume_moved").because("市检察院指定由本院审查").refused();
    story.does(PROCURATORATE, "prosecutor", "XQ01", "keep_case").because("市检察院指定由本院审查").done();
    assert_eq!(story.stands(PROCURATORATE, "XQ01"), "reviewing");
    assert!(running(&story, PROCURATORATE, "XQ01", "D56").is_some());
    assert!(running(&story, PROCURATORATE, "XQ01", "D56H").is_none());
    story.ends_in_order();
}

/// Sent back to the police for more, and signed for.
fn supplementing() -> Story {
    let mut story = Story::under_review();
    story.bail_is_decided_by_the_procuratorate();
    story.does(PROCURATORATE, "prosecutor", "XQ01", "return_supplement").because("主要事实不清").done();
    story.does(POLICE, "legal_reviewer", "XQ05", "accept").done();
    story
}

#[test]
fn the_supplement_shows_that_there_is_no_case() {
    for (act, serve, ends) in
        [("withdraw", "serve_withdrawal", "withdrawn"), ("terminate", "serve_termination", "terminated")]
    {
        let mut story = supplementing();
        story.does(POLICE, "officer", "XQ05", act).because("没有犯罪事实").done();
        assert_eq!(story.last_day(POLICE, "XQ05", "D08"), date(2026, 3, 13));
        story.does(POLICE, "officer", "XQ05", serve).done();
        assert_eq!(story.stands(POLICE, "XQ05"), ends);
        assert_eq!(story.stands(POLICE, "GA01"), ends);
        assert_eq!(story.stands(PROCURATORATE, "XQ01"), "dropped");
        assert_eq!(story.stands(PROCURATORATE, "QB01"), "ended");
        story.ends_in_order();
    }
}

#[test]
fn what_was_never_signed_for_is_signed_when_the_review_has_resumed() {
    let mut story = Story::under_review();
    story.does(PROCURATORATE, "prosecutor", "XQ01", "return_supplement").because("主要事实不清").done();
    story.on("2026-04-13");
    story.does(PROCURATORATE, "prosecutor", "XQ01", "resume_review").because("逾期未重新移送").done();
    assert_eq!(story.stands(POLICE, "XQ05"), "lapsing");
    story.does(POLICE, "legal_reviewer", "XQ05", "sign_lapsed").done();
    assert_eq!(story.stands(POLICE, "XQ05"), "lapsed");
}

#[test]
fn bail_that_is_not_given_and_bail_that_is_lifted() {
    let mut story = Story::registered();
    story
        .does(POLICE, "officer", "GA01", "file_case")
        .case(json!({"filed_on": "2026-03-02"}))
        .person(json!({"charge": "55"}))
        .done();
    story.does(POLICE, "officer", "GA01", "propose_bail").done();
    story.does(POLICE, "officer", "QB01", "drop").because("没有必要").done();
    assert_eq!(story.stands(POLICE, "QB01"), "dropped");
    let mut story = Story::investigated();
    story.does(POLICE, "officer", "QB01", "forfeit").person(json!({"deposit_forfeited": 0})).done();
    assert_eq!(story.last_day(POLICE, "QB01", "D26"), date(2026, 3, 9), "the third day is a Saturday");
    story.does(POLICE, "officer", "QB01", "serve_forfeit").done();
    assert!(running(&story, POLICE, "QB01", "D26").is_none());
    story.does(POLICE, "officer", "QB01", "lift_police").because("不应当追究刑事责任").done();
    assert_eq!(story.stands(POLICE, "QB01"), "lifted");
    assert_eq!(story.person(POLICE, "measure"), "lifted");
}

#[test]
fn help_that_is_sent_back_declined_or_no_longer_needed() {
    let asked = || {
        let mut story = Story::under_review();
        story.does(PROCURATORATE, "prosecutor", "XQ01", "notify_lawyer").done();
        story
    };
    let helped = || {
        let mut story = Story::under_review();
        story.a_duty_lawyer_helps();
        story
    };
    let mut story = asked();
    story.does(LEGAL_AID, "legal_aid_officer", "DL01", "return").because("姓名有误").done();
    assert_eq!(story.stands(LEGAL_AID, "DL01"), "returned");
    let mut story = helped();
    story.does(LEGAL_AID, "duty_lawyer", "DL01", "decline").because("本人拒绝").done();
    assert_eq!(story.stands(LEGAL_AID, "DL01"), "declined");
    let mut story = helped();
    story
        .does(PROCURATORATE, "case_manager", "XQ01", "register_defender")
        .person(json!({"defender_kind": "entrusted", "defender_name": "江听澜"}))
        .files(&["W214", "W215"])
        .done();
    assert_eq!(story.stands(LEGAL_AID, "DL01"), "replaced");
    assert_eq!(story.person(LEGAL_AID, "defender_kind"), "entrusted");
}

#[test]
fn an_assessment_and_papers_that_are_sent_back() {
    let mut story = Story::under_review();
    story.does(PROCURATORATE, "prosecutor", "XQ01", "entrust_assessment").towards("justice", JUSTICE).done();
    story.does(JUSTICE, "corrections_intake", "SJ02", "return").because("居住地不在本县").done();
    assert_eq!(story.stands(JUSTICE, "SJ02"), "returned");
    let mut story = judged(json!({}));
    let place = json!({"corrections_unit": JUSTICE, "corrections_region": "970123"});
    story.does(COURT, "judge", "JF01", "deliver_corrections").person(place).done();
    assert_eq!(story.last_day(COURT, "JF01", "D85"), date(2026, 4, 16));
    story.does(JUSTICE, "corrections_intake", "SJ01", "return").because("缺少起诉书副本").done();
    assert_eq!(story.stands(JUSTICE, "SJ01"), "returned");
    assert_eq!(story.stands(COURT, "JF01"), "pending");
    assert!(running(&story, COURT, "JF01", "D85").is_none());
}

/// Judged in the ordinary procedure, final on 11 April, before the court that delivers.
fn judged(with: Value) -> Story {
    let mut story = Story::in_court();
    story.does(COURT, "judge", "FY01", "apply_ordinary").case(json!({"tribunal": "three"})).done();
    story.does(COURT, "court_clerk", "FY01", "serve_indictment").done();
    // 诉187: ten days for the indictment, three for the summons.
    assert_eq!(story.last_day(COURT, "FY01", "D63"), date(2026, 3, 27));
    story
        .does(COURT, "judge", "FY01", "schedule")
        .case(json!({"hearing_at": "2026-03-31T09:00:00+08:00", "hearing_place": "第一法庭"}))
        .done();
    assert_eq!(story.last_day(COURT, "FY01", "D64"), date(2026, 3, 20));
    story.on("2026-03-31");
    story.does(COURT, "judge", "FY01", "open_hearing").done();
    story.does(COURT, "judge", "FY01", "pronounce").person(judgment()).person(with).done();
    story
        .does(COURT, "court_clerk", "FY01", "serve_judgment")
        .person(json!({"judgment_served_on": "2026-03-31"}))
        .done();
    story.on("2026-04-11");
    story.does(COURT, "judge", "FY01", "take_effect").done();
    story.does(COURT, "judge", "FY01", "deliver").done();
    story
}

#[test]
fn a_fine_alone_needs_no_delivery() {
    let none = json!({"judged_penalty": "none", "judged_months": 0, "probation": false, "probation_months": 0});
    let mut story = judged(none);
    story.does(COURT, "judge", "JF01", "no_delivery").done();
    assert_eq!(story.stands(COURT, "JF01"), "other");
    story.does(COURT, "judge", "JF01", "transfer_fine").done();
    story.does(COURT, "judge", "JF01", "close_other").done();
    assert_eq!(story.stands(COURT, "JF01"), "executed");
    story.does(COURT, "judge", "JF01", "archive").done();
    assert_eq!(story.stands(COURT, "JF01"), "archived");
}

#[test]
fn custody_is_delivered_in_ten_days_and_the_receipt_is_waited_for() {
    let mut story = judged(json!({"probation": false, "probation_months": 0}));
    assert_eq!(story.last_day(COURT, "JF01", "D81"), date(2026, 4, 21));
    let term = json!({"term_from": "2026-04-11", "term_to": "2026-06-10"});
    story.does(COURT, "judge", "JF01", "deliver_custody").person(term).done();
    assert!(running(&story, COURT, "JF01", "D81").is_none());
    assert_eq!(story.last_day(COURT, "JF01", "D81R"), date(2026, 4, 16));
    story.does(DETENTION, "detention_officer", "ZX01", "accept").done();
    assert!(running(&story, COURT, "JF01", "D81R").is_none());
}

#[test]
fn a_court_answers_for_an_arrest_in_two_days_and_for_a_revocation_in_thirty() {
    let mut story = judged(json!({}));
    let place = json!({"corrections_unit": JUSTICE, "corrections_region": "970123"});
    story.does(COURT, "judge", "JF01", "deliver_corrections").person(place).done();
    story.does(JUSTICE, "corrections_intake", "SJ01", "accept").done();
    story.does(JUSTICE, "corrections_intake", "SJ01", "assign").done();
    story
        .does(JUSTICE, "corrections_officer", "SJ01", "report_in")
        .person(json!({"corrections_from": "2026-04-11"}))
        .done();
    story.does(JUSTICE, "corrections_officer", "SJ01", "announce").done();
    story.does(JUSTICE, "corrections_officer", "SJ01", "propose_revocation").because("脱离监管").done();
    assert_eq!(story.last_day(COURT, "JF01", "D86"), date(2026, 5, 11));
    story.does(JUSTICE, "corrections_officer", "SJ01", "propose_arrest").because("可能逃跑").done();
    assert_eq!(story.last_day(COURT, "JF01", "D87"), date(2026, 4, 13), "forty-eight hours");
    story.does(COURT, "judge", "JF01", "refuse_arrest").because("没有逃跑的可能").done();
    assert!(running(&story, COURT, "JF01", "D87").is_none());
    story.does(COURT, "judge", "JF01", "keep").because("情节不严重").done();
    assert!(running(&story, COURT, "JF01", "D86").is_none());
}

#[test]
fn a_new_defender_has_fifteen_days() {
    let mut story = Story::in_court();
    story.does(COURT, "judge", "FY01", "apply_ordinary").case(json!({"tribunal": "three"})).done();
    story.does(COURT, "court_clerk", "FY01", "serve_indictment").done();
    story.does(COURT, "filing_clerk", "FY01", "ask_materials").because("缺少讯问录音录像").done();
    // 解219: three days; 20 March is a Friday.
    assert_eq!(story.last_day(PROCURATORATE, "XQ01", "D62"), date(2026, 3, 20));
    story.does(PROCURATORATE, "prosecutor", "XQ01", "supply").files(&["EAUDIO"]).done();
    assert!(running(&story, PROCURATORATE, "XQ01", "D62").is_none());
    let hearing = json!({"hearing_at": "2026-03-31T09:00:00+08:00", "hearing_place": "第一法庭"});
    story.does(COURT, "judge", "FY01", "schedule").case(hearing.clone()).done();
    story.on("2026-03-31");
    story.does(COURT, "judge", "FY01", "open_hearing").done();
    story.does(COURT, "judge", "FY01", "change_defender").because("拒绝辩护").done();
    assert_eq!(story.last_day(COURT, "FY01", "D98"), date(2026, 4, 15));
    story.does(COURT, "judge", "FY01", "schedule").case(hearing).done();
    story.on("2026-04-15");
    let (_, asker, command) = story.does(COURT, "judge", "FY01", "open_hearing").command();
    let early = story.decides(&asker, &command).unwrap().warnings;
    assert!(early.iter().any(|w| w.requirement.as_str() == "FY01-R76"), "{early:?}");
    story.on("2026-04-16");
    story.does(COURT, "judge", "FY01", "open_hearing").done();
}

#[test]
fn a_petition_is_taken_back() {
    let mut story = Story::begins("2026-03-03");
    story
        .does(PROCURATORATE, "petition_officer", "KS01", "receive")
        .person(json!({"applicant": "陆知微", "content": "请求监督立案", "received_on": "2026-03-02"}))
        .done();
    story.does(PROCURATORATE, "petition_officer", "KS01", "withdraw").because("申请人撤回").done();
    assert_eq!(story.stands(PROCURATORATE, "KS01"), "withdrawn");
    for deadline in ["reply", "result"] {
        assert!(running(&story, PROCURATORATE, "KS01", deadline).is_none(), "{deadline}");
    }
    story.ends_in_order();
}
