//! 追加: somebody is found later, and comes into work that goes on. By 规356 and 规423 the procuratorate
//! prosecutes him itself and the court tries him with the others; by 公296 the police bring him with the
//! supplementary investigation.

use case::RefusalKind;
use jiff::civil::date;
use serde_json::{Value, json};

use crate::common::{COURT, DANGEROUS_DRIVING, POLICE, PROCURATORATE, Paper, Story, id_number, judgment};

/// The other man in the car, who had driven the first half of the way.
fn other() -> Value {
    json!({"name": "顾又青", "id_number": id_number("1992-07-08", 5), "birth": "1992-07-08", "impaired": false,
        "measure": "none", "blood_alcohol": 130, "charge": DANGEROUS_DRIVING, "plea": "none", "at_large": false})
}

fn named(story: &Story, unit: &str, name: &str) -> String {
    let all = &story.files[unit].state.situation.subjects;
    all.iter().find(|(_, s)| s.fields["name"] == name).unwrap().0.clone()
}

fn at(story: &Story, unit: &str, process: &str, who: &str) -> String {
    story.instance(unit, process).tracks[who].state.to_string()
}

fn last_day_of(story: &Story, unit: &str, process: &str, deadline: &str, who: &str) -> jiff::civil::Date {
    let i = story.instance(unit, process);
    let of = |c: &&procedure::situation::Running| c.deadline.as_str() == deadline && c.subject == who;
    let running = i.clocks.iter().rfind(of).unwrap_or_else(|| panic!("{deadline} never ran for {who}"));
    procedure::engine::clocks::due(running, &story.library.law.calendar, story.now).last_day
}

/// The driver waits for his hearing, the other was found and is reviewed.
fn found_in_court() -> (Story, String, String) {
    let mut story = Story::in_court();
    story.does(COURT, "judge", "FY01", "apply_ordinary").case(json!({"tribunal": "three"})).done();
    story.does(COURT, "court_clerk", "FY01", "serve_indictment").done();
    story
        .does(COURT, "judge", "FY01", "schedule")
        .case(json!({"hearing_at": "2026-03-30T09:00:00+08:00", "hearing_place": "第一法庭"}))
        .done();
    story.on("2026-03-19");
    story.does(PROCURATORATE, "prosecutor", "XQ01", "add_suspect").new_person(other()).files(&["EIDENTITY"]).done();
    let (driver, other) = (story.subject(COURT), named(&story, PROCURATORATE, "顾又青"));
    (story, driver, other)
}

/// He is told his rights, interrogated, and the review is finished.
fn is_reviewed(story: &mut Story, who: &str) {
    let today = story.today();
    let does = |story: &mut Story, act: &str, card: Value| {
        story.does(PROCURATORATE, "prosecutor", "XQ01", act).for_subjects(&[who]).person(card).done();
    };
    does(story, "tell_rights", json!({}));
    does(story, "interrogate", json!({"interrogated_on": today, "plea": "none", "recorded": true}));
    does(story, "finish_review", json!({}));
}

fn is_added(story: &mut Story, who: &str) {
    story
        .does(PROCURATORATE, "prosecutor", "XQ01", "add_indictment")
        .for_subjects(&[who])
        .person(json!({"prosecuted_charge": DANGEROUS_DRIVING}))
        .file(Paper::of("W148").about(who))
        .done();
}

