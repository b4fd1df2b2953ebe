//! 一个流程，写成法律人能读的一页。

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::extract::State;
use law::Confidence;
use procedure::Library;
use procedure::model::{Action, Answering, Deadline, Discretion, ExampleKind, Id, MessageKind, Process as Run};
use procedure::model::{Receive, Requirement, Severity, Trigger};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::changes::{self, OverlayChange};
use super::words;
use crate::App;
use crate::extract::{Path, Query};
use crate::mask;
use crate::problem::{Answer, Document, Problem};
use crate::signed::Signed;

/// A process as a page that a lawyer reads.
#[derive(Serialize, ToSchema)]
pub struct ProcessPage {
    /// Digest of the library.
    library: String,
    /// That library is in force today.
    current: bool,
    /// Identifier.
    id: String,
    /// Chinese name.
    name: String,
    /// Chinese names of the agencies that run it.
    agencies: Vec<String>,
    /// Chinese name of the card of its subjects.
    subject: String,
    /// When it is in force, in Chinese.
    valid: String,
    /// How it is opened, in Chinese.
    opened: Vec<String>,
    /// Legal source, in full Chinese.
    basis: Vec<String>,
    /// `checked`, `excerpt` or `unverified`.
    confidence: &'static str,
    /// The state in which tracks begin when the process opens.
    initial: String,
    /// How further subjects come into it while it runs.
    joins: Vec<JoinShown>,
    /// The states, in order.
    states: Vec<StateShown>,
    /// What may be done.
    actions: Vec<ActShown>,
    /// What messages and other processes do.
    receives: Vec<ReceiveShown>,
    /// Deadlines.
    deadlines: Vec<DeadlineShown>,
    /// Requirements.
    requirements: Vec<RequirementShown>,
    /// Documents that are issued or asked for.
    documents: Vec<DocumentShown>,
    /// Messages that go out and come in.
    messages: Vec<MessageShown>,
    /// What overlays in force change in it.
    changes: Vec<OverlayChange>,
    /// What its check found.
    check: super::ProcessCheck,
}

/// How further subjects come into a process that runs.
#[derive(Serialize, ToSchema)]
pub struct JoinShown {
    /// The act or the message that brings them, in Chinese.
    on: String,
    /// It is an act of people; otherwise a message.
    act: bool,
    /// States in one of which somebody must stand.
    beside: Vec<String>,
    /// The state in which they begin.
    begins: String,
}

/// A state of a process.
#[derive(Serialize, ToSchema)]
pub struct StateShown {
    /// Identifier.
    id: String,
    /// Chinese name.
    name: String,
    /// Code of the stage in the life of a case.
    stage: Option<String>,
    /// A track ends here.
    end: bool,
}

/// An act of a process.
#[derive(Serialize, ToSchema)]
pub struct ActShown {
    /// Identifier.
    id: String,
    /// Chinese name.
    name: String,
    /// Chinese names of the roles that may do it.
    by: Vec<String>,
    /// States in which it may be done; none where it opens the process.
    from: Vec<String>,
    /// The state that follows; none where the track stays.
    to: Option<String>,
    /// Only where this is so.
    when: Option<String>,
    /// The expected next step.
    main: bool,
    /// It concerns every open subject.
    whole: bool,
    /// Fields to fill in.
    form: Vec<String>,
    /// Kinds of documents that are issued with it.
    issue: Vec<String>,
    /// The chain of approval, in order.
    approve: Vec<ApprovalShown>,
    /// The answer it gives: `accepted`, `returned` or `refused`.
    answers: Option<&'static str>,
    /// Messages that go out with it.
    sends: Vec<SendShown>,
    /// Chinese names of the processes that it opens.
    opens: Vec<String>,
    /// The dossier is closed for good.
    locks: bool,
    /// A reason must be given.
    reason: bool,
    /// What is written with it, by its name, where that is no reason.
    words: Option<String>,
    /// Identifiers of the requirements checked at it.
    requirements: Vec<String>,
    /// Legal source, in full Chinese.
    basis: Vec<String>,
    /// `checked`, `excerpt` or `unverified`.
    confidence: &'static str,
}

/// A step of a chain of approval.
#[derive(Serialize, ToSchema)]
pub struct ApprovalShown {
    /// Chinese names of the roles one of which must agree.
    by: Vec<String>,
    /// Only where this is so.
    when: Option<String>,
    /// A province may move it down.
    delegable: bool,
    /// To whom it was moved down, and when.
    delegated: Vec<String>,
    /// Legal source, in full Chinese.
    basis: Vec<String>,
}

