//! Files that take for ever, eat memory or bring down what decodes them: what happens to them, and not to others.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use lopdf::{Dictionary, Document, Object, Stream, dictionary};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use server::{Decoding, Settings};

use crate::province::{Province, answer, decoder, kind, pdf};

/// A node whose decoders are known by a word on their command line.
struct Marked {
    p: Province,
    mark: String,
}

impl Marked {
    async fn start(decoding: Decoding) -> Self {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let mark = format!("mark-{}-{}", std::process::id(), NUMBER.fetch_add(1, Ordering::Relaxed));
        let decoding = Decoding { command: decoder(&["decode", &mark]), ..decoding };
        Self { p: Province::start_with(false, Settings { decoding, ..Settings::default() }).await, mark }
    }

    /// Its decoders that live.
    fn decoders(&self) -> BTreeSet<u32> {
        let all = std::fs::read_dir("/proc").unwrap().filter_map(|e| e.unwrap().file_name().to_str()?.parse().ok());
        let its = |pid: &u32| {
            let line = std::fs::read(format!("/proc/{pid}/cmdline")).unwrap_or_default();
            line.split(|b| *b == 0).any(|word| word == self.mark.as_bytes())
        };
        all.filter(its).collect()
    }

    /// Those that have worked for a fifth of a second: they are in the middle of what does not end.
    fn at_work(&self) -> BTreeSet<u32> {
        let ticks = |pid: &u32| {
            let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
            let (_, after) = stat.rsplit_once(") ").unwrap_or_default();
            after.split(' ').nth(11).and_then(|utime| utime.parse::<u32>().ok()).unwrap_or_default()
        };
        self.decoders().into_iter().filter(|pid| ticks(pid) >= 20).collect()
    }
}

/// Goes on when it holds. Where it never does, the test fails.
async fn until(mut holds: impl FnMut() -> bool) {
    let seen = tokio::time::timeout(Duration::from_secs(120), async {
        while !holds() {
            tokio::task::yield_now().await;
        }
    });
    seen.await.expect("it never came");
}

fn kill(pid: u32) {
    assert!(std::process::Command::new("kill").args(["-9", &pid.to_string()]).status().unwrap().success());
}

/// A PDF of two pages, a bar and one that takes years to draw: forms in forms, each with twenty of the next, and the
/// last draws nothing. With words on it, it is not drawn when it is examined.
fn endless(words: bool) -> Vec<u8> {
    let mut doc = Document::load_mem(&pdf(2)).unwrap();
    let page = doc.get_pages()[&2];
    let form = |resources: Dictionary, content: &str| {
        let dictionary = dictionary! {
            "Type" => "XObject", "Subtype" => "Form", "BBox" => vec![0.into(), 0.into(), 595.into(), 842.into()],
            "Resources" => resources,
        };
        Stream::new(dictionary, content.as_bytes().to_vec())
    };
    let many = "/F Do ".repeat(20);
    let mut inner = doc.add_object(form(Dictionary::new(), "q Q"));
    for _ in 0..10 {
        inner = doc.add_object(form(dictionary! { "XObject" => dictionary! { "F" => inner } }, &many));
    }
    let font = doc.add_object(dictionary! { "Type" => "Font", "Subtype" => "Type1", "BaseFont" => "Helvetica" });
    let drawing = if words { format!("BT /F0 20 Tf 72 700 Td (words) Tj ET {many}") } else { many };
    let content = doc.add_object(Stream::new(Dictionary::new(), drawing.into_bytes()));
    let mut resources = dictionary! { "XObject" => dictionary! { "F" => inner } };
    if words {
        resources.set("Font", dictionary! { "F0" => font });
    }
    let page = doc.get_dictionary_mut(page).unwrap();
    page.set("Contents", content);
    page.set("Resources", Object::Dictionary(resources));
    let mut out = Vec::new();
    doc.save_to(&mut out).unwrap();
    out
}

async fn upload(p: &Province, user: &str, name: &str, body: Vec<u8>) -> (StatusCode, Value) {
    let request = p.as_user(user, Method::POST, &format!("/api/contents?name={name}")).await.body(body);
    answer(request.send().await.unwrap()).await
}

