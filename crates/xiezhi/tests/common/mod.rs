//! The program in a process of its own.

#![allow(dead_code, clippy::unwrap_used, clippy::expect_used, reason = "each test program uses what it needs")]

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};

/// The folder of the project: the library is found in it.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

pub fn program() -> Command {
    let mut program = Command::new(env!("CARGO_BIN_EXE_xiezhi"));
    program.current_dir(root()).env_remove("OTEL_EXPORTER_OTLP_ENDPOINT");
    program
}

/// A demonstration server on a free port; it ends with the test.
pub struct Node {
    process: Child,
    pub url: String,
    /// What follows is short, and waits here: who cannot print ends.
    pub said: BufReader<ChildStdout>,
}

impl Node {
    /// Starts it, with further arguments and environment.
    pub fn start(data: &Path, args: &[&str], environment: &[(String, String)]) -> Self {
        let mut serve = program();
        serve.args(["serve", "--demonstration", "--listen", "127.0.0.1:0", "--data", data.to_str().unwrap()]);
        serve.args(args).envs(environment.iter().cloned()).stderr(Stdio::null());
        Self::of(serve)
    }

    /// Starts what is said, and reads where it answers.
    pub fn of(mut serve: Command) -> Self {
        let mut process = serve.stdout(Stdio::piped()).spawn().unwrap();
        let mut said = BufReader::new(process.stdout.take().unwrap());
        let mut first = String::new();
        said.read_line(&mut first).unwrap();
        let url = first.trim_end().split_once('：').unwrap().1.to_owned();
        Self { process, url, said }
    }

    /// Stops as an operator stops it: what waits is sent first.
    pub fn stop(&mut self) {
        let pid = self.process.id().to_string();
        assert!(Command::new("kill").args(["-TERM", &pid]).status().unwrap().success());
        assert!(self.process.wait().unwrap().success());
    }

    /// Ends at once, as with the power.
    pub fn kill(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

impl Drop for Node {
    fn drop(&mut self) {
        self.kill();
    }
}
