//! 一个案件走过的环节：每个流程、每个办理对象，先后到过哪些状态。

use std::collections::BTreeMap;
use std::sync::Arc;

use access::Deed;
use axum::extract::State;
use case::{Effect, Event};
use door::DoorError;
use law::time::Moment;
use serde::Serialize;
use utoipa::ToSchema;

use crate::App;
use crate::extract::Path;
use crate::problem::{Answer, Document};
use crate::signed::Signed;

/// The way of one subject through one instance.
#[derive(Serialize, ToSchema)]
pub struct TrackPath {
    /// The instance.
    instance: String,
    /// The process.
    process: String,
    /// The subject.
    subject: String,
    /// The states it came to, in order; the last is where it stands.
    steps: Vec<TrackStep>,
}

/// A state that was come to.
#[derive(Serialize, ToSchema)]
pub struct TrackStep {
    /// The state.
    state: String,
    /// When (legal time).
    #[schema(value_type = String, format = DateTime)]
    since: Moment,
}

/// 查看一个案件走过的环节
#[utoipa::path(
    get, path = "/api/files/{file}/tracks", tag = "案件", operation_id = "list_tracks", params(("file" = String, Path, description = "案件")),
    responses(
        (status = 200, description = "每个流程、每个办理对象先后到过的状态", body = Vec<TrackPath>),
        (status = 404, description = "没有这个案件，或者无权查看", body = Document, content_type = "application/problem+json"),
    )
)]
pub async fn list(
    State(app): State<Arc<App>>,
    signed: Signed,
    Path(file): Path<String>,
) -> Answer<axum::Json<Vec<TrackPath>>> {
    let door = &app.door;
    let row = door.store().file(&file).await?.ok_or(DoorError::Hidden)?;
    door.allowed(&signed.who, &row, Deed::View)?;
    let state = door.store().state(&file).await?.ok_or(DoorError::Hidden)?;
    let mut paths = ways(&door.store().events(&file).await?);
    let mut all = Vec::new();
    for i in &state.situation.instances {
        for (subject, track) in &i.tracks {
            let mut steps = paths.remove(&(i.id.clone(), subject.clone())).unwrap_or_default();
            // What was destroyed lawfully tells no more how it came there.
            if steps.last().is_none_or(|s| s.state != track.state.as_str()) {
                steps.push(TrackStep { state: track.state.to_string(), since: track.since });
            }
            all.push(TrackPath {
                instance: i.id.clone(),
                process: i.process.to_string(),
                subject: subject.clone(),
                steps,
            });
        }
    }
    Ok(axum::Json(all))
}

/// The states that events tell of, by instance and subject.
fn ways(events: &[Event]) -> BTreeMap<(String, String), Vec<TrackStep>> {
    let mut ways: BTreeMap<(String, String), Vec<TrackStep>> = BTreeMap::new();
    for e in events {
        let since = e.header.occurred_at;
        for effect in e.payload.iter().flat_map(|p| &p.effects) {
            match effect {
                Effect::InstanceOpened { instance, subjects, state, .. } => {
                    for s in subjects {
                        let step = TrackStep { state: state.to_string(), since };
                        ways.insert((instance.clone(), s.clone()), vec![step]);
                    }
                }
                Effect::TrackMoved { instance, subject, to } | Effect::TrackBegun { instance, subject, state: to } => {
                    let way = ways.entry((instance.clone(), subject.clone())).or_default();
                    // The opening act also says where its track begins.
                    if way.last().is_none_or(|s| s.state != to.as_str()) {
                        way.push(TrackStep { state: to.to_string(), since });
                    }
                }
                _ => {}
            }
        }
    }
    ways
}
