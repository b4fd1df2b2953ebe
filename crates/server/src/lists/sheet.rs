//! The list as an Excel file: rows come in portions and go to disk at once, so that a hundred
//! thousand need no more memory than a page.

use std::path::Path;

use rust_xlsxwriter::{Format, Workbook, XlsxError};
use tokio::sync::mpsc;

/// The longest text of a cell; Excel takes 32,767 characters.
const LONGEST: usize = 32_000;
/// Rows that are never written over: Excel's own limit, with the head.
pub const ROWS: u64 = 1_048_575;

/// A column: what its head says, how wide it is in characters, and what its numbers look like.
pub struct Head {
    /// Chinese name.
    pub name: String,
    /// Width.
    pub width: f64,
    /// What follows a number in a cell (元, 人); none where cells are texts.
    pub unit: Option<String>,
}

/// Writes rows as they come, until there are no more. Without the last of them nothing is saved:
/// whoever stops sends no [`Portion::End`].
pub enum Portion {
    /// More rows.
    Rows(Vec<Vec<String>>),
    /// That was all.
    End,
}

/// Writes the file; tells whether it was written to its end.
///
/// # Errors
/// The disk; a value that Excel does not take.
pub fn write(to: &Path, heads: &[Head], mut portions: mpsc::Receiver<Portion>) -> Result<bool, XlsxError> {
    let mut book = Workbook::new();
    if let Some(folder) = to.parent() {
        book.set_tempdir(folder)?;
    }
    let bold = Format::new().set_bold();
    let money = Format::new().set_num_format("#,##0.00");
    let sheet = book.add_worksheet_with_constant_memory()?;
    sheet.set_name("案件清单")?;
    sheet.set_freeze_panes(1, 1)?;
    for (at, head) in (0u16..).zip(heads) {
        sheet.set_column_width(at, head.width)?;
        let unit = head.unit.as_ref().filter(|u| !u.is_empty()).map_or_else(String::new, |u| format!("（{u}）"));
        sheet.write_string_with_format(0, at, format!("{}{unit}", head.name), &bold)?;
    }
    let mut row = 1;
    while let Some(portion) = portions.blocking_recv() {
        let Portion::Rows(rows) = portion else {
            book.save(to)?;
            return Ok(true);
        };
        for cells in rows {
            for ((at, cell), head) in (0u16..).zip(cells).zip(heads) {
                match head.unit.as_deref().and_then(|unit| number(&cell, unit)) {
                    Some(n) if head.unit.as_deref() == Some("元") => {
                        sheet.write_number_with_format(row, at, n, &money)?;
                    }
                    Some(n) => {
                        sheet.write_number(row, at, n)?;
                    }
                    None => {
                        sheet.write_string(row, at, cell.chars().take(LONGEST).collect::<String>())?;
                    }
                }
            }
            row += 1;
        }
    }
    Ok(false)
}

/// A cell that is one number and its unit.
fn number(cell: &str, unit: &str) -> Option<f64> {
    cell.strip_suffix(unit).unwrap_or(cell).trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_numbers_and_everything_else_is_text() {
        assert_eq!(number("1200 元", "元"), Some(1200.0));
        assert_eq!(number("12.50 元", "元"), Some(12.5));
        assert_eq!(number("3", ""), Some(3.0));
        assert_eq!(number("3 人、4 人", "人"), None);
        assert_eq!(number("", "元"), None);
    }

    #[test]
    fn what_is_stopped_is_not_saved() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.xlsx");
        let heads = [Head { name: "案件名称".into(), width: 20.0, unit: None }];
        let (sender, receiver) = mpsc::channel(2);
        sender.blocking_send(Portion::Rows(vec![vec!["=1+1".into()]])).unwrap();
        drop(sender);
        assert!(!write(&path, &heads, receiver).unwrap() && !path.exists());
        let (sender, receiver) = mpsc::channel(2);
        sender.blocking_send(Portion::Rows(vec![vec!["=1+1".into()]])).unwrap();
        sender.blocking_send(Portion::End).unwrap();
        assert!(write(&path, &heads, receiver).unwrap());
        assert!(std::fs::read(&path).unwrap().starts_with(b"PK"));
    }
}
