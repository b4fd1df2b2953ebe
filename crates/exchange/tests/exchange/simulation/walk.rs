//! A whole case among sensible people: they do what is offered until nobody has anything left to do.
//!
//! The county of `county.rs` shows that nothing is lost when people and the wire are careless; here
//! people mean well, so that roads are walked to their ends: both procedures of trial, execution,
//! community corrections, supplements, petitions. A track that cannot come to an end is a fault of
//! the library, and so is an act that is offered and then refused for anything but what was given.

use std::collections::{BTreeMap, BTreeSet};

use case::Command;
use door::DoorError;
use law::time::Moment;
use procedure::engine::requirements::Finding;
use procedure::model::{Action, Id};
use procedure::situation::Situation;
use rand::RngExt;
use store::Repository;

use super::clerk::{Desk, petition, registration};
use super::county::{County, unit_of};

/// Rounds after which a walk that has not come to its end counts as running in circles.
const ROUNDS: u32 = 3000;
/// How often an act is tried on one state of a file, each time with other things given.
const TRIES: u32 = 4;
/// How often an act that moves nothing is done.
const OFTEN: u32 = 4;

/// One act that somebody may do now.
#[derive(Clone)]
struct Choice {
    file: String,
    user: String,
    instance: String,
    action: Id,
    subjects: Vec<String>,
    /// Documents that the act is said to want.
    wants: BTreeSet<String>,
    weight: u32,
}

/// What was tried on a file as it is now.
type Tried = BTreeMap<(String, String, Id), u32>;
/// What is offered on each file, for the version and the moment it was looked at.
type Seen = BTreeMap<String, (u64, Moment, Vec<Choice>)>;

impl County {
    /// A county with one matter, or two, until all of them are at an end.
    pub async fn walks(&mut self) {
        self.opens_matters().await;
        // Half of the matters go their way, the others meet with everything that may come in between.
        let straight = self.random.random_bool(0.5);
        let (mut tried, mut seen) = (Tried::new(), Seen::new());
        for round in 0..ROUNDS {
            if round % 50 == 49 {
                self.nothing_is_stuck().await;
            }
            if self.random.random_bool(0.3) {
                self.something_arrives().await;
                continue;
            }
            if self.approves(&mut tried).await || self.acts(&mut tried, straight, &mut seen).await {
                continue;
            }
            if self.outbox(false).await.is_empty() && !self.next_day_of_a_deadline().await {
                return self.all_is_at_an_end().await;
            }
            tried.clear();
            self.something_arrives().await;
        }
        panic!("seed {}: the walk does not come to an end\n{}", self.seed, self.where_all_stand().await);
    }

    async fn opens_matters(&mut self) {
        let suspects = self.random.random_range(1..=2);
        let officer = self.person("officer@GA-970123").await;
        let scan = self.scans["GA-970123"][0].clone();
        let input = registration(&scan, 1, suspects);
        self.asks(&officer, None, Command::Open { process: "GA01".into(), subjects: vec![], input }, None)
            .await
            .unwrap();
        if self.random.random_bool(0.3) {
            let officer = self.person("petition_officer@JC-970123").await;
            let scan = self.scans["JC-970123"][0].clone();
            self.asks(
                &officer,
                None,
                Command::Open { process: "KS01".into(), subjects: vec![], input: petition(&scan) },
                None,
            )
            .await
            .unwrap();
        }
    }

    /// An approver whose turn it is decides; what cannot take effect any more is sent back.
    async fn approves(&mut self, tried: &mut Tried) -> bool {
        let open = self.open_proposals().await;
        let Some(at) = self.pick(&open) else { return false };
        let (file, instance, proposal, user) = open[at].clone();
        let times = tried.entry((file.clone(), instance.clone(), Id::new(proposal.clone()))).or_default();
        *times += 1;
        let verdict = match *times == 1 && self.random.random_bool(0.95) {
            true => case::Verdict::Agree,
            false if self.random.random_bool(0.5) => case::Verdict::Return,
            false => case::Verdict::Disagree,
        };
        let who = self.person(&user).await;
        let command = Command::Decide { instance, proposal, verdict, text: "意见".into() };
        if self.asks(&who, Some(file.clone()), command, None).await.is_ok() {
            tried.retain(|(f, _, _), _| f != &file);
        }
        true
    }

