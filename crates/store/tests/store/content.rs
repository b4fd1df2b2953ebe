//! Contents in a folder.

use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use seal::{Digest, Sha256, digests};
use store::Sqlite;
use store::StoreError;
use store::content::Folder;

const FROM: &str = "GA-970101";
const TO: &str = "JC-970101";

/// All files below a directory.
fn files(dir: &Path) -> Vec<std::path::PathBuf> {
    fs::read_dir(dir)
        .unwrap()
        .map(|e| e.unwrap().path())
        .flat_map(|p| if p.is_dir() { files(&p) } else { vec![p] })
        .collect()
}

fn damage(path: &Path) {
    let mut bytes = fs::read(path).unwrap();
    bytes[0] ^= 1;
    fs::write(path, bytes).unwrap();
}

#[test]
fn content_is_found_by_its_digest_and_stored_once() {
    let dir = tempfile::tempdir().unwrap();
    let folder = Folder::open(dir.path().join("contents")).unwrap();
    // More than one chunk, and not a multiple of it.
    let big: Vec<u8> = (0..3_000_001u32).map(|n| n.to_le_bytes()[(n % 3) as usize]).collect();
    for bytes in [&b""[..], b"abc", &big] {
        let found = folder.put_bytes(FROM, bytes).unwrap();
        assert_eq!(found, digests(bytes));
        assert_eq!(folder.read(FROM, &found.sm3).unwrap(), bytes);
        assert_eq!(folder.verify(FROM, &found.sm3, Some(&found.sha256)).unwrap(), found);
        assert!(folder.read(TO, &found.sm3).is_err(), "units share nothing");
    }
    let path = folder.path(FROM, &Digest::of(b"abc")).unwrap();
    let hex = Digest::of(b"abc").to_string();
    assert!(path.ends_with(format!("{FROM}/{}/{}", &hex[..2], &hex[2..])), "{}", path.display());
    let before = fs::metadata(&path).unwrap().modified().unwrap();
    let source = dir.path().join("source");
    fs::write(&source, b"abc").unwrap();
    folder.adopt(FROM, &source, &digests(b"abc")).unwrap();
    assert_eq!(fs::metadata(&path).unwrap().modified().unwrap(), before, "written again");
    assert_eq!(files(&dir.path().join("contents")).len(), 3, "something was left behind");
    fs::write(&source, b"abcd").unwrap();
    folder.adopt(FROM, &source, &digests(b"abcd")).unwrap();
    assert!(!source.exists(), "moved, not copied");
    assert_eq!(folder.read(FROM, &Digest::of(b"abcd")).unwrap(), b"abcd");
}

#[test]
fn a_file_is_taken_over_from_another_file_system_too() {
    // A file system in memory, as every Linux has one.
    let elsewhere = tempfile::tempdir_in("/dev/shm").unwrap();
    let dir = tempfile::tempdir().unwrap();
    let folder = Folder::open(dir.path()).unwrap();
    let source = elsewhere.path().join("source");
    fs::write(&source, b"abc").unwrap();
    let changed = folder.adopt(FROM, &source, &digests(b"abd")).unwrap_err();
    assert!(matches!(changed, StoreError::Digest(_)), "{changed}");
    assert_eq!(files(dir.path()), Vec::<std::path::PathBuf>::new());
    folder.adopt(FROM, &source, &digests(b"abc")).unwrap();
    assert_eq!(folder.read(FROM, &Digest::of(b"abc")).unwrap(), b"abc");
}

#[test]
fn a_changed_content_is_noticed() {
    let dir = tempfile::tempdir().unwrap();
    let folder = Folder::open(dir.path()).unwrap();
    let d = folder.put_bytes(FROM, b"statement").unwrap();
    let wrong = folder.verify(FROM, &d.sm3, Some(&Sha256::of(b"other"))).unwrap_err();
    assert!(matches!(wrong, StoreError::Digest(_)), "{wrong}");
    damage(&folder.path(FROM, &d.sm3).unwrap());
    let changed = folder.verify(FROM, &d.sm3, None).unwrap_err();
    assert!(matches!(changed, StoreError::Digest(_)), "{changed}");
    let refused = folder.carry(FROM, TO, &d.sm3, &d.sha256).unwrap_err();
    assert!(matches!(refused, StoreError::Digest(_)), "{refused}");
    assert_eq!(files(&dir.path().join(TO)), Vec::<std::path::PathBuf>::new(), "a refused content leaves nothing");
}