/// A case in which that document is filed, and where its pages and those of a harmless one are.
async fn filed(p: &Province) -> (String, String) {
    let file = p.case().await;
    let (instance, _) = p.instance(&file).await;
    let (status, content) = upload(p, "handler", "endless.pdf", endless(true)).await;
    assert_eq!(status, StatusCode::CREATED, "{content:#}");
    let input = json!({"input": {"materials": [{"kind": "W072", "sm3": content["sm3"], "title": "endless"}]}});
    p.done("handler", &format!("/api/files/{file}/instances/{instance}/actions/collect"), &input).await;
    let materials = p.store().state(&file).await.unwrap().unwrap().situation.materials;
    let of = |endless: bool| {
        let m = materials.iter().find(|m| (m.title == "endless") == endless).unwrap();
        format!("/api/files/{file}/materials/{}", m.id)
    };
    (of(true), of(false))
}

/// Refused, and kept aside for the cost, at this place.
async fn aside(p: &Province, name: &str, (status, problem): (StatusCode, Value), place: &str) {
    assert_eq!((status, kind(&problem)), (StatusCode::UNPROCESSABLE_ENTITY, "unreadable"), "{problem:#}");
    let reason = &problem["reasons"][0];
    assert_eq!((&reason["code"], &reason["place"]), (&json!("F-TOO-COSTLY"), &json!(place)), "{problem:#}");
    assert!(reason["text"].as_str().unwrap().contains("请"), "{problem:#}");
    let (_, aside) = p.get("colleague", "/api/aside").await;
    let row = aside.as_array().unwrap().iter().find(|r| r["name"] == name).unwrap();
    assert_eq!(row["faults"][0]["text"], reason["text"], "{row:#}");
}

#[tokio::test]
async fn a_page_that_takes_for_ever_is_answered_in_time() {
    let n = Marked::start(Decoding { page: Duration::from_millis(300), ..Decoding::default() }).await;
    let (endless, harmless) = filed(&n.p).await;
    let (status, problem) = n.p.get("handler", &format!("{endless}/pages/2")).await;
    assert_eq!((status, kind(&problem)), (StatusCode::UNPROCESSABLE_ENTITY, "page-too-costly"), "{problem:#}");
    let detail = problem["detail"].as_str().unwrap();
    assert!(detail.contains("第2页") && detail.contains("下载原件"), "{detail}");
    // What can be had: the original, its other page, and other documents.
    for path in [format!("{endless}/content"), format!("{endless}/pages/1"), format!("{harmless}/pages/1")] {
        assert_eq!(n.p.get("handler", &path).await.0, StatusCode::OK, "{path}");
    }
}

#[tokio::test]
async fn an_import_that_takes_for_ever_is_kept_aside() {
    let page = Decoding { import_page: Duration::from_millis(300), ..Decoding::default() };
    let n = Marked::start(page).await;
    aside(&n.p, "a.pdf", upload(&n.p, "handler", "a.pdf", endless(false)).await, "第2页").await;
    let whole = Decoding { import: Duration::from_millis(300), ..Decoding::default() };
    let n = Marked::start(whole).await;
    aside(&n.p, "a.pdf", upload(&n.p, "handler", "a.pdf", endless(false)).await, "全文件").await;
    // One that becomes long first.
    let long = Decoding { import_page: Duration::from_millis(1500), ..Decoding::default() };
    let n = Marked::start(long).await;
    aside(&n.p, "a.pdf", upload(&n.p, "handler", "a.pdf", endless(false)).await, "第2页").await;
}

#[tokio::test]
async fn what_eats_memory_is_kept_aside() {
    let n = Marked::start(Decoding { memory: 256 << 20, ..Decoding::default() }).await;
    let mut png = std::io::Cursor::new(Vec::new());
    image::GrayImage::new(10_000, 10_000).write_to(&mut png, image::ImageFormat::Png).unwrap();
    let png = png.into_inner();
    aside(&n.p, "a.png", upload(&n.p, "handler", "a.png", png).await, "全文件").await;
    let (status, content) = upload(&n.p, "handler", "b.pdf", pdf(1)).await;
    assert_eq!(status, StatusCode::CREATED, "{content:#}");
}

