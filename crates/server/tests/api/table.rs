//! Every endpoint as everybody: the statuses stand in `tests/endpoints.txt`.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::path::{Path, PathBuf};

use reqwest::Method;
use serde_json::{Value, json};

use crate::province::{PASSWORD, Province, filing, pdf, registration};

/// Nobody; a clerk of another unit; one of the same unit without relation; the handler; a
/// department head; the chief; the unit's administrator; a supervisor above; a clerk of the agency
/// that was written to; a lawyer without a grant; the platform's auditor; a department head who was taken off
/// the case; a lawyer with a grant; an officer who acts for the handler.
const PEOPLE: [&str; 14] = [
    "nobody",
    "stranger",
    "colleague",
    "handler",
    "head",
    "chief",
    "admin",
    "upper",
    "aid",
    "lawyer",
    "auditor",
    "taken-off",
    "granted",
    "delegate",
];

fn path() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/endpoints.txt")
}

fn endpoints() -> BTreeSet<(String, String)> {
    let api = serde_json::to_value(server::openapi()).unwrap();
    let paths = api["paths"].as_object().unwrap();
    paths
        .iter()
        .flat_map(|(path, item)| item.as_object().unwrap().keys().map(move |m| (path.clone(), m.to_uppercase())))
        .collect()
}

fn checked_in() -> BTreeMap<(String, String), Vec<String>> {
    let text = std::fs::read_to_string(path()).unwrap_or_default();
    text.lines()
        .filter(|l| !l.starts_with('#') && !l.trim().is_empty())
        .map(|l| {
            let mut words = l.split_whitespace().map(str::to_owned);
            let method = words.next().unwrap();
            ((words.next().unwrap(), method), words.collect())
        })
        .collect()
}

#[test]
fn the_table_lists_exactly_the_described_endpoints() {
    let table: BTreeSet<_> = checked_in().into_keys().collect();
    assert_eq!(table, endpoints());
}

/// The case that everybody knocks at: investigated, with a message sent and a proposal that waits.
struct Case {
    file: String,
    instance: String,
    proposal: String,
    message: String,
    material: String,
    note: String,
    sm3: String,
}

async fn case(p: &Province) -> Case {
    let file = p.case().await;
    p.employs("taken-off", "GA-970102", "苏晚照", &["police_dept_head"]).await;
    // Whose password, roles and sessions are changed, and who is none of those who knock.
    p.employs("somebody", "GA-970102", "苏念安", &["officer"]).await;
    p.employs("granted", "LS-970102", "林有恒", &["lawyer"]).await;
    p.employs("delegate", "GA-970102", "秦望舒", &["officer"]).await;
    let hours = |h: i64| (door::real_now() + jiff::SignedDuration::from_hours(h)).to_string();
    for what in
        [json!({"change": "bar", "user": "taken-off"}), json!({"change": "grant", "user": "granted", "to": hours(99)})]
    {
        p.done("chief", &format!("/api/files/{file}/protections"), &json!({"what": what, "reason": "依法办理"})).await;
    }
    let lends = json!({"to_user": "delegate", "from": hours(-1), "to": hours(97), "basis": "外出培训"});
    p.done("handler", "/api/delegations", &lends).await;
    p.filed(&file).await;
    let (instance, subject) = p.instance(&file).await;
    let sm3 = p.upload("handler", 1).await;
    let body = json!({"subjects": [subject], "input": {"materials": [{"kind": "W075", "sm3": sm3, "number": "青公援通字〔2024〕1号", "about": [subject]}]}});
    let sent = p.done("handler", &format!("/api/files/{file}/instances/{instance}/actions/notify_lawyer"), &body).await;
    let message = sent["messages"][0]["id"].as_str().unwrap().to_owned();
    let withdraw = json!({"input": {"reason": "没有犯罪事实", "materials": [{"kind": "W079", "sm3": sm3, "number": "青公撤案字〔2024〕1号"}]}});
    p.done("handler", &format!("/api/files/{file}/instances/{instance}/actions/withdraw"), &withdraw).await;
    let proposal = p.open_proposal(&file).await;
    let material = p.store().state(&file).await.unwrap().unwrap().situation.materials[0].id.clone();
    let body = json!({"material": material, "page": 1, "kind": "note", "text": "请核对", "shared": true});
    let made = p.done("handler", &format!("/api/files/{file}/notes"), &body).await;
    let note = made["id"].as_str().unwrap().to_owned();
    Case { file, instance, proposal, message, material, note, sm3 }
}

