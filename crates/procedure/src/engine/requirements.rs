//! Checking the requirements of an act, and saying in Chinese what is missing.

use law::calendar::Calendar;
use law::period::Length;
use law::time::{self, Moment};
use serde::Serialize;

use super::clocks;
use super::facts::{Truth, View};
use crate::library::Library;
use crate::model::{Agreement, Deadline, Each, FieldRef, Id, Process, Requirement, Severity, Trigger};
use crate::situation::{Contents, Instance, Material, Situation};

/// One requirement that is not met.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// The requirement.
    pub requirement: Id,
    /// How strong it is.
    pub severity: Severity,
    /// The subject concerned.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub subject: Option<String>,
    /// Where: the material, page or field.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub place: Option<String>,
    /// What is wrong and what to do, in Chinese.
    pub text: String,
    /// Legal source, in full Chinese.
    pub basis: Vec<String>,
    /// Reason code for a return.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// Fields that would have to be known.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub missing: Vec<FieldRef>,
}

/// What the check is made on.
pub struct Question<'a> {
    /// The library version that the instance is pinned to.
    pub library: &'a Library,
    /// The process.
    pub process: &'a Process,
    /// The action.
    pub action: &'a Id,
    /// The situation as it would be with the input of the act.
    pub situation: &'a Situation,
    /// The instance; none while it is being opened.
    pub instance: Option<&'a Instance>,
    /// The subjects of the act.
    pub subjects: &'a [String],
    /// The acting person.
    pub actor: &'a str,
    /// What is known of the contents.
    pub contents: &'a dyn Contents,
    /// The legal moment.
    pub now: Moment,
}

/// One requirement as it was looked at: what it asks for, and what was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Checked {
    /// The requirement.
    pub requirement: Id,
    /// What must be so, in Chinese.
    pub text: String,
    /// How strong it is.
    pub severity: Severity,
    /// Legal source, in full Chinese.
    pub basis: Vec<String>,
    /// Each way in which it is not met; none where it is.
    pub findings: Vec<Finding>,
}

/// All requirements of an act that are not met, strongest first.
pub fn check(q: &Question<'_>) -> Vec<Finding> {
    let mut found: Vec<Finding> = each(q).into_iter().flat_map(|c| c.findings).collect();
    found.sort_by_key(|f| std::cmp::Reverse(f.severity));
    found
}

/// All requirements of an act that apply, met or not, in the order of the library.
pub fn each(q: &Question<'_>) -> Vec<Checked> {
    let mut all = Vec::new();
    for r in q.process.requirements.iter().filter(|r| r.at.contains(q.action)) {
        let mut findings = Vec::new();
        let applies = match r.each {
            Each::Case => one(q, r, None, None, &mut findings),
            Each::Subject => {
                let mut applied = false;
                for s in q.subjects {
                    applied |= one(q, r, Some(s), None, &mut findings);
                }
                applied
            }
            Each::Material => {
                let mut applied = false;
                for m in q.situation.current() {
                    if q.instance.is_none_or(|i| concerns(q, i, m)) {
                        applied |= one(q, r, None, Some(m), &mut findings);
                    }
                }
                applied
            }
        };
        if applies {
            all.push(Checked {
                requirement: r.id.clone(),
                text: asked(q, r),
                severity: r.severity,
                basis: r.basis.iter().map(|b| q.library.cite(b)).collect(),
                findings,
            });
        }
    }
    all.extend(q.process.deadlines.iter().filter_map(|(id, d)| still_extensible(q, id, d)));
    all.extend(extends_something(q));
    all
}

