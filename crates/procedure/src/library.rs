//! The library as one value: every definition, composed, checked in shape, and its digest.

use std::collections::BTreeMap;
use std::sync::Arc;

use indexmap::IndexMap;
use law::Law;
use seal::Digest;
use serde_json::Value;

use crate::check;
use crate::expr::Expr;
use crate::fault::{Fault, Faults, Place};
use crate::model::{
    CardFile, DocumentDef, DocumentsFile, FactDef, FactsFile, FieldRef, Id, MessageDef, MessagesFile, Overlay, Process,
    RolesFile, Skeleton, StandardFile, ValueDef,
};
use crate::read::raw::Raw;
use crate::read::tree::Node;
use crate::read::{print, schema};

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
    /// The overlays that were laid over all this, in order of their files.
    pub overlays: Vec<Overlay>,
    pub(crate) sources: Sources,
}

/// The composed text of each definition, with places: for faults of meaning and for showing.
#[derive(Debug, Default)]
pub(crate) struct Sources {
    pub(crate) nodes: BTreeMap<String, Node>,
    pub(crate) files: Vec<String>,
}
impl Sources {
    /// The place of a step below a definition, such as `process/XB01`.
    pub(crate) fn at(&self, definition: &str, path: &[&str]) -> Place {
        self.nodes.get(definition).map(|n| n.at(path.iter().copied())).unwrap_or_default()
    }
}

impl Library {
    /// Reads a library from its files (path below `library/` to content), with every overlay
    /// among them, and checks it whole. Which overlays belong to a day is for [`crate::Editions`].
    ///
    /// # Errors
    /// Every fault found, sorted by file and place. Faults of meaning are looked for only when
    /// every file has its shape; then all of them, but those that only follow from another.
    pub fn read(files: &BTreeMap<String, Vec<u8>>) -> Result<Self, Vec<Fault>> {
        Self::compose(files, false)
    }

    /// Reads a version that was found sound when it was put into use, perhaps by an earlier
    /// release: words that the language no longer has are passed over, and nothing is proven anew,
    /// so that a stricter check never takes a running case its rules.
    ///
    /// # Errors
    /// As [`Library::read`].
    pub fn read_kept(files: &BTreeMap<String, Vec<u8>>) -> Result<Self, Vec<Fault>> {
        Self::compose(files, true)
    }

    /// With another calendar: which days are holidays is a fact of the year, not a rule under which
    /// an instance began, so an older version reckons with the newest notices too.
    pub fn reckoning_with(mut self, calendar: &law::Calendar) -> Self {
        if let Some(law) = Arc::get_mut(&mut self.law) {
            law.calendar = calendar.clone();
        }
        self
    }

    fn compose(files: &BTreeMap<String, Vec<u8>>, kept: bool) -> Result<Self, Vec<Fault>> {
        let mut faults = Faults::default();
        let law_files: BTreeMap<String, Vec<u8>> =
            files.iter().filter_map(|(n, c)| n.strip_prefix("law/").map(|n| (n.to_owned(), c.clone()))).collect();
        let law = match Law::from_files(&law_files) {
            Ok(law) => law,
            Err(e) => {
                faults.files.push("law".into());
                faults.add(Place { file: 0, line: 1, column: 1 }, "law", e.to_string());
                return Err(faults.finish());
            }
        };
        let Some((raw, law)) = Raw::read(files, law, kept, &mut faults) else { return Err(faults.finish()) };
        if !faults.is_empty() {
            return Err(faults.finish());
        }
        let library = raw.compile(Arc::new(law), digest(files), &mut faults);
        if !kept {
            check::run(&library, &mut faults);
        }
        if faults.is_empty() { Ok(library) } else { Err(faults.finish()) }
    }

    /// A definition as it is in force after composition: `process/XQ01`, `standard`, `roles`,
    /// `document/W077`, `card/person`, `message/GJ-QS.YSQS`, `fact/juvenile`.
    pub fn effective(&self, definition: &str) -> Option<Value> {
        self.sources.nodes.get(definition).map(Node::to_json)
    }

    /// The same as text that people read, in which a remark says where a value comes from whenever
    /// that is another file than what stands around it: a skeleton or an overlay.
    pub fn effective_text(&self, definition: &str) -> Option<String> {
        self.sources.nodes.get(definition).map(|n| print::text(n, &self.sources.files))
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
            ("overlay", schema::schema_of::<Overlay>()),
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
