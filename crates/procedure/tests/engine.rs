//! The engine: three values, and deadlines as data.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "helpers of tests fail by panicking, as tests do")]

mod common;

use std::collections::BTreeMap;
use std::sync::LazyLock;

use jiff::civil::{Date, date};
use law::period::Clock;
use law::time::{self, Moment};
use procedure::Library;
use procedure::engine::clocks::{self, NotStarted};
use procedure::engine::facts::{Truth, View};
use procedure::expr::{self, Found, Names, V, Values};
use procedure::model::{FieldRef, FieldType, Id};
use procedure::situation::{Extended, Situation, Subject};
use serde_json::{Value, json};

static LIBRARY: LazyLock<Library> = LazyLock::new(|| Library::read(&common::files()).unwrap());

/// Three yes-or-no fields.
struct Three(BTreeMap<FieldRef, Value>);
impl Names for Three {
    fn lookup(&self, var: &str, field: &str) -> Result<Found, String> {
        assert_eq!(var, "p");
        Ok(Found::Field(FieldRef::new("person", field), FieldType::Bool))
    }
}
impl Values for Three {
    fn field(&self, field: &FieldRef) -> Option<&Value> {
        self.0.get(field)
    }
    fn derived(&self, _: &Id, _: &mut Vec<FieldRef>) -> V {
        V::Unknown
    }
    fn chapter(&self, _: &str) -> Option<u16> {
        None
    }
}

fn value(source: &str, a: Option<bool>, b: Option<bool>) -> (V, Vec<FieldRef>) {
    let mut fields = BTreeMap::new();
    for (name, v) in [("a", a), ("b", b)] {
        if let Some(v) = v {
            fields.insert(FieldRef::new("person", name), Value::Bool(v));
        }
    }
    let three = Three(fields);
    let (e, _) = expr::check(source, &three).unwrap();
    let mut missing = Vec::new();
    (expr::eval(&e, &three, &mut missing), missing)
}

#[test]
fn unknown_is_neither_true_nor_false() {
    let (t, f, u) = (Some(true), Some(false), None);
    let v = |x: Option<bool>| x.map_or(V::Unknown, V::Bool);
    for (a, b, and, or) in [
        (t, t, t, t),
        (t, f, f, t),
        (t, u, u, t),
        (f, t, f, t),
        (f, f, f, f),
        (f, u, f, u),
        (u, t, u, t),
        (u, f, f, u),
        (u, u, u, u),
    ] {
        assert_eq!(value("p.a && p.b", a, b).0, v(and), "{a:?} and {b:?}");
        assert_eq!(value("p.a || p.b", a, b).0, v(or), "{a:?} or {b:?}");
        assert_eq!(value("!(p.a && p.b)", a, b).0, v(and.map(|x| !x)));
        // What settles the answer does not ask for the rest.
        let (found, missing) = value("p.a && p.b", a, b);
        assert_eq!(found == V::Unknown, !missing.is_empty(), "{a:?} and {b:?} miss {missing:?}");
    }
    let (_, missing) = value("p.a || p.b", u, u);
    assert_eq!(missing, [FieldRef::new("person", "a"), FieldRef::new("person", "b")]);
    assert_eq!(value("has(p.a)", u, u), (V::Bool(false), Vec::new()), "whether it is known is always known");
    assert_eq!(value("p.a == p.b", t, u).0, V::Unknown);
}

/// A file about one person.
fn situation(case: Value, person: Value) -> Situation {
    let card = |v: Value| v.as_object().unwrap().iter().map(|(k, v)| (Id::from(k.as_str()), v.clone())).collect();
    Situation {
        case: card(case),
        subjects: BTreeMap::from([("P1".to_owned(), Subject { card: "person".into(), fields: card(person) })]),
        ..Situation::default()
    }
}

fn view(s: &Situation) -> View<'_> {
    View { library: &LIBRARY, situation: s, subject: Some("P1") }
}

