//! Signing in at an office's own identity provider: the real one of the npm package oidc-provider, which may be told to lie.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Stdio;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use jiff::SignedDuration;
use reqwest::header::{COOKIE, HeaderMap, LOCATION, SET_COOKIE};
use reqwest::{Client, Method, Response, StatusCode, Url};
use serde_json::{Value, json};
use server::{App, Origin, Passkeys, Provider, ProviderOptions, Settings, token_digest};
use store::rows::AuditRow;
use store::sign_ins::{BegunRow, ClientKeyRow, FactorRow, PasskeyRow};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader, Lines};
use tokio::net::TcpListener;
use tokio::process::{Child, ChildStdout, Command};

use crate::province::{PASSWORD, Province, answer, kind};
use crate::sign_in::code;

/// The provider's process; it goes with the test.
struct Identity {
    process: Child,
    says: Lines<BufReader<ChildStdout>>,
    issuer: String,
}

impl Identity {
    /// Starts it, on a free port where 0 is given.
    async fn start(port: u16) -> Self {
        let web = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../web");
        let process = Command::new("node")
            .args(["e2e/provider.mjs", &port.to_string()])
            .current_dir(web)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn();
        let mut process = process.expect("this test needs Node.js 20 or newer (`node`)");
        let says = BufReader::new(process.stdout.take().unwrap()).lines();
        let mut new = Self { process, says, issuer: String::new() };
        new.issuer = new.line().await;
        new
    }

    async fn line(&mut self) -> String {
        if let Some(line) = self.says.next_line().await.unwrap() {
            return line;
        }
        let mut why = String::new();
        self.process.stderr.take().unwrap().read_to_string(&mut why).await.unwrap();
        panic!("web/e2e/provider.mjs ended; this test needs what `npm ci --prefix web` installs\n{why}");
    }

    /// Tells it where to lead people back to.
    async fn leads_to(&mut self, base: &str) {
        let line = format!("{base}/api/session/provider/return\n");
        self.process.stdin.as_mut().unwrap().write_all(line.as_bytes()).await.unwrap();
        assert_eq!(self.line().await, "ready");
    }

    /// Has the next identity token say something else.
    async fn lies(&self, p: &Province, how: &str) {
        let told = p.client.get(format!("{}/lie/{how}", self.issuer)).send().await.unwrap();
        assert_eq!(told.status(), StatusCode::OK);
    }
}

fn options(issuer: &str, base: &str) -> ProviderOptions {
    ProviderOptions {
        issuer: issuer.into(),
        client: "xiezhi".into(),
        secret: "for-tests-only".into(),
        name: "青石统一认证".into(),
        claim: "preferred_username".into(),
        several: Default::default(),
        origin: Origin::parse(base).unwrap(),
    }
}

async fn started(settings: Settings, change: impl FnOnce(&mut ProviderOptions)) -> (Province, Identity) {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    let mut identity = Identity::start(0).await;
    identity.leads_to(&base).await;
    let mut options = options(&identity.issuer, &base);
    change(&mut options);
    let provider = Some(Arc::new(Provider::new(options).unwrap()));
    (Province::start_on(listener, false, Settings { provider, ..settings }).await, identity)
}

async fn province() -> (Province, Identity) {
    started(Settings::default(), |_| ()).await
}

/// A browser: what it keeps for us and for the provider.
#[derive(Default)]
struct Browser {
    ours: BTreeMap<String, String>,
    theirs: BTreeMap<String, String>,
}

fn kept(cookies: &BTreeMap<String, String>) -> String {
    cookies.iter().map(|(n, v)| format!("{n}={v}")).collect::<Vec<_>>().join("; ")
}

fn keep(cookies: &mut BTreeMap<String, String>, headers: &HeaderMap) {
    for set in headers.get_all(SET_COOKIE) {
        let pair = set.to_str().unwrap().split(';').next().unwrap();
        let (name, value) = pair.split_once('=').unwrap();
        if value.is_empty() {
            cookies.remove(name)
        } else {
            cookies.insert(name.into(), value.into())
        };
    }
}

/// What stands in a page between two texts.
fn between<'a>(page: &'a str, before: &str, after: &str) -> &'a str {
    page.split_once(before)
        .and_then(|(_, rest)| rest.split_once(after))
        .unwrap_or_else(|| panic!("{before} in {page}"))
        .0
}

