//! What the door answers when it does not open.

use case::Refusal;
use store::StoreError;

/// Why a request was not carried out.
#[derive(Debug, thiserror::Error)]
pub enum DoorError {
    /// It does not exist, or may not be seen by this person: the two are not told apart.
    #[error("没有这个案件，或者您无权查看")]
    Hidden,
    /// It may be seen but not done.
    #[error("{reason}")]
    Forbidden {
        /// The rule that forbids it.
        rule: Option<String>,
        /// Why, in Chinese.
        reason: String,
    },
    /// The procedure refuses, with every reason.
    #[error("不能办理：{} 项原因", .0.reasons.len())]
    Refused(Refusal),
    /// The file has changed since it was read.
    #[error("案件已被他人更新（现为第 {current} 版），请刷新后重新办理")]
    Stale {
        /// The version it has now.
        current: u64,
    },
    /// There is no such note or material, or it may not be seen by this person.
    #[error("本案没有这条批注或者这份材料，或者您无权查看")]
    NoNote,
    /// The note has changed since it was read.
    #[error("批注已有修改（现为第 {current} 版），请刷新后重试")]
    NoteStale {
        /// The version it has now.
        current: u64,
    },
    /// The idempotency key was used for another request.
    #[error("幂等键已用于另一项请求，请换用新的键")]
    KeyReused,
    /// The content is not in this unit's store.
    #[error("没有这份文件")]
    NoContent,
    /// The file that was sent in cannot be read; it was kept aside.
    #[error("文件不能读取，已另行保管")]
    Unreadable {
        /// What was found.
        found: Box<dossier::Imported>,
        /// Legal source of the standard, in full Chinese.
        basis: Vec<String>,
    },
    /// Whoever asked for it does not wait any more.
    #[error("已取消")]
    Stopped,
    /// Only a demonstration node may do this.
    #[error("只有演示环境可以设置业务时间")]
    NotDemonstration,
    /// Others were always faster: nothing was done, and the same request may be sent again.
    #[error("同一案件同时办理的人过多，本次没有办理，请稍后重试")]
    Busy,
    /// Storage failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A value that could not be written or read.
    #[error("内部数据错误：{0}")]
    Internal(String),
}

impl From<case::EventError> for DoorError {
    fn from(e: case::EventError) -> Self {
        Self::Internal(e.to_string())
    }
}
impl From<serde_json::Error> for DoorError {
    fn from(e: serde_json::Error) -> Self {
        Self::Internal(e.to_string())
    }
}
impl From<Refusal> for DoorError {
    fn from(r: Refusal) -> Self {
        Self::Refused(r)
    }
}
