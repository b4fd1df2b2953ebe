//! Identity numbers with check characters: citizens (GB 11643) and organisations (GB 32100).
//!
//! An unknown identity is lawful (刑事诉讼法 art. 160(2)): that a person has no number is for the caller
//! to model, not for this module.

use std::fmt;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::regions::Regions;

/// A citizen's identity number (公民身份号码, GB 11643-1999): 18 characters, checked.
///
/// `Debug` and `Display` are masked (`110*************2X` style: first three and last two stay); the whole number
/// comes only from [`IdNumber::reveal`], and it is not serialisable, so that it cannot slip into a log.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct IdNumber(String);

/// Sex as the identity number tells it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Sex {
    /// 男.
    #[serde(rename = "男")]
    Male,
    /// 女.
    #[serde(rename = "女")]
    Female,
}

impl Sex {
    /// `男` or `女`.
    pub fn label(self) -> &'static str {
        match self {
            Self::Male => "男",
            Self::Female => "女",
        }
    }
}

/// Why a text is not an identity number. The texts never repeat the number.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum IdError {
    /// Neither 18 nor 15 characters.
    #[error("公民身份号码应为18位，实有{0}位")]
    Length(usize),
    /// Something other than a digit, or an X that is not at the end.
    #[error("公民身份号码第{0}位有误：前17位应为数字，末位应为数字或者X")]
    Character(usize),
    /// The province is not known.
    #[error("公民身份号码前6位“{0}”不是已知的行政区划")]
    Region(String),
    /// The birth date does not exist.
    #[error("公民身份号码中的出生日期不存在")]
    BirthDate,
    /// The birth date lies after today.
    #[error("公民身份号码中的出生日期晚于当日")]
    Future,
    /// The check character is wrong.
    #[error("公民身份号码校验码有误，请核对是否录入错误")]
    Check,
}

const ID_WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
const ID_CHECKS: [char; 11] = ['1', '0', 'X', '9', '8', '7', '6', '5', '4', '3', '2'];

impl IdNumber {
    /// Reads a number of 18 characters, or of 15 digits (before 1999), which is completed with the
    /// century 19 and its check character. Spaces around it go, `x` becomes `X`.
    ///
    /// The province must be in `regions`; the county need not be, for numbers keep the code of a
    /// repealed county for life.
    ///
    /// # Errors
    /// Says which part is wrong; the check character is looked at last, so that a wrong date is named
    /// as such.
    pub fn parse(text: &str, today: Date, regions: &Regions) -> Result<Self, IdError> {
        let text = text.trim().to_ascii_uppercase();
        let full = match text.chars().count() {
            18 => text,
            15 => upgrade(&text)?,
            n => return Err(IdError::Length(n)),
        };
        let expected = check_character(&full)?;
        let region = full.get(..6).unwrap_or_default();
        if !regions.contains_province_of(region) {
            return Err(IdError::Region(region.to_owned()));
        }
        let birth = birth_date(&full).ok_or(IdError::BirthDate)?;
        if birth > today {
            return Err(IdError::Future);
        }
        if full.ends_with(expected) { Ok(Self(full)) } else { Err(IdError::Check) }
    }

    /// The whole number. The caller answers for where it goes.
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// The six-digit division code of the first registration.
    pub fn region(&self) -> &str {
        self.0.get(..6).unwrap_or_default()
    }

    /// The date of birth.
    pub fn birth_date(&self) -> Date {
        birth_date(&self.0).unwrap_or(Date::ZERO)
    }

    /// Sex: the 17th digit is odd for men.
    pub fn sex(&self) -> Sex {
        let odd = self.0.as_bytes().get(16).is_some_and(|digit| digit % 2 == 1);
        if odd { Sex::Male } else { Sex::Female }
    }
}

fn check_character(full: &str) -> Result<char, IdError> {
    let mut sum = 0;
    for (index, c) in full.chars().enumerate() {
        match (c.to_digit(10), ID_WEIGHTS.get(index)) {
            (Some(digit), Some(weight)) => sum += digit * weight,
            (Some(_), None) => {}
            (None, None) if c == 'X' => {}
            _ => return Err(IdError::Character(index + 1)),
        }
    }
    Ok(ID_CHECKS.get(sum as usize % 11).copied().unwrap_or('X'))
}

fn upgrade(old: &str) -> Result<String, IdError> {
    if let Some(index) = old.chars().position(|c| !c.is_ascii_digit()) {
        return Err(IdError::Character(index + 1));
    }
    let (region, rest) = old.split_at(6);
    let mut full = format!("{region}19{rest}");
    full.push(check_character(&full)?);
    Ok(full)
}

fn birth_date(full: &str) -> Option<Date> {
    let year = full.get(6..10)?.parse().ok()?;
    let month = full.get(10..12)?.parse().ok()?;
    let day = full.get(12..14)?.parse().ok()?;
    Date::new(year, month, day).ok()
}

fn masked(number: &str, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let (head, tail) = (number.get(..3).unwrap_or_default(), number.get(16..).unwrap_or_default());
    write!(f, "{head}{:*<13}{tail}", "")
}

impl fmt::Display for IdNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        masked(&self.0, f)
    }
}

impl fmt::Debug for IdNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("IdNumber(")?;
        masked(&self.0, f)?;
        f.write_str(")")
    }
}

/// A unified social credit code (统一社会信用代码, GB 32100-2015): 18 characters, checked.
///
/// Organisations publish theirs, so it is neither masked nor kept from serialisation.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct CreditCode(String);

