//! Turning the pages of a scanned dossier over HTTP, as a reader does.

use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context, ensure};
use reqwest::Method;
use serde_json::{Value, json};

use crate::demo::{Client, Node, PASSWORD};
use crate::node::Place;

/// Pages turned one after another.
const TURNS: u32 = 40;
/// Pages jumped to, so that none was drawn ahead.
const JUMPS: u32 = 10;
const WIDTH: u32 = 1200;

/// Uploads and files a scanned PDF, reads it, and reads it again.
pub async fn turned(library: &Path, examples: &Path, pages: u32, dpi: u32) -> anyhow::Result<bool> {
    ensure!(pages > TURNS + 4 * JUMPS, "too few pages to turn");
    let data = tempfile::tempdir()?;
    let node = Node::start(&Place::demonstration(data.path(), None), library, examples).await?;
    let read = read(&node.url, pages, dpi).await;
    node.stop().await?;
    let r = read?;
    println!(
        "pages     a PDF of {pages} pages, {:.1} MB, images {WIDTH} wide: first page {} ms; a page that was not drawn ahead {}; turning pages at once {}; reading again {}",
        r.bytes as f64 / 1e6,
        r.first.as_millis(),
        told(r.jumps),
        told(r.turns),
        told(r.again),
    );
    Ok(true)
}

struct Read {
    bytes: usize,
    first: Duration,
    jumps: Vec<Duration>,
    turns: Vec<Duration>,
    again: Vec<Duration>,
}

async fn read(url: &str, pages: u32, dpi: u32) -> anyhow::Result<Read> {
    let mut client = Client::new(url)?;
    client.sign_in("shao", PASSWORD).await?;
    let order = casework::Order {
        form: "generic".into(),
        kind: "W001".into(),
        title: "受案登记表".into(),
        pages,
        values: [("unit", "东篱县公安局"), ("date", "二〇二六年三月四日"), ("document.number", "1号")]
            .map(|(k, v)| (k.to_owned(), v.to_owned()))
            .into(),
        seed: 7,
        dpi,
        defects: Vec::new(),
    };
    let made = tokio::task::spawn_blocking(move || casework::make(&order)).await??;
    let bytes = made.bytes.len();
    let content = client.upload("shao", &made.file_name, made.bytes).await?;
    let input = json!({
        "case": {"name": "甲某危险驾驶案", "category": "public", "source": "found",
            "accepted_at": "2026-03-01T22:20:00+08:00", "offence": "55"},
        "new_subjects": [{"name": "甲某", "arrival": "caught"}],
        "materials": [{"kind": "W001", "sm3": content["sm3"]}],
    });
    let body = json!({"process": "GA01", "input": input});
    let opened = client.call("shao", Method::POST, "/api/files", Some(&body), None).await?;
    ensure!(opened.status.is_success(), "{}", opened.body);
    let file = opened.body["file"].as_str().context("no file")?.to_owned();
    let view = client.get("shao", &format!("/api/files/{file}")).await?;
    let material = view["situation"]["materials"][0]["id"].as_str().map(str::to_owned).context("no material")?;
    let page = async |n: u32| -> anyhow::Result<Duration> {
        let began = Instant::now();
        let image =
            client.bytes("shao", &format!("/api/files/{file}/materials/{material}/pages/{n}?width={WIDTH}")).await?;
        ensure!(image.starts_with(&[0xff, 0xd8]), "page {n} is no JPEG");
        Ok(began.elapsed())
    };
    let first = page(1).await?;
    let (mut jumps, mut turns, mut again) = (Vec::new(), Vec::new(), Vec::new());
    for n in 0..JUMPS {
        jumps.push(page(pages - 4 * n).await?);
    }
    for n in 2..TURNS + 2 {
        turns.push(page(n).await?);
    }
    for n in 1..TURNS + 2 {
        again.push(page(n).await?);
    }
    Ok(Read { bytes, first, jumps, turns, again })
}

/// The middle one and the worst.
fn told(mut times: Vec<Duration>) -> String {
    times.sort();
    let ms = |d: Option<&Duration>| d.map_or(Value::Null, |d| json!((d.as_secs_f64() * 10_000.0).round() / 10.0));
    format!("{} ms (median; worst {})", ms(times.get(times.len() / 2)), ms(times.last()))
}
