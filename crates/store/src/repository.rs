//! What the rest of the house may ask of the database: one trait, two engines, one conformance
//! suite. Every method takes its times as parameters.

use std::sync::Arc;

use access::Filter;
use async_trait::async_trait;
use case::{Event, FileState};
use law::time::Moment;
use seal::Digest;
use serde_json::Value;

use crate::error::StoreError;
use crate::find::Find;
use crate::rows::{
    AccessRow, AsideRow, AuditRow, ClockRow, Commit, Committed, ContentRow, DelegationRow, ExportRow, FileRow,
    FoundRow, HandoverRow, Handovers, InboxRow, KeyRow, LibraryRow, NoteRow, Noted, NoticeRow, OutboxRow, ReturnedRow,
    RoleRow, SavedView, TodoRow, UnheldRow, UnitRow, UserRow, ValueRow, Views,
};
use crate::sign_ins::SignIns;
use crate::whole::{Batch, Whole};

type Result<T> = std::result::Result<T, StoreError>;

/// What another process that has the database open tells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum News {
    /// What it announced.
    Said(String),
    /// The connection was lost, or this process is behind: something may have been missed.
    Missed,
}

/// A lock in the database. It ends when it is dropped, or when its connection is lost.
#[derive(Debug)]
pub struct Hold(pub(crate) Arc<dyn Standing>);

/// What a lock lives in.
pub(crate) trait Standing: std::fmt::Debug + Send + Sync {
    fn stands(&self) -> bool;
}

impl Hold {
    /// Whether it was held all the time.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] where it was lost.
    pub fn stands(&self) -> Result<()> {
        let lost = || StoreError::Unavailable("与数据库的连接中断，其间的锁已经失效".into());
        if self.0.stands() { Ok(()) } else { Err(lost()) }
    }
}

