//! Typesetting of a filled form onto sheets, in millimetres from the sheet's top left corner.

use crate::fonts::{Face, Fonts, fonts};
use crate::forms::{Form, Paper};
use crate::lines::{Line, break_text};
use crate::template::Block;
use crate::{Error, Order};

/// Millimetres in a point.
pub(crate) const POINT: f32 = 25.4 / 72.0;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ink {
    Black,
    Red,
    /// A pen's blue-black, also the numbering stamp.
    Blue,
}

impl Ink {
    pub(crate) fn rgb(self) -> [u8; 3] {
        match self {
            Self::Black => [28, 28, 32],
            Self::Red => [205, 28, 36],
            Self::Blue => [32, 44, 110],
        }
    }
}

/// One thing on a sheet.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Item {
    /// `x`, `y`: start of the baseline; `stretch`: extra space after each character, in ems.
    Text {
        x: f32,
        y: f32,
        size: f32,
        face: Face,
        ink: Ink,
        text: String,
        stretch: f32,
    },
    Rule {
        x0: f32,
        y0: f32,
        x1: f32,
        y1: f32,
        width: f32,
        ink: Ink,
    },
    /// Round seal about its centre.
    Seal {
        x: f32,
        y: f32,
        unit: String,
        caption: String,
    },
    /// Fingerprint about its centre.
    Print {
        x: f32,
        y: f32,
    },
    /// Handwriting from the start of its baseline.
    Hand {
        x: f32,
        y: f32,
        size: f32,
        text: String,
    },
}

/// One page.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Sheet {
    pub(crate) width: f32,
    pub(crate) height: f32,
    pub(crate) items: Vec<Item>,
    /// Section headings on it, for the outline.
    pub(crate) headings: Vec<String>,
}

/// Sets a form, and lengthens it to the pages ordered.
pub(crate) fn lay_out(form: &Form, blocks: &[Block], order: &Order) -> Result<Vec<Sheet>, Error> {
    let fonts = fonts()?;
    let grows = blocks.iter().any(|block| matches!(block, Block::Grow(bank) if !bank.is_empty()));
    let wanted = if order.pages == 0 && grows { form.pages } else { order.pages } as usize;
    let grown = |count: usize| -> Vec<Block> {
        let grow = |block: &Block| match block {
            Block::Grow(bank) => {
                bank.iter().cycle().take(if bank.is_empty() { 0 } else { count }).flatten().cloned().collect()
            }
            other => vec![other.clone()],
        };
        blocks.iter().flat_map(grow).collect()
    };
    let set = |count: usize| Setter::new(fonts, form).run(&grown(count));
    let mut sheets = set(0);
    if sheets.len() < wanted && grows {
        let (mut low, mut high) = (0, 1);
        while set(high).len() < wanted && high < 4096 {
            (low, high) = (high, high * 2);
        }
        while high - low > 1 {
            let middle = usize::midpoint(low, high);
            if set(middle).len() < wanted { low = middle } else { high = middle }
        }
        // A page more of text than of the smallest count that reaches it looks like a page well filled.
        let extra = (high..high + 12).take_while(|count| set(*count).len() == wanted).last().unwrap_or(high);
        sheets = set(if extra > high + 3 { high + (extra - high) / 2 } else { high });
    }
    let own = sheets.len();
    for number in own..wanted {
        sheets.push(annex(fonts, form, order, number - own + 1));
    }
    finish(fonts, form, blocks, order, &mut sheets);
    Ok(sheets)
}