/// A message that an act sends.
#[derive(Serialize, ToSchema)]
pub struct SendShown {
    /// Kind of message.
    message: String,
    /// Chinese name.
    name: String,
    /// To whom, in Chinese.
    to: String,
    /// Only where this is so.
    when: Option<String>,
}

/// What an arriving message or another process does.
#[derive(Serialize, ToSchema)]
pub struct ReceiveShown {
    /// What arrives, in Chinese.
    on: String,
    /// Kind of message; none for what another process of the case does.
    message: Option<String>,
    /// States in which it has this effect.
    from: Vec<String>,
    /// The state that follows.
    to: Option<String>,
    /// Only where this is so.
    when: Option<String>,
    /// Fields that are taken over.
    takes: Vec<String>,
    /// Chinese names of the processes that it opens.
    opens: Vec<String>,
}

/// A deadline of a process.
#[derive(Serialize, ToSchema)]
pub struct DeadlineShown {
    /// Identifier.
    id: String,
    /// Chinese name.
    name: String,
    /// 羁押, 限制 or 办案.
    clock: &'static str,
    /// Counted as 羁押 where this is so.
    custody_when: Option<String>,
    /// Only where this is so.
    when: Option<String>,
    /// From which moment it runs.
    anchor: String,
    /// What starts it.
    starts: Vec<String>,
    /// How long it is.
    lengths: Vec<LengthShown>,
    /// What ends it in time.
    ends: Vec<String>,
    /// What lengthens it.
    extends: Vec<ExtensionShown>,
    /// What stops the counting.
    suspends: Vec<String>,
    /// What lets it run on.
    resumes: Vec<String>,
    /// How long before its end warnings are given.
    warn: Vec<String>,
    /// Chinese names of the roles that are warned.
    warns: Vec<String>,
    /// Its expiry is a breach; otherwise a right or a term has run out.
    breach: bool,
    /// What follows when it is missed.
    missed: Option<String>,
    /// Legal source, in full Chinese.
    basis: Vec<String>,
    /// `checked`, `excerpt` or `unverified`.
    confidence: &'static str,
}

/// One length of a deadline.
#[derive(Serialize, ToSchema)]
pub struct LengthShown {
    /// Only where this is so; otherwise in all other cases.
    when: Option<String>,
    /// How long, in Chinese.
    length: String,
}

/// What lengthens a deadline.
#[derive(Serialize, ToSchema)]
pub struct ExtensionShown {
    /// By what.
    on: String,
    /// By how much.
    by: String,
    /// How often at most.
    times: u8,
}

/// A requirement of a process.
#[derive(Serialize, ToSchema)]
pub struct RequirementShown {
    /// Identifier.
    id: String,
    /// Acts at which it is checked.
    at: Vec<String>,
    /// Over what it is quantified, in Chinese.
    each: &'static str,
    /// Only where this is so.
    when: Option<String>,
    /// What must be so, in Chinese.
    need: String,
    /// `block`, `warn` or `remind`.
    severity: &'static str,
    /// Reason code of a return, with its name.
    code: Option<String>,
    /// What to do about it.
    remedy: Option<String>,
    /// A situation in which it is met.
    pass: Vec<String>,
    /// A situation in which it is not met.
    fail: Vec<String>,
    /// Legal source, in full Chinese.
    basis: Vec<String>,
    /// `checked`, `excerpt` or `unverified`.
    confidence: &'static str,
}

/// A kind of document that a process issues or asks for.
#[derive(Serialize, ToSchema)]
pub struct DocumentShown {
    /// Identifier.
    id: String,
    /// Its title.
    name: String,
    /// Chinese name of the volume it is filed in.
    volume: String,
    /// Who signs or approves it.
    sign: Option<String>,
    /// It bears the unit's seal.
    seal: bool,
    /// On whom it is served.
    served_on: Option<String>,
    /// Chinese names of the acts that issue it.
    issued_by: Vec<String>,
    /// Identifiers of the requirements that ask for it.
    asked_by: Vec<String>,
    /// Legal source, in full Chinese.
    basis: Vec<String>,
    /// `checked`, `excerpt` or `unverified`.
    confidence: &'static str,
}

