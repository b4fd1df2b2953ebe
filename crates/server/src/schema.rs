//! How values of the lower floors look in the API description. These types are never built: the
//! values themselves are written, and the tests hold both against each other.
#![allow(dead_code)]

use std::collections::BTreeMap;

use serde_json::Value;
use utoipa::ToSchema;

/// Known fields of a card, by field identifier.
#[derive(ToSchema)]
pub struct Card(BTreeMap<String, Value>);

/// What goes with an act.
#[derive(ToSchema)]
pub struct Input {
    /// Fields of the case card.
    #[schema(required = false)]
    case: Card,
    /// Fields of subjects' cards, by subject.
    #[schema(required = false)]
    subjects: BTreeMap<String, Card>,
    /// New subjects.
    #[schema(required = false)]
    new_subjects: Vec<Card>,
    /// Materials to file.
    #[schema(required = false)]
    materials: Vec<NewMaterial>,
    /// To whom the case is given.
    assign: Option<AssignTo>,
    /// Units chosen as receivers, by agency.
    #[schema(required = false)]
    to_units: BTreeMap<String, String>,
    /// A reason.
    reason: Option<String>,
}

/// A material to file: its content was uploaded before.
#[derive(ToSchema)]
pub struct NewMaterial {
    /// Kind of document.
    kind: String,
    /// SM3 digest of the content.
    sm3: String,
    /// The document's own title; the kind's name where none is given.
    title: Option<String>,
    /// Document number.
    number: Option<String>,
    /// Date of the document, YYYY-MM-DD.
    date: Option<String>,
    /// Who is responsible for it.
    responsible: Option<String>,
    /// Volume kind, where it is not the kind's own.
    volume: Option<String>,
    /// First and last page number of the clerk's catalogue; counted on where none are given.
    #[schema(value_type = Option<Vec<u32>>, min_items = 2, max_items = 2)]
    listed: Option<(u32, u32)>,
    /// Subjects concerned; empty for all.
    #[schema(required = false)]
    about: Vec<String>,
    /// The typed index entry: what the document says.
    says: Option<Says>,
    /// The material that this one corrects; both stay.
    corrects: Option<String>,
    /// What the platform measured; shown in proposals, never sent.
    #[schema(read_only)]
    measured: Option<Measured>,
}

/// What was measured of a content when it came in.
#[derive(ToSchema)]
pub struct Measured {
    /// Second digest.
    sha256: String,
    /// Size in bytes.
    bytes: u64,
    /// Media type.
    media: String,
    /// Pages.
    pages: u32,
}

/// What a document says, in the fields of the cards.
#[derive(ToSchema)]
pub struct Says {
    /// About the case.
    #[schema(required = false)]
    case: Card,
    /// About each subject.
    #[schema(required = false)]
    subjects: BTreeMap<String, Card>,
}

/// To whom a case is given.
#[derive(ToSchema)]
pub struct AssignTo {
    /// How the person is found.
    how: How,
    /// The person, for `manual`.
    user: Option<String>,
}

/// How a handler is found: in turn, at random, or named.
#[derive(ToSchema)]
#[schema(rename_all = "snake_case")]
pub enum How {
    Turn,
    Random,
    Manual,
}

/// A change of the circle of those who may see a file.
#[derive(ToSchema)]
pub struct Protection {
    /// `grade`, `seal`, `unseal`, `grant`, `revoke` or `bar`.
    change: String,
    /// The grade of secrecy, 0 to 3 (`grade`).
    grade: Option<u8>,
    /// Whom it concerns (`grant`, `revoke`, `bar`).
    user: Option<String>,
    /// Until when he may read (`grant`; legal time).
    #[schema(format = DateTime)]
    to: Option<String>,
}

/// What was done.
#[derive(ToSchema)]
pub struct Done {
    /// The file.
    file: String,
    /// The matter.
    matter: String,
    /// Its version now.
    version: u64,
    /// The event.
    event: String,
    /// The instance concerned.
    instance: Option<String>,
    /// The action.
    action: String,
    /// A proposal was made: nothing has taken effect yet.
    proposed: bool,
    /// The number given, where the act accepted a hand-over.
    number: Option<String>,
    /// Messages that went out.
    messages: Vec<Outgoing>,
    /// Warnings that were passed over.
    warnings: Vec<Finding>,
    /// The same request had been carried out before; this is the first answer.
    already: bool,
}

/// A message that went out.
#[derive(ToSchema)]
pub struct Outgoing {
    /// Identifier.
    id: String,
    /// Kind.
    kind: String,
    /// Chinese name of the kind.
    name: String,
    /// Legal source, in full Chinese.
    basis: Vec<String>,
    /// Receiving unit.
    to: String,
    /// Pages carried.
    pages: u32,
    /// Bytes carried.
    bytes: u64,
}