/// Page numbers, and the signatures at the foot of each page of a transcript.
fn finish(fonts: &Fonts, form: &Form, blocks: &[Block], order: &Order, sheets: &mut [Sheet]) {
    if form.paper == Paper::Slip {
        return;
    }
    let footer = blocks.iter().find_map(|block| match block {
        Block::Footer { pairs } => Some(pairs),
        _ => None,
    });
    let first: usize = order.value("page.first").and_then(|n| n.parse().ok()).unwrap_or(1);
    let total = sheets.len();
    for (index, sheet) in sheets.iter_mut().enumerate() {
        let (right, bottom) = (sheet.width - 24.0, sheet.height);
        let mut text = |x: f32, y: f32, size: f32, ink: Ink, text: String| {
            sheet.items.push(Item::Text { x, y, size: size * POINT, face: Face::Sans, ink, text, stretch: 0.0 });
        };
        text(right, 14.0, 14.0, Ink::Blue, format!("{:03}", first + index));
        let Some(pairs) = footer else { continue };
        let count = format!("第{}页 共{total}页", index + 1);
        let wide = fonts.width(Face::Sans, &count) * 10.5 * POINT;
        text(right + 4.0 - wide, 24.0, 10.5, Ink::Black, count);
        let size = 12.0 * POINT;
        let mut x = 28.0;
        for (label, name) in pairs {
            let y = bottom - 15.0;
            sheet.items.push(Item::Text {
                x,
                y,
                size,
                face: Face::Serif,
                ink: Ink::Black,
                text: label.clone(),
                stretch: 0.0,
            });
            let start = x + fonts.width(Face::Serif, label) * size;
            sheet.items.push(Item::Hand { x: start, y, size: size * 1.25, text: name.clone() });
            let end = start + name.chars().count() as f32 * size * 1.25;
            if label.contains('捺') {
                sheet.items.push(Item::Print { x: end - 2.0, y: y - 2.0 });
            }
            x = end + 10.0;
        }
    }
}

/// A copied document bound behind: what a page more than the form's own text usually is.
fn annex(fonts: &Fonts, form: &Form, order: &Order, number: usize) -> Sheet {
    const COPIES: [&str; 6] = [
        "居民身份证复印件",
        "机动车驾驶证复印件",
        "机动车行驶证复印件",
        "承办人工作证件复印件",
        "送达凭证粘贴页",
        "材料来源说明",
    ];
    let mut setter = Setter::new(fonts, form);
    let copy = COPIES[(number - 1) % COPIES.len()];
    let mut blocks = vec![
        Block::Para { text: format!("附件{number}"), indent: 0.0 },
        Block::Title(copy.to_owned()),
        Block::Space(1.0),
        Block::Columns(vec![3.0, 8.0]),
    ];
    let mut row = |label: &str, value: String, lines: usize| {
        blocks.push(Block::Row { cells: vec![label.to_owned(), value], lines })
    };
    row("所附文书", if order.title.is_empty() { form.name.clone() } else { order.title.clone() }, 1);
    if let Some(name) = order.value("suspect.name") {
        row("姓名", name.to_owned(), 1);
    }
    row("复印件粘贴处", String::new(), 8);
    row("核对情况", "此件由承办人员复印，经与原件核对无异。原件由持有人保管。".to_owned(), 3);
    blocks.push(Block::Space(1.0));
    if let Some(officer) = order.value("officer.one").or(order.value("clerk")) {
        blocks.push(Block::Sign { pairs: vec![("核对人：".to_owned(), officer.to_owned())], print: false });
    }
    if let Some(date) = order.value("date") {
        blocks.push(Block::Right(date.to_owned()));
    }
    setter.run_all(&blocks);
    setter.sheet
}

struct Setter<'a> {
    fonts: &'a Fonts,
    size: f32,
    pitch: f32,
    left: f32,
    right: f32,
    bottom: f32,
    top: f32,
    y: f32,
    columns: Vec<f32>,
    in_table: bool,
    slip: bool,
    sheet: Sheet,
    done: Vec<Sheet>,
}

