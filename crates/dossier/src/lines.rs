//! The text of a page with its places, for marking what was found and for selecting on the page image.

use hayro::hayro_interpret::font::{Glyph, GlyphRun};
use hayro::hayro_interpret::hayro_cmap::BfString;
use hayro::hayro_interpret::util::{RectExt, TransformExt};
use hayro::hayro_interpret::{
    BlendMode, ClipPath, Context, Device, DrawMode, DrawProps, Image, ImageDrawProps, InterpreterCache,
    InterpreterSettings, SoftMask, interpret_page,
};
use hayro::hayro_syntax::page::Page;
use hayro::kurbo::{BezPath, Point, Rect};
use sofd_display::{DrawOp, PageDisplay};
use sofd_geometry::Affine;

/// A page has no more than so many characters with places; what comes after them is left out.
const MOST: usize = 20_000;
/// The part of an em that a character reaches above and below its line.
const ABOVE: f64 = 0.86;
const BELOW: f64 = 0.14;
const EM: f64 = 1000.0;

/// A line of text, or a part of one.
#[derive(Debug, Clone, PartialEq)]
pub struct Line {
    /// What it says.
    pub text: String,
    /// Left, top, width and height, as parts of the page's sides.
    pub area: [f64; 4],
    /// Where each character ends, as parts of the page's width; none if the line does not run from left to right.
    pub ends: Vec<f64>,
}

struct Piece {
    text: String,
    area: Rect,
}

/// Puts characters that stand beside each other into lines.
fn lines(pieces: Vec<Piece>, width: f64, height: f64) -> Vec<Line> {
    let mut out: Vec<(Line, Rect, bool)> = Vec::new();
    for piece in pieces {
        let area = piece.area;
        if !area.is_finite() || area.width() <= 0.0 || area.height() <= 0.0 {
            continue;
        }
        let characters = piece.text.chars().count().max(1);
        let level = area.width() > area.height() * 0.05 * characters as f64;
        let step = area.width() / characters as f64;
        let ends = (1..=characters).map(|n| (area.x0 + step * n as f64) / width);
        if let Some((line, so_far, true)) = out.last_mut()
            && level
            && continues(so_far, &area)
        {
            if area.x0 - so_far.x1 > 0.2 * area.height() && spaced(&line.text, &piece.text) {
                line.text.push(' ');
                line.ends.push(area.x0 / width);
            }
            line.text.push_str(&piece.text);
            line.ends.extend(ends);
            *so_far = so_far.union(area);
        } else {
            out.push((Line { text: piece.text, area: [0.0; 4], ends: ends.collect() }, area, level));
        }
    }
    out.into_iter()
        .map(|(mut line, area, level)| {
            line.area = [area.x0 / width, area.y0 / height, area.width() / width, area.height() / height];
            if !level {
                line.ends.clear();
            }
            line
        })
        .collect()
}

/// Whether what stands at `next` goes on where `line` ends.
fn continues(line: &Rect, next: &Rect) -> bool {
    let tall = line.height().max(next.height());
    let alike = line.height().min(next.height()) > 0.7 * tall;
    let level = (line.center().y - next.center().y).abs() < 0.3 * tall;
    let gap = next.x0 - line.x1;
    alike && level && gap > -0.3 * tall && gap < 1.2 * tall
}

/// Words in Latin script and numbers are set apart by a space.
fn spaced(before: &str, after: &str) -> bool {
    let latin = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric());
    latin(before.chars().next_back()) && latin(after.chars().next())
}

/// The lines of a PDF page; text that is not shown (that of a recognised scan) among them.
pub(crate) fn of_pdf(page: &Page<'_>) -> Vec<Line> {
    let (width, height) = page.render_dimensions();
    let (width, height) = (f64::from(width), f64::from(height));
    let cache = InterpreterCache::new();
    let mut context = Context::new(
        page.initial_transform(true).to_kurbo(),
        Rect::new(0.0, 0.0, width, height),
        &cache,
        page.xref(),
        InterpreterSettings::default(),
    );
    let mut reader = TextReader::default();
    interpret_page(page, &mut context, &mut reader);
    let shown = page.intersected_crop_box().to_kurbo();
    if shown.area() <= 0.0 || width <= 0.0 || height <= 0.0 {
        return Vec::new();
    }
    lines(reader.pieces, width, height)
}

#[derive(Default)]
struct TextReader {
    pieces: Vec<Piece>,
}

