//! The charges (罪名) in force, by number and name.

use std::collections::BTreeMap;

use serde::Deserialize;
use thiserror::Error;

use crate::citation::{Citation, CitationError};

/// All charges.
#[derive(Debug, Clone, Default)]
pub struct Offences {
    rows: Vec<Offence>,
    by_id: BTreeMap<String, usize>,
    by_name: BTreeMap<String, usize>,
}

/// One charge (罪名).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offence {
    /// The identifier, such as `55`: given once, never reused. It began as the number in the list of
    /// 483 charges of 1 March 2024; charges of later amendments get the next free numbers.
    pub id: String,
    /// The charge, such as `危险驾驶罪`.
    pub name: String,
    /// The articles, paragraphs as the naming instrument gives them.
    pub articles: Vec<Citation>,
    /// The chapter of 刑法 分则.
    pub chapter: String,
    /// The section, where the chapter has sections.
    pub section: Option<String>,
    /// The instruments that set or last touched the charge.
    pub source: String,
}

impl Offence {
    /// The number of its chapter of 刑法 分则, from one to ten.
    pub fn chapter_number(&self) -> Option<u16> {
        (1..=10).find(|n| self.chapter.starts_with(&format!("第{}章", crate::numeral(*n))))
    }
}

/// Why the list of charges is not accepted.
#[derive(Debug, Error)]
pub enum OffenceError {
    /// Not the CSV expected.
    #[error("罪名表无法读取：{0}")]
    Csv(#[from] csv::Error),
    /// A charge's article cannot be read.
    #[error("罪名“{name}”的条文有误：{fault}")]
    Article {
        /// The charge.
        name: String,
        /// What is wrong.
        fault: CitationError,
    },
    /// An identifier or name stands twice.
    #[error("罪名“{0}”的编号或者名称重复")]
    Twice(String),
}

#[derive(Deserialize)]
struct Row {
    id: String,
    name: String,
    articles: String,
    chapter: String,
    section: Option<String>,
    source: String,
}

impl Offences {
    /// Reads the list: `id,name,articles,chapter,section,source`, articles as citations joined by `;`.
    ///
    /// # Errors
    /// A row that cannot be read, an identifier or name that stands twice.
    pub fn parse(csv_text: &str) -> Result<Self, OffenceError> {
        let mut offences = Self::default();
        for row in csv::Reader::from_reader(csv_text.as_bytes()).deserialize() {
            let Row { id, name, articles, chapter, section, source } = row?;
            let articles: Result<Vec<Citation>, _> = articles.split(';').map(str::parse).collect();
            let articles = articles.map_err(|fault| OffenceError::Article { name: name.clone(), fault })?;
            let index = offences.rows.len();
            let old_id = offences.by_id.insert(id.clone(), index);
            let old_name = offences.by_name.insert(name.clone(), index);
            if old_id.or(old_name).is_some() {
                return Err(OffenceError::Twice(name));
            }
            offences.rows.push(Offence { id, name, articles, chapter, section, source });
        }
        Ok(offences)
    }

    /// The charge with this identifier.
    pub fn get(&self, id: &str) -> Option<&Offence> {
        self.by_id.get(id).and_then(|index| self.rows.get(*index))
    }

    /// The charge with exactly this name.
    pub fn by_name(&self, name: &str) -> Option<&Offence> {
        self.by_name.get(name).and_then(|index| self.rows.get(*index))
    }

    /// All charges in the order of the list.
    pub fn iter(&self) -> impl Iterator<Item = &Offence> {
        self.rows.iter()
    }

    /// How many charges there are.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIST: &str = "id,name,articles,chapter,section,source\n\
        55,危险驾驶罪,刑133之一,第二章,,补充规定（五）\n\
        56,甲罪,刑114;刑115.1,第二章,第一节,t\n";

    #[test]
    fn by_id_and_name() {
        let offences = Offences::parse(LIST).unwrap();
        assert_eq!(offences.len(), 2);
        assert_eq!(offences.get("55").unwrap().name, "危险驾驶罪");
        assert_eq!(offences.get("55").unwrap().section, None);
        assert_eq!(offences.by_name("甲罪").unwrap().articles.len(), 2);
        assert!(offences.by_name("危险驾驶").is_none());
    }

    #[test]
    fn faults_are_named() {
        let twice = format!("{LIST}57,甲罪,刑1,第二章,,t\n");
        assert!(matches!(Offences::parse(&twice), Err(OffenceError::Twice(_))));
        let wrong = LIST.replace("刑133之一", "刑法一三三");
        assert!(Offences::parse(&wrong).is_ok(), "only a check against the statutes can know this one");
        let wrong = LIST.replace("刑133之一", "133");
        assert!(matches!(Offences::parse(&wrong), Err(OffenceError::Article { .. })));
    }
}
