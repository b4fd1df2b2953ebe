//! What can go wrong in storage.

/// A failure of the database or of the content folder.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The database refused or failed.
    #[error("数据库出错：{0}")]
    Database(String),
    /// The database cannot be reached, is going down or has no room: nothing can be said of what was asked. Whether
    /// an act was written that was under way is told by its idempotency key, once the database is back.
    #[error("数据库暂时不能使用：{0}")]
    Unavailable(String),
    /// Another process has the database open (SQLite is for one process).
    #[error("数据库已被另一个进程打开：{0}")]
    InUse(String),
    /// A stored value could not be read back.
    #[error("存储的内容不能读取（{what}）：{why}")]
    Corrupt {
        /// Which value.
        what: &'static str,
        /// Why.
        why: String,
    },
    /// The content folder failed.
    #[error("文件存储出错：{0}")]
    Content(#[from] std::io::Error),
    /// The store of contents (S3) cannot be reached or refuses: to be tried again.
    #[error("文件存储暂时不能使用：{0}")]
    Away(String),
    /// A content is not what its digest says.
    #[error("文件内容与摘要不符：{0}")]
    Digest(String),
    /// The writer has stopped.
    #[error("数据库写入已停止")]
    Stopped,
}
