//! Connections, with limits on what somebody may hold open without asking for anything.
//!
//! HTTP/1.1 only: TLS and HTTP/2 are the matter of the proxy in front. What is no HTTP is answered by the protocol
//! itself (400, 431) and its connection closed, so nothing that follows on it is taken for another request.

use std::future::Future;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::ConnectInfo;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tower_service::Service;

/// The largest header of a request, in bytes.
const HEADER_BYTES: usize = 64 << 10;
/// Connections at once; whoever comes then waits in the queue of the system.
const CONNECTIONS: usize = 10_000;
/// After a failure that more connections would only repeat: no file descriptors, no memory.
const BREATH: Duration = Duration::from_millis(200);

/// Serves until `ends` is ready, then lets the requests that go on finish. `patience` is how long a header may
/// take to arrive, and a connection to its next request.
pub(crate) async fn serve(router: Router, listener: TcpListener, patience: Duration, ends: impl Future<Output = ()>) {
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new()).header_read_timeout(patience).max_buf_size(HEADER_BYTES);
    let places = Arc::new(Semaphore::new(CONNECTIONS));
    let graceful = GracefulShutdown::new();
    let accepting = async {
        loop {
            // Never closed.
            let Ok(place) = places.clone().acquire_owned().await else { return };
            let (stream, peer) = accept(&listener).await;
            let router = router.clone();
            let service = hyper::service::service_fn(move |mut request: hyper::Request<Incoming>| {
                request.extensions_mut().insert(ConnectInfo(peer));
                router.clone().call(request)
            });
            let connection = graceful.watch(http.serve_connection(TokioIo::new(stream), service));
            tokio::spawn(async move {
                let _place = place;
                if let Err(e) = connection.await {
                    tracing::debug!(error = %e, "a connection ended early");
                }
            });
        }
    };
    tokio::select! {
        () = accepting => {}
        () = ends => {}
    }
    drop(listener);
    graceful.shutdown().await;
}

async fn accept(listener: &TcpListener) -> (TcpStream, SocketAddr) {
    loop {
        match listener.accept().await {
            Ok((stream, peer)) => {
                // Events are small and should not wait for more.
                if let Err(e) = stream.set_nodelay(true) {
                    tracing::debug!(error = %e, "a connection cannot be told to send at once");
                }
                return (stream, peer);
            }
            Err(e) => {
                tracing::warn!(error = %e, "a connection was not accepted");
                tokio::time::sleep(BREATH).await;
            }
        }
    }
}
