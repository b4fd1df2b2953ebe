//! 法条：规则库引用了哪些法律法规的哪些条，每一条用在何处。

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use axum::extract::State;
use jiff::civil::Date;
use law::citation::{Article as Number, Place};
use law::statutes::Statute;
use law::{Citation, Confidence};
use procedure::Library;
use procedure::model::Id;
use serde::Serialize;
use utoipa::ToSchema;

use super::words;
use crate::App;
use crate::extract::Path;
use crate::problem::{Answer, Document, Problem};
use crate::signed::Signed;

/// A statute that the library knows.
#[derive(Serialize, ToSchema)]
pub struct StatuteShown {
    /// The abbreviation that citations use.
    id: String,
    /// Its full name.
    name: String,
    /// Its versions, newest first.
    versions: Vec<VersionShown>,
    /// How many definitions rest on it.
    uses: usize,
}

/// A version of a statute.
#[derive(Serialize, ToSchema)]
pub struct VersionShown {
    /// The day it was adopted or last amended.
    #[schema(value_type = Option<String>, format = Date)]
    date: Option<Date>,
    /// The first day it is in force.
    #[schema(value_type = Option<String>, format = Date)]
    effective: Option<Date>,
    /// It is in force today.
    in_force: bool,
    /// How many articles it has; none where they are not known.
    articles: Option<usize>,
    /// It has the article asked for; none where that is not known, or where none was asked for.
    has: Option<bool>,
    /// `checked`, `excerpt` or `unverified`: how far its article numbers were checked.
    confidence: &'static str,
    /// Where the article numbers were read.
    source: String,
}

/// An article of a statute, or a statute as a whole, with what rests on it.
#[derive(Serialize, ToSchema)]
pub struct ArticleShown {
    /// The citation, such as `诉91`.
    citation: String,
    /// The same in full Chinese.
    title: String,
    /// The statute.
    statute: StatuteShown,
    /// What rests on it.
    uses: Vec<BasisUse>,
    /// Articles of the statute that anything rests on, in order.
    articles: Vec<ArticleUsed>,
}

/// An article that definitions rest on.
#[derive(Serialize, ToSchema)]
pub struct ArticleUsed {
    /// The citation.
    citation: String,
    /// The article in Chinese.
    title: String,
    /// How many definitions rest on it.
    uses: usize,
}

/// A definition that rests on an article.
#[derive(Serialize, ToSchema)]
pub struct BasisUse {
    /// `process`, `action`, `approval`, `deadline`, `requirement`, `document`, `message`, `fact`, `role` or `standard`.
    kind: &'static str,
    /// The process that it belongs to.
    process: Option<String>,
    /// Chinese name of that process.
    process_name: Option<String>,
    /// Identifier.
    id: String,
    /// Chinese name.
    name: String,
    /// The citation as it stands there, in full Chinese.
    cited: String,
    /// `checked`, `excerpt` or `unverified`: how sure the definition is.
    confidence: &'static str,
}

/// Something of the library that names its sources.
struct Rest<'a> {
    kind: &'static str,
    process: Option<&'a procedure::model::Process>,
    id: String,
    name: String,
    basis: &'a [String],
    confidence: Confidence,
}

/// 查看规则库引用的法律法规
#[utoipa::path(get, path = "/api/library/articles", tag = "规则库", operation_id = "list_statutes", responses((status = 200, description = "法律法规，按简称排列", body = Vec<StatuteShown>)))]
pub async fn list(State(app): State<Arc<App>>, _: Signed) -> axum::Json<Vec<StatuteShown>> {
    let library = app.door.library();
    let today = law::time::day(app.door.now());
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for r in rests(&library) {
        let statutes: BTreeSet<String> =
            r.basis.iter().filter_map(|b| b.parse::<Citation>().ok()).map(|c| c.statute).collect();
        for s in statutes {
            *counts.entry(s).or_default() += 1;
        }
    }
    let shown = |s: &Statute| statute(s, None, counts.get(s.id()).copied().unwrap_or(0), today);
    axum::Json(library.law.statutes.iter().map(shown).collect())
}

/// 查看一条依据
///
/// 写作“诉91”“诉105.4”“刑133之一”“公169–171”，或者只写简称。规则库只记条号，不收条文；列出以它为依据的流程、事项、要求、期限、文书。
#[utoipa::path(
    get, path = "/api/library/articles/{article}", tag = "规则库", operation_id = "read_article", params(("article" = String, Path, description = "引用，如 诉91")),
    responses(
        (status = 200, description = "法条和以它为依据的规定", body = ArticleShown),
        (status = 404, description = "法律法规目录中没有这一条", body = Document, content_type = "application/problem+json"),
    )
)]
pub async fn read(
    State(app): State<Arc<App>>,
    _: Signed,
    Path(article): Path<String>,
) -> Answer<axum::Json<ArticleShown>> {
    let library = app.door.library();
    let today = law::time::day(app.door.now());
    let asked: Citation = article.parse().map_err(|e: law::CitationError| Problem::not_found(e.to_string()))?;
    let cited = asked.check(&library.law.statutes).map_err(|e| Problem::not_found(e.to_string()))?;
    let of = library.law.statutes.get(&asked.statute).ok_or_else(|| Problem::not_found("法律法规目录中没有这一条"))?;
    let mut uses = Vec::new();
    let mut articles: BTreeMap<Number, usize> = BTreeMap::new();
    let mut total = 0;
    for r in rests(&library) {
        let own = r.basis.iter().filter_map(|b| Some((b, b.parse::<Citation>().ok()?)));
        let own: Vec<(&String, Citation)> = own.filter(|(_, c)| c.statute == asked.statute).collect();
        total += usize::from(!own.is_empty());
        for number in own.iter().flat_map(|(_, c)| ends(c)).collect::<BTreeSet<Number>>() {
            *articles.entry(number).or_default() += 1;
        }
        let meant: Vec<String> =
            own.iter().filter(|(_, c)| touches(&asked.place, &c.place)).map(|(b, _)| library.cite(b)).collect();
        if !meant.is_empty() {
            uses.push(BasisUse {
                kind: r.kind,
                process: r.process.map(|p| p.process.to_string()),
                process_name: r.process.map(|p| p.name.clone()),
                id: r.id,
                name: r.name,
                cited: meant.join("、"),
                confidence: r.confidence.id(),
            });
        }
    }
    let number = first(&asked.place);
    Ok(axum::Json(ArticleShown {
        citation: asked.to_string(),
        title: cited.to_string(),
        statute: statute(of, number, total, today),
        uses,
        articles: articles
            .into_iter()
            .map(|(n, uses)| ArticleUsed { citation: format!("{}{n}", asked.statute), title: n.chinese(), uses })
            .collect(),
    }))
}

