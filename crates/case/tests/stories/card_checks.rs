//! What a card must hold before a case leaves the police, and what on it does not hang together.

use serde_json::{Value, json};

use crate::common::{
    COURT, DANGEROUS_DRIVING, JUSTICE, LEGAL_AID, POLICE, PROCURATORATE, Story, judgment, recommendation,
};

fn warned(story: &mut Story, act: impl FnOnce(&mut Story) -> (case::Asker, case::Command)) -> Vec<String> {
    let (asker, command) = act(story);
    let found = story.decides(&asker, &command).unwrap_or_else(|e| panic!("{e:#?}")).warnings;
    found.iter().map(|w| w.requirement.to_string()).collect()
}

/// About to be handed over.
fn collected() -> Story {
    let mut story = Story::investigated();
    story.does(POLICE, "officer", "GA01", "collect").files(&crate::common::EVIDENCE).files(&["EBLOOD"]).done();
    story
}

#[test]
fn whoever_is_not_known_is_not_asked_where_he_comes_from() {
    let mut story = collected();
    let who = story.subject(POLICE);
    let mut file = story.files[POLICE].clone();
    let card = &mut file.state.situation.subjects.get_mut(&who).unwrap().fields;
    card.insert("id_number".into(), json!("身份不明"));
    card.remove("birth");
    story.files.insert(POLICE.into(), file);
    let case = json!({"place_region": "970123", "summary": "酒后驾车", "joint": false, "suspects_count": 1,
        "juvenile": "none", "foreign": false, "sensitive": ["none"], "major": false});
    let seen = json!({"special": ["none"], "arrived_at": "2026-03-01T22:00:00+08:00", "circumstances": ["none"],
        "part": "sole", "form": "completed"});
    story.does(POLICE, "officer", "GA01", "transfer").bare().case(case).person(seen).done();
    assert_eq!(story.stands(POLICE, "GA01"), "transferred");
}

#[test]
fn a_recidivist_has_a_record() {
    let with = |record: Value| {
        let mut story = collected();
        let card = json!({"recidivist": true, "record": record});
        story.does(POLICE, "officer", "GA01", "fill_card").person(card).done();
        warned(&mut story, |s| {
            let (_, a, c) = s.does(POLICE, "officer", "GA01", "transfer").command();
            (a, c)
        })
    };
    assert!(with(json!([])).contains(&"GA01-R59".to_owned()));
    assert!(!with(json!([{"matter": "盗窃", "result": "有期徒刑一年"}])).contains(&"GA01-R59".to_owned()));
}

#[test]
fn twenty_four_hours_to_the_detention_centre() {
    let at = |taken_in: &str| {
        let mut story = Story::investigated();
        let card = json!({"measure": "detention", "measure_decided_on": "2026-03-04", "measure_executed_on": "2026-03-04",
            "custody_place": "东篱县看守所", "custody_at": taken_in});
        story.on("2026-03-06");
        warned(&mut story, |s| {
            let (_, a, c) =
                s.does(POLICE, "officer", "GA01", "register_measure").files(&["W015"]).person(card).command();
            (a, c)
        })
    };
    assert_eq!(at("2026-03-05T08:00:00+08:00"), [""; 0]);
    assert_eq!(at("2026-03-06T08:00:00+08:00"), ["GA01-R64"]);
}

#[test]
fn a_recommendation_keeps_to_the_limits_of_the_penalty() {
    let mut story = Story::under_review();
    let told = |story: &mut Story, change: Value| {
        let act = story.does(PROCURATORATE, "prosecutor", "XQ01", "recommend").person(recommendation()).person(change);
        let refusal = act.refused();
        refusal.reasons.iter().filter_map(|r| r.requirement.as_ref()).map(ToString::to_string).collect::<Vec<_>>()
    };
    assert_eq!(told(&mut story, json!({"rec_months": 18, "rec_probation_months": 18})), ["XQ01-R91", "XQ01-R93"]);
    assert_eq!(told(&mut story, json!({"rec_probation_months": 24})), ["XQ01-R93"], "刑73: no more than a year");
    assert_eq!(told(&mut story, json!({"rec_kind": "range", "rec_months_max": 1})), ["XQ01-R92"]);
    story.does(PROCURATORATE, "prosecutor", "XQ01", "recommend").person(recommendation()).done();
}