impl<'a> Setter<'a> {
    fn new(fonts: &'a Fonts, form: &Form) -> Self {
        let slip = form.paper == Paper::Slip;
        let transcript = form.body.iter().any(|line| line.starts_with("[页脚]"));
        let (width, height) = if slip { (58.0, 900.0) } else { (210.0, 297.0) };
        let size = form.size * POINT;
        let (left, right) = if slip { (4.0, 54.0) } else { (28.0, 184.0) };
        let (top, bottom) = if slip { (8.0, 880.0) } else { (30.0, if transcript { 272.0 } else { 275.0 }) };
        let sheet = Sheet { width, height, items: Vec::new(), headings: Vec::new() };
        Self {
            fonts,
            size,
            pitch: size * 1.72,
            left,
            right,
            bottom,
            top,
            y: top,
            columns: vec![1.0],
            in_table: false,
            slip,
            sheet,
            done: Vec::new(),
        }
    }

    fn run(mut self, blocks: &[Block]) -> Vec<Sheet> {
        self.run_all(blocks);
        // The thermal printer cuts its strip behind the last line.
        if self.slip {
            self.sheet.height = self.y + 10.0;
        }
        self.done.push(self.sheet);
        self.done
    }

    fn run_all(&mut self, blocks: &[Block]) {
        for block in blocks {
            self.block(block);
        }
    }

    fn block(&mut self, block: &Block) {
        if !matches!(block, Block::Row { .. } | Block::Columns(_)) {
            if self.in_table {
                self.y += self.pitch * 0.35;
            }
            self.in_table = false;
        }
        match block {
            Block::Title(text) => self.title(text),
            Block::Heading(text) => {
                self.sheet.headings.push(text.clone());
                self.paragraph(text, 2.0, Face::SansBold);
            }
            Block::Agency { name, red } => self.agency(name, *red),
            Block::Para { text, indent } => {
                let face = if self.slip { Face::Sans } else { Face::Serif };
                self.paragraph(text, if self.slip { 0.0 } else { *indent }, face);
            }
            Block::Right(text) => self.aligned(text, 1.0),
            Block::Centre(text) => self.aligned(text, 0.5),
            Block::Columns(widths) => self.columns.clone_from(widths),
            Block::Row { cells, lines } => self.row(cells, *lines),
            Block::Seal { unit, date, caption } => self.seal(unit, date, caption),
            Block::Sign { pairs, print } => self.sign(pairs, *print),
            Block::Space(lines) => self.y += lines * self.pitch,
            Block::NewPage => self.new_page(),
            Block::Footer { .. } | Block::Grow(_) => {}
        }
    }

    fn new_page(&mut self) {
        let empty = Sheet { items: Vec::new(), headings: Vec::new(), ..self.sheet };
        self.done.push(std::mem::replace(&mut self.sheet, empty));
        self.y = self.top;
    }

    fn room(&mut self, height: f32) {
        if self.y + height > self.bottom && self.y > self.top {
            self.new_page();
        }
    }

    #[allow(clippy::too_many_arguments, reason = "the parts of one text item")]
    fn text(&mut self, x: f32, y: f32, size: f32, face: Face, ink: Ink, text: &str, stretch: f32) {
        if !text.trim().is_empty() {
            self.sheet.items.push(Item::Text { x, y, size, face, ink, text: text.to_owned(), stretch });
        }
    }

    fn rule(&mut self, x0: f32, y0: f32, x1: f32, y1: f32, width: f32, ink: Ink) {
        self.sheet.items.push(Item::Rule { x0, y0, x1, y1, width, ink });
    }

    fn title(&mut self, text: &str) {
        let size = if self.slip { 11.0 } else { 22.0 } * POINT;
        self.room(size * 4.0);
        self.y += size * 0.4;
        for line in break_text(self.fonts, Face::SerifBold, text, (self.right - self.left) / size, 0.0) {
            let wide = self.fonts.width(Face::SerifBold, &line.text) * size;
            self.text(
                f32::midpoint(self.left, self.right) - wide / 2.0,
                self.y + size,
                size,
                Face::SerifBold,
                Ink::Black,
                &line.text,
                0.0,
            );
            self.y += size * 1.5;
        }
        self.y += size * 0.45;
        self.sheet.headings.push(text.to_owned());
    }

