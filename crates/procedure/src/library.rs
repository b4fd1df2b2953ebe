//! The library as one value: every definition, composed, checked in shape, and its digest.

use std::collections::BTreeMap;
use std::sync::Arc;

use indexmap::IndexMap;
use law::Law;
use schemars::JsonSchema;
use seal::Digest;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::check;
use crate::expr::{self, Expr, Found, Names};
use crate::fault::{Fault, Faults, Place};
use crate::model::{
    CardFile, DocumentDef, DocumentsFile, FactDef, FactsFile, FieldRef, FieldType, Id, MessageDef, MessagesFile,
    Process, RolesFile, Skeleton, StandardFile, ValueDef,
};
use crate::read::tree::Node;
use crate::read::{compose, schema, tree};

/// A fact, ready to be evaluated.
#[derive(Debug, Clone)]
pub struct Fact {
    /// Its definition.
    pub def: FactDef,
    /// Its expression, where it has one.
    pub expr: Option<Expr>,
}

/// A derived value, ready to be evaluated.
#[derive(Debug, Clone)]
pub struct Derived {
    /// Its definition.
    pub def: ValueDef,
    /// Its expression.
    pub expr: Expr,
}

/// A library that was read and found sound.
#[derive(Debug)]
pub struct Library {
    /// Digest over the names and contents of all its files.
    pub digest: Digest,
    /// Statutes, calendar and code tables.
    pub law: Arc<Law>,
    /// Agencies and roles.
    pub roles: RolesFile,
    /// The common acceptance standard.
    pub standard: StandardFile,
    /// Cards, by identifier.
    pub cards: IndexMap<Id, CardFile>,
    /// Facts.
    pub facts: IndexMap<Id, Fact>,
    /// Derived values.
    pub values: IndexMap<Id, Derived>,
    /// Kinds of documents.
    pub documents: IndexMap<Id, DocumentDef>,
    /// Kinds of messages.
    pub messages: IndexMap<Id, MessageDef>,
    /// Processes, composed.
    pub processes: IndexMap<Id, Process>,
    /// The composed text of each process, for `library show --effective`.
    pub effective: IndexMap<Id, Value>,
}

/// Where each definition stands, for faults of meaning.
#[derive(Default)]
pub(crate) struct Sources {
    nodes: BTreeMap<String, Node>,
}
impl Sources {
    /// The place of a step below a definition, such as `process/XB01`.
    pub(crate) fn at(&self, definition: &str, path: &[&str]) -> Place {
        self.nodes.get(definition).map(|n| n.at(path.iter().copied())).unwrap_or_default()
    }
}

impl Library {
    /// Reads a library from its files (path below `library/` to content) and checks it whole.
    ///
    /// # Errors
    /// Every fault found, sorted by file and place. Faults of meaning are looked for only when
    /// every file has its shape, because they would be consequences otherwise.
    pub fn read(files: &BTreeMap<String, Vec<u8>>) -> Result<Self, Vec<Fault>> {
        let mut faults = Faults::default();
        let law_files: BTreeMap<String, Vec<u8>> =
            files.iter().filter_map(|(n, c)| n.strip_prefix("law/").map(|n| (n.to_owned(), c.clone()))).collect();
        let law = match Law::from_files(&law_files) {
            Ok(law) => Arc::new(law),
            Err(e) => {
                faults.files.push("law".into());
                faults.add(Place { file: 0, line: 1, column: 1 }, "law", e.to_string());
                return Err(faults.finish());
            }
        };
        let (raw, sources) = Raw::read(files, &mut faults);
        let Some(raw) = raw else { return Err(faults.finish()) };
        if !faults.is_empty() {
            return Err(faults.finish());
        }
        let library = raw.compile(law, digest(files), &sources, &mut faults);
        if faults.is_empty() {
            check::run(&library, &sources, &mut faults);
        }
        if faults.is_empty() { Ok(library) } else { Err(faults.finish()) }
    }