impl<'a> Device<'a> for TextReader {
    fn draw_glyph_run(&mut self, run: &GlyphRun<'_, 'a>, props: DrawProps<'a>, _: &DrawMode) {
        for glyph in run.glyphs() {
            if self.pieces.len() >= MOST {
                return;
            }
            let text = match glyph.as_unicode() {
                Some(BfString::Char(c)) => c.to_string(),
                Some(BfString::String(s)) => s,
                None => continue,
            };
            if text.chars().all(|c| c.is_whitespace() || c.is_control()) {
                continue;
            }
            let advance = match &**glyph {
                Glyph::Outline(outline) => outline.advance_width(),
                Glyph::Type3(own) => own.advance_width(),
            };
            let advance = advance.map(f64::from).filter(|a| *a > 0.0).unwrap_or(EM);
            let place = props.transform * glyph.transform();
            let corners = [(0.0, -BELOW * EM), (advance, -BELOW * EM), (advance, ABOVE * EM), (0.0, ABOVE * EM)]
                .map(|(x, y)| place * Point::new(x, y));
            self.pieces.push(Piece { text, area: around(corners) });
        }
    }
    fn draw_path(&mut self, _: &BezPath, _: DrawProps<'a>, _: &DrawMode) {}
    fn push_clip_path(&mut self, _: &ClipPath) {}
    fn push_transparency_group(&mut self, _: f32, _: Option<SoftMask<'a>>, _: BlendMode) {}
    fn draw_image(&mut self, _: Image<'a, '_>, _: ImageDrawProps<'a>) {}
    fn pop_clip(&mut self) {}
    fn pop_transparency_group(&mut self) {}
}

/// The lines of an OFD page.
pub(crate) fn of_ofd(page: &PageDisplay) -> Vec<Line> {
    let mut pieces = Vec::new();
    let (mut now, mut kept) = (Affine::IDENTITY, Vec::new());
    for op in &page.ops {
        match op {
            DrawOp::Save => kept.push(now),
            DrawOp::Restore => now = kept.pop().unwrap_or(Affine::IDENTITY),
            DrawOp::Transform(by) => now = now.then(*by),
            DrawOp::Text(run) => pieces_of(run, run.transform.then(now), page, &mut pieces),
            _ => {}
        }
    }
    let (width, height) = (page.page_box.w, page.page_box.h);
    if width <= 0.0 || height <= 0.0 { Vec::new() } else { lines(pieces, width, height) }
}

fn pieces_of(run: &sofd_display::GlyphRun, to_page: Affine, page: &PageDisplay, pieces: &mut Vec<Piece>) {
    let size = run.size.value();
    let mut at = 0.0;
    for (n, c) in run.plain_text().chars().enumerate() {
        if pieces.len() >= MOST {
            return;
        }
        let advance = run.advances.get(n).copied().filter(|a| a.is_finite() && *a > 0.0).unwrap_or(size);
        let (from, to) = (at, at + advance);
        at += advance + run.letter_spacing;
        if c.is_whitespace() || c.is_control() {
            continue;
        }
        let corners = [(from, BELOW), (to, BELOW), (to, -ABOVE), (from, -ABOVE)].map(|(x, y)| {
            let (x, y) = to_page.apply(x, y * size);
            Point::new(x - page.page_box.x, y - page.page_box.y)
        });
        pieces.push(Piece { text: c.to_string(), area: around(corners) });
    }
}

/// The upright rectangle around four corners.
fn around(corners: [Point; 4]) -> Rect {
    let [first, rest @ ..] = corners;
    rest.iter().fold(Rect::from_points(first, first), |area, corner| area.union_pt(*corner))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn piece(text: &str, x: f64, y: f64) -> Piece {
        Piece { text: text.to_owned(), area: Rect::new(x, y, x + 10.0, y + 10.0) }
    }

    #[test]
    fn characters_beside_each_other_are_a_line() {
        let found = lines(
            vec![piece("酒", 10.0, 20.0), piece("精", 20.0, 20.0), piece("为", 60.0, 20.0), piece("低", 10.0, 40.0)],
            100.0,
            200.0,
        );
        assert_eq!(found.iter().map(|l| l.text.as_str()).collect::<Vec<_>>(), ["酒精", "为", "低"]);
        assert_eq!(found[0].area, [0.1, 0.1, 0.2, 0.05]);
        assert_eq!(found[0].ends, [0.2, 0.3]);
    }

    #[test]
    fn latin_words_keep_their_space() {
        let found = lines(vec![piece("a", 0.0, 0.0), piece("b", 14.0, 0.0), piece("酒", 28.0, 0.0)], 100.0, 100.0);
        assert_eq!(found[0].text, "a b酒");
        assert_eq!(found[0].ends.len(), 4);
    }
}
