//! Performing a command: authorise, check, decide, commit.

use access::{Decision, Deed};
use case::{
    Actor, Command, Decided, Event, FileState, Header, How, Ids, Input, Measured, Message, NewMaterial, Protection,
    SCHEMA, World, decide,
};
use law::time::Moment;
use procedure::Library;
use procedure::model::Id;
use seal::Digest;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::sync::Arc;
use store::TRACES;
use store::rows::{Commit, Committed, Destroys, FileRow, InboxRow, KeyRow, NumberRow, OutboxRow, UserRow};
use tracing::field::Empty;
use tracing::{Instrument, Span};

use crate::contents::Known;
use crate::person::{Principal, access_row};
use crate::views::project;
use crate::{Change, Door, DoorError, Source};

/// How often a command is decided again when somebody else was faster.
pub(crate) const TRIES: u32 = 8;

/// The series of case numbers.
const CASES: &str = "case";

/// What somebody wants to have done.
#[derive(Debug, Clone)]
pub struct Request {
    /// The file; none opens a new one.
    pub file: Option<String>,
    /// The command.
    pub command: Command,
    /// Idempotency key: the same key gets the same answer.
    pub key: Option<String>,
    /// The version that the person saw; a later one refuses the command.
    pub expected: Option<u64>,
}

/// Done.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Answer {
    /// The file.
    pub file: String,
    /// The matter.
    pub matter: String,
    /// Its version now.
    pub version: u64,
    /// The event.
    pub event: String,
    /// The instance concerned.
    pub instance: Option<String>,
    /// The action.
    pub action: Id,
    /// A proposal was made: nothing has taken effect yet.
    pub proposed: bool,
    /// The number given, where the act accepted a hand-over.
    pub number: Option<String>,
    /// Messages that went out.
    pub messages: Vec<Outgoing>,
    /// Warnings that were passed over.
    pub warnings: Vec<Value>,
    /// The same request had been carried out before; this is the first answer.
    #[serde(default)]
    pub already: bool,
}

/// A message that went out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outgoing {
    /// Identifier.
    pub id: String,
    /// Kind.
    pub kind: Id,
    /// Chinese name of the kind.
    pub name: String,
    /// Legal source, in full Chinese.
    #[serde(default)]
    pub basis: Vec<String>,
    /// Receiving unit.
    pub to: String,
    /// Pages carried.
    pub pages: u32,
    /// Bytes carried.
    pub bytes: u64,
}

/// The moment of a decision and the library in force at it.
pub(crate) struct Under {
    pub(crate) library: Arc<Library>,
    pub(crate) now: Moment,
}

/// Identifiers and numbers for one decision, the number drawn beforehand.
pub(crate) struct Drawn<'a> {
    pub(crate) source: &'a Source,
    pub(crate) number: Option<u64>,
}
impl Ids for Drawn<'_> {
    fn next(&mut self) -> String {
        self.source.id()
    }
    fn number(&mut self, _: &str, _: &str, _: i16) -> u64 {
        // While it is only tried out, any number will do that the grammars allow.
        self.number.take().unwrap_or(1)
    }
}

impl Door {
    /// Carries out a command, or says every reason why not.
    ///
    /// # Errors
    /// See [`DoorError`]: nothing was changed in any of its cases.
    pub async fn perform(&self, who: &Principal, request: Request) -> Result<Answer, DoorError> {
        let digest = request_digest(&request)?;
        if let Some(row) = self.carried_out(who, &request).await? {
            return replay(row, &digest);
        }
        let traced = tracing::info_span!(target: TRACES, "act", process = Empty, action = Empty);
        match self.carry_out(who, &request, digest).instrument(traced).await {
            Ok(answer) => Ok(answer),
            // What stands against it may be the very same request, which arrived twice and was quicker.
            Err(refused) => match self.carried_out(who, &request).await? {
                Some(row) => replay(row, &digest),
                None => Err(refused),
            },
        }
    }

    /// The answer that a request with this key got.
    async fn carried_out(&self, who: &Principal, request: &Request) -> Result<Option<KeyRow>, DoorError> {
        match &request.key {
            Some(key) => Ok(self.store().key(&who.user.id, key).await?),
            None => Ok(None),
        }
    }

