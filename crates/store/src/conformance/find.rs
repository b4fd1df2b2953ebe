//! Questions to the list: each against the same question asked of the rows themselves, page by page.

use std::collections::BTreeSet;

use access::Filter;

use super::Outcome;
use super::draft::{Draft, at};
use crate::find::{Find, Match, Order, Span, Test, Time};
use crate::repository::Repository;
use crate::rows::{ClockRow, Listed, SavedView, TrackRow, ValueRow, Views};

/// Files of the test.
const FILES: i64 = 60;
/// Files of one page: the last page is not full.
const PAGE: u32 = 7;

/// The views of the `n`th file: some values are missing, some are the same in many files.
fn views(file: &str, n: i64) -> Views {
    let value = |field: &str, subject: &str, value: String, number: Option<i64>| ValueRow {
        file: file.into(),
        field: field.into(),
        subject: subject.into(),
        value,
        number,
    };
    let mut values = vec![value("case.name", "", format!("第{}号案", n % 9), None)];
    if n % 4 != 0 {
        values.push(value("case.amount", "", (n * 10).to_string(), Some(n * 10)));
    }
    values.push(value("person.charge", "P1", ["55", "264"][usize::from(n % 3 == 0)].into(), None));
    if n % 5 == 0 {
        values.push(value("person.charge", "P2", "55".into(), None));
    }
    values.push(value("person.name", "P1", format!("云{n}"), None));
    values.push(value("person.filed_on", "P1", format!("2026-01-{:02}", 1 + n % 28), None));
    values.sort();
    let clock = |deadline: &str, kind: &str, due: i64, ended: bool, breach: bool| ClockRow {
        file: file.into(),
        unit: "JC-970101".into(),
        instance: "I1".into(),
        subject: "P1".into(),
        deadline: deadline.into(),
        name: "期限".into(),
        clock: kind.into(),
        from: at(0),
        due_at: at(due),
        warns: Vec::new(),
        tells: Vec::new(),
        missed: None,
        next_at: None,
        suspended: false,
        ended_at: ended.then(|| at(due)),
        breach,
        provisional: false,
    };
    let clocks = vec![
        clock("custody", "羁押", 100 + n, n % 3 == 0, true),
        clock("review", "办案", 200 - n, n % 2 == 0, true),
        clock("term", "羁押", 5, false, false),
    ];
    let tracks = vec![TrackRow {
        file: file.into(),
        instance: "I1".into(),
        process: "XQ01".into(),
        subject: "P1".into(),
        label: format!("云{n}"),
        state: ["review", "returned"][usize::from(n % 6 == 0)].into(),
        state_name: "在办".into(),
        ended: n % 10 == 0,
    }];
    let due = clocks.iter().filter(|c| c.breach && c.ended_at.is_none()).map(|c| c.due_at).min();
    let listed = Listed {
        // One that is closed may have a track that still runs.
        open: n % 10 != 0 && n % 13 != 6,
        opened_at: at(n % 7),
        handed_at: (n % 2 == 0).then(|| at(n)),
        due_at: due,
        words: format!("第{}号案\n云{n}\n云检〔2026〕{n:04}号", n % 9),
    };
    Views { clocks, tracks, listed, values, ..Views::default() }
}

type Holds = Box<dyn Fn(&Views, i64) -> bool + Send + Sync>;