#[tokio::test]
async fn a_decoder_that_is_killed_is_replaced() {
    let n = Marked::start(Decoding::default()).await;
    let (endless_one, harmless) = filed(&n.p).await;
    let killed = async {
        until(|| !n.at_work().is_empty()).await;
        n.at_work().into_iter().for_each(kill);
    };
    let (import, ()) = tokio::join!(upload(&n.p, "handler", "a.pdf", endless(false)), killed);
    aside(&n.p, "a.pdf", import, "第2页").await;
    let killed = async {
        until(|| !n.at_work().is_empty()).await;
        n.at_work().into_iter().for_each(kill);
    };
    let path = format!("{endless_one}/pages/2");
    let ((status, problem), ()) = tokio::join!(n.p.get("handler", &path), killed);
    assert_eq!((status, kind(&problem)), (StatusCode::UNPROCESSABLE_ENTITY, "page-too-costly"), "{problem:#}");
    assert_eq!(n.p.get("handler", &format!("{harmless}/pages/1")).await.0, StatusCode::OK);
    assert_eq!(upload(&n.p, "handler", "b.pdf", pdf(1)).await.0, StatusCode::CREATED);
}

#[tokio::test]
async fn a_decoder_that_talks_rubbish_is_not_believed() {
    let decoding = Decoding { command: decoder(&["rubbish"]), ..Decoding::default() };
    let p = Province::start_with(false, Settings { decoding, ..Settings::default() }).await;
    aside(&p, "a.pdf", upload(&p, "handler", "a.pdf", pdf(1)).await, "全文件").await;
}

#[tokio::test]
async fn where_no_decoder_can_be_started_nothing_is_kept_aside() {
    for command in ["/nonexistent", "/bin/true"] {
        let decoding = Decoding { command: vec![command.into()], ..Decoding::default() };
        let p = Province::start_with(false, Settings { decoding, ..Settings::default() }).await;
        let (status, problem) = upload(&p, "handler", "a.pdf", pdf(1)).await;
        assert_eq!((status, kind(&problem)), (StatusCode::INTERNAL_SERVER_ERROR, "internal"), "{problem:#}");
        assert_eq!(p.get("colleague", "/api/aside").await.1, Value::Array(Vec::new()));
    }
}

/// Many that take for ever, of one person, and what others do meanwhile; and all of it ends with who asked.
#[tokio::test]
async fn what_takes_for_ever_holds_up_nobody_else() {
    let hour = Duration::from_secs(3600);
    let n = Marked::start(Decoding { page: hour, import_page: hour, import: hour, ..Decoding::default() }).await;
    let (endless_one, harmless) = filed(&n.p).await;
    let send = async |request: reqwest::RequestBuilder| tokio::spawn(async move { request.send().await });
    let mut waiting = Vec::new();
    for k in 0..8 {
        let page = n.p.as_user("handler", Method::GET, &format!("{endless_one}/pages/2?width={}", 500 + k)).await;
        waiting.push(send(page).await);
        let import = n.p.as_user("handler", Method::POST, "/api/contents?name=a.pdf").await.body(endless(false));
        waiting.push(send(import).await);
    }
    until(|| n.at_work().len() >= 2).await;
    assert_eq!(n.p.get("chief", &format!("{harmless}/pages/1")).await.0, StatusCode::OK);
    assert_eq!(upload(&n.p, "colleague", "b.pdf", pdf(1)).await.0, StatusCode::CREATED);
    assert!(waiting.iter().all(|w| !w.is_finished()), "these were to take for ever");
    // Once the long ones are as many as one person may have, what is his and short still passes.
    assert_eq!(upload(&n.p, "handler", "c.pdf", pdf(2)).await.0, StatusCode::CREATED);
    assert!(waiting.iter().all(|w| !w.is_finished()), "these were to take for ever");
    waiting.iter().for_each(tokio::task::JoinHandle::abort);
    until(|| n.at_work().is_empty()).await;
}

