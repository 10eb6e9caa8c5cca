//! Decodes the input: UTF-8 without byte order mark, LF, NFC, no invisible characters. Line numbers
//! stay those of the input.

use crate::ImportOptions;
use crate::characters;
use crate::encoding::{self, EncodingSource};
use crate::front_matter::Body;
use crate::limits::{LINE_LIMIT, SIZE_LIMIT};
use crate::report::{ImportError, RepairKind, Report};
use crate::signature::{self, FileKind};
use icu_normalizer::ComposingNormalizerBorrowed;

/// Refuses Markdown with a line longer than [`LINE_LIMIT`].
///
/// # Errors
///
/// When a line is longer than [`LINE_LIMIT`].
pub(crate) fn check_lines(body: Body<'_>) -> Result<(), ImportError> {
    let too_long = body
        .text
        .split('\n')
        .enumerate()
        .find(|(_, line)| line.len() > LINE_LIMIT);
    too_long.map_or(Ok(()), |(index, line)| {
        let (line, size) = (body.first_line + index, line.len());
        Err(ImportError::LineTooLong { line, size })
    })
}

/// The decoded input before and after cleaning.
pub(crate) struct Decoded {
    pub(crate) written: String,
    pub(crate) clean: String,
}

/// Decodes a document and cleans its characters. `charset` is what the server says that sent it.
///
/// # Errors
///
/// When the input is a binary file, too large, in an unknown encoding, or has bytes that are
/// invalid in it.
pub(crate) fn decode(
    input: &[u8],
    charset: Option<&str>,
    options: &ImportOptions,
    report: &mut Report,
) -> Result<Decoded, ImportError> {
    let refused = |kind: FileKind| ImportError::NotText {
        what: kind.name,
        help: kind.help,
    };
    // Checked first, because the kind of the file is a more useful message than its size.
    if let Some(kind) = signature::detect_bytes(input) {
        return Err(refused(kind));
    }
    check_size(input.len(), "")?;
    let locale = options.locale.as_str();
    let language = locale.split('-').next().unwrap_or(locale);
    let read = encoding::detect_and_decode(input, charset, language)?;
    // A byte of a single-byte encoding becomes up to three bytes in UTF-8.
    check_size(read.text.len(), " in UTF-8")?;
    if let Some(kind) = signature::detect_markup(&read.text) {
        return Err(refused(kind));
    }
    if let Some(description) = read.description() {
        let kind = match read.source {
            EncodingSource::ByteOrderMark if read.charset.is_utf8() => RepairKind::Characters,
            _ => RepairKind::Encoding,
        };
        report.repair(kind, 1, description);
    }
    let clean = clean_lines(&unify_line_ends(&read.text, report), report);
    Ok(Decoded {
        written: read.text,
        clean,
    })
}

fn check_size(size: usize, unit: &'static str) -> Result<(), ImportError> {
    if size > SIZE_LIMIT {
        let limit = SIZE_LIMIT;
        return Err(ImportError::TooLarge { size, unit, limit });
    }
    Ok(())
}

fn unify_line_ends(text: &str, report: &mut Report) -> String {
    if !text.contains('\r') {
        return text.to_owned();
    }
    report.repair(RepairKind::Characters, 1, "line ends with CR became LF");
    text.replace("\r\n", "\n").replace('\r', "\n")
}

fn clean_lines(text: &str, report: &mut Report) -> String {
    let normalizer = ComposingNormalizerBorrowed::new_nfc();
    let mut cleaned = String::with_capacity(text.len());
    for (index, line) in text.split('\n').enumerate() {
        let line_number = index + 1;
        let normalized = normalizer.normalize(line);
        if normalized != line {
            let message = "letters with separate accents were composed (NFC)";
            report.count(RepairKind::Characters, line_number, message);
        }
        if index > 0 {
            cleaned.push('\n');
        }
        // Removing a character can join a letter and a combining accent, hence NFC again.
        let clean = characters::clean(&normalized, line_number, report);
        let clean = without_embedded_files(&clean, line_number, report);
        cleaned.push_str(&normalizer.normalize(&clean));
    }
    cleaned
}

/// Cuts `data:image/…` URLs down to `data:image`.
fn without_embedded_files(line: &str, line_number: usize, report: &mut Report) -> String {
    let Some((first, rest)) = line.split_once("data:image/") else {
        return line.to_owned();
    };
    let message = "pictures embedded as `data:` addresses removed";
    report.count(RepairKind::Dropped, line_number, message);
    let mut result = first.to_owned();
    for part in rest.split("data:image/") {
        let is_end = |letter: char| letter.is_whitespace() || ")>\"'".contains(letter);
        let end = part.find(is_end).unwrap_or(part.len());
        result.push_str("data:image");
        result.push_str(part.split_at(end).1);
    }
    result
}
