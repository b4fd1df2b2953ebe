//! Backups are whole and come back whole; a database is carried to another engine; a demonstration stays one.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

mod common;
#[path = "../../store/tests/common/mod.rs"]
mod servers;

use std::io::BufRead;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::OnceLock;

use common::{Node, program, root};

/// Whether it went well, and all that it said.
fn xiezhi(args: &[&str]) -> (bool, String) {
    let out = program().args(args).output().unwrap();
    (out.status.success(), String::from_utf8_lossy(&out.stdout).into_owned() + &String::from_utf8_lossy(&out.stderr))
}

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

/// A node with a played story.
fn played() -> &'static Path {
    static DATA: OnceLock<tempfile::TempDir> = OnceLock::new();
    DATA.get_or_init(|| {
        let data = tempfile::tempdir().unwrap();
        let (good, said) = xiezhi(&["demo", "play", "returned", "--ephemeral", "--keep", text(data.path())]);
        assert!(good, "{said}");
        data
    })
    .path()
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for e in std::fs::read_dir(folder).unwrap().map(|e| e.unwrap().path()) {
        if e.is_dir() { found.extend(files(&e)) } else { found.push(e) }
    }
    found.sort();
    found
}

/// What `rebuild --check` counts.
fn counted(data: &Path, database: Option<&str>) -> String {
    let mut args = vec!["rebuild", "--check", "--data", text(data)];
    args.extend(database.iter().flat_map(|d| ["--database", *d]));
    let (good, said) = xiezhi(&args);
    assert!(good && said.contains("全部一致"), "{said}");
    said.lines().next().unwrap().to_owned()
}

#[test]
fn a_backup_taken_while_serving_comes_back_whole() {
    let data = played();
    let before = counted(data, None);
    let to = tempfile::tempdir().unwrap();
    let backup = to.path().join("backup");
    {
        let _served = Node::start(data, &[], &[]);
        let (good, said) = xiezhi(&["backup", "--data", text(data), "--to", text(&backup)]);
        assert!(good && said.contains("已备份"), "{said}");
    }
    assert!(xiezhi(&["restore", "--check", "--from", text(&backup)]).0);
    // Again into the same folder: only what is new.
    let first = files(&backup.join("contents"));
    let stray = backup.join("contents/GA-970102/00").join("0".repeat(62));
    std::fs::create_dir_all(stray.parent().unwrap()).unwrap();
    std::fs::write(&stray, "lawfully destroyed since").unwrap();
    let (good, said) = xiezhi(&["backup", "--data", text(data), "--to", text(&backup)]);
    assert!(good && said.contains("1 份，已一并删除"), "{said}");
    assert_eq!(files(&backup.join("contents")), first);

    let restored = to.path().join("restored");
    let (good, said) = xiezhi(&["restore", "--from", text(&backup), "--data", text(&restored)]);
    assert!(good && said.contains("全部一致"), "{said}");
    assert_eq!(counted(&restored, None), before);
    let (good, said) = xiezhi(&["restore", "--from", text(&backup), "--data", text(&restored)]);
    assert!(!good && said.contains("不是空的"), "{said}");
}

#[test]
fn a_spoiled_backup_is_told_and_not_restored() {
    let to = tempfile::tempdir().unwrap();
    let backup = to.path().join("backup");
    assert!(xiezhi(&["backup", "--data", text(played()), "--to", text(&backup)]).0);
    let check = || xiezhi(&["restore", "--check", "--from", text(&backup)]);
    let restored = to.path().join("restored");
    let restore = || xiezhi(&["restore", "--from", text(&backup), "--data", text(&restored)]);

    let content = files(&backup.join("contents")).pop().unwrap();
    let whole = std::fs::read(&content).unwrap();
    let mut spoiled = whole.clone();
    spoiled[0] ^= 1;
    std::fs::write(&content, &spoiled).unwrap();
    let (good, said) = check();
    assert!(!good && said.contains("[缺损]"), "{said}");
    let (good, said) = restore();
    assert!(!good && said.contains("与其摘要不一致"), "{said}");
    // What was restored half way serves nobody, and is restored anew.
    let (good, said) = xiezhi(&["serve", "--demonstration", "--data", text(&restored), "--listen", "127.0.0.1:0"]);
    assert!(!good && said.contains("只恢复"), "{said}");
    std::fs::remove_file(&content).unwrap();
    let (good, said) = restore();
    assert!(!good && said.contains("[缺少]"), "{said}");
    std::fs::write(&content, &whole).unwrap();
    let (good, said) = restore();
    assert!(good, "{said}");

    let rows = backup.join("database.jsonl.gz");
    let mut bytes = std::fs::read(&rows).unwrap();
    let last = bytes.len() - 20;
    bytes[last] ^= 1;
    std::fs::write(&rows, bytes).unwrap();
    let (good, said) = check();
    assert!(!good && said.contains("不一致"), "{said}");
    std::fs::remove_file(backup.join("backup.json")).unwrap();
    let (good, said) = check();
    assert!(!good && said.contains("不是完整的备份"), "{said}");
}

