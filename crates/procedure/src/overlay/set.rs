//! `set`: a value that the base leaves open.

use super::Patching;
use super::open::openness;
use crate::model::SetValue;
use crate::read::tree::{Data, Node};

impl Patching<'_> {
    pub(super) fn set(&mut self, s: &SetValue) {
        const AT: [&str; 2] = ["set", "at"];
        let Some(base) = self.base(&s.at, &AT) else { return };
        let Some((key, above)) = s.at.path.split_last() else {
            return self.fault(&AT, "not-open", format!("“{}”不是一个值，不能设定", s.at));
        };
        let Some(holder) = base.follow_mut(above.iter().map(String::as_str)) else {
            return self.fault(&AT, "target", format!("没有“{}”", s.at));
        };
        let confidence = holder.get("confidence").and_then(Node::text).unwrap_or("checked").to_owned();
        let basis = holder.get("basis").cloned();
        let Some(open) = openness(&s.at) else {
            let text = format!("“{}”不在开放范围内，补充规定不能改动{}", s.at, self.cite(basis.as_ref()));
            return self.fault(&AT, "not-open", text);
        };
        if !open.always && confidence == "checked" {
            let text = format!("“{}”已经核对，以法律规定为准，补充规定不能改动{}", s.at, self.cite(basis.as_ref()));
            return self.fault(&AT, "not-open", text);
        }
        let Some(value) = self.given(&["set", "value"]) else { return };
        if matches!(&value.data, Data::List(l) if l.is_empty()) {
            return self.fault(&["set", "value"], "weaker", "不能设为空：补充规定不得弱于基础规则");
        }
        if s.confidence.is_some() && !open.sure {
            return self.fault(&["set", "confidence"], "not-open", format!("“{}”没有核对程度可改", s.at));
        }
        if s.confidence.is_some() && self.patch.basis.is_empty() {
            return self.fault(&["set", "confidence"], "basis", "改变核对程度的，须在本项写明自己的依据（basis）");
        }
        if !self.take(&s.at.to_string(), &AT) {
            return;
        }
        let sure = s.confidence.and_then(|_| self.given(&["set", "confidence"]));
        let basis = self.basis_nodes();
        // A field of a card has no basis of its own.
        let based = !s.at.definition.starts_with("card/");
        let Some(holder) = self.base(&s.at, &AT).and_then(|b| b.follow_mut(above.iter().map(String::as_str))) else {
            return;
        };
        holder.put(key, value);
        if let Some(c) = sure {
            holder.put("confidence", c);
            if based {
                basis.into_iter().for_each(|b| holder.push("basis", b));
            }
        }
    }
}