/// What an authenticator might have answered.
fn credential(response: &Value) -> Value {
    json!({"id": "AAAA", "rawId": "AAAA", "type": "public-key", "response": response})
}

/// The request for an endpoint: its path and body.
fn request(c: &Case, method: &str, template: &str, user: &str) -> (String, Option<Value>) {
    let path = [
        ("{file}", c.file.as_str()),
        ("{instance}", &c.instance),
        ("{action}", "collect"),
        ("{proposal}", &c.proposal),
        ("{message}", &c.message),
        ("{material}", &c.material),
        ("{page}", "1"),
        ("{note}", &c.note),
        ("{unit}", "GA-970102"),
        ("{user}", "somebody"),
        ("{factor}", "019b0000000070008000000000000000"),
        ("{passkey}", "019b0000000070008000000000000000"),
        ("{id}", "019b0000000070008000000000000000"),
        ("{role}", "officer"),
        ("{process}", "GA01"),
        ("{table}", "ethnic"),
        ("{article}", "诉91"),
        ("{sm3}", &c.sm3),
        ("{export}", "019b0000000070008000000000000000"),
        ("{view}", "019b0000000070008000000000000000"),
    ]
    .iter()
    .fold(template.to_owned(), |path, (name, value)| path.replace(name, value));
    let now = door::real_now();
    let body = match (method, template) {
        ("POST", "/api/session") => Some(json!({"login": "chief", "password": PASSWORD})),
        ("POST", "/api/session/provider") => Some(json!({"anew": false})),
        ("POST", "/api/session/provider/code") => Some(json!({"code": "000000"})),
        ("PUT", "/api/clock") => Some(json!({"at": null})),
        ("POST", "/api/files") => Some(registration(&c.sm3)),
        // 取保候审 is opened by another process's act only.
        ("POST", "/api/files/{file}/processes") => Some(registration(&c.sm3)),
        (
            "POST",
            "/api/files/{file}/instances/{instance}/actions/{action}/rehearsal" | "/api/session/passkey/challenge",
        ) => Some(json!({})),
        // Sets nothing up: the password is wrong.
        ("POST", "/api/session/factors") => Some(json!({"name": "手机", "password": "wrong"})),
        ("PUT", "/api/session/factors/{factor}") => Some(json!({"code": "000000"})),
        ("POST", "/api/session/factors/{factor}/removal") => Some(json!({"password": "wrong"})),
        // Neither adds a passkey nor lets anybody in: nobody asked this challenge.
        ("POST", "/api/session/passkeys/challenge") => Some(json!({"name": "办公电脑", "password": "wrong"})),
        ("POST", "/api/session/passkeys") => {
            let response = json!({"attestationObject": "AAAA", "clientDataJSON": "AAAA"});
            Some(json!({"challenge": "x", "credential": credential(&response)}))
        }
        ("POST", "/api/session/passkey") => {
            let response = json!({"authenticatorData": "AAAA", "clientDataJSON": "AAAA", "signature": "AAAA"});
            Some(json!({"challenge": "x", "credential": credential(&response)}))
        }
        ("POST", "/api/session/passkeys/{passkey}/removal") => Some(json!({"password": "wrong"})),
        // Changes nothing: the old one is wrong.
        ("PUT", "/api/session/password") => Some(json!({"old": "wrong-one-1", "new": "long-enough-1"})),
        ("POST", "/api/files/{file}/instances/{instance}/actions/{action}") => {
            let mut input = filing(&c.sm3);
            input["input"] = json!({"materials": []});
            Some(input)
        }
        // Sends nothing back: the words are missing.
        ("POST", "/api/files/{file}/instances/{instance}/proposals/{proposal}/opinions") => {
            Some(json!({"agrees": false}))
        }
        ("POST", "/api/files/{file}/protections") => {
            Some(json!({"what": {"change": "grade", "grade": 9}, "reason": "没有这一级"}))
        }
        ("POST", "/api/files/{file}/notes") => {
            Some(json!({"material": c.material, "page": 1, "kind": "bookmark", "shared": false}))
        }
        ("POST", "/api/files/{file}/pages-shown") => Some(json!({"pages": [{"material": c.material, "page": 1}]})),
        ("POST", "/api/contents/brought") => Some(json!({"sm3": [c.sm3]})),
        ("POST", "/api/library/citations") => Some(json!({"texts": ["诉91"]})),
        ("PUT", "/api/files/{file}/notes/{note}") => Some(json!({"text": "已核对", "shared": true})),
        ("POST", "/api/units/{unit}/users") => Some(json!({"login": format!("by.{user}"), "name": "时青颜"})),
        ("POST", "/api/units/{unit}/units") => {
            Some(json!({"id": format!("PCS-{}", user.replace('_', "-")), "agency": "police",
            "region": "970102", "name": "青石县公安局西街派出所", "abbr": "青西", "code": "970102010000"}))
        }
        ("PUT", "/api/units/{unit}") => {
            Some(json!({"name": "云岭省青石县公安局", "abbr": "青公", "code": "970102000000"}))
        }
        ("POST", "/api/exports") => Some(json!({"query": {"open": "true"}, "columns": ["title"]})),
        ("POST", "/api/views") | ("PUT", "/api/views/{view}") => Some(json!({"name": "在办", "query": "open=true"})),
        ("PUT", "/api/users/{user}") => Some(json!({"clearance": 0, "active": true})),
        ("POST", "/api/users/{user}/roles") => {
            Some(json!({"role": "property_keeper", "from": (now + jiff::SignedDuration::from_hours(99)).to_string()}))
        }
        ("POST", "/api/delegations") => {
            let at = |h: i64| (now + jiff::SignedDuration::from_hours(h)).to_string();
            Some(json!({"to_user": "reviewer", "from": at(98), "to": at(99), "basis": "外出培训"}))
        }
        _ => None,
    };
    let path = match template {
        "/api/contents" => format!("{path}?name=a.pdf"),
        "/api/handovers" => format!("{path}?side=received"),
        "/api/units/{unit}/roster" => format!("{path}?role=officer"),
        "/api/deadlines/days" => format!("{path}?from=2026-01-01&to=2026-01-31"),
        "/api/files/{file}/search" => format!("{path}?q=a"),
        "/api/files/{file}/candidates" => format!("{path}?unit=LS-970102"),
        _ => path,
    };
    (path, body)
}

