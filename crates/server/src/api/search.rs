//! 卷内检索。

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use axum::extract::State;
use dossier::Wanted;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::App;
use crate::extract::{Path, Query};
use crate::mask;
use crate::problem::{Answer, Document, Problem};
use crate::signed::Signed;

/// Pages of one answer at most.
const MOST: usize = 500;
/// Characters of what is looked for.
const LONGEST: usize = 100;
/// Characters shown before and after what was found.
const AROUND: usize = 24;
/// Between the pages of a text layer.
const NEXT_PAGE: char = '\u{c}';
/// The access log names a search so, and never what was looked for.
const LOGGED: &str = "search";

/// What to look for.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct Asked {
    /// 要找的文字，1 至 100 字；空格、换行、全角半角、大小写不计
    q: String,
}

/// A page on which it stands.
#[derive(Serialize, ToSchema)]
pub struct Hit {
    /// The material.
    material: String,
    /// Page from 1.
    page: u32,
    /// How often it stands there.
    count: usize,
    /// What stands before it, where it is found first.
    before: String,
    /// What was found.
    found: String,
    /// What stands after it.
    after: String,
}

/// A material, or pages of it, in which nothing can be found.
#[derive(Serialize, ToSchema)]
pub struct Textless {
    /// The material.
    material: String,
    /// Its pages without text; empty for a material that has no pages.
    pages: Vec<u32>,
}

/// What was found, and where nobody could look.
#[derive(Serialize, ToSchema)]
pub struct Found {
    /// Pages, in the order of the catalogue.
    hits: Vec<Hit>,
    /// Materials without a text layer (无文字层): what stands in them is not found.
    textless: Vec<Textless>,
    /// There are more pages than are listed.
    more: bool,
}

/// 卷内检索
///
/// 在本人可以阅看的材料的文字层中查找，逐页列出。没有文字层的材料和页（textless）无从查找，须逐页阅看。
#[utoipa::path(
    get, path = "/api/files/{file}/search", tag = "卷宗材料", operation_id = "search_dossier", params(("file" = String, Path, description = "案件"), Asked),
    responses(
        (status = 200, description = "查找结果", body = Found),
        (status = 403, description = "无权阅卷", body = Document, content_type = "application/problem+json"),
        (status = 404, description = "没有这个案件，或者无权查看", body = Document, content_type = "application/problem+json"),
    )
)]
pub async fn search(
    State(app): State<Arc<App>>,
    signed: Signed,
    Path(file): Path<String>,
    Query(asked): Query<Asked>,
) -> Answer<axum::Json<Found>> {
    let (row, mut materials) = app.door.readable(&signed.who, &file).await?;
    let typed = Some(&asked.q).filter(|q| q.chars().count() <= LONGEST).and_then(|q| Wanted::new(q));
    let bad = || Problem::bad_request("bad-query", format!("查询参数“q”：应为 1 至 {LONGEST} 字"));
    let wanted = typed.ok_or_else(bad)?;
    materials.retain(|m| !m.destroyed);
    let digests: Vec<_> = materials.iter().map(|m| m.sm3).collect();
    let texts: BTreeMap<_, _> = app.door.store().texts(&row.unit, &digests).await?.into_iter().collect();
    app.journal.opened(&signed.who.user.id, &file, LOGGED, 0).await;
    let found = tokio::task::spawn_blocking(move || {
        let mut found = Found { hits: Vec::new(), textless: Vec::new(), more: false };
        for m in &materials {
            look(&mut found, &wanted, &m.id, m.pages, texts.get(&m.sm3).map(String::as_str));
        }
        found
    });
    Ok(axum::Json(found.await.map_err(|e| Problem::internal(e.to_string()))?))
}

fn look(found: &mut Found, wanted: &Wanted, material: &str, pages: u32, text: Option<&str>) {
    let mut textless = Vec::new();
    let mut of_pages = text.into_iter().flat_map(|t| t.split(NEXT_PAGE));
    for page in 1..=pages {
        let text = of_pages.next().unwrap_or_default();
        if text.trim().is_empty() {
            textless.push(page);
            continue;
        }
        let places = wanted.find(text);
        let Some(first) = places.first() else { continue };
        if found.hits.len() == MOST {
            found.more = true;
            continue;
        }
        let (before, middle, after) = excerpt(text, first);
        found.hits.push(Hit { material: material.to_owned(), page, count: places.len(), before, found: middle, after });
    }
    if pages == 0 || !textless.is_empty() {
        found.textless.push(Textless { material: material.to_owned(), pages: textless });
    }
}

/// Without line ends; a space is left between words in Latin script alone.
fn flat(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        let latin = |c: Option<char>| c.is_some_and(|c| c.is_ascii());
        if latin(out.chars().next_back()) && latin(word.chars().next()) {
            out.push(' ');
        }
        out.push_str(word);
    }
    out
}

/// What stands around a place, on one line and without identity numbers.
fn excerpt(text: &str, place: &Range<usize>) -> (String, String, String) {
    // Hidden as a whole, so that no number is cut in two; hiding changes no length.
    let masked = mask::text(text);
    let text = masked.as_deref().unwrap_or(text);
    let [before, found, after] =
        [text.get(..place.start), text.get(place.clone()), text.get(place.end..)].map(|s| flat(s.unwrap_or_default()));
    let from = before.char_indices().rev().nth(AROUND - 1).map_or(0, |(at, _)| at);
    let to = after.char_indices().nth(AROUND).map_or(after.len(), |(at, _)| at);
    (before[from..].to_owned(), found, after[..to].to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: Option<&str>, pages: u32, q: &str) -> Found {
        let mut found = Found { hits: Vec::new(), textless: Vec::new(), more: false };
        look(&mut found, &Wanted::new(q).unwrap(), "M1", pages, text);
        found
    }

    #[test]
    fn each_page_is_told_once_with_what_stands_around() {
        let found = found(Some("血样提取\n登记表\u{c}经检验，血液酒\n精含量为128，酒精含量超标\u{c}"), 3, "酒精");
        let [hit] = &found.hits[..] else { panic!("{} hits", found.hits.len()) };
        assert_eq!((hit.page, hit.count), (2, 2));
        assert_eq!((hit.before.as_str(), hit.found.as_str()), ("经检验，血液", "酒精"));
        assert!(hit.after.starts_with("含量为128"));
        assert_eq!(found.textless[0].pages, [3]);
    }

    #[test]
    fn what_has_no_text_is_named() {
        assert_eq!(found(None, 2, "酒").textless[0].pages, [1, 2]);
        let recording = found(None, 0, "酒");
        assert!(recording.textless[0].pages.is_empty() && recording.hits.is_empty());
        assert!(found(Some("酒"), 1, "酒").textless.is_empty());
    }

    #[test]
    fn identity_numbers_are_hidden() {
        let found = found(Some("被告人林某，身份证号970102199003074518，男"), 1, "身份证");
        assert_eq!(found.hits[0].after, "号970*************18，男");
    }
}
