//! The canonical form of JSON, and what the event log commits to.
#![allow(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use proptest::prelude::*;
use seal::{CanonicalError, Digest, MAX_SAFE_INTEGER, canonical_json, chain, commitment};
use serde_json::{Value, json};

fn canonical(value: &Value) -> String {
    String::from_utf8(canonical_json(value).unwrap()).unwrap()
}

#[test]
fn keys_are_sorted_by_utf16_units() {
    // The example of RFC 8785, 3.2.3: U+1F600 comes before U+FB33, since its first surrogate is smaller.
    let value = json!({"\u{20ac}": 1, "\r": 2, "\u{fb33}": 3, "1": 4, "\u{1f600}": 5, "\u{80}": 6, "\u{f6}": 7});
    assert_eq!(
        canonical(&value),
        "{\"\\r\":2,\"1\":4,\"\u{80}\":6,\"\u{f6}\":7,\"\u{20ac}\":1,\"\u{1f600}\":5,\"\u{fb33}\":3}"
    );
}

#[test]
fn spelling_is_the_shortest() {
    let value = json!({"b": [1, -2, true, false, null], "a": "甲\"\\/\u{1}\u{1f}\u{7f}\n\t\u{8}\u{c}", "": {}});
    assert_eq!(
        canonical(&value),
        "{\"\":{},\"a\":\"甲\\\"\\\\/\\u0001\\u001f\u{7f}\\n\\t\\b\\f\",\"b\":[1,-2,true,false,null]}"
    );
}

#[test]
fn only_exact_integers_are_taken() {
    assert_eq!(canonical(&json!([MAX_SAFE_INTEGER, -MAX_SAFE_INTEGER])), "[9007199254740991,-9007199254740991]");
    for value in [json!(1.5), json!(1.0), json!(MAX_SAFE_INTEGER + 1), json!(u64::MAX), json!(i64::MIN)] {
        assert!(matches!(canonical_json(&json!({"x": [value]})), Err(CanonicalError::Number(_))), "{value}");
    }
}

#[test]
fn depth_is_bounded() {
    let nested = |depth| (0..depth).fold(json!(1), |inner, _| json!([inner]));
    assert!(canonical_json(&nested(seal::MAX_DEPTH)).is_ok());
    assert_eq!(canonical_json(&nested(seal::MAX_DEPTH + 1)), Err(CanonicalError::TooDeep));
}

#[test]
fn commitment_and_chain_are_what_they_say() {
    let payload = json!({"b": 1, "a": "甲"});
    let mut message = vec![7; 16];
    message.extend("{\"a\":\"甲\",\"b\":1}".bytes());
    assert_eq!(commitment(&[7; 16], &payload), Ok(Digest::of(&message)));

    let previous = Digest::of(b"before");
    let mut message = b"xiezhi-event-v1\0".to_vec();
    message.extend(previous.as_bytes());
    message.extend(b"{\"seq\":2}");
    assert_eq!(chain(&previous, &json!({"seq": 2})), Ok(Digest::of(&message)));
}

fn values() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        (-MAX_SAFE_INTEGER..=MAX_SAFE_INTEGER).prop_map(Value::from),
        any::<String>().prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 40, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            prop::collection::vec((any::<String>(), inner), 0..6)
                .prop_map(|fields| Value::Object(fields.into_iter().collect())),
        ]
    })
}

fn reversed(value: &Value) -> Value {
    match value {
        Value::Object(fields) => {
            Value::Object(fields.iter().rev().map(|(key, item)| (key.clone(), reversed(item))).collect())
        }
        Value::Array(items) => items.iter().map(reversed).collect(),
        other => other.clone(),
    }
}

proptest! {
    #[test]
    fn canonical_bytes_read_back_as_the_value(value in values()) {
        let bytes = canonical_json(&value).unwrap();
        let back: Value = serde_json::from_slice(&bytes).unwrap();
        prop_assert_eq!(&back, &value);
        prop_assert_eq!(canonical_json(&back).unwrap(), bytes);
    }

    #[test]
    fn order_of_keys_does_not_matter(value in values()) {
        prop_assert_eq!(canonical_json(&reversed(&value)).unwrap(), canonical_json(&value).unwrap());
    }

    #[test]
    fn different_values_have_different_bytes(a in values(), b in values()) {
        prop_assert_eq!(a == b, canonical_json(&a).unwrap() == canonical_json(&b).unwrap());
    }
}
