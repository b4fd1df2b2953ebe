//! A small node with police and a legal aid centre, and a case that is handed over. The tests of
//! `exchange` use it too.
#![allow(clippy::unwrap_used, clippy::expect_used, dead_code, reason = "tests")]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use access::Policies;
use case::{Command, Input};
use door::{Answer, Door, DoorError, Principal, Request};
use procedure::{Editions, Library};
use serde_json::{Value, json};
use store::Repository;
use store::content::Folder;
use store::rows::{RoleRow, UnitRow, UserRow};
use store::sqlite::Sqlite;

pub const POLICE: &str = "GA-970123";
pub const AID: &str = "FY-AID-970123";

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../library")
}

fn walk(base: &Path, dir: &Path, out: &mut BTreeMap<String, Vec<u8>>) {
    for e in std::fs::read_dir(dir).unwrap() {
        let p = e.unwrap().path();
        if p.is_dir() {
            walk(base, &p, out);
        } else {
            out.insert(p.strip_prefix(base).unwrap().to_string_lossy().into_owned(), std::fs::read(&p).unwrap());
        }
    }
}

/// Identifier, name and agency of a unit.
pub type Unit<'a> = (&'a str, &'a str, &'a str);
/// Sign-in name, unit and role of a person.
pub type Person = (String, String, String);

