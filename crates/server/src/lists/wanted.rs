//! What a list is asked for: read, checked against the library, and made into a question.

use std::collections::BTreeMap;

use jiff::SignedDuration;
use jiff::civil::Date;
use law::period::Clock;
use law::time::{Moment, end_of_day, moment};
use procedure::Library;
use procedure::model::{Field, FieldType};
use serde::Deserialize;
use store::Find;
use store::find::{Match, Order, Span, Test, Time};
use utoipa::{IntoParams, ToSchema};

use super::field;
use crate::problem::{Answer, Problem};

/// What to list. Everything that is given must hold.
#[derive(Debug, Clone, Default, Deserialize, IntoParams, ToSchema)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields, default)]
pub struct Wanted {
    /// 案件名称、人员姓名或者案号、文号中的文字
    pub text: Option<String>,
    /// 人员（犯罪嫌疑人、被告人、申请人等）姓名中的文字
    pub person: Option<String>,
    /// 罪名代码：案由或者任一人员的罪名
    pub offence: Option<String>,
    /// 办理阶段：流程.状态，如 GA01.open
    pub stage: Option<String>,
    /// 期限种类：流程.期限；与 due_from、due_to 并用时，指这种期限在此期间届满
    pub deadline: Option<String>,
    /// 期限的种类：custody 羁押、restraint 限制、handling 办案
    pub clock: Option<String>,
    /// 期限届满日不早于
    #[param(value_type = Option<String>, format = Date)]
    #[schema(value_type = Option<String>, format = Date)]
    pub due_from: Option<Date>,
    /// 期限届满日不晚于
    #[param(value_type = Option<String>, format = Date)]
    #[schema(value_type = Option<String>, format = Date)]
    pub due_to: Option<Date>,
    /// 有期限已经超期
    pub overdue: Option<bool>,
    /// 承办人
    pub handler: Option<String>,
    /// 单位：本级和下级
    pub unit: Option<String>,
    /// 是否在办
    pub open: Option<bool>,
    /// 立案（收案）日不早于
    #[param(value_type = Option<String>, format = Date)]
    #[schema(value_type = Option<String>, format = Date)]
    pub opened_from: Option<Date>,
    /// 立案（收案）日不晚于
    #[param(value_type = Option<String>, format = Date)]
    #[schema(value_type = Option<String>, format = Date)]
    pub opened_to: Option<Date>,
    /// 最近一次移送日不早于
    #[param(value_type = Option<String>, format = Date)]
    #[schema(value_type = Option<String>, format = Date)]
    pub handed_from: Option<Date>,
    /// 最近一次移送日不晚于
    #[param(value_type = Option<String>, format = Date)]
    #[schema(value_type = Option<String>, format = Date)]
    pub handed_to: Option<Date>,
    /// 案卡项条件，JSON：字段（卡.字段）到条件，如 {"case.juvenile":{"is":["suspect"]},"case.amount":{"from":"500000"}}
    #[serde(rename = "where")]
    pub fields: Option<String>,
    /// 另外列出的案卡项，以逗号分隔
    pub columns: Option<String>,
    /// 排序：updated、opened、due、title 或者案卡项（卡.字段）；前加 - 为倒序，默认 -updated
    pub sort: Option<String>,
}

/// A condition on a card field; which parts may be given depends on the field's type.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FieldTest {
    /// One of these values.
    is: Option<Vec<String>>,
    /// A text that contains this.
    has: Option<String>,
    /// Not less than this number, not before this day.
    from: Option<String>,
    /// Not more than this number, not after this day.
    to: Option<String>,
    /// Whether it is filled in.
    known: Option<bool>,
}

impl Wanted {
    /// From the parts of a query.
    ///
    /// # Errors
    /// 400 where a part is unknown or of another type.
    pub fn read(parts: BTreeMap<String, String>) -> Answer<Self> {
        let typed = |(name, text): (String, String)| {
            let value = match text.as_str() {
                "true" if FLAGS.contains(&name.as_str()) => true.into(),
                "false" if FLAGS.contains(&name.as_str()) => false.into(),
                _ => serde_json::Value::String(text),
            };
            (name, value)
        };
        let whole = serde_json::Value::Object(parts.into_iter().map(typed).collect());
        serde_path_to_error::deserialize(whole).map_err(|e| {
            let (place, fault) = (e.path().to_string(), crate::extract::data_fault(&e.inner().to_string()));
            bad(&place, &fault)
        })
    }

