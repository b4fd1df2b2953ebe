//! The numbers that agencies give to cases, persons and documents.
//!
//! Each kind is read tolerantly (full-width digits, spaces, any of the usual brackets) and has two forms:
//! `Display` is what the system stores and compares, with half-width brackets, `printed` is what
//! documents show, with 〔〕 or （）. Files hold the stored form.

mod court;
mod document;
mod police;
mod procuratorate;
mod scan;
mod unit;

pub use court::CourtNumber;
pub use document::DocumentNumber;
pub use police::{PoliceKind, PoliceNumber};
pub use procuratorate::{ProcuratorateNumber, UnifiedNumber};
pub use unit::UnitCode;

use thiserror::Error;

/// Why a text is not a number of the kind wanted.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum NumberError {
    /// Not a case number of a procuratorate's department.
    #[error("部门受案号“{0}”无法识别，应如“沭检刑诉受[2021]371329000004号”")]
    Procuratorate(String),
    /// Not a 统一受案号.
    #[error("统一受案号“{0}”无法识别，应为17位数字：单位代码6位、年份4位、流水7位")]
    Unified(String),
    /// Not a document number.
    #[error("文号“{0}”无法识别，应如“沭检量建〔2021〕1号”")]
    Document(String),
    /// Not a police case or person number.
    #[error("公安案件、人员编号“{0}”无法识别，应为A或者R加22位数字：单位代码12位、年份4位、月份2位、流水4位")]
    Police(String),
    /// Not a court's case number.
    #[error("法院案号“{0}”无法识别，应如“（2024）浙0106刑初123号”")]
    Court(String),
    /// Not a unit's code of so many digits.
    #[error("单位代码“{0}”无法识别，应为{1}位数字，前6位是行政区划代码")]
    Unit(String, u8),
}

/// `FromStr` and serde, as a string in the stored form, for a kind with `parse` and `Display`.
macro_rules! as_text {
    ($kind:ty) => {
        impl std::str::FromStr for $kind {
            type Err = $crate::numbers::NumberError;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Self::parse(text)
            }
        }

        impl TryFrom<String> for $kind {
            type Error = $crate::numbers::NumberError;

            fn try_from(text: String) -> Result<Self, Self::Error> {
                Self::parse(&text)
            }
        }

        impl From<$kind> for String {
            fn from(number: $kind) -> Self {
                number.to_string()
            }
        }
    };
}
use as_text;
