//! An RGB image on which ink is laid by multiplication, so that a seal leaves the text under it readable.

use crate::outline::Mask;

pub(crate) struct Canvas {
    pub(crate) width: usize,
    pub(crate) height: usize,
    pub(crate) pixels: Vec<u8>,
}

impl Canvas {
    pub(crate) fn filled(width: usize, height: usize, colour: [u8; 3]) -> Self {
        Self { width, height, pixels: colour.repeat(width * height) }
    }

    /// Lays ink through a mask whose origin stands at (`x`, `y`).
    pub(crate) fn ink(&mut self, mask: &Mask, x: i32, y: i32, colour: [u8; 3]) {
        let lost = colour.map(|c| 255 - u32::from(c));
        self.through(mask, x, y, |pixel, alpha| {
            for (value, lost) in pixel.iter_mut().zip(lost) {
                let keep = 255 - (((alpha * lost + 128) * 257) >> 16);
                *value = (((u32::from(*value) * keep + 128) * 257) >> 16) as u8;
            }
        });
    }

    /// Paints a mask over what is there (light on a dark photograph).
    pub(crate) fn paint(&mut self, mask: &Mask, x: i32, y: i32, colour: [u8; 3]) {
        self.through(mask, x, y, |pixel, alpha| {
            for (value, colour) in pixel.iter_mut().zip(colour) {
                *value = ((u32::from(*value) * (255 - alpha) + u32::from(colour) * alpha) / 255) as u8;
            }
        });
    }

    fn through(&mut self, mask: &Mask, x: i32, y: i32, mut lay: impl FnMut(&mut [u8], u32)) {
        let (left, top) = (x + mask.left, y + mask.top);
        let skip = usize::try_from(-left).unwrap_or(0);
        let start = usize::try_from(left).unwrap_or(0);
        if mask.width <= skip || start >= self.width {
            return;
        }
        let wide = (mask.width - skip).min(self.width - start);
        for (row, coverage) in mask.coverage.chunks_exact(mask.width).enumerate() {
            let Ok(line) = usize::try_from(top + row as i32) else { continue };
            if line >= self.height {
                break;
            }
            let from = (line * self.width + start) * 3;
            let pixels = self.pixels[from..from + wide * 3].chunks_exact_mut(3);
            for (pixel, alpha) in pixels.zip(&coverage[skip..skip + wide]) {
                if *alpha != 0 {
                    lay(pixel, u32::from(*alpha));
                }
            }
        }
    }

    /// Turns the image by half a circle.
    pub(crate) fn turn(&mut self) {
        self.pixels.reverse();
        for pixel in self.pixels.chunks_exact_mut(3) {
            pixel.swap(0, 2);
        }
    }

    /// Three box filters each way: close to a lens out of focus.
    pub(crate) fn blur(&mut self, radius: usize) {
        for _ in 0..3 {
            let row = self.width * 3;
            for line in self.pixels.chunks_exact_mut(row) {
                box_filter(line, radius, 3);
            }
            let mut column = vec![0_u8; self.height];
            for x in 0..row {
                for (value, line) in column.iter_mut().zip(self.pixels.chunks_exact(row)) {
                    *value = line[x];
                }
                box_filter(&mut column, radius, 1);
                for (value, line) in column.iter().zip(self.pixels.chunks_exact_mut(row)) {
                    line[x] = *value;
                }
            }
        }
    }
}

fn box_filter(line: &mut [u8], radius: usize, step: usize) {
    let count = line.len() / step;
    if count <= 2 * radius + 1 {
        return;
    }
    let source = line.to_vec();
    let window = 2 * radius as u32 + 1;
    for channel in 0..step {
        let at = |i: usize| u32::from(source[i.min(count - 1) * step + channel]);
        let mut sum = at(0) * radius as u32 + (0..=radius).map(at).sum::<u32>();
        for i in 0..count {
            line[i * step + channel] = (sum / window) as u8;
            sum = sum + at(i + radius + 1) - at(i.saturating_sub(radius));
        }
    }
}
