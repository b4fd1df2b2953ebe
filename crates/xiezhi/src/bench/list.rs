//! The case list of a large unit: many invented files, written straight through the store, and
//! each question as a page and its count.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use access::{Deed, Filter, Person};
use law::time::Moment;
use store::conformance::Draft;
use store::find::{Match, Order, Span, Test, Time};
use store::rows::{ClockRow, Listed, TrackRow, UnitRow, ValueRow, Views};
use store::{Find, Repository, Sqlite};

use crate::files;

/// Who writes at the same time while the files are made.
const WRITERS: u32 = 64;
/// The unit that keeps half of the files; the other half is kept by units under it.
const UNIT: &str = "JC-970000";
const BELOW: u32 = 25;
/// Files of one page.
const PAGE: u32 = 50;

pub async fn run(library: &Path, rows: u32, runs: usize, keep: Option<&Path>) -> anyhow::Result<bool> {
    anyhow::ensure!(rows >= 1000 && runs > 0, "件数至少 1000，次数大于零");
    let fresh = tempfile::tempdir()?;
    let data = keep.unwrap_or(fresh.path());
    std::fs::create_dir_all(data)?;
    let store = Arc::new(Sqlite::open(&data.join("xiezhi.db")).await?);
    let began = Instant::now();
    for n in 0..=BELOW {
        store.put_unit(unit(n)).await?;
    }
    if store.count_files(&Filter::All, at(0), &Find::all()).await? == 0 {
        let writers: Vec<_> = (0..WRITERS).map(|w| tokio::spawn(written(store.clone(), w, rows))).collect();
        for w in writers {
            w.await??;
        }
    }
    println!(
        "list      {rows} files written in {:.0} s; a page of {PAGE} and the count of all, each {runs} times",
        began.elapsed().as_secs_f64()
    );
    let policies = files::policies(library)?;
    let of = |user: &str, roles: &[&str]| -> anyhow::Result<Filter> {
        policies.filter(&person(user, roles), Deed::View).map_err(|e| anyhow::anyhow!("{e}"))
    };
    let head = of("U-head", &["chief_prosecutor", "upper_supervisor"])?;
    let own = of("U-7", &["prosecutor"])?;
    for (name, filter, find, offset) in questions(&head, &own, rows) {
        measured(&store, name, filter, &find, offset, runs).await?;
    }
    store.close().await;
    Ok(true)
}

/// The questions, as a head of the whole unit asks them and, at the end, as one who sees what he has in hand.
fn questions<'a>(head: &'a Filter, own: &'a Filter, rows: u32) -> Vec<(&'static str, &'a Filter, Find, u32)> {
    let all = Find::all;
    let by = |order: Order| Find { order, descending: false, ..all() };
    let text = |t: &str| Find { text: Some(t.into()), ..all() };
    let card = |field: &str, is: Match| all().and(Test::Card(vec![field.into()], is));
    let offence = || Match::Among(vec!["55".into()]);
    vec![
        ("newest change first", head, all(), 0),
        ("the same, in the middle", head, all(), rows / 2),
        ("soonest deadline first", head, by(Order::Due), 0),
        ("by title", head, by(Order::Title), 0),
        ("by a sum on the card", head, by(Order::Number("case.amount".into())), 0),
        ("a common family name", head, text("云"), 0),
        ("one case number", head, text(&number(rows / 3)), 0),
        ("an offence", head, card("person.charge", offence()), 0),
        ("a range of sums", head, card("case.amount", Match::Number(Span { from: Some(10_000), to: Some(60_000) })), 0),
        ("a person", head, card("person.name", Match::Has("云五一".into())), 0),
        ("a stage", head, all().and(Test::Stage("GS01".into(), "review".into())), 0),
        ("overdue", head, all().and(Test::When(Time::Due, Span { from: None, to: Some(at(0)) })), 0),
        (
            "custody that runs out in a week",
            head,
            all().and(Test::Clock {
                clock: Some("羁押".into()),
                deadline: None,
                due: Span { from: Some(at(0)), to: Some(at(7)) },
            }),
            0,
        ),
        ("a handler", head, all().and(Test::Handler("U-7".into())), 0),
        ("a unit below", head, all().and(Test::UnitUnder("JC-970003".into())), 0),
        (
            "offence, stage, still open",
            head,
            card("person.charge", offence()).and(Test::Stage("GS01".into(), "review".into())).and(Test::Open(true)),
            0,
        ),
        ("cases in hand", own, all(), 0),
        ("cases in hand, a person", own, card("person.name", Match::Has("云五".into())), 0),
    ]
}

