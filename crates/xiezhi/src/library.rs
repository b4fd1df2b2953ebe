//! `xiezhi library`: what a legal expert needs to change definitions and prove them sound.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use clap::Subcommand;
use jiff::civil::Date;
use procedure::model::{Id, Works};
use procedure::{Edition, Editions, Library};

use crate::files;

#[derive(Subcommand)]
pub enum Command {
    /// 检查规则库：基础规则和每一期补充规定，一次列出全部错误及其位置
    Check {
        /// 连同演示省份的行政区划和补充规定
        #[arg(long)]
        demonstration: bool,
    },
    /// 查看一个流程；--effective 显示合成之后的全文
    Show {
        /// 流程编号，如 XQ01；配合 --effective 也可写 standard、roles、document/W077 等
        definition: String,
        /// 显示与骨架、补充规定合成之后的全文，并注明每处出自哪个文件
        #[arg(long)]
        effective: bool,
        /// 哪一天施行的，如 2026-07-01；默认今天
        #[arg(long)]
        on: Option<Date>,
        /// 连同演示省份的行政区划和补充规定
        #[arg(long)]
        demonstration: bool,
    },
    /// 导出各类定义文件的 JSON Schema，供编辑器使用
    Schema {
        /// 写入的目录
        out: PathBuf,
    },
}

pub fn run(command: &Command, root: &Path, examples: &Path) -> anyhow::Result<bool> {
    let files = |demonstration: bool| files::with_province(root, demonstration.then_some(examples));
    match command {
        Command::Check { demonstration } => check(root, files(*demonstration)?),
        Command::Show { definition, effective, on, demonstration } => {
            let editions = files::read_editions(files(*demonstration)?)?;
            let day = on.unwrap_or_else(|| law::time::day(door::real_now()));
            let edition = editions.on(day);
            if *effective { whole(edition, definition) } else { show(&edition.library, definition) }
        }
        Command::Schema { out } => {
            std::fs::create_dir_all(out)?;
            for (name, schema) in Library::schemas() {
                let mut text = serde_json::to_string_pretty(&schema)?;
                text.push('\n');
                std::fs::write(out.join(format!("{name}.schema.json")), text)?;
            }
            println!("已写入 {}", out.display());
            Ok(true)
        }
    }
}

fn check(root: &Path, files: BTreeMap<String, Vec<u8>>) -> anyhow::Result<bool> {
    let editions = match Editions::read(files) {
        Err(faults) => {
            println!("{}", files::listing(&faults));
            println!("规则库有 {} 处错误", faults.len());
            return Ok(false);
        }
        Ok(editions) => editions,
    };
    let mut good = true;
    let policies = files::policies(root)?;
    for edition in editions.all() {
        let library = &edition.library;
        for role in policies.roles() {
            if !library.roles.roles.contains_key(role.as_str()) {
                good = false;
                println!("policies: [name] 访问策略提到的角色“{role}”不在 roles.yaml 里");
            }
        }
        for (process, action, roles) in powerless(library, &policies) {
            good = false;
            println!("policies: [nobody] “{process}”的“{action}”没有人可以做：访问策略不允许{roles}");
        }
        let count = |f: fn(&procedure::model::Process) -> usize| library.processes.values().map(f).sum::<usize>();
        println!(
            "规则库 {}（{}）：{} 个流程、{} 个动作、{} 项要求、{} 个期限、{} 种文书、{} 种消息、{} 条访问策略",
            &library.digest.to_string()[..12],
            days(edition),
            library.processes.len(),
            count(|p| p.actions.len()),
            count(|p| p.requirements.len()),
            count(|p| p.deadlines.len()),
            library.documents.len(),
            library.messages.len(),
            policies.rules().len(),
        );
    }
    if good {
        println!("没有发现错误");
    }
    Ok(good)
}

