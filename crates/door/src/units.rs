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
/// Signs of a code at most.
const CODE: usize = 20;

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
    /// The unit of an agency that serves a division: of several the one above the others, so that a station below
    /// a county's police takes nothing that is sent to the county.
    pub fn serving(&self, agency: &str, region: &str) -> Option<&UnitRow> {
        let here = |u: &&UnitRow| u.agency == agency && u.region == region;
        let above = |u: &UnitRow| self.path(&u.id).iter().skip(1).filter_map(|id| self.rows.get(id)).any(|u| here(&u));
        self.rows.values().filter(here).find(|u| !above(u))
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
            let plain = |c: char| c.is_ascii_alphanumeric() || c == '-';
            if !(1..=CODE).contains(&u.code.len()) || !u.code.chars().all(plain) {
                faults.push(("code", format!("单位代码应为 1 至 {CODE} 个字母、数字或者“-”")));
            }
            // Otherwise no case could be accepted there.
            if faults.is_empty()
                && let Some(Err(e)) = agency.case_number.as_ref().map(|n| n.of(&u.abbr, &u.code, 2026, 1))
            {
                faults.push(("abbr", format!("用这个简称和代码编不出案号：{e}")));
            }
        }
    }
    if !library.law.regions.contains(&u.region) {
        faults.push(("region", format!("没有行政区划“{}”", u.region)));
    }
    faults
}

/// What is wrong with where a new unit is to stand, by field: who administers the unit above it cannot make himself
/// an agency of another kind, and what is sent to a division keeps going where it went.
pub fn place_faults(u: &UnitRow, units: &UnitTable, library: &Library) -> Vec<(&'static str, String)> {
    if units.get(&u.id).is_some() {
        return vec![("id", format!("标识“{}”已有单位使用，请换一个", u.id))];
    }
    let Some(above) = u.parent.as_ref().and_then(|p| units.get(p)) else { return Vec::new() };
    let agencies = &library.roles.agencies;
    let (Some(own), Some(theirs)) = (agencies.get(u.agency.as_str()), agencies.get(above.agency.as_str())) else {
        return Vec::new();
    };
    let mut faults = Vec::new();
    if u.agency != above.agency && !theirs.below.iter().any(|a| a.as_str() == u.agency) {
        faults.push(("agency", format!("{}之下不设{}，请由相应机关的管理员增加", theirs.name, own.name)));
    }
    if !u.region.starts_with(above.region.trim_end_matches("00")) {
        faults.push(("region", format!("应为“{}”所在的行政区划或者其下级区划", above.name)));
    }
    if let Some(there) = units.serving(&u.agency, &u.region)
        && !units.path(&above.id).contains(&there.id)
    {
        let text =
            format!("这个区划已有{}“{}”，按区划移送的案件由其接收；派出机构请设在它的下面", own.name, there.name);
        faults.push(("region", text));
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
        let here = |r: &str| self.serving(agency.as_str(), r).map(|u| u.id.clone());
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

#[cfg(test)]
mod tests {
    use super::*;

    fn unit(id: &str, agency: &str, region: &str, parent: Option<&str>) -> UnitRow {
        let [name, abbr, code] = ["名称", "简称", "970102"].map(str::to_owned);
        UnitRow {
            id: id.into(),
            name,
            abbr,
            code,
            agency: agency.into(),
            region: region.into(),
            parent: parent.map(str::to_owned),
        }
    }

    #[test]
    fn of_several_units_of_a_division_the_one_above_serves_it() {
        let table = UnitTable::new([
            unit("A", "police", "970102", Some("GA")),
            unit("GA", "police", "970102", Some("CITY")),
            unit("CITY", "police", "970100", None),
        ]);
        let police = Id::from("police");
        let served = |region| {
            let mut with = table.clone();
            with.rows.insert("JC".into(), unit("JC", "procuratorate", region, None));
            with.same_region("JC", &police)
        };
        assert_eq!(served("970102").as_deref(), Some("GA"));
        assert_eq!(served("970103").as_deref(), Some("CITY"), "a county without police is served by its city's");
        assert_eq!(served("980103"), None);
    }
}
