//! A body camera's video: the road scene in motion with a running clock, 640 by 360, 15 frames a second, H.264.

use openh264::OpenH264API;
use openh264::encoder::{BitRate, Encoder, EncoderConfig, FrameRate, IntraFramePeriod, RateControlMode};
use openh264::formats::{RgbSliceU8, YUVBuffer};

use crate::canvas::Canvas;
use crate::fonts::fonts;
use crate::forms::Form;
use crate::mp4::{self, Frame};
use crate::{Error, Format, Made, Order, photo, scenes, template};

const SIZE: (usize, usize) = (640, 360);
const RATE: u32 = 15;

pub(crate) fn make(order: &Order, form: &Form) -> Result<Made, Error> {
    template::fill(form, order)?;
    let fonts = fonts()?;
    let seconds = if order.pages == 0 { 8 } else { order.pages };
    let config = EncoderConfig::new()
        .bitrate(BitRate::from_bps(900_000))
        .max_frame_rate(FrameRate::from_hz(RATE as f32))
        .rate_control_mode(RateControlMode::Off)
        .skip_frames(false)
        .num_threads(1)
        .intra_frame_period(IntraFramePeriod::from_num_frames(RATE * 2));
    let mut encoder = Encoder::with_api_config(OpenH264API::from_source(), config).map_err(Error::encode)?;
    let mut frames = Vec::new();
    let label = photo::label(order);
    for number in 0..seconds * RATE {
        let t = number as f32 / RATE as f32;
        let mut canvas = Canvas::filled(SIZE.0, SIZE.1, [0; 3]);
        scenes::draw(&mut canvas, fonts, &photo::shot(order, form, t, &label));
        scenes::stamp(&mut canvas, fonts, &clock(photo::time(order), number / RATE));
        let image = YUVBuffer::from_rgb8_source(RgbSliceU8::new(&canvas.pixels, SIZE));
        frames.push(Frame::new(&encoder.encode(&image).map_err(Error::encode)?.to_vec()));
    }
    let bytes = mp4::write(&frames, SIZE, RATE)?;
    Ok(order.made(&form.name, Format::Mp4, bytes, 1))
}

/// A stamp `... hh:mm:ss` some seconds later; another text is printed with the seconds counted behind it.
fn clock(stamp: &str, later: u32) -> String {
    let parsed = stamp.rsplit_once(' ').and_then(|(day, time)| {
        let mut parts = time.split(':').map(str::parse::<u32>);
        let (h, m, s) = (parts.next()?.ok()?, parts.next()?.ok()?, parts.next()?.ok()?);
        Some((day, h * 3600 + m * 60 + s + later))
    });
    match parsed {
        Some((day, s)) => format!("{day} {:02}:{:02}:{:02}", s / 3600 % 24, s / 60 % 60, s % 60),
        None => format!("{stamp} +{later:02}s"),
    }
}
