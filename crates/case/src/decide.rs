//! Deciding a command: from a state and what is asked to events, or to every reason why not.

use std::collections::BTreeMap;

use procedure::Library;
use procedure::engine::facts::View;
use procedure::engine::offers;
use procedure::engine::requirements::{self, Checked, Finding, Question};
use procedure::model::{Action, Condition, Delegation, Id, Process, Separation, Severity, State, Trigger, Works};
use procedure::situation::{Handler, Instance, Opinion, Proposal};

use crate::command::{Asker, Command, Decided, Ids, Input, Reason, Refusal, RefusalKind, Verdict, World};
use crate::event::Effect;
use crate::input;
use crate::protect::protect;
use crate::send;
use crate::state::FileState;
use crate::work::{By, Work};

/// Decides a command on a file.
///
/// # Errors
/// Every reason why it cannot be done, each with its place and basis.
pub fn decide(
    world: &World<'_>,
    ids: &mut dyn Ids,
    state: &FileState,
    asker: &Asker,
    command: &Command,
) -> Result<Decided, Refusal> {
    // Who may see a file is decided also when it is closed.
    if state.situation.locked && !matches!(command, Command::Protect { .. }) {
        let refusal = Refusal::one(RefusalKind::Locked, "本案已办结，卷宗已锁定，不能再办理或者增加材料");
        return Err(refusal.on(&locked_by(world, state)));
    }
    match command {
        Command::Open { process, subjects, input } => open(world, ids, state, asker, process, subjects, input),
        Command::Act { instance, action, subjects, input } => {
            act(world, ids, state, asker, instance, action, subjects, input)
        }
        Command::Decide { instance, proposal, verdict, text } => {
            opinion(world, ids, state, asker, instance, proposal, *verdict, text)
        }
        Command::Protect { what, reason } => protect(world, ids, state, asker, what, reason),
    }
}

/// The basis of the act that closed a file.
pub(crate) fn locked_by(world: &World<'_>, state: &FileState) -> Vec<String> {
    for i in state.situation.instances.iter().rev() {
        let Some(library) = (world.pinned)(&i.library) else { continue };
        let Some(process) = library.processes.get(&i.process) else { continue };
        let last = i.done.iter().rev().filter_map(|d| process.actions.get(&d.action)).find(|a| a.locks);
        if let Some(action) = last {
            return cited(&library, action);
        }
    }
    Vec::new()
}

/// The basis of an action, in full Chinese.
fn cited(library: &Library, action: &Action) -> Vec<String> {
    action.basis.iter().map(|b| library.cite(b)).collect()
}

/// An act that is under way, with everything looked up.
#[derive(Clone)]
pub(crate) struct Deed<'a> {
    pub(crate) library: &'a Library,
    pub(crate) process: &'a Process,
    pub(crate) instance: &'a str,
    pub(crate) id: &'a Id,
    pub(crate) action: &'a Action,
    pub(crate) subjects: Vec<String>,
    pub(crate) input: &'a Input,
    /// Who did or proposed it.
    pub(crate) by: &'a str,
    pub(crate) findings: Vec<Finding>,
}

#[allow(clippy::too_many_arguments)]
fn open(
    world: &World<'_>,
    ids: &mut dyn Ids,
    state: &FileState,
    asker: &Asker,
    process_id: &Id,
    wanted: &[String],
    input: &Input,
) -> Result<Decided, Refusal> {
    let library = world.library;
    let unknown = || Refusal::one(RefusalKind::Unknown, format!("没有可以由人启动的流程“{process_id}”"));
    let process = library.processes.get(process_id).ok_or_else(unknown)?;
    let id = process.opens_on.action.as_ref().ok_or_else(unknown)?;
    let action = process.actions.get(id).ok_or_else(unknown)?;
    opening(world, ids, state, asker, process, id, action, wanted, input).map_err(|r| r.on(&cited(library, action)))
}

