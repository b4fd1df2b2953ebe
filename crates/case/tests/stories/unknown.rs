//! 立案 where the suspect is not known yet, or gives no name; and cases that are opened again.

use jiff::civil::date;
use serde_json::json;

use crate::common::{LEGAL_AID, POLICE, PROCURATORATE, Story};

fn reported_theft() -> Story {
    let mut story = Story::begins("2026-03-02");
    let act = |story: &mut Story, papers: &[&str]| {
        story
            .does(POLICE, "officer", "GA01", "register")
            .case(json!({"name": "沈既白家中被盗案", "source": "report", "offence": "221",
                "acted_to": "2026-03-01T22:00:00+08:00"}))
            .person(json!({"name": "未知嫌疑人", "unknown": true}))
            .files(papers)
            .command()
            .2
    };
    // 公171: who reported it gets a receipt.
    let without = act(&mut story, &[]);
    let refusal = story.decides(&crate::common::asker(POLICE, "officer"), &without).unwrap_err();
    assert!(refusal.reasons[0].text.starts_with("缺少《受案回执》"), "{refusal:#?}");
    let with = act(&mut story, &["W002"]);
    let officer = crate::common::asker(POLICE, "officer");
    let decided = story.decides(&officer, &with).unwrap();
    story.records(&officer, decided);
    story
}

#[test]
fn a_theft_by_nobody_knows_whom_is_filed_and_the_thief_identified() {
    let mut story = reported_theft();
    story.does(POLICE, "officer", "GA01", "file_case").done();
    assert_eq!(story.stands(POLICE, "GA01"), "investigating");
    let unknown =
        story.does(POLICE, "officer", "GA01", "transfer").person(json!({"charge": "221", "measure": "none"})).refused();
    let texts: Vec<&str> = unknown.reasons.iter().map(|r| r.text.as_str()).collect();
    let bar = "有不得存在的情形：犯罪嫌疑人尚未查明（未知嫌疑人）。犯罪嫌疑人尚未查明的，不能移送审查起诉";
    assert!(texts.contains(&bar), "{texts:#?}");

    // A juvenile: from the day on which that is known the lawyer is due within three days.
    story.on("2026-03-16");
    story
        .does(POLICE, "officer", "GA01", "identify")
        .person(json!({"name": "顾又青", "birth": "2010-05-06", "arrival": "caught", "at_large": false}))
        .done();
    assert_eq!(story.last_day(POLICE, "GA01", "D50"), date(2026, 3, 19));
    assert_eq!(story.person(POLICE, "unknown"), false);
    let again = story.does(POLICE, "officer", "GA01", "identify").refused();
    assert!(again.reasons[0].text.starts_with("顾又青不符合“查明犯罪嫌疑人（身份）”的条件"), "{again:#?}");
    story.does(POLICE, "officer", "GA01", "notify_lawyer").done();
    assert_eq!(story.stands(LEGAL_AID, "DL01"), "pending");
    // 援36: for whom a lawyer is due the office may not refuse.
    let refusal = story.does(LEGAL_AID, "legal_aid_officer", "DL01", "refuse").refused();
    assert_eq!(refusal.reasons[0].text, "顾又青不符合“不予法律援助”的条件：应当有辩护人");
    story
        .does(LEGAL_AID, "legal_aid_officer", "DL01", "assign_lawyer")
        .person(
            json!({"defender_kind": "appointed", "defender_name": "江听澜", "defender_licence": "19701202000000001"}),
        )
        .done();
}

#[test]
fn what_the_law_does_not_give_may_be_refused() {
    let mut story = Story::under_review();
    story.does(PROCURATORATE, "prosecutor", "XQ01", "notify_lawyer").done();
    story.does(LEGAL_AID, "legal_aid_officer", "DL01", "refuse").because("已有辩护人").done();
    assert_eq!(story.stands(LEGAL_AID, "DL01"), "refused");
}

