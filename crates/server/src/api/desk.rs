//! 工作台：各环节的案件数，负责人的各项数字。每个数字都是一次清单筛选的件数。

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use access::Person;
use axum::extract::State;
use jiff::civil::Date;
use law::time::day;
use procedure::Library;
use procedure::model::Works;
use serde::Serialize;
use utoipa::ToSchema;

use crate::App;
use crate::lists::{Cells, Wanted};
use crate::problem::Answer;
use crate::signed::Signed;

/// Days within which a deadline is near.
const NEAR: i64 = 7;

/// What the desk shows beside to-dos and deadlines.
#[derive(Serialize, ToSchema)]
pub struct Desk {
    /// Files in each state, in the order of the processes.
    stages: Vec<StageCount>,
    /// For those who lead: the figures of what they may see.
    figures: Option<Figures>,
}

/// Files with a subject in a state.
#[derive(Serialize, ToSchema)]
pub struct StageCount {
    /// Chinese name of the process.
    process: String,
    /// Chinese name of the state.
    state: String,
    /// What the list is asked for to show them.
    query: BTreeMap<String, String>,
    /// How many.
    files: u64,
}

/// The figures of those who lead.
#[derive(Serialize, ToSchema)]
pub struct Figures {
    /// Cases open.
    open: Figure,
    /// New this month.
    opened: Figure,
    /// Handed over this month.
    handed: Figure,
    /// With a deadline that was missed.
    overdue: Figure,
    /// With a deadline that runs out within a week.
    near: Figure,
    /// Open cases by handler, the most first.
    loads: Vec<Load>,
}

/// A number and the list behind it.
#[derive(Serialize, ToSchema)]
pub struct Figure {
    /// How many.
    files: u64,
    /// What the list is asked for to show them.
    query: BTreeMap<String, String>,
}

/// What a handler has in hand.
#[derive(Serialize, ToSchema)]
pub struct Load {
    /// The handler.
    user: String,
    /// Name.
    name: String,
    /// Open cases.
    open: Figure,
    /// Of these, with a deadline that was missed.
    overdue: Figure,
    /// Of these, with a deadline that runs out within a week.
    near: Figure,
}

type Query = BTreeMap<String, String>;

fn query(parts: &[(&str, &str)]) -> Query {
    parts.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect()
}

/// 查看工作台数字
///
/// 各环节的案件数；负责人（规则库中办理本单位全部案件、审批层级在他人之上的角色）另有在办、新收、移送、超期、临期和各承办人办案数。只计本人有权查看的案件，每个数字附有对应的清单筛选条件。
#[utoipa::path(get, path = "/api/desk", tag = "待办和期限", operation_id = "read_desk", responses((status = 200, description = "工作台数字", body = Desk)))]
pub async fn read(State(app): State<Arc<App>>, signed: Signed) -> Answer<axum::Json<Arc<Desk>>> {
    let (began, today) = (Instant::now(), day(app.door.now()));
    if let Some(kept) = app.desks.get(&signed.who.person, today) {
        return Ok(axum::Json(kept));
    }
    let desk = Arc::new(counted(&app, &signed).await?);
    app.desks.keep(&signed.who.person, today, &desk, began.elapsed());
    Ok(axum::Json(desk))
}

/// Figures that took long to count, each for twenty times as long: in a large unit they change by one in thousands
/// meanwhile, and counting them never takes more than a small part of a machine. Others are counted each time.
#[derive(Default)]
pub struct Desks(Mutex<BTreeMap<Person, Kept>>);

struct Kept {
    until: Instant,
    on: Date,
    desk: Arc<Desk>,
}

/// What is counted more quickly is not kept.
const LONG: Duration = Duration::from_millis(50);
const TIMES: u32 = 20;

impl Desks {
    fn get(&self, person: &Person, on: Date) -> Option<Arc<Desk>> {
        let kept = self.0.lock().ok()?;
        kept.get(person).filter(|k| k.on == on && k.until > Instant::now()).map(|k| k.desk.clone())
    }

    fn keep(&self, person: &Person, on: Date, desk: &Arc<Desk>, took: Duration) {
        if took < LONG {
            return;
        }
        if let Ok(mut kept) = self.0.lock() {
            kept.retain(|_, k| k.until > Instant::now());
            kept.insert(person.clone(), Kept { until: Instant::now() + took * TIMES, on, desk: desk.clone() });
        }
    }
}

