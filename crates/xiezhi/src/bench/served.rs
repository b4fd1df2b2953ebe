//! People at their desks in a province with many cases: what they ask, at a steady rate, from a server in a process of
//! its own; and what listeners to live updates cost it.
//!
//! Requests are sent when their time has come, whether earlier ones were answered or not, and are timed from then:
//! a server that falls behind is seen to.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, ensure};
use tokio::time::{Instant, sleep_until};

use crate::demo::{Client, PASSWORD};

/// Who asks: officers, prosecutors, judges, those who give cases out, and those who lead.
const PEOPLE: [&str; 10] = ["shao", "gan", "jing", "ge", "cen", "dept", "chief", "li", "qiu", "yuan"];
/// Streams of one person.
const STREAMS: usize = 25;

/// What is asked: the part of the work, and the request.
const ASKED: [(&str, &str); 12] = [
    ("to-do", "/api/todos"),
    ("desk", "/api/deadlines?days=7"),
    ("desk", "/api/returned"),
    ("desk", "/api/notices"),
    ("desk", "/api/deadlines/days?from=2026-03-01&to=2026-03-31"),
    ("desk", "/api/desk"),
    ("list", "/api/files?limit=50"),
    ("list, three filters", "/api/files?limit=50&open=true&offence=221&opened_from=2025-06-01"),
    ("list, three filters", "/api/files?limit=50&stage=GA01.investigating&offence=222&due_to=2026-04-30"),
    ("list, three filters", "/api/files?limit=50&person=%E4%BA%91&open=false&sort=-opened"),
    ("list, a word", "/api/files?limit=8&text=%E4%BA%91%E9%9D%92"),
    ("list, by deadline", "/api/files?limit=50&open=true&sort=due"),
];

/// A server of a folder, which ends with this value.
struct Server {
    process: Child,
    url: String,
    _said: BufReader<std::process::ChildStdout>,
}

impl Server {
    fn start(data: &Path, database: Option<&str>) -> anyhow::Result<Self> {
        let mut command = Command::new(std::env::current_exe()?);
        command.args(["serve", "--demonstration", "--listen", "127.0.0.1:0", "--data"]).arg(data);
        command.envs(database.map(|d| ("XIEZHI_DATABASE", d)));
        let mut process = command.stdout(Stdio::piped()).spawn()?;
        let mut said = BufReader::new(process.stdout.take().context("stdout")?);
        let mut first = String::new();
        said.read_line(&mut first)?;
        let url = first.trim_end().split_once('：').context("the server does not start")?.1.to_owned();
        Ok(Self { process, url, _said: said })
    }

    /// Megabytes that it has in memory.
    fn memory(&self) -> anyhow::Result<u64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.process.id()))?;
        let line = status.lines().find(|l| l.starts_with("VmRSS:")).context("VmRSS")?;
        Ok(line.split_whitespace().nth(1).context("VmRSS")?.parse::<u64>()? / 1024)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

pub async fn run(
    data: &Path,
    database: Option<&str>,
    rate: u32,
    seconds: u32,
    listeners: usize,
) -> anyhow::Result<bool> {
    ensure!(rate > 0 && seconds > 0, "次数、秒数都要大于零");
    let server = Server::start(data, database)?;
    let mut client = Client::new(&server.url)?;
    for login in PEOPLE {
        client.sign_in(login, PASSWORD).await?;
    }
    let client = Arc::new(client);
    let files = client.get("chief", "/api/files?limit=1").await?["total"].clone();
    println!("served    {rate} requests a second for {seconds} s; the chief prosecutor sees {files} files");
    for (name, mut took) in asked(&client, rate, seconds).await? {
        took.sort_unstable();
        let ms = |share: usize| {
            took.get((took.len() * share / 100).min(took.len() - 1)).map_or(0.0, |d| d.as_secs_f64() * 1e3)
        };
        println!(
            "          {name:<24} median {:>6.1} ms, 99 of 100 {:>6.1} ms, worst {:>6.1} ms  ({} requests)",
            ms(50),
            ms(99),
            ms(100),
            took.len()
        );
    }
    let before = server.memory()?;
    let mut client = Arc::into_inner(client).context("client")?;
    let mut streams = Vec::new();
    for n in 0..listeners {
        let login = format!("p{:04}", 1 + n / STREAMS);
        client.sign_in(&login, PASSWORD).await?;
        streams.push(client.listen(&login, "/api/live").await?);
    }
    println!(
        "          {} listeners to live updates: {} MB resident ({before} before them)",
        streams.len(),
        server.memory()?
    );
    Ok(true)
}

/// Everything that is asked in turn, by everybody in turn: how long each part of the work took.
async fn asked(client: &Arc<Client>, rate: u32, seconds: u32) -> anyhow::Result<BTreeMap<&'static str, Vec<Duration>>> {
    let mut took: BTreeMap<_, Vec<_>> = BTreeMap::new();
    // Once before: what is read for the first time comes from the disk.
    for login in PEOPLE {
        for (_, path) in ASKED {
            client.get(login, path).await?;
        }
    }
    let (began, apart) = (Instant::now(), Duration::from_secs(1) / rate);
    let mut asks = Vec::new();
    for n in 0..rate * seconds {
        let client = client.clone();
        asks.push(tokio::spawn(async move {
            let (name, path) = ASKED[n as usize % ASKED.len()];
            let login = PEOPLE[n as usize / ASKED.len() % PEOPLE.len()];
            let due = began + apart * n;
            sleep_until(due).await;
            client.get(login, path).await?;
            anyhow::Ok((name, due.elapsed()))
        }));
    }
    for ask in asks {
        let (name, time) = ask.await??;
        took.entry(name).or_default().push(time);
    }
    Ok(took)
}
