//! Messages that go out with an act.

use std::collections::{BTreeMap, BTreeSet};

use law::period::{self, Clock};
use law::time;
use procedure::Library;
use procedure::engine::facts::View;
use procedure::engine::requirements::{self, Question};
use procedure::model::{Answering, Id, MessageDef, MessageKind, Route, Severity};
use procedure::situation::{Material, Sent, Situation, Subject, Volume};
use serde::Serialize;
use serde_json::Value;

use crate::command::{Reason, Refusal, RefusalKind};
use crate::decide::Deed;
use crate::event::Effect;
use crate::message::{Message, faults};
use crate::work::Work;

/// Answers the hand-over that opened the instance and sends what the act says.
///
/// `before` is where the tracks stood that the act moves.
pub(crate) fn send(w: &mut Work<'_>, deed: &Deed<'_>, before: &BTreeMap<String, Id>) -> Result<(), Refusal> {
    let number = match deed.action.answers {
        None => None,
        Some(answer) => {
            let number = if answer == Answering::Accepted { case_number(w, deed)? } else { None };
            // It may be told to those who waited longer what was answered before; the answer stays the one.
            if w.instance(deed.instance).and_then(|i| i.origin.as_ref()).is_some_and(|o| o.answered.is_none()) {
                w.push(Effect::Answered { instance: deed.instance.to_owned(), answer, number: number.clone() });
            }
            number
        }
    };
    for s in &deed.action.send {
        let subjects: Vec<String> = deed
            .subjects
            .iter()
            .filter(|x| {
                View { library: deed.library, situation: &w.state.situation, subject: Some(x) }.holds(s.when.as_ref())
            })
            .cloned()
            .collect();
        if subjects.is_empty() {
            continue;
        }
        for (unit, subjects) in destinations(w, deed, &s.to, subjects)? {
            one(w, deed, &s.message, &unit, &subjects, number.as_deref(), before)?;
        }
    }
    Ok(())
}

/// The number of an accepted case, printed as the library says for the agency and entered on the
/// card. A case that comes back keeps the number that it was given first.
fn case_number(w: &mut Work<'_>, deed: &Deed<'_>) -> Result<Option<String>, Refusal> {
    let unit = w.state.unit.clone();
    let agency = w.world.units.agency(&unit);
    let Some(def) =
        agency.and_then(|a| deed.library.roles.agencies.get(&a)).and_then(|a| a.case_number.as_ref()).cloned()
    else {
        return Ok(None);
    };
    if let Some(number) = w.instance(deed.instance).and_then(|i| i.number.clone()) {
        return Ok(Some(number));
    }
    let year = time::day(w.world.now).year();
    let serial = w.ids.number(&unit, "case", year);
    let number = def.of(&w.world.units.abbr(&unit), &w.world.units.code(&unit), year, serial).map_err(|e| {
        let text = format!("不能编制本单位的案号：{e}。请系统管理员核对本单位的简称和代码");
        Refusal { kind: RefusalKind::Input, reasons: vec![Reason::new(text).at("unit")] }
    })?;
    w.push(Effect::CardSet { subject: None, field: def.fills.field.clone(), value: Value::from(number.as_str()) });
    Ok(Some(number))
}

