//! ZIP packages: OFD, office documents, and anything else that was packed.

use std::io::{self, Read, Seek, SeekFrom};

use zip::ZipArchive;

use crate::fault::{END, WHOLE};
use crate::guard::guarded;
use crate::{Checks, Fault, FaultCode, Kind};

/// Which kind of package stands behind the reader.
pub(crate) fn kind_of_package<R: Read + Seek>(reader: &mut R) -> Kind {
    let listed = guarded(|| {
        let archive = ZipArchive::new(&mut *reader).ok()?;
        Some(archive.file_names().filter_map(|name| name.ok().map(|name| name.into_owned())).collect::<Vec<_>>())
    });
    let names = match listed {
        Ok(Some(names)) => names,
        // Without its directory a cut package still begins with named entries.
        _ => names_at_start(reader).unwrap_or_default(),
    };
    let any = |wanted: &dyn Fn(&str) -> bool| names.iter().any(|name| wanted(name.trim_start_matches('/')));
    if any(&|name| name.eq_ignore_ascii_case("OFD.xml")) {
        Kind::Ofd
    } else if any(&|name| name.starts_with("word/")) {
        Kind::Docx
    } else if any(&|name| name.starts_with("xl/")) {
        Kind::Xlsx
    } else {
        Kind::Zip
    }
}

fn names_at_start<R: Read + Seek>(reader: &mut R) -> io::Result<Vec<String>> {
    const LOOK: u64 = 4 << 20;
    reader.seek(SeekFrom::Start(0))?;
    let mut head = Vec::new();
    reader.by_ref().take(LOOK).read_to_end(&mut head)?;
    let name_at = |at: usize| {
        let length = usize::from(u16::from_le_bytes(head.get(at + 26..at + 28)?.try_into().ok()?));
        Some(String::from_utf8_lossy(head.get(at + 30..at + 30 + length)?).into_owned())
    };
    Ok(find_all(&head, b"PK\x03\x04").filter_map(name_at).collect())
}

fn find_all<'a>(bytes: &'a [u8], wanted: &'a [u8]) -> impl Iterator<Item = usize> + 'a {
    bytes.windows(wanted.len()).enumerate().filter(move |(_, window)| *window == wanted).map(|(at, _)| at)
}

// The directory's end record must close the file; one of a package packed inside does not count.
fn has_end<R: Read + Seek>(reader: &mut R) -> io::Result<bool> {
    const LONGEST: u64 = 22 + 65_535;
    let length = reader.seek(SeekFrom::End(0))?;
    reader.seek(SeekFrom::Start(length.saturating_sub(LONGEST)))?;
    let mut tail = Vec::new();
    reader.by_ref().take(LONGEST).read_to_end(&mut tail)?;
    let closes = |at: usize| {
        let comment = tail.get(at + 20..at + 22).map(|bytes| usize::from(bytes[0]) | usize::from(bytes[1]) << 8);
        comment.is_some_and(|comment| at + 22 + comment == tail.len())
    };
    Ok(find_all(&tail, b"PK\x05\x06").any(closes))
}

/// The faults of a package that can be told from its directory.
pub(crate) fn inspect<R: Read + Seek>(reader: &mut R, kind: Kind, checks: &Checks) -> io::Result<Vec<Fault>> {
    if !has_end(reader)? {
        let text = format!("{}不完整，末尾的目录缺失，请重新导出或者传送", kind.label());
        return Ok(vec![Fault::quarantine(FaultCode::Truncated, END, text)]);
    }
    let broken = || {
        let text = format!("{}的目录损坏，无法打开，请重新导出", kind.label());
        vec![Fault::quarantine(FaultCode::Unreadable, WHOLE, text)]
    };
    Ok(match guarded(|| read_directory(reader, kind, checks)) {
        Ok(Ok(faults)) => faults,
        Ok(Err(zip::result::ZipError::Io(error))) if error.kind() != io::ErrorKind::UnexpectedEof => {
            return Err(error);
        }
        Ok(Err(_)) | Err(_) => broken(),
    })
}