#[test]
fn a_restore_killed_half_way_begins_anew() {
    let to = tempfile::tempdir().unwrap();
    let backup = to.path().join("backup");
    assert!(xiezhi(&["backup", "--data", text(played()), "--to", text(&backup)]).0);
    let restored = to.path().join("restored");
    let args = ["restore", "--from", text(&backup), "--data", text(&restored)];
    let mut finished = false;
    for contents in [1, 5, 20] {
        let mut child = program().args(args).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        while child.try_wait().unwrap().is_none() {
            if restored.join("contents").is_dir() && files(&restored.join("contents")).len() > contents {
                child.kill().unwrap();
            }
        }
        // It may be quicker than this test looks.
        finished = child.wait().unwrap().success();
        if finished {
            break;
        }
        let (good, _) = xiezhi(&["serve", "--demonstration", "--data", text(&restored), "--listen", "127.0.0.1:0"]);
        assert!(!good);
    }
    if !finished {
        let (good, said) = xiezhi(&args);
        assert!(good, "{said}");
    }
    assert_eq!(counted(&restored, None), counted(played(), None));
}

#[test]
fn a_database_is_carried_to_the_other_engine_and_back() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let address = runtime.block_on(servers::postgres::database());
    let to = tempfile::tempdir().unwrap();
    let backup = to.path().join("backup");
    assert!(xiezhi(&["backup", "--data", text(played()), "--to", text(&backup)]).0);
    let data = to.path().join("data");
    assert!(xiezhi(&["restore", "--from", text(&backup), "--data", text(&data)]).0);
    let before = counted(&data, None);
    {
        let _served = Node::start(&data, &[], &[]);
        let (good, said) = xiezhi(&["move", "--data", text(&data), "--from", "sqlite", "--to", &address]);
        assert!(!good && said.contains("另一个进程打开"), "{said}");
    }
    let (good, said) = xiezhi(&["move", "--data", text(&data), "--from", "sqlite", "--to", &address]);
    assert!(good && said.contains("全部一致"), "{said}");
    assert_eq!(counted(&data, Some(&address)), before);
    let (good, said) = xiezhi(&["move", "--data", text(&data), "--from", "sqlite", "--to", &address]);
    assert!(!good && said.contains("不是空的"), "{said}");

    // A backup taken from the one engine is restored to the other.
    let there = to.path().join("there");
    let args = ["backup", "--data", text(&data), "--database", &address, "--to", text(&there)];
    assert!(xiezhi(&args).0);
    let again = to.path().join("again");
    assert!(xiezhi(&["restore", "--from", text(&there), "--data", text(&again)]).0);
    assert_eq!(counted(&again, None), before);
}

