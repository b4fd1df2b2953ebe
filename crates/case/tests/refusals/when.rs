//! The order of acts: states, proposals that wait, locks, what was done before, what does not exist.

use case::{Command, Input, RefusalKind};

use crate::common::edited;
use crate::common::{POLICE, PROCURATORATE, Story, asker};
use crate::{has, is};

#[test]
fn out_of_order_names_the_state_and_where_it_may_be_done() {
    let mut story = Story::registered();
    let refusal = story.does(POLICE, "officer", "GA01", "transfer").refused();
    is(
        &refusal,
        RefusalKind::OutOfOrder,
        "林疏桐现处于“受案审查”，“移送审查起诉”只能在“立案侦查”“检察院退回补正”时办理",
        None,
        &["《中华人民共和国刑事诉讼法》第一百六十二条", "《公安机关办理刑事案件程序规定》第二百八十九条"],
    );
}

#[test]
fn while_a_proposal_waits() {
    let mut story = Story::registered();
    story.does(POLICE, "officer", "GA01", "file_case").proposed();
    let again = story.does(POLICE, "officer", "GA01", "file_case").refused();
    is(
        &again,
        RefusalKind::OutOfOrder,
        "林疏桐有事项正在审批，审批办结前不能办理“立案”",
        None,
        &["《中华人民共和国刑事诉讼法》第一百一十二条", "《公安机关办理刑事案件程序规定》第一百七十八条"],
    );
    let other = story.does(POLICE, "officer", "GA01", "refuse_filing").refused();
    assert_eq!(other.reasons[0].text, "林疏桐有事项正在审批，审批办结前不能办理“不予立案”");
    // What moves nothing goes on meanwhile.
    story.does(POLICE, "officer", "GA01", "collect").files(&["EPHOTO"]).done();
}

#[test]
fn a_locked_file() {
    let mut story = Story::registered();
    let mut file = story.files[POLICE].clone();
    file.state.situation.locked = true;
    file.state.situation.instances[0].done.push(procedure::situation::Done {
        action: "archive".into(),
        subjects: Vec::new(),
        by: "officer@GA-970123".into(),
        at: story.now,
    });
    story.files.insert(POLICE.into(), file);
    let text = "本案已办结，卷宗已锁定，不能再办理或者增加材料";
    let refusal = story.does(POLICE, "officer", "GA01", "collect").files(&["EPHOTO"]).refused();
    is(&refusal, RefusalKind::Locked, text, None, &[]);
    let refusal = story.does(POLICE, "officer", "GA01", "register").refused();
    is(&refusal, RefusalKind::Locked, text, None, &[]);
}

#[test]
fn twice() {
    let mut story = Story::under_review();
    let accepted = story.does(PROCURATORATE, "case_manager", "XQ01", "accept").refused();
    is(
        &accepted,
        RefusalKind::OutOfOrder,
        "林疏桐现处于“审查起诉”，“受理”只能在“待受理”时办理",
        None,
        &["《人民检察院刑事诉讼规则》第一百五十七条", "《人民检察院刑事诉讼规则》第一百五十八条"],
    );
    let told = story.does(PROCURATORATE, "prosecutor", "XQ01", "tell_rights").refused();
    assert_eq!(told.kind, RefusalKind::OutOfOrder);
    assert_eq!(told.reasons[0].text, "林疏桐不符合“告知诉讼权利和认罪认罚规定”的条件：已告知诉讼权利");
}

#[test]
fn what_does_not_exist() {
    let mut story = Story::registered();
    let officer = asker(POLICE, "officer");
    let act = |instance: &str, action: &str, subjects: &[&str]| Command::Act {
        instance: instance.into(),
        action: action.into(),
        subjects: subjects.iter().map(|s| (*s).to_owned()).collect(),
        input: Input::default(),
    };
    let refusal = story.decides(&officer, &act("I7", "collect", &[])).unwrap_err();
    is(&refusal, RefusalKind::Unknown, "本案没有流程“I7”", None, &[]);
    let refusal = story.decides(&officer, &act("I1", "dance", &[])).unwrap_err();
    is(&refusal, RefusalKind::Unknown, "“受案立案侦查”没有动作“dance”", None, &[]);
    // The opening act opens; it is not done within an instance.
    let refusal = story.decides(&officer, &act("I1", "register", &[])).unwrap_err();
    is(&refusal, RefusalKind::Unknown, "“受案立案侦查”没有动作“register”", None, &[]);
    let refusal = story.decides(&officer, &act("I1", "collect", &["P9999"])).unwrap_err();
    is(&refusal, RefusalKind::OutOfOrder, "“P9999”不是本流程的办理对象", None, &[]);
    for process in ["ZZ99", "XQ01"] {
        let open = Command::Open { process: process.into(), subjects: vec![], input: Input::default() };
        let refusal = story.decides(&officer, &open).unwrap_err();
        is(&refusal, RefusalKind::Unknown, &format!("没有可以由人启动的流程“{process}”"), None, &[]);
    }
}

