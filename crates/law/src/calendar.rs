//! The court calendar: which days are 节假日 and which working days.
//!
//! 节假日 are weekends, the statutory days of 全国年节及纪念日放假办法 and the days moved by the yearly notice of
//! the General Office of the State Council (调休); a weekend that the notice makes a working day is one.

use std::collections::BTreeMap;

use jiff::civil::{Date, Weekday, date};
use serde::Deserialize;
use thiserror::Error;

/// Working days and holidays, year by year.
///
/// A year whose notice is loaded is exact. Any other is provisional (暂定): weekends and the statutory
/// days that can be known before the notice, without 调休.
#[derive(Debug, Clone, Default)]
pub struct Calendar {
    years: BTreeMap<i16, Notice>,
    feasts: Vec<Feast>,
}

/// One year's notice, as kept in `holidays/YYYY.json`.
#[derive(Debug, Clone, Deserialize)]
struct Notice {
    year: i16,
    off: BTreeMap<Date, String>,
    work: BTreeMap<Date, String>,
}

#[derive(Debug, Clone)]
struct Feast {
    when: When,
    name: String,
}

#[derive(Debug, Clone)]
enum When {
    Dated(Date),
    Yearly { month: i8, day: i8 },
    Qingming,
}

/// Why a calendar file is not accepted.
#[derive(Debug, Error)]
pub enum CalendarError {
    /// A year's file is not the JSON expected.
    #[error("节假日文件无法读取：{0}")]
    Json(#[from] serde_json::Error),
    /// The feast table is not the CSV expected.
    #[error("节日表无法读取：{0}")]
    Csv(#[from] csv::Error),
    /// A day cannot be read.
    #[error("节日表中的日期“{0}”无法识别，应为“月-日”、“年-月-日”或“清明”")]
    Day(String),
    /// The same year was given twice.
    #[error("{0}年的节假日安排重复")]
    Twice(i16),
    /// A day stands in the wrong year's file, or is both off and on.
    #[error("{year}年节假日安排中的日期{day}有误")]
    Misplaced {
        /// The year of the file.
        year: i16,
        /// The day at fault.
        day: Date,
    },
}

impl Calendar {
    /// Builds the calendar from the text of each year's file (`{"year", "source", "off": {date: name},
    /// "work": {date: name}}`) and the feast table (`day,name`, where day is `MM-DD` for every year,
    /// `YYYY-MM-DD` for one, or `清明`).
    ///
    /// # Errors
    /// A file that cannot be read, a year given twice, a day outside its year.
    pub fn from_parts<'a>(years: impl IntoIterator<Item = &'a str>, feasts_csv: &str) -> Result<Self, CalendarError> {
        let mut calendar = Self { years: BTreeMap::new(), feasts: read_feasts(feasts_csv)? };
        for text in years {
            calendar.add_year(text)?;
        }
        Ok(calendar)
    }

    /// Adds the notice of one more year.
    ///
    /// # Errors
    /// As [`Calendar::from_parts`].
    pub fn add_year(&mut self, json: &str) -> Result<(), CalendarError> {
        let notice: Notice = serde_json::from_str(json)?;
        let year = notice.year;
        let misplaced = |day: &&Date| day.year() != year;
        let both = |day: &&Date| notice.off.contains_key(*day);
        let fault = (notice.off.keys().chain(notice.work.keys()).find(misplaced)).or(notice.work.keys().find(both));
        if let Some(day) = fault {
            return Err(CalendarError::Misplaced { year, day: *day });
        }
        match self.years.insert(year, notice) {
            None => Ok(()),
            Some(_) => Err(CalendarError::Twice(year)),
        }
    }

    /// Whether offices work on `date`.
    pub fn is_working_day(&self, date: Date) -> bool {
        let weekend = matches!(date.weekday(), Weekday::Saturday | Weekday::Sunday);
        match self.years.get(&date.year()) {
            Some(notice) if notice.work.contains_key(&date) => true,
            Some(notice) => !weekend && !notice.off.contains_key(&date),
            None => !weekend && self.feast(date).is_none(),
        }
    }

    /// `date` itself if it is a working day, otherwise the first working day after it.
    pub fn next_working_day(&self, date: Date) -> Date {
        let mut day = date;
        while !self.is_working_day(day) {
            match day.tomorrow() {
                Ok(next) => day = next,
                Err(_) => return day,
            }
        }
        day
    }

    /// The name of the holiday that makes `date` free, such as `国庆节`; `None` on working days and
    /// plain weekends.
    pub fn holiday_name(&self, date: Date) -> Option<&str> {
        match self.years.get(&date.year()) {
            Some(notice) => notice.off.get(&date).map(String::as_str),
            None => self.feast(date),
        }
    }

    /// Whether the notice of this day's year is not loaded, so that 调休 is not yet known.
    pub fn is_provisional(&self, date: Date) -> bool {
        !self.years.contains_key(&date.year())
    }

    /// The years whose notice is loaded.
    pub fn years(&self) -> impl Iterator<Item = i16> + '_ {
        self.years.keys().copied()
    }

