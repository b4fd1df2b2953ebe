//! Blank sheets as a scanner sees them: tint, uneven light, the shadow of the lid, grain. A few are kept for
//! each resolution, so that a page costs a copy and not the making of its grain.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, OnceLock};

use crate::canvas::Canvas;
use crate::random::Random;

const VARIANTS: usize = 4;

type Key = (usize, usize, usize);

/// A sheet of paper of this size in pixels.
pub(crate) fn sheet(width: usize, height: usize, random: &mut Random) -> Canvas {
    static KEPT: OnceLock<Mutex<HashMap<Key, Arc<Vec<u8>>>>> = OnceLock::new();
    let key = (width, height, random.below(VARIANTS));
    let kept = KEPT.get_or_init(Mutex::default);
    let found = kept.lock().ok().and_then(|kept| kept.get(&key).cloned());
    let pixels = found.unwrap_or_else(|| {
        let made = Arc::new(make(width, height, key.2));
        if let Ok(mut kept) = kept.lock() {
            kept.insert(key, Arc::clone(&made));
        }
        made
    });
    Canvas { width, height, pixels: pixels.to_vec() }
}

fn make(width: usize, height: usize, variant: usize) -> Vec<u8> {
    let mut random = Random::part(variant as u64, "paper", 0);
    let tint =
        [[247.0, 246.0, 241.0], [249.0, 249.0, 248.0], [245.0, 243.0, 236.0], [248.0, 248.0, 243.0]][variant % 4];
    let (tilt_x, tilt_y) = (random.between(-4.0, 4.0), random.between(-4.0, 4.0));
    let edge = if random.next() & 1 == 0 { 0 } else { width - 1 };
    let shadow = width as f32 / 60.0;
    let columns: Vec<f32> = (0..width)
        .map(|x| tilt_x * (x as f32 / width as f32 - 0.5) - 46.0 * (-(x.abs_diff(edge) as f32) / shadow).exp())
        .collect();
    let mut pixels = Vec::with_capacity(width * height * 3);
    for y in 0..height {
        let row = tilt_y * (y as f32 / height as f32 - 0.5);
        for column in &columns {
            // Grain: the sum of three coarse steps from one draw, alike in the three channels as in a real scan.
            let bits = random.next();
            let grain = ((bits & 7) + (bits >> 8 & 7) + (bits >> 16 & 7)) as f32 * 0.45 - 4.7;
            for base in tint {
                pixels.push((base + row + column + grain).clamp(0.0, 255.0) as u8);
            }
        }
    }
    specks(&mut pixels, width, height, &mut random);
    pixels
}

fn specks(pixels: &mut [u8], width: usize, height: usize, random: &mut Random) {
    for _ in 0..30 {
        let (x, y, dark) = (random.below(width - 2), random.below(height - 2), random.between(0.55, 0.9));
        for (dx, dy) in [(0, 0), (1, 0), (0, 1)].into_iter().take(1 + random.below(3)) {
            for value in &mut pixels[((y + dy) * width + x + dx) * 3..][..3] {
                *value = (f32::from(*value) * dark) as u8;
            }
        }
    }
}
