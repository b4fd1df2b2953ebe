//! 人员和岗位。

use std::sync::Arc;

use access::Deed;
use axum::extract::State;
use axum::http::StatusCode;
use law::time::Moment;
use serde::{Deserialize, Serialize};
use store::rows::{RoleRow, UserRow};
use utoipa::{IntoParams, ToSchema};

use super::audit::{self, Audited, Detail};
use super::password::TemporaryPassword;
use super::units;
use crate::App;
use crate::extract::{Json, Path, Query};
use crate::problem::{Answer, Document, Problem, Reason, wrong};
use crate::signed::Signed;

/// A person of a unit.
#[derive(Serialize, ToSchema)]
pub struct Member {
    /// Identifier.
    id: String,
    /// Name used to sign in; for administrators.
    #[serde(skip_serializing_if = "Option::is_none")]
    login: Option<String>,
    /// Chinese name.
    name: String,
    /// Unit.
    unit: String,
    /// Highest grade of secrecy that may be seen; for administrators.
    #[serde(skip_serializing_if = "Option::is_none")]
    clearance: Option<u8>,
    /// May sign in.
    active: bool,
    /// Roles in force.
    roles: Vec<String>,
    /// Every role that was given in the unit, in force or not, the latest first; for administrators.
    #[serde(skip_serializing_if = "Option::is_none")]
    terms: Option<Vec<Term>>,
}

/// A role that was given.
#[derive(Serialize, ToSchema)]
pub struct Term {
    /// The role.
    role: String,
    /// Chinese name.
    name: String,
    /// From when (legal time).
    #[schema(value_type = String, format = DateTime)]
    from: Moment,
    /// Until when.
    #[schema(value_type = Option<String>, format = DateTime)]
    to: Option<Moment>,
    /// It is in force now.
    in_force: bool,
}

/// Somebody to whom a case can be given.
#[derive(Serialize, ToSchema)]
pub struct RosterEntry {
    /// The user.
    user: String,
    /// Chinese name.
    name: String,
    /// Cases in hand.
    cases: u64,
    /// When the last one was given (legal time).
    #[schema(value_type = Option<String>, format = DateTime)]
    last_at: Option<Moment>,
}

/// In which role.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct InRole {
    /// 岗位，如 prosecutor
    role: String,
}

/// A new user.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"login": "bai.ruolan", "name": "白若兰", "clearance": 0}))]
pub struct NewUser {
    /// Name used to sign in: 2 to 40 lower-case letters, digits, `.`, `_`, `-`.
    login: String,
    /// Chinese name.
    name: String,
    /// Highest grade of secrecy that may be seen, 0 to 3.
    #[serde(default)]
    clearance: u8,
}

/// A person who was added.
#[derive(Serialize, ToSchema)]
pub struct Added {
    /// The person.
    member: Member,
    /// What he signs in with for the first time.
    temporary: TemporaryPassword,
}

/// What may be changed of a user.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"clearance": 1, "active": true}))]
pub struct UserChange {
    /// Highest grade of secrecy that may be seen, 0 to 3.
    clearance: u8,
    /// May sign in.
    active: bool,
    /// The name, where it is corrected.
    #[serde(default)]
    name: Option<String>,
}

/// A role to give.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"role": "prosecutor"}))]
pub struct NewRole {
    /// The role, as the library names it.
    role: String,
    /// From when (legal time); now where it is absent.
    #[serde(default)]
    #[schema(value_type = Option<String>, format = DateTime)]
    from: Option<Moment>,
    /// Until when.
    #[serde(default)]
    #[schema(value_type = Option<String>, format = DateTime)]
    to: Option<Moment>,
}

