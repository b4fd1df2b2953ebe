//! Numbers of legal documents (文号).

use std::fmt;

use serde::{Deserialize, Serialize};

use super::scan::{Scan, is_han, normalise};
use super::{NumberError, as_text};

/// A 文号: `沭检量建〔2021〕1号`, `刑诉〔2023〕Z123号`, `甲公(刑)提捕字〔2024〕00012号`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct DocumentNumber {
    /// The issuing organ's short name with its department in brackets, such as `沭检` or `甲公(刑)`; empty
    /// if the number does not tell.
    pub organ: String,
    /// The characters of the kind of document (文书代字, some with the department before), such as `量建`.
    pub word: String,
    /// The year.
    pub year: u16,
    /// The letter before the serial, seen since 2021 (its meaning is 待核).
    pub letter: Option<char>,
    /// The serial as written, leading zeros kept.
    pub serial: String,
}

impl DocumentNumber {
    /// Reads a number in any of the usual brackets.
    ///
    /// # Errors
    /// The text has another form.
    pub fn parse(text: &str) -> Result<Self, NumberError> {
        read(text).ok_or_else(|| NumberError::Document(text.to_owned()))
    }

    /// As documents show it, with 〔〕 around the year and （） around a department.
    pub fn printed(&self) -> String {
        let organ = self.organ.replace('(', "（").replace(')', "）");
        self.form(&organ, '〔', '〕')
    }

    fn form(&self, organ: &str, open: char, close: char) -> String {
        let Self { word, year, serial, .. } = self;
        let letter = self.letter.map(String::from).unwrap_or_default();
        format!("{organ}{word}{open}{year}{close}{letter}{serial}号")
    }
}

fn read(text: &str) -> Option<DocumentNumber> {
    let plain = normalise(text);
    let mut scan = Scan(&plain);
    let head = scan.while_some(is_han)?;
    let (organ, word) = match bracketed_department(&mut scan) {
        Some(department) => (format!("{head}({department})"), scan.while_some(is_han)?),
        None => {
            let (organ, word) = split_head(head);
            (organ.to_owned(), word)
        }
    };
    let word = word.to_owned();
    let year = scan.bracketed_year()?;
    let letter = scan.0.chars().next().filter(char::is_ascii_uppercase);
    if letter.is_some() {
        scan.take(1)?;
    }
    let serial = scan.while_some(|c| c.is_ascii_digit())?.to_owned();
    scan.literal("号")?;
    scan.end()?;
    Some(DocumentNumber { organ, word, year, letter, serial })
}

/// The organ ends with the first 检 or 公 that neither opens nor closes the text.
fn split_head(head: &str) -> (&str, &str) {
    let mut inner = head.char_indices().skip(1);
    let mark = inner.find(|(_, c)| matches!(c, '检' | '公'));
    let parts = mark.and_then(|(at, c)| head.split_at_checked(at + c.len_utf8()));
    parts.filter(|(_, word)| !word.is_empty()).unwrap_or(("", head))
}

/// A department in round brackets; a year in brackets is left alone.
fn bracketed_department(scan: &mut Scan<'_>) -> Option<String> {
    let mut ahead = Scan(scan.0);
    ahead.literal("(")?;
    let name = ahead.while_some(is_han)?.to_owned();
    ahead.literal(")")?;
    scan.0 = ahead.0;
    Some(name)
}

impl fmt::Display for DocumentNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.form(&self.organ, '[', ']'))
    }
}

as_text!(DocumentNumber);

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn parts(text: &str) -> (String, String, u16, Option<char>, String) {
        let number = DocumentNumber::parse(text).unwrap();
        (number.organ, number.word, number.year, number.letter, number.serial)
    }

    #[test]
    fn numbers_seen_in_documents() {
        assert_eq!(parts("沭检量建〔2021〕1号"), ("沭检".into(), "量建".into(), 2021, None, "1".into()));
        assert_eq!(parts("刑诉〔2023〕Z123号"), (String::new(), "刑诉".into(), 2023, Some('Z'), "123".into()));
        assert_eq!(
            parts("甲公（刑）提捕字〔2024〕00012号"),
            ("甲公(刑)".into(), "提捕字".into(), 2024, None, "00012".into())
        );
        assert_eq!(parts("甲公诉字(2024) 3 号"), ("甲公".into(), "诉字".into(), 2024, None, "3".into()));
        let number = DocumentNumber::parse("甲公(刑)提捕字[2024]00012号").unwrap();
        assert_eq!(number.to_string(), "甲公(刑)提捕字[2024]00012号");
        assert_eq!(number.printed(), "甲公（刑）提捕字〔2024〕00012号");
    }

    #[test]
    fn other_texts_are_refused() {
        for text in [
            "",
            "〔2021〕1号",
            "沭检量建2021第1号",
            "沭检量建〔2021〕号",
            "沭检量建〔2021〕1",
            "沭检量建〔2021〕ZZ1号",
            "沭检量建〔21〕1号",
        ] {
            assert!(matches!(DocumentNumber::parse(text), Err(NumberError::Document(_))), "{text}");
        }
    }

    proptest! {
        #[test]
        fn read_back_in_both_forms(organ in "([甲乙丙丁]{1,3}(检|公|公\\([刑治]{1,2}\\)))?", word in "[刑诉捕量建]{1,4}字?", year in 1900u16..2100, letter in proptest::option::of(proptest::char::range('A', 'Z')), serial in "[0-9]{1,6}") {
            let number = DocumentNumber { organ, word, year, letter, serial };
            prop_assert_eq!(&DocumentNumber::parse(&number.to_string()).unwrap(), &number);
            prop_assert_eq!(&DocumentNumber::parse(&number.printed()).unwrap(), &number);
        }

        #[test]
        fn never_panics(text in ".{0,30}") {
            let _ = DocumentNumber::parse(&text);
        }
    }
}