    /// The question to the store.
    ///
    /// # Errors
    /// 400 where a part names what the library does not have, or asks what its type cannot answer.
    pub fn find(&self, library: &Library, now: Moment) -> Answer<Find> {
        let given = |t: &Option<String>| t.as_deref().map(str::trim).filter(|t| !t.is_empty()).map(str::to_owned);
        let mut find = Find { text: given(&self.text), ..Find::all() };
        find.tests.extend(given(&self.person).map(|name| Test::Named(labels(library), name)));
        if let Some(offence) = &self.offence {
            find.tests.push(Test::Card(of_type(library, FieldType::Offence), Match::Among(vec![offence.clone()])));
        }
        if let Some(stage) = &self.stage {
            let (process, state) = stage.split_once('.').ok_or_else(|| bad("stage", "应为“流程.状态”"))?;
            find.tests.push(Test::Stage(process.to_owned(), state.to_owned()));
        }
        self.deadlines(&mut find, now)?;
        find.tests.extend(self.handler.clone().map(Test::Handler));
        find.tests.extend(self.unit.clone().map(Test::UnitUnder));
        find.tests.extend(self.open.map(Test::Open));
        for (time, from, to) in
            [(Time::Opened, self.opened_from, self.opened_to), (Time::Handed, self.handed_from, self.handed_to)]
        {
            if from.is_some() || to.is_some() {
                find.tests.push(Test::When(time, days(from, to)));
            }
        }
        for (name, test) in self.field_tests()? {
            let (_, def) = field(library, &name).ok_or_else(|| bad("where", &format!("案卡没有“{name}”这一项")))?;
            find.tests.push(Test::Card(vec![name.clone()], test.check(def).map_err(|e| bad(&name, e))?));
        }
        (find.order, find.descending) = self.order(library)?;
        Ok(find)
    }

    fn deadlines(&self, find: &mut Find, now: Moment) -> Answer<()> {
        let clock = match self.clock.as_deref() {
            None => None,
            Some("custody") => Some(Clock::Custody),
            Some("restraint") => Some(Clock::Restraint),
            Some("handling") => Some(Clock::Handling),
            Some(_) => return Err(bad("clock", "应为 custody、restraint 或者 handling")),
        };
        let due = ends(self.due_from, self.due_to);
        let named = clock.is_some() || self.deadline.is_some();
        if named {
            let clock = clock.map(|c| door::clock_name(c).to_owned());
            // Stored under its own name within its process.
            let deadline = self.deadline.as_deref().map(|d| d.rsplit('.').next().unwrap_or(d).to_owned());
            let due = Span { to: if self.overdue == Some(true) { Some(now) } else { due.to }, ..due };
            find.tests.push(Test::Clock { clock, deadline, due });
            return Ok(());
        }
        if due.from.is_some() || due.to.is_some() {
            find.tests.push(Test::Clock { clock: None, deadline: None, due });
        }
        match self.overdue {
            Some(true) => find.tests.push(Test::When(Time::Due, Span { from: None, to: Some(now) })),
            Some(false) => find.tests.push(Test::When(Time::Due, Span { from: Some(now), to: None })),
            None => {}
        }
        Ok(())
    }

    fn field_tests(&self) -> Answer<BTreeMap<String, FieldTest>> {
        let Some(text) = self.fields.as_deref().filter(|t| !t.is_empty()) else { return Ok(BTreeMap::new()) };
        serde_json::from_str(text)
            .map_err(|_| bad("where", "应为案卡项到条件的 JSON 对象，条件为 is、has、from、to、known"))
    }

    fn order(&self, library: &Library) -> Answer<(Order, bool)> {
        let Some(sort) = self.sort.as_deref() else { return Ok((Order::Updated, true)) };
        let (name, descending) = sort.strip_prefix('-').map_or((sort, false), |name| (name, true));
        let order = match name {
            "updated" => Order::Updated,
            "opened" => Order::Opened,
            "due" => Order::Due,
            "title" => Order::Title,
            other => match field(library, other) {
                Some((r, def)) if sortable(library, r.card.as_str(), def) => match def.kind {
                    FieldType::Int | FieldType::Fen | FieldType::Bool | FieldType::Moment => {
                        Order::Number(other.to_owned())
                    }
                    _ => Order::Value(other.to_owned()),
                },
                _ => return Err(bad("sort", "应为 updated、opened、due、title 或者可以排序的案卡项")),
            },
        };
        Ok((order, descending))
    }