fn read_directory<R: Read + Seek>(reader: &mut R, kind: Kind, checks: &Checks) -> zip::result::ZipResult<Vec<Fault>> {
    let mut archive = ZipArchive::new(reader)?;
    if archive.len() > checks.max_entries {
        let text = format!("{}内有{}个文件，超过{}个的上限", kind.label(), archive.len(), checks.max_entries);
        return Ok(vec![Fault::quarantine(FaultCode::TooLarge, WHOLE, text)]);
    }
    let (mut unpacked, mut faults) = (0u64, Vec::new());
    for index in 0..archive.len() {
        let entry = archive.by_index_raw(index)?;
        let name = entry.name()?.into_owned();
        unpacked = unpacked.saturating_add(entry.size());
        // GM/T 0099 leaves the package readable and lists the encrypted parts in a file of this name.
        let listed = kind == Kind::Ofd && name.to_ascii_lowercase().ends_with("encryptions.xml");
        if entry.encrypted() || listed {
            let text = format!("{}设有密码，请去除密码后重新提交", kind.label());
            return Ok(vec![Fault::quarantine(FaultCode::Encrypted, name, text)]);
        }
        if let Some(fault) = active(kind, &name) {
            faults.push(fault);
        }
    }
    if unpacked > checks.max_unpacked_bytes {
        let text = format!("{}展开后超过{}MB的上限", kind.label(), checks.max_unpacked_bytes >> 20);
        faults.push(Fault::quarantine(FaultCode::TooLarge, WHOLE, text));
    }
    Ok(faults)
}

fn active(kind: Kind, name: &str) -> Option<Fault> {
    let lower = name.to_ascii_lowercase();
    if lower.ends_with("vbaproject.bin") {
        let text = "文档内含宏，禁止入卷，请去除宏后重新提交";
        return Some(Fault::quarantine(FaultCode::Active, name, text));
    }
    const PROGRAMS: [&str; 14] =
        [".exe", ".dll", ".com", ".bat", ".cmd", ".scr", ".msi", ".ps1", ".vbs", ".js", ".jar", ".lnk", ".hta", ".apk"];
    if PROGRAMS.iter().any(|extension| lower.ends_with(extension)) {
        return Some(match kind {
            // Seized data may hold programs; they are evidence, and only those who open them need the warning.
            Kind::Zip => Fault::warn(FaultCode::Active, name, "数据包内含可执行文件，打开前请在隔离环境中检验"),
            _ => Fault::quarantine(FaultCode::Active, name, "文档内嵌可执行文件，禁止入卷，请去除后重新提交"),
        });
    }
    None
}

/// What a file that is none of the known kinds is told.
pub(crate) fn unknown(head: &[u8]) -> Fault {
    const OLE: &[u8] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1";
    let marker: Vec<u8> = "EncryptedPackage".encode_utf16().flat_map(u16::to_le_bytes).collect();
    if head.starts_with(OLE) && find_all(head, &marker).next().is_some() {
        Fault::quarantine(FaultCode::Encrypted, WHOLE, "Office文档设有密码，请去除密码后重新提交")
    } else if head.starts_with(OLE) {
        Fault::quarantine(FaultCode::Type, WHOLE, "旧版Office文档（doc、xls、ppt）不能入卷，请转为OFD或者PDF")
    } else if head.starts_with(b"MZ") || head.starts_with(b"\x7fELF") || head.starts_with(b"#!") {
        Fault::quarantine(FaultCode::Active, WHOLE, "可执行文件禁止入卷；作为电子数据移送的，请与清单一并打包为ZIP")
    } else {
        Fault::quarantine(
            FaultCode::Type,
            WHOLE,
            "无法识别文件类型，请转为OFD、PDF；作为电子数据移送的，请与清单一并打包为ZIP",
        )
    }
}
