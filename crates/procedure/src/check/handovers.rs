//! Hand-overs: somebody receives them, and somebody answers them.

use super::{Check, process_key};
use crate::model::{Action, Id, MessageKind, Route};

pub(super) fn check(c: &mut Check<'_>) {
    let lib = c.library;
    for (id, p) in &lib.processes {
        for (a, def) in &p.actions {
            for s in &def.send {
                let Some(m) = lib.messages.get(&s.message) else { continue };
                let path = ["actions", a.as_str(), "send"];
                if !p.agency.iter().any(|x| m.from.contains(x)) {
                    c.add(&process_key(id), &path, "sender", format!("消息“{}”不由本机关发出", m.name));
                }
                if let Route::SameRegion(g) | Route::Taken(g) | Route::Chosen(g) = &s.to
                    && !m.to.contains(g)
                {
                    c.add(&process_key(id), &path, "receiver", format!("消息“{}”不发往机关“{g}”", m.name));
                }
            }
            carried(c, id, a, def);
            if def.answers.is_some() && !def.send.iter().any(|s| s.to == Route::Origin) {
                c.add(
                    &process_key(id),
                    &["actions", a.as_str()],
                    "unanswered",
                    "答复移送的动作须向来件单位（origin）发出答复消息",
                );
            }
        }
        for (a, _) in p.actions.iter().filter(|(_, a)| a.answers.is_some() && !a.whole) {
            let text = "答复移送的动作须写明 whole: true：一件来件只有一个答复，不能逐人答复";
            c.add(&process_key(id), &["actions", a.as_str()], "answers-partly", text);
        }
        if p.opens_on.messages.iter().any(|m| lib.messages.get(m).is_some_and(|m| m.kind == MessageKind::Handover))
            && !p.actions.values().any(|a| a.answers.is_some())
        {
            c.add(&process_key(id), &["opens_on"], "unanswered", "由移送启动的流程没有答复移送的动作");
        }
    }
    for (id, m) in &lib.messages {
        let key = format!("message/{id}");
        if m.kind == MessageKind::Handover {
            if m.answers.is_none() {
                c.add(&key, &[], "unanswered", format!("移送“{}”没有写明答复期限（answers）", m.name));
            }
            for to in &m.to {
                let taken = lib.processes.values().any(|p| p.agency.contains(to) && p.messages().any(|m| m == id));
                if !taken {
                    c.add(&key, &["to"], "nobody-receives", format!("移送“{}”在机关“{to}”没有流程接收", m.name));
                }
            }
        }
    }
}

/// A document that an act issues goes with one of the messages of the act, or is said to stay.
fn carried(c: &mut Check<'_>, process: &Id, id: &Id, act: &Action) {
    let lib = c.library;
    let internal = |v: &Id| lib.standard.volumes.get(v).is_some_and(|v| v.internal);
    for d in act.issue.iter().filter(|_| !act.send.is_empty()) {
        let Some(def) = lib.documents.get(d) else { continue };
        let goes = act.send.iter().filter_map(|s| lib.messages.get(&s.message)).any(|m| {
            m.carries.documents.contains(d) || (m.carries.volumes.contains(&def.volume) && !internal(&def.volume))
        });
        let text = match (goes, act.keeps.contains(d)) {
            (true, true) => format!("文书“{}”随消息发出，不应写入 keeps", def.name),
            (false, false) if !internal(&def.volume) => {
                format!("文书“{}”由本动作制作，却不随任何消息发出；不随发的，写入 keeps", def.name)
            }
            _ => continue,
        };
        c.add(&process_key(process), &["actions", id.as_str()], "left-behind", text);
    }
    for d in act.keeps.iter().filter(|d| !act.issue.contains(d) || act.send.is_empty()) {
        let text = format!("keeps 中的“{d}”不是本动作制作的文书，或者本动作不发消息");
        c.add(&process_key(process), &["actions", id.as_str(), "keeps"], "left-behind", text);
    }
}
