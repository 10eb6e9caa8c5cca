//! The colours of a theme: custom properties of its style sheet, on light and on dark pages.

use super::css::{Scheme, rules};
use crate::content::colour::Colour;
use regex::{Captures, Regex};
use std::collections::BTreeMap;

/// The style sheet of the pages, below `assets/`.
pub const STYLE: &str = "site.css";

/// The colour of links, marks and buttons, which a site's owner may choose.
pub const ACCENT: &str = "accent";

/// The colour of texts on [`ACCENT`].
pub const ACCENT_INK: &str = "accent-ink";

/// Most properties that refer to each other.
const MAX_REFERENCES: usize = 8;

/// Custom properties by their names without `--`.
#[derive(Debug, Default)]
pub struct Palette {
    light: BTreeMap<String, String>,
    dark: BTreeMap<String, String>,
}

/// Other colours for a property; `None`: it keeps its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recolour {
    /// The property, without `--`.
    pub name: String,
    /// On light pages.
    pub light: Option<Colour>,
    /// On dark pages.
    pub dark: Option<Colour>,
}

/// Pages by what their readers want.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pages {
    /// Light ones.
    Light,
    /// Dark ones.
    Dark,
}

impl Pages {
    /// Both kinds.
    pub const ALL: [Self; 2] = [Self::Light, Self::Dark];

    /// `light`
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }

    /// Whether a rule holds for them.
    pub(super) fn have(self, scheme: Scheme) -> bool {
        match scheme {
            Scheme::Any => true,
            Scheme::Light => self == Self::Light,
            Scheme::Dark => self == Self::Dark,
        }
    }
}

impl Palette {
    /// The colours of the style sheet of pages.
    pub(super) fn of_assets(assets: &BTreeMap<String, Vec<u8>>) -> Self {
        let text = assets
            .get(STYLE)
            .map(|bytes| String::from_utf8_lossy(bytes));
        text.map_or_else(Self::default, |text| Self::of(&text))
    }

    /// The custom properties that a style sheet gives the whole page.
    pub fn of(text: &str) -> Self {
        let mut palette = Self::default();
        for rule in rules(text) {
            if !rule
                .selector
                .split(',')
                .any(|one| matches!(one.trim(), ":root" | "html"))
            {
                continue;
            }
            for one in &rule.declarations {
                let Some(name) = one.name.strip_prefix("--") else {
                    continue;
                };
                for pages in Pages::ALL
                    .into_iter()
                    .filter(|pages| pages.have(rule.scheme))
                {
                    palette
                        .of_mut(pages)
                        .insert(name.to_owned(), one.value.to_owned());
                }
            }
        }
        palette
    }

    const fn of_pages(&self, pages: Pages) -> &BTreeMap<String, String> {
        match pages {
            Pages::Light => &self.light,
            Pages::Dark => &self.dark,
        }
    }

    const fn of_mut(&mut self, pages: Pages) -> &mut BTreeMap<String, String> {
        match pages {
            Pages::Light => &mut self.light,
            Pages::Dark => &mut self.dark,
        }
    }

    /// Names of the properties that are colours on light and on dark pages.
    pub(super) fn names(&self) -> Vec<&str> {
        let is_colour = |name: &&str| {
            Pages::ALL
                .iter()
                .all(|pages| self.colour(name, *pages).is_some())
        };
        self.light
            .keys()
            .map(String::as_str)
            .filter(is_colour)
            .collect()
    }

    /// The colour of a property. `None` if there is none of that name, or if it is no plain colour.
    pub fn colour(&self, name: &str, pages: Pages) -> Option<Colour> {
        self.resolve(self.of_pages(pages).get(name)?, pages)
    }

    /// The colour that a value of a style sheet stands for.
    pub(super) fn resolve(&self, value: &str, pages: Pages) -> Option<Colour> {
        let mut value = value.trim();
        for _ in 0..MAX_REFERENCES {
            let Some(inner) = value
                .strip_prefix("var(")
                .and_then(|rest| rest.strip_suffix(')'))
            else {
                return Colour::parse(value);
            };
            let (name, fallback) = inner.split_once(',').unwrap_or((inner, ""));
            let own = self.of_pages(pages).get(name.trim().strip_prefix("--")?);
            value = own.map_or(fallback, String::as_str).trim();
        }
        None
    }

