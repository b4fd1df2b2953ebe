//! All files in their shape, composed, before names are resolved.

use std::collections::BTreeMap;
use std::sync::Arc;

use indexmap::IndexMap;
use law::Law;
use schemars::JsonSchema;
use seal::Digest;
use serde::de::DeserializeOwned;

use super::tree::Node;
use super::{compose, former, schema, tree};
use crate::check;
use crate::expr::{self, Found, Names};
use crate::fault::{Faults, Place};
use crate::library::{Derived, Fact, Library, Sources};
use crate::model::{
    CardFile, DocumentDef, DocumentsFile, FactDef, FactsFile, FieldRef, FieldType, Id, MessageDef, MessagesFile,
    Overlay, Process, RolesFile, Skeleton, StandardFile, ValueDef,
};
use crate::overlay;

/// All files in their shape, before names are resolved.
#[derive(Default)]
pub(crate) struct Raw {
    roles: Option<RolesFile>,
    standard: Option<StandardFile>,
    cards: IndexMap<Id, CardFile>,
    facts: IndexMap<Id, FactDef>,
    values: IndexMap<Id, ValueDef>,
    documents: IndexMap<Id, DocumentDef>,
    messages: IndexMap<Id, MessageDef>,
    processes: IndexMap<Id, Process>,
    overlays: Vec<Overlay>,
    sources: Sources,
}

/// Adds the entries of one file to those of the others; an identifier defined twice is a fault.
fn gather<T>(into: &mut IndexMap<Id, T>, from: IndexMap<Id, T>, node: &Node, path: &str, faults: &mut Faults) {
    for (id, def) in from {
        if into.contains_key(&id) {
            faults.add(node.at([path, id.as_str()]), "duplicate", format!("“{id}”已在别处定义"));
        } else {
            into.insert(id, def);
        }
    }
}

fn shaped<T: JsonSchema + DeserializeOwned>(node: &Node, faults: &mut Faults) -> Option<T> {
    schema::read(node, faults)
}

impl Raw {
    /// Reads and composes: skeletons under their processes, overlays over everything. The law
    /// comes back with the sources that overlays declare.
    pub(crate) fn read(
        files: &BTreeMap<String, Vec<u8>>,
        law: Law,
        kept: bool,
        faults: &mut Faults,
    ) -> Option<(Self, Law)> {
        let mut nodes = parsed(files, faults);
        if kept {
            former::pass_over(&mut nodes);
        }
        let nodes = composed(nodes, faults);
        let (overlays, mut nodes): (Vec<_>, Vec<_>) = nodes.into_iter().partition(|(n, _)| n.starts_with("overlays/"));
        let (law, overlays) = overlay::apply(&mut nodes, overlays, law, faults);
        let mut raw = Self { overlays, ..Self::default() };
        for (name, node) in nodes {
            raw.take(&name, node, faults);
        }
        for (present, file) in [(raw.roles.is_some(), "roles.yaml"), (raw.standard.is_some(), "standard.yaml")] {
            if !present && !files.contains_key(file) {
                let index = u16::try_from(faults.files.len()).unwrap_or(u16::MAX);
                faults.files.push(file.into());
                faults.add(Place { file: index, line: 1, column: 1 }, "missing", "缺少这个文件");
            }
        }
        if raw.roles.is_none() || raw.standard.is_none() {
            return None;
        }
        raw.sources.files.clone_from(&faults.files);
        Some((raw, law))
    }

    /// Takes the definitions of one file.
    fn take(&mut self, name: &str, node: Node, faults: &mut Faults) {
        match name.split('/').next().unwrap_or_default() {
            "roles.yaml" => {
                self.roles = shaped(&node, faults);
                self.sources.nodes.insert("roles".into(), node);
            }
            "standard.yaml" => {
                self.standard = shaped(&node, faults);
                self.sources.nodes.insert("standard".into(), node);
            }
            "cards" => {
                if let Some(c) = shaped::<CardFile>(&node, faults) {
                    self.sources.nodes.insert(format!("card/{}", c.card), node.clone());
                    gather(&mut self.cards, [(c.card.clone(), c)].into_iter().collect(), &node, "card", faults);
                }
            }
            "facts" => {
                if let Some(f) = shaped::<FactsFile>(&node, faults) {
                    self.keep("fact", "facts", f.facts.keys(), &node);
                    self.keep("value", "values", f.values.keys(), &node);
                    gather(&mut self.facts, f.facts, &node, "facts", faults);
                    gather(&mut self.values, f.values, &node, "values", faults);
                }
            }
            "documents" => {
                if let Some(d) = shaped::<DocumentsFile>(&node, faults) {
                    self.keep("document", "documents", d.documents.keys(), &node);
                    gather(&mut self.documents, d.documents, &node, "documents", faults);
                }
            }
            "messages" => {
                if let Some(m) = shaped::<MessagesFile>(&node, faults) {
                    self.keep("message", "messages", m.messages.keys(), &node);
                    gather(&mut self.messages, m.messages, &node, "messages", faults);
                }
            }
            "processes" => {
                if let Some(p) = shaped::<Process>(&node, faults) {
                    self.sources.nodes.insert(format!("process/{}", p.process), node.clone());
                    gather(
                        &mut self.processes,
                        [(p.process.clone(), p)].into_iter().collect(),
                        &node,
                        "process",
                        faults,
                    );
                }
            }
            _ => faults.add(node.place, "folder", format!("不认识的文件位置“{name}”")),
        }
    }

