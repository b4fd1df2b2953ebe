//! What goes with an act: checked against the cards, then filed.

use jiff::civil::Date;
use law::time::Moment;
use procedure::Library;
use procedure::engine::values;
use procedure::model::{Action, FieldRef, FieldType, Id, Process};
use procedure::situation::{Card, Handler, Material, Volume};
use serde_json::Value;

use crate::command::{How, Input, NewMaterial, Reason, Refusal, RefusalKind};
use crate::decide::Deed;
use crate::event::Effect;
use crate::state::FileState;
use crate::work::Work;

/// Checks everything given with an act; all faults at once.
pub(crate) fn check(
    library: &Library,
    action: &Action,
    process: &Process,
    state: &FileState,
    input: &Input,
    today: Date,
) -> Result<(), Refusal> {
    let mut reasons = Vec::new();
    let may_set = |f: &FieldRef| action.form.contains(f);
    let mut case = state.situation.case.clone();
    case.extend(input.case.clone());
    card(library, "case", &case, &state.situation.case, &input.case, "case", &may_set, today, &mut reasons);
    for (s, fields) in &input.subjects {
        match state.situation.subjects.get(s) {
            None => reasons.push(Reason::new(format!("本案没有办理对象“{s}”")).at(format!("subjects.{s}"))),
            Some(x) => card(
                library,
                x.card.as_str(),
                &case,
                &x.fields,
                fields,
                &format!("subjects.{s}"),
                &may_set,
                today,
                &mut reasons,
            ),
        }
    }
    if !input.new_subjects.is_empty() && !action.subjects {
        reasons.push(Reason::new(format!("“{}”不能增加办理对象", action.name)).at("new_subjects"));
    }
    for (i, fields) in input.new_subjects.iter().enumerate() {
        // Whatever is known of a new subject may be given with it.
        card(
            library,
            process.subject.as_str(),
            &case,
            &Card::new(),
            fields,
            &format!("new_subjects.{i}"),
            &|_| true,
            today,
            &mut reasons,
        );
    }
    for (i, m) in input.materials.iter().enumerate() {
        material(library, action, state, m, &format!("materials.{i}"), today, &mut reasons);
    }
    if action.reason && input.reason.as_deref().is_none_or(|r| r.trim().is_empty()) {
        reasons.push(Reason::new(format!("办理“{}”须写明理由", action.name)).at("reason"));
    }
    if reasons.is_empty() { Ok(()) } else { Err(Refusal { kind: RefusalKind::Input, reasons }) }
}

/// Checks the fields given, together with those that the card already holds and those of the case.
#[allow(clippy::too_many_arguments)]
fn card(
    library: &Library,
    card_id: &str,
    case: &Card,
    held: &Card,
    fields: &Card,
    place: &str,
    may_set: &dyn Fn(&FieldRef) -> bool,
    today: Date,
    out: &mut Vec<Reason>,
) {
    let mut whole = held.clone();
    whole.extend(fields.clone());
    for (id, value) in fields {
        let f = FieldRef::new(card_id, id.as_str());
        let at = format!("{place}.{id}");
        let Some(def) = library.field(&f) else {
            out.push(Reason::new(format!("案卡没有字段“{id}”")).at(at));
            continue;
        };
        if !may_set(&f) {
            out.push(Reason::new(format!("“{}”不在本次办理填写的范围", def.name)).at(at));
            continue;
        }
        if value.is_null() {
            continue;
        }
        let basis = || def.basis.iter().map(|b| library.cite(b)).collect();
        if let Err(e) = values::check(library, def, value, today) {
            out.push(Reason::new(format!("“{}”{e}", def.name)).at(at).on(basis()));
            whole.remove(id);
            continue;
        }
        let other = |e: &FieldRef| if e.card.as_str() == card_id { whole.get(&e.field) } else { case.get(&e.field) };
        if let Some(earlier) = def.earlier(card_id)
            && let (Some(a), Some(b)) = (other(&earlier).and_then(Value::as_str), value.as_str())
            && precedes(b, a)
        {
            let name = library.field(&earlier).map_or("", |d| d.name.as_str());
            out.push(Reason::new(format!("“{}”不得早于“{name}”", def.name)).at(at).on(basis()));
        }
    }
    let tells =
        |id: &Id| library.field(&FieldRef::new(card_id, id.as_str())).is_some_and(|d| d.kind == FieldType::IdNumber);
    if fields.keys().any(|f| tells(f) || ["birth", "sex"].contains(&f.as_str())) {
        identity(library, card_id, &whole, place, today, out);
    }
}

