//! Style sheet, scripts and the loader of services, under names that change with their bytes.

mod imports;

use crate::content::register::{Register, Service};
use crate::content::vendor::options::{self, Directive};
use crate::content::vendor::{self, ServiceKind};
use crate::output::file::File;
use crate::render::theme::{CLEANUP, SCRIPT, SURROUNDINGS, Theme, ThemeFiles};
use crate::report::diagnostic::{Code, Diagnostic, FileId};
use domain::{Category, Digest};
use serde::Serialize;
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};

/// The theme's script with the calls of other consent tools. Pages of others name it as well.
pub const SHIMS: &str = "shims.js";

/// TypeScript types of the scripts' API. Developers fetch them by this name, so it has no hash.
const TYPES: &str = "kelisim.d.ts";

/// Files that pages load from their own site.
#[derive(Default)]
pub struct Assets {
    /// The files themselves.
    pub files: Vec<File>,
    addresses: BTreeMap<String, String>,
    /// Address of the script that loads services once they are allowed; empty if there are none.
    pub tags: String,
    /// Address of the module that starts essential services; empty if there are none.
    pub essential: String,
}

/// The argument of a loader: `Settings` in the theme's `js/vendor.js`.
#[derive(Serialize)]
struct LoaderSettings<'s> {
    id: &'s str,
    /// Its id in the register.
    service: &'s str,
    /// Lifetime of its cookies in days; only for vendors that let it be set.
    #[serde(skip_serializing_if = "Option::is_none")]
    days: Option<u32>,
    /// Further origins whose scripts the vendor's script may load.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    scripts: Vec<String>,
    /// Options for the vendor.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    options: BTreeMap<&'s str, &'s toml::Value>,
}

impl Assets {
    /// The assets of a theme for a site with this register; loaders that no service needs are left
    /// out.
    pub fn new(theme: &ThemeFiles, register: &Register) -> Self {
        let mut assets = Self::default();
        let kinds: BTreeSet<ServiceKind> = register.active().map(|service| service.kind).collect();
        for (name, bytes) in &theme.assets {
            match name.as_str() {
                // They contain data of the site.
                SCRIPT | CLEANUP | SURROUNDINGS => {}
                TYPES => assets.files.push(File {
                    path: name.clone(),
                    bytes: bytes.clone(),
                }),
                module if module.starts_with(SERVICES) => {}
                SHIMS => {
                    assets.add(name, bytes.clone());
                    assets.files.push(File {
                        path: name.clone(),
                        bytes: bytes.clone(),
                    });
                }
                _ => _ = assets.add(name, bytes.clone()),
            }
        }
        for kind in kinds {
            assets.add_module(theme, &loader(kind), &[]);
        }
        assets.compose_tags(register);
        assets.compose_essential(register);
        assets
    }

    /// The address of an asset; empty when the theme has none of that name.
    pub fn address(&self, name: &str) -> String {
        self.addresses
            .get(name)
            .map_or_else(String::new, Clone::clone)
    }

    /// Adds a file under a name with its hash, and returns its address.
    pub fn add(&mut self, name: &str, bytes: Vec<u8>) -> String {
        let hash = Digest::of(&[&bytes]).to_string();
        let hash: String = hash.chars().take(10).collect();
        let (stem, extension) = name.rsplit_once('.').unwrap_or((name, "bin"));
        let path = format!("assets/{stem}.{hash}.{extension}");
        let address = format!("/{path}");
        self.addresses.insert(name.to_owned(), address.clone());
        self.files.push(File { path, bytes });
        address
    }

    /// Adds a module and what it imports, unless the theme lacks it, and returns its address.
    /// `importers` are modules whose addresses aren't known yet.
    fn add_module(&mut self, theme: &ThemeFiles, name: &str, importers: &[&str]) -> Option<String> {
        if let Some(address) = self.addresses.get(name) {
            return Some(address.clone());
        }
        let bytes = theme.assets.get(name)?;
        let Ok(text) = str::from_utf8(bytes) else {
            return Some(self.add(name, bytes.clone()));
        };
        let importers = [importers, &[name]].concat();
        let mut published = text.to_owned();
        for specifier in imports::specifiers(text) {
            let address = imports::resolve(name, specifier)
                .filter(|imported| !importers.contains(&imported.as_str()))
                .and_then(|imported| self.add_module(theme, &imported, &importers));
            if let Some(address) = address {
                for quote in ['"', '\''] {
                    published = published.replace(
                        &format!("{quote}{specifier}{quote}"),
                        &format!("{quote}{address}{quote}"),
                    );
                }
            }
        }
        Some(self.add(name, published.into_bytes()))
    }