#[allow(clippy::too_many_arguments)]
fn opening(
    world: &World<'_>,
    ids: &mut dyn Ids,
    state: &FileState,
    asker: &Asker,
    process: &Process,
    id: &Id,
    action: &Action,
    wanted: &[String],
    input: &Input,
) -> Result<Decided, Refusal> {
    let library = world.library;
    let agency = world.units.agency(&asker.unit).unwrap_or_default();
    if !process.agency.contains(&agency) {
        return Err(Refusal::one(RefusalKind::Role, format!("“{}”不由本单位办理", process.name)));
    }
    takes_part(world, state, asker, &action.name)?;
    let capacity = role_for(world, library, asker, &action.by, &action.name)?;
    let mut w = Work::new(world, ids, state, &asker.user);
    let mut subjects: Vec<String> =
        state.situation.subjects.iter().filter(|(_, s)| s.card == process.subject).map(|(i, _)| i.clone()).collect();
    let strangers: Vec<Reason> = wanted
        .iter()
        .filter(|s| !subjects.contains(s))
        .map(|s| Reason::new(format!("“{s}”不是“{}”的办理对象", process.name)).at("subjects"))
        .collect();
    if !strangers.is_empty() {
        return Err(Refusal { kind: RefusalKind::Input, reasons: strangers });
    }
    if !wanted.is_empty() {
        subjects.retain(|s| wanted.contains(s));
    }
    let today = law::time::day(world.now);
    input::check(library, action, process, state, input, today)?;
    for fields in &input.new_subjects {
        let s = format!("P{}", w.ids.next());
        w.push(Effect::SubjectAdded { subject: s.clone(), card: process.subject.clone(), fields: fields.clone() });
        subjects.push(s);
    }
    if subjects.is_empty() {
        return Err(Refusal::one(
            RefusalKind::Input,
            format!("“{}”还没有人员：请至少填写一人的案卡，身份还不清楚的，先填已知的情况", process.name),
        ));
    }
    let works = library.roles.roles.get(&capacity.role).map(|r| r.works);
    let handlers: Vec<Handler> = (works == Some(Works::Assigned))
        .then(|| Handler { role: capacity.role.clone(), user: asker.user.clone(), since: world.now })
        .into_iter()
        .collect();
    // The cards are filled first: deadlines that start with the opening look at them.
    input::apply(&mut w, library, process, &subjects, input)?;
    let instance = w.open(library, process, &subjects, None, &handlers)?;
    let deed = Deed {
        library,
        process,
        instance: &instance,
        id,
        action,
        subjects,
        input,
        by: &asker.user,
        findings: Vec::new(),
    };
    let findings = checked(&mut w, &deed)?;
    let deed = Deed { findings, ..deed };
    complete(w, deed, capacity, asker)
}

#[allow(clippy::too_many_arguments)]
fn act(
    world: &World<'_>,
    ids: &mut dyn Ids,
    state: &FileState,
    asker: &Asker,
    instance_id: &str,
    action_id: &Id,
    wanted: &[String],
    input: &Input,
) -> Result<Decided, Refusal> {
    let instance = state
        .situation
        .instance(instance_id)
        .ok_or_else(|| Refusal::one(RefusalKind::Unknown, format!("本案没有流程“{instance_id}”")))?;
    let library = pinned(world, &instance.library)?;
    let process = library
        .processes
        .get(&instance.process)
        .ok_or_else(|| Refusal::one(RefusalKind::Unknown, "规则库中没有本流程"))?;
    let action = process
        .actions
        .get(action_id)
        .filter(|a| !a.from.is_empty())
        .ok_or_else(|| Refusal::one(RefusalKind::Unknown, format!("“{}”没有动作“{action_id}”", process.name)))?;
    acting(world, ids, state, asker, &library, process, instance, action_id, action, wanted, input)
        .map_err(|r| r.on(&cited(&library, action)))
}

