//! Contents in an S3-compatible store: kept there, copied here, and what happens when it is slow, wrong or gone.

use std::fs;
use std::io::{Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread;
use std::time::Duration;

use seal::{Digest, Hasher};
use store::bucket::Bucket;
use store::content::Folder;
use store::{Postgres, Repository, Sqlite, StoreError};

use crate::servers::s3;

const UNIT: &str = "GA-970101";
const OTHER: &str = "JC-970101";
const ROOM: u64 = 1 << 30;
/// More than one part.
const LARGE: usize = 21 << 20;

type Settings = Vec<(String, String)>;

/// A machine's folder before the bucket.
fn machine(dir: &Path, bucket: &str, settings: Settings) -> Folder {
    Folder::open(dir.join("contents")).unwrap().of(Bucket::open(bucket, settings).unwrap(), ROOM)
}

fn noise(n: usize) -> Vec<u8> {
    let mut state = n as u64;
    let next = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        state.to_be_bytes()[0]
    };
    std::iter::repeat_with(next).take(n).collect()
}

fn copies(dir: &Path) -> usize {
    let Ok(entries) = fs::read_dir(dir) else { return 0 };
    let all = entries.map(|e| e.unwrap().path());
    all.map(|p| if p.is_dir() { copies(&p) } else { usize::from(!p.ends_with(".intake")) }).sum()
}

