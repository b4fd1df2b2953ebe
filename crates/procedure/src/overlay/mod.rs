//! Overlays of a province: typed patches over the composed library, only where the base is open.
//!
//! A patch changes the tree of a definition before its shape is read, so that everything that is
//! proven of the base is proven of what the province made of it, and each fault names the line of
//! the overlay. Start at [`apply`]; what is open stands in [`open`].

mod add;
mod delegate;
mod open;
mod set;
mod strengthen;

use std::collections::BTreeMap;

use law::Law;

use crate::fault::{Faults, Place};
use crate::model::{Overlay, Patch, Target};
use crate::read::schema;
use crate::read::tree::Node;

/// Lays every overlay over the definitions, in order of their files. All faults of all patches are
/// added. The law comes back with the sources that the overlays declare, and the overlays as they were read.
pub(crate) fn apply(
    nodes: &mut [(String, Node)],
    overlays: Vec<(String, Node)>,
    mut law: Law,
    faults: &mut Faults,
) -> (Law, Vec<Overlay>) {
    untouched(nodes, faults);
    let mut read: Vec<(Overlay, Node)> = Vec::new();
    for (_, node) in overlays {
        let Some(o) = schema::read::<Overlay>(&node, faults) else { continue };
        if read.iter().any(|(other, _)| other.overlay == o.overlay) {
            faults.add(node.at(["overlay"]), "duplicate", format!("补充规定“{}”已在别处定义", o.overlay));
            continue;
        }
        for (id, name) in &o.sources {
            if let Err(e) = law.statutes.declare(id, name, o.overlay.as_str()) {
                faults.add(node.at(["sources", id.as_str()]), "duplicate", e.to_string());
            }
        }
        read.push((o, node));
    }
    let mut taken = BTreeMap::new();
    for (overlay, node) in &read {
        if overlay.valid.to.is_some_and(|to| to < overlay.valid.from) {
            faults.add(node.at(["valid", "to"]), "dates", "失效日期早于生效日期");
        }
        for (i, c) in overlay.basis.iter().enumerate() {
            cited(&law, c, node.at(["basis", &i.to_string()]), faults);
        }
        for (n, patch) in overlay.patches.iter().enumerate() {
            let n = n.to_string();
            Patching { nodes, overlay, node, n: &n, patch, taken: &mut taken, law: &law, faults }.run();
        }
    }
    (law, read.into_iter().map(|(overlay, _)| overlay).collect())
}

/// Only overlays delegate: a base that does would evade the list of powers.
fn untouched(nodes: &[(String, Node)], faults: &mut Faults) {
    for (_, node) in nodes.iter().filter(|(n, _)| n.starts_with("processes/")) {
        let Some(actions) = node.get("actions") else { continue };
        for (_, action) in actions.entries() {
            for d in action.get("approve").into_iter().flat_map(Node::items).filter_map(|s| s.get("delegated")) {
                faults.add(d.place, "not-open", "delegated 只能由补充规定的 delegate 写入，基础规则库不得写");
            }
        }
    }
}

fn cited(law: &Law, citation: &str, place: Place, faults: &mut Faults) {
    if let Err(e) = citation.parse::<law::Citation>().and_then(|c| c.check(&law.statutes)) {
        faults.add(place, "citation", format!("引用“{citation}”有误：{e}"));
    }
}

/// Which patch took a target, for the fault when another wants it too.
type Taken = BTreeMap<String, (String, Place)>;

/// One patch at work.
struct Patching<'a> {
    nodes: &'a mut [(String, Node)],
    overlay: &'a Overlay,
    node: &'a Node,
    n: &'a str,
    patch: &'a Patch,
    taken: &'a mut Taken,
    law: &'a Law,
    faults: &'a mut Faults,
}

