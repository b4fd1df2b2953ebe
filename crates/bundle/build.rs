//! Lists the built web pages as Rust constants.
#![allow(clippy::expect_used, clippy::unwrap_used, reason = "a build that cannot write must stop")]

use std::fmt::Write;
use std::path::{Path, PathBuf};

fn main() {
    let crate_ = PathBuf::from(std::env::var_os("CARGO_MANIFEST_DIR").expect("cargo sets it"));
    let dist = crate_.join("../../web/dist");
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rerun-if-changed={}", dist.display());
    let site = dist.join("site");
    let mut files = Vec::new();
    gather(&site, "", &mut files);
    files.sort();
    let index = site.join("index.html");
    let mut out = String::from("/// The page, where it was built.\npub const INDEX: Option<&str> = ");
    if index.is_file() {
        writeln!(out, "Some(include_str!({:?}));", index.canonicalize().unwrap()).unwrap();
    } else {
        files.clear();
        out.push_str("None;\n");
    }
    out.push_str("\n/// The files beside it.\npub const FILES: &[File] = &[\n");
    for (path, file) in &files {
        let beside = |ending: &str| {
            let mut name = file.as_os_str().to_owned();
            name.push(ending);
            let other = PathBuf::from(name);
            if other.is_file() { format!("Some(include_bytes!({other:?}))") } else { "None".to_owned() }
        };
        writeln!(
            out,
            "    ({path:?}, {:?}, include_bytes!({file:?}), {}, {}),",
            media(path),
            beside(".gz"),
            beside(".br")
        )
        .unwrap();
    }
    out.push_str("];\n");
    let to = PathBuf::from(std::env::var_os("OUT_DIR").expect("cargo sets it")).join("files.rs");
    std::fs::write(to, out).expect("the build folder can be written");
}

fn gather(folder: &Path, prefix: &str, files: &mut Vec<(String, PathBuf)>) {
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let (path, name) = (entry.path(), entry.file_name().to_string_lossy().into_owned());
        if path.is_dir() {
            gather(&path, &format!("{prefix}{name}/"), files);
        } else if !name.ends_with(".gz") && !name.ends_with(".br") && prefix.len() + name.len() > 0 {
            let whole = format!("{prefix}{name}");
            if whole != "index.html" {
                files.push((whole, path.canonicalize().unwrap_or(path)));
            }
        }
    }
}

fn media(path: &str) -> &'static str {
    match path.rsplit('.').next().unwrap_or_default() {
        "js" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "ico" => "image/x-icon",
        "woff2" => "font/woff2",
        "json" => "application/json",
        "webmanifest" => "application/manifest+json",
        _ => "application/octet-stream",
    }
}
