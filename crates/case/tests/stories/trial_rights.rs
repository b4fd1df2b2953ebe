//! What makes a trial lawful: a limit that always runs, the bench that the law asks for, the whole time for an
//! appeal, the same fate for all who were tried together, review of a sentence of death.

use case::RefusalKind;
use jiff::civil::{Date, date};
use procedure::situation::Running;
use serde_json::{Value, json};

use crate::common::{COURT, DANGEROUS_DRIVING, POLICE, PROCURATORATE, Paper, Story, id_number, judgment};

fn running<'s>(story: &'s Story, process: &str, deadline: &str) -> Option<&'s Running> {
    story.instance(COURT, process).clocks.iter().rev().find(|c| c.deadline.as_str() == deadline && c.ended.is_none())
}

/// The articles that a refusal names, one text each.
fn cited(refusal: &case::Refusal) -> Vec<&str> {
    refusal.reasons.iter().flat_map(|r| r.basis.iter().map(String::as_str)).collect()
}

const PROCEDURE_LAW: &str = "《中华人民共和国刑事诉讼法》";
const INTERPRETATION: &str = "《最高人民法院关于适用〈中华人民共和国刑事诉讼法〉的解释》";

fn hearing(story: &mut Story, day: &str) {
    story
        .does(COURT, "judge", "FY01", "schedule")
        .case(json!({"hearing_at": format!("{day}T09:00:00+08:00"), "hearing_place": "第一法庭"}))
        .done();
    story.on(day);
    story.does(COURT, "judge", "FY01", "open_hearing").done();
    story.does(COURT, "court_clerk", "FY01", "record_hearing").done();
}

/// Heard in the procedure that the judge chose.
fn heard(procedure: &str, case: Value, person: Value, day: &str) -> Story {
    let mut story = Story::in_court();
    story.does(COURT, "judge", "FY01", procedure).case(case).person(person).done();
    story.does(COURT, "court_clerk", "FY01", "serve_indictment").done();
    hearing(&mut story, day);
    story
}

fn heard_fast() -> Story {
    heard("apply_fast", json!({}), json!({"fast_consent": true, "expected_over_year": false}), "2026-03-20")
}

fn heard_ordinarily() -> Story {
    heard("apply_ordinary", json!({"tribunal": "three"}), json!({}), "2026-03-30")
}

fn served(story: &mut Story, day: &str) {
    story.does(COURT, "court_clerk", "FY01", "serve_judgment").person(json!({"judgment_served_on": day})).done();
}

#[test]
fn a_case_without_a_chosen_procedure_has_its_limit_too() {
    let mut story = Story::in_court();
    // 诉208: two months from acceptance on 17 March; the last day is a Sunday, and nobody is in custody.
    assert_eq!(story.last_day(COURT, "FY01", "D72"), date(2026, 5, 18));
    story
        .does(COURT, "judge", "FY01", "apply_fast")
        .person(json!({"fast_consent": true, "expected_over_year": false}))
        .done();
    assert!(running(&story, "FY01", "D72").is_none(), "the short limit runs instead");
    assert_eq!(story.last_day(COURT, "FY01", "D70"), date(2026, 3, 27));
}

#[test]
fn the_time_for_an_appeal_cannot_be_cut_short_by_a_date() {
    let mut story = heard_fast();
    story.does(COURT, "judge", "FY01", "pronounce").person(judgment()).done();
    let before = story
        .does(COURT, "court_clerk", "FY01", "serve_judgment")
        .person(json!({"judgment_served_on": "2026-03-09"}))
        .refused();
    assert_eq!(before.kind, RefusalKind::Input);
    assert_eq!(before.reasons[0].text, "“判决书送达日”不得早于“宣判日”");
    assert_eq!(cited(&before), [format!("{PROCEDURE_LAW}第二百零二条")]);
    served(&mut story, "2026-03-20");
    story.on("2026-04-02");
    let typed =
        story.does(COURT, "judge", "FY01", "take_effect").person(json!({"effective_on": "2026-03-21"})).refused();
    assert_eq!(typed.kind, RefusalKind::Input, "nobody types the day of effect");
    story.does(COURT, "judge", "FY01", "take_effect").done();
    for unit in [COURT, PROCURATORATE, POLICE] {
        assert_eq!(story.person(unit, "effective_on"), "2026-03-31", "{unit}: the day after the ten");
    }
    story.does(COURT, "judge", "FY01", "deliver").done();
    let later = story
        .does(COURT, "judge", "JF01", "deliver_corrections")
        .person(json!({"corrections_unit": crate::common::JUSTICE, "effective_on": "2026-04-02"}))
        .refused();
    assert_eq!(later.kind, RefusalKind::Input, "nor is it rewritten afterwards");
}

