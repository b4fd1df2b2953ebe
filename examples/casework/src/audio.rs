//! An interview recording: two voices in turn, made of formants without words, in a room with a fan.

use std::f32::consts::TAU;
use std::io::Cursor;

use hound::{SampleFormat, WavSpec, WavWriter};

use crate::random::Random;
use crate::{Error, Format, Made, Order};

/// Samples a second.
pub(crate) const RATE: u32 = 16_000;

/// Formants of five vowels, in hertz.
const VOWELS: [[f32; 3]; 5] = [
    [800.0, 1200.0, 2600.0],
    [450.0, 1900.0, 2500.0],
    [300.0, 2300.0, 3000.0],
    [500.0, 900.0, 2500.0],
    [330.0, 750.0, 2400.0],
];

pub(crate) fn make(order: &Order) -> Result<Made, Error> {
    let seconds = if order.pages == 0 { 15 } else { order.pages };
    let count = (seconds * RATE) as usize;
    let mut random = Random::part(order.seed, "voices", 0);
    let mut samples = vec![0.0_f32; count];
    let (mut at, mut asking) = (RATE as usize / 3, true);
    while at < count {
        let pitch = if asking { random.between(115.0, 130.0) } else { random.between(150.0, 175.0) };
        for _ in 0..5 + random.below(if asking { 8 } else { 14 }) {
            at += syllable(&mut samples, at, pitch, &mut random);
        }
        at += (random.between(0.35, 0.9) * RATE as f32) as usize;
        asking = !asking;
    }
    let mut hum = 0.0;
    let spec = WavSpec { channels: 1, sample_rate: RATE, bits_per_sample: 16, sample_format: SampleFormat::Int };
    let mut bytes = Cursor::new(Vec::new());
    let mut writer = WavWriter::new(&mut bytes, spec).map_err(Error::encode)?;
    for (index, sample) in samples.iter().enumerate() {
        hum = hum * 0.97 + random.between(-1.0, 1.0) * 0.012;
        let fan = 0.004 * (TAU * 100.0 * index as f32 / RATE as f32).sin();
        writer
            .write_sample(((sample * 0.5 + hum * 0.25 + fan).clamp(-1.0, 1.0) * 30_000.0) as i16)
            .map_err(Error::encode)?;
    }
    writer.finalize().map_err(Error::encode)?;
    Ok(order.made("讯问（询问）录音", Format::Wav, bytes.into_inner(), 1))
}

/// One syllable with a tone, beginning in breath; its length in samples.
fn syllable(samples: &mut [f32], at: usize, pitch: f32, random: &mut Random) -> usize {
    let length = (random.between(0.14, 0.26) * RATE as f32) as usize;
    let vowel = VOWELS[random.below(VOWELS.len())];
    let (rise, breath, loud) = (random.between(-0.25, 0.25), random.between(0.02, 0.2), random.between(0.5, 1.0));
    let mut phase = 0.0_f32;
    for (index, sample) in samples.iter_mut().skip(at).take(length).enumerate() {
        let share = index as f32 / length as f32;
        phase += pitch * (1.0 + rise * (share - 0.5)) / RATE as f32;
        let envelope = (share * 12.0).min(1.0) * ((1.0 - share) * 5.0).min(1.0) * loud;
        let mut voice = 0.0;
        for harmonic in 1..=18 {
            let frequency = pitch * harmonic as f32;
            let gain: f32 = vowel
                .iter()
                .zip([1.0, 0.55, 0.25])
                .map(|(formant, weight)| weight / (1.0 + ((frequency - formant) / 130.0).powi(2)))
                .sum();
            voice += gain * (TAU * (phase * harmonic as f32).fract()).sin();
        }
        let hiss = if share < 0.22 { random.between(-1.0, 1.0) * breath } else { 0.0 };
        *sample += envelope * (voice * 0.35 + hiss);
    }
    length
}
