//! What starts and ends a deadline can happen, and in that order.

use std::collections::BTreeSet;

use super::{Check, process_key, states};
use crate::model::{Deadline, Id, Process, Trigger};

pub(super) fn check(c: &mut Check<'_>, own: &dyn Fn(&Id) -> bool) {
    let lib = c.library;
    for (id, p) in lib.processes.iter().filter(|(id, _)| own(id)) {
        let moves = states::moves(p);
        for (d, def) in &p.deadlines {
            let key = process_key(id);
            let extends: Vec<&Trigger> = def.extends.iter().map(|e| &e.on).collect();
            for (name, t) in all(def).chain(extends.iter().map(|t| ("extends", *t))) {
                let Trigger::Message(m) = t else { continue };
                let Some(message) = lib.messages.get(m) else { continue };
                let at = ["deadlines", d.as_str(), name];
                if !message.to.iter().any(|a| p.agency.contains(a)) {
                    let text = format!("期限“{}”等待的消息“{}”不发往办理本流程的机关", def.name, message.name);
                    c.add(&key, &at, "cannot-happen", text);
                } else if !p.messages().any(|x| x == m) {
                    let text = format!("期限“{}”等待的消息“{}”本流程不接收（receives）", def.name, message.name);
                    c.add(&key, &at, "cannot-happen", text);
                }
            }
            if def.starts.is_empty() {
                // Said already: it never starts.
                continue;
            }
            let reached = closure(&moves, def.starts.iter().flat_map(|t| after(p, t)).collect());
            for (name, t) in all(def).filter(|(name, _)| *name != "starts") {
                let can = before(p, t).is_none_or(|from| from.iter().any(|s| reached.contains(s)));
                if !can {
                    let what = match t {
                        Trigger::Action(a) => p.actions.get(a).map_or_else(|| a.to_string(), |x| x.name.clone()),
                        other => other.to_string(),
                    };
                    let text = format!("期限“{}”起算以后，到不了可以发生“{what}”的状态", def.name);
                    c.add(&key, &["deadlines", d.as_str(), name], "cannot-happen", text);
                }
            }
        }
    }
}

fn all(def: &Deadline) -> impl Iterator<Item = (&'static str, &Trigger)> {
    [("starts", &def.starts), ("ends", &def.ends), ("suspends", &def.suspends), ("resumes", &def.resumes)]
        .into_iter()
        .flat_map(|(name, list)| list.iter().map(move |t| (name, t)))
}

/// States in which a trigger can happen; nothing where it can in any.
fn before<'p>(p: &'p Process, t: &Trigger) -> Option<Vec<&'p Id>> {
    let rules = || p.receives.iter().filter(|r| &r.on == t).collect::<Vec<_>>();
    let from: Vec<&Id> = match t {
        Trigger::Opened | Trigger::Joined => return None,
        Trigger::Action(a) => p.actions.get(a)?.from.iter().collect(),
        Trigger::Message(_) | Trigger::Signal(_) => {
            let rules = rules();
            if rules.is_empty() {
                return None;
            }
            rules.into_iter().flat_map(|r| &r.from).collect()
        }
    };
    if from.iter().any(|s| s.as_str() == "open") { None } else { Some(from) }
}

/// States in which a track can stand when a trigger has happened.
fn after<'p>(p: &'p Process, t: &Trigger) -> Vec<&'p Id> {
    let open = || p.states.iter().filter(|(_, s)| !s.end).map(|(s, _)| s);
    let stays = |from: &'p [Id], to: Option<&'p Id>| -> Vec<&'p Id> {
        match to {
            Some(to) => vec![to],
            None if from.iter().any(|s| s.as_str() == "open") => open().collect(),
            None => from.iter().collect(),
        }
    };
    match t {
        Trigger::Opened => vec![&p.initial],
        Trigger::Joined => p.joins().collect(),
        Trigger::Action(a) => p.actions.get(a).map(|a| stays(&a.from, a.to.as_ref())).unwrap_or_default(),
        Trigger::Message(_) | Trigger::Signal(_) => {
            let rules: Vec<_> = p.receives.iter().filter(|r| &r.on == t).collect();
            if rules.is_empty() {
                return open().collect();
            }
            rules.into_iter().flat_map(|r| stays(&r.from, r.to.as_ref())).collect()
        }
    }
}

fn closure<'p>(moves: &[(&'p Id, &'p Id)], mut reached: BTreeSet<&'p Id>) -> BTreeSet<&'p Id> {
    loop {
        let before = reached.len();
        for (from, to) in moves {
            if reached.contains(from) {
                reached.insert(to);
            }
        }
        if reached.len() == before {
            return reached;
        }
    }
}
