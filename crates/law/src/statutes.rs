//! The index of statutes: which exist, in which versions, with which articles. It holds no sentence of
//! any text.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use serde::Deserialize;
use thiserror::Error;

use crate::citation::Article;
use crate::confidence::Confidence;

/// All statutes by abbreviation (`诉`, `规`, `公`, `解`, `刑` ...).
#[derive(Debug, Clone, Default)]
pub struct Statutes {
    by_id: BTreeMap<String, Statute>,
}

/// A statute, regulation or interpretation.
#[derive(Debug, Clone)]
pub struct Statute {
    id: String,
    name: String,
    newest: Version,
    older: Vec<Version>,
}

/// One version of a statute.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Version {
    /// The day it was adopted or last amended.
    pub date: Option<Date>,
    /// The first day it is in force.
    pub effective: Option<Date>,
    /// How far the row has been checked.
    pub confidence: Confidence,
    /// Where the article numbers were read.
    pub source: String,
    articles: Option<BTreeSet<Article>>,
}

/// Why the index is not accepted.
#[derive(Debug, Error)]
pub enum StatuteError {
    /// Not the CSV expected.
    #[error("法律法规目录无法读取：{0}")]
    Csv(#[from] csv::Error),
    /// The articles cannot be read.
    #[error("法律法规目录中“{id}”的条文范围“{part}”无法识别，应如“1-308 133之1”或者“unknown”")]
    Articles {
        /// The statute's abbreviation.
        id: String,
        /// The part at fault.
        part: String,
    },
    /// Two versions of one statute with different names or the same first day.
    #[error("法律法规目录中“{0}”的各版本不一致")]
    Versions(String),
    /// An abbreviation with a digit in it, which citations could not be read with.
    #[error("法律法规简称“{0}”不能为空，也不能含有数字、标点")]
    Id(String),
    /// An abbreviation that another statute has.
    #[error("法律法规简称“{0}”已有所指，请另取简称")]
    Taken(String),
}

#[derive(Deserialize)]
struct Row {
    id: String,
    name: String,
    version: Option<Date>,
    effective: Option<Date>,
    articles: String,
    confidence: Confidence,
    source: String,
}

impl Statutes {
    /// Reads the index: `id,name,version,effective,articles,confidence,source`, one row a version;
    /// `articles` is `unknown` or ranges such as `1-308 133之1`.
    ///
    /// # Errors
    /// A row that cannot be read, or versions of one statute that do not agree.
    pub fn parse(csv_text: &str) -> Result<Self, StatuteError> {
        let mut statutes = Self::default();
        for row in csv::Reader::from_reader(csv_text.as_bytes()).deserialize() {
            statutes.add(row?)?;
        }
        Ok(statutes)
    }

    fn add(&mut self, row: Row) -> Result<(), StatuteError> {
        let Row { id, name, version: date, effective, articles, confidence, source } = row;
        if id.is_empty() || !id.chars().all(char::is_alphabetic) {
            return Err(StatuteError::Id(id));
        }
        let articles = read_articles(&id, &articles)?;
        let mut version = Version { date, effective, confidence, source, articles };
        match self.by_id.get_mut(&id) {
            None => {
                self.by_id.insert(id.clone(), Statute { id, name, newest: version, older: Vec::new() });
            }
            Some(known) => {
                let same_day = |other: &Version| other.effective == version.effective;
                let clash = same_day(&known.newest) || known.older.iter().any(same_day);
                if known.name != name || clash || version.effective.is_none() || known.newest.effective.is_none() {
                    return Err(StatuteError::Versions(id));
                }
                if version.effective > known.newest.effective {
                    std::mem::swap(&mut known.newest, &mut version);
                }
                known.older.push(version);
            }
        }
        Ok(())
    }

    /// Adds a normative document whose articles are not known, under an abbreviation of its own.
    ///
    /// # Errors
    /// Where the abbreviation cannot be one or is another statute's.
    pub fn declare(&mut self, id: &str, name: &str, source: &str) -> Result<(), StatuteError> {
        if self.by_id.contains_key(id) {
            return Err(StatuteError::Taken(id.to_owned()));
        }
        self.add(Row {
            id: id.to_owned(),
            name: name.to_owned(),
            version: None,
            effective: None,
            articles: "unknown".into(),
            confidence: Confidence::Unverified,
            source: source.to_owned(),
        })
    }

    /// The statute with this abbreviation.
    pub fn get(&self, id: &str) -> Option<&Statute> {
        self.by_id.get(id)
    }

