//! `strengthen`: a requirement's severity, or the length of an internal deadline.

use law::period::Length;

use super::Patching;
use crate::model::{Severity, Strengthening};
use crate::read::tree::{Data, Node};

impl Patching<'_> {
    pub(super) fn strengthen(&mut self, s: &Strengthening) {
        const AT: [&str; 2] = ["strengthen", "at"];
        let list = match (s.severity.is_some(), s.length.is_some()) {
            (true, false) => "requirements",
            (false, true) => "deadlines",
            _ => return self.fault(&["strengthen"], "patch", "strengthen 须恰好写 severity、length 之一"),
        };
        if !s.at.definition.starts_with("process/") || s.at.path.len() != 2 || s.at.path[0] != list {
            let text = format!("“{}”不是流程的{}", s.at, if list == "requirements" { "要求" } else { "期限" });
            return self.fault(&AT, "target", text);
        }
        let Some(base) = self.base(&s.at, &AT) else { return };
        let Some(found) = base.follow_mut(s.at.path.iter().map(String::as_str)).cloned() else {
            return self.fault(&AT, "target", format!("没有“{}”", s.at));
        };
        let changed = match (s.severity, &s.length) {
            (Some(severity), _) => self.severity(s, severity, found),
            (None, Some(length)) => self.length(s, length, found),
            (None, None) => None,
        };
        let Some(mut changed) = changed else { return };
        self.basis_nodes().into_iter().for_each(|b| changed.push("basis", b));
        if let Some(at) = self.base(&s.at, &AT).and_then(|b| b.follow_mut(s.at.path.iter().map(String::as_str))) {
            *at = changed;
        }
    }

    fn severity(&mut self, s: &Strengthening, severity: Severity, mut found: Node) -> Option<Node> {
        const TO: [&str; 2] = ["strengthen", "severity"];
        let now = match found.get("severity").and_then(Node::text) {
            Some("remind") => Severity::Remind,
            Some("warn") => Severity::Warn,
            _ => Severity::Block,
        };
        if severity <= now {
            let text = format!("“{}”原本就有这样强：strengthen 只能由提醒到警告、由警告到阻断", s.at);
            self.fault(&TO, "weaker", text);
            return None;
        }
        if self.patch.basis.is_empty() {
            self.fault(&TO, "basis", "要求的强度不得超过依据：提高强度的，须在本项写明自己的依据（basis）");
            return None;
        }
        if !self.take(&format!("{}/severity", s.at), &["strengthen", "at"]) {
            return None;
        }
        found.put("severity", self.given(&TO)?);
        Some(found)
    }

    fn length(&mut self, s: &Strengthening, length: &Length, mut found: Node) -> Option<Node> {
        const AT: [&str; 2] = ["strengthen", "at"];
        let is = |key: &str, value: &str| found.get(key).and_then(Node::text) == Some(value);
        let internal = is("clock", "办案") && found.get("custody_if").is_none() && !is("expiry", "lapse");
        if !internal {
            let text = format!(
                "“{}”不是内部办案期限：羁押期限、限制人身自由的期限、可能按羁押计算的期限、当事人的权利期限，补充规定不能改动{}",
                s.at,
                self.cite(found.get("basis"))
            );
            self.fault(&AT, "not-open", text);
            return None;
        }
        let named = s.rule.as_ref().map(ToString::to_string);
        let rules = found.get_mut("rules");
        let rule = match rules.map(|r| &mut r.data) {
            Some(Data::List(l)) => l.iter_mut().find(|r| match &named {
                Some(condition) => r.get("if").and_then(Node::text) == Some(condition),
                None => r.get("otherwise").is_some(),
            }),
            _ => None,
        };
        let old = rule.as_ref().and_then(|r| r.get("length")?.text()?.parse::<Length>().ok());
        let (Some(rule), Some(old)) = (rule, old) else {
            self.fault(&AT, "target", format!("“{}”没有这样一条写明 length 的规则", s.at));
            return None;
        };
        if !length.surely_shorter(&old) {
            let text = format!("“{length}”不一定短于原来的“{old}”：strengthen 只能缩短");
            self.fault(&["strengthen", "length"], "weaker", text);
            return None;
        }
        let key = named.map_or_else(|| "otherwise".to_owned(), |n| n.replace(' ', "-"));
        if !self.take(&format!("{}/rules/{key}", s.at), &AT) {
            return None;
        }
        rule.put("length", self.given(&["strengthen", "length"])?);
        Some(found)
    }
}