/// One requirement that is not met.
#[derive(ToSchema)]
pub struct Finding {
    /// The requirement.
    requirement: String,
    /// How strong it is: block, warn, remind.
    severity: String,
    /// The subject concerned.
    subject: Option<String>,
    /// Where: the material, page or field.
    place: Option<String>,
    /// What is wrong and what to do, in Chinese.
    text: String,
    /// Legal source, in full Chinese.
    basis: Vec<String>,
    /// Reason code for a return.
    code: Option<String>,
    /// Fields that would have to be known.
    #[schema(required = false)]
    missing: Vec<String>,
}

/// Where a subject stands, as lists show it.
#[derive(ToSchema)]
pub struct Track {
    /// The file.
    file: String,
    /// The instance.
    instance: String,
    /// The process.
    process: String,
    /// The subject.
    subject: String,
    /// The subject's name.
    label: String,
    /// The state.
    state: String,
    /// Chinese name of the state.
    state_name: String,
    /// The track has ended.
    ended: bool,
}

/// A to-do.
#[derive(ToSchema)]
pub struct TodoRow {
    /// The file.
    file: String,
    /// The unit whose to-do it is.
    unit: String,
    /// The role that may do it.
    role: String,
    /// The person, where the case is in somebody's hands.
    user: Option<String>,
    /// The instance.
    instance: String,
    /// The next act: an action, or `approve:A1` for a proposal.
    act: String,
    /// What is to be done, in Chinese.
    text: String,
    /// When it burns.
    #[schema(format = DateTime)]
    due_at: Option<String>,
}

/// Who is told something: one person, or everybody in a role of the unit.
#[derive(ToSchema)]
pub struct Recipient {
    /// The role.
    role: String,
    /// The person, where the role works on cases in hand.
    user: Option<String>,
}

/// A notice: a deadline that runs out soon, or has.
#[derive(ToSchema)]
pub struct NoticeRow {
    /// Identifier.
    id: String,
    /// The unit.
    unit: String,
    /// The role that is told.
    role: String,
    /// The person, where one is.
    user: Option<String>,
    /// The file.
    file: String,
    /// `warning` or `missed`.
    kind: String,
    /// In Chinese.
    text: String,
    /// When the deadline runs out, or did.
    #[schema(format = DateTime)]
    due_at: String,
    /// When it was told (legal time).
    #[schema(format = DateTime)]
    at: String,
}

/// A deadline as it stands.
#[derive(ToSchema)]
pub struct DeadlineRow {
    /// The file.
    file: String,
    /// The unit.
    unit: String,
    /// The instance.
    instance: String,
    /// The subject.
    subject: String,
    /// The deadline.
    deadline: String,
    /// Chinese name.
    name: String,
    /// 羁押, 限制 or 办案.
    clock: String,
    /// From when.
    #[schema(format = DateTime)]
    from: String,
    /// When it runs out.
    #[schema(format = DateTime)]
    due_at: String,
    /// When warnings are given, earliest first.
    warns: Vec<String>,
    /// Who is warned, and told when it was missed.
    tells: Vec<Recipient>,
    /// What follows when it is missed, in Chinese.
    missed: Option<String>,
    /// When it was ended.
    #[schema(format = DateTime)]
    ended_at: Option<String>,
    /// Running out is a breach, not the mere lapse of a right or term.
    breach: bool,
    /// The year's holiday notice is not out: to be computed again.
    provisional: bool,
    /// It stands still: until it goes on it is due on no day.
    suspended: bool,
}

/// What is known of a case.
#[derive(ToSchema)]
pub struct Situation {
    /// The case card.
    case: Card,
    /// Persons, applications ... by identifier.
    subjects: BTreeMap<String, Subject>,
    /// Volumes in the order in which they were begun.
    volumes: Vec<Volume>,
    /// Materials in the order in which they were filed.
    materials: Vec<Material>,
    /// Process instances in the order in which they were opened.
    instances: Vec<Instance>,
    /// Messages that went out.
    sent: Vec<Sent>,
    /// Messages that came in.
    received: Vec<Received>,
    /// The dossier is closed for good.
    locked: bool,
}

/// A subject with its card.
#[derive(ToSchema)]
pub struct Subject {
    /// The card's kind.
    card: String,
    /// Known fields.
    fields: Card,
}

/// A volume.
#[derive(ToSchema)]
pub struct Volume {
    /// Identifier within the file.
    id: String,
    /// Kind of volume.
    kind: String,
    /// The unit that produced it and alone supplements it.
    producer: String,
    /// Only a part of it was handed over; absent otherwise.
    #[schema(required = false)]
    partial: bool,
}