#[test]
fn a_demonstration_stays_one_and_its_folder_is_private() {
    use std::os::unix::fs::PermissionsExt;
    let to = tempfile::tempdir().unwrap();
    let data = to.path().join("data");
    std::fs::create_dir(&data).unwrap();
    std::fs::set_permissions(&data, std::fs::Permissions::from_mode(0o755)).unwrap();
    drop(Node::start(&data, &[], &[]));
    assert_eq!(std::fs::metadata(&data).unwrap().permissions().mode() & 0o777, 0o700);
    let (good, said) = xiezhi(&["serve", "--data", text(&data), "--listen", "127.0.0.1:0"]);
    assert!(!good && said.contains("演示环境的数据"), "{said}");

    // The other way round: real data are not made a demonstration of.
    let real = to.path().join("real");
    std::fs::create_dir(&real).unwrap();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        use store::Repository as _;
        let store = store::Sqlite::open(&real.join("xiezhi.db")).await.unwrap();
        store
            .put_unit(store::rows::UnitRow {
                id: "JC-110101".into(),
                name: "某检察院".into(),
                abbr: "某检".into(),
                code: "110101".into(),
                agency: "procuratorate".into(),
                region: "110101".into(),
                parent: None,
            })
            .await
            .unwrap();
        store.close().await;
    });
    let (good, said) = xiezhi(&["serve", "--demonstration", "--data", text(&real), "--listen", "127.0.0.1:0"]);
    assert!(!good && said.contains("不能作为演示环境"), "{said}");
}

#[test]
fn units_and_people_come_from_a_file_once() {
    let to = tempfile::tempdir().unwrap();
    let (data, file) = (to.path().join("data"), to.path().join("units.yaml"));
    let import = || xiezhi(&["units", "import", text(&file), "--data", text(&data)]);
    let unit = "  - {id: JC-970999, name: 云岭省雾谷县人民检察院, abbr: 雾检, code: \"970999\", agency: procuratorate, region: \"370000\", parent: null}\n";
    let police = unit.replace("JC-970999", "GA-970999").replace("procuratorate", "police").replace("370000", "970123");
    let user = |unit: &str, role: &str| {
        format!("  - {{login: hua.ming, name: 华明, unit: {unit}, roles: [{role}], clearance: 1}}\n")
    };
    std::fs::write(
        &file,
        format!("units:\n{unit}{unit}{police}users:\n{}{}", user("JC-970998", "x"), user("JC-970999", "judge")),
    )
    .unwrap();
    let (good, said) = import();
    assert!(!good);
    for fault in [
        "单位 JC-970999：重复",
        "单位 GA-970999：单位代码“970999”无法识别，应为12位数字",
        "单位 GA-970999：没有行政区划“970123”",
        "没有单位“JC-970998”",
        "人员 hua.ming：重复",
        "其所在机关没有",
        "没有装入",
    ] {
        assert!(said.contains(fault), "{fault}: {said}");
    }
    std::fs::write(&file, format!("units:\n{unit}users:\n{}", user("JC-970999", "unit_admin"))).unwrap();
    let (good, said) = import();
    assert!(good && said.contains("hua.ming　华明　临时密码") && said.contains("新增单位 1 个，人员 1 人"), "{said}");
    let (good, said) = import();
    assert!(good && said.contains("新增单位 0 个，人员 0 人") && !said.contains("临时密码 "), "{said}");
    // A node without cases is taken along and brought back like any other.
    let (backup, restored) = (to.path().join("backup"), to.path().join("restored"));
    assert!(xiezhi(&["backup", "--data", text(&data), "--to", text(&backup)]).0);
    let (good, said) = xiezhi(&["restore", "--from", text(&backup), "--data", text(&restored)]);
    assert!(good && said.contains("还没有办理过案件"), "{said}");
    let (good, said) = xiezhi(&["units", "import", text(&file), "--data", text(&restored)]);
    assert!(good && said.contains("新增单位 0 个，人员 0 人"), "{said}");
}

