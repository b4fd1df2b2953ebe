//! One act of a story, put together word by word and then done, proposed or refused.

use std::collections::BTreeMap;

use case::{Asker, AssignTo, Command, How, Input, Measured, NewMaterial, Refusal};
use procedure::engine::offers;
use procedure::model::{Action, FieldRef, Grammar, Id};
use procedure::situation::{Card, Says};
use seal::{Digest, Sha256};
use serde_json::{Value, json};

use super::{Story, asker};

/// A document or piece of evidence to file.
#[derive(Debug, Clone, Default)]
pub struct Paper {
    kind: String,
    says: Vec<(String, Value)>,
    corrects: Option<String>,
    listed: Option<(u32, u32)>,
    unreadable: bool,
    volume: Option<String>,
    about: Vec<String>,
    text: Option<String>,
}
impl Paper {
    pub fn of(kind: &str) -> Self {
        Self { kind: kind.into(), ..Self::default() }
    }
    /// Its index entry says this about a field, whatever the card says.
    pub fn says(mut self, field: &str, value: impl Into<Value>) -> Self {
        self.says.push((field.into(), value.into()));
        self
    }
    pub fn corrects(mut self, material: &str) -> Self {
        self.corrects = Some(material.into());
        self
    }
    /// The pages that the clerk's catalogue gives it.
    pub fn listed(mut self, from: u32, to: u32) -> Self {
        self.listed = Some((from, to));
        self
    }
    pub fn unreadable(mut self) -> Self {
        self.unreadable = true;
        self
    }
    pub fn into_volume(mut self, volume: &str) -> Self {
        self.volume = Some(volume.into());
        self
    }
    pub fn about(mut self, subject: &str) -> Self {
        self.about.push(subject.into());
        self
    }
    pub fn text(mut self, text: &str) -> Self {
        self.text = Some(text.into());
        self
    }
}

/// A last change to what goes with an act.
type Edit = Box<dyn FnOnce(&mut Input)>;

/// An act under way.
pub struct Act<'s> {
    story: &'s mut Story,
    asker: Asker,
    process: Id,
    action: Id,
    instance: Option<String>,
    subjects: Vec<String>,
    case: Card,
    person: Card,
    papers: Vec<Paper>,
    without: Vec<String>,
    input: Input,
    helpful: bool,
    edits: Vec<Edit>,
}

impl<'s> Act<'s> {
    pub(super) fn new(story: &'s mut Story, unit: &str, role: &str, process: &str, action: &str) -> Self {
        Self {
            story,
            asker: asker(unit, role),
            process: process.into(),
            action: action.into(),
            instance: None,
            subjects: Vec::new(),
            case: Card::new(),
            person: Card::new(),
            papers: Vec::new(),
            without: Vec::new(),
            input: Input::default(),
            helpful: true,
            edits: Vec::new(),
        }
    }

    /// Another person who holds the role.
    pub fn by_user(mut self, user: &str) -> Self {
        self.asker.user = user.into();
        self
    }
    /// In an older instance of the process.
    pub fn in_instance(mut self, instance: &str) -> Self {
        self.instance = Some(instance.into());
        self
    }
    /// For these subjects only.
    pub fn for_subjects(mut self, subjects: &[&str]) -> Self {
        self.subjects = subjects.iter().map(|s| (*s).to_owned()).collect();
        self
    }
    /// Fills fields of the case card.
    pub fn case(mut self, fields: Value) -> Self {
        self.case.extend(card(fields));
        self
    }
    /// Fills fields of the subject's card; of a new subject where the act opens the process.
    pub fn person(mut self, fields: Value) -> Self {
        self.person.extend(card(fields));
        self
    }
    /// Names a further subject.
    pub fn new_person(mut self, fields: Value) -> Self {
        self.input.new_subjects.push(card(fields));
        self
    }
    /// Files a material, or says more about one that the act issues.
    pub fn file(mut self, paper: Paper) -> Self {
        self.papers.push(paper);
        self
    }
    /// Files materials of these kinds.
    pub fn files(mut self, kinds: &[&str]) -> Self {
        self.papers.extend(kinds.iter().map(|k| Paper::of(k)));
        self
    }
    /// Leaves out a document that the act should issue.
    pub fn without(mut self, kind: &str) -> Self {
        self.without.push(kind.into());
        self
    }
    pub fn because(mut self, reason: &str) -> Self {
        self.input.reason = Some(reason.into());
        self
    }
    pub fn towards(mut self, agency: &str, unit: &str) -> Self {
        self.input.to_units.insert(agency.into(), unit.into());
        self
    }
    pub fn assigned(mut self, how: How, user: Option<&str>) -> Self {
        self.input.assign = Some(AssignTo { how, user: user.map(str::to_owned) });
        self
    }

    /// No reason and no assignment are given by themselves.
    pub fn bare(mut self) -> Self {
        self.helpful = false;
        self
    }
    /// Changes what goes with the act in the end.
    pub fn edit(mut self, edit: impl FnOnce(&mut Input) + 'static) -> Self {
        self.edits.push(Box::new(edit));
        self
    }

