//! The engine for several processes: a PostgreSQL server.
//!
//! Each act is a transaction of its own, and many run at the same time, from this process and others. An act is two
//! round trips: BEGIN with its guards, which lock what they find, and the write of the file's row, which tells whether
//! the file has moved on; then everything else with COMMIT. Statements of one trip are sent one behind the other.
//!
//! Transactions are `READ COMMITTED`: each statement sees what was committed when it began. What a guard found stays
//! so because the row is locked, because a row can be written once only (an idempotency key, a message, the first
//! number of a series), or because the file's row is: whoever writes a file has its row until he ends. Two who meet
//! at a key, or in each other's way, are sorted out by the server, and who was sent back asks his guards again, which
//! now see what the other did. So the answers are those of an engine that writes one act after the other.
//! `SERIALIZABLE` would send back acts that do not touch each other: all of them ask the same indexes.
//!
mod address;
mod fault;
mod hold;
mod link;
pub mod peer;
mod presence;
mod schema;

use std::fmt::Write as _;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use deadpool_postgres::{Connect, Manager, ManagerConfig, Pool, RecyclingMethod, Runtime};
use tokio::task::JoinHandle;
use tokio_postgres::{Client, Config};
use tracing::Instrument;

use self::address::Address;
use self::fault::Again;
use self::hold::Holds;
use self::link::{End, Failed, Link, NAMED_LOCK, Reader};
use self::presence::Presence;
use crate::error::StoreError;
use crate::repository::{Hold, News};
use crate::rows::Committed;
use crate::sql::{Act, Arg, Ask, Database, Dialect, Engine, Row, Statement, Value, Write};
use crate::{TRACES, part};

type Result<T> = std::result::Result<T, StoreError>;

/// Connections of one process at most.
const CONNECTIONS: usize = 16;
/// How long somebody waits for a connection.
const PATIENCE: Duration = Duration::from_secs(10);
/// After so long without an answer a connection is taken to be lost.
const SILENCE: Duration = Duration::from_secs(30);
/// How often something is done again that was sent back.
const TRIES: u32 = 10;
/// How often where a key was taken: after the first time it can be seen by whom.
const TAKEN: u32 = 3;

/// What each connection begins with, whatever the server's own settings are. An answer is given only after the
/// database has synced; who holds locks and is gone lets go of them; a plan is never compiled, acts are short.
const SESSION: &str = "SET default_transaction_isolation = 'read committed';
    SET default_transaction_read_only = off;
    SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') = 'off';
    SET idle_in_transaction_session_timeout = '60s';
    SET client_min_messages = warning;
    SET jit = off";

/// The database on a PostgreSQL server.
pub type Postgres = Database<Server>;

/// The engine.
#[derive(Debug)]
pub struct Server {
    pool: Pool,
    answered: Arc<AtomicU64>,
    tape: peer::Tape,
    presence: Presence,
    holds: Holds,
}

/// Connects to the server.
struct Dial(Address);

impl Connect for Dial {
    fn connect(&self, to: &Config) -> Pin<Box<dyn Future<Output = Connected> + Send + '_>> {
        let to = to.clone();
        Box::pin(async move {
            let (db, connection) = to.connect(self.0.tls.clone()).await?;
            let connection = tokio::spawn(async move {
                if let Err(e) = connection.await {
                    tracing::warn!("a connection to the database was lost: {}", StoreError::from(e));
                }
            });
            db.batch_execute(SESSION).await?;
            Ok((db, connection))
        })
    }
}

type Connected = std::result::Result<(Client, JoinHandle<()>), tokio_postgres::Error>;

impl Postgres {
    /// Opens the database at `postgres://user@host:port/name`, which must be there, and brings its schema up to date.
    /// Other processes may have it open.
    ///
    /// Must be called within a Tokio runtime.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] where it cannot be reached; a database error where it cannot be used or was
    /// written by a newer version.
    pub async fn open(address: &str) -> Result<Self> {
        let server = Server::at(address)?;
        let mut db = server.pool.get().await?;
        usable(&db).await?;
        schema::migrate(&mut db).await?;
        Ok(Database(server))
    }

    /// Opens a database to look at it: nothing is changed by opening it.
    ///
    /// # Errors
    /// As [`Postgres::open`], and where the schema is not the one this program knows.
    pub async fn open_to_look(address: &str) -> Result<Self> {
        let server = Server::at(address)?;
        let mut db = server.pool.get().await?;
        usable(&db).await?;
        schema::current(&mut db).await?;
        Ok(Database(server))
    }

