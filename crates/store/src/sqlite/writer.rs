//! The one writer: jobs that wait share a transaction and its sync.

use std::fs::File;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use rusqlite::Connection;
use tokio::sync::{Mutex, mpsc, oneshot};
use tokio::time::Instant;
use tracing::Span;

use super::Stats;
use super::company::Company;
use super::hand::{self, Hand, Readers};
use super::tape::{Tape, Tx};
use crate::error::StoreError;
use crate::rows::Committed;
use crate::sql::{Act, Group, Row, Write};
use crate::{TRACES, part};

type Result<T> = std::result::Result<T, StoreError>;

/// Jobs in one transaction at most.
const GROUP: usize = 64;

/// One caller's wish.
pub(super) struct Job {
    pub work: Work,
    pub answer: oneshot::Sender<Result<Answer>>,
    pub trace: Trace,
}

/// Where the time of a job goes: first it waits, then it is written.
pub(super) struct Trace {
    caller: Span,
    _now: Span,
}

impl Trace {
    /// It waits for the writer from now on.
    pub fn waits() -> Self {
        let waits = || tracing::info_span!(target: TRACES, "wait for the writer");
        Self { caller: Span::current(), _now: part(waits) }
    }

    /// It is being written, with others, until this is dropped.
    fn written(self, jobs: i64) -> Self {
        let now = self.caller.in_scope(|| part(|| tracing::info_span!(target: TRACES, "write", jobs)));
        Self { _now: now, ..self }
    }
}

/// What is to be written.
pub(super) enum Work {
    /// One act, or a file's row, state and views anew.
    Act(Box<Act>),
    /// Statements.
    Write(Write),
    /// Nothing more after this.
    Stop,
}

impl Work {
    /// Whether what it overwrites must not be left in the write-ahead log.
    fn scrubs(&self) -> bool {
        match self {
            Self::Write(write) => write.scrub,
            Self::Act(act) => act.scrubs,
            Self::Stop => false,
        }
    }
}

/// What a job answers.
pub(super) enum Answer {
    Committed(Committed),
    Rows(Vec<Row>),
}

/// What the writer and its callers both see.
#[derive(Debug, Default)]
pub(super) struct Shared {
    groups: AtomicU64,
    jobs: AtomicU64,
    waiting: AtomicU64,
    pub gate: Arc<Mutex<()>>,
    recording: AtomicBool,
    tape: std::sync::Mutex<Option<Tape>>,
}

impl Shared {
    pub fn stats(&self) -> Stats {
        Stats {
            groups: self.groups.load(Ordering::Acquire),
            jobs: self.jobs.load(Ordering::Acquire),
            waiting: self.waiting.load(Ordering::Acquire),
        }
    }

    pub fn arrived(&self) {
        self.waiting.fetch_add(1, Ordering::AcqRel);
    }

    pub fn left(&self) {
        self.waiting.fetch_sub(1, Ordering::AcqRel);
    }

    /// Callers that wait to be written or are being written.
    fn at_hand(&self) -> usize {
        usize::try_from(self.waiting.load(Ordering::Acquire)).unwrap_or(usize::MAX)
    }

    /// Puts a tape in, or takes it out.
    pub fn record(&self, tape: Option<Tape>) -> Option<Tape> {
        self.recording.store(tape.is_some(), Ordering::Release);
        let mut held = self.tape.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        std::mem::replace(&mut *held, tape)
    }

    fn note(&self, group: Group) {
        let mut held = self.tape.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if let Some(tape) = &mut *held {
            tape.push(group);
        }
    }
}

/// Owns the only connection that writes, and the lock that keeps other processes out.
pub(super) struct Writer {
    hand: Hand,
    read: Arc<Readers>,
    lock: Option<File>,
    shared: Arc<Shared>,
}

impl Writer {
    pub fn new(hand: Hand, read: Arc<Readers>, lock: Option<File>, shared: Arc<Shared>) -> Self {
        Self { hand, read, lock, shared }
    }

