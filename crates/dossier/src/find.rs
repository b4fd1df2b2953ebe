//! Finding words in the text of a page as people mean them: without regard to line ends, spaces, full-width
//! forms of ASCII characters and capitals.

use std::ops::Range;

/// What is looked for.
#[derive(Debug, Clone)]
pub struct Wanted(String);

impl Wanted {
    /// Reads what somebody typed; `None` if nothing is left to look for.
    #[must_use]
    pub fn new(typed: &str) -> Option<Self> {
        let folded = folded(typed).0;
        (!folded.is_empty()).then_some(Self(folded))
    }

    /// Where it stands in a text, as ranges of bytes, from the beginning and without overlap.
    #[must_use]
    pub fn find(&self, text: &str) -> Vec<Range<usize>> {
        let (plain, places) = folded(text);
        let mut found = Vec::new();
        for (at, hit) in plain.match_indices(&self.0) {
            // Every character of the folded text knows the character it was made of.
            let first = places.partition_point(|p| p.folded < at);
            let last = places.partition_point(|p| p.folded < at + hit.len());
            if let (Some(first), Some(last)) = (places.get(first), last.checked_sub(1).and_then(|i| places.get(i))) {
                found.push(first.text.start..last.text.end);
            }
        }
        found
    }
}

struct Place {
    folded: usize,
    text: Range<usize>,
}

/// The text without what does not count, and where each of its characters comes from.
fn folded(text: &str) -> (String, Vec<Place>) {
    let (mut plain, mut places) = (String::with_capacity(text.len()), Vec::with_capacity(text.len() / 3));
    for (at, c) in text.char_indices() {
        if c.is_whitespace() || c.is_control() {
            continue;
        }
        let half = match c {
            '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c),
            other => other,
        };
        for lower in half.to_lowercase() {
            places.push(Place { folded: plain.len(), text: at..at + c.len_utf8() });
            plain.push(lower);
        }
    }
    (plain, places)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found<'a>(typed: &str, text: &'a str) -> Vec<&'a str> {
        Wanted::new(typed).unwrap().find(text).into_iter().map(|r| &text[r]).collect()
    }

    #[test]
    fn line_ends_widths_and_capitals_do_not_count() {
        assert_eq!(found("酒精含量", "血液酒精\n 含量为128，酒精含量超标"), ["酒精\n 含量", "酒精含量"]);
        assert_eq!(found("云a 12345", "号牌：云Ａ１２３４５。"), ["云Ａ１２３４５"]);
        assert_eq!(found("酒", "饮酒后酒驾"), ["酒", "酒"]);
        assert_eq!(found("MG/100ml", "128mg/100mL"), ["mg/100mL"]);
        assert_eq!(found("没有", "有没"), Vec::<&str>::new());
    }

    #[test]
    fn nothing_is_no_question() {
        for typed in ["", "  ", "\n\u{3000}"] {
            assert!(Wanted::new(typed).is_none(), "{typed:?}");
        }
    }

    proptest::proptest! {
        #[test]
        fn what_is_found_is_what_was_asked(text in "[酒精aAＡ1１ \n。]{0,40}", typed in "[酒精aＡ1]{1,3}") {
            let wanted = Wanted::new(&typed).unwrap();
            for range in wanted.find(&text) {
                proptest::prop_assert_eq!(&folded(&text[range]).0, &wanted.0);
            }
        }
    }
}
