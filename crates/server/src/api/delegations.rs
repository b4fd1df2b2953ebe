//! 委托代办、代行：查看、办理、终止。

use std::sync::Arc;

use access::Deed;
use axum::extract::State;
use axum::http::StatusCode;
use law::time::Moment;
use serde::{Deserialize, Serialize};
use store::rows::{DelegationRow, UserRow};
use utoipa::{IntoParams, ToSchema};

use super::audit::{self, Audited, Detail};
use super::units;
use crate::App;
use crate::extract::{Json, Path, Query};
use crate::problem::{Answer, Document, Problem, wrong};
use crate::signed::Signed;

/// A delegation of one's own powers.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"to_user": "U-97-0031", "from": "2024-03-11T00:00:00+08:00", "to": "2024-03-16T00:00:00+08:00", "basis": "外出参加培训期间委托代办"}))]
pub struct NewDelegation {
    /// To whom: somebody of one's own unit.
    to_user: String,
    /// From when.
    #[schema(value_type = String, format = DateTime)]
    from: Moment,
    /// Until when.
    #[schema(value_type = String, format = DateTime)]
    to: Moment,
    /// Reason and basis.
    basis: String,
    /// Roles that are lent with it, such as one that approves; without any, only the cases in
    /// hand are.
    #[serde(default)]
    roles: Vec<String>,
}

/// What was made.
#[derive(Serialize, ToSchema)]
pub struct Created {
    /// Identifier.
    id: String,
}

/// A delegation.
#[derive(Serialize, ToSchema)]
pub struct Delegation {
    /// Identifier.
    id: String,
    /// Who delegates.
    from_user: String,
    /// Name of who delegates.
    from_name: String,
    /// To whom.
    to_user: String,
    /// Name of whom.
    to_name: String,
    /// From when (legal time).
    #[schema(value_type = String, format = DateTime)]
    from: Moment,
    /// Until when.
    #[schema(value_type = String, format = DateTime)]
    to: Moment,
    /// Reason and basis.
    basis: String,
    /// Roles that are lent with it.
    roles: Vec<String>,
    /// Their Chinese names.
    role_names: Vec<String>,
    /// It is in force now.
    in_force: bool,
    /// This person may end it.
    ends: bool,
}

/// Whose delegations.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct Wanted {
    /// 本人管理的单位；不填的，列本人委托他人和他人委托本人的
    unit: Option<String>,
}

/// 查看委托
///
/// 正在施行和将要施行的委托。单位管理员可以查看所管理单位的全部委托，其他人员查看与本人有关的。
#[utoipa::path(
    get, path = "/api/delegations", tag = "单位和人员", operation_id = "list_delegations", params(Wanted),
    responses(
        (status = 200, description = "委托", body = Vec<Delegation>),
        (status = 403, description = "不管理这个单位", body = Document, content_type = "application/problem+json"),
        (status = 404, description = "没有这个单位", body = Document, content_type = "application/problem+json"),
    )
)]
pub async fn list(
    State(app): State<Arc<App>>,
    signed: Signed,
    Query(wanted): Query<Wanted>,
) -> Answer<axum::Json<Vec<Delegation>>> {
    if let Some(unit) = &wanted.unit {
        units::allowed(&app, &signed, unit, Deed::Administer)?;
    }
    let me = &signed.who.user;
    let unit = wanted.unit.as_ref().unwrap_or(&me.unit);
    let (store, now, library) = (app.door.store(), app.door.now(), app.door.library());
    let mut out = Vec::new();
    for d in store.delegations_of(unit, now).await? {
        if wanted.unit.is_none() && d.from_user != me.id && d.to_user != me.id {
            continue;
        }
        let name = async |user: &str| -> Answer<String> {
            Ok(store.user(user).await?.map_or_else(|| user.to_owned(), |u| u.name))
        };
        let role = |r: &String| library.roles.roles.get(r.as_str()).map_or_else(|| r.clone(), |x| x.name.clone());
        out.push(Delegation {
            from_name: name(&d.from_user).await?,
            to_name: name(&d.to_user).await?,
            in_force: d.from <= now,
            ends: d.from_user == me.id || wanted.unit.is_some(),
            role_names: d.roles.iter().map(role).collect(),
            id: d.id,
            from_user: d.from_user,
            to_user: d.to_user,
            from: d.from,
            to: d.to,
            basis: d.basis,
            roles: d.roles,
        });
    }
    Ok(axum::Json(out))
}

