//! How long a group is kept open, and for how many.
//!
//! Of callers who come back as soon as they are answered, some are written while the others
//! prepare their next act. A group therefore waits for the larger half of those who are about: they
//! share one sync, and the smaller half has its act ready when it is done. How many are about is
//! not told but seen: as many as once stood before the writer at the same time. Who was waited for
//! in vain is about no longer. A wait is never longer than the last group took to be written, on a
//! slow disk as on a quick one; a caller who is alone never waits.

use std::time::Duration;

/// The callers that the writer knows of.
#[derive(Debug)]
pub(super) struct Company {
    about: usize,
    took: Duration,
}

impl Default for Company {
    fn default() -> Self {
        Self { about: 1, took: Duration::ZERO }
    }
}

impl Company {
    /// With how many a group is written without waiting for more.
    pub fn expected(&self) -> usize {
        if self.about < 2 { 1 } else { self.about / 2 + 1 }
    }

    /// How long to wait for them.
    pub fn patience(&self) -> Duration {
        self.took
    }

    /// A group took so long to be written, and at its end so many were at hand: written or waiting.
    pub fn wrote(&mut self, at_hand: usize, took: Duration) {
        self.about = self.about.max(at_hand);
        self.took = took;
    }

    /// Only so many came.
    pub fn missed(&mut self, came: usize) {
        self.about = self.about.saturating_sub(self.expected().saturating_sub(came)).max(1);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MS: Duration = Duration::from_millis(1);

    #[test]
    fn one_alone_never_waits() {
        let mut company = Company::default();
        for _ in 0..10 {
            assert_eq!(company.expected(), 1);
            company.wrote(1, 50 * MS);
        }
    }

    #[test]
    fn the_larger_half_shares_a_group() {
        let mut company = Company::default();
        company.wrote(16, 3 * MS);
        assert_eq!((company.expected(), company.patience()), (9, 3 * MS));
        // Nine are written; that only five of the others are back already tells nothing new.
        company.wrote(14, 2 * MS);
        assert_eq!((company.expected(), company.patience()), (9, 2 * MS));
    }

    #[test]
    fn who_does_not_come_is_soon_not_waited_for() {
        let mut company = Company::default();
        company.wrote(64, MS);
        let mut waits = 0;
        while company.expected() > 1 {
            company.missed(1);
            company.wrote(1, MS);
            waits += 1;
        }
        assert!(waits <= 7, "{waits} waits in vain");
        company.wrote(2, MS);
        assert_eq!(company.expected(), 2);
    }
}