#[tokio::test]
async fn a_decoder_ends_with_its_server_and_gets_nothing_it_has_no_need_of() {
    let n = Marked::start(Decoding { memory: 777 << 20, ..Decoding::default() }).await;
    assert_eq!(upload(&n.p, "handler", "a.pdf", pdf(1)).await.0, StatusCode::CREATED);
    let decoders = n.decoders();
    assert!(!decoders.is_empty());
    let read = |pid: u32, what: &str| std::fs::read_to_string(format!("/proc/{pid}/{what}")).unwrap();
    // The first may still be about to confine itself.
    until(|| decoders.iter().all(|pid| read(*pid, "status").contains("NoNewPrivs:\t1"))).await;
    for pid in decoders {
        assert_eq!(read(pid, "environ"), "");
        let limits = read(pid, "limits");
        let limit = limits.lines().find(|l| l.starts_with("Max address space")).unwrap();
        assert!(limit.contains(&(777_u64 << 20).to_string()), "{limit}");
    }
    let Marked { p, mark } = n;
    let mark = &mark;
    drop(p.app.clone());
    let mut p = p;
    p.stop().await;
    drop(p);
    let all =
        || std::fs::read_dir("/proc").unwrap().filter_map(|e| std::fs::read(e.unwrap().path().join("cmdline")).ok());
    until(|| !all().any(|line| String::from_utf8_lossy(&line).contains(mark.as_str()))).await;
}

/// Whoever breaks into a decoder opens nothing but contents with it.
#[tokio::test]
async fn a_decoder_opens_nothing_outside_of_the_contents() {
    use landlock::{ABI, Access, AccessFs, CompatLevel, Compatible, Ruleset, RulesetAttr};
    let there = Ruleset::default()
        .set_compatibility(CompatLevel::HardRequirement)
        .handle_access(AccessFs::from_all(ABI::V1))
        .is_ok_and(|rules| rules.create().is_ok());
    let p = Province::start().await;
    let file = p.case().await;
    let m = p.store().state(&file).await.unwrap().unwrap().situation.materials.remove(0);
    let kept = p.app.door.contents().path("GA-970102", &m.sm3).unwrap();
    let elsewhere = tempfile::tempdir().unwrap();
    std::fs::rename(&kept, elsewhere.path().join("a.pdf")).unwrap();
    std::os::unix::fs::symlink(elsewhere.path().join("a.pdf"), &kept).unwrap();
    let (status, _) = p.get("handler", &format!("/api/files/{file}/materials/{}/pages/1", m.id)).await;
    // On a kernel without Landlock it is what the operator reads in the table of threats.
    assert_eq!(status, if there { StatusCode::INTERNAL_SERVER_ERROR } else { StatusCode::OK });
}

#[tokio::test]
async fn what_comes_from_a_decoder_is_what_the_library_says() {
    let p = Province::start().await;
    let mut photo = std::io::Cursor::new(Vec::new());
    let picture =
        image::RgbImage::from_fn(700, 900, |x, y| image::Rgb([(x * y) as u8, (x ^ y) as u8, (x + 3 * y) as u8]));
    picture.write_to(&mut photo, image::ImageFormat::Jpeg).unwrap();
    let words = crate::province::worded(&["some words\nand more", "other words"]);
    for (name, body) in [("a.pdf", pdf(3)), ("a.jpg", photo.into_inner()), ("w.pdf", words)] {
        let wanted = dossier::import(&body, name, &dossier::Checks::default());
        let (status, content) = upload(&p, "handler", name, body.clone()).await;
        assert_eq!(status, StatusCode::CREATED, "{content:#}");
        let row = p.store().content("GA-970102", &wanted.digests.sm3).await.unwrap().unwrap();
        let facts = serde_json::to_string(&row.facts).unwrap();
        assert_eq!(facts, serde_json::to_string(&wanted.pages).unwrap(), "{name}");
        assert_eq!(row.text, wanted.text_layer.map(|t| t.join("\u{c}")), "{name}");
        // Filed, so that it can be read.
        let answer = p.done("handler", "/api/files", &crate::province::registration(&row.sm3.to_string())).await;
        let file = answer["file"].as_str().unwrap();
        let m = p.store().state(file).await.unwrap().unwrap().situation.materials.remove(0);
        let path = format!("/api/files/{file}/materials/{}/pages/1?width=640", m.id);
        let image = p.as_user("handler", Method::GET, &path).await.send().await.unwrap().bytes().await.unwrap();
        let drawn = dossier::PageReader::open(body).image(1, 640, 80).unwrap();
        assert!(image == drawn, "{name}: {} and {} bytes", image.len(), drawn.len());
    }
}
