//! Reading the library and the examples from disk.

use std::collections::BTreeMap;
use std::path::Path;

use access::Policies;
use anyhow::{Context, anyhow, bail};
use procedure::{Editions, Fault};

use crate::demo::Province;

/// Library files by path below the folder, without policies and notes.
pub fn library_files(root: &Path) -> anyhow::Result<BTreeMap<String, Vec<u8>>> {
    let mut out = BTreeMap::new();
    walk(root, root, &mut out)?;
    if out.is_empty() {
        bail!("规则库目录“{}”是空的", root.display());
    }
    out.retain(|n, _| !n.starts_with("policies/") && !n.ends_with(".md"));
    Ok(out)
}

/// The policies.
pub fn policies(root: &Path) -> anyhow::Result<Policies> {
    let mut out = BTreeMap::new();
    walk(root, &root.join("policies"), &mut out)?;
    let texts = out
        .into_iter()
        .filter(|(n, _)| n.ends_with(".cedar"))
        .map(|(n, c)| Ok((n, String::from_utf8(c)?)))
        .collect::<anyhow::Result<BTreeMap<_, _>>>()?;
    Policies::parse(&texts).map_err(|faults| {
        let lines: Vec<String> =
            faults.iter().map(|f| format!("{}:{}:{}: {}", f.file, f.line, f.column, f.text)).collect();
        anyhow!("访问策略有 {} 处错误：\n{}", faults.len(), lines.join("\n"))
    })
}

/// The library's files; for a demonstration with what its invented province adds: divisions behind
/// the real ones, and overlays.
pub fn with_province(library: &Path, examples: Option<&Path>) -> anyhow::Result<BTreeMap<String, Vec<u8>>> {
    let mut files = library_files(library)?;
    let Some(examples) = examples else { return Ok(files) };
    if let Some(csv) = files.get_mut("law/regions.csv") {
        for r in &Province::read(examples)?.regions {
            csv.extend_from_slice(format!("{},{}\n", r.code, r.name).as_bytes());
        }
    }
    let province = examples.join("province");
    walk(&province, &province.join("overlays"), &mut files)?;
    Ok(files)
}

/// Reads and checks the library in all its editions.
pub fn read_editions(files: BTreeMap<String, Vec<u8>>) -> anyhow::Result<Editions> {
    Editions::read(files).map_err(|faults| anyhow!("规则库有 {} 处错误：\n{}", faults.len(), listing(&faults)))
}

/// Faults, one a line.
pub fn listing(faults: &[Fault]) -> String {
    faults.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
}

/// A YAML file as a typed value.
pub fn yaml<T: serde::de::DeserializeOwned>(path: &Path) -> anyhow::Result<T> {
    let text = std::fs::read_to_string(path).with_context(|| format!("读取“{}”", path.display()))?;
    let value = procedure::yaml(&path.display().to_string(), &text)
        .map_err(|f| anyhow!("“{}”有 {} 处错误：\n{}", path.display(), f.len(), listing(&f)))?;
    serde_json::from_value(value).with_context(|| format!("“{}”", path.display()))
}

fn walk(root: &Path, dir: &Path, out: &mut BTreeMap<String, Vec<u8>>) -> anyhow::Result<()> {
    for entry in std::fs::read_dir(dir).with_context(|| format!("读取目录“{}”", dir.display()))? {
        let path = entry?.path();
        if path.is_dir() {
            walk(root, &path, out)?;
        } else {
            let name = path.strip_prefix(root)?.to_string_lossy().replace('\\', "/");
            out.insert(name, std::fs::read(&path).with_context(|| format!("读取“{}”", path.display()))?);
        }
    }
    Ok(())
}
