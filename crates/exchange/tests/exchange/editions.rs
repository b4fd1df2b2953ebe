//! The library changes at midnight: what has begun goes on under what it began under, also after the
//! overlay is gone.

use serde_json::json;
use store::Repository;

use crate::common::{act, case, node, node_with, person, picture};

const OVERLAY: (&str, &str) = (
    "overlays/P97.yaml",
    "overlay: P97\nname: 云岭省补充规定\nbasis: [规6]\nconfidence: unverified\nvalid: {from: \"2026-03-10\"}\npatches:\n  \
     - {set: {at: process/GA01/deadlines/D01/warn, value: [2日]}, reason: 试}\n",
);

#[tokio::test]
async fn each_instance_keeps_the_edition_it_began_under() {
    let data = tempfile::tempdir().unwrap();
    let (door, store) = node_with(data.path(), &[OVERLAY]).await;
    assert_eq!(store.active_library().await.unwrap(), None, "nothing was done yet");

    let at = |clock: &str| door.set_clock(Some(clock.parse().unwrap()));
    let begun = async |file: &str| store.state(file).await.unwrap().unwrap().situation.instances[0].library;
    at("2026-03-09T23:00:00+08:00").await.unwrap();
    let first = case(&door, data.path(), 1, &mut |_| ()).await.file;
    let base = door.library().digest;
    assert_eq!(begun(&first).await, base);
    assert_eq!(store.active_library().await.unwrap().unwrap().digest, base);

    at("2026-03-10T00:00:00+08:00").await.unwrap();
    let patched = door.library().digest;
    assert_ne!(patched, base);
    let second = case(&door, data.path(), 2, &mut |_| ()).await.file;
    assert_eq!(begun(&second).await, patched);
    let kept = store.active_library().await.unwrap().unwrap();
    assert_eq!(kept.digest, patched);
    assert!(kept.bundle.contains("overlays/P97.yaml"));

    let officer = person(&door, "officer").await;
    let photo = picture(&door, &officer, data.path(), 99).await;
    let given = json!({"materials": [{"kind": "EPHOTO", "sm3": photo}]});
    act(&door, &officer, &first, "I1", "collect", given).await.unwrap();
    let events = store.events(&first).await.unwrap();
    assert_eq!(events.last().unwrap().header.library, base, "what began before goes on under what it began under");
    drop(door);
    store.close().await;

    let (door, store) = node(data.path()).await;
    assert_eq!(door.library().digest, base, "the overlay is gone");
    let officer = person(&door, "officer").await;
    for (file, library) in [(&first, base), (&second, patched)] {
        let seen = door.look(&officer, file).await.unwrap();
        assert!(!seen.instances[0].offers.is_empty(), "{file} under {library}");
    }
    assert!(door.verify(false).await.unwrap().defects.iter().all(|d| d.kind != "rebuild" && d.kind != "chain"));
    store.close().await;
}