#[test]
fn another_charge_than_that_of_the_police_is_explained() {
    let mut story = Story::under_review();
    story.is_interrogated();
    story.does(PROCURATORATE, "prosecutor", "XQ01", "finish_review").done();
    story.does(PROCURATORATE, "prosecutor", "XQ01", "recommend").person(recommendation()).done();
    story
        .does(PROCURATORATE, "prosecutor", "XQ01", "exempt_undertaking")
        .person(json!({"undertaking_exempt": "other"}))
        .done();
    let mut prosecuted = |charge: &str| {
        warned(&mut story, |s| {
            let act = s.does(PROCURATORATE, "prosecutor", "XQ01", "prosecute");
            let (_, a, c) = act
                .person(json!({"prosecuted_charge": charge}))
                .case(json!({"indictment_no": "篱检刑诉〔2026〕1号", "indictment_on": "2026-03-10"}))
                .command();
            (a, c)
        })
    };
    assert!(!prosecuted("55").contains(&"XQ01-R95".to_owned()));
    let other = prosecuted("54");
    assert!(other.contains(&"XQ01-R95".to_owned()), "{other:?}");
    assert!(other.contains(&"XQ01-R94".to_owned()), "probation is proposed and nobody assessed: {other:?}");
}

#[test]
fn a_sentence_that_is_limited_says_its_months() {
    let mut story = Story::in_court();
    story
        .does(COURT, "judge", "FY01", "apply_fast")
        .person(json!({"fast_consent": true, "expected_over_year": false}))
        .done();
    story.does(COURT, "court_clerk", "FY01", "serve_indictment").done();
    story
        .does(COURT, "judge", "FY01", "schedule")
        .case(json!({"hearing_at": "2026-03-20T09:00:00+08:00", "hearing_place": "第一法庭"}))
        .done();
    story.on("2026-03-20");
    story.does(COURT, "judge", "FY01", "open_hearing").done();
    let unsaid =
        json!({"judged_charge": "55", "judged_penalty": "control", "judged_fine": 0, "rec_adopted": "rejected"});
    let refusal = story.does(COURT, "judge", "FY01", "pronounce").person(unsaid).refused();
    assert!(refusal.reasons.iter().any(|r| r.requirement.as_ref().unwrap().as_str() == "FY01-R92"), "{refusal:#?}");
    // 解302: the record of the pronouncement is asked for when the judgment is served.
    story.does(COURT, "judge", "FY01", "pronounce").person(judgment()).files(&["EPRONOUNCE"]).done();
    let served = warned(&mut story, |s| {
        let act = s.does(COURT, "court_clerk", "FY01", "serve_judgment");
        let (_, a, c) = act.person(json!({"judgment_served_on": "2026-03-20"})).command();
        (a, c)
    });
    assert!(!served.contains(&"FY01-R93".to_owned()), "{served:?}");
}

#[test]
fn a_defender_comes_with_his_papers() {
    let mut story = Story::under_review();
    let mut registers = |kind: &str, papers: &[&str]| {
        warned(&mut story, |s| {
            let card =
                json!({"defender_kind": kind, "defender_name": "江听澜", "defender_licence": "19701202000000001"});
            let act = s.does(PROCURATORATE, "case_manager", "XQ01", "register_defender").person(card);
            let (_, a, c) = act.files(papers).command();
            (a, c)
        })
    };
    assert_eq!(registers("entrusted", &[]), ["XQ01-R84A", "XQ01-R84B"]);
    assert_eq!(registers("entrusted", &["W214", "W215"]), [""; 0]);
    assert_eq!(registers("appointed", &[]), ["XQ01-R84C"]);
    let nameless = story
        .does(PROCURATORATE, "case_manager", "XQ01", "register_defender")
        .person(json!({"defender_kind": "entrusted"}))
        .refused();
    assert!(nameless.reasons[0].text.starts_with("未填写“人员案卡·辩护人（值班律师）姓名”"), "{nameless:?}");
}

