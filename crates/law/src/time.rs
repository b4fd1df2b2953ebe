//! Legal time: every moment is an instant, every day a civil date in Asia/Shanghai.

use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;

/// An instant. What is stored, compared and handed in; never a local time without zone.
pub type Moment = jiff::Timestamp;

static ZONE: TimeZone = jiff::tz::get!("Asia/Shanghai");

/// The wall clock in Asia/Shanghai at `moment`.
pub fn local(moment: Moment) -> DateTime {
    ZONE.to_datetime(moment)
}

/// The calendar day in Asia/Shanghai on which `moment` falls.
pub fn day(moment: Moment) -> Date {
    local(moment).date()
}

/// The instant of a wall clock reading in Asia/Shanghai.
///
/// A reading that a change of the clock skipped or repeated (summer time, 1986 to 1991) is read as
/// RFC 5545 does. Readings beyond what an instant can hold give the nearest instant.
pub fn moment(datetime: DateTime) -> Moment {
    ZONE.to_timestamp(datetime).unwrap_or(if datetime.year() < 0 { Moment::MIN } else { Moment::MAX })
}

/// 24:00 of `date`, which is the first instant of the following day (刑事诉讼法 art. 105: a period in
/// days runs to the end of its last day).
pub fn end_of_day(date: Date) -> Moment {
    match date.tomorrow() {
        Ok(next) => moment(next.at(0, 0, 0, 0)),
        Err(_) => Moment::MAX,
    }
}

/// `2026年3月5日`.
pub fn date_cn(date: Date) -> String {
    format!("{}年{}月{}日", date.year(), date.month(), date.day())
}

/// `2026年3月5日8时15分`, in Asia/Shanghai.
pub fn moment_cn(moment: Moment) -> String {
    let at = local(moment);
    format!("{}{}时{:02}分", date_cn(at.date()), at.hour(), at.minute())
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::{date, datetime};

    #[test]
    fn shanghai_is_eight_hours_ahead() {
        let at = moment(datetime(2026, 3, 5, 8, 15, 0, 0));
        assert_eq!(at.to_string(), "2026-03-05T00:15:00Z");
        assert_eq!(local(at), datetime(2026, 3, 5, 8, 15, 0, 0));
        assert_eq!(moment_cn(at), "2026年3月5日8时15分");
    }

    #[test]
    fn a_day_ends_at_the_next_midnight() {
        let end = end_of_day(date(2026, 2, 28));
        assert_eq!(local(end), datetime(2026, 3, 1, 0, 0, 0, 0));
        assert_eq!(end_of_day(Date::MAX), Moment::MAX);
    }
}