/// A kind of message that a process sends or takes.
#[derive(Serialize, ToSchema)]
pub struct MessageShown {
    /// Identifier.
    id: String,
    /// Chinese name.
    name: String,
    /// It goes out; otherwise it comes in.
    sent: bool,
    /// It must be accepted or returned.
    handover: bool,
    /// Chinese names of the agencies that send it.
    from: Vec<String>,
    /// Chinese names of the agencies that take it.
    to: Vec<String>,
    /// Volumes that travel.
    volumes: Vec<String>,
    /// Documents that travel by themselves.
    documents: Vec<String>,
    /// Within which time it is answered.
    answer: Option<String>,
    /// Legal source, in full Chinese.
    basis: Vec<String>,
    /// `checked`, `excerpt` or `unverified`.
    confidence: &'static str,
}

/// Which version of the library.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct Which {
    /// 规则库版本的摘要；不写的，为现行版本
    library: Option<String>,
}

/// 查看一个流程的说明
///
/// 谁可以办什么、要求和正反例、期限、文书、往来消息、依据，以及现行补充规定对它的改动；都写成文字。
#[utoipa::path(
    get, path = "/api/library/processes/{process}/page", tag = "规则库", operation_id = "read_process_page", params(("process" = String, Path, description = "流程，如 GA01"), Which),
    responses(
        (status = 200, description = "流程的说明", body = ProcessPage),
        (status = 404, description = "没有这个流程", body = Document, content_type = "application/problem+json"),
    )
)]
pub async fn page(
    State(app): State<Arc<App>>,
    _: Signed,
    Path(process): Path<String>,
    Query(which): Query<Which>,
) -> Answer<axum::Json<serde_json::Value>> {
    let current = app.door.library();
    let library = match which.library {
        None => current.clone(),
        Some(text) => {
            let digest = text.parse().map_err(|_| Problem::not_found("没有这个版本的规则库"))?;
            let kept = app.door.version(&digest).await?;
            kept.ok_or_else(|| Problem::not_found("没有这个版本的规则库"))?
        }
    };
    let run = library.processes.get(&Id::from(process.as_str()));
    let run = run.ok_or_else(|| Problem::not_found("规则库中没有这个流程"))?;
    let page = ProcessPage { current: library.digest == current.digest, ..of(&library, run) };
    let mut shown = serde_json::to_value(page).map_err(|e| Problem::internal(e.to_string()))?;
    // Examples hold numbers that look like those of people.
    mask::value(&mut shown);
    Ok(axum::Json(shown))
}

fn of(library: &Library, run: &Run) -> ProcessPage {
    ProcessPage {
        library: library.digest.to_string(),
        current: true,
        id: run.process.to_string(),
        name: run.name.clone(),
        agencies: run.agency.iter().map(|a| words::agency(library, a)).collect(),
        subject: library.cards.get(&run.subject).map_or_else(|| run.subject.to_string(), |c| c.name.clone()),
        valid: run.valid.to_string(),
        opened: opened(library, run),
        basis: words::cite(library, &run.basis),
        confidence: run.confidence.id(),
        initial: run.initial.to_string(),
        joins: joins(library, run),
        states: run
            .states
            .iter()
            .map(|(id, s)| StateShown { id: id.to_string(), name: s.name.clone(), stage: s.stage.clone(), end: s.end })
            .collect(),
        actions: run.actions.iter().map(|(id, a)| act(library, run, id, a)).collect(),
        receives: run.receives.iter().map(|r| receive(library, run, r)).collect(),
        deadlines: run.deadlines.iter().map(|(id, d)| deadline(library, run, id, d)).collect(),
        requirements: run.requirements.iter().map(|r| requirement(library, run, r)).collect(),
        documents: documents(library, run),
        messages: messages(library, run),
        changes: changes::of(library, run),
        check: super::checked(run),
    }
}

fn opened(library: &Library, run: &Run) -> Vec<String> {
    let o = &run.opens_on;
    let by_act = o.action.as_ref().and_then(|a| run.actions.get(a)).map(|a| {
        let roles: Vec<String> = a.by.iter().map(|r| words::role(library, r)).collect();
        format!("{}办理“{}”", roles.join("、"), a.name)
    });
    let by_message = o.messages.iter().map(|m| format!("收到{}", words::message(library, m)));
    let opens = |p: &&Run| {
        p.actions.values().any(|a| a.opens.contains(&run.process))
            || p.receives.iter().any(|r| r.opens.contains(&run.process))
    };
    let by_process = o.process.then(|| {
        let names: Vec<&str> = library.processes.values().filter(opens).map(|p| p.name.as_str()).collect();
        if names.is_empty() { "本单位其他流程启动".into() } else { format!("由{}启动", names.join("、")) }
    });
    by_act.into_iter().chain(by_message).chain(by_process).collect()
}

