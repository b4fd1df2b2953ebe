//! 常用筛选：本人保存的清单筛选、排序和列，可以供本单位使用。

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use law::time::Moment;
use serde::{Deserialize, Serialize};
use store::rows::SavedView;
use utoipa::ToSchema;

use crate::App;
use crate::extract::{Json, Path};
use crate::lists::Cells;
use crate::problem::{Answer, Document, Problem};
use crate::signed::Signed;

/// Saved views of one person at most.
const MOST: usize = 50;
/// Characters of a name and of what it stands for.
const NAME: usize = 40;
const QUERY: usize = 4000;

/// A saved view.
#[derive(Serialize, ToSchema)]
pub struct View {
    /// Identifier.
    id: String,
    /// Its name.
    name: String,
    /// Filter, order and columns as they stand in the address of the page.
    query: String,
    /// Others of the unit may use it.
    shared: bool,
    /// It is one's own: only then may it be changed.
    mine: bool,
    /// Name of the person who saved it.
    by: String,
    /// When it was saved (real time).
    #[schema(value_type = String, format = DateTime)]
    at: Moment,
}

/// What is saved.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewView {
    /// Its name.
    name: String,
    /// Filter, order and columns as they stand in the address of the page.
    query: String,
    /// Others of the unit may use it.
    #[serde(default)]
    shared: bool,
}

impl NewView {
    fn checked(self, signed: &Signed, id: String) -> Answer<SavedView> {
        let name = self.name.trim().to_owned();
        if name.is_empty() || name.chars().count() > NAME {
            return Err(Problem::input(format!("常用筛选的名称应为 1 至 {NAME} 个字")));
        }
        if self.query.len() > QUERY {
            return Err(Problem::input("筛选条件过长，不能保存"));
        }
        Ok(SavedView {
            id,
            user: signed.who.user.id.clone(),
            unit: signed.who.user.unit.clone(),
            name,
            query: self.query,
            shared: self.shared,
            at: door::real_now(),
        })
    }
}

/// 查看常用筛选
///
/// 本人保存的和本单位共用的。共用的只是条件：各人所见仍以本人权限为限。
#[utoipa::path(get, path = "/api/views", tag = "案件", operation_id = "list_views", responses((status = 200, description = "常用筛选", body = Vec<View>)))]
pub async fn list(State(app): State<Arc<App>>, signed: Signed) -> Answer<axum::Json<Vec<View>>> {
    let (me, library) = (&signed.who.user, app.door.library());
    let mut cells = Cells::new(&app.door, &library);
    let mut out = Vec::new();
    for v in app.door.store().saved_views(&me.id, &me.unit).await? {
        let by = cells.user(&v.user).await?;
        out.push(View {
            id: v.id,
            name: v.name,
            query: v.query,
            shared: v.shared,
            mine: v.user == me.id,
            by,
            at: v.at,
        });
    }
    Ok(axum::Json(out))
}

/// 保存常用筛选
#[utoipa::path(
    post, path = "/api/views", tag = "案件", operation_id = "save_view", request_body = NewView,
    responses(
        (status = 201, description = "已保存", body = View),
        (status = 422, description = "名称或者条件不合要求，或者已保存过多", body = Document, content_type = "application/problem+json"),
    )
)]
pub async fn save(
    State(app): State<Arc<App>>,
    signed: Signed,
    Json(new): Json<NewView>,
) -> Answer<(StatusCode, axum::Json<View>)> {
    let me = &signed.who.user;
    let mine = app.door.store().saved_views(&me.id, &me.unit).await?.into_iter().filter(|v| v.user == me.id).count();
    if mine >= MOST {
        return Err(Problem::input(format!("最多保存 {MOST} 个常用筛选，请先删除不用的")));
    }
    let view = new.checked(&signed, uuid::Uuid::now_v7().simple().to_string())?;
    app.door.store().put_saved_view(view.clone()).await?;
    Ok((StatusCode::CREATED, axum::Json(shown(view, &me.name))))
}

/// 更改常用筛选
#[utoipa::path(
    put, path = "/api/views/{view}", tag = "案件", operation_id = "change_view", request_body = NewView, params(("view" = String, Path, description = "常用筛选")),
    responses(
        (status = 200, description = "已更改", body = View),
        (status = 404, description = "没有这个常用筛选，或者不是本人保存的", body = Document, content_type = "application/problem+json"),
        (status = 422, description = "名称或者条件不合要求", body = Document, content_type = "application/problem+json"),
    )
)]
pub async fn change(
    State(app): State<Arc<App>>,
    signed: Signed,
    Path(view): Path<String>,
    Json(new): Json<NewView>,
) -> Answer<axum::Json<View>> {
    own(&app, &signed, &view).await?;
    let view = new.checked(&signed, view)?;
    app.door.store().put_saved_view(view.clone()).await?;
    Ok(axum::Json(shown(view, &signed.who.user.name)))
}

/// 删除常用筛选
#[utoipa::path(
    delete, path = "/api/views/{view}", tag = "案件", operation_id = "drop_view", params(("view" = String, Path, description = "常用筛选")),
    responses(
        (status = 204, description = "已删除"),
        (status = 404, description = "没有这个常用筛选，或者不是本人保存的", body = Document, content_type = "application/problem+json"),
    )
)]
pub async fn remove(State(app): State<Arc<App>>, signed: Signed, Path(view): Path<String>) -> Answer<StatusCode> {
    own(&app, &signed, &view).await?;
    app.door.store().drop_saved_view(&view, &signed.who.user.id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Another person's saved view does not exist for whoever would change it.
async fn own(app: &App, signed: &Signed, view: &str) -> Answer<()> {
    let me = &signed.who.user;
    let all = app.door.store().saved_views(&me.id, &me.unit).await?;
    let found = all.iter().any(|v| v.id == view && v.user == me.id);
    if found { Ok(()) } else { Err(Problem::not_found("没有这个常用筛选，或者不是您保存的")) }
}

fn shown(v: SavedView, by: &str) -> View {
    View { id: v.id, name: v.name, query: v.query, shared: v.shared, mine: true, by: by.to_owned(), at: v.at }
}
