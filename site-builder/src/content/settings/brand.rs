//! `[brand]`: the owner's logo, colours and links. Checks all that needs no other file; the colour
//! needs the theme's grounds ([`crate::render::brand`]), and the pictures are read with the site's
//! folder.

use super::Settings;
use crate::content::colour::Colour;
use crate::content::file_diagnostics::FileDiagnostics;
use crate::content::localised::Localised;
use crate::report::diagnostic::Code;
use schemars::JsonSchema;
use serde::Deserialize;
use toml::Spanned;
use url::Url;

/// The folder of a site with its pictures.
pub const FOLDER: &str = "brand";

/// Most links of the owner's in the footer.
const MAX_LINKS: usize = 8;

/// What makes the site look like its owner. Without it, it has the theme's mark and colours.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Brand {
    /// The logo of every page's head: an SVG or a PNG in `brand/`, such as `logo.svg`.
    #[schemars(with = "Option<String>")]
    pub logo: Option<Spanned<String>>,
    /// Links, marks and buttons: a colour such as `#0a5c45` for light pages, of which the one for dark
    /// pages is derived; or both, `{ light = "#0a5c45", dark = "#5fd3ae" }`. Each needs a contrast of
    /// 4.5 : 1 with what it stands on.
    #[schemars(with = "Option<Accent>")]
    pub accent: Option<Spanned<Accent>>,
    /// The icon of tabs and home screens: a square SVG, or a PNG of at least 180 × 180 pixels, in
    /// `brand/`.
    #[schemars(with = "Option<String>")]
    pub icon: Option<Spanned<String>>,
    /// What messengers and networks show with a link to a page: a PNG in `brand/`, best of 1200 × 630
    /// pixels.
    #[schemars(with = "Option<String>")]
    pub share_image: Option<Spanned<String>>,
    /// Address of the owner's main site, to which every page links: `https://cap.kz/`.
    #[schemars(with = "Option<String>")]
    pub home: Option<Spanned<String>>,
    /// Further links of the footer, eight at most.
    #[serde(default)]
    pub links: Vec<BrandLink>,
}

/// The owner's colour.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(
    untagged,
    deny_unknown_fields,
    expecting = "`accent` is a colour such as `\"#0a5c45\"`, or `{ light = \"#0a5c45\", dark = \"#5fd3ae\" }`"
)]
pub enum Accent {
    /// That of light pages.
    Light(String),
    /// Those of light and of dark pages.
    Both {
        /// On light pages.
        light: String,
        /// On dark pages.
        dark: String,
    },
}

impl Accent {
    /// The colour of light pages and, if it is given, that of dark ones; `None` where one is no
    /// colour.
    pub fn colours(&self) -> Option<(Colour, Option<Colour>)> {
        match self {
            Self::Light(light) => Some((Colour::parse(light)?, None)),
            Self::Both { light, dark } => Some((Colour::parse(light)?, Some(Colour::parse(dark)?))),
        }
    }
}

/// A link of the owner's.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct BrandLink {
    /// Its words per locale.
    #[schemars(with = "Localised")]
    pub text: Spanned<Localised>,
    /// Its address: `https://cap.kz/imprint`.
    #[schemars(with = "String")]
    pub url: Spanned<String>,
}

/// Diagnoses what is no colour or no address, and links without words.
pub(super) fn check(settings: &Settings, found: &mut FileDiagnostics) {
    let brand = &settings.brand;
    if let Some(accent) = &brand.accent
        && accent.get_ref().colours().is_none()
    {
        found.add(
            Code::InvalidFact,
            accent,
            "`brand.accent` is no colour",
            "write it with three or six hexadecimal digits: `#0a5` or `#00aa55`",
        );
    }
    let urls = brand
        .links
        .iter()
        .map(|link| ("brand.links.url", &link.url));
    for (name, url) in brand
        .home
        .iter()
        .map(|home| ("brand.home", home))
        .chain(urls)
    {
        if !is_page(url.get_ref()) {
            found.add(
                Code::InvalidFact,
                url,
                format!("`{name}` can't be `{}`", url.get_ref()),
                "write the whole address of a page: it begins with `https://`",
            );
        }
    }
    for link in &brand.links {
        found.add_untranslated("a link of `brand`", &link.text, settings.locales.get_ref());
    }
    if let Some(link) = brand.links.get(MAX_LINKS) {
        found.add(
            Code::InvalidFact,
            &link.url,
            format!("`brand` has {} links", brand.links.len()),
            format!("the footer has room for {MAX_LINKS}"),
        );
    }
}

/// An https address without a user.
fn is_page(text: &str) -> bool {
    text.len() <= 2000
        && text.starts_with("https://")
        && Url::parse(text).is_ok_and(|url| {
            url.host_str().is_some_and(|host| host.contains('.'))
                && url.username().is_empty()
                && url.password().is_none()
        })
}