fn client() -> Client {
    Client::builder().no_proxy().redirect(reqwest::redirect::Policy::none()).build().unwrap()
}

impl Browser {
    async fn asks(&mut self, base: &str, body: &Value) -> Response {
        let request = client().post(format!("{base}/api/session/provider")).header(COOKIE, kept(&self.ours)).json(body);
        let response = request.send().await.unwrap();
        keep(&mut self.ours, response.headers());
        response
    }

    /// Begins, and is told the provider's page.
    async fn begins(&mut self, base: &str) -> String {
        let (status, begun) = answer(self.asks(base, &json!({})).await).await;
        assert_eq!(status, StatusCode::OK, "{begun:#}");
        begun["address"].as_str().unwrap().to_owned()
    }

    /// Walks through the provider's pages as somebody, or calls it off; where it is led back to.
    async fn walks(&mut self, base: &str, address: &str, login: Option<&str>) -> String {
        let (client, mut at, mut form) = (client(), Url::parse(address).unwrap(), None::<String>);
        loop {
            let mut request = client.request(if form.is_some() { Method::POST } else { Method::GET }, at.clone());
            if let Some(form) = form.take() {
                request = request.header("content-type", "application/x-www-form-urlencoded").body(form);
            }
            let response = request.header(COOKIE, kept(&self.theirs)).send().await.unwrap();
            keep(&mut self.theirs, response.headers());
            if let Some(to) = response.headers().get(LOCATION) {
                at = at.join(to.to_str().unwrap()).unwrap();
                if at.as_str().starts_with(base) {
                    return at.into();
                }
                continue;
            }
            let page = response.text().await.unwrap();
            let Some(login) = login else {
                at = at.join(between(&page, "login-help\">\n        <a href=\"", "\"")).unwrap();
                continue;
            };
            at = at.join(between(&page, "action=\"", "\"")).unwrap();
            let prompt = between(&page, "name=\"prompt\" value=\"", "\"");
            form = Some(format!("prompt={prompt}&login={login}&password=x"));
        }
    }

    /// Goes where the provider leads it, with what a browser sends on such a way; where it lands.
    async fn lands(&mut self, url: &str) -> String {
        let lax = self.ours.iter().filter(|(n, _)| n.ends_with("begun")).map(|(n, v)| (n.clone(), v.clone())).collect();
        let response = client().get(url).header(COOKIE, kept(&lax)).send().await.unwrap();
        assert_eq!(response.status(), StatusCode::SEE_OTHER);
        keep(&mut self.ours, response.headers());
        let to = response.headers()[LOCATION].to_str().unwrap().to_owned();
        let Some((to, request)) = to.split_once("&request=") else {
            assert!(!["failed", "refused", "untrusted"].iter().any(|w| to.ends_with(w)), "which request it was: {to}");
            return to;
        };
        assert_eq!(request, response.headers()["x-request-id"]);
        to.to_owned()
    }

    /// The whole way.
    async fn signs_in(&mut self, base: &str, login: &str) -> String {
        let address = self.begins(base).await;
        let back = self.walks(base, &address, Some(login)).await;
        self.lands(&back).await
    }

    async fn gets(&self, base: &str, path: &str) -> (StatusCode, Value) {
        answer(client().get(format!("{base}{path}")).header(COOKIE, kept(&self.ours)).send().await.unwrap()).await
    }

    fn is_out(&self) -> bool {
        !self.ours.contains_key("xiezhi_session")
    }
}