#[test]
fn the_ordinary_procedure_needs_a_panel() {
    let mut story = Story::in_court();
    let alone = story.does(COURT, "judge", "FY01", "apply_ordinary").refused();
    assert_eq!(alone.kind, RefusalKind::Requirements);
    assert_eq!(cited(&alone), [format!("{PROCEDURE_LAW}第一百八十三条")]);
    story.does(COURT, "judge", "FY01", "apply_ordinary").case(json!({"tribunal": "three"})).done();
    story.does(COURT, "court_clerk", "FY01", "serve_indictment").done();
    // Nor does a change of the judges bring it back before one.
    story.does(COURT, "court_president", "FY01", "reassign").case(json!({"tribunal": "single"})).done();
    story
        .does(COURT, "judge", "FY01", "schedule")
        .case(json!({"hearing_at": "2026-03-30T09:00:00+08:00", "hearing_place": "第一法庭"}))
        .done();
    story.on("2026-03-30");
    let alone = story.does(COURT, "judge", "FY01", "open_hearing").refused();
    assert_eq!(cited(&alone), [format!("{PROCEDURE_LAW}第一百八十三条")]);
}

#[test]
fn more_than_three_years_are_for_a_panel_and_not_for_the_fast_procedure() {
    let mut story = Story::in_court();
    let heavy = json!({"fast_consent": true, "expected_over_three": true});
    let fast = story.does(COURT, "judge", "FY01", "apply_fast").person(heavy.clone()).refused();
    assert_eq!(cited(&fast), [format!("{PROCEDURE_LAW}第二百二十二条")]);
    let alone = story.does(COURT, "judge", "FY01", "apply_simple").person(heavy.clone()).refused();
    assert_eq!(cited(&alone), [format!("{PROCEDURE_LAW}第二百一十六条"), format!("{INTERPRETATION}第三百六十六条")]);
    story.does(COURT, "judge", "FY01", "apply_simple").case(json!({"tribunal": "three"})).person(heavy).done();
    // 诉220: a month and a half, where it may be more than three years.
    assert_eq!(story.last_day(COURT, "FY01", "D71"), date(2026, 5, 6));
}

#[test]
fn a_heavier_sentence_than_the_procedure_carries_is_not_pronounced() {
    let heavy =
        json!({"judged_penalty": "imprisonment", "judged_months": 42, "probation": false, "probation_months": 0});
    let mut story = heard_fast();
    let fast = story.does(COURT, "judge", "FY01", "pronounce").person(judgment()).person(heavy.clone()).refused();
    assert_eq!(cited(&fast), [format!("{PROCEDURE_LAW}第二百二十二条"), format!("{INTERPRETATION}第三百七十五条")]);
    let mut story = heard("apply_simple", json!({}), json!({"fast_consent": true}), "2026-03-20");
    let simple = story.does(COURT, "judge", "FY01", "pronounce_later").person(judgment()).person(heavy).refused();
    assert_eq!(cited(&simple), [format!("{PROCEDURE_LAW}第二百一十六条"), format!("{INTERPRETATION}第三百六十六条")]);
}

