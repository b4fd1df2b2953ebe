//! Citations of the law: `诉91`, `规282`, `公169–171`, `诉105.4`, `刑133之一`, `诉81.1(2)`.

use std::fmt;
use std::str::FromStr;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::chinese::{number, numeral};
use crate::confidence::Confidence;
use crate::statutes::{Statutes, Version};

/// The number of an article: `91`, or `133之一` for one put in between later.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Article {
    /// The article's number, from 1.
    pub number: u16,
    /// 1 for 之一, 2 for 之二; 0 for the article itself.
    pub inserted: u16,
}

impl Article {
    /// `第一百三十三条之一`.
    pub fn chinese(self) -> String {
        match self.inserted {
            0 => format!("第{}条", numeral(self.number)),
            inserted => format!("第{}条之{}", numeral(self.number), numeral(inserted)),
        }
    }
}

impl fmt::Display for Article {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.inserted {
            0 => write!(f, "{}", self.number),
            inserted => write!(f, "{}之{}", self.number, numeral(inserted)),
        }
    }
}

impl FromStr for Article {
    type Err = CitationError;

    fn from_str(text: &str) -> Result<Self, CitationError> {
        let syntax = || CitationError::Syntax(text.to_owned());
        let (head, tail) = text.split_once('之').map_or((text, None), |(head, tail)| (head, Some(tail)));
        let inserted = match tail {
            None => 0,
            Some(tail) => number(tail).or_else(|| tail.parse().ok()).filter(|n| *n > 0).ok_or_else(syntax)?,
        };
        Ok(Self { number: plain_number(head).ok_or_else(syntax)?, inserted })
    }
}

/// Which part of a statute is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Place {
    /// The statute as a whole.
    Whole,
    /// One article, or a paragraph (款) or item (项) of it.
    Article {
        /// The article.
        article: Article,
        /// 款, from 1.
        paragraph: Option<u16>,
        /// 项, from 1.
        item: Option<u16>,
    },
    /// Several articles, both ends included.
    Range(Article, Article),
}

/// A citation: a statute by its abbreviation, and a place in it.
///
/// Written `诉91` (article), `诉105.4` (款), `诉81.1(2)` or `诉16(2)` (项), `刑133之一`, `公169–171` (also `-`, `—`, `~`, `至`),
/// `醉驾` (the whole text). A citation that parses may still cite what does not exist: see [`Citation::check`].
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Citation {
    /// The statute's abbreviation, as in `statutes.csv`.
    pub statute: String,
    /// The place in it.
    pub place: Place,
}

/// A citation that was found in the index of statutes. `Display` is the citation in full:
/// `《中华人民共和国刑事诉讼法》第九十一条第三款`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cited {
    /// The citation.
    pub citation: Citation,
    /// The statute's full name.
    pub name: String,
    /// The date of the version it was found in, if known.
    pub version: Option<Date>,
    /// How far the index has been checked; `Unverified` if the statute's articles are not known.
    pub confidence: Confidence,
}

/// Why a citation is refused.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum CitationError {
    /// Not written as a citation.
    #[error("法律依据“{0}”的写法无法识别，应如“诉91”“诉105.4”“刑133之一”“公169–171”")]
    Syntax(String),
    /// No statute has this abbreviation.
    #[error("法律依据“{citation}”中的简称“{statute}”不在法律法规目录中")]
    UnknownStatute {
        /// The citation as written.
        citation: String,
        /// The abbreviation.
        statute: String,
    },
    /// The statute had no text in force on that day.
    #[error("《{name}》在{day}尚未施行")]
    NotInForce {
        /// The statute's name.
        name: String,
        /// The day.
        day: Date,
    },
    /// The statute has no such article.
    #[error("《{name}》没有{article}")]
    NoArticle {
        /// The statute's name.
        name: String,
        /// The article in Chinese.
        article: String,
    },
    /// A range that ends before it begins.
    #[error("法律依据“{0}”的条文起止顺序有误")]
    Backwards(String),
}