#[tokio::test]
async fn whom_the_provider_names_is_signed_in() {
    let (p, _identity) = province().await;
    assert_eq!(p.get("nobody", "/api/session/ways").await.1, json!({"provider": "青石统一认证"}));
    let mut browser = Browser::default();
    let response = browser.asks(&p.base, &json!({"anew": true})).await;
    let set = response.headers()[SET_COOKIE].to_str().unwrap().to_owned();
    for part in ["xiezhi_begun=", "HttpOnly", "SameSite=Lax", "Path=/;", "Max-Age=600"] {
        assert!(set.contains(part), "{set}");
    }
    let address = Url::parse(answer(response).await.1["address"].as_str().unwrap()).unwrap();
    let asked: BTreeMap<String, String> = address.query_pairs().into_owned().collect();
    assert_eq!((asked["response_type"].as_str(), asked["code_challenge_method"].as_str()), ("code", "S256"));
    assert_eq!((asked["scope"].as_str(), asked["prompt"].as_str()), ("openid profile", "login"));
    assert!(asked["state"].len() >= 20 && asked["nonce"].len() >= 20, "{asked:?}");
    let back = browser.walks(&p.base, address.as_str(), Some("chief")).await;
    assert_eq!(browser.lands(&back).await, "/");
    assert!(!browser.ours.contains_key("xiezhi_begun"), "it is used up");
    let (status, me) = browser.gets(&p.base, "/api/session").await;
    assert_eq!((status, me["user"]["login"].as_str()), (StatusCode::OK, Some("chief")), "{me:#}");
    assert_eq!(me["user"]["roles"], json!(["police_chief"]));
    assert_eq!(browser.gets(&p.base, "/api/sessions").await.1.as_array().unwrap().len(), 1);
    let device = token_digest(&browser.ours["xiezhi_device"]);
    assert!(p.store().device(&device, "chief").await.unwrap().is_some(), "the browser is known from now on");
    // Who signed in there already is not asked again.
    assert_eq!(browser.signs_in(&p.base, "somebody-else").await, "/");
    assert_eq!(browser.gets(&p.base, "/api/session").await.1["user"]["login"], "chief");
}

#[tokio::test]
async fn over_tls_what_is_kept_meanwhile_is_bound_to_this_host() {
    let (p, _identity) = started(Settings { secure_cookies: true, ..Settings::default() }, |_| ()).await;
    let mut browser = Browser::default();
    let response = browser.asks(&p.base, &json!({})).await;
    let set = response.headers()[SET_COOKIE].to_str().unwrap().to_owned();
    assert!(set.starts_with("__Host-xiezhi_begun=") && set.ends_with("; Secure"), "{set}");
    // One that another host could have set counts for nothing.
    let address = answer(response).await.1["address"].as_str().unwrap().to_owned();
    let back = browser.walks(&p.base, &address, Some("chief")).await;
    let own = browser.ours.remove("__Host-xiezhi_begun").unwrap();
    browser.ours.insert("xiezhi_begun".into(), own.clone());
    assert_eq!(browser.lands(&back).await, "/?sign-in=expired");
    browser.ours = BTreeMap::from([("__Host-xiezhi_begun".into(), own)]);
    assert_eq!(browser.lands(&back).await, "/");
    assert!(browser.ours.contains_key("__Host-xiezhi_session"));
}

#[tokio::test]
async fn what_comes_back_serves_once_and_in_the_browser_that_began() {
    let (p, _identity) = province().await;
    let (mut browser, mut thief, mut nobody) = (Browser::default(), Browser::default(), Browser::default());
    let address = browser.begins(&p.base).await;
    let back = browser.walks(&p.base, &address, Some("chief")).await;
    thief.begins(&p.base).await;
    for other in [&mut thief, &mut nobody] {
        assert_eq!(other.lands(&back).await, "/?sign-in=expired");
        assert!(other.is_out());
    }
    assert_eq!(browser.lands(&back).await, "/");
    let begun = Browser { ours: BTreeMap::from([("xiezhi_begun".into(), server::new_token())]), ..Browser::default() };
    for mut again in [begun, browser] {
        again.ours.remove("xiezhi_session");
        assert_eq!(again.lands(&back).await, "/?sign-in=expired");
        assert!(again.is_out());
    }
    for made_up in ["", "?state=x&code=y", "?code=y", "?state=a&state=b&code=c", "?state=%FF", "?error=x&state="] {
        let url = format!("{}/api/session/provider/return{made_up}", p.base);
        assert_eq!(thief.lands(&url).await, "/?sign-in=expired", "{made_up}");
    }
    // Two pages of one browser: each comes back to its own.
    let mut two = Browser::default();
    let (first, second) = (two.begins(&p.base).await, two.begins(&p.base).await);
    let (first, second) =
        (two.walks(&p.base, &first, Some("chief")).await, two.walks(&p.base, &second, Some("chief")).await);
    let part =
        |url: &str, name: &str| Url::parse(url).unwrap().query_pairs().find(|(n, _)| n == name).unwrap().1.into_owned();
    // The code of the one does not serve the other: it is bound to the verifier of its own.
    let mixed = second.replace(&part(&second, "code"), &part(&first, "code"));
    assert_eq!(two.lands(&mixed).await, "/?sign-in=refused");
    assert!(two.is_out());
}

