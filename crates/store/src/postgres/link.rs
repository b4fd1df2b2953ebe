//! A connection: values, prepared statements, and several statements sent before the first is answered.

use std::future::poll_fn;
use std::pin::{Pin, pin};
use std::task::Poll;

use async_trait::async_trait;
use deadpool_postgres::Object;
use futures_util::{FutureExt, TryStreamExt};
use tokio_postgres::types::private::BytesMut;
use tokio_postgres::types::{IsNull, ToSql, Type, to_sql_checked};
use tokio_postgres::{Error, Statement as Prepared};

use crate::error::StoreError;
use crate::sql::{self, Row, Statement, Value};

/// Statements that a connection keeps prepared: commits and lists have many shapes, and each is kept by the server too.
const STATEMENTS: usize = 500;
/// Waits until nobody else is under this name, and keeps others out until the transaction ends.
pub(super) const NAMED_LOCK: &str = "SELECT pg_advisory_xact_lock(hashtextextended('xiezhi ' || $1, 0))";

impl ToSql for Value {
    fn to_sql(&self, ty: &Type, out: &mut BytesMut) -> Result<IsNull, Box<dyn std::error::Error + Sync + Send>> {
        match self {
            Self::Null => Ok(IsNull::Yes),
            Self::Int(n) if *ty == Type::INT8 => n.to_sql(ty, out),
            Self::Int(n) if *ty == Type::INT4 => i32::try_from(*n)?.to_sql(ty, out),
            Self::Text(text) if <&str as ToSql>::accepts(ty) => {
                // The one sign that a text of PostgreSQL cannot hold: a text layer may have it, people never do.
                if text.contains('\0') { text.replace('\0', "\u{fffd}").to_sql(ty, out) } else { text.to_sql(ty, out) }
            }
            Self::Int(_) | Self::Text(_) => Err(format!("a value of another kind than {ty}").into()),
        }
    }

    fn accepts(_: &Type) -> bool {
        true
    }

    to_sql_checked!();
}

/// The columns of a row.
pub(super) fn row(row: &tokio_postgres::Row) -> Result<Row, StoreError> {
    let column = |at: usize, ty: &Type| {
        Ok(match *ty {
            Type::INT8 => row.try_get::<_, Option<i64>>(at)?.map_or(Value::Null, Value::Int),
            Type::INT4 => row.try_get::<_, Option<i32>>(at)?.map_or(Value::Null, |n| Value::Int(n.into())),
            Type::VOID => Value::Null,
            _ => row.try_get::<_, Option<String>>(at)?.map_or(Value::Null, Value::Text),
        })
    };
    row.columns().iter().enumerate().map(|(at, c)| column(at, c.type_())).collect()
}

/// What a statement did.
#[derive(Debug, Default)]
pub(super) struct Ran {
    pub rows: Vec<Row>,
    /// How many it wrote.
    pub written: u64,
}

/// A connection for as long as somebody has it. One that is left in the midst of a transaction is not used again.
pub(super) struct Link {
    db: Option<Object>,
    midst: bool,
}

/// A statement that is on its way.
enum Sent<F> {
    Waiting(Pin<Box<F>>),
    Answered(Result<Ran, Failed>),
}

/// Why a statement did not run.
#[derive(Debug)]
pub(super) enum Failed {
    /// The server says so, or cannot be asked.
    Server(Error),
    /// What came back cannot be read.
    Other(StoreError),
}

impl From<Error> for Failed {
    fn from(e: Error) -> Self {
        Self::Server(e)
    }
}

impl From<StoreError> for Failed {
    fn from(e: StoreError) -> Self {
        Self::Other(e)
    }
}

impl From<Failed> for StoreError {
    fn from(e: Failed) -> Self {
        match e {
            Failed::Server(e) => e.into(),
            Failed::Other(e) => e,
        }
    }
}

/// How a transaction's statements end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    /// It goes on.
    Open,
    /// It is written, if every statement ran.
    Commit,
    /// It is given up.
    Rollback,
}

impl Link {
    pub fn new(db: Object) -> Self {
        Self { db: Some(db), midst: false }
    }

    fn db(&self) -> Result<&Object, Failed> {
        self.db.as_ref().ok_or(Failed::Other(StoreError::Stopped))
    }

