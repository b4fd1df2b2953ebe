//! 人大代表、政协委员: nobody restrains a deputy of a county or above without leave of the congress (规148, 公164).

use serde_json::json;

use crate::common::{COURT, POLICE, PROCURATORATE, Story};

fn ids(refusal: &case::Refusal) -> Vec<&str> {
    refusal.reasons.iter().filter_map(|r| r.requirement.as_ref()).map(|r| r.as_str()).collect()
}

fn investigated(deputy: &str) -> Story {
    let mut story = Story::registered();
    story.on("2026-03-04");
    story
        .does(POLICE, "officer", "GA01", "fill_card")
        .case(json!({"jurisdiction": "place", "civil": "none"}))
        .person(json!({"blood_alcohol": 168, "charge": "55", "plea": "investigation", "at_large": false,
            "impaired": false, "drunk_aggravating": ["none"], "residence": "东篱县南山路1号",
            "residence_region": "970123", "deputy": deputy}))
        .done();
    story
        .does(POLICE, "officer", "GA01", "file_case")
        .case(json!({"filed_on": "2026-03-04", "filing_no": "篱公立字〔2026〕1号"}))
        .done();
    story
}

fn bail(story: &mut Story) -> crate::common::Act<'_> {
    story
        .does(POLICE, "officer", "QB01", "decide_police")
        .person(json!({"bail_kind": "guarantor", "guarantor": "沈既白"}))
        .files(&["W021"])
}

#[test]
fn a_deputy_of_a_county_is_bailed_with_leave_only_and_in_every_organ() {
    let mut story = investigated("county");
    story.does(POLICE, "officer", "GA01", "propose_bail").done();
    let refusal = bail(&mut story).refused();
    assert_eq!(ids(&refusal), ["QB01-R22", "QB01-R23"], "{refusal:#?}");
    assert!(refusal.reasons[0].text.contains("许可文号"), "{refusal:#?}");
    let permit = json!({"permit_no": "篱人常〔2026〕3号"});
    bail(&mut story).person(permit).files(&["EPERMIT"]).done();
    story
        .does(POLICE, "station_officer", "QB01", "execute")
        .person(json!({"measure_executed_on": "2026-03-04"}))
        .files(&["W020"])
        .done();
    story.is_transferred();
    story.on("2026-03-10");
    story.is_accepted_for_review();
    // The number goes with the case; the paper lies in its volume.
    assert_eq!(story.person(PROCURATORATE, "permit_no"), "篱人常〔2026〕3号");
    story.bail_is_decided_by_the_procuratorate();
    story.does(PROCURATORATE, "prosecutor", "XQ01", "decide_arrest").because("毁灭证据").done();
    story.ends_in_order();
}

#[test]
fn a_deputy_is_not_arrested_by_a_court_without_leave() {
    let mut story = Story::in_court();
    let who = story.subject(COURT);
    let mut file = story.files[COURT].clone();
    file.state.situation.subjects.get_mut(&who).unwrap().fields.insert("deputy".into(), json!("npc"));
    story.files.insert(COURT.into(), file);
    let arrest = json!({"measure": "arrest", "measure_decided_on": "2026-03-17", "measure_executed_on": "2026-03-17"});
    let refusal = story.does(COURT, "judge", "FY01", "register_measure").files(&["W169"]).person(arrest).refused();
    assert_eq!(ids(&refusal), ["FY01-R80", "FY01-R81"], "{refusal:#?}");
}

#[test]
fn who_is_caught_in_the_act_is_reported_and_a_member_of_the_conference_is_told_of() {
    let warned = |deputy: &str, papers: &[&str]| {
        let mut story = investigated(deputy);
        let detained = json!({"measure": "detention", "measure_decided_on": "2026-03-04",
            "measure_executed_on": "2026-03-04", "custody_place": "东篱县看守所"});
        let act = story.does(POLICE, "officer", "GA01", "register_measure").files(&["W015"]).files(papers);
        let (_, asker, command) = act.person(detained).command();
        let found = story.decides(&asker, &command).unwrap().warnings;
        found.iter().map(|w| w.requirement.to_string()).collect::<Vec<_>>()
    };
    assert_eq!(warned("province", &[]), ["GA01-R62"]);
    assert_eq!(warned("province", &["EDEPUTYTOLD"]), [""; 0]);
    assert_eq!(warned("cppcc", &[]), ["GA01-R63"]);
    assert_eq!(warned("township", &["EDEPUTYTOLD"]), [""; 0]);
    assert_eq!(warned("none", &[]), [""; 0]);
}
