//! Problem documents (RFC 9457): every answer that is not a yes, in Chinese that a clerk can act on.

use std::io::ErrorKind;

use axum::http::StatusCode;
use axum::http::header::{self, HeaderName, HeaderValue};
use axum::response::{IntoResponse, Response};
use case::{Refusal, RefusalKind};
use door::DoorError;
use serde::Serialize;
use store::StoreError;
use utoipa::ToSchema;

/// Where the types of problems are named; nothing needs to be found there.
const TYPES: &str = "https://xiezhi.example/problems/";

/// What a handler answers.
pub type Answer<T> = Result<T, Problem>;

/// Why a request was not carried out. It becomes a [`Document`] at the edge, where the request's
/// identifier is known.
#[derive(Debug, Clone)]
pub struct Problem(Box<Inner>);

#[derive(Debug, Clone)]
struct Inner {
    kind: &'static str,
    title: &'static str,
    status: StatusCode,
    detail: String,
    reasons: Vec<Reason>,
    rule: Option<String>,
    current_version: Option<u64>,
    headers: Vec<(HeaderName, HeaderValue)>,
    cause: Option<String>,
}

/// A problem document (RFC 9457).
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Problem, example = json!({
    "type": "https://xiezhi.example/problems/requirements", "title": "不符合办理要求", "status": 422,
    "detail": "缺少《起诉意见书》（刑事诉讼法第一百六十二条）",
    "reasons": [{"text": "缺少《起诉意见书》", "basis": ["《中华人民共和国刑事诉讼法》第一百六十二条"], "requirement": "GA01-12", "code": "04"}],
    "instance": "0193a0b1c2d37000a000000000000001"
}))]
pub struct Document<'a> {
    /// Stable type of the problem, an address below `https://xiezhi.example/problems/`.
    #[serde(rename = "type")]
    kind: String,
    /// What kind of problem it is, in Chinese.
    title: &'a str,
    /// The HTTP status.
    status: u16,
    /// What is wrong, where, on which basis, and what to do, in Chinese.
    detail: &'a str,
    /// Each reason by itself.
    reasons: &'a [Reason],
    /// Identifier of the request, to be named when asking for help.
    instance: &'a str,
    /// The access rule that forbids it.
    #[serde(skip_serializing_if = "Option::is_none")]
    rule: Option<&'a str>,
    /// The version that the file has now, where the request was made on an older one.
    #[serde(skip_serializing_if = "Option::is_none")]
    current_version: Option<u64>,
}

/// One reason.
#[derive(Debug, Clone, Default, Serialize, ToSchema)]
pub struct Reason {
    /// What is wrong and what to do, in Chinese.
    pub text: String,
    /// Where: a field, a material, a page, or a place in the request.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub place: Option<String>,
    /// Legal source, in full Chinese.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub basis: Vec<String>,
    /// The requirement of the library.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub requirement: Option<String>,
    /// Code of the reason.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
}

