//! The rows of signing in.

use law::time::Moment;
use serde_json::Value;

/// A session. Its times are real time, never the business clock.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionRow {
    /// SHA-256 of the token; the token itself is never stored.
    pub token: String,
    /// The user.
    pub user: String,
    /// When it began.
    pub created_at: Moment,
    /// When it ends.
    pub expires_at: Moment,
    /// What its person calls it by when he ends it from elsewhere.
    pub id: String,
    /// When it was last used, to the minute.
    pub seen_at: Moment,
    /// From which address it began.
    pub address: String,
    /// On which browser or program, as it names itself.
    pub browser: String,
    /// What its person proved himself by.
    pub way: String,
}

/// A sign-in that was begun at the office's own identity provider. Its times are real time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BegunRow {
    /// SHA-256 of what comes back with the person; of what the browser keeps, where the code is still missing.
    pub state: String,
    /// SHA-256 of what the browser keeps meanwhile.
    pub browser: String,
    /// SHA-256 of what the browser is known by for longer.
    pub device: String,
    /// From which address it was begun.
    pub address: String,
    /// What the identity token must repeat.
    pub nonce: String,
    /// What shows that the code is redeemed by who asked for it (PKCE).
    pub verifier: String,
    /// Whom the provider named; before that, none.
    pub user: Option<String>,
    /// Until when it waits.
    pub expires_at: Moment,
}

/// A browser on which a person signed in before. Its times are real time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeviceRow {
    /// SHA-256 of what the browser keeps.
    pub token: String,
    /// Who signed in on it.
    pub user: String,
    /// When last.
    pub seen_at: Moment,
}

/// What a person proves himself by beside the password. Its times are real time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FactorRow {
    /// Identifier.
    pub id: String,
    /// Whose.
    pub user: String,
    /// `totp`: codes of an authenticator (RFC 6238).
    pub kind: String,
    /// What its person calls it.
    pub name: String,
    /// What is checked against.
    pub secret: String,
    /// When it was begun.
    pub created_at: Moment,
    /// When its person showed that he has it. Before that it counts for nothing.
    pub confirmed_at: Option<Moment>,
    /// The last step that was used: a code serves once.
    pub step: i64,
}

/// A passkey of a person (WebAuthn). Its times are real time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PasskeyRow {
    /// Identifier.
    pub id: String,
    /// Whose.
    pub user: String,
    /// What its person calls it.
    pub name: String,
    /// How the authenticator names it, in hexadecimal digits. No two people have the same.
    pub credential_id: String,
    /// The public key and what belongs to it.
    pub credential: Value,
    /// How often the authenticator says that it has signed; always 0 where it does not count.
    pub counter: i64,
    /// When it was added.
    pub created_at: Moment,
    /// When it was last used to sign in.
    pub used_at: Option<Moment>,
    /// The host at which it serves; empty where that was not noted when it was added.
    pub host: String,
}

impl PasskeyRow {
    /// Whether it serves at a host. One whose host is not known counts: it is asked for rather than passed over.
    pub fn serves(&self, host: &str) -> bool {
        self.host.is_empty() || self.host == host
    }
}

/// A challenge that waits for an answer. It serves once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChallengeRow {
    /// Identifier, which nobody guesses.
    pub id: String,
    /// Who adds a passkey; nobody, where somebody signs in.
    pub user: Option<String>,
    /// From which address it was asked for.
    pub address: String,
    /// What the answer is checked against.
    pub state: Value,
    /// Until when (real time).
    pub until: Moment,
}

/// A key of a program that uses the interface. Its times are real time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClientKeyRow {
    /// SHA-256 of the key.
    pub token: String,
    /// Identifier, which may be shown.
    pub id: String,
    /// The account of the program.
    pub user: String,
    /// What it may be used for.
    pub scopes: Vec<String>,
    /// When it was given.
    pub created_at: Moment,
    /// When it ends.
    pub expires_at: Moment,
    /// When it was used last, about.
    pub seen_at: Option<Moment>,
}
