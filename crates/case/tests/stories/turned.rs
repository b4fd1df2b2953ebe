//! 程序转换: a case that is not fit for the fast procedure is turned, and its clock starts again.

use case::RefusalKind;
use jiff::civil::date;
use serde_json::json;

use crate::common::{COURT, PROCURATORATE, Story, judgment};

fn on_the_fast_procedure() -> Story {
    let mut story = Story::in_court();
    story
        .does(COURT, "judge", "FY01", "apply_fast")
        .person(json!({"fast_consent": true, "expected_over_year": false}))
        .done();
    story.does(COURT, "court_clerk", "FY01", "serve_indictment").done();
    story
}

fn schedule(story: &mut Story, hearing: &str) {
    story
        .does(COURT, "judge", "FY01", "schedule")
        .case(json!({"hearing_at": format!("{hearing}T09:00:00+08:00"), "hearing_place": "第一法庭"}))
        .done();
}

#[test]
fn from_fast_to_ordinary_in_the_hearing() {
    let mut story = on_the_fast_procedure();
    schedule(&mut story, "2026-03-20");
    story.on("2026-03-20");
    story.does(COURT, "judge", "FY01", "open_hearing").done();
    story
        .does(COURT, "judge", "FY01", "turn_ordinary")
        .case(json!({"tribunal": "three"}))
        .because("被告人否认指控的犯罪事实")
        .done();
    assert_eq!(story.stands(COURT, "FY01"), "preparing");
    assert_eq!(story.case(PROCURATORATE, "procedure"), "ordinary");
    assert_eq!(story.case(PROCURATORATE, "tribunal"), "three");
    // 解376: the fast clock is over, two months run from the day of turning.
    let clocks = &story.instance(COURT, "FY01").clocks;
    assert!(clocks.iter().filter(|c| c.deadline.as_str() == "D70").all(|c| c.ended.is_some()));
    assert_eq!(story.last_day(COURT, "FY01", "D72T"), date(2026, 5, 20));

    // 诉187: in the ordinary procedure ten days after the indictment and three after the summons.
    schedule(&mut story, "2026-03-27");
    story.on("2026-03-27");
    let early = story.does(COURT, "judge", "FY01", "open_hearing").refused();
    assert_eq!(early.kind, RefusalKind::Requirements);
    assert_eq!(
        early.reasons[0].text,
        "“起诉书副本送达后十日”至2026年3月27日 24 时届满，现在尚未届满（林疏桐）。普通程序至迟在开庭十日以前送达起诉书副本"
    );
    story.on("2026-03-28");
    story.does(COURT, "judge", "FY01", "open_hearing").done();

    // 诉206: what lies in a suspension does not count; 诉208: extended by a month.
    story.on("2026-04-10");
    story.does(COURT, "judge", "FY01", "suspend").because("被告人患有严重疾病").done();
    story.on("2026-04-30");
    story.does(COURT, "judge", "FY01", "resume").done();
    assert_eq!(story.last_day(COURT, "FY01", "D72T"), date(2026, 6, 9));
    story.does(COURT, "judge", "FY01", "extend").because("案情复杂").done();
    assert_eq!(story.last_day(COURT, "FY01", "D72T"), date(2026, 7, 10));

    schedule(&mut story, "2026-05-20");
    story.on("2026-05-20");
    story.does(COURT, "judge", "FY01", "open_hearing").done();
    story.does(COURT, "court_clerk", "FY01", "record_hearing").done();
    story.on("2026-06-05");
    story.does(COURT, "judge", "FY01", "pronounce_later").person(judgment()).done();
    story
        .does(COURT, "court_clerk", "FY01", "serve_judgment")
        .person(json!({"judgment_served_on": "2026-06-05"}))
        .done();
    story.ends_in_order();
}

#[test]
fn the_fast_procedure_demands_a_judgment_in_court() {
    let mut story = on_the_fast_procedure();
    schedule(&mut story, "2026-03-20");
    story.on("2026-03-20");
    story.does(COURT, "judge", "FY01", "open_hearing").done();
    story.does(COURT, "court_clerk", "FY01", "record_hearing").done();
    let later = story.does(COURT, "judge", "FY01", "pronounce_later").person(judgment()).refused();
    assert_eq!(later.kind, RefusalKind::Requirements);
    assert_eq!(later.reasons.len(), 1);
    assert_eq!(later.reasons[0].text, "有不得存在的情形：适用速裁程序。适用速裁程序审理案件，应当当庭宣判");
    assert_eq!(later.reasons[0].basis, ["《中华人民共和国刑事诉讼法》第二百二十四条"]);
}

#[test]
fn from_fast_to_simple_before_the_hearing() {
    let mut story = on_the_fast_procedure();
    story.on("2026-03-25");
    story.does(COURT, "judge", "FY01", "turn_simple").because("需要较长时间准备").done();
    assert_eq!(story.case(COURT, "procedure"), "simple");
    assert_eq!(story.last_day(COURT, "FY01", "D71T"), date(2026, 4, 14));
    story.is_tried_and_judged("2026-04-10");
    story.ends_in_order();
}
