//! The state of one unit's file on one matter: a fold of its events, and nothing else.

use std::collections::BTreeSet;

use procedure::situation::{Extended, Instance, Situation, Subject, Track};
use seal::Digest;
use serde::{Deserialize, Serialize};

use crate::event::{Effect, Event, Grant, Header, genesis};

/// One unit's file on one matter.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FileState {
    /// Identifier of the file.
    pub id: String,
    /// The unit that keeps it.
    pub unit: String,
    /// The matter that ties the files of all agencies together.
    pub matter: String,
    /// Number of events folded; commands are checked against it.
    pub version: u64,
    /// Last link of the chain.
    pub head: Digest,
    /// What the engine looks at.
    pub situation: Situation,
    /// People who were taken off the case.
    pub removed: BTreeSet<String>,
    /// Those of them who are kept out for good (回避).
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub barred: BTreeSet<String>,
    /// Permissions to read, one a person, run out or not.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub grants: Vec<Grant>,
    /// Grade of secrecy, 0 ordinary.
    #[serde(default, skip_serializing_if = "ordinary")]
    pub grade: u8,
    /// The record is sealed (犯罪记录封存).
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub sealed: bool,
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde hands a reference")]
pub(crate) fn ordinary(grade: &u8) -> bool {
    *grade == 0
}

impl FileState {
    /// A file before its first event.
    pub fn empty(id: impl Into<String>, unit: impl Into<String>, matter: impl Into<String>) -> Self {
        Self {
            id: id.into(),
            unit: unit.into(),
            matter: matter.into(),
            version: 0,
            head: genesis(),
            situation: Situation::default(),
            removed: BTreeSet::new(),
            barred: BTreeSet::new(),
            grants: Vec::new(),
            grade: 0,
            sealed: false,
        }
    }

    /// Folds one event. Conditions are never evaluated again here, so a changed library cannot
    /// change the past. An event whose payload was lawfully destroyed only moves the version.
    pub fn fold(&mut self, event: &Event) {
        if let Some(p) = &event.payload {
            for e in &p.effects {
                self.apply(e, &event.header);
            }
        }
        self.version = event.header.seq;
        self.head = event.hash;
    }

    /// Everybody who has the case in hand in any of its instances.
    pub fn handlers(&self) -> BTreeSet<String> {
        self.situation.instances.iter().flat_map(|i| i.handlers.iter().map(|h| h.user.clone())).collect()
    }

