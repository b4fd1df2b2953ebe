//! Reading the policies, deciding by them, and turning them into filters.

use std::collections::{BTreeMap, BTreeSet};
use std::str::FromStr;

use cedar_policy::pst;
use cedar_policy::{
    Authorizer, Context, Entities, EntityUid, PartialEntities, PartialEntityUid, PartialRequest, PolicyId, PolicySet,
    Request, Schema,
};

use crate::entity::Names;
use crate::read::{self, PolicyFault};
use crate::translate;
use crate::{Deed, Filter, Person, Row};

/// The access policies in force: parsed, validated against the schema, and known to translate into filters.
#[derive(Debug, Clone)]
pub struct Policies {
    schema: Schema,
    /// Only the policies that speak of a deed are asked about it: most do not.
    sets: BTreeMap<Deed, PolicySet>,
    /// In the order of the files.
    rules: Vec<Rule>,
    roles: BTreeSet<String>,
    names: Names,
}

/// One policy as people speak of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule {
    /// `@id`.
    pub id: String,
    /// `@name`, in Chinese.
    pub name: String,
    /// Whether it permits; otherwise it forbids, and outweighs all that permit.
    pub permits: bool,
    /// What it says to people: of a permit `@who` may do it, of a forbid the `@reason`.
    pub says: String,
    /// The deeds it speaks of.
    pub deeds: BTreeSet<Deed>,
    /// The file it stands in.
    pub file: String,
    /// Its line there, from 1.
    pub line: usize,
}

/// The answer to "may this person do this with that row".
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Decision {
    /// Yes.
    Allowed {
        /// The id of a policy that permits it.
        rule: String,
    },
    /// The person may see the row but not do this with it: answer 403.
    Forbidden {
        /// The id of the policy that forbids it; none if merely nothing permits it.
        rule: Option<String>,
        /// Why, in Chinese, for the person.
        reason: String,
    },
    /// The person may not even know of the row: answer 404.
    Hidden,
}

impl Decision {
    /// Whether it is a yes.
    #[must_use]
    pub const fn is_allowed(&self) -> bool {
        matches!(self, Self::Allowed { .. })
    }
}

/// A filter could not be made. With policies that passed [`Policies::parse`] this is a fault of the program.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("策略 {rule} 不能转换为列表筛选条件：{text}")]
pub struct FilterError {
    /// The policy's id, or none if Cedar refused the question as a whole.
    pub rule: String,
    /// The part that does not translate, or what Cedar reports.
    pub text: String,
}

const SCHEMA: &str = include_str!("schema.cedarschema");

impl Policies {
    /// Reads policy files, keyed by name.
    ///
    /// Every policy needs `@id` (ASCII, unique) and `@name`; a `permit` needs `@who`, a `forbid` `@reason`.
    ///
    /// # Errors
    /// All faults at once: syntax, annotations, types (Cedar's strict validation), and conditions that would not
    /// translate into a [`Filter`].
    pub fn parse(files: &BTreeMap<String, String>) -> Result<Self, Vec<PolicyFault>> {
        let own = |fault: &dyn std::error::Error| vec![PolicyFault::at_start("schema.cedarschema", fault.to_string())];
        let schema = Schema::from_str(SCHEMA).map_err(|fault| own(&fault))?;
        let names = Names::new().map_err(|fault| own(&fault))?;
        let read::Library { set, rules, roles } = read::read(files, &schema)?;
        let mut sets: BTreeMap<Deed, PolicySet> = BTreeMap::new();
        for (rule, policy) in rules.iter().filter_map(|rule| Some((rule, set.policy(&PolicyId::new(&rule.id))?))) {
            for deed in &rule.deeds {
                sets.entry(*deed).or_default().add(policy.clone()).map_err(|fault| own(&fault))?;
            }
        }
        Ok(Self { schema, sets, rules, roles, names })
    }

    /// Every policy, in the order of the files.
    #[must_use]
    pub fn rules(&self) -> &[Rule] {
        &self.rules
    }

    /// The roles the policies name.
    #[must_use]
    pub const fn roles(&self) -> &BTreeSet<String> {
        &self.roles
    }

