//! 待办、期限和提醒。

use std::collections::BTreeMap;
use std::sync::Arc;

use access::Deed;
use axum::extract::State;
use axum::http::StatusCode;
use jiff::SignedDuration;
use jiff::civil::Date;
use law::period::Clock;
use law::time::Moment;
use serde::{Deserialize, Serialize};
use store::rows::{ClockRow, NoticeRow, TodoRow};
use utoipa::{IntoParams, ToSchema};

use crate::App;
use crate::extract::{Path, Query};
use crate::lists::ends;
use crate::problem::{Answer, Document, Problem};
use crate::schema;
use crate::signed::Signed;

/// A to-do.
#[derive(Serialize, ToSchema)]
pub struct Todo {
    /// Title of the file.
    title: String,
    #[serde(flatten)]
    #[schema(value_type = schema::TodoRow, inline)]
    row: TodoRow,
}

/// A running deadline.
#[derive(Serialize, ToSchema)]
pub struct Deadline {
    /// Title of the file.
    title: String,
    #[serde(flatten)]
    #[schema(value_type = schema::DeadlineRow, inline)]
    row: ClockRow,
}

/// To-dos, as far as one answer goes.
#[derive(Serialize, ToSchema)]
pub struct TodoList {
    /// How many there are.
    total: u64,
    /// Those of this answer, the soonest first.
    items: Vec<Todo>,
}

/// A page of deadlines.
#[derive(Serialize, ToSchema)]
pub struct DeadlineList {
    /// How many there are.
    total: u64,
    /// Those of this page, the soonest first.
    items: Vec<Deadline>,
}

/// Titles of files that the person may see.
struct Titles<'a> {
    app: &'a App,
    signed: &'a Signed,
    known: BTreeMap<String, Option<String>>,
}

impl<'a> Titles<'a> {
    fn new(app: &'a App, signed: &'a Signed) -> Self {
        Self { app, signed, known: BTreeMap::new() }
    }
    async fn of(&mut self, file: &str) -> Answer<Option<String>> {
        if let Some(known) = self.known.get(file) {
            return Ok(known.clone());
        }
        let row = self.app.door.store().file(file).await?;
        let title = row.filter(|r| self.app.door.allowed(&self.signed.who, r, Deed::View).is_ok()).map(|r| r.title);
        self.known.insert(file.to_owned(), title.clone());
        Ok(title)
    }
}

/// 查看待办
///
/// 本人的、本人岗位尚无人承办的，以及委托人的待办；最先到期的在前，最多 500 项。
#[utoipa::path(get, path = "/api/todos", tag = "待办和期限", operation_id = "list_todos", responses((status = 200, description = "待办", body = TodoList)))]
pub async fn todos(State(app): State<Arc<App>>, signed: Signed) -> Answer<axum::Json<TodoList>> {
    let who = &signed.who;
    let roles: Vec<String> = who.person.roles.iter().cloned().collect();
    let users: Vec<String> = std::iter::once(&who.user.id).chain(&who.person.acting_for).cloned().collect();
    let filter = app.filters.view(&app.door, who)?;
    let store = app.door.store();
    let (total, rows) = store.todos_of(&filter, app.door.now(), &users, &who.user.unit, &roles, TODOS).await?;
    let items = rows.into_iter().map(|(title, row)| Todo { title, row }).collect();
    Ok(axum::Json(TodoList { total, items }))
}

/// To-dos of one answer at most.
const TODOS: u32 = 500;
/// Deadlines of one answer at most.
const DEADLINES: u32 = 500;

/// Which deadlines.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct Ahead {
    /// 今后多少日内届满（含已超期的），0 至 3660，默认 30；给出 from、to 的，以 from、to 为准
    days: Option<i64>,
    /// 届满日不早于
    #[param(value_type = Option<String>, format = Date)]
    from: Option<Date>,
    /// 届满日不晚于
    #[param(value_type = Option<String>, format = Date)]
    to: Option<Date>,
    /// 每页项数，1 至 500，默认 500
    limit: Option<u32>,
    /// 从第几项起，默认 0
    #[serde(default)]
    offset: u32,
}

/// The ends of a span, wide open where it has none.
fn within(from: Option<Date>, to: Option<Date>) -> (Moment, Moment) {
    let span = ends(from, to);
    (span.from.unwrap_or(Moment::MIN), span.to.unwrap_or(Moment::MAX))
}

/// 查看期限
///
/// 本人有权查看的案件中正在进行的期限（含已超期的），最先届满的在前，每页最多 500 项。
#[utoipa::path(get, path = "/api/deadlines", tag = "待办和期限", operation_id = "list_deadlines", params(Ahead), responses((status = 200, description = "期限", body = DeadlineList)))]
pub async fn deadlines(
    State(app): State<Arc<App>>,
    signed: Signed,
    Query(ahead): Query<Ahead>,
) -> Answer<axum::Json<DeadlineList>> {
    let days = ahead.days.unwrap_or(30);
    if !(0..=3660).contains(&days) {
        return Err(Problem::bad_request("bad-query", "查询参数“days”：应为 0 至 3660"));
    }
    let limit = ahead.limit.unwrap_or(DEADLINES);
    if !(1..=DEADLINES).contains(&limit) {
        return Err(Problem::bad_request("bad-query", format!("查询参数“limit”：应为 1 至 {DEADLINES}")));
    }
    let due = if ahead.from.is_some() || ahead.to.is_some() {
        within(ahead.from, ahead.to)
    } else {
        let before = app.door.now().checked_add(SignedDuration::from_hours(24 * days)).unwrap_or(Moment::MAX);
        (Moment::MIN, before)
    };
    let filter = app.filters.view(&app.door, &signed.who)?;
    let (total, rows) = app.door.store().clocks_of(&filter, app.door.now(), due, (limit, ahead.offset)).await?;
    let items = rows.into_iter().map(|(title, row)| Deadline { title, row }).collect();
    Ok(axum::Json(DeadlineList { total, items }))
}

