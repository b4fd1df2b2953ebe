//! Lists: filters, views, assignment in turn.

use std::collections::BTreeSet;

use access::sample::{Sample, UNITS, USERS};
use access::{Filter, Row};
use case::Grant;
use serde_json::json;

use super::Outcome;
use super::draft::{Draft, at, value};
use crate::find::Find;
use crate::repository::Repository;
use crate::rows::{
    ClockRow, FoundRow, HandoverRow, Handovers, Listed, NoticeRow, Recipient, ReturnedRow, RoleRow, TodoRow, TrackRow,
    UnitRow, UserRow, Views,
};

fn unit(id: &str, parent: Option<&str>) -> UnitRow {
    UnitRow {
        id: id.into(),
        name: format!("单位{id}"),
        abbr: id.into(),
        code: id.into(),
        agency: "procuratorate".into(),
        region: "970101".into(),
        parent: parent.map(Into::into),
    }
}

/// A seeded choice among the filters, up to `depth` parts deep.
fn filter(sample: &mut Sample, depth: u32) -> Filter {
    // The sample's rows are the only public source of its stream.
    let pick = sample.row();
    let user = |set: &BTreeSet<String>| set.first().cloned().unwrap_or_else(|| USERS[0].into());
    let kinds = if depth == 0 { 9 } else { 13 };
    let number = pick.id.trim_start_matches('F').parse::<u64>().unwrap_or(0) >> 20;
    match number % kinds {
        0 => Filter::All,
        1 => Filter::UnitIs(pick.unit),
        2 => Filter::UnitUnder(pick.unit_path.last().cloned().unwrap_or_default()),
        3 => Filter::HandlerHas(user(&pick.handlers)),
        4 => Filter::RemovedHas(user(&pick.removed)),
        5 => Filter::GrantHas(user(&pick.grants)),
        6 => Filter::GradeAtMost(pick.grade),
        7 => Filter::SealedIs(pick.sealed),
        8 => Filter::ClosedIs(pick.closed),
        9 => Filter::Not(Box::new(filter(sample, depth - 1))),
        10 => Filter::Or((0..3).map(|_| filter(sample, depth - 1)).collect()),
        11 => Filter::Nothing,
        _ => Filter::And((0..2).map(|_| filter(sample, depth - 1)).collect()),
    }
}

/// The rows that SQL finds are those that the filter matches, for many filters over many rows.
///
/// # Errors
/// Those of the engine.
pub async fn filters(repo: &dyn Repository) -> Outcome {
    // Children before parents: the order in which units come must not matter.
    for path in UNITS.iter().rev() {
        repo.put_unit(unit(path[0], path.get(1).copied())).await?;
    }
    let seed = 0x5EED;
    let mut sample = Sample::new(seed);
    let mut rows: Vec<Row> = Vec::new();
    for n in 0..120 {
        let row = sample.row();
        let mut file = Draft::new(&row.id, &row.unit, &format!("M{n}"));
        file.row.grade = row.grade;
        file.row.sealed = row.sealed;
        file.row.closed = row.closed;
        for (people, relation) in [(&row.handlers, "handler"), (&row.removed, "removed")] {
            file.row.people.extend(people.iter().map(|p| (p.clone(), relation.to_owned())));
        }
        // Those in force, and beside them some that have run out or have not begun.
        let grant = |user: &str, from, to| Grant { user: user.into(), from: at(from), to: at(to) };
        file.row.grants.extend(USERS.iter().enumerate().filter_map(|(i, u)| match (row.grants.contains(*u), i % 3) {
            (true, 0) => Some(grant(u, 50, 51)),
            (true, _) => Some(grant(u, 0, 100)),
            (false, 0) => Some(grant(u, 0, 50)),
            (false, 1) => Some(grant(u, 51, 100)),
            (false, _) => None,
        }));
        let mut commit = file.next(vec![])?;
        let clock = views_of(&row.id, 0).clocks.swap_remove(0);
        commit.views.clocks = vec![ClockRow { unit: row.unit.clone(), ..clock }];
        repo.commit(commit).await?;
        rows.push(row);
    }
    for n in 0..300 {
        let filter = filter(&mut sample, 3);
        let matching: BTreeSet<&str> = rows.iter().filter(|r| filter.matches(r)).map(|r| r.id.as_str()).collect();
        let found = repo.files(&filter, at(50), &Find::all(), 1000, 0).await?;
        let found: BTreeSet<&str> = found.iter().map(|f| f.file.id.as_str()).collect();
        assert_eq!(found, matching, "seed {seed:#x}, filter {n}: {filter:?}");
        assert_eq!(repo.count_files(&filter, at(50), &Find::all()).await?, matching.len() as u64, "{filter:?}");
        // Each file has one deadline that runs, and is found by it, too.
        let due = (at(0), at(100));
        let (total, clocks) = repo.clocks_of(&filter, at(50), due, (1000, 0)).await?;
        let len = matching.len();
        assert_eq!((total, clocks.len()), (len as u64, len), "seed {seed:#x}, filter {n}: {filter:?}");
        let clocks: BTreeSet<&str> = clocks.iter().map(|(_, c)| c.file.as_str()).collect();
        assert_eq!(clocks, matching, "seed {seed:#x}, filter {n}: {filter:?}");
        let ends = repo.clock_ends(&filter, at(50), due).await?;
        assert_eq!(ends.iter().map(|(_, _, n)| n).sum::<u64>(), matching.len() as u64, "filter {n}: {filter:?}");
    }
    // A tree that is moved takes what is below it along.
    repo.put_unit(unit("U9", Some("U1"))).await?;
    repo.put_unit(unit("U1", None)).await?;
    let under = |n: &[&str]| rows.iter().filter(|r| n.contains(&r.unit.as_str())).count() as u64;
    assert_eq!(repo.count_files(&Filter::UnitUnder("U1".into()), at(50), &Find::all()).await?, under(&["U1", "U9"]));
    assert_eq!(repo.count_files(&Filter::UnitUnder("U0".into()), at(50), &Find::all()).await?, under(&["U0", "U2"]));
    Ok(())
}

