//! 退回补正、退回补充侦查: five faults found at once, each with its code and basis; corrected by
//! supplement, the old materials stay.

use case::{Reason, RefusalKind};
use jiff::civil::date;
use serde_json::{Value, json};

use crate::common::{COURT, JUSTICE, POLICE, PROCURATORATE, Paper, Story};

/// What the police send: no expert opinion, a page that cannot be read, a catalogue that does not
/// fit, a blood alcohol in the letter that is not that of the card.
fn sent_with_faults() -> Story {
    let mut story = Story::investigated();
    story
        .does(POLICE, "officer", "GA01", "collect")
        .files(&crate::common::EVIDENCE)
        .file(Paper::of("W048").unreadable())
        .file(Paper::of("W051").listed(30, 33))
        .done();
    story.on("2026-03-09");
    story.does(POLICE, "officer", "GA01", "transfer").file(Paper::of("W077").says("person.blood_alcohol", 186)).done();
    story.on("2026-03-10");
    story
}

/// Code, requirement, place without identifiers, basis.
fn told(reasons: &[Reason]) -> Vec<(Option<&str>, &str, &str, &[String])> {
    reasons
        .iter()
        .map(|r| (r.code.as_deref(), r.requirement.as_ref().unwrap().as_str(), r.text.as_str(), r.basis.as_slice()))
        .collect()
}

#[test]
fn every_fault_is_found_at_once_and_corrected_by_supplement() {
    let mut story = sent_with_faults();
    assert_eq!(story.foretold.len(), 0, "what was foretold has been compared with what came");
    let refusal = story.does(PROCURATORATE, "case_manager", "XQ01", "accept").refused();
    assert_eq!(refusal.kind, RefusalKind::Requirements);
    let article_157 = "《人民检察院刑事诉讼规则》第一百五十七条";
    let found = told(&refusal.reasons);
    assert_eq!(found.len(), 5, "{found:#?}");
    let expected = [
        (Some("07"), "XQ01-R01", "证据卷目录载明《现场勘验笔录》为第 30 至 33 页（4 页），实际 1 页"),
        (Some("07"), "XQ01-R01", "证据卷目录中《现场勘验笔录》起页为 30，与前一件之间缺页"),
        (Some("06"), "XQ01-R02", "《询问笔录》第1页图像模糊，请重新扫描"),
        (
            Some("14"),
            "XQ01-R04",
            "案卡“人员案卡·血液酒精含量”为“168 mg/100ml”，《起诉意见书》为“186 mg/100ml”，两者不一致（林疏桐）",
        ),
        (Some("08"), "XQ01-R05", "缺少《血液酒精含量检验鉴定意见书》（林疏桐）"),
    ];
    for ((code, requirement, text, basis), (code_due, requirement_due, text_due)) in found.iter().zip(expected) {
        assert_eq!((*code, *requirement), (code_due, requirement_due));
        assert!(text.starts_with(text_due), "{text}");
        assert_eq!(basis[0], article_157);
    }
    assert_eq!(
        refusal.reasons[4].basis,
        [article_157, "《中华人民共和国刑法》第一百三十三条之一", "《中华人民共和国刑事诉讼法》第一百四十六条"]
    );
    // Places: the material in its volume, the page, the field.
    let scene = story.material(PROCURATORATE, "W051");
    assert_eq!(refusal.reasons[0].place, Some(format!("{}/{}", scene.volume, scene.id)));
    let statement = story.material(PROCURATORATE, "W048");
    assert_eq!(refusal.reasons[2].place, Some(format!("{}/{}/p1", statement.volume, statement.id)));
    let letter = story.material(PROCURATORATE, "W077");
    assert_eq!(refusal.reasons[3].place, Some(format!("{}/{}#person.blood_alcohol", letter.volume, letter.id)));
    assert_eq!(refusal.reasons[4].place.as_deref(), Some("EBLOOD"));

    // 规158: returned once, with all of them.
    story.does(PROCURATORATE, "case_manager", "XQ01", "return").because("卷宗材料不符合受理条件").done();
    let returned = story.carried.last().unwrap().clone();
    assert_eq!(returned.kind.as_str(), "GJ-QS.TH");
    let codes: Vec<&Value> = returned.faults.iter().map(|f| &f["code"]).collect();
    assert_eq!(codes, ["07", "07", "06", "14", "08"]);
    assert_eq!(returned.reason.as_deref(), Some("卷宗材料不符合受理条件"));
    assert_eq!(story.stands(POLICE, "GA01"), "returned");
    assert_eq!(story.files[POLICE].state.situation.received.last().unwrap().faults, returned.faults);

    // Corrected: new materials stand beside the old ones, which stay visible.
    story.on("2026-03-11");
    let before = story.files[POLICE].state.situation.materials.clone();
    let old = |kind: &str| before.iter().find(|m| m.kind.as_str() == kind).unwrap().id.clone();
    story
        .does(POLICE, "officer", "GA01", "correct")
        .files(&["EBLOOD", "ECORRECTION"])
        .file(Paper::of("W048").corrects(&old("W048")))
        .file(Paper::of("W051").corrects(&old("W051")))
        .done();
    story.does(POLICE, "officer", "GA01", "transfer").file(Paper::of("W077").corrects(&old("W077"))).done();
    assert_eq!(story.carried.last().unwrap().batch, 2);
    let now = &story.files[PROCURATORATE].state.situation;
    for kind in ["W048", "W051", "W077"] {
        let both: Vec<_> = now.materials.iter().filter(|m| m.kind.as_str() == kind).collect();
        assert_eq!(both.len(), 2, "{kind}: the old one stays");
        assert_eq!(both[0].id, old(kind));
        assert_eq!(both[0].corrected_by.as_ref(), Some(&both[1].id));
        assert_eq!(now.current().filter(|m| m.kind.as_str() == kind).count(), 1);
    }

    story.is_accepted_for_review();
    // The period for review runs from the renewed hand-over.
    assert_eq!(story.last_day(PROCURATORATE, "XQ01", "D56"), date(2026, 4, 13));
    assert_eq!(story.stands(PROCURATORATE, "XQ01"), "reviewing");
    assert_eq!(story.instance(PROCURATORATE, "XQ01").id, "I2", "the returned instance stays beside the new one");
    assert_eq!(
        story.files[PROCURATORATE].state.situation.instances[0].tracks.values().next().unwrap().state.as_str(),
        "returned"
    );
    story.ends_in_order();
}