impl Citation {
    /// Looks the citation up in the newest version of the statute.
    ///
    /// # Errors
    /// The statute is not in the index, or has no such article.
    pub fn check(&self, statutes: &Statutes) -> Result<Cited, CitationError> {
        let statute = self.statute_in(statutes)?;
        self.check_version(statute.name(), statute.newest())
    }

    /// Looks the citation up in the version in force on `day`.
    ///
    /// # Errors
    /// As [`Citation::check`], and when no version was in force.
    pub fn check_on(&self, statutes: &Statutes, day: Date) -> Result<Cited, CitationError> {
        let statute = self.statute_in(statutes)?;
        let version = statute.in_force(day);
        let version = version.ok_or_else(|| CitationError::NotInForce { name: statute.name().to_owned(), day })?;
        self.check_version(statute.name(), version)
    }

    fn statute_in<'a>(&self, statutes: &'a Statutes) -> Result<&'a crate::statutes::Statute, CitationError> {
        statutes
            .get(&self.statute)
            .ok_or_else(|| CitationError::UnknownStatute { citation: self.to_string(), statute: self.statute.clone() })
    }

    fn check_version(&self, name: &str, version: &Version) -> Result<Cited, CitationError> {
        let ends = match self.place {
            Place::Whole => Vec::new(),
            Place::Article { article, .. } => vec![article],
            Place::Range(from, to) if from > to => {
                return Err(CitationError::Backwards(self.to_string()));
            }
            Place::Range(from, to) => vec![from, to],
        };
        let missing = ends.into_iter().find(|article| version.has(*article) == Some(false));
        if let Some(article) = missing {
            return Err(CitationError::NoArticle { name: name.to_owned(), article: article.chinese() });
        }
        Ok(Cited {
            citation: self.clone(),
            name: name.to_owned(),
            version: version.date,
            confidence: version.confidence,
        })
    }
}

impl Citation {
    /// The citation that was written out in full, as [`Cited`] prints it: `《中华人民共和国刑事诉讼法》第九十一条第三款`.
    /// `None` for anything else, and for statutes that are not in the index.
    pub fn from_full(text: &str, statutes: &Statutes) -> Option<Self> {
        let (name, rest) = text.trim().strip_prefix('《')?.rsplit_once('》')?;
        let statute = statutes.iter().find(|s| s.name() == name)?.id().to_owned();
        let place = if rest.is_empty() { Place::Whole } else { full_place(rest)? };
        Some(Self { statute, place })
    }
}

fn full_place(text: &str) -> Option<Place> {
    if let Some((from, to)) = text.split_once('至') {
        return Some(Place::Range(full_article(from)?, full_article(to)?));
    }
    let part = |text: &str, end: char| {
        let Some((head, n)) = text.strip_suffix(end).and_then(|t| t.rsplit_once('第')) else {
            return Some((text.to_owned(), None));
        };
        Some((head.to_owned(), Some(number(n).filter(|n| *n > 0)?)))
    };
    let (text, item) = part(text, '项')?;
    let (text, paragraph) = part(&text, '款')?;
    Some(Place::Article { article: full_article(&text)?, paragraph, item })
}

fn full_article(text: &str) -> Option<Article> {
    let (numeral, inserted) = text.strip_prefix('第')?.split_once('条')?;
    let inserted = match inserted.strip_prefix('之') {
        Some(n) => number(n).filter(|n| *n > 0)?,
        None if inserted.is_empty() => 0,
        None => return None,
    };
    Some(Article { number: number(numeral).filter(|n| *n > 0)?, inserted })
}

impl FromStr for Citation {
    type Err = CitationError;

    fn from_str(text: &str) -> Result<Self, CitationError> {
        let text = text.trim();
        let syntax = || CitationError::Syntax(text.to_owned());
        let split = text.find(|c: char| c.is_ascii_digit()).unwrap_or(text.len());
        let (statute, rest) = text.split_at(split);
        if statute.is_empty() || !statute.chars().all(char::is_alphabetic) {
            return Err(syntax());
        }
        let place = if rest.is_empty() { Some(Place::Whole) } else { read_place(rest) };
        Ok(Self { statute: statute.to_owned(), place: place.ok_or_else(syntax)? })
    }
}

