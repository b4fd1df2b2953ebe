//! Programs of others that tests run against, each on a free port of loopback and for one test program.

#![allow(dead_code, clippy::unwrap_used, clippy::expect_used, reason = "each test program uses what it needs")]

pub mod postgres;
pub mod s3;

use std::ffi::OsString;
use std::io::{BufRead, BufReader};
use std::net::TcpListener;
use std::process::{Child, Command, Stdio};

/// Runs a shell script that starts a server on the port it is given, says `ready` when it answers, and ends it when
/// nobody holds the other end of the script's input any more: whoever keeps the value keeps the server, and it goes
/// with the test program however that ends.
fn served<const N: usize>(script: &str, args: impl Fn(u16) -> [OsString; N]) -> (u16, Child) {
    // Somebody else may take the port in between.
    for _ in 0..5 {
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let mut watch = Command::new("sh")
            .args(["-c", script, "watch"])
            .args(args(port))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut said = String::new();
        BufReader::new(watch.stdout.take().unwrap()).read_line(&mut said).unwrap();
        if said == "ready\n" {
            return (port, watch);
        }
        watch.wait().unwrap();
    }
    panic!("the server does not start");
}