    /// Asks for it and gets it; every approver agrees, every message is carried.
    pub fn done(self) {
        let (story, unit, instance) = self.proposed();
        story.approves(&unit, &instance);
    }

    /// Asks for it and gets it, or gets a proposal; nobody approves yet.
    pub fn proposed(self) -> (&'s mut Story, String, String) {
        let name = format!("{} {}.{}", self.asker.unit, self.process, self.action);
        let (story, asker, command) = self.command();
        let foretold = story.rehearses(&asker, &command);
        let decided = story.decides(&asker, &command).unwrap_or_else(|e| panic!("{name} is refused: {e:#?}"));
        let instance = decided.instance.clone().unwrap();
        if let Some(foretold) = foretold {
            assert_eq!(foretold.reasons, [], "{name}");
            story.foretold.extend(foretold.going);
        }
        story.records(&asker, decided);
        (story, asker.unit, instance)
    }

    /// Asks for it and is refused.
    pub fn refused(self) -> Refusal {
        let name = format!("{} {}.{}", self.asker.unit, self.process, self.action);
        let (story, asker, command) = self.command();
        match story.decides(&asker, &command) {
            Ok(_) => panic!("{name} is not refused"),
            Err(refusal) => refusal,
        }
    }

    /// The command as it would be given. A reason and an assignment are given by themselves where
    /// the action asks for them.
    pub fn command(mut self) -> (&'s mut Story, Asker, Command) {
        let unit = self.asker.unit.clone();
        let library = self.story.library.clone();
        let def = library.processes.get(&self.process).and_then(|p| p.actions.get(&self.action)).cloned();
        let opens = def.as_ref().is_some_and(|d| d.from.is_empty());
        if let Some(d) = &def {
            let mut issued: Vec<Paper> = d
                .issue
                .iter()
                .filter(|k| !self.without.iter().any(|w| w == k.as_str()))
                .filter(|k| !self.papers.iter().any(|p| p.kind == k.as_str()))
                .map(|k| Paper::of(k.as_str()))
                .collect();
            issued.append(&mut self.papers);
            self.papers = issued;
            if self.helpful {
                self.help(d, &unit);
            }
        }
        let papers = std::mem::take(&mut self.papers);
        let mut input = std::mem::take(&mut self.input);
        input.materials = papers.iter().enumerate().map(|(i, p)| self.material(&unit, i, p, opens)).collect();
        input.case = self.case;
        if opens {
            if !self.person.is_empty() {
                input.new_subjects.push(self.person);
            }
        } else if !self.person.is_empty() {
            let who = self.subjects.first().cloned().unwrap_or_else(|| self.story.subject(&unit));
            input.subjects.insert(who, self.person);
        }
        for edit in self.edits {
            edit(&mut input);
        }
        let command = if opens {
            Command::Open { process: self.process, subjects: self.subjects, input }
        } else {
            let instance =
                self.instance.unwrap_or_else(|| self.story.instance(&unit, self.process.as_str()).id.clone());
            Command::Act { instance, action: self.action, subjects: self.subjects, input }
        };
        (self.story, self.asker, command)
    }

    fn help(&mut self, def: &Action, unit: &str) {
        self.ordinary(def, unit);
        if def.reason && self.input.reason.is_none() {
            self.input.reason = Some("依法办理".into());
        }
        if let (Some(a), None) = (&def.assign, &self.input.assign) {
            self.input.assign = Some(AssignTo { how: How::Turn, user: Some(format!("{}@{unit}", a.role)) });
        }
    }

    /// What the police fill in on every case card, where a requirement of the act asks for it and
    /// nobody has.
    fn ordinary(&mut self, def: &Action, unit: &str) {
        let asked = self.story.library.processes[&self.process].requirements.iter();
        let asked = asked.filter(|r| r.at.contains(&self.action)).flat_map(|r| r.need.wanted());
        let officers = ["case.lead_officer", "case.second_officer"].map(|f| f.parse::<FieldRef>().unwrap());
        let fields: Vec<FieldRef> =
            asked.chain(&officers).filter(|f| f.card.as_str() == "case" && def.form.contains(f)).cloned().collect();
        let today = self.story.today();
        let ordinary = json!({"name": "甲案", "lead_officer": "邵砺锋", "second_officer": "卫知远", "category": "public", "source": "found",
            "accepted_at": format!("{today}T08:30:00+08:00"), "filed_on": today, "filing_no": "篱公立字〔2026〕1号",
            "jurisdiction": "place", "acted_to": "2026-03-01T22:00:00+08:00", "place_region": "970123",
            "place": "东篱县采菊路", "summary": "经侦查，事实清楚", "joint": false, "suspects_count": 1,
            "juvenile": "none", "foreign": false, "sensitive": ["none"], "major": false, "civil": "none",
            "police_no": "A9701230000002026030001", "amount": 0, "recovered": 0, "deaths": 0, "serious_injuries": 0,
            "minor_injuries": 0, "intervened": false, "suggested_procedure": "ordinary"});
        for f in fields {
            let known = self.case.contains_key(&f.field) || self.story.state(unit).situation.field(&f, None).is_some();
            if let Some(v) = ordinary.get(f.field.as_str()).filter(|_| !known) {
                self.case.insert(f.field.clone(), v.clone());
            }
        }
        self.ordinary_persons(def, unit);
    }