    fn agency(&mut self, name: &str, red: bool) {
        let mut size = if red { 26.0 } else { 18.0 } * POINT;
        if self.slip {
            size = 9.0 * POINT;
        }
        let face = if red { Face::SerifBold } else { Face::Serif };
        let width = self.right - self.left;
        size = size.min(width / self.fonts.width(face, name).max(1.0));
        self.room(size * 3.0);
        let spread = if red {
            ((width / size - self.fonts.width(face, name)) / name.chars().count().max(1) as f32).clamp(0.0, 0.3)
        } else {
            0.0
        };
        let wide = (self.fonts.width(face, name) + spread * (name.chars().count().max(1) - 1) as f32) * size;
        let x = f32::midpoint(self.left, self.right) - wide / 2.0;
        self.text(x, self.y + size, size, face, if red { Ink::Red } else { Ink::Black }, name, spread);
        self.y += size * 1.45;
        if red {
            self.rule(self.left, self.y + 1.0, self.right, self.y + 1.0, 0.9, Ink::Red);
            self.y += 5.0;
        }
    }

    fn line(&mut self, line: &Line, face: Face) {
        self.room(self.pitch);
        let x = self.left + line.indent * self.size;
        let y = self.y + self.pitch * 0.5 + self.size * 0.36;
        self.text(x, y, self.size, face, Ink::Black, &line.text, line.stretch);
        self.y += self.pitch;
    }

    fn paragraph(&mut self, text: &str, indent: f32, face: Face) {
        let lines = break_text(self.fonts, face, text, (self.right - self.left) / self.size, indent);
        // The last line of a paragraph is not left alone at the head of a page.
        if lines.len() > 1 && self.y + self.pitch * 2.0 > self.bottom {
            self.room(self.pitch * 2.0);
        }
        for line in &lines {
            self.line(line, face);
        }
    }

    fn aligned(&mut self, text: &str, share: f32) {
        let face = if self.slip { Face::Sans } else { Face::Serif };
        for line in break_text(self.fonts, face, text, (self.right - self.left) / self.size, 0.0) {
            let spare = self.right - self.left - self.fonts.width(face, &line.text) * self.size;
            let indent = (spare * share / self.size).max(0.0);
            self.line(&Line { indent, stretch: 0.0, text: line.text }, face);
        }
    }