#[allow(clippy::too_many_arguments)]
fn acting(
    world: &World<'_>,
    ids: &mut dyn Ids,
    state: &FileState,
    asker: &Asker,
    library: &Library,
    process: &Process,
    instance: &Instance,
    action_id: &Id,
    action: &Action,
    wanted: &[String],
    input: &Input,
) -> Result<Decided, Refusal> {
    takes_part(world, state, asker, &action.name)?;
    let capacity = capacity(world, library, asker, action, instance)?;
    let subjects = subjects_for(library, process, action_id, action, state, &instance.id, wanted)?;
    let today = law::time::day(world.now);
    input::check(library, action, process, state, input, today)?;
    if action.begins.is_some() && input.new_subjects.is_empty() {
        let text = format!("请填写“{}”所增加的办理对象", action.name);
        return Err(Refusal { kind: RefusalKind::Input, reasons: vec![Reason::new(text).at("new_subjects")] });
    }
    let w = Work::new(world, ids, state, &asker.user);
    let (mut w, deed) = given(w, library, process, &instance.id, action_id, action, subjects, input, &asker.user)?;
    let findings = checked(&mut w, &deed)?;
    let deed = Deed { findings, ..deed };
    let (chain, powers) = chain(&w, &deed, &capacity.role);
    if chain.is_empty() {
        let mut d = complete(w, deed, capacity, asker)?;
        d.basis.extend(powers);
        return Ok(d);
    }
    // What would stop the act once it is approved is told to the proposer now: on a copy, and
    // nothing of it is kept.
    let ahead = Work::new(world, &mut *w.ids, &w.state, &asker.user);
    complete(ahead, deed.clone(), capacity.clone(), asker)?;
    propose(world, state, w, deed, capacity, asker, chain, powers)
}

/// The act with what was given: new subjects, card fields and materials are there.
#[allow(clippy::too_many_arguments)]
pub(crate) fn given<'a>(
    mut w: Work<'a>,
    library: &'a Library,
    process: &'a Process,
    instance_id: &'a str,
    action_id: &'a Id,
    action: &'a Action,
    mut subjects: Vec<String>,
    input: &'a Input,
    by: &'a str,
) -> Result<(Work<'a>, Deed<'a>), Refusal> {
    if action.begins.is_some() {
        subjects.clear();
    }
    if action.subjects {
        for fields in &input.new_subjects {
            let s = format!("P{}", w.ids.next());
            w.push(Effect::SubjectAdded { subject: s.clone(), card: process.subject.clone(), fields: fields.clone() });
            match &action.begins {
                Some(state) => w.join(library, process, instance_id, &s, state)?,
                None => {
                    let (instance, subject, to) = (instance_id.to_owned(), s.clone(), process.initial.clone());
                    w.push(Effect::TrackMoved { instance, subject, to });
                    w.clocks(library, process, instance_id, &s, &Trigger::Opened)?;
                }
            }
            subjects.push(s);
        }
    }
    input::apply(&mut w, library, process, &subjects, input)?;
    let deed = Deed {
        library,
        process,
        instance: instance_id,
        id: action_id,
        action,
        subjects,
        input,
        by,
        findings: Vec::new(),
    };
    Ok((w, deed))
}

/// The approval steps that apply, as lists of roles, and the basis on which any of them was moved
/// down. A step that names the proposer's own role is left out: who may decide alone needs nobody
/// else of that rank. A step that was moved down to a role that agrees already is left out too.
pub(crate) fn chain(w: &Work<'_>, deed: &Deed<'_>, role: &Id) -> (Vec<Vec<Id>>, Vec<String>) {
    let holds = |subject: &String, when: Option<&Condition>| {
        View { library: deed.library, situation: &w.state.situation, subject: Some(subject) }.holds(when)
    };
    // One step may name roles of several agencies; here only the unit's own counts.
    let agency = w.world.units.agency(&w.state.unit);
    let ours = |r: &&Id| {
        let held = deed.library.roles.roles.get(*r).map_or(&[][..], |d| &d.agency);
        held.is_empty() || agency.as_ref().is_some_and(|a| held.contains(a))
    };
    let (mut chain, mut powers): (Vec<Vec<Id>>, Vec<String>) = (Vec::new(), Vec::new());
    for step in &deed.action.approve {
        if step.when.is_some() && !deed.subjects.iter().any(|s| holds(s, step.when.as_ref())) {
            continue;
        }
        // A power is delegated only where that is sure of everybody whom the act concerns.
        let sure = |d: &&Delegation| deed.subjects.iter().all(|s| holds(s, d.when.as_ref()));
        let to = |r: &Id| step.delegated.iter().filter(|d| &d.from == r).find(sure);
        let moved: Vec<&Delegation> = step.by.iter().filter(|r| ours(r)).filter_map(to).collect();
        let roles: Vec<Id> =
            step.by.iter().map(|r| moved.iter().find(|d| &d.from == r).map_or(r, |d| &d.to)).cloned().collect();
        powers.extend(moved.iter().flat_map(|d| d.basis.iter().cloned()));
        if roles.contains(role) || (!moved.is_empty() && chain.contains(&roles)) {
            continue;
        }
        chain.push(roles);
    }
    (chain, powers)
}