    /// The card fields that are listed too.
    ///
    /// # Errors
    /// 400 where the library has no such field, or it may not be listed.
    pub fn columns(&self, library: &Library) -> Answer<Vec<String>> {
        let names = self.columns.as_deref().unwrap_or_default().split(',').filter(|n| !n.is_empty());
        let mut out: Vec<String> = Vec::new();
        for name in names {
            match field(library, name) {
                Some((_, def)) if listable(def) => {}
                Some((_, def)) => return Err(bad("columns", &format!("“{}”不能列在清单中", def.name))),
                None => return Err(bad("columns", &format!("案卡没有“{name}”这一项"))),
            }
            if !out.iter().any(|n| n == name) {
                out.push(name.to_owned());
            }
        }
        Ok(out)
    }
}

/// Whether a field may stand in a list: what is personal may not, what is a table cannot.
pub fn listable(def: &Field) -> bool {
    !def.personal && def.kind != FieldType::Table && def.kind != FieldType::IdNumber
}

/// Whether a field, or a column of it, is about somebody: it is found by its whole value only.
pub fn personal(def: &Field) -> bool {
    def.personal || def.kind == FieldType::IdNumber || def.columns.values().any(personal)
}

/// Parts that are yes or no.
const FLAGS: [&str; 2] = ["overdue", "open"];

/// Whether a list can be sorted by a field: a case has one value of it.
pub fn sortable(library: &Library, card: &str, def: &Field) -> bool {
    listable(def) && def.kind != FieldType::Enums && library.cards.get(card).is_some_and(|c| !c.subject)
}

impl FieldTest {
    fn check(self, def: &Field) -> Result<Match, &'static str> {
        let Self { is, has, from, to, known } = self;
        let ranged = from.is_some() || to.is_some();
        if usize::from(is.is_some()) + usize::from(has.is_some()) + usize::from(ranged) + usize::from(known.is_some())
            != 1
        {
            return Err("条件应为 is、has、from 和 to、known 中的一种");
        }
        if let Some(known) = known {
            return Ok(Match::Known(known));
        }
        if let Some(is) = is {
            return Ok(Match::Among(is));
        }
        // Whoever may see a file sees what is personal masked; a guess, part by part, would undo that.
        if personal(def) {
            return Err("涉及个人信息的项只能按完整的值查找");
        }
        if let Some(has) = has {
            return match def.kind {
                FieldType::Text | FieldType::Table => Ok(Match::Has(has)),
                _ => Err("只有文字项和表格项可以按部分文字查找"),
            };
        }
        let whole = |t: Option<String>| t.map(|t| t.parse::<i64>().map_err(|_| "应为整数")).transpose();
        let date = |t: Option<String>| t.map(|t| t.parse::<Date>().map_err(|_| "应为日期，如 2026-03-05")).transpose();
        match def.kind {
            FieldType::Int | FieldType::Fen => {
                Ok(Match::Number(Span { from: whole(from)?, to: whole(to)?.map(|n| n.saturating_add(1)) }))
            }
            FieldType::Date => {
                let to = date(to)?.map(|d| d.tomorrow().unwrap_or(d).to_string());
                Ok(Match::Text(Span { from: date(from)?.map(|d| d.to_string()), to }))
            }
            FieldType::Moment => {
                let span = days(date(from)?, date(to)?);
                Ok(Match::Number(Span {
                    from: span.from.map(|m| m.as_microsecond()),
                    to: span.to.map(|m| m.as_microsecond()),
                }))
            }
            _ => Err("这一项不能按范围查找"),
        }
    }
}

/// From the beginning of the first to the end of the last day.
fn days(from: Option<Date>, to: Option<Date>) -> Span<Moment> {
    Span { from: from.map(|d| moment(d.at(0, 0, 0, 0))), to: to.map(end_of_day) }
}

/// Ends of periods from the first to the last day. What runs to 24:00 of a day ends on it, so the
/// first instant of the first day belongs to the day before.
pub fn ends(from: Option<Date>, to: Option<Date>) -> Span<Moment> {
    let after = |m: Moment| m.checked_add(SignedDuration::from_micros(1)).unwrap_or(m);
    let Span { from, to } = days(from, to);
    Span { from: from.map(after), to: to.map(after) }
}

/// The fields that label the subjects of all cards.
fn labels(library: &Library) -> Vec<String> {
    let cards = library.cards.iter().filter(|(_, c)| c.subject);
    cards.filter_map(|(id, c)| Some(format!("{id}.{}", c.label.as_ref()?))).collect()
}

fn of_type(library: &Library, kind: FieldType) -> Vec<String> {
    let fields = library.cards.iter().flat_map(|(card, c)| c.fields.iter().map(move |(id, f)| (card, id, f)));
    fields.filter(|(_, _, f)| f.kind == kind).map(|(card, id, _)| format!("{card}.{id}")).collect()
}

fn bad(place: &str, fault: &str) -> Problem {
    Problem::bad_request("bad-query", format!("查询参数“{place}”：{fault}"))
}
