//! Contents coming in: measured once, kept by digest, or kept aside with the reason.

use dossier::{CHECKER, Checks, ImportError, Imported, Stop};
use store::rows::{AsideRow, ContentRow};

use crate::person::Principal;
use crate::{Door, DoorError, joined};

/// A content that was imported.
#[derive(Debug, Clone)]
pub struct Import {
    /// What was measured.
    pub imported: Imported,
    /// The row kept of it.
    pub row: ContentRow,
}

impl Door {
    /// Imports a file that was received into a temporary place, from which it is taken, for the person's unit. A file
    /// that cannot be read is kept aside with its digest and reason, and refused. `stop` ends it while it is measured;
    /// what is measured is kept, whoever waits for it.
    ///
    /// # Errors
    /// [`DoorError::Unreadable`] with every fault, [`DoorError::Stopped`], or a failure of storage.
    pub async fn import(
        &self,
        who: &Principal,
        path: std::path::PathBuf,
        name: String,
        stop: Stop,
    ) -> Result<Import, DoorError> {
        let unit = who.user.unit.clone();
        let folder = self.contents().clone();
        let (imported, name) = {
            let path = path.clone();
            joined(
                tokio::task::spawn_blocking(move || {
                    dossier::import_file(&path, &name, &Checks::default(), &stop).map(|i| (i, name))
                })
                .await,
            )?
            .map_err(|e| match e {
                ImportError::Stopped => DoorError::Stopped,
                ImportError::Io(e) => DoorError::Internal(e.to_string()),
            })?
        };
        let bringing_in = folder.bringing_in(self.store()).await?;
        {
            let (unit, digests) = (unit.clone(), imported.digests);
            let here = tracing::Span::current();
            let adopt = move || here.in_scope(|| folder.adopt(&unit, &path, &digests));
            joined(tokio::task::spawn_blocking(adopt).await)??;
        }
        bringing_in.stands()?;
        if imported.quarantined() {
            self.store()
                .put_aside(AsideRow {
                    unit,
                    sm3: imported.digests.sm3,
                    bytes: imported.digests.bytes,
                    name,
                    faults: serde_json::to_value(&imported.faults)?,
                    by: who.user.id.clone(),
                    at: self.source().now(),
                })
                .await?;
            let library = self.library();
            let basis = library.standard.pages.basis.iter().map(|b| library.cite(b)).collect();
            return Err(DoorError::Unreadable { found: Box::new(imported), basis });
        }
        let row = ContentRow {
            unit,
            sm3: imported.digests.sm3,
            sha256: imported.digests.sha256,
            bytes: imported.digests.bytes,
            media: imported.kind.mime().to_owned(),
            pages: u32::try_from(imported.pages.len()).unwrap_or(u32::MAX),
            facts: serde_json::to_value(&imported.pages)?,
            checker: CHECKER.to_owned(),
            text: imported.text_layer.as_ref().map(|t| t.join("\u{c}")),
            by: who.user.id.clone(),
            at: self.source().now(),
        };
        self.store().put_content(row.clone()).await?;
        Ok(Import { imported, row })
    }
}
