//! The image of a page that is one scanned picture: the picture itself, or made smaller, without drawing the page.

use std::io::Cursor;

use image::RgbImage;
use zune_jpeg::JpegDecoder;
use zune_jpeg::zune_core::colorspace::ColorSpace;
use zune_jpeg::zune_core::options::DecoderOptions;

use crate::Checks;
use crate::page_image::{encoded, shrunk};
use crate::pdf::Scanned;

/// The page as JPEG, `width_px` pixels wide; as it was scanned where that is hardly larger, by half at most.
pub(crate) fn drawn(jpeg: &[u8], page: &Scanned, width_px: u32, quality: u8) -> Option<Vec<u8>> {
    let enough = u64::from(page.width) * 2 <= u64::from(width_px) * 3;
    if page.turned == 0 && enough && is_bare(jpeg) {
        return Some(jpeg.to_vec());
    }
    let side = page.turned % 180 == 90;
    let picture = decoded(jpeg)?;
    // Turning a small picture is quicker than a large one.
    let wide = if side {
        u64::from(width_px) * u64::from(picture.width()) / u64::from(picture.height().max(1))
    } else {
        width_px.into()
    };
    let picture = shrunk(picture, u32::try_from(wide.max(1)).ok()?)?;
    let picture = match page.turned {
        90 => image::imageops::rotate90(&picture),
        180 => image::imageops::rotate180(&picture),
        270 => image::imageops::rotate270(&picture),
        _ => picture,
    };
    encoded(picture, quality)
}

fn decoded(jpeg: &[u8]) -> Option<RgbImage> {
    let options = DecoderOptions::default().jpeg_set_out_colorspace(ColorSpace::RGB);
    let mut decoder = JpegDecoder::new_with_options(Cursor::new(jpeg), options);
    decoder.decode_headers().ok()?;
    let (width, height) = decoder.dimensions()?;
    if width as u64 * height as u64 > Checks::default().max_pixels {
        return None;
    }
    let pixels = decoder.decode().ok()?;
    RgbImage::from_raw(u32::try_from(width).ok()?, u32::try_from(height).ok()?, pixels)
}

/// Nothing beside the picture that a browser would heed and the page does not (how it lies, its colours), or that tells
/// where it was taken.
fn is_bare(jpeg: &[u8]) -> bool {
    let mut at = 2;
    while let (Some(0xff), Some(&marker)) = (jpeg.get(at), jpeg.get(at + 1)) {
        match marker {
            0xff => {
                at += 1;
                continue;
            }
            // The picture begins.
            0xda => return true,
            0xe1..=0xef | 0xfe => return false,
            _ => {}
        }
        let Some(size) = jpeg.get(at + 2..at + 4) else { return false };
        at += 2 + usize::from(u16::from_be_bytes([size[0], size[1]]));
    }
    false
}
