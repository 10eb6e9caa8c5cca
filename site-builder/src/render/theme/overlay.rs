//! Puts the colours of an overlay into the style sheets and scripts of its base.

use super::layers::Layers;
use super::palette::{Palette, Recolour};
use crate::content::colour::Colour;
use crate::report::diagnostic::{Code, Diagnostic};
use std::collections::{BTreeMap, BTreeSet};
use toml::Spanned;

/// Puts the colours of an overlay in place, and diagnoses what is no colour of the base.
pub(super) fn recolour(layers: &Layers, assets: &mut BTreeMap<String, Vec<u8>>) -> Vec<Diagnostic> {
    let (settings, Some(file)) = (&layers.settings, layers.file) else {
        return Vec::new();
    };
    let mut diagnostics = Vec::new();
    let mut colour = |text: &Spanned<String>| {
        let colour = Colour::parse(text.get_ref());
        if colour.is_none() {
            diagnostics.push(Diagnostic::at(
                Code::InvalidFact,
                file,
                text.span(),
                format!("`{}` is no colour", text.get_ref()),
                "write it with three or six hexadecimal digits: `#0a5` or `#00aa55`; what is no colour belongs into `site.css` beside `theme.toml`",
            ));
        }
        colour
    };
    let names: BTreeSet<&String> = settings.light.keys().chain(settings.dark.keys()).collect();
    let changes: Vec<Recolour> = names
        .into_iter()
        .map(|name| Recolour {
            name: name.clone(),
            light: settings.light.get(name).and_then(&mut colour),
            dark: settings.dark.get(name).and_then(&mut colour),
        })
        .collect();
    let palette = Palette::of_assets(assets);
    for name in palette.recolour(assets, &changes) {
        let place = settings.light.get(name).or_else(|| settings.dark.get(name));
        diagnostics.push(Diagnostic::at(
            Code::InvalidFact,
            file,
            place.map_or(0..0, Spanned::span),
            format!(
                "the style sheet of the base has no colour `--{name}` for light and dark pages"
            ),
            format!("it has `{}`", palette.names().join("`, `")),
        ));
    }
    diagnostics
}
