//! What may be done now, and what may not, with the reason.

use serde::Serialize;

use super::facts::View;
use super::requirements::{self, Finding, Question};
use crate::library::Library;
use crate::model::{Action, Answering, Id, Process, Severity};
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

/// Whether a subject's own state, the action's condition and what is proposed let the action be done for it.
pub fn allowed(
    library: &Library,
    process: &Process,
    action_id: &Id,
    action: &Action,
    instance: &Instance,
    situation: &Situation,
    subject: &str,
) -> bool {
    instance.tracks.get(subject).is_some_and(|t| state_allows(process, action, &t.state))
        && View { library, situation, subject: Some(subject) }.holds(action.when.as_ref())
        && !instance.proposals.iter().any(|p| {
            p.open && p.subjects.iter().any(|s| s == subject) && (&p.action == action_id || action.to.is_some())
        })
}

/// Whether the hand-over that an instance is about can still be answered so: it has not been answered, or in the
/// same way. A hand-over has one answer.
pub fn answerable(instance: &Instance, answer: Answering) -> bool {
    instance.origin.as_ref().is_some_and(|o| o.answered.is_none_or(|given| given == answer))
}

/// The subjects of an instance for whom an action may be done now.
///
/// An answer is for the whole hand-over: it may be given only where it may be given for everybody who waits for it.
pub fn eligible(
    library: &Library,
    process: &Process,
    action_id: &Id,
    action: &Action,
    instance: &Instance,
    situation: &Situation,
) -> Vec<String> {
    if action.answers.is_some_and(|a| !answerable(instance, a)) {
        return Vec::new();
    }
    let may = |s: &&String| allowed(library, process, action_id, action, instance, situation, s);
    let stand = instance.tracks.iter().filter(|(_, t)| state_allows(process, action, &t.state)).map(|(s, _)| s);
    if action.answers.is_some() && !stand.clone().all(|s| may(&s)) {
        return Vec::new();
    }
    stand.filter(may).cloned().collect()
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
