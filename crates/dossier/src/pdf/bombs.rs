//! Streams that are small in the file and enormous when unpacked.

use lopdf::{Document, Error, Object, Stream};

use super::name_of;
use crate::{Checks, Fault, FaultCode, image_in};

// What any one stream may unpack to before a page is drawn.
const MAX_UNPACKED: usize = 512 << 20;
// One filter unpacks at most about a thousandfold, so what is smaller stays within the bound unless filters are nested.
const HARMLESS: usize = 512 << 10;

/// The first stream that would exhaust memory when its page is drawn.
pub(super) fn find(document: &Document, checks: &Checks) -> Option<Fault> {
    document.objects.iter().find_map(|(id, object)| {
        let Object::Stream(stream) = object else {
            return None;
        };
        let mut fault = image(stream, checks).or_else(|| unpacked(stream))?;
        fault.place = format!("对象{}", id.0);
        Some(fault)
    })
}

fn image(stream: &Stream, checks: &Checks) -> Option<Fault> {
    if name_of(&stream.dict, b"Subtype") != Some(b"Image") {
        return None;
    }
    let side = |key: &[u8]| {
        stream.dict.get(key).and_then(Object::as_i64).ok().and_then(|side| u32::try_from(side).ok()).unwrap_or(0)
    };
    let stated = image_in::check_size(side(b"Width"), side(b"Height"), checks.max_pixels).err();
    // The JPEG's own header may say otherwise than the dictionary around it.
    stated.or_else(|| {
        let jpeg = stream.filters().is_ok_and(|filters| filters == [b"DCTDecode"]);
        let (width, height) = image_in::jpeg_dimensions(&stream.content).filter(|_| jpeg)?;
        image_in::check_size(width, height, checks.max_pixels).err()
    })
}

fn unpacked(stream: &Stream) -> Option<Fault> {
    let filters = stream.filters().map_or(0, |filters| filters.len());
    if filters == 0 || (filters == 1 && stream.content.len() <= HARMLESS) {
        return None;
    }
    match stream.decompressed_content_with_limit(MAX_UNPACKED) {
        Err(Error::Decompress(lopdf::DecompressError::MemoryLimitExceeded { .. })) => {
            let text = format!("PDF文档内的数据展开后超过{}MB的上限，请重新导出", MAX_UNPACKED >> 20);
            Some(Fault::quarantine(FaultCode::TooLarge, "", text))
        }
        _ => None,
    }
}
