//! The suite that every engine must pass.
//!
//! Each function takes an empty repository, and panics where the engine differs from what
//! [`Repository`](crate::Repository) promises; an error of the engine is handed on. An engine's
//! own tests (reopening, locks, crashes) stand beside that engine.

mod acts;
mod draft;
mod exchange;
mod exports;
mod find;
mod lists;
mod notes;
mod passkeys;
mod people;
mod records;

pub use acts::{acts, groups, payloads};
pub use draft::Draft;
pub use exchange::exchange;
pub use exports::{export, exporters, exports};
pub use find::finds;
pub use lists::{filters, handovers, notices, rosters, views};
pub use notes::notes;
pub use passkeys::passkeys;
pub use people::people;
pub use records::{contents, counters, destruction, records};

/// What a part of the suite answers.
pub type Outcome = Result<(), crate::StoreError>;
