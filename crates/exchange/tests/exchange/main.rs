//! Carrying messages between the units of a node: killed in the middle, by many at once, by chance, over changed libraries.
//! One program, since each of them costs as much to build as all together.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

#[path = "../../../door/tests/common/mod.rs"]
mod common;
#[path = "../../../store/tests/common/mod.rs"]
mod servers;

mod crash;
mod editions;
mod history;
mod recompute;
mod reconciled;
mod simulation;
