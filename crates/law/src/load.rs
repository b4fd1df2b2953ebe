//! Reading all of `library/law` at once.

use std::collections::BTreeMap;

use thiserror::Error;

use crate::calendar::{Calendar, CalendarError};
use crate::offences::{OffenceError, Offences};
use crate::regions::{RegionError, Regions};
use crate::statutes::{StatuteError, Statutes};
use crate::tables::{CodeTable, TableError, TableHead};

/// Everything that `library/law` holds.
#[derive(Debug, Clone, Default)]
pub struct Law {
    /// Holidays and working days.
    pub calendar: Calendar,
    /// The index of statutes.
    pub statutes: Statutes,
    /// Administrative divisions.
    pub regions: Regions,
    /// Charges.
    pub offences: Offences,
    /// Code tables by identifier.
    pub tables: BTreeMap<String, CodeTable>,
}

/// Why `library/law` is not accepted.
#[derive(Debug, Error)]
pub enum LawError {
    /// A file that must be there is not.
    #[error("法律数据缺少文件“{0}”")]
    Missing(String),
    /// A file is not UTF-8.
    #[error("法律数据文件“{0}”不是UTF-8编码")]
    Encoding(String),
    /// The calendar.
    #[error(transparent)]
    Calendar(#[from] CalendarError),
    /// The index of statutes.
    #[error(transparent)]
    Statutes(#[from] StatuteError),
    /// The divisions.
    #[error(transparent)]
    Regions(#[from] RegionError),
    /// The charges.
    #[error(transparent)]
    Offences(#[from] OffenceError),
    /// A code table.
    #[error(transparent)]
    Tables(#[from] TableError),
}

impl Law {
    /// Builds everything from the files of `library/law`: path relative to that folder, with `/`, to
    /// content. Read are `holidays/*.json`, `feasts.csv`, `statutes.csv`, `regions.csv`, `offences.csv`,
    /// `codes/index.csv` and the tables it names; other files are left alone.
    ///
    /// # Errors
    /// The first file that is missing or cannot be read.
    pub fn from_files(files: &BTreeMap<String, Vec<u8>>) -> Result<Self, LawError> {
        let mut years = Vec::new();
        for path in files.keys().filter(|path| path.starts_with("holidays/") && path.ends_with(".json")) {
            years.push(text(files, path)?);
        }
        let calendar = Calendar::from_parts(years, text(files, "feasts.csv")?)?;
        let mut tables = BTreeMap::new();
        for head in TableHead::parse_index(text(files, "codes/index.csv")?)? {
            let rows = text(files, &format!("codes/{}.csv", head.id))?;
            tables.insert(head.id.clone(), CodeTable::parse(head, rows)?);
        }
        Ok(Self {
            calendar,
            statutes: Statutes::parse(text(files, "statutes.csv")?)?,
            regions: Regions::parse(text(files, "regions.csv")?)?,
            offences: Offences::parse(text(files, "offences.csv")?)?,
            tables,
        })
    }
}

fn text<'a>(files: &'a BTreeMap<String, Vec<u8>>, path: &str) -> Result<&'a str, LawError> {
    let bytes = files.get(path).ok_or_else(|| LawError::Missing(path.to_owned()))?;
    std::str::from_utf8(bytes).map_err(|_| LawError::Encoding(path.to_owned()))
}