/// Nothing of a proposal takes effect before it is approved: only the proposal itself is kept.
#[allow(clippy::too_many_arguments)]
fn propose(
    world: &World<'_>,
    state: &FileState,
    w: Work<'_>,
    deed: Deed<'_>,
    capacity: Capacity,
    asker: &Asker,
    chain: Vec<Vec<Id>>,
    powers: Vec<String>,
) -> Result<Decided, Refusal> {
    let instance = deed.instance.to_owned();
    let number = state.situation.instance(&instance).map_or(0, |i| i.proposals.len()) + 1;
    let input = serde_json::to_value(deed.input)
        .map_err(|e| Refusal::one(RefusalKind::Input, format!("所填内容不能保存：{e}")))?;
    let Work { ids, .. } = w;
    let mut w = Work::new(world, ids, state, &asker.user);
    // Whom the act brings is not there before it takes effect.
    let known = |s: &&String| state.situation.instance(&instance).is_some_and(|i| i.tracks.contains_key(*s));
    let subjects: Vec<String> = deed.subjects.iter().filter(known).cloned().collect();
    w.push(Effect::Proposed {
        instance: instance.clone(),
        proposal: Box::new(Proposal {
            id: format!("A{number}"),
            action: deed.id.clone(),
            subjects: subjects.clone(),
            input,
            by: asker.user.clone(),
            role: capacity.role.clone(),
            at: world.now,
            chain,
            powers: powers.clone(),
            opinions: Vec::new(),
            open: true,
        }),
    });
    let handlers = w.instance(&instance).map(|i| i.handlers.clone()).unwrap_or_default();
    let mut d = w.finish();
    head(&mut d, &deed, capacity, asker, &handlers);
    d.subjects = subjects;
    d.basis.extend(powers);
    d.warnings = deed.findings;
    Ok(d)
}