fn statute(s: &Statute, number: Option<Number>, uses: usize, today: Date) -> StatuteShown {
    let current = s.in_force(today);
    let mut versions: Vec<VersionShown> = s
        .versions()
        .map(|v| VersionShown {
            date: v.date,
            effective: v.effective,
            in_force: current.is_some_and(|c| c == v),
            articles: v.article_count(),
            has: number.and_then(|n| v.has(n)),
            confidence: v.confidence.id(),
            source: v.source.clone(),
        })
        .collect();
    versions.sort_by_key(|v| std::cmp::Reverse(v.effective));
    StatuteShown { id: s.id().to_owned(), name: s.name().to_owned(), versions, uses }
}

fn first(place: &Place) -> Option<Number> {
    match place {
        Place::Whole => None,
        Place::Article { article, .. } => Some(*article),
        Place::Range(from, _) => Some(*from),
    }
}

/// The articles that a citation names.
fn ends(c: &Citation) -> Vec<Number> {
    match c.place {
        Place::Whole => Vec::new(),
        Place::Article { article, .. } => vec![article],
        Place::Range(from, to) => vec![from, to],
    }
}

/// Whether what is cited has anything to do with what was asked for: a paragraph of an article is asked
/// for as the article, because what rests on the article rests on its paragraphs.
fn touches(asked: &Place, cited: &Place) -> bool {
    let range = |p: &Place| match p {
        Place::Whole => None,
        Place::Article { article, .. } => Some((*article, *article)),
        Place::Range(from, to) => Some((*from, *to)),
    };
    match (range(asked), range(cited)) {
        (None, _) => true,
        (Some(_), None) => false,
        (Some((a, b)), Some((c, d))) => a <= d && c <= b,
    }
}

/// Everything of the library that names its sources.
fn rests(library: &Library) -> Vec<Rest<'_>> {
    let mut all = Vec::new();
    for p in library.processes.values() {
        let of = |kind, id: &Id, name: String, basis, confidence| Rest {
            kind,
            process: Some(p),
            id: id.to_string(),
            name,
            basis,
            confidence,
        };
        all.push(of("process", &p.process, p.name.clone(), p.basis.as_slice(), p.confidence));
        for (id, a) in &p.actions {
            all.push(of("action", id, a.name.clone(), &a.basis, a.confidence));
            for step in &a.approve {
                let by: Vec<String> = step.by.iter().map(|r| words::role(library, r)).collect();
                let name = format!("{}（{}审批）", a.name, by.join("、"));
                all.push(of("approval", id, name, &step.basis, a.confidence));
            }
        }
        all.extend(p.deadlines.iter().map(|(id, d)| of("deadline", id, d.name.clone(), &d.basis, d.confidence)));
        all.extend(
            p.requirements
                .iter()
                .map(|r| of("requirement", &r.id, words::need(library, p, &r.need), &r.basis, r.confidence)),
        );
    }
    let plain = |kind, id: String, name: &str, basis, confidence| Rest {
        kind,
        process: None,
        id,
        name: name.to_owned(),
        basis,
        confidence,
    };
    all.extend(
        library
            .documents
            .iter()
            .map(|(id, d)| plain("document", id.to_string(), &d.name, d.basis.as_slice(), d.confidence)),
    );
    all.extend(
        library.messages.iter().map(|(id, m)| plain("message", id.to_string(), &m.name, &m.basis, m.confidence)),
    );
    all.extend(
        library.facts.iter().map(|(id, f)| plain("fact", id.to_string(), &f.def.name, &f.def.basis, f.def.confidence)),
    );
    all.extend(
        library.roles.roles.iter().map(|(id, r)| plain("role", id.to_string(), &r.name, &r.basis, r.confidence)),
    );
    let standard = &library.standard;
    all.extend(
        standard
            .protection
            .all()
            .into_iter()
            .map(|(id, d)| plain("standard", id.to_owned(), &d.name, d.basis.as_slice(), d.confidence)),
    );
    all.extend(
        standard.separation.iter().map(|s| plain("standard", s.bars.to_string(), &s.text, &s.basis, s.confidence)),
    );
    all
}
