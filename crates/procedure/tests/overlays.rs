//! Overlays of a province: what each kind of patch does, what is refused, and which edition is in
//! force on which day.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "helpers of tests fail by panicking, as tests do")]

mod common;

use std::collections::BTreeMap;

use jiff::civil::date;
use procedure::model::{Id, Severity};
use procedure::{Editions, Fault, Library};

type Files = BTreeMap<String, Vec<u8>>;

const FILE: &str = "overlays/P97.yaml";

/// An overlay of these patches, each one line or more as it stands in the list.
fn overlay(id: &str, valid: &str, patches: &[&str]) -> String {
    let list: String = patches.iter().map(|p| format!("  - {p}\n")).collect();
    format!(
        "overlay: {id}\nname: 云岭省补充规定\nsources: {{云{}: 云岭省权力清单}}\nbasis: [规6]\nconfidence: unverified\n\
         valid: {{{valid}}}\npatches:\n{list}",
        if id == "P97" { "权" } else { "协" }
    )
}

fn with(patches: &[&str]) -> Files {
    let mut files = common::files();
    files.insert(FILE.into(), overlay("P97", "from: \"2026-03-09\"", patches).into_bytes());
    files
}

fn composed(patch: &str) -> Library {
    match Library::read(&with(&[patch])) {
        Ok(l) => l,
        Err(f) => panic!("{}", f.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")),
    }
}

/// The one patch leads to one fault on its own line (the eighth of the file), saying these words.
#[track_caller]
fn refused(patch: &str, code: &str, words: &str) {
    let found = Library::read(&with(&[patch])).err().unwrap_or_default();
    let shown: Vec<String> = found.iter().map(ToString::to_string).collect();
    assert_eq!(found.len(), 1, "\n{}", shown.join("\n"));
    let f = &found[0];
    assert_eq!((f.code, f.file.as_str(), f.line), (code, FILE, 8), "{f}");
    assert!(f.text.contains(words) && f.column > 1, "{f}");
}

const REASON: &str = "reason: 试";

fn delegate(what: &str) -> String {
    format!("{{delegate: {{{what}}}, basis: [云权], {REASON}}}")
}
fn set(what: &str) -> String {
    format!("{{set: {{{what}}}, {REASON}}}")
}
fn add(what: &str) -> String {
    format!("{{add: {{{what}}}, {REASON}}}")
}
fn strengthen(what: &str) -> String {
    format!("{{strengthen: {{{what}}}, basis: [云权], {REASON}}}")
}

#[test]
fn an_open_value_is_set_and_shows_where_it_comes_from() {
    let l = composed(&set("at: process/XQ01/deadlines/D56/warn, value: [10日, 5日]"));
    let warn: Vec<String> = l.processes["XQ01"].deadlines["D56"].warn.iter().map(ToString::to_string).collect();
    assert_eq!(warn, ["10日", "5日"]);
    let text = l.effective_text("process/XQ01").unwrap();
    let marked: Vec<&str> = text.lines().filter(|l| l.contains("取自")).collect();
    assert_eq!(marked, ["    warn: [\"10日\", \"5日\"]  # 取自 overlays/P97.yaml 第 8 行"]);

    let l = composed(&set("at: standard/pages/min_dpi, value: 200"));
    assert_eq!(l.standard.pages.min_dpi, 200);
    assert!(l.effective_text("standard").unwrap().contains("min_dpi: 200  # 取自 overlays/P97.yaml"));
    let l = composed(&set("at: standard/volumes/wenshu/name, value: 法律文书卷"));
    assert_eq!(l.standard.volumes["wenshu"].name, "法律文书卷");
    let l = composed(&set("at: roles/agencies/justice/case_number/print, value: \"{abbr}矫〔{year}〕{seq}号\""));
    assert_eq!(l.roles.agencies["justice"].case_number.as_ref().unwrap().print, "{abbr}矫〔{year}〕{seq}号");
    let at = "at: roles/agencies/justice/case_number/print, value: \"{abbr}矫{year}{seq}\"";
    refused(&set(at), "number", "式样不合编号规则");
}

#[test]
fn what_nobody_has_checked_is_open_and_may_become_surer_with_its_own_basis() {
    let l = composed(&set("at: roles/roles/legal_reviewer/name, value: 法制员"));
    assert_eq!(l.roles.roles["legal_reviewer"].name, "法制员");
    let at = "at: process/XQ01/deadlines/D27/rules, value: [{otherwise: true, length: 5日}]";
    let l = composed(&format!("{{set: {{{at}, confidence: checked}}, basis: [云权], {REASON}}}"));
    let d = &l.processes["XQ01"].deadlines["D27"];
    assert_eq!(d.rules[0].length.unwrap().to_string(), "5日");
    assert_eq!(d.confidence, law::Confidence::Checked);
    let base = Library::read(&common::files()).unwrap();
    assert_eq!(d.basis, [&base.processes["XQ01"].deadlines["D27"].basis[..], &["云权".to_owned()]].concat());
    refused(&set(&format!("{at}, confidence: checked")), "basis", "须在本项写明自己的依据");
}

#[test]
fn new_things_are_added_under_new_identifiers() {
    let l = composed(&add(
        "to: process/XQ01, requirement: {id: P97-01, at: [prosecute], each: case, need: {document: W132}, severity: warn, \
         basis: [云权], examples: {pass: {materials: [{kind: W132}]}, fail: {}}}",
    ));
    assert!(l.processes["XQ01"].requirements.iter().any(|r| r.id == Id::from("P97-01")));
    assert_eq!(l.cite("云权"), "《云岭省权力清单》");
    let l = composed(&add("id: EYL01, document: {name: 社会调查表, volume: jiancha_wai}"));
    assert_eq!(l.document_name(&Id::from("EYL01")), "社会调查表");
    let l =
        composed(&add("id: yl_local, fact: {about: person, name: 本省户籍, cel: \"p.domicile_region == '970123'\"}"));
    assert!(l.facts.contains_key("yl_local"));
    let l = composed(&add("to: card/person, id: yl_note, field: {name: 备注, type: text}"));
    assert!(l.cards["person"].fields.contains_key("yl_note"));
    let l = composed(&add("to: card/person/fields/arrival, id: yl_escorted, option: 他人扭送"));
    assert_eq!(l.cards["person"].fields["arrival"].options["yl_escorted"], "他人扭送");
    let l = composed(&add("to: process/XQ01/deadlines/D49, warned: procuratorate_dept_head"));
    assert_eq!(l.processes["XQ01"].deadlines["D49"].warns.last().unwrap().as_str(), "procuratorate_dept_head");
}

#[test]
fn a_requirement_and_an_internal_deadline_become_stricter() {
    let l = composed(&strengthen("at: process/XQ01/requirements/XQ01-R18, severity: block"));
    let r = l.processes["XQ01"].requirements.iter().find(|r| r.id.as_str() == "XQ01-R18").unwrap();
    assert_eq!((r.severity, r.basis.last().map(String::as_str)), (Severity::Block, Some("云权")));
    let l = composed(&strengthen("at: process/XQ01/deadlines/D49, length: 2日"));
    let d = &l.processes["XQ01"].deadlines["D49"];
    assert_eq!(d.rules[0].length.unwrap().to_string(), "2日");
    assert_eq!(d.basis.last().map(String::as_str), Some("云权"));
}

#[test]
fn a_power_is_delegated_downwards() {
    let l = composed(&delegate(
        "at: process/XQ01/actions/prosecute, from: chief_prosecutor, to: procuratorate_dept_head, if: dangerous_driving",
    ));
    let steps = &l.processes["XQ01"].actions["prosecute"].approve;
    assert!(steps[0].delegated.is_empty());
    let d = &steps[1].delegated[0];
    assert_eq!((d.from.as_str(), d.to.as_str()), ("chief_prosecutor", "procuratorate_dept_head"));
    assert_eq!(d.when.as_ref().map(ToString::to_string).as_deref(), Some("dangerous_driving"));
    assert_eq!(d.basis, ["云权"]);
    // To the proposer's own role, so that nobody need approve.
    composed(&delegate("at: process/XQ01/actions/extend, from: chief_prosecutor, to: prosecutor"));
}

#[test]
fn targets_that_do_not_exist() {
    refused(&set("at: process/XQ77/deadlines/D56/warn, value: [1日]"), "target", "没有“process/XQ77”");
    refused(&set("at: process/XQ01/deadlines/D99/warn, value: [1日]"), "target", "deadlines/D99/warn”");
    refused(&set("at: process/XQ01/requirements/0/remedy, value: 试"), "target", "requirements/0/remedy”");
    refused(&strengthen("at: process/XQ01/requirements/XQ01-R999, severity: block"), "target", "XQ01-R999");
    refused(&strengthen("at: process/XQ01/actions/accept, severity: block"), "target", "不是流程的要求");
    refused(&strengthen("at: process/XQ01/deadlines/D49, rule: juvenile, length: 1日"), "target", "没有这样一条");
    refused(&delegate("at: process/XQ01/actions/nothing, from: chief_prosecutor, to: prosecutor"), "target", "nothing");
    refused(
        &delegate("at: process/XQ01/actions/extend, from: judge, to: prosecutor"),
        "target",
        "没有恰好一步由“judge”审批",
    );
    refused(&add("to: card/ghost, id: x, field: {name: 甲, type: text}"), "target", "没有“card/ghost”");
    refused(&add("id: x, field: {name: 甲, type: text}"), "target", "如 card/person");
    refused(&add("document: {name: 甲, volume: wenshu}"), "target", "id 须写明");
    refused(&add("to: card/person/fields/name, id: x, option: 甲"), "target", "没有选项");
}

#[test]
fn what_is_closed_stays_closed() {
    refused(&set("at: process/XQ01/deadlines/D56/rules, value: []"), "not-open", "已经核对");
    refused(&set("at: process/XQ01/deadlines/D27/clock, value: 办案"), "not-open", "不在开放范围");
    refused(&set("at: process/XQ01/requirements/XQ01-R16/severity, value: remind"), "not-open", "不在开放范围");
    refused(&set("at: process/XQ01/actions/prosecute/by, value: [procuratorate_clerk]"), "not-open", "不在开放范围");
    refused(&set("at: standard/volumes/jiancha_nei/internal, value: false"), "not-open", "不在开放范围");
    refused(&set("at: roles/roles/prosecutor/name, value: 主任"), "not-open", "已经核对");
    refused(&set("at: standard/volumes/wenshu/name, value: 甲, confidence: checked"), "not-open", "没有核对程度");
    // 羁押, or custody under a condition; and a right that lapses.
    refused(&strengthen("at: process/XQ01/deadlines/D56, length: 20日"), "not-open", "不是内部办案期限");
    refused(&strengthen("at: process/QB01/deadlines/D25, length: 6月"), "not-open", "不是内部办案期限");
    refused(&strengthen("at: process/FY01/deadlines/D74, length: 5日"), "not-open", "不是内部办案期限");
}

#[test]
fn nothing_becomes_weaker() {
    refused(&set("at: process/XQ01/deadlines/D56/warns, value: []"), "weaker", "不能设为空");
    refused(&strengthen("at: process/XQ01/requirements/XQ01-R18, severity: warn"), "weaker", "原本就有这样强");
    refused(&strengthen("at: process/XQ01/requirements/XQ01-R18, severity: remind"), "weaker", "原本就有这样强");
    refused(&strengthen("at: process/XQ01/deadlines/D49, length: 3工作日"), "weaker", "不一定短于");
}

#[test]
fn reserved_powers_and_upward_delegation() {
    let s = "at: process/XQ01/actions/nonprosecute_statutory, from: chief_prosecutor, to: procuratorate_dept_head";
    refused(&delegate(s), "reserved", "法律没有允许授权（《人民检察院刑事诉讼规则》第三百六十五条）");
    let up = "at: process/XQ01/actions/prosecute, from: procuratorate_dept_head, to: chief_prosecutor";
    refused(&delegate(up), "not-lower", "授权只能向下");
    let under = "at: process/XQ01/actions/extend, from: chief_prosecutor, to: prosecutor_assistant";
    refused(&delegate(under), "not-lower", "低于提出人");
    refused(&delegate("at: process/XQ01/actions/extend, from: chief_prosecutor, to: judge"), "not-lower", "同一机关");
    refused(&delegate("at: process/XQ01/actions/extend, from: chief_prosecutor, to: nobody"), "name", "nobody");
    let strange = "at: process/XQ01/actions/extend, from: chief_prosecutor, to: prosecutor, if: rainy";
    refused(&delegate(strange), "name", "rainy");

    // A base that delegates evades all of this.
    let mut files = common::files();
    let xq = String::from_utf8(files["processes/XQ01.yaml"].clone()).unwrap();
    let step = "{by: [chief_prosecutor], discretion: delegable, basis: [规4, 规351]";
    assert!(xq.contains(step));
    let smuggled = format!("{step}, delegated: [{{from: chief_prosecutor, to: prosecutor, basis: [规4]}}]");
    files.insert("processes/XQ01.yaml".into(), xq.replace(step, &smuggled).into_bytes());
    let found = Library::read(&files).unwrap_err();
    assert_eq!(
        found.iter().map(|f| (f.code, f.file.as_str())).collect::<Vec<_>>(),
        [("not-open", "processes/XQ01.yaml")]
    );
}

#[test]
fn identifiers_that_are_taken() {
    let requirement = |id: &str| {
        format!(
            "to: process/XQ01, requirement: {{id: {id}, at: [accept], each: case, need: {{document: W132}}, severity: warn, \
             basis: [云权], examples: {{pass: {{materials: [{{kind: W132}}]}}, fail: {{}}}}}}"
        )
    };
    refused(&add(&requirement("GA01-R11")), "duplicate", "GA01-R11");
    refused(&add("id: W001, document: {name: 甲, volume: wenshu}"), "duplicate", "W001");
    refused(&add("id: juvenile, fact: {about: person, name: 甲, document: W001}"), "duplicate", "juvenile");
    refused(&add("to: card/person, id: name, field: {name: 甲, type: text}"), "duplicate", "name");
    refused(&add("to: card/person/fields/arrival, id: caught, option: 甲"), "duplicate", "caught");
    refused(&add("to: process/XQ01/deadlines/D49, warned: prosecutor"), "duplicate", "prosecutor");
}

#[test]
fn patches_that_are_not_whole() {
    refused(&format!("{{{REASON}}}"), "patch", "恰好写 set、add、strengthen、delegate 之一");
    refused(&add("id: x"), "patch", "恰好写");
    refused(&strengthen("at: process/XQ01/deadlines/D49"), "patch", "severity、length");
    refused("{set: {at: standard/pages/min_dpi, value: 200}, reason: \"\"}", "basis", "理由");
    refused(
        &format!("{{set: {{at: standard/pages/min_dpi, value: 200}}, basis: [规999], {REASON}}}"),
        "citation",
        "规999",
    );
    refused(
        &format!("{{strengthen: {{at: process/XQ01/requirements/XQ01-R18, severity: block}}, {REASON}}}"),
        "basis",
        "强度不得超过依据",
    );
    refused(&set("at: planet/x, value: 1"), "shape", "写法不对");
    // What is laid in is read and proven as if it stood in the base, and the fault names the overlay.
    refused(&set("at: standard/pages/min_dpi, value: many"), "shape", "类型不对");
    refused(&set("at: process/XQ01/deadlines/D56/warns, value: [sheriff]"), "name", "没有角色“sheriff”");
    refused(
        &add(
            "to: process/XQ01, requirement: {id: P97-01, at: [accept], each: case, need: {document: W132}, severity: warn, \
             basis: [云权], examples: {pass: {}, fail: {}}}",
        ),
        "example",
        "P97-01",
    );
}

#[test]
fn an_overlay_without_basis() {
    let mut files = with(&[&set("at: standard/pages/min_dpi, value: 200")]);
    let text = String::from_utf8(files[FILE].clone()).unwrap().replace("basis: [规6]\n", "");
    files.insert(FILE.into(), text.into_bytes());
    let found = Library::read(&files).unwrap_err();
    assert_eq!(found.iter().map(|f| (f.code, f.line)).collect::<Vec<_>>(), [("basis", 7)]);
}

#[test]
fn one_target_is_patched_once() {
    let warn = |v: &str| set(&format!("at: process/XQ01/deadlines/D56/warn, value: [{v}]"));
    let codes = |files: &Files| -> Vec<(&'static str, String, u32)> {
        let f = Library::read(files).err().unwrap_or_default();
        f.into_iter().map(|f| (f.code, f.file, f.line)).collect()
    };
    assert_eq!(codes(&with(&[&warn("5日"), &warn("6日")])), [("conflict", FILE.to_owned(), 9)]);
    let to = |c: &str| delegate(&format!("at: process/XQ01/actions/extend, from: chief_prosecutor, to: prosecutor{c}"));
    assert_eq!(codes(&with(&[&to(""), &to(", if: juvenile")])), [("conflict", FILE.to_owned(), 9)]);
    assert_eq!(codes(&with(&[&to(", if: dangerous_driving"), &to(", if: juvenile")])), []);

    // Two overlays: only where both are in force.
    let mut files = with(&[&warn("5日")]);
    files.insert("overlays/P98.yaml".into(), overlay("P98", "from: \"2026-05-01\"", &[&warn("6日")]).into_bytes());
    let found = Editions::read(files.clone()).unwrap_err();
    assert_eq!(found.len(), 1);
    assert_eq!((found[0].code, found[0].file.as_str(), found[0].line), ("conflict", "overlays/P98.yaml", 8));
    assert!(found[0].text.contains("“P97”补充（overlays/P97.yaml 第 8 行）"), "{}", found[0]);
    let ends = overlay("P97", "from: \"2026-03-09\", to: \"2026-04-30\"", &[&warn("5日")]);
    files.insert(FILE.into(), ends.into_bytes());
    assert!(Editions::read(files).is_ok());
}

#[test]
fn dates_that_do_not_fit() {
    let dated = |valid: &str| -> Vec<Fault> {
        let mut files = common::files();
        let patch = set("at: process/XQ01/deadlines/D56/warn, value: [5日]");
        files.insert(FILE.into(), overlay("P97", valid, &[&patch]).into_bytes());
        Editions::read(files).err().unwrap_or_default()
    };
    for (valid, words) in [
        ("from: \"2026-03-09\", to: \"2026-03-08\"", "失效日期早于生效日期"),
        ("from: \"2019-01-01\"", "超出流程“XQ01”的施行日期"),
    ] {
        let found = dated(valid);
        assert_eq!(found.iter().map(|f| (f.code, f.line)).collect::<Vec<_>>(), [("dates", 6)], "{valid}");
        assert!(found[0].text.contains(words), "{}", found[0]);
    }
    assert!(dated("from: \"2026-03-09\", to: \"2026-03-09\"").is_empty());
    assert_eq!(dated("from: \"soon\"").first().map(|f| f.code), Some("shape"));
}

#[test]
fn every_fault_of_every_patch_is_told_at_once() {
    let found = Library::read(&with(&[
        &set("at: process/XQ77/deadlines/D56/warn, value: [1日]"),
        &set("at: process/XQ01/actions/prosecute/by, value: [judge]"),
        &strengthen("at: process/XQ01/requirements/XQ01-R18, severity: warn"),
        &format!("{{{REASON}}}"),
    ]))
    .unwrap_err();
    let told: Vec<(&str, u32)> = found.iter().map(|f| (f.code, f.line)).collect();
    assert_eq!(told, [("target", 8), ("not-open", 9), ("weaker", 10), ("patch", 11)]);
}

#[test]
fn each_day_has_its_edition() {
    let mut files = common::files();
    let patch = set("at: standard/pages/min_dpi, value: 195");
    let valid = "from: \"2026-03-09\", to: \"2026-06-30\"";
    files.insert(FILE.into(), overlay("P97", valid, &[&patch]).into_bytes());
    let editions = Editions::read(files).unwrap();
    let dpi = |d| editions.on(d).library.standard.pages.min_dpi;
    assert_eq!(dpi(date(2026, 3, 8)), 190);
    assert_eq!(dpi(date(2026, 3, 9)), 195);
    assert_eq!(dpi(date(2026, 6, 30)), 195);
    assert_eq!(dpi(date(2026, 7, 1)), 190);
    assert_eq!(editions.all().len(), 3);
    // Before and after it is the same library, with the digest of the base alone.
    let base = Library::read(&common::files()).unwrap().digest;
    let digests: Vec<_> = editions.all().iter().map(|e| e.library.digest).collect();
    assert_eq!((digests[0], digests[2]), (base, base));
    assert_ne!(digests[1], base);
    // What is kept of an edition gives the edition again.
    for e in editions.all() {
        assert_eq!(Library::read_kept(&editions.files(e)).unwrap().digest, e.library.digest);
    }
}

#[test]
fn a_kept_version_may_use_words_that_were_withdrawn() {
    let mut files = common::files();
    let text = String::from_utf8(files["processes/XQ01.yaml"].clone()).unwrap();
    let rule = "{\"on\": \"message:JF-QS.ZS\", from: [in_court]}";
    assert!(text.contains(rule));
    let old = text.replace(rule, "{\"on\": \"message:JF-QS.ZS\", from: [in_court], files: true}");
    files.insert("processes/XQ01.yaml".into(), old.into_bytes());
    assert_eq!(Library::read(&files).unwrap_err()[0].code, "shape");
    assert!(Library::read_kept(&files).is_ok());
}
