//! Chinese numerals up to 9999, as statutes number their articles.

const DIGITS: [char; 10] = ['〇', '一', '二', '三', '四', '五', '六', '七', '八', '九'];
const UNITS: [(u16, char); 3] = [(1000, '千'), (100, '百'), (10, '十')];

/// `105` gives `一百零五`, `12` gives `十二`, `133` gives `一百三十三`. Zero is `〇`; above 9999 the
/// digits are spelt one by one.
pub fn numeral(number: u16) -> String {
    if number == 0 || number > 9999 {
        return number.to_string().bytes().map(|b| DIGITS[usize::from(b - b'0')]).collect();
    }
    let mut text = String::new();
    let mut rest = number;
    let mut skipped = false;
    for (unit, name) in UNITS {
        let digit = rest / unit;
        rest %= unit;
        if digit == 0 {
            skipped |= !text.is_empty();
            continue;
        }
        if std::mem::take(&mut skipped) {
            text.push('零');
        }
        let leading_ten = unit == 10 && digit == 1 && text.is_empty();
        if !leading_ten {
            text.push(DIGITS[usize::from(digit)]);
        }
        text.push(name);
    }
    if rest > 0 {
        if skipped {
            text.push('零');
        }
        text.push(DIGITS[usize::from(rest)]);
    }
    text
}

/// The number that `numeral` writes so; `None` for anything else.
pub fn number(text: &str) -> Option<u16> {
    let mut total = 0u16;
    let mut digit = None;
    for c in text.chars() {
        if let Some(value) = DIGITS.iter().position(|d| *d == c) {
            digit = Some(u16::try_from(value).ok()?);
        } else if let Some((unit, _)) = UNITS.iter().find(|(_, name)| *name == c) {
            total = total.checked_add(digit.take().unwrap_or(1).checked_mul(*unit)?)?;
        } else if c != '零' {
            return None;
        }
    }
    let value = total.checked_add(digit.unwrap_or(0))?;
    (numeral(value) == text).then_some(value)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn as_statutes_write_them() {
        for (value, text) in [
            (1, "一"),
            (10, "十"),
            (11, "十一"),
            (20, "二十"),
            (91, "九十一"),
            (100, "一百"),
            (105, "一百零五"),
            (110, "一百一十"),
            (308, "三百零八"),
            (684, "六百八十四"),
            (1001, "一千零一"),
            (1010, "一千零一十"),
            (1260, "一千二百六十"),
        ] {
            assert_eq!(numeral(value), text);
            assert_eq!(number(text), Some(value));
        }
        assert_eq!(number("一〇五"), None);
        assert_eq!(number("甲"), None);
        assert_eq!(number(""), None);
    }

    proptest! {
        #[test]
        fn numerals_read_back(value in 0u16..10_000) {
            prop_assert_eq!(number(&numeral(value)), Some(value));
        }
    }
}
