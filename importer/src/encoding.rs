//! Detects the encoding of a document and decodes it.
//!
//! A byte order mark decides. Without one, valid UTF-8 is UTF-8, whatever a page declares, except
//! ISO-2022-JP, whose bytes are ASCII. Other bytes have the declared encoding, or the one that
//! `detect` finds plausible. Invalid bytes are an error, never replaced by U+FFFD.

mod detect;
mod prescan;

use crate::report::ImportError;
use encoding_rs::{
    DecoderResult, Encoding, ISO_2022_JP, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1251, WINDOWS_1252,
    X_USER_DEFINED,
};
use language::Language;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Charset {
    Known(&'static Encoding),
    /// KZ-1048, the Kazakh standard: windows-1251 with 16 other letters. It isn't in the Encoding
    /// Standard of browsers.
    Kz1048,
}

const KZ1048_DIFFERENCES: [(u8, char); 16] = [
    (0x8d, 'Қ'),
    (0x8e, 'Һ'),
    (0x9d, 'қ'),
    (0x9e, 'һ'),
    (0xa1, 'Ұ'),
    (0xa2, 'ұ'),
    (0xa3, 'Ә'),
    (0xa5, 'Ө'),
    (0xaa, 'Ғ'),
    (0xaf, 'Ү'),
    (0xb4, 'ө'),
    (0xba, 'ғ'),
    (0xbc, 'ә'),
    (0xbd, 'Ң'),
    (0xbe, 'ң'),
    (0xbf, 'ү'),
];

impl Charset {
    /// KZ-1048 for a document in a language with its letters and with a byte that differs there,
    /// else windows-1251.
    fn of_windows(input: &[u8], language: &str) -> Self {
        let is_written_with_it = || {
            let own = Language::of(language).map_or("", |known| &known.letters.own_letters);
            let mut lowercase = KZ1048_DIFFERENCES
                .iter()
                .filter(|(_, letter)| letter.is_lowercase());
            lowercase.all(|(_, letter)| own.contains(*letter))
        };
        let has_own_byte = || {
            KZ1048_DIFFERENCES
                .iter()
                .any(|(byte, _)| memchr::memchr(*byte, input).is_some())
        };
        if is_written_with_it() && has_own_byte() {
            Self::Kz1048
        } else {
            Self::Known(WINDOWS_1251)
        }
    }

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Known(encoding) => COMMON_NAMES
                .iter()
                .find(|(known, _)| *known == encoding.name())
                .map_or(encoding.name(), |(_, name)| *name),
            Self::Kz1048 => "KZ-1048",
        }
    }

    pub(super) fn is_utf8(self) -> bool {
        self == Self::Known(UTF_8)
    }

    /// The encoding of a label such as `cp1251`.
    fn of_label(label: &[u8]) -> Option<Self> {
        let label = label.trim_ascii().to_ascii_lowercase();
        let kazakh: [&[u8]; 4] = [b"kz-1048", b"kz1048", b"rk1048", b"strk1048-2002"];
        if kazakh.contains(&label.as_slice()) {
            return Some(Self::Kz1048);
        }
        let encoding = Encoding::for_label_no_replacement(&label)?;
        Some(Self::Known(match encoding {
            // The label could be read as ASCII, so the page isn't in UTF-16; the standard takes
            // UTF-8.
            _ if encoding == UTF_16LE || encoding == UTF_16BE => UTF_8,
            _ if encoding == X_USER_DEFINED => WINDOWS_1252,
            _ => encoding,
        }))
    }

    /// Decodes, or returns the offset of the first invalid byte.
    pub(super) fn decode(self, bytes: &[u8]) -> Result<String, usize> {
        match self {
            Self::Known(encoding) => decode(encoding, bytes),
            Self::Kz1048 => {
                let mut text = String::with_capacity(bytes.len() * 2);
                for (offset, byte) in bytes.iter().enumerate() {
                    match KZ1048_DIFFERENCES.iter().find(|(code, _)| code == byte) {
                        Some((_, letter)) => text.push(*letter),
                        None => text.push_str(&decode(WINDOWS_1251, &[*byte]).map_err(|_| offset)?),
                    }
                }
                Ok(text)
            }
        }
    }
}

/// Encodings whose common name differs from that of the Encoding Standard: standard, common.
const COMMON_NAMES: [(&str, &str); 1] = [("IBM866", "cp866")];

fn decode(encoding: &'static Encoding, bytes: &[u8]) -> Result<String, usize> {
    let mut decoder = encoding.new_decoder_without_bom_handling();
    #[expect(
        clippy::expect_used,
        reason = "an input has at most `SIZE_LIMIT` bytes"
    )]
    let capacity = decoder
        .max_utf8_buffer_length_without_replacement(bytes.len())
        .expect("the size of the decoded input fits into `usize`");
    let mut text = String::with_capacity(capacity);
    let (result, read) = decoder.decode_to_string_without_replacement(bytes, &mut text, true);
    match result {
        DecoderResult::InputEmpty => {}
        DecoderResult::Malformed(bad, after) => {
            let before = usize::from(bad) + usize::from(after);
            return Err(read.saturating_sub(before));
        }
        DecoderResult::OutputFull => unreachable!("the buffer has the size that the decoder needs"),
    }
    // The Encoding Standard maps undefined bytes of a Windows code page to C1 control characters.
    let is_code_page = encoding.is_single_byte() && encoding.name().starts_with("windows-");
    let is_empty = |letter: char| ('\u{80}'..='\u{9f}').contains(&letter);
    if is_code_page && let Some(offset) = text.chars().position(is_empty) {
        return Err(offset);
    }
    Ok(text)
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum EncodingSource {
    /// Valid UTF-8, declared or not.
    Utf8,
    ByteOrderMark,
    /// The page declares it.
    Declared,
    /// The page declares this other encoding, but its bytes are valid UTF-8.
    Misdeclared(Charset),
    /// Nothing declares it; it is the one plausible encoding.
    Detected,
}

