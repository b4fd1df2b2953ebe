//! The outline of a PDF (its own bookmarks): titles and the pages to which they lead.
//!
//! Whatever a file says, walking it ends: nodes are counted, those met before are left out, and so are trees that are
//! too deep. An entry that leads nowhere in the document, to a web address say, is kept only where others stand
//! below it, and leads where the first of them does.

use std::collections::{HashMap, HashSet};

use hayro::hayro_syntax::Pdf;
use hayro::hayro_syntax::object::{Array, Dict, Name, Object, ObjectIdentifier, String as Text};

use crate::OutlineEntry;

/// Nodes that are looked at, in the outline and for each name.
const NODES: usize = 5_000;
const DEPTH: u32 = 8;
/// Characters of a title.
const LONGEST: usize = 200;

/// The entries in the order of the document's outline; empty where it has none.
pub(super) fn read(pdf: &Pdf) -> Vec<OutlineEntry> {
    let Some(catalog) = pdf.xref().get::<Dict<'_>>(pdf.xref().root_id()) else { return Vec::new() };
    let Some(root) = catalog.get::<Dict<'_>>(b"Outlines") else { return Vec::new() };
    let numbered = pdf.pages().iter().zip(1..).filter_map(|(page, number)| Some((page.raw().obj_id()?, number)));
    let mut walk = Walk { pages: numbered.collect(), catalog, seen: HashSet::new(), left: NODES, entries: Vec::new() };
    walk.siblings(&root, 0);
    walk.entries
}

struct Walk<'a> {
    pages: HashMap<ObjectIdentifier, u32>,
    catalog: Dict<'a>,
    seen: HashSet<ObjectIdentifier>,
    left: usize,
    entries: Vec<OutlineEntry>,
}

impl<'a> Walk<'a> {
    /// The entries below a node.
    fn siblings(&mut self, above: &Dict<'a>, level: u32) {
        let mut next = above.get::<Dict<'a>>(b"First");
        while let Some(node) = next {
            // Without an identifier of its own, a node cannot be met again but by its parent.
            let met = node.obj_id().is_some_and(|id| !self.seen.insert(id));
            if met || self.left == 0 {
                return;
            }
            self.left -= 1;
            let title = node.get::<Text<'a>>(b"Title").map(|t| title(t.as_bytes())).unwrap_or_default();
            let at = self.entries.len();
            let page = self.page(&node);
            self.entries.push(OutlineEntry { level, title, page: page.unwrap_or(0) });
            if level + 1 < DEPTH {
                self.siblings(&node, level + 1);
            }
            if page.is_none() {
                match self.entries.get(at + 1).map(|below| below.page) {
                    Some(below) => self.entries[at].page = below,
                    None => self.entries.truncate(at),
                }
            }
            next = node.get::<Dict<'a>>(b"Next");
        }
    }

    /// The page to which a node leads, by a destination of its own or by its action.
    fn page(&self, node: &Dict<'a>) -> Option<u32> {
        let dest = node.get::<Object<'a>>(b"Dest").or_else(|| {
            let action = node.get::<Dict<'a>>(b"A")?;
            let goes = action.get::<Name<'a>>(b"S").is_some_and(|s| &*s == b"GoTo");
            if goes { action.get::<Object<'a>>(b"D") } else { None }
        })?;
        self.destination(dest, DEPTH)
    }

    fn destination(&self, dest: Object<'a>, depth: u32) -> Option<u32> {
        let depth = depth.checked_sub(1)?;
        match dest {
            Object::Array(array) => self.pages.get(&array.raw_iter().next()?.as_obj_ref()?.into()).copied(),
            Object::Dict(dict) => self.destination(dict.get::<Object<'a>>(b"D")?, depth),
            Object::Name(name) => {
                let named = self.catalog.get::<Dict<'a>>(b"Dests")?;
                self.destination(named.get::<Object<'a>>(&*name)?, depth)
            }
            Object::String(name) => {
                let tree = self.catalog.get::<Dict<'a>>(b"Names")?.get::<Dict<'a>>(b"Dests")?;
                self.destination(in_tree(&tree, name.as_bytes(), DEPTH, &mut { NODES })?, depth)
            }
            _ => None,
        }
    }
}

/// What a tree of names has under a name.
fn in_tree<'a>(node: &Dict<'a>, name: &[u8], depth: u32, left: &mut usize) -> Option<Object<'a>> {
    let depth = depth.checked_sub(1)?;
    *left = left.checked_sub(1)?;
    if let Some(names) = node.get::<Array<'a>>(b"Names") {
        let mut pairs = names.iter::<Object<'a>>();
        while let (Some(key), Some(value)) = (pairs.next(), pairs.next()) {
            if matches!(&key, Object::String(key) if key.as_bytes() == name) {
                return Some(value);
            }
        }
    }
    let kids = node.get::<Array<'a>>(b"Kids")?;
    let within = |kid: &Dict<'a>| {
        let limits = kid.get::<Array<'a>>(b"Limits")?;
        let mut ends = limits.iter::<Text<'a>>();
        let (first, last) = (ends.next()?, ends.next()?);
        Some(first.as_bytes() <= name && name <= last.as_bytes())
    };
    kids.iter::<Dict<'a>>().filter(|kid| within(kid).unwrap_or(true)).find_map(|kid| in_tree(&kid, name, depth, left))
}

