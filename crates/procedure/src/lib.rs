//! Law as data: the library of definitions, and the engine that answers, for a situation and a
//! moment, what may be done, what is missing and what is due.
//!
//! Lives here: the shape of every definition file ([`model`]), reading and composing them
//! ([`Library::read`]; [`Editions`] where overlays have dates), the proof that they are sound (every fault at once, with line and column),
//! the small typed expression language ([`expr`]) and the engine ([`engine`]).
//!
//! Not here: events and their folding (`case`), measuring of pages (`dossier`), who a person is
//! (`access`). This crate is pure: no clock, no input or output; it is handed files as bytes and
//! the moment as a value.
//!
//! Start reading at [`model::Process`], then [`engine::offers::offers`].

mod check;
mod editions;
pub mod engine;
pub mod expr;
mod fault;
mod library;
pub mod model;
mod overlay;
mod read;
pub mod situation;

pub use editions::{Edition, Editions};
pub use fault::{Fault, Place};
pub use library::{Derived, Fact, Library};
pub use read::yaml;
