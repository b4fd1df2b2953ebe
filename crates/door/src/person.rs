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
    /// As the policies look at him: with the roles lent to him.
    pub person: Person,
    /// The roles that are his own.
    own: BTreeSet<String>,
    /// Roles lent to him, each with its lender.
    lent: Vec<(String, String)>,
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
        let own = held(store, &user.id, &user.unit, now).await?;
        let mut acting_for = BTreeSet::new();
        let mut lent = Vec::new();
        for d in store.delegations(&user.id, now).await? {
            if !d.roles.is_empty() {
                // What the lender himself no longer holds is lent no more.
                let theirs = held(store, &d.from_user, &user.unit, now).await?;
                lent.extend(d.roles.into_iter().filter(|r| theirs.contains(r)).map(|r| (r, d.from_user.clone())));
            }
            acting_for.insert(d.from_user);
        }
        let person = Person {
            id: user.id.clone(),
            unit: user.unit.clone(),
            unit_path: units.path(&user.unit),
            agency: units.get(&user.unit).map(|u| u.agency.clone()).unwrap_or_default(),
            roles: own.iter().cloned().chain(lent.iter().map(|(r, _)| r.clone())).collect(),
            clearance: user.clearance,
            acting_for,
        };
        Ok(Self { user, person, own, lent })
    }

    /// As the procedure looks at him.
    pub fn asker(&self) -> case::Asker {
        case::Asker {
            user: self.user.id.clone(),
            unit: self.user.unit.clone(),
            roles: self.own.iter().map(|r| Id::from(r.as_str())).collect(),
            acting_for: self.person.acting_for.iter().cloned().collect(),
            lent: self.lent.iter().map(|(r, from)| (Id::from(r.as_str()), from.clone())).collect(),
        }
    }
}

/// Roles that a user holds in a unit.
async fn held(
    store: &dyn Repository,
    user: &str,
    unit: &str,
    now: law::time::Moment,
) -> Result<BTreeSet<String>, DoorError> {
    Ok(store.roles(user, now).await?.into_iter().filter(|r| r.unit == unit).map(|r| r.role).collect())
}

/// A file as the policies look at it at a legal moment.
pub fn access_row(units: &UnitTable, f: &FileRow, now: law::time::Moment) -> access::Row {
    let with = |relation: &str| -> BTreeSet<String> {
        f.people.iter().filter(|(_, r)| r == relation).map(|(u, _)| u.clone()).collect()
    };
    access::Row {
        id: f.id.clone(),
        unit: f.unit.clone(),
        unit_path: units.path(&f.unit),
        handlers: with("handler"),
        removed: with("removed"),
        grants: f.grants.iter().filter(|g| g.from <= now && now < g.to).map(|g| g.user.clone()).collect(),
        grade: f.grade,
        sealed: f.sealed,
        closed: f.closed,
    }
}
