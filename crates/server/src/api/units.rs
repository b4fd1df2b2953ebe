//! 单位。

use std::sync::Arc;

use access::{Decision, Deed, Person, Row};
use axum::extract::State;
use axum::http::StatusCode;
use door::{place_faults, unit_faults};
use serde::{Deserialize, Serialize};
use store::rows::UnitRow;
use utoipa::ToSchema;

use super::audit::{self, Audited, Detail};
use crate::App;
use crate::extract::{Json, Path};
use crate::problem::{Answer, Document, Problem, Reason, wrong};
use crate::signed::Signed;

/// A unit.
#[derive(Serialize, ToSchema)]
pub struct Unit {
    /// Identifier.
    id: String,
    /// Full Chinese name.
    name: String,
    /// Short name used in case numbers.
    abbr: String,
    /// Code used in case numbers.
    code: String,
    /// Agency.
    agency: String,
    /// Chinese name of the agency.
    agency_name: String,
    /// Division code (GB/T 2260).
    region: String,
    /// The unit above it.
    parent: Option<String>,
    /// This person administers its people and roles.
    administered: bool,
}

/// What a unit is called.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"name": "云岭省青梧市东篱县人民检察院", "abbr": "篱检", "code": "970123"}))]
pub struct UnitChange {
    /// Full Chinese name, 1 to 60 characters.
    name: String,
    /// Short name used in case numbers, 1 to 12 characters.
    abbr: String,
    /// Code used in case numbers.
    code: String,
}

/// A unit below another one.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"id": "JC-970125", "agency": "procuratorate", "region": "970125", "name": "云岭省青梧市北溪县人民检察院", "abbr": "溪检", "code": "970125"}))]
pub struct NewUnit {
    /// Identifier, for ever: letters, digits and `-`.
    id: String,
    /// Agency, as `GET /api/library` names them.
    agency: String,
    /// Division code (GB/T 2260) that it serves.
    region: String,
    /// Full Chinese name, 1 to 60 characters.
    name: String,
    /// Short name used in case numbers, 1 to 12 characters.
    abbr: String,
    /// Code used in case numbers.
    code: String,
}

/// 增加下级单位
///
/// 由上级单位的管理员办理。只能设同类机关和规则库写明可以设在其下的机关，在上级单位的行政区划之内；一个区划已有这类机关的，新的只能设在它的下面。标识、机关种类、行政区划和上级单位以后不能更改：案件和文号以它们为准。
#[utoipa::path(
    post, path = "/api/units/{unit}/units", tag = "单位和人员", operation_id = "add_unit", params(("unit" = String, Path, description = "上级单位")),
    responses(
        (status = 201, description = "已增加"),
        (status = 403, description = "不管理上级单位", body = Document, content_type = "application/problem+json"),
        (status = 404, description = "没有这个单位", body = Document, content_type = "application/problem+json"),
        (status = 422, description = "填写有误，或者标识已有单位使用", body = Document, content_type = "application/problem+json"),
    )
)]
pub async fn add(
    State(app): State<Arc<App>>,
    signed: Signed,
    Path(unit): Path<String>,
    Json(new): Json<NewUnit>,
) -> Answer<StatusCode> {
    allowed(&app, &signed, &unit, Deed::Administer)?;
    let NewUnit { id, agency, region, name, abbr, code } = new;
    let row = UnitRow { id, name, abbr, code, agency, region, parent: Some(unit) };
    let mut faults = unit_faults(&row, &app.door.library());
    faults.extend(place_faults(&row, &app.door.units(), &app.door.library()));
    in_order(faults)?;
    let noted = audit::of_unit(&signed, &row.id, Audited::UnitAdded, &Detail::default())?;
    let taken = format!("标识“{}”已有单位使用，请换一个", row.id);
    if app.door.add_unit(row, noted).await? { Ok(StatusCode::CREATED) } else { Err(wrong("id", taken)) }
}