fn joins(library: &Library, run: &Run) -> Vec<JoinShown> {
    let acts = run.actions.values().filter_map(|a| {
        let begins = a.begins.as_ref()?.to_string();
        Some(JoinShown { on: a.name.clone(), act: true, beside: states(run, &a.from), begins })
    });
    let messages = run.joined_on.iter().map(|j| JoinShown {
        on: words::trigger(library, run, &j.on),
        act: false,
        beside: states(run, &j.beside),
        begins: j.begins.to_string(),
    });
    acts.chain(messages).collect()
}

/// The states of a `from`: `open` stands for all that are no end.
fn states(run: &Run, from: &[Id]) -> Vec<String> {
    let open = from.iter().any(|f| f.as_str() == "open");
    let named = |id: &&Id| from.contains(id) || (open && run.states.get(*id).is_some_and(|s| !s.end));
    run.states.keys().filter(named).map(ToString::to_string).collect()
}

fn act(library: &Library, run: &Run, id: &Id, a: &Action) -> ActShown {
    let approve = a.approve.iter().map(|s| ApprovalShown {
        by: s.by.iter().map(|r| words::role(library, r)).collect(),
        when: s.when.as_ref().map(|c| words::condition(library, c)),
        delegable: s.discretion == Discretion::Delegable,
        delegated: s
            .delegated
            .iter()
            .map(|d| {
                let when = d.when.as_ref().map(|c| format!("（{}）", words::condition(library, c)));
                let basis = words::cite(library, &d.basis).join("、");
                format!(
                    "{}改由{}决定{}，依据{basis}",
                    words::role(library, &d.from),
                    words::role(library, &d.to),
                    when.unwrap_or_default()
                )
            })
            .collect(),
        basis: words::cite(library, &s.basis),
    });
    ActShown {
        id: id.to_string(),
        name: a.name.clone(),
        by: a.by.iter().map(|r| words::role(library, r)).collect(),
        from: states(run, &a.from),
        to: a.to.as_ref().map(ToString::to_string),
        when: a.when.as_ref().map(|c| words::condition(library, c)),
        main: a.main,
        whole: a.whole,
        form: words::fields(library, &a.form),
        issue: a.issue.iter().map(ToString::to_string).collect(),
        approve: approve.collect(),
        answers: a.answers.map(|x| match x {
            Answering::Accepted => "accepted",
            Answering::Returned => "returned",
            Answering::Refused => "refused",
        }),
        sends: a
            .send
            .iter()
            .map(|s| SendShown {
                message: s.message.to_string(),
                name: words::message(library, &s.message),
                to: words::route(library, &s.to),
                when: s.when.as_ref().map(|c| words::condition(library, c)),
            })
            .collect(),
        opens: a.opens.iter().map(|p| words::process(library, p)).collect(),
        locks: a.locks,
        reason: a.reason,
        words: a.words.clone(),
        requirements: run.requirements.iter().filter(|r| r.at.contains(id)).map(|r| r.id.to_string()).collect(),
        basis: words::cite(library, &a.basis),
        confidence: a.confidence.id(),
    }
}

fn receive(library: &Library, run: &Run, r: &Receive) -> ReceiveShown {
    ReceiveShown {
        on: words::trigger(library, run, &r.on),
        message: match &r.on {
            Trigger::Message(m) => Some(m.to_string()),
            _ => None,
        },
        from: states(run, &r.from),
        to: r.to.as_ref().map(ToString::to_string),
        when: r.when.as_ref().map(|c| words::condition(library, c)),
        takes: words::fields(library, &r.takes),
        opens: r.opens.iter().map(|p| words::process(library, p)).collect(),
    }
}

fn deadline(library: &Library, run: &Run, id: &Id, d: &Deadline) -> DeadlineShown {
    let all = |t: &[Trigger]| t.iter().map(|t| words::trigger(library, run, t)).collect();
    let lengths = d.rules.iter().map(|r| {
        let base = match (&r.length, &r.months) {
            (Some(l), _) => words::length(l),
            (None, Some(f)) => format!("“{}”所填月数", library.field_name(f)),
            (None, None) => String::new(),
        };
        let credit = r.credit.as_ref().map(|f| format!("，扣除“{}”", library.field_name(f))).unwrap_or_default();
        LengthShown { when: r.when.as_ref().map(|c| words::condition(library, c)), length: format!("{base}{credit}") }
    });
    DeadlineShown {
        id: id.to_string(),
        name: d.name.clone(),
        clock: door::clock_name(d.clock),
        custody_when: d.custody_if.as_ref().map(|c| words::condition(library, c)),
        when: d.when.as_ref().map(|c| words::condition(library, c)),
        anchor: words::anchor(library, run, d),
        starts: all(&d.starts),
        lengths: lengths.collect(),
        ends: all(&d.ends),
        extends: d
            .extends
            .iter()
            .map(|e| ExtensionShown {
                on: words::trigger(library, run, &e.on),
                by: words::length(&e.by),
                times: e.times,
            })
            .collect(),
        suspends: all(&d.suspends),
        resumes: all(&d.resumes),
        warn: d.warn.iter().map(words::length).collect(),
        warns: d.warns.iter().map(|r| words::role(library, r)).collect(),
        breach: d.expiry == procedure::model::Expiry::Breach,
        missed: d.missed.clone(),
        basis: words::cite(library, &d.basis),
        confidence: d.confidence.id(),
    }
}

