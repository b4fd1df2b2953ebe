//! Every requirement's examples pass and fail as they say.

use std::collections::BTreeMap;

use jiff::civil::date;
use law::period::{Clock, Length};
use law::time;
use seal::{Digest, Sha256};

use super::{Check, process_key};
use crate::engine::requirements::{Question, check as check_requirements};
use crate::model::{Example, ExampleKind, Id, Process, Requirement};
use crate::situation::{Contents, Instance, Material, Origin, Running, Says, Sent, Situation, Subject, Track, Volume};

pub(super) fn check(c: &mut Check<'_>, own: &dyn Fn(&Id) -> bool) {
    let lib = c.library;
    for (id, p) in lib.processes.iter().filter(|(id, _)| own(id)) {
        for (i, r) in p.requirements.iter().enumerate() {
            let n = i.to_string();
            for (kind, name) in [(ExampleKind::Pass, "pass"), (ExampleKind::Fail, "fail")] {
                let path = ["requirements", n.as_str(), "examples", name];
                match r.examples.get(&kind) {
                    None => c.add(&process_key(id), &path, "example", format!("要求“{}”缺少{}", r.id, wording(kind))),
                    Some(e) => {
                        if let Err(text) = try_example(c, p, r, e, kind) {
                            c.add(&process_key(id), &path, "example", format!("要求“{}”：{text}", r.id));
                        }
                    }
                }
            }
        }
    }
}

fn wording(k: ExampleKind) -> &'static str {
    match k {
        ExampleKind::Pass => "符合的例子（pass）",
        ExampleKind::Fail => "不符合的例子（fail）",
    }
}

/// Contents of an example: unreadable where it says so.
struct Shown(Vec<Digest>);
impl Contents for Shown {
    fn flaws(&self, d: &Digest) -> Vec<(u32, String)> {
        if self.0.contains(d) { vec![(1, "例".into())] } else { Vec::new() }
    }
    fn text(&self, _: &Digest) -> Option<&str> {
        None
    }
}

fn try_example(c: &Check<'_>, p: &Process, r: &Requirement, e: &Example, kind: ExampleKind) -> Result<(), String> {
    let lib = c.library;
    let now = time::moment(date(2026, 6, 1).at(9, 0, 0, 0));
    let day = time::day(now);
    let mut unreadable = Vec::new();
    for (card, fields) in [("case", &e.case), (p.subject.as_str(), &e.subject)] {
        for (f, v) in fields {
            let r = crate::model::FieldRef::new(card, f.as_str());
            let Some(def) = lib.field(&r) else { return Err(format!("例子里没有字段“{r}”")) };
            crate::engine::values::check(lib, def, v, day).map_err(|t| format!("例子里“{r}”的值不对：{t}"))?;
        }
    }
    let mut page = 1;
    let materials = e
        .materials
        .iter()
        .enumerate()
        .map(|(i, m)| {
            let digest = Digest::of(i.to_string().as_bytes());
            if m.unreadable {
                unreadable.push(digest);
            }
            let mut says = Says::default();
            for (f, v) in &m.says {
                if f.card.as_str() == "case" {
                    says.case.insert(f.field.clone(), v.clone());
                } else {
                    says.subjects.entry("P1".into()).or_default().insert(f.field.clone(), v.clone());
                }
            }
            let listed = Some((page, if e.catalogue_fault { page + 5 } else { page }));
            page += 1;
            Material {
                id: format!("M{i}"),
                kind: m.kind.clone(),
                volume: "V1".into(),
                title: lib.document_name(&m.kind),
                number: None,
                date: Some(day),
                responsible: None,
                sm3: digest,
                sha256: Sha256::of(i.to_string().as_bytes()),
                bytes: 1,
                media: "application/pdf".into(),
                pages: 1,
                listed,
                about: Vec::new(),
                says,
                filed_at: now,
                corrected_by: None,
                destroyed: false,
                message: None,
            }
        })
        .collect();
    let instance = |id: &str, process: &crate::model::Id, state: &crate::model::Id| Instance {
        id: id.into(),
        process: process.clone(),
        library: lib.digest,
        opened_at: now,
        origin: None,
        former: Vec::new(),
        tracks: BTreeMap::from([("P1".to_owned(), Track { state: state.clone(), since: now, joined: None })]),
        handlers: Vec::new(),
        clocks: Vec::new(),
        proposals: Vec::new(),
        done: Vec::new(),
        number: None,
    };
    let mut main = instance("I1", &p.process, &p.initial);
    for d in p.deadlines.keys() {
        let lapsed = e.lapsed.contains(d);
        main.clocks.push(Running {
            deadline: d.clone(),
            subject: "P1".into(),
            from: time::moment(date(if lapsed { 2020 } else { 2026 }, 6, 1).at(0, 0, 0, 0)),
            clock: Clock::Handling,
            length: Length::months(1),
            term: false,
            credit: 0,
            extended: Vec::new(),
            suspended: Vec::new(),
            ended: None,
        });
    }
    main.origin = e.opened_by.clone().map(|kind| Origin {
        message: "X".into(),
        kind,
        unit: "U".into(),
        received_at: now,
        answered: None,
        answered_at: None,
    });
    let mut instances = vec![main];
    for (i, (process, state)) in e.states.iter().enumerate() {
        instances.push(instance(&format!("I{}", i + 2), process, state));
    }
    let situation = Situation {
        case: e.case.clone().into_iter().collect(),
        subjects: BTreeMap::from([(
            "P1".to_owned(),
            Subject { card: p.subject.clone(), fields: e.subject.clone().into_iter().collect() },
        )]),
        volumes: vec![Volume { id: "V1".into(), kind: first_volume(lib), producer: "U".into(), partial: false }],
        materials,
        instances,
        sent: e
            .unanswered
            .iter()
            .map(|m| Sent {
                message: "X".into(),
                kind: m.clone(),
                instance: "I1".into(),
                to: "U".into(),
                before: Default::default(),
                subjects: vec!["P1".into()],
                at: now,
                digest: Digest::of(b""),
                answer_due: Some(now),
                technical: None,
                business: None,
            })
            .collect(),
        received: Vec::new(),
        locked: false,
    };
    let Some(action) = r.at.first() else { return Err("没有写明在哪个动作检查（at）".into()) };
    let subjects = ["P1".to_owned()];
    let question = Question {
        library: lib,
        process: p,
        action,
        situation: &situation,
        instance: situation.instance("I1"),
        subjects: &subjects,
        actor: "U1",
        contents: &Shown(unreadable),
        now,
    };
    let mut missing = Vec::new();
    let view = crate::engine::facts::View { library: lib, situation: &situation, subject: Some("P1") };
    if let Some(w) = &r.when
        && view.condition(w, &mut missing) != crate::engine::facts::Truth::True
    {
        return Err(format!("例子不满足前提“{w}”，说明不了问题"));
    }
    let found = check_requirements(&question).into_iter().find(|f| f.requirement == r.id);
    match (kind, found) {
        (ExampleKind::Pass, Some(f)) => Err(format!("本应符合的例子不符合：{}", f.text)),
        (ExampleKind::Fail, None) => Err("本应不符合的例子却符合".into()),
        _ => Ok(()),
    }
}

/// A volume that hand-overs look at.
fn first_volume(lib: &crate::library::Library) -> crate::model::Id {
    lib.standard.volumes.iter().find(|(_, v)| !v.internal).map_or_else(|| "volume".into(), |(id, _)| id.clone())
}
