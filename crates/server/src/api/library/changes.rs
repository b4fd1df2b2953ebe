//! What the overlays in force change in a process, in words.

use procedure::Library;
use procedure::model::{Id, Overlay, Patch, Process as Run, Target};
use serde::Serialize;
use utoipa::ToSchema;

use super::words;

/// One change that an overlay makes in a process.
#[derive(Serialize, ToSchema)]
pub struct OverlayChange {
    /// Identifier of the overlay.
    overlay: String,
    /// Its Chinese name.
    name: String,
    /// When it is in force, in Chinese.
    valid: String,
    /// `set`, `add`, `strengthen` or `delegate`.
    kind: &'static str,
    /// What is changed, as the overlay names it.
    at: String,
    /// The same in Chinese, with what it becomes.
    text: String,
    /// Why, in Chinese.
    reason: String,
    /// Source of the change, in full.
    basis: Vec<String>,
    /// `checked`, `excerpt` or `unverified`.
    confidence: &'static str,
}

/// The changes of a process.
pub fn of(library: &Library, run: &Run) -> Vec<OverlayChange> {
    library.overlays.iter().flat_map(|o| o.patches.iter().filter_map(|p| change(library, run, o, p))).collect()
}

/// How many changes overlays make in a process.
pub fn count(library: &Library, run: &Run) -> usize {
    library.overlays.iter().flat_map(|o| &o.patches).filter(|p| target(p).is_some_and(|t| concerns(t, run))).count()
}

/// What a patch points at.
fn target(p: &Patch) -> Option<&Target> {
    p.set
        .as_ref()
        .map(|s| &s.at)
        .or_else(|| p.add.as_ref().and_then(|a| a.to.as_ref()))
        .or_else(|| p.strengthen.as_ref().map(|s| &s.at))
        .or_else(|| p.delegate.as_ref().map(|d| &d.at))
}

fn concerns(t: &Target, run: &Run) -> bool {
    t.definition.strip_prefix("process/") == Some(run.process.as_str())
}

fn change(library: &Library, run: &Run, o: &Overlay, p: &Patch) -> Option<OverlayChange> {
    let at = target(p).filter(|t| concerns(t, run))?;
    let place = place(run, at);
    let (kind, text) = if let Some(s) = &p.set {
        ("set", format!("{place}定为{}", value(&s.value)))
    } else if let Some(a) = &p.add {
        let what = a
            .requirement
            .as_ref()
            .map(|r| format!("增加要求 {}：{}", r.id, words::need(library, run, &r.need)))
            .or_else(|| a.warned.as_ref().map(|w| format!("{place}增加提醒{}", words::role(library, w))))
            .or_else(|| a.option.as_ref().map(|x| format!("{place}增加选项“{x}”")));
        ("add", what.unwrap_or_else(|| format!("{place}增加一项")))
    } else if let Some(s) = &p.strengthen {
        let severity = s.severity.map(|s| match s {
            procedure::model::Severity::Block => "改为“须补正”".to_owned(),
            procedure::model::Severity::Warn => "改为“须核对”".to_owned(),
            procedure::model::Severity::Remind => "改为“提示”".to_owned(),
        });
        let length = s.length.as_ref().map(|l| format!("缩短为 {}", words::length(l)));
        ("strengthen", format!("{place}{}", severity.or(length).unwrap_or_default()))
    } else if let Some(d) = &p.delegate {
        let when = d.when.as_ref().map(|c| format!("（{}）", words::condition(library, c))).unwrap_or_default();
        let (from, to) = (words::role(library, &d.from), words::role(library, &d.to));
        ("delegate", format!("{place}由{from}决定的一步改由{to}决定{when}"))
    } else {
        return None;
    };
    let basis = if p.basis.is_empty() { &o.basis } else { &p.basis };
    Some(OverlayChange {
        overlay: o.overlay.to_string(),
        name: o.name.clone(),
        valid: o.valid.to_string(),
        kind,
        at: at.to_string(),
        text,
        reason: p.reason.clone(),
        basis: words::cite(library, basis),
        confidence: o.confidence.id(),
    })
}

/// What a target points at, in Chinese.
fn place(run: &Run, at: &Target) -> String {
    let path: Vec<&str> = at.path.iter().map(String::as_str).collect();
    match path.as_slice() {
        ["actions", id, ..] => {
            run.actions.get(&Id::from(*id)).map_or_else(|| format!("事项 {id}"), |a| format!("“{}”", a.name))
        }
        ["deadlines", id, rest @ ..] => {
            let name = run.deadlines.get(&Id::from(*id)).map_or(*id, |d| d.name.as_str());
            let what = match rest {
                ["warn", ..] => "的预警",
                ["rules", ..] => "的长度",
                _ => "",
            };
            format!("“{name}”{what}")
        }
        ["requirements", id, ..] => format!("要求 {id} "),
        _ => "本流程".into(),
    }
}

fn value(v: &serde_json::Value) -> String {
    match v {
        serde_json::Value::String(s) => s.clone(),
        serde_json::Value::Array(a) => a.iter().map(value).collect::<Vec<_>>().join("、"),
        other => other.to_string(),
    }
}
