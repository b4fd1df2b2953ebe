//! A hand-over that is refused technically has not come about; a closed file takes nothing in;
//! what belongs into an internal volume never leaves.

use case::{Actor, RefusalKind, World, receipts};
use jiff::civil::date;
use procedure::situation::{Receipt, ReceiptAnswer};

use crate::common::{POLICE, PROCURATORATE, Paper, Province, Story};

/// Handed over, but it never arrived.
fn sent() -> (Story, String) {
    let mut story = Story::transferred();
    story.on("2026-03-09");
    assert_eq!(story.stands(POLICE, "GA01"), "transferred");
    let message = story.carried.iter().rev().find(|m| m.kind.as_str() == "GJ-QS.YSQS").unwrap().id.clone();
    story.files.remove(PROCURATORATE);
    (story, message)
}

fn answered(story: &mut Story, message: &str, technical: &Receipt) -> bool {
    let state = story.state(POLICE);
    let bundles = story.bundles.clone();
    let pinned = move |d: &seal::Digest| bundles.get(d).cloned();
    let world =
        World { library: &story.library, pinned: &pinned, contents: &story.contents, units: &Province, now: story.now };
    let Some(decided) = receipts(&world, &mut story.ids, &state, message, technical, None) else { return false };
    let actor = Actor { user: "-".into(), role: decided.role.clone(), unit: POLICE.into(), acting_for: None };
    story.seals(POLICE, actor, &decided);
    true
}

#[test]
fn what_was_refused_technically_goes_back_and_can_be_sent_again() {
    let (mut story, message) = sent();
    story.at("2026-03-09T10:00");
    let refused = Receipt {
        number: "JT1".into(),
        at: story.now,
        answer: ReceiptAnswer::Refused,
        reason: Some("清单摘要不符".into()),
    };
    assert!(answered(&mut story, &message, &refused));
    assert_eq!(story.stands(POLICE, "GA01"), "investigating");
    let sent = story.files[POLICE].state.situation.sent.iter().find(|s| s.message == message).unwrap();
    assert_eq!(sent.business.as_ref().unwrap().answer, ReceiptAnswer::Refused, "nothing is awaited any more");
    assert_eq!(sent.technical.as_ref().unwrap().reason.as_deref(), Some("清单摘要不符"));
    assert!(!answered(&mut story, &message, &refused), "a second receipt has no effect");
    story.on("2026-03-10");
    story.does(POLICE, "officer", "GA01", "transfer").done();
    assert_eq!(story.stands(POLICE, "GA01"), "transferred");
    assert_eq!(story.stands(PROCURATORATE, "XQ01"), "pending");
}

#[test]
fn a_sound_receipt_moves_nothing() {
    let (mut story, message) = sent();
    let received = Receipt { number: "JS1".into(), at: story.now, answer: ReceiptAnswer::Received, reason: None };
    assert!(answered(&mut story, &message, &received));
    assert_eq!(story.stands(POLICE, "GA01"), "transferred");
}

#[test]
fn a_notice_puts_nothing_into_a_closed_file() {
    let mut story = Story::transferred();
    story.on("2026-03-10");
    let mut notice = story.carried.iter().find(|m| m.kind.as_str() == "GJ-QS.YSQS").unwrap().clone();
    let file = story.files.get_mut(PROCURATORATE).unwrap();
    file.state.situation.locked = true;
    let (version, materials) = (file.state.version, file.state.situation.materials.len());
    notice.id = "notice".into();
    notice.kind = "GJ-QS.CH".into();
    let refusal = story.receives(&notice).unwrap_err();
    assert_eq!(refusal.kind, RefusalKind::Locked);
    assert!(refusal.reasons[0].text.contains("已办结锁定"), "{refusal:?}");
    // Without materials it is kept, and moves nothing.
    notice.materials.clear();
    notice.volumes.clear();
    let tracks = story.instance(PROCURATORATE, "XQ01").tracks.clone();
    story.carries(&notice);
    let state = &story.files[PROCURATORATE].state;
    assert_eq!(state.version, version + 1);
    assert_eq!(state.situation.materials.len(), materials);
    assert_eq!(story.instance(PROCURATORATE, "XQ01").tracks, tracks);
    assert!(state.situation.locked && state.situation.received.iter().any(|r| r.message == "notice"));
}

#[test]
fn an_internal_document_cannot_be_put_where_it_would_travel() {
    let mut story = Story::investigated();
    let kind = story
        .library
        .documents
        .iter()
        .find(|(_, d)| {
            d.agency.iter().any(|a| a.as_str() == "police") && story.library.standard.volumes[&d.volume].internal
        })
        .map(|(id, _)| id.to_string())
        .unwrap();
    let refusal =
        story.does(POLICE, "officer", "GA01", "collect").file(Paper::of(&kind).into_volume("zhengju")).refused();
    assert_eq!(refusal.kind, RefusalKind::Input);
    let reason = refusal.reasons.iter().find(|r| r.text.contains("属于内卷材料")).unwrap();
    assert_eq!(reason.place.as_deref(), Some("materials.0.volume"));
    assert!(!reason.basis.is_empty());
}

#[test]
fn a_period_is_lengthened_as_often_as_the_law_says_and_no_more() {
    let mut story = Story::transferred();
    story.on("2026-03-10");
    story.is_accepted_for_review();
    fn extend(story: &mut Story) -> crate::common::Act<'_> {
        let act = story.does(PROCURATORATE, "prosecutor", "XQ01", "extend");
        act.case(serde_json::json!({"major": true})).because("案情重大、复杂")
    }
    let end = story.last_day(PROCURATORATE, "XQ01", "D56");
    extend(&mut story).done();
    let longer = story.last_day(PROCURATORATE, "XQ01", "D56");
    assert_eq!((end, longer), (date(2026, 4, 9), date(2026, 4, 24)));
    let refusal = extend(&mut story).refused();
    assert_eq!(refusal.kind, RefusalKind::Requirements);
    assert!(refusal.reasons[0].text.contains("已经延长过 1 次"), "{refusal:?}");
    assert!(refusal.reasons[0].basis.iter().any(|b| b.contains("第一百七十二条")), "{refusal:?}");
    assert_eq!(story.last_day(PROCURATORATE, "XQ01", "D56"), longer);
}
