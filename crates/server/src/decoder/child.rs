//! One process that decodes, from outside.

use std::io;
use std::path::PathBuf;
use std::process::Stdio;
use std::time::Duration;

use rustix::process::{Pid, setpriority_process};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::process::{ChildStdin, ChildStdout, Command};
use tokio::time::timeout;

use super::Decoding;
use super::work::{self, Ask, Reply};

/// How far behind the others work stands that takes long.
const NICE: i32 = 5;
/// How long it may take to begin.
const PATIENCE: Duration = Duration::from_secs(30);
/// Bytes read at once.
const CHUNK: usize = 1 << 16;

/// A process. It is killed when this is dropped, and ends by itself when this process does.
pub struct Child {
    process: tokio::process::Child,
    to: ChildStdin,
    from: ChildStdout,
    come: Vec<u8>,
    /// Documents that it was asked for and may still have open.
    pub open: Vec<PathBuf>,
    /// It has something to let go of.
    pub heavy: bool,
}

impl Child {
    /// Starts one. It is told nothing of this process: no variable (passwords and keys stand there), no signal of a
    /// terminal, nowhere to write to but here.
    ///
    /// # Errors
    /// Where it cannot be started, or not be confined.
    pub async fn start(decoding: &Decoding, readable: &[PathBuf]) -> io::Result<Self> {
        let (program, arguments) = decoding.command.split_first().ok_or(io::ErrorKind::InvalidInput)?;
        let mut process = Command::new(program)
            .args(arguments)
            .env_clear()
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .process_group(0)
            .kill_on_drop(true)
            .spawn()?;
        let (to, from) = (process.stdin.take(), process.stdout.take());
        let (to, from) = to.zip(from).ok_or(io::ErrorKind::BrokenPipe)?;
        let mut child = Self { process, to, from, come: Vec::new(), open: Vec::new(), heavy: false };
        child.ask(&Ask::Confine { memory: decoding.memory, readable: readable.to_vec() }).await?;
        match timeout(PATIENCE, child.reply()).await {
            Ok(Ok((Reply::Ready, _))) => Ok(child),
            _ => Err(io::Error::other(format!("a decoder did not begin: {}", child.end().await))),
        }
    }

    /// Asks.
    ///
    /// # Errors
    /// Where it has ended.
    pub async fn ask(&mut self, ask: &Ask) -> io::Result<()> {
        self.to.write_all(&work::frame(ask, &[])?).await?;
        if let Some(document) = ask.document().filter(|d| !self.open.iter().any(|o| o == d)) {
            self.open.push(document.to_owned());
        }
        Ok(())
    }

    /// The next of what it answers. May be dropped and asked again: nothing is lost.
    ///
    /// # Errors
    /// Where it has ended, or what it says is no answer.
    pub async fn reply(&mut self) -> io::Result<(Reply, Vec<u8>)> {
        loop {
            if let Some(found) = work::unframe(&mut self.come)? {
                return Ok(found);
            }
            self.come.reserve(CHUNK);
            if self.from.read_buf(&mut self.come).await? == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
        }
    }

    /// Whether it can be asked: it lives, and has said nothing unasked.
    pub fn ready(&mut self) -> bool {
        self.come.is_empty() && matches!(self.process.try_wait(), Ok(None))
    }

    /// Lets others go first. It cannot be undone.
    pub fn step_back(&self) {
        let id = self.process.id().and_then(|id| i32::try_from(id).ok()).and_then(Pid::from_raw);
        if let Some(id) = id
            && let Err(e) = setpriority_process(Some(id), NICE)
        {
            tracing::warn!(error = %e, "a decoder could not be put behind");
        }
    }

    /// Ends it, and says how it ended.
    pub async fn end(mut self) -> String {
        let _ = self.process.start_kill();
        self.process.wait().await.map_or_else(|e| e.to_string(), |status| status.to_string())
    }
}