#[test]
fn whoever_is_not_asked_is_not_turned_to_the_simple_procedure() {
    let mut story = heard_fast();
    let against = story
        .does(COURT, "judge", "FY01", "turn_simple")
        .person(json!({"fast_consent": false, "not_guilty_defence": true}))
        .because("辩护人作无罪辩护")
        .refused();
    let said: Vec<&str> = against.reasons.iter().filter_map(|r| r.requirement.as_ref()).map(|r| r.as_str()).collect();
    assert_eq!(said, ["FY01-R22", "FY01-R25"]);
    assert_eq!(story.case(COURT, "procedure"), "fast");
}

#[test]
fn nobody_is_acquitted_in_a_shortened_procedure() {
    let mut story = heard_fast();
    let acquits = |story: &mut Story| {
        let act = story.does(COURT, "judge", "FY01", "acquit").case(json!({"pronounced": "in_court"}));
        act.because("情节显著轻微").refused()
    };
    let fast = acquits(&mut story);
    assert_eq!(cited(&fast), [format!("{INTERPRETATION}第三百六十八条"), format!("{INTERPRETATION}第三百七十五条")]);
    story
        .does(COURT, "judge", "FY01", "turn_ordinary")
        .case(json!({"tribunal": "three"}))
        .because("可能不构成犯罪")
        .done();
    story.on("2026-04-01");
    hearing(&mut story, "2026-04-08");
    let unsaid = story.does(COURT, "judge", "FY01", "acquit").because("情节显著轻微").refused();
    assert_eq!(cited(&unsaid), [format!("{PROCEDURE_LAW}第二百零二条")]);
    story.does(COURT, "judge", "FY01", "acquit").case(json!({"pronounced": "later"})).because("情节显著轻微").done();
    // 诉202: at once, where it was not pronounced at the end of the hearing.
    assert_eq!(story.last_day(COURT, "FY01", "D73"), date(2026, 4, 9));
}

#[test]
fn a_judgment_pronounced_later_is_served_at_once() {
    let mut story = heard_ordinarily();
    story.on("2026-04-07");
    story.does(COURT, "judge", "FY01", "pronounce_later").person(judgment()).done();
    assert_eq!(story.last_day(COURT, "FY01", "D73"), date(2026, 4, 8));
    let mut story = heard_ordinarily();
    story.does(COURT, "judge", "FY01", "pronounce").person(judgment()).done();
    // 诉202: five days; the fifth is a Saturday of the holiday of 清明.
    assert_eq!(story.last_day(COURT, "FY01", "D73"), date(2026, 4, 7));
}

#[test]
fn a_measure_is_decided_anew_when_it_is_decided_and_not_when_it_is_proposed() {
    let mut story = Story::under_review();
    story
        .does(PROCURATORATE, "prosecutor", "XQ01", "apply_fast_track")
        .person(json!({"expected_over_year": false}))
        .done();
    story.bail_is_decided_by_the_procuratorate();
    story.a_duty_lawyer_helps();
    story.is_interrogated();
    story.the_undertaking_is_signed();
    story.is_prosecuted();
    story.on("2026-03-17");
    story.does(COURT, "filing_clerk", "FY01", "accept").done();
    story.does(COURT, "filing_clerk", "FY01", "assign").case(json!({"tribunal": "single"})).done();
    story.does(COURT, "judge", "FY01", "redecide_bail").done();
    assert!(running(&story, "FY01", "D27").is_some(), "nothing is decided yet");
    assert_eq!(story.last_day(COURT, "FY01", "D27"), date(2026, 3, 24));
    story
        .does(COURT, "judge", "QB01", "decide_court")
        .person(json!({"bail_kind": "guarantor", "guarantor": "沈既白"}))
        .files(&["W021"])
        .done();
    assert!(running(&story, "FY01", "D27").is_none());
}

#[test]
fn surveillance_of_the_residence_is_decided_anew_too() {
    let library = crate::common::library();
    let measure = |m: &str| {
        let mut s = procedure::situation::Situation::default();
        let fields = [("measure".into(), json!(m))].into_iter().collect();
        s.subjects.insert("P1".into(), procedure::situation::Subject { card: "person".into(), fields });
        let view = procedure::engine::facts::View { library: &library, situation: &s, subject: Some("P1") };
        let when = library.processes["FY01"].deadlines["D27"].when.clone();
        view.holds(when.as_ref())
    };
    assert!(measure("residence") && measure("designated_residence") && measure("bail"));
    assert!(!measure("arrest"));
}

