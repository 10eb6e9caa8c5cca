//! Checks that each colour of a theme can be read on what it stands on.

use super::ThemeFiles;
use super::css::{Rule, rules};
use super::palette::{Pages, Palette, Recolour};
use crate::content::colour::{self, Colour, LEAST_CONTRAST};
use crate::report::diagnostic::{Code, Diagnostic, FileId, Location};
use crate::report::source::Sources;
use std::collections::BTreeSet;

impl ThemeFiles {
    /// The colours of the pages.
    pub fn palette(&self) -> Palette {
        Palette::of_assets(&self.assets)
    }

    /// The same theme with other colours.
    pub fn recoloured(&self, changes: &[Recolour]) -> Self {
        let mut files = self.clone();
        self.palette().recolour(&mut files.assets, changes);
        files
    }

    /// The colours that texts of a colour stand on, each with its name.
    pub fn grounds(&self, text: &str, pages: Pages) -> Vec<(String, Colour)> {
        let palette = self.palette();
        let rules = self.layers.settings.contrast.iter();
        let on = rules.filter(|rule| rule.text.iter().any(|one| one == text));
        on.flat_map(|rule| &rule.on)
            .filter_map(|name| Some((format!("`--{name}`"), palette.colour(name, pages)?)))
            .collect()
    }
}

/// Diagnoses texts that can't be read on what they stand on, as far as a style sheet tells: the pairs
/// that `theme.toml` lists, the page itself, and rules that state both colours.
pub(super) fn check(files: &ThemeFiles, sources: &Sources) -> Vec<Diagnostic> {
    let palette = files.palette();
    let mut found = Vec::new();
    let texts: BTreeSet<&String> = files
        .layers
        .settings
        .contrast
        .iter()
        .flat_map(|rule| &rule.text)
        .collect();
    for name in texts {
        for pages in Pages::ALL {
            let Some(text) = palette.colour(name, pages) else {
                continue;
            };
            let grounds = files.grounds(name, pages);
            found.extend(unreadable(text, &grounds, pages).map(|(message, help)| {
                let location = place_of(files, sources, name, pages);
                Diagnostic::new(
                    Code::LowContrast,
                    location,
                    format!("`--{name}` {message}"),
                    help,
                )
            }));
        }
    }
    found.extend(check_rules(files, sources, &palette));
    found
}

/// What is wrong with a colour on some grounds, and the nearest that isn't.
pub fn unreadable(
    text: Colour,
    grounds: &[(String, Colour)],
    pages: Pages,
) -> Option<(String, String)> {
    let (name, ground) = grounds
        .iter()
        .min_by(|(_, one), (_, other)| text.contrast(*one).total_cmp(&text.contrast(*other)))?;
    let contrast = text.contrast(*ground);
    if contrast >= LEAST_CONTRAST {
        return None;
    }
    let message = format!(
        "is `{text}` on {} pages and has a contrast of {} with {name} `{ground}`; texts need {LEAST_CONTRAST} : 1",
        pages.as_str(),
        colour::ratio(contrast)
    );
    let all: Vec<Colour> = grounds.iter().map(|(_, ground)| *ground).collect();
    let help = match text.nearest_readable_on(&all) {
        Some(nearest) => format!("the nearest colour that can be read is `{nearest}`"),
        None => "nothing can be read on all of these grounds: change them".to_owned(),
    };
    Some((message, help))
}

/// Where a colour is given: in the overlay's `theme.toml`, or in a style sheet.
fn place_of(files: &ThemeFiles, sources: &Sources, name: &str, pages: Pages) -> Location {
    let own = match pages {
        Pages::Light => files.layers.settings.light.get(name),
        Pages::Dark => files.layers.settings.dark.get(name),
    };
    if let (Some(own), Some(file)) = (own, files.layers.file) {
        return Location::Span(file, own.span());
    }
    let property = format!("--{name}");
    let places = files.styles.iter().rev().flat_map(|file| {
        let declared = rules(sources.text(*file)).into_iter().rev();
        let declared = declared.filter(move |rule| pages.have(rule.scheme));
        let own = declared.flat_map(|rule| rule.declarations);
        let own = own.filter(|one| one.name == property);
        own.map(|one| Location::Span(*file, one.place))
            .collect::<Vec<_>>()
    });
    let mut places = places;
    let whole = || Location::Path(files.folder.to_string());
    places.next().unwrap_or_else(whole)
}

/// What the whole page has, which the elements in it inherit.
#[derive(Default)]
struct PageColours {
    text: Option<(Colour, Location)>,
    ground: Option<Colour>,
}

/// Checks rules that state a text's colour and its ground, and the colours of the page itself.
fn check_rules(files: &ThemeFiles, sources: &Sources, palette: &Palette) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for pages in Pages::ALL {
        let mut page = PageColours::default();
        for file in &files.styles {
            for rule in rules(sources.text(*file)) {
                if !pages.have(rule.scheme) {
                    continue;
                }
                let text = stated(&rule, &["color"], palette, pages);
                let ground = stated(&rule, &["background-color", "background"], palette, pages);
                let location = text.as_ref().map(|(_, at)| place(*file, &rule, *at));
                if rule
                    .selector
                    .split(',')
                    .any(|one| matches!(one.trim(), ":root" | "html" | "body"))
                {
                    if let (Some((text, _)), Some(location)) = (text, location) {
                        page.text = Some((text, location));
                    }
                    page.ground = ground.map(|(ground, _)| ground).or(page.ground);
                } else if let (Some((text, _)), Some((ground, _)), Some(location)) =
                    (text, ground, location)
                {
                    found.extend(rule_fault(rule.selector, text, ground, pages, location));
                }
            }
        }
        if let (Some((text, location)), Some(ground)) = (page.text, page.ground) {
            found.extend(rule_fault("body", text, ground, pages, location));
        }
    }
    // A rule for all pages is wrong once, however many kinds of pages it is wrong on.
    let mut seen: Vec<Location> = Vec::new();
    found.retain(|one| {
        let is_new = !seen.contains(&one.location);
        seen.push(one.location.clone());
        is_new
    });
    found
}

/// The last of these properties that a rule states as a colour, with its number.
fn stated(
    rule: &Rule<'_>,
    names: &[&str],
    palette: &Palette,
    pages: Pages,
) -> Option<(Colour, usize)> {
    let (at, one) = rule
        .declarations
        .iter()
        .enumerate()
        .rfind(|(_, one)| names.contains(&one.name))?;
    Some((palette.resolve(one.value, pages)?, at))
}

fn place(file: FileId, rule: &Rule<'_>, declaration: usize) -> Location {
    let place = rule
        .declarations
        .get(declaration)
        .map_or(0..0, |one| one.place.clone());
    Location::Span(file, place)
}

fn rule_fault(
    selector: &str,
    text: Colour,
    ground: Colour,
    pages: Pages,
    location: Location,
) -> Option<Diagnostic> {
    let grounds = [("its ground".to_owned(), ground)];
    let (message, help) = unreadable(text, &grounds, pages)?;
    let message = format!("the text of `{selector}` {message}");
    Some(Diagnostic::new(Code::LowContrast, location, message, help))
}