#[tokio::test]
async fn no_account_is_made_and_none_opened_that_should_not_be() {
    let (p, _identity) = province().await;
    let people = p.store().users_of("GA-970102").await.unwrap();
    let lands = async |login: &str| {
        let mut browser = Browser::default();
        let at = browser.signs_in(&p.base, login).await;
        assert!(browser.is_out(), "{login}");
        at
    };
    assert_eq!(lands("somebody-new").await, "/?sign-in=no-account");
    let failed = p.store().failed_sign_ins("provider:address:127.0.0.1", jiff::Timestamp::MIN).await.unwrap();
    assert_eq!(failed, 0, "who proved who he is made nothing up");
    assert_eq!(lands("subject-of-chief").await, "/?sign-in=no-account");
    assert_eq!(lands("CHIEF").await, "/?sign-in=no-account");
    let mut stopped = p.store().user("head").await.unwrap().unwrap();
    stopped.active = false;
    p.store().put_user(stopped.clone(), None).await.unwrap();
    assert_eq!(lands("head").await, "/?sign-in=stopped");
    // The account of a program is nobody's, whoever bears its name there.
    let now = door::real_now();
    let key = ClientKeyRow {
        token: "t".into(),
        id: "k".into(),
        user: "handler".into(),
        scopes: vec!["read".into()],
        created_at: now,
        expires_at: now,
        seen_at: None,
    };
    let noted = AuditRow {
        id: "a".into(),
        at: now,
        by: "-".into(),
        unit: "GA-970102".into(),
        user: "handler".into(),
        act: "client_key_given".into(),
        detail: json!({}),
    };
    p.store().put_client_key(key, noted).await.unwrap();
    assert_eq!(lands("handler").await, "/?sign-in=no-account");
    let after = p.store().users_of("GA-970102").await.unwrap();
    assert_eq!(after.len(), people.len());

    let mut calls_off = Browser::default();
    let address = calls_off.begins(&p.base).await;
    let back = calls_off.walks(&p.base, &address, None).await;
    assert_eq!(calls_off.lands(&back).await, "/?sign-in=denied");
    assert!(calls_off.is_out());
}

#[tokio::test]
async fn what_the_provider_did_not_sign_for_this_sign_in_proves_nothing() {
    let (p, identity) = province().await;
    for lie in ["key", "unknown-key", "audience", "issuer", "nonce", "expired", "unsigned"] {
        let mut browser = Browser::default();
        let address = browser.begins(&p.base).await;
        let back = browser.walks(&p.base, &address, Some("chief")).await;
        identity.lies(&p, lie).await;
        assert_eq!(browser.lands(&back).await, "/?sign-in=untrusted", "{lie}");
        assert!(browser.is_out(), "{lie}");
    }
    // What it says of somebody else than it signed for.
    identity.lies(&p, "subject").await;
    let mut browser = Browser::default();
    assert_eq!(browser.signs_in(&p.base, "chief").await, "/?sign-in=untrusted");
    assert!(browser.is_out());
    let failed = p.store().failed_sign_ins("provider:address:127.0.0.1", jiff::Timestamp::MIN).await.unwrap();
    assert_eq!(failed, 8, "each counts as a try");
    // New keys are fetched when they are used.
    identity.lies(&p, "rotated").await;
    assert_eq!(Browser::default().signs_in(&p.base, "chief").await, "/");
}

#[tokio::test]
async fn another_claim_may_hold_the_name() {
    let (p, identity) = started(Settings::default(), |o| o.claim = "employee".into()).await;
    let mut browser = Browser::default();
    identity.lies(&p, "employee").await;
    assert_eq!(browser.signs_in(&p.base, "whoever").await, "/");
    assert_eq!(browser.gets(&p.base, "/api/session").await.1["user"]["login"], "chief");
    assert_eq!(Browser::default().signs_in(&p.base, "chief").await, "/?sign-in=refused", "the claim is missing");
}

#[tokio::test]
async fn an_address_is_a_name_only_where_the_provider_made_sure_whose_it_is() {
    let (p, identity) = started(Settings::default(), |o| o.claim = "email".into()).await;
    for (lie, lands) in
        [("email", "/"), ("email-unverified", "/?sign-in=refused"), ("email-unsaid", "/?sign-in=refused")]
    {
        let mut browser = Browser::default();
        identity.lies(&p, lie).await;
        assert_eq!(browser.signs_in(&p.base, "whoever").await, lands, "{lie}");
    }
}