async fn member(app: &App, u: UserRow, administers: bool) -> Answer<Member> {
    let (store, now, library) = (app.door.store(), app.door.now(), app.door.library());
    let roles = store.roles(&u.id, now).await?;
    let term = |r: RoleRow| Term {
        name: library.roles.roles.get(r.role.as_str()).map_or_else(|| r.role.clone(), |d| d.name.clone()),
        in_force: r.from <= now && r.to.is_none_or(|to| now < to),
        role: r.role,
        from: r.from,
        to: r.to,
    };
    let terms = match administers {
        true => Some(store.role_terms(&u.id, &u.unit).await?.into_iter().map(term).collect()),
        false => None,
    };
    Ok(Member {
        terms,
        roles: roles.into_iter().filter(|r| r.unit == u.unit).map(|r| r.role).collect(),
        id: u.id,
        login: administers.then_some(u.login),
        name: u.name,
        unit: u.unit,
        clearance: administers.then_some(u.clearance),
        active: u.active,
    })
}

/// 查看单位人员
///
/// 本单位的人员，或者本人管理的单位的人员。
#[utoipa::path(
    get, path = "/api/units/{unit}/users", tag = "单位和人员", operation_id = "list_users", params(("unit" = String, Path, description = "单位")),
    responses(
        (status = 200, description = "人员", body = Vec<Member>),
        (status = 403, description = "不是本单位，也不管理这个单位", body = Document, content_type = "application/problem+json"),
        (status = 404, description = "没有这个单位", body = Document, content_type = "application/problem+json"),
    )
)]
pub async fn list(
    State(app): State<Arc<App>>,
    signed: Signed,
    Path(unit): Path<String>,
) -> Answer<axum::Json<Vec<Member>>> {
    let administers = units::allowed(&app, &signed, &unit, Deed::Administer);
    if unit != signed.who.user.unit {
        administers.clone()?;
    }
    let mut out = Vec::new();
    for u in app.door.store().users_of(&unit).await? {
        out.push(member(&app, u, administers.is_ok()).await?);
    }
    Ok(axum::Json(out))
}

/// 查看可以承办的人员
///
/// 本单位现任某岗位的人员及其在办案件数，按轮案的顺序排列：在办最少的在前，其次是最久没有分到案件的。
#[utoipa::path(
    get, path = "/api/units/{unit}/roster", tag = "单位和人员", operation_id = "read_roster", params(("unit" = String, Path, description = "单位"), InRole),
    responses(
        (status = 200, description = "可以承办的人员", body = Vec<RosterEntry>),
        (status = 403, description = "不是本单位", body = Document, content_type = "application/problem+json"),
        (status = 404, description = "没有这个单位", body = Document, content_type = "application/problem+json"),
    )
)]
pub async fn roster(
    State(app): State<Arc<App>>,
    signed: Signed,
    Path(unit): Path<String>,
    Query(InRole { role }): Query<InRole>,
) -> Answer<axum::Json<Vec<RosterEntry>>> {
    if app.door.units().get(&unit).is_none() {
        return Err(Problem::not_found("没有这个单位"));
    }
    if unit != signed.who.user.unit {
        return Err(Problem::forbidden(None, "只能查看本单位人员承办案件的情况"));
    }
    let store = app.door.store();
    let mut out = Vec::new();
    for (user, cases, last_at) in store.roster(&unit, &role, app.door.now()).await? {
        let name = store.user(&user).await?.map_or_else(|| user.clone(), |u| u.name);
        out.push(RosterEntry { user, name, cases, last_at });
    }
    Ok(axum::Json(out))
}