/// Receiving units, each with the subjects that go there.
fn destinations(
    w: &Work<'_>,
    deed: &Deed<'_>,
    route: &Route,
    subjects: Vec<String>,
) -> Result<BTreeMap<String, Vec<String>>, Refusal> {
    let nobody = |text: String| Refusal { kind: RefusalKind::Route, reasons: vec![Reason::new(text)] };
    let units = w.world.units;
    let called =
        |agency: &Id| deed.library.roles.agencies.get(agency).map_or_else(|| agency.to_string(), |a| a.name.clone());
    let mut out = BTreeMap::new();
    match route {
        Route::Origin => {
            if let Some(o) = w.instance(deed.instance).and_then(|i| i.origin.as_ref()) {
                out.insert(o.unit.clone(), subjects);
            }
        }
        Route::SameRegion(agency) => {
            let unit = units
                .same_region(&w.state.unit, agency)
                .ok_or_else(|| nobody(format!("本地没有{}，不能移送", called(agency))))?;
            out.insert(unit, subjects);
        }
        Route::Taken(agency) => {
            let s = &w.state.situation;
            let known: BTreeSet<&String> =
                s.sent.iter().map(|x| &x.to).chain(s.received.iter().map(|x| &x.from)).collect();
            for u in known {
                if units.agency(u).as_ref() == Some(agency) && u != &w.state.unit {
                    out.insert(u.clone(), subjects.clone());
                }
            }
        }
        Route::Field(f) => {
            for s in subjects {
                let unit = w
                    .state
                    .situation
                    .field(f, Some(&s))
                    .and_then(Value::as_str)
                    .ok_or_else(|| nobody(format!("未填写“{}”，不知道送往哪里", deed.library.field_name(f))))?;
                if units.agency(unit).is_none() {
                    return Err(nobody(format!("“{}”所填单位不存在", deed.library.field_name(f))));
                }
                out.entry(unit.to_owned()).or_insert_with(Vec::new).push(s);
            }
        }
        Route::Chosen(agency) => {
            let unit = deed
                .input
                .to_units
                .get(agency)
                .ok_or_else(|| nobody(format!("请选择送往的{}（to_units.{agency}）", called(agency))))?;
            if units.agency(unit).as_ref() != Some(agency) {
                return Err(nobody(format!("所选单位不是{}", called(agency))));
            }
            if unit == &w.state.unit {
                return Err(nobody(format!("所选{}就是本单位，不能移送给自己", called(agency))));
            }
            out.insert(unit.clone(), subjects);
        }
    }
    Ok(out)
}

fn one(
    w: &mut Work<'_>,
    deed: &Deed<'_>,
    kind: &Id,
    to: &str,
    subjects: &[String],
    number: Option<&str>,
    before: &BTreeMap<String, Id>,
) -> Result<(), Refusal> {
    let Some(def) = deed.library.messages.get(kind).cloned() else { return Ok(()) };
    let agency = w.world.units.agency(to).unwrap_or_default();
    if !def.to.contains(&agency) {
        return Err(Refusal::one(RefusalKind::Route, format!("“{}”不能发往{}", def.name, w.world.units.name(to))));
    }
    let s = &w.state.situation;
    let origin = w.instance(deed.instance).and_then(|i| i.origin.clone()).filter(|o| o.unit == to);
    let (volumes, materials) = carried(w, deed, &def, subjects);
    let batch = s.sent.iter().filter(|x| &x.kind == kind && x.to == to).count() + 1;
    let mut case = procedure::situation::Card::new();
    let mut people: BTreeMap<String, Subject> = subjects
        .iter()
        .filter_map(|x| {
            Some((x.clone(), Subject { card: s.subjects.get(x)?.card.clone(), fields: Default::default() }))
        })
        .collect();
    for f in &def.carries.fields {
        if f.card.as_str() == "case" {
            if let Some(v) = s.case.get(&f.field) {
                case.insert(f.field.clone(), v.clone());
            }
            continue;
        }
        for (id, p) in people.iter_mut().filter(|(_, p)| p.card == f.card) {
            if let Some(v) = s.subjects.get(id).and_then(|x| x.fields.get(&f.field)) {
                p.fields.insert(f.field.clone(), v.clone());
            }
        }
    }
    let found = if def.carries.faults { faults(&acceptance_faults(w, deed)) } else { Vec::new() };
    let answering = def.kind == MessageKind::Answer;
    let message = Message {
        schema: 1,
        id: w.ids.next(),
        kind: kind.clone(),
        matter: w.state.matter.clone(),
        from: w.state.unit.clone(),
        to: to.to_owned(),
        sent_at: w.world.now,
        batch: u32::try_from(batch).unwrap_or(u32::MAX),
        in_reply_to: if answering { origin.map(|o| o.message) } else { None },
        answer: if answering { deed.action.answers } else { None },
        number: number.map(str::to_owned),
        case,
        subjects: people,
        volumes,
        materials,
        faults: found,
        reason: deed.input.reason.clone(),
        grade: w.state.grade,
    };
    let digest = message.digest().map_err(|e| Refusal::one(RefusalKind::Input, e.to_string()))?;
    let answer_due = def
        .answers
        .as_ref()
        .map(|a| period::due(w.world.now, &a.business, Clock::Handling, &deed.library.law.calendar).at);
    w.push(Effect::MessageSent {
        sent: Sent {
            message: message.id.clone(),
            kind: kind.clone(),
            instance: deed.instance.to_owned(),
            to: to.to_owned(),
            subjects: subjects.to_vec(),
            before: if answer_due.is_some() { only(before, subjects) } else { BTreeMap::new() },
            at: w.world.now,
            digest,
            answer_due,
            technical: None,
            business: None,
        },
    });
    w.messages.push(message);
    Ok(())
}

