//! Hand-overs: somebody receives them, and somebody answers them.

use super::{Check, process_key};
use crate::model::{MessageKind, Route};

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
            if def.answers.is_some() && !def.send.iter().any(|s| s.to == Route::Origin) {
                c.add(
                    &process_key(id),
                    &["actions", a.as_str()],
                    "unanswered",
                    "答复移送的动作须向来件单位（origin）发出答复消息",
                );
            }
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
