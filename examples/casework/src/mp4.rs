//! The smallest MP4 (ISO/IEC 14496-12, -15) that plays everywhere: one H.264 track, its index before its data.

use crate::Error;

/// One coded picture, its units prefixed by their lengths.
pub(crate) struct Frame {
    data: Vec<u8>,
    key: bool,
    sps: Option<Vec<u8>>,
    pps: Option<Vec<u8>>,
}

impl Frame {
    /// From an Annex B byte stream.
    pub(crate) fn new(stream: &[u8]) -> Self {
        let mut frame = Self { data: Vec::new(), key: false, sps: None, pps: None };
        for unit in units(stream) {
            match unit.first().map(|byte| byte & 31) {
                Some(7) => frame.sps = Some(unit.to_vec()),
                Some(8) => frame.pps = Some(unit.to_vec()),
                Some(kind) => {
                    frame.key |= kind == 5;
                    frame.data.extend((unit.len() as u32).to_be_bytes());
                    frame.data.extend(unit);
                }
                None => {}
            }
        }
        frame
    }
}

fn units(stream: &[u8]) -> Vec<&[u8]> {
    let starts: Vec<usize> =
        stream.windows(3).enumerate().filter(|(_, w)| *w == [0, 0, 1]).map(|(i, _)| i + 3).collect();
    let ends = starts.iter().skip(1).map(|start| start - 3).chain([stream.len()]);
    let trim = |unit: &'_ [u8]| unit.len() - unit.iter().rev().take_while(|byte| **byte == 0).count();
    starts.iter().zip(ends).map(|(start, end)| &stream[*start..end]).map(|unit| &unit[..trim(unit)]).collect()
}

fn box_of(kind: &[u8; 4], parts: &[&[u8]]) -> Vec<u8> {
    let size = 8 + parts.iter().map(|part| part.len()).sum::<usize>();
    [&(size as u32).to_be_bytes(), kind.as_slice()]
        .into_iter()
        .chain(parts.iter().copied())
        .flatten()
        .copied()
        .collect()
}

/// Big-endian 32-bit fields.
fn words(values: &[u32]) -> Vec<u8> {
    values.iter().flat_map(|value| value.to_be_bytes()).collect()
}

/// Writes the file; each frame lasts `1 / rate` seconds.
pub(crate) fn write(frames: &[Frame], (width, height): (usize, usize), rate: u32) -> Result<Vec<u8>, Error> {
    let (sps, pps) = frames
        .iter()
        .find_map(|f| Some((f.sps.as_ref()?, f.pps.as_ref()?)))
        .ok_or_else(|| Error::encode("H.264: no parameter sets"))?;
    let head = box_of(b"ftyp", &[b"isom", &words(&[512]), b"isomiso2avc1mp41"]);
    // The index's size does not depend on where the data stand, so it is written twice.
    let index = movie(frames, sps, pps, width as u32, height as u32, rate, 0);
    let start = (head.len() + index.len() + 8) as u32;
    let index = movie(frames, sps, pps, width as u32, height as u32, rate, start);
    let data: Vec<&[u8]> = frames.iter().map(|frame| frame.data.as_slice()).collect();
    Ok([head, index, box_of(b"mdat", &data)].concat())
}

fn movie(frames: &[Frame], sps: &[u8], pps: &[u8], width: u32, height: u32, rate: u32, start: u32) -> Vec<u8> {
    const ONE: u32 = 0x0001_0000;
    const TICK: u32 = 1000;
    let matrix = words(&[ONE, 0, 0, 0, ONE, 0, 0, 0, 0x4000_0000]);
    let (count, scale) = (frames.len() as u32, rate * TICK);
    let duration = count * TICK;
    let mvhd = box_of(
        b"mvhd",
        &[&words(&[0, 0, 0, scale, duration, ONE, 0x0100_0000, 0, 0]), &matrix, &words(&[0, 0, 0, 0, 0, 0, 2])],
    );
    let tkhd = box_of(
        b"tkhd",
        &[&words(&[3, 0, 0, 1, 0, duration, 0, 0, 0, 0]), &matrix, &words(&[width << 16, height << 16])],
    );
    let mdhd = box_of(b"mdhd", &[&words(&[0, 0, 0, scale, duration, 0x55c4_0000])]);
    let hdlr = box_of(b"hdlr", &[&words(&[0, 0]), b"vide", &words(&[0, 0, 0]), b"VideoHandler\0"]);
    let url = box_of(b"url ", &[&words(&[1])]);
    let dref = box_of(b"dref", &[&words(&[0, 1]), &url]);
    let avcc = box_of(
        b"avcC",
        &[
            &[1, sps[1], sps[2], sps[3], 0xff, 0xe1],
            &(sps.len() as u16).to_be_bytes(),
            sps,
            &[1],
            &(pps.len() as u16).to_be_bytes(),
            pps,
        ],
    );
    let avc1 = box_of(
        b"avc1",
        &[
            &words(&[0, 1, 0, 0, 0, 0, width << 16 | height, 0x0048_0000, 0x0048_0000, 0]),
            &1_u16.to_be_bytes(),
            &[0; 32],
            &0x18_u16.to_be_bytes(),
            &0xffff_u16.to_be_bytes(),
            &avcc,
        ],
    );
    let keys: Vec<u32> = (1..).zip(frames).filter(|(_, frame)| frame.key).map(|(number, _)| number).collect();
    let sizes: Vec<u32> = frames.iter().map(|frame| frame.data.len() as u32).collect();
    let stbl = box_of(
        b"stbl",
        &[
            &box_of(b"stsd", &[&words(&[0, 1]), &avc1]),
            &box_of(b"stts", &[&words(&[0, 1, count, TICK])]),
            &box_of(b"stss", &[&words(&[0, keys.len() as u32]), &words(&keys)]),
            &box_of(b"stsc", &[&words(&[0, 1, 1, count, 1])]),
            &box_of(b"stsz", &[&words(&[0, 0, count]), &words(&sizes)]),
            &box_of(b"stco", &[&words(&[0, 1, start])]),
        ],
    );
    let minf = box_of(b"minf", &[&box_of(b"vmhd", &[&words(&[1, 0, 0])]), &box_of(b"dinf", &[&dref]), &stbl]);
    let mdia = box_of(b"mdia", &[&mdhd, &hdlr, &minf]);
    box_of(b"moov", &[&mvhd, &box_of(b"trak", &[&tkhd, &mdia])])
}
