//! 阅卷批注：批注、重点、书签、摘录。

use std::sync::Arc;

use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{AppendHeaders, IntoResponse, Response};
use door::Words;
use law::time::Moment;
use serde::{Deserialize, Serialize};
use store::rows::NoteRow;
use utoipa::ToSchema;

use super::acts::key;
use super::materials::CACHING;
use crate::App;
use crate::etag;
use crate::extract::{Json, Path};
use crate::problem::{Answer, Document, Problem};
use crate::signed::Signed;

/// What a note is.
#[derive(Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum NoteKind {
    /// Words of the person's own (批注).
    Note,
    /// A part of a page that is marked (重点).
    Highlight,
    /// A page or a moment to come back to (书签).
    Bookmark,
    /// A part of a page that is to be quoted (摘录).
    Excerpt,
}

impl From<NoteKind> for door::NoteKind {
    fn from(k: NoteKind) -> Self {
        match k {
            NoteKind::Note => Self::Note,
            NoteKind::Highlight => Self::Highlight,
            NoteKind::Bookmark => Self::Bookmark,
            NoteKind::Excerpt => Self::Excerpt,
        }
    }
}

/// A note to be made.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"material": "M1", "page": 2, "kind": "excerpt", "quote": "血液酒精含量为 128mg/100mL", "areas": [[0.12, 0.3, 0.5, 0.02]]}))]
pub struct NewNote {
    /// The material.
    material: String,
    /// Page from 1; neither page nor moment means the whole material.
    page: Option<u32>,
    /// Moment of a recording, in milliseconds.
    at_ms: Option<u64>,
    /// What it is.
    kind: NoteKind,
    /// Those who handle the case in this unit see it, too.
    #[serde(default)]
    shared: bool,
    /// The person's own words, at most 4000 characters.
    #[serde(default)]
    text: String,
    /// What the page says there, at most 4000 characters.
    #[serde(default)]
    quote: String,
    /// Rectangles on the page: left, top, width, height as parts of its sides.
    #[serde(default)]
    #[schema(required = false, value_type = Vec<Vec<f64>>)]
    areas: Vec<[f64; 4]>,
}

/// What a note shall say from now on.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"shared": true, "text": "与询问笔录第 3 页不一致"}))]
pub struct NoteWords {
    /// Those who handle the case in this unit see it, too.
    #[serde(default)]
    shared: bool,
    /// The person's own words.
    #[serde(default)]
    text: String,
    /// What the page says there.
    #[serde(default)]
    quote: String,
    /// Rectangles on the page.
    #[serde(default)]
    #[schema(required = false, value_type = Vec<Vec<f64>>)]
    areas: Vec<[f64; 4]>,
}

/// A note.
#[derive(Serialize, ToSchema)]
pub struct Note {
    /// Identifier.
    id: String,
    /// The material.
    material: String,
    /// Page from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    page: Option<u32>,
    /// Moment of a recording, in milliseconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    at_ms: Option<u64>,
    /// `note`, `highlight`, `bookmark` or `excerpt`.
    kind: String,
    /// Those who handle the case in this unit see it, too.
    shared: bool,
    /// The author's own words.
    text: String,
    /// What the page says there.
    quote: String,
    /// Rectangles on the page: left, top, width, height as parts of its sides.
    #[schema(value_type = Vec<Vec<f64>>)]
    areas: Vec<[f64; 4]>,
    /// Who wrote it.
    author: String,
    /// Name of the author.
    author_name: String,
    /// Whether it is the asker's own: only then it may be changed.
    mine: bool,
    /// When it was made.
    #[schema(value_type = String, format = DateTime)]
    created_at: Moment,
    /// When it was last changed.
    #[schema(value_type = String, format = DateTime)]
    changed_at: Moment,
    /// Version, for If-Match.
    version: u64,
}

/// The notes of a file.
#[derive(Serialize, ToSchema)]
pub struct Notes {
    /// Whether the asker belongs to those who share notes on this case.
    shares: bool,
    /// His own, and those shared with him, in the order in which they were made.
    items: Vec<Note>,
}

/// 查看批注
///
/// 列出本人的批注；本人是本单位承办人的，也列出其他承办人共享的批注。批注不随案移送。
#[utoipa::path(
    get, path = "/api/files/{file}/notes", tag = "阅卷批注", operation_id = "list_notes", params(("file" = String, Path, description = "案件")),
    responses(
        (status = 200, description = "批注，按形成先后", body = Notes),
        (status = 304, description = "没有变化"),
        (status = 403, description = "无权阅卷", body = Document, content_type = "application/problem+json"),
        (status = 404, description = "没有这个案件，或者无权查看", body = Document, content_type = "application/problem+json"),
    )
)]
pub async fn list(
    State(app): State<Arc<App>>,
    signed: Signed,
    Path(file): Path<String>,
    headers: HeaderMap,
) -> Answer<Response> {
    let (rows, shares) = app.door.notes(&signed.who, &file).await?;
    let mut items = Vec::with_capacity(rows.len());
    for row in rows {
        items.push(shown(&app, &signed, row).await?);
    }
    let body = serde_json::to_vec(&Notes { shares, items }).map_err(|e| Problem::internal(e.to_string()))?;
    let tag = etag::of_view(0, &signed.who.user.id, &body);
    let common = [(header::ETAG, tag.clone()), (header::CACHE_CONTROL, CACHING.into())];
    if etag::already_has(&headers, &tag) {
        return Ok((StatusCode::NOT_MODIFIED, AppendHeaders(common)).into_response());
    }
    Ok((AppendHeaders(common), [(header::CONTENT_TYPE, "application/json")], body).into_response())
}

