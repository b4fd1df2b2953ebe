//! Telling ink from paper, borders, holes and dust.

use super::Plane;

const TILE: usize = 32;
// Noise of scanners and JPEG stays below; the palest pencil lies above.
const LEAST_DELTA: u8 = 24;
const MOST_DELTA: u8 = 110;

/// A connected patch of ink.
#[derive(Debug, Clone, Copy)]
pub(super) struct Patch {
    pub left: usize,
    pub top: usize,
    pub right: usize,
    pub bottom: usize,
    area: usize,
    in_margin: usize,
    kept: bool,
}

impl Patch {
    pub fn width(&self) -> usize {
        self.right - self.left + 1
    }

    pub fn height(&self) -> usize {
        self.bottom - self.top + 1
    }
}

/// The ink of a page.
pub(super) struct Ink {
    pub width: usize,
    pub height: usize,
    /// For each pixel the number of its patch plus one, or 0 for paper.
    labels: Vec<u32>,
    patches: Vec<Patch>,
    /// Pixels of ink that count.
    pub pixels: usize,
    pub share: f64,
    pub contrast: f64,
}

impl Ink {
    pub fn find(plane: &Plane) -> Self {
        let (width, height) = (plane.width, plane.height);
        let paper = Paper::under(plane);
        let delta = paper.delta(plane);
        let threshold = otsu(&delta).clamp(LEAST_DELTA, MOST_DELTA);
        let (labels, mut patches) = patches(&delta, width, height, threshold);
        for patch in &mut patches {
            patch.kept = counts(patch, width, height);
        }
        let mut histogram = [0usize; 256];
        let mut pixels = 0;
        for (label, delta) in labels.iter().zip(&delta) {
            if *label > 0 && patches[*label as usize - 1].kept {
                pixels += 1;
                histogram[usize::from(*delta)] += 1;
            }
        }
        let all = (width * height).max(1);
        let share = ((pixels + paper.dark_pixels) as f64 / all as f64).min(1.0);
        let contrast = f64::from(percentile(&histogram, pixels, 75)) / 255.0;
        Self { width, height, labels, patches, pixels, share, contrast }
    }

    fn is_ink(&self, at: usize) -> bool {
        self.labels.get(at).is_some_and(|label| *label > 0 && self.patches[*label as usize - 1].kept)
    }

    /// Patches the size of strokes and letters, without rules, frames, stamps and pictures.
    pub fn letters(&self) -> impl Iterator<Item = (usize, usize)> + '_ {
        let (most_wide, most_high) = (self.width / 6, self.height / 16);
        let small: Vec<bool> = self
            .patches
            .iter()
            .map(|patch| patch.kept && patch.width() <= most_wide && patch.height() <= most_high)
            .collect();
        self.labels
            .iter()
            .enumerate()
            .filter(move |(_, label)| **label > 0 && small[**label as usize - 1])
            .map(|(at, _)| (at % self.width, at / self.width))
    }

    /// Root mean square of the Laplacian over ink and its rim, relative to the contrast. A crisp edge changes within a
    /// pixel, a blurred one over many, whatever the blackness of the ink.
    pub fn sharpness(&self, plane: &Plane) -> f64 {
        let (width, grey) = (plane.width, &plane.grey);
        let (mut sum, mut count) = (0.0, 0u32);
        for y in 1..plane.height.saturating_sub(1) {
            for x in 1..width.saturating_sub(1) {
                let at = y * width + x;
                let around = [at - 1, at + 1, at - width, at + width];
                if !self.is_ink(at) && !around.iter().any(|near| self.is_ink(*near)) {
                    continue;
                }
                let near: i32 = around.iter().map(|near| i32::from(grey[*near])).sum();
                let laplacian = f64::from(near - 4 * i32::from(grey[at]));
                sum += laplacian * laplacian;
                count += 1;
            }
        }
        if count == 0 { 0.0 } else { (sum / f64::from(count)).sqrt() / (self.contrast * 255.0).max(1.0) }
    }
}

/// The brightness of the paper, tile by tile.
struct Paper {
    across: usize,
    down: usize,
    levels: Vec<u8>,
    /// Pixels of tiles, inside the margins, that are far darker than the paper: photographs, black areas.
    dark_pixels: usize,
}

