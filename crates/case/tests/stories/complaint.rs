//! 控告申诉: answered within seven days on procedure, within three months on substance.

use case::RefusalKind;
use jiff::civil::date;
use serde_json::json;

use crate::common::{PROCURATORATE, Story};

fn received() -> Story {
    let mut story = Story::begins("2026-03-03");
    story
        .does(PROCURATORATE, "petition_officer", "KS01", "receive")
        .person(json!({"applicant": "陆知微", "phone": "0970-0000000", "content": "请求监督立案",
            "received_on": "2026-03-02", "kind": "filing", "channel": "letter"}))
        .done();
    story
}

#[test]
fn a_letter_is_completed_answered_and_closed() {
    let mut story = received();
    // Both periods run from the day on which the letter came, not from the entry.
    assert_eq!(story.last_day(PROCURATORATE, "KS01", "reply"), date(2026, 3, 9));
    assert_eq!(story.last_day(PROCURATORATE, "KS01", "result"), date(2026, 6, 2));
    story.does(PROCURATORATE, "petition_officer", "KS01", "ask_materials").because("事实不明，请补充").done();
    story.on("2026-03-20");
    story
        .does(PROCURATORATE, "petition_officer", "KS01", "complete_materials")
        .person(json!({"completed_on": "2026-03-20"}))
        .done();
    assert_eq!(story.last_day(PROCURATORATE, "KS01", "reply_completed"), date(2026, 3, 27));
    story.on("2026-03-25");
    let elsewhere = story
        .does(PROCURATORATE, "petition_officer", "KS01", "reply")
        .person(json!({"jurisdiction": "other_organ"}))
        .refused();
    assert_eq!(elsewhere.kind, RefusalKind::Requirements);
    assert!(elsewhere.reasons[0].text.contains("不属于本院管辖的，应当移送有管辖权的机关处理"));
    story.does(PROCURATORATE, "petition_officer", "KS01", "verify_identity").done();
    story.does(PROCURATORATE, "petition_officer", "KS01", "reply").person(json!({"jurisdiction": "own"})).done();
    let chief = story.library.processes["KS01"].actions["reassign"].by[0].to_string();
    story.does(PROCURATORATE, &chief, "KS01", "reassign").because("工作调整").done();
    story.does(PROCURATORATE, "petition_officer", "KS01", "examine").files(&["EPETITION"]).done();
    story.does(PROCURATORATE, "petition_officer", "KS01", "hear").done();
    story.on("2026-06-01");
    story.does(PROCURATORATE, "petition_officer", "KS01", "report_progress").done();
    assert_eq!(story.last_day(PROCURATORATE, "KS01", "result_after_progress"), date(2026, 9, 1));
    story.on("2026-07-01");
    story.does(PROCURATORATE, "petition_officer", "KS01", "explain").done();
    story
        .does(PROCURATORATE, "petition_officer", "KS01", "answer")
        .person(json!({"finding": "unfounded", "answer": "经调查，反映不属实"}))
        .done();
    assert_eq!(story.person(PROCURATORATE, "answered_on"), "2026-07-01");
    assert_eq!(story.stands(PROCURATORATE, "KS01"), "decided");
    // It reaches the applicant, with what he may still do; there is nothing to pay.
    story.does(PROCURATORATE, "petition_officer", "KS01", "deliver").done();
    assert!(!story.library.processes["KS01"].actions.contains_key("pay"));
    story.does(PROCURATORATE, "petition_officer", "KS01", "inform").done();
    assert_eq!(story.stands(PROCURATORATE, "KS01"), "answered");
    story.ends_in_order();
}

#[test]
fn what_belongs_elsewhere_is_moved_on_and_answered() {
    let mut story = received();
    let nowhere = story
        .does(PROCURATORATE, "petition_officer", "KS01", "transfer")
        .person(json!({"jurisdiction": "other_organ"}))
        .because("属公安机关管辖")
        .refused();
    assert_eq!(nowhere.reasons[0].place.as_deref(), Some("application.transferred_to"));
    story
        .does(PROCURATORATE, "petition_officer", "KS01", "transfer")
        .person(json!({"jurisdiction": "other_organ", "transferred_to": "东篱县公安局"}))
        .because("属公安机关管辖")
        .done();
    assert_eq!(story.stands(PROCURATORATE, "KS01"), "transferred");
    assert_eq!(story.person(PROCURATORATE, "replied_on"), "2026-03-03");
    story.ends_in_order();
}

#[test]
fn a_refusal_to_take_it_up_is_approved_by_another() {
    let mut story = received();
    let (story, unit, instance) =
        story.does(PROCURATORATE, "petition_officer", "KS01", "refuse").because("重复申诉").proposed();
    assert_eq!(story.stands(PROCURATORATE, "KS01"), "received", "a proposal moves nothing");
    story.approves(&unit, &instance);
    assert_eq!(story.stands(PROCURATORATE, "KS01"), "refused");
    story.ends_in_order();
}

#[test]
fn a_process_is_opened_for_those_who_are_named() {
    let mut story = received();
    let first = story.subject(PROCURATORATE);
    story
        .does(PROCURATORATE, "petition_officer", "KS01", "receive")
        .for_subjects(&[&first])
        .person(json!({"applicant": "陆知著", "content": "请求监督立案", "received_on": "2026-03-03"}))
        .done();
    let nobody = story.does(PROCURATORATE, "petition_officer", "KS01", "receive").for_subjects(&["P-nobody"]).refused();
    assert_eq!((nobody.kind, nobody.reasons[0].place.as_deref()), (RefusalKind::Input, Some("subjects")));
    let of = |n: usize| story.files[PROCURATORATE].state.situation.instances[n].tracks.len();
    assert_eq!((of(0), of(1)), (1, 2));
    let only = |story: &mut Story| {
        story.does(PROCURATORATE, "petition_officer", "KS01", "receive").for_subjects(&[&first]).done();
        let opened = story.files[PROCURATORATE].state.situation.instances.last().unwrap();
        opened.tracks.keys().cloned().collect::<Vec<_>>()
    };
    assert_eq!(only(&mut story), std::slice::from_ref(&first));
}
