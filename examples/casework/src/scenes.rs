//! The pictures of cameras, drawn: each scene fills an RGB canvas at a moment `t` (seconds), so that a photograph
//! is one moment and a video many.

mod map;

use crate::canvas::Canvas;
use crate::fonts::{Face, Fonts};
use crate::outline::polygon;
use crate::random::Random;

/// The scene that is no camera's.
pub(crate) const MAP: &str = "map";

/// What a scene shows.
#[derive(Debug, Clone)]
pub(crate) struct Shot<'a> {
    pub(crate) scene: &'a str,
    pub(crate) plate: &'a str,
    pub(crate) reading: &'a str,
    pub(crate) label: &'a str,
    pub(crate) t: f32,
    pub(crate) seed: u64,
}

/// A brush on a canvas whose coordinates run from 0 to 1 across and 0 to `tall` down.
struct Brush<'a> {
    canvas: &'a mut Canvas,
    fonts: &'a Fonts,
    unit: f32,
}

type Corner = (f32, f32);

impl Brush<'_> {
    fn fill(&mut self, corners: &[Corner], colour: [u8; 3]) {
        let unit = self.unit;
        let points: Vec<_> = corners.iter().map(|(x, y)| (x * unit, y * unit)).collect();
        self.canvas.paint(&polygon(&points).render(|x, y| (x, y)), 0, 0, colour);
    }

    fn rect(&mut self, x: f32, y: f32, w: f32, h: f32, colour: [u8; 3]) {
        self.fill(&[(x, y), (x + w, y), (x + w, y + h), (x, y + h)], colour);
    }

    fn oval(&mut self, x: f32, y: f32, rx: f32, ry: f32, colour: [u8; 3]) {
        let points: Vec<_> = (0..40)
            .map(|i| i as f32 * std::f32::consts::TAU / 40.0)
            .map(|a| (x + rx * a.cos(), y + ry * a.sin()))
            .collect();
        self.fill(&points, colour);
    }

    fn text(&mut self, x: f32, y: f32, em: f32, text: &str, colour: [u8; 3]) {
        let mut pen = x * self.unit;
        for c in text.chars() {
            let mask = self.fonts.mask(Face::SansBold, c, em * self.unit);
            self.canvas.paint(&mask, pen as i32, (y * self.unit) as i32, colour);
            pen += self.fonts.advance(Face::SansBold, c) * em * self.unit;
        }
    }

    /// Light added around a lamp, fading with distance.
    fn glow(&mut self, x: f32, y: f32, radius: f32, colour: [f32; 3]) {
        let (cx, cy, r) = (x * self.unit, y * self.unit, radius * self.unit);
        let (width, height) = (self.canvas.width, self.canvas.height);
        let rows = ((cy - r).max(0.0) as usize)..((cy + r).max(0.0) as usize).min(height);
        let (from, to) = (((cx - r).max(0.0) as usize).min(width), ((cx + r).max(0.0) as usize).min(width));
        for row in rows {
            let dy = (row as f32 - cy) / r;
            let line = &mut self.canvas.pixels[(row * width + from) * 3..(row * width + to) * 3];
            for (column, pixel) in (from..).zip(line.chunks_exact_mut(3)) {
                let dx = (column as f32 - cx) / r;
                let light = 1.0 - dx * dx - dy * dy;
                if light > 0.0 {
                    let light = light * light * light;
                    for (value, c) in pixel.iter_mut().zip(colour) {
                        *value = (f32::from(*value) + light * c).min(255.0) as u8;
                    }
                }
            }
        }
    }

    fn gradient(&mut self, top: f32, bottom: f32, from: [f32; 3], to: [f32; 3]) {
        let (first, last) = ((top * self.unit) as usize, ((bottom * self.unit) as usize).min(self.canvas.height));
        let width = self.canvas.width * 3;
        for row in first..last {
            let share = (row - first) as f32 / (last - first).max(1) as f32;
            let colour: [u8; 3] = std::array::from_fn(|i| (from[i] + (to[i] - from[i]) * share) as u8);
            for pixel in self.canvas.pixels[row * width..(row + 1) * width].chunks_exact_mut(3) {
                pixel.copy_from_slice(&colour);
            }
        }
    }
}

