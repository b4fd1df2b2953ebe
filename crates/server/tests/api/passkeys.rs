//! Passkeys: adding, signing in, taking away; and what is forged, stale, copied or somebody else's.

use std::sync::Arc;

use jiff::SignedDuration;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use server::{App, Origin, Passkeys, Settings};
use store::rows::{AuditRow, RoleRow};
use store::sign_ins::{ChallengeRow, PasskeyRow};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use crate::authenticator::{Device, ORIGIN};
use crate::province::{PASSWORD, Province, answer, kind};
use crate::sign_in::code;

const OWN: &str = "/api/session/passkeys";
const BEGIN: &str = "/api/session/passkeys/challenge";
const ASK: &str = "/api/session/passkey/challenge";
const ENTER: &str = "/api/session/passkey";

fn settings() -> Settings {
    Settings { passkeys: Passkeys::at(&Origin::parse(ORIGIN).unwrap()), ..Settings::default() }
}

/// A challenge for a new passkey.
async fn begun(p: &Province, user: &str, name: &str) -> Value {
    p.done(user, BEGIN, &json!({"name": name, "password": PASSWORD})).await
}

/// What the device made of a challenge.
async fn made(device: &mut Device, challenge: &Value) -> Value {
    json!({"challenge": challenge["id"], "credential": device.create(&challenge["options"]).await})
}

async fn add(p: &Province, user: &str, device: &mut Device, name: &str) -> Value {
    let challenge = begun(p, user, name).await;
    p.done(user, OWN, &made(device, &challenge).await).await
}

/// What the device answers to a new challenge.
async fn answered(p: &Province, device: &mut Device) -> Value {
    let challenge = p.done("nobody", ASK, &json!({})).await;
    json!({"challenge": challenge["id"], "credential": device.get(&challenge["options"]).await})
}

async fn enter(p: &Province, device: &mut Device) -> (StatusCode, Value) {
    let body = answered(p, device).await;
    p.post("nobody", ENTER, &body).await
}