fn ids(list: &[FoundRow]) -> Vec<&str> {
    list.iter().map(|f| f.file.id.as_str()).collect()
}

fn views_of(file: &str, n: i64) -> Views {
    let todo = |act: &str, user: Option<&str>, due: Option<i64>| TodoRow {
        file: file.into(),
        unit: "JC-970101".into(),
        role: "clerk".into(),
        user: user.map(Into::into),
        instance: "I1".into(),
        act: act.into(),
        text: format!("办理{act}"),
        due_at: due.map(at),
    };
    let clock = |deadline: &str, due: i64, ended: bool| ClockRow {
        file: file.into(),
        unit: "JC-970101".into(),
        instance: "I1".into(),
        subject: "S1".into(),
        deadline: deadline.into(),
        name: "审查期限".into(),
        clock: "羁押".into(),
        from: at(0),
        due_at: at(due),
        warns: vec![at(due - 5), at(due - 2)],
        tells: vec![Recipient { role: "clerk".into(), user: Some("u1".into()) }],
        missed: Some("应当纠正".into()),
        next_at: Some(at(due - 5)),
        suspended: false,
        ended_at: ended.then(|| at(due - 1)),
        breach: true,
        provisional: false,
    };
    let track = |subject: &str, label: &str| TrackRow {
        file: file.into(),
        instance: "I1".into(),
        process: "P1".into(),
        subject: subject.into(),
        label: label.into(),
        state: "open".into(),
        state_name: "在办".into(),
        ended: false,
    };
    let returned = |user: Option<&str>, at_: i64| ReturnedRow {
        file: file.into(),
        instance: "I1".into(),
        user: user.map(Into::into),
        what: "呈请立案".into(),
        text: "事实不清".into(),
        faults: 2,
        at: at(at_),
    };
    Views {
        returned: vec![returned(Some("u1"), n + 1), returned(None, n + 2), returned(Some("u2"), n + 3)],
        todos: vec![todo("A3", None, None), todo("A2", Some("u1"), Some(n + 20)), todo("A1", None, Some(n + 10))],
        clocks: vec![clock("D2", n + 30, false), clock("D1", n + 10, false), clock("D0", n, true)],
        tracks: vec![track("S2", "云五一"), track("S1", "岭100%_甲")],
        listed: Listed {
            open: true, due_at: Some(at(n + 10)), words: "云五一\n岭100%_甲".into(), ..Listed::default()
        },
        values: Vec::new(),
    }
}