impl Problem {
    /// A problem of a kind.
    pub fn new(status: StatusCode, kind: &'static str, title: &'static str, detail: impl Into<String>) -> Self {
        Self(Box::new(Inner {
            kind,
            title,
            status,
            detail: detail.into(),
            reasons: Vec::new(),
            rule: None,
            current_version: None,
            headers: Vec::new(),
            cause: None,
        }))
    }
    /// A request that is not well formed.
    pub fn bad_request(kind: &'static str, detail: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, kind, "请求格式不正确", detail)
    }
    /// A value that is well formed but wrong.
    pub fn input(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::UNPROCESSABLE_ENTITY, "input", "填写内容有误", detail)
    }
    /// Something that is not there.
    pub fn not_found(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::NOT_FOUND, "not-found", "没有找到", detail)
    }
    /// Something that may not be done.
    pub fn forbidden(rule: Option<String>, detail: impl Into<String>) -> Self {
        let mut p = Self::new(StatusCode::FORBIDDEN, "forbidden", "没有权限", detail);
        p.0.rule = rule;
        p
    }
    /// A fault of ours: the cause goes to the log, the person gets an identifier.
    pub fn internal(cause: impl Into<String>) -> Self {
        let mut p = Self::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "internal",
            "系统内部错误",
            "系统出错，本次请求没有办理。请稍后重试；仍然出错的，请将本次请求编号告知系统管理员",
        );
        p.0.cause = Some(cause.into());
        p
    }
    /// The database cannot be used just now: 503. Whether an act was written that was under way is not known; asked
    /// again with its key it is answered as such.
    pub fn unavailable(cause: impl Into<String>) -> Self {
        let mut p = Self::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "unavailable",
            "数据库暂时不能使用",
            "数据库暂时不能使用，请稍后再次提交：带同一个幂等键的，已经办理的不会重复办理",
        )
        .header(header::RETRY_AFTER, 5);
        p.0.cause = Some(cause.into());
        p
    }
    /// The store of contents cannot be reached.
    pub fn away(cause: impl Into<String>) -> Self {
        let mut p = Self::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "contents-unavailable",
            "文件存储暂时不能使用",
            "文件存储暂时不能使用，本次没有办理。请稍后再试；持续不能使用的，请联系系统管理员",
        )
        .header(header::RETRY_AFTER, 5);
        p.0.cause = Some(cause.into());
        p
    }
    /// The disk is full.
    pub fn no_room(cause: impl Into<String>) -> Self {
        let mut p = Self::new(
            StatusCode::INSUFFICIENT_STORAGE,
            "no-room",
            "服务器存储空间不足",
            "服务器存储空间不足，本次没有保存。请联系系统管理员清理空间后再次提交",
        );
        p.0.cause = Some(cause.into());
        p
    }
    /// Adds a reason.
    pub fn because(mut self, reasons: impl IntoIterator<Item = Reason>) -> Self {
        self.0.reasons.extend(reasons);
        self
    }
    /// Adds a header.
    pub fn header(mut self, name: HeaderName, value: impl ToString) -> Self {
        if let Ok(v) = HeaderValue::from_str(&value.to_string()) {
            self.0.headers.push((name, v));
        }
        self
    }
    /// What a status says that came without a document: axum's own refusals.
    pub fn of_status(status: StatusCode) -> Self {
        match status {
            StatusCode::NOT_FOUND => {
                Self::new(status, "no-such-path", "没有这个接口", "没有这个接口地址，请核对路径；全部接口见 /api")
            }
            StatusCode::METHOD_NOT_ALLOWED => Self::new(
                status,
                "method-not-allowed",
                "不支持这种请求方法",
                "这个接口不支持这种请求方法，可用的方法见 Allow 响应头",
            ),
            StatusCode::PAYLOAD_TOO_LARGE => {
                Self::new(status, "too-large", "请求内容过大", "请求内容超过限额，请拆分后分次提交")
            }
            StatusCode::UNSUPPORTED_MEDIA_TYPE => {
                Self::new(status, "unsupported-media-type", "不支持的内容类型", "请以 application/json 提交")
            }
            s if s.is_server_error() => Self::internal("answered without a cause"),
            s => Self::new(s, "bad-request", "请求格式不正确", "请求不符合接口说明，请核对后重新提交"),
        }
    }

    /// The status.
    pub(crate) fn status(&self) -> StatusCode {
        self.0.status
    }
    /// With a cause, for the log.
    pub(crate) fn caused_by(mut self, cause: String) -> Self {
        self.0.cause = Some(cause);
        self
    }

    /// The cause, for the log.
    pub(crate) fn cause(&self) -> Option<&str> {
        self.0.cause.as_deref()
    }
    /// The type's last part.
    pub(crate) fn kind(&self) -> &'static str {
        self.0.kind
    }
    /// The answer as it goes out.
    pub(crate) fn render(&self, request: &str) -> Response {
        let i = &self.0;
        let document = Document {
            kind: format!("{TYPES}{}", i.kind),
            title: i.title,
            status: i.status.as_u16(),
            detail: &i.detail,
            reasons: &i.reasons,
            instance: request,
            rule: i.rule.as_deref(),
            current_version: i.current_version,
        };
        let body = serde_json::to_vec(&document).unwrap_or_default();
        let mut response = (i.status, [(header::CONTENT_TYPE, "application/problem+json")], body).into_response();
        response.headers_mut().extend(i.headers.iter().cloned());
        response
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut response = self.0.status.into_response();
        response.extensions_mut().insert(self);
        response
    }
}

impl From<case::Reason> for Reason {
    fn from(r: case::Reason) -> Self {
        Self {
            text: r.text,
            place: r.place,
            basis: r.basis,
            requirement: r.requirement.map(|x| x.to_string()),
            code: r.code,
        }
    }
}

impl From<&dossier::Fault> for Reason {
    fn from(f: &dossier::Fault) -> Self {
        Self {
            text: f.text.clone(),
            place: Some(f.place.clone()),
            code: Some(f.code.as_str().into()),
            ..Self::default()
        }
    }
}

