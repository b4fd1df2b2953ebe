//! Passkeys and their challenges.

use serde_json::json;

use super::Outcome;
use super::draft::{at, user};
use crate::repository::Repository;
use crate::rows::{AuditRow, ChallengeRow, PasskeyRow};

/// A challenge serves once and for whom it was put; a passkey belongs to one person, and its counter goes on.
///
/// # Errors
/// Those of the engine.
pub async fn passkeys(repo: &dyn Repository) -> Outcome {
    let put = async |id: &str, user: Option<&str>, address: &str, until| {
        let (id, user, address) = (id.to_owned(), user.map(str::to_owned), address.to_owned());
        let row = ChallengeRow { id, user, address, state: json!({"ast": {"policy": "required"}}), until: at(until) };
        repo.put_challenge(row.clone(), at(10)).await.map(|()| row)
    };
    let own = put("c1", Some("u1"), "10.0.0.1", 20).await?;
    let open = put("c2", None, "10.0.0.1", 20).await?;
    put("c3", None, "10.0.0.1", 30).await?;
    assert_eq!(repo.challenges("10.0.0.1", at(19)).await?, 2, "of those who sign in");
    assert_eq!(repo.challenges("10.0.0.1", at(20)).await?, 1);
    assert_eq!(repo.challenges("10.0.0.2", at(19)).await?, 0);
    for (id, user) in [("c1", Some("u2")), ("c1", None), ("c2", Some("u1")), ("c9", None)] {
        assert_eq!(repo.take_challenge(id, user, at(19)).await?, None, "{id} of {user:?}");
    }
    assert_eq!(repo.take_challenge("c1", Some("u1"), at(19)).await?, Some(own));
    assert_eq!(repo.take_challenge("c1", Some("u1"), at(19)).await?, None, "it serves once");
    assert_eq!(repo.take_challenge("c2", None, at(20)).await?, None, "its time is over");
    assert_eq!(repo.take_challenge("c2", None, at(19)).await?, Some(open));
    repo.put_challenge(
        ChallengeRow { id: "c4".into(), user: None, address: "-".into(), state: json!(null), until: at(90) },
        at(30),
    )
    .await?;
    assert_eq!(repo.take_challenge("c3", None, at(19)).await?, None, "those that are over are not kept for ever");

    for id in ["u1", "u2"] {
        repo.put_user(user(id, id), None).await?;
    }
    let passkey = |id: &str, user: &str, names: &str, n| PasskeyRow {
        id: id.into(),
        user: user.into(),
        name: "办公电脑".into(),
        credential_id: names.into(),
        credential: json!({"cred": {"cred_id": "AAEC", "counter": 0}}),
        counter: 0,
        created_at: at(n),
        used_at: None,
    };
    let noted = |id: &str| AuditRow {
        id: id.into(),
        at: at(1),
        by: "u1".into(),
        unit: "JC-970101".into(),
        user: "u1".into(),
        act: "passkey_added".into(),
        detail: json!({}),
    };
    let (one, two) = (passkey("p1", "u1", "0a", 1), passkey("p2", "u1", "0b", 2));
    assert!(repo.put_passkey(two.clone(), noted("A2")).await?);
    assert!(repo.put_passkey(one.clone(), noted("A1")).await?);
    assert!(!repo.put_passkey(passkey("p3", "u2", "0a", 3), noted("A3")).await?, "another person's");
    assert_eq!(repo.audit("JC-970101", 9, 0).await?.0, 2, "what was not added is not noted");
    assert_eq!(repo.passkeys("u1").await?, [one.clone(), two.clone()]);
    assert_eq!(repo.passkeys("u2").await?, []);
    assert_eq!(repo.passkey("0a").await?, Some(one.clone()));
    assert_eq!(repo.passkey("0c").await?, None);

    let used = |counter| PasskeyRow { counter, credential: json!({"counter": counter}), ..one.clone() };
    assert!(repo.use_passkey(&used(0), at(5)).await?, "one that does not count");
    assert!(repo.use_passkey(&used(0), at(6)).await?);
    assert!(repo.use_passkey(&used(7), at(7)).await?);
    for back in [7, 6, 0] {
        assert!(!repo.use_passkey(&used(back), at(8)).await?, "{back} after 7");
    }
    assert_eq!(repo.passkey("0a").await?, Some(PasskeyRow { used_at: Some(at(7)), ..used(7) }));
    assert_eq!(repo.passkey("0b").await?, Some(two), "the other one is as it was");

    assert_eq!(repo.end_passkeys("u2", Some("p1"), noted("A4")).await?, 0, "of somebody else");
    assert_eq!(repo.end_passkeys("u1", Some("p1"), noted("A5")).await?, 1);
    assert!(!repo.use_passkey(&used(8), at(9)).await?, "it was removed");
    assert_eq!(repo.end_passkeys("u1", None, noted("A6")).await?, 1);
    assert_eq!(repo.passkeys("u1").await?, []);
    assert!(repo.put_passkey(passkey("p3", "u2", "0a", 3), noted("A3")).await?, "nobody has it any more");
    assert_eq!(repo.audit("JC-970101", 9, 0).await?.0, 6);
    Ok(())
}