async fn sets_up_codes(p: &Province, user: &str, secret: &str) {
    let row = FactorRow {
        id: format!("factor-of-{user}"),
        user: user.into(),
        kind: "totp".into(),
        name: "手机".into(),
        secret: secret.into(),
        created_at: door::real_now(),
        confirmed_at: Some(door::real_now()),
        step: 0,
    };
    assert!(p.store().put_factor(row, 1, "").await.unwrap());
}

#[tokio::test]
async fn own_codes_are_asked_for_unless_the_provider_is_trusted_to_have_asked_for_as_much() {
    const SECRET: &str = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";
    let codes_for = || ["police_chief".to_owned()].into();
    let trusts = |o: &mut ProviderOptions| o.several = ["mfa".to_owned(), "urn:example:two".to_owned()].into();
    let (p, identity) = started(Settings { codes_for: codes_for(), ..Settings::default() }, trusts).await;
    // Who has none, and should: before anything else.
    let mut browser = Browser::default();
    assert_eq!(browser.signs_in(&p.base, "chief").await, "/");
    assert_eq!(browser.gets(&p.base, "/api/session").await.1["user"]["codes_due"], true);
    assert_eq!(kind(&browser.gets(&p.base, "/api/files").await.1), "codes-due");
    for lie in ["several-amr", "several-acr"] {
        let mut browser = Browser::default();
        identity.lies(&p, lie).await;
        assert_eq!(browser.signs_in(&p.base, "chief").await, "/", "{lie}");
        assert_eq!(browser.gets(&p.base, "/api/session").await.1["user"]["codes_due"], false, "{lie}");
        assert_eq!(browser.gets(&p.base, "/api/files").await.0, StatusCode::OK, "{lie}");
    }
    // Who has them.
    sets_up_codes(&p, "chief", SECRET).await;
    let mut browser = Browser::default();
    assert_eq!(browser.signs_in(&p.base, "chief").await, "/?sign-in=code");
    assert!(browser.is_out());
    assert_eq!(browser.gets(&p.base, "/api/session").await.0, StatusCode::UNAUTHORIZED);
    let gives = async |browser: &mut Browser, code: &str| {
        let request =
            client().post(format!("{}/api/session/provider/code", p.base)).header(COOKIE, kept(&browser.ours));
        let response = request.json(&json!({"code": code})).send().await.unwrap();
        keep(&mut browser.ours, response.headers());
        answer(response).await
    };
    let right = code(SECRET, 0);
    let mut thief = Browser::default();
    thief.begins(&p.base).await;
    assert_eq!(kind(&gives(&mut thief, &right).await.1), "sign-in-over", "nobody else gives the code");
    assert_eq!(kind(&gives(&mut browser, &code(SECRET, 99)).await.1), "wrong-code");
    assert_eq!(kind(&gives(&mut browser, " ").await.1), "code-needed");
    let before = Browser { ours: browser.ours.clone(), ..Browser::default() };
    let (status, session) = gives(&mut browser, &right).await;
    assert_eq!((status, session["user"]["login"].as_str()), (StatusCode::OK, Some("chief")), "{session:#}");
    assert_eq!(browser.gets(&p.base, "/api/files").await.0, StatusCode::OK);
    for mut again in [before, Browser { ours: browser.ours, ..Browser::default() }] {
        assert_eq!(kind(&gives(&mut again, &code(SECRET, 1)).await.1), "sign-in-over");
    }
    identity.lies(&p, "several-amr").await;
    assert_eq!(Browser::default().signs_in(&p.base, "chief").await, "/", "asked for there");
    // Where no more can wait for their codes, this one does not either, and is told so.
    let mut late = Browser::default();
    let address = late.begins(&p.base).await;
    let back = late.walks(&p.base, &address, Some("chief")).await;
    let now = door::real_now();
    for n in 0..300 {
        let row = BegunRow {
            state: format!("waits-{n}"),
            browser: "b".into(),
            device: "d".into(),
            address: "127.0.0.1".into(),
            nonce: String::new(),
            verifier: String::new(),
            user: None,
            expires_at: now + SignedDuration::from_secs(600),
        };
        assert!(p.store().put_begun(row, 400, now).await.unwrap());
    }
    assert_eq!(late.lands(&back).await, "/?sign-in=too-many-begun");
    for n in 0..300 {
        assert!(p.store().take_begun(&format!("waits-{n}"), "b", now).await.unwrap().is_some());
    }
    // Many wrong codes are too many.
    let mut guesses = Browser::default();
    assert_eq!(guesses.signs_in(&p.base, "chief").await, "/?sign-in=code");
    guesses.ours.remove("xiezhi_device");
    let mut statuses = Vec::new();
    for _ in 0..7 {
        statuses.push(gives(&mut guesses, &code(SECRET, 99)).await.0);
    }
    assert_eq!(statuses.last(), Some(&StatusCode::TOO_MANY_REQUESTS), "{statuses:?}");
}

