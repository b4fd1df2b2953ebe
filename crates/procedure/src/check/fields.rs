//! Fields that a requirement wants: some act fills them in, or a message brings them.

use super::{Check, process_key};
use crate::model::{FieldRef, Process};

pub(super) fn check(c: &mut Check<'_>) {
    let lib = c.library;
    for (id, p) in &lib.processes {
        for (i, r) in p.requirements.iter().enumerate() {
            let unfilled: Vec<_> = r.need.wanted().filter(|f| !filled(c, p, f)).collect();
            for f in unfilled {
                let at = ["requirements", &i.to_string(), "need"];
                let text = format!("要求填写“{}”，但本机关没有动作填写它，也没有消息带来它", lib.field_name(f));
                c.add(&process_key(id), &at, "cannot-fill", text);
            }
        }
    }
}

/// Whether a field can come into a file of the agencies of a process.
fn filled(c: &Check<'_>, p: &Process, f: &FieldRef) -> bool {
    let lib = c.library;
    let here = |q: &&Process| q.agency.iter().any(|a| p.agency.contains(a));
    let by_hand = lib.processes.values().filter(here).any(|q| {
        q.actions.values().any(|a| a.form.contains(f) || a.set.contains_key(f))
            || q.receives.iter().any(|r| r.set.contains_key(f))
    });
    by_hand || lib.messages.values().any(|m| m.carries.fields.contains(f) && m.to.iter().any(|a| p.agency.contains(a)))
}
