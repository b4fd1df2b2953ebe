//! States can be reached and left; deadlines can start and end.

use std::collections::BTreeSet;

use super::{Check, process_key};
use crate::model::{Id, Process};

/// The moves of a process: from, to.
pub(super) fn moves(p: &Process) -> Vec<(&Id, &Id)> {
    let open = || p.states.iter().filter(|(_, s)| !s.end).map(|(id, _)| id);
    let mut out = Vec::new();
    let parts =
        p.actions.values().map(|a| (&a.from, a.to.as_ref())).chain(p.receives.iter().map(|r| (&r.from, r.to.as_ref())));
    for (from, to) in parts {
        let Some(to) = to else { continue };
        for f in from {
            if f.as_str() == "open" {
                out.extend(open().map(|o| (o, to)));
            } else {
                out.push((f, to));
            }
        }
    }
    out
}

pub(super) fn check(c: &mut Check<'_>, own: &dyn Fn(&Id) -> bool) {
    let lib = c.library;
    for (id, p) in lib.processes.iter().filter(|(id, _)| own(id)) {
        let key = process_key(id);
        let moves = moves(p);
        let mut reached: BTreeSet<&Id> = p.joins().chain([&p.initial]).collect();
        loop {
            let before = reached.len();
            for (f, t) in &moves {
                if reached.contains(f) {
                    reached.insert(t);
                }
            }
            if reached.len() == before {
                break;
            }
        }
        // From which states an end can be reached: cycles are allowed, but each needs an exit.
        let mut ending: BTreeSet<&Id> = p.states.iter().filter(|(_, s)| s.end).map(|(i, _)| i).collect();
        loop {
            let before = ending.len();
            for (f, t) in &moves {
                if ending.contains(t) {
                    ending.insert(f);
                }
            }
            if ending.len() == before {
                break;
            }
        }
        for (s, def) in &p.states {
            if !reached.contains(s) {
                c.add(&key, &["states", s.as_str()], "unreachable", format!("状态“{}”（{s}）无法到达", def.name));
            }
            if !ending.contains(s) {
                c.add(&key, &["states", s.as_str()], "no-exit", format!("状态“{}”（{s}）没有出口", def.name));
            }
        }
        for (d, def) in &p.deadlines {
            if def.starts.is_empty() {
                c.add(&key, &["deadlines", d.as_str()], "never-starts", format!("期限“{}”从不起算", def.name));
            }
            if def.ends.is_empty() && def.expiry == crate::model::Expiry::Breach {
                c.add(&key, &["deadlines", d.as_str()], "never-ends", format!("期限“{}”从不终止", def.name));
            }
            let lengths: Vec<_> = def.rules.iter().filter_map(|r| r.length.as_ref()).collect();
            let never = |w: &&law::period::Length| !lengths.iter().any(|l| w.surely_shorter(l));
            if lengths.len() == def.rules.len()
                && let Some(w) = def.warn.iter().find(never)
            {
                let text = format!("期限“{}”没有 {w} 长，不能提前 {w} 提醒", def.name);
                c.add(&key, &["deadlines", d.as_str(), "warn"], "warn", text);
            }
            if !def.rules.last().is_some_and(|r| r.otherwise || r.when.is_none()) {
                c.add(&key, &["deadlines", d.as_str(), "rules"], "rules", "最后一条规则须写 otherwise: true");
            }
            for (i, r) in def.rules.iter().enumerate() {
                if r.length.is_some() == r.months.is_some() {
                    c.add(
                        &key,
                        &["deadlines", d.as_str(), "rules", &i.to_string()],
                        "rules",
                        "规则须恰好写 length 或 months 之一",
                    );
                }
                if r.credit.is_some() && def.clock == law::period::Clock::Handling {
                    c.add(
                        &key,
                        &["deadlines", d.as_str(), "rules", &i.to_string()],
                        "rules",
                        "credit（折抵、扣除）只能用于羁押、限制期限，办案期限不折抵",
                    );
                }
            }
        }
    }
}