#[tokio::test]
async fn without_trust_what_the_provider_says_of_factors_counts_for_nothing() {
    let settings = Settings { codes_for: ["police_chief".to_owned()].into(), ..Settings::default() };
    let (p, identity) = started(settings, |_| ()).await;
    let mut browser = Browser::default();
    identity.lies(&p, "several-amr").await;
    assert_eq!(browser.signs_in(&p.base, "chief").await, "/");
    assert_eq!(browser.gets(&p.base, "/api/session").await.1["user"]["codes_due"], true);
}

/// Whose role demands more than one proof, and who has a passkey for it, does not get past it through the provider.
#[tokio::test]
async fn a_passkey_is_not_left_out_where_a_role_demands_it() {
    let settings = Settings {
        codes_for: ["police_chief".to_owned()].into(),
        passkeys: Passkeys::at(&Origin::parse("http://localhost:8080").unwrap()),
        ..Settings::default()
    };
    let (p, identity) = started(settings, |o| o.several = ["mfa".to_owned()].into()).await;
    for user in ["chief", "handler"] {
        let row = PasskeyRow {
            id: format!("passkey-of-{user}"),
            user: user.into(),
            name: "办公电脑".into(),
            credential_id: format!("of-{user}"),
            credential: json!({}),
            counter: 0,
            created_at: door::real_now(),
            used_at: None,
            host: "localhost".into(),
        };
        let noted = AuditRow {
            id: format!("added-by-{user}"),
            at: door::real_now(),
            by: user.into(),
            unit: p.store().user(user).await.unwrap().unwrap().unit,
            user: user.into(),
            act: "passkey_added".into(),
            detail: json!({}),
        };
        assert!(p.store().put_passkey(row, 1, "", "passkey", noted).await.unwrap());
    }
    let mut browser = Browser::default();
    assert_eq!(browser.signs_in(&p.base, "chief").await, "/?sign-in=passkey");
    assert!(browser.is_out());
    let mut browser = Browser::default();
    assert_eq!(browser.signs_in(&p.base, "handler").await, "/", "whose role demands none");
    assert_eq!(browser.gets(&p.base, "/api/sessions").await.1[0]["way"], "provider");
    identity.lies(&p, "several-amr").await;
    assert_eq!(Browser::default().signs_in(&p.base, "chief").await, "/", "asked for there");
}

#[tokio::test]
async fn a_temporary_password_does_not_bar_this_way() {
    let (p, _identity) = province().await;
    let mut user = p.store().user("chief").await.unwrap().unwrap();
    user.temporary_until = Some(door::real_now() - SignedDuration::from_hours(1));
    p.store().put_user(user, None).await.unwrap();
    let body = json!({"login": "chief", "password": PASSWORD});
    assert_eq!(kind(&p.post("nobody", "/api/session", &body).await.1), "temporary-password-over");
    let mut browser = Browser::default();
    assert_eq!(browser.signs_in(&p.base, "chief").await, "/");
    assert_eq!(browser.gets(&p.base, "/api/session").await.1["user"]["temporary_password"], false);
    assert_eq!(browser.gets(&p.base, "/api/files").await.0, StatusCode::OK);
    assert_eq!(kind(&p.get("chief", "/api/files").await.1), "temporary-password", "a session of the password is");
}

#[tokio::test]
async fn one_server_begins_and_another_ends_it() {
    let (p, identity) = province().await;
    let second = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let other = format!("http://{}", second.local_addr().unwrap());
    let provider = Some(Arc::new(Provider::new(options(&identity.issuer, &p.base)).unwrap()));
    let app = Arc::new(App::new(p.app.door.clone(), Settings { provider, ..Settings::default() }));
    let served = tokio::spawn(server::serve(app, second, std::future::pending()));
    let mut browser = Browser::default();
    let address = browser.begins(&p.base).await;
    let back = browser.walks(&p.base, &address, Some("chief")).await;
    assert_eq!(browser.lands(&back.replace(&p.base, &other)).await, "/");
    assert_eq!(browser.gets(&p.base, "/api/session").await.1["user"]["login"], "chief");
    served.abort();
}

