//! Page images on the disk: kept for their unit, bounded, gone with their content.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use seal::Digest;
use store::content::Folder;
use store::images::{ImageKey, Images};

const UNIT: &str = "JC-970101";
const HOUR: Duration = Duration::from_secs(60 * 60);

fn key(sm3: Digest, page: u32) -> ImageKey {
    ImageKey { unit: UNIT.into(), sm3, drawing: "d1", page, width: 800 }
}

fn files(dir: &Path) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(dir) else { return Vec::new() };
    entries.map(|e| e.unwrap().path()).flat_map(|p| if p.is_dir() { files(&p) } else { vec![p] }).collect()
}

#[test]
fn an_image_is_kept_for_its_unit_and_goes_with_the_content() {
    let dir = tempfile::tempdir().unwrap();
    let folder = Folder::open(dir.path().join("contents")).unwrap();
    let (kept, other) = (folder.put_bytes(UNIT, b"a").unwrap().sm3, folder.put_bytes(UNIT, b"b").unwrap().sm3);
    let now = SystemTime::now();
    for (sm3, page) in [(kept, 1), (kept, 2), (other, 1)] {
        assert_eq!(folder.images().get(&key(sm3, page), now).unwrap(), None);
        let content = folder.path(UNIT, &sm3).unwrap();
        folder.images().put(&key(sm3, page), &[page as u8], &content, now).unwrap();
    }
    // What another program that was started later finds.
    let again = Folder::open(dir.path().join("contents")).unwrap();
    assert_eq!(again.images().get(&key(kept, 2), now).unwrap(), Some(vec![2]));
    let wide = ImageKey { width: 1200, ..key(kept, 2) };
    let newer = ImageKey { drawing: "d2", ..key(kept, 2) };
    let foreign = ImageKey { unit: "GA-970101".into(), ..key(kept, 2) };
    for none in [wide, newer, foreign] {
        assert_eq!(again.images().get(&none, now).unwrap(), None, "{none:?}");
    }
    let escape = ImageKey { unit: "../contents".into(), ..key(kept, 2) };
    assert!(again.images().get(&escape, now).is_err());
    folder.remove(UNIT, &kept).unwrap();
    assert_eq!(again.images().get(&key(kept, 1), now).unwrap(), None);
    assert_eq!(again.images().get(&key(other, 1), now).unwrap(), Some(vec![1]));
    // Drawn from a file that has gone meanwhile.
    let gone = folder.path(UNIT, &kept).unwrap();
    folder.images().put(&key(kept, 1), b"late", &gone, now).unwrap();
    assert_eq!(files(&dir.path().join("pages")).len(), 1);
}

#[test]
fn the_least_recently_used_make_room() {
    let dir = tempfile::tempdir().unwrap();
    let images = Images::new(dir.path().join("pages"), 1000);
    let content = dir.path().join("content");
    fs::write(&content, b"x").unwrap();
    let sm3 = Digest::of(b"x");
    let begin = SystemTime::now();
    for page in 1..=9 {
        images.put(&key(sm3, page), &[0; 100], &content, begin).unwrap();
    }
    // The first is the oldest by its writing, but was read lately.
    for (age, file) in (0..).zip(files(&dir.path().join("pages"))) {
        let file = fs::File::options().append(true).open(file).unwrap();
        file.set_modified(begin - HOUR * (10 + age)).unwrap();
    }
    assert!(images.get(&key(sm3, 1), begin).unwrap().is_some());
    fs::write(dir.path().join("pages").join(".new-killed"), b"half").unwrap();
    images.put(&key(sm3, 10), &[0; 100], &content, begin).unwrap();
    assert_eq!((1..=10).filter(|page| images.has(&key(sm3, *page))).count(), 10, "within the limit nothing goes");
    images.put(&key(sm3, 11), &[0; 100], &content, begin + HOUR * 2).unwrap();
    let left: Vec<u32> = (1..=11).filter(|page| images.has(&key(sm3, *page))).collect();
    assert_eq!(left.len(), 9, "down to nine tenths: {left:?}");
    assert!([1, 10, 11].iter().all(|page| left.contains(page)), "{left:?}");
    assert_eq!(files(&dir.path().join("pages")).len(), 9, "what a killed writer left has gone");
    // A smaller limit holds from the next image on.
    images.keep_up_to(300);
    images.put(&key(sm3, 12), &[0; 100], &content, begin + HOUR * 2).unwrap();
    assert_eq!(files(&dir.path().join("pages")).len(), 2);
    assert!(images.has(&key(sm3, 12)));
}
