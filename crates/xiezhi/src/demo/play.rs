//! Playing a story as the people in it would: through the HTTP API, one signed-in account for
//! each act, on a business clock that is set before each.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use anyhow::{Context, anyhow, bail};
use casework::{Defect, Order};
use jiff::civil::DateTime;
use law::time;
use reqwest::Method;
use serde_json::{Map, Value, json};

use super::client::{Client, problem};
use super::province::{PASSWORD, Province};
use super::report::{Report, size};
use super::story::{FullSpec, Step, Story};

/// Plays a story and verifies everything at its end; true when all holds.
pub async fn play(
    story: &Story,
    province: &Province,
    server: &str,
    pages: Option<u32>,
    report: &Report,
) -> anyhow::Result<bool> {
    let mut p = Player::new(story, province, server, pages, report)?;
    report.title(&story.story, &story.name);
    let began = Instant::now();
    for (i, step) in story.steps.iter().enumerate() {
        p.step(i, step).await.with_context(|| format!("第 {} 步 {} {}", i + 1, step.at, step.act))?;
    }
    p.verify(began).await
}

/// Plays a story up to an act and lets somebody look at what arrived; returns how long the look
/// (with its acceptance check) took, in milliseconds.
pub async fn play_and_look(
    story: &Story,
    province: &Province,
    server: &str,
    looker: &str,
    report: &Report,
) -> anyhow::Result<u128> {
    let mut p = Player::new(story, province, server, None, report)?;
    for (i, step) in story.steps.iter().enumerate() {
        p.step(i, step).await.with_context(|| format!("第 {} 步 {} {}", i + 1, step.at, step.act))?;
    }
    p.client.sign_in(looker, PASSWORD).await?;
    let began = Instant::now();
    let file = p.file_of(looker).await?.ok_or_else(|| anyhow!("收文单位没有收到案件"))?;
    p.client.get(looker, &format!("/api/files/{file}")).await?;
    Ok(began.elapsed().as_millis())
}

pub struct Player<'a> {
    story: &'a Story,
    province: &'a Province,
    client: Client,
    report: &'a Report,
    matter: Option<String>,
    processes: Value,
    documents: Value,
    made: u64,
    pages: u32,
    wanted: u32,
    numbers: BTreeMap<String, u32>,
    run: String,
}

impl<'a> Player<'a> {
    /// Someone who plays, against a server.
    pub fn new(
        story: &'a Story,
        province: &'a Province,
        server: &str,
        pages: Option<u32>,
        report: &'a Report,
    ) -> anyhow::Result<Self> {
        Ok(Self {
            story,
            province,
            client: Client::new(server)?,
            report,
            matter: None,
            processes: Value::Null,
            documents: Value::Null,
            made: 0,
            pages: 0,
            wanted: pages.unwrap_or(story.pages),
            numbers: BTreeMap::new(),
            run: format!("{:x}", jiff::Timestamp::now().as_nanosecond()),
        })
    }

