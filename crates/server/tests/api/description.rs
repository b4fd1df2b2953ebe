//! The API description is checked in; a change of the interface shows in it.

use std::path::Path;

#[test]
fn the_checked_in_description_is_the_present_one() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("openapi.json");
    let now = server::openapi().to_pretty_json().unwrap() + "\n";
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(&path, &now).unwrap();
    }
    let then = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(then == now, "openapi.json is stale; run: UPDATE=1 cargo test --workspace --test api");
}

#[test]
fn every_endpoint_is_described() {
    let api = serde_json::to_value(server::openapi()).unwrap();
    assert!(api["openapi"].as_str().unwrap().starts_with("3.1"));
    for (path, item) in api["paths"].as_object().unwrap() {
        for (method, o) in item.as_object().unwrap() {
            assert!(o["summary"].as_str().is_some_and(|s| !s.is_ascii()), "{method} {path} has no Chinese summary");
            assert!(o["responses"]["default"].is_object(), "{method} {path}");
            assert!(o["operationId"].is_string(), "{method} {path}");
        }
    }
}

#[test]
fn every_schema_that_is_named_is_there() {
    let api = serde_json::to_value(server::openapi()).unwrap();
    let text = api.to_string();
    for name in text.split("#/components/schemas/").skip(1).filter_map(|t| t.split('"').next()) {
        assert!(api["components"]["schemas"][name].is_object(), "{name}");
    }
}

/// Two types of one name would overwrite each other without a word.
#[test]
fn no_two_described_types_have_the_same_name() {
    let mut seen = std::collections::BTreeSet::new();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let folders = ["", "api", "api/library"].map(|f| std::fs::read_dir(folder.join(f)).unwrap());
    for file in folders.into_iter().flatten() {
        let path = file.unwrap().path();
        let Ok(text) = std::fs::read_to_string(&path) else { continue };
        for described in text.split("ToSchema)]").skip(1) {
            let name = described.split_once("pub struct ").or_else(|| described.split_once("pub enum ")).unwrap().1;
            let name = name.split(|c: char| !c.is_alphanumeric()).next().unwrap().to_owned();
            assert!(seen.insert(name.clone()), "{name} in {}", path.display());
        }
    }
    assert!(seen.len() > 40, "{seen:?}");
}
