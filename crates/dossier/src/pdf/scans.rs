//! A document of scanned pages that leaves its pictures in its file.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use lopdf::{Document, LoadOptions, Object, ObjectId};

use super::{Drawing, Scanned};

/// Where the pictures lie, and the document without them, for its words and bookmarks.
pub(crate) struct Scans {
    file: PathBuf,
    pages: Vec<Scanned>,
    words: Drawing,
}

impl Scans {
    /// The document whose file lies at `path`, if each of its pages is a scanned picture.
    pub(crate) fn of(drawing: &Drawing, path: &Path) -> Option<Self> {
        let numbers = 1..=u32::try_from(drawing.pages()).ok()?;
        let pages = numbers.map(|number| drawing.scanned(number)).collect::<Option<Vec<_>>>()?;
        let options = LoadOptions::with_filter(without_picture);
        let mut document = Document::load_mem_with_options(drawing.data(), options).ok()?;
        let mut bytes = Vec::new();
        document.save_to(&mut bytes).ok()?;
        let words = Drawing::open(bytes)?;
        (words.pages() == pages.len()).then(|| Self { file: path.to_owned(), pages, words })
    }

    /// Bytes in memory.
    pub(crate) fn bytes(&self) -> usize {
        self.words.data().len() + self.pages.len() * size_of::<Scanned>()
    }

    pub(crate) fn pages(&self) -> usize {
        self.pages.len()
    }

    /// The document without its pictures.
    pub(crate) fn words(&self) -> &Drawing {
        &self.words
    }

    /// The picture of a page as it lies in the file; `None` where it cannot be read any more.
    pub(crate) fn jpeg(&self, number: u32) -> Option<(Vec<u8>, &Scanned)> {
        let page = self.pages.get((number as usize).checked_sub(1)?)?;
        let mut file = File::open(&self.file).ok()?;
        file.seek(SeekFrom::Start(page.at.start as u64)).ok()?;
        let mut jpeg = vec![0; page.at.len()];
        file.read_exact(&mut jpeg).ok()?;
        Some((jpeg, page))
    }
}

/// Empties what is a JPEG.
fn without_picture(id: ObjectId, object: &mut Object) -> Option<(ObjectId, Object)> {
    if let Object::Stream(stream) = object
        && stream.filters().is_ok_and(|filters| filters == [b"DCTDecode"])
    {
        stream.set_content(Vec::new());
    }
    Some((id, object.clone()))
}
