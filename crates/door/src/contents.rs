//! What is known of the contents of a file's materials, gathered before a decision.

use std::collections::BTreeMap;

use dossier::{PageFact, Thresholds, judge};
use procedure::Library;
use procedure::model::PageThresholds;
use procedure::situation::Contents;
use seal::Digest;
use store::rows::ContentRow;

/// Facts about contents, judged by the thresholds of a library.
pub struct Known {
    thresholds: Thresholds,
    pages: BTreeMap<Digest, Vec<PageFact>>,
    texts: BTreeMap<Digest, String>,
}

impl Known {
    /// From stored rows.
    pub fn new(library: &Library, rows: Vec<ContentRow>) -> Self {
        let mut pages = BTreeMap::new();
        let mut texts = BTreeMap::new();
        for row in rows {
            if let Ok(p) = serde_json::from_value(row.facts) {
                pages.insert(row.sm3, p);
            }
            if let Some(t) = row.text {
                texts.insert(row.sm3, t);
            }
        }
        Self { thresholds: thresholds(&library.standard.pages), pages, texts }
    }

    /// From now on judged by the thresholds of this library: that of the instance concerned.
    pub fn judge_by(&mut self, library: &Library) {
        self.thresholds = thresholds(&library.standard.pages);
    }
}

impl Contents for Known {
    fn flaws(&self, digest: &Digest) -> Vec<(u32, String)> {
        // What was never checked cannot be said to be readable.
        let Some(pages) = self.pages.get(digest) else {
            return vec![(1, "没有页面检查记录，不能确认可以辨认，请重新导入".into())];
        };
        pages.iter().flat_map(|p| judge(p, &self.thresholds)).map(|f| (f.page, f.text)).collect()
    }
    fn text(&self, digest: &Digest) -> Option<&str> {
        self.texts.get(digest).map(String::as_str)
    }
}

/// The library's integers as the checker's fractions.
pub fn thresholds(p: &PageThresholds) -> Thresholds {
    Thresholds {
        min_dpi: p.min_dpi,
        blank_ink_below: f64::from(p.blank_ink_ppm_below) / 1e6,
        sharpness_below: f64::from(p.sharpness_milli_below) / 1e3,
        contrast_below: f64::from(p.contrast_milli_below) / 1e3,
        upside_down_above: f64::from(p.upside_down_milli_above) / 1e3,
    }
}
