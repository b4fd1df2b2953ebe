//! 清单导出：后台生成 Excel 文件，逐件记入访问日志。

use std::collections::BTreeMap;
use std::sync::Arc;

use access::Filter;
use axum::body::Body;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{AppendHeaders, IntoResponse, Response};
use law::time::{Moment, day, local};
use procedure::Library;
use procedure::model::FieldType;
use serde::{Deserialize, Serialize};
use store::find::Test;
use store::rows::ExportRow;
use store::{Find, StoreError};
use tempfile::NamedTempFile;
use tokio::sync::mpsc;
use tokio_util::io::ReaderStream;
use utoipa::ToSchema;

use super::files::{ListItem, items};
use crate::App;
use crate::exports::{self, Progress};
use crate::extract::{Json, Path};
use crate::lists::{Cells, Head, Portion, ROWS, Wanted, field, write};
use crate::pages::blocking;
use crate::problem::{Answer, Document, Problem};
use crate::signed::Signed;

/// Files of one portion.
const PORTION: usize = 400;
/// Portions that may wait for the disk.
const WAITING: usize = 4;
/// What a file's access log says of an export.
const LOGGED: &str = "export";
const MEDIA: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

/// The columns that every file has, with their width.
const OWN: [(&str, &str, f64); 7] = [
    ("title", "案件名称", 36.0),
    ("stage", "所处环节", 36.0),
    ("due", "最近期限", 36.0),
    ("handlers", "承办人", 16.0),
    ("unit", "办案单位", 30.0),
    ("opened", "立案（收案）日", 14.0),
    ("updated", "最近更新", 18.0),
];

/// What to export.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewExport {
    /// What is listed, as for the list itself.
    query: BTreeMap<String, String>,
    /// The columns in order: title, stage, due, handlers, unit, opened, updated, or card fields.
    columns: Vec<String>,
}

/// An export.
#[derive(Serialize, ToSchema)]
pub struct Export {
    /// Identifier.
    id: String,
    /// When it was begun (real time).
    #[schema(value_type = String, format = DateTime)]
    at: Moment,
    /// Files to write.
    total: u64,
    /// Files written so far.
    done: u64,
    /// making, ready or failed.
    state: String,
}

impl From<ExportRow> for Export {
    fn from(row: ExportRow) -> Self {
        Self { id: row.id, at: row.at, total: row.total, done: row.done, state: row.state }
    }
}

/// What an export needs, after it was checked.
struct Order {
    filter: Arc<Filter>,
    find: Find,
    columns: Vec<String>,
    ids: Vec<String>,
    now: Moment,
    user: String,
}

/// 导出案件清单
///
/// 按清单的筛选条件、排序和所选列在后台生成 Excel 文件；只含本人有权查看的案件，身份证件号码部分隐藏，逐件记入访问日志。
#[utoipa::path(
    post, path = "/api/exports", tag = "案件", operation_id = "begin_export", request_body = NewExport,
    responses(
        (status = 202, description = "已开始", body = Export),
        (status = 422, description = "列不合要求、件数过多，或者正在导出的过多", body = Document, content_type = "application/problem+json"),
    )
)]
pub async fn begin(
    State(app): State<Arc<App>>,
    signed: Signed,
    Json(new): Json<NewExport>,
) -> Answer<(StatusCode, axum::Json<Export>)> {
    let (library, now) = (app.door.library(), app.door.now());
    let wanted = Wanted::read(new.query)?;
    let find = wanted.find(&library, now)?;
    let (own, cards): (Vec<_>, Vec<_>) = new.columns.iter().cloned().partition(|c| OWN.iter().any(|o| o.0 == c));
    Wanted { columns: Some(cards.join(",")), ..Wanted::default() }.columns(&library)?;
    if own.is_empty() && cards.is_empty() {
        return Err(Problem::input("请至少选择一列"));
    }
    let filter = app.filters.view(&app.door, &signed.who)?;
    let ids = app.door.store().file_ids(&filter, now, &find).await?;
    let total = ids.len() as u64;
    if total > ROWS {
        return Err(Problem::input(format!("一个 Excel 文件最多 {ROWS} 件，请增加筛选条件")));
    }
    let user = &signed.who.user;
    let row = exports::begin(app.door.store(), &user.id, &user.unit, total).await?;
    let row = row.ok_or_else(|| Problem::input("您同时导出的文件过多，请先下载或者删除已有的"))?;
    let order = Order { filter, find, columns: new.columns, ids, now, user: user.id.clone() };
    let answer = Export::from(row.clone());
    tokio::spawn(async move {
        let progress = Progress::default();
        let making = written(&app, &library, &order, &progress);
        if let Err(e) = exports::make(&app.door, &row, &progress, making).await {
            tracing::error!(cause = e.cause().unwrap_or("-"), "an export failed");
        }
    });
    Ok((StatusCode::ACCEPTED, axum::Json(answer)))
}

