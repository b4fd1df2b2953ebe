//! States and views are folds of events: they can be made again at any time.

use case::FileState;

use crate::perform::{new_row, refresh_row};
use crate::views::project;
use crate::{Door, DoorError};

impl Door {
    /// Folds every file again and writes state, row and views; returns how many files.
    ///
    /// # Errors
    /// Storage.
    pub async fn rebuild(&self) -> Result<u64, DoorError> {
        let mut n = 0;
        for id in self.store().all_files().await? {
            let Some(row) = self.store().file(&id).await? else { continue };
            let mut state = FileState::empty(&row.id, &row.unit, &row.matter);
            for e in self.store().events(&id).await? {
                state.fold(&e);
            }
            self.fetch_libraries(&state).await?;
            let mut fresh = new_row(&state, row.updated_at);
            refresh_row(&mut fresh, &state, &self.library(), row.updated_at);
            let views = project(&state, &|d| self.pinned(d), self.now());
            self.store().replace_state(fresh, state, views).await?;
            n += 1;
        }
        Ok(n)
    }
}
