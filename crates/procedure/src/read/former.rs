//! Words that the language once had and stored versions still use.

use super::tree::{Data, Node};

/// Keys that were withdrawn: the folder of the file, the list they stood in, the key.
const WITHDRAWN: [(&str, &str, &str); 2] = [("processes/", "receives", "files"), ("skeletons/", "receives", "files")];

/// Takes withdrawn keys out. None of them ever had an effect that its absence has not.
pub(super) fn pass_over(nodes: &mut [(String, Node)]) {
    for (name, node) in nodes {
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
