//! What an arriving message does to the receiver's file.

use law::time::Moment;
use procedure::model::{Id, Joining, MessageKind, Process, Trigger};
use procedure::situation::{Handler, Instance, Origin, Receipt, ReceiptAnswer, Received};

use crate::command::{Decided, Ids, Refusal, RefusalKind, World};
use crate::event::Effect;
use crate::message::Message;
use crate::state::FileState;
use crate::work::Work;

/// What came of a message.
#[derive(Debug)]
#[allow(clippy::large_enum_variant, reason = "short-lived: one for each arrival, taken apart at once")]
pub enum Arrival {
    /// It was recorded; these are the changes.
    Recorded(Decided),
    /// It had arrived before: no effect.
    Already,
}

/// Records a message in the receiver's file (an empty one where the unit had none on the matter).
/// The technical check of manifest and contents was made by the exchange.
///
/// # Errors
/// Where no process of the receiver takes this hand-over.
pub fn receive(
    world: &World<'_>,
    ids: &mut dyn Ids,
    state: &FileState,
    message: &Message,
    received_at: Moment,
) -> Result<Arrival, Refusal> {
    if state.situation.received.iter().any(|r| r.message == message.id) {
        return Ok(Arrival::Already);
    }
    let library = world.library;
    let Some(def) = library.messages.get(&message.kind) else {
        return Err(Refusal::one(RefusalKind::Unknown, format!("不认识的消息种类“{}”", message.kind)));
    };
    let handover = def.kind == MessageKind::Handover;
    if state.situation.locked && !handover && !message.materials.is_empty() {
        return Err(Refusal::one(
            RefusalKind::Locked,
            format!("收文单位的案卷已办结锁定，不能再收入“{}”及其材料；请与收文单位联系", def.name),
        ));
    }
    let digest = message.digest().map_err(|e| Refusal::one(RefusalKind::Input, e.to_string()))?;
    let mut w = Work::new(world, ids, state, "-");
    w.push(Effect::MessageReceived {
        received: Received {
            message: message.id.clone(),
            kind: message.kind.clone(),
            from: message.from.clone(),
            at: received_at,
            digest,
            in_reply_to: message.in_reply_to.clone(),
            faults: message.faults.clone(),
        },
    });
    if let (Some(to), Some(answer)) = (&message.in_reply_to, message.answer) {
        w.push(Effect::BusinessReceipt {
            message: to.clone(),
            receipt: Receipt {
                number: message.number.clone().unwrap_or_else(|| message.id.clone()),
                at: message.sent_at,
                answer: ReceiptAnswer::from(answer),
                reason: None,
            },
        });
    }
    let recorded = |mut d: Decided| {
        d.role = Id::from("exchange");
        d.action = message.kind.clone();
        d.subjects = message.subjects.keys().cloned().collect();
        d.basis.clone_from(&def.basis);
        d.reason.clone_from(&message.reason);
        Arrival::Recorded(d)
    };
    if state.situation.locked {
        if !handover {
            // That it came is kept; it moves nothing any more.
            return Ok(recorded(w.finish()));
        }
        // Somebody who was at large is caught, or his case comes back: it has its own end.
        w.push(Effect::Unlocked {});
    }
    if message.grade > state.grade {
        w.push(Effect::Graded { grade: message.grade });
    }
    // New subjects come with all that is carried; known ones are updated only by a hand-over,
    // and by answers and notices only in the fields that the receiving process takes.
    for (id, s) in &message.subjects {
        if !w.state.situation.subjects.contains_key(id) {
            w.push(Effect::SubjectAdded { subject: id.clone(), card: s.card.clone(), fields: s.fields.clone() });
        } else if handover {
            for (f, v) in &s.fields {
                if w.state.situation.subjects.get(id).and_then(|x| x.fields.get(f)) != Some(v) {
                    w.push(Effect::CardSet { subject: Some(id.clone()), field: f.clone(), value: v.clone() });
                }
            }
        }
    }
    if handover || state.version == 0 {
        for (f, v) in &message.case {
            if w.state.situation.case.get(f) != Some(v) {
                w.push(Effect::CardSet { subject: None, field: f.clone(), value: v.clone() });
            }
        }
    }
    file_materials(&mut w, message);
    let trigger = Trigger::Message(message.kind.clone());
    let subjects: Vec<String> = message.subjects.keys().cloned().collect();
    let origin = Origin {
        message: message.id.clone(),
        kind: message.kind.clone(),
        unit: message.from.clone(),
        received_at,
        answered: None,
        answered_at: None,
    };
    let mut affected = false;
    let instances: Vec<(String, bool)> = w
        .state
        .situation
        .instances
        .iter()
        .map(|i| (i.id.clone(), i.tracks.keys().any(|s| subjects.contains(s))))
        .collect();
    for (i, concerned) in instances {
        if !concerned {
            continue;
        }
        // The clocks of a process that takes a renewed hand-over run from this arrival.
        let takes = handover && takes_again(&w, &i, &trigger, &subjects);
        if takes {
            w.push(Effect::OriginSet { instance: i.clone(), origin: origin.clone() });
        }
        affected |= w.receive(&i, &subjects, &trigger, Some(message))?;
    }
    // Nobody of whom it tells is in an instance that takes it; it may bring them into one.
    if !affected && let Some(instance) = joined(&w, &trigger) {
        w.push(Effect::OriginSet { instance: instance.clone(), origin: origin.clone() });
        affected = w.receive(&instance, &subjects, &trigger, Some(message))?;
    }
    if !affected {
        let agency = world.units.agency(&state.unit).unwrap_or_default();
        let today = law::time::day(world.now);
        let mut takers = library
            .processes
            .values()
            .filter(|p| p.agency.contains(&agency) && p.opens_on.messages.contains(&message.kind));
        // A process may have succeeded another on some day; one that is not in force says so.
        let process = takers.clone().find(|p| p.valid.contains(today)).or_else(|| takers.next());
        match process {
            Some(p) => {
                let handlers = kept(&w, p, &subjects);
                w.open(library, p, &subjects, Some(origin), &handlers)?;
            }
            None if handover => {
                let basis: Vec<String> = def.basis.iter().map(|b| library.cite(b)).collect();
                let refusal = Refusal::one(RefusalKind::Route, format!("本单位没有流程接收“{}”", def.name));
                return Err(refusal.on(&basis));
            }
            None => {}
        }
    }
    w.run_signals()?;
    Ok(recorded(w.finish()))
}