    async fn carry_out(&self, who: &Principal, request: &Request, digest: Digest) -> Result<Answer, DoorError> {
        for again in 0..TRIES {
            let (row, state) = self.load(who, request).await?;
            if let Some(expected) = request.expected
                && expected != state.version
            {
                return Err(DoorError::Stale { current: state.version });
            }
            self.fetch_libraries(&state).await?;
            // One moment and its library for the whole decision: midnight may pass meanwhile.
            let now = self.now_in(&row);
            let under = Under { library: self.in_force(now).await?, now };
            let command = self.prepare(who, &state, &request.command, &under).await?;
            let mut decided = self.decide(who, &state, &command, None, &under).await?;
            if again == 0 {
                tell(&state, &command, &decided);
            }
            let (mut number, mut numbering) = (None, None);
            if gives_number(&decided, &state) {
                // The number is given by the commit, so that neither a refusal nor a conflict leaves
                // a gap. Whoever gives one lets the others wait, since only one could be next.
                numbering = Some(self.numbering().lock().await);
                let year = law::time::day(now).year();
                let n = self.store().last_number(&who.user.unit, CASES, year).await? + 1;
                decided = self.decide(who, &state, &command, Some(n), &under).await?;
                number = Some(NumberRow { unit: who.user.unit.clone(), series: CASES.into(), year, n });
            }
            let key = request.key.as_ref().map(|k| (who.user.id.clone(), k.clone(), digest));
            let written = self.write(who, row, state, decided, key, number, &under).await?;
            drop(numbering);
            match written {
                (Committed::Done, answer) => {
                    self.announce(&answer);
                    return Ok(answer);
                }
                (Committed::KeyUsed(row), _) => return replay(row, &digest),
                (Committed::Conflict | Committed::Arrived | Committed::NoContent, _) => {}
            }
        }
        Err(DoorError::Busy)
    }

    fn announce(&self, answer: &Answer) {
        if !answer.messages.is_empty() {
            self.outbox_waker().notify_one();
        }
        // Nobody may be listening.
        let _ = self.changes.send(Change {
            file: answer.file.clone(),
            version: answer.version,
            action: answer.action.to_string(),
        });
    }

    /// The file as it stands, if this person may see it and take part in it.
    pub(crate) async fn load(&self, who: &Principal, request: &Request) -> Result<(FileRow, FileState), DoorError> {
        let Some(id) = &request.file else {
            if !matches!(request.command, Command::Open { .. }) {
                return Err(DoorError::Hidden);
            }
            let (file, matter) = (self.source().id(), self.source().id());
            let state = FileState::empty(&file, &who.user.unit, &matter);
            return Ok((new_row(&state, self.source().now()), state));
        };
        let row = self.store().file(id).await?.ok_or(DoorError::Hidden)?;
        let deed = match &request.command {
            Command::Decide { .. } => Deed::Approve,
            Command::Protect { .. } => Deed::Protect,
            Command::Open { .. } | Command::Act { .. } => Deed::Act,
        };
        self.allowed(who, &row, deed)?;
        let state = self.store().state(id).await?.ok_or(DoorError::Hidden)?;
        Ok((row, state))
    }

    /// Whether the policies allow a deed on a file.
    ///
    /// # Errors
    /// Hidden where it may not be seen, forbidden where it may be seen but not done.
    pub fn allowed(&self, who: &Principal, row: &FileRow, deed: Deed) -> Result<(), DoorError> {
        match self.policies().decide(&who.person, deed, &access_row(&self.units(), row, self.now())) {
            Decision::Allowed { .. } => Ok(()),
            Decision::Hidden => Err(DoorError::Hidden),
            Decision::Forbidden { rule, reason } => Err(DoorError::Forbidden { rule, reason }),
        }
    }

