//! Spoiled files of every format: status, Chinese words, basis, and the row of what is kept aside.

use reqwest::{Method, StatusCode};
use serde_json::Value;

use crate::province::{Province, answer, kind, pdf};

#[path = "../../../dossier/tests/common/media.rs"]
#[allow(dead_code, reason = "not every format is spoiled here")]
mod media;

fn picture(format: image::ImageFormat) -> Vec<u8> {
    let page = image::GrayImage::from_fn(300, 400, |x, y| image::Luma([((x * 7) ^ (y * 13)) as u8]));
    let mut bytes = std::io::Cursor::new(Vec::new());
    image::DynamicImage::ImageLuma8(page).write_to(&mut bytes, format).unwrap();
    bytes.into_inner()
}

fn package(entries: &[(&str, &[u8])]) -> Vec<u8> {
    use std::io::Write as _;
    let mut writer = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, content) in entries {
        writer.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
        writer.write_all(content).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

/// Whole files, with the ending that belongs to them.
fn whole() -> Vec<(&'static str, Vec<u8>)> {
    vec![
        ("pdf", pdf(3)),
        ("jpg", picture(image::ImageFormat::Jpeg)),
        ("png", picture(image::ImageFormat::Png)),
        ("tiff", picture(image::ImageFormat::Tiff)),
        ("mp4", media::mp4(true, false)),
        ("wav", media::wav()),
    ]
}

async fn upload(p: &Province, name: &str, body: Vec<u8>) -> (StatusCode, Value) {
    let request = p.as_user("handler", Method::POST, "/api/contents").await.query(&[("name", name)]).body(body);
    answer(request.send().await.unwrap()).await
}

/// Refused as unreadable with one of the codes, in Chinese, on a basis, and kept aside under its name.
async fn kept_aside(p: &Province, name: &str, body: Vec<u8>, codes: &[&str]) {
    let bytes = body.len() as u64;
    let (status, problem) = upload(p, name, body).await;
    assert_eq!((status, kind(&problem)), (StatusCode::UNPROCESSABLE_ENTITY, "unreadable"), "{name}: {problem:#}");
    let reasons = problem["reasons"].as_array().unwrap();
    assert!(reasons.iter().any(|r| codes.contains(&r["code"].as_str().unwrap())), "{name}: {problem:#}");
    for r in reasons {
        assert!(r["text"].as_str().unwrap().chars().any(|c| ('一'..='龥').contains(&c)), "{name}: {problem:#}");
        assert!(r["place"].as_str().is_some_and(|at| !at.is_empty()), "{name}: {problem:#}");
        assert_eq!(r["basis"][0], "《人民检察院刑事诉讼规则》第一百五十七条", "{name}: {problem:#}");
    }
    let (_, aside) = p.get("colleague", "/api/aside").await;
    let row = aside.as_array().unwrap().iter().find(|r| r["name"] == name);
    let row = row.unwrap_or_else(|| panic!("{name} is not kept aside: {aside:#}"));
    assert_eq!((row["bytes"].as_u64(), &row["by"]), (Some(bytes), &Value::from("handler")), "{row:#}");
    assert!(problem["detail"].as_str().unwrap().contains(row["sm3"].as_str().unwrap()), "{problem:#}");
    assert!(!row["faults"].as_array().unwrap().is_empty(), "{row:#}");
}

#[tokio::test]
async fn cut_short_or_empty() {
    let p = Province::start().await;
    for (ending, bytes) in whole() {
        let half = bytes[..bytes.len() / 2].to_vec();
        kept_aside(&p, &format!("截断.{ending}"), half, &["F-TRUNCATED", "F-UNREADABLE"]).await;
        kept_aside(&p, &format!("空.{ending}"), Vec::new(), &["F-EMPTY"]).await;
    }
    let half = package(&[("OFD.xml", b"<x/>"), ("Doc_0/Document.xml", b"<x/>")]);
    kept_aside(&p, "截断.ofd", half[..half.len() / 2].to_vec(), &["F-TRUNCATED", "F-UNREADABLE", "F-TYPE"]).await;
    kept_aside(&p, "空.ofd", Vec::new(), &["F-EMPTY"]).await;
}

#[tokio::test]
async fn encrypted() {
    let p = Province::start().await;
    let ofd = package(&[("OFD.xml", b"<x/>"), ("Encryptions.xml", b"<x/>")]);
    kept_aside(&p, "加密.ofd", ofd, &["F-ENCRYPTED"]).await;
    kept_aside(&p, "加密.pdf", crate::contents::encrypted(), &["F-ENCRYPTED"]).await;
}

#[tokio::test]
async fn renamed() {
    let p = Province::start().await;
    for (ending, bytes) in whole() {
        let other = if ending == "pdf" { "jpg" } else { "pdf" };
        let (status, answer) = upload(&p, &format!("改名.{other}"), bytes).await;
        let text = answer.to_string();
        assert!(text.contains("F-RENAMED"), "{ending}: {status} {answer:#}");
        assert!(status == StatusCode::CREATED || kind(&answer) == "unreadable", "{ending}: {status} {answer:#}");
    }
}
