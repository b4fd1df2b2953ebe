//! What `library check` refuses: small edits of the shipped library, each with the faults it must
//! find, all of them and no others, with code, file and line.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "helpers of tests fail by panicking, as tests do")]

#[path = "../common/mod.rs"]
mod common;
mod messages;

use std::collections::BTreeMap;

use procedure::{Fault, Library};

type Files = BTreeMap<String, Vec<u8>>;

const XQ05: &str = "processes/XQ05.yaml";
const GA01: &str = "processes/GA01.yaml";
const KS01: &str = "processes/KS01.yaml";
const PERSON: &str = "facts/person.yaml";
const MESSAGES: &str = "messages/police-procuratorate.yaml";

/// A fault that must be found: its code, its file, texts that lead to its line one after the
/// other, and words of its text.
type Due<'a> = (&'a str, &'a str, &'a [&'a str], &'a str);

/// Replaces the first occurrence, which must be there.
fn edit(files: &mut Files, file: &str, from: &str, to: &str) {
    let text = String::from_utf8(files[file].clone()).unwrap();
    assert!(text.contains(from), "{file} has no {from}");
    files.insert(file.into(), text.replacen(from, to, 1).into_bytes());
}

fn faults(files: &Files) -> Vec<Fault> {
    Library::read(files).err().unwrap_or_default()
}

fn line(files: &Files, file: &str, path: &[&str]) -> u32 {
    let text = String::from_utf8_lossy(&files[file]);
    let mut at = 0;
    for step in path {
        at += text[at..].find(step).unwrap_or_else(|| panic!("{file} has no {step}"));
    }
    u32::try_from(text[..at].matches('\n').count()).unwrap() + 1
}