/// 委托代办、代行
///
/// 只能委托本人的职责，受托人须为本单位人员。本人承办的案件由受托人代办；另列 roles 的，其职权（如审批）由受托人代行，
/// 哪些职权可以委托给谁，由规则库规定。
#[utoipa::path(
    post, path = "/api/delegations", tag = "单位和人员", operation_id = "delegate",
    responses(
        (status = 201, description = "已委托", body = Created),
        (status = 422, description = "填写有误", body = Document, content_type = "application/problem+json"),
    )
)]
pub async fn delegate(
    State(app): State<Arc<App>>,
    signed: Signed,
    Json(new): Json<NewDelegation>,
) -> Answer<(StatusCode, axum::Json<Created>)> {
    let me = &signed.who.user;
    let to = app.door.store().user(&new.to_user).await?.filter(|u| u.unit == me.unit && u.active && u.id != me.id);
    if to.is_none() {
        return Err(wrong("to_user", "受托人应为本单位的其他在职人员"));
    }
    if new.to <= new.from {
        return Err(wrong("to", "委托的截止时间应晚于起始时间"));
    }
    let basis = new.basis.trim();
    if basis.is_empty() || basis.chars().count() > 500 {
        return Err(wrong("basis", "请写明委托的事由和依据，500 字以内"));
    }
    lendable(&app, me, &new).await?;
    let id = uuid::Uuid::now_v7().simple().to_string();
    let row = DelegationRow {
        id: id.clone(),
        from_user: me.id.clone(),
        to_user: new.to_user,
        from: new.from,
        to: new.to,
        basis: basis.to_owned(),
        roles: new.roles,
    };
    let noted = audit::note(&signed, me, Audited::Delegated, &detail(&row))?;
    app.door.store().put_delegation(row, noted).await?;
    Ok((StatusCode::CREATED, axum::Json(Created { id })))
}

/// Each role lent is one's own, and the library lets it be lent to a role that the other holds.
async fn lendable(app: &App, me: &UserRow, new: &NewDelegation) -> Answer<()> {
    let (store, now, library) = (app.door.store(), app.door.now(), app.door.library());
    let held = async |user: &str| -> Answer<Vec<String>> {
        Ok(store.roles(user, now).await?.into_iter().filter(|r| r.unit == me.unit).map(|r| r.role).collect())
    };
    let (mine, theirs) = (held(&me.id).await?, held(&new.to_user).await?);
    for role in &new.roles {
        let def = library.roles.roles.get(role.as_str()).filter(|_| mine.contains(role));
        let Some(def) = def else {
            return Err(wrong("roles", format!("您现在没有“{role}”职责，不能委托他人代行")));
        };
        if !def.lends_to.iter().any(|r| theirs.iter().any(|t| t == r.as_str())) {
            let names: Vec<&str> =
                def.lends_to.iter().filter_map(|r| library.roles.roles.get(r)).map(|r| r.name.as_str()).collect();
            let text = if names.is_empty() {
                format!("“{}”的职权不得委托他人代行", def.name)
            } else {
                format!("“{}”的职权只能委托{}代行", def.name, names.join("、"))
            };
            return Err(wrong("roles", text));
        }
    }
    Ok(())
}

/// 终止委托
///
/// 委托人本人或者其单位的管理员，可以提前终止委托；已经代办的事项不受影响。
#[utoipa::path(
    delete, path = "/api/delegations/{delegation}", tag = "单位和人员", operation_id = "end_delegation", params(("delegation" = String, Path, description = "委托")),
    responses(
        (status = 204, description = "已终止"),
        (status = 404, description = "没有这项委托，已经终止，或者无权终止", body = Document, content_type = "application/problem+json"),
    )
)]
pub async fn end(State(app): State<Arc<App>>, signed: Signed, Path(delegation): Path<String>) -> Answer<StatusCode> {
    let (store, now) = (app.door.store(), app.door.now());
    let unknown = || Problem::not_found("没有这项委托，已经终止，或者您无权终止");
    let row = store.delegation(&delegation).await?.filter(|d| d.to > now).ok_or_else(unknown)?;
    let giver = store.user(&row.from_user).await?.ok_or_else(unknown)?;
    if giver.id != signed.who.user.id {
        units::allowed(&app, &signed, &giver.unit, Deed::Administer).map_err(|_| unknown())?;
    }
    // One that has not begun never does.
    let to = now.max(row.from);
    let row = DelegationRow { to, ..row };
    let noted = audit::note(&signed, &giver, Audited::DelegationEnded, &detail(&row))?;
    store.put_delegation(row, noted).await?;
    Ok(StatusCode::NO_CONTENT)
}

fn detail(row: &DelegationRow) -> Detail {
    Detail {
        roles: row.roles.clone(),
        from: Some(row.from),
        to: Some(row.to),
        delegate: Some(row.to_user.clone()),
        basis: Some(row.basis.clone()),
        ..Detail::default()
    }
}
