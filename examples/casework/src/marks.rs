//! Marks made by hand: seals, fingerprints, handwriting. Each is a mask about its own origin.

use std::collections::HashMap;
use std::f32::consts::PI;
use std::sync::{Arc, Mutex, OnceLock};

use crate::fonts::{Face, Fonts};
use crate::outline::{Mask, Shape, polygon, render_all};
use crate::random::Random;

/// Diameter of a unit's seal in millimetres (国发〔1999〕25号: 42 for county bodies).
pub(crate) const SEAL: f32 = 42.0;

/// A round seal with a star, the unit's name along the upper arc and a caption below, centred on its origin.
/// Without the unevenness of the pad when `clean`.
pub(crate) fn seal(fonts: &Fonts, unit: &str, caption: &str, pixels_per_mm: f32, clean: bool) -> Arc<Mask> {
    type Key = (String, String, u32, bool);
    static KEPT: OnceLock<Mutex<HashMap<Key, Arc<Mask>>>> = OnceLock::new();
    let key = (unit.to_owned(), caption.to_owned(), (pixels_per_mm * 64.0) as u32, clean);
    let kept = KEPT.get_or_init(Mutex::default);
    if let Some(mask) = kept.lock().ok().and_then(|kept| kept.get(&key).cloned()) {
        return mask;
    }
    let mask = Arc::new(make_seal(fonts, unit, caption, pixels_per_mm, clean));
    if let Ok(mut kept) = kept.lock() {
        kept.insert(key, Arc::clone(&mask));
    }
    mask
}

fn make_seal(fonts: &Fonts, unit: &str, caption: &str, scale: f32, clean: bool) -> Mask {
    let radius = SEAL / 2.0 * scale;
    let thick = 1.2 * scale;
    let mut shapes = ring(radius, thick);
    let star: Vec<_> = (0..10)
        .map(|i| {
            let (r, angle) = (if i % 2 == 0 { radius * 0.34 } else { radius * 0.13 }, PI / 5.0 * i as f32);
            (r * angle.sin(), -r * angle.cos())
        })
        .collect();
    shapes.push(polygon(&star));
    let count = unit.chars().count().max(1) as f32;
    let (high, arc) = (radius * 0.30, (0.36 * count).min(4.5));
    let wide = (arc * radius * 0.66 / count).min(high * 0.9);
    for (index, c) in unit.chars().enumerate() {
        let angle = if count > 1.0 { arc * (index as f32 / (count - 1.0) - 0.5) } else { 0.0 };
        let (sin, cos) = angle.sin_cos();
        shapes.push(fonts.shape(Face::SerifBold, c).bent(|x, y| {
            let (u, v) = ((x - 0.5) * wide, (y - 0.38) * high + radius * 0.745);
            (u * cos + v * sin, u * sin - v * cos)
        }));
    }
    let width = caption.chars().count() as f32;
    let em = (radius * 1.1 / width.max(1.0)).min(radius * 0.2);
    for (index, c) in caption.chars().enumerate() {
        let left = (index as f32 - width / 2.0) * em;
        shapes.push(fonts.shape(Face::SerifBold, c).bent(|x, y| (left + x * em, radius * 0.62 - y * em)));
    }
    let mut mask = render_all(&shapes);
    if !clean {
        wear(&mut mask, &mut Random::part(count as u64, unit, 0));
    }
    mask
}

/// Two rims as thin closed bands.
fn ring(radius: f32, thick: f32) -> Vec<Shape> {
    let circle = |r: f32, turn: f32| {
        (0..=180).map(move |i| PI / 90.0 * i as f32 * turn).map(move |a| (r * a.cos(), r * a.sin()))
    };
    let band: Vec<_> = circle(radius, 1.0).chain(circle(radius - thick, -1.0)).collect();
    vec![polygon(&band)]
}