/// Views are replaced by each commit, ordered, and found by text.
///
/// # Errors
/// Those of the engine.
pub async fn views(repo: &dyn Repository) -> Outcome {
    let mut one = Draft::new("F1", "JC-970101", "M1");
    let mut commit = one.next(vec![])?;
    commit.views = views_of("F1", 0);
    repo.commit(commit).await?;
    let mut two = Draft::new("F2", "JC-970101", "M2");
    two.row.title = "盗窃罪 A_B".into();
    let mut commit = two.next(vec![])?;
    commit.views.listed.words = "盗窃罪 A_B".into();
    repo.commit(commit).await?;

    let roles = ["clerk".to_owned(), "chief".to_owned()];
    let acts = async |user: &str, unit: &str, roles: &[String]| -> Result<Vec<String>, crate::StoreError> {
        Ok(repo.todos(user, unit, roles).await?.into_iter().map(|t| t.act).collect())
    };
    assert_eq!(acts("u1", "JC-970101", &roles).await?, ["A1", "A2", "A3"]);
    assert_eq!(acts("u2", "JC-970101", &roles).await?, ["A1", "A3"]);
    assert_eq!(acts("u1", "JC-970102", &roles).await?, ["A2"]);
    assert_eq!(acts("u1", "JC-970101", &[]).await?, ["A2"]);
    let seen = async |filter: &Filter, users: &[&str], roles: &[String], limit| -> Result<_, crate::StoreError> {
        let users: Vec<String> = users.iter().map(|u| (*u).to_owned()).collect();
        let (total, found) = repo.todos_of(filter, at(50), &users, "JC-970101", roles, limit).await?;
        Ok((total, found.into_iter().map(|(title, t)| format!("{title}{}", t.act)).collect::<Vec<String>>()))
    };
    let acts_of = |acts: &[&str]| acts.iter().map(|a| format!("案卷F1{a}")).collect::<Vec<String>>();
    assert_eq!(seen(&Filter::All, &["u1"], &roles, 9).await?, (3, acts_of(&["A1", "A2", "A3"])));
    assert_eq!(seen(&Filter::All, &["u1"], &roles, 2).await?, (3, acts_of(&["A1", "A2"])), "cut, and counted whole");
    assert_eq!(seen(&Filter::All, &["u2", "u1"], &[], 9).await?, (1, acts_of(&["A2"])));
    assert_eq!(seen(&Filter::SealedIs(true), &["u1"], &roles, 9).await?, (0, Vec::new()));
    let back = async |filter: &Filter, user: &str, unit: &str, roles: &[String], limit| {
        let (total, found) = repo.returned(filter, at(50), (user, unit, roles), limit).await?;
        let rows = found.into_iter().map(|(title, r)| (title, r.user)).collect::<Vec<_>>();
        Ok::<_, crate::StoreError>((total, rows))
    };
    let of = |user: Option<&str>| ("案卷F1".to_owned(), user.map(str::to_owned));
    // One's own proposals and all hand-overs, of files in which one has something to do.
    assert_eq!(back(&Filter::All, "u1", "JC-970101", &roles, 9).await?, (2, vec![of(None), of(Some("u1"))]));
    assert_eq!(back(&Filter::All, "u1", "JC-970101", &roles, 1).await?, (2, vec![of(None)]));
    assert_eq!(back(&Filter::All, "u2", "JC-970101", &roles, 9).await?, (2, vec![of(Some("u2")), of(None)]));
    assert_eq!(back(&Filter::All, "u2", "JC-970101", &[], 9).await?, (0, vec![]));
    assert_eq!(back(&Filter::All, "u2", "JC-970102", &roles, 9).await?, (0, vec![]));
    assert_eq!(back(&Filter::Nothing, "u1", "JC-970101", &roles, 9).await?, (0, vec![]));
    assert_eq!(repo.views("F1").await?.returned, views_of("F1", 0).returned);
    let names = |clocks: Vec<ClockRow>| clocks.into_iter().map(|c| c.deadline).collect::<Vec<_>>();
    assert_eq!(names(repo.clocks("F1").await?), ["D1", "D2"]);
    assert_eq!(names(repo.clocks_due("JC-970101", at(30)).await?), ["D1"]);
    assert_eq!(names(repo.clocks_due("JC-970101", at(31)).await?), ["D1", "D2"]);
    assert_eq!(names(repo.clocks_due("JC-970102", at(31)).await?), [""; 0]);
    assert_eq!(repo.all_clocks().await?, views_of("F1", 0).clocks);
    assert_eq!(repo.provisional().await?, [""; 0]);
    let mut commit = one.next(vec![])?;
    commit.views = views_of("F1", 0);
    commit.views.clocks.iter_mut().for_each(|c| c.provisional = true);
    repo.commit(commit).await?;
    assert_eq!(repo.provisional().await?, ["F1"], "once, for all its deadlines");

    // Newest first; equal ones by identifier; pages join without gap.
    let mut commit = one.next(vec![])?;
    let views = views_of("F1", 0);
    commit.views = Views { tracks: views.tracks, listed: views.listed, ..Views::default() };
    commit.file.people = vec![("u2".into(), "removed".into()), ("u1".into(), "handler".into())];
    commit.file.grants = vec![Grant { user: "u3".into(), from: at(1), to: at(2) }];
    repo.commit(commit.clone()).await?;
    let list = repo.files(&Filter::All, at(50), &Find::all(), 10, 0).await?;
    assert_eq!(ids(&list), ["F1", "F2"]);
    assert_eq!((&list[0].file, &list[0].tracks), (&commit.file, &commit.views.tracks));
    assert_eq!(list[0].listed, commit.views.listed);
    assert_eq!(repo.files(&Filter::All, at(50), &Find::all(), 1, 1).await?, list[1..]);
    assert_eq!(repo.todos("u1", "JC-970101", &roles).await?, []);
    assert_eq!(repo.all_clocks().await?, []);
    assert_eq!(back(&Filter::All, "u1", "JC-970101", &roles, 9).await?, (0, vec![]));

    for (text, found) in [
        ("云五一", vec!["F1"]),
        ("100%", vec!["F1"]),
        ("%", vec!["F1"]),
        ("0_", vec![]),
        ("%_甲", vec!["F1"]),
        ("A_B", vec!["F2"]),
        ("A\\B", vec![]),
        ("'", vec![]),
        (" ", vec!["F1", "F2"]),
    ] {
        let find = Find { text: Some(text.into()), ..Find::all() };
        assert_eq!(ids(&repo.files(&Filter::All, at(50), &find, 10, 0).await?), found, "{text}");
        assert_eq!(repo.count_files(&Filter::All, at(50), &find).await?, found.len() as u64, "{text}");
        assert_eq!(repo.count_files(&Filter::Nothing, at(50), &find).await?, 0);
    }
    Ok(())
}