impl DecodedText {
    /// The message for the report; none for plain UTF-8.
    pub(super) fn description(&self) -> Option<String> {
        let name = self.charset.name();
        match self.source {
            EncodingSource::Utf8 => None,
            EncodingSource::ByteOrderMark if self.charset.is_utf8() => {
                Some("byte order mark removed".to_owned())
            }
            EncodingSource::ByteOrderMark => {
                Some(format!("read as {name}, as the byte order mark says"))
            }
            EncodingSource::Declared => Some(format!("read as {name}, as the page says")),
            EncodingSource::Misdeclared(other) => Some(format!(
                "read as UTF-8, which its bytes are, although the page says {}",
                other.name()
            )),
            EncodingSource::Detected => Some(format!("read as {name}, as its bytes show")),
        }
    }
}

#[derive(Debug)]
pub(super) struct DecodedText {
    pub(super) text: String,
    pub(super) charset: Charset,
    pub(super) source: EncodingSource,
}

/// Detects the encoding and decodes. `charset` is the encoding that the server says, which counts
/// more than what the page says; `language` is the primary language subtag of the document.
///
/// # Errors
///
/// When a byte is invalid in the encoding, or more than one encoding is plausible, or none.
pub(super) fn detect_and_decode(
    input: &[u8],
    charset: Option<&str>,
    language: &str,
) -> Result<DecodedText, ImportError> {
    if let Some((encoding, length)) = Encoding::for_bom(input) {
        let (_, rest) = input.split_at(length);
        return decode_as(
            Charset::Known(encoding),
            EncodingSource::ByteOrderMark,
            rest,
            length,
        );
    }
    if let Some(encoding) = detect::utf16(input) {
        return decode_as(Charset::Known(encoding), EncodingSource::Detected, input, 0);
    }
    if let Some(offset) = memchr::memchr(0, input) {
        let line = line_at(input, offset);
        return Err(ImportError::Nul { offset, line });
    }
    let said = charset.and_then(|charset| Charset::of_label(charset.as_bytes()));
    let declared = said.or_else(|| prescan::declared(input));
    let utf8 = std::str::from_utf8(input);
    match (declared, utf8) {
        (Some(charset), _) if charset == Charset::Known(ISO_2022_JP) => {
            decode_as(charset, EncodingSource::Declared, input, 0)
        }
        (declared, Ok(text)) => Ok(DecodedText {
            text: text.to_owned(),
            charset: Charset::Known(UTF_8),
            source: match declared {
                Some(other) if !other.is_utf8() && !text.is_ascii() => {
                    EncodingSource::Misdeclared(other)
                }
                _ => EncodingSource::Utf8,
            },
        }),
        (Some(charset), Err(_)) if !charset.is_utf8() => {
            decode_as(charset, EncodingSource::Declared, input, 0)
        }
        (_, Err(error)) => match detect::charset(input, language) {
            Some(charset) => decode_as(charset, EncodingSource::Detected, input, 0),
            None => Err(ImportError::NotUtf8 {
                offset: error.valid_up_to(),
                line: line_at(input, error.valid_up_to()),
            }),
        },
    }
}

fn decode_as(
    charset: Charset,
    source: EncodingSource,
    bytes: &[u8],
    skipped: usize,
) -> Result<DecodedText, ImportError> {
    match charset.decode(bytes) {
        Ok(text) => match text.split_once('\0') {
            None => Ok(DecodedText {
                text,
                charset,
                source,
            }),
            Some((before, _)) => {
                let offset = skipped
                    + match charset {
                        _ if charset.is_utf8() => before.len(),
                        // Only UTF-16 can decode to NUL here: other input was searched for zero
                        // bytes before.
                        _ => 2 * before.encode_utf16().count(),
                    };
                let line = 1 + before.matches('\n').count();
                Err(ImportError::Nul { offset, line })
            }
        },
        Err(offset) => Err(ImportError::Undecodable {
            offset: skipped + offset,
            line: line_of(charset, bytes, offset),
            encoding: charset.name(),
            said_by: match source {
                EncodingSource::ByteOrderMark => ", as the byte order mark says",
                EncodingSource::Declared => ", as the page says",
                EncodingSource::Utf8
                | EncodingSource::Detected
                | EncodingSource::Misdeclared(_) => "",
            },
        }),
    }
}

fn line_of(charset: Charset, bytes: &[u8], offset: usize) -> usize {
    let width = match charset {
        Charset::Known(encoding) if encoding == UTF_16LE || encoding == UTF_16BE => 2,
        Charset::Known(_) | Charset::Kz1048 => 1,
    };
    let before = bytes.get(..offset).unwrap_or(bytes);
    let is_newline = |unit: &&[u8]| {
        unit.contains(&b'\n') && unit.iter().all(|byte| *byte == 0 || *byte == b'\n')
    };
    1 + before.chunks(width).filter(is_newline).count()
}

/// The line of a byte offset, 1-based.
pub(super) fn line_at(input: &[u8], offset: usize) -> usize {
    let newlines = input.iter().take(offset).filter(|byte| **byte == b'\n');
    1 + newlines.count()
}