/// Whether one date or moment lies before another.
fn precedes(b: &str, a: &str) -> bool {
    match (b.parse::<Moment>(), a.parse::<Moment>()) {
        (Ok(b), Ok(a)) => b < a,
        _ => b.get(..10) < a.get(..10),
    }
}

/// An identity number and the birth date and sex beside it must say the same (F105).
fn identity(library: &Library, card_id: &str, fields: &Card, place: &str, today: Date, out: &mut Vec<Reason>) {
    for (id, value) in fields {
        let is_number =
            library.field(&FieldRef::new(card_id, id.as_str())).is_some_and(|d| d.kind == FieldType::IdNumber);
        let Some(number) = value.as_str().filter(|_| is_number) else { continue };
        let Ok(parsed) = law::IdNumber::parse(number, today, &library.law.regions) else { continue };
        if let Some(birth) = fields.get("birth").and_then(Value::as_str)
            && birth != parsed.birth_date().to_string()
        {
            out.push(Reason::new("“出生日期”与身份号码不一致").at(format!("{place}.birth")));
        }
        if let Some(sex) = fields.get("sex").and_then(Value::as_str)
            && library.show(&FieldRef::new(card_id, "sex"), &Value::from(sex)) != parsed.sex().label()
        {
            out.push(Reason::new("“性别”与身份号码不一致").at(format!("{place}.sex")));
        }
    }
}

