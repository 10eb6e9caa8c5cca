//! List signs of Word: a paragraph whose first words are the letter of a symbol font.

use super::tokens::Tag;
use crate::block::{BlockKind, Label};
use crate::text;

/// Whether the tag holds the sign or number of a list item and no text.
pub(super) fn is_marker(tag: &Tag) -> bool {
    let symbol = [
        "font-family:symbol",
        "font-family:wingdings",
        "font-family:\"courier new\"",
    ];
    let style = tag.style.replace(": ", ":").replace('\'', "\"");
    tag.name == "span"
        && (style.contains("mso-list:ignore") || symbol.iter().any(|font| style.contains(font)))
}

/// The level of a paragraph in its list, outermost 0.
pub(super) fn level(tag: &Tag) -> Option<usize> {
    let (_, list) = tag.style.split_once("mso-list:")?;
    let (_, level) = list.split_once("level")?;
    let digits = level.split(|sign: char| !sign.is_ascii_digit()).next()?;
    text::parsed::<usize>(digits)?.checked_sub(1)
}

/// What begins after the sign; nothing when it is a number or a word.
pub(super) fn item(sign: &str, level: Option<usize>) -> Option<BlockKind> {
    let usual = match sign.trim() {
        "·" | "•" | "\u{f0b7}" | "-" | "–" | "—" | "v" | "Ø" | "q" | "ü" => 0,
        "o" => 1,
        "§" | "\u{f0a7}" => 2,
        _ => return None,
    };
    Some(BlockKind::Item {
        depth: level.unwrap_or(usual),
        label: Label::Bullet,
    })
}
