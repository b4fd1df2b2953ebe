//! 上诉、抗诉 and what becomes of them; 延期审理 at most twice.

use case::RefusalKind;
use jiff::civil::date;
use serde_json::json;

use crate::common::{COURT, POLICE, PROCURATORATE, Story, judgment};

fn heard() -> Story {
    let mut story = Story::in_court();
    story
        .does(COURT, "judge", "FY01", "apply_fast")
        .person(json!({"fast_consent": true, "expected_over_year": false}))
        .done();
    story.does(COURT, "court_clerk", "FY01", "serve_indictment").done();
    story
}

fn pronounced() -> Story {
    let mut story = heard();
    story
        .does(COURT, "judge", "FY01", "schedule")
        .case(json!({"hearing_at": "2026-03-20T09:00:00+08:00", "hearing_place": "第一法庭"}))
        .done();
    story.on("2026-03-20");
    story.does(COURT, "judge", "FY01", "open_hearing").done();
    story.does(COURT, "court_clerk", "FY01", "record_hearing").done();
    story.does(COURT, "judge", "FY01", "pronounce").person(judgment()).done();
    story
}

#[test]
fn an_appeal_before_service_that_is_withdrawn_leaves_the_judgment_to_be_served() {
    let mut story = pronounced();
    story.does(COURT, "judge", "FY01", "register_appeal").done();
    assert_eq!(story.stands(COURT, "FY01"), "appealed");
    story.does(COURT, "judge", "FY01", "withdraw_unserved").done();
    assert_eq!(story.stands(COURT, "FY01"), "judged");
    story
        .does(COURT, "court_clerk", "FY01", "serve_judgment")
        .person(json!({"judgment_served_on": "2026-03-20"}))
        .done();
    // 诉230: the period runs from service, and the judgment takes effect when it is over.
    assert_eq!(story.last_day(COURT, "FY01", "D74"), date(2026, 3, 30));
    story.on("2026-03-31");
    story.does(COURT, "judge", "FY01", "take_effect").done();
    story.ends_in_order();
}

#[test]
fn an_appeal_that_is_kept_goes_up() {
    let mut story = pronounced();
    story.does(COURT, "judge", "FY01", "register_appeal").done();
    let unserved = story.does(COURT, "judge", "FY01", "send_up").refused();
    assert_eq!(unserved.kind, RefusalKind::Requirements);
    story
        .does(COURT, "court_clerk", "FY01", "serve_appealed")
        .person(json!({"judgment_served_on": "2026-03-20"}))
        .done();
    assert_eq!(story.stands(COURT, "FY01"), "appealed");
    // 诉231: three days after the ten.
    assert_eq!(story.last_day(COURT, "FY01", "D75"), date(2026, 4, 2));
    story.on("2026-04-01");
    let late = story.does(COURT, "judge", "FY01", "withdraw_appeal").refused();
    assert_eq!(late.kind, RefusalKind::Requirements, "the upper court decides on it now");
    story.does(COURT, "judge", "FY01", "send_up").done();
    for (unit, process) in [(COURT, "FY01"), (PROCURATORATE, "XQ01"), (POLICE, "GA01")] {
        assert_eq!(story.stands(unit, process), "second_instance", "{unit}");
    }
    story.ends_in_order();
}

#[test]
fn an_appeal_and_a_protest_are_withdrawn_one_after_the_other() {
    let mut story = pronounced();
    story
        .does(COURT, "court_clerk", "FY01", "serve_judgment")
        .person(json!({"judgment_served_on": "2026-03-20"}))
        .done();
    story.does(COURT, "judge", "FY01", "register_appeal").done();
    story.does(PROCURATORATE, "prosecutor", "XQ01", "protest").because("量刑畸轻").done();
    assert_eq!(story.person(COURT, "appeal"), "both");
    story.does(PROCURATORATE, "prosecutor", "XQ01", "withdraw_protest").because("抗诉不当").done();
    assert_eq!((story.stands(COURT, "FY01"), story.person(COURT, "appeal")), ("appealed".into(), json!("appealed")));
    story.does(COURT, "judge", "FY01", "withdraw_appeal").done();
    assert_eq!(story.stands(COURT, "FY01"), "served");
    story.on("2026-03-31");
    story.does(COURT, "judge", "FY01", "take_effect").done();
    story.ends_in_order();
}

#[test]
fn a_victim_asks_for_a_protest_and_is_answered_in_five_days() {
    let mut story = pronounced();
    story.does(PROCURATORATE, "prosecutor", "XQ01", "register_victim_request").done();
    assert_eq!(story.last_day(PROCURATORATE, "XQ01", "D76"), date(2026, 3, 25));
    story.does(PROCURATORATE, "prosecutor", "XQ01", "answer_victim_request").done();
    story
        .does(COURT, "court_clerk", "FY01", "serve_judgment")
        .person(json!({"judgment_served_on": "2026-03-20"}))
        .done();
    story.ends_in_order();
}

#[test]
fn a_trial_is_put_off_for_investigation_twice_and_on_the_procedure_that_applies() {
    let mut story = heard();
    for (off, on, due) in
        [("2026-03-20", "2026-04-10", date(2026, 4, 20)), ("2026-04-13", "2026-04-30", date(2026, 5, 11))]
    {
        story.on(off);
        story.does(PROCURATORATE, "prosecutor", "XQ01", "ask_adjournment").done();
        story.does(COURT, "judge", "FY01", "adjourn").done();
        let fast = |c: &&procedure::situation::Running| ["D70", "D70T"].contains(&c.deadline.as_str());
        assert!(story.instance(COURT, "FY01").clocks.iter().filter(fast).all(|c| c.ended.is_some()));
        story.on(on);
        story.does(PROCURATORATE, "prosecutor", "XQ01", "ask_resumption").done();
        story.does(COURT, "judge", "FY01", "resume_hearing").done();
        // 诉208: counted anew, as long as the procedure that applies gives.
        assert_eq!(story.last_day(COURT, "FY01", "D70T"), due);
        let ordinary = |c: &&procedure::situation::Running| c.deadline.as_str() == "D72T";
        assert_eq!(story.instance(COURT, "FY01").clocks.iter().filter(ordinary).count(), 0);
    }
    assert_eq!(story.person(PROCURATORATE, "adjournment_count"), 2);
    let third = story.does(COURT, "judge", "FY01", "adjourn").refused();
    assert_eq!(third.kind, RefusalKind::OutOfOrder);
    assert!(third.reasons[0].text.ends_with("因补充侦查延期审理未满二次"), "{third:?}");
    let third = story.does(PROCURATORATE, "prosecutor", "XQ01", "ask_adjournment").refused();
    assert_eq!(third.kind, RefusalKind::OutOfOrder);
}
