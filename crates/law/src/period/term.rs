//! Terms of sentence (刑期) and full years of age (周岁).

use jiff::civil::Date;

use super::Length;
use super::due::{add_days, add_months, shift_months};

/// The last day of a sentence of `term` that runs from `start`, less `credit` days of custody before it.
///
/// A term ends the day before the same-numbered day. Counted in years only, a day that does not exist
/// gives way to the last of the month; counted in months, so does a start on the last day of a month
/// (刑诉法解释 art. 202(2)). Years with months are counted as months (待核). A term in days counts its
/// first day. Custody is credited day for day (刑法 arts. 44 and 47); the caller brings other ratios
/// (刑法 art. 41, 刑事诉讼法 art. 76) to days first. Working days and hours are not units of a sentence and
/// are ignored.
pub fn sentence_end(start: Date, term: &Length, credit: u32) -> Date {
    let same_day = match (term.years, term.months) {
        (years, 0) => shift_months(start, u32::from(years) * 12, false),
        (years, months) => add_months(start, u32::from(years) * 12 + u32::from(months)),
    };
    let after = add_days(same_day, u32::from(term.days));
    let span = jiff::Span::new().try_days(i64::from(credit) + 1);
    span.map_or(Date::MIN, |span| after.saturating_sub(span))
}

/// Full years of age (周岁) on the day `on`; `None` before birth.
///
/// A year of age is full from the day *after* the birthday (最高人民法院关于审理未成年人刑事案件具体应用法律若干问题的解释,
/// 法释〔2006〕1号, art. 2, on 刑法 art. 17): who was born on 5 March 2010 is 14 from 6 March 2024. A birthday
/// on 29 February falls on the 28th in a year without it (民法典 art. 202, by analogy).
pub fn age_at(birth: Date, on: Date) -> Option<u16> {
    if on < birth {
        return None;
    }
    let years = u16::try_from(on.year().checked_sub(birth.year())?).ok()?;
    let birthday = shift_months(birth, u32::from(years) * 12, false);
    Some(if on > birthday { years } else { years.saturating_sub(1) })
}
