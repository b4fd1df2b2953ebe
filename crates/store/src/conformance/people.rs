//! People: units, users, roles, delegations, sessions, limits.

use super::Outcome;
use super::draft::{at, session, user};
use crate::StandsOn;
use crate::repository::Repository;
use crate::rows::{AuditRow, DelegationRow, RoleRow, UnitRow, UserRow};
use crate::sign_ins::{BegunRow, ClientKeyRow, DeviceRow, FactorRow, SessionRow};

/// What is known of people, and what is in force when.
///
/// # Errors
/// Those of the engine.
pub async fn people(repo: &dyn Repository) -> Outcome {
    let mut unit = UnitRow {
        id: "JC-970101".into(),
        name: "云岭省检察院".into(),
        abbr: "云检".into(),
        code: "970101".into(),
        agency: "procuratorate".into(),
        region: "970000".into(),
        parent: None,
    };
    repo.put_unit(unit.clone()).await?;
    unit.abbr = "云岭检".into();
    repo.put_unit(unit.clone()).await?;
    assert_eq!(repo.units().await?, [unit.clone()]);
    let noted = |id: &str| AuditRow {
        id: id.into(),
        at: at(1),
        by: "admin".into(),
        unit: "JC-970109".into(),
        user: "-".into(),
        act: "unit_added".into(),
        detail: serde_json::json!({}),
    };
    let below = UnitRow {
        id: "JC-970102".into(),
        name: "云岭省沧泽市检察院".into(),
        parent: Some(unit.id.clone()),
        ..unit.clone()
    };
    assert!(repo.add_unit(below.clone(), noted("N1")).await?);
    assert!(!repo.add_unit(UnitRow { name: "另一个".into(), ..below.clone() }, noted("N2")).await?, "it is taken");
    let below = UnitRow { abbr: "泽检".into(), ..below };
    // Only what it is called and its code.
    let elsewhere = UnitRow { parent: None, agency: "police".into(), ..below.clone() };
    repo.change_unit(elsewhere, noted("N3")).await?;
    assert_eq!(repo.units().await?, [unit, below]);
    let written = repo.audit("JC-970109", 9, 0).await?.1.into_iter().map(|a| a.id);
    assert_eq!(written.collect::<Vec<_>>(), ["N1", "N3"], "what was not added is not noted");

    let mut user = user("u1", "yunwuyi");
    repo.put_user(user.clone(), None).await?;
    user.active = false;
    user.temporary_until = Some(at(77));
    repo.put_user(user.clone(), None).await?;
    assert_eq!(repo.user("u1").await?.as_ref(), Some(&user));
    assert_eq!(repo.user_by_login("yunwuyi").await?.as_ref(), Some(&user));
    assert_eq!(repo.user_by_login("YUNWUYI").await?, None);
    assert_eq!(repo.users_of("JC-970101").await?, [user.clone()]);
    assert_eq!(repo.users_of("JC-970102").await?, []);
    let twin = UserRow { id: "u2".into(), ..user.clone() };
    assert!(repo.put_user(twin, None).await.is_err(), "two users with one sign-in name");
    assert_eq!(repo.user("u2").await?, None);

    // Read before a new password was set, and changed after it.
    let before = UserRow { password: "before".into(), temporary_until: None, ..user.clone() };
    let changed = UserRow { name: "云五二".into(), clearance: 2, active: true, ..user.clone() };
    let stale = UserRow { name: changed.name.clone(), clearance: 2, active: true, ..before };
    repo.change_user(&stale, None).await?;
    assert_eq!(repo.user("u1").await?.as_ref(), Some(&changed), "what he signs in with stays");
    repo.change_user(&UserRow { id: "u2".into(), ..stale }, None).await?;
    assert_eq!(repo.user("u2").await?, None, "nobody is added");

    let role = |from, to: Option<i64>| RoleRow {
        user: "u1".into(),
        unit: "JC-970101".into(),
        role: "clerk".into(),
        from: at(from),
        to: to.map(at),
    };
    repo.put_role(role(10, None), None).await?;
    assert_eq!(repo.roles("u1", at(9)).await?, []);
    assert_eq!(repo.roles("u1", at(10)).await?, [role(10, None)]);
    repo.end_role("u1", "JC-970101", "clerk", at(20), None).await?;
    assert_eq!(repo.roles("u1", at(19)).await?, [role(10, Some(20))]);
    assert_eq!(repo.roles("u1", at(20)).await?, []);
    repo.put_role(role(30, None), None).await?;
    assert_eq!(repo.roles("u1", at(30)).await?, [role(30, None)]);
    assert_eq!(repo.roles("u1", at(15)).await?, [role(10, Some(20))]);

    let d = DelegationRow {
        id: "D1".into(),
        from_user: "u9".into(),
        to_user: "u1".into(),
        from: at(5),
        to: at(8),
        basis: "权力清单".into(),
        roles: vec!["chief".into(), "head".into()],
    };
    repo.put_delegation(d.clone(), None).await?;
    assert_eq!(repo.delegations("u1", at(4)).await?, []);
    assert_eq!(repo.delegations("u1", at(5)).await?, std::slice::from_ref(&d));
    assert_eq!(repo.delegations("u1", at(8)).await?, []);
    assert_eq!(repo.delegations("u9", at(5)).await?, []);

    assert_eq!(
        repo.role_terms("u1", "JC-970101").await?,
        [role(30, None), role(10, Some(20))],
        "the latest first, those that ended among them"
    );
    assert_eq!(repo.role_terms("u1", "JC-970102").await?, []);

    // Given by somebody of the unit, and not over yet.
    let mut given = DelegationRow { id: "D2".into(), from_user: "u1".into(), to_user: "u9".into(), ..d.clone() };
    repo.put_delegation(given.clone(), None).await?;
    assert_eq!(repo.delegation("D2").await?.as_ref(), Some(&given));
    assert_eq!(repo.delegation("D9").await?, None);
    assert_eq!(repo.delegations_of("JC-970101", at(7)).await?, std::slice::from_ref(&given));
    assert_eq!(repo.delegations_of("JC-970101", at(8)).await?, []);
    assert_eq!(repo.delegations_of("JC-970102", at(0)).await?, []);
    given.to = given.from;
    repo.put_delegation(given, None).await?;
    assert_eq!(repo.delegations_of("JC-970101", at(0)).await?, [], "withdrawn before it began");

    // Who changed it is written together with the change, or neither is.
    let audit = |id: &str, unit: &str, n| AuditRow {
        id: id.into(),
        at: at(n),
        by: "u8".into(),
        unit: unit.into(),
        user: "u1".into(),
        act: "role_given".into(),
        detail: serde_json::json!({"roles": ["clerk"]}),
    };
    let (one, two) = (audit("C1", "JC-970101", 1), audit("C2", "JC-970101", 2));
    repo.put_role(role(40, None), Some(one.clone())).await?;
    repo.end_role("u1", "JC-970101", "clerk", at(41), Some(two.clone())).await?;
    repo.put_delegation(DelegationRow { id: "D3".into(), ..d }, Some(audit("C3", "JC-970102", 3))).await?;
    assert_eq!(repo.audit("JC-970101", 9, 0).await?, (2, vec![two, one.clone()]));
    assert_eq!(repo.audit("JC-970101", 1, 1).await?, (2, vec![one.clone()]));
    assert_eq!(repo.audit("JC-970103", 9, 0).await?, (0, vec![]));
    assert!(repo.put_role(role(50, None), Some(one)).await.is_err(), "noted twice");
    assert_eq!(repo.roles("u1", at(50)).await?, []);

    let session = |token: &str, created, expires| SessionRow {
        created_at: at(created),
        seen_at: at(created),
        ..session(token, "u1", expires)
    };
    assert!(repo.put_session(session("a", 0, 10), StandsOn::Nothing).await?);
    assert!(repo.put_session(session("b", 5, 100), StandsOn::Nothing).await?);
    assert_eq!(repo.session("a").await?, Some(session("a", 0, 10)));
    assert!(repo.put_session(session("c", 20, 100), StandsOn::Nothing).await?);
    assert_eq!(repo.session("a").await?, None, "a session that ran out is not kept for ever");
    repo.end_session("b").await?;
    assert_eq!(repo.session("b").await?, None);
    assert_eq!(repo.session("c").await?, Some(session("c", 20, 100)));
    assert!(repo.put_session(session("d", 20, 100), StandsOn::Nothing).await?);
    repo.end_sessions("u9", "").await?;
    repo.end_sessions("u1", "c").await?;
    assert_eq!(repo.session("d").await?, None);
    assert_eq!(repo.session("c").await?, Some(session("c", 20, 100)), "the one that was to be kept");

    assert!(repo.put_session(session("e", 30, 90), StandsOn::Nothing).await?);
    repo.session_seen("c", at(40)).await?;
    repo.session_seen("c", at(35)).await?;
    let ids = |of: Vec<SessionRow>| of.into_iter().map(|s| (s.id, s.seen_at)).collect::<Vec<_>>();
    let (c, e) = (("S-c".to_owned(), at(40)), ("S-e".to_owned(), at(30)));
    assert_eq!(ids(repo.sessions_of("u1", at(50)).await?), [c.clone(), e], "seen never goes back");
    assert_eq!(ids(repo.sessions_of("u1", at(95)).await?), [c]);
    assert!(!repo.end_session_of("u2", "S-e").await?, "of somebody else");
    assert!(repo.end_session_of("u1", "S-e").await?);
    assert!(!repo.end_session_of("u1", "S-e").await?);

    let device = |token: &str, user: &str, n| DeviceRow { token: token.into(), user: user.into(), seen_at: at(n) };
    repo.put_device(device("d1", "u1", 10), at(0)).await?;
    repo.put_device(device("d1", "u2", 20), at(0)).await?;
    repo.put_device(device("d1", "u1", 15), at(0)).await?;
    assert_eq!(repo.device("d1", "u1").await?, Some(device("d1", "u1", 15)));
    assert_eq!(repo.device("d1", "u2").await?, Some(device("d1", "u2", 20)), "several people at one screen");
    assert_eq!(repo.device("d1", "u3").await?, None);
    assert!(repo.known_device("d1").await? && !repo.known_device("d3").await?);
    repo.put_device(device("d2", "u1", 30), at(18)).await?;
    assert_eq!(repo.device("d1", "u1").await?, None, "long not seen");
    assert!(repo.device("d1", "u2").await?.is_some());

    let begun = |state: &str, browser: &str, user: Option<&str>, until| BegunRow {
        state: state.into(),
        browser: browser.into(),
        device: "d1".into(),
        address: "10.0.0.1".into(),
        nonce: "n".into(),
        verifier: "v".into(),
        user: user.map(str::to_owned),
        expires_at: at(until),
    };
    assert!(repo.put_begun(begun("s1", "b1", None, 10), 2, at(0)).await?);
    assert!(repo.put_begun(begun("s2", "b1", None, 20), 2, at(0)).await?);
    assert!(!repo.put_begun(begun("s3", "b1", None, 20), 2, at(9)).await?, "too many from one address");
    let elsewhere = BegunRow { address: "10.0.0.2".into(), ..begun("s4", "b2", None, 20) };
    assert!(repo.put_begun(elsewhere.clone(), 2, at(9)).await?);
    assert_eq!(repo.take_begun("s1", "b2", at(5)).await?, None, "of another browser");
    assert_eq!(repo.begun("s1", "b1", at(5)).await?, Some(begun("s1", "b1", None, 10)));
    assert_eq!(repo.take_begun("s1", "b1", at(10)).await?, None, "it waited too long");
    assert!(repo.put_begun(begun("s3", "b1", None, 20), 2, at(10)).await?, "what waited too long makes room");
    assert_eq!(repo.take_begun("s2", "b1", at(11)).await?, Some(begun("s2", "b1", None, 20)));
    assert_eq!(repo.take_begun("s2", "b1", at(11)).await?, None, "once");
    assert!(repo.put_begun(begun("b1", "b1", Some("u1"), 20), 2, at(11)).await?);
    assert_eq!(repo.take_begun("s4", "b2", at(11)).await?, Some(elsewhere));
    assert_eq!(repo.take_begun("s3", "b1", at(11)).await?, Some(begun("s3", "b1", None, 20)));
    assert!(repo.put_begun(begun("b1", "b1", Some("u2"), 30), 2, at(11)).await?, "the latest of a browser counts");
    assert_eq!(repo.take_begun("b1", "b1", at(11)).await?, Some(begun("b1", "b1", Some("u2"), 30)));

    let factor = |id: &str, confirmed: Option<i64>, step| FactorRow {
        id: id.into(),
        user: "u1".into(),
        kind: "totp".into(),
        name: "手机".into(),
        secret: "GEZDGNBVGY3TQOJQ".into(),
        created_at: at(1),
        confirmed_at: confirmed.map(at),
        step,
    };
    let noted = |id: &str| audit(id, "JC-970102", 4);
    assert!(repo.put_factor(factor("f1", None, 0), 1, "c").await?);
    assert!(repo.put_factor(factor("f2", None, 0), 1, "c").await?);
    assert_eq!(repo.factors("u1").await?, [factor("f2", None, 0)], "what was never confirmed makes room");
    assert!(!repo.put_factor(factor("f3", None, 0), 1, "ended").await?, "in a session that has ended");
    assert!(!repo.put_factor(FactorRow { user: "u2".into(), ..factor("f3", None, 0) }, 1, "c").await?, "another's");
    assert_eq!(repo.factors("u1").await?, [factor("f2", None, 0)], "nothing is written then");
    assert!(!repo.use_factor("f2", 7).await?, "it is not confirmed");
    assert!(repo.put_session(session("f", 40, 90), StandsOn::Nothing).await?);
    assert!(repo.put_session(session("g", 40, 90), StandsOn::Nothing).await?);
    let begun = factor("f2", None, 0);
    assert!(!repo.confirm_factor(&begun, 7, at(5), "ended", noted("F1")).await?, "in a session that has ended");
    assert!(repo.session("g").await?.is_some(), "it ends no other");
    assert!(repo.confirm_factor(&begun, 7, at(5), "f", noted("F1")).await?);
    assert!(repo.session("f").await?.is_some() && repo.session("g").await?.is_none(), "the others end with it");
    assert!(repo.put_session(session("g", 40, 90), StandsOn::Nothing).await?);
    assert!(!repo.confirm_factor(&begun, 8, at(6), "f", noted("F2")).await?, "once");
    assert!(repo.session("g").await?.is_some(), "nothing is written then");
    assert!(!repo.use_factor("f2", 7).await?, "a code serves once");
    assert!(repo.use_factor("f2", 8).await?);
    assert!(!repo.put_factor(factor("f3", None, 0), 1, "f").await?, "there is one");
    assert!(repo.put_factor(factor("f3", None, 0), 2, "f").await?);
    assert_eq!(repo.factors("u1").await?, [factor("f2", Some(5), 8), factor("f3", None, 0)]);
    assert_eq!(repo.end_factors("u2", None, "", noted("F3")).await?, 0);
    assert_eq!(repo.end_factors("u1", Some("f9"), "", noted("F3")).await?, 0);
    assert!(repo.session("g").await?.is_some(), "what is not there is not removed, and nothing ends");
    assert_eq!(repo.end_factors("u1", Some("f3"), "ended", noted("F3")).await?, 0, "in a session that has ended");
    assert!(repo.session("g").await?.is_some());
    assert_eq!(repo.end_factors("u1", Some("f3"), "f", noted("F4")).await?, 1);
    assert!(repo.session("f").await?.is_some() && repo.session("g").await?.is_none());
    assert_eq!(repo.end_factors("u1", None, "", noted("C4")).await?, 1);
    assert_eq!(repo.session("f").await?, None);
    assert_eq!(repo.factors("u1").await?, []);
    assert_eq!(repo.audit("JC-970102", 9, 0).await?.0, 4, "F1, F4, C4 and what was there");

    let key = |id: &str, until, seen: Option<i64>| ClientKeyRow {
        token: format!("digest of {id}"),
        id: id.into(),
        user: "u1".into(),
        scopes: vec!["read".into(), "act".into()],
        created_at: at(1),
        expires_at: at(until),
        seen_at: seen.map(at),
    };
    let noted = |id: &str| audit(id, "JC-970102", 5);
    repo.put_client_key(key("k1", 50, None), noted("C5")).await?;
    repo.put_client_key(key("k2", 20, None), noted("C6")).await?;
    repo.put_client_key(key("k3", 60, None), noted("C7")).await?;
    assert_eq!(repo.client_key("digest of k1").await?, Some(key("k1", 50, None)));
    assert_eq!(repo.client_key("k1").await?, None);
    repo.client_key_seen("digest of k1", at(7)).await?;
    assert_eq!(repo.end_client_keys("u2", None, at(1), noted("C8")).await?, 0);
    assert_eq!(repo.end_client_keys("u1", Some("k3"), at(30), noted("C9")).await?, 1, "one ends sooner anyway");
    let all = [key("k1", 30, Some(7)), key("k2", 20, None), key("k3", 60, None)];
    assert_eq!(repo.client_keys(Some("u1")).await?, all);
    assert_eq!(repo.client_keys(None).await?, all);
    assert_eq!(repo.client_keys(Some("u2")).await?, []);
    assert_eq!(repo.audit("JC-970102", 12, 0).await?.0, 9);

    assert_eq!(repo.failed_sign_in("k", at(1), at(0)).await?, 1);
    assert_eq!(repo.failed_sign_in("k", at(1), at(0)).await?, 2);
    assert_eq!(repo.failed_sign_in("k", at(9), at(5)).await?, 1);
    assert_eq!(repo.failed_sign_in("other", at(9), at(0)).await?, 1);
    assert_eq!(repo.failed_sign_ins("k", at(0)).await?, 3, "another window still sees the older ones");
    assert_eq!(repo.failed_sign_ins("k", at(10)).await?, 0);
    let days = 3 * 24 * 60 * 60 * 1_000_000;
    repo.failed_sign_in("k", at(days), at(days)).await?;
    assert_eq!(repo.failed_sign_ins("k", at(0)).await?, 1, "old ones are forgotten");
    Ok(())
}
