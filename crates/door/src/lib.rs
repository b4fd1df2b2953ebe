//! The one door: every change of a case file goes
//! *authorise → check against the procedure → decide events → commit events, views and outgoing
//! messages in one transaction*. Web page, machine interface, command line, exchange and jobs all
//! knock here.
//!
//! Not here: what the law requires (`procedure`), what a command means (`case`), how rows are kept
//! (`store`), how messages are carried (`exchange`).
//!
//! Start reading at [`Door::perform`].

mod clock;
mod contents;
mod error;
mod imports;
mod look;
mod perform;
mod person;
mod rebuild;
mod receive;
mod source;
mod units;
mod verify;
mod views;

use std::collections::BTreeMap;
use std::sync::{Arc, RwLock};

use access::Policies;
use law::time::Moment;
use procedure::Library;
use seal::Digest;
use store::content::Folder;
use store::rows::LibraryRow;
use store::{Repository, StoreError};
use tokio::sync::{Mutex, Notify, broadcast};

pub use clock::{BusinessClock, real_now};
pub use contents::thresholds;
pub use error::DoorError;
pub use imports::Import;
pub use look::{FileView, InstanceView};
pub use perform::{Answer, Outgoing, Request};
pub use person::{Principal, access_row};
pub use receive::Carried;
pub use source::Source;
pub use units::UnitTable;
pub use verify::{Defect, Verification};
pub use views::project;

/// Something changed: live updates pass it on to those who may see the file.
#[derive(Debug, Clone)]
pub struct Change {
    /// The file.
    pub file: String,
    /// Its version now.
    pub version: u64,
    /// The action.
    pub action: String,
}

/// Library files: path below `library/` to content.
pub type LibraryFiles = BTreeMap<String, Vec<u8>>;

/// The door, with everything behind it.
pub struct Door {
    store: Arc<dyn Repository>,
    contents: Folder,
    policies: Policies,
    units: RwLock<Arc<UnitTable>>,
    libraries: RwLock<BTreeMap<Digest, Arc<Library>>>,
    active: RwLock<Arc<Library>>,
    clock: BusinessClock,
    demonstration: bool,
    changes: broadcast::Sender<Change>,
    outbox: Arc<Notify>,
    numbering: Mutex<()>,
    source: Source,
}

impl Door {
    /// Opens the door on a store. The library becomes the active version where it is another one
    /// than before; versions that instances are pinned to are read from the store when needed.
    ///
    /// # Errors
    /// Where storage fails.
    pub async fn open(
        store: Arc<dyn Repository>,
        contents: Folder,
        library: Library,
        files: &LibraryFiles,
        policies: Policies,
        demonstration: bool,
    ) -> Result<Self, DoorError> {
        let library = Arc::new(library);
        let known = store.active_library().await?;
        if known.is_none_or(|k| k.digest != library.digest) {
            store
                .put_library(LibraryRow {
                    digest: library.digest,
                    bundle: bundle(files)?,
                    activated_at: real_now(),
                    activated_by: "-".into(),
                })
                .await?;
        }
        let units = Arc::new(UnitTable::new(store.units().await?));
        let clock = BusinessClock::default();
        if demonstration && let Some(set) = store.setting("business_clock").await? {
            clock.set(set.as_str().and_then(|s| s.parse().ok()));
        }
        Ok(Self {
            store,
            contents,
            policies,
            units: RwLock::new(units),
            libraries: RwLock::new(BTreeMap::from([(library.digest, library.clone())])),
            active: RwLock::new(library),
            clock,
            demonstration,
            changes: broadcast::channel(4096).0,
            outbox: Arc::new(Notify::new()),
            numbering: Mutex::new(()),
            source: Source::machine(),
        })
    }

    /// The same door, which draws from another source: for simulations.
    pub fn drawing_from(self, source: Source) -> Self {
        Self { source, ..self }
    }

