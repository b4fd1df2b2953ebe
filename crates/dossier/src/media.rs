//! Video and sound: how long, how large, with sound or not, and whether the end is there. Nothing is decoded, and
//! nothing but headers is held in memory.

mod ebml;
mod isobmff;
mod mpeg;
mod riff;

use std::io::{self, Read, Seek, SeekFrom};

use serde::{Deserialize, Serialize};

use crate::fault::{END, WHOLE};
use crate::{Fault, FaultCode, Kind};

pub(crate) use mpeg::is_mp3_frame;

/// What is known of a video or a sound recording.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct MediaFact {
    /// Length in milliseconds, where the file tells it.
    pub duration_ms: Option<u64>,
    /// Width of the picture in pixels.
    pub width: Option<u32>,
    /// Height of the picture in pixels.
    pub height: Option<u32>,
    /// The codec of the picture, or of the sound where there is no picture, as the container names it.
    pub codec: Option<String>,
    /// Whether there is a track of sound.
    pub has_audio: bool,
}

/// What a probe found: the facts, whether there is a picture, and whether the end is missing.
#[derive(Debug, Default)]
pub(crate) struct Probe {
    pub fact: MediaFact,
    pub has_video: bool,
    pub truncated: bool,
    /// What is cut is a recording written as it was made: it plays up to where it stops.
    pub live: bool,
}

/// Reads the facts of a media file. The kind may change from video to sound when there is no picture in an MP4.
pub(crate) fn inspect<R: Read + Seek>(reader: &mut R, kind: &mut Kind) -> io::Result<(Option<MediaFact>, Vec<Fault>)> {
    let length = reader.seek(SeekFrom::End(0))?;
    reader.seek(SeekFrom::Start(0))?;
    let probed = match kind {
        Kind::Mp4 | Kind::M4a => isobmff::probe(reader, length),
        Kind::Webm => ebml::probe(reader, length),
        Kind::Wav | Kind::Avi => riff::probe(reader, length),
        _ => mpeg::probe(reader, length),
    };
    let probe = match probed {
        Ok(probe) => probe,
        // Headers that run past the end of the file.
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => Probe { truncated: true, ..Probe::default() },
        Err(error) if error.kind() == io::ErrorKind::InvalidData => {
            let text = format!("{}结构损坏，无法播放，请重新导出", kind.label());
            return Ok((None, vec![Fault::quarantine(FaultCode::Unreadable, WHOLE, text)]));
        }
        Err(error) => return Err(error),
    };
    if *kind == Kind::Mp4 && !probe.has_video && probe.fact.has_audio {
        *kind = Kind::M4a;
    }
    let mut faults = Vec::new();
    if probe.truncated && probe.live {
        let text = format!("{}录制没有正常结束，末尾缺失，可以播放至中断处", kind.label());
        faults.push(Fault::warn(FaultCode::Truncated, END, text));
    } else if probe.truncated {
        let text = format!("{}不完整，末尾缺失，请重新导出或者传送", kind.label());
        faults.push(Fault::quarantine(FaultCode::Truncated, END, text));
    } else if !probe.has_video && !probe.fact.has_audio {
        let text = format!("{}中没有可以播放的画面或者声音", kind.label());
        faults.push(Fault::quarantine(FaultCode::Unreadable, WHOLE, text));
    }
    Ok((Some(probe.fact), faults))
}

fn broken(what: &'static str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, what)
}

fn be(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0, |value, byte| value << 8 | u64::from(*byte))
}

fn le32(bytes: &[u8], at: usize) -> Option<u32> {
    bytes.get(at..at + 4)?.try_into().ok().map(u32::from_le_bytes)
}

// Ends a loop over the parts of a file that was built to have endlessly many.
const MAX_PARTS: u32 = 5_000_000;
// The largest header that is read into memory.
const MAX_HEADER: u64 = 64 << 20;

fn read_vec<R: Read>(reader: &mut R, size: u64) -> io::Result<Vec<u8>> {
    if size > MAX_HEADER {
        return Err(broken("header too large"));
    }
    let mut bytes = Vec::new();
    reader.by_ref().take(size).read_to_end(&mut bytes)?;
    if (bytes.len() as u64) < size {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    Ok(bytes)
}

fn ascii(bytes: &[u8]) -> String {
    bytes.iter().filter(|byte| byte.is_ascii_graphic()).map(|byte| char::from(*byte)).collect()
}
