//! The script by which pages of others show the site's banner: the theme's `embed.js`, told what it has to know about the site.
//!
//! Its address stands in pages that nobody here rebuilds, so it has no hash in its name, unlike all that it loads in turn.

use crate::archive;
use crate::output::file::File;
use crate::render::assets::EMBED;
use crate::render::context::{Frame, Shared};
use crate::render::theme::ThemeFiles;
use crate::render::view::BannerView;
use domain::Digest;
use serde::Serialize;
use serde_json::{Value, json};

/// What the script is told; `SITE` in the theme's `js/globals.d.ts`.
#[derive(Serialize)]
struct Embedded<'s> {
    url: &'s str,
    /// Where the module is that starts essential services.
    #[serde(skip_serializing_if = "str::is_empty")]
    essential: &'s str,
    /// The default one first; none when there is nothing to ask.
    locales: Vec<EmbeddedLocale<'s>>,
}

#[derive(Serialize)]
struct EmbeddedLocale<'s> {
    code: &'s str,
    dir: &'s str,
    /// Where the very bytes of the banner are published.
    banner: String,
    /// Words of placeholders: those whose hash is in the manifest.
    #[serde(flatten)]
    placeholder: &'s Value,
}

/// The script; none when the theme has none, or when the site has nothing to ask and no essential service to start.
pub fn file(shared: &Shared, theme_files: &ThemeFiles, frames: &[Frame]) -> Option<File> {
    let script = theme_files.assets.get(EMBED)?;
    let locales: Vec<_> = frames
        .iter()
        .filter(|frame| asks(&frame.banner))
        .filter_map(locale)
        .collect();
    if locales.is_empty() && shared.essential.is_empty() {
        return None;
    }
    let told = json_text(&Embedded {
        url: &shared.site.url,
        essential: &shared.essential,
        locales,
    });
    let mut bytes = b"(SITE=>{".to_vec();
    bytes.extend_from_slice(script.trim_ascii_end());
    bytes.extend_from_slice(format!("}})({told});\n").as_bytes());
    Some(File {
        path: EMBED.to_owned(),
        bytes,
    })
}

fn asks(banner: &BannerView) -> bool {
    banner.categories.iter().any(|category| !category.locked)
}

fn locale(frame: &Frame) -> Option<EmbeddedLocale<'_>> {
    let hash = Digest::of(&[frame.banner_html.as_bytes()]).to_string();
    Some(EmbeddedLocale {
        code: &frame.locale_view.code,
        dir: frame.locale_view.dir,
        banner: format!("/{}/{}", archive::FOLDER, archive::file_name(&hash)),
        placeholder: frame.placeholder.as_ref()?,
    })
}

/// JSON that may stand in a script.
fn json_text(value: &impl Serialize) -> String {
    // Keys are strings and values plain: they always serialise.
    json!(value).to_string()
}
