//! 阅卷：材料原件和页面图像。

use std::sync::Arc;

use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{AppendHeaders, IntoResponse, Response};
use dossier::DRAWING;
use procedure::situation::Material;
use serde::{Deserialize, Serialize};
use store::images::ImageKey;
use store::rows::FileRow;
use tokio::io::{AsyncReadExt, AsyncSeekExt};
use tokio_util::io::ReaderStream;
use utoipa::{IntoParams, ToSchema};

use crate::App;
use crate::etag;
use crate::extract::{Json, Path, Query};
use crate::journal::Took;
use crate::pages::blocking;
use crate::problem::{Answer, Document, Problem};
use crate::signed::Signed;

/// Kept by the reader's browser only, and asked about each time: so rights that ended count at
/// once, and every opening is logged.
pub const CACHING: &str = "private, no-cache";
/// A film, a recording or a picture opened by itself: the browser makes a page around it, which loads it
/// from here and has a style of its own. Nothing else is loaded and no script runs.
const ALONE: &str = "default-src 'none'; media-src 'self'; img-src 'self'; style-src 'unsafe-inline'; \
    frame-ancestors 'none'; base-uri 'none'; form-action 'none'; sandbox allow-same-origin";
/// Widths are rounded up to these steps, so that few variants of a page are made.
const STEP: u32 = 100;
/// The widest image that is an overview and not a page to be read.
const THUMBNAIL: u32 = 200;
/// Pages that are reported at once.
const REPORTED: usize = 200;
const NO_MATERIAL: &str = "本案没有这份材料，或者您无权查看";

/// 下载材料原件
///
/// 支持按范围读取（Range），用于播放录音录像。
#[utoipa::path(
    get, path = "/api/files/{file}/materials/{material}/content", tag = "卷宗材料", operation_id = "read_content",
    params(("file" = String, Path, description = "案件"), ("material" = String, Path, description = "材料"), ("Range" = Option<String>, Header, description = "字节范围，如 bytes=0-1023")),
    responses(
        (status = 200, description = "原件", content_type = "*/*", body = Vec<u8>),
        (status = 206, description = "原件的一段", content_type = "*/*", body = Vec<u8>),
        (status = 304, description = "没有变化"),
        (status = 403, description = "无权阅卷", body = Document, content_type = "application/problem+json"),
        (status = 404, description = "没有这份材料，或者无权查看", body = Document, content_type = "application/problem+json"),
        (status = 410, description = "材料已依法销毁", body = Document, content_type = "application/problem+json"),
        (status = 416, description = "范围超出文件", body = Document, content_type = "application/problem+json"),
    )
)]
pub async fn content(
    State(app): State<Arc<App>>,
    signed: Signed,
    Path((file, material)): Path<(String, String)>,
    headers: HeaderMap,
) -> Answer<Response> {
    let (row, m) = find(&app, &signed, &file, &material).await?;
    let io = |e: std::io::Error| Problem::internal(format!("content: {e}"));
    let (folder, unit, sm3) = (app.door.contents().clone(), row.unit.clone(), m.sm3);
    let path = blocking(move || folder.file(&unit, &sm3)).await??;
    let mut source = tokio::fs::File::open(path).await.map_err(io)?;
    let length = source.metadata().await.map_err(io)?.len();
    let tag = format!("\"{}\"", m.sm3);
    let common = [
        (header::ETAG, tag.clone()),
        (header::CACHE_CONTROL, CACHING.into()),
        (header::ACCEPT_RANGES, "bytes".into()),
        (header::CONTENT_TYPE, m.media.clone()),
        (header::CONTENT_DISPOSITION, disposition(&m)),
        (header::CONTENT_SECURITY_POLICY, ALONE.into()),
    ];
    let range = if same_version(&headers, &tag) { range(&headers, length)? } else { None };
    // The parts of a film that is being watched are one opening.
    if range.is_none_or(|(from, _)| from == 0) {
        app.journal.opened(&signed.who.user.id, &file, &material, 0).await;
    }
    if etag::already_has(&headers, &tag) {
        return Ok((StatusCode::NOT_MODIFIED, AppendHeaders(common)).into_response());
    }
    let Some((from, to)) = range else {
        let body = Body::from_stream(ReaderStream::new(source));
        return Ok((AppendHeaders(common), [(header::CONTENT_LENGTH, length.to_string())], body).into_response());
    };
    source.seek(std::io::SeekFrom::Start(from)).await.map_err(io)?;
    let part = to - from + 1;
    let body = Body::from_stream(ReaderStream::new(source.take(part)));
    let lengths =
        [(header::CONTENT_LENGTH, part.to_string()), (header::CONTENT_RANGE, format!("bytes {from}-{to}/{length}"))];
    Ok((StatusCode::PARTIAL_CONTENT, AppendHeaders(common), lengths, body).into_response())
}

