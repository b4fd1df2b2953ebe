//! Simple code tables: ethnic groups, education, kinds of identity paper, measures, penalties ...

use indexmap::IndexMap;
use serde::Deserialize;
use thiserror::Error;

use crate::confidence::Confidence;

/// One code table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CodeTable {
    /// The identifier, such as `ethnic`.
    pub id: String,
    /// The name users read, such as `民族`.
    pub name: String,
    /// The standard or law it follows.
    pub source: String,
    /// How far it has been checked.
    pub confidence: Confidence,
    /// Code to label, in the order of the file.
    pub rows: IndexMap<String, String>,
}

/// A row of the index of tables: `id,name,source,confidence`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct TableHead {
    /// The identifier; the rows stand in `codes/<id>.csv`.
    pub id: String,
    /// The name users read.
    pub name: String,
    /// The standard or law it follows.
    pub source: String,
    /// How far it has been checked.
    pub confidence: Confidence,
}

/// Why a code table is not accepted.
#[derive(Debug, Error)]
pub enum TableError {
    /// Not the CSV expected.
    #[error("代码表“{table}”无法读取：{fault}")]
    Csv {
        /// The table.
        table: String,
        /// What is wrong.
        fault: csv::Error,
    },
    /// A code stands twice.
    #[error("代码表“{table}”的代码“{code}”重复")]
    Twice {
        /// The table.
        table: String,
        /// The code.
        code: String,
    },
    /// The table has no row.
    #[error("代码表“{0}”没有内容")]
    Empty(String),
}

impl TableHead {
    /// Reads the index of tables.
    ///
    /// # Errors
    /// A row that cannot be read.
    pub fn parse_index(csv_text: &str) -> Result<Vec<Self>, TableError> {
        let rows = csv::Reader::from_reader(csv_text.as_bytes()).into_deserialize();
        rows.collect::<Result<_, _>>().map_err(|fault| TableError::Csv { table: "index".to_owned(), fault })
    }
}

impl CodeTable {
    /// Reads the rows (`code,label`) of the table that `head` announces.
    ///
    /// # Errors
    /// A row that cannot be read, a code that stands twice, no row at all.
    pub fn parse(head: TableHead, csv_text: &str) -> Result<Self, TableError> {
        #[derive(Deserialize)]
        struct Row {
            code: String,
            label: String,
        }
        let TableHead { id, name, source, confidence } = head;
        let mut rows = IndexMap::new();
        for row in csv::Reader::from_reader(csv_text.as_bytes()).deserialize() {
            let Row { code, label } = row.map_err(|fault| TableError::Csv { table: id.clone(), fault })?;
            if rows.insert(code.clone(), label).is_some() {
                return Err(TableError::Twice { table: id, code });
            }
        }
        if rows.is_empty() {
            return Err(TableError::Empty(id));
        }
        Ok(Self { id, name, source, confidence, rows })
    }

    /// The label of a code.
    pub fn label(&self, code: &str) -> Option<&str> {
        self.rows.get(code).map(String::as_str)
    }

    /// The first code with exactly this label.
    pub fn code(&self, label: &str) -> Option<&str> {
        self.rows.iter().find(|(_, known)| *known == label).map(|(code, _)| code.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn head() -> TableHead {
        TableHead::parse_index("id,name,source,confidence\nsex,性别,GB/T 2261.1-2003,checked\n").unwrap().remove(0)
    }

    #[test]
    fn labels_and_codes_in_file_order() {
        let table = CodeTable::parse(head(), "code,label\n1,男\n2,女\n0,未知\n").unwrap();
        assert_eq!(table.label("2"), Some("女"));
        assert_eq!(table.code("未知"), Some("0"));
        assert_eq!(table.rows.keys().collect::<Vec<_>>(), ["1", "2", "0"]);
    }

    #[test]
    fn faults_are_named() {
        assert!(matches!(CodeTable::parse(head(), "code,label\n1,男\n1,女\n"), Err(TableError::Twice { .. })));
        assert!(matches!(CodeTable::parse(head(), "code,label\n"), Err(TableError::Empty(_))));
        assert!(matches!(CodeTable::parse(head(), "a,b\n1,男\n"), Err(TableError::Csv { .. })));
    }
}
