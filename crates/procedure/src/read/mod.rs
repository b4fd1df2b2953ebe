//! Reading the library: text to spanned tree, composition, schema, meaning.

pub(crate) mod compose;
mod former;
pub(crate) mod print;
pub(crate) mod raw;
pub(crate) mod schema;
pub(crate) mod tree;

use crate::fault::{Fault, Faults};

/// Reads one YAML file of the subset that definitions are written in, as JSON: for the stories
/// and provinces of demonstrations, so that there is one reading of YAML in the house.
///
/// # Errors
/// Every fault with its place.
pub fn yaml(name: &str, text: &str) -> Result<serde_json::Value, Vec<Fault>> {
    let mut faults = Faults::default();
    faults.files.push(name.to_owned());
    let node = tree::parse(0, text, &mut faults);
    match node {
        Some(n) if faults.is_empty() => Ok(n.to_json()),
        _ => Err(faults.finish()),
    }
}
