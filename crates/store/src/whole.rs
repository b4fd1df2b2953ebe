//! A database as a whole, table by table: what a backup holds, and what a move carries to another engine.
//!
//! Both engines keep the same tables, and nothing but whole numbers and texts in them, so rows go from one to the
//! other as they are. Sessions, failed sign-ins, open challenges and exports stay behind: people sign in again.

use async_trait::async_trait;
use serde::{Deserialize, Serialize};

use crate::error::StoreError;

/// What stands in a column: nothing else is stored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Value {
    /// Nothing.
    Null,
    /// A whole number.
    Int(i64),
    /// A text.
    Text(String),
}

/// The columns that a statement gave.
pub type Row = Vec<Value>;

/// Rows of one table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Batch {
    /// The table, one of [`TABLES`].
    pub table: String,
    /// Names of the columns, in the order of the values.
    pub columns: Vec<String>,
    /// The rows.
    pub rows: Vec<Row>,
}

/// The rows of all [`TABLES`], in their order, as they stood at one moment.
#[async_trait]
pub trait Whole: Send {
    /// The next rows; none at the end.
    async fn next(&mut self) -> Result<Option<Batch>, StoreError>;
}

/// The tables, each after those that it refers to.
pub const TABLES: &[&str] = &[
    "units",
    "unit_paths",
    "users",
    "user_roles",
    "delegations",
    "devices",
    "factors",
    "passkeys",
    "client_keys",
    "audit",
    "libraries",
    "activations",
    "settings",
    "saved_views",
    "contents",
    "brought",
    "aside",
    "files",
    "file_states",
    "file_people",
    "file_grants",
    "assignments",
    "events",
    "event_payloads",
    "idempotency_keys",
    "counters",
    "outbox",
    "inbox",
    "holdings",
    "todos",
    "clocks",
    "tracks",
    "card_values",
    "notices",
    "notice_reads",
    "notes",
    "returned",
    "access_log",
];

/// Tables that stay behind.
pub const LEFT: &[&str] =
    &["begun_sign_ins", "exports", "passkey_challenges", "schema_version", "sessions", "sign_in_failures"];