#[allow(clippy::too_many_arguments)]
fn opinion(
    world: &World<'_>,
    ids: &mut dyn Ids,
    state: &FileState,
    asker: &Asker,
    instance_id: &str,
    proposal_id: &str,
    verdict: Verdict,
    text: &str,
) -> Result<Decided, Refusal> {
    let unknown = || Refusal::one(RefusalKind::Unknown, "没有这项待审批的事项，可能已经办结");
    let mut w = Work::new(world, ids, state, &asker.user);
    let instance = state.situation.instance(instance_id).ok_or_else(unknown)?;
    let proposal = instance.proposals.iter().find(|p| p.id == proposal_id).ok_or_else(unknown)?;
    let library = w.library(&instance.library)?;
    let process = library.processes.get(&instance.process).ok_or_else(unknown)?;
    let action = process.actions.get(&proposal.action).ok_or_else(unknown)?;
    let basis = cited(&library, action);
    if !proposal.open {
        return Err(Refusal::one(RefusalKind::OutOfOrder, "这项审批已经办结").on(&basis));
    }
    takes_part(world, state, asker, &format!("审批“{}”", action.name)).map_err(|r| r.on(&basis))?;
    let step = proposal.opinions.iter().filter(|o| o.agrees).count();
    let roles = proposal.chain.get(step).ok_or_else(unknown)?;
    let may = role_for(world, &library, asker, roles, &format!("审批“{}”", action.name));
    let lender = may.as_ref().ok().and_then(|c| c.lender.clone());
    let agency = world.units.agency(&state.unit).unwrap_or_default();
    let bars = |s: &&Separation| {
        s.done.as_str() == "propose"
            && s.bars.as_str() == "approve"
            && (s.agency.is_empty() || s.agency.contains(&agency))
    };
    for s in library.standard.separation.iter().filter(bars) {
        if proposal.by == asker.user || lender.as_ref() == Some(&proposal.by) {
            return Err(Refusal {
                kind: RefusalKind::Separation,
                reasons: vec![Reason::new(s.text.clone()).on(s.basis.iter().map(|b| library.cite(b)).collect())],
            });
        }
    }
    let capacity = may.map_err(|r| r.on(&basis))?;
    let wordless = match verdict {
        Verdict::Agree => None,
        Verdict::Disagree => Some("不同意的，须写明意见"),
        Verdict::Return => Some("退回的，须写明修改意见"),
    };
    if let Some(why) = wordless.filter(|_| text.trim().is_empty()) {
        return Err(Refusal::one(RefusalKind::Input, why).on(&basis));
    }
    let agrees = verdict == Verdict::Agree;
    let last = step + 1 == proposal.chain.len();
    w.push(Effect::OpinionGiven {
        instance: instance_id.to_owned(),
        proposal: proposal_id.to_owned(),
        opinion: Opinion {
            by: asker.user.clone(),
            role: capacity.role.clone(),
            at: world.now,
            agrees,
            refuses: verdict == Verdict::Disagree,
            acting_for: capacity.lender.clone(),
            text: text.to_owned(),
        },
        closes: last || !agrees,
    });
    if !agrees || !last {
        let mut d = w.finish();
        d.role = capacity.role;
        d.acting_for = capacity.lender;
        d.instance = Some(instance_id.to_owned());
        d.action = Id::from(match verdict {
            Verdict::Agree => "approve",
            Verdict::Disagree => "disagree",
            Verdict::Return => "send_back",
        });
        d.subjects.clone_from(&proposal.subjects);
        d.library = Some(library.digest);
        d.reason = Some(text.to_owned()).filter(|t| !t.is_empty());
        return Ok(d);
    }
    // Approved: the act takes effect now, on the state as it is now.
    let input: Input = serde_json::from_value(proposal.input.clone())
        .map_err(|e| Refusal::one(RefusalKind::Input, format!("所提事项不能读取：{e}")))?;
    let subjects =
        subjects_for(&library, process, &proposal.action, action, &w.state.clone(), instance_id, &proposal.subjects)?;
    let by = &proposal.by;
    let (mut w, deed) = given(w, &library, process, instance_id, &proposal.action, action, subjects, &input, by)
        .map_err(|r| r.on(&basis))?;
    let findings = checked(&mut w, &deed)?;
    let deed = Deed { findings, ..deed };
    let mut d = complete(w, deed, capacity, asker).map_err(|r| r.on(&basis))?;
    d.basis.extend(proposal.powers.iter().cloned());
    Ok(d)
}

/// The role in which somebody does something, and who lent it to him.
#[derive(Debug, Clone)]
pub(crate) struct Capacity {
    pub(crate) role: Id,
    pub(crate) lender: Option<String>,
}

/// The role in which the asker may do something; an own role comes before a lent one.
pub(crate) fn role_for(
    world: &World<'_>,
    library: &Library,
    asker: &Asker,
    by: &[Id],
    what: &str,
) -> Result<Capacity, Refusal> {
    let agency = world.units.agency(&asker.unit);
    // A role counts only in the agencies that have it, whatever was entered for the person.
    let counts = |r: &Id| {
        library
            .roles
            .roles
            .get(r)
            .is_some_and(|d| d.agency.is_empty() || agency.as_ref().is_some_and(|a| d.agency.contains(a)))
    };
    let own =
        by.iter().find(|r| asker.roles.contains(r) && counts(r)).map(|r| Capacity { role: r.clone(), lender: None });
    let lent = || {
        asker
            .lent
            .iter()
            .find(|(r, _)| by.contains(r) && counts(r))
            .map(|(r, from)| Capacity { role: r.clone(), lender: Some(from.clone()) })
    };
    own.or_else(lent).ok_or_else(|| {
        let names: Vec<&str> =
            by.iter().map(|r| library.roles.roles.get(r).map_or(r.as_str(), |x| x.name.as_str())).collect();
        Refusal::one(RefusalKind::Role, format!("“{what}”由{}办理，您没有这一职责", names.join("、")))
    })
}

