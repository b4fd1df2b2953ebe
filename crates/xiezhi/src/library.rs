//! `xiezhi library`: what a legal expert needs to change definitions and prove them sound.

use std::path::{Path, PathBuf};

use clap::Subcommand;
use procedure::Library;

use crate::files;

#[derive(Subcommand)]
pub enum Command {
    /// 检查规则库：一次列出全部错误及其位置
    Check,
    /// 查看一个流程；--effective 显示与骨架合成之后的全文
    Show {
        /// 流程编号，如 XQ01
        process: String,
        /// 显示合成之后的全文
        #[arg(long)]
        effective: bool,
    },
    /// 导出各类定义文件的 JSON Schema，供编辑器使用
    Schema {
        /// 写入的目录
        out: PathBuf,
    },
}

pub fn run(command: &Command, root: &Path) -> anyhow::Result<bool> {
    match command {
        Command::Check => check(root),
        Command::Show { process, effective } => show(root, process, *effective),
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

fn check(root: &Path) -> anyhow::Result<bool> {
    let mut good = true;
    match Library::read(&files::library_files(root)?) {
        Err(faults) => {
            good = false;
            println!("{}", files::listing(&faults));
            println!("规则库有 {} 处错误", faults.len());
        }
        Ok(library) => {
            let policies = files::policies(root)?;
            for role in policies.roles() {
                if !library.roles.roles.contains_key(role.as_str()) {
                    good = false;
                    println!("policies: [name] 访问策略提到的角色“{role}”不在 roles.yaml 里");
                }
            }
            let count = |f: fn(&procedure::model::Process) -> usize| library.processes.values().map(f).sum::<usize>();
            println!(
                "规则库 {}：{} 个流程、{} 个动作、{} 项要求、{} 个期限、{} 种文书、{} 种消息、{} 条访问策略",
                &library.digest.to_string()[..12],
                library.processes.len(),
                count(|p| p.actions.len()),
                count(|p| p.requirements.len()),
                count(|p| p.deadlines.len()),
                library.documents.len(),
                library.messages.len(),
                policies.rules().len(),
            );
            if good {
                println!("没有发现错误");
            }
        }
    }
    Ok(good)
}

fn show(root: &Path, id: &str, effective: bool) -> anyhow::Result<bool> {
    let library = files::read_library(&files::library_files(root)?)?;
    let Some(p) = library.processes.get(id) else {
        let all: Vec<String> = library.processes.iter().map(|(i, p)| format!("{i} {}", p.name)).collect();
        println!("没有流程“{id}”。现有：{}", all.join("、"));
        return Ok(false);
    };
    if effective {
        println!("{}", serde_json::to_string_pretty(&library.effective.get(id))?);
        return Ok(true);
    }
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
