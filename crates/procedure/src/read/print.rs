//! A composed definition as text for people, with a remark where a value comes from another file.

use super::tree::{Data, Node};

/// Lists of scalars up to this many characters stand on one line.
const LINE: usize = 100;

/// The text of a node. The file of the node itself goes without saying.
pub(crate) fn text(node: &Node, files: &[String]) -> String {
    let mut p = Printer { files, out: String::new() };
    p.body(node, 0, node.place.file);
    p.out
}

struct Printer<'a> {
    files: &'a [String],
    out: String,
}

impl Printer<'_> {
    /// The entries of a container, each on lines of its own.
    fn body(&mut self, node: &Node, depth: usize, around: u16) {
        match &node.data {
            Data::Map(m) => {
                for (k, v) in m {
                    self.indent(depth);
                    self.out.push_str(&scalar(&k.text));
                    self.out.push(':');
                    self.value(v, depth, around);
                }
            }
            Data::List(l) => {
                for v in l {
                    self.indent(depth);
                    self.out.push('-');
                    self.value(v, depth, around);
                }
            }
            _ => {
                self.indent(depth);
                self.out.push_str(&flow(node).unwrap_or_default());
                self.out.push('\n');
            }
        }
    }

    /// What stands behind a key or a dash, with its remark.
    fn value(&mut self, v: &Node, depth: usize, around: u16) {
        let short = flow(v);
        if let Some(s) = &short {
            self.out.push(' ');
            self.out.push_str(s);
        }
        let from = v.place.file;
        if from != around {
            let name = self.files.get(usize::from(from)).map_or("", String::as_str);
            self.out.push_str(&format!("  # 取自 {name} 第 {} 行", v.place.line));
        }
        self.out.push('\n');
        if short.is_none() {
            self.body(v, depth + 1, from);
        }
    }

    fn indent(&mut self, depth: usize) {
        self.out.push_str(&"  ".repeat(depth));
    }
}

/// A scalar, an empty container or a short list of scalars of one file; none for anything larger.
fn flow(node: &Node) -> Option<String> {
    Some(match &node.data {
        Data::Null => "null".into(),
        Data::Bool(b) => b.to_string(),
        Data::Int(i) => i.to_string(),
        Data::Text(t) => scalar(t),
        Data::Map(m) if m.is_empty() => "{}".into(),
        Data::Map(_) => return None,
        Data::List(l) => {
            let flat =
                l.iter().all(|n| n.place.file == node.place.file && !matches!(n.data, Data::Map(_) | Data::List(_)));
            let text = format!("[{}]", l.iter().filter_map(flow).collect::<Vec<_>>().join(", "));
            if !flat || text.chars().count() > LINE {
                return None;
            }
            text
        }
    })
}

/// Text as YAML would read it back, quoted where it must be.
fn scalar(t: &str) -> String {
    let plain = t.chars().next().is_some_and(char::is_alphabetic)
        && !["true", "false", "null", "yes", "no", "on", "off"].contains(&t.to_ascii_lowercase().as_str())
        && !t.ends_with([':', ' '])
        && !t.contains(": ")
        && !t.contains(" #")
        && !t.contains(['"', '\'', ',', '[', ']', '{', '}', '\n', '\\']);
    if plain {
        t.to_owned()
    } else {
        format!("\"{}\"", t.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fault::Faults;
    use crate::read::tree::parse;

    #[test]
    fn what_is_printed_reads_back_the_same() {
        let text_in = "a: {b: [x, \"on\", \"08\", 3], c: \"甲: 乙\", d: true, e: [], f: {}}\nl:\n  - {id: R1, t: \"q\\\"\"}\n  - [1, 2]\n";
        let mut f = Faults::default();
        let n = parse(0, text_in, &mut f).unwrap();
        let printed = text(&n, &[]);
        let again = parse(0, &printed, &mut f).unwrap();
        assert!(f.is_empty(), "{printed}");
        assert_eq!(again.to_json(), n.to_json(), "{printed}");
        assert!(!printed.contains('#'));
    }
}
