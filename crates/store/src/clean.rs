//! Cleaning away what nobody holds: uploads that were never filed, what a killed writer left behind,
//! and page images of contents that have gone.
//!
//! A content goes in two steps: first what is known of it (in the database, where an act that files
//! it at the same moment is told), then its file. Killed between the two, the file is left without a
//! record, and the next cleaning finds it.

use std::time::SystemTime;

use law::time::Moment;

use crate::content::Folder;
use crate::error::StoreError;
use crate::repository::Repository;

type Result<T> = std::result::Result<T, StoreError>;

/// What was cleaned away, or would be.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Cleaned {
    /// Contents that nobody holds.
    pub contents: u64,
    /// Files without a record.
    pub strays: u64,
    /// Bytes of both.
    pub bytes: u64,
    /// Contents whose images outlived them.
    pub images: u64,
}

/// How old something is at least that is cleaned away.
#[derive(Debug, Clone, Copy)]
pub struct Before {
    /// When it was last brought in that no file of its unit holds: until then somebody may file it.
    pub unheld: Moment,
    /// When a file without a record was written: what writes one notes it soon.
    pub strays: Moment,
}

/// Cleans away what no file of its unit holds, and files without a record. `dry` only counts. What was kept aside stays.
///
/// # Errors
/// Where the database or the folder fails; what was cleaned by then is clean.
pub async fn clean(repo: &dyn Repository, folder: &Folder, before: Before, dry: bool) -> Result<Cleaned> {
    let mut cleaned = Cleaned::default();
    for row in repo.unheld(before.unheld).await? {
        let _nobody_brings_in = folder.nobody_brings_in(repo).await?;
        if !dry {
            if !repo.drop_unheld(&row.unit, &row.sm3, before.unheld).await? {
                continue;
            }
            let unit = row.unit.clone();
            blocking(folder, move |f| f.remove(&unit, &row.sm3)).await?;
        }
        cleaned.contents += 1;
        cleaned.bytes += row.bytes;
    }
    let long_ago = SystemTime::from(before.strays);
    for file in blocking(folder, Folder::stored).await?.into_iter().filter(|f| f.written < long_ago) {
        let _nobody_brings_in = folder.nobody_brings_in(repo).await?;
        if let Some(sm3) = &file.sm3
            && repo.known(&file.unit, sm3).await?
        {
            continue;
        }
        cleaned.strays += 1;
        cleaned.bytes += file.bytes;
        if !dry {
            blocking(folder, move |f| f.remove_stored(&file)).await?;
        }
    }
    if !dry {
        folder.forget_unknown(repo).await?;
        cleaned.images = blocking(folder, |f| {
            f.images().forget_without(|unit, sm3| f.path(unit, sm3).is_ok_and(|path| path.exists()))
        })
        .await?;
    }
    Ok(cleaned)
}

async fn blocking<T: Send + 'static>(
    folder: &Folder,
    work: impl FnOnce(&Folder) -> Result<T> + Send + 'static,
) -> Result<T> {
    let folder = folder.clone();
    tokio::task::spawn_blocking(move || work(&folder)).await.map_err(|e| std::io::Error::other(e.to_string()))?
}
