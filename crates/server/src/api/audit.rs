//! 变更记录：单位、人员、岗位、委托由谁在何时作了何种变更。

use std::sync::Arc;

use access::Deed;
use axum::extract::State;
use law::time::Moment;
use serde::{Deserialize, Serialize};
use store::rows::{AuditRow, UserRow};
use utoipa::{IntoParams, ToSchema};

use super::units;
use crate::App;
use crate::extract::{Path, Query};
use crate::problem::{Answer, Document, Problem};
use crate::signed::Signed;

/// Most rows of one answer.
const MOST: u32 = 100;

/// What was done.
#[derive(Clone, Copy, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Audited {
    /// A person was added.
    PersonAdded,
    /// Name, clearance or permission to sign in was changed.
    PersonChanged,
    /// An administrator set a new password.
    PasswordReset,
    /// The person chose a new password.
    PasswordChanged,
    /// The person set up an authenticator.
    FactorAdded,
    /// An authenticator was removed, by the person or for him.
    FactorRemoved,
    /// The person added a passkey.
    PasskeyAdded,
    /// A passkey was removed, by the person or for him.
    PasskeyRemoved,
    /// A passkey was refused that may have been copied: its counter did not go on.
    PasskeyRefused,
    /// A program was given a key.
    ClientKeyGiven,
    /// Keys of a program were ended.
    ClientKeysEnded,
    /// A role was given.
    RoleGiven,
    /// A role was ended.
    RoleEnded,
    /// The person delegates.
    Delegated,
    /// A delegation was ended before its time.
    DelegationEnded,
    /// The unit was added.
    UnitAdded,
    /// Name, short name or code of the unit was changed.
    UnitChanged,
}

/// What it was and what it is.
#[derive(Default, Serialize, Deserialize)]
pub(super) struct Detail {
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub roles: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<Moment>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub to: Option<Moment>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<[String; 2]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub abbr: Option<[String; 2]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code: Option<[String; 2]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub clearance: Option<[u8; 2]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub active: Option<[bool; 2]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub delegate: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub basis: Option<String>,
}

/// The row that is written together with a change of a person.
pub(super) fn note(signed: &Signed, of: &UserRow, act: Audited, detail: &Detail) -> Answer<Option<AuditRow>> {
    row(signed, of, act, detail).map(Some)
}

/// As [`note`], where nothing else is written with it.
pub(super) fn row(signed: &Signed, of: &UserRow, act: Audited, detail: &Detail) -> Answer<AuditRow> {
    row_by(&signed.who.user.id, of, act, detail)
}

/// As [`row`], where nobody is signed in yet.
pub(super) fn row_by(by: &str, of: &UserRow, act: Audited, detail: &Detail) -> Answer<AuditRow> {
    written(by, &of.unit, &of.id, act, detail)
}

/// The row that is written together with a change of a unit: it concerns no person.
pub(super) fn of_unit(signed: &Signed, unit: &str, act: Audited, detail: &Detail) -> Answer<AuditRow> {
    written(&signed.who.user.id, unit, "-", act, detail)
}

fn written(by: &str, unit: &str, user: &str, act: Audited, detail: &Detail) -> Answer<AuditRow> {
    let word = |value: serde_json::Value| value.as_str().unwrap_or_default().to_owned();
    Ok(AuditRow {
        id: uuid::Uuid::now_v7().simple().to_string(),
        at: door::real_now(),
        by: by.to_owned(),
        unit: unit.to_owned(),
        user: user.to_owned(),
        act: word(json(&act)?),
        detail: json(detail)?,
    })
}

fn json<T: Serialize>(value: &T) -> Answer<serde_json::Value> {
    serde_json::to_value(value).map_err(|e| Problem::internal(e.to_string()))
}

/// Which part.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct Part {
    /// 条数，1 至 100，默认 50
    limit: Option<u32>,
    /// 从第几条起，默认 0
    #[serde(default)]
    offset: u32,
}

