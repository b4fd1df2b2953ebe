//! The county: its node, its people, and what happens to them step by step.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::sync::Arc;

use case::Command;
use door::{Door, DoorError, Principal, Request, Source};
use law::time::Moment;
use procedure::Library;
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use store::Repository;
use store::rows::{ContentRow, OutboxRow};
use store::sqlite::Sqlite;
use tempfile::TempDir;

use super::clerk::{Desk, registration};
use super::{JUSTICE, Outcome};
use crate::common::{self, Person, Unit};

const POLICE: &str = "GA-970123";
pub const UNITS: [Unit<'static>; 12] = [
    (POLICE, "东篱县公安局", "police"),
    ("JC-970123", "东篱县人民检察院", "procuratorate"),
    ("FY-970123", "东篱县人民法院", "court"),
    (JUSTICE, "东篱县司法局", "justice"),
    ("FY-AID-970123", "东篱县法律援助中心", "legal_aid"),
    ("KS-970123", "东篱县看守所", "detention"),
    ("GA-970124", "西篱县公安局", "police"),
    ("JC-970124", "西篱县人民检察院", "procuratorate"),
    ("FY-970124", "西篱县人民法院", "court"),
    ("SF-970124", "西篱县司法局", "justice"),
    ("FY-AID-970124", "西篱县法律援助中心", "legal_aid"),
    ("KS-970124", "西篱县看守所", "detention"),
];

/// A unit by its identifier.
pub fn unit_of(id: &str) -> Unit<'static> {
    *UNITS.iter().find(|u| u.0 == id).unwrap()
}

pub struct County {
    pub(crate) seed: u64,
    pub(crate) random: StdRng,
    data: TempDir,
    pub(crate) door: Arc<Door>,
    pub(crate) store: Arc<Sqlite>,
    pub(crate) now: Moment,
    starts: u64,
    cases: u64,
    keys: u64,
    pub(crate) scans: BTreeMap<&'static str, Vec<String>>,
    /// What was found missing, by matter.
    pub(crate) wanted: BTreeMap<String, BTreeSet<String>>,
    pub(crate) trace: String,
}

/// One person for each role that the library knows in each unit.
fn people(library: &Library) -> Vec<Person> {
    let mut out = Vec::new();
    for (unit, _, agency) in UNITS {
        for (role, def) in &library.roles.roles {
            if def.agency.iter().any(|a| a.as_str() == agency) {
                out.push((format!("{role}@{unit}"), unit.to_owned(), role.to_string()));
            }
        }
    }
    out
}

fn two_counties(files: &mut BTreeMap<String, Vec<u8>>) {
    files.get_mut("law/regions.csv").unwrap().extend_from_slice("970124,西篱县\n".as_bytes());
}

async fn open(data: &TempDir, seed: u64, starts: u64) -> (Arc<Door>, Arc<Sqlite>) {
    let (door, store) = common::open(data.path(), &UNITS, people, true, two_counties).await;
    let day = i64::try_from(starts).unwrap() * 24;
    let begins: Moment = "2026-03-05T00:00:00Z".parse().unwrap();
    let begins = begins.checked_add(jiff::SignedDuration::from_hours(day)).unwrap();
    (Arc::new(door.drawing_from(Source::seeded(seed ^ starts, begins))), store)
}

impl County {
    pub async fn begin(seed: u64) -> Self {
        let data = tempfile::tempdir().unwrap();
        let (door, store) = open(&data, seed, 0).await;
        let mut county = Self {
            seed,
            random: StdRng::seed_from_u64(seed),
            data,
            door,
            store,
            now: "2026-03-05T09:00:00+08:00".parse().unwrap(),
            starts: 0,
            cases: 0,
            keys: 0,
            scans: BTreeMap::new(),
            wanted: BTreeMap::new(),
            trace: String::new(),
        };
        county.door.set_clock(Some(county.now)).await.unwrap();
        for (unit, _, _) in UNITS {
            let users = county.store.users_of(unit).await.unwrap();
            let who = county.person(&users[0].id).await;
            let mut scans = Vec::new();
            for n in 0..4 {
                let sm3 = common::picture(&county.door, &who, county.data.path(), n).await;
                let known = county.store.content(unit, &sm3.parse().unwrap()).await.unwrap().unwrap();
                // Everybody of the unit has the same four scans on his desk.
                for u in &users {
                    county.store.put_content(ContentRow { by: u.id.clone(), ..known.clone() }).await.unwrap();
                }
                scans.push(sm3);
            }
            county.scans.insert(unit, scans);
        }
        county
    }

    /// Three cases have come in.
    pub async fn is_busy(&mut self) {
        for _ in 0..3 {
            self.registers().await;
        }
    }

