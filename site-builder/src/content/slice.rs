//! Parts of texts.

use std::slice::SliceIndex;

/// A part of a text whose bounds were found in that same text.
///
/// # Panics
/// If the bounds lie outside of the text or inside of a character, which is a bug of the caller.
#[expect(
    clippy::expect_used,
    reason = "a wrong bound must not pass for an empty text"
)]
pub(crate) fn slice(text: &str, part: impl SliceIndex<str, Output = str>) -> &str {
    text.get(part).expect("bounds were found in this text")
}