/// Whoever acts belongs to the file's unit and was not taken off the case. The policies ask the
/// same before; here it holds whoever calls.
pub(crate) fn takes_part(world: &World<'_>, state: &FileState, asker: &Asker, what: &str) -> Result<(), Refusal> {
    if asker.unit != state.unit {
        let unit = world.units.name(&state.unit);
        return Err(Refusal::one(RefusalKind::Role, format!("本案由{unit}办理，其他单位的人员不能办理“{what}”")));
    }
    if state.removed.contains(&asker.user) {
        return Err(Refusal::one(RefusalKind::NotAssigned, format!("您已回避或者调离本案，不能办理“{what}”")));
    }
    Ok(())
}

/// The library version that an instance is pinned to.
pub(crate) fn pinned(world: &World<'_>, digest: &seal::Digest) -> Result<std::sync::Arc<Library>, Refusal> {
    (world.pinned)(digest)
        .ok_or_else(|| Refusal::one(RefusalKind::Unknown, "找不到本流程所依据的规则库版本，请联系系统管理员恢复该版本"))
}

/// The role in which somebody does an act of an instance. Of several roles that may do it, one in
/// which the case is in the person's hands comes before one that would need it to be.
pub(crate) fn capacity(
    world: &World<'_>,
    library: &Library,
    asker: &Asker,
    action: &Action,
    instance: &Instance,
) -> Result<Capacity, Refusal> {
    role_for(world, library, asker, &action.by, &action.name)?;
    let ready: Vec<Id> = action.by.iter().filter(|r| in_hand(library, asker, r, instance)).cloned().collect();
    role_for(world, library, asker, &ready, &action.name).map_err(|_| not_in_hand(instance))
}

/// Whether somebody holds one of these roles and, where the role works on assigned cases only, has
/// this one in hand.
pub fn may(library: &Library, asker: &Asker, by: &[Id], instance: &Instance) -> bool {
    let holds = |r: &Id| asker.roles.contains(r) || asker.lent.iter().any(|(lent, _)| lent == r);
    by.iter().any(|r| holds(r) && in_hand(library, asker, r, instance))
}

/// A role that works on assigned cases only must have this one in hand.
fn in_hand(library: &Library, asker: &Asker, role: &Id, instance: &Instance) -> bool {
    let assigned = library.roles.roles.get(role).is_some_and(|r| r.works == Works::Assigned);
    !assigned || instance.handlers.iter().any(|h| h.user == asker.user || asker.acting_for.contains(&h.user))
}

fn not_in_hand(instance: &Instance) -> Refusal {
    Refusal::one(
        RefusalKind::NotAssigned,
        if instance.handlers.is_empty() {
            "本案尚未分案，请先由案件管理人员分案"
        } else {
            "本案不由您承办，需要办理的请联系部门负责人调整承办人"
        },
    )
}

/// Why a hand-over is not answered once more, and in another way.
const ANSWERED: &str = "来件已经答复，不能另作答复";

pub(crate) fn subjects_for(
    library: &Library,
    process: &Process,
    id: &Id,
    action: &Action,
    state: &FileState,
    instance_id: &str,
    wanted: &[String],
) -> Result<Vec<String>, Refusal> {
    let Some(instance) = state.situation.instance(instance_id) else {
        return Err(Refusal::one(RefusalKind::Unknown, "本案没有这个流程"));
    };
    let eligible = offers::eligible(library, process, id, action, instance, &state.situation);
    let chosen: Vec<String> = if wanted.is_empty() || action.whole { eligible.clone() } else { wanted.to_vec() };
    let mut reasons = Vec::new();
    for s in &chosen {
        if !eligible.contains(s) {
            reasons.push(why_not(library, process, action, state, instance_id, s));
        }
    }
    if chosen.is_empty() {
        let alone = |s: &str| offers::allowed(library, process, id, action, instance, &state.situation, s);
        for s in instance.tracks.keys().filter(|s| !alone(s)) {
            reasons.push(why_not(library, process, action, state, instance_id, s));
        }
        if reasons.is_empty() {
            reasons.push(Reason::new(ANSWERED));
        }
    }
    if reasons.is_empty() { Ok(chosen) } else { Err(Refusal { kind: RefusalKind::OutOfOrder, reasons }) }
}

