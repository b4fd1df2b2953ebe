//! Where to send and to whom to give.

use case::{How, RefusalKind};
use serde_json::json;

use crate::common::{COURT, JUSTICE, POLICE, PROCURATORATE, REMOTE_POLICE, Story};
use crate::is;

#[test]
fn nobody_to_route_to() {
    let mut story = Story::begins("2026-03-02");
    story
        .does(REMOTE_POLICE, "officer", "GA01", "register")
        .case(json!({"name": "远山失窃案", "offence": "221", "acted_to": "2026-03-01T22:00:00+08:00", "lead_officer": "甲", "second_officer": "乙"}))
        .person(json!({"name": "林疏桐", "birth": "1990-01-02", "id_number": "身份不明"}))
        .done();
    story.does(REMOTE_POLICE, "officer", "GA01", "file_case").done();
    let refusal = story.does(REMOTE_POLICE, "officer", "GA01", "notify_lawyer").refused();
    is(&refusal, RefusalKind::Route, "本地没有法律援助机构，不能移送", None, &[]);
}

#[test]
fn a_unit_that_must_be_chosen() {
    let mut story = Story::investigated();
    story.does(POLICE, "officer", "GA01", "find_outside").done();
    let refusal = story.does(POLICE, "officer", "GA01", "move_case").refused();
    is(&refusal, RefusalKind::Route, "请选择送往的公安机关（to_units.police）", None, &[]);
    let refusal = story.does(POLICE, "officer", "GA01", "move_case").towards("police", COURT).refused();
    is(&refusal, RefusalKind::Route, "所选单位不是公安机关", None, &[]);
    let refusal = story.does(POLICE, "officer", "GA01", "move_case").towards("police", "nowhere").refused();
    is(&refusal, RefusalKind::Route, "所选单位不是公安机关", None, &[]);
    let refusal = story.does(POLICE, "officer", "GA01", "move_case").towards("police", POLICE).refused();
    is(&refusal, RefusalKind::Route, "所选公安机关就是本单位，不能移送给自己", None, &[]);
    story.does(POLICE, "officer", "GA01", "move_case").towards("police", REMOTE_POLICE).done();
    assert_eq!(story.carried.last().map(|m| m.to.as_str()), Some(REMOTE_POLICE));
}

#[test]
fn a_unit_that_a_field_names_wrongly() {
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
    let deliver = |story: &mut Story, unit: &str| {
        story.does(COURT, "judge", "JF01", "deliver_corrections").person(json!({"corrections_unit": unit})).refused()
    };
    let refusal = deliver(&mut story, "nowhere");
    is(&refusal, RefusalKind::Route, "“人员案卡·执行地社区矫正机构”所填单位不存在", None, &[]);
    let refusal = deliver(&mut story, POLICE);
    let kind = &story.library.messages["FS-RJ.ZX"].name;
    is(&refusal, RefusalKind::Route, &format!("“{kind}”不能发往{POLICE}"), None, &[]);
}

#[test]
fn assignment_by_hand_without_a_reason() {
    let mut story = Story::transferred();
    story.on("2026-03-10");
    story.does(PROCURATORATE, "case_manager", "XQ01", "accept").done();
    let assign = |story: &mut Story, how: How, user: Option<&str>| {
        story.does(PROCURATORATE, "case_manager", "XQ01", "assign").bare().assigned(how, user).refused()
    };
    let refusal = assign(&mut story, How::Manual, Some("cen@JC-970123"));
    is(&refusal, RefusalKind::Input, "指定承办人的，须写明理由", Some("assign"), &[]);
    let refusal = assign(&mut story, How::Random, None);
    is(&refusal, RefusalKind::Input, "本单位没有可以承办的检察官", Some("assign"), &[]);
    let refusal = story.does(PROCURATORATE, "case_manager", "XQ01", "assign").bare().refused();
    let text = "请指明分案方式：轮案（turn）、随机（random）或者指定（manual）检察官";
    is(&refusal, RefusalKind::Input, text, Some("assign"), &[]);
}

#[test]
fn a_hand_over_that_no_process_takes() {
    let mut story = Story::transferred();
    let mut astray = story.carried.last().unwrap().clone();
    astray.to = JUSTICE.into();
    let refusal = story.receives(&astray).unwrap_err();
    is(&refusal, RefusalKind::Route, "本单位没有流程接收“移送审查起诉”", None, &[]);
    astray.kind = "XX-YY.ZZ".into();
    let refusal = story.receives(&astray).unwrap_err();
    is(&refusal, RefusalKind::Unknown, "不认识的消息种类“XX-YY.ZZ”", None, &[]);
    assert_eq!(story.state(JUSTICE).version, 0);
}
