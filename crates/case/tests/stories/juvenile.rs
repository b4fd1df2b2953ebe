//! 附条件不起诉: for whom it is open, whom to hear, and what an objection does.

use serde_json::json;

use crate::common::{PROCURATORATE, Story};

/// A juvenile thief under review, whom a lawyer defends.
fn juvenile(charge: &str) -> Story {
    let mut story = Story::under_review();
    let who = story.subject(PROCURATORATE);
    let mut file = story.files[PROCURATORATE].clone();
    let card = &mut file.state.situation.subjects.get_mut(&who).unwrap().fields;
    card.insert("birth".into(), json!("2009-05-06"));
    card.insert("charge".into(), json!(charge));
    card.insert("defender_kind".into(), json!("appointed"));
    file.state.situation.case.insert("offence".into(), json!(charge));
    story.files.insert(PROCURATORATE.into(), file);
    story
}

fn decide<'s>(story: &'s mut Story, over_a_year: bool) -> crate::common::Act<'s> {
    story.does(PROCURATORATE, "prosecutor", "XQ01", "nonprosecute_conditionally").person(json!({
        "nonprosecution_reason": "有悔罪表现", "probation_of_nonprosecution": 6, "expected_over_year": over_a_year}))
}

#[test]
fn everything_that_the_law_asks_for_is_asked_for() {
    let mut story = juvenile("55");
    let refusal = decide(&mut story, true).refused();
    let told: Vec<&str> = refusal.reasons.iter().filter_map(|r| r.requirement.as_ref()).map(|r| r.as_str()).collect();
    assert_eq!(told, ["XQ01-R51", "XQ01-R70", "XQ01-R71", "XQ01-R72"], "{refusal:#?}");
    assert!(refusal.reasons[2].text.contains("刑法分则第四章、第五章、第六章"), "{refusal:#?}");
    assert_eq!(refusal.reasons[2].basis, ["《中华人民共和国刑事诉讼法》第二百八十二条"]);
}

#[test]
fn an_objection_leads_back_to_review_and_bars_it() {
    // 221 is theft: chapter five.
    let mut story = juvenile("221");
    story.is_interrogated();
    story.does(PROCURATORATE, "prosecutor", "XQ01", "hear_opinions").done();
    decide(&mut story, false).done();
    assert_eq!(story.stands(PROCURATORATE, "XQ01"), "deciding_conditional");
    story.does(PROCURATORATE, "prosecutor", "XQ01", "object_conditional").because("认为无罪").done();
    assert_eq!(story.stands(PROCURATORATE, "XQ01"), "reviewing");
    let barred = decide(&mut story, false).refused();
    let text = "林疏桐不符合“附条件不起诉”的条件：犯罪时不满十八周岁，且对附条件不起诉没有异议";
    assert_eq!(barred.reasons[0].text, text);
    story.does(PROCURATORATE, "prosecutor", "XQ01", "withdraw_objection").because("撤回异议").done();
    decide(&mut story, false).done();
    assert_eq!(story.stands(PROCURATORATE, "XQ01"), "deciding_conditional");
}

#[test]
fn a_juvenile_signs_before_guardian_and_defender() {
    let mut story = juvenile("221");
    let who = story.subject(PROCURATORATE);
    let mut file = story.files[PROCURATORATE].clone();
    let card = &mut file.state.situation.subjects.get_mut(&who).unwrap().fields;
    card.insert("defender_kind".into(), json!("duty"));
    story.files.insert(PROCURATORATE.into(), file);
    let today = story.today();
    let refusal = story
        .does(PROCURATORATE, "prosecutor", "XQ01", "sign_undertaking")
        .person(crate::common::recommendation())
        .person(json!({"undertaking_on": today, "undertaking_lawyer": "江听澜"}))
        .refused();
    let told: Vec<&str> = refusal.reasons.iter().filter_map(|r| r.requirement.as_ref()).map(|r| r.as_str()).collect();
    assert_eq!(told, ["XQ01-R73", "XQ01-R74"], "{refusal:#?}");
}

#[test]
fn who_is_not_prosecuted_is_set_free() {
    let mut story = Story::under_review();
    story.is_interrogated();
    story.does(PROCURATORATE, "prosecutor", "XQ01", "decide_arrest").done();
    story
        .does(PROCURATORATE, "prosecutor", "XQ01", "nonprosecute_discretionary")
        .person(json!({"nonprosecution_reason": "情节轻微"}))
        .done();
    let held = story.does(PROCURATORATE, "prosecutor", "XQ01", "announce").refused();
    assert!(held.reasons[0].text.starts_with("缺少《决定释放通知书》（林疏桐）"), "{held:#?}");
    story.does(PROCURATORATE, "prosecutor", "XQ01", "announce").files(&["W144"]).done();
    for unit in [PROCURATORATE, crate::common::POLICE] {
        assert_eq!(story.person(unit, "measure"), "lifted", "{unit}");
    }
    story.does(PROCURATORATE, "prosecutor", "XQ01", "archive").done();
    story.ends_in_order();
}