    /// Somebody does one of the acts that are offered, and it takes effect.
    async fn acts(&mut self, tried: &mut Tried, straight: bool, seen: &mut Seen) -> bool {
        let mut choices = self.choices(tried, straight, seen).await;
        // Whoever goes straight turns off only where nothing else is left than what was done many times.
        if straight && choices.iter().any(|c| c.weight > 2) {
            choices.retain(|c| c.weight > 1);
        }
        let all: u32 = choices.iter().map(|c| c.weight).sum();
        if all == 0 {
            return false;
        }
        // Nothing but turning off the road is left: mostly, people wait.
        if straight && choices.iter().all(|c| c.weight == 1) && self.random.random_bool(0.99) {
            if !self.outbox(false).await.is_empty() {
                self.something_arrives().await;
                return true;
            }
            if self.next_day_of_a_deadline().await {
                tried.clear();
                return true;
            }
        }
        let mut at = self.random.random_range(0..all);
        let Some(c) = choices.into_iter().find(|c| {
            let here = at < c.weight;
            at = at.saturating_sub(c.weight);
            here
        }) else {
            return false;
        };
        *tried.entry((c.file.clone(), c.instance.clone(), c.action.clone())).or_default() += 1;
        let (who, state) = (self.person(&c.user).await, self.store.state(&c.file).await.unwrap().unwrap());
        let library = self.door.library();
        let def = &library.processes[&state.situation.instance(&c.instance).unwrap().process].actions[&c.action];
        let before = self.wanted.get(&state.matter).into_iter().flatten().cloned();
        let wanted = c.wants.iter().cloned().chain(before).collect();
        let desk = Desk {
            library: &library,
            situation: &state.situation,
            now: self.now,
            scans: &self.scans[unit_of(&state.unit).0],
            wanted: &wanted,
            careful: true,
            unit: &state.unit,
        };
        let mut subjects = c.subjects;
        if !def.whole && self.random.random_bool(0.2) {
            subjects.truncate(1);
        }
        let input = desk.input(&mut self.random, def, &subjects);
        let command = Command::Act { instance: c.instance, action: c.action, subjects, input };
        match self.asks(&who, Some(c.file.clone()), command, None).await {
            Ok(()) => tried.retain(|(f, _, _), _| f != &c.file),
            Err(DoorError::Refused(r)) => self.was_told(&r),
            Err(_) => {}
        }
        true
    }

    /// What is offered may be refused for what was given with it, or because something is missing;
    /// never because it may not be done.
    pub fn was_told(&self, r: &case::Refusal) {
        use case::RefusalKind::{Input, Requirements, Route};
        let unwritten =
            r.kind == Route && r.reasons.iter().all(|x| x.text.contains("未填写") || x.text.contains("请选择"));
        assert!(
            matches!(r.kind, Input | Requirements) || unwritten,
            "seed {}: offered, and then refused: {:?} {:?}",
            self.seed,
            r.kind,
            r.reasons
        );
    }

    /// What may be done now and was not tried in vain too often.
    async fn choices(&self, tried: &Tried, straight: bool, seen: &mut Seen) -> Vec<Choice> {
        let mut out = Vec::new();
        for file in self.store.all_files().await.unwrap() {
            let version = self.store.file(&file).await.unwrap().unwrap().version;
            if seen.get(&file).is_none_or(|(v, at, _)| (*v, *at) != (version, self.now)) {
                let offered = self.offered(&file, straight).await;
                seen.insert(file.clone(), (version, self.now, offered));
            }
            let tries = |c: &&Choice| {
                tried.get(&(file.clone(), c.instance.clone(), c.action.clone())).copied().unwrap_or_default()
            };
            out.extend(seen[&file].2.iter().filter(|c| tries(c) < TRIES).cloned());
        }
        out
    }

