//! Exports: so many of a person, for that person alone, until they end or nobody makes them any more.

use seal::Digest;

use super::Outcome;
use super::draft::at;
use crate::repository::Repository;
use crate::rows::{ExportRow, UnitRow, UserRow};

const UNIT: &str = "GA-970101";

/// An export that is being made.
#[must_use]
pub fn export(id: &str, user: &str, begun: i64) -> ExportRow {
    ExportRow {
        id: id.into(),
        user: user.into(),
        unit: UNIT.into(),
        at: at(begun),
        total: 40,
        done: 0,
        state: "making".into(),
        sm3: None,
        ends_at: at(begun + 100),
    }
}

/// A unit with the people whose exports they are.
///
/// # Errors
/// Those of the engine.
pub async fn exporters(repo: &dyn Repository) -> Outcome {
    repo.put_unit(UnitRow {
        id: UNIT.into(),
        name: "澜州市公安局".into(),
        abbr: "澜公".into(),
        code: "970101".into(),
        agency: "police".into(),
        region: "970101".into(),
        parent: None,
    })
    .await?;
    for id in ["u1", "u2"] {
        let user = UserRow {
            id: id.into(),
            login: id.into(),
            name: "岑砚舟".into(),
            unit: UNIT.into(),
            password: "x".into(),
            clearance: 0,
            active: true,
            temporary_until: None,
        };
        repo.put_user(user, None).await?;
    }
    Ok(())
}

/// Exports are begun, go on, end, are given up and forgotten.
///
/// # Errors
/// Those of the engine.
pub async fn exports(repo: &dyn Repository) -> Outcome {
    exporters(repo).await?;
    let state = async |user: &str, now: i64| -> Result<Vec<(String, String, u64)>, crate::StoreError> {
        Ok(repo.exports(user, at(now)).await?.into_iter().map(|e| (e.id, e.state, e.done)).collect())
    };
    let is = |id: &str, state: &str, done: u64| (id.to_owned(), state.to_owned(), done);
    for (id, begun) in [("e1", 1), ("e2", 2)] {
        assert!(repo.begin_export(export(id, "u1", begun), 2, at(10)).await?);
    }
    assert!(!repo.begin_export(export("e3", "u1", 3), 2, at(10)).await?, "a person has so many");
    assert!(repo.begin_export(export("e4", "u2", 3), 2, at(10)).await?, "each has his own");
    assert!(repo.begin_export(export("e5", "u1", 102), 2, at(110)).await?, "those that have ended do not count");
    assert!(!repo.begin_export(export("e6", "u1", 102), 1, at(110)).await?);
    assert!(repo.give_up_export("u1", "e5").await?);
    assert!(repo.begin_export(export("e6", "u1", 102), 1, at(110)).await?, "nor do those that were given up");
    assert!(repo.give_up_export("u1", "e6").await?);
    assert_eq!(repo.exports("u1", at(5)).await?, [export("e1", "u1", 1), export("e2", "u1", 2)]);

    // Who no longer shows that it goes on has failed; who shows it again, has not.
    assert_eq!(state("u1", 10).await?, [is("e1", "failed", 0), is("e2", "failed", 0)]);
    assert!(repo.export_goes_on("e1", 7, at(20), at(120)).await?);
    assert_eq!(state("u1", 10).await?, [is("e1", "making", 7), is("e2", "failed", 0)]);

    // Its file is known before it is there, and for as long as somebody waits for it.
    let sm3 = Digest::of(b"xlsx");
    assert!(!repo.known(UNIT, &sm3).await?);
    assert!(repo.note_export("e1", &sm3).await?);
    assert!(repo.known(UNIT, &sm3).await? && !repo.known("GA-970102", &sm3).await?);
    assert!(repo.end_export("e1", true, at(130)).await?);
    assert_eq!(state("u1", 20).await?[0], is("e1", "ready", 40));
    assert!(!repo.export_goes_on("e1", 9, at(20), at(120)).await?, "what has ended does not go on");
    assert!(!repo.end_export("e1", false, at(130)).await? && !repo.note_export("e1", &sm3).await?);
    assert!(repo.end_export("e2", false, at(130)).await?);
    assert_eq!(state("u1", 5).await?[1], is("e2", "failed", 0));

    // Given up by its person, and by nobody else; whoever makes it learns of it.
    assert!(!repo.give_up_export("u1", "e4").await?);
    assert!(repo.give_up_export("u2", "e4").await?);
    assert!(!repo.give_up_export("u2", "e4").await?);
    assert_eq!(repo.exports("u2", at(5)).await?, []);
    assert!(!repo.export_goes_on("e4", 1, at(20), at(120)).await?);
    assert!(!repo.note_export("e4", &sm3).await? && !repo.end_export("e4", true, at(130)).await?);

    // Over: seen by nobody, and there until it is forgotten.
    assert_eq!(state("u1", 130).await?, []);
    let over = async |now: i64| -> Result<Vec<(String, Option<Digest>)>, crate::StoreError> {
        let mut over: Vec<_> = repo.over_exports(at(now)).await?.into_iter().map(|e| (e.id, e.sm3)).collect();
        over.sort();
        Ok(over)
    };
    let given_up = ["e4", "e5", "e6"].map(|id| (id.to_owned(), None));
    assert_eq!(over(129).await?, given_up);
    assert!(repo.known(UNIT, &sm3).await?);
    let ended = [("e1".to_owned(), Some(sm3)), ("e2".to_owned(), None)];
    for _ in 0..2 {
        assert_eq!(over(130).await?, [&ended[..], &given_up[..]].concat());
        assert!(!repo.known(UNIT, &sm3).await?);
    }
    repo.forget_exports(&["e1", "e2", "e4"].map(str::to_owned)).await?;
    assert_eq!(over(130).await?, given_up[1..]);
    repo.forget_exports(&[]).await?;
    Ok(())
}
