//! `/embed.js`, with which pages of other sites show the site's banner: the theme's script with
//! data of the site.
//!
//! Pages that this builder doesn't make contain its address, so unlike everything it loads it has
//! no hash in its name.

use crate::archive;
use crate::output::file::File;
use crate::render::assets::EMBED;
use crate::render::context::{LocaleContext, SiteContext};
use crate::render::theme::ThemeFiles;
use crate::render::view::BannerView;
use domain::Digest;
use serde::Serialize;
use serde_json::{Value, json};

/// Data for the script: `SITE` in the theme's `js/globals.d.ts`.
#[derive(Serialize)]
struct EmbedData<'s> {
    url: &'s str,
    /// Address of the module that starts essential services.
    #[serde(skip_serializing_if = "str::is_empty")]
    essential: &'s str,
    /// Locales, the default one first; empty when every category in use is essential.
    locales: Vec<EmbedLocale<'s>>,
}

#[derive(Serialize)]
struct EmbedLocale<'s> {
    code: &'s str,
    dir: &'s str,
    /// Path of the archived banner.
    banner: String,
    /// Words of placeholders, whose hash is in the manifest.
    #[serde(flatten)]
    placeholder: &'s Value,
}

/// Makes the script; `None` when the theme has none, or when the site has neither an optional
/// category nor an essential service to start.
pub fn file(
    site_context: &SiteContext,
    theme_files: &ThemeFiles,
    locale_contexts: &[LocaleContext],
) -> Option<File> {
    let script = theme_files.assets.get(EMBED)?;
    let locales: Vec<_> = locale_contexts
        .iter()
        .filter(|context| has_optional_category(&context.banner))
        .filter_map(locale)
        .collect();
    if locales.is_empty() && site_context.essential.is_empty() {
        return None;
    }
    let data = json!(&EmbedData {
        url: &site_context.site.url,
        essential: &site_context.essential,
        locales,
    });
    let mut bytes = b"(SITE=>{".to_vec();
    bytes.extend_from_slice(script.trim_ascii_end());
    bytes.extend_from_slice(format!("}})({data});\n").as_bytes());
    Some(File {
        path: EMBED.to_owned(),
        bytes,
    })
}

fn has_optional_category(banner: &BannerView) -> bool {
    banner.categories.iter().any(|category| !category.locked)
}

fn locale(context: &LocaleContext) -> Option<EmbedLocale<'_>> {
    let hash = Digest::of(&[context.banner_html.as_bytes()]).to_string();
    Some(EmbedLocale {
        code: &context.locale_view.code,
        dir: context.locale_view.dir,
        banner: format!("/{}/{}", archive::FOLDER, archive::file_name(&hash)),
        placeholder: context.placeholder.as_ref()?,
    })
}
