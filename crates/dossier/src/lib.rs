//! Files of a dossier: what a file is, whether it can be read, what its pages are like, how a page looks.
//!
//! Here live recognising a file by its content ([`Kind`]), importing it with every fault that can be told
//! without knowing the case ([`import`], [`import_file`]), the measures of a page ([`PageFact`]) and their
//! judgement by thresholds that come from the library ([`judge`]), page images for reading on screen
//! ([`PageReader`]) with the places of their text ([`Line`]) and the outline of a document, and finding words in it ([`Wanted`]).
//! Not here: where content is kept (`store`), who may read it (`access`), what a case needs and whether a
//! catalogue agrees with its pages (`procedure`), recognition of text in scans, signatures and stamps (`seal`).
//!
//! Nothing a file contains may stop the program: third-party decoders run behind limits, and a decoder that
//! panics makes the file unreadable, no more. The same bytes always give the same answer.
//!
//! Start reading at [`import`].

mod fault;
mod find;
mod guard;
mod image_in;
mod import;
mod judge;
mod kind;
mod limits;
mod lines;
mod measure;
mod media;
mod ofd;
mod package;
mod page_image;
mod pdf;
mod scan_image;
mod stop;
mod tiff;

pub use fault::{Fault, FaultCode, Severity};
pub use find::Wanted;
pub use import::{CHECKER, ImportError, Imported, PageFact, import, import_file};
pub use judge::{Flaw, PageFlaw, Thresholds, judge};
pub use kind::{Class, Kind};
pub use limits::Checks;
pub use lines::Line;
pub use measure::{Measures, measure};
pub use media::MediaFact;
pub use page_image::{DRAWING, OutlineEntry, PageImageError, PageReader};
pub use stop::{Stop, StopOnDrop};
