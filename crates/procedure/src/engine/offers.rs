//! What may be done now, and what may not, with the reason.

use serde::Serialize;

use super::facts::View;
use super::requirements::{self, Finding, Question};
use crate::library::Library;
use crate::model::{Action, Id, Process, Severity};
use crate::situation::{Contents, Instance, Situation};

/// One action of an instance as the work stands.
#[derive(Debug, Clone, Serialize)]
pub struct Offer {
    /// The action.
    pub action: Id,
    /// What the button says.
    pub name: String,
    /// Roles that may do it.
    pub by: Vec<Id>,
    /// Subjects for whom it may be done as far as the procedure goes.
    pub subjects: Vec<String>,
    /// The expected next step.
    pub main: bool,
    /// What stands against it (block) or should be thought of (warn, remind).
    pub findings: Vec<Finding>,
    /// Legal source, in full Chinese.
    pub basis: Vec<String>,
}
impl Offer {
    /// Whether a blocking requirement stands against it.
    pub fn blocked(&self) -> bool {
        self.findings.iter().any(|f| f.severity == Severity::Block)
    }
}

/// Whether a track's state allows the action.
pub fn state_allows(process: &Process, action: &Action, state: &Id) -> bool {
    let end = process.states.get(state).is_some_and(|s| s.end);
    action.from.iter().any(|f| f == state || (f.as_str() == "open" && !end))
}

/// The subjects of an instance for whom an action may be done now: their state allows it, its
/// condition holds and nothing proposed stands in between.
pub fn eligible(
    library: &Library,
    process: &Process,
    action_id: &Id,
    action: &Action,
    instance: &Instance,
    situation: &Situation,
) -> Vec<String> {
    instance
        .tracks
        .iter()
        .filter(|(s, t)| {
            state_allows(process, action, &t.state)
                && View { library, situation, subject: Some(s) }.holds(action.when.as_ref())
                && !instance
                    .proposals
                    .iter()
                    .any(|p| p.open && p.subjects.contains(s) && (&p.action == action_id || action.to.is_some()))
        })
        .map(|(s, _)| s.clone())
        .collect()
}

/// Every action of an instance that its state allows, with what stands against it.
pub fn offers(
    library: &Library,
    process: &Process,
    instance: &Instance,
    situation: &Situation,
    contents: &dyn Contents,
    actor: &str,
    now: law::time::Moment,
) -> Vec<Offer> {
    process
        .actions
        .iter()
        .filter(|(_, a)| !a.from.is_empty())
        .filter_map(|(id, a)| {
            let subjects = eligible(library, process, id, a, instance, situation);
            if subjects.is_empty() {
                return None;
            }
            let findings = requirements::check(&Question {
                library,
                process,
                action: id,
                situation,
                instance: Some(instance),
                subjects: &subjects,
                actor,
                contents,
                now,
            });
            Some(Offer {
                action: id.clone(),
                name: a.name.clone(),
                by: a.by.clone(),
                subjects,
                main: a.main,
                findings,
                basis: a.basis.iter().map(|b| library.cite(b)).collect(),
            })
        })
        .collect()
}