fn read_place(text: &str) -> Option<Place> {
    if let Some((from, to)) = text.split_once(['–', '—', '-', '~', '～', '至']) {
        return Some(Place::Range(from.parse().ok()?, to.parse().ok()?));
    }
    let (text, item) = match text.strip_suffix([')', '）']) {
        None => (text, None),
        Some(open) => {
            let (text, item) = open.split_once(['(', '（'])?;
            (text, Some(number(item).or_else(|| plain_number(item)).filter(|n| *n > 0)?))
        }
    };
    let (article, paragraph) = match text.split_once('.') {
        None => (text, None),
        Some((article, paragraph)) => (article, Some(plain_number(paragraph)?)),
    };
    Some(Place::Article { article: article.parse().ok()?, paragraph, item })
}

fn plain_number(text: &str) -> Option<u16> {
    let digits = !text.is_empty() && !text.starts_with('0') && text.bytes().all(|b| b.is_ascii_digit());
    if digits { text.parse().ok().filter(|n| *n <= 9999) } else { None }
}

impl fmt::Display for Citation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.statute)?;
        match self.place {
            Place::Whole => Ok(()),
            Place::Range(from, to) => write!(f, "{from}–{to}"),
            Place::Article { article, paragraph, item } => {
                write!(f, "{article}")?;
                if let Some(paragraph) = paragraph {
                    write!(f, ".{paragraph}")?;
                }
                item.map_or(Ok(()), |item| write!(f, "({item})"))
            }
        }
    }
}

impl fmt::Display for Cited {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "《{}》", self.name)?;
        match self.citation.place {
            Place::Whole => Ok(()),
            Place::Range(from, to) => write!(f, "{}至{}", from.chinese(), to.chinese()),
            Place::Article { article, paragraph, item } => {
                f.write_str(&article.chinese())?;
                if let Some(paragraph) = paragraph {
                    write!(f, "第{}款", numeral(paragraph))?;
                }
                item.map_or(Ok(()), |item| write!(f, "第{}项", numeral(item)))
            }
        }
    }
}

impl TryFrom<String> for Citation {
    type Error = CitationError;

    fn try_from(text: String) -> Result<Self, CitationError> {
        text.parse()
    }
}

