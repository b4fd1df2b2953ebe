//! YAML as a tree in which every node knows its place.
//!
//! A subset: no anchors, aliases, merges or tags, one document a file, no duplicate keys, and
//! nothing implicit: dates and the words yes/no/on/off must be quoted.

use saphyr_parser::{Event, Parser, ScalarStyle, Span};
use serde_json::{Map, Value};

use crate::fault::{Faults, Place};

/// A node with its place.
#[derive(Debug, Clone)]
pub(crate) struct Node {
    pub(crate) place: Place,
    pub(crate) data: Data,
}

/// What a node holds.
#[derive(Debug, Clone)]
pub(crate) enum Data {
    Null,
    Bool(bool),
    Int(i64),
    Text(String),
    List(Vec<Node>),
    Map(Vec<(Key, Node)>),
}

/// A key of a mapping.
#[derive(Debug, Clone)]
pub(crate) struct Key {
    pub(crate) text: String,
    pub(crate) place: Place,
}

impl Node {
    /// The value of a key, where the node is a mapping that has it.
    pub(crate) fn get(&self, key: &str) -> Option<&Node> {
        match &self.data {
            Data::Map(m) => m.iter().find(|(k, _)| k.text == key).map(|(_, v)| v),
            _ => None,
        }
    }

    /// The node as text.
    pub(crate) fn text(&self) -> Option<&str> {
        match &self.data {
            Data::Text(t) => Some(t),
            _ => None,
        }
    }

    /// A scalar of text.
    pub(crate) fn of_text(place: Place, text: impl Into<String>) -> Self {
        Self { place, data: Data::Text(text.into()) }
    }

    /// An empty mapping.
    pub(crate) fn mapping(place: Place) -> Self {
        Self { place, data: Data::Map(Vec::new()) }
    }

    /// The entries of a list; none where it is none.
    pub(crate) fn items(&self) -> &[Node] {
        match &self.data {
            Data::List(l) => l,
            _ => &[],
        }
    }

    /// The entries of a mapping; none where it is none.
    pub(crate) fn entries(&self) -> &[(Key, Node)] {
        match &self.data {
            Data::Map(m) => m,
            _ => &[],
        }
    }

    /// The value of a key, to be changed.
    pub(crate) fn get_mut(&mut self, key: &str) -> Option<&mut Node> {
        match &mut self.data {
            Data::Map(m) => m.iter_mut().find(|(k, _)| k.text == key).map(|(_, v)| v),
            _ => None,
        }
    }

    /// The node that identifiers lead to: a key of a mapping, the `id` of an entry of a list.
    pub(crate) fn follow_mut<'a>(&mut self, path: impl IntoIterator<Item = &'a str>) -> Option<&mut Node> {
        path.into_iter().try_fold(self, |node, step| match &mut node.data {
            Data::Map(m) => m.iter_mut().find(|(k, _)| k.text == step).map(|(_, v)| v),
            Data::List(l) => l.iter_mut().find(|n| n.get("id").and_then(Node::text) == Some(step)),
            _ => None,
        })
    }

    /// The node that keys and positions lead to.
    pub(crate) fn descend<'a>(&self, path: impl IntoIterator<Item = &'a str>) -> Option<&Node> {
        path.into_iter().try_fold(self, |node, step| match &node.data {
            Data::List(l) => step.parse::<usize>().ok().and_then(|i| l.get(i)),
            _ => node.get(step),
        })
    }

    /// Gives a key of a mapping a value, whether it had one or not.
    pub(crate) fn put(&mut self, key: &str, value: Node) {
        let Data::Map(m) = &mut self.data else { return };
        let place = value.place;
        match m.iter_mut().find(|(k, _)| k.text == key) {
            Some((k, v)) => {
                k.place = place;
                *v = value;
            }
            None => m.push((Key { text: key.to_owned(), place }, value)),
        }
    }

    /// Adds an entry to the list under a key, which is begun where there is none.
    pub(crate) fn push(&mut self, key: &str, value: Node) {
        if self.get(key).is_none() {
            self.put(key, Node { place: value.place, data: Data::List(Vec::new()) });
        }
        if let Some(Node { data: Data::List(l), .. }) = self.get_mut(key) {
            l.push(value);
        }
    }

    /// The node without places.
    pub(crate) fn to_json(&self) -> Value {
        match &self.data {
            Data::Null => Value::Null,
            Data::Bool(b) => Value::Bool(*b),
            Data::Int(i) => Value::from(*i),
            Data::Text(t) => Value::String(t.clone()),
            Data::List(l) => Value::Array(l.iter().map(Node::to_json).collect()),
            Data::Map(m) => Value::Object(m.iter().map(|(k, v)| (k.text.clone(), v.to_json())).collect::<Map<_, _>>()),
        }
    }

    /// The place of the node that a path leads to; the deepest that exists where it does not.
    pub(crate) fn at<'a>(&self, path: impl IntoIterator<Item = &'a str>) -> Place {
        let mut node = self;
        let mut place = self.place;
        for step in path {
            let next = match &node.data {
                Data::Map(m) => m.iter().find(|(k, _)| k.text == step).map(|(k, v)| (k.place, v)),
                Data::List(l) => step.parse::<usize>().ok().and_then(|i| l.get(i)).map(|v| (v.place, v)),
                _ => None,
            };
            match next {
                Some((p, v)) => {
                    // A scalar is named by itself, a container by its key.
                    place = if matches!(v.data, Data::Map(_) | Data::List(_)) { p } else { v.place };
                    node = v;
                }
                None => break,
            }
        }
        place
    }
}

