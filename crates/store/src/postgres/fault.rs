//! What PostgreSQL says went wrong, and what may be tried again.

use deadpool_postgres::{PoolError, TimeoutType};
use tokio_postgres::Error;
use tokio_postgres::error::{DbError, SqlState};

use crate::error::StoreError;

/// Classes of errors that say nothing of what was asked, only of the server: connection, read-only (a standby after
/// a change of servers), resources, limits of time, operator, system.
const OF_THE_SERVER: [&str; 7] = ["08", "25", "28", "53", "55", "57", "58"];

impl From<Error> for StoreError {
    fn from(e: Error) -> Self {
        match e.as_db_error() {
            Some(db) if OF_THE_SERVER.iter().any(|class| db.code().code().starts_with(class)) => {
                Self::Unavailable(said(db))
            }
            Some(db) => Self::Database(said(db)),
            None if lost(&e) => Self::Unavailable(named(&e)),
            None => Self::Database(named(&e)),
        }
    }
}

impl From<PoolError> for StoreError {
    fn from(e: PoolError) -> Self {
        match e {
            PoolError::Closed => Self::Stopped,
            PoolError::Timeout(TimeoutType::Wait) => Self::Unavailable("等候空闲连接超时".into()),
            PoolError::Timeout(_) => Self::Unavailable("连接数据库超时".into()),
            PoolError::Backend(e) => Self::Unavailable(e.as_db_error().map_or_else(|| named(&e), said)),
            PoolError::NoRuntimeSpecified | PoolError::PostCreateHook(_) => Self::Database(e.to_string()),
        }
    }
}

/// The detail is left out: it may repeat what is stored.
fn said(e: &DbError) -> String {
    let of = e.constraint().map(|c| format!("（{c}）")).unwrap_or_default();
    format!("{} {}{of}", e.code().code(), e.message())
}

fn named(e: &Error) -> String {
    match std::error::Error::source(e) {
        Some(why) => format!("{e}: {why}"),
        None => e.to_string(),
    }
}

/// Whether the connection has gone.
fn lost(e: &Error) -> bool {
    e.is_closed() || std::error::Error::source(e).is_some_and(|s| s.is::<std::io::Error>())
}

/// Why something is done once more: it was not written, and what stood in its way has been decided by now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Again {
    /// Somebody else wrote a row of the same key first; now it can be seen.
    Taken,
    /// Two stood in each other's way, and the server sent this one back.
    Crossed,
}

impl Again {
    pub fn of(e: &Error) -> Option<Self> {
        let code = e.code()?;
        if *code == SqlState::UNIQUE_VIOLATION {
            Some(Self::Taken)
        } else if [SqlState::T_R_DEADLOCK_DETECTED, SqlState::T_R_SERIALIZATION_FAILURE].contains(code) {
            Some(Self::Crossed)
        } else {
            None
        }
    }
}
