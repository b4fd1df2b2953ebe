//! The codes of units.

use std::fmt;

use super::NumberError;
use super::scan::{Scan, normalise};

/// A unit's code: six digits of the division that it belongs to (GB/T 2260; units of no division, such as railway
/// procuratorates, have six of their own), then as many of its own as its kind of agency uses: none for
/// procuratorates, six for the police (bureau, branch, station).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct UnitCode {
    /// The division, six digits.
    pub division: String,
    /// What follows; may be empty.
    pub own: String,
}

impl UnitCode {
    /// Reads a code of so many digits.
    ///
    /// # Errors
    /// The text has another form, or more or fewer digits.
    pub fn parse(text: &str, digits: u8) -> Result<Self, NumberError> {
        read(text, digits).ok_or_else(|| NumberError::Unit(text.to_owned(), digits))
    }
}

fn read(text: &str, digits: u8) -> Option<UnitCode> {
    let plain = normalise(text);
    let mut scan = Scan(&plain);
    let division = scan.digits(6)?.to_owned();
    let own = scan.digits(usize::from(digits).checked_sub(6)?)?.to_owned();
    scan.end()?;
    Some(UnitCode { division, own })
}

impl fmt::Display for UnitCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.division, self.own)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    #[test]
    fn codes_have_the_digits_of_their_agency() {
        let county = UnitCode::parse("３７１３２９", 6).unwrap();
        assert_eq!((county.division.as_str(), county.own.as_str(), &*county.to_string()), ("371329", "", "371329"));
        let station = UnitCode::parse(" 970123500000 ", 12).unwrap();
        assert_eq!((station.division.as_str(), station.own.as_str()), ("970123", "500000"));
        for (text, digits) in
            [("371329", 12), ("970123500000", 6), ("97012a", 6), ("", 6), ("97012", 5), ("9701235", 6)]
        {
            let refused = UnitCode::parse(text, digits).unwrap_err();
            assert_eq!(refused, NumberError::Unit(text.to_owned(), digits), "{text}");
        }
    }
}