    /// The definition of a field.
    pub fn field(&self, f: &FieldRef) -> Option<&crate::model::Field> {
        self.cards.get(&f.card)?.fields.get(&f.field)
    }

    /// A field's Chinese name with its card's: `人员卡·姓名`.
    pub fn field_name(&self, f: &FieldRef) -> String {
        match (self.cards.get(&f.card), self.field(f)) {
            (Some(c), Some(d)) => format!("{}·{}", c.name, d.name),
            _ => f.to_string(),
        }
    }

    /// The Chinese name of a kind of document.
    pub fn document_name(&self, id: &Id) -> String {
        self.documents.get(id).map_or_else(|| id.to_string(), |d| d.name.clone())
    }

    /// A citation in full Chinese, or as written where it cannot be read.
    pub fn cite(&self, citation: &str) -> String {
        match citation.parse::<law::Citation>() {
            Ok(c) => c.check(&self.law.statutes).map_or_else(|_| citation.to_owned(), |c| c.to_string()),
            Err(_) => citation.to_owned(),
        }
    }

    /// The published JSON Schemas, by name of the kind of file.
    pub fn schemas() -> BTreeMap<&'static str, Value> {
        BTreeMap::from([
            ("roles", schema::schema_of::<RolesFile>()),
            ("standard", schema::schema_of::<StandardFile>()),
            ("card", schema::schema_of::<CardFile>()),
            ("facts", schema::schema_of::<FactsFile>()),
            ("documents", schema::schema_of::<DocumentsFile>()),
            ("messages", schema::schema_of::<MessagesFile>()),
            ("skeleton", schema::schema_of::<Skeleton>()),
            ("process", schema::schema_of::<Process>()),
        ])
    }
}

/// Digest over names and contents, in order of name.
fn digest(files: &BTreeMap<String, Vec<u8>>) -> Digest {
    let mut h = seal::Hasher::new();
    for (name, content) in files {
        h.update(name.as_bytes());
        h.update(&[0]);
        h.update(Digest::of(content).as_bytes());
    }
    h.finish().sm3
}