/// Hand-overs that wait and that were answered, on either side, as far as their files may be seen.
///
/// # Errors
/// Those of the engine.
pub async fn handovers(repo: &dyn Repository) -> Outcome {
    let clock = |file: &str, deadline: &str, due: i64, breach: bool, ended: Option<i64>| ClockRow {
        deadline: deadline.into(),
        due_at: at(due),
        breach,
        ended_at: ended.map(at),
        ..views_of(file, 0).clocks.swap_remove(0)
    };
    for (file, clocks) in [
        ("F1", vec![clock("F1", "answer:M1", 30, true, None), clock("F1", "D56", 5, true, None)]),
        ("F2", vec![clock("F2", "answer:M2", 20, true, None), clock("F2", "answer:M3", 9, true, Some(8))]),
        ("F3", vec![clock("F3", "answer:M4", 10, false, None), clock("F3", "receipt:M4", 5, false, None)]),
    ] {
        let mut draft = Draft::new(file, "JC-970101", file);
        draft.row.grade = u8::from(file == "F2");
        let mut commit = draft.next(vec![])?;
        let listed = Listed { words: format!("案卷{file}"), ..Listed::default() };
        commit.views = Views { clocks, listed, ..Views::default() };
        repo.commit(commit).await?;
    }
    let asked = async |wanted: Handovers<'_>| {
        repo.handovers(wanted).await.map(|(n, rows)| (n, rows.into_iter().map(|r| r.message).collect::<Vec<_>>()))
    };
    let list = async |unit: &str, sent, waiting, filter: &Filter, limit, offset| {
        asked(Handovers { unit, sent, waiting, late: false, text: None, filter, now: at(50), limit, offset }).await
    };
    let all = |n, list: &[&str]| (n, list.iter().map(|s| (*s).to_owned()).collect::<Vec<_>>());
    let unit = "JC-970101";
    assert_eq!(list(unit, false, true, &Filter::All, 9, 0).await?, all(2, &["M2", "M1"]));
    assert_eq!(list(unit, false, true, &Filter::All, 1, 1).await?, all(2, &["M1"]));
    assert_eq!(list(unit, false, true, &Filter::GradeAtMost(0), 9, 0).await?, all(1, &["M1"]));
    assert_eq!(list(unit, false, true, &Filter::Nothing, 9, 0).await?, all(0, &[]));
    assert_eq!(list(unit, false, false, &Filter::All, 9, 0).await?, all(1, &["M3"]));
    assert_eq!(list(unit, true, true, &Filter::All, 9, 0).await?, all(1, &["M4"]));
    assert_eq!(list(unit, true, false, &Filter::All, 9, 0).await?, all(0, &[]));
    assert_eq!(list("JC-970102", false, true, &Filter::All, 9, 0).await?, all(0, &[]));
    let waiting = Handovers {
        unit,
        sent: false,
        waiting: true,
        late: false,
        text: None,
        filter: &Filter::All,
        now: at(25),
        limit: 9,
        offset: 0,
    };
    assert_eq!(asked(Handovers { text: Some("案卷F1"), ..waiting }).await?, all(1, &["M1"]));
    assert_eq!(asked(Handovers { text: Some("没有这样的案件"), ..waiting }).await?, all(0, &[]));
    // Late is what is not answered now, and what was answered when it was late.
    assert_eq!(asked(Handovers { late: true, ..waiting }).await?, all(1, &["M2"]));
    assert_eq!(asked(Handovers { late: true, waiting: false, ..waiting }).await?, all(0, &[]));
    let (_, rows) = repo.handovers(Handovers { waiting: false, ..waiting }).await?;
    assert_eq!(
        rows,
        [HandoverRow {
            message: "M3".into(),
            file: "F2".into(),
            title: "案卷F2".into(),
            instance: "I1".into(),
            at: at(0),
            due_at: at(9),
            answered_at: Some(at(8)),
        }]
    );
    Ok(())
}