    /// Something happens.
    pub async fn step(&mut self) {
        match self.random.random_range(0..100) {
            0..60 => self.somebody_acts().await,
            60..72 => self.somebody_decides().await,
            72..90 => self.something_arrives().await,
            90..92 => self.something_arrives_again().await,
            92..97 => self.time_passes().await,
            97 => self.registers().await,
            98 => self.starts_anew().await,
            _ => self.somebody_is_behind().await,
        }
    }

    pub async fn person(&self, id: &str) -> Principal {
        common::person(&self.door, id).await
    }

    pub fn pick<T>(&mut self, of: &[T]) -> Option<usize> {
        (!of.is_empty()).then(|| self.random.random_range(0..of.len()))
    }

    fn note(&mut self, what: std::fmt::Arguments<'_>) {
        writeln!(self.trace, "{what}").unwrap();
    }

    async fn time_passes(&mut self) {
        let hours = self.random.random_range(1..30);
        self.now = self.now.checked_add(jiff::SignedDuration::from_hours(hours)).unwrap();
        self.door.set_clock(Some(self.now)).await.unwrap();
    }

    async fn starts_anew(&mut self) {
        self.store.close().await;
        self.starts += 1;
        (self.door, self.store) = open(&self.data, self.seed, self.starts).await;
        let starts = self.starts;
        self.note(format_args!("start {starts}"));
    }

    async fn registers(&mut self) {
        self.cases += 1;
        let suspects = self.random.random_range(1..=2);
        let input = registration(&self.scans[POLICE][0], self.cases, suspects);
        let who = self.person("officer@GA-970123").await;
        self.asks(&who, None, Command::Open { process: "GA01".into(), subjects: vec![], input }, None).await.unwrap();
    }

    /// A request; the same once more under its key now and then, which must change nothing.
    pub async fn asks(
        &mut self,
        who: &Principal,
        file: Option<String>,
        command: Command,
        expected: Option<u64>,
    ) -> Result<(), DoorError> {
        let key = self.random.random_bool(0.3).then(|| {
            self.keys += 1;
            format!("k{}", self.keys)
        });
        let request = Request { file: file.clone(), command, key: key.clone(), expected };
        let what = match &request.command {
            Command::Open { process, .. } => process.to_string(),
            Command::Act { action, subjects, .. } => format!("{action} {subjects:?}"),
            Command::Decide { proposal, verdict, .. } => format!("{proposal} {verdict:?}"),
            Command::Protect { what, .. } => format!("{what:?}"),
        };
        let answer = self.door.perform(who, request.clone()).await;
        let told = match &answer {
            Ok(a) => format!("{} v{} {} {:?} {:?}", a.file, a.version, a.event, a.number, a.messages),
            Err(DoorError::Refused(r)) => {
                if let Some(f) = &file {
                    // Units talk to each other: what one lacks, the others of the matter hear of.
                    let matter = self.store.state(f).await.unwrap().unwrap().matter;
                    let places = r.reasons.iter().filter_map(|x| x.place.clone());
                    let places = places.map(|p| p.trim_start_matches("materials.").to_owned());
                    self.wanted.entry(matter).or_default().extend(places);
                }
                assert!(!r.reasons.is_empty(), "seed {}: a refusal without reason", self.seed);
                format!("{:?} {:?}", r.kind, r.reasons.iter().map(|x| &x.text).collect::<Vec<_>>())
            }
            Err(e @ (DoorError::Store(_) | DoorError::Internal(_))) => {
                panic!("seed {}: {what} by {}: {e}", self.seed, who.user.id)
            }
            Err(e) => e.to_string(),
        };
        self.note(format_args!("{} {what}: {told}", who.user.id));
        if let (Ok(first), Some(_)) = (&answer, key) {
            let mut again = self.door.perform(who, request).await.unwrap();
            assert!(again.already, "seed {}: done twice under one key", self.seed);
            again.already = false;
            assert_eq!(&again, first, "seed {}", self.seed);
        }
        answer.map(|_| ())
    }

    async fn some_file(&mut self) -> String {
        let files = self.store.all_files().await.unwrap();
        let at = self.pick(&files).unwrap();
        files[at].clone()
    }

