//! What lists find and sort a file by: its times, its words, and the values of its cards.

use std::collections::BTreeSet;

use case::FileState;
use law::time::Moment;
use procedure::Library;
use procedure::engine::requirements;
use procedure::model::MessageKind;
use procedure::situation::Card;
use serde_json::Value;
use store::rows::{Listed, ValueRow, Views};

/// The longest text, in characters, that a list is filtered by; what is longer is an account of
/// what happened, to be read and not compared.
const LONGEST: usize = 200;

/// Fills in what lists find a file by, after its tracks and deadlines are known.
pub(crate) fn list(v: &mut Views, state: &FileState, library: Option<&Library>) {
    v.values = values(state);
    let handovers = state.situation.sent.iter().filter(|s| {
        let def = library.and_then(|l| l.messages.get(&s.kind));
        def.is_some_and(|d| d.kind == MessageKind::Handover)
    });
    v.listed = Listed {
        open: !state.situation.locked && v.tracks.iter().any(|t| !t.ended),
        opened_at: state.situation.instances.iter().map(|i| i.opened_at).min().unwrap_or_default(),
        handed_at: handovers.map(|s| s.at).max(),
        due_at: v.clocks.iter().filter(|c| c.breach && c.ended_at.is_none() && !c.suspended).map(|c| c.due_at).min(),
        words: words(state, library),
    };
}

/// The title, the names of the subjects, and everything that is a number by its grammar.
fn words(state: &FileState, library: Option<&Library>) -> String {
    let s = &state.situation;
    let mut words: Vec<String> = Vec::new();
    words.extend(s.case.get("name").and_then(Value::as_str).map(str::to_owned));
    words.extend(s.instances.iter().filter_map(|i| i.number.clone()));
    if let Some(library) = library {
        words.extend(s.subjects.keys().filter_map(|id| requirements::label(library, s, id)));
        let cards = std::iter::once(("case", &s.case)).chain(s.subjects.values().map(|x| (x.card.as_str(), &x.fields)));
        for (card, fields) in cards {
            let Some(def) = library.cards.get(card) else { continue };
            let numbers = fields.iter().filter(|(id, _)| def.fields.get(*id).is_some_and(|f| f.grammar.is_some()));
            words.extend(numbers.filter_map(|(_, v)| v.as_str().map(str::to_owned)));
        }
    }
    let mut seen = BTreeSet::new();
    words.retain(|w| seen.insert(w.clone()));
    words.join("\n")
}

/// The values of all cards, in the order in which they are kept. No definition is asked, so that
/// they follow from the state alone.
fn values(state: &FileState) -> Vec<ValueRow> {
    let mut out = BTreeSet::new();
    let mut add = |card: &str, subject: &str, fields: &Card| {
        for (field, value) in fields {
            for (value, number) in plain(value) {
                out.insert(ValueRow {
                    file: state.id.clone(),
                    field: format!("{card}.{field}"),
                    subject: subject.to_owned(),
                    value,
                    number,
                });
            }
        }
    };
    add("case", "", &state.situation.case);
    for (id, s) in &state.situation.subjects {
        add(s.card.as_str(), id, &s.fields);
    }
    out.into_iter().collect()
}

/// A value as text and, where it is one, as a number; several where it is a list. Of a table, the texts of its cells:
/// they are looked for, not compared.
fn plain(value: &Value) -> Vec<(String, Option<i64>)> {
    match value {
        Value::Bool(yes) => vec![(yes.to_string(), Some(i64::from(*yes)))],
        Value::Number(n) => vec![(n.to_string(), n.as_i64())],
        Value::String(s) if s.is_empty() || s.chars().count() > LONGEST => Vec::new(),
        Value::String(s) => vec![(s.clone(), s.parse::<Moment>().ok().map(|m| m.as_microsecond()))],
        Value::Array(all) => all.iter().flat_map(cells).filter(|v| v.is_string()).flat_map(plain).collect(),
        Value::Object(_) | Value::Null => Vec::new(),
    }
}

/// What one of several values is made of: itself, or the cells of a row.
fn cells(value: &Value) -> Vec<&Value> {
    value.as_object().map_or_else(|| vec![value], |row| row.values().collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn values_are_compared_as_what_they_are() {
        let of = |v: Value| plain(&v);
        assert_eq!(of(json!(true)), [("true".into(), Some(1))]);
        assert_eq!(of(json!(-5)), [("-5".into(), Some(-5))]);
        assert_eq!(of(json!("2026-03-04")), [("2026-03-04".into(), None)]);
        assert_eq!(of(json!("1970-01-01T08:00:01+08:00")), [("1970-01-01T08:00:01+08:00".into(), Some(1_000_000))]);
        assert_eq!(of(json!(["gang", "cult"])), [("gang".into(), None), ("cult".into(), None)]);
        assert_eq!(of(json!([{"name": "甲", "age": 40}, {"name": "乙"}])), [("甲".into(), None), ("乙".into(), None)]);
        for none in [json!(null), json!(""), json!("长".repeat(201)), json!([{"age": 40}]), json!({"a": "1"})] {
            assert_eq!(of(none.clone()), [], "{none}");
        }
    }
}