/// Each question with its answer, row by row.
fn questions() -> Vec<(Find, Holds)> {
    let card =
        |fields: &[&str], is: Match| Find::all().and(Test::Card(fields.iter().map(|f| (*f).to_owned()).collect(), is));
    let text = |t: &str| Find { text: Some(t.into()), ..Find::all() };
    let any = |field: &'static str, test: fn(&ValueRow) -> bool| -> Holds {
        Box::new(move |v, _| v.values.iter().any(|x| x.field == field && test(x)))
    };
    let clock = |clock: Option<&str>, deadline: Option<&str>, due| {
        Find::all().and(Test::Clock { clock: clock.map(Into::into), deadline: deadline.map(Into::into), due })
    };
    let when = |time, from: Option<i64>, to: Option<i64>| {
        Find::all().and(Test::When(time, Span { from: from.map(at), to: to.map(at) }))
    };
    vec![
        (Find::all(), Box::new(|_, _| true)),
        (text("云5"), Box::new(|v, _| v.listed.words.contains("云5"))),
        (text("0007号"), Box::new(|_, n| n == 7)),
        (card(&["person.charge"], Match::Among(vec!["55".into()])), any("person.charge", |x| x.value == "55")),
        (
            card(&["case.name", "person.charge"], Match::Among(vec!["264".into(), "第3号案".into()])),
            Box::new(|v, _| v.values.iter().any(|x| x.value == "264" || x.value == "第3号案")),
        ),
        (card(&["case.name"], Match::Has("3号".into())), any("case.name", |x| x.value.contains("3号"))),
        (
            card(&["case.amount"], Match::Number(Span { from: Some(50), to: Some(300) })),
            any("case.amount", |x| x.number.is_some_and(|n| (50..300).contains(&n))),
        ),
        (
            card(&["person.filed_on"], Match::Text(Span { from: Some("2026-01-05".into()), to: None })),
            any("person.filed_on", |x| x.value.as_str() >= "2026-01-05"),
        ),
        (
            Find::all().and(Test::Named(vec!["person.name".into()], "云1".into())),
            any("person.name", |x| x.value.contains("云1")),
        ),
        (card(&["case.amount"], Match::Known(true)), any("case.amount", |_| true)),
        (card(&["case.amount"], Match::Known(false)), Box::new(|_, n| n % 4 == 0)),
        (card(&[], Match::Known(true)), Box::new(|_, _| false)),
        (card(&["case.amount"], Match::Among(vec![])), Box::new(|_, _| false)),
        (
            Find::all().and(Test::Stage("XQ01".into(), "returned".into())),
            Box::new(|v, _| v.tracks.iter().any(|t| t.state == "returned" && !t.ended)),
        ),
        (Find::all().and(Test::Stage("XQ02".into(), "returned".into())), Box::new(|_, _| false)),
        (
            clock(Some("羁押"), None, Span { from: None, to: Some(at(130)) }),
            Box::new(|v, _| {
                let c = &v.clocks[0];
                c.ended_at.is_none() && c.due_at < at(130)
            }),
        ),
        (clock(None, Some("review"), Span::default()), Box::new(|v, _| v.clocks[1].ended_at.is_none())),
        (Find::all().and(Test::Handler("u3".into())), Box::new(|_, n| n % 5 == 3)),
        (Find::all().and(Test::Open(false)), Box::new(|v, _| !v.listed.open)),
        (when(Time::Opened, Some(2), Some(5)), Box::new(|_, n| (2..5).contains(&(n % 7)))),
        (when(Time::Handed, Some(10), None), Box::new(|v, _| v.listed.handed_at.is_some_and(|h| h >= at(10)))),
        (when(Time::Due, None, Some(150)), Box::new(|v, _| v.listed.due_at.is_some_and(|d| d < at(150)))),
        (
            card(&["person.charge"], Match::Among(vec!["55".into()])).and(Test::Open(true)),
            Box::new(|v, _| v.listed.open && v.values.iter().any(|x| x.value == "55")),
        ),
    ]
}

/// What is found is what the rows say; the count is the sum of the pages; no order loses a file or
/// shows it twice; a filter of the access policies is never widened.
///
/// # Errors
/// Those of the engine.
pub async fn finds(repo: &dyn Repository) -> Outcome {
    let mut all = Vec::new();
    for n in 0..FILES {
        let id = format!("F{n:02}");
        let mut draft = Draft::new(&id, "JC-970101", &format!("M{n}"));
        draft.row.title = format!("第{}号案", n % 9);
        draft.row.sealed = n % 11 == 0;
        draft.row.people = vec![(format!("u{}", n % 5), "handler".into())];
        let mut commit = draft.next(vec![])?;
        commit.views = views(&id, n);
        repo.commit(commit.clone()).await?;
        assert_eq!(repo.views(&id).await?, commit.views, "kept as it was given");
        all.push((id, n, commit.views));
    }
    let open = Filter::SealedIs(false);
    for (find, holds) in questions() {
        for filter in [&Filter::All, &open] {
            let passes = |n: i64| filter == &Filter::All || n % 11 != 0;
            let matching: BTreeSet<&str> =
                all.iter().filter(|(_, n, v)| passes(*n) && holds(v, *n)).map(|(id, ..)| id.as_str()).collect();
            let orders = [
                Order::Updated,
                Order::Opened,
                Order::Due,
                Order::Title,
                Order::Number("case.amount".into()),
                Order::Value("case.name".into()),
            ];
            for (order, descending) in orders.iter().flat_map(|o| [(o, false), (o, true)]) {
                let find = Find { order: order.clone(), descending, ..find.clone() };
                assert_eq!(repo.count_files(filter, at(50), &find).await?, matching.len() as u64, "{find:?}");
                let mut found = Vec::new();
                loop {
                    let from = u32::try_from(found.len()).unwrap_or(u32::MAX);
                    let page = repo.files(filter, at(50), &find, PAGE, from).await?;
                    let full = page.len() == PAGE as usize;
                    found.extend(page);
                    if !full {
                        break;
                    }
                }
                assert_eq!(found.len(), matching.len(), "{find:?}");
                let ids: BTreeSet<&str> = found.iter().map(|f| f.file.id.as_str()).collect();
                assert_eq!(ids, matching, "{find:?}");
                let ids = repo.file_ids(filter, at(50), &find).await?;
                assert!(ids.iter().eq(found.iter().map(|f| &f.file.id)), "{find:?}");
                let sorted = found.is_sorted_by(|a, b| {
                    let key = |f: &crate::rows::FoundRow| match order {
                        Order::Opened => f.listed.opened_at.as_microsecond(),
                        Order::Due => f.listed.due_at.map_or(i64::MAX, |d| d.as_microsecond()),
                        _ => 0,
                    };
                    if descending { key(a) >= key(b) } else { key(a) <= key(b) }
                });
                assert!(sorted, "{find:?}");
                for f in &found {
                    let running = f.clocks.iter().map(|c| c.due_at).min();
                    assert_eq!(running, f.listed.due_at, "the soonest deadline is shown");
                }
            }
        }
    }
    counts(repo, &all).await?;
    saved(repo).await
}