    /// How many acts and writes were answered since it was opened, whatever the answer.
    pub fn answered(&self) -> u64 {
        self.0.answered.load(Ordering::Acquire)
    }
}

/// Whether texts can be kept in it, and are kept safe.
async fn usable(db: &Client) -> Result<()> {
    let said = db.query_one("SELECT current_setting('server_encoding'), current_setting('fsync')", &[]).await?;
    if said.try_get::<_, &str>(0)? != "UTF8" {
        return Err(StoreError::Database("数据库的编码应为 UTF8".into()));
    }
    if said.try_get::<_, &str>(1)? != "on" {
        tracing::warn!("the database server does not sync (fsync = off): a power cut may lose what was acknowledged");
    }
    Ok(())
}

impl Server {
    fn at(address: &str) -> Result<Self> {
        let address = Address::read(address)?;
        let manager = Manager::from_connect(
            address.config.clone(),
            Dial(address.clone()),
            ManagerConfig { recycling_method: RecyclingMethod::Fast },
        );
        let pool = Pool::builder(manager)
            .max_size(CONNECTIONS)
            .runtime(Runtime::Tokio1)
            .wait_timeout(Some(PATIENCE))
            .create_timeout(Some(PATIENCE))
            .build()
            .map_err(|e| StoreError::Database(e.to_string()))?;
        let (presence, holds) = (Presence::new(address.clone()), Holds::new(address));
        Ok(Self { pool, answered: Arc::default(), tape: peer::Tape::default(), presence, holds })
    }

    /// Does something on a connection, again where it was sent back. It goes on to its end even where its caller has
    /// gone: nobody leaves a transaction half way.
    async fn attempt<W: Work>(&self, work: W) -> Result<W::Answer> {
        let (pool, answered) = (self.pool.clone(), Arc::clone(&self.answered));
        let done = async move {
            let done = attempts(&pool, &work).await;
            answered.fetch_add(1, Ordering::AcqRel);
            done
        };
        tokio::spawn(done.in_current_span()).await.map_err(|_| StoreError::Stopped)?
    }
}

async fn attempts<W: Work>(pool: &Pool, work: &W) -> Result<W::Answer> {
    let mut tries = 1;
    loop {
        let waits = part(|| tracing::info_span!(target: TRACES, "wait for a connection"));
        let mut link = Link::new(pool.get().instrument(waits).await?);
        let writes = part(|| tracing::info_span!(target: TRACES, "write", tries = i64::from(tries)));
        let failed = match work.on(&mut link).instrument(writes).await {
            Ok(answer) => return Ok(answer),
            Err(Failed::Other(e)) => return Err(e),
            Err(Failed::Server(e)) => e,
        };
        match Again::of(&failed) {
            Some(Again::Taken) if tries < TAKEN => {}
            Some(Again::Crossed) if tries < TRIES => {}
            Some(Again::Crossed) => return Err(StoreError::Unavailable("同时办理的事项过多".into())),
            Some(Again::Taken) | None => return Err(failed.into()),
        }
        tries += 1;
    }
}

/// What is done on a connection, and may be done again.
trait Work: Send + Sync + 'static {
    type Answer: Send + 'static;
    fn on(&self, link: &mut Link) -> impl Future<Output = std::result::Result<Self::Answer, Failed>> + Send;
}

/// Statements of which no two touch the same rows, as one: the server is asked once instead of for each.
fn as_one(group: &[Statement]) -> Option<Statement> {
    let (last, before) = group.split_last()?;
    let mut all = Vec::new();
    let mut sql = String::new();
    for (n, (text, args)) in before.iter().enumerate() {
        let _ = write!(sql, "{} s{n} AS ({})", if n == 0 { "WITH" } else { "," }, numbered(text, all.len()));
        all.extend_from_slice(args);
    }
    let _ = write!(sql, " {}", numbered(&last.0, all.len()));
    all.extend_from_slice(&last.1);
    Some((sql, all))
}

/// `$1`, `$2`, ... as `$(1 + by)`, `$(2 + by)`, ...
fn numbered(sql: &str, by: usize) -> String {
    let mut parts = sql.split('$');
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let digits = part.len() - part.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        let (n, rest) = part.split_at(digits);
        let _ = write!(out, "${}{rest}", n.parse::<usize>().unwrap_or_default() + by);
    }
    out
}

