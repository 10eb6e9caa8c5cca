//! Word writes list items as paragraphs that begin with a bullet, often a letter in a symbol font.

use super::tokens::Tag;
use crate::block::{BlockKind, Label};
use crate::text;

/// Whether the element contains only the bullet or number of a list item.
pub(super) fn is_marker(tag: &Tag) -> bool {
    let symbol = [
        "font-family:symbol",
        "font-family:wingdings",
        "font-family:\"courier new\"",
    ];
    let style = tag.style().to_lowercase();
    let style = style.replace(": ", ":").replace('\'', "\"");
    tag.name == "span"
        && (style.contains("mso-list:ignore") || symbol.iter().any(|font| style.contains(font)))
}

/// The depth of a paragraph with `mso-list:… level2 …`, outermost 0.
pub(super) fn level(tag: &Tag) -> Option<usize> {
    let style = tag.style().to_lowercase();
    let (_, list) = style.split_once("mso-list:")?;
    let (_, level) = list.split_once("level")?;
    let digits = level
        .split(|character: char| !character.is_ascii_digit())
        .next()?;
    text::parsed::<usize>(digits)?.checked_sub(1)
}

/// The item that a bullet begins, or `None` for a number or text.
pub(super) fn item(bullet: &str, level: Option<usize>) -> Option<BlockKind> {
    let usual = match bullet.trim() {
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
