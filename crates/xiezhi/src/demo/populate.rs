//! A province's history, through the same door as everybody's acts: many cases, each after a story, told at its own time
//! in one of the counties by the people there.
//!
//! Each county has a door and a business clock of its own, which goes from hour to hour of the years before a day. Of an
//! hour, all its cases act at the same time, each its acts one after the other, and what an act sends is carried before
//! the next one. A refusal ends a case's course: it stays where it is, as real ones do. What is chosen comes from the
//! seed; numbers within an hour are given in the order in which acts arrive.

use std::collections::{BTreeMap, HashMap};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context, anyhow, ensure};
use case::{Command as Act, FileState, Input, Verdict};
use door::{Door, DoorError, Principal, Request};
use futures_util::{StreamExt, stream};
use jiff::ToSpan;
use jiff::civil::{Date, DateTime};
use law::{IdNumber, Regions, time};
use procedure::model::{Grammar, Id};
use procedure::situation::Instance;
use rand::rngs::StdRng;
use rand::seq::IndexedRandom;
use rand::{RngExt, SeedableRng};
use regex::Regex;
use serde::Deserialize;
use serde_json::{Map, Value, json};
use store::rows::{ContentRow, UnitRow};
use tokio::sync::Mutex;
use tokio::task::JoinSet;

use super::province::Province;
use super::story::{FullSpec, Step, Story};
use crate::node;
use crate::units::User;

/// Cases that act at the same time.
const AT_ONCE: usize = 64;
/// Different pictures that a unit files, as if they were all its papers.
const PAPERS: usize = 4;
/// The year of the stories.
const TOLD: Date = jiff::civil::date(2026, 3, 4);

#[derive(clap::Args)]
pub struct PopulateArgs {
    #[command(flatten)]
    place: node::Place,
    /// 多少个案件
    #[arg(long, default_value_t = 1000)]
    cases: u32,
    /// 随机种子：同样的种子，选出同样的人员、案件和经过
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// 在此日之前的多少年里发生
    #[arg(long, default_value_t = 2)]
    years: i32,
    /// 到哪一日为止；业务时间随后停在这一日
    #[arg(long, default_value = "2026-03-02")]
    until: Date,
}