#[test]
fn a_program_of_another_agency_gets_a_key_and_a_new_one() {
    let to = tempfile::tempdir().unwrap();
    let clients = |args: &[&str]| {
        let (command, rest) = args.split_first().unwrap();
        let place = ["--demonstration", "--data", text(to.path())];
        xiezhi(&[&["clients", command], rest, &place].concat())
    };
    let key = |said: &str| said.lines().find(|l| l.starts_with("xzc_")).unwrap_or_default().to_owned();
    let add = ["add", "bananxitong", "--name", "县公安局执法办案系统", "--unit", "GA-970123", "--role", "officer"];
    for (wrong, why) in [
        (["--scope", "approve"].as_slice(), "没有“approve”这种用途"),
        (&["--role", "judge"], "没有“法官”岗位"),
        (&["--days", "0"], "至少有效一日"),
    ] {
        let (good, said) = clients(&[add.as_slice(), wrong].concat());
        assert!(!good && said.contains(why), "{why}: {said}");
    }
    let (good, said) = clients(&[add.as_slice(), &["--scope", "read,act"]].concat());
    assert!(good && key(&said).len() == 68, "{said}");
    let first = key(&said);
    let (good, said) = clients(&add);
    assert!(!good && said.contains("已有人使用"), "{said}");
    let (good, said) = clients(&["rotate", "bananxitong", "--overlap", "3"]);
    assert!(good && said.contains("原有密钥 1 个") && key(&said) != first, "{said}");
    // Nobody gets a key by which he could act as a person.
    let (good, said) = clients(&["rotate", "shao"]);
    assert!(!good && said.contains("是人员的账号"), "{said}");
    let (good, said) = clients(&["list"]);
    assert!(good && said.matches("bananxitong").count() == 2 && said.contains("read、act"), "{said}");
    assert!(!said.contains(&first), "a key is shown once");
    let (good, said) = clients(&["end", "bananxitong"]);
    assert!(good && said.contains("已终止密钥 2 个"), "{said}");
}

#[test]
fn what_is_configured_is_shown_with_its_source_and_no_secret() {
    let to = tempfile::tempdir().unwrap();
    let file = to.path().join("x.toml");
    std::fs::write(
        &file,
        "[serve]\nlisten = \"127.0.0.1:9\"\nproxy = [\"10.0.0.1\"]\ndatabase = \"postgres://a:geheim@b/c\"\n",
    )
    .unwrap();
    let print = |further: &[&str], env: &[(&str, &str)]| {
        let mut program = program();
        program.args(["--config", text(&file), "serve", "--print-config"]).args(further).envs(env.iter().copied());
        let out = program.output().unwrap();
        (out.status.success(), String::from_utf8(out.stdout).unwrap() + &String::from_utf8_lossy(&out.stderr))
    };
    let collector = ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:4318");
    let (good, said) = print(&["--page-images", "7"], &[("XIEZHI_DATA", "/srv/xiezhi"), collector]);
    assert!(good, "{said}");
    for line in [
        "listen = 127.0.0.1:9　# 配置文件、默认值",
        "proxy = 10.0.0.1　# 配置文件、默认值",
        "database = （不显示）　# 配置文件、默认值",
        "page-images = 7　# 命令行",
        "data = /srv/xiezhi　# 环境变量",
        "traces = http://127.0.0.1:4318　# 环境变量",
        "traces-percent = 100　# 配置文件、默认值",
    ] {
        assert!(said.lines().any(|l| l == line), "{line}\n{said}");
    }
    assert!(!said.contains("geheim"));
    let (good, said) = print(&[], &[("OTEL_EXPORTER_OTLP_ENDPOINT", "http://name:geheim@127.0.0.1:4318")]);
    assert!(!good && said.contains("OTEL_EXPORTER_OTLP_HEADERS"), "{said}");
    std::fs::write(&file, "[serve]\nlissen = \"127.0.0.1:9\"\n").unwrap();
    let (good, said) = print(&[], &[]);
    assert!(!good && said.contains("没有“lissen”这个选项"), "{said}");
    let example = root().join("packaging/xiezhi.toml");
    let out = program().args(["--config", text(&example), "serve", "--print-config"]).output().unwrap();
    assert!(out.status.success(), "the example is in order");
}

/// A page opened at another address would not know who comes back from the provider.
#[test]
fn where_one_signs_in_at_a_provider_the_address_that_it_leads_back_to_is_told_first() {
    let data = tempfile::tempdir().unwrap();
    let provider = ["--oidc-issuer", "https://id.example", "--oidc-client", "xiezhi", "--oidc-secret", "s"];
    let told = |further: &[&str]| Node::start(data.path(), further, &[]).url.clone();
    assert!(told(&[]).starts_with("http://127.0.0.1:"));
    assert!(told(&provider).starts_with("http://localhost:"));
    assert_eq!(told(&[&provider[..], &["--origin", "https://xz.example"]].concat()), "https://xz.example");
}

