//! `add`: a requirement, a kind of document, a fact, a field, an option, a warned role.

use super::{Patching, position};
use crate::model::{Addition, Id, Target};
use crate::read::tree::Node;

impl Patching<'_> {
    pub(super) fn add(&mut self, a: &Addition) {
        let given = [
            a.requirement.is_some(),
            a.document.is_some(),
            a.fact.is_some(),
            a.field.is_some(),
            a.option.is_some(),
            a.warned.is_some(),
        ];
        if given.iter().filter(|g| **g).count() != 1 {
            let text = "add 须恰好写 requirement、document、fact、field、option、warned 之一";
            return self.fault(&["add"], "patch", text);
        }
        if let Some(r) = &a.requirement {
            self.requirement(a, &r.id);
        } else if a.document.is_some() {
            self.definition(a, "document", "documents/", "documents");
        } else if a.fact.is_some() {
            self.definition(a, "fact", "facts/", "facts");
        } else if a.field.is_some() {
            self.entry(a, "field", |t| t.definition.starts_with("card/") && t.path.is_empty(), "fields");
        } else if a.option.is_some() {
            let field = |t: &Target| t.definition.starts_with("card/") && t.path.len() == 2 && t.path[0] == "fields";
            self.entry(a, "option", field, "options");
        } else if let Some(role) = &a.warned {
            self.warned(a, role);
        }
    }

    /// Where something goes, if that is what such a thing goes to.
    fn to<'t>(&mut self, a: &'t Addition, fits: impl Fn(&Target) -> bool, like: &str) -> Option<&'t Target> {
        match &a.to {
            Some(t) if fits(t) => Some(t),
            _ => {
                self.fault(&["add"], "target", format!("to 须写明加到哪里，如 {like}"));
                None
            }
        }
    }

    fn id<'t>(&mut self, a: &'t Addition) -> Option<&'t Id> {
        if a.id.is_none() {
            self.fault(&["add"], "target", "id 须写明新的编号");
        }
        a.id.as_ref()
    }

    fn requirement(&mut self, a: &Addition, id: &Id) {
        let process = |t: &Target| t.definition.starts_with("process/") && t.path.is_empty();
        let Some(to) = self.to(a, process, "process/XQ01") else { return };
        let known = self.nodes.iter().filter(|(n, _)| n.starts_with("processes/")).any(|(_, n)| {
            let all = n.get("requirements").map_or(&[][..], Node::items);
            all.iter().any(|r| r.get("id").and_then(Node::text) == Some(id.as_str()))
        });
        if known {
            let text = format!("要求“{id}”已经存在：编号须是新的，要改已有的要求请用 strengthen");
            return self.fault(&["add", "requirement", "id"], "duplicate", text);
        }
        let Some(value) = self.given(&["add", "requirement"]) else { return };
        if let Some(base) = self.base(to, &["add", "to"]) {
            base.push("requirements", value);
        }
    }

    /// A definition that stands beside others of its kind.
    fn definition(&mut self, a: &Addition, kind: &str, folder: &str, key: &str) {
        let Some(id) = self.id(a) else { return };
        if a.to.is_some() {
            return self.fault(&["add", "to"], "target", "新的文书种类和事实不写 to");
        }
        if position(self.nodes, &format!("{kind}/{id}")).is_some() {
            return self.fault(&["add", "id"], "duplicate", format!("“{id}”已经存在：编号须是新的"));
        }
        let Some(value) = self.given(&["add", kind]) else { return };
        let Some((_, file)) = self.nodes.iter_mut().find(|(n, f)| n.starts_with(folder) && f.get(key).is_some()) else {
            return self.fault(&["add"], "target", format!("规则库没有 {folder} 下的文件"));
        };
        if let Some(all) = file.get_mut(key) {
            all.put(id.as_str(), value);
        }
    }

    /// An entry of a mapping of a card: a field, or an option of a field.
    fn entry(&mut self, a: &Addition, kind: &str, fits: impl Fn(&Target) -> bool, key: &str) {
        let like = if kind == "field" { "card/person" } else { "card/person/fields/plea" };
        let (Some(to), Some(id)) = (self.to(a, fits, like), self.id(a)) else { return };
        let Some(value) = self.given(&["add", kind]) else { return };
        let Some(base) = self.base(to, &["add", "to"]) else { return };
        let Some(holder) = base.follow_mut(to.path.iter().map(String::as_str)) else {
            return self.fault(&["add", "to"], "target", format!("没有“{to}”"));
        };
        match holder.get_mut(key) {
            None => self.fault(&["add", "to"], "target", format!("“{to}”没有选项，不能增加")),
            Some(all) if all.get(id.as_str()).is_some() => {
                self.fault(&["add", "id"], "duplicate", format!("“{to}”已有“{id}”：编号须是新的"));
            }
            Some(all) => all.put(id.as_str(), value),
        }
    }

    fn warned(&mut self, a: &Addition, role: &Id) {
        let deadline =
            |t: &Target| t.definition.starts_with("process/") && t.path.len() == 2 && t.path[0] == "deadlines";
        let Some(to) = self.to(a, deadline, "process/XQ01/deadlines/D56") else { return };
        let Some(value) = self.given(&["add", "warned"]) else { return };
        if !self.take(&format!("{to}/warns/{role}"), &["add", "warned"]) {
            return;
        }
        let Some(base) = self.base(to, &["add", "to"]) else { return };
        let Some(holder) = base.follow_mut(to.path.iter().map(String::as_str)) else {
            return self.fault(&["add", "to"], "target", format!("没有“{to}”"));
        };
        let known = holder.get("warns").map_or(&[][..], Node::items);
        if known.iter().any(|r| r.text() == Some(role.as_str())) {
            return self.fault(&["add", "warned"], "duplicate", format!("“{to}”已经提醒“{role}”"));
        }
        holder.push("warns", value);
    }
}
