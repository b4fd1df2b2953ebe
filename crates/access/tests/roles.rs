//! The policies name the roles of `library/roles.yaml` and treat them as that file says they work.

mod common;

use std::collections::{BTreeMap, BTreeSet};

use access::{Deed, Person, Policies, Row};

/// Named by a policy before the library of roles has it.
const EXPECTED: [&str; 1] = ["sealed_reader"];

/// What `library/roles.yaml` says of a role.
struct Role {
    /// `works: unit`; otherwise it works on what is assigned to it.
    unit: bool,
    /// The first kind of unit it belongs to; none if it is found in every kind.
    agency: Option<String>,
}

/// One role a line, `  id: {name: …, agency: […], works: …}`, under `roles:`.
fn roles() -> BTreeMap<String, Role> {
    include_str!("../../../library/roles.yaml")
        .lines()
        .skip_while(|line| *line != "roles:")
        .skip(1)
        .take_while(|line| line.is_empty() || line.starts_with([' ', '#']))
        .filter_map(|line| line.strip_prefix("  ")?.split_once(": {"))
        .filter(|(id, _)| !id.starts_with([' ', '#']))
        .map(|(id, says)| {
            let agency =
                says.split_once("agency: [").and_then(|(_, rest)| rest.split([',', ']']).next()).map(str::to_owned);
            let unit = says.contains("works: unit");
            assert!(unit || says.contains("works: assigned"), "{id}: {says}");
            (id.to_owned(), Role { unit, agency })
        })
        .collect()
}

#[test]
fn policies_name_only_roles_that_exist() {
    let known = roles();
    assert!(known.len() > 20, "only {} roles were read", known.len());
    let policies = common::shipped();
    let unknown: Vec<_> = policies
        .roles()
        .iter()
        .filter(|role| !known.contains_key(*role) && !EXPECTED.contains(&role.as_str()))
        .collect();
    assert!(unknown.is_empty(), "not in library/roles.yaml: {unknown:?}");
}

#[test]
fn a_role_is_found_on_either_side() {
    let text = "@id(\"a\") @name(\"甲\") @who(\"乙\")\npermit (principal, action, resource)\n\
                when { principal.roles.contains(\"x\") || [\"y\", \"z\"].containsAny(principal.roles) };\n";
    let files = BTreeMap::from([("x.cedar".to_owned(), text.to_owned())]);
    let policies = Policies::parse(&files).unwrap();
    assert_eq!(policies.roles().iter().collect::<Vec<_>>(), ["x", "y", "z"]);
}

/// A role that works for the whole unit opens every file of the unit; one that works on assigned files opens none
/// that is not its own. Roles found in every kind of unit (administration, audit, supervision) handle no files.
#[test]
fn a_role_opens_what_it_works_on() {
    let policies = common::shipped();
    let mut wrong = Vec::new();
    for (id, role) in roles() {
        let Some(agency) = role.agency else { continue };
        let person = Person {
            id: "me".into(),
            unit: "U1".into(),
            unit_path: vec!["U1".into()],
            agency,
            roles: BTreeSet::from([id.clone()]),
            clearance: 0,
            acting_for: BTreeSet::new(),
        };
        let mut row = Row {
            id: "F1".into(),
            unit: "U1".into(),
            unit_path: vec!["U1".into()],
            handlers: BTreeSet::from(["other".into()]),
            removed: BTreeSet::new(),
            grants: BTreeSet::new(),
            grade: 0,
            sealed: false,
            closed: false,
        };
        for deed in [Deed::View, Deed::Act, Deed::ReadDossier] {
            if policies.decide(&person, deed, &row).is_allowed() != role.unit {
                wrong.push(format!("{id} {}", deed.id()));
            }
        }
        row.unit = "U2".into();
        row.unit_path = vec!["U2".into()];
        if policies.decide(&person, Deed::View, &row).is_allowed() {
            wrong.push(format!("{id} sees another unit's file"));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}
