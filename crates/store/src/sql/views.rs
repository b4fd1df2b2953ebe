//! What lists show of a file: deleted and written anew by each of its commits.

use super::codec::{Arg, Value, args};
use super::statement::{Group, delete_of, insert_many};
use super::table::Table;
use crate::rows::{ClockRow, FileRow, ReturnedRow, TodoRow, TrackRow, ValueRow, Views};

/// Makes the lists show a file as it is now.
pub fn replace(out: &mut Group, file: &FileRow, views: &Views) {
    let people = (0u64..).zip(&file.people).map(|(pos, (user, relation))| args![file.id, user, relation, pos]);
    anew(out, &file.id, "file_people", "file, \"user\", relation, pos", people.collect());
    let grants = (0u64..).zip(&file.grants).map(|(pos, g)| args![file.id, g.user, g.from, g.to, pos]);
    anew(out, &file.id, "file_grants", "file, \"user\", from_at, to_at, pos", grants.collect());
    let columns = |own: &str| format!("{own}, pos");
    anew(out, &file.id, "todos", &columns(TodoRow::COLUMNS), numbered(&views.todos));
    anew(out, &file.id, "clocks", &columns(ClockRow::COLUMNS), numbered(&views.clocks));
    anew(out, &file.id, "tracks", &columns(TrackRow::COLUMNS), numbered(&views.tracks));
    anew(out, &file.id, "returned", &columns(ReturnedRow::COLUMNS), numbered(&views.returned));
}

/// Writes the values of a file's cards anew.
pub fn values(out: &mut Group, file: &FileRow, values: &[ValueRow]) {
    anew(out, &file.id, "card_values", ValueRow::COLUMNS, values.iter().map(Table::args).collect());
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

fn anew(out: &mut Group, file: &str, table: &str, columns: &str, rows: Vec<Vec<Value>>) {
    out.push(delete_of(table, file));
    out.extend(insert_many(table, columns, &rows, ""));
}
