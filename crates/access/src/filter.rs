//! A condition on rows, as a value, as a test of one row, and as SQL.

use crate::Row;

/// Which rows a person may do a deed with.
///
/// Made by [`crate::Policies::filter`]. The parts compare one column each, so that every store can run it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Filter {
    /// Every row.
    All,
    /// No row.
    Nothing,
    /// Rows that pass all parts.
    And(Vec<Filter>),
    /// Rows that pass one part at least.
    Or(Vec<Filter>),
    /// Rows that do not pass.
    Not(Box<Filter>),
    /// The row's unit is this one.
    UnitIs(String),
    /// The row's unit is this one or lies under it.
    UnitUnder(String),
    /// This user is entered as a handler (whether or not taken off since).
    HandlerHas(String),
    /// This user was taken off the file or recused.
    RemovedHas(String),
    /// This user holds a grant in force.
    GrantHas(String),
    /// The grade is this or lower.
    GradeAtMost(u8),
    /// Sealed or not.
    SealedIs(bool),
    /// Closed or not.
    ClosedIs(bool),
}

/// A parameter of the SQL text.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Value {
    /// An identifier.
    Text(String),
    /// A grade, or a boolean as 0 or 1.
    Int(i64),
}

impl Filter {
    /// The rows that pass all of `parts`, without needless nesting.
    #[must_use]
    pub fn and(parts: impl IntoIterator<Item = Self>) -> Self {
        let mut kept = Vec::new();
        for part in parts {
            match part {
                Self::All => {}
                Self::Nothing => return Self::Nothing,
                Self::And(inner) => kept.extend(inner),
                other => kept.push(other),
            }
        }
        one_or(kept, Self::All, Self::And)
    }

    /// The rows that pass one of `parts` at least, without needless nesting.
    #[must_use]
    pub fn or(parts: impl IntoIterator<Item = Self>) -> Self {
        let mut kept = Vec::new();
        for part in parts {
            match part {
                Self::Nothing => {}
                Self::All => return Self::All,
                Self::Or(inner) => kept.extend(inner),
                other => kept.push(other),
            }
        }
        one_or(kept, Self::Nothing, Self::Or)
    }

    /// The rows that `part` leaves out.
    #[must_use]
    pub fn negate(part: Self) -> Self {
        match part {
            Self::All => Self::Nothing,
            Self::Nothing => Self::All,
            Self::Not(inner) => *inner,
            Self::SealedIs(yes) => Self::SealedIs(!yes),
            Self::ClosedIs(yes) => Self::ClosedIs(!yes),
            other => Self::Not(Box::new(other)),
        }
    }

    /// Whether the row passes.
    #[must_use]
    pub fn matches(&self, row: &Row) -> bool {
        match self {
            Self::All => true,
            Self::Nothing => false,
            Self::And(parts) => parts.iter().all(|part| part.matches(row)),
            Self::Or(parts) => parts.iter().any(|part| part.matches(row)),
            Self::Not(part) => !part.matches(row),
            Self::UnitIs(unit) => row.unit == *unit,
            Self::UnitUnder(unit) => row.unit_path.contains(unit),
            Self::HandlerHas(user) => row.handlers.contains(user),
            Self::RemovedHas(user) => row.removed.contains(user),
            Self::GrantHas(user) => row.grants.contains(user),
            Self::GradeAtMost(grade) => row.grade <= *grade,
            Self::SealedIs(yes) => row.sealed == *yes,
            Self::ClosedIs(yes) => row.closed == *yes,
        }
    }

    /// The condition of a WHERE clause over `files`, read alike by SQLite and PostgreSQL.
    ///
    /// What is asked of another table is asked once (`IN`), not once for each row.
    /// Parameters are appended to `params`, and the first placeholder is `$n` with `n = params.len() + 1`, so that
    /// what the caller has already bound keeps its numbers. Expected beside `files(id, unit, grade, sealed, closed)`,
    /// booleans as 0 and 1: `file_people(file, "user", relation)` with relation `handler` or `removed`,
    /// `file_grants(file, "user", from_at, to_at)`, of which those count that are in force at `now` (in the unit of
    /// these columns), and `unit_paths(unit, ancestor)`, in which each unit also stands as its own ancestor.
    #[must_use]
    pub fn to_sql(&self, now: i64, params: &mut Vec<Value>) -> String {
        match self {
            Self::All => "1 = 1".to_owned(),
            Self::Nothing => "1 = 0".to_owned(),
            Self::And(parts) => joined(parts, " AND ", now, params),
            Self::Or(parts) => joined(parts, " OR ", now, params),
            Self::Not(part) => format!("NOT ({})", part.to_sql(now, params)),
            Self::UnitIs(unit) => format!("files.unit = {}", text(unit, params)),
            Self::UnitUnder(unit) => format!(
                "files.unit IN (SELECT unit_paths.unit FROM unit_paths WHERE unit_paths.ancestor = {})",
                text(unit, params)
            ),
            Self::HandlerHas(user) => person("handler", user, params),
            Self::RemovedHas(user) => person("removed", user, params),
            Self::GrantHas(user) => grant(user, now, params),
            Self::GradeAtMost(grade) => format!("files.grade <= {}", int((*grade).into(), params)),
            Self::SealedIs(yes) => format!("files.sealed = {}", int((*yes).into(), params)),
            Self::ClosedIs(yes) => format!("files.closed = {}", int((*yes).into(), params)),
        }
    }

