//! How long a period is.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use thiserror::Error;

/// The length of a period as the law writes it: `24时`, `3日`, `10工作日`, `1月`, `1年`, `1月+15日`.
///
/// Also read: `小时`, `天`, `个月`, `个工作日`, `半月` (15 days, 刑诉法解释 art. 202). `当日` ends with the day on which
/// it begins. A sum is counted in months first,
/// then days, then working days, from the one anchor. Hours stand alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Length {
    pub(super) years: u16,
    pub(super) months: u16,
    pub(super) days: u16,
    pub(super) working_days: u16,
    pub(super) hours: u16,
}

/// Why a text is not a length.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ParseError {
    /// Nothing was given.
    #[error("期间不能为空，例如应写作“3日”“1月+15日”")]
    Empty,
    /// A part has no number, or one below 1 or above 9999.
    #[error("期间“{0}”中的数字无法识别，应为1至9999的整数")]
    Number(String),
    /// A part has an unknown unit.
    #[error("期间“{0}”的单位无法识别，应为时、日、工作日、月或者年")]
    Unit(String),
    /// A unit stands twice.
    #[error("期间“{0}”中同一单位出现两次")]
    Repeated(String),
    /// Hours are added to something.
    #[error("期间“{0}”以时计算，不能与日、月、年相加")]
    MixedHours(String),
}

impl Length {
    const ZERO: Self = Self { years: 0, months: 0, days: 0, working_days: 0, hours: 0 };

    /// `n` hours.
    pub fn hours(n: u16) -> Self {
        Self { hours: n, ..Self::ZERO }
    }

    /// `n` natural days.
    pub fn days(n: u16) -> Self {
        Self { days: n, ..Self::ZERO }
    }

    /// `n` working days.
    pub fn working_days(n: u16) -> Self {
        Self { working_days: n, ..Self::ZERO }
    }

    /// `n` months.
    pub fn months(n: u16) -> Self {
        Self { months: n, ..Self::ZERO }
    }

    /// `n` years.
    pub fn years(n: u16) -> Self {
        Self { years: n, ..Self::ZERO }
    }

    /// The moment this long before `end`, by plain calendar days: for warnings, not for periods.
    pub fn before(&self, end: crate::time::Moment) -> crate::time::Moment {
        let back = jiff::Span::new()
            .try_months(i64::from(self.years) * 12 + i64::from(self.months))
            .and_then(|s| s.try_days(i64::from(self.days) + i64::from(self.working_days)))
            .and_then(|s| s.try_hours(i64::from(self.hours)));
        match back.and_then(|s| crate::time::local(end).checked_sub(s)) {
            Ok(at) => crate::time::moment(at),
            Err(_) => end,
        }
    }

    /// Whether this period, from the same moment and on the same clock, never ends after `other` and
    /// is not the same: whatever months and holidays lie in between. What cannot be told
    /// without a calendar is not sure.
    pub fn surely_shorter(&self, other: &Self) -> bool {
        let months = |l: &Self| u64::from(l.years) * 12 + u64::from(l.months);
        let parts = |l: &Self| [months(l), l.days.into(), l.working_days.into(), l.hours.into()];
        let (mine, theirs) = (parts(self), parts(other));
        if mine.iter().zip(&theirs).all(|(a, b)| a <= b) {
            return mine != theirs;
        }
        // Working days can be drawn out by holidays without a bound that holds for every year.
        if self.working_days > 0 {
            return false;
        }
        // A period in days runs to the end of its last day, one in hours does not.
        let longest = (months(self) * 31 + u64::from(self.days)) * 24 + u64::from(self.hours);
        let rest = if other.is_hours() && !self.is_hours() { 24 } else { 0 };
        let shortest =
            (months(other) * 28 + u64::from(other.days) + u64::from(other.working_days)) * 24 + u64::from(other.hours);
        longest + rest <= shortest
    }

    /// Whether the length runs in hours, so that the exact minute counts.
    pub fn is_hours(&self) -> bool {
        self.hours > 0
    }
}

impl FromStr for Length {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        let text = text.trim();
        if text.is_empty() {
            return Err(ParseError::Empty);
        }
        if text == "当日" {
            return Ok(Self::ZERO);
        }
        let mut length = Self::ZERO;
        for part in text.split(['+', '＋']) {
            let part = part.trim();
            let (slot, value) = read_part(&mut length, part)?;
            if *slot != 0 {
                return Err(ParseError::Repeated(text.to_owned()));
            }
            *slot = value;
        }
        if length.hours > 0 && length != Self::hours(length.hours) {
            return Err(ParseError::MixedHours(text.to_owned()));
        }
        Ok(length)
    }
}