#[test]
fn a_trial_put_off_in_custody_ends_on_its_day() {
    let mut story = Story::in_court();
    story.does(COURT, "judge", "FY01", "apply_ordinary").case(json!({"tribunal": "three"})).done();
    arrest(&mut story);
    story.on("2026-03-18");
    story.does(COURT, "judge", "FY01", "adjourn").done();
    // 诉105: the 18th of April is a Saturday, and he is in custody.
    assert_eq!(story.last_day(COURT, "FY01", "D68"), date(2026, 4, 18));
}

fn arrest(story: &mut Story) {
    let today = story.today();
    story
        .does(COURT, "judge", "FY01", "register_measure")
        .person(json!({"measure": "arrest", "measure_decided_on": today, "measure_executed_on": today}))
        .files(&["W169"])
        .done();
}

#[test]
fn who_did_not_appeal_waits_for_those_who_did() {
    let mut story = Story::in_court();
    story.does(COURT, "judge", "FY01", "apply_ordinary").case(json!({"tribunal": "three"})).done();
    let driver = story.subject(COURT);
    let card = json!({"name": "顾又青", "id_number": id_number("1992-07-08", 5), "birth": "1992-07-08", "impaired": false,
        "measure": "none", "blood_alcohol": 130, "charge": DANGEROUS_DRIVING, "plea": "none", "at_large": false});
    story.does(PROCURATORATE, "prosecutor", "XQ01", "add_suspect").new_person(card).files(&["EIDENTITY"]).done();
    let all = &story.files[PROCURATORATE].state.situation.subjects;
    let other = all.iter().find(|(_, s)| s.fields["name"] == "顾又青").unwrap().0.clone();
    let today = story.today();
    for (act, fields) in [
        ("tell_rights", json!({})),
        ("interrogate", json!({"interrogated_on": today, "plea": "none", "recorded": true})),
        ("finish_review", json!({})),
    ] {
        story.does(PROCURATORATE, "prosecutor", "XQ01", act).for_subjects(&[&other]).person(fields).done();
    }
    story
        .does(PROCURATORATE, "prosecutor", "XQ01", "add_indictment")
        .for_subjects(&[&other])
        .person(json!({"prosecuted_charge": DANGEROUS_DRIVING}))
        .file(Paper::of("W148").about(&other))
        .done();
    story.does(COURT, "judge", "FY01", "accept_added").done();
    story.does(COURT, "court_clerk", "FY01", "serve_indictment").done();
    hearing(&mut story, "2026-03-30");
    for who in [&driver, &other] {
        story.does(COURT, "judge", "FY01", "pronounce").for_subjects(&[who]).person(judgment()).done();
        let card = json!({"judgment_served_on": "2026-03-30"});
        story.does(COURT, "court_clerk", "FY01", "serve_judgment").for_subjects(&[who]).person(card).done();
    }
    let alone = story.does(COURT, "judge", "FY01", "send_up").refused();
    assert_eq!(alone.kind, RefusalKind::OutOfOrder, "nobody has appealed");
    story.does(COURT, "judge", "FY01", "register_appeal").for_subjects(&[&driver]).done();
    // Ten days end on 9 April; the case is sent within three more.
    assert_eq!(story.last_day(COURT, "FY01", "D75"), date(2026, 4, 13));
    story.on("2026-04-10");
    let final_alone = story.does(COURT, "judge", "FY01", "take_effect").for_subjects(&[&other]).refused();
    assert_eq!(final_alone.kind, RefusalKind::Requirements);
    assert_eq!(cited(&final_alone), [format!("{PROCEDURE_LAW}第二百三十三条第二款")]);
    story.does(COURT, "judge", "FY01", "send_up").for_subjects(&[&driver]).done();
    for who in [&driver, &other] {
        for (unit, process) in [(COURT, "FY01"), (PROCURATORATE, "XQ01")] {
            let state = &story.instance(unit, process).tracks[who.as_str()].state;
            assert_eq!(state.as_str(), "second_instance", "{unit} {who}");
        }
    }
}

