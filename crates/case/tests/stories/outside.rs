//! Out of custody before the term is over: parole (假释) and service outside for a time (暂予监外执行), from the
//! detention centre and from a prison, through corrections to their ends.

use case::RefusalKind;
use jiff::civil::date;
use procedure::situation::Running;
use serde_json::{Value, json};

use crate::common::{COURT, DETENTION, JUSTICE, POLICE, PROCURATORATE, Story, judgment};

fn running<'s>(story: &'s Story, unit: &str, process: &str, deadline: &str) -> Option<&'s Running> {
    let clocks = &story.instance(unit, process).clocks;
    clocks.iter().rev().find(|c| c.deadline.as_str() == deadline && c.ended.is_none())
}

/// Judged on 31 March, final on 11 April, handed over to the detention centre on that day.
fn held(sentence: Value, term: Value) -> Story {
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
    story
        .does(COURT, "judge", "FY01", "pronounce")
        .person(judgment())
        .person(json!({"probation": false, "probation_months": 0, "judged_fine": 0}))
        .person(sentence)
        .done();
    story
        .does(COURT, "court_clerk", "FY01", "serve_judgment")
        .person(json!({"judgment_served_on": "2026-03-31"}))
        .done();
    story.on("2026-04-11");
    story.does(COURT, "judge", "FY01", "take_effect").done();
    story.does(COURT, "judge", "FY01", "deliver").done();
    story.does(COURT, "judge", "JF01", "deliver_custody").person(term).done();
    story.does(DETENTION, "detention_officer", "ZX01", "accept").done();
    assert_eq!(story.stands(COURT, "JF01"), "in_custody");
    story
}

fn year() -> Value {
    json!({"judged_penalty": "imprisonment", "judged_months": 12})
}

/// Nobody waits for a prison: three months are left, the rest was spent in custody.
fn short_term() -> Value {
    json!({"term_from": "2026-04-11", "term_to": "2026-07-05", "credit_days": 279})
}

fn whole_term() -> Value {
    json!({"term_from": "2026-04-11", "term_to": "2027-04-10"})
}

fn place() -> Value {
    json!({"corrections_unit": JUSTICE, "corrections_region": "970123"})
}

fn serves_in_corrections(story: &mut Story, from: &str) {
    story.does(JUSTICE, "corrections_intake", "SJ01", "accept").done();
    story.does(JUSTICE, "corrections_intake", "SJ01", "assign").done();
    story.on(from);
    story.does(JUSTICE, "corrections_officer", "SJ01", "report_in").person(json!({"corrections_from": from})).done();
    story.does(JUSTICE, "corrections_officer", "SJ01", "announce").done();
}

#[test]
fn a_sentence_of_custody_is_delivered_with_its_days() {
    let mut story = held(year(), whole_term());
    story.does(DETENTION, "detention_officer", "ZX01", "send_to_prison").done();
    // F166: without the first day nobody who was told could ever close the case.
    assert_eq!(story.person(POLICE, "term_from"), "2026-04-11");
    story.does(POLICE, "officer", "GA01", "archive").done();
    story.does(PROCURATORATE, "prosecutor", "XQ01", "archive").done();
}

#[test]
fn no_sentence_of_custody_is_delivered_without_its_days() {
    let mut story = held(year(), short_term());
    story
        .does(DETENTION, "detention_officer", "ZX01", "parole")
        .person(json!({"corrections_decided_on": "2026-04-11"}))
        .done();
    story.does(COURT, "judge", "JF01", "deliver_corrections").person(place()).done();
    serves_in_corrections(&mut story, "2026-04-13");
    story.does(JUSTICE, "corrections_officer", "SJ01", "propose_revocation").because("再犯新罪").done();
    story.does(COURT, "judge", "JF01", "revoke_parole").done();
    let undated = story.does(COURT, "judge", "JF01", "deliver_custody").person(json!({"term_from": null})).refused();
    let texts: Vec<&str> = undated.reasons.iter().map(|r| r.text.as_str()).collect();
    assert!(texts.iter().any(|t| t.starts_with("未填写“人员案卡·刑期起”")), "{texts:?}");
}