/// The database.
#[async_trait]
pub trait Repository: SignIns {
    // Acts.
    /// Writes one act; several callers share one transaction and one sync (group commit).
    async fn commit(&self, commit: Commit) -> Result<Committed>;
    /// A file's state.
    async fn state(&self, file: &str) -> Result<Option<FileState>>;
    /// A file's row.
    async fn file(&self, file: &str) -> Result<Option<FileRow>>;
    /// The file that a unit keeps on a matter.
    async fn file_of(&self, unit: &str, matter: &str) -> Result<Option<String>>;
    /// Files that pass the filter at a legal moment and are to be found, in order, from an offset.
    async fn files(&self, filter: &Filter, now: Moment, find: &Find, limit: u32, offset: u32) -> Result<Vec<FoundRow>>;
    /// Their identifiers, all of them, in order.
    async fn file_ids(&self, filter: &Filter, now: Moment, find: &Find) -> Result<Vec<String>>;
    /// How many they are.
    async fn count_files(&self, filter: &Filter, now: Moment, find: &Find) -> Result<u64>;
    /// How many files that pass the filter have a subject in each state: process, state, files.
    async fn stages(&self, filter: &Filter, now: Moment) -> Result<Vec<(String, String, u64)>>;
    /// How many of the files found each user has in hand.
    async fn loads(&self, filter: &Filter, now: Moment, find: &Find) -> Result<Vec<(String, u64)>>;
    /// The values of some card fields (`card.field`) in some files, by file, field and subject.
    async fn values(&self, files: &[String], fields: &[String]) -> Result<Vec<ValueRow>>;
    /// Running deadlines of files that pass the filter, soonest first, each with the file's title: from one of them on
    /// (the second of `part`), so many at most (the first); with how many there are.
    async fn clocks_of(
        &self,
        filter: &Filter,
        now: Moment,
        due: (Moment, Moment),
        part: (u32, u32),
    ) -> Result<(u64, Vec<(String, ClockRow)>)>;
    /// When running deadlines that can be breached end in files that pass the filter: the moment,
    /// the kind of clock, how many.
    async fn clock_ends(
        &self,
        filter: &Filter,
        now: Moment,
        due: (Moment, Moment),
    ) -> Result<Vec<(Moment, String, u64)>>;
    /// The saved views of a person, and those that others of the unit share, by name.
    async fn saved_views(&self, user: &str, unit: &str) -> Result<Vec<SavedView>>;
    /// Adds a saved view, or replaces it where it is the same person's.
    async fn put_saved_view(&self, view: SavedView) -> Result<()>;
    /// Removes a person's saved view.
    async fn drop_saved_view(&self, id: &str, user: &str) -> Result<()>;
    /// Begins an export that its maker shows to be going on until `lease_until`, unless its person has `most` of them.
    async fn begin_export(&self, row: ExportRow, most: u64, lease_until: Moment) -> Result<bool>;
    /// The exports of a person that have not ended, the oldest first. One whose maker no longer shows that it goes on
    /// has failed.
    async fn exports(&self, user: &str, now: Moment) -> Result<Vec<ExportRow>>;
    /// Shows that an export goes on, and how far it is. Whether it is still wanted.
    async fn export_goes_on(&self, id: &str, done: u64, lease_until: Moment, ends_at: Moment) -> Result<bool>;
    /// Notes the content that an export's file will be, before it is brought in. Whether it is still wanted.
    async fn note_export(&self, id: &str, sm3: &Digest) -> Result<bool>;
    /// An export is ready, or has failed. Whether it was still wanted.
    async fn end_export(&self, id: &str, ready: bool, ends_at: Moment) -> Result<bool>;
    /// A person gives an export up: it is over, and its file known by nothing else is to be removed. Whether there was
    /// one.
    async fn give_up_export(&self, user: &str, id: &str) -> Result<bool>;
    /// The exports that are over: those that were given up, and those that have ended at `now`, which are over with
    /// this. They stay until they are forgotten.
    async fn over_exports(&self, now: Moment) -> Result<Vec<ExportRow>>;
    /// Forgets exports that are over.
    async fn forget_exports(&self, ids: &[String]) -> Result<()>;
    /// All files of all units, for verification.
    async fn all_files(&self) -> Result<Vec<String>>;
    /// Writes a file's state, row and views again, as they were folded from its events; nothing
    /// else changes. Fails where the file has another version by now.
    async fn replace_state(&self, file: FileRow, state: FileState, views: Views) -> Result<()>;
    /// What came back and was not done again, with the title of its file, the latest first: in files that
    /// pass the filter and in which the user, or one of the roles in the unit, has something to do; with how many
    /// there are.
    async fn returned(
        &self,
        filter: &Filter,
        now: Moment,
        who: (&str, &str, &[String]),
        limit: u32,
    ) -> Result<(u64, Vec<(String, ReturnedRow)>)>;
    /// What the lists show of a file.
    async fn views(&self, file: &str) -> Result<Views>;
    /// A file's events in order.
    async fn events(&self, file: &str) -> Result<Vec<Event>>;
    /// An idempotency key.
    async fn key(&self, user: &str, key: &str) -> Result<Option<KeyRow>>;
    /// To-dos of a person: his own and those of his roles in his unit that are nobody's.
    async fn todos(&self, user: &str, unit: &str, roles: &[String]) -> Result<Vec<TodoRow>>;
    /// The same within files that pass the filter, those of others that the person acts for among
    /// them; the soonest first, each with the title of its file; with how many there are.
    async fn todos_of(
        &self,
        filter: &Filter,
        now: Moment,
        users: &[String],
        unit: &str,
        roles: &[String],
        limit: u32,
    ) -> Result<(u64, Vec<(String, TodoRow)>)>;
    /// Running deadlines of a file.
    async fn clocks(&self, file: &str) -> Result<Vec<ClockRow>>;
    /// Running deadlines of a unit that run out before a moment, soonest first.
    async fn clocks_due(&self, unit: &str, before: Moment) -> Result<Vec<ClockRow>>;
    /// Running deadlines of which something is to be told by a legal moment, soonest first.
    async fn clocks_to_tell(&self, now: Moment, limit: u32) -> Result<Vec<ClockRow>>;
    /// Tells something once, and notes when something is to be told next of these deadlines.
    /// Returns the files of which anything new was told.
    async fn tell(&self, notices: Vec<NoticeRow>, clocks: Vec<ClockRow>) -> Result<Vec<String>>;
    /// What a person was told, himself or in his roles in his unit, and what still holds at a legal moment, newest
    /// first, each with the moment at which he read it: nothing of deadlines that have ended or were moved, and no
    /// warning of one that has run out since.
    async fn notices(
        &self,
        user: &str,
        unit: &str,
        roles: &[String],
        now: Moment,
        limit: u32,
    ) -> Result<Vec<(NoticeRow, Option<Moment>)>>;
    /// A notice.
    async fn notice(&self, id: &str) -> Result<Option<NoticeRow>>;
    /// Notes that a person has read a notice (real time).
    async fn read_notice(&self, id: &str, user: &str, at: Moment) -> Result<()>;
    /// All deadlines, for verification.
    async fn all_clocks(&self) -> Result<Vec<ClockRow>>;
    /// Files with a running deadline that is provisional, in order.
    async fn provisional(&self) -> Result<Vec<String>>;
    /// Lawful destruction of an event's payload and salt: the commitment stays.
    async fn destroy_payload(&self, event: &str) -> Result<()>;
    /// Users of a unit who hold a role, with the number of files given to each so far and the
    /// moment of the last one: for assignment in turn.
    async fn roster(&self, unit: &str, role: &str, at: Moment) -> Result<Vec<(String, u64, Option<Moment>)>>;
    /// The last running number that was given in a series; 0 where none was. The next one is
    /// given by a [`Commit`] that names it.
    async fn last_number(&self, unit: &str, series: &str, year: i16) -> Result<u64>;

