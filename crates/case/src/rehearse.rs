//! A dry run: what an act would send, what stands against it, and what its receiver's rules would say.
//!
//! The act is tried out on a copy, by the same code that carries it out. Each hand-over that would go out is
//! received into a copy of what the receiver was given so far, and the requirements of acceptance are asked
//! there, by the same code that the receiver runs. The receiver's own file is never looked at.

use std::collections::BTreeSet;

use law::time::{self, Moment};
use procedure::Library;
use procedure::engine::offers;
use procedure::engine::requirements::{self, Checked, Question};
use procedure::model::{Answering, Id, MessageKind, Trigger};
use procedure::situation::Material;
use serde::Serialize;

use crate::command::{Asker, Command, Decided, Ids, Input, Reason, Refusal, RefusalKind, World};
use crate::decide::{Capacity, capacity, chain, checks, complete, given, locked_by, pinned, subjects_for, takes_part};
use crate::event::{Actor, Effect, Header};
use crate::input;
use crate::message::Message;
use crate::receive::{Arrival, receive};
use crate::send::{self, Stays};
use crate::state::FileState;
use crate::work::Work;

/// What an act would do.
#[derive(Debug, Clone, Serialize)]
pub struct Rehearsal {
    /// The roles that would have to agree, in order.
    pub chain: Vec<Vec<Id>>,
    /// What is wrong with what was given, and what cannot be carried out, each with its place.
    pub reasons: Vec<Reason>,
    /// The requirements of the act itself, met or not.
    pub checks: Vec<Checked>,
    /// Messages that would go out.
    pub going: Vec<Going>,
    /// The file would be closed.
    pub locks: bool,
}

/// A message that would go out.
#[derive(Debug, Clone, Serialize)]
pub struct Going {
    /// The message.
    pub message: Message,
    /// It must be accepted or returned.
    pub handover: bool,
    /// Until when the receiver has to answer.
    pub answer_due: Option<Moment>,
    /// Names of its subjects.
    pub subjects: Vec<String>,
    /// Materials that an earlier hand-over took to the same receiver.
    pub before: BTreeSet<String>,
    /// Materials that stay behind.
    pub stays: Vec<Staying>,
    /// What the receiver's rules of acceptance would say; none where nobody has to accept it.
    pub acceptance: Option<Acceptance>,
    /// Why the receiver could not take it.
    pub refused: Vec<Reason>,
}

/// A material that stays behind.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Staying {
    /// The material.
    pub material: Material,
    /// The kind of volume in which it stands.
    pub volume: Option<Id>,
    /// Why it stays.
    pub why: Stays,
}

/// The acceptance of a hand-over, tried out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Acceptance {
    /// The receiver's process.
    pub process: Id,
    /// The act that accepts.
    pub action: Id,
    /// Its requirements, met or not.
    pub checks: Vec<Checked>,
}

/// Identifiers of a copy that is thrown away.
#[derive(Default)]
struct Throwaway(u64);
impl Ids for Throwaway {
    fn next(&mut self) -> String {
        self.0 += 1;
        format!("~{}", self.0)
    }
    fn number(&mut self, _: &str, _: &str, _: i16) -> u64 {
        1
    }
}

/// Tries out an act, or the act that a proposal asks for. `earlier` are the messages that went out
/// from this file before.
///
/// # Errors
/// Where the person could not do it whatever was given: not the role, not in hand, not at this stage.
pub fn rehearse(
    world: &World<'_>,
    state: &FileState,
    asker: &Asker,
    command: &Command,
    earlier: &[Message],
) -> Result<Rehearsal, Refusal> {
    if state.situation.locked {
        let refusal = Refusal::one(RefusalKind::Locked, "本案已办结，卷宗已锁定，不能再办理或者增加材料");
        return Err(refusal.on(&locked_by(world, state)));
    }
    match command {
        Command::Act { instance, action, subjects, input } => {
            act(world, state, asker, instance, action, subjects, input, earlier)
        }
        Command::Decide { instance, proposal, .. } => proposed(world, state, asker, instance, proposal, earlier),
        Command::Open { .. } | Command::Protect { .. } => {
            Err(Refusal::one(RefusalKind::Unknown, "只有流程中的事项可以预先核对"))
        }
    }
}

