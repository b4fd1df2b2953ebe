//! Case papers for the demonstration stories: from an [`Order`] (a form, its values, a seed) this crate
//! makes the file that a police station, procuratorate, court or justice bureau would really have scanned.
//!
//! What lives here: the texts of the forms (`forms/*.txt`, for a lawyer to read and correct), their
//! typesetting, the look of a scan (paper, seal, fingerprint, handwriting), photographs, a body-camera
//! video, an interview recording, and on request the faults that a receiving office must find
//! ([`Defect`]). What does not: any rule of procedure, any knowledge of the platform; nothing depends on
//! this crate but the demonstration and the tests. All persons and places are invented by the caller.
//!
//! Everything is a function of the order: the same order gives the same bytes. No clock is read.
//!
//! Start reading at [`make`], then `template.rs` (the little language of the forms) and `layout.rs`.

mod audio;
mod canvas;
mod defects;
mod fonts;
mod forms;
mod layout;
mod lines;
mod marks;
mod mp4;
mod ofd;
mod order;
mod outline;
mod paper;
mod pdf;
mod photo;
mod random;
mod raster;
mod scenes;
mod template;
mod video;

pub use forms::{FormInfo, forms};
pub use order::{Defect, Error, Format, Made, Order};

/// Makes the file an order asks for.
///
/// # Errors
/// [`Error`] when the form is unknown, a value it prints is missing, the fonts are not installed or an
/// encoder refuses. Nothing is filled in silently.
pub fn make(order: &Order) -> Result<Made, Error> {
    let (form, format) = forms::find(&order.form)?;
    let made = match format {
        Format::Mp4 => video::make(order, form)?,
        Format::Wav => audio::make(order)?,
        _ if form.scene.is_some() => photo::make(order, form, format)?,
        _ => {
            let blocks = template::fill(form, order)?;
            let sheets = layout::lay_out(form, &blocks, order)?;
            match format {
                Format::Ofd => ofd::write(order, &sheets)?,
                Format::PdfText => pdf::born_digital(order, &sheets)?,
                Format::PdfScan => pdf::scanned(order, &sheets)?,
                _ => raster::image_file(order, &sheets, format)?,
            }
        }
    };
    defects::apply_to_file(order, made)
}
