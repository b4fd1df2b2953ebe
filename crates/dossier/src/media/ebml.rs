//! Elements of WebM and Matroska files (RFC 8794, RFC 9559).

use std::io::{self, BufReader, Read, Seek};

use super::{MAX_PARTS, Probe, ascii, be, broken, read_vec};

const SEGMENT: u32 = 0x1853_8067;
const INFO: u32 = 0x1549_A966;
const TRACKS: u32 = 0x1654_AE6B;
const CLUSTER: u32 = 0x1F43_B675;
const BLOCK_GROUP: u32 = 0xA0;

struct Element {
    id: u32,
    body: u64,
    /// `None` where a live recorder left the size open.
    size: Option<u64>,
}

pub(super) fn probe<R: Read + Seek>(reader: &mut R, length: u64) -> io::Result<Probe> {
    let mut reader = BufReader::with_capacity(1 << 16, reader);
    let (mut probe, mut at) = (Probe::default(), 0);
    let (mut scale, mut cluster_time, mut last_time, mut segment) = (1_000_000u64, 0u64, None::<u64>, false);
    for _ in 0..MAX_PARTS {
        if at >= length {
            break;
        }
        let element = match element(&mut reader, &mut at) {
            Ok(element) => element,
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => {
                probe.truncated = true;
                break;
            }
            Err(error) => return Err(error),
        };
        let end = element.size.map(|size| element.body.saturating_add(size));
        if end.is_some_and(|end| end > length) {
            probe.truncated = true;
        }
        match (element.id, element.size) {
            // Their parts are walked in turn.
            (SEGMENT, size) => (segment, probe.live) = (true, size.is_none()),
            (CLUSTER | BLOCK_GROUP, _) => {}
            (_, None) => return Err(broken("open size where none may be")),
            (id, Some(size)) if element.body.saturating_add(size) <= length => {
                let consumed = match id {
                    INFO => {
                        let body = read_vec(&mut reader, size)?;
                        information(&body, &mut scale, &mut probe);
                        size
                    }
                    TRACKS => {
                        let body = read_vec(&mut reader, size)?;
                        parts(&body).filter(|(id, _)| *id == 0xAE).for_each(|(_, track)| one_track(track, &mut probe));
                        size
                    }
                    0xE7 if size <= 8 => {
                        cluster_time = be(&read_vec(&mut reader, size)?);
                        size
                    }
                    0xA3 | 0xA1 if size >= 4 => {
                        let block = read_vec(&mut reader, 4)?;
                        // The track's number has one byte in files with fewer than 128 tracks.
                        let offset = i64::from(i16::from_be_bytes([block[1], block[2]]));
                        let time = cluster_time.saturating_add_signed(offset);
                        last_time = Some(last_time.map_or(time, |last| last.max(time)));
                        4
                    }
                    _ => 0,
                };
                at = element.body + size;
                reader.seek_relative(i64::try_from(size - consumed).map_err(|_| broken("element too large"))?)?;
            }
            _ => break,
        }
    }
    probe.truncated |= !segment || last_time.is_none();
    probe.live &= last_time.is_some();
    // A live recording states no length: the time of its last block stands for it.
    if probe.fact.duration_ms.is_none() {
        let nanoseconds = last_time.map(|time| u128::from(time) * u128::from(scale));
        probe.fact.duration_ms = nanoseconds.and_then(|time| u64::try_from(time / 1_000_000).ok());
    }
    Ok(probe)
}

fn element<R: Read + Seek>(reader: &mut R, at: &mut u64) -> io::Result<Element> {
    let mut first = [0];
    reader.read_exact(&mut first)?;
    let width = first[0].leading_zeros() as usize + 1;
    if width > 4 {
        return Err(broken("not an element"));
    }
    let mut id = vec![first[0]];
    id.extend(read_vec(reader, width as u64 - 1)?);
    reader.read_exact(&mut first)?;
    let size_width = first[0].leading_zeros() as usize + 1;
    if size_width > 8 {
        return Err(broken("not a size"));
    }
    let rest = read_vec(reader, size_width as u64 - 1)?;
    let (size, open) = size_of(first[0], size_width, &rest);
    *at += (width + size_width) as u64;
    Ok(Element { id: u32::try_from(be(&id)).unwrap_or(0), body: *at, size: (!open).then_some(size) })
}

fn size_of(first: u8, width: usize, rest: &[u8]) -> (u64, bool) {
    let bits = 7 * width as u32;
    let head = u64::from(first) & (0xff >> width);
    let size = head << (bits - (8 - width as u32).min(bits)) | be(rest);
    (size, size == (1 << bits) - 1)
}

fn parts(mut bytes: &[u8]) -> impl Iterator<Item = (u32, &[u8])> {
    std::iter::from_fn(move || {
        let width = bytes.first()?.leading_zeros() as usize + 1;
        let id = u32::try_from(be(bytes.get(..width.min(4))?)).ok()?;
        let first = *bytes.get(width)?;
        let size_width = first.leading_zeros() as usize + 1;
        let rest = bytes.get(width + 1..width + size_width)?;
        if size_width > 8 {
            return None;
        }
        let size = usize::try_from(size_of(first, size_width, rest).0).ok()?;
        let start = width + size_width;
        let body = bytes.get(start..start.checked_add(size)?)?;
        bytes = &bytes[start + size..];
        Some((id, body))
    })
}

fn information(body: &[u8], scale: &mut u64, probe: &mut Probe) {
    let mut length = None;
    for (id, value) in parts(body) {
        match (id, value.len()) {
            (0x2A_D7B1, 1..=8) => *scale = be(value).max(1),
            (0x4489, 4) => length = value.try_into().ok().map(|bytes| f64::from(f32::from_be_bytes(bytes))),
            (0x4489, 8) => length = value.try_into().ok().map(f64::from_be_bytes),
            _ => {}
        }
    }
    let milliseconds = length.map(|units| units * *scale as f64 / 1e6);
    probe.fact.duration_ms =
        milliseconds.filter(|value| value.is_finite() && *value > 0.0).map(|value| value.round() as u64);
}

fn one_track(track: &[u8], probe: &mut Probe) {
    let field = |wanted| parts(track).find(|(id, _)| *id == wanted).map(|(_, value)| value);
    let codec = field(0x86).map(ascii);
    match field(0x83).map(be) {
        Some(1) => {
            probe.has_video = true;
            probe.fact.codec = codec;
            let picture = field(0xE0).unwrap_or(&[]);
            let side = |wanted| {
                parts(picture).find(|(id, _)| *id == wanted).and_then(|(_, value)| u32::try_from(be(value)).ok())
            };
            (probe.fact.width, probe.fact.height) = (side(0xB0), side(0xBA));
        }
        Some(2) => {
            probe.fact.has_audio = true;
            probe.fact.codec = probe.fact.codec.take().or(codec);
        }
        _ => {}
    }
}