/// What is to be told of deadlines, and what was: each thing once, each to whom it concerns.
///
/// # Errors
/// Those of the engine.
pub async fn notices(repo: &dyn Repository) -> Outcome {
    let mut one = Draft::new("F1", "JC-970101", "M1");
    let mut commit = one.next(vec![])?;
    commit.views = views_of("F1", 0);
    repo.commit(commit).await?;
    let due = async |now| -> Result<Vec<String>, crate::StoreError> {
        Ok(repo.clocks_to_tell(at(now), 10).await?.into_iter().map(|c| c.deadline).collect())
    };
    assert_eq!(due(4).await?, [""; 0]);
    assert_eq!(due(5).await?, ["D1"]);
    assert_eq!(due(100).await?, ["D1", "D2"], "the one that has ended is told no more");
    let mut clocks = repo.clocks_to_tell(at(5), 10).await?;
    clocks[0].next_at = Some(at(8));
    let notice = |id: &str, role: &str, user: Option<&str>| NoticeRow {
        id: id.into(),
        unit: "JC-970101".into(),
        role: role.into(),
        user: user.map(Into::into),
        file: "F1".into(),
        kind: "warning".into(),
        text: "“审查期限”即将届满".into(),
        due_at: at(10),
        at: at(5),
    };
    let told = vec![notice("N1", "clerk", Some("u1")), notice("N2", "chief", None)];
    assert_eq!(repo.tell(told.clone(), clocks.clone()).await?, ["F1"]);
    assert_eq!(due(5).await?, [""; 0]);
    assert_eq!(due(8).await?, ["D1"]);
    assert_eq!(repo.tell(told.clone(), clocks).await?, [""; 0], "nothing is told twice");
    let roles = ["chief".to_owned()];
    assert_eq!(repo.notices("u1", "JC-970101", &roles, at(6), 10).await?.len(), 2);
    assert_eq!(repo.notices("u1", "JC-970101", &[], at(6), 10).await?, [(told[0].clone(), None)]);
    assert_eq!(repo.notices("u2", "JC-970101", &roles, at(6), 10).await?, [(told[1].clone(), None)]);
    assert_eq!(repo.notices("u2", "JC-970102", &roles, at(6), 10).await?, []);
    repo.read_notice("N2", "u1", at(6)).await?;
    repo.read_notice("N2", "u1", at(7)).await?;
    let read = |list: Vec<(NoticeRow, Option<law::time::Moment>)>| {
        list.into_iter().map(|(n, r)| (n.id, r)).collect::<Vec<_>>()
    };
    let mine = read(repo.notices("u1", "JC-970101", &roles, at(6), 10).await?);
    assert_eq!(mine, [("N1".into(), None), ("N2".into(), Some(at(6)))], "what one has read, another has not");
    assert_eq!(read(repo.notices("u2", "JC-970101", &roles, at(6), 10).await?), [("N2".into(), None)]);
    // A warning says nothing any more when the day has come, what was missed does.
    assert_eq!(repo.notices("u1", "JC-970101", &roles, at(10), 10).await?, []);
    let missed = NoticeRow { kind: "missed".into(), ..notice("N3", "clerk", Some("u1")) };
    repo.tell(vec![missed.clone()], vec![]).await?;
    assert_eq!(repo.notices("u1", "JC-970101", &roles, at(10), 10).await?, [(missed, None)]);
    // And nothing is said of a deadline that has ended.
    let mut commit = one.next(vec![])?;
    commit.views = views_of("F1", 20);
    repo.commit(commit).await?;
    assert_eq!(repo.notices("u1", "JC-970101", &roles, at(6), 10).await?, []);
    assert_eq!(repo.notice("N1").await?.as_ref(), Some(&told[0]));
    assert_eq!(repo.notice("N9").await?, None);
    Ok(())
}

