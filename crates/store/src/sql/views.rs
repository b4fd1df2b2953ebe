//! What lists show of a file: deleted and written anew by each of its commits.

use super::codec::{Arg, Value, args};
use super::statement::{Group, delete_of, insert_many};
use super::table::Table;
use crate::rows::{ClockRow, FileRow, ReturnedRow, TodoRow, TrackRow, ValueRow, Views};

/// Makes the lists show nothing of a file.
pub fn forget(out: &mut Group, file: &FileRow) {
    let tables = ["file_people", "file_grants", "todos", "clocks", "tracks", "returned"];
    out.extend(tables.map(|table| delete_of(table, &file.id)));
}

/// Makes the lists show a file as it is now.
pub fn write(out: &mut Group, file: &FileRow, views: &Views) {
    let people = (0u64..).zip(&file.people).map(|(pos, (user, relation))| args![file.id, user, relation, pos]);
    add(out, "file_people", "file, \"user\", relation, pos", &people.collect::<Vec<_>>());
    let grants = (0u64..).zip(&file.grants).map(|(pos, g)| args![file.id, g.user, g.from, g.to, pos]);
    add(out, "file_grants", "file, \"user\", from_at, to_at, pos", &grants.collect::<Vec<_>>());
    let columns = |own: &str| format!("{own}, pos");
    add(out, "todos", &columns(TodoRow::COLUMNS), &numbered(&views.todos));
    add(out, "clocks", &columns(ClockRow::COLUMNS), &numbered(&views.clocks));
    add(out, "tracks", &columns(TrackRow::COLUMNS), &numbered(&views.tracks));
    add(out, "returned", &columns(ReturnedRow::COLUMNS), &numbered(&views.returned));
}

/// Writes the values of a file's cards anew.
pub fn values(out: &mut Group, file: &FileRow, values: &[ValueRow]) {
    out.push(delete_of("card_values", &file.id));
    add(out, "card_values", ValueRow::COLUMNS, &values.iter().map(Table::args).collect::<Vec<_>>());
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

fn add(out: &mut Group, table: &str, columns: &str, rows: &[Vec<Value>]) {
    out.extend(insert_many(table, columns, rows, ""));
}
