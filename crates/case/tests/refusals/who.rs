//! Roles, assignment, delegation, separation of proposer and approver.

use case::{Asker, Command, RefusalKind, Verdict};

use crate::common::{COURT, POLICE, PROCURATORATE, Story, asker};
use crate::is;

#[test]
fn someone_without_the_role() {
    let mut story = Story::under_review();
    let refusal = story.does(PROCURATORATE, "case_manager", "XQ01", "hear_opinions").refused();
    let basis: Vec<String> = {
        let action = &story.library.processes["XQ01"].actions["hear_opinions"];
        action.basis.iter().map(|b| story.library.cite(b)).collect()
    };
    let basis: Vec<&str> = basis.iter().map(String::as_str).collect();
    is(&refusal, RefusalKind::Role, "“听取意见”由检察官、检察官助理办理，您没有这一职责", None, &basis);
}

#[test]
fn a_process_of_another_agency() {
    let mut story = Story::begins("2026-03-02");
    let refusal = story.does(COURT, "officer", "GA01", "register").refused();
    is(&refusal, RefusalKind::Role, "“受案立案侦查”不由本单位办理", None, &[]);
}

#[test]
fn a_case_in_the_hands_of_another() {
    let mut story = Story::under_review();
    let refusal = story.does(PROCURATORATE, "prosecutor", "XQ01", "hear_opinions").by_user("cen@JC-970123").refused();
    is(&refusal, RefusalKind::NotAssigned, "本案不由您承办，需要办理的请联系部门负责人调整承办人", None, &[]);
}

#[test]
fn under_a_delegation_the_same_act_is_done_and_says_for_whom() {
    let mut story = Story::under_review();
    let (story, mut deputy, command) =
        story.does(PROCURATORATE, "prosecutor", "XQ01", "hear_opinions").by_user("cen@JC-970123").command();
    deputy.acting_for = vec!["prosecutor@JC-970123".into()];
    let decided = story.decides(&deputy, &command).unwrap();
    assert_eq!(decided.acting_for.as_deref(), Some("prosecutor@JC-970123"));
}

#[test]
fn his_own_case_is_not_handled_for_another() {
    let mut story = Story::under_review();
    let (story, mut prosecutor, command) = story.does(PROCURATORATE, "prosecutor", "XQ01", "hear_opinions").command();
    prosecutor.acting_for = vec!["cen@JC-970123".into()];
    let decided = story.decides(&prosecutor, &command).unwrap();
    assert_eq!(decided.acting_for, None, "he has the case in hand himself");
}

#[test]
fn before_assignment() {
    let mut story = Story::transferred();
    story.on("2026-03-10");
    story.does(PROCURATORATE, "case_manager", "XQ01", "accept").done();
    let refusal = story.does(PROCURATORATE, "prosecutor", "XQ01", "tell_rights").refused();
    is(&refusal, RefusalKind::NotAssigned, "本案尚未分案，请先由案件管理人员分案", None, &[]);
}

#[test]
fn who_was_taken_off_the_case() {
    let mut story = Story::under_review();
    story
        .does(PROCURATORATE, "chief_prosecutor", "XQ01", "reassign")
        .assigned(case::How::Manual, Some("cen@JC-970123"))
        .because("原承办人休假")
        .done();
    let refusal = story.does(PROCURATORATE, "prosecutor", "XQ01", "hear_opinions").refused();
    assert_eq!(refusal.kind, RefusalKind::NotAssigned);
    assert!(story.files[PROCURATORATE].state.removed.contains("prosecutor@JC-970123"));
    story.does(PROCURATORATE, "prosecutor", "XQ01", "hear_opinions").by_user("cen@JC-970123").done();
}

#[test]
fn someone_of_another_unit_with_a_role_of_the_same_name() {
    let mut story = Story::under_review();
    let (story, mut other, command) = story.does(PROCURATORATE, "case_manager", "XQ01", "assign").command();
    let state = story.state(PROCURATORATE);
    other.unit = "JC-970124".into();
    let refusal = story.decides_on(&state, &other, &command).unwrap_err();
    is(&refusal, RefusalKind::Role, "本案由JC-970123办理，其他单位的人员不能办理“分案”", None, &[]);
}

/// 立案 is proposed and waits for the head of the department.
fn proposed() -> Story {
    let mut story = Story::registered();
    story.does(POLICE, "officer", "GA01", "file_case").proposed();
    story
}

fn opinion(verdict: Verdict, text: &str) -> Command {
    Command::Decide { instance: "I1".into(), proposal: "A1".into(), verdict, text: text.into() }
}

