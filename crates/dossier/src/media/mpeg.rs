//! Frames of MPEG audio layer 3 (ISO/IEC 11172-3, 13818-3).

use std::io::{self, BufReader, Read, Seek, SeekFrom};

use super::{Probe, be, broken, read_vec};

struct Frame {
    bytes: u64,
    samples: u64,
    rate: u64,
}

const RATES_1: [u64; 15] = [0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320];
const RATES_2: [u64; 15] = [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160];

fn frame(header: &[u8]) -> Option<Frame> {
    let &[first, second, third, _, ..] = header else {
        return None;
    };
    let (version, layer) = (second >> 3 & 3, second >> 1 & 3);
    if first != 0xff || second & 0xe0 != 0xe0 || version == 1 || layer != 1 {
        return None;
    }
    let table = if version == 3 { RATES_1 } else { RATES_2 };
    let kilobits = *table.get(usize::from(third >> 4)).filter(|rate| **rate > 0)?;
    let base = *[44_100, 48_000, 32_000].get(usize::from(third >> 2 & 3))?;
    let rate = match version {
        3 => base,
        2 => base / 2,
        _ => base / 4,
    };
    let samples = if version == 3 { 1152 } else { 576 };
    Some(Frame { bytes: samples / 8 * kilobits * 1000 / rate + u64::from(third >> 1 & 1), samples, rate })
}

/// Whether content begins with two frames in a row; one header alone is too weak a sign.
pub(crate) fn is_mp3_frame(head: &[u8]) -> bool {
    frame(head)
        .and_then(|first| head.get(usize::try_from(first.bytes).ok()?..))
        .is_some_and(|next| next.is_empty() || frame(next).is_some())
}

pub(super) fn probe<R: Read + Seek>(reader: &mut R, length: u64) -> io::Result<Probe> {
    let mut probe = Probe::default();
    let mut at = 0;
    let head = read_vec(reader, 10.min(length))?;
    if head.starts_with(b"ID3") && head.len() == 10 {
        // The size of the tag has seven bits a byte.
        at = 10 + head[6..].iter().fold(0, |size, byte| size << 7 | u64::from(byte & 0x7f));
    }
    if at >= length {
        probe.truncated = true;
        return Ok(probe);
    }
    reader.seek(SeekFrom::Start(at))?;
    let mut reader = BufReader::with_capacity(1 << 16, reader);
    let (mut samples, mut rate) = (0, 0);
    while at + 4 <= length {
        let mut header = [0; 4];
        reader.read_exact(&mut header)?;
        let Some(frame) = frame(&header) else { break };
        (samples, rate) = (samples + frame.samples, frame.rate);
        at += frame.bytes;
        if at > length {
            probe.truncated = true;
        }
        reader.seek_relative(i64::try_from(frame.bytes).unwrap_or(i64::MAX) - 4)?;
    }
    if rate == 0 {
        return Err(broken("no frame of sound"));
    }
    // What follows the last frame must be a tag or padding; otherwise a frame was cut in its header or lost.
    if at < length && !probe.truncated {
        reader.seek(SeekFrom::Start(at))?;
        let rest = read_vec(&mut reader, (length - at).min(3))?;
        let tag = rest == b"TAG" || rest == b"ID3" || rest == b"APE" || be(&rest) == 0;
        probe.truncated = !tag;
    }
    probe.fact.duration_ms = Some(samples * 1000 / rate);
    probe.fact.codec = Some("mp3".to_owned());
    probe.fact.has_audio = true;
    Ok(probe)
}