    fn feast(&self, date: Date) -> Option<&str> {
        let found = self.feasts.iter().find(|feast| match feast.when {
            When::Dated(day) => day == date,
            When::Yearly { month, day } => month == date.month() && day == date.day(),
            When::Qingming => qingming(date.year()) == Some(date),
        });
        found.map(|feast| feast.name.as_str())
    }
}

fn read_feasts(text: &str) -> Result<Vec<Feast>, CalendarError> {
    #[derive(Deserialize)]
    struct Row {
        day: String,
        name: String,
    }
    let mut feasts = Vec::new();
    for row in csv::Reader::from_reader(text.as_bytes()).deserialize() {
        let Row { day, name } = row?;
        let Some(when) = read_when(&day) else {
            return Err(CalendarError::Day(day));
        };
        feasts.push(Feast { when, name });
    }
    Ok(feasts)
}

fn read_when(text: &str) -> Option<When> {
    if text == "清明" {
        return Some(When::Qingming);
    }
    if let Ok(day) = text.parse() {
        return Some(When::Dated(day));
    }
    let (month, day) = text.split_once('-')?;
    let (month, day) = (month.parse().ok()?, day.parse().ok()?);
    // A leap year, so that 29 February would be accepted.
    Date::new(2024, month, day).ok().map(|_| When::Yearly { month, day })
}

/// The day of 清明 by the customary formula `[Y × 0.2422 + C] − [Y ÷ 4]`, good for 2000 to 2099.
fn qingming(year: i16) -> Option<Date> {
    let y = i32::from(year.checked_sub(2000)?);
    if !(0..100).contains(&y) {
        return None;
    }
    let day = (y * 2422 + 48_100) / 10_000 - y / 4;
    i8::try_from(day).ok().map(|day| date(year, 4, day))
}

#[cfg(test)]
mod tests {
    use super::*;

    const YEAR: &str = r#"{"year":2026,"source":"t","off":{"2026-10-01":"国庆节","2026-10-02":"国庆节"},"work":{"2026-10-10":"国庆节"}}"#;
    const FEASTS: &str = "day,name\n01-01,元旦\n清明,清明\n2027-02-06,春节\n";

    #[test]
    fn a_loaded_year_follows_its_notice() {
        let calendar = Calendar::from_parts([YEAR], FEASTS).unwrap();
        assert!(!calendar.is_working_day(date(2026, 10, 1)));
        assert!(calendar.is_working_day(date(2026, 10, 10)), "a Saturday made a working day");
        assert!(!calendar.is_working_day(date(2026, 10, 11)));
        assert_eq!(calendar.holiday_name(date(2026, 10, 2)), Some("国庆节"));
        assert_eq!(calendar.holiday_name(date(2026, 10, 11)), None);
        assert_eq!(calendar.next_working_day(date(2026, 10, 1)), date(2026, 10, 5));
        assert!(!calendar.is_provisional(date(2026, 1, 1)));
    }

    #[test]
    fn another_year_is_provisional() {
        let calendar = Calendar::from_parts([YEAR], FEASTS).unwrap();
        assert!(calendar.is_provisional(date(2027, 1, 1)));
        assert_eq!(calendar.holiday_name(date(2027, 1, 1)), Some("元旦"));
        assert_eq!(calendar.holiday_name(date(2027, 4, 5)), Some("清明"));
        assert_eq!(calendar.holiday_name(date(2027, 2, 6)), Some("春节"));
        assert!(calendar.is_working_day(date(2028, 2, 7)));
    }

    #[test]
    fn faults_are_named() {
        assert!(matches!(Calendar::from_parts([YEAR, YEAR], FEASTS), Err(CalendarError::Twice(2026))));
        assert!(matches!(Calendar::from_parts([], "day,name\n13-01,元旦\n"), Err(CalendarError::Day(_))));
        let wrong = YEAR.replace("\"2026-10-10\"", "\"2026-10-02\"");
        assert!(matches!(Calendar::from_parts([wrong.as_str()], FEASTS), Err(CalendarError::Misplaced { .. })));
    }
}
