//! Definitions in words that a lawyer reads: conditions, triggers, lengths, what is needed.

use procedure::Library;
use procedure::model::{Anchor, Condition, Deadline, Each, Example, FieldRef, Id, Need, Process, Route, Trigger};

/// Names joined as Chinese enumerates.
fn list<'a>(names: impl IntoIterator<Item = &'a str>) -> String {
    names.into_iter().collect::<Vec<_>>().join("、")
}

/// Citations in full.
pub fn cite(library: &Library, basis: &[String]) -> Vec<String> {
    basis.iter().map(|b| library.cite(b)).collect()
}

/// The name of a role.
pub fn role(library: &Library, id: &Id) -> String {
    library.roles.roles.get(id).map_or_else(|| id.to_string(), |r| r.name.clone())
}

/// The name of an agency.
pub fn agency(library: &Library, id: &Id) -> String {
    library.roles.agencies.get(id).map_or_else(|| id.to_string(), |a| a.name.clone())
}

/// The name of a kind of message.
pub fn message(library: &Library, id: &Id) -> String {
    library.messages.get(id).map_or_else(|| id.to_string(), |m| m.name.clone())
}

/// The name of a process.
pub fn process(library: &Library, id: &Id) -> String {
    library.processes.get(id).map_or_else(|| id.to_string(), |p| p.name.clone())
}

/// The name of a kind of volume.
pub fn volume(library: &Library, id: &Id) -> String {
    library.standard.volumes.get(id).map_or_else(|| id.to_string(), |v| v.name.clone())
}

/// Names of fields, with their cards'.
pub fn fields<'a>(library: &Library, all: impl IntoIterator<Item = &'a FieldRef>) -> Vec<String> {
    all.into_iter().map(|f| library.field_name(f)).collect()
}

/// What must be so, or not be so.
pub fn condition(library: &Library, c: &Condition) -> String {
    let name = library.facts.get(&c.fact).map_or(c.fact.as_str(), |f| f.def.name.as_str());
    if c.negated { format!("没有“{name}”的情形") } else { name.to_owned() }
}

/// `1 个月 15 日`, `10 个工作日`, `24 小时`.
pub fn length(of: &law::period::Length) -> String {
    let text = of.to_string();
    let parts = text.split('+').map(|part| {
        let at = part.find(|c: char| !c.is_ascii_digit()).unwrap_or(part.len());
        let (n, unit) = part.split_at(at);
        let unit = match unit {
            "月" => "个月",
            "工作日" => "个工作日",
            "时" => "小时",
            other => other,
        };
        format!("{n} {unit}")
    });
    parts.collect::<Vec<_>>().join("加 ")
}

/// What starts, ends or moves something.
pub fn trigger(library: &Library, run: &Process, t: &Trigger) -> String {
    match t {
        Trigger::Opened => "本流程启动".into(),
        Trigger::Joined => "办理中增加办理对象".into(),
        Trigger::Action(a) => run.actions.get(a).map_or_else(|| a.to_string(), |a| a.name.clone()),
        Trigger::Message(m) => format!("收到{}", message(library, m)),
        Trigger::Signal(s) => signal(library, s),
    }
}

/// Signals have no name of their own: they are called by what gives them.
fn signal(library: &Library, id: &Id) -> String {
    let mut givers: Vec<String> = Vec::new();
    for p in library.processes.values() {
        let acts = p.actions.values().filter(|a| a.signals.contains(id)).map(|a| a.name.clone());
        let arrivals = p.receives.iter().filter(|r| r.signals.contains(id)).filter_map(|r| match &r.on {
            Trigger::Message(m) => Some(format!("收到{}", message(library, m))),
            _ => None,
        });
        let mut own: Vec<String> = acts.chain(arrivals).collect();
        own.dedup();
        if !own.is_empty() {
            givers.push(format!("{}：{}", p.name, own.join("、")));
        }
    }
    if givers.is_empty() { id.to_string() } else { format!("本案其他流程有结果（{}）", givers.join("；")) }
}

/// To whom a message goes.
pub fn route(library: &Library, to: &Route) -> String {
    match to {
        Route::Origin => "移送来本案的单位".into(),
        Route::SameRegion(a) => format!("同一行政区划的{}", agency(library, a)),
        Route::Taken(a) => format!("办理过本案的{}", agency(library, a)),
        Route::Field(f) => format!("“{}”所填单位", library.field_name(f)),
        Route::Chosen(a) => format!("办理人选定的{}", agency(library, a)),
    }
}

