//! The catalogue of a volume (卷内目录) and its one-to-one rule with the pages.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// One line of a volume's catalogue.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// 序号, from 1.
    pub seq: u32,
    /// 责任者.
    pub responsible: Option<String>,
    /// 文号.
    pub number: Option<String>,
    /// 题名: the document's own title.
    pub title: String,
    /// 日期.
    pub date: Option<Date>,
    /// First page, from 1.
    pub from_page: u32,
    /// Last page.
    pub to_page: u32,
    /// 备注.
    pub note: Option<String>,
}

/// Titles that say nothing, for an operator who has no list of his own.
pub const GENERIC_TITLES: &[&str] =
    &["材料", "其他", "其它", "其他材料", "其它材料", "相关材料", "有关材料", "文件", "附件", "扫描件", "图片", "无题"];

/// What breaks the one-to-one rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CatalogueFaultKind {
    /// The numbers (序号) do not run 1, 2, 3 …
    Sequence,
    /// The title is empty or says nothing.
    Title,
    /// The first page is 0 or after the last.
    Range,
    /// Pages that no entry has.
    Gap,
    /// Pages that two entries have.
    Overlap,
    /// An entry does not have as many pages as its material.
    Length,
    /// As many entries as materials are needed.
    Count,
    /// The pages do not sum up to the number on the cover (封面、备考表).
    Total,
}

impl CatalogueFaultKind {
    /// The check of the quality list (质检): Q01 缺页 or Q05 目录不符.
    #[must_use]
    pub const fn check(self) -> &'static str {
        match self {
            Self::Gap | Self::Total => "Q01",
            _ => "Q05",
        }
    }
}

/// One fault of a catalogue.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CatalogueFault {
    /// What is broken.
    pub kind: CatalogueFaultKind,
    /// The code of the quality list, such as `Q01`.
    pub check: String,
    /// Where, in Chinese (目录第3行, 卷末).
    pub place: String,
    /// What is wrong and what to do, in Chinese.
    pub text: String,
}

impl CatalogueFault {
    fn new(kind: CatalogueFaultKind, place: String, text: String) -> Self {
        Self { kind, check: kind.check().to_owned(), place, text }
    }
}

/// Every breach of the one-to-one rule between a volume's catalogue and its pages: every page belongs to exactly one
/// entry, first page ≤ last page, no gap, no overlap, entries and materials agree in number, order and length, and all
/// pages sum up to what the cover states. Titles in `generic_titles` are refused ([`GENERIC_TITLES`] is a start).
///
/// `materials` holds the number of pages of each material in the order of the volume.
#[must_use]
pub fn check_catalogue(
    entries: &[Entry],
    materials: &[u32],
    cover_total: Option<u32>,
    generic_titles: &[&str],
) -> Vec<CatalogueFault> {
    use CatalogueFaultKind as Kind;
    let mut faults = Vec::new();
    let mut add = |kind, place: String, text: String| faults.push(CatalogueFault::new(kind, place, text));
    let mut next = 1u64;
    for (index, entry) in entries.iter().enumerate() {
        let row = index + 1;
        let place = format!("目录第{row}行");
        let Entry { seq, from_page: from, to_page: to, .. } = *entry;
        let title = entry.title.trim();
        if seq as usize != row {
            add(Kind::Sequence, place.clone(), format!("序号应为{row}，目录写作{seq}"));
        }
        if title.is_empty() {
            add(Kind::Title, place.clone(), "题名空缺，请填写文书本身的标题".to_owned());
        } else if generic_titles.contains(&title) {
            add(Kind::Title, place.clone(), format!("题名“{title}”过于笼统，请填写文书本身的标题"));
        }
        if from == 0 || from > to {
            add(Kind::Range, place, format!("起止页有误：起页{from}，止页{to}；页号从1起，起页不得大于止页"));
            continue;
        }
        if u64::from(from) > next {
            add(Kind::Gap, place.clone(), format!("缺页：{}没有对应的目录行", pages(next, u64::from(from) - 1)));
        } else if u64::from(from) < next {
            let last = u64::from(to).min(next - 1);
            add(Kind::Overlap, place.clone(), format!("{}已属于前面的目录行，页号重叠", pages(u64::from(from), last)));
        }
        next = next.max(u64::from(to) + 1);
        if let Some(&length) = materials.get(index) {
            let span = u64::from(to) - u64::from(from) + 1;
            if span != u64::from(length) {
                add(Kind::Length, place, format!("目录为{span}页，材料实有{length}页"));
            }
        }
    }
    let end = || "卷末".to_owned();
    if entries.len() != materials.len() {
        add(Kind::Count, end(), format!("目录{}行，材料{}件，应当逐一对应", entries.len(), materials.len()));
    }
    let total: u64 = materials.iter().copied().map(u64::from).sum();
    if next - 1 < total {
        add(Kind::Gap, end(), format!("缺页：{}没有对应的目录行", pages(next, total)));
    } else if next - 1 > total {
        add(Kind::Total, end(), format!("目录编至第{}页，材料合计{total}页", next - 1));
    }
    if let Some(stated) = cover_total.filter(|stated| u64::from(*stated) != total) {
        add(Kind::Total, end(), format!("封面或者备考表载明{stated}页，材料合计{total}页"));
    }
    faults
}

fn pages(first: u64, last: u64) -> String {
    if first == last { format!("第{first}页") } else { format!("第{first}至{last}页") }
}
