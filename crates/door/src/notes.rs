//! Notes beside the pages of a dossier (批注): a person's own, or shared with those who handle the file in its unit.
//!
//! They are no part of the case: no event says of them, no hand-over carries them. Who may no longer read a page sees
//! no note beside it, not even his own; what is written beside a material goes when the material is destroyed.

use access::Deed;
use case::{Reason, Refusal, RefusalKind};
use procedure::situation::Material;
use seal::Digest;
use serde::Serialize;
use store::rows::{FileRow, NoteRow, Noted};

use crate::person::Principal;
use crate::{Change, Door, DoorError};

/// Notes of one person in one file at most.
const MOST: u64 = 5_000;
/// Characters of what a person writes, and of what is quoted.
const LONGEST: usize = 4_000;
/// Rectangles of one note.
const AREAS: usize = 200;
/// What changed, as live updates name it.
const CHANGED: &str = "notes";

/// What a note is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum NoteKind {
    /// Words of the person's own.
    Note,
    /// A part of a page that is marked.
    Highlight,
    /// A place to come back to: a page, a moment of a recording.
    Bookmark,
    /// A part of a page that is to be quoted.
    Excerpt,
}

impl NoteKind {
    /// As it is stored.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::Note => "note",
            Self::Highlight => "highlight",
            Self::Bookmark => "bookmark",
            Self::Excerpt => "excerpt",
        }
    }
}

/// What a person says in a note; it may be changed.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Words {
    /// Those who handle the file in its unit see it, too.
    pub shared: bool,
    /// What the person wrote.
    pub text: String,
    /// What the page says there.
    pub quote: String,
    /// Rectangles on the page: left, top, width, height as parts of its sides.
    pub areas: Vec<[f64; 4]>,
}

/// A note to be made.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct NewNote {
    /// The material.
    pub material: String,
    /// Page from 1.
    pub page: Option<u32>,
    /// Moment of a recording, in milliseconds.
    pub at_ms: Option<u64>,
    /// What it is.
    pub kind: NoteKind,
    /// What it says.
    #[serde(flatten)]
    pub words: Words,
}

impl Door {
    /// The file's row and the materials whose pages a person may read now.
    ///
    /// # Errors
    /// [`DoorError::Hidden`] or [`DoorError::Forbidden`] where he may not read the dossier.
    pub async fn readable(&self, who: &Principal, file: &str) -> Result<(FileRow, Vec<Material>), DoorError> {
        let row = self.store().file(file).await?.ok_or(DoorError::Hidden)?;
        self.allowed(who, &row, Deed::ReadDossier)?;
        let situation = self.store().state(file).await?.ok_or(DoorError::Hidden)?.situation;
        let kinds = self.readable_volumes(who, &row);
        let volumes: Vec<_> = situation.volumes.iter().filter(|v| kinds.contains(&v.kind)).map(|v| &v.id).collect();
        let materials = situation.materials.into_iter().filter(|m| volumes.contains(&&m.volume)).collect();
        Ok((row, materials))
    }

    /// Whether a person shares notes on a file, and reads those that are shared.
    pub fn shares_notes(&self, who: &Principal, row: &FileRow) -> bool {
        self.allowed(who, row, Deed::ShareNotes).is_ok()
    }

    /// The notes that a person sees beside the materials he may read, in the order in which they were made; and
    /// whether he may share his own.
    ///
    /// # Errors
    /// As [`Door::readable`].
    pub async fn notes(&self, who: &Principal, file: &str) -> Result<(Vec<NoteRow>, bool), DoorError> {
        let (row, materials) = self.readable(who, file).await?;
        let shares = self.shares_notes(who, &row);
        let mut notes = self.store().notes(file, &who.user.id, shares).await?;
        notes.retain(|n| materials.iter().any(|m| m.id == n.material && !m.destroyed));
        Ok((notes, shares))
    }

    /// Makes a note. The same key makes one note, however often it is sent.
    ///
    /// # Errors
    /// As [`Door::readable`]; a refusal that says what is wrong with it.
    pub async fn add_note(
        &self,
        who: &Principal,
        file: &str,
        new: NewNote,
        key: Option<String>,
    ) -> Result<NoteRow, DoorError> {
        let (row, materials) = self.readable(who, file).await?;
        let material = materials.iter().find(|m| m.id == new.material && !m.destroyed).ok_or(DoorError::NoNote)?;
        check_place(&new, material)?;
        check_words(new.kind.id(), &new.words, new.page.is_some(), new.at_ms.is_some())?;
        if new.words.shared {
            self.allowed(who, &row, Deed::ShareNotes)?;
        }
        let request = Digest::of(&serde_json::to_vec(&(file, &new))?);
        let id = self.source().id();
        let now = self.source().now();
        let note = NoteRow {
            key: key.unwrap_or_else(|| id.clone()),
            id,
            file: file.to_owned(),
            material: new.material,
            page: new.page,
            at_ms: new.at_ms,
            kind: new.kind.id().to_owned(),
            shared: new.words.shared,
            text: new.words.text,
            quote: new.words.quote,
            areas: new.words.areas,
            author: who.user.id.clone(),
            created_at: now,
            changed_at: now,
            version: 1,
            request,
        };
        match self.store().add_note(note.clone(), MOST).await? {
            Noted::Done => {
                self.tell_of_notes(&row, note.shared);
                Ok(note)
            }
            Noted::KeyUsed(kept) if kept.request == request => Ok(*kept),
            Noted::KeyUsed(_) => Err(DoorError::KeyReused),
            Noted::Full => Err(refused("notes", format!("您在本案的批注已达 {MOST} 条，请先删除不再需要的"))),
        }
    }

