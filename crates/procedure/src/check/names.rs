//! Every name points at something.

use std::collections::BTreeSet;

use super::{Check, possible, process_key};
use crate::model::{Anchor, Condition, FieldRef, FieldType, Id, MessageKind, Route, Setting, Trigger, Works};

pub(super) fn check(c: &mut Check<'_>) {
    cards(c);
    documents(c);
    messages(c);
    let lib = c.library;
    for (id, r) in &lib.roles.roles {
        for a in &r.agency {
            if !lib.roles.agencies.contains_key(a) {
                c.add("roles", &["roles", id.as_str(), "agency"], "name", format!("没有机关“{a}”"));
            }
        }
    }
    for (id, agency) in &lib.roles.agencies {
        for a in agency.below.iter().filter(|a| !lib.roles.agencies.contains_key(*a)) {
            c.add("roles", &["agencies", id.as_str(), "below"], "name", format!("没有机关“{a}”"));
        }
    }
    for (i, s) in lib.standard.separation.iter().enumerate() {
        for a in s.agency.iter().filter(|a| !lib.roles.agencies.contains_key(*a)) {
            c.add("standard", &["separation", &i.to_string(), "agency"], "name", format!("没有机关“{a}”"));
        }
    }
    numbers(c);
    for (id, p) in lib.standard.protection.all() {
        for r in &p.by {
            if !lib.roles.roles.contains_key(r) {
                c.add("standard", &["protection", id, "by"], "name", format!("没有角色“{r}”"));
            }
        }
        condition(c, "standard", &["protection", id, "if"], p.when.as_ref());
    }
    for (id, r) in &lib.roles.roles {
        for to in &r.lends_to {
            let at = ["roles", id.as_str(), "lends_to"];
            match lib.roles.roles.get(to) {
                None => c.add("roles", &at, "name", format!("没有角色“{to}”")),
                Some(other) if other.agency != r.agency => {
                    c.add("roles", &at, "role", format!("“{}”不在同一机关", other.name));
                }
                Some(_) if r.works == Works::Assigned => {
                    c.add("roles", &at, "role", format!("“{}”办理分给本人的案件，由代办人办理，不另授权", r.name));
                }
                Some(_) => {}
            }
        }
    }
    let mut seen = BTreeSet::new();
    for id in lib.processes.keys() {
        process(c, id, &mut seen);
    }
}

/// A number that an agency gives fits its grammar, and fills a field of the case card of the same.
fn numbers(c: &mut Check<'_>) {
    let lib = c.library;
    for (id, a) in &lib.roles.agencies {
        let Some(n) = &a.case_number else { continue };
        let at = |last: &'static str| ["agencies", id.as_str(), "case_number", last];
        let (abbr, code) = n.grammar.sample();
        if let Err(e) = n.of(abbr, code, 2026, 1) {
            c.add("roles", &at("print"), "number", format!("式样不合编号规则：{e}"));
        }
        match lib.field(&n.fills) {
            None => c.add("roles", &at("fills"), "name", format!("没有字段“{}”", n.fills)),
            Some(f) if n.fills.card.as_str() != "case" || f.grammar != Some(n.grammar) => {
                c.add("roles", &at("fills"), "number", format!("“{}”不是案件案卡上同一编号规则的字段", f.name));
            }
            Some(_) => {}
        }
    }
}