/// An act that lengthens deadlines is refused for whom none of them runs: it would lengthen nothing.
fn extends_something(q: &Question<'_>) -> Option<Checked> {
    let on = Trigger::Action(q.action.clone());
    let extended: Vec<(&Id, &Deadline)> =
        q.process.deadlines.iter().filter(|(_, d)| d.extends.iter().any(|e| e.on == on)).collect();
    let (first, def) = extended.first()?;
    let basis: Vec<String> = def.basis.iter().map(|b| q.library.cite(b)).collect();
    let names: Vec<String> = extended.iter().map(|(_, d)| format!("“{}”", d.name)).collect();
    let names = names.join("、");
    let runs = |s: &String| {
        let mut clocks = q.instance.into_iter().flat_map(|i| &i.clocks);
        clocks.any(|c| &c.subject == s && c.ended.is_none() && extended.iter().any(|(id, _)| *id == &c.deadline))
    };
    let findings: Vec<Finding> = q
        .subjects
        .iter()
        .filter(|s| !runs(s))
        .map(|s| {
            let who = label(q.library, q.situation, s).map(|s| format!("（{s}）")).unwrap_or_default();
            Finding {
                requirement: (*first).clone(),
                severity: Severity::Block,
                subject: Some(s.clone()),
                place: None,
                text: format!("{names}没有在计算，没有可以延长的期限{who}"),
                basis: basis.clone(),
                code: None,
                missing: Vec::new(),
            }
        })
        .collect();
    let text = format!("{names}正在计算");
    Some(Checked { requirement: (*first).clone(), text, severity: Severity::Block, basis, findings })
}

/// A deadline is lengthened by an act only as often as the library says; none where the act lengthens
/// nothing, or nothing that runs.
fn still_extensible(q: &Question<'_>, id: &Id, def: &Deadline) -> Option<Checked> {
    let on = Trigger::Action(q.action.clone());
    let extends = def.extends.iter().find(|e| e.on == on)?;
    let basis: Vec<String> = def.basis.iter().map(|b| q.library.cite(b)).collect();
    let clocks = || q.instance.into_iter().flat_map(|i| &i.clocks).filter(|c| &c.deadline == id && c.ended.is_none());
    let mut findings = Vec::new();
    let mut runs = false;
    for s in q.subjects {
        let Some(running) = clocks().rfind(|c| &c.subject == s) else { continue };
        runs = true;
        let on = on.to_string();
        if running.extended.iter().filter(|x| x.on == on).count() < usize::from(extends.times) {
            continue;
        }
        let who = label(q.library, q.situation, s).map(|s| format!("（{s}）")).unwrap_or_default();
        findings.push(Finding {
            requirement: id.clone(),
            severity: Severity::Block,
            subject: Some(s.clone()),
            place: None,
            text: format!("“{}”已经延长过 {} 次，不能再延长{who}", def.name, extends.times),
            basis: basis.clone(),
            code: None,
            missing: Vec::new(),
        });
    }
    let text = format!("“{}”可以延长 {} 次", def.name, extends.times);
    runs.then_some(Checked { requirement: id.clone(), text, severity: Severity::Block, basis, findings })
}

/// What a requirement asks for, in words.
fn asked(q: &Question<'_>, r: &Requirement) -> String {
    let (need, lib) = (&r.need, q.library);
    let document = |d: &Id| format!("《{}》", lib.document_name(d));
    let mut parts = Vec::new();
    parts.extend(need.document.as_ref().map(|d| format!("有{}", document(d))));
    if !need.any_document.is_empty() {
        let names: Vec<String> = need.any_document.iter().map(document).collect();
        parts.push(format!("有{}之一", names.join("、")));
    }
    parts.extend(need.wanted().map(|f| format!("已填写“{}”", lib.field_name(f))));
    parts.extend(need.fact.as_ref().map(|c| {
        let name = lib.facts.get(&c.fact).map_or("", |f| f.def.name.as_str());
        format!("{}：{name}", if c.negated { "没有" } else { "符合" })
    }));
    if need.readable {
        parts.push("每一页都可以辨认".into());
    }
    if need.catalogue {
        parts.push("卷内目录与页码相符".into());
    }
    parts.extend(need.agrees.as_ref().map(|a| format!("案卡与{}一致", document(&a.document))));
    parts.extend(need.lapsed.as_ref().map(|d| format!("“{}”已经届满", deadline_name(q, d))));
    parts.extend(need.within.as_ref().map(|d| match need.ahead {
        Some(by) => format!("在“{}”届满{by}以前", deadline_name(q, d)),
        None => format!("“{}”尚未届满", deadline_name(q, d)),
    }));
    if need.answered {
        parts.push("发出的移送均已得到答复".into());
    }
    parts.join("，")
}

