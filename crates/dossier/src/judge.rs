//! Measures against thresholds. The thresholds are data of the library; none is written here.

use serde::{Deserialize, Serialize};

use crate::PageFact;

/// From which measure on a page is flawed. Comes from the library.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Thresholds {
    /// The least resolution of a scanned page, in dots per inch.
    pub min_dpi: u32,
    /// Below this share of ink a page is blank.
    pub blank_ink_below: f64,
    /// Below this sharpness a scanned page is blurred.
    pub sharpness_below: f64,
    /// Below this contrast (0 to 1) a scanned page is pale.
    pub contrast_below: f64,
    /// Above this confidence (0 to 1) a page stands on its head.
    pub upside_down_above: f64,
}

/// What is wrong with a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Flaw {
    /// Scanned with too few dots per inch.
    LowResolution,
    /// Nothing on it.
    Blank,
    /// Out of focus.
    Blurred,
    /// Turned by 180 degrees.
    UpsideDown,
    /// Too pale to read.
    LowContrast,
}

/// One flaw of one page, with the check it belongs to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PageFlaw {
    /// What is wrong.
    pub flaw: Flaw,
    /// The page, from 1.
    pub page: u32,
    /// The code of the quality list (质检), such as `Q04`.
    pub check: String,
    /// What is wrong and what to do, in Chinese.
    pub text: String,
}

/// The flaws of a page under these thresholds. A measure that could not be taken makes no flaw. A blank page is
/// only blank: it has no sharpness or contrast to speak of.
#[must_use]
pub fn judge(page: &PageFact, thresholds: &Thresholds) -> Vec<PageFlaw> {
    let number = page.number;
    let mut flaws = Vec::new();
    let mut add = |flaw, check: &str, text: String| {
        flaws.push(PageFlaw { flaw, page: number, check: check.to_owned(), text });
    };
    if let Some(dpi) = page.dpi.filter(|dpi| *dpi < thresholds.min_dpi) {
        let least = thresholds.min_dpi;
        add(Flaw::LowResolution, "Q04", format!("第{number}页扫描分辨率{dpi}dpi，低于{least}dpi，请重新扫描"));
    }
    if page.ink.is_some_and(|ink| ink < thresholds.blank_ink_below) {
        add(Flaw::Blank, "Q01", format!("第{number}页是空白页，请核对是否缺页；确为空白背面的，可不编入"));
        return flaws;
    }
    let scanned = page.dpi.is_some();
    if scanned && page.sharpness.is_some_and(|sharpness| sharpness < thresholds.sharpness_below) {
        add(Flaw::Blurred, "Q04", format!("第{number}页图像模糊，请重新扫描"));
    }
    if scanned && page.contrast.is_some_and(|contrast| contrast < thresholds.contrast_below) {
        add(Flaw::LowContrast, "Q04", format!("第{number}页字迹过淡，请调整后重新扫描"));
    }
    if page.upside_down.is_some_and(|confidence| confidence > thresholds.upside_down_above) {
        add(Flaw::UpsideDown, "Q03", format!("第{number}页上下颠倒，请调正方向"));
    }
    flaws
}