    async fn step(&mut self, index: usize, step: &Step) -> anyhow::Result<()> {
        let (process, action) = step.act.split_once('.').ok_or_else(|| anyhow!("“{}”应写作 流程.动作", step.act))?;
        let login = self.login_of(step).await?;
        self.client.sign_in(&login, PASSWORD).await?;
        self.set_clock(&login, &step.at).await?;
        if self.documents.is_null() {
            let library = self.client.get(&login, "/api/library").await?;
            self.documents = library["documents"].clone();
            self.processes = library["processes"]
                .as_array()
                .into_iter()
                .flatten()
                .filter_map(|p| Some((p["id"].as_str()?.to_owned(), p.clone())))
                .collect::<Map<_, _>>()
                .into();
        }
        let file = self.file_of(&login).await?;
        let view = match &file {
            Some(f) => Some(self.client.get(&login, &format!("/api/files/{f}?reveal=true")).await?),
            None => None,
        };
        let instance = view.as_ref().and_then(|v| instance_of(v, process));
        let materials = self.materials(index, step, &login, view.as_ref()).await?;
        let (pages, bytes) = weight(&materials);
        let input =
            self.input(step, view.as_ref(), instance.as_deref(), materials.into_iter().map(|m| m.entry).collect())?;
        let (path, body) = match (&file, &instance) {
            (None, _) => ("/api/files".to_owned(), json!({"process": process, "input": input})),
            (Some(f), Some(i)) => (format!("/api/files/{f}/instances/{i}/actions/{action}"), json!({"input": input})),
            (Some(f), None) => (format!("/api/files/{f}/processes"), json!({"process": process, "input": input})),
        };
        let key = format!("{}-{}-{index}", self.run, self.story.story);
        let began = Instant::now();
        let answer = self.client.call(&login, Method::POST, &path, Some(&body), Some(&key)).await?;
        let ms = began.elapsed().as_millis();
        if !step.refused.is_empty() {
            return self.refused(step, &login, &answer.body, answer.status.is_success());
        }
        if !answer.status.is_success() {
            bail!("{}：{} {}", step.act, answer.status, problem(&answer.body));
        }
        let mut answer = answer.body;
        if self.matter.is_none() {
            self.matter = answer["matter"].as_str().map(str::to_owned);
        }
        self.print_act(step, &login, process, action, &answer, ms, pages, bytes);
        let file = answer["file"].as_str().unwrap_or_default().to_owned();
        let mut pressed = began;
        for approver in &step.approve {
            pressed = Instant::now();
            answer = self.approve(&file, step, approver).await?;
        }
        if answer["proposed"] == true && step.approve.is_empty() {
            bail!("{} 须经审批，剧本没有写明由谁审批", step.act);
        }
        self.follow_messages(step, &login, &file, &answer, pressed).await
    }

    /// The sign-in name of who acts.
    async fn login_of(&mut self, step: &Step) -> anyhow::Result<String> {
        let Some(role) = step.who.strip_prefix('@') else { return Ok(step.who.clone()) };
        let unit = step.unit.as_deref().ok_or_else(|| anyhow!("“{}”须写明 unit", step.who))?;
        // Whoever of the unit holds the role and may see the file has it in hand.
        for u in self.province.users.iter().filter(|u| u.unit == unit && u.roles.iter().any(|r| r == role)) {
            self.client.sign_in(&u.login, PASSWORD).await?;
            if self.file_of(&u.login).await?.is_some() {
                return Ok(u.login.clone());
            }
        }
        bail!("{unit} 没有人以“{role}”承办本案")
    }

    async fn set_clock(&self, login: &str, at: &str) -> anyhow::Result<()> {
        let at: DateTime = at.replace(' ', "T").parse().with_context(|| format!("时间“{at}”"))?;
        let body = json!({"at": time::moment(at).to_string()});
        let a = self.client.call(login, Method::PUT, "/api/clock", Some(&body), None).await?;
        if !a.status.is_success() {
            bail!("设置业务时间：{}", problem(&a.body));
        }
        Ok(())
    }

    async fn file_of(&self, login: &str) -> anyhow::Result<Option<String>> {
        let Some(m) = &self.matter else { return Ok(None) };
        let list = self.client.get(login, &format!("/api/files?matter={m}")).await?;
        Ok(list["items"][0]["id"].as_str().map(str::to_owned))
    }

    fn input(
        &self,
        step: &Step,
        view: Option<&Value>,
        instance: Option<&str>,
        materials: Vec<Value>,
    ) -> anyhow::Result<Value> {
        let mut input = Map::new();
        if !step.case.is_empty() {
            input.insert("case".into(), json!(step.case));
        }
        if !step.person.is_empty() {
            match view.and_then(subject_of) {
                Some(s) if instance.is_some() || view.is_some() => {
                    input.insert("subjects".into(), json!({s: step.person}));
                }
                _ => {
                    input.insert("new_subjects".into(), json!([step.person]));
                }
            }
        }
        if !materials.is_empty() {
            input.insert("materials".into(), Value::Array(materials));
        }
        if let Some(a) = &step.assign {
            input.insert("assign".into(), a.clone());
        }
        if let Some(r) = &step.reason {
            input.insert("reason".into(), json!(r));
        }
        Ok(Value::Object(input))
    }

    async fn materials(
        &mut self,
        index: usize,
        step: &Step,
        login: &str,
        view: Option<&Value>,
    ) -> anyhow::Result<Vec<Made>> {
        let mut out = Vec::new();
        for (n, spec) in step.files.iter().enumerate() {
            let spec = spec.full();
            self.report.progress(&format!("{} 制作并上传材料 {}/{}：{}", step.act, n + 1, step.files.len(), spec.kind));
            out.push(self.material(index * 100 + n, step, &spec, login, view).await?);
        }
        self.report.done();
        Ok(out)
    }