#[test]
fn a_photograph_is_not_measured_like_a_page_of_writing() {
    let mut story = Story::investigated();
    story
        .does(POLICE, "officer", "GA01", "collect")
        .files(&crate::common::EVIDENCE)
        .files(&["EBLOOD"])
        .file(Paper::of("EPHOTO").unreadable())
        .done();
    story.does(POLICE, "officer", "GA01", "transfer").done();
    story.does(PROCURATORATE, "case_manager", "XQ01", "accept").done();
}

#[test]
fn a_material_stays_with_the_one_who_produced_it() {
    let mut story = sent_with_faults();
    story.does(PROCURATORATE, "case_manager", "XQ01", "return").done();
    let theirs = story.material(PROCURATORATE, "W087");
    assert_eq!(story.material(POLICE, "W087").id, theirs.id);
    let refusal =
        story.does(POLICE, "officer", "GA01", "correct").file(Paper::of("ECORRECTION").corrects(&theirs.id)).refused();
    assert_eq!(refusal.kind, RefusalKind::Input);
    assert!(refusal.reasons[0].text.contains("由移送单位制作，只能由其补充更正"), "{refusal:?}");
}

#[test]
fn returned_for_supplement_twice_and_never_a_third_time() {
    let mut story = Story::under_review();
    story.bail_is_decided_by_the_procuratorate();
    story.is_interrogated();

    story.is_returned_for_supplement("2026-03-20");
    assert_eq!(story.stands(PROCURATORATE, "XQ01"), "reviewing");
    assert_eq!(story.stands(POLICE, "XQ05"), "closed");
    assert_eq!(story.stands(POLICE, "GA01"), "accepted");
    assert_eq!(story.person(PROCURATORATE, "supplement_count"), 1);
    // 诉175: the period for review is counted anew from the renewed hand-over.
    assert_eq!(story.last_day(PROCURATORATE, "XQ01", "D56"), date(2026, 4, 20));

    story.is_returned_for_supplement("2026-03-27");
    assert_eq!(story.person(PROCURATORATE, "supplement_count"), 2);
    assert_eq!(story.last_day(PROCURATORATE, "XQ01", "D56"), date(2026, 4, 27));

    // What was answered stays known after the next hand-over has come.
    let answered: Vec<bool> =
        story.instance(PROCURATORATE, "XQ01").hand_overs().map(|o| o.answered.is_some()).collect();
    assert_eq!(answered, [true; 3]);

    let third = story.does(PROCURATORATE, "prosecutor", "XQ01", "return_supplement").because("仍不清楚").refused();
    assert_eq!(third.kind, RefusalKind::OutOfOrder);
    assert_eq!(third.reasons[0].text, "林疏桐不符合“退回补充侦查”的条件：退回补充侦查未满二次");
    assert!(third.reasons[0].basis.contains(&"《中华人民共和国刑事诉讼法》第一百七十五条".to_owned()), "{third:?}");
    story.ends_in_order();
}