fn why_not(
    library: &Library,
    process: &Process,
    action: &Action,
    state: &FileState,
    instance_id: &str,
    subject: &str,
) -> Reason {
    let basis: Vec<String> = action.basis.iter().map(|b| library.cite(b)).collect();
    let who = requirements::label(library, &state.situation, subject).unwrap_or_else(|| subject.to_owned());
    let instance = state.situation.instance(instance_id);
    let Some(track) = instance.and_then(|i| i.tracks.get(subject)) else {
        return Reason::new(format!("“{subject}”不是本流程的办理对象"));
    };
    let name = |s: &Id| process.states.get(s).map_or_else(|| s.to_string(), |x: &State| x.name.clone());
    if !offers::state_allows(process, action, &track.state) {
        let from: Vec<String> =
            action.from.iter().map(|s| if s.as_str() == "open" { "尚未办结".to_owned() } else { name(s) }).collect();
        return Reason::new(format!(
            "{who}现处于“{}”，“{}”只能在“{}”时办理",
            name(&track.state),
            action.name,
            from.join("”“")
        ))
        .on(basis);
    }
    if action.answers.is_some_and(|a| instance.is_some_and(|i| !offers::answerable(i, a))) {
        return Reason::new(ANSWERED).on(basis);
    }
    if instance.is_some_and(|i| i.proposals.iter().any(|p| p.open && p.subjects.iter().any(|s| s == subject))) {
        return Reason::new(format!("{who}有事项正在审批，审批办结前不能办理“{}”", action.name)).on(basis);
    }
    let condition = action.when.as_ref().and_then(|c| library.facts.get(&c.fact)).map_or("", |f| f.def.name.as_str());
    Reason::new(format!("{who}不符合“{}”的条件：{condition}", action.name)).on(basis)
}

/// Applies what the act sets and checks every requirement on the situation as it would be.
fn checked(w: &mut Work<'_>, deed: &Deed<'_>) -> Result<Vec<Finding>, Refusal> {
    let (mut reasons, checks) = checks(w, deed);
    let mut findings: Vec<Finding> = checks.into_iter().flat_map(|c| c.findings).collect();
    findings.sort_by_key(|f| std::cmp::Reverse(f.severity));
    // A return states the faults instead of being stopped by them: its requirements are those of
    // acceptance only where the library says so, at that action.
    reasons.extend(findings.iter().filter(|f| f.severity == Severity::Block).map(Reason::from));
    if reasons.is_empty() { Ok(findings) } else { Err(Refusal { kind: RefusalKind::Requirements, reasons }) }
}

/// Applies what the act sets; the documents that are not issued with it, and every requirement on
/// the situation as it would be.
pub(crate) fn checks(w: &mut Work<'_>, deed: &Deed<'_>) -> (Vec<Reason>, Vec<Checked>) {
    w.settings(
        Some(deed.instance),
        &deed.subjects,
        deed.action.set.iter(),
        &By {
            actor: deed.by,
            reason: deed.input.reason.as_deref(),
            assigned: deed.input.assign.as_ref().map(|to| to.how),
        },
    );
    let all = requirements::each(&Question {
        library: deed.library,
        process: deed.process,
        action: deed.id,
        situation: &w.state.situation,
        instance: w.instance(deed.instance),
        subjects: &deed.subjects,
        actor: deed.by,
        contents: w.world.contents,
        now: w.world.now,
    });
    (input::issued(w, deed), all)
}