impl Patching<'_> {
    fn run(&mut self) {
        let p = self.patch;
        let kinds = [p.set.is_some(), p.add.is_some(), p.strengthen.is_some(), p.delegate.is_some()];
        if kinds.iter().filter(|k| **k).count() != 1 {
            return self.fault(&[], "patch", "每项补充须恰好写 set、add、strengthen、delegate 之一");
        }
        if self.basis().is_empty() {
            self.fault(&[], "basis", "补充须有依据：写在本项的 basis，或者写在整份补充规定的 basis");
        }
        if p.reason.trim().is_empty() {
            self.fault(&["reason"], "basis", "补充须写明理由（reason）");
        }
        for (i, c) in p.basis.iter().enumerate() {
            cited(self.law, c, self.place(&["basis", &i.to_string()]), self.faults);
        }
        if let Some(s) = &p.set {
            self.set(s);
        } else if let Some(a) = &p.add {
            self.add(a);
        } else if let Some(s) = &p.strengthen {
            self.strengthen(s);
        } else if let Some(d) = &p.delegate {
            self.delegate(d);
        }
    }

    /// The place of a step below this patch.
    fn place(&self, path: &[&str]) -> Place {
        self.node.at(["patches", self.n].into_iter().chain(path.iter().copied()))
    }

    /// The node of a step below this patch, to be laid into the base.
    fn given(&self, path: &[&str]) -> Option<Node> {
        self.node.descend(["patches", self.n].into_iter().chain(path.iter().copied())).cloned()
    }

    fn fault(&mut self, path: &[&str], code: &'static str, text: impl Into<String>) {
        let place = self.place(path);
        self.faults.add(place, code, text);
    }

    /// The patch's basis, or the overlay's.
    fn basis(&self) -> &[String] {
        if self.patch.basis.is_empty() { &self.overlay.basis } else { &self.patch.basis }
    }

    /// A definition of the base, with a fault where there is none or where the overlay is in force on
    /// days on which the process is not.
    fn base(&mut self, t: &Target, path: &[&str]) -> Option<&mut Node> {
        let Some(found) = position(self.nodes, &t.definition) else {
            self.fault(path, "target", format!("没有“{}”", t.definition));
            return None;
        };
        if t.definition.starts_with("process/") {
            self.dated(found);
        }
        definition_at(self.nodes, found, &t.definition)
    }

    /// The overlay is in force only while the process that it patches is.
    fn dated(&mut self, found: usize) {
        let day = |key: &str| {
            let text = self.nodes.get(found).and_then(|(_, n)| n.get("valid")?.get(key)?.text().map(str::to_owned));
            text.and_then(|t| t.parse::<jiff::civil::Date>().ok())
        };
        let (from, to) = (day("from"), day("to"));
        let v = &self.overlay.valid;
        let early = from.is_some_and(|f| v.from < f);
        let late = to.is_some_and(|to| v.to.is_none_or(|t| t > to));
        if early || late {
            let name = self.nodes.get(found).and_then(|(_, n)| n.get("process")?.text()).unwrap_or("").to_owned();
            let until = to.map_or(String::new(), |t| format!("，至 {t} 止"));
            let since = from.map_or(String::new(), |f| f.to_string());
            let text = format!("补充规定的施行日期超出流程“{name}”的施行日期（{since} 起{until}）");
            self.faults.add(self.node.at(["valid", if early { "from" } else { "to" }]), "dates", text);
        }
    }

    /// Takes a target for this patch; a fault where another patch has it, or a part of it.
    fn take(&mut self, target: &str, path: &[&str]) -> bool {
        let within = |a: &str, b: &str| a == b || a.strip_prefix(b).is_some_and(|r| r.starts_with('/'));
        if let Some((_, (by, at))) = self.taken.iter().find(|(t, _)| within(t, target) || within(target, t)) {
            let file = self.faults.files.get(usize::from(at.file)).cloned().unwrap_or_default();
            let text = format!("“{target}”已由“{by}”补充（{file} 第 {} 行）：一处只能补充一次", at.line);
            self.fault(path, "conflict", text);
            return false;
        }
        self.taken.insert(target.to_owned(), (self.overlay.overlay.to_string(), self.place(path)));
        true
    }

    /// The patch's basis as nodes, each with its place.
    fn basis_nodes(&self) -> Vec<Node> {
        let at = if self.patch.basis.is_empty() { self.node.at(["basis"]) } else { self.place(&["basis"]) };
        self.basis().iter().map(|b| Node::of_text(at, b)).collect()
    }

    /// A definition's own basis in full Chinese, for faults.
    fn cite(&self, basis: Option<&Node>) -> String {
        let full = |c: &str| match c.parse::<law::Citation>().and_then(|x| x.check(&self.law.statutes)) {
            Ok(c) => c.to_string(),
            Err(_) => c.to_owned(),
        };
        let all: Vec<String> = basis.into_iter().flat_map(Node::items).filter_map(Node::text).map(full).collect();
        if all.is_empty() { String::new() } else { format!("（{}）", all.join("、")) }
    }
}

/// Where a kind of definition stands: the beginning of the file's name, and the key that names it
/// (of the whole file) or holds it (beside others).
fn stands(kind: &str) -> Option<(&'static str, &'static str, bool)> {
    Some(match kind {
        "standard" => ("standard.yaml", "", true),
        "roles" => ("roles.yaml", "", true),
        "process" => ("processes/", "process", true),
        "card" => ("cards/", "card", true),
        "document" => ("documents/", "documents", false),
        "message" => ("messages/", "messages", false),
        "fact" => ("facts/", "facts", false),
        "value" => ("facts/", "values", false),
        _ => return None,
    })
}

/// The file that holds a definition.
fn position(nodes: &[(String, Node)], definition: &str) -> Option<usize> {
    let (kind, id) = definition.split_once('/').unwrap_or((definition, ""));
    let (folder, key, whole) = stands(kind)?;
    nodes.iter().position(|(name, node)| {
        name.starts_with(folder)
            && match (key, whole) {
                ("", _) => true,
                (_, true) => node.get(key).and_then(Node::text) == Some(id),
                (_, false) => node.get(key).and_then(|n| n.get(id)).is_some(),
            }
    })
}

fn definition_at<'n>(nodes: &'n mut [(String, Node)], found: usize, definition: &str) -> Option<&'n mut Node> {
    let (kind, id) = definition.split_once('/').unwrap_or((definition, ""));
    let (_, key, whole) = stands(kind)?;
    let (_, node) = nodes.get_mut(found)?;
    if whole { Some(node) } else { node.get_mut(key)?.get_mut(id) }
}
