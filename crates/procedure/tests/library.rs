//! The shipped library is sound.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::disallowed_methods, reason = "tests read files")]

mod common;

use procedure::Library;

#[test]
fn the_shipped_library_has_no_fault() {
    match Library::read(&common::files()) {
        Ok(library) => assert!(library.processes.len() >= 9),
        Err(faults) => {
            for f in &faults {
                eprintln!("{f}");
            }
            panic!("{} faults", faults.len());
        }
    }
}

/// The published schemas are those of the types. `UPDATE=1 cargo test --workspace --test library` writes them.
#[test]
fn the_published_schemas_are_up_to_date() {
    let dir = common::root().join("../docs/schema");
    for (name, schema) in Library::schemas() {
        let path = dir.join(format!("{name}.schema.json"));
        let fresh = serde_json::to_string_pretty(&schema).unwrap() + "\n";
        if std::env::var_os("UPDATE").is_some() {
            std::fs::create_dir_all(&dir).unwrap();
            std::fs::write(&path, &fresh).unwrap();
        }
        let kept = std::fs::read_to_string(&path).unwrap_or_default();
        assert_eq!(kept, fresh, "{name}.schema.json is stale: UPDATE=1 cargo test --workspace --test library");
    }
}
