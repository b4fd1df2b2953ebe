//! Projectors: the to-dos, deadlines and tracks of a file as lists show them.

use case::FileState;
use law::time::Moment;
use procedure::Library;
use procedure::engine::{offers, requirements};
use procedure::model::{Id, Process, Trigger, Works};
use procedure::situation::Instance;
use seal::Digest;
use std::sync::Arc;
use store::rows::{ClockRow, TodoRow, TrackRow, Views};

use crate::{clock_rows, listed, returned};

/// Projects a file's state.
pub fn project(state: &FileState, pinned: &dyn Fn(&Digest) -> Option<Arc<Library>>, now: Moment) -> Views {
    let mut v = Views::default();
    for i in &state.situation.instances {
        let Some(library) = pinned(&i.library) else { continue };
        let Some(process) = library.processes.get(&i.process) else { continue };
        tracks(&mut v, state, i, &library, process);
        clock_rows::running(&mut v, state, i, &library, process, now);
        clock_rows::answer(&mut v, state, i, &library, process);
        v.returned.extend(returned::of(state, i, &library, process));
        if !state.situation.locked {
            todos(&mut v, state, i, &library, process);
        }
    }
    clock_rows::awaited(&mut v, state, pinned);
    let library = state.situation.instances.last().and_then(|i| pinned(&i.library));
    listed::list(&mut v, state, library.as_deref());
    v
}

fn tracks(v: &mut Views, state: &FileState, i: &Instance, library: &Library, process: &Process) {
    for (s, t) in &i.tracks {
        let def = process.states.get(&t.state);
        v.tracks.push(TrackRow {
            file: state.id.clone(),
            instance: i.id.clone(),
            process: process.process.to_string(),
            subject: s.clone(),
            label: requirements::label(library, &state.situation, s).unwrap_or_else(|| s.clone()),
            state: t.state.to_string(),
            state_name: def.map_or_else(|| t.state.to_string(), |d| d.name.clone()),
            ended: def.is_some_and(|d| d.end),
        });
    }
}

fn todos(v: &mut Views, state: &FileState, i: &Instance, library: &Library, process: &Process) {
    let row = |role: &Id, user: Option<String>, act: String, text: String, due_at| TodoRow {
        file: state.id.clone(),
        unit: state.unit.clone(),
        role: role.to_string(),
        user,
        instance: i.id.clone(),
        act,
        text,
        due_at,
    };
    for (id, a) in process.actions.iter().filter(|(_, a)| a.main && !a.from.is_empty()) {
        let subjects = offers::eligible(library, process, id, a, i, &state.situation);
        if subjects.is_empty() {
            continue;
        }
        let due = earliest(v, &state.id, i, process, Some(id), &subjects);
        for role in &a.by {
            let assigned = library.roles.roles.get(role).is_some_and(|r| r.works == Works::Assigned);
            if !assigned {
                v.todos.push(row(role, None, id.to_string(), a.name.clone(), due));
                continue;
            }
            for h in i.handlers.iter().filter(|h| &h.role == role) {
                v.todos.push(row(role, Some(h.user.clone()), id.to_string(), a.name.clone(), due));
            }
        }
    }
    for p in i.proposals.iter().filter(|p| p.open) {
        let step = p.opinions.iter().filter(|o| o.agrees).count();
        let name = process.actions.get(&p.action).map_or("", |a| a.name.as_str());
        let due = earliest(v, &state.id, i, process, Some(&p.action), &p.subjects);
        for role in p.chain.get(step).into_iter().flatten() {
            v.todos.push(row(role, None, format!("approve:{}", p.id), format!("审批：{name}"), due));
        }
    }
}

/// The soonest running deadline that an act ends; any that could be breached where it ends none.
fn earliest(
    v: &Views,
    file: &str,
    i: &Instance,
    process: &Process,
    act: Option<&Id>,
    subjects: &[String],
) -> Option<Moment> {
    let mine = |c: &&ClockRow| {
        c.file == file
            && c.instance == i.id
            && c.ended_at.is_none()
            && !c.suspended
            && c.breach
            && (c.subject.is_empty() || subjects.contains(&c.subject))
    };
    let ends = |c: &&ClockRow| {
        act.is_some_and(|a| {
            process.deadlines.get(c.deadline.as_str()).is_some_and(|d| d.ends.contains(&Trigger::Action(a.clone())))
        })
    };
    v.clocks
        .iter()
        .filter(mine)
        .filter(ends)
        .map(|c| c.due_at)
        .min()
        .or_else(|| v.clocks.iter().filter(mine).map(|c| c.due_at).min())
}
