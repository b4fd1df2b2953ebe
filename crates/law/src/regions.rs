//! Administrative divisions by their six-digit codes (GB/T 2260).

use std::collections::BTreeMap;

use serde::Deserialize;
use thiserror::Error;

/// The table of divisions: provinces `NN0000`, cities `NNNN00`, counties.
///
/// It holds the divisions of today. Repealed ones, which older identity numbers carry, are not in it.
#[derive(Debug, Clone, Default)]
pub struct Regions {
    names: BTreeMap<u32, String>,
}

/// Why a division table is not accepted.
#[derive(Debug, Error)]
pub enum RegionError {
    /// Not the CSV expected.
    #[error("行政区划表无法读取：{0}")]
    Csv(#[from] csv::Error),
    /// A code is not six digits.
    #[error("行政区划代码“{0}”有误，应为六位数字")]
    Code(String),
    /// A code stands twice.
    #[error("行政区划代码“{0}”重复")]
    Twice(String),
}

impl Regions {
    /// Reads a table with the columns `code,name`.
    ///
    /// # Errors
    /// A row that cannot be read, a code that is not six digits or stands twice.
    pub fn parse(csv_text: &str) -> Result<Self, RegionError> {
        let mut regions = Self::default();
        regions.extend(csv_text)?;
        Ok(regions)
    }

    /// Adds the rows of another table of the same form, such as those of an invented province.
    ///
    /// # Errors
    /// As [`Regions::parse`].
    pub fn extend(&mut self, csv_text: &str) -> Result<(), RegionError> {
        #[derive(Deserialize)]
        struct Row {
            code: String,
            name: String,
        }
        for row in csv::Reader::from_reader(csv_text.as_bytes()).deserialize() {
            let Row { code, name } = row?;
            let Some(key) = key(&code) else {
                return Err(RegionError::Code(code));
            };
            if self.names.insert(key, name).is_some() {
                return Err(RegionError::Twice(code));
            }
        }
        Ok(())
    }

    /// The division's own name, such as `东城区`.
    pub fn name(&self, code: &str) -> Option<&str> {
        self.names.get(&key(code)?).map(String::as_str)
    }

    /// The name with those of the province and city above, such as `山东省临沂市沭县`; groupings that are
    /// no place (市辖区, 县, 省直辖县级行政区划) are left out.
    pub fn full_name(&self, code: &str) -> Option<String> {
        let key = key(code)?;
        let own = self.names.get(&key)?;
        let above = [key / 10_000 * 10_000, key / 100 * 100];
        let mut full: String = above
            .into_iter()
            .filter(|upper| *upper != key)
            .filter_map(|upper| self.names.get(&upper))
            .filter(|name| !is_grouping(name))
            .map(String::as_str)
            .collect();
        full.push_str(own);
        Some(full)
    }

    /// All codes, in their order.
    pub fn codes(&self) -> Vec<String> {
        let mut keys: Vec<u32> = self.names.keys().copied().collect();
        keys.sort_unstable();
        keys.into_iter().map(|key| format!("{key:06}")).collect()
    }

    /// Whether the table holds the code.
    pub fn contains(&self, code: &str) -> bool {
        key(code).is_some_and(|key| self.names.contains_key(&key))
    }

    /// Whether the table holds the province that the code begins with.
    pub fn contains_province_of(&self, code: &str) -> bool {
        key(code).is_some_and(|key| self.names.contains_key(&(key / 10_000 * 10_000)))
    }

    /// How many divisions the table holds.
    pub fn len(&self) -> usize {
        self.names.len()
    }

    /// Whether the table is empty.
    pub fn is_empty(&self) -> bool {
        self.names.is_empty()
    }
}

fn key(code: &str) -> Option<u32> {
    let digits = code.len() == 6 && code.bytes().all(|b| b.is_ascii_digit());
    if digits { code.parse().ok() } else { None }
}

fn is_grouping(name: &str) -> bool {
    name == "市辖区" || name == "县" || name.ends_with("直辖县级行政区划")
}

#[cfg(test)]
mod tests {
    use super::*;

    const TABLE: &str =
        "code,name\n110000,北京市\n110100,市辖区\n110105,朝阳区\n370000,山东省\n371300,临沂市\n371329,临沭县\n";

    #[test]
    fn names_and_full_names() {
        let regions = Regions::parse(TABLE).unwrap();
        assert_eq!(regions.name("371329"), Some("临沭县"));
        assert_eq!(regions.full_name("371329").as_deref(), Some("山东省临沂市临沭县"));
        assert_eq!(regions.full_name("110105").as_deref(), Some("北京市朝阳区"));
        assert_eq!(regions.full_name("370000").as_deref(), Some("山东省"));
        assert!(!regions.contains("371399"));
        assert!(regions.contains_province_of("371399"));
        assert!(!regions.contains_province_of("990101"));
        assert_eq!(regions.name("37132"), None);
    }

    #[test]
    fn further_rows_may_be_added_but_not_changed() {
        let mut regions = Regions::parse(TABLE).unwrap();
        regions.extend("code,name\n970000,云岭省\n").unwrap();
        assert_eq!(regions.name("970000"), Some("云岭省"));
        assert!(matches!(regions.extend("code,name\n110000,别名\n"), Err(RegionError::Twice(_))));
        assert!(matches!(Regions::parse("code,name\n11,北京市\n"), Err(RegionError::Code(_))));
    }
}