#[test]
fn a_process_over_nobody() {
    let mut story = Story::begins("2026-03-02");
    let refusal = story.does(POLICE, "officer", "GA01", "register").refused();
    is(
        &refusal,
        RefusalKind::Input,
        "“受案立案侦查”还没有人员：请至少填写一人的案卡，身份还不清楚的，先填已知的情况",
        None,
        &[],
    );
}

#[test]
fn a_library_version_that_is_gone() {
    let mut story = Story::registered();
    story.bundles.clear();
    let refusal = story.does(POLICE, "officer", "GA01", "collect").files(&["EPHOTO"]).refused();
    is(&refusal, RefusalKind::Unknown, "找不到本流程所依据的规则库版本，请联系系统管理员恢复该版本", None, &[]);
}

#[test]
fn the_chosen_and_the_others_are_told_apart() {
    let mut story = Story::registered();
    let who = story.subject(POLICE);
    let refusal =
        story.does(POLICE, "officer", "GA01", "collect").for_subjects(&[&who, "P9999"]).files(&["EPHOTO"]).refused();
    has(&refusal, RefusalKind::OutOfOrder, "“P9999”不是本流程的办理对象", None, &[]);
    assert_eq!(refusal.reasons.len(), 1, "who may is not refused");
}

/// The shipped library with a last day for one process.
fn until(process: &str, from: &str, to: &str) -> std::sync::Arc<procedure::Library> {
    let valid = format!("valid: {{from: \"{from}\"}}");
    let ends = format!("valid: {{from: \"{from}\", to: \"{to}\"}}");
    edited(&format!("processes/{process}.yaml"), &[(&valid, &ends)])
}

#[test]
fn a_process_that_is_not_in_force_is_opened_by_nobody() {
    // By a person: before its first day and after its last.
    for (day, may) in [("2020-08-31", false), ("2020-09-01", true), ("2026-03-05", true), ("2026-03-06", false)] {
        let mut story = Story::begins(day);
        story.under(until("GA01", "2020-09-01", "2026-03-05"));
        let person = serde_json::json!({"name": "林疏桐", "birth": "1990-01-02", "id_number": "身份不明"});
        let case = serde_json::json!({"name": "甲案", "offence": "55"});
        let act = story.does(POLICE, "officer", "GA01", "register").case(case).person(person);
        let (story, who, command) = act.command();
        let refused = story.decides(&who, &command).err().filter(|r| r.kind == RefusalKind::NotInForce);
        assert_eq!(refused.is_none(), may, "{day}");
        if let Some(r) = refused {
            let today = law::time::date_cn(day.parse().unwrap());
            let text = format!("“受案立案侦查”2020年9月1日起至2026年3月5日止施行，{today}不能启动");
            assert_eq!(r.reasons.len(), 1);
            assert_eq!(r.reasons[0].text, text);
            assert!(r.reasons[0].basis.iter().any(|b| b.contains("刑事诉讼法")), "{r:#?}");
        }
    }

    // By a message.
    let sent = Story::transferred().carried.iter().find(|m| m.kind.as_str() == "GJ-QS.YSQS").cloned().unwrap();
    let mut story = Story::investigated();
    story.under(until("XQ01", "2019-12-30", "2026-03-01"));
    let refusal = story.receives(&sent).unwrap_err();
    assert_eq!(refusal.kind, RefusalKind::NotInForce);
    assert!(refusal.reasons[0].text.starts_with("“审查起诉”2019年12月30日起至2026年3月1日止施行，"), "{refusal:#?}");

    // By another process.
    let mut story = Story::investigated();
    story.under(until("QB01", "2020-09-01", "2026-03-08"));
    story.is_transferred();
    story.on("2026-03-10");
    story.is_accepted_for_review();
    let refusal = story.does(PROCURATORATE, "prosecutor", "XQ01", "redecide_bail").refused();
    assert_eq!(refusal.kind, RefusalKind::NotInForce);
    assert!(refusal.reasons[0].text.contains("2026年3月10日不能启动"), "{refusal:#?}");
}
