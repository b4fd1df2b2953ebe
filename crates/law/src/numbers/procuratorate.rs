//! Numbers of the procuratorates: 部门受案号 and 统一受案号.

use std::cmp::Ordering;
use std::fmt;

use serde::{Deserialize, Serialize};

use super::scan::{Scan, is_han, normalise};
use super::{NumberError, as_text};

/// A 部门受案号: `沭检刑诉受[2021]371329000004号` (version 2.0 of the national system, serial of six digits) or
/// `山东省院起诉受[2016]37000000031号` (1.x, five). A few kinds lack 受.
///
/// Two numbers are equal if their stored forms are; the text as it came is kept beside.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ProcuratorateNumber {
    /// The procuratorate's short name, ending in 检 or 院: `沭检`.
    pub yuan: String,
    /// The characters of the line of business: `刑诉`.
    pub business: String,
    /// Whether 受 follows.
    pub accepted: bool,
    /// The year.
    pub year: u16,
    /// The unit's six-digit code.
    pub unit: String,
    /// The serial, five or six digits with leading zeros.
    pub serial: String,
    original: String,
}

impl ProcuratorateNumber {
    /// Reads a number in any of the usual brackets.
    ///
    /// # Errors
    /// The text has another form.
    pub fn parse(text: &str) -> Result<Self, NumberError> {
        read(text).ok_or_else(|| NumberError::Procuratorate(text.to_owned()))
    }

    /// The text as it came.
    pub fn original(&self) -> &str {
        &self.original
    }

    /// As documents show it, with 〔〕.
    pub fn printed(&self) -> String {
        self.form('〔', '〕')
    }

    fn form(&self, open: char, close: char) -> String {
        let Self { yuan, business, year, unit, serial, .. } = self;
        let accepted = if self.accepted { "受" } else { "" };
        format!("{yuan}{business}{accepted}{open}{year}{close}{unit}{serial}号")
    }
}

fn read(text: &str) -> Option<ProcuratorateNumber> {
    let plain = normalise(text);
    let mut scan = Scan(&plain);
    let head = scan.while_some(is_han)?;
    let (yuan, business) = split_head(head)?;
    let year = scan.bracketed_year()?;
    let unit = scan.digits(6)?;
    let serial = scan.digits(6).or_else(|| scan.digits(5))?;
    scan.literal("号")?;
    scan.end()?;
    let (business, accepted) = match business.strip_suffix('受') {
        Some(rest) if !rest.is_empty() => (rest, true),
        _ => (business, false),
    };
    if business.chars().count() > 6 {
        return None;
    }
    Some(ProcuratorateNumber {
        yuan: yuan.to_owned(),
        business: business.to_owned(),
        accepted,
        year,
        unit: unit.to_owned(),
        serial: serial.to_owned(),
        original: text.to_owned(),
    })
}

/// The short name ends with the first 检 or 院 that does not open the text; 检察院 is one word.
fn split_head(head: &str) -> Option<(&str, &str)> {
    let (at, mark) = head.char_indices().skip(1).find(|(_, c)| matches!(c, '检' | '院'))?;
    let word = if head.get(at..)?.starts_with("检察院") { "检察院".len() } else { mark.len_utf8() };
    head.split_at_checked(at + word).filter(|(_, business)| !business.is_empty())
}

impl fmt::Display for ProcuratorateNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.form('[', ']'))
    }
}

impl PartialEq for ProcuratorateNumber {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for ProcuratorateNumber {}

impl PartialOrd for ProcuratorateNumber {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for ProcuratorateNumber {
    fn cmp(&self, other: &Self) -> Ordering {
        self.to_string().cmp(&other.to_string())
    }
}

as_text!(ProcuratorateNumber);

/// A 统一受案号, 17 digits: unit (6), year (4), and seven more whose split into serial and branch is not
/// published (待核). One number ties the linked stages of a case.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct UnifiedNumber {
    /// The unit's six-digit code.
    pub unit: String,
    /// The year.
    pub year: u16,
    /// The seven digits after the year.
    pub serial: String,
}

impl UnifiedNumber {
    /// Reads 17 digits.
    ///
    /// # Errors
    /// The text has another form.
    pub fn parse(text: &str) -> Result<Self, NumberError> {
        let plain = normalise(text);
        let mut scan = Scan(&plain);
        let mut read = || {
            let unit = scan.digits(6)?.to_owned();
            let year = scan.year()?;
            let serial = scan.digits(7)?.to_owned();
            scan.end().map(|()| Self { unit, year, serial })
        };
        read().ok_or_else(|| NumberError::Unified(text.to_owned()))
    }

