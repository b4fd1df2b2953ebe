//! What is to be done can be done by somebody: who works on cases given to him is given them.

use std::collections::{BTreeMap, BTreeSet};

use super::{Check, process_key};
use crate::library::Library;
use crate::model::{Id, Works};

pub(super) fn check(c: &mut Check<'_>) {
    let lib = c.library;
    let handling = handling(lib);
    for (id, p) in &lib.processes {
        for (a, def) in p.actions.iter().filter(|(_, a)| !a.from.is_empty() && !a.by.is_empty()) {
            let can = |r: &&Id| !assigned(lib, r) || handling[id].contains(*r);
            if !def.by.iter().any(|r| can(&r)) {
                let names: Vec<&str> =
                    def.by.iter().filter_map(|r| lib.roles.roles.get(r)).map(|r| r.name.as_str()).collect();
                let text =
                    format!("“{}”只办理分给本人的案件，本流程没有把案件分给他们：没有人可以做", names.join("、"));
                c.add(&process_key(id), &["actions", a.as_str(), "by"], "role", text);
            }
        }
        for (d, def) in &p.deadlines {
            for role in def.warns.iter().filter_map(|r| lib.roles.roles.get(r)) {
                if !role.agency.is_empty() && !role.agency.iter().any(|a| p.agency.contains(a)) {
                    let text = format!("期限“{}”提醒的“{}”不在办理本流程的机关", def.name, role.name);
                    c.add(&process_key(id), &["deadlines", d.as_str(), "warns"], "role", text);
                }
            }
        }
    }
}

fn assigned(lib: &Library, role: &Id) -> bool {
    lib.roles.roles.get(role).is_some_and(|r| r.works == Works::Assigned)
}

/// The roles in which people have the cases of each process in hand: who is given them, who opens it, who
/// handles what opened it, and who has the case in hand from another process of the unit.
fn handling(lib: &Library) -> BTreeMap<&Id, BTreeSet<&Id>> {
    let mut all: BTreeMap<&Id, BTreeSet<&Id>> = BTreeMap::new();
    for (id, p) in &lib.processes {
        let given = p.actions.values().filter_map(|a| a.assign.as_ref()).map(|a| &a.role);
        let opening = p.opens_on.action.as_ref().and_then(|a| p.actions.get(a)).into_iter().flat_map(|a| &a.by);
        all.insert(id, given.chain(opening).collect());
    }
    loop {
        let mut grown = false;
        for (id, p) in &lib.processes {
            let from = lib.processes.iter().filter(|(_, q)| {
                let opens =
                    q.actions.values().any(|a| a.opens.contains(id)) || q.receives.iter().any(|r| r.opens.contains(id));
                let beside = !p.opens_on.messages.is_empty() && q.agency.iter().any(|a| p.agency.contains(a));
                opens || beside
            });
            let more: Vec<&Id> = from.flat_map(|(q, _)| all[q].iter().copied()).collect();
            for r in more {
                grown |= all.get_mut(id).is_some_and(|set| set.insert(r));
            }
        }
        if !grown {
            return all;
        }
    }
}
