//! Who asks: built for each request from what is in force at the moment.

use std::collections::BTreeSet;

use access::Person;
use procedure::model::Id;
use store::Repository;
use store::rows::{FileRow, UserRow};

use crate::error::DoorError;
use crate::units::UnitTable;

/// A signed-in person, with the roles and delegations in force.
#[derive(Debug, Clone)]
pub struct Principal {
    /// The user.
    pub user: UserRow,
    /// As the policies look at him.
    pub person: Person,
}

impl Principal {
    /// Builds it; `now` is the legal moment, because roles and delegations are legal facts.
    ///
    /// # Errors
    /// Where storage fails.
    pub async fn load(
        store: &dyn Repository,
        units: &UnitTable,
        user: UserRow,
        now: law::time::Moment,
    ) -> Result<Self, DoorError> {
        let roles: BTreeSet<String> =
            store.roles(&user.id, now).await?.into_iter().filter(|r| r.unit == user.unit).map(|r| r.role).collect();
        let acting_for: BTreeSet<String> =
            store.delegations(&user.id, now).await?.into_iter().map(|d| d.from_user).collect();
        let person = Person {
            id: user.id.clone(),
            unit: user.unit.clone(),
            unit_path: units.path(&user.unit),
            agency: units.get(&user.unit).map(|u| u.agency.clone()).unwrap_or_default(),
            roles,
            clearance: user.clearance,
            acting_for,
        };
        Ok(Self { user, person })
    }

    /// As the procedure looks at him.
    pub fn asker(&self) -> case::Asker {
        case::Asker {
            user: self.user.id.clone(),
            unit: self.user.unit.clone(),
            roles: self.person.roles.iter().map(|r| Id::from(r.as_str())).collect(),
            acting_for: self.person.acting_for.iter().cloned().collect(),
        }
    }
}

/// A file as the policies look at it.
pub fn access_row(units: &UnitTable, f: &FileRow) -> access::Row {
    let with = |relation: &str| -> BTreeSet<String> {
        f.people.iter().filter(|(_, r)| r == relation).map(|(u, _)| u.clone()).collect()
    };
    access::Row {
        id: f.id.clone(),
        unit: f.unit.clone(),
        unit_path: units.path(&f.unit),
        handlers: with("handler"),
        removed: with("removed"),
        grants: with("grant"),
        grade: f.grade,
        sealed: f.sealed,
        closed: f.closed,
    }
}
