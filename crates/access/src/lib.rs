//! Who may do and see what.
//!
//! Here lives the reading of the access policies (`library/policies/*.cedar`), the decision for one
//! [`Person`], one [`Deed`] and one [`Row`], and the translation of the same policies into a [`Filter`]
//! for lists, counts, facets and search. Decision and filter never disagree: a policy that does not
//! translate is refused when it is read.
//!
//! Not here: the policies themselves and every role by name (they are data), what a procedure demands of
//! an act (`procedure`), who is signed in (`server`), the rows (`store`).
//!
//! Start reading at [`Policies`].

mod entity;
mod filter;
mod policies;
mod read;
mod row;
pub mod sample;
mod translate;

pub use filter::{Filter, Value};
pub use policies::{Decision, FilterError, Policies, Rule};
pub use read::PolicyFault;
pub use row::{Deed, Person, Row};
