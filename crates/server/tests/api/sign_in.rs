//! Signing in, being refused, staying signed in, signing out.

use jiff::SignedDuration;
use reqwest::{Method, StatusCode};
use seal::Sha256;
use serde_json::{Value, json};
use server::Settings;
use store::StandsOn;
use store::sign_ins::SessionRow;

use crate::province::{PASSWORD, Province, answer, kind};

async fn sign_in(p: &Province, login: &str, password: &str) -> (StatusCode, Value) {
    p.post("nobody", "/api/session", &json!({"login": login, "password": password})).await
}

#[tokio::test]
async fn the_right_password_gives_a_token_and_a_cookie() {
    let p = Province::start().await;
    let body = json!({"login": "chief", "password": PASSWORD});
    let response = p.as_user("nobody", Method::POST, "/api/session").await.json(&body).send().await.unwrap();
    let cookies = cookies(&response);
    let (cookie, device) = (&cookies[0], &cookies[1]);
    let (status, session) = answer(response).await;
    assert_eq!(status, StatusCode::OK);
    let token = session["token"].as_str().unwrap();
    assert_eq!(session["user"]["unit_name"], "云岭省青石县公安局");
    assert_eq!(session["user"]["roles"], json!(["police_chief"]));
    for part in ["HttpOnly", "SameSite=Strict", "Path=/"] {
        assert!(cookie.contains(part), "{cookie}");
    }
    assert!(!cookie.contains("Secure"));
    assert!(device.starts_with("xiezhi_device=") && device.contains("HttpOnly"), "{device}");
    assert!(cookie.starts_with(&format!("xiezhi_session={token};")));

    let me = p.client.get(format!("{}/api/session", p.base)).header("cookie", format!("xiezhi_session={token}"));
    let (status, me) = answer(me.send().await.unwrap()).await;
    assert_eq!((status, me["user"]["id"].as_str()), (StatusCode::OK, Some("chief")));

    let out = || p.client.delete(format!("{}/api/session", p.base)).header("cookie", format!("xiezhi_session={token}"));
    let (status, foreign) = answer(out().header("sec-fetch-site", "cross-site").send().await.unwrap()).await;
    assert_eq!((status, foreign["rule"].as_str()), (StatusCode::FORBIDDEN, Some("same-origin")));
    let (status, _) = answer(out().header("sec-fetch-site", "same-origin").send().await.unwrap()).await;
    assert_eq!(status, StatusCode::NO_CONTENT);
    let (status, over) =
        answer(p.client.get(format!("{}/api/session", p.base)).bearer_auth(token).send().await.unwrap()).await;
    assert_eq!((status, kind(&over)), (StatusCode::UNAUTHORIZED, "session-expired"));
}

