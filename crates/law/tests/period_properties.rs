//! What holds for every period, on the committed calendar.
#![allow(clippy::unwrap_used, reason = "helpers of tests fail by panicking, as tests do")]

mod common;

use std::sync::LazyLock;

use common::law;
use jiff::ToSpan;
use jiff::civil::{Date, date};
use law::period::{Clock, Length, age_at, due, due_with, sentence_end};
use law::time::{day, end_of_day, moment};
use law::{Calendar, Moment};
use proptest::prelude::*;

static CALENDAR: LazyLock<Calendar> = LazyLock::new(|| law().calendar);

fn any_day() -> impl Strategy<Value = Date> {
    (0i32..11_000).prop_map(|n| date(2004, 1, 1) + n.days())
}

fn any_moment() -> impl Strategy<Value = Moment> {
    (any_day(), 0i8..24, 0i8..60, 0i8..60).prop_map(|(day, h, m, s)| moment(day.at(h, m, s, 0)))
}

fn any_length() -> impl Strategy<Value = Length> {
    prop_oneof![
        (1u16..100).prop_map(Length::hours),
        (1u16..60).prop_map(Length::days),
        (1u16..30).prop_map(Length::working_days),
        (1u16..25).prop_map(Length::months),
        (1u16..3).prop_map(Length::years),
        (1u16..8, 1u16..20).prop_map(|(months, days)| format!("{months}月+{days}日").parse().unwrap()),
    ]
}

fn any_clock() -> impl Strategy<Value = Clock> {
    prop_oneof![Just(Clock::Custody), Just(Clock::Handling)]
}

fn any_suspension() -> impl Strategy<Value = (Date, Date)> {
    (any_day(), 0i32..90).prop_map(|(from, length)| (from, from + length.days()))
}

