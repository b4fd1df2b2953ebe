//! 受案号、案号: given once, printed by the law's grammar, kept when the case comes back.

use serde_json::json;

use crate::common::{COURT, POLICE, PROCURATORATE, Story};

#[test]
fn a_case_that_comes_back_keeps_its_number() {
    let mut story = Story::under_review();
    let number = story.case(PROCURATORATE, "procuratorate_no");
    assert_eq!(number, "篱检刑诉受〔2026〕970123000001号");
    assert_eq!(story.case(POLICE, "procuratorate_no"), number, "the answer tells the police");
    story.is_returned_for_supplement("2026-03-20");
    assert_eq!(story.case(PROCURATORATE, "procuratorate_no"), number);
    assert_eq!(story.instance(PROCURATORATE, "XQ01").number.as_deref(), number.as_str());
    let answer = story.carried.iter().rev().find(|m| m.kind.as_str() == "GJ-QS.SL").unwrap();
    assert_eq!(answer.number.as_deref(), number.as_str(), "the second answer names the same number");
}

#[test]
fn the_court_gives_its_number_and_nobody_writes_it() {
    let mut story = Story::in_court();
    assert_eq!(story.case(COURT, "court_no"), "（2026）云0123刑初1号");
    assert_eq!(story.case(PROCURATORATE, "court_no"), "（2026）云0123刑初1号");
    let refusal =
        story.does(COURT, "judge", "FY01", "apply_fast").case(json!({"court_no": "（2026）云0123刑初9号"})).refused();
    assert!(refusal.reasons[0].text.contains("不在本次办理填写的范围"), "{refusal:#?}");
}
