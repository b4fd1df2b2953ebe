//! Facts in three values.

use serde_json::Value;

use crate::expr::{self, V, Values};
use crate::library::Library;
use crate::model::{Condition, FieldRef, Id};
use crate::situation::{Instance, Situation};

/// True, false, or not known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Truth {
    /// It is so.
    True,
    /// It is not so.
    False,
    /// A field is missing.
    Unknown,
}
impl std::ops::Not for Truth {
    type Output = Self;
    fn not(self) -> Self {
        match self {
            Self::True => Self::False,
            Self::False => Self::True,
            Self::Unknown => Self::Unknown,
        }
    }
}

/// A situation seen from one subject (or from none).
#[derive(Clone, Copy)]
pub struct View<'a> {
    /// The library.
    pub library: &'a Library,
    /// The situation.
    pub situation: &'a Situation,
    /// The subject.
    pub subject: Option<&'a str>,
}

impl Values for View<'_> {
    fn field(&self, field: &FieldRef) -> Option<&Value> {
        self.situation.field(field, self.subject)
    }
    fn derived(&self, id: &Id, missing: &mut Vec<FieldRef>) -> V {
        match self.library.values.get(id) {
            Some(d) => expr::eval(&d.expr, self, missing),
            None => V::Unknown,
        }
    }
    fn chapter(&self, offence: &str) -> Option<u16> {
        self.library.law.offences.get(offence)?.chapter_number()
    }
}

impl View<'_> {
    /// Whether a fact is so; fields that were needed and unknown are added to `missing`.
    /// Facts refer to one another without circles (`library check`), so this ends.
    pub fn fact(&self, id: &Id, missing: &mut Vec<FieldRef>) -> Truth {
        let Some(fact) = self.library.facts.get(id) else { return Truth::Unknown };
        if let Some(e) = &fact.expr {
            return match expr::eval(e, self, missing) {
                V::Bool(true) => Truth::True,
                V::Bool(false) => Truth::False,
                _ => Truth::Unknown,
            };
        }
        if let Some(d) = &fact.def.document {
            return bool(self.has_document(d));
        }
        if !fact.def.state.is_empty() {
            let stands = fact.def.state.iter().any(|(process, states)| match self.subject {
                Some(s) => self.situation.state_in(process, s).is_some_and(|x| states.contains(x)),
                None => self
                    .situation
                    .instances
                    .iter()
                    .any(|i| &i.process == process && i.tracks.values().any(|t| states.contains(&t.state))),
            });
            return bool(stands);
        }
        if !fact.def.beside.is_empty() {
            let stands = self.subject.is_some_and(|s| {
                fact.def.beside.iter().any(|(process, states)| {
                    self.latest(process, s).is_some_and(|i| i.tracks.values().any(|t| states.contains(&t.state)))
                })
            });
            return bool(stands);
        }
        if !fact.def.waiting.is_empty() {
            let waits = self.subject.is_some_and(|s| {
                fact.def.waiting.iter().any(|(process, messages)| {
                    let origin = self.latest(process, s).and_then(|i| i.origin.as_ref());
                    origin.is_some_and(|o| o.answered.is_none() && messages.contains(&o.kind))
                })
            });
            return bool(waits);
        }
        if fact.def.all.is_empty() {
            self.junction(&fact.def.any, Truth::True, missing)
        } else {
            self.junction(&fact.def.all, Truth::False, missing)
        }
    }

    /// The latest instance of a process that a subject is in.
    fn latest(&self, process: &Id, subject: &str) -> Option<&Instance> {
        self.situation.instances.iter().rev().find(|i| &i.process == process && i.tracks.contains_key(subject))
    }

    /// Whether a condition holds.
    pub fn condition(&self, c: &Condition, missing: &mut Vec<FieldRef>) -> Truth {
        let t = self.fact(&c.fact, missing);
        if c.negated { !t } else { t }
    }

    /// Whether an optional condition surely holds.
    pub fn holds(&self, c: Option<&Condition>) -> bool {
        c.is_none_or(|c| self.condition(c, &mut Vec::new()) == Truth::True)
    }

    /// Whether a document of this kind counts for the subject.
    pub fn has_document(&self, kind: &Id) -> bool {
        self.documents(kind).next().is_some()
    }

    /// Documents of a kind that count for the subject, oldest first.
    pub fn documents(&self, kind: &Id) -> impl Iterator<Item = &crate::situation::Material> {
        self.situation.current().filter(move |m| {
            &m.kind == kind && self.subject.is_none_or(|s| m.about.is_empty() || m.about.iter().any(|a| a == s))
        })
    }

    fn junction(&self, parts: &[Condition], decides: Truth, missing: &mut Vec<FieldRef>) -> Truth {
        let mut seen = Vec::new();
        let mut unknown = false;
        for p in parts {
            match self.condition(p, &mut seen) {
                t if t == decides => return t,
                Truth::Unknown => unknown = true,
                _ => {}
            }
        }
        if unknown {
            missing.extend(seen);
            Truth::Unknown
        } else {
            !decides
        }
    }
}

fn bool(b: bool) -> Truth {
    if b { Truth::True } else { Truth::False }
}
