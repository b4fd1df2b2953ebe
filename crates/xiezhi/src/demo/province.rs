//! The invented province: divisions, units, people.

use std::path::Path;

use law::time::Moment;
use procedure::Library;
use serde::Deserialize;
use store::Repository;
use store::rows::{RoleRow, UnitRow, UserRow};

use crate::units::{self, User};

/// The password of every account of a demonstration; printed when it starts.
pub const PASSWORD: &str = "dongli-2026";

/// What `examples/province/province.yaml` holds.
#[derive(Debug, Deserialize)]
pub struct Province {
    /// Invented divisions.
    pub regions: Vec<Region>,
    /// Units.
    pub units: Vec<UnitRow>,
    /// People.
    pub users: Vec<User>,
}

/// A division.
#[derive(Debug, Deserialize)]
pub struct Region {
    /// Six digits.
    pub code: String,
    /// Chinese name.
    pub name: String,
}

impl Province {
    /// Reads it.
    pub fn read(examples: &Path) -> anyhow::Result<Self> {
        crate::files::yaml(&examples.join("province/province.yaml"))
    }

    /// A person by sign-in name.
    pub fn user(&self, login: &str) -> Option<&User> {
        self.users.iter().find(|u| u.login == login)
    }

    /// A unit's name.
    pub fn unit_name<'a>(&'a self, id: &'a str) -> &'a str {
        self.units.iter().find(|u| u.id == id).map_or(id, |u| u.name.as_str())
    }

    /// Brings units and people into a store where they are missing.
    pub async fn settle(&self, store: &dyn Repository) -> anyhow::Result<()> {
        units::bring(store, &self.units).await?;
        let mut missing = Vec::new();
        for u in &self.users {
            if store.user_by_login(&u.login).await?.is_none() {
                missing.push(u);
            }
        }
        if missing.is_empty() {
            return Ok(());
        }
        // One hash serves every account: the password is the same and is printed.
        let password =
            tokio::task::spawn_blocking(|| server::hash_password(PASSWORD)).await?.map_err(anyhow::Error::msg)?;
        let from: Moment = "2020-01-01T00:00:00+08:00".parse()?;
        for u in missing {
            let id = format!("U-{}", u.login);
            store
                .put_user(
                    UserRow {
                        id: id.clone(),
                        login: u.login.clone(),
                        name: u.name.clone(),
                        unit: u.unit.clone(),
                        password: password.clone(),
                        clearance: u.clearance,
                        active: true,
                        temporary_until: None,
                    },
                    None,
                )
                .await?;
            for r in &u.roles {
                store
                    .put_role(RoleRow { user: id.clone(), unit: u.unit.clone(), role: r.clone(), from, to: None }, None)
                    .await?;
            }
        }
        Ok(())
    }

    /// Prints the accounts.
    pub fn announce(&self, library: &Library) {
        println!("演示账号（密码均为 {PASSWORD}）：");
        for u in &self.users {
            let roles: Vec<_> =
                u.roles.iter().filter_map(|r| library.roles.roles.get(r.as_str())).map(|r| r.name.as_str()).collect();
            println!("  {:<10}{}　{}　{}", u.login, u.name, self.unit_name(&u.unit), roles.join("、"));
        }
    }
}