async fn counted(app: &App, signed: &Signed) -> Answer<Desk> {
    let library = app.door.library();
    let filter = app.filters.view(&app.door, &signed.who)?;
    let counted = app.door.store().stages(&filter, app.door.now()).await?;
    let place = |id: &str| library.processes.keys().position(|p| p.as_str() == id);
    let mut stages: Vec<_> = counted
        .into_iter()
        .filter_map(|(process, state, files)| {
            let def = library.processes.get(process.as_str())?;
            let at = def.states.keys().position(|s| s.as_str() == state)?;
            let name = def.states.get(state.as_str())?.name.clone();
            let query = query(&[("open", "true"), ("stage", &format!("{process}.{state}"))]);
            Some(((place(&process), at), StageCount { process: def.name.clone(), state: name, query, files }))
        })
        .collect();
    stages.sort_by_key(|(at, _)| *at);
    let figures = if leads(&library, signed) { Some(figures(app, signed, &library).await?) } else { None };
    Ok(Desk { stages: stages.into_iter().map(|(_, s)| s).collect(), figures })
}

/// Whether one of the person's roles works on all cases of the unit and stands, in the line of
/// approval of its agency, above another.
fn leads(library: &Library, signed: &Signed) -> bool {
    let roles = &library.roles.roles;
    signed.who.person.roles.iter().filter_map(|r| roles.get(r.as_str())).any(|mine| {
        let above = |other: &procedure::model::RoleDef| {
            other.rank < mine.rank && other.rank.is_some() && other.agency.iter().any(|a| mine.agency.contains(a))
        };
        mine.works == Works::Unit && roles.values().any(above)
    })
}

async fn figures(app: &App, signed: &Signed, library: &Library) -> Answer<Figures> {
    let now = app.door.now();
    let today = day(now);
    let month = today.first_of_month().to_string();
    let week = today.saturating_add(jiff::Span::new().days(NEAR)).to_string();
    let today = today.to_string();
    let open = query(&[("open", "true")]);
    let overdue = query(&[("open", "true"), ("overdue", "true")]);
    let near = query(&[("open", "true"), ("due_from", &today), ("due_to", &week)]);
    let figure = async |query: Query| -> Answer<Figure> {
        let filter = app.filters.view(&app.door, &signed.who)?;
        let find = Wanted::read(query.clone())?.find(library, now)?;
        Ok(Figure { files: app.door.store().count_files(&filter, now, &find).await?, query })
    };
    Ok(Figures {
        loads: loads(app, signed, library, [&open, &overdue, &near]).await?,
        open: figure(open).await?,
        opened: figure(query(&[("opened_from", &month), ("opened_to", &today)])).await?,
        handed: figure(query(&[("handed_from", &month), ("handed_to", &today)])).await?,
        overdue: figure(overdue).await?,
        near: figure(near).await?,
    })
}

async fn loads(app: &App, signed: &Signed, library: &Library, of: [&Query; 3]) -> Answer<Vec<Load>> {
    let (filter, now) = (app.filters.view(&app.door, &signed.who)?, app.door.now());
    let mut counts: BTreeMap<String, [u64; 3]> = BTreeMap::new();
    for (at, query) in of.into_iter().enumerate() {
        let find = Wanted::read(query.clone())?.find(library, now)?;
        for (user, files) in app.door.store().loads(&filter, now, &find).await? {
            counts.entry(user).or_default()[at] = files;
        }
    }
    let mut cells = Cells::new(&app.door, library);
    let mut out = Vec::new();
    for (user, files) in counts {
        let figure = |at: usize| {
            let mut query = of[at].clone();
            query.insert("handler".into(), user.clone());
            Figure { files: files[at], query }
        };
        let (open, overdue, near) = (figure(0), figure(1), figure(2));
        out.push(Load { name: cells.user(&user).await?, open, overdue, near, user });
    }
    out.sort_by(|a, b| b.open.files.cmp(&a.open.files).then_with(|| a.user.cmp(&b.user)));
    Ok(out)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test stops at the first surprise")]
mod tests {
    use super::*;

    #[test]
    fn only_what_took_long_is_kept_and_for_its_person_and_day() {
        let person = |id: &str| Person {
            id: id.into(),
            unit: "JC-970101".into(),
            unit_path: Vec::new(),
            agency: "procuratorate".into(),
            roles: ["chief_prosecutor".to_owned()].into(),
            clearance: 0,
            acting_for: std::collections::BTreeSet::new(),
        };
        let (desks, desk) = (Desks::default(), Arc::new(Desk { stages: Vec::new(), figures: None }));
        let [today, tomorrow] = [1, 2].map(|d| jiff::civil::date(2026, 3, d));
        desks.keep(&person("u1"), today, &desk, LONG / 2);
        assert!(desks.get(&person("u1"), today).is_none(), "it is counted again");
        desks.keep(&person("u1"), today, &desk, Duration::from_secs(60));
        assert!(desks.get(&person("u1"), today).is_some());
        assert!(desks.get(&person("u1"), tomorrow).is_none());
        assert!(desks.get(&person("u2"), today).is_none());
        let more = Person { clearance: 1, ..person("u1") };
        assert!(desks.get(&more, today).is_none(), "whoever may see more is counted for anew");
    }
}
