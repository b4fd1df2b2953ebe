//! Faults worked into a file on request.

use lopdf::{Document, EncryptionState, EncryptionVersion, Permissions};

use crate::{Defect, Error, Format, Made, Order};

/// Password of an encrypted PDF; the platform is not told it.
const PASSWORD: &str = "casework";

/// The defects of a page (from 0).
pub(crate) fn on_page(order: &Order, page: usize) -> impl Iterator<Item = Defect> + '_ {
    order.defects.iter().copied().filter(move |defect| number(*defect) == u32::try_from(page + 1).ok())
}

fn number(defect: Defect) -> Option<u32> {
    match defect {
        Defect::BlurredPage(n) | Defect::UpsideDownPage(n) | Defect::BlankPage(n) | Defect::LowResolutionPage(n) => {
            Some(n)
        }
        _ => None,
    }
}

/// Refuses a defect on a page that is not there.
pub(crate) fn check_pages(order: &Order, pages: usize) -> Result<(), Error> {
    match order.defects.iter().filter_map(|d| number(*d)).find(|n| *n == 0 || *n as usize > pages) {
        Some(n) => Err(Error::NoSuchPage(n)),
        None => Ok(()),
    }
}

/// Whether a recognition program would have found text on this page.
pub(crate) fn readable(order: &Order, page: usize) -> bool {
    on_page(order, page).all(|d| matches!(d, Defect::LowResolutionPage(_)))
}

/// Works in the faults of the whole file.
pub(crate) fn apply_to_file(order: &Order, mut made: Made) -> Result<Made, Error> {
    let scanned = matches!(made.format, Format::PdfScan | Format::Jpeg | Format::Png | Format::Tiff);
    for defect in &order.defects {
        match defect {
            Defect::Truncated => made.bytes.truncate(made.bytes.len() * 3 / 5),
            Defect::Empty => made.bytes.clear(),
            Defect::Encrypted if matches!(made.format, Format::PdfScan | Format::PdfText) => {
                made.bytes = encrypted(&made.bytes)?
            }
            Defect::Encrypted => return Err(Error::DefectNotOffered("加密（仅限PDF）")),
            Defect::Renamed => {
                let stem = made.file_name.rsplit_once('.').map_or(made.file_name.as_str(), |(stem, _)| stem);
                let other = if matches!(made.format, Format::PdfScan | Format::PdfText) { "ofd" } else { "pdf" };
                made.file_name = format!("{stem}.{other}");
            }
            _ if scanned => {}
            _ => return Err(Error::DefectNotOffered("页面瑕疵（仅限扫描件）")),
        }
    }
    Ok(made)
}

fn encrypted(bytes: &[u8]) -> Result<Vec<u8>, Error> {
    let mut document = Document::load_mem(bytes).map_err(Error::encode)?;
    let id = lopdf::Object::string_literal("casework-00000001");
    document.trailer.set("ID", vec![id.clone(), id]);
    let version = EncryptionVersion::V2 {
        document: &document,
        owner_password: PASSWORD,
        user_password: PASSWORD,
        key_length: 128,
        permissions: Permissions::default(),
    };
    let state = EncryptionState::try_from(version).map_err(Error::encode)?;
    document.encrypt(&state).map_err(Error::encode)?;
    let mut out = Vec::new();
    document.save_to(&mut out).map_err(Error::encode)?;
    Ok(out)
}