#[test]
fn a_defendant_is_added_to_a_trial_that_goes_on() {
    let (mut story, driver, other) = found_in_court();
    assert_eq!(at(&story, PROCURATORATE, "XQ01", &other), "reviewing");
    assert_eq!(at(&story, PROCURATORATE, "XQ01", &driver), "in_court", "nobody else is touched");
    // His times run from the day on which he came, whenever they begin.
    assert_eq!(last_day_of(&story, PROCURATORATE, "XQ01", "D49", &other), date(2026, 3, 23));
    assert_eq!(last_day_of(&story, PROCURATORATE, "XQ01", "D56", &other), date(2026, 4, 20));

    let early = story
        .does(PROCURATORATE, "prosecutor", "XQ01", "add_indictment")
        .for_subjects(&[&other])
        .file(Paper::of("W148").about(&other))
        .refused();
    assert_eq!(early.kind, RefusalKind::OutOfOrder, "his review is not finished");

    is_reviewed(&mut story, &other);
    is_added(&mut story, &other);
    let sent = story.carried.iter().find(|m| m.kind.as_str() == "JF-QS.ZJ").unwrap();
    assert_eq!(sent.subjects.keys().collect::<Vec<_>>(), [&other]);
    let court = &story.files[COURT].state.situation;
    assert_eq!(court.instances.iter().filter(|i| i.process.as_str() == "FY01").count(), 1, "no second case");
    assert_eq!(at(&story, COURT, "FY01", &other), "joining");
    assert_eq!(at(&story, COURT, "FY01", &driver), "scheduled");
    assert_eq!(last_day_of(&story, COURT, "FY01", "D61", &other), date(2026, 3, 26));

    story.on("2026-03-20");
    story.does(COURT, "judge", "FY01", "accept_added").done();
    assert_eq!(at(&story, PROCURATORATE, "XQ01", &other), "in_court");
    let number = story.case(COURT, "court_no");
    assert_eq!(story.carried.last().unwrap().number.as_deref(), number.as_str(), "under the number of the case");
    // 待核: his limit of two months runs from the day on which he was added.
    assert_eq!(last_day_of(&story, COURT, "FY01", "D72T", &other), date(2026, 5, 20));

    // Everybody goes back to the preparation, and he has his ten days.
    story.does(COURT, "judge", "FY01", "postpone").done();
    assert_eq!(story.stands(COURT, "FY01"), "preparing");
    story.does(COURT, "court_clerk", "FY01", "serve_indictment").for_subjects(&[&other]).done();
    story
        .does(COURT, "judge", "FY01", "schedule")
        .case(json!({"hearing_at": "2026-04-01T09:00:00+08:00", "hearing_place": "第一法庭"}))
        .done();
    story.on("2026-03-30");
    let hurried = story.does(COURT, "judge", "FY01", "open_hearing").refused();
    assert!(hurried.reasons[0].text.contains("顾又青"), "{}", hurried.reasons[0].text);
    story.on("2026-04-01");
    story.does(COURT, "judge", "FY01", "open_hearing").done();
    story.does(COURT, "court_clerk", "FY01", "record_hearing").done();
    for who in [&driver, &other] {
        story
            .does(COURT, "judge", "FY01", "pronounce_later")
            .for_subjects(&[who])
            .person(judgment())
            .file(Paper::of("W182").about(who))
            .done();
    }
    assert_eq!(story.stands(PROCURATORATE, "XQ01"), "judged");
    story.ends_in_order();
}

#[test]
fn a_court_that_does_not_join_him_sends_him_back() {
    let (mut story, driver, other) = found_in_court();
    is_reviewed(&mut story, &other);
    is_added(&mut story, &other);
    story.does(COURT, "judge", "FY01", "return_added").because("两案事实没有关联").done();
    assert_eq!(at(&story, PROCURATORATE, "XQ01", &other), "reviewing");
    assert_eq!(at(&story, COURT, "FY01", &driver), "scheduled");

    // Once more, and now it is joined: he begins again.
    is_added(&mut story, &other);
    assert_eq!(at(&story, COURT, "FY01", &other), "joining");
    story.does(COURT, "judge", "FY01", "accept_added").done();
    assert_eq!(at(&story, COURT, "FY01", &other), "preparing");
}

