//! TIFF: a chain of directories, one picture each; scanners and fax archives write one for each page.

use std::collections::BTreeSet;
use std::io::{self, BufReader, Cursor, Read, Seek, SeekFrom};

use image::{DynamicImage, ImageFormat};

use crate::fault::WHOLE;
use crate::import::Found;
use crate::{Checks, Fault, FaultCode, Kind, Stop, image_in};

/// One picture of a file.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Directory {
    at: [u8; 4],
    dpi: Option<f64>,
    thumbnail: bool,
}

/// Everything about a TIFF that needs no case.
pub(crate) fn inspect(bytes: &[u8], checks: &Checks, stop: &Stop) -> Found {
    let Some(pictures) = pictures(bytes, checks.max_pages) else {
        let text = "TIFF图片的页目录损坏或者不完整，请重新扫描或者传送";
        return Found::fault(Fault::quarantine(FaultCode::Truncated, WHOLE, text));
    };
    if pictures.len() > checks.max_pages as usize {
        let text = format!("TIFF图片超过{}页的上限，请分卷提交", checks.max_pages);
        return Found::fault(Fault::quarantine(FaultCode::TooLarge, WHOLE, text));
    }
    let mut found = Found::default();
    for (number, picture) in (1..).zip(&pictures).take_while(|_| !stop.pulled()) {
        match decode(bytes, *picture, checks.max_pixels) {
            Ok(page) => {
                let dpi = image_in::believable(picture.dpi, &page);
                found.pages.push(crate::import::page_of_image(number, &page, dpi));
            }
            Err(mut fault) => {
                if pictures.len() > 1 {
                    fault.place = format!("第{number}页");
                }
                found.faults.push(fault);
            }
        }
    }
    found
}

/// The pictures that are pages, in order: no thumbnails. At most one more than `limit`; `None` where the chain
/// breaks off or bites its tail.
pub(crate) fn pictures(bytes: &[u8], limit: u32) -> Option<Vec<Directory>> {
    let big = bytes.starts_with(b"MM");
    let short = |at: usize| {
        let two = bytes.get(at..at.checked_add(2)?)?.try_into().ok()?;
        Some(if big { u16::from_be_bytes(two) } else { u16::from_le_bytes(two) })
    };
    let raw = |at: usize| -> Option<[u8; 4]> { bytes.get(at..at.checked_add(4)?)?.try_into().ok() };
    let number = |four: [u8; 4]| (if big { u32::from_be_bytes(four) } else { u32::from_le_bytes(four) }) as usize;
    let long = |at: usize| raw(at).map(number);
    let (mut next, mut seen, mut all) = (raw(4)?, BTreeSet::new(), Vec::new());
    while number(next) != 0 && all.len() <= limit as usize {
        let directory = number(next);
        if !seen.insert(directory) {
            return None;
        }
        let entries = usize::from(short(directory)?);
        let (mut density, mut per_centimetre, mut thumbnail) = (None, false, false);
        for entry in (0..entries).map(|index| directory + 2 + 12 * index) {
            match short(entry)? {
                254 => thumbnail = long(entry + 8)? & 1 == 1,
                282 => {
                    let at = long(entry + 8)?;
                    density = long(at).zip(long(at + 4)).filter(|(_, below)| *below > 0);
                }
                296 => per_centimetre = short(entry + 8)? == 3,
                _ => {}
            }
        }
        let dpi = density.map(|(above, below)| above as f64 / below as f64 * if per_centimetre { 2.54 } else { 1.0 });
        all.push(Directory { at: next, dpi, thumbnail });
        next = raw(directory + 2 + 12 * entries)?;
    }
    let pages: Vec<Directory> = all.iter().copied().filter(|picture| !picture.thumbnail).collect();
    match (all.is_empty(), pages.is_empty()) {
        (true, _) => None,
        (_, true) => Some(all),
        _ => Some(pages),
    }
}

/// Decodes one picture, within the limit.
pub(crate) fn decode(bytes: &[u8], picture: Directory, max_pixels: u64) -> Result<DynamicImage, Fault> {
    let source = Beginning { content: Cursor::new(bytes), first: picture.at };
    image_in::decode_from(BufReader::new(source), ImageFormat::Tiff, Kind::Tiff, max_pixels)
}

/// The file as if it began with another picture: the decoder knows only the first.
struct Beginning<'a> {
    content: Cursor<&'a [u8]>,
    first: [u8; 4],
}

impl Read for Beginning<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let at = self.content.position();
        let read = self.content.read(buffer)?;
        if at < 8 {
            for (position, byte) in (at..8).zip(&mut buffer[..read]) {
                if let Some(other) = position.checked_sub(4).and_then(|index| self.first.get(index as usize)) {
                    *byte = *other;
                }
            }
        }
        Ok(read)
    }
}

impl Seek for Beginning<'_> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.content.seek(to)
    }
}
