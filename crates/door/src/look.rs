//! Looking at a file: its state with what may be done now.

use std::collections::BTreeSet;

use access::Deed;
use case::FileState;
use procedure::engine::offers::{self, Offer};
use procedure::model::Id;
use serde::Serialize;
use store::rows::{ClockRow, FileRow};

use crate::person::Principal;
use crate::{Door, DoorError};

/// A file as one person sees it.
#[derive(Debug, Clone)]
pub struct FileView {
    /// The row.
    pub row: FileRow,
    /// The state.
    pub state: FileState,
    /// Its instances with what may be done.
    pub instances: Vec<InstanceView>,
    /// Its deadlines.
    pub clocks: Vec<ClockRow>,
    /// Whether this person may read the dossier.
    pub reads: bool,
    /// Whether this person may read internal volumes.
    pub reads_internal: bool,
    /// The kinds of volumes that this person may read.
    pub readable: BTreeSet<Id>,
    /// Whether this person may change who sees the file.
    pub protects: bool,
}

/// An instance with what may be done in it now.
#[derive(Debug, Clone, Serialize)]
pub struct InstanceView {
    /// The instance.
    pub id: String,
    /// Chinese name of the process.
    pub name: String,
    /// What may be done as far as the state goes; whether this person holds a role that may do it,
    /// and has the case in hand where the role needs that.
    pub offers: Vec<(Offer, bool)>,
}

impl Door {
    /// The file, if this person may see it.
    ///
    /// # Errors
    /// [`DoorError::Hidden`] otherwise.
    pub async fn look(&self, who: &Principal, file: &str) -> Result<FileView, DoorError> {
        let row = self.store().file(file).await?.ok_or(DoorError::Hidden)?;
        self.allowed(who, &row, Deed::View)?;
        let mut state = self.store().state(file).await?.ok_or(DoorError::Hidden)?;
        self.fetch_libraries(&state).await?;
        let reads = self.allowed(who, &row, Deed::ReadDossier).is_ok();
        let reads_internal = self.allowed(who, &row, Deed::ReadInternal).is_ok();
        let digests: Vec<_> = state.situation.current().map(|m| m.sm3).collect();
        let mut known = self.known_of(&state, &digests, &BTreeSet::new(), &self.library()).await?;
        let (now, asker) = (self.now(), who.asker());
        let mut instances = Vec::new();
        for i in &state.situation.instances {
            let Some(library) = self.pinned(&i.library) else { continue };
            let Some(process) = library.processes.get(&i.process) else { continue };
            known.judge_by(&library);
            let offers = if state.situation.locked {
                Vec::new()
            } else {
                offers::offers(&library, process, i, &state.situation, &known, &who.user.id, now)
                    .into_iter()
                    .map(|o| {
                        let mine = case::may(&library, &asker, &o.by, i);
                        (o, mine)
                    })
                    .collect()
            };
            instances.push(InstanceView { id: i.id.clone(), name: process.name.clone(), offers });
        }
        let readable = self.readable_volumes(who, &row);
        state.situation.volumes.retain(|v| readable.contains(&v.kind));
        let visible: BTreeSet<&str> = state.situation.volumes.iter().map(|v| v.id.as_str()).collect();
        state.situation.materials.retain(|m| visible.contains(m.volume.as_str()));
        let protects = self.allowed(who, &row, Deed::Protect).is_ok();
        let clocks = self.store().clocks(file).await?;
        Ok(FileView { row, state, instances, clocks, reads, reads_internal, readable, protects })
    }

    /// The kinds of volumes of a file that a person may read: internal ones (内卷) need a right of
    /// their own, and a graded one needs clearance for it, whatever the grade of the file.
    pub fn readable_volumes(&self, who: &Principal, row: &FileRow) -> BTreeSet<Id> {
        let library = self.library();
        let mut graded = row.clone();
        let mut reads = |deed, grade: u8| {
            graded.grade = row.grade.max(grade);
            self.allowed(who, &graded, deed).is_ok()
        };
        library
            .standard
            .volumes
            .iter()
            .filter(|(_, d)| reads(Deed::ReadDossier, d.grade) && (!d.internal || reads(Deed::ReadInternal, d.grade)))
            .map(|(kind, _)| kind.clone())
            .collect()
    }
}