fn read_part<'a>(length: &'a mut Length, part: &str) -> Result<(&'a mut u16, u16), ParseError> {
    if matches!(part, "半月" | "半个月") {
        return Ok((&mut length.days, 15));
    }
    let split = part.find(|c: char| !c.is_ascii_digit()).unwrap_or(part.len());
    let (digits, unit) = part.split_at(split);
    let slot = match unit.trim().trim_start_matches('个') {
        "时" | "小时" => &mut length.hours,
        "日" | "天" => &mut length.days,
        "工作日" => &mut length.working_days,
        "月" => &mut length.months,
        "年" => &mut length.years,
        _ => return Err(ParseError::Unit(part.to_owned())),
    };
    match digits.parse() {
        Ok(value @ 1..=9999) => Ok((slot, value)),
        _ => Err(ParseError::Number(part.to_owned())),
    }
}

impl fmt::Display for Length {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let parts = [
            (self.years, "年"),
            (self.months, "月"),
            (self.days, "日"),
            (self.working_days, "工作日"),
            (self.hours, "时"),
        ];
        let mut first = true;
        for (value, unit) in parts.into_iter().filter(|(value, _)| *value > 0) {
            if !std::mem::take(&mut first) {
                f.write_str("+")?;
            }
            write!(f, "{value}{unit}")?;
        }
        if first { f.write_str("当日") } else { Ok(()) }
    }
}

impl TryFrom<String> for Length {
    type Error = ParseError;

    fn try_from(text: String) -> Result<Self, ParseError> {
        text.parse()
    }
}

impl From<Length> for String {
    fn from(length: Length) -> Self {
        length.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn reads_what_the_law_writes() {
        for (text, printed) in [
            ("24时", "24时"),
            ("12小时", "12时"),
            ("3日", "3日"),
            ("10个工作日", "10工作日"),
            ("2个月", "2月"),
            ("1年", "1年"),
            ("1月+15日", "1月+15日"),
            ("1月＋半月", "1月+15日"),
            (" 15日 + 1月 ", "1月+15日"),
            ("1年+6月", "1年+6月"),
            ("当日", "当日"),
        ] {
            assert_eq!(text.parse::<Length>().unwrap().to_string(), printed, "{text}");
        }
    }

    #[test]
    fn refuses_the_rest_with_a_reason() {
        assert_eq!("".parse::<Length>(), Err(ParseError::Empty));
        assert_eq!("6周".parse::<Length>(), Err(ParseError::Unit("6周".into())));
        assert_eq!("日".parse::<Length>(), Err(ParseError::Number("日".into())));
        assert_eq!("0日".parse::<Length>(), Err(ParseError::Number("0日".into())));
        assert_eq!("99999日".parse::<Length>(), Err(ParseError::Number("99999日".into())));
        assert!(matches!("1月+1月".parse::<Length>(), Err(ParseError::Repeated(_))));
        assert!(matches!("1日+12时".parse::<Length>(), Err(ParseError::MixedHours(_))));
        assert!(matches!("1月+".parse::<Length>(), Err(ParseError::Unit(_))));
        assert!("1.5月".parse::<Length>().is_err());
    }

    #[test]
    fn only_what_is_surely_shorter_counts_as_shorter() {
        let shorter = |a: &str, b: &str| a.parse::<Length>().unwrap().surely_shorter(&b.parse().unwrap());
        for (a, b) in [
            ("10日", "15日"),
            ("28日", "1月"),
            ("1月", "1月+15日"),
            ("11月", "1年"),
            ("7日", "7工作日"),
            ("5工作日", "7工作日"),
            ("24时", "1日"),
            ("12时", "24时"),
            ("1日", "48时"),
        ] {
            assert!(shorter(a, b), "{a} {b}");
            assert!(!shorter(b, a), "{b} {a}");
        }
        for (a, b) in
            [("29日", "1月"), ("12月", "1年"), ("5工作日", "7日"), ("1日", "24时"), ("8日", "7工作日"), ("3日", "3日")]
        {
            assert!(!shorter(a, b), "{a} {b}");
        }
    }

    #[test]
    fn is_a_string_in_files() {
        let length: Length = serde_json::from_str("\"1月+15日\"").unwrap();
        assert_eq!(serde_json::to_string(&length).unwrap(), "\"1月+15日\"");
        let fault = serde_json::from_str::<Length>("\"6周\"").unwrap_err().to_string();
        assert!(fault.contains("单位无法识别"), "{fault}");
    }

    proptest! {
        #[test]
        fn prints_and_reads_back(years in 0u16..100, months in 0u16..100, days in 1u16..1000, working_days in 0u16..100) {
            let length = Length { years, months, days, working_days, hours: 0 };
            prop_assert_eq!(length.to_string().parse::<Length>(), Ok(length));
        }

        #[test]
        fn never_panics(text in ".{0,12}") {
            let _ = text.parse::<Length>();
        }
    }
}
