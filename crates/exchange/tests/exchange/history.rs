//! Sixteen clients at once: what each was told is recorded, and shown to be equivalent to some order of
//! the acts on each file, an order that no client could tell from what really happened.
//!
//! The order is that of the versions. It must agree with the clock (who began after somebody had been
//! answered comes after him), and a single client who does the same, one after another on a new node,
//! must be told the same: that he did it, with which version, what he saw, and why he was refused.
//! `XIEZHI_SEED` replays the choices of a run (not how they interleave), `XIEZHI_ROUNDS` is how many are made.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use case::{Command, FileState, Input, Verdict};
use door::{Door, DoorError, Principal, Request};
use rand::rngs::StdRng;
use rand::{Rng, RngExt, SeedableRng};
use serde_json::json;
use store::{Postgres, Repository, Sqlite};

use crate::common::{self, person};
use crate::servers::postgres;

const CLIENTS: usize = 16;
const FILES: usize = 3;
/// What each client does, one after the other.
const DEEDS: usize = 24;

#[derive(Debug, Clone, PartialEq, Eq)]
enum Deed {
    /// Writes one of two fields, perhaps on condition that the file has a version.
    Fill { field: &'static str, value: String, expected: Option<u64> },
    /// Proposes what the head of department must approve.
    Propose,
    /// The head's opinion on the proposal with this number.
    Decide { number: usize, verdict: Verdict },
    /// Reads.
    Look,
}

/// What a reader sees of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Seen {
    version: u64,
    summary: Option<String>,
    place: Option<String>,
    stands: String,
    proposals: Vec<bool>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Told {
    Done {
        version: u64,
    },
    Saw(Seen),
    Stale {
        current: u64,
    },
    Refused(String),
    /// Nothing was done, and nothing is said of the file.
    Busy,
}

/// What one client did and was told, and when: `begun` and `ended` count what happens on the whole node.
#[derive(Debug, Clone)]
struct Span {
    file: usize,
    deed: Deed,
    told: Told,
    begun: u64,
    ended: u64,
}

impl Span {
    /// The version that what was told speaks of.
    fn version(&self) -> Option<u64> {
        match &self.told {
            Told::Done { version } => Some(*version),
            Told::Saw(seen) => Some(seen.version),
            Told::Stale { .. } | Told::Refused(_) | Told::Busy => None,
        }
    }
    fn writes(&self) -> bool {
        matches!(self.told, Told::Done { .. })
    }
}

struct Node {
    door: Arc<Door>,
    officer: Principal,
    head: Principal,
}

impl Node {
    async fn on(store: Arc<dyn Repository>, data: &Path) -> Self {
        let door = common::node_on(store, data).await;
        common::set_clock(&door).await;
        let (officer, head) = (person(&door, "officer").await, person(&door, "head").await);
        Self { door, officer, head }
    }

    async fn registers(&self, data: &Path, n: usize) -> String {
        common::register(&self.door, &self.officer, data, u32::try_from(n).unwrap()).await.file
    }

    async fn state(&self, file: &str) -> FileState {
        self.door.store().state(file).await.unwrap().unwrap()
    }

    fn command(deed: &Deed, state: &FileState) -> Command {
        let act = |action: &str, given| Command::Act {
            instance: "I1".into(),
            action: action.into(),
            subjects: vec![],
            input: serde_json::from_value::<Input>(given).unwrap(),
        };
        match deed {
            Deed::Fill { field, value, .. } => act("fill_card", json!({"case": {*field: value}})),
            Deed::Propose => act("verify_filing", json!({"reason": "需要查证"})),
            Deed::Decide { number, verdict } => Command::Decide {
                instance: "I1".into(),
                proposal: state.situation.instances[0].proposals[*number].id.clone(),
                verdict: *verdict,
                text: "意见".into(),
            },
            Deed::Look => unreachable!("looking is no command"),
        }
    }

    fn who(&self, deed: &Deed) -> &Principal {
        if matches!(deed, Deed::Decide { .. }) { &self.head } else { &self.officer }
    }

    async fn does(&self, file: &str, deed: &Deed, key: Option<String>) -> Told {
        if deed == &Deed::Look {
            return Told::Saw(seen(&self.door.look(&self.officer, file).await.unwrap().state));
        }
        let command = Self::command(deed, &self.state(file).await);
        let expected = if let Deed::Fill { expected, .. } = deed { *expected } else { None };
        let request = Request { file: Some(file.to_owned()), command, key, expected };
        match self.door.perform(self.who(deed), request).await {
            Ok(answer) => Told::Done { version: answer.version },
            Err(DoorError::Stale { current }) => Told::Stale { current },
            Err(DoorError::Refused(r)) => Told::Refused(refusal(&r)),
            Err(DoorError::Busy) => Told::Busy,
            Err(e) => panic!("{deed:?}: {e}"),
        }
    }

