//! What is wrong with a policy is said at once, with its place; what a refusal says can be acted on.

mod common;

use std::collections::BTreeMap;

use access::sample::Sample;
use access::{Decision, Deed, Filter, Policies};

/// The faults of one policy with good annotations and this condition.
fn faults_of(condition: &str) -> Vec<String> {
    let policy = format!(
        "@id(\"a\")\n@name(\"甲\")\n@who(\"乙\")\npermit (principal, action, resource)\nwhen {{ {condition} }};\n"
    );
    faults_in(&policy)
}

fn faults_in(text: &str) -> Vec<String> {
    match Policies::parse(&BTreeMap::from([("x.cedar".to_owned(), text.to_owned())])) {
        Ok(_) => Vec::new(),
        Err(faults) => faults.iter().map(ToString::to_string).collect(),
    }
}

#[test]
fn conditions_that_translate() {
    for good in [
        "resource.sealed || !resource.closed",
        "2 >= resource.grade || resource.unit != \"U1\"",
        "principal.units.contains(resource.unit)",
        "resource.units.containsAny(principal.units)",
        "if resource.closed then principal.clearance > 1 else principal.roles.containsAll([\"a\", \"b\"])",
        "principal.hands.containsAny(resource.handlers)",
    ] {
        assert_eq!(faults_of(good), [""; 0], "{good}");
    }
}

#[test]
fn conditions_that_do_not_translate_are_refused() {
    for bad in [
        "resource.handlers == principal.hands",
        "resource.grade + 1 > principal.clearance",
        "principal.clearance + 1 > resource.grade",
        "resource.handlers.containsAll(principal.hands)",
        "resource.handlers.contains(resource.unit)",
        "resource.unit like \"U*\"",
        "resource.handlers.isEmpty()",
        "resource == Row::\"F1\"",
        "context == {}",
    ] {
        let faults = faults_of(bad);
        assert!(
            faults.iter().any(|fault| fault.starts_with("x.cedar:4:1: 条件不能转换为列表筛选：")),
            "{bad}: {faults:?}"
        );
    }
}

#[test]
fn types_are_checked_with_their_place() {
    let faults = faults_of("principal.clearence > 1");
    assert!(faults.iter().any(|fault| fault.starts_with("x.cedar:5:8: ") && fault.contains("clearence")), "{faults:?}");
    let faults = faults_of("resource.grade > \"1\"");
    assert!(!faults.is_empty(), "{faults:?}");
}

#[test]
fn every_fault_is_reported() {
    let faults = faults_in(
        "// 一\npermit (principal, action, resource);\n\n@id(\"B\") @name(\"乙\")\nforbid (principal == Person::\"x\", action, resource);\n",
    );
    let expected = [
        "x.cedar:2:1: 策略缺少 @id",
        "x.cedar:2:1: 策略缺少 @name",
        "x.cedar:2:1: 策略缺少 @who",
        "x.cedar:5:1: 策略编号 B",
        "x.cedar:5:1: 策略缺少 @reason",
        "x.cedar:5:1: 策略头部只能写",
    ];
    for start in expected {
        assert!(faults.iter().any(|fault| fault.starts_with(start)), "{start}: {faults:?}");
    }
}

#[test]
fn syntax_faults_have_a_place() {
    let faults = faults_in("permit (principal, action, resource)\nwhen { resource.sealed ;\n");
    assert!(faults[0].starts_with("x.cedar:2:24: "), "{faults:?}");
}

#[test]
fn an_id_is_used_once() {
    let one = "@id(\"a\") @name(\"甲\") @who(\"乙\")\npermit (principal, action, resource);\n";
    assert_eq!(faults_in(one), [""; 0]);
    assert_eq!(faults_in(&one.repeat(2)), ["x.cedar:4:1: 策略编号 a 重复"]);
}

#[test]
fn a_refusal_names_the_rule_and_who_may() {
    let policies = common::shipped();
    let mut sample = Sample::new(7);
    let (mut person, mut row) = (sample.person(&Default::default()), sample.row());
    person.agency = "court".into();
    (row.unit, row.unit_path) = (person.unit.clone(), person.unit_path.clone());
    row.handlers.insert(person.id.clone());
    row.removed.clear();
    (row.grade, row.sealed, row.closed) = (0, false, true);
    assert_eq!(
        policies.decide(&person, Deed::Act, &row),
        Decision::Forbidden { rule: Some("closed-is-locked".into()), reason: "案件已办结锁定".into() }
    );
    assert_eq!(
        policies.decide(&person, Deed::Assign, &row),
        Decision::Forbidden {
            rule: None,
            reason:
                "没有任何规则允许您分案。可以分案的是：本单位案件管理、立案、社区矫正接收、法律援助岗位，部门负责人和单位负责人"
                    .into()
        }
    );
    assert_eq!(policies.decide(&person, Deed::View, &row), Decision::Allowed { rule: "handler-handles".into() });
}

#[test]
fn a_deed_no_policy_speaks_of_is_denied() {
    let only_view =
        "@id(\"a\") @name(\"甲\") @who(\"乙\")\npermit (principal, action == Action::\"view\", resource);\n";
    let policies = Policies::parse(&BTreeMap::from([("x.cedar".to_owned(), only_view.to_owned())])).unwrap();
    let mut sample = Sample::new(3);
    let (person, row) = (sample.person(&Default::default()), sample.row());
    assert_eq!(policies.filter(&person, Deed::View), Ok(Filter::All));
    assert_eq!(policies.filter(&person, Deed::Act), Ok(Filter::Nothing));
    assert_eq!(
        policies.decide(&person, Deed::Act, &row),
        Decision::Forbidden {
            rule: None, reason: "没有任何规则允许您办理。可以办理的是：无".into()
        }
    );
}
