//! How values stand in columns: moments as microseconds, digests as hexadecimal text, JSON as
//! text, booleans as 0 and 1.

use law::time::Moment;
use seal::{Digest, Sha256};
use serde::{Serialize, de::DeserializeOwned};

use crate::error::StoreError;
use crate::rows::Recipient;

type Result<T> = std::result::Result<T, StoreError>;

pub use crate::whole::{Row, Value};

/// A value that can be bound.
pub trait Arg {
    fn arg(&self) -> Value;
}

/// The arguments of a statement, in order.
macro_rules! args {
    ($($x:expr),* $(,)?) => { vec![$($crate::sql::codec::Arg::arg(&$x)),*] };
}
pub(crate) use args;

macro_rules! text_arg {
    ($($t:ty),*) => {$(
        impl Arg for $t {
            fn arg(&self) -> Value { Value::Text(self.to_string()) }
        }
    )*};
}
text_arg!(str, String, Digest, Sha256, serde_json::Value);

macro_rules! whole_arg {
    ($($t:ty),*) => {$(
        impl Arg for $t {
            fn arg(&self) -> Value { Value::Int(i64::from(*self)) }
        }
    )*};
}
whole_arg!(i64, u32, u8, i16, bool);

impl Arg for u64 {
    fn arg(&self) -> Value {
        Value::Int(i64::try_from(*self).unwrap_or(i64::MAX))
    }
}

impl Arg for Moment {
    fn arg(&self) -> Value {
        Value::Int(self.as_microsecond())
    }
}

impl<T: Arg> Arg for Option<T> {
    fn arg(&self) -> Value {
        self.as_ref().map_or(Value::Null, T::arg)
    }
}

impl<T: Arg + ?Sized> Arg for &T {
    fn arg(&self) -> Value {
        (**self).arg()
    }
}

/// Lists in a column of their own, as JSON.
macro_rules! json_arg {
    ($($t:ty),*) => {$(
        impl Arg for $t {
            fn arg(&self) -> Value {
                // Texts, moments, finite numbers and records of texts: nothing that JSON could not hold.
                Value::Text(serde_json::to_string(self).unwrap_or_else(|_| "[]".into()))
            }
        }
        impl Get for $t {
            fn get(column: &Value, what: &'static str) -> Result<Self> {
                from_json(text(column, what)?, what)
            }
        }
    )*};
}
json_arg!(Vec<String>, Vec<Moment>, Vec<Recipient>, Vec<[f64; 4]>);

/// The columns of one row, read from the left.
pub struct Columns<'a> {
    row: std::slice::Iter<'a, Value>,
    what: &'static str,
}

impl<'a> Columns<'a> {
    pub fn of(row: &'a Row, what: &'static str) -> Self {
        Self { row: row.iter(), what }
    }

    fn column(&mut self) -> Result<&'a Value> {
        self.row.next().ok_or_else(|| corrupt(self.what, "列数不足"))
    }

    pub fn next<T: Get>(&mut self) -> Result<T> {
        T::get(self.column()?, self.what)
    }

    /// A column that holds JSON.
    pub fn json<T: DeserializeOwned>(&mut self) -> Result<T> {
        from_json(text(self.column()?, self.what)?, self.what)
    }
}

/// A value that can be read from a column.
pub trait Get: Sized {
    fn get(column: &Value, what: &'static str) -> Result<Self>;
}

fn corrupt(what: &'static str, why: impl std::fmt::Display) -> StoreError {
    StoreError::Corrupt { what, why: why.to_string() }
}

fn text<'a>(column: &'a Value, what: &'static str) -> Result<&'a str> {
    match column {
        Value::Text(text) => Ok(text),
        Value::Int(_) | Value::Null => Err(corrupt(what, "应为文字")),
    }
}

impl Get for String {
    fn get(column: &Value, what: &'static str) -> Result<Self> {
        text(column, what).map(str::to_owned)
    }
}

impl Get for i64 {
    fn get(column: &Value, what: &'static str) -> Result<Self> {
        match column {
            Value::Int(n) => Ok(*n),
            Value::Text(_) | Value::Null => Err(corrupt(what, "应为整数")),
        }
    }
}

impl<T: Get> Get for Option<T> {
    fn get(column: &Value, what: &'static str) -> Result<Self> {
        if *column == Value::Null { Ok(None) } else { T::get(column, what).map(Some) }
    }
}

macro_rules! whole_get {
    ($($t:ty),*) => {$(
        impl Get for $t {
            fn get(column: &Value, what: &'static str) -> Result<Self> {
                <$t>::try_from(i64::get(column, what)?).map_err(|e| corrupt(what, e))
            }
        }
    )*};
}
whole_get!(u64, u32, u8);

impl Get for bool {
    fn get(column: &Value, what: &'static str) -> Result<Self> {
        Ok(i64::get(column, what)? != 0)
    }
}

impl Get for Moment {
    fn get(column: &Value, what: &'static str) -> Result<Self> {
        Self::from_microsecond(i64::get(column, what)?).map_err(|e| corrupt(what, e))
    }
}

macro_rules! parsed_get {
    ($($t:ty),*) => {$(
        impl Get for $t {
            fn get(column: &Value, what: &'static str) -> Result<Self> {
                text(column, what)?.parse().map_err(|e| corrupt(what, e))
            }
        }
    )*};
}
parsed_get!(Digest, Sha256, serde_json::Value);

/// JSON text of a value.
pub fn to_json<T: Serialize>(value: &T, what: &'static str) -> Result<String> {
    serde_json::to_string(value).map_err(|e| corrupt(what, e))
}

/// A value from JSON text. The reason names the place only: a stored text may hold personal data.
pub fn from_json<T: DeserializeOwned>(text: &str, what: &'static str) -> Result<T> {
    serde_json::from_str(text)
        .map_err(|e| corrupt(what, format_args!("JSON 第 {} 行第 {} 列不合格式", e.line(), e.column())))
}

/// 16 bytes as hexadecimal text.
pub fn hex(bytes: &[u8; 16]) -> String {
    format!("{:032x}", u128::from_be_bytes(*bytes))
}

/// 16 bytes from hexadecimal text.
pub fn unhex(text: &str, what: &'static str) -> Result<[u8; 16]> {
    u128::from_str_radix(text, 16).map(u128::to_be_bytes).map_err(|e| corrupt(what, e))
}
