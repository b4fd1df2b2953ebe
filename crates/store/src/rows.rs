//! Plain rows: what the repository gives and takes.

use case::{Event, FileState, Grant, Message, Payload};
use law::time::Moment;
use seal::{Digest, Sha256};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// A unit (办案单位).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnitRow {
    /// Identifier, e.g. `JC-970102`.
    pub id: String,
    /// Full Chinese name.
    pub name: String,
    /// Short name used in case numbers.
    pub abbr: String,
    /// Code used in case numbers.
    pub code: String,
    /// Agency.
    pub agency: String,
    /// Division code (GB/T 2260) that it serves.
    pub region: String,
    /// The unit above it.
    pub parent: Option<String>,
}

/// A user.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UserRow {
    /// Identifier.
    pub id: String,
    /// Name used to sign in.
    pub login: String,
    /// Chinese name.
    pub name: String,
    /// The unit the person belongs to.
    pub unit: String,
    /// Argon2 hash of the password.
    pub password: String,
    /// Clearance: highest grade that may be seen.
    pub clearance: u8,
    /// May sign in.
    pub active: bool,
    /// Another person set the password: until then it serves once, to choose one's own (real time).
    pub temporary_until: Option<Moment>,
}

/// A role held in a unit for a period.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RoleRow {
    /// Who.
    pub user: String,
    /// In which unit.
    pub unit: String,
    /// The role.
    pub role: String,
    /// From when.
    pub from: Moment,
    /// Until when.
    pub to: Option<Moment>,
}

/// A delegation in force for a period (权力清单、代行).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DelegationRow {
    /// Identifier.
    pub id: String,
    /// Who delegates.
    pub from_user: String,
    /// To whom.
    pub to_user: String,
    /// From when.
    pub from: Moment,
    /// Until when.
    pub to: Moment,
    /// Reason and basis, in Chinese.
    pub basis: String,
    /// Roles that are lent with it; without any, only the cases in hand are.
    pub roles: Vec<String>,
}

/// A stored library version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LibraryRow {
    /// Its digest.
    pub digest: Digest,
    /// Its files, as JSON: path to text.
    pub bundle: String,
    /// When it was activated.
    pub activated_at: Moment,
    /// By whom.
    pub activated_by: String,
}

/// A file as lists and access look at it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FileRow {
    /// Identifier.
    pub id: String,
    /// The unit that keeps it.
    pub unit: String,
    /// The matter.
    pub matter: String,
    /// Title shown in lists.
    pub title: String,
    /// Version: number of events.
    pub version: u64,
    /// Grade, 0 ordinary.
    pub grade: u8,
    /// Sealed record.
    pub sealed: bool,
    /// Closed for good.
    pub closed: bool,
    /// When what changed it last is said to have happened (legal time).
    pub updated_at: Moment,
    /// People with a relation to it: user, relation (`handler`, `removed`).
    pub people: Vec<(String, String)>,
    /// Permissions to read, run out or not.
    pub grants: Vec<Grant>,
}

/// A to-do.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TodoRow {
    /// The file.
    pub file: String,
    /// The unit whose to-do it is.
    pub unit: String,
    /// The role that may do it.
    pub role: String,
    /// The person, where the case is in somebody's hands.
    pub user: Option<String>,
    /// The instance.
    pub instance: String,
    /// The next act (action identifier), `approve:A1` for a proposal, `alarm:...` for a missing answer.
    pub act: String,
    /// What is to be done, in Chinese.
    pub text: String,
    /// When it burns: the earliest deadline that the act ends.
    pub due_at: Option<Moment>,
}

/// A deadline as it stands.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ClockRow {
    /// The file.
    pub file: String,
    /// The unit.
    pub unit: String,
    /// The instance.
    pub instance: String,
    /// The subject.
    pub subject: String,
    /// The deadline.
    pub deadline: String,
    /// Chinese name.
    pub name: String,
    /// 羁押, 限制 or 办案.
    pub clock: String,
    /// From when.
    pub from: Moment,
    /// When it runs out.
    pub due_at: Moment,
    /// When warnings are given, earliest first.
    pub warns: Vec<Moment>,
    /// Who is warned, and told when it was missed.
    pub tells: Vec<Recipient>,
    /// What follows when it is missed, in Chinese.
    pub missed: Option<String>,
    /// When it was ended.
    pub ended_at: Option<Moment>,
    /// Whether running out is a breach (not the mere lapse of a right or term).
    pub breach: bool,
    /// The calendar year's notice is not out: to be computed again.
    pub provisional: bool,
    /// When something is to be told next; none when all was.
    #[serde(skip)]
    pub next_at: Option<Moment>,
    /// It stands still: until it goes on it is due on no day.
    #[serde(default)]
    pub suspended: bool,
}

