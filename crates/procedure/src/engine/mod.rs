//! The engine: for a situation and a moment, what is true, what is missing, what is due.

pub mod clocks;
pub mod facts;
pub mod offers;
pub mod requirements;
pub mod values;
