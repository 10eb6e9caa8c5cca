//! Colours as style sheets write them, `#rgb` or `#rrggbb`, and their contrast (WCAG 2.2, 1.4.3).

use std::fmt;

/// The least contrast between a text and what it stands on (WCAG 2.2, 1.4.3, level AA).
pub const LEAST_CONTRAST: f64 = 4.5;

/// An opaque sRGB colour: red, green, blue.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Colour([u8; 3]);

impl Colour {
    /// Black.
    pub const BLACK: Self = Self([0; 3]);
    /// White.
    pub const WHITE: Self = Self([255; 3]);

    /// Reads `#rgb`, `#rrggbb`, `white` or `black`. `None` for any other text.
    pub fn parse(text: &str) -> Option<Self> {
        match text {
            "white" => return Some(Self::WHITE),
            "black" => return Some(Self::BLACK),
            _ => {}
        }
        let digits: Option<Vec<u8>> = text
            .strip_prefix('#')?
            .chars()
            .map(|digit| digit.to_digit(16).map(|value| value as u8))
            .collect();
        match digits?[..] {
            [r, g, b] => Some(Self([r * 17, g * 17, b * 17])),
            [r, s, g, h, b, c] => Some(Self([r * 16 + s, g * 16 + h, b * 16 + c])),
            _ => None,
        }
    }

    /// Relative luminance: 0 of black, 1 of white.
    fn luminance(self) -> f64 {
        let [red, green, blue] = self.0.map(|channel| {
            let part = f64::from(channel) / 255.0;
            if part <= 0.04045 {
                part / 12.92
            } else {
                ((part + 0.055) / 1.055).powf(2.4)
            }
        });
        0.2126 * red + 0.7152 * green + 0.0722 * blue
    }

    /// The contrast ratio of two colours, from 1 to 21.
    pub fn contrast(self, other: Self) -> f64 {
        let (one, two) = (self.luminance(), other.luminance());
        (one.max(two) + 0.05) / (one.min(two) + 0.05)
    }

    /// Whether text of this colour can be read on each of these.
    pub fn is_readable_on(self, grounds: &[Self]) -> bool {
        let mut grounds = grounds.iter();
        grounds.all(|ground| self.contrast(*ground) >= LEAST_CONTRAST)
    }

    /// The nearest colour that can be read on each of these, on the way to black or to white, so
    /// that the hue stays. `None` if even black and white can't.
    pub fn nearest_readable_on(self, grounds: &[Self]) -> Option<Self> {
        (0..=u8::MAX).find_map(|share| {
            let towards = [Self::BLACK, Self::WHITE].map(|end| self.mixed(end, share));
            towards
                .into_iter()
                .find(|colour| colour.is_readable_on(grounds))
        })
    }

    /// This colour with `share` parts in 255 of another.
    fn mixed(self, other: Self, share: u8) -> Self {
        let (Self([r, g, b]), Self([x, y, z])) = (self, other);
        let mix = |own: u8, other: u8| {
            let sum =
                u32::from(own) * u32::from(u8::MAX - share) + u32::from(other) * u32::from(share);
            u8::try_from((sum + 127) / 255).unwrap_or(u8::MAX)
        };
        Self([mix(r, x), mix(g, y), mix(b, z)])
    }

    /// Black or white, whichever can be read better on this colour: always at least 4.58 : 1.
    pub fn ink(self) -> Self {
        if self.contrast(Self::WHITE) >= self.contrast(Self::BLACK) {
            Self::WHITE
        } else {
            Self::BLACK
        }
    }
}

impl fmt::Display for Colour {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self([r, g, b]) = self;
        write!(formatter, "#{r:02x}{g:02x}{b:02x}")
    }
}

/// A contrast as people write it, rounded down: what misses 4.5 never reads `4.50`.
pub fn ratio(contrast: f64) -> String {
    format!("{:.2} : 1", (contrast * 100.0).floor() / 100.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn colour(text: &str) -> Colour {
        Colour::parse(text).unwrap()
    }

    #[test]
    fn a_colour_is_three_or_six_digits() {
        assert_eq!(colour("#0a5"), colour("#00aa55"));
        assert_eq!(colour("#0A5A63").to_string(), "#0a5a63");
        for bad in [
            "",
            "#",
            "0a5",
            "#0a5f",
            "#00aa5",
            "#00aa5g",
            "#00aa55ff",
            "#éé5",
            "teal",
        ] {
            assert_eq!(Colour::parse(bad), None, "{bad}");
        }
    }

    /// Values of WCAG's definition, as other programs give them.
    #[test]
    fn contrast_is_that_of_wcag() {
        for (one, two, expected) in [
            ("#fff", "#000", "21.00 : 1"),
            ("#777777", "#ffffff", "4.47 : 1"),
            ("#767676", "#ffffff", "4.54 : 1"),
            ("#0a5", "#fff", "3.05 : 1"),
        ] {
            assert_eq!(
                ratio(colour(one).contrast(colour(two))),
                expected,
                "{one} {two}"
            );
        }
    }

    #[test]
    fn no_colour_can_be_read_on_black_and_white_and_grey() {
        let grounds = [Colour::BLACK, Colour::WHITE, colour("#808080")];
        assert_eq!(colour("#0a5").nearest_readable_on(&grounds), None);
    }

    proptest! {
        #[test]
        fn the_nearest_colour_can_be_read_and_is_the_colour_itself_where_that_can(
            own in any::<[u8; 3]>(), ground in any::<[u8; 3]>(),
        ) {
            let (own, ground) = (Colour(own), Colour(ground));
            let nearest = own.nearest_readable_on(&[ground]).unwrap();
            prop_assert!(nearest.contrast(ground) >= LEAST_CONTRAST);
            prop_assert_eq!(nearest == own, own.is_readable_on(&[ground]));
            prop_assert!(own.contrast(own.ink()) > LEAST_CONTRAST);
        }
    }
}
