//! States and views are folds of events: they can be made again at any time.

use std::collections::BTreeMap;
use std::sync::Arc;

use access::Policies;
use case::{Event, FileState};
use procedure::Editions;
use serde_json::Value;
use store::Repository;
use store::content::Folder;
use store::rows::{ClockRow, FileRow, Views};

use crate::perform::{new_row, refresh_row};
use crate::views::project;
use crate::{Door, DoorError, real_now, unbundle};

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
            let events = self.store().events(&id).await?;
            events.iter().for_each(|e| state.fold(e));
            let (fresh, views) = self.derived(&state, &events).await?;
            self.store().replace_state(fresh, state, views).await?;
            n += 1;
        }
        Ok(n)
    }

    /// Makes states and views again where the schema has changed since they were written; returns
    /// how many files, none where nothing was to be done.
    ///
    /// # Errors
    /// Storage.
    pub async fn rebuild_if_stale(&self) -> Result<u64, DoorError> {
        if self.store().setting("rebuild").await? != Some(Value::Bool(true)) {
            return Ok(0);
        }
        let n = self.rebuild().await?;
        self.store().put_setting("rebuild", Value::Bool(false)).await?;
        Ok(n)
    }

    /// Opens the door on a store only to look at it: under the version of the library that the
    /// store names as active, whatever stands on disk, and with nobody who may do anything.
    ///
    /// # Errors
    /// Storage; a node on which nothing was ever done.
    pub async fn to_look(store: Arc<dyn Repository>, contents: Folder, demonstration: bool) -> Result<Self, DoorError> {
        let nothing = || DoorError::Internal("这个数据目录还没有办理过案件，没有可以核对的内容".into());
        let row = store.active_library().await?.ok_or_else(nothing)?;
        let files = unbundle(&row.bundle)?;
        let editions = tokio::task::spawn_blocking(move || Editions::kept(files))
            .await
            .map_err(|e| DoorError::Internal(e.to_string()))?
            .map_err(|f| DoorError::Internal(format!("规则库版本 {} 有 {} 处错误", row.digest, f.len())))?;
        let policies = Policies::parse(&BTreeMap::new())
            .map_err(|f| DoorError::Internal(format!("访问策略有 {} 处错误", f.len())))?;
        Self::open(store, contents, editions, policies, demonstration).await
    }

    /// Row and views of a file as they follow from its events: as of the last of them.
    pub(crate) async fn derived(&self, state: &FileState, events: &[Event]) -> Result<(FileRow, Views), DoorError> {
        self.fetch_libraries(state).await?;
        let last = events.last().map(|e| &e.header);
        let library = last.and_then(|h| self.pinned(&h.library)).unwrap_or_else(|| self.library());
        let at = last.map_or_else(real_now, |h| h.occurred_at);
        let mut fresh = new_row(state, at);
        refresh_row(&mut fresh, state, &library, at);
        Ok((fresh, project(state, &|d| self.pinned(d), at)))
    }
}

/// In which parts the stored row and views of a file differ from those that follow from its events.
/// What was already told of a deadline is no part of the state.
pub(crate) fn differing(row: &FileRow, views: &Views, fresh: &(FileRow, Views)) -> Vec<&'static str> {
    let untold =
        |v: &Views| -> Vec<ClockRow> { v.clocks.iter().map(|c| ClockRow { next_at: None, ..c.clone() }).collect() };
    let parts = [
        ("案件行", row == &fresh.0),
        ("办理轨迹", views.tracks == fresh.1.tracks),
        ("期限", untold(views) == untold(&fresh.1)),
        ("退回事项", views.returned == fresh.1.returned),
        ("待办", views.todos == fresh.1.todos),
        ("清单项", views.listed == fresh.1.listed),
        ("案卡项", views.values == fresh.1.values),
    ];
    parts.into_iter().filter(|(_, same)| !same).map(|(name, _)| name).collect()
}