impl Work for Act {
    type Answer = Committed;

    async fn on(&self, link: &mut Link) -> std::result::Result<Committed, Failed> {
        let guards: Vec<&Statement> = self.asks.iter().map(|a| &a.statement).chain([&self.first]).collect();
        let every = as_one(&self.every);
        let rest: Vec<&Statement> = every.iter().chain(&self.rest).collect();
        let prepared = link.prepare(guards.iter().chain(&rest).copied()).await?;
        let (asked, written) = prepared.split_at(guards.len());
        let asked: Vec<_> = asked.iter().zip(&guards).map(|(p, (_, args))| (p, args.as_slice())).collect();
        let mut answers = link.together(true, &asked, End::Open).await?;
        let first = answers.pop().unwrap_or_default();
        let mut refused = None;
        for (ask, answer) in self.asks.iter().zip(&answers) {
            refused = refused.or(ask.refused(&answer.rows)?);
        }
        if refused.is_none() && first.written != 1 {
            refused = Some(Committed::Conflict);
        }
        let Some(refused) = refused else {
            let rest: Vec<_> = written.iter().zip(rest).map(|(p, (_, args))| (p, args.as_slice())).collect();
            link.together(false, &rest, End::Commit).await?;
            return Ok(Committed::Done);
        };
        // A guard that waited for somebody may have been refused by the very same act, which came twice.
        let before: Vec<(&Ask, _)> = self.asks.iter().zip(asked).filter(|(a, _)| a.tells_of_before()).collect();
        let again: Vec<_> = before.iter().map(|(_, asked)| *asked).collect();
        let answers = link.together(false, &again, End::Rollback).await?;
        for ((ask, _), answer) in before.iter().zip(&answers) {
            if let Some(told) = ask.refused(&answer.rows)? {
                return Ok(told);
            }
        }
        Ok(refused)
    }
}

impl Work for Write {
    type Answer = Vec<Row>;

    async fn on(&self, link: &mut Link) -> std::result::Result<Vec<Row>, Failed> {
        if let ([one], [], None) = (self.statements.as_slice(), self.locks.as_slice(), &self.alone) {
            return Ok(link.run(one).await?.rows);
        }
        let alone: Option<Statement> = self.alone.as_ref().map(|name| (NAMED_LOCK.to_owned(), vec![name.arg()]));
        let all: Vec<&Statement> = alone.iter().chain(&self.locks).chain(&self.statements).collect();
        let prepared = link.prepare(all.iter().copied()).await?;
        let all: Vec<(_, &[Value])> = prepared.iter().zip(all).map(|(p, (_, args))| (p, args.as_slice())).collect();
        let mut ran = link.together(true, &all, End::Commit).await?;
        Ok(ran.pop().unwrap_or_default().rows)
    }
}

#[async_trait]
impl Engine for Server {
    const DIALECT: Dialect = Dialect::Postgres;
    type Reader = Reader;

    async fn act(&self, act: Act) -> Result<Committed> {
        let copy = self.tape.copy(&act);
        let answer = self.attempt(act).await?;
        if copy.is_some() && answer == Committed::Done {
            self.tape.keep(copy);
        }
        Ok(answer)
    }

    async fn write(&self, write: Write) -> Result<Vec<Row>> {
        if write.statements.is_empty() {
            return Ok(Vec::new());
        }
        self.attempt(write).await
    }

    async fn reader(&self) -> Result<Reader> {
        Ok(Reader::new(Link::new(self.pool.get().await?)))
    }

    async fn snapshot(&self) -> Result<Reader> {
        let mut link = Link::new(self.pool.get().await?);
        link.snapshot().await?;
        Ok(Reader::new(link))
    }

    async fn holder(&self) -> Result<i64> {
        self.presence.number().await
    }

    async fn announce(&self, what: &[String]) -> Result<()> {
        self.presence.announce(what).await
    }

    async fn news(&self) -> Result<News> {
        self.presence.news().await
    }

    async fn hold_contents(&self, alone: bool) -> Result<Option<Hold>> {
        self.holds.contents(alone).await.map(Some)
    }

    async fn close(&self) {
        self.pool.close();
        self.presence.end().await;
    }
}
