//! The papers of a story as files, with a list of who does what with them: for doing the story by
//! hand in the browser, and for the tests that do so.

use std::path::{Path, PathBuf};

use anyhow::{Context, anyhow};
use jiff::civil::DateTime;
use procedure::model::Grammar;
use serde_json::{Value, json};

use super::play::Player;
use super::province::Province;
use super::report::Report;
use super::story::{FullSpec, Step};

#[derive(clap::Args)]
pub struct PapersArgs {
    /// 剧本名称
    story: String,
    /// 存放目录
    #[arg(long)]
    to: PathBuf,
    /// 案卷大约多少页
    #[arg(long)]
    pages: Option<u32>,
    /// 只制作前几步的材料
    #[arg(long)]
    steps: Option<usize>,
}

/// Writes the papers and `script.json`.
pub fn run(args: &PapersArgs, library: &Path, examples: &Path) -> anyhow::Result<bool> {
    let province = Province::read(examples)?;
    let mut story = super::story::named(&args.story, examples)?;
    story.steps.truncate(args.steps.unwrap_or(usize::MAX));
    let editions = crate::files::read_editions(crate::files::with_province(library, Some(examples))?)?;
    let library = editions.all().first().map(|e| e.library.clone()).context("规则库是空的")?;
    std::fs::create_dir_all(&args.to)?;
    let report = Report::new(false);
    let mut player = Player::new(&story, &province, "http://127.0.0.1", args.pages, &report)?;
    let mut steps = Vec::new();
    for (index, step) in story.steps.iter().enumerate() {
        let mut files = Vec::new();
        for (n, spec) in step.files.iter().map(super::story::FileSpec::full).enumerate() {
            let def = library.documents.get(spec.kind.as_str());
            let def = def.ok_or_else(|| anyhow!("规则库没有文书种类“{}”", spec.kind))?;
            let unit = unit(step, &province)?;
            let at: DateTime = step.at.replace(' ', "T").parse()?;
            let number = number(&mut player, &unit, &def.numbered)?;
            let made = player.make(index * 100 + n, step, &spec, &unit, at, number.as_deref(), &def.name)?;
            let ending = made.file_name.rsplit('.').next().unwrap_or("bin").to_owned();
            let title = spec.title.clone().unwrap_or_else(|| def.name.clone());
            let name = format!("{:02}-{n:02}-{}.{ending}", index + 1, title.replace('/', "-"));
            std::fs::write(args.to.join(&name), &made.bytes)?;
            files.push(entry(&spec, &name, number.as_deref()));
        }
        steps.push(line(step, files));
    }
    std::fs::write(
        args.to.join("script.json"),
        serde_json::to_vec_pretty(&json!({"story": story.story, "steps": steps}))?,
    )?;
    println!("{}", args.to.join("script.json").display());
    Ok(true)
}

/// A document's number. A court numbers its documents by the case, whose number is given only when
/// the case is accepted: the invented papers bear that of its first case.
fn number(player: &mut Player<'_>, unit: &str, grammars: &[Grammar]) -> anyhow::Result<Option<String>> {
    if grammars.first() == Some(&Grammar::Court) {
        return Ok(Some("（2026）云0123刑初1号".into()));
    }
    player.number(unit, &serde_json::to_value(grammars)?, None)
}

fn unit(step: &Step, province: &Province) -> anyhow::Result<String> {
    let of_person = || province.user(&step.who).map(|u| u.unit.clone());
    step.unit.clone().or_else(of_person).ok_or_else(|| anyhow!("“{}”须写明 unit", step.who))
}

fn entry(spec: &FullSpec, name: &str, number: Option<&str>) -> Value {
    json!({"kind": spec.kind, "title": spec.title, "number": number, "path": name, "listed": spec.listed,
        "corrects": spec.corrects, "says": spec.says})
}

fn line(step: &Step, files: Vec<Value>) -> Value {
    json!({"at": step.at, "who": step.who, "unit": step.unit, "do": step.act, "case": step.case, "person": step.person,
        "files": files, "assign": step.assign, "reason": step.reason, "approve": step.approve, "refused": step.refused})
}
