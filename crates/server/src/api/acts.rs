//! 立卷、启动流程、办理事项、审批。

use std::sync::Arc;

use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{AppendHeaders, IntoResponse};
use case::{Command, Input, Protection, Verdict};
use procedure::model::Id;
use serde::Deserialize;
use tracing::Instrument;
use utoipa::ToSchema;

use crate::App;
use crate::etag;
use crate::extract::{Json, Path};
use crate::problem::{Answer, Document, Problem};
use crate::schema;
use crate::signed::Signed;

/// A process to open.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"process": "GA01", "input": {
    "case": {"name": "林有恒盗窃案", "accepted_at": "2024-03-07T09:30:00+08:00"},
    "new_subjects": [{"name": "林有恒", "sex": "1"}],
    "materials": [{"kind": "W001", "sm3": "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0", "date": "2024-03-07"}]
}}))]
pub struct OpenProcess {
    /// The process.
    #[schema(value_type = String)]
    process: Id,
    /// The subjects that it is started for; all of its kind in the case where none are named.
    #[serde(default)]
    subjects: Vec<String>,
    /// What goes with it.
    #[serde(default)]
    #[schema(value_type = schema::Input)]
    input: Input,
}

/// An action.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"subjects": ["P1"], "input": {"reason": "事实清楚，证据确实、充分"}}))]
pub struct Act {
    /// The subjects; all for whom it may be done where none are named.
    #[serde(default)]
    subjects: Vec<String>,
    /// What goes with it.
    #[serde(default)]
    #[schema(value_type = schema::Input)]
    input: Input,
}

impl Act {
    /// The command that it asks for.
    pub fn command(self, instance: String, action: &str) -> Command {
        Command::Act { instance, action: Id::from(action), subjects: self.subjects, input: self.input }
    }
}

/// An opinion on a proposal.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"agrees": true, "text": "同意"}))]
pub struct GiveOpinion {
    /// Agrees, or not.
    agrees: bool,
    /// Does not agree for good (不同意), which ends the proposal. Without it, what is not agreed goes back to the
    /// proposer for correction (退回修改).
    #[serde(default)]
    refuses: bool,
    /// The opinion's words.
    #[serde(default)]
    text: String,
}

/// A change of the circle of those who may see a file.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"what": {"change": "grant", "user": "U-97-0031", "to": "2024-04-01T00:00:00+08:00"}, "reason": "辩护人申请阅卷，身份、手续已查验"}))]
pub struct Protect {
    /// What is changed.
    #[schema(value_type = schema::Protection)]
    what: Protection,
    /// Why.
    reason: String,
}

/// 立卷：启动流程，同时建立案件
///
/// 可带 Idempotency-Key：同一个键只办理一次，再次提交得到第一次的答复（already 为 true）。
#[utoipa::path(
    post, path = "/api/files", tag = "办理", operation_id = "open_file",
    params(("Idempotency-Key" = Option<String>, Header, description = "幂等键，200 字以内")),
    responses(
        (status = 201, description = "已立卷", body = schema::Done, headers(("Location" = String, description = "案件地址"), ("ETag" = String, description = "案件版本，如 \"v1\""))),
        (status = 403, description = "不是本人职责", body = Document, content_type = "application/problem+json"),
        (status = 422, description = "填写有误，或者不符合办理要求", body = Document, content_type = "application/problem+json"),
    )
)]
pub async fn open_file(
    State(app): State<Arc<App>>,
    signed: Signed,
    headers: HeaderMap,
    Json(body): Json<OpenProcess>,
) -> Answer<impl IntoResponse> {
    let command = Command::Open { process: body.process, subjects: body.subjects, input: body.input };
    let done = perform(&app, signed, &headers, None, command).await?;
    Ok((StatusCode::CREATED, done))
}