/// All files in their shape, before names are resolved.
#[derive(Default)]
struct Raw {
    roles: Option<RolesFile>,
    standard: Option<StandardFile>,
    cards: IndexMap<Id, CardFile>,
    facts: IndexMap<Id, FactDef>,
    values: IndexMap<Id, ValueDef>,
    documents: IndexMap<Id, DocumentDef>,
    messages: IndexMap<Id, MessageDef>,
    processes: IndexMap<Id, Process>,
    effective: IndexMap<Id, Value>,
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
    fn read(files: &BTreeMap<String, Vec<u8>>, faults: &mut Faults) -> (Option<Self>, Sources) {
        let mut raw = Self::default();
        let mut sources = Sources::default();
        let mut nodes: Vec<(String, Node)> = Vec::new();
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
        let skeletons: BTreeMap<String, Node> = nodes
            .iter()
            .filter(|(n, _)| n.starts_with("skeletons/"))
            .filter_map(|(_, node)| shaped::<Skeleton>(node, faults).map(|s| (s.skeleton.0, node.clone())))
            .collect();
        for (name, node) in nodes {
            let folder = name.split('/').next().unwrap_or_default();
            match folder {
                "skeletons" => {}
                "roles.yaml" => {
                    raw.roles = shaped(&node, faults);
                    sources.nodes.insert("roles".into(), node);
                }
                "standard.yaml" => {
                    raw.standard = shaped(&node, faults);
                    sources.nodes.insert("standard".into(), node);
                }
                "cards" => {
                    if let Some(c) = shaped::<CardFile>(&node, faults) {
                        sources.nodes.insert(format!("card/{}", c.card), node.clone());
                        gather(&mut raw.cards, [(c.card.clone(), c)].into_iter().collect(), &node, "card", faults);
                    }
                }
                "facts" => {
                    if let Some(f) = shaped::<FactsFile>(&node, faults) {
                        for (key, ids) in [
                            ("facts", f.facts.keys().cloned().collect::<Vec<_>>()),
                            ("values", f.values.keys().cloned().collect()),
                        ] {
                            for id in ids {
                                if let Some(n) = node.get(key).and_then(|n| n.get(id.as_str())) {
                                    sources.nodes.insert(format!("{key}/{id}"), n.clone());
                                }
                            }
                        }
                        gather(&mut raw.facts, f.facts, &node, "facts", faults);
                        gather(&mut raw.values, f.values, &node, "values", faults);
                    }
                }
                "documents" => {
                    if let Some(d) = shaped::<DocumentsFile>(&node, faults) {
                        for id in d.documents.keys() {
                            if let Some(n) = node.get("documents").and_then(|n| n.get(id.as_str())) {
                                sources.nodes.insert(format!("document/{id}"), n.clone());
                            }
                        }
                        gather(&mut raw.documents, d.documents, &node, "documents", faults);
                    }
                }
                "messages" => {
                    if let Some(m) = shaped::<MessagesFile>(&node, faults) {
                        for id in m.messages.keys() {
                            if let Some(n) = node.get("messages").and_then(|n| n.get(id.as_str())) {
                                sources.nodes.insert(format!("message/{id}"), n.clone());
                            }
                        }
                        gather(&mut raw.messages, m.messages, &node, "messages", faults);
                    }
                }
                "processes" => {
                    let composed = match node.get("use") {
                        None => Some(node.clone()),
                        Some(u) => match u.text().and_then(|t| skeletons.get(t)) {
                            Some(k) => Some(compose::compose(&node, k, faults)),
                            None => {
                                faults.add(u.place, "name", format!("没有骨架“{}”", u.text().unwrap_or("")));
                                None
                            }
                        },
                    };
                    if let Some(n) = composed
                        && let Some(p) = shaped::<Process>(&n, faults)
                    {
                        sources.nodes.insert(format!("process/{}", p.process), n.clone());
                        raw.effective.insert(p.process.clone(), n.to_json());
                        gather(
                            &mut raw.processes,
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
        for (present, file) in [(raw.roles.is_some(), "roles.yaml"), (raw.standard.is_some(), "standard.yaml")] {
            if !present && !files.contains_key(file) {
                let index = u16::try_from(faults.files.len()).unwrap_or(u16::MAX);
                faults.files.push(file.into());
                faults.add(Place { file: index, line: 1, column: 1 }, "missing", "缺少这个文件");
            }
        }
        if raw.roles.is_none() || raw.standard.is_none() {
            return (None, sources);
        }
        (Some(raw), sources)
    }

    /// Type-checks expressions and puts the library together.
    fn compile(self, law: Arc<Law>, digest: Digest, sources: &Sources, faults: &mut Faults) -> Library {
        let names = Cards { cards: &self.cards, values: &self.values };
        let mut values = IndexMap::new();
        for (id, def) in &self.values {
            match expr::check(&def.cel, &names) {
                Ok((e, t)) if t == def.kind.into() => {
                    values.insert(id.clone(), Derived { def: def.clone(), expr: e });
                }
                Ok(_) => {
                    faults.add(sources.at(&format!("values/{id}"), &["cel"]), "type", "表达式的类型与声明的类型不符")
                }
                Err(e) => faults.add(sources.at(&format!("values/{id}"), &["cel"]), "expression", e),
            }
        }
        let mut facts = IndexMap::new();
        for (id, def) in &self.facts {
            let expr = match &def.cel {
                None => None,
                Some(cel) => match expr::check(cel, &names) {
                    Ok((e, expr::Type::Bool)) => Some(e),
                    Ok(_) => {
                        faults.add(sources.at(&format!("facts/{id}"), &["cel"]), "type", "事实的表达式必须得出是非");
                        continue;
                    }
                    Err(e) => {
                        faults.add(sources.at(&format!("facts/{id}"), &["cel"]), "expression", e);
                        continue;
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
            effective: self.effective,
        }
    }
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