async fn acts(p: &Province) -> Vec<String> {
    let (_, audit) = p.get("admin", "/api/units/GA-970102/audit").await;
    audit["items"].as_array().unwrap().iter().map(|i| i["act"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn a_passkey_is_added_signs_in_and_is_removed() {
    let p = Province::start_with(false, settings()).await;
    let other = p.token("chief").await;
    let alive = async |token: &str| {
        p.client.get(format!("{}/api/session", p.base)).bearer_auth(token).send().await.unwrap().status()
    };
    for (body, place) in [
        (json!({"name": "办公电脑", "password": "wrong"}), "password"),
        (json!({"name": " ", "password": PASSWORD}), "name"),
        (json!({"name": "长".repeat(41), "password": PASSWORD}), "name"),
    ] {
        let (status, problem) = p.post("chief", BEGIN, &body).await;
        assert_eq!((status.as_u16(), problem["reasons"][0]["place"].as_str()), (422, Some(place)), "{problem:#}");
    }
    let mut device = Device::new();
    let challenge = begun(&p, "chief", "办公电脑").await;
    assert_eq!(challenge["options"]["rp"]["id"], "localhost");
    assert_eq!(challenge["options"]["authenticatorSelection"]["residentKey"], "required");
    assert_eq!(challenge["options"]["authenticatorSelection"]["userVerification"], "required");
    assert_eq!(p.get("chief", OWN).await.1, json!([]), "nothing is kept before the answer");
    let body = made(&mut device, &challenge).await;
    let (status, added) = p.post("chief", OWN, &body).await;
    assert_eq!((status, added["name"].as_str()), (StatusCode::CREATED, Some("办公电脑")), "{added:#}");
    assert_eq!(added["used_at"], Value::Null);
    assert_eq!(alive(&other).await, StatusCode::UNAUTHORIZED, "what began before it ends");

    let ask = p.done("nobody", ASK, &json!({})).await;
    assert_eq!(ask["options"]["allowCredentials"], json!([]), "nobody is told who has passkeys");
    assert_eq!(ask["options"]["userVerification"], "required");
    let credential = device.get(&ask["options"]).await;
    let request = p.as_user("nobody", Method::POST, ENTER).await;
    let body = json!({"challenge": ask["id"], "credential": credential});
    let response = request.json(&body).send().await.unwrap();
    let cookies: Vec<_> =
        response.headers().get_all("set-cookie").iter().map(|v| v.to_str().unwrap().to_owned()).collect();
    assert!(cookies[0].starts_with("xiezhi_session=") && cookies[1].starts_with("xiezhi_device="), "{cookies:?}");
    let (status, session) = answer(response).await;
    assert_eq!((status, session["user"]["id"].as_str()), (StatusCode::OK, Some("chief")), "{session:#}");
    let token = session["token"].as_str().unwrap();
    assert_eq!(alive(token).await, StatusCode::OK);
    let (_, list) = p.get("chief", OWN).await;
    assert!(list[0]["used_at"].is_string(), "{list:#}");
    assert!(!list.to_string().contains("cred"), "{list:#}");

    // A second one; the first is not made twice.
    let challenge = begun(&p, "chief", "手机").await;
    assert_eq!(challenge["options"]["excludeCredentials"][0]["id"], credential["id"]);
    let mut phone = Device::new();
    p.done("chief", OWN, &made(&mut phone, &challenge).await).await;
    let (_, session) = enter(&p, &mut device).await;
    let token = session["token"].as_str().unwrap();

    let removal = format!("{OWN}/{}/removal", added["id"].as_str().unwrap());
    let (right, wrong) = (json!({"password": PASSWORD}), json!({"password": "wrong"}));
    assert_eq!(p.post("head", &removal, &right).await.0, StatusCode::NOT_FOUND);
    assert_eq!(p.post("chief", &removal, &wrong).await.1["reasons"][0]["place"], "password");
    assert_eq!(p.post("chief", &removal, &right).await.0, StatusCode::NO_CONTENT);
    assert_eq!(p.post("chief", &removal, &right).await.0, StatusCode::NOT_FOUND);
    assert_eq!(alive(token).await, StatusCode::UNAUTHORIZED, "whoever has the lost device is out");
    let (status, problem) = enter(&p, &mut device).await;
    assert_eq!((status, kind(&problem)), (StatusCode::UNAUTHORIZED, "passkey-unknown"));

    let (status, session) = enter(&p, &mut phone).await;
    assert_eq!(status, StatusCode::OK);
    let all = "/api/users/chief/passkeys";
    let take = async |user: &str| p.as_user(user, Method::DELETE, all).await.send().await.unwrap().status();
    assert_eq!(take("handler").await, StatusCode::FORBIDDEN);
    assert_eq!(take("chief").await, StatusCode::FORBIDDEN, "one's own with the password only");
    assert_eq!(take("stranger").await, StatusCode::NOT_FOUND);
    assert_eq!(take("admin").await, StatusCode::NO_CONTENT);
    assert_eq!(take("admin").await, StatusCode::NOT_FOUND);
    assert_eq!(alive(session["token"].as_str().unwrap()).await, StatusCode::UNAUTHORIZED);
    assert_eq!(kind(&enter(&p, &mut phone).await.1), "passkey-unknown");
    assert_eq!(acts(&p).await[..4], ["passkey_removed", "passkey_removed", "passkey_added", "passkey_added"]);
}

/// Where a role asks for codes a passkey will do, and then the password alone opens nothing.
#[tokio::test]
async fn a_passkey_is_enough_where_a_role_asks_for_codes() {
    let codes_for = ["police_chief".to_owned()].into();
    let p = Province::start_with(false, Settings { codes_for, ..settings() }).await;
    let password = json!({"login": "chief", "password": PASSWORD});
    assert_eq!(kind(&p.get("chief", "/api/files").await.1), "codes-due");
    let asks = async |token: &str, method: Method, path: &str, body: &Value| {
        let request = p.client.request(method, format!("{}{path}", p.base)).bearer_auth(token).json(body);
        answer(request.send().await.unwrap()).await
    };
    let (nothing, new) = (json!({}), json!({"name": "办公电脑", "password": PASSWORD}));
    let (mut device, adding) = (Device::new(), p.token("chief").await);
    let challenge = asks(&adding, Method::POST, BEGIN, &new).await.1;
    let body = made(&mut device, &challenge).await;
    assert_eq!(asks(&adding, Method::POST, OWN, &body).await.0, StatusCode::CREATED);
    let (status, _) = asks(&adding, Method::GET, "/api/files", &nothing).await;
    assert_eq!(status, StatusCode::OK, "the device made sure just now");
    let list = asks(&adding, Method::GET, "/api/sessions", &nothing).await.1;
    assert_eq!(list.as_array().unwrap().iter().map(|s| &s["way"]).collect::<Vec<_>>(), ["passkey"], "{list:#}");
    let (status, problem) = p.post("nobody", "/api/session", &password).await;
    assert_eq!((status, kind(&problem)), (StatusCode::UNAUTHORIZED, "passkey-needed"));
    let (status, session) = enter(&p, &mut device).await;
    assert_eq!((status, &session["user"]["codes_due"]), (StatusCode::OK, &json!(false)));

    // Others have theirs beside the password, until they bear the role: then that session opens nothing any more.
    let mut device = Device::new();
    add(&p, "handler", &mut device, "办公电脑").await;
    let begins = async |begun: (StatusCode, Value)| {
        assert_eq!(begun.0, StatusCode::OK, "{:#}", begun.1);
        begun.1["token"].as_str().unwrap().to_owned()
    };
    let by_password =
        begins(p.post("nobody", "/api/session", &json!({"login": "handler", "password": PASSWORD})).await).await;
    let by_passkey = begins(enter(&p, &mut device).await).await;
    assert_eq!(asks(&by_password, Method::GET, "/api/files", &nothing).await.0, StatusCode::OK);
    let role = RoleRow {
        user: "handler".into(),
        unit: "GA-970102".into(),
        role: "police_chief".into(),
        from: door::real_now() - SignedDuration::from_hours(24 * 3650),
        to: None,
    };
    p.store().put_role(role, None).await.unwrap();
    for (method, path) in [(Method::GET, "/api/files"), (Method::GET, "/api/session"), (Method::POST, BEGIN)] {
        let (status, problem) = asks(&by_password, method, path, &new).await;
        assert_eq!((status, kind(&problem)), (StatusCode::UNAUTHORIZED, "passkey-needed"), "{path}");
    }
    assert_eq!(asks(&by_passkey, Method::GET, "/api/files", &nothing).await.0, StatusCode::OK);
    assert_eq!(asks(&by_password, Method::DELETE, "/api/session", &nothing).await.0, StatusCode::NO_CONTENT);
    assert_eq!(kind(&asks(&by_password, Method::GET, "/api/session", &nothing).await.1), "session-expired");

    p.as_user("admin", Method::DELETE, "/api/users/chief/passkeys").await.send().await.unwrap();
    let (status, session) = p.post("nobody", "/api/session", &password).await;
    assert_eq!((status, &session["user"]["codes_due"]), (StatusCode::OK, &json!(true)), "it begins anew");
}

/// What is stored of the chief: nothing of a refusal may change it.
async fn kept(p: &Province) -> (usize, Vec<store::sign_ins::PasskeyRow>) {
    let sessions = p.store().sessions_of("chief", door::real_now()).await.unwrap().len();
    (sessions, p.store().passkeys("chief").await.unwrap())
}

async fn refused(p: &Province, body: &Value, why: &str) {
    let before = kept(p).await;
    let (status, problem) = p.post("nobody", ENTER, body).await;
    assert_eq!((status, kind(&problem)), (StatusCode::UNAUTHORIZED, why), "{problem:#}");
    assert!(problem["detail"].as_str().unwrap().contains('请'), "it says what to do: {problem:#}");
    assert_eq!(kept(p).await, before, "{why}");
}

#[tokio::test]
async fn an_answer_serves_once_in_time_and_for_its_challenge() {
    let p = Province::start_with(false, settings()).await;
    let mut device = Device::new();
    add(&p, "chief", &mut device, "办公电脑").await;

    let body = answered(&p, &mut device).await;
    assert_eq!(p.post("nobody", ENTER, &body).await.0, StatusCode::OK);
    refused(&p, &body, "passkey-challenge").await;

    // Of another challenge, which is then used up.
    let (one, two) = (answered(&p, &mut device).await, answered(&p, &mut device).await);
    refused(&p, &json!({"challenge": one["challenge"], "credential": two["credential"]}), "passkey-challenge").await;
    refused(&p, &one, "passkey-challenge").await;
    assert_eq!(p.post("nobody", ENTER, &two).await.0, StatusCode::OK);

    // Too late.
    let body = answered(&p, &mut device).await;
    let (id, now) = (body["challenge"].as_str().unwrap(), door::real_now());
    let row = p.store().take_challenge(id, None, now).await.unwrap().unwrap();
    let left = row.until.duration_since(now);
    assert!(left > SignedDuration::from_secs(290) && left <= SignedDuration::from_secs(300), "{left:?}");
    let over = ChallengeRow { until: now, ..row };
    assert!(p.store().put_challenge(over, 200, now - SignedDuration::from_secs(1)).await.unwrap());
    refused(&p, &body, "passkey-challenge").await;

    // What was asked to add a passkey lets nobody in, and the other way round.
    let challenge = begun(&p, "chief", "手机").await;
    let credential = device.get(&json!({"challenge": challenge["options"]["challenge"], "rpId": "localhost"})).await;
    refused(&p, &json!({"challenge": challenge["id"], "credential": credential}), "passkey-challenge").await;
    let ask = p.done("nobody", ASK, &json!({})).await;
    let mut phone = Device::new();
    let mut options = challenge["options"].clone();
    options["challenge"] = ask["options"]["challenge"].clone();
    let body = json!({"challenge": ask["id"], "credential": phone.create(&options).await});
    let (status, problem) = p.post("chief", OWN, &body).await;
    assert_eq!((status, kind(&problem)), (StatusCode::UNPROCESSABLE_ENTITY, "passkey-challenge"));

    // Another person's: it stays his.
    let body = made(&mut phone, &begun(&p, "head", "手机").await).await;
    let (status, problem) = p.post("chief", OWN, &body).await;
    assert_eq!((status, kind(&problem)), (StatusCode::UNPROCESSABLE_ENTITY, "passkey-challenge"));
    assert_eq!(kept(&p).await.1.len(), 1);
    assert_eq!(p.post("head", OWN, &body).await.0, StatusCode::CREATED);
    assert_eq!(kind(&p.post("head", OWN, &body).await.1), "passkey-challenge", "it serves once");
}

#[tokio::test]
async fn what_is_forged_is_refused() {
    let p = Province::start_with(false, settings()).await;
    let mut device = Device::new();
    // When it is added.
    for (verifies, origin, why) in [
        (false, ORIGIN, "passkey-unverified"),
        (true, "http://localhost:8081", "passkey-origin"),
        (true, "https://evil.example", "passkey-origin"),
    ] {
        let mut bad = Device { verifies, origin: origin.into(), ..Device::new() };
        let body = made(&mut bad, &begun(&p, "chief", "办公电脑").await).await;
        let (status, problem) = p.post("chief", OWN, &body).await;
        assert_eq!((status, kind(&problem)), (StatusCode::UNPROCESSABLE_ENTITY, why), "{problem:#}");
        assert_eq!(kept(&p).await.1, []);
    }
    let mut body = made(&mut device, &begun(&p, "chief", "办公电脑").await).await;
    body["credential"]["clientExtensionResults"]["credProps"]["rk"] = json!(false);
    assert_eq!(kind(&p.post("chief", OWN, &body).await.1), "passkey-not-kept");
    add(&p, "chief", &mut device, "办公电脑").await;

    // When it signs in.
    let mut bad = Device { origin: "https://evil.example".into(), ..device.clone() };
    refused(&p, &answered(&p, &mut bad).await, "passkey-origin").await;
    // Signed for another host, whatever page the browser claims to have open.
    let mut bad = device.clone();
    bad.key.as_mut().unwrap().rp_id = "evil.example".into();
    let ask = p.done("nobody", ASK, &json!({})).await;
    let options = json!({"challenge": ask["options"]["challenge"], "rpId": "evil.example"});
    refused(&p, &json!({"challenge": ask["id"], "credential": bad.get(&options).await}), "passkey-origin").await;
    let mut bad = Device { verifies: false, ..device.clone() };
    refused(&p, &answered(&p, &mut bad).await, "passkey-unverified").await;
    let (mut body, other) = (answered(&p, &mut device).await, answered(&p, &mut device).await);
    body["credential"]["response"]["signature"] = other["credential"]["response"]["signature"].clone();
    refused(&p, &body, "wrong-passkey").await;
    let mut body = answered(&p, &mut device).await;
    body["credential"]["response"]["userHandle"] = json!("AAAAAAAAAAAAAAAAAAAAAA");
    refused(&p, &body, "passkey-unknown").await;
    // Somebody else's passkey with the name of one's own: the key does not fit.
    let mut theirs = Device::new();
    add(&p, "head", &mut theirs, "手机").await;
    let mut body = answered(&p, &mut theirs).await;
    let own = answered(&p, &mut device).await;
    for field in ["id", "rawId"] {
        body["credential"][field] = own["credential"][field].clone();
    }
    body["credential"]["response"]["userHandle"] = own["credential"]["response"]["userHandle"].clone();
    refused(&p, &body, "wrong-passkey").await;

    for (body, place) in [
        (json!({"challenge": "x"}), "credential"),
        (json!({"challenge": "x", "credential": {}}), "id"),
        (json!({"challenge": "x", "credential": {"id": "a", "rawId": "!", "type": "t", "response": {}}}), "credential"),
    ] {
        let (status, problem) = p.post("nobody", ENTER, &body).await;
        assert_eq!(status, StatusCode::BAD_REQUEST, "{problem:#}");
        assert!(problem["detail"].as_str().unwrap().contains(place), "{problem:#}");
    }
    assert_eq!(enter(&p, &mut device).await.0, StatusCode::OK, "the honest one still serves");
}

#[tokio::test]
async fn a_copied_passkey_is_refused_and_told() {
    let p = Province::start_with(false, settings()).await;
    let mut device = Device::new();
    add(&p, "chief", &mut device, "办公电脑").await;
    assert_eq!(enter(&p, &mut device).await.0, StatusCode::OK);
    let mut copy = device.clone();
    assert_eq!(enter(&p, &mut device).await.0, StatusCode::OK);
    refused(&p, &answered(&p, &mut copy).await, "passkey-counter").await;
    let (_, audit) = p.get("admin", "/api/units/GA-970102/audit").await;
    let told = &audit["items"][0];
    assert_eq!((&told["act"], &told["user"]), (&json!("passkey_refused"), &json!("chief")), "{told:#}");
    assert_eq!(told["by_name"], "-", "whoever had the copy, and not its victim");
    let mut none = device.clone();
    none.key.as_mut().unwrap().counter = None;
    refused(&p, &answered(&p, &mut none).await, "passkey-counter").await;
    assert_eq!(enter(&p, &mut device).await.0, StatusCode::OK, "its owner goes on");
}

#[tokio::test]
async fn a_stopped_account_and_an_old_temporary_password_stay_closed() {
    let p = Province::start_with(false, settings()).await;
    let mut device = Device::new();
    add(&p, "chief", &mut device, "办公电脑").await;
    let user = p.store().user("chief").await.unwrap().unwrap();
    let mut stopped = user.clone();
    stopped.active = false;
    p.store().put_user(stopped, None).await.unwrap();
    refused(&p, &answered(&p, &mut device).await, "account-stopped").await;
    let mut reset = user.clone();
    reset.temporary_until = Some(door::real_now() - SignedDuration::from_secs(1));
    p.store().put_user(reset, None).await.unwrap();
    refused(&p, &answered(&p, &mut device).await, "temporary-password-over").await;
    p.store().put_user(user, None).await.unwrap();
    assert_eq!(enter(&p, &mut device).await.0, StatusCode::OK);
}

#[tokio::test]
async fn whoever_tries_closes_his_own_address_only() {
    let proxies = vec!["127.0.0.1".parse().unwrap()];
    let p = Province::start_with(false, Settings { proxies, ..settings() }).await;
    let mut device = Device::new();
    add(&p, "chief", &mut device, "办公电脑").await;
    let send = async |path: &str, address: &str, known: Option<&str>, body: &Value| {
        let mut request = p.as_user("nobody", Method::POST, path).await.header("x-forwarded-for", address);
        if let Some(known) = known {
            request = request.header("cookie", known);
        }
        request.json(body).send().await.unwrap()
    };
    let body = answered(&p, &mut device).await;
    let usual = send(ENTER, "10.1.0.1", None, &body).await;
    let set = usual.headers().get_all("set-cookie").iter().nth(1).unwrap().to_str().unwrap().to_owned();
    let known = set.split(';').next().unwrap();
    // Somebody in the same office sends the passkey's name fifty times.
    for n in 0..51 {
        let status = send(ENTER, "10.1.0.1", None, &body).await.status();
        assert_eq!(status == StatusCode::TOO_MANY_REQUESTS, n == 50, "{n}");
    }
    let fresh = answered(&p, &mut device).await;
    assert_eq!(send(ENTER, "10.1.0.1", None, &fresh).await.status(), StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(send(ENTER, "10.1.0.1", Some(known), &fresh).await.status(), StatusCode::OK, "the usual browser");
    let fresh = answered(&p, &mut device).await;
    assert_eq!(send(ENTER, "10.1.0.2", None, &fresh).await.status(), StatusCode::OK, "another address");
    let password = json!({"login": "chief", "password": PASSWORD});
    assert_eq!(send("/api/session", "10.1.0.1", None, &password).await.status(), StatusCode::OK, "by password");

    // Challenges that nobody answers.
    for n in 0..201 {
        let (status, problem) = answer(send(ASK, "10.1.0.3", None, &json!({})).await).await;
        assert_eq!(status == StatusCode::TOO_MANY_REQUESTS, n == 200, "{n}");
        assert!(n < 200 || kind(&problem) == "too-many-begun", "{problem:#}");
    }
    assert_eq!(send(ASK, "10.1.0.4", None, &json!({})).await.status(), StatusCode::CREATED);
    // Of somebody who is signed in and adds one.
    let now = door::real_now();
    for n in 0..200 {
        let (id, user, address) = (format!("waits-{n}"), Some("chief".to_owned()), "127.0.0.1".to_owned());
        let row = ChallengeRow { id, user, address, state: json!(null), until: now + SignedDuration::from_mins(5) };
        assert!(p.store().put_challenge(row, 200, now).await.unwrap());
    }
    let (status, problem) = p.post("chief", BEGIN, &json!({"name": "手机", "password": PASSWORD})).await;
    assert_eq!((status, kind(&problem)), (StatusCode::TOO_MANY_REQUESTS, "too-many-begun"));
    assert!(!problem.to_string().contains("登录"), "{problem:#}");
    // A foreign page cannot ask: what is no JSON is refused.
    let form = p.as_user("nobody", Method::POST, ASK).await.body("{}").send().await.unwrap();
    assert_eq!(form.status(), StatusCode::UNSUPPORTED_MEDIA_TYPE);
}

#[tokio::test]
async fn where_passkeys_serve_is_told_and_elsewhere_they_are_off() {
    let p = Province::start_with(false, settings()).await;
    assert_eq!(p.get("nobody", ENTER).await, (StatusCode::OK, json!({"origin": ORIGIN})));
    let p = Province::start().await;
    assert_eq!(p.get("nobody", ENTER).await, (StatusCode::OK, json!({"origin": null})));
    for (user, path, body) in
        [("nobody", ASK, json!({})), ("chief", BEGIN, json!({"name": "办公电脑", "password": PASSWORD}))]
    {
        let (status, problem) = p.post(user, path, &body).await;
        assert_eq!((status, kind(&problem)), (StatusCode::NOT_FOUND, "not-found"));
        assert!(problem["detail"].as_str().unwrap().contains("没有启用通行密钥"), "{problem:#}");
    }
}

/// Under another address nobody is kept out by a passkey that cannot serve there.
#[tokio::test]
async fn a_passkey_of_another_host_counts_for_nothing_here() {
    let codes_for = || ["police_chief".to_owned()].into();
    let p = Province::start_with(false, Settings { codes_for: codes_for(), ..settings() }).await;
    let mut device = Device::new();
    add(&p, "chief", &mut device, "办公电脑").await;
    let session = enter(&p, &mut device).await.1;
    let own = p.client.get(format!("{}{OWN}", p.base)).bearer_auth(session["token"].as_str().unwrap());
    assert_eq!(answer(own.send().await.unwrap()).await.1[0]["here"], true);

    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    let passkeys = Passkeys::at(&Origin::parse("https://new.example").unwrap());
    let moved = Settings { passkeys, codes_for: codes_for(), ..Settings::default() };
    let served =
        tokio::spawn(server::serve(Arc::new(App::new(p.app.door.clone(), moved)), listener, std::future::pending()));
    let post = async |path: &str, token: &str, body: Value| {
        let request = p.client.post(format!("{base}{path}")).bearer_auth(token).json(&body);
        answer(request.send().await.unwrap()).await
    };
    let (status, session) = post("/api/session", "", json!({"login": "chief", "password": PASSWORD})).await;
    assert_eq!((status, &session["user"]["codes_due"]), (StatusCode::OK, &json!(true)), "{session:#}");
    let token = session["token"].as_str().unwrap();
    let list = answer(p.client.get(format!("{base}{OWN}")).bearer_auth(token).send().await.unwrap()).await.1;
    assert_eq!((&list[0]["name"], &list[0]["here"]), (&json!("办公电脑"), &json!(false)));
    let challenge = post(BEGIN, token, json!({"name": "新网址", "password": PASSWORD})).await.1;
    assert_eq!(challenge["options"]["excludeCredentials"], json!([]), "{challenge:#}");
    let mut anew = Device { origin: "https://new.example".into(), ..Device::new() };
    assert_eq!(post(OWN, token, made(&mut anew, &challenge).await).await.0, StatusCode::CREATED);
    let both: Vec<_> = kept(&p).await.1.into_iter().map(|k| k.host).collect();
    assert_eq!(both, ["localhost", "new.example"]);
    assert_eq!(enter(&p, &mut device).await.0, StatusCode::OK, "where it was added it still serves");
    served.abort();
}

/// One that was added before hosts were noted is known to serve where it is used.
#[tokio::test]
async fn a_passkey_tells_its_host_when_it_is_used() {
    let p = Province::start_with(false, settings()).await;
    let mut device = Device::new();
    add(&p, "chief", &mut device, "办公电脑").await;
    let noted = async |id: &str| {
        let user = p.store().user("chief").await.unwrap().unwrap();
        let (id, by, act) = (id.to_owned(), user.id.clone(), "passkey_added".to_owned());
        AuditRow { id, at: door::real_now(), by, unit: user.unit, user: user.id, act, detail: json!({}) }
    };
    let row = kept(&p).await.1.remove(0);
    assert_eq!(p.store().end_passkeys("chief", None, "", noted("taken").await).await.unwrap(), 1);
    let row = PasskeyRow { host: String::new(), ..row };
    assert!(p.store().put_passkey(row, 9, "", "passkey", noted("put").await).await.unwrap());
    assert_eq!(enter(&p, &mut device).await.0, StatusCode::OK);
    assert_eq!(kept(&p).await.1[0].host, "localhost");
}

/// Whoever knew the password may have added a passkey: with a new password they go, unless their person says that all
/// are his.
#[tokio::test]
async fn a_new_password_takes_the_passkeys_along_unless_they_are_kept() {
    let p = Province::start_with(false, settings()).await;
    let change = async |body: &Value| {
        p.as_user("chief", Method::PUT, "/api/session/password").await.json(body).send().await.unwrap().status()
    };
    let mut device = Device::new();
    add(&p, "chief", &mut device, "办公电脑").await;
    let (one, two) = ("松涛-越野-铜锣-1986", "溪石-晚稻-蓝靛-2031");
    let body = json!({"old": PASSWORD, "new": one, "keep_passkeys": true});
    assert_eq!(change(&body).await, StatusCode::NO_CONTENT);
    assert_eq!(enter(&p, &mut device).await.0, StatusCode::OK);
    assert_eq!(acts(&p).await[..2], ["password_changed", "passkey_added"]);
    assert_eq!(change(&json!({"old": one, "new": two})).await, StatusCode::NO_CONTENT);
    assert_eq!(kind(&enter(&p, &mut device).await.1), "passkey-unknown");
    let mut last = acts(&p).await[..2].to_vec();
    last.sort();
    assert_eq!(last, ["passkey_removed", "password_changed"]);
    assert_eq!(change(&json!({"old": two, "new": one})).await, StatusCode::NO_CONTENT);
    assert_eq!(acts(&p).await.iter().filter(|a| *a == "passkey_removed").count(), 1, "there was none to remove");
}

/// A request of which the server waits for the body: it has looked at the session, and at nothing else.
async fn held_back(p: &Province, token: &str, request: &str, body: &Value) -> TcpStream {
    let mut stream = TcpStream::connect(p.base.trim_start_matches("http://")).await.unwrap();
    let head = format!(
        "{request} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\nContent-Type: application/json\r\n\
         Content-Length: {}\r\nExpect: 100-continue\r\nConnection: close\r\n\r\n",
        body.to_string().len()
    );
    stream.write_all(head.as_bytes()).await.unwrap();
    let mut told = [0; b"HTTP/1.1 100 Continue\r\n\r\n".len()];
    stream.read_exact(&mut told).await.unwrap();
    assert_eq!(&told, b"HTTP/1.1 100 Continue\r\n\r\n");
    stream
}

/// A new password ends everything, also what was begun before it and is sent to its end afterwards.
#[tokio::test]
async fn what_was_held_back_over_a_new_password_changes_nothing() {
    let p = Province::start_with(false, settings()).await;
    let added = add(&p, "chief", &mut Device::new(), "办公电脑").await;
    let factors = "/api/session/factors";
    let named = json!({"name": "手机", "password": PASSWORD});
    let confirmed = p.done("chief", factors, &named).await;
    let body = json!({"code": code(confirmed["secret"].as_str().unwrap(), 0)});
    let path = format!("{factors}/{}", confirmed["id"].as_str().unwrap());
    let done = p.as_user("chief", Method::PUT, &path).await.json(&body).send().await.unwrap();
    assert_eq!(done.status(), StatusCode::NO_CONTENT);
    let begun_factor = p.done("chief", factors, &named).await;
    let challenge = begun(&p, "chief", "手机").await;
    let thief = p.token("chief").await;
    let proof = json!({"password": PASSWORD});
    let of = |what: &Value| what["id"].as_str().unwrap().to_owned();
    let late = [
        ("PUT /api/session/password".into(), json!({"old": PASSWORD, "new": "溪石-晚稻-蓝靛-2031"})),
        (format!("POST {OWN}"), made(&mut Device::new(), &challenge).await),
        (format!("POST {OWN}/{}/removal", of(&added)), proof.clone()),
        (
            format!("PUT {factors}/{}", of(&begun_factor)),
            json!({"code": code(begun_factor["secret"].as_str().unwrap(), 0)}),
        ),
        (format!("POST {factors}/{}/removal", of(&confirmed)), proof),
        (format!("POST {factors}"), named),
    ];
    let mut waiting = Vec::new();
    for (request, body) in &late {
        waiting.push((request, body, held_back(&p, &thief, request, body).await));
    }
    let new = "松涛-越野-铜锣-1986";
    let change = json!({"old": PASSWORD, "new": new, "keep_passkeys": true});
    let mine = p.token("chief").await;
    let request = p.client.put(format!("{}/api/session/password", p.base)).bearer_auth(&mine).json(&change);
    assert_eq!(request.send().await.unwrap().status(), StatusCode::NO_CONTENT);
    let stored = async || {
        let store = p.store();
        let user = store.user("chief").await.unwrap();
        (user, store.factors("chief").await.unwrap(), kept(&p).await, acts(&p).await)
    };
    let before = stored().await;
    for (request, body, mut stream) in waiting {
        stream.write_all(body.to_string().as_bytes()).await.unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.unwrap();
        let expected = if request.contains("password") {
            ["HTTP/1.1 422", "\"old\""]
        } else {
            ["HTTP/1.1 401", "session-expired"]
        };
        assert!(expected.iter().all(|e| answer.contains(e)), "{request}: {answer}");
        assert_eq!(stored().await, before, "{request}");
    }
    let alive = p.client.get(format!("{}/api/session", p.base)).bearer_auth(&mine);
    assert_eq!(alive.send().await.unwrap().status(), StatusCode::OK, "his own session goes on");
}

#[tokio::test]
async fn under_a_temporary_password_a_passkey_opens_nothing_but_the_way_to_a_new_one() {
    let p = Province::start_with(false, settings()).await;
    let mut device = Device::new();
    add(&p, "chief", &mut device, "办公电脑").await;
    let mut user = p.store().user("chief").await.unwrap().unwrap();
    user.temporary_until = Some(door::real_now() + SignedDuration::from_hours(1));
    p.store().put_user(user.clone(), None).await.unwrap();
    let (status, session) = enter(&p, &mut device).await;
    assert_eq!((status, &session["user"]["temporary_password"]), (StatusCode::OK, &json!(true)), "{session:#}");
    let token = session["token"].as_str().unwrap();
    let asks = async |method: Method, path: &str, body: &Value| {
        let request = p.client.request(method, format!("{}{path}", p.base)).bearer_auth(token).json(body);
        answer(request.send().await.unwrap()).await
    };
    let nothing = json!({});
    assert_eq!(kind(&asks(Method::GET, "/api/files", &nothing).await.1), "temporary-password");
    // Its time runs out while the session is open: it proves nothing any more.
    let over = Some(door::real_now() - SignedDuration::from_secs(1));
    p.store().put_user(store::rows::UserRow { temporary_until: over, ..user.clone() }, None).await.unwrap();
    let body = json!({"old": PASSWORD, "new": "松涛-越野-铜锣-1986", "keep_passkeys": true});
    let (status, problem) = asks(Method::PUT, "/api/session/password", &body).await;
    assert_eq!((status.as_u16(), &problem["reasons"][0]["place"]), (422, &json!("old")), "{problem:#}");
    assert!(problem["reasons"][0]["text"].as_str().unwrap().contains("临时密码已过期"), "{problem:#}");
    p.store().put_user(user, None).await.unwrap();
    assert_eq!(asks(Method::PUT, "/api/session/password", &body).await.0, StatusCode::NO_CONTENT);
    assert_eq!(asks(Method::GET, "/api/files", &nothing).await.0, StatusCode::OK);
}

#[tokio::test]
async fn a_person_has_ten_passkeys_at_most() {
    let p = Province::start_with(false, settings()).await;
    let open = begun(&p, "chief", "第十一个").await;
    for n in 0..10 {
        add(&p, "chief", &mut Device::new(), &format!("第 {n} 个")).await;
    }
    let (status, problem) = p.post("chief", BEGIN, &json!({"name": "再加", "password": PASSWORD})).await;
    assert_eq!((status.as_u16(), problem["reasons"][0]["place"].as_str()), (422, Some("name")), "{problem:#}");
    let body = made(&mut Device::new(), &open).await;
    assert_eq!(p.post("chief", OWN, &body).await.0, StatusCode::UNPROCESSABLE_ENTITY);
}
