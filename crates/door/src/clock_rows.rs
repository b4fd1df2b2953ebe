//! Deadlines as lists show them: those of the law, and the answers and receipts that are awaited;
//! each with who is warned of it, and when.

use std::sync::Arc;

use case::FileState;
use law::period::{self, Clock};
use law::time::{self, Moment};
use procedure::Library;
use procedure::engine::clocks;
use procedure::model::{Answering, Deadline, Expiry, Id, Process, Works};
use procedure::situation::Instance;
use seal::Digest;
use store::rows::{ClockRow, Recipient, Views};

/// What kinds of clocks are called in lists.
pub const fn clock_name(clock: Clock) -> &'static str {
    match clock {
        Clock::Custody => "羁押",
        Clock::Restraint => "限制",
        Clock::Handling => "办案",
    }
}

/// The deadlines of an instance.
pub(crate) fn running(
    v: &mut Views,
    state: &FileState,
    i: &Instance,
    library: &Library,
    process: &Process,
    now: Moment,
) {
    for c in &i.clocks {
        let Some(def) = process.deadlines.get(&c.deadline) else { continue };
        // As it stood when it was suspended; the days since are added when it goes on.
        let suspended = c.suspended.last().filter(|(_, to)| c.ended.is_none() && to.is_none()).map(|(from, _)| *from);
        let due = clocks::due(c, &library.law.calendar, suspended.map_or(now, |d| time::moment(d.at(0, 0, 0, 0))));
        let warns = clocks::warnings(def, c, &due, &library.law.calendar);
        v.clocks.push(told(ClockRow {
            subject: c.subject.clone(),
            deadline: c.deadline.to_string(),
            name: def.name.clone(),
            clock: clock_name(c.clock).into(),
            from: c.from,
            due_at: due.at,
            warns,
            tells: recipients(def, i, library, process),
            missed: def.missed.clone(),
            ended_at: c.ended,
            breach: def.expiry == Expiry::Breach,
            provisional: due.provisional,
            suspended: suspended.is_some(),
            ..blank(state, &i.id)
        }));
    }
}

/// The receiver's side: the hand-overs that an instance is about are to be answered in time.
pub(crate) fn answer(v: &mut Views, state: &FileState, i: &Instance, library: &Library, process: &Process) {
    for o in i.hand_overs() {
        let Some(def) = library.messages.get(&o.kind) else { continue };
        let Some(answers) = &def.answers else { continue };
        let due = period::due(o.received_at, &answers.business, Clock::Handling, &library.law.calendar);
        let by = process.actions.values().filter(|a| a.answers == Some(Answering::Accepted)).flat_map(|a| &a.by);
        v.clocks.push(told(ClockRow {
            deadline: format!("answer:{}", o.message),
            name: format!("答复来件：{}", def.name),
            from: o.received_at,
            due_at: due.at,
            tells: by.flat_map(|role| in_role(role, i, library)).collect(),
            ended_at: o.answered_at,
            breach: true,
            provisional: due.provisional,
            ..blank(state, &i.id)
        }));
    }
}

/// The sender's side: a hand-over waits for its receipt and its business answer until the
/// library's time is over. It is not the sender who is late.
pub(crate) fn awaited(v: &mut Views, state: &FileState, pinned: &dyn Fn(&Digest) -> Option<Arc<Library>>) {
    for s in &state.situation.sent {
        let Some(due_at) = s.answer_due else { continue };
        let Some(i) = state.situation.instance(&s.instance) else { continue };
        let Some(library) = pinned(&i.library) else { continue };
        let Some(def) = library.messages.get(&s.kind) else { continue };
        let row = |what: &str, name: &str, due_at, ended_at| ClockRow {
            deadline: format!("{what}:{}", s.message),
            name: format!("{name}：{}", def.name),
            from: s.at,
            due_at,
            tells: everybody(i),
            ended_at,
            ..blank(state, &i.id)
        };
        v.clocks.push(told(row("answer", "等待答复", due_at, s.business.as_ref().map(|b| b.at))));
        if let Some(answers) = &def.answers {
            let due = period::due(s.at, &answers.technical, Clock::Handling, &library.law.calendar);
            v.clocks.push(told(row("receipt", "等待技术回执", due.at, s.technical.as_ref().map(|t| t.at))));
        }
    }
}

/// A handling deadline of which nothing is known yet.
fn blank(state: &FileState, instance: &str) -> ClockRow {
    ClockRow {
        file: state.id.clone(),
        unit: state.unit.clone(),
        instance: instance.to_owned(),
        subject: String::new(),
        deadline: String::new(),
        name: String::new(),
        clock: "办案".into(),
        from: Moment::MIN,
        due_at: Moment::MIN,
        warns: Vec::new(),
        tells: Vec::new(),
        missed: None,
        ended_at: None,
        breach: false,
        provisional: false,
        next_at: None,
        suspended: false,
    }
}

/// With the moment at which something is to be told first: the lapse of a right or a term is
/// told only where the library names something that follows.
fn told(mut row: ClockRow) -> ClockRow {
    let awaited = row.deadline.contains(':');
    let end = (row.breach || awaited || row.missed.is_some()).then_some(row.due_at);
    row.next_at = row.warns.iter().copied().chain(end).min().filter(|_| row.ended_at.is_none() && !row.suspended);
    row
}

/// Whom the library names; the handlers where it names nobody or nobody of those has the case.
fn recipients(def: &Deadline, i: &Instance, library: &Library, process: &Process) -> Vec<Recipient> {
    let named: Vec<Recipient> = def.warns.iter().flat_map(|role| in_role(role, i, library)).collect();
    if !named.is_empty() {
        return named;
    }
    if !i.handlers.is_empty() {
        return everybody(i);
    }
    let first = process.actions.values().filter(|a| a.main && a.from.contains(&process.initial)).flat_map(|a| &a.by);
    first.flat_map(|role| in_role(role, i, library)).collect()
}

fn everybody(i: &Instance) -> Vec<Recipient> {
    i.handlers.iter().map(|h| Recipient { role: h.role.to_string(), user: Some(h.user.clone()) }).collect()
}

/// A role that works on cases in hand stands for those who have this one.
fn in_role(role: &Id, i: &Instance, library: &Library) -> Vec<Recipient> {
    let assigned = library.roles.roles.get(role).is_some_and(|r| r.works == Works::Assigned);
    if !assigned {
        return vec![Recipient { role: role.to_string(), user: None }];
    }
    let mine = i.handlers.iter().filter(|h| &h.role == role);
    mine.map(|h| Recipient { role: role.to_string(), user: Some(h.user.clone()) }).collect()
}
