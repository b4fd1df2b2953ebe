//! 不予立案: verified, extended, refused, served.

use jiff::civil::date;
use serde_json::json;

use crate::common::{DANGEROUS_DRIVING, POLICE, Story};

/// Refused, and the notice served on 23 March.
fn refused(source: &str, papers: &[&str]) -> Story {
    let mut story = Story::begins("2026-03-20");
    story
        .does(POLICE, "officer", "GA01", "register")
        .case(json!({"name": "采菊路报案", "source": source, "offence": DANGEROUS_DRIVING,
            "acted_to": "2026-03-01T22:00:00+08:00"}))
        .person(json!({"name": "林疏桐", "birth": "1990-01-02"}))
        .files(papers)
        .done();
    story.does(POLICE, "officer", "GA01", "refuse_filing").because("没有犯罪事实").done();
    story.on("2026-03-23");
    story.does(POLICE, "officer", "GA01", "serve_refusal").done();
    story
}

#[test]
fn a_report_that_does_not_become_a_case() {
    let mut story = Story::begins("2026-03-02");
    story
        .does(POLICE, "officer", "GA01", "register")
        .case(json!({"name": "采菊路报案", "accepted_at": "2026-03-02T08:30:00+08:00", "offence": DANGEROUS_DRIVING}))
        .person(json!({"name": "林疏桐"}))
        .done();
    // Three days, seven where facts must be verified, thirty where the case is difficult.
    assert_eq!(story.last_day(POLICE, "GA01", "D01"), date(2026, 3, 5));
    story.on("2026-03-04");
    story.does(POLICE, "officer", "GA01", "verify_filing").because("需要核实饮酒情况").done();
    assert_eq!(story.last_day(POLICE, "GA01", "D01"), date(2026, 3, 9));
    story.on("2026-03-09");
    story.does(POLICE, "officer", "GA01", "extend_filing").because("证人不在本地").done();
    assert_eq!(story.last_day(POLICE, "GA01", "D01"), date(2026, 4, 1));

    story.on("2026-03-20");
    story.does(POLICE, "officer", "GA01", "refuse_filing").because("没有犯罪事实").done();
    assert_eq!(story.last_day(POLICE, "GA01", "D04"), date(2026, 3, 23));
    story.on("2026-03-23");
    story.does(POLICE, "officer", "GA01", "serve_refusal").done();
    assert_eq!(story.stands(POLICE, "GA01"), "not_filed");
    assert!(story.carried.is_empty(), "nobody else hears of it");

    // Every act is kept with who did it; what was proposed counts for the proposer.
    let done: Vec<(&str, &str)> =
        story.instance(POLICE, "GA01").done.iter().map(|d| (d.action.as_str(), d.by.as_str())).collect();
    let officer = "officer@GA-970123";
    assert_eq!(
        done,
        [
            ("register", officer),
            ("verify_filing", officer),
            ("extend_filing", officer),
            ("refuse_filing", officer),
            ("serve_refusal", officer)
        ]
    );
    story.ends_in_order();
}

#[test]
fn who_accused_may_ask_again_and_then_above() {
    let mut story = refused("accuse", &["W002"]);
    // 公179: seven days to ask, thirty to answer, thirty more where it is difficult.
    assert_eq!(story.last_day(POLICE, "GA01", "D05"), date(2026, 3, 30));
    story.on("2026-03-30");
    story.does(POLICE, "officer", "GA01", "register_reconsideration").done();
    assert_eq!(story.last_day(POLICE, "GA01", "D05D"), date(2026, 4, 29));
    story.does(POLICE, "officer", "GA01", "extend_reconsideration").because("案情复杂").done();
    assert_eq!(story.last_day(POLICE, "GA01", "D05D"), date(2026, 5, 29));
    story.on("2026-04-20");
    story.does(POLICE, "legal_reviewer", "GA01", "maintain_refusal").because("没有犯罪事实").done();
    assert_eq!(story.stands(POLICE, "GA01"), "not_filed");
    assert_eq!(story.last_day(POLICE, "GA01", "D05R"), date(2026, 4, 27));
    story.does(POLICE, "officer", "GA01", "register_filing_recheck").done();
    assert_eq!(story.last_day(POLICE, "GA01", "D05S"), date(2026, 5, 20));
    // Those above keep to it, and when he asks once more they revoke it: the case is filed.
    story.does(POLICE, "legal_reviewer", "GA01", "record_filing_recheck").done();
    assert_eq!(story.stands(POLICE, "GA01"), "not_filed");
    story.does(POLICE, "officer", "GA01", "reopen").because("上级公安机关撤销不予立案决定").done();
    assert_eq!(story.stands(POLICE, "GA01"), "investigating");
    story.ends_in_order();
}

#[test]
fn who_asks_again_too_late_is_refused() {
    let mut story = refused("accuse", &["W002"]);
    story.on("2026-03-31");
    let late = story.does(POLICE, "officer", "GA01", "register_reconsideration").refused();
    assert!(late.reasons[0].text.starts_with("“对不予立案决定申请复议”已于2026年3月30日届满"), "{late:#?}");
    let early = story.does(POLICE, "officer", "GA01", "register_filing_recheck").refused();
    assert!(early.reasons[0].text.starts_with("缺少《不予立案复议决定书》"), "{early:#?}");
}

#[test]
fn an_agency_that_handed_its_case_over_has_three_days() {
    let mut story = Story::begins("2026-03-20");
    story
        .does(POLICE, "officer", "GA01", "register")
        .case(json!({"name": "采菊路移送案", "source": "administrative", "offence": DANGEROUS_DRIVING}))
        .person(json!({"name": "林疏桐"}))
        .done();
    // 公180: three days to decide, a day to ask for what is missing.
    assert_eq!(story.last_day(POLICE, "GA01", "D03"), date(2026, 3, 23));
    assert_eq!(story.last_day(POLICE, "GA01", "D03N"), date(2026, 3, 21));
    story.does(POLICE, "officer", "GA01", "ask_completion").because("缺少检验报告").done();
    assert_eq!(story.last_day(POLICE, "GA01", "D03B"), date(2026, 3, 23));
    story.does(POLICE, "officer", "GA01", "refuse_filing").because("没有犯罪事实").done();
    story.does(POLICE, "officer", "GA01", "serve_refusal").done();
    assert_eq!(story.last_day(POLICE, "GA01", "D05"), date(2026, 3, 23));
    story.does(POLICE, "officer", "GA01", "register_reconsideration").done();
    assert_eq!(story.last_day(POLICE, "GA01", "D05D"), date(2026, 3, 23));
}
