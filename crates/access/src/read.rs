//! Reading policy files: every fault at once, each with its place.

use std::collections::{BTreeMap, BTreeSet};
use std::str::FromStr;

use cedar_policy::pst::{
    self, ActionConstraint, BinaryOp, Clause, Expr, Literal, PrincipalConstraint, ResourceConstraint, Var,
};
use cedar_policy::{Policy, PolicyId, PolicySet, Schema, ValidationMode, Validator};
use miette::Diagnostic;

use crate::{Deed, Rule, translate};

/// What is wrong with a policy, and where.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, thiserror::Error)]
#[error("{file}:{line}:{column}: {text}")]
pub struct PolicyFault {
    /// The file as named by the caller.
    pub file: String,
    /// From 1.
    pub line: usize,
    /// In characters, from 1.
    pub column: usize,
    /// What is wrong, in Chinese; what Cedar itself reports is quoted.
    pub text: String,
}

impl PolicyFault {
    pub(crate) fn at_start(file: &str, text: String) -> Self {
        Self { file: file.to_owned(), line: 1, column: 1, text }
    }
}

/// What was read.
#[derive(Default)]
pub struct Library {
    pub set: PolicySet,
    pub rules: Vec<Rule>,
    pub roles: BTreeSet<String>,
}

/// Reads the files and checks what stands in them.
pub fn read(files: &BTreeMap<String, String>, schema: &Schema) -> Result<Library, Vec<PolicyFault>> {
    let mut library = Library::default();
    let mut faults = Vec::new();
    for (file, text) in files {
        match PolicySet::from_str(text) {
            Ok(set) => read_file(&mut library, &mut faults, file, text, &set),
            Err(errors) => faults.extend(errors.iter().map(|error| quoted(file, text, error))),
        }
    }
    let validated = Validator::new(schema.clone()).validate(&library.set, ValidationMode::Strict);
    let errors = validated.validation_errors().map(|fault| (fault.policy_id(), fault as &dyn Diagnostic));
    let warnings = validated.validation_warnings().map(|fault| (fault.policy_id(), fault as &dyn Diagnostic));
    for (policy, fault) in errors.chain(warnings) {
        let rule = library.rules.iter().find(|rule| policy.to_string() == rule.id);
        let file = rule.map_or("", |rule| rule.file.as_str());
        faults.push(quoted(file, files.get(file).map_or("", String::as_str), fault));
    }
    faults.sort();
    faults.dedup();
    if faults.is_empty() { Ok(library) } else { Err(faults) }
}

fn read_file(library: &mut Library, faults: &mut Vec<PolicyFault>, file: &str, text: &str, set: &PolicySet) {
    if set.templates().next().is_some() {
        faults.push(PolicyFault::at_start(file, "不支持带占位符（?principal、?resource）的策略模板".to_owned()));
    }
    let heads = heads(text);
    let mut policies: Vec<_> = set.policies().collect();
    // Cedar numbers the policies of a text "policy0", "policy1", ...
    policies.sort_by_key(|policy| {
        let id = policy.id().to_string();
        (id.len(), id)
    });
    for (number, policy) in policies.into_iter().enumerate() {
        let line = heads.get(number).copied().unwrap_or(1);
        let mut fault = |text: String| faults.push(PolicyFault { file: file.to_owned(), line, column: 1, text });
        let Some((rule, roles)) = rule(policy, file, line, &mut fault) else {
            continue;
        };
        if library.set.add(policy.new_id(PolicyId::new(&rule.id))).is_err() {
            fault(format!("策略编号 {} 重复", rule.id));
        }
        library.rules.push(rule);
        library.roles.extend(roles);
    }
}