    /// The database.
    pub fn store(&self) -> &dyn Repository {
        self.store.as_ref()
    }
    /// The content folder.
    pub fn contents(&self) -> &Folder {
        &self.contents
    }
    /// The policies.
    pub fn policies(&self) -> &Policies {
        &self.policies
    }
    /// The units.
    pub fn units(&self) -> Arc<UnitTable> {
        self.units.read().map(|u| u.clone()).unwrap_or_default()
    }
    /// Reads the units again after they were changed.
    ///
    /// # Errors
    /// Where storage fails.
    pub async fn reload_units(&self) -> Result<(), DoorError> {
        let table = Arc::new(UnitTable::new(self.store.units().await?));
        if let Ok(mut u) = self.units.write() {
            *u = table;
        }
        Ok(())
    }
    /// The active library.
    pub fn library(&self) -> Arc<Library> {
        match self.active.read() {
            Ok(a) => a.clone(),
            Err(poisoned) => poisoned.into_inner().clone(),
        }
    }
    /// The legal moment.
    pub fn now(&self) -> Moment {
        self.clock.now()
    }
    /// Whether this is a demonstration node.
    pub fn demonstration(&self) -> bool {
        self.demonstration
    }
    /// Whether the business clock was set.
    pub fn clock_is_set(&self) -> bool {
        self.clock.is_set()
    }
    /// Sets the business clock of a demonstration node.
    ///
    /// # Errors
    /// Elsewhere.
    pub async fn set_clock(&self, to: Option<Moment>) -> Result<(), DoorError> {
        if !self.demonstration {
            return Err(DoorError::NotDemonstration);
        }
        self.store.put_setting("business_clock", to.map_or(serde_json::Value::Null, |m| m.to_string().into())).await?;
        self.clock.set(to);
        Ok(())
    }
    /// Changes as they happen.
    pub fn changes(&self) -> broadcast::Receiver<Change> {
        self.changes.subscribe()
    }
    /// Wakes up whoever carries messages.
    pub fn outbox_waker(&self) -> Arc<Notify> {
        self.outbox.clone()
    }

    pub(crate) fn source(&self) -> &Source {
        &self.source
    }
    /// Held by who gives a running number, until it is given.
    pub(crate) fn numbering(&self) -> &Mutex<()> {
        &self.numbering
    }

    /// A library version that is already in memory.
    pub(crate) fn pinned(&self, digest: &Digest) -> Option<Arc<Library>> {
        self.libraries.read().ok()?.get(digest).cloned()
    }

    /// Brings the library versions that a file's instances are pinned to into memory.
    pub(crate) async fn fetch_libraries(&self, state: &case::FileState) -> Result<(), DoorError> {
        for i in &state.situation.instances {
            if self.pinned(&i.library).is_some() {
                continue;
            }
            let Some(row) = self.store.library(&i.library).await? else { continue };
            let files = unbundle(&row.bundle)?;
            let library = tokio::task::spawn_blocking(move || Library::read(&files))
                .await
                .map_err(|e| DoorError::Internal(e.to_string()))?
                .map_err(|f| DoorError::Internal(format!("规则库版本 {} 有 {} 处错误", row.digest, f.len())))?;
            if let Ok(mut l) = self.libraries.write() {
                l.insert(library.digest, Arc::new(library));
            }
        }
        Ok(())
    }
}

fn bundle(files: &LibraryFiles) -> Result<String, DoorError> {
    let texts: BTreeMap<&str, std::borrow::Cow<'_, str>> =
        files.iter().map(|(n, c)| (n.as_str(), String::from_utf8_lossy(c))).collect();
    Ok(serde_json::to_string(&texts)?)
}

fn unbundle(bundle: &str) -> Result<LibraryFiles, DoorError> {
    let texts: BTreeMap<String, String> = serde_json::from_str(bundle)?;
    Ok(texts.into_iter().map(|(n, t)| (n, t.into_bytes())).collect())
}

pub(crate) fn joined<T>(r: Result<T, tokio::task::JoinError>) -> Result<T, StoreError> {
    r.map_err(|e| StoreError::Database(format!("后台任务中断：{e}")))
}