fn cards(c: &mut Check<'_>) {
    let lib = c.library;
    for (id, card) in &lib.cards {
        let key = format!("card/{id}");
        if let Some(l) = &card.label
            && !card.fields.contains_key(l)
        {
            c.add(&key, &["label"], "name", format!("没有字段“{l}”"));
        }
        for (n, f) in card.summary.iter().enumerate().filter(|(_, f)| !card.fields.contains_key(*f)) {
            c.add(&key, &["summary", &n.to_string()], "name", format!("没有字段“{f}”"));
        }
        for (fid, f) in &card.fields {
            let at = ["fields", fid.as_str()];
            use crate::model::FieldType as T;
            match f.kind {
                T::Code if f.table.is_none() => c.add(&key, &at, "field", "代码字段须写明 table"),
                T::Enum | T::Enums if f.options.is_empty() => c.add(&key, &at, "field", "选项字段须写明 options"),
                T::Table if f.columns.is_empty() => c.add(&key, &at, "field", "表格字段须写明 columns"),
                _ => {}
            }
            if f.grammar.is_some() && f.kind != T::Text {
                c.add(&key, &at, "field", "编号规则（grammar）只用于文字字段");
            }
            if let Some(t) = &f.table
                && !lib.law.tables.contains_key(t.as_str())
            {
                c.add(&key, &["fields", fid.as_str(), "table"], "name", format!("没有代码表“{t}”"));
            }
            if let Some(n) = f.earlier(id.as_str())
                && lib.field(&n).is_none()
            {
                c.add(&key, &["fields", fid.as_str(), "not_before"], "name", format!("没有字段“{n}”"));
            }
        }
    }
    if !lib.cards.contains_key("case") {
        c.add("roles", &[], "missing", "缺少案件卡（cards/ 下 card: case）");
    }
}

fn documents(c: &mut Check<'_>) {
    let lib = c.library;
    for (id, d) in &lib.documents {
        let key = format!("document/{id}");
        if !lib.standard.volumes.contains_key(&d.volume) {
            c.add(&key, &["volume"], "name", format!("没有卷种“{}”", d.volume));
        }
        for a in &d.agency {
            if !lib.roles.agencies.contains_key(a) {
                c.add(&key, &["agency"], "name", format!("没有机关“{a}”"));
            }
        }
        for f in &d.says {
            field(c, &key, &["says"], f);
        }
    }
}

fn messages(c: &mut Check<'_>) {
    let lib = c.library;
    for (id, m) in &lib.messages {
        let key = format!("message/{id}");
        for (name, list) in [("from", &m.from), ("to", &m.to)] {
            for a in list {
                if !lib.roles.agencies.contains_key(a) {
                    c.add(&key, &[name], "name", format!("没有机关“{a}”"));
                }
            }
        }
        for f in &m.carries.fields {
            field(c, &key, &["carries", "fields"], f);
        }
        for v in &m.carries.volumes {
            match lib.standard.volumes.get(v) {
                None => c.add(&key, &["carries", "volumes"], "name", format!("没有卷种“{v}”")),
                Some(def) if def.internal => {
                    c.add(&key, &["carries", "volumes"], "internal", format!("“{}”是内卷，不得移送", def.name))
                }
                Some(_) => {}
            }
        }
        for d in &m.carries.documents {
            document(c, &key, &["carries", "documents"], d);
        }
    }
}

fn field(c: &mut Check<'_>, key: &str, path: &[&str], f: &FieldRef) {
    if c.library.field(f).is_none() {
        c.add(key, path, "name", format!("没有字段“{f}”"));
    }
}
fn document(c: &mut Check<'_>, key: &str, path: &[&str], d: &Id) {
    if !c.library.documents.contains_key(d) {
        c.add(key, path, "name", format!("没有文书种类“{d}”"));
    }
}
fn condition(c: &mut Check<'_>, key: &str, path: &[&str], when: Option<&Condition>) {
    if let Some(w) = when
        && !c.library.facts.contains_key(&w.fact)
    {
        c.add(key, path, "name", format!("没有事实“{}”", w.fact));
    }
}

