//! What goes to a process that decodes, and what comes back: frames of two lengths (four bytes each, the lower first),
//! a head of the first length (postcard) and bytes of the second.

use std::io::{self, Read};
use std::path::{Path, PathBuf};

use dossier::{Imported, Line, OutlineEntry, PageImageError};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

/// What a process is asked. Files are named, never sent.
#[derive(Debug, Serialize, Deserialize)]
pub enum Ask {
    /// The first: so much memory, and nothing but what lies below these folders.
    Confine { memory: u64, readable: Vec<PathBuf> },
    /// To examine a file that came under this name.
    Import { path: PathBuf, name: String },
    /// To draw a page.
    Image { path: PathBuf, page: u32, width: u32, quality: u8 },
    /// To read the text of a page.
    Lines { path: PathBuf, page: u32 },
    /// To read the bookmarks.
    Outline { path: PathBuf },
    /// To let go of what can be read from the disk again.
    Lighten,
}

impl Ask {
    /// The document that stays open for the next page.
    pub fn document(&self) -> Option<&Path> {
        match self {
            Self::Image { path, .. } | Self::Lines { path, .. } | Self::Outline { path } => Some(path),
            Self::Confine { .. } | Self::Import { .. } | Self::Lighten => None,
        }
    }
}

/// What it answers.
#[derive(Debug, Serialize, Deserialize)]
pub enum Reply {
    /// Confined, and ready to be asked.
    Ready,
    /// No answer yet: it has come to this page; 0 where there are none.
    At(u32),
    /// What was found in a file.
    Imported(Box<Imported>),
    /// The bytes are the image. `heavy` where something can be let go of.
    Image { heavy: bool },
    /// The text.
    Lines(Vec<Line>),
    /// The bookmarks.
    Outline(Vec<OutlineEntry>),
    /// There is no such page, or it cannot be drawn.
    Refused(PageImageError),
    /// The file cannot be read from the disk.
    Failed(String),
    /// Done.
    Lightened,
}

/// More than any answer has. Half of it would be the text of a hundred books.
const MOST: usize = 1 << 30;
const LENGTHS: usize = 8;

/// A frame.
///
/// # Errors
/// Where the head cannot be written.
pub fn frame<T: Serialize>(head: &T, bytes: &[u8]) -> io::Result<Vec<u8>> {
    let head = postcard::to_stdvec(head).map_err(io::Error::other)?;
    let length = |part: &[u8]| u32::try_from(part.len()).map(u32::to_le_bytes).map_err(io::Error::other);
    Ok([&length(&head)?, &length(bytes)?, &head[..], bytes].concat())
}

/// The first frame of what has come, which is taken from it; none where it has not come whole.
///
/// # Errors
/// Where it is none.
pub fn unframe<T: DeserializeOwned>(come: &mut Vec<u8>) -> io::Result<Option<(T, Vec<u8>)>> {
    let Some((head, bytes)) = lengths(come)? else { return Ok(None) };
    if come.len() < LENGTHS + head + bytes {
        return Ok(None);
    }
    let rest = come.split_off(LENGTHS + head + bytes);
    let mut whole = std::mem::replace(come, rest);
    let bytes = whole.split_off(LENGTHS + head);
    let head = postcard::from_bytes(&whole[LENGTHS..]).map_err(io::Error::other)?;
    Ok(Some((head, bytes)))
}

/// The next question, by who waits for it.
///
/// # Errors
/// Where there is none any more.
pub fn next(from: &mut impl Read) -> io::Result<Ask> {
    let mut come = vec![0; LENGTHS];
    from.read_exact(&mut come)?;
    let (head, bytes) = lengths(&come)?.unwrap_or_default();
    come.resize(LENGTHS + head + bytes, 0);
    from.read_exact(&mut come[LENGTHS..])?;
    unframe(&mut come)?.map(|(ask, _)| ask).ok_or_else(|| io::ErrorKind::UnexpectedEof.into())
}

fn lengths(come: &[u8]) -> io::Result<Option<(usize, usize)>> {
    let length = |at| come.get(at..at + 4).and_then(|l| l.try_into().ok()).map(|l| u32::from_le_bytes(l) as usize);
    match (length(0), length(4)) {
        (Some(head), Some(bytes)) if head > MOST || bytes > MOST => Err(io::ErrorKind::InvalidData.into()),
        (Some(head), Some(bytes)) => Ok(Some((head, bytes))),
        _ => Ok(None),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    #[test]
    fn frames_come_apart_as_they_were_put_together_wherever_they_are_cut() {
        let lines = vec![Line { text: "酒精".into(), area: [0.1, 1.0 / 3.0, 2e-17, 0.4], ends: vec![f64::MAX] }];
        let both = [frame(&Reply::At(7), &[]).unwrap(), frame(&Reply::Lines(lines.clone()), b"jpeg").unwrap()].concat();
        for cut in 0..both.len() {
            let (mut come, mut found) = (Vec::new(), Vec::new());
            for part in [&both[..cut], &both[cut..]] {
                come.extend_from_slice(part);
                while let Some(next) = unframe::<Reply>(&mut come).unwrap() {
                    found.push(next);
                }
            }
            assert!(come.is_empty());
            let [(Reply::At(7), none), (Reply::Lines(again), bytes)] = &found[..] else { panic!("{found:?}") };
            assert!(none.is_empty() && *again == lines && bytes == b"jpeg");
        }
    }

    #[test]
    fn rubbish_is_no_frame() {
        for mut rubbish in [b"hello, this is no frame".to_vec(), [&[1, 0, 0, 0, 0, 0, 0, 0][..], &[0xff]].concat()] {
            assert!(unframe::<Reply>(&mut rubbish).is_err());
        }
        // What only lies about its length is waited for, and costs nothing.
        let mut long = [&0x3fff_ffff_u32.to_le_bytes()[..], &[0; 4], b"short"].concat();
        assert!(unframe::<Reply>(&mut long).unwrap().is_none());
    }
}