#[tokio::test]
async fn a_provider_that_is_away_keeps_nobody_else_out_and_is_asked_again() {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let (listener, away) =
        (TcpListener::bind("127.0.0.1:0").await.unwrap(), TcpListener::bind("127.0.0.1:0").await.unwrap());
    let (base, at) = (format!("http://{}", listener.local_addr().unwrap()), away.local_addr().unwrap());
    let hangs_up = tokio::spawn(async move {
        loop {
            drop(away.accept().await);
        }
    });
    let provider = Some(Arc::new(Provider::new(options(&format!("http://{at}"), &base)).unwrap()));
    let p = Province::start_on(listener, false, Settings { provider, ..Settings::default() }).await;
    let mut browser = Browser::default();
    let (status, problem) = answer(browser.asks(&p.base, &json!({})).await).await;
    assert_eq!((status, kind(&problem)), (StatusCode::SERVICE_UNAVAILABLE, "provider-away"), "{problem:#}");
    let body = json!({"login": "chief", "password": PASSWORD});
    assert_eq!(p.post("nobody", "/api/session", &body).await.0, StatusCode::OK);
    hangs_up.abort();
    assert!(hangs_up.await.unwrap_err().is_cancelled());
    let mut identity = Identity::start(at.port()).await;
    identity.leads_to(&p.base).await;
    // For a moment it is not asked again.
    let again = async {
        while browser.asks(&p.base, &json!({})).await.status() == StatusCode::SERVICE_UNAVAILABLE {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(20), again).await.unwrap();
    assert_eq!(browser.signs_in(&p.base, "chief").await, "/");
    // It goes away while somebody is there.
    let address = browser.begins(&p.base).await;
    let back = browser.walks(&p.base, &address, Some("chief")).await;
    identity.process.kill().await.unwrap();
    assert_eq!(browser.lands(&back).await, "/?sign-in=away");
}

#[tokio::test]
async fn an_address_that_failed_too_often_waits() {
    let (p, _identity) = province().await;
    let mut usual = Browser::default();
    assert_eq!(usual.signs_in(&p.base, "chief").await, "/");
    let mut browser = Browser::default();
    let address = browser.begins(&p.base).await;
    let back = browser.walks(&p.base, &address, Some("chief")).await;
    let now = door::real_now();
    for _ in 0..50 {
        p.store().failed_sign_in("provider:address:127.0.0.1", now, now).await.unwrap();
    }
    assert_eq!(kind(&answer(browser.asks(&p.base, &json!({})).await).await.1), "too-many-tries");
    assert_eq!(browser.lands(&back).await, "/?sign-in=too-many");
    assert!(browser.is_out());
    assert_eq!(usual.signs_in(&p.base, "chief").await, "/", "a browser on which somebody signed in before");
    let password = json!({"login": "chief", "password": PASSWORD});
    assert_eq!(p.post("nobody", "/api/session", &password).await.0, StatusCode::OK, "another way");
}

/// A provider that says what it is told to, and signs nothing.
struct Fake {
    issuer: String,
    asked: Arc<AtomicUsize>,
    served: tokio::task::JoinHandle<()>,
}

impl Fake {
    /// `says` makes what it says of itself, with a status, from its address; its token endpoint answers `token`.
    async fn start(says: impl Fn(&str) -> (u16, Value), token: (u16, &'static str)) -> Self {
        use axum::Router;
        use axum::http::StatusCode;
        use axum::routing::{get, post};
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let issuer = format!("http://{}", listener.local_addr().unwrap());
        let asked = Arc::new(AtomicUsize::new(0));
        let (counts, (status, says)) = (asked.clone(), says(&issuer));
        let discovery = move || async move {
            counts.fetch_add(1, Ordering::SeqCst);
            (StatusCode::from_u16(status).unwrap(), axum::Json(says))
        };
        let redeems = move || async move {
            (StatusCode::from_u16(token.0).unwrap(), [("content-type", "application/json")], token.1)
        };
        let router = Router::new()
            .route("/.well-known/openid-configuration", get(discovery))
            .route("/jwks", get(|| async { axum::Json(json!({"keys": []})) }))
            .route("/token", post(redeems));
        let served = tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self { issuer, asked, served }
    }

    /// A province whose people sign in there.
    async fn province(&self) -> Province {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        let provider = Some(Arc::new(Provider::new(options(&self.issuer, &base)).unwrap()));
        Province::start_on(listener, false, Settings { provider, ..Settings::default() }).await
    }
}

impl Drop for Fake {
    fn drop(&mut self) {
        self.served.abort();
    }
}

fn metadata(issuer: &str) -> Value {
    json!({
        "issuer": issuer, "authorization_endpoint": format!("{issuer}/auth"), "token_endpoint": format!("{issuer}/token"),
        "userinfo_endpoint": format!("{issuer}/me"), "jwks_uri": format!("{issuer}/jwks"),
        "response_types_supported": ["code"], "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["RS256"],
    })
}

#[tokio::test]
async fn what_everybody_waits_for_is_fetched_once_be_it_a_failure() {
    for (status, told) in [(200, StatusCode::OK), (503, StatusCode::SERVICE_UNAVAILABLE)] {
        let fake = Fake::start(|issuer| (status, metadata(issuer)), (500, "")).await;
        let p = fake.province().await;
        let all = (0..8).map(|_| async { Browser::default().asks(&p.base, &json!({})).await.status() });
        assert_eq!(futures_util::future::join_all(all).await, [told; 8]);
        assert_eq!(fake.asked.load(Ordering::SeqCst), 1);
    }
}

#[tokio::test]
async fn an_endpoint_that_is_reached_in_another_way_than_the_issuer_is_refused() {
    for endpoint in ["authorization_endpoint", "token_endpoint", "userinfo_endpoint"] {
        let says = |issuer: &str| {
            let mut says = metadata(issuer);
            says[endpoint] = json!("https://elsewhere.example/x");
            (200, says)
        };
        let fake = Fake::start(says, (500, "")).await;
        let p = fake.province().await;
        let (status, problem) = answer(Browser::default().asks(&p.base, &json!({})).await).await;
        assert_eq!((status, kind(&problem)), (StatusCode::BAD_GATEWAY, "provider-refused"), "{endpoint}");
        assert!(
            problem["instance"].as_str().is_some_and(|i| !i.is_empty()),
            "who is told to call says which: {problem:#}"
        );
    }
}

#[tokio::test]
async fn only_what_somebody_could_have_made_up_counts_as_a_try() {
    for (token, lands, tries) in [
        ((500, "{}"), "/?sign-in=away", 0),
        ((503, r#"{"error": "temporarily_unavailable"}"#), "/?sign-in=away", 0),
        ((400, "<html>"), "/?sign-in=away", 0),
        ((400, r#"{"error": "invalid_client"}"#), "/?sign-in=refused", 0),
        ((400, r#"{"error": "invalid_grant"}"#), "/?sign-in=refused", 1),
    ] {
        let fake = Fake::start(|issuer| (200, metadata(issuer)), token).await;
        let p = fake.province().await;
        let mut browser = Browser::default();
        let begun = Url::parse(&browser.begins(&p.base).await).unwrap();
        let state = begun.query_pairs().find(|(n, _)| n == "state").unwrap().1.into_owned();
        let back = format!("{}/api/session/provider/return?state={state}&code=made-up", p.base);
        assert_eq!(browser.lands(&back).await, lands, "{token:?}");
        let failed = p.store().failed_sign_ins("provider:address:127.0.0.1", jiff::Timestamp::MIN).await.unwrap();
        assert_eq!(failed, tries, "{token:?}");
    }
}

#[tokio::test]
async fn where_there_is_none_nothing_is_offered() {
    let p = Province::start().await;
    assert_eq!(p.get("nobody", "/api/session/ways").await.1, json!({"provider": null}));
    let begun = Browser::default().asks(&p.base, &json!({})).await;
    assert_eq!(begun.status(), StatusCode::NOT_FOUND);
    // A foreign page cannot begin one: what is no JSON is refused.
    let form = client().post(format!("{}/api/session/provider", p.base)).body("{}");
    assert_eq!(form.send().await.unwrap().status(), StatusCode::UNSUPPORTED_MEDIA_TYPE);
}
