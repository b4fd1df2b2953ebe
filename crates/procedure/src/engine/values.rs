//! Card values: their types, checked with a text that says what is wrong, and how they are shown.

use jiff::civil::Date;
use law::identity::IdNumber;
use law::time::{self, Moment};
use serde_json::Value;

use crate::library::Library;
use crate::model::{Field, FieldRef, FieldType};

/// The word with which an identity number is said to be unknown (诉160.2, 规358).
pub const UNKNOWN_IDENTITY: &str = "身份不明";

/// Checks one value against its field; the error is Chinese and names no identity number.
///
/// # Errors
/// What is wrong with it and what would be right.
pub fn check(library: &Library, field: &Field, value: &Value, today: Date) -> Result<(), String> {
    let text = || value.as_str().ok_or_else(|| "应为文字".to_owned());
    let number = || value.as_i64().ok_or_else(|| "应为整数".to_owned());
    let ranged = |n: i64| match (field.min, field.max) {
        (Some(min), _) if n < min => Err(format!("不得小于 {min}")),
        (_, Some(max)) if n > max => Err(format!("不得大于 {max}")),
        _ => Ok(()),
    };
    match field.kind {
        FieldType::Text => {
            let t = text()?;
            if t.trim().is_empty() {
                return Err("不能为空白".into());
            }
            if let Some(max) = field.max
                && i64::try_from(t.chars().count()).unwrap_or(i64::MAX) > max
            {
                return Err(format!("不得超过 {max} 字"));
            }
            if t.chars().any(|c| c.is_control() && c != '\n') {
                return Err("含有不可见的控制字符".into());
            }
            field.grammar.map_or(Ok(()), |g| g.print(t).map(|_| ()))
        }
        FieldType::Int => ranged(number()?),
        FieldType::Fen => {
            let n = number().map_err(|_| "金额应为以分计的整数".to_owned())?;
            if n < 0 {
                return Err("金额不得为负".into());
            }
            ranged(n)
        }
        FieldType::Bool => value.as_bool().map(|_| ()).ok_or_else(|| "应为是或否".to_owned()),
        FieldType::Date => {
            let d: Date = text()?.parse().map_err(|_| "不是有效日期：应写作 YYYY-MM-DD，且当日存在".to_owned())?;
            if !field.future && d > today {
                return Err(format!("不得晚于今日（{}）", time::date_cn(today)));
            }
            Ok(())
        }
        FieldType::Moment => {
            let m: Moment = text()?.parse().map_err(|_| "不是有效时刻：应写作 YYYY-MM-DDThh:mm:ss+08:00".to_owned())?;
            if !field.future && time::day(m) > today {
                return Err(format!("不得晚于今日（{}）", time::date_cn(today)));
            }
            Ok(())
        }
        FieldType::Enum => one_of(field, text()?),
        FieldType::Enums => {
            for v in value.as_array().ok_or("应为多个选项")? {
                one_of(field, v.as_str().ok_or("选项应为文字")?)?;
            }
            Ok(())
        }
        FieldType::Code => {
            let t = text()?;
            let table = field.table.as_ref().and_then(|id| library.law.tables.get(id.as_str()));
            match table {
                Some(table) if table.label(t).is_some() => Ok(()),
                _ => Err(format!("代码表里没有“{t}”")),
            }
        }
        FieldType::IdNumber => {
            let t = text()?;
            if t == UNKNOWN_IDENTITY {
                return Ok(());
            }
            IdNumber::parse(t, today, &library.law.regions).map(|_| ()).map_err(|e| e.to_string())
        }
        FieldType::Region => {
            let t = text()?;
            if library.law.regions.contains(t) { Ok(()) } else { Err(format!("没有行政区划“{t}”")) }
        }
        FieldType::Offence => {
            let t = text()?;
            if library.law.offences.get(t).is_some() { Ok(()) } else { Err(format!("没有罪名“{t}”")) }
        }
        FieldType::Unit | FieldType::User => text().map(|_| ()),
        FieldType::Table => {
            for (i, row) in value.as_array().ok_or("应为多行")?.iter().enumerate() {
                let row = row.as_object().ok_or_else(|| format!("第 {} 行应为各列的值", i + 1))?;
                for (column, v) in row {
                    let def = field
                        .columns
                        .get(column.as_str())
                        .ok_or_else(|| format!("第 {} 行没有“{column}”这一列", i + 1))?;
                    check(library, def, v, today).map_err(|e| format!("第 {} 行“{}”{e}", i + 1, def.name))?;
                }
            }
            Ok(())
        }
    }
}

fn one_of(field: &Field, value: &str) -> Result<(), String> {
    if field.options.contains_key(value) {
        Ok(())
    } else {
        let all: Vec<&str> = field.options.values().map(String::as_str).collect();
        Err(format!("没有选项“{value}”：只能选 {}", all.join("、")))
    }
}

impl Library {
    /// A value as people read it; identity numbers are masked.
    pub fn show(&self, field: &FieldRef, value: &Value) -> String {
        self.field(field).map_or_else(|| value.to_string(), |f| self.show_as(f, value))
    }

    fn show_as(&self, f: &Field, value: &Value) -> String {
        match (f.kind, value) {
            (_, Value::Null) => "（未填）".into(),
            (FieldType::Bool, Value::Bool(b)) => if *b { "是" } else { "否" }.into(),
            (FieldType::Fen, Value::Number(n)) => {
                let fen = n.as_i64().unwrap_or(0);
                if fen % 100 == 0 {
                    format!("{} 元", fen / 100)
                } else {
                    format!("{}.{:02} 元", fen / 100, fen % 100)
                }
            }
            (FieldType::Enum, Value::String(s)) => f.options.get(s.as_str()).unwrap_or(s).clone(),
            (FieldType::Enums, Value::Array(a)) => {
                let names: Vec<&str> =
                    a.iter().filter_map(|v| v.as_str()).map(|s| f.options.get(s).map_or(s, String::as_str)).collect();
                names.join("、")
            }
            (FieldType::Code, Value::String(s)) => f
                .table
                .as_ref()
                .and_then(|t| self.law.tables.get(t.as_str()))
                .and_then(|t| t.label(s))
                .unwrap_or(s)
                .to_owned(),
            (FieldType::Region, Value::String(s)) => self.law.regions.full_name(s).unwrap_or_else(|| s.clone()),
            (FieldType::Offence, Value::String(s)) => {
                self.law.offences.get(s).map_or_else(|| s.clone(), |o| o.name.clone())
            }
            (FieldType::IdNumber, Value::String(s)) if s != UNKNOWN_IDENTITY => mask(s),
            (FieldType::Date, Value::String(s)) => s.parse().map_or_else(|_| s.clone(), time::date_cn),
            (FieldType::Moment, Value::String(s)) => s.parse().map_or_else(|_| s.clone(), time::moment_cn),
            (FieldType::Table, Value::Array(a)) => format!("{} 项", a.len()),
            (_, Value::String(s)) => s.clone(),
            (_, v) => match &f.unit {
                Some(u) => format!("{v} {u}"),
                None => v.to_string(),
            },
        }
    }
}

/// The first three and last two characters; the rest is hidden.
fn mask(number: &str) -> String {
    let chars: Vec<char> = number.chars().collect();
    if chars.len() < 6 {
        return "*".repeat(chars.len());
    }
    let head: String = chars.iter().take(3).collect();
    let tail: String = chars.iter().skip(chars.len() - 2).collect();
    format!("{head}{}{tail}", "*".repeat(chars.len() - 5))
}