#[test]
fn parole_from_the_detention_centre_lasts_until_the_end_of_the_term() {
    let mut story = held(year(), short_term());
    story.on("2026-05-06");
    let undated = story.does(DETENTION, "detention_officer", "ZX01", "parole").refused();
    assert_eq!(undated.kind, RefusalKind::Requirements);
    story
        .does(DETENTION, "detention_officer", "ZX01", "parole")
        .person(json!({"corrections_decided_on": "2026-05-06"}))
        .done();
    assert_eq!(story.stands(DETENTION, "ZX01"), "outside");
    assert_eq!(story.stands(COURT, "JF01"), "granted");
    assert_eq!(story.person(COURT, "corrections_kind"), "parole");
    // 矫20: five days to tell, ten to deliver, from the day on which the ruling took effect.
    assert_eq!(story.last_day(COURT, "JF01", "D83N"), date(2026, 5, 11));
    assert_eq!(story.last_day(COURT, "JF01", "D83"), date(2026, 5, 18), "the tenth is a Saturday");
    let custody = story.does(COURT, "judge", "JF01", "deliver_custody").refused();
    assert_eq!(custody.kind, RefusalKind::OutOfOrder);
    story.does(COURT, "judge", "JF01", "deliver_corrections").person(place()).done();
    assert_eq!(story.material(JUSTICE, "W191").id, story.material(DETENTION, "W191").id);
    assert_eq!(story.material(PROCURATORATE, "W191").id, story.material(DETENTION, "W191").id);
    serves_in_corrections(&mut story, "2026-05-08");
    // 矫21, 刑83: ten days from the ruling; the rest of the sentence, with no probation of its own.
    assert_eq!(story.last_day(JUSTICE, "SJ01", "D84"), date(2026, 5, 18));
    assert_eq!(story.last_day(JUSTICE, "SJ01", "TERMC"), date(2026, 7, 5));
    assert_eq!(story.last_day(JUSTICE, "SJ01", "RELEASEC"), date(2026, 7, 6));
    assert!(running(&story, JUSTICE, "SJ01", "TERM").is_none());
    story.on("2026-07-05");
    let early = story.does(JUSTICE, "corrections_officer", "SJ01", "release").refused();
    assert!(early.reasons.iter().any(|r| r.text.contains("考验期满方可解除")), "{early:?}");
    story.on("2026-07-06");
    story.does(JUSTICE, "corrections_officer", "SJ01", "release").done();
    assert_eq!(story.stands(COURT, "JF01"), "executed");
    story.does(COURT, "judge", "JF01", "archive").done();
    story.ends_in_order();
}

