//! A PostgreSQL server: in a folder of its own, as durable as in production.

use std::path::PathBuf;
use std::process::Child;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

use super::served;

/// Started by the first who asks; keeps the server alive through the pipe that its watch waits at.
struct Server {
    port: u16,
    dir: PathBuf,
    _watch: Child,
}

/// What watches over the server: it makes the database, starts the server, says so, and stops it when nobody holds the
/// other end of its input any more. The server refuses to run as root, so it then runs as the user `postgres`.
const WATCH: &str = r#"
set -eu
dir=$1 port=$2 bin=$3
as=
mkdir -p "$dir"
if [ "$(id -u)" -eq 0 ]; then
  chown postgres "$dir"
  as="setpriv --reuid=postgres --regid=postgres --clear-groups"
fi
cd "$dir"
trap 'rm -rf "$dir"' EXIT
$as "$bin/initdb" --pgdata="$dir/data" --username=postgres --auth=trust --encoding=UTF8 --locale=C.UTF-8 --no-sync >"$dir/log" 2>&1
$as openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=xiezhi-test -addext subjectAltName=IP:127.0.0.1 \
  -addext basicConstraints=critical,CA:FALSE -keyout "$dir/key" -out "$dir/certificate" 2>>"$dir/log"
$as "$bin/postgres" -D "$dir/data" -p "$port" -c listen_addresses=127.0.0.1 -c unix_socket_directories= \
  -c max_connections=200 -c ssl=on -c ssl_key_file="$dir/key" -c ssl_cert_file="$dir/certificate" >>"$dir/log" 2>&1 &
server=$!
trap 'kill -INT $server; wait $server || true; rm -rf "$dir"' EXIT
until $as "$bin/pg_isready" -q -h 127.0.0.1 -p "$port"; do
  kill -0 $server 2>/dev/null || { cat "$dir/log" >&2; exit 1; }
done
echo ready
while read -r _; do :; done
"#;

/// Where Debian puts what its wrappers would hide.
fn programs() -> PathBuf {
    let beside = |folder: PathBuf| folder.join("initdb").exists().then_some(folder);
    let path = std::env::var_os("PATH").unwrap_or_default();
    let versions = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let mut debian: Vec<PathBuf> = versions.map(|v| v.path().join("bin")).collect();
    debian.sort();
    debian
        .into_iter()
        .rev()
        .chain(std::env::split_paths(&path))
        .find_map(beside)
        .expect("PostgreSQL is missing: scripts/setup installs it")
}

fn start() -> Server {
    let bin = programs();
    let dir = tempfile::Builder::new().prefix("xiezhi-pg-").tempdir().unwrap().keep();
    let (port, watch) = served(WATCH, |port| [dir.clone().into(), port.to_string().into(), bin.clone().into()]);
    Server { port, dir, _watch: watch }
}

static SERVER: OnceLock<Server> = OnceLock::new();

/// The certificate of the server of this program, which is for 127.0.0.1 and no other name.
pub fn certificate() -> PathBuf {
    SERVER.get_or_init(start).dir.join("certificate")
}

/// The address of an empty database on the server of this program.
pub async fn database() -> String {
    static DATABASES: AtomicU32 = AtomicU32::new(0);
    let port = SERVER.get_or_init(start).port;
    let name = format!("t{}", DATABASES.fetch_add(1, Ordering::Relaxed));
    behind(&at(port, "postgres")).await.batch_execute(&format!("CREATE DATABASE {name}")).await.unwrap();
    at(port, &name)
}

fn at(port: u16, name: &str) -> String {
    format!("postgres://postgres@127.0.0.1:{port}/{name}")
}

/// A connection past the engine: what another program could do.
pub async fn behind(address: &str) -> tokio_postgres::Client {
    let (db, connection) = tokio_postgres::connect(address, tokio_postgres::NoTls).await.unwrap();
    tokio::spawn(connection);
    db
}