    /// Fills in what a caller cannot know: measures of contents, and the person whose turn it is.
    pub(crate) async fn prepare(
        &self,
        who: &Principal,
        state: &FileState,
        command: &Command,
        under: &Under,
    ) -> Result<Command, DoorError> {
        let mut command = command.clone();
        let (input, action) = match &mut command {
            Command::Decide { .. } => return Ok(command),
            Command::Protect { what, .. } => {
                cleared(who, what)?;
                self.known_person(&who.user.unit, what).await?;
                return Ok(command);
            }
            Command::Open { process, input, .. } => {
                let action = under.library.processes.get(process.as_str()).and_then(|p| {
                    let a = p.opens_on.action.as_ref()?;
                    p.actions.get(a.as_str()).cloned()
                });
                (input, action)
            }
            Command::Act { instance, action, input, .. } => {
                let found = state.situation.instance(instance).and_then(|i| {
                    self.pinned(&i.library)?.processes.get(&i.process)?.actions.get(action.as_str()).cloned()
                });
                (input, found)
            }
        };
        self.measure(&who.user, state, input).await?;
        let assignment = action.and_then(|a| a.assign);
        if let (Some(to), Some(a)) = (&mut input.assign, &assignment)
            && to.how != How::Manual
        {
            to.user = self.draw_handler(&who.user.unit, &a.role, to.how, state, under.now).await?;
        } else if let Some(to) = &input.assign
            && let Some(user) = &to.user
        {
            // Only somebody of the unit who holds the role can be named.
            let unit = &who.user.unit;
            let refused = |text: String| DoorError::Refused(case::Refusal::one(case::RefusalKind::Input, text));
            if self.store().user(user).await?.is_none_or(|u| &u.unit != unit) {
                return Err(refused("指定的承办人不是本单位人员".into()));
            }
            if let Some(role) = assignment.map(|a| a.role)
                && !self.store().roster(unit, role.as_str(), self.now()).await?.iter().any(|(u, ..)| u == user)
            {
                let library = self.library();
                let name = library.roles.roles.get(&role).map_or(role.as_str(), |r| r.name.as_str());
                return Err(refused(format!("指定的承办人现在没有“{name}”职责，请另行指定")));
            }
        }
        Ok(command)
    }

    /// Whoever is named must exist; kept out for good are people of the unit only.
    async fn known_person(&self, unit: &str, what: &Protection) -> Result<(), DoorError> {
        let (user, own) = match what {
            Protection::Grant { user, .. } | Protection::Revoke { user } => (user, false),
            Protection::Bar { user } => (user, true),
            Protection::Grade { .. } | Protection::Seal {} | Protection::Unseal {} => return Ok(()),
        };
        let found = self.store().user(user).await?.filter(|u| u.active);
        let text = match found {
            None => "没有这个人员",
            Some(u) if own && u.unit != unit => "该人员不是本单位人员",
            Some(_) => return Ok(()),
        };
        Err(DoorError::Refused(case::Refusal {
            kind: case::RefusalKind::Input,
            reasons: vec![case::Reason::new(text).at("user")],
        }))
    }

    /// What is known of the contents that are filed. One that this person never brought in, and that the file
    /// does not hold, is as if it were not there: whoever has read a digest somewhere does not get the content.
    async fn measure(&self, user: &UserRow, state: &FileState, input: &mut Input) -> Result<(), DoorError> {
        for m in &mut input.materials {
            let store = self.store();
            m.measured = None;
            if !store.brought(&user.unit, &m.sm3, &user.id).await? && !store.holds(&state.id, &m.sm3).await? {
                continue;
            }
            m.measured = store.content(&user.unit, &m.sm3).await?.map(|c| Measured {
                sha256: c.sha256,
                bytes: c.bytes,
                media: c.media,
                pages: c.pages,
            });
        }
        Ok(())
    }

    /// Who is next: the one with the fewest cases, then the longest without one; or anybody.
    async fn draw_handler(
        &self,
        unit: &str,
        role: &Id,
        how: How,
        state: &FileState,
        now: Moment,
    ) -> Result<Option<String>, DoorError> {
        let mut roster = self.store().roster(unit, role.as_str(), now).await?;
        roster.retain(|(u, ..)| !state.removed.contains(u));
        if roster.is_empty() {
            return Ok(None);
        }
        if how == How::Random {
            let n = self.source().below(roster.len());
            return Ok(roster.into_iter().nth(n).map(|(u, ..)| u));
        }
        roster.sort_by(|a, b| (a.1, a.2, &a.0).cmp(&(b.1, b.2, &b.0)));
        Ok(roster.into_iter().next().map(|(u, ..)| u))
    }

