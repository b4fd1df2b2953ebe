//! The little language of `forms/*.txt`, and filling a form with an order's values.
//!
//! A form begins with `=== id name`, then `key: value` lines, then an empty line, then its text. In the text:
//!
//! | line begins with | meaning |
//! | --- | --- |
//! | `#`, `##` | title, section heading |
//! | `@`, `@@` | agency above the title; in red with a red line below it (红头) |
//! | `<`, `>`, `^` | flush left, flush right, centred |
//! | `\|= 2 4 2 4` | column widths of the rows that follow |
//! | `\| a \| b`, `\|6 a \| b` | table row, here at least six lines high; the last cell takes the columns left over |
//! | `[印] unit \| date \| caption` | signature of the unit, date, red seal over both |
//! | `[签] label \| name \| label \| name` | signed by hand; `[签捺]` with a fingerprint |
//! | `[页脚] label \| name` | signed so at the foot of each page; pages are counted 第x页 共y页 |
//! | `[续] bank` | where the form grows when more pages are ordered, from the lines of `=== bank` |
//! | `[空] 3`, `[换页]` | three empty lines, a new page |
//! | `[若 field]` | the rest of the line stands only if the field was given |
//! | `%` | remark to the reader of the file |
//!
//! Any other line is a paragraph with an indent of two characters. `{field}` prints a value that must be
//! given, `{field?text}` one that need not be, `{field/other}` the other where the first is not given;
//! a value of several lines in a place of its own is read as lines of this language; `derived.txt` composes some fields from others.

use std::collections::{BTreeMap, BTreeSet};

use crate::forms::Form;
use crate::random::Random;
use crate::{Error, Order};

/// A piece of a filled form.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Block {
    Title(String),
    Heading(String),
    Agency { name: String, red: bool },
    Para { text: String, indent: f32 },
    Right(String),
    Centre(String),
    Columns(Vec<f32>),
    Row { cells: Vec<String>, lines: usize },
    Seal { unit: String, date: String, caption: String },
    Sign { pairs: Vec<(String, String)>, print: bool },
    Footer { pairs: Vec<(String, String)> },
    Grow(Vec<Vec<Block>>),
    Space(f32),
    NewPage,
}

/// Fills a form: every value it prints must be there.
pub(crate) fn fill(form: &Form, order: &Order) -> Result<Vec<Block>, Error> {
    let filler = Filler { form, order };
    if form.id == "generic" {
        return filler.generic();
    }
    filler.blocks(&form.body)
}

struct Filler<'a> {
    form: &'a Form,
    order: &'a Order,
}

