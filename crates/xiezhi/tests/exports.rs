//! Exports of lists where two processes serve one database: whichever is asked knows of them, has them, and gives them
//! up; and with the process that makes one it fails.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

mod common;
#[path = "../../store/tests/common/mod.rs"]
mod servers;

use std::path::{Path, PathBuf};
use std::time::Duration;

use common::{Node, program};
use reqwest::{Client, Method, StatusCode};
use serde_json::{Value, json};
use tokio_postgres::NoTls;

const PASSWORD: &str = "dongli-2026";

/// Somebody at a server.
struct Person<'a> {
    client: &'a Client,
    url: &'a str,
    token: String,
}

impl<'a> Person<'a> {
    async fn signs_in(client: &'a Client, url: &'a str, login: &str) -> Self {
        let body = json!({"login": login, "password": PASSWORD});
        let signed = client.post(format!("{url}/api/session")).json(&body).send().await.unwrap();
        let signed: Value = signed.json().await.unwrap();
        Self { client, url, token: signed["token"].as_str().unwrap_or_else(|| panic!("{signed:#}")).to_owned() }
    }

    async fn asks(&self, method: Method, path: &str, body: Option<Value>) -> (StatusCode, Vec<u8>) {
        let request = self.client.request(method, format!("{}{path}", self.url)).bearer_auth(&self.token);
        let request = if let Some(body) = body { request.json(&body) } else { request };
        let answer = request.send().await.unwrap();
        (answer.status(), answer.bytes().await.unwrap().to_vec())
    }

    async fn begins(&self, columns: &[&str]) -> String {
        let order = json!({"query": {}, "columns": columns});
        let (status, begun) = self.asks(Method::POST, "/api/exports", Some(order)).await;
        assert_eq!(status, StatusCode::ACCEPTED, "{}", String::from_utf8_lossy(&begun));
        let begun: Value = serde_json::from_slice(&begun).unwrap();
        begun["id"].as_str().unwrap().to_owned()
    }

    /// Identifier and state of the exports that this person sees.
    async fn sees(&self) -> Vec<(String, String)> {
        let (status, list) = self.asks(Method::GET, "/api/exports", None).await;
        assert_eq!(status, StatusCode::OK);
        let list: Vec<Value> = serde_json::from_slice(&list).unwrap();
        let text = |v: &Value| v.as_str().unwrap().to_owned();
        list.iter().map(|e| (text(&e["id"]), text(&e["state"]))).collect()
    }

    /// Asks until an export is no longer being made, and tells what became of it.
    async fn waits_for(&self, id: &str) -> String {
        loop {
            let (_, state) = self.sees().await.into_iter().find(|(e, _)| e == id).unwrap();
            if state != "making" {
                return state;
            }
            tokio::task::yield_now().await;
        }
    }
}

/// Looks until so much is kept as was: what was given up goes in the background.
async fn waits_until_left(folder: &Path, left: &[PathBuf]) {
    let looks = async {
        while contents(folder) != left {
            tokio::task::yield_now().await;
        }
    };
    assert!(tokio::time::timeout(Duration::from_secs(60), looks).await.is_ok(), "{:?}", contents(folder));
}

