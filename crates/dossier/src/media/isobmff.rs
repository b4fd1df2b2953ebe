//! Boxes of MPEG-4 files (ISO/IEC 14496-12).

use std::io::{self, Read, Seek, SeekFrom};

use super::{MAX_PARTS, Probe, ascii, be, broken, read_vec};

pub(super) fn probe<R: Read + Seek>(reader: &mut R, length: u64) -> io::Result<Probe> {
    let mut probe = Probe::default();
    let (mut at, mut seen_moov, mut seen_data) = (0u64, false, false);
    for _ in 0..MAX_PARTS {
        if at >= length {
            break;
        }
        reader.seek(SeekFrom::Start(at))?;
        let mut header = [0; 16];
        reader.read_exact(&mut header[..8])?;
        let mut size = be(&header[..4]);
        let mut body = at + 8;
        if size == 1 {
            reader.read_exact(&mut header[8..])?;
            size = be(&header[8..]);
            body += 8;
        } else if size == 0 {
            size = length - at;
        }
        if size < body - at {
            return Err(broken("box smaller than its header"));
        }
        let end = at.checked_add(size).ok_or_else(|| broken("box too large"))?;
        if end > length {
            probe.truncated = true;
        }
        match &header[4..8] {
            b"moov" if end <= length => {
                movie(&read_vec(reader, end - body)?, &mut probe);
                seen_moov = true;
            }
            b"mdat" => seen_data = true,
            _ => {}
        }
        at = end;
    }
    probe.truncated |= !seen_moov || !seen_data;
    Ok(probe)
}

fn movie(moov: &[u8], probe: &mut Probe) {
    for (name, body) in boxes(moov) {
        match name {
            b"mvhd" => probe.fact.duration_ms = duration(body),
            b"trak" => track(body, probe),
            // Fragmented files tell the whole length here and zero in mvhd.
            b"mvex" => {
                for (_, mehd) in boxes(body).filter(|(name, _)| *name == b"mehd") {
                    let fragments = match mehd.first() {
                        Some(1) => mehd.get(4..12),
                        _ => mehd.get(4..8),
                    };
                    let scale = boxes(moov).find(|(name, _)| *name == b"mvhd").and_then(|(_, body)| timescale(body));
                    if let (Some(fragments), Some(scale)) = (fragments, scale) {
                        probe.fact.duration_ms = milliseconds(be(fragments), scale);
                    }
                }
            }
            _ => {}
        }
    }
}

fn track(trak: &[u8], probe: &mut Probe) {
    let child = |parent, wanted: &[u8; 4]| boxes(parent).find(|(name, _)| *name == wanted).map(|(_, body)| body);
    let Some(media) = child(trak, b"mdia") else {
        return;
    };
    let handler = child(media, b"hdlr").and_then(|body| body.get(8..12));
    let codec = child(media, b"minf")
        .and_then(|minf| child(minf, b"stbl"))
        .and_then(|table| child(table, b"stsd"))
        .and_then(|samples| samples.get(12..16))
        .map(ascii);
    match handler {
        Some(b"vide") => {
            probe.has_video = true;
            probe.fact.codec = codec;
            // The last eight bytes of a track header are width and height as 16.16 numbers.
            if let Some(header) = child(trak, b"tkhd").filter(|body| body.len() >= 8) {
                let size = &header[header.len() - 8..];
                probe.fact.width = u32::try_from(be(&size[..4]) >> 16).ok();
                probe.fact.height = u32::try_from(be(&size[4..]) >> 16).ok();
            }
        }
        Some(b"soun") => {
            probe.fact.has_audio = true;
            probe.fact.codec = probe.fact.codec.take().or(codec);
        }
        _ => {}
    }
}

fn timescale(mvhd: &[u8]) -> Option<u64> {
    match mvhd.first()? {
        1 => mvhd.get(20..24).map(be),
        _ => mvhd.get(12..16).map(be),
    }
}

fn duration(mvhd: &[u8]) -> Option<u64> {
    let (units, unknown) = match mvhd.first()? {
        1 => (be(mvhd.get(24..32)?), u64::MAX),
        _ => (be(mvhd.get(16..20)?), u64::from(u32::MAX)),
    };
    if units == 0 || units == unknown { None } else { milliseconds(units, timescale(mvhd)?) }
}

fn milliseconds(units: u64, scale: u64) -> Option<u64> {
    u64::try_from(u128::from(units) * 1000 / u128::from(scale).max(1)).ok().filter(|_| scale > 0)
}

fn boxes(mut bytes: &[u8]) -> impl Iterator<Item = (&[u8], &[u8])> {
    std::iter::from_fn(move || {
        let size = usize::try_from(be(bytes.get(..4)?)).ok()?;
        let (name, body) = (bytes.get(4..8)?, bytes.get(8..size)?);
        bytes = &bytes[size..];
        Some((name, body))
    })
}
