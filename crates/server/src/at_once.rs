//! How many of something one person may have going at once, so that nobody takes the room of all.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use axum::http::{StatusCode, header};

use crate::problem::{Answer, Problem};

type Counts = Arc<Mutex<HashMap<String, u32>>>;

/// What is counted.
pub struct AtOnce {
    most: u32,
    what: &'static str,
    counts: Counts,
}

/// One of them, until it is dropped.
pub struct Place {
    user: String,
    counts: Counts,
}

impl AtOnce {
    /// At most so many for each person. `what` they are, in Chinese.
    pub fn new(most: u32, what: &'static str) -> Self {
        Self { most, what, counts: Counts::default() }
    }

    /// One more for this person.
    ///
    /// # Errors
    /// 429 where there are too many.
    pub fn enter(&self, user: &str) -> Answer<Place> {
        let mut counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        let count = counts.entry(user.to_owned()).or_default();
        if *count >= self.most {
            let text = format!("{}过多（同时最多 {} 个），请等待前面的完成后再试", self.what, self.most);
            return Err(Problem::new(StatusCode::TOO_MANY_REQUESTS, "too-many-at-once", "同时进行的过多", text)
                .header(header::RETRY_AFTER, 5));
        }
        *count += 1;
        Ok(Place { user: user.to_owned(), counts: self.counts.clone() })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = counts.get_mut(&self.user) {
            *count -= 1;
            if *count == 0 {
                counts.remove(&self.user);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    #[test]
    fn each_person_has_so_many_and_gets_them_back() {
        let uploads = AtOnce::new(2, "上传");
        let (one, _two) = (uploads.enter("a").unwrap(), uploads.enter("a").unwrap());
        assert!(uploads.enter("a").is_err());
        let _other = uploads.enter("b").unwrap();
        drop(one);
        assert!(uploads.enter("a").is_ok());
    }
}
