//! The Noto CJK faces of the machine, their outlines and a cache of rendered glyphs.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::{Arc, OnceLock, RwLock};

use ab_glyph::{Font, FontVec};

use crate::Error;
use crate::outline::{Mask, Shape};

/// A typeface as a Chinese office names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Face {
    /// Body text (宋体).
    Serif,
    /// Titles (标宋).
    SerifBold,
    /// Printers, screens, handwriting's skeleton (黑体).
    Sans,
    /// Labels and seals.
    SansBold,
}

impl Face {
    pub(crate) const ALL: [Self; 4] = [Self::Serif, Self::SerifBold, Self::Sans, Self::SansBold];

    fn file(self) -> &'static str {
        match self {
            Self::Serif => "NotoSerifCJK-Regular.ttc",
            Self::SerifBold => "NotoSerifCJK-Bold.ttc",
            Self::Sans => "NotoSansCJK-Regular.ttc",
            Self::SansBold => "NotoSansCJK-Bold.ttc",
        }
    }

    /// The family name, for formats that name fonts and do not embed them.
    pub(crate) fn family(self) -> &'static str {
        match self {
            Self::Serif | Self::SerifBold => "Noto Serif CJK SC",
            Self::Sans | Self::SansBold => "Noto Sans CJK SC",
        }
    }
}

/// In each of Debian's Noto CJK collections: JP, KR, SC, TC, HK.
const SIMPLIFIED: u32 = 2;

const FOLDERS: [&str; 5] = [
    "/usr/share/fonts/opentype/noto",
    "/usr/share/fonts/noto-cjk",
    "/usr/share/fonts/google-noto-cjk",
    "/usr/local/share/fonts",
    "/Library/Fonts",
];

type MaskKey = (Face, char, u32);

pub(crate) struct Fonts {
    faces: [FontVec; 4],
    latin: [[f32; 128]; 4],
    shapes: RwLock<HashMap<(Face, char), Arc<Shape>>>,
    masks: RwLock<HashMap<MaskKey, Arc<Mask>>>,
}

/// The faces, read once a process.
pub(crate) fn fonts() -> Result<&'static Fonts, Error> {
    static FONTS: OnceLock<Result<Fonts, String>> = OnceLock::new();
    FONTS.get_or_init(Fonts::load).as_ref().map_err(|missing| Error::Fonts(missing.clone()))
}

impl Fonts {
    fn load() -> Result<Self, String> {
        let mut faces = Vec::new();
        for face in Face::ALL {
            faces.push(load_face(face).ok_or_else(|| face.file().to_owned())?);
        }
        let faces: [FontVec; 4] = faces.try_into().map_err(|_| "Noto CJK".to_owned())?;
        let mut latin = [[0.0; 128]; 4];
        for (row, font) in latin.iter_mut().zip(&faces) {
            let em = font.units_per_em().unwrap_or(1000.0);
            for (code, width) in (0_u8..).zip(row.iter_mut()) {
                *width = font.h_advance_unscaled(font.glyph_id(char::from(code))) / em;
            }
        }
        Ok(Self { faces, latin, shapes: RwLock::default(), masks: RwLock::default() })
    }

    fn font(&self, face: Face) -> &FontVec {
        &self.faces[face as usize]
    }

    /// Width of a character in ems.
    pub(crate) fn advance(&self, face: Face, c: char) -> f32 {
        match u32::from(c) {
            code @ 0..128 => self.latin[face as usize][code as usize],
            0x2e80.. => 1.0,
            _ => {
                let font = self.font(face);
                font.h_advance_unscaled(font.glyph_id(c)) / font.units_per_em().unwrap_or(1000.0)
            }
        }
    }

    /// Width of a text in ems.
    pub(crate) fn width(&self, face: Face, text: &str) -> f32 {
        text.chars().map(|c| self.advance(face, c)).sum()
    }

    /// The outline of a character, one em = 1.0, origin on the baseline, y upwards.
    pub(crate) fn shape(&self, face: Face, c: char) -> Arc<Shape> {
        if let Some(shape) = self.shapes.read().ok().and_then(|cache| cache.get(&(face, c)).cloned()) {
            return shape;
        }
        let font = self.font(face);
        let em = font.units_per_em().unwrap_or(1000.0);
        let shape = Arc::new(
            font.outline(font.glyph_id(c)).map_or_else(Shape::default, |outline| Shape::new(&outline.curves, em)),
        );
        if let Ok(mut cache) = self.shapes.write() {
            cache.insert((face, c), Arc::clone(&shape));
        }
        shape
    }

    /// The rendered glyph at a size in pixels (kept to a quarter pixel, so that pages share glyphs).
    pub(crate) fn mask(&self, face: Face, c: char, pixels: f32) -> Arc<Mask> {
        let quarter = (pixels * 4.0).round() as u32;
        let key = (face, c, quarter);
        if let Some(mask) = self.masks.read().ok().and_then(|cache| cache.get(&key).cloned()) {
            return mask;
        }
        let scale = quarter as f32 / 4.0;
        let mask = Arc::new(self.shape(face, c).render(|x, y| (x * scale, -y * scale)));
        if let Ok(mut cache) = self.masks.write() {
            cache.insert(key, Arc::clone(&mask));
        }
        mask
    }
}

fn load_face(face: Face) -> Option<FontVec> {
    let own = std::env::var_os("XIEZHI_FONTS").map(PathBuf::from);
    own.into_iter()
        .chain(FOLDERS.iter().map(PathBuf::from))
        .find_map(|folder| std::fs::read(folder.join(face.file())).ok())
        .and_then(|bytes| FontVec::try_from_vec_and_index(bytes, SIMPLIFIED).ok())
}