/// Draws a scene onto the whole canvas.
pub(crate) fn draw(canvas: &mut Canvas, fonts: &Fonts, shot: &Shot) {
    let unit = canvas.width as f32;
    let tall = canvas.height as f32 / unit;
    let mut brush = Brush { canvas, fonts, unit };
    match shot.scene {
        // A screenshot, without the grain of a camera.
        MAP => return map::draw(&mut brush, tall, shot),
        "breath" => breath(&mut brush, tall, shot),
        "plate" => plate(&mut brush, tall, shot),
        "tube" => tube(&mut brush, tall, shot),
        _ => road(&mut brush, tall, shot),
    }
    grain(
        brush.canvas,
        Random::part(shot.seed, shot.scene, (shot.t * 1000.0) as u64),
        if shot.scene == "tube" { 7 } else { 15 },
    );
}

/// A road at night: the sky of a town, lamps in a row, the stopped car with its lights on, a patrol light.
fn road(b: &mut Brush, tall: f32, shot: &Shot) {
    let sway = (shot.t * 1.7).sin() * 0.006 + (shot.t * 3.1).sin() * 0.003;
    let far = tall * 0.42 + (shot.t * 2.3).sin() * 0.004;
    b.gradient(0.0, far, [10.0, 12.0, 24.0], [38.0, 34.0, 44.0]);
    b.gradient(far, tall, [34.0, 33.0, 34.0], [70.0, 68.0, 64.0]);
    let mut random = Random::part(shot.seed, "town", 0);
    let mut x = -0.05;
    while x < 1.05 {
        let (w, h) = (random.between(0.04, 0.12), random.between(0.05, 0.22) * tall);
        b.rect(x + sway, far - h, w, h, [18, 18, 26]);
        for _ in 0..8 {
            let (wx, wy) = (x + sway + random.between(0.1, 0.8) * w, far - random.between(0.1, 0.9) * h);
            if random.next() & 3 != 0 {
                b.rect(wx, wy, 0.006, 0.005, [170, 150, 90]);
            }
        }
        x += w + random.between(0.0, 0.02);
    }
    b.fill(&[(0.46 + sway, far), (0.54 + sway, far), (1.12, tall), (-0.12, tall)], [58, 58, 60]);
    for i in 0..9 {
        let (near, next) = ((i as f32 / 9.0).powi(2), ((i as f32 + 0.45) / 9.0).powi(2));
        let (y0, y1) = (far + (tall - far) * near, far + (tall - far) * next);
        b.fill(
            &[
                (0.5 + sway - 0.004 * near, y0),
                (0.5 + sway + 0.004 * near, y0),
                (0.5 + 0.006 * next + sway, y1),
                (0.5 - 0.006 * next + sway, y1),
            ],
            [190, 160, 60],
        );
    }
    for i in 0..5 {
        let near = ((i as f32 + 1.0) / 5.0).powi(2);
        for side in [-1.0, 1.0] {
            let (x, y) = (0.5 + sway + side * (0.05 + 0.5 * near), far - 0.36 * near * tall);
            b.rect(x - 0.002 * near, y, 0.004 * near + 0.001, far - y + 0.2 * near, [30, 30, 34]);
            b.glow(x, y, 0.05 + 0.13 * near, [150.0, 110.0, 50.0]);
        }
    }
    car(b, 0.60 + sway, far + 0.26 * tall, 0.34, shot);
    let flash = (shot.t * 9.0).sin();
    b.glow(0.10, far + 0.05, 0.22, if flash > 0.0 { [150.0, 10.0, 20.0] } else { [20.0, 30.0, 170.0] });
    if shot.scene == "body" {
        let pass = (shot.t * 0.35).fract();
        b.glow(0.48 - pass * 0.6 + sway, far + 0.02 + pass * 0.24, 0.02 + pass * 0.12, [240.0, 235.0, 210.0]);
        b.glow(0.45 - pass * 0.6 + sway, far + 0.02 + pass * 0.24, 0.02 + pass * 0.12, [240.0, 235.0, 210.0]);
    }
}