/// What `examples/populate.yaml` holds.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Plan {
    units: Vec<UnitRow>,
    counties: BTreeMap<String, County>,
    staff: BTreeMap<String, BTreeMap<String, u32>>,
    family: String,
    given: String,
    places: Vec<String>,
    offences: BTreeMap<String, String>,
    lives: Vec<Share>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct County {
    name: String,
    abbr: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Share {
    of: String,
    share: u32,
}

/// A case that is told.
struct Told {
    /// Its number among all.
    n: u32,
    story: Arc<Story>,
    county: String,
    begins: Date,
    /// What stands in the story, and what is written instead.
    written: Vec<(String, String)>,
    matter: Option<String>,
    /// It was refused something, and stays where it is.
    stays: bool,
}

/// When a step is done: the day and hour, the case, the step.
type Hour = (Date, i8);

/// Everything that acts need.
#[derive(Clone)]
struct Country {
    door: Arc<Door>,
    province: Arc<Province>,
    /// By unit and role.
    staff: Arc<HashMap<(String, String), Vec<String>>>,
    people: Arc<HashMap<String, Principal>>,
    /// By unit.
    papers: Arc<HashMap<String, Vec<ContentRow>>>,
    tally: Arc<Tally>,
    number: Regex,
    moment: Regex,
}

#[derive(Default)]
struct Tally {
    hours: AtomicU64,
    acts: AtomicU64,
    refused: Mutex<BTreeMap<String, u64>>,
}

pub async fn run(args: &PopulateArgs, library: &Path, examples: &Path) -> anyhow::Result<bool> {
    ensure!(args.place.demonstration, "只能用于演示环境：请加 --demonstration");
    ensure!(args.cases > 0 && args.years > 0, "案件数、年数都要大于零");
    let plan: Plan = crate::files::yaml(&examples.join("populate.yaml"))?;
    let (door, store) = node::open(&args.place, library, examples).await?;
    ensure!(store.all_files().await?.is_empty(), "这里已经有案件：请另行指定 --data 或者 --database");
    let mut random = StdRng::seed_from_u64(args.seed);
    let mut province = Province::read(examples)?;
    employ(&mut province, &plan, &mut random);
    province.settle(store.as_ref()).await?;
    door.reload_units().await?;
    let first = args.until.checked_sub(args.years.years())?;
    door.set_clock(Some(time::moment(first.at(8, 0, 0, 0)))).await?;
    let country = Country::open(door.clone(), province).await?;

    let (cases, hours) = planned(args, &plan, examples, &door.library().law.regions, first, &mut random)?;
    let (began, all) = (Instant::now(), hours.values().map(|of| of.len() as u64).sum::<u64>().max(1));
    let mut counties = JoinSet::new();
    for hours in hours.into_values() {
        let own = node::open_on(store.clone(), &args.place, library, examples).await?;
        counties.spawn(Country { door: own, ..country.clone() }.history(cases.clone(), hours));
    }
    let mut second = tokio::time::interval(Duration::from_secs(2));
    loop {
        tokio::select! {
            county = counties.join_next() => match county {
                Some(done) => done??,
                None => break,
            },
            _ = second.tick() => {
                let [hours, acts] = [&country.tally.hours, &country.tally.acts].map(|n| n.load(Ordering::Acquire));
                eprint!("\r{acts} 次办理，已用 {} 秒（{}%）", began.elapsed().as_secs(), hours * 100 / all);
            }
        }
    }
    eprintln!();
    door.set_clock(Some(time::moment(args.until.at(9, 0, 0, 0)))).await?;
    door.give_notices().await?;
    let (acts, seconds) = (country.tally.acts.load(Ordering::Acquire), began.elapsed().as_secs_f64());
    println!(
        "已生成：{} 个案件，{} 份案卷，{acts} 次办理，用时 {seconds:.0} 秒（每秒 {:.0} 次）",
        args.cases,
        store.all_files().await?.len(),
        acts as f64 / seconds
    );
    for (why, times) in country.tally.refused.lock().await.iter() {
        println!("  {times} 个案件停在：{why}");
    }
    store.close().await;
    Ok(true)
}

/// People for every county, beside those that are there.
fn employ(province: &mut Province, plan: &Plan, random: &mut StdRng) {
    province.units.extend(plan.units.iter().cloned());
    let mut n = 0;
    for county in plan.counties.keys() {
        for (agency, roles) in &plan.staff {
            let Some(unit) = province.units.iter().find(|u| &u.agency == agency && &u.region == county) else {
                continue;
            };
            let unit = unit.id.clone();
            for (role, count) in roles {
                for _ in 0..*count {
                    n += 1;
                    let name = name(plan, random);
                    let user = User {
                        login: format!("p{n:04}"),
                        name,
                        unit: unit.clone(),
                        roles: vec![role.clone()],
                        clearance: 0,
                    };
                    province.users.push(user);
                }
            }
        }
    }
}

fn name(plan: &Plan, random: &mut StdRng) -> String {
    let family: Vec<char> = plan.family.chars().collect();
    let given: Vec<char> = plan.given.chars().collect();
    let mut of = |set: &[char]| set.choose(random).copied().unwrap_or('某');
    [of(&family), of(&given), of(&given)].into_iter().collect()
}

fn days(from: Date, to: Date) -> anyhow::Result<i32> {
    Ok(from.until(to)?.get_days())
}

type Steps = std::ops::Range<usize>;
type Hours = BTreeMap<Hour, Vec<(u32, Steps)>>;
type Cases = Arc<Vec<Arc<Mutex<Told>>>>;

/// Which cases there are, and which of them do something in each hour, by county.
fn planned(
    args: &PopulateArgs,
    plan: &Plan,
    examples: &Path,
    regions: &Regions,
    first: Date,
    random: &mut StdRng,
) -> anyhow::Result<(Cases, BTreeMap<String, Hours>)> {
    let lives = plan
        .lives
        .iter()
        .map(|life| Ok((Arc::new(crate::files::yaml(&examples.join(format!("{}.yaml", life.of)))?), life.share)))
        .collect::<anyhow::Result<Vec<(Arc<Story>, u32)>>>()?;
    let counties: Vec<&String> = plan.counties.keys().collect();
    let weeks = days(first, args.until)? / 7;
    let last = TOLD.checked_add((days(TOLD, args.until)?.div_euclid(7) * 7).days())?;
    let (mut cases, mut hours) = (Vec::new(), BTreeMap::<String, Hours>::new());
    for n in 0..args.cases {
        let (story, _) = lives.choose_weighted(random, |l| l.1).map_err(|e| anyhow!("populate.yaml 的 share：{e}"))?;
        let county = (*counties.choose(random).context("counties")?).clone();
        // The same day of the week as in the story, or one of the two before: weekends stay weekends.
        let before = random.random_range(0..weeks.max(1)) * 7 + random.random_range(0..=2);
        let begins = last.checked_sub(before.days())?;
        let told = Told { n, story: story.clone(), county, begins, written: Vec::new(), matter: None, stays: false };
        let mut at = 0;
        while at < story.steps.len() {
            let hour = told.hour(&story.steps[at])?;
            let mut end = at + 1;
            while end < story.steps.len() && told.hour(&story.steps[end])? == hour {
                end += 1;
            }
            if hour.0 >= first && hour.0 < args.until {
                hours.entry(told.county.clone()).or_default().entry(hour).or_default().push((n, at..end));
            }
            at = end;
        }
        cases.push(Arc::new(Mutex::new(told.named(plan, regions, random)?)));
    }
    Ok((Arc::new(cases), hours))
}

impl Told {
    /// Days between the story and the case.
    fn later(&self) -> i32 {
        days(TOLD, self.begins).unwrap_or_default()
    }

    fn at(&self, step: &Step) -> anyhow::Result<DateTime> {
        let at: DateTime = step.at.replace(' ', "T").parse().with_context(|| format!("时间“{}”", step.at))?;
        Ok(at.checked_add(self.later().days())?)
    }

    fn hour(&self, step: &Step) -> anyhow::Result<Hour> {
        let at = self.at(step)?;
        Ok((at.date(), at.hour()))
    }

    /// Gives everybody and everything in it a name of its own.
    fn named(mut self, plan: &Plan, regions: &Regions, random: &mut StdRng) -> anyhow::Result<Self> {
        let county = &plan.counties[&self.county];
        let birth = jiff::civil::date(
            random.random_range(1950..2000),
            random.random_range(1..=12),
            random.random_range(1..=28),
        );
        let known = |key: &str| self.story.values.get(key).cloned();
        // Who has a name in the story is a man.
        let man = known("suspect.name").is_some() || random.random_bool(0.8);
        let order = random.random_range(0..499) * 2 + u32::from(man);
        // Of fifteen digits, as they were before 1999: what lacks is completed.
        let short = format!("{}{}{order:03}", self.county, birth.strftime("%y%m%d"));
        let number = IdNumber::parse(&short, TOLD, regions)?.reveal().to_owned();
        let (name, place) = (name(plan, random), plan.places.choose(random).map_or("", String::as_str));
        let place = format!("{}{place}{}号", county.name, random.random_range(1..300));
        let offences: Vec<_> = plan.offences.iter().collect();
        let (code, offence) = offences.choose(random).copied().context("offences")?;
        let plate = format!("云A·{:05}", random.random_range(10_000..99_999));
        let sex = if man { "1" } else { "2" };
        let birth = birth.to_string();
        let pairs = [
            (known("suspect.id_number"), number.clone()),
            (known("suspect.name"), name.clone()),
            (known("vehicle.plate"), plate),
            (known("guarantor.name"), format!("{}远山", name.chars().next().unwrap_or('某'))),
            (Some("{name}".into()), name),
            (Some("{id}".into()), number),
            (Some("{sex}".into()), sex.into()),
            (Some("{birth}".into()), birth.clone()),
            (Some("1988-06-12".into()), birth),
            (Some("{place}".into()), place),
            (Some("{code}".into()), code.clone()),
            (Some("{offence}".into()), offence.clone()),
            (Some("970123".into()), self.county.clone()),
            (Some("东篱县".into()), county.name.clone()),
            (Some("篱".into()), county.abbr.clone()),
        ];
        self.written = pairs.into_iter().filter_map(|(from, to)| Some((from?, to))).collect();
        Ok(self)
    }
}

impl Country {
    async fn open(door: Arc<Door>, province: Province) -> anyhow::Result<Self> {
        let (mut staff, mut people) = (HashMap::<_, Vec<_>>::new(), HashMap::new());
        let mut papers = HashMap::<String, Vec<ContentRow>>::new();
        let (store, units, spool) = (door.store(), door.units(), tempfile::tempdir()?);
        for user in &province.users {
            let row = store.user_by_login(&user.login).await?.with_context(|| format!("没有“{}”", user.login))?;
            let who = Principal::load(store, &units, row, door.now()).await?;
            for role in &user.roles {
                staff.entry((user.unit.clone(), role.clone())).or_default().push(user.login.clone());
            }
            match papers.get(&user.unit) {
                None => drop(papers.insert(user.unit.clone(), scanned(&door, &who, spool.path()).await?)),
                // Everybody brings in what he files: here, the same.
                Some(papers) => {
                    for row in papers {
                        store.put_content(ContentRow { by: who.user.id.clone(), ..row.clone() }).await?;
                    }
                }
            }
            people.insert(user.login.clone(), who);
        }
        Ok(Self {
            door,
            province: Arc::new(province),
            staff: Arc::new(staff),
            people: Arc::new(people),
            papers: Arc::new(papers),
            tally: Arc::default(),
            number: Regex::new(r"〔\d{4}〕\d+号")?,
            moment: Regex::new(r"^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}:\d{2}\+08:00)?$")?,
        })
    }

    /// What happens in a county, hour by hour.
    async fn history(self, cases: Cases, hours: Hours) -> anyhow::Result<()> {
        for ((day, hour), steps) in hours {
            self.door.set_clock(Some(time::moment(day.at(hour, 59, 0, 0)))).await?;
            let mut telling = stream::iter(steps.into_iter().map(|(case, steps)| {
                let (country, case) = (self.clone(), cases[case as usize].clone());
                // On a task of its own, so that all cores work.
                tokio::spawn(async move { country.tell(&case, steps.start, steps.end).await })
            }))
            .buffer_unordered(AT_ONCE);
            while let Some(told) = telling.next().await {
                told??;
            }
            self.tally.hours.fetch_add(1, Ordering::AcqRel);
        }
        Ok(())
    }

    /// Some steps of a case, one after the other.
    async fn tell(&self, case: &Mutex<Told>, from: usize, to: usize) -> anyhow::Result<()> {
        let mut told = case.lock().await;
        let story = told.story.clone();
        for step in &story.steps[from..to] {
            if told.stays {
                return Ok(());
            }
            match self.step(&mut told, step).await {
                Ok(()) => {}
                Err(Stop::Refused(why)) => {
                    told.stays = true;
                    let why = told.written.iter().fold(why, |why, (_, own)| why.replace(own, "某"));
                    *self.tally.refused.lock().await.entry(format!("{} {why}", step.act)).or_default() += 1;
                }
                Err(Stop::Failed(e)) => {
                    return Err(e.context(format!("{} 第 {} 个案件 {}", story.story, told.n, step.act)));
                }
            }
        }
        Ok(())
    }

    async fn step(&self, told: &mut Told, step: &Step) -> Result<(), Stop> {
        let (process, action) = step.act.split_once('.').context("“流程.动作”")?;
        let unit = self.unit_of(told, step)?;
        let state = self.file(told, &unit).await?;
        let who = self.person(told, &unit, &self.role_of(step)?, state.as_ref())?;
        let instance = state.as_ref().and_then(|s| {
            let mut of = s.situation.instances.iter().rev();
            of.find(|i| i.process.as_str() == process).map(|i| i.id.clone())
        });
        let input = self.input(told, step, &who, state.as_ref())?;
        let command = match &instance {
            Some(i) => Act::Act { instance: i.clone(), action: action.into(), subjects: vec![], input },
            None => Act::Open { process: process.into(), subjects: vec![], input },
        };
        let file = state.map(|s| s.id);
        let mut answer = self.perform(&who, file, command).await?;
        told.matter.get_or_insert_with(|| answer.matter.clone());
        if answer.proposed {
            answer = self.approved(told, &unit, step, answer).await?;
        }
        for message in answer.messages {
            let row = self.door.store().outbox(&message.id).await?.context("发出的消息")?;
            exchange::carry(&self.door, &row).await?;
        }
        Ok(())
    }

    /// Everybody agrees who is asked. Who that is differs with the day: the chain says it, not the story.
    async fn approved(
        &self,
        told: &Told,
        unit: &str,
        step: &Step,
        mut answer: door::Answer,
    ) -> Result<door::Answer, Stop> {
        loop {
            let state = self.door.store().state(&answer.file).await?.context("案卷")?;
            let open = |i: &Instance| Some((i.id.clone(), i.proposals.iter().find(|p| p.open)?.clone()));
            let Some((instance, asked)) = state.situation.instances.iter().find_map(open) else { return Ok(answer) };
            let roles = asked.chain.get(asked.opinions.len()).context("审批环节")?;
            let of = |role: &Id| self.person(told, unit, role.as_str(), Some(&state)).ok();
            let who = roles.iter().find_map(of).with_context(|| format!("{unit} 没有人审批 {}", step.act))?;
            let command = Act::Decide { instance, proposal: asked.id, verdict: Verdict::Agree, text: "同意".into() };
            answer = self.perform(&who, Some(state.id.clone()), command).await?;
        }
    }

    async fn perform(&self, login: &str, file: Option<String>, command: Act) -> Result<door::Answer, Stop> {
        let who = self.people.get(login).context("人员")?;
        self.tally.acts.fetch_add(1, Ordering::AcqRel);
        Ok(self.door.perform(who, Request { file, command, key: None, expected: None }).await?)
    }

    /// The unit of the county that does what one does in the story.
    fn unit_of(&self, told: &Told, step: &Step) -> anyhow::Result<String> {
        let of = step.unit.as_deref().or_else(|| self.province.user(&step.who).map(|u| u.unit.as_str()));
        Ok(of.with_context(|| format!("“{}”不在虚构省份里", step.who))?.replace("970123", &told.county))
    }

    fn role_of(&self, step: &Step) -> anyhow::Result<String> {
        if let Some(role) = step.who.strip_prefix('@') {
            return Ok(role.to_owned());
        }
        let role = self.province.user(&step.who).and_then(|u| u.roles.first());
        Ok(role.with_context(|| format!("“{}”没有岗位", step.who))?.clone())
    }

    /// Who has the case in hand in that role, or whose turn it would be.
    fn person(&self, told: &Told, unit: &str, role: &str, state: Option<&FileState>) -> anyhow::Result<String> {
        let handlers = state.into_iter().flat_map(|s| s.situation.instances.iter().rev()).flat_map(|i| &i.handlers);
        for handler in handlers.filter(|h| h.role.as_str() == role) {
            if let Some((login, _)) = self.people.iter().find(|(_, who)| who.user.id == handler.user) {
                return Ok(login.clone());
            }
        }
        let all = self.staff.get(&(unit.to_owned(), role.to_owned())).filter(|all| !all.is_empty());
        let all = all.with_context(|| format!("{unit} 没有 {role}"))?;
        Ok(all[told.n as usize % all.len()].clone())
    }

    async fn file(&self, told: &Told, unit: &str) -> anyhow::Result<Option<FileState>> {
        let Some(matter) = &told.matter else { return Ok(None) };
        let Some(file) = self.door.store().file_of(unit, matter).await? else { return Ok(None) };
        Ok(self.door.store().state(&file).await?)
    }

    fn input(&self, told: &Told, step: &Step, login: &str, state: Option<&FileState>) -> Result<Input, Stop> {
        let subject = state.and_then(|s| s.situation.subjects.keys().next().cloned());
        let (case, person) = (self.written(told, &step.case), self.written(told, &step.person));
        let mut input = Map::new();
        let mut materials = Vec::new();
        for (n, spec) in step.files.iter().enumerate() {
            materials.push(self.material(told, n, &spec.full(), login, (&case, &person), state, step)?);
        }
        input.insert("case".into(), case.into());
        match &subject {
            Some(s) => drop(input.insert("subjects".into(), json!({s: person}))),
            None => drop(input.insert("new_subjects".into(), json!([person]))),
        }
        input.insert("materials".into(), materials.into());
        if let Some(a) = &step.assign {
            input.insert("assign".into(), a.clone());
        }
        if let Some(r) = &step.reason {
            input.insert("reason".into(), json!(r));
        }
        Ok(serde_json::from_value(Value::Object(input)).context("填写的内容")?)
    }

    /// What the story says, in the case's own words and days.
    fn written(&self, told: &Told, card: &BTreeMap<String, Value>) -> Map<String, Value> {
        card.iter().map(|(field, value)| (field.clone(), self.rewritten(told, value))).collect()
    }

    fn rewritten(&self, told: &Told, value: &Value) -> Value {
        match value {
            Value::String(text) => {
                if self.moment.is_match(text)
                    && !told.written.iter().any(|(from, _)| from == text)
                    && let Some(later) = later(text, told.later())
                {
                    return later.into();
                }
                let text = replaced(text, &told.written);
                self.number
                    .replace_all(&text, format!("〔{}〕{}号", told.begins.year(), told.n + 1))
                    .into_owned()
                    .into()
            }
            Value::Array(all) => all.iter().map(|v| self.rewritten(told, v)).collect(),
            Value::Object(all) => all.iter().map(|(k, v)| (k.clone(), self.rewritten(told, v))).collect(),
            other => other.clone(),
        }
    }

    #[allow(clippy::too_many_arguments, reason = "what a material is made from")]
    fn material(
        &self,
        told: &Told,
        n: usize,
        spec: &FullSpec,
        login: &str,
        (case, person): (&Map<String, Value>, &Map<String, Value>),
        state: Option<&FileState>,
        step: &Step,
    ) -> anyhow::Result<Value> {
        let library = self.door.library();
        let def = library.documents.get(spec.kind.as_str()).with_context(|| format!("没有文书种类“{}”", spec.kind))?;
        let who = self.people.get(login).context("人员")?;
        let papers = self.papers.get(&who.user.unit).context("材料")?;
        let unit = self.province.units.iter().find(|u| u.id == who.user.unit).context("单位")?;
        let mut entry = json!({
            "kind": spec.kind,
            "sm3": papers[(told.n as usize + n) % papers.len()].sm3,
            "date": told.at(step)?.date(),
            "responsible": unit.name,
        });
        if let Some(title) = &spec.title {
            entry["title"] = self.rewritten(told, &json!(title));
        }
        if let Some(grammar) = def.numbered.first() {
            let court = state.and_then(|s| s.situation.case.get("court_no")).and_then(Value::as_str);
            entry["number"] = match (grammar, court) {
                (Grammar::Court, Some(no)) => no.into(),
                _ => format!("{}字〔{}〕{}号", unit.abbr, told.begins.year(), told.n + 1).into(),
            };
        }
        let subject = state.and_then(|s| s.situation.subjects.iter().next());
        let mut says = json!({});
        for f in &def.says {
            let on_case = f.card.as_str() == "case";
            let given = if on_case { case.get(f.field.as_str()) } else { person.get(f.field.as_str()) };
            let stored = || match (on_case, state, subject) {
                (true, Some(s), _) => s.situation.case.get(f.field.as_str()).cloned(),
                (false, _, Some((_, s))) => s.fields.get(f.field.as_str()).cloned(),
                _ => None,
            };
            let Some(value) = given.cloned().or_else(stored) else { continue };
            if on_case {
                says["case"][f.field.as_str()] = value;
            } else if let Some((s, _)) = subject {
                says["subjects"][s][f.field.as_str()] = value;
            }
        }
        entry["says"] = says;
        Ok(entry)
    }
}

/// In one pass: what was written is not read again.
fn replaced(mut text: &str, pairs: &[(String, String)]) -> String {
    let mut out = String::new();
    while let Some(c) = text.chars().next() {
        let (to, read) = match pairs.iter().find(|(from, _)| text.starts_with(from.as_str())) {
            Some((from, to)) => (to.as_str(), from.len()),
            None => (&text[..c.len_utf8()], c.len_utf8()),
        };
        out.push_str(to);
        text = &text[read..];
    }
    out
}

/// A date or moment so many days later.
fn later(text: &str, days: i32) -> Option<String> {
    let (date, rest) = text.split_at_checked(10)?;
    Some(format!("{}{rest}", date.parse::<Date>().ok()?.checked_add(days.days()).ok()?))
}

/// Scans that a unit files as if they were all the papers there are.
async fn scanned(door: &Door, who: &Principal, spool: &Path) -> anyhow::Result<Vec<ContentRow>> {
    let mut all = Vec::new();
    for n in 0..PAPERS {
        let values = [
            ("unit", "某单位"),
            ("date", "某年某月某日"),
            ("document.number", "协字第一号"),
            ("body", "本件由经办人员依法制作，附卷备查。"),
            ("suspect.name", "某某"),
            ("case.number", "某号"),
        ];
        let made = casework::make(&casework::Order {
            // An image: it says nothing that could contradict a card.
            form: "generic:tiff".into(),
            kind: "W048".into(),
            title: "文书".into(),
            pages: 1,
            values: values.map(|(k, v)| (k.to_owned(), v.to_owned())).into(),
            seed: n as u64,
            dpi: 200,
            defects: Vec::new(),
        })?;
        let path = spool.join(format!("{}-{n}", who.user.login));
        std::fs::write(&path, &made.bytes)?;
        all.push(door.import(who, path, made.file_name, door::Stop::default()).await?.row);
    }
    Ok(all)
}

/// Why a step was not done.
enum Stop {
    Refused(String),
    Failed(anyhow::Error),
}

impl From<DoorError> for Stop {
    fn from(e: DoorError) -> Self {
        match e {
            DoorError::Refused(r) => {
                let first = r.reasons.into_iter().next();
                Self::Refused(first.map(|r| r.requirement.map_or(r.text, |id| id.to_string())).unwrap_or_default())
            }
            DoorError::Hidden => Self::Refused("看不到案件".into()),
            other => Self::Failed(other.into()),
        }
    }
}

impl From<anyhow::Error> for Stop {
    fn from(e: anyhow::Error) -> Self {
        Self::Failed(e)
    }
}

impl From<store::StoreError> for Stop {
    fn from(e: store::StoreError) -> Self {
        Self::Failed(e.into())
    }
}