/// One document or piece of evidence.
#[derive(ToSchema)]
pub struct Material {
    /// Identifier, kept over hand-overs.
    id: String,
    /// Kind of document.
    kind: String,
    /// Volume in which it stands.
    volume: String,
    /// The document's own title.
    title: String,
    /// Document number.
    number: Option<String>,
    /// Date of the document.
    date: Option<String>,
    /// Who is responsible for it.
    responsible: Option<String>,
    /// Digest of the content.
    sm3: String,
    /// Second digest of the content.
    sha256: String,
    /// Size in bytes.
    bytes: u64,
    /// Media type found from the content.
    media: String,
    /// Number of pages found; 0 for sound, video and attachments.
    pages: u32,
    /// First and last page number that the catalogue gives.
    #[schema(value_type = Option<Vec<u32>>)]
    listed: Option<(u32, u32)>,
    /// Subjects it concerns; absent for all.
    #[schema(required = false)]
    about: Vec<String>,
    /// The typed index entry.
    says: Option<Says>,
    /// When it was filed.
    #[schema(format = DateTime)]
    filed_at: String,
    /// The material that corrects this one; both stay.
    corrected_by: Option<String>,
    /// Its content was lawfully destroyed; absent for all others.
    #[schema(required = false)]
    destroyed: bool,
    /// The message it came with.
    message: Option<String>,
}

/// One process run over subjects.
#[derive(ToSchema)]
pub struct Instance {
    /// Identifier within the file.
    id: String,
    /// The process.
    process: String,
    /// Digest of the library version it is pinned to.
    library: String,
    /// When it was opened.
    #[schema(format = DateTime)]
    opened_at: String,
    /// The hand-over that opened it: message, kind, unit, received_at, answered.
    #[schema(value_type = Option<Object>)]
    origin: Option<Value>,
    /// For each subject, its state and since when.
    #[schema(value_type = BTreeMap<String, SubjectState>)]
    tracks: BTreeMap<String, SubjectState>,
    /// Who has the case in hand.
    handlers: Vec<Handler>,
    /// Deadlines that ran or run, as the engine keeps them.
    #[schema(value_type = Vec<Object>)]
    clocks: Vec<Value>,
    /// Proposals that wait for approval, or did.
    proposals: Vec<Proposal>,
    /// Acts done, in order.
    done: Vec<ActDone>,
    /// The number given on acceptance.
    number: Option<String>,
}

/// Where one subject stands in a process.
#[derive(ToSchema)]
pub struct SubjectState {
    /// The state.
    state: String,
    /// Since when.
    #[schema(format = DateTime)]
    since: String,
}

/// A person who has the case in hand.
#[derive(ToSchema)]
pub struct Handler {
    /// In which role.
    role: String,
    /// The user.
    user: String,
    /// Since when.
    #[schema(format = DateTime)]
    since: String,
}

/// An act that waits for approval.
#[derive(ToSchema)]
pub struct Proposal {
    /// Identifier within the instance.
    id: String,
    /// The act proposed.
    action: String,
    /// For which subjects.
    subjects: Vec<String>,
    /// What the proposer gave with it.
    input: Input,
    /// The proposer.
    by: String,
    /// The role in which it was proposed.
    role: String,
    /// When.
    #[schema(format = DateTime)]
    at: String,
    /// The roles of each step.
    chain: Vec<Vec<String>>,
    /// Citations on which steps of the chain were moved down to a lower role (权力清单).
    #[serde(default)]
    powers: Vec<String>,
    /// Opinions so far.
    opinions: Vec<Opinion>,
    /// Whether it still waits.
    open: bool,
}

/// An approver's opinion.
#[derive(ToSchema)]
pub struct Opinion {
    /// The approver.
    by: String,
    /// The role in which he decided.
    role: String,
    /// When.
    #[schema(format = DateTime)]
    at: String,
    /// Agreed, or not.
    agrees: bool,
    /// Not agreed for good (不同意); without it, what was not agreed went back for correction (退回).
    #[serde(default)]
    refuses: bool,
    /// Whose role he had, where it was lent to him.
    acting_for: Option<String>,
    /// His words.
    text: String,
}

/// An act that took effect.
#[derive(ToSchema)]
pub struct ActDone {
    /// The action.
    action: String,
    /// For which subjects.
    subjects: Vec<String>,
    /// By whom.
    by: String,
    /// When it is said to have happened.
    #[schema(format = DateTime)]
    at: String,
}

