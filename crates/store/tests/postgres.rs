//! The conformance suite on PostgreSQL, and what is PostgreSQL's own: several processes, races, lost connections.

#![allow(clippy::unwrap_used, reason = "a test stops at the first surprise")]

#[path = "common/postgres.rs"]
mod server;

use std::sync::Arc;

use store::conformance;
use store::{Postgres, Repository};

async fn fresh() -> Postgres {
    Postgres::open(&server::database().await).await.unwrap()
}

macro_rules! conforms {
    ($($name:ident),*) => {$(
        #[tokio::test]
        async fn $name() {
            conformance::$name(&fresh().await).await.unwrap();
        }
    )*};
}
conforms!(
    acts,
    payloads,
    exchange,
    handovers,
    filters,
    finds,
    rosters,
    views,
    notices,
    people,
    contents,
    destruction,
    notes,
    records
);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn counters() {
    conformance::counters(Arc::new(fresh().await)).await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn groups() {
    let db = Arc::new(fresh().await);
    let before = std::sync::atomic::AtomicU64::new(0);
    // Sixteen at once; then one after the other, each answered before the next begins.
    let answered = async |n| {
        let all = before.load(std::sync::atomic::Ordering::Acquire) + n;
        while db.answered() < all {
            tokio::task::yield_now().await;
        }
        if n == 16 {
            before.store(16, std::sync::atomic::Ordering::Release);
        }
    };
    conformance::groups(Arc::clone(&db) as Arc<dyn Repository>, async || (), answered).await.unwrap();
}
