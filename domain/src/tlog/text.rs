//! What the text formats share: base64, decimal numbers, lines.

use crate::Digest;
use base64ct::{Base64, Encoding as _};

/// A text isn't in the form that its specification demands; says what is wrong with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct InvalidText(pub &'static str);

/// Bytes in base64 with padding (RFC 4648, section 4).
pub fn base64(bytes: &[u8]) -> String {
    Base64::encode_string(bytes)
}

/// Bytes from base64 with padding. `None` for anything that [`base64`] does not write.
pub fn from_base64(text: &str) -> Option<Vec<u8>> {
    let Ok(bytes) = Base64::decode_vec(text) else {
        return None;
    };
    Some(bytes)
}

/// A hash from its line of base64.
pub(super) fn digest(line: &str) -> Option<Digest> {
    let Ok(bytes) = <[u8; 32]>::try_from(from_base64(line)?) else {
        return None;
    };
    Some(Digest::from(bytes))
}

/// A decimal number without leading zeros or sign.
pub(super) fn decimal(text: &str) -> Option<u64> {
    let is_plain = !text.is_empty()
        && text.bytes().all(|byte| byte.is_ascii_digit())
        && (text == "0" || !text.starts_with('0'));
    match text.parse() {
        Ok(number) if is_plain => Some(number),
        _ => None,
    }
}

/// The first line without its line feed, and what follows it. `None` when no line ends.
pub(super) fn line(text: &str) -> Option<(&str, &str)> {
    text.split_once('\n')
}

/// The hashes of lines up to an empty line, and what follows that. At most 63, which is the
/// longest proof of a tree whose size has 64 bits.
pub(super) fn hashes(mut text: &str) -> Result<(Vec<Digest>, &str), InvalidText> {
    let mut found = Vec::new();
    loop {
        let (first, rest) = line(text).ok_or(InvalidText("there is no empty line"))?;
        text = rest;
        if first.is_empty() {
            return Ok((found, text));
        }
        if found.len() == 63 {
            return Err(InvalidText("there are more than 63 hashes"));
        }
        found.push(digest(first).ok_or(InvalidText("a hash isn't 32 bytes in base64"))?);
    }
}

/// Appends a line for each hash.
pub(super) fn write_hashes(text: &mut String, hashes: &[Digest]) {
    for hash in hashes {
        text.push_str(&base64(hash.as_bytes()));
        text.push('\n');
    }
}