    /// What is offered to the people of a file as it is now.
    async fn offered(&self, file: &str, straight: bool) -> Vec<Choice> {
        let mut out = Vec::new();
        let state = self.store.state(file).await.unwrap().unwrap();
        let library = self.door.library();
        for user in self.store.users_of(&state.unit).await.unwrap() {
            let who = self.person(&user.id).await;
            let Ok(view) = self.door.look(&who, file).await else { continue };
            for i in &view.instances {
                let Some(instance) = state.situation.instance(&i.id) else { continue };
                let process = &library.processes[&instance.process];
                for (offer, _) in i.offers.iter().filter(|(_, mine)| *mine) {
                    let (action, def) = (&offer.action, &process.actions[&offer.action]);
                    let done = instance.done.iter().filter(|d| &d.action == action).count();
                    let weight = weight(process, def, u32::try_from(done).unwrap(), straight);
                    if weight > 0 {
                        out.push(Choice {
                            file: file.to_owned(),
                            user: user.id.clone(),
                            instance: i.id.clone(),
                            action: action.clone(),
                            subjects: offer.subjects.clone(),
                            wants: wants(process, &offer.findings),
                            weight,
                        });
                    }
                }
            }
        }
        out
    }

    /// Time passes until the next deadline runs out; false where none is running.
    async fn next_day_of_a_deadline(&mut self) -> bool {
        let clocks = self.store.all_clocks().await.unwrap();
        let next = clocks.iter().filter(|c| c.ended_at.is_none() && c.due_at > self.now).map(|c| c.due_at).min();
        let Some(next) = next else { return false };
        self.now = next.checked_add(jiff::SignedDuration::from_hours(9)).unwrap();
        self.door.set_clock(Some(self.now)).await.unwrap();
        true
    }

    async fn all_is_at_an_end(&self) {
        for file in self.store.all_files().await.unwrap() {
            let open = self.open_tracks(&file).await;
            assert!(open.is_empty(), "seed {}: nobody can go on\n{}", self.seed, self.where_all_stand().await);
        }
    }

    /// Instance, subject and state of every track of a file that has not come to its end.
    async fn open_tracks(&self, file: &str) -> Vec<(String, String, Id)> {
        let state = self.store.state(file).await.unwrap().unwrap();
        let library = self.door.library();
        let mut out = Vec::new();
        for i in &state.situation.instances {
            let states = &library.processes[&i.process].states;
            for (s, t) in i.tracks.iter().filter(|(_, t)| !states[&t.state].end) {
                out.push((i.id.clone(), s.clone(), t.state.clone()));
            }
        }
        out
    }

    /// Every track that is not at its end can be moved by an act or an approval, waits for an
    /// answer, or for a deadline; or it waits for what another track of the matter will tell.
    pub async fn nothing_is_stuck(&self) {
        let waiting = self.outbox(false).await;
        let clocks = self.store.all_clocks().await.unwrap();
        let mut moving = BTreeSet::new();
        let mut hanging = Vec::new();
        for file in self.store.all_files().await.unwrap() {
            let state = self.store.state(&file).await.unwrap().unwrap();
            let s = &state.situation;
            for (i, subject, at) in self.open_tracks(&file).await {
                let instance = s.instance(&i).unwrap();
                let library = self.door.library();
                let process = &library.processes[&instance.process];
                let acts = process.actions.iter().any(|(id, a)| {
                    moves(a)
                        && procedure::engine::offers::eligible(&library, process, id, a, instance, s).contains(&subject)
                });
                let decided = instance.proposals.iter().any(|p| p.open && p.subjects.contains(&subject));
                let answered = waiting.iter().any(|r| r.message.matter == state.matter)
                    || s.sent.iter().any(|x| x.instance == i && x.answer_due.is_some() && x.business.is_none());
                let runs = clocks.iter().any(|c| {
                    c.file == file
                        && c.instance == i
                        && c.subject == subject
                        && c.ended_at.is_none()
                        && c.due_at > self.now
                });
                if acts || decided || answered || runs {
                    moving.insert(state.matter.clone());
                } else {
                    let told = process
                        .receives
                        .iter()
                        .any(|r| r.to.is_some() && r.from.iter().any(|f| f == &at || f.as_str() == "open"));
                    hanging.push((
                        state.matter.clone(),
                        told,
                        format!("{file} {i} {} {subject} {at}", instance.process),
                    ));
                }
            }
        }
        let stuck: Vec<_> =
            hanging.iter().filter(|(m, told, _)| !told || !moving.contains(m)).map(|(_, _, t)| t).collect();
        assert!(stuck.is_empty(), "seed {}: stuck: {stuck:?}\n{}", self.seed, self.where_all_stand().await);
    }

