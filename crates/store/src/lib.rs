//! Storage: the database behind one trait, and contents in a folder by digest.
//!
//! Here live the [`Repository`], what every engine must do ([`conformance`]), its statements (`sql`), which two
//! engines carry out: the one for one process ([`Sqlite`]) and the one for several ([`Postgres`]); and the
//! [`content::Folder`] of contents with the [`images::Images`] of their pages, behind which a [`bucket::Bucket`] may stand.
//!
//! Not here: what may be written and by whom (`door`), what an event says (`case`), what is true
//! of a content (`dossier`). Nothing here reads a clock: times are parameters.
//!
//! Start reading at [`Repository`], then [`rows::Commit`].

pub mod bucket;
pub mod clean;
pub mod conformance;
pub mod content;
pub mod error;
pub mod find;
pub mod images;
pub mod postgres;
pub mod repository;
mod room;
pub mod rows;
pub mod sign_ins;
mod sql;
pub mod sqlite;
pub mod whole;

/// Target of the spans that may leave this machine for a collector of traces. What stands in them is told by
/// `docs/logging.md`: names of the program and of the library and whole numbers, never anything of a case or a person.
pub const TRACES: &str = "traces";

/// A span for a part of what is being traced; none where nothing is, so that what the program does by itself leaves no
/// traces of one span.
pub fn part(span: impl FnOnce() -> tracing::Span) -> tracing::Span {
    if tracing::Span::current().is_none() { tracing::Span::none() } else { span() }
}

pub use error::StoreError;
pub use find::Find;
pub use postgres::Postgres;
pub use repository::{News, Repository};
pub use sign_ins::{NewPassword, SignIns, StandsOn};
pub use sqlite::Sqlite;