/// 变更单位的名称、简称和代码
///
/// 变更后受理的案件，文号使用新的简称和代码；已有的文号不变。
#[utoipa::path(
    put, path = "/api/units/{unit}", tag = "单位和人员", operation_id = "change_unit", params(("unit" = String, Path, description = "单位")),
    responses(
        (status = 204, description = "已变更"),
        (status = 403, description = "不管理这个单位", body = Document, content_type = "application/problem+json"),
        (status = 404, description = "没有这个单位", body = Document, content_type = "application/problem+json"),
        (status = 422, description = "填写有误", body = Document, content_type = "application/problem+json"),
    )
)]
pub async fn change(
    State(app): State<Arc<App>>,
    signed: Signed,
    Path(unit): Path<String>,
    Json(new): Json<UnitChange>,
) -> Answer<StatusCode> {
    allowed(&app, &signed, &unit, Deed::Administer)?;
    let was = app.door.units().get(&unit).cloned().ok_or_else(|| Problem::not_found("没有这个单位"))?;
    let row = UnitRow { name: new.name, abbr: new.abbr, code: new.code, ..was.clone() };
    in_order(unit_faults(&row, &app.door.library()))?;
    let changed = |was: &String, is: &String| (was != is).then(|| [was.clone(), is.clone()]);
    let detail = Detail {
        name: changed(&was.name, &row.name),
        abbr: changed(&was.abbr, &row.abbr),
        code: changed(&was.code, &row.code),
        ..Detail::default()
    };
    if row != was {
        let noted = audit::of_unit(&signed, &unit, Audited::UnitChanged, &detail)?;
        app.door.change_unit(row, noted).await?;
    }
    Ok(StatusCode::NO_CONTENT)
}

fn in_order(faults: Vec<(&str, String)>) -> Answer<()> {
    let Some((_, first)) = faults.first() else { return Ok(()) };
    let reason = |(place, text): (&str, String)| Reason { text, place: Some(place.into()), ..Reason::default() };
    Err(Problem::input(first.clone()).because(faults.into_iter().map(reason)))
}

/// 查看单位
#[utoipa::path(get, path = "/api/units", tag = "单位和人员", operation_id = "list_units", responses((status = 200, description = "全部单位", body = Vec<Unit>)))]
pub async fn list(State(app): State<Arc<App>>, signed: Signed) -> axum::Json<Vec<Unit>> {
    let (units, library) = (app.door.units(), app.door.library());
    let all = units.iter().map(|u| Unit {
        id: u.id.clone(),
        name: u.name.clone(),
        abbr: u.abbr.clone(),
        code: u.code.clone(),
        agency: u.agency.clone(),
        agency_name: library.roles.agencies.get(u.agency.as_str()).map_or_else(|| u.agency.clone(), |a| a.name.clone()),
        region: u.region.clone(),
        parent: u.parent.clone(),
        administered: may(&app, &signed.who.person, &u.id, Deed::Administer),
    });
    axum::Json(all.collect())
}

/// Whether a person may do a deed with a unit. Units are known to all, so nothing is hidden: what
/// may not be done is forbidden.
///
/// # Errors
/// 404 where there is no such unit, 403 where it may not be done.
pub fn allowed(app: &App, signed: &Signed, unit: &str, deed: Deed) -> Answer<()> {
    let units = app.door.units();
    if units.get(unit).is_none() {
        return Err(Problem::not_found("没有这个单位"));
    }
    decide(app, signed, unit, units.path(unit), deed)
}

/// Whether a person may do a deed with a unit, yes or no.
pub fn may(app: &App, person: &Person, unit: &str, deed: Deed) -> bool {
    let row = row(unit, app.door.units().path(unit));
    matches!(app.door.policies().decide(person, deed, &row), Decision::Allowed { .. })
}

/// A unit as the policies look at it.
fn row(unit: &str, unit_path: Vec<String>) -> Row {
    Row {
        id: unit.to_owned(),
        unit: unit.to_owned(),
        unit_path,
        handlers: Default::default(),
        removed: Default::default(),
        grants: Default::default(),
        grade: 0,
        sealed: false,
        closed: false,
    }
}

/// Whether a person may do a deed with a row that is no file.
///
/// # Errors
/// 403 with the rule.
pub fn decide(app: &App, signed: &Signed, unit: &str, unit_path: Vec<String>, deed: Deed) -> Answer<()> {
    let row = row(unit, unit_path);
    match app.door.policies().decide(&signed.who.person, deed, &row) {
        Decision::Allowed { .. } => Ok(()),
        Decision::Forbidden { rule, reason } => Err(Problem::forbidden(rule, reason)),
        Decision::Hidden => {
            let rules = app.door.policies().rules().iter();
            let who: Vec<&str> =
                rules.filter(|r| r.permits && r.deeds.contains(&deed)).map(|r| r.says.as_str()).collect();
            Err(Problem::forbidden(None, format!("您没有“{}”的权限。可以办理的是：{}", deed.name(), who.join("；"))))
        }
    }
}
