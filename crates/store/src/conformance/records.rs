//! Contents, numbers, libraries, settings, the access log.

use std::collections::BTreeSet;
use std::sync::Arc;

use seal::{Digest, Sha256};
use serde_json::json;

use super::Outcome;
use super::draft::{Draft, at};
use crate::error::StoreError;
use crate::repository::Repository;
use crate::rows::{AccessRow, AsideRow, Commit, Committed, ContentRow, Destroys, LibraryRow, NumberRow};

/// What is known of contents, who holds them, and what was put aside.
///
/// # Errors
/// Those of the engine.
pub async fn contents(repo: &dyn Repository) -> Outcome {
    let content = |unit: &str, n: u32| ContentRow {
        unit: unit.into(),
        sm3: Digest::of(&n.to_be_bytes()),
        sha256: Sha256::of(&n.to_be_bytes()),
        bytes: 1 << 40,
        media: "application/pdf".into(),
        pages: n,
        facts: json!({"pages": [{"dpi": 300}], "a": null}),
        checker: "1".into(),
        text: Some("第一页\u{c}第二页".into()),
        by: "u1".into(),
        at: at(1),
    };
    let all: Vec<Digest> = (0..450).map(|n: u32| Digest::of(&n.to_be_bytes())).collect();
    for n in [1, 2, 449] {
        repo.put_content(content("JC-970101", n)).await?;
    }
    assert_eq!(repo.content("JC-970101", &all[1]).await?, Some(content("JC-970101", 1)));
    assert_eq!(repo.content("GA-970101", &all[1]).await?, None, "no query crosses units");
    let found: BTreeSet<u32> = repo.contents("JC-970101", &all).await?.into_iter().map(|c| c.pages).collect();
    assert_eq!(found, [1, 2, 449].into());
    assert!(repo.contents("JC-970101", &all).await?.iter().all(|c| c.text.is_none()));
    assert_eq!(repo.contents("JC-970101", &[]).await?, []);
    // Checked again: the facts are new, who brought it stays.
    let again = ContentRow { checker: "2".into(), by: "u2".into(), at: at(9), ..content("JC-970101", 1) };
    repo.put_content(again.clone()).await?;
    assert_eq!(repo.content("JC-970101", &all[1]).await?, Some(ContentRow { by: "u1".into(), at: at(1), ..again }));

    for (unit, sm3, user, has) in [
        ("JC-970101", all[1], "u1", true),
        ("JC-970101", all[1], "u2", true),
        ("JC-970101", all[2], "u2", false),
        ("GA-970101", all[1], "u1", false),
    ] {
        assert_eq!(repo.brought(unit, &sm3, user).await?, has, "{unit} {user}");
    }
    let brought = async |unit: &str, user: &str| -> Result<BTreeSet<String>, StoreError> {
        Ok(repo.brought_of(unit, user, &all).await?.iter().map(Digest::to_string).collect())
    };
    assert_eq!(brought("JC-970101", "u1").await?, [1, 2, 449].map(|n: usize| all[n].to_string()).into());
    assert_eq!(brought("JC-970101", "u2").await?, [all[1].to_string()].into());
    assert_eq!(brought("GA-970101", "u1").await?, [].into());
    assert_eq!(repo.brought_of("JC-970101", "u1", &[]).await?, []);

    let mut file = Draft::new("F1", "JC-970101", "M1");
    for _ in 0..2 {
        let mut commit = file.next(vec![])?;
        commit.holdings = vec![all[1], all[2]];
        repo.commit(commit).await?;
    }
    assert!(repo.holds("F1", &all[1]).await?);
    assert!(!repo.holds("F1", &all[3]).await?);
    assert!(!repo.holds("F2", &all[1]).await?);

    // What a content's unit does not have cannot be held.
    let mut commit = file.clone().next(vec![])?;
    commit.holdings = vec![all[1], all[3]];
    assert_eq!(repo.commit(commit).await?, Committed::NoContent);
    assert!(!repo.holds("F1", &all[3]).await?);

    let aside = |when| AsideRow {
        unit: "JC-970101".into(),
        sm3: all[5],
        bytes: 3,
        name: "损坏.pdf".into(),
        faults: json!([{"why": "不能读取"}]),
        by: "u1".into(),
        at: at(when),
    };
    repo.put_aside(aside(1)).await?;
    repo.put_aside(aside(2)).await?;
    assert_eq!(repo.aside("JC-970101").await?, [aside(2), aside(1)]);
    assert_eq!(repo.aside("GA-970101").await?, []);
    Ok(())
}