fn only(before: &BTreeMap<String, Id>, subjects: &[String]) -> BTreeMap<String, Id> {
    before.iter().filter(|(s, _)| subjects.contains(s)).map(|(s, state)| (s.clone(), state.clone())).collect()
}

/// Why a material does not travel with a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Stays {
    /// It stands in an internal volume, or belongs into one (内卷).
    Internal,
    /// Its content was lawfully destroyed.
    Destroyed,
    /// The message carries neither its volume nor its kind.
    NotCarried,
    /// It concerns other subjects only.
    Others,
}

/// Why a material stays behind; none where it travels. Those of the carried kinds of volumes and the
/// documents named travel, never anything of an internal volume, and nothing that concerns other
/// subjects only.
pub(crate) fn stays(
    library: &Library,
    s: &Situation,
    def: &MessageDef,
    subjects: &[String],
    m: &Material,
) -> Option<Stays> {
    let Some(kind) = s.volumes.iter().find(|v| v.id == m.volume).map(|v| &v.kind) else {
        return Some(Stays::NotCarried);
    };
    // Neither what stands in an internal volume nor what belongs into one.
    let internal = |v: &Id| library.standard.volumes.get(v).is_none_or(|d| d.internal);
    let own = library.documents.get(&m.kind).is_some_and(|d| internal(&d.volume));
    if internal(kind) || own {
        Some(Stays::Internal)
    } else if m.destroyed {
        Some(Stays::Destroyed)
    } else if !def.carries.volumes.contains(kind) && !def.carries.documents.contains(&m.kind) {
        Some(Stays::NotCarried)
    } else if !m.about.is_empty() && !m.about.iter().any(|a| subjects.contains(a)) {
        Some(Stays::Others)
    } else {
        None
    }
}

/// Volumes and materials that travel.
fn carried(w: &Work<'_>, deed: &Deed<'_>, def: &MessageDef, subjects: &[String]) -> (Vec<Volume>, Vec<Material>) {
    let s = &w.state.situation;
    let materials: Vec<Material> =
        s.materials.iter().filter(|m| stays(deed.library, s, def, subjects, m).is_none()).cloned().collect();
    let travels = |id: &str| materials.iter().any(|m| m.id == id);
    let volumes = s
        .volumes
        .iter()
        .filter(|v| materials.iter().any(|m| m.volume == v.id))
        .map(|v| Volume {
            partial: v.partial || s.materials.iter().any(|m| m.volume == v.id && !travels(&m.id)),
            ..v.clone()
        })
        .collect();
    (volumes, materials)
}

/// Every fault that stands against accepting what came in: what a return lists. Counted are only
/// the acceptances that could have been given where the return was.
fn acceptance_faults(w: &Work<'_>, deed: &Deed<'_>) -> Vec<requirements::Finding> {
    let accepting = deed
        .process
        .actions
        .iter()
        .filter(|(_, a)| a.answers == Some(Answering::Accepted) && a.from.iter().any(|f| deed.action.from.contains(f)))
        .map(|(id, _)| id);
    let mut out: Vec<requirements::Finding> = Vec::new();
    for action in accepting {
        let found = requirements::check(&Question {
            library: deed.library,
            process: deed.process,
            action,
            situation: &w.state.situation,
            instance: w.instance(deed.instance),
            subjects: &deed.subjects,
            actor: deed.by,
            contents: w.world.contents,
            now: w.world.now,
        });
        for f in found.into_iter().filter(|f| f.severity != Severity::Remind) {
            if !out.contains(&f) {
                out.push(f);
            }
        }
    }
    out
}
