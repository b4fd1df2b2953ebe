//! Case numbers of the courts (法〔2015〕137号).

use std::fmt;

use serde::{Deserialize, Serialize};

use super::scan::{Scan, is_han, normalise};
use super::{NumberError, as_text};
use crate::chinese::{number, numeral};

/// A court's case number: `（2024）浙0106刑初123号`, `（2024）最高法刑核5号`, `（2024）浙刑终7号之一`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct CourtNumber {
    /// The year of acceptance.
    pub year: u16,
    /// The court's code (法院代字): `浙0106`, `最高法`.
    pub court: String,
    /// The kind of case (类型代字): `刑初`.
    pub kind: String,
    /// The number, from 1.
    pub number: u32,
    /// 1 for 之一: a further document in the same case.
    pub part: Option<u16>,
}

impl CourtNumber {
    /// Reads a number in any of the usual brackets.
    ///
    /// # Errors
    /// The text has another form.
    pub fn parse(text: &str) -> Result<Self, NumberError> {
        read(text).ok_or_else(|| NumberError::Court(text.to_owned()))
    }

    /// As documents show it, with （）.
    pub fn printed(&self) -> String {
        self.form('（', '）')
    }

    fn form(&self, open: char, close: char) -> String {
        let Self { year, court, kind, number, .. } = self;
        let part = self.part.map(|part| format!("之{}", numeral(part))).unwrap_or_default();
        format!("{open}{year}{close}{court}{kind}{number}号{part}")
    }
}

fn read(text: &str) -> Option<CourtNumber> {
    let plain = normalise(text);
    let mut scan = Scan(&plain);
    let year = scan.bracketed_year()?;
    let court = court(&mut scan)?;
    let kind = scan.while_some(is_han).filter(|kind| kind.chars().count() <= 4)?.to_owned();
    let digits = scan.while_some(|c| c.is_ascii_digit())?;
    let case = digits.parse().ok().filter(|number| *number > 0)?;
    scan.literal("号")?;
    let part = match scan.literal("之") {
        None => None,
        Some(()) => Some(number(scan.while_some(is_han)?).filter(|part| *part > 0)?),
    };
    scan.end()?;
    Some(CourtNumber { year, court, kind, number: case, part })
}

/// 最高法, 最高法知, 最高法商, or one character with up to four digits.
fn court(scan: &mut Scan<'_>) -> Option<String> {
    for name in ["最高法知", "最高法商", "最高法"] {
        if scan.literal(name).is_some() {
            return Some(name.to_owned());
        }
    }
    let province = scan.0.chars().next().filter(|c| is_han(*c))?;
    scan.take(province.len_utf8())?;
    let code = scan.while_some(|c| c.is_ascii_digit()).unwrap_or_default();
    (code.len() <= 4).then(|| format!("{province}{code}"))
}

impl fmt::Display for CourtNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.form('(', ')'))
    }
}

as_text!(CourtNumber);

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn numbers_of_all_levels() {
        for (text, court, kind, number, part) in [
            ("（2024）浙0106刑初123号", "浙0106", "刑初", 123, None),
            ("(2024)浙刑终7号之一", "浙", "刑终", 7, Some(1)),
            ("〔2024〕最高法刑核 5 号", "最高法", "刑核", 5, None),
            ("（2024）最高法知民终11号之十二", "最高法知", "民终", 11, Some(12)),
            ("（2024）京73行初９号", "京73", "行初", 9, None),
        ] {
            let read = CourtNumber::parse(text).unwrap();
            assert_eq!(
                (read.court.as_str(), read.kind.as_str(), read.number, read.part),
                (court, kind, number, part),
                "{text}"
            );
        }
        let number = CourtNumber::parse("(2024)浙0106刑初123号").unwrap();
        assert_eq!(number.to_string(), "(2024)浙0106刑初123号");
        assert_eq!(number.printed(), "（2024）浙0106刑初123号");
    }

    #[test]
    fn other_texts_are_refused() {
        for text in [
            "",
            "2024浙0106刑初123号",
            "（2024）浙01060刑初123号",
            "（2024）浙0106刑初号",
            "（2024）浙0106刑初0号",
            "（2024）浙0106123号",
            "（2024）浙0106刑初123",
            "（2024）浙0106刑初123号之",
            "（2024）浙0106甲乙丙丁戊1号",
        ] {
            assert!(matches!(CourtNumber::parse(text), Err(NumberError::Court(_))), "{text}");
        }
    }

    proptest! {
        #[test]
        fn read_back_in_both_forms(year in 1900u16..2100, court in "(最高法|最高法知|[京沪鲁浙][0-9]{0,4})", kind in "[刑民行执][初终申再异]{0,2}", number in 1u32..1_000_000, part in proptest::option::of(1u16..40)) {
            let number = CourtNumber { year, court, kind, number, part };
            prop_assert_eq!(&CourtNumber::parse(&number.to_string()).unwrap(), &number);
            prop_assert_eq!(&CourtNumber::parse(&number.printed()).unwrap(), &number);
        }

        #[test]
        fn never_panics(text in ".{0,30}") {
            let _ = CourtNumber::parse(&text);
        }
    }
}
