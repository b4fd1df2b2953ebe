//! Breaking Chinese text into lines: no closing mark begins a line, no opening mark ends one, numbers and Latin words stay whole.

use crate::fonts::{Face, Fonts};

/// One broken line.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Line {
    pub(crate) text: String,
    /// Indent of this line, in ems.
    pub(crate) indent: f32,
    /// Extra space after each character, in ems, that brings the line to full width.
    pub(crate) stretch: f32,
}

const NO_START: &str = "，。、；：？！）》」』”’％…—〕】·,.;:?!)%]}";
const NO_END: &str = "（《「『“‘〔【([{￥";

/// Breaks `text` to `width` ems, the first line indented by `indent` ems.
pub(crate) fn break_text(fonts: &Fonts, face: Face, text: &str, width: f32, indent: f32) -> Vec<Line> {
    let mut lines = Vec::new();
    for paragraph in text.split('\n') {
        break_paragraph(fonts, face, paragraph, width, indent, &mut lines);
    }
    lines
}

fn break_paragraph(fonts: &Fonts, face: Face, text: &str, width: f32, indent: f32, lines: &mut Vec<Line>) {
    let mut line = String::new();
    let (mut used, mut start) = (0.0_f32, indent);
    for piece in pieces(text) {
        let wide = fonts.width(face, &piece);
        // A closing mark's right half is white, so it may stand a little beyond the edge.
        let hanging =
            if piece.chars().next_back().is_some_and(|c| "，。、；：）》”".contains(c)) { 0.5 } else { 0.02 };
        if !line.is_empty() && start + used + wide > width + hanging {
            push(lines, &mut line, width, start, used, true);
            (used, start) = (0.0, 0.0);
        }
        if wide > width {
            for c in piece.chars() {
                let w = fonts.advance(face, c);
                if start + used + w > width && !line.is_empty() {
                    push(lines, &mut line, width, start, used, true);
                    (used, start) = (0.0, 0.0);
                }
                line.push(c);
                used += w;
            }
        } else {
            line.push_str(&piece);
            used += wide;
        }
    }
    push(lines, &mut line, width, start, used, false);
}

fn push(lines: &mut Vec<Line>, line: &mut String, width: f32, indent: f32, used: f32, full: bool) {
    let count = line.chars().count();
    let spare = width - indent - used;
    let stretch = if full && count > 1 && spare < 4.0 {
        spare / (count - 1) as f32
    } else {
        (spare / count.max(2) as f32).min(0.0)
    };
    lines.push(Line { text: std::mem::take(line), indent, stretch });
}

/// The smallest pieces that may not be parted.
fn pieces(text: &str) -> Vec<String> {
    let mut pieces: Vec<String> = Vec::new();
    let mut previous: Option<char> = None;
    for c in text.chars() {
        let glue = previous.is_some_and(|p| NO_START.contains(c) || NO_END.contains(p) || (word(p) && word(c)));
        match pieces.last_mut() {
            Some(last) if glue => last.push(c),
            _ => pieces.push(c.to_string()),
        }
        previous = Some(c);
    }
    pieces
}

fn word(c: char) -> bool {
    c.is_ascii_alphanumeric() || "/-.:*_".contains(c)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn closing_marks_never_begin_a_line_and_opening_marks_never_end_one() {
        let fonts = crate::fonts::fonts().unwrap();
        let text = "被告人甲某某于2026年3月1日21时30分许，饮酒后驾驶（小型轿车）行驶至《某某路》“口”，被查获。";
        for tenths in 50..300 {
            for line in break_text(fonts, Face::Serif, text, tenths as f32 / 10.0, 2.0) {
                let (first, last) = (line.text.chars().next().unwrap(), line.text.chars().next_back().unwrap());
                assert!(!NO_START.contains(first), "{} at {tenths}", line.text);
                assert!(!NO_END.contains(last), "{} at {tenths}", line.text);
            }
        }
    }

    #[test]
    fn nothing_is_lost() {
        let fonts = crate::fonts::fonts().unwrap();
        let text = "检验结果：送检血样中检出乙醇，含量为156.3mg/100ml。";
        let joined: String = break_text(fonts, Face::Serif, text, 9.0, 0.0).into_iter().map(|l| l.text).collect();
        assert_eq!(joined, text);
    }
}
