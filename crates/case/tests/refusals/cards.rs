//! Card values: types, fields, forms, identity numbers, dates.

use case::RefusalKind::Input;
use serde_json::{Value, json};

use crate::common::{POLICE, PROCURATORATE, Story, id_number};
use crate::{has, is};

/// What filling a field of the first subject's card is refused with.
fn filled(story: &mut Story, fields: Value) -> case::Refusal {
    story.does(POLICE, "officer", "GA01", "fill_card").person(fields).refused()
}

#[test]
fn values_of_a_wrong_type() {
    let mut story = Story::registered();
    let who = story.subject(POLICE);
    for (field, value, text) in [
        ("blood_alcohol", json!("很高"), "“血液酒精含量”应为整数"),
        ("blood_alcohol", json!(16.8), "“血液酒精含量”应为整数"),
        ("blood_alcohol", json!(1001), "“血液酒精含量”不得大于 1000"),
        ("blood_alcohol", json!(-1), "“血液酒精含量”不得小于 0"),
        ("name", json!(7), "“姓名”应为文字"),
        ("name", json!("  "), "“姓名”不能为空白"),
        ("name", json!("林\u{7}"), "“姓名”含有不可见的控制字符"),
        ("name", json!("林".repeat(61)), "“姓名”不得超过 60 字"),
        ("at_large", json!("是"), "“在逃（未到案）”应为是或否"),
        ("arrival", json!("walked"), "“到案方式”没有选项“walked”：只能选 传唤、抓获、投案、扭送"),
        ("sex", json!("7"), "“性别”代码表里没有“7”"),
        ("residence_region", json!("990000"), "“现住地行政区划”没有行政区划“990000”"),
        ("charge", json!("99999"), "“涉嫌罪名”没有罪名“99999”"),
        ("arrived_at", json!("昨晚"), "“到案时间”不是有效时刻：应写作 YYYY-MM-DDThh:mm:ss+08:00"),
        ("record", json!([{"year": 2020}]), "“前科劣迹”第 1 行没有“year”这一列"),
    ] {
        let refusal = filled(&mut story, json!({field: value}));
        is(&refusal, Input, text, Some(&format!("subjects.{who}.{field}")), &[]);
    }
}

#[test]
fn fields_that_are_unknown_or_not_in_the_form() {
    let mut story = Story::registered();
    let who = story.subject(POLICE);
    let refusal = filled(&mut story, json!({"nonsense": 1}));
    is(&refusal, Input, "案卡没有字段“nonsense”", Some(&format!("subjects.{who}.nonsense")), &[]);
    let refusal = filled(&mut story, json!({"judged_months": 2}));
    is(&refusal, Input, "“判决刑期”不在本次办理填写的范围", Some(&format!("subjects.{who}.judged_months")), &[]);
    let refusal =
        story.does(POLICE, "officer", "GA01", "collect").case(json!({"name": "改名"})).files(&["EPHOTO"]).refused();
    is(&refusal, Input, "“案件名称”不在本次办理填写的范围", Some("case.name"), &[]);
}

#[test]
fn identity_numbers_that_are_wrong_are_never_printed() {
    let mut story = Story::registered();
    let who = story.subject(POLICE);
    let place = format!("subjects.{who}.id_number");
    let good = id_number("1990-01-02", 1);
    let digit = if good.ends_with('0') { '1' } else { '0' };
    let bad = format!("{}{digit}", &good[..17]);
    let refusal = filled(&mut story, json!({"id_number": bad}));
    is(&refusal, Input, "“证件号码”公民身份号码校验码有误，请核对是否录入错误", Some(&place), &[]);
    for number in [bad.as_str(), "12345", "97012319900230001X", "970123209901020014", "000000199001020011"] {
        let refusal = filled(&mut story, json!({"id_number": number}));
        assert_eq!(refusal.kind, Input);
        assert_eq!(refusal.reasons[0].place.as_deref(), Some(place.as_str()));
        assert!(!refusal.reasons[0].text.contains(number), "{refusal:?}");
    }
}

#[test]
fn birth_and_sex_that_contradict_the_number() {
    let mut story = Story::registered();
    let who = story.subject(POLICE);
    let at = |field: &str| format!("subjects.{who}.{field}");
    // The other number's holder is a woman born a year later.
    let other = id_number("1991-01-02", 2);
    let refusal = filled(&mut story, json!({"id_number": other, "birth": "1990-01-02", "sex": "1"}));
    assert_eq!(refusal.reasons.len(), 2, "{refusal:#?}");
    has(&refusal, Input, "“出生日期”与身份号码不一致", Some(&at("birth")), &[]);
    has(&refusal, Input, "“性别”与身份号码不一致", Some(&at("sex")), &[]);
    // Also where the card already holds the other half.
    let refusal = filled(&mut story, json!({"birth": "1990-01-03"}));
    is(&refusal, Input, "“出生日期”与身份号码不一致", Some(&at("birth")), &[]);
    let refusal = filled(&mut story, json!({"sex": "2"}));
    is(&refusal, Input, "“性别”与身份号码不一致", Some(&at("sex")), &[]);
    story
        .does(POLICE, "officer", "GA01", "fill_card")
        .person(json!({"id_number": other, "birth": "1991-01-02", "sex": "2"}))
        .done();
    story
        .does(POLICE, "officer", "GA01", "fill_card")
        .person(json!({"id_number": "身份不明", "birth": "1990-01-03"}))
        .done();
}

