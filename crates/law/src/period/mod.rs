//! Computing of periods (期间, 刑事诉讼法 arts. 105 and 106; 刑诉法解释 art. 202).
//!
//! [`Length`] says how long, [`due`] and [`due_with`] say until when. [`sentence_end`] and [`age_at`] follow rules
//! of their own.

mod due;
mod length;
mod term;

pub use due::{Clock, Due, due, due_with};
pub use length::{Length, ParseError};
pub use term::{age_at, sentence_end};
