//! What a file is, told from its content and never from its name.

use std::io::{Read, Seek, SeekFrom};

use serde::{Deserialize, Serialize};

/// The kinds of file a dossier knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// PDF.
    Pdf,
    /// OFD (GB/T 33190-2016).
    Ofd,
    /// JPEG.
    Jpeg,
    /// PNG.
    Png,
    /// TIFF; each picture of a file is a page.
    Tiff,
    /// MPEG-4 video, and its kin with the same boxes (QuickTime, 3GP).
    Mp4,
    /// WebM, and Matroska.
    Webm,
    /// AVI.
    Avi,
    /// WAV.
    Wav,
    /// MPEG audio layer 3.
    Mp3,
    /// MPEG-4 sound without pictures.
    M4a,
    /// Word document (Office Open XML).
    Docx,
    /// Excel workbook (Office Open XML).
    Xlsx,
    /// A ZIP package of anything else.
    Zip,
    /// None of these.
    Unknown,
}

/// How a kind of file is used in a dossier.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Class {
    /// A document of pages.
    Pages,
    /// A picture that is a page; a TIFF may hold several.
    Image,
    /// Moving pictures.
    Video,
    /// Sound.
    Audio,
    /// Kept and handed over as it is.
    Attachment,
    /// Cannot be used.
    Unreadable,
}

impl Kind {
    /// The kind of this content.
    #[must_use]
    pub fn of(content: &[u8]) -> Self {
        Self::of_reader(&mut std::io::Cursor::new(content)).unwrap_or(Self::Unknown)
    }

    /// The kind of the content behind a reader, which is left at an unspecified position.
    ///
    /// # Errors
    /// What the reader reports.
    pub fn of_reader<R: Read + Seek>(reader: &mut R) -> std::io::Result<Self> {
        let mut head = Vec::with_capacity(HEAD);
        reader.seek(SeekFrom::Start(0))?;
        reader.by_ref().take(HEAD as u64).read_to_end(&mut head)?;
        Ok(match by_magic(&head) {
            Self::Zip => crate::package::kind_of_package(reader),
            other => other,
        })
    }

    /// The media type, as HTTP and manifests write it.
    #[must_use]
    pub const fn mime(self) -> &'static str {
        match self {
            Self::Pdf => "application/pdf",
            Self::Ofd => "application/ofd",
            Self::Jpeg => "image/jpeg",
            Self::Png => "image/png",
            Self::Tiff => "image/tiff",
            Self::Mp4 => "video/mp4",
            Self::Webm => "video/webm",
            Self::Avi => "video/x-msvideo",
            Self::Wav => "audio/wav",
            Self::Mp3 => "audio/mpeg",
            Self::M4a => "audio/mp4",
            Self::Docx => "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            Self::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            Self::Zip => "application/zip",
            Self::Unknown => "application/octet-stream",
        }
    }

    /// The kind's name for readers.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Pdf => "PDF文档",
            Self::Ofd => "OFD版式文档",
            Self::Jpeg => "JPEG图片",
            Self::Png => "PNG图片",
            Self::Tiff => "TIFF图片",
            Self::Mp4 => "MP4视频",
            Self::Webm => "WebM视频",
            Self::Avi => "AVI视频",
            Self::Wav => "WAV音频",
            Self::Mp3 => "MP3音频",
            Self::M4a => "M4A音频",
            Self::Docx => "Word文档",
            Self::Xlsx => "Excel表格",
            Self::Zip => "ZIP数据包",
            Self::Unknown => "无法识别的文件",
        }
    }

    /// How the kind is used.
    #[must_use]
    pub const fn class(self) -> Class {
        match self {
            Self::Pdf | Self::Ofd => Class::Pages,
            Self::Jpeg | Self::Png | Self::Tiff => Class::Image,
            Self::Mp4 | Self::Webm | Self::Avi => Class::Video,
            Self::Wav | Self::Mp3 | Self::M4a => Class::Audio,
            Self::Docx | Self::Xlsx | Self::Zip => Class::Attachment,
            Self::Unknown => Class::Unreadable,
        }
    }

    /// The extensions, in lower case, that a name of this kind may end with; the first is the usual one.
    #[must_use]
    pub const fn extensions(self) -> &'static [&'static str] {
        match self {
            Self::Pdf => &["pdf"],
            Self::Ofd => &["ofd"],
            Self::Jpeg => &["jpg", "jpeg", "jpe", "jfif"],
            Self::Png => &["png"],
            Self::Tiff => &["tif", "tiff"],
            Self::Mp4 => &["mp4", "m4v", "mov", "3gp"],
            Self::Webm => &["webm", "mkv", "mka"],
            Self::Avi => &["avi"],
            Self::Wav => &["wav"],
            Self::Mp3 => &["mp3"],
            Self::M4a => &["m4a", "mp4"],
            Self::Docx => &["docx"],
            Self::Xlsx => &["xlsx"],
            Self::Zip => &["zip"],
            Self::Unknown => &[],
        }
    }
}

const HEAD: usize = 4096;

fn by_magic(head: &[u8]) -> Kind {
    let at = |offset: usize, magic: &[u8]| head.get(offset..).is_some_and(|rest| rest.starts_with(magic));
    if at(0, b"\xff\xd8\xff") {
        Kind::Jpeg
    } else if at(0, b"\x89PNG\r\n\x1a\n") {
        Kind::Png
    } else if at(0, b"II*\0") || at(0, b"MM\0*") {
        Kind::Tiff
    } else if at(4, b"ftyp") {
        if at(8, b"M4A ") || at(8, b"M4B ") { Kind::M4a } else { Kind::Mp4 }
    } else if at(0, b"\x1a\x45\xdf\xa3") {
        Kind::Webm
    } else if at(0, b"RIFF") && at(8, b"AVI ") {
        Kind::Avi
    } else if at(0, b"RIFF") && at(8, b"WAVE") {
        Kind::Wav
    } else if at(0, b"PK\x03\x04") || at(0, b"PK\x05\x06") {
        Kind::Zip
    } else if at(0, b"ID3") || crate::media::is_mp3_frame(head) {
        Kind::Mp3
    } else if pdf_header(head) {
        Kind::Pdf
    } else {
        Kind::Unknown
    }
}

// Readers accept up to 1024 bytes before the header, and some producers write a byte-order mark there.
fn pdf_header(head: &[u8]) -> bool {
    head.windows(5).take(1024).any(|window| window == b"%PDF-")
}
