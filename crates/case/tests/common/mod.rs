//! A small province for tests: its units, the people in them, business time, and messages that
//! are carried from file to file the moment they are sent.
//!
//! A story is told with [`Story::does`]: who does which action of which process, with what. The
//! documents that an action must issue are filed by themselves, their index entries saying what
//! the cards say, unless the story says otherwise.
#![allow(dead_code, unused_imports, reason = "each test file uses a part")]

mod act;
mod audit;
pub mod shipped;
mod stages;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use case::{
    Actor, Arrival, Asker, Command, Decided, Effect, Event, FileState, Going, Header, Ids, Message, Refusal, Rehearsal,
    SCHEMA, Units, World,
};
use jiff::civil::Date;
use law::numbers::{CourtNumber, DocumentNumber, ProcuratorateNumber};
use law::time::{self, Moment};
use procedure::Library;
use procedure::engine::offers;
use procedure::engine::requirements::Finding;
use procedure::model::{Answering, Id};
use procedure::situation::{Contents, Instance, Material};
use seal::Digest;

pub use act::{Act, Paper};
pub use shipped::{edited, files, library, with_overlay};
pub use stages::{EVIDENCE, judgment, recommendation};

pub const POLICE: &str = "GA-970123";
pub const PROCURATORATE: &str = "JC-970123";
pub const COURT: &str = "FY-970123";
pub const JUSTICE: &str = "SF-970123";
pub const LEGAL_AID: &str = "AID-970123";
pub const DETENTION: &str = "KS-970123";
/// A police station in a county that has no procuratorate.
pub const REMOTE_POLICE: &str = "GA-970999";

/// The charge of dangerous driving (危险驾驶罪) in the table of offences.
pub const DANGEROUS_DRIVING: &str = "55";

/// An invented identity number in 东篱县: born on that day, odd serials are men.
pub fn id_number(birth: &str, serial: u16) -> String {
    let body = format!("970123{}{serial:03}", birth.replace('-', ""));
    let weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    let sum: u32 = body.chars().zip(weights).map(|(c, w)| c.to_digit(10).unwrap() * w).sum();
    let check = ['1', '0', 'X', '9', '8', '7', '6', '5', '4', '3', '2'][(sum % 11) as usize];
    format!("{body}{check}")
}

/// The units of the invented province.
pub struct Province;
impl Units for Province {
    fn agency(&self, unit: &str) -> Option<Id> {
        let agency = match unit.split_once('-')?.0 {
            "GA" => "police",
            "JC" => "procuratorate",
            "FY" => "court",
            "SF" => "justice",
            "AID" => "legal_aid",
            "KS" => "detention",
            _ => return None,
        };
        Some(agency.into())
    }
    fn same_region(&self, unit: &str, agency: &Id) -> Option<String> {
        if unit == REMOTE_POLICE {
            return None;
        }
        [POLICE, PROCURATORATE, COURT, JUSTICE, LEGAL_AID, DETENTION]
            .into_iter()
            .find(|u| self.agency(u).as_ref() == Some(agency))
            .map(str::to_owned)
    }
    fn name(&self, unit: &str) -> String {
        unit.to_owned()
    }
    fn abbr(&self, unit: &str) -> String {
        let abbr = match unit.split_once('-').map(|(kind, _)| kind) {
            Some("JC") => "篱检",
            Some("FY") => "云0123",
            Some("AID") => "篱援",
            _ => "篱",
        };
        abbr.into()
    }
    fn code(&self, _: &str) -> String {
        "970123".into()
    }
}

/// Identifiers and running numbers, counted up.
#[derive(Debug, Clone, Default)]
pub struct Numbers {
    last: u64,
    series: BTreeMap<(String, String, i16), u64>,
}
impl Ids for Numbers {
    fn next(&mut self) -> String {
        self.last += 1;
        format!("{:04}", self.last)
    }
    fn number(&mut self, unit: &str, series: &str, year: i16) -> u64 {
        let n = self.series.entry((unit.into(), series.into(), year)).or_default();
        *n += 1;
        *n
    }
}

/// What is known of contents: pages that cannot be read, and texts.
#[derive(Debug, Clone, Default)]
pub struct Pages {
    pub unreadable: BTreeMap<Digest, (u32, String)>,
    pub texts: BTreeMap<Digest, String>,
}
impl Contents for Pages {
    fn flaws(&self, digest: &Digest) -> Vec<(u32, String)> {
        self.unreadable.get(digest).cloned().into_iter().collect()
    }
    fn text(&self, digest: &Digest) -> Option<&str> {
        self.texts.get(digest).map(String::as_str)
    }
}