fn process(c: &mut Check<'_>, id: &Id, seen: &mut BTreeSet<Id>) {
    let lib = c.library;
    let Some(p) = lib.processes.get(id) else { return };
    let key = process_key(id);
    for a in &p.agency {
        if !lib.roles.agencies.contains_key(a) {
            c.add(&key, &["agency"], "name", format!("没有机关“{a}”"));
        }
    }
    match lib.cards.get(&p.subject) {
        None => c.add(&key, &["subject"], "name", format!("没有卡“{}”", p.subject)),
        Some(card) if !card.subject => {
            c.add(&key, &["subject"], "name", format!("“{}”不能作为办理对象", card.name));
        }
        Some(_) => {}
    }
    if !p.states.contains_key(&p.initial) {
        c.add(&key, &["initial"], "name", format!("没有状态“{}”", p.initial));
    }
    for (i, j) in p.joined_on.iter().enumerate() {
        let n = i.to_string();
        trigger(c, &key, &["joined_on", &n, "on"], p, &j.on);
        let fits = match &j.on {
            Trigger::Message(m) => lib.messages.get(m).is_none_or(|m| m.kind == MessageKind::Handover),
            Trigger::Signal(_) => true,
            Trigger::Opened | Trigger::Joined | Trigger::Action(_) => false,
        };
        if !fits {
            c.add(&key, &["joined_on", &n, "on"], "joining", "只有移送或者信号可以增加办理对象");
        }
        for s in j.beside.iter().chain([&j.begins]) {
            state(c, &key, &["joined_on", &n], p, s);
        }
    }
    for m in &p.opens_on.messages {
        if !lib.messages.contains_key(m) {
            c.add(&key, &["opens_on", "messages"], "name", format!("没有消息“{m}”"));
        }
    }
    match p.opens_on.action.as_ref().map(|a| (a, p.actions.get(a))) {
        Some((a, None)) => c.add(&key, &["opens_on", "action"], "name", format!("没有动作“{a}”")),
        Some((a, Some(def))) if !def.from.is_empty() => {
            c.add(&key, &["actions", a.as_str(), "from"], "opening", "启动流程的动作不得有 from");
        }
        _ => {}
    }
    actions(c, &key, p);
    for (i, r) in p.receives.iter().enumerate() {
        let n = i.to_string();
        trigger(c, &key, &["receives", &n, "on"], p, &r.on);
        for s in r.from.iter().chain(r.to.as_ref()) {
            state(c, &key, &["receives", &n], p, s);
        }
        condition(c, &key, &["receives", &n, "if"], r.when.as_ref());
        for f in &r.takes {
            field(c, &key, &["receives", &n, "takes"], f);
        }
        settings(c, &key, &["receives", &n, "set"], p, r.set.iter());
        opened(c, &key, &["receives", &n, "opens"], &r.opens);
    }
    for (d, def) in &p.deadlines {
        let at = |last: &'static str| ["deadlines", d.as_str(), last];
        for (name, list) in
            [("starts", &def.starts), ("ends", &def.ends), ("suspends", &def.suspends), ("resumes", &def.resumes)]
        {
            for t in list {
                trigger(c, &key, &at(name), p, t);
            }
        }
        for e in &def.extends {
            trigger(c, &key, &at("extends"), p, &e.on);
        }
        condition(c, &key, &at("if"), def.when.as_ref());
        condition(c, &key, &at("custody_if"), def.custody_if.as_ref());
        for r in &def.rules {
            condition(c, &key, &at("rules"), r.when.as_ref());
            for f in r.months.iter().chain(&r.credit) {
                field(c, &key, &at("rules"), f);
            }
        }
        if let Some(f) = &def.field {
            field(c, &key, &at("field"), f);
        }
        match &def.of {
            None if def.anchor == Anchor::Lapse => {
                c.add(&key, &at("anchor"), "rules", "anchor: lapse 须以 of 写明从哪一期限的届满日起算");
            }
            Some(_) if def.anchor != Anchor::Lapse => {
                c.add(&key, &at("of"), "rules", "of 只用于 anchor: lapse");
            }
            Some(of) => match (p.deadlines.get_index_of(of), p.deadlines.get_index_of(d)) {
                (None, _) => c.add(&key, &at("of"), "name", format!("没有期限“{of}”")),
                // What starts both starts them in the order in which they are written.
                (Some(first), Some(then)) if first >= then => {
                    c.add(&key, &at("of"), "rules", format!("期限“{of}”须写在从其届满日起算的期限之前"));
                }
                _ => {}
            },
            None => {}
        }
        for r in &def.warns {
            if !lib.roles.roles.contains_key(r) {
                c.add(&key, &at("warns"), "name", format!("没有角色“{r}”"));
            }
        }
    }
    requirements(c, &key, p, seen);
}

