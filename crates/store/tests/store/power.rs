//! The power goes: everything that was written and not synced is gone, or some of it is there and some is not. What was
//! acknowledged is there all the same.
//!
//! Killing a process does not show this, for the system keeps what a process has written. So a process is watched
//! (strace) while it brings contents in and commits: each write, sync, creation and renaming, in their order. From that the disk
//! is made as it may be after a power cut at any moment: files as they were when they were last synced, names as their
//! directory was when it was. That is less than file systems promise each other to keep.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use seal::Digest;
use store::conformance::Draft;
use store::content::Folder;
use store::rows::Committed;
use store::{Repository, Sqlite};

const DATA: &str = "XIEZHI_POWER_DATA";
const UNIT: &str = "GA-970101";
/// Acts of the process that is watched.
const ACTS: u32 = 40;
/// What may be torn: a disk writes a sector or does not.
const SECTOR: usize = 512;

/// Not a test by itself: the process that is watched.
#[test]
fn child() {
    let Some(data) = std::env::var_os(DATA).map(PathBuf::from) else { return };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let folder = Folder::open(data.join("contents")).unwrap();
        let db = Sqlite::open(&data.join("xiezhi.db")).await.unwrap();
        let mut file = Draft::new("F1", UNIT, "M1");
        for n in 0..ACTS {
            let known = folder.put_bytes(UNIT, format!("{n} ").repeat(500).as_bytes()).unwrap();
            db.put_content(crate::clean::row(UNIT, &known, 0)).await.unwrap();
            let mut commit = file.next(vec![]).unwrap();
            commit.holdings = vec![known.sm3];
            let event = commit.event.header.id.clone();
            assert_eq!(db.commit(commit).await.unwrap(), Committed::Done);
            println!("ack {event} {}", known.sm3);
        }
    });
}

#[test]
fn what_was_acknowledged_outlives_the_power() {
    let seed: u64 = std::env::var("XIEZHI_SEED").ok().and_then(|s| s.parse().ok()).unwrap_or_else(rand::random);
    println!("seed {seed}");
    let mut random = StdRng::seed_from_u64(seed);
    let dir = tempfile::tempdir().unwrap();
    let (data, trace) = (dir.path().join("data"), dir.path().join("trace"));
    fs::create_dir(&data).unwrap();
    let watched = Command::new("strace")
        .args(["-f", "-y", "-xx", "-s", "10000000", "-o"])
        .arg(&trace)
        .args([
            "-e",
            "trace=openat,lseek,write,pwrite64,writev,pwritev,fsync,fdatasync,ftruncate,/^rename,/^unlink,/^mkdir,/^link",
        ])
        .arg(std::env::current_exe().unwrap())
        .args(["power::child", "--exact", "--nocapture"])
        .env(DATA, &data)
        .output()
        .expect("strace is missing: scripts/setup installs it");
    assert!(watched.status.success(), "{}", String::from_utf8_lossy(&watched.stderr));

    let mut disk = Disk::new(&data);
    let (mut acknowledged, mut cuts) = (Vec::new(), 0);
    for call in calls(&fs::read_to_string(&trace).unwrap()) {
        if let Some(ack) = disk.does(&call) {
            acknowledged.push(ack);
        }
        // At each acknowledgement, and now and then in between.
        let cut = acknowledged.len() != cuts || random.random_ratio(1, 40);
        if !cut || acknowledged.is_empty() {
            continue;
        }
        cuts = acknowledged.len();
        for torn in [None, Some(&mut random)] {
            let after = tempfile::tempdir().unwrap();
            disk.after_a_cut(after.path(), torn);
            examine(after.path(), &acknowledged);
        }
    }
    assert_eq!(acknowledged.len(), ACTS as usize);
}

fn examine(data: &Path, acknowledged: &[(String, Digest)]) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let folder = Folder::open(data.join("contents")).unwrap();
        let db = Sqlite::open(&data.join("xiezhi.db")).await.unwrap();
        let events: BTreeSet<String> = db.events("F1").await.unwrap().into_iter().map(|e| e.header.id).collect();
        for (event, sm3) in acknowledged {
            assert!(events.contains(event), "{event} was acknowledged and is gone");
            assert!(db.content(UNIT, sm3).await.unwrap().is_some(), "{sm3} is not known any more");
            folder.verify(UNIT, sm3, None).unwrap();
        }
        // What stands under its name is whole, acknowledged or not.
        for stored in folder.stored().unwrap() {
            if let Some(sm3) = &stored.sm3 {
                folder.verify(UNIT, sm3, None).unwrap();
            }
        }
        assert_eq!(db.state("F1").await.unwrap().unwrap().version as usize, events.len());
        db.close().await;
    });
}