#[test]
fn many_are_carried_or_the_fault_is_told() {
    let dir = tempfile::tempdir().unwrap();
    let folder = Folder::open(dir.path()).unwrap();
    let all: Vec<_> = (0..40u32).map(|n| folder.put_bytes(FROM, &n.to_be_bytes().repeat(1000)).unwrap()).collect();
    let mut list: Vec<_> = all.iter().map(|d| (d.sm3, d.sha256)).collect();
    // The same content twice in one hand-over, and once more in the next.
    list.push(list[0]);
    assert_eq!(folder.carry_many(FROM, TO, &list).unwrap(), 41 * 4000);
    assert_eq!(folder.carry_many(FROM, TO, &list).unwrap(), 41 * 4000);
    assert_eq!(folder.carry_many(FROM, TO, &[]).unwrap(), 0);
    for d in &all {
        folder.verify(TO, &d.sm3, Some(&d.sha256)).unwrap();
    }
    assert_eq!(files(&dir.path().join(TO)).len(), 40);
    let (sm3, _) = list[7];
    let false_list = [list[6], (sm3, Sha256::of(b"other"))];
    let refused = folder.carry_many(FROM, "FY-970101", &false_list).unwrap_err();
    assert!(matches!(refused, StoreError::Digest(_)), "{refused}");
    assert!(!folder.path("FY-970101", &sm3).unwrap().exists());
    assert!(folder.carry(FROM, TO, &Digest::of(b"absent"), &Sha256::of(b"absent")).is_err());
}

#[test]
fn a_unit_is_a_plain_name() {
    let dir = tempfile::tempdir().unwrap();
    let folder = Folder::open(dir.path().join("contents")).unwrap();
    for unit in ["", ".", "..", "../x", "a/b", "a\\b", "/", "云检", "a b", "a\0"] {
        assert!(folder.put_bytes(unit, b"x").is_err(), "{unit:?}");
        assert!(folder.path(unit, &Digest::of(b"x")).is_err(), "{unit:?}");
    }
    assert_eq!(files(dir.path()), Vec::<std::path::PathBuf>::new());
}

/// Two processes share the folder: each has opened it for itself.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_cleans_while_another_process_brings_in() {
    let dir = tempfile::tempdir().unwrap();
    let [one, other] = [(), ()].map(|()| Folder::open(dir.path().join("contents")).unwrap());
    let db = Arc::new(Sqlite::open(&dir.path().join("xiezhi.db")).await.unwrap());
    let bringing = one.bringing_in(db.as_ref()).await.unwrap();
    let beside = other.bringing_in(db.as_ref()).await.unwrap();
    drop(beside);
    let cleans = Arc::new(AtomicBool::new(false));
    let cleaner = tokio::spawn({
        let (other, cleans, db) = (other.clone(), Arc::clone(&cleans), Arc::clone(&db));
        async move {
            let nobody = other.nobody_brings_in(db.as_ref()).await.unwrap();
            cleans.store(true, Ordering::Release);
            nobody
        }
    });
    // Time enough for a cleaner who does not wait.
    for n in 0..200u32 {
        one.put_bytes("JC-970101", &n.to_be_bytes()).unwrap();
        tokio::task::yield_now().await;
    }
    assert!(!cleans.load(Ordering::Acquire), "it cleans while something is brought in");
    drop(bringing);
    drop(cleaner.await.unwrap());
    assert!(cleans.load(Ordering::Acquire));
    drop(one.bringing_in(db.as_ref()).await.unwrap());
}

/// A folder goes with the last of its contents while others look at what there is.
#[test]
fn what_goes_while_it_is_looked_at_is_no_fault() {
    let dir = tempfile::tempdir().unwrap();
    let folder = Folder::open(dir.path().join("contents")).unwrap();
    let kept = folder.put_bytes("U1", b"kept").unwrap();
    let goes = dir.path().join("contents/U1");
    let done = std::sync::atomic::AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            while !done.load(std::sync::atomic::Ordering::Relaxed) {
                for n in 0..16 {
                    std::fs::create_dir_all(goes.join(format!("z{n}"))).unwrap();
                }
                for n in 0..16 {
                    std::fs::remove_dir(goes.join(format!("z{n}"))).unwrap();
                }
            }
        });
        let looked: Vec<_> = (0..2000).map(|_| folder.stored()).collect();
        done.store(true, std::sync::atomic::Ordering::Relaxed);
        for found in looked {
            assert_eq!(found.unwrap().into_iter().filter_map(|s| s.sm3).collect::<Vec<_>>(), [kept.sm3]);
        }
    });
}