enum Open {
    List(Place, Vec<Node>),
    Map(Place, Vec<(Key, Node)>, Option<Key>),
}

/// Reads one file; every fault is added, and nothing is returned where the text is not YAML.
pub(crate) fn parse(file: u16, text: &str, faults: &mut Faults) -> Option<Node> {
    let place = |span: &Span| Place {
        file,
        line: u32::try_from(span.start.line()).unwrap_or(0),
        column: u32::try_from(span.start.col()).unwrap_or(0) + 1,
    };
    let mut stack: Vec<Open> = Vec::new();
    let mut root = None;
    let mut documents = 0;
    for step in Parser::new_from_str(text) {
        let (event, span) = match step {
            Ok(s) => s,
            Err(e) => {
                let m = e.marker();
                let at = Place {
                    file,
                    line: u32::try_from(m.line()).unwrap_or(0),
                    column: u32::try_from(m.col()).unwrap_or(0) + 1,
                };
                faults.add(at, "yaml", format!("不是合法的 YAML：{}", e.info()));
                return None;
            }
        };
        let at = place(&span);
        let refuse = |anchor: usize, tag: bool, faults: &mut Faults| {
            if anchor != 0 {
                faults.add(at, "yaml-anchor", "不得使用锚点（&）：内容须就地写明");
            }
            if tag {
                faults.add(at, "yaml-tag", "不得使用类型标签（!）");
            }
        };
        let node = match event {
            Event::DocumentStart(_) => {
                documents += 1;
                if documents > 1 {
                    faults.add(at, "yaml-documents", "一个文件只能有一份文档（多余的 ---）");
                    return None;
                }
                continue;
            }
            Event::Alias(_) => {
                faults.add(at, "yaml-anchor", "不得使用引用（*）：内容须就地写明");
                Node { place: at, data: Data::Null }
            }
            Event::Scalar(s, style, anchor, tag) => {
                refuse(anchor, tag.is_some(), faults);
                let is_key = matches!(stack.last(), Some(Open::Map(_, _, None)));
                let data = if is_key { Data::Text(s.into_owned()) } else { scalar(&s, style, at, faults) };
                Node { place: at, data }
            }
            Event::SequenceStart(anchor, tag) => {
                refuse(anchor, tag.is_some(), faults);
                stack.push(Open::List(at, Vec::new()));
                continue;
            }
            Event::MappingStart(anchor, tag) => {
                refuse(anchor, tag.is_some(), faults);
                stack.push(Open::Map(at, Vec::new(), None));
                continue;
            }
            Event::SequenceEnd | Event::MappingEnd => match stack.pop() {
                Some(Open::List(p, l)) => Node { place: p, data: Data::List(l) },
                Some(Open::Map(p, m, _)) => Node { place: p, data: Data::Map(m) },
                None => continue,
            },
            _ => continue,
        };
        match stack.last_mut() {
            None => root = Some(node),
            Some(Open::List(_, l)) => l.push(node),
            Some(Open::Map(_, m, key)) => match key.take() {
                None => {
                    let text = match &node.data {
                        Data::Text(t) => t.clone(),
                        Data::Int(i) => i.to_string(),
                        Data::Bool(b) => b.to_string(),
                        _ => {
                            faults.add(node.place, "yaml-key", "键必须是文字");
                            String::new()
                        }
                    };
                    if text == "<<" {
                        faults.add(node.place, "yaml-merge", "不得使用合并键（<<）");
                    }
                    if m.iter().any(|(k, _)| k.text == text) {
                        faults.add(node.place, "yaml-duplicate", format!("键“{text}”重复"));
                    }
                    *key = Some(Key { text, place: node.place });
                }
                Some(k) => m.push((k, node)),
            },
        }
    }
    if root.is_none() {
        faults.add(Place { file, line: 1, column: 1 }, "yaml", "文件是空的");
    }
    root
}

