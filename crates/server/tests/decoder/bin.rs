//! Decodes for the tests of this crate, as `xiezhi decode` does for a server; or, asked to, badly.
#![allow(missing_docs, reason = "tests")]

use std::io::{self, Read, Write};

fn main() -> io::Result<()> {
    if std::env::args().nth(1).as_deref() == Some("rubbish") { rubbish() } else { server::decode() }
}

/// Says that it is ready, and then what nobody understands.
fn rubbish() -> io::Result<()> {
    let mut lengths = [0; 8];
    io::stdin().read_exact(&mut lengths)?;
    let mut confine = vec![0; usize::from(u16::from_le_bytes([lengths[0], lengths[1]]))];
    io::stdin().read_exact(&mut confine)?;
    let mut say = |what: &[u8]| io::stdout().write_all(what).and_then(|()| io::stdout().flush());
    say(&[1, 0, 0, 0, 0, 0, 0, 0, 0])?;
    // The first byte of a question.
    io::stdin().read_exact(&mut [0])?;
    say(&[0xff; 64])?;
    std::thread::park();
    Ok(())
}
