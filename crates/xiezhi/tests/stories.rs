//! The stories, played whole: by the program itself, through its HTTP interface.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

mod common;
#[path = "../../store/tests/common/mod.rs"]
mod servers;

use std::path::Path;
use std::process::Output;

use common::{Node, program, root};
use serde_json::Value;
use servers::{postgres, s3};

type Environment = [(String, String)];

fn xiezhi(args: &[&str], library: &Path) -> Output {
    xiezhi_with(args, library, &[])
}

fn xiezhi_with(args: &[&str], library: &Path, environment: &Environment) -> Output {
    program().envs(environment.iter().cloned()).arg("--library").arg(library).args(args).output().unwrap()
}

fn play(story: &str, data: &Path, further: &[&str]) -> Vec<Value> {
    let data = data.to_string_lossy();
    let mut args = vec!["demo", "play", story, "--ephemeral", "--json", "--keep", &data];
    args.extend(further);
    let out = xiezhi(&args, &root().join("library"));
    let text = String::from_utf8(out.stdout).unwrap();
    assert!(
        out.status.success(),
        "{}\n{}",
        text.lines().rev().take(12).collect::<Vec<_>>().join("\n"),
        String::from_utf8_lossy(&out.stderr)
    );
    text.lines().map(|l| serde_json::from_str(l).unwrap()).collect()
}

/// Every number that an act of a played story was given is one by the law's own grammar.
fn numbers(lines: &[Value]) -> usize {
    let given =
        lines.iter().filter(|l| l["type"] == "act").filter_map(|l| Some((l["act"].as_str()?, l["number"].as_str()?)));
    given
        .inspect(|(act, number)| {
            let read = match act.split_once('.').unwrap().0 {
                "XQ01" => law::numbers::ProcuratorateNumber::parse(number).map(|n| n.printed()),
                "FY01" => law::numbers::CourtNumber::parse(number).map(|n| n.printed()),
                _ => law::numbers::DocumentNumber::parse(number).map(|n| n.printed()),
            };
            assert_eq!(read.as_deref(), Ok(*number), "{act}");
        })
        .count()
}

fn of<'a>(lines: &'a [Value], kind: &str) -> Vec<&'a Value> {
    lines.iter().filter(|l| l["type"] == kind).collect()
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for e in std::fs::read_dir(from).unwrap() {
        let e = e.unwrap();
        let target = to.join(e.file_name());
        if e.path().is_dir() {
            copy(&e.path(), &target);
        } else {
            std::fs::copy(e.path(), target).unwrap();
        }
    }
}

/// `rebuild --check` needs only what the node has kept: whatever the library on disk says by now,
/// it finds everything in order and writes nothing; and it finds a list that has drifted.
fn checks_without_writing(data: &Path) {
    let check = |library: &Path| {
        let args = ["rebuild", "--demonstration", "--check", "--data", data.to_str().unwrap()];
        let out = xiezhi(&args, library);
        (
            out.status.success(),
            String::from_utf8_lossy(&out.stdout).into_owned() + &String::from_utf8_lossy(&out.stderr),
        )
    };
    let database = || std::fs::read(data.join("xiezhi.db")).unwrap();
    // The play was cut off with its process: the first opening brings the log into the file.
    assert!(check(&root().join("library")).0);
    let before = database();
    /// What is done to the library's folder.
    type Edit = fn(&Path);
    let edits: [(&str, Edit); 3] = [
        ("a process removed", |l| std::fs::remove_file(l.join("processes/DL01.yaml")).unwrap()),
        ("a requirement changed", |l| {
            let file = l.join("processes/XQ01.yaml");
            let text = std::fs::read_to_string(&file).unwrap();
            assert!(text.contains("severity: block"));
            std::fs::write(&file, text.replace("severity: block", "severity: warn")).unwrap();
        }),
        ("a broken file", |l| std::fs::write(l.join("roles.yaml"), "agencies: [").unwrap()),
    ];
    for (what, edit) in edits {
        let edited = tempfile::tempdir().unwrap();
        copy(&root().join("library"), edited.path());
        edit(edited.path());
        let (good, text) = check(edited.path());
        assert!(good && text.contains("全部一致"), "{what}: {text}");
        assert!(database() == before, "{what}: the check has written");
    }
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let drifted = |drift: bool| {
        runtime.block_on(async {
            use store::Repository as _;
            let store = store::Sqlite::open(&data.join("xiezhi.db")).await.unwrap();
            let id = store.all_files().await.unwrap().remove(0);
            let (row, state) = (store.file(&id).await.unwrap().unwrap(), store.state(&id).await.unwrap().unwrap());
            let mut views = store.views(&id).await.unwrap();
            for t in &mut views.tracks {
                t.state_name = if drift { format!("{}？", t.state_name) } else { t.state_name.replace('？', "") };
            }
            store.replace_state(row, state, views).await.unwrap();
            store.close().await;
        });
    };
    drifted(true);
    let (good, text) = check(&root().join("library"));
    assert!(!good && text.contains("由事件重建的办理轨迹与保存的不一致"), "{text}");
    drifted(false);
    assert!(check(&root().join("library")).0);
}

