//! Locks that processes with different folders of contents see.
//!
//! Each lives in a connection of its own, for it may be held for as long as an upload takes. Those that may be held
//! together share one: a process has few such connections, however many bring something in.

use std::sync::{Arc, Weak};
use std::time::Duration;

use tokio::sync::Mutex;
use tokio::task::JoinHandle;
use tokio::time::Instant;
use tokio_postgres::Client;

use super::SESSION;
use super::address::Address;
use crate::error::StoreError;
use crate::repository::{Hold, Standing};

type Result<T> = std::result::Result<T, StoreError>;

/// For so long others join: whoever waits to be alone waits behind those who came before, and not for ever.
const OPEN: Duration = Duration::from_secs(5);

/// The locks of this process.
#[derive(Debug)]
pub(super) struct Holds {
    address: Address,
    together: Mutex<Option<(Instant, Weak<Locked>)>>,
}

#[derive(Debug)]
struct Locked {
    db: Client,
    connection: JoinHandle<()>,
}

impl Holds {
    pub fn new(address: Address) -> Self {
        Self { address, together: Mutex::default() }
    }

    /// Waits until the lock is held.
    ///
    /// # Errors
    /// Where the server cannot be reached.
    pub async fn contents(&self, alone: bool) -> Result<Hold> {
        if alone {
            return Ok(Hold(self.locked("SELECT pg_advisory_lock(8, 0)").await?));
        }
        let mut together = self.together.lock().await;
        if let Some((since, held)) = &*together
            && since.elapsed() < OPEN
            && let Some(held) = held.upgrade().filter(|held| held.stands())
        {
            return Ok(Hold(held));
        }
        let held = self.locked("SELECT pg_advisory_lock_shared(8, 0)").await?;
        *together = Some((Instant::now(), Arc::downgrade(&held)));
        Ok(Hold(held))
    }

    async fn locked(&self, how: &str) -> Result<Arc<Locked>> {
        let (db, connection) = self.address.config.connect(self.address.tls.clone()).await?;
        let connection = tokio::spawn(async move {
            if let Err(e) = connection.await {
                tracing::warn!("a lock on the contents was lost: {}", StoreError::from(e));
            }
        });
        let locked = Locked { db, connection };
        locked.db.batch_execute(SESSION).await?;
        locked.db.execute(how, &[]).await?;
        Ok(Arc::new(locked))
    }
}

impl Standing for Locked {
    fn stands(&self) -> bool {
        !self.db.is_closed()
    }
}

impl Drop for Locked {
    fn drop(&mut self) {
        self.connection.abort();
    }
}