/// Whether a material is looked at: every one of the file that does not stand in an internal volume.
fn concerns(q: &Question<'_>, _: &Instance, m: &Material) -> bool {
    q.situation
        .volumes
        .iter()
        .find(|v| v.id == m.volume)
        .and_then(|v| q.library.standard.volumes.get(&v.kind))
        .is_none_or(|v| !v.internal)
}

/// Looks at one requirement over one thing; whether it applies there.
fn one(
    q: &Question<'_>,
    r: &Requirement,
    subject: Option<&str>,
    material: Option<&Material>,
    out: &mut Vec<Finding>,
) -> bool {
    let view = View { library: q.library, situation: q.situation, subject };
    if let Some(c) = &r.when
        && view.condition(c, &mut Vec::new()) != Truth::True
    {
        return false;
    }
    for fault in faults(q, r, &view, material) {
        let mut text = fault.text;
        if let Some(s) = subject.and_then(|s| label(q.library, q.situation, s)) {
            text = format!("{text}（{s}）");
        }
        if let Some(remedy) = &r.remedy {
            text = format!("{text}。{remedy}");
        }
        out.push(Finding {
            requirement: r.id.clone(),
            severity: r.severity,
            subject: subject.map(str::to_owned),
            place: fault.place,
            text,
            basis: r.basis.iter().map(|b| q.library.cite(b)).collect(),
            code: r.code.clone(),
            missing: fault.missing,
        });
    }
    true
}

/// The name by which a subject is called in lists and messages.
pub fn label(library: &Library, situation: &Situation, subject: &str) -> Option<String> {
    let s = situation.subjects.get(subject)?;
    let field = library.cards.get(&s.card)?.label.as_ref()?;
    s.fields.get(field)?.as_str().map(str::to_owned)
}

struct Fault {
    text: String,
    place: Option<String>,
    missing: Vec<FieldRef>,
}
impl Fault {
    fn new(text: impl Into<String>) -> Self {
        Self { text: text.into(), place: None, missing: Vec::new() }
    }
    fn at(mut self, place: impl Into<String>) -> Self {
        self.place = Some(place.into());
        self
    }
}

/// Each way in which the need is not met; none when it is.
fn faults(q: &Question<'_>, r: &Requirement, view: &View<'_>, material: Option<&Material>) -> Vec<Fault> {
    let need = &r.need;
    let mut out = Vec::new();
    let lib = q.library;
    if let Some(d) = &need.document
        && !view.has_document(d)
    {
        out.push(Fault::new(format!("缺少《{}》", lib.document_name(d))).at(d.to_string()));
    }
    if !need.any_document.is_empty() && !need.any_document.iter().any(|d| view.has_document(d)) {
        let names: Vec<String> = need.any_document.iter().map(|d| format!("《{}》", lib.document_name(d))).collect();
        out.push(Fault::new(format!("缺少{}中的任何一种", names.join("、"))));
    }
    for f in need.wanted().filter(|f| view.situation.field(f, view.subject).is_none()) {
        let mut fault = Fault::new(format!("未填写“{}”", lib.field_name(f))).at(f.to_string());
        fault.missing.push(f.clone());
        out.push(fault);
    }
    if let Some(c) = &need.fact {
        let mut missing = Vec::new();
        let name = lib.facts.get(&c.fact).map_or("", |f| f.def.name.as_str());
        match view.condition(c, &mut missing) {
            Truth::True => {}
            Truth::False if c.negated => out.push(Fault::new(format!("有不得存在的情形：{name}"))),
            Truth::False => out.push(Fault::new(format!("不符合条件：{name}"))),
            Truth::Unknown => {
                let names: Vec<String> = missing.iter().map(|f| format!("“{}”", lib.field_name(f))).collect();
                let mut fault = Fault::new(format!("不能判断“{name}”：请先填写{}", names.join("、")));
                fault.missing = missing;
                out.push(fault);
            }
        }
    }
    if need.readable
        && let Some(m) = material
        && !lib.documents.get(&m.kind).is_some_and(|d| d.picture)
    {
        for (page, why) in q.contents.flaws(&m.sm3) {
            out.push(Fault::new(format!("《{}》{why}", m.title)).at(format!("{}/{}/p{page}", m.volume, m.id)));
        }
    }
    if need.catalogue {
        catalogue(q, &mut out);
    }
    if let Some(a) = &need.agrees {
        agreement(q, a, view, &mut out);
    }
    if let Some(d) = &need.lapsed {
        lapsed(q, d, view, &mut out);
    }
    if let Some(d) = &need.within {
        within(q, d, need.ahead.as_ref(), view, &mut out);
    }
    if need.answered {
        for s in q.situation.sent.iter().filter(|s| s.answer_due.is_some() && s.business.is_none()) {
            let name = lib.messages.get(&s.kind).map_or("", |m| m.name.as_str());
            out.push(Fault::new(format!("“{name}”（{}）尚未得到答复", time::moment_cn(s.at))).at(s.message.clone()));
        }
    }
    out
}