/// Changes of people of a unit.
#[derive(Serialize, ToSchema)]
pub struct Audit {
    /// How many there are.
    total: u64,
    /// Those of this page, the latest first.
    items: Vec<Audits>,
}

/// A change of an account, a role or a delegation.
#[derive(Serialize, ToSchema)]
pub struct Audits {
    /// Identifier.
    id: String,
    /// When (real time).
    #[schema(value_type = String, format = DateTime)]
    at: Moment,
    /// Chinese name of who changed it.
    by_name: String,
    /// The person concerned; `-` where it is the unit itself.
    user: String,
    /// Chinese name.
    user_name: String,
    /// What was done.
    act: Audited,
    /// Chinese names of the roles given, ended or lent.
    roles: Vec<String>,
    /// From when (legal time).
    #[schema(value_type = Option<String>, format = DateTime)]
    from: Option<Moment>,
    /// Until when.
    #[schema(value_type = Option<String>, format = DateTime)]
    to: Option<Moment>,
    /// The name before and after.
    name: Option<[String; 2]>,
    /// The short name of the unit before and after.
    abbr: Option<[String; 2]>,
    /// The code of the unit before and after.
    code: Option<[String; 2]>,
    /// Clearance before and after.
    clearance: Option<[u8; 2]>,
    /// May sign in, before and after.
    active: Option<[bool; 2]>,
    /// Chinese name of the delegate.
    delegate_name: Option<String>,
    /// Reason and basis of a delegation.
    basis: Option<String>,
}

/// 查看单位和人员变更记录
///
/// 本人管理的单位，平台审计人员则为任一单位：单位、人员、岗位、知悉范围、账号、密码和委托的每一次变更，最新的在前。
#[utoipa::path(
    get, path = "/api/units/{unit}/audit", tag = "单位和人员", operation_id = "list_audit", params(("unit" = String, Path, description = "单位"), Part),
    responses(
        (status = 200, description = "变更记录", body = Audit),
        (status = 403, description = "不管理这个单位", body = Document, content_type = "application/problem+json"),
        (status = 404, description = "没有这个单位", body = Document, content_type = "application/problem+json"),
    )
)]
pub async fn list(
    State(app): State<Arc<App>>,
    signed: Signed,
    Path(unit): Path<String>,
    Query(part): Query<Part>,
) -> Answer<axum::Json<Audit>> {
    units::allowed(&app, &signed, &unit, Deed::Administer)
        .or_else(|refused| units::allowed(&app, &signed, &unit, Deed::Audit).map_err(|_| refused))?;
    let limit = part.limit.unwrap_or(50);
    if !(1..=MOST).contains(&limit) {
        return Err(Problem::bad_request("bad-query", format!("查询参数“limit”：应为 1 至 {MOST}")));
    }
    let (store, library) = (app.door.store(), app.door.library());
    let named =
        async |id: &str| -> Answer<String> { Ok(store.user(id).await?.map_or_else(|| id.to_owned(), |u| u.name)) };
    let (total, rows) = store.audit(&unit, limit, part.offset).await?;
    let mut items = Vec::with_capacity(rows.len());
    for row in rows {
        let detail: Detail = serde_json::from_value(row.detail).map_err(|e| Problem::internal(e.to_string()))?;
        let role = |id: &String| library.roles.roles.get(id.as_str()).map_or_else(|| id.clone(), |r| r.name.clone());
        items.push(Audits {
            id: row.id,
            at: row.at,
            by_name: named(&row.by).await?,
            user_name: named(&row.user).await?,
            user: row.user,
            act: serde_json::from_value(row.act.into()).map_err(|e| Problem::internal(e.to_string()))?,
            roles: detail.roles.iter().map(role).collect(),
            from: detail.from,
            to: detail.to,
            name: detail.name,
            abbr: detail.abbr,
            code: detail.code,
            clearance: detail.clearance,
            active: detail.active,
            delegate_name: match &detail.delegate {
                Some(id) => Some(named(id).await?),
                None => None,
            },
            basis: detail.basis,
        });
    }
    Ok(axum::Json(Audit { total, items }))
}
