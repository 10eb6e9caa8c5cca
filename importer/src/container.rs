//! Finds out whether a ZIP file is a document of Word or LibreOffice, by what is in it and not by its
//! name, and reads it.

use crate::flow::FileText;
use crate::limits::CONTAINER_LIMIT;
use crate::package::{Package, locked};
use crate::report::{ImportError, Report};
use crate::{open_document, signature, word};

/// How many bytes of an XML file say what it is.
const BEGINNING: usize = 4096;

/// What a ZIP file holds.
enum Kind {
    /// A file of Word, with the name of its main part.
    Word(String),
    OpenDocument,
}

/// Reads a file of Word or LibreOffice; `None` for any other file.
///
/// # Errors
/// The file is too large, damaged, locked, or over a limit.
pub(crate) fn read(input: &[u8], report: &mut Report) -> Result<Option<FileText>, ImportError> {
    if !signature::is_zip(input) {
        return flat(input, report);
    }
    let claims = signature::claims_to_be_a_text(input);
    let (mut package, kind) = match open(input, claims) {
        Ok(Some(opened)) => opened,
        Ok(None) if claims => {
            return Err(ImportError::Damaged {
                part: "the file".to_owned(),
                why: "it doesn't say which of its parts is the document".to_owned(),
            });
        }
        Ok(None) => return Ok(None),
        Err(error) if claims => return Err(error),
        // Another file, or none: the caller says which.
        Err(_) => return Ok(None),
    };
    match kind {
        Kind::Word(main) => word::read(&mut package, &main, report).map(Some),
        Kind::OpenDocument => open_document::read(&mut package, report).map(Some),
    }
}

/// Reads a flat OpenDocument text, which is one XML file.
fn flat(input: &[u8], report: &mut Report) -> Result<Option<FileText>, ImportError> {
    let beginning = input.get(..BEGINNING).unwrap_or(input);
    let is_xml =
        beginning.trim_ascii_start().starts_with(b"<") || beginning.starts_with(b"\xef\xbb\xbf<");
    if !is_xml || !open_document::is_flat(&String::from_utf8_lossy(beginning)) {
        return Ok(None);
    }
    let (size, limit) = (input.len(), CONTAINER_LIMIT);
    if size > limit {
        return Err(ImportError::TooLarge {
            size,
            unit: "",
            limit,
        });
    }
    let text = std::str::from_utf8(input).map_err(|error| ImportError::Damaged {
        part: "the file".to_owned(),
        why: error.to_string(),
    })?;
    open_document::read_flat(text.trim_start_matches('\u{feff}'), report)
}

fn open(input: &[u8], claims: bool) -> Result<Option<(Package<'_>, Kind)>, ImportError> {
    let (size, limit) = (input.len(), CONTAINER_LIMIT);
    if size > limit {
        return if claims {
            Err(ImportError::TooLarge {
                size,
                unit: "",
                limit,
            })
        } else {
            Ok(None)
        };
    }
    let mut package = Package::open(input)?;
    if package.has("encrypted-package") {
        return Err(locked());
    }
    if let Some(main) = word::main_part(&mut package)? {
        let is_word = word::is_document(&package.beginning(&main)?);
        return Ok(is_word.then_some((package, Kind::Word(main))));
    }
    let is_text = open_document::is_text(&mut package)?;
    Ok(is_text.then_some((package, Kind::OpenDocument)))
}
