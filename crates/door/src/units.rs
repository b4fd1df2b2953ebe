//! The units, kept in memory: routing asks them often and they change rarely.

use std::collections::BTreeMap;

use case::Units;
use procedure::model::Id;
use store::rows::UnitRow;

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
