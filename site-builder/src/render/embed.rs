//! The script that asks visitors, with data of the site. It loads the theme's other scripts when they
//! are needed; what only one of them needs stands in front of that one.
//!
//! Published twice with the same bytes: as `/embed.js`, whose address pages of other sites contain,
//! so that it has no hash in its name, and for the site's own pages with one.

use crate::content::register::Register;
use crate::model::ranges;
use crate::output::file::File;
use crate::render::assets::Assets;
use crate::render::context::{LocaleContext, SiteContext};
use crate::render::theme::{CLEANUP, SCRIPT, SCRIPT_PARTS, SURROUNDINGS, ThemeFiles};
use crate::render::view::BannerView;
use domain::{Category, Country, Digest, Locale, Manifest, ManifestService, ShortHash};
use serde::Serialize;
use serde_json::json;
use std::collections::BTreeMap;

/// The parts that [`SURROUNDINGS`] alone loads.
const LOADED_BY_SURROUNDINGS: [&str; 3] = ["markup", "reopen", "shims"];

/// Beginning of the name of the folder of texts; the rest is a hash of them.
pub const TEXTS_FOLDER: &str = "assets/texts.";

/// Data for the script: `SITE` in the theme's `js/globals.d.ts`.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct EmbedData<'s> {
    url: &'s str,
    /// Path of the module that starts essential services.
    #[serde(skip_serializing_if = "str::is_empty")]
    essential: &'s str,
    /// Names for readers of hosts whose names in ASCII are others.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    hosts: &'s BTreeMap<String, String>,
    /// What asking needs; none when every category in use is essential.
    #[serde(flatten)]
    question: Option<QuestionData<'s>>,
    /// Locales of the banner, the default one first, by commas; after each, by spaces, the further
    /// language ranges that it answers.
    locales: String,
    /// Those that are written from right to left.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    rtl: Vec<&'s str>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct QuestionData<'s> {
    revision: &'s str,
    days: u32,
    refusal_days: u32,
    #[serde(skip_serializing_if = "is_false")]
    counted: bool,
    /// Of the categories that visitors are asked about.
    scopes: BTreeMap<&'static str, &'s Vec<ShortHash>>,
    services: Vec<EmbedService<'s>>,
    /// Path of the list of loaders.
    #[serde(skip_serializing_if = "str::is_empty")]
    tags: &'s str,
    /// Paths of the theme's other scripts.
    parts: BTreeMap<&'s str, String>,
    /// Code of the locale for those who speak only languages that the site lacks.
    fallback: &'s str,
    /// Path of the folder that holds, by the code of each locale, the archived banner (`kk.txt`) and
    /// the archived words of placeholders (`kk.words.txt`, which is JSON; the rule of `_headers` for
    /// `*.json` would name the origins that may read it a second time).
    texts: String,
}

/// An optional service: see [`ManifestService`].
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct EmbedService<'s> {
    id: &'s str,
    category: Category,
    grants: &'s [ShortHash],
    refusal: ShortHash,
    #[serde(skip_serializing_if = "is_false")]
    own: bool,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    not_in: &'s [Country],
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    hosts: &'s [String],
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde passes fields by reference"
)]
const fn is_false(flag: &bool) -> bool {
    !*flag
}

/// Makes the script. Returns it for pages of others, and its address for the site's own pages, which
/// is empty when the site has nothing to ask. `None` when the theme has no script, or when there is
/// neither something to ask nor an essential service to start.
pub fn script(
    site_context: &SiteContext,
    theme_files: &ThemeFiles,
    assets: &mut Assets,
    register: &Register,
    manifest: &Manifest,
    locale_contexts: &[LocaleContext],
) -> Option<(File, String)> {
    let script = theme_files.assets.get(SCRIPT)?;
    let locales: Vec<_> = locale_contexts
        .iter()
        .filter(|context| has_optional_category(&context.banner))
        .collect();
    if locales.is_empty() && site_context.essential.is_empty() {
        return None;
    }
    let asks = !locales.is_empty();
    if asks {
        add_cleanup(theme_files, assets, register);
        add_surroundings(theme_files, assets);
    }
    let (texts, text_files) = texts(&locales);
    let question = asks.then(|| question(manifest, assets, texts));
    let rtl = locales.iter().map(|context| &context.locale_view);
    let rtl = rtl.filter(|view| view.dir == "rtl");
    let data = json!(&EmbedData {
        url: &site_context.site.url,
        essential: &site_context.essential,
        hosts: &site_context.host_names,
        question,
        locales: joined(&locales, manifest),
        rtl: rtl.map(|view| view.code.as_str()).collect(),
    });
    let mut bytes = b"(SITE=>{".to_vec();
    bytes.extend_from_slice(script.trim_ascii_end());
    bytes.extend_from_slice(format!("}})({data});\n").as_bytes());
    let address = if asks {
        assets.add(SCRIPT, bytes.clone())
    } else {
        String::new()
    };
    assets.files.extend(text_files);
    let file = File {
        path: SCRIPT.to_owned(),
        bytes,
    };
    Some((file, address))
}

