//! A connection on a thread of its own: SQLite blocks, and whoever waits for it holds up nobody else.

use std::path::Path;
use std::sync::mpsc;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use rusqlite::types::{ToSqlOutput, ValueRef};
use rusqlite::{Connection, ErrorCode, Statement, ToSql};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, oneshot};

use crate::error::StoreError;
use crate::sql::{self, Row, Value};

type Result<T> = std::result::Result<T, StoreError>;

/// Commits and views have many shapes of statement; each is prepared once.
const STATEMENTS: usize = 400;
/// How long a connection waits for a lock.
const BUSY: Duration = Duration::from_secs(10);

impl From<rusqlite::Error> for StoreError {
    fn from(e: rusqlite::Error) -> Self {
        match e.sqlite_error_code() {
            // No room on the disk, or the disk does not answer.
            Some(ErrorCode::DiskFull | ErrorCode::SystemIoFailure) => Self::Unavailable(e.to_string()),
            _ => Self::Database(e.to_string()),
        }
    }
}

/// Opens the database, creating it where there is none.
pub(super) fn open(path: &Path, pragmas: &[(&str, &str)]) -> Result<Connection> {
    let db = Connection::open(path)?;
    db.busy_timeout(BUSY)?;
    db.set_prepared_statement_cache_capacity(STATEMENTS);
    for (name, value) in pragmas {
        db.pragma_update(None, name, value)?;
    }
    Ok(db)
}

impl ToSql for Value {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(match self {
            Self::Null => ToSqlOutput::Borrowed(ValueRef::Null),
            Self::Int(n) => (*n).into(),
            Self::Text(s) => ToSqlOutput::Borrowed(s.as_str().into()),
        })
    }
}

/// Runs a statement with its parameters `$1`, `$2`, ... and gives the rows that it returns.
pub(super) fn all(db: &Connection, sql: &str, args: &[Value]) -> Result<Vec<Row>> {
    let mut statement = db.prepare_cached(sql)?;
    bind(&mut statement, args)?;
    let width = statement.column_count();
    let mut found = Vec::new();
    let mut rows = statement.raw_query();
    while let Some(row) = rows.next()? {
        found.push((0..width).map(|at| column(row.get_ref(at)?)).collect::<Result<Row>>()?);
    }
    Ok(found)
}

/// Runs a statement; gives the number of rows written.
pub(super) fn run(db: &Connection, sql: &str, args: &[Value]) -> Result<u64> {
    let mut statement = db.prepare_cached(sql)?;
    bind(&mut statement, args)?;
    Ok(statement.raw_execute()? as u64)
}

/// To SQLite `$2` is a name, and names are numbered as they appear.
fn bind(statement: &mut Statement<'_>, args: &[Value]) -> Result<()> {
    for at in 1..=statement.parameter_count() {
        let name = statement.parameter_name(at).and_then(|name| name.strip_prefix('$')?.parse::<usize>().ok());
        let value = name.and_then(|n| args.get(n.checked_sub(1)?));
        let value = value.ok_or_else(|| StoreError::Database(format!("第 {at} 个参数没有值")))?;
        statement.raw_bind_parameter(at, value)?;
    }
    Ok(())
}

fn column(value: ValueRef<'_>) -> Result<Value> {
    match value {
        ValueRef::Null => Ok(Value::Null),
        ValueRef::Integer(n) => Ok(Value::Int(n)),
        ValueRef::Text(text) => match std::str::from_utf8(text) {
            Ok(text) => Ok(Value::Text(text.to_owned())),
            Err(e) => Err(StoreError::Corrupt { what: "文字", why: e.to_string() }),
        },
        ValueRef::Real(_) | ValueRef::Blob(_) => {
            Err(StoreError::Corrupt { what: "数据库", why: "只应有整数和文字".into() })
        }
    }
}

enum Todo {
    Run(Box<dyn FnOnce(&mut Connection) + Send>),
    Close(oneshot::Sender<Result<()>>),
}