    /// Somebody of the unit does one of the acts that are offered to him.
    async fn somebody_acts(&mut self) {
        let file = self.some_file().await;
        let unit = self.store.file(&file).await.unwrap().unwrap().unit;
        let mut offered = Vec::new();
        for user in self.store.users_of(&unit).await.unwrap() {
            let who = self.person(&user.id).await;
            let Ok(view) = self.door.look(&who, &file).await else { continue };
            for i in &view.instances {
                for (offer, _) in i.offers.iter().filter(|(_, mine)| *mine) {
                    // The expected next step is the likeliest.
                    let weight = if offer.main && !offer.blocked() { 6 } else { 1 };
                    for _ in 0..weight {
                        offered.push((who.clone(), i.id.clone(), offer.action.clone(), offer.subjects.clone()));
                    }
                }
            }
        }
        let Some(at) = self.pick(&offered) else { return };
        let (who, instance, action, mut subjects) = offered.swap_remove(at);
        let state = self.store.state(&file).await.unwrap().unwrap();
        let library = self.door.library();
        let process = &library.processes[&state.situation.instance(&instance).unwrap().process];
        let def = &process.actions[&action];
        if !def.whole && self.random.random_bool(0.15) {
            subjects.truncate(1);
        }
        let nothing = BTreeSet::new();
        let desk = Desk {
            library: &library,
            situation: &state.situation,
            now: self.now,
            scans: &self.scans[unit_of(&unit).0],
            wanted: self.wanted.get(&state.matter).unwrap_or(&nothing),
            careful: false,
            unit: &unit,
        };
        let input = desk.input(&mut self.random, def, &subjects);
        if let Err(DoorError::Refused(r)) =
            self.asks(&who, Some(file), Command::Act { instance, action, subjects, input }, None).await
        {
            self.was_told(&r);
        }
    }

    /// File, instance and number of each proposal, and whose turn it is.
    pub async fn open_proposals(&self) -> Vec<(String, String, String, String)> {
        let roles = self.door.library().roles.roles.clone();
        let mut open = Vec::new();
        for file in self.store.all_files().await.unwrap() {
            let state = self.store.state(&file).await.unwrap().unwrap();
            for i in &state.situation.instances {
                for p in i.proposals.iter().filter(|p| p.open) {
                    let agency = unit_of(&state.unit).2;
                    let here = |r: &&procedure::model::Id| roles[*r].agency.iter().any(|a| a.as_str() == agency);
                    let role = p.chain[p.opinions.len()].iter().find(here).unwrap();
                    open.push((file.clone(), i.id.clone(), p.id.clone(), format!("{role}@{}", state.unit)));
                }
            }
        }
        open
    }

    /// An approver whose turn it is gives an opinion.
    async fn somebody_decides(&mut self) {
        let mut open = self.open_proposals().await;
        let Some(at) = self.pick(&open) else { return };
        let (file, instance, proposal, user) = open.swap_remove(at);
        let who = self.person(&user).await;
        let verdict = match self.random.random_range(0..100) {
            0..93 => case::Verdict::Agree,
            93..97 => case::Verdict::Return,
            _ => case::Verdict::Disagree,
        };
        let command = Command::Decide { instance, proposal, verdict, text: "意见".into() };
        // What was proposed may have been overtaken; then it is refused, and stays to be sent back.
        self.asks(&who, Some(file), command, None).await.ok();
    }

    /// Somebody acts on what he saw before others acted.
    async fn somebody_is_behind(&mut self) {
        let file = self.some_file().await;
        let state = self.store.state(&file).await.unwrap().unwrap();
        let who = self.store.users_of(&state.unit).await.unwrap().remove(0).id;
        let who = self.person(&who).await;
        let Some(i) = state.situation.instances.first() else { return };
        let command = Command::Act {
            instance: i.id.clone(),
            action: "fill_card".into(),
            subjects: Vec::new(),
            input: case::Input::default(),
        };
        let seen = state.version - 1;
        let answer = self.door.perform(&who, Request { file: Some(file), command, key: None, expected: Some(seen) });
        let refused = answer.await.unwrap_err();
        assert!(!matches!(refused, DoorError::Store(_) | DoorError::Internal(_)), "seed {}: {refused}", self.seed);
    }

    pub async fn outbox(&self, delivered: bool) -> Vec<OutboxRow> {
        let (out, _) = self.store.ledgers().await.unwrap();
        out.into_iter().filter(|r| r.delivered_at.is_some() == delivered).collect()
    }

    /// One of the waiting messages arrives, whichever was sent first; it may arrive twice, and the
    /// receipts may be lost, come late or come twice.
    pub async fn something_arrives(&mut self) {
        let waiting = self.outbox(false).await;
        let Some(at) = self.pick(&waiting) else { return };
        let row = &waiting[at];
        let first = exchange::deliver(&self.door, row).await.unwrap();
        self.note(format_args!("arrives {} {} {}", row.message.kind, row.message.id, first.technical.number));
        if self.random.random_bool(0.2) {
            self.time_passes().await;
            let second = exchange::deliver(&self.door, row).await.unwrap();
            assert_eq!(
                (&second.technical, &second.business),
                (&first.technical, &first.business),
                "seed {}",
                self.seed
            );
        }
        if self.random.random_bool(0.2) {
            return self.note(format_args!("the receipt of {} is lost", row.message.id));
        }
        for _ in 0..self.random.random_range(1..=2) {
            let (technical, business) = (first.technical.clone(), first.business.clone());
            self.door.record_receipts(&row.file, &row.message.id, technical, business).await.unwrap();
        }
    }

