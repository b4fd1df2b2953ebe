//! The tables whose columns are the fields of a row, one to one.

use super::codec::{Arg, Columns, Row, Value};
use crate::error::StoreError;
use crate::rows::{
    AccessRow, AsideRow, AuditRow, ClockRow, ContentRow, DelegationRow, ExportRow, KeyRow, LibraryRow, NoteRow,
    NoticeRow, ReturnedRow, RoleRow, SavedView, TodoRow, TrackRow, UnitRow, UserRow, ValueRow,
};
use crate::sign_ins::{BegunRow, ChallengeRow, ClientKeyRow, DeviceRow, FactorRow, PasskeyRow, SessionRow};

/// A row that knows its columns.
pub trait Table: Sized {
    /// The columns in the order of [`Table::args`] and [`Table::read`].
    const COLUMNS: &'static str;
    /// How many they are.
    const WIDTH: usize;
    /// What a row is called where it cannot be read.
    const WHAT: &'static str;
    /// Reads them from where the columns stand.
    fn from_columns(columns: &mut Columns<'_>) -> Result<Self, StoreError>;
    /// Reads them.
    fn read(row: &Row) -> Result<Self, StoreError> {
        Self::from_columns(&mut Columns::of(row, Self::WHAT))
    }
    /// Binds them.
    fn args(&self) -> Vec<Value>;
}

/// `$1, $2, ... $width`.
pub fn placeholders(width: usize) -> String {
    (1..=width).map(|n| format!("${n}")).collect::<Vec<_>>().join(", ")
}

/// `INSERT INTO name (columns) VALUES (...)`.
pub fn insert<T: Table>(name: &str) -> String {
    format!("INSERT INTO {name} ({}) VALUES ({})", T::COLUMNS, placeholders(T::WIDTH))
}

/// `INSERT INTO name (columns) SELECT ... WHERE condition`.
pub fn insert_where<T: Table>(name: &str, condition: &str) -> String {
    format!("INSERT INTO {name} ({}) SELECT {} WHERE {condition}", T::COLUMNS, placeholders(T::WIDTH))
}

macro_rules! tables {
    ($($row:ident, $what:literal: $first:ident = $fcol:literal $(, $field:ident = $col:literal)* ;)*) => {$(
        impl Table for $row {
            const COLUMNS: &'static str = concat!($fcol $(, ", ", $col)*);
            const WIDTH: usize = [$fcol $(, $col)*].len();
            const WHAT: &'static str = $what;
            fn from_columns(c: &mut Columns<'_>) -> Result<Self, StoreError> {
                Ok(Self { $first: c.next()? $(, $field: c.next()?)* })
            }
            fn args(&self) -> Vec<Value> {
                vec![self.$first.arg() $(, self.$field.arg())*]
            }
        }
    )*};
}

tables! {
    UnitRow, "单位": id = "id", name = "name", abbr = "abbr", code = "code", agency = "agency", region = "region",
        parent = "parent";
    UserRow, "用户": id = "id", login = "login", name = "name", unit = "unit", password = "password",
        clearance = "clearance", active = "active", temporary_until = "temporary_until";
    RoleRow, "角色": user = "user_id", unit = "unit", role = "role", from = "from_at", to = "to_at";
    DelegationRow, "授权": id = "id", from_user = "from_user", to_user = "to_user", from = "from_at", to = "to_at",
        basis = "basis", roles = "roles";
    SessionRow, "会话": token = "token", user = "user_id", created_at = "created_at", expires_at = "expires_at",
        id = "id", seen_at = "seen_at", address = "address", browser = "browser",
        way = "way";
    BegunRow, "未完成的登录": state = "state", browser = "browser", device = "device", address = "address",
        nonce = "nonce", verifier = "verifier", user = "user_id", expires_at = "expires_at";
    DeviceRow, "登录过的设备": token = "token", user = "user_id", seen_at = "seen_at";
    FactorRow, "验证方式": id = "id", user = "user_id", kind = "kind", name = "name", secret = "secret",
        created_at = "created_at", confirmed_at = "confirmed_at", step = "step";
    PasskeyRow, "通行密钥": id = "id", user = "user_id", name = "name", credential_id = "credential_id",
        credential = "credential", counter = "counter", created_at = "created_at", used_at = "used_at",
        host = "host";
    ChallengeRow, "通行密钥的质询": id = "id", user = "user_id", address = "address", state = "state", until = "until";
    ClientKeyRow, "接口密钥": token = "token", id = "id", user = "user_id", scopes = "scopes", created_at = "created_at",
        expires_at = "expires_at", seen_at = "seen_at";
    LibraryRow, "规则库": digest = "digest", bundle = "bundle", activated_at = "activated_at",
        activated_by = "activated_by";
    TodoRow, "待办": file = "file", unit = "unit", role = "role", user = "user_id", instance = "instance", act = "act",
        text = "text", due_at = "due_at";
    ClockRow, "期限": file = "file", unit = "unit", instance = "instance", subject = "subject", deadline = "deadline",
        name = "name", clock = "clock", from = "from_at", due_at = "due_at", warns = "warns", tells = "tells", missed = "missed",
        ended_at = "ended_at", breach = "breach", provisional = "provisional", next_at = "next_at",
        suspended = "suspended";
    NoticeRow, "提醒": id = "id", unit = "unit", role = "role", user = "user_id", file = "file", kind = "kind",
        text = "text", due_at = "due_at", at = "at";
    TrackRow, "进度": file = "file", instance = "instance", process = "process", subject = "subject", label = "label",
        state = "state", state_name = "state_name", ended = "ended";
    ValueRow, "案卡项": file = "file", field = "field", subject = "subject", value = "value", number = "number";
    SavedView, "常用筛选": id = "id", user = "user_id", unit = "unit", name = "name", query = "query", shared = "shared",
        at = "at";
    ExportRow, "导出": id = "id", user = "user_id", unit = "unit", at = "at", total = "total", done = "done",
        state = "state", sm3 = "sm3", ends_at = "ends_at";
    ContentRow, "文件内容": unit = "unit", sm3 = "sm3", sha256 = "sha256", bytes = "bytes", media = "media",
        pages = "pages", facts = "facts", checker = "checker", text = "text", by = "by_user", at = "at";
    AsideRow, "搁置文件": unit = "unit", sm3 = "sm3", bytes = "bytes", name = "name", faults = "faults", by = "by_user",
        at = "at";
    NoteRow, "批注": id = "id", file = "file", material = "material", page = "page", at_ms = "at_ms", kind = "kind",
        shared = "shared", text = "text", quote = "quote", areas = "areas", author = "author",
        created_at = "created_at", changed_at = "changed_at", version = "version", key = "key", request = "request";
    ReturnedRow, "退回事项": file = "file", instance = "instance", user = "user_id", what = "what", text = "text",
        faults = "faults", at = "at";
    AuditRow, "变更记录": id = "id", at = "at", by = "by_user", unit = "unit", user = "user_id", act = "act",
        detail = "detail";
    KeyRow, "幂等键": user = "user_id", key = "key", request = "request", answer = "answer";
    AccessRow, "查阅日志": at = "at", user = "user_id", file = "file", material = "material", page = "page", how = "how";
}