/// Why a text is not a unified social credit code.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum CreditCodeError {
    /// Not 18 characters.
    #[error("统一社会信用代码应为18位，实有{0}位")]
    Length(usize),
    /// A character outside the alphabet (I, O, S, V, Z are not used), or a division that is not digits.
    #[error("统一社会信用代码第{0}位有误：只用数字和大写字母，不用I、O、S、V、Z，第3至8位应为数字")]
    Character(usize),
    /// The check character is wrong.
    #[error("统一社会信用代码校验码有误，请核对是否录入错误")]
    Check,
}

const CREDIT_ALPHABET: &[u8] = b"0123456789ABCDEFGHJKLMNPQRTUWXY";

impl CreditCode {
    /// Reads a code; spaces around it go, lower case becomes upper case.
    ///
    /// # Errors
    /// Wrong length, character or check character.
    pub fn parse(text: &str) -> Result<Self, CreditCodeError> {
        let code = text.trim().to_ascii_uppercase();
        let length = code.chars().count();
        if length != 18 {
            return Err(CreditCodeError::Length(length));
        }
        let mut sum = 0;
        let mut weight = 1;
        for (index, c) in code.chars().enumerate() {
            let value = CREDIT_ALPHABET.iter().position(|known| char::from(*known) == c);
            let division = (2..8).contains(&index);
            match value {
                Some(value) if !division || value < 10 => sum += value * weight,
                _ => return Err(CreditCodeError::Character(index + 1)),
            }
            // The last character is weighted with 1 and closes the sum to a multiple of 31.
            weight = if index == 16 { 1 } else { weight * 3 % 31 };
        }
        if sum % 31 == 0 { Ok(Self(code)) } else { Err(CreditCodeError::Check) }
    }

    /// The 18 characters.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The six-digit division code of the registering authority.
    pub fn region(&self) -> &str {
        self.0.get(2..8).unwrap_or_default()
    }
}

impl fmt::Display for CreditCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl TryFrom<String> for CreditCode {
    type Error = CreditCodeError;

    fn try_from(text: String) -> Result<Self, CreditCodeError> {
        Self::parse(&text)
    }
}

impl From<CreditCode> for String {
    fn from(code: CreditCode) -> Self {
        code.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;
    use proptest::prelude::*;

    const SAMPLE: &str = "11010519491231002X";

    fn regions() -> Regions {
        Regions::parse("code,name\n110000,北京市\n440000,广东省\n970000,云岭省\n").unwrap()
    }

    fn parse(text: &str) -> Result<IdNumber, IdError> {
        IdNumber::parse(text, date(2026, 3, 5), &regions())
    }

    #[test]
    fn the_sample_of_the_standard() {
        let id = parse(" 11010519491231002x ").unwrap();
        assert_eq!(id.reveal(), SAMPLE);
        assert_eq!(id.birth_date(), date(1949, 12, 31));
        assert_eq!(id.sex(), Sex::Female);
        assert_eq!(id.region(), "110105");
        assert_eq!(id.to_string(), "110*************2X");
        assert_eq!(format!("{id:?}"), "IdNumber(110*************2X)");
    }

    #[test]
    fn fifteen_digits_are_completed() {
        assert_eq!(parse("110105491231002").unwrap().reveal(), SAMPLE);
        assert_eq!(parse("1101054912310X2"), Err(IdError::Character(14)));
    }

    #[test]
    fn each_fault_is_named() {
        assert_eq!(parse("1101051949123100"), Err(IdError::Length(16)));
        assert_eq!(parse("1101051949123100２X"), Err(IdError::Character(17)));
        assert_eq!(parse("X1010519491231002X"), Err(IdError::Character(1)));
        assert_eq!(parse("990105194912310020"), Err(IdError::Region("990105".into())));
        assert_eq!(parse("110105194913310020"), Err(IdError::BirthDate));
        assert_eq!(parse("110105202602300020"), Err(IdError::BirthDate));
        assert_eq!(parse("110105202612310020"), Err(IdError::Future));
        assert_eq!(parse("110105194912310021"), Err(IdError::Check));
        assert_eq!(IdError::Length(16).to_string(), "公民身份号码应为18位，实有16位");
    }

    #[test]
    fn credit_codes() {
        let code = CreditCode::parse("91350100m000100y43").unwrap();
        assert_eq!(code.as_str(), "91350100M000100Y43");
        assert_eq!(code.region(), "350100");
        assert_eq!(CreditCode::parse("91350100M000100Y44"), Err(CreditCodeError::Check));
        assert_eq!(CreditCode::parse("9135010OM000100Y43"), Err(CreditCodeError::Character(8)));
        assert_eq!(CreditCode::parse("91350100"), Err(CreditCodeError::Length(8)));
    }

    proptest! {
        #[test]
        fn one_wrong_digit_never_passes(body in "97[0-9]{4}19[0-9]{2}0[1-9][0-2][1-8][0-9]{3}", at in 0usize..17, by in 1u8..10) {
            let check = check_character(&body).unwrap();
            let good = format!("{body}{check}");
            prop_assert!(parse(&good).is_ok());
            let mut bad = good.into_bytes();
            bad[at] = b'0' + (bad[at] - b'0' + by) % 10;
            prop_assert!(parse(std::str::from_utf8(&bad).unwrap()).is_err());
        }

        #[test]
        fn masks_hide_the_birth_date(body in "97[0-9]{4}19[0-9]{2}0[1-9][0-2][1-8][0-9]{3}") {
            let check = check_character(&body).unwrap();
            let id = parse(&format!("{body}{check}")).unwrap();
            let shown = format!("{id} {id:?}");
            prop_assert!(!shown.contains(&body[6..14]));
        }

        #[test]
        fn never_panics(text in ".{0,20}") {
            let _ = parse(&text);
            let _ = CreditCode::parse(&text);
        }
    }
}
