//! Cleaning away what nobody holds: never what is filed at the same moment, and killed at any moment
//! it leaves nothing half.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, SystemTime};

use law::time::Moment;
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use seal::{Digest, Digests};
use serde_json::json;
use store::clean::{Before, Cleaned, clean};
use store::conformance::Draft;
use store::content::Folder;
use store::images::ImageKey;
use store::rows::{AsideRow, Committed, ContentRow};
use store::{Repository, Sqlite};

const UNIT: &str = "JC-970101";
const DATA: &str = "XIEZHI_CLEAN_DATA";
const ROUNDS: u32 = 4;
const EACH: usize = 40;

pub fn moment(hours: i64) -> Moment {
    Moment::from_second(1_767_225_600 + hours * 3600).unwrap()
}

/// Whatever it is, it is cleaned away where it is from before that hour.
pub fn before(hours: i64) -> Before {
    Before { unheld: moment(hours), strays: moment(hours) }
}

async fn open(data: &Path) -> (Sqlite, Folder) {
    let folder = Folder::open(data.join("contents")).unwrap();
    (Sqlite::open(&data.join("xiezhi.db")).await.unwrap(), folder)
}

fn written_at(folder: &Folder, sm3: &Digest, hours: i64) {
    let file = File::options().append(true).open(folder.path(UNIT, sm3).unwrap()).unwrap();
    file.set_modified(SystemTime::from(moment(hours))).unwrap();
}

/// A content that was brought in at that hour.
async fn brought(db: &Sqlite, folder: &Folder, bytes: &[u8], hours: i64) -> Digest {
    let d = folder.put_bytes(UNIT, bytes).unwrap();
    written_at(folder, &d.sm3, hours);
    db.put_content(row(UNIT, &d, hours)).await.unwrap();
    d.sm3
}

/// What is noted of a content that was brought in at that hour.
pub fn row(unit: &str, digests: &Digests, hours: i64) -> ContentRow {
    ContentRow {
        unit: unit.into(),
        sm3: digests.sm3,
        sha256: digests.sha256,
        bytes: digests.bytes,
        media: "application/pdf".into(),
        pages: 1,
        facts: json!([]),
        checker: "1".into(),
        text: None,
        by: "u1".into(),
        at: moment(hours),
    }
}

fn image(sm3: Digest) -> ImageKey {
    ImageKey { unit: UNIT.into(), sm3, drawing: "d1", page: 1, width: 100 }
}

fn there(folder: &Folder, sm3: &Digest) -> bool {
    folder.path(UNIT, sm3).unwrap().exists()
}

#[tokio::test]
async fn what_nobody_holds_goes_and_everything_else_stays() {
    let dir = tempfile::tempdir().unwrap();
    let (db, folder) = open(dir.path()).await;
    let held = brought(&db, &folder, b"held", 0).await;
    let given_up = brought(&db, &folder, b"given up", 0).await;
    let lately = brought(&db, &folder, b"lately", 9).await;
    let again = brought(&db, &folder, b"again", 0).await;
    brought(&db, &folder, b"again", 9).await;
    let mut file = Draft::new("F1", UNIT, "M1");
    let mut commit = file.next(vec![]).unwrap();
    commit.holdings = vec![held];
    assert_eq!(db.commit(commit).await.unwrap(), Committed::Done);
    for sm3 in [held, given_up] {
        folder.images().put(&image(sm3), b"jpeg", &folder.path(UNIT, &sm3).unwrap(), SystemTime::now()).unwrap();
    }
    let aside = folder.put_bytes(UNIT, b"aside").unwrap().sm3;
    let faults = json!([{"code": "F-TRUNCATED"}]);
    let row = AsideRow {
        unit: UNIT.into(),
        sm3: aside,
        bytes: 5,
        name: "a.pdf".into(),
        faults,
        by: "u1".into(),
        at: moment(0),
    };
    db.put_aside(row).await.unwrap();
    let stray = folder.put_bytes(UNIT, b"stray").unwrap().sm3;
    let fresh = folder.put_bytes(UNIT, b"fresh stray").unwrap().sm3;
    for sm3 in [aside, stray] {
        written_at(&folder, &sm3, 0);
    }
    let later = folder.put_bytes(UNIT, b"later stray").unwrap().sm3;
    written_at(&folder, &later, 7);
    let half = dir.path().join("contents").join(UNIT).join(".new-killed");
    fs::write(&half, b"half").unwrap();
    File::options().append(true).open(&half).unwrap().set_modified(SystemTime::from(moment(0))).unwrap();

    let counted = Cleaned { contents: 1, strays: 2, bytes: 8 + 5 + 4, images: 0 };
    assert_eq!(clean(&db, &folder, before(5), true).await.unwrap(), counted);
    assert!([given_up, stray].iter().all(|sm3| there(&folder, sm3)) && half.exists(), "a dry run touches nothing");
    assert_eq!(clean(&db, &folder, before(5), false).await.unwrap(), counted);
    assert!(!there(&folder, &given_up) && !there(&folder, &stray) && !half.exists());
    assert_eq!(db.content(UNIT, &given_up).await.unwrap(), None);
    assert!(!folder.images().has(&image(given_up)) && folder.images().has(&image(held)));
    for (name, sm3) in
        [("held", held), ("lately", lately), ("again", again), ("aside", aside), ("fresh", fresh), ("later", later)]
    {
        assert!(there(&folder, &sm3), "{name}");
    }
    assert_eq!(clean(&db, &folder, before(5), false).await.unwrap(), Cleaned::default());
    // What nothing knows of waits for nobody to file it.
    let short = Before { unheld: moment(5), strays: moment(8) };
    assert_eq!(
        clean(&db, &folder, short, false).await.unwrap(),
        Cleaned { strays: 1, bytes: 11, ..Cleaned::default() }
    );
    assert!(!there(&folder, &later) && there(&folder, &fresh) && there(&folder, &lately));
    // Images that outlived their content, as after a crash between the two.
    fs::remove_file(folder.path(UNIT, &held).unwrap()).unwrap();
    assert_eq!(clean(&db, &folder, before(5), false).await.unwrap().images, 1);
    assert!(!folder.images().has(&image(held)));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_filed_or_brought_in_at_the_same_moment_is_wholly_there_or_refused() {
    let dir = tempfile::tempdir().unwrap();
    let (db, folder) = open(dir.path()).await;
    let (mut filed, mut refused) = (0, 0);
    for n in 0..60u32 {
        let bytes = n.to_be_bytes();
        let sm3 = brought(&db, &folder, &bytes, 0).await;
        let mut file = Draft::new(&format!("F{n}"), UNIT, &format!("M{n}"));
        let mut commit = file.next(vec![]).unwrap();
        commit.holdings = vec![sm3];
        let bringing = async {
            if n % 3 == 0 {
                let _bringing_in = folder.bringing_in(&db).await.unwrap();
                brought(&db, &folder, &bytes, 9).await;
            }
        };
        let (cleaned, committed, ()) = tokio::join!(clean(&db, &folder, before(5), false), db.commit(commit), bringing);
        cleaned.unwrap();
        let row = db.content(UNIT, &sm3).await.unwrap().is_some();
        assert_eq!(row, there(&folder, &sm3), "round {n}: a record without its file, or the other way round");
        match committed.unwrap() {
            Committed::Done => {
                assert!(row, "round {n}: filed and cleaned away");
                filed += 1;
            }
            Committed::NoContent => refused += 1,
            other => panic!("round {n}: {other:?}"),
        }
    }
    println!("filed {filed}, refused {refused}");
}

/// Not a test by itself: the process that is killed.
#[test]
fn child() {
    let Some(data) = std::env::var_os(DATA) else { return };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let (db, folder) = open(Path::new(&data)).await;
        println!("begins");
        clean(&db, &folder, before(5), false).await.unwrap();
    });
}

