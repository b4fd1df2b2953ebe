//! The worked examples E1 to E14 of the reference on criminal procedure, on the committed calendar.
#![allow(clippy::unwrap_used, reason = "helpers of tests fail by panicking, as tests do")]

mod common;

use common::{law, morning};
use jiff::civil::{Date, date, datetime};
use law::period::{Clock, Due, Length, due, due_with, sentence_end};
use law::time::{end_of_day, moment};
use law::{Calendar, Moment};

fn length(text: &str) -> Length {
    text.parse().unwrap()
}

fn calendar() -> Calendar {
    law().calendar
}

fn custody(anchor: Date, text: &str) -> Date {
    due(morning(anchor), &length(text), Clock::Custody, &calendar()).last_day
}

fn handling(anchor: Date, text: &str) -> Due {
    due(morning(anchor), &length(text), Clock::Handling, &calendar())
}

fn extended(anchor: Date, texts: &[&str]) -> Date {
    let lengths: Vec<Length> = texts.iter().map(|text| length(text)).collect();
    due_with(morning(anchor), &lengths, &[], Clock::Custody, &calendar()).last_day
}

#[test]
fn e1_request_for_reconsideration_moves_past_the_national_day() {
    let found = handling(date(2026, 9, 28), "5日");
    assert_eq!(found.last_day, date(2026, 10, 8));
    assert_eq!(found.shifted_from, Some(date(2026, 10, 3)));
    assert_eq!(found.at, end_of_day(date(2026, 10, 8)));
    assert!(!found.provisional);
}

#[test]
fn e2_review_of_arrest_in_custody_ends_on_a_holiday() {
    let found = due(morning(date(2026, 9, 28)), &length("7日"), Clock::Custody, &calendar());
    assert_eq!(found.last_day, date(2026, 10, 5));
    assert_eq!(found.shifted_from, None);
    assert_eq!(calendar().holiday_name(found.last_day), Some("国庆节"));
}

#[test]
fn e3_detention_over_the_spring_festival() {
    let detained = date(2026, 2, 10);
    assert_eq!(custody(detained, "3日"), date(2026, 2, 13));
    assert_eq!(extended(detained, &["3日", "4日"]), date(2026, 2, 17));
    assert_eq!(custody(detained, "30日"), date(2026, 3, 12));
    assert_eq!(custody(date(2026, 3, 12), "7日"), date(2026, 3, 19));
    assert_eq!(extended(detained, &["30日", "7日"]), date(2026, 3, 19));
}

#[test]
fn e4_arrest_on_the_last_day_of_the_year_with_all_extensions() {
    let arrest = date(2026, 12, 31);
    assert_eq!(extended(arrest, &["2月"]), date(2027, 2, 28));
    assert_eq!(extended(arrest, &["2月", "1月"]), date(2027, 3, 31));
    assert_eq!(extended(arrest, &["2月", "1月", "2月"]), date(2027, 5, 31));
    assert_eq!(extended(arrest, &["2月", "1月", "2月", "2月"]), date(2027, 7, 31));
}

#[test]
fn e5_no_thirtieth_of_february() {
    assert_eq!(custody(date(2027, 12, 30), "2月"), date(2028, 2, 29));
    assert_eq!(custody(date(2026, 12, 30), "2月"), date(2027, 2, 28));
    assert_eq!(extended(date(2027, 12, 30), &["2月", "1月"]), date(2028, 3, 30));
    assert_eq!(extended(date(2026, 12, 30), &["2月", "1月"]), date(2027, 3, 30));
}

#[test]
fn e6_review_for_prosecution_with_return_for_more_investigation() {
    let accepted = date(2028, 1, 31);
    assert_eq!(handling(accepted, "1月").last_day, date(2028, 2, 29));
    assert_eq!(handling(accepted, "1月+15日").last_day, date(2028, 3, 15));
    assert_eq!(handling(date(2028, 3, 10), "1月").last_day, date(2028, 4, 10));
    let again = handling(date(2028, 4, 10), "1月");
    assert_eq!(again.last_day, date(2028, 5, 10));
    assert!(again.provisional, "the notice for 2028 is not out");
}

#[test]
fn e7_appeal_moves_past_labour_day() {
    let found = handling(date(2026, 4, 24), "10日");
    assert_eq!(found.shifted_from, Some(date(2026, 5, 4)));
    assert_eq!(found.last_day, date(2026, 5, 6));
}

#[test]
fn e8_fast_track_in_custody_and_on_bail() {
    let received = date(2026, 2, 9);
    assert_eq!(custody(received, "10日"), date(2026, 2, 19));
    assert_eq!(handling(received, "10日").last_day, date(2026, 2, 24));
}

fn at(text: &str) -> Moment {
    moment(text.parse().unwrap())
}

#[test]
fn e9_summons_by_the_minute() {
    let arrived = at("2026-06-01T08:15:40");
    let found = due(arrived, &length("12时"), Clock::Custody, &calendar());
    assert_eq!(found.at, at("2026-06-01T20:15"), "seconds are no slack");
    assert_eq!(found.last_day, date(2026, 6, 1));
    let longer = due(arrived, &length("24时"), Clock::Custody, &calendar());
    assert_eq!(longer.at, at("2026-06-02T08:15"));
    assert!(longer.is_past(at("2026-06-02T08:15")) && !longer.is_past(at("2026-06-02T08:14:59")));
}

#[test]
fn e10_twenty_four_hours_after_detention() {
    let found = due(at("2026-06-01T14:20"), &length("24时"), Clock::Handling, &calendar());
    assert_eq!(found.at, at("2026-06-02T14:20"));
}