    /// Why a deed would be refused now. Nothing is changed.
    async fn would_refuse(&self, file: &str, deed: &Deed) -> Option<String> {
        let state = self.state(file).await;
        if let Deed::Decide { number, .. } = deed {
            // There is nothing to rehearse in an opinion. On what is decided already it is refused.
            if state.situation.instances[0].proposals[*number].open {
                return None;
            }
            let Told::Refused(why) = self.does(file, deed, None).await else { panic!("{deed:?} was done twice") };
            return Some(why);
        }
        let command = Self::command(deed, &state);
        match self.door.rehearse(self.who(deed), file, command).await {
            Err(DoorError::Refused(r)) => Some(refusal(&r)),
            Ok(_) => None,
            Err(e) => panic!("{deed:?}: {e}"),
        }
    }
}

fn refusal(r: &case::Refusal) -> String {
    let why: Vec<&str> = r.reasons.iter().map(|x| x.text.as_str()).collect();
    format!("{:?}: {}", r.kind, why.join("；"))
}

fn seen(state: &FileState) -> Seen {
    let card = |f: &str| state.situation.case.get(f).and_then(|v| v.as_str()).map(str::to_owned);
    let i = &state.situation.instances[0];
    Seen {
        version: state.version,
        summary: card("summary"),
        place: card("place"),
        stands: i.tracks.values().map(|t| t.state.to_string()).collect(),
        proposals: i.proposals.iter().map(|p| p.open).collect(),
    }
}

/// One client: what he does next depends on what he saw last.
async fn client(
    n: usize,
    mut random: StdRng,
    nodes: Arc<Vec<Node>>,
    files: Arc<Vec<String>>,
    clock: Arc<AtomicU64>,
) -> Vec<Span> {
    let tick = || clock.fetch_add(1, Ordering::SeqCst);
    let mut out = Vec::new();
    for step in 0..DEEDS {
        let (node, at) = (&nodes[random.random_range(0..nodes.len())], random.random_range(0..FILES));
        let file = &files[at];
        let begun = tick();
        let before = node.state(file).await;
        let proposals = &before.situation.instances[0].proposals;
        let value = format!("{n}-{step}");
        let field = if random.random_bool(0.5) { "summary" } else { "place" };
        let (deed, key) = match random.random_range(0..10) {
            0..=2 => (Deed::Fill { field, value, expected: None }, None),
            3 | 4 => (Deed::Fill { field, value, expected: Some(before.version) }, None),
            5 => (Deed::Fill { field, value: value.clone(), expected: None }, Some(value)),
            6 => (Deed::Propose, None),
            7 | 8 if !proposals.is_empty() => {
                let number = proposals.iter().position(|p| p.open).unwrap_or(proposals.len() - 1);
                let verdict =
                    [Verdict::Disagree, Verdict::Return, Verdict::Agree][random.random_range(0..12_usize) / 5];
                (Deed::Decide { number, verdict }, None)
            }
            _ => (Deed::Look, None),
        };
        let told = if key.is_some() {
            // Impatient: the same request twice at once, and both get the one answer.
            let (one, other) = tokio::join!(node.does(file, &deed, key.clone()), node.does(file, &deed, key.clone()));
            if one != Told::Busy && other != Told::Busy {
                assert_eq!(one, other, "two answers to one request");
            }
            if one == Told::Busy { other } else { one }
        } else {
            node.does(file, &deed, None).await
        };
        out.push(Span { file: at, deed, told, begun, ended: tick() });
    }
    out
}

/// The versions at which a refusal may have been decided: nothing older than what had been answered to
/// anybody before it began, nothing newer than what had begun before it ended.
fn window(span: &Span, all: &[Span]) -> std::ops::RangeInclusive<u64> {
    let of = |s: &&Span| s.file == span.file;
    let known = all.iter().filter(of).filter(|s| s.ended < span.begun).filter_map(Span::version).max();
    let latest = all.iter().filter(of).filter(|s| s.writes() && s.begun < span.ended).filter_map(Span::version).max();
    known.unwrap_or(1)..=latest.unwrap_or(1)
}

/// The order of the versions agrees with the clock.
fn agrees_with_the_clock(all: &[Span]) {
    for later in all {
        let Some(v) = later.version() else { continue };
        for earlier in all.iter().filter(|s| s.file == later.file && s.ended < later.begun) {
            let Some(w) = earlier.version() else { continue };
            let ordered = if later.writes() { w < v } else { w <= v };
            assert!(ordered, "{later:?} comes after {earlier:?} and does not know of it");
        }
        if let Deed::Fill { expected: Some(e), .. } = &later.deed {
            assert_eq!(v, e + 1, "{later:?} was done on another version than it was meant for");
        }
    }
    for span in all {
        if let Told::Stale { current } = span.told {
            assert!(window(span, all).contains(&current), "{span:?} was told a version that was not there");
            assert!(!matches!(span.deed, Deed::Fill { expected: Some(e), .. } if e == current), "{span:?}");
        }
    }
}

/// One after another on a new node, in the order of the versions: everybody is told the same.
async fn is_some_order(all: &[Span], ends: &[Seen]) {
    let data = tempfile::tempdir().unwrap();
    let node = Node::on(Arc::new(Sqlite::open(&data.path().join("xiezhi.db")).await.unwrap()), data.path()).await;
    for (at, end) in ends.iter().enumerate() {
        let file = node.registers(data.path(), at).await;
        let mine: Vec<&Span> = all.iter().filter(|s| s.file == at).collect();
        let mut unexplained: Vec<&Span> = mine.iter().copied().filter(|s| matches!(s.told, Told::Refused(_))).collect();
        for version in 1..=end.version {
            let now = seen(&node.state(&file).await);
            for s in &mine {
                if let Told::Saw(was) = &s.told
                    && was.version == version
                {
                    assert_eq!(was, &now);
                }
            }
            let mut left = Vec::new();
            for s in unexplained {
                // A proposal that was not yet made could not be decided on.
                let there = !matches!(s.deed, Deed::Decide { number, .. } if number >= now.proposals.len());
                let here = there && window(s, all).contains(&version);
                let told = Told::Refused(
                    if here { node.would_refuse(&file, &s.deed).await } else { None }.unwrap_or_default(),
                );
                if told != s.told {
                    left.push(s);
                }
            }
            unexplained = left;
            let next: Vec<&&Span> = mine.iter().filter(|s| s.told == Told::Done { version: version + 1 }).collect();
            match next.as_slice() {
                [] => assert_eq!(version, end.version, "nobody says that he made version {}", version + 1),
                [one] => assert_eq!(node.does(&file, &one.deed, None).await, one.told, "{one:?}"),
                more => panic!("several say that they made one version: {more:?}"),
            }
        }
        assert_eq!(&seen(&node.state(&file).await), end);
        assert!(unexplained.is_empty(), "refused without a reason at any moment: {unexplained:?}");
    }
}

async fn checked(nodes: Vec<Node>, data: &Path, seed: u64) {
    println!("seed {seed}");
    let mut random = StdRng::seed_from_u64(seed);
    let mut files = Vec::new();
    for n in 0..FILES {
        files.push(nodes[0].registers(data, n).await);
    }
    let (nodes, files, clock) = (Arc::new(nodes), Arc::new(files), Arc::new(AtomicU64::new(0)));
    let tasks: Vec<_> = (0..CLIENTS)
        .map(|n| {
            let random = StdRng::seed_from_u64(random.next_u64());
            tokio::spawn(client(n, random, nodes.clone(), files.clone(), clock.clone()))
        })
        .collect();
    let mut all = Vec::new();
    for t in tasks {
        all.extend(t.await.unwrap());
    }
    let mut ends = Vec::new();
    for f in files.iter() {
        ends.push(seen(&nodes[0].state(f).await));
    }
    let refused = all.iter().filter(|s| matches!(s.told, Told::Refused(_))).count();
    let stale = all.iter().filter(|s| matches!(s.told, Told::Stale { .. })).count();
    let done = all.iter().filter(|s| s.writes()).count();
    println!("{done} done, {refused} refused, {stale} stale, of {}", all.len());
    assert!(done > 0 && refused > 0 && stale > 0, "seed {seed}: nothing met anything");
    agrees_with_the_clock(&all);
    is_some_order(&all, &ends).await;
    assert_eq!(nodes[0].door.verify(false).await.unwrap().defects, []);
}

fn seeds() -> Vec<u64> {
    let given = |name: &str| std::env::var(name).ok().and_then(|s| s.parse::<u64>().ok());
    match given("XIEZHI_SEED") {
        Some(seed) => vec![seed],
        None => (0..given("XIEZHI_ROUNDS").unwrap_or(1)).map(|_| rand::rng().random()).collect(),
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn what_sixteen_clients_were_told_has_an_order() {
    for seed in seeds() {
        let data = tempfile::tempdir().unwrap();
        let store = Arc::new(Sqlite::open(&data.path().join("xiezhi.db")).await.unwrap());
        checked(vec![Node::on(store, data.path()).await], data.path(), seed).await;
    }
}

/// Each act goes to one of two servers.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn on_two_servers_too() {
    for seed in seeds() {
        let data = tempfile::tempdir().unwrap();
        let address = postgres::database().await;
        let mut nodes = Vec::new();
        for _ in 0..2 {
            nodes.push(Node::on(Arc::new(Postgres::open(&address).await.unwrap()), data.path()).await);
        }
        checked(nodes, data.path(), seed).await;
    }
}
