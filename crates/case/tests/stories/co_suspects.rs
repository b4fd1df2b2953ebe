//! 同案人: each has a track of his own; one is at large and stays behind with what concerns him alone.

use case::RefusalKind;
use serde_json::json;

use crate::common::{POLICE, PROCURATORATE, Paper, Story, id_number};

/// 盗窃罪 in the table of offences.
const THEFT: &str = "221";

fn two_thieves() -> (Story, String, String) {
    let mut story = Story::begins("2026-03-02");
    story
        .does(POLICE, "officer", "GA01", "register")
        .case(json!({"name": "南山库房失窃案", "accepted_at": "2026-03-01T08:00:00+08:00", "offence": THEFT,
            "acted_to": "2026-02-28T23:00:00+08:00", "lead_officer": "邵砺锋", "second_officer": "卫知远"}))
        .person(json!({"name": "温如许", "id_number": id_number("1991-05-06", 3), "birth": "1991-05-06"}))
        .new_person(json!({"name": "顾又青", "id_number": id_number("1992-07-08", 5), "birth": "1992-07-08"}))
        .done();
    let subjects: Vec<String> = story.files[POLICE].state.situation.subjects.keys().cloned().collect();
    let by_name = |name: &str| {
        let s = &story.files[POLICE].state.situation.subjects;
        subjects.iter().find(|p| s[*p].fields["name"] == name).unwrap().clone()
    };
    let (wen, gu) = (by_name("温如许"), by_name("顾又青"));
    story
        .does(POLICE, "officer", "GA01", "fill_card")
        .for_subjects(&[&wen])
        .case(json!({"jurisdiction": "place"}))
        .person(json!({"at_large": false, "charge": THEFT}))
        .done();
    story.does(POLICE, "officer", "GA01", "fill_card").for_subjects(&[&gu]).person(json!({"at_large": true})).done();
    story.does(POLICE, "officer", "GA01", "file_case").case(json!({"filed_on": "2026-03-02"})).done();
    story
        .does(POLICE, "officer", "GA01", "collect")
        .for_subjects(&[&wen])
        .file(Paper::of("EIDENTITY").about(&wen))
        .file(Paper::of("W047").about(&wen))
        .file(Paper::of("W048"))
        .done();
    story
        .does(POLICE, "officer", "GA01", "collect")
        .for_subjects(&[&gu])
        .file(Paper::of("EIDENTITY").about(&gu))
        .done();
    for (person, day) in [(&wen, "2026-03-02"), (&gu, "2026-03-02")] {
        story
            .does(POLICE, "officer", "GA01", "register_measure")
            .for_subjects(&[person])
            .person(json!({"measure": "none", "measure_decided_on": day}))
            .done();
    }
    (story, wen, gu)
}

#[test]
fn one_is_handed_over_and_the_other_follows() {
    let (mut story, wen, gu) = two_thieves();
    let both = story.does(POLICE, "officer", "GA01", "transfer").refused();
    assert_eq!(both.kind, RefusalKind::Requirements);
    assert_eq!(both.reasons[0].text, "有不得存在的情形：在逃（顾又青）。犯罪嫌疑人在逃的，应当在其到案后移送");

    story.does(POLICE, "officer", "GA01", "transfer").for_subjects(&[&wen]).done();
    let at = |story: &Story, unit: &str, process: &str, who: &str| {
        story.instance(unit, process).tracks[who].state.to_string()
    };
    assert_eq!(at(&story, POLICE, "GA01", &wen), "transferred");
    assert_eq!(at(&story, POLICE, "GA01", &gu), "investigating");
    let theirs = &story.files[PROCURATORATE].state.situation;
    assert!(!theirs.subjects.contains_key(&gu), "who stays behind is not named to the other side");
    assert!(theirs.materials.iter().all(|m| m.about.is_empty() || m.about.contains(&wen)));
    assert!(theirs.materials.iter().any(|m| m.kind.as_str() == "W048"), "what concerns everybody travels");
    let evidence = theirs.volumes.iter().find(|v| v.kind.as_str() == "zhengju").unwrap();
    assert!(evidence.partial, "a part of the volume stayed behind");

    story.on("2026-03-03");
    story.is_accepted_for_review();
    assert_eq!(at(&story, POLICE, "GA01", &wen), "accepted");
    assert_eq!(at(&story, POLICE, "GA01", &gu), "investigating");

    // The other is caught: a second hand-over, a second instance, the same matter.
    story.on("2026-03-10");
    story
        .does(POLICE, "officer", "GA01", "fill_card")
        .for_subjects(&[&gu])
        .person(json!({"at_large": false, "charge": THEFT}))
        .done();
    story.does(POLICE, "officer", "GA01", "transfer").for_subjects(&[&gu]).done();
    let second = story.carried.last().unwrap();
    assert_eq!(second.kind.as_str(), "GJ-QS.YSQS");
    assert_eq!(second.batch, 2);
    assert_eq!(second.subjects.keys().collect::<Vec<_>>(), [&gu]);
    story.is_accepted_for_review();
    assert_eq!(story.files[PROCURATORATE].state.situation.instances.len(), 2);
    let numbers: Vec<&str> =
        story.files[PROCURATORATE].state.situation.instances.iter().filter_map(|i| i.number.as_deref()).collect();
    assert_eq!(numbers, ["篱检刑诉受〔2026〕970123000001号", "篱检刑诉受〔2026〕970123000002号"]);
    assert_eq!(at(&story, PROCURATORATE, "XQ01", &gu), "reviewing");
    story.ends_in_order();
}

