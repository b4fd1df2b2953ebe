//! A connection that shows others for as long as it stands that this process runs, and by which they tell each other
//! what has happened.

use std::future::poll_fn;
use std::sync::{Arc, OnceLock};

use tokio::sync::broadcast::{self, error::RecvError};
use tokio::sync::{Mutex, MutexGuard};
use tokio::task::JoinHandle;
use tokio_postgres::tls::TlsStream;
use tokio_postgres::{AsyncMessage, Client, Connection, Socket};

use super::SESSION;
use super::address::Address;
use crate::error::StoreError;
use crate::repository::News;

type Result<T> = std::result::Result<T, StoreError>;

/// Announcements that a process may be behind by.
const BEHIND: usize = 4096;
/// Tells all that listen.
const TELL: &str = "SELECT pg_notify('xiezhi', said) FROM unnest($1::text[]) AS said";

/// Made when it is first needed, and anew when it was lost.
#[derive(Debug)]
pub(super) struct Presence {
    address: Address,
    state: Mutex<State>,
    heard: Mutex<broadcast::Receiver<News>>,
    said: broadcast::Sender<News>,
}

#[derive(Debug)]
enum State {
    Away,
    Shown(Shown),
    Ended,
}

#[derive(Debug)]
struct Shown {
    db: Client,
    connection: JoinHandle<()>,
    /// That of its backend, unique among all that stand.
    number: i32,
}

impl Presence {
    pub fn new(address: Address) -> Self {
        let (said, heard) = broadcast::channel(BEHIND);
        Self { address, state: Mutex::new(State::Away), heard: Mutex::new(heard), said }
    }

    /// The number under which others see this process.
    pub async fn number(&self) -> Result<i64> {
        let state = self.shown().await?;
        match &*state {
            State::Shown(shown) => Ok(shown.number.into()),
            State::Away | State::Ended => Err(StoreError::Stopped),
        }
    }

    /// Tells the others.
    pub async fn announce(&self, what: &[String]) -> Result<()> {
        let state = self.shown().await?;
        let State::Shown(shown) = &*state else { return Err(StoreError::Stopped) };
        shown.db.execute(TELL, &[&what]).await?;
        Ok(())
    }

    /// What another process announces next.
    pub async fn news(&self) -> Result<News> {
        drop(self.shown().await?);
        match self.heard.lock().await.recv().await {
            Ok(news) => Ok(news),
            Err(RecvError::Lagged(_)) => Ok(News::Missed),
            Err(RecvError::Closed) => Err(StoreError::Stopped),
        }
    }

    /// Shows itself no longer.
    pub async fn end(&self) {
        *self.state.lock().await = State::Ended;
        // Nobody may be listening.
        let _ = self.said.send(News::Missed);
    }

    async fn shown(&self) -> Result<MutexGuard<'_, State>> {
        let mut state = self.state.lock().await;
        match &*state {
            State::Ended => return Err(StoreError::Stopped),
            State::Shown(shown) if !shown.db.is_closed() => {}
            State::Shown(_) | State::Away => *state = State::Shown(Shown::to(&self.address, &self.said).await?),
        }
        Ok(state)
    }
}

impl Shown {
    async fn to(address: &Address, said: &broadcast::Sender<News>) -> Result<Self> {
        let (db, connection) = address.config.connect(address.tls.clone()).await?;
        let me = Arc::new(OnceLock::new());
        let connection = tokio::spawn(heard(connection, Arc::clone(&me), said.clone()));
        db.batch_execute(SESSION).await?;
        let shown = db.query_one("SELECT pg_backend_pid(), pg_advisory_lock(7, pg_backend_pid())", &[]).await?;
        let number = shown.try_get(0)?;
        let _ = me.set(number);
        db.batch_execute("LISTEN xiezhi").await?;
        Ok(Self { db, connection, number })
    }
}

/// Hands on what others say until the connection ends.
async fn heard<S: TlsStream + Unpin>(
    mut connection: Connection<Socket, S>,
    me: Arc<OnceLock<i32>>,
    said: broadcast::Sender<News>,
) {
    loop {
        match poll_fn(|cx| connection.poll_message(cx)).await {
            Some(Ok(AsyncMessage::Notification(n))) if me.get() != Some(&n.process_id()) => {
                // Nobody may be listening.
                let _ = said.send(News::Said(n.payload().to_owned()));
            }
            Some(Ok(_)) => {}
            Some(Err(e)) => {
                tracing::warn!("the connection to other processes was lost: {}", StoreError::from(e));
                break;
            }
            None => break,
        }
    }
    let _ = said.send(News::Missed);
}

impl Drop for Shown {
    fn drop(&mut self) {
        self.connection.abort();
    }
}
