//! A decision in the making: a copy of the state that runs ahead while effects are collected.

use std::collections::VecDeque;
use std::sync::Arc;

use jiff::civil::Date;
use law::time;
use procedure::Library;
use procedure::engine::clocks::{self, NotStarted};
use procedure::engine::facts::View;
use procedure::model::{Deadline, FieldRef, Id, Joining, Process, Setting, Trigger};
use procedure::situation::{Handler, Instance, Origin, Running, Track};
use seal::Digest;
use serde_json::Value;

use crate::command::{Decided, How, Ids, Reason, Refusal, RefusalKind, World};
use crate::decide::pinned;
use crate::event::{Actor, Effect, Header};
use crate::message::Message;
use crate::state::FileState;

/// How many signals one act may set off before it is stopped as circular.
const MOST_SIGNALS: usize = 64;

/// By whom fields are set, and what he said of it.
pub(crate) struct By<'a> {
    pub actor: &'a str,
    pub reason: Option<&'a str>,
    pub assigned: Option<How>,
}

impl By<'_> {
    /// What follows by itself.
    const NOBODY: Self = Self { actor: "-", reason: None, assigned: None };
}

pub(crate) struct Work<'a> {
    pub(crate) world: &'a World<'a>,
    pub(crate) ids: &'a mut dyn Ids,
    pub(crate) state: FileState,
    pub(crate) effects: Vec<Effect>,
    pub(crate) messages: Vec<Message>,
    header: Header,
    signals: VecDeque<(Id, Vec<String>)>,
}

impl<'a> Work<'a> {
    pub(crate) fn new(world: &'a World<'a>, ids: &'a mut dyn Ids, state: &FileState, user: &str) -> Self {
        let header = Header {
            schema: crate::event::SCHEMA,
            id: String::new(),
            file: state.id.clone(),
            unit: state.unit.clone(),
            matter: state.matter.clone(),
            seq: state.version + 1,
            library: world.library.digest,
            actor: Actor { user: user.to_owned(), role: Id::default(), unit: state.unit.clone(), acting_for: None },
            instance: None,
            action: Id::default(),
            subjects: Vec::new(),
            occurred_at: world.now,
            recorded_at: world.now,
            basis: Vec::new(),
            commitment: Digest::from_bytes([0; 32]),
            previous: state.head,
        };
        Self {
            world,
            ids,
            state: state.clone(),
            effects: Vec::new(),
            messages: Vec::new(),
            header,
            signals: VecDeque::new(),
        }
    }

    pub(crate) fn push(&mut self, effect: Effect) {
        self.state.apply(&effect, &self.header);
        self.effects.push(effect);
    }

    pub(crate) fn finish(mut self) -> Decided {
        self.turn_clocks();
        Decided { effects: self.effects, messages: self.messages, ..Decided::default() }
    }

    /// A measure that changed while deadlines run makes them custody clocks, or ordinary ones again (R5).
    fn turn_clocks(&mut self) {
        if !self.effects.iter().any(|e| matches!(e, Effect::CardSet { .. })) {
            return;
        }
        let mut turned = Vec::new();
        for i in &self.state.situation.instances {
            let Ok(library) = self.library(&i.library) else { continue };
            let Some(process) = library.processes.get(&i.process) else { continue };
            for c in i.clocks.iter().filter(|c| c.ended.is_none()) {
                let Some(def) = process.deadlines.get(&c.deadline).filter(|d| d.custody_if.is_some()) else { continue };
                let view = View { library: &library, situation: &self.state.situation, subject: Some(&c.subject) };
                let clock = clocks::clock(def, &view);
                if clock != c.clock {
                    let (instance, deadline, subject) = (i.id.clone(), c.deadline.clone(), c.subject.clone());
                    turned.push(Effect::ClockTurned { instance, deadline, subject, clock });
                }
            }
        }
        turned.into_iter().for_each(|e| self.push(e));
    }

    /// The library version that an instance is pinned to.
    pub(crate) fn library(&self, digest: &Digest) -> Result<Arc<Library>, Refusal> {
        pinned(self.world, digest)
    }

    pub(crate) fn instance(&self, id: &str) -> Option<&Instance> {
        self.state.situation.instance(id)
    }