#[test]
fn facts_over_facts_keep_three_values() {
    let act = json!({"acted_to": "2026-03-01T22:00:00+08:00"});
    for (case, person, expected, missing) in [
        // fast_barred is any of: juvenile, impaired, damages unsettled.
        (act.clone(), json!({"birth": "1990-01-02"}), Truth::False, vec![]),
        (act.clone(), json!({"birth": "2010-01-02"}), Truth::True, vec![]),
        (act.clone(), json!({}), Truth::Unknown, vec!["person.birth"]),
        (json!({}), json!({"birth": "1990-01-02"}), Truth::Unknown, vec!["case.acted_to"]),
        (act.clone(), json!({"impaired": true}), Truth::True, vec![]),
        (json!({"civil": "unsettled"}), json!({}), Truth::True, vec![]),
    ] {
        let s = situation(case, person);
        let mut asked = Vec::new();
        assert_eq!(view(&s).fact(&"fast_barred".into(), &mut asked), expected);
        assert_eq!(asked.iter().map(ToString::to_string).collect::<Vec<_>>(), missing);
        assert_eq!(view(&s).condition(&"not fast_barred".parse().unwrap(), &mut Vec::new()), !expected);
    }
    // A year of age is full on the day after the birthday.
    for (birth, juvenile) in [("2008-03-01", Truth::True), ("2008-02-29", Truth::False)] {
        let s = situation(act.clone(), json!({ "birth": birth }));
        assert_eq!(view(&s).fact(&"juvenile".into(), &mut Vec::new()), juvenile, "{birth}");
    }
    assert_eq!(view(&Situation::default()).fact(&"no_such_fact".into(), &mut Vec::new()), Truth::Unknown);
}

fn morning(day: Date) -> Moment {
    time::moment(day.at(9, 0, 0, 0))
}

/// One worked deadline.
struct Worked<'a> {
    process: &'a str,
    deadline: &'a str,
    case: Value,
    person: Value,
    /// Day of the act, and of the receipt of the hand-over where it is another.
    act: Date,
    received: Option<Date>,
    extended: &'a [&'a str],
    suspended: &'a [(Date, Option<Date>)],
    last_day: Date,
    shifted_from: Option<Date>,
    clock: Clock,
}

fn worked<'a>(process: &'a str, deadline: &'a str, act: Date, last_day: Date) -> Worked<'a> {
    Worked {
        process,
        deadline,
        case: json!({}),
        person: json!({"measure": "bail"}),
        act,
        received: None,
        extended: &[],
        suspended: &[],
        last_day,
        shifted_from: None,
        clock: Clock::Handling,
    }
}

