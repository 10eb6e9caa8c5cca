//! Unpacks the parts of a Word or OpenDocument file (ZIP), within bounds.
//!
//! Only parts that are asked for are unpacked, and no more of each than the limit: a small file can
//! hold one that unfolds to gigabytes.

use crate::limits::{PACKAGE_LIMIT, PART_COUNT_LIMIT, PART_LIMIT};
use crate::report::ImportError;
use crate::signature;
use crate::xml::XmlError;
use std::collections::BTreeMap;
use std::io::{Cursor, Read};
use zip::ZipArchive;
use zip::result::ZipError;

/// The header of an entry in the list at the end of a ZIP file.
const LISTED: &[u8] = b"PK\x01\x02";
/// How many bytes of a part say what it is.
const BEGINNING: u64 = 64 * 1024;

/// A ZIP file.
pub(crate) struct Package<'a> {
    archive: ZipArchive<Cursor<&'a [u8]>>,
    /// Index of each entry by its name in lower case, with slashes.
    names: BTreeMap<String, usize>,
    /// How many bytes may still be unpacked.
    left: u64,
}

impl<'a> Package<'a> {
    /// Reads the list of parts.
    ///
    /// # Errors
    /// The file has too many parts, or is damaged.
    pub(crate) fn open(input: &'a [u8]) -> Result<Self, ImportError> {
        // The archive keeps some hundred bytes for each.
        let parts = memchr::memmem::find_iter(input, LISTED).count();
        if parts > PART_COUNT_LIMIT {
            return Err(ImportError::Refused {
                part: "the file".to_owned(),
                why: "has too many parts",
            });
        }
        let damaged = |error: ZipError| ImportError::Damaged {
            part: "the file".to_owned(),
            why: error.to_string(),
        };
        let archive = ZipArchive::new(Cursor::new(input)).map_err(damaged)?;
        let names = archive.file_names_raw().zip(0..);
        let names = names.map(|(name, index)| {
            // Names of parts aren't case-sensitive; some programs write backslashes.
            let name = String::from_utf8_lossy(name)
                .to_lowercase()
                .replace('\\', "/");
            (name.trim_start_matches('/').to_owned(), index)
        });
        Ok(Self {
            names: names.collect(),
            archive,
            left: PACKAGE_LIMIT,
        })
    }

    /// Whether there is such a part.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.names.contains_key(&name.to_lowercase())
    }

    /// The beginning of a part; nothing if there is no such part.
    ///
    /// # Errors
    /// The part is damaged or locked.
    pub(crate) fn beginning(&mut self, name: &str) -> Result<String, ImportError> {
        let bytes = self.unpack(name, BEGINNING)?.unwrap_or_else(Vec::new);
        Ok(String::from_utf8_lossy(&bytes).into_owned())
    }

    /// The text of a part, or `None` if there is no such part.
    ///
    /// # Errors
    /// The part is damaged, locked, too large, or no text.
    pub(crate) fn text(&mut self, name: &str) -> Result<Option<String>, ImportError> {
        let limit = self.left.min(PART_LIMIT);
        let Some(bytes) = self.unpack(name, limit + 1)? else {
            return Ok(None);
        };
        let size = bytes.len() as u64;
        if size > limit {
            return Err(ImportError::Refused {
                part: format!("`{name}`"),
                why: "unpacks to more than 64 MiB, or all parts together to more than 160 MiB",
            });
        }
        self.left -= size;
        decode(bytes).map(Some).ok_or_else(|| ImportError::Damaged {
            part: format!("`{name}`"),
            why: "it is no text".to_owned(),
        })
    }

    /// Up to so many bytes of a part.
    fn unpack(&mut self, name: &str, limit: u64) -> Result<Option<Vec<u8>>, ImportError> {
        let Some(index) = self.names.get(&name.to_lowercase()) else {
            return Ok(None);
        };
        let damaged = |why: String| ImportError::Damaged {
            part: format!("`{name}`"),
            why,
        };
        let entry = self.archive.by_index(*index).map_err(|error| match error {
            ZipError::UnsupportedArchive(ZipError::PASSWORD_REQUIRED) => locked(),
            other => damaged(other.to_string()),
        })?;
        let mut bytes = Vec::new();
        let read = entry.take(limit).read_to_end(&mut bytes);
        read.map_err(|error| damaged(error.to_string()))?;
        Ok(Some(bytes))
    }
}

/// The text of a part: UTF-8, or UTF-16 with a byte order mark.
fn decode(bytes: Vec<u8>) -> Option<String> {
    if bytes.starts_with(b"\xff\xfe") || bytes.starts_with(b"\xfe\xff") {
        let (text, _, has_errors) = encoding_rs::UTF_16LE.decode(&bytes);
        return (!has_errors).then(|| text.into_owned());
    }
    #[expect(clippy::disallowed_methods, reason = "the caller says what is wrong")]
    let text = String::from_utf8(bytes).ok()?;
    match text.strip_prefix('\u{feff}') {
        Some(rest) => Some(rest.to_owned()),
        None => Some(text),
    }
}

/// The error of a document with a password.
pub(crate) fn locked() -> ImportError {
    ImportError::NotText {
        what: signature::LOCKED.name,
        help: signature::LOCKED.help,
    }
}

/// The error of a part that can't be read.
pub(crate) fn unreadable(part: &str, error: XmlError) -> ImportError {
    let part = format!("`{part}`");
    match error {
        XmlError::Damaged(why) => ImportError::Damaged { part, why },
        XmlError::Refused(why) => ImportError::Refused { part, why },
    }
}
