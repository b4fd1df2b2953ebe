//! Files of every kind, whole and spoiled, ours and other people's: what is read from them, measured and drawn.
//! One program, since each of them costs as much to build as all together.
#![allow(clippy::unwrap_used, reason = "a test stops at the first surprise")]

#[path = "../common/mod.rs"]
mod common;
#[path = "../common/media.rs"]
mod made;

mod cut;
mod files;
mod measures;
mod media;
mod page_images;