/// The way to a connection's thread, which ends when it is closed or nobody is left who could ask.
#[derive(Debug, Clone)]
pub(super) struct Hand(mpsc::Sender<Todo>);

impl Hand {
    /// Gives the connection a thread.
    pub fn new(mut db: Connection, name: &str) -> Result<Self> {
        let (hand, todo) = mpsc::channel();
        std::thread::Builder::new().name(name.to_owned()).spawn(move || {
            while let Ok(todo) = todo.recv() {
                match todo {
                    Todo::Run(work) => work(&mut db),
                    Todo::Close(answer) => {
                        // Nobody may be waiting any more.
                        let _ = answer.send(db.close().map_err(|(_, e)| e.into()));
                        return;
                    }
                }
            }
        })?;
        Ok(Self(hand))
    }

    /// Does some work with the connection. Who does not wait for its end does not stop it.
    pub async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Connection) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let (answer, answered) = oneshot::channel();
        let work = move |db: &mut Connection| {
            // A caller that went away is no fault.
            let _ = answer.send(work(db));
        };
        self.0.send(Todo::Run(Box::new(work))).map_err(|_| StoreError::Stopped)?;
        answered.await.map_err(|_| StoreError::Stopped)?
    }

    /// Closes the connection after what was asked before. Later calls fail.
    pub async fn close(&self) -> Result<()> {
        let (answer, answered) = oneshot::channel();
        self.0.send(Todo::Close(answer)).map_err(|_| StoreError::Stopped)?;
        answered.await.map_err(|_| StoreError::Stopped)?
    }
}

/// A few connections that read.
#[derive(Debug)]
pub(super) struct Readers {
    all: Vec<Hand>,
    idle: Mutex<Vec<Hand>>,
    free: Arc<Semaphore>,
}

impl Readers {
    pub fn new(all: Vec<Hand>) -> Arc<Self> {
        let (idle, free) = (Mutex::new(all.clone()), Arc::new(Semaphore::new(all.len())));
        Arc::new(Self { all, idle, free })
    }

    /// One of them, when one is free.
    pub async fn one(self: &Arc<Self>) -> Result<Reader> {
        let permit = Arc::clone(&self.free).acquire_owned().await.map_err(|_| StoreError::Stopped)?;
        let hand = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop().ok_or(StoreError::Stopped)?;
        Ok(Reader { hand, of: Arc::clone(self), snapshot: false, _permit: permit })
    }

    /// Closes them all.
    pub async fn close(&self) -> Result<()> {
        self.free.close();
        let mut closed = Ok(());
        for hand in &self.all {
            closed = closed.and(hand.close().await);
        }
        closed
    }
}

/// A connection that reads, for as long as somebody has it.
pub struct Reader {
    hand: Hand,
    of: Arc<Readers>,
    snapshot: bool,
    _permit: OwnedSemaphorePermit,
}

impl Reader {
    /// From now on everything is read as it stands at the first question.
    pub async fn snapshot(mut self) -> Result<Self> {
        self.snapshot = true;
        self.hand.run(|db| Ok(db.execute_batch("BEGIN")?)).await?;
        Ok(self)
    }
}

#[async_trait]
impl sql::Reader for Reader {
    async fn all(&self, sql: String, args: Vec<Value>) -> Result<Vec<Row>> {
        self.hand.run(move |db| all(db, &sql, &args)).await
    }
}

impl Drop for Reader {
    fn drop(&mut self) {
        if self.snapshot {
            let end = |db: &mut Connection| {
                // The next snapshot would fail loudly where this one could not be left.
                let _ = db.execute_batch("ROLLBACK");
            };
            // A closed connection has no snapshot.
            let _ = self.hand.0.send(Todo::Run(Box::new(end)));
        }
        self.of.idle.lock().unwrap_or_else(PoisonError::into_inner).push(self.hand.clone());
    }
}
