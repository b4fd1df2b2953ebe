//! Small clocks: bail that is executed for another organ, forfeited bail and what may be said against
//! it, time that does not count while a suspect is examined.

use case::RefusalKind;
use jiff::civil::date;
use serde_json::json;

use crate::common::{POLICE, PROCURATORATE, Paper, Story};

#[test]
fn a_station_is_named_and_a_violation_answered_in_time() {
    let mut story = Story::under_review();
    story.does(PROCURATORATE, "prosecutor", "XQ01", "redecide_bail").done();
    story
        .does(PROCURATORATE, "prosecutor", "QB01", "decide_procuratorate")
        .person(json!({"bail_kind": "deposit", "deposit": 200_000}))
        .done();
    assert_eq!(story.stands(POLICE, "QB01"), "entrusted");
    assert_eq!(story.last_day(POLICE, "QB01", "D26S"), date(2026, 3, 11), "twenty-four hours");
    let unnamed = story.does(POLICE, "officer", "QB01", "assign_station").refused();
    assert_eq!(unnamed.kind, RefusalKind::Requirements);
    story.does(POLICE, "officer", "QB01", "assign_station").person(json!({"station": "城关派出所"})).done();
    story
        .does(POLICE, "station_officer", "QB01", "report_execution")
        .person(json!({"measure_executed_on": "2026-03-10"}))
        .done();

    story.on("2026-03-16");
    story.does(POLICE, "station_officer", "QB01", "report_violation").person(json!({"violation": "擅自离开"})).done();
    assert_eq!(story.stands(PROCURATORATE, "QB01"), "violated");
    // The opinion came on Monday the 16th; the fifth day is a Saturday.
    assert_eq!(story.last_day(PROCURATORATE, "QB01", "D26V"), date(2026, 3, 23));
    story.does(PROCURATORATE, "prosecutor", "QB01", "keep").done();

    story.does(POLICE, "officer", "QB01", "forfeit").person(json!({"deposit_forfeited": 100_000})).done();
    story.does(POLICE, "officer", "QB01", "serve_forfeit").done();
    story.does(POLICE, "officer", "QB01", "notify_forfeit").done();
    assert_eq!(story.person(PROCURATORATE, "deposit_forfeited"), json!(100_000));
    story.does(POLICE, "officer", "QB01", "register_review").file(Paper::of("EBAILREVIEW")).done();
    assert_eq!(story.last_day(POLICE, "QB01", "D26R"), date(2026, 3, 23));
    story.does(POLICE, "legal_reviewer", "QB01", "decide_review").done();
    story.does(POLICE, "officer", "QB01", "serve_forfeit").done();
    story.on("2026-03-25");
    let late = story.does(POLICE, "officer", "QB01", "register_review").refused();
    assert!(late.reasons.iter().any(|r| r.text.contains("申请复议的期限已经届满")), "{late:?}");
}

#[test]
fn days_of_an_examination_are_not_counted() {
    let mut story = Story::under_review();
    let before = story.last_day(PROCURATORATE, "XQ01", "D56");
    assert_eq!(before, date(2026, 4, 9));
    story.on("2026-03-12");
    story.does(PROCURATORATE, "prosecutor", "XQ01", "send_examination").done();
    story.on("2026-03-22");
    story.does(PROCURATORATE, "prosecutor", "XQ01", "end_examination").done();
    assert_eq!(story.last_day(PROCURATORATE, "XQ01", "D56"), date(2026, 4, 20), "ten days, and not on a Sunday");
    let again = story.does(PROCURATORATE, "prosecutor", "XQ01", "end_examination").refused();
    assert_eq!(again.kind, RefusalKind::OutOfOrder);
}

/// R5: who is arrested while the case is reviewed does not wait over a Sunday for the end of the time, and who
/// is released does again.
#[test]
fn a_clock_turns_with_the_measure() {
    let mut story = Story::investigated();
    story.does(POLICE, "officer", "GA01", "collect").files(&crate::common::EVIDENCE).files(&["EBLOOD"]).done();
    story.on("2026-03-12");
    story.does(POLICE, "officer", "GA01", "transfer").case(json!({"suggested_procedure": "fast"})).done();
    story.is_accepted_for_review();
    let sunday = date(2026, 4, 12);
    let clock = |story: &Story| {
        let i = story.instance(PROCURATORATE, "XQ01");
        i.clocks.iter().rfind(|c| c.deadline.as_str() == "D56").unwrap().clock
    };
    let registers = |story: &mut Story, measure: &str| {
        let today = story.today();
        story
            .does(PROCURATORATE, "prosecutor", "XQ01", "register_measure")
            .person(json!({"measure": measure, "measure_decided_on": today, "measure_executed_on": today,
                "custody_place": "东篱县看守所"}))
            .done();
    };
    assert_eq!(clock(&story), law::period::Clock::Handling);
    assert_eq!(story.last_day(PROCURATORATE, "XQ01", "D56"), sunday.tomorrow().unwrap());
    story.on("2026-03-13");
    registers(&mut story, "arrest");
    assert_eq!(clock(&story), law::period::Clock::Custody);
    assert_eq!(story.last_day(PROCURATORATE, "XQ01", "D56"), sunday);
    story.on("2026-03-20");
    registers(&mut story, "none");
    assert_eq!(clock(&story), law::period::Clock::Handling);
    assert_eq!(story.last_day(PROCURATORATE, "XQ01", "D56"), sunday.tomorrow().unwrap());
    story.ends_in_order();
}