    /// Applies one change as of a header; used by the fold and to look ahead before deciding.
    pub fn apply(&mut self, effect: &Effect, header: &Header) {
        let s = &mut self.situation;
        match effect {
            Effect::SubjectAdded { subject, card, fields } => {
                s.subjects.insert(subject.clone(), Subject { card: card.clone(), fields: fields.clone() });
            }
            Effect::CardSet { subject, field, value } => {
                let card = match subject {
                    None => Some(&mut s.case),
                    Some(id) => s.subjects.get_mut(id).map(|x| &mut x.fields),
                };
                if let Some(card) = card {
                    if value.is_null() {
                        card.remove(field);
                    } else {
                        card.insert(field.clone(), value.clone());
                    }
                }
            }
            Effect::InstanceOpened { instance, process, library, origin, subjects, state } => {
                s.instances.push(Instance {
                    id: instance.clone(),
                    process: process.clone(),
                    library: *library,
                    opened_at: header.occurred_at,
                    origin: origin.clone(),
                    former: Vec::new(),
                    tracks: subjects
                        .iter()
                        .map(|x| (x.clone(), Track { state: state.clone(), since: header.occurred_at, joined: None }))
                        .collect(),
                    handlers: Vec::new(),
                    clocks: Vec::new(),
                    proposals: Vec::new(),
                    done: Vec::new(),
                    number: None,
                });
            }
            Effect::OriginSet { instance, origin } => {
                if let Some(i) = find(s, instance) {
                    i.former.extend(i.origin.replace(origin.clone()));
                }
            }
            Effect::TrackMoved { instance, subject, to } => {
                if let Some(i) = find(s, instance) {
                    let joined = i.tracks.get(subject).and_then(|t| t.joined);
                    i.tracks.insert(subject.clone(), Track { state: to.clone(), since: header.occurred_at, joined });
                }
            }
            Effect::TrackBegun { instance, subject, state } => {
                if let Some(i) = find(s, instance) {
                    let since = header.occurred_at;
                    i.tracks.insert(subject.clone(), Track { state: state.clone(), since, joined: Some(since) });
                }
            }
            Effect::ActDone { instance, action, subjects, by } => {
                if let Some(i) = find(s, instance) {
                    i.done.push(procedure::situation::Done {
                        action: action.clone(),
                        subjects: subjects.clone(),
                        by: by.clone(),
                        at: header.occurred_at,
                    });
                }
            }
            Effect::HandlerSet { instance, handler } => {
                if let Some(i) = find(s, instance) {
                    i.handlers.push(handler.clone());
                }
                if !self.barred.contains(&handler.user) {
                    self.removed.remove(&handler.user);
                }
            }
            Effect::HandlerRemoved { instance, role, user } => {
                if let Some(i) = find(s, instance) {
                    i.handlers.retain(|h| !(&h.role == role && &h.user == user));
                }
                if !self.handlers().contains(user) {
                    self.removed.insert(user.clone());
                }
            }
            Effect::ClockStarted { instance, running } => {
                if let Some(i) = find(s, instance) {
                    i.clocks.push(running.clone());
                }
            }
            Effect::ClockExtended { instance, deadline, subject, on, by } => {
                if let Some(c) = clock(s, instance, deadline.as_str(), subject) {
                    c.extended.push(Extended { on: on.clone(), by: *by });
                }
            }
            Effect::ClockTurned { instance, deadline, subject, clock: to } => {
                if let Some(c) = clock(s, instance, deadline.as_str(), subject) {
                    c.clock = *to;
                }
            }
            Effect::ClockSuspended { instance, deadline, subject, day } => {
                if let Some(c) = clock(s, instance, deadline.as_str(), subject) {
                    c.suspended.push((*day, None));
                }
            }
            Effect::ClockResumed { instance, deadline, subject, day } => {
                if let Some(c) = clock(s, instance, deadline.as_str(), subject)
                    && let Some(last) = c.suspended.last_mut()
                {
                    last.1 = Some(*day);
                }
            }
            Effect::ClockEnded { instance, deadline, subject, at } => {
                if let Some(c) = clock(s, instance, deadline.as_str(), subject) {
                    c.ended = Some(*at);
                }
            }
            Effect::ClockReopened { instance, deadline, subject } => {
                let ended = find(s, instance)
                    .and_then(|i| i.clocks.iter_mut().rev().find(|c| &c.deadline == deadline && &c.subject == subject));
                if let Some(c) = ended {
                    c.ended = None;
                }
            }
            // An end is never kept: it is a function of the clock and the calendar.
            Effect::ClockRecomputed { .. } => {}
            Effect::VolumeOpened { volume } => match s.volumes.iter_mut().find(|v| v.id == volume.id) {
                Some(known) => *known = volume.clone(),
                None => s.volumes.push(volume.clone()),
            },
            Effect::MaterialFiled { material } => s.materials.push((**material).clone()),
            Effect::MaterialCorrected { material, by } => {
                if let Some(m) = s.materials.iter_mut().find(|m| &m.id == material) {
                    m.corrected_by = Some(by.clone());
                }
            }
            Effect::MaterialDestroyed { material, sm3, .. } => crate::destroy::destroy(s, material, sm3),
            Effect::Proposed { instance, proposal } => {
                if let Some(i) = find(s, instance) {
                    i.proposals.push((**proposal).clone());
                }
            }
            Effect::OpinionGiven { instance, proposal, opinion, closes } => {
                if let Some(p) = find(s, instance).and_then(|i| i.proposals.iter_mut().find(|p| &p.id == proposal)) {
                    p.opinions.push(opinion.clone());
                    p.open = !closes;
                }
            }
            Effect::MessageSent { sent } => s.sent.push(sent.clone()),
            Effect::TechnicalReceipt { message, receipt } => {
                if let Some(m) = s.sent.iter_mut().find(|m| &m.message == message) {
                    m.technical = Some(receipt.clone());
                }
            }
            Effect::BusinessReceipt { message, receipt } => {
                if let Some(m) = s.sent.iter_mut().find(|m| &m.message == message) {
                    m.business = Some(receipt.clone());
                }
            }
            Effect::MessageReceived { received } => s.received.push(received.clone()),
            Effect::Answered { instance, answer, number } => {
                if let Some(i) = find(s, instance) {
                    if let Some(o) = &mut i.origin {
                        o.answered = Some(*answer);
                        o.answered_at = Some(header.occurred_at);
                    }
                    if number.is_some() {
                        i.number.clone_from(number);
                    }
                }
            }
            Effect::Locked {} => s.locked = true,
            Effect::Unlocked {} => s.locked = false,
            Effect::Graded { grade } => self.grade = *grade,
            Effect::Sealed { sealed } => self.sealed = *sealed,
            Effect::GrantGiven { grant } => {
                self.grants.retain(|g| g.user != grant.user);
                self.grants.push(grant.clone());
            }
            Effect::GrantEnded { user } => self.grants.retain(|g| &g.user != user),
            Effect::Barred { user } => {
                for i in &mut s.instances {
                    i.handlers.retain(|h| &h.user != user);
                }
                self.grants.retain(|g| &g.user != user);
                self.removed.insert(user.clone());
                self.barred.insert(user.clone());
            }
        }
    }
}

fn find<'a>(s: &'a mut Situation, instance: &str) -> Option<&'a mut Instance> {
    s.instances.iter_mut().find(|i| i.id == instance)
}

fn clock<'a>(
    s: &'a mut Situation,
    instance: &str,
    deadline: &str,
    subject: &str,
) -> Option<&'a mut procedure::situation::Running> {
    find(s, instance)?
        .clocks
        .iter_mut()
        .rev()
        .find(|c| c.deadline.as_str() == deadline && c.subject == subject && c.ended.is_none())
}
