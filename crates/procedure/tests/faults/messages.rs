//! Messages, hand-overs and what goes with them.

use super::{GA01, MESSAGES, XQ05, common, edit, finds, one};

#[test]
fn a_hand_over_has_one_answer() {
    let by_one = "to: investigating\n    whole: true\n    main: true";
    one(XQ05, by_one, "to: investigating\n    main: true", "answers-partly", &["accept:"], "一件来件只有一个答复");
}

#[test]
fn a_document_that_is_issued_goes_with_a_message_or_is_said_to_stay() {
    const FY01: &str = "processes/FY01.yaml";
    one(
        FY01,
        "    keeps: [W166]\n",
        "",
        "left-behind",
        &["\n  schedule:", "schedule:"],
        "“传票”由本动作制作，却不随任何消息发出",
    );
    one(
        FY01,
        "keeps: [W166]",
        "keeps: [W166, W167]",
        "left-behind",
        &["\n  schedule:", "schedule:"],
        "“出庭通知书”随消息发出",
    );
    one(FY01, "keeps: [W166]", "keeps: [W166, W182]", "left-behind", &["keeps: [W166"], "“W182”不是本动作制作的文书");
}

#[test]
fn who_opens_what() {
    one(GA01, "opens: [QB01]", "opens: [XQ05]", "opening", &["opens: [XQ05]"], "流程“XQ05”没有声明可由其他流程启动");
    one(XQ05, "from: [pending]", "from: []", "opening", &["accept:"], "没有 from 的动作必须是启动流程的动作");
    one(
        GA01,
        "by: [officer]\n    to: reviewing",
        "by: [officer]\n    from: [reviewing]\n    to: reviewing",
        "opening",
        &["register:", "from:"],
        "启动流程的动作不得有 from",
    );
}

#[test]
fn hand_overs_that_nobody_receives_or_answers() {
    let mut files = common::files();
    edit(&mut files, XQ05, "opens_on: {messages: [GJ-QS.BCZC]}", "opens_on: {messages: []}");
    finds(
        &files,
        &[
            ("nobody-receives", MESSAGES, &["  GJ-QS.BCZC:", "to: ["], "移送“退回补充侦查”在机关“police”没有流程接收"),
            ("origin", XQ05, &["opens_on:"], "本流程不由移送启动，没有来件单位"),
        ],
    );
    let answers = "    answers: {technical: 2时, business: 1工作日}\n";
    one(MESSAGES, answers, "", "unanswered", &["  GJ-QS.YSQS:", "name:"], "移送“移送审查起诉”没有写明答复期限");
    one(
        XQ05,
        "    send: [{message: GJ-QS.BCQS, to: origin}]\n",
        "",
        "unanswered",
        &["accept:"],
        "答复移送的动作须向来件单位（origin）发出答复消息",
    );
    let mut files = common::files();
    edit(&mut files, XQ05, "    answers: accepted\n", "");
    edit(&mut files, XQ05, "    answers: accepted\n", "");
    finds(&files, &[("unanswered", XQ05, &["opens_on:"], "由移送启动的流程没有答复移送的动作")]);
    one(
        XQ05,
        "message: GJ-QS.BCQS, to: origin",
        "message: GJ-QS.SL, to: origin",
        "sender",
        &["message: GJ-QS.SL"],
        "消息“审查起诉受理通知”不由本机关发出",
    );
    // Sent astray, it reaches nobody it is meant for either.
    let mut files = common::files();
    edit(&mut files, GA01, "GJ-QS.YSQS, to: {same_region: procuratorate}", "GJ-QS.YSQS, to: {same_region: court}");
    finds(
        &files,
        &[
            ("receiver", GA01, &["same_region: court"], "消息“移送审查起诉”不发往机关“court”"),
            ("never-sent", MESSAGES, &["  GJ-QS.YSQS:", "to: ["], "没有动作向人民检察院发出消息“移送审查起诉”"),
        ],
    );
}

#[test]
fn messages_that_are_not_sent_or_not_taken() {
    let notice = "  GJ-QS.GXSL:\n";
    let new = |to: &str| {
        format!(
            "  GJ-QS.XX:\n    name: 试验通知\n    kind: notice\n    from: [procuratorate]\n    to: [{to}]\n    basis: [规328]\n{notice}"
        )
    };
    // Nobody sends it.
    one(
        MESSAGES,
        notice,
        &new("police"),
        "never-sent",
        &["  GJ-QS.XX:", "to:"],
        "没有动作向公安机关发出消息“试验通知”",
    );
    // It is sent, and nothing runs on it.
    let mut files = common::files();
    edit(&mut files, MESSAGES, notice, &new("police"));
    edit(
        &mut files,
        "processes/XQ01.yaml",
        "send: [{message: GJ-QS.CBC, to: {field: person.handling_unit}}]",
        "send: [{message: GJ-QS.CBC, to: {field: person.handling_unit}}, {message: GJ-QS.XX, to: {field: person.handling_unit}}]",
    );
    finds(&files, &[("nobody-receives", MESSAGES, &["  GJ-QS.XX:", "to:"], "公安机关没有流程处理消息“试验通知”")]);
    // A process waits for a message that goes elsewhere.
    let rule = "  - {\"on\": \"message:GJ-QS.CBC\", from: [pending, investigating]}\n";
    one(
        XQ05,
        rule,
        &format!("{rule}  - {{\"on\": \"message:GJ-QS.CB\", from: [resubmitted]}}\n"),
        "not-addressed",
        &["message:GJ-QS.CB\""],
        "消息“补充侦查后重新移送”不发往办理本流程的机关",
    );
}

#[test]
fn origins_that_are_not_whom_the_message_is_for() {
    // 移送管辖: the case may have come from another procuratorate.
    one(
        "processes/XQ01.yaml",
        "{message: GJ-QS.BQS, to: {field: person.handling_unit}}",
        "{message: GJ-QS.BQS, to: origin}",
        "origin",
        &["{message: GJ-QS.BQS, to: origin}"],
        "来件单位（origin）可能不是消息“不起诉决定”的收件机关",
    );
    one(
        "processes/QB01.yaml",
        "send: [{message: QB.WG, to: {field: person.measure_decider}}]",
        "send: [{message: QB.WG, to: origin}]",
        "origin",
        &["opens_on:"],
        "本流程不由移送启动，没有来件单位",
    );
}

#[test]
fn internal_volumes_in_messages() {
    one(
        MESSAGES,
        "volumes: [wenshu,",
        "volumes: [zhencha_nei, wenshu,",
        "internal",
        &["zhencha_nei"],
        "“侦查内卷”是内卷，不得移送",
    );
    one(MESSAGES, "volumes: [wenshu,", "volumes: [attic, wenshu,", "name", &["attic"], "没有卷种“attic”");
}
