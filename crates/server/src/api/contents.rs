//! 上传文件；查看另行保管的文件。

use std::io::Write;
use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use door::Stop;
use dossier::judge;
use futures_util::StreamExt;
use law::time::Moment;
use seal::Digest;
use serde::{Deserialize, Serialize};
use store::StoreError;
use tracing::Instrument;
use utoipa::{IntoParams, ToSchema};

use crate::App;
use crate::extract::{Json, Query};
use crate::pages::blocking;
use crate::problem::{Answer, Document, Problem};
use crate::signed::Signed;

/// Digests of one request.
const MOST: usize = 200;
/// The largest upload, in bytes.
const LIMIT: u64 = 4 << 30;
/// How long nothing may come of an upload that was begun.
const STALLS: Duration = Duration::from_secs(60);
/// Bytes that are written to the spool at once.
const CHUNK: usize = 1 << 20;

/// The name a file comes with.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct Upload {
    /// 文件名，用于核对扩展名与内容是否一致
    name: String,
}

/// A content that was taken in.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({
    "sm3": "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0", "sha256": "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
    "bytes": 184_320, "media": "application/pdf", "pages": 3, "faults": [],
    "flaws": [{"page": 2, "check": "Q04", "text": "第2页图像模糊，请重新扫描"}]
}))]
pub struct Content {
    /// Digest: name it in a material.
    sm3: String,
    /// Second digest.
    sha256: String,
    /// Size in bytes.
    bytes: u64,
    /// Media type found from the content.
    media: String,
    /// Pages; 0 for sound, video and attachments.
    pages: u32,
    /// What is wrong with the file, although it was taken.
    faults: Vec<Fault>,
    /// Pages that cannot be read by the library's standard.
    flaws: Vec<Flaw>,
}

/// One fault of a file.
#[derive(Serialize, ToSchema)]
pub struct Fault {
    /// Code, such as `F-RENAMED`.
    code: &'static str,
    /// What is wrong and what to do, in Chinese.
    text: String,
    /// Where.
    place: String,
}

/// One flaw of a page.
#[derive(Serialize, ToSchema)]
pub struct Flaw {
    /// Page from 1.
    page: u32,
    /// Code of the quality check, such as `Q04`.
    check: String,
    /// What is wrong and what to do, in Chinese.
    text: String,
}

/// Contents that a draft names.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"sm3": ["66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"]}))]
pub struct Named {
    /// Digests, at most 200.
    #[schema(value_type = Vec<String>)]
    sm3: Vec<Digest>,
}

/// A file that could not be read.
#[derive(Serialize, ToSchema)]
pub struct Aside {
    /// Digest.
    sm3: String,
    /// Size in bytes.
    bytes: u64,
    /// The name it came with.
    name: String,
    /// The faults: code, severity, text, place.
    #[schema(value_type = Vec<Object>)]
    faults: serde_json::Value,
    /// Who brought it.
    by: String,
    /// When.
    #[schema(value_type = String, format = DateTime)]
    at: Moment,
}

/// 上传文件
///
/// 请求体为文件内容本身，上限 4 GiB。不能读取的文件另行保管，并逐项说明原因。
#[utoipa::path(
    post, path = "/api/contents", tag = "卷宗材料", operation_id = "upload", params(Upload),
    request_body(content = Vec<u8>, content_type = "application/octet-stream", description = "文件内容"),
    responses(
        (status = 201, description = "已接收", body = Content),
        (status = 413, description = "文件过大", body = Document, content_type = "application/problem+json"),
        (status = 429, description = "同时上传的文件过多", body = Document, content_type = "application/problem+json"),
        (status = 422, description = "文件不能读取，已另行保管", body = Document, content_type = "application/problem+json"),
    )
)]
pub async fn upload(
    State(app): State<Arc<App>>,
    signed: Signed,
    Query(query): Query<Upload>,
    headers: HeaderMap,
    body: Body,
) -> Answer<(StatusCode, axum::Json<Content>)> {
    let name = query.name.trim();
    if name.is_empty() || name.chars().count() > 255 || name.chars().any(char::is_control) {
        return Err(Problem::bad_request("bad-query", "查询参数“name”：文件名应为 1 至 255 字，不含控制字符"));
    }
    let announced =
        headers.get(header::CONTENT_LENGTH).and_then(|v| v.to_str().ok()).and_then(|v| v.parse::<u64>().ok());
    if announced.is_some_and(|n| n > LIMIT) {
        return Err(too_large());
    }
    let _one_of_so_many = app.uploads.enter(&signed.who.user.id)?;
    let file = receive(&app.settings.spool, body).await?;
    let turn = app.imports.clone().acquire_owned().await.map_err(|e| Problem::internal(e.to_string()))?;
    // A task of its own, with file and turn. When the caller has hung up, this is dropped and the pages are not looked
    // at any further; what was looked at already is kept whole.
    let (door, who, name) = (app.door.clone(), signed.who, name.to_owned());
    let stop = Stop::default();
    let _waiting = stop.on_drop();
    let import = async move {
        let _turn = turn;
        door.import(&who, file.path().to_owned(), name, stop).await
    };
    let import = tokio::spawn(import.in_current_span()).await.map_err(|e| Problem::internal(e.to_string()))??;
    let thresholds = door::thresholds(&app.door.library().standard.pages);
    let found = import.imported;
    let flaws = found.pages.iter().flat_map(|p| judge(p, &thresholds));
    let content = Content {
        sm3: import.row.sm3.to_string(),
        sha256: import.row.sha256.to_string(),
        bytes: import.row.bytes,
        media: import.row.media,
        pages: import.row.pages,
        flaws: flaws.map(|f| Flaw { page: f.page, check: f.check, text: f.text }).collect(),
        faults: found
            .faults
            .into_iter()
            .map(|f| Fault { code: f.code.as_str(), text: f.text, place: f.place })
            .collect(),
    };
    Ok((StatusCode::CREATED, axum::Json(content)))
}

