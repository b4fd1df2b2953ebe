//! Questions to the list of files as SQL.
//!
//! Every condition is of the form `files.id IN (SELECT ...)`: the inner question is answered once,
//! from an index, and not again for each file.

use access::Filter;
use law::time::Moment;

use super::Dialect;
use super::codec::{Arg, Value};
use super::statement::listed;
use crate::find::{Find, Match, Span, Test, Time};

/// A condition with what is bound to it.
pub struct Sql {
    pub text: String,
    pub args: Vec<Value>,
    dialect: Dialect,
}

impl Sql {
    /// The WHERE of a list: what the filter lets through and is to be found.
    pub fn condition(dialect: Dialect, filter: &Filter, now: Moment, find: &Find) -> Self {
        let mut params = Vec::new();
        let text = filter.to_sql(now.as_microsecond(), &mut params);
        let args = params.iter().map(|p| match p {
            access::Value::Text(t) => t.arg(),
            access::Value::Int(i) => i.arg(),
        });
        let mut sql = Self { text, args: args.collect(), dialect };
        if let Some(text) = find.text.as_deref().map(str::trim).filter(|t| !t.is_empty()) {
            let n = sql.bind(like(text));
            sql.and(&format!("files.words {} {n} ESCAPE '\\'", dialect.like()));
        }
        for test in &find.tests {
            let test = sql.test(test);
            sql.and(&test);
        }
        sql
    }

    /// The ORDER BY of a list by a column.
    pub fn order(find: &Find, column: &str) -> String {
        let way = if find.descending { " DESC" } else { "" };
        format!("{column}{way}, files.id{way}")
    }

    /// Binds a value and gives its place.
    pub fn bind(&mut self, value: impl Arg) -> String {
        self.args.push(value.arg());
        format!("${}", self.args.len())
    }

    /// Binds several values and gives their places, for an IN that may be empty.
    pub fn bind_all<T: Arg>(&mut self, values: &[T]) -> String {
        listed(values, &mut self.args)
    }

    fn and(&mut self, more: &str) {
        self.text = format!("({}) AND {more}", self.text);
    }

    /// What a test asks of another table than `files`, where an index answers it.
    pub fn inner(dialect: Dialect, test: &Test) -> Option<Self> {
        let mut sql = Self { text: String::new(), args: Vec::new(), dialect };
        let text = sql.test(test);
        let indexed = !matches!(test, Test::Card(_, Match::Has(_) | Match::Known(_)));
        sql.text = text.strip_prefix("files.id IN (").filter(|_| indexed)?.strip_suffix(')')?.to_owned();
        sql.text.starts_with("SELECT").then_some(sql)
    }

    fn test(&mut self, test: &Test) -> String {
        match test {
            Test::Card(fields, is) => self.card(fields, is),
            Test::Stage(process, state) => {
                let (process, state) = (self.bind(process), self.bind(state));
                format!(
                    "files.id IN (SELECT file FROM tracks WHERE process = {process} AND state = {state} AND ended = 0)"
                )
            }
            Test::Clock { clock, deadline, due } => {
                let mut parts =
                    vec!["ended_at IS NULL".to_owned(), "breach = 1".to_owned(), "suspended = 0".to_owned()];
                parts.extend(self.span("due_at", due));
                for (column, value) in [("clock", clock), ("deadline", deadline)] {
                    parts.extend(value.as_ref().map(|v| format!("{column} = {}", self.bind(v))));
                }
                format!("files.id IN (SELECT file FROM clocks WHERE {})", parts.join(" AND "))
            }
            Test::Ids(ids) => {
                let list: Vec<String> = ids.iter().map(|id| self.bind(id)).collect();
                if list.is_empty() { "1 = 0".into() } else { format!("files.id IN ({})", list.join(", ")) }
            }
            Test::Handler(user) => {
                let n = self.bind(user);
                format!("files.id IN (SELECT file FROM file_people WHERE \"user\" = {n} AND relation = 'handler')")
            }
            Test::UnitUnder(unit) => {
                let n = self.bind(unit);
                format!("files.unit IN (SELECT unit FROM unit_paths WHERE ancestor = {n})")
            }
            Test::Open(yes) => format!("files.open = {}", self.bind(*yes)),
            Test::When(time, span) => {
                let column = match time {
                    Time::Opened => "files.opened_at",
                    Time::Handed => "files.handed_at",
                    Time::Updated => "files.updated_at",
                    Time::Due => "files.due_at",
                };
                let parts = self.span(column, span);
                if parts.is_empty() { "1 = 1".into() } else { parts.join(" AND ") }
            }
        }
    }

    fn card(&mut self, fields: &[String], is: &Match) -> String {
        // What is bound must be asked for.
        if fields.is_empty() || matches!(is, Match::Among(values) if values.is_empty()) {
            return "1 = 0".into();
        }
        let list: Vec<String> = fields.iter().map(|f| self.bind(f)).collect();
        let mut parts = vec![format!("field IN ({})", list.join(", "))];
        match is {
            Match::Among(values) => {
                let list: Vec<String> = values.iter().map(|v| self.bind(v)).collect();
                parts.push(format!("value IN ({})", list.join(", ")));
            }
            Match::Has(text) => {
                parts.push(format!("value {} {} ESCAPE '\\'", self.dialect.like(), self.bind(like(text))))
            }
            Match::Number(span) => parts.extend(self.span("number", span)),
            Match::Text(span) => parts.extend(self.span("value", span)),
            Match::Known(_) => {}
        }
        let not = if *is == Match::Known(false) { "NOT " } else { "" };
        format!("files.id {not}IN (SELECT file FROM card_values WHERE {})", parts.join(" AND "))
    }

    fn span<T: Arg>(&mut self, column: &str, span: &Span<T>) -> Vec<String> {
        let mut parts = Vec::new();
        for (sign, bound) in [(">=", &span.from), ("<", &span.to)] {
            parts.extend(bound.as_ref().map(|b| format!("{column} {sign} {}", self.bind(b))));
        }
        parts
    }
}

/// A LIKE pattern that finds the text anywhere, its own `%` and `_` taken as they stand.
fn like(text: &str) -> String {
    let mut pattern = String::from("%");
    for c in text.chars() {
        if matches!(c, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(c);
    }
    pattern.push('%');
    pattern
}