/// How large.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct Size {
    /// 宽度（像素），100 至 4000，默认 1200
    width: Option<u32>,
}

impl Size {
    /// The width to draw, in steps.
    ///
    /// # Errors
    /// Outside 100 to 4000.
    pub fn pixels(&self) -> Answer<u32> {
        let width = self.width.unwrap_or(1200);
        if (100..=4000).contains(&width) {
            Ok(width.div_ceil(STEP) * STEP)
        } else {
            Err(Problem::bad_request("bad-query", "查询参数“width”：应为 100 至 4000"))
        }
    }
}

/// How large, and what for.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct Wanted {
    /// 宽度（像素），100 至 4000，默认 1200
    width: Option<u32>,
    /// 为翻页预先取得，尚未显示；显示时另行报告（pages-shown）
    #[serde(default)]
    ahead: bool,
}

/// 查看一页的图像
///
/// 每次取得都记入访问日志：预先取得的、缩略图（宽 200 以内）分别注明，其余记为打开。
#[utoipa::path(
    get, path = "/api/files/{file}/materials/{material}/pages/{page}", tag = "卷宗材料", operation_id = "read_page",
    params(("file" = String, Path, description = "案件"), ("material" = String, Path, description = "材料"), ("page" = u32, Path, description = "页码，从 1 起"), Wanted),
    responses(
        (status = 200, description = "页面图像", content_type = "image/jpeg", body = Vec<u8>),
        (status = 304, description = "没有变化"),
        (status = 403, description = "无权阅卷", body = Document, content_type = "application/problem+json"),
        (status = 404, description = "没有这一页，或者无权查看", body = Document, content_type = "application/problem+json"),
        (status = 410, description = "材料已依法销毁", body = Document, content_type = "application/problem+json"),
    )
)]
pub async fn page(
    State(app): State<Arc<App>>,
    signed: Signed,
    Path((file, material, page)): Path<(String, String, u32)>,
    Query(Wanted { width, ahead }): Query<Wanted>,
    headers: HeaderMap,
) -> Answer<Response> {
    let width = Size { width }.pixels()?;
    let (row, m) = find(&app, &signed, &file, &material).await?;
    within(&m, page)?;
    let tag = format!("\"{}-{DRAWING}-{page}-{width}\"", m.sm3);
    let common = [(header::ETAG, tag.clone()), (header::CACHE_CONTROL, CACHING.into())];
    let how = match (ahead, width <= THUMBNAIL) {
        (true, _) => Took::Ahead,
        (false, true) => Took::Thumbnail,
        (false, false) => Took::Opened,
    };
    app.journal.took(how, &signed.who.user.id, &file, &material, page).await;
    if etag::already_has(&headers, &tag) {
        return Ok((StatusCode::NOT_MODIFIED, AppendHeaders(common)).into_response());
    }
    let key = ImageKey { unit: row.unit, sm3: m.sm3, drawing: DRAWING, page, width };
    let image = app.pages.image(key, m.pages).await?;
    Ok((AppendHeaders(common), [(header::CONTENT_TYPE, "image/jpeg")], image).into_response())
}