fn cookies(response: &reqwest::Response) -> Vec<String> {
    response.headers().get_all("set-cookie").iter().map(|v| v.to_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn over_tls_the_cookie_is_bound_to_this_host() {
    let p = Province::start_with(false, Settings { secure_cookies: true, ..Settings::default() }).await;
    let body = json!({"login": "chief", "password": PASSWORD});
    let response = p.as_user("nobody", Method::POST, "/api/session").await.json(&body).send().await.unwrap();
    for cookie in cookies(&response) {
        assert!(cookie.ends_with("; Secure"), "{cookie}");
    }
    let set = cookies(&response).remove(0);
    let pair = set.split(';').next().unwrap();
    assert!(pair.starts_with("__Host-xiezhi_session="), "{pair}");
    let me = p.client.get(format!("{}/api/session", p.base)).header("cookie", pair);
    assert_eq!(me.send().await.unwrap().status(), StatusCode::OK);
}

/// A sign-in from where a proxy says, on a browser that keeps this.
async fn from(p: &Province, address: &str, device: Option<&str>, password: &str) -> reqwest::Response {
    let body = json!({"login": "chief", "password": password});
    let mut request = p.as_user("nobody", Method::POST, "/api/session").await.header("x-forwarded-for", address);
    if let Some(device) = device {
        request = request.header("cookie", device);
    }
    request.json(&body).send().await.unwrap()
}

#[tokio::test]
async fn whoever_tries_passwords_for_others_does_not_lock_them_out() {
    let proxies = vec!["127.0.0.1".parse().unwrap()];
    let p = Province::start_with(false, Settings { proxies, ..Settings::default() }).await;
    let usual = from(&p, "10.1.0.1", None, PASSWORD).await;
    let set = cookies(&usual).remove(1);
    let device = set.split(';').next().unwrap();

    // From one address five tries, and from elsewhere the name is still free.
    for n in 0..6 {
        let status = from(&p, "10.9.0.1", None, "wrong").await.status();
        assert_eq!(status == StatusCode::TOO_MANY_REQUESTS, n == 5, "{n}");
    }
    assert_eq!(from(&p, "10.1.0.2", None, PASSWORD).await.status(), StatusCode::OK);
    // From many addresses: the name is closed to browsers that nobody knows, and open to the usual one.
    for n in 0..25 {
        from(&p, &format!("10.9.1.{n}"), None, "wrong").await;
    }
    assert_eq!(from(&p, "10.1.0.2", None, PASSWORD).await.status(), StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(from(&p, "10.1.0.2", Some(device), PASSWORD).await.status(), StatusCode::OK);
    // What one made up oneself is no known browser; and the usual one has a limit, too.
    let made_up = format!("xiezhi_device={}", "0".repeat(64));
    assert_eq!(from(&p, "10.1.0.2", Some(&made_up), PASSWORD).await.status(), StatusCode::TOO_MANY_REQUESTS);
    for _ in 0..10 {
        assert_eq!(from(&p, "10.1.0.1", Some(device), "wrong").await.status(), StatusCode::UNAUTHORIZED);
    }
    assert_eq!(from(&p, "10.1.0.1", Some(device), PASSWORD).await.status(), StatusCode::TOO_MANY_REQUESTS);
}

#[tokio::test]
async fn without_a_proxy_nobody_chooses_his_address() {
    let p = Province::start().await;
    for n in 0..6 {
        let status = from(&p, &format!("10.9.1.{n}"), None, "wrong").await.status();
        assert_eq!(status == StatusCode::TOO_MANY_REQUESTS, n == 5, "{n}");
    }
}

#[tokio::test]
async fn ones_own_sessions_are_listed_and_ended() {
    let p = Province::start().await;
    let (here, there, third) = (p.token("chief").await, p.token("chief").await, p.token("chief").await);
    let stranger = p.token("head").await;
    let ask = async |token: &str, method: Method, path: &str| {
        answer(p.client.request(method, format!("{}{path}", p.base)).bearer_auth(token).send().await.unwrap()).await
    };
    let (_, list) = ask(&here, Method::GET, "/api/sessions").await;
    let list = list.as_array().unwrap();
    assert_eq!(list.len(), 3);
    assert_eq!(list.iter().filter(|s| s["this"] == true).count(), 1);
    assert!(!list[0].to_string().contains(&here), "a token is told to nobody");
    let (_, theirs) = ask(&there, Method::GET, "/api/sessions").await;
    let id = theirs.as_array().unwrap().iter().find(|s| s["this"] == true).unwrap()["id"].as_str().unwrap().to_owned();
    let path = format!("/api/sessions/{id}");
    assert_eq!(ask(&stranger, Method::DELETE, &path).await.0, StatusCode::NOT_FOUND);
    assert_eq!(ask(&here, Method::DELETE, &path).await.0, StatusCode::NO_CONTENT);
    assert_eq!(ask(&here, Method::DELETE, &path).await.0, StatusCode::NOT_FOUND);
    assert_eq!(ask(&there, Method::GET, "/api/session").await.0, StatusCode::UNAUTHORIZED);
    assert_eq!(ask(&here, Method::DELETE, "/api/sessions").await.0, StatusCode::NO_CONTENT);
    assert_eq!(ask(&third, Method::GET, "/api/session").await.0, StatusCode::UNAUTHORIZED);
    assert_eq!(ask(&here, Method::GET, "/api/session").await.0, StatusCode::OK);

    let all = "/api/users/chief/sessions";
    assert_eq!(p.as_user("handler", Method::DELETE, all).await.send().await.unwrap().status(), StatusCode::FORBIDDEN);
    assert_eq!(p.as_user("admin", Method::DELETE, all).await.send().await.unwrap().status(), StatusCode::NO_CONTENT);
    assert_eq!(ask(&here, Method::GET, "/api/session").await.0, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn a_session_that_nobody_uses_ends() {
    let p = Province::start().await;
    let row = |token: &str, seen| SessionRow {
        token: Sha256::of(token.as_bytes()).to_string(),
        user: "chief".into(),
        created_at: seen,
        expires_at: door::real_now() + SignedDuration::from_hours(5),
        id: token.into(),
        seen_at: seen,
        address: "-".into(),
        browser: "-".into(),
        way: "password".into(),
    };
    let ago = |minutes| door::real_now() - SignedDuration::from_mins(minutes);
    assert!(p.store().put_session(row("idle", ago(121)), StandsOn::Nothing).await.unwrap());
    assert!(p.store().put_session(row("used", ago(119)), StandsOn::Nothing).await.unwrap());
    for (token, expected) in [("idle", StatusCode::UNAUTHORIZED), ("used", StatusCode::OK)] {
        let asked = p.client.get(format!("{}/api/session", p.base)).bearer_auth(token).send().await.unwrap();
        assert_eq!(asked.status(), expected, "{token}");
    }
    let used = p.store().session(&Sha256::of(b"used").to_string()).await.unwrap().unwrap();
    assert!(used.seen_at > ago(1), "its use is noted");
}

/// The code that an authenticator with this secret shows, so many steps from now.
pub fn code(secret: &str, steps: i64) -> String {
    let secret = totp_rs::Secret::try_from_base32(secret).unwrap();
    let totp = totp_rs::Builder::new().with_secret(secret).with_account_name("x").build().unwrap();
    let at = door::real_now().as_second() + 30 * steps;
    totp.generate(at.try_into().unwrap()).to_string()
}

#[tokio::test]
async fn an_authenticator_is_set_up_asked_for_and_removed() {
    let p = Province::start().await;
    let factors = "/api/session/factors";
    let other = p.token("chief").await;
    let (_, problem) = p.post("chief", factors, &json!({"name": "手机", "password": "wrong"})).await;
    assert_eq!(problem["reasons"][0]["place"], "password");
    let (status, begun) = p.post("chief", factors, &json!({"name": "手机", "password": PASSWORD})).await;
    assert_eq!(status, StatusCode::CREATED, "{begun:#}");
    let (id, secret) = (begun["id"].as_str().unwrap(), begun["secret"].as_str().unwrap());
    assert!(begun["address"].as_str().unwrap().starts_with("otpauth://totp/"), "{begun:#}");
    // Until it is confirmed it counts for nothing.
    assert_eq!(p.get("chief", factors).await.1, json!([]));
    assert_eq!(sign_in(&p, "chief", PASSWORD).await.0, StatusCode::OK);
    let confirm = |code: String| json!({"code": code});
    let path = format!("{factors}/{id}");
    let put = async |user: &str, body: Value| {
        answer(p.as_user(user, Method::PUT, &path).await.json(&body).send().await.unwrap()).await
    };
    assert_eq!(put("head", confirm(code(secret, 0))).await.0, StatusCode::NOT_FOUND);
    assert_eq!(put("chief", confirm(code(secret, 99))).await.1["reasons"][0]["place"], "code");
    assert_eq!(put("chief", confirm(code(secret, 0))).await.0, StatusCode::NO_CONTENT);
    let out = p.client.get(format!("{}/api/session", p.base)).bearer_auth(other).send().await.unwrap();
    assert_eq!(out.status(), StatusCode::UNAUTHORIZED, "sessions without a code end");

    let with = async |code: &str| {
        let body = json!({"login": "chief", "password": PASSWORD, "code": code});
        p.post("nobody", "/api/session", &body).await
    };
    let (status, needed) = sign_in(&p, "chief", PASSWORD).await;
    assert_eq!((status, kind(&needed)), (StatusCode::UNAUTHORIZED, "code-needed"));
    assert_eq!(kind(&sign_in(&p, "chief", "wrong").await.1), "wrong-password", "the password comes first");
    assert_eq!(kind(&with(&code(secret, 99)).await.1), "wrong-code");
    assert_eq!(kind(&with(&code(secret, 0)).await.1), "wrong-code", "the code that confirmed is used up");
    // A step early is allowed: clocks differ.
    let next = code(secret, 1);
    assert_eq!(with(&next).await.0, StatusCode::OK);
    assert_eq!(kind(&with(&next).await.1), "wrong-code", "a code serves once");

    let (_, list) = p.get("chief", factors).await;
    assert_eq!(list[0]["name"], "手机");
    assert!(!list.to_string().contains(secret));
    let all = "/api/users/chief/factors";
    assert_eq!(p.as_user("handler", Method::DELETE, all).await.send().await.unwrap().status(), StatusCode::FORBIDDEN);
    let removal = format!("{path}/removal");
    assert_eq!(p.post("head", &removal, &json!({"password": PASSWORD})).await.0, StatusCode::NOT_FOUND);
    assert_eq!(p.post("chief", &removal, &json!({"password": PASSWORD})).await.0, StatusCode::NO_CONTENT);
    assert_eq!(sign_in(&p, "chief", PASSWORD).await.0, StatusCode::OK);
    assert_eq!(p.as_user("admin", Method::DELETE, all).await.send().await.unwrap().status(), StatusCode::NOT_FOUND);
    let (_, audit) = p.get("admin", "/api/units/GA-970102/audit").await;
    let acts: Vec<_> = audit["items"].as_array().unwrap().iter().map(|i| i["act"].as_str().unwrap()).collect();
    assert_eq!(acts[..2], ["factor_removed", "factor_added"]);
}

/// Where a role asks for codes, whoever has it sets them up before anything else; others are not asked.
#[tokio::test]
async fn a_role_may_ask_for_codes() {
    let settings = Settings { codes_for: ["police_chief".to_owned()].into(), ..Settings::default() };
    let p = Province::start_with(false, settings).await;
    let (factors, files) = ("/api/session/factors", "/api/files");
    for (user, due) in [("chief", true), ("handler", false)] {
        let (status, begun) = sign_in(&p, user, PASSWORD).await;
        assert_eq!((status, &begun["user"]["codes_due"]), (StatusCode::OK, &json!(due)), "{user}");
    }
    assert_eq!(p.get("handler", files).await.0, StatusCode::OK);
    let (status, problem) = p.get("chief", files).await;
    assert_eq!((status, kind(&problem)), (StatusCode::FORBIDDEN, "codes-due"), "{problem:#}");
    let (_, begun) = p.post("chief", factors, &json!({"name": "手机", "password": PASSWORD})).await;
    assert_eq!(p.get("chief", factors).await.1, json!([]));
    assert_eq!(p.get("chief", files).await.0, StatusCode::FORBIDDEN, "it is not confirmed");
    let (id, secret) = (begun["id"].as_str().unwrap(), begun["secret"].as_str().unwrap());
    let body = json!({"code": code(secret, 0)});
    let confirmed = p.as_user("chief", Method::PUT, &format!("{factors}/{id}")).await.json(&body).send().await.unwrap();
    assert_eq!(confirmed.status(), StatusCode::NO_CONTENT);
    assert_eq!(p.get("chief", files).await.0, StatusCode::OK);
    assert_eq!(p.get("chief", "/api/session").await.1["user"]["codes_due"], false);
}

#[tokio::test]
async fn an_unknown_name_is_answered_like_a_wrong_password() {
    let p = Province::start().await;
    let wrong = sign_in(&p, "chief", "wrong").await;
    let unknown = sign_in(&p, "nobody-at-all", "wrong").await;
    for (status, problem) in [&wrong, &unknown] {
        assert_eq!((*status, kind(problem)), (StatusCode::UNAUTHORIZED, "wrong-password"));
    }
    assert_eq!(wrong.1["detail"], unknown.1["detail"]);
}

#[tokio::test]
async fn five_failures_lock_the_name_from_this_address_only() {
    let p = Province::start().await;
    for _ in 0..5 {
        assert_eq!(sign_in(&p, "chief", "wrong").await.0, StatusCode::UNAUTHORIZED);
    }
    let body = json!({"login": "chief", "password": PASSWORD});
    let response = p.as_user("nobody", Method::POST, "/api/session").await.json(&body).send().await.unwrap();
    assert_eq!(response.headers()["retry-after"], "900");
    let (status, problem) = answer(response).await;
    assert_eq!((status, kind(&problem)), (StatusCode::TOO_MANY_REQUESTS, "too-many-tries"));
    assert!(problem["detail"].as_str().unwrap().contains("15 分钟"));
    assert_eq!(sign_in(&p, "head", PASSWORD).await.0, StatusCode::OK);
}

#[tokio::test]
async fn many_tries_at_once_do_not_slip_past_the_limit() {
    let p = Province::start().await;
    let tries = (0..16).map(|_| sign_in(&p, "chief", "wrong"));
    let tried = futures_util::future::join_all(tries).await;
    let checked = tried.iter().filter(|(s, _)| *s == StatusCode::UNAUTHORIZED).count();
    assert!((5..=6).contains(&checked), "{checked} passwords were checked");
}

#[tokio::test]
async fn no_session_and_an_ended_one_are_told_apart() {
    let p = Province::start().await;
    let (status, problem) = p.get("nobody", "/api/files").await;
    assert_eq!((status, kind(&problem)), (StatusCode::UNAUTHORIZED, "not-signed-in"));
    let with = async |token: &str| {
        answer(p.client.get(format!("{}/api/files", p.base)).bearer_auth(token).send().await.unwrap()).await
    };
    assert_eq!(problem["detail"], "请先登录（POST /api/session），再提交请求");
    // Sessions that have ended are forgotten some day: one that never was cannot be told from them.
    let (status, never) = with("bm9ib2R5IHdhcyBldmVyIGdpdmVuIHRoaXM").await;
    assert_eq!((status, kind(&never)), (StatusCode::UNAUTHORIZED, "session-expired"));
    let (status, problem) = with(&p.session("chief", SignedDuration::from_secs(-1)).await).await;
    assert_eq!((status, kind(&problem)), (StatusCode::UNAUTHORIZED, "session-expired"));
    assert_eq!(problem["detail"], "登录已超过有效期限、已退出或者账号已停用，请重新登录");
}

#[tokio::test]
async fn a_user_who_was_stopped_is_out_at_once() {
    let p = Province::start().await;
    let token = p.token("chief").await;
    let mut user = p.store().user("chief").await.unwrap().unwrap();
    user.active = false;
    p.store().put_user(user, None).await.unwrap();
    let (status, _) =
        answer(p.client.get(format!("{}/api/files", p.base)).bearer_auth(token).send().await.unwrap()).await;
    assert_eq!(status, StatusCode::UNAUTHORIZED);
    assert_eq!(sign_in(&p, "chief", PASSWORD).await.0, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn sessions_do_not_look_at_the_business_clock() {
    let p = Province::start_as(true).await;
    let token = p.token("chief").await;
    let put =
        |at: Value| p.client.put(format!("{}/api/clock", p.base)).bearer_auth(&token).json(&json!({"at": at})).send();
    let (status, clock) = answer(put(json!("2031-01-01T09:00:00+08:00")).await.unwrap()).await;
    assert_eq!((status, clock["set"].as_bool()), (StatusCode::OK, Some(true)));
    assert_eq!(clock["now"], "2031-01-01T01:00:00Z");
    let (status, clock) = answer(put(Value::Null).await.unwrap()).await;
    assert_eq!((status, clock["set"].as_bool()), (StatusCode::OK, Some(false)));
}

#[tokio::test]
async fn an_ordinary_node_keeps_its_clock() {
    let p = Province::start().await;
    let request = p.as_user("chief", Method::PUT, "/api/clock").await.json(&json!({"at": "2031-01-01T09:00:00+08:00"}));
    let (status, problem) = answer(request.send().await.unwrap()).await;
    assert_eq!((status, kind(&problem)), (StatusCode::FORBIDDEN, "forbidden"));
    let (_, clock) = p.get("nobody", "/api/clock").await;
    assert_eq!((clock["set"].as_bool(), clock["demonstration"].as_bool()), (Some(false), Some(false)));
}