/// The days to look at.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct Days {
    /// 第一日
    #[param(value_type = String, format = Date)]
    from: Date,
    /// 最后一日，与第一日相距不超过 100 日
    #[param(value_type = String, format = Date)]
    to: Date,
}

/// The deadlines that end on a day.
#[derive(Serialize, ToSchema)]
pub struct DeadlineDay {
    /// The day.
    #[schema(value_type = String, format = Date)]
    day: Date,
    /// Of custody.
    custody: u64,
    /// Of handling.
    handling: u64,
}

/// 查看期限日历
///
/// 本人有权查看的案件中，每日届满的期限数；没有期限届满的日子不列。
#[utoipa::path(get, path = "/api/deadlines/days", tag = "待办和期限", operation_id = "list_deadline_days", params(Days), responses((status = 200, description = "期限日历", body = Vec<DeadlineDay>)))]
pub async fn days(
    State(app): State<Arc<App>>,
    signed: Signed,
    Query(days): Query<Days>,
) -> Answer<axum::Json<Vec<DeadlineDay>>> {
    let long = days.from.until(days.to).map_or(i32::MAX, |s| s.get_days());
    if !(0..=100).contains(&long) {
        return Err(Problem::bad_request("bad-query", "查询参数“to”：应在 from 之后 100 日以内"));
    }
    let filter = app.filters.view(&app.door, &signed.who)?;
    let due = within(Some(days.from), Some(days.to));
    let mut out: BTreeMap<Date, (u64, u64)> = BTreeMap::new();
    for (at, clock, n) in app.door.store().clock_ends(&filter, app.door.now(), due).await? {
        let last = law::time::day(at.checked_sub(SignedDuration::from_micros(1)).unwrap_or(at));
        let day = out.entry(last).or_default();
        *(if clock == door::clock_name(Clock::Custody) { &mut day.0 } else { &mut day.1 }) += n;
    }
    let days = out.into_iter().map(|(day, (custody, handling))| DeadlineDay { day, custody, handling });
    Ok(axum::Json(days.collect()))
}

/// Notices of one answer.
const NOTICES: u32 = 200;

/// A notice.
#[derive(Serialize, ToSchema)]
pub struct Notice {
    /// Title of the file.
    title: String,
    #[serde(flatten)]
    #[schema(value_type = schema::NoticeRow, inline)]
    row: NoticeRow,
    /// When this person read it (real time).
    #[schema(value_type = Option<String>, format = DateTime)]
    read_at: Option<Moment>,
}

/// 查看提醒
///
/// 期限即将届满和已经超期的提醒，发给规则库所列的角色；最新的在前，最多 200 条。
#[utoipa::path(get, path = "/api/notices", tag = "待办和期限", operation_id = "list_notices", responses((status = 200, description = "提醒", body = Vec<Notice>)))]
pub async fn notices(State(app): State<Arc<App>>, signed: Signed) -> Answer<axum::Json<Vec<Notice>>> {
    let who = &signed.who;
    let roles: Vec<String> = who.person.roles.iter().cloned().collect();
    let rows = app.door.store().notices(&who.user.id, &who.user.unit, &roles, app.door.now(), NOTICES).await?;
    let mut titles = Titles::new(&app, &signed);
    let mut out = Vec::new();
    for (row, read_at) in rows {
        if let Some(title) = titles.of(&row.file).await? {
            out.push(Notice { title, row, read_at });
        }
    }
    Ok(axum::Json(out))
}

/// 提醒已阅
#[utoipa::path(
    post, path = "/api/notices/{notice}/read", tag = "待办和期限", operation_id = "read_notice", params(("notice" = String, Path, description = "提醒")),
    responses(
        (status = 204, description = "已阅"),
        (status = 404, description = "没有发给本人的这条提醒", body = Document, content_type = "application/problem+json"),
    )
)]
pub async fn read_notice(
    State(app): State<Arc<App>>,
    signed: Signed,
    Path(notice): Path<String>,
) -> Answer<StatusCode> {
    let (store, who) = (app.door.store(), &signed.who);
    let mine = |n: &NoticeRow| {
        n.unit == who.user.unit
            && n.user.as_ref().map_or_else(|| who.person.roles.contains(&n.role), |u| u == &who.user.id)
    };
    let unknown = || Problem::not_found("没有发给您的这条提醒");
    let row = store.notice(&notice).await?.filter(mine).ok_or_else(unknown)?;
    store.read_notice(&row.id, &who.user.id, door::real_now()).await?;
    Ok(StatusCode::NO_CONTENT)
}