async fn measured(
    store: &Sqlite,
    name: &str,
    filter: &Filter,
    find: &Find,
    offset: u32,
    runs: usize,
) -> anyhow::Result<()> {
    let (mut pages, mut counts, mut total) = (Vec::new(), Vec::new(), 0);
    for _ in 0..runs {
        let began = Instant::now();
        store.files(filter, at(0), find, PAGE, offset).await?;
        pages.push(began.elapsed());
        let began = Instant::now();
        total = store.count_files(filter, at(0), find).await?;
        counts.push(began.elapsed());
    }
    println!("          {name:<32} page {}   count {}   {total:>7} files", told(pages), told(counts));
    Ok(())
}

/// The middle one and the worst.
fn told(mut times: Vec<Duration>) -> String {
    times.sort();
    let ms = |d: Option<&Duration>| d.map_or(0.0, |d| d.as_secs_f64() * 1e3);
    format!("{:>6.1} ms (worst {:>6.1})", ms(times.get(times.len() / 2)), ms(times.last()))
}

fn unit(n: u32) -> UnitRow {
    let id = unit_of(n);
    UnitRow {
        name: format!("人民检察院{n}"),
        abbr: format!("检{n}"),
        code: format!("{n}"),
        agency: "procuratorate".into(),
        region: "970000".into(),
        parent: (n > 0).then(|| UNIT.to_owned()),
        id,
    }
}

fn unit_of(n: u32) -> String {
    if n == 0 { UNIT.into() } else { format!("JC-9700{n:02}") }
}

fn person(user: &str, roles: &[&str]) -> Person {
    Person {
        id: user.into(),
        unit: UNIT.into(),
        unit_path: vec![UNIT.into()],
        agency: "procuratorate".into(),
        roles: roles.iter().map(|r| (*r).to_owned()).collect(),
        clearance: 1,
        acting_for: BTreeSet::new(),
    }
}

/// Days after a fixed moment.
fn at(days: i64) -> Moment {
    Moment::from_second(1_772_000_000 + days * 86_400).unwrap_or_default()
}

fn number(n: u32) -> String {
    format!("云检刑诉受〔2026〕9700{n:06}号")
}

async fn written(store: Arc<Sqlite>, writer: u32, rows: u32) -> anyhow::Result<()> {
    for n in (writer..rows).step_by(WRITERS as usize) {
        if n % 10_000 == 0 {
            eprintln!("list      writing files: {n} of {rows}");
        }
        let mut draft = file(n);
        let mut commit = draft.next(Vec::new())?;
        commit.file.updated_at = at(-i64::from(n % 700));
        commit.views = views(&commit.file.id, &commit.file.unit, n, &draft.row.title);
        store.commit(commit).await?;
    }
    Ok(())
}

