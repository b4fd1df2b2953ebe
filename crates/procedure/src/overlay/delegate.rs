//! `delegate`: an entry of a list of powers (权力清单).

use super::{Patching, position};
use crate::model::Delegating;
use crate::read::tree::{Data, Node};

impl Patching<'_> {
    pub(super) fn delegate(&mut self, d: &Delegating) {
        const AT: [&str; 2] = ["delegate", "at"];
        if !d.at.definition.starts_with("process/") || d.at.path.len() != 2 || d.at.path[0] != "actions" {
            return self.fault(&AT, "target", format!("“{}”不是流程的动作", d.at));
        }
        let Some(base) = self.base(&d.at, &AT) else { return };
        let Some(action) = base.follow_mut(d.at.path.iter().map(String::as_str)).cloned() else {
            return self.fault(&AT, "target", format!("没有“{}”", d.at));
        };
        let steps = action.get("approve").map_or(&[][..], Node::items);
        let names =
            |s: &Node| s.get("by").map_or(&[][..], Node::items).iter().any(|r| r.text() == Some(d.from.as_str()));
        let mut found = steps.iter().enumerate().filter(|(_, s)| names(s));
        let (Some((n, step)), None) = (found.next(), found.next()) else {
            let text = format!("“{}”没有恰好一步由“{}”审批", d.at, d.from);
            return self.fault(&["delegate", "from"], "target", text);
        };
        if step.get("discretion").and_then(Node::text) != Some("delegable") {
            let own = step.get("basis").or_else(|| action.get("basis"));
            let text = format!("“{}”由“{}”决定，法律没有允许授权{}", d.at, d.from, self.cite(own));
            return self.fault(&AT, "reserved", text);
        }
        if !self.lower(d, &action) {
            return;
        }
        let key = match &d.when {
            None => format!("{}/approve/{}", d.at, d.from),
            Some(c) if position(self.nodes, &format!("fact/{}", c.fact)).is_none() => {
                return self.fault(&["delegate", "if"], "name", format!("没有事实“{}”", c.fact));
            }
            Some(c) => format!("{}/approve/{}/{}", d.at, d.from, c.to_string().replace(' ', "-")),
        };
        if !self.take(&key, &AT) {
            return;
        }
        let entry = self.entry_of();
        let Some(action) = self.base(&d.at, &AT).and_then(|b| b.follow_mut(d.at.path.iter().map(String::as_str)))
        else {
            return;
        };
        if let Some(Node { data: Data::List(l), .. }) = action.get_mut("approve")
            && let Some(step) = l.get_mut(n)
        {
            step.push("delegated", entry);
        }
    }

    /// What is written into the step.
    fn entry_of(&self) -> Node {
        let mut entry = Node::mapping(self.place(&["delegate"]));
        for key in ["from", "to", "if"] {
            if let Some(v) = self.given(&["delegate", key]) {
                entry.put(key, v);
            }
        }
        self.basis_nodes().into_iter().for_each(|b| entry.push("basis", b));
        entry
    }

    /// Whether the role is lower than the one that decides now and not lower than who proposes.
    fn lower(&mut self, d: &Delegating, action: &Node) -> bool {
        const TO: [&str; 2] = ["delegate", "to"];
        let roles = self.nodes.iter().find(|(n, _)| n == "roles.yaml").and_then(|(_, n)| n.get("roles"));
        let role = |id: &str| roles.and_then(|r| r.get(id));
        let rank = |id: &str| match role(id)?.get("rank")?.data {
            Data::Int(i) => Some(i),
            _ => None,
        };
        let agencies = |id: &str| -> Vec<&str> {
            let all = role(id).and_then(|r| r.get("agency")).map_or(&[][..], Node::items);
            all.iter().filter_map(Node::text).collect()
        };
        let ours = agencies(d.from.as_str());
        let alike = |id: &str| agencies(id).iter().any(|a| ours.contains(a));
        let proposers = action.get("by").map_or(&[][..], Node::items).iter().filter_map(Node::text);
        let proposer = proposers.filter(|r| alike(r)).filter_map(rank).max();
        let fault = match (rank(d.from.as_str()), rank(d.to.as_str())) {
            _ if role(d.to.as_str()).is_none() => Some(("name", format!("没有角色“{}”", d.to))),
            _ if !alike(d.to.as_str()) => Some(("not-lower", format!("“{}”与“{}”不在同一机关", d.to, d.from))),
            (Some(from), Some(to)) if to < from => {
                proposer.filter(|p| to < *p).map(|_| ("not-lower", format!("“{}”的职级低于提出人，不能由其审批", d.to)))
            }
            _ => {
                Some(("not-lower", format!("“{}”不低于“{}”：授权只能向下（职级见 roles.yaml 的 rank）", d.to, d.from)))
            }
        };
        match fault {
            None => true,
            Some((code, text)) => {
                self.fault(&TO, code, text);
                false
            }
        }
    }
}