    async fn decide(
        &self,
        who: &Principal,
        state: &FileState,
        command: &Command,
        number: Option<u64>,
        under: &Under,
    ) -> Result<Decided, DoorError> {
        let mut known = self.known(state, command, &under.library).await?;
        if let Command::Act { instance, .. } | Command::Decide { instance, .. } = command
            && let Some(pinned) = state.situation.instance(instance).and_then(|i| self.pinned(&i.library))
        {
            known.judge_by(&pinned);
        }
        let units = self.units();
        let pinned = |d: &Digest| self.pinned(d);
        let world =
            World { library: &under.library, pinned: &pinned, contents: &known, units: units.as_ref(), now: under.now };
        let mut ids = Drawn { source: self.source(), number };
        Ok(decide(&world, &mut ids, state, &who.asker(), command)?)
    }

    /// What is known of the contents that a decision looks at.
    pub(crate) async fn known(
        &self,
        state: &FileState,
        command: &Command,
        library: &Library,
    ) -> Result<Known, DoorError> {
        let new: &[NewMaterial] = match command {
            Command::Open { input, .. } | Command::Act { input, .. } => &input.materials,
            Command::Decide { .. } | Command::Protect { .. } => &[],
        };
        let mut digests: BTreeSet<Digest> = state.situation.current().map(|m| m.sm3).collect();
        digests.extend(new.iter().map(|m| m.sm3));
        digests.extend(named_in_proposals(state, false));
        let mut fresh = named_in_proposals(state, true);
        fresh.extend(new.iter().map(|m| m.sm3));
        self.known_of(state, &digests.into_iter().collect::<Vec<_>>(), &fresh, library).await
    }

    /// Facts about contents of a file, with the text of those whose text a requirement compares: of what is filed
    /// already by its kind, of what comes with an act whatever it is.
    pub(crate) async fn known_of(
        &self,
        state: &FileState,
        digests: &[Digest],
        fresh: &BTreeSet<Digest>,
        library: &Library,
    ) -> Result<Known, DoorError> {
        let mut compared = compared_kinds(library);
        let pinned: BTreeSet<Digest> = state.situation.instances.iter().map(|i| i.library).collect();
        for l in pinned.iter().filter(|d| **d != library.digest).filter_map(|d| self.pinned(d)) {
            compared.extend(compared_kinds(&l));
        }
        let mut rows = self.store().contents(&state.unit, digests).await?;
        let mut wanted: BTreeSet<Digest> =
            state.situation.current().filter(|m| compared.contains(&m.kind)).map(|m| m.sm3).collect();
        wanted.extend(fresh);
        for row in &mut rows {
            if wanted.contains(&row.sm3)
                && let Some(full) = self.store().content(&state.unit, &row.sm3).await?
            {
                row.text = full.text;
            }
        }
        Ok(Known::new(library, rows))
    }

    #[allow(clippy::too_many_arguments, reason = "everything that one commit is made of")]
    async fn write(
        &self,
        who: &Principal,
        row: FileRow,
        state: FileState,
        decided: Decided,
        key: Option<(String, String, Digest)>,
        number: Option<NumberRow>,
        under: &Under,
    ) -> Result<(Committed, Answer), DoorError> {
        let actor = Actor {
            user: who.user.id.clone(),
            role: decided.role.clone(),
            unit: who.user.unit.clone(),
            acting_for: decided.acting_for.clone(),
        };
        let (mut commit, answer) = self.commit_of(row, state, decided, actor, under)?;
        if let Some((user, key, request)) = key {
            commit.key = Some(KeyRow { user, key, request, answer: serde_json::to_value(&answer)? });
        }
        commit.number = number;
        Ok((self.store().commit(commit).await?, answer))
    }

