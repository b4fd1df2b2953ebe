//! The units, kept in memory: routing asks them often and they change rarely.

use std::collections::BTreeMap;

use case::Units;
use law::numbers::UnitCode;
use procedure::Library;
use procedure::model::Id;
use store::rows::{AuditRow, UnitRow};

use crate::{Change, Door, DoorError};

/// That units were changed, to other processes.
pub(crate) const UNITS: &str = "units";
/// Signs of an identifier, a name, a short name at most.
const LENGTHS: [usize; 3] = [40, 60, 12];

/// All units of the platform.
#[derive(Debug, Clone, Default)]
pub struct UnitTable {
    rows: BTreeMap<String, UnitRow>,
}

impl UnitTable {
    /// From rows.
    pub fn new(rows: impl IntoIterator<Item = UnitRow>) -> Self {
        Self { rows: rows.into_iter().map(|u| (u.id.clone(), u)).collect() }
    }
    /// One unit.
    pub fn get(&self, id: &str) -> Option<&UnitRow> {
        self.rows.get(id)
    }
    /// All units by identifier.
    pub fn iter(&self) -> impl Iterator<Item = &UnitRow> {
        self.rows.values()
    }
    /// A unit first, then those above it.
    pub fn path(&self, id: &str) -> Vec<String> {
        let mut path = Vec::new();
        let mut next = self.rows.get(id);
        while let Some(u) = next {
            if path.contains(&u.id) {
                break;
            }
            path.push(u.id.clone());
            next = u.parent.as_ref().and_then(|p| self.rows.get(p));
        }
        path
    }
}

/// What is wrong with a unit, by field: its form, and what the library says of its agency.
pub fn unit_faults(u: &UnitRow, library: &Library) -> Vec<(&'static str, String)> {
    let mut faults = Vec::new();
    let [id, name, abbr] = LENGTHS;
    if !u.id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-') || !(1..=id).contains(&u.id.len()) {
        faults.push(("id", format!("标识应为 1 至 {id} 个字母、数字或者“-”")));
    }
    for (place, called, text, most) in [("name", "名称", &u.name, name), ("abbr", "简称", &u.abbr, abbr)] {
        let long = !(1..=most).contains(&text.chars().count());
        if long || text.trim() != text || text.chars().any(char::is_control) {
            faults.push((place, format!("{called}应为 1 至 {most} 字，前后没有空格")));
        }
    }
    match library.roles.agencies.get(u.agency.as_str()) {
        None => faults.push(("agency", format!("没有“{}”这类机关", u.agency))),
        Some(agency) => {
            let code = agency.unit_digits.map(|digits| UnitCode::parse(&u.code, digits));
            faults.extend(code.and_then(Result::err).map(|e| ("code", e.to_string())));
            if u.code.trim().is_empty() {
                faults.push(("code", "请填写单位代码".into()));
            }
        }
    }
    if !library.law.regions.contains(&u.region) {
        faults.push(("region", format!("没有行政区划“{}”", u.region)));
    }
    faults
}

impl Door {
    /// Adds a unit. Whether it was added: otherwise there is one of that identifier.
    ///
    /// # Errors
    /// Where storage fails.
    pub async fn add_unit(&self, unit: UnitRow, noted: AuditRow) -> Result<bool, DoorError> {
        let added = self.store.add_unit(unit, noted).await?;
        if added {
            self.units_changed().await?;
        }
        Ok(added)
    }

    /// Changes name, short name and code of a unit.
    ///
    /// # Errors
    /// Where storage fails.
    pub async fn change_unit(&self, unit: UnitRow, noted: AuditRow) -> Result<(), DoorError> {
        self.store.change_unit(unit, noted).await?;
        self.units_changed().await
    }

    async fn units_changed(&self) -> Result<(), DoorError> {
        self.reload_units().await?;
        // Nobody may be listening.
        let _ = self.changes.send(Change { file: "-".into(), version: 0, action: UNITS.to_owned() });
        Ok(())
    }
}

impl Units for UnitTable {
    fn agency(&self, unit: &str) -> Option<Id> {
        self.rows.get(unit).map(|u| Id::from(u.agency.as_str()))
    }
    fn same_region(&self, unit: &str, agency: &Id) -> Option<String> {
        let region = &self.rows.get(unit)?.region;
        let here =
            |r: &str| self.rows.values().find(|u| u.agency == agency.as_str() && u.region == r).map(|u| u.id.clone());
        // A county without such a unit is served by its city's, then by the province's.
        let city = format!("{}00", region.get(..4)?);
        let province = format!("{}0000", region.get(..2)?);
        here(region).or_else(|| here(&city)).or_else(|| here(&province))
    }
    fn name(&self, unit: &str) -> String {
        self.rows.get(unit).map_or_else(|| unit.to_owned(), |u| u.name.clone())
    }
    fn abbr(&self, unit: &str) -> String {
        self.rows.get(unit).map_or_else(String::new, |u| u.abbr.clone())
    }
    fn code(&self, unit: &str) -> String {
        self.rows.get(unit).map_or_else(String::new, |u| u.code.clone())
    }
}
