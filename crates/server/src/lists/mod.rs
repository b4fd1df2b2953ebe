//! The case list: what it is asked for, and how its cells read. Filters, columns and orders are
//! made from the cards of the library; nothing here names a field.

mod cells;
mod sheet;
mod wanted;

use procedure::Library;
use procedure::model::{Field, FieldRef};

pub use cells::Cells;
pub use sheet::{Head, Portion, ROWS, write};
pub use wanted::{Wanted, ends, listable, personal, sortable};

/// The definition of `card.field`.
pub fn field<'a>(library: &'a Library, name: &str) -> Option<(FieldRef, &'a Field)> {
    let r: FieldRef = name.parse().ok()?;
    let f = library.field(&r)?;
    Some((r, f))
}
