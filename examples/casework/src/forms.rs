//! The list of forms, read from the embedded files under `forms/`.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use crate::template::needs;
use crate::{Error, Format};

const FILES: [(&str, &str); 9] = [
    ("police-filing", include_str!("../forms/police-filing.txt")),
    ("police-evidence", include_str!("../forms/police-evidence.txt")),
    ("police-transfer", include_str!("../forms/police-transfer.txt")),
    ("procuratorate", include_str!("../forms/procuratorate.txt")),
    ("court", include_str!("../forms/court.txt")),
    ("justice", include_str!("../forms/justice.txt")),
    ("dossier", include_str!("../forms/dossier.txt")),
    ("media", include_str!("../forms/media.txt")),
    ("questions", include_str!("../forms/questions.txt")),
];

/// What the caller may know of a form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FormInfo {
    /// Identifier for [`crate::Order::form`]: the code of the documents catalogue, or a word.
    pub id: String,
    /// The document's Chinese name.
    pub name: String,
    /// Format without a suffix in the order.
    pub format: Format,
    /// Pages of its own length (seconds for media); a long value may make it longer.
    pub pages: u32,
    /// Fields that must be given.
    pub needs: Vec<String>,
}

/// Paper a form is printed on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Paper {
    A4,
    /// The strip of a thermal printer.
    Slip,
}

#[derive(Debug)]
pub(crate) struct Form {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) format: Format,
    pub(crate) pages: u32,
    pub(crate) paper: Paper,
    /// Size of body text in points.
    pub(crate) size: f32,
    /// What a photograph or video shows.
    pub(crate) scene: Option<String>,
    pub(crate) body: Vec<String>,
}

struct Library {
    forms: Vec<Form>,
    banks: BTreeMap<String, Vec<String>>,
    derived: BTreeMap<String, String>,
    labels: BTreeMap<String, String>,
}

fn library() -> &'static Library {
    static LIBRARY: OnceLock<Library> = OnceLock::new();
    LIBRARY.get_or_init(|| {
        let mut forms = Vec::new();
        let mut banks = BTreeMap::new();
        for (_, text) in FILES {
            for part in text.split("\n=== ").skip(1) {
                let (head, body) = part.split_once('\n').unwrap_or((part, ""));
                let (id, name) = head.split_once(' ').unwrap_or((head, head));
                if id == "bank" {
                    banks.insert(
                        name.trim().to_owned(),
                        body.lines().filter(|l| !l.trim().is_empty()).map(str::to_owned).collect(),
                    );
                } else {
                    forms.push(read_form(id, name.trim(), body));
                }
            }
        }
        Library {
            forms,
            banks,
            derived: pairs(include_str!("../forms/derived.txt")),
            labels: pairs(include_str!("../forms/labels.txt")),
        }
    })
}

fn pairs(text: &str) -> BTreeMap<String, String> {
    text.lines()
        .filter(|line| !line.starts_with('%'))
        .filter_map(|line| line.split_once('='))
        .map(|(a, b)| (a.trim().to_owned(), b.trim().to_owned()))
        .collect()
}

fn read_form(id: &str, name: &str, text: &str) -> Form {
    let mut form = Form {
        id: id.to_owned(),
        name: name.to_owned(),
        format: Format::PdfScan,
        pages: 1,
        paper: Paper::A4,
        size: 16.0,
        scene: None,
        body: Vec::new(),
    };
    let mut lines = text.lines();
    for line in lines.by_ref().take_while(|line| !line.trim().is_empty()) {
        let (key, value) = line.split_once(':').unwrap_or((line, ""));
        let value = value.trim();
        match key.trim() {
            "format" => form.format = suffix(value).unwrap_or(Format::PdfScan),
            "pages" => form.pages = value.parse().unwrap_or(1),
            "size" => form.size = value.parse().unwrap_or(16.0),
            "scene" => form.scene = Some(value.to_owned()),
            "paper" if value == "slip" => form.paper = Paper::Slip,
            _ => {}
        }
    }
    form.body = lines.filter(|line| !line.trim().is_empty()).map(|line| line.trim().to_owned()).collect();
    form
}

fn suffix(text: &str) -> Option<Format> {
    Some(match text {
        "pdf" => Format::PdfScan,
        "text" => Format::PdfText,
        "jpeg" | "jpg" => Format::Jpeg,
        "png" => Format::Png,
        "tiff" => Format::Tiff,
        "ofd" => Format::Ofd,
        "mp4" => Format::Mp4,
        "wav" => Format::Wav,
        _ => return None,
    })
}

/// Every form with what it needs.
#[must_use]
pub fn forms() -> Vec<FormInfo> {
    let library = library();
    let info = |form: &Form| FormInfo {
        id: form.id.clone(),
        name: form.name.clone(),
        format: form.format,
        pages: form.pages,
        needs: needs(form, &library.derived),
    };
    library.forms.iter().map(info).collect()
}

/// The form and the format that an order's `form` names.
pub(crate) fn find(wanted: &str) -> Result<(&'static Form, Format), Error> {
    let (id, ending) = wanted.split_once(':').map_or((wanted, None), |(id, ending)| (id, Some(ending)));
    let form = library().forms.iter().find(|form| form.id == id).ok_or_else(|| Error::UnknownForm(id.to_owned()))?;
    let Some(ending) = ending else { return Ok((form, form.format)) };
    let media = |format| matches!(format, Format::Mp4 | Format::Wav);
    let format = suffix(ending).filter(|format| *format == form.format || (!media(*format) && !media(form.format)));
    let format =
        format.filter(|format| form.scene.is_none() || matches!(format, Format::Jpeg | Format::Png | Format::Mp4));
    format
        .map(|format| (form, format))
        .ok_or_else(|| Error::FormatNotOffered { form: id.to_owned(), format: ending.to_owned() })
}

pub(crate) fn bank(name: &str) -> Result<&'static [String], Error> {
    library()
        .banks
        .get(name)
        .map(Vec::as_slice)
        .ok_or_else(|| Error::Template { form: name.to_owned(), detail: "没有这组问答".to_owned() })
}

/// Fields composed of others.
pub(crate) fn derived() -> &'static BTreeMap<String, String> {
    &library().derived
}

/// Chinese labels of fields, for the generic form.
pub(crate) fn labels() -> &'static BTreeMap<String, String> {
    &library().labels
}