#[tokio::test]
async fn every_endpoint_answers_everybody_as_the_table_says() {
    let passkeys = server::Passkeys::at(&server::Origin::parse("https://xz.example").unwrap());
    let p = Province::start_with(false, server::Settings { passkeys, ..server::Settings::default() }).await;
    let c = case(&p).await;
    let mut table = format!(
        "# Statuses of every endpoint, as the people of tests/api/table.rs. A new one: UPDATE=1 cargo test --workspace --test api\n# method path {}\n",
        PEOPLE.join(" ")
    );
    let all = endpoints();
    // What takes things away comes last.
    let (last, first): (Vec<_>, Vec<_>) = all.iter().partition(|(_, m)| m == "DELETE");
    for (template, method) in first.into_iter().chain(last) {
        let mut line = format!("{method:6} {template:75}");
        for user in PEOPLE {
            let (path, body) = request(&c, method, template, user);
            let mut asked = p.as_user(user, Method::from_bytes(method.as_bytes()).unwrap(), &path).await;
            if template == "/api/contents" {
                asked = asked.body(pdf(1));
            } else if let Some(body) = body {
                asked = asked.json(&body);
            }
            let response = asked.send().await.unwrap();
            write!(line, " {}", response.status().as_u16()).unwrap();
            if response.status().is_server_error() {
                panic!("{user} {method} {path}: {}", response.text().await.unwrap());
            }
        }
        writeln!(table, "{}", line.trim_end()).unwrap();
    }
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(path(), &table).unwrap();
    }
    let then = std::fs::read_to_string(path()).unwrap_or_default();
    assert!(
        then == table,
        "the table of endpoints changed; look at each line, then: UPDATE=1 cargo test --workspace --test api\n{table}"
    );
}