#[test]
fn parole_is_revoked_and_the_rest_is_served() {
    let mut story = held(year(), whole_term());
    story.does(DETENTION, "detention_officer", "ZX01", "send_to_prison").done();
    story.on("2026-11-02");
    // What a prison holds is entered by the court.
    let undated = story.does(COURT, "judge", "JF01", "register_parole").refused();
    assert!(undated.reasons[0].text.contains("生效日在判决生效之后"), "{undated:?}");
    story
        .does(COURT, "judge", "JF01", "register_parole")
        .person(json!({"corrections_decided_on": "2026-11-02"}))
        .done();
    story.does(COURT, "judge", "JF01", "deliver_corrections").person(place()).done();
    serves_in_corrections(&mut story, "2026-11-03");
    story.on("2026-12-01");
    let wrong = story.does(JUSTICE, "corrections_officer", "SJ01", "propose_imprisonment").refused();
    assert_eq!(wrong.kind, RefusalKind::OutOfOrder, "矫49 is for those who serve outside for a time");
    story.does(JUSTICE, "corrections_officer", "SJ01", "propose_revocation").because("脱离监管").done();
    assert_eq!(story.stands(COURT, "JF01"), "revocation");
    assert_eq!(story.last_day(COURT, "JF01", "D86"), date(2026, 12, 31));
    let probation = story.does(COURT, "judge", "JF01", "revoke").refused();
    assert_eq!(probation.kind, RefusalKind::OutOfOrder);
    story.does(COURT, "judge", "JF01", "revoke_parole").done();
    for unit in [JUSTICE, PROCURATORATE, POLICE] {
        assert_eq!(story.material(unit, "W195").id, story.material(COURT, "W195").id, "{unit}");
    }
    assert_eq!(story.stands(JUSTICE, "SJ01"), "ended");
    assert!(running(&story, JUSTICE, "SJ01", "TERMC").is_none());
    assert_eq!(story.last_day(COURT, "JF01", "D81V"), date(2026, 12, 11));
    // 刑86: the rest of the term begins anew.
    let rest = json!({"term_from": "2026-12-01", "term_to": "2027-05-09"});
    story.does(COURT, "judge", "JF01", "deliver_custody").person(rest).done();
    story.does(DETENTION, "detention_officer", "ZX01", "accept").done();
    story.on("2027-05-09");
    story.does(DETENTION, "detention_officer", "ZX01", "release").done();
    story.does(COURT, "judge", "JF01", "close_custody").done();
    assert_eq!(story.stands(COURT, "JF01"), "executed");
}

#[test]
fn parole_from_life_is_on_trial_for_ten_years() {
    let mut story = held(json!({"judged_penalty": "life", "judged_months": 0}), json!({"term_from": "2026-04-11"}));
    story.does(DETENTION, "detention_officer", "ZX01", "send_to_prison").done();
    story.on("2039-04-11");
    story
        .does(COURT, "judge", "JF01", "register_parole")
        .person(json!({"corrections_decided_on": "2039-04-11"}))
        .done();
    story.does(COURT, "judge", "JF01", "deliver_corrections").person(place()).done();
    story.does(JUSTICE, "corrections_intake", "SJ01", "accept").done();
    assert_eq!(story.last_day(JUSTICE, "SJ01", "TERML"), date(2049, 4, 11));
    assert_eq!(story.last_day(JUSTICE, "SJ01", "RELEASEL"), date(2049, 4, 12));
    assert!(running(&story, JUSTICE, "SJ01", "TERMC").is_none());
}

#[test]
fn who_serves_outside_for_a_time_is_brought_there_within_ten_days() {
    let mut story = held(year(), short_term());
    story.on("2026-05-06");
    story
        .does(DETENTION, "detention_officer", "ZX01", "register_temporary")
        .person(json!({"corrections_decided_on": "2026-05-06"}))
        .done();
    assert_eq!(story.stands(COURT, "JF01"), "granted");
    // 矫21: ten days from the receipt of the decision.
    assert_eq!(story.last_day(DETENTION, "ZX01", "D84"), date(2026, 5, 18));
    assert!(running(&story, DETENTION, "ZX01", "D82").is_none(), "no prison waits for him");
    story.does(COURT, "judge", "JF01", "deliver_corrections").person(place()).done();
    story.does(JUSTICE, "corrections_intake", "SJ01", "return").because("缺少执行通知书").done();
    assert_eq!(story.stands(COURT, "JF01"), "granted", "delivered again, and not to the detention centre");
    story.does(COURT, "judge", "JF01", "deliver_corrections").done();
    story.does(DETENTION, "detention_officer", "ZX01", "hand_over").done();
    serves_in_corrections(&mut story, "2026-05-08");
    assert_eq!(story.last_day(JUSTICE, "SJ01", "TERM"), date(2026, 7, 5));
    story.on("2026-06-01");
    story.does(JUSTICE, "corrections_officer", "SJ01", "propose_imprisonment").because("情形消失").done();
    story.does(COURT, "judge", "JF01", "imprison").because("情形消失").done();
    assert_eq!(story.stands(COURT, "JF01"), "revoked");
    story.ends_in_order();
}
