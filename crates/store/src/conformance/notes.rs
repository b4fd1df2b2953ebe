//! Notes: whose, how many, and gone when they are removed or their material is destroyed.

use case::Effect;
use seal::Digest;

use super::Outcome;
use super::draft::{Draft, at};
use crate::repository::Repository;
use crate::rows::{NoteRow, Noted};

fn note(id: &str, author: &str, material: &str, shared: bool) -> NoteRow {
    NoteRow {
        id: id.into(),
        file: "F1".into(),
        material: material.into(),
        page: Some(3),
        at_ms: None,
        kind: "highlight".into(),
        shared,
        text: "与供述不一致".into(),
        quote: "血液酒精含量".into(),
        areas: vec![[0.1, 0.25, 1.0 / 3.0, 0.02]],
        author: author.into(),
        created_at: at(1),
        changed_at: at(1),
        version: 1,
        key: format!("k-{id}"),
        request: Digest::of(id.as_bytes()),
    }
}

/// Notes are kept as they were written, and are seen by their author and, if shared, by those who are told so.
///
/// # Errors
/// Those of the engine.
pub async fn notes(repo: &dyn Repository) -> Outcome {
    let mut file = Draft::new("F1", "JC-970101", "M1");
    repo.commit(file.next(vec![])?).await?;
    let own = note("n1", "u1", "M1", false);
    let shared = NoteRow { page: None, at_ms: Some(90_500), areas: vec![], ..note("n2", "u1", "M2", true) };
    let other = note("n3", "u2", "M1", false);
    for n in [&own, &shared, &other] {
        assert_eq!(repo.add_note(n.clone(), 2).await?, Noted::Done);
    }
    assert_eq!(repo.note("n1").await?, Some(own.clone()));
    assert_eq!(repo.note("n0").await?, None);
    assert_eq!(repo.notes("F1", "u1", false).await?, [own.clone(), shared.clone()]);
    assert_eq!(repo.notes("F1", "u2", true).await?, [shared.clone(), other.clone()]);
    assert_eq!(repo.notes("F1", "u2", false).await?, std::slice::from_ref(&other));
    assert_eq!(repo.notes("F2", "u1", true).await?, []);

    assert_eq!(repo.add_note(note("n4", "u1", "M1", false), 2).await?, Noted::Full);
    let again = NoteRow { key: own.key.clone(), ..note("n5", "u1", "M1", false) };
    assert_eq!(repo.add_note(again.clone(), 9).await?, Noted::KeyUsed(Box::new(own.clone())));
    assert_eq!(
        repo.add_note(NoteRow { author: "u2".into(), ..again }, 9).await?,
        Noted::Done,
        "keys are a person's own"
    );

    let changed = NoteRow { text: "一致".into(), shared: true, changed_at: at(5), version: 2, ..own.clone() };
    assert!(repo.change_note(changed.clone(), 1).await?);
    assert!(!repo.change_note(changed.clone(), 1).await?);
    assert_eq!(repo.note("n1").await?, Some(changed));
    assert!(!repo.drop_note("n1", 1).await? && repo.drop_note("n1", 2).await?);
    assert!(!repo.drop_note("n1", 2).await?);
    assert_eq!(repo.note("n1").await?, None);

    // What is destroyed takes with it what was written beside it.
    let sm3 = Digest::of(b"2");
    let destroyed = Effect::MaterialDestroyed { material: "M2".into(), sm3, rests: vec![] };
    repo.commit(file.next(vec![destroyed])?).await?;
    assert_eq!(repo.note("n2").await?, None);
    assert_eq!(repo.note("n3").await?, Some(other));
    Ok(())
}