/// Everything that follows when the act takes effect.
pub(crate) fn complete(mut w: Work<'_>, deed: Deed<'_>, capacity: Capacity, asker: &Asker) -> Result<Decided, Refusal> {
    let instance = deed.instance.to_owned();
    let before = stand(&w, &deed);
    if let Some(to) = &deed.action.to {
        for s in &deed.subjects {
            w.push(Effect::TrackMoved { instance: instance.clone(), subject: s.clone(), to: to.clone() });
        }
    }
    w.push(Effect::ActDone {
        instance: instance.clone(),
        action: deed.id.clone(),
        subjects: deed.subjects.clone(),
        by: deed.by.to_owned(),
    });
    input::assign(&mut w, &deed)?;
    let trigger = Trigger::Action(deed.id.clone());
    for s in &deed.subjects {
        w.clocks(deed.library, deed.process, &instance, s, &trigger)?;
    }
    let handlers: Vec<Handler> = w.instance(&instance).map(|i| i.handlers.clone()).unwrap_or_default();
    for o in &deed.action.opens {
        if let Some(p) = deed.library.processes.get(o) {
            w.open(deed.library, p, &deed.subjects, None, &handlers)?;
        }
    }
    for s in &deed.action.signals {
        w.signal(s, &deed.subjects);
    }
    w.run_signals()?;
    send::send(&mut w, &deed, &before)?;
    if deed.action.locks {
        lock(&mut w, &deed)?;
    }
    let mut d = w.finish();
    head(&mut d, &deed, capacity, asker, &handlers);
    d.warnings = deed.findings;
    Ok(d)
}

/// Where the tracks stand that the act moves.
fn stand(w: &Work<'_>, deed: &Deed<'_>) -> BTreeMap<String, Id> {
    let Some(i) = w.instance(deed.instance).filter(|_| deed.action.to.is_some()) else { return BTreeMap::new() };
    let of = |s: &String| Some((s.clone(), i.tracks.get(s)?.state.clone()));
    deed.subjects.iter().filter_map(of).collect()
}

/// Closes the file for good, once nobody's track is open any more. An act about one of several
/// people leaves it open for the others; one about all of them must not come too early. Of two instances
/// that both wait for nothing but this, the last one closes it.
fn lock(w: &mut Work<'_>, deed: &Deed<'_>) -> Result<(), Refusal> {
    let (mut open, mut waits) = (Vec::new(), false);
    for i in &w.state.situation.instances {
        let library = w.library(&i.library)?;
        let Some(process) = library.processes.get(&i.process) else { continue };
        for (s, track) in &i.tracks {
            let Some(def) = process.states.get(&track.state).filter(|d| !d.end) else { continue };
            let closes = |a: &&Action| a.locks && offers::state_allows(process, a, &track.state);
            if i.id != deed.instance && process.actions.values().any(|a| closes(&a)) {
                waits = true;
                continue;
            }
            let who = requirements::label(&library, &w.state.situation, s).unwrap_or_else(|| s.clone());
            open.push(Reason::new(format!("{who}的“{}”尚未办结，现处于“{}”", process.name, def.name)));
        }
    }
    if open.is_empty() {
        if !waits {
            w.push(Effect::Locked {});
        }
    } else if deed.action.whole {
        let basis: Vec<String> = deed.action.basis.iter().map(|b| deed.library.cite(b)).collect();
        let reasons = open.into_iter().map(|r| r.on(basis.clone())).collect();
        return Err(Refusal { kind: RefusalKind::Requirements, reasons });
    }
    Ok(())
}

fn head(d: &mut Decided, deed: &Deed<'_>, capacity: Capacity, asker: &Asker, handlers: &[Handler]) {
    // A delegation was used only where the case is in the hands of the one who gave it.
    let holds = |user: &String| handlers.iter().any(|h| &h.user == user);
    let assigned = deed.library.roles.roles.get(&capacity.role).is_some_and(|r| r.works == Works::Assigned);
    d.acting_for = capacity.lender;
    if assigned && !holds(&asker.user) {
        d.acting_for = asker.acting_for.iter().find(|u| holds(u)).cloned();
    }
    d.role = capacity.role;
    d.instance = Some(deed.instance.to_owned());
    d.action = deed.id.clone();
    d.subjects.clone_from(&deed.subjects);
    d.basis.clone_from(&deed.action.basis);
    d.library = Some(deed.library.digest);
    d.reason.clone_from(&deed.input.reason);
}
