//! What lists show of a file: deleted and written anew by each of its commits.

use sea_orm::Value;

use super::codec::{Arg, args};
use super::table::Table;
use super::tape::Tx;
use crate::error::StoreError;
use crate::rows::{ClockRow, FileRow, TodoRow, TrackRow, Views};

type Result<T> = std::result::Result<T, StoreError>;

/// Rows of one INSERT at most, well below the parameters that an engine allows.
const CHUNK: usize = 200;

/// Makes the lists show a file as it is now.
pub(super) async fn replace(tx: &mut Tx, file: &FileRow, views: &Views) -> Result<()> {
    let people = (0u64..).zip(&file.people).map(|(pos, (user, relation))| args![file.id, user, relation, pos]);
    anew(tx, &file.id, "file_people", "file, \"user\", relation, pos", people.collect()).await?;
    let columns = |own: &str| format!("{own}, pos");
    anew(tx, &file.id, "todos", &columns(TodoRow::COLUMNS), numbered(&views.todos)).await?;
    anew(tx, &file.id, "clocks", &columns(ClockRow::COLUMNS), numbered(&views.clocks)).await?;
    anew(tx, &file.id, "tracks", &columns(TrackRow::COLUMNS), numbered(&views.tracks)).await
}

fn numbered<T: Table>(rows: &[T]) -> Vec<Vec<Value>> {
    (0u64..)
        .zip(rows)
        .map(|(pos, row)| {
            let mut args = row.args();
            args.push(pos.arg());
            args
        })
        .collect()
}

async fn anew(tx: &mut Tx, file: &str, table: &str, columns: &str, rows: Vec<Vec<Value>>) -> Result<()> {
    tx.run(format!("DELETE FROM {table} WHERE file = $1"), args![file]).await?;
    for chunk in rows.chunks(CHUNK) {
        tx.run(many(table, columns, chunk), chunk.concat()).await?;
    }
    Ok(())
}

/// `INSERT INTO table (columns) VALUES (...), (...)`.
pub(super) fn many(table: &str, columns: &str, rows: &[Vec<Value>]) -> String {
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
