//! 引用：简写与全称互认，指向法条。

use std::sync::Arc;

use axum::extract::State;
use law::Citation;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::App;
use crate::extract::Json;
use crate::problem::{Answer, Problem};
use crate::signed::Signed;

/// Texts of one request.
const MOST: usize = 200;

/// Legal sources as they stand in answers and records.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"texts": ["诉91.3", "《中华人民共和国刑事诉讼法》第一百六十二条"]}))]
pub struct Sources {
    /// At most 200.
    texts: Vec<String>,
}

/// A legal source that was read.
#[derive(Serialize, ToSchema)]
pub struct Source {
    /// In full Chinese; as it was given where it is no citation of a statute that the library knows.
    title: String,
    /// The short citation, by which the article is read; that of the statute where it has no such article now; none where it is no citation.
    citation: Option<String>,
}

/// 辨认依据
///
/// 依据写作简写（诉91.3）或者全称（《中华人民共和国刑事诉讼法》第九十一条第三款）的，都给出全称和简写；次序与所问相同。
#[utoipa::path(
    post, path = "/api/library/citations", tag = "规则库", operation_id = "read_citations", request_body = Sources,
    responses((status = 200, description = "逐项辨认的结果", body = Vec<Source>))
)]
pub async fn read(
    State(app): State<Arc<App>>,
    _: Signed,
    Json(asked): Json<Sources>,
) -> Answer<axum::Json<Vec<Source>>> {
    if asked.texts.len() > MOST {
        return Err(Problem::bad_request("bad-body", format!("一次最多辨认 {MOST} 项")));
    }
    let library = app.door.library();
    let statutes = &library.law.statutes;
    let read = |text: String| {
        let citation = text.parse::<Citation>().ok().or_else(|| Citation::from_full(&text, statutes));
        let Some(c) = citation.filter(|c| statutes.get(&c.statute).is_some()) else {
            return Source { title: text, citation: None };
        };
        match c.check(statutes) {
            Ok(cited) => Source { title: cited.to_string(), citation: Some(c.to_string()) },
            // What was cited once may have left the statute: the statute itself is still there.
            Err(_) => Source { title: text, citation: Some(c.statute) },
        }
    };
    Ok(axum::Json(asked.texts.into_iter().map(read).collect()))
}