fn contents(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for path in std::fs::read_dir(folder).into_iter().flatten().map(|e| e.unwrap().path()) {
        // But for the lock that processes hold on the folder.
        if path.is_dir() {
            found.extend(contents(&path));
        } else if !path.ends_with(".intake") {
            found.push(path);
        }
    }
    found.sort();
    found
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_export_is_everybodys_process_and_one_persons_file() {
    let data = tempfile::tempdir().unwrap();
    let address = servers::postgres::database().await;
    let environment = [("XIEZHI_DATABASE".to_owned(), address.clone())];
    let mut maker = Node::start(data.path(), &[], &environment);
    let other = Node::start(data.path(), &[], &environment);
    let play = ["demo", "play", "returned", "--json", "--pages", "1", "--server", &maker.url];
    assert!(program().args(play).output().unwrap().status.success());
    let _ = rustls::crypto::ring::default_provider().install_default();
    let client = Client::builder().no_proxy().build().unwrap();
    let here = Person::signs_in(&client, &maker.url, "jing").await;
    let there = Person::signs_in(&client, &other.url, "jing").await;
    let stranger = Person::signs_in(&client, &other.url, "cen").await;

    // Made by the one, fetched and removed at the other; by nobody else.
    let before = contents(&data.path().join("contents"));
    let id = here.begins(&["title", "case.offence"]).await;
    assert_eq!(there.waits_for(&id).await, "ready");
    let path = format!("/api/exports/{id}");
    let (status, file) = there.asks(Method::GET, &path, None).await;
    assert!(status == StatusCode::OK && file.starts_with(b"PK"), "{status}");
    assert_eq!(here.asks(Method::GET, &path, None).await.1, file);
    for method in [Method::GET, Method::DELETE] {
        assert_eq!(stranger.asks(method, &path, None).await.0, StatusCode::NOT_FOUND);
    }
    assert_eq!(stranger.sees().await, []);
    assert_eq!(contents(&data.path().join("contents")).len(), before.len() + 1);
    assert_eq!(there.asks(Method::DELETE, &path, None).await.0, StatusCode::NO_CONTENT);
    assert_eq!(here.asks(Method::GET, &path, None).await.0, StatusCode::NOT_FOUND);
    waits_until_left(&data.path().join("contents"), &before).await;

    // Somebody keeps what an export must read, so it goes on being made.
    let (mut db, connection) = tokio_postgres::connect(&address, NoTls).await.unwrap();
    tokio::spawn(connection);
    let held = db.transaction().await.unwrap();
    held.batch_execute("LOCK TABLE card_values IN ACCESS EXCLUSIVE MODE").await.unwrap();
    let given_up = here.begins(&["title", "case.offence"]).await;
    let lost = here.begins(&["title", "case.offence"]).await;
    let making = |id: &String| (id.clone(), "making".to_owned());
    assert_eq!(there.sees().await, [making(&given_up), making(&lost)]);
    assert_eq!(there.asks(Method::GET, &format!("/api/exports/{lost}"), None).await.0, StatusCode::NOT_FOUND);
    // Given up at the process that does not make it.
    let path = format!("/api/exports/{given_up}");
    assert_eq!(there.asks(Method::DELETE, &path, None).await.0, StatusCode::NO_CONTENT);
    assert_eq!(here.sees().await, [making(&lost)]);
    // With the process that makes it the other one fails, and is not made for ever.
    maker.kill();
    assert_eq!(there.waits_for(&lost).await, "failed");
    held.rollback().await.unwrap();
    let again = there.begins(&["title", "case.offence"]).await;
    assert_eq!(there.waits_for(&again).await, "ready");
    assert_eq!(contents(&data.path().join("contents")).len(), before.len() + 1, "of what was given up nothing is left");
}

/// On machines that share a bucket each has copies of what it was asked for: they go with the export, too.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn copies_of_an_export_go_on_every_machine() {
    let machines = [tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap()];
    let (at, bucket) = tokio::task::spawn_blocking(servers::s3::bucket).await.unwrap();
    let mut environment = servers::s3::settings(at);
    environment.push(("XIEZHI_DATABASE".to_owned(), servers::postgres::database().await));
    environment.push(("XIEZHI_CONTENT".to_owned(), format!("s3://{bucket}/contents")));
    let [maker, other] = [0, 1].map(|n| Node::start(machines[n].path(), &[], &environment));
    let play = ["demo", "play", "returned", "--json", "--pages", "1", "--server", &maker.url];
    assert!(program().args(play).output().unwrap().status.success());
    let _ = rustls::crypto::ring::default_provider().install_default();
    let client = Client::builder().no_proxy().build().unwrap();
    let here = Person::signs_in(&client, &maker.url, "jing").await;
    let there = Person::signs_in(&client, &other.url, "jing").await;
    let copies = [0, 1].map(|n| machines[n].path().join("contents"));
    let before = [0, 1].map(|n| contents(&copies[n]));
    let id = here.begins(&["title", "case.offence"]).await;
    assert_eq!(there.waits_for(&id).await, "ready");
    let path = format!("/api/exports/{id}");
    assert_eq!(there.asks(Method::GET, &path, None).await.0, StatusCode::OK);
    for n in [0, 1] {
        assert_eq!(contents(&copies[n]).len(), before[n].len() + 1, "machine {n}");
    }
    assert_eq!(here.asks(Method::DELETE, &path, None).await.0, StatusCode::NO_CONTENT);
    for n in [0, 1] {
        waits_until_left(&copies[n], &before[n]).await;
    }
}