    /// Sets fields as a definition says.
    pub(crate) fn settings<'s>(
        &mut self,
        instance: Option<&str>,
        subjects: &[String],
        set: impl Iterator<Item = (&'s FieldRef, &'s Setting)>,
        by: &By<'_>,
    ) {
        for (f, v) in set {
            let on_case = f.card.as_str() == "case";
            let targets: Vec<Option<String>> =
                if on_case { vec![None] } else { subjects.iter().cloned().map(Some).collect() };
            for subject in targets {
                let value = self.setting(v, f, subject.as_deref(), instance, by);
                self.push(Effect::CardSet { subject, field: f.field.clone(), value });
            }
        }
    }

    fn setting(&self, v: &Setting, f: &FieldRef, subject: Option<&str>, instance: Option<&str>, by: &By<'_>) -> Value {
        let now = self.world.now;
        let stamp = |m: law::time::Moment| Value::String(iso(m));
        match v {
            Setting::Bool(b) => Value::Bool(*b),
            Setting::Int(i) => Value::from(*i),
            Setting::Text(t) => match t.as_str() {
                "$today" => Value::String(time::day(now).to_string()),
                "$now" => stamp(now),
                "$actor" => Value::String(by.actor.to_owned()),
                "$reason" => by.reason.into(),
                "$assigned" => by.assigned.map(How::as_str).into(),
                "$unit" => Value::String(self.state.unit.clone()),
                "$received" => stamp(
                    instance
                        .and_then(|i| self.instance(i))
                        .and_then(|i| i.origin.as_ref())
                        .map_or(now, |o| o.received_at),
                ),
                "$plus1" => {
                    let n = self.state.situation.field(f, subject).and_then(Value::as_i64).unwrap_or(0);
                    Value::from(n + 1)
                }
                // Nothing is put there where the deadline does not run, or the field is empty: a
                // requirement asks for it.
                _ => match t.split_once(':') {
                    Some(("$after", d)) => self
                        .last_day(instance, &d.into(), subject)
                        .and_then(|d| d.tomorrow().ok())
                        .map_or(Value::Null, |d| Value::String(d.to_string())),
                    Some(("$of", other)) => other
                        .parse::<FieldRef>()
                        .ok()
                        .and_then(|o| self.state.situation.field(&o, subject).cloned())
                        .unwrap_or_default(),
                    _ => Value::String(t.clone()),
                },
            },
        }
    }

    /// The last day of a subject's deadline, as it started last.
    fn last_day(&self, instance: Option<&str>, deadline: &Id, subject: Option<&str>) -> Option<Date> {
        let i = self.instance(instance?)?;
        let of = |c: &&Running| &c.deadline == deadline && Some(c.subject.as_str()) == subject;
        let running = i.clocks.iter().rev().find(of)?;
        let library = self.library(&i.library).ok()?;
        Some(clocks::due(running, &library.law.calendar, self.world.now).last_day)
    }

    /// Opens a process over subjects; handlers are those given. This is the one way in: by a
    /// person, a message or another process, a process opens only while it is in force.
    pub(crate) fn open(
        &mut self,
        library: &Library,
        process: &Process,
        subjects: &[String],
        origin: Option<Origin>,
        handlers: &[Handler],
    ) -> Result<String, Refusal> {
        if !process.valid.contains(time::day(self.world.now)) {
            let today = time::date_cn(time::day(self.world.now));
            let text = format!("“{}”{}施行，{today}不能启动", process.name, process.valid);
            return Err(Refusal {
                kind: RefusalKind::NotInForce,
                reasons: vec![Reason::new(text).on(process.basis.iter().map(|b| library.cite(b)).collect())],
            });
        }
        let instance = format!("I{}", self.state.situation.instances.len() + 1);
        self.push(Effect::InstanceOpened {
            instance: instance.clone(),
            process: process.process.clone(),
            library: library.digest,
            origin,
            subjects: subjects.to_vec(),
            state: process.initial.clone(),
        });
        for h in handlers {
            self.push(Effect::HandlerSet {
                instance: instance.clone(),
                handler: Handler { since: self.world.now, ..h.clone() },
            });
        }
        for s in subjects {
            self.clocks(library, process, &instance, s, &Trigger::Opened)?;
        }
        Ok(instance)
    }

    /// A further subject comes into an instance that runs, and begins in a state.
    pub(crate) fn join(
        &mut self,
        library: &Library,
        process: &Process,
        instance: &str,
        subject: &str,
        state: &Id,
    ) -> Result<(), Refusal> {
        self.push(Effect::TrackBegun {
            instance: instance.to_owned(),
            subject: subject.to_owned(),
            state: state.clone(),
        });
        self.clocks(library, process, instance, subject, &Trigger::Joined)
    }

    /// What a trigger does to the deadlines of one track.
    pub(crate) fn clocks(
        &mut self,
        library: &Library,
        process: &Process,
        instance: &str,
        subject: &str,
        trigger: &Trigger,
    ) -> Result<(), Refusal> {
        let now = self.world.now;
        let day = time::day(now);
        for (id, def) in &process.deadlines {
            let runs = self.instance(instance).is_some_and(|i| {
                i.clocks.iter().any(|c| &c.deadline == id && c.subject == subject && c.ended.is_none())
            });
            let (instance_s, deadline, subject_s) = (instance.to_owned(), id.clone(), subject.to_owned());
            let starts = def.starts.contains(trigger);
            if runs && (def.ends.contains(trigger) || starts) {
                self.push(Effect::ClockEnded {
                    instance: instance_s.clone(),
                    deadline: deadline.clone(),
                    subject: subject_s.clone(),
                    at: now,
                });
            } else if runs && def.suspends.contains(trigger) {
                self.push(Effect::ClockSuspended {
                    instance: instance_s.clone(),
                    deadline: deadline.clone(),
                    subject: subject_s.clone(),
                    day,
                });
            } else if runs && def.resumes.contains(trigger) {
                self.push(Effect::ClockResumed {
                    instance: instance_s.clone(),
                    deadline: deadline.clone(),
                    subject: subject_s.clone(),
                    day,
                });
            } else if runs {
                self.extend(library, id, def, instance, subject, trigger)?;
            }
            if starts {
                self.start(library, id, def, instance, subject)?;
            }
        }
        Ok(())
    }

    /// Lengthens a running deadline. An act that would lengthen it once too often is refused; a
    /// message or a signal that does so lengthens nothing.
    fn extend(
        &mut self,
        library: &Library,
        id: &Id,
        def: &Deadline,
        instance: &str,
        subject: &str,
        trigger: &Trigger,
    ) -> Result<(), Refusal> {
        for e in def.extends.iter().filter(|e| &e.on == trigger) {
            let on = trigger.to_string();
            let running = self.instance(instance).and_then(|i| {
                i.clocks.iter().rev().find(|c| &c.deadline == id && c.subject == subject && c.ended.is_none())
            });
            let Some(running) = running else { continue };
            if running.extended.iter().filter(|x| x.on == on).count() < usize::from(e.times) {
                self.push(Effect::ClockExtended {
                    instance: instance.to_owned(),
                    deadline: id.clone(),
                    subject: subject.to_owned(),
                    on,
                    by: e.by,
                });
            } else if matches!(trigger, Trigger::Action(_)) {
                let text = format!("“{}”已经延长过 {} 次，不能再延长", def.name, e.times);
                let basis = def.basis.iter().map(|b| library.cite(b)).collect();
                return Err(Refusal { kind: RefusalKind::OutOfOrder, reasons: vec![Reason::new(text).on(basis)] });
            }
        }
        Ok(())
    }

    fn start(
        &mut self,
        library: &Library,
        id: &Id,
        def: &Deadline,
        instance: &str,
        subject: &str,
    ) -> Result<(), Refusal> {
        let received = self.instance(instance).and_then(|i| i.received(subject));
        let after = def.of.as_ref().and_then(|d| self.last_day(Some(instance), d, Some(subject)));
        let after = after.map(|d| time::moment(d.at(0, 0, 0, 0)));
        let view = View { library, situation: &self.state.situation, subject: Some(subject) };
        match clocks::start(id, def, &view, self.world.now, received, after) {
            Ok(running) => {
                self.push(Effect::ClockStarted { instance: instance.to_owned(), running });
                Ok(())
            }
            Err(NotStarted::NotApplicable) => Ok(()),
            // A hand-over must not fail because the sender's card lacks a field: the receiver is
            // asked for it at the next act that starts the deadline.
            Err(NotStarted::Missing(_)) if self.header.actor.user == "-" => Ok(()),
            Err(NotStarted::Missing(fields)) => {
                let names: Vec<String> = fields.iter().map(|f| format!("“{}”", library.field_name(f))).collect();
                Err(Refusal {
                    kind: RefusalKind::Requirements,
                    reasons: vec![
                        Reason::new(format!("不能起算“{}”：请先填写{}", def.name, names.join("、")))
                            .at(fields.first().map(ToString::to_string).unwrap_or_default())
                            .on(def.basis.iter().map(|b| library.cite(b)).collect()),
                    ],
                })
            }
        }
    }

    /// Gives a signal about these subjects; what it sets off is done before the act is complete.
    pub(crate) fn signal(&mut self, s: &Id, about: &[String]) {
        self.signals.push_back((s.clone(), about.to_vec()));
    }

    /// Lets every signal given so far reach the processes of the file.
    pub(crate) fn run_signals(&mut self) -> Result<(), Refusal> {
        let mut given = 0;
        while let Some((s, about)) = self.signals.pop_front() {
            given += 1;
            if given > MOST_SIGNALS {
                return Err(Refusal::one(RefusalKind::Input, "规则库中的信号互相触发，不能完成：请联系规则库管理员"));
            }
            let trigger = Trigger::Signal(s);
            let concerned = |i: &&Instance| about.iter().any(|s| i.tracks.contains_key(s));
            let all = &self.state.situation.instances;
            let instances: Vec<String> = all.iter().filter(concerned).map(|i| i.id.clone()).collect();
            for i in instances {
                self.receive(&i, &about, &trigger, None)?;
            }
        }
        Ok(())
    }

    /// What a message or signal does to the tracks of one instance, and whom it brings into it. Returns
    /// whether a track was affected.
    pub(crate) fn receive(
        &mut self,
        instance: &str,
        subjects: &[String],
        trigger: &Trigger,
        message: Option<&Message>,
    ) -> Result<bool, Refusal> {
        let Some(i) = self.instance(instance) else { return Ok(false) };
        let library = self.library(&i.library)?;
        let Some(process) = library.processes.get(&i.process) else { return Ok(false) };
        let handlers = i.handlers.clone();
        let beside = |j: &&Joining| &j.on == trigger && i.tracks.values().any(|t| j.beside.contains(&t.state));
        let joining = process.joined_on.iter().find(beside);
        let mut affected = false;
        for s in subjects {
            let track = self.instance(instance).and_then(|i| i.tracks.get(s)).cloned();
            let end = |t: &Track| process.states.get(&t.state).is_some_and(|x| x.end);
            let view = View { library: &library, situation: &self.state.situation, subject: Some(s) };
            let rule = track.as_ref().and_then(|track| {
                process.receives.iter().find(|r| {
                    &r.on == trigger
                        && r.from.iter().any(|f| f == &track.state || (f.as_str() == "open" && !end(track)))
                        && view.holds(r.when.as_ref())
                })
            });
            let rule_free = rule.is_none();
            if let Some(j) = joining
                && rule_free
                && track.as_ref().is_none_or(end)
            {
                affected = true;
                self.join(&library, process, instance, s, &j.begins)?;
                continue;
            }
            let Some(track) = track else { continue };
            if let Some(r) = rule {
                affected = true;
                if let Some(m) = message {
                    for f in &r.takes {
                        self.take(f, s, m);
                    }
                }
                self.settings(Some(instance), std::slice::from_ref(s), r.set.iter(), &By::NOBODY);
                if let Some(to) = &r.to {
                    self.push(Effect::TrackMoved { instance: instance.to_owned(), subject: s.clone(), to: to.clone() });
                }
                for o in &r.opens {
                    if let Some(p) = library.processes.get(o) {
                        self.open(&library, p, std::slice::from_ref(s), None, &handlers)?;
                    }
                }
                for x in &r.signals {
                    self.signal(x, std::slice::from_ref(s));
                }
            }
            // A deadline may name the message or signal although no track moves on it; nothing
            // starts any more on a track that has ended.
            if rule_free && end(&track) {
                continue;
            }
            self.clocks(&library, process, instance, s, trigger)?;
        }
        Ok(affected)
    }

    fn take(&mut self, f: &FieldRef, subject: &str, m: &Message) {
        if f.card.as_str() == "case" {
            if let Some(v) = m.case.get(&f.field) {
                self.push(Effect::CardSet { subject: None, field: f.field.clone(), value: v.clone() });
            }
        } else if let Some(v) = m.subjects.get(subject).and_then(|x| x.fields.get(&f.field)) {
            self.push(Effect::CardSet { subject: Some(subject.to_owned()), field: f.field.clone(), value: v.clone() });
        }
    }
}

/// A moment as cards hold it: RFC 3339 with the offset of Asia/Shanghai, to the second.
pub(crate) fn iso(m: law::time::Moment) -> String {
    format!("{}+08:00", time::local(m).strftime("%Y-%m-%dT%H:%M:%S"))
}
