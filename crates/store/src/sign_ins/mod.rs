//! What the database keeps of signing in: sessions, browsers, keys of programs, factors, passkeys, tries. Its times are
//! real time, never the clock of a demonstration.

mod rows;

use async_trait::async_trait;
use law::time::Moment;

use crate::error::StoreError;
use crate::rows::AuditRow;

pub use self::rows::{BegunRow, ChallengeRow, ClientKeyRow, DeviceRow, FactorRow, PasskeyRow, SessionRow};

type Result<T> = std::result::Result<T, StoreError>;

/// A password that takes the place of another.
#[derive(Debug)]
pub struct NewPassword<'a> {
    /// Whose.
    pub user: &'a str,
    /// The hash of the one until now, where its person has proved that he knows it: it must still be that.
    pub old: Option<&'a str>,
    /// Its hash.
    pub password: &'a str,
    /// Until when it serves, where another person set it.
    pub temporary_until: Option<Moment>,
    /// The session that stays; the others of the user end.
    pub session: &'a str,
    /// Takes the user's passkeys away, too, and notes it where there are some.
    pub passkeys: Option<AuditRow>,
}

/// What a person proved himself by, and what must still be there when his session begins.
#[derive(Clone, Copy)]
pub enum StandsOn<'a> {
    /// The password with this hash.
    Password(&'a str),
    /// The passkey with this identifier.
    Passkey(&'a str),
    /// Nothing that is kept here.
    Nothing,
}

/// Who signs in, and with what. Where a person changes in a session what he proves himself by (`session`, `but`), nothing
/// is written once that session has ended; an administrator changes it in none, which is an empty text.
#[async_trait]
pub trait SignIns: Send + Sync {
    /// Begins a session. Whether what its person proved himself by still is what it was: otherwise nothing is written.
    async fn put_session(&self, s: SessionRow, on: StandsOn<'_>) -> Result<bool>;
    /// A session by the digest of its token.
    async fn session(&self, token: &str) -> Result<Option<SessionRow>>;
    /// Ends a session.
    async fn end_session(&self, token: &str) -> Result<()>;
    /// Ends every session of a user but one.
    async fn end_sessions(&self, user: &str, but: &str) -> Result<()>;
    /// Notes that a session is used.
    async fn session_seen(&self, token: &str, at: Moment) -> Result<()>;
    /// The sessions of a user that have not ended at `at`, the last used first.
    async fn sessions_of(&self, user: &str, at: Moment) -> Result<Vec<SessionRow>>;
    /// Ends one of a user's sessions by what he calls it. Whether there was one.
    async fn end_session_of(&self, user: &str, id: &str) -> Result<bool>;
    /// Notes that a user signed in on a browser; forgets those not seen since `before`.
    async fn put_device(&self, d: DeviceRow, before: Moment) -> Result<()>;
    /// A browser by the digest of what it keeps, if this user signed in on it.
    async fn device(&self, token: &str, user: &str) -> Result<Option<DeviceRow>>;
    /// Whether anybody signed in on a browser.
    async fn known_device(&self, token: &str) -> Result<bool>;
    /// Sets a password. `noted` is written with it. Whether the old one was still the one that was proved: otherwise
    /// nothing is written.
    async fn set_password(&self, new: NewPassword<'_>, noted: AuditRow) -> Result<bool>;
    /// Keeps a sign-in that was begun, unless `most` from its address wait at `now`; forgets those that waited too
    /// long. Whether it is kept.
    async fn put_begun(&self, b: BegunRow, most: u32, now: Moment) -> Result<bool>;
    /// A sign-in that waits at `now`, by its state and its browser.
    async fn begun(&self, state: &str, browser: &str, now: Moment) -> Result<Option<BegunRow>>;
    /// The same, which then waits no more: of several who ask, one has it.
    async fn take_begun(&self, state: &str, browser: &str, now: Moment) -> Result<Option<BegunRow>>;
    /// Gives a program a key.
    async fn put_client_key(&self, key: ClientKeyRow, noted: AuditRow) -> Result<()>;
    /// The key with this digest.
    async fn client_key(&self, token: &str) -> Result<Option<ClientKeyRow>>;
    /// The keys of a program, or of all, by program and age.
    async fn client_keys(&self, user: Option<&str>) -> Result<Vec<ClientKeyRow>>;
    /// Notes that a key was used.
    async fn client_key_seen(&self, token: &str, at: Moment) -> Result<()>;
    /// Ends the keys of a program, but for one, at a moment; those that end sooner are left. Answers how many.
    async fn end_client_keys(&self, user: &str, but: Option<&str>, at: Moment, noted: AuditRow) -> Result<u64>;
    /// Notes a factor, in place of those of the same kind that its person never confirmed, unless he has confirmed
    /// `most`. Whether it is noted.
    async fn put_factor(&self, f: FactorRow, most: u32, session: &str) -> Result<bool>;
    /// The factors of a user, the oldest first.
    async fn factors(&self, user: &str) -> Result<Vec<FactorRow>>;
    /// A step of a confirmed factor is used. Whether it was still free.
    async fn use_factor(&self, id: &str, step: i64) -> Result<bool>;
    /// Confirms a factor with its first step, and ends every session of its person but one. `noted` is written with it.
    /// Whether it waited for that: otherwise nothing is written.
    async fn confirm_factor(&self, f: &FactorRow, step: i64, at: Moment, but: &str, noted: AuditRow) -> Result<bool>;
    /// Takes factors away, one or all of a user, and ends every session of his but one. `noted` is written with it.
    /// How many there were; where there were none, nothing is written.
    async fn end_factors(&self, user: &str, id: Option<&str>, but: &str, noted: AuditRow) -> Result<u64>;
    /// Keeps a challenge, unless `most` of its address wait for the same person or for somebody to sign in; forgets
    /// those whose time is over at `now`. Whether it is kept.
    async fn put_challenge(&self, c: ChallengeRow, most: u32, now: Moment) -> Result<bool>;
    /// Takes a challenge away, if it was put for this user (or for nobody) and its time is not over at `now`. Only one
    /// who asks gets it.
    async fn take_challenge(&self, id: &str, user: Option<&str>, now: Moment) -> Result<Option<ChallengeRow>>;
    /// Adds a passkey in a session, which is one of that `way` from then on, and ends every other session of its person.
    /// `noted` is written with it. Whether it was new to everybody and its person had fewer than `most` at its host:
    /// otherwise nothing is written.
    async fn put_passkey(&self, p: PasskeyRow, most: u32, session: &str, way: &str, noted: AuditRow) -> Result<bool>;
    /// The passkeys of a user, the oldest first.
    async fn passkeys(&self, user: &str) -> Result<Vec<PasskeyRow>>;
    /// The passkey that an authenticator names so.
    async fn passkey(&self, credential_id: &str) -> Result<Option<PasskeyRow>>;
    /// Notes that a passkey was used, with its new counter and credential, and the host at which it serves. Whether it is still there and the counter
    /// went on, or stays at 0.
    async fn use_passkey(&self, p: &PasskeyRow, at: Moment) -> Result<bool>;
    /// Takes passkeys away, one or all of a user, and ends every session of his but one. `noted` is written with it.
    /// How many there were; where there were none, nothing is written.
    async fn end_passkeys(&self, user: &str, id: Option<&str>, but: &str, noted: AuditRow) -> Result<u64>;
    /// Counts a failed sign-in for a key and tells how many there were since a moment.
    async fn failed_sign_in(&self, key: &str, at: Moment, since: Moment) -> Result<u32>;
    /// How many failed sign-ins a key has since a moment.
    async fn failed_sign_ins(&self, key: &str, since: Moment) -> Result<u32>;
}