    // Exchange.
    /// Messages not yet delivered, oldest first, that no other worker holds; they are leased to
    /// the caller until `lease_until` (real time).
    async fn lease_outbox(&self, now: Moment, lease_until: Moment, limit: u32) -> Result<Vec<OutboxRow>>;
    /// Notes a failed try.
    async fn outbox_failed(&self, message: &str, error: &str) -> Result<()>;
    /// One outgoing message.
    async fn outbox(&self, message: &str) -> Result<Option<OutboxRow>>;
    /// One arrived message.
    async fn inbox(&self, message: &str) -> Result<Option<InboxRow>>;
    /// Records a message that was refused technically (no file is touched).
    async fn refuse_inbox(&self, row: InboxRow) -> Result<()>;
    /// Hand-overs of a unit, of files that pass the filter; with how many there are.
    async fn handovers(&self, wanted: Handovers<'_>) -> Result<(u64, Vec<HandoverRow>)>;
    /// Both ledgers, for reconciliation.
    async fn ledgers(&self) -> Result<(Vec<OutboxRow>, Vec<InboxRow>)>;

    // Contents.
    /// Notes a content that was imported, or that it was brought in again.
    async fn put_content(&self, row: ContentRow) -> Result<()>;
    /// Whether a person brought a content into a unit. To know its digest is not to have it.
    async fn brought(&self, unit: &str, sm3: &Digest, user: &str) -> Result<bool>;
    /// Which of these contents a person brought into a unit. What has been cleaned away is none of them.
    async fn brought_of(&self, unit: &str, user: &str, sm3: &[Digest]) -> Result<Vec<Digest>>;
    /// What is known of a content in a unit.
    async fn content(&self, unit: &str, sm3: &Digest) -> Result<Option<ContentRow>>;
    /// What is known of several contents in a unit, without their text.
    async fn contents(&self, unit: &str, sm3: &[Digest]) -> Result<Vec<ContentRow>>;
    /// Whether a unit holds a content through a file.
    async fn holds(&self, file: &str, sm3: &Digest) -> Result<bool>;
    /// Contents that no file of their unit holds and that were last brought in before a moment.
    async fn unheld(&self, before: Moment) -> Result<Vec<UnheldRow>>;
    /// Forgets what is known of a content, if it still is as [`Self::unheld`] says. An act that files
    /// it at the same moment either makes this answer `false`, or is itself told that the content has gone.
    async fn drop_unheld(&self, unit: &str, sm3: &Digest, before: Moment) -> Result<bool>;
    /// Whether a content of a unit was imported, kept aside, or is of an export that is not over.
    async fn known(&self, unit: &str, sm3: &Digest) -> Result<bool>;
    /// Keeps a file aside.
    async fn put_aside(&self, row: AsideRow) -> Result<()>;
    /// Files kept aside in a unit, newest first.
    async fn aside(&self, unit: &str) -> Result<Vec<AsideRow>>;

    /// The text layers of contents of a unit, pages separated by form feeds; none of those that have no text.
    async fn texts(&self, unit: &str, sm3: &[Digest]) -> Result<Vec<(Digest, String)>>;

    // Notes.
    /// Adds a note, unless its author has `limit` of them in the file.
    async fn add_note(&self, note: NoteRow, limit: u64) -> Result<Noted>;
    /// A note.
    async fn note(&self, id: &str) -> Result<Option<NoteRow>>;
    /// The notes of a file that a person wrote, or that are shared, in the order in which they were made.
    async fn notes(&self, file: &str, author: &str, shared: bool) -> Result<Vec<NoteRow>>;
    /// Writes a note again, if it still has this version; what it said before is gone.
    async fn change_note(&self, note: NoteRow, version: u64) -> Result<bool>;
    /// Removes a note for good, if it still has this version.
    async fn drop_note(&self, id: &str, version: u64) -> Result<bool>;

    // People. A change that somebody makes is written together with who made it; only who sets up a node,
    // before there is anybody, has nothing to note.
    /// Notes a change that is written elsewhere.
    async fn put_audit(&self, row: AuditRow) -> Result<()>;
    /// Changes of accounts, roles and delegations of a unit, the latest first, and how many there are.
    async fn audit(&self, unit: &str, limit: u32, offset: u32) -> Result<(u64, Vec<AuditRow>)>;
    /// Adds or replaces a unit.
    async fn put_unit(&self, unit: UnitRow) -> Result<()>;
    /// Adds a unit, and the note of it. Whether it was added: otherwise there is one of that identifier.
    async fn add_unit(&self, unit: UnitRow, noted: AuditRow) -> Result<bool>;
    /// Changes name, short name and code of a unit, and notes it.
    async fn change_unit(&self, unit: UnitRow, noted: AuditRow) -> Result<()>;
    /// All units.
    async fn units(&self) -> Result<Vec<UnitRow>>;
    /// Adds or replaces a user.
    async fn put_user(&self, user: UserRow, audit: Option<AuditRow>) -> Result<()>;
    /// Writes a user's name, clearance and whether he may sign in, and leaves what he signs in with as it is by now.
    async fn change_user(&self, user: &UserRow, audit: Option<AuditRow>) -> Result<()>;
    /// A user by identifier.
    async fn user(&self, id: &str) -> Result<Option<UserRow>>;
    /// A user by sign-in name.
    async fn user_by_login(&self, login: &str) -> Result<Option<UserRow>>;
    /// Users of a unit.
    async fn users_of(&self, unit: &str) -> Result<Vec<UserRow>>;
    /// Gives a role.
    async fn put_role(&self, role: RoleRow, audit: Option<AuditRow>) -> Result<()>;
    /// Ends a role.
    async fn end_role(&self, user: &str, unit: &str, role: &str, at: Moment, audit: Option<AuditRow>) -> Result<()>;
    /// Roles that a user holds at a moment.
    async fn roles(&self, user: &str, at: Moment) -> Result<Vec<RoleRow>>;
    /// Every role that a user was ever given in a unit, the latest first.
    async fn role_terms(&self, user: &str, unit: &str) -> Result<Vec<RoleRow>>;
    /// Gives a delegation.
    async fn put_delegation(&self, d: DelegationRow, audit: Option<AuditRow>) -> Result<()>;
    /// Delegations in force for a user at a moment.
    async fn delegations(&self, to_user: &str, at: Moment) -> Result<Vec<DelegationRow>>;

    /// A delegation.
    async fn delegation(&self, id: &str) -> Result<Option<DelegationRow>>;
    /// Delegations that people of a unit gave and that end after a moment, the first to begin first.
    async fn delegations_of(&self, unit: &str, after: Moment) -> Result<Vec<DelegationRow>>;

    // All of it.
    /// Everything as it stands now, but for sessions, failed sign-ins and open challenges.
    async fn whole(&self) -> Result<Box<dyn Whole + '_>>;
    /// Whether it was filled half way only: then it serves nobody.
    async fn half_whole(&self) -> Result<bool>;
    /// Makes ready to be filled: it is empty, or holds what an earlier filling left, which goes.
    async fn begin_whole(&self) -> Result<()>;
    /// Fills in rows, in the order in which [`Repository::whole`] gave them.
    async fn fill(&self, batch: Batch) -> Result<()>;
    /// Everything was filled in.
    async fn end_whole(&self) -> Result<()>;
    /// Whether some process serves on it now.
    async fn served(&self) -> Result<bool>;

    /// Messages that were not delivered yet.
    async fn waiting(&self) -> Result<u64>;

    // Libraries, settings, log.
    /// Keeps a library version and makes it the active one.
    async fn put_library(&self, row: LibraryRow) -> Result<()>;
    /// A library version.
    async fn library(&self, digest: &Digest) -> Result<Option<LibraryRow>>;
    /// The active library version.
    async fn active_library(&self) -> Result<Option<LibraryRow>>;
    /// A setting.
    async fn setting(&self, key: &str) -> Result<Option<Value>>;
    /// Changes a setting.
    async fn put_setting(&self, key: &str, value: Value) -> Result<()>;
    /// Writes a batch of the access log.
    async fn log_access(&self, rows: Vec<AccessRow>) -> Result<()>;
    /// The access log of a file, newest first.
    async fn access_log(&self, file: &str, limit: u32) -> Result<Vec<AccessRow>>;

    // Several processes.
    /// Whether other processes may have it open too.
    fn shared(&self) -> bool;
    /// Tells the other processes something short. Who is not there is not told later.
    async fn announce(&self, what: &[String]) -> Result<()>;
    /// Waits until nobody removes contents (`alone`: until nobody brings any in or removes any either), of whichever
    /// process. None where there can be one process only.
    async fn hold_contents(&self, alone: bool) -> Result<Option<Hold>>;
    /// Waits for the next thing that another process announces; for ever, where there can be none.
    async fn news(&self) -> Result<News>;

    // The end.
    /// Writes what is waiting and lets go of the database, which others may then open. Later calls fail.
    async fn close(&self);
}
