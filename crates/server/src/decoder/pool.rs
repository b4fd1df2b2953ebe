//! Processes that decode, and whose turn it is.
//!
//! As many work at once as there are cores: each for a second. What has not come to its end by then is long, gives its
//! turn back and goes on behind the others, among so many long ones; where there are enough of those, it begins anew
//! when their number allows. So what is short never waits for what is long, and a person's work never for more than a
//! few of another's.

use std::collections::HashMap;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{Instant, timeout, timeout_at};

use super::Decoding;
use super::child::Child;
use super::work::{Ask, Reply};

/// What takes longer is long.
const SHORT: Duration = Duration::from_secs(1);

/// How long a work may take.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// From one page to the next.
    pub step: Duration,
    /// In all.
    pub whole: Duration,
}

/// Why there is no answer. The process is gone.
#[derive(Debug)]
pub enum Failure {
    /// None could be started.
    Start(io::Error),
    /// It ended, for want of memory perhaps, or said what is no answer.
    Ended { page: Option<u32> },
    /// One page took too long.
    Step { page: Option<u32> },
    /// All of it took too long.
    Whole,
}

type Done = Result<(Reply, Vec<u8>), Failure>;

/// The processes.
pub struct Pool {
    decoding: Decoding,
    readable: Vec<PathBuf>,
    /// The longest unused first.
    idle: Mutex<Vec<Child>>,
    all: Places,
    cores: usize,
    people: Mutex<HashMap<String, Weak<Places>>>,
}

/// Room for so many works.
struct Places {
    short: Arc<Semaphore>,
    long: Arc<Semaphore>,
}

/// A person's turn, until it is dropped.
pub struct Turn {
    own: Arc<Places>,
    _one: [Option<OwnedSemaphorePermit>; 2],
}

impl Pool {
    /// None is started yet.
    pub fn new(decoding: Decoding, readable: Vec<PathBuf>) -> Self {
        let cores = std::thread::available_parallelism().map_or(2, std::num::NonZero::get);
        let all = Places::new(cores, 2 * cores);
        Self { decoding, readable, idle: Mutex::default(), all, cores, people: Mutex::default() }
    }

    /// Waits for a person's turn.
    pub async fn turn(&self, who: &str) -> Turn {
        let own = self.places(who);
        // One's own first: whoever asks for a hundred pages stands in the common queue with few of them. They are
        // never closed.
        let first = own.short.clone().acquire_owned().await.ok();
        let second = self.all.short.clone().acquire_owned().await.ok();
        Turn { own, _one: [first, second] }
    }

    /// Has a work done. When this is dropped, the work ends at once.
    ///
    /// # Errors
    /// [`Failure`].
    pub async fn ask(&self, turn: Turn, ask: &Ask, limits: Limits) -> Done {
        let own = turn.own.clone();
        let mut run = self.begin(ask, limits).await?;
        if let Some(done) = run.until(Instant::now() + SHORT).await {
            return match done {
                Ok(answer) => {
                    self.keep(run.child, &answer.0);
                    Ok(answer)
                }
                Err(failure) => Err(run.over(failure).await),
            };
        }
        let free = own.long.try_acquire().ok().zip(self.all.long.try_acquire().ok());
        let _place = match free {
            Some(place) => {
                drop(turn);
                place
            }
            None => {
                run.child.end().await;
                drop(turn);
                let place = own.long.acquire().await.ok().zip(self.all.long.acquire().await.ok());
                run = self.begin(ask, limits).await?;
                place.ok_or(Failure::Ended { page: None })?
            }
        };
        run.child.step_back();
        run.finish().await
    }

    /// Starts one, for whoever comes first.
    ///
    /// # Errors
    /// Where none can be started.
    pub async fn warm(&self) -> io::Result<()> {
        let child = Child::start(&self.decoding, &self.readable).await?;
        self.keep(child, &Reply::Ready);
        Ok(())
    }

    /// Has those that nobody needs let go of what they can.
    pub async fn lighten(&self, limit: Duration) {
        let heavy = || self.idle().iter().position(|child| child.heavy);
        while let Some(mut child) = heavy().map(|at| self.idle().remove(at)) {
            child.heavy = false;
            let done = timeout(limit, async {
                child.ask(&Ask::Lighten).await?;
                child.reply().await
            });
            if let Ok(Ok((Reply::Lightened, _))) = done.await {
                self.keep(child, &Reply::Lightened);
            }
        }
    }

