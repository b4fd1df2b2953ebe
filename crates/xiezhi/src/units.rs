//! `xiezhi units`: the first day of an ordinary node, when there is no administrator yet who could bring people in.
//!
//! A file names units and people. What is there already is left as it is, so the file can grow and be read again.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use anyhow::ensure;
use clap::Subcommand;
use door::{real_now, unit_faults};
use jiff::SignedDuration;
use procedure::Library;
use serde::Deserialize;
use store::Repository;
use store::rows::{AuditRow, RoleRow, UnitRow, UserRow};

use crate::node;

/// How long the passwords serve that are printed.
const LAST: SignedDuration = SignedDuration::from_hours(3 * 24);

#[derive(Subcommand)]
pub enum Command {
    /// 由文件装入单位和人员（写法同 examples/province/province.yaml 的 units、users）；已有的不变。新增人员的临时密码只打印这一次
    Import {
        /// 文件（YAML）
        file: PathBuf,
        #[command(flatten)]
        place: node::Place,
    },
}

/// What a file holds.
#[derive(Debug, Deserialize)]
struct Listed {
    #[serde(default)]
    units: Vec<UnitRow>,
    #[serde(default)]
    users: Vec<User>,
}

/// A person.
#[derive(Debug, Deserialize)]
pub struct User {
    /// Sign-in name.
    pub login: String,
    /// Chinese name.
    pub name: String,
    /// Unit.
    pub unit: String,
    /// Roles in that unit.
    pub roles: Vec<String>,
    /// Highest grade of secrecy that may be seen.
    #[serde(default)]
    pub clearance: u8,
}

/// Brings units into a store where they are missing. Answers how many were.
pub async fn bring(store: &dyn Repository, units: &[UnitRow]) -> anyhow::Result<usize> {
    let known: BTreeSet<String> = store.units().await?.into_iter().map(|u| u.id).collect();
    let missing: Vec<_> = units.iter().filter(|u| !known.contains(&u.id)).collect();
    for u in &missing {
        store.put_unit((*u).clone()).await?;
    }
    Ok(missing.len())
}

pub async fn run(command: &Command, library: &Path, examples: &Path) -> anyhow::Result<bool> {
    let Command::Import { file, place } = command;
    let listed: Listed = crate::files::yaml(file)?;
    let (door, store) = node::open(place, library, examples).await?;
    let faults = faults(&listed, &door.library(), store.as_ref()).await?;
    for f in &faults {
        println!("{f}");
    }
    if !faults.is_empty() {
        println!("共 {} 处错误，没有装入", faults.len());
        store.close().await;
        return Ok(false);
    }
    let units = bring(store.as_ref(), &listed.units).await?;
    let mut people = 0;
    for u in &listed.users {
        if store.user_by_login(&u.login).await?.is_none() {
            let password = employ(store.as_ref(), u).await?;
            println!("{}　{}　临时密码 {password}", u.login, u.name);
            people += 1;
        }
    }
    store.close().await;
    println!("新增单位 {units} 个，人员 {people} 人；临时密码三日内有效，请当面交给本人");
    Ok(true)
}

/// Everything that is wrong with a file.
async fn faults(listed: &Listed, library: &Library, store: &dyn Repository) -> anyhow::Result<Vec<String>> {
    let mut faults = Vec::new();
    let stored = store.units().await?;
    let agency = |id: &str| {
        let listed = listed.units.iter().find(|u| u.id == id).map(|u| u.agency.as_str());
        listed.or_else(|| stored.iter().find(|u| u.id == id).map(|u| u.agency.as_str()))
    };
    let mut seen = BTreeSet::new();
    for u in &listed.units {
        if !seen.insert(&u.id) {
            faults.push(format!("单位 {}：重复", u.id));
        }
        faults.extend(unit_faults(u, library).into_iter().map(|(_, text)| format!("单位 {}：{text}", u.id)));
        if let Some(p) = &u.parent
            && agency(p).is_none()
        {
            faults.push(format!("单位 {}：没有上级单位“{p}”", u.id));
        }
    }
    let mut seen = BTreeSet::new();
    for u in &listed.users {
        if !seen.insert(&u.login) {
            faults.push(format!("人员 {}：重复", u.login));
        }
        let Some(agency) = agency(&u.unit) else {
            faults.push(format!("人员 {}：没有单位“{}”", u.login, u.unit));
            continue;
        };
        if u.clearance > 3 {
            faults.push(format!("人员 {}：知悉范围应为 0 至 3", u.login));
        }
        for r in &u.roles {
            match library.roles.roles.get(r.as_str()) {
                None => faults.push(format!("人员 {}：没有“{r}”这个岗位", u.login)),
                Some(d) if !d.agency.is_empty() && !d.agency.iter().any(|a| a.as_str() == agency) => {
                    faults.push(format!("人员 {}：其所在机关没有“{}”岗位", u.login, d.name));
                }
                Some(_) => {}
            }
        }
    }
    Ok(faults)
}

/// Brings in a person, who signs in with the password that is answered. Who did it is the one at the machine.
async fn employ(store: &dyn Repository, u: &User) -> anyhow::Result<String> {
    let now = real_now();
    let (password, id) = (server::temporary_password(), uuid());
    let hash = {
        let password = password.clone();
        tokio::task::spawn_blocking(move || server::hash_password(&password)).await?.map_err(anyhow::Error::msg)?
    };
    let user = UserRow {
        id: id.clone(),
        login: u.login.clone(),
        name: u.name.clone(),
        unit: u.unit.clone(),
        password: hash,
        clearance: u.clearance,
        active: true,
        temporary_until: Some(now + LAST),
    };
    let noted = |act: &str, detail| AuditRow {
        id: uuid(),
        at: now,
        by: "-".into(),
        unit: u.unit.clone(),
        user: id.clone(),
        act: act.into(),
        detail,
    };
    ensure!(!u.login.is_empty(), "登录名不能为空");
    store.put_user(user, Some(noted("person_added", serde_json::json!({"clearance": [0, u.clearance]})))).await?;
    for role in &u.roles {
        let row = RoleRow { user: id.clone(), unit: u.unit.clone(), role: role.clone(), from: now, to: None };
        store.put_role(row, Some(noted("role_given", serde_json::json!({"roles": [role], "from": now})))).await?;
    }
    Ok(password)
}

fn uuid() -> String {
    uuid::Uuid::now_v7().simple().to_string()
}
