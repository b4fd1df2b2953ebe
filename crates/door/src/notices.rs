//! Telling people what runs out soon and what was missed (提醒).

use law::time::{self, Moment};
use seal::Digest;
use store::rows::{ClockRow, NoticeRow, Recipient};

use crate::{Change, Door, DoorError};

/// Deadlines looked at together.
const BATCH: u32 = 200;

impl Door {
    /// Tells what is to be told by now, each thing once; returns how many files something new was
    /// told of. May be called at any time and as often as one likes.
    ///
    /// # Errors
    /// Storage.
    pub async fn give_notices(&self) -> Result<usize, DoorError> {
        let now = self.now();
        let mut told = 0;
        loop {
            let mut clocks = self.store().clocks_to_tell(now, BATCH).await?;
            if clocks.is_empty() {
                return Ok(told);
            }
            let mut notices = Vec::new();
            for c in &mut clocks {
                notices.extend(due_notices(c, now));
                c.next_at = next(c, now);
            }
            for file in self.store().tell(notices, clocks).await? {
                told += 1;
                let Some(row) = self.store().file(&file).await? else { continue };
                // Nobody may be listening.
                let _ = self.changes.send(Change { file, version: row.version, action: "notice".into() });
            }
        }
    }
}

/// What is to be told of a deadline now: the newest thing, to each whom it concerns.
fn due_notices(c: &ClockRow, now: Moment) -> Vec<NoticeRow> {
    let (kind, at, text) = if c.due_at <= now {
        let follows = c.missed.as_ref().map(|m| format!("；{m}")).unwrap_or_default();
        ("missed", c.due_at, format!("“{}”已于{}届满，尚未办结{follows}", c.name, end(c.due_at)))
    } else {
        let Some(at) = c.warns.iter().copied().filter(|w| *w <= now).max() else { return Vec::new() };
        ("warning", at, format!("“{}”将于{}届满", c.name, end(c.due_at)))
    };
    let row = |r: &Recipient| NoticeRow {
        id: identifier(c, at, r),
        unit: c.unit.clone(),
        role: r.role.clone(),
        user: r.user.clone(),
        file: c.file.clone(),
        kind: kind.into(),
        text: text.clone(),
        due_at: c.due_at,
        at: now,
    };
    c.tells.iter().map(row).collect()
}

/// When the next thing is to be told; nothing after the end.
fn next(c: &ClockRow, now: Moment) -> Option<Moment> {
    c.warns.iter().copied().chain([c.due_at]).filter(|at| *at > now).min()
}

/// The same thing told to the same person has the same identifier.
fn identifier(c: &ClockRow, at: Moment, r: &Recipient) -> String {
    let user = r.user.as_deref().unwrap_or_default();
    let parts = [&c.file, &c.instance, &c.subject, &c.deadline, &c.from.to_string(), &at.to_string(), &r.role, user];
    let mut id = Digest::of(parts.join("\n").as_bytes()).to_string();
    id.truncate(32);
    id
}

/// `2026年7月2日24时`: the end of a day is named by that day.
pub(crate) fn end(at: Moment) -> String {
    let local = time::local(at);
    if local.time() == jiff::civil::Time::midnight()
        && let Ok(day) = local.date().yesterday()
    {
        return format!("{}24时", time::date_cn(day));
    }
    time::moment_cn(at)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn clock() -> ClockRow {
        let at = |s: &str| s.parse::<Moment>().unwrap_or_default();
        ClockRow {
            file: "F1".into(),
            unit: "U1".into(),
            instance: "I1".into(),
            subject: "P1".into(),
            deadline: "D56".into(),
            name: "审查起诉期限".into(),
            clock: "羁押".into(),
            from: at("2026-05-20T10:00:00+08:00"),
            due_at: at("2026-06-21T00:00:00+08:00"),
            warns: vec![at("2026-06-14T00:00:00+08:00"), at("2026-06-18T00:00:00+08:00")],
            tells: vec![
                Recipient { role: "prosecutor".into(), user: Some("u1".into()) },
                Recipient { role: "chief_prosecutor".into(), user: None },
            ],
            missed: Some("应当立即释放或者变更强制措施".into()),
            ended_at: None,
            breach: true,
            provisional: false,
            next_at: None,
            suspended: false,
        }
    }

    #[test]
    fn each_threshold_is_told_once_and_the_newest_alone() {
        let c = clock();
        let at = |s: &str| s.parse::<Moment>().unwrap_or_default();
        assert!(due_notices(&c, at("2026-06-13T23:59:59+08:00")).is_empty());
        let first = due_notices(&c, c.warns[0]);
        assert_eq!(first.len(), 2, "the handler and the chief");
        assert_eq!(first[0].text, "“审查起诉期限”将于2026年6月20日24时届满");
        assert_eq!(next(&c, c.warns[0]), Some(c.warns[1]));
        // Nobody looked for a while: only what is newest is told, and the same again has the same name.
        let later = due_notices(&c, at("2026-06-19T09:00:00+08:00"));
        assert_eq!(later.len(), 2);
        assert_ne!(later[0].id, first[0].id);
        assert_eq!(later[0].id, due_notices(&c, at("2026-06-19T21:00:00+08:00"))[0].id);
        assert_eq!(next(&c, at("2026-06-19T09:00:00+08:00")), Some(c.due_at));
        let missed = due_notices(&c, c.due_at);
        assert_eq!(missed[0].kind, "missed");
        assert_eq!(missed[0].text, "“审查起诉期限”已于2026年6月20日24时届满，尚未办结；应当立即释放或者变更强制措施");
        assert_eq!(next(&c, c.due_at), None);
    }
}
