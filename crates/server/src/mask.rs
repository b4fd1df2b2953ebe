//! Hides identity numbers, wherever they stand in an answer.

use serde_json::Value;

/// Length of an identity number (GB 11643).
const LENGTH: usize = 18;

/// Hides every identity number in a value.
pub fn value(v: &mut Value) {
    match v {
        Value::String(s) => {
            if let Some(masked) = text(s) {
                *s = masked;
            }
        }
        Value::Array(a) => a.iter_mut().for_each(value),
        Value::Object(o) => o.values_mut().for_each(value),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// The text with its identity numbers hidden but for the first three and last two characters;
/// nothing where it has none.
pub fn text(s: &str) -> Option<String> {
    if s.len() < LENGTH {
        return None;
    }
    let bytes = s.as_bytes();
    let mut hits = Vec::new();
    let mut i = 0;
    while i + LENGTH <= bytes.len() {
        let free = |at: Option<usize>| at.and_then(|x| bytes.get(x)).is_none_or(|b| !b.is_ascii_alphanumeric());
        if free(i.checked_sub(1)) && free(Some(i + LENGTH)) && is_number(&bytes[i..i + LENGTH]) {
            hits.push(i);
            i += LENGTH;
        } else {
            i += 1;
        }
    }
    if hits.is_empty() {
        return None;
    }
    let mut out = bytes.to_vec();
    for at in hits {
        out[at + 3..at + LENGTH - 2].fill(b'*');
    }
    String::from_utf8(out).ok()
}

/// Seventeen digits with a possible date of birth among them, and a check character. The check
/// character itself is not verified: a mistyped number is as personal as a right one.
fn is_number(b: &[u8]) -> bool {
    let digits = b[..LENGTH - 1].iter().all(u8::is_ascii_digit);
    let last = b[LENGTH - 1];
    let two = |at: usize| (b[at] - b'0') * 10 + (b[at + 1] - b'0');
    digits
        && (last.is_ascii_digit() || last.eq_ignore_ascii_case(&b'x'))
        && matches!(two(6), 18..=20)
        && matches!(two(10), 1..=12)
        && matches!(two(12), 1..=31)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn numbers_are_hidden_and_nothing_else() {
        let mut v = json!({"id_number": "970102199003074518", "says": ["身份证号970102199003074518，男"], "x": "97010219900307451X",
            "digest": "a970102199003074518b", "no": "970102209913994518", "n": 970_102});
        value(&mut v);
        assert_eq!(
            v,
            json!({"id_number": "970*************18", "says": ["身份证号970*************18，男"], "x": "970*************1X",
                "digest": "a970102199003074518b", "no": "970102209913994518", "n": 970_102})
        );
    }
}