fn requirement(library: &Library, run: &Run, r: &Requirement) -> RequirementShown {
    let example = |kind| r.examples.get(&kind).map(|e| words::example(library, run, e)).unwrap_or_default();
    let code = r.code.as_ref().map(|c| {
        let name = library.standard.return_codes.get(c).map_or("", |d| d.name.as_str());
        format!("{c} {name}")
    });
    RequirementShown {
        id: r.id.to_string(),
        at: r.at.iter().map(ToString::to_string).collect(),
        each: words::each(r.each),
        when: r.when.as_ref().map(|c| words::condition(library, c)),
        need: words::need(library, run, &r.need),
        severity: match r.severity {
            Severity::Block => "block",
            Severity::Warn => "warn",
            Severity::Remind => "remind",
        },
        code,
        remedy: r.remedy.clone(),
        pass: example(ExampleKind::Pass),
        fail: example(ExampleKind::Fail),
        basis: words::cite(library, &r.basis),
        confidence: r.confidence.id(),
    }
}

fn documents(library: &Library, run: &Run) -> Vec<DocumentShown> {
    let mut kinds: BTreeMap<&Id, (Vec<String>, Vec<String>)> = BTreeMap::new();
    for a in run.actions.values() {
        for d in &a.issue {
            kinds.entry(d).or_default().0.push(a.name.clone());
        }
    }
    for r in &run.requirements {
        let n = &r.need;
        let all = n.document.iter().chain(&n.any_document).chain(n.agrees.iter().map(|a| &a.document));
        for d in all {
            kinds.entry(d).or_default().1.push(r.id.to_string());
        }
    }
    kinds
        .into_iter()
        .filter_map(|(id, (issued_by, asked_by))| {
            let d = library.documents.get(id)?;
            Some(DocumentShown {
                id: id.to_string(),
                name: d.name.clone(),
                volume: words::volume(library, &d.volume),
                sign: d.sign.clone(),
                seal: d.seal,
                served_on: d.served_on.clone(),
                issued_by,
                asked_by,
                basis: words::cite(library, &d.basis),
                confidence: d.confidence.id(),
            })
        })
        .collect()
}

fn messages(library: &Library, run: &Run) -> Vec<MessageShown> {
    let sent = run.actions.values().flat_map(|a| &a.send).map(|s| (&s.message, true));
    let mut all: Vec<(&Id, bool)> = run.messages().map(|m| (m, false)).chain(sent).collect();
    all.sort_by_key(|(id, sent)| (*sent, id.as_str()));
    all.dedup();
    let names = |agencies: &[Id]| agencies.iter().map(|a| words::agency(library, a)).collect();
    all.into_iter()
        .filter_map(|(id, sent)| {
            let m = library.messages.get(id)?;
            Some(MessageShown {
                id: id.to_string(),
                name: m.name.clone(),
                sent,
                handover: m.kind == MessageKind::Handover,
                from: names(&m.from),
                to: names(&m.to),
                volumes: m.carries.volumes.iter().map(|v| words::volume(library, v)).collect(),
                documents: m.carries.documents.iter().map(|d| library.document_name(d)).collect(),
                answer: m.answers.as_ref().map(|a| words::length(&a.business)),
                basis: words::cite(library, &m.basis),
                confidence: m.confidence.id(),
            })
        })
        .collect()
}

/// How sure each part of a process is.
pub(super) fn confidences(run: &Run) -> impl Iterator<Item = Confidence> {
    std::iter::once(run.confidence)
        .chain(run.actions.values().map(|a| a.confidence))
        .chain(run.deadlines.values().map(|d| d.confidence))
        .chain(run.requirements.iter().map(|r| r.confidence))
}
