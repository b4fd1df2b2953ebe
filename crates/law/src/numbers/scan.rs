//! A cursor over a number's text.

/// Full-width letters, digits and brackets made half-width, all kinds of brackets made `[` `]` or `(` `)`,
/// spaces gone.
pub(super) fn normalise(text: &str) -> String {
    let narrow = |c: char| match c {
        '〔' | '［' | '【' => '[',
        '〕' | '］' | '】' => ']',
        '（' => '(',
        '）' => ')',
        '０'..='９' | 'Ａ'..='Ｚ' | 'ａ'..='ｚ' => {
            u32::from(c).checked_sub(0xFEE0).and_then(char::from_u32).unwrap_or(c)
        }
        _ => c,
    };
    text.chars().filter(|c| !c.is_whitespace()).map(narrow).collect()
}

pub(super) fn is_han(c: char) -> bool {
    ('\u{4e00}'..='\u{9fff}').contains(&c)
}

/// What is left to read. Each method takes what it names from the front, or gives `None`.
pub(super) struct Scan<'a>(pub(super) &'a str);

impl<'a> Scan<'a> {
    pub(super) fn literal(&mut self, text: &str) -> Option<()> {
        self.0 = self.0.strip_prefix(text)?;
        Some(())
    }

    pub(super) fn one_of(&mut self, set: &[char]) -> Option<char> {
        let first = self.0.chars().next().filter(|c| set.contains(c))?;
        self.take(first.len_utf8())?;
        Some(first)
    }

    pub(super) fn take(&mut self, bytes: usize) -> Option<&'a str> {
        let (taken, rest) = self.0.split_at_checked(bytes)?;
        self.0 = rest;
        Some(taken)
    }

    /// All characters up to the first that is not `wanted`; at least one.
    pub(super) fn while_some(&mut self, wanted: impl Fn(char) -> bool) -> Option<&'a str> {
        let end = self.0.find(|c| !wanted(c)).unwrap_or(self.0.len());
        if end == 0 { None } else { self.take(end) }
    }

    /// Exactly `count` digits.
    pub(super) fn digits(&mut self, count: usize) -> Option<&'a str> {
        let start = self.0;
        let taken = self.take(count)?;
        if taken.bytes().all(|b| b.is_ascii_digit()) {
            Some(taken)
        } else {
            self.0 = start;
            None
        }
    }

    /// A year from 1900 to 2099.
    pub(super) fn year(&mut self) -> Option<u16> {
        self.digits(4)?.parse().ok().filter(|year| (1900..2100).contains(year))
    }

    /// A year in round or square brackets.
    pub(super) fn bracketed_year(&mut self) -> Option<u16> {
        let close = if self.one_of(&['[', '('])? == '[' { "]" } else { ")" };
        let year = self.year()?;
        // Opened with one kind and closed with the other is a common slip of typing.
        self.literal(close).or_else(|| self.one_of(&[']', ')']).map(|_| ()))?;
        Some(year)
    }

    pub(super) fn end(&self) -> Option<()> {
        self.0.is_empty().then_some(())
    }
}
