//! 单位。

use std::sync::Arc;

use access::{Decision, Deed, Person, Row};
use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;

use crate::App;
use crate::problem::{Answer, Problem};
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

/// 查看单位
#[utoipa::path(get, path = "/api/units", tag = "单位和人员", operation_id = "list_units", responses((status = 200, description = "全部单位", body = Vec<Unit>)))]
pub async fn list(State(app): State<Arc<App>>, signed: Signed) -> axum::Json<Vec<Unit>> {
    let (units, library) = (app.door.units(), app.door.library());
    let all = units.iter().map(|u| Unit {
        id: u.id.clone(),
        name: u.name.clone(),
        abbr: u.abbr.clone(),
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
