//! Commits per second on this machine: `cargo run -p store --example commits -- [tasks] [commits per task]`.

use std::sync::Arc;
use std::time::Instant;

use store::conformance::Draft;
use store::rows::{ClockRow, TodoRow, TrackRow, Views};
use store::{Repository, Sqlite};

fn views(file: &str, at: law::time::Moment) -> Views {
    let todo = |n: usize| TodoRow {
        file: file.into(),
        unit: "JC-970101".into(),
        role: "clerk".into(),
        user: Some("u1".into()),
        instance: "I1".into(),
        act: format!("A{n}"),
        text: "办理".into(),
        due_at: Some(at),
    };
    let clock = |n: usize| ClockRow {
        file: file.into(),
        unit: "JC-970101".into(),
        instance: "I1".into(),
        subject: "S1".into(),
        deadline: format!("D{n}"),
        name: "期限".into(),
        clock: "办案".into(),
        from: at,
        due_at: at,
        warns: Vec::new(),
        tells: Vec::new(),
        missed: None,
        next_at: None,
        suspended: false,
        ended_at: None,
        breach: true,
        provisional: false,
    };
    let track = |n: usize| TrackRow {
        file: file.into(),
        instance: "I1".into(),
        process: "P1".into(),
        subject: format!("S{n}"),
        label: "云五一".into(),
        state: "open".into(),
        state_name: "在办".into(),
        ended: false,
    };
    Views {
        todos: (0..4).map(todo).collect(),
        clocks: (0..3).map(clock).collect(),
        tracks: (0..2).map(track).collect(),
        ..Views::default()
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    let mut args = std::env::args().skip(1);
    let tasks: usize = args.next().map_or(Ok(16), |a| a.parse())?;
    let each: usize = args.next().map_or(Ok(200), |a| a.parse())?;
    let dir = tempfile::tempdir_in(".")?;
    let db = Arc::new(Sqlite::open(&dir.path().join("commits.db")).await?);
    let begun = Instant::now();
    let running: Vec<_> = (0..tasks)
        .map(|n| {
            let db = Arc::clone(&db);
            tokio::spawn(async move {
                let id = format!("F{n}");
                let mut file = Draft::new(&id, "JC-970101", &id);
                file.row.people = vec![("u1".into(), "handler".into())];
                for _ in 0..each {
                    let mut commit = file.next(vec![])?;
                    commit.views = views(&id, commit.file.updated_at);
                    db.commit(commit).await?;
                }
                Ok::<_, store::StoreError>(())
            })
        })
        .collect();
    for task in running {
        task.await??;
    }
    let seconds = begun.elapsed().as_secs_f64();
    let stats = db.stats();
    println!(
        "{tasks} tasks: {:.0} commits/s, {} commits in {} groups ({:.1} a group)",
        stats.jobs as f64 / seconds,
        stats.jobs,
        stats.groups,
        stats.jobs as f64 / stats.groups as f64
    );
    db.close().await;
    Ok(())
}