    /// Works under way.
    pub fn busy(&self) -> usize {
        let free = self.all.short.available_permits() + self.all.long.available_permits();
        (3 * self.cores).saturating_sub(free)
    }

    async fn begin(&self, ask: &Ask, limits: Limits) -> Result<Run, Failure> {
        let mut child = match self.waiting(ask.document()) {
            Some(child) => child,
            None => Child::start(&self.decoding, &self.readable).await.map_err(Failure::Start)?,
        };
        // One that has just ended does not answer, which is found out below.
        let _ = child.ask(ask).await;
        let now = Instant::now();
        Ok(Run { child, limits, began: now, stepped: now, page: None })
    }

    /// One that waits for work: which has the document open, or else has waited for longest.
    fn waiting(&self, document: Option<&Path>) -> Option<Child> {
        let mut idle = self.idle();
        idle.retain_mut(Child::ready);
        let at = document.and_then(|d| idle.iter().position(|child| child.open.iter().any(|o| o == d)));
        let at = at.unwrap_or(0);
        (at < idle.len()).then(|| idle.remove(at))
    }

    fn keep(&self, mut child: Child, reply: &Reply) {
        child.heavy |= matches!(reply, Reply::Image { heavy: true });
        let mut idle = self.idle();
        if idle.len() < self.cores {
            idle.push(child);
        }
    }

    fn idle(&self) -> std::sync::MutexGuard<'_, Vec<Child>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What one person may have of all: every turn while nobody else wants one, half of the long ones.
    fn places(&self, who: &str) -> Arc<Places> {
        let mut people = self.people.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(places) = people.get(who).and_then(Weak::upgrade) {
            return places;
        }
        people.retain(|_, places| places.strong_count() > 0);
        let new = Arc::new(Places::new(self.cores, self.cores));
        people.insert(who.to_owned(), Arc::downgrade(&new));
        new
    }
}

impl Places {
    fn new(short: usize, long: usize) -> Self {
        Self { short: Arc::new(Semaphore::new(short)), long: Arc::new(Semaphore::new(long)) }
    }
}

/// A work under way.
struct Run {
    child: Child,
    limits: Limits,
    began: Instant,
    stepped: Instant,
    page: Option<u32>,
}

impl Run {
    /// What it comes to until then; none where it goes on.
    async fn until(&mut self, end: Instant) -> Option<Done> {
        loop {
            let (step, whole) = (self.stepped + self.limits.step, self.began + self.limits.whole);
            let reply = timeout_at(end.min(step).min(whole), self.child.reply()).await;
            let now = Instant::now();
            match reply {
                Ok(Ok((Reply::At(page), _))) if now < whole => {
                    self.page = Some(page).filter(|page| *page > 0);
                    self.stepped = now;
                }
                Ok(Ok((Reply::At(_), _))) => return Some(Err(Failure::Whole)),
                Ok(Ok(answer)) => return Some(Ok(answer)),
                Ok(Err(_)) => return Some(Err(Failure::Ended { page: self.page })),
                Err(_) if now >= whole => return Some(Err(Failure::Whole)),
                Err(_) if now >= step => return Some(Err(Failure::Step { page: self.page })),
                Err(_) => return None,
            }
        }
    }

    /// What it comes to. The process is not used again: it stays behind the others.
    async fn finish(mut self) -> Done {
        loop {
            match self.until(self.began + self.limits.whole).await {
                Some(Ok(answer)) => return Ok(answer),
                Some(Err(failure)) => return Err(self.over(failure).await),
                None => {}
            }
        }
    }

    /// The end of a process that has not answered, for the log: never which file it was.
    async fn over(self, failure: Failure) -> Failure {
        let why = match &failure {
            Failure::Start(_) | Failure::Ended { .. } => "it ended",
            Failure::Step { .. } | Failure::Whole => "time",
        };
        let ms = u64::try_from(self.began.elapsed().as_millis()).unwrap_or(u64::MAX);
        let status = self.child.end().await;
        tracing::warn!(why, ms, status, "a decoder was given up");
        failure
    }
}