#[test]
fn a_cleaning_that_is_killed_leaves_nothing_half_and_the_next_one_finishes() {
    let seed: u64 = rand::random();
    println!("seed {seed}");
    let mut random = StdRng::seed_from_u64(seed);
    let dir = tempfile::tempdir().unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let rounds = std::env::var("XIEZHI_ROUNDS").ok().and_then(|r| r.parse().ok()).unwrap_or(ROUNDS);
    let mut held = BTreeSet::new();
    for round in 0..rounds {
        let free = runtime.block_on(async {
            let (db, folder) = open(dir.path()).await;
            let mut free = Vec::new();
            let mut commit = Draft::new(&format!("F{round}"), UNIT, &format!("M{round}")).next(vec![]).unwrap();
            for n in 0..EACH {
                let sm3 = brought(&db, &folder, format!("{seed} {round} {n}").as_bytes(), 0).await;
                if n % 4 == 0 {
                    commit.holdings.push(sm3);
                    held.insert(sm3.to_string());
                } else {
                    free.push(sm3);
                }
            }
            assert_eq!(db.commit(commit).await.unwrap(), Committed::Done);
            db.close().await;
            free
        });
        let mut process = Command::new(std::env::current_exe().unwrap())
            .args(["clean::child", "--exact", "--nocapture"])
            .env(DATA, dir.path())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        let mut output = BufReader::new(process.stdout.take().unwrap());
        while !line.contains("begins") && output.read_line(&mut line).unwrap() > 0 {}
        let folder = Folder::open(dir.path().join("contents")).unwrap();
        let enough = random.random_range(1..free.len());
        let wanted = SystemTime::now() + Duration::from_secs(60);
        while free.iter().filter(|sm3| !there(&folder, sm3)).count() < enough {
            assert!(SystemTime::now() < wanted, "the child cleans nothing");
        }
        process.kill().unwrap();
        process.wait().unwrap();
        runtime.block_on(examine(dir.path(), &free, &held, round));
    }
}

async fn examine(data: &Path, free: &[Digest], held: &BTreeSet<String>, round: u32) {
    let (db, folder) = open(data).await;
    for sm3 in free {
        let row = db.content(UNIT, sm3).await.unwrap().is_some();
        assert!(!row || there(&folder, sm3), "round {round}: known, and its file has gone");
    }
    clean(&db, &folder, before(5), false).await.unwrap();
    let left: BTreeSet<String> =
        folder.stored().unwrap().iter().map(|f| f.sm3.map_or_else(String::new, |d| d.to_string())).collect();
    assert_eq!(&left, held, "round {round}");
    for sm3 in held {
        assert!(db.content(UNIT, &sm3.parse().unwrap()).await.unwrap().is_some());
    }
    db.close().await;
}