#[test]
fn worked_deadlines() {
    let arrested = json!({"measure": "arrest"});
    let suspended = [(date(2026, 4, 10), Some(date(2026, 4, 30)))];
    let open = [(date(2026, 4, 10), None)];
    let ordinary = json!({"procedure": "ordinary"});
    for w in [
        // 诉172: one month from receipt, not from the act that starts it.
        Worked { received: Some(date(2026, 3, 10)), ..worked("XQ01", "D56", date(2026, 3, 12), date(2026, 4, 10)) },
        // 诉105: it ends on a Saturday; out of custody on the Monday after, in custody at once.
        Worked {
            extended: &["15日"],
            shifted_from: Some(date(2026, 4, 25)),
            ..worked("XQ01", "D56", date(2026, 3, 10), date(2026, 4, 27))
        },
        Worked {
            extended: &["15日"],
            person: arrested.clone(),
            clock: Clock::Custody,
            ..worked("XQ01", "D56", date(2026, 3, 10), date(2026, 4, 25))
        },
        // 诉172: ten days on the fast track, fifteen where more than a year may be given.
        Worked {
            person: json!({"measure": "bail", "expected_over_year": false}),
            ..worked("XQ01", "D57", date(2026, 3, 10), date(2026, 3, 20))
        },
        Worked {
            person: json!({"measure": "bail", "expected_over_year": true}),
            ..worked("XQ01", "D57", date(2026, 3, 10), date(2026, 3, 25))
        },
        // An unknown condition does not satisfy a rule: the ordinary one applies.
        worked("XQ01", "D57", date(2026, 3, 10), date(2026, 3, 20)),
        // 诉220: twenty days; a month and a half where more than three years may be given.
        Worked {
            case: json!({"court_accepted_on": "2026-03-10"}),
            ..worked("FY01", "D71", date(2026, 3, 12), date(2026, 3, 30))
        },
        Worked {
            case: json!({"court_accepted_on": "2026-03-10"}),
            person: json!({"measure": "arrest", "rec_months": 40}),
            clock: Clock::Custody,
            ..worked("FY01", "D71", date(2026, 3, 12), date(2026, 4, 25))
        },
        // 诉206: the days of a suspension do not count; one that lasts counts up to now.
        Worked {
            case: ordinary.clone(),
            suspended: &suspended,
            ..worked("FY01", "D72T", date(2026, 3, 20), date(2026, 6, 9))
        },
        Worked {
            case: ordinary.clone(),
            suspended: &open,
            ..worked("FY01", "D72T", date(2026, 3, 20), date(2026, 5, 25))
        },
        // 诉208: three months, and three more with leave of the court above, counted in one; it ends
        // on a Sunday on which people work.
        Worked {
            case: ordinary.clone(),
            extended: &["1月", "3月"],
            ..worked("FY01", "D72T", date(2026, 3, 20), date(2026, 9, 20))
        },
        // 刑73: a term ends on the day before the same-numbered day.
        Worked {
            person: json!({"effective_on": "2026-03-31", "probation": true, "probation_months": 4}),
            clock: Clock::Restraint,
            ..worked("SJ01", "TERM", date(2026, 4, 1), date(2026, 7, 30))
        },
        Worked {
            person: json!({"effective_on": "2026-03-15", "probation": false, "corrections_kind": "temporary", "judged_months": 6}),
            clock: Clock::Restraint,
            ..worked("SJ01", "TERM", date(2026, 4, 1), date(2026, 9, 14))
        },
        // 刑41: what was spent in custody before is credited; 刑73: not to a term of probation.
        Worked {
            person: json!({"effective_on": "2026-03-15", "probation": false, "corrections_kind": "temporary", "judged_months": 6, "credit_days": 20}),
            clock: Clock::Restraint,
            ..worked("SJ01", "TERM", date(2026, 4, 1), date(2026, 8, 25))
        },
        Worked {
            person: json!({"effective_on": "2026-03-31", "probation": true, "probation_months": 4, "credit_days": 20}),
            clock: Clock::Restraint,
            ..worked("SJ01", "TERM", date(2026, 4, 1), date(2026, 7, 30))
        },
        // 解162: one organ has twelve months in all.
        Worked {
            person: json!({"measure_executed_on": "2026-03-04", "bail_days_before": 30}),
            clock: Clock::Restraint,
            ..worked("QB01", "D25", date(2026, 3, 4), date(2027, 2, 2))
        },
        // E6: the last day of a month; extended from there; from the day of the renewed hand-over anew.
        Worked {
            person: arrested.clone(),
            clock: Clock::Custody,
            ..worked("XQ01", "D56", date(2028, 1, 31), date(2028, 2, 29))
        },
        Worked {
            person: arrested.clone(),
            clock: Clock::Custody,
            extended: &["15日"],
            ..worked("XQ01", "D56", date(2028, 1, 31), date(2028, 3, 15))
        },
        Worked {
            person: arrested.clone(),
            clock: Clock::Custody,
            ..worked("XQ01", "D56", date(2028, 4, 10), date(2028, 5, 10))
        },
        // E8: in custody the tenth day, in the Spring Festival or not; on bail the first working day after.
        Worked {
            case: json!({"court_accepted_on": "2026-02-09"}),
            person: arrested.clone(),
            clock: Clock::Custody,
            ..worked("FY01", "D70", date(2026, 2, 10), date(2026, 2, 19))
        },
        Worked {
            case: json!({"court_accepted_on": "2026-02-09"}),
            shifted_from: Some(date(2026, 2, 19)),
            ..worked("FY01", "D70", date(2026, 2, 10), date(2026, 2, 24))
        },
        // E13: twelve months of bail from the last day of a February.
        Worked {
            person: json!({"measure_executed_on": "2028-02-29"}),
            clock: Clock::Restraint,
            ..worked("QB01", "D25", date(2028, 2, 29), date(2029, 2, 28))
        },
        Worked {
            person: json!({"measure_executed_on": "2027-02-28"}),
            clock: Clock::Restraint,
            ..worked("QB01", "D25", date(2027, 2, 28), date(2028, 2, 29))
        },
    ] {
        let name = format!("{} {} {:?}", w.process, w.deadline, w.extended);
        let def = &LIBRARY.processes[w.process].deadlines[w.deadline];
        let s = situation(w.case, w.person);
        let mut running =
            clocks::start(&w.deadline.into(), def, &view(&s), morning(w.act), w.received.map(morning), None).unwrap();
        running.extended =
            w.extended.iter().map(|l| Extended { on: "extend".into(), by: l.parse().unwrap() }).collect();
        running.suspended = w.suspended.to_vec();
        let due = clocks::due(&running, &LIBRARY.law.calendar, morning(date(2026, 4, 15)));
        assert_eq!((due.last_day, due.shifted_from, running.clock), (w.last_day, w.shifted_from, w.clock), "{name}");
    }
}

