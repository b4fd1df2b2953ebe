//! Both engines of the database, and the folder of contents: what each must do, kept through crashes and upgrades.
//! One program, since each of them costs as much to build as all together.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test stops at the first surprise")]

#[path = "../common/mod.rs"]
mod servers;

mod bucket;
mod clean;
mod content;
mod crash;
mod images;
mod migrations;
mod postgres;
mod power;
mod sqlite;
mod whole;