#[test]
fn a_sentence_of_death_takes_no_effect_without_review() {
    let mut story = heard_ordinarily();
    let death = json!({"judged_penalty": "death", "judged_months": 0, "probation": false, "probation_months": 0});
    story.does(COURT, "judge", "FY01", "pronounce").person(judgment()).person(death).done();
    served(&mut story, "2026-03-30");
    let day: Date = story.last_day(COURT, "FY01", "D90");
    assert_eq!(day, date(2026, 4, 20), "ten days after the 9th; the 19th is a Sunday");
    let early = story.does(COURT, "judge", "FY01", "report_death").refused();
    assert_eq!(early.kind, RefusalKind::Requirements, "an appeal is still possible");
    story.on("2026-04-10");
    let effect = story.does(COURT, "judge", "FY01", "take_effect").refused();
    assert_eq!(effect.kind, RefusalKind::OutOfOrder);
    assert!(cited(&effect).contains(&format!("{PROCEDURE_LAW}第二百五十九条").as_str()), "{effect:?}");
    story.does(COURT, "judge", "FY01", "report_death").done();
    assert_eq!(story.stands(COURT, "FY01"), "death_review");
    assert_eq!(story.stands(POLICE, "GA01"), "second_instance");
    story.ends_in_order();
}

#[test]
fn an_arrest_in_court_needs_the_decision_of_the_president() {
    let mut story = Story::in_court();
    let today = story.today();
    let card = json!({"measure": "arrest", "measure_decided_on": today, "measure_executed_on": today});
    let unwritten = story.does(COURT, "judge", "FY01", "register_measure").person(card.clone()).refused();
    assert_eq!(unwritten.kind, RefusalKind::Requirements);
    assert_eq!(
        cited(&unwritten),
        [format!("{INTERPRETATION}第一百四十七条"), format!("{INTERPRETATION}第一百六十七条")]
    );
    story.does(COURT, "judge", "FY01", "register_measure").person(card).files(&["W169"]).proposed();
    assert_eq!(story.person(COURT, "measure"), "bail", "not before the president agrees");
}

#[test]
fn three_months_more_need_a_ground_and_the_upper_court() {
    let mut story = Story::in_court();
    story.does(COURT, "judge", "FY01", "apply_ordinary").case(json!({"tribunal": "three"})).done();
    let unasked = story.does(COURT, "judge", "FY01", "extend_by_upper").refused();
    assert_eq!(unasked.kind, RefusalKind::OutOfOrder);
    let groundless = story.does(COURT, "judge", "FY01", "ask_upper_term").because("案情复杂").refused();
    assert_eq!(cited(&groundless), [format!("{PROCEDURE_LAW}第二百零八条"), format!("{INTERPRETATION}第二百一十条")]);
    let ask = |story: &mut Story, day: &str| {
        story.on(day);
        let ground = json!({"extension_ground": "civil"});
        let (story, asker, command) =
            story.does(COURT, "judge", "FY01", "ask_upper_term").case(ground).because("附带民事诉讼").command();
        story.decides(&asker, &command).map(|_| ())
    };
    // 解210: fifteen days before the end, which is 18 May.
    assert!(ask(&mut story, "2026-05-03").is_ok());
    let late = ask(&mut story, "2026-05-05").unwrap_err();
    assert!(late.reasons[0].text.contains("距届满已不足15日"), "{late:?}");
    story.on("2026-05-03");
    let ground = json!({"extension_ground": "civil"});
    story.does(COURT, "judge", "FY01", "ask_upper_term").case(ground).because("附带民事诉讼").done();
    story.on("2026-05-15");
    let unwritten = story.does(COURT, "judge", "FY01", "extend_by_upper").without("EUPPERTERM").refused();
    assert_eq!(unwritten.kind, RefusalKind::Requirements);
    story.does(COURT, "judge", "FY01", "extend_by_upper").done();
    assert_eq!(story.last_day(COURT, "FY01", "D72"), date(2026, 8, 17));
}