/// Who has these subjects' case in hand already, in roles that the process itself gives to nobody:
/// there, nothing else would bring it into their hands.
fn kept(w: &Work<'_>, process: &Process, subjects: &[String]) -> Vec<Handler> {
    let mut out: Vec<Handler> = Vec::new();
    for i in w.state.situation.instances.iter().filter(|i| subjects.iter().any(|s| i.tracks.contains_key(s))) {
        for h in &i.handlers {
            let given = process.actions.values().any(|a| a.assign.as_ref().is_some_and(|a| a.role == h.role));
            let acts = process.actions.values().any(|a| a.by.contains(&h.role));
            if acts && !given && !out.iter().any(|x| x.role == h.role && x.user == h.user) {
                out.push(h.clone());
            }
        }
    }
    out
}

/// The latest instance that a hand-over brings further subjects into.
fn joined(w: &Work<'_>, trigger: &Trigger) -> Option<String> {
    let i = w.state.situation.instances.iter().rev().find(|i| joins(w, i, trigger))?;
    Some(i.id.clone())
}

fn joins(w: &Work<'_>, i: &Instance, trigger: &Trigger) -> bool {
    let Ok(library) = w.library(&i.library) else { return false };
    let beside = |j: &Joining| &j.on == trigger && i.tracks.values().any(|t| j.beside.contains(&t.state));
    library.processes.get(&i.process).is_some_and(|p| p.joined_on.iter().any(beside))
}

/// Whether an instance has a rule that takes this hand-over in the state its tracks are in.
fn takes_again(w: &Work<'_>, instance: &str, trigger: &Trigger, subjects: &[String]) -> bool {
    let Some(i) = w.instance(instance) else { return false };
    let Ok(library) = w.library(&i.library) else { return false };
    let Some(p) = library.processes.get(&i.process) else { return false };
    let told = p.receives.iter().any(|r| {
        &r.on == trigger
            && subjects.iter().any(|s| {
                i.tracks.get(s).is_some_and(|t| {
                    let end = p.states.get(&t.state).is_some_and(|x| x.end);
                    r.from.iter().any(|f| f == &t.state || (f.as_str() == "open" && !end))
                })
            })
    });
    told || joins(w, i, trigger)
}

fn file_materials(w: &mut Work<'_>, message: &Message) {
    for v in &message.volumes {
        // A volume that came whole may be carried on in parts: what is about others stays behind then.
        let known = w.state.situation.volumes.iter().find(|x| x.id == v.id);
        if known.is_none_or(|x| v.partial && !x.partial && x.producer != w.state.unit) {
            w.push(Effect::VolumeOpened { volume: v.clone() });
        }
    }
    for m in &message.materials {
        match w.state.situation.materials.iter().find(|x| x.id == m.id) {
            None => {
                let mut m = m.clone();
                m.message = Some(message.id.clone());
                w.push(Effect::MaterialFiled { material: Box::new(m) });
            }
            Some(old) if old.corrected_by.is_none() => {
                if let Some(by) = &m.corrected_by {
                    w.push(Effect::MaterialCorrected { material: m.id.clone(), by: by.clone() });
                }
            }
            Some(_) => {}
        }
    }
}
