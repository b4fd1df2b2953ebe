//! Words that the language once had and stored versions still use.

use super::tree::{Data, Node};

/// Keys that were withdrawn: the folder of the file, the list they stood in, the key.
const WITHDRAWN: [(&str, &str, &str); 2] = [("processes/", "receives", "files"), ("skeletons/", "receives", "files")];

/// Takes withdrawn keys out. None of them ever had an effect that its absence has not.
pub(super) fn pass_over(nodes: &mut [(String, Node)]) {
    for (name, node) in nodes {
        if name.starts_with("documents/") {
            numbered(node);
        }
        if name == "roles.yaml" {
            case_numbers(node);
        }
        for (folder, list, key) in WITHDRAWN {
            if !name.starts_with(folder) {
                continue;
            }
            let Some(Node { data: Data::List(entries), .. }) = node.get_mut(list) else { continue };
            for entry in entries {
                if let Data::Map(m) = &mut entry.data {
                    m.retain(|(k, _)| k.text != key);
                }
            }
        }
    }
}

/// `numbered: true` allowed any number; now the grammars are named.
fn numbered(file: &mut Node) {
    let Some(Node { data: Data::Map(kinds), .. }) = file.get_mut("documents") else { return };
    for (_, kind) in kinds {
        let Some(node) = kind.get_mut("numbered") else { continue };
        if let Data::Bool(yes) = node.data {
            let grammars = if yes { &["document", "court"][..] } else { &[] };
            node.data = Data::List(grammars.iter().map(|g| Node::of_text(node.place, *g)).collect());
        }
    }
}

/// A case number was a pattern without grammar and field: instances that still run under it give
/// none any more.
fn case_numbers(file: &mut Node) {
    let Some(Node { data: Data::Map(agencies), .. }) = file.get_mut("agencies") else { return };
    for (_, agency) in agencies {
        if let Data::Map(m) = &mut agency.data {
            m.retain(|(k, v)| k.text != "case_number" || v.text().is_none());
        }
    }
}
