//! Passwords: Argon2id, checked off the async threads, a few at a time.

use std::sync::Arc;

use argon2::password_hash::phc::PasswordHash;
use argon2::{Algorithm, Argon2, Params, PasswordHasher, PasswordVerifier, Version};
use door::real_now;
use rand::RngExt;
use store::Repository;
use store::rows::UserRow;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use zxcvbn::{Score, zxcvbn};

use crate::problem::{Answer, Problem, wrong};
use crate::tries::Tries;

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

/// The hash of a password, made off the async threads.
pub(crate) async fn hashed(password: String) -> Answer<String> {
    tokio::task::spawn_blocking(move || hash_password(&password))
        .await
        .map_err(|e| Problem::internal(e.to_string()))?
        .map_err(Problem::internal)
}

/// Characters that a password has at least, and at most: longer ones only cost time.
const LENGTH: std::ops::RangeInclusive<usize> = 10..=200;

/// Refuses a password that is short, common or easily guessed by who knows the person. `place` is its field.
///
/// # Errors
/// What is wrong with it.
pub(crate) fn strong_enough(password: &str, of: &UserRow, place: &str) -> Answer<()> {
    if !LENGTH.contains(&password.chars().count()) {
        return Err(wrong(place, format!("密码应为 {} 至 {} 个字符", LENGTH.start(), LENGTH.end())));
    }
    if zxcvbn(password, &[&of.login, &of.name, &of.unit, "xiezhi", "獬豸"]).score() < Score::Three {
        return Err(wrong(
            place,
            "密码过于常见或者容易猜到，请避免姓名、用户名、日期、键盘顺序和常见词，可以用几个互不相干的词连成",
        ));
    }
    Ok(())
}

/// A password that an administrator hands over: twelve characters that nobody mistakes for others, about 59 bits.
pub fn temporary_password() -> String {
    const SIGNS: &[u8] = b"abcdefghjkmnpqrstuvwxyz23456789";
    let mut random = rand::rng();
    let group = |_| -> String { (0..4).map(|_| char::from(SIGNS[random.random_range(0..SIGNS.len())])).collect() };
    (0..3).map(group).collect::<Vec<_>>().join("-")
}

/// Whether a password was set by another person, for a time that is over.
pub(crate) fn over(of: &UserRow) -> bool {
    of.temporary_until.is_some_and(|until| until <= real_now())
}

/// Whether a password fits a stored hash.
fn fits(password: &str, stored: &str) -> bool {
    let (Ok(hasher), Ok(hash)) = (hasher(), PasswordHash::new(stored)) else { return false };
    hasher.verify_password(password.as_bytes(), &hash).is_ok()
}

/// The own password is not the one that was given in a field.
pub(crate) fn wrong_password(place: &str) -> Problem {
    wrong(place, "密码不正确，请重新输入")
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

    /// Somebody who is signed in shows by his password that it is still he. `place` is its field.
    ///
    /// # Errors
    /// Where it is wrong, was wrong too often, or another person set it and its time is over.
    pub async fn prove(&self, store: &dyn Repository, of: &UserRow, password: String, place: &str) -> Answer<()> {
        if over(of) {
            return Err(wrong(place, "管理员设置的临时密码已过期，请联系本单位管理员重新设置"));
        }
        let turn = self.turn().await?;
        let tries = Tries::of_proof(&of.id);
        tries.allowed(store).await?;
        let (right, _turn) = self.check(password, Some(of.password.clone()), turn).await?;
        if !right {
            tries.failed(store).await?;
            return Err(wrong_password(place));
        }
        Ok(())
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
    fn a_password_that_others_would_try_is_refused() {
        let of = UserRow {
            id: "U1".into(),
            login: "bai.ruolan".into(),
            name: "白若兰".into(),
            unit: "JC-970102".into(),
            password: String::new(),
            clearance: 0,
            active: true,
            temporary_until: None,
        };
        for (password, why) in [
            ("short-9", "10 至 200"),
            (&*"长".repeat(201), "10 至 200"),
            ("password1234", "容易猜到"),
            ("1234567890", "容易猜到"),
            ("qwertyuiop", "容易猜到"),
            ("19900307199", "容易猜到"),
            ("bai.ruolan1", "容易猜到"),
            ("白若兰白若兰白若兰白若", "容易猜到"),
            ("aaaaaaaaaaaaaa", "容易猜到"),
        ] {
            let refused = format!("{:?}", strong_enough(password, &of, "new").unwrap_err());
            assert!(refused.contains(why), "{password}: {refused}");
        }
        for password in ["松涛-越野-铜锣-1986", "vivid-otter-plumage", "tK4$wq9Zb!"] {
            assert!(strong_enough(password, &of, "new").is_ok(), "{password}");
        }
    }

    #[test]
    fn a_temporary_password_is_strong_and_new_each_time() {
        let one = temporary_password();
        assert_eq!(one.len(), 14);
        assert_ne!(one, temporary_password());
    }

    #[test]
    fn only_the_same_password_fits() {
        let stored = hash_password("云岭-甲-2024").unwrap();
        assert!(stored.starts_with("$argon2id$"));
        assert!(fits("云岭-甲-2024", &stored));
        assert!(!fits("云岭-甲-2025", &stored));
        assert!(!fits("", "not a hash"));
    }
}