    /// Serves until told to stop, or until nobody is left who could ask.
    pub async fn run(self, mut queue: mpsc::Receiver<Job>) {
        let mut stop = None;
        let mut company = Company::default();
        while stop.is_none() {
            let Some(first) = queue.recv().await else { break };
            let _open = self.shared.gate.lock().await;
            let mut jobs = vec![first];
            gather(&mut queue, &mut jobs, &mut company).await;
            if let Some(at) = jobs.iter().position(|j| matches!(j.work, Work::Stop)) {
                // Those behind the stop get no answer, which tells them that the writer has stopped.
                stop = jobs.drain(at..).next();
            }
            let together = i64::try_from(jobs.len()).unwrap_or(i64::MAX);
            let (works, callers): (Vec<_>, Vec<_>) =
                jobs.into_iter().map(|j| (j.work, (j.answer, j.trace.written(together)))).unzip();
            let shared = Arc::clone(&self.shared);
            // A connection that is gone gives no answers, which tells the callers that the writer has stopped.
            let closed = Instant::now();
            let answers = self.hand.run(move |db| Ok(group(db, &works, &shared))).await.unwrap_or_default();
            company.wrote(self.shared.at_hand(), closed.elapsed());
            callers.iter().for_each(|_| self.shared.left());
            for ((caller, trace), answer) in callers.into_iter().zip(answers) {
                drop(trace);
                // A caller that went away is no fault: what it asked for is written.
                let _ = caller.send(answer);
            }
        }
        let closed = self.read.close().await.and(self.hand.close().await);
        drop(self.lock);
        if let Some(job) = stop {
            self.shared.left();
            // Nobody may be waiting any more.
            let _ = job.answer.send(closed.map(|()| Answer::Rows(Vec::new())));
        }
    }
}

/// What is waiting is written together or, where that fails, one by one.
fn group(db: &mut Connection, works: &[Work], shared: &Shared) -> Vec<Result<Answer>> {
    let answers = match transaction(db, works, shared) {
        Ok(answers) => answers.into_iter().map(Ok).collect(),
        Err(e) if works.len() == 1 => vec![Err(e)],
        Err(e) => {
            tracing::warn!(jobs = works.len(), "group failed, its jobs are written one by one: {e}");
            let alone = works.iter().map(std::slice::from_ref);
            alone.map(|work| transaction(db, work, shared)?.pop().ok_or(StoreError::Stopped)).collect()
        }
    };
    if works.iter().any(Work::scrubs)
        && let Err(e) = hand::all(db, "PRAGMA wal_checkpoint(TRUNCATE)", &[])
    {
        tracing::warn!("the write-ahead log could not be emptied: {e}");
    }
    answers
}

/// All in one transaction, or none.
fn transaction(db: &mut Connection, works: &[Work], shared: &Shared) -> Result<Vec<Answer>> {
    if works.is_empty() {
        return Ok(Vec::new());
    }
    let mut tx = Tx::begin(db, shared.recording.load(Ordering::Acquire))?;
    let answers = works.iter().map(|work| one(&mut tx, work)).collect::<Result<_>>()?;
    if let Some(group) = tx.commit()? {
        shared.note(group);
    }
    shared.groups.fetch_add(1, Ordering::AcqRel);
    shared.jobs.fetch_add(works.len() as u64, Ordering::AcqRel);
    Ok(answers)
}

/// Takes what is waiting, and keeps the group open for as much company as is to be expected.
async fn gather(queue: &mut mpsc::Receiver<Job>, jobs: &mut Vec<Job>, company: &mut Company) {
    let until = Instant::now() + company.patience();
    loop {
        while jobs.len() < GROUP
            && let Ok(job) = queue.try_recv()
        {
            jobs.push(job);
        }
        if jobs.len() >= company.expected().min(GROUP) {
            return;
        }
        match tokio::time::timeout_at(until, queue.recv()).await {
            Ok(Some(job)) => jobs.push(job),
            Ok(None) => return,
            Err(_) => return company.missed(jobs.len()),
        }
    }
}

fn one(tx: &mut Tx<'_>, work: &Work) -> Result<Answer> {
    match work {
        Work::Act(act) => Ok(Answer::Committed(apply(tx, act)?)),
        Work::Write(write) => {
            let mut rows = Vec::new();
            if let Some(((sql, args), before)) = write.statements.split_last() {
                for (sql, args) in before {
                    tx.run(sql, args)?;
                }
                rows = tx.returning(sql, args)?;
            }
            Ok(Answer::Rows(rows))
        }
        Work::Stop => Ok(Answer::Rows(Vec::new())),
    }
}

/// Writes an act, where nothing stands against it.
fn apply(tx: &mut Tx<'_>, act: &Act) -> Result<Committed> {
    for ask in &act.asks {
        let (sql, args) = &ask.statement;
        if let Some(refused) = ask.refused(&tx.ask(sql, args)?)? {
            return Ok(refused);
        }
    }
    let (sql, args) = &act.first;
    if tx.run(sql, args)? != 1 {
        return Ok(Committed::Conflict);
    }
    for (sql, args) in act.every.iter().chain(&act.rest) {
        tx.run(sql, args)?;
    }
    Ok(Committed::Done)
}
