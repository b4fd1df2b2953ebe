//! A story: what people do, one act after another.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::bail;
use serde::Deserialize;
use serde_json::Value;

/// A story, as `examples/stories/*.yaml` tells it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Story {
    /// Identifier.
    pub story: String,
    /// Chinese name.
    pub name: String,
    /// Seed of the generated files.
    pub seed: u64,
    /// About how many pages the dossier has.
    pub pages: u32,
    /// Dots per inch of scans.
    #[serde(default = "dpi")]
    pub dpi: u32,
    /// Values that forms print.
    pub values: BTreeMap<String, String>,
    /// Form of a kind of document, where it is not the kind's own identifier.
    #[serde(default)]
    pub forms: BTreeMap<String, String>,
    /// Prefix of document numbers, by unit.
    pub numbers: BTreeMap<String, String>,
    /// The acts.
    pub steps: Vec<Step>,
}

fn dpi() -> u32 {
    200
}

/// One act.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Step {
    /// Legal moment, `YYYY-MM-DD HH:MM` in Asia/Shanghai.
    pub at: String,
    /// Who: a sign-in name, or `@role` for the one who has the case in that role in `unit`.
    pub who: String,
    /// The unit, where `who` names a role.
    #[serde(default)]
    pub unit: Option<String>,
    /// The process and the action, `GA01.register`.
    #[serde(rename = "do")]
    pub act: String,
    /// Fields of the case card.
    #[serde(default)]
    pub case: BTreeMap<String, Value>,
    /// Fields of the suspect's card.
    #[serde(default)]
    pub person: BTreeMap<String, Value>,
    /// Files that go with it.
    #[serde(default)]
    pub files: Vec<FileSpec>,
    /// Assignment.
    #[serde(default)]
    pub assign: Option<Value>,
    /// Reason.
    #[serde(default)]
    pub reason: Option<String>,
    /// Who approves, in order.
    #[serde(default)]
    pub approve: Vec<String>,
    /// Requirements that must refuse it; nothing is done then.
    #[serde(default)]
    pub refused: Vec<String>,
    /// Values that forms of this act print.
    #[serde(default)]
    pub values: BTreeMap<String, String>,
}

/// A file: the kind alone, or with particulars.
#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
pub enum FileSpec {
    /// The kind.
    Kind(String),
    /// With particulars.
    Full(Box<FullSpec>),
}

/// A file with particulars.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FullSpec {
    /// Kind of document.
    pub kind: String,
    /// Form it is made from.
    #[serde(default)]
    pub form: Option<String>,
    /// Title.
    #[serde(default)]
    pub title: Option<String>,
    /// Pages (seconds for video and sound).
    #[serde(default)]
    pub pages: u32,
    /// Takes up the pages that the story is short of.
    #[serde(default)]
    pub fills: bool,
    /// Pages with a defect: `blurred`, `upside_down`, `blank`, `low_resolution`.
    #[serde(default)]
    pub defects: BTreeMap<String, u32>,
    /// Page numbers as the catalogue gives them.
    #[serde(default)]
    pub listed: Option<(u32, u32)>,
    /// What the index entry says instead of what the card says.
    #[serde(default)]
    pub says: BTreeMap<String, Value>,
    /// It corrects the latest material of this kind or title.
    #[serde(default)]
    pub corrects: Option<String>,
    /// Values that its form prints.
    #[serde(default)]
    pub values: BTreeMap<String, String>,
}

impl FileSpec {
    /// With particulars.
    pub fn full(&self) -> FullSpec {
        match self {
            Self::Kind(k) => FullSpec { kind: k.clone(), ..FullSpec::default() },
            Self::Full(f) => (**f).clone(),
        }
    }
}

/// Reads a story of the examples by its name.
///
/// # Errors
/// Where there is none of that name, or its file has faults.
pub fn named(name: &str, examples: &Path) -> anyhow::Result<Story> {
    let file = examples.join("stories").join(format!("{name}.yaml"));
    if !file.is_file() {
        bail!("没有剧本“{name}”：xiezhi demo list 列出全部剧本");
    }
    crate::files::yaml(&file)
}