    /// Seals the event and puts everything together that the act writes.
    pub(crate) fn commit_of(
        &self,
        mut row: FileRow,
        mut state: FileState,
        decided: Decided,
        actor: Actor,
        under: &Under,
    ) -> Result<(Commit, Answer), DoorError> {
        let expected = state.version;
        let recorded_at = self.source().now();
        let occurred_at = under.now;
        let library = decided.library.unwrap_or(under.library.digest);
        let header = Header {
            schema: SCHEMA,
            id: self.source().id(),
            file: state.id.clone(),
            unit: state.unit.clone(),
            matter: state.matter.clone(),
            seq: expected + 1,
            library,
            actor,
            instance: decided.instance.clone(),
            action: decided.action.clone(),
            subjects: decided.subjects.clone(),
            occurred_at,
            recorded_at,
            basis: decided.basis.clone(),
            commitment: seal::Digest::from_bytes([0; 32]),
            previous: state.head,
        };
        let event = Event::seal(header, decided.payload(), self.source().salt(), state.head)?;
        state.fold(&event);
        let proposed = decided.effects.iter().any(|e| matches!(e, case::Effect::Proposed { .. }));
        let number = decided.effects.iter().find_map(|e| match e {
            case::Effect::Answered { number, .. } => number.clone(),
            _ => None,
        });
        let library = under.library.as_ref();
        let messages: Vec<Outgoing> = decided.messages.iter().map(|m| outgoing(library, m)).collect();
        let answer = Answer {
            file: state.id.clone(),
            matter: state.matter.clone(),
            version: state.version,
            event: event.header.id.clone(),
            instance: decided.instance.clone().or_else(|| state.situation.instances.last().map(|i| i.id.clone())),
            action: decided.action.clone(),
            proposed,
            number,
            messages,
            warnings: case::faults(&decided.warnings),
            already: false,
        };
        refresh_row(&mut row, &state, library, occurred_at);
        let outbox = decided
            .messages
            .into_iter()
            .map(|m| {
                Ok(OutboxRow {
                    digest: m.digest()?,
                    file: state.id.clone(),
                    message: m,
                    queued_at: recorded_at,
                    delivered_at: None,
                    attempts: 0,
                    error: None,
                })
            })
            .collect::<Result<Vec<_>, DoorError>>()?;
        let holdings = holdings(&event);
        let views = project(&state, &|d| self.pinned(d), occurred_at);
        Ok((
            Commit {
                file: row,
                expected,
                event,
                state,
                views,
                outbox,
                inbox: None::<InboxRow>,
                holdings,
                key: None,
                number: None,
                delivered: None,
                destroys: Destroys::default(),
            },
            answer,
        ))
    }
}

/// Who sets a grade must be cleared for it: he would shut himself out.
fn cleared(who: &Principal, what: &Protection) -> Result<(), DoorError> {
    match what {
        Protection::Grade { grade } if *grade > who.person.clearance => Err(DoorError::Refused(case::Refusal {
            kind: case::RefusalKind::Input,
            reasons: vec![case::Reason::new("所定密级高于您的知悉范围，请由知悉范围相当的负责人办理").at("grade")],
        })),
        _ => Ok(()),
    }
}

/// Whether a decision prints a new number, which must be drawn from the unit's series.
fn gives_number(d: &Decided, state: &FileState) -> bool {
    let new = |i: &str| state.situation.instance(i).is_none_or(|i| i.number.is_none());
    d.effects.iter().any(|e| matches!(e, case::Effect::Answered { number: Some(_), instance, .. } if new(instance)))
}

/// Tells the trace what was decided, by its names in the library: only what it allows has come so far.
fn tell(state: &FileState, command: &Command, decided: &Decided) {
    let running = |instance: &String| state.situation.instance(instance).map(|i| i.process.as_str());
    let process = match command {
        Command::Open { process, .. } => Some(process.as_str()),
        _ => decided.instance.as_ref().and_then(running),
    };
    let span = Span::current();
    span.record("action", decided.action.as_str());
    if let Some(process) = process {
        span.record("process", process);
    }
}