    /// As documents show it: the same 17 digits.
    pub fn printed(&self) -> String {
        self.to_string()
    }
}

impl fmt::Display for UnifiedNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}{}", self.unit, self.year, self.serial)
    }
}

as_text!(UnifiedNumber);

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn both_versions_of_the_national_system() {
        let new = ProcuratorateNumber::parse("沭检刑诉受〔2021〕371329000004号").unwrap();
        assert_eq!((new.yuan.as_str(), new.business.as_str(), new.accepted), ("沭检", "刑诉", true));
        assert_eq!((new.year, new.unit.as_str(), new.serial.as_str()), (2021, "371329", "000004"));
        assert_eq!(new.to_string(), "沭检刑诉受[2021]371329000004号");
        assert_eq!(new.printed(), "沭检刑诉受〔2021〕371329000004号");
        assert_eq!(new.original(), "沭检刑诉受〔2021〕371329000004号");

        let old = ProcuratorateNumber::parse("山东省院起诉受[2016]37000000031号").unwrap();
        assert_eq!((old.yuan.as_str(), old.business.as_str(), old.serial.as_str()), ("山东省院", "起诉", "00031"));
        let full = ProcuratorateNumber::parse("云岭省人民检察院民公（２０２４）970000000001 号").unwrap();
        assert_eq!((full.yuan.as_str(), full.business.as_str(), full.accepted), ("云岭省人民检察院", "民公", false));
        assert_eq!(full.to_string(), "云岭省人民检察院民公[2024]970000000001号");
    }

    #[test]
    fn equal_whatever_the_brackets() {
        let a = ProcuratorateNumber::parse("沭检刑诉受(2021]371329000004号").unwrap();
        let b = ProcuratorateNumber::parse("沭检刑诉受〔2021〕371329000004号").unwrap();
        assert_eq!(a, b);
        assert_ne!(a.original(), b.original());
    }

    #[test]
    fn other_texts_are_refused() {
        for text in [
            "",
            "检刑诉受[2021]371329000004号",
            "沭检[2021]371329000004号",
            "沭检刑诉受[1821]371329000004号",
            "沭检刑诉受[2021]3713290004号",
            "沭检刑诉受[2021]3713290000004号",
            "沭检刑诉受[2021]371329000004",
            "沭检甲乙丙丁戊己庚受[2021]371329000004号",
        ] {
            assert!(matches!(ProcuratorateNumber::parse(text), Err(NumberError::Procuratorate(_))), "{text}");
        }
    }

    #[test]
    fn unified_numbers() {
        let number = UnifiedNumber::parse("37132920210000420").unwrap();
        assert_eq!((number.unit.as_str(), number.year, number.serial.as_str()), ("371329", 2021, "0000420"));
        assert_eq!(number.printed(), "37132920210000420");
        assert!(UnifiedNumber::parse("3713292021000042").is_err());
        assert!(UnifiedNumber::parse("371329202100004200").is_err());
        assert!(UnifiedNumber::parse("37132918210000420").is_err());
        let json = serde_json::to_string(&number).unwrap();
        assert_eq!(serde_json::from_str::<UnifiedNumber>(&json).unwrap(), number);
    }

    proptest! {
        #[test]
        fn read_back_in_both_forms(yuan in "[甲乙丙丁]{1,4}检", business in "[刑诉捕申民]{1,5}", accepted: bool, year in 1900u16..2100, unit in "[0-9]{6}", serial in "[0-9]{5,6}") {
            let number = ProcuratorateNumber { yuan, business, accepted, year, unit, serial, original: String::new() };
            prop_assert_eq!(&ProcuratorateNumber::parse(&number.to_string()).unwrap(), &number);
            prop_assert_eq!(&ProcuratorateNumber::parse(&number.printed()).unwrap(), &number);
        }

        #[test]
        fn never_panics(text in ".{0,30}") {
            let _ = ProcuratorateNumber::parse(&text);
            let _ = UnifiedNumber::parse(&text);
        }
    }
}
