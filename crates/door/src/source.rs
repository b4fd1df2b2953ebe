//! Where identifiers, salts, draws and recorded time come from: the machine, or a seed.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use law::time::Moment;
use rand::rngs::StdRng;
use rand::{Rng, RngExt, SeedableRng};

use crate::real_now;

/// How far a seeded source's time moves on each time it is asked.
const STEP: Duration = Duration::from_millis(1);

/// Everything about an act that neither its caller nor the law decides.
#[derive(Debug, Default)]
pub struct Source(Option<Mutex<Seeded>>);

#[derive(Debug)]
struct Seeded {
    random: StdRng,
    now: Moment,
}

impl Source {
    /// Real time, and random bits of the machine.
    pub fn machine() -> Self {
        Self(None)
    }

    /// For simulations: the same questions in the same order get the same answers, down to the
    /// last bit of every event. Never for real cases, whose salts nobody may foresee.
    pub fn seeded(seed: u64, begins: Moment) -> Self {
        Self(Some(Mutex::new(Seeded { random: StdRng::seed_from_u64(seed), now: begins })))
    }

    /// A new identifier.
    pub fn id(&self) -> String {
        self.draw(
            |s| uuid::Builder::from_random_bytes(s.random.random()).into_uuid().simple().to_string(),
            || uuid::Uuid::now_v7().simple().to_string(),
        )
    }

    /// A salt.
    pub fn salt(&self) -> [u8; 16] {
        self.draw(
            |s| s.random.random(),
            || {
                let mut salt = [0u8; 16];
                rand::rng().fill_bytes(&mut salt);
                salt
            },
        )
    }

    /// One of `n`, from 0; `n` is not 0.
    pub fn below(&self, n: usize) -> usize {
        self.draw(|s| s.random.random_range(0..n), || rand::rng().random_range(0..n))
    }

    /// Recorded time.
    pub fn now(&self) -> Moment {
        self.draw(
            |s| {
                s.now = s.now.checked_add(STEP).unwrap_or(s.now);
                s.now
            },
            real_now,
        )
    }

    fn draw<T>(&self, seeded: impl FnOnce(&mut Seeded) -> T, machine: impl FnOnce() -> T) -> T {
        match &self.0 {
            Some(s) => seeded(&mut s.lock().unwrap_or_else(PoisonError::into_inner)),
            None => machine(),
        }
    }
}