    async fn material(
        &mut self,
        n: usize,
        step: &Step,
        spec: &FullSpec,
        login: &str,
        view: Option<&Value>,
    ) -> anyhow::Result<Made> {
        let def = self.documents[&spec.kind].clone();
        if def.is_null() {
            bail!("规则库没有文书种类“{}”", spec.kind);
        }
        let unit = self.province.user(login).map(|u| u.unit.clone()).unwrap_or_default();
        let at: DateTime = step.at.replace(' ', "T").parse()?;
        let number = self.number(&unit, &def["numbered"], view)?;
        let name = def["name"].as_str().unwrap_or(&spec.kind).to_owned();
        let order = self.sized(n, step, spec, &unit, at, number.as_deref(), &name);
        let made = tokio::task::spawn_blocking(move || casework::make(&order)).await??;
        self.pages += made.pages;
        let bytes = made.bytes.len() as u64;
        let content = self.client.upload(login, &made.file_name, made.bytes).await?;
        self.made += 1;
        let mut says = json!({});
        let subject = view.and_then(subject_of);
        for f in def["says"].as_array().into_iter().flatten().filter_map(Value::as_str) {
            let Some((card, field)) = f.split_once('.') else { continue };
            let known = spec.says.get(f).cloned().or_else(|| {
                let given = if card == "case" { step.case.get(field) } else { step.person.get(field) };
                given.cloned().or_else(|| {
                    let v = view?;
                    let s = &v["situation"];
                    let found = if card == "case" {
                        &s["case"][field]
                    } else {
                        &s["subjects"][subject.as_deref()?]["fields"][field]
                    };
                    (!found.is_null()).then(|| found.clone())
                })
            });
            let Some(value) = known else { continue };
            if card == "case" {
                says["case"][field] = value;
            } else if let Some(s) = &subject {
                says["subjects"][s][field] = value;
            }
        }
        let mut entry = json!({
            "kind": spec.kind,
            "sm3": content["sm3"],
            "date": at.date().to_string(),
            "responsible": self.province.unit_name(&unit),
            "says": says,
        });
        if let Some(t) = &spec.title {
            entry["title"] = json!(t);
        }
        if let Some(x) = &number {
            entry["number"] = json!(x);
        }
        if let Some((from, to)) = spec.listed {
            entry["listed"] = json!([from, to]);
        }
        if let Some(what) = &spec.corrects {
            let old = view
                .and_then(|v| v["situation"]["materials"].as_array())
                .and_then(|a| {
                    a.iter().rev().find(|m| {
                        (m["kind"] == what.as_str() || m["title"] == what.as_str()) && m["corrected_by"].is_null()
                    })
                })
                .ok_or_else(|| anyhow!("卷宗里没有可以更正的“{what}”"))?;
            entry["corrects"] = old["id"].clone();
        }
        Ok(Made { entry, pages: content["pages"].as_u64().unwrap_or(0), bytes })
    }

    /// The order, with the pages that the story is short of.
    #[allow(clippy::too_many_arguments)]
    fn sized(
        &self,
        n: usize,
        step: &Step,
        spec: &FullSpec,
        unit: &str,
        at: DateTime,
        number: Option<&str>,
        name: &str,
    ) -> Order {
        let mut order = self.order(n, step, spec, unit, at, number, name);
        if spec.fills {
            order.pages = order.pages.max(self.wanted.saturating_sub(self.pages));
        }
        order
    }

    /// Makes a paper of an act.
    ///
    /// # Errors
    /// Where its form lacks a value.
    #[allow(clippy::too_many_arguments)]
    pub fn make(
        &mut self,
        n: usize,
        step: &Step,
        spec: &FullSpec,
        unit: &str,
        at: DateTime,
        number: Option<&str>,
        name: &str,
    ) -> anyhow::Result<casework::Made> {
        let made = casework::make(&self.sized(n, step, spec, unit, at, number, name))?;
        self.pages += made.pages;
        Ok(made)
    }