#[allow(clippy::too_many_arguments)]
fn act(
    world: &World<'_>,
    state: &FileState,
    asker: &Asker,
    instance_id: &str,
    action_id: &Id,
    wanted: &[String],
    input: &Input,
    earlier: &[Message],
) -> Result<Rehearsal, Refusal> {
    let unknown = || Refusal::one(RefusalKind::Unknown, "本案没有这个流程或者事项");
    let instance = state.situation.instance(instance_id).ok_or_else(unknown)?;
    let library = pinned(world, &instance.library)?;
    let process = library.processes.get(&instance.process).ok_or_else(unknown)?;
    let action = process.actions.get(action_id).filter(|a| !a.from.is_empty()).ok_or_else(unknown)?;
    takes_part(world, state, asker, &action.name)?;
    let capacity = capacity(world, &library, asker, action, instance)?;
    let subjects = subjects_for(&library, process, action_id, action, state, instance_id, wanted)?;
    let mut reasons = Vec::new();
    let mut sound = input.clone();
    if let Err(faults) = input::check(&library, action, process, state, input, time::day(world.now)) {
        // The rest is looked at without what is wrong.
        drop_faulty(&mut sound, &faults.reasons);
        reasons.extend(faults.reasons);
    }
    let mut ids = Throwaway::default();
    let w = Work::new(world, &mut ids, state, &asker.user);
    let (mut w, deed) = given(w, &library, process, instance_id, action_id, action, subjects, &sound, &asker.user)?;
    let (missing, checks) = checks(&mut w, &deed);
    // What was given and is wrong is not told a second time as missing.
    let told =
        |r: &Reason| input.materials.iter().any(|m| r.place.as_deref() == Some(&format!("materials.{}", m.kind)));
    reasons.extend(missing.into_iter().filter(|r| !told(r)));
    let (chain, _) = chain(&w, &deed, &capacity.role);
    let mut out = Rehearsal { chain, reasons, checks, going: Vec::new(), locks: action.locks };
    carried_out(world, &library, w, deed, capacity, asker, earlier, &mut out);
    Ok(out)
}

fn proposed(
    world: &World<'_>,
    state: &FileState,
    asker: &Asker,
    instance_id: &str,
    proposal_id: &str,
    earlier: &[Message],
) -> Result<Rehearsal, Refusal> {
    let unknown = || Refusal::one(RefusalKind::Unknown, "没有这项待审批的事项，可能已经办结");
    let mut copy = state.clone();
    let instances = &mut copy.situation.instances;
    let found = instances.iter_mut().find(|i| i.id == instance_id).ok_or_else(unknown)?;
    let p = found.proposals.iter_mut().find(|p| p.id == proposal_id && p.open).ok_or_else(unknown)?;
    // As it will be when the last opinion has been given.
    p.open = false;
    let p = p.clone();
    let instance = copy.situation.instance(instance_id).ok_or_else(unknown)?;
    let library = pinned(world, &instance.library)?;
    let process = library.processes.get(&instance.process).ok_or_else(unknown)?;
    let action = process.actions.get(&p.action).ok_or_else(unknown)?;
    let input: Input = serde_json::from_value(p.input.clone())
        .map_err(|e| Refusal::one(RefusalKind::Input, format!("所提事项不能读取：{e}")))?;
    let subjects = subjects_for(&library, process, &p.action, action, &copy, instance_id, &p.subjects)?;
    let mut ids = Throwaway::default();
    let w = Work::new(world, &mut ids, &copy, &asker.user);
    let (mut w, deed) = given(w, &library, process, instance_id, &p.action, action, subjects, &input, &p.by)?;
    let (reasons, checks) = checks(&mut w, &deed);
    let mut out = Rehearsal { chain: p.chain.clone(), reasons, checks, going: Vec::new(), locks: action.locks };
    let capacity = Capacity { role: p.role.clone(), lender: None };
    carried_out(world, &library, w, deed, capacity, asker, earlier, &mut out);
    Ok(out)
}