/// A call that has ended well.
struct Call {
    name: String,
    args: String,
    answer: i64,
}

/// The calls in the order in which they ended; a write counts from its end, a sync covers what was written before its own.
fn calls(trace: &str) -> Vec<Call> {
    let mut begun: BTreeMap<&str, (String, String)> = BTreeMap::new();
    let mut all = Vec::new();
    for line in trace.lines() {
        let Some((pid, call)) = line.split_once(' ') else { continue };
        let call = call.trim_start();
        if let Some(head) = call.strip_suffix(" <unfinished ...>") {
            let Some((name, args)) = head.split_once('(') else { continue };
            begun.insert(pid, (name.into(), args.into()));
            continue;
        }
        let (name, rest) = if let Some(resumed) = call.strip_prefix("<... ") {
            let Some((name, args)) = begun.remove(pid) else { continue };
            let Some((_, rest)) = resumed.split_once(" resumed>") else { continue };
            (name, args + rest)
        } else {
            let Some((name, rest)) = call.split_once('(') else { continue };
            (name.to_owned(), rest.to_owned())
        };
        let Some((args, answer)) = rest.rsplit_once(") = ") else { continue };
        let answer = answer.split([' ', '<']).next().and_then(|a| a.parse().ok()).unwrap_or(-1);
        if answer >= 0 {
            all.push(Call { name, args: args.to_owned(), answer });
        }
    }
    all
}

/// `7<\x2f\x61>` and what follows.
fn fd(args: &str) -> Option<(i64, PathBuf, &str)> {
    let (number, rest) = args.split_once('<')?;
    let (path, rest) = rest.split_once('>')?;
    let path = String::from_utf8(unhexed(path)?).ok()?;
    Some((number.parse().ok()?, path.into(), rest.trim_start_matches(", ")))
}

fn unhexed(hex: &str) -> Option<Vec<u8>> {
    hex.split("\\x").skip(1).map(|h| u8::from_str_radix(h, 16)).collect::<Result<_, _>>().ok()
}

/// `"\x61\x62"` and what follows.
fn text(args: &str) -> Option<(Vec<u8>, &str)> {
    let (hex, rest) = args[args.find('"')? + 1..].split_once('"')?;
    Some((unhexed(hex)?, rest.trim_start_matches(", ")))
}

fn path(args: &str) -> Option<(PathBuf, &str)> {
    let (bytes, rest) = text(args)?;
    Some((String::from_utf8(bytes).ok()?.into(), rest))
}

#[derive(Clone, Default)]
struct File {
    now: Vec<u8>,
    /// As it was when it was last synced.
    synced: Vec<u8>,
}

/// A directory: names, and what they stand for.
#[derive(Clone, Default)]
struct Names {
    now: BTreeMap<String, usize>,
    synced: BTreeMap<String, usize>,
}

enum Node {
    File(File),
    Dir(Names),
}

/// What is on the disk below a folder.
struct Disk {
    root: PathBuf,
    nodes: Vec<Node>,
    positions: BTreeMap<i64, usize>,
}

impl Disk {
    fn new(root: &Path) -> Self {
        Self { root: root.to_owned(), nodes: vec![Node::Dir(Names::default())], positions: BTreeMap::new() }
    }

    fn find(&self, path: &Path) -> Option<usize> {
        let mut at = 0;
        for part in path.strip_prefix(&self.root).ok()?.components() {
            let Node::Dir(names) = &self.nodes[at] else { return None };
            at = *names.now.get(part.as_os_str().to_str()?)?;
        }
        Some(at)
    }

    fn names(&mut self, path: &Path) -> Option<(&mut BTreeMap<String, usize>, String)> {
        path.strip_prefix(&self.root).ok()?;
        let at = self.find(path.parent()?)?;
        match &mut self.nodes[at] {
            Node::Dir(names) => Some((&mut names.now, path.file_name()?.to_str()?.to_owned())),
            Node::File(_) => None,
        }
    }

    fn add(&mut self, path: &Path, node: Node) {
        let new = self.nodes.len();
        if let Some((names, name)) = self.names(path)
            && !names.contains_key(&name)
        {
            names.insert(name, new);
            self.nodes.push(node);
        }
    }

