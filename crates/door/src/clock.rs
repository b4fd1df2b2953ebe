//! The business clock: legal time. Sessions, tokens and time-outs never look at it.

use std::sync::RwLock;

use law::time::Moment;

/// Real time; in a demonstration it may be set, and then stands still until set again.
#[derive(Debug, Default)]
pub struct BusinessClock {
    set: RwLock<Option<Moment>>,
}

impl BusinessClock {
    /// The legal moment.
    pub fn now(&self) -> Moment {
        self.set.read().map(|s| *s).ok().flatten().unwrap_or_else(real_now)
    }
    /// Sets it (demonstration only; the door checks).
    pub(crate) fn set(&self, to: Option<Moment>) {
        if let Ok(mut s) = self.set.write() {
            *s = to;
        }
    }
    /// Whether it was set.
    pub fn is_set(&self) -> bool {
        self.set.read().map(|s| s.is_some()).unwrap_or(false)
    }
}

/// Real time, to the microsecond (both databases keep microseconds).
pub fn real_now() -> Moment {
    let now = Moment::now();
    Moment::from_microsecond(now.as_microsecond()).unwrap_or(now)
}