impl Filler<'_> {
    fn blocks(&self, body: &[String]) -> Result<Vec<Block>, Error> {
        let mut blocks = Vec::new();
        for line in body {
            if let Some(text) =
                lone_field(line).and_then(|field| self.order.value(field)).filter(|text| text.contains('\n'))
            {
                blocks.extend(self.blocks(&text.lines().map(str::to_owned).collect::<Vec<_>>())?);
                continue;
            }
            if let Some(block) = self.block(line)? {
                blocks.push(block);
            }
        }
        Ok(blocks)
    }

    fn block(&self, line: &str) -> Result<Option<Block>, Error> {
        let mut line = line.trim();
        while let Some((field, rest)) = line.strip_prefix("[若 ").and_then(|l| l.split_once(']')) {
            if self.order.value(field.trim()).is_none_or(str::is_empty) {
                return Ok(None);
            }
            line = rest.trim();
        }
        if line.is_empty() || line.starts_with('%') {
            return Ok(None);
        }
        if let Some((command, rest)) = line.strip_prefix('[').and_then(|l| l.split_once(']'))
            && let Some(block) = self.command(command, rest.trim())?
        {
            return Ok(Some(block));
        }
        let text = |rest: &str| self.expand(rest.trim(), 0);
        let block = if let Some(rest) = line.strip_prefix("##") {
            Block::Heading(text(rest)?)
        } else if let Some(rest) = line.strip_prefix('#') {
            Block::Title(text(rest)?)
        } else if let Some(rest) = line.strip_prefix("@@") {
            Block::Agency { name: text(rest)?, red: true }
        } else if let Some(rest) = line.strip_prefix('@') {
            Block::Agency { name: text(rest)?, red: false }
        } else if let Some(rest) = line.strip_prefix("|=") {
            Block::Columns(rest.split_whitespace().filter_map(|w| w.parse().ok()).collect())
        } else if let Some(rest) = line.strip_prefix('|') {
            let digits = rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_digit()).len();
            let (lines, cells) = rest.split_at(digits);
            let cells = cells.split('|').map(text).collect::<Result<_, _>>()?;
            Block::Row { cells, lines: lines.parse().unwrap_or(1) }
        } else if let Some(rest) = line.strip_prefix('<') {
            Block::Para { text: text(rest)?, indent: 0.0 }
        } else if let Some(rest) = line.strip_prefix('>') {
            Block::Right(text(rest)?)
        } else if let Some(rest) = line.strip_prefix('^') {
            Block::Centre(text(rest)?)
        } else {
            Block::Para { text: text(line)?, indent: 2.0 }
        };
        Ok(Some(block))
    }

    fn command(&self, command: &str, rest: &str) -> Result<Option<Block>, Error> {
        let parts = || rest.split('|').map(|part| self.expand(part.trim(), 0)).collect::<Result<Vec<_>, _>>();
        let pairs = || {
            Ok::<_, Error>(parts()?.chunks(2).map(|c| (c[0].clone(), c.get(1).cloned().unwrap_or_default())).collect())
        };
        Ok(Some(match command {
            "印" => {
                let mut parts = parts()?.into_iter();
                let mut next = || parts.next().unwrap_or_default();
                Block::Seal { unit: next(), date: next(), caption: next() }
            }
            "签" => Block::Sign { pairs: pairs()?, print: false },
            "签捺" => Block::Sign { pairs: pairs()?, print: true },
            "页脚" => Block::Footer { pairs: pairs()? },
            "空" => Block::Space(rest.parse().unwrap_or(1.0)),
            "换页" => Block::NewPage,
            "续" => Block::Grow(self.bank(rest)?),
            _ => return Ok(None),
        }))
    }

    /// The questions (with their answers) or paragraphs a form may grow by, in an order of the seed, so that
    /// two transcripts of a case do not repeat each other.
    fn bank(&self, name: &str) -> Result<Vec<Vec<Block>>, Error> {
        let bank = crate::forms::bank(name)?;
        let mut random = Random::part(self.order.seed, name, 0);
        let mut groups: Vec<Vec<String>> = Vec::new();
        for line in bank {
            match groups.last_mut() {
                Some(group) if line.starts_with('答') => group.push(line.clone()),
                _ => groups.push(vec![line.clone()]),
            }
        }
        let mut made = Vec::new();
        for _ in 0..2 {
            let mut round = groups.clone();
            for last in (1..round.len()).rev() {
                round.swap(last, random.below(last + 1));
            }
            for group in round {
                let varied: Vec<String> = group.iter().map(|line| vary(line, &mut random)).collect();
                made.push(self.blocks(&varied)?);
            }
        }
        Ok(made)
    }

    fn expand(&self, text: &str, depth: u32) -> Result<String, Error> {
        let mut out = String::with_capacity(text.len());
        let mut rest = text;
        while let Some((before, after)) = rest.split_once('{') {
            out.push_str(before);
            let (name, tail) = after.split_once('}').ok_or_else(|| self.malformed(text))?;
            let (name, default) = name.split_once('?').map_or((name, None), |(n, d)| (n, Some(d)));
            out.push_str(&self.first_of(name, default, depth)?);
            rest = tail;
        }
        out.push_str(rest);
        Ok(out.replace("\\n", "\n"))
    }

    fn first_of(&self, names: &str, default: Option<&str>, depth: u32) -> Result<String, Error> {
        let mut names = names.split('/').map(str::trim).peekable();
        while let Some(name) = names.next() {
            let last = names.peek().is_none();
            if last || self.order.value(name).is_some() {
                return self.lookup(name, default, depth);
            }
        }
        Ok(String::new())
    }

    fn lookup(&self, name: &str, default: Option<&str>, depth: u32) -> Result<String, Error> {
        if let Some(value) = self.order.value(name) {
            return Ok(value.to_owned());
        }
        if name == "title" {
            return Ok(if self.order.title.is_empty() { self.form.name.clone() } else { self.order.title.clone() });
        }
        if let Some(composed) = crate::forms::derived().get(name) {
            if depth > 8 {
                return Err(self.malformed(name));
            }
            match self.expand(composed, depth + 1) {
                Err(Error::MissingValue { .. }) if default.is_some() => {}
                other => return other,
            }
        }
        default
            .map(str::to_owned)
            .ok_or_else(|| Error::MissingValue { form: self.form.id.clone(), field: name.to_owned() })
    }

    fn malformed(&self, text: &str) -> Error {
        Error::Template { form: self.form.id.clone(), detail: text.chars().take(40).collect() }
    }

    /// Any other document: what is known of its frame, the rest of the values as a table, `body` as text in
    /// the same little language.
    fn generic(&self) -> Result<Vec<Block>, Error> {
        const FRAME: [&str; 7] = ["unit", "date", "document.number", "body", "title", "seal", "signer"];
        let order = self.order;
        let mut blocks = Vec::new();
        if let Some(unit) = order.value("unit") {
            blocks.push(Block::Agency { name: unit.to_owned(), red: false });
        }
        blocks.push(Block::Title(self.lookup("title", None, 0)?));
        if let Some(number) = order.value("document.number") {
            blocks.push(Block::Right(number.to_owned()));
        }
        let rows: Vec<_> = order.values.iter().filter(|(name, _)| !FRAME.contains(&name.as_str())).collect();
        if !rows.is_empty() {
            blocks.push(Block::Columns(vec![3.0, 9.0]));
        }
        for (name, value) in rows {
            let label = crate::forms::labels().get(name.as_str()).map_or(name.as_str(), String::as_str);
            blocks.push(Block::Row { cells: vec![label.to_owned(), value.clone()], lines: 1 });
        }
        if let Some(body) = order.value("body") {
            blocks.push(Block::Space(0.5));
            blocks.extend(self.blocks(&body.lines().map(str::to_owned).collect::<Vec<_>>())?);
        }
        if let Some(signer) = order.value("signer") {
            blocks.push(Block::Sign { pairs: vec![("签名：".to_owned(), signer.to_owned())], print: false });
        }
        match (order.value("seal").or(order.value("unit")), order.value("date")) {
            (Some(unit), Some(date)) => {
                blocks.push(Block::Seal { unit: unit.to_owned(), date: date.to_owned(), caption: String::new() })
            }
            (None, Some(date)) => blocks.push(Block::Right(date.to_owned())),
            _ => {}
        }
        Ok(blocks)
    }
}