/// A saloon seen from the front, `w` wide, its wheels standing on `ground`.
fn car(b: &mut Brush, x: f32, ground: f32, w: f32, shot: &Shot) {
    let at = |dx: f32, dy: f32| (x + dx * w, ground + dy * w);
    b.oval(x + 0.5 * w, ground, 0.56 * w, 0.05 * w, [22, 22, 24]);
    for side in [0.06, 0.80] {
        let (wx, wy) = at(side, -0.16);
        b.rect(wx, wy, 0.14 * w, 0.17 * w, [14, 14, 15]);
    }
    b.fill(
        &[
            at(0.0, -0.12),
            at(0.02, -0.36),
            at(0.16, -0.43),
            at(0.84, -0.43),
            at(0.98, -0.36),
            at(1.0, -0.12),
            at(0.95, -0.07),
            at(0.05, -0.07),
        ],
        [118, 122, 130],
    );
    b.fill(
        &[at(0.15, -0.42), at(0.25, -0.66), at(0.34, -0.70), at(0.66, -0.70), at(0.75, -0.66), at(0.85, -0.42)],
        [92, 96, 104],
    );
    b.fill(&[at(0.20, -0.43), at(0.28, -0.64), at(0.72, -0.64), at(0.80, -0.43)], [26, 30, 38]);
    b.fill(&[at(0.56, -0.43), at(0.58, -0.56), at(0.68, -0.56), at(0.71, -0.43)], [44, 42, 44]);
    b.fill(&[at(0.30, -0.30), at(0.70, -0.30), at(0.66, -0.22), at(0.34, -0.22)], [30, 31, 34]);
    let (px, py) = at(0.36, -0.19);
    b.rect(px, py, 0.28 * w, 0.085 * w, [24, 70, 170]);
    let em = (0.25 / b.fonts.width(Face::SansBold, shot.plate).max(1.0)).min(0.06) * w;
    b.text(px + 0.015 * w, py + 0.042 * w + em * 0.38, em, shot.plate, [236, 238, 240]);
    for side in [0.10, 0.90] {
        let (lx, ly) = at(side, -0.29);
        b.oval(lx, ly, 0.07 * w, 0.035 * w, [255, 250, 230]);
        b.glow(lx, ly, 0.42 * w, [190.0, 180.0, 140.0]);
        b.glow(lx, ly + 0.25 * w, 0.55 * w, [70.0, 66.0, 50.0]);
    }
}

/// A gloved hand holding the breath tester, its display lit.
fn breath(b: &mut Brush, tall: f32, shot: &Shot) {
    b.gradient(0.0, tall, [22.0, 24.0, 34.0], [52.0, 46.0, 44.0]);
    for (x, y, r, c) in [
        (0.1, 0.12, 0.16, [120.0, 80.0, 40.0]),
        (0.86, 0.2, 0.2, [90.0, 30.0, 30.0]),
        (0.72, 0.1, 0.12, [30.0, 50.0, 120.0]),
        (0.3, 0.3, 0.1, [110.0, 100.0, 60.0]),
    ] {
        b.glow(x, y, r, c);
    }
    b.fill(&[(0.28, tall), (0.34, 0.52), (0.44, 0.44), (0.66, 0.46), (0.74, 0.56), (0.82, tall)], [36, 40, 58]);
    b.fill(
        &[
            (0.40, 0.10),
            (0.62, 0.10),
            (0.66, 0.16),
            (0.66, 0.62),
            (0.62, 0.66),
            (0.40, 0.66),
            (0.36, 0.62),
            (0.36, 0.16),
        ],
        [44, 46, 50],
    );
    b.rect(0.47, 0.02, 0.08, 0.09, [205, 208, 212]);
    b.rect(0.395, 0.17, 0.235, 0.16, [120, 176, 150]);
    b.text(0.408, 0.205, 0.021, "酒精含量 mg/100ml", [16, 40, 30]);
    b.text(0.42, 0.305, 0.088, shot.reading, [12, 30, 24]);
    for (i, colour) in [[190, 40, 40], [210, 180, 60], [60, 160, 80]].into_iter().enumerate() {
        b.oval(0.44 + i as f32 * 0.07, 0.40, 0.018, 0.018, colour);
    }
    b.text(0.43, 0.49, 0.026, "呼气酒精检测仪", [200, 204, 210]);
    for i in 0..4 {
        let y = 0.50 + i as f32 * 0.052;
        b.fill(
            &[(0.32, y + 0.012), (0.35, y), (0.45, y + 0.004), (0.46, y + 0.03), (0.44, y + 0.044), (0.33, y + 0.05)],
            [58, 64, 86],
        );
    }
    b.fill(&[(0.60, 0.47), (0.67, 0.40), (0.70, 0.44), (0.68, 0.58), (0.62, 0.62)], [62, 68, 92]);
    b.glow(0.5, 0.25, 0.34, [36.0, 44.0, 40.0]);
}

