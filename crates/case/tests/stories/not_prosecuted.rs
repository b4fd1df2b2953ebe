//! 不起诉: for want of evidence after two returns, and for circumstances that are plainly minor.

use case::RefusalKind;
use jiff::civil::date;
use serde_json::json;

use crate::common::{POLICE, PROCURATORATE, Story};

fn interrogated() -> Story {
    let mut story = Story::under_review();
    story.bail_is_decided_by_the_procuratorate();
    story.is_interrogated();
    story
}

#[test]
fn for_want_of_evidence_after_two_returns() {
    let mut story = interrogated();
    story.does(PROCURATORATE, "prosecutor", "XQ01", "finish_review").done();
    let early = story
        .does(PROCURATORATE, "prosecutor", "XQ01", "nonprosecute_doubtful")
        .person(json!({"nonprosecution_reason": "证据不足"}))
        .refused();
    assert_eq!(early.kind, RefusalKind::Requirements);
    assert!(early.reasons[0].text.ends_with("存疑不起诉应当经过退回补充侦查"), "{early:?}");

    story.is_returned_for_supplement("2026-03-20");
    story.is_returned_for_supplement("2026-03-27");
    story.on("2026-04-20");
    story
        .does(PROCURATORATE, "prosecutor", "XQ01", "nonprosecute_doubtful")
        .person(json!({"nonprosecution_reason": "证据不足，不符合起诉条件"}))
        .done();
    assert_eq!(story.stands(PROCURATORATE, "XQ01"), "deciding_nonprosecution");
    assert_eq!(story.stands(POLICE, "GA01"), "accepted", "not before it is announced");
    story.does(PROCURATORATE, "prosecutor", "XQ01", "announce").done();
    assert_eq!(story.stands(PROCURATORATE, "XQ01"), "not_prosecuted");
    assert_eq!(story.stands(POLICE, "GA01"), "not_prosecuted");
    assert_eq!(story.person(POLICE, "nonprosecution"), "doubtful");
    assert_eq!(story.person(POLICE, "nonprosecution_reason"), "证据不足，不符合起诉条件");
    assert_eq!(story.material(POLICE, "W134").id, story.material(PROCURATORATE, "W134").id);
    // 诉178: with the decision the measure ends, in every file.
    for unit in [POLICE, PROCURATORATE] {
        let bail = story.stands(unit, "QB01");
        let end = story.library.processes["QB01"].states[bail.as_str()].end;
        assert!(end, "{unit}: bail stands at {bail}");
    }
    story.ends_in_order();
}

#[test]
fn a_return_that_was_not_proper_is_explained_and_not_accepted_back() {
    let mut story = interrogated();
    story.does(PROCURATORATE, "prosecutor", "XQ01", "return_supplement").because("主要事实不清").done();
    assert_eq!(story.stands(POLICE, "GA01"), "accepted", "until the police sign for it");
    story.does(POLICE, "police_dept_head", "XQ05", "accept").done();
    assert_eq!(story.stands(POLICE, "GA01"), "supplementing");
    assert_eq!(story.last_day(POLICE, "XQ05", "D58"), date(2026, 4, 10));
    story.on("2026-03-20");
    story.does(POLICE, "officer", "XQ05", "explain").because("事实已经查清").done();
    assert_eq!(story.stands(PROCURATORATE, "XQ01"), "resubmitted");
    story.does(PROCURATORATE, "case_manager", "XQ01", "return_resubmitted").because("说明没有附件").done();
    assert_eq!(story.stands(POLICE, "XQ05"), "investigating");
    assert_eq!(story.stands(POLICE, "GA01"), "supplementing");
    story.does(POLICE, "officer", "XQ05", "resubmit").case(json!({"supplement_result": "done"})).done();
    story.does(PROCURATORATE, "case_manager", "XQ01", "accept_resubmitted").done();
    assert_eq!(story.person(PROCURATORATE, "supplement_count"), 1, "it was one return");
    story.ends_in_order();
}

#[test]
fn for_circumstances_that_are_plainly_minor() {
    let mut story = interrogated();
    let unreasoned = story.does(PROCURATORATE, "prosecutor", "XQ01", "nonprosecute_discretionary").refused();
    assert_eq!(unreasoned.reasons[0].place.as_deref(), Some("person.nonprosecution_reason"));
    assert_eq!(unreasoned.reasons[0].basis, ["《人民检察院刑事诉讼规则》第三百七十二条"]);
    story
        .does(PROCURATORATE, "prosecutor", "XQ01", "nonprosecute_discretionary")
        .person(json!({"nonprosecution_reason": "犯罪情节轻微"}))
        .done();
    story.does(PROCURATORATE, "prosecutor", "XQ01", "announce").done();
    assert_eq!(story.person(POLICE, "nonprosecution"), "discretionary");
    story.ends_in_order();
}