#[test]
fn drunk_driving_travels_to_the_end_of_corrections_without_paper() {
    let data = tempfile::tempdir().unwrap();
    let lines = play("drunk-driving", data.path(), &[]);
    assert_eq!(numbers(&lines), 4, "procuratorate, court, legal aid, corrections");
    let handovers = of(&lines, "handover");
    for kind in [
        "GJ-QS.YSQS",
        "GJ-QS.SL",
        "FY.TZQ",
        "FY.ZP",
        "QB.JD",
        "JF-QS.QS",
        "JF-QS.SL",
        "JF-QS.PJ",
        "FS-RJ.ZX",
        "FS-RJ.HZ",
        "FS-RJ.JJ",
    ] {
        assert!(handovers.iter().any(|h| h["message"] == kind), "no hand-over {kind}");
    }
    assert!(handovers.iter().all(|h| h["receipt"].as_str().is_some_and(|r| !r.is_empty())));
    let verification = &of(&lines, "verification")[0];
    let pages = verification["pages"].as_u64().unwrap();
    assert!((60..=150).contains(&pages), "{pages} pages");
    assert_eq!(verification["result"]["defects"], serde_json::json!([]));
    assert_eq!(verification["result"]["sent"], verification["result"]["received"]);
    assert_eq!(of(&lines, "result")[0]["good"], true);

    // The library is edited afterwards: what happened does not change with it.
    let edited = tempfile::tempdir().unwrap();
    copy(&root().join("library"), edited.path());
    let file = edited.path().join("processes/XQ01.yaml");
    let text = std::fs::read_to_string(&file).unwrap();
    assert!(text.contains("warn: [7日, "), "the edit must change something");
    std::fs::write(&file, text.replacen("warn: [7日, ", "warn: [9日, 7日, ", 1)).unwrap();
    checks_without_writing(data.path());
    for extra in [&["--check"][..], &[]] {
        let mut args = vec!["rebuild", "--demonstration", "--data", data.path().to_str().unwrap()];
        args.extend(extra);
        let out = xiezhi(&args, edited.path());
        let text = String::from_utf8_lossy(&out.stdout).into_owned() + &String::from_utf8_lossy(&out.stderr);
        assert!(out.status.success(), "{text}");
        assert!(text.contains("全部一致"), "{text}");
    }
}

