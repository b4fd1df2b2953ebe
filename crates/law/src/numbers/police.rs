//! Case and person numbers of the police.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::scan::{Scan, normalise};
use super::{NumberError, as_text};

/// What a police number names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PoliceKind {
    /// `A`: a case.
    Case,
    /// `R`: a person.
    Person,
}

/// A police number: `A` (case) or `R` (person), unit (12), year, month, serial (4). The form is practice;
/// the standard behind it is 待核.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct PoliceNumber {
    /// Case or person.
    pub kind: PoliceKind,
    /// The unit's twelve-digit code.
    pub unit: String,
    /// The year.
    pub year: u16,
    /// The month, 1 to 12.
    pub month: u8,
    /// The serial, four digits.
    pub serial: String,
}

impl PoliceNumber {
    /// Reads a number; lower case is accepted.
    ///
    /// # Errors
    /// The text has another form.
    pub fn parse(text: &str) -> Result<Self, NumberError> {
        read(text).ok_or_else(|| NumberError::Police(text.to_owned()))
    }

    /// As documents show it: the same 23 characters.
    pub fn printed(&self) -> String {
        self.to_string()
    }
}

fn read(text: &str) -> Option<PoliceNumber> {
    let plain = normalise(text).to_ascii_uppercase();
    let mut scan = Scan(&plain);
    let kind = if scan.one_of(&['A', 'R'])? == 'A' { PoliceKind::Case } else { PoliceKind::Person };
    let unit = scan.digits(12)?.to_owned();
    let year = scan.year()?;
    let month = scan.digits(2)?.parse().ok().filter(|month| (1..=12).contains(month))?;
    let serial = scan.digits(4)?.to_owned();
    scan.end()?;
    Some(PoliceNumber { kind, unit, year, month, serial })
}

impl fmt::Display for PoliceNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = match self.kind {
            PoliceKind::Case => 'A',
            PoliceKind::Person => 'R',
        };
        write!(f, "{kind}{}{}{:02}{}", self.unit, self.year, self.month, self.serial)
    }
}

as_text!(PoliceNumber);

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn cases_and_persons() {
        let number = PoliceNumber::parse("a9701050000002026030012").unwrap();
        assert_eq!((number.kind, number.unit.as_str()), (PoliceKind::Case, "970105000000"));
        assert_eq!((number.year, number.month, number.serial.as_str()), (2026, 3, "0012"));
        assert_eq!(number.printed(), "A9701050000002026030012");
        assert_eq!(PoliceNumber::parse("R9701050000002026030012").unwrap().kind, PoliceKind::Person);
    }

    #[test]
    fn other_texts_are_refused() {
        for text in [
            "",
            "B9701050000002026030012",
            "A9701050000002026130012",
            "A9701050000002026000012",
            "A970105000000202603001",
            "A97010500000020260300123",
        ] {
            assert!(matches!(PoliceNumber::parse(text), Err(NumberError::Police(_))), "{text}");
        }
    }

    proptest! {
        #[test]
        fn read_back(case: bool, unit in "[0-9]{12}", year in 1900u16..2100, month in 1u8..=12, serial in "[0-9]{4}") {
            let kind = if case { PoliceKind::Case } else { PoliceKind::Person };
            let number = PoliceNumber { kind, unit, year, month, serial };
            prop_assert_eq!(PoliceNumber::parse(&number.to_string()), Ok(number));
        }

        #[test]
        fn never_panics(text in ".{0,30}") {
            let _ = PoliceNumber::parse(&text);
        }
    }
}
