//! What an act wrote, as a script for pgbench: the peer against which a benchmark measures everything around it.

use std::fmt::Write as _;
use std::path::PathBuf;
use std::str::FromStr;
use std::sync::PoisonError;
use std::sync::atomic::{AtomicBool, Ordering};

use tokio_postgres::Config;
use tokio_postgres::config::Host;

use super::Postgres;
use crate::error::StoreError;
use crate::sql::{Act, Group, Value};

type Result<T> = std::result::Result<T, StoreError>;

/// Keeps the last act that was written while it runs.
#[derive(Debug, Default)]
pub(super) struct Tape {
    running: AtomicBool,
    last: std::sync::Mutex<Option<Group>>,
}

impl Tape {
    /// A copy of the act's statements, where they are wanted.
    pub fn copy(&self, act: &Act) -> Option<Group> {
        let wanted = self.running.load(Ordering::Acquire);
        wanted.then(|| [&act.first].into_iter().chain(&act.every).chain(&act.rest).cloned().collect())
    }

    pub fn keep(&self, written: Option<Group>) {
        *self.last.lock().unwrap_or_else(PoisonError::into_inner) = written;
    }
}

impl Postgres {
    /// From now on keeps the last act that was written, until [`Postgres::recorded`]. For benchmarks.
    pub fn record(&self) {
        self.0.tape.running.store(true, Ordering::Release);
    }

    /// The last act that was written since [`Postgres::record`].
    pub fn recorded(&self) -> Option<Recorded> {
        self.0.tape.running.store(false, Ordering::Release);
        self.0.tape.last.lock().unwrap_or_else(PoisonError::into_inner).take().map(Recorded)
    }
}

/// The statements of an act.
#[derive(Debug)]
pub struct Recorded(Group);

impl Recorded {
    /// Statements of the act, beside BEGIN and COMMIT.
    pub fn statements(&self) -> usize {
        self.0.len()
    }

    /// A script for `pgbench -M prepared -D n=...`: the same statements with the same values, over and over. Each
    /// client writes the file of its number among `files`, and its variable `n`, which must begin beyond the versions
    /// of all files, is the version and makes the event another one. `pipelined` sends the statements one behind the
    /// other, as the engine does; else each waits for the one before, as pgbench usually does.
    pub fn script(&self, files: &[String], pipelined: bool) -> String {
        let event = self.0.iter().find(|(sql, _)| sql.starts_with("INSERT INTO events "));
        let known = |at: usize| event.and_then(|(_, args)| args.get(at));
        let (file, seq, id) = (known(0), known(1), known(2));
        let all: Vec<String> = files.iter().map(|f| literal(f)).collect();
        let hers = format!("(ARRAY[{}])[:client_id + 1]", all.join(", "));
        let value = |v: &Value| match v {
            v if Some(v) == file => hers.clone(),
            v if Some(v) == id => "('E-' || :client_id || '-' || :n)".to_owned(),
            v if Some(v) == seq => "CAST(:n AS BIGINT)".to_owned(),
            Value::Null => "NULL".to_owned(),
            Value::Int(n) => n.to_string(),
            Value::Text(text) => literal(text),
        };
        let mut script = String::from("\\set n :n + 1\n");
        if pipelined {
            script += "\\startpipeline\n";
        }
        script += "BEGIN;\n";
        for (sql, args) in &self.0 {
            // Whatever version the file has: each client has one of its own.
            let sql = sql.replace(" AND version = $2", "");
            let values: Vec<String> = args.iter().map(value).collect();
            let mut said = String::new();
            let mut rest = sql.as_str();
            while let Some((before, after)) = rest.split_once('$') {
                let digits = after.len() - after.trim_start_matches(|c: char| c.is_ascii_digit()).len();
                let n = after[..digits].parse::<usize>().ok().and_then(|n| values.get(n.checked_sub(1)?));
                said += before;
                said += n.map_or("NULL", String::as_str);
                rest = &after[digits..];
            }
            let _ = writeln!(script, "{};", (said + rest).replace('\n', " "));
        }
        script += "COMMIT;\n";
        if pipelined {
            script += "\\endpipeline\n";
        }
        script
    }
}

/// A text of SQL in which pgbench finds no variable: it takes a colon before a name for one.
fn literal(text: &str) -> String {
    let mut out = String::from("E'");
    for c in text.chars() {
        match c {
            '\'' => out += "\\'",
            '\\' => out += "\\\\",
            ':' => out += "\\072",
            '\n' => out += "\\n",
            '\r' => out += "\\r",
            c => out.push(c),
        }
    }
    out.push('\'');
    out
}

/// The address as the variables that programs of PostgreSQL read, so that a password stands in no argument.
///
/// # Errors
/// Where the address is none.
pub fn environment(address: &str) -> Result<Vec<(&'static str, String)>> {
    let config = Config::from_str(address).map_err(|_| StoreError::Database("数据库地址有误".into()))?;
    let mut all = Vec::new();
    all.extend(config.get_hosts().first().map(|host| {
        let host = match host {
            Host::Tcp(name) => name.clone(),
            Host::Unix(path) => path.display().to_string(),
        };
        ("PGHOST", host)
    }));
    all.extend(config.get_ports().first().map(|port| ("PGPORT", port.to_string())));
    all.extend(config.get_user().map(|user| ("PGUSER", user.to_owned())));
    all.extend(config.get_password().map(|word| ("PGPASSWORD", String::from_utf8_lossy(word).into_owned())));
    all.extend(config.get_dbname().map(|name| ("PGDATABASE", name.to_owned())));
    Ok(all)
}

/// Where a program of the server's package is, on Debian or on the path.
pub fn program(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let versions = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let mut debian: Vec<PathBuf> = versions.map(|v| v.path().join("bin")).collect();
    debian.sort();
    debian.into_iter().rev().chain(std::env::split_paths(&path)).map(|f| f.join(name)).find(|p| p.exists())
}