    /// Changes what a note says; only its author may.
    ///
    /// # Errors
    /// As [`Door::readable`]; [`DoorError::NoNote`] where he sees no such note, [`DoorError::NoteStale`] where it was
    /// changed since he read it.
    pub async fn change_note(
        &self,
        who: &Principal,
        file: &str,
        id: &str,
        words: Words,
        expected: Option<u64>,
    ) -> Result<NoteRow, DoorError> {
        let (row, note) = self.own_note(who, file, id, expected).await?;
        check_words(&note.kind, &words, note.page.is_some(), note.at_ms.is_some())?;
        if words.shared && !note.shared {
            self.allowed(who, &row, Deed::ShareNotes)?;
        }
        let told = note.shared || words.shared;
        let (version, Words { shared, text, quote, areas }) = (note.version, words);
        let next = version + 1;
        let now = self.source().now();
        let note = NoteRow { shared, text, quote, areas, changed_at: now, version: next, ..note };
        if !self.store().change_note(note.clone(), version).await? {
            return Err(self.overtaken(id).await);
        }
        self.tell_of_notes(&row, told);
        Ok(note)
    }

    /// Removes a note for good; only its author may.
    ///
    /// # Errors
    /// As [`Door::change_note`].
    pub async fn drop_note(
        &self,
        who: &Principal,
        file: &str,
        id: &str,
        expected: Option<u64>,
    ) -> Result<(), DoorError> {
        let (row, note) = self.own_note(who, file, id, expected).await?;
        if !self.store().drop_note(id, note.version).await? {
            return Err(self.overtaken(id).await);
        }
        self.tell_of_notes(&row, note.shared);
        Ok(())
    }

    /// A note that the person wrote and still sees.
    async fn own_note(
        &self,
        who: &Principal,
        file: &str,
        id: &str,
        expected: Option<u64>,
    ) -> Result<(FileRow, NoteRow), DoorError> {
        let (row, materials) = self.readable(who, file).await?;
        let note = self.store().note(id).await?.filter(|n| n.file == file).ok_or(DoorError::NoNote)?;
        let own = note.author == who.user.id;
        let sees = own || (note.shared && self.shares_notes(who, &row));
        if !sees || !materials.iter().any(|m| m.id == note.material && !m.destroyed) {
            return Err(DoorError::NoNote);
        }
        if !own {
            let reason = "批注只能由写批注的人修改、删除".to_owned();
            return Err(DoorError::Forbidden { rule: Some("note-author".to_owned()), reason });
        }
        match expected {
            Some(v) if v != note.version => Err(DoorError::NoteStale { current: note.version }),
            _ => Ok((row, note)),
        }
    }

    async fn overtaken(&self, id: &str) -> DoorError {
        match self.store().note(id).await {
            Ok(Some(note)) => DoorError::NoteStale { current: note.version },
            Ok(None) => DoorError::NoNote,
            Err(e) => e.into(),
        }
    }

    /// Nobody but the author learns that a private note was made.
    fn tell_of_notes(&self, row: &FileRow, shared: bool) {
        if shared {
            // Nobody may be listening.
            let _ =
                self.changes.send(Change { file: row.id.clone(), version: row.version, action: CHANGED.to_owned() });
        }
    }
}

fn refused(place: &str, text: impl Into<String>) -> DoorError {
    let reason = Reason { place: Some(place.to_owned()), ..Reason::new(text) };
    DoorError::Refused(Refusal { kind: RefusalKind::Input, reasons: vec![reason] })
}

fn check_place(new: &NewNote, material: &Material) -> Result<(), DoorError> {
    let recording = ["video/", "audio/"].iter().any(|k| material.media.starts_with(k));
    match (new.page, new.at_ms) {
        (Some(_), Some(_)) => Err(refused("at_ms", "页码和时间只能有一个")),
        (Some(page), None) if page == 0 || page > material.pages => {
            Err(refused("page", format!("《{}》没有第 {page} 页，共 {} 页", material.title, material.pages)))
        }
        (None, Some(_)) if !recording => Err(refused("at_ms", "只有录音录像可以标记时间")),
        _ => Ok(()),
    }
}

fn check_words(kind: &str, words: &Words, on_page: bool, at_moment: bool) -> Result<(), DoorError> {
    for (place, text) in [("text", &words.text), ("quote", &words.quote)] {
        if text.chars().count() > LONGEST {
            return Err(refused(place, format!("不得超过 {LONGEST} 字")));
        }
    }
    if words.areas.len() > AREAS {
        return Err(refused("areas", format!("一条批注不得超过 {AREAS} 处")));
    }
    let within = |[x, y, w, h]: [f64; 4]| {
        [x, y].iter().all(|v| (0.0..=1.0).contains(v)) && w > 0.0 && h > 0.0 && x + w <= 1.001 && y + h <= 1.001
    };
    if !words.areas.iter().all(|a| within(*a)) {
        return Err(refused("areas", "标记的区域应在页面之内"));
    }
    if !words.areas.is_empty() && !on_page {
        return Err(refused("areas", "只有页面可以标记区域"));
    }
    match kind {
        "note" if words.text.trim().is_empty() => Err(refused("text", "请写明批注内容")),
        "highlight" if words.areas.is_empty() => Err(refused("areas", "请标出重点所在的区域")),
        // What is said at a moment of a recording may be written down later, or not at all.
        "excerpt" if words.quote.trim().is_empty() && words.areas.is_empty() && !at_moment => {
            Err(refused("quote", "请选定要摘录的文字或者区域"))
        }
        _ => Ok(()),
    }
}