/// A page that was shown.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PageShown {
    /// The material.
    material: String,
    /// Page from 1.
    page: u32,
}

/// Pages that were fetched ahead and shown since, in their order.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"pages": [{"material": "M1", "page": 2}, {"material": "M1", "page": 3}]}))]
pub struct PagesShown {
    /// At most 200.
    pages: Vec<PageShown>,
}

/// 报告预先取得的页面已经显示
///
/// 阅卷程序在显示预先取得的页面后报告，记入访问日志。不报告的，日志中仍有预先取得的记录。
#[utoipa::path(
    post, path = "/api/files/{file}/pages-shown", tag = "卷宗材料", operation_id = "report_pages_shown",
    params(("file" = String, Path, description = "案件")), request_body = PagesShown,
    responses(
        (status = 204, description = "已记录"),
        (status = 403, description = "无权阅卷", body = Document, content_type = "application/problem+json"),
        (status = 404, description = "没有这一页，或者无权查看", body = Document, content_type = "application/problem+json"),
    )
)]
pub async fn shown(
    State(app): State<Arc<App>>,
    signed: Signed,
    Path(file): Path<String>,
    Json(body): Json<PagesShown>,
) -> Answer<StatusCode> {
    if body.pages.len() > REPORTED {
        return Err(Problem::bad_request("bad-body", format!("一次最多报告 {REPORTED} 页")));
    }
    let (_, materials) = app.door.readable(&signed.who, &file).await?;
    for p in &body.pages {
        let m = materials.iter().find(|m| m.id == p.material).ok_or_else(|| Problem::not_found(NO_MATERIAL))?;
        within(m, p.page)?;
    }
    for p in &body.pages {
        app.journal.opened(&signed.who.user.id, &file, &p.material, p.page).await;
    }
    Ok(StatusCode::NO_CONTENT)
}

/// An entry of a document's own bookmarks.
#[derive(Serialize, ToSchema)]
pub struct Heading {
    /// How far down it stands, from 0.
    level: u32,
    /// Its title.
    title: String,
    /// The page to which it leads, from 1.
    page: u32,
}

/// 查看材料自带的书签
///
/// PDF 文件自带的书签（大纲），按其顺序；没有的，为空。
#[utoipa::path(
    get, path = "/api/files/{file}/materials/{material}/outline", tag = "卷宗材料", operation_id = "read_outline",
    params(("file" = String, Path, description = "案件"), ("material" = String, Path, description = "材料")),
    responses(
        (status = 200, description = "书签", body = Vec<Heading>),
        (status = 304, description = "没有变化"),
        (status = 403, description = "无权阅卷", body = Document, content_type = "application/problem+json"),
        (status = 404, description = "没有这份材料，或者无权查看", body = Document, content_type = "application/problem+json"),
        (status = 410, description = "材料已依法销毁", body = Document, content_type = "application/problem+json"),
    )
)]
pub async fn outline(
    State(app): State<Arc<App>>,
    signed: Signed,
    Path((file, material)): Path<(String, String)>,
    headers: HeaderMap,
) -> Answer<Response> {
    let (row, m) = find(&app, &signed, &file, &material).await?;
    let tag = format!("\"{}-{DRAWING}-outline\"", m.sm3);
    let common = [(header::ETAG, tag.clone()), (header::CACHE_CONTROL, CACHING.into())];
    app.journal.took(Took::Outline, &signed.who.user.id, &file, &material, 0).await;
    if etag::already_has(&headers, &tag) {
        return Ok((StatusCode::NOT_MODIFIED, AppendHeaders(common)).into_response());
    }
    // A recording is not opened to find that it has none.
    let found = if m.pages == 0 { Vec::new() } else { app.pages.outline(&row.unit, &m.sm3).await? };
    let headings = found.into_iter().filter(|e| (1..=m.pages).contains(&e.page)).map(|e| Heading {
        level: e.level,
        title: e.title,
        page: e.page,
    });
    Ok((AppendHeaders(common), axum::Json(headings.collect::<Vec<_>>())).into_response())
}