#[test]
fn the_proposer_is_not_the_approver() {
    let mut story = proposed();
    let both = Asker { roles: vec!["officer".into(), "police_dept_head".into()], ..asker(POLICE, "officer") };
    let refusal = story.decides(&both, &opinion(Verdict::Agree, "")).unwrap_err();
    is(
        &refusal,
        RefusalKind::Separation,
        "提出意见的人不得审批同一事项，须由另一名有审批职责的人员办理",
        None,
        &["《公安机关办理刑事案件程序规定》第一百七十八条", "《公安机关办理刑事案件程序规定》第二百八十九条"],
    );
}

#[test]
fn an_approver_out_of_turn() {
    let mut story = proposed();
    let refusal = story.decides(&asker(POLICE, "police_chief"), &opinion(Verdict::Agree, "")).unwrap_err();
    is(&refusal, RefusalKind::Role, "“审批“立案””由办案部门负责人办理，您没有这一职责", None, &[]);
}

#[test]
fn what_was_sent_back_may_be_proposed_again() {
    let mut story = proposed();
    let head = asker(POLICE, "police_dept_head");
    let refusal = story.decides(&head, &opinion(Verdict::Return, " ")).unwrap_err();
    is(&refusal, RefusalKind::Input, "退回的，须写明修改意见", None, &[]);

    let decided = story.decides(&head, &opinion(Verdict::Return, "请补充立案依据")).unwrap();
    assert_eq!(decided.action.as_str(), "send_back");
    story.records(&head, decided);
    let given = &story.instance(POLICE, "GA01").proposals[0].opinions[0];
    assert_eq!((given.agrees, given.refuses), (false, false));
    assert_eq!(story.stands(POLICE, "GA01"), "reviewing");
    let closed = story.decides(&head, &opinion(Verdict::Agree, "")).unwrap_err();
    is(&closed, RefusalKind::OutOfOrder, "这项审批已经办结", None, &[]);
    // It may be proposed again, as another proposal.
    story.does(POLICE, "officer", "GA01", "file_case").proposed();
    assert_eq!(story.instance(POLICE, "GA01").proposals.len(), 2);
    assert_eq!(story.instance(POLICE, "GA01").proposals[1].id, "A2");
}

#[test]
fn disagreement_ends_the_proposal() {
    let mut story = proposed();
    let head = asker(POLICE, "police_dept_head");
    let refusal = story.decides(&head, &opinion(Verdict::Disagree, "")).unwrap_err();
    is(&refusal, RefusalKind::Input, "不同意的，须写明意见", None, &[]);

    let decided = story.decides(&head, &opinion(Verdict::Disagree, "不符合立案条件")).unwrap();
    assert_eq!(decided.action.as_str(), "disagree");
    story.records(&head, decided);
    assert_eq!(story.stands(POLICE, "GA01"), "reviewing");
    let proposal = &story.instance(POLICE, "GA01").proposals[0];
    assert!(!proposal.open && proposal.opinions[0].refuses);
    let closed = story.decides(&head, &opinion(Verdict::Agree, "")).unwrap_err();
    is(&closed, RefusalKind::OutOfOrder, "这项审批已经办结", None, &[]);
}

#[test]
fn an_opinion_says_whose_role_was_lent() {
    let mut story = proposed();
    let lent = vec![("police_dept_head".into(), "head".to_owned())];
    let deputy = Asker { lent, acting_for: vec!["head".into()], ..asker(POLICE, "legal_officer") };
    let decided = story.decides(&deputy, &opinion(Verdict::Agree, "")).unwrap();
    assert_eq!(decided.acting_for.as_deref(), Some("head"));
    story.records(&deputy, decided);
    let given = &story.instance(POLICE, "GA01").proposals[0].opinions[0];
    assert_eq!(given.acting_for.as_deref(), Some("head"));
    // What was written before opinions said so reads as it did.
    let old = serde_json::json!({"by": "x", "role": "police_chief", "at": "2024-03-07T01:30:00Z", "agrees": false, "text": "改"});
    let read: procedure::situation::Opinion = serde_json::from_value(old.clone()).unwrap();
    assert!(!read.refuses && read.acting_for.is_none());
    assert_eq!(serde_json::to_value(&read).unwrap(), old);
}

#[test]
fn an_opinion_on_nothing() {
    let mut story = proposed();
    for (instance, proposal) in [("I9", "A1"), ("I1", "A9")] {
        let command = Command::Decide {
            instance: instance.into(),
            proposal: proposal.into(),
            verdict: Verdict::Agree,
            text: String::new(),
        };
        let refusal = story.decides(&asker(POLICE, "police_dept_head"), &command).unwrap_err();
        is(&refusal, RefusalKind::Unknown, "没有这项待审批的事项，可能已经办结", None, &[]);
    }
}