/// Contents that the file holds because of this event: of filed materials and of proposals.
fn holdings(event: &Event) -> Vec<Digest> {
    let mut out = BTreeSet::new();
    for e in event.payload.iter().flat_map(|p| &p.effects) {
        match e {
            case::Effect::MaterialFiled { material } => {
                out.insert(material.sm3);
            }
            case::Effect::Proposed { proposal, .. } => {
                if let Ok(input) = serde_json::from_value::<Input>(proposal.input.clone()) {
                    out.extend(input.materials.iter().map(|m| m.sm3));
                }
            }
            _ => {}
        }
    }
    out.into_iter().collect()
}

/// Contents that proposals would file; of those that are open only, where asked.
pub(crate) fn named_in_proposals(state: &FileState, open: bool) -> BTreeSet<Digest> {
    let proposals = state.situation.instances.iter().flat_map(|i| &i.proposals).filter(|p| p.open || !open);
    let inputs = proposals.filter_map(|p| serde_json::from_value::<Input>(p.input.clone()).ok());
    inputs.flat_map(|input| input.materials).map(|m| m.sm3).collect()
}

fn compared_kinds(library: &Library) -> BTreeSet<Id> {
    library
        .processes
        .values()
        .flat_map(|p| p.requirements.iter())
        .filter_map(|r| r.need.agrees.as_ref())
        .map(|a| a.document.clone())
        .collect()
}

fn outgoing(library: &Library, m: &Message) -> Outgoing {
    let (pages, bytes) = m.weight();
    let def = library.messages.get(&m.kind);
    Outgoing {
        id: m.id.clone(),
        kind: m.kind.clone(),
        name: def.map_or_else(|| m.kind.to_string(), |d| d.name.clone()),
        basis: def.into_iter().flat_map(|d| &d.basis).map(|b| library.cite(b)).collect(),
        to: m.to.clone(),
        pages,
        bytes,
    }
}

pub(crate) fn new_row(state: &FileState, at: Moment) -> FileRow {
    FileRow {
        id: state.id.clone(),
        unit: state.unit.clone(),
        matter: state.matter.clone(),
        title: String::new(),
        version: 0,
        grade: 0,
        sealed: false,
        closed: false,
        updated_at: at,
        people: Vec::new(),
        grants: Vec::new(),
    }
}

/// The row that lists and access look at, after an event that happened at a legal moment.
pub(crate) fn refresh_row(row: &mut FileRow, state: &FileState, library: &Library, at: Moment) {
    row.version = state.version;
    row.updated_at = at;
    row.closed = state.situation.locked;
    row.title = title(state, library);
    row.grade = state.grade;
    row.sealed = state.sealed;
    row.grants.clone_from(&state.grants);
    let handlers = state.handlers().into_iter().map(|u| (u, "handler".to_owned()));
    let removed = state.removed.iter().map(|u| (u.clone(), "removed".to_owned()));
    row.people = handlers.chain(removed).collect();
    row.people.sort();
}

/// 人名+案由+案, or what the case card says.
fn title(state: &FileState, library: &Library) -> String {
    if let Some(name) = state.situation.case.get("name").and_then(Value::as_str) {
        return name.to_owned();
    }
    let names: Vec<String> = state
        .situation
        .subjects
        .keys()
        .filter_map(|s| procedure::engine::requirements::label(library, &state.situation, s))
        .collect();
    match names.as_slice() {
        [] => "（未命名）".into(),
        [one] => one.clone(),
        [first, ..] => format!("{first}等 {} 人", names.len()),
    }
}

fn request_digest(r: &Request) -> Result<Digest, DoorError> {
    let value = json!({"file": r.file, "command": serde_json::to_value(&r.command)?, "expected": r.expected});
    // A number that could not be kept exactly, wherever it stands.
    let unkept = |e| DoorError::from(case::Refusal::one(case::RefusalKind::Input, format!("填写的内容不能保存：{e}")));
    Ok(Digest::of(&seal::canonical_json(&value).map_err(unkept)?))
}

fn replay(row: KeyRow, request: &Digest) -> Result<Answer, DoorError> {
    if &row.request != request {
        return Err(DoorError::KeyReused);
    }
    let mut answer: Answer = serde_json::from_value(row.answer)?;
    answer.already = true;
    Ok(answer)
}