/// Text with its place on the page.
#[derive(Serialize, ToSchema)]
pub struct TextLine {
    /// What it says.
    text: String,
    /// Left, top, width and height, as parts of the page's sides.
    #[schema(value_type = Vec<f64>, min_items = 4, max_items = 4)]
    area: [f64; 4],
    /// Where each character ends, as parts of the page's width; empty where the text does not run from left to right.
    ends: Vec<f64>,
}

/// 查看一页的文字层
///
/// 逐行列出文字及其在页面上的位置（页面宽、高的比例）；没有文字层的，为空。
#[utoipa::path(
    get, path = "/api/files/{file}/materials/{material}/pages/{page}/text", tag = "卷宗材料", operation_id = "read_page_text",
    params(("file" = String, Path, description = "案件"), ("material" = String, Path, description = "材料"), ("page" = u32, Path, description = "页码，从 1 起")),
    responses(
        (status = 200, description = "文字及其位置", body = Vec<TextLine>),
        (status = 304, description = "没有变化"),
        (status = 403, description = "无权阅卷", body = Document, content_type = "application/problem+json"),
        (status = 404, description = "没有这一页，或者无权查看", body = Document, content_type = "application/problem+json"),
        (status = 410, description = "材料已依法销毁", body = Document, content_type = "application/problem+json"),
    )
)]
pub async fn text(
    State(app): State<Arc<App>>,
    signed: Signed,
    Path((file, material, page)): Path<(String, String, u32)>,
    headers: HeaderMap,
) -> Answer<Response> {
    let (row, m) = find(&app, &signed, &file, &material).await?;
    within(&m, page)?;
    let tag = format!("\"{}-{DRAWING}-text-{page}\"", m.sm3);
    let common = [(header::ETAG, tag.clone()), (header::CACHE_CONTROL, CACHING.into())];
    app.journal.opened(&signed.who.user.id, &file, &material, page).await;
    if etag::already_has(&headers, &tag) {
        return Ok((StatusCode::NOT_MODIFIED, AppendHeaders(common)).into_response());
    }
    let lines = app.pages.lines(&row.unit, &m.sm3, page).await?;
    let lines = lines.into_iter().map(|l| TextLine { text: l.text, area: l.area, ends: l.ends });
    Ok((AppendHeaders(common), axum::Json(lines.collect::<Vec<_>>())).into_response())
}

fn within(m: &Material, page: u32) -> Answer<()> {
    if page == 0 || page > m.pages {
        return Err(Problem::not_found(format!("《{}》没有第 {page} 页，共 {} 页", m.title, m.pages)));
    }
    Ok(())
}

/// The material, if this person may read it. One in a volume that he may not read is hidden from
/// him in the dossier, so here, too, it is not there.
async fn find(app: &App, signed: &Signed, file: &str, material: &str) -> Answer<(FileRow, Material)> {
    let (row, materials) = app.door.readable(&signed.who, file).await?;
    let m = materials.into_iter().find(|m| m.id == material);
    let m = m.ok_or_else(|| Problem::not_found(NO_MATERIAL))?;
    if m.destroyed {
        return Err(Problem::new(StatusCode::GONE, "destroyed", "材料已经销毁", "这份材料已依法销毁，不能再查看"));
    }
    Ok((row, m))
}

/// Whether a range may be taken: `If-Range` names another version otherwise.
fn same_version(headers: &HeaderMap, tag: &str) -> bool {
    headers.get(header::IF_RANGE).is_none_or(|v| v.as_bytes() == tag.as_bytes())
}

