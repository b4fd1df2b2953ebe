//! 案件清单。

use std::collections::BTreeMap;
use std::sync::Arc;

use access::Deed;
use axum::extract::State;
use door::UnitTable;
use law::time::Moment;
use serde::{Deserialize, Serialize};
use store::rows::{FileRow, FoundRow, TrackRow};
use utoipa::{IntoParams, ToSchema};

use crate::App;
use crate::extract::Query;
use crate::lists::{Cells, Wanted};
use crate::problem::{Answer, Problem};
use crate::schema;
use crate::signed::Signed;

/// Rows of one answer at most.
const MOST: u32 = 200;

/// Which part of the list.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Part {
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
    /// Files of this page, in order.
    items: Vec<ListItem>,
    /// The name of the handler that was asked for, where any file passes.
    #[serde(skip_serializing_if = "Option::is_none")]
    handler: Option<String>,
}

/// The row of a file.
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

/// A file as lists show it.
#[derive(Serialize, ToSchema)]
pub struct ListItem {
    #[serde(flatten)]
    #[schema(inline)]
    pub row: Item,
    /// Somebody's track has not ended.
    pub open: bool,
    /// When its first process was opened (legal time).
    #[schema(value_type = String, format = DateTime)]
    pub opened_at: Moment,
    /// The deadline that runs out first.
    pub due: Option<Due>,
    /// Who has it in hand: names.
    pub handlers: Vec<String>,
    /// The columns asked for, as people read them.
    pub cells: BTreeMap<String, String>,
}

/// A deadline as a list shows it.
#[derive(Serialize, ToSchema)]
pub struct Due {
    /// When it runs out.
    #[schema(value_type = String, format = DateTime)]
    at: Moment,
    /// Chinese name.
    name: String,
    /// 羁押, 限制 or 办案.
    clock: String,
}

impl Due {
    /// The end of the last day, kind and name on one line.
    pub fn said(&self) -> String {
        let last = self.at.checked_sub(jiff::SignedDuration::from_micros(1)).unwrap_or(self.at);
        format!("{} {}：{}", law::time::day(last), self.clock, self.name)
    }
}

/// Files as lists show them.
///
/// # Errors
/// Storage.
pub async fn items(cells: &mut Cells<'_>, app: &App, rows: Vec<FoundRow>, columns: &[String]) -> Answer<Vec<ListItem>> {
    let mut written = cells.of(&rows, columns).await?;
    let units = app.door.units();
    let mut out = Vec::with_capacity(rows.len());
    for FoundRow { file: f, listed, tracks, clocks } in rows {
        let mut handlers = Vec::new();
        for (user, _) in f.people.iter().filter(|(_, relation)| relation == "handler") {
            handlers.push(cells.user(user).await?);
        }
        out.push(ListItem {
            cells: written.remove(&f.id).unwrap_or_default(),
            row: Item::new(&units, f, tracks),
            open: listed.open,
            opened_at: listed.opened_at,
            due: clocks.into_iter().next().map(|c| Due { at: c.due_at, name: c.name, clock: c.clock }),
            handlers,
        });
    }
    Ok(out)
}

/// 查看案件清单
///
/// 只列本人有权查看的案件。可以按案卡项、人员、罪名、阶段、期限、承办人和单位筛选，按列排序；筛选项、列和条件由规则库的案卡定义而来，见 /api/library/lists。
#[utoipa::path(get, path = "/api/files", tag = "案件", operation_id = "list_files", params(Wanted, Part), responses((status = 200, description = "案件清单", body = List)))]
pub async fn list(
    State(app): State<Arc<App>>,
    signed: Signed,
    Query(asked): Query<BTreeMap<String, String>>,
) -> Answer<axum::Json<List>> {
    let (wanted, part) = split(asked)?;
    let limit = part.limit.unwrap_or(50);
    if !(1..=MOST).contains(&limit) {
        return Err(Problem::bad_request("bad-query", format!("查询参数“limit”：应为 1 至 {MOST}")));
    }
    if let Some(matter) = &part.matter {
        return of_matter(&app, &signed, matter).await.map(axum::Json);
    }
    let filter = app.filters.view(&app.door, &signed.who)?;
    let (store, now, library) = (app.door.store(), app.door.now(), app.door.library());
    let find = wanted.find(&library, now)?;
    let columns = wanted.columns(&library)?;
    let (total, rows) = tokio::try_join!(
        store.count_files(&filter, now, &find),
        store.files(&filter, now, &find, limit, part.offset.unwrap_or(0))
    )?;
    let mut cells = Cells::new(&app.door, &library);
    let items = items(&mut cells, &app, rows, &columns).await?;
    let handler = match &wanted.handler {
        Some(user) if total > 0 => Some(cells.user(user).await?),
        _ => None,
    };
    Ok(axum::Json(List { total, items, handler }))
}

/// What to list, and which part of it.
fn split(mut asked: BTreeMap<String, String>) -> Answer<(Wanted, Part)> {
    let mut number = |name: &str| {
        let bad = || Problem::bad_request("bad-query", format!("查询参数“{name}”：类型不对，应为整数"));
        asked.remove(name).map(|n| n.parse().map_err(|_| bad())).transpose()
    };
    let (limit, offset) = (number("limit")?, number("offset")?);
    let part = Part { matter: asked.remove("matter"), limit, offset };
    Ok((Wanted::read(asked)?, part))
}

/// The file that the person's unit keeps on a matter, if he may see it.
async fn of_matter(app: &App, signed: &Signed, matter: &str) -> Answer<List> {
    let none = List { total: 0, items: Vec::new(), handler: None };
    let store = app.door.store();
    let Some(id) = store.file_of(&signed.who.user.unit, matter).await? else { return Ok(none) };
    let Some(row) = store.file(&id).await? else { return Ok(none) };
    if app.door.allowed(&signed.who, &row, Deed::View).is_err() {
        return Ok(none);
    }
    let Some(state) = store.state(&id).await? else { return Ok(none) };
    let library = app.door.library();
    let views = door::project(&state, &|_| Some(library.clone()), app.door.now());
    let mut clocks: Vec<_> =
        views.clocks.into_iter().filter(|c| c.breach && c.ended_at.is_none() && !c.suspended).collect();
    clocks.sort_by_key(|c| c.due_at);
    let found = FoundRow { file: row, listed: views.listed, tracks: views.tracks, clocks };
    let items = items(&mut Cells::new(&app.door, &library), app, vec![found], &[]).await?;
    Ok(List { total: 1, items, handler: None })
}
