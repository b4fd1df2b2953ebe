//! 实时更新。

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use access::Deed;
use axum::extract::State;
use axum::http::header;
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{AppendHeaders, IntoResponse};
use door::Change;
use futures_util::stream;
use serde_json::json;
use tokio::sync::broadcast::{self, error::RecvError};
use tokio::sync::watch;

use crate::App;
use crate::at_once::Place;
use crate::problem::{Answer, Document};
use crate::signed::{self, Signed};

const HEARTBEAT: Duration = Duration::from_secs(15);

/// 接收实时更新
///
/// 事件流（SSE）：本人有权查看的案件每有变更，发出一个 change 事件，数据为 {file, version, action}；
/// 接收过慢、漏掉变更的，发出 resync 事件，请重新读取清单。登录失效，或者须先修改密码、启用动态验证码或者通行密钥的，事件流结束。
#[utoipa::path(get, path = "/api/live", tag = "实时更新", operation_id = "live", responses((status = 200, description = "事件流", content_type = "text/event-stream", body = String), (status = 429, description = "同时打开的实时更新过多", body = Document, content_type = "application/problem+json")))]
pub async fn stream(State(app): State<Arc<App>>, signed: Signed) -> Answer<impl IntoResponse> {
    let place = app.streams.enter(&signed.who.user.id)?;
    let listener = Listener {
        changes: app.door.changes(),
        closing: app.closing.subscribe(),
        session: signed.session,
        app,
        _place: place,
    };
    let events = stream::unfold(listener, |mut l| async move { l.next().await.map(|e| (Ok::<_, Infallible>(e), l)) });
    let sse = Sse::new(events).keep_alive(KeepAlive::new().interval(HEARTBEAT).text("heartbeat"));
    Ok((AppendHeaders([(header::HeaderName::from_static("x-accel-buffering"), "no")]), sse))
}

struct Listener {
    app: Arc<App>,
    session: String,
    changes: broadcast::Receiver<Change>,
    closing: watch::Receiver<bool>,
    _place: Place,
}

impl Listener {
    /// The next event for this listener; none when the stream is over.
    async fn next(&mut self) -> Option<Event> {
        loop {
            let change = tokio::select! {
                change = self.changes.recv() => change,
                _ = self.closing.wait_for(|c| *c) => return None,
            };
            match change {
                Ok(c) if c.file.is_empty() => return Some(Event::default().event("resync").data("{}")),
                Ok(c) => match self.sees(&c).await {
                    Some(true) => {
                        let data = json!({"file": c.file, "version": c.version, "action": c.action});
                        return Some(Event::default().event("change").data(data.to_string()));
                    }
                    Some(false) => {}
                    None => return None,
                },
                Err(RecvError::Lagged(_)) => return Some(Event::default().event("resync").data("{}")),
                Err(RecvError::Closed) => return None,
            }
        }
    }

    /// Whether the listener may see the file, by the rights he has at this moment; none when the
    /// session is over, or may do nothing any more.
    async fn sees(&self, change: &Change) -> Option<bool> {
        let (who, _, way) = signed::principal(&self.app, &self.session).await.ok()?;
        if !signed::opens(&self.app, &self.session, &who, way).await.ok()? {
            return None;
        }
        let Some(row) = self.app.door.store().file(&change.file).await.ok()? else { return Some(false) };
        Some(self.app.door.allowed(&who, &row, Deed::View).is_ok())
    }
}
