//! Cells of the list as people read them.

use std::collections::BTreeMap;

use door::Door;
use procedure::Library;
use procedure::model::{Field, FieldType};
use serde_json::{Value, json};
use store::rows::{FoundRow, ValueRow};

use super::field;
use crate::mask;
use crate::problem::Answer;

/// Writes cells; knows the names of the people it has met.
pub struct Cells<'a> {
    door: &'a Door,
    library: &'a Library,
    users: BTreeMap<String, String>,
}

impl<'a> Cells<'a> {
    /// For one list.
    pub fn new(door: &'a Door, library: &'a Library) -> Self {
        Self { door, library, users: BTreeMap::new() }
    }

    /// The Chinese name of a user.
    ///
    /// # Errors
    /// Storage.
    pub async fn user(&mut self, id: &str) -> Answer<String> {
        if let Some(name) = self.users.get(id) {
            return Ok(name.clone());
        }
        let name = self.door.store().user(id).await?.map_or_else(|| id.to_owned(), |u| u.name);
        self.users.insert(id.to_owned(), name.clone());
        Ok(name)
    }

    /// What each file has in each column, by file and field.
    ///
    /// # Errors
    /// Storage.
    pub async fn of(
        &mut self,
        rows: &[FoundRow],
        columns: &[String],
    ) -> Answer<BTreeMap<String, BTreeMap<String, String>>> {
        let ids: Vec<String> = rows.iter().map(|f| f.file.id.clone()).collect();
        let mut out: BTreeMap<String, BTreeMap<String, String>> = BTreeMap::new();
        for row in self.door.store().values(&ids, columns).await? {
            let shown = self.show(&row).await?;
            let cell = out.entry(row.file).or_default().entry(row.field).or_default();
            // Several persons, several values: each once.
            if !cell.split('、').any(|x| x == shown) {
                if !cell.is_empty() {
                    cell.push('、');
                }
                cell.push_str(&shown);
            }
        }
        Ok(out)
    }

    async fn show(&mut self, row: &ValueRow) -> Answer<String> {
        let Some((name, def)) = field(self.library, &row.field) else { return Ok(row.value.clone()) };
        match def.kind {
            FieldType::User => return self.user(&row.value).await,
            FieldType::Unit => {
                let units = self.door.units();
                return Ok(units.get(&row.value).map_or_else(|| row.value.clone(), |u| u.name.clone()));
            }
            // In tables days are compared with the eye.
            FieldType::Date => return Ok(row.value.clone()),
            FieldType::Moment => {
                let at = row.value.parse().map(|m| law::time::local(m).strftime("%Y-%m-%d %H:%M").to_string());
                return Ok(at.unwrap_or_else(|_| row.value.clone()));
            }
            _ => {}
        }
        let mut shown = Value::String(self.library.show(&name, &kept(def, row)));
        mask::value(&mut shown);
        Ok(shown.as_str().unwrap_or_default().to_owned())
    }
}

/// The value as the card holds it.
fn kept(def: &Field, row: &ValueRow) -> Value {
    match (def.kind, row.number) {
        (FieldType::Bool, Some(n)) => json!(n != 0),
        (FieldType::Int | FieldType::Fen, Some(n)) => json!(n),
        (FieldType::Enums, _) => json!([row.value]),
        _ => json!(row.value),
    }
}
