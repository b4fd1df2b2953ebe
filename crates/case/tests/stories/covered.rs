//! Every act and every deadline of the shipped processes is told in some story.

use std::collections::BTreeSet;
use std::path::Path;

use crate::common::library;

/// The words of each story, one set for each file.
#[expect(clippy::disallowed_methods, reason = "a test of the tests reads their sources")]
fn told() -> Vec<BTreeSet<String>> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folders = ["tests/stories", "tests/common", "../../examples/stories"];
    let files = folders.iter().flat_map(|f| std::fs::read_dir(root.join(f)).unwrap()).map(|f| f.unwrap().path());
    files
        .map(|f| {
            let text = std::fs::read_to_string(&f).unwrap();
            text.split(|c: char| !c.is_alphanumeric() && c != '_').map(str::to_owned).collect()
        })
        .collect()
}

#[test]
fn no_act_and_no_deadline_is_left_out() {
    let told = told();
    let library = library();
    let mut missing = Vec::new();
    for (id, process) in &library.processes {
        for word in process.actions.keys().chain(process.deadlines.keys()) {
            if !told.iter().any(|t| t.contains(id.as_str()) && t.contains(word.as_str())) {
                missing.push(format!("{id}.{word}"));
            }
        }
    }
    assert!(missing.is_empty(), "no story tells of {missing:?}");
}
