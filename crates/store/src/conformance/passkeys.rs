//! Passkeys and their challenges.

use serde_json::json;

use super::Outcome;
use super::draft::{at, session, user};
use crate::repository::Repository;
use crate::rows::AuditRow;
use crate::sign_ins::{ChallengeRow, NewPassword, PasskeyRow, StandsOn};

/// A challenge serves once and for whom it was put; a passkey belongs to one person, and its counter goes on.
///
/// # Errors
/// Those of the engine.
pub async fn passkeys(repo: &dyn Repository) -> Outcome {
    let put = async |id: &str, user: Option<&str>, address: &str, until| {
        let (id, user, address) = (id.to_owned(), user.map(str::to_owned), address.to_owned());
        let row = ChallengeRow { id, user, address, state: json!({"ast": {"policy": "required"}}), until: at(until) };
        repo.put_challenge(row.clone(), 2, at(10)).await.map(|kept| kept.then_some(row))
    };
    let own = put("c1", Some("u1"), "10.0.0.1", 20).await?;
    let open = put("c2", None, "10.0.0.1", 20).await?;
    assert!(put("c3", None, "10.0.0.1", 30).await?.is_some());
    assert_eq!(put("c5", None, "10.0.0.1", 30).await?, None, "two wait there for somebody to sign in");
    assert!(put("c6", None, "10.0.0.2", 30).await?.is_some(), "elsewhere there is room");
    for (id, user) in [("c1", Some("u2")), ("c1", None), ("c2", Some("u1")), ("c9", None)] {
        assert_eq!(repo.take_challenge(id, user, at(19)).await?, None, "{id} of {user:?}");
    }
    assert_eq!(repo.take_challenge("c1", Some("u1"), at(19)).await?, own);
    assert_eq!(repo.take_challenge("c1", Some("u1"), at(19)).await?, None, "it serves once");
    assert_eq!(repo.take_challenge("c2", None, at(20)).await?, None, "its time is over");
    assert_eq!(repo.take_challenge("c2", None, at(19)).await?, open);
    repo.put_challenge(
        ChallengeRow { id: "c4".into(), user: None, address: "-".into(), state: json!(null), until: at(90) },
        2,
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
        host: "xz.example".into(),
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
    let mut open = [("s1", "u1"), ("s2", "u1"), ("s3", "u2")].map(|(token, of)| session(token, of, 90));
    for s in &open {
        assert!(repo.put_session(s.clone(), StandsOn::Nothing).await?);
    }
    let add = async |p: PasskeyRow, id: &str| {
        let session = if p.user == "u1" { "s1" } else { "s3" };
        repo.put_passkey(p, 2, session, "passkey", noted(id)).await
    };
    for ended in ["ended", "s3"] {
        let added = repo.put_passkey(passkey("p1", "u1", "0a", 1), 2, ended, "passkey", noted("A1")).await?;
        assert!(!added && repo.session("s2").await?.is_some(), "in a session that has ended, or of another person");
    }
    let (one, two) = (passkey("p1", "u1", "0a", 1), passkey("p2", "u1", "0b", 2));
    assert!(add(two.clone(), "A2").await?);
    assert!(add(one.clone(), "A1").await?);
    assert!(!add(passkey("p3", "u2", "0a", 3), "A3").await?, "another person's");
    assert_eq!(repo.audit("JC-970101", 9, 0).await?.0, 2, "what was not added is not noted");
    assert!(!add(passkey("p4", "u1", "0d", 3), "A3").await?, "there are two");
    open[0].way = "passkey".into();
    assert_eq!(repo.session("s1").await?.as_ref(), Some(&open[0]), "it is one of the passkey");
    assert_eq!(repo.session("s2").await?, None, "another session of the person ends with it");
    assert_eq!(repo.session("s3").await?.as_ref(), Some(&open[2]), "nobody else's");
    assert!(repo.put_session(open[1].clone(), StandsOn::Nothing).await?);
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

    assert_eq!(repo.end_passkeys("u2", Some("p1"), "", noted("A4")).await?, 0, "of somebody else");
    assert_eq!(repo.audit("JC-970101", 9, 0).await?.0, 2, "what was not removed is not noted");
    assert!(repo.session("s3").await?.is_some(), "and ends nothing");
    assert_eq!(repo.end_passkeys("u1", Some("p1"), "ended", noted("A4")).await?, 0, "in a session that has ended");
    assert!(repo.session("s2").await?.is_some());
    assert_eq!(repo.end_passkeys("u1", Some("p1"), "s1", noted("A5")).await?, 1);
    assert!(repo.session("s1").await?.is_some() && repo.session("s2").await?.is_none());
    assert!(!repo.use_passkey(&used(8), at(9)).await?, "it was removed");
    assert_eq!(repo.end_passkeys("u1", None, "", noted("A6")).await?, 1);
    assert_eq!(repo.passkeys("u1").await?, []);
    assert!(add(passkey("p3", "u2", "0a", 3), "A3").await?, "nobody has it any more");
    assert_eq!(repo.audit("JC-970101", 9, 0).await?.0, 5);

    assert!(repo.put_session(open[0].clone(), StandsOn::Nothing).await?);
    // At another host there is room of its own; one whose host is not known counts everywhere.
    let at_host = |id: &str, host: &str| PasskeyRow { host: host.into(), ..passkey(id, "u1", id, 4) };
    assert!(add(at_host("p5", ""), "A7").await?);
    assert!(add(at_host("p6", "old.example"), "A8").await?);
    assert!(!add(at_host("p7", "old.example"), "A9").await?);
    assert!(add(at_host("p7", "new.example"), "A9").await?);

    assert!(repo.use_passkey(&at_host("p5", "new.example"), at(9)).await?, "where it serves is known with its use");
    assert_eq!(repo.passkey("p5").await?.map(|p| p.host), Some("new.example".into()));

    // A new password takes them along where that is wanted, and the sessions always.
    for (passkeys, left, notes) in [(None, 3, 9), (Some(noted("B2")), 0, 11), (Some(noted("B4")), 0, 12)] {
        assert!(repo.put_session(open[1].clone(), StandsOn::Nothing).await?);
        let until = Some(at(50));
        let new =
            NewPassword { user: "u1", old: None, password: "hash", temporary_until: until, session: "s1", passkeys };
        assert!(repo.set_password(new, noted(&format!("B1 {notes}"))).await?);
        assert!(repo.session("s1").await?.is_some() && repo.session("s2").await?.is_none());
        let now = repo.user("u1").await?.map(|u| (u.password, u.temporary_until));
        assert_eq!(now, Some(("hash".into(), until)));
        assert_eq!(repo.passkeys("u1").await?.len(), left);
        assert_eq!(repo.audit("JC-970101", 9, 0).await?.0, notes);
    }

    // Who has proved an old one, and is late, sets none.
    assert!(repo.put_passkey(passkey("p8", "u1", "0e", 5), 2, "", "passkey", noted("B5")).await?);
    assert!(repo.put_session(open[0].clone(), StandsOn::Nothing).await?);
    assert!(repo.put_session(open[1].clone(), StandsOn::Nothing).await?);
    let new = |old: &'static str, password: &'static str| NewPassword {
        user: "u1",
        old: Some(old),
        password,
        temporary_until: None,
        session: "s1",
        passkeys: Some(noted(&format!("B6 {password}"))),
    };
    assert!(!repo.set_password(new("before", "late"), noted("B7")).await?);
    assert_eq!(repo.user("u1").await?.map(|u| u.password), Some("hash".into()));
    assert!(repo.session("s2").await?.is_some() && repo.passkey("0e").await?.is_some());
    assert_eq!(repo.audit("JC-970101", 9, 0).await?.0, 13);
    assert!(repo.set_password(new("hash", "next"), noted("B7")).await?);
    assert_eq!(repo.user("u1").await?.map(|u| u.password), Some("next".into()));
    assert!(repo.session("s2").await?.is_none() && repo.passkey("0e").await?.is_none());
    assert_eq!(repo.audit("JC-970101", 9, 0).await?.0, 15);

    // Nor does a session begin on what was proved before it was changed or removed.
    assert!(repo.put_passkey(passkey("p9", "u2", "0f", 5), 9, "", "passkey", noted("B8")).await?);
    let begins = async |user: &str, on| repo.put_session(session("late", user, 90), on).await;
    for (user, on) in [
        ("u1", StandsOn::Password("hash")),
        ("u2", StandsOn::Password("next")),
        ("u1", StandsOn::Passkey("p8")),
        ("u1", StandsOn::Passkey("p9")),
    ] {
        assert!(!begins(user, on).await?);
        assert_eq!(repo.session("late").await?, None);
    }
    for (user, on) in [("u1", StandsOn::Password("next")), ("u2", StandsOn::Passkey("p9"))] {
        assert!(begins(user, on).await?);
        repo.end_session("late").await?;
    }
    Ok(())
}
