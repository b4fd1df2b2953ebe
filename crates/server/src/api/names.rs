//! Chinese names of what a file names by identifier.

use std::collections::{BTreeMap, BTreeSet};

use case::FileState;
use door::Door;
use procedure::Library;
use procedure::engine::requirements::label;
use procedure::model::FieldRef;
use procedure::situation::Card;
use serde::Serialize;
use utoipa::ToSchema;

use crate::problem::Answer;

type Map = BTreeMap<String, String>;

/// Chinese names, by identifier.
#[derive(Default, Serialize, ToSchema)]
pub struct Names {
    /// Subjects.
    subjects: Map,
    /// Users.
    users: Map,
    /// Units.
    units: Map,
    /// Roles.
    roles: Map,
    /// Kinds of documents.
    documents: Map,
    /// Kinds of volumes.
    volumes: Map,
    /// Kinds of messages.
    messages: Map,
    /// Processes.
    processes: Map,
    /// Fields, as `card.field`.
    fields: Map,
    /// States, as `process.state`.
    states: Map,
    /// Actions, as `process.action`.
    actions: Map,
    /// Deadlines, as `process.deadline`.
    deadlines: Map,
    /// The fields by which a subject is known at a glance, by card.
    summary: BTreeMap<String, Vec<String>>,
    /// Values of the case card as people read them, by field.
    case: Map,
    /// Values of each subject's card as people read them, by subject and field; identity numbers masked.
    cards: BTreeMap<String, Map>,
}

impl Names {
    /// The names that a file needs, from the active library.
    pub async fn of(door: &Door, library: &Library, state: &FileState) -> Answer<Self> {
        let s = &state.situation;
        let mut n = Self::default();
        n.case = n.card(library, "case", &s.case);
        for (id, subject) in &s.subjects {
            let shown = n.card(library, subject.card.as_str(), &subject.fields);
            n.cards.insert(id.clone(), shown);
            if let Some(card) = library.cards.get(&subject.card) {
                let fields = card.summary.iter().map(ToString::to_string).collect();
                n.summary.insert(subject.card.to_string(), fields);
            }
            n.subjects.insert(id.clone(), label(library, s, id).unwrap_or_else(|| id.clone()));
        }
        for v in &s.volumes {
            if let Some(d) = library.standard.volumes.get(&v.kind) {
                n.volumes.insert(v.kind.to_string(), d.name.clone());
            }
        }
        for m in &s.materials {
            n.documents.insert(m.kind.to_string(), library.document_name(&m.kind));
        }
        for kind in s.sent.iter().map(|m| &m.kind).chain(s.received.iter().map(|m| &m.kind)) {
            if let Some(d) = library.messages.get(kind) {
                n.messages.insert(kind.to_string(), d.name.clone());
            }
        }
        n.processes(library, state);
        n.people(door, library, state).await?;
        Ok(n)
    }

    fn card(&mut self, library: &Library, card: &str, fields: &Card) -> Map {
        let mut shown = Map::new();
        for (field, value) in fields {
            let r = FieldRef::new(card, field.as_str());
            if let Some(d) = library.field(&r) {
                self.fields.insert(r.to_string(), d.name.clone());
            }
            shown.insert(field.to_string(), library.show(&r, value));
        }
        shown
    }

    fn processes(&mut self, library: &Library, state: &FileState) {
        for i in &state.situation.instances {
            let Some(p) = library.processes.get(&i.process) else { continue };
            self.processes.insert(i.process.to_string(), p.name.clone());
            let key = |x: &dyn std::fmt::Display| format!("{}.{x}", i.process);
            self.states.extend(p.states.iter().map(|(id, d)| (key(id), d.name.clone())));
            self.actions.extend(p.actions.iter().map(|(id, d)| (key(id), d.name.clone())));
            self.deadlines.extend(p.deadlines.iter().map(|(id, d)| (key(id), d.name.clone())));
        }
    }

    async fn people(&mut self, door: &Door, library: &Library, state: &FileState) -> Answer<()> {
        let s = &state.situation;
        let (mut users, mut units, mut roles) =
            (BTreeSet::new(), BTreeSet::from([state.unit.as_str()]), BTreeSet::new());
        for i in &s.instances {
            users.extend(i.handlers.iter().map(|h| h.user.as_str()).chain(i.done.iter().map(|d| d.by.as_str())));
            roles.extend(i.handlers.iter().map(|h| &h.role));
            units.extend(i.origin.iter().map(|o| o.unit.as_str()));
            for p in &i.proposals {
                users.insert(&p.by);
                users.extend(p.opinions.iter().flat_map(|o| [Some(o.by.as_str()), o.acting_for.as_deref()]).flatten());
                roles.extend(p.chain.iter().flatten().chain([&p.role]).chain(p.opinions.iter().map(|o| &o.role)));
            }
            if let Some(p) = library.processes.get(&i.process) {
                roles.extend(p.actions.values().flat_map(|a| &a.by));
            }
        }
        units.extend(s.volumes.iter().map(|v| v.producer.as_str()));
        units.extend(s.sent.iter().map(|m| m.to.as_str()).chain(s.received.iter().map(|m| m.from.as_str())));
        for u in users {
            if let Some(row) = door.store().user(u).await? {
                self.users.insert(row.id, row.name);
            }
        }
        let table = door.units();
        self.units.extend(units.into_iter().filter_map(|u| table.get(u)).map(|u| (u.id.clone(), u.name.clone())));
        let name = |r: &procedure::model::Id| library.roles.roles.get(r).map(|d| (r.to_string(), d.name.clone()));
        self.roles.extend(roles.into_iter().filter_map(name));
        Ok(())
    }
}
