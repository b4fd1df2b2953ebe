//! The shipped library is sound.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

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