    /// The number of a document, where its kind has one. A court's documents bear the number that
    /// the court gave the case.
    pub fn number(&mut self, unit: &str, grammars: &Value, view: Option<&Value>) -> anyhow::Result<Option<String>> {
        let Some(grammar) = grammars.as_array().and_then(|g| g.first()) else { return Ok(None) };
        if grammar == "court" {
            let issued = view.and_then(|v| v["situation"]["case"]["court_no"].as_str());
            return issued.map(|n| Some(n.to_owned())).ok_or_else(|| anyhow!("本案还没有法院案号"));
        }
        let prefix = self.story.numbers.get(unit).map_or("协", String::as_str);
        let n = self.numbers.entry(unit.to_owned()).or_insert(0);
        *n += 1;
        Ok(Some(format!("{prefix}〔2026〕{}号", *n)))
    }

    #[allow(clippy::too_many_arguments)]
    fn order(
        &self,
        n: usize,
        step: &Step,
        spec: &FullSpec,
        unit: &str,
        at: DateTime,
        number: Option<&str>,
        name: &str,
    ) -> Order {
        let form = spec
            .form
            .clone()
            .or_else(|| self.story.forms.get(&spec.kind).cloned())
            .unwrap_or_else(|| if known_form(&spec.kind) { spec.kind.clone() } else { "generic".into() });
        let title = spec.title.clone().unwrap_or_else(|| name.to_owned());
        let mut values = self.story.values.clone();
        values.insert("unit".into(), self.province.unit_name(unit).to_owned());
        values.insert("date".into(), time::date_cn(at.date()));
        values.insert("document.number".into(), number.map_or_else(|| format!("协〔2026〕{}号", n + 1), str::to_owned));
        values.extend(step.values.clone());
        values.extend(spec.values.clone());
        if form.split(':').next() == Some("generic") {
            let printed = ["unit", "date", "document.number", "body", "suspect.name", "case.number"];
            values.retain(|k, _| printed.contains(&k.as_str()));
            values.entry("body".into()).or_insert_with(|| format!("本件为{title}，由经办人员依法制作，附卷备查。"));
        }
        let defects = spec
            .defects
            .iter()
            .filter_map(|(k, page)| match k.as_str() {
                "blurred" => Some(Defect::BlurredPage(*page)),
                "upside_down" => Some(Defect::UpsideDownPage(*page)),
                "blank" => Some(Defect::BlankPage(*page)),
                "low_resolution" => Some(Defect::LowResolutionPage(*page)),
                _ => None,
            })
            .collect();
        Order {
            form,
            kind: spec.kind.clone(),
            title,
            pages: spec.pages,
            values,
            seed: self.story.seed + n as u64,
            dpi: self.story.dpi,
            defects,
        }
    }

    async fn approve(&mut self, file: &str, step: &Step, approver: &str) -> anyhow::Result<Value> {
        self.client.sign_in(approver, PASSWORD).await?;
        let view = self.client.get(approver, &format!("/api/files/{file}")).await?;
        let (instance, proposal) = view["situation"]["instances"]
            .as_array()
            .into_iter()
            .flatten()
            .flat_map(|i| i["proposals"].as_array().into_iter().flatten().map(move |p| (i, p)))
            .find(|(_, p)| p["open"] == true)
            .map(|(i, p)| (i["id"].clone(), p["id"].clone()))
            .ok_or_else(|| anyhow!("没有待审批的事项"))?;
        let path = format!(
            "/api/files/{file}/instances/{}/proposals/{}/opinions",
            instance.as_str().unwrap_or_default(),
            proposal.as_str().unwrap_or_default()
        );
        let began = Instant::now();
        let a = self
            .client
            .call(approver, Method::POST, &path, Some(&json!({"agrees": true, "text": "同意"})), None)
            .await?;
        let ms = began.elapsed().as_millis();
        if !a.status.is_success() {
            bail!("{approver} 审批：{} {}", a.status, problem(&a.body));
        }
        let who = self.person(approver);
        let (process, action) = step.act.split_once('.').unwrap_or_default();
        let basis = texts(&self.processes[process]["actions"][action]["basis"]);
        self.report.line(
            &format!("{:>16}  {who}  审批同意{}  {ms} ms", "", cited(&basis)),
            &json!({"type": "approval", "at": step.at, "who": approver, "act": step.act, "basis": basis, "ms": ms as u64}),
        );
        Ok(a.body)
    }