#[test]
fn who_gives_no_name_is_prosecuted_under_the_one_he_gives() {
    let mut story = Story::begins("2026-03-02");
    story
        .does(POLICE, "officer", "GA01", "register")
        .case(json!({"name": "自报阿木盗窃案", "offence": "221", "acted_to": "2026-03-01T22:00:00+08:00"}))
        .person(json!({"name": "自报阿木", "id_number": "身份不明"}))
        .done();
    story.does(POLICE, "officer", "GA01", "file_case").done();
    story.does(POLICE, "officer", "GA01", "collect").files(&["EIDENTITY", "W047"]).done();
    story.does(POLICE, "officer", "GA01", "transfer").person(json!({"charge": "221", "measure": "none"})).done();
    story.does(POLICE, "officer", "GA01", "fill_card").refused();
    story.does(PROCURATORATE, "case_manager", "XQ01", "accept").done();
    assert_eq!(story.stands(PROCURATORATE, "XQ01"), "accepted");
}

#[test]
fn a_case_that_was_not_filed_is_filed_on_new_facts() {
    let mut story = reported_theft();
    story.does(POLICE, "officer", "GA01", "refuse_filing").because("没有犯罪事实").done();
    story.does(POLICE, "officer", "GA01", "serve_refusal").done();
    story.on("2026-04-01");
    story.does(POLICE, "officer", "GA01", "reopen").because("发现新的证据").done();
    assert_eq!(story.stands(POLICE, "GA01"), "investigating");
    story.does(POLICE, "officer", "GA01", "withdraw").because("没有犯罪事实").done();
    story.does(POLICE, "officer", "GA01", "serve_withdrawal").done();
    story.does(POLICE, "officer", "GA01", "reopen").because("发现新的证据").done();
    story.does(POLICE, "officer", "GA01", "terminate").because("不是其实施").done();
    story.does(POLICE, "officer", "GA01", "serve_termination").done();
    story.does(POLICE, "officer", "GA01", "resume").because("发现新的证据").done();
    assert_eq!(story.stands(POLICE, "GA01"), "investigating");
    story.ends_in_order();
}

#[test]
fn a_case_is_not_filed_before_it_was_received() {
    let mut story = reported_theft();
    for day in ["2026-03-01", "2026-02-01"] {
        let refusal = story.does(POLICE, "officer", "GA01", "file_case").case(json!({"filed_on": day})).refused();
        let text = "不符合条件：立案日期不早于受案时间、犯罪时间。立案日期不得早于受案时间和犯罪时间";
        assert!(refusal.reasons.iter().any(|r| r.text == text), "{refusal:#?}");
    }
}

#[test]
fn a_file_is_closed_when_nothing_more_can_come_and_not_before() {
    let mut story = reported_theft();
    story.does(POLICE, "officer", "GA01", "refuse_filing").because("没有犯罪事实").done();
    story.does(POLICE, "officer", "GA01", "serve_refusal").done();
    story.does(POLICE, "officer", "GA01", "archive").done();
    assert!(story.files[POLICE].state.situation.locked);

    // 矫44: the notice of release is still to come to who sentenced, prosecuted and investigated.
    let mut story = Story::in_court();
    let fast = json!({"fast_consent": true, "expected_over_year": false});
    story.does(crate::common::COURT, "judge", "FY01", "apply_fast").person(fast).done();
    story.does(crate::common::COURT, "court_clerk", "FY01", "serve_indictment").done();
    story.is_tried_and_judged("2026-03-20");
    story.begins_corrections("2026-03-31", "2026-04-03");
    for (unit, role, process) in [(POLICE, "officer", "GA01"), (PROCURATORATE, "prosecutor", "XQ01")] {
        let early = story.does(unit, role, process, "archive").refused();
        let text = "林疏桐不符合“办结归档”的条件：没有尚未收到的执行、社区矫正文书";
        assert_eq!(early.reasons[0].text, text);
    }
}