    /// A query for the units that alone can have rows which pass, so that an index by unit can be used where
    /// [`Filter::to_sql`] joins the unit to other things by OR; none where any unit may have such rows.
    #[must_use]
    pub fn units_to_sql(&self, now: i64, params: &mut Vec<Value>) -> Option<String> {
        let parts: Vec<_> = self
            .of_units()?
            .into_iter()
            .map(|part| match part {
                Self::UnitIs(unit) => format!("SELECT {}", text(unit, params)),
                Self::UnitUnder(unit) => {
                    format!("SELECT unit_paths.unit FROM unit_paths WHERE unit_paths.ancestor = {}", text(unit, params))
                }
                other => format!("SELECT files.unit FROM files WHERE {}", other.to_sql(now, params)),
            })
            .collect();
        Some(if parts.is_empty() { "SELECT NULL".to_owned() } else { parts.join(" UNION ") })
    }

    /// Parts of which each row passes one at least, each of few units.
    fn of_units(&self) -> Option<Vec<&Self>> {
        match self {
            Self::Nothing => Some(Vec::new()),
            Self::UnitIs(_) | Self::UnitUnder(_) | Self::HandlerHas(_) | Self::GrantHas(_) => Some(vec![self]),
            Self::Or(parts) => parts.iter().map(Self::of_units).collect::<Option<Vec<_>>>().map(|p| p.concat()),
            Self::And(parts) => parts.iter().filter_map(Self::of_units).min_by_key(Vec::len),
            _ => None,
        }
    }
}

fn one_or(mut parts: Vec<Filter>, none: Filter, several: fn(Vec<Filter>) -> Filter) -> Filter {
    parts.sort();
    parts.dedup();
    if parts.len() > 1 { several(parts) } else { parts.pop().unwrap_or(none) }
}

fn joined(parts: &[Filter], word: &str, now: i64, params: &mut Vec<Value>) -> String {
    let parts: Vec<_> = parts.iter().map(|part| part.to_sql(now, params)).collect();
    format!("({})", parts.join(word))
}

fn person(relation: &str, user: &str, params: &mut Vec<Value>) -> String {
    format!(
        "files.id IN (SELECT file_people.file FROM file_people WHERE file_people.relation = '{relation}' AND file_people.\"user\" = {})",
        text(user, params)
    )
}

fn grant(user: &str, now: i64, params: &mut Vec<Value>) -> String {
    let (user, now) = (text(user, params), int(now, params));
    format!(
        "files.id IN (SELECT file_grants.file FROM file_grants WHERE file_grants.\"user\" = {user} AND \
         file_grants.from_at <= {now} AND file_grants.to_at > {now})"
    )
}

fn text(value: &str, params: &mut Vec<Value>) -> String {
    placeholder(Value::Text(value.to_owned()), params)
}

fn int(value: i64, params: &mut Vec<Value>) -> String {
    placeholder(Value::Int(value), params)
}

fn placeholder(value: Value, params: &mut Vec<Value>) -> String {
    params.push(value);
    format!("${}", params.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sql_numbers_go_on_from_what_is_bound() {
        let filter = Filter::and([
            Filter::or([Filter::UnitIs("U1".into()), Filter::HandlerHas("a".into())]),
            Filter::negate(Filter::RemovedHas("a".into())),
            Filter::GradeAtMost(1),
            Filter::negate(Filter::SealedIs(true)),
        ]);
        let mut params = vec![Value::Text("bound before".into())];
        let sql = filter.to_sql(7, &mut params);
        assert_eq!(
            sql,
            "((files.unit = $2 OR files.id IN (SELECT file_people.file FROM file_people WHERE \
             file_people.relation = 'handler' AND file_people.\"user\" = $3)) AND NOT (files.id IN (SELECT \
             file_people.file FROM file_people WHERE file_people.relation = 'removed' AND file_people.\"user\" = $4)) AND \
             files.grade <= $5 AND files.sealed = $6)"
        );
        assert_eq!(
            params[1..],
            [Value::Text("U1".into()), Value::Text("a".into()), Value::Text("a".into()), Value::Int(1), Value::Int(0)]
        );
    }

    #[test]
    fn constants_and_units_are_plain_sql() {
        let mut params = Vec::new();
        assert_eq!(Filter::and([]).to_sql(7, &mut params), "1 = 1");
        assert_eq!(Filter::or([]).to_sql(7, &mut params), "1 = 0");
        assert_eq!(
            Filter::UnitUnder("U0".into()).to_sql(7, &mut params),
            "files.unit IN (SELECT unit_paths.unit FROM unit_paths WHERE unit_paths.ancestor = $1)"
        );
    }

    #[test]
    fn rows_of_other_units_are_left_out_only_where_none_can_pass() {
        let mine = || Filter::or([Filter::UnitIs("U1".into()), Filter::HandlerHas("a".into())]);
        let units = |filter: &Filter| filter.units_to_sql(7, &mut Vec::new());
        assert_eq!(
            units(&Filter::and([Filter::SealedIs(false), mine()])).unwrap(),
            "SELECT $1 UNION SELECT files.unit FROM files WHERE files.id IN (SELECT file_people.file FROM \
             file_people WHERE file_people.relation = 'handler' AND file_people.\"user\" = $2)"
        );
        assert_eq!(units(&Filter::Nothing).unwrap(), "SELECT NULL");
        for anywhere in [Filter::All, Filter::or([mine(), Filter::GradeAtMost(0)]), Filter::negate(mine())] {
            assert_eq!(units(&anywhere), None, "{anywhere:?}");
        }
    }

    #[test]
    fn an_identifier_is_never_part_of_the_text() {
        let mut params = Vec::new();
        let sql = Filter::GrantHas("x' OR 1=1 --".into()).to_sql(7, &mut params);
        assert!(!sql.contains("1=1"), "{sql}");
        assert_eq!(params, [Value::Text("x' OR 1=1 --".into()), Value::Int(7)]);
    }
}
