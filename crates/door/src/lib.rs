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
mod clock_rows;
mod contents;
mod destroy;
mod error;
mod follow;
mod imports;
mod listed;
mod look;
mod notes;
mod notices;
mod perform;
mod person;
mod proof;
mod rebuild;
mod receive;
mod recompute;
mod rehearse;
mod returned;
mod source;
mod units;
mod verify;
mod views;

use std::collections::BTreeMap;
use std::sync::{Arc, RwLock};

use access::Policies;
use law::time::Moment;
use procedure::{Edition, Editions, Library};
use seal::Digest;
use serde::{Deserialize, Serialize};
use store::content::Folder;
use store::rows::{FileRow, LibraryRow};
use store::{Repository, StoreError};
use tokio::sync::{Mutex, Notify, broadcast};

pub use clock::{BusinessClock, real_now};
pub use clock_rows::clock_name;
pub use contents::thresholds;
pub use destroy::{ACTION as DESTROY, Destroyed, Destruction};
pub use dossier::Stop;
pub use error::DoorError;
pub use follow::follow;
pub use imports::Import;
pub use look::{FileView, InstanceView};
pub use notes::{NewNote, NoteKind, Words};
pub use perform::{Answer, Outgoing, Request};
pub use person::{Principal, access_row};
pub use proof::{MessageProof, Proof, Span};
pub use receive::Carried;
pub use source::Source;
pub use units::{UnitTable, place_faults, unit_faults};
pub use verify::{Defect, Verification};
pub use views::project;

/// Something changed: live updates pass it on to those who may see the file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    /// The file. Empty where changes may have been missed, of whichever files; `-` where it concerns none.
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
    editions: Editions,
    /// Every edition, and older versions that were fetched for pinned instances.
    libraries: RwLock<BTreeMap<Digest, Arc<Library>>>,
    /// The version that the audited table names as the active one.
    activated: Mutex<Option<Digest>>,
    clock: BusinessClock,
    demonstration: bool,
    changes: follow::Changes,
    outbox: Arc<Notify>,
    moved: Arc<Notify>,
    numbering: Mutex<()>,
    source: Source,
}

impl Door {
    /// Opens the door on a store. An edition becomes the active version when it is first used;
    /// versions that instances are pinned to are read from the store when needed.
    ///
    /// # Errors
    /// Where storage fails.
    pub async fn open(
        store: Arc<dyn Repository>,
        contents: Folder,
        editions: Editions,
        policies: Policies,
        demonstration: bool,
    ) -> Result<Self, DoorError> {
        let units = Arc::new(UnitTable::new(store.units().await?));
        let clock = BusinessClock::default();
        if demonstration && let Some(set) = store.setting("business_clock").await? {
            clock.set(set.as_str().and_then(|s| s.parse().ok()));
        }
        let libraries = editions.all().iter().map(|e| (e.library.digest, e.library.clone())).collect();
        Ok(Self {
            store,
            contents,
            policies,
            units: RwLock::new(units),
            editions,
            libraries: RwLock::new(libraries),
            activated: Mutex::new(None),
            clock,
            demonstration,
            changes: follow::Changes::default(),
            outbox: Arc::new(Notify::new()),
            moved: Arc::new(Notify::new()),
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
    /// The library in force at the legal moment, for reading. What is written goes by
    /// [`Door::in_force`].
    pub fn library(&self) -> Arc<Library> {
        self.edition(self.now()).library.clone()
    }

    fn edition(&self, at: Moment) -> &Edition {
        self.editions.on(law::time::day(at))
    }

    /// The library in force at a moment, kept under its digest and named as the active version in
    /// the audited table before anything is done under it.
    pub(crate) async fn in_force(&self, at: Moment) -> Result<Arc<Library>, DoorError> {
        let edition = self.edition(at);
        let digest = edition.library.digest;
        let mut activated = self.activated.lock().await;
        if *activated != Some(digest) {
            if self.store.active_library().await?.is_none_or(|k| k.digest != digest) {
                self.store
                    .put_library(LibraryRow {
                        digest,
                        bundle: bundle(&self.editions.files(edition))?,
                        activated_at: real_now(),
                        activated_by: "-".into(),
                    })
                    .await?;
            }
            *activated = Some(digest);
        }
        Ok(edition.library.clone())
    }
    /// The legal moment.
    pub fn now(&self) -> Moment {
        self.clock.now()
    }
    /// The legal moment of what is done in a file now. When the machine's clock was set back, time stands still there
    /// until the clock has caught up: nothing happens before what happened already.
    pub(crate) fn now_in(&self, row: &FileRow) -> Moment {
        let now = self.now();
        if row.version == 0 { now } else { now.max(row.updated_at) }
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
        self.moved.notify_one();
        Ok(())
    }
    /// In a demonstration that several processes serve: reads the business clock again, which any of them may have
    /// set.
    ///
    /// # Errors
    /// Where storage fails.
    pub async fn catch_up(&self) -> Result<(), DoorError> {
        if self.demonstration && self.store.shared() {
            let set = self.store.setting("business_clock").await?;
            self.clock.set(set.as_ref().and_then(|s| s.as_str()?.parse().ok()));
        }
        Ok(())
    }
    /// How many follow the changes of this process.
    pub fn listeners(&self) -> usize {
        self.changes.listeners()
    }
    /// Changes as they happen.
    pub fn changes(&self) -> broadcast::Receiver<Change> {
        self.changes.subscribe()
    }
    /// Contents were removed that belong to no file: others on the same database forget their copies.
    pub fn contents_gone(&self) {
        // Nobody may be listening.
        let _ = self.changes.send(Change { file: "-".into(), version: 0, action: DESTROY.to_owned() });
    }
    /// Wakes up whoever carries messages.
    pub fn outbox_waker(&self) -> Arc<Notify> {
        self.outbox.clone()
    }

    /// Wakes up whoever looks at deadlines: the business clock was moved.
    pub fn clock_waker(&self) -> Arc<Notify> {
        self.moved.clone()
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
            self.version(&i.library).await?;
        }
        Ok(())
    }

    /// A version of the library that was ever in force here; none where there was no such version.
    ///
    /// # Errors
    /// Where storage fails, or where the version can no longer be read.
    pub async fn version(&self, digest: &Digest) -> Result<Option<Arc<Library>>, DoorError> {
        if let Some(known) = self.pinned(digest) {
            return Ok(Some(known));
        }
        let Some(row) = self.store.library(digest).await? else { return Ok(None) };
        let files = unbundle(&row.bundle)?;
        let library = tokio::task::spawn_blocking(move || Library::read_kept(&files))
            .await
            .map_err(|e| DoorError::Internal(e.to_string()))?
            .map_err(|f| DoorError::Internal(format!("规则库版本 {} 有 {} 处错误", row.digest, f.len())))?;
        let library = Arc::new(library.reckoning_with(&self.library().law.calendar));
        if let Ok(mut l) = self.libraries.write() {
            l.insert(library.digest, library.clone());
        }
        Ok(Some(library))
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
