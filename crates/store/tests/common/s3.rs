//! An S3-compatible store: moto.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::PathBuf;
use std::process::Child;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

use super::served;

struct Server {
    at: SocketAddr,
    _watch: Child,
}

/// Starts the store and stops it when nobody holds the other end of its input any more.
const WATCH: &str = r#"
set -eu
"$1" -H 127.0.0.1 -p "$2" >/dev/null 2>&1 &
server=$!
trap 'kill $server' EXIT
until curl -fso /dev/null "http://127.0.0.1:$2/moto-api/"; do kill -0 $server; done
echo ready
while read -r _; do :; done
"#;

fn program() -> PathBuf {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..");
    let program = root.join("target/moto/bin/moto_server");
    assert!(program.exists(), "the store for tests is missing: scripts/setup installs it");
    program
}

fn start() -> Server {
    let (port, watch) = served(WATCH, |port| [program().into(), port.to_string().into()]);
    Server { at: ([127, 0, 0, 1], port).into(), _watch: watch }
}

/// Where the store of this program listens, and the name of a new bucket in it.
pub fn bucket() -> (SocketAddr, String) {
    static SERVER: OnceLock<Server> = OnceLock::new();
    static BUCKETS: AtomicU32 = AtomicU32::new(0);
    let at = SERVER.get_or_init(start).at;
    let name = format!("bucket-{}", BUCKETS.fetch_add(1, Ordering::Relaxed));
    let answer = plainly(
        at,
        &format!("PUT /{name} HTTP/1.1\r\nHost: {at}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"),
        b"",
    );
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    (at, name)
}

/// A request past the program: what somebody else could do to the store.
pub fn plainly(at: SocketAddr, head: &str, body: &[u8]) -> String {
    let mut stream = TcpStream::connect(at).unwrap();
    stream.write_all(head.as_bytes()).unwrap();
    stream.write_all(body).unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).unwrap();
    String::from_utf8_lossy(&answer).into_owned()
}

/// What a program is told of the store.
pub fn settings(at: SocketAddr) -> Vec<(String, String)> {
    let endpoint = format!("http://{at}");
    [
        ("AWS_ENDPOINT_URL", endpoint.as_str()),
        ("AWS_ALLOW_HTTP", "true"),
        ("AWS_REGION", "us-east-1"),
        ("AWS_ACCESS_KEY_ID", "key"),
        ("AWS_SECRET_ACCESS_KEY", "geheim"),
    ]
    .map(|(name, value)| (name.to_owned(), value.to_owned()))
    .into()
}
