//! Measures of a page image: how much ink, how crisp, how dark, which way up. Measures only; what is too little is
//! said by thresholds elsewhere.

mod ink;
mod upright;

use image::GrayImage;
use serde::{Deserialize, Serialize};

use ink::Ink;

// Pages are measured at about 100 dpi: letters are still letters, and a page costs milliseconds.
const LONG_SIDE: u32 = 1_400;

/// What was measured on a page image.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Measures {
    /// Share of the page that is ink, 0 to 1, without borders, punch holes and specks.
    pub ink: f64,
    /// Steepness of the edges of ink relative to its contrast; `None` with too little ink.
    pub sharpness: Option<f64>,
    /// Difference between paper and ink, 0 to 1; `None` with too little ink.
    pub contrast: Option<f64>,
    /// Confidence that horizontal text stands on its head, 0 to 1; `None` without enough text to tell.
    pub upside_down: Option<f64>,
}

/// Measures a page image. The image is taken as the page from edge to edge.
#[must_use]
pub fn measure(page: &GrayImage) -> Measures {
    let small = Plane::shrunk(page);
    let ink = Ink::find(&small);
    let enough = ink.pixels >= 150;
    Measures {
        ink: ink.share,
        sharpness: enough.then(|| ink.sharpness(&small)),
        contrast: enough.then_some(ink.contrast),
        upside_down: if enough { upright::upside_down(&ink) } else { None },
    }
}

/// A small grey picture.
struct Plane {
    width: usize,
    height: usize,
    grey: Vec<u8>,
}

impl Plane {
    // Averages whole blocks of pixels: no ringing that could pass for edges.
    fn shrunk(page: &GrayImage) -> Self {
        let step = page.width().max(page.height()).div_ceil(LONG_SIDE).max(1) as usize;
        let (full, width) = (page.width() as usize, page.width() as usize / step);
        let height = page.height() as usize / step;
        if step == 1 {
            return Self { width, height, grey: page.as_raw().clone() };
        }
        let mut grey = Vec::with_capacity(width * height);
        let mut sums = vec![0u32; width];
        let block = (step * step) as u32;
        for row in 0..height {
            sums.fill(0);
            for line in page.as_raw()[row * step * full..].chunks_exact(full).take(step) {
                for (sum, pixels) in sums.iter_mut().zip(line.chunks_exact(step)) {
                    *sum += pixels.iter().map(|pixel| u32::from(*pixel)).sum::<u32>();
                }
            }
            grey.extend(sums.iter().map(|sum| (sum / block) as u8));
        }
        Self { width, height, grey }
    }
}
