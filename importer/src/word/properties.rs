//! Properties of characters: bold, italics, struck, hidden, in styles and directly.

use crate::xml::{Element, Namespace};

/// What a style or a run says of its characters; `None` where it says nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct RunProperties {
    pub(super) bold: Option<bool>,
    pub(super) italics: Option<bool>,
    pub(super) struck: Option<bool>,
    pub(super) hidden: Option<bool>,
    pub(super) underlined: Option<bool>,
    /// Whether the characters are signs of a symbol font, by its name.
    pub(super) font: Option<SymbolFont>,
}

/// A font whose characters are signs and not letters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum SymbolFont {
    Symbol,
    Wingdings,
    Wingdings2,
    Wingdings3,
    Webdings,
}

impl SymbolFont {
    /// The symbol font of that name.
    pub(super) fn named(name: &str) -> Option<Self> {
        match name.to_ascii_lowercase().as_str() {
            "symbol" => Some(Self::Symbol),
            "wingdings" => Some(Self::Wingdings),
            "wingdings 2" => Some(Self::Wingdings2),
            "wingdings 3" => Some(Self::Wingdings3),
            "webdings" => Some(Self::Webdings),
            _ => None,
        }
    }
}

/// Whether an element such as `<w:b w:val="0"/>` is on.
pub(super) fn is_on(element: Element<'_>) -> bool {
    let value = element.attribute(Namespace::W, "val");
    !matches!(value, Some("0" | "false" | "off" | "none"))
}

impl RunProperties {
    /// Reads `<w:rPr>` inside the element.
    pub(super) fn of(parent: Element<'_>) -> Self {
        parent
            .child(Namespace::W, "rPr")
            .map_or_else(Self::default, Self::read)
    }

    fn read(properties: Element<'_>) -> Self {
        let mut found = Self::default();
        for property in properties.children() {
            let (Namespace::W, name) = property.name() else {
                continue;
            };
            match name {
                "b" => found.bold = Some(is_on(property)),
                "i" => found.italics = Some(is_on(property)),
                "strike" | "dstrike" => {
                    found.struck = Some(is_on(property) || found.struck == Some(true));
                }
                "vanish" | "specVanish" => {
                    found.hidden = Some(is_on(property) || found.hidden == Some(true));
                }
                "u" => found.underlined = Some(is_on(property)),
                "rFonts" => {
                    let name = property.attribute(Namespace::W, "ascii");
                    found.font = name.and_then(SymbolFont::named);
                }
                _ => {}
            }
        }
        found
    }

    /// These properties, completed by those of the style that this one is based on.
    pub(super) fn over(self, base: Self) -> Self {
        Self {
            bold: self.bold.or(base.bold),
            italics: self.italics.or(base.italics),
            struck: self.struck.or(base.struck),
            hidden: self.hidden.or(base.hidden),
            underlined: self.underlined.or(base.underlined),
            font: self.font.or(base.font),
        }
    }

    /// The properties of a run in a paragraph: each of these toggles, which is on in both styles, is
    /// off (ECMA-376 part 1, 17.7.3), and what the run itself says is last.
    pub(super) fn resolved(direct: Self, character: Self, paragraph: Self) -> Self {
        let toggled = |direct: Option<bool>, one: Option<bool>, other: Option<bool>| {
            direct.or_else(|| match (one, other) {
                (None, None) => None,
                (one, other) => Some(one.unwrap_or(false) != other.unwrap_or(false)),
            })
        };
        Self {
            bold: toggled(direct.bold, character.bold, paragraph.bold),
            italics: toggled(direct.italics, character.italics, paragraph.italics),
            struck: toggled(direct.struck, character.struck, paragraph.struck),
            hidden: toggled(direct.hidden, character.hidden, paragraph.hidden),
            underlined: direct
                .underlined
                .or(character.underlined)
                .or(paragraph.underlined),
            font: direct.font.or(character.font).or(paragraph.font),
        }
    }
}
