//! The house: lower floors know nothing of higher ones, and the pure core stays pure.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Floor of each crate. A crate may depend only on crates of lower floors.
const FLOORS: [(&str, u8); 13] = [
    ("bundle", 1),
    ("law", 1),
    ("seal", 1),
    ("procedure", 2),
    ("access", 2),
    ("case", 3),
    ("dossier", 3),
    ("store", 4),
    ("door", 5),
    ("exchange", 6),
    ("server", 7),
    ("casework", 7),
    ("xiezhi", 8),
];

/// Crates without clock, randomness, input or output.
const PURE: [&str; 5] = ["law", "seal", "procedure", "access", "case"];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn manifest(name: &str) -> String {
    let dir = if name == "casework" { "examples/casework".to_owned() } else { format!("crates/{name}") };
    std::fs::read_to_string(root().join(dir).join("Cargo.toml")).unwrap()
}

/// Dependencies of the built crate: what stands under `[dependencies]`.
fn dependencies(manifest: &str) -> Vec<String> {
    let mut inside = false;
    let mut out = Vec::new();
    for line in manifest.lines() {
        if line.starts_with('[') {
            inside = line.trim() == "[dependencies]";
            continue;
        }
        if inside && let Some((name, _)) = line.split_once(['=', '.']) {
            out.push(name.trim().to_owned());
        }
    }
    out
}

#[test]
fn no_arrow_runs_back_up() {
    let floors: BTreeMap<&str, u8> = FLOORS.into_iter().collect();
    for (name, floor) in FLOORS {
        for d in dependencies(&manifest(name)) {
            if let Some(other) = floors.get(d.as_str()) {
                assert!(
                    *other < floor,
                    "{name} (floor {floor}) depends on {d} (floor {other}): a lower floor must not know a higher \
                     one, because then neither can be understood, tested or replaced alone"
                );
            }
        }
    }
}

#[test]
fn every_crate_of_the_workspace_has_a_floor() {
    for entry in std::fs::read_dir(root().join("crates")).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        assert!(FLOORS.iter().any(|(n, _)| *n == name), "{name} has no floor: say where it lives");
    }
}

#[test]
fn the_pure_core_has_no_asynchronous_or_storage_dependency() {
    for name in PURE {
        for d in dependencies(&manifest(name)) {
            assert!(
                !["tokio", "rusqlite", "reqwest", "axum", "rand", "uuid", "tracing"].contains(&d.as_str()),
                "{name} is pure and depends on {d}: time, identifiers and randomness are handed in"
            );
        }
    }
}

#[test]
fn the_rules_of_the_pure_core_are_the_same_in_each_of_its_crates() {
    let rules = |n: &str| std::fs::read_to_string(root().join(format!("crates/{n}/clippy.toml"))).unwrap();
    let first = rules(PURE[0]);
    assert!(first.contains("SystemTime::now"));
    for name in PURE {
        assert_eq!(rules(name), first, "{name}/clippy.toml differs");
    }
}

#[test]
fn manifests_name_the_licence() {
    assert!(std::fs::read_to_string(root().join("Cargo.toml")).unwrap().contains("license = \"Apache-2.0\""));
    for (name, _) in FLOORS {
        assert!(manifest(name).contains("license.workspace = true"), "{name} names no licence");
    }
}
