//! 不予立案: verified, extended, refused, served.

use jiff::civil::date;
use serde_json::json;

use crate::common::{DANGEROUS_DRIVING, POLICE, Story};

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
