//! Identifiers and the small notations that definitions use to point at one another.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// An ASCII identifier: immutable, never reused. Names for people are labels beside it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, Default)]
#[serde(transparent)]
pub struct Id(pub String);

impl Id {
    /// Wraps a string; used where the text is already known to be an identifier.
    pub fn new(s: impl Into<String>) -> Self {
        Self(s.into())
    }
    /// The identifier as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}
impl fmt::Display for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
impl From<&str> for Id {
    fn from(s: &str) -> Self {
        Self(s.to_owned())
    }
}
impl std::borrow::Borrow<str> for Id {
    fn borrow(&self) -> &str {
        &self.0
    }
}
impl JsonSchema for Id {
    fn schema_name() -> Cow<'static, str> {
        "Id".into()
    }
    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({"type": "string", "pattern": "^[A-Za-z][A-Za-z0-9_.-]*$"})
    }
}

/// Implements serde and schema for a notation that is written as one string.
macro_rules! notation {
    ($t:ty, $name:literal, $pattern:literal) => {
        impl Serialize for $t {
            fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
                s.collect_str(self)
            }
        }
        impl<'de> Deserialize<'de> for $t {
            fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
                let s = String::deserialize(d)?;
                s.parse().map_err(serde::de::Error::custom)
            }
        }
        impl JsonSchema for $t {
            fn schema_name() -> Cow<'static, str> {
                $name.into()
            }
            fn json_schema(_: &mut SchemaGenerator) -> Schema {
                json_schema!({"type": "string", "pattern": $pattern})
            }
        }
    };
}

/// A field of a card: `person.name`, `case.acted_from`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FieldRef {
    /// The card the field stands on.
    pub card: Id,
    /// The field on that card.
    pub field: Id,
}
impl FieldRef {
    /// Points at a field of a card.
    pub fn new(card: &str, field: &str) -> Self {
        Self { card: card.into(), field: field.into() }
    }
}
impl fmt::Display for FieldRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.card, self.field)
    }
}
impl FromStr for FieldRef {
    type Err = String;
    fn from_str(s: &str) -> Result<Self, String> {
        match s.split_once('.') {
            Some((c, f)) if !c.is_empty() && !f.is_empty() && !f.contains('.') => Ok(Self::new(c, f)),
            _ => Err(format!("“{s}”不是字段引用：应写作“卡.字段”，如 person.name")),
        }
    }
}
notation!(FieldRef, "FieldRef", "^[a-z][a-z0-9_]*\\.[a-z][a-z0-9_]*$");

/// A fact used as a condition, or its opposite: `adult`, `not adult`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Condition {
    /// Whether the fact must be false.
    pub negated: bool,
    /// The fact.
    pub fact: Id,
}
impl fmt::Display for Condition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.negated {
            f.write_str("not ")?;
        }
        write!(f, "{}", self.fact)
    }
}
impl FromStr for Condition {
    type Err = String;
    fn from_str(s: &str) -> Result<Self, String> {
        Ok(match s.strip_prefix("not ") {
            Some(f) => Self { negated: true, fact: f.trim().into() },
            None => Self { negated: false, fact: s.into() },
        })
    }
}
notation!(Condition, "Condition", "^(not )?[a-z][a-z0-9_]*$");

/// What can start, end or move something: an act of the process, the arrival of a message,
/// a signal of another process of the same file, the opening itself, or that a subject came later.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Trigger {
    /// The process instance was opened.
    Opened,
    /// A subject came into an instance that ran already.
    Joined,
    /// An action of the same process took effect.
    Action(Id),
    /// A message arrived.
    Message(Id),
    /// A process of the same file gave this signal.
    Signal(Id),
}
impl fmt::Display for Trigger {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Opened => f.write_str("opened"),
            Self::Joined => f.write_str("joined"),
            Self::Action(a) => write!(f, "{a}"),
            Self::Message(m) => write!(f, "message:{m}"),
            Self::Signal(s) => write!(f, "signal:{s}"),
        }
    }
}
impl FromStr for Trigger {
    type Err = String;
    fn from_str(s: &str) -> Result<Self, String> {
        Ok(if s == "opened" {
            Self::Opened
        } else if s == "joined" {
            Self::Joined
        } else if let Some(m) = s.strip_prefix("message:") {
            Self::Message(m.into())
        } else if let Some(m) = s.strip_prefix("signal:") {
            Self::Signal(m.into())
        } else {
            Self::Action(s.into())
        })
    }
}
notation!(Trigger, "Trigger", "^((message|signal):)?[A-Za-z][A-Za-z0-9_.-]*$");

/// What a patch of an overlay points at: a definition and the steps below it, such as
/// `process/XQ01/deadlines/D56/warn`. In a list of requirements a step is the requirement's
/// identifier.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Target {
    /// `standard`, `roles`, or a kind with an identifier: `process/XQ01`, `card/person`.
    pub definition: String,
    /// Steps below the definition.
    pub path: Vec<String>,
}
impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.definition)?;
        self.path.iter().try_for_each(|step| write!(f, "/{step}"))
    }
}
impl FromStr for Target {
    type Err = String;
    fn from_str(s: &str) -> Result<Self, String> {
        let mut steps = s.split('/').map(str::to_owned);
        let head = steps.next().unwrap_or_default();
        let definition = match head.as_str() {
            "standard" | "roles" => head,
            _ => format!("{head}/{}", steps.next().unwrap_or_default()),
        };
        Ok(Self { definition, path: steps.collect() })
    }
}
notation!(
    Target,
    "Target",
    "^(standard|roles|(process|document|message|card|fact|value)/[A-Za-z0-9_.-]+)(/[A-Za-z0-9_.-]+)*$"
);

/// Schemas of the notations that `law` reads.
macro_rules! foreign {
    ($t:ident, $schema:tt) => {
        pub(super) struct $t;
        impl JsonSchema for $t {
            fn schema_name() -> Cow<'static, str> {
                stringify!($t).into()
            }
            fn json_schema(_: &mut SchemaGenerator) -> Schema {
                json_schema!($schema)
            }
        }
    };
}
foreign!(ConfidenceSchema, {"enum": ["checked", "excerpt", "unverified"]});
foreign!(ClockSchema, {"enum": ["羁押", "限制", "办案"]});
foreign!(DateSchema, {"type": "string", "format": "date", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"});
foreign!(LengthSchema, {
    "type": "string",
    "pattern": "^(当日|[0-9]+(时|日|工作日|月|年)(\\+[0-9]+(日|工作日))?)$"
});

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn notations_print_what_they_read() {
        for s in ["opened", "joined", "accept", "message:GJ-QS.YSQS", "signal:measure_retaken"] {
            assert_eq!(s.parse::<Trigger>().unwrap().to_string(), s);
        }
        for s in ["adult", "not adult"] {
            assert_eq!(s.parse::<Condition>().unwrap().to_string(), s);
        }
        for s in ["standard/pages/min_dpi", "process/XQ01", "message/GJ-QS.SL/answers/business"] {
            assert_eq!(s.parse::<Target>().unwrap().to_string(), s);
        }
        assert_eq!("person.name".parse::<FieldRef>().unwrap().to_string(), "person.name");
        assert!("person".parse::<FieldRef>().is_err());
    }
}
