//! Pictures from files, within limits.

use std::io::{BufRead, Cursor, Seek};

use image::metadata::Orientation;
use image::{DynamicImage, ImageDecoder, ImageFormat, ImageReader, Limits};

use crate::fault::{END, WHOLE};
use crate::guard::guarded;
use crate::{Checks, Fault, FaultCode, Kind};

/// Decodes a picture and turns it as its EXIF data say. The size is checked before anything is decoded.
pub(crate) fn decode(bytes: &[u8], kind: Kind, max_pixels: u64) -> Result<DynamicImage, Fault> {
    let format = match kind {
        Kind::Jpeg => ImageFormat::Jpeg,
        Kind::Png => ImageFormat::Png,
        Kind::Tiff => ImageFormat::Tiff,
        _ => return Err(unreadable(kind)),
    };
    decode_from(Cursor::new(bytes), format, kind, max_pixels)
}

/// As [`decode`], from a reader.
pub(crate) fn decode_from<R: BufRead + Seek>(
    source: R,
    format: ImageFormat,
    kind: Kind,
    max_pixels: u64,
) -> Result<DynamicImage, Fault> {
    guarded(|| {
        let mut reader = ImageReader::with_format(source, format);
        reader.no_limits();
        let mut decoder = reader.into_decoder().map_err(|_| unreadable(kind))?;
        let (width, height) = decoder.dimensions();
        check_size(width, height, max_pixels)?;
        let mut limits = Limits::no_limits();
        limits.max_alloc = Some(max_pixels.saturating_mul(8));
        decoder.set_limits(limits).map_err(|_| unreadable(kind))?;
        let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
        let mut picture = DynamicImage::from_decoder(decoder).map_err(|_| unreadable(kind))?;
        picture.apply_orientation(orientation);
        Ok(picture)
    })
    .unwrap_or_else(|_| Err(unreadable(kind)))
}

/// Width and height as the header of a JPEG states them.
pub(crate) fn jpeg_dimensions(bytes: &[u8]) -> Option<(u32, u32)> {
    guarded(|| ImageReader::with_format(Cursor::new(bytes), ImageFormat::Jpeg).into_dimensions().ok()).ok().flatten()
}

/// Refuses a picture with more pixels than the limit, or none.
pub(crate) fn check_size(width: u32, height: u32, max_pixels: u64) -> Result<(), Fault> {
    let pixels = u64::from(width) * u64::from(height);
    if pixels > max_pixels {
        let text = format!("图像{width}×{height}像素，超过{}万像素的上限", max_pixels / 10_000);
        return Err(Fault::quarantine(FaultCode::TooLarge, WHOLE, text));
    }
    Ok(())
}

fn unreadable(kind: Kind) -> Fault {
    Fault::quarantine(FaultCode::Unreadable, WHOLE, format!("{}无法解码，请重新扫描或者导出", kind.label()))
}

/// Decodes a JPEG or PNG file as a page, with its stated resolution where that is plausible.
pub(crate) fn inspect(bytes: &[u8], kind: Kind, checks: &Checks) -> Result<(DynamicImage, Option<u32>), Fault> {
    let whole = match kind {
        Kind::Jpeg => jpeg_is_whole(bytes),
        Kind::Png => png_is_whole(bytes),
        _ => true,
    };
    if !whole {
        let text = format!("{}不完整，末尾缺失，请重新扫描或者传送", kind.label());
        return Err(Fault::quarantine(FaultCode::Truncated, END, text));
    }
    let picture = decode(bytes, kind, checks.max_pixels)?;
    let stated = if kind == Kind::Jpeg { jfif_dpi(bytes) } else { png_dpi(bytes) };
    let dpi = believable(stated, &picture);
    Ok((picture, dpi))
}

/// A stated resolution, if it makes a sheet of paper: cameras state 72 or 96 whatever they see.
pub(crate) fn believable(stated: Option<f64>, picture: &DynamicImage) -> Option<u32> {
    let plausible = |dpi: &f64| {
        let side = |pixels: u32| f64::from(pixels) / dpi * 25.4;
        (40.0..600.0).contains(&side(picture.width())) && (40.0..900.0).contains(&side(picture.height()))
    };
    stated.filter(plausible).map(|dpi| dpi.round() as u32)
}

// Walks the segments to the scan, so that the end marker of a thumbnail is not taken for the picture's own.
fn jpeg_is_whole(bytes: &[u8]) -> bool {
    let mut at = 2;
    loop {
        let (Some(0xff), Some(&marker)) = (bytes.get(at), bytes.get(at + 1)) else {
            return false;
        };
        match marker {
            0xff => at += 1,
            0xda => break,
            0xd9 => return false,
            0x01 | 0xd0..=0xd8 => at += 2,
            _ => match bytes.get(at + 2..at + 4) {
                Some(size) => at += 2 + usize::from(u16::from_be_bytes([size[0], size[1]])),
                None => return false,
            },
        }
    }
    bytes[at..].windows(2).any(|pair| pair == [0xff, 0xd9])
}

fn png_chunks(bytes: &[u8]) -> impl Iterator<Item = (&[u8], &[u8])> {
    let mut at = 8;
    std::iter::from_fn(move || {
        let size = u32::from_be_bytes(bytes.get(at..at + 4)?.try_into().ok()?) as usize;
        let chunk = (bytes.get(at + 4..at + 8)?, bytes.get(at + 8..(at + 8).checked_add(size)?)?);
        bytes.get(at + 8 + size..at + 12 + size)?;
        at += 12 + size;
        Some(chunk)
    })
}

fn png_is_whole(bytes: &[u8]) -> bool {
    png_chunks(bytes).any(|(name, _)| name == b"IEND")
}

fn png_dpi(bytes: &[u8]) -> Option<f64> {
    let (_, body) = png_chunks(bytes).find(|(name, _)| *name == b"pHYs")?;
    let per_metre = u32::from_be_bytes(body.get(..4)?.try_into().ok()?);
    (body.get(8) == Some(&1)).then(|| f64::from(per_metre) * 0.0254)
}

fn jfif_dpi(bytes: &[u8]) -> Option<f64> {
    let head = bytes.get(..20)?;
    let density = f64::from(u16::from_be_bytes([head[14], head[15]]));
    match (&head[6..11], head[13]) {
        (b"JFIF\0", 1) => Some(density),
        (b"JFIF\0", 2) => Some(density * 2.54),
        _ => None,
    }
    .filter(|dpi| *dpi > 0.0)
}