pub const UNITS: [Unit<'static>; 2] = [(POLICE, "东篱县公安局", "police"), (AID, "东篱县法律援助中心", "legal_aid")];

/// The people of the small node.
pub fn people(_: &Library) -> Vec<Person> {
    [
        ("officer", POLICE, "officer"),
        ("head", POLICE, "police_dept_head"),
        ("chief", POLICE, "police_chief"),
        ("aid", AID, "legal_aid_officer"),
        ("lawyer", AID, "duty_lawyer"),
    ]
    .map(|(login, unit, role)| (login.into(), unit.into(), role.into()))
    .to_vec()
}

/// Opens the node kept in a folder; people and units are brought in where they are missing.
pub async fn node(data: &Path) -> (Arc<Door>, Arc<Sqlite>) {
    node_with(data, &[]).await
}

/// The same with further files in its library.
pub async fn node_with(data: &Path, further: &[(&str, &str)]) -> (Arc<Door>, Arc<Sqlite>) {
    let add = |files: &mut BTreeMap<String, Vec<u8>>| {
        files.extend(further.iter().map(|(n, t)| ((*n).to_owned(), t.as_bytes().to_vec())));
    };
    let (door, store) = open(data, &UNITS, people, true, add).await;
    (Arc::new(door), store)
}

/// Opens the node kept in a folder and in this database.
pub async fn node_on(store: Arc<dyn Repository>, data: &Path) -> Arc<Door> {
    Arc::new(open_on(store, data, &UNITS, people, true, |_| {}).await)
}

/// Opens a node with these units and people, and with the shipped library as it was edited.
pub async fn open(
    data: &Path,
    units: &[Unit<'_>],
    people: impl Fn(&Library) -> Vec<Person>,
    demonstration: bool,
    edit: impl Fn(&mut BTreeMap<String, Vec<u8>>),
) -> (Door, Arc<Sqlite>) {
    let store = Arc::new(Sqlite::open(&data.join("xiezhi.db")).await.unwrap());
    (open_on(store.clone(), data, units, people, demonstration, edit).await, store)
}

async fn open_on(
    store: Arc<dyn Repository>,
    data: &Path,
    units: &[Unit<'_>],
    people: impl Fn(&Library) -> Vec<Person>,
    demonstration: bool,
    edit: impl Fn(&mut BTreeMap<String, Vec<u8>>),
) -> Door {
    let mut files = BTreeMap::new();
    walk(&root(), &root(), &mut files);
    let policies: BTreeMap<String, String> = files
        .iter()
        .filter(|(n, _)| n.ends_with(".cedar"))
        .map(|(n, c)| (n.clone(), String::from_utf8(c.clone()).unwrap()))
        .collect();
    files.retain(|n, _| !n.starts_with("policies/") && !n.ends_with(".md"));
    files.get_mut("law/regions.csv").unwrap().extend_from_slice("970000,云岭省\n970123,东篱县\n".as_bytes());
    edit(&mut files);
    let editions = Editions::read(files).unwrap();
    let contents = Folder::open(data.join("contents")).unwrap();
    if store.units().await.unwrap().is_empty() {
        for (id, name, agency) in units {
            // Every identifier ends with the division.
            let region = &id[id.len() - 6..];
            let row = UnitRow {
                id: (*id).into(),
                name: (*name).into(),
                abbr: abbr(agency, region),
                code: region.into(),
                agency: (*agency).into(),
                region: region.into(),
                parent: None,
            };
            store.put_unit(row).await.unwrap();
        }
        for (user, unit, role) in people(&editions.all()[0].library) {
            let row = UserRow {
                id: user.clone(),
                login: user.clone(),
                name: user.clone(),
                unit: unit.clone(),
                password: String::new(),
                clearance: 0,
                active: true,
                temporary_until: None,
            };
            store.put_user(row, None).await.unwrap();
            let from = "2020-01-01T00:00:00+08:00".parse().unwrap();
            store.put_role(RoleRow { user, unit, role, from, to: None }, None).await.unwrap();
        }
    }
    let policies = Policies::parse(&policies).unwrap();
    Door::open(store, contents, editions, policies, demonstration).await.unwrap()
}

/// The short name by which a unit's numbers are made.
fn abbr(agency: &str, region: &str) -> String {
    match agency {
        "procuratorate" => "篱检".into(),
        "court" => format!("云0{}", &region[3..]),
        _ => "篱".into(),
    }
}

/// A person of the node.
pub async fn person(door: &Door, id: &str) -> Principal {
    let user = door.store().user(id).await.unwrap().unwrap();
    Principal::load(door.store(), &door.units(), user, door.now()).await.unwrap()
}

/// Uploads a picture that no other call uploads.
pub async fn picture(door: &Door, who: &Principal, spool: &Path, seed: u32) -> String {
    let mut img = image::RgbImage::new(64, 64);
    for (x, y, p) in img.enumerate_pixels_mut() {
        let v = (x.wrapping_mul(31) ^ y.wrapping_mul(17) ^ seed) as u8;
        *p = image::Rgb([v, v.wrapping_add((seed >> 8) as u8), (seed >> 16) as u8]);
    }
    let path = spool.join(format!("up-{seed}-{}.png", std::process::id()));
    img.save(&path).unwrap();
    let done = door.import(who, path, "page.png".into(), door::Stop::default()).await.unwrap();
    done.row.sm3.to_string()
}

fn input(v: Value) -> Input {
    serde_json::from_value(v).unwrap()
}

/// Registers a case with a picture of its own.
pub async fn register(door: &Door, who: &Principal, spool: &Path, seed: u32) -> Answer {
    let sm3 = picture(door, who, spool, seed).await;
    let input = input(json!({
        "case": {"name": "甲某危险驾驶案", "category": "public", "source": "found",
            "accepted_at": "2026-03-04T22:20:00+08:00", "offence": "55"},
        "new_subjects": [{"name": "甲某", "arrival": "caught"}],
        "materials": [{"kind": "W001", "sm3": sm3}],
    }));
    let command = Command::Open { process: "GA01".into(), subjects: vec![], input };
    door.perform(who, Request { file: None, command, key: None, expected: None }).await.unwrap()
}

/// An act of an instance.
pub async fn act(
    door: &Door,
    who: &Principal,
    file: &str,
    instance: &str,
    action: &str,
    given: Value,
) -> Result<Answer, DoorError> {
    let command =
        Command::Act { instance: instance.into(), action: action.into(), subjects: vec![], input: input(given) };
    door.perform(who, Request { file: Some(file.into()), command, key: None, expected: None }).await
}

/// The opinion on the only open proposal.
pub async fn agree(door: &Door, who: &Principal, file: &str) -> Result<Answer, DoorError> {
    let state = door.store().state(file).await.unwrap().unwrap();
    let (instance, proposal) = state
        .situation
        .instances
        .iter()
        .flat_map(|i| i.proposals.iter().map(move |p| (i, p)))
        .find(|(_, p)| p.open)
        .map(|(i, p)| (i.id.clone(), p.id.clone()))
        .unwrap();
    let command = Command::Decide { instance, proposal, verdict: case::Verdict::Agree, text: "同意".into() };
    door.perform(who, Request { file: Some(file.into()), command, key: None, expected: None }).await
}

/// Opens a case, has it filed and hands a notice over to the legal aid centre. `told` hears of
/// each answer as soon as it is there.
pub async fn case(door: &Door, spool: &Path, seed: u32, told: &mut dyn FnMut(&Answer)) -> Answer {
    let (officer, head, chief) =
        (person(door, "officer").await, person(door, "head").await, person(door, "chief").await);
    let w001 = picture(door, &officer, spool, seed * 4).await;
    let open = Command::Open {
        process: "GA01".into(),
        subjects: vec![],
        input: input(json!({
            "case": {"name": "甲某危险驾驶案", "category": "public", "source": "found", "offence": "55",
                "accepted_at": "2026-03-04T22:20:00+08:00",
                "acted_from": "2026-03-04T21:00:00+08:00", "acted_to": "2026-03-04T21:30:00+08:00"},
            "new_subjects": [{"name": "甲某", "arrival": "caught", "birth": "1990-01-02", "impaired": false}],
            "materials": [{"kind": "W001", "sm3": w001}],
        })),
    };
    let a = door.perform(&officer, Request { file: None, command: open, key: None, expected: None }).await.unwrap();
    told(&a);
    let file = a.file.clone();
    let w005 = picture(door, &officer, spool, seed * 4 + 1).await;
    let given = json!({
        "case": {"filed_on": "2026-03-04", "filing_no": "篱公立字〔2026〕1号", "offence": "55", "jurisdiction": "place",
            "lead_officer": "邵砺锋", "second_officer": "卫知远"},
        "materials": [{"kind": "W005", "sm3": w005, "number": "篱公立字〔2026〕1号"}, {"kind": "W004", "sm3": w005}],
    });
    told(&act(door, &officer, &file, "I1", "file_case", given).await.unwrap());
    told(&agree(door, &head, &file).await.unwrap());
    told(&agree(door, &chief, &file).await.unwrap());
    let w075 = picture(door, &officer, spool, seed * 4 + 2).await;
    let given = json!({"materials": [{"kind": "W075", "sm3": w075, "number": "篱公援字〔2026〕1号"}]});
    let a = act(door, &officer, &file, "I1", "notify_lawyer", given).await.unwrap();
    told(&a);
    a
}

/// Sets the business clock to the days of the case.
pub async fn set_clock(door: &Door) {
    door.set_clock(Some("2026-03-05T09:00:00+08:00".parse().unwrap())).await.unwrap();
}
