//! Statements as values, so that an engine may run them again.

use super::codec::{Arg, Value, args};

/// SQL with `$1`, `$2`, ... and what they stand for.
pub type Statement = (String, Vec<Value>);
/// Statements in order.
pub type Group = Vec<Statement>;

/// Statements that are written together.
#[derive(Debug, Clone, Default)]
pub struct Write {
    /// SELECTs that lock rows; an engine with one writer passes them over.
    pub locks: Group,
    /// A name under which no two such writes run at the same time, for what a row cannot guard: a count, a maximum.
    pub alone: Option<String>,
    /// What is written. The last one may return rows.
    pub statements: Group,
    /// Whether nothing of what is overwritten or deleted shall be left in a log.
    pub scrub: bool,
}

impl Write {
    /// One statement.
    pub fn one(sql: impl Into<String>, args: Vec<Value>) -> Self {
        Self::default().then(sql, args)
    }

    /// A further statement.
    pub fn then(mut self, sql: impl Into<String>, args: Vec<Value>) -> Self {
        self.statements.push((sql.into(), args));
        self
    }

    /// Rows to lock beforehand.
    pub fn lock(mut self, sql: impl Into<String>, args: Vec<Value>) -> Self {
        self.locks.push((sql.into(), args));
        self
    }

    /// One at a time, of those with this name.
    pub fn alone(mut self, name: impl Into<String>) -> Self {
        self.alone = Some(name.into());
        self
    }

    /// Afterwards nothing of what was deleted shall be left in a log.
    pub fn scrub(mut self) -> Self {
        self.scrub = true;
        self
    }
}

/// `INSERT INTO table (columns) VALUES (...), (...)`, in as many statements as an engine needs for so many
/// parameters; `end` follows each.
pub fn insert_many(table: &str, columns: &str, rows: &[Vec<Value>], end: &str) -> Group {
    rows.chunks(CHUNK).map(|some| (format!("{}{end}", many(table, columns, some)), some.concat())).collect()
}

/// Rows of one INSERT, entries of one IN, at most: well below the parameters that an engine allows.
pub const CHUNK: usize = 200;

/// `DELETE FROM table WHERE file = $1`.
pub fn delete_of(table: &str, file: &str) -> Statement {
    (format!("DELETE FROM {table} WHERE file = $1"), args![file])
}

/// `INSERT INTO table (columns) VALUES (...), (...)`.
pub fn many(table: &str, columns: &str, rows: &[Vec<Value>]) -> String {
    let mut sql = format!("INSERT INTO {table} ({columns}) VALUES ");
    let mut n = 0;
    for (i, row) in rows.iter().enumerate() {
        let numbers: Vec<String> = (n + 1..=n + row.len()).map(|n| format!("${n}")).collect();
        n += row.len();
        sql += if i == 0 { "(" } else { ", (" };
        sql += &numbers.join(", ");
        sql += ")";
    }
    sql
}

/// `$n, $n+1, ...` for values that are appended to `args`; `NULL` for none, so that an IN finds nothing.
pub fn listed<T: Arg>(values: impl IntoIterator<Item = T>, args: &mut Vec<Value>) -> String {
    let numbers: Vec<String> = values
        .into_iter()
        .map(|v| {
            args.push(v.arg());
            format!("${}", args.len())
        })
        .collect();
    if numbers.is_empty() { "NULL".into() } else { numbers.join(", ") }
}