    fn write(&mut self, at: &Path, from: usize, bytes: &[u8]) {
        let Some(Node::File(file)) = self.find(at).map(|n| &mut self.nodes[n]) else { return };
        file.now.resize(file.now.len().max(from + bytes.len()), 0);
        file.now[from..from + bytes.len()].copy_from_slice(bytes);
    }

    /// Follows a call. Answers what was acknowledged by it.
    fn does(&mut self, call: &Call) -> Option<(String, Digest)> {
        let args = call.args.as_str();
        match call.name.as_str() {
            "openat" => {
                let (opened, flags) = path(args)?;
                if flags.contains("O_CREAT") {
                    self.add(&opened, Node::File(File::default()));
                }
                if flags.contains("O_TRUNC")
                    && let Some(Node::File(file)) = self.find(&opened).map(|n| &mut self.nodes[n])
                {
                    file.now.clear();
                }
                self.positions.insert(call.answer, 0);
            }
            "lseek" => drop(self.positions.insert(fd(args)?.0, usize::try_from(call.answer).ok()?)),
            "write" => {
                let (number, at, rest) = fd(args)?;
                let (bytes, _) = text(rest)?;
                if let Some((_, ack)) = std::str::from_utf8(&bytes).ok().and_then(|said| said.split_once("ack ")) {
                    let (event, sm3) = ack.trim().split_once(' ')?;
                    return Some((event.into(), sm3.parse().ok()?));
                }
                let from = self.positions.get(&number).copied().unwrap_or_default();
                self.write(&at, from, &bytes);
                self.positions.insert(number, from + bytes.len());
            }
            "pwrite64" => {
                let (_, at, rest) = fd(args)?;
                let (bytes, rest) = text(rest)?;
                self.write(&at, rest.rsplit(", ").next()?.parse().ok()?, &bytes);
            }
            "fsync" | "fdatasync" => {
                let (_, at, _) = fd(args)?;
                match self.find(&at).map(|n| &mut self.nodes[n])? {
                    Node::File(file) => file.synced.clone_from(&file.now),
                    Node::Dir(names) => names.synced.clone_from(&names.now),
                }
            }
            "ftruncate" => {
                let (_, at, rest) = fd(args)?;
                let Node::File(file) = self.find(&at).map(|n| &mut self.nodes[n])? else { return None };
                file.now.resize(rest.parse().ok()?, 0);
            }
            "rename" | "renameat" | "renameat2" => {
                let (from, rest) = path(args)?;
                let (to, _) = path(rest)?;
                let (names, name) = self.names(&from)?;
                let node = names.remove(&name)?;
                let (names, name) = self.names(&to)?;
                names.insert(name, node);
            }
            "unlink" | "unlinkat" => {
                let (gone, _) = path(args)?;
                let (names, name) = self.names(&gone)?;
                names.remove(&name);
            }
            "mkdir" | "mkdirat" => self.add(&path(args)?.0, Node::Dir(Names::default())),
            other => panic!("the test does not follow {other}"),
        }
        None
    }

    /// The disk after the power went: with nothing that was not synced, or with some of it.
    fn after_a_cut(&self, to: &Path, mut torn: Option<&mut StdRng>) {
        let mut waiting = vec![(0, to.to_owned())];
        while let Some((at, path)) = waiting.pop() {
            match &self.nodes[at] {
                Node::Dir(names) => {
                    fs::create_dir_all(&path).unwrap();
                    let mut there = names.synced.clone();
                    if let Some(random) = &mut torn {
                        // A name may have come, or gone, without its directory having been synced.
                        let differing = |(name, n): &(&String, &usize)| names.synced.get(*name) != Some(n);
                        let came: Vec<_> = names.now.iter().filter(differing).collect();
                        for (name, n) in came {
                            if random.random() {
                                there.insert(name.clone(), *n);
                            }
                        }
                        there.retain(|name, _| names.now.contains_key(name) || random.random());
                    }
                    waiting.extend(there.into_iter().map(|(name, n)| (n, path.join(name))));
                }
                Node::File(file) => {
                    let mut bytes = file.synced.clone();
                    if let Some(random) = &mut torn {
                        bytes.resize(if random.random() { file.now.len() } else { bytes.len() }, 0);
                        for (n, sector) in bytes.chunks_mut(SECTOR).enumerate() {
                            let now = file.now.get(n * SECTOR..).unwrap_or_default();
                            let len = sector.len().min(now.len());
                            if random.random() {
                                sector[..len].copy_from_slice(&now[..len]);
                            }
                        }
                    }
                    fs::write(path, bytes).unwrap();
                }
            }
        }
    }
}
