//! Passwords: Argon2id, checked off the async threads, a few at a time.

use std::sync::Arc;

use argon2::password_hash::phc::PasswordHash;
use argon2::{Algorithm, Argon2, Params, PasswordHasher, PasswordVerifier, Version};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::problem::{Answer, Problem};

/// Memory in KiB and passes: about 50 ms on one core of the machines that we know.
const MEMORY: u32 = 19 * 1024;
const PASSES: u32 = 5;
/// Checks at the same time: each binds a core and its memory.
const AT_ONCE: usize = 2;

fn hasher() -> Result<Argon2<'static>, argon2::Error> {
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, Params::new(MEMORY, PASSES, 1, None)?))
}

/// The hash of a password as it is stored, with a fresh salt. Takes tens of milliseconds.
///
/// # Errors
/// Where the system gives no randomness.
pub fn hash_password(password: &str) -> Result<String, String> {
    let hasher = hasher().map_err(|e| e.to_string())?;
    hasher.hash_password(password.as_bytes()).map(|h| h.to_string()).map_err(|e| e.to_string())
}

/// Whether a password fits a stored hash.
fn fits(password: &str, stored: &str) -> bool {
    let (Ok(hasher), Ok(hash)) = (hasher(), PasswordHash::new(stored)) else { return false };
    hasher.verify_password(password.as_bytes(), &hash).is_ok()
}

/// Checks passwords. The turn that [`Checker::turn`] gives is held over counting and checking, so
/// that many tries at once cannot slip past the limit.
pub struct Checker {
    turns: Arc<Semaphore>,
    /// Hash of a password nobody knows: an unknown name costs as much as a wrong password.
    nobody: String,
}

impl Checker {
    /// A checker.
    pub fn new() -> Self {
        let password = uuid::Uuid::new_v4().to_string();
        Self { turns: Arc::new(Semaphore::new(AT_ONCE)), nobody: hash_password(&password).unwrap_or_default() }
    }

    /// Waits for a turn.
    ///
    /// # Errors
    /// Never while the checker lives.
    pub async fn turn(&self) -> Answer<OwnedSemaphorePermit> {
        self.turns.clone().acquire_owned().await.map_err(|e| Problem::internal(e.to_string()))
    }

    /// Whether a password is the one of a stored hash; no hash costs the same. The turn goes with
    /// the work, which runs to its end also when the caller has hung up.
    ///
    /// # Errors
    /// Where the checking thread died.
    pub async fn check(
        &self,
        password: String,
        stored: Option<String>,
        turn: OwnedSemaphorePermit,
    ) -> Answer<(bool, OwnedSemaphorePermit)> {
        let known = stored.is_some();
        let stored = stored.unwrap_or_else(|| self.nobody.clone());
        tokio::task::spawn_blocking(move || (fits(&password, &stored) && known, turn))
            .await
            .map_err(|e| Problem::internal(e.to_string()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_same_password_fits() {
        let stored = hash_password("云岭-甲-2024").unwrap();
        assert!(stored.starts_with("$argon2id$"));
        assert!(fits("云岭-甲-2024", &stored));
        assert!(!fits("云岭-甲-2025", &stored));
        assert!(!fits("", "not a hash"));
    }
}