    /// Keeps the text of each definition of a file that holds several.
    fn keep<'a>(&mut self, kind: &str, key: &str, ids: impl Iterator<Item = &'a Id>, node: &Node) {
        for id in ids {
            if let Some(n) = node.get(key).and_then(|n| n.get(id.as_str())) {
                self.sources.nodes.insert(format!("{kind}/{id}"), n.clone());
            }
        }
    }

    /// Type-checks expressions and puts the library together.
    pub(crate) fn compile(self, law: Arc<Law>, digest: Digest, faults: &mut Faults) -> Library {
        let sources = &self.sources;
        let names = Cards { cards: &self.cards, values: &self.values };
        let mut values = IndexMap::new();
        for (id, def) in &self.values {
            match expr::check(&def.cel, &names) {
                Ok((e, t)) if t == def.kind.into() => {
                    values.insert(id.clone(), Derived { def: def.clone(), expr: e });
                }
                Ok(_) => {
                    faults.add(sources.at(&format!("value/{id}"), &["cel"]), "type", "表达式的类型与声明的类型不符")
                }
                Err(e) => faults.add(sources.at(&format!("value/{id}"), &["cel"]), "expression", e),
            }
        }
        let mut facts = IndexMap::new();
        for (id, def) in &self.facts {
            let expr = match &def.cel {
                None => None,
                Some(cel) => match expr::check(cel, &names) {
                    Ok((e, expr::Type::Bool)) => Some(e),
                    // The fact is there, so that what names it is no fault.
                    Ok(_) => {
                        faults.add(sources.at(&format!("fact/{id}"), &["cel"]), "type", "事实的表达式必须得出是非");
                        None
                    }
                    Err(e) => {
                        faults.add(sources.at(&format!("fact/{id}"), &["cel"]), "expression", e);
                        None
                    }
                },
            };
            facts.insert(id.clone(), Fact { def: def.clone(), expr });
        }
        Library {
            digest,
            law,
            // Both are present: `read` returned nothing otherwise.
            roles: self.roles.unwrap_or_else(|| RolesFile { agencies: IndexMap::new(), roles: IndexMap::new() }),
            standard: self.standard.unwrap_or_else(check::empty_standard),
            cards: self.cards,
            facts,
            values,
            documents: self.documents,
            messages: self.messages,
            processes: self.processes,
            overlays: self.overlays,
            sources: self.sources,
        }
    }
}

/// Every definition file as a tree.
fn parsed(files: &BTreeMap<String, Vec<u8>>, faults: &mut Faults) -> Vec<(String, Node)> {
    let mut nodes = Vec::new();
    for (name, content) in files {
        if !name.ends_with(".yaml") || name.starts_with("law/") {
            continue;
        }
        let index = u16::try_from(faults.files.len()).unwrap_or(u16::MAX);
        faults.files.push(name.clone());
        match std::str::from_utf8(content) {
            Ok(text) => {
                if let Some(n) = tree::parse(index, text, faults) {
                    nodes.push((name.clone(), n));
                }
            }
            Err(_) => faults.add(Place { file: index, line: 1, column: 1 }, "encoding", "文件不是 UTF-8 编码"),
        }
    }
    nodes
}

/// Every file but the skeletons, processes over the skeleton that they use.
fn composed(nodes: Vec<(String, Node)>, faults: &mut Faults) -> Vec<(String, Node)> {
    let (skeletons, rest): (Vec<_>, Vec<_>) = nodes.into_iter().partition(|(n, _)| n.starts_with("skeletons/"));
    let skeletons: BTreeMap<String, Node> = skeletons
        .into_iter()
        .filter_map(|(_, node)| shaped::<Skeleton>(&node, faults).map(|s| (s.skeleton.0, node)))
        .collect();
    rest.into_iter()
        .filter_map(|(name, node)| {
            let Some(u) = node.get("use").filter(|_| name.starts_with("processes/")) else { return Some((name, node)) };
            match u.text().and_then(|t| skeletons.get(t)) {
                Some(k) => {
                    let whole = compose::compose(&node, k, faults);
                    Some((name, whole))
                }
                None => {
                    faults.add(u.place, "name", format!("没有骨架“{}”", u.text().unwrap_or("")));
                    None
                }
            }
        })
        .collect()
}

struct Cards<'a> {
    cards: &'a IndexMap<Id, CardFile>,
    values: &'a IndexMap<Id, ValueDef>,
}
impl Names for Cards<'_> {
    fn lookup(&self, var: &str, field: &str) -> Result<Found, String> {
        let card = self
            .cards
            .values()
            .find(|c| c.var == var)
            .ok_or_else(|| format!("没有变量“{var}”：案件卡用 c，人员卡用 p，以卡的定义为准"))?;
        if let Some(f) = card.fields.get(field) {
            let r = FieldRef::new(card.card.as_str(), field);
            return Ok(match f.kind {
                FieldType::Enum | FieldType::Enums => Found::Options(r, f.kind, f.options.keys().cloned().collect()),
                k => Found::Field(r, k),
            });
        }
        match self.values.get(field) {
            Some(v) if v.about == card.card => Ok(Found::Derived(field.into(), v.kind)),
            _ => Err(format!("{}没有字段“{field}”", card.name)),
        }
    }
}