    async fn follow_messages(
        &self,
        step: &Step,
        login: &str,
        file: &str,
        answer: &Value,
        pressed: Instant,
    ) -> anyhow::Result<()> {
        for m in answer["messages"].as_array().into_iter().flatten() {
            let id = m["id"].as_str().unwrap_or_default();
            let sent = self.client.get(login, &format!("/api/files/{file}/messages/{id}?wait=30")).await?;
            // From the press of the button (the last approval) to the receipt.
            let ms = pressed.elapsed().as_millis();
            let receipt =
                sent["technical"]["number"].as_str().ok_or_else(|| anyhow!("“{}”三十秒内没有送达", m["name"]))?;
            if sent["technical"]["answer"] != "received" {
                bail!("“{}”被收文单位退回", m["name"]);
            }
            let to = self.province.unit_name(m["to"].as_str().unwrap_or_default());
            let (pages, bytes) = (m["pages"].as_u64().unwrap_or(0), m["bytes"].as_u64().unwrap_or(0));
            let basis = texts(&m["basis"]);
            self.report.line(
                &format!(
                    "{:>16}  → {} → {to}{}{}  回执 {receipt}  {ms} ms",
                    "",
                    m["name"].as_str().unwrap_or_default(),
                    cited(&basis),
                    if bytes > 0 { format!("  {pages} 页 {}", size(bytes)) } else { String::new() },
                ),
                &json!({"type": "handover", "at": step.at, "who": login, "message": m["kind"], "name": m["name"], "basis": basis,
                    "to": m["to"], "pages": pages, "bytes": bytes, "receipt": receipt, "ms": ms as u64}),
            );
        }
        Ok(())
    }

    fn refused(&self, step: &Step, login: &str, body: &Value, done: bool) -> anyhow::Result<()> {
        if done {
            bail!("{} 本应被拒绝，却办成了", step.act);
        }
        let found: Vec<&str> =
            body["reasons"].as_array().into_iter().flatten().filter_map(|r| r["requirement"].as_str()).collect();
        for want in &step.refused {
            if !found.contains(&want.as_str()) {
                bail!("{} 应因“{want}”被拒绝，实际：{}", step.act, problem(body));
            }
        }
        let who = self.person(login);
        let (process, action) = step.act.split_once('.').unwrap_or_default();
        let name = self.processes[process]["actions"][action]["name"].as_str().unwrap_or(&step.act);
        self.report.line(
            &format!("{:>16}  {who}  {name} 不能办理，共 {} 项：", &step.at[5..], found.len()),
            &json!({"type": "refusal", "at": step.at, "who": login, "act": step.act, "reasons": body["reasons"]}),
        );
        for r in body["reasons"].as_array().into_iter().flatten() {
            let basis = texts(&r["basis"]);
            self.report.line(
                &format!(
                    "{:>16}    · [{}] {}（{}）",
                    "",
                    r["code"].as_str().unwrap_or("--"),
                    r["text"].as_str().unwrap_or_default(),
                    basis.join("；")
                ),
                &json!({"type": "fault", "fault": r}),
            );
        }
        Ok(())
    }

    #[allow(clippy::too_many_arguments)]
    fn print_act(
        &self,
        step: &Step,
        login: &str,
        process: &str,
        action: &str,
        answer: &Value,
        ms: u128,
        pages: u64,
        bytes: u64,
    ) {
        let name = self.processes[process]["actions"][action]["name"].as_str().unwrap_or(action);
        let basis = texts(&self.processes[process]["actions"][action]["basis"]);
        let who = self.person(login);
        let mut text = format!("{:>16}  {who}  {name}", &step.at[5..]);
        if let Some(n) = answer["number"].as_str() {
            text.push_str(&format!("  {n}"));
        }
        text.push_str(&cited(&basis));
        if bytes > 0 {
            text.push_str(&format!("  入卷 {pages} 页 {}", size(bytes)));
        }
        text.push_str(&format!("  {ms} ms"));
        self.report.line(
            &text,
            &json!({"type": "act", "at": step.at, "who": login, "act": step.act, "name": name, "basis": basis,
                "file": answer["file"], "version": answer["version"], "number": answer["number"], "proposed": answer["proposed"],
                "ms": ms as u64, "pages": pages, "bytes": bytes}),
        );
    }

