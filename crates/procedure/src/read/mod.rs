//! Reading the library: text to spanned tree, composition, schema, meaning.

pub(crate) mod compose;
pub(crate) mod schema;
pub(crate) mod tree;
