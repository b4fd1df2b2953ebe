//! RIFF files: WAV and AVI.

use std::io::{self, Read, Seek, SeekFrom};

use super::{MAX_PARTS, Probe, ascii, broken, le32, read_vec};

pub(super) fn probe<R: Read + Seek>(reader: &mut R, length: u64) -> io::Result<Probe> {
    let mut probe = Probe::default();
    let head = read_vec(reader, 12)?;
    let declared = u64::from(le32(&head, 4).unwrap_or(0));
    // Streaming recorders leave the size at its largest or at zero.
    let open = declared == u64::from(u32::MAX) || declared == 0;
    probe.truncated = !open && declared + 8 > length;
    let wave = &head[8..] == b"WAVE";
    let (mut at, mut byte_rate, mut data) = (12u64, 0u64, None);
    for _ in 0..MAX_PARTS {
        if at + 8 > length {
            break;
        }
        reader.seek(SeekFrom::Start(at))?;
        let header = read_vec(reader, 8)?;
        let size = u64::from(le32(&header, 4).unwrap_or(0));
        let end = at + 8 + size;
        match &header[..4] {
            b"fmt " => {
                let format = read_vec(reader, size)?;
                byte_rate = u64::from(le32(&format, 8).ok_or_else(|| broken("fmt chunk too short"))?);
                let tag = format.first().copied().unwrap_or(0);
                probe.fact.codec =
                    Some(if matches!(tag, 1 | 3) { "pcm".to_owned() } else { format!("wav-{tag:#04x}") });
                probe.fact.has_audio = true;
            }
            b"data" if open && end > length => data = Some(length - at - 8),
            b"data" => data = Some(size),
            b"LIST" if !wave && end <= length => {
                if read_vec(reader, 4)? == b"hdrl" {
                    avi_header(&read_vec(reader, size.saturating_sub(4))?, &mut probe);
                } else {
                    data = Some(size);
                }
            }
            _ => {}
        }
        if end > length && !open {
            probe.truncated = true;
        }
        at = end + (size & 1);
    }
    probe.truncated |= data.is_none();
    if wave && byte_rate > 0 {
        probe.fact.duration_ms = data.map(|bytes| bytes * 1000 / byte_rate);
    }
    Ok(probe)
}

fn avi_header(list: &[u8], probe: &mut Probe) {
    let mut at = 0;
    while let (Some(name), Some(size)) = (list.get(at..at + 4), le32(list, at + 4)) {
        let size = size as usize;
        let body = list.get(at + 8..(at + 8).saturating_add(size).min(list.len())).unwrap_or(&[]);
        match name {
            b"avih" => {
                let field = |at| le32(body, at).map(u64::from);
                if let (Some(micros), Some(frames)) = (field(0), field(16)) {
                    probe.fact.duration_ms = Some(micros * frames / 1000).filter(|length| *length > 0);
                }
                probe.fact.width = le32(body, 32);
                probe.fact.height = le32(body, 36);
            }
            b"strh" if body.starts_with(b"vids") => {
                probe.has_video = true;
                probe.fact.codec = body.get(4..8).map(ascii);
            }
            b"strh" if body.starts_with(b"auds") => probe.fact.has_audio = true,
            // A list of a stream: its parts stand inside it.
            b"LIST" => {
                at += 12;
                continue;
            }
            _ => {}
        }
        at += 8 + size + (size & 1);
    }
}
