//! Which way up horizontal Chinese text stands, told by its geometry alone.
//!
//! Three signs, each the opposite when the page is turned: a comma or a full stop (，、。；) sits low in its cell with
//! the gap after it; lines start flush and end ragged; a page that is not full is empty at its foot.

use super::ink::Ink;

/// Confidence between 0 (upright) and 1 (upside down); `None` without enough text.
pub(super) fn upside_down(ink: &Ink) -> Option<f64> {
    let letters: Vec<(usize, usize)> = ink.letters().collect();
    if letters.len() < 200 {
        return None;
    }
    let text = Text::levelled(&letters, ink.width, ink.height);
    let lines = text.lines();
    let (low, high) =
        lines.iter().map(|line| text.marks(line)).fold((0, 0), |sum, votes| (sum.0 + votes.0, sum.1 + votes.1));
    let votes = f64::from(low + high);
    if lines.len() < 3 && votes < 3.0 {
        return None;
    }
    let marks = f64::from(low - high) / (votes + 2.0);
    let edges = edges(&lines);
    let room = room(&lines, ink.height);
    let upright = 7.0 * marks + 2.5 * edges + 0.8 * room;
    Some(1.0 / (1.0 + upright.exp()))
}

struct Text {
    width: usize,
    height: usize,
    bits: Vec<bool>,
}

struct Line {
    top: usize,
    bottom: usize,
    left: usize,
    right: usize,
}

impl Line {
    fn height(&self) -> usize {
        self.bottom - self.top + 1
    }
}

impl Text {
    // Shears the letters by the slope at which their rows part best: a scan leans by a degree or two.
    fn levelled(letters: &[(usize, usize)], width: usize, height: usize) -> Self {
        let every = letters.len().div_ceil(20_000);
        let row = |slope: f64, (x, y): (usize, usize)| {
            let shifted = y as f64 - slope * (x as f64 - width as f64 / 2.0);
            (shifted.round().max(0.0) as usize).min(height - 1)
        };
        let energy = |slope: f64| {
            let mut rows = vec![0u64; height];
            for letter in letters.iter().step_by(every) {
                rows[row(slope, *letter)] += 1;
            }
            rows.iter().map(|count| count * count).sum::<u64>()
        };
        let slopes = (-14..=14).map(|step| f64::from(step) * 0.0025);
        let best = slopes
            .map(|slope| (energy(slope), slope))
            .max_by(|a, b| a.0.cmp(&b.0).then(b.1.abs().total_cmp(&a.1.abs())));
        let slope = best.map_or(0.0, |(_, slope)| slope);
        let mut bits = vec![false; width * height];
        for letter in letters {
            bits[row(slope, *letter) * width + letter.0] = true;
        }
        Self { width, height, bits }
    }

    fn lines(&self) -> Vec<Line> {
        let counts: Vec<usize> =
            self.bits.chunks_exact(self.width).map(|row| row.iter().filter(|bit| **bit).count()).collect();
        let mut lines = Vec::new();
        let mut start = None;
        for (y, count) in counts.iter().copied().chain([0]).enumerate() {
            match (start, count > 1) {
                (None, true) => start = Some(y),
                (Some(top), false) => {
                    start = None;
                    lines.extend(self.line(top, y - 1));
                }
                _ => {}
            }
        }
        lines
    }

    // Rows of ink as a line of text, if they are as high as one and longer than high.
    fn line(&self, top: usize, bottom: usize) -> Option<Line> {
        let high = bottom - top + 1;
        if high < 6 || high > self.height / 16 {
            return None;
        }
        let inked = |x: &usize| (top..=bottom).any(|y| self.bits[y * self.width + x]);
        let left = (0..self.width).find(inked)?;
        let right = (0..self.width).rev().find(inked)?;
        (right - left >= 2 * high).then_some(Line { top, bottom, left, right })
    }

    // Small marks that sit low with the gap after them, and those that sit high with the gap before them.
    fn marks(&self, line: &Line) -> (i32, i32) {
        let high = line.height();
        let mut runs: Vec<(usize, usize)> = Vec::new();
        for x in line.left..=line.right {
            if !(line.top..=line.bottom).any(|y| self.bits[y * self.width + x]) {
                continue;
            }
            match runs.last_mut() {
                Some((_, end)) if *end + 1 == x => *end = x,
                _ => runs.push((x, x)),
            }
        }
        let (mut low, mut above) = (0, 0);
        for (index, (start, end)) in runs.iter().enumerate() {
            let rows = (line.top..=line.bottom).filter(|y| (*start..=*end).any(|x| self.bits[y * self.width + x]));
            let (first, last) = rows.fold((usize::MAX, 0), |(first, last), y| (first.min(y), last.max(y)));
            if end - start + 1 > high * 45 / 100 || last - first + 1 > high / 2 {
                continue;
            }
            let before = if index == 0 { high } else { start - runs[index - 1].1 };
            let after = runs.get(index + 1).map_or(high, |next| next.0 - end);
            let middle = (first + last) as f64 / 2.0 - (line.top + line.bottom) as f64 / 2.0;
            let shift = middle / high as f64;
            let (gap, lead) = (high * 4 / 10, high / 5);
            if shift > 0.12 && after >= gap && after >= before + lead {
                low += 1;
            } else if shift < -0.12 && before >= gap && before >= after + lead {
                above += 1;
            }
        }
        (low, above)
    }
}

// How much more ragged the lines end than they start, -1 to 1.
fn edges(lines: &[Line]) -> f64 {
    let mut heights: Vec<usize> = lines.iter().map(Line::height).collect();
    heights.sort_unstable();
    let Some(usual) = heights.get(heights.len() / 2).copied() else {
        return 0.0;
    };
    let body: Vec<&Line> = lines.iter().filter(|line| line.height() * 2 > usual && line.height() < usual * 2).collect();
    let mut lefts: Vec<usize> = body.iter().map(|line| line.left).collect();
    let mut rights: Vec<usize> = body.iter().map(|line| line.right).collect();
    lefts.sort_unstable();
    rights.sort_unstable();
    let (Some(flush_left), Some(flush_right)) =
        (lefts.get(body.len() / 10), rights.get(body.len().saturating_sub(1) * 9 / 10))
    else {
        return 0.0;
    };
    // A first-line indent is two letters; what is more counts no more than that, or one short line would decide.
    let most = (usual * 6) as f64;
    let sum =
        |gaps: &mut dyn Iterator<Item = usize>| gaps.map(|gap| (gap as f64).min(most)).sum::<f64>() / usual as f64;
    let starts = sum(&mut body.iter().map(|line| line.left.saturating_sub(*flush_left)));
    let ends = sum(&mut body.iter().map(|line| flush_right.saturating_sub(line.right)));
    (ends - starts) / (ends + starts + 4.0)
}

// How much more room is left below the lines than above them, -1 to 1.
fn room(lines: &[Line], height: usize) -> f64 {
    let (Some(first), Some(last)) = (lines.first(), lines.last()) else {
        return 0.0;
    };
    let (above, below) = (first.top as f64, (height - 1 - last.bottom) as f64);
    (below - above) / height as f64
}
