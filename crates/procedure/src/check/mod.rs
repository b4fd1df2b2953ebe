//! Proving a library sound before it is used (`xiezhi library check`).

mod citations;
mod examples;
mod facts;
mod fields;
mod handovers;
mod names;
mod people;
mod states;
mod traffic;
mod triggers;

use std::collections::BTreeSet;

use indexmap::IndexMap;
use law::Confidence;

use crate::fault::{Faults, Place};
use crate::library::Library;
use crate::model::{Id, PageThresholds, Process, Protections, StandardFile, Trigger, VagueTitles};

/// Looks for every fault of meaning, but none that only follows from another: a process that names what is not
/// there is not walked along its names, and what several definitions must agree in is looked at when all names
/// are right.
pub(crate) fn run(library: &Library, faults: &mut Faults) {
    let readable = faults.is_empty();
    let mut c = Check { library, faults, faulty: BTreeSet::new() };
    names::check(&mut c);
    facts::check(&mut c);
    let named = c.faulty.clone();
    citations::check(&mut c);
    let own = |p: &Id| !named.contains(&process_key(p));
    states::check(&mut c, &own);
    triggers::check(&mut c, &own);
    if readable && named.iter().all(|d| d.starts_with("process/")) {
        examples::check(&mut c, &own);
    }
    if named.is_empty() {
        handovers::check(&mut c);
        traffic::check(&mut c);
        fields::check(&mut c);
        people::check(&mut c);
    }
}

pub(crate) struct Check<'a> {
    pub(crate) library: &'a Library,
    pub(crate) faults: &'a mut Faults,
    /// Definitions in which something was found.
    faulty: BTreeSet<String>,
}
impl Check<'_> {
    fn add(&mut self, definition: &str, path: &[&str], code: &'static str, text: impl Into<String>) {
        let place: Place = self.library.sources.at(definition, path);
        self.faults.add(place, code, text);
        self.faulty.insert(definition.to_owned());
    }
}

/// Whether a trigger can ever happen in a process.
fn possible(library: &Library, p: &Process, t: &Trigger) -> bool {
    match t {
        Trigger::Opened => true,
        Trigger::Joined => p.joins().next().is_some(),
        Trigger::Action(a) => p.actions.contains_key(a),
        Trigger::Message(m) => library.messages.contains_key(m),
        Trigger::Signal(s) => library.processes.values().any(|q| {
            q.actions.values().any(|a| a.signals.contains(s)) || q.receives.iter().any(|r| r.signals.contains(s))
        }),
    }
}

/// A standard without content, to stand in where the file is missing and a fault was added.
pub(crate) fn empty_standard() -> StandardFile {
    StandardFile {
        pages: PageThresholds {
            min_dpi: 0,
            blank_ink_ppm_below: 0,
            sharpness_milli_below: 0,
            contrast_milli_below: 0,
            upside_down_milli_above: 1000,
            basis: Vec::new(),
            confidence: Confidence::Checked,
        },
        volumes: IndexMap::new(),
        return_codes: IndexMap::<String, _>::new(),
        separation: Vec::new(),
        protection: Protections::default(),
        vague_titles: VagueTitles::default(),
    }
}

fn process_key(id: &Id) -> String {
    format!("process/{id}")
}