    /// Puts other colours into style sheets and into scripts that contain such: each declaration of a
    /// property that has the value of light or dark pages. What a value falls back to is replaced
    /// within it, so that pages of others can still choose it by the property that stands before.
    /// Returns the names of properties that the theme's own style sheet doesn't have as a colour.
    pub fn recolour<'n>(
        &self,
        assets: &mut BTreeMap<String, Vec<u8>>,
        changes: &'n [Recolour],
    ) -> Vec<&'n str> {
        let mut unknown = Vec::new();
        for change in changes {
            let name = change.name.as_str();
            let value = |pages| self.of_pages(pages).get(name);
            let (Some(light), Some(dark)) = (value(Pages::Light), value(Pages::Dark)) else {
                unknown.push(name);
                continue;
            };
            let Some(declarations) = declarations(name, [light, dark]) else {
                unknown.push(name);
                continue;
            };
            for (file, bytes) in assets.iter_mut() {
                let is_style = file.ends_with(".css") || file.ends_with(".js");
                let Some(Ok(text)) = is_style.then(|| str::from_utf8(bytes)) else {
                    continue;
                };
                let mut seen = 0_usize;
                let text = declarations.replace_all(text, |found: &Captures<'_>| {
                    let whole = found.get(0).map_or("", |whole| whole.as_str());
                    let old = found.name("light").or_else(|| found.name("dark"));
                    let Some(old) = old.map(|old| old.as_str()) else {
                        return whole.to_owned();
                    };
                    // The same value on light and on dark pages: those of dark ones come second.
                    let is_light = if fallback(light) == fallback(dark) {
                        seen == 0
                    } else {
                        found.name("light").is_some()
                    };
                    seen += 1;
                    let new = if is_light { change.light } else { change.dark };
                    new.map_or_else(
                        || whole.to_owned(),
                        |new| whole.replacen(old, &new.to_string(), 1),
                    )
                });
                *bytes = text.into_owned().into_bytes();
            }
        }
        unknown
    }
}

/// The colour in a value: the value itself, or what its reference falls back to.
fn fallback(value: &str) -> &str {
    let reference = value
        .strip_prefix("var(")
        .and_then(|rest| rest.strip_suffix(')'));
    let after = reference
        .and_then(|inner| inner.split_once(','))
        .map(|(_, after)| after);
    after.unwrap_or(value).trim()
}

/// Finds the declarations of a property with one of two values, whatever the spaces. The colour is in
/// the group `light` or `dark`. `None` if a value isn't a colour.
fn declarations(name: &str, values: [&str; 2]) -> Option<Regex> {
    let one = |value: &str, group: &str| {
        let colour = fallback(value);
        Colour::parse(colour)?;
        let before = value.split_once(colour).map_or("", |(before, _)| before);
        let before: Vec<String> = before.split_whitespace().map(regex::escape).collect();
        let colour = regex::escape(colour);
        Some(format!(r"{}\s*(?<{group}>{colour})\b", before.join(r"\s*")))
    };
    let [light, dark] = values;
    let (light, dark) = (one(light, "light")?, one(dark, "dark")?);
    let name = regex::escape(name);
    let pattern = format!(r"--{name}\s*:\s*(?:{light}|{dark})");
    // Of a name that is far too long, there is none.
    let Ok(found) = Regex::new(&pattern) else {
        return None;
    };
    Some(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SHEET: &str = ":root{--paper:#fff;--accent:var(--own, #0a5a63);--same:#777;--size:1rem}\
        @media(prefers-color-scheme:dark){:root{--paper:#111;--accent:var(--own, #7cc9cf);--same:#777}}\
        a{color:var(--accent)}";

    fn colour(text: &str) -> Colour {
        Colour::parse(text).unwrap()
    }

    #[test]
    fn a_colour_is_that_of_the_pages() {
        let palette = Palette::of(SHEET);
        assert_eq!(palette.colour("paper", Pages::Light), Some(Colour::WHITE));
        assert_eq!(
            palette.colour("accent", Pages::Dark),
            Some(colour("#7cc9cf"))
        );
        assert_eq!(palette.colour("size", Pages::Light), None);
        let circle = Palette::of(":root{--a:var(--b);--b:var(--a)}");
        assert_eq!(circle.colour("a", Pages::Light), None);
    }

    #[test]
    fn other_colours_are_put_into_every_style() {
        let palette = Palette::of(SHEET);
        let script = "x='k{--accent:var(--own,#0a5a63)!important;--same:#777!important}d{--accent:var(--own,#7cc9cf)!important;--same:#777}'";
        let mut assets = BTreeMap::from([
            (STYLE.to_owned(), SHEET.as_bytes().to_vec()),
            ("question.js".to_owned(), script.as_bytes().to_vec()),
            ("icon.svg".to_owned(), SHEET.as_bytes().to_vec()),
        ]);
        let change = |name: &str, light, dark| Recolour {
            name: name.to_owned(),
            light,
            dark,
        };
        let changes = [
            change("accent", Some(colour("#800")), Some(colour("#faa"))),
            change("same", None, Some(colour("#888"))),
            change("paper", Some(colour("#ffe")), None),
            change("size", Some(colour("#000")), None),
            change("nothing", Some(colour("#000")), None),
        ];
        assert_eq!(palette.recolour(&mut assets, &changes), ["size", "nothing"]);
        let text = |name: &str| str::from_utf8(&assets[name]).unwrap().to_owned();
        assert_eq!(
            text("question.js"),
            "x='k{--accent:var(--own,#880000)!important;--same:#777!important}d{--accent:var(--own,#ffaaaa)!important;--same:#888888}'"
        );
        let palette = Palette::of(&text(STYLE));
        assert_eq!(palette.colour("accent", Pages::Light), Some(colour("#800")));
        assert_eq!(palette.colour("same", Pages::Light), Some(colour("#777")));
        assert_eq!(palette.colour("same", Pages::Dark), Some(colour("#888")));
        assert_eq!(palette.colour("paper", Pages::Dark), Some(colour("#111")));
        assert_eq!(text("icon.svg"), SHEET);
    }
}