/// Counts by stage, by handler and by day agree with the list.
async fn counts(repo: &dyn Repository, all: &[(String, i64, Views)]) -> Outcome {
    for (process, state, files) in repo.stages(&Filter::All, at(50)).await? {
        let running = Find::all().and(Test::Stage(process, state));
        assert!(repo.count_files(&Filter::All, at(50), &running).await? > files, "some of them are closed");
        assert_eq!(repo.count_files(&Filter::All, at(50), &running.and(Test::Open(true))).await?, files);
    }
    for (user, files) in repo.loads(&Filter::All, at(50), &Find::all().and(Test::Open(true))).await? {
        let find = Find::all().and(Test::Open(true)).and(Test::Handler(user));
        assert_eq!(repo.count_files(&Filter::All, at(50), &find).await?, files);
    }
    let running = |from: i64, to: i64| {
        let clocks = all.iter().flat_map(|(_, _, v)| &v.clocks);
        clocks.filter(|c| c.ended_at.is_none() && c.due_at >= at(from) && c.due_at < at(to)).count()
    };
    let (total, list) = repo.clocks_of(&Filter::All, at(50), (at(110), at(160)), (1000, 0)).await?;
    assert_eq!((total, list.len()), (running(110, 160) as u64, running(110, 160)));
    assert!(list.is_sorted_by_key(|(_, c)| c.due_at) && list[0].0.starts_with('第'));
    for (part, rows) in [((3, 0), &list[..3]), ((3, 3), &list[3..6]), ((3, 1000), &[])] {
        let found = repo.clocks_of(&Filter::All, at(50), (at(110), at(160)), part).await?;
        assert_eq!(found, (total, rows.to_vec()), "{part:?}");
    }
    assert_eq!(repo.clocks_of(&Filter::Nothing, at(50), (at(0), at(900)), (1000, 0)).await?, (0, vec![]));
    let days = repo.clock_ends(&Filter::All, at(50), (at(110), at(160))).await?;
    assert_eq!(days.iter().map(|d| d.2).sum::<u64>(), running(110, 160) as u64);
    let values = repo.values(&["F01".into(), "F05".into()], &["person.charge".into()]).await?;
    assert_eq!(values.iter().map(|v| v.subject.as_str()).collect::<Vec<_>>(), ["P1", "P1", "P2"]);
    Ok(())
}

/// A saved view is its owner's; a shared one is seen in the unit, and changed by nobody else.
async fn saved(repo: &dyn Repository) -> Outcome {
    let view = |id: &str, user: &str, unit: &str, shared| SavedView {
        id: id.into(),
        user: user.into(),
        unit: unit.into(),
        name: format!("筛选{id}"),
        query: "open=true".into(),
        shared,
        at: at(1),
    };
    let all = [view("V1", "u1", "A", false), view("V2", "u2", "A", true), view("V3", "u3", "B", true)];
    for v in &all {
        repo.put_saved_view(v.clone()).await?;
    }
    assert_eq!(repo.saved_views("u1", "A").await?, all[..2]);
    assert_eq!(repo.saved_views("u2", "A").await?, all[1..2]);
    repo.put_saved_view(SavedView { user: "u1".into(), name: "改名".into(), ..all[1].clone() }).await?;
    repo.drop_saved_view("V2", "u1").await?;
    assert_eq!(repo.saved_views("u2", "A").await?, all[1..2], "another person's is left alone");
    repo.put_saved_view(SavedView { shared: false, ..all[1].clone() }).await?;
    assert_eq!(repo.saved_views("u1", "A").await?, all[..1]);
    repo.drop_saved_view("V2", "u2").await?;
    assert_eq!(repo.saved_views("u2", "A").await?, []);
    Ok(())
}