#[track_caller]
fn finds(files: &Files, due: &[Due<'_>]) {
    let found = faults(files);
    let shown: Vec<String> = found.iter().map(ToString::to_string).collect();
    assert_eq!(found.len(), due.len(), "\n{}", shown.join("\n"));
    for (code, file, path, words) in due {
        let line = if files.contains_key(*file) { line(files, file, path) } else { 1 };
        assert!(
            found.iter().any(|f| f.code == *code && f.file == *file && f.line == line && f.text.contains(words)),
            "no [{code}] at {file}:{line} saying {words} in\n{}",
            shown.join("\n")
        );
    }
    assert!(found.iter().all(|f| f.column >= 1), "every fault has a column");
}

/// The edit in one file leads to one fault in it, on the line of a text.
#[track_caller]
fn one(file: &str, from: &str, to: &str, code: &str, at: &[&str], words: &str) {
    let mut files = common::files();
    edit(&mut files, file, from, to);
    finds(&files, &[(code, file, at, words)]);
}

#[test]
fn names_that_point_at_nothing() {
    one(XQ05, "by: [legal_reviewer,", "by: [sheriff,", "name", &["accept:"], "没有角色“sheriff”");
    one(XQ05, "to: resubmitted", "to: nowhere", "name", &["to: nowhere"], "没有状态“nowhere”");
    one(XQ05, "initial: pending", "initial: begun", "name", &["initial: begun"], "没有状态“begun”");
    one(XQ05, "issue: [W078]", "issue: [W978]", "name", &["W978"], "没有文书种类“W978”");
    one(
        XQ05,
        "message: GJ-QS.BCQS, to: origin",
        "message: GJ-QS.NOWHERE, to: origin",
        "name",
        &["GJ-QS.NOWHERE"],
        "没有消息“GJ-QS.NOWHERE”",
    );
    one(XQ05, "custody_if: in_custody", "custody_if: in_prison", "name", &["in_prison"], "没有事实“in_prison”");
    one(
        XQ05,
        "form: [case.supplement_result, case.supplement_items]",
        "form: [case.result, case.supplement_items]",
        "name",
        &["case.result,"],
        "没有字段“case.result”",
    );
    one(XQ05, "ends: [resubmit,", "ends: [resubmitt,", "name", &["ends: [resubmitt,"], "没有动作“resubmitt”");
    one(MESSAGES, "to: [procuratorate]", "to: [prosecutors]", "name", &["prosecutors"], "没有机关“prosecutors”");
    one(XQ05, "subject: person", "subject: ghost", "name", &["ghost"], "没有卡“ghost”");
    one(
        XQ05,
        "messages: [GJ-QS.BCZC]",
        "messages: [GJ-QS.NOWHERE]",
        "name",
        &["GJ-QS.NOWHERE"],
        "没有消息“GJ-QS.NOWHERE”",
    );
    one(GA01, "opens: [QB01]", "opens: [QB99]", "name", &["QB99"], "没有流程“QB99”");
    one(
        "processes/QB01.yaml",
        "signal:case_dropped",
        "signal:case_droped",
        "name",
        &["case_droped"],
        "没有哪个流程发出信号“case_droped”",
    );
    one("cards/person.yaml", "table: sex", "table: gender", "name", &["table: gender"], "没有代码表“gender”");
    one("processes/XQ01.yaml", "code: \"07\"", "code: \"77\"", "name", &["code: \"77\""], "没有退回事由“77”");
    one(KS01, "use: K09", "use: K77", "name", &["use: K77"], "没有骨架“K77”");
    one("documents/police.yaml", "volume: wenshu", "volume: attic", "name", &["W001:"], "没有卷种“attic”");
    one(
        "processes/XQ01.yaml",
        "rights_told_on: $today",
        "rights_told_on: $tomorrow",
        "name",
        &["$tomorrow"],
        "不认识“$tomorrow”",
    );
    one(
        XQ05,
        "supplement_result: new_facts",
        "supplement_result: newer_facts",
        "name",
        &["newer_facts"],
        "字段 case.supplement_result 没有选项“newer_facts”",
    );
    one("facts/application.yaml", "about: application", "about: parcel", "name", &["about: parcel"], "没有卡“parcel”");
}

#[test]
fn actions_that_nobody_may_do() {
    one(XQ05, "by: [legal_reviewer, police_dept_head]", "by: []", "role", &["accept:"], "没有人可以做这个动作");
    one(
        XQ05,
        "by: [legal_reviewer, police_dept_head]",
        "by: [judge]",
        "role",
        &["accept:"],
        "角色“法官”不在办理本流程的机关",
    );
}

/// Who works on cases given to him must be given them.
#[test]
fn actions_of_those_to_whom_no_case_is_given() {
    let words = "“刑事执行检察人员”只办理分给本人的案件，本流程没有把案件分给他们：没有人可以做";
    one("processes/XQ01.yaml", "by: [case_manager]", "by: [execution_prosecutor]", "role", &["by: [exec"], words);
}

#[test]
fn warnings_that_reach_nobody_or_come_before_the_beginning() {
    one(XQ05, "warns: [officer]", "warns: [judge]", "role", &["warns: [judge]"], "提醒的“法官”不在办理本流程的机关");
    one(XQ05, "warn: [1日]", "warn: [9日]", "warn", &["warn: [9日]"], "没有 9日 长，不能提前 9日 提醒");
}

/// One kind of fault does not hide another.
#[test]
fn faults_of_every_kind_of_meaning_are_told_together() {
    let mut files = common::files();
    edit(&mut files, "facts/case.yaml", "c.offence == '55'", "c.offence == 55");
    edit(&mut files, GA01, "basis: [诉110, 公169, 公171]", "basis: [诉9110]");
    edit(&mut files, XQ05, "to: resubmitted", "to: nowhere");
    edit(&mut files, KS01, "opens_on:", "states: {island: {name: 孤岛}}\nopens_on:");
    finds(
        &files,
        &[
            ("expression", "facts/case.yaml", &["dangerous_driving"], "不能比较文字与整数"),
            ("citation", GA01, &["诉9110"], "没有第九千一百一十条"),
            ("unreachable", KS01, &["island:"], "状态“孤岛”（island）无法到达"),
            ("no-exit", KS01, &["island:"], "状态“孤岛”（island）没有出口"),
            ("name", XQ05, &["to: nowhere"], "没有状态“nowhere”"),
        ],
    );
}

#[test]
fn states_that_are_not_reached_or_not_left() {
    let pending = "pending: {name: 待签收, stage: S10}";
    one(
        XQ05,
        pending,
        &format!("{pending}\n  attic: {{name: 阁楼, end: true}}"),
        "unreachable",
        &["attic:"],
        "状态“阁楼”（attic）无法到达",
    );
    let mut files = common::files();
    edit(&mut files, XQ05, pending, &format!("{pending}\n  pit: {{name: 深坑}}"));
    edit(
        &mut files,
        XQ05,
        "from: [investigating]\n    files: true",
        "from: [investigating]\n    to: pit\n    files: true",
    );
    finds(&files, &[("no-exit", XQ05, &["pit: {"], "状态“深坑”（pit）没有出口")]);
}

#[test]
fn deadlines_that_never_start_or_end_or_have_no_length() {
    one(
        XQ05,
        "starts: [opened, message:GJ-QS.TH]",
        "starts: []",
        "never-starts",
        &["  D58:"],
        "期限“补充侦查期限”从不起算",
    );
    one(
        XQ05,
        "ends: [resubmit, resubmit_new, explain, withdraw, terminate, message:GJ-QS.HF]",
        "ends: []",
        "never-ends",
        &["  D58:"],
        "期限“补充侦查期限”从不终止",
    );
    let rules = "rules: [{otherwise: true, length: 1月}]";
    one(
        XQ05,
        rules,
        "rules: [{if: in_custody, length: 1月}]",
        "rules",
        &["rules: [{if"],
        "最后一条规则须写 otherwise: true",
    );
    one(
        XQ05,
        rules,
        "rules: [{otherwise: true}]",
        "rules",
        &["rules: [{otherwise: true}]"],
        "规则须恰好写 length 或 months 之一",
    );
}

#[test]
fn citations_of_what_does_not_exist() {
    let basis = "basis: [诉175, 公296]";
    one(XQ05, basis, "basis: [诉999, 公296]", "citation", &["诉999"], "引用“诉999”有误");
    one(XQ05, basis, "basis: [诉175, 怪296]", "citation", &["怪296"], "引用“怪296”有误");
    one(XQ05, basis, "basis: [诉175, 第五条]", "citation", &["第五条"], "引用“第五条”有误");
    one(
        MESSAGES,
        "basis: [诉162, 公289, 规156]",
        "basis: [诉162, 公389, 规156]",
        "citation",
        &["公389"],
        "引用“公389”有误",
    );
}

#[test]
fn expressions_that_do_not_type_check() {
    let sound = "p.measure == 'bail'";
    for (wrong, words) in [
        ("p.measure == 3", "不能比较文字与整数"),
        ("p.measure == 'bale'", "字段 person.measure 没有选项“bale”"),
        ("p.measure in ['bale']", "字段 person.measure 没有选项“bale”"),
        ("'fled' in p.special", "字段 person.special 没有选项“fled”"),
        ("p.mesure == 'bail'", "人员案卡没有字段“mesure”"),
        ("q.measure == 'bail'", "没有变量“q”"),
        ("measure == 'bail'", "“measure”不是字段"),
        ("p.measure < 'bail'", "文字不能比大小"),
        ("p.measure == ", "表达式读不通"),
        ("p.birth < '2026-02-30'", "“2026-02-30”不是日期"),
        ("p.birth < p.custody_at", "不能比较日期与时刻"),
        ("age(p.birth) < 18", "“age”应有 2 个参数"),
        ("age(p.birth, p.name) < 18", "“age”的参数应为日期，却是文字"),
        ("chapter(p.birth) > 3", "“chapter”的参数应为文字，却是日期"),
        ("chapter(p.charge) == '第四章'", "不能比较整数与文字"),
        ("now() == p.birth", "没有函数“now”"),
        ("p.measure.startsWith('b')", "不支持方法“startsWith”"),
        ("p.measure in 'bail'", "in 之后应为多选字段，却是文字"),
        ("p.rec_months in [3]", "in 之前应为文字，却是整数"),
        ("p.measure in [3]", "in 之后的列表只能写文字"),
        ("p.at_large && p.rec_months", "此处应为是非，却是整数"),
        ("has(p.age_at_act)", "has() 只能用于案卡字段"),
        ("p.rec_months < 1.5", "只能写整数、文字、true、false"),
        ("p.record.exists(r, r.date == 'x')", "不支持"),
        ("p.at_large ? true : false", "没有函数"),
    ] {
        one(PERSON, sound, wrong, "expression", &[wrong], words);
    }
    one(PERSON, sound, "p.rec_months", "type", &["cel: \"p.rec_months\""], "事实的表达式必须得出是非");
    let mut files = common::files();
    edit(&mut files, PERSON, "type: int, cel: \"age(", "type: date, cel: \"age(");
    finds(
        &files,
        &[
            ("type", PERSON, &["cel: \"age("], "表达式的类型与声明的类型不符"),
            ("expression", PERSON, &["p.age_at_act < 18"], "不能比较日期与整数"),
            ("expression", PERSON, &["surely_juvenile: {", "p.age_at_act < 18"], "不能比较日期与整数"),
        ],
    );
}

#[test]
fn what_follows_from_the_end_of_another_deadline() {
    const FY01: &str = "processes/FY01.yaml";
    const CASE: &str = "cards/person.yaml";
    one(FY01, "    of: D74\n    ends: [send_up", "    ends: [send_up", "rules", &["  D75:", "anchor:"], "须以 of 写明");
    one(
        FY01,
        "    of: D74\n    ends: [send_up",
        "    of: D999\n    ends: [send_up",
        "name",
        &["  D75:", "of:"],
        "没有期限“D999”",
    );
    one(
        FY01,
        "    of: D74\n    ends: [send_up",
        "    of: D90\n    ends: [send_up",
        "rules",
        &["  D75:", "of:"],
        "期限“D90”须写在",
    );
    one(
        FY01,
        "anchor: lapse\n    of: D74\n    ends: [send_up",
        "of: D74\n    ends: [send_up",
        "rules",
        &["  D75:", "of:"],
        "of 只用于",
    );
    one(FY01, "$after:D74", "$after:D999", "name", &["$after:D999"], "没有期限“D999”");
    one(
        FY01,
        "{person.effective_on: $after:D74}",
        "{person.appeal: $after:D74}",
        "type",
        &["  take_effect:", "$after:D74"],
        "“$after:D74”是日期",
    );
    one(
        "processes/XQ01.yaml",
        "$of:case.handling_unit",
        "$of:case.handling",
        "name",
        &["$of:case.handling"],
        "没有字段",
    );
    one(
        "processes/XQ01.yaml",
        "$of:case.handling_unit",
        "$of:case.name",
        "type",
        &["$of:case.name"],
        "字段 case.name 与字段 person.handling_unit 不是一种值",
    );
    one(PERSON, "XQ01: [JC-GX.YS]", "XQ01: [JC-GX.SL]", "name", &["  moving_in:"], "消息“JC-GX.SL”不启动流程“XQ01”");
    one(
        PERSON,
        "beside: {FY01: [appealed,",
        "beside: {FY01: [apealed,",
        "name",
        &["  co_appealed:"],
        "流程“FY01”没有状态“apealed”",
    );
    one(
        CASE,
        "not_before: case.judged_on",
        "not_before: case.judgd_on",
        "name",
        &["case.judgd_on"],
        "没有字段“case.judgd_on”",
    );
}

#[test]
fn facts_in_a_circle_or_defined_twice_over() {
    let mut files = common::files();
    edit(&mut files, PERSON, "cel: \"p.age_at_act < 18\"", "any: [defender_due]");
    finds(
        &files,
        &[
            ("circle", PERSON, &["  juvenile:"], "事实“juvenile”绕回了自己"),
            ("circle", PERSON, &["  juvenile_known:"], "事实“juvenile_known”绕回了自己"),
            ("circle", PERSON, &["  defender_due:"], "事实“defender_due”绕回了自己"),
        ],
    );
    let cel = "cel: \"p.measure == 'bail'\"";
    one(
        PERSON,
        cel,
        &format!("{cel}, document: W018"),
        "fact",
        &["  on_bail:"],
        "事实须恰好用 cel、all、any、document、state、beside、waiting 之一写明",
    );
    one(PERSON, &format!(", {cel}"), "", "fact", &["  on_bail:"], "事实须恰好用");
    one(
        PERSON,
        "age(p.birth, day(c.acted_to))",
        "p.age_at_act + 1",
        "circle",
        &["p.age_at_act + 1"],
        "派生值不得再引用派生值",
    );
}

#[test]
fn deadlines_that_wait_for_what_cannot_happen() {
    let ends = "ends: [resubmit, resubmit_new, explain, withdraw, terminate, message:GJ-QS.HF]";
    // A message that does not go to the police, and one that this process does not receive.
    one(
        XQ05,
        ends,
        "ends: [resubmit, resubmit_new, explain, withdraw, terminate, message:GJ-QS.CB]",
        "cannot-happen",
        &["  D58:", "ends:"],
        "期限“补充侦查期限”等待的消息“补充侦查后重新移送”不发往办理本流程的机关",
    );
    one(
        XQ05,
        ends,
        "ends: [resubmit, resubmit_new, explain, withdraw, terminate, message:GJ-QS.BQS]",
        "cannot-happen",
        &["  D58:", "ends:"],
        "期限“补充侦查期限”等待的消息“不起诉决定”本流程不接收",
    );
    // An act that is over before the deadline starts.
    one(
        XQ05,
        "ends: [serve_withdrawal, serve_termination]",
        "ends: [serve_withdrawal, serve_termination, explain]",
        "cannot-happen",
        &["  D08:", "ends:"],
        "期限“撤销案件、终止侦查后的告知”起算以后，到不了可以发生“退回补充侦查不当，说明理由后移送”的状态",
    );
}

#[test]
fn fields_that_nothing_can_fill_in() {
    let mut files = common::files();
    edit(
        &mut files,
        XQ05,
        "each: case, need: {field: case.supplement_result}",
        "each: subject, need: {field: person.necessity}",
    );
    edit(&mut files, XQ05, "pass: {case: {supplement_result: done}}", "pass: {subject: {necessity: needed}}");
    finds(
        &files,
        &[("cannot-fill", XQ05, &["need: {field: person.necessity}"], "要求填写“人员案卡·羁押必要性审查结果”")],
    );
}

#[test]
fn days_are_credited_on_a_custody_clock_only() {
    one(
        XQ05,
        "rules: [{otherwise: true, length: 1月}]",
        "rules: [{otherwise: true, length: 1月, credit: person.credit_days}]",
        "rules",
        &["rules: [{otherwise: true, length: 1月, credit"],
        "credit（折抵、扣除）只能用于羁押、限制期限，办案期限不折抵",
    );
}

#[test]
fn requirements_that_are_not_what_they_say() {
    let need = "need: {field: case.supplement_result}";
    one(
        XQ05,
        need,
        "need: {field: case.supplement_result, catalogue: true}",
        "need",
        &["XQ05-R01"],
        "need 须恰好写一项",
    );
    let several = "need: {fields: [case.category, case.source,";
    one(
        GA01,
        several,
        "need: {fields: [case.categry, case.source,",
        "name",
        &["case.categry"],
        "没有字段“case.categry”",
    );
    one(
        GA01,
        several,
        "need: {fields: [case.judged_on, case.source,",
        "example",
        &["GA01-R30", "examples:"],
        "“案件案卡·宣判日”",
    );
    one(XQ05, need, "need: {}", "need", &["XQ05-R01"], "need 须恰好写一项");
    one(XQ05, "basis: [公296], remedy", "basis: [], remedy", "basis", &["XQ05-R01"], "要求须有依据");
    one(XQ05, "id: XQ05-R02", "id: XQ05-R01", "duplicate", &["XQ05-R01", "\n", "XQ05-R01"], "要求“XQ05-R01”重复");
    one(
        "processes/XQ01.yaml",
        "agrees: {document: W077, fields: [person.name,",
        "agrees: {document: W077, fields: [person.phone,",
        "says",
        &["agrees: {document: W077, fields: [person.phone,"],
        "文书“W077”的著录项里没有 person.phone",
    );
}

#[test]
fn examples_that_do_not_show_what_they_should() {
    let pass = "pass: {case: {supplement_result: done}}";
    one(
        XQ05,
        pass,
        "pass: {}",
        "example",
        &["pass: {}"],
        "要求“XQ05-R01”：本应符合的例子不符合：未填写“案件案卡·补充侦查结果”",
    );
    one(
        XQ05,
        "fail: {}",
        "fail: {case: {supplement_result: done}}",
        "example",
        &["fail: {case"],
        "要求“XQ05-R01”：本应不符合的例子却符合",
    );
    one(XQ05, ", fail: {}", "", "example", &[pass], "要求“XQ05-R01”缺少不符合的例子（fail）");
    one(XQ05, pass, "pass: {case: {result: done}}", "example", &["pass: {case"], "例子里没有字段“case.result”");
    one(
        XQ05,
        pass,
        "pass: {case: {supplement_result: finished}}",
        "example",
        &["finished"],
        "例子里“case.supplement_result”的值不对：没有选项“finished”",
    );
    one(
        "processes/XQ01.yaml",
        "pass: {case: {offence: \"55\"}, materials: [{kind: EBLOOD}]}",
        "pass: {case: {offence: \"221\"}, materials: [{kind: EBLOOD}]}",
        "example",
        &["offence: \"221\""],
        "要求“XQ01-R05”：例子不满足前提“dangerous_driving”，说明不了问题",
    );
}

#[test]
fn nothing_is_implied_and_nothing_borrowed() {
    one(XQ05, "name: 退回补充侦查\n", "name: &n 退回补充侦查\n", "yaml-anchor", &["&n"], "不得使用锚点");
    one(XQ05, "name: 退回补充侦查\n", "name: !text 退回补充侦查\n", "yaml-tag", &["!text"], "不得使用类型标签");
    one(XQ05, "from: \"2019-12-30\"", "from: 2019-12-30", "yaml-implicit", &["2019-12-30"], "日期“2019-12-30”须加引号");
    one(
        XQ05,
        "initial: pending\n",
        "initial: pending\ninitial: pending\n",
        "yaml-duplicate",
        &["initial: pending", "\n", "initial"],
        "键“initial”重复",
    );
    let mut files = common::files();
    edit(&mut files, XQ05, "whole: true", "whole: yes");
    finds(
        &files,
        &[
            ("yaml-implicit", XQ05, &["whole: yes"], "“yes”含义不明"),
            ("shape", XQ05, &["whole: yes"], "类型不对：应为true 或者 false"),
        ],
    );
    let mut files = common::files();
    edit(&mut files, XQ05, "whole: true", "<<: {whole: true}");
    finds(&files, &[("yaml-merge", XQ05, &["<<"], "不得使用合并键"), ("shape", XQ05, &["<<"], "没有这样的键：<<")]);
}

#[test]
fn shapes_that_do_not_fit() {
    one(XQ05, "whole: true", "wholly: true", "shape", &["wholly"], "没有这样的键：wholly");
    one(XQ05, "initial: pending\n", "", "shape", &["process: XQ05"], "缺少键“initial”");
    one(XQ05, "clock: 办案", "clock: 快", "shape", &["clock: 快"], "只能取");
    one(
        XQ05,
        "length: 1月",
        "length: 一月",
        "shape",
        &["一月"],
        "写法不对：期限写作 24时、7日、5工作日、2月、1月+15日",
    );
    one(XQ05, "agency: [police]", "agency: [公安]", "shape", &["公安]"], "写法不对：编号以字母开头");
    one(XQ05, "from: \"2019-12-30\"", "from: \"2019-13-30\"", "shape", &["\"2019-13"], "没有这一天");
    one(XQ05, "severity: block", "severity: must", "shape", &["must"], "只能取 ");
    one(XQ05, "by: [legal_reviewer, police_dept_head]", "by: legal_reviewer", "shape", &["legal_reviewer"], "应为列表");
}

#[test]
fn files_that_are_missing_unreadable_or_out_of_place() {
    for file in ["roles.yaml", "standard.yaml"] {
        let mut files = common::files();
        files.remove(file);
        finds(&files, &[("missing", file, &[], "缺少这个文件")]);
    }
    let mut files = common::files();
    files.insert("roles.yaml".into(), vec![b'a', b':', 0xff, 0xfe]);
    finds(&files, &[("encoding", "roles.yaml", &[], "文件不是 UTF-8 编码")]);
    let mut files = common::files();
    files.insert("attic/old.yaml".into(), b"process: OLD\n".to_vec());
    finds(&files, &[("folder", "attic/old.yaml", &[], "不认识的文件位置")]);
    let mut files = common::files();
    files.insert(KS01.into(), Vec::new());
    finds(&files, &[("yaml", KS01, &[], "文件是空的")]);
    let mut files = common::files();
    files.insert(KS01.into(), b"process: [KS01\n".to_vec());
    let found = faults(&files);
    assert_eq!((found.len(), found[0].code, found[0].file.as_str()), (1, "yaml", KS01));
    let mut files = common::files();
    files.remove("law/statutes.csv");
    finds(&files, &[("law", "law", &[], "法律数据缺少文件“statutes.csv”")]);
}

#[test]
fn identifiers_that_are_used_twice() {
    let mut files = common::files();
    let copy = files[XQ05].clone();
    files.insert("processes/ZZ.yaml".into(), copy);
    finds(&files, &[("duplicate", "processes/ZZ.yaml", &["process: XQ05"], "“XQ05”已在别处定义")]);
    let mut files = common::files();
    edit(&mut files, "documents/justice.yaml", "W198:", "W001:");
    finds(&files, &[("duplicate", "documents/police.yaml", &["W001:"], "“W001”已在别处定义")]);
}

#[test]
fn parameters_that_are_missing_or_too_many() {
    one(KS01, "reply_days: 7日", "reply_days: 7日\n  colour: 红", "parameter", &["colour"], "骨架没有参数“colour”");
    let mut files = common::files();
    edit(&mut files, KS01, "  reply_days: 7日\n", "");
    let found = faults(&files);
    assert!(
        found.iter().any(|f| f.code == "parameter"
            && f.file == KS01
            && f.line == line(&files, KS01, &["with:"])
            && f.text.contains("骨架参数“reply_days”（程序性答复期限）没有给值")),
        "{found:#?}"
    );
}

#[test]
fn faults_in_several_files_are_all_told_at_once_in_order() {
    let mut files = common::files();
    edit(&mut files, XQ05, "to: resubmitted", "to: nowhere");
    edit(&mut files, XQ05, "issue: [W078]", "issue: [W978]");
    edit(&mut files, GA01, "opens: [QB01]", "opens: [QB99]");
    edit(&mut files, "cards/person.yaml", "table: sex", "table: gender");
    edit(&mut files, MESSAGES, "volumes: [wenshu,", "volumes: [zhencha_nei, wenshu,");
    edit(&mut files, PERSON, "basis: [刑17]", "basis: [刑999]");
    finds(
        &files,
        &[
            ("name", "cards/person.yaml", &["table: gender"], "gender"),
            ("citation", PERSON, &["刑999"], "刑999"),
            ("internal", MESSAGES, &["zhencha_nei"], "侦查内卷"),
            ("name", GA01, &["QB99"], "QB99"),
            ("name", XQ05, &["to: nowhere"], "nowhere"),
            ("name", XQ05, &["W978"], "W978"),
        ],
    );
    let order: Vec<(String, u32)> = faults(&files).into_iter().map(|f| (f.file, f.line)).collect();
    let mut sorted = order.clone();
    sorted.sort();
    assert_eq!(order, sorted);
}

#[test]
fn a_fault_prints_so_that_an_editor_can_jump_to_it() {
    let mut files = common::files();
    edit(&mut files, XQ05, "to: resubmitted", "to: nowhere");
    let at = line(&files, XQ05, &["to: nowhere"]);
    assert_eq!(faults(&files)[0].to_string(), format!("{XQ05}:{at}:9: [name] 没有状态“nowhere”"));
}

#[test]
fn case_numbers_that_no_grammar_reads() {
    let mut files = common::files();
    edit(&mut files, "roles.yaml", "（{year}）{abbr}刑初{seq}号", "{abbr}刑初第{seq}号");
    edit(&mut files, "roles.yaml", "fills: case.procuratorate_no", "fills: case.court_no");
    edit(&mut files, "roles.yaml", "fills: case.corrections_no", "fills: case.no_such_field");
    finds(
        &files,
        &[
            ("number", "roles.yaml", &["  court:"], "式样不合编号规则：法院案号“浙0106刑初第1号”无法识别"),
            ("number", "roles.yaml", &["  procuratorate:"], "“法院案号”不是案件案卡上同一编号规则的字段"),
            ("name", "roles.yaml", &["  justice:"], "没有字段“case.no_such_field”"),
        ],
    );
}

#[test]
fn who_may_lend_and_what_a_process_is_about() {
    const ROLES: &str = "roles.yaml";
    one(
        ROLES,
        "lends_to: [police_dept_head]",
        "lends_to: [judge]",
        "role",
        &["lends_to: [judge]"],
        "“法官”不在同一机关",
    );
    one(
        ROLES,
        "lends_to: [police_dept_head]",
        "lends_to: [sheriff]",
        "name",
        &["lends_to: [sheriff]"],
        "没有角色“sheriff”",
    );
    one(
        ROLES,
        "works: assigned, rank: 1, basis: [诉118, 公202]",
        "works: assigned, rank: 1, lends_to: [legal_reviewer], basis: [诉118, 公202]",
        "role",
        &["lends_to: [legal_reviewer]"],
        "“办案民警”办理分给本人的案件",
    );
    let mut files = common::files();
    edit(&mut files, "processes/ZX02.yaml", "subject: person", "subject: case");
    let found = faults(&files);
    assert!(found.iter().any(|f| f.code == "name" && f.text.contains("不能作为办理对象")), "{found:?}");
    one(
        "processes/XQ01.yaml",
        "{\"on\": \"message:GJ-QS.CB\", beside: [supplementing]",
        "{\"on\": accept, beside: [supplementing]",
        "joining",
        &["joined_on:", "accept"],
        "只有移送或者信号可以增加办理对象",
    );
}

#[test]
fn facts_of_what_is_on_its_way_are_about_subjects() {
    let mut files = common::files();
    edit(&mut files, PERSON, "moving_in: {about: person,", "moving_in: {about: case,");
    let found = faults(&files);
    let told = |f: &&Fault| f.code == "fact" && f.text.contains("waiting（待答复的移交）是关于办理对象的事实");
    assert_eq!(found.iter().filter(told).count(), 1, "{found:?}");
}
