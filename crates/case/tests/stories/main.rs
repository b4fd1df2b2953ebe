//! Whole cases, told act by act through every agency. Each ends with [`common::Story::ends_in_order`]:
//! the state is the fold of a chain that verifies, every hand-over is answered, no deadline broken.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "helpers of tests fail by panicking, as tests do")]

#[path = "../common/mod.rs"]
mod common;

mod added;
mod answered;
mod appealed;
mod card_checks;
mod co_suspects;
mod complaint;
mod covered;
mod custody;
mod deputies;
mod drunk_driving;
mod execution_clocks;
mod exits;
mod juvenile;
mod late_clocks;
mod measures;
mod moved;
mod not_filed;
mod not_prosecuted;
mod numbers;
mod ordinary_acts;
mod outside;
mod posted;
mod powers;
mod recalled;
mod rehearsed;
mod returned;
mod side_doors;
mod small_clocks;
mod trial_rights;
mod turned;
mod undelivered;
mod unknown;
