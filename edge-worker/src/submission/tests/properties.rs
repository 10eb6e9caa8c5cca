//! Property tests: any body is refused, or parsed into values that the contract allows.

use super::*;
use crate::fuzzed::body as check;
use proptest::prelude::*;

/// Pieces that mean something to a reader of JSON or of forms.
const PIECES: [&str; 26] = [
    "",
    "{",
    "}",
    "[",
    "]",
    "\"",
    ":",
    ",",
    "null",
    "true",
    "1e400",
    "\\ud800",
    "\"choice\":",
    "\"essential\":false",
    "&",
    "=",
    "%",
    "%00",
    "%f0%9f",
    "+",
    "return=//evil.example",
    "return=/\\evil",
    "\r\nSet-Cookie: a=b",
    "action=gpc",
    "\u{feff}",
    "ғ",
];

fn pieces() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        prop::sample::select(PIECES.to_vec()).prop_map(str::to_owned),
        ".{0,6}",
    ];
    prop::collection::vec(piece, 0..12).prop_map(|pieces| pieces.concat())
}

/// The text with a piece of it replaced.
fn corrupted(text: &str, at: prop::sample::Index, length: usize, by: &str) -> Vec<u8> {
    let bytes = text.as_bytes();
    let at = at.index(bytes.len());
    let end = bytes.len().min(at + length);
    [&bytes[..at], by.as_bytes(), &bytes[end..]].concat()
}

const FORM: &str = "action=custom&analytics=true&revision=aB3-_xYz&locale=kk&surface=choices&return=%2Fkk%2Fchoices%2F%23s-saved";

proptest! {
    #[test]
    fn any_body_is_refused_or_parsed(text in pieces()) {
        check(text.as_bytes());
    }

    #[test]
    fn any_bytes_are_refused_or_parsed(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        check(&bytes);
    }

    #[test]
    fn a_corrupted_body_is_refused_or_parsed(
        at in any::<prop::sample::Index>(),
        length in 0_usize..30,
        piece in pieces(),
    ) {
        check(&corrupted(&body().to_string(), at, length, &piece));
        check(&corrupted(FORM, at, length, &piece));
    }
}