/// A number plate under a torch.
fn plate(b: &mut Brush, tall: f32, shot: &Shot) {
    b.gradient(0.0, tall, [58.0, 60.0, 66.0], [24.0, 25.0, 28.0]);
    b.fill(&[(0.0, 0.10), (1.0, 0.06), (1.0, 0.16), (0.0, 0.20)], [30, 31, 34]);
    b.fill(&[(0.0, 0.52), (1.0, 0.50), (1.0, tall), (0.0, tall)], [20, 20, 22]);
    b.rect(0.165, 0.245, 0.67, 0.21, [225, 228, 232]);
    b.rect(0.172, 0.252, 0.656, 0.196, [22, 62, 160]);
    let em = (0.60 / b.fonts.width(Face::SansBold, shot.plate).max(1.0)).min(0.15);
    b.text(
        0.5 - b.fonts.width(Face::SansBold, shot.plate) * em / 2.0,
        0.35 + em * 0.37,
        em,
        shot.plate,
        [240, 242, 244],
    );
    for x in [0.26, 0.74] {
        b.oval(x, 0.268, 0.009, 0.007, [180, 182, 186]);
        b.oval(x, 0.432, 0.009, 0.007, [180, 182, 186]);
    }
    b.glow(0.46, 0.33, 0.45, [62.0, 60.0, 48.0]);
}

/// Two sealed tubes with labels on a steel tray, beside them the bag and a scale.
fn tube(b: &mut Brush, tall: f32, shot: &Shot) {
    b.gradient(0.0, tall, [196.0, 200.0, 204.0], [150.0, 154.0, 160.0]);
    b.fill(&[(0.06, 0.10), (0.94, 0.08), (0.97, tall - 0.08), (0.03, tall - 0.06)], [176, 182, 190]);
    b.fill(&[(0.56, 0.14), (0.90, 0.13), (0.92, 0.62), (0.55, 0.63)], [222, 226, 216]);
    b.text(0.60, 0.22, 0.04, "物证密封袋", [150, 30, 36]);
    for (line, text) in [shot.label, "封装人　　见证人", "年　月　日　时　分"].into_iter().enumerate()
    {
        b.text(0.59, 0.32 + line as f32 * 0.07, 0.026, text, [40, 44, 60]);
    }
    for (i, name) in ["A", "B"].into_iter().enumerate() {
        let x = 0.16 + i as f32 * 0.19;
        b.oval(x + 0.05, 0.64, 0.07, 0.02, [130, 134, 140]);
        b.rect(x, 0.13, 0.09, 0.07, [92, 60, 140]);
        b.rect(x + 0.008, 0.20, 0.074, 0.42, [214, 218, 224]);
        b.rect(x + 0.008, 0.36, 0.074, 0.25, [118, 16, 22]);
        b.oval(x + 0.045, 0.61, 0.037, 0.03, [110, 14, 20]);
        b.rect(x + 0.004, 0.28, 0.082, 0.20, [244, 244, 238]);
        b.text(x + 0.028, 0.345, 0.05, name, [30, 30, 40]);
        b.text(x + 0.010, 0.39, 0.017, "血样 抗凝", [40, 44, 60]);
        b.text(x + 0.010, 0.43, 0.015, shot.label.split(' ').next().unwrap_or(""), [32, 44, 110]);
        b.rect(x + 0.008, 0.455, 0.074, 0.012, [190, 40, 44]);
    }
    for i in 0..26 {
        let x = 0.12 + i as f32 * 0.015;
        b.rect(x, tall - 0.075, 0.0012, if i % 5 == 0 { 0.022 } else { 0.012 }, [30, 30, 30]);
    }
    b.glow(0.3, 0.1, 0.6, [24.0, 24.0, 22.0]);
}

/// The sensor's grain.
fn grain(canvas: &mut Canvas, mut random: Random, strength: i32) {
    for pixels in canvas.pixels.chunks_mut(24) {
        let mut bits = random.next();
        for pixel in pixels.chunks_exact_mut(3) {
            let noise = ((bits & 127) as i32 - 64) * strength / 64;
            bits >>= 7;
            for value in pixel {
                *value = (i32::from(*value) + noise).clamp(0, 255) as u8;
            }
        }
    }
}

/// The time the device prints into the picture.
pub(crate) fn stamp(canvas: &mut Canvas, fonts: &Fonts, text: &str) {
    let em = canvas.width as f32 / 46.0;
    let wide = fonts.width(Face::Sans, text) * em;
    let mut pen = canvas.width as f32 - wide - em;
    for c in text.chars() {
        let mask = fonts.mask(Face::Sans, c, em);
        let y = canvas.height as i32 - em as i32;
        canvas.paint(&mask, pen as i32 + 2, y + 2, [10, 10, 10]);
        canvas.paint(&mask, pen as i32, y, [250, 250, 250]);
        pen += fonts.advance(Face::Sans, c) * em;
    }
}
