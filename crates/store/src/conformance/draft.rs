//! Commits of invented files.

use case::{Effect, Event, FileState, Message};
use law::time::Moment;
use seal::Digest;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::error::StoreError;
use crate::rows::{Commit, Destroys, FileRow, InboxRow, KeyRow, OutboxRow, UserRow, Views};
use crate::sign_ins::SessionRow;

/// A file that grows commit by commit.
#[derive(Debug, Clone)]
pub struct Draft {
    /// Its row after the last draft.
    pub row: FileRow,
    /// Its state after the last draft.
    pub state: FileState,
}

/// A moment, `us` microseconds after a fixed one.
pub fn at(us: i64) -> Moment {
    Moment::from_microsecond(1_767_225_600_000_000 + us).unwrap_or_default()
}

/// A session of a user, begun at the first moment.
pub(super) fn session(token: &str, user: &str, until: i64) -> SessionRow {
    SessionRow {
        token: token.into(),
        user: user.into(),
        created_at: at(0),
        expires_at: at(until),
        id: format!("S-{token}"),
        seen_at: at(0),
        address: "10.0.0.1".into(),
        browser: "Firefox".into(),
        way: "provider".into(),
    }
}

/// A value read from JSON, whatever its type.
pub(super) fn value<T: DeserializeOwned>(json: Value) -> Result<T, StoreError> {
    serde_json::from_value(json).map_err(|e| StoreError::Corrupt { what: "试验数据", why: e.to_string() })
}

impl Draft {
    /// A file without events.
    pub fn new(id: &str, unit: &str, matter: &str) -> Self {
        let row = FileRow {
            id: id.into(),
            unit: unit.into(),
            matter: matter.into(),
            title: format!("案卷{id}"),
            version: 0,
            grade: 0,
            sealed: false,
            closed: false,
            updated_at: at(0),
            people: Vec::new(),
            grants: Vec::new(),
        };
        Self { row, state: FileState::empty(id, unit, matter) }
    }

    /// The next commit of the file, with these changes.
    ///
    /// # Errors
    /// Where the event cannot be sealed.
    pub fn next(&mut self, effects: Vec<Effect>) -> Result<Commit, StoreError> {
        let seq = self.state.version + 1;
        let recorded = at(i64::try_from(seq).unwrap_or(i64::MAX));
        let id = format!("E-{}-{seq}", self.row.id);
        let header = value(json!({
            "schema": case::SCHEMA, "id": id, "file": self.row.id, "unit": self.row.unit, "matter": self.row.matter,
            "seq": seq, "library": Digest::of(b"library"), "actor": {"user": "u1", "role": "clerk", "unit": self.row.unit},
            "action": "note", "occurred_at": recorded, "recorded_at": recorded, "commitment": case::genesis(),
            "previous": case::genesis(),
        }))?;
        let payload = case::Payload { effects, reason: Some(format!("第{seq}次")), warnings: Vec::new() };
        let salt = [u8::try_from(seq % 251).unwrap_or(0); 16];
        let event = Event::seal(header, payload, salt, self.state.head)
            .map_err(|e| StoreError::Corrupt { what: "试验数据", why: e.to_string() })?;
        let expected = self.state.version;
        self.state.fold(&event);
        self.row.version = seq;
        self.row.updated_at = recorded;
        Ok(Commit {
            file: self.row.clone(),
            expected,
            event,
            state: self.state.clone(),
            views: Views::default(),
            outbox: Vec::new(),
            inbox: None,
            holdings: Vec::new(),
            key: None,
            number: None,
            delivered: None,
            destroys: Destroys::default(),
        })
    }
}

pub(super) fn key(user: &str, key: &str, request: &str) -> KeyRow {
    KeyRow {
        user: user.into(),
        key: key.into(),
        request: Digest::of(request.as_bytes()),
        answer: json!({"file": "F1", "events": [request]}),
    }
}

pub(super) fn outgoing(id: &str, file: &str, queued: i64) -> Result<OutboxRow, StoreError> {
    let message: Message = value(json!({
        "schema": 1, "id": id, "kind": "hand_over", "matter": "M1", "from": "GA-970101", "to": "JC-970101",
        "sent_at": at(queued), "batch": 1, "subjects": {}
    }))?;
    let digest = Digest::of(id.as_bytes());
    Ok(OutboxRow {
        message,
        file: file.into(),
        digest,
        queued_at: at(queued),
        delivered_at: None,
        attempts: 0,
        error: None,
    })
}

pub(super) fn arrived(message: &str, file: Option<&str>) -> InboxRow {
    InboxRow {
        message: message.into(),
        unit: "JC-970101".into(),
        from_unit: "GA-970101".into(),
        kind: "hand_over".into(),
        file: file.map(Into::into),
        digest: Digest::of(message.as_bytes()),
        received_at: at(5),
        receipt: format!("R-{message}"),
        refused: file.is_none().then(|| "清单摘要不符".into()),
        weight: (7, 1 << 40),
    }
}

/// A person of a unit of the suite.
pub fn user(id: &str, login: &str) -> UserRow {
    UserRow {
        id: id.into(),
        login: login.into(),
        name: "云五一".into(),
        unit: "JC-970101".into(),
        password: "$argon2id$".into(),
        clearance: 3,
        active: true,
        temporary_until: None,
    }
}