/// Adds a part with data in front of it; nothing if the theme lacks it.
fn add_part(theme_files: &ThemeFiles, assets: &mut Assets, name: &str, data: &str) {
    if let Some(module) = theme_files.assets.get(name) {
        let mut bytes = data.as_bytes().to_vec();
        bytes.extend_from_slice(module);
        assets.add(name, bytes);
    }
}

/// Adds the part that deletes what services have stored, with their names. Essential services are
/// among them, because others may use the same names.
fn add_cleanup(theme_files: &ThemeFiles, assets: &mut Assets, register: &Register) {
    let entries: Vec<_> = register
        .all()
        .flat_map(|service| {
            let id = service.id.get_ref();
            let cookies = service.own_cookies().map(move |cookie| {
                let name = cookie.name.get_ref();
                match cookie.path.get_ref().as_str() {
                    "/" => json!([id, "cookie", name]),
                    path => json!([id, "cookie", name, path]),
                }
            });
            let others = service.storage.iter().map(move |item| {
                let item = item.get_ref();
                json!([id, item.kind.as_str(), item.name.get_ref()])
            });
            cookies.chain(others)
        })
        .collect();
    let data = format!("const STORED={};\n", json!(entries));
    add_part(theme_files, assets, CLEANUP, &data);
}

fn add_surroundings(theme_files: &ThemeFiles, assets: &mut Assets) {
    let parts = addresses(assets, |name| LOADED_BY_SURROUNDINGS.contains(&name));
    let data = format!("const SURROUNDINGS={};\n", json!({ "parts": parts }));
    add_part(theme_files, assets, SURROUNDINGS, &data);
}

/// The addresses of some parts, by their name.
fn addresses(assets: &Assets, has: impl Fn(&str) -> bool) -> BTreeMap<&'static str, String> {
    let names = SCRIPT_PARTS.into_iter().filter(|name| has(name));
    names
        .map(|name| (name, assets.address(&format!("{name}.js"))))
        .collect()
}

/// The texts that the script fetches in the visitor's language: the very bytes that are archived, so
/// that a record holds the hash of what was shown, but at addresses that follow from the language. A
/// list of hashes would weigh more than the rest of the script's data. Returns the path of their
/// folder too, whose name changes with any of them.
fn texts(locales: &[&LocaleContext]) -> (String, Vec<File>) {
    let texts = locales.iter().flat_map(|context| {
        let code = &context.locale_view.code;
        let banner = (format!("{code}.txt"), context.banner_html.to_string());
        let placeholder = context.placeholder.as_ref();
        let placeholder = placeholder.map(|words| (format!("{code}.words.txt"), words.to_string()));
        std::iter::once(banner).chain(placeholder)
    });
    let texts: Vec<(String, String)> = texts.collect();
    let parts = texts
        .iter()
        .flat_map(|(name, text)| [name.as_bytes(), b"\n", text.as_bytes()]);
    let hash = Digest::of(&parts.collect::<Vec<_>>()).to_string();
    let folder: String = TEXTS_FOLDER.chars().chain(hash.chars().take(10)).collect();
    let file = |(name, text): (String, String)| File {
        path: format!("{folder}/{name}"),
        bytes: text.into_bytes(),
    };
    (format!("/{folder}/"), texts.into_iter().map(file).collect())
}

/// See [`EmbedData::locales`].
fn joined(locales: &[&LocaleContext], manifest: &Manifest) -> String {
    let (documents, banner_only): (Vec<&LocaleContext>, Vec<_>) =
        locales.iter().partition(|context| context.has_documents);
    let tags = |contexts: Vec<&LocaleContext>| -> Vec<Locale> {
        let locales = contexts.iter().map(|context| context.locale.clone());
        locales.collect()
    };
    ranges::for_script(&tags(documents), &tags(banner_only), &manifest.ranges)
}

fn question<'s>(manifest: &'s Manifest, assets: &'s Assets, texts: String) -> QuestionData<'s> {
    // Others are switched off, because minors use the site.
    let asked = |category: Category| manifest.categories.contains(&category);
    QuestionData {
        revision: &manifest.revision,
        days: manifest.choice_days,
        refusal_days: manifest.refusal_days,
        counted: manifest.count_shown,
        scopes: manifest
            .scopes
            .iter()
            .filter(|(category, _)| asked(*category))
            .map(|(category, scopes)| (category.as_str(), scopes))
            .collect(),
        services: manifest
            .services
            .iter()
            .filter(|service| asked(service.category))
            .map(service)
            .collect(),
        tags: &assets.tags,
        parts: addresses(assets, |name| !LOADED_BY_SURROUNDINGS.contains(&name)),
        fallback: manifest.fallback.as_str(),
        texts,
    }
}

fn service(service: &ManifestService) -> EmbedService<'_> {
    EmbedService {
        id: &service.id,
        category: service.category,
        grants: &service.grants,
        refusal: service.refusal,
        own: service.own,
        not_in: &service.not_in,
        hosts: &service.hosts,
    }
}

fn has_optional_category(banner: &BannerView) -> bool {
    banner.categories.iter().any(|category| !category.locked)
}