    /// Prepares those statements that this connection has not prepared yet, in one round trip.
    pub async fn prepare<'a>(&self, statements: impl Iterator<Item = &'a Statement>) -> Result<Vec<Prepared>, Failed> {
        let db = self.db()?;
        if db.statement_cache.size() > STATEMENTS {
            db.statement_cache.clear();
        }
        let mut asked = Vec::new();
        for (sql, _) in statements {
            let mut one = Box::pin(db.prepare_cached(sql));
            // Asked for the first time, it goes on its way; what is known is at hand at once.
            let answer = poll_once(&mut one).await;
            asked.push((one, answer));
        }
        let mut all = Vec::with_capacity(asked.len());
        for (one, answer) in asked {
            all.push(match answer {
                Poll::Ready(prepared) => prepared?,
                Poll::Pending => one.await?,
            });
        }
        Ok(all)
    }

    /// Runs one statement.
    pub async fn run(&self, (sql, args): &Statement) -> Result<Ran, Failed> {
        let db = self.db()?;
        let prepared = db.prepare_cached(sql).await?;
        run(db, &prepared, args).await
    }

    /// Begins a transaction in which everything is read as it stands at the first question.
    pub async fn snapshot(&mut self) -> Result<(), Failed> {
        self.midst = true;
        Ok(self.db()?.batch_execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY").await?)
    }

    /// Runs statements of a transaction, which `begin` begins and `end` ends, in one round trip: each is sent
    /// without waiting for the answer of the one before. Where one fails the transaction is given up, and nothing is
    /// written.
    pub async fn together(
        &mut self,
        begin: bool,
        statements: &[(&Prepared, &[Value])],
        end: End,
    ) -> Result<Vec<Ran>, Failed> {
        self.midst = true;
        let done = self.exchange(begin, statements, end).await;
        match (&done, end) {
            (Ok(_), End::Open) => {}
            (Ok(_), _) => self.midst = false,
            (Err(_), _) => {
                // It fails only with its connection, which then is not used again.
                self.midst = self.db()?.batch_execute("ROLLBACK").await.is_err();
            }
        }
        done
    }

    async fn exchange(&self, begin: bool, statements: &[(&Prepared, &[Value])], end: End) -> Result<Vec<Ran>, Failed> {
        let db = self.db()?;
        let mut begun = Box::pin(db.batch_execute("BEGIN"));
        let begun = if begin { Some(poll_once(&mut begun).await).map(|answer| (begun, answer)) } else { None };
        let mut sent = Vec::with_capacity(statements.len());
        let mut stopped = false;
        for (prepared, args) in statements {
            let mut one = Box::pin(run(db, prepared, args));
            match poll_once(&mut one).await {
                Poll::Pending => sent.push(Sent::Waiting(one)),
                Poll::Ready(answer) => {
                    // Answered without having been sent: it never was, and nothing behind it may be.
                    stopped = answer.is_err();
                    sent.push(Sent::Answered(answer));
                    if stopped {
                        break;
                    }
                }
            }
        }
        let mut ending = match end {
            End::Open => None,
            End::Commit if !stopped => Some(Box::pin(db.batch_execute("COMMIT"))),
            End::Commit | End::Rollback => Some(Box::pin(db.batch_execute("ROLLBACK"))),
        };
        let ended = match &mut ending {
            Some(ending) => poll_once(ending).await,
            None => Poll::Ready(Ok(())),
        };
        if let Some((begun, answer)) = begun {
            match answer {
                Poll::Ready(done) => done?,
                Poll::Pending => begun.await?,
            }
        }
        let mut all = Vec::with_capacity(sent.len());
        for one in sent {
            all.push(match one {
                Sent::Answered(answer) => answer?,
                Sent::Waiting(one) => one.await?,
            });
        }
        match (ending, ended) {
            (Some(ending), Poll::Pending) => ending.await?,
            (_, Poll::Ready(done)) => done?,
            (None, Poll::Pending) => {}
        }
        Ok(all)
    }
}

async fn run(db: &Object, prepared: &Prepared, args: &[Value]) -> Result<Ran, Failed> {
    let mut found = pin!(db.query_raw(prepared, args).await?);
    let mut rows = Vec::new();
    while let Some(one) = found.try_next().await? {
        rows.push(row(&one)?);
    }
    Ok(Ran { rows, written: found.rows_affected().unwrap_or(0) })
}

async fn poll_once<F: Future + Unpin>(future: &mut F) -> Poll<F::Output> {
    poll_fn(|cx| Poll::Ready(Pin::new(&mut *future).poll(cx))).await
}

impl Drop for Link {
    fn drop(&mut self) {
        if let Some(db) = self.db.take_if(|_| self.midst) {
            // Closed with it, the server ends the transaction.
            drop(Object::take(db));
        }
    }
}

/// Answers questions of one caller.
pub struct Reader(Link);

impl Reader {
    pub(super) fn new(link: Link) -> Self {
        Self(link)
    }
}

#[async_trait]
impl sql::Reader for Reader {
    async fn all(&self, sql: String, args: Vec<Value>) -> Result<Vec<Row>, StoreError> {
        Ok(self.0.run(&(sql, args)).await?.rows)
    }
}

impl Drop for Reader {
    fn drop(&mut self) {
        if self.0.midst
            && let Ok(db) = self.0.db()
        {
            // Sent at once; the connection answers whoever has it next after that.
            self.0.midst = matches!(db.batch_execute("ROLLBACK").now_or_never(), Some(Err(_)));
        }
    }
}