    /// All statutes, by abbreviation.
    pub fn iter(&self) -> impl Iterator<Item = &Statute> {
        self.by_id.values()
    }
}

impl Statute {
    /// The abbreviation that citations use.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The full name, without 《》.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The newest version, in force already or not.
    pub fn newest(&self) -> &Version {
        &self.newest
    }

    /// All versions, the newest first and the others as they were read.
    pub fn versions(&self) -> impl Iterator<Item = &Version> {
        std::iter::once(&self.newest).chain(&self.older)
    }

    /// The version in force on `day`. A version without a first day is taken to be always in force.
    pub fn in_force(&self, day: Date) -> Option<&Version> {
        let begun = |version: &&Version| version.effective.is_none_or(|effective| effective <= day);
        self.older.iter().chain([&self.newest]).filter(begun).max_by_key(|version| version.effective)
    }
}

impl Version {
    /// Whether the version has this article; `None` if its articles are not known.
    pub fn has(&self, article: Article) -> Option<bool> {
        self.articles.as_ref().map(|articles| articles.contains(&article))
    }

    /// How many articles it has, those put in between (之一) included; `None` if not known.
    pub fn article_count(&self) -> Option<usize> {
        self.articles.as_ref().map(BTreeSet::len)
    }

    /// The articles, in order; none if they are not known.
    pub fn articles(&self) -> impl Iterator<Item = Article> + '_ {
        self.articles.iter().flatten().copied()
    }
}

fn read_articles(id: &str, text: &str) -> Result<Option<BTreeSet<Article>>, StatuteError> {
    if text == "unknown" {
        return Ok(None);
    }
    let mut articles = BTreeSet::new();
    for part in text.split_whitespace() {
        let fault = || StatuteError::Articles { id: id.to_owned(), part: part.to_owned() };
        let read = |text: &str| text.parse::<Article>().map_err(|_| fault());
        match part.split_once('-') {
            None => {
                articles.insert(read(part)?);
            }
            Some((from, to)) => {
                let (from, to) = (read(from)?, read(to)?);
                if from.inserted + to.inserted != 0 || from > to {
                    return Err(fault());
                }
                articles.extend((from.number..=to.number).map(|number| Article { number, inserted: 0 }));
            }
        }
    }
    if articles.is_empty() {
        return Err(StatuteError::Articles { id: id.to_owned(), part: text.to_owned() });
    }
    Ok(Some(articles))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(rows: &str) -> Result<Statutes, StatuteError> {
        Statutes::parse(&format!("id,name,version,effective,articles,confidence,source\n{rows}"))
    }

    #[test]
    fn ranges_and_inserted_articles() {
        let statutes = parse("刑,刑法,2023-12-29,2024-03-01,1-3 5 2之1,checked,t\n").unwrap();
        let version = statutes.get("刑").unwrap().newest();
        let printed: Vec<String> = version.articles().map(|article| article.to_string()).collect();
        assert_eq!(printed, ["1", "2", "2之一", "3", "5"]);
        assert_eq!(version.article_count(), Some(5));
        assert_eq!(version.has(Article { number: 4, inserted: 0 }), Some(false));
    }

    #[test]
    fn a_declared_document_takes_no_abbreviation_of_another() {
        let mut statutes = parse("刑,刑法,2023-12-29,2024-03-01,1-3,checked,t\n").unwrap();
        statutes.declare("云权", "云岭省权力清单", "P97").unwrap();
        let version = statutes.get("云权").unwrap().newest();
        assert_eq!(version.has(Article { number: 4, inserted: 0 }), None);
        assert!(matches!(statutes.declare("刑", "甲", "P97"), Err(StatuteError::Taken(_))));
        assert!(matches!(statutes.declare("云权", "乙", "P98"), Err(StatuteError::Taken(_))));
        assert!(matches!(statutes.declare("云1", "丙", "P97"), Err(StatuteError::Id(_))));
    }

    #[test]
    fn faults_are_named() {
        assert!(matches!(parse("诉,诉讼法,,,1-x,checked,t\n"), Err(StatuteError::Articles { .. })));
        assert!(matches!(parse("诉,诉讼法,,,5-1,checked,t\n"), Err(StatuteError::Articles { .. })));
        assert!(matches!(parse("诉,诉讼法,,,,checked,t\n"), Err(StatuteError::Articles { .. })));
        assert!(matches!(parse("诉2,诉讼法,,,1-2,checked,t\n"), Err(StatuteError::Id(_))));
        assert!(matches!(parse("诉,诉讼法,,,1-2,sure,t\n"), Err(StatuteError::Csv(_))));
        assert!(matches!(
            parse("诉,甲,,2018-01-01,1-2,checked,t\n诉,乙,,2019-01-01,1-2,checked,t\n"),
            Err(StatuteError::Versions(_))
        ));
    }
}
