//! Questions to the list of files as SQL.
//!
//! What is asked of another table is asked in one of two ways: once for all files, from an index
//! (`files.id IN (SELECT ...)`), or of each file that is looked at (`EXISTS`). Which is the quicker depends on how many
//! files each leaves; PostgreSQL finds out by itself, SQLite is told ([`super::way`]).

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
        Self::asked(dialect, filter, now, find, &[])
    }

    /// The same, with the tests asked in these ways, those beyond them once.
    pub fn asked(dialect: Dialect, filter: &Filter, now: Moment, find: &Find, asks: &[Ask]) -> Self {
        let mut params = Vec::new();
        let text = filter.to_sql(now.as_microsecond(), &mut params);
        let mut sql = Self { text, args: params.iter().map(bound).collect(), dialect };
        if let Some(text) = find.text.as_deref().map(str::trim).filter(|t| !t.is_empty()) {
            let words = sql.words(text);
            sql.and(&words);
        }
        for (n, test) in find.tests.iter().enumerate() {
            let test = sql.test(test, asks.get(n).copied().unwrap_or(Ask::Once));
            sql.and(&test);
        }
        sql
    }

    /// Says beforehand which units can have what the filter lets through, where that is known, for an index by this
    /// column.
    pub fn by_unit(&mut self, column: &str, filter: &Filter, now: Moment) {
        // Numbers go on from what is bound.
        let mut params = vec![access::Value::Int(0); self.args.len()];
        if let Some(units) = filter.units_to_sql(now.as_microsecond(), &mut params) {
            self.args.extend(params[self.args.len()..].iter().map(bound));
            self.text = format!("{column} IN ({units}) AND {}", self.text);
        }
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
        let text = sql.test(test, Ask::Once);
        let indexed = !matches!(test, Test::Card(_, Match::Has(_) | Match::Known(_)));
        sql.text = text.strip_prefix("files.id IN (").filter(|_| indexed)?.strip_suffix(')')?.to_owned();
        sql.text.starts_with("SELECT").then_some(sql)
    }

    fn test(&mut self, test: &Test, ask: Ask) -> String {
        match test {
            Test::Card(fields, is) => self.card(fields, is, ask),
            Test::Named(fields, name) => {
                // Names are among the words, which are read with the file.
                let words = self.words(name);
                format!("{words} AND {}", self.card(fields, &Match::Has(name.clone()), ask))
            }
            Test::Stage(process, state) => {
                let (process, state) = (self.bind(process), self.bind(state));
                ask.of("tracks", &format!("process = {process} AND state = {state} AND ended = 0"))
            }
            Test::Clock { clock, deadline, due } => {
                let mut parts =
                    vec!["ended_at IS NULL".to_owned(), "breach = 1".to_owned(), "suspended = 0".to_owned()];
                parts.extend(self.span("due_at", due));
                for (column, value) in [("clock", clock), ("deadline", deadline)] {
                    parts.extend(value.as_ref().map(|v| format!("{column} = {}", self.bind(v))));
                }
                ask.of("clocks", &parts.join(" AND "))
            }
            Test::Ids(ids) => {
                let list: Vec<String> = ids.iter().map(|id| self.bind(id)).collect();
                if list.is_empty() { "1 = 0".into() } else { format!("files.id IN ({})", list.join(", ")) }
            }
            Test::Handler(user) => {
                let n = self.bind(user);
                ask.of("file_people", &format!("\"user\" = {n} AND relation = 'handler'"))
            }
            Test::UnitUnder(unit) => {
                let n = self.bind(unit);
                format!("files.unit IN (SELECT unit FROM unit_paths WHERE ancestor = {n})")
            }
            // As it stands in the index of open files.
            Test::Open(yes) => format!("files.open = {}", u8::from(*yes)),
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

    fn words(&mut self, text: &str) -> String {
        format!("files.words {} {} ESCAPE '\\'", self.dialect.like(), self.bind(like(text)))
    }

    fn card(&mut self, fields: &[String], is: &Match, ask: Ask) -> String {
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
        let asked = ask.of("card_values", &parts.join(" AND "));
        if *is == Match::Known(false) { format!("NOT ({asked})") } else { asked }
    }

    fn span<T: Arg>(&mut self, column: &str, span: &Span<T>) -> Vec<String> {
        let mut parts = Vec::new();
        for (sign, bound) in [(">=", &span.from), ("<", &span.to)] {
            parts.extend(bound.as_ref().map(|b| format!("{column} {sign} {}", self.bind(b))));
        }
        parts
    }
}

fn bound(value: &access::Value) -> Value {
    match value {
        access::Value::Text(t) => t.arg(),
        access::Value::Int(i) => i.arg(),
    }
}

/// How another table is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ask {
    /// For all files together.
    Once,
    /// For each file that is looked at.
    Each,
}

impl Ask {
    /// Whether the file has a row of this table.
    fn of(self, table: &str, condition: &str) -> String {
        match self {
            Self::Once => format!("files.id IN (SELECT file FROM {table} WHERE {condition})"),
            // The LIMIT keeps SQLite (3.51) from making a join of it, which finds a file once for each of its rows.
            Self::Each => format!("EXISTS (SELECT 1 FROM {table} WHERE file = files.id AND {condition} LIMIT 1)"),
        }
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
