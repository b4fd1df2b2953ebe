//! OFD (GB/T 33190-2016): pages of text and path objects, seals and handwriting as images.

use std::fmt::Write as _;
use std::io::{Cursor, Write as _};

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

use crate::fonts::{Face, Fonts, fonts};
use crate::layout::{Item, Sheet};
use crate::outline::Mask;
use crate::random::Random;
use crate::{Error, Format, Made, Order, marks};

const HEAD: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";
const SPACE: &str = "xmlns:ofd=\"http://www.ofdspec.org/2016\"";
/// Pixels in a millimetre of the images of marks.
const SCALE: f32 = 8.0;

struct Image {
    id: u32,
    file: String,
    bytes: Vec<u8>,
}

struct Writer<'a> {
    fonts: &'a Fonts,
    next: u32,
    images: Vec<Image>,
}

pub(crate) fn write(order: &Order, sheets: &[Sheet]) -> Result<Made, Error> {
    let mut writer = Writer { fonts: fonts()?, next: 100, images: Vec::new() };
    let mut files: Vec<(String, Vec<u8>)> = Vec::new();
    let mut pages = String::new();
    for (number, sheet) in sheets.iter().enumerate() {
        let content = writer.page(sheet, order.seed, number)?;
        let id = writer.id();
        let _ = write!(pages, "<ofd:Page ID=\"{id}\" BaseLoc=\"Pages/Page_{number}/Content.xml\"/>");
        files.push((format!("Doc_0/Pages/Page_{number}/Content.xml"), content.into_bytes()));
    }
    let area = sheets.first().map_or((210.0, 297.0), |sheet| (sheet.width, sheet.height));
    let resources = if writer.images.is_empty() { "" } else { "<ofd:DocumentRes>DocumentRes.xml</ofd:DocumentRes>" };
    let document = format!(
        "{HEAD}<ofd:Document {SPACE}><ofd:CommonData><ofd:MaxUnitID>{}</ofd:MaxUnitID><ofd:PageArea><ofd:PhysicalBox>0 0 {} {}</ofd:PhysicalBox></ofd:PageArea>\
         <ofd:PublicRes>PublicRes.xml</ofd:PublicRes>{resources}</ofd:CommonData><ofd:Pages>{pages}</ofd:Pages></ofd:Document>",
        writer.next + 1,
        area.0,
        area.1
    );
    let title = if order.title.is_empty() { order.form.as_str() } else { &order.title };
    let root = format!(
        "{HEAD}<ofd:OFD {SPACE} Version=\"1.0\" DocType=\"OFD\"><ofd:DocBody><ofd:DocInfo><ofd:DocID>{:032x}</ofd:DocID><ofd:Title>{}</ofd:Title><ofd:Subject>{}</ofd:Subject>\
         </ofd:DocInfo><ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot></ofd:DocBody></ofd:OFD>",
        Random::part(order.seed, title, 0).next(),
        escape(title),
        escape(&order.kind)
    );
    let mut list = String::new();
    for (number, face) in Face::ALL.into_iter().enumerate() {
        let bold = matches!(face, Face::SerifBold | Face::SansBold);
        let _ = write!(
            list,
            "<ofd:Font ID=\"{}\" FontName=\"{}\" FamilyName=\"{}\" Charset=\"unicode\" Bold=\"{bold}\"/>",
            number + 1,
            face.family(),
            face.family()
        );
    }
    let mut all = vec![
        ("OFD.xml".to_owned(), root.into_bytes()),
        ("Doc_0/Document.xml".to_owned(), document.into_bytes()),
        (
            "Doc_0/PublicRes.xml".to_owned(),
            format!("{HEAD}<ofd:Res {SPACE} BaseLoc=\"Res\"><ofd:Fonts>{list}</ofd:Fonts></ofd:Res>").into_bytes(),
        ),
    ];
    if !writer.images.is_empty() {
        let media = writer.images.iter().fold(String::new(), |mut media, image| {
            let _ = write!(media, "<ofd:MultiMedia ID=\"{}\" Type=\"Image\" Format=\"PNG\"><ofd:MediaFile>{}</ofd:MediaFile></ofd:MultiMedia>", image.id, image.file);
            media
        });
        all.push((
            "Doc_0/DocumentRes.xml".to_owned(),
            format!("{HEAD}<ofd:Res {SPACE} BaseLoc=\"Res\"><ofd:MultiMedias>{media}</ofd:MultiMedias></ofd:Res>")
                .into_bytes(),
        ));
        all.extend(writer.images.into_iter().map(|image| (format!("Doc_0/Res/{}", image.file), image.bytes)));
    }
    all.extend(files);
    Ok(order.made(&order.form, Format::Ofd, pack(&all)?, sheets.len() as u32))
}

fn pack(files: &[(String, Vec<u8>)]) -> Result<Vec<u8>, Error> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Deflated)
        .last_modified_time(DateTime::default());
    for (name, bytes) in files {
        zip.start_file(name.as_str(), options).map_err(Error::encode)?;
        zip.write_all(bytes).map_err(Error::encode)?;
    }
    Ok(zip.finish().map_err(Error::encode)?.into_inner())
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

