//! The law as facts: statutes and citations, code tables, identifiers with check digits, the court
//! calendar, and the computing of periods (期间).
//!
//! Everything here is a function of what is handed in. The facts stand in `library/law` and come as
//! bytes ([`Law::from_files`]); no offence, deadline or form is known by name. What a deadline is
//! called, whom it binds and what follows from it belongs to `procedure`.
//!
//! Start reading at [`period`]: it is why this crate exists. Then [`calendar`], [`citation`],
//! [`identity`], [`numbers`].

pub mod calendar;
mod chinese;
pub mod citation;
pub mod confidence;
pub mod identity;
mod load;
pub mod numbers;
pub mod offences;
pub mod period;
pub mod regions;
pub mod statutes;
pub mod tables;
pub mod time;

pub use calendar::Calendar;
pub use chinese::numeral;
pub use citation::{Citation, CitationError, Cited};
pub use confidence::Confidence;
pub use identity::{CreditCode, IdNumber, Sex};
pub use load::{Law, LawError};
pub use offences::{Offence, Offences};
pub use period::{Clock, Due, Length};
pub use regions::Regions;
pub use statutes::{Statute, Statutes};
pub use tables::CodeTable;
pub use time::Moment;
