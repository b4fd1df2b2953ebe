//! How values stand in columns: moments as microseconds, digests as hexadecimal text, JSON as
//! text, booleans as 0 and 1. Both engines store them alike.

use law::time::Moment;
use sea_orm::{DbErr, QueryResult, Value};
use seal::{Digest, Sha256};
use serde::{Serialize, de::DeserializeOwned};

use crate::error::StoreError;
use crate::rows::Recipient;

type Result<T> = std::result::Result<T, StoreError>;

impl From<DbErr> for StoreError {
    fn from(e: DbErr) -> Self {
        Self::Database(e.to_string())
    }
}

/// A value that can be bound.
pub(super) trait Arg {
    fn null() -> Value;
    fn arg(&self) -> Value;
}

/// The arguments of a statement, in order.
macro_rules! args {
    ($($x:expr),* $(,)?) => { vec![$($crate::sqlite::codec::Arg::arg(&$x)),*] };
}
pub(super) use args;

macro_rules! text_arg {
    ($($t:ty),*) => {$(
        impl Arg for $t {
            fn null() -> Value { Value::from(None::<String>) }
            fn arg(&self) -> Value { Value::from(self.to_string()) }
        }
    )*};
}
text_arg!(str, String, Digest, Sha256, serde_json::Value);

macro_rules! whole_arg {
    ($($t:ty),*) => {$(
        impl Arg for $t {
            fn null() -> Value { Value::from(None::<i64>) }
            fn arg(&self) -> Value { Value::from(i64::from(*self)) }
        }
    )*};
}
whole_arg!(i64, u32, u8, i16, bool);

impl Arg for u64 {
    fn null() -> Value {
        Value::from(None::<i64>)
    }
    fn arg(&self) -> Value {
        Value::from(i64::try_from(*self).unwrap_or(i64::MAX))
    }
}

impl Arg for Moment {
    fn null() -> Value {
        Value::from(None::<i64>)
    }
    fn arg(&self) -> Value {
        Value::from(self.as_microsecond())
    }
}

impl<T: Arg> Arg for Option<T> {
    fn null() -> Value {
        T::null()
    }
    fn arg(&self) -> Value {
        self.as_ref().map_or_else(T::null, T::arg)
    }
}

impl<T: Arg + ?Sized> Arg for &T {
    fn null() -> Value {
        T::null()
    }
    fn arg(&self) -> Value {
        (**self).arg()
    }
}

/// Lists in a column of their own, as JSON.
macro_rules! json_arg {
    ($($t:ty),*) => {$(
        impl Arg for $t {
            fn null() -> Value { Value::from(None::<String>) }
            fn arg(&self) -> Value {
                // Texts, moments, finite numbers and records of texts: nothing that JSON could not hold.
                Value::from(serde_json::to_string(self).unwrap_or_else(|_| "[]".into()))
            }
        }
        impl Get for $t {
            fn get(row: &QueryResult, at: usize, what: &'static str) -> Result<Self> {
                from_json(&String::get(row, at, what)?, what)
            }
        }
    )*};
}
json_arg!(Vec<String>, Vec<Moment>, Vec<Recipient>, Vec<[f64; 4]>);

/// The columns of one row, read from the left.
pub(super) struct Columns<'a> {
    row: &'a QueryResult,
    at: usize,
    what: &'static str,
}

impl<'a> Columns<'a> {
    pub(super) fn of(row: &'a QueryResult, what: &'static str) -> Self {
        Self { row, at: 0, what }
    }

    pub(super) fn next<T: Get>(&mut self) -> Result<T> {
        let at = self.at;
        self.at += 1;
        T::get(self.row, at, self.what)
    }

    /// A column that holds JSON.
    pub(super) fn json<T: DeserializeOwned>(&mut self) -> Result<T> {
        let what = self.what;
        from_json(&self.next::<String>()?, what)
    }
}

/// A value that can be read from a column.
pub(super) trait Get: Sized {
    fn get(row: &QueryResult, at: usize, what: &'static str) -> Result<Self>;
}

fn corrupt(what: &'static str, why: impl std::fmt::Display) -> StoreError {
    StoreError::Corrupt { what, why: why.to_string() }
}

macro_rules! plain_get {
    ($($t:ty),*) => {$(
        impl Get for $t {
            fn get(row: &QueryResult, at: usize, what: &'static str) -> Result<Self> {
                row.try_get_by_index(at).map_err(|e| corrupt(what, e))
            }
        }
    )*};
}
plain_get!(String, Option<String>, i64, Option<i64>);

macro_rules! whole_get {
    ($($t:ty),*) => {$(
        impl Get for $t {
            fn get(row: &QueryResult, at: usize, what: &'static str) -> Result<Self> {
                <$t>::try_from(i64::get(row, at, what)?).map_err(|e| corrupt(what, e))
            }
        }
    )*};
}
whole_get!(u64, u32, u8);

impl Get for bool {
    fn get(row: &QueryResult, at: usize, what: &'static str) -> Result<Self> {
        Ok(i64::get(row, at, what)? != 0)
    }
}

impl Get for Moment {
    fn get(row: &QueryResult, at: usize, what: &'static str) -> Result<Self> {
        Self::from_microsecond(i64::get(row, at, what)?).map_err(|e| corrupt(what, e))
    }
}

macro_rules! maybe_get {
    ($($t:ty),*) => {$(
        impl Get for Option<$t> {
            fn get(row: &QueryResult, at: usize, what: &'static str) -> Result<Self> {
                let n = Option::<i64>::get(row, at, what)?;
                n.map(|n| <$t>::try_from(n).map_err(|e| corrupt(what, e))).transpose()
            }
        }
    )*};
}
maybe_get!(u32, u64);

impl Get for Option<Moment> {
    fn get(row: &QueryResult, at: usize, what: &'static str) -> Result<Self> {
        Option::<i64>::get(row, at, what)?
            .map(|us| Moment::from_microsecond(us).map_err(|e| corrupt(what, e)))
            .transpose()
    }
}

macro_rules! parsed_get {
    ($($t:ty),*) => {$(
        impl Get for $t {
            fn get(row: &QueryResult, at: usize, what: &'static str) -> Result<Self> {
                String::get(row, at, what)?.parse().map_err(|e| corrupt(what, e))
            }
        }
    )*};
}
parsed_get!(Digest, Sha256, serde_json::Value);

/// JSON text of a value.
pub(super) fn to_json<T: Serialize>(value: &T, what: &'static str) -> Result<String> {
    serde_json::to_string(value).map_err(|e| corrupt(what, e))
}

/// A value from JSON text. The reason names the place only: a stored text may hold personal data.
pub(super) fn from_json<T: DeserializeOwned>(text: &str, what: &'static str) -> Result<T> {
    serde_json::from_str(text)
        .map_err(|e| corrupt(what, format_args!("JSON 第 {} 行第 {} 列不合格式", e.line(), e.column())))
}

/// 16 bytes as hexadecimal text.
pub(super) fn hex(bytes: &[u8; 16]) -> String {
    format!("{:032x}", u128::from_be_bytes(*bytes))
}

/// 16 bytes from hexadecimal text.
pub(super) fn unhex(text: &str, what: &'static str) -> Result<[u8; 16]> {
    u128::from_str_radix(text, 16).map(u128::to_be_bytes).map_err(|e| corrupt(what, e))
}