/// A message that went out, with what is known of its fate.
#[derive(ToSchema)]
pub struct Sent {
    /// Identifier of the message.
    message: String,
    /// Its kind.
    kind: String,
    /// The instance that sent it.
    instance: String,
    /// Receiving unit.
    to: String,
    /// Its subjects.
    subjects: Vec<String>,
    /// When.
    #[schema(format = DateTime)]
    at: String,
    /// Digest of its canonical manifest.
    digest: String,
    /// It asks for a business answer, due then.
    #[schema(format = DateTime)]
    answer_due: Option<String>,
    /// Technical receipt.
    technical: Option<Receipt>,
    /// Business receipt.
    business: Option<Receipt>,
}

/// A receipt.
#[derive(ToSchema)]
pub struct Receipt {
    /// Number of the receipt.
    number: String,
    /// When it was given.
    #[schema(format = DateTime)]
    at: String,
    /// What it says: received, accepted, returned, refused.
    answer: String,
}

/// A message that came in.
#[derive(ToSchema)]
pub struct Received {
    /// Identifier of the message.
    message: String,
    /// Its kind.
    kind: String,
    /// Sending unit.
    from: String,
    /// When it was received.
    #[schema(format = DateTime)]
    at: String,
    /// Digest of its canonical manifest.
    digest: String,
    /// The message that it answers.
    in_reply_to: Option<String>,
    /// Faults that came with a return.
    #[schema(required = false)]
    faults: Vec<Finding>,
}

/// An instance with what may be done in it now.
#[derive(ToSchema)]
pub struct InstanceOffers {
    /// The instance.
    id: String,
    /// Chinese name of the process.
    name: String,
    /// What may be done as far as the state goes.
    offers: Vec<Offer>,
}

/// One action as the work stands.
#[derive(ToSchema)]
pub struct Offer {
    /// The action.
    action: String,
    /// What the button says.
    name: String,
    /// Roles that may do it.
    by: Vec<String>,
    /// Subjects for whom it may be done.
    subjects: Vec<String>,
    /// The expected next step.
    main: bool,
    /// What stands against it, or should be thought of.
    findings: Vec<Finding>,
    /// Legal source, in full Chinese.
    basis: Vec<String>,
    /// This person holds a role that may do it.
    mine: bool,
    /// A blocking requirement stands against it.
    blocked: bool,
}

/// The part of an event that the chain holds.
#[derive(ToSchema)]
pub struct Header {
    /// Version of the format.
    schema: u32,
    /// Identifier.
    id: String,
    /// The file.
    file: String,
    /// The unit that keeps the file.
    unit: String,
    /// The matter.
    matter: String,
    /// Position in the file's stream, from 1.
    seq: u64,
    /// The library under which it was decided.
    library: String,
    /// Who acted.
    actor: Actor,
    /// The instance concerned.
    instance: Option<String>,
    /// The action, or what the exchange recorded.
    action: String,
    /// The subjects.
    #[schema(required = false)]
    subjects: Vec<String>,
    /// When it is said to have happened.
    #[schema(format = DateTime)]
    occurred_at: String,
    /// When this node recorded it.
    #[schema(format = DateTime)]
    recorded_at: String,
    /// Citations.
    #[schema(required = false)]
    basis: Vec<String>,
    /// SM3 over salt and canonical payload.
    commitment: String,
    /// The previous link.
    previous: String,
}

/// Who acted.
#[derive(ToSchema)]
pub struct Actor {
    /// The user; `-` for what the exchange records by itself.
    user: String,
    /// The role in which he acted.
    role: String,
    /// The unit.
    unit: String,
    /// The user for whom he acted.
    acting_for: Option<String>,
}

/// What an event changed.
#[derive(ToSchema)]
pub struct Payload {
    /// The changes, in order; each names its kind in `effect`.
    #[schema(value_type = Vec<Object>)]
    effects: Vec<Value>,
    /// A reason given by the actor.
    reason: Option<String>,
    /// Warnings that were shown and passed over.
    #[schema(required = false)]
    warnings: Vec<Finding>,
}

/// What verification found.
#[derive(ToSchema)]
pub struct Verification {
    /// Files looked at.
    files: u64,
    /// Events whose chain and commitment were recomputed.
    events: u64,
    /// Contents whose digests were recomputed.
    contents: u64,
    /// Bytes of those contents.
    bytes: u64,
    /// Materials that were lawfully destroyed: nothing is left to recompute.
    destroyed: u64,
    /// Messages found in the senders' ledger.
    sent: u64,
    /// Messages found in the receivers' ledger.
    received: u64,
    /// Deadlines looked at.
    deadlines: u64,
    /// States that were folded again from events.
    rebuilt: u64,
    /// What is wrong; empty when all holds.
    defects: Vec<Defect>,
}

/// One thing that does not hold.
#[derive(ToSchema)]
pub struct Defect {
    /// Kind: chain, content, ledger, receipt, deadline, rebuild.
    kind: String,
    /// What it was found in.
    place: String,
    /// What, in Chinese.
    text: String,
}