/// As the program does: no thread that drives the runtime waits for the store.
async fn at_work<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> T {
    tokio::task::spawn_blocking(work).await.unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_comes_in_on_one_machine_is_there_on_every_other() {
    let dirs = [tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap()];
    let (at, name) = s3::bucket();
    let address = format!("s3://{name}/province/contents");
    let [here, there] = dirs.each_ref().map(|d| machine(d.path(), &address, s3::settings(at)));
    let outside = dirs[0].path().join("upload");
    at_work(move || {
        let small = here.put_bytes(UNIT, b"small").unwrap();
        let large = here.put_bytes(UNIT, &noise(LARGE)).unwrap();
        fs::write(&outside, noise(9)).unwrap();
        let mut hasher = Hasher::new();
        hasher.update(&noise(9));
        let adopted = hasher.finish();
        here.adopt(UNIT, &outside, &adopted).unwrap();
        for known in [&small, &large, &adopted] {
            assert_eq!(there.size(UNIT, &known.sm3).unwrap(), Some(known.bytes));
            assert_eq!(there.verify(UNIT, &known.sm3, Some(&known.sha256)).unwrap(), *known);
        }
        assert_eq!(copies(&dirs[1].path().join("contents")), 0, "nothing was asked for yet");
        assert_eq!(there.read(UNIT, &small.sm3).unwrap(), b"small");
        assert_eq!(fs::read(there.file(UNIT, &large.sm3).unwrap()).unwrap(), noise(LARGE));
        assert_eq!(there.size(OTHER, &small.sm3).unwrap(), None, "another unit's");
        let absent = there.file(OTHER, &small.sm3).unwrap_err();
        assert!(matches!(&absent, StoreError::Content(e) if e.kind() == std::io::ErrorKind::NotFound), "{absent}");

        // Handed over on the other machine.
        let list = [(small.sm3, small.sha256), (large.sm3, large.sha256)];
        assert_eq!(there.carry_many(UNIT, OTHER, &list).unwrap(), small.bytes + large.bytes);
        assert_eq!(here.read(OTHER, &small.sm3).unwrap(), b"small");
        let mut all: Vec<_> = here.stored().unwrap().into_iter().map(|s| (s.unit, s.sm3.unwrap(), s.bytes)).collect();
        all.sort();
        let mut expected: Vec<_> = [&small, &large, &adopted].map(|k| (UNIT.to_owned(), k.sm3, k.bytes)).into();
        expected.extend([&small, &large].map(|k| (OTHER.to_owned(), k.sm3, k.bytes)));
        expected.sort();
        assert_eq!(all, expected);

        // Taken along in a backup, which asks for no copies.
        let backup = Folder::open(dirs[1].path().join("backup")).unwrap();
        assert_eq!(backup.take(&there, UNIT, &adopted.sm3, Some(&adopted.sha256)).unwrap(), adopted.bytes);
        assert_eq!(backup.read(UNIT, &adopted.sm3).unwrap(), noise(9));
        assert!(!there.path(UNIT, &adopted.sm3).unwrap().exists());

        here.remove(UNIT, &small.sm3).unwrap();
        here.remove(UNIT, &small.sm3).unwrap();
        assert_eq!(there.size(UNIT, &small.sm3).unwrap(), None);
        assert!(!here.path(UNIT, &small.sm3).unwrap().exists());
        assert!(here.size(OTHER, &small.sm3).unwrap().is_some(), "the other unit keeps its own");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn copies_of_what_was_destroyed_elsewhere_go_and_unheld_contents_too() {
    let dir = tempfile::tempdir().unwrap();
    let db = Sqlite::open(&dir.path().join("xiezhi.db")).await.unwrap();
    let (at, name) = s3::bucket();
    let folder = machine(dir.path(), &format!("s3://{name}"), s3::settings(at));
    let written = folder.clone();
    let [known, unknown] = at_work(move || [b"known", b"other"].map(|b| written.put_bytes(UNIT, b).unwrap())).await;
    db.put_content(crate::clean::row(UNIT, &known, 0)).await.unwrap();
    let drawn = store::images::ImageKey { unit: UNIT.into(), sm3: unknown.sm3, drawing: "d1", page: 1, width: 800 };
    let (now, copy) = (std::time::SystemTime::now(), folder.path(UNIT, &unknown.sm3).unwrap());
    folder.images().put(&drawn, b"image", &copy, now).unwrap();
    assert_eq!(folder.forget_unknown(&db).await.unwrap(), 1);
    assert!(!copy.exists() && !folder.images().has(&drawn));
    assert!(folder.path(UNIT, &known.sm3).unwrap().exists());

    // In the bucket both stay until they are old: then what nobody holds goes, noted or not.
    let kept = folder.clone();
    let sizes = move || [&known.sm3, &unknown.sm3].map(|sm3| kept.size(UNIT, sm3).unwrap().is_some());
    assert_eq!(at_work(sizes.clone()).await, [true, true]);
    let (past, future) = (crate::clean::before(-1), crate::clean::before(24 * 365 * 20));
    store::clean::clean(&db, &folder, past, false).await.unwrap();
    assert_eq!(at_work(sizes.clone()).await, [true, true]);
    let cleaned = store::clean::clean(&db, &folder, future, false).await.unwrap();
    assert_eq!((cleaned.contents, cleaned.strays), (1, 1));
    assert_eq!(at_work(sizes).await, [false, false]);
}

/// What a line between the program and the store does.
#[derive(Debug, Default)]
struct Line {
    /// Connections end at once.
    gone: AtomicBool,
    /// One byte of what comes is another one, in bodies of some size.
    wrong: AtomicBool,
    /// Bytes of answers that still pass before the line is cut once.
    cut_after: AtomicU64,
    /// Answers wait so many milliseconds.
    slow: AtomicU64,
    /// Nothing comes any more, and nothing ends.
    silent: AtomicBool,
}

impl Line {
    /// A line to the store, and where it begins.
    fn to(store: SocketAddr) -> (Arc<Self>, SocketAddr) {
        let line = Arc::new(Self { cut_after: AtomicU64::new(u64::MAX), ..Self::default() });
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let at = listener.local_addr().unwrap();
        let this = Arc::clone(&line);
        thread::spawn(move || {
            for client in listener.incoming().map_while(Result::ok) {
                if this.gone.load(Ordering::Acquire) {
                    let _ = client.shutdown(Shutdown::Both);
                    continue;
                }
                let Ok(server) = TcpStream::connect(store) else { return };
                let (asks, answers) = (client.try_clone().unwrap(), server.try_clone().unwrap());
                thread::spawn(move || {
                    std::io::copy(&mut &asks, &mut &server).map(|_| server.shutdown(Shutdown::Write))
                });
                let this = Arc::clone(&this);
                thread::spawn(move || this.back(answers, client));
            }
        });
        (line, at)
    }

    fn back(&self, mut from: TcpStream, mut to: TcpStream) {
        let mut chunk = vec![0; 1 << 16];
        while let Ok(n @ 1..) = from.read(&mut chunk) {
            if self.silent.load(Ordering::Acquire) {
                // Until the client gives up.
                let _ = to.read(&mut [0]);
                break;
            }
            thread::sleep(Duration::from_millis(self.slow.load(Ordering::Acquire)));
            let left = self.cut_after.load(Ordering::Acquire);
            if (n as u64) > left {
                self.cut_after.store(u64::MAX, Ordering::Release);
                let _ = to.write_all(&chunk[..usize::try_from(left).unwrap()]);
                break;
            }
            if left != u64::MAX {
                self.cut_after.store(left - n as u64, Ordering::Release);
            }
            if self.wrong.load(Ordering::Acquire) && n > 4096 {
                chunk[n - 1] ^= 1;
            }
            if to.write_all(&chunk[..n]).is_err() {
                break;
            }
        }
        let _ = to.shutdown(Shutdown::Both);
        let _ = from.shutdown(Shutdown::Both);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_store_that_is_slow_wrong_or_gone_loses_nothing_and_leaves_nothing_half() {
    let dirs = [tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap()];
    let (at, name) = s3::bucket();
    let (line, through) = Line::to(at);
    let patience = [("AWS_READ_TIMEOUT".to_owned(), "1s".to_owned())];
    let address = format!("s3://{name}/contents");
    let well = machine(dirs[0].path(), &address, s3::settings(at));
    let ill = machine(dirs[1].path(), &address, s3::settings(through).into_iter().chain(patience).collect());
    at_work(move || {
        let here = dirs[1].path().join("contents");
        let large = well.put_bytes(UNIT, &noise(LARGE)).unwrap();
        let away = |found: Result<_, StoreError>| match found.map(|_| ()) {
            Err(StoreError::Away(why)) => assert!(!why.contains("geheim"), "{why}"),
            other => panic!("{other:?}"),
        };

        // Gone: told as something that passes, in both directions, and nothing is there that is not in the store.
        line.gone.store(true, Ordering::Release);
        away(ill.file(UNIT, &large.sm3).map(drop));
        away(ill.put_bytes(UNIT, b"while it was gone").map(drop));
        away(ill.verify(UNIT, &large.sm3, None).map(drop));
        away(ill.stored().map(drop));
        line.gone.store(false, Ordering::Release);
        assert_eq!(well.size(UNIT, &Digest::of(b"while it was gone")).unwrap(), None);
        // Asked again, it is brought in: the copy that stands here is none.
        let late = ill.put_bytes(UNIT, b"while it was gone").unwrap();
        assert_eq!(well.read(UNIT, &late.sm3).unwrap(), b"while it was gone");

        // Wrong: what comes is not what it is called.
        let before = copies(&here);
        line.wrong.store(true, Ordering::Release);
        for found in [ill.file(UNIT, &large.sm3).map(drop), ill.verify(UNIT, &large.sm3, None).map(drop)] {
            assert!(matches!(found, Err(StoreError::Digest(_))), "{found:?}");
        }
        line.wrong.store(false, Ordering::Release);
        assert_eq!(copies(&here), before, "nothing of it is kept");

        // Cut off in the middle: it goes on where it was.
        line.cut_after.store(LARGE as u64 / 2, Ordering::Release);
        assert_eq!(ill.read(UNIT, &large.sm3).unwrap(), noise(LARGE));
        assert_eq!(line.cut_after.load(Ordering::Acquire), u64::MAX, "it was cut");
        fs::remove_file(ill.path(UNIT, &large.sm3).unwrap()).unwrap();

        // Slow, and silent for ever.
        line.slow.store(3, Ordering::Release);
        assert_eq!(ill.read(UNIT, &large.sm3).unwrap(), noise(LARGE));
        line.slow.store(0, Ordering::Release);
        line.silent.store(true, Ordering::Release);
        let slow = ill.put_bytes(UNIT, &noise(LARGE + 1));
        away(slow.map(drop));
        line.silent.store(false, Ordering::Release);
        assert_eq!(well.stored().unwrap().len(), 2, "what did not come to its end is not seen");
    })
    .await;
}

/// On two machines with folders of their own, nobody removes what another is bringing in.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_removes_while_another_machine_brings_in() {
    let dirs = [tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap()];
    let (at, name) = s3::bucket();
    let [here, there] = dirs.each_ref().map(|d| machine(d.path(), &format!("s3://{name}"), s3::settings(at)));
    let database = crate::servers::postgres::database().await;
    let one = Postgres::open(&database).await.unwrap();
    let other = Arc::new(Postgres::open(&database).await.unwrap());
    let bringing = here.bringing_in(&one).await.unwrap();
    let joined = here.bringing_in(&one).await.unwrap();
    let beside = there.bringing_in(other.as_ref()).await.unwrap();
    let behind = crate::servers::postgres::behind(&database).await;
    let held = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND classid = 8 AND granted = $1";
    let count = async |granted: bool| behind.query_one(held, &[&granted]).await.unwrap().get::<_, i64>(0);
    assert_eq!(count(true).await, 2, "one connection a process, however many bring something in");
    drop(beside);
    let alone = Arc::new(AtomicBool::new(false));
    let remover = tokio::spawn({
        let (other, alone) = (Arc::clone(&other), Arc::clone(&alone));
        async move {
            let nobody = there.nobody_brings_in(other.as_ref()).await.unwrap();
            alone.store(true, Ordering::Release);
            nobody
        }
    });
    while count(false).await == 0 {
        tokio::task::yield_now().await;
    }
    drop(bringing);
    assert!(!alone.load(Ordering::Acquire), "somebody still brings in");
    joined.stands().unwrap();
    drop(joined);
    let nobody = remover.await.unwrap();
    nobody.stands().unwrap();
    drop(nobody);

    // A lock whose connection is lost says so before anything is noted.
    let bringing = here.bringing_in(&one).await.unwrap();
    let end = "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND classid = 8";
    behind.execute(end, &[]).await.unwrap();
    while bringing.stands().is_ok() {
        tokio::task::yield_now().await;
    }
    assert!(matches!(bringing.stands(), Err(StoreError::Unavailable(_))));
    drop(bringing);
    here.bringing_in(&one).await.unwrap().stands().unwrap();
}

#[tokio::test]
async fn an_address_that_is_none_is_told() {
    for (address, why) in [("bucket", "s3://"), ("s3://", "s3://"), ("s3://b/a//b", "前缀")] {
        let told = Bucket::open(address, []).unwrap_err().to_string();
        assert!(told.contains(why), "{address}: {told}");
    }
}
