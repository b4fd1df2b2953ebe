//! Every role in every relation, against `table.txt`: the one page on which a person can read what the policies do.
//!
//! If the policies are changed on purpose: UPDATE=1 cargo test --workspace --test table, then read what has changed.

#![allow(clippy::disallowed_methods, reason = "the page is kept in a file")]

mod common;

use std::collections::BTreeSet;
use std::fmt::Write;

use access::{Decision, Deed, Person, Row};

type Change = fn(&mut Person, &mut Row);

/// What the person and the row are to each other, starting from a person of unit U1 and an ordinary file of unit U1
/// that somebody else handles.
const RELATIONS: [(&str, Change); 26] = [
    ("同单位，不承办", |_, _| {}),
    ("承办人", |_, row| handle(row)),
    ("承办人的代办人", |person, _| act_for(person)),
    ("承办人，已回避或调离", |_, row| {
        handle(row);
        row.removed.insert("me".into());
    }),
    ("同单位，已回避或调离", |_, row| {
        row.removed.insert("me".into());
    }),
    ("代办人，委托人已回避或调离", |person, row| {
        act_for(person);
        row.removed.insert("other".into());
    }),
    ("承办人，案件已办结", |_, row| {
        handle(row);
        row.closed = true;
    }),
    ("同单位，案件已办结", |_, row| row.closed = true),
    ("承办人，密级与知悉范围相同", |person, row| {
        handle(row);
        (person.clearance, row.grade) = (2, 2);
    }),
    ("承办人，密级高于知悉范围", |person, row| {
        handle(row);
        (person.clearance, row.grade) = (1, 2);
    }),
    ("同单位，密级高于知悉范围", |_, row| row.grade = 1),
    ("承办人，记录已封存", |_, row| {
        handle(row);
        row.sealed = true;
    }),
    ("同单位，记录已封存", |_, row| row.sealed = true),
    ("外单位，持阅卷授权", |person, row| {
        elsewhere(person, "police");
        grant(row);
    }),
    ("外单位，持阅卷授权，记录已封存", |person, row| {
        elsewhere(person, "police");
        grant(row);
        row.sealed = true;
    }),
    ("外单位，列为承办人", |person, row| {
        elsewhere(person, "police");
        handle(row);
    }),
    ("外单位，无关", |person, _| elsewhere(person, "police")),
    ("上级单位", |person, _| {
        person.unit = "U0".into();
        person.unit_path = vec!["U0".into()];
    }),
    ("下级单位", |_, row| {
        row.unit = "U0".into();
        row.unit_path = vec!["U0".into()];
    }),
    ("律师事务所，持阅卷授权", |person, row| {
        elsewhere(person, "law_firm");
        grant(row);
    }),
    ("律师事务所，误列为承办人", |person, row| {
        elsewhere(person, "law_firm");
        handle(row);
    }),
    ("法律援助机构本单位，不承办", |person, _| {
        person.agency = "legal_aid".into();
    }),
    ("法律援助机构本单位，承办人", |person, row| {
        person.agency = "legal_aid".into();
        handle(row);
    }),
    ("法律援助机构，外单位案件误列为承办人", |person, row| {
        elsewhere(person, "legal_aid");
        handle(row);
    }),
    ("法律援助机构，外单位案件持阅卷授权", |person, row| {
        elsewhere(person, "legal_aid");
        grant(row);
    }),
    ("平台", |person, _| elsewhere(person, "platform")),
];

fn handle(row: &mut Row) {
    row.handlers.insert("me".into());
}

fn grant(row: &mut Row) {
    row.grants.insert("me".into());
}

fn act_for(person: &mut Person) {
    person.acting_for.insert("other".into());
}

fn elsewhere(person: &mut Person, agency: &str) {
    person.unit = "U9".into();
    person.unit_path = vec!["U9".into()];
    person.agency = agency.into();
}

fn officer() -> Person {
    Person {
        id: "me".into(),
        unit: "U1".into(),
        unit_path: vec!["U1".into(), "U0".into()],
        agency: "procuratorate".into(),
        roles: BTreeSet::new(),
        clearance: 0,
        acting_for: BTreeSet::new(),
    }
}

fn file() -> Row {
    Row {
        id: "F1".into(),
        unit: "U1".into(),
        unit_path: vec!["U1".into(), "U0".into()],
        handlers: BTreeSet::from(["other".into()]),
        removed: BTreeSet::new(),
        grants: BTreeSet::new(),
        grade: 0,
        sealed: false,
        closed: false,
    }
}

#[test]
fn table() {
    let policies = common::shipped();
    let mut page = String::from(
        "# 谁能做什么：由 library/policies 得出，每一种关系、角色、操作都在此列。\n\
         # 可 = 允许；禁 = 看得到案件但不能做（403）；隐 = 如同案件不存在（404）。\n\
         # 每行末尾是结果相同的角色，每次只算一个；officer 为没有任何下列角色的办案人员。\n",
    );
    let heads: Vec<_> = Deed::ALL.iter().map(|deed| deed.id()).collect();
    for (relation, change) in RELATIONS {
        let mut lines: Vec<(String, Vec<&str>)> = Vec::new();
        for role in [None].into_iter().chain(policies.roles().iter().map(Some)) {
            let (mut person, mut row) = (officer(), file());
            person.roles.extend(role.cloned());
            change(&mut person, &mut row);
            let line: String = Deed::ALL
                .into_iter()
                .zip(&heads)
                .map(|(deed, head)| {
                    format!("{}{:2$} ", word(&policies.decide(&person, deed, &row)), "", head.len() - 2)
                })
                .collect();
            let role = role.map_or("officer", String::as_str);
            match lines.iter_mut().find(|(known, _)| *known == line) {
                Some((_, roles)) => roles.push(role),
                None => lines.push((line, vec![role])),
            }
        }
        writeln!(page, "\n[{relation}]\n{} role", heads.join(" ")).unwrap();
        for (line, roles) in lines {
            writeln!(page, "{line} {}", roles.join(" ")).unwrap();
        }
    }
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/table.txt");
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(path, &page).unwrap();
    }
    let then = std::fs::read_to_string(path).unwrap_or_default();
    assert!(
        page == then,
        "the table changed; look at each line, then: UPDATE=1 cargo test --workspace --test table\n{page}"
    );
}

const fn word(decision: &Decision) -> &'static str {
    match decision {
        Decision::Allowed { .. } => "可",
        Decision::Forbidden { .. } => "禁",
        Decision::Hidden => "隐",
    }
}