/// A whole story, with everything logged that our own crates can say.
#[test]
fn the_program_log_is_for_collectors_and_tells_of_nobody() {
    let data = tempfile::tempdir().unwrap();
    let log = data.path().join("log");
    let mut serve = program();
    serve.args(["--log", "json", "serve", "--demonstration", "--listen", "127.0.0.1:0", "--data"]);
    serve.arg(data.path().join("data")).stderr(std::fs::File::create(&log).unwrap());
    serve.env("RUST_LOG", "warn,server=debug,door=debug,exchange=debug,store=debug,xiezhi=debug");
    let served = Node::of(serve);
    let (good, played) = xiezhi(&["demo", "play", "returned", "--server", &served.url, "--pages", "40"]);
    assert!(good, "{played}");
    drop(served);
    let log = std::fs::read_to_string(&log).unwrap();
    let lines: Vec<serde_json::Value> = log.lines().map(|l| serde_json::from_str(l).expect(l)).collect();
    assert!(lines.iter().any(|l| l["target"] == "server::edge" && l["status"] == 422 && l["request_id"].is_string()));
    // People, numbers and places of the story, as its script has them.
    let script = std::fs::read_to_string(root().join("examples/stories/returned.yaml"));
    let script = script.unwrap();
    let value = |key: &str| {
        let line = script.lines().find_map(|l| l.trim().strip_prefix(key)).unwrap_or_else(|| panic!("no {key}"));
        line.trim().trim_matches('"').to_owned()
    };
    for key in ["suspect.name:", "suspect.id_number:", "suspect.address:", "officer.one:", "witness.name:"] {
        assert!(!log.contains(&value(key)), "the log tells {key} {}", value(key));
    }
    assert!(!log.contains("dongli-2026"), "the log tells a password");
}

#[test]
fn a_demonstration_has_its_province_and_prints_who_may_sign_in() {
    let data = tempfile::tempdir().unwrap();
    let mut node = Node::start(data.path(), &[], &[]);
    let database = rusqlite::Connection::open(data.path().join("xiezhi.db")).unwrap();
    let ask = |sql: &str| -> Vec<(String, String)> {
        let mut found = database.prepare(sql).unwrap();
        found.query_map([], |r| Ok((r.get(0)?, r.get(1)?))).unwrap().map(Result::unwrap).collect()
    };
    // Province, two cities and four counties have their four agencies each.
    let sets = ask("SELECT agency, CAST(COUNT(DISTINCT region) AS TEXT) FROM units GROUP BY agency ORDER BY agency");
    let sets: Vec<(&str, &str)> = sets.iter().map(|(a, n)| (a.as_str(), n.as_str())).collect();
    for agency in ["court", "justice", "police", "procuratorate"] {
        assert!(sets.contains(&(agency, "7")), "{agency}: {sets:?}");
    }
    for (agency, at_least) in [("detention", "2"), ("legal_aid", "1"), ("law_firm", "1")] {
        assert!(sets.iter().any(|(a, n)| *a == agency && *n >= at_least), "{agency}: {sets:?}");
    }
    let accounts = ask("SELECT login, name FROM users ORDER BY login");
    let roles = ask("SELECT DISTINCT role, '' FROM user_roles");
    let named = std::fs::read_to_string(root().join("library/roles.yaml")).unwrap();
    let shipped = named.split_once("\nroles:\n").unwrap().1.lines();
    for role in shipped.filter_map(|l| l.strip_prefix("  ")?.split_once(": {")).map(|(id, _)| id) {
        assert!(roles.iter().any(|(r, _)| r == role), "nobody is {role}");
    }
    let said = (&mut node.said).lines().map(Result::unwrap).filter(|l| l.starts_with("  "));
    let said: Vec<String> = said.take(accounts.len()).collect();
    for (login, name) in accounts {
        assert!(said.iter().any(|l| l.trim_start().starts_with(&login) && l.contains(&name)), "{login} in {said:?}");
    }
}
