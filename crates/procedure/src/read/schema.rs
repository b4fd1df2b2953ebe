//! Schemas: published for editors, and used to find every fault of shape at once.

use jsonschema::error::{TypeKind, ValidationErrorKind};
use jsonschema::{JsonType, ValidationError};
use schemars::JsonSchema;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::fault::Faults;

use super::tree::Node;

/// The JSON Schema of a kind of file.
pub(crate) fn schema_of<T: JsonSchema>() -> Value {
    serde_json::to_value(schemars::schema_for!(T)).unwrap_or(Value::Null)
}

/// Checks the shape of a file and reads it; all faults of shape are added with their places.
pub(crate) fn read<T: JsonSchema + DeserializeOwned>(node: &Node, faults: &mut Faults) -> Option<T> {
    let value = node.to_json();
    let schema = schema_of::<T>();
    let validator = match jsonschema::options().should_validate_formats(true).build(&schema) {
        Ok(v) => v,
        Err(e) => {
            faults.add(node.place, "schema", format!("定义格式自身有误：{e}"));
            return None;
        }
    };
    let mut good = true;
    for error in validator.iter_errors(&value) {
        good = false;
        tell(&error, node, faults);
    }
    if !good {
        return None;
    }
    match serde_json::from_value(value) {
        Ok(v) => Some(v),
        Err(e) => {
            faults.add(node.place, "shape", format!("不符合定义格式：{e}"));
            None
        }
    }
}

/// Adds what is wrong, where. Of a value that may be left out only the other form counts: what is
/// wrong inside it is told, and not that it is not left out.
fn tell(error: &ValidationError<'_>, node: &Node, faults: &mut Faults) {
    let path = error.instance_path().as_str().to_owned();
    let steps: Vec<String> = path.split('/').skip(1).map(|s| s.replace("~1", "/").replace("~0", "~")).collect();
    let mut at = node.at(steps.iter().map(String::as_str));
    let text = match error.kind() {
        ValidationErrorKind::AdditionalProperties { unexpected } => {
            if let Some(first) = unexpected.first() {
                at = node.at(steps.iter().map(String::as_str).chain([first.as_str()]));
            }
            format!("没有这样的键：{}", unexpected.join("、"))
        }
        ValidationErrorKind::Required { property } => {
            format!("缺少键“{}”", property.as_str().unwrap_or_default())
        }
        ValidationErrorKind::Enum { options } => format!("只能取 {options} 之一"),
        ValidationErrorKind::Pattern { pattern } => format!("写法不对：{}", written(pattern)),
        ValidationErrorKind::Format { .. } => "没有这一天".to_owned(),
        ValidationErrorKind::Type { kind: TypeKind::Single(t) } => format!("类型不对：应为{}", called(*t)),
        ValidationErrorKind::Type { kind: TypeKind::Multiple(all) } => {
            let names: Vec<&str> = all.iter().filter(|t| *t != JsonType::Null).map(called).collect();
            format!("类型不对：应为{}", names.join("或者"))
        }
        ValidationErrorKind::AnyOf { context } => {
            let mut forms = context.iter().filter(|errors| !errors.iter().all(wants_nothing));
            match (forms.next(), forms.next()) {
                (Some(only), None) => return only.iter().for_each(|e| tell(e, node, faults)),
                _ => "不符合任何一种允许的写法".to_owned(),
            }
        }
        ValidationErrorKind::OneOfNotValid { context } => match words(context.iter().flatten()) {
            words if words.is_empty() => "不符合任何一种允许的写法".to_owned(),
            words => format!("只能取 {} 之一", words.join("、")),
        },
        _ => format!("不符合定义格式：{error}"),
    };
    faults.add(at, "shape", text);
}

/// The form in which the value is left out.
fn wants_nothing(error: &ValidationError<'_>) -> bool {
    matches!(error.kind(), ValidationErrorKind::Type { kind: TypeKind::Single(t) } if t.to_string() == "null")
}

/// The words that may be written, where nothing but certain words may.
fn words<'a>(errors: impl Iterator<Item = &'a ValidationError<'a>>) -> Vec<String> {
    let word = |v: &Value| v.as_str().map(str::to_owned);
    errors
        .flat_map(|e| match e.kind() {
            ValidationErrorKind::Constant { expected_value } => word(expected_value).into_iter().collect(),
            ValidationErrorKind::Enum { options } => {
                options.as_array().into_iter().flatten().filter_map(word).collect()
            }
            _ => Vec::new(),
        })
        .collect()
}

fn called(of: JsonType) -> &'static str {
    match of {
        JsonType::Array => "列表（[甲, 乙]）",
        JsonType::Boolean => "true 或者 false",
        JsonType::Integer => "整数",
        JsonType::Null => "空",
        JsonType::Number => "数",
        JsonType::Object => "键和值（{键: 值}）",
        JsonType::String => "文字",
    }
}

/// What a pattern of [`crate::model`] asks for, in words.
fn written(pattern: &str) -> String {
    let known = [
        ("工作日", "期限写作 24时、7日、5工作日、2月、1月+15日"),
        ("[0-9]{4}-", "日期写作 2026-03-01"),
        ("(not )", "条件写作事实名，或者 not 加事实名"),
        ("message|signal", "写作动作名、opened、joined、message:消息编号或者 signal:信号名"),
        ("^[A-Za-z][A-Za-z0-9_.-]*$", "编号以字母开头，只用字母、数字、下划线、点和连字符"),
    ];
    let found = known.iter().find(|(part, _)| pattern.contains(part));
    found.map_or_else(|| format!("应符合 {pattern}"), |(_, text)| (*text).to_owned())
}
