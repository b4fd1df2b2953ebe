//! Wrong passwords and codes: how many are too many, and who is not locked out by the tries of others.
//!
//! A browser on which the person signed in before is told by a cookie and has a count of its own. Elsewhere the
//! count is that of the name from this address, of the address, and of the name from everywhere. So whoever tries
//! passwords for somebody locks that person out of new browsers at most, and never of the usual one.

use axum::http::{HeaderMap, StatusCode, header};
use door::real_now;
use jiff::SignedDuration;
use law::time::Moment;
use store::Repository;

use crate::problem::{Answer, Problem};
use crate::signed::{cookie, digest};

/// Name of the cookie by which a browser is known.
pub const DEVICE: &str = "xiezhi_device";
/// How long a browser is known after the last sign-in, in seconds.
pub const DEVICE_LASTS: i64 = 180 * 24 * 3600;
/// The window of all limits, in seconds.
pub const WINDOW: i64 = 15 * 60;

/// Failed tries that one name may have from one address, or a person for the own password.
const OF_NAME: u32 = 5;
/// That one known browser may have.
const OF_DEVICE: u32 = 10;
/// That one name may have from everywhere but the known browsers.
const OF_NAME_ANYWHERE: u32 = 30;
/// That one address may have for all names together.
const OF_ADDRESS: u32 = 50;

/// What is counted for a try.
pub struct Tries {
    keys: Vec<(String, u32)>,
    now: Moment,
}

impl Tries {
    /// Of a sign-in.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn of_sign_in(store: &dyn Repository, login: &str, address: &str, headers: &HeaderMap) -> Answer<Self> {
        let user = store.user_by_login(login).await?.map(|u| u.id);
        if let Some(device) = known(store, user.as_deref(), headers).await? {
            return Ok(Self::of(vec![(format!("device:{device}"), OF_DEVICE)]));
        }
        // The name's digest: people type passwords into the wrong field.
        let name = digest(&login.to_lowercase());
        Ok(Self::of(vec![
            (format!("login:{name}@{address}"), OF_NAME),
            (format!("login:{name}"), OF_NAME_ANYWHERE),
            (format!("address:{address}"), OF_ADDRESS),
        ]))
    }

    /// Of somebody who begins at the identity provider or comes back from it, on a browser with this digest: whom it
    /// names is not known yet. As for passkeys it closes that way only, and not to browsers on which somebody signed in.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn of_provider(store: &dyn Repository, device: &str, address: &str) -> Answer<Self> {
        Ok(Self::of(vec![if store.known_device(device).await? {
            (format!("provider:device:{device}"), OF_DEVICE)
        } else {
            (format!("provider:address:{address}"), OF_ADDRESS)
        }]))
    }

    /// Of a sign-in by passkey, of this user if he is known. Nobody guesses a passkey, so a name is never closed: whoever
    /// tries closes the way by passkey to his own address, and not to browsers that are known there.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn of_passkey(
        store: &dyn Repository,
        user: Option<&str>,
        address: &str,
        headers: &HeaderMap,
    ) -> Answer<Self> {
        Ok(Self::of(vec![match known(store, user, headers).await? {
            Some(device) => (format!("passkey:device:{device}"), OF_DEVICE),
            None => (format!("passkey:address:{address}"), OF_ADDRESS),
        }]))
    }

    /// Of somebody who is signed in and proves who he is once more.
    pub fn of_proof(user: &str) -> Self {
        Self::of(vec![(format!("password:{user}"), OF_NAME)])
    }

    fn of(keys: Vec<(String, u32)>) -> Self {
        Self { keys, now: real_now() }
    }

    fn since(&self) -> Moment {
        self.now - SignedDuration::from_secs(WINDOW)
    }

    /// Whether another try is allowed.
    ///
    /// # Errors
    /// 429 where it is not; those of the database.
    pub async fn allowed(&self, store: &dyn Repository) -> Answer<()> {
        for (key, most) in &self.keys {
            if store.failed_sign_ins(key, self.since()).await? >= *most {
                return Err(too_many());
            }
        }
        Ok(())
    }

    /// A try that failed.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn failed(&self, store: &dyn Repository) -> Answer<()> {
        for (key, _) in &self.keys {
            store.failed_sign_in(key, self.now, self.since()).await?;
        }
        Ok(())
    }
}

/// The browser and the user, where this user signed in on this browser before.
async fn known(store: &dyn Repository, user: Option<&str>, headers: &HeaderMap) -> Answer<Option<String>> {
    let (Some(user), Some(token)) = (user, cookie(headers, DEVICE)) else { return Ok(None) };
    let token = digest(token);
    Ok(store.device(&token, user).await?.map(|_| format!("{token}:{user}")))
}

/// Too many sign-ins were begun that nobody finished, each of which waits so many seconds.
pub fn too_many_begun(waits: i64) -> Problem {
    Problem::new(
        StatusCode::TOO_MANY_REQUESTS,
        "too-many-begun",
        "同时进行的登录过多",
        "从您的网络开始而没有完成的登录过多，请在几分钟后再试，或者用用户名、密码登录",
    )
    .header(header::RETRY_AFTER, waits)
}

/// Too many were tried.
fn too_many() -> Problem {
    Problem::new(
        StatusCode::TOO_MANY_REQUESTS,
        "too-many-tries",
        "登录失败次数过多",
        format!(
            "登录失败次数过多，请在 {} 分钟后再试，或者在您平常使用的浏览器上登录；忘记密码的，请联系本单位管理员",
            WINDOW / 60
        ),
    )
    .header(header::RETRY_AFTER, WINDOW)
}