fn material(
    library: &Library,
    action: &Action,
    state: &FileState,
    m: &NewMaterial,
    place: &str,
    today: Date,
    out: &mut Vec<Reason>,
) {
    let Some(def) = library.documents.get(&m.kind) else {
        out.push(Reason::new(format!("没有文书种类“{}”", m.kind)).at(format!("{place}.kind")));
        return;
    };
    if !action.files && !action.issue.contains(&m.kind) {
        out.push(Reason::new(format!("“{}”不入卷《{}》", action.name, def.name)).at(format!("{place}.kind")));
    }
    if m.measured.is_none() {
        out.push(Reason::new(format!("《{}》的文件尚未上传，或者不能读取", def.name)).at(format!("{place}.sm3")));
    }
    if !def.numbered.is_empty() && m.number.is_none() {
        out.push(Reason::new(format!("《{}》须写明文号", def.name)).at(format!("{place}.number")));
    }
    if let Some(number) = &m.number
        && let Some(fault) = def.misnumbered(number)
    {
        out.push(Reason::new(format!("《{}》的{fault}", def.name)).at(format!("{place}.number")));
    }
    if let Some(v) = &m.volume {
        let volumes = &library.standard.volumes;
        let internal = |v: &Id| volumes.get(v).is_some_and(|d| d.internal);
        match volumes.get(v) {
            None => out.push(Reason::new(format!("没有卷种“{v}”")).at(format!("{place}.volume"))),
            Some(to) if internal(&def.volume) && !to.internal => {
                let text = format!("《{}》属于内卷材料，不能归入“{}”", def.name, to.name);
                let own = volumes.get(&def.volume).map_or(&[][..], |d| &d.basis);
                let basis = own.iter().map(|b| library.cite(b)).collect();
                out.push(Reason::new(text).at(format!("{place}.volume")).on(basis));
            }
            Some(_) => {}
        }
    }
    if let Some(d) = m.date
        && d > today
    {
        out.push(Reason::new(format!("《{}》的日期不得晚于今日", def.name)).at(format!("{place}.date")));
    }
    if let Some(t) = &m.title {
        let vague = &library.standard.vague_titles;
        let (titles, basis) = (&vague.titles, vague.basis.iter().map(|b| library.cite(b)).collect());
        if t.trim().is_empty() || titles.iter().any(|v| v == t.trim()) {
            let text = format!("题名“{t}”过于笼统，应写文书自己的标题");
            out.push(Reason::new(text).at(format!("{place}.title")).on(basis));
        }
    }
    for s in m.about.iter().chain(m.says.subjects.keys()) {
        if !state.situation.subjects.contains_key(s) {
            out.push(Reason::new(format!("本案没有办理对象“{s}”")).at(format!("{place}.about")));
        }
    }
    let mut says = |card_id: &str, fields: &Card, at: String| {
        for (id, v) in fields {
            let f = FieldRef::new(card_id, id.as_str());
            match library.field(&f) {
                Some(d) if def.says.contains(&f) => {
                    if let Err(e) = values::check(library, d, v, today) {
                        out.push(Reason::new(format!("著录项“{}”{e}", d.name)).at(format!("{at}.{id}")));
                    }
                }
                _ => out.push(Reason::new(format!("《{}》没有著录项“{id}”", def.name)).at(format!("{at}.{id}"))),
            }
        }
    };
    says("case", &m.says.case, format!("{place}.says.case"));
    for (s, fields) in &m.says.subjects {
        if let Some(x) = state.situation.subjects.get(s) {
            says(x.card.as_str(), fields, format!("{place}.says.subjects.{s}"));
        }
    }
    if let Some(old) = &m.corrects {
        match state.situation.materials.iter().find(|x| &x.id == old) {
            None => out.push(Reason::new("要更正的材料不在本卷宗").at(format!("{place}.corrects"))),
            Some(x) if x.destroyed => {
                out.push(Reason::new("要更正的材料已经依法销毁").at(format!("{place}.corrects")));
            }
            Some(x) if x.corrected_by.is_some() => {
                out.push(Reason::new(format!("《{}》已经更正过", x.title)).at(format!("{place}.corrects")));
            }
            Some(x) => {
                let producer = state.situation.volumes.iter().find(|v| v.id == x.volume).map(|v| v.producer.as_str());
                if producer != Some(state.unit.as_str()) {
                    out.push(
                        Reason::new(format!("《{}》由移送单位制作，只能由其补充更正", x.title))
                            .at(format!("{place}.corrects")),
                    );
                }
            }
        }
    }
}

/// Sets the card fields and files the materials of an act.
pub(crate) fn apply(
    w: &mut Work<'_>,
    library: &Library,
    _process: &Process,
    subjects: &[String],
    input: &Input,
) -> Result<(), Refusal> {
    for (f, v) in &input.case {
        w.push(Effect::CardSet { subject: None, field: f.clone(), value: v.clone() });
    }
    for (s, fields) in &input.subjects {
        for (f, v) in fields {
            w.push(Effect::CardSet { subject: Some(s.clone()), field: f.clone(), value: v.clone() });
        }
    }
    for m in &input.materials {
        file(w, library, subjects, m)?;
    }
    Ok(())
}

