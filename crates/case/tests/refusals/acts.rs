//! Who may do which act: one table a process, act by role by relation to the case, as the decision
//! itself answers. Made anew with `UPDATE=1 cargo test --workspace --test refusals`.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use case::{Asker, Command, FileState, Input, RefusalKind, Units};
use procedure::model::{Action, Id, Process, RoleDef, Works};
use procedure::situation::{Handler, Instance};

use crate::common::{Province, Story};

/// How somebody stands to the case, and what the column is called.
const RELATIONS: [(&str, Relation); 6] = [
    ("承办人", Relation::Handler),
    ("同单位他人", Relation::Colleague),
    ("其他单位", Relation::OtherUnit),
    ("承办人的代办人", Relation::Delegate),
    ("受借用职责的人", Relation::Borrower),
    ("已调离的人", Relation::TakenOff),
];

#[derive(Clone, Copy, PartialEq)]
enum Relation {
    Handler,
    Colleague,
    OtherUnit,
    Delegate,
    Borrower,
    TakenOff,
}

/// A unit of each agency, and another one of the same.
fn units(agency: &str) -> Option<(String, String)> {
    let kind = match agency {
        "police" => "GA",
        "procuratorate" => "JC",
        "court" => "FY",
        "justice" => "SF",
        "legal_aid" => "AID",
        "detention" => "KS",
        _ => return None,
    };
    Some((format!("{kind}-970123"), format!("{kind}-970124")))
}

/// Whether somebody in this role and relation gets past the questions who he is and whose case it
/// is; what the state of the case says about the act is another matter.
fn may(story: &mut Story, process: &Process, id: &Id, action: &Action, role: &Id, relation: Relation) -> bool {
    let agency = agency_of(story, process, role);
    let (home, other) = units(agency.as_str()).unwrap();
    let unit = if relation == Relation::OtherUnit { other } else { home.clone() };
    let mut asker =
        Asker { user: "他".into(), unit, roles: vec![role.clone()], acting_for: Vec::new(), lent: Vec::new() };
    let mut state = FileState::empty("F", &home, "ZA");
    let mut instance = Instance {
        id: "I1".into(),
        process: process.process.clone(),
        library: story.library.digest,
        opened_at: story.now,
        origin: None,
        former: Vec::new(),
        tracks: BTreeMap::new(),
        handlers: vec![Handler { role: role.clone(), user: "承办人".into(), since: story.now }],
        clocks: Vec::new(),
        proposals: Vec::new(),
        done: Vec::new(),
        number: None,
    };
    match relation {
        Relation::Handler => instance.handlers[0].user = "他".into(),
        Relation::Delegate => asker.acting_for = vec!["承办人".into()],
        Relation::Borrower => {
            asker.roles = Vec::new();
            asker.lent = vec![(role.clone(), "出借人".into())];
        }
        Relation::TakenOff => {
            state.removed.insert("他".into());
        }
        Relation::Colleague | Relation::OtherUnit => {}
    }
    state.situation.instances.push(instance);
    let command = if action.from.is_empty() {
        Command::Open { process: process.process.clone(), subjects: vec![], input: Input::default() }
    } else {
        Command::Act { instance: "I1".into(), action: id.clone(), subjects: Vec::new(), input: Input::default() }
    };
    match story.decides_on(&state, &asker, &command) {
        Ok(_) => true,
        Err(refusal) => !matches!(refusal.kind, RefusalKind::Role | RefusalKind::NotAssigned),
    }
}

/// The agency in which a role is held, among those that run the process.
fn agency_of(story: &Story, process: &Process, role: &Id) -> Id {
    let held = &story.library.roles.roles[role].agency;
    process.agency.iter().find(|a| held.is_empty() || held.contains(a)).unwrap_or(&process.agency[0]).clone()
}

fn table(story: &mut Story, process: &Process) -> String {
    let library = story.library.clone();
    let mut out = format!("{} {}\n", process.process, process.name);
    out.push_str("谁可以办理：按动作、职责、与本案的关系列出，由办理判定本身得出。“借用”指该职责由他人委托行使。\n");
    out.push_str("没有列出的职责，在任何关系下都不能办理。案件所处的环节另有规定。\n");
    for (id, action) in &process.actions {
        let _ = writeln!(out, "\n{id} {}", action.name);
        let mut silent = 0;
        for (role, def) in &library.roles.roles {
            let cells: Vec<(&str, bool)> =
                RELATIONS.iter().map(|(n, r)| (*n, may(story, process, id, action, role, *r))).collect();
            if cells.iter().all(|(_, yes)| !yes) {
                silent += 1;
                assert!(!counts(process, action, role, def), "{id}: nobody may act as {role}, whom the library names");
                continue;
            }
            assert!(counts(process, action, role, def), "{id}: {role} is not named by the library");
            let works = if def.works == Works::Assigned { "分给本人的案件" } else { "本单位全部案件" };
            let names = |wanted: bool| {
                let list: Vec<&str> = cells.iter().filter(|(_, yes)| *yes == wanted).map(|(n, _)| *n).collect();
                if list.is_empty() { "无".into() } else { list.join("、") }
            };
            let _ = writeln!(out, "  {role} {}（{works}）", def.name);
            let _ = writeln!(out, "    可以：{}", names(true));
            let _ = writeln!(out, "    不可以：{}", names(false));
        }
        assert_ne!(silent, library.roles.roles.len(), "{id}: nobody may do it");
    }
    out
}

/// Whether the library names the role for the act, in an agency that runs the process.
fn counts(process: &Process, action: &Action, role: &Id, def: &RoleDef) -> bool {
    action.by.contains(role) && process.agency.iter().any(|a| def.agency.is_empty() || def.agency.contains(a))
}

fn file(process: &Id) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/acts/{process}.txt"))
}

#[test]
#[allow(clippy::disallowed_methods, reason = "a test reads and writes its tables")]
fn the_tables_are_up_to_date() {
    let mut story = Story::begins("2026-03-02");
    let processes: Vec<Process> = story.library.processes.values().cloned().collect();
    let mut stale = Vec::new();
    for process in &processes {
        let now = table(&mut story, process);
        let path = file(&process.process);
        if std::env::var_os("UPDATE").is_some() {
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(&path, &now).unwrap();
        }
        if std::fs::read_to_string(&path).unwrap_or_default() != now {
            stale.push(process.process.to_string());
        }
    }
    assert!(stale.is_empty(), "run UPDATE=1 cargo test --workspace --test refusals and read what changed: {stale:?}");
    let kept = std::fs::read_dir(file(&Id::from("X")).parent().unwrap()).unwrap().count();
    assert_eq!(kept, processes.len(), "a table without a process");
    assert!(Province.agency("GA-970124").is_some(), "the other unit is one of the same agency");
}