    /// Whether `person` may do `deed` with `row`, and if not, what to answer.
    #[must_use]
    pub fn decide(&self, person: &Person, deed: Deed, row: &Row) -> Decision {
        let (person, row) = (self.names.person(person), self.names.row(row));
        let (Ok(person), Ok(row)) = (person, row) else {
            return Decision::Hidden;
        };
        let (asker, asked) = (person.uid(), row.uid());
        let Ok(entities) = Entities::from_entities([person, row], None) else {
            return Decision::Hidden;
        };
        let ask = |deed| self.ask(&asker, deed, &asked, &entities);
        match ask(deed) {
            (true, rules) => Decision::Allowed { rule: rules.first().map_or_else(String::new, |rule| rule.id.clone()) },
            (false, forbids) if deed != Deed::View && ask(Deed::View).0 => self.forbidden(deed, &forbids),
            _ => Decision::Hidden,
        }
    }

    /// The rows with which `person` may do `deed`: those for which [`Self::decide`] answers [`Decision::Allowed`].
    ///
    /// Costs a good deal more than a decision; keep it for as long as person and policies stay the same.
    ///
    /// # Errors
    /// See [`FilterError`].
    pub fn filter(&self, person: &Person, deed: Deed) -> Result<Filter, FilterError> {
        let fault = |rule: &str, text: String| FilterError { rule: rule.to_owned(), text };
        let cedar = |text: String| fault("", text);
        let entity = self.names.person(person).map_err(cedar)?;
        let asker = entity.uid();
        let entities = Entities::from_entities([entity], None).map_err(|e| cedar(e.to_string()))?;
        let entities = PartialEntities::from_concrete(entities, &self.schema).map_err(|e| cedar(e.to_string()))?;
        let request = PartialRequest::new(
            PartialEntityUid::from_concrete(asker),
            self.names.deed(deed).ok_or_else(|| cedar(deed.id().to_owned()))?,
            PartialEntityUid::new(self.names.row.clone(), None),
            Some(Context::empty()),
            &self.schema,
        )
        .map_err(|e| cedar(e.to_string()))?;
        let Some(set) = self.sets.get(&deed) else {
            return Ok(Filter::Nothing);
        };
        let left = set.tpe(&request, &entities, &self.schema).map_err(|e| cedar(e.to_string()))?;

        let (mut permits, mut forbids) = (Vec::new(), Vec::new());
        for policy in left.policies() {
            let id = policy.id().to_string();
            let policy = policy.to_pst().map_err(|e| fault(&id, e.to_string()))?;
            let body = policy.body();
            let part = translate::clauses(body.clauses()).map_err(|e| fault(&id, e.0))?;
            match body.effect {
                pst::Effect::Permit => permits.push(part),
                pst::Effect::Forbid => forbids.push(Filter::negate(part)),
            }
        }
        Ok(Filter::and([Filter::or(permits), Filter::and(forbids)]))
    }

    /// Cedar's answer and the policies that brought it about. Whatever cannot be asked is denied.
    fn ask(&self, asker: &EntityUid, deed: Deed, asked: &EntityUid, entities: &Entities) -> (bool, Vec<&Rule>) {
        let (Some(set), Some(deed)) = (self.sets.get(&deed), self.names.deed(deed)) else {
            return (false, Vec::new());
        };
        let Ok(request) = Request::new(asker.clone(), deed, asked.clone(), Context::empty(), None) else {
            return (false, Vec::new());
        };
        let response = Authorizer::new().is_authorized(&request, set, entities);
        let because: BTreeSet<&str> = response.diagnostics().reason().map(AsRef::as_ref).collect();
        let rules = self.rules.iter().filter(|rule| because.contains(rule.id.as_str())).collect();
        (response.decision() == cedar_policy::Decision::Allow, rules)
    }

    fn forbidden(&self, deed: Deed, forbids: &[&Rule]) -> Decision {
        if let Some(first) = forbids.first() {
            let reasons: Vec<_> = forbids.iter().map(|rule| rule.says.as_str()).collect();
            return Decision::Forbidden { rule: Some(first.id.clone()), reason: reasons.join("；") };
        }
        let permits = self.rules.iter().filter(|rule| rule.permits && rule.deeds.contains(&deed));
        let who: Vec<_> = permits.map(|rule| rule.says.as_str()).collect();
        let who = if who.is_empty() { "无".to_owned() } else { who.join("；") };
        Decision::Forbidden {
            rule: None,
            reason: format!("没有任何规则允许您{}。可以{}的是：{who}", deed.name(), deed.name()),
        }
    }
}