impl Writer<'_> {
    fn id(&mut self) -> u32 {
        self.next += 1;
        self.next
    }

    fn page(&mut self, sheet: &Sheet, seed: u64, number: usize) -> Result<String, Error> {
        let mut random = Random::part(seed, "ofd", number as u64);
        let layer = self.id();
        let mut out = format!(
            "{HEAD}<ofd:Page {SPACE}><ofd:Area><ofd:PhysicalBox>0 0 {} {}</ofd:PhysicalBox></ofd:Area><ofd:Content><ofd:Layer ID=\"{layer}\" Type=\"Body\">",
            sheet.width, sheet.height
        );
        for item in &sheet.items {
            match item {
                Item::Text { x, y, size, face, ink, text, stretch } => {
                    self.text(&mut out, (*x, *y), *size, *face, ink.rgb(), text, *stretch)
                }
                Item::Rule { x0, y0, x1, y1, width, ink } => {
                    let (id, [r, g, b]) = (self.id(), ink.rgb());
                    let (w, h) = ((x1 - x0).abs() + 1.0, (y1 - y0).abs() + 1.0);
                    let _ = write!(
                        out,
                        "<ofd:PathObject ID=\"{id}\" Boundary=\"{:.3} {:.3} {w:.3} {h:.3}\" LineWidth=\"{width}\"><ofd:StrokeColor Value=\"{r} {g} {b}\"/>\
                         <ofd:AbbreviatedData>M 0.5 0.5 L {:.3} {:.3}</ofd:AbbreviatedData></ofd:PathObject>",
                        x0.min(*x1) - 0.5,
                        y0.min(*y1) - 0.5,
                        w - 0.5,
                        h - 0.5
                    );
                }
                Item::Seal { x, y, unit, caption } => {
                    self.mark(&mut out, &marks::seal(self.fonts, unit, caption, SCALE, true), *x, *y, [214, 0, 0])?
                }
                Item::Print { x, y } => {
                    self.mark(&mut out, &marks::fingerprint(SCALE, &mut random), *x, *y, [206, 36, 48])?
                }
                Item::Hand { x, y, size, text } => {
                    self.mark(
                        &mut out,
                        &marks::handwriting(self.fonts, text, size * SCALE, &mut random),
                        *x,
                        *y,
                        [26, 30, 66],
                    )?;
                }
            }
        }
        out.push_str("</ofd:Layer></ofd:Content></ofd:Page>");
        Ok(out)
    }

    #[allow(clippy::too_many_arguments, reason = "the parts of one text item")]
    fn text(
        &mut self,
        out: &mut String,
        (x, y): (f32, f32),
        size: f32,
        face: Face,
        [r, g, b]: [u8; 3],
        text: &str,
        stretch: f32,
    ) {
        let steps: Vec<f32> = text.chars().map(|c| (self.fonts.advance(face, c) + stretch) * size).collect();
        let wide: f32 = steps.iter().sum();
        let deltas: Vec<String> =
            steps.iter().take(steps.len().saturating_sub(1)).map(|step| format!("{step:.3}")).collect();
        let deltas = if deltas.is_empty() { String::new() } else { format!(" DeltaX=\"{}\"", deltas.join(" ")) };
        let (id, weight) = (self.id(), if matches!(face, Face::SerifBold | Face::SansBold) { 700 } else { 400 });
        let _ = write!(
            out,
            "<ofd:TextObject ID=\"{id}\" Boundary=\"{x:.3} {:.3} {wide:.3} {:.3}\" Font=\"{}\" Size=\"{size:.3}\" Weight=\"{weight}\"><ofd:FillColor Value=\"{r} {g} {b}\"/>\
             <ofd:TextCode X=\"0\" Y=\"{size:.3}\"{deltas}>{}</ofd:TextCode></ofd:TextObject>",
            y - size,
            size * 1.3,
            face as usize + 1,
            escape(text)
        );
    }

    fn mark(&mut self, out: &mut String, mask: &Mask, x: f32, y: f32, colour: [u8; 3]) -> Result<(), Error> {
        use image::ImageEncoder as _;
        let pixels: Vec<u8> =
            mask.coverage.iter().flat_map(|alpha| [colour[0], colour[1], colour[2], *alpha]).collect();
        let mut bytes = Vec::new();
        image::codecs::png::PngEncoder::new(&mut bytes)
            .write_image(&pixels, mask.width as u32, mask.height as u32, image::ExtendedColorType::Rgba8)
            .map_err(Error::encode)?;
        let (resource, object) = (self.id(), self.id());
        let (w, h) = (mask.width as f32 / SCALE, mask.height as f32 / SCALE);
        let (left, top) = (x + mask.left as f32 / SCALE, y + mask.top as f32 / SCALE);
        let _ = write!(
            out,
            "<ofd:ImageObject ID=\"{object}\" Boundary=\"{left:.3} {top:.3} {w:.3} {h:.3}\" CTM=\"{w:.3} 0 0 {h:.3} 0 0\" ResourceID=\"{resource}\"/>"
        );
        self.images.push(Image { id: resource, file: format!("mark_{resource}.png"), bytes });
        Ok(())
    }
}