#[test]
fn who_is_sent_to_corrections_was_told_in_writing() {
    let mut story = Story::in_court();
    story
        .does(COURT, "judge", "FY01", "apply_fast")
        .person(json!({"fast_consent": true, "expected_over_year": false}))
        .done();
    story.does(COURT, "court_clerk", "FY01", "serve_indictment").done();
    story.is_tried_and_judged("2026-03-20");
    story.on("2026-03-31");
    story.does(COURT, "judge", "FY01", "take_effect").done();
    story.does(COURT, "judge", "FY01", "deliver").done();
    let mut delivered = |papers: &[&str]| {
        warned(&mut story, |s| {
            let place = json!({"corrections_unit": JUSTICE, "corrections_region": "970123"});
            let act = s.does(COURT, "judge", "JF01", "deliver_corrections").person(place).files(papers);
            let (_, a, c) = act.command();
            (a, c)
        })
    };
    assert_eq!(delivered(&[]), ["JF01-R20"]);
    assert_eq!(delivered(&["ECORRTELL"]), [""; 0]);
}

#[test]
fn what_was_seized_is_let_go_with_the_case() {
    let mut story = Story::investigated();
    story
        .does(POLICE, "officer", "GA01", "fill_card")
        .case(json!({"property": [{"name": "手机"}], "amount": 300_000, "deaths": 0, "intervened": false}))
        .person(json!({"amount_grade": "none"}))
        .done();
    story.does(POLICE, "officer", "GA01", "withdraw").because("没有犯罪事实").done();
    let kept = story.does(POLICE, "officer", "GA01", "serve_withdrawal").refused();
    assert!(kept.reasons[0].text.starts_with("缺少《解除查封、扣押决定书》"), "{kept:#?}");
    story.does(POLICE, "officer", "GA01", "serve_withdrawal").files(&["W064"]).done();
    story.ends_in_order();
}

#[test]
fn whoever_did_more_than_one_thing_has_all_of_it_on_every_card() {
    let theft = json!([{"charge": "221"}]);
    let mut story = Story::investigated();
    let unknown = json!({"further_charges": [{"charge": "0"}]});
    let refused = story.does(POLICE, "officer", "GA01", "fill_card").person(unknown).refused();
    assert!(refused.reasons[0].text.contains("第 1 行“罪名”没有罪名“0”"), "{refused:?}");
    story.does(POLICE, "officer", "GA01", "fill_card").person(json!({"further_charges": theft})).done();
    story.is_transferred();
    assert_eq!(story.person(PROCURATORATE, "further_charges"), theft);
    story.on("2026-03-10");
    story.is_accepted_for_review();
    story.bail_is_decided_by_the_procuratorate();
    story.a_duty_lawyer_helps();
    assert_eq!(story.person(LEGAL_AID, "further_charges"), theft);
    story.is_interrogated();
    story.the_undertaking_is_signed();
    story.does(PROCURATORATE, "prosecutor", "XQ01", "finish_review").done();
    story.does(PROCURATORATE, "prosecutor", "XQ01", "recommend").person(recommendation()).done();
    story
        .does(PROCURATORATE, "prosecutor", "XQ01", "prosecute")
        .person(json!({"prosecuted_charge": DANGEROUS_DRIVING, "further_prosecuted": theft}))
        .case(json!({"indictment_no": "篱检刑诉〔2026〕1号", "indictment_on": "2026-03-10"}))
        .done();
    assert_eq!(story.person(COURT, "further_prosecuted"), theft);
    story.is_accepted_by_the_court();
    story.does(COURT, "judge", "FY01", "apply_ordinary").case(json!({"tribunal": "three"})).done();
    story.does(COURT, "court_clerk", "FY01", "serve_indictment").done();
    story
        .does(COURT, "judge", "FY01", "schedule")
        .case(json!({"hearing_at": "2026-03-31T09:00:00+08:00", "hearing_place": "第一法庭"}))
        .done();
    story.on("2026-03-31");
    story.does(COURT, "judge", "FY01", "open_hearing").done();
    story.does(COURT, "court_clerk", "FY01", "record_hearing").done();
    let each = json!([{"charge": "221", "penalty": "拘役一个月"}]);
    story.does(COURT, "judge", "FY01", "pronounce").person(judgment()).person(json!({"further_judged": each})).done();
    for unit in [PROCURATORATE, POLICE] {
        assert_eq!(story.person(unit, "further_judged"), each, "{unit}");
    }
}