fn lone_field(line: &str) -> Option<&str> {
    line.strip_prefix('{')?.strip_suffix('}').filter(|name| !name.contains(['{', '?']))
}

/// `〔a/b/c〕` in a bank's line: one of them.
fn vary(line: &str, random: &mut Random) -> String {
    let mut out = String::new();
    let mut rest = line;
    while let Some((before, (choices, tail))) = rest.split_once('〔').and_then(|(b, a)| Some((b, a.split_once('〕')?)))
    {
        out.push_str(before);
        let choices: Vec<_> = choices.split('/').collect();
        out.push_str(choices[random.below(choices.len())]);
        rest = tail;
    }
    out.push_str(rest);
    out
}

/// The values a form needs (not the optional ones), with those that `derived.txt` needs in turn.
pub(crate) fn needs(form: &Form, derived: &BTreeMap<String, String>) -> Vec<String> {
    let mut found = BTreeSet::new();
    for line in form.body.iter().filter(|line| !line.starts_with('%') && !line.starts_with("[若 ")) {
        collect(line, derived, &mut found, 0);
    }
    found.into_iter().collect()
}

fn collect(text: &str, derived: &BTreeMap<String, String>, found: &mut BTreeSet<String>, depth: u32) {
    for name in
        text.split('{').skip(1).filter_map(|part| part.split('}').next()).filter_map(|names| names.rsplit('/').next())
    {
        match (derived.get(name.trim()), name.contains('?')) {
            (_, true) => {}
            _ if name == "title" => {}
            (Some(composed), _) if depth < 8 => collect(composed, derived, found, depth + 1),
            _ => {
                found.insert(name.trim().to_owned());
            }
        }
    }
}
