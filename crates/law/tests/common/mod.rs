//! The library as it stands in the repository.
#![allow(dead_code, reason = "each test file uses a part")]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use jiff::civil::Date;
use law::time::moment;
use law::{Law, Moment};

pub fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

#[allow(clippy::disallowed_methods, reason = "a test stands in for the caller, who reads the files")]
pub fn files() -> BTreeMap<String, Vec<u8>> {
    let root = repository().join("library/law");
    let mut files = BTreeMap::new();
    for folder in ["", "holidays", "codes"] {
        for entry in std::fs::read_dir(root.join(folder)).unwrap() {
            let path = entry.unwrap().path();
            if path.is_file() {
                let name = path.file_name().unwrap().to_str().unwrap();
                let key = if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") };
                files.insert(key, std::fs::read(&path).unwrap());
            }
        }
    }
    files
}

pub fn law() -> Law {
    Law::from_files(&files()).unwrap()
}

/// Half past nine on that day.
pub fn morning(date: Date) -> Moment {
    moment(date.at(9, 30, 0, 0))
}
