//! A disk that fills up, at whatever is being written then: what was acknowledged is there, what was not is told so,
//! and with room again everything goes on.
//!
//! The disk is a small one in memory, in a mount namespace of this test's own. Where the system allows no such thing
//! (`unshare -rm`), there is nothing to fill and the test says so.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

mod common;

use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use common::{Node, program};
use reqwest::{Client, StatusCode};
use serde_json::{Value, json};

/// Where the small disk is mounted; set in the process that has one.
const DISK: &str = "XIEZHI_SMALL_DISK";
const SIZE: &str = "160m";
const PASSWORD: &str = "dongli-2026";

#[test]
fn a_full_disk_loses_nothing_that_was_acknowledged() {
    let disk = tempfile::tempdir().unwrap();
    let mount = format!("mount -t tmpfs -o size={SIZE} tmpfs {}", disk.path().display());
    let own = |what: &str| {
        let mut unshare = Command::new("unshare");
        unshare.args(["--map-root-user", "--mount", "sh", "-c", what]);
        unshare
    };
    if !own(&mount).stderr(Stdio::null()).status().unwrap().success() {
        println!("no mount namespaces here: not tried");
        return;
    }
    let me = std::env::current_exe().unwrap();
    let inside = format!("{mount} && exec {} inside --exact --nocapture", me.display());
    let tried = own(&inside).env(DISK, disk.path()).output().unwrap();
    assert!(
        tried.status.success(),
        "{}\n{}",
        String::from_utf8_lossy(&tried.stdout),
        String::from_utf8_lossy(&tried.stderr)
    );
}

/// An officer at a node on the small disk.
struct Officer {
    node: Node,
    client: Client,
    token: String,
}

impl Officer {
    async fn at(data: &Path) -> Self {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = Client::builder().no_proxy().build().unwrap();
        let node = Node::start(data, &[], &[]);
        let body = json!({"login": "shao", "password": PASSWORD});
        let answer = client.post(format!("{}/api/session", node.url)).json(&body).send().await.unwrap();
        let token = answer.json::<Value>().await.unwrap()["token"].as_str().unwrap().to_owned();
        Self { node, client, token }
    }

    /// Registers a case with a picture of its own.
    async fn registers(&self, n: u32) -> Result<(String, u64), Value> {
        let upload = self.client.post(format!("{}/api/contents?name=a.png", self.node.url)).body(picture(n));
        let content = self.sent(upload).await?;
        let body = json!({"process": "GA01", "input": {
            "case": {"name": format!("甲某{n}盗窃案"), "category": "public", "source": "found", "offence": "221",
                "accepted_at": "2026-03-01T21:00:00+08:00"},
            "new_subjects": [{"name": "甲某", "arrival": "caught"}],
            "materials": [{"kind": "W001", "sm3": content["sm3"]}]
        }});
        let done = self.sent(self.client.post(format!("{}/api/files", self.node.url)).json(&body)).await?;
        Ok((done["file"].as_str().unwrap().to_owned(), done["version"].as_u64().unwrap()))
    }

    /// The answer; where it is no yes, the problem that it must be.
    async fn sent(&self, request: reqwest::RequestBuilder) -> Result<Value, Value> {
        let answer = request.bearer_auth(&self.token).send().await.unwrap();
        let (status, media) = (answer.status(), answer.headers()["content-type"].clone());
        let body: Value = answer.json().await.unwrap();
        if status.is_success() {
            return Ok(body);
        }
        assert_eq!(media, "application/problem+json", "{body}");
        let told = [StatusCode::INSUFFICIENT_STORAGE, StatusCode::SERVICE_UNAVAILABLE];
        assert!(told.contains(&status), "{status}: {body}");
        Err(body)
    }

    async fn has(&self, file: &str) -> u64 {
        let request = self.client.get(format!("{}/api/files/{file}", self.node.url));
        self.sent(request).await.unwrap()["row"]["version"].as_u64().unwrap()
    }
}

/// A picture with a part that nobody shows and that is another one each time: 40 kB.
fn picture(n: u32) -> Vec<u8> {
    let whole = std::fs::read(
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../dossier/tests/samples/pictures/ch_doc_server.png"),
    )
    .unwrap();
    let mut x = u64::from(n) + 1;
    let mut part = b"xzTt".to_vec();
    part.extend((0..40_000).map(|_| {
        x = x.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (x >> 56) as u8
    }));
    let mut crc = flate2::Crc::new();
    crc.update(&part);
    let (head, rest) = whole.split_at(33);
    let length = u32::try_from(part.len() - 4).unwrap().to_be_bytes();
    [head, &length, &part, &crc.sum().to_be_bytes(), rest].concat()
}

/// Fills the disk but for so many bytes.
fn fill(disk: &Path, left: u64) -> PathBuf {
    let path = disk.join("filler");
    let mut file = File::create(&path).unwrap();
    let chunk = vec![0; 1 << 16];
    while file.write_all(&chunk).is_ok() {}
    let full = file.metadata().unwrap().len();
    file.set_len(full.saturating_sub(left)).unwrap();
    path
}

/// Runs where the small disk is mounted, started by the test above.
#[test]
fn inside() {
    let Ok(disk) = std::env::var(DISK) else { return };
    let disk = PathBuf::from(disk);
    tokio::runtime::Runtime::new().unwrap().block_on(async {
        let data = disk.join("data");
        let mut officer = Officer::at(&data).await;
        let (mut n, mut acknowledged, mut refused) = (0, Vec::new(), 0);
        for left in [0, 8 << 10, 32 << 10, 64 << 10, 128 << 10, 200 << 10, 300 << 10, 400 << 10, 600 << 10] {
            let filler = fill(&disk, left);
            let mut failures = 0;
            while failures < 2 {
                n += 1;
                match officer.registers(n).await {
                    Ok(done) => acknowledged.push(done),
                    Err(_) => failures += 1,
                }
            }
            refused += failures;
            std::fs::remove_file(filler).unwrap();
            // With room again it goes on, without being started anew.
            n += 1;
            acknowledged.push(officer.registers(n).await.expect("there is room again"));
            for (file, version) in &acknowledged {
                assert!(officer.has(file).await >= *version, "{file} was acknowledged");
            }
            if left % (64 << 10) == 0 {
                drop(officer);
                officer = Officer::at(&data).await;
            }
        }
        println!("{} acknowledged, {refused} refused", acknowledged.len());
        for (file, version) in &acknowledged {
            assert_eq!(officer.has(file).await, *version);
        }
        drop(officer);
        let checked = program().args(["rebuild", "--check", "--demonstration", "--data"]).arg(&data).output().unwrap();
        assert!(checked.status.success(), "{}", String::from_utf8_lossy(&checked.stdout));
    });
}
