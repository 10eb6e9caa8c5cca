//! Style sheet, scripts and the loader of services, under names that change with their bytes.

use crate::dist::File;
use crate::register::{Kind, Register, Service};
use crate::revision;
use crate::theme::ThemeFiles;
use crate::vendor;
use serde::Serialize;
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};

/// The script for pages of others, see [`crate::embed`].
pub const EMBED: &str = "embed.js";

/// Types of what scripts offer to pages. Developers fetch them by this name.
const TYPES: &str = "kelisim.d.ts";

/// What pages load from their own site.
pub struct Assets {
    /// The files themselves.
    pub files: Vec<File>,
    addresses: BTreeMap<String, String>,
    /// Address of the script that loads services; empty when none has an id.
    pub tags: String,
}

/// What a loader is told about its service; see `Settings` in the theme's `js/vendor.js`.
#[derive(Serialize)]
struct Settings<'s> {
    id: &'s str,
    /// How long its cookies may live; only for vendors that let themselves be told.
    #[serde(skip_serializing_if = "Option::is_none")]
    days: Option<u32>,
    /// Further origins whose scripts the vendor's script may load.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    scripts: Vec<&'s str>,
}

impl Assets {
    /// The assets of a theme that a site with this register uses: loaders of other services stay at home.
    pub fn new(theme: &ThemeFiles, register: &Register) -> Self {
        let mut assets = Self {
            files: Vec::new(),
            addresses: BTreeMap::new(),
            tags: String::new(),
        };
        let kinds: BTreeSet<Kind> = register.active().map(|service| service.kind).collect();
        let used: BTreeSet<String> = kinds.into_iter().map(loader).collect();
        for (name, bytes) in &theme.assets {
            match name.as_str() {
                EMBED => {}
                TYPES => assets.files.push(File {
                    path: name.clone(),
                    bytes: bytes.clone(),
                }),
                loader if loader.starts_with("services/") && !used.contains(name) => {}
                _ => _ = assets.add(name, bytes.clone()),
            }
        }
        assets.compose_tags(register);
        assets
    }

    /// The address of an asset; empty when the theme has none of that name.
    pub fn address(&self, name: &str) -> String {
        self.addresses.get(name).cloned().unwrap_or_default()
    }

    fn add(&mut self, name: &str, bytes: Vec<u8>) -> String {
        let hash = revision::hex(&bytes);
        let hash = hash.get(..10).unwrap_or_default();
        let (stem, extension) = name.rsplit_once('.').unwrap_or((name, "bin"));
        let path = format!("assets/{stem}.{hash}.{extension}");
        let address = format!("/{path}");
        self.addresses.insert(name.to_owned(), address.clone());
        self.files.push(File { path, bytes });
        address
    }

    /// The script that loads services: it imports the loaders that the site uses and hands each what it has to know.
    fn compose_tags(&mut self, register: &Register) {
        let mut imports = String::new();
        let mut table = Vec::new();
        for (at, service) in register.active().enumerate() {
            let Some(address) = self.addresses.get(&loader(service.kind)) else {
                continue;
            };
            imports.push_str(&format!("import * as s{at} from {};\n", json!(address)));
            table.push(format!(
                "[s{at}, {}, {}]",
                json!(service.category.as_str()),
                json!(settings(service))
            ));
        }
        if table.is_empty() {
            return;
        }
        let script = format!("{imports}export default [{}];\n", table.join(", "));
        self.tags = self.add("tags.js", script.into_bytes());
    }
}

/// The name of a kind's loader among the assets.
fn loader(kind: Kind) -> String {
    format!("services/{}.js", kind.as_str())
}

fn settings(service: &Service) -> Settings<'_> {
    Settings {
        id: service.tag.get_ref(),
        days: lifetime(service),
        scripts: service
            .hosts
            .script
            .iter()
            .map(|origin| origin.get_ref().as_str())
            .collect(),
    }
}

/// The shortest lifetime that the register names for cookies whose vendor lets it decide, so that no entry of the table is
/// exceeded.
fn lifetime(service: &Service) -> Option<u32> {
    vendor::of(service.kind)
        .cookies
        .iter()
        .filter(|cookie| cookie.lifetime == vendor::Lifetime::Register)
        .flat_map(|cookie| service.own_cookies().filter(|own| own.covers(cookie.name)))
        .map(|cookie| *cookie.days.get_ref())
        .min()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn service(cookies: &str) -> Service {
        let text = format!(
            "id = \"a\"\nkind = \"google-analytics-4\"\nname = \"A\"\ncategory = \"analytics\"\n\
             transfer = \"none\"\ntag = \"G-A\"\n[data]\n[purpose]\n{cookies}"
        );
        toml::from_str(&text).unwrap()
    }

    fn cookie(name: &str, days: u32) -> String {
        format!("[[cookie]]\nname = \"{name}\"\ndays = {days}\n[cookie.purpose]\n")
    }

    #[test]
    fn a_loader_is_told_the_shortest_lifetime_that_the_table_names() {
        let both = service(&(cookie("_ga", 395) + &cookie("_ga_*", 30) + &cookie("other", 1)));
        assert_eq!(lifetime(&both), Some(30));
        assert_eq!(lifetime(&service(&cookie("_ga*", 200))), Some(200));
        assert_eq!(lifetime(&service(&cookie("other", 1))), None);
    }

    #[test]
    fn settings_hold_nothing_that_is_not_set() {
        let text = json!(settings(&service(&cookie("_ga*", 200)))).to_string();
        assert_eq!(text, r#"{"days":200,"id":"G-A"}"#);
    }
}
