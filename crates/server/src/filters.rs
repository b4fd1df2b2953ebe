//! The filters of lists, one for each person as he stands now.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use access::{Deed, Filter, Person};
use door::{Door, Principal};

use crate::problem::{Answer, Problem};

/// People whose filter is kept.
const KEPT: usize = 10_000;

/// Filters already made: making one costs a good deal more than a decision.
#[derive(Default)]
pub struct Filters(Mutex<BTreeMap<Person, Arc<Filter>>>);

impl Filters {
    /// The files that a person may see.
    ///
    /// # Errors
    /// A fault of the policies, which reading them excludes.
    pub fn view(&self, door: &Door, who: &Principal) -> Answer<Arc<Filter>> {
        if let Some(f) = self.0.lock().ok().and_then(|k| k.get(&who.person).cloned()) {
            return Ok(f);
        }
        let made = door.policies().filter(&who.person, Deed::View).map_err(|e| Problem::internal(e.to_string()))?;
        let made = Arc::new(made);
        if let Ok(mut kept) = self.0.lock() {
            if kept.len() >= KEPT {
                kept.clear();
            }
            kept.insert(who.person.clone(), made.clone());
        }
        Ok(made)
    }
}
