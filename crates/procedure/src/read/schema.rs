//! Schemas: published for editors, and used to find every fault of shape at once.

use jsonschema::ValidationError;
use jsonschema::error::{TypeKind, ValidationErrorKind};
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
    let validator = match jsonschema::validator_for(&schema) {
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
        ValidationErrorKind::Pattern { pattern } => format!("写法不对：应符合 {pattern}"),
        ValidationErrorKind::Type { kind: TypeKind::Single(t) } => format!("类型不对：应为 {t}"),
        ValidationErrorKind::AnyOf { context } => {
            let mut forms = context.iter().filter(|errors| !errors.iter().all(wants_nothing));
            match (forms.next(), forms.next()) {
                (Some(only), None) => return only.iter().for_each(|e| tell(e, node, faults)),
                _ => "不符合任何一种允许的写法".to_owned(),
            }
        }
        ValidationErrorKind::OneOfNotValid { .. } => "不符合任何一种允许的写法".to_owned(),
        _ => format!("不符合定义格式：{error}"),
    };
    faults.add(at, "shape", text);
}

/// The form in which the value is left out.
fn wants_nothing(error: &ValidationError<'_>) -> bool {
    matches!(error.kind(), ValidationErrorKind::Type { kind: TypeKind::Single(t) } if t.to_string() == "null")
}