impl Paper {
    fn under(plane: &Plane) -> Self {
        let (across, down) = (plane.width.div_ceil(TILE).max(1), plane.height.div_ceil(TILE).max(1));
        let mut raw = vec![255; across * down];
        for row in 0..down {
            for column in 0..across {
                let (mut histogram, mut count) = ([0usize; 256], 0);
                for y in row * TILE..((row + 1) * TILE).min(plane.height) {
                    for x in column * TILE..((column + 1) * TILE).min(plane.width) {
                        histogram[usize::from(plane.grey[y * plane.width + x])] += 1;
                        count += 1;
                    }
                }
                raw[row * across + column] = percentile(&histogram, count, 90);
            }
        }
        // The brightest of the neighbours: a tile full of ink lies on the paper around it.
        let mut levels = raw.clone();
        for row in 0..down {
            for column in 0..across {
                let rows = row.saturating_sub(1)..(row + 2).min(down);
                let near = rows
                    .flat_map(|y| (column.saturating_sub(1)..(column + 2).min(across)).map(move |x| y * across + x));
                levels[row * across + column] = near.map(|at| raw[at]).max().unwrap_or(255);
            }
        }
        let mut sorted = raw.clone();
        sorted.sort_unstable();
        let white = sorted[sorted.len() * 9 / 10].max(90);
        let inside = |at: usize| {
            (1..across.saturating_sub(1)).contains(&(at % across))
                && (1..down.saturating_sub(1)).contains(&(at / across))
        };
        // Those that the threshold against the neighbours finds anyway must not count twice.
        let dark =
            (0..raw.len()).filter(|at| inside(*at) && u32::from(levels[*at]) * 10 < u32::from(white) * 6).count();
        Self { across, down, levels, dark_pixels: dark * TILE * TILE }
    }

    // How much darker than the paper each pixel is.
    fn delta(&self, plane: &Plane) -> Vec<u8> {
        let mut delta = Vec::with_capacity(plane.grey.len());
        for (y, line) in plane.grey.chunks_exact(plane.width.max(1)).enumerate() {
            let row = (y / TILE).min(self.down - 1) * self.across;
            let levels = &self.levels[row..row + self.across];
            for (tile, level) in line.chunks(TILE).zip(levels) {
                delta.extend(tile.iter().map(|grey| level.saturating_sub(*grey)));
            }
        }
        delta
    }
}

fn percentile(histogram: &[usize; 256], count: usize, percent: usize) -> u8 {
    let mut left = count * percent / 100;
    for (level, number) in (0..=255).zip(histogram) {
        if left < *number {
            return level;
        }
        left -= number;
    }
    255
}

// The threshold that parts the differences best into two groups (Otsu 1979).
fn otsu(delta: &[u8]) -> u8 {
    let mut histogram = [0f64; 256];
    for value in delta {
        histogram[usize::from(*value)] += 1.0;
    }
    let (count, sum) =
        (delta.len() as f64, histogram.iter().zip(0..).map(|(number, level)| number * f64::from(level)).sum::<f64>());
    let (mut below, mut sum_below, mut best, mut threshold) = (0.0, 0.0, 0.0, 0);
    for (level, number) in (0u8..=255).zip(histogram) {
        below += number;
        sum_below += number * f64::from(level);
        let above = count - below;
        if below == 0.0 || above <= 0.0 {
            continue;
        }
        let apart = sum_below / below - (sum - sum_below) / above;
        let between = below * above * apart * apart;
        if between > best {
            (best, threshold) = (between, level);
        }
    }
    threshold
}

fn patches(delta: &[u8], width: usize, height: usize, threshold: u8) -> (Vec<u32>, Vec<Patch>) {
    let mut labels = vec![0u32; delta.len()];
    let (mut patches, mut stack) = (Vec::new(), Vec::new());
    let (margin_x, margin_y) = (width / 25, height / 30);
    for start in 0..delta.len() {
        if labels[start] > 0 || delta[start] < threshold {
            continue;
        }
        let label = patches.len() as u32 + 1;
        let (x, y) = (start % width, start / width);
        let mut patch = Patch { left: x, top: y, right: x, bottom: y, area: 0, in_margin: 0, kept: true };
        labels[start] = label;
        stack.push(start);
        while let Some(at) = stack.pop() {
            let (x, y) = (at % width, at / width);
            patch.area += 1;
            patch.in_margin +=
                usize::from(x < margin_x || y < margin_y || x + margin_x >= width || y + margin_y >= height);
            (patch.left, patch.right) = (patch.left.min(x), patch.right.max(x));
            (patch.top, patch.bottom) = (patch.top.min(y), patch.bottom.max(y));
            for near_y in y.saturating_sub(1)..(y + 2).min(height) {
                for near_x in x.saturating_sub(1)..(x + 2).min(width) {
                    let near = near_y * width + near_x;
                    if labels[near] == 0 && delta[near] >= threshold {
                        labels[near] = label;
                        stack.push(near);
                    }
                }
            }
        }
        patches.push(patch);
    }
    (labels, patches)
}

// Whether a patch is ink of the page, and not the scanner's border, a punch hole or dust.
fn counts(patch: &Patch, width: usize, height: usize) -> bool {
    if patch.area < 4 {
        return false;
    }
    let touches = patch.left <= 1 || patch.top <= 1 || patch.right + 2 >= width || patch.bottom + 2 >= height;
    let border = touches && patch.in_margin * 10 >= patch.area * 7;
    let long = width.max(height);
    let side = |length: usize| (long / 120..=long / 25).contains(&length);
    let (wide, high) = (patch.width(), patch.height());
    let round = wide * 4 >= high * 3 && high * 4 >= wide * 3 && patch.area * 100 >= wide * high * 68;
    let near_edge = patch.right * 7 < width
        || patch.left * 7 > width * 6
        || patch.bottom * 9 < height
        || patch.top * 9 > height * 8;
    let hole = near_edge && side(wide) && side(high) && round;
    !border && !hole
}
