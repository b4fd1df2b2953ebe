//! The built web pages, as bytes inside the program.
//!
//! A crate of its own, so that a changed page rebuilds this crate and the command line alone.
//! `build.rs` makes the table from `web/dist/site`; where the pages were not built it is empty,
//! and the program says so in their place. How the files are served stands in `server::site`.

/// One file: path, media type, as it is, with gzip, with brotli.
pub type File = (&'static str, &'static str, &'static [u8], Option<&'static [u8]>, Option<&'static [u8]>);

include!(concat!(env!("OUT_DIR"), "/files.rs"));

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_that_is_there_has_a_place_for_the_nonce_and_its_files() {
        let Some(index) = INDEX else {
            assert!(FILES.is_empty());
            return;
        };
        assert!(index.contains("%NONCE%"));
        for (path, media, plain, ..) in FILES {
            assert!(!plain.is_empty() && !media.is_empty(), "{path}");
        }
        assert!(FILES.iter().any(|(path, ..)| path.starts_with("assets/") && index.contains(path)));
    }
}
