//! Active content (Q20): scripts, programs to start, files inside the file.

use std::collections::BTreeMap;

use lopdf::{Dictionary, Document, Object};

use super::name_of;
use crate::{Fault, FaultCode};

// Deeper than any real object nests; crafted ones must not exhaust the stack.
const MAX_DEPTH: usize = 24;

/// One fault for each kind of active content, with the first object that has it.
pub(super) fn scan(document: &Document) -> Vec<Fault> {
    let mut seen = BTreeMap::new();
    for (id, object) in &document.objects {
        walk(object, 0, &mut |what| {
            seen.entry(what).or_insert(id.0);
        });
    }
    walk_dictionary(&document.trailer, 0, &mut |what| {
        seen.entry(what).or_insert(0);
    });
    let fault = |(what, object)| {
        let text = format!("PDF文档含{what}，禁止入卷，请去除后重新提交");
        Fault::quarantine(FaultCode::Active, format!("对象{object}"), text)
    };
    seen.into_iter().map(fault).collect()
}

fn walk(object: &Object, depth: usize, found: &mut dyn FnMut(&'static str)) {
    if depth > MAX_DEPTH {
        return;
    }
    match object {
        Object::Dictionary(dictionary) => walk_dictionary(dictionary, depth, found),
        Object::Stream(stream) => walk_dictionary(&stream.dict, depth, found),
        Object::Array(items) => items.iter().for_each(|item| walk(item, depth + 1, found)),
        _ => {}
    }
}

fn walk_dictionary(dictionary: &Dictionary, depth: usize, found: &mut dyn FnMut(&'static str)) {
    if let Some(what) = active(dictionary) {
        found(what);
    }
    for (_, value) in dictionary {
        walk(value, depth + 1, found);
    }
}

fn active(dictionary: &Dictionary) -> Option<&'static str> {
    match name_of(dictionary, b"S") {
        Some(b"JavaScript") => return Some("脚本（JavaScript）"),
        Some(b"Launch") => return Some("启动外部程序的动作"),
        Some(b"SubmitForm" | b"ImportData") => return Some("向外部发送或者读取数据的动作"),
        _ => {}
    }
    match (name_of(dictionary, b"Type"), name_of(dictionary, b"Subtype")) {
        (Some(b"EmbeddedFile"), _) => return Some("内嵌文件"),
        (_, Some(b"RichMedia" | b"Movie" | b"Sound" | b"Screen" | b"3D")) => {
            return Some("多媒体动态内容");
        }
        (_, Some(b"FileAttachment")) => return Some("内嵌文件"),
        _ => {}
    }
    let has = |key: &[u8]| dictionary.has(key);
    if has(b"JS") || has(b"JavaScript") {
        Some("脚本（JavaScript）")
    } else if has(b"EmbeddedFiles") || (has(b"EF") && has(b"F")) {
        Some("内嵌文件")
    } else {
        None
    }
}