/// Which hand-overs of a unit are listed.
#[derive(Debug, Clone, Copy)]
pub struct Handovers<'a> {
    /// The unit.
    pub unit: &'a str,
    /// Those that it sent, not those that it received.
    pub sent: bool,
    /// Those that wait for their answer, the first due first; or the answered ones, the latest first.
    pub waiting: bool,
    /// Those whose answer was due before now, or came after it was due.
    pub late: bool,
    /// A text that stands in the title of the file, a name or a number.
    pub text: Option<&'a str>,
    /// Which files the person may see.
    pub filter: &'a access::Filter,
    /// The legal moment.
    pub now: Moment,
    /// How many at most.
    pub limit: u32,
    /// How many are passed over.
    pub offset: u32,
}

/// A hand-over as lists show it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HandoverRow {
    /// The message.
    pub message: String,
    /// The file in which it stands.
    pub file: String,
    /// Title of the file.
    pub title: String,
    /// The instance that sent it or was opened by it.
    pub instance: String,
    /// When it was sent, or received.
    pub at: Moment,
    /// Until when the answer is due.
    pub due_at: Moment,
    /// When it was answered.
    pub answered_at: Option<Moment>,
}

/// Something that came back to those who sent it, and was not done again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReturnedRow {
    /// The file.
    pub file: String,
    /// The instance.
    pub instance: String,
    /// Whose proposal it was; none for a hand-over, which concerns all who have the case.
    pub user: Option<String>,
    /// What came back: the act proposed, or the hand-over, in Chinese.
    pub what: String,
    /// Why: the opinion, or the first fault.
    pub text: String,
    /// Number of faults; 0 for an opinion.
    pub faults: u32,
    /// When.
    pub at: Moment,
}

/// A change of an account, a role or a delegation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditRow {
    /// Identifier.
    pub id: String,
    /// When (real time).
    pub at: Moment,
    /// Who changed it.
    pub by: String,
    /// The unit of the person concerned.
    pub unit: String,
    /// The person concerned.
    pub user: String,
    /// What was done, one of the words that the interface names.
    pub act: String,
    /// What it was and what it is. Never a password.
    pub detail: Value,
}

/// Who is told something: one person, or everybody in a role of the unit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recipient {
    /// The role.
    pub role: String,
    /// The person, where the role works on cases in hand.
    pub user: Option<String>,
}

/// What people are told without asking: a deadline that runs out soon, or has (提醒).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct NoticeRow {
    /// Identifier; the same thing is told once.
    pub id: String,
    /// The unit.
    pub unit: String,
    /// The role that is told.
    pub role: String,
    /// The person, where one is.
    pub user: Option<String>,
    /// The file.
    pub file: String,
    /// `warning` or `missed`.
    pub kind: String,
    /// In Chinese.
    pub text: String,
    /// When the deadline runs out, or did.
    pub due_at: Moment,
    /// When it was told (legal time).
    pub at: Moment,
}

/// A track as lists show it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TrackRow {
    /// The file.
    pub file: String,
    /// The instance.
    pub instance: String,
    /// The process.
    pub process: String,
    /// The subject.
    pub subject: String,
    /// The subject's name.
    pub label: String,
    /// The state.
    pub state: String,
    /// Chinese name of the state.
    pub state_name: String,
    /// The track has ended.
    pub ended: bool,
}

/// What a file is found and sorted by in lists, beside its row.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Listed {
    /// Somebody's track has not ended yet.
    pub open: bool,
    /// When the first process was opened (legal time).
    pub opened_at: Moment,
    /// When the last hand-over went out.
    pub handed_at: Option<Moment>,
    /// The soonest end of a running deadline that can be breached.
    pub due_at: Option<Moment>,
    /// Title, names and numbers, one a line: what a search looks through.
    pub words: String,
}

/// A file that a list has found.
#[derive(Debug, Clone, PartialEq)]
pub struct FoundRow {
    /// Its row.
    pub file: FileRow,
    /// What it is sorted by.
    pub listed: Listed,
    /// Where each subject stands.
    pub tracks: Vec<TrackRow>,
    /// Running deadlines that can be breached, soonest first.
    pub clocks: Vec<ClockRow>,
}

