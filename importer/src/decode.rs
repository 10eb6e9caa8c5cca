//! Bytes become text: UTF-8 without byte order mark, LF, NFC, no invisible characters. Lines keep their numbers.

use crate::characters;
use crate::front_matter::Body;
use crate::report::{ImportError, RepairKind, Report};
use icu_normalizer::ComposingNormalizerBorrowed;

/// Longest input, in bytes. The longest policies known have some hundred kilobytes.
pub const SIZE_LIMIT: usize = 8 * 1024 * 1024;

/// Longest line of Markdown, in bytes. Paragraphs are read with care that longer ones would make slow.
pub(crate) const LINE_LIMIT: usize = 64 * 1024;

/// Longest paragraph, item or row of a table, in bytes as it is written; a number or a list sign may still stand before it
/// in a line.
pub(crate) const PARAGRAPH_LIMIT: usize = LINE_LIMIT - 1024;

/// Refuses Markdown with a line that no paragraph fills.
///
/// # Errors
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

/// The text of a document.
///
/// # Errors
/// When the input is too large, not UTF-8, or has a NUL character.
pub(crate) fn decode(input: &[u8], report: &mut Report) -> Result<String, ImportError> {
    if input.len() > SIZE_LIMIT {
        return Err(ImportError::TooLarge { size: input.len() });
    }
    let text = std::str::from_utf8(input).map_err(|error| ImportError::NotUtf8 {
        offset: error.valid_up_to(),
        line: line_at(input, error.valid_up_to()),
        hint: encoding_hint(input),
    })?;
    if let Some(offset) = input.iter().position(|byte| *byte == 0) {
        let line = line_at(input, offset);
        return Err(ImportError::Nul { offset, line });
    }
    let text = match text.strip_prefix('\u{feff}') {
        Some(rest) => {
            report.repair(RepairKind::Characters, 1, "byte order mark removed");
            rest
        }
        None => text,
    };
    Ok(clean_lines(&unify_line_ends(text, report), report))
}

fn line_at(input: &[u8], offset: usize) -> usize {
    let newlines = input.iter().take(offset).filter(|byte| **byte == b'\n');
    1 + newlines.count()
}

fn encoding_hint(input: &[u8]) -> &'static str {
    if input.starts_with(&[0xff, 0xfe]) || input.starts_with(&[0xfe, 0xff]) {
        return "; the file is UTF-16, save it as UTF-8";
    }
    let high = input.iter().filter(|byte| **byte >= 0xc0).count();
    if high * 3 > input.len() {
        return "; it may be Windows-1251, save the file as UTF-8";
    }
    ""
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
        // Removing a character can bring a letter and its accent together, therefore NFC again.
        let clean = characters::clean(&normalized, line_number, report);
        let clean = without_embedded_files(&clean, line_number, report);
        cleaned.push_str(&normalizer.normalize(&clean));
    }
    cleaned
}

/// Pictures that stand in the text as `data:` addresses; nothing but the address goes.
fn without_embedded_files(line: &str, line_number: usize, report: &mut Report) -> String {
    let Some((first, rest)) = line.split_once("data:image/") else {
        return line.to_owned();
    };
    let message = "pictures embedded as `data:` addresses removed";
    report.count(RepairKind::Dropped, line_number, message);
    let mut result = first.to_owned();
    for part in rest.split("data:image/") {
        let is_end = |letter: char| letter.is_whitespace() || ")>\"'".contains(letter);
        let after = part.find(is_end).and_then(|end| part.get(end..));
        result.push_str("data:image");
        result.push_str(after.unwrap_or_default());
    }
    result
}
