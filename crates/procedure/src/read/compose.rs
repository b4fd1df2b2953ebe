//! Composition: a process is its skeleton with parameters filled in, under its own text.

use crate::fault::Faults;

use super::tree::{Data, Key, Node};

/// Keys of a skeleton that a process inherits.
const INHERITED: [&str; 5] = ["states", "actions", "receives", "deadlines", "requirements"];

/// The effective process: `own` laid over `skeleton`. Mappings are merged key by key and the
/// process wins; `null` removes; lists of requirements are merged by `id`, other lists appended.
pub(crate) fn compose(own: &Node, skeleton: &Node, faults: &mut Faults) -> Node {
    let declared = skeleton.get("parameters");
    let given = own.get("with");
    let mut values: Vec<(String, Node)> = Vec::new();
    if let Some(Node { data: Data::Map(parameters), .. }) = declared {
        for (name, definition) in parameters {
            let value = given.and_then(|g| g.get(&name.text)).or_else(|| definition.get("default"));
            match value {
                Some(v) => values.push((name.text.clone(), v.clone())),
                None => faults.add(
                    own.at(["with"]),
                    "parameter",
                    format!(
                        "骨架参数“{}”（{}）没有给值",
                        name.text,
                        definition.get("name").and_then(Node::text).unwrap_or("")
                    ),
                ),
            }
        }
    }
    if let Some(Node { data: Data::Map(m), .. }) = given {
        for (k, _) in m {
            if declared.and_then(|d| d.get(&k.text)).is_none() {
                faults.add(k.place, "parameter", format!("骨架没有参数“{}”", k.text));
            }
        }
    }
    let mut result = own.clone();
    let Data::Map(entries) = &mut result.data else { return result };
    for key in INHERITED {
        let Some(base) = skeleton.get(key) else { continue };
        let base = substitute(base, &values, faults);
        match entries.iter_mut().find(|(k, _)| k.text == key) {
            None => entries.push((Key { text: key.into(), place: base.place }, base)),
            Some((_, v)) => *v = merge(&base, v),
        }
    }
    result
}

fn merge(base: &Node, own: &Node) -> Node {
    match (&base.data, &own.data) {
        (Data::Map(b), Data::Map(o)) => {
            let mut merged: Vec<(Key, Node)> = Vec::new();
            for (k, v) in b {
                match o.iter().find(|(ok, _)| ok.text == k.text) {
                    None => merged.push((k.clone(), v.clone())),
                    Some((_, Node { data: Data::Null, .. })) => {}
                    Some((ok, ov)) => merged.push((ok.clone(), merge(v, ov))),
                }
            }
            for (k, v) in o {
                if !b.iter().any(|(bk, _)| bk.text == k.text) {
                    merged.push((k.clone(), v.clone()));
                }
            }
            Node { place: own.place, data: Data::Map(merged) }
        }
        (Data::List(b), Data::List(o)) if b.iter().chain(o).all(|n| matches!(n.data, Data::Map(_))) => {
            let id = |n: &Node| n.get("id").and_then(Node::text).map(str::to_owned);
            let mut merged: Vec<Node> =
                b.iter().filter(|n| id(n).is_none() || !o.iter().any(|x| id(x) == id(n))).cloned().collect();
            merged.extend(o.iter().cloned());
            Node { place: own.place, data: Data::List(merged) }
        }
        _ => own.clone(),
    }
}

/// Replaces `${name}`: a scalar that is nothing else becomes the value itself.
fn substitute(node: &Node, values: &[(String, Node)], faults: &mut Faults) -> Node {
    let data = match &node.data {
        Data::Text(t) => {
            if let Some(name) = t.strip_prefix("${").and_then(|r| r.strip_suffix('}')) {
                return match values.iter().find(|(n, _)| n == name) {
                    Some((_, v)) => v.clone(),
                    None => {
                        faults.add(node.place, "parameter", format!("骨架没有声明参数“{name}”"));
                        node.clone()
                    }
                };
            }
            let mut text = t.clone();
            for (name, v) in values {
                if let Some(value) = v.text() {
                    text = text.replace(&format!("${{{name}}}"), value);
                }
            }
            Data::Text(text)
        }
        Data::List(l) => Data::List(
            l.iter()
                .flat_map(|n| {
                    let s = substitute(n, values, faults);
                    // A list given for a parameter that stands inside a list is spread.
                    match (&n.data, s.data) {
                        (Data::Text(_), Data::List(items)) => items,
                        (_, data) => vec![Node { place: s.place, data }],
                    }
                })
                .collect(),
        ),
        Data::Map(m) => Data::Map(m.iter().map(|(k, v)| (k.clone(), substitute(v, values, faults))).collect()),
        other => other.clone(),
    };
    Node { place: node.place, data }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::read::tree::parse;

    #[test]
    fn the_process_lies_over_its_skeleton() {
        let mut f = Faults::default();
        let k = parse(
            0,
            "skeleton: K\nparameters:\n  who: {name: 谁, type: role}\n  days: {name: 几日, type: length, default: 7日}\n\
             actions:\n  reply: {name: 答复, by: [\"${who}\"]}\n  drop: {name: 撤}\nrequirements:\n  - {id: A, at: [reply]}\n  - {id: B, at: [reply]}\n",
            &mut f,
        )
        .unwrap();
        let p = parse(
            1,
            "process: P\nwith: {who: [x, y]}\nactions:\n  reply: {name: 回复}\n  drop: null\nrequirements:\n  - {id: B, at: [other]}\n",
            &mut f,
        )
        .unwrap();
        let e = compose(&p, &k, &mut f).to_json();
        assert!(f.is_empty(), "{:?}", f.finish());
        assert_eq!(e["actions"], serde_json::json!({"reply": {"name": "回复", "by": ["x", "y"]}}));
        assert_eq!(e["requirements"], serde_json::json!([{"id": "A", "at": ["reply"]}, {"id": "B", "at": ["other"]}]));
    }

    #[test]
    fn a_parameter_without_value_and_one_too_many_are_faults() {
        let mut f = Faults::default();
        let k = parse(0, "skeleton: K\nparameters:\n  who: {name: 谁, type: role}\n", &mut f).unwrap();
        let p = parse(1, "process: P\nwith: {what: x}\n", &mut f).unwrap();
        compose(&p, &k, &mut f);
        assert_eq!(f.finish().len(), 2);
    }
}