fn scalar(s: &str, style: ScalarStyle, at: Place, faults: &mut Faults) -> Data {
    if !matches!(style, ScalarStyle::Plain) {
        return Data::Text(s.to_owned());
    }
    match s {
        "" | "~" | "null" => return Data::Null,
        "true" => return Data::Bool(true),
        "false" => return Data::Bool(false),
        "yes" | "no" | "on" | "off" | "Yes" | "No" | "On" | "Off" | "YES" | "NO" | "True" | "False" | "TRUE"
        | "FALSE" | "Null" | "NULL" => {
            faults.add(at, "yaml-implicit", format!("“{s}”含义不明：文字须加引号，是非写 true 或 false"));
            return Data::Text(s.to_owned());
        }
        _ => {}
    }
    let digits = s.strip_prefix('-').unwrap_or(s);
    if !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit()) {
        if digits.len() > 1 && digits.starts_with('0') {
            faults.add(at, "yaml-implicit", format!("“{s}”以 0 开头：编号须加引号"));
        }
        if let Ok(i) = s.parse() {
            return Data::Int(i);
        }
    }
    let b = s.as_bytes();
    if b.len() >= 10
        && b.iter().take(4).all(u8::is_ascii_digit)
        && b[4] == b'-'
        && b[7] == b'-'
        && b[5].is_ascii_digit()
    {
        faults.add(at, "yaml-implicit", format!("日期“{s}”须加引号"));
    }
    if s.parse::<f64>().is_ok() && s.bytes().any(|c| c == b'.') {
        faults.add(at, "yaml-implicit", format!("“{s}”是小数：请用整数（金额以分计）或加引号"));
    }
    Data::Text(s.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn faults(text: &str) -> Vec<(&'static str, u32, u32)> {
        let mut f = Faults::default();
        f.files.push("t.yaml".into());
        parse(0, text, &mut f);
        f.finish().into_iter().map(|f| (f.code, f.line, f.column)).collect()
    }

    #[test]
    fn a_plain_file_is_read_with_places() {
        let mut f = Faults::default();
        let n = parse(0, "process: XB01\nstates:\n  a: {name: 甲, end: true}\n", &mut f).unwrap();
        assert!(f.is_empty());
        assert_eq!(n.to_json(), serde_json::json!({"process": "XB01", "states": {"a": {"name": "甲", "end": true}}}));
        assert_eq!(n.at(["states", "a", "name"]).line, 3);
        assert_eq!(n.at(["states", "a", "name"]).column, 13);
    }

    #[test]
    fn everything_implicit_is_refused_at_its_place() {
        assert_eq!(faults("a: 2019-12-30\n"), [("yaml-implicit", 1, 4)]);
        assert_eq!(
            faults("a: yes\nb: 007\nc: 1.5\n"),
            [("yaml-implicit", 1, 4), ("yaml-implicit", 2, 4), ("yaml-implicit", 3, 4)]
        );
        assert_eq!(faults("a: &x 1\nb: *x\n"), [("yaml-anchor", 1, 7), ("yaml-anchor", 2, 4)]);
        assert_eq!(faults("a: 1\na: 2\n"), [("yaml-duplicate", 2, 1)]);
        assert_eq!(faults("a: !x 1\n").first().map(|f| f.0), Some("yaml-tag"));
        assert_eq!(faults("a: 1\n---\nb: 2\n").first().map(|f| f.0), Some("yaml-documents"));
        assert_eq!(faults("").first().map(|f| f.0), Some("yaml"));
        assert_eq!(faults("a: [1\n").first().map(|f| f.0), Some("yaml"));
    }
}