#[test]
fn hours_that_end_at_midnight_belong_to_the_day_before_and_never_shift() {
    let found = due(at("2026-10-02T12:00"), &length("12时"), Clock::Handling, &calendar());
    assert_eq!(found.at, moment(datetime(2026, 10, 3, 0, 0, 0, 0)));
    assert_eq!(found.last_day, date(2026, 10, 2));
    assert_eq!(found.shifted_from, None);
}

#[test]
fn e11_psychiatric_examination_does_not_count() {
    let arrest = morning(date(2026, 3, 5));
    let examination = [(date(2026, 4, 1), date(2026, 5, 11))];
    let found = due_with(arrest, &[length("2月")], &examination, Clock::Custody, &calendar());
    assert_eq!(found.last_day, date(2026, 6, 14));
    let without = due_with(arrest, &[length("2月")], &[], Clock::Custody, &calendar());
    assert_eq!(without.last_day, date(2026, 5, 5));
}

#[test]
fn suspensions_count_once_and_only_inside_the_period() {
    let arrest = morning(date(2026, 3, 5));
    let two_months = [length("2月")];
    let last = |spans: &[(Date, Date)]| due_with(arrest, &two_months, spans, Clock::Custody, &calendar()).last_day;
    let april = |from: i8, to: i8| (date(2026, 4, from), date(2026, 4, to));
    assert_eq!(last(&[april(1, 6), april(3, 9)]), date(2026, 5, 13), "overlapping");
    assert_eq!(last(&[april(3, 9), april(1, 6)]), date(2026, 5, 13), "in any order");
    assert_eq!(last(&[april(9, 3)]), date(2026, 5, 5), "backwards counts for nothing");
    assert_eq!(last(&[(date(2026, 2, 1), date(2026, 3, 8))]), date(2026, 5, 8), "from the anchor on");
    assert_eq!(last(&[(date(2026, 5, 6), date(2026, 6, 1))]), date(2026, 5, 5), "after the end");
    assert_eq!(last(&[april(1, 3), (date(2026, 5, 7), date(2026, 5, 9))]), date(2026, 5, 9), "inside once extended");
}

#[test]
fn e12_another_serious_crime_starts_the_time_again() {
    let found = date(2026, 4, 20);
    assert_eq!(custody(found, "2月"), date(2026, 6, 20));
    // 25 April 2026 is a Saturday: the report itself is no custody period, so the reference's date is
    // the cautious one and art. 105(4) gives the Monday.
    assert_eq!(custody(found, "5日"), date(2026, 4, 25));
    assert_eq!(handling(found, "5日").last_day, date(2026, 4, 27));
}

#[test]
fn e13_bail_of_twelve_months_from_the_end_of_february() {
    assert_eq!(handling(date(2028, 2, 29), "12月").last_day, date(2029, 2, 28));
    assert_eq!(handling(date(2027, 2, 28), "12月").last_day, date(2028, 2, 29));
    assert_eq!(handling(date(2027, 2, 28), "1年").last_day, date(2028, 2, 29));
}

#[test]
fn e14_a_year_of_imprisonment() {
    let custody_from = date(2026, 3, 15);
    assert_eq!(sentence_end(custody_from, &length("1年"), 0), date(2027, 3, 14));
    // The same, put as: judgment executed 100 days later, 100 days credited.
    assert_eq!(sentence_end(date(2026, 6, 23), &length("1年"), 100), date(2027, 3, 14));
}

#[test]
fn sentences_at_the_end_of_a_month() {
    // 刑诉法解释 art. 202(2): the day before the last day, for months.
    assert_eq!(sentence_end(date(2026, 1, 31), &length("1月"), 0), date(2026, 2, 27));
    assert_eq!(sentence_end(date(2026, 1, 30), &length("1月"), 0), date(2026, 2, 27));
    assert_eq!(sentence_end(date(2026, 2, 28), &length("6月"), 0), date(2026, 8, 30));
    // Years know no rule of the last day of the month.
    assert_eq!(sentence_end(date(2027, 2, 28), &length("1年"), 0), date(2028, 2, 27));
    assert_eq!(sentence_end(date(2028, 2, 29), &length("1年"), 0), date(2029, 2, 27));
    assert_eq!(sentence_end(date(2026, 3, 1), &length("15日"), 0), date(2026, 3, 15));
}

#[test]
fn working_days_pass_over_the_spring_festival() {
    // 14 and 28 February 2026 are working Saturdays.
    let found = handling(date(2026, 2, 10), "10工作日");
    assert_eq!(found.last_day, date(2026, 3, 2));
    assert_eq!(found.shifted_from, None);
    let custody = due(morning(date(2026, 2, 10)), &length("10工作日"), Clock::Custody, &calendar());
    assert_eq!(custody.last_day, found.last_day);
}

#[test]
fn full_years_of_age_begin_the_day_after_the_birthday() {
    use law::period::age_at;
    let birth = date(2010, 3, 5);
    assert_eq!(age_at(birth, date(2024, 3, 5)), Some(13));
    assert_eq!(age_at(birth, date(2024, 3, 6)), Some(14));
    assert_eq!(age_at(birth, date(2010, 3, 5)), Some(0));
    assert_eq!(age_at(birth, date(2010, 3, 4)), None);
    let leap = date(2008, 2, 29);
    assert_eq!(age_at(leap, date(2022, 2, 28)), Some(13));
    assert_eq!(age_at(leap, date(2022, 3, 1)), Some(14));
    assert_eq!(age_at(leap, date(2024, 2, 29)), Some(15));
}