    /// A message that had long been delivered comes once more, and so does its receipt.
    async fn something_arrives_again(&mut self) {
        let old = self.outbox(true).await;
        let Some(at) = self.pick(&old) else { return };
        let row = &old[at];
        let versions = self.versions().await;
        let again = exchange::deliver(&self.door, row).await.unwrap();
        self.door.record_receipts(&row.file, &row.message.id, again.technical, again.business).await.unwrap();
        assert_eq!(self.versions().await, versions, "seed {}: {} had an effect twice", self.seed, row.message.id);
    }

    async fn versions(&self) -> Vec<(String, u64)> {
        let mut out = Vec::new();
        for file in self.store.all_files().await.unwrap() {
            let version = self.store.file(&file).await.unwrap().unwrap().version;
            out.push((file, version));
        }
        out
    }

    /// What waits is delivered, and then everything must hold.
    pub async fn end(mut self) -> Outcome {
        let seed = self.seed;
        self.starts_anew().await;
        while exchange::carry_waiting(&self.door).await.unwrap() > 0 {}
        self.nothing_is_stuck().await;
        let v = self.door.verify(false).await.unwrap();
        // Whether people answered in the end is up to them; whether the platform did is not.
        let faults: Vec<_> =
            v.defects.iter().filter(|d| !(d.kind == "receipt" && d.text.contains("业务回执"))).collect();
        assert!(faults.is_empty(), "seed {seed}: {faults:#?}");
        assert_eq!(v.sent, v.received, "seed {seed}");
        self.each_message_took_effect_once().await;
        self.numbers_have_no_gap().await;
        for file in self.store.all_files().await.unwrap() {
            let state = self.store.state(&file).await.unwrap().unwrap();
            self.note(format_args!("{} {} v{} {}", state.unit, file, state.version, state.head));
        }
        let mut sent = BTreeMap::new();
        for row in self.store.ledgers().await.unwrap().0 {
            *sent.entry(row.message.kind.to_string()).or_default() += 1;
        }
        let mut done = BTreeMap::new();
        for file in self.store.all_files().await.unwrap() {
            for i in self.store.state(&file).await.unwrap().unwrap().situation.instances {
                for d in i.done {
                    *done.entry(format!("{}.{}", i.process, d.action)).or_default() += 1;
                }
            }
        }
        self.store.close().await;
        Outcome { trace: self.trace, sent, done }
    }

    async fn each_message_took_effect_once(&self) {
        let (out, arrived) = self.store.ledgers().await.unwrap();
        let mut recorded = BTreeMap::<String, u32>::new();
        for file in self.store.all_files().await.unwrap() {
            for r in self.store.state(&file).await.unwrap().unwrap().situation.received {
                *recorded.entry(r.message).or_default() += 1;
            }
        }
        for row in &out {
            let refused = arrived.iter().any(|r| r.message == row.message.id && r.refused.is_some());
            let times = recorded.get(&row.message.id).copied().unwrap_or_default();
            assert_eq!(times, u32::from(!refused), "seed {}: {} {}", self.seed, row.message.kind, row.message.id);
        }
    }

    /// As many case numbers were given as the series counts, each once.
    async fn numbers_have_no_gap(&self) {
        let mut given = BTreeMap::<String, BTreeMap<String, String>>::new();
        for file in self.store.all_files().await.unwrap() {
            for e in self.store.events(&file).await.unwrap() {
                for effect in e.payload.iter().flat_map(|p| &p.effects) {
                    if let case::Effect::Answered { number: Some(n), .. } = effect {
                        // What comes back to a unit keeps the number that it was given first.
                        let files = given.entry(e.header.unit.clone()).or_default();
                        let first = files.entry(n.clone()).or_insert_with(|| file.clone());
                        assert_eq!(first, &file, "seed {}: {n} was given twice", self.seed);
                    }
                }
            }
        }
        for (unit, numbers) in given {
            let mut last = 0;
            for year in 2026..2040 {
                last += self.store.last_number(&unit, "case", year).await.unwrap();
            }
            assert_eq!(last, numbers.len() as u64, "seed {}: {unit}: {numbers:?}", self.seed);
        }
    }
}