/// Lets the act take effect on the copy, and looks at what would go out.
#[allow(clippy::too_many_arguments)]
fn carried_out(
    world: &World<'_>,
    library: &Library,
    w: Work<'_>,
    deed: crate::decide::Deed<'_>,
    capacity: Capacity,
    asker: &Asker,
    earlier: &[Message],
    out: &mut Rehearsal,
) {
    let dossier = w.state.situation.clone();
    match complete(w, deed, capacity, asker) {
        Ok(decided) => out.going = going(world, library, &dossier, decided, earlier),
        Err(refusal) => out.reasons.extend(refusal.reasons),
    }
}

fn going(
    world: &World<'_>,
    library: &Library,
    dossier: &procedure::situation::Situation,
    decided: Decided,
    earlier: &[Message],
) -> Vec<Going> {
    let due = |id: &str| {
        decided.effects.iter().find_map(|e| match e {
            Effect::MessageSent { sent } if sent.message == id => sent.answer_due,
            _ => None,
        })
    };
    let one = |message: Message| {
        let def = library.messages.get(&message.kind)?;
        let subjects: Vec<String> = message.subjects.keys().cloned().collect();
        let why = |m: &Material| {
            let volume = dossier.volumes.iter().find(|v| v.id == m.volume).map(|v| v.kind.clone());
            Some(Staying { material: m.clone(), volume, why: send::stays(library, dossier, def, &subjects, m)? })
        };
        let name = |s: &String| requirements::label(library, dossier, s).unwrap_or_else(|| s.clone());
        let before = earlier.iter().filter(|e| e.to == message.to).flat_map(|e| &e.materials);
        let handover = def.kind == MessageKind::Handover;
        let (mut acceptance, mut refused) = (None, Vec::new());
        if handover {
            match forecast(world, earlier, &message) {
                Ok(found) => acceptance = found,
                Err(refusal) => refused = refusal.reasons,
            }
        }
        Some(Going {
            handover,
            answer_due: due(&message.id),
            subjects: subjects.iter().map(name).collect(),
            before: before.map(|m| m.id.clone()).collect(),
            stays: dossier.materials.iter().filter_map(why).collect(),
            acceptance,
            refused,
            message,
        })
    };
    decided.messages.iter().cloned().filter_map(one).collect()
}

/// What the receiver's rules of acceptance would say to a hand-over, on what he was given by it and before.
///
/// # Errors
/// Where no process of the receiver takes it.
fn forecast(world: &World<'_>, earlier: &[Message], message: &Message) -> Result<Option<Acceptance>, Refusal> {
    let library = world.library;
    let mut ids = Throwaway(1 << 32);
    let mut state = FileState::empty("~", &message.to, &message.matter);
    let handed = |m: &&Message| {
        m.to == message.to && library.messages.get(&m.kind).is_some_and(|d| d.kind == MessageKind::Handover)
    };
    for m in earlier.iter().filter(handed) {
        // What the receiver did not take then changes nothing now.
        let _ = arrive(world, &mut ids, &mut state, m);
    }
    arrive(world, &mut ids, &mut state, message)?;
    let opened = |i: &&procedure::situation::Instance| i.origin.as_ref().is_some_and(|o| o.message == message.id);
    let Some(instance) = state.situation.instances.iter().rev().find(opened) else { return Ok(None) };
    let Some(process) = library.processes.get(&instance.process) else { return Ok(None) };
    for (id, action) in process.actions.iter().filter(|(_, a)| a.answers == Some(Answering::Accepted)) {
        let subjects = offers::eligible(library, process, id, action, instance, &state.situation);
        if subjects.is_empty() {
            continue;
        }
        let checks = requirements::each(&Question {
            library,
            process,
            action: id,
            situation: &state.situation,
            instance: Some(instance),
            subjects: &subjects,
            actor: "-",
            contents: world.contents,
            now: world.now,
        });
        return Ok(Some(Acceptance { process: process.process.clone(), action: id.clone(), checks }));
    }
    Ok(None)
}