#[test]
fn what_comes_when_the_others_are_judged_is_a_case_of_its_own() {
    let (mut story, driver, other) = found_in_court();
    is_reviewed(&mut story, &other);
    story.on("2026-03-30");
    story.does(COURT, "judge", "FY01", "open_hearing").done();
    story.does(COURT, "court_clerk", "FY01", "record_hearing").done();
    // The indictment is on its way while the judge pronounces.
    let court = story.files[COURT].clone();
    is_added(&mut story, &other);
    let on_its_way = story.carried.iter().find(|m| m.kind.as_str() == "JF-QS.ZJ").unwrap().clone();
    story.files.insert(COURT.into(), court);
    story.does(COURT, "judge", "FY01", "pronounce_later").person(judgment()).done();
    story.carries(&on_its_way);
    assert_eq!(at(&story, COURT, "FY01", &other), "pending");
    assert!(!story.instance(COURT, "FY01").tracks.contains_key(&driver), "an instance of its own");
    story.does(COURT, "filing_clerk", "FY01", "return").because("本案已经宣判").done();
    assert_eq!(at(&story, PROCURATORATE, "XQ01", &other), "reviewing");
    let late = story
        .does(PROCURATORATE, "prosecutor", "XQ01", "add_indictment")
        .for_subjects(&[&other])
        .file(Paper::of("W148").about(&other))
        .refused();
    assert_eq!(late.reasons[0].text, "顾又青不符合“追加起诉”的条件：已完成审查报告，且本案已由人民法院受理、尚未宣判");
}

#[test]
fn the_act_wants_somebody_and_says_who() {
    let mut story = Story::in_court();
    let nobody = story.does(PROCURATORATE, "prosecutor", "XQ01", "add_suspect").refused();
    assert_eq!(nobody.kind, RefusalKind::Input);
    assert_eq!(nobody.reasons[0].text, "请填写“追诉遗漏的同案犯罪嫌疑人”所增加的办理对象");
    assert_eq!(nobody.reasons[0].place.as_deref(), Some("new_subjects"));
    let nameless = story
        .does(PROCURATORATE, "prosecutor", "XQ01", "add_suspect")
        .new_person(json!({"birth": "1992-07-08"}))
        .refused();
    assert_eq!(nameless.kind, RefusalKind::Requirements);
}

#[test]
fn the_police_bring_him_with_the_supplementary_investigation() {
    let mut story = Story::under_review();
    story.does(PROCURATORATE, "prosecutor", "XQ01", "return_supplement").done();
    story.does(POLICE, "legal_reviewer", "XQ05", "accept").done();
    story.on("2026-03-25");
    let (story, ..) =
        story.does(POLICE, "officer", "XQ05", "resubmit_new").new_person(other()).files(&["EIDENTITY"]).proposed();
    let waits = &story.instance(POLICE, "XQ05").proposals[0];
    assert_eq!(waits.subjects, [story.subject(POLICE)], "he is not there before the act takes effect");
    assert_eq!(story.files[POLICE].state.situation.subjects.len(), 1);
    let instance = story.instance(POLICE, "XQ05").id.clone();
    story.approves(POLICE, &instance);

    let other = named(story, PROCURATORATE, "顾又青");
    assert_eq!(at(story, POLICE, "GA01", &other), "supplementing", "he stands beside the other with the police too");
    assert_eq!(at(story, PROCURATORATE, "XQ01", &other), "resubmitted");
    story.does(PROCURATORATE, "case_manager", "XQ01", "accept_resubmitted").done();
    assert_eq!(story.stands(PROCURATORATE, "XQ01"), "reviewing");
    assert_eq!(story.stands(POLICE, "GA01"), "accepted");
    assert_eq!(last_day_of(story, PROCURATORATE, "XQ01", "D49", &other), date(2026, 3, 30));
}

#[test]
fn the_police_add_him_before_the_transfer() {
    let mut story = Story::investigated();
    story.does(POLICE, "officer", "GA01", "add_suspect").new_person(other()).done();
    let other = named(&story, POLICE, "顾又青");
    assert_eq!(at(&story, POLICE, "GA01", &other), "investigating", "the case was filed already");
    let ran = &story.instance(POLICE, "GA01").clocks;
    assert!(ran.iter().all(|c| c.subject != other || c.ended.is_some()), "no time of the filing runs for him");
}