/// 核对本人上传的文件是否还在
///
/// 给出所问摘要中现在仍可入卷的：由本人在本单位上传，且没有因久未入卷而清理。
#[utoipa::path(
    post, path = "/api/contents/brought", tag = "卷宗材料", operation_id = "list_brought", request_body = Named,
    responses((status = 200, description = "仍可入卷的文件的摘要", body = Vec<String>))
)]
pub async fn brought(
    State(app): State<Arc<App>>,
    signed: Signed,
    Json(asked): Json<Named>,
) -> Answer<axum::Json<Vec<String>>> {
    if asked.sm3.len() > MOST {
        return Err(Problem::bad_request("bad-body", format!("一次最多核对 {MOST} 份文件")));
    }
    let (store, user) = (app.door.store(), &signed.who.user);
    let there = store.brought_of(&user.unit, &user.id, &asked.sm3).await?;
    Ok(axum::Json(there.iter().map(Digest::to_string).collect()))
}

fn too_large() -> Problem {
    Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "too-large", "文件过大", "单个文件不得超过 4 GiB，请拆分后分别上传")
}

/// Writes the body into a temporary file, which goes away with what is returned.
async fn receive(spool: &std::path::Path, body: Body) -> Answer<tempfile::NamedTempFile> {
    let spool = spool.to_owned();
    let failed = |e: std::io::Error| Problem::from(StoreError::Content(e));
    let mut file =
        blocking(move || tempfile::Builder::new().prefix("upload-").tempfile_in(spool)).await?.map_err(failed)?;
    let mut stream = body.into_data_stream();
    let (mut bytes, mut waiting) = (0u64, Vec::with_capacity(CHUNK));
    loop {
        let next = tokio::time::timeout(STALLS, stream.next())
            .await
            .map_err(|_| Problem::bad_request("bad-body", "文件传送中断过久，请重新上传"))?;
        let over = next.is_none();
        if let Some(chunk) = next {
            let chunk = chunk.map_err(|_| Problem::bad_request("bad-body", "文件没有完整送达，请重新上传"))?;
            bytes += chunk.len() as u64;
            if bytes > LIMIT {
                return Err(too_large());
            }
            waiting.extend_from_slice(&chunk);
        }
        if over || waiting.len() >= CHUNK {
            let full = std::mem::replace(&mut waiting, Vec::with_capacity(if over { 0 } else { CHUNK }));
            let written = blocking(move || file.write_all(&full).map(|()| file)).await?;
            file = written.map_err(failed)?;
        }
        if over {
            return Ok(file);
        }
    }
}

/// 查看本单位另行保管的文件
#[utoipa::path(get, path = "/api/aside", tag = "卷宗材料", operation_id = "list_aside", responses((status = 200, description = "不能读取、另行保管的文件，新的在前", body = Vec<Aside>)))]
pub async fn aside(State(app): State<Arc<App>>, signed: Signed) -> Answer<axum::Json<Vec<Aside>>> {
    let rows = app.door.store().aside(&signed.who.user.unit).await?;
    let rows = rows.into_iter().map(|r| Aside {
        sm3: r.sm3.to_string(),
        bytes: r.bytes,
        name: r.name,
        faults: r.faults,
        by: r.by,
        at: r.at,
    });
    Ok(axum::Json(rows.collect()))
}