/// One value of a card field.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct ValueRow {
    /// The file.
    pub file: String,
    /// The field, as `card.field`.
    pub field: String,
    /// The subject; empty for the case card.
    pub subject: String,
    /// The value as text.
    pub value: String,
    /// The value of a number, yes or no (1, 0), or a moment in microseconds.
    pub number: Option<i64>,
}

/// A filter of the case list that a person gave a name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SavedView {
    /// Identifier.
    pub id: String,
    /// Whose it is.
    pub user: String,
    /// That person's unit.
    pub unit: String,
    /// Its name.
    pub name: String,
    /// The filter, order and columns, as they stand in the address of the page.
    pub query: String,
    /// Others of the unit may use it.
    pub shared: bool,
    /// When it was saved (real time).
    pub at: Moment,
}

/// An export of a list. Its times are real time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExportRow {
    /// Identifier.
    pub id: String,
    /// Whose it is.
    pub user: String,
    /// That person's unit, among whose contents the finished file stands.
    pub unit: String,
    /// When it was begun.
    pub at: Moment,
    /// Files to write.
    pub total: u64,
    /// Files written so far.
    pub done: u64,
    /// `making`, `ready` or `failed`.
    pub state: String,
    /// The finished file.
    pub sm3: Option<Digest>,
    /// When it is forgotten.
    pub ends_at: Moment,
}

/// The views of one file: they replace all rows of that file.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Views {
    /// To-dos.
    pub todos: Vec<TodoRow>,
    /// Deadlines.
    pub clocks: Vec<ClockRow>,
    /// Tracks.
    pub tracks: Vec<TrackRow>,
    /// What came back and was not done again.
    pub returned: Vec<ReturnedRow>,
    /// What lists find and sort it by.
    pub listed: Listed,
    /// The values of its cards, in order. They change only with an event that changes a card.
    pub values: Vec<ValueRow>,
}

/// What is known of a content within a unit.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ContentRow {
    /// The unit that holds it.
    pub unit: String,
    /// Digest.
    pub sm3: Digest,
    /// Second digest.
    pub sha256: Sha256,
    /// Size.
    pub bytes: u64,
    /// Media type found from the content.
    pub media: String,
    /// Pages.
    pub pages: u32,
    /// Facts measured, as the checker wrote them.
    pub facts: Value,
    /// Version of the checker.
    pub checker: String,
    /// Text layer, pages separated by form feeds.
    pub text: Option<String>,
    /// Who brought it in.
    pub by: String,
    /// When (recorded time).
    pub at: Moment,
}

/// A file that could not be read and is kept aside with its reason.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AsideRow {
    /// The unit.
    pub unit: String,
    /// Digest.
    pub sm3: Digest,
    /// Size.
    pub bytes: u64,
    /// Name it came with.
    pub name: String,
    /// The faults.
    pub faults: Value,
    /// Who brought it.
    pub by: String,
    /// When.
    pub at: Moment,
}

/// A message that waits to be carried, or was.
#[derive(Debug, Clone, PartialEq)]
pub struct OutboxRow {
    /// The message.
    pub message: Message,
    /// The file that sent it.
    pub file: String,
    /// Digest of its manifest.
    pub digest: Digest,
    /// Real time at which it was written.
    pub queued_at: Moment,
    /// Real time at which the receiver's side had recorded it.
    pub delivered_at: Option<Moment>,
    /// Tries so far.
    pub attempts: u32,
    /// Why the last try failed.
    pub error: Option<String>,
}

/// A message that arrived.
#[derive(Debug, Clone, PartialEq)]
pub struct InboxRow {
    /// Identifier of the message.
    pub message: String,
    /// Receiving unit.
    pub unit: String,
    /// Sending unit.
    pub from_unit: String,
    /// Kind.
    pub kind: String,
    /// The receiver's file; none when it was refused technically.
    pub file: Option<String>,
    /// Digest of the manifest as received.
    pub digest: Digest,
    /// Legal moment of receipt.
    pub received_at: Moment,
    /// Number of the technical receipt.
    pub receipt: String,
    /// Technical refusal, in Chinese.
    pub refused: Option<String>,
    /// Pages and bytes carried.
    pub weight: (u32, u64),
}