/// 增加人员
///
/// 返回临时密码，只显示这一次，三日内有效；本人以它登录后，须先改为自己的密码。
#[utoipa::path(
    post, path = "/api/units/{unit}/users", tag = "单位和人员", operation_id = "add_user", params(("unit" = String, Path, description = "单位")),
    responses(
        (status = 201, description = "已增加", body = Added),
        (status = 403, description = "不管理这个单位", body = Document, content_type = "application/problem+json"),
        (status = 409, description = "用户名已有人使用", body = Document, content_type = "application/problem+json"),
        (status = 422, description = "填写有误", body = Document, content_type = "application/problem+json"),
    )
)]
pub async fn add(
    State(app): State<Arc<App>>,
    signed: Signed,
    Path(unit): Path<String>,
    Json(new): Json<NewUser>,
) -> Answer<(StatusCode, axum::Json<Added>)> {
    units::allowed(&app, &signed, &unit, Deed::Administer)?;
    let name = check_user(&new)?;
    let store = app.door.store();
    if store.user_by_login(&new.login).await?.is_some() {
        return Err(Problem::new(
            StatusCode::CONFLICT,
            "login-taken",
            "用户名已有人使用",
            format!("用户名“{}”已有人使用，请换一个", new.login),
        )
        .because([Reason {
            text: format!("用户名“{}”已有人使用，请换一个", new.login),
            place: Some("login".into()),
            ..Reason::default()
        }]));
    }
    let temporary = TemporaryPassword::new();
    let row = UserRow {
        id: uuid::Uuid::now_v7().simple().to_string(),
        login: new.login,
        name,
        unit,
        password: String::new(),
        clearance: new.clearance,
        active: true,
        temporary_until: None,
    };
    let row = temporary.of(row).await?;
    let detail = Detail { clearance: Some([0, row.clearance]), ..Detail::default() };
    let noted = audit::note(&signed, &row, Audited::PersonAdded, &detail)?;
    store.put_user(row.clone(), noted).await?;
    let added = Added { member: member(&app, row, true).await?, temporary };
    Ok((StatusCode::CREATED, axum::Json(added)))
}

/// The name of a new user, whose other parts are in order.
fn check_user(new: &NewUser) -> Answer<String> {
    let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b"._-".contains(&b);
    if !(2..=40).contains(&new.login.len()) || !new.login.bytes().all(plain) {
        return Err(wrong("login", "用户名应为 2 至 40 个小写字母、数字、“.”、“_”或者“-”"));
    }
    let name = named(&new.name)?;
    if new.clearance > 3 {
        return Err(wrong("clearance", "知悉范围应为 0 至 3"));
    }
    Ok(name)
}

/// A person's name, without what stands around it.
fn named(name: &str) -> Answer<String> {
    let name = name.trim();
    if name.is_empty() || name.chars().count() > 60 || name.chars().any(char::is_control) {
        return Err(wrong("name", "姓名应为 1 至 60 字"));
    }
    Ok(name.to_owned())
}

/// The user, if the person administers his unit. Nobody changes himself.
pub(super) async fn administered(app: &App, signed: &Signed, user: &str) -> Answer<UserRow> {
    let unknown = || Problem::not_found("没有这个人员，或者您无权管理");
    let row = app.door.store().user(user).await?.ok_or_else(unknown)?;
    if row.unit != signed.who.user.unit && units::allowed(app, signed, &row.unit, Deed::Administer).is_err() {
        return Err(unknown());
    }
    units::allowed(app, signed, &row.unit, Deed::Administer)?;
    if row.id == signed.who.user.id {
        return Err(Problem::forbidden(None, "不得变更本人的岗位、知悉范围和账号，请由其他管理员办理"));
    }
    Ok(row)
}

/// 更正人员的姓名，变更知悉范围，停用、启用账号
///
/// 停用的账号立即退出登录，不能再登录。
#[utoipa::path(
    put, path = "/api/users/{user}", tag = "单位和人员", operation_id = "change_user", params(("user" = String, Path, description = "人员")),
    responses(
        (status = 200, description = "已变更", body = Member),
        (status = 403, description = "不管理其单位，或者是本人", body = Document, content_type = "application/problem+json"),
        (status = 404, description = "没有这个人员", body = Document, content_type = "application/problem+json"),
        (status = 422, description = "姓名或者知悉范围不符合要求", body = Document, content_type = "application/problem+json"),
    )
)]
pub async fn change(
    State(app): State<Arc<App>>,
    signed: Signed,
    Path(user): Path<String>,
    Json(new): Json<UserChange>,
) -> Answer<axum::Json<Member>> {
    let row = administered(&app, &signed, &user).await?;
    if new.clearance > 3 {
        return Err(wrong("clearance", "知悉范围应为 0 至 3"));
    }
    let name = new.name.as_deref().map_or_else(|| Ok(row.name.clone()), named)?;
    let detail = Detail {
        name: (row.name != name).then(|| [row.name.clone(), name.clone()]),
        clearance: (row.clearance != new.clearance).then_some([row.clearance, new.clearance]),
        active: (row.active != new.active).then_some([row.active, new.active]),
        ..Detail::default()
    };
    let row = UserRow { name, clearance: new.clearance, active: new.active, ..row };
    let changed = detail.name.is_some() || detail.clearance.is_some() || detail.active.is_some();
    if changed {
        let noted = audit::note(&signed, &row, Audited::PersonChanged, &detail)?;
        app.door.store().change_user(&row, noted).await?;
    }
    Ok(axum::Json(member(&app, row, true).await?))
}

