//! When a period ends.

use jiff::civil::Date;
use jiff::{SignedDuration, Span};
use serde::{Deserialize, Serialize};

use super::Length;
use crate::calendar::Calendar;
use crate::time::{Moment, day, end_of_day, local, moment};

/// Which of the two clocks of 刑事诉讼法 art. 105(4) a period runs on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Clock {
    /// 羁押: time in custody ends on its last day, holiday or not.
    #[serde(rename = "羁押")]
    Custody,
    /// 限制: restraint short of custody (取保候审, 社区矫正, 电子定位): it ends on its last day like custody.
    #[serde(rename = "限制")]
    Restraint,
    /// 办案: a last day on a holiday moves to the first working day after it.
    #[serde(rename = "办案")]
    Handling,
}

/// The end of a period.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Due {
    /// The instant it expires: 24:00 of the last day, or the exact minute for hours.
    pub at: Moment,
    /// The last day on which the act is in time.
    pub last_day: Date,
    /// The holiday from which the last day was moved (art. 105(4)), if it was.
    pub shifted_from: Option<Date>,
    /// Whether a year without its holiday notice had a part in the answer: to be computed again.
    pub provisional: bool,
}

impl Due {
    /// Whether the period has expired at `now`.
    pub fn is_past(&self, now: Moment) -> bool {
        now >= self.at
    }
}

/// The end of a period of `length` that the event at `anchor` started.
///
/// - The starting day does not count and the last day ends at 24:00 (刑事诉讼法 art. 105).
/// - Months end on the same-numbered day; on the last day if the anchor is the last day of its month or
///   the day does not exist (刑诉法解释 art. 202(1)). Years count as twelve months (待核: the article
///   names months only).
/// - Hours run to the exact minute from the minute of the anchor, whatever the calendar says: the
///   "starting hour" is not used as slack.
pub fn due(anchor: Moment, length: &Length, clock: Clock, calendar: &Calendar) -> Due {
    due_with(anchor, std::slice::from_ref(length), &[], clock, calendar)
}

/// The end of a period with its extensions, in order, all counted from the original `anchor`, and with
/// time that does not count.
///
/// The parts of all lengths are added up (months, then days, then working days, then hours) and counted
/// once from the anchor, never step by step: one month from 31 January and two more end on 30 April.
/// Each suspension is half-open, from the day it begins to the day the period runs on, so that
/// 1 April to 11 May are 40 days (刑事诉讼法 art. 149). Overlapping suspensions count once; what lies
/// before the anchor or begins after the end does not count. Working days that fall into a suspension
/// are passed over.
pub fn due_with(
    anchor: Moment,
    lengths: &[Length],
    suspended: &[(Date, Date)],
    clock: Clock,
    calendar: &Calendar,
) -> Due {
    let total = Total::of(lengths);
    let start = day(anchor);
    let suspended = in_order(start, suspended);
    if total.only_hours() {
        return hours_due(anchor, total.hours, &suspended);
    }
    let mut provisional = false;
    let calendar_end = add_days(add_months(start, total.months), total.days);
    let counted = if total.months == 0 && total.days == 0 { start } else { extend(calendar_end, &suspended) };
    let mut last = counted;
    for _ in 0..total.working_days {
        last = next_counted(last, &suspended, calendar, &mut provisional);
    }
    let mut shifted_from = None;
    if clock == Clock::Handling {
        let working = calendar.next_working_day(last);
        provisional |= calendar.is_provisional(last) || calendar.is_provisional(working);
        if working != last {
            shifted_from = Some(last);
            last = working;
        }
    }
    if total.hours > 0 {
        let run_on = hours_due(end_of_day(last), total.hours, &[]);
        return Due { shifted_from, provisional, ..run_on };
    }
    Due { at: end_of_day(last), last_day: last, shifted_from, provisional }
}

struct Total {
    months: u32,
    days: u32,
    working_days: u32,
    hours: u32,
}

