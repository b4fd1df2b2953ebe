//! Every way to be refused: its kind, its words, its place and its basis.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "helpers of tests fail by panicking, as tests do")]

#[path = "../common/mod.rs"]
mod common;

mod acts;
mod cards;
mod materials;
mod requirements;
mod routes;
mod when;
mod who;

use case::{Refusal, RefusalKind};

/// The refusal has this one reason.
#[track_caller]
fn is(refusal: &Refusal, kind: RefusalKind, text: &str, place: Option<&str>, basis: &[&str]) {
    assert_eq!(refusal.reasons.len(), 1, "{refusal:#?}");
    has(refusal, kind, text, place, basis);
}

/// The refusal has this reason among others. No basis stands for that of the action, whichever it is.
#[track_caller]
fn has(refusal: &Refusal, kind: RefusalKind, text: &str, place: Option<&str>, basis: &[&str]) {
    assert_eq!(refusal.kind, kind, "{refusal:#?}");
    let found = refusal.reasons.iter().find(|r| r.text == text);
    let found = found.unwrap_or_else(|| panic!("no reason “{text}” in {refusal:#?}"));
    assert_eq!(found.place.as_deref(), place, "{refusal:#?}");
    // What stands on no article of its own stands on those of the action.
    if basis.is_empty() && kind != RefusalKind::Unknown {
        assert!(found.basis.iter().all(|b| b.contains('条')) && !found.basis.is_empty(), "{refusal:#?}");
    } else {
        assert_eq!(found.basis, basis, "{refusal:#?}");
    }
}