    /// The same for the cards of those whom the act is about.
    fn ordinary_persons(&mut self, def: &Action, unit: &str) {
        let library = self.story.library.clone();
        let process = &library.processes[&self.process];
        let asked = process.requirements.iter().filter(|r| r.at.contains(&self.action));
        let fields: Vec<&FieldRef> = asked
            .flat_map(|r| r.need.wanted())
            .filter(|f| f.card.as_str() == "person" && def.form.contains(f))
            .collect();
        let state = self.story.state(unit);
        let instance = state.situation.instances.iter().rev().find(|i| match &self.instance {
            Some(id) => &i.id == id,
            None => i.process == self.process,
        });
        let Some(instance) = instance.filter(|_| !def.from.is_empty()) else { return };
        let who = if self.subjects.is_empty() {
            offers::eligible(&library, process, &self.action, def, instance, &state.situation)
        } else {
            self.subjects.clone()
        };
        let first = self.subjects.first().cloned().unwrap_or_else(|| self.story.subject(unit));
        let ordinary = json!({"sex": "1", "special": ["none"], "arrival": "caught",
            "arrived_at": "2026-03-01T22:00:00+08:00", "circumstances": ["none"], "part": "sole", "form": "completed",
            "plea": "none", "nationality": "中国", "ethnic": "01", "education": "61", "occupation": "务工",
            "political": "13", "domicile": "东篱县", "residence": "东篱县", "workplace": "无", "phone": "无",
            "deputy": "none", "state_staff": false});
        for (s, f) in who.iter().flat_map(|s| fields.iter().map(move |f| (s, *f))) {
            let given = *s == first && self.person.contains_key(&f.field);
            let Some(v) = ordinary.get(f.field.as_str()).filter(|_| !given) else { continue };
            if state.situation.field(f, Some(s)).is_some() {
                continue;
            }
            if *s == first {
                self.person.insert(f.field.clone(), v.clone());
            } else {
                self.input.subjects.entry(s.clone()).or_default().insert(f.field.clone(), v.clone());
            }
        }
    }

    fn material(&mut self, unit: &str, position: usize, paper: &Paper, opens: bool) -> NewMaterial {
        let state = self.story.state(unit);
        let s = &state.situation;
        let def = self.story.library.documents.get(paper.kind.as_str()).cloned();
        let who = if opens { None } else { self.subjects.first().or_else(|| s.subjects.keys().next()).cloned() };
        let overrides: BTreeMap<String, Value> = paper.says.iter().cloned().collect();
        let mut says = Says::default();
        for f in def.iter().flat_map(|d| &d.says) {
            let given = overrides.get(&f.to_string()).cloned();
            let value = given.or_else(|| self.known(f, who.as_deref(), unit));
            let Some(value) = value.filter(|v| !v.is_null()) else { continue };
            if f.card.as_str() == "case" {
                says.case.insert(f.field.clone(), value);
            } else if let Some(p) = &who {
                says.subjects.entry(p.clone()).or_default().insert(f.field.clone(), value);
            }
        }
        let content = format!("{unit} {} {} {position}", paper.kind, s.materials.len());
        let sm3 = Digest::of(content.as_bytes());
        if paper.unreadable {
            self.story.contents.unreadable.insert(sm3, (1, "第1页图像模糊，请重新扫描".into()));
        }
        if let Some(t) = &paper.text {
            self.story.contents.texts.insert(sm3, t.clone());
        }
        NewMaterial {
            kind: paper.kind.as_str().into(),
            sm3,
            title: None,
            number: def.and_then(|d| d.numbered.first().copied()).map(number),
            date: None,
            responsible: None,
            volume: paper.volume.as_deref().map(Id::from),
            listed: paper.listed,
            about: paper.about.clone(),
            says,
            corrects: paper.corrects.clone(),
            measured: Some(Measured {
                sha256: Sha256::of(content.as_bytes()),
                bytes: u64::try_from(content.len()).unwrap(),
                media: "application/pdf".into(),
                pages: 1,
            }),
        }
    }

    /// What the form or the card says of a field.
    fn known(&self, f: &FieldRef, who: Option<&str>, unit: &str) -> Option<Value> {
        let form = if f.card.as_str() == "case" { &self.case } else { &self.person };
        form.get(&f.field).cloned().or_else(|| self.story.state(unit).situation.field(f, who).cloned())
    }
}

fn card(fields: Value) -> Card {
    let Value::Object(m) = fields else { panic!("fields are an object") };
    m.into_iter().map(|(k, v)| (Id::new(k), v)).collect()
}

/// A number such as a document of this grammar bears.
fn number(grammar: Grammar) -> String {
    match grammar {
        Grammar::Court => "（2026）云0123刑初1号".into(),
        _ => "篱文〔2026〕1号".into(),
    }
}
