//! The owner's face: colour, logo, icons, share image, links.
//!
//! In: `[brand]` with its pictures, and the theme. Out: the theme in the owner's colour, files, and
//! what templates show.

mod icons;

use crate::content::colour::Colour;
use crate::content::localised::in_locale;
use crate::content::picture::{Format, Picture};
use crate::content::settings::Brand;
use crate::load::brand::BrandPictures;
use crate::model::site::Site;
use crate::output::file::File;
use crate::render::assets::Assets;
use crate::render::theme::ThemeFiles;
use crate::render::theme::palette::{ACCENT, ACCENT_INK, Pages, Recolour};
use crate::render::theme::unreadable;
use crate::render::view::{BrandLinkView, BrandView, IconView, PictureView, ThemeColour};
use crate::report::diagnostic::{Code, Diagnostic, FileId};
use domain::Locale;

/// The icon of a theme, below `assets/`, of sites whose owners have none.
const ICON: &str = "icon.svg";

/// The theme in the owner's colour, and what is wrong with that.
pub fn recoloured(
    theme: &ThemeFiles,
    brand: &Brand,
    file: FileId,
) -> (ThemeFiles, Vec<Diagnostic>) {
    let Some(accent) = &brand.accent else {
        return (theme.clone(), Vec::new());
    };
    // What is no colour has been diagnosed.
    let Some((light, dark)) = accent.get_ref().colours() else {
        return (theme.clone(), Vec::new());
    };
    let at = |code, message: String, help: String| {
        Diagnostic::at(code, file, accent.span(), message, help)
    };
    let grounds = Pages::ALL.map(|pages| theme.grounds(ACCENT, pages));
    let is_coloured = theme.palette().colour(ACCENT, Pages::Light).is_some();
    if !is_coloured || grounds.iter().any(Vec::is_empty) {
        let lack = if is_coloured {
            "the theme doesn't say what `--accent` stands on"
        } else {
            "the theme's style sheet has no `--accent`"
        };
        let message = format!("`brand.accent` colours nothing: {lack}");
        let help = "delete `accent`, or give `--accent` to `:root` in the theme's style sheet, and list it under `[[contrast]]` in its `theme.toml`";
        let found = vec![at(Code::InvalidFact, message, help.to_owned())];
        return (theme.clone(), found);
    }
    let [on_light, on_dark] = grounds.each_ref().map(|grounds| {
        let colours: Vec<Colour> = grounds.iter().map(|(_, colour)| *colour).collect();
        colours
    });
    // Of one colour, that of dark pages is derived.
    let given = [light, dark.unwrap_or_else(|| nearest(light, &on_dark))];
    let faults: Vec<(String, String)> = Pages::ALL
        .into_iter()
        .zip(given)
        .zip(&grounds)
        .filter_map(|((pages, colour), grounds)| unreadable(colour, grounds, pages))
        .collect();
    if !faults.is_empty() {
        let messages: Vec<&str> = faults.iter().map(|(message, _)| message.as_str()).collect();
        let message = format!("`brand.accent` {}", messages.join(", and "));
        let help = format!(
            "the nearest colours that can be read are `accent = {{ light = \"{}\", dark = \"{}\" }}`",
            nearest(light, &on_light),
            nearest(dark.unwrap_or(light), &on_dark)
        );
        return (theme.clone(), vec![at(Code::LowContrast, message, help)]);
    }
    let [light, dark] = given;
    let change = |name: &str, [light, dark]: [Colour; 2]| Recolour {
        name: name.to_owned(),
        light: Some(light),
        dark: Some(dark),
    };
    let changes = [
        change(ACCENT, [light, dark]),
        change(ACCENT_INK, [light.ink(), dark.ink()]),
    ];
    (theme.recoloured(&changes), Vec::new())
}

/// The nearest colour that can be read on all grounds; the colour itself where none can.
fn nearest(colour: Colour, grounds: &[Colour]) -> Colour {
    colour.nearest_readable_on(grounds).unwrap_or(colour)
}

/// What the pages of all locales show of the owner.
#[derive(Debug, Default)]
pub struct BrandFiles {
    /// The logo.
    logo: Option<PictureView>,
    /// The icons.
    pub icon: Option<IconView>,
    /// The share image.
    pub share_image: Option<PictureView>,
    /// Colours of the browser's own bars.
    pub theme_colour: Option<ThemeColour>,
    /// Files at fixed addresses.
    pub files: Vec<File>,
}

/// Adds the pictures to the assets.
///
/// # Errors
/// The diagnostic of an icon of the theme that can't be drawn.
pub fn files(
    pictures: &BrandPictures,
    theme: &ThemeFiles,
    assets: &mut Assets,
) -> Result<BrandFiles, Diagnostic> {
    let mut made = BrandFiles {
        logo: pictures.logo.as_ref().map(|logo| add(assets, "logo", logo)),
        share_image: pictures
            .share_image
            .as_ref()
            .map(|image| add(assets, "share", image)),
        theme_colour: theme_colour(theme),
        ..BrandFiles::default()
    };
    let own_icon = pictures.icon.as_ref();
    let drawn = match own_icon {
        Some(icon) => Some((icon.format, icon.bytes.as_slice())),
        None => theme
            .assets
            .get(ICON)
            .map(|bytes| (Format::Svg, bytes.as_slice())),
    };
    if let Some((format, bytes)) = drawn {
        let icons = icons::draw(format, bytes).map_err(|message| {
            let path = theme.path(&format!("assets/{ICON}"));
            let help = "export the icon again";
            Diagnostic::on(Code::InvalidPicture, path.as_str(), message, help)
        })?;
        made.icon = Some(IconView {
            path: match own_icon {
                Some(icon) => add(assets, "icon", icon).path,
                None => assets.address(ICON),
            },
            media_type: format.media_type(),
            touch: assets.add("apple-touch-icon.png", icons.touch),
        });
        made.files.push(File {
            path: "favicon.ico".to_owned(),
            bytes: icons.favicon,
        });
    }
    Ok(made)
}

fn add(assets: &mut Assets, stem: &str, picture: &Picture) -> PictureView {
    let extension = match picture.format {
        Format::Svg => "svg",
        Format::Png => "png",
    };
    PictureView {
        path: assets.add(&format!("brand/{stem}.{extension}"), picture.bytes.clone()),
        width: picture.width,
        height: picture.height,
    }
}

/// The accent, or nothing where the theme has none.
fn theme_colour(theme: &ThemeFiles) -> Option<ThemeColour> {
    let palette = theme.palette();
    Some(ThemeColour {
        light: palette.colour(ACCENT, Pages::Light)?.to_string(),
        dark: palette.colour(ACCENT, Pages::Dark)?.to_string(),
    })
}

/// What the pages of a locale show of the owner.
pub fn view(site: &Site, files: &BrandFiles, locale: &Locale) -> BrandView {
    let brand = &site.settings.brand;
    let home = brand.home.as_ref().map_or("", |home| home.get_ref());
    BrandView {
        logo: files.logo.clone(),
        home: home.to_owned(),
        home_name: name_of(home),
        links: brand
            .links
            .iter()
            .map(|link| {
                let (text, other) = in_locale(link.text.get_ref(), locale, &site.order);
                BrandLinkView {
                    url: link.url.get_ref().clone(),
                    text: text.to_owned(),
                    lang: other.map_or_else(String::new, Locale::to_string),
                }
            })
            .collect(),
    }
}

/// The host of an address, and its path if that isn't the start page: `cap.kz/kk`.
fn name_of(address: &str) -> String {
    let name = address.trim_start_matches("https://");
    name.trim_end_matches('/').to_owned()
}
