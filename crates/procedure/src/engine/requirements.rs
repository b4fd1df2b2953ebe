//! Checking the requirements of an act, and saying in Chinese what is missing.

use law::calendar::Calendar;
use law::time::{self, Moment};
use serde::Serialize;

use super::clocks;
use super::facts::{Truth, View};
use crate::library::Library;
use crate::model::{Agreement, Each, FieldRef, Id, Process, Requirement, Severity};
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

/// All requirements of an act that are not met, strongest first.
pub fn check(q: &Question<'_>) -> Vec<Finding> {
    let mut found = Vec::new();
    for r in q.process.requirements.iter().filter(|r| r.at.contains(q.action)) {
        match r.each {
            Each::Case => one(q, r, None, None, &mut found),
            Each::Subject => {
                for s in q.subjects {
                    one(q, r, Some(s), None, &mut found);
                }
            }
            Each::Material => {
                for m in q.situation.current() {
                    if q.instance.is_none_or(|i| concerns(q, i, m)) {
                        one(q, r, None, Some(m), &mut found);
                    }
                }
            }
        }
    }
    found.sort_by_key(|f| std::cmp::Reverse(f.severity));
    found
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

fn one(q: &Question<'_>, r: &Requirement, subject: Option<&str>, material: Option<&Material>, out: &mut Vec<Finding>) {
    let view = View { library: q.library, situation: q.situation, subject };
    if let Some(c) = &r.when
        && view.condition(c, &mut Vec::new()) != Truth::True
    {
        return;
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
    if let Some(f) = &need.field
        && view.situation.field(f, view.subject).is_none()
    {
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
        within(q, d, view, &mut out);
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
/// pages as the material, and must not overlap or leave a gap.
fn catalogue(q: &Question<'_>, out: &mut Vec<Fault>) {
    for v in &q.situation.volumes {
        let name = q.library.standard.volumes.get(&v.kind).map_or("", |d| d.name.as_str());
        let mut next: Option<u32> = None;
        for m in q.situation.materials.iter().filter(|m| m.volume == v.id) {
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
    let squeezed: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    let forms: Vec<String> = match value {
        serde_json::Value::String(s) => {
            let mut forms = vec![s.chars().filter(|c| !c.is_whitespace()).collect()];
            if let Ok(d) = s.parse::<jiff::civil::Date>() {
                forms.push(time::date_cn(d));
            }
            forms
        }
        serde_json::Value::Number(n) => {
            let mut forms = vec![n.to_string()];
            forms.extend(n.as_u64().and_then(|n| u16::try_from(n).ok()).map(law::numeral));
            forms
        }
        _ => return true,
    };
    forms.iter().any(|f| whole(&squeezed, f))
}

/// Whether a form stands in a text by itself: `16` does not stand in `168` or in `2016`.
fn whole(text: &str, form: &str) -> bool {
    let digit = |c: Option<char>| c.is_some_and(|c| c.is_ascii_digit());
    text.match_indices(form).any(|(at, _)| {
        let (before, after) = (text[..at].chars().next_back(), text[at + form.len()..].chars().next());
        let cuts_a_number = |edge, beside| digit(edge) && digit(beside);
        !cuts_a_number(form.chars().next(), before) && !cuts_a_number(form.chars().next_back(), after)
    })
}

fn agreement(q: &Question<'_>, a: &Agreement, view: &View<'_>, out: &mut Vec<Fault>) {
    let Some(m) = view.documents(&a.document).last() else { return };
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

fn within(q: &Question<'_>, id: &Id, view: &View<'_>, out: &mut Vec<Fault>) {
    let name = deadline_name(q, id);
    if let Some(r) = running(q, id, view) {
        let due = clocks::due(r, calendar(q), q.now);
        if r.ended.is_none() && q.now >= due.at {
            out.push(Fault::new(format!("“{name}”已于{}届满", time::date_cn(due.last_day))));
        }
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
        assert!(stands_in(text, &json!("2026-03-04")));
        assert!(!stands_in(text, &json!("2026-03-14")));
        assert!(stands_in("身份证号 970102199003070018", &json!("970102199003070018")));
    }
}
