//! The library as it stands in the repository, with the divisions of the invented province.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, LazyLock};

use procedure::Library;

static SHIPPED: LazyLock<Arc<Library>> = LazyLock::new(|| read(&files()));

/// The shipped library.
pub fn library() -> Arc<Library> {
    SHIPPED.clone()
}

/// The shipped library with replacements in one file, each of which must be found.
pub fn edited(file: &str, replacements: &[(&str, &str)]) -> Arc<Library> {
    let mut all = files();
    let content = all.get_mut(file).unwrap();
    let mut text = String::from_utf8(content.clone()).unwrap();
    for (from, to) in replacements {
        assert!(text.contains(from), "{file} has no {from}");
        text = text.replace(from, to);
    }
    *content = text.into_bytes();
    read(&all)
}

/// The shipped library under the overlay of the invented province, with replacements in it.
#[allow(clippy::disallowed_methods, reason = "a test stands in for the caller, who reads the files")]
pub fn with_overlay(replacements: &[(&str, &str)]) -> Arc<Library> {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/province/overlays/P97.yaml");
    let mut text = std::fs::read_to_string(file).unwrap();
    for (from, to) in replacements {
        assert!(text.contains(from), "the overlay has no {from}");
        text = text.replace(from, to);
    }
    let mut all = files();
    all.insert("overlays/P97.yaml".into(), text.into_bytes());
    read(&all)
}

fn read(files: &BTreeMap<String, Vec<u8>>) -> Arc<Library> {
    match Library::read(files) {
        Ok(library) => Arc::new(library),
        Err(faults) => {
            let lines: Vec<String> = faults.iter().map(ToString::to_string).collect();
            panic!("the library has faults:\n{}", lines.join("\n"));
        }
    }
}

/// The files of the library.
pub fn files() -> BTreeMap<String, Vec<u8>> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../library");
    let mut out = BTreeMap::new();
    walk(&root, &root, &mut out);
    let regions = out.get_mut("law/regions.csv").unwrap();
    regions.extend_from_slice("970000,云岭省\n970100,青梧市\n970123,东篱县\n".as_bytes());
    out
}

#[allow(clippy::disallowed_methods, reason = "a test stands in for the caller, who reads the files")]
fn walk(root: &Path, dir: &Path, out: &mut BTreeMap<String, Vec<u8>>) {
    for entry in std::fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            walk(root, &path, out);
        } else {
            let name = path.strip_prefix(root).unwrap().to_string_lossy().replace('\\', "/");
            if !name.starts_with("policies/") && !name.ends_with(".md") {
                out.insert(name, std::fs::read(&path).unwrap());
            }
        }
    }
}
