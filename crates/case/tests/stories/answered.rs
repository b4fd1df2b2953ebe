//! A hand-over has one answer: it is given for everybody whom it concerns, or not at all.

use case::RefusalKind;
use serde_json::json;

use crate::common::{LEGAL_AID, POLICE, Story, id_number};

#[test]
fn legal_aid_is_not_refused_to_one_and_given_to_the_other() {
    let mut story = Story::begins("2026-03-02");
    story
        .does(POLICE, "officer", "GA01", "register")
        .case(json!({"name": "库房失窃案", "offence": "221", "acted_to": "2026-03-01T22:00:00+08:00"}))
        .person(json!({"name": "温如许", "birth": "1991-05-06", "id_number": id_number("1991-05-06", 3)}))
        .new_person(json!({"name": "顾又青", "birth": "2010-05-06", "id_number": id_number("2010-05-06", 5)}))
        .done();
    story.does(POLICE, "officer", "GA01", "file_case").case(json!({"filed_on": "2026-03-02"})).done();
    story.does(POLICE, "officer", "GA01", "notify_lawyer").done();
    assert_eq!(story.instance(LEGAL_AID, "DL01").tracks.len(), 2, "one hand-over about both");

    // 援36: for the younger one a lawyer is due, so the notice as a whole cannot be refused, nor is that offered.
    let refusal = story.does(LEGAL_AID, "legal_aid_officer", "DL01", "refuse").refused();
    let texts: Vec<&str> = refusal.reasons.iter().map(|r| r.text.as_str()).collect();
    assert_eq!(texts, ["顾又青不符合“不予法律援助”的条件：应当有辩护人"]);
    let state = story.state(LEGAL_AID);
    let (process, instance) = (&story.library.processes["DL01"], story.instance(LEGAL_AID, "DL01"));
    let offered = procedure::engine::offers::eligible(
        &story.library,
        process,
        &"refuse".into(),
        &process.actions["refuse"],
        instance,
        &state.situation,
    );
    assert!(offered.is_empty(), "{offered:?}");

    let both: Vec<String> = state.situation.subjects.keys().cloned().collect();
    let lawyer =
        json!({"defender_kind": "appointed", "defender_name": "江听澜", "defender_licence": "19701202000000001"});
    let lawyer: procedure::situation::Card = serde_json::from_value(lawyer).unwrap();
    story
        .does(LEGAL_AID, "legal_aid_officer", "DL01", "assign_lawyer")
        .edit(move |i| i.subjects.extend(both.into_iter().map(|s| (s, lawyer.clone()))))
        .done();
    assert_eq!(story.stands(LEGAL_AID, "DL01"), "helping");
    let late = story.does(LEGAL_AID, "legal_aid_officer", "DL01", "refuse").refused();
    assert_eq!(late.kind, RefusalKind::OutOfOrder);
}
