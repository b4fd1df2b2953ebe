//! A screenshot of an electronic map: where the car was stopped, and the way it had come.

use super::{Brush, Shot};
use crate::random::Random;

const LAND: [u8; 3] = [243, 241, 234];
const BLOCK: [u8; 3] = [228, 226, 218];
const STREET: [u8; 3] = [255, 255, 255];
const MAIN: [u8; 3] = [252, 222, 140];
const WAY: [u8; 3] = [36, 110, 230];
const WORDS: [u8; 3] = [70, 76, 84];

pub(super) fn draw(brush: &mut Brush, tall: f32, shot: &Shot) {
    let mut random = Random::part(shot.seed, "map", 0);
    brush.rect(0.0, 0.0, 1.0, tall, LAND);
    let mut x = 0.02;
    while x < 0.98 {
        let wide = random.between(0.06, 0.12);
        let mut y = 0.02;
        while y < tall {
            let high = random.between(0.05, 0.1);
            brush.rect(x, y, wide - 0.015, high - 0.015, BLOCK);
            y += high;
        }
        x += wide;
    }
    // A river and a park, so that one can tell where one is.
    brush.fill(
        &[(0.0, 0.62), (0.35, 0.56), (0.7, 0.66), (1.0, 0.6), (1.0, 0.65), (0.7, 0.71), (0.35, 0.61), (0.0, 0.67)],
        [170, 211, 240],
    );
    brush.rect(0.08, 0.1, 0.17, 0.12, [200, 228, 190]);
    for y in [0.3, 0.5] {
        brush.rect(0.0, y, 1.0, 0.014, STREET);
    }
    for x in [0.2, 0.42, 0.82] {
        brush.rect(x, 0.0, 0.014, tall, STREET);
    }
    let stop = random.between(0.6, 0.68);
    brush.rect(0.0, 0.4, 1.0, 0.024, MAIN);
    brush.rect(stop, 0.0, 0.024, tall, MAIN);
    // The way from the restaurant to the checkpoint.
    brush.rect(0.204, 0.2, 0.008, 0.21, WAY);
    brush.rect(0.204, 0.408, stop - 0.19, 0.008, WAY);
    for (at, down, colour) in [(0.208, 0.2, [34, 150, 80]), (stop + 0.012, 0.412, [214, 48, 48])] {
        brush.oval(at, down - 0.035, 0.016, 0.016, colour);
        brush.fill(&[(at - 0.012, down - 0.026), (at + 0.012, down - 0.026), (at, down)], colour);
        brush.oval(at, down - 0.035, 0.006, 0.006, STREET);
    }
    brush.text(0.24, 0.2, 0.018, "起点：餐厅", WORDS);
    brush.text(stop + 0.04, 0.39, 0.018, "查获地点", WORDS);
    brush.text(0.44, 0.445, 0.016, "临溪大道", WORDS);
    brush.text(0.1, 0.17, 0.016, "青梧公园", WORDS);
    // The bar of the program, with vehicle and time, and the scale.
    brush.rect(0.0, 0.0, 1.0, 0.06, [48, 56, 68]);
    brush.text(0.02, 0.04, 0.022, &format!("车辆轨迹　{}　{}", shot.plate, shot.label), STREET);
    brush.rect(0.8, tall - 0.045, 0.15, 0.004, WORDS);
    brush.text(0.84, tall - 0.055, 0.015, "500米", WORDS);
}