/// A choice that is spread, and the same each time.
fn spread(n: u32, salt: u32, among: u32) -> u32 {
    let mut x = u64::from(n).wrapping_add(u64::from(salt).wrapping_mul(0x9E37_79B9_7F4A_7C15));
    x = (x ^ (x >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    x = (x ^ (x >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    u32::try_from((x ^ (x >> 31)) % u64::from(among)).unwrap_or_default()
}

fn name(n: u32) -> String {
    let part = |set: &str, at: u32| set.chars().nth(at as usize).unwrap_or('一');
    let family = part("云岭江温陆沈顾宋谢叶楚钟岑时苏白", spread(n, 1, 16));
    format!(
        "{family}{}{}",
        part("一二三四五六七八九十", spread(n, 2, 10)),
        part("一二三四五六七八九十", spread(n, 3, 10))
    )
}

fn file(n: u32) -> Draft {
    let id = format!("{:08x}-9700-7000-8000-{n:012x}", spread(n, 5, u32::MAX));
    let unit = if n.is_multiple_of(2) { UNIT.to_owned() } else { unit_of(1 + spread(n, 6, BELOW)) };
    let mut draft = Draft::new(&id, &unit, &format!("M-{n}"));
    draft.row.title = format!("{}{}案", name(n), ["危险驾驶", "盗窃", "诈骗", "故意伤害"][spread(n, 7, 4) as usize]);
    draft.row.sealed = spread(n, 8, 100) == 0;
    draft.row.people = vec![(format!("U-{}", spread(n, 9, 800)), "handler".into())];
    draft
}

fn views(file: &str, unit: &str, n: u32, title: &str) -> Views {
    let text = |s: &str| s.to_owned();
    let person = |p: u32| format!("P{p}");
    let people = 1 + spread(n, 10, 3);
    let open = spread(n, 11, 3) > 0;
    let due = i64::from(spread(n, 12, 60)) - 3;
    let tracks = (0..people).map(|p| TrackRow {
        file: text(file),
        instance: "I1".into(),
        process: "GS01".into(),
        subject: person(p),
        label: name(n + p * 7),
        state: ["review", "supplement", "decided"][spread(n, 13, 3) as usize].into(),
        state_name: "审查起诉".into(),
        ended: !open,
    });
    let clocks = (0..people).map(|p| ClockRow {
        file: text(file),
        unit: text(unit),
        instance: "I1".into(),
        subject: person(p),
        deadline: "review".into(),
        name: "审查起诉期限".into(),
        clock: if spread(n, 14, 3) == 0 { "羁押" } else { "办案" }.into(),
        from: at(due - 30),
        due_at: at(due),
        warns: Vec::new(),
        tells: Vec::new(),
        missed: None,
        ended_at: (!open).then(|| at(due - 1)),
        breach: true,
        provisional: false,
        next_at: None,
        suspended: false,
    });
    let mut values = Vec::new();
    let mut put = |field: &str, subject: &str, value: String, number: Option<i64>| {
        values.push(ValueRow { file: text(file), field: text(field), subject: text(subject), value, number });
    };
    let sum = i64::from(spread(n, 15, 500_000));
    put("case.name", "", text(title), None);
    put("case.offence", "", format!("{}", 50 + spread(n, 16, 40)), None);
    put("case.procuratorate_no", "", number(n), None);
    put("case.category", "", "public".into(), None);
    put("case.amount", "", sum.to_string(), Some(sum));
    put("case.filed_on", "", law::time::day(at(-i64::from(n % 700))).to_string(), None);
    put("case.joint", "", (people > 1).to_string(), Some(i64::from(people > 1)));
    put("case.suspects_count", "", people.to_string(), Some(people.into()));
    put("case.place", "", format!("云岭省澜州市第{}号", spread(n, 17, 9999)), None);
    for p in 0..people {
        let of = person(p);
        put("person.name", &of, name(n + p * 7), None);
        put(
            "person.charge",
            &of,
            if spread(n, 18, 3) == 0 { "55".into() } else { format!("{}", 60 + spread(n, 19, 40)) },
            None,
        );
        put("person.sex", &of, format!("{}", 1 + spread(n + p, 20, 2)), None);
        put(
            "person.birth",
            &of,
            format!("19{:02}-0{}-1{}", 50 + spread(n + p, 21, 50), 1 + spread(n, 22, 9), spread(n, 23, 9)),
            None,
        );
        put("person.measure", &of, ["bail", "arrest", "detention"][spread(n, 24, 3) as usize].into(), None);
        put("person.plea", &of, "prosecution".into(), None);
    }
    values.sort();
    let tracks: Vec<TrackRow> = tracks.collect();
    let mut words = vec![text(title), number(n)];
    words.extend(tracks.iter().map(|t| t.label.clone()));
    Views {
        clocks: clocks.collect(),
        listed: Listed {
            open,
            opened_at: at(due - 30),
            handed_at: (spread(n, 25, 2) == 0).then(|| at(due - 2)),
            due_at: open.then(|| at(due)),
            words: words.join("\n"),
        },
        tracks,
        values,
        ..Views::default()
    }
}