    fn person(&self, login: &str) -> String {
        self.province
            .user(login)
            .map_or_else(|| login.to_owned(), |u| format!("{}（{}）", u.name, self.province.unit_name(&u.unit)))
    }

    async fn verify(&mut self, began: Instant) -> anyhow::Result<bool> {
        let auditor = self
            .province
            .users
            .iter()
            .find(|u| u.roles.iter().any(|r| r == "auditor"))
            .map(|u| u.login.clone())
            .ok_or_else(|| anyhow!("虚构省份没有审计人员"))?;
        self.client.sign_in(&auditor, PASSWORD).await?;
        // Others may work on the same server: what they left undone is no fault of this story.
        let matter = self.matter.as_deref().unwrap_or_default();
        let began_verifying = Instant::now();
        let path = format!("/api/verification?deadlines=true&matter={matter}");
        let asked = self.client.get(&auditor, &path);
        tokio::pin!(asked);
        let mut second = tokio::time::interval(Duration::from_secs(1));
        let v = loop {
            tokio::select! {
                v = &mut asked => break v?,
                _ = second.tick() => {
                    let seconds = began_verifying.elapsed().as_secs();
                    self.report.progress(&format!("核验：重算摘要、核对事件链、对账、重建状态（{seconds} 秒）"));
                }
            }
        };
        self.report.done();
        let n = |k: &str| v[k].as_u64().unwrap_or(0);
        let empty = Vec::new();
        let defects = v["defects"].as_array().unwrap_or(&empty);
        self.report.line(
            &format!(
                "\n核验：文件 {} 份 {}，摘要全部重算；事件 {} 个，链和承诺全部重算；{} 个案件由事件重建；发文 {}、收文 {} 对账；期限 {} 个。用时 {:.1} 秒，材料 {} 件 {} 页。",
                n("contents"), size(n("bytes")), n("events"), n("rebuilt"), n("sent"), n("received"), n("deadlines"),
                began.elapsed().as_secs_f64(), self.made, self.pages
            ),
            &json!({"type": "verification", "result": v, "seconds": began.elapsed().as_secs(), "materials": self.made, "pages": self.pages}),
        );
        for d in defects {
            self.report.line(
                &format!(
                    "  ✗ [{}] {} {}",
                    d["kind"].as_str().unwrap_or_default(),
                    d["place"].as_str().unwrap_or_default(),
                    d["text"].as_str().unwrap_or_default()
                ),
                &json!({"type": "defect", "defect": d}),
            );
        }
        if defects.is_empty() {
            self.report.line("全部一致：没有丢失，没有改动，没有逾期。", &json!({"type": "result", "good": true}));
        } else {
            self.report.line(&format!("发现 {} 处不一致。", defects.len()), &json!({"type": "result", "good": false}));
        }
        Ok(defects.is_empty())
    }
}

struct Made {
    entry: Value,
    pages: u64,
    bytes: u64,
}

fn weight(made: &[Made]) -> (u64, u64) {
    (made.iter().map(|m| m.pages).sum(), made.iter().map(|m| m.bytes).sum())
}

/// The latest instance of a process.
fn instance_of(view: &Value, process: &str) -> Option<String> {
    view["situation"]["instances"]
        .as_array()?
        .iter()
        .rev()
        .find(|i| i["process"] == process)
        .and_then(|i| i["id"].as_str())
        .map(str::to_owned)
}

/// The first subject of a file.
fn subject_of(view: &Value) -> Option<String> {
    view["situation"]["subjects"].as_object()?.keys().next().cloned()
}

fn known_form(kind: &str) -> bool {
    casework::forms().iter().any(|f| f.id == kind)
}

/// The texts of a list.
fn texts(list: &Value) -> Vec<&str> {
    list.as_array().into_iter().flatten().filter_map(Value::as_str).collect()
}

/// A legal basis as a line shows it: short names of statutes, each once.
fn cited(basis: &[&str]) -> String {
    let mut out = String::new();
    let mut last = "";
    for b in basis {
        let (statute, article) = b.split_at(b.find('》').map_or(0, |at| at + '》'.len_utf8()));
        let name = if statute == last { "" } else { statute };
        out.push_str(if out.is_empty() { "  " } else { "、" });
        out.push_str(&name.replace("《中华人民共和国", "《"));
        out.push_str(article);
        last = statute;
    }
    out
}