/// Handed over one after the other, they are in two instances of one file.
#[test]
fn two_instances_of_a_file_are_archived_one_after_the_other() {
    let (mut story, wen, gu) = two_thieves();
    story.does(POLICE, "officer", "GA01", "transfer").for_subjects(&[&wen]).done();
    story.on("2026-03-03");
    story.is_accepted_for_review();
    story
        .does(POLICE, "officer", "GA01", "fill_card")
        .for_subjects(&[&gu])
        .person(json!({"at_large": false, "charge": THEFT}))
        .done();
    story.does(POLICE, "officer", "GA01", "transfer").for_subjects(&[&gu]).done();
    story.is_accepted_for_review();
    let mut file = story.files[PROCURATORATE].clone();
    for (i, who) in [&wen, &gu].into_iter().enumerate() {
        let instance = &mut file.state.situation.instances[i];
        instance.tracks.get_mut(who).unwrap().state = "executed".into();
        let card = &mut file.state.situation.subjects.get_mut(who).unwrap().fields;
        card.insert("corrections_to".into(), json!("2026-03-02"));
    }
    story.files.insert(PROCURATORATE.into(), file);
    let archive = |story: &mut Story, instance: &str| {
        story.does(PROCURATORATE, "prosecutor", "XQ01", "archive").in_instance(instance).done();
        story.files[PROCURATORATE].state.situation.locked
    };
    assert!(!archive(&mut story, "I1"), "the other still waits");
    assert!(archive(&mut story, "I2"), "the last one closes the file");
}

/// He was at large, and is caught when the case of the other is long closed.
#[test]
fn a_hand_over_takes_a_closed_file_up_again() {
    let (mut story, wen, gu) = two_thieves();
    story.does(POLICE, "officer", "GA01", "transfer").for_subjects(&[&wen]).done();
    story.on("2026-03-03");
    story.is_accepted_for_review();
    let file = story.files.get_mut(PROCURATORATE).unwrap();
    file.state.situation.instances[0].tracks.get_mut(&wen).unwrap().state = "executed".into();
    let card = &mut file.state.situation.subjects.get_mut(&wen).unwrap().fields;
    card.insert("corrections_to".into(), json!("2026-03-02"));
    story.does(PROCURATORATE, "prosecutor", "XQ01", "archive").done();
    assert!(story.files[PROCURATORATE].state.situation.locked);

    story.on("2026-03-20");
    story
        .does(POLICE, "officer", "GA01", "fill_card")
        .for_subjects(&[&gu])
        .person(json!({"at_large": false, "charge": THEFT}))
        .done();
    story.does(POLICE, "officer", "GA01", "transfer").for_subjects(&[&gu]).done();
    assert!(!story.files[PROCURATORATE].state.situation.locked);
    story.is_accepted_for_review();
    let [first, second] = &story.files[PROCURATORATE].state.situation.instances[..] else { panic!() };
    assert_eq!(first.tracks[&wen].state.as_str(), "archived", "the other's case stays closed");
    assert_eq!(second.tracks[&gu].state.as_str(), "reviewing");
}

#[test]
fn what_ends_for_one_goes_on_for_the_other() {
    let (mut story, wen, gu) = two_thieves();
    for person in [&wen, &gu] {
        story.does(POLICE, "officer", "GA01", "propose_bail").for_subjects(&[person]).done();
    }
    let bail = |story: &Story, who: &str| {
        let all = &story.files[POLICE].state.situation.instances;
        let i = all.iter().find(|i| i.process.as_str() == "QB01" && i.tracks.contains_key(who)).unwrap();
        (i.id.clone(), i.tracks[who].state.to_string())
    };
    for person in [&wen, &gu] {
        let (instance, _) = bail(&story, person);
        story
            .does(POLICE, "officer", "QB01", "decide_police")
            .in_instance(&instance)
            .for_subjects(&[person])
            .person(json!({"bail_kind": "guarantor"}))
            .file(Paper::of("W021").about(person))
            .done();
    }
    // The case against one is dropped: his bail ends with it, and nobody else's.
    story.does(POLICE, "officer", "GA01", "withdraw").for_subjects(&[&gu]).done();
    assert_eq!(bail(&story, &gu).1, "ended");
    assert_eq!(bail(&story, &wen).1, "decided");
}

/// 公175: a case moves whole; the notices of procuratorate and court go to one police unit.
#[test]
fn a_case_of_which_a_part_was_handed_over_does_not_move_in_part() {
    let (mut story, wen, gu) = two_thieves();
    story.does(POLICE, "officer", "GA01", "transfer").for_subjects(&[&wen]).done();
    let part =
        story.does(POLICE, "officer", "GA01", "find_outside").for_subjects(&[&gu]).because("犯罪地不在本县").refused();
    assert_eq!(part.kind, RefusalKind::OutOfOrder);
    assert!(part.reasons.iter().any(|r| r.text.contains("本人或者同案犯罪嫌疑人已移送审查起诉")), "{part:?}");
    let (mut story, _, gu) = two_thieves();
    story.does(POLICE, "officer", "GA01", "find_outside").for_subjects(&[&gu]).because("犯罪地不在本县").done();
    assert_eq!(story.stands(POLICE, "GA01"), "outside", "both of them");
}
