//! Deadlines: which rule applies when one starts, and when a running one ends.

use jiff::civil::Date;
use law::calendar::Calendar;
use law::period::{self, Clock, Due, Length};
use law::time::{self, Moment};

use super::facts::{Truth, View};
use crate::model::{Anchor, Deadline, FieldRef, Id};
use crate::situation::Running;

/// Why a deadline could not be started.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NotStarted {
    /// Its condition does not hold.
    NotApplicable,
    /// These fields are needed to tell which length applies.
    Missing(Vec<FieldRef>),
}

/// Starts a deadline: the rule that applies now is kept, so that later changes of the library
/// or of a card cannot move it.
///
/// `act` is the moment of the act that starts it, `received` that of the hand-over.
///
/// # Errors
/// Where it does not apply, or where a field is missing that decides its length.
pub fn start(
    id: &Id,
    def: &Deadline,
    view: &View<'_>,
    act: Moment,
    received: Option<Moment>,
) -> Result<Running, NotStarted> {
    let mut missing = Vec::new();
    if let Some(c) = &def.when {
        match view.condition(c, &mut missing) {
            Truth::True => {}
            Truth::False => return Err(NotStarted::NotApplicable),
            Truth::Unknown => return Err(NotStarted::Missing(missing)),
        }
    }
    let from = match def.anchor {
        Anchor::Act => act,
        Anchor::Received => received.unwrap_or(act),
        Anchor::Field => {
            let field = def.field.as_ref().ok_or(NotStarted::NotApplicable)?;
            let value = view
                .situation
                .field(field, view.subject)
                .and_then(serde_json::Value::as_str)
                .ok_or_else(|| NotStarted::Missing(vec![field.clone()]))?;
            match value.parse::<Date>() {
                Ok(d) => time::moment(d.at(0, 0, 0, 0)),
                Err(_) => value.parse().map_err(|_| NotStarted::Missing(vec![field.clone()]))?,
            }
        }
    };
    let mut chosen = None;
    for rule in &def.rules {
        if rule.otherwise {
            chosen = Some(rule);
            break;
        }
        let Some(c) = &rule.when else {
            chosen = Some(rule);
            break;
        };
        // An unknown condition does not satisfy a rule: the next, ordinary one applies.
        if view.condition(c, &mut Vec::new()) == Truth::True {
            chosen = Some(rule);
            break;
        }
    }
    let rule = chosen.ok_or(NotStarted::NotApplicable)?;
    let (length, term) = match (&rule.length, &rule.months) {
        (Some(l), _) => (*l, false),
        (None, Some(f)) => {
            let months = view
                .situation
                .field(f, view.subject)
                .and_then(serde_json::Value::as_u64)
                .and_then(|m| u16::try_from(m).ok())
                .ok_or_else(|| NotStarted::Missing(vec![f.clone()]))?;
            (Length::months(months), true)
        }
        (None, None) => return Err(NotStarted::NotApplicable),
    };
    let credit = rule
        .credit
        .as_ref()
        .and_then(|f| view.situation.field(f, view.subject))
        .and_then(serde_json::Value::as_u64)
        .and_then(|days| u32::try_from(days).ok())
        .unwrap_or(0);
    Ok(Running {
        deadline: id.clone(),
        subject: view.subject.unwrap_or_default().to_owned(),
        from,
        clock: clock(def, view),
        length,
        term,
        credit,
        extended: Vec::new(),
        suspended: Vec::new(),
        ended: None,
    })
}

/// What kind of clock a deadline runs on as the cards stand. Whether somebody is in custody is not always
/// known; the stricter clock runs until it is.
pub fn clock(def: &Deadline, view: &View<'_>) -> Clock {
    match &def.custody_if {
        Some(c) if view.condition(c, &mut Vec::new()) != Truth::False => Clock::Custody,
        _ => def.clock,
    }
}

/// When a running deadline ends. `now` closes a suspension that still lasts.
pub fn due(r: &Running, calendar: &Calendar, now: Moment) -> Due {
    if r.term {
        let last_day = period::sentence_end(time::day(r.from), &r.length, r.credit);
        return Due { at: time::end_of_day(last_day), last_day, shifted_from: None, provisional: false };
    }
    let extensions: Vec<Length> = std::iter::once(r.length).chain(r.extended.iter().map(|e| e.by)).collect();
    let suspended: Vec<(Date, Date)> =
        r.suspended.iter().map(|(from, to)| (*from, to.unwrap_or_else(|| time::day(now)))).collect();
    let due = period::due_with(r.from, &extensions, &suspended, r.clock, calendar);
    if r.credit == 0 {
        return due;
    }
    // Days used before count from the end backwards; only custody and restraint have them.
    let last_day = due.last_day.saturating_sub(jiff::Span::new().try_days(r.credit).unwrap_or_default());
    Due { at: time::end_of_day(last_day), last_day, shifted_from: None, ..due }
}

/// When warnings of a deadline are given, earliest first. Custody and restraint do not wait for
/// people to come back from a holiday, so what would be said on one is said on the working day before.
pub fn warnings(def: &Deadline, r: &Running, due: &Due, calendar: &Calendar) -> Vec<Moment> {
    let ahead = r.clock != Clock::Handling && !r.length.is_hours();
    let mut out: Vec<Moment> = def
        .warn
        .iter()
        .map(|w| w.before(due.at))
        .map(|at| if ahead { on_working_day(at, calendar) } else { at })
        .collect();
    out.sort();
    out.dedup();
    out
}

/// The same time on the last working day that is not later. No holiday lasts a month.
fn on_working_day(at: Moment, calendar: &Calendar) -> Moment {
    let local = time::local(at);
    (0..31)
        .filter_map(|n| local.checked_sub(jiff::Span::new().days(n)).ok())
        .find(|d| calendar.is_working_day(d.date()))
        .map_or(at, time::moment)
}

/// Whether it has run out: it still runs and its end is past, or it was ended too late.
pub fn overrun(r: &Running, calendar: &Calendar, now: Moment) -> bool {
    let at = due(r, calendar, now).at;
    r.ended.map_or(now >= at, |e| e > at)
}