    /// For whoever reads a failure: where everything stands and what is offered.
    async fn where_all_stand(&self) -> String {
        use std::fmt::Write;
        let mut out = String::new();
        for file in self.store.all_files().await.unwrap() {
            let state = self.store.state(&file).await.unwrap().unwrap();
            writeln!(out, "{} {file} locked={}", state.unit, state.situation.locked).unwrap();
            for (i, s, at) in self.open_tracks(&file).await {
                let done: Vec<&str> =
                    state.situation.instance(&i).unwrap().done.iter().map(|d| d.action.as_str()).collect();
                writeln!(out, "  {i} {} {s} {at} after {done:?}", process_of(&state.situation, &i)).unwrap();
            }
            for user in self.store.users_of(&state.unit).await.unwrap() {
                let Ok(view) = self.door.look(&self.person(&user.id).await, &file).await else { continue };
                for (o, _) in view.instances.iter().flat_map(|i| &i.offers).filter(|(_, mine)| *mine) {
                    let stands: Vec<&str> = o.findings.iter().map(|f| f.text.as_str()).collect();
                    writeln!(out, "    {}: {} {:?} {stands:?}", user.id, o.action, o.subjects).unwrap();
                }
            }
        }
        let lines = if std::env::var("XIEZHI_SEED").is_ok() { usize::MAX } else { 40 };
        let last: Vec<&str> = self.trace.lines().rev().take(lines).collect();
        for line in last.iter().rev() {
            writeln!(out, "> {line}").unwrap();
        }
        out
    }
}

/// What stands against an act, or should be thought of.
fn wants(process: &procedure::model::Process, findings: &[Finding]) -> BTreeSet<String> {
    let places = findings.iter().filter_map(|f| f.place.as_deref());
    // Of several documents that would do, the first.
    let one_of = findings
        .iter()
        .filter_map(|f| process.requirements.iter().find(|r| r.id == f.requirement)?.need.any_document.first())
        .map(Id::as_str);
    places.map(|p| p.trim_start_matches("materials.")).chain(one_of).map(str::to_owned).collect()
}

fn process_of<'a>(s: &'a Situation, instance: &str) -> &'a Id {
    &s.instance(instance).unwrap().process
}

/// Whether an act brings a track on, or something else of the matter.
fn moves(a: &Action) -> bool {
    a.to.is_some() || a.answers.is_some() || !a.opens.is_empty() || !a.send.is_empty() || !a.signals.is_empty()
}

/// How likely people are to do this next: the expected step most of all, an early end seldom, and
/// less each time that it was done before.
fn weight(process: &procedure::model::Process, a: &Action, done: u32, straight: bool) -> u32 {
    let ends = a.to.as_ref().is_some_and(|to| process.states[to].end);
    if a.begins.is_some() {
        // One more is enough; with each the way grows longer.
        return u32::from(done == 0 && !straight) * 2;
    }
    let base = match (a.main, a.to.is_some(), ends) {
        (true, _, _) => {
            if straight {
                1200
            } else {
                600
            }
        }
        (false, true, _) if straight => 1,
        // What needs a reason is not the ordinary course.
        (false, false, _) if straight && a.reason => 1,
        (false, true, false) => 25,
        (false, true, true) => 5,
        (false, false, _) if done >= OFTEN => 0,
        (false, false, _) if moves(a) || !a.set.is_empty() || !a.form.is_empty() => 60,
        (false, false, _) => 30,
    };
    if base == 0 { 0 } else { (base / (1 + done * done)).max(if a.main { 2 } else { 1 }) }
}
