//! The library as pages: processes in words, articles with what rests on them.

use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::province::Province;

async fn process(p: &Province, id: &str) -> Value {
    let (status, page) = p.get("lawyer", &format!("/api/library/processes/{id}/page")).await;
    assert_eq!(status, StatusCode::OK, "{page:#}");
    page
}

fn find<'a>(list: &'a Value, id: &str) -> &'a Value {
    list.as_array().unwrap().iter().find(|x| x["id"] == id).unwrap_or_else(|| panic!("{id}"))
}

#[tokio::test]
async fn every_process_is_a_page_in_which_nothing_is_left_unnamed() {
    let p = Province::start().await;
    let (_, library) = p.get("handler", "/api/library").await;
    for listed in library["processes"].as_array().unwrap() {
        let id = listed["id"].as_str().unwrap();
        let page = process(&p, id).await;
        assert_eq!(page["check"], listed["check"], "{id}");
        assert_eq!(page["check"]["requirements"], page["requirements"].as_array().unwrap().len());
        let states: Vec<&str> = page["states"].as_array().unwrap().iter().map(|s| s["id"].as_str().unwrap()).collect();
        for a in page["actions"].as_array().unwrap() {
            assert!(!a["by"].as_array().unwrap().is_empty(), "{id} {a}");
            for s in a["from"].as_array().unwrap().iter().chain(a["to"].as_str().map(|_| &a["to"])) {
                assert!(states.contains(&s.as_str().unwrap()), "{id} {s}");
            }
            for kind in a["issue"].as_array().unwrap() {
                find(&page["documents"], kind.as_str().unwrap());
            }
        }
        for r in page["requirements"].as_array().unwrap() {
            assert!(!r["need"].as_str().unwrap().is_ascii(), "{id} {r}");
            assert_ne!(r["pass"], r["fail"], "{id} {r}");
        }
        for d in page["deadlines"].as_array().unwrap() {
            assert!(!d["lengths"].as_array().unwrap().is_empty(), "{id} {d}");
            for text in d["starts"].as_array().unwrap().iter().chain(d["ends"].as_array().unwrap()) {
                assert!(!text.as_str().unwrap().is_ascii(), "{id}: a trigger without a name: {text}");
            }
        }
        for basis in page["basis"].as_array().unwrap() {
            assert!(basis.as_str().unwrap().starts_with('《'), "{id} {basis}");
        }
    }
    let (status, _) = p.get("handler", "/api/library/processes/NONE/page").await;
    assert_eq!(status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_page_says_who_may_do_what_and_within_which_time() {
    let p = Province::start().await;
    let page = process(&p, "XQ01").await;
    let accept = find(&page["actions"], "accept");
    assert_eq!(accept["by"], json!(["案件管理人员"]));
    assert_eq!(accept["sends"][0]["to"], "移送来本案的单位");
    assert!(accept["requirements"].as_array().unwrap().contains(&json!("XQ01-R01")), "{accept:#}");
    let extension = find(&page["deadlines"], "D56");
    assert_eq!(extension["clock"], "办案");
    assert!(extension["lengths"].to_string().contains("1 个月"), "{extension:#}");
    assert!(extension["extends"][0]["by"] == "15 日", "{extension:#}");
    assert!(page["opened"].to_string().contains("收到移送审查起诉"), "{}", page["opened"]);
    // The version under which a case runs can be read for as long as it is kept.
    let version = page["library"].as_str().unwrap();
    let (status, same) = p.get("lawyer", &format!("/api/library/processes/XQ01/page?library={version}")).await;
    assert_eq!((status, &same), (StatusCode::OK, &page));
    for none in ["0".repeat(64), "x".into()] {
        let (status, _) = p.get("lawyer", &format!("/api/library/processes/XQ01/page?library={none}")).await;
        assert_eq!(status, StatusCode::NOT_FOUND);
    }
    // Numbers of people in examples are masked like all others.
    assert!(!page.to_string().contains("970102199"), "an identity number is shown");
}

#[tokio::test]
async fn an_article_tells_what_rests_on_it() {
    let p = Province::start().await;
    let (status, article) = p.get("lawyer", "/api/library/articles/诉175").await;
    assert_eq!(status, StatusCode::OK, "{article:#}");
    assert_eq!(article["title"], "《中华人民共和国刑事诉讼法》第一百七十五条");
    assert_eq!(article["statute"]["versions"][0]["has"], true);
    let uses = article["uses"].as_array().unwrap();
    assert!(uses.iter().any(|u| u["process"] == "XQ01" && u["kind"] == "deadline"), "{article:#}");
    // A paragraph is asked for as its article, and an article is found in a range.
    let (_, paragraph) = p.get("lawyer", "/api/library/articles/诉175.3").await;
    assert_eq!(paragraph["uses"], article["uses"]);
    let (_, whole) = p.get("lawyer", "/api/library/articles/诉").await;
    assert!(whole["uses"].as_array().unwrap().len() > uses.len());
    assert_eq!(whole["uses"].as_array().unwrap().len(), whole["statute"]["uses"]);
    for nothing in ["诉999", "甲1", "175", "诉20–10"] {
        let (status, _) = p.get("lawyer", &format!("/api/library/articles/{nothing}")).await;
        assert_eq!(status, StatusCode::NOT_FOUND, "{nothing}");
    }
    let (_, all) = p.get("lawyer", "/api/library/articles").await;
    let code = find(&all, "诉");
    assert_eq!(code["uses"], whole["statute"]["uses"]);
}

#[tokio::test]
async fn a_process_that_needs_a_case_does_not_begin_one() {
    let p = Province::start().await;
    let (_, library) = p.get("handler", "/api/library").await;
    assert_eq!(find(&library["processes"], "GA01")["begins_case"], true);
    let bail = find(&library["processes"], "QB01");
    assert_eq!((&bail["begins_case"], &bail["opened_by"]), (&json!(false), &json!("propose")));
    // What the flag says is so: nobody could be named in it.
    let (status, no) = p.post("handler", "/api/files", &json!({"process": "QB01", "input": {}})).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{no:#}");
    assert_eq!(library["statutes"]["诉"], "中华人民共和国刑事诉讼法");
}

#[tokio::test]
async fn a_citation_is_read_in_either_form() {
    let p = Province::start().await;
    let full = "《中华人民共和国刑事诉讼法》第九十一条第三款";
    let asked = json!({"texts": ["诉91.3", full, "诉9999", "单位内部规定", "刑133之一"]});
    let (status, read) = p.post("lawyer", "/api/library/citations", &asked).await;
    assert_eq!(status, StatusCode::OK, "{read:#}");
    assert_eq!(
        read,
        json!([
            {"title": full, "citation": "诉91.3"},
            {"title": full, "citation": "诉91.3"},
            {"title": "诉9999", "citation": "诉"},
            {"title": "单位内部规定", "citation": null},
            {"title": "《中华人民共和国刑法》第一百三十三条之一", "citation": "刑133之一"},
        ])
    );
    let many = json!({"texts": vec!["诉91"; 201]});
    assert_eq!(p.post("lawyer", "/api/library/citations", &many).await.0, StatusCode::BAD_REQUEST);
    assert_eq!(p.post("nobody", "/api/library/citations", &asked).await.0, StatusCode::UNAUTHORIZED);
}