    /// A ruled row. In a row of pairs every other cell is a label; an odd number of cells is a line of a list. One too high for the rest of the page goes on overleaf.
    fn row(&mut self, cells: &[String], lines: usize) {
        let (size, pad) = ((self.size).min(12.0 * POINT), 1.6);
        let pitch = size * 1.5;
        let total: f32 = self.columns.iter().sum();
        let unit = (self.right - self.left) / total.max(0.1);
        let mut x = self.left;
        let mut set = Vec::new();
        for (index, cell) in cells.iter().enumerate() {
            let own = self.columns.get(index).copied().unwrap_or(1.0) * unit;
            let wide = if index + 1 == cells.len() { self.right - x } else { own };
            let label = index.is_multiple_of(2) && cells.len().is_multiple_of(2);
            let face = if label { Face::Sans } else { Face::Serif };
            let broken = break_text(self.fonts, face, cell, ((wide - 2.0 * pad) / size).max(1.0), 0.0);
            set.push((x, wide, label, face, broken));
            x += wide;
        }
        let high = set.iter().map(|(.., broken)| broken.len()).max().unwrap_or(1).max(lines);
        let mut from = 0;
        if self.y + high as f32 * pitch + 2.0 * pad > self.bottom
            && (high as f32) * pitch < (self.bottom - self.top) * 0.5
        {
            self.new_page();
            self.in_table = false;
        }
        while from < high {
            let fit = (((self.bottom - self.y - 2.0 * pad) / pitch).floor().max(0.0) as usize).min(high - from);
            if fit == 0 {
                self.new_page();
                self.in_table = false;
                continue;
            }
            let (top, tall) = (self.y, fit as f32 * pitch + 2.0 * pad);
            for (x, wide, label, face, broken) in &set {
                let shown: Vec<&Line> = broken.iter().skip(from).take(fit).collect();
                let low = if shown.len() < fit && (*label || lines <= 2) {
                    (fit - shown.len()) as f32 * pitch / 2.0
                } else {
                    0.0
                };
                for (number, line) in shown.into_iter().enumerate() {
                    let y = top + pad + low + (number as f32 + 0.5) * pitch + size * 0.36;
                    let natural = self.fonts.width(*face, &line.text) * size;
                    let shift = if *label || (lines == 1 && cells.len() > 3) {
                        ((wide - 2.0 * pad - natural) / 2.0).max(0.0)
                    } else {
                        0.0
                    };
                    self.text(
                        x + pad + shift,
                        y,
                        size,
                        *face,
                        Ink::Black,
                        &line.text,
                        if shift > 0.0 { 0.0 } else { line.stretch },
                    );
                }
                self.rule(*x, top, *x, top + tall, 0.28, Ink::Black);
            }
            self.rule(self.right, top, self.right, top + tall, 0.28, Ink::Black);
            if !self.in_table {
                self.rule(self.left, top, self.right, top, 0.28, Ink::Black);
            }
            self.rule(self.left, top + tall, self.right, top + tall, 0.28, Ink::Black);
            self.y += tall;
            self.in_table = true;
            from += fit;
        }
    }

    /// The unit, the date under it, and the seal over both (骑年盖月).
    fn seal(&mut self, unit: &str, date: &str, caption: &str) {
        self.room(self.pitch * 3.2 + 14.0);
        self.y += self.pitch * 0.8;
        let width = |text: &str| self.fonts.width(Face::Serif, text) * self.size;
        let wide = width(unit).max(width(date));
        let centre = (self.right - 6.0 - wide / 2.0).min(self.right - 24.0);
        let y = self.y;
        let (unit_x, date_x) = (centre - width(unit) / 2.0, centre - width(date) / 2.0);
        let size = self.size;
        self.text(unit_x, y + self.pitch * 0.85, size, Face::Serif, Ink::Black, unit, 0.0);
        self.text(date_x, y + self.pitch * 1.85, size, Face::Serif, Ink::Black, date, 0.0);
        self.sheet.items.push(Item::Seal {
            x: centre,
            y: y + self.pitch * 1.15,
            unit: unit.to_owned(),
            caption: caption.to_owned(),
        });
        self.y += self.pitch * 2.0 + 12.0;
    }

    fn sign(&mut self, pairs: &[(String, String)], print: bool) {
        let high = self.pitch * 1.25;
        self.room(high);
        let size = self.size;
        let column = (self.right - self.left - 2.0 * size) / pairs.len().max(1) as f32;
        for (index, (label, name)) in pairs.iter().enumerate() {
            let x = if self.slip { self.left } else { self.left + 2.0 * size + column * index as f32 };
            let y = self.y + high * 0.5 + size * 0.36;
            self.text(x, y, size, if self.slip { Face::Sans } else { Face::Serif }, Ink::Black, label, 0.0);
            let start = x + self.fonts.width(Face::Serif, label) * size;
            if name.chars().next().is_some_and(|c| c.is_ascii_digit()) {
                self.text(start, y, size, Face::Serif, Ink::Black, name, 0.0);
                continue;
            }
            if name.is_empty() {
                continue;
            }
            let hand = size * 1.3;
            self.sheet.items.push(Item::Hand { x: start + 1.0, y, size: hand, text: name.clone() });
            if print {
                let end = start + name.chars().count() as f32 * hand;
                self.sheet.items.push(Item::Print { x: end - 3.0, y: y - 2.0 });
            }
        }
        self.y += high;
    }
}