/// Receives a message into the copy. A process that takes it again is first brought where it waits for it.
fn arrive(world: &World<'_>, ids: &mut Throwaway, state: &mut FileState, message: &Message) -> Result<(), Refusal> {
    let header = Header {
        schema: crate::event::SCHEMA,
        id: String::new(),
        file: state.id.clone(),
        unit: state.unit.clone(),
        matter: state.matter.clone(),
        seq: state.version + 1,
        library: world.library.digest,
        actor: Actor { user: "-".into(), role: Id::default(), unit: state.unit.clone(), acting_for: None },
        instance: None,
        action: message.kind.clone(),
        subjects: Vec::new(),
        occurred_at: world.now,
        recorded_at: world.now,
        basis: Vec::new(),
        commitment: seal::Digest::from_bytes([0; 32]),
        previous: state.head,
    };
    let trigger = Trigger::Message(message.kind.clone());
    let mut moves = Vec::new();
    for i in &state.situation.instances {
        let Some(process) = world.library.processes.get(&i.process) else { continue };
        let mut told = process.receives.iter().filter(|r| r.on == trigger).flat_map(|r| &r.from);
        let mut beside = process.joined_on.iter().filter(|j| j.on == trigger).flat_map(|j| &j.beside);
        let known = |s: &&Id| process.states.contains_key(*s);
        let waits = told.find(known);
        // Whom it brings has no track there that runs.
        let ended = process.states.iter().find(|(_, s)| s.end).map(|(id, _)| id);
        let others = beside.find(known);
        moves.extend(i.tracks.keys().filter_map(|s| {
            let brought = message.subjects.contains_key(s);
            let to = waits.or(if brought { others.and(ended) } else { others })?;
            Some(Effect::TrackMoved { instance: i.id.clone(), subject: s.clone(), to: to.clone() })
        }));
    }
    for e in &moves {
        state.apply(e, &header);
    }
    if let Arrival::Recorded(decided) = receive(world, ids, state, message, world.now)? {
        for e in &decided.effects {
            state.apply(e, &header);
        }
        state.version += 1;
    }
    Ok(())
}

/// Takes out of an input what was found to be wrong, by the places of the reasons.
fn drop_faulty(input: &mut Input, faults: &[Reason]) {
    let at = |place: &str| {
        let inside = |p: &str| p == place || p.strip_prefix(place).is_some_and(|rest| rest.starts_with('.'));
        faults.iter().filter_map(|r| r.place.as_deref()).any(inside)
    };
    input.case.retain(|f, _| !at(&format!("case.{f}")));
    for (s, card) in &mut input.subjects {
        card.retain(|f, _| !at(&format!("subjects.{s}.{f}")));
    }
    input.subjects.retain(|s, card| {
        !card.is_empty() && !faults.iter().any(|r| r.place.as_deref() == Some(&format!("subjects.{s}")))
    });
    for (i, card) in input.new_subjects.iter_mut().enumerate() {
        card.retain(|f, _| !at(&format!("new_subjects.{i}.{f}")));
    }
    if at("new_subjects") && faults.iter().any(|r| r.place.as_deref() == Some("new_subjects")) {
        input.new_subjects.clear();
    }
    let mut n = 0;
    input.materials.retain(|_| {
        n += 1;
        !at(&format!("materials.{}", n - 1))
    });
}
