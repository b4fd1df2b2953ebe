//! 退回的事项：未获同意的呈请，被退回补正或者不予受理的移送。

use std::sync::Arc;

use axum::extract::State;
use law::time::Moment;
use procedure::situation::Proposal;
use serde::Serialize;
use store::rows::ReturnedRow;
use utoipa::ToSchema;

use crate::App;
use crate::problem::Answer;
use crate::signed::Signed;

/// Most rows of one answer.
const MOST: u32 = 200;

/// Something that came back and was not done again.
#[derive(Serialize, ToSchema)]
pub struct Returned {
    /// The file.
    file: String,
    /// Title of the file.
    title: String,
    /// The instance.
    instance: String,
    /// What came back: the act proposed, or the hand-over.
    what: String,
    /// Why: the opinion, or the first fault.
    text: String,
    /// Number of faults; 0 for an opinion.
    faults: u32,
    /// The act that was proposed, for a proposal.
    action: Option<String>,
    /// The proposal that came back for correction: what was given with it can be taken up again.
    proposal: Option<String>,
    /// Whether the proposal was not agreed to (不同意) and is over.
    refused: bool,
    /// When.
    #[schema(value_type = String, format = DateTime)]
    at: Moment,
}

/// What came back, as far as one answer goes.
#[derive(Serialize, ToSchema)]
pub struct ReturnedList {
    /// How many there are.
    total: u64,
    /// Those of this answer, the latest first.
    items: Vec<Returned>,
}

/// 查看退回的事项
///
/// 本人待办所在案件中，本人呈请未获同意、移送被退回而没有重新办理的；最新的在前，最多 200 项。
#[utoipa::path(get, path = "/api/returned", tag = "待办和期限", operation_id = "list_returned", responses((status = 200, description = "退回的事项", body = ReturnedList)))]
pub async fn list(State(app): State<Arc<App>>, signed: Signed) -> Answer<axum::Json<ReturnedList>> {
    let who = &signed.who;
    let roles: Vec<String> = who.person.roles.iter().cloned().collect();
    let filter = app.filters.view(&app.door, who)?;
    let mine = (who.user.id.as_str(), who.user.unit.as_str(), roles.as_slice());
    let (total, rows) = app.door.store().returned(&filter, app.door.now(), mine, MOST).await?;
    let mut items = Vec::with_capacity(rows.len());
    for (title, r) in rows {
        let proposal = if r.user.is_some() { proposal(&app, &r).await? } else { None };
        let refused = proposal.as_ref().and_then(|p| p.opinions.last()).is_some_and(|o| o.refuses);
        items.push(Returned {
            title,
            action: proposal.as_ref().map(|p| p.action.to_string()),
            proposal: proposal.map(|p| p.id).filter(|_| !refused),
            refused,
            file: r.file,
            instance: r.instance,
            what: r.what,
            text: r.text,
            faults: r.faults,
            at: r.at,
        });
    }
    Ok(axum::Json(ReturnedList { total, items }))
}

/// The proposal of which a row tells.
async fn proposal(app: &App, row: &ReturnedRow) -> Answer<Option<Proposal>> {
    let Some(state) = app.door.store().state(&row.file).await? else { return Ok(None) };
    let Some(i) = state.situation.instances.into_iter().find(|i| i.id == row.instance) else { return Ok(None) };
    let told = |p: &Proposal| {
        row.user.as_ref() == Some(&p.by)
            && p.opinions.last().is_some_and(|o| !o.agrees && o.at == row.at && o.text == row.text)
    };
    Ok(i.proposals.into_iter().rfind(told))
}