/// 授予岗位
#[utoipa::path(
    post, path = "/api/users/{user}/roles", tag = "单位和人员", operation_id = "give_role", params(("user" = String, Path, description = "人员")),
    responses(
        (status = 201, description = "已授予", body = Member),
        (status = 403, description = "不管理其单位，或者是本人", body = Document, content_type = "application/problem+json"),
        (status = 404, description = "没有这个人员", body = Document, content_type = "application/problem+json"),
        (status = 422, description = "没有这个岗位，或者其机关没有这个岗位", body = Document, content_type = "application/problem+json"),
    )
)]
pub async fn give_role(
    State(app): State<Arc<App>>,
    signed: Signed,
    Path(user): Path<String>,
    Json(new): Json<NewRole>,
) -> Answer<(StatusCode, axum::Json<Member>)> {
    let row = administered(&app, &signed, &user).await?;
    let (library, units) = (app.door.library(), app.door.units());
    let agency = units.get(&row.unit).map(|u| u.agency.clone()).unwrap_or_default();
    let def = library
        .roles
        .roles
        .get(new.role.as_str())
        .ok_or_else(|| wrong("role", format!("没有“{}”这个岗位", new.role)))?;
    if !def.agency.is_empty() && !def.agency.iter().any(|a| a.as_str() == agency) {
        return Err(wrong("role", format!("其所在机关没有“{}”岗位", def.name)));
    }
    let from = new.from.unwrap_or_else(|| app.door.now());
    if new.to.is_some_and(|to| to <= from) {
        return Err(wrong("to", "岗位的截止时间应晚于起始时间"));
    }
    let role = RoleRow { user: row.id.clone(), unit: row.unit.clone(), role: new.role, from, to: new.to };
    let detail = Detail { roles: vec![role.role.clone()], from: Some(from), to: new.to, ..Detail::default() };
    let noted = audit::note(&signed, &row, Audited::RoleGiven, &detail)?;
    app.door.store().put_role(role, noted).await?;
    Ok((StatusCode::CREATED, axum::Json(member(&app, row, true).await?)))
}

/// 免去岗位
#[utoipa::path(
    delete, path = "/api/users/{user}/roles/{role}", tag = "单位和人员", operation_id = "end_role",
    params(("user" = String, Path, description = "人员"), ("role" = String, Path, description = "岗位")),
    responses(
        (status = 204, description = "已免去"),
        (status = 403, description = "不管理其单位，或者是本人", body = Document, content_type = "application/problem+json"),
        (status = 404, description = "没有这个人员，或者其没有这个岗位", body = Document, content_type = "application/problem+json"),
    )
)]
pub async fn end_role(
    State(app): State<Arc<App>>,
    signed: Signed,
    Path((user, role)): Path<(String, String)>,
) -> Answer<StatusCode> {
    let row = administered(&app, &signed, &user).await?;
    let (store, now) = (app.door.store(), app.door.now());
    if !store.roles(&row.id, now).await?.iter().any(|r| r.unit == row.unit && r.role == role) {
        return Err(Problem::not_found("其现在没有这个岗位"));
    }
    let detail = Detail { roles: vec![role.clone()], to: Some(now), ..Detail::default() };
    let noted = audit::note(&signed, &row, Audited::RoleEnded, &detail)?;
    store.end_role(&row.id, &row.unit, &role, now, noted).await?;
    Ok(StatusCode::NO_CONTENT)
}