#[test]
fn hours_run_to_the_minute() {
    let def = &LIBRARY.processes["GA01"].deadlines["D02"];
    let s = situation(json!({}), json!({}));
    let act = time::moment(date(2026, 3, 6).at(16, 20, 0, 0));
    let running = clocks::start(&"D02".into(), def, &view(&s), act, None, None).unwrap();
    let due = clocks::due(&running, &LIBRARY.law.calendar, act);
    assert_eq!(due.at, time::moment(date(2026, 3, 7).at(16, 20, 0, 0)));
}

#[test]
fn a_deadline_is_not_started_on_what_is_not_known() {
    let start = |process: &str, deadline: &str, s: &Situation| {
        let def = &LIBRARY.processes[process].deadlines[deadline];
        clocks::start(&deadline.into(), def, &view(s), morning(date(2026, 3, 10)), None, None)
    };
    let empty = situation(json!({}), json!({}));
    let field = |name: &str| name.parse::<FieldRef>().unwrap();
    // Its condition cannot be told, or is false.
    assert_eq!(start("XQ01", "D27", &empty), Err(NotStarted::Missing(vec![field("person.measure")])));
    let free = situation(json!({}), json!({"measure": "none"}));
    assert_eq!(start("XQ01", "D27", &free), Err(NotStarted::NotApplicable));
    // Its anchor is not filled in, or its length.
    let undated = situation(json!({}), json!({"probation": true}));
    assert_eq!(start("SJ01", "TERM", &undated), Err(NotStarted::Missing(vec![field("person.effective_on")])));
    let effective = situation(json!({}), json!({"effective_on": "2026-03-31", "probation": true}));
    assert_eq!(start("SJ01", "TERM", &effective), Err(NotStarted::Missing(vec![field("person.probation_months")])));
}

#[test]
fn a_deadline_is_overrun_at_midnight_and_not_before() {
    let def = &LIBRARY.processes["XQ01"].deadlines["D56"];
    let s = situation(json!({}), json!({"measure": "bail"}));
    let mut running = clocks::start(&"D56".into(), def, &view(&s), morning(date(2026, 3, 10)), None, None).unwrap();
    let calendar = &LIBRARY.law.calendar;
    let last_minute = time::moment(date(2026, 4, 10).at(23, 59, 0, 0));
    let midnight = time::moment(date(2026, 4, 11).at(0, 0, 0, 0));
    assert!(!clocks::overrun(&running, calendar, last_minute));
    assert!(clocks::overrun(&running, calendar, midnight));
    // What was ended in time stays in time, however late one looks.
    running.ended = Some(last_minute);
    assert!(!clocks::overrun(&running, calendar, morning(date(2027, 1, 4))));
    running.ended = Some(morning(date(2026, 4, 13)));
    assert!(clocks::overrun(&running, calendar, midnight));
}

#[test]
fn a_custody_period_warns_before_the_holiday_and_not_in_it() {
    // E2: seven days from 28 September end on 5 October, within the holiday of 1 to 7 October.
    let def = &LIBRARY.processes["FY01"].deadlines["D70"];
    let day = |m: &Moment| time::day(*m);
    for (measure, warned) in [
        // Ten days from 25 September: due on 5 October; both warnings fall on or before 30 September.
        ("arrest", [date(2026, 9, 30), date(2026, 9, 30)]),
        // Out of custody it is due on 8 October, and nothing is hurried.
        ("bail", [date(2026, 10, 6), date(2026, 10, 8)]),
    ] {
        let s = situation(json!({"court_accepted_on": "2026-09-25"}), json!({ "measure": measure }));
        let running = clocks::start(&"D70".into(), def, &view(&s), morning(date(2026, 9, 25)), None, None).unwrap();
        let calendar = &LIBRARY.law.calendar;
        let due = clocks::due(&running, calendar, morning(date(2026, 9, 25)));
        let days: Vec<Date> = clocks::warnings(def, &running, &due, calendar).iter().map(day).collect();
        let mut expected = warned.to_vec();
        expected.dedup();
        assert_eq!(days, expected, "{measure}, due on {}", due.last_day);
    }
}
