//! Photographs of the scene and of exhibits, 1600 by 1200, with the device's time in the corner; a map's screenshot.

use crate::canvas::Canvas;
use crate::fonts::fonts;
use crate::forms::Form;
use crate::scenes::{self, Shot};
use crate::{Defect, Error, Format, Made, Order, defects, raster, template};

const SIZE: (usize, usize) = (1600, 1200);

pub(crate) fn make(order: &Order, form: &Form, format: Format) -> Result<Made, Error> {
    template::fill(form, order)?;
    defects::check_pages(order, 1)?;
    let fonts = fonts()?;
    let flaws: Vec<Defect> = defects::on_page(order, 0).collect();
    let low = flaws.iter().any(|flaw| matches!(flaw, Defect::LowResolutionPage(_)));
    let (width, height) = if low { (SIZE.0 / 5, SIZE.1 / 5) } else { SIZE };
    let mut canvas = Canvas::filled(width, height, [0; 3]);
    if !flaws.iter().any(|flaw| matches!(flaw, Defect::BlankPage(_))) {
        if form.scene.as_deref() == Some(scenes::MAP) {
            scenes::draw(&mut canvas, fonts, &shot(order, form, 0.0, time(order)));
        } else {
            scenes::draw(&mut canvas, fonts, &shot(order, form, 0.0, &label(order)));
            scenes::stamp(&mut canvas, fonts, &format!("{}　执法记录", time(order)));
        }
    }
    for flaw in flaws {
        match flaw {
            Defect::BlurredPage(_) => canvas.blur(9),
            Defect::UpsideDownPage(_) => canvas.turn(),
            _ => {}
        }
    }
    let bytes = if format == Format::Png { raster::png(&canvas)? } else { raster::jpeg(&canvas, 96, 86)? };
    Ok(order.made(&form.name, format, bytes, 1))
}

pub(crate) fn shot<'a>(order: &'a Order, form: &'a Form, t: f32, label: &'a str) -> Shot<'a> {
    Shot {
        scene: form.scene.as_deref().unwrap_or("road"),
        plate: order.value("vehicle.plate").unwrap_or("云A·D8T26"),
        reading: order.value("breath_alcohol").unwrap_or("0"),
        label,
        t,
        seed: order.seed,
    }
}

pub(crate) fn label(order: &Order) -> String {
    format!("{} {}", order.value("suspect.name").unwrap_or(""), order.value("blood.tube").unwrap_or("A-0001"))
}

pub(crate) fn time(order: &Order) -> &str {
    order.value("event.stamp").or(order.value("event.time")).unwrap_or("")
}
