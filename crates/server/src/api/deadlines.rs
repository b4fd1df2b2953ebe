//! 一个案件的期限，及其由来：起算、基本期间、延长、中止、届满。

use std::sync::Arc;

use axum::extract::State;
use jiff::civil::Date;
use law::time::Moment;
use procedure::model::Expiry;
use serde::Serialize;
use utoipa::ToSchema;

use super::library::words;
use crate::App;
use crate::extract::Path;
use crate::problem::{Answer, Document};
use crate::signed::Signed;

/// A deadline of a case, with what its end is made of.
#[derive(Serialize, ToSchema)]
pub struct DeadlineSpan {
    /// The instance.
    instance: String,
    /// Chinese name of its process.
    process: String,
    /// The process.
    process_id: String,
    /// The subject.
    subject: String,
    /// The deadline.
    deadline: String,
    /// Chinese name.
    name: String,
    /// 羁押, 限制 or 办案.
    clock: &'static str,
    /// How long it is by the rule that applied when it started, in Chinese.
    length: String,
    /// Days taken off at the end (折抵).
    credit: u32,
    /// From when.
    #[schema(value_type = String, format = DateTime)]
    from: Moment,
    /// Its end without extensions and suspensions.
    #[schema(value_type = String, format = DateTime)]
    base_due: Moment,
    /// What lengthened it, in order.
    extensions: Vec<SpanExtension>,
    /// Days not counted.
    suspensions: Vec<SpanSuspension>,
    /// When it runs out.
    #[schema(value_type = String, format = DateTime)]
    due_at: Moment,
    /// The holiday from which its last day was moved.
    #[schema(value_type = Option<String>, format = Date)]
    shifted_from: Option<Date>,
    /// When it was ended.
    #[schema(value_type = Option<String>, format = DateTime)]
    ended_at: Option<Moment>,
    /// Running out is a breach, not the mere lapse of a right or term.
    breach: bool,
    /// The year's holiday notice is not out: to be computed again.
    provisional: bool,
    /// What follows when it is missed, in Chinese.
    missed: Option<String>,
    /// Legal source, in full Chinese.
    basis: Vec<String>,
}

/// What lengthened a deadline.
#[derive(Serialize, ToSchema)]
pub struct SpanExtension {
    /// By what, in Chinese.
    on: String,
    /// By how much, in Chinese.
    by: String,
    /// Its end after that.
    #[schema(value_type = String, format = DateTime)]
    due: Moment,
}

/// Days not counted in a deadline.
#[derive(Serialize, ToSchema)]
pub struct SpanSuspension {
    /// The first day.
    #[schema(value_type = String, format = Date)]
    from: Date,
    /// The day on which the counting went on; none while it lasts.
    #[schema(value_type = Option<String>, format = Date)]
    to: Option<Date>,
}

/// 查看一个案件的期限及其由来
#[utoipa::path(
    get, path = "/api/files/{file}/deadlines", tag = "案件", operation_id = "list_file_deadlines", params(("file" = String, Path, description = "案件")),
    responses(
        (status = 200, description = "期限，按起算先后排列", body = Vec<DeadlineSpan>),
        (status = 404, description = "没有这个案件，或者无权查看", body = Document, content_type = "application/problem+json"),
    )
)]
pub async fn list(
    State(app): State<Arc<App>>,
    signed: Signed,
    Path(file): Path<String>,
) -> Answer<axum::Json<Vec<DeadlineSpan>>> {
    let (state, spans) = app.door.spans(&signed.who, &file).await?;
    let mut all: Vec<DeadlineSpan> = spans.iter().filter_map(|s| shown(s, &state.situation.instances)).collect();
    all.sort_by_key(|s| s.from);
    Ok(axum::Json(all))
}

fn shown(s: &door::Span, instances: &[procedure::situation::Instance]) -> Option<DeadlineSpan> {
    let (library, run, r) = (&s.library, s.process(instances)?, &s.running);
    let def = run.deadlines.get(&r.deadline)?;
    let extensions = r.extended.iter().zip(&s.extended).map(|(e, due)| SpanExtension {
        // It is written as the trigger that the definition names.
        on: e.on.parse().map_or_else(|_| e.on.clone(), |t| words::trigger(library, run, &t)),
        by: words::length(&e.by),
        due: due.at,
    });
    Some(DeadlineSpan {
        instance: s.instance.clone(),
        process: run.name.clone(),
        process_id: run.process.to_string(),
        subject: r.subject.clone(),
        deadline: r.deadline.to_string(),
        name: def.name.clone(),
        clock: door::clock_name(r.clock),
        length: words::length(&r.length),
        credit: r.credit,
        from: r.from,
        base_due: s.base.at,
        extensions: extensions.collect(),
        suspensions: r.suspended.iter().map(|(from, to)| SpanSuspension { from: *from, to: *to }).collect(),
        due_at: s.due.at,
        shifted_from: s.due.shifted_from,
        ended_at: r.ended,
        breach: def.expiry == Expiry::Breach,
        provisional: s.due.provisional,
        missed: def.missed.clone(),
        basis: words::cite(library, &def.basis),
    })
}