/// 写批注
///
/// 可带 Idempotency-Key：同一个键只写一条。共享的批注，本单位承办本案的人都看得到；不共享的，只有本人看得到。
#[utoipa::path(
    post, path = "/api/files/{file}/notes", tag = "阅卷批注", operation_id = "add_note",
    params(("file" = String, Path, description = "案件"), ("Idempotency-Key" = Option<String>, Header, description = "幂等键，200 字以内")),
    responses(
        (status = 201, description = "已写", body = Note, headers(("Location" = String, description = "批注地址"), ("ETag" = String, description = "批注版本，如 \"v1\""))),
        (status = 403, description = "无权阅卷，或者不是本案承办人而要共享", body = Document, content_type = "application/problem+json"),
        (status = 404, description = "没有这个案件、材料，或者无权查看", body = Document, content_type = "application/problem+json"),
        (status = 422, description = "填写有误", body = Document, content_type = "application/problem+json"),
    )
)]
pub async fn add(
    State(app): State<Arc<App>>,
    signed: Signed,
    Path(file): Path<String>,
    headers: HeaderMap,
    Json(new): Json<NewNote>,
) -> Answer<impl IntoResponse> {
    let words = Words { shared: new.shared, text: new.text, quote: new.quote, areas: new.areas };
    let kind = new.kind.into();
    let new = door::NewNote { material: new.material, page: new.page, at_ms: new.at_ms, kind, words };
    let row = app.door.add_note(&signed.who, &file, new, key(&headers)?).await?;
    let place = HeaderValue::from_str(&format!("/api/files/{file}/notes/{}", row.id));
    let place = place.map_err(|e| Problem::internal(e.to_string()))?;
    Ok((StatusCode::CREATED, AppendHeaders([(header::LOCATION, place)]), answer(&app, &signed, row).await?))
}

/// 修改批注
///
/// 只有写批注的人可以修改。
#[utoipa::path(
    put, path = "/api/files/{file}/notes/{note}", tag = "阅卷批注", operation_id = "change_note",
    params(("file" = String, Path, description = "案件"), ("note" = String, Path, description = "批注"), ("If-Match" = Option<String>, Header, description = "所见版本，如 \"v1\"")),
    responses(
        (status = 200, description = "已修改", body = Note, headers(("ETag" = String, description = "批注版本"))),
        (status = 403, description = "不是本人的批注，或者不是本案承办人而要共享", body = Document, content_type = "application/problem+json"),
        (status = 404, description = "没有这条批注，或者无权查看", body = Document, content_type = "application/problem+json"),
        (status = 412, description = "批注已有修改", body = Document, content_type = "application/problem+json"),
        (status = 422, description = "填写有误", body = Document, content_type = "application/problem+json"),
    )
)]
pub async fn change(
    State(app): State<Arc<App>>,
    signed: Signed,
    Path((file, note)): Path<(String, String)>,
    headers: HeaderMap,
    Json(words): Json<NoteWords>,
) -> Answer<impl IntoResponse> {
    let NoteWords { shared, text, quote, areas } = words;
    let words = Words { shared, text, quote, areas };
    let row = app.door.change_note(&signed.who, &file, &note, words, etag::expected(&headers)?).await?;
    answer(&app, &signed, row).await
}

/// 删除批注
///
/// 只有写批注的人可以删除；删除后不能恢复。
#[utoipa::path(
    delete, path = "/api/files/{file}/notes/{note}", tag = "阅卷批注", operation_id = "drop_note",
    params(("file" = String, Path, description = "案件"), ("note" = String, Path, description = "批注"), ("If-Match" = Option<String>, Header, description = "所见版本，如 \"v1\"")),
    responses(
        (status = 204, description = "已删除"),
        (status = 403, description = "不是本人的批注", body = Document, content_type = "application/problem+json"),
        (status = 404, description = "没有这条批注，或者无权查看", body = Document, content_type = "application/problem+json"),
        (status = 412, description = "批注已有修改", body = Document, content_type = "application/problem+json"),
    )
)]
pub async fn remove(
    State(app): State<Arc<App>>,
    signed: Signed,
    Path((file, note)): Path<(String, String)>,
    headers: HeaderMap,
) -> Answer<StatusCode> {
    app.door.drop_note(&signed.who, &file, &note, etag::expected(&headers)?).await?;
    Ok(StatusCode::NO_CONTENT)
}

type Answered = (AppendHeaders<[(header::HeaderName, String); 1]>, axum::Json<Note>);

async fn answer(app: &App, signed: &Signed, row: NoteRow) -> Answer<Answered> {
    let tag = AppendHeaders([(header::ETAG, etag::of_version(row.version))]);
    Ok((tag, axum::Json(shown(app, signed, row).await?)))
}

async fn shown(app: &App, signed: &Signed, row: NoteRow) -> Answer<Note> {
    let mine = row.author == signed.who.user.id;
    let author_name = if mine {
        signed.who.user.name.clone()
    } else {
        app.door.store().user(&row.author).await?.map_or_else(|| row.author.clone(), |u| u.name)
    };
    Ok(Note {
        id: row.id,
        material: row.material,
        page: row.page,
        at_ms: row.at_ms,
        kind: row.kind,
        shared: row.shared,
        text: row.text,
        quote: row.quote,
        areas: row.areas,
        author: row.author,
        author_name,
        mine,
        created_at: row.created_at,
        changed_at: row.changed_at,
        version: row.version,
    })
}