fn refused(r: Refusal) -> Problem {
    let unprocessable = StatusCode::UNPROCESSABLE_ENTITY;
    let (status, kind, title) = match r.kind {
        RefusalKind::Unknown => (StatusCode::NOT_FOUND, "unknown", "没有这个流程、事项或者审批"),
        RefusalKind::Role => (StatusCode::FORBIDDEN, "role", "不是您的职责"),
        RefusalKind::NotAssigned => (StatusCode::FORBIDDEN, "not-assigned", "案件没有分给您"),
        RefusalKind::Separation => (StatusCode::FORBIDDEN, "separation", "职责分离"),
        RefusalKind::OutOfOrder => (StatusCode::CONFLICT, "out-of-order", "不在这个环节"),
        RefusalKind::Locked => (StatusCode::CONFLICT, "locked", "案件已办结锁定"),
        RefusalKind::Input => (unprocessable, "input", "填写内容有误"),
        RefusalKind::Requirements => (unprocessable, "requirements", "不符合办理要求"),
        RefusalKind::NotInForce => (StatusCode::CONFLICT, "not-in-force", "流程不在施行期间"),
        RefusalKind::Route => (unprocessable, "route", "没有可以送达的单位"),
    };
    let detail = r
        .reasons
        .iter()
        .map(|x| {
            let at = x.place.as_ref().map(|p| format!("［{p}］")).unwrap_or_default();
            let basis =
                if x.basis.is_empty() { String::new() } else { format!("（依据：{}）", x.basis.join("、")) };
            format!("{}{at}{basis}", x.text)
        })
        .collect::<Vec<_>>()
        .join("；");
    Problem::new(status, kind, title, detail).because(r.reasons.into_iter().map(Reason::from))
}

impl From<DoorError> for Problem {
    fn from(e: DoorError) -> Self {
        match e {
            DoorError::Hidden => Self::new(StatusCode::NOT_FOUND, "hidden", "没有找到", e.to_string()),
            DoorError::Forbidden { rule, reason } => Self::forbidden(rule, reason),
            DoorError::Refused(r) => refused(r),
            DoorError::Stale { current } => {
                let mut p = Self::new(StatusCode::PRECONDITION_FAILED, "stale", "案件已有更新", e.to_string());
                p.0.current_version = Some(current);
                p.header(header::ETAG, crate::etag::of_version(current))
            }
            DoorError::NoNote => Self::not_found(e.to_string()),
            DoorError::NoteStale { current } => {
                let mut p = Self::new(StatusCode::PRECONDITION_FAILED, "stale", "批注已有修改", e.to_string());
                p.0.current_version = Some(current);
                p.header(header::ETAG, crate::etag::of_version(current))
            }
            DoorError::KeyReused => {
                Self::new(StatusCode::UNPROCESSABLE_ENTITY, "key-reused", "幂等键重复使用", e.to_string())
            }
            DoorError::NoContent => {
                Self::new(StatusCode::NOT_FOUND, "no-content", "没有这份文件", "没有这份文件，请先上传")
            }
            DoorError::Unreadable { found, basis } => {
                let all = found.faults.iter().map(|f| f.text.as_str()).collect::<Vec<_>>().join("；");
                Self::new(
                    StatusCode::UNPROCESSABLE_ENTITY,
                    "unreadable",
                    "文件不能读取",
                    format!(
                        "文件不能读取，已另行保管（SM3 {}）：{all}（依据：{}）",
                        found.digests.sm3,
                        basis.join("、")
                    ),
                )
                .because(found.faults.iter().map(|f| Reason { basis: basis.clone(), ..Reason::from(f) }))
            }
            DoorError::Stopped => Self::new(StatusCode::CONFLICT, "stopped", "已取消", e.to_string()),
            DoorError::NotDemonstration => Self::forbidden(Some("not-demonstration".into()), e.to_string()),
            DoorError::Busy => Self::new(StatusCode::SERVICE_UNAVAILABLE, "busy", "办理的人过多", e.to_string())
                .header(header::RETRY_AFTER, 1),
            DoorError::Store(e) => e.into(),
            DoorError::Internal(_) => Self::internal(e.to_string()),
        }
    }
}

impl From<StoreError> for Problem {
    fn from(e: StoreError) -> Self {
        match e {
            StoreError::Unavailable(_) => Self::unavailable(e.to_string()),
            StoreError::Away(_) => Self::away(e.to_string()),
            StoreError::Content(e) if matches!(e.kind(), ErrorKind::StorageFull | ErrorKind::QuotaExceeded) => {
                Self::no_room(e.to_string())
            }
            _ => Self::internal(e.to_string()),
        }
    }
}
/// What was filled in wrongly, at its field.
pub fn wrong(place: &str, text: impl Into<String>) -> Problem {
    let text = text.into();
    Problem::input(text.clone()).because([Reason { text, place: Some(place.to_owned()), ..Reason::default() }])
}
