//! What is ordered, what is delivered, and what may go wrong.

use std::collections::BTreeMap;

/// An order for one file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Order {
    /// Identifier of a form ([`crate::forms`]), `generic` for any other document. A suffix asks for
    /// another format than the form's own: `W131:ofd`, `W047:tiff`, `W182:text` (also `pdf`, `jpeg`, `png`).
    pub form: String,
    /// Document kind (`W048`) or evidence kind (`E-...`) as the caller calls it; only echoed in the file's subject.
    pub kind: String,
    /// Title of this document as the catalogue has it; also the file's name. May be empty: the form's name.
    pub title: String,
    /// Pages wanted, 0 for the form's own length. A form is lengthened to this many pages (a transcript by
    /// further questions, others by their annexes), never cut: [`Made::pages`] says how many there are.
    /// For a video or a recording: seconds (0: eight, or fifteen).
    pub pages: u32,
    /// Field name to text, e.g. `suspect.name`, `case.number`, `date`, `unit`, `blood_alcohol`.
    pub values: BTreeMap<String, String>,
    /// Same order, same seed: same bytes.
    pub seed: u64,
    /// Dots per inch of a scan, 200 to 300 (0: 200).
    pub dpi: u32,
    /// Faults to work into the file.
    pub defects: Vec<Defect>,
}

/// A fault for the acceptance checks to find. Pages count from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Defect {
    /// The page is out of focus.
    BlurredPage(u32),
    /// The page was fed upside down.
    UpsideDownPage(u32),
    /// The page is empty paper, without a text layer.
    BlankPage(u32),
    /// The page was scanned at 72 dpi.
    LowResolutionPage(u32),
    /// The file ends after three fifths of its bytes.
    Truncated,
    /// The PDF asks for a password; other formats are refused.
    Encrypted,
    /// The file's name claims another format than its bytes have.
    Renamed,
    /// The file has no bytes.
    Empty,
}

/// Format of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Format {
    /// PDF of page images with an invisible text layer (双层PDF).
    PdfScan,
    /// Born-digital PDF.
    PdfText,
    /// One JPEG image.
    Jpeg,
    /// One PNG image.
    Png,
    /// TIFF, one image a page.
    Tiff,
    /// OFD (GB/T 33190-2016).
    Ofd,
    /// H.264 video in MP4.
    Mp4,
    /// 16-bit mono PCM.
    Wav,
}

impl Format {
    /// The usual extension of such a file, without the dot.
    #[must_use]
    pub fn extension(self) -> &'static str {
        match self {
            Self::PdfScan | Self::PdfText => "pdf",
            Self::Jpeg => "jpg",
            Self::Png => "png",
            Self::Tiff => "tiff",
            Self::Ofd => "ofd",
            Self::Mp4 => "mp4",
            Self::Wav => "wav",
        }
    }
}

/// A made file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Made {
    /// Title with extension, safe as a file name.
    pub file_name: String,
    /// What the bytes are (also when the name says otherwise).
    pub format: Format,
    /// The file.
    pub bytes: Vec<u8>,
    /// Pages in it; 1 for photographs, videos and recordings.
    pub pages: u32,
}

/// Why a file could not be made.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// No form has this identifier.
    #[error("没有名为“{0}”的文书样式，可用 generic 样式代替")]
    UnknownForm(String),
    /// The format suffix is unknown, or the form cannot be had in it.
    #[error("文书样式“{form}”不能制成“{format}”格式")]
    FormatNotOffered {
        /// The form.
        form: String,
        /// The suffix.
        format: String,
    },
    /// A value that the form prints was not given.
    #[error("制作文书“{form}”缺少字段：{field}")]
    MissingValue {
        /// The form.
        form: String,
        /// The field.
        field: String,
    },
    /// A file under `forms/` is malformed.
    #[error("文书样式文件有误（{form}）：{detail}")]
    Template {
        /// The form, or the file.
        form: String,
        /// What is wrong.
        detail: String,
    },
    /// No Noto CJK faces on this machine.
    #[error("未找到中文字体 {0}，请安装 Debian 软件包 fonts-noto-cjk，或以环境变量 XIEZHI_FONTS 指明字体所在目录")]
    Fonts(String),
    /// A defect names a page the file does not have.
    #[error("瑕疵所指第 {0} 页不存在")]
    NoSuchPage(u32),
    /// The defect makes no sense for this format.
    #[error("该格式的文件不能制作此种瑕疵：{0}")]
    DefectNotOffered(&'static str),
    /// An image, container or video encoder refused.
    #[error("编码失败：{0}")]
    Encode(String),
}

impl Error {
    pub(crate) fn encode(error: impl std::fmt::Display) -> Self {
        Self::Encode(error.to_string())
    }
}

impl Order {
    pub(crate) fn resolution(&self) -> u32 {
        if self.dpi == 0 { 200 } else { self.dpi.clamp(72, 600) }
    }

    pub(crate) fn value(&self, name: &str) -> Option<&str> {
        self.values.get(name).map(String::as_str)
    }

    pub(crate) fn made(&self, name: &str, format: Format, bytes: Vec<u8>, pages: u32) -> Made {
        let title = if self.title.is_empty() { name } else { &self.title };
        let safe: String = title
            .chars()
            .map(|c| if c.is_whitespace() || "\\/:*?\"<>|".contains(c) { '_' } else { c })
            .take(100)
            .collect();
        Made { file_name: format!("{safe}.{}", format.extension()), format, bytes, pages }
    }
}