impl Total {
    fn of(lengths: &[Length]) -> Self {
        let mut total = Self { months: 0, days: 0, working_days: 0, hours: 0 };
        for length in lengths {
            let months = u32::from(length.years) * 12 + u32::from(length.months);
            total.months = total.months.saturating_add(months);
            total.days = total.days.saturating_add(u32::from(length.days));
            total.working_days = total.working_days.saturating_add(u32::from(length.working_days));
            total.hours = total.hours.saturating_add(u32::from(length.hours));
        }
        total
    }

    fn only_hours(&self) -> bool {
        self.hours > 0 && self.months == 0 && self.days == 0 && self.working_days == 0
    }
}

fn hours_due(anchor: Moment, hours: u32, suspended: &[(Date, Date)]) -> Due {
    let wall = local(anchor);
    let minute = moment(wall.date().at(wall.hour(), wall.minute(), 0, 0));
    let mut at = add_hours(minute, i64::from(hours));
    for (from, to) in suspended {
        if moment(from.at(0, 0, 0, 0)) < at {
            at = add_hours(at, 24 * i64::from(days_between(*from, *to)));
        }
    }
    let wall = local(at);
    let midnight = wall == wall.date().at(0, 0, 0, 0);
    let last_day = if midnight { wall.date().yesterday().unwrap_or(Date::MIN) } else { wall.date() };
    Due { at, last_day, shifted_from: None, provisional: false }
}

/// The first day after `from` that is a working day and not suspended.
fn next_counted(from: Date, suspended: &[(Date, Date)], calendar: &Calendar, provisional: &mut bool) -> Date {
    let mut day = from;
    loop {
        day = match day.tomorrow() {
            Ok(next) => calendar.next_working_day(next),
            Err(_) => return day,
        };
        *provisional |= calendar.is_provisional(day);
        if day == Date::MAX || !suspended.iter().any(|(from, to)| *from <= day && day < *to) {
            return day;
        }
    }
}

/// Suspensions after `start`, sorted and merged.
fn in_order(start: Date, suspended: &[(Date, Date)]) -> Vec<(Date, Date)> {
    let mut spans: Vec<_> =
        suspended.iter().map(|(from, to)| ((*from).max(start), *to)).filter(|(from, to)| from < to).collect();
    spans.sort_unstable();
    let mut merged: Vec<(Date, Date)> = Vec::new();
    for (from, to) in spans {
        match merged.last_mut() {
            Some(last) if from <= last.1 => last.1 = last.1.max(to),
            _ => merged.push((from, to)),
        }
    }
    merged
}

fn extend(end: Date, suspended: &[(Date, Date)]) -> Date {
    suspended.iter().fold(
        end,
        |end, (from, to)| {
            if *from <= end { add_days(end, days_between(*from, *to)) } else { end }
        },
    )
}

fn days_between(from: Date, to: Date) -> u32 {
    u32::try_from((to - from).get_days()).unwrap_or(0)
}

pub(super) fn add_months(start: Date, months: u32) -> Date {
    if months == 0 {
        return start;
    }
    let last_of_month = start.day() == start.days_in_month();
    shift_months(start, months, last_of_month)
}

/// The same-numbered day `months` later, or the last day of that month if there is none such or `to_last`.
pub(super) fn shift_months(start: Date, months: u32, to_last: bool) -> Date {
    let index = i64::from(start.year()) * 12 + i64::from(start.month()) - 1 + i64::from(months);
    let year = i16::try_from(index.div_euclid(12)).ok();
    let month = i8::try_from(index.rem_euclid(12) + 1).ok();
    let first = year.zip(month).and_then(|(year, month)| Date::new(year, month, 1).ok());
    let Some(first) = first else { return Date::MAX };
    if to_last {
        first.last_of_month()
    } else {
        Date::new(first.year(), first.month(), start.day()).unwrap_or(first.last_of_month())
    }
}

pub(super) fn add_days(start: Date, days: u32) -> Date {
    Span::new().try_days(days).map_or(Date::MAX, |span| start.saturating_add(span))
}

fn add_hours(start: Moment, hours: i64) -> Moment {
    start.checked_add(SignedDuration::from_secs(hours.saturating_mul(3600))).unwrap_or(Moment::MAX)
}
