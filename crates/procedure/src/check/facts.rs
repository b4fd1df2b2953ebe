//! Facts: defined in exactly one way, about a card that exists, and without circles.

use super::Check;
use crate::model::Id;

pub(super) fn check(c: &mut Check<'_>) {
    let lib = c.library;
    for (id, f) in &lib.facts {
        let key = format!("fact/{id}");
        let ways = [
            f.def.cel.is_some(),
            !f.def.all.is_empty(),
            !f.def.any.is_empty(),
            f.def.document.is_some(),
            !f.def.state.is_empty(),
            !f.def.beside.is_empty(),
            !f.def.waiting.is_empty(),
        ];
        if ways.iter().filter(|w| **w).count() != 1 {
            c.add(&key, &[], "fact", "事实须恰好用 cel、all、any、document、state、beside、waiting 之一写明");
        }
        if !lib.cards.contains_key(&f.def.about) {
            c.add(&key, &["about"], "name", format!("没有卡“{}”", f.def.about));
        }
        for part in f.def.all.iter().chain(&f.def.any) {
            if !lib.facts.contains_key(&part.fact) {
                c.add(&key, &[], "name", format!("没有事实“{}”", part.fact));
            }
        }
        if let Some(d) = &f.def.document
            && !lib.documents.contains_key(d)
        {
            c.add(&key, &["document"], "name", format!("没有文书种类“{d}”"));
        }
        let stands = f.def.state.iter().map(|x| ("state", x)).chain(f.def.beside.iter().map(|x| ("beside", x)));
        for (way, (p, states)) in stands {
            match lib.processes.get(p) {
                None => c.add(&key, &[way], "name", format!("没有流程“{p}”")),
                Some(q) => {
                    for s in states.iter().filter(|s| !q.states.contains_key(*s)) {
                        c.add(&key, &[way], "name", format!("流程“{p}”没有状态“{s}”"));
                    }
                }
            }
        }
        for (p, messages) in &f.def.waiting {
            match lib.processes.get(p) {
                None => c.add(&key, &["waiting"], "name", format!("没有流程“{p}”")),
                Some(q) => {
                    for m in messages.iter().filter(|m| !q.opens_on.messages.contains(*m)) {
                        c.add(&key, &["waiting"], "name", format!("消息“{m}”不启动流程“{p}”"));
                    }
                }
            }
        }
        let of_subjects =
            [("beside", "同案", !f.def.beside.is_empty()), ("waiting", "待答复的移交", !f.def.waiting.is_empty())];
        for (way, called, used) in of_subjects {
            if used && f.def.about.as_str() == "case" {
                let text = format!("{way}（{called}）是关于办理对象的事实，about 不得写 case");
                c.add(&key, &[way], "fact", text);
            }
        }
        if circular(c, id, &mut vec![id.clone()]) {
            c.add(&key, &[], "circle", format!("事实“{id}”绕回了自己"));
        }
    }
    for (id, v) in &lib.values {
        if !lib.cards.contains_key(&v.def.about) {
            c.add(&format!("value/{id}"), &["about"], "name", format!("没有卡“{}”", v.def.about));
        }
        if v.expr.mentions_derived() {
            c.add(&format!("value/{id}"), &["cel"], "circle", "派生值不得再引用派生值");
        }
    }
}

fn circular(c: &Check<'_>, id: &Id, path: &mut Vec<Id>) -> bool {
    let Some(f) = c.library.facts.get(id) else { return false };
    for part in f.def.all.iter().chain(&f.def.any) {
        if path.contains(&part.fact) {
            return path.first() == Some(&part.fact);
        }
        path.push(part.fact.clone());
        let found = circular(c, &part.fact, path);
        path.pop();
        if found {
            return true;
        }
    }
    false
}