#[test]
fn what_could_not_be_found_is_explained_item_by_item() {
    let mut story = Story::under_review();
    story.does(PROCURATORATE, "prosecutor", "XQ01", "return_supplement").because("主要事实不清").done();
    story.does(POLICE, "legal_reviewer", "XQ05", "accept").done();
    let silent =
        story.does(POLICE, "officer", "XQ05", "resubmit").case(json!({"supplement_result": "partly"})).refused();
    let text =
        "未填写“案件案卡·对补充侦查提纲的逐项答复”。对确实无法查明的事项或者无法补充的证据，应当书面向人民检察院说明";
    assert_eq!(silent.reasons[0].text, text);
    let items = json!([{"item": "同行人证言", "done": false, "note": "下落不明"}]);
    story
        .does(POLICE, "officer", "XQ05", "resubmit")
        .case(json!({"supplement_result": "partly", "supplement_items": items}))
        .done();
    assert_eq!(story.case(PROCURATORATE, "supplement_items"), items);
}

#[test]
fn a_case_that_was_returned_twice_over_still_comes_to_its_end() {
    let mut story = sent_with_faults();
    story.does(PROCURATORATE, "case_manager", "XQ01", "return").done();
    story.on("2026-03-11");
    let old = |kind: &str| story.material(POLICE, kind).id;
    let (statement, scene, letter) = (old("W048"), old("W051"), old("W077"));
    story
        .does(POLICE, "officer", "GA01", "correct")
        .files(&["EBLOOD", "ECORRECTION"])
        .file(Paper::of("W048").corrects(&statement))
        .file(Paper::of("W051").corrects(&scene))
        .done();
    story.does(POLICE, "officer", "GA01", "transfer").file(Paper::of("W077").corrects(&letter)).done();
    story.is_accepted_for_review();
    story
        .does(PROCURATORATE, "prosecutor", "XQ01", "apply_fast_track")
        .person(json!({"expected_over_year": false}))
        .done();
    story.bail_is_decided_by_the_procuratorate();
    story.a_duty_lawyer_helps();
    story.is_interrogated();
    story.is_returned_for_supplement("2026-03-12");
    story.the_undertaking_is_signed();
    story.on("2026-03-16");
    story.is_prosecuted();
    story.on("2026-03-17");
    story.is_accepted_by_the_court();
    story
        .does(COURT, "judge", "FY01", "apply_fast")
        .person(json!({"fast_consent": true, "expected_over_year": false}))
        .done();
    story.does(COURT, "court_clerk", "FY01", "serve_indictment").done();
    story.is_tried_and_judged("2026-03-20");
    story.is_executed("2026-03-31", "2026-04-03", "2026-07-31");
    assert_eq!(story.stands(JUSTICE, "SJ01"), "released");
    story.ends_in_order();
}
