//! Outlines in ems, and coverage masks made from them after any bending of the plane.

use ab_glyph::OutlineCurve;
use ab_glyph_rasterizer::{Point, Rasterizer, point};

/// A glyph's outline, one em = 1.0, y upwards. Quadratic curves are raised to cubic.
#[derive(Debug, Default)]
pub(crate) struct Shape {
    pub(crate) curves: Vec<Curve>,
}

#[derive(Debug, Clone, Copy)]
pub(crate) enum Curve {
    Line([(f32, f32); 2]),
    Cubic([(f32, f32); 4]),
}

/// Coverage 0..=255 of a small area whose top left corner stands at (`left`, `top`) from the origin, y downwards.
#[derive(Debug, Default, Clone)]
pub(crate) struct Mask {
    pub(crate) left: i32,
    pub(crate) top: i32,
    pub(crate) width: usize,
    pub(crate) height: usize,
    pub(crate) coverage: Vec<u8>,
}

impl Shape {
    pub(crate) fn new(curves: &[OutlineCurve], em: f32) -> Self {
        let at = |p: ab_glyph::Point| (p.x / em, p.y / em);
        let towards = |a: (f32, f32), b: (f32, f32)| (a.0 + (b.0 - a.0) * 2.0 / 3.0, a.1 + (b.1 - a.1) * 2.0 / 3.0);
        let curves = curves
            .iter()
            .map(|curve| match *curve {
                OutlineCurve::Line(a, b) => Curve::Line([at(a), at(b)]),
                OutlineCurve::Quad(a, b, c) => {
                    Curve::Cubic([at(a), towards(at(a), at(b)), towards(at(c), at(b)), at(c)])
                }
                OutlineCurve::Cubic(a, b, c, d) => Curve::Cubic([at(a), at(b), at(c), at(d)]),
            })
            .collect();
        Self { curves }
    }

    /// Renders after `bend` has carried each point to pixels (y downwards).
    pub(crate) fn render(&self, bend: impl Fn(f32, f32) -> (f32, f32)) -> Mask {
        render_all(std::slice::from_ref(&self.bent(bend)))
    }

    pub(crate) fn bent(&self, bend: impl Fn(f32, f32) -> (f32, f32)) -> Self {
        let curves = self
            .curves
            .iter()
            .map(|curve| match *curve {
                Curve::Line(points) => Curve::Line(points.map(|(x, y)| bend(x, y))),
                Curve::Cubic(points) => Curve::Cubic(points.map(|(x, y)| bend(x, y))),
            })
            .collect();
        Self { curves }
    }

    fn points(&self) -> impl Iterator<Item = (f32, f32)> + '_ {
        self.curves
            .iter()
            .flat_map(|curve| match curve {
                Curve::Line(points) => points.as_slice(),
                Curve::Cubic(points) => points.as_slice(),
            })
            .copied()
    }
}

/// Renders shapes that are already in pixels into one mask.
pub(crate) fn render_all(shapes: &[Shape]) -> Mask {
    let (mut left, mut top, mut right, mut bottom) = (f32::MAX, f32::MAX, f32::MIN, f32::MIN);
    for (x, y) in shapes.iter().flat_map(Shape::points) {
        (left, top, right, bottom) = (left.min(x), top.min(y), right.max(x), bottom.max(y));
    }
    if left > right {
        return Mask::default();
    }
    let (left, top) = (left.floor() - 1.0, top.floor() - 1.0);
    let (width, height) = ((right - left).ceil() as usize + 2, (bottom - top).ceil() as usize + 2);
    let mut coverage = vec![0_u8; width * height];
    for shape in shapes {
        let mut rasterizer = Rasterizer::new(width, height);
        let at = |p: (f32, f32)| -> Point { point(p.0 - left, p.1 - top) };
        for curve in &shape.curves {
            match *curve {
                Curve::Line([a, b]) => rasterizer.draw_line(at(a), at(b)),
                Curve::Cubic([a, b, c, d]) => rasterizer.draw_cubic(at(a), at(b), at(c), at(d)),
            }
        }
        rasterizer.for_each_pixel(|index, alpha| {
            if let Some(cell) = coverage.get_mut(index) {
                *cell = (*cell).max((alpha.clamp(0.0, 1.0) * 255.0) as u8);
            }
        });
    }
    Mask { left: left as i32, top: top as i32, width, height, coverage }
}

/// A closed polygon as a shape.
pub(crate) fn polygon(points: &[(f32, f32)]) -> Shape {
    let next = points.iter().cycle().skip(1);
    Shape { curves: points.iter().zip(next).map(|(a, b)| Curve::Line([*a, *b])).collect() }
}