/// Assignment in turn: fewest files first, then the longest without one.
///
/// # Errors
/// Those of the engine.
pub async fn rosters(repo: &dyn Repository) -> Outcome {
    for (id, home, active) in [
        ("u1", "JC-970101", true),
        ("u2", "JC-970101", true),
        ("u3", "JC-970101", true),
        ("u4", "JC-970101", false),
        ("u5", "JC-970102", true),
    ] {
        repo.put_user(
            UserRow {
                id: id.into(),
                login: id.into(),
                name: "云五一".into(),
                unit: home.into(),
                password: String::new(),
                clearance: 0,
                active,
                temporary_until: None,
            },
            None,
        )
        .await?;
        let (user, unit, role) = (id.into(), home.into(), "handler".into());
        repo.put_role(RoleRow { user, unit, role, from: at(0), to: (id == "u3").then(|| at(100)) }, None).await?;
    }
    let names = |list: Vec<(String, u64, Option<law::time::Moment>)>| list.into_iter().map(|x| x.0).collect::<Vec<_>>();
    assert_eq!(names(repo.roster("JC-970101", "handler", at(10)).await?), ["u1", "u2", "u3"]);
    for (file, user, since) in [("F1", "u1", 30), ("F2", "u2", 20), ("F3", "u3", 10), ("F4", "u3", 11)] {
        let mut draft = Draft::new(file, "JC-970101", file);
        draft.row.people = vec![(user.into(), "handler".into())];
        let set = json!({"effect": "handler_set", "instance": "I1",
            "handler": {"role": "handler", "user": user, "since": at(since)}});
        repo.commit(draft.next(vec![value(set)?])?).await?;
    }
    let list = repo.roster("JC-970101", "handler", at(50)).await?;
    assert_eq!(list, [("u2".into(), 1, Some(at(20))), ("u1".into(), 1, Some(at(30))), ("u3".into(), 2, Some(at(11)))]);
    assert_eq!(names(repo.roster("JC-970101", "handler", at(100)).await?), ["u2", "u1"]);
    assert_eq!(repo.roster("JC-970101", "chief", at(50)).await?, []);
    Ok(())
}