fn state(c: &mut Check<'_>, key: &str, path: &[&str], p: &crate::model::Process, s: &Id) {
    if s.as_str() != "open" && !p.states.contains_key(s) {
        c.add(key, path, "name", format!("没有状态“{s}”"));
    }
}
fn trigger(c: &mut Check<'_>, key: &str, path: &[&str], p: &crate::model::Process, t: &Trigger) {
    if !possible(c.library, p, t) {
        let text = match t {
            Trigger::Action(a) => format!("没有动作“{a}”"),
            Trigger::Message(m) => format!("没有消息“{m}”"),
            Trigger::Signal(s) => format!("没有哪个流程发出信号“{s}”"),
            Trigger::Opened => String::new(),
            Trigger::Joined => "本流程没有办理中增加办理对象的动作或者消息".into(),
        };
        c.add(key, path, "name", text);
    }
}
fn settings<'a>(
    c: &mut Check<'_>,
    key: &str,
    path: &[&str],
    p: &crate::model::Process,
    set: impl Iterator<Item = (&'a FieldRef, &'a Setting)>,
) {
    for (f, v) in set {
        field(c, key, path, f);
        if let (Some(def), Setting::Text(t)) = (c.library.field(f), v)
            && !t.starts_with('$')
            && !def.options.is_empty()
            && !def.options.contains_key(t.as_str())
        {
            c.add(key, path, "name", format!("字段 {f} 没有选项“{t}”"));
        }
        if let Setting::Text(t) = v
            && let Some(d) = t.strip_prefix("$after:")
        {
            if !p.deadlines.contains_key(d) {
                c.add(key, path, "name", format!("没有期限“{d}”"));
            }
            if c.library.field(f).is_some_and(|def| def.kind != FieldType::Date) {
                c.add(key, path, "type", format!("“{t}”是日期，字段 {f} 不是"));
            }
        } else if let Setting::Text(t) = v
            && let Some(other) = t.strip_prefix("$of:")
        {
            match other.parse::<FieldRef>() {
                Err(_) => c.add(key, path, "name", format!("不认识“{t}”")),
                Ok(o) => {
                    field(c, key, path, &o);
                    let kind = |f: &FieldRef| c.library.field(f).map(|d| d.kind);
                    if kind(&o).is_some() && kind(&o) != kind(f) {
                        c.add(key, path, "type", format!("字段 {o} 与字段 {f} 不是一种值"));
                    }
                }
            }
        } else if let Setting::Text(t) = v
            && t.starts_with('$')
            && !["$today", "$now", "$actor", "$unit", "$received", "$plus1", "$reason", "$assigned"]
                .contains(&t.as_str())
        {
            c.add(key, path, "name", format!("不认识“{t}”"));
        }
    }
}
fn opened(c: &mut Check<'_>, key: &str, path: &[&str], opens: &[Id]) {
    for o in opens {
        match c.library.processes.get(o) {
            None => c.add(key, path, "name", format!("没有流程“{o}”")),
            Some(q) if !q.opens_on.process => {
                c.add(key, path, "opening", format!("流程“{o}”没有声明可由其他流程启动（opens_on.process）"));
            }
            Some(_) => {}
        }
    }
}