/// A unit's file with the events it was folded from.
#[derive(Debug, Clone)]
pub struct File {
    pub state: FileState,
    pub events: Vec<Event>,
}

/// One matter, and what each unit keeps about it.
pub struct Story {
    pub library: Arc<Library>,
    pub bundles: BTreeMap<Digest, Arc<Library>>,
    pub ids: Numbers,
    pub files: BTreeMap<String, File>,
    pub now: Moment,
    pub contents: Pages,
    /// Every message that was carried, in order.
    pub carried: Vec<Message>,
    /// What dry runs said would go out, and has not gone yet.
    pub foretold: Vec<Going>,
}

impl Story {
    /// Begins on a day, under the shipped library.
    pub fn begins(day: &str) -> Self {
        let mut story = Self {
            library: library(),
            bundles: BTreeMap::new(),
            ids: Numbers::default(),
            files: BTreeMap::new(),
            now: Moment::default(),
            contents: Pages::default(),
            carried: Vec::new(),
            foretold: Vec::new(),
        };
        story.on(day);
        story.under(library());
        story
    }

    /// From now on new instances are opened under this library; those of others are kept.
    pub fn under(&mut self, library: Arc<Library>) {
        self.bundles.insert(library.digest, library.clone());
        self.library = library;
    }

    /// Nine in the morning of a day.
    pub fn on(&mut self, day: &str) {
        self.now = time::moment(day.parse::<Date>().unwrap().at(9, 0, 0, 0));
    }

    /// A minute of a day, such as `2026-03-30T23:59`.
    pub fn at(&mut self, minute: &str) {
        self.now = time::moment(format!("{minute}:00").parse().unwrap());
    }