/// First and last byte asked for. Several ranges, or another unit, are answered with the whole.
fn range(headers: &HeaderMap, length: u64) -> Answer<Option<(u64, u64)>> {
    let text = headers.get(header::RANGE).and_then(|v| v.to_str().ok());
    let Some((first, last)) = text.and_then(|t| t.strip_prefix("bytes=")).and_then(|t| t.split_once('-')) else {
        return Ok(None);
    };
    let wanted = match (first.trim().parse::<u64>(), last.trim().parse::<u64>()) {
        (Ok(a), Ok(b)) if a <= b => Some((a, b.min(length.saturating_sub(1)))),
        (Ok(a), Err(_)) if last.trim().is_empty() => Some((a, length.saturating_sub(1))),
        (Err(_), Ok(n)) if first.trim().is_empty() => {
            Some((if n == 0 { length } else { length.saturating_sub(n) }, length.saturating_sub(1)))
        }
        _ => None,
    };
    match wanted {
        Some((from, _)) if from >= length => Err(Problem::new(
            StatusCode::RANGE_NOT_SATISFIABLE,
            "bad-range",
            "范围超出文件",
            format!("所求范围超出文件，文件共 {length} 字节"),
        )
        .header(header::CONTENT_RANGE, format!("bytes */{length}"))),
        other => Ok(other),
    }
}

/// Shown in the browser where it can be, and saved under the material's title.
fn disposition(m: &Material) -> String {
    let unknown = ["image/tiff", "video/x-msvideo"].contains(&m.media.as_str());
    let shown = !unknown && ["application/pdf", "image/", "video/", "audio/"].iter().any(|k| m.media.starts_with(k));
    let ending = match m.media.as_str() {
        "application/pdf" => "pdf",
        "application/ofd" => "ofd",
        "image/jpeg" => "jpg",
        "image/png" => "png",
        "image/tiff" => "tif",
        "video/mp4" => "mp4",
        "video/webm" => "webm",
        "video/x-msvideo" => "avi",
        "audio/wav" => "wav",
        "audio/mpeg" => "mp3",
        "audio/mp4" => "m4a",
        "application/zip" => "zip",
        m if m.ends_with("wordprocessingml.document") => "docx",
        m if m.ends_with("spreadsheetml.sheet") => "xlsx",
        _ => "bin",
    };
    let title: String = m.title.chars().filter(|c| !c.is_control() && !"/\\:*?\"<>|".contains(*c)).take(80).collect();
    let encoded: String = format!("{title}.{ending}")
        .bytes()
        .map(|b| match b {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => (b as char).to_string(),
            other => format!("%{other:02X}"),
        })
        .collect();
    let how = if shown { "inline" } else { "attachment" };
    format!("{how}; filename=\"material.{ending}\"; filename*=UTF-8''{encoded}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;

    fn asked(text: &'static str) -> Answer<Option<(u64, u64)>> {
        range(&HeaderMap::from_iter([(header::RANGE, HeaderValue::from_static(text))]), 1000)
    }

    #[test]
    fn ranges_are_read_as_the_standard_says() {
        for (text, wanted) in [
            ("bytes=0-99", Some((0, 99))),
            ("bytes=900-", Some((900, 999))),
            ("bytes=-100", Some((900, 999))),
            ("bytes=-5000", Some((0, 999))),
            ("bytes=0-99999", Some((0, 999))),
            ("bytes=5-2", None),
            ("bytes=0-1,5-6", None),
            ("items=0-1", None),
        ] {
            assert_eq!(asked(text).unwrap(), wanted, "{text}");
        }
        for beyond in ["bytes=1000-", "bytes=-0", "bytes=2000-3000"] {
            assert_eq!(asked(beyond).unwrap_err().status(), StatusCode::RANGE_NOT_SATISFIABLE, "{beyond}");
        }
    }
}