/// Contents that nobody holds are found and forgotten; destruction takes a holding, what was said of
/// the material, and with the last holding what is known of the content.
///
/// # Errors
/// Those of the engine.
pub async fn destruction(repo: &dyn Repository) -> Outcome {
    let content = |unit: &str, n: u8, when| ContentRow {
        unit: unit.into(),
        sm3: Digest::of(&[n]),
        sha256: Sha256::of(&[n]),
        bytes: 10,
        media: "application/pdf".into(),
        pages: 1,
        facts: json!([]),
        checker: "1".into(),
        text: Some("云五一供述".into()),
        by: "u1".into(),
        at: at(when),
    };
    for n in 1..=4 {
        repo.put_content(content("JC-970101", n, 1)).await?;
    }
    repo.put_content(content("GA-970101", 1, 1)).await?;
    // Brought in again lately.
    repo.put_content(content("JC-970101", 4, 50)).await?;
    let mut one = Draft::new("F1", "JC-970101", "M1");
    let mut two = Draft::new("F2", "JC-970101", "M2");
    for file in [&mut one, &mut two] {
        let mut commit = file.next(vec![])?;
        commit.holdings = vec![Digest::of(&[1]), Digest::of(&[2])];
        assert_eq!(repo.commit(commit).await?, Committed::Done);
    }
    let unheld = async |before| -> Result<Vec<(String, Digest)>, StoreError> {
        Ok(repo.unheld(before).await?.into_iter().map(|r| (r.unit, r.sm3)).collect())
    };
    let (held, free, lately) = (Digest::of(&[1]), Digest::of(&[3]), Digest::of(&[4]));
    let mut wanted = vec![("GA-970101".to_owned(), held), ("JC-970101".to_owned(), free)];
    assert_eq!(unheld(at(50)).await?, wanted, "another unit's holding counts nothing");
    wanted.push(("JC-970101".to_owned(), lately));
    wanted.sort_by_key(|(unit, sm3)| (unit.clone(), sm3.to_string()));
    assert_eq!(unheld(at(51)).await?, wanted);
    assert!(!repo.drop_unheld("JC-970101", &held, at(51)).await?);
    assert!(!repo.drop_unheld("JC-970101", &lately, at(50)).await?);
    assert!(repo.drop_unheld("JC-970101", &free, at(50)).await?);
    assert!(!repo.drop_unheld("JC-970101", &free, at(50)).await?);
    assert!(!repo.brought("JC-970101", &free, "u1").await?, "who brought it is forgotten with it");
    assert_eq!(repo.brought_of("JC-970101", "u1", &[free, held]).await?, [held]);
    assert!(!repo.known("JC-970101", &free).await? && repo.known("JC-970101", &held).await?);
    // Filed just after it was forgotten: the act is told.
    let mut late = one.clone().next(vec![])?;
    late.holdings = vec![free];
    assert_eq!(repo.commit(late).await?, Committed::NoContent);

    let rest = case::Payload { effects: vec![], reason: Some("余".into()), warnings: vec![] };
    for (file, left) in [(&mut one, true), (&mut two, false)] {
        let event = format!("E-{}-1", file.row.id);
        let mut commit = file.next(vec![])?;
        commit.destroys = Destroys { redacted: vec![(event, rest.clone())], released: vec![held] };
        assert_eq!(repo.commit(commit).await?, Committed::Done);
        let events = repo.events(&file.row.id).await?;
        assert_eq!((&events[0].payload, events[0].salt), (&Some(rest.clone()), None));
        assert!(events[1].salt.is_some());
        assert!(!repo.holds(&file.row.id, &held).await? && repo.holds(&file.row.id, &Digest::of(&[2])).await?);
        assert_eq!(repo.content("JC-970101", &held).await?.is_some(), left, "the last holding takes it along");
    }
    assert!(repo.content("GA-970101", &held).await?.is_some());
    Ok(())
}