    /// Somebody does an action of a process.
    pub fn does(&mut self, unit: &str, role: &str, process: &str, action: &str) -> Act<'_> {
        Act::new(self, unit, role, process, action)
    }

    /// The file of a unit; an empty one where it has none yet.
    pub fn state(&self, unit: &str) -> FileState {
        self.files.get(unit).map_or_else(|| FileState::empty(format!("F-{unit}"), unit, "ZA-0001"), |f| f.state.clone())
    }

    /// The latest instance of a process in a unit's file.
    pub fn instance(&self, unit: &str, process: &str) -> &Instance {
        let all = &self.files[unit].state.situation.instances;
        all.iter().rev().find(|i| i.process.as_str() == process).unwrap_or_else(|| panic!("{unit} has no {process}"))
    }

    /// Where everybody stands in the latest instance of a process; they must stand in the same state.
    pub fn stands(&self, unit: &str, process: &str) -> String {
        let mut states: Vec<&str> = self.instance(unit, process).tracks.values().map(|t| t.state.as_str()).collect();
        states.dedup();
        assert_eq!(states.len(), 1, "the subjects diverge: {states:?}");
        states[0].to_owned()
    }

    /// The latest material of a kind in a unit's file.
    pub fn material(&self, unit: &str, kind: &str) -> Material {
        let all = &self.files[unit].state.situation.materials;
        all.iter().rev().find(|m| m.kind.as_str() == kind).unwrap_or_else(|| panic!("{unit} has no {kind}")).clone()
    }

    /// The first subject of a file.
    pub fn subject(&self, unit: &str) -> String {
        self.files[unit].state.situation.subjects.keys().next().unwrap().clone()
    }

    /// A field of the first subject's card.
    pub fn person(&self, unit: &str, field: &str) -> serde_json::Value {
        let subject = self.subject(unit);
        self.files[unit].state.situation.subjects[&subject].fields.get(field).cloned().unwrap_or_default()
    }

    /// A field of the case card.
    pub fn case(&self, unit: &str, field: &str) -> serde_json::Value {
        self.files[unit].state.situation.case.get(field).cloned().unwrap_or_default()
    }

    /// The last day of the deadline that was started last in the latest instance of a process.
    pub fn last_day(&self, unit: &str, process: &str, deadline: &str) -> Date {
        let i = self.instance(unit, process);
        let running = i.clocks.iter().rev().find(|c| c.deadline.as_str() == deadline);
        let running = running.unwrap_or_else(|| panic!("{process} {deadline} was never started"));
        procedure::engine::clocks::due(running, &self.library.law.calendar, self.now).last_day
    }

    /// Decides a command on a unit's file; nothing is recorded.
    pub fn decides(&mut self, asker: &Asker, command: &Command) -> Result<Decided, Refusal> {
        let state = self.state(&asker.unit);
        self.decides_on(&state, asker, command)
    }

    /// Decides a command on any state.
    pub fn decides_on(&mut self, state: &FileState, asker: &Asker, command: &Command) -> Result<Decided, Refusal> {
        let bundles = self.bundles.clone();
        let pinned = move |d: &Digest| bundles.get(d).cloned();
        let world = World {
            library: &self.library,
            pinned: &pinned,
            contents: &self.contents,
            units: &Province,
            now: self.now,
        };
        case::decide(&world, &mut self.ids, state, asker, command)
    }

    /// Records what was decided as one sealed event and carries its messages.
    pub fn records(&mut self, asker: &Asker, decided: Decided) {
        let actor = Actor {
            user: asker.user.clone(),
            role: decided.role.clone(),
            unit: asker.unit.clone(),
            acting_for: decided.acting_for.clone(),
        };
        self.seals(&asker.unit, actor, &decided);
        self.numbers_parse(&asker.unit, &decided);
        for message in decided.messages {
            self.carries(&message);
        }
    }

    /// A number that a unit gives to a case is one by the law's own grammar, and stands on the card.
    fn numbers_parse(&self, unit: &str, decided: &Decided) {
        for e in &decided.effects {
            let Effect::Answered { number: Some(number), .. } = e else { continue };
            let (field, parses) = match unit.split_once('-').unwrap().0 {
                "JC" => ("procuratorate_no", ProcuratorateNumber::parse(number).is_ok()),
                "FY" => ("court_no", CourtNumber::parse(number).is_ok()),
                "SF" => ("corrections_no", DocumentNumber::parse(number).is_ok()),
                "AID" => ("legal_aid_no", DocumentNumber::parse(number).is_ok()),
                "KS" => ("detention_no", DocumentNumber::parse(number).is_ok()),
                other => panic!("{other} gives no numbers, but gave {number}"),
            };
            assert!(parses, "{number}");
            assert_eq!(self.case(unit, field), number.as_str());
        }
    }

    /// Brings a message to its receiver, twice: the second arrival has no effect.
    pub fn carries(&mut self, message: &Message) {
        let arrival = self.receives(message).unwrap_or_else(|e| panic!("{} is not received: {e:?}", message.kind));
        let Arrival::Recorded(decided) = arrival else { panic!("{} had arrived before", message.kind) };
        assert!(decided.messages.is_empty(), "an arrival sends nothing by itself");
        let actor = Actor { user: "-".into(), role: decided.role.clone(), unit: message.to.clone(), acting_for: None };
        self.seals(&message.to, actor, &decided);
        assert!(matches!(self.receives(message), Ok(Arrival::Already)));
        self.carried.push(message.clone());
        self.was_foretold(message);
    }

    /// What a dry run of an act says; none for one that opens a process.
    pub fn rehearses(&mut self, asker: &Asker, command: &Command) -> Option<Rehearsal> {
        if matches!(command, Command::Open { .. }) {
            return None;
        }
        let state = self.state(&asker.unit);
        let pinned = |d: &Digest| self.bundles.get(d).cloned();
        let world = World {
            library: &self.library,
            pinned: &pinned,
            contents: &self.contents,
            units: &Province,
            now: self.now,
        };
        let earlier: Vec<Message> = self.carried.iter().filter(|m| m.from == asker.unit).cloned().collect();
        case::rehearse(&world, &state, asker, command, &earlier).ok()
    }

    /// What a hand-over carries, and what its receiver finds in it, is what the dry run of the act said.
    fn was_foretold(&mut self, message: &Message) {
        let Some(at) = self.foretold.iter().position(|g| g.message.kind == message.kind && g.message.to == message.to)
        else {
            return;
        };
        let going = self.foretold.remove(at);
        let sm3 = |m: &Message| m.materials.iter().map(|x| x.sm3).collect::<Vec<_>>();
        assert_eq!(sm3(&going.message), sm3(message), "{}", message.kind);
        if message.number.is_none() {
            // A running number is given by the act itself.
            assert_eq!(going.message.case, message.case, "{}", message.kind);
        }
        assert_eq!(going.refused, [], "{}", message.kind);
        let state = self.state(&message.to);
        let opened = |i: &&Instance| i.origin.as_ref().is_some_and(|o| o.message == message.id);
        let Some(instance) = state.situation.instances.iter().find(opened) else { return };
        let process = &self.library.processes[&instance.process];
        let found = offers::offers(&self.library, process, instance, &state.situation, &self.contents, "-", self.now);
        let accepts = |o: &&offers::Offer| process.actions[&o.action].answers == Some(Answering::Accepted);
        let found = found.iter().find(accepts).map(|o| (o.action.clone(), said(o.findings.iter())));
        let foretold = going.acceptance.map(|a| (a.action, said(a.checks.iter().flat_map(|c| &c.findings))));
        assert_eq!(foretold, found, "{} to {}", message.kind, message.to);
    }

    /// What a message would do to its receiver's file.
    pub fn receives(&mut self, message: &Message) -> Result<Arrival, Refusal> {
        let state = self.state(&message.to);
        let bundles = self.bundles.clone();
        let pinned = move |d: &Digest| bundles.get(d).cloned();
        let world = World {
            library: &self.library,
            pinned: &pinned,
            contents: &self.contents,
            units: &Province,
            now: self.now,
        };
        case::receive(&world, &mut self.ids, &state, message, self.now)
    }

    /// Records changes as one sealed event of a unit's file.
    pub fn seals(&mut self, unit: &str, actor: Actor, decided: &Decided) {
        let state = self.state(unit);
        let header = Header {
            schema: SCHEMA,
            id: self.ids.next(),
            file: state.id.clone(),
            unit: unit.to_owned(),
            matter: state.matter.clone(),
            seq: state.version + 1,
            library: decided.library.unwrap_or(self.library.digest),
            actor,
            instance: decided.instance.clone(),
            action: decided.action.clone(),
            subjects: decided.subjects.clone(),
            occurred_at: self.now,
            recorded_at: self.now,
            basis: decided.basis.clone(),
            commitment: Digest::from_bytes([0; 32]),
            previous: state.head,
        };
        let salt = [u8::try_from(state.version % 251).unwrap(); 16];
        let event = Event::seal(header, decided.payload(), salt, state.head).unwrap();
        let file = self.files.entry(unit.to_owned()).or_insert(File { state, events: Vec::new() });
        file.state.fold(&event);
        file.events.push(event);
    }

    /// The approver whose turn it is in a proposal, by the first role of the step that his agency has.
    pub fn approver(&self, unit: &str, instance: &str, proposal: &str) -> Asker {
        let i = self.files[unit].state.situation.instance(instance).unwrap();
        let p = i.proposals.iter().find(|p| p.id == proposal).unwrap();
        let agency = Province.agency(unit).unwrap();
        let step = &p.chain[p.opinions.len()];
        let held = |r: &&Id| {
            self.library.roles.roles[*r].agency.is_empty() || self.library.roles.roles[*r].agency.contains(&agency)
        };
        let role = step.iter().find(held).unwrap();
        asker(unit, role.as_str())
    }

    /// Every approver agrees until the act takes effect.
    pub fn approves(&mut self, unit: &str, instance: &str) {
        loop {
            let i = self.files[unit].state.situation.instance(instance).unwrap();
            let Some(proposal) = i.proposals.iter().find(|p| p.open).map(|p| p.id.clone()) else { return };
            let approver = self.approver(unit, instance, &proposal);
            let command = Command::Decide {
                instance: instance.to_owned(),
                proposal,
                verdict: case::Verdict::Agree,
                text: "同意".into(),
            };
            let decided = self.decides(&approver, &command).unwrap_or_else(|e| panic!("not approved: {e:#?}"));
            self.records(&approver, decided);
        }
    }
}

/// Findings without the identifiers of materials, in no particular order.
fn said<'a>(findings: impl Iterator<Item = &'a Finding>) -> BTreeSet<(Id, String)> {
    findings.map(|f| (f.requirement.clone(), f.text.clone())).collect()
}

/// The person who holds a role in a unit.
pub fn asker(unit: &str, role: &str) -> Asker {
    Asker {
        user: format!("{role}@{unit}"),
        unit: unit.into(),
        roles: vec![role.into()],
        acting_for: Vec::new(),
        lent: Vec::new(),
    }
}
