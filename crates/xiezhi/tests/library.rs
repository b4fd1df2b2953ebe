//! `xiezhi library`, as a legal expert uses it.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

use std::path::Path;
use std::process::Command;

fn library(args: &[&str]) -> (bool, String) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let out = Command::new(env!("CARGO_BIN_EXE_xiezhi")).current_dir(root).arg("library").args(args).output().unwrap();
    (out.status.success(), String::from_utf8(out.stdout).unwrap())
}

#[test]
fn check_proves_the_base_and_every_edition() {
    let (good, text) = library(&["check"]);
    assert!(good && text.contains("（始终，没有补充规定）"), "{text}");
    let (good, text) = library(&["check", "--demonstration"]);
    assert!(good, "{text}");
    assert!(text.contains("（至2026年3月8日，没有补充规定）"), "{text}");
    assert!(text.contains("（2026年3月9日起，overlays/P97.yaml）"), "{text}");
    assert_eq!(text.lines().filter(|l| l.starts_with("规则库 ")).count(), 2, "{text}");
}

#[test]
fn show_marks_what_comes_from_a_skeleton_or_an_overlay() {
    let show = |id: &str, on: &str| library(&["show", id, "--effective", "--demonstration", "--on", on]);
    let (good, before) = show("XQ01", "2026-03-08");
    assert!(good && !before.contains("取自"), "{before}");
    let (good, after) = show("XQ01", "2026-03-09");
    assert!(good && after.contains("warn: [\"10日\", \"5日\", \"2日\"]  # 取自 overlays/P97.yaml 第"), "{after}");
    assert!(after.contains("delegated:  # 取自 overlays/P97.yaml 第"), "{after}");
    let (good, skeleton) = show("KS01", "2026-03-09");
    assert!(good && skeleton.contains("# 取自 skeletons/K09.yaml 第"), "{skeleton}");
    let (good, standard) = show("standard", "2026-03-09");
    assert!(good && standard.contains("min_dpi: 195  # 取自 overlays/P97.yaml 第"), "{standard}");
    let (good, none) = show("XX99", "2026-03-09");
    assert!(!good && none.contains("没有流程“XX99”"), "{none}");
}

/// What the process gives to somebody, the policies must not take away.
#[test]
fn check_finds_acts_that_no_policy_allows() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let copy = tempfile::tempdir().unwrap();
    let out = Command::new("cp").arg("-r").arg(root.join("library")).arg(copy.path()).status().unwrap();
    assert!(out.success());
    let changed = copy.path().join("library");
    let policy = changed.join("policies/unit.cedar");
    let text = std::fs::read_to_string(&policy).unwrap();
    assert!(text.contains("\"case_manager\", "));
    std::fs::write(&policy, text.replace("\"case_manager\", ", "")).unwrap();
    let out = Command::new(env!("CARGO_BIN_EXE_xiezhi"))
        .current_dir(&root)
        .arg("--library")
        .arg(&changed)
        .args(["library", "check"])
        .output()
        .unwrap();
    let said = String::from_utf8(out.stdout).unwrap();
    assert!(!out.status.success(), "{said}");
    assert!(said.contains("policies: [nobody] “审查起诉”的“受理”没有人可以做：访问策略不允许“案件管理人员”"), "{said}");
}