/// What a person wrote beside a page, a moment or a whole material (批注).
#[derive(Debug, Clone, PartialEq)]
pub struct NoteRow {
    /// Identifier.
    pub id: String,
    /// The file.
    pub file: String,
    /// The material.
    pub material: String,
    /// Page from 1.
    pub page: Option<u32>,
    /// Moment of a recording, in milliseconds.
    pub at_ms: Option<u64>,
    /// `note`, `highlight`, `bookmark` or `excerpt`.
    pub kind: String,
    /// Those who handle the file see it, too.
    pub shared: bool,
    /// What the person wrote.
    pub text: String,
    /// What the page says there.
    pub quote: String,
    /// Rectangles on the page: left, top, width, height as parts of its sides.
    pub areas: Vec<[f64; 4]>,
    /// Who.
    pub author: String,
    /// When (recorded time).
    pub created_at: Moment,
    /// When it was last changed.
    pub changed_at: Moment,
    /// Version, from 1.
    pub version: u64,
    /// The idempotency key it was made with, or its own identifier.
    pub key: String,
    /// Digest of the request that made it.
    pub request: Digest,
}

/// What came of adding a note.
#[derive(Debug, Clone, PartialEq)]
pub enum Noted {
    /// It is kept.
    Done,
    /// The author used the key before, for this note.
    KeyUsed(Box<NoteRow>),
    /// The author has as many in this file as one may have.
    Full,
}

/// An idempotency key that was used.
#[derive(Debug, Clone, PartialEq)]
pub struct KeyRow {
    /// The user who used it.
    pub user: String,
    /// The key.
    pub key: String,
    /// Digest of the request.
    pub request: Digest,
    /// The answer that was given.
    pub answer: Value,
}

/// One page opened.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AccessRow {
    /// Real time.
    pub at: Moment,
    /// Who.
    pub user: String,
    /// In which file.
    pub file: String,
    /// The material; empty for the file itself.
    pub material: String,
    /// Page from 1; 0 for the whole.
    pub page: u32,
    /// How it came to the person: a word of the interface.
    pub how: String,
}

/// A running number that an act gives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NumberRow {
    /// The unit.
    pub unit: String,
    /// The series.
    pub series: String,
    /// The year.
    pub year: i16,
    /// The number.
    pub n: u64,
}

/// Everything one act writes, all or nothing.
#[derive(Debug, Clone)]
pub struct Commit {
    /// The file's row after the act.
    pub file: FileRow,
    /// The version it was decided on; 0 opens the file.
    pub expected: u64,
    /// The event.
    pub event: Event,
    /// The state after it.
    pub state: FileState,
    /// The views after it.
    pub views: Views,
    /// Messages to carry.
    pub outbox: Vec<OutboxRow>,
    /// The message this act records.
    pub inbox: Option<InboxRow>,
    /// Contents that the unit now holds because of this file.
    pub holdings: Vec<Digest>,
    /// The idempotency key that was used.
    pub key: Option<KeyRow>,
    /// The number that this act gives: the one after the last of its series, or there is a
    /// conflict. It is given with the act or not at all, so a series has no gaps.
    pub number: Option<NumberRow>,
    /// An outbox message of this unit whose delivery this act records.
    pub delivered: Option<String>,
    /// What this act lawfully destroys.
    pub destroys: Destroys,
}

/// What an act lawfully destroys, in the same transaction.
#[derive(Debug, Clone, Default)]
pub struct Destroys {
    /// What is left of earlier events' payloads, by event; their salts go.
    pub redacted: Vec<(String, Payload)>,
    /// Contents that the file no longer holds. What is known of them goes with the unit's last holding.
    pub released: Vec<Digest>,
}

/// A content that nobody holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnheldRow {
    /// The unit in whose store it is.
    pub unit: String,
    /// The content.
    pub sm3: Digest,
    /// Size.
    pub bytes: u64,
    /// When it was last brought in.
    pub seen_at: Moment,
}

/// What came of a commit.
#[derive(Debug, Clone, PartialEq)]
pub enum Committed {
    /// It is durable.
    Done,
    /// The file has another version by now, or the number was given to another: decide again.
    Conflict,
    /// The same key was used before, for this request (with its answer) or another.
    KeyUsed(KeyRow),
    /// The message was recorded before.
    Arrived,
    /// A content that the act files is not in the unit's store (any more).
    NoContent,
}