proptest! {
    #[test]
    fn custody_never_shifts(anchor in any_moment(), length in any_length()) {
        let found = due(anchor, &length, Clock::Custody, &CALENDAR);
        prop_assert_eq!(found.shifted_from, None);
    }

    #[test]
    fn due_lies_after_the_anchor(anchor in any_moment(), length in any_length(), clock in any_clock()) {
        let found = due(anchor, &length, clock, &CALENDAR);
        prop_assert!(found.at > anchor);
        prop_assert!(found.last_day >= day(anchor));
    }

    #[test]
    fn handling_ends_on_a_working_day(anchor in any_moment(), length in any_length()) {
        prop_assume!(!length.is_hours());
        let found = due(anchor, &length, Clock::Handling, &CALENDAR);
        prop_assert!(CALENDAR.is_working_day(found.last_day));
        prop_assert_eq!(found.at, end_of_day(found.last_day));
        if let Some(from) = found.shifted_from {
            prop_assert!(!CALENDAR.is_working_day(from) && from < found.last_day);
        }
    }

    #[test]
    fn handling_is_never_shorter_than_custody(anchor in any_moment(), length in any_length()) {
        let custody = due(anchor, &length, Clock::Custody, &CALENDAR);
        let handling = due(anchor, &length, Clock::Handling, &CALENDAR);
        prop_assert!(handling.at >= custody.at);
        prop_assert_eq!(handling.shifted_from.unwrap_or(handling.last_day), custody.last_day);
    }

    #[test]
    fn time_that_does_not_count_never_ends_a_period_earlier(
        anchor in any_moment(),
        length in any_length(),
        clock in any_clock(),
        before in proptest::collection::vec(any_suspension(), 0..4),
        more in any_suspension(),
    ) {
        let lengths = [length];
        let mut all = before.clone();
        all.push(more);
        let shorter = due_with(anchor, &lengths, &before, clock, &CALENDAR);
        let longer = due_with(anchor, &lengths, &all, clock, &CALENDAR);
        prop_assert!(longer.at >= shorter.at);
    }

    #[test]
    fn a_whole_suspension_inside_is_added_day_for_day(anchor in any_day(), months in 1u16..8, from in 0i32..25, days in 1i32..60) {
        let start = moment(anchor.at(10, 0, 0, 0));
        let begins = anchor + from.days();
        let lengths = [Length::months(months)];
        let plain = due_with(start, &lengths, &[], Clock::Custody, &CALENDAR);
        let found = due_with(start, &lengths, &[(begins, begins + days.days())], Clock::Custody, &CALENDAR);
        prop_assert_eq!(found.last_day, plain.last_day + days.days());
    }

    #[test]
    fn extensions_count_from_the_one_anchor(anchor in any_moment(), a in 1u16..12, b in 1u16..12, days in 0u16..20) {
        let mut parts = vec![Length::months(a), Length::months(b)];
        if days > 0 {
            parts.insert(1, Length::days(days));
        }
        let text = if days > 0 { format!("{}月+{days}日", a + b) } else { format!("{}月", a + b) };
        let once = due(anchor, &text.parse().unwrap(), Clock::Custody, &CALENDAR);
        prop_assert_eq!(due_with(anchor, &parts, &[], Clock::Custody, &CALENDAR), once);
    }

    #[test]
    fn months_end_on_the_same_numbered_day_or_the_last(anchor in any_day(), months in 1u16..40) {
        let found = due(moment(anchor.at(0, 0, 0, 0)), &Length::months(months), Clock::Custody, &CALENDAR).last_day;
        let passed = (i32::from(found.year()) - i32::from(anchor.year())) * 12 + i32::from(found.month()) - i32::from(anchor.month());
        prop_assert_eq!(passed, i32::from(months));
        let last = found.last_of_month().day();
        let expected = if anchor == anchor.last_of_month() { last } else { anchor.day().min(last) };
        prop_assert_eq!(found.day(), expected);
    }

    #[test]
    fn working_days_count_exactly(anchor in any_day(), count in 1u16..30) {
        let found = due(moment(anchor.at(12, 0, 0, 0)), &Length::working_days(count), Clock::Handling, &CALENDAR);
        let days = anchor.series(1.day()).skip(1).take_while(|day| *day <= found.last_day);
        prop_assert_eq!(days.filter(|day| CALENDAR.is_working_day(*day)).count(), usize::from(count));
    }

    #[test]
    fn hours_are_exact_whatever_the_calendar(anchor in any_moment(), hours in 1u16..100, clock in any_clock()) {
        let found = due(anchor, &Length::hours(hours), clock, &CALENDAR);
        let unused = (anchor + i64::from(hours).hours()).duration_since(found.at);
        prop_assert!((0..60).contains(&unused.as_secs()), "only the seconds of the anchor are cut");
    }

    #[test]
    fn longer_lengths_never_end_earlier(anchor in any_moment(), months in 1u16..24, days in 1u16..60, clock in any_clock()) {
        let by = |length| due(anchor, &length, clock, &CALENDAR).at;
        prop_assert!(by(Length::months(months)) <= by(Length::months(months + 1)));
        prop_assert!(by(Length::days(days)) <= by(Length::days(days + 1)));
        prop_assert!(by(Length::days(days)) <= by(Length::working_days(days)));
    }

    #[test]
    fn credit_shortens_a_sentence_day_for_day(start in any_day(), months in 1u16..180, credit in 0u32..30) {
        let whole = sentence_end(start, &Length::months(months), 0);
        let rest = sentence_end(start, &Length::months(months), credit);
        prop_assert_eq!((whole - rest).get_days(), i32::try_from(credit).unwrap());
        prop_assert!(whole >= start);
    }

    #[test]
    fn age_grows_by_one_a_year(birth in any_day(), years in 0u16..100) {
        let birthday = birth.saturating_add(i32::from(years).years());
        let before = age_at(birth, birthday).unwrap();
        let after = age_at(birth, birthday + 1.day()).unwrap();
        prop_assert_eq!(after, years);
        prop_assert_eq!(before, years.saturating_sub(1));
    }

    #[test]
    fn the_far_ends_of_the_calendar_do_not_panic(far in any::<bool>(), length in any_length(), clock in any_clock()) {
        let anchor = if far { Moment::MAX } else { Moment::MIN };
        let found = due(anchor, &length, clock, &CALENDAR);
        prop_assert!(found.at >= anchor || found.at == Moment::MAX);
        let years = due_with(anchor, &[Length::years(9999), length], &[(Date::MIN, Date::MAX)], clock, &CALENDAR);
        prop_assert!(years.at >= found.at || years.at == Moment::MAX);
    }
}