    /// Makes the script that loads services once they are allowed: it imports their loaders and
    /// exports an entry with settings for each category that starts a service. Essential services need no consent and are not in it.
    fn compose_tags(&mut self, register: &Register) {
        let optional = register.active().filter(|service| !service.is_essential());
        let (imports, loaded) = self.imports(optional);
        if loaded.is_empty() {
            return;
        }
        let table: Vec<String> = loaded
            .iter()
            .flat_map(|(name, service)| {
                let further = options::further_categories(service.kind, &service.options);
                let categories = [vec![service.category], further].concat();
                categories.into_iter().map(move |category| {
                    let category = json!(category.as_str());
                    format!("[{name}, {category}, {}]", json!(settings(service)))
                })
            })
            .collect();
        let script = format!("{imports}export default [{}];\n", table.join(", "));
        self.tags = self.add("tags.js", script.into_bytes());
    }

    /// Makes the module that starts essential services as soon as it runs, without waiting for a
    /// choice.
    fn compose_essential(&mut self, register: &Register) {
        let essential = register.active().filter(|service| service.is_essential());
        let (imports, loaded) = self.imports(essential);
        if loaded.is_empty() {
            return;
        }
        let no_consent: BTreeMap<&str, bool> = Category::ALL
            .iter()
            .filter(|category| **category != Category::Essential)
            .map(|category| (category.as_str(), false))
            .collect();
        let calls: String = loaded
            .iter()
            .map(|(name, service)| {
                let settings = json!(settings(service));
                format!("{name}.load({settings}, true, {});\n", json!(no_consent))
            })
            .collect();
        let script = format!("{imports}{calls}");
        self.essential = self.add("essential.js", script.into_bytes());
    }

    /// Lines that import the loaders of services, and each service with the name of its import.
    /// Services without a loader are left out; [`check_loaders`] reports them.
    fn imports<'s>(
        &self,
        services: impl Iterator<Item = &'s Service>,
    ) -> (String, Vec<(String, &'s Service)>) {
        let mut lines = String::new();
        let mut loaded = Vec::new();
        for (at, service) in services.enumerate() {
            let Some(address) = self.addresses.get(&loader(service.kind)) else {
                continue;
            };
            let name = format!("s{at}");
            lines.push_str(&format!("import * as {name} from {};\n", json!(address)));
            loaded.push((name, service));
        }
        (lines, loaded)
    }
}

/// Diagnoses services that pages are to load but the theme can't.
pub fn check_loaders(
    files: &ThemeFiles,
    theme: &Theme<'_>,
    register: &Register,
    file: FileId,
) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for service in register.active() {
        let id = service.id.get_ref();
        let loader = loader(service.kind);
        let (message, help) = if !files.assets.contains_key(&loader) {
            (
                format!("`{id}` is never loaded: the theme has no `assets/{loader}`"),
                "add the loader to the theme, or write `kind = \"external\"`: the service is listed, nothing is loaded",
            )
        } else if service.is_essential() && !theme.uses("essential") {
            (
                format!("`{id}` is never loaded: no template of the theme names `essential`"),
                "add `{% if essential %}<script type=\"module\" src=\"{{ essential }}\" async></script>{% endif %}` to the head of the theme's pages",
            )
        } else {
            continue;
        };
        found.push(Diagnostic::at(
            Code::ServiceWithoutLoader,
            file,
            service.id.span(),
            message,
            help,
        ));
    }
    found
}

/// The folder of loaders, and of modules that they import: only what a service needs is published.
const SERVICES: &str = "services/";

/// The path of a kind's loader below `assets/`.
fn loader(kind: ServiceKind) -> String {
    format!("{SERVICES}{}.js", kind.as_str())
}

fn settings(service: &Service) -> LoaderSettings<'_> {
    let listed = service.hosts.script.iter();
    let of_options = options::used(service.kind, &service.options)
        .filter(|(_, option, _)| option.allow.contains(&Directive::Script))
        .filter_map(|(_, option, value)| option.origin(value));
    LoaderSettings {
        id: service.tag.get_ref(),
        service: service.id.get_ref(),
        days: lifetime(service),
        scripts: listed
            .map(|origin| origin.get_ref().clone())
            .chain(of_options)
            .collect(),
        options: options::passed(service.kind, &service.options),
    }
}

/// The shortest lifetime that the register names for cookies whose lifetime the vendor lets be set,
/// so that none outlives its entry.
fn lifetime(service: &Service) -> Option<u32> {
    vendor::of(service.kind)
        .cookies
        .iter()
        .filter(|cookie| cookie.days.is_none())
        .flat_map(|cookie| service.own_cookies().filter(|own| own.covers(&cookie.name)))
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
    fn a_loader_gets_the_shortest_lifetime_that_the_register_names() {
        let both = service(&(cookie("_ga", 395) + &cookie("_ga_*", 30) + &cookie("other", 1)));
        assert_eq!(lifetime(&both), Some(30));
        assert_eq!(lifetime(&service(&cookie("_ga*", 200))), Some(200));
        assert_eq!(lifetime(&service(&cookie("other", 1))), None);
    }

    #[test]
    fn settings_hold_nothing_that_is_not_set() {
        let text = json!(settings(&service(&cookie("_ga*", 200)))).to_string();
        assert_eq!(text, r#"{"days":200,"id":"G-A","service":"a"}"#);
    }
}