/// 在已有案件中启动另一个流程
#[utoipa::path(
    post, path = "/api/files/{file}/processes", tag = "办理", operation_id = "open_process",
    params(("file" = String, Path, description = "案件"), ("Idempotency-Key" = Option<String>, Header, description = "幂等键"), ("If-Match" = Option<String>, Header, description = "所见版本，如 \"v12\"")),
    responses(
        (status = 201, description = "已启动", body = schema::Done, headers(("Location" = String, description = "案件地址"), ("ETag" = String, description = "案件版本"))),
        (status = 404, description = "没有这个案件，或者无权查看", body = Document, content_type = "application/problem+json"),
        (status = 412, description = "案件已有更新", body = Document, content_type = "application/problem+json"),
        (status = 422, description = "填写有误，或者不符合办理要求", body = Document, content_type = "application/problem+json"),
    )
)]
pub async fn open_process(
    State(app): State<Arc<App>>,
    signed: Signed,
    Path(file): Path<String>,
    headers: HeaderMap,
    Json(body): Json<OpenProcess>,
) -> Answer<impl IntoResponse> {
    let command = Command::Open { process: body.process, subjects: body.subjects, input: body.input };
    let done = perform(&app, signed, &headers, Some(file), command).await?;
    Ok((StatusCode::CREATED, done))
}

/// 办理一个事项
///
/// 需要审批的事项先形成呈请（proposed 为 true），审批通过后才生效。
#[utoipa::path(
    post, path = "/api/files/{file}/instances/{instance}/actions/{action}", tag = "办理", operation_id = "act",
    params(("file" = String, Path, description = "案件"), ("instance" = String, Path, description = "流程实例，如 I1"), ("action" = String, Path, description = "事项"),
        ("Idempotency-Key" = Option<String>, Header, description = "幂等键"), ("If-Match" = Option<String>, Header, description = "所见版本，如 \"v12\"")),
    responses(
        (status = 200, description = "已办理，或者已呈请", body = schema::Done, headers(("ETag" = String, description = "案件版本"))),
        (status = 403, description = "不是本人职责，或者案件不在本人手中", body = Document, content_type = "application/problem+json"),
        (status = 404, description = "没有这个案件、流程或者事项", body = Document, content_type = "application/problem+json"),
        (status = 409, description = "不在这个环节，或者案件已锁定", body = Document, content_type = "application/problem+json"),
        (status = 412, description = "案件已有更新", body = Document, content_type = "application/problem+json"),
        (status = 422, description = "填写有误、不符合办理要求，或者没有可以送达的单位", body = Document, content_type = "application/problem+json"),
    )
)]
pub async fn act(
    State(app): State<Arc<App>>,
    signed: Signed,
    Path((file, instance, action)): Path<(String, String, String)>,
    headers: HeaderMap,
    Json(body): Json<Act>,
) -> Answer<impl IntoResponse> {
    let command = body.command(instance, &action);
    perform(&app, signed, &headers, Some(file), command).await
}

/// 对呈请给出审批意见
///
/// 同意；不同意，呈请即告终结；或者退回，由呈请人修改后重新呈请。后两种须写明意见。
#[utoipa::path(
    post, path = "/api/files/{file}/instances/{instance}/proposals/{proposal}/opinions", tag = "办理", operation_id = "decide",
    params(("file" = String, Path, description = "案件"), ("instance" = String, Path, description = "流程实例"), ("proposal" = String, Path, description = "呈请，如 A1"),
        ("Idempotency-Key" = Option<String>, Header, description = "幂等键"), ("If-Match" = Option<String>, Header, description = "所见版本，如 \"v12\"")),
    responses(
        (status = 200, description = "已给出意见", body = schema::Done, headers(("ETag" = String, description = "案件版本"))),
        (status = 403, description = "无审批职责，或者本人提出的事项本人不得审批", body = Document, content_type = "application/problem+json"),
        (status = 404, description = "没有这个案件或者呈请", body = Document, content_type = "application/problem+json"),
        (status = 409, description = "呈请已经审结", body = Document, content_type = "application/problem+json"),
        (status = 412, description = "案件已有更新", body = Document, content_type = "application/problem+json"),
    )
)]
pub async fn decide(
    State(app): State<Arc<App>>,
    signed: Signed,
    Path((file, instance, proposal)): Path<(String, String, String)>,
    headers: HeaderMap,
    Json(body): Json<GiveOpinion>,
) -> Answer<impl IntoResponse> {
    let verdict = match (body.agrees, body.refuses) {
        (true, false) => Verdict::Agree,
        (false, false) => Verdict::Return,
        (false, true) => Verdict::Disagree,
        (true, true) => return Err(Problem::bad_request("bad-body", "审批意见不能既同意又不同意")),
    };
    let command = Command::Decide { instance, proposal, verdict, text: body.text };
    perform(&app, signed, &headers, Some(file), command).await
}