/// A text string: UTF-16 or UTF-8 by its mark; without one, many programs write UTF-8 where the standard has its own
/// encoding, of which Latin-1 is the part that titles use.
fn title(bytes: &[u8]) -> String {
    let wide = |bytes: &[u8], unit: fn([u8; 2]) -> u16| {
        let units: Vec<u16> = bytes.chunks_exact(2).map(|pair| unit([pair[0], pair[1]])).collect();
        String::from_utf16_lossy(&units)
    };
    let text = match bytes {
        [0xfe, 0xff, rest @ ..] => wide(rest, u16::from_be_bytes),
        [0xff, 0xfe, rest @ ..] => wide(rest, u16::from_le_bytes),
        [0xef, 0xbb, 0xbf, rest @ ..] => String::from_utf8_lossy(rest).into_owned(),
        plain => match std::str::from_utf8(plain) {
            Ok(text) => text.to_owned(),
            Err(_) => plain.iter().copied().map(char::from).collect(),
        },
    };
    let line = text.split(|c: char| c.is_control() || c.is_whitespace()).filter(|w| !w.is_empty());
    line.collect::<Vec<_>>().join(" ").chars().take(LONGEST).collect()
}

#[cfg(test)]
mod tests {
    use lopdf::{Document, Object, ObjectId, dictionary};

    use super::*;

    /// A document of three pages whose outline is made by `outline` from the identifiers of the pages and of the root.
    fn of(outline: impl FnOnce(&mut Document, &[ObjectId], ObjectId) -> Option<ObjectId>) -> Vec<(u32, String, u32)> {
        let mut d = Document::with_version("1.6");
        let tree = d.new_object_id();
        let pages: Vec<ObjectId> = (0..3)
            .map(|_| {
                d.add_object(dictionary! {
                    "Type" => "Page", "Parent" => tree, "MediaBox" => vec![0.into(), 0.into(), 595.into(), 842.into()],
                })
            })
            .collect();
        let kids: Vec<Object> = pages.iter().map(|id| (*id).into()).collect();
        d.objects.insert(tree, dictionary! { "Type" => "Pages", "Count" => 3, "Kids" => kids }.into());
        let root = d.new_object_id();
        let names = outline(&mut d, &pages, root);
        let mut catalog = dictionary! { "Type" => "Catalog", "Pages" => tree, "Outlines" => root };
        if let Some(names) = names {
            catalog.set("Names", dictionary! { "Dests" => names });
        }
        let catalog = d.add_object(catalog);
        d.trailer.set("Root", catalog);
        let mut bytes = Vec::new();
        d.save_to(&mut bytes).unwrap();
        read(&Pdf::new(bytes).unwrap()).into_iter().map(|e| (e.level, e.title, e.page)).collect()
    }

    fn fit(page: ObjectId) -> Object {
        Object::Array(vec![page.into(), "Fit".into()])
    }

    #[test]
    fn destinations_actions_and_names_lead_to_their_pages() {
        let found = of(|d, pages, root| {
            let third = d.add_object(dictionary! {
                "Title" => Object::string_literal("\u{7b2c}\u{4e09}"), "Dest" => Object::string_literal("c"),
            });
            let second = d.add_object(dictionary! {
                "Title" => Object::string_literal("b"), "Next" => third,
                "A" => dictionary! { "S" => "GoTo", "D" => fit(pages[1]) },
            });
            let heading = d.add_object(dictionary! {
                "Title" => Object::string_literal("a"), "First" => second,
                "A" => dictionary! { "S" => "URI", "URI" => Object::string_literal("https://example.org") },
            });
            d.objects.insert(root, dictionary! { "First" => heading }.into());
            let names = vec![Object::string_literal("c"), dictionary! { "D" => fit(pages[2]) }.into()];
            let leaf = d.add_object(dictionary! {
                "Limits" => vec![Object::string_literal("a"), Object::string_literal("d")], "Names" => names,
            });
            Some(d.add_object(dictionary! { "Kids" => vec![leaf.into()] }))
        });
        let wanted = [(0, "a", 2), (1, "b", 2), (1, "第三", 3)].map(|(l, t, p)| (l, t.to_owned(), p));
        assert_eq!(found, wanted);
    }

    #[test]
    fn an_outline_that_bites_its_tail_ends_and_what_leads_nowhere_is_left_out() {
        let found = of(|d, pages, root| {
            let (first, second) = (d.new_object_id(), d.new_object_id());
            let entry = |title: &str, next: ObjectId| {
                dictionary! { "Title" => Object::string_literal(title), "Next" => next, "First" => first, "Dest" => fit(pages[0]) }
            };
            d.objects.insert(first, entry("one", second).into());
            let nowhere = d.add_object(dictionary! {
                "Title" => Object::string_literal("nowhere"), "Next" => first, "Dest" => Object::string_literal("unknown"),
            });
            d.objects.insert(second, entry("two", nowhere).into());
            d.objects.insert(root, dictionary! { "First" => first }.into());
            None
        });
        assert_eq!(found, [(0, "one".to_owned(), 1), (0, "two".to_owned(), 1)]);
    }

    #[test]
    fn titles_are_read_in_each_encoding() {
        assert_eq!(title(&[0xfe, 0xff, 0x53, 0x77, 0, b'\n', 0x5b, 0x97]), "卷 宗");
        assert_eq!(title(&[0xff, 0xfe, 0x77, 0x53]), "卷");
        assert_eq!(title("\u{feff}卷宗".as_bytes()), "卷宗");
        assert_eq!(title("卷宗".as_bytes()), "卷宗");
        assert_eq!(title(b"caf\xe9"), "café");
    }
}