/// The catalogue of each volume against its pages: ranges given by the clerk must have as many
/// pages as the material, and must not overlap or leave a gap. Materials are looked at in the order of
/// their pages: what was filed first may have arrived last.
fn catalogue(q: &Question<'_>, out: &mut Vec<Fault>) {
    for v in &q.situation.volumes {
        let name = q.library.standard.volumes.get(&v.kind).map_or("", |d| d.name.as_str());
        let mut next: Option<u32> = None;
        let mut materials: Vec<_> = q.situation.materials.iter().filter(|m| m.volume == v.id).collect();
        materials.sort_by_key(|m| m.listed.map(|(from, _)| from));
        for m in materials {
            let Some((from, to)) = m.listed else { continue };
            let place = format!("{}/{}", v.id, m.id);
            if m.corrected_by.is_none() && !m.destroyed {
                let listed = to.saturating_sub(from).saturating_add(1);
                if to < from || listed != m.pages {
                    out.push(
                        Fault::new(format!(
                            "{name}目录载明《{}》为第 {from} 至 {to} 页（{listed} 页），实际 {} 页",
                            m.title, m.pages
                        ))
                        .at(place.clone()),
                    );
                }
                if let Some(expected) = next
                    && from != expected
                    && !(v.partial && from > expected)
                {
                    let what = if from < expected { "与前一件重叠" } else { "与前一件之间缺页" };
                    out.push(Fault::new(format!("{name}目录中《{}》起页为 {from}，{what}", m.title)).at(place));
                }
            }
            next = Some(to.max(from).saturating_add(1));
        }
    }
}

/// Whether a value as cards hold it stands in a text, in any of the ways in which documents write it.
fn stands_in(text: &str, value: &serde_json::Value) -> bool {
    match value {
        serde_json::Value::String(s) => {
            whole(text, s) || s.parse::<jiff::civil::Date>().is_ok_and(|d| whole(text, &time::date_cn(d)))
        }
        serde_json::Value::Number(n) => {
            let spelled = || n.as_u64().and_then(|n| u16::try_from(n).ok()).map(law::numeral);
            whole(text, &n.to_string()) || spelled().is_some_and(|n| whole(text, &n))
        }
        _ => true,
    }
}

/// Whether a form stands in a text by itself, white space of either left aside: `16` does not stand in `168`,
/// in `16 8` or in `2016`.
fn whole(text: &str, form: &str) -> bool {
    let mut signs = form.chars().filter(|c| !c.is_whitespace());
    let Some(first) = signs.next() else { return true };
    let last = signs.clone().next_back().unwrap_or(first);
    let cuts_a_number =
        |edge: char, beside: Option<char>| edge.is_ascii_digit() && beside.is_some_and(|c| c.is_ascii_digit());
    text.match_indices(first).any(|(at, found)| {
        let mut rest = text[at + found.len()..].chars().filter(|c| !c.is_whitespace());
        signs.clone().all(|sign| rest.next() == Some(sign))
            && !cuts_a_number(last, rest.next())
            && !cuts_a_number(first, text[..at].chars().rev().find(|c| !c.is_whitespace()))
    })
}

