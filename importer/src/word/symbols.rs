//! Signs of symbol fonts, whose characters are letters or private ones in the file.

use super::properties::SymbolFont;
use crate::text;
use std::collections::BTreeMap;
use std::sync::LazyLock;

type Signs = BTreeMap<SymbolFont, BTreeMap<u32, String>>;

static SIGNS: LazyLock<Signs> = LazyLock::new(|| {
    #[expect(
        clippy::expect_used,
        reason = "a test reads the file, which is part of the program"
    )]
    let fonts: BTreeMap<String, BTreeMap<String, String>> =
        toml::from_str(include_str!("symbols.toml")).expect("a table for each font");
    let named = fonts.into_iter().filter_map(|(name, signs)| {
        let signs = signs.into_iter();
        let signs = signs.filter_map(|(code, sign)| Some((text::hexadecimal(&code)?, sign)));
        Some((SymbolFont::named(&name)?, signs.collect()))
    });
    named.collect()
});

/// The sign with that code in the font; Word adds F000 to the code.
pub(super) fn sign(font: SymbolFont, code: u32) -> Option<&'static str> {
    let code = if (0xF000..=0xF0FF).contains(&code) {
        code - 0xF000
    } else {
        code
    };
    SIGNS.get(&font)?.get(&code).map(String::as_str)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signs_are_found_by_font_and_code() {
        assert_eq!(SIGNS.len(), 5);
        assert_eq!(sign(SymbolFont::Symbol, 0xF0B7), Some("•"));
        assert_eq!(sign(SymbolFont::Wingdings, 0xFC), Some("✓"));
        assert_eq!(sign(SymbolFont::Wingdings, 0x1_0000), None);
    }
}