/// The pad never inks evenly: slow waves of pressure and lost spots.
fn wear(mask: &mut Mask, random: &mut Random) {
    let waves: Vec<[f32; 3]> =
        (0..5).map(|_| [random.between(-0.05, 0.05), random.between(-0.05, 0.05), random.between(0.0, 6.0)]).collect();
    for (row, line) in mask.coverage.chunks_exact_mut(mask.width.max(1)).enumerate() {
        for (column, value) in line.iter_mut().enumerate().filter(|(_, v)| **v != 0) {
            let wave: f32 = waves.iter().map(|[a, b, c]| (a * column as f32 + b * row as f32 + c).sin()).sum();
            let lost = if random.next() & 15 == 0 { 0.55 } else { 1.0 };
            *value = (f32::from(*value) * (0.80 + 0.045 * wave) * lost).clamp(0.0, 255.0) as u8;
        }
    }
}

/// A fingerprint: loops of ridges in an oval, pressed unevenly, centred on its origin.
pub(crate) fn fingerprint(scale: f32, random: &mut Random) -> Mask {
    let (rx, ry) = (5.6 * scale * random.between(0.9, 1.1), 7.6 * scale * random.between(0.9, 1.1));
    let (width, height) = ((rx * 2.0) as usize + 2, (ry * 2.0) as usize + 2);
    let (lean, core, phase) = (random.between(-0.5, 0.5), random.between(-0.2, 0.2), random.between(0.0, 6.0));
    let ridge = 2.0 * PI / (0.62 * scale);
    let mut coverage = Vec::with_capacity(width * height);
    for row in 0..height {
        for column in 0..width {
            let (x, y) = (column as f32 - rx, row as f32 - ry);
            let inside = 1.0 - (x / rx).powi(2) - (y / ry).powi(2);
            if inside <= 0.0 {
                coverage.push(0);
                continue;
            }
            let (u, v) = (x + lean * y * 0.4, y - core * ry);
            let arch = if v > 0.0 { u.abs() + v * 0.25 } else { (u * u + v * v).sqrt() };
            let wave =
                (arch * ridge + phase + (x * 0.11 * 8.0 / scale).sin() * 0.9 + (y * 0.13 * 8.0 / scale).sin() * 0.9)
                    .sin();
            let press = (inside * 3.0).min(1.0) * (0.62 + 0.2 * (x * 0.05 + phase).sin() * (y * 0.04).cos());
            let grain = (random.next() & 63) as f32 / 255.0;
            let ink = (0.5 + wave * 1.6).clamp(0.12, 1.0) * press - grain * 0.5;
            coverage.push((ink.clamp(0.0, 1.0) * 235.0) as u8);
        }
    }
    Mask { left: -(rx as i32), top: -(ry as i32), width, height, coverage }
}

/// Handwriting from the start of its baseline: a type's outlines slanted, bent and joined by a hasty hand.
pub(crate) fn handwriting(fonts: &Fonts, text: &str, em: f32, random: &mut Random) -> Mask {
    let slant = random.between(0.12, 0.34);
    let mut x = 0.0;
    let mut shapes = Vec::new();
    for c in text.chars() {
        let (size, drop, turn) =
            (em * random.between(0.88, 1.12), em * random.between(-0.07, 0.07), random.between(-0.10, 0.10));
        let (a, b, p) = (random.between(0.02, 0.045), random.between(0.02, 0.045), random.between(0.0, 6.0));
        let left = x;
        shapes.push(fonts.shape(Face::Sans, c).bent(|gx, gy| {
            let (gx, gy) = (
                gx + a * (gy * 7.0 + p).sin() + slant * (gy - 0.35),
                gy + b * (gx * 6.0 + p).sin() + turn * (gx - 0.5),
            );
            (left + gx * size, drop - gy * size)
        }));
        x += fonts.advance(Face::Sans, c) * size * random.between(0.82, 0.95);
    }
    if text.chars().count() <= 4 {
        let (dip, rise) = (em * random.between(0.02, 0.1), em * random.between(0.1, 0.3));
        let upper = (0..=20).map(|i| i as f32 / 20.0).map(|t| (x - em * 0.35 + t * em * 0.75, dip - rise * t * t));
        let lower = (0..=20)
            .rev()
            .map(|i| i as f32 / 20.0)
            .map(|t| (x - em * 0.35 + t * em * 0.75, dip - rise * t * t + em * 0.05 * (PI * t).sin()));
        shapes.push(polygon(&upper.chain(lower).collect::<Vec<_>>()));
    }
    render_all(&shapes)
}
