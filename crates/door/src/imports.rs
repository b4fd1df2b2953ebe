//! Contents coming in: measured once, kept by digest, or kept aside with the reason.

use std::path::PathBuf;

use dossier::{CHECKER, Checks, Imported};
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
    /// Imports a file that was received into a temporary place, from which it is taken, for the person's unit. It is
    /// examined in this process: for tools, with files of one's own. What strangers send, a server has examined in a
    /// process apart, and [takes in](Self::take_in) then.
    ///
    /// # Errors
    /// As [`take_in`](Self::take_in), or where the file cannot be read.
    pub async fn import(&self, who: &Principal, path: PathBuf, name: String) -> Result<Import, DoorError> {
        let (imported, path, name) = joined(
            tokio::task::spawn_blocking(move || {
                dossier::import_file(&path, &name, &Checks::default(), &|_| {}).map(|i| (i, path, name))
            })
            .await,
        )?
        .map_err(|e| DoorError::Internal(e.to_string()))?;
        self.take_in(who, path, name, imported).await
    }

    /// Takes in a file that was examined, from the temporary place into which it was received. One that cannot be read
    /// is kept aside with its digest and reason, and refused.
    ///
    /// # Errors
    /// [`DoorError::Unreadable`] with every fault, or a failure of storage.
    pub async fn take_in(
        &self,
        who: &Principal,
        path: PathBuf,
        name: String,
        imported: Imported,
    ) -> Result<Import, DoorError> {
        let unit = who.user.unit.clone();
        let folder = self.contents().clone();
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
