//! What runs in a process that decodes: it gives up what it has no need of, and then answers, one question at a time.

use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::time::Duration;

use dossier::{Checks, PageReader};
use landlock::{
    ABI, Access, AccessFs, AccessNet, Ruleset, RulesetAttr, RulesetCreatedAttr, RulesetError, Scope, path_beneath_rules,
};
use rustix::process::{Resource, Rlimit, setrlimit};

use super::work::{self, Ask, Reply};

/// Bytes of documents kept open; one is kept however large it is.
const OPEN: usize = 128 << 20;
/// A document of more bytes is lightened, where it can be.
const HEAVY: usize = 8 << 20;
/// How long open documents wait for a reader to turn the page.
const PATIENCE: Duration = Duration::from_secs(60);

/// Answers what is asked on standard input, until that ends: whoever asked is gone then, and so is this process, in
/// the middle of whatever it does. To be called before anything else.
///
/// # Errors
/// Where it cannot be confined, or nobody takes the answers.
pub fn run() -> io::Result<()> {
    // What a decoder says when it panics may repeat what is in the file; that it did stands in the answer.
    std::panic::set_hook(Box::new(|_| {}));
    let Ask::Confine { memory, readable } = work::next(&mut io::stdin())? else {
        return Err(io::ErrorKind::InvalidInput.into());
    };
    confine(memory, &readable)?;
    say(&Reply::Ready, &[])?;
    let (hand, asked) = mpsc::channel();
    std::thread::spawn(move || {
        while let Ok(ask) = work::next(&mut io::stdin()) {
            if hand.send(ask).is_err() {
                break;
            }
        }
        std::process::exit(0);
    });
    let mut desk = Desk::default();
    loop {
        match asked.recv_timeout(PATIENCE) {
            Ok(ask) => {
                let (reply, bytes) = desk.answer(ask);
                say(&reply, &bytes)?;
            }
            Err(RecvTimeoutError::Timeout) => desk = Desk::default(),
            Err(RecvTimeoutError::Disconnected) => return Ok(()),
        }
    }
}

/// So much memory; no core dump, which would hold what was read; no new rights. Where the kernel has Landlock: nothing
/// is opened but files below `readable`, to be read; no connections; no signals to other processes.
fn confine(memory: u64, readable: &[PathBuf]) -> io::Result<()> {
    let at_most = |most| Rlimit { current: Some(most), maximum: Some(most) };
    setrlimit(Resource::As, at_most(memory))?;
    setrlimit(Resource::Core, at_most(0))?;
    rustix::thread::set_no_new_privs(true)?;
    shut(readable).map_err(io::Error::other)
}

fn shut(readable: &[PathBuf]) -> Result<(), RulesetError> {
    let all = ABI::V6;
    Ruleset::default()
        .handle_access(AccessFs::from_all(all))?
        .handle_access(AccessNet::from_all(all))?
        .scope(Scope::from_all(all))?
        .create()?
        .add_rules(path_beneath_rules(readable, AccessFs::ReadFile))?
        .restrict_self()?;
    Ok(())
}

fn say(reply: &Reply, bytes: &[u8]) -> io::Result<()> {
    let mut out = io::stdout().lock();
    out.write_all(&work::frame(reply, bytes)?)?;
    out.flush()
}

/// The documents that are open, the last used at the end.
#[derive(Default)]
struct Desk(Vec<Document>);

struct Document {
    path: PathBuf,
    reader: PageReader,
    /// It was lightened, or cannot be.
    light: bool,
}

impl Desk {
    fn answer(&mut self, ask: Ask) -> (Reply, Vec<u8>) {
        let bare = |reply| (reply, Vec::new());
        let refused = |why| bare(Reply::Refused(why));
        match ask {
            Ask::Confine { .. } => bare(Reply::Failed("confined already".into())),
            Ask::Import { path, name } => {
                // Nobody may be there to be told: then this ends anyway.
                let told = |page| say(&Reply::At(page), &[]).unwrap_or_default();
                bare(match dossier::import_file(&path, &name, &Checks::default(), &told) {
                    Ok(found) => Reply::Imported(Box::new(found)),
                    Err(e) => Reply::Failed(e.to_string()),
                })
            }
            Ask::Image { path, page, width, quality } => match self.opened(&path) {
                Ok(document) => match document.reader.image(page, width, quality) {
                    Ok(jpeg) => (Reply::Image { heavy: document.heavy() }, jpeg),
                    Err(why) => refused(why),
                },
                Err(e) => bare(Reply::Failed(e.to_string())),
            },
            Ask::Lines { path, page } => match self.opened(&path) {
                Ok(document) => document.reader.lines(page).map_or_else(refused, |lines| bare(Reply::Lines(lines))),
                Err(e) => bare(Reply::Failed(e.to_string())),
            },
            Ask::Outline { path } => bare(match self.opened(&path) {
                Ok(document) => Reply::Outline(document.reader.outline()),
                Err(e) => Reply::Failed(e.to_string()),
            }),
            Ask::Lighten => {
                for document in self.0.iter_mut().filter(|d| d.heavy()) {
                    document.light = true;
                    if let Some(light) = document.reader.lightened(&document.path) {
                        document.reader = light;
                    }
                }
                bare(Reply::Lightened)
            }
        }
    }

    /// The opened document. Those unused for longest are closed, until the others are within the limit.
    fn opened(&mut self, path: &Path) -> io::Result<&Document> {
        let document = match self.0.iter().position(|d| d.path == path) {
            Some(at) => self.0.remove(at),
            None => Document { path: path.to_owned(), reader: PageReader::open(std::fs::read(path)?), light: false },
        };
        self.0.push(document);
        while self.0.len() > 1 && self.0.iter().map(|d| d.reader.bytes()).sum::<usize>() > OPEN {
            self.0.remove(0);
        }
        self.0.last().ok_or_else(|| io::ErrorKind::NotFound.into())
    }
}

impl Document {
    fn heavy(&self) -> bool {
        !self.light && self.reader.bytes() > HEAVY
    }
}