/// From which moment a deadline runs.
pub fn anchor(library: &Library, run: &Process, d: &Deadline) -> String {
    match (d.anchor, &d.field) {
        (Anchor::Field, Some(f)) => format!("“{}”", library.field_name(f)),
        (Anchor::Received, _) => "实际收到移送的时间".into(),
        (Anchor::Lapse, _) => {
            let of = d.of.as_ref().map_or_else(String::new, |of| deadline_name(library, run, of));
            format!("“{of}”届满日")
        }
        _ => "办理时间".into(),
    }
}

/// Over what a requirement is quantified.
pub fn each(of: Each) -> &'static str {
    match of {
        Each::Case => "全案",
        Each::Subject => "每一个办理对象",
        Each::Material => "每一件材料",
    }
}

/// What must be so before an act.
pub fn need(library: &Library, run: &Process, n: &Need) -> String {
    let title = |d: &Id| format!("《{}》", library.document_name(d));
    let deadline = |d: &Id| deadline_name(library, run, d);
    let mut all: Vec<String> = Vec::new();
    all.extend(n.document.as_ref().map(|d| format!("卷内有{}", title(d))));
    if !n.any_document.is_empty() {
        let names: Vec<String> = n.any_document.iter().map(title).collect();
        all.push(format!("卷内有{}之一", names.join("、")));
    }
    all.extend(n.wanted().map(|f| format!("已填写“{}”", library.field_name(f))));
    all.extend(n.fact.as_ref().map(|c| condition(library, c)));
    if n.readable {
        all.push("每一页都能看清".into());
    }
    if n.catalogue {
        all.push("卷宗目录与实际页次一致".into());
    }
    all.extend(n.agrees.as_ref().map(|a| {
        let names = fields(library, &a.fields);
        format!("{}所载{}与案卡一致", title(&a.document), list(names.iter().map(String::as_str)))
    }));
    all.extend(n.lapsed.as_ref().map(|d| format!("“{}”已经届满", deadline(d))));
    all.extend(n.within.as_ref().map(|d| format!("“{}”尚未届满", deadline(d))));
    if n.answered {
        all.push("发出的移送都已有答复".into());
    }
    all.join("；")
}

fn deadline_name(library: &Library, run: &Process, id: &Id) -> String {
    let own = run.deadlines.get(id);
    let def = own.or_else(|| library.processes.values().find_map(|p| p.deadlines.get(id)));
    def.map_or_else(|| id.to_string(), |d| d.name.clone())
}

/// What is known in an example on which a requirement is tried, line by line.
pub fn example(library: &Library, run: &Process, e: &Example) -> Vec<String> {
    let field = |card: &str, id: &Id, v: &serde_json::Value| {
        let r = FieldRef::new(card, id.as_str());
        let name = library.field(&r).map_or_else(|| id.to_string(), |f| f.name.clone());
        format!("{name}：{}", library.show(&r, v))
    };
    let mut lines: Vec<String> = e.case.iter().map(|(id, v)| field("case", id, v)).collect();
    lines.extend(e.subject.iter().map(|(id, v)| field(run.subject.as_str(), id, v)));
    lines.extend(e.materials.iter().map(|m| {
        let says: Vec<String> = m.says.iter().map(|(f, v)| field(f.card.as_str(), &f.field, v)).collect();
        let says = if says.is_empty() { String::new() } else { format!("（载明{}）", says.join("，")) };
        let flaw = if m.unreadable { "，其中一页看不清" } else { "" };
        format!("卷内有《{}》{says}{flaw}", library.document_name(&m.kind))
    }));
    lines.extend(e.states.iter().map(|(p, s)| {
        let def = library.processes.get(p);
        let state = def.and_then(|d| d.states.get(s)).map_or(s.as_str(), |s| s.name.as_str());
        format!("{}处于“{state}”", process(library, p))
    }));
    lines.extend(e.opened_by.iter().map(|m| format!("{}还没有答复的来件", message(library, m))));
    lines.extend(e.lapsed.iter().map(|d| format!("“{}”已经届满", deadline_name(library, run, d))));
    lines.extend(e.unanswered.iter().map(|m| format!("{}没有答复", message(library, m))));
    if e.catalogue_fault {
        lines.push("卷宗目录与实际页次不一致".into());
    }
    lines
}

#[cfg(test)]
mod tests {
    #[test]
    fn lengths_are_read_aloud() {
        for (written, read) in
            [("12月", "12 个月"), ("1月+15日", "1 个月加 15 日"), ("10工作日", "10 个工作日"), ("24时", "24 小时")]
        {
            assert_eq!(super::length(&written.parse().unwrap()), read);
        }
    }
}