#[test]
fn a_package_that_fails_the_standard_comes_back_with_every_fault() {
    let data = tempfile::tempdir().unwrap();
    let lines = play("returned", data.path(), &[]);
    assert!(numbers(&lines) >= 2, "accepted, and accepted again under the same number");
    let refusal = of(&lines, "refusal")[0];
    let reasons = refusal["reasons"].as_array().unwrap();
    for (requirement, code) in [("XQ01-R01", "07"), ("XQ01-R02", "06"), ("XQ01-R04", "14"), ("XQ01-R05", "08")] {
        let r = reasons.iter().find(|r| r["requirement"] == requirement).unwrap_or_else(|| panic!("no {requirement}"));
        assert_eq!(r["code"], code, "{requirement}");
        assert!(r["basis"].as_array().is_some_and(|b| !b.is_empty()), "{requirement} names no basis");
        assert!(r["text"].as_str().is_some_and(|t| !t.is_empty()));
    }
    let names: Vec<&str> = of(&lines, "handover").iter().filter_map(|h| h["message"].as_str()).collect();
    assert_eq!(names.iter().filter(|n| **n == "GJ-QS.YSQS").count(), 2, "sent twice");
    for kind in ["GJ-QS.TH", "GJ-QS.BCZC", "GJ-QS.BCQS", "GJ-QS.CB"] {
        assert_eq!(names.iter().filter(|n| **n == kind).count(), 1, "{kind}");
    }
    assert_eq!(of(&lines, "result")[0]["good"], true);
}

/// A story that is cut short leaves a hand-over without an answer. What people read of it, and that it has not gone well.
#[test]
fn what_does_not_hold_is_told_and_the_story_has_failed() {
    let examples = tempfile::tempdir().unwrap();
    copy(&root().join("examples"), examples.path());
    let script = examples.path().join("stories/drunk-driving.yaml");
    let text = std::fs::read_to_string(&script).unwrap();
    let end = text.find("    do: XQ01.accept\n").unwrap();
    let end = text[..end].rfind("  - at: ").unwrap();
    std::fs::write(&script, &text[..end]).unwrap();
    let args = ["--examples", examples.path().to_str().unwrap(), "demo", "play", "drunk-driving", "--ephemeral"];
    let out = xiezhi(&args, &root().join("library"));
    let said = String::from_utf8(out.stdout).unwrap();
    assert_eq!(out.status.code(), Some(1), "{said}");
    let line = |part: &str| said.lines().find(|l| l.contains(part)).unwrap_or_else(|| panic!("no {part} in {said}"));
    // Who, what, on which basis, how much, how long.
    let act = line("移送审查起诉  ");
    for part in
        ["03-12 09:00", "邵砺锋（云岭省青梧市东篱县公安局）", "《刑事诉讼法》第一百六十二条", "入卷 3 页", " MB", " ms"]
    {
        assert!(act.contains(part), "no {part} in {act}");
    }
    let handover = line("→ 移送审查起诉 → ");
    for part in
        ["云岭省青梧市东篱县人民检察院", "《人民检察院刑事诉讼规则》第一百五十六条", " 页 ", " MB", "回执 JS", " ms"]
    {
        assert!(handover.contains(part), "no {part} in {handover}");
    }
    assert!(line("✗").contains("没有业务回执"));
    assert!(said.trim_end().ends_with("发现 1 处不一致。"), "{said}");
}

/// What was played on the other engine, with as few pages as the story has: afterwards another process finds
/// everything there, and makes the same of the events.
fn holds_on_postgres(lines: &[Value], data: &Path, environment: &Environment) {
    let verification = &of(lines, "verification")[0]["result"];
    assert_eq!(verification["defects"], serde_json::json!([]));
    assert_eq!(verification["sent"], verification["received"]);
    assert_eq!(of(lines, "result")[0]["good"], true);
    assert!(!data.join("xiezhi.db").exists());
    for further in [&["--check"][..], &[]] {
        let mut args = vec!["rebuild", "--demonstration", "--data", data.to_str().unwrap()];
        args.extend(further);
        let out = xiezhi_with(&args, &root().join("library"), environment);
        let text = String::from_utf8_lossy(&out.stdout).into_owned() + &String::from_utf8_lossy(&out.stderr);
        assert!(out.status.success() && text.contains("全部一致"), "{text}");
    }
}

/// What tells a program which database to use.
fn on(database: &str) -> Vec<(String, String)> {
    vec![("XIEZHI_DATABASE".into(), database.into())]
}

