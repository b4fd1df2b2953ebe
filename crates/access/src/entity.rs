//! A person and a row as Cedar entities, built in code: reading them from JSON would cost more than deciding.

use std::collections::BTreeMap;
use std::str::FromStr;

use cedar_policy::{Entity, EntityId, EntityTypeName, EntityUid, ParseErrors, RestrictedExpression};

use crate::{Deed, Person, Row};

/// Names parsed once.
#[derive(Debug, Clone)]
pub struct Names {
    person: EntityTypeName,
    pub row: EntityTypeName,
    deeds: BTreeMap<Deed, EntityUid>,
}

impl Names {
    pub fn new() -> Result<Self, Box<ParseErrors>> {
        let action = EntityTypeName::from_str("Action")?;
        let deed = |deed: Deed| (deed, EntityUid::from_type_name_and_id(action.clone(), EntityId::new(deed.id())));
        Ok(Self {
            person: EntityTypeName::from_str("Person")?,
            row: EntityTypeName::from_str("Row")?,
            deeds: Deed::ALL.into_iter().map(deed).collect(),
        })
    }

    pub fn deed(&self, deed: Deed) -> Option<EntityUid> {
        self.deeds.get(&deed).cloned()
    }

    pub fn person(&self, person: &Person) -> Result<Entity, String> {
        let hands = person.acting_for.iter().chain([&person.id]);
        entity(
            &self.person,
            &person.id,
            [
                ("id", string(&person.id)),
                ("unit", string(&person.unit)),
                ("units", strings(&person.unit_path)),
                ("agency", string(&person.agency)),
                ("roles", strings(&person.roles)),
                ("clearance", RestrictedExpression::new_long(person.clearance.into())),
                ("hands", strings(hands)),
            ],
        )
    }

    pub fn row(&self, row: &Row) -> Result<Entity, String> {
        entity(
            &self.row,
            &row.id,
            [
                ("unit", string(&row.unit)),
                ("units", strings(&row.unit_path)),
                ("handlers", strings(row.handlers.difference(&row.removed))),
                ("removed", strings(&row.removed)),
                ("grants", strings(&row.grants)),
                ("grade", RestrictedExpression::new_long(row.grade.into())),
                ("sealed", RestrictedExpression::new_bool(row.sealed)),
                ("closed", RestrictedExpression::new_bool(row.closed)),
            ],
        )
    }
}

fn entity<const N: usize>(
    kind: &EntityTypeName,
    id: &str,
    attributes: [(&str, RestrictedExpression); N],
) -> Result<Entity, String> {
    let uid = EntityUid::from_type_name_and_id(kind.clone(), EntityId::new(id));
    let attributes = attributes.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
    Entity::new(uid, attributes, Default::default()).map_err(|fault| fault.to_string())
}

fn string(value: &str) -> RestrictedExpression {
    RestrictedExpression::new_string(value.to_owned())
}

fn strings<'a>(values: impl IntoIterator<Item = &'a String>) -> RestrictedExpression {
    RestrictedExpression::new_set(values.into_iter().map(|value| string(value)))
}
