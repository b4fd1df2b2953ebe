//! 醉酒驾驶，认罪认罚，速裁，缓刑，社区矫正期满解除: the ordinary way, to the last lock.

use case::RefusalKind;
use jiff::civil::date;
use serde_json::json;

use crate::common::{COURT, JUSTICE, LEGAL_AID, POLICE, PROCURATORATE, Paper, Story};

#[test]
fn from_the_breath_test_to_the_end_of_community_corrections() {
    let mut story = Story::in_court();
    assert_eq!(story.stands(PROCURATORATE, "XQ01"), "in_court");
    assert_eq!(story.case(PROCURATORATE, "court_no"), "（2026）云0123刑初1号");
    // 诉172: ten days from receipt for a case on the fast track, one month otherwise.
    assert_eq!(story.last_day(PROCURATORATE, "XQ01", "D57"), date(2026, 3, 19));
    assert_eq!(story.last_day(PROCURATORATE, "XQ01", "D56"), date(2026, 4, 9));

    story
        .does(COURT, "judge", "FY01", "apply_fast")
        .person(json!({"fast_consent": true, "expected_over_year": false}))
        .done();
    // 诉225: ten days from acceptance.
    assert_eq!(story.last_day(COURT, "FY01", "D70"), date(2026, 3, 27));
    story.does(COURT, "court_clerk", "FY01", "serve_indictment").done();
    story.is_tried_and_judged("2026-03-20");

    // The judgment reached everybody: what it says stands on the cards of all three.
    for unit in [POLICE, PROCURATORATE, COURT] {
        assert_eq!(story.person(unit, "judged_penalty"), "detention");
        assert_eq!(story.person(unit, "probation_months"), 4);
        assert_eq!(story.material(unit, "W182").sm3, story.material(COURT, "W182").sm3);
    }
    // 诉230: ten days for an appeal; 诉259: no effect before.
    assert_eq!(story.last_day(COURT, "FY01", "D74"), date(2026, 3, 30));
    story.at("2026-03-30T23:59");
    let early = story.does(COURT, "judge", "FY01", "take_effect").refused();
    assert_eq!(early.kind, RefusalKind::Requirements);
    assert!(early.reasons[0].text.contains("至2026年3月30日 24 时届满"), "{early:?}");

    story.is_executed("2026-03-31", "2026-04-03", "2026-07-31");
    // 刑73: the term of probation runs from the day of effect, and ends on the day before.
    assert_eq!(story.last_day(JUSTICE, "SJ01", "TERM"), date(2026, 7, 30));

    assert_eq!(story.stands(POLICE, "GA01"), "archived");
    assert_eq!(story.stands(PROCURATORATE, "XQ01"), "archived");
    assert_eq!(story.stands(COURT, "JF01"), "archived");
    assert_eq!(story.stands(JUSTICE, "SJ01"), "released");
    assert_eq!(story.stands(LEGAL_AID, "DL01"), "completed");
    for unit in [POLICE, PROCURATORATE, COURT, JUSTICE] {
        assert!(story.files[unit].state.situation.locked, "{unit} is locked");
    }
    for unit in [POLICE, PROCURATORATE, COURT] {
        assert_eq!(story.person(unit, "corrections_to"), "2026-07-31");
    }
    story.ends_in_order();

    let late = story.does(JUSTICE, "corrections_officer", "SJ01", "supervise").file(Paper::of("EREPORTING")).refused();
    assert_eq!(late.kind, RefusalKind::Locked);
}

#[test]
fn nothing_of_an_internal_volume_ever_leaves_its_unit() {
    let mut story = Story::in_court();
    story
        .does(COURT, "judge", "FY01", "apply_fast")
        .person(json!({"fast_consent": true, "expected_over_year": false}))
        .done();
    // 检察内卷: the review report stays, although the whole dossier went to the court.
    assert!(story.files[PROCURATORATE].state.situation.materials.iter().any(|m| m.kind.as_str() == "EREVIEW"));
    assert!(story.carried.iter().flat_map(|m| &m.materials).all(|m| m.kind.as_str() != "EREVIEW"));
    assert!(story.files[COURT].state.situation.materials.iter().any(|m| m.kind.as_str() == "EBLOOD"));
    for message in &story.carried {
        for volume in &message.volumes {
            assert!(!story.library.standard.volumes[&volume.kind].internal, "{} carries {}", message.kind, volume.kind);
        }
    }
}

#[test]
fn a_hand_over_names_its_manifest_by_digest_on_both_sides() {
    let story = Story::in_court();
    for message in &story.carried {
        let digest = message.digest().unwrap();
        let sent = story.files[&message.from].state.situation.sent.iter().find(|s| s.message == message.id).unwrap();
        let received =
            story.files[&message.to].state.situation.received.iter().find(|r| r.message == message.id).unwrap();
        assert_eq!((sent.digest, received.digest), (digest, digest), "{}", message.kind);
        let read = serde_json::from_slice::<case::Message>(&message.manifest().unwrap()).unwrap();
        assert_eq!(&read, message, "a manifest reads back");
    }
    let counted: Vec<u32> = story.carried.iter().filter(|m| m.kind.as_str() == "QB.JD").map(|m| m.batch).collect();
    assert_eq!(counted, [1, 1, 1], "batches are counted for each sender, kind and receiver");
}
