//! The clocks of execution: what is told and what is delivered, to whom and by when; release on the day; what a
//! revocation and its refusal bring with them.

use case::RefusalKind;
use jiff::civil::date;
use law::period::Clock;
use procedure::situation::Running;
use serde_json::{Value, json};

use crate::common::{COURT, DETENTION, JUSTICE, PROCURATORATE, Story, judgment};

fn running<'s>(story: &'s Story, unit: &str, process: &str, deadline: &str) -> Option<&'s Running> {
    let clocks = &story.instance(unit, process).clocks;
    clocks.iter().rev().find(|c| c.deadline.as_str() == deadline && c.ended.is_none())
}

/// Judged on 31 March, final on 11 April, before the court that delivers.
fn to_be_delivered(with: Value) -> Story {
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

fn serving() -> Story {
    let mut story = to_be_delivered(json!({}));
    story
        .does(COURT, "judge", "JF01", "deliver_corrections")
        .person(json!({"corrections_unit": JUSTICE, "corrections_region": "970123"}))
        .done();
    story.does(JUSTICE, "corrections_intake", "SJ01", "accept").done();
    story.does(JUSTICE, "corrections_intake", "SJ01", "assign").done();
    story
        .does(JUSTICE, "corrections_officer", "SJ01", "report_in")
        .person(json!({"corrections_from": "2026-04-11"}))
        .done();
    story.does(JUSTICE, "corrections_officer", "SJ01", "announce").done();
    story
}

#[test]
fn told_within_five_days_and_delivered_within_ten() {
    let mut story = to_be_delivered(json!({}));
    assert_eq!(story.last_day(COURT, "JF01", "D83N"), date(2026, 4, 16));
    story.on("2026-04-15");
    let nowhere = story.does(COURT, "court_clerk", "JF01", "notify_corrections").refused();
    assert_eq!(nowhere.kind, RefusalKind::Requirements);
    let place = json!({"corrections_unit": JUSTICE, "corrections_region": "970123"});
    story.does(COURT, "court_clerk", "JF01", "notify_corrections").person(place).done();
    assert!(running(&story, COURT, "JF01", "D83N").is_none());
    assert!(running(&story, COURT, "JF01", "D83").is_some(), "the papers are still to be delivered");
    story.on("2026-04-19");
    story.does(COURT, "judge", "JF01", "deliver_corrections").done();
    story.does(JUSTICE, "corrections_intake", "SJ01", "accept").done();
    story.ends_in_order();
}

#[test]
fn a_release_that_is_late_is_a_breach() {
    let mut story = serving();
    // 刑73: four months from 11 April; 矫44: the certificate on expiry.
    assert_eq!(story.last_day(JUSTICE, "SJ01", "TERM"), date(2026, 8, 10));
    assert_eq!(story.last_day(JUSTICE, "SJ01", "RELEASE"), date(2026, 8, 11));
    story.does(JUSTICE, "corrections_officer", "SJ01", "propose_revocation").because("两次警告仍不改正").done();
    assert!(running(&story, JUSTICE, "SJ01", "RELEASE").is_none(), "the court decides first");
    story.on("2026-08-20");
    story.does(COURT, "judge", "JF01", "keep").because("情节不严重").done();
    assert_eq!(story.material(JUSTICE, "EKEEP").id, story.material(COURT, "EKEEP").id);
    assert_eq!(story.last_day(JUSTICE, "SJ01", "RELEASE"), date(2026, 8, 21), "the term is long over");
    story.on("2026-08-22");
    let late = running(&story, JUSTICE, "SJ01", "RELEASE").unwrap();
    assert!(procedure::engine::clocks::overrun(late, &story.library.law.calendar, story.now));
    story.does(JUSTICE, "corrections_officer", "SJ01", "release").done();
    assert!(running(&story, JUSTICE, "SJ01", "RELEASE").is_none());
}

#[test]
fn a_commuted_term_ends_on_its_own_day() {
    let mut story = serving();
    story.on("2026-05-11");
    story
        .does(JUSTICE, "corrections_officer", "SJ01", "register_commutation")
        .person(json!({"judged_months": 2, "probation_months": 3}))
        .done();
    assert_eq!(story.last_day(JUSTICE, "SJ01", "TERM"), date(2026, 7, 10));
    assert_eq!(story.last_day(JUSTICE, "SJ01", "RELEASE"), date(2026, 7, 11));
}

#[test]
fn who_is_pardoned_gets_the_certificate_and_who_dies_does_not_stay_for_ever() {
    let mut story = serving();
    story.does(JUSTICE, "corrections_officer", "SJ01", "release_pardoned").because("特赦").done();
    assert_eq!(story.stands(JUSTICE, "SJ01"), "released");
    assert_eq!(story.material(JUSTICE, "W209").kind.as_str(), "W209");
    let mut story = serving();
    story.does(JUSTICE, "corrections_officer", "SJ01", "propose_revocation").because("脱离监管").done();
    story.does(JUSTICE, "corrections_officer", "SJ01", "end").because("死亡").done();
    assert_eq!(story.stands(JUSTICE, "SJ01"), "ended");
    assert_eq!(story.stands(COURT, "JF01"), "executed");
    story.ends_in_order();
}

#[test]
fn whoever_is_not_there_after_a_month_more_than_the_ten_days() {
    let mut story = to_be_delivered(json!({}));
    let place = json!({"corrections_unit": JUSTICE, "corrections_region": "970123"});
    story.does(COURT, "judge", "JF01", "deliver_corrections").person(place).done();
    story.does(JUSTICE, "corrections_intake", "SJ01", "accept").done();
    story.does(JUSTICE, "corrections_intake", "SJ01", "assign").done();
    assert_eq!(story.last_day(JUSTICE, "SJ01", "D84"), date(2026, 4, 21));
    story.on("2026-05-06");
    story
        .does(JUSTICE, "corrections_officer", "SJ01", "mark_unreported")
        .person(json!({"report_missed": "下落不明"}))
        .done();
    // 解543: the month is counted from the day on which he should have come, whenever it is noted.
    assert_eq!(story.last_day(JUSTICE, "SJ01", "D84M"), date(2026, 5, 21));
}

#[test]
fn an_arrest_before_the_revocation_lasts_thirty_days() {
    let mut story = serving();
    story.does(JUSTICE, "corrections_officer", "SJ01", "propose_revocation").because("脱离监管").done();
    story.does(JUSTICE, "corrections_officer", "SJ01", "propose_arrest").because("可能逃跑").done();
    story.does(COURT, "judge", "JF01", "refuse_arrest").because("没有逃跑的可能").done();
    assert!(running(&story, JUSTICE, "SJ01", "D87C").is_none(), "nobody was arrested");
    assert_eq!(story.material(JUSTICE, "ENOARREST").id, story.material(COURT, "ENOARREST").id);
    story.does(JUSTICE, "corrections_officer", "SJ01", "propose_arrest").because("可能逃跑").done();
    story.does(COURT, "judge", "JF01", "decide_arrest").done();
    let arrest = running(&story, JUSTICE, "SJ01", "D87C").unwrap();
    assert_eq!(arrest.clock, Clock::Custody);
    assert_eq!(story.last_day(JUSTICE, "SJ01", "D87C"), date(2026, 5, 11));
    // Delivery has its ten days from the ruling.
    story.on("2026-04-20");
    story.does(COURT, "judge", "JF01", "revoke").done();
    assert_eq!(story.stands(JUSTICE, "SJ01"), "ended");
    assert_eq!(story.last_day(COURT, "JF01", "D81V"), date(2026, 4, 30));
    let term = json!({"term_from": "2026-04-20", "term_to": "2026-06-19"});
    story.does(COURT, "judge", "JF01", "deliver_custody").person(term).done();
    assert!(running(&story, COURT, "JF01", "D81V").is_none());
}

#[test]
fn a_ruling_that_revokes_parole_reaches_the_others() {
    let library = crate::common::library();
    let issued: Vec<_> = ["revoke", "revoke_parole", "imprison", "keep", "refuse_arrest", "decide_arrest"]
        .into_iter()
        .map(|a| (a, &library.processes["JF01"].actions[a]))
        .collect();
    for (name, act) in issued {
        assert!(!act.issue.is_empty(), "{name} issues a document");
        for sent in &act.send {
            let carried = &library.messages[&sent.message].carries.documents;
            assert!(act.issue.iter().all(|d| carried.contains(d)), "{name}: {} leaves it at home", sent.message);
        }
    }
}

#[test]
fn temporary_service_outside_asks_the_procuratorate_first() {
    let mut story = to_be_delivered(json!({"probation": false, "probation_months": 0}));
    let unasked =
        story.does(COURT, "judge", "JF01", "grant_temporary").files(&["EMEDICAL"]).because("严重疾病").refused();
    assert_eq!(unasked.kind, RefusalKind::Requirements);
    assert_eq!(unasked.reasons.len(), 1, "{unasked:?}");
    assert!(unasked.reasons[0].basis[0].ends_with("第五百一十五条"), "{unasked:?}");
    story
        .does(COURT, "judge", "JF01", "grant_temporary")
        .files(&["EMEDICAL", "ETEMPOPINION"])
        .because("严重疾病")
        .done();
    assert_eq!(story.material(PROCURATORATE, "W192").id, story.material(COURT, "W192").id);
}

#[test]
fn a_month_for_the_prison_counts_from_receipt_and_not_for_the_last_three_months() {
    let jailed = |months: u8, to: &str| {
        let sentence = json!({"judged_penalty": "imprisonment", "judged_months": months, "probation": false, "probation_months": 0});
        let mut story = to_be_delivered(sentence);
        let term = json!({"term_from": "2026-04-11", "term_to": to});
        story.does(COURT, "judge", "JF01", "deliver_custody").person(term).done();
        story
    };
    let mut story = jailed(10, "2027-02-10");
    story.on("2026-04-14");
    story.does(DETENTION, "detention_officer", "ZX01", "accept").done();
    // 公300: a month after 11 April, not after the receipt was signed.
    assert_eq!(story.last_day(DETENTION, "ZX01", "D82"), date(2026, 5, 11));
    story.does(DETENTION, "detention_officer", "ZX01", "send_to_prison").done();
    story.ends_in_order();

    // 诉264: what is left is served where he is.
    let mut story = jailed(6, "2026-07-10");
    story.does(DETENTION, "detention_officer", "ZX01", "accept").done();
    assert!(running(&story, DETENTION, "ZX01", "D82").is_none());
    let prison = story.does(DETENTION, "detention_officer", "ZX01", "send_to_prison").refused();
    assert_eq!(prison.kind, RefusalKind::OutOfOrder);
}

#[test]
fn the_loss_of_political_rights_alone_is_delivered_within_ten_days() {
    let none = json!({"judged_penalty": "none", "judged_months": 0, "probation": false, "probation_months": 0, "deprived": true});
    let mut story = to_be_delivered(none);
    assert_eq!(story.last_day(COURT, "JF01", "D81B"), date(2026, 4, 21));
    story.does(COURT, "judge", "JF01", "deliver_deprivation").towards("police", crate::common::POLICE).done();
    assert!(running(&story, COURT, "JF01", "D81B").is_none());
}

#[test]
fn public_surveillance_is_counted_from_its_execution() {
    let control = json!({"judged_penalty": "control", "judged_months": 6, "probation": false, "probation_months": 0});
    let mut story = to_be_delivered(control);
    let place = json!({"corrections_unit": JUSTICE, "corrections_region": "970123", "corrections_kind": "control"});
    let undated = story.does(COURT, "judge", "JF01", "deliver_corrections").person(place.clone()).refused();
    assert!(undated.reasons[0].text.contains("管制的刑期从判决执行之日起计算"), "{undated:?}");
    // Final on 11 April, executed from the 15th; eight days of custody count double (刑41).
    let term = json!({"term_from": "2026-04-15", "term_to": "2026-09-28", "credit_days": 16});
    story.does(COURT, "judge", "JF01", "deliver_corrections").person(place).person(term).done();
    story.on("2026-04-13");
    story.does(JUSTICE, "corrections_intake", "SJ01", "accept").done();
    assert_eq!(story.last_day(JUSTICE, "SJ01", "TERMC"), date(2026, 9, 28));
    assert!(running(&story, JUSTICE, "SJ01", "TERM").is_none());
    // 矫20: where it was decided elsewhere, the papers go on to the procuratorate and the police of the place.
    story.does(JUSTICE, "corrections_intake", "SJ01", "forward").done();
    assert_eq!(story.material(PROCURATORATE, "W186").id, story.material(JUSTICE, "W186").id);
    story.does(JUSTICE, "corrections_intake", "SJ01", "assign").done();
    story.on("2026-04-15");
    story
        .does(JUSTICE, "corrections_officer", "SJ01", "report_in")
        .person(json!({"corrections_from": "2026-04-15"}))
        .done();
    story.does(JUSTICE, "corrections_officer", "SJ01", "announce").done();
    story.on("2026-09-28");
    let early = story.does(JUSTICE, "corrections_officer", "SJ01", "release").refused();
    assert!(early.reasons.iter().any(|r| r.text.contains("管制期满方可解除")), "{early:?}");
    story.on("2026-09-29");
    story.does(JUSTICE, "corrections_officer", "SJ01", "release").done();
    assert_eq!(story.stands(COURT, "JF01"), "executed");
}

#[test]
fn a_fine_is_taken_up_in_seven_days_and_executed_in_six_months() {
    let mut story = to_be_delivered(json!({}));
    story.does(COURT, "judge", "JF01", "transfer_fine").done();
    assert_eq!(story.last_day(COURT, "JF01", "D91F"), date(2026, 4, 20), "18 April is a Saturday");
    story.on("2026-04-15");
    story.does(COURT, "filing_clerk", "JF01", "file_fine").done();
    assert_eq!(story.last_day(COURT, "JF01", "D91E"), date(2026, 10, 15));
    story.does(COURT, "court_clerk", "JF01", "register_remission").done();
    assert_eq!(story.last_day(COURT, "JF01", "D91R"), date(2026, 5, 15));
    let remitted = json!({"fine_remitted": 200_000});
    story.does(COURT, "judge", "JF01", "decide_remission").person(remitted).because("遭遇灾祸").done();
    story.on("2026-10-10");
    story.does(COURT, "judge", "JF01", "extend_fine").because("财产正在处置").done();
    assert_eq!(story.last_day(COURT, "JF01", "D91E"), date(2027, 1, 15));
    story.does(COURT, "judge", "JF01", "close_fine").because("执行完毕").done();
    let again = story.does(COURT, "judge", "JF01", "extend_fine").because("财产正在处置").refused();
    assert_eq!(again.kind, RefusalKind::OutOfOrder);
}

#[test]
fn an_electronic_locator_is_approved_by_the_head_of_the_bureau() {
    let mut story = serving();
    let (story, unit, instance) =
        story.does(JUSTICE, "corrections_officer", "SJ01", "use_locator").because("违反监督管理规定").proposed();
    let chain = &story.instance(&unit, "SJ01").proposals.last().unwrap().chain;
    let last = chain.last().unwrap();
    assert_eq!(last.iter().map(|r| r.as_str()).collect::<Vec<_>>(), ["bureau_head"]);
    story.approves(&unit, &instance);
    assert_eq!(story.last_day(JUSTICE, "SJ01", "D101"), date(2026, 7, 11));
}