fn actions(c: &mut Check<'_>, key: &str, p: &crate::model::Process) {
    let lib = c.library;
    for (a, def) in &p.actions {
        let at = |last: &'static str| ["actions", a.as_str(), last];
        for s in &def.from {
            state(c, key, &at("from"), p, s);
        }
        if let Some(s) = &def.to {
            state(c, key, &at("to"), p, s);
        }
        if let Some(s) = &def.begins {
            state(c, key, &at("begins"), p, s);
            if !def.subjects || def.to.is_some() || def.from.is_empty() {
                let text = "begins 只用于在办理中增加办理对象的动作：要有 from 和 subjects，不得有 to";
                c.add(key, &at("begins"), "joining", text);
            }
        }
        if def.from.is_empty() && p.opens_on.action.as_ref() != Some(a) {
            c.add(key, &["actions", a.as_str()], "opening", "没有 from 的动作必须是启动流程的动作（opens_on.action）");
        }
        if def.by.is_empty() {
            c.add(key, &["actions", a.as_str()], "role", "没有人可以做这个动作（by 为空）");
        }
        let approvers = def.approve.iter().flat_map(|s| s.by.iter());
        for r in def.by.iter().chain(approvers).chain(def.assign.iter().map(|x| &x.role)) {
            match lib.roles.roles.get(r) {
                None => c.add(key, &["actions", a.as_str()], "name", format!("没有角色“{r}”")),
                Some(role) if !role.agency.is_empty() && !role.agency.iter().any(|x| p.agency.contains(x)) => {
                    c.add(
                        key,
                        &["actions", a.as_str()],
                        "role",
                        format!("角色“{}”不在办理本流程的机关：没有人可以做", role.name),
                    );
                }
                Some(_) => {}
            }
        }
        condition(c, key, &at("if"), def.when.as_ref());
        for s in &def.approve {
            condition(c, key, &at("approve"), s.when.as_ref());
        }
        for f in &def.form {
            field(c, key, &at("form"), f);
        }
        settings(c, key, &at("set"), p, def.set.iter());
        for d in &def.issue {
            document(c, key, &at("issue"), d);
        }
        opened(c, key, &at("opens"), &def.opens);
        for s in &def.send {
            condition(c, key, &at("send"), s.when.as_ref());
            if !lib.messages.contains_key(&s.message) {
                c.add(key, &at("send"), "name", format!("没有消息“{}”", s.message));
            }
            match &s.to {
                Route::SameRegion(g) | Route::Taken(g) | Route::Chosen(g) => {
                    if !lib.roles.agencies.contains_key(g) {
                        c.add(key, &at("send"), "name", format!("没有机关“{g}”"));
                    }
                }
                Route::Field(f) => field(c, key, &at("send"), f),
                Route::Origin => {}
            }
        }
    }
}

fn requirements(c: &mut Check<'_>, key: &str, p: &crate::model::Process, seen: &mut BTreeSet<Id>) {
    let lib = c.library;
    for (i, r) in p.requirements.iter().enumerate() {
        let n = i.to_string();
        let at = ["requirements", n.as_str()];
        let path = |last: &'static str| ["requirements", n.as_str(), last];
        if !seen.insert(r.id.clone()) {
            c.add(key, &path("id"), "duplicate", format!("要求“{}”重复", r.id));
        }
        for a in &r.at {
            if !p.actions.contains_key(a) {
                c.add(key, &path("at"), "name", format!("没有动作“{a}”"));
            }
        }
        condition(c, key, &path("if"), r.when.as_ref());
        condition(c, key, &path("need"), r.need.fact.as_ref());
        for d in r.need.document.iter().chain(&r.need.any_document) {
            document(c, key, &path("need"), d);
        }
        for f in r.need.wanted() {
            field(c, key, &path("need"), f);
        }
        if let Some(a) = &r.need.agrees {
            document(c, key, &path("need"), &a.document);
            for f in &a.fields {
                field(c, key, &path("need"), f);
                if lib.documents.get(&a.document).is_some_and(|d| !d.says.contains(f)) {
                    c.add(key, &path("need"), "says", format!("文书“{}”的著录项里没有 {f}", a.document));
                }
            }
        }
        for d in r.need.lapsed.iter().chain(&r.need.within) {
            if !p.deadlines.contains_key(d) {
                c.add(key, &path("need"), "name", format!("没有期限“{d}”"));
            }
        }
        if let Some(code) = &r.code
            && !lib.standard.return_codes.contains_key(code)
        {
            c.add(key, &path("code"), "name", format!("没有退回事由“{code}”"));
        }
        let needs = [
            r.need.document.is_some(),
            !r.need.any_document.is_empty(),
            r.need.field.is_some(),
            !r.need.fields.is_empty(),
            r.need.fact.is_some(),
            r.need.readable,
            r.need.catalogue,
            r.need.agrees.is_some(),
            r.need.lapsed.is_some(),
            r.need.within.is_some(),
            r.need.answered,
        ];
        if r.need.ahead.is_some() && r.need.within.is_none() {
            c.add(key, &at, "need", "ahead 只能与 within 同写");
        }
        if needs.iter().filter(|n| **n).count() != 1 {
            c.add(key, &at, "need", "need 须恰好写一项");
        }
        if r.basis.is_empty() {
            c.add(key, &at, "basis", "要求须有依据");
        }
    }
}