/// Two processes, each with its folder, serve one database; each request of a story goes to the other one than the
/// request before, and either carries what either sent.
fn played_on_two(story: &str, folders: [&Path; 2], environment: &Environment) -> Vec<Value> {
    let starting = folders.map(|data| {
        let (data, environment) = (data.to_owned(), environment.to_owned());
        std::thread::spawn(move || Node::start(&data, &[], &environment))
    });
    let both = starting.map(|s| s.join().unwrap());
    let servers = format!("{},{}", both[0].url, both[1].url);
    let args = ["demo", "play", story, "--json", "--pages", "1", "--server", &servers];
    let out = xiezhi(&args, &root().join("library"));
    let text = String::from_utf8(out.stdout).unwrap();
    let said = String::from_utf8_lossy(&out.stderr);
    assert!(out.status.success(), "{}\n{said}", text.lines().last().unwrap_or_default());
    text.lines().map(|l| serde_json::from_str(l).unwrap()).collect()
}

#[test]
fn a_package_comes_back_on_two_processes_in_turn() {
    let data = tempfile::tempdir().unwrap();
    let environment = on(&tokio::runtime::Runtime::new().unwrap().block_on(postgres::database()));
    let lines = played_on_two("returned", [data.path(), data.path()], &environment);
    holds_on_postgres(&lines, data.path(), &environment);
}

/// Two machines that share nothing but the database and an S3-compatible store. A third one finds everything there,
/// without a copy.
#[test]
fn drunk_driving_is_played_on_two_machines_in_turn() {
    let machines = [tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap()];
    let (at, bucket) = s3::bucket();
    let mut environment = on(&tokio::runtime::Runtime::new().unwrap().block_on(postgres::database()));
    environment.extend(s3::settings(at));
    environment.push(("XIEZHI_CONTENT".into(), format!("s3://{bucket}/contents")));
    let lines = played_on_two("drunk-driving", [machines[0].path(), machines[1].path()], &environment);
    holds_on_postgres(&lines, machines[2].path(), &environment);
    assert_eq!(std::fs::read_dir(machines[2].path().join("contents")).unwrap().count(), 0);

    // Everything is taken along in a backup and brought back to a machine of its own.
    let away = tempfile::tempdir().unwrap();
    let [backup, alone] = ["backup", "alone"].map(|name| away.path().join(name).to_str().unwrap().to_owned());
    for (args, environment) in [
        (vec!["backup", "--data", machines[2].path().to_str().unwrap(), "--to", &backup], environment.as_slice()),
        (vec!["restore", "--from", &backup, "--data", &alone, "--demonstration"], &[]),
    ] {
        let out = xiezhi_with(&args, &root().join("library"), environment);
        let said = String::from_utf8_lossy(&out.stdout).into_owned() + &String::from_utf8_lossy(&out.stderr);
        assert!(out.status.success(), "{args:?}: {said}");
    }
}

/// Many cases at once, each after a story: what comes of them is in order, and is there once only.
#[test]
fn a_province_has_a_history() {
    let data = tempfile::tempdir().unwrap();
    let here = ["--demonstration", "--data", data.path().to_str().unwrap()];
    let said = |args: &[&str]| {
        let out = xiezhi(&[args, &here].concat(), &root().join("library"));
        (
            out.status.success(),
            String::from_utf8_lossy(&out.stdout).into_owned() + &String::from_utf8_lossy(&out.stderr),
        )
    };
    let populate = ["demo", "populate", "--cases", "30", "--years", "1", "--seed", "3"];
    let (done, text) = said(&populate);
    assert!(done && text.contains("已生成：30 个案件"), "{text}");
    let (sound, text) = said(&["rebuild", "--check"]);
    assert!(sound && text.contains("全部一致"), "{text}");
    let (again, text) = said(&populate);
    assert!(!again && text.contains("这里已经有案件"), "{text}");
    let real = ["demo", "populate", "--data", data.path().to_str().unwrap()];
    let text = xiezhi(&real, &root().join("library")).stderr;
    assert!(String::from_utf8_lossy(&text).contains("只能用于演示环境"));
}