fn file(w: &mut Work<'_>, library: &Library, subjects: &[String], m: &NewMaterial) -> Result<(), Refusal> {
    let def = library
        .documents
        .get(&m.kind)
        .ok_or_else(|| Refusal::one(RefusalKind::Input, format!("没有文书种类“{}”", m.kind)))?;
    let Some(measured) = m.measured.clone() else {
        return Err(Refusal::one(RefusalKind::Input, format!("《{}》的文件尚未上传", def.name)));
    };
    let kind = m.volume.clone().unwrap_or_else(|| def.volume.clone());
    let unit = w.state.unit.clone();
    let found =
        w.state.situation.volumes.iter().rev().find(|v| v.kind == kind && v.producer == unit).map(|v| v.id.clone());
    let volume = match found {
        Some(v) => v,
        None => {
            let id = format!("V{}", w.ids.next());
            w.push(Effect::VolumeOpened { volume: Volume { id: id.clone(), kind, producer: unit, partial: false } });
            id
        }
    };
    let next = w
        .state
        .situation
        .materials
        .iter()
        .filter(|x| x.volume == volume)
        .filter_map(|x| x.listed)
        .map(|(_, to)| to)
        .max()
        .unwrap_or(0)
        .saturating_add(1);
    let listed = m.listed.or_else(|| (measured.pages > 0).then(|| (next, next.saturating_add(measured.pages - 1))));
    let id = format!("M{}", w.ids.next());
    let about = if m.about.is_empty() && def.personal { subjects.to_vec() } else { m.about.clone() };
    let title = m.title.clone().unwrap_or_else(|| def.name.clone());
    w.push(Effect::MaterialFiled {
        material: Box::new(Material {
            id: id.clone(),
            kind: m.kind.clone(),
            volume,
            title,
            number: m.number.clone(),
            date: m.date,
            responsible: m.responsible.clone(),
            sm3: m.sm3,
            sha256: measured.sha256,
            bytes: measured.bytes,
            media: measured.media,
            pages: measured.pages,
            listed,
            about,
            says: m.says.clone(),
            filed_at: w.world.now,
            corrected_by: None,
            destroyed: false,
            message: None,
        }),
    });
    if let Some(old) = &m.corrects {
        w.push(Effect::MaterialCorrected { material: old.clone(), by: id });
    }
    Ok(())
}

/// Documents that must be issued with the act and were not filed with it.
pub(crate) fn issued(w: &Work<'_>, deed: &Deed<'_>) -> Vec<Reason> {
    deed.action
        .issue
        .iter()
        .filter(|d| !deed.input.materials.iter().any(|m| &m.kind == *d))
        .map(|d| {
            Reason::new(format!(
                "“{}”须同时制作《{}》，请将其随本次办理入卷",
                deed.action.name,
                deed.library.document_name(d)
            ))
            .at(format!("materials.{d}"))
            .on(w
                .world
                .library
                .documents
                .get(d)
                .map(|x| x.basis.iter().map(|b| deed.library.cite(b)).collect())
                .unwrap_or_default())
        })
        .collect()
}

/// Gives the case to a person; who had it in that role before is taken off it.
pub(crate) fn assign(w: &mut Work<'_>, deed: &Deed<'_>) -> Result<(), Refusal> {
    let Some(a) = &deed.action.assign else { return Ok(()) };
    let role = deed.library.roles.roles.get(&a.role).map_or("", |r| r.name.as_str());
    let fault = |text: String| Refusal { kind: RefusalKind::Input, reasons: vec![Reason::new(text).at("assign")] };
    let Some(to) = &deed.input.assign else {
        return Err(fault(format!("请指明分案方式：轮案（turn）、随机（random）或者指定（manual）{role}")));
    };
    if to.how == How::Manual && a.automatic && deed.input.reason.as_deref().is_none_or(|r| r.trim().is_empty()) {
        return Err(fault("指定承办人的，须写明理由".into()));
    }
    let Some(user) = &to.user else {
        return Err(fault(format!("本单位没有可以承办的{role}")));
    };
    if w.state.barred.contains(user) {
        return Err(fault("该人员已回避本案，不能承办".into()));
    }
    let instance = deed.instance.to_owned();
    let before: Vec<Handler> = w.instance(&instance).map(|i| i.handlers.clone()).unwrap_or_default();
    for h in before.iter().filter(|h| h.role == a.role && &h.user != user) {
        w.push(Effect::HandlerRemoved { instance: instance.clone(), role: h.role.clone(), user: h.user.clone() });
    }
    if !before.iter().any(|h| h.role == a.role && &h.user == user) {
        let handler = Handler { role: a.role.clone(), user: user.clone(), since: w.world.now };
        w.push(Effect::HandlerSet { instance, handler });
    }
    Ok(())
}