fn agreement(q: &Question<'_>, a: &Agreement, view: &View<'_>, out: &mut Vec<Fault>) {
    // Of several documents of a kind, the one that speaks of this subject; each may have one of its own.
    let speaks = |m: &&Material| view.subject.is_none_or(|s| m.says.subjects.contains_key(s));
    let Some(m) = view.documents(&a.document).filter(speaks).last().or_else(|| view.documents(&a.document).last())
    else {
        return;
    };
    for f in &a.fields {
        let Some(card) = view.situation.field(f, view.subject) else { continue };
        let name = q.library.field_name(f);
        let place = format!("{}/{}#{f}", m.volume, m.id);
        match m.says.get(f, view.subject) {
            None => out.push(Fault::new(format!("《{}》未著录“{name}”，无法与案卡核对", m.title)).at(place)),
            Some(said) if said != card => out.push(
                Fault::new(format!(
                    "案卡“{name}”为“{}”，《{}》为“{}”，两者不一致",
                    q.library.show(f, card),
                    m.title,
                    q.library.show(f, said)
                ))
                .at(place),
            ),
            Some(said) => {
                // What the index says must also stand in the document's own text, where it has one.
                let readable = matches!(
                    q.library.field(f).map(|d| d.kind),
                    Some(
                        crate::model::FieldType::Text
                            | crate::model::FieldType::IdNumber
                            | crate::model::FieldType::Date
                            | crate::model::FieldType::Int
                    )
                );
                if readable
                    && let Some(text) = q.contents.text(&m.sm3)
                    && !stands_in(text, said)
                {
                    out.push(
                        Fault::new(format!("《{}》正文中找不到著录的“{name}”（{}）", m.title, q.library.show(f, said)))
                            .at(place),
                    );
                }
            }
        }
    }
}

fn running<'a>(q: &'a Question<'_>, deadline: &Id, view: &View<'_>) -> Option<&'a crate::situation::Running> {
    let i = q.instance?;
    i.clocks
        .iter()
        .rev()
        .find(|c| &c.deadline == deadline && view.subject.is_none_or(|s| c.subject == s || c.subject.is_empty()))
}

fn deadline_name(q: &Question<'_>, id: &Id) -> String {
    q.process.deadlines.get(id).map_or_else(|| id.to_string(), |d| d.name.clone())
}

fn lapsed(q: &Question<'_>, id: &Id, view: &View<'_>, out: &mut Vec<Fault>) {
    let name = deadline_name(q, id);
    match running(q, id, view) {
        None => out.push(Fault::new(format!("“{name}”尚未起算"))),
        Some(r) => {
            let due = clocks::due(r, calendar(q), q.now);
            if q.now < due.at {
                out.push(Fault::new(format!("“{name}”至{} 24 时届满，现在尚未届满", time::date_cn(due.last_day))));
            }
        }
    }
}

fn within(q: &Question<'_>, id: &Id, ahead: Option<&Length>, view: &View<'_>, out: &mut Vec<Fault>) {
    let name = deadline_name(q, id);
    let Some(r) = running(q, id, view).filter(|r| r.ended.is_none()) else { return };
    let due = clocks::due(r, calendar(q), q.now);
    if q.now >= due.at {
        out.push(Fault::new(format!("“{name}”已于{}届满", time::date_cn(due.last_day))));
    } else if let Some(by) = ahead.filter(|by| q.now >= by.before(due.at)) {
        out.push(Fault::new(format!("“{name}”于{}届满，距届满已不足{by}", time::date_cn(due.last_day))));
    }
}

fn calendar<'a>(q: &'a Question<'_>) -> &'a Calendar {
    &q.library.law.calendar
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_number_stands_in_a_text_by_itself() {
        let text = "血液中乙醇含量为 168 mg/100ml，2026 年 3 月 4 日";
        assert!(stands_in(text, &json!(168)));
        for other in [16, 68, 6, 26] {
            assert!(!stands_in(text, &json!(other)), "{other}");
        }
        assert!(!stands_in("含量为 16 8 mg", &json!(16)));
        assert!(stands_in("林　疏\n桐", &json!("林疏桐")) && stands_in("林疏桐", &json!("林 疏桐")));
        assert!(stands_in("11168 与 168", &json!(168)) && !stands_in("11168", &json!(168)));
        assert!(stands_in(text, &json!("2026-03-04")));
        assert!(!stands_in(text, &json!("2026-03-14")));
        assert!(stands_in("身份证号 970102199003070018", &json!("970102199003070018")));
    }
}