#[test]
fn days_that_do_not_exist_or_are_still_to_come() {
    let mut story = Story::registered();
    let who = story.subject(POLICE);
    let place = format!("subjects.{who}.birth");
    for day in ["2026-02-30", "2026-13-01", "2025-02-29", "二月三十日", ""] {
        let refusal = filled(&mut story, json!({"birth": day}));
        is(&refusal, Input, "“出生日期”不是有效日期：应写作 YYYY-MM-DD，且当日存在", Some(&place), &[]);
    }
    let refusal = filled(&mut story, json!({"birth": "2026-03-03"}));
    has(&refusal, Input, "“出生日期”不得晚于今日（2026年3月2日）", Some(&place), &[]);
    let refusal = filled(&mut story, json!({"arrived_at": "2026-03-03T00:00:00+08:00"}));
    let place = format!("subjects.{who}.arrived_at");
    is(&refusal, Input, "“到案时间”不得晚于今日（2026年3月2日）", Some(&place), &[]);
}

#[test]
fn an_end_before_its_beginning() {
    let mut story = Story::registered();
    let fill =
        |story: &mut Story, fields: Value| story.does(POLICE, "officer", "GA01", "fill_card").case(fields).refused();
    let text = "“犯罪时间止”不得早于“犯罪时间起”";
    let refusal =
        fill(&mut story, json!({"acted_from": "2026-03-01T21:00:00+08:00", "acted_to": "2026-02-28T22:00:00+08:00"}));
    is(&refusal, Input, text, Some("case.acted_to"), &[]);
    // By the minute, and against what the card already holds.
    let refusal =
        fill(&mut story, json!({"acted_from": "2026-03-01T22:00:00+08:00", "acted_to": "2026-03-01T21:59:00+08:00"}));
    is(&refusal, Input, text, Some("case.acted_to"), &[]);
    let refusal = fill(&mut story, json!({"acted_to": "2026-03-01T21:00:00+08:00"}));
    is(&refusal, Input, text, Some("case.acted_to"), &[]);
}

#[test]
fn subjects_that_are_not_in_the_file_or_may_not_be_added() {
    let mut story = Story::under_review();
    let refusal = story
        .does(PROCURATORATE, "prosecutor", "XQ01", "fill_card")
        .for_subjects(&[])
        .new_person(json!({"name": "顾又青"}))
        .edit(|input| {
            input.subjects.insert("P9999".into(), [("name".into(), json!("顾又青"))].into_iter().collect());
        })
        .refused();
    assert_eq!(refusal.reasons.len(), 2);
    has(&refusal, Input, "本案没有办理对象“P9999”", Some("subjects.P9999"), &[]);
    has(&refusal, Input, "“填录、更正案卡”不能增加办理对象", Some("new_subjects"), &[]);
}

#[test]
fn every_fault_of_an_input_is_told_at_once() {
    let mut story = Story::registered();
    let refusal = story
        .does(POLICE, "officer", "GA01", "fill_card")
        .case(json!({"place": 3, "amount": -1}))
        .person(json!({"name": "", "blood_alcohol": "高"}))
        .refused();
    let places: Vec<&str> = refusal.reasons.iter().filter_map(|r| r.place.as_deref()).collect();
    let who = story.subject(POLICE);
    let expected =
        ["case.amount", "case.place", &format!("subjects.{who}.blood_alcohol"), &format!("subjects.{who}.name")];
    assert_eq!(places, expected);
    assert_eq!(refusal.kind, Input);
    let added = story
        .does(POLICE, "officer", "GA01", "add_subject")
        .new_person(json!({"birth": "2026-02-30"}))
        .new_person(json!({"name": ""}))
        .refused();
    let places: Vec<&str> = added.reasons.iter().filter_map(|r| r.place.as_deref()).collect();
    assert_eq!(places, ["new_subjects.0.birth", "new_subjects.1.name"]);
}

#[test]
fn without_a_reason_where_one_is_due() {
    let mut story = Story::registered();
    for reason in [None, Some(" ")] {
        let mut act = story.does(POLICE, "officer", "GA01", "refuse_filing").bare();
        if let Some(r) = reason {
            act = act.because(r);
        }
        is(&act.refused(), Input, "办理“不予立案”须写明理由", Some("reason"), &[]);
    }
}