/// 设定阅看范围
///
/// 密级、封存、阅卷授权、回避；不属于任何流程，案件办结后也可以办理。
#[utoipa::path(
    post, path = "/api/files/{file}/protections", tag = "办理", operation_id = "protect",
    params(("file" = String, Path, description = "案件"),
        ("Idempotency-Key" = Option<String>, Header, description = "幂等键"), ("If-Match" = Option<String>, Header, description = "所见版本，如 \"v12\"")),
    responses(
        (status = 200, description = "已设定", body = schema::Done, headers(("ETag" = String, description = "案件版本"))),
        (status = 403, description = "不是本人职责", body = Document, content_type = "application/problem+json"),
        (status = 404, description = "没有这个案件，或者无权查看", body = Document, content_type = "application/problem+json"),
        (status = 409, description = "没有变化", body = Document, content_type = "application/problem+json"),
        (status = 412, description = "案件已有更新", body = Document, content_type = "application/problem+json"),
        (status = 422, description = "填写有误，或者不符合条件", body = Document, content_type = "application/problem+json"),
    )
)]
pub async fn protect(
    State(app): State<Arc<App>>,
    signed: Signed,
    Path(file): Path<String>,
    headers: HeaderMap,
    Json(body): Json<Protect>,
) -> Answer<impl IntoResponse> {
    let command = Command::Protect { what: body.what, reason: body.reason };
    perform(&app, signed, &headers, Some(file), command).await
}

type Performed = (AppendHeaders<[(header::HeaderName, HeaderValue); 2]>, axum::Json<door::Answer>);

async fn perform(
    app: &App,
    signed: Signed,
    headers: &HeaderMap,
    file: Option<String>,
    command: Command,
) -> Answer<Performed> {
    let request = door::Request { file, command, key: key(headers)?, expected: etag::expected(headers)? };
    // A task of its own: what was committed is also announced when the caller has hung up.
    let (door, who) = (app.door.clone(), signed.who);
    let performed = async move { door.perform(&who, request).await };
    let done = tokio::spawn(performed.in_current_span()).await.map_err(|e| Problem::internal(e.to_string()))??;
    let value = |s: String| HeaderValue::from_str(&s).map_err(|e| Problem::internal(e.to_string()));
    let tags = [
        (header::LOCATION, value(format!("/api/files/{}", done.file))?),
        (header::ETAG, value(etag::of_version(done.version))?),
    ];
    Ok((AppendHeaders(tags), axum::Json(done)))
}

/// The idempotency key of a request, where it has one.
///
/// # Errors
/// Where it is too long or not ASCII.
pub fn key(headers: &HeaderMap) -> Answer<Option<String>> {
    let Some(value) = headers.get("idempotency-key") else { return Ok(None) };
    match value.to_str() {
        Ok(k) if !k.trim().is_empty() && k.len() <= 200 => Ok(Some(k.to_owned())),
        _ => Err(Problem::bad_request("bad-header", "Idempotency-Key 应为 200 字以内的 ASCII 字符")),
    }
}
