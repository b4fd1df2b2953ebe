//! Third-party decoders may panic on crafted input; here that becomes a value.

use std::panic::{AssertUnwindSafe, catch_unwind};

/// A decoder panicked.
#[derive(Debug)]
pub(crate) struct Panicked;

/// Runs a decoder. Nothing it borrowed mutably may be used after it panicked; the callers hand in shared bytes only.
pub(crate) fn guarded<T>(work: impl FnOnce() -> T) -> Result<T, Panicked> {
    catch_unwind(AssertUnwindSafe(work)).map_err(|_| Panicked)
}