impl From<Citation> for String {
    fn from(citation: Citation) -> Self {
        citation.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;
    use proptest::prelude::*;

    const INDEX: &str = "id,name,version,effective,articles,confidence,source\n\
        诉,中华人民共和国刑事诉讼法,2018-10-26,2018-10-26,1-308,checked,t\n\
        刑,中华人民共和国刑法,2023-12-29,2024-03-01,1-452 133之1 133之2,checked,t\n\
        监,中华人民共和国监狱法,2012-10-26,2013-01-01,1-78,checked,t\n\
        监,中华人民共和国监狱法,2026-04-30,2026-11-01,1-90,checked,t\n\
        醉驾,关于办理醉酒危险驾驶刑事案件的意见,2023-12-13,2023-12-28,unknown,unverified,t\n";

    fn statutes() -> Statutes {
        Statutes::parse(INDEX).unwrap()
    }

    fn cite(text: &str) -> Result<String, CitationError> {
        text.parse::<Citation>()?.check(&statutes()).map(|cited| cited.to_string())
    }

    #[test]
    fn written_out_in_full() {
        for (text, full) in [
            ("诉91.3", "《中华人民共和国刑事诉讼法》第九十一条第三款"),
            ("诉105.4", "《中华人民共和国刑事诉讼法》第一百零五条第四款"),
            ("诉81.1(2)", "《中华人民共和国刑事诉讼法》第八十一条第一款第二项"),
            ("诉16（二）", "《中华人民共和国刑事诉讼法》第十六条第二项"),
            ("刑133之一", "《中华人民共和国刑法》第一百三十三条之一"),
            ("刑133之一.2", "《中华人民共和国刑法》第一百三十三条之一第二款"),
            ("诉156-159", "《中华人民共和国刑事诉讼法》第一百五十六条至第一百五十九条"),
            ("醉驾", "《关于办理醉酒危险驾驶刑事案件的意见》"),
        ] {
            assert_eq!(cite(text).unwrap(), full);
        }
    }

    #[test]
    fn other_texts_are_no_citation_in_full() {
        let read = |text: &str| Citation::from_full(text, &statutes()).map(|c| c.to_string());
        assert_eq!(read("《中华人民共和国刑法》第一百三十三条之一第二款").as_deref(), Some("刑133之一.2"));
        for text in [
            "",
            "诉91",
            "《某法》第一条",
            "《中华人民共和国刑法》第条",
            "《中华人民共和国刑法》第一百三十三条之",
            "《中华人民共和国刑法》第一条第二",
            "刑法第一条",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
    }

    #[test]
    fn what_does_not_exist_is_refused() {
        assert_eq!(cite("诉309").unwrap_err().to_string(), "《中华人民共和国刑事诉讼法》没有第三百零九条");
        assert!(matches!(cite("刑133之三"), Err(CitationError::NoArticle { .. })));
        assert!(matches!(cite("诉300–309"), Err(CitationError::NoArticle { .. })));
        assert!(matches!(cite("诉20–10"), Err(CitationError::Backwards(_))));
        assert!(matches!(cite("甲1"), Err(CitationError::UnknownStatute { .. })));
        for text in ["", "91", "诉91条", "诉0", "诉091", "诉91.", "诉91之", "诉 91", "诉91(", "诉91()", "诉1.2.3"]
        {
            assert!(matches!(cite(text), Err(CitationError::Syntax(_))), "{text}");
        }
    }

    #[test]
    fn an_unknown_text_is_cited_as_unverified() {
        let cited = "醉驾4".parse::<Citation>().unwrap().check(&statutes()).unwrap();
        assert_eq!(cited.confidence, Confidence::Unverified);
    }

    #[test]
    fn the_version_in_force_decides() {
        let citation: Citation = "监85".parse().unwrap();
        assert!(citation.check(&statutes()).is_ok());
        assert!(citation.check_on(&statutes(), date(2026, 11, 1)).is_ok());
        assert!(matches!(citation.check_on(&statutes(), date(2026, 10, 31)), Err(CitationError::NoArticle { .. })));
        assert!(matches!(citation.check_on(&statutes(), date(2012, 1, 1)), Err(CitationError::NotInForce { .. })));
    }

    fn article() -> impl Strategy<Value = Article> {
        (1u16..1300, 0u16..12).prop_map(|(number, inserted)| Article { number, inserted })
    }

    fn place() -> impl Strategy<Value = Place> {
        let part = || proptest::option::of(1u16..30);
        prop_oneof![
            Just(Place::Whole),
            (article(), part(), part()).prop_map(|(article, paragraph, item)| Place::Article {
                article,
                paragraph,
                item
            }),
            (article(), article()).prop_map(|(from, to)| Place::Range(from, to)),
        ]
    }

    proptest! {
        #[test]
        fn prints_and_reads_back(statute in "[诉规公解刑]{1,3}", place in place()) {
            let citation = Citation { statute, place };
            prop_assert_eq!(citation.to_string().parse::<Citation>(), Ok(citation));
        }

        #[test]
        fn written_in_full_and_read_back(place in place()) {
            let citation = Citation { statute: "醉驾".into(), place };
            if let Ok(cited) = citation.check(&statutes()) {
                prop_assert_eq!(Citation::from_full(&cited.to_string(), &statutes()), Some(citation));
            }
        }

        #[test]
        fn never_panics(text in ".{0,12}", place in "[第条款项之至一二十百〇0-9]{0,12}") {
            let _ = text.parse::<Citation>();
            let _ = Citation::from_full(&format!("《中华人民共和国刑法》{place}"), &statutes());
        }
    }
}