/// Writes the file; none where it was given up.
async fn written(app: &App, library: &Library, order: &Order, progress: &Progress) -> Answer<Option<NamedTempFile>> {
    let failed = |e: &dyn std::fmt::Display| Problem::internal(e.to_string());
    let file = NamedTempFile::new_in(&app.settings.spool).map_err(|e| failed(&e))?;
    let (sender, portions) = mpsc::channel(WAITING);
    let heads = heads(library, &order.columns);
    let writer = tokio::task::spawn_blocking(move || write(file.path(), &heads, portions).map(|whole| (file, whole)));
    let cards: Vec<String> = order.columns.iter().filter(|c| c.contains('.')).cloned().collect();
    let mut cells = Cells::new(&app.door, library);
    for ids in order.ids.chunks(PORTION) {
        if progress.unwanted() {
            break;
        }
        // What a person may see is asked again of each portion: a case may have been sealed meanwhile.
        let find = order.find.clone().and(Test::Ids(ids.to_vec()));
        let rows = app.door.store().files(&order.filter, order.now, &find, u32::MAX, 0).await?;
        for row in &rows {
            app.journal.opened(&order.user, &row.file.id, LOGGED, 0).await;
        }
        let items = items(&mut cells, app, rows, &cards).await?;
        let rows = items.iter().map(|i| order.columns.iter().map(|c| cell(i, c)).collect()).collect();
        if sender.send(Portion::Rows(rows)).await.is_err() {
            break;
        }
        progress.wrote(ids.len() as u64);
    }
    if !progress.unwanted() {
        // Where the writer has failed, it says so below.
        let _ = sender.send(Portion::End).await;
    }
    drop(sender);
    let (file, whole) = writer.await.map_err(|e| failed(&e))?.map_err(|e| failed(&e))?;
    Ok(whole.then_some(file))
}

fn heads(library: &Library, columns: &[String]) -> Vec<Head> {
    let head = |c: &String| match OWN.iter().find(|o| o.0 == c) {
        Some((_, name, width)) => Head { name: (*name).to_owned(), width: *width, unit: None },
        None => {
            let def = field(library, c).map(|(_, def)| def);
            let unit = def.and_then(|d| match d.kind {
                FieldType::Fen => Some("元".to_owned()),
                FieldType::Int => Some(d.unit.clone().unwrap_or_default()),
                _ => None,
            });
            Head { name: def.map_or_else(|| c.clone(), |d| d.name.clone()), width: 20.0, unit }
        }
    };
    columns.iter().map(head).collect()
}

fn cell(item: &ListItem, column: &str) -> String {
    match column {
        "title" => item.row.title.clone(),
        "stage" => {
            let running = item.row.tracks.iter().filter(|t| !t.ended);
            running.map(|t| format!("{}：{}", t.label, t.state_name)).collect::<Vec<_>>().join("；")
        }
        "due" => item.due.as_ref().map_or_else(String::new, super::files::Due::said),
        "handlers" => item.handlers.join("、"),
        "unit" => item.row.unit_name.clone(),
        "opened" => day(item.opened_at).to_string(),
        "updated" => local(item.row.updated_at).strftime("%Y-%m-%d %H:%M").to_string(),
        other => item.cells.get(other).cloned().unwrap_or_default(),
    }
}

/// 查看导出
///
/// 本人的导出：正在生成的和一小时以内生成的。
#[utoipa::path(get, path = "/api/exports", tag = "案件", operation_id = "list_exports", responses((status = 200, description = "导出", body = Vec<Export>)))]
pub async fn list(State(app): State<Arc<App>>, signed: Signed) -> Answer<axum::Json<Vec<Export>>> {
    let rows = exports::of(app.door.store(), &signed.who.user.id).await?;
    Ok(axum::Json(rows.into_iter().map(Export::from).collect()))
}

/// 下载导出的文件
#[utoipa::path(
    get, path = "/api/exports/{export}", tag = "案件", operation_id = "read_export", params(("export" = String, Path, description = "导出")),
    responses(
        (status = 200, description = "Excel 文件", content_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", body = Vec<u8>),
        (status = 404, description = "没有这个导出，尚未生成，或者已经删除", body = Document, content_type = "application/problem+json"),
    )
)]
pub async fn read(State(app): State<Arc<App>>, signed: Signed, Path(export): Path<String>) -> Answer<Response> {
    let missing = || Problem::not_found("没有这个导出，尚未生成，或者已经删除");
    let rows = exports::of(app.door.store(), &signed.who.user.id).await?;
    let row = rows.into_iter().find(|r| r.id == export && r.state == "ready").ok_or_else(missing)?;
    let sm3 = row.sm3.ok_or_else(missing)?;
    let (folder, unit) = (app.door.contents().clone(), row.unit.clone());
    // It may be removed at this very moment.
    let opened = blocking(move || Ok::<_, StoreError>(std::fs::File::open(folder.file(&unit, &sm3)?)?)).await?;
    let source = match opened {
        Err(StoreError::Content(e)) if e.kind() == std::io::ErrorKind::NotFound => return Err(missing()),
        opened => tokio::fs::File::from_std(opened?),
    };
    let name = format!("%E6%A1%88%E4%BB%B6%E6%B8%85%E5%8D%95-{}.xlsx", day(row.at));
    let headers = [
        (header::CONTENT_TYPE, MEDIA.to_owned()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename*=UTF-8''{name}")),
    ];
    Ok((AppendHeaders(headers), Body::from_stream(ReaderStream::new(source))).into_response())
}

/// 取消或者删除导出
#[utoipa::path(
    delete, path = "/api/exports/{export}", tag = "案件", operation_id = "drop_export", params(("export" = String, Path, description = "导出")),
    responses(
        (status = 204, description = "已取消或者删除"),
        (status = 404, description = "没有这个导出", body = Document, content_type = "application/problem+json"),
    )
)]
pub async fn remove(State(app): State<Arc<App>>, signed: Signed, Path(export): Path<String>) -> Answer<StatusCode> {
    if !app.door.store().give_up_export(&signed.who.user.id, &export).await? {
        return Err(Problem::not_found("没有这个导出"));
    }
    app.exports_over.notify_one();
    Ok(StatusCode::NO_CONTENT)
}
