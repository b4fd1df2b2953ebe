//! 案件清单。

use std::sync::Arc;

use access::Deed;
use axum::extract::State;
use door::UnitTable;
use law::time::Moment;
use serde::{Deserialize, Serialize};
use store::rows::{FileRow, TrackRow};
use utoipa::{IntoParams, ToSchema};

use crate::App;
use crate::extract::Query;
use crate::problem::{Answer, Problem};
use crate::schema;
use crate::signed::Signed;

/// Rows of one answer at most.
const MOST: u32 = 200;

/// What to list.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct Wanted {
    /// 案件名称中的文字
    text: Option<String>,
    /// 整案编号：只列本单位就此整案所建的案件
    matter: Option<String>,
    /// 每页件数，1 至 200，默认 50
    limit: Option<u32>,
    /// 从第几件起，默认 0
    offset: Option<u32>,
}

/// A page of the list.
#[derive(Serialize, ToSchema)]
pub struct List {
    /// Files that pass in all.
    total: u64,
    /// Files of this page, newest change first.
    items: Vec<Item>,
}

/// A file as lists show it.
#[derive(Serialize, ToSchema)]
pub struct Item {
    /// Identifier.
    pub id: String,
    /// The unit that keeps it.
    pub unit: String,
    /// Chinese name of the unit.
    pub unit_name: String,
    /// The matter that ties together what all units keep about the case.
    pub matter: String,
    /// Title.
    pub title: String,
    /// Version: number of events.
    pub version: u64,
    /// Grade of secrecy, 0 ordinary.
    pub grade: u8,
    /// Sealed record.
    pub sealed: bool,
    /// Closed for good.
    pub closed: bool,
    /// When it last changed (recorded time).
    #[schema(value_type = String, format = DateTime)]
    pub updated_at: Moment,
    /// Where each subject stands.
    #[schema(value_type = Vec<schema::Track>)]
    pub tracks: Vec<TrackRow>,
}

impl Item {
    /// From rows.
    pub fn new(units: &UnitTable, f: FileRow, tracks: Vec<TrackRow>) -> Self {
        Self {
            unit_name: units.get(&f.unit).map_or_else(|| f.unit.clone(), |u| u.name.clone()),
            id: f.id,
            unit: f.unit,
            matter: f.matter,
            title: f.title,
            version: f.version,
            grade: f.grade,
            sealed: f.sealed,
            closed: f.closed,
            updated_at: f.updated_at,
            tracks,
        }
    }
}

/// 查看案件清单
///
/// 只列本人有权查看的案件。
#[utoipa::path(get, path = "/api/files", tag = "案件", operation_id = "list_files", params(Wanted), responses((status = 200, description = "案件清单", body = List)))]
pub async fn list(
    State(app): State<Arc<App>>,
    signed: Signed,
    Query(wanted): Query<Wanted>,
) -> Answer<axum::Json<List>> {
    let limit = wanted.limit.unwrap_or(50);
    if !(1..=MOST).contains(&limit) {
        return Err(Problem::bad_request("bad-query", format!("查询参数“limit”：应为 1 至 {MOST}")));
    }
    if let Some(matter) = &wanted.matter {
        return of_matter(&app, &signed, matter).await.map(axum::Json);
    }
    let filter = app.filters.view(&app.door, &signed.who)?;
    let text = wanted.text.as_deref().map(str::trim).filter(|t| !t.is_empty());
    let (store, now) = (app.door.store(), app.door.now());
    let total = store.count_files(&filter, now, text).await?;
    let rows = store.files(&filter, now, text, limit, wanted.offset.unwrap_or(0)).await?;
    let units = app.door.units();
    Ok(axum::Json(List { total, items: rows.into_iter().map(|(f, t)| Item::new(&units, f, t)).collect() }))
}

/// The file that the person's unit keeps on a matter, if he may see it.
async fn of_matter(app: &App, signed: &Signed, matter: &str) -> Answer<List> {
    let none = List { total: 0, items: Vec::new() };
    let store = app.door.store();
    let Some(id) = store.file_of(&signed.who.user.unit, matter).await? else { return Ok(none) };
    let Some(row) = store.file(&id).await? else { return Ok(none) };
    if app.door.allowed(&signed.who, &row, Deed::View).is_err() {
        return Ok(none);
    }
    let Some(state) = store.state(&id).await? else { return Ok(none) };
    let library = app.door.library();
    let tracks = door::project(&state, &|_| Some(library.clone()), app.door.now()).tracks;
    Ok(List { total: 1, items: vec![Item::new(&app.door.units(), row, tracks)] })
}