/// Acts and approvals that the process gives to roles to which no policy gives the file: process, act, roles.
fn powerless(library: &Library, policies: &access::Policies) -> Vec<(String, String, String)> {
    let allows = |agency: &Id, role: &Id, deed: access::Deed| {
        let assigned = library.roles.roles.get(role).is_some_and(|r| r.works == Works::Assigned);
        let (user, unit) = (BTreeSet::from(["U".to_owned()]), vec!["D".to_owned()]);
        let person = access::Person {
            id: "U".into(),
            unit: "D".into(),
            unit_path: unit.clone(),
            agency: agency.to_string(),
            roles: BTreeSet::from([role.to_string()]),
            clearance: 0,
            acting_for: BTreeSet::new(),
        };
        let row = access::Row {
            id: "F".into(),
            unit: "D".into(),
            unit_path: unit,
            handlers: if assigned { user } else { BTreeSet::new() },
            removed: BTreeSet::new(),
            grants: BTreeSet::new(),
            grade: 0,
            sealed: false,
            closed: false,
        };
        matches!(policies.decide(&person, deed, &row), access::Decision::Allowed { .. })
    };
    let mut out = Vec::new();
    for p in library.processes.values() {
        for a in p.actions.values() {
            // Whoever begins a case has no file yet that a policy could speak of.
            let acts = (!a.from.is_empty()).then_some((&a.by, access::Deed::Act));
            let steps = a.approve.iter().map(|s| (&s.by, access::Deed::Approve));
            for (roles, deed) in acts.into_iter().chain(steps) {
                for agency in &p.agency {
                    let here = |r: &&Id| {
                        library.roles.roles.get(*r).is_some_and(|d| d.agency.is_empty() || d.agency.contains(agency))
                    };
                    let ours: Vec<&Id> = roles.iter().filter(here).collect();
                    if !ours.is_empty() && !ours.iter().any(|r| allows(agency, r, deed)) {
                        let names: Vec<String> =
                            ours.iter().map(|r| format!("“{}”", library.roles.roles[*r].name)).collect();
                        out.push((p.name.clone(), a.name.clone(), names.join("、")));
                    }
                }
            }
        }
    }
    out
}

/// When an edition is in force and which overlays it has.
fn days(e: &Edition) -> String {
    let day = |d: Date| law::time::date_cn(d);
    let when = match (e.from, e.to) {
        (None, None) => "始终".to_owned(),
        (None, Some(to)) => format!("至{}", day(to)),
        (Some(from), None) => format!("{}起", day(from)),
        (Some(from), Some(to)) => format!("{}至{}", day(from), day(to)),
    };
    if e.overlays.is_empty() {
        format!("{when}，没有补充规定")
    } else {
        format!("{when}，{}", e.overlays.join("、"))
    }
}

fn whole(edition: &Edition, id: &str) -> anyhow::Result<bool> {
    let library = &edition.library;
    let key = if library.processes.contains_key(id) { format!("process/{id}") } else { id.to_owned() };
    let Some(text) = library.effective_text(&key) else { return missing(library, id) };
    println!("# {id}：规则库 {}（{}）", &library.digest.to_string()[..12], days(edition));
    print!("{text}");
    Ok(true)
}

fn missing(library: &Library, id: &str) -> anyhow::Result<bool> {
    let all: Vec<String> = library.processes.iter().map(|(i, p)| format!("{i} {}", p.name)).collect();
    println!("没有流程“{id}”。现有：{}", all.join("、"));
    Ok(false)
}

fn show(library: &Library, id: &str) -> anyhow::Result<bool> {
    let Some(p) = library.processes.get(id) else { return missing(library, id) };
    println!("{id} {}（{}）", p.name, p.basis.iter().map(|b| library.cite(b)).collect::<Vec<_>>().join("；"));
    println!("\n状态：");
    for (s, d) in &p.states {
        println!("  {s:<24}{}{}", d.name, if d.end { "（终）" } else { "" });
    }
    println!("\n动作：");
    for (a, d) in &p.actions {
        let by: Vec<&str> =
            d.by.iter().map(|r| library.roles.roles.get(r).map_or(r.as_str(), |x| x.name.as_str())).collect();
        println!("  {a:<24}{}（{}）", d.name, by.join("、"));
    }
    println!("\n期限：");
    for (i, d) in &p.deadlines {
        println!("  {i:<8}{}（{}）", d.name, d.basis.iter().map(|b| library.cite(b)).collect::<Vec<_>>().join("；"));
    }
    println!("\n要求：{} 项", p.requirements.len());
    Ok(true)
}