/// The policy as people speak of it and the roles it names. What is wrong with it goes to `fault`; without an
/// id there is nothing to go on with.
fn rule(policy: &Policy, file: &str, line: usize, fault: &mut impl FnMut(String)) -> Option<(Rule, BTreeSet<String>)> {
    let policy = match policy.to_pst() {
        Ok(policy) => policy,
        Err(error) => {
            fault(format!("策略结构不受支持：{error}"));
            return None;
        }
    };
    let body = policy.body();
    let permits = matches!(body.effect, pst::Effect::Permit);
    let mut annotation = |key: &str| {
        let value = body.annotations.get(key).map(|value| value.trim().to_owned()).unwrap_or_default();
        if value.is_empty() {
            fault(format!("策略缺少 @{key}(\"…\") 标注"));
        }
        value
    };
    let id = annotation("id");
    let name = annotation("name");
    let says = annotation(if permits { "who" } else { "reason" });
    if !id.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-') {
        fault(format!("策略编号 {id} 只能由小写字母、数字和连字符组成"));
    }
    if !matches!(body.principal, PrincipalConstraint::Any) || !matches!(body.resource, ResourceConstraint::Any) {
        fault("策略头部只能写 (principal, action …, resource)，对人员和案件的条件写在 when 或 unless 中".to_owned());
    }
    let mut roles = BTreeSet::new();
    for clause in body.clauses() {
        let (Clause::When(expr) | Clause::Unless(expr)) = clause;
        if let Err(error) = translate::check(expr) {
            fault(format!("条件不能转换为列表筛选：{}", error.0));
        }
        roles.extend(roles_named(expr));
    }
    let rule = Rule { id, name, permits, says, deeds: deeds(&body.action), file: file.to_owned(), line };
    (!rule.id.is_empty()).then_some((rule, roles))
}

fn deeds(action: &ActionConstraint) -> BTreeSet<Deed> {
    match action {
        ActionConstraint::Any => Deed::ALL.into_iter().collect(),
        ActionConstraint::Eq(deed) => Deed::of(&deed.eid).into_iter().collect(),
        ActionConstraint::In(deeds) => deeds.iter().filter_map(|deed| Deed::of(&deed.eid)).collect(),
    }
}

/// The literals compared with `principal.roles`.
fn roles_named(expr: &Expr) -> BTreeSet<String> {
    let speaks = |part: &Expr| translate::attribute(part, &Var::Principal) == Some("roles");
    let found = |part: &Expr| match part {
        Expr::BinaryOp { op: BinaryOp::Contains | BinaryOp::ContainsAny | BinaryOp::ContainsAll, left, right } => {
            match (speaks(left), speaks(right)) {
                (true, _) => Some(strings(right)),
                (_, true) => Some(strings(left)),
                _ => None,
            }
        }
        _ => None,
    };
    expr.reduce(&found, &|a, b| a.into_iter().chain(b).collect(), BTreeSet::new())
}

fn strings(expr: &Expr) -> BTreeSet<String> {
    match expr {
        Expr::Literal(Literal::String(value)) => BTreeSet::from([value.to_string()]),
        Expr::Set(items) => items.iter().flat_map(|item| strings(item)).collect(),
        _ => BTreeSet::new(),
    }
}

/// The lines on which policies begin: Cedar's public syntax tree keeps no places. A policy's first word stands at the
/// head of a line.
fn heads(text: &str) -> Vec<usize> {
    let head = |line: &str| line.starts_with("permit") || line.starts_with("forbid");
    text.lines().zip(1..).filter(|(line, _)| head(line.trim_start())).map(|(_, number)| number).collect()
}

/// What Cedar reports, with its place.
fn quoted(file: &str, text: &str, error: &dyn Diagnostic) -> PolicyFault {
    let offset = error.labels().and_then(|mut labels| labels.next()).map_or(0, |label| label.offset());
    let before = text.get(..offset).unwrap_or_default();
    let (line, column) = (before.matches('\n').count(), before.rsplit('\n').next().unwrap_or_default().chars().count());
    PolicyFault { file: file.to_owned(), line: line + 1, column: column + 1, text: format!("Cedar 报告：{error}") }
}