/// Numbers of a series are given once each, without gap, to many who ask at once; an act that is
/// not written gives none.
///
/// # Errors
/// Those of the engine.
pub async fn counters(repo: Arc<dyn Repository>) -> Outcome {
    let mut tasks = Vec::new();
    for t in 0..16 {
        let repo = Arc::clone(&repo);
        tasks.push(tokio::spawn(async move {
            let mut file = Draft::new(&format!("F{t}"), "JC-970101", &format!("M{t}"));
            let mut got = Vec::new();
            for _ in 0..10 {
                let mut commit = file.next(vec![])?;
                loop {
                    let n = repo.last_number("JC-970101", "审查", 2026).await? + 1;
                    commit.number = Some(number("审查", 2026, n));
                    if repo.commit(commit.clone()).await? == Committed::Done {
                        got.push(n);
                        break;
                    }
                }
            }
            Ok::<_, StoreError>(got)
        }));
    }
    let mut all = BTreeSet::new();
    for task in tasks {
        for n in task.await.map_err(|e| StoreError::Database(e.to_string()))?? {
            assert!(all.insert(n), "{n} twice");
        }
    }
    assert_eq!(all, (1..=160).collect());

    // Neither a number out of turn nor an act on an old version gives one.
    let mut file = Draft::new("G", "JC-970101", "MG");
    let first = file.next(vec![])?;
    for n in [0, 2] {
        let skips = Commit { number: Some(number("公诉", 2026, n)), ..first.clone() };
        assert_eq!(repo.commit(skips).await?, Committed::Conflict);
    }
    assert_eq!(repo.state("G").await?, None);
    let stale = Commit { expected: 7, number: Some(number("公诉", 2026, 1)), ..first.clone() };
    assert_eq!(repo.commit(stale).await?, Committed::Conflict);
    assert_eq!(repo.last_number("JC-970101", "公诉", 2026).await?, 0);
    let right = Commit { number: Some(number("公诉", 2026, 1)), ..first };
    assert_eq!(repo.commit(right).await?, Committed::Done);
    assert_eq!(repo.last_number("JC-970101", "公诉", 2026).await?, 1);
    assert_eq!(repo.last_number("JC-970101", "公诉", 2027).await?, 0);
    assert_eq!(repo.last_number("JC-970102", "公诉", 2026).await?, 0);
    Ok(())
}

fn number(series: &str, year: i16, n: u64) -> NumberRow {
    NumberRow { unit: "JC-970101".into(), series: series.into(), year, n }
}

/// Library versions, settings and the access log.
///
/// # Errors
/// Those of the engine.
pub async fn records(repo: &dyn Repository) -> Outcome {
    let library = |n: &str, when| LibraryRow {
        digest: Digest::of(n.as_bytes()),
        bundle: format!("{{\"facts/{n}.yaml\":\"\"}}"),
        activated_at: at(when),
        activated_by: "u1".into(),
    };
    assert_eq!(repo.active_library().await?, None);
    repo.put_library(library("a", 1)).await?;
    repo.put_library(library("b", 2)).await?;
    assert_eq!(repo.active_library().await?, Some(library("b", 2)));
    assert_eq!(repo.library(&Digest::of(b"a")).await?, Some(library("a", 1)));
    assert_eq!(repo.library(&Digest::of(b"c")).await?, None);
    repo.put_library(library("a", 3)).await?;
    assert_eq!(repo.active_library().await?, Some(library("a", 3)), "an older version made active again");

    assert_eq!(repo.setting("clock").await?, None);
    repo.put_setting("clock", json!({"offset": -3})).await?;
    repo.put_setting("clock", json!(null)).await?;
    assert_eq!(repo.setting("clock").await?, Some(json!(null)));

    let row = |n: u32| AccessRow {
        at: at(n.into()),
        user: "u1".into(),
        file: if n.is_multiple_of(2) { "F1" } else { "F2" }.into(),
        material: "W1".into(),
        page: n,
        how: if n == 3 { "ahead" } else { "opened" }.into(),
    };
    repo.log_access(vec![]).await?;
    repo.log_access((0..500).map(row).collect()).await?;
    assert_eq!(repo.access_log("F1", 2).await?, [row(498), row(496)]);
    assert_eq!(repo.access_log("F2", 1000).await?.len(), 250);
    Ok(())
}
