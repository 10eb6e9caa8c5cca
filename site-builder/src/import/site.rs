//! The site that gets the editions: what it must have before anything is written.

use super::{Languages, SourceDocument};
use crate::content::registration;
use crate::content::settings;
use crate::content::toml_file;
use crate::load::read::PartialSettings;
use crate::report::diagnostic::{Code, Diagnostic};
use crate::report::source::Sources;
use camino::{Utf8Path, Utf8PathBuf};
use domain::Locale;
use toml_edit::Item;

/// A site as far as an import needs it.
#[derive(Debug)]
pub struct ImportSite {
    /// The folder of all sites.
    pub content: Utf8PathBuf,
    /// The name of its folder.
    pub name: String,
    /// Its locales, the default one first.
    pub locales: Vec<Locale>,
    policies: Vec<String>,
    /// The operator's country and kinds of registration, as far as `site.toml` says them.
    country: String,
    registrations: Vec<String>,
}

impl ImportSite {
    /// Reads the settings of a site.
    ///
    /// # Errors
    /// A diagnostic when the name leads to another folder, or there is no site.
    pub fn open(content: &Utf8Path, name: &str) -> Result<Self, Diagnostic> {
        check_name("--site", name)?;
        let mut sources = Sources::default();
        // A folder without `site.toml` isn't a site.
        let file = sources.read(&content.join(name).join("site.toml"))?;
        let settings: PartialSettings = toml_file::parse(&sources, file, settings::HELP)?;
        let written = toml_file::parse_editable(&sources, file)?;
        let operator = written.get("operator");
        let fact = |key: &str| operator.and_then(|operator| operator.get(key));
        Ok(Self {
            country: fact("country")
                .and_then(Item::as_str)
                .unwrap_or("")
                .to_owned(),
            registrations: fact("registration").map_or_else(Vec::new, kinds),
            content: content.to_owned(),
            name: name.to_owned(),
            locales: settings.locales,
            policies: settings.policies,
        })
    }

    /// Placeholders of numbers under which operators are registered, with their variables.
    pub(super) fn placeholders(&self) -> impl Iterator<Item = (String, String)> {
        registration::placeholders(&self.registrations, &self.country)
    }

    /// The file of an edition.
    pub(super) fn edition_path(&self, document: &SourceDocument, locale: &Locale) -> Utf8PathBuf {
        self.content
            .join(&self.name)
            .join(locale.as_str())
            .join(&document.policy)
            .join(format!("{}.md", document.date))
    }

    /// Checks that the site has the policy and the languages that a document is for: otherwise
    /// nobody would see the edition.
    ///
    /// # Errors
    /// A diagnostic that says what to add to `site.toml`.
    pub fn check(&self, document: &SourceDocument) -> Result<(), Diagnostic> {
        let policy = &document.policy;
        check_name("--policy", policy)?;
        if !self.policies.contains(policy) {
            let listed = listed(self.policies.iter().map(String::as_str));
            return Err(self.lacks("policy", policy, "policies", &listed));
        }
        let locales: &[Locale] = match &document.languages {
            Languages::One(locale) => std::slice::from_ref(locale),
            Languages::Each(locales) => locales,
            Languages::Recognised => &[],
        };
        match locales.iter().find(|locale| !self.locales.contains(locale)) {
            Some(locale) => {
                Err(self.lacks("locale", locale.as_str(), "locales", &self.listed_locales()))
            }
            None => Ok(()),
        }
    }

    /// `` `kk`, `ru` ``
    pub(super) fn listed_locales(&self) -> String {
        listed(self.locales.iter().map(Locale::as_str))
    }

    fn lacks(&self, what: &str, name: &str, key: &str, listed: &str) -> Diagnostic {
        let settings = self.content.join(&self.name).join("site.toml");
        Diagnostic::on(
            Code::InvalidFact,
            settings.as_str(),
            format!("the site has no {what} `{name}`; `{key}` has {listed}"),
            format!(
                "add `{name}` to `{key}` in `{settings}`, or name one of them: otherwise nobody would see the edition"
            ),
        )
    }
}

/// The kinds of `operator.registration`: a table, or a list of tables.
fn kinds(registration: &Item) -> Vec<String> {
    let one = registration.as_table_like().and_then(|one| one.get("kind"));
    let listed = registration.as_array().into_iter().flatten();
    let listed = listed.filter_map(|one| one.as_inline_table()?.get("kind")?.as_str());
    let tables = registration.as_array_of_tables().into_iter().flatten();
    let tables = tables.filter_map(|one| one.get("kind")?.as_str());
    let all = one.and_then(Item::as_str).into_iter();
    all.chain(listed).chain(tables).map(str::to_owned).collect()
}

pub(super) fn listed<'n>(names: impl Iterator<Item = &'n str>) -> String {
    let names: Vec<String> = names.map(|name| format!("`{name}`")).collect();
    names.join(", ")
}

/// Names become folders: they must not lead out of `content/` (path traversal).
fn check_name(flag: &str, name: &str) -> Result<(), Diagnostic> {
    let is_plain = name
        .bytes()
        .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"-._".contains(&byte));
    if name.is_empty() || !is_plain || name.starts_with('.') {
        return Err(Diagnostic::on(
            Code::InvalidFact,
            flag,
            format!("`{name}` can't be the name of a folder"),
            "use lower-case Latin letters, digits, dots and hyphens, such as `cap.kz` or `privacy`",
        ));
    }
    Ok(())
}
