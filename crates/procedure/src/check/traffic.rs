//! Messages: each has a sender for every agency it goes to, and somebody there who takes it.

use super::{Check, process_key};
use crate::model::{Id, MessageKind, Process, Route, Trigger};

pub(super) fn check(c: &mut Check<'_>) {
    messages(c);
    takers(c);
    origins(c);
}

/// Whether some act sends a message so that it can reach an agency.
fn sent(c: &Check<'_>, message: &Id, to: &Id) -> bool {
    let reaches = |r: &Route| match r {
        Route::SameRegion(g) | Route::Taken(g) | Route::Chosen(g) => g == to,
        Route::Origin | Route::Field(_) => true,
    };
    let sends = |p: &Process| p.actions.values().flat_map(|a| &a.send).any(|s| &s.message == message && reaches(&s.to));
    c.library.processes.values().any(sends)
}

/// Whether a process does something on a message: it opens, a track moves, a deadline starts or ends.
fn takes(p: &Process, message: &Id) -> bool {
    p.messages().any(|m| m == message)
}

fn messages(c: &mut Check<'_>) {
    let lib = c.library;
    for (id, m) in &lib.messages {
        let key = format!("message/{id}");
        for to in &m.to {
            let agency = lib.roles.agencies.get(to).map_or(to.as_str(), |a| a.name.as_str());
            if !sent(c, id, to) {
                c.add(&key, &["to"], "never-sent", format!("没有动作向{agency}发出消息“{}”", m.name));
            } else if m.kind != MessageKind::Handover
                && !lib.processes.values().any(|p| p.agency.contains(to) && takes(p, id))
            {
                // It would open a file in which nothing runs.
                c.add(
                    &key,
                    &["to"],
                    "nobody-receives",
                    format!("{agency}没有流程处理消息“{}”，收到后只有一份没有流程的案卷", m.name),
                );
            }
        }
    }
}

/// A process waits for what can come to it.
fn takers(c: &mut Check<'_>) {
    let lib = c.library;
    for (id, p) in &lib.processes {
        let foreign = |m: &Id| lib.messages.get(m).filter(|m| !m.to.iter().any(|a| p.agency.contains(a)));
        for m in p.opens_on.messages.iter().filter_map(foreign) {
            c.add(&process_key(id), &["opens_on", "messages"], "not-addressed", not_addressed(&m.name));
        }
        for (i, j) in p.joined_on.iter().enumerate() {
            if let Trigger::Message(m) = &j.on
                && let Some(m) = foreign(m)
            {
                let at = ["joined_on", &i.to_string(), "on"];
                c.add(&process_key(id), &at, "not-addressed", not_addressed(&m.name));
            }
        }
        for (i, r) in p.receives.iter().enumerate() {
            if let Trigger::Message(m) = &r.on
                && let Some(m) = foreign(m)
            {
                let at = ["receives", &i.to_string(), "on"];
                c.add(&process_key(id), &at, "not-addressed", not_addressed(&m.name));
            }
        }
    }
}

fn not_addressed(name: &str) -> String {
    format!("消息“{name}”不发往办理本流程的机关")
}

/// What goes back to the unit that handed the case over may go to such a unit.
fn origins(c: &mut Check<'_>) {
    let lib = c.library;
    for (id, p) in &lib.processes {
        let from: Vec<&Id> = p
            .messages()
            .filter_map(|m| lib.messages.get(m))
            .filter(|m| m.kind == MessageKind::Handover && m.to.iter().any(|a| p.agency.contains(a)))
            .flat_map(|m| &m.from)
            .collect();
        let goes_back = p.actions.values().flat_map(|a| &a.send).any(|s| s.to == Route::Origin);
        if from.is_empty() {
            if goes_back {
                c.add(&process_key(id), &["opens_on"], "origin", "本流程不由移送启动，没有来件单位（origin）");
            }
            continue;
        }
        for (a, def) in &p.actions {
            for s in def.send.iter().filter(|s| s.to == Route::Origin) {
                let Some(m) = lib.messages.get(&s.message) else { continue };
                if !p.agency.iter().any(|a| m.from.contains(a)) {
                    // Said already: it is not this agency's message.
                    continue;
                }
                let at = ["actions", a.as_str(), "send"];
                // An answer is given to one kind of hand-over among several; anything else must
                // fit whoever handed the case over.
                let fits = |g: &&Id| m.to.contains(*g);
                let fine = if def.answers.is_some() { from.iter().any(fits) } else { from.iter().all(fits) };
                if !fine {
                    c.add(
                        &process_key(id),
                        &at,
                        "origin",
                        format!("来件单位（origin）可能不是消息“{}”的收件机关", m.name),
                    );
                }
            }
        }
    }
}
